# SPDX-License-Identifier: Apache-2.0
"""policy/packs/cis-docker-1.6.yaml on the real daemon.  What violates a check of section 5 is refused
and told which check it is; what complies runs; and what was let through is decided the way
docker-bench-security 1.6 decides it.  The same decisions, without the pack, find every violation: a
judge that finds nothing would prove nothing."""
import json
import os
import re

from lab import DENIED, HERE, LAB, api, check, docker, docker_ok, exists, until

NEEDS_PLUGIN = True
PACK = os.path.join(HERE, '..', '..', 'policy', 'packs', 'cis-docker-1.6.yaml')
EVERYTHING = '''allow:
  everything: {who: [anyone], do: [all], on: any, may: everything}
'''
OPEN = 'sallyport: 1\n' + EVERYTHING
# The two exceptions are what a host has: a port it needs, and the benchmark that runs ps.
MAIN = 'sallyport: 1\ninclude: [packs/cis-docker-1.6.yaml]\n' + EVERYTHING + '''exceptions:
  needed-port: {lifts: [cis/5.9-ports], who: [anyone], may: {ports: ["127.0.0.1:8080"]}, expires: never, reason: e2e}
  bench: {lifts: [cis/5.24-exec-user], who: [anyone], when: {exec_user: ["65534"]}, expires: never, reason: e2e}
'''
COMPLIANT = ('--read-only', '--memory', '64m', '--cpu-shares', '256', '--pids-limit', '50', '--cap-drop', 'ALL',
             '--security-opt', 'no-new-privileges', '--user', '1000:1000', '--ulimit', 'nofile=1024:1024',
             '--restart', 'on-failure:5', '--health-cmd', 'true')
DEFAULT_CAPS = {'AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'NET_RAW',
                'SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'}
DIRECTORIES = '/ /boot /dev /etc /lib /proc /sys /usr'.split()


def without(option, values=1, instead=()):
    i = COMPLIANT.index(option)
    return COMPLIANT[:i] + tuple(instead) + COMPLIANT[i + 1 + values:]


