# SPDX-License-Identifier: Apache-2.0
"""Other clients than the docker command: docker-py and docker-compose from the distribution, and the
bodies compose 2 sends, which is not in it."""
import os
import shutil
import subprocess

from lab import LAB, DENIED, Skip, api, check, docker, docker_ok, exists, python_with

DOCKER_PY = '''
import docker
client = docker.from_env()
print(client.containers.run("busybox:local", "echo hello", mem_limit="64m", remove=True).decode(), end="")
box = client.containers.run("busybox:local", "sleep 60", mem_limit="64m", init=True, detach=True, name="py",
    environment={"A": "b"}, labels={"team": "blue"}, volumes={"pydata": {"bind": "/data", "mode": "rw"}},
    ports={"8080/tcp": ("127.0.0.1", 8080)}, restart_policy={"Name": "on-failure", "MaximumRetryCount": 2},
    ulimits=[docker.types.Ulimit(name="nofile", soft=1024, hard=1024)], tmpfs={"/t": "size=1m"}, network_mode="none")
print(box.exec_run("echo inside").output.decode(), end="")
box.update(mem_limit="128m", memswap_limit="256m")
box.reload()
box.stop(timeout=0)
box.remove(v=True)
net = client.networks.create("pynet", driver="bridge")
low = client.api.create_container("busybox:local", "true", name="pylow",
    host_config=client.api.create_host_config(mem_limit="64m", network_mode="pynet"),
    networking_config=client.api.create_networking_config({"pynet": client.api.create_endpoint_config(aliases=["x"])}))
client.api.remove_container(low["Id"])
net.remove()
client.volumes.get("pydata").remove()
for kwargs in ({"privileged": True}, {"pid_mode": "host"}, {"cap_add": ["SYS_ADMIN"]}, {"volumes": ["/:/h"]},
               {"security_opt": ["seccomp=unconfined"]}, {"mem_limit": None}):
    try:
        client.containers.run("busybox:local", "true", name="pybad", **{"mem_limit": "64m", **kwargs})
        print("RAN", kwargs)
    except docker.errors.APIError as error:
        print("refused" if "authorization denied by plugin sallyport" in str(error) else str(error))
'''

COMPOSE = '''
version: "2.4"
services:
  db:
    image: busybox:local
    command: ["sh", "-c", "echo up; sleep 60"]
    init: true
    mem_limit: 64m
    volumes: ["dbdata:/var/lib/db"]
    healthcheck: {test: ["CMD", "true"], interval: 1s, timeout: 1s, retries: 5}
    restart: unless-stopped
  web:
    image: busybox:local
    command: ["sleep", "60"]
    init: true
    mem_limit: 64m
    depends_on: [db]
    environment: {DATABASE: "db:5432"}
    labels: {team: blue}
    networks: [default, back]
    tmpfs: ["/tmp"]
    logging: {driver: json-file, options: {max-size: 1m}}
    ulimits: {nofile: {soft: 1024, hard: 1024}}
volumes: {dbdata: {}}
networks: {back: {}}
'''

