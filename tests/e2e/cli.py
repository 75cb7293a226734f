# SPDX-License-Identifier: Apache-2.0
"""The docker command as people use it: what works, and what a refused person reads."""
import os

from lab import LAB, check, docker, docker_ok, docker_refused, exists

LIMIT = ('-m', '64m')
CLASSIC = {'DOCKER_BUILDKIT': '0'}


def plain_run():
    check(docker_ok('run', *LIMIT, '--name', 'plain', 'busybox:local', 'echo', 'hello') == 'hello\n', 'no hello')
    check('plain' in docker_ok('ps', '-a'), 'not in docker ps -a')
    check(docker_ok('logs', 'plain') == 'hello\n', 'docker logs')
    docker_ok('rm', 'plain')


def run_rm():
    check(docker_ok('run', '--rm', *LIMIT, '--name', 'gone', 'busybox:local', 'echo', 'hello') == 'hello\n', 'no hello')
    check(not exists('gone'), '--rm left the container')
    status, out = docker('run', '--rm', *LIMIT, 'busybox:local', 'sh', '-c', 'exit 7')
    check(status == 7, f'the exit status of the command is {status}\n{out}')


def life_of_a_container():
    docker_ok('run', '-d', '--init', *LIMIT, '--name', 'web', 'busybox:local', 'sh', '-c', 'echo up; sleep 60')
    check(docker_ok('exec', 'web', 'echo', 'inside') == 'inside\n', 'docker exec')
    check('up' in docker_ok('logs', 'web'), 'docker logs')
    path = LAB + '/copied'
    docker_ok('cp', 'web:/etc/passwd', path)
    check(os.path.getsize(path) > 0, 'docker cp out')
    docker_ok('cp', path, 'web:/tmp/copied')
    check('root' in docker_ok('exec', 'web', 'cat', '/tmp/copied'), 'docker cp in')
    for command in (('inspect', 'web'), ('top', 'web'), ('stats', '--no-stream', 'web'), ('diff', 'web'), ('port', 'web'),
                    ('pause', 'web'), ('unpause', 'web'), ('rename', 'web', 'web2'), ('update', '-m', '128m', '--memory-swap', '256m', 'web2'),
                    ('restart', '-t', '0', 'web2'), ('kill', 'web2'), ('wait', 'web2'), ('start', 'web2'), ('rm', '-f', 'web2')):
        docker_ok(*command)


def volumes_and_networks():
    docker_ok('volume', 'create', 'data')
    docker_ok('run', '--rm', *LIMIT, '-v', 'data:/data', 'busybox:local', 'sh', '-c', 'echo kept >/data/x')
    check(docker_ok('run', '--rm', *LIMIT, '-v', 'data:/data', 'busybox:local', 'cat', '/data/x') == 'kept\n', 'named volume')
    docker_ok('volume', 'rm', 'data')
    docker_ok('network', 'create', 'lan')
    docker_ok('run', '--rm', *LIMIT, '--network', 'lan', 'busybox:local', 'true')
    docker_ok('network', 'rm', 'lan')
    os.makedirs('/srv/e2e', exist_ok=True)  # in the lab's mount namespace, but on the host's disk
    try:
        docker_ok('run', '--rm', *LIMIT, '-v', '/srv/e2e:/x:ro', 'busybox:local', 'true')
    finally:
        os.rmdir('/srv/e2e')


def looking():
    for command in (('version',), ('info',), ('ps', '-a'), ('images',), ('volume', 'ls'), ('network', 'ls'), ('system', 'df'),
                    ('image', 'inspect', 'busybox:local'), ('history', 'busybox:local')):
        docker_ok(*command)


def build_refused():
    with open(LAB + '/Dockerfile', 'w') as f:
        f.write('FROM busybox:local\nRUN echo built >/built\n')
    status, out = docker('build', '-t', 'built', '-f', LAB + '/Dockerfile', LAB + '/root', env=CLASSIC)
    check(status != 0, 'it was built')
    check('authorization denied by plugin sallyport: image.build denied for local' in out, out)
    check("no rule lets local do image.build" in out, out)


