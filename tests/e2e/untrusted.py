# SPDX-License-Identifier: Apache-2.0
"""policy/untrusted-client.yaml on the real daemon: what its first lines show works, over TLS, as ci-7."""
import os
import shutil
import subprocess

from cis import OPEN
from lab import DENIED, HERE, LAB, check, docker_ok
from users import as_user, refused, works

NEEDS_PLUGIN = True
POLICY = os.path.join(HERE, '..', '..', 'policy')
LIMITS = ('-m', '64m', '--memory-swap', '64m', '--cpus', '1', '--pids-limit', '50')


def job():
    src = '/srv/untrusted/ci-7/src'
    works('ci-7', 'create', '--name', 'ci-7-test', *LIMITS, '-v', src + ':/src', '-v', 'ci-7-cache:/cache', '-w', '/src',
          'busybox:local', 'sh', '-c', 'echo done >/src/result')
    works('ci-7', 'start', 'ci-7-test')
    status, out = as_user('ci-7', 'wait', 'ci-7-test')
    check(status == 0 and out == '0\n', out)
    with open(src + '/result') as f:
        check(f.read() == 'done\n', 'the job did not write into its directory')
    works('ci-7', 'rm', 'ci-7-test')
    works('ci-7', 'volume', 'rm', 'ci-7-cache')


def outside():
    for rule, options in (('own-directory', ('-v', '/srv/untrusted/agent-1:/x')), ('own-directory', ('-v', '/srv/untrusted/ci-7/link:/x')),
                          ('own-names', ('--name', 'web')), ('no-privilege', ('--privileged',)), ('no-host', ('--pid', 'host')),
                          ('no-foreign-containers', ('--volumes-from', 'other')), ('limits', ('-m', '16g', '--memory-swap', '16g'))):
        refused('ci-7', 'create', '--name', 'ci-7-bad', *LIMITS, *options, 'busybox:local', rule=f'untrusted-client/{rule}')
    status, out = as_user('ci-7', 'rm', 'ci-7-bad')
    check(status != 0 and 'No such container' in out, 'something was created: ' + out)
    for args in (('stop', 'other'), ('exec', 'other', 'id'), ('rm', '-f', 'other'), ('logs', 'other'), ('inspect', 'other')):
        refused('ci-7', *args, rule='own-containers')


def an_id_is_nobodys():
    """What the policy says of this version: an ID is not known to be one's own."""
    status, out = as_user('ci-7', 'run', '-d', '--name', 'ci-7-run', *LIMITS, 'busybox:local', 'true')
    check(status != 0 and DENIED in out, out)
    works('ci-7', 'rm', 'ci-7-run')


def tests(report, plugin, policy):
    os.makedirs(LAB + '/packs', exist_ok=True)
    shutil.copy(os.path.join(POLICY, 'packs', 'untrusted-client.yaml'), LAB + '/packs/')
    plugin.write_policy(OPEN)
    plugin.restart()
    subprocess.run(['mount', '-t', 'tmpfs', 'sallyport-lab', '/srv'], check=True)
    os.makedirs('/srv/untrusted/ci-7/src')
    os.makedirs('/srv/untrusted/agent-1')
    os.symlink('/srv', '/srv/untrusted/ci-7/link')
    docker_ok('create', '--name', 'other', 'busybox:local', 'true')
    with open(os.path.join(POLICY, 'untrusted-client.yaml')) as f:
        plugin.write_policy(f.read())
    plugin.restart()
    report.test('untrusted-client.yaml: a job is created, started, waited for and removed', job)
    report.test('untrusted-client.yaml: nothing outside of its directory, names and containers', outside)
    report.test('untrusted-client.yaml: docker run goes as far as its first lines say', an_id_is_nobodys)
    plugin.write_policy(OPEN)
    plugin.restart()
    docker_ok('rm', 'other')
    subprocess.run(['umount', '-l', '/srv'], check=True)
    plugin.write_policy(policy)
    plugin.restart()
