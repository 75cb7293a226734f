# SPDX-License-Identifier: Apache-2.0
"""docker-py as people write it.  Prints one JSON line per step for run.py, which judges the audit
log between the two offsets: {"step", "action", "from", "to", "error"}."""
import io
import json
import os
import sys
import tarfile

import docker
from docker.types import DriverConfig, Healthcheck, IPAMConfig, IPAMPool, LogConfig, Mount, Ulimit  # noqa: F401

AUDIT, TMP = sys.argv[1:3]
IMAGE = 'busybox:local'
client = docker.from_env()
low = client.api
n = 0


def step(name, action, function):
    at, error = os.path.getsize(AUDIT), ''
    try:
        function()
    except Exception as why:  # judged by run.py: only a refusal by the plugin counts there
        error = f'{type(why).__name__}: {why}'
    print(json.dumps({'step': name, 'action': action, 'from': at, 'to': os.path.getsize(AUDIT), 'error': error}), flush=True)


def create(**kw):
    client.containers.create(IMAGE, kw.pop('command', 'true'), **kw).remove(v=True)


def tar():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w') as t:
        info = tarfile.TarInfo('put')
        info.size = 3
        t.addfile(info, io.BytesIO(b'put'))
    return out.getvalue()


# Every harmless argument of containers.create and containers.run.
ARGUMENTS = [
    {'auto_remove': True}, {'blkio_weight': 100}, {'blkio_weight_device': [{'Path': '/dev/null', 'Weight': 100}]}, {'cap_add': ['NET_ADMIN']},
    {'cap_add': None}, {'cap_add': []}, {'cap_drop': ['ALL']}, {'command': ['sh', '-c', 'true']}, {'cpu_period': 50000}, {'cpu_quota': 20000},
    {'cpu_shares': 512}, {'cpuset_cpus': '0'}, {'cpuset_mems': '0'}, {'detach': True}, {'device_read_bps': [{'Path': '/dev/null', 'Rate': 1000}]},
    {'device_read_iops': [{'Path': '/dev/null', 'Rate': 1000}]}, {'device_write_bps': [{'Path': '/dev/null', 'Rate': 1000}]},
    {'device_write_iops': [{'Path': '/dev/null', 'Rate': 1000}]}, {'devices': []}, {'devices': None}, {'device_requests': []}, {'dns': ['192.0.2.1']},
    {'dns_opt': ['ndots:2']}, {'dns_search': ['example.com']}, {'domainname': 'example.com'}, {'entrypoint': ['/bin/true']}, {'entrypoint': '/bin/sh -c'},
    {'environment': {'A': 'b', 'C': None}}, {'environment': ['A=b', 'C']}, {'extra_hosts': {'a': '192.0.2.7'}}, {'group_add': ['audio', 1000]},
    {'healthcheck': {'test': ['CMD', 'true'], 'interval': 1000000000, 'timeout': 1000000000, 'retries': 3, 'start_period': 1000000000}},
    {'hostname': 'box'}, {'init': True}, {'init': False}, {'ipc_mode': 'private'}, {'ipc_mode': 'shareable'}, {'kernel_memory': '32m'},
    {'labels': {'a': 'b'}}, {'labels': ['a', 'b']}, {'links': {'peer': 'alias'}}, {'log_config': LogConfig(type=LogConfig.types.JSON, config={'max-size': '1m'})},
    {'lxc_conf': {}}, {'mac_address': '92:d0:c6:0a:29:33'}, {'mem_limit': '64m'}, {'mem_limit': 67108864}, {'mem_limit': '64m', 'mem_reservation': '32m'},
    {'mem_swappiness': 10}, {'mem_limit': '64m', 'memswap_limit': '128m'}, {'mem_limit': '64m', 'memswap_limit': -1},
    {'mounts': [Mount('/data', 'honest')]}, {'mounts': [Mount('/t', None, type='tmpfs', tmpfs_size='1m', tmpfs_mode=0o1777)]},
    {'mounts': [Mount('/d', TMP + '/dir', type='bind', read_only=True)]}, {'mounts': [Mount('/d', 'honest', no_copy=True, labels={'a': 'b'})]},
    {'mounts': [Mount('/d', TMP + '/dir', type='bind', propagation='rprivate', consistency='cached')]}, {'mounts': []},
    {'nano_cpus': 500000000}, {'network': 'lan'}, {'network_disabled': True}, {'network_mode': 'none'}, {'network_mode': 'bridge'},
    {'network_mode': 'container:peer'}, {'oom_kill_disable': False}, {'oom_score_adj': 500}, {'pids_limit': 100}, {'pids_limit': -1},
    {'ports': {'80/tcp': 8080}}, {'ports': {'80/tcp': None}}, {'ports': {'80/udp': ('127.0.0.1', 8081)}},
    {'ports': {'80': [8083, 8084]}}, {'privileged': False}, {'publish_all_ports': True}, {'read_only': True}, {'restart_policy': {'Name': 'always'}},
    {'restart_policy': {'Name': 'on-failure', 'MaximumRetryCount': 5}}, {'runtime': 'runc'}, {'security_opt': ['no-new-privileges']}, {'security_opt': []},
    {'shm_size': '64m'}, {'shm_size': 1000000}, {'stdin_open': True}, {'stop_signal': 'SIGINT'}, {'storage_opt': {'size': '1G'}},
    {'sysctls': {'net.core.somaxconn': 512}}, {'sysctls': {'net.ipv4.ip_forward': '1'}}, {'tmpfs': {'/t': 'size=1m', '/u': ''}}, {'tty': True},
    {'ulimits': [Ulimit(name='nofile', soft=1024, hard=2048)]}, {'use_config_proxy': True}, {'user': 'nobody'}, {'user': 1000},
    {'volumes': {'honest': {'bind': '/data', 'mode': 'rw'}}}, {'volumes': [TMP + '/dir:/data:ro']}, {'volumes': ['/data']}, {'volume_driver': ''},
    {'volumes_from': []}, {'working_dir': '/tmp'}, {'pid_mode': None, 'uts_mode': None, 'userns_mode': None, 'cgroup_parent': None},
]


