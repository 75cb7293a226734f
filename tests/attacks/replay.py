#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Replays the attacks of corpus/ on one real dockerd, each twice: once with nobody refusing, once
with sallyport and the policy the corpus was written against.  Runs inside tests/e2e/dockerd.sh;
run.py starts it and judges what it found out.

    python3 replay.py SALLYPORT OUT.json [REGEX]

What an attack did is what its checks say about dockerd afterwards, never what an answer looked like."""
import glob
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [HERE, os.path.join(TOP, 'tests', 'e2e')]
import lab  # noqa: E402
from lab import LAB, check, docker_ok, shell  # noqa: E402
from relay import GUARD, Guard, Relay  # noqa: E402
from wire import call, raw_bytes, send  # noqa: E402

POLICY = TOP + '/tests/verdicts/policies/attacks.yaml'
PLACE = '/tmp/attacklab'  # the paths of the corpus, in a /tmp of our own
API = '/v1.41'
BUILTIN_NETWORKS = ('none', 'host', 'bridge')
PLUGIN_CONFIG = {  # a plugin that would be root on the host
    'Description': 'x', 'Documentation': '', 'Entrypoint': ['/bin/sh', '-c', 'sleep 300'],
    'Interface': {'Types': ['docker.dummy/1.0'], 'Socket': 'x.sock'}, 'Network': {'Type': 'host'},
    'Linux': {'Capabilities': ['CAP_SYS_ADMIN'], 'AllowAllDevices': True, 'Devices': None},
    'Mounts': [{'Name': 'r', 'Source': PLACE + '/secret', 'Destination': '/host', 'Type': 'bind',
                'Settable': ['source'], 'Options': ['rbind']}],
    'PidHost': True, 'PropagatedMount': '', 'Env': [], 'Args': {'Name': '', 'Settable': None, 'Value': None},
    'WorkDir': ''}


def private_tmp(*folders):
    """A /tmp of our own in which only these folders are left, at their paths: the corpus has fixed
    paths in it, and whose they are outside is no business of ours."""
    new = LAB + '/tmp'
    os.makedirs(new, exist_ok=True)
    subprocess.run(['mount', '-t', 'tmpfs', '-o', 'mode=1777', 'attacks', new], check=True)
    kept = []
    for folder in sorted(set(folders)):
        if folder.startswith('/tmp/') and not any(folder.startswith(k + '/') for k in kept):
            os.makedirs(new + folder[4:])
            subprocess.run(['mount', '--bind', folder, new + folder[4:]], check=True)
            kept.append(folder)
    subprocess.run(['mount', '--rbind', new, '/tmp'], check=True)
    os.chdir(TOP)


def host_network():
    """The "host network" of an attack is the lab's: eth0 with this address is how one recognises it."""
    for command in ('link add eth0 type veth peer name eth0-peer', 'link set eth0-peer up', 'link set eth0 up',
                    'address add 192.0.2.2/24 dev eth0'):
        subprocess.run(['ip', *command.split()], check=True)


