# SPDX-License-Identifier: Apache-2.0
"""Tenants: `on` with labels and names, and rules about answers, against a real dockerd."""
import json

from lab import check, docker, docker_ok, until
from users import as_user, refused, works

NEEDS_PLUGIN = True
POLICY = '''sallyport: 1
groups: {teams: [blue, red]}
allow:
  team-containers:
    who: [group:teams]
    do: [run, manage, exec, logs, container.list, system.events, image.inspect, system.info, system.version]
    on: {labels: {team: $user}}
    must: {images: any, labels: {team: $user}}
  team-objects:
    who: [group:teams]
    do: [volume.*, network.inspect, network.list]
    on: {names: [$user-*]}
    must: {name: [$user-*]}
  ops: {who: [local, anna], do: [all], on: any, may: everything}
deny:
  no-keys: {who: [anna], do: [read], response: {env: ["AWS_*"]}}
  no-vault: {who: [anna], do: [read], response: {labels: {vault: "*"}}}
  no-answer: {who: [local], do: [container.logs], response: {status: [2xx]}}
require:
  small: {who: [mallory], do: [container.inspect], response: {size: {max: 4k}}}
'''


def set_up():
    for team in ('blue', 'red'):
        docker_ok('create', '--name', f'{team}-1', '--label', f'team={team}', 'busybox:local', 'sleep', '60')
        docker_ok('volume', 'create', f'{team}-data')
    docker_ok('create', '--name', 'keys', '-e', 'AWS_SECRET=x', '-e', 'HOME=/', '--label', 'vault=1', 'busybox:local', 'true')


def clean_up():
    docker_ok('rm', '-f', 'blue-1', 'red-1', 'keys')
    docker_ok('volume', 'rm', 'blue-data', 'red-data')


def inspects():
    works('blue', 'container', 'inspect', 'blue-1')
    out = refused('blue', 'container', 'inspect', 'red-1', rule='[rule allow team-containers]')
    check('container red-1 has team=red, the rule covers only team=blue' in out, out)
    ident = docker_ok('inspect', '-f', '{{.Id}}', 'red-1').strip()
    refused('blue', 'container', 'inspect', ident[:10], rule='[rule allow team-containers]')
    out = refused('blue', 'container', 'inspect', 'keys', rule='[rule allow team-containers]')
    check('container keys has no label team' in out and 'AWS_SECRET' not in out, out)
    status, out = as_user('blue', 'container', 'inspect', 'nothing-here')
    check(status != 0 and 'No such container' in out, out)


def lists():
    out = refused('blue', 'ps', '-a', rule='[rule allow team-containers]')
    check('add --filter label=team=blue' in out and 'red-1' not in out, out)
    status, out = as_user('blue', 'ps', '-a', '--filter', 'label=team=blue', '--format', '{{.Names}}')
    check(status == 0 and out.split() == ['blue-1'], out)
    refused('blue', 'ps', '-a', '--filter', 'label=team=red')
    works('blue', 'ps', '-a', '--filter', 'label=team=blue', '--filter', 'label=team=red')  # shows nothing
    works('blue', 'ps', '-a', '--filter', 'name=blue-1')
    refused('blue', 'ps', '-a', '--filter', 'name=red-1')
    out = refused('blue', 'volume', 'ls')
    check('red-data' not in out, out)
    works('blue', 'volume', 'ls', '--filter', 'name=blue-')
    refused('blue', 'events', '--since', '1s', '--until', '0s', rule='--filter label=team=blue')
    works('blue', 'events', '--since', '1s', '--until', '0s', '--filter', 'label=team=blue')


def changes():
    out = refused('blue', 'stop', 'blue-1', rule='[rule allow team-containers]')
    check('the labels of container blue-1 are not known' in out, out)
    refused('blue', 'rm', 'red-1')
    refused('blue', 'exec', 'red-1', 'id')
    works('blue', 'create', '--name', 'blue-2', '--label', 'team=blue', 'busybox:local', 'true')
    refused('blue', 'create', '--name', 'blue-3', '--label', 'team=red', 'busybox:local', 'true')
    docker_ok('rm', 'blue-2')
    works('blue', 'volume', 'create', 'blue-more')
    works('blue', 'volume', 'inspect', 'blue-more')
    works('blue', 'volume', 'rm', 'blue-more')
    refused('blue', 'volume', 'rm', 'red-data', rule='[rule allow team-objects]')
    refused('blue', 'volume', 'inspect', 'red-data', rule='[rule allow team-objects]')
    refused('blue', 'volume', 'prune', '-f')


def secrets():
    out = refused('anna', 'container', 'inspect', 'keys')
    check('[rule no-keys]' in out and 'shows the variable AWS_SECRET' in out, out)
    check('[rule no-vault]' in out, out)
    works('anna', 'container', 'inspect', 'blue-1')
    out = refused('anna', 'ps', '-a', rule='[rule no-vault]')
    check('a container of this list has vault=*' in out, out)


def large_answers():
    """Over 64 KiB the status has left, but the body has not: the refusal takes its place."""
    docker_ok('create', '--name', 'huge', '--label', 'team=red', '--label', 'x=' + 'y' * 100000, 'busybox:local', 'true')
    for args in (('container', 'inspect', 'huge'), ('ps', '-a'), ('ps', '-a', '--filter', 'name=huge')):
        _, out = as_user('blue', *args)
        check('yyyy' not in out and 'red-1' not in out and 'busybox' not in out, out[:500])
    _, out = as_user('blue', 'container', 'inspect', 'huge')
    check('dockerd does not show answers over 64 KiB to plugins' in out, out[:500])
    works('blue', 'ps', '-a', '--filter', 'label=team=blue')
    docker_ok('rm', 'huge')


def too_late(plugin):
    docker_ok('start', 'red-1')
    docker_ok('run', '--name', 'talk', 'busybox:local', 'echo', 'hello')
    at = plugin.audit_size()
    docker('logs', 'talk')
    lines = until(lambda: [d for d in plugin.decisions(at) if d['action'] == 'container.logs' and d['phase'] == 'response'],
                  'the answer to logs is recorded')
    check(lines[0]['decision'] == 'deny' and lines[0].get('too_late') is True, json.dumps(lines[0]))
    docker_ok('rm', '-f', 'talk')
    at = plugin.audit_size()
    as_user('blue', 'container', 'inspect', 'red-1')
    lines = [d for d in plugin.decisions(at) if d['action'] == 'container.inspect']
    check([d.get('pending') for d in lines] == [True, None] and [d['decision'] for d in lines] == ['allow', 'deny'],
          json.dumps(lines))
    check('too_late' not in lines[1] and 'sleep' not in json.dumps(lines), json.dumps(lines))


def tests(report, plugin, policy):
    plugin.write_policy(POLICY)
    plugin.restart()
    set_up()
    report.test('a tenant inspects what is theirs, and nothing else', inspects)
    report.test('a tenant lists what is theirs, and is told the filter', lists)
    report.test('a tenant changes what is known to be theirs', changes)
    report.test('an answer with a forbidden variable or label is withheld', secrets)
    report.test('an answer over 64 KiB is withheld, too', large_answers)
    report.test('the audit log says what was pending and what came too late', too_late, plugin)
    clean_up()
    plugin.write_policy(policy)
    plugin.restart()
