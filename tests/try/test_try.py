# SPDX-License-Identifier: Apache-2.0
"""python3 tests/try/test_try.py SALLYPORT: `sallyport try` with real clients, and with bare HTTP.

Needs no root and no daemon.  What needs docker or docker-compose is skipped where there is none."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.parse

PROGRAM = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "build/sallyport")
HERE = os.path.dirname(os.path.abspath(__file__))
POLICY = """sallyport: 1
allow:
  everyday:
    who: [anyone]
    do: [read, logs, run, manage, exec, copy, compose, pull, image.tag, image.remove, container.prune]
    on: any
    must: {images: any}
    may: {volumes: any, networks: any, ports: any, bind: [/srv/**]}
  builds:
    who: [anna]
    do: [build]
    on: any
    may: everything
deny:
  no-privileged:
    uses: {privileged: true}
    message: "$flag gives all of the host away"
  no-tops:
    do: [container.top]
    response: {status: [2xx]}
  no-errors:
    do: [container.changes]
    response: {status: [404]}
"""

passed = failed = skipped = 0


def check(ok, name, detail=""):
    global passed, failed
    if ok:
        passed += 1
        print("ok - " + name)
    else:
        failed += 1
        print("not ok - %s: %s" % (name, detail))
    return ok


class Folder:
    def __enter__(self):
        self.path = tempfile.mkdtemp(prefix="sallyport-test-")
        self.write("policy.yaml", POLICY)
        os.mkdir(self.at("tmp"))
        return self

    def __exit__(self, *exc):
        shutil.rmtree(self.path, ignore_errors=True)

    def at(self, name):
        return os.path.join(self.path, name)

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.at(name)), exist_ok=True)
        with open(self.at(name), "w") as f:
            f.write(text)

    def command(self, *words, options=()):
        return [PROGRAM, "try", "--policy", self.at("policy.yaml"), *options, "--", *words]

    def env(self):
        # What must not reach the client: it would talk to somebody else's daemon.
        return dict(os.environ, TMPDIR=self.at("tmp"), DOCKER_HOST="tcp://192.0.2.1:1", DOCKER_CONTEXT="other",
                    DOCKER_TLS_VERIFY="1", DOCKER_CERT_PATH="/nowhere", DOCKER_CONFIG=self.at("config"))

    def run(self, *words, options=(), cwd=None):
        """Runs it; checks that nothing is left behind, whatever came of it."""
        done = subprocess.run(self.command(*words, options=options), env=self.env(), cwd=cwd or self.path,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=120, text=True)
        left = os.listdir(self.at("tmp"))
        if left:
            check(False, "nothing is left of " + " ".join(words), left)
        return done

    def sh(self, script, options=()):
        return self.run("sh", "-ec", script, options=options)

    def client(self, part, options=()):
        """This file is the client: PART is a function below that gets a connection to the fake daemon."""
        return self.run(sys.executable, "-B", os.path.abspath(__file__), "client", part, options=options)


# --- the client's side: bare HTTP, for what no docker command sends ---

class Http(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("docker")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(20)
        self.sock.connect(self.path)


def daemon():
    return Http(os.environ["DOCKER_HOST"][len("unix://"):])


def ask(method, uri, body=None, headers=None, conn=None):
    conn = conn or daemon()
    text = json.dumps(body) if isinstance(body, (dict, list)) else body
    if isinstance(body, dict):
        headers = {"Content-Type": "application/json"} | (headers or {})
    conn.request(method, uri, text, headers or {})
    answer = conn.getresponse()
    data = answer.read()
    return answer.status, data, answer.headers


def created(**body):
    status, data, _ = ask("POST", "/v1.47/containers/create", {"Image": "alpine"} | body)
    assert status == 201, data
    return json.loads(data)["Id"]


def client_environment():
    print(json.dumps({k: v for k, v in os.environ.items() if k.startswith("DOCKER_")}))
    path = os.environ["DOCKER_HOST"][len("unix://"):]
    print(oct(os.stat(os.path.dirname(path)).st_mode & 0o777), oct(os.stat(path).st_mode & 0o777))


def client_large():
    """Over 1 MiB the plugin sees no body, so what is in it cannot be judged."""
    print(ask("POST", "/v1.47/containers/create", {"Image": "alpine", "Labels": {"x": "x" * (1 << 20)}})[:2])


def client_chunked():
    """Without a length, as Go sends streams: what counts is what it says."""
    for privileged in (False, True):
        text = json.dumps({"Image": "alpine", "HostConfig": {"Privileged": privileged}}).encode()
        conn = daemon()
        conn.request("POST", "/v1.47/containers/create", iter([text[:7], text[7:]]),
                     {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}, encode_chunked=True)
        print(conn.getresponse().status)


def client_plain():
    """Not JSON by its type: dockerd shows no body, and the second type is not the one that counts."""
    conn = daemon()
    text = b'{"Image":"alpine"}'
    conn.putrequest("POST", "/v1.47/containers/create")
    for value in ("text/plain", "application/json"):
        conn.putheader("Content-Type", value)
    conn.putheader("Content-Length", str(len(text)))
    conn.endheaders(text)
    print(conn.getresponse().status)


def client_folded():
    """Spellings Go takes for HostConfig and Privileged."""
    print(ask("POST", "/v1.47/containers/create", {"Image": "a", "ho\u017ftconfig": {"PRIVILEGED": True}})[0])
    print(ask("POST", "/v1.47/containers%2Fcreate", {"Image": "a", "HostConfig": {"Privileged": True}})[0])


def client_wait():
    """The head of the answer comes before the container ends; its end ends the answer."""
    name = created()
    conn = daemon()
    conn.request("POST", "/v1.47/containers/%s/wait?condition=next-exit" % name, headers={"Content-Length": "0"})
    waiting = conn.getresponse()
    print(waiting.status)
    ask("POST", "/v1.47/containers/%s/start" % name, headers={"Content-Length": "0"})
    ask("POST", "/v1.47/containers/%s/kill" % name, headers={"Content-Length": "0"})
    print(json.loads(waiting.read())["StatusCode"])


def client_attach():
    """101, nothing but the stream, and an end when the container ends."""
    name = created()
    conn = daemon()
    conn.connect()
    conn.sock.sendall(("POST /v1.47/containers/%s/attach?stream=1&stdout=1 HTTP/1.1\r\nHost: docker\r\n"
                       "Connection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 0\r\n\r\n" % name).encode())
    head = b""
    while b"\r\n\r\n" not in head:
        head += conn.sock.recv(1)
    print(head.split(b"\r\n")[0].decode(), b"multiplexed-stream" in head)
    conn.sock.sendall(b"input nobody reads")
    ask("POST", "/v1.47/containers/%s/start" % name, headers={"Content-Length": "0"})
    print(conn.sock.recv(100))
    print(json.loads(ask("GET", "/v1.47/containers/%s/json" % name)[1])["State"]["Status"])


def client_leave():
    """Many clients that go away while they wait leave room for others."""
    name = created()
    for _ in range(600):
        conn = daemon()
        conn.request("POST", "/v1.47/containers/%s/wait?condition=next-exit" % name, headers={"Content-Length": "0"})
        conn.getresponse()
        conn.sock.close()
        conn.close()
    print(ask("GET", "/v1.47/containers/%s/json" % name)[0])


def client_events():
    conn = daemon()
    conn.request("GET", "/v1.47/events")
    stream = conn.getresponse()
    name = created(Labels={"who": "me"})
    event = json.loads(stream.readline())
    print(event["Action"], event["id"] == name, event["Actor"]["Attributes"]["who"])


def client_many():
    """So much is remembered and no more, and the daemon goes on answering."""
    states = [ask("POST", "/v1.47/volumes/create", {"Name": "v%d" % i})[0] for i in range(2010)]
    print(states[0], states[-1], ask("GET", "/_ping")[0])


def client_garbage():
    """What is no request costs a connection and nothing else."""
    for text in (b"\0\1\2\r\n\r\n", b"GET\r\n\r\n", b"POST /x HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
                 b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                 b"GET /" + b"a" * 300000 + b" HTTP/1.1\r\n\r\n"):
        conn = daemon()
        conn.connect()
        try:
            conn.sock.sendall(text)
            conn.sock.recv(1000)
        except OSError:
            pass
        conn.close()
    print(ask("GET", "/_ping")[0])


def client_answers():
    """Rules about answers; an error has none of the statuses by which it could be told apart."""
    name = created()
    for uri in ("/v1.47/containers/%s/top" % name, "/v1.47/containers/none/top", "/v1.47/containers/none/changes",
                "/v1.47/containers/%s/json" % name):
        print(ask("GET", uri)[0])


def client_tenants():
    """Who may see only what is labelled sees what is, and not a list with the rest in it."""
    mine, other = created(Labels={"team": "red"}), created()
    for name in (mine, other):
        print(ask("GET", "/v1.47/containers/%s/json" % name)[0])
    for filters in ('{"label":["team=red"]}', "{}"):
        print(ask("GET", "/v1.47/containers/json?all=1&filters=" + urllib.parse.quote(filters))[0])


def client_unknown():
    print(ask("GET", "/v1.47/nothing")[0], ask("POST", "/v1.47/grpc", headers={"Content-Length": "0"})[0])


# --- the tests ---

def test_protocol():
    with Folder() as f:
        done = f.client("environment")
        lines = done.stdout.splitlines()
        env = json.loads(lines[0])
        check(env["DOCKER_HOST"].startswith("unix://" + f.at("tmp")) and set(env) == {"DOCKER_HOST", "DOCKER_CONFIG"},
              "the client is led to the fake daemon and to no other", env)
        check(lines[1] == "0o700 0o600", "nobody else can reach it", lines[1])
        for part, expected, denied in (
                ("chunked", ["201", "403"], "by no-privileged"),
                ("plain", ["403"], "by builtin/body-missing"),
                ("folded", ["403", "403"], "by no-privileged"),
                ("answers", ["403", "403", "403", "200"], "DENY   the answer to container.top  by no-tops"),
                ("wait", ["200", "0"], None),
                ("attach", ["HTTP/1.1 101 UPGRADED True", "b''", "exited"], None),
                ("leave", ["200"], None),
                ("events", ["create True me"], None),
                ("many", ["201 500 200"], None),
                ("garbage", ["200"], None)):
            done = f.client(part)
            check(done.stdout.splitlines() == expected and done.returncode == (1 if denied else 0) and
                  (denied or "0 denied") in done.stderr, "bare HTTP: " + part, done)
        done = f.client("large")
        check(done.stdout.startswith("(403,") and "by builtin/body-missing" in done.stderr and done.returncode == 1,
              "a body no plugin is shown is refused", done)
        done = f.client("unknown")
        check(done.stdout == "403 403\n" and "DENY   unknown.read" in done.stderr and
              "DENY   image.buildkit" in done.stderr, "what nobody grants is refused, known or not", done)


def test_tenants():
    with Folder() as f:
        f.write("policy.yaml", """sallyport: 1
allow:
  make: {who: [anyone], do: [container.create], must: {images: any}}
  look: {who: [anyone], do: [container.inspect, container.list], on: {labels: {team: red}}}
""")
        done = f.client("tenants", options=["--verbose"])
        check(done.stdout.split() == ["200", "403", "200", "403"], "rules about what an answer shows", done)


def test_usage():
    with Folder() as f:
        for words, options, status, text in (
                (["true"], [], 0, "0 requests, 0 denied"),
                (["false"], [], 4, "false ended with status 1"),
                (["sh", "-c", "kill -9 $$"], [], 4, "sh was ended by signal 9"),
                (["no-such-program-x"], [], 4, "no-such-program-x: No such file"),
                (["docker", "-H", "tcp://x", "ps"], [], 2, "'-H' leads to another daemon"),
                (["/usr/bin/docker", "--config", "x", "--host=tcp://x", "ps"], [], 2, "leads to another daemon"),
                (["docker-compose", "-f", "x", "--context", "x", "up"], [], 2, "leads to another daemon"),
                ([], [], 2, "what is to be tried?"),
                (["docker", "run", "--privileged", "a"], ["--no-exec"], 1, "[rule no-privileged]"),
                (["docker", "run", "-v", "/srv/x:/x", "a"], ["--no-exec"], 0, "ALLOW  container.create"),
                (["docker", "run", "-v", "/opt:/x", "a"], ["--no-exec"], 1, "-v /opt:/x is not allowed"),
                (["docker", "run", "a"], ["--no-exec"], 0, "ALLOW  container.create  by everyday"),
                (["docker", "run", "--no-such-flag", "a"], ["--no-exec"], 2, "--no-such-flag"),
                (["true"], ["--save", "/nowhere/x"], 4, "/nowhere/x: No such file")):
            done = f.run(*words, options=options)
            check(done.returncode == status and text in done.stderr, "exit %d: %s" % (status, " ".join(words)), done)
        f.write("policy.yaml", "sallyport: 1\nalow: {}\n")
        done = f.run("true")
        check(done.returncode == 3 and "did you mean 'allow'" in done.stderr, "a broken policy: nothing is run", done)


def test_signals():
    with Folder() as f:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            script = "trap 'echo got it; exit 0' %d; echo ready; while :; do sleep 0.05; done" % number
            p = subprocess.Popen(f.command("sh", "-c", script), env=f.env(), stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            p.stdout.readline()
            p.send_signal(number)
            out, err = p.communicate(timeout=30)
            check(out == "got it\n" and p.returncode == 0 and os.listdir(f.at("tmp")) == [],
                  "%s reaches the program, and nothing is left" % signal.Signals(number).name, (out, err))


def test_records():
    with Folder() as f:
        done = f.run(sys.executable, "-B", os.path.abspath(__file__), "client", "folded",
                     options=["--save", f.at("log"), "--user", "anna"])
        lines = [json.loads(line) for line in open(f.at("log"))]
        check([(r["user"], r["action"], r["decision"]) for r in lines] == [("anna", "container.create", "deny")] * 2,
              "--save writes what was decided", lines)
        again = subprocess.run([PROGRAM, "explain", "--policy", f.at("policy.yaml"), "--record", f.at("log") + "#1"],
                               stdout=subprocess.PIPE, text=True)
        check(again.returncode == 1 and "[rule no-privileged]" in again.stdout and "user      anna" in again.stdout,
              "explain --record finds the same", again.stdout)
        f.write("policy_test.yaml", "sallyport-test: 1\npolicy: policy.yaml\ncases:\n  - name: saved\n    record: log#2\n    user: anna\n"
                "    expect: deny\n    rule: no-privileged\n")
        done = subprocess.run([PROGRAM, "test", f.at("policy_test.yaml")], stdout=subprocess.PIPE, text=True)
        check("1 passed, 0 failed" in done.stdout, "a policy test may use it", done.stdout)


def test_docker():
    with Folder() as f:
        done = f.sh("docker run -d --name web -p 80 -v data:/x nginx; docker ps --format '{{.Names}} {{.Status}}';"
                    "docker exec web ls; docker logs web; docker inspect -f '{{.Config.Image}}' web; docker stop web;"
                    "docker wait web; docker ps -q; docker ps -aq --filter name=web | wc -l; docker rm web;"
                    "docker ps -aq; docker volume ls -q; docker run --rm alpine true; docker run alpine false;"
                    "docker run -v /srv/x:/x alpine true; docker pull alpine; docker cp /etc/hostname $(docker create alpine):/")
        lines = done.stdout.split("\n", 1)[1].splitlines()[:7]
        check(lines == ["web Up 1 second", "nginx", "web", "143", "1", "web", "data"] and done.returncode == 0,
              "docker run, exec, ps, logs, stop, rm, volumes", (lines, done.stderr))
        done = f.run("docker", "run", "--rm", "--privileged", "alpine")
        check("docker: Error response from daemon: authorization denied by plugin sallyport: container.create denied "
              "for local: --privileged gives all of the host away [rule no-privileged]" in done.stderr and
              "DENY   container.create  by no-privileged\n" in done.stderr and done.returncode == 1,
              "a refusal as the user sees it", done.stderr)
        f.write("build/Dockerfile", "FROM alpine\n")
        os.environ["DOCKER_BUILDKIT"] = "0"
        for user, status, text in (("anna", 0, "0 denied"), ("bob", 1, "image.build denied for bob")):
            done = f.run("docker", "build", "-t", "me:1", f.at("build"), options=["--user", user])
            check(done.returncode == status and text in done.stderr, "docker build as " + user, done)
        del os.environ["DOCKER_BUILDKIT"]
        done = f.run("docker", "run", "-d", "alpine", options=["--verbose"])
        check("ALLOW  container.create  by everyday\n" in done.stderr, "--verbose says what is allowed", done.stderr)
        done = f.run("docker", "login", "-u", "a", "-p", "b")
        check(done.returncode == 1 and not os.path.exists(f.at("config/config.json")), "no password is kept", done)


COMPOSE = """version: "3.7"
services:
  db:
    image: postgres:16
    volumes: ["data:/var/lib/postgresql/data"]
    networks: [back]
  api:
    image: registry.example.com/api:1
    depends_on: [db]
    networks: [back, front]
  web:
    image: nginx:1.27%s
    depends_on: [api]
    ports: ["8080:80"]
    networks: [front]
volumes: {data: {}}
networks: {back: {}, front: {}}
"""


def test_compose():
    with Folder() as f:
        f.write("project/docker-compose.yml", COMPOSE % "")
        script = "cd project; docker-compose up -d; docker-compose ps -q | wc -l; docker-compose up -d;" \
                 "docker-compose down -v; docker-compose ps -q"
        done = f.sh(script)
        check(done.returncode == 0 and done.stdout == "3\n" and "project_web_1 is up-to-date" in done.stderr and
              "Removing volume project_data" in done.stderr, "docker-compose up, again, and down", done)
        f.write("project/docker-compose.yml", COMPOSE % "\n    privileged: true")
        done = f.sh("cd project; docker-compose up -d")
        check(done.returncode == 1 and "Creating project_api_1 ... done" in done.stderr and
              "[rule no-privileged]" in done.stderr and "1 denied" in done.stderr,
              "docker-compose shows why one of three services is refused", done)


def works(*words):
    try:
        return subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def main():
    global skipped
    if sys.argv[1:2] == ["client"]:
        globals()["client_" + sys.argv[2]]()
        return 0
    test_protocol()
    test_tenants()
    test_usage()
    test_signals()
    test_records()
    for words, test in ((["docker", "--version"], test_docker), (["docker-compose", "version"], test_compose)):
        if works(*words):
            test()
        else:
            skipped += 1
            print("# skipped: there is no " + words[0])
    print("try: %d passed, %d failed" % (passed, failed) + (", %d skipped" % skipped if skipped else ""))
    return failed > 0


sys.exit(main())
