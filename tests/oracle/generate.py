# SPDX-License-Identifier: Apache-2.0
"""Requests by chance, as raw bytes.  Request N of a seed is always the same, whatever came before."""
import random

import bodies
import jsontext
import mutate

KINDS = ['create'] * 12 + ['update'] * 4 + ['exec'] * 2 + ['volume'] * 3
SECOND = 100_000_000  # number of the request behind request 0
MARK = 'X-Oracle'  # the header that says which request an authorization message is about


def no_space():
    return b''


class Request:
    def __init__(self, kind, number, names, target):
        self.kind, self.number, self.names, self.target = kind, number, names, target
        self.mutations, self.odd = [], False
        self.prefix, self.query = '/v' + names['api'], []
        self.path = {'create': '/containers/create', 'update': f'/containers/{target}/update', 'exec': '/containers/base/exec',
                     'volume': '/volumes/create'}[kind]
        if kind == 'create':
            self.query = [f'name=o{number}']
        self.content_type, self.headers, self.header_case = ['application/json'], [], str
        self.framing, self.protocol, self.line_end = 'length', 'HTTP/1.1', b'\r\n'
        self.body, self.raw_body = None, None
        self.before, self.after, self.space = b'', b'', no_space
        self.behind = None  # what stands between this request and a second one; None: there is none

    @property
    def honest(self):
        return not self.odd

    def body_bytes(self):
        inner = self.raw_body if self.raw_body is not None else jsontext.text(self.body, self.space)
        return self.before + inner + self.after

    def bytes(self, rng):
        body = self.body_bytes()
        uri = self.prefix + self.path + ('?' + '&'.join(self.query) if self.query else '')
        length, framed = frame(rng, self.framing, body)
        lines = [f'POST {uri} {self.protocol}']
        for name, value in [('Host', 'docker'), (MARK, str(self.number)), *[('Content-Type', t) for t in self.content_type], *self.headers,
                            *length]:
            lines.append(f'{self.header_case(name)}: {value}')
        whole = self.line_end.join(line.encode('utf-8') for line in lines) + self.line_end * 2 + framed
        return whole if self.behind is None else whole + self.behind + self.second()[1]

    def second(self):
        """The request behind this one, with a number of its own."""
        other = Request('create', self.number + SECOND, self.names, self.target)
        other.body = jsontext.struct(Image='tiny:1', HostConfig=jsontext.struct(Privileged=True, Memory=64 << 20))
        other.odd, other.mutations = True, ['behind another']
        return other, other.bytes(random.Random(0))


def chunks(rng, body, extension=b''):
    out = b''
    while body:
        n = rng.choice([1, 7, 100, len(body)])
        part, body = body[:n], body[n:]
        out += b'%x' % len(part) + extension + b'\r\n' + part + b'\r\n'
    return out


def frame(rng, framing, body):
    """(headers, the bytes of the body as they are sent)"""
    n = ('Content-Length', str(len(body)))
    te = ('Transfer-Encoding', 'chunked')
    if framing == 'length':
        return [n], body
    if framing.startswith('length') or framing == 'no length':
        shown = {'length +': f'+{len(body)}', 'length 0': '0', 'length -1 byte': str(max(0, len(body) - 1)),
                 'length zeros': f'00{len(body)}',
                 'length list': f'{len(body)}, {len(body)}'}
        headers = {'length twice': [n, n], 'length two': [n, ('Content-Length', '1')], 'no length': []}
        return headers.get(framing, [('Content-Length', shown.get(framing, n[1]))]), body
    whole = chunks(rng, body, b';x=y' if framing == 'chunked+extension' else b'')
    end = b'0\r\nX-Late: 1\r\nContent-Type: text/plain\r\n\r\n' if framing == 'chunked+trailer' else b'0\r\n\r\n'
    headers = {'chunked+length': [te, n], 'chunked twice': [te, te], 'Chunked': [('Transfer-Encoding', 'Chunked')],
               'xchunked': [('Transfer-Encoding', 'xchunked'), n]}
    return headers.get(framing, [te]), whole + end


def make(seed, number, names, target, kinds=KINDS):
    """Request `number`, for the container `target` when it is an update: (request, its bytes)."""
    rng = random.Random(f'{seed}:{number}')
    request = Request(rng.choice(kinds), number, names, target)
    maker = bodies.Maker(rng, names, number)
    request.body = getattr(maker, request.kind)()
    request.odd = maker.odd
    mutate.apply(rng, request)
    return request, request.bytes(rng)
