# SPDX-License-Identifier: Apache-2.0
"""What is typed at the docker command, flag by flag, and what a flag is left out for."""

# docker run and docker create.  A value None stands for a flag without one.
CREATE = [
    '', '--add-host db:192.0.2.7', '--add-host host.docker.internal:host-gateway', '--annotation a=b', '-a stdout', '--attach stderr',
    '--blkio-weight 100', '--blkio-weight-device /dev/null:100', '--cap-add NET_ADMIN', '--cap-add sys_ptrace', '--cap-add CAP_CHOWN',
    '--cap-drop ALL', '--cap-drop MKNOD', '--cgroupns private', '--cidfile {tmp}/cid', '--cpu-period 50000', '--cpu-quota 20000', '-c 512',
    '--cpu-shares 512', '--cpus 0.5', '--cpuset-cpus 0', '--cpuset-mems 0', '--device-read-bps /dev/null:1mb',
    '--device-read-iops /dev/null:100', '--device-write-bps /dev/null:1mb', '--device-write-iops /dev/null:100',
    '--disable-content-trust', '--dns 192.0.2.1', '--dns 192.0.2.1 --dns 2001:db8::1', '--dns-option ndots:2', '--dns-search example.com',
    '--dns-search .', '--domainname example.com', '--entrypoint /bin/true', '--entrypoint=', '-e A=b', '-e HOME', '--env A=',
    '--env-file {tmp}/env', '--expose 80', '--expose 8000-8010/udp', '--group-add audio', '--group-add 1000', '--health-cmd true',
    '--health-cmd true --health-interval 5s --health-retries 2 --health-timeout 2s --health-start-period 1s',
    '--health-cmd true --health-start-interval 1s', '-h box', '--hostname box.example.com', '--init', '-i', '--interactive',
    '--ipc private', '--ipc shareable', '--ipc none', '--kernel-memory 32m', '-l a=b', '--label a=b --label c', '--label-file {tmp}/labels',
    '--link peer:alias', '--log-driver json-file --log-opt max-size=1m --log-opt max-file=2', '--log-driver none', '--log-driver local',
    '--log-driver journald', '--log-opt max-size=1m', '--mac-address 92:d0:c6:0a:29:33', '-m 64m', '--memory 64m --memory-swap 128m',
    '-m 64m --memory-swap -1', '-m 64m --memory-reservation 32m', '-m 64m --memory-swappiness 10', '--memory-swappiness -1',
    '--mount type=volume,source=honest,target=/data', '--mount type=volume,target=/data', '--mount type=volume,src=honest,dst=/d,readonly',
    '--mount type=volume,src=honest,dst=/d,volume-nocopy', '--mount type=volume,src=honest,dst=/d,volume-label=a=b',
    '--mount type=tmpfs,destination=/t', '--mount type=tmpfs,dst=/t,tmpfs-size=1m,tmpfs-mode=1777',
    '--mount type=bind,source={tmp}/dir,target=/data', '--mount type=bind,src={tmp}/dir,dst=/d,ro,bind-propagation=rprivate',
    '--network none', '--network lan', '--net lan --network-alias a --network-alias b', '--network lan --ip 198.51.100.77',
    '--network name=lan,alias=a', '--network lan --ip6 2001:db8::33', '--network lan --link-local-ip 169.254.7.7', '--network container:peer',
    '--network bridge', '--network default', '--network lan --mac-address 92:d0:c6:0a:29:34', '--network lan --link peer:alias',
    '--no-healthcheck', '--oom-score-adj 500', '--pids-limit 100', '--pids-limit -1', '--pids-limit 0', '--platform linux/amd64',
    '-p 80', '-p 8080:80', '-p 127.0.0.1:8081:80/udp', '-p [::1]:8082:80', '-p 8090-8092:90-92', '-P', '--publish 53:53/udp',
    '--pull never', '--pull missing', '-q', '--read-only', '--restart no', '--restart always', '--restart on-failure:3',
    '--restart unless-stopped', '--runtime runc', '--runtime io.containerd.runc.v2', '--security-opt no-new-privileges', '--security-opt no-new-privileges:true',
    '--security-opt apparmor=docker-default', '--shm-size 128m', '--stop-signal SIGINT', '--stop-signal 9', '--stop-timeout 3',
    '--storage-opt size=1G', '--sysctl net.core.somaxconn=512', '--sysctl net.ipv4.ip_unprivileged_port_start=0 --sysctl kernel.shmmax=65536',
    '--sysctl kernel.msgmax=65536', '--sysctl fs.mqueue.msg_max=20', '--tmpfs /t', '--tmpfs /t:size=1m,mode=1777,noexec', '-t', '--tty',
    '--ulimit nofile=1024:2048', '--ulimit nproc=100', '--ulimit memlock=-1:-1', '-u nobody', '-u 1000:1000', '--user 1000',
    '-v /data', '-v honest:/data', '-v honest:/data:ro', '-v honest:/data:nocopy', '-v {tmp}/dir:/data', '-v {tmp}/dir:/data:ro',
    '-v {tmp}/dir:/data:z', '-v {tmp}/dir:/data:Z', '-v {tmp}/dir:/d:rprivate', '-v /etc/localtime:/etc/localtime:ro', '-v /etc/timezone:/etc/timezone:ro',
    '-v /etc/ssl/certs:/etc/ssl/certs:ro', '-v /usr/share/zoneinfo/UTC:/etc/localtime:ro', '-v /srv/app:/app',
    '-v /home/anna/src:/src -w /src', '-v /builds/group/project:/builds', '-w /tmp', '--workdir /new/folder',
]
# Only docker run has these, or only there they do something.
RUN = ['-d', '--detach', '--rm', '--rm -i', '--sig-proxy=false', '--detach-keys ctrl-x', '-a stdin -a stdout -i', '-d --rm --init']

