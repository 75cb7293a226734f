# SPDX-License-Identifier: Apache-2.0
"""The policies people start from, on the real daemon: ordinary work goes on, takeovers do not."""
import os
import re
import shlex

import cli
import clients
from lab import DENIED, HERE, LAB, api, check, docker, docker_ok, exists

NEEDS_PLUGIN = True
POLICY = os.path.join(HERE, '..', '..', 'policy')
CLASSIC = {'DOCKER_BUILDKIT': '0'}

TAKEOVERS = [
    ('--privileged',), ('-v', '/:/h'), ('-v', '/etc/sudoers.d:/h'), ('-v', '/etc/ssh:/h'), ('-v', '/root/.ssh:/h'), ('-v', '/etc:/h'),
    ('-v', '/var/run/docker.sock:/s'), ('-v', '/run/docker.sock:/s'), ('-v', '/run:/r'), ('-v', '/var:/v'), ('-v', '/var/lib/docker:/d'),
    ('-v', '/run/containerd/containerd.sock:/s'), ('-v', '/home:/h'), ('-v', '/home/anna:/h'), ('-v', '/home/anna/.ssh:/h'),
    ('-v', '/home/anna/src/../.ssh:/h'), ('-v', '/srv/../etc/shadow:/h'), ('-v', '/var/log:/l'), ('-v', '/var/log/app:/l:ro'), ('-v', '/tmp/tmux-0:/t'), ('-v', '/tmp:/t'), ('-v', '/opt/cni/bin:/b'),
     ('-v', '/etc/localtime:/l'),
    ('-v', '/dev:/d'), ('-v', '/proc:/p'), ('-v', '/sys:/s'), ('-v', '/usr/local/bin:/b'), ('-v', '/srv:/s:rshared'),
    ('--pid', 'host'), ('--network', 'host'), ('--ipc', 'host'), ('--uts', 'host'), ('--userns', 'host'), ('--cgroupns', 'host'),
    ('--cap-add', 'SYS_ADMIN'), ('--cap-add', 'ALL'), ('--cap-add', 'sys_module'), ('--cap-add', 'DAC_READ_SEARCH'), ('--cap-add', 'BPF'),
    ('--security-opt', 'seccomp=unconfined'), ('--security-opt', 'apparmor=unconfined'), ('--security-opt', 'label=disable'),
    ('--security-opt', 'systempaths=unconfined'), ('--device', '/dev/null'), ('--device-cgroup-rule', 'a *:* rwm'),
    ('--volumes-from', 'other'), ('--volume-driver', 'x', '-v', 'y:/y'), ('--cgroup-parent', '/'), ('--oom-kill-disable',),
    ('--oom-score-adj', '-500'), ('--runtime', 'x.evil.v1'), ('--log-driver', 'syslog'),
    ('--mount', 'type=volume,dst=/h,volume-driver=local,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=/'),
    ('--mount', 'type=volume,dst=/h,volume-driver=local,volume-opt=type=ext4,volume-opt=device=/dev/vda'),
    ('--mount', 'type=volume,dst=/h,volume-driver=local,volume-opt=type=overlay,volume-opt=device=overlay,'
                '"volume-opt=o=lowerdir=/etc,upperdir=/tmp/u,workdir=/tmp/w"'),
]