def containers():
    step('containers.run', 'container.create', lambda: client.containers.run(IMAGE, 'echo hello'))
    step('containers.run remove=True', 'container.create', lambda: client.containers.run(IMAGE, 'echo hello', remove=True))
    for kw in ARGUMENTS:
        step('containers.create ' + ' '.join(f'{k}={v!r}' for k, v in kw.items()), 'container.create', lambda: create(**kw))
    client.containers.run(IMAGE, 'sleep 300', init=True, detach=True, name='py')
    box = client.containers.get('py')
    step('exec_run', 'container.exec', lambda: box.exec_run('echo inside'))
    step('exec_run with arguments', 'container.exec', lambda: box.exec_run(
        ['id'], user='nobody', environment={'A': 'b'}, workdir='/tmp', privileged=False, tty=False, demux=True, stream=False))
    step('exec_run detach=True', 'container.exec', lambda: box.exec_run('true', detach=True))
    step('exec_run socket=True', 'container.exec', lambda: box.exec_run('true', socket=True, stdin=True))
    step('exec_run tty=True', 'container.exec', lambda: box.exec_run('true', tty=True))
    step('put_archive', 'container.copy-in', lambda: box.put_archive('/tmp', tar()))
    step('get_archive', 'container.copy-out', lambda: b''.join(box.get_archive('/tmp/put')[0]))
    step('attach', 'container.attach', lambda: box.attach(stream=True, logs=True, stdout=True))
    step('attach_socket', 'container.attach', lambda: box.attach_socket(params={'stdin': 1, 'stream': 1}))
    step('logs', 'container.logs', lambda: box.logs(timestamps=True, tail=5))
    step('stats', 'container.stats', lambda: box.stats(stream=False))
    step('top', 'container.top', lambda: box.top(ps_args='aux'))
    step('diff', 'container.changes', box.diff)
    step('resize', 'container.resize', lambda: box.resize(24, 80))
    step('update', 'container.update', lambda: box.update(mem_limit='64m', memswap_limit='128m', cpu_shares=512, restart_policy={'Name': 'no'}))
    step('update blkio_weight', 'container.update', lambda: box.update(blkio_weight=100))
    step('rename', 'container.rename', lambda: box.rename('py2'))
    step('pause', 'container.pause', box.pause)
    step('unpause', 'container.unpause', box.unpause)
    step('commit', 'container.commit', lambda: box.commit('pyimage', 'one', author='a', message='m', conf={'Cmd': ['true']}, changes='ENV A=b'))
    step('export', 'container.export', lambda: b''.join(box.export()))
    step('kill', 'container.kill', lambda: box.kill('USR1'))
    step('restart', 'container.restart', lambda: box.restart(timeout=0))
    step('stop', 'container.stop', lambda: box.stop(timeout=0))
    step('start', 'container.start', box.start)
    step('wait', 'container.wait', lambda: (box.kill(), box.wait(timeout=10)))
    step('remove', 'container.remove', lambda: box.remove(v=True, force=True))
    step('containers.list', 'container.list', lambda: client.containers.list(all=True, filters={'label': 'a=b', 'status': 'exited'}))
    step('containers.prune', 'container.prune', lambda: client.containers.prune(filters={'label': 'none=none'}))


