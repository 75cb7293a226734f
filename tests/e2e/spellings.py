# SPDX-License-Identifier: Apache-2.0
"""Every way we know to write a forbidden request so that a plugin reads something else than dockerd
does.  Each of the forbidden things is sent in each of the spellings: none may create a container.
The honest request is sent in the spellings that honest clients use: those must work."""
import json

from lab import DENIED, api, check, exists, parse, request, send

PATH = '/v1.41/containers/create'
JSON = ('Content-Type', 'application/json')
TEXT = ('Content-Type', 'text/plain')
FORM = ('Content-Type', 'application/x-www-form-urlencoded')
MEMORY = 64 << 20

HONEST = {'Image': 'busybox:local', 'Cmd': ['true'], 'HostConfig': {'Memory': MEMORY}}


def forbidden(image='busybox:local', **host):
    return {'Image': image, 'Cmd': ['true'], 'HostConfig': {'Memory': MEMORY, **host}}


# What is asked for, and the rule of policy.yaml that has to refuse it.
KINDS = [
    ('--privileged', 'no-privileged', forbidden(Privileged=True)),
    ('-v /:/h', 'no-system-directories', forbidden(Binds=['/:/h'])),
    ('-v /var/run/docker.sock:/s', 'no-engine-sockets', forbidden(Binds=['/var/run/docker.sock:/s'])),
    ('--mount type=bind,src=/,dst=/h', 'no-system-directories',
     forbidden(Mounts=[{'Type': 'bind', 'Source': '/', 'Target': '/h'}])),
    ('--cap-add SYS_ADMIN', 'no-strong-capabilities', forbidden(CapAdd=['SYS_ADMIN'])),
    ('--pid host', 'no-host-namespaces', forbidden(PidMode='host')),
    ('--network host', 'no-host-namespaces', forbidden(NetworkMode='host')),
    ('--security-opt seccomp=unconfined', 'no-unconfined', forbidden(SecurityOpt=['seccomp=unconfined'])),
    ('no memory limit', 'memory-limit', forbidden(Memory=0)),
    ('an image not on the list', 'everyday', forbidden(image='evil:1')),
]


# --- bodies ---

def keys(value, change):
    """The same value with every key of a struct rewritten."""
    if isinstance(value, dict):
        return {change(k): keys(v, change) for k, v in value.items()}
    if isinstance(value, list):
        return [keys(v, change) for v in value]
    return value


def dumps(value):
    return json.dumps(value, ensure_ascii=False)


def pairs(*items):
    """A JSON object that may have a key twice; the values are JSON texts."""
    return '{' + ','.join(f'{dumps(k)}:{v}' for k, v in items) + '}'


def top(v):
    """The request's HostConfig fields at the top level, where dockerd before 27 reads them."""
    return {'Image': v['Image'], 'Cmd': v['Cmd'], **v['HostConfig']}


def bodies(v):
    """(name, body): spellings of the JSON text."""
    h = dumps(v['HostConfig'])
    harmless = dumps({'Memory': MEMORY})
    image = ('Image', dumps(v['Image']))
    cmd = ('Cmd', dumps(v['Cmd']))
    yield 'as the docker command writes it', dumps(v)
    yield 'with keys in lower case', dumps(keys(v, str.lower))
    yield 'with keys in upper case', dumps(keys(v, str.upper))
    yield 'with U+017F for s', dumps(keys(v, lambda k: k.replace('s', '\u017f')))
    yield 'with \\u017f for s and S', json.dumps(keys(v, lambda k: k.replace('s', '\u017f').replace('S', '\u017f')))
    yield 'with U+212A for k', dumps(keys(v, lambda k: k.replace('k', '\u212a').replace('K', '\u212a')))
    yield 'with escaped letters in keys', dumps(keys(v, str)).replace('"H', '"\\u0048').replace('"P', '"\\u0050').replace('"B', '"\\u0042')
    yield 'with a harmless HostConfig before it', pairs(image, cmd, ('HostConfig', harmless), ('HostConfig', h))
    yield 'with a harmless HostConfig after it', pairs(image, cmd, ('HostConfig', h), ('HostConfig', harmless))
    yield 'with a harmless hostconfig after it', pairs(image, cmd, ('HostConfig', h), ('hostconfig', harmless))
    yield 'with an empty HostConfig after it', pairs(image, cmd, ('HostConfig', h), ('HostConfig', '{}'))
    yield 'with a null HostConfig before it', pairs(image, cmd, ('HostConfig', 'null'), ('Ho\u017ftConfig', h))
    yield 'with the image twice', pairs(('Image', '"busybox:local"'), ('image', dumps(v['Image'])), cmd, ('HostConfig', h))
    yield 'with HostConfig fields at the top level', dumps(top(v))
    yield 'with HostConfig fields at the top level beside a null HostConfig', dumps({**top(v), 'HostConfig': None})
    yield 'with lower-case HostConfig fields at the top level', dumps(keys(top(v), str.lower))
    yield 'with a second value after it', dumps(v) + dumps(HONEST)
    yield 'with a brace after it', dumps(v) + '}'
    yield 'after a harmless value', dumps(HONEST) + dumps(v)
    yield 'with white space around it', ' \t\r\n' + dumps(v) + '\r\n '
    yield 'with a megabyte of white space', ' ' * (1 << 20) + dumps(v)
    yield 'with an unknown field of five megabytes', dumps({'X': 'x' * (5 << 20), **v})