# Refused by policy/default.yaml on purpose, or nothing this daemon could be asked for.
NOT_HARMLESS = {
    '--privileged': 'the host', '--cgroup-parent': "another place in the host's limits", '--cpu-rt-period': 'real-time of the host',
    '--cpu-rt-runtime': 'real-time of the host', '--device': 'devices', '--device-cgroup-rule': 'devices', '--gpus': 'devices; `gpus: true` grants them',
    '--oom-kill-disable': 'no limit', '--pid': 'processes of the host or of another container', '--use-api-socket': 'the engine socket',
    '--userns': 'host namespace', '--uts': 'host namespace', '--volume-driver': 'programs of the host', '--volumes-from': 'mounts nobody judged',
    '--ipam-opt': 'for IPAM drivers, which are programs of the host', '--cpu-count': 'Windows', '--cpu-percent': 'Windows', '--io-maxbandwidth': 'Windows', '--io-maxiops': 'Windows', '--isolation': 'Windows',
    '--help': 'sends nothing', '--name': 'in every case',
}

EXEC = ['', '-d', '--detach', '-e A=b', '--env A=b', '--env-file {tmp}/env', '-i', '--interactive', '-u nobody', '--user 0:0', '-w /tmp',
        '--workdir /tmp', '--detach-keys ctrl-x']

BUILD = ['', '--add-host db:192.0.2.7', '--build-arg A=b', '--build-arg HTTP_PROXY=http://192.0.2.1:3128', '--cache-from built:1', '--compress',
         '--cpu-period 50000', '--cpu-quota 20000', '-c 512', '--cpuset-cpus 0', '--cpuset-mems 0', '-f {tmp}/context/Other', '--force-rm',
         '--iidfile {tmp}/iid', '--label a=b', '-m 64m', '-m 64m --memory-swap 128m', '--network none', '--network default', '--no-cache', '--pull', '-q',
         '--rm=false', '--shm-size 64m', '-t built:1 -t built:2', '--target first', '--ulimit nofile=1024', '--platform linux/amd64',
         '--disable-content-trust']

UPDATE = ['--cpu-shares 512', '--cpu-period 50000', '--cpu-quota 20000', '--cpus 0.5', '--cpuset-cpus 0', '--cpuset-mems 0', '-m 64m',
          '-m 64m --memory-swap 128m', '--memory-reservation 32m', '--memory-swap -1', '--pids-limit 100', '--pids-limit -1', '--restart always',
          '--restart no', '--blkio-weight 100', '--kernel-memory 32m']

