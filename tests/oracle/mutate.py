# SPDX-License-Identifier: Apache-2.0
"""What can be done to a request: to its JSON, its URI, its headers and its framing.  Each mutation
is a function (rng, request) that changes the request and returns True, or False when there is
nothing here to do it to.  HONEST ones are what real clients do as well."""
import bodies
from jsontext import NOT_HERE, Obj, Pair, Raw, copy, lists, mapping, pairs, struct, text

# Go folds these two beside the letters of ASCII (docker-api: U+017F is s, U+212A is k).
FOLDS = {'s': '\u017f', 'S': '\u017f', 'k': '\u212a', 'K': '\u212a'}
RESOURCES = ['Memory', 'MemorySwap', 'CpuShares', 'CpusetCpus', 'VolumeDriver']


# --- keys ---

def some_pair(rng, request, wanted=lambda obj, pair: True):
    """A pair of the body, of which `wanted` is true; those of the outer objects more often."""
    if not isinstance(request.body, Obj):
        return None, None
    found = [(o, i) for o, i in pairs(request.body) if wanted(o, o[i])]
    return rng.choice(found) if found else (None, None)


def another_case(rng, key):
    return rng.choice([key.lower(), key.upper(), key.swapcase(), ''.join(rng.choice([c.lower(), c.upper()]) for c in key)])


def folded(rng, key):
    at = [i for i, c in enumerate(key) if c in FOLDS]
    if not at:
        return another_case(rng, key)
    for i in rng.sample(at, rng.randint(1, len(at))):
        key = key[:i] + FOLDS[key[i]] + key[i + 1:]
    return key


def escaped(rng, key):
    """The same text, some characters as \\u escapes."""
    out = ''
    for c in key:
        if rng.random() < 0.4 or ord(c) > 126:
            digits = f'{ord(c):04x}'
            out += '\\u' + (digits.upper() if rng.random() < 0.5 else digits)
        else:
            out += c
    return ('"' + out + '"').encode()


def key_case(rng, request):
    obj, i = some_pair(rng, request, lambda o, p: o.struct)
    if obj is None:
        return False
    obj[i].key = another_case(rng, obj[i].key)
    return True


def key_fold(rng, request):
    obj, i = some_pair(rng, request, lambda o, p: o.struct and any(c in FOLDS for c in p.key))
    if obj is None:
        return False
    obj[i].key = folded(rng, obj[i].key)
    if rng.random() < 0.5:
        obj[i].token = escaped(rng, obj[i].key)
    return True


def key_escape(rng, request):
    obj, i = some_pair(rng, request)
    if obj is None:
        return False
    obj[i].token = escaped(rng, obj[i].key)
    return True


def key_almost(rng, request):
    """A key that is not the field's, although it looks like it."""
    obj, i = some_pair(rng, request)
    if obj is None:
        return False
    key = obj[i].key
    obj[i].key = rng.choice([key + ' ', ' ' + key, key + '\0', key.replace('i', '\u0131', 1), key.replace('I', '\u0130', 1), '_' + key,
                             key + '\u0301',
                             key.replace('s', '\u1e9e', 1), key[:-1]])
    return True


# --- duplicates ---