def doubled(v):
    """Every field of HostConfig twice, the harmless value first, then last."""
    host = v['HostConfig']
    zero = {k: type(x)() for k, x in host.items()}
    for name, order in (('first', (zero, host)), ('last', (host, zero))):
        inner = ','.join(dumps(part)[1:-1] for part in order)
        yield (f'with every field twice, the harmless one {name}',
               pairs(('Image', dumps(v['Image'])), ('Cmd', dumps(v['Cmd'])), ('HostConfig', '{' + inner + '}')))


# --- messages ---

def http(path, headers, body, length=True, version='1.1', method='POST'):
    data = body.encode('utf-8', 'surrogatepass')
    lines = [f'{method} {path} HTTP/{version}', 'Host: docker', 'Connection: close'] + [f'{k}: {v}' for k, v in headers]
    if length:
        lines.append(f'Content-Length: {len(data)}')
    return '\r\n'.join(lines).encode() + b'\r\n\r\n' + data


def chunked(path, headers, body, step):
    data = body.encode()
    parts = [data[i:i + step] for i in range(0, len(data), step)] + [b'']
    coded = b''.join(b'%x\r\n%s\r\n' % (len(p), p) for p in parts)
    head = http(path, [*headers, ('Transfer-Encoding', 'chunked')], '', length=False)
    return head + coded


def messages(name, v):
    """(name, bytes): spellings of the HTTP message around one body."""
    body = dumps(v)
    q = f'?name={name}'
    p = PATH + q
    yield 'as application/json; charset=utf-8', http(p, [('Content-Type', 'application/json; charset=utf-8')], body)
    yield 'as APPLICATION/JSON', http(p, [('Content-Type', 'APPLICATION/JSON')], body)
    yield 'as application/json;', http(p, [('Content-Type', 'application/json;')], body)
    yield 'as application/json and then text/plain', http(p, [JSON, TEXT], body)
    yield 'as text/plain and then application/json', http(p, [TEXT, JSON], body)
    yield 'as application/json and then a form', http(p, [JSON, FORM], body)
    yield 'as a form and then application/json', http(p, [FORM, JSON], body)
    yield 'as application/json; foo', http(p, [('Content-Type', 'application/json; foo')], body)
    yield 'as text/plain', http(p, [TEXT], body)
    yield 'without a content type', http(p, [], body)
    yield 'in chunks', chunked(p, [JSON], body, 7)
    yield 'in one chunk', chunked(p, [JSON], body, 1 << 20)
    yield 'in HTTP/1.0', http(p, [JSON], body, version='1.0')
    yield 'with an encoded path', http('/v1.41/%63ontainers/cr%65ate' + q, [JSON], body)
    yield 'with an encoded slash', http('/v1.41/containers%2Fcreate' + q, [JSON], body)
    yield 'with an encoded version', http('/v1%2e41/containers/create' + q, [JSON], body)
    yield 'with an absolute URI', http('http://docker' + PATH + q, [JSON], body)
    yield 'with an absolute URI of another scheme', http('foo:/..' + PATH + q, [JSON], body)
    yield 'with an absolute URI without a host', http('http://' + PATH + q, [JSON], body)
    yield 'without a version', http('/containers/create' + q, [JSON], body)
    yield 'with an old version', http('/v1.24/containers/create' + q, [JSON], body)
    yield 'with a version with zeroes', http('/v01.041/containers/create' + q, [JSON], body)
    yield 'with a query that ends like a login', http(p + '&x=/auth', [JSON], body)
    yield 'with two slashes', http('//v1.41/containers/create' + q, [JSON], body)
    yield 'with dots in the path', http('/v1.41/x/../containers/create' + q, [JSON], body)
    yield 'with a fragment', http(p + '#/auth', [JSON], body)
    yield 'after 100-continue', http(p, [JSON, ('Expect', '100-continue')], body)


