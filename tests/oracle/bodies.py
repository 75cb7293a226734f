# SPDX-License-Identifier: Apache-2.0
"""What clients ask for: bodies of container.create, container.update, container.exec and
volume.create, put together by chance from the fields that are powers, limits or plain.

Each field has values that honest clients send and odd ones, which dockerd reads in a way of its own
or refuses.  One odd value makes the request an odd one: only of honest requests it is a failure when
sallyport refuses what dockerd executes.

No driver here is one that is not there: dockerd looks for each of those for 15 seconds."""
from jsontext import NOT_HERE, Obj, mapping, struct

PLACE = '/run/oracle'  # in the lab's own /run
MIB = 1 << 20

# type, o and device of volumes as people write them, and what they can be put together from.
VOLUMES = [('none', 'bind', f'{PLACE}/a'), ('none', 'bind,ro', '/etc'), ('none', 'rbind', '/'), ('', 'bind', f'{PLACE}/\u00fc'),
           ('none', 'bind,rslave', f'{PLACE}/b'), ('tmpfs', 'size=1m,uid=1000', 'tmpfs'), ('nfs', 'addr=192.0.2.1,rw', ':/export'),
           ('cifs', 'username=x,password=y', '//server/share'), ('ext4', 'ro', '/dev/sda1'),
           ('overlay', 'lowerdir=/etc,upperdir=/run/oracle/a,workdir=/run/oracle/b', 'overlay')]
VOLUME_TYPES = ['proc', 'sysfs', 'NONE', 'bind', 'cgroup', 'xfs', 'none', '', 'tmpfs', 'ext4', 'nfs', 'cifs', 'overlay', 'debugfs']
VOLUME_FLAGS = ['', 'BIND', 'bind,', 'noatime,bind', 'bind,rw,ro', ' bind', 'rshared,bind', 'lowerdir=etc:/srv', 'logdev=/dev/sdb',
                'remount', 'bind', 'ro,rw', 'upperdir=/a:b', 'lowerdir+=/etc', 'rbind,ro', 'addr=192.0.2.1', 'shared']
VOLUME_DEVICES = ['run/oracle/a', '', f'{PLACE}/b/../a', '//etc', 'dev/sda1', '/etc', '//server/share', ':/export', 'tmpfs',
                  'server:/x', '/']


