# SPDX-License-Identifier: Apache-2.0
"""What `explain -- docker ...` says beforehand, and what `try -- docker ...` shows, is what happens: same
verdict, same text."""
import os
import re
import shlex
import subprocess

from lab import DENIED, LAB, check, docker, docker_ok

NEEDS_PLUGIN = True

# {box} is a container that is there, and may be stopped.
LINES = '''
create busybox:local true
create -m 64m busybox:local true
create -m 2g --memory-swap 2g busybox:local true
create -m 64m -v /:/h busybox:local
create -m 64m -v /etc:/e:ro busybox:local
create -m 64m -v /srv/../etc:/e busybox:local
create -m 64m --mount type=bind,source=/proc,target=/h busybox:local
create -m 64m --mount type=volume,dst=/e,volume-driver=local,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=/etc busybox:local
create -m 64m -v /var/run/docker.sock:/s busybox:local
create -m 64m -v data:/data --tmpfs /run busybox:local
create -m 64m --privileged --pid host --network host busybox:local
create -m 64m --uts host --userns host --ipc host busybox:local
create -m 64m --cap-add NET_ADMIN --cap-drop ALL busybox:local
create -m 64m --cap-add SYS_ADMIN busybox:local
create -m 64m --cap-add ALL busybox:local
create -m 64m --security-opt seccomp=unconfined busybox:local
create -m 64m --security-opt systempaths=unconfined busybox:local
create -m 64m --security-opt no-new-privileges busybox:local
create -m 64m --device /dev/null busybox:local
create -m 64m --gpus all busybox:local
create -m 64m -p 127.0.0.1:8080:80 busybox:local
create -m 64m -p 80:80 -P busybox:local
create -m 64m --ulimit nofile=1024 --ulimit core=0 busybox:local
create -m 64m --network container:{box} busybox:local
create -m 64m --volumes-from {box} busybox:local
create -m 64m --volume-driver local-persist -v x:/x busybox:local
create -m 64m --sysctl net.core.somaxconn=512 --group-add audio busybox:local
create -m 64m --oom-kill-disable --cgroup-parent x busybox:local
create -m 64m --runtime other --log-driver syslog busybox:local
create -m 64m evil:1
create -m 64m registry.example.com/team/app:1
exec {box} true
exec --privileged -u 0 {box} true
update -m 32m --memory-swap 64m {box}
update -m 1g --memory-swap 2g {box}
rename {box} {box}
stop -t 0 {box}
commit {box} x:1
volume create foretold
volume create -o type=none -o o=bind -o device=/etc foretold
network create foretold
tag busybox:local evil:2
tag busybox:local busybox:copy-told
pull docker.io/library/other:1
push evil:1
save evil:1
build -t x:1 {lab}
service ls
swarm init
plugin ls
system df
'''


RULES = re.compile(r'\[rule ([^]]+)\]')
# The container is there in both; the fake daemon knows only what was created with it.
SETUP = 'docker run -d -m 64m --name {box} busybox:local >&2 && exec docker "$@"'


def tried(plugin, line, box):
    words = shlex.split(line)
    env = dict(os.environ, DOCKER_BUILDKIT='0')
    done = subprocess.run([plugin.binary, 'try', '--policy', plugin.policy, '--', 'sh', '-c', SETUP.format(box=box), 'sh', *words],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, env=env, timeout=60)
    _, out = docker(*words, env={'DOCKER_BUILDKIT': '0'})
    denied = DENIED in out
    check(denied == (done.returncode == 1), f'try: {done.returncode}\n{done.stdout}\ndocker: {out}')
    # Rules, not texts: where links and sockets of the host are, try does not look up.
    shown = done.stdout[done.stdout.index(DENIED):] if denied else ''
    rules = [RULES.findall(text) for text in (out, shown)]
    check(rules[0] == rules[1], f'{out}\nis not\n{done.stdout}')


def foretold(plugin, line):
    words = shlex.split(line)
    told = subprocess.run([plugin.binary, 'explain', '--policy', plugin.policy, '--', 'docker', *words], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    check(told.returncode in (0, 1), told.stdout)
    _, out = docker(*words, env={'DOCKER_BUILDKIT': '0'})
    denied = DENIED in out
    check(denied == (told.returncode == 1), f'explain: {told.returncode}\n{told.stdout}\ndocker: {out}')
    if denied:
        text = told.stdout[told.stdout.index('\nmessage ') + 1:].split('\nwould say ')[0]
        for part in text.strip('\n').split('\n'):
            check(part[10:].strip() in out, f'{part[10:]}\nis not in\n{out}')


def tests(report, plugin, policy):
    del policy
    box = 'foretold'
    with open(LAB + '/root/Dockerfile', 'w') as f:
        f.write('FROM busybox:local\n')
    docker_ok('run', '-d', '--init', '-m', '64m', '--name', box, 'busybox:local', 'sleep', '300')
    for line in LINES.strip().split('\n'):
        line = line.format(box=box, lab=LAB + '/root')
        report.test(f'explain foretells docker {line}', foretold, plugin, line)
        report.test(f'try foretells docker {line}', tried, plugin, line, box)
    docker('rm', '-f', box)
    docker('volume', 'rm', '-f', 'foretold', 'data')
    docker('network', 'rm', 'foretold')