def images():
    context = TMP + '/context'
    step('images.build', 'image.build', lambda: client.images.build(path=context, tag='pybuilt:1', rm=True))
    step('images.build with arguments', 'image.build', lambda: client.images.build(
        path=context, tag='pybuilt:2', nocache=True, buildargs={'A': 'b'}, labels={'a': 'b'}, target='first', forcerm=True, pull=False,
        container_limits={'memory': 67108864, 'memswap': -1, 'cpushares': 512, 'cpusetcpus': '0'}, shmsize=67108864, cache_from=['pybuilt:1'],
        network_mode='none', extra_hosts={'a': '192.0.2.7'}, use_config_proxy=True, gzip=True))
    step('images.build fileobj', 'image.build', lambda: client.images.build(fileobj=io.BytesIO(b'FROM busybox:local\nENV A=b\n'), tag='pybuilt:3'))
    step('images.get save', 'image.save', lambda: open(TMP + '/py.tar', 'wb').write(b''.join(client.images.get('pybuilt:1').save(named=True))))
    step('images.load', 'image.load', lambda: client.images.load(open(TMP + '/py.tar', 'rb').read()))
    step('image.tag', 'image.tag', lambda: client.images.get('pybuilt:1').tag('registry.example.com/py', 'v1', force=True))
    step('image.history', 'image.history', lambda: client.images.get('pybuilt:1').history())
    step('images.list', 'image.list', lambda: client.images.list(all=True, filters={'dangling': False}))
    step('images.pull', 'image.pull', lambda: client.images.pull('busybox', '1.36', platform='linux/amd64'))
    step('images.pull all tags', 'image.pull', lambda: client.images.pull('busybox', all_tags=True))
    step('images.push', 'image.push', lambda: client.images.push('registry.example.com/py', 'v1', auth_config={'username': 'u', 'password': 'p'}))
    step('images.search', 'image.search', lambda: client.images.search('busybox'))
    step('images.get_registry_data', 'distribution.inspect', lambda: client.images.get_registry_data('busybox:1.36'))
    step('api.import_image', 'image.import', lambda: low.import_image_from_data(tar(), repository='pyimport', tag='1'))
    step('images.remove', 'image.remove', lambda: client.images.remove('pybuilt:3', force=True))
    step('images.prune', 'image.prune', lambda: client.images.prune(filters={'dangling': True}))
    step('images.prune_builds', 'build.prune', client.images.prune_builds)