# (check, options of docker create, does the benchmark see it?)  Blind spots of the benchmark say so.
VIOLATIONS = [
    ('4.1', without('--user'), True), ('4.1', without('--user', 1, ('--user', 'root')), True),
    ('4.1', without('--user', 1, ('--user', '0:0')), False),
    ('5.2', COMPLIANT + ('--security-opt', 'apparmor=unconfined'), True),
    ('5.3', COMPLIANT + ('--security-opt', 'label=disable'), False),
    ('5.4', COMPLIANT + ('--cap-add', 'SYS_ADMIN'), True), ('5.4', COMPLIANT + ('--cap-add', 'all'), True),
    ('5.5', COMPLIANT + ('--privileged',), True),
    *(('5.6', COMPLIANT + ('-v', f'{d}:/h'), True) for d in DIRECTORIES),
    ('5.6', COMPLIANT + ('-v', '/etc:/h:ro'), False), ('5.6', COMPLIANT + ('-v', '/etc/hostname:/h'), False),
    ('5.6', COMPLIANT + ('--volumes-from', 'old'), False),
    ('5.8', COMPLIANT + ('--network', 'lan', '-p', '127.0.0.1:80:80'), True),
    ('5.9', COMPLIANT + ('--network', 'lan', '-p', '127.0.0.1:9100:80'), True),
    ('5.10', COMPLIANT + ('--network', 'host'), True),
    ('5.11', without('--memory'), True), ('5.11', COMPLIANT + ('--memory-swap', '-1'), False),
    ('5.12', without('--cpu-shares'), True),
    ('5.13', without('--read-only', 0), True),
    ('5.14', COMPLIANT + ('--network', 'lan', '-p', '8090:80'), True),
    ('5.15', without('--restart', 1, ('--restart', 'on-failure:9')), True),
    ('5.15', without('--restart', 1, ('--restart', 'always')), False),
    ('5.16', COMPLIANT + ('--pid', 'host'), True), ('5.16', COMPLIANT + ('--pid', 'container:old'), False),
    ('5.17', COMPLIANT + ('--ipc', 'host'), True), ('5.17', COMPLIANT + ('--ipc', 'container:old'), False),
    ('5.18', COMPLIANT + ('--device', '/dev/null'), True),
    ('5.18', COMPLIANT + ('--device-cgroup-rule', 'c 1:3 r'), False), ('5.18', COMPLIANT + ('--gpus', 'all'), False),
    ('5.19', without('--ulimit'), True),
    ('5.20', COMPLIANT + ('-v', LAB + '/work:/w:rshared'), True),
    ('5.21', COMPLIANT + ('--uts', 'host'), True),
    ('5.22', COMPLIANT + ('--security-opt', 'seccomp=unconfined'), True),
    ('5.22', COMPLIANT + ('--security-opt', 'seccomp=' + LAB + '/seccomp.json'), False),
    ('5.25', COMPLIANT + ('--cgroup-parent', '/other'), True),
    ('5.26', without('--security-opt'), True),
    ('5.26', without('--security-opt', 1, ('--security-opt', 'no-new-privileges:false')), False),
    ('5.27', without('--health-cmd'), True), ('5.27', without('--health-cmd', 1, ('--no-healthcheck',)), True),
    ('5.29', without('--pids-limit'), True), ('5.29', without('--pids-limit', 1, ('--pids-limit', '-1')), True),
    ('5.31', COMPLIANT + ('--userns', 'host'), True),
    ('5.32', COMPLIANT + ('-v', '/run/docker.sock:/s'), True), ('5.32', COMPLIANT + ('-v', '/run:/r'), False),
]
# Every one of them is let through, and the benchmark has nothing to say.
ALSO_COMPLIANT = [
    ('a volume and a directory of its own', COMPLIANT + ('-v', 'data:/data', '-v', LAB + '/work:/work')),
    ('--cpus', without('--cpu-shares', 1, ('--cpus', '0.5'))),
    ('a capability every container has', COMPLIANT + ('--cap-add', 'NET_BIND_SERVICE')),
    ('a network of its own', COMPLIANT + ('--network', 'lan')),
    ('no restarts', without('--restart', 1, ('--restart', 'no'))),
    ('a tmpfs', COMPLIANT + ('--tmpfs', '/tmp')),
]


# --- docker-bench-security 1.6.0, tests/5_container_runtime.sh and 4_container_images.sh ---

def inspect(name, template):
    return docker_ok('inspect', '--format', template, name).strip()


def ports(name):
    """`docker port`: (address, port) of the host, IPv6 cut off as the benchmark cuts it."""
    out = docker_ok('port', name)
    return [tuple(m.groups()) for m in re.finditer(r'-> ([0-9.]+):(\d+)', out)]