def another_value(rng, request, pair):
    """A value for the same field: made anew where it can be, or a shorter, longer or empty one."""
    if rng.random() < 0.15:
        return None
    make = getattr(bodies.Maker, pair.key, None)
    if make and rng.random() < 0.7:
        maker = bodies.Maker(rng, request.names, request.number)
        maker.targets = 5
        return make(maker)
    value = copy(pair.value)
    if isinstance(value, Obj) and value:
        del value[rng.randrange(len(value))]
    elif isinstance(value, list):
        value = rng.choice([[], value[:1], value + value[:1]])
    elif isinstance(value, bool):
        value = not value
    elif isinstance(value, int):
        value = rng.choice([0, value // 2, value * 2])
    return value


def duplicate(rng, request):
    obj, i = some_pair(rng, request)
    if obj is None:
        return False
    new = Pair(obj[i].key, another_value(rng, request, obj[i]))
    how = rng.random()
    if how < 0.3:
        new.key = another_case(rng, new.key)
    elif how < 0.45:
        new.key = folded(rng, new.key)
    obj.insert(rng.choice([i, i + 1, 0, len(obj)]), new)
    return True


def duplicate_thrice(rng, request):
    """A longer list, a shorter, a longer again: old elements come back."""
    obj, i = some_pair(rng, request, lambda o, p: isinstance(p.value, list) and p.value)
    if obj is None:
        return False
    for value in ([], another_value(rng, request, obj[i])):
        obj.insert(i + 1, Pair(obj[i].key, value))
    return True


def split_object(rng, request):
    """One object as two of the same name, perhaps with null between: dockerd merges them."""
    obj, i = some_pair(rng, request, lambda o, p: isinstance(p.value, Obj) and len(p.value) > 1)
    if obj is None:
        return False
    whole = obj[i].value
    at = rng.randrange(1, len(whole))
    first, second = Obj(whole[:at], whole.struct), Obj(whole[at:], whole.struct)
    key = obj[i].key
    between = [Pair(key, None)] if rng.random() < 0.3 else []
    other = another_case(rng, key) if rng.random() < 0.3 else key
    obj[i:i + 1] = [Pair(key, first)] + between + [Pair(other, second)]
    return True


# --- values ---

def change_value(rng, request, make, wanted=lambda o, p: True):
    obj, i = some_pair(rng, request, wanted)
    if obj is None:
        return False
    obj[i].value = make(obj[i].value)
    return True


def outer_objects(request):
    return [request.body] + [p.value for p in request.body if p.key == 'HostConfig']


def null_field(rng, request):
    """What docker-py sends for everything that was not asked for."""
    if request.kind == 'create' and rng.random() < 0.7:
        host = request.body.get('HostConfig')
        target = host if isinstance(host, Obj) and rng.random() < 0.7 else request.body
        names = bodies.Maker.HOST if target is host else bodies.Maker.TOP
        free = [n for n in names if target.get(n) is NOT_HERE]
        for name in rng.sample(free, rng.randint(1, min(6, len(free)))):
            target.set(name, None)
        return True
    outer = outer_objects(request)
    return change_value(rng, request, lambda v: None, lambda o, p: any(o is x for x in outer) and o.struct)


def null_element(rng, request):
    found = [v for v in lists(request.body) if v]
    if not found:
        return False
    chosen = rng.choice(found)
    chosen.insert(rng.randint(0, len(chosen)), None)
    return True


def wrong_type(rng, request):
    def make(value):
        if isinstance(value, bool):
            return rng.choice(['true', 1, 0, 'false', [value]])
        if isinstance(value, int):
            return rng.choice([str(value), Raw(b'%d.0' % value), Raw(b'%de0' % value), Raw(b'1e3'), True, [value],
                               Raw(b'0%d' % abs(value))])
        if isinstance(value, str):
            return rng.choice([[value], 1, True, struct(x=value), Raw(value.encode())])
        if isinstance(value, Obj):
            return rng.choice([[value], 'x', 1, []])
        return rng.choice(['x', 1, struct(), value[0] if isinstance(value, list) and value else True])
    return change_value(rng, request, make)


def number_form(rng, request):
    def make(value):
        return Raw(rng.choice([b'-0', b'-1', b'9223372036854775807', b'9223372036854775808', b'-9223372036854775808', b'1E3', b'1e2',
                               b'100.0',
                               b'0x10', b'+5', b'00', b'18446744073709551616', b'-0.0', b'5 ']))
    return change_value(rng, request, make, lambda o, p: isinstance(p.value, int) and not isinstance(p.value, bool))


def string_bytes(rng, request):
    """What may stand in a string: dockerd replaces, keeps or refuses."""
    def make(value):
        inner = text(value)[1:-1]
        extra = rng.choice([b'\\u0000', b'\\ud800', b'\xff', b'\xc0\xaf', b'\xed\xa0\x80', b'\x7f', b'\\ud83d\\ude00', b'\xe2\x80\xa8',
                            b'\\/', b'\\u002f',
                            b'\x01', b'\\x41', b"\\'", b'\\n', b'\\udc00\\ud800', b'\xf4\x90\x80\x80'])
        at = rng.choice([0, len(inner)])
        return Raw(b'"' + inner[:at] + extra + inner[at:] + b'"')
    return change_value(rng, request, make, lambda o, p: isinstance(p.value, str))


def string_escapes(rng, request):
    return change_value(rng, request, lambda v: Raw(escaped(rng, v)), lambda o, p: isinstance(p.value, str) and p.value.isprintable())


def list_as_text(rng, request):
    """Where Go has a StrSlice a text is a list of one."""
    return change_value(rng, request, lambda v: v[0], lambda o, p: p.key in ('Cmd', 'Entrypoint', 'CapAdd', 'CapDrop', 'Binds', 'Env')
                        and isinstance(p.value, list) and p.value and isinstance(p.value[0], str))


def zero_value(rng, request):
    def make(value):
        if isinstance(value, Obj):
            return Obj(struct=value.struct)
        return [] if isinstance(value, list) else False if isinstance(value, bool) else 0 if isinstance(value, int) else ''
    outer = outer_objects(request)
    return change_value(rng, request, make, lambda o, p: any(o is x for x in outer) and p.value is not None and p.key != 'Image'
                        and not isinstance(p.value, Raw))


# --- structure ---

def top_level(rng, request):
    """Fields of HostConfig where dockerd took them from before 2013, and 20.10 and 26 still do."""
    host = request.body.get('HostConfig') if request.kind == 'create' else NOT_HERE
    if not isinstance(host, Obj) or not host:
        return False
    body = request.body
    how = rng.random()
    moved = list(host) if how < 0.6 else rng.sample(list(host), rng.randint(1, len(host)))
    body[:] = [p for p in body if p.key != 'HostConfig']
    body.extend(p.copy() for p in moved)
    if how > 0.3:
        rest = [p for p in host if p not in moved] if how > 0.6 else None
        body.insert(rng.randint(0, len(body)), Pair('HostConfig', None if rest is None else Obj(rest)))
    return True


def top_level_resource(rng, request):
    if request.kind != 'create' or not isinstance(request.body, Obj):
        return False
    key = rng.choice(RESOURCES + ['Cpuset', 'Privileged', 'Binds', 'NetworkMode'])
    maker = bodies.Maker(rng, request.names, request.number)
    value = '0' if key == 'Cpuset' else getattr(maker, key)()
    request.body.insert(rng.randint(0, len(request.body)), Pair(key, value))
    return True


def wrapped(rng, request):
    """Embedded Go structs have no key of their own: what stands under it is not read."""
    if not isinstance(request.body, Obj):
        return False
    outer = rng.choice([request.body] + [p.value for p in request.body if isinstance(p.value, Obj) and p.value.struct])
    maker = bodies.Maker(rng, request.names, request.number)
    key = rng.choice(['Config', 'Resources', 'hostconfig.HostConfig', 'InnerHostConfig', 'HostConfig'])
    outer.set(key, struct(Privileged=True, Memory=maker.Memory(), Binds=['/:/h']))
    return True


def unknown_field(rng, request):
    if not isinstance(request.body, Obj):
        return False
    deep = rng.choice([10, 60, 70, 1000, 10001])
    value = rng.choice([1, 'x', None, struct(HostConfig=struct(Privileged=True)), [1, [2]], Raw(b'1e999999'),
                        Raw(b'[' * deep + b']' * deep),
                        Raw(b'99999999999999999999999999')])
    target = rng.choice([o for o, _ in pairs(request.body) if o.struct] or [request.body])
    target.insert(rng.randint(0, len(target)), Pair(rng.choice(['Foo', 'X', '', 'Privileged2', 'x-y', 'Exec']), value))
    return True


def map_key(rng, request):
    """A second key of a map that differs in case: maps are exact."""
    obj, i = some_pair(rng, request, lambda o, p: not o.struct)
    if obj is None:
        return False
    obj.insert(i, Pair(another_case(rng, obj[i].key), copy(obj[i].value)))
    return True


def other_body(rng, request):
    request.raw_body = rng.choice([b'null', b'{}', b'[]', b'', b'"x"', b'1', b'[' + text(request.body) + b']'])
    return True


def trailing(rng, request):
    request.after += rng.choice([b'}', b']', b' x', b'{}', b'\n{"HostConfig":{"Privileged":true}}', b'\0', b',', b'\n\n', b'null', b' \x0b',
                                 b'//x'])
    return True


def leading(rng, request):
    request.before += rng.choice([b'\xef\xbb\xbf', b'\x0c', b' \n\t', b'/**/', b'\0', b'\x0b', b'\xa0'])
    return True


def whitespace(rng, request):
    request.space = lambda: rng.choice([b'', b'', b' ', b'\n', b'\t', b'\r\n'])
    return True


def raw_byte(rng, request):
    """One byte of the body is another one, or is not there."""
    whole = request.body_bytes()
    if not whole:
        return False
    at = rng.randrange(len(whole))
    request.raw_body = whole[:at] + rng.choice([b'', bytes([rng.randrange(256)]), b'"', b',', b':', b'\\']) + whole[at + 1:]
    return True


# --- the URI ---

def path_escape(rng, request):
    out = ''
    for c in request.path:
        many = 0.4 if c == '/' and rng.random() < 0.3 else 0.12
        out += f'%{ord(c):02x}' if c != '%' and rng.random() < many and len(out) > 1 else c
    request.path = out
    return True


def path_shape(rng, request):
    path, prefix = request.path, request.prefix
    request.path, request.prefix = rng.choice([
        (path + '/', prefix), ('/' + path, prefix), (path.replace('/', '//', 1), prefix), ('/.' + path, prefix), ('/x/..' + path, prefix),
        (path + '#x', prefix), (path + ';x', prefix), (path + '%00', prefix), (path + '%20', prefix), (path, 'http://docker' + prefix),
        (path, 'foo:' + prefix), (path, 'HTTP://u:p@h:99' + prefix), (path.upper(), prefix), (path + '?', prefix), (path, prefix + prefix),
        (path.replace('/', '\\'), prefix), (path + '\u00fc', prefix), (path + '%2f', prefix), (path + '%zz', prefix)])
    return True


def version(rng, request):
    """Old versions change the meaning; odd spellings of one are the same one, or none."""
    request.prefix = rng.choice(['/v1.12', '/v1.18', '/v1.22', '/v1.23', '/v1.24', '/v1.25', '/v1.39', '/v1.40', '/v1.41', '/v1.42',
                                 '/v1.43', '/v1.44',
                                 '/v1.47', '/v1.48', '/v1.51', '/v1.41.0', '/v01.041', '/v1.041', '/v1', '/v1.', '/v.', '/v1..41', '/v9.99', '/V1.41',
                                 '/v1.41.9', '/v1%2e41', '/%76%31.41', '/v1.40.99', '/v0', '/v1.4', '/v2.0', '/v1.400', '/v1.39.99999999999999999999'])
    return True


def old_version(rng, request):
    request.prefix = rng.choice(['', '/v1.24', '/v1.30', '/v1.35', '/v1.39', '/v1.40', '/v1.41'])
    return True


def query(rng, request):
    name = f'o{request.number}q'
    request.query += rng.choice([['name=' + name, 'name=' + name + '2'], ['Name=' + name], ['name=%6F' + name[1:]], ['name=a+b'],
                                 ['platform=linux/amd64'],
                                 ['a;b'], ['name=' + name + ';x'], ['name=%zz'], ['%zz'], ['&&'], ['name=%2F' + name], ['name=' + name + '#x'], ['x'],
                                 ['platform=windows'], ['name=' + name + '%00'], ['=x'], ['n%61me=' + name], ['name='], ['name=?' + name]])
    if rng.random() < 0.3:
        rng.shuffle(request.query)
    return True


# --- headers and framing ---

def content_type(rng, request):
    request.content_type = rng.choice([
        ['application/json; foo'], ['text/plain'], [], ['application/json, text/plain'], ['application/x-www-form-urlencoded'], ['APPLICATION/JSON'],
        ['application/json;'], ['application/json; a=b; a=c'], ['application/json', 'text/plain'], ['text/plain', 'application/json'],
        ['application/json', 'application/x-www-form-urlencoded'], ['application/x-www-form-urlencoded',
                                                                    'application/json'], ['multipart/form-data; boundary=x'],
        ['application/json; charset="utf-8'], ['  application/json\t'], ['application/json+x'], [''], ['application/json',
                                                                                                       ''], ['application / json']])
    return True


def content_type_honest(rng, request):
    request.content_type = [rng.choice(['application/json; charset=utf-8', 'application/json;charset=UTF-8', 'application/json'])]
    return True


def header_case(rng, request):
    request.header_case = rng.choice([str.lower, str.upper])
    return True


def more_headers(rng, request):
    request.headers += rng.choice([[('User-Agent', 'Docker-Client/28.2.2 (linux)')], [('Accept', '*/*'), ('Accept-Encoding', 'gzip')],
                                   [('Connection', 'keep-alive')], [('X-Registry-Auth', 'e30=')]])
    return True


def odd_headers(rng, request):
    request.headers += rng.choice([[('X-HTTP-Method-Override', 'GET')], [('Cookie', 'a=b')], [('Content-Encoding', 'gzip')], [('Connection', 'Upgrade'),
                                   ('Upgrade', 'tcp')], [('X-Folded', 'a\r\n b')], [('Host', 'again')], [('Trailer', 'Content-Type')],
                                   [('Transfer-Encoding', 'identity')], [('X-Bin', '\xff\x80')], [('Authorization', 'Basic eA==')]])
    return True


def expect(rng, request):
    request.headers.append(('Expect', '100-continue'))
    return True


def chunked(rng, request):
    request.framing = rng.choice(['chunked', 'chunked', 'chunked+length', 'chunked+extension', 'chunked+trailer', 'chunked twice',
                                  'Chunked', 'xchunked'])
    return True


def length(rng, request):
    request.framing = rng.choice(['length twice', 'length +', 'length 0', 'length -1 byte', 'length two', 'length zeros', 'no length',
                                  'length list'])
    return True


def large(rng, request):
    """Around the sizes up to which dockerd shows the body to its plugin."""
    size = rng.choice([(1 << 20) - 1, 1 << 20, (1 << 20) + 1, (4 << 20) + 1])
    request.after = b' ' * max(0, size - len(request.body_bytes())) + request.after
    return True


def pipelined(rng, request):
    """Another request right behind: wherever dockerd thinks that this one ends."""
    request.behind = rng.choice([b'', b'\r\n', b'0\r\n\r\n'])
    return True


def old_http(rng, request):
    request.protocol = rng.choice(['HTTP/1.0', 'HTTP/1.0', 'HTTP/1.2', 'HTTP/2.0', 'http/1.1'])
    return True


def line_ends(rng, request):
    request.line_end = b'\n'
    return True


HONEST = [(null_field, 6), (zero_value, 4), (whitespace, 2), (string_escapes, 2), (old_version, 5), (content_type_honest, 2), (header_case, 1),
          (more_headers, 2), (expect, 1)]
ODD = [(key_case, 6), (key_fold, 5), (key_escape, 3), (key_almost, 2), (duplicate, 10), (duplicate_thrice, 3), (split_object, 4),
       (null_element, 2),
       (wrong_type, 4), (number_form, 3), (string_bytes, 4), (list_as_text, 2), (top_level, 6), (top_level_resource, 4), (wrapped, 2),
       (unknown_field, 4), (map_key, 2), (other_body, 1), (trailing, 4), (leading, 2), (raw_byte, 2), (path_escape, 4), (path_shape, 3), (version, 4),
       (query, 4), (content_type, 4), (odd_headers, 2), (chunked, 4), (length, 2), (pipelined, 2), (old_http, 1), (line_ends, 1)]


def apply(rng, request):
    """A third of the requests stay what an honest client sends; the others get one to three."""
    plan = []
    if rng.random() < 0.35:
        plan += [rng.choices(*zip(*HONEST))[0] for _ in range(rng.randint(1, 2))]
    if rng.random() < 0.6:
        plan += [rng.choices(*zip(*ODD))[0] for _ in range(rng.choice([1, 1, 1, 2, 3]))]
    honest = [f for f, _ in HONEST]
    if rng.random() < 0.003:
        plan.append(large)
    for mutation in plan:
        if mutation(rng, request):
            request.mutations.append(mutation.__name__)
            request.odd |= mutation not in honest
