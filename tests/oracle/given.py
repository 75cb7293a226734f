# SPDX-License-Identifier: Apache-2.0
"""What dockerd gave, read from its own description of the object and from nothing else: powers as
{name: set of texts}, limits as numbers.  Written from what dockerd was measured to do, not from
sallyport's source: a mistake there must not be repeated here."""
import ipaddress
import posixpath
import re

INFINITE = float('inf')
ANONYMOUS = re.compile(r'[0-9a-f]{64}$')
NO_NETWORK = ('', 'default', 'bridge', 'none', 'host')
INHERITED = ('/base', '/basevol')  # destinations of the mounts of the container `base`
PROPAGATIONS = ('shared', 'rshared', 'slave', 'rslave')
REMOTE = ('nfs', 'cifs', 'tmpfs')  # types whose device is no path of this machine
CAPABILITIES = ('CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL '
                'AUDIT_WRITE').split()  # docker's default set

# Fields of HostConfig that are neither power nor limit.  One that is not here, not looked at below,
# and differs from a plain container's is a disagreement: nobody has thought about it.
PLAIN = set('''AutoRemove Init Dns DnsOptions DnsSearch ExtraHosts Tmpfs CpuShares CpusetCpus CpusetMems BlkioWeight BlkioWeightDevice
    BlkioDeviceReadBps BlkioDeviceWriteBps BlkioDeviceReadIOps BlkioDeviceWriteIOps MemoryReservation MemorySwappiness KernelMemory
    KernelMemoryTCP ConsoleSize ContainerIDFile Isolation Cgroup CpuCount CpuPercent IOMaximumIOps IOMaximumBandwidth'''.split())
LOOKED_AT = set('''Privileged CapAdd CapDrop Binds Mounts VolumesFrom VolumeDriver Devices DeviceCgroupRules DeviceRequests NetworkMode
    PidMode IpcMode UTSMode UsernsMode CgroupnsMode PortBindings PublishAllPorts SecurityOpt MaskedPaths ReadonlyPaths Sysctls Ulimits
    StorageOpt Annotations GroupAdd Runtime CgroupParent LogConfig OomKillDisable OomScoreAdj CpuRealtimePeriod CpuRealtimeRuntime Links
    Memory MemorySwap NanoCpus CpuQuota CpuPeriod PidsLimit ShmSize ReadonlyRootfs RestartPolicy'''.split())


def clean(path):
    return re.sub('^//', '/', posixpath.normpath(path))


def capability(name):
    name = name.upper()
    return name if name == 'ALL' or name.startswith('CAP_') else 'CAP_' + name


# --- security options ---

def option(text):
    """(key, value) of an entry of SecurityOpt."""
    if text == 'disable':
        return 'label', 'disable'
    if text in ('no-new-privileges', 'writable-cgroups'):
        return text, 'true'
    key, gap, value = text.partition('=') if '=' in text else text.partition(':')
    return (key, value) if gap else (text, None)


def yes(value):
    return value in ('1', 't', 'T', 'TRUE', 'true', 'True')


def security_opts(host):
    out = set()
    implied = host['Privileged'] or any((host[k] or '').partition(':')[0] in ('host', 'container') for k in ('PidMode', 'IpcMode'))
    for key, value in map(option, host.get('SecurityOpt') or []):
        if key == 'label' and not (value == 'disable' and implied):
            out.add('label=' + value)
        elif key == 'apparmor' and value:
            out.add('apparmor=' + value)
        elif key == 'seccomp' and value:
            out.add('seccomp=' + (value if value in ('unconfined', 'builtin') else '<inline>'))
        elif key == 'writable-cgroups' and yes(value):
            out.add('writable-cgroups=true')
        elif key not in ('label', 'apparmor', 'seccomp', 'no-new-privileges', 'writable-cgroups'):
            out.add(key if value is None else f'{key}={value}')
    return out


def no_new_privileges(host):
    on = False
    for key, value in map(option, host.get('SecurityOpt') or []):
        if key == 'no-new-privileges':
            on = yes(value)
    return on


# --- capabilities ---

def capabilities(host):
    """What the container can do: a set, or None for everything."""
    add, drop = ([capability(c) for c in host.get(k) or []] for k in ('CapAdd', 'CapDrop'))
    if host['Privileged']:
        return None
    if 'ALL' in add:
        return None if not drop else ('all but', set(drop) - {'ALL'})
    if 'ALL' in drop:
        return set(add)
    return {'CAP_' + c for c in CAPABILITIES} - set(drop) | set(add)


def is_dropped(host, name):
    held = capabilities(host)
    if held is None:
        return False
    if isinstance(held, tuple):
        return name in held[1]
    if name == 'ALL':
        return held == {capability(c) for c in host.get('CapAdd') or []}
    return name not in held


