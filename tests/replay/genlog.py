# SPDX-License-Identifier: Apache-2.0
"""python3 tests/replay/genlog.py N [SEED]: an audit log of N lines on standard output, as serve
writes it: a week of users who run, look at and remove containers, pull images and make networks.

The same seed gives the same bytes."""

import json
import random
import sys
from datetime import datetime, timedelta, timezone

USERS = [("", ""), ("anna", "TLS"), ("ben", "TLS"), ("chen", "TLS"), ("ci-runner-1", "TLS"), ("ci-runner-2", "TLS")]
IMAGES = ["nginx:1.27", "registry.example.com/shop/web:%d", "registry.example.com/shop/api:%d", "postgres:16", "busybox"]
START = datetime(2026, 8, 17, 6, 0, 0, tzinfo=timezone.utc)


def create_body(r):
    host = {"NetworkMode": "default", "RestartPolicy": {"Name": "no", "MaximumRetryCount": 0}}
    if r.random() < 0.8:
        host["Memory"] = r.choice([256, 512, 1024, 2048, 8192]) << 20
    if r.random() < 0.5:
        host["PidsLimit"] = r.choice([100, 200, 512])
    if r.random() < 0.3:
        host["NanoCpus"] = r.choice([1, 2, 4]) * 1000000000
    if r.random() < 0.4:
        host["Binds"] = ["/srv/%s/%s:/data%s" % (r.choice(["shop", "blog"]), r.choice(["db", "www", "cache"]),
                                                 r.choice(["", ":ro"]))]
    if r.random() < 0.3:
        host["PortBindings"] = {"80/tcp": [{"HostIp": r.choice(["", "127.0.0.1"]), "HostPort": str(r.randint(8000, 8030))}]}
    if r.random() < 0.1:
        host["CapAdd"] = [r.choice(["NET_ADMIN", "SYS_PTRACE"])]
    if r.random() < 0.01:
        host["Privileged"] = True
    image = r.choice(IMAGES)
    body = {"Hostname": "", "AttachStdout": True, "AttachStderr": True,
            "Env": ["PATH=keyed:%012x" % r.getrandbits(48), "TOKEN=keyed:%012x" % r.getrandbits(48)],
            "Cmd": ["sh", "-c", "sleep %d" % r.randint(1, 99)], "Image": image % r.randint(1, 40) if "%" in image else image,
            "Labels": {"com.example.team": r.choice(["shop", "blog"]), "com.example.job": str(r.randint(1, 9999))},
            "HostConfig": host, "NetworkingConfig": {"EndpointsConfig": {"default": {}}}}
    return body


def request(r):
    """(method, uri, action, object, body) of one request."""
    c = "%012x" % r.getrandbits(48)
    kind = r.random()
    if kind < 0.25:
        return "HEAD", "/_ping", "system.ping", "", None
    if kind < 0.45:
        return "GET", "/v1.47/containers/json?all=1", "container.list", "", None
    if kind < 0.60:
        return "GET", "/v1.47/containers/%s/json" % c, "container.inspect", c, None
    if kind < 0.75:
        return "POST", "/v1.47/containers/create?name=job-%s" % c, "container.create", "", create_body(r)
    if kind < 0.85:
        return "POST", "/v1.47/containers/%s/start" % c, "container.start", c, None
    if kind < 0.90:
        return "DELETE", "/v1.47/containers/%s?force=1&v=1" % c, "container.remove", c, None
    if kind < 0.93:
        return "POST", "/v1.47/images/create?fromImage=nginx&tag=1.%d" % r.randint(20, 29), "image.pull", "", None
    if kind < 0.96:
        return ("POST", "/v1.47/networks/create", "network.create", "",
                {"Name": "net-%s" % c, "Driver": "bridge", "Options": {"com.docker.network.driver.mtu": "1400"}})
    if kind < 0.98:
        return ("POST", "/v1.47/containers/%s/exec" % c, "container.exec", c,
                {"Cmd": ["sh"], "Tty": True, "AttachStdin": True, "User": r.choice(["", "1000"])})
    return "GET", "/v1.47/containers/%s/logs?stdout=1" % c, "container.logs", c, None


def lines(n, seed=1):
    r = random.Random(seed)
    dumps = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
    step = timedelta(seconds=7 * 86400 / max(n, 1))
    answers = []
    for i in range(n):
        time = (START + i * step).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        if answers:
            user, auth, method, uri, action, target = answers.pop()
            body, phase, status = None, "response", 201 if method == "POST" else 200
        else:
            user, auth = r.choice(USERS)
            method, uri, action, target, body = request(r)
            phase, status = "request", 0
            answers.append((user, auth, method, uri, action, target))
        line = {"v": 1, "time": time, "id": "%012x" % r.getrandbits(48), "user": user, "auth": auth, "phase": phase}
        if status:
            line["status"] = status
        line |= {"method": method, "uri": uri, "action": action, "object": target, "api": "1.47" if "v1.47" in uri else "",
                 "decision": "allow", "mode": "enforce", "rules": [], "audit_rules": [], "granted_by": "everyday",
                 "policy": "0" * 64, "decode_us": 9, "eval_us": 3, "headers": {}, "request": body}
        if phase == "request" and body is not None:
            line["headers"] = {"Content-Type": "application/json", "Content-Length": str(len(dumps(body)))}
        elif phase == "request" and method == "POST":
            line["headers"] = {"Content-Length": "0"}
        yield dumps(line)


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    for text in lines(count, int(sys.argv[2]) if len(sys.argv) > 2 else 1):
        print(text)