def archive(files, folders=()):
    """A tar archive of {name: bytes}."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w') as tar:
        for name in folders:
            entry = tarfile.TarInfo(name)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(entry)
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), 0o755
            tar.addfile(entry, io.BytesIO(data))
    return out.getvalue()


class Daemon:
    """dockerd as its administrator sees it."""

    def __init__(self):
        self.images = {}  # name: (ID, how to bring it back)

    def get(self, uri):
        status, body = call(lab.SOCKET, 'GET', API + uri)
        return json.loads(body) if status == 200 else None

    def delete(self, uri):
        call(lab.SOCKET, 'DELETE', API + uri)

    def assets(self):
        """The two images and the archives that the corpus refers to."""
        shell('lab_image')
        with open(LAB + '/root/bin/busybox', 'rb') as f:
            busybox = f.read()
        evil = archive({'bin/busybox': busybox, 'evil': b'evil\n'}, ['bin'])
        os.makedirs(PLACE + '/data', exist_ok=True)
        for name, data in (('evil.tar', evil),
                           ('plug.tar', archive({'config.json': json.dumps(PLUGIN_CONFIG).encode()},
                                                ['rootfs', 'rootfs/bin', 'rootfs/host']))):
            with open(f'{PLACE}/data/{name}', 'wb') as f:
                f.write(data)
        label = '/images/create?fromSrc=-&repo=evil&tag=1&changes=LABEL%20keep%3D1&changes=CMD%20%5B%22echo%22%2C%22evil%22%5D'
        status, body = call(lab.SOCKET, 'POST', API + label, data=evil, kind='application/x-tar')
        check(status == 200, f'evil:1 could not be made: {status} {body[:200]}')
        for name in ('busybox:local', 'evil:1'):
            status, saved = call(lab.SOCKET, 'GET', f'{API}/images/{name}/get')
            check(status == 200 and len(saved) > 1000, f'{name} could not be saved: {status}')
            self.images[name] = (self.get(f'/images/{name}/json')['Id'], saved)

    def reset(self):
        """As it was before the attack."""
        if self.get('/swarm') is not None:
            call(lab.SOCKET, 'POST', API + '/swarm/leave?force=1')
        for c in self.get('/containers/json?all=1') or []:
            self.delete(f'/containers/{c["Id"]}?force=1&v=1')
        for v in (self.get('/volumes') or {}).get('Volumes') or []:
            self.delete(f'/volumes/{v["Name"]}?force=1')
        for n in self.get('/networks') or []:
            if n['Name'] not in BUILTIN_NETWORKS:
                self.delete(f'/networks/{n["Id"]}')
        for p in self.get('/plugins') or []:
            self.delete(f'/plugins/{p["Name"]}?force=1')
        for image in self.get('/images/json') or []:
            for tag in image.get('RepoTags') or [image['Id']]:
                if self.images.get(tag, ('', b''))[0] != image['Id']:
                    self.delete(f'/images/{image["Id"] if tag == "<none>:<none>" else tag}?force=1')
        for name, (identity, saved) in self.images.items():
            here = self.get(f'/images/{name}/json')
            if here is None or here['Id'] != identity:
                call(lab.SOCKET, 'POST', API + '/images/load', data=saved, kind='application/x-tar')
                here = self.get(f'/images/{name}/json')
            check(here is not None and here['Id'] == identity, f'{name} is not what it was')


def folders():
    """What the bind mounts of the corpus are about: a data root, and flags outside it."""
    for name in ('data/ok', 'secret', 'data-evil'):
        os.makedirs(f'{PLACE}/{name}', exist_ok=True)
    for name, text in (('secret', 'FLAG-OUTSIDE-DATA-ROOT\n'), ('data-evil', 'FLAG-OUTSIDE-DATA-ROOT\n'), ('data/ok', 'inside\n')):
        with open(f'{PLACE}/{name}/flag.txt', 'w') as f:
            f.write(text)


def fill(text, values):
    for name, value in values.items():
        text = text.replace(f'@@{name}@@', value)
    return text


def look_up(value, path):
    for key in path.split('.') if path else []:
        if isinstance(value, list):
            if key == '*':
                return value
            value = value[int(key)] if key.isdigit() and int(key) < len(value) else None
        else:
            value = value.get(key) if isinstance(value, dict) else None
    return value


MOUNTED = []  # by an attack's set-up


def unmount():
    while MOUNTED:
        subprocess.run(['umount', '-l', MOUNTED.pop()], check=True)


def file_step(step):
    path = step['path']
    check(path.startswith(PLACE + '/'), f'{path} is outside the folders of the corpus')
    if step['fs'] == 'mount':
        os.makedirs(path, exist_ok=True)
        subprocess.run(['mount', '--bind', step['target'], path], check=True)
        MOUNTED.append(path)
        return
    if os.path.islink(path) or os.path.isfile(path):
        os.unlink(path)
    elif os.path.isdir(path) and step['fs'] != 'mkdir':
        os.rmdir(path)
    if step['fs'] == 'symlink':
        os.symlink(step['target'], path)
    elif step['fs'] == 'mkdir':
        os.makedirs(path, exist_ok=True)
    else:
        with open(path, 'w') as f:
            f.write(step['text'])


def admin_step(step, values):
    if 'fs' in step:
        return file_step(step)
    if 'sleep' in step:
        return time.sleep(step['sleep'])
    data = None
    if 'file' in step:
        with open(step['file'], 'rb') as f:
            data = f.read()
    kind = step.get('ctype', 'application/json' if data is None else 'application/x-tar')
    status, body = call(lab.SOCKET, step['method'], fill(step['path'], values), step.get('json'), data, kind)
    check(status and status < 400 or step.get('may_fail'), f'{step["method"]} {step["path"]}: {status} {body[:200]}')
    for name, path in step.get('capture', {}).items():
        values[name] = str(look_up(json.loads(body), path))


OPERATORS = {
    'eq': lambda got, want: got == want,
    'ne': lambda got, want: got != want,
    'nonempty': lambda got, want: bool(got),
    'emptylist': lambda got, want: got == [],
    'gt': lambda got, want: got is not None and got > want,
    'contains': lambda got, want: want in json.dumps(got),
    're': lambda got, want: bool(re.search(want, json.dumps(got))),
}


def get_holds(c, values):
    status, body = call(lab.SOCKET, 'GET', fill(c['get'], values))
    if c['op'] == 'status':
        return status in c['in']
    if c['op'] == 'rawcontains':
        return c['value'].encode() in body
    return status == 200 and OPERATORS[c['op']](look_up(json.loads(body), c.get('path', '')), c.get('value'))


def holds(c, answers, came, values):
    """Whether this check of an attack finds what the attacker wanted."""
    if 'response' in c:
        at = c.get('index', -1)
        if not answers or at >= len(answers):
            return False
        if c['response'] == 'status':
            return answers[at].status in c['in']
        return c['value'].encode() in answers[at].body
    if 'rawcontains' in c:
        return any(raw_bytes({'b64': b}, {}) in came for b in c['rawcontains'])
    if 'file_contains' in c:
        with open(c['file_contains']) as f:
            return c['value'] in f.read()
    if 'logs' in c:
        for _ in range(12):
            if c['contains'].encode() in call(
                    lab.SOCKET, 'GET', f'{API}/containers/{c["logs"]}/logs?stdout=1&stderr=1')[1]:
                return True
            state = call(lab.SOCKET, 'GET', f'{API}/containers/{c["logs"]}/json')
            if state[0] == 404 or (state[0] == 200 and json.loads(state[1])['State']['Status'] == 'created'):
                return False  # it will never say anything
            time.sleep(0.25)
        return False
    end = time.monotonic() + c.get('wait', 0)
    while not get_holds(c, values):
        if time.monotonic() >= end:
            return False
        time.sleep(0.25)
    return True


def attack_step(step, values):
    """The attacker's bytes; returns the answers."""
    then = raw_bytes(step['then'], values) if 'then' in step else None
    answers, came = send(lab.SOCKET, raw_bytes(step['raw'], values), step.get('responses', 1), step.get('timeout', 10),
                         step.get('read_any', False), then, step.get('half_close', False))
    if answers and answers[-1].status < 300:
        for name, path in step.get('capture', {}).items():
            try:
                values[name] = str(look_up(json.loads(answers[-1].body), path))
            except ValueError:
                pass  # a build's progress and the like: the attack's next step shows it
    time.sleep(step.get('delay', 0))
    return answers, came