# --- ports ---

def address(text):
    """The one dockerd binds to: what it cannot read it takes for all."""
    try:
        ip = ipaddress.ip_address('' if '%' in text else text)
    except ValueError:
        return 'any'
    ip = getattr(ip, 'ipv4_mapped', None) or ip
    return 'any' if ip.is_unspecified else f'[{ip}]' if ip.version == 6 else str(ip)


def ports(host):
    out = set()
    for container, bindings in (host.get('PortBindings') or {}).items():
        protocol = container.partition('/')[2].lower() or 'tcp'
        for b in bindings or [{'HostIp': '', 'HostPort': ''}]:
            first, _, last = b['HostPort'].partition('-')
            first = int(first or 0)
            last = int(last) if last else first
            where = 'ephemeral' if not first else f'{first}-{last}' if last != first else str(first)
            out.add(f'{address(b["HostIp"])}:{where}/{protocol}')
    if host.get('PublishAllPorts'):
        out.add('any:ephemeral')
    return out


# --- mounts ---

def plugin(name):
    """dockerd takes NAME:latest for NAME."""
    return re.sub(':latest$', '', name)


def volume(driver, options, out):
    """What a volume shows when it is mounted."""
    if driver not in ('', 'local'):
        out['volume_drivers'].add(plugin(driver))
        if options:
            out['volume_options'].add('any')
        return
    if not options or set(options) == {'size'}:
        return
    words, kind, device = options.get('o', '').split(','), options.get('type', ''), options.get('device', '')
    mode = 'ro' if [w for w in words if w in ('ro', 'rw')][-1:] == ['ro'] else 'rw'
    out['bind_propagation'].update(w for w in words if w in PROPAGATIONS)
    if kind == 'none' or 'bind' in words or 'rbind' in words:
        if device:
            out['bind'].add((clean(device), mode))
        else:
            out['volume_options'].add('any')
        return
    out['volume_options'].add('any')
    if device.startswith('/') and not (kind == 'cifs' and device.startswith('//')):
        out['bind'].add((clean(device), mode))
    for word in words:
        key, _, value = word.partition('=')
        if key in ('lowerdir', 'upperdir', 'workdir'):
            out['bind'].update((clean(p), 'rw') for p in value.split(':') if p.startswith('/'))
    if kind in ('proc', 'sysfs'):
        out['bind'].add(({'proc': '/proc', 'sysfs': '/sys'}[kind], mode))


def within(path, folder):
    return (path + '/').startswith(clean(folder).rstrip('/') + '/')


def mounts(container, volumes, root, out):
    """`root`: dockerd's own folder.  A bind mount that shows it is rslave unless asked otherwise, so
    that containers cannot pin each other's mounts; that is not what propagation is granted for."""
    inherited = INHERITED if container['HostConfig'].get('VolumesFrom') else ()
    for m in container.get('Mounts') or []:
        if m['Destination'] in inherited:
            continue
        mode = 'rw' if m['RW'] else 'ro'
        if m.get('Propagation') in PROPAGATIONS and not (m['Propagation'] == 'rslave' and within(root, m['Source'])):
            out['bind_propagation'].add(m['Propagation'])
        if m['Type'] == 'bind':
            out['bind'].add((clean(m['Source']), mode))
        elif m['Type'] == 'volume':
            name = m.get('Name') or ''  # 28.5 has none yet for an anonymous volume of Binds
            if name and not ANONYMOUS.match(name):
                out['volumes'].add((name, mode))
            # A volume that was there already is what it is, whatever this request says about it.
            if name in volumes:
                volume(m.get('Driver') or 'local', (volumes[name] or {}).get('Options'), out)
            elif not name or ANONYMOUS.match(name):
                volume(m.get('Driver') or 'local', None, out)
        elif m['Type'] != 'tmpfs':
            out[{'image': 'image_mounts', 'cluster': 'cluster_volumes'}.get(m['Type'], 'mounts of type ' + m['Type'])].add('any')
    driver = container['HostConfig'].get('VolumeDriver')
    if driver not in (None, '', 'local'):
        out['volume_drivers'].add(plugin(driver))
    for entry in container['HostConfig'].get('VolumesFrom') or []:
        out['volumes_from'].add(entry.partition(':')[0])


# --- namespaces and networks ---

def namespaces(host, plain, out):
    for key, name in (('NetworkMode', 'network'), ('PidMode', 'pid'), ('IpcMode', 'ipc'), ('UTSMode', 'uts'), ('UsernsMode', 'userns'),
                      ('CgroupnsMode', 'cgroup')):
        kind, _, which = (host.get(key) or '').partition(':')
        if key == 'NetworkMode' and which:  # "host:x" is the name of a network, which is not found at start
            kind = kind if kind == 'container' else ''
        if kind == 'host' and not (key == 'CgroupnsMode' and plain.get(key) == 'host'):
            out['host_namespaces'].add(name)
        elif kind == 'container' and which:
            out['join_namespaces'].add((name, which))