ORDINARY = [
    (), ('-v', 'data:/data'), ('-v', '/home/anna/src/app:/app'), ('-v', '/srv/app:/app:ro'), ('-v', '/tmp/x:/x'),
    ('-v', '/etc/localtime:/etc/localtime:ro'), ('-v', '/opt/app:/o:ro'), ('-p', '8080:80'), ('-P',), ('-p', '127.0.0.1:9000:90/udp'),
    ('-e', 'A=b', '-w', '/tmp', '-u', '1000:1000', '-h', 'box', '--label', 'a=b'), ('-it',), ('--init', '--read-only', '--tmpfs', '/tmp'),
    ('--cap-drop', 'ALL', '--cap-add', 'NET_BIND_SERVICE'), ('--cap-add', 'SYS_PTRACE'), ('--cap-add', 'net_admin'),
    ('--security-opt', 'no-new-privileges'), ('--ulimit', 'nofile=1024'), ('--sysctl', 'net.core.somaxconn=1024'), ('--shm-size', '256m'),
    ('--restart', 'unless-stopped'), ('--cpus', '1.5', '--cpu-shares', '512', '-m', '1g', '--pids-limit', '100'), ('--dns', '127.0.0.53'),
    ('--add-host', 'a:127.0.0.1'), ('--network', 'none'), ('--log-driver', 'json-file', '--log-opt', 'max-size=1m'), ('--runtime', 'runc'),
    ('--group-add', 'audio'), ('--health-cmd', 'true', '--health-interval', '5s'), ('--stop-signal', 'SIGINT', '--stop-timeout', '3'),
]


def read(name):
    with open(os.path.join(POLICY, name)) as f:
        return f.read()


def all_refused(extra=()):
    wrong = []
    for options in TAKEOVERS:
        status, out = docker('create', '--name', 'taken', *options, *extra, 'busybox:local', 'true')
        if exists('taken'):
            wrong.append(f'{" ".join(options)}: CREATED')
            docker('rm', '-f', 'taken')
        elif status == 0 or DENIED not in out:
            wrong.append(f'{" ".join(options)}: {out}')
    check(not wrong, f'{len(wrong)} of {len(TAKEOVERS)}\n' + '\n'.join(wrong))


def all_allowed():
    wrong = []
    for options in ORDINARY:
        status, out = docker('create', '--name', 'fine', *options, 'busybox:local', 'true')
        if status != 0 or DENIED in out:
            wrong.append(f'{" ".join(options)}: {out}')
        docker('rm', '-fv', 'fine')
    check(not wrong, f'{len(wrong)} of {len(ORDINARY)}\n' + '\n'.join(wrong))