class Maker:
    """One body.  `names` is what the lab has prepared: containers, networks, images, their IDs."""

    def __init__(self, rng, names, number):
        self.rng, self.names, self.number = rng, names, number
        self.odd = False
        self.oddity = rng.choice([0, 0, 0.06, 0.25])  # how often this body takes an odd value
        self.targets = 0

    def chance(self, p):
        return self.rng.random() < p

    def pick(self, honest, odd=()):
        """Mostly one of `honest`."""
        if odd and self.chance(self.oddity):
            self.odd = True
            return self.rng.choice(odd)
        return self.rng.choice(honest)

    def some(self, make, most=3):
        return [make() for _ in range(self.rng.randint(1, most))]

    def target(self):
        self.targets += 1
        return f'/m{self.targets}'

    def path(self):
        return self.pick(['/etc', '/', f'{PLACE}/a', f'{PLACE}/b', f'{PLACE}/a b', f'{PLACE}/\u00fc', '/var/run/docker.sock'],
                         [f'//run//oracle/a', f'{PLACE}/a/', f'{PLACE}/./a', f'{PLACE}/b/../a', '/../etc', f'{PLACE}/link',
                          '/run/oracle/a\n', '/.', f'{PLACE}/\u212a'])

    def host_path(self):  # one that is there
        return self.pick(['/etc', '/', f'{PLACE}/a', f'{PLACE}/b', f'{PLACE}/\u00fc'],
                         [f'//run//oracle/a', f'{PLACE}/a/', f'{PLACE}/./a', f'{PLACE}/b/../a', '/../etc', f'{PLACE}/link'])

    # --- HostConfig ---

    def Privileged(self):
        return self.pick([True, False])

    def capabilities(self):
        names = self.some(lambda: self.pick(['NET_ADMIN', 'CAP_SYS_ADMIN', 'ALL', 'SYS_PTRACE', 'CHOWN', 'CAP_NET_RAW', 'SETUID', 'MKNOD'],
                                            ['net_admin', 'Cap_Sys_Admin', 'all', 'cap_all', 'CAP_ALL', '', ' ALL', 'BOGUS', 'SYſ_ADMIN']))
        if self.chance(0.06):
            self.odd = True
            return names[0]
        return names

    CapAdd = CapDrop = capabilities

    def bind(self):
        mode = self.pick(['', '', ':ro', ':rw', ':z', ':rslave', ':ro,rshared', ':shared'],
                         [':ro,rw', ':RO', ':', ':rprivate,z', ':nocopy', ':ro,', ':bind'])
        source = self.pick([self.path(), self.path(), 'vol-a', 'vol-b', f'o{self.number}-v'],
                           ['', './x', '~/x', 'v', 'vol-\u00fc', '.', 'C:', 'VOL-A'])
        if self.chance(0.1):
            return self.target()
        return f'{source}:{self.target()}{mode}'

    def Binds(self):
        return self.some(self.bind)

    def driver_options(self):
        """Options of the local driver: as people write them, or put together from anything."""
        kind, o, device = self.pick(VOLUMES, [None]) or (self.rng.choice(VOLUME_TYPES), self.rng.choice(VOLUME_FLAGS),
                                                         self.rng.choice(VOLUME_DEVICES))
        options = {'type': kind, 'o': o, 'device': device}
        if self.chance(self.oddity):
            self.odd = True
            options = self.rng.choice([{'size': '1m'}, {'type': 'tmpfs', 'device': 'tmpfs'}, {'Type': 'none'},
                                       {'o': 'bind', 'device': '/etc'}, {'bogus': '1'}])
        return mapping(options)

    def Mounts(self):
        return self.some(self.mount)

    def mount(self):
        kind = self.pick(['bind', 'bind', 'volume', 'volume', 'tmpfs'], ['BIND', '', 'npipe', 'cluster', 'image', 'image', 'bind '])
        m = struct(Type=kind, Target=self.pick([self.target()], ['/x/../m9', '//m9', '/m9/']))
        if kind == 'volume':
            if self.chance(0.7):
                m.set('Source', self.pick(['vol-a', f'o{self.number}-w', ''], ['/etc', 'v', '../x']))
            if self.chance(0.4):
                config = Obj()
                if self.chance(0.3):
                    config.set('Name', self.pick(['local', '', 'oracle']))
                config.set('Options', self.driver_options())
                m[:] = [p for p in m if p.key != 'Source']
                m.set('Source', f'o{self.number}-d{self.targets}')
                m.set('VolumeOptions', struct(DriverConfig=config))
            elif self.chance(0.2):
                m.set('VolumeOptions', struct(NoCopy=True, Labels=mapping({'a': 'b'})))
        elif kind == 'image':
            m.set('Source', 'tiny:1')
        elif kind != 'tmpfs':
            m.set('Source', self.host_path())
            if self.chance(0.3):
                m.set('BindOptions', struct(NonRecursive=self.pick([True, False, None]), CreateMountpoint=self.pick([None, False]),
                                            Propagation=self.pick(['rprivate', 'rslave', 'rshared', 'shared', 'slave', ''],
                                                                  ['RSHARED', 'bogus', ' shared'])))
        elif self.chance(0.3):
            m.set('TmpfsOptions', struct(SizeBytes=MIB, Mode=0o700))
        if self.chance(0.3):
            m.set('ReadOnly', self.pick([True, False]))
        return m

    def VolumesFrom(self):
        return self.some(lambda: self.pick(['base', 'base:ro', 'base:rw', self.names['base_id'], self.names['base_id'][:12]],
                                           ['base:', 'base:bogus', '/base', 'nobody', 'base:ro,z', 'base:nocopy']), 2)

    def VolumeDriver(self):
        return self.pick(['local', '', 'oracle', 'oracle'])

    def Devices(self):
        return self.some(lambda: struct(PathOnHost=self.pick(['/dev/null', '/dev/fuse', '/dev', '/dev/snd'],
                                                             ['//dev/null', '/dev/../dev/fuse', '/dev/', '/etc/x', 'dev/null', '']),
                                        PathInContainer='/dev/x', CgroupPermissions=self.pick(['rwm', 'r', ''], ['x', 'RWM'])), 2)

    def DeviceCgroupRules(self):
        return self.some(lambda: self.pick(['c 189:* rmw', 'a *:* rwm', 'b 8:0 r', 'c 1:3 mr'], ['c 189:*', '', 'A *:* rwm', 'a  *:* rwm']),
                         2)

    def DeviceRequests(self):
        return [struct(Driver=self.pick(['', 'nvidia', 'cdi']), Count=self.pick([-1, 1, 0]), DeviceIDs=self.pick([None, ['0'], []]),
                       Capabilities=[['gpu']], Options=self.pick([None, mapping({})]))]

    def NetworkMode(self):
        return self.pick(['host', 'none', 'default', 'bridge', 'lan', 'container:base', self.names['lan_id'], 'lan2', ''],
                         ['Host', 'HOST', ' host', 'host ', 'container:', 'container:nobody', self.names['host_id'], 'ns:/proc/1/ns/net',
                          'ho\u017ft', 'host:x', self.names['lan_id'][:12], 'none:', 'bridge:x'])

    def namespace(self, more=()):
        return self.pick(['host', 'container:base', ''] + list(more),
                         ['Host', 'private', 'host:x', 'container:', 'container', ':x', 'container:/base', 'host:', ' host',
                          'container:nobody'])

    PidMode = namespace

    def IpcMode(self):
        return self.namespace(['private', 'shareable', 'none'])

    def UTSMode(self):
        return self.pick(['host', ''], ['Host', 'private', 'host:x', 'container:base', ':x'])

    UsernsMode = UTSMode

    def CgroupnsMode(self):
        return self.pick(['host', 'private', ''], ['HOST', 'host:x', 'bogus', 'none'])

    def binding(self):
        return struct(HostIp=self.pick(['', '127.0.0.1', '0.0.0.0', '::', '::1', '192.0.2.7'],
                                       ['localhost', '127.1', '127.0.0.1 ', '::ffff:127.0.0.1', '127.000.000.001', '0:0:0:0:0:0:0:1', '1',
                                        '::1%lo', '0']),
                      HostPort=self.pick(['8080', '', '0', '8000-8010', '443'], [' 80', '080', '80-70', '70000', '+80', '8000-8000',
                                                                                 '0-0']))

    def PortBindings(self):
        port = self.pick(['80/tcp', '53/udp', '443/tcp', '9000/sctp'], ['80', '80/TCP', '80-90/tcp', '080/tcp', '80/tcp/udp', '0/tcp',
                                                                        '/tcp', '80/'])
        return mapping({port: self.pick([self.some(self.binding, 2), [self.binding()], []], [None])})

    def PublishAllPorts(self):
        return self.pick([True, False])

    def SecurityOpt(self):
        one = ['no-new-privileges', 'no-new-privileges:true', 'no-new-privileges=true', 'seccomp=unconfined', 'seccomp:unconfined',
               'apparmor=unconfined', 'apparmor:unconfined', 'label=disable', 'label:disable', 'label=type:spc_t', 'no-new-privileges=false',
               'seccomp={"defaultAction":"SCMP_ACT_ALLOW"}']
        odd = ['disable', 'no-new-privileges=1', 'no-new-privileges=T', 'no-new-privileges=0', 'no-new-privileges=False',
               'no-new-privileges=yes',
               'seccomp=UNCONFINED', 'seccomp=', 'seccomp=builtin', 'apparmor=', 'systempaths=unconfined', 'writable-cgroups', 'writable-cgroups=true',
               'Seccomp=unconfined', 'label=', 'a:b=c', 'no-new-privileges:false', 'apparmor:a=b', 'label:level:x', ' seccomp=unconfined', '=', ':']
        out = self.some(lambda: self.pick(one, odd), 2)
        if len(out) > 1 and out[0].partition('=')[0].partition(':')[0] == out[1].partition('=')[0].partition(':')[0]:
            self.odd = True  # the same key twice
        return out

    def paths_list(self):
        return self.pick([[], None, ['/proc/kcore']], [['']])

    MaskedPaths = ReadonlyPaths = paths_list

    def Sysctls(self):
        return mapping({self.pick(['net.core.somaxconn', 'net.ipv4.ip_forward', 'kernel.msgmax'],
                                  ['net/core/somaxconn', 'NET.core.somaxconn', '', 'net.ipv4.conf.eth0.forwarding']): '1'})

    def Ulimits(self):
        return self.some(lambda: struct(Name=self.pick(['nofile', 'nproc', 'core'], ['NOFILE', 'bogus', '', 'nofile ', 'RLIMIT_NOFILE']),
                                        Soft=self.pick([1024, -1, 0]),
                                        Hard=self.pick([2048, -1])), 2)

    def StorageOpt(self):
        return self.pick([mapping({}), None], [mapping({'size': '1g'})])

    def Annotations(self):
        return mapping({self.pick(['org.example.a', 'run.oci.hooks']): 'x'})

    def GroupAdd(self):
        return self.some(lambda: self.pick(['audio', '0', '999', 'docker'], ['', '00', ' 0']), 2)

    def Runtime(self):
        return self.pick(['runc', '', 'io.containerd.runc.v2'], ['RUNC', 'x.evil.v1', '/bin/sh', 'bogus', 'io.containerd.runtime.v1.linux'])

    def CgroupParent(self):
        return self.pick(['', '/ci', 'ci'], ['/', '/ci/../x', '../x', 'ci.slice', ' '])

    def LogConfig(self):
        kind = self.pick(['json-file', 'local', 'none', 'syslog', ''], ['journald', 'gelf'])
        config = {'syslog': {'syslog-address': 'udp://192.0.2.1:514'}, 'json-file': {'max-size': '1m'},
                  'gelf': {'gelf-address': 'udp://192.0.2.1:1'}}
        return struct(Type=kind, Config=self.pick([mapping(config.get(kind, {})), mapping({})]))

    def OomKillDisable(self):
        return self.pick([True, False, None])

    def OomScoreAdj(self):
        return self.pick([-500, 100, 0, -1], [-1000, 1001])

    def CpuRealtimePeriod(self):
        return self.pick([0, 1000], [-1])

    CpuRealtimeRuntime = CpuRealtimePeriod

    def Links(self):
        return self.some(lambda: self.pick(['base:alias', 'base', '/base:alias', f'{self.names["base_id"]}:x'], [':x', 'nobody:x', 'base:a:b', '']), 2)

    def Memory(self):
        return self.pick([64 * MIB, 512 * MIB, 0, 1 << 40], [-1, 1, 2**63 - 1, 6 * MIB, 6 * MIB - 1, 2**63])

    def MemorySwap(self):
        return self.pick([1 << 30, -1, 0, 64 * MIB, 1 << 41], [-2, 1, 2**63 - 1, -2**63])

    def NanoCpus(self):
        return self.pick([10**9, 5 * 10**8, 0], [-1, 1, 10**13, 2**62])

    def CpuQuota(self):
        return self.pick([50000, 0, 200000, -1], [-5, 1, 2**62, 999])

    def CpuPeriod(self):
        return self.pick([100000, 0, 50000], [-1, 1, 1000001, 999])

    def PidsLimit(self):
        return self.pick([100, 0, -1, None, 512], [-5, 2**31, 2**62, 1])

    def ShmSize(self):
        return self.pick([64 * MIB, 0, 1 << 30], [-1, 1, 2**63 - 1])

    def ReadonlyRootfs(self):
        return self.pick([True, False])

    def RestartPolicy(self):
        return struct(Name=self.pick(['no', 'always', 'on-failure', 'unless-stopped', ''], ['Always', 'never', ' no']),
                      MaximumRetryCount=self.pick([0, 0, 0, 5], [-1]))

    def plain_bool(self):
        return self.pick([True, False, None])

    AutoRemove = Init = plain_bool

    def names_list(self):
        return self.some(lambda: self.pick(['192.0.2.1', '198.51.100.2']))

    Dns = names_list

    def DnsSearch(self):
        return ['example.com']

    def ExtraHosts(self):
        return ['a:192.0.2.1']

    def Tmpfs(self):
        return mapping({'/tmp': self.pick(['', 'size=1m', 'noexec'], ['bind', 'exec,suid,dev'])})

    def CpuShares(self):
        return self.pick([512, 0], [-1])

    KernelMemory = BlkioWeight = lambda self: self.pick([0], [500])

    def MemoryReservation(self):
        return self.pick([0, 32 * MIB], [-1])

    def MemorySwappiness(self):
        return self.pick([None, -1, 0, 60], [101])

    def ConsoleSize(self):
        return [24, 80]

    def Isolation(self):
        return self.pick(['', 'default'], ['DEFAULT', 'hyperv'])

    def ContainerIDFile(self):
        return self.pick([''], ['/etc/x'])

    def CpusetCpus(self):
        return self.pick(['', '0'], ['0-999'])

    HOST = ['Privileged', 'CapAdd', 'CapDrop', 'Binds', 'Mounts', 'VolumesFrom', 'VolumeDriver', 'Devices', 'DeviceCgroupRules',
            'DeviceRequests',
            'NetworkMode', 'PidMode', 'IpcMode', 'UTSMode', 'UsernsMode', 'CgroupnsMode', 'PortBindings', 'PublishAllPorts', 'SecurityOpt',
            'MaskedPaths', 'ReadonlyPaths', 'Sysctls', 'Ulimits', 'StorageOpt', 'Annotations', 'GroupAdd', 'Runtime', 'CgroupParent', 'LogConfig',
            'OomKillDisable', 'OomScoreAdj', 'CpuRealtimePeriod', 'CpuRealtimeRuntime', 'Links', 'Memory', 'MemorySwap', 'NanoCpus', 'CpuQuota',
            'CpuPeriod', 'PidsLimit', 'ShmSize', 'ReadonlyRootfs', 'RestartPolicy', 'AutoRemove', 'Init', 'Dns', 'DnsSearch', 'ExtraHosts', 'Tmpfs',
            'CpuShares', 'KernelMemory', 'BlkioWeight', 'MemoryReservation', 'MemorySwappiness', 'ConsoleSize', 'Isolation', 'ContainerIDFile',
            'CpusetCpus']

    # --- the top level ---

    def Image(self):
        return self.pick(['tiny:1'] * 6 + ['tiny', 'full:1', 'docker.io/library/tiny:1', 'library/tiny:1', 'localhost:5000/team/app:v2',
                                           self.names['tiny_id'], self.names['tiny_id'][7:19]],
                         ['', 'index.docker.io/tiny:1', 'TINY:1', 'Localhost:5000/team/app:v2', 'tiny:1 ', 'cafe',
                          self.names['tiny_id'][7:], 'tiny:1@' + self.names['tiny_id'], 'docker.io/tiny:1', 'tiny@' + self.names['tiny_id'],
                          'docker.io/library/library/tiny:1', 'localhost/tiny:1'])

    def Cmd(self):
        return self.pick([['true'], ['sleep', '5'], None, []], ['true'])

    Entrypoint = Cmd

    def User(self):
        return self.pick(['', '1000', '0', 'root', '1000:1000', 'nobody'], ['00', '0:0', ':5', ' 0', 'ro\u006ft', '-1', '0x0'])

    def Env(self):
        return self.pick([['A=b'], [], ['A=b', 'C=\u00fc', 'D']])

    def Labels(self):
        return self.pick([mapping({'team': 'blue'}), mapping({'team': 'red', 'a.b/c': ''}), mapping({})],
                         [mapping({'Team': 'blue', 'team': 'red'}), mapping({'': 'x'}), mapping({'team': ' blue'})])

    def Healthcheck(self):
        return struct(Test=self.pick([['CMD', 'true'], ['CMD-SHELL', 'true'], ['NONE'], []], [['CMD'], ['cmd', 'true'], [''], ['true'],
                                                                                              ['NONE', 'x']]),
                      Interval=self.pick([0, 10**9], [1]))

    def Volumes(self):
        return mapping({self.pick([f'/data{self.number % 7}'], ['/etc:/h', '/etc:/h:ro', 'vol-a:/x', '/x/../y', '/a b']): self.pick([Obj(), None])})

    def ExposedPorts(self):
        return mapping({self.pick(['80/tcp', '53/udp'], ['80', '80-82/tcp', 'x']): Obj()})

    def WorkingDir(self):
        return self.pick(['', '/tmp'], ['tmp', '/../x'])

    def Hostname(self):
        return self.pick(['', 'h'], ['h' * 64])

    Domainname = Hostname

    Tty = OpenStdin = StdinOnce = AttachStdin = AttachStdout = AttachStderr = lambda self: self.pick([True, False])

    def NetworkDisabled(self):
        return self.pick([False], [True])

    def StopSignal(self):
        return self.pick(['SIGTERM', '', '9'], ['BOGUS'])

    def StopTimeout(self):
        return self.pick([None, 3])

    TOP = ['Cmd', 'Entrypoint', 'User', 'Env', 'Labels', 'Healthcheck', 'Volumes', 'ExposedPorts', 'WorkingDir', 'Hostname', 'Domainname',
           'Tty',
           'OpenStdin', 'StdinOnce', 'AttachStdin', 'AttachStdout', 'AttachStderr', 'NetworkDisabled', 'StopSignal', 'StopTimeout']

    def endpoint(self):
        e = Obj()
        if self.chance(0.3):
            e.set('Aliases', ['x'])
        if self.chance(0.25):
            e.set('DriverOpts', mapping({'com.docker.network.endpoint.x': 'y'}))
        if self.chance(0.15):
            e.set('NetworkID', self.pick([''], [self.names['lan_id'], self.names['host_id'], 'host']))
        if self.chance(0.15):
            e.set('Links', ['base:al'])
        if self.chance(0.2):
            e.set('IPAMConfig', self.pick([None, Obj()]))
        return e

    def NetworkingConfig(self, mode=None):
        name = mode if mode and self.chance(0.8) else self.pick(['lan', 'lan2', 'bridge', self.names['lan_id'], 'none'], ['host', 'Lan', '', self.names['host_id'], 'nobody', self.names['lan_id'][:12]])
        networks = {name: self.pick([self.endpoint(), self.endpoint(), None])}
        if self.chance(0.15):
            networks['lan2'] = self.endpoint()
        return struct(EndpointsConfig=mapping(networks))

    def fields(self, obj, names, most):
        for key in self.rng.sample(names, self.rng.randint(0, most)):
            obj.set(key, getattr(self, key)())

    def trap(self, body, host):
        """Combinations that plugins were once wrong about."""
        trap = self.rng.choice(['endpoints', 'quota', 'ports', 'options', 'drop', 'swap'])
        if trap == 'endpoints':  # connected in spite of the mode
            host.set('NetworkMode', 'none')
            body.set('NetworkingConfig', struct(EndpointsConfig=mapping({'none': Obj(), 'lan': self.endpoint()} if self.chance(0.3)
                                                                        else {'lan': self.endpoint()})))
        elif trap == 'quota':  # takes the limit away again
            host.extend(struct(NanoCpus=10**9, CpuQuota=self.rng.choice([-1, -5])))
        elif trap == 'ports':  # what is no address is every address
            host.set('PortBindings', mapping({'80/tcp': [self.binding(), self.binding()]}))
            body.set('ExposedPorts', mapping({'80/tcp': Obj()}))
        elif trap == 'options':  # the last one counts
            host.set('SecurityOpt', ['no-new-privileges:true', self.rng.choice(['no-new-privileges:false', 'no-new-privileges=0'])])
        elif trap == 'drop':  # what is added as well is not dropped
            host.extend(struct(CapDrop=self.rng.choice([['ALL'], ['CHOWN', 'net_raw']]), CapAdd=self.rng.choice([['chown'], ['ALL'], ['CAP_NET_RAW']])))
        else:  # any negative number is no limit
            host.extend(struct(Memory=64 * MIB, MemorySwap=self.rng.choice([-1, -2, 0]), PidsLimit=self.rng.choice([-1, -7, 0])))

    def create(self):
        """Fields that only make sense together come together more often than by chance alone."""
        body = struct(Image=self.Image())
        host = Obj()
        self.fields(body, self.TOP, 3)
        if self.chance(0.1):
            self.odd = True
            self.trap(body, host)
        else:
            self.fields(host, self.HOST, 5)
        if self.chance(0.15):
            for key in self.rng.sample(['Memory', 'MemorySwap', 'NanoCpus', 'CpuQuota', 'CpuPeriod', 'PidsLimit'], 3):
                if host.get(key) is NOT_HERE:
                    host.set(key, getattr(self, key)())
        if host.get('MemorySwap') not in (NOT_HERE, 0, -1) and host.get('Memory') is NOT_HERE and self.chance(0.8):
            host.set('Memory', 64 * MIB)
        if self.chance(0.95):
            body.set('HostConfig', host)
        if body.get('NetworkingConfig') is NOT_HERE and self.chance(0.15):
            mode = host.get('NetworkMode')
            if mode is NOT_HERE or mode[:10] != 'container:':
                body.set('NetworkingConfig', self.NetworkingConfig(None if mode is NOT_HERE else mode))
        return body

    def update(self):
        body = Obj()
        self.fields(body, ['Memory', 'MemorySwap', 'NanoCpus', 'CpuQuota', 'CpuPeriod', 'PidsLimit', 'RestartPolicy', 'CpuShares',
                           'CpusetCpus',
                           'BlkioWeight', 'MemoryReservation', 'CpuRealtimePeriod', 'CpuRealtimeRuntime', 'Devices', 'Ulimits', 'OomKillDisable',
                           'DeviceCgroupRules', 'KernelMemory', 'CgroupParent', 'MemorySwappiness'], 4)
        return body

    def exec(self):
        body = struct(Cmd=self.pick([['true'], ['sh', '-c', 'id']], ['true']))
        for key, make in (('Privileged', self.Privileged), ('User', self.User), ('Env', self.Env), ('WorkingDir', self.WorkingDir), ('Tty', self.Tty),
                          ('AttachStdout', self.Tty), ('DetachKeys', lambda: self.pick(['', 'ctrl-p,ctrl-q'], ['x,y,z'])), ('Detach', self.Tty),
                          ('ConsoleSize', self.ConsoleSize)):
            if self.chance(0.3):
                body.set(key, make())
        return body

    def volume(self):
        body = Obj()
        if self.chance(0.85):
            body.set('Name', self.pick([f'o{self.number}-vol', f'O{self.number}.x_y-z'], ['', f'o{self.number}', f'o{self.number}/x',
                                                                                          f'o{self.number}-\u00fc']))
        if self.chance(0.5):
            body.set('Driver', self.pick(['local', '', 'oracle']))
        if self.chance(0.7):
            body.set('DriverOpts', self.pick([self.driver_options(), self.driver_options(), mapping({}), None]))
        if self.chance(0.4):
            body.set('Labels', self.Labels())
        return body

