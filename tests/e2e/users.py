# SPDX-License-Identifier: Apache-2.0
"""Names: over TLS a user is the CN of the client certificate, over the socket nobody has one."""
import os
import subprocess

from lab import DENIED, HERE, LAB, check, docker, docker_ok, exists

NEEDS_PLUGIN = True
TLS = LAB + '/tls'
ADDRESS = 'tcp://127.0.0.1:2376'
CLIENTS = ('anna', 'deploy', 'ci-7', 'mallory', 'local', 'anyone', 'group:admins', '../anna', 'blue', 'red')
GOOD = ('-m', '64m', '--memory-swap', '64m', '--cpus', '1', '--pids-limit', '50', '--cap-drop', 'ALL', '--read-only',
        '--security-opt', 'no-new-privileges', '-u', '1000:1000')
IMAGE = 'registry.example.com/web:1'


def openssl(*args):
    done = subprocess.run(['openssl', *args], cwd=TLS, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    check(done.returncode == 0, f'openssl {" ".join(args)}: {done.stdout}')


def options():
    """Makes a CA, the daemon's certificate and the clients'; the options of dockerd that use them."""
    os.makedirs(TLS, exist_ok=True)
    key = ('-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes')
    openssl('req', '-x509', *key, '-days', '2', '-subj', '/CN=lab', '-keyout', 'ca-key.pem', '-out', 'ca.pem')
    with open(TLS + '/san', 'w') as f:
        f.write('subjectAltName=IP:127.0.0.1\n')
    for i, name in enumerate(('server', *CLIENTS)):
        openssl('req', *key, '-subj', '/CN=' + name.replace('/', '\\/'), '-keyout', f'{i}-key.pem', '-out', f'{i}.csr')
        openssl('x509', '-req', '-in', f'{i}.csr', '-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-CAcreateserial', '-days', '2',
                '-out', f'{i}.pem', *(('-extfile', 'san') if i == 0 else ()))
    return f'--host={ADDRESS} --tlsverify --tlscacert={TLS}/ca.pem --tlscert={TLS}/0.pem --tlskey={TLS}/0-key.pem'


def as_user(name, *args):
    i = 1 + CLIENTS.index(name)
    return docker('-H', ADDRESS, '--tlsverify', '--tlscacert', TLS + '/ca.pem', '--tlscert', f'{TLS}/{i}.pem',
                  '--tlskey', f'{TLS}/{i}-key.pem', *args)


def works(name, *args):
    status, out = as_user(name, *args)
    check(status == 0, f'{name}: docker {" ".join(args)}: {out}')


def refused(name, *args, rule=''):
    status, out = as_user(name, *args)
    check(status != 0 and DENIED in out and f'denied for {name}' in out, f'{name}: docker {" ".join(args)}: {out}')
    check(rule in out, f'{name}: docker {" ".join(args)}: not by {rule}: {out}')
    return out


def deployers():
    for name in ('deploy', 'ci-7'):
        works(name, 'run', '--rm', *GOOD, IMAGE, 'true')
        works(name, 'run', '-d', '--init', '--name', 'app', *GOOD, '-v', 'appdata:/data', '-p', '127.0.0.1:8080:80',
              '--cap-add', 'NET_BIND_SERVICE', IMAGE, 'sleep', '60')
        works(name, 'logs', 'app')
        works(name, 'restart', '-t', '0', 'app')
        refused(name, 'exec', 'app', 'id')
        refused(name, 'cp', 'app:/etc/passwd', LAB + '/y')
        refused(name, 'commit', 'app', 'mine:1')
        works(name, 'rm', '-f', 'app')
        works(name, 'volume', 'rm', 'appdata')


def deployers_limits():
    out = refused('deploy', 'create', '--name', 'bare', IMAGE, 'true', rule='[rule allow deploy]')
    for text in ('memory limit is not set', 'fix: -m 4g', '--cpus', '--pids-limit', '--cap-drop ALL', 'no-new-privileges', 'and 2 more'):
        check(text in out, f'{text} is not told\n{out}')
    refused('deploy', 'create', *GOOD, 'busybox:local', 'true', rule='registry.example.com/**')
    refused('deploy', 'create', *GOOD, '-u', '0', IMAGE, 'true', rule='user')
    refused('deploy', 'create', *GOOD, '-v', '/etc:/h', IMAGE, 'true', rule='[rule no-host-directories]')
    works('deploy', 'create', '--name', 'zone', *GOOD, '-v', '/etc/localtime:/etc/localtime:ro', IMAGE, 'true')
    works('deploy', 'rm', 'zone')
    refused('deploy', 'create', *GOOD, '-v', '/etc/localtime:/etc/localtime', IMAGE, 'true', rule='[rule no-host-directories]')
    check(not exists('bare'), 'a container exists')


def admins():
    works('anna', 'create', '--name', 'free', '-m', '1g', '--pids-limit', '100', '-v', '/opt:/o', 'busybox:local', 'true')
    works('anna', 'rm', 'free')
    refused('anna', 'create', '--privileged', 'busybox:local', rule='[rule no-privileged]')
    refused('anna', 'create', 'busybox:local', 'true', rule='[rule limits]')


def nobodies():
    """Whose names are no names of the policy, or look like its keywords."""
    for name in ('mallory', 'local', 'anyone', 'group:admins', '../anna'):
        works(name, 'ps')
        refused(name, 'create', *GOOD, IMAGE, 'true')


def keywords(plugin):
    """`local` is who has no certificate; a certificate that says local is not."""
    plugin.reload('sallyport: 1\nallow:\n  socket: {who: [local], do: [all], on: any, may: everything}\n'
                  '  look: {who: [mallory], do: [read], on: any}\n')
    docker_ok('create', '--name', 'mine', 'busybox:local', 'true')
    docker_ok('rm', 'mine')
    refused('local', 'ps')
    refused('anyone', 'ps')
    works('mallory', 'ps')
    plugin.reload('sallyport: 1\nallow:\n  own: {who: [anyone], do: [read, run, container.remove], on: any, '
                  'must: {images: any}, may: {bind: [/srv/$user/**]}}\n')
    works('anna', 'create', '--name', 'own', '-v', '/srv/anna/x:/x', 'busybox:local', 'true')
    works('anna', 'rm', 'own')
    refused('anna', 'create', '-v', '/srv/deploy/x:/x', 'busybox:local', 'true')
    refused('../anna', 'create', '-v', '/srv/../anna/x:/x', 'busybox:local', 'true')
    status, out = docker('create', '-v', '/srv/anna/x:/x', 'busybox:local', 'true')
    check(status != 0 and DENIED in out, out)


def break_glass(plugin):
    """Everything is allowed, and still nobody undoes the plugin, but for the user who is named for it."""
    plugin.reload('sallyport: 1\nself_protection: {except: [anna]}\nallow:\n'
                  '  x: {who: [anyone], do: [all], on: any, may: everything}\n')
    rule = '[rule builtin/self-protection]'
    for source in ('/run/docker.sock', '/var/run/docker.sock', '/run', '/', '/etc/docker', '/run/docker/plugins', plugin.policy, plugin.audit):
        for options in (('-v', source + ':/x:ro'), ('--mount', f'type=bind,src={source},dst=/x')):
            refused('mallory', 'create', *options, 'busybox:local', 'true', rule=rule)
    refused('mallory', 'volume', 'create', '-o', 'type=none', '-o', 'o=bind', '-o', 'device=/var/run', 'run', rule=rule)
    refused('mallory', 'plugin', 'disable', '-f', 'sallyport', rule=rule)
    refused('mallory', 'plugin', 'install', '--grant-all-permissions', 'registry.example.com/x', rule=rule)
    status, out = docker('create', '-v', '/run/docker.sock:/s', 'busybox:local', 'true')
    check(status != 0 and rule in out, out)
    works('mallory', 'create', '--name', 'near', '-v', '/etc/ssl:/s', '-v', '/run/lock:/l', 'busybox:local', 'true')
    works('mallory', 'rm', 'near')
    works('anna', 'create', '--name', 'glass', '-v', '/run/docker.sock:/s', '-v', '/:/h:ro', 'busybox:local', 'true')
    works('anna', 'rm', 'glass')
    status, out = as_user('anna', 'plugin', 'disable', '-f', 'sallyport')
    check(status != 0 and DENIED not in out, f'it is no plugin of dockerd, and that is what dockerd says: {out}')


def tests(report, plugin, policy):
    plugin.write_policy('sallyport: 1\nallow:\n  x: {who: [anyone], do: [all], on: any, may: everything}\n')
    plugin.restart()
    docker_ok('tag', 'busybox:local', IMAGE)
    with open(os.path.join(HERE, '..', '..', 'policy', 'strict.yaml')) as f:
        plugin.write_policy(f.read())
    plugin.restart()
    report.test('strict.yaml: deployers run and replace containers, and do nothing else', deployers)
    report.test('strict.yaml: what deployers run has limits, and they are told all of them', deployers_limits)
    report.test('strict.yaml: admins do everything but what is denied to all', admins)
    report.test('strict.yaml: any other certificate may look, whatever its name is', nobodies)
    report.test('a certificate whose name is a keyword is not that keyword', keywords, plugin)
    report.test('self-protection: nobody undoes the plugin but the user who is named for it', break_glass, plugin)
    plugin.write_policy(policy)
    plugin.restart()