def checks(plugin, policy):
    import subprocess
    for name in ('default.yaml', 'strict.yaml', 'audit-only.yaml'):
        done = subprocess.run([plugin.binary, 'check', os.path.join(POLICY, name)], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        check(done.returncode == 0 and '0 errors' in done.stdout, f'{name}\n{done.stdout}')


def default_builds():
    with open(LAB + '/Dockerfile', 'w') as f:
        f.write('FROM busybox:local\nRUN echo built >/built\nCMD ["cat", "/built"]\n')
    docker_ok('build', '-t', 'built:1', '-f', LAB + '/Dockerfile', LAB + '/root', env=CLASSIC)
    check(docker_ok('run', '--rm', 'built:1') == 'built\n', 'the image does not run')
    docker_ok('create', '--name', 'base', 'built:1')
    docker_ok('commit', 'base', 'built:2')
    docker_ok('tag', 'built:2', 'built:3')
    docker_ok('rm', 'base')
    docker_ok('rmi', 'built:1', 'built:2', 'built:3')


def default_exec():
    docker_ok('run', '-d', '--init', '--name', 'box', 'busybox:local', 'sleep', '60')
    check(docker_ok('exec', '-u', 'root', 'box', 'id', '-u') == '0\n', 'exec')
    status, out = docker('exec', '--privileged', 'box', 'id')
    check(status != 0 and '[rule no-privileged-exec]' in out, out)
    docker_ok('rm', '-f', 'box')


def default_daemon():
    for args in (('plugin', 'install', '--grant-all-permissions', 'x/y'), ('swarm', 'init', '--advertise-addr', '127.0.0.1'),
                 ('volume', 'create', '-o', 'type=none', '-o', 'o=bind', '-o', 'device=/', 'v'), ('volume', 'create', '-d', 'x', 'v'),
                 ('network', 'create', '-d', 'macvlan', '-o', 'parent=lo', 'n'),
                 ('network', 'create', '-o', 'com.docker.network.bridge.name=virbr0', 'n')):
        status, out = docker(*args)
        check(status != 0 and DENIED in out, f'docker {" ".join(args)}: {out}')
    docker_ok('system', 'prune', '-f')


def default_limits_are_reported(plugin):
    at = plugin.audit_size()
    docker_ok('create', '--name', 'free', 'busybox:local', 'true')
    docker_ok('rm', 'free')
    line = [d for d in plugin.decisions(at) if d['action'] == 'container.create'][0]
    check(line['decision'] == 'audit' and line['rules'] == [] and line['audit_rules'] == ['limits'], line)


def strict_local_may_look():
    docker_ok('ps', '-a')
    docker_ok('version')
    for args in (('run', '--rm', 'busybox:local'), ('create', '-m', '64m', '--pids-limit', '10', 'busybox:local'), ('pull', 'busybox'),
                 ('volume', 'create', 'x'), ('network', 'create', 'x'), ('rmi', 'busybox:local'), ('logs', 'seen'), ('start', 'seen'),
                 ('rm', 'seen'), ('cp', 'seen:/etc/passwd', LAB + '/y'), ('export', 'seen')):
        status, out = docker(*args)
        check(status != 0 and DENIED in out, f'docker {" ".join(args)}: {out}')


def audit_only_refuses_nothing(plugin):
    at = plugin.audit_size()
    docker_ok('create', '--name', 'free', '--privileged', '-v', '/:/h', '--pid', 'host', 'busybox:local', 'true')
    docker_ok('rm', 'free')
    line = [d for d in plugin.decisions(at) if d['action'] == 'container.create'][0]
    check(line['decision'] == 'audit' and 'no-privileged' in str(line['rules']), line)


def readme(plugin):
    """The policy README shows, and the refusal it shows for it, are real."""
    with open(os.path.join(HERE, '..', '..', 'README.md')) as f:
        text = f.read()
    shown = re.search(r'^```\n\$ (docker .*)\n((?:.*\n)+?)```', text, re.M)
    policy = re.search(r'^```yaml\n((?:.*\n)+?)```', text, re.M)
    plugin.write_policy(policy.group(1))
    plugin.restart()
    _, out = docker(*shlex.split(shown.group(1))[1:])
    check(out.startswith(shown.group(2)), f'README says\n{shown.group(2)}\nand docker says\n{out}')


def tests(report, plugin, policy):
    report.test('the shipped policies pass sallyport check', checks, plugin, policy)
    plugin.write_policy(read('default.yaml'))
    plugin.restart()
    report.test(f'default.yaml: {len(ORDINARY)} ordinary ways of docker run are allowed', all_allowed)
    report.test(f'default.yaml: {len(TAKEOVERS)} takeovers of the host are refused', all_refused)
    report.test('default.yaml: a container and what belongs to it', cli.life_of_a_container)
    report.test('default.yaml: classic builds, commit and tag work', default_builds)
    report.test('default.yaml: exec works, as root too, but not privileged', default_exec)
    report.test('default.yaml: plugins, swarm and volumes that bind are refused, prune is not', default_daemon)
    report.test('default.yaml: missing limits are reported, not refused', default_limits_are_reported, plugin)
    report.test('default.yaml: docker-compose works', clients.compose_up_and_down)
    report.test("default.yaml: compose 2's create body passes", clients.compose_2)
    docker_ok('create', '--name', 'seen', 'busybox:local', 'true')
    plugin.write_policy(read('strict.yaml'))
    plugin.restart()
    report.test('strict.yaml: without a certificate one may look, not touch', strict_local_may_look)
    report.test(f'strict.yaml: {len(TAKEOVERS)} takeovers of the host are refused', all_refused, ('-m', '64m'))
    plugin.write_policy(read('audit-only.yaml'))
    plugin.restart()
    report.test('audit-only.yaml: nothing is refused, everything is told', audit_only_refuses_nothing, plugin)
    docker_ok('rm', 'seen')
    report.test('the policy and the refusal README shows are real', readme, plugin)
    plugin.write_policy(policy)
    plugin.restart()
