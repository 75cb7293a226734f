# SPDX-License-Identifier: Apache-2.0
"""The authorization plugin that dockerd sees while attacks are replayed: it answers "allow" while
an attack is set up and its effect is looked at, and hands every message of the attack itself to
sallyport byte for byte.  dockerd has one chain of plugins for all its sockets, so somebody has to
let the administrator through.  Nothing here decides anything."""
import json
import os
import socket
import threading

import lab

GUARD = '/run/sallyport-guard.sock'
ALLOW = b'{"Allow":true}'
ACTIVATE = b'{"Implements":["authz"]}'


def answer(body):
    return (b'HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.plugins.v1.2+json\r\n'
            b'Content-Length: %d\r\n\r\n' % len(body)) + body


def read_message(stream):
    """One HTTP message: (all its bytes, its body), or (b'', b'') at the end of the connection."""
    raw, length, chunked = b'', 0, False
    while True:
        line = stream.readline()
        if not line:
            return b'', b''
        raw += line
        name, _, value = line.partition(b':')
        if name.strip().lower() == b'content-length':
            length = int(value)
        elif name.strip().lower() == b'transfer-encoding':
            chunked = b'chunked' in value.lower()
        if line in (b'\r\n', b'\n'):
            break
    if not chunked:
        body = stream.read(length)
        return (raw + body, body) if len(body) == length else (b'', b'')
    body = b''
    while True:
        line = stream.readline()
        part = stream.read(int(line.split(b';')[0], 16) + 2)
        raw += line + part
        if part == b'\r\n':
            return raw, body
        body += part[:-2]


class Guard(lab.Plugin):
    """sallyport on a socket that dockerd does not know; dockerd's plugin is the relay."""

    def answers(self):
        lab.check(self.process.poll() is None, 'sallyport has ended\n' + self.tail())
        try:
            return lab.request('POST', '/Plugin.Activate', socket_path=GUARD, length=True)[0] == 200
        except OSError:
            return False


class Relay:
    def __init__(self, path, guard):
        self.guard = guard  # sallyport's socket
        self.guarded = False
        self.seen = []  # what sallyport said since forget(): (AuthZReq or AuthZRes, method, URI, answer)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        os.chmod(path, 0o600)
        self.listener.listen(128)
        threading.Thread(target=self.accept, daemon=True).start()

    def forget(self):
        self.seen = []

    def wants(self, body):
        """Whether sallyport is asked about this message."""
        return self.guarded

    def accept(self):
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        upstream = back = None
        with connection, connection.makefile('rb') as stream:
            try:
                while True:
                    raw, body = read_message(stream)
                    if not raw:
                        return
                    kind = raw.split(b' ', 2)[1].rpartition(b'.')[2].decode('latin-1')
                    if kind == 'Activate':
                        connection.sendall(answer(ACTIVATE))
                    elif not self.wants(body):
                        connection.sendall(answer(ALLOW))
                    else:
                        if upstream is None:
                            upstream = socket.socket(socket.AF_UNIX)
                            upstream.settimeout(60)
                            upstream.connect(self.guard)
                            back = upstream.makefile('rb')
                        upstream.sendall(raw)
                        said, verdict = read_message(back)
                        self.note(kind, body, verdict)
                        connection.sendall(said)
            except (OSError, ValueError) as error:
                # dockerd sees a closed connection and says that its plugin failed: the attack's
                # result says so too.
                self.seen.append(('relay', '', '', repr(error)))
            finally:
                if upstream is not None:
                    upstream.close()

    def note(self, kind, body, verdict):
        try:
            message, said = json.loads(body), json.loads(verdict)
            uri = message.get('RequestURI', message.get('RequestUri', ''))
            text = 'allowed' if said.get('Allow') is True else said.get('Msg') or said.get('Err')
            self.seen.append((kind, message.get('RequestMethod', ''), uri[:200], str(text)))
        except ValueError as error:
            self.seen.append((kind, '?', '?', repr(error)))
