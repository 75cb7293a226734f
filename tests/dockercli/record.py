#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the docker command sends: writes recorded.txt and flags.txt anew.

    python3 -B tests/dockercli/record.py [FOLDER]

Needs a docker command of version 28 and no daemon: it talks to a socket of this program, which
writes every request down and answers as little as makes docker go on.  tests/unit/cli compares with
what `sallyport test` makes of the same lines.  With FOLDER the files are written there instead.

recorded.txt: "$ LINE", then one line per request: METHOD URI TYPE BODY; TYPE and BODY are "-" when
there is none.  Bodies are shortened by what means nothing to Go: null, "", 0, false, and empty lists
of those members that docker always sends as empty lists.
flags.txt: COMMAND, letter or "-", flag, and "value" or "switch", from docker COMMAND --help."""
import base64
import http.server
import json
import os
import re
import shlex
import shutil
import socketserver
import subprocess
import sys
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'honest'))
import cli_cases  # noqa: E402

DIGEST = 'a' * 64
TMP = '/tmp/sallyport-dockercli'
ALWAYS_EMPTY = {'Dns', 'DnsOptions', 'DnsSearch', 'Devices', 'BlkioWeightDevice', 'BlkioDeviceReadBps', 'BlkioDeviceWriteBps',
                'BlkioDeviceReadIOps', 'BlkioDeviceWriteIOps', 'Ulimits', 'SecurityOpt'}
def stat(mode):
    text = json.dumps({'name': 'file', 'size': 0, 'mode': mode, 'mtime': '2024-01-01T00:00:00Z', 'linkTarget': ''})
    return base64.b64encode(text.encode()).decode()


STAT, STAT_DIR = stat(0o644), stat(0o755 | 1 << 31)
GROUPS = ['container', 'image', 'volume', 'network', 'service', 'secret', 'config', 'node', 'swarm', 'plugin', 'system', 'checkpoint']



def last(path):
    return path.rstrip('/').rsplit('/', 1)[-1]


def answer(method, uri):
    """(status, headers, body) that make docker believe it."""
    path, _, query = uri.partition('?')
    spec = {'Name': '', 'TaskTemplate': {'ContainerSpec': {}}}
    swarm = {'ID': 'x', 'Version': {'Index': 0}, 'Spec': {}, 'JoinTokens': {'Worker': 'w', 'Manager': 'm'}}
    if path.endswith('/_ping'):
        return 200, {}, 'OK'
    if re.search(r'/containers/[^/]+/json$', path):
        return 200, {}, {'Id': path.split('/')[-2], 'Name': '/x', 'State': {'Running': True, 'Status': 'running'}, 'Config': {'Tty': False},
                         'HostConfig': {'LogConfig': {'Type': 'json-file'}}, 'NetworkSettings': {'Ports': {}}}
    if '/archive' in path:
        return 200, {'X-Docker-Container-Path-Stat': STAT_DIR if 'dir' in query else STAT}, ''
    if '/secrets' in path and method == 'GET':
        return 200, {}, [{'ID': n, 'Spec': {'Name': n}} for n in ('prod-db', 'a')]
    if '/configs' in path and method == 'GET':
        return 200, {}, [{'ID': n, 'Spec': {'Name': n}} for n in ('conf', 'b', 'c')]
    if re.search(r'/networks/[^/]+$', path) and method == 'GET':
        return 200, {}, {'Id': last(path), 'Name': last(path), 'Scope': 'swarm'}
    if path.endswith('/services') and method == 'GET':
        return 200, {}, [{'ID': 'web', 'Spec': {**spec, 'Name': 'web', 'Mode': {'Global': {}}}, 'ServiceStatus': {}}]
    if re.search(r'/services/[^/]+$', path) and method == 'GET':
        return 200, {}, {'ID': last(path), 'Version': {'Index': 0}, 'Spec': {**spec, 'Mode': {'Replicated': {'Replicas': 1}}}, 'PreviousSpec': spec}
    if re.search(r'/nodes/[^/]+$', path) and method == 'GET':
        return 200, {}, {'ID': last(path), 'Version': {'Index': 0}, 'Spec': {'Role': 'manager' if last(path) == 'boss' else 'worker'}}
    if re.search(r'/volumes/[^/]+$', path) and method == 'GET':
        return 200, {}, {'Name': last(path), 'ClusterVolume': {'ID': last(path), 'Version': {'Index': 0}, 'Spec': {}}}
    if path.endswith('/swarm') and method == 'GET':
        return 200, {}, swarm
    if path.endswith('/info'):
        return 200, {}, {'Swarm': {'NodeID': 'self', 'LocalNodeState': 'active', 'ControlAvailable': True}}
    if '/images/' in path and method == 'DELETE' or path.endswith(('/privileges', '/images/json', '/containers/json')):
        return 200, {}, []
    return 201 if path.endswith('/create') else 200, {}, {'Id': 'c' * 64, 'ID': 's' * 25}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *args):
        pass

    def handle_any(self):
        body = b''
        if self.headers.get('Transfer-Encoding', '') == 'chunked':
            while n := int(self.rfile.readline(), 16):
                body += self.rfile.read(n)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
        self.server.seen.append((self.command, self.path, self.headers.get('Content-Type') or '-', body))
        if self.headers.get('Upgrade'):
            self.send_response(101)
            self.send_header('Connection', 'Upgrade')
            self.send_header('Upgrade', 'tcp')
            self.end_headers()
            self.close_connection = True
            return
        status, headers, text = answer(self.command, self.path)
        text = (text if isinstance(text, str) else json.dumps(text)).encode()
        self.send_response(status)
        for name, value in {'Api-Version': '1.50', 'Ostype': 'linux', 'Docker-Experimental': 'true', 'Swarm': 'active/manager', 'Content-Type': 'application/json', 'Content-Length': str(len(text)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(text)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    seen = []

    def get_request(self):
        return super().get_request()[0], ('client', 0)

    def handle_error(self, request, client_address):
        pass  # docker went away in the middle of an answer


def shorten(value, key=''):
    if isinstance(value, dict):
        kept = {k: shorten(v, k) for k, v in value.items()}
        return {k: v for k, v in kept.items() if not (v is None or v is False or v == '' and k[:1].isupper() or v == 0 and not isinstance(v, (list, dict)))}
    if isinstance(value, list):
        if value == [] and key in ALWAYS_EMPTY:
            return None
        # docker takes these from a map, in no order
        return sorted(value) if key == 'Binds' else [shorten(v) for v in value]
    return value


def lines():
    values = {'tmp': TMP, 'digest': DIGEST}

    def fill(text):
        return re.sub(r'\{(tmp|digest)\}', lambda m: values[m.group(1)], text)
    with open(os.path.join(HERE, 'lines.txt'), encoding='utf-8') as f:
        found = [fill(line.strip()) for line in f if line.strip() and not line.startswith('#')]
    for flags, command, rest in ((cli_cases.CREATE, 'create', ' busybox:local true'), (cli_cases.RUN, 'run', ' busybox:local true'),
                                 (cli_cases.EXEC, 'exec', ' peer true'), (cli_cases.UPDATE, 'update', ' box'),
                                 (cli_cases.BUILD, 'build', ' ' + TMP + '/context')):
        found += [fill(f'{command} {flag}'.rstrip() + rest) for flag in flags]
    found += [shlex.join(w.replace('%20', ' ') for w in fill(line).replace('{{{{', '{{').replace('}}}}', '}}').split()) for line, _ in cli_cases.SEQUENCE]
    return list(dict.fromkeys(found))


def furnish():
    shutil.rmtree(TMP, ignore_errors=True)
    os.makedirs(TMP + '/context')
    os.makedirs(TMP + '/dir')
    for name, text in (('env', 'A=b\n'), ('labels', 'a=b\n'), ('file', 'file\n'), ('seccomp.json', '{}'), ('context/Dockerfile', 'FROM busybox\n'),
                       ('context/Other', 'FROM busybox\n'), ('export.tar', ''), ('save.tar', ''), ('save2.tar', '')):
        with open(f'{TMP}/{name}', 'w', encoding='utf-8') as f:
            f.write(text)


def environment(socket):
    return {**os.environ, 'DOCKER_HOST': 'unix://' + socket, 'DOCKER_BUILDKIT': '0', 'HOME': TMP, 'LC_ALL': 'C'}


def record(out, server, socket):
    for line in lines():
        server.seen = []
        if os.path.exists(TMP + '/cid'):
            os.unlink(TMP + '/cid')
        try:
            subprocess.run(['docker', *shlex.split(line)], env=environment(socket), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, timeout=10, cwd=TMP, check=False)
        except subprocess.TimeoutExpired:
            pass
        out.write('$ ' + line + '\n')
        for method, uri, kind, body in sorted(server.seen):  # some are sent side by side
            if uri.endswith('/_ping'):
                continue
            text = '-'
            if kind == 'application/json' and body:
                text = json.dumps(shorten(json.loads(body)), separators=(',', ':')).replace(socket, '/var/run/docker.sock')
            uri = re.sub(r'(since|until)=\d{9,}(\.\d+)?', r'\1=1700000000', uri)
            out.write(f'{method} {uri} {kind} {text}\n')


def help_of(words, socket):
    return subprocess.run(['docker', *words, '--help'], env=environment(socket), capture_output=True, text=True, check=False).stdout


def flags(out, socket):
    commands = [[w] for w in ('run', 'exec', 'build', 'inspect', 'login', 'search', 'version')]
    for group in GROUPS:
        text = help_of([group], socket)
        commands += [[group, m] for m in re.findall(r'^  ([a-z-]+)\s', text.split('Commands:')[1], re.M)]
    for words in commands:
        text = help_of(words, socket).split('Options:')[-1]
        for letter, name, kind in re.findall(r'^\s{2,6}(?:-(\w), )?--([\w-]+)(?: ([\w-]+))?(?:\s{2,}|$)', text, re.M):
            if name != 'help':
                out.write(f'{" ".join(words)}\t{letter or "-"}\t{name}\t{"value" if kind else "switch"}\n')


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else HERE
    version = subprocess.run(['docker', '--version'], capture_output=True, text=True, check=True).stdout
    if not re.search(r'version 28\.', version):
        sys.exit(f'this needs docker 28, not {version.strip()}')
    furnish()
    place = tempfile.mkdtemp()
    server = Server(place + '/docker.sock', Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with open(folder + '/recorded.txt', 'w', encoding='utf-8') as out:
            record(out, server, place + '/docker.sock')
        with open(folder + '/flags.txt', 'w', encoding='utf-8') as out:
            flags(out, place + '/docker.sock')
    finally:
        server.shutdown()
        shutil.rmtree(place)
        shutil.rmtree(TMP)


if __name__ == '__main__':
    main()