def verdicts(name):
    """The checks this container would get WARN (or INFO, where it gets no more) for."""
    bad = set()

    def warn(number, yes):
        if yes:
            bad.add(number)

    def host_config(field):
        return inspect(name, '{{.HostConfig.%s}}' % field)

    options = host_config('SecurityOpt').strip('[]')
    warn('5.2', inspect(name, '{{.AppArmorProfile}}') in ('', 'unconfined'))
    warn('5.3', options == '')
    warn('5.4', {re.sub('^CAP_', '', c) for c in host_config('CapAdd').strip('[]').split()} - DEFAULT_CAPS)
    warn('5.5', host_config('Privileged') == 'true')
    mounts = inspect(name, '{{range $mnt := .Mounts}} {{json $mnt.Source}} {{json $mnt.Destination}} {{json $mnt.RW}}\n{{end}}')
    raw = json.loads(docker_ok('inspect', name))[0]['Mounts']
    listed = [f'{{{m["Type"]} {m.get("Name", "")} {m["Source"]} {m["Destination"]} x {m["Mode"]} {str(m["RW"]).lower()} x}}' for m in raw]
    warn('5.6', any(re.search(r'{.*\s' + re.escape(d) + r'\s.*true\s.*}', line) for d in DIRECTORIES for line in listed))
    if inspect(name, '{{.State.Running}}') == 'true':  # an exec that fails passes, in the benchmark
        warn('5.7', 'sshd' in docker_ok('exec', '-u', '65534', name, 'busybox', 'ps'))
    warn('5.8', any(int(port) < 1025 for _, port in ports(name)))
    warn('5.9', ports(name))
    warn('5.10', host_config('NetworkMode') == 'host')
    warn('5.11', host_config('Memory') == '0')
    warn('5.12', host_config('CpuShares') == '0' and host_config('NanoCpus') == '0')
    warn('5.13', host_config('ReadonlyRootfs') == 'false')
    warn('5.14', any(ip == '0.0.0.0' for ip, _ in ports(name)))
    warn('5.15', int(host_config('RestartPolicy.MaximumRetryCount')) > 5)
    warn('5.16', host_config('PidMode') == 'host')
    warn('5.17', host_config('IpcMode') == 'host')
    warn('5.18', host_config('Devices') not in ('[]', '<no value>', ''))
    warn('5.19', host_config('Ulimits') in ('[]', '<no value>', ''))
    warn('5.20', 'shared' in inspect(name, '{{range $mnt := .Mounts}}{{$mnt.Propagation}} {{end}}'))
    warn('5.21', host_config('UTSMode') == 'host')
    warn('5.22', re.search('seccomp[:=]unconfined', options))
    warn('5.25', host_config('CgroupParent') not in ('', os.environ.get('LAB_CGROUP', '-')))
    warn('5.26', 'no-new-privileges' not in options)
    warn('5.27', docker('inspect', '--format', '{{.State.Health.Status}}', name)[0] != 0)
    warn('5.29', host_config('PidsLimit') in ('0', '-1', '<nil>', '<no value>'))
    warn('5.31', 'host' in host_config('UsernsMode').lower())
    warn('5.32', 'docker.sock' in mounts)
    warn('4.1', inspect(name, '{{.Config.User}}') in ('', '0', 'root', '[]'))
    return bad


def apparmor():
    return 'apparmor' in docker_ok('info', '-f', '{{.SecurityOptions}}')


# --- tests ---

def start(name, options):
    docker_ok('run', '-d', '--init', '--name', name, *options, 'busybox:local', 'sleep', '300')


def bench_finds_violations():
    """Without the pack: each violation that the benchmark can see, it sees; the other ones it does not."""
    wrong, impossible = [], []
    for number, options, seen in VIOLATIONS:
        status, out = docker('create', '--name', 'bad', *options, 'busybox:local', 'sleep', '300')
        if status == 0 and '-p' in options:  # ports are there when it runs
            status, out = docker('start', 'bad')
        if status != 0:
            impossible.append(f'{number}: {" ".join(options)}: {out}')
        elif (number in verdicts('bad')) != (seen or number == '5.2'):
            wrong.append(f'{number}: {" ".join(options)}: seen {number in verdicts("bad")}')
        docker('rm', '-fv', 'bad')
    check(not wrong, '\n'.join(wrong))
    check(len(impossible) <= 3, 'too many cannot be created here\n' + '\n'.join(impossible))


def refused_by_number():
    wrong = []
    for number, options, _ in VIOLATIONS:
        status, out = docker('create', '--name', 'bad', *options, 'busybox:local', 'sleep', '300')
        if status == 0 or DENIED not in out or f'CIS {number}: ' not in out:
            wrong.append(f'{number}: {" ".join(options)}: {out}')
        docker('rm', '-fv', 'bad')
    check(not wrong, f'{len(wrong)} of {len(VIOLATIONS)}\n' + '\n'.join(wrong))


def refused(number, *args):
    status, out = docker(*args)
    check(status != 0 and DENIED in out and f'CIS {number}: ' in out, f'docker {" ".join(args)}: {out}')


