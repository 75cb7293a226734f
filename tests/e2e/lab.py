# SPDX-License-Identifier: Apache-2.0
"""What the end-to-end tests are written with: the plugin and dockerd as processes, the docker
command, raw requests over the socket, and a TAP report.  Runs inside tests/e2e/dockerd.sh only:
/run is the lab's own there."""
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import traceback

LAB = os.environ.get('LAB', '')
HERE = os.path.dirname(os.path.abspath(__file__))
DOCKERD = os.path.join(HERE, 'dockerd.sh')
SOCKET = '/run/docker.sock'
PLUGIN_SOCKET = '/run/docker/plugins/sallyport.sock'
DENIED = 'authorization denied by plugin sallyport'


# --- report ---

class Report:
    """Names are sentences; a test is a function that raises AssertionError."""

    def __init__(self):
        self.n = self.passed = self.failed = self.skipped = 0

    def test(self, name, function, *args):
        self.n += 1
        try:
            function(*args)
        except Skip as why:
            self.skipped += 1
            print(f'ok {self.n} - {name} # SKIP {why}', flush=True)
            return False
        except Exception as error:  # one broken test must not hide the others
            self.failed += 1
            print(f'not ok {self.n} - {name}', flush=True)
            text = str(error) if isinstance(error, AssertionError) else traceback.format_exc()
            print('\n'.join('    ' + line for line in text.rstrip().split('\n')), flush=True)
            return False
        self.passed += 1
        print(f'ok {self.n} - {name}', flush=True)
        return True

    def finish(self):
        print(f'1..{self.n}')
        skipped = f', {self.skipped} skipped' if self.skipped else ''
        print(f'{self.passed} passed, {self.failed} failed{skipped}')
        return 0 if self.failed == 0 and self.passed > 0 else 1


class Skip(Exception):
    pass


def check(condition, text):
    if not condition:
        raise AssertionError(text)


def until(condition, text, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f'not within {seconds} s: {text}')


# --- processes ---