def replay(attack, relay, guarded):
    """One attack: what came of it, and what sallyport said to each of its messages."""
    values, answers, came, texts = {}, [], b'', []
    folders()
    for step in attack.get('setup', []):
        admin_step(step, values)
    relay.forget()
    try:
        for step in attack['attack']:
            if 'admin' in step:
                relay.guarded = False
                admin_step(step['admin'], values)
                continue
            relay.guarded = guarded
            answers, came = attack_step(step, values)
            texts += [f'{a.status} {a.text[:300].strip()}' for a in answers if a.status >= 400] or ([] if answers else ['no answer'])
    finally:
        relay.guarded = False
    reached = all(holds(c, answers, came, values) for c in attack['check'])
    return {'reached': reached,
            'plugin_failed': any('failed with error' in text and 'plugin' in text for text in texts),
            'answers': texts, 'seen': relay.seen}


def run_all(daemon, relay, only):
    out = {}
    for path in sorted(glob.glob(HERE + '/corpus/*.json')):
        with open(path) as f:
            attack = json.load(f)
        if only and not re.search(only, attack['id']):
            continue
        out[attack['id']] = {'class': attack['cls'], 'title': attack['title']}
        for mode in ('open', 'guarded'):
            begin = time.monotonic()
            try:
                result = replay(attack, relay, mode == 'guarded')
            except Exception as error:  # one broken attack must not hide the others
                result = {'error': repr(error)[:500]}
            daemon.reset()
            unmount()
            result['seconds'] = round(time.monotonic() - begin, 2)
            out[attack['id']][mode] = result
    return out


def main():
    binary, target, only = sys.argv[1], sys.argv[2], (sys.argv[3:] or [''])[0]
    check(LAB, 'run me as: bash tests/e2e/dockerd.sh python3 tests/attacks/replay.py ...')
    private_tmp(LAB, TOP, os.path.dirname(binary), os.path.dirname(target))
    host_network()
    guard = Guard(binary)
    guard.policy = POLICY
    guard.start('--socket', GUARD)
    relay = Relay(lab.PLUGIN_SOCKET, GUARD)
    shell('lab_dockerd_start --authorization-plugin=sallyport')
    daemon = Daemon()
    daemon.assets()
    version = docker_ok('version', '-f', '{{.Server.Version}}').strip()
    results = run_all(daemon, relay, only)
    ended = guard.process.poll()
    with open(target, 'w') as f:
        json.dump({'version': version, 'attacks': results, 'alive': ended is None, 'log': guard.tail()}, f, indent=1)
    guard.stop()


main()