# (what the person types, the rule, what the refusal says: the value seen and a way out)
REFUSED = [
    (('--privileged',), 'no-privileged', ['--privileged']),
    (('-v', '/:/h'), 'no-system-directories', ['/:/h']),
    (('-v', '/etc/ssh:/h:ro'), 'no-system-directories', ['/etc/ssh']),
    (('-v', '/srv/e2e/../../etc:/h'), 'no-system-directories', ['/etc']),
    (('--mount', 'type=bind,src=/proc,dst=/h'), 'no-system-directories', ['/proc']),
    (('-v', '/var/run/docker.sock:/var/run/docker.sock'), 'no-engine-sockets', ['/var/run/docker.sock']),
    (('-v', '/run/docker.sock:/s'), 'no-engine-sockets', ['/run/docker.sock']),
    (('-v', '/run:/r'), 'no-engine-sockets', ['/run']),
    (('-v', '/opt:/o'), 'everyday', ['/opt', '/srv/e2e/\\*\\*']),
    (('--cap-add', 'SYS_ADMIN'), 'no-strong-capabilities', ['SYS_ADMIN']),
    (('--cap-add', 'cap_sys_admin'), 'no-strong-capabilities', ['SYS_ADMIN']),
    (('--cap-add', 'ALL'), 'no-strong-capabilities', ['ALL']),
    (('--pid', 'host'), 'no-host-namespaces', ['--pid']),
    (('--network', 'host'), 'no-host-namespaces', ['--net']),
    (('--ipc', 'host'), 'no-host-namespaces', ['--ipc']),
    (('--uts', 'host'), 'no-host-namespaces', ['--uts']),
    (('--userns', 'host'), 'no-host-namespaces', ['--userns']),
    (('--security-opt', 'seccomp=unconfined'), 'no-unconfined', ['seccomp=unconfined']),
    (('--security-opt', 'apparmor:unconfined'), 'no-unconfined', ['apparmor']),
    (('--security-opt', 'systempaths=unconfined'), 'no-unconfined', ['systempaths']),
    (('--device', '/dev/null'), 'no-devices', ['/dev/null']),
    (('--volume-driver', 'local-persist', '-v', 'x:/x'), 'no-volume-options', ['local-persist']),
    (('-m', '2g'), 'memory-limit', ['2g', 'at most 512m', '-m 512m']),
    (('-p', '80:80'), 'everyday', ['80', '127.0.0.1:8000-8999']),
]


def refused(options, rule, says):
    out = docker_refused(rule, 'run', '-d', '--name', 'refused', *LIMIT, *options, 'busybox:local', 'true',
                         says=[*says, 'Ask: platform@example\\.com'])
    check('container.create denied for local' in out, out)
    check(not exists('refused'), 'the container exists')


def no_limit():
    docker_refused('memory-limit', 'run', '-d', '--name', 'refused', 'busybox:local', 'true',
                   says=['memory limit is not set', 'at most 512m', 'fix: -m 512m'])
    check(not exists('refused'), 'the container exists')


def image_not_on_the_list():
    docker_refused('everyday', 'run', '-d', '--name', 'refused', *LIMIT, 'evil:1', 'true',
                   says=['docker.io/library/evil:1', 'registry.example.com/\\*\\*'])
    check(not exists('refused'), 'the container exists')


def several_problems():
    out = docker_refused('no-privileged', 'run', '--privileged', '-v', '/:/h', '--pid', 'host', 'evil:1')
    for rule in ('no-privileged', 'no-system-directories', 'no-host-namespaces', 'memory-limit'):
        check(f'[rule {rule}]' in out, f'{rule} is not told\n{out}')
    check('problems:' in out and '\n  1. ' in out, out)


def exec_privileged():
    docker_ok('run', '-d', '--init', *LIMIT, '--name', 'box', 'busybox:local', 'sleep', '60')
    docker_refused('no-privileged-exec', 'exec', '--privileged', 'box', 'id', says=['--privileged'])
    docker_ok('rm', '-f', 'box')


def pull_not_on_the_list():
    status, out = docker('pull', 'docker.io/library/other:1')
    check(status != 0 and 'image.pull denied for local' in out and '[rule allow everyday]' in out, out)


def escapes_are_not_shown():
    _, out = docker('run', '-m', '64m', '-v', '/opt/\x1b[31mred:/x', 'busybox:local')
    check('authorization denied' in out and '\x1b' not in out, repr(out))


def tests(report):
    report.test('a plain run works, and its logs', plain_run)
    report.test('run --rm leaves nothing and gives the exit status', run_rm)
    report.test('run -d, exec, logs, cp and everything around them work', life_of_a_container)
    report.test('named volumes, own networks and granted directories work', volumes_and_networks)
    report.test('looking around works', looking)
    report.test('a build is refused where no rule grants builds', build_refused)
    for options, rule, says in REFUSED:
        report.test(f'docker run {" ".join(options)} is refused by {rule} and says why', refused, options, rule, says)
    report.test('docker run without a memory limit is refused and says which to set', no_limit)
    report.test('docker run of an image not on the list is refused and says which are', image_not_on_the_list)
    report.test('several problems are told at once', several_problems)
    report.test('docker exec --privileged is refused, plain exec is not', exec_privileged)
    report.test('docker pull of an image not on the list is refused', pull_not_on_the_list)
    report.test('a refusal shows no escape sequences', escapes_are_not_shown)