class Plugin:
    """sallyport serve, its policy file, its audit log and its own log."""

    def __init__(self, binary):
        self.binary = binary
        self.policy = LAB + '/policy.yaml'
        self.audit = LAB + '/audit.jsonl'
        self.log = LAB + '/sallyport.log'
        self.process = None

    def write_policy(self, text):
        """As an editor does it: a new file takes the old one's place."""
        with open(self.policy + '.new', 'w') as f:
            f.write(text)
        os.chmod(self.policy + '.new', 0o644)
        os.rename(self.policy + '.new', self.policy)

    def start(self, *options):
        log = open(self.log, 'ab')
        self.process = subprocess.Popen(
            [self.binary, 'serve', '--policy', self.policy, '--log', self.audit, *options],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        log.close()
        until(self.answers, 'sallyport answers on its socket\n' + self.tail())

    def answers(self):
        if self.process.poll() is not None:
            raise AssertionError(f'sallyport ended with status {self.process.returncode}\n' + self.tail())
        try:
            status, _ = request('POST', '/Plugin.Activate', socket_path=PLUGIN_SOCKET, length=True)
            return status == 200
        except OSError:
            return False

    def stop(self, how=signal.SIGTERM):
        if self.process is None:
            return None
        self.process.send_signal(how)
        status = self.process.wait(timeout=20)
        self.process = None
        return status

    def restart(self, *options):
        self.stop()
        self.start(*options)

    def reload(self, text, expect='is in force'):
        """Writes the policy, says HUP, and waits until the log says what became of it."""
        self.write_policy(text)
        at = os.path.getsize(self.log)
        self.process.send_signal(signal.SIGHUP)

        def seen():
            with open(self.log, errors='replace') as f:
                f.seek(at)
                return expect in f.read()
        until(seen, f'the log says {expect!r} after a reload')

    def tail(self):
        try:
            with open(self.log, errors='replace') as f:
                return ''.join(f.readlines()[-15:])
        except OSError:
            return ''

    def decisions(self, since=0):
        """The lines of the audit log from byte `since` on; each has to be JSON."""
        with open(self.audit, 'rb') as f:
            f.seek(since)
            return [json.loads(line) for line in f.read().split(b'\n') if line]

    def audit_size(self):
        try:
            return os.path.getsize(self.audit)
        except OSError:
            return 0


def shell(text):
    """Runs a function of dockerd.sh."""
    done = subprocess.run(['bash', '-c', f'. {DOCKERD}; {text}'], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    check(done.returncode == 0, f'{text}: {done.stdout}')


def docker(*args, env=None, seconds=90, stdin=subprocess.DEVNULL):
    """The real docker command: (exit status, everything it printed)."""
    done = subprocess.run(['docker', *args], stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors='replace', timeout=seconds, env={**os.environ, **(env or {})})
    return done.returncode, done.stdout


def docker_ok(*args, **kw):
    status, out = docker(*args, **kw)
    check(status == 0, f'docker {" ".join(args)}: exit status {status}\n{out}')
    return out


def docker_refused(rule, *args, says=(), **kw):
    """docker fails, tells the rule, and tells what to do about it."""
    status, out = docker(*args, **kw)
    check(status != 0, f'docker {" ".join(args)} was not refused\n{out}')
    check(DENIED in out, f'docker {" ".join(args)}: not refused by the plugin\n{out}')
    check(re.search(r'\[rule (allow )?' + re.escape(rule) + r'\]', out), f'the refusal does not name the rule {rule}\n{out}')
    for text in says:
        check(re.search(text, out), f'the refusal does not say {text!r}\n{out}')
    return out


# --- raw requests ---

def send(raw, socket_path=SOCKET, seconds=30):
    """Bytes out, bytes back until the other side has answered completely or closes."""
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(seconds)
    try:
        s.connect(socket_path)
        try:
            s.sendall(raw)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused while we were still talking: read why
        got = b''
        while True:
            try:
                part = s.recv(65536)
            except ConnectionResetError:
                part = b''
            if not part:
                return got
            got += part
            if complete(got):
                return got
    finally:
        s.close()


def complete(got):
    head, sep, body = got.partition(b'\r\n\r\n')
    if not sep:
        return False
    if head.startswith(b'HTTP/1.1 100'):
        return complete(body)
    match = re.search(rb'\r\ncontent-length: *(\d+)', head, re.I)
    if match:
        return len(body) >= int(match.group(1))
    if re.search(rb'\r\ntransfer-encoding: *chunked', head, re.I):
        return body.endswith(b'0\r\n\r\n')
    return bool(re.match(rb'HTTP/1\.[01] (204|304|101)', head))


def parse(got):
    """(status, text) of the last answer in these bytes; (0, '') when there is none."""
    while got.startswith(b'HTTP/1.1 100'):
        got = got.partition(b'\r\n\r\n')[2]
    match = re.match(rb'HTTP/1\.[01] (\d+)', got)
    if not match:
        return 0, ''
    head, _, body = got.partition(b'\r\n\r\n')
    if re.search(rb'\r\ntransfer-encoding: *chunked', head, re.I):
        out, rest = b'', body
        while rest:
            size, _, rest = rest.partition(b'\r\n')
            n = int(size.split(b';')[0] or b'0', 16)
            if n == 0:
                break
            out, rest = out + rest[:n], rest[n + 2:]
        body = out
    return int(match.group(1)), body.decode('utf-8', 'replace')


def request(method, path, body=None, headers=(), socket_path=SOCKET, length=None, seconds=30):
    """One request as an honest client writes it, or with what `headers` add."""
    data = body.encode() if isinstance(body, str) else body or b''
    lines = [f'{method} {path} HTTP/1.1', 'Host: docker', 'Connection: close']
    lines += [f'{k}: {v}' for k, v in headers]
    if length or (length is None and (data or method in ('POST', 'PUT'))):
        lines.append(f'Content-Length: {len(data)}')
    raw = '\r\n'.join(lines).encode('utf-8') + b'\r\n\r\n' + data
    return parse(send(raw, socket_path, seconds))


def api(method, path, value=None):
    """One JSON request to dockerd: (status, text)."""
    if value is None:
        return request(method, path)
    return request(method, path, json.dumps(value), [('Content-Type', 'application/json')])


def exists(name):
    status, text = api('GET', f'/containers/{name}/json')
    check(status in (200, 404), f'GET /containers/{name}/json: {status} {text}')
    return status == 200


def python_with(module):
    """A python3 that has this module: Debian's, which need not be the first of $PATH."""
    for python in ('/usr/bin/python3', sys.executable):
        if subprocess.run([python, '-c', f'import {module}'], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL).returncode == 0:
            return python
    raise Skip(f'no python3 here has the module {module}')