def other_requests():
    """Checks that are not about creating, and what would undo a check later."""
    refused('5.1', 'swarm', 'init', '--advertise-addr', '127.0.0.1')
    refused('5.23', 'exec', '--privileged', '-u', '1000', 'good', 'id')
    refused('5.24', 'exec', '-u', 'root', 'good', 'id')
    refused('5.24', 'exec', '-u', '00', 'good', 'id')
    refused('5.29', 'update', '--pids-limit', '-1', 'good')
    refused('5.15', 'update', '--restart', 'always', 'good')
    refused('5.11', 'update', '--memory-swap', '-1', 'good')
    refused('5.6', 'volume', 'create', '-o', 'type=none', '-o', 'o=bind', '-o', 'device=/etc', 'bad')
    refused('5.10', 'network', 'connect', 'host', 'good')
    status, text = api('POST', '/v1.41/containers/create?name=bad', {'Image': 'busybox:local', 'hostconfig': {'pidMODE': 'host'}})
    check(status == 403 and 'CIS 5.16: ' in text and not exists('bad'), f'{status} {text}')


def socket_of_another_name():
    """5.32: the benchmark greps for docker.sock.  Who listens is found by builtin/self-protection."""
    os.makedirs('/run/lab', exist_ok=True)
    os.link('/run/docker.sock', '/run/lab/d.sock')
    try:
        for path in ('/run/lab/d.sock', '/run/lab'):
            status, out = docker('create', '--name', 'bad', *COMPLIANT, '-v', path + ':/d', 'busybox:local')
            check(status != 0 and DENIED in out and 'builtin/self-protection' in out, out)
    finally:
        os.unlink('/run/lab/d.sock')


def all_missing_is_told_at_once():
    _, out = docker('run', '--rm', 'busybox:local')
    for number in ('4.1', '5.11', '5.12', '5.13', '5.19', '5.26', '5.27', '5.29'):
        check(f'CIS {number}: ' in out, f'{number} is not told\n{out}')


def compliant_runs(name, options):
    start(name, options)
    until(lambda: inspect(name, '{{.State.Running}}') == 'true', f'{name} runs')
    bad = verdicts(name) - (set() if apparmor() else {'5.2'})
    check(not bad, f'the benchmark would warn: {sorted(bad)}')


def needed_port():
    """An exception names it.  The benchmark lists every published port in 5.9, whichever."""
    start('port', COMPLIANT + ('--network', 'lan', '-p', '127.0.0.1:8080:80'))
    check(verdicts('port') - {'5.2'} == {'5.9'}, verdicts('port'))


def tests(report, plugin, policy):
    os.makedirs(LAB + '/packs', exist_ok=True)
    os.makedirs(LAB + '/work', exist_ok=True)
    with open(PACK) as f, open(LAB + '/packs/cis-docker-1.6.yaml', 'w') as copy:
        copy.write(f.read())
    with open(LAB + '/seccomp.json', 'w') as f:
        f.write('{"defaultAction": "SCMP_ACT_ALLOW"}')
    plugin.write_policy(OPEN + 'self_protection: {except: [nobody]}\nmode: audit\n')
    plugin.restart()
    docker_ok('network', 'create', 'lan')
    docker_ok('run', '-d', '--init', '--name', 'old', '--ipc', 'shareable', 'busybox:local', 'sleep', '300')
    report.test('cis: without the pack, the benchmark finds the violations it can see', bench_finds_violations)
    plugin.write_policy(MAIN)
    plugin.restart()
    report.test(f'cis: {len(VIOLATIONS)} violations are refused, and told by their number', refused_by_number)
    report.test('cis: the compliant container runs, and the benchmark has nothing to say', compliant_runs, 'good', COMPLIANT)
    for i, (what, options) in enumerate(ALSO_COMPLIANT):
        report.test(f'cis: and with {what}', compliant_runs, f'good{i}', options)
    report.test('cis: exec, update, volumes, networks and swarm are held to their checks', other_requests)
    report.test('cis: 5.32, an engine behind a socket of another name', socket_of_another_name)
    report.test('cis: what a plain docker run lacks is told at once', all_missing_is_told_at_once)
    report.test('cis: a needed port is an exception', needed_port)
    plugin.write_policy(OPEN)
    plugin.restart()
    names = docker_ok('ps', '-aq').split()
    if names:
        docker_ok('rm', '-fv', *names)
    docker_ok('network', 'rm', 'lan')
    plugin.write_policy(policy)
    plugin.restart()