# What compose 2.29 writes for a service with a few options; one line per group of fields.
COMPOSE_2 = {
    'Hostname': '', 'Domainname': '', 'User': '10001:10001', 'AttachStdin': False, 'AttachStdout': True, 'AttachStderr': True,
    'ExposedPorts': {'8080/tcp': {}}, 'Tty': False, 'OpenStdin': False, 'StdinOnce': False, 'Env': ['A=b'], 'Cmd': ['true'],
    'Healthcheck': {'Test': ['CMD-SHELL', 'true'], 'Interval': 10000000000, 'Timeout': 3000000000, 'Retries': 5},
    'Image': 'busybox:local', 'Volumes': {'/scratch': {}}, 'WorkingDir': '', 'Entrypoint': None, 'OnBuild': None,
    'Labels': {'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web', 'com.docker.compose.oneoff': 'False'},
    'StopSignal': 'SIGQUIT', 'StopTimeout': 20,
    'HostConfig': {
        'Binds': None, 'ContainerIDFile': '', 'LogConfig': {'Type': 'json-file', 'Config': {'max-size': '1m'}},
        'NetworkMode': 'shop_default', 'PortBindings': {'8080/tcp': [{'HostIp': '127.0.0.1', 'HostPort': '8080'}]},
        'RestartPolicy': {'Name': 'unless-stopped', 'MaximumRetryCount': 0}, 'AutoRemove': False, 'VolumeDriver': '',
        'VolumesFrom': None, 'ConsoleSize': [0, 0], 'CapAdd': ['NET_ADMIN'], 'CapDrop': ['ALL'], 'CgroupnsMode': '', 'Dns': [],
        'DnsOptions': [], 'DnsSearch': [], 'ExtraHosts': ['host.docker.internal:host-gateway'], 'GroupAdd': None, 'IpcMode': '',
        'Cgroup': '', 'Links': None, 'OomScoreAdj': 0, 'PidMode': '', 'Privileged': False, 'PublishAllPorts': False,
        'ReadonlyRootfs': True, 'SecurityOpt': ['no-new-privileges:true'], 'UTSMode': '', 'UsernsMode': '', 'ShmSize': 0,
        'Isolation': '', 'CpuShares': 0, 'Memory': 67108864, 'NanoCpus': 500000000, 'CgroupParent': '', 'BlkioWeight': 0,
        'BlkioWeightDevice': None, 'BlkioDeviceReadBps': None, 'CpuPeriod': 0, 'CpuQuota': 0, 'CpuRealtimePeriod': 0,
        'CpuRealtimeRuntime': 0, 'CpusetCpus': '', 'CpusetMems': '', 'Devices': None, 'DeviceCgroupRules': None,
        'DeviceRequests': None, 'MemoryReservation': 0, 'MemorySwap': 0, 'MemorySwappiness': None, 'OomKillDisable': False,
        'PidsLimit': 200, 'Ulimits': [{'Name': 'nofile', 'Hard': 1024, 'Soft': 1024}], 'CpuCount': 0, 'CpuPercent': 0,
        'IOMaximumIOps': 0, 'IOMaximumBandwidth': 0, 'Tmpfs': {'/run': ''}, 'MaskedPaths': None, 'ReadonlyPaths': None,
        'Mounts': [{'Type': 'volume', 'Source': 'shop_data', 'Target': '/data', 'VolumeOptions': {}}], 'Init': True},
    'NetworkingConfig': {'EndpointsConfig': {'shop_default': {
        'IPAMConfig': None, 'Links': None, 'Aliases': ['shop-web-1', 'web'], 'MacAddress': '', 'DriverOpts': None, 'NetworkID': '',
        'EndpointID': '', 'Gateway': '', 'IPAddress': '', 'IPPrefixLen': 0, 'IPv6Gateway': '', 'GlobalIPv6Address': '',
        'GlobalIPv6PrefixLen': 0, 'DNSNames': None}}},
}


def docker_py():
    python = python_with('docker')
    done = subprocess.run([python, '-c', DOCKER_PY], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=120)
    check(done.returncode == 0, done.stdout)
    lines = [x for x in done.stdout.split('\n') if x and 'Warning' not in x]
    check(lines == ['hello', 'inside'] + ['refused'] * 6, done.stdout)
    check(not exists('pybad'), 'a forbidden container exists')


def compose(folder, *args):
    env = {**os.environ, 'COMPOSE_PROJECT_NAME': 'shop', 'COMPOSE_HTTP_TIMEOUT': '60'}
    done = subprocess.run(['docker-compose', *args], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=120, env=env)
    return done.returncode, done.stdout


def compose_up_and_down():
    if not shutil.which('docker-compose'):
        raise Skip('docker-compose is not installed')
    folder = LAB + '/shop'
    os.makedirs(folder, exist_ok=True)
    with open(folder + '/docker-compose.yml', 'w') as f:
        f.write(COMPOSE)
    try:
        for args in (('up', '-d'), ('ps',), ('logs',), ('exec', '-T', 'web', 'echo', 'inside'), ('restart', '-t', '0'),
                     ('up', '-d', '--force-recreate', '-t', '0'), ('stop', '-t', '0')):
            status, out = compose(folder, *args)
            check(status == 0 and DENIED not in out, f'docker-compose {" ".join(args)}: {status}\n{out}')
    finally:
        status, out = compose(folder, 'down', '-v', '-t', '0')
    check(status == 0 and DENIED not in out, f'docker-compose down: {status}\n{out}')
    with open(folder + '/docker-compose.yml', 'w') as f:
        f.write(COMPOSE.replace('init: true', 'privileged: true', 1))
    status, out = compose(folder, 'up', '-d')
    compose(folder, 'down', '-v', '-t', '0')
    check(status != 0 and DENIED in out and 'no-privileged' in out, f'privileged: {status}\n{out}')


def compose_2():
    docker_ok('network', 'create', 'shop_default')
    try:
        status, text = api('POST', '/v1.41/containers/create?name=shop-web-1&platform=', COMPOSE_2)
        check(status == 201, f'{status} {text}')
        docker_ok('rm', '-fv', 'shop-web-1')
        bad = {**COMPOSE_2, 'HostConfig': {**COMPOSE_2['HostConfig'], 'PidMode': 'host'}}
        status, text = api('POST', '/v1.41/containers/create?name=shop-web-1', bad)
        check(status == 403 and '[rule no-host-namespaces]' in text, f'{status} {text}')
    finally:
        docker('volume', 'rm', 'shop_data')
        docker('network', 'rm', 'shop_default')


def tests(report):
    report.test("docker-py's requests pass, its forbidden ones do not", docker_py)
    report.test("docker-compose's up, exec, restart and down pass, a privileged service does not", compose_up_and_down)
    report.test("compose 2's create body passes, with the host's processes it does not", compose_2)
