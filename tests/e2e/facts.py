# SPDX-License-Identifier: Apache-2.0
"""What other actions than create carry, and the API version a client chooses, on the real daemon."""
import json

from lab import api, check, docker_ok

NEEDS_PLUGIN = True
START = '/v1.23/containers/early/start'

POLICY = '''
sallyport: 1
{min}
allow:
  read: {{who: [anyone], do: [read], on: any}}
  boxes:
    who: [anyone]
    do: [container.create, container.start, container.remove]
    on: any
    must: {{images: any, memory: {{max: 64m}}}}
    may: {{checkpoints: true, host_namespaces: [uts]}}
  swarm: {{who: [anyone], do: [swarm.init, swarm.update, swarm.leave, swarm.inspect]}}
deny:
  no-pid: {{do: [container.create], uses: {{host_namespaces: [pid]}}}}
'''


def policy(minimum=''):
    return POLICY.format(min=f'min_api_version: {minimum}' if minimum else '')


def refused(rule, method, path, value=None):
    status, text = api(method, path, value)
    check(status == 403 and f'[rule {rule}]' in text, f'{method} {path} {value}: {status} {text}')
    return text


def inspect(name):
    status, text = api('GET', f'/containers/{name}/json')
    check(status == 200, f'{name}: {status} {text}')
    return json.loads(text)


def is_first():
    """dockerd 20.10, which still takes a host configuration at start."""
    return docker_ok('version', '-f', '{{.Server.Version}}').startswith('20.')


def old_versions(plugin):
    """The client chooses the version; ping opens every session, whatever it says there."""
    plugin.reload(policy('1.30'))
    refused('builtin/min-api-version', 'GET', '/v1.29/info')
    check(api('GET', '/v1.30/info')[0] == 200 or not is_first(), 'API 1.30 was refused')
    check(api('GET', '/info')[0] == 200, 'a request without a version was refused')
    check(api('GET', '/v1.29/_ping')[0] != 403, 'ping was refused')
    plugin.reload(policy())
    check('at least 1.24' in refused('builtin/min-api-version', 'GET', '/v1.23/info'), 'the default is not 1.24')


def old_starts(plugin):
    """20.10 replaces the host configuration: every byte of it is judged like that of a create."""
    body = {'Image': 'busybox:local', 'Cmd': ['sleep', '60'], 'HostConfig': {'Memory': 32 << 20}}
    granted = {'Memory': 48 << 20, 'UTSMode': 'host'}
    plugin.reload(policy())
    status, text = api('POST', '/v1.41/containers/create?name=early', body)
    check(status == 201, f'{status} {text}')
    refused('builtin/min-api-version', 'POST', START, {'HostConfig': granted})
    plugin.reload(policy('1.12'))
    for wrap in (lambda x: {'HostConfig': x}, lambda x: x):
        refused('no-pid', 'POST', START, wrap({'Memory': 32 << 20, 'PidMode': 'host'}))
        refused('allow boxes', 'POST', START, wrap({'Memory': 32 << 20, 'Privileged': True}))
        refused('allow boxes', 'POST', START, wrap({'Memory': 32 << 20, 'Binds': ['/opt:/h']}))
        refused('allow boxes', 'POST', START, wrap({'UTSMode': ''}))  # the limit would be gone
    refused('builtin/malformed-request', 'POST', '/v1.41/containers/early/start', {'HostConfig': granted})
    check(inspect('early')['State']['Status'] == 'created', 'it was started')
    status, text = api('POST', START, granted)
    if is_first():
        host = inspect('early')['HostConfig']
        check(status == 204, f'{status} {text}')
        check((host['Memory'], host['UTSMode']) == (48 << 20, 'host'), f'the daemon reads {host}')
    else:
        check(status >= 400, f'{status} {text}')
    api('DELETE', '/containers/early?force=1')


def created_anew(plugin):
    """Watchtower and its like create a container again from what inspect says of it."""
    plugin.reload(policy())
    body = {'Image': 'busybox:local', 'Cmd': ['true'], 'HostConfig': {'Memory': 32 << 20}}
    check(api('POST', '/containers/create?name=first', body)[0] == 201, 'not created')
    host = inspect('first')['HostConfig']
    check(host['MaskedPaths'] and host['ReadonlyPaths'], f'inspect shows no paths: {host}')
    paths = {key: host[key] for key in ('MaskedPaths', 'ReadonlyPaths')}
    body['HostConfig'].update(paths)
    status, text = api('POST', '/containers/create?name=second', body)
    check(status == 201, f'{status} {text}')
    check({key: inspect('second')['HostConfig'][key] for key in paths} == paths, 'other paths than those asked for')
    for key in paths:
        for other in ([], paths[key][1:], paths[key] + ['/proc/self/attr']):
            body['HostConfig'] = {'Memory': 32 << 20, **paths, key: other}
            refused('allow boxes', 'POST', '/containers/create', body)
    for name in ('first', 'second'):
        api('DELETE', f'/containers/{name}')


def swarms(plugin):
    """Granted by name, judged field by field; what is secret is in no log."""
    plugin.reload(policy())
    spec = {'ListenAddr': '127.0.0.1:23777', 'AdvertiseAddr': '127.0.0.1'}
    refused('allow swarm', 'POST', '/v1.41/swarm/init', {**spec, 'Spec': {'TaskDefaults': {'LogDriver': {'Name': 'gelf'}}}})
    refused('allow swarm', 'POST', '/v1.41/swarm/init', {**spec, 'Newer': {'Power': 1}})
    refused('builtin/default-deny', 'POST', '/v1.41/swarm/join', {'RemoteAddrs': ['127.0.0.1:1'], 'JoinToken': 'SWMTKN-hunter2'})
    status, text = api('POST', '/v1.41/swarm/init', spec)
    check(status == 200, f'swarm init: {status} {text}')
    status, text = api('GET', '/swarm')
    swarm = json.loads(text)
    check(status == 200, f'{status} {text}')
    swarm['Spec']['CAConfig']['ExternalCAs'] = [{'Protocol': 'cfssl', 'URL': 'http://u:hunter2@127.0.0.1:9/', 'Options': {'k': 'hunter2'}}]
    version = swarm['Version']['Index']
    api('POST', f'/v1.41/swarm/update?version={version}', swarm['Spec'])  # the CA is not there: dockerd refuses
    status, text = api('POST', '/v1.41/swarm/leave?force=1')
    check(status == 200, f'swarm leave: {status} {text}')
    with open(plugin.audit) as f:
        log = f.read()
    check('hunter2' not in log, 'a secret is in the audit log')
    check('"action":"swarm.update"' in log and '"ExternalCAs"' in log, 'swarm.update is not in the audit log')


def tests(report, plugin, everyday):
    report.test('the oldest API version is the policy\'s choice', old_versions, plugin)
    report.test('a host configuration at start is judged like that of a create', old_starts, plugin)
    report.test('dockerd\'s own masked paths may be sent back to it', created_anew, plugin)
    report.test('the swarm is granted by name, and its secrets are in no log', swarms, plugin)
    plugin.reload(everyday)
