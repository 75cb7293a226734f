#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The honest suite: whatever honest clients really send passes policy/default.yaml.

    bash tests/e2e/dockerd.sh python3 -B tests/honest/run.py build/sallyport [NODE_FOLDER [PART...]]

Parts: cli compose docker-py node (default: all).  Every case is judged by the audit log, not by what
became of it on this machine: the plugin must have been asked for the action the case is about, and
must have refused nothing.  What the daemon or the client then said otherwise is no failure: there
is no registry here, no bridge, no br_netfilter.  NODE_FOLDER holds node_modules (honest.mk)."""
import json
import os
import re
import shutil
import signal
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'e2e'))
sys.path.insert(0, HERE)
import cli_cases  # noqa: E402
from lab import DENIED, LAB, Plugin, Skip, docker, docker_ok, python_with, shell  # noqa: E402

TMP = LAB + '/work'  # below /tmp, which default.yaml lets people bind
CLASSIC = {'DOCKER_BUILDKIT': '0'}
TOTAL = {'passed': 0, 'failed': 0, 'requests': 0, 'denied': 0, 'otherwise': 0}
PLUGIN = None
SERVER_API = '1.41'

COMPOSE = '''
version: "2.4"
services:
  db:
    image: busybox:local
    command: ["sh", "-c", "echo up; sleep 300"]
    init: true
    mem_limit: 64m
    pids_limit: 100
    cpus: 0.5
    cpu_shares: 512
    volumes: ["dbdata:/var/lib/db", "./conf:/conf:ro", "/anonymous"]
    tmpfs: ["/t"]
    healthcheck: {test: ["CMD", "true"], interval: 1s, timeout: 1s, retries: 5}
    restart: unless-stopped
    cap_drop: [ALL]
    cap_add: [CHOWN, SETUID, SETGID]
    security_opt: ["no-new-privileges:true"]
    shm_size: 64m
  web:
    build: {context: ./context, args: {A: b}, labels: {a: b}}
    command: ["sleep", "300"]
    init: true
    user: "1000:1000"
    depends_on: {db: {condition: service_healthy}}
    environment: {DATABASE: "db:5432"}
    env_file: [./env]
    labels: {team: blue, traefik.enable: "true"}
    networks: {front: {aliases: [www]}, back: {}}
    ports: ["8080:80", "127.0.0.1:8443:443", "9000"]
    expose: ["81"]
    extra_hosts: ["a:192.0.2.7"]
    dns: [192.0.2.1]
    dns_search: [example.com]
    read_only: true
    sysctls: {net.core.somaxconn: 512}
    logging: {driver: json-file, options: {max-size: 1m}}
    ulimits: {nofile: {soft: 1024, hard: 1024}}
    stop_signal: SIGINT
    stop_grace_period: 1s
  sidecar:
    image: busybox:local
    command: ["sleep", "300"]
    init: true
    network_mode: "service:db"
    volumes: [{type: volume, source: shared, target: /s}, {type: bind, source: ./conf, target: /c, read_only: true}, {type: tmpfs, target: /u}]
    group_add: [audio]
    hostname: side
    working_dir: /tmp
    stdin_open: true
    tty: true
    oom_score_adj: 100
volumes: {dbdata: {}, shared: {labels: {a: b}}}
networks: {front: {driver: bridge}, back: {internal: true, driver_opts: {com.docker.network.driver.mtu: "1400"}}}
'''


# --- judging ---

def judge(name, action, lines, said):
    """One case.  `said` is what the client printed, or the error it raised."""
    asked = [d for d in lines if d.get('phase') != 'response']
    denied = [d for d in lines if d.get('decision') == 'deny']
    TOTAL['requests'] += len(asked)
    TOTAL['denied'] += len(denied)
    why = ''
    if denied or DENIED in said:
        why = '\n'.join(json.dumps(d) for d in denied) + '\n' + said
    elif not any(d.get('action') == action for d in asked):
        why = f'{action} was never asked for, only {sorted({str(d.get("action")) for d in asked})}\n{said}'
    TOTAL['failed' if why else 'passed'] += 1
    print(f'{"not ok" if why else "ok"} - {name}', flush=True)
    if why:
        print('\n'.join('    ' + line for line in why.strip().split('\n')[:12]), flush=True)


def skip(name, why):
    print(f'ok - {name} # SKIP {why}', flush=True)


def lines_between(start, end):
    with open(PLUGIN.audit, 'rb') as f:
        f.seek(start)
        return [json.loads(line) for line in f.read(end - start).split(b'\n') if line]


def case(name, action, function):
    at = PLUGIN.audit_size()
    try:
        status, said = function()
    except subprocess.TimeoutExpired as late:
        status, said = 1, str(late)
    if status:
        TOTAL['otherwise'] += 1
        if os.environ.get('HONEST_VERBOSE'):
            print('    # ' + said.strip().replace('\n', '\n    # '))
    judge(name, action, lines_between(at, PLUGIN.audit_size()), said)


# --- the docker command ---

def words(text):
    values = {'tmp': TMP, 'digest': 'a' * 64}
    return [re.sub(r'\{(tmp|digest)\}', lambda m: values[m.group(1)], w).replace('%20', ' ').replace('{{{{', '{{').replace('}}}}', '}}')
            for w in text.split()]


def clients():
    """Every docker command there is here: the bodies of 20.10's and 28's differ."""
    found = {}
    for folder in ['/usr/local/bin', '/usr/bin', *os.environ['PATH'].split(':')]:
        path = os.path.realpath(os.path.join(folder, 'docker'))
        if os.access(path, os.X_OK):
            version = subprocess.run([path, '--version'], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
            match = re.search(r'version (\d+\.\d+)', version)
            if match:
                found.setdefault(match.group(1), path)
    return sorted(found.items())


def unknown_flags(client, command, cases):
    """Flags of this client that no case uses: named, so that somebody adds them."""
    done = subprocess.run([client, command, '--help'], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                          env={**os.environ, **CLASSIC})
    short = dict(re.findall(r'^ +(-\w), (--[\w-]+)', done.stdout, re.M))
    used = {short.get(w, w).split('=')[0] for c in cases for w in c.split() if w.startswith('-')} | set(cli_cases.NOT_HARMLESS)
    used |= {'--network', '--network-alias', '--publish-all', '--tag', '--file', '--cpu-shares', '--quiet'}
    for flag in sorted(set(re.findall(r'^ +(?:-\w, )?(--[\w-]+)', done.stdout, re.M)) - used):
        print(f'# docker {command} {flag} is in no case')


def typed(path):
    """Runs one command line of this client; what does not end by itself is ended."""
    def run(*args, seconds=20, env=None):
        try:
            done = subprocess.run([path, *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  text=True, errors='replace', timeout=seconds, env={**os.environ, **(env or {})})
        except subprocess.TimeoutExpired:
            return 1, f'not within {seconds} s'
        return done.returncode, done.stdout
    return run


def one_container(run, command, options):
    if os.path.exists(TMP + '/cid'):
        os.unlink(TMP + '/cid')
    entry = ['busybox:local'] if '--entrypoint /' in options else ['busybox:local', 'true']
    result = run(command, '--name', 'one', *words(options), *entry)
    docker_rm('one')
    return result


def docker_rm(name):
    """Straight over the socket: a fork of the client would cost more than the case itself."""
    from lab import api
    api('DELETE', f'/containers/{name}?force=1&v=1')


def cli():
    found = clients()
    for version, path in found:
        run = typed(path)
        print(f'# docker {version}')
        unknown_flags(path, 'run', cli_cases.CREATE + cli_cases.RUN)
        unknown_flags(path, 'exec', cli_cases.EXEC + ['--tty', '--privileged'])
        unknown_flags(path, 'update', cli_cases.UPDATE)
        for options in cli_cases.CREATE:
            if unknown_to(version, options):
                continue
            case(f'docker {version} create {options}', 'container.create', lambda: one_container(run, 'create', options))
        if (version, path) != found[-1]:
            continue  # the rest is the same in all of them, but for `create`
        for options in cli_cases.RUN + cli_cases.CREATE[::4]:
            if not unknown_to(version, options):
                case(f'docker {version} run {options}', 'container.create', lambda: one_container(run, 'run', options))
        for options in cli_cases.EXEC:
            case(f'docker {version} exec {options}', 'container.exec', lambda: run('exec', *words(options), 'peer', 'true'))
        for options in cli_cases.UPDATE:
            case(f'docker {version} update {options}', 'container.update', lambda: run('update', *words(options), 'box'))
        for options in cli_cases.BUILD:
            case(f'docker {version} build {options}', 'image.build', lambda: run('build', *words(options), TMP + '/context', env=CLASSIC))
        case(f'docker {version} build - (a Dockerfile on stdin)', 'image.build', lambda: build_stdin(path))
        for line, action in cli_cases.SEQUENCE:
            case(f'docker {version} {line}', action, lambda: run(*words(line)))


def unknown_to(version, options):
    """Flags this client does not have, or does not send to a daemon of API 1.41."""
    number, api = (tuple(int(x) for x in v.split('.')) for v in (version, SERVER_API))
    return (any(w in options for w in ('--annotation', '--health-start-interval')) and (number < (25, 0) or api < (1, 44))) or \
        (re.search(r'(^| )-q', options) and number < (23, 0)) or \
        ('mac-address' in options and (api < (1, 44) if number >= (25, 0) else 'lan' in options))


def build_stdin(path):
    done = subprocess.run([path, 'build', '-'], input='FROM busybox:local\nENV A=b\n', stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, env={**os.environ, **CLASSIC})
    return done.returncode, done.stdout


# --- the others ---

def compose():
    if not shutil.which('docker-compose'):
        return skip('docker-compose', 'not installed')
    folder = TMP + '/shop'
    shutil.copytree(TMP + '/context', folder + '/context')
    os.makedirs(folder + '/conf')
    shutil.copy(TMP + '/env', folder + '/env')
    with open(folder + '/docker-compose.yml', 'w') as f:
        f.write(COMPOSE)

    def run(*args):
        env = {**os.environ, **CLASSIC, 'COMPOSE_PROJECT_NAME': 'shop', 'COMPOSE_HTTP_TIMEOUT': '30'}
        done = subprocess.run(['docker-compose', *args], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=60, env=env)
        return done.returncode, done.stdout
    for line, action in (('build', 'image.build'), ('build --no-cache --pull web', 'image.build'), ('up -d', 'container.create'), ('ps -a', 'container.list'),
                         ('logs --tail 5 -t', 'container.logs'), ('exec -T db echo inside', 'container.exec'), ('top', 'container.top'),
                         ('exec -T -u 1000 -w /tmp -e A=b db id', 'container.exec'), ('run --rm --no-deps -T db true', 'container.create'),
                         ('port web 80', 'container.inspect'), ('images', 'image.inspect'), ('pause db', 'container.pause'),
                         ('unpause db', 'container.unpause'), ('restart -t 0 db', 'container.restart'), ('kill -s USR1 db', 'container.kill'),
                         ('up -d --no-deps --scale sidecar=2 sidecar', 'container.create'), ('up -d --force-recreate -t 0', 'container.create'),
                         ('stop -t 0', 'container.stop'), ('start', 'container.start'), ('pull db', 'image.pull'), ('push web', 'none'),
                         ('rm -f -s -v sidecar', 'container.remove'), ('down -v --remove-orphans -t 0', 'container.remove')):
        if action != 'none':
            case(f'docker-compose {line}', action, lambda: run(*line.split()))


def program(name, *command, env=None):
    """A client of its own: one JSON line per step."""
    process = subprocess.Popen([*command, PLUGIN.audit, TMP], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True, env={**os.environ, **(env or {})})
    n = 0
    for line in process.stdout:
        if not line.startswith('{"step"'):
            print('    # ' + line.rstrip())
            continue
        step = json.loads(line)
        n += 1
        if step['error']:
            TOTAL['otherwise'] += 1
            if os.environ.get('HONEST_VERBOSE'):
                print('    # ' + step['error'].replace('\n', '\n    # '))
        judge(f'{name} {step["step"]}', step['action'], lines_between(step['from'], step['to']), step['error'])
    if process.wait() != 0 or n == 0:
        TOTAL['failed'] += 1
        print(f'not ok - {name} comes to its end (exit status {process.returncode} after {n} steps)')


def docker_py():
    try:
        python = python_with('docker')
    except Skip as why:
        return skip('docker-py', why)
    program('docker-py', python, '-W', 'ignore', HERE + '/client.py')


def node(folder):
    if not shutil.which('node') or not os.path.isdir(folder + '/node_modules/testcontainers'):
        return skip('dockerode and testcontainers', 'npm is not installed, or has not reached its registry')
    docker_ok('save', '-o', TMP + '/save.tar', 'busybox:local')
    program('node', 'node', '--no-deprecation', HERE + '/client.js', env={'NODE_PATH': folder + '/node_modules', 'DOCKER_HOST': 'unix:///run/docker.sock'})


# --- before and after ---

def furnish():
    """What the cases talk about."""
    os.makedirs(TMP + '/dir')
    os.makedirs(TMP + '/context')
    for name, text in (('env', 'A=b\nC=d\n'), ('labels', 'a=b\n'), ('file', 'file\n'), ('dir/file', 'file\n'),
                       ('context/Dockerfile', 'FROM busybox:local AS first\nARG A=a\nENV A=$A\nFROM first\nCOPY Other /other\nCMD ["true"]\n'),
                       ('context/Other', 'FROM busybox:local\nLABEL a=b\n')):
        with open(f'{TMP}/{name}', 'w') as f:
            f.write(text)
    subprocess.run(['tar', '-C', TMP + '/context', '-cf', TMP + '/context.tar', '.'], check=True)
    shell('lab_image')
    docker_ok('network', 'create', '--subnet', '198.51.100.0/24', 'lan')
    docker_ok('run', '-d', '--init', '--name', 'peer', 'busybox:local', 'sh', '-c', 'echo up; trap : USR1; while :; do sleep 1; done')
    docker_ok('create', '--name', 'box', 'busybox:local', 'true')
    docker_ok('create', '--name', 'done', 'busybox:local', 'true')


def main():
    global PLUGIN, SERVER_API
    signal.alarm(600)
    folder = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else ''
    parts = {'docker-py': docker_py, 'node': lambda: node(folder), 'compose': compose, 'cli': cli}
    PLUGIN = Plugin(os.path.abspath(sys.argv[1]))
    with open(os.path.join(HERE, '..', '..', 'policy', 'default.yaml')) as f:
        PLUGIN.write_policy(f.read())
    PLUGIN.start()
    shell('lab_dockerd_start --authorization-plugin=sallyport')
    furnish()
    SERVER_API = docker_ok('version', '-f', '{{.Server.APIVersion}}').strip()
    print(f'# dockerd {docker_ok("version", "-f", "{{.Server.Version}}").strip()}, API {SERVER_API}')
    for part in sys.argv[3:] or parts:
        print(f'# {part}', flush=True)
        parts[part]()
    # The judge itself: a refusal must not go by unnoticed.
    at = PLUGIN.audit_size()
    docker('create', '--privileged', 'busybox:local')
    seen = [d for d in lines_between(at, PLUGIN.audit_size()) if d.get('decision') == 'deny']
    TOTAL['passed' if seen else 'failed'] += 1
    print(f'{"ok" if seen else "not ok"} - a request that is not honest is seen to be refused')
    shell('lab_dockerd_stop')
    PLUGIN.stop()
    print(f'# {TOTAL["requests"]} requests, {TOTAL["denied"]} refused; {TOTAL["otherwise"]} cases this daemon could not carry out')
    print(f'{TOTAL["passed"]} passed, {TOTAL["failed"]} failed')
    return 0 if TOTAL['passed'] and not TOTAL['failed'] else 1


if __name__ == '__main__':
    if not LAB:
        sys.exit('run me as: bash tests/e2e/dockerd.sh python3 -B tests/honest/run.py build/sallyport')
    sys.exit(main())
