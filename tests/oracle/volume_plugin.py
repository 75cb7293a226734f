# SPDX-License-Identifier: Apache-2.0
"""A volume driver other than `local`, so that there is one to be asked for.  It keeps names and
nothing else."""
import json
import os
import socket
import threading

from relay import answer, read_message

NAME = 'oracle'


class VolumePlugin:
    def __init__(self, folder='/run/docker/plugins'):
        self.volumes, self.lock = {}, threading.Lock()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(f'{folder}/{NAME}.sock')
        os.chmod(f'{folder}/{NAME}.sock', 0o600)
        self.listener.listen(64)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with connection, connection.makefile('rb') as stream:
            try:
                while True:
                    raw, body = read_message(stream)
                    if not raw:
                        return
                    method = raw.split(b' ', 2)[1].rpartition(b'.')[2].decode('latin-1')
                    connection.sendall(answer(json.dumps(self.call(method, json.loads(body or b'{}') or {})).encode()))
            except (OSError, ValueError):
                return  # dockerd says what it could not do

    def call(self, method, asked):
        name = asked.get('Name', '')
        with self.lock:
            if method == 'Activate':
                return {'Implements': ['VolumeDriver']}
            if method == 'Capabilities':
                return {'Capabilities': {'Scope': 'local'}}
            if method == 'Create':
                self.volumes[name] = {'Name': name, 'Mountpoint': '/run/oracle/b'}
            elif method == 'List':
                return {'Volumes': list(self.volumes.values()), 'Err': ''}
            elif method in ('Path', 'Mount'):
                return {'Mountpoint': '/run/oracle/b', 'Err': ''}
            elif name not in self.volumes:
                return {'Err': 'no such volume'}
            elif method == 'Remove':
                del self.volumes[name]
            elif method == 'Get':
                return {'Volume': self.volumes[name], 'Err': ''}
            return {'Err': ''}
