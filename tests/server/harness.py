# SPDX-License-Identifier: Apache-2.0
"""Starts the built program on a socket of its own, speaks HTTP to it as dockerd does, counts results.

Only the standard library.  Everything a test starts is ended by its number, and the server's folder
is removed."""

import base64
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

PROGRAM = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "build/sallyport")

POLICY = """sallyport: 1
allow:
  everyday:
    who: [anyone]
    do: [read, run, manage, pull]
    on: any
    must: {images: any}
deny:
  no-privileged:
    uses: {privileged: true}
    message: %s
"""

passed = failed = 0


def check(ok, name, detail=""):
    global passed, failed
    if ok:
        passed += 1
        print("ok - " + name)
    else:
        failed += 1
        print("not ok - " + name + (": " + str(detail) if detail != "" else ""))
    sys.stdout.flush()
    return ok


def never_allowed(answers, name):
    """Of everything that came back nothing may read as permission, whatever else it is."""
    bad = [a for a in answers if b'"allow":true' in bytes(a).replace(b" ", b"").lower()]
    return check(not bad, "never allowed: " + name, bad[:1])


def question(method, uri, body=None, headers=None, **more):
    message = {"RequestMethod": method, "RequestUri": uri}
    if body is not None:
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        message["RequestBody"] = base64.b64encode(text).decode()
        headers = {"Content-Type": "application/json", "Content-Length": str(len(text))} | (headers or {})
    message["RequestHeaders"] = headers or {}
    message.update(more)
    return json.dumps(message).encode() + b"\n"


def create(privileged=False, pad=0):
    body = {"Image": "busybox", "Cmd": ["true"], "HostConfig": {"Privileged": privileged}}
    if pad:
        body["Labels"] = {"pad": "x" * pad}
    return question("POST", "/v1.41/containers/create", body)


PING = question("HEAD", "/_ping")
LIST = question("GET", "/v1.41/containers/json")


def post(path, body, extra=b""):
    """An HTTP request as dockerd 20.10 writes it: Host is there and empty."""
    return (b"POST " + path + b" HTTP/1.1\r\nHost: \r\nUser-Agent: Go-http-client/1.1\r\n"
            b"Content-Length: %d\r\nAccept: application/vnd.docker.plugins.v1.2+json\r\n" % len(body)
            + extra + b"\r\n" + body)


REQ = b"/AuthZPlugin.AuthZReq"
RES = b"/AuthZPlugin.AuthZRes"


class Conn:
    """One kept-alive connection."""

    def __init__(self, path, timeout=10):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(timeout)
        self.sock.connect(path)
        self.buffer = b""

    def send(self, data):
        self.sock.sendall(data)

    def more(self):
        piece = self.sock.recv(65536)
        if not piece:
            raise ConnectionResetError("closed in the middle")
        self.buffer += piece

    def answer(self, head_only=False):
        """(status, body): status 0 when the connection ended without a whole answer."""
        try:
            while True:
                while b"\r\n\r\n" not in self.buffer:
                    self.more()
                head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
                status = int(head.split(b" ")[1])
                if status != 100:
                    break
            length = re.search(rb"(?i)\ncontent-length: *(\d+)", head)
            length = int(length.group(1)) if length and not head_only else 0
            while len(self.buffer) < length:
                self.more()
        except OSError:
            return 0, b""
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        self.will_close = re.search(rb"(?i)\nconnection: *close", head) is not None
        return status, body

    def ask(self, body, path=REQ, extra=b""):
        self.send(post(path, body, extra))
        return self.answer()

    def raw(self):
        """Everything until the other side closes."""
        data = b""
        try:
            while True:
                piece = self.sock.recv(65536)
                if not piece:
                    return data
                data += piece
        except OSError:
            return data

    def is_open(self):
        """Has the other side not closed it, and said nothing?"""
        self.sock.setblocking(False)
        try:
            return self.sock.recv(1, socket.MSG_PEEK) != b""
        except BlockingIOError:
            return True
        except OSError:
            return False
        finally:
            self.sock.settimeout(10)

    def close(self):
        self.sock.close()


def allowed(answer):
    status, body = answer
    return status == 200 and json.loads(body)["Allow"] is True


def denied(answer):
    status, body = answer
    return status == 200 and json.loads(body)["Allow"] is False


class Server:
    """`with Server("--read-deadline=1s") as s:` -- started, answering, and gone afterwards."""

    def __init__(self, *options, policy=POLICY % "first", log="audit.jsonl", start=True, env=None):
        self.dir = tempfile.mkdtemp(prefix="sallyport-test-")
        self.policy = os.path.join(self.dir, "policy.yaml")
        self.socket = os.path.join(self.dir, "plugins", "sallyport.sock")
        self.log = log if os.path.isabs(log) or log == "-" else os.path.join(self.dir, log)
        self.err = os.path.join(self.dir, "stderr")
        self.options = options
        self.env = env
        self.process = None
        self.write_policy(policy)
        if start:
            self.start()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.process and exc[0]:
            print("# " + self.errors().replace("\n", "\n# "))
        shutil.rmtree(self.dir, ignore_errors=True)

    def write_policy(self, text):
        with open(self.policy + ".new", "w") as f:
            f.write(text)
        os.chmod(self.policy + ".new", 0o600)
        os.rename(self.policy + ".new", self.policy)

    def command(self):
        return [PROGRAM, "serve", "--policy", self.policy, "--socket", self.socket, "--log", self.log,
                *self.options]

    def start(self, wait=True, **popen):
        before = self.errors().count("answers socket") if os.path.exists(self.err) else 0
        with open(self.err, "ab") as err:
            self.process = subprocess.Popen(self.command(), stderr=err, env=self.env, **popen)
        if wait:
            self.wait_for(lambda: self.errors().count("answers socket") > before, "to start")
        return self.process

    def wait_for(self, condition, what, seconds=10):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end or (self.process.poll() is not None and what == "to start"):
                raise RuntimeError("waited in vain %s: %s" % (what, self.errors()))
            time.sleep(0.005)

    def conn(self, timeout=10):
        return Conn(self.socket, timeout)

    def ask(self, body, path=REQ):
        c = self.conn()
        try:
            return c.ask(body, path)
        finally:
            c.close()

    def kill(self, number):
        os.kill(self.process.pid, number)

    def hup(self):
        self.kill(signal.SIGHUP)

    def stop(self, number=signal.SIGTERM, seconds=10):
        self.kill(number)
        return self.process.wait(seconds)

    def errors(self):
        with open(self.err, "r", errors="replace") as f:
            return f.read()

    def lines(self, name=None):
        with open(name or self.log, "r") as f:
            return [json.loads(line) for line in f if line.strip()]