# What honest clients write; the others may be refused, also when they are harmless.
HONEST_SPELLINGS = {
    'as the docker command writes it', 'with white space around it',
    'as application/json; charset=utf-8', 'as APPLICATION/JSON', 'as application/json;',
    'in chunks', 'in one chunk', 'without a version', 'after 100-continue',
    'with keys in lower case',
}


def everything(name, v):
    for spelling, body in [*bodies(v), *doubled(v)]:
        yield spelling, http(f'{PATH}?name={name}', [JSON], body)
    yield from messages(name, v)


# --- tests ---

def refused(kind, rule, v):
    """All spellings of one forbidden thing; every failure is told, not only the first."""
    wrong = []
    asked = named = 0
    for i, (spelling, raw) in enumerate(everything('attack', v)):
        status, text = parse(send(raw))
        if exists('attack'):
            wrong.append(f'{spelling}: CREATED ({status})')
            api('DELETE', '/containers/attack?force=1')
        elif 200 <= status < 300:
            wrong.append(f'{spelling}: answered {status} {text[:200]}')
        if DENIED in text:
            asked += 1
            named += f'{rule}]' in text
            if i == 0 and f'{rule}]' not in text:
                wrong.append(f'{spelling}: refused, but not by {rule}: {text[:300]}')
    check(not wrong, f'{kind}: {len(wrong)} spellings\n' + '\n'.join(wrong))
    # Most are refused by the plugin, not by dockerd, and many by the very rule.
    check(asked >= 30, f'{kind}: only {asked} spellings were refused by the plugin')
    check(named >= 8, f'{kind}: only {named} spellings were refused by the rule {rule}')


def real():
    """How many spellings of one forbidden thing this dockerd understands when nothing is refused."""
    n = 0
    for _, raw in everything('attack', KINDS[0][2]):
        send(raw)
        if exists('attack'):
            n += 1
            api('DELETE', '/containers/attack?force=1')
    check(n >= 20, f'only {n}: the tests of the spellings test nothing')


def allowed():
    wrong, seen = [], set()
    for spelling, raw in everything('honest', HONEST):
        if spelling not in HONEST_SPELLINGS:
            continue
        seen.add(spelling)
        status, text = parse(send(raw))
        if status != 201 or not exists('honest'):
            wrong.append(f'{spelling}: {status} {text[:300]}')
        api('DELETE', '/containers/honest?force=1')
    check(seen == HONEST_SPELLINGS, f'not tried: {HONEST_SPELLINGS - seen}')
    check(not wrong, '\n'.join(wrong))


def by_volume():
    """A volume that is really a bind mount, made first and used by its plain name later."""
    options = {'Name': 'backdoor', 'DriverOpts': {'type': 'none', 'o': 'bind', 'device': '/'}}
    status, text = api('POST', '/v1.41/volumes/create', options)
    check(status == 403 and DENIED in text, f'volumes/create: {status} {text}')
    status, text = api('GET', '/volumes/backdoor')
    check(status == 404, f'the volume exists: {status} {text}')
    mount = {'Type': 'volume', 'Source': '', 'Target': '/h',
             'VolumeOptions': {'DriverConfig': {'Name': 'local', 'Options': options['DriverOpts']}}}
    status, text = api('POST', f'{PATH}?name=attack', forbidden(Mounts=[mount]))
    check(status == 403 and DENIED in text and not exists('attack'), f'mount options: {status} {text}')