def networks(container, out):
    mode = container['HostConfig'].get('NetworkMode') or ''
    if mode not in NO_NETWORK and mode.partition(':')[0] != 'container':
        out['networks'].add(mode)
    for name, endpoint in ((container.get('NetworkSettings') or {}).get('Networks') or {}).items():
        if name not in NO_NETWORK:
            out['networks'].add(name)
        for key in (endpoint or {}).get('DriverOpts') or {}:
            out['network_options'].add(key)
        network = (endpoint or {}).get('NetworkID')
        if network == 'host':
            out['host_namespaces'].add('network')
        elif network:
            out['networks'].add(network)
        if (endpoint or {}).get('Links'):
            out['links'].add('any')


# --- together ---

class Powers(dict):
    def __missing__(self, key):
        self[key] = set()
        return self[key]


def of_container(container, plain, volumes, root):
    """Powers of a new container beyond those of a plain one."""
    out, host, plain_host = Powers(), container['HostConfig'], plain['HostConfig']
    if host['Privileged']:
        out['privileged'].add('any')
    out['cap_add'] |= {capability(c) for c in host.get('CapAdd') or []}
    mounts(container, volumes, root, out)
    namespaces(host, plain_host, out)
    networks(container, out)
    out['ports'] |= ports(host)
    out['security_opt'] |= security_opts(host)
    for key in ('MaskedPaths', 'ReadonlyPaths'):
        if not host['Privileged'] and host.get(key) != plain_host.get(key):
            out['security_opt'].add('systempaths=unconfined')
    out['devices'] |= {clean(d['PathOnHost']) for d in host.get('Devices') or []}
    out['device_cgroup_rules'] |= set(host.get('DeviceCgroupRules') or [])
    out['gpus'] |= {'any'} if host.get('DeviceRequests') else set()
    out['sysctls'] |= {k.replace('/', '.') for k in host.get('Sysctls') or {}}
    out['ulimits'] |= {u['Name'].lower() for u in host.get('Ulimits') or []}
    out['storage_opt'] |= set(host.get('StorageOpt') or {})
    out['annotations'] |= set(host.get('Annotations') or {})
    out['group_add'] |= set(host.get('GroupAdd') or [])
    out['links'] |= {'any'} if host.get('Links') else set()
    for key, power in (('Runtime', 'runtimes'), ('CgroupParent', 'cgroup_parent')):
        if host.get(key) and host.get(key) != plain_host.get(key):
            out[power].add(host[key])
    if host['LogConfig']['Type'] != plain_host['LogConfig']['Type']:
        out['log_drivers'].add(host['LogConfig']['Type'])
    out['oom_control'] |= ({'oom-kill-disable'} if host.get('OomKillDisable') else set()) | ({'oom-score-adj'} if host['OomScoreAdj'] < 0 else set())
    out['cpu_realtime'] |= {str(host[k]) for k in ('CpuRealtimePeriod', 'CpuRealtimeRuntime') if host.get(k)}
    for key in sorted(set(host) - LOOKED_AT - PLAIN):
        if host[key] != plain_host.get(key):
            out[f'HostConfig.{key}, which this test does not know,'].add(str(host[key]))
    return out


def of_volume(described):
    out = Powers()
    volume(described['Driver'], described.get('Options'), out)
    return out


def limits(host):
    """{limit: number}, INFINITE for none."""
    memory, swap, pids = host['Memory'], host['MemorySwap'], host.get('PidsLimit')
    quota, period, nano = host['CpuQuota'], host['CpuPeriod'] or 100000, host['NanoCpus']
    cpus = INFINITE
    if quota > 0:
        cpus = quota * 10**9 / period
    elif nano > 0 and quota == 0:  # a negative quota takes the limit away again
        cpus = nano
    return {'memory': memory if memory > 0 else INFINITE,
            'memory_swap': swap if swap > 0 else 2 * memory if swap == 0 and memory > 0 else INFINITE,
            'cpus': cpus,
            'pids': pids if pids and pids > 0 else INFINITE,
            'shm_size': host['ShmSize']}


def restart(host):
    policy = host['RestartPolicy']
    count = policy.get('MaximumRetryCount') or 0
    return (policy['Name'] or 'no') + (f':{count}' if policy['Name'] == 'on-failure' and count else '')


def healthcheck(config):
    test = (config.get('Healthcheck') or {}).get('Test') or []
    return len(test) > 1 and test[0] in ('CMD', 'CMD-SHELL')