def others():
    step('volumes.create', 'volume.create', lambda: client.volumes.create('pyvolume', driver='local', labels={'a': 'b'}))
    step('volumes.create driver_opts={}', 'volume.create', lambda: client.volumes.create('pyvolume2', driver_opts={}))
    step('volumes.create nameless', 'volume.create', lambda: client.volumes.create())
    step('volumes.list', 'volume.list', lambda: client.volumes.list(filters={'dangling': True}))
    step('volume.remove', 'volume.remove', lambda: client.volumes.get('pyvolume').remove(force=True))
    step('volumes.prune', 'volume.prune', lambda: client.volumes.prune(filters={'label': 'a=b'}))
    ipam = IPAMConfig(pool_configs=[IPAMPool(subnet='198.18.7.0/24', gateway='198.18.7.1', aux_addresses={'a': '198.18.7.9'})])
    step('networks.create', 'network.create', lambda: client.networks.create('pynet', driver='bridge'))
    step('networks.create with arguments', 'network.create', lambda: client.networks.create(
        'pynet2', driver='bridge', ipam=ipam, options={'com.docker.network.driver.mtu': '1400'}, check_duplicate=True, internal=True,
        labels={'a': 'b'}, enable_ipv6=False, attachable=True, scope='local', ingress=False))
    client.containers.create(IMAGE, 'true', name='pynetted')
    step('network.connect', 'network.connect', lambda: client.networks.get('pynet').connect('pynetted', aliases=['x'], links=[('peer', 'p')]))
    step('network.connect ipv4_address', 'network.connect', lambda: client.networks.get('pynet2').connect('pynetted', ipv4_address='198.18.7.20'))
    step('network.disconnect', 'network.disconnect', lambda: client.networks.get('pynet').disconnect('pynetted', force=True))
    client.containers.get('pynetted').remove()
    step('networks.list', 'network.list', lambda: client.networks.list(names=['pynet'], filters={'driver': 'bridge'}, greedy=True))
    step('network.remove', 'network.remove', lambda: client.networks.get('pynet').remove())
    step('networks.prune', 'network.prune', lambda: client.networks.prune(filters={'label': 'none=none'}))  # the others need lan
    step('events', 'system.events', lambda: list(client.events(since=1, until=2, filters={'type': 'container'}, decode=True)))
    step('info', 'system.info', client.info)
    step('df', 'system.df', client.df)
    step('version', 'system.version', client.version)
    step('login', 'registry.login', lambda: client.login('u', 'p', registry='registry.example.com', reauth=True))


def low_level():
    host = low.create_host_config(
        binds={TMP + '/dir': {'bind': '/a', 'mode': 'ro'}, 'honest': {'bind': '/b'}}, port_bindings={80: 8085, '53/udp': ('127.0.0.1', None)},
        publish_all_ports=False, links=None, privileged=False, dns=None, dns_search=None, volumes_from=None, network_mode='lan',
        restart_policy={'Name': 'unless-stopped', 'MaximumRetryCount': 0}, cap_add=None, cap_drop=None, devices=None, extra_hosts={'a': '192.0.2.7'},
        read_only=False, pid_mode=None, ipc_mode=None, security_opt=None, ulimits=[], log_config={'type': 'json-file', 'config': {}},
        mem_limit=0, memswap_limit=0, mem_reservation=0, group_add=None, shm_size=None, sysctls=None, tmpfs=None, init=None, mounts=None,
        oom_kill_disable=False, runtime=None, device_cgroup_rules=None)
    net = low.create_networking_config({'lan': low.create_endpoint_config(aliases=['x', 'y'], links={'peer': 'p'})})

    def everything():
        box = low.create_container(IMAGE, ['true'], hostname=None, user=None, detach=True, stdin_open=False, tty=False, ports=[80, (53, 'udp')],
                                   environment=None, volumes=['/a', '/b'], network_disabled=False, name='pylow', entrypoint=None, working_dir=None,
                                   domainname=None, host_config=host, mac_address=None, labels=None, stop_signal=None, networking_config=net,
                                   healthcheck=None, stop_timeout=10, runtime=None)
        low.start(box['Id'])
        low.wait(box['Id'], condition='not-running')
        low.remove_container(box['Id'], v=True)
    step('api.create_container, start, wait', 'container.create', everything)
    step('api.create_container_from_config', 'container.create', lambda: low.remove_container(low.create_container_from_config(
        {'Image': IMAGE, 'Cmd': ['true'], 'HostConfig': {'Memory': 67108864}}, 'pylow2')['Id']))
    step('api.build decode=True', 'image.build', lambda: list(low.build(path=TMP + '/context', tag='pybuilt:4', rm=True, decode=True, quiet=False)))
    step('api.exec_create, exec_start, exec_inspect, exec_resize', 'container.exec', exec_low)


def exec_low():
    box = client.containers.run(IMAGE, 'sleep 300', init=True, detach=True)
    try:
        e = low.exec_create(box.id, ['true'], stdout=True, stderr=True, stdin=False, tty=True, privileged=False, user='')
        low.exec_start(e['Id'], detach=False, tty=True)
        low.exec_inspect(e['Id'])
        low.exec_resize(e['Id'], 24, 80)
    finally:
        box.remove(force=True)


containers()
images()
others()
low_level()