def by_update():
    """A limit that is taken away after the container was created."""
    status, text = api('POST', f'{PATH}?name=limited', HONEST)
    check(status == 201, f'{status} {text}')
    status, text = api('POST', '/v1.41/containers/limited/update', {'Memory': 1 << 40, 'MemorySwap': -1})
    check(status == 403 and '[rule memory-limit]' in text, f'update: {status} {text}')
    status, text = api('POST', '/v1.41/containers/limited/update', {'memory': 1 << 40, 'memoryswap': -1})
    check(status == 403 and '[rule memory-limit]' in text, f'update in lower case: {status} {text}')
    api('DELETE', '/containers/limited?force=1')


def by_start():
    """dockerd 20.10 takes a HostConfig with the start of a container (API before 1.24)."""
    status, text = api('POST', f'{PATH}?name=early', HONEST)
    check(status == 201, f'{status} {text}')
    for path in ('/v1.23/containers/early/start', '/v1.41/containers/early/start'):
        status, text = api('POST', path, {'Privileged': True, 'Binds': ['/:/h']})
        check(status >= 400, f'{path} with a body: {status} {text}')
    status, text = api('GET', '/containers/early/json')
    check('"Privileged":false' in text and '"Status":"created"' in text, f'it was started: {text[:400]}')
    api('DELETE', '/containers/early?force=1')


def by_form():
    """Parameters in a form body override those of the URL, and the plugin sees neither."""
    for headers in ([FORM], [FORM, TEXT], [FORM, JSON]):
        for body in ('repo=busybox&tag=local', 'repo=busybox&tag=local&force=1'):
            status, text = parse(send(http('/v1.41/images/evil:1/tag?repo=busybox&tag=copy-1', headers, body)))
            check(status >= 400, f'{headers}: tagged ({status})')
    status, text = api('GET', '/images/busybox:copy-1/json')
    check(status == 404, 'the image was tagged')


def other_doors():
    """Requests that reach the same ends through other endpoints: none of them is granted."""
    for method, path, body in [
            ('POST', '/v1.41/plugins/pull?remote=x/y', []),
            ('POST', '/v1.41/swarm/init', {'ListenAddr': '127.0.0.1:2377'}),
            ('POST', '/v1.41/services/create', {'Name': 'x'}),
            ('POST', '/v1.41/containers/x/checkpoints', {'CheckpointID': 'x'}),
            ('POST', '/v1.41/session', None),
            ('POST', '/v1.41/commit?container=x', {}),
            ('POST', '/v1.41/images/load', None),
            ('POST', '/v1.41/build?remote=http://example.com/x', None),
            ('POST', '/v1.41/images/create?fromSrc=http://example.com/x&repo=busybox&tag=local', None),
            ('GET', '/debug/vars', None),
            ('GET', '/v1.41/swarm/unlockkey', None)]:
        status, text = api(method, path, body)
        check(status >= 400, f'{method} {path}: {status} {text[:200]}')
        if status != 404:
            check(DENIED in text or 'page not found' in text, f'{method} {path}: {status} {text[:200]}')


def garbage():
    """What is no request at all does not hurt the daemon or the plugin."""
    for raw in (b'\r\n\r\n', b'GET\r\n\r\n', b'POST ' + b'/' * 9000 + b' HTTP/1.1\r\nHost: d\r\n\r\n',
                b'GET /v1.41/containers/json?filters=%zz HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n',
                b'GET /v1.41/containers/\xff\xfe/json HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n',
                b'GET /v1.41/containers/%00/json HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n'):
        status, text = parse(send(raw))
        check(status == 0 or status >= 300, f'{raw[:60]!r}: {status} {text[:200]}')
    status, text = request('GET', '/v1.41/containers/json')
    check(status == 200, f'afterwards: {status} {text}')


def tests(report):
    for name, rule, v in KINDS:
        report.test(f'{name} is refused in every spelling', refused, name, rule, v)
    report.test('the spellings that honest clients use are allowed', allowed)
    report.test('a volume that is really a bind mount is refused where it is made and where it is used', by_volume)
    report.test('a limit cannot be taken away by an update', by_update)
    report.test('a start with a HostConfig in its body is refused', by_start)
    report.test('parameters in a form body are refused', by_form)
    report.test('no other endpoint gives what the policy refuses', other_doors)
    report.test('bytes that are no request hurt nobody', garbage)