# (command line, an action that must have been asked for).  In this order: they build on each other.
SEQUENCE = [(line.rsplit(' -> ')[0].strip(), line.rsplit(' -> ')[1].strip()) for line in '''
version -> system.version
info -> system.info
system info --format {{{{.Name}}}} -> system.info
ps -> container.list
ps -a -s -n 5 --no-trunc -> container.list
ps -l -q --filter label=a=b --filter status=running --format {{{{.ID}}}} -> container.list
container ls --all -> container.list
images -a --digests --no-trunc -> image.list
images -q -f dangling=true -> image.list
image inspect busybox:local -> image.inspect
history --no-trunc busybox:local -> image.history
inspect peer -> container.inspect
inspect -s --type container peer -> container.inspect
container inspect peer -> container.inspect
logs peer -> container.logs
logs --details -t --tail 5 --since 1h --until 1s peer -> container.logs
logs --since 2024-01-01T00:00:00Z --tail all peer -> container.logs
stats --no-stream peer -> container.stats
stats -a --no-stream --no-trunc -> container.stats
top peer -> container.top
top peer -o pid,args -> container.top
diff peer -> container.changes
port peer -> container.inspect
cp peer:/etc/passwd {tmp}/out -> container.copy-out
cp -a peer:/etc {tmp}/out-dir -> container.copy-out
cp -L peer:/bin/sh {tmp}/out-link -> container.copy-out
cp -q {tmp}/file peer:/tmp/in -> container.copy-in
cp -a {tmp}/dir peer:/tmp/in-dir -> container.copy-in
pause peer -> container.pause
unpause peer -> container.unpause
kill -s USR1 peer -> container.kill
kill --signal 0 peer -> container.kill
rename peer peer2 -> container.rename
rename peer2 peer -> container.rename
restart -t 0 peer -> container.restart
stop -t 0 peer -> container.stop
stop -s SIGKILL -t 1 peer -> container.stop
start peer -> container.start
start -a done -> container.attach
start -a -i --detach-keys ctrl-x done -> container.start
wait done -> container.wait
commit peer committed:1 -> container.commit
commit -a somebody -m message -c ENV%20A=b -c CMD%20true peer committed:2 -> container.commit
commit --pause=false peer -> container.commit
tag committed:1 committed:3 -> image.tag
image tag committed:1 registry.example.com/team/app:1 -> image.tag
export -o {tmp}/export.tar peer -> container.export
import {tmp}/export.tar imported:1 -> image.import
import -c CMD%20true -m message {tmp}/export.tar imported:2 -> image.import
save -o {tmp}/save.tar committed:1 -> image.save
save -o {tmp}/save2.tar committed:1 committed:2 -> image.save
load -i {tmp}/save.tar -> image.load
load -q -i {tmp}/save2.tar -> image.load
pull -q busybox:1.36 -> image.pull
pull -a busybox -> image.pull
pull --platform linux/arm64 registry.example.com/team/app@sha256:{digest} -> image.pull
push -q registry.example.com/team/app:1 -> image.push
push -a registry.example.com/team/app -> image.push
search --limit 5 --filter is-official=true busybox -> image.search
login -u somebody -p secret registry.example.com -> registry.login
volume create -> volume.create
volume create honest1 -> volume.create
volume create -d local --label a=b honest2 -> volume.create
volume ls -q -f dangling=true -> volume.list
volume inspect honest1 -> volume.inspect
volume rm -f honest1 honest2 -> volume.remove
volume prune -f --filter label=a=b -> volume.prune
network create n1 -> network.create
network create -d bridge --subnet 203.0.113.0/24 --gateway 203.0.113.1 --ip-range 203.0.113.128/25 --aux-address a=203.0.113.5 n2 -> network.create
network create --internal --label a=b n3 -> network.create
network create --attachable n4 -> network.create
network create --ipv6 --subnet 2001:db8:1::/64 n5 -> network.create
network create -o com.docker.network.driver.mtu=1400 -o com.docker.network.bridge.enable_icc=false n6 -> network.create
network create -o com.docker.network.bridge.enable_ip_masquerade=false -o com.docker.network.bridge.host_binding_ipv4=127.0.0.1 n7 -> network.create
network create --ipam-driver default --scope local n8 -> network.create
network create --config-only --subnet 192.0.2.0/24 n10 -> network.create
network create --config-from n10 n11 -> network.create
network ls --no-trunc -q -f driver=bridge -> network.list
network inspect -v n1 -> network.inspect
network connect n1 box -> network.connect
network disconnect -f n1 box -> network.disconnect
network connect --alias a --alias b n1 box -> network.connect
network disconnect n1 box -> network.disconnect
network connect --ip 203.0.113.130 n2 box -> network.connect
network connect --ip6 2001:db8:1::7 n5 box -> network.connect
network connect --link peer:p n6 box -> network.connect
network connect --link-local-ip 169.254.9.9 n7 box -> network.connect
network connect --driver-opt com.docker.network.endpoint.sysctls=net.ipv4.conf.IFNAME.log_martians=1 n8 box -> network.connect
network rm n1 -> network.remove
network prune -f --filter until=1h -> network.prune
system df -v -> system.df
events --since 1h --until 1s --filter type=container --filter event=start -> system.events
system prune -f -> container.prune
container prune -f --filter until=1h -> container.prune
image prune -a -f --filter until=1h -> image.prune
builder prune -a -f --filter until=1h -> build.prune
rmi -f imported:2 -> image.remove
image rm --no-prune committed:3 -> image.remove
rm -f -v peer -> container.remove
container rm done -> container.remove
service ls -> service.list
node ls -> node.list
plugin ls -> plugin.list
'''.strip().split('\n') if line]
