# SPDX-License-Identifier: Apache-2.0
"""An attack's bytes: written to dockerd's socket exactly as they stand, and what comes back taken
apart.  Honest HTTP for the steps around an attack goes the same way."""
import base64
import json
import re
import socket
import time


class Answer:
    def __init__(self, status, body, complete):
        self.status, self.body, self.complete = status, body, complete

    @property
    def text(self):
        return self.body.decode('utf-8', 'replace')


def raw_bytes(parts, values):
    """The parts of a request joined.  A placeholder @@NAME@@ or a file in the body moves the
    Content-Length by as much as it changes the length; nothing else is touched."""
    parts = [parts] if isinstance(parts, dict) else parts
    raw, announced = b'', 0
    for part in parts:
        if 'text' in part:
            raw += part['text'].encode('utf-8')
        elif 'b64' in part:
            raw += base64.b64decode(part['b64'])
        elif 'repeat' in part:
            raw += part['repeat'].encode('utf-8') * part['n']
        else:
            with open(part['file'], 'rb') as f:
                raw += f.read()
            announced = None  # the file is ours: it need not be as long as the one it was written with
    head, gap, body = raw.partition(b'\r\n\r\n')
    before = len(body)
    if b'@@' in raw[:20000]:
        for name, value in values.items():
            mark = b'@@%s@@' % name.encode()
            head, body = head.replace(mark, value.encode()), body.replace(mark, value.encode())
    if announced is None:
        head = re.sub(rb'Content-Length: \d+', b'Content-Length: %d' % len(body), head)
    elif len(body) != before:
        head = re.sub(rb'Content-Length: (\d+)',
                      lambda m: b'Content-Length: %d' % (int(m.group(1)) + len(body) - before), head)
    return head + gap + body


def chunks(got, at):
    """A chunked body from `at` on: (body, where it ends, whether all of it is there)."""
    body = b''
    while True:
        end = got.find(b'\r\n', at)
        if end < 0:
            return body, len(got), False
        try:
            size = int(got[at:end].split(b';')[0], 16)
        except ValueError:
            return body, len(got), False
        if len(got) < end + 2 + size + 2:
            return body + got[end + 2:], len(got), False
        body += got[end + 2:end + 2 + size]
        at = end + 2 + size + 2
        if size == 0:
            return body, at, True


def answers(got, closed, methods):
    """All answers in these bytes; the last one may be incomplete."""
    out, at = [], 0
    while at < len(got):
        end = got.find(b'\r\n\r\n', at)
        if end < 0:
            break
        lines = got[at:end].decode('latin-1').split('\r\n')
        match = re.match(r'HTTP/\d\.\d (\d+)', lines[0])
        if not match:
            break
        status, at = int(match.group(1)), end + 4
        if status == 100:
            continue
        headers = {k.strip().lower(): v.strip() for k, _, v in (line.partition(':') for line in lines[1:])}
        method = methods[len(out)] if len(out) < len(methods) else 'GET'
        if status in (204, 304) or method == 'HEAD':
            body, complete = b'', True
        elif status == 101:
            body, at, complete = got[at:], len(got), True
        elif headers.get('transfer-encoding') == 'chunked':
            body, at, complete = chunks(got, at)
        elif 'content-length' in headers:
            size = int(headers['content-length'])
            body = got[at:at + size]
            complete, at = len(body) == size, at + size
        else:
            body, at, complete = got[at:], len(got), closed
        out.append(Answer(status, body, complete))
        if not complete:
            break
    return out


def send(path, raw, count=1, seconds=10, read_any=False, then=None, half_close=False):
    """Bytes out on a connection of their own; reads until `count` answers are there, the other side
    closes, or time is up.  With read_any a moment of silence after the first bytes is enough.
    `then` goes out on the same connection after the first answer.
    Returns the answers and all bytes that came."""
    methods = [m.decode() for m in re.findall(rb'(?:^|\r\n\r\n)([A-Z]+) \S', raw[:400])] or ['GET']
    got, closed, end = b'', False, time.monotonic() + seconds
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(seconds)
        s.connect(path)
        try:
            s.sendall(raw)
        except OSError:
            pass  # refused while we were still talking: the answer says why
        if half_close:
            try:
                s.shutdown(socket.SHUT_WR)
            except OSError:
                pass
        while time.monotonic() < end and len(got) < 8 << 20:
            here = answers(got, False, methods)
            if then is not None and here and here[0].complete:
                s.sendall(then)
                then, read_any, count = None, True, 99
            if len(here) >= count and all(a.complete for a in here[:count]):
                break
            try:
                part = s.recv(65536)
            except socket.timeout:
                break
            except OSError:
                part = b''
            if not part:
                closed = True
                break
            got += part
            if read_any and len(got) > 200:
                s.settimeout(0.7)
    return answers(got, closed, methods), got


def call(path, method, uri, value=None, data=None, kind='application/json', seconds=60):
    """An honest request: (status, body)."""
    body = data if data is not None else b'' if value is None else json.dumps(value).encode()
    head = f'{method} {uri} HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n'
    if body or method in ('POST', 'PUT'):
        head += f'Content-Length: {len(body)}\r\n'
    if body:
        head += f'Content-Type: {kind}\r\n'
    here, _ = send(path, head.encode() + b'\r\n' + body, 1, seconds)
    return (here[0].status, here[0].body) if here else (0, b'')
