# SPDX-License-Identifier: Apache-2.0
"""python3 tests/server/test_server.py build/sallyport: the server from outside.

One server per test, each on a socket in a folder of its own, no root.  What must never be allowed is
a list of its own: never_allowed() looks at every byte that came back."""

import fcntl
import json
import os
import random
import re
import signal
import socket
import subprocess
import threading
import time

import harness
import test_host
import test_shadow
from harness import (LIST, PING, POLICY, PROGRAM, REQ, RES, Conn, Server, allowed, check, create, denied,
                     never_allowed, post, question)


def test_protocol():
    with Server() as s:
        c = s.conn()
        status, body = c.ask(b"", b"/Plugin.Activate")
        check(status == 200 and json.loads(body) == {"Implements": ["authz"]}, "activate names authz")
        check(allowed(c.ask(create())), "an ordinary create is allowed")
        answer = c.ask(create(privileged=True))
        check(denied(answer) and b"first" in answer[1], "a privileged one is refused, with the rule's text", answer)
        check(allowed(c.ask(PING)), "ping is allowed")
        check(allowed(c.ask(question("GET", "/v1.41/containers/json", ResponseStatusCode=200), RES)),
              "a response is allowed")
        c.send(b"HEAD /AuthZPlugin.AuthZReq HTTP/1.1\r\nHost:\r\n\r\n")
        check(c.answer(head_only=True)[0] == 405, "HEAD of an endpoint is 405")
        check(c.ask(create(), b"/VolumeDriver.List")[0] == 404, "another plugin's endpoint is 404")
        check(c.ask(create(), REQ + b"?x")[0] == 404, "an endpoint with a query is 404")
        c.send(post(REQ, create(), b"Expect: 100-continue\r\n"))
        check(allowed(c.answer()), "Expect: 100-continue is answered")
        body = create()
        c.send(b"POST %s HTTP/1.1\r\nHost:\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n" % (REQ, len(body)))
        check(c.sock.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n", "a client that waits for 100 Continue gets it")
        c.send(body)
        check(allowed(c.answer()), "and its answer")
        c.send(post(REQ, create()) + post(REQ, create(True)) + post(REQ, PING))
        check(allowed(c.answer()) and denied(c.answer()) and allowed(c.answer()), "three questions in one piece")
        body = create()
        c.send(post(REQ, body).replace(b"Content-Length: %d\r\n" % len(body), b"Transfer-Encoding: chunked\r\n")
               [:-len(body)] + b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n")
        check(c.answer()[0] == 501 and c.will_close, "a chunked question, which dockerd never sends, is 501")
        check(s.stop() == 0, "SIGTERM ends it with 0")
        check(not os.path.exists(s.socket), "the socket file is gone")
        lines = s.lines()
        ids = [line["id"] for line in lines]
        check(len(ids) == len(set(ids)), "no id is used twice")
        check(len(lines) == 9, "one line per decision", len(lines))
        refused = [line for line in lines if line["decision"] == "deny"]
        check(len(refused) == 2 and "no-privileged" in refused[0]["rules"], "the log says which rule refused", refused)


def test_unreadable():
    big = create(pad=8 << 20)
    cases = {
        "an empty message": post(REQ, b""),
        "no length at all": b"POST %s HTTP/1.1\r\nHost:\r\n\r\n" % REQ,
        "garbage": post(REQ, b"\x00\xff garbage"),
        "half a message": post(REQ, create()[:40]),
        "null": post(REQ, b"null"),
        "an array": post(REQ, b"[]"),
        "an empty object": post(REQ, b"{}"),
        "base64 that is none": post(REQ, b'{"RequestMethod":"POST","RequestUri":"/containers/create","RequestBody":"*"}'),
        "a deep message": post(REQ, b"[" * 100000),
        "a wide message": post(REQ, b"[" + b"{}," * 300000 + b"{}]"),
        "an empty response message": post(RES, b""),
        "a create without a body": post(REQ, question("POST", "/v1.41/containers/create")),
        "an unknown route": post(REQ, question("GET", "/v1.41/nothing/of/the/kind")),
        "an action twice": post(REQ, b'{"RequestMethod":"GET","RequestUri":"/_ping","RequestUri":"/x"}'),
        "8 MiB and more": post(REQ, big),
        "a length of 8 MiB and more": b"POST %s HTTP/1.1\r\nContent-Length: 8388609\r\n\r\n" % REQ,
        "a length twice": b"POST %s HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}" % REQ,
        "a length with a sign": b"POST %s HTTP/1.1\r\nContent-Length: +2\r\n\r\n{}" % REQ,
        "a bare newline": b"POST %s HTTP/1.1\nContent-Length: 2\n\n{}" % REQ,
        "a folded header": b"POST %s HTTP/1.1\r\nX: y\r\n z\r\nContent-Length: 2\r\n\r\n{}" % REQ,
        "a length that is none": b"POST %s HTTP/1.1\r\nContent-Length: -1\r\n\r\n" % REQ,
        "a header of 64 KiB and more": b"POST %s HTTP/1.1\r\nX: " % REQ + b"y" * 70000 + b"\r\n\r\n",
        "no HTTP": b"\x16\x03\x01\x02\x00 hello\r\n\r\n",
        "a line without HTTP": b"hello there, this is not it\r\n\r\n",
        "a question by GET": post(REQ, create()).replace(b"POST", b"GET", 1),
        "a question by DELETE": post(REQ, create()).replace(b"POST", b"DELETE", 1),
    }
    with Server("--read-deadline=1s") as s:
        answers, silent = [], []
        for name, data in cases.items():
            c = s.conn()
            try:
                c.send(data)
            except OSError:
                pass  # refused before all of it was sent
            c.sock.settimeout(5)
            status, body = c.answer()
            answers.append(body)
            if status == 0:
                silent.append(name)
            c.close()
        never_allowed(answers, "%d unreadable messages" % len(cases))
        c = s.conn()
        c.send(post(REQ, big))
        answer = c.answer()
        check(denied(answer) and b"longer than" in answer[1] and not c.will_close and allowed(c.ask(create())),
              "a message that is too long is read to its end and refused with the reason", answer)
        check(not silent, "each of them is answered", silent)
        check(allowed(s.ask(create())), "and then the server serves on")
        empty = [line for line in s.lines() if "empty message" in line.get("reason", "")]
        check(len(empty) == 3, "empty messages are in the audit log", len(empty))
        s.stop()
    # Nothing that is unreadable is let through when nothing is to be refused.
    with Server("--audit") as s:
        check(allowed(s.ask(create(privileged=True))), "--audit refuses nothing")
        answers = [s.ask(b"")[1], s.ask(b"garbage")[1], s.ask(create()[:40])[1]]
        never_allowed(answers, "an unreadable message under --audit")
        check("AUDIT MODE" in s.errors(), "--audit is said loudly")


def test_fragments():
    """However the bytes are cut, each question gets its own answer, in order."""
    kinds = [(create(), b'"Allow":true'), (create(True), b"first"), (PING, b'"Allow":true'),
             (create(pad=200000), b'"Allow":true'), (create(True, pad=5000), b"first"), (b"", b"empty message"),
             (b"garbage", b"malformed")]
    dice = random.Random(7)
    with Server() as s:
        wrong = []
        for _ in range(60):
            c = s.conn()
            chosen = [dice.choice(kinds) for _ in range(dice.randint(1, 12))]
            data = b"".join(post(REQ, body) for body, _ in chosen)
            reader = threading.Thread(target=read_in_order, args=(c, chosen, wrong))
            reader.start()
            while data:
                n = dice.choice((1, 2, 3, 50, 1000, 70000, 300000))
                c.send(data[:n])
                data = data[n:]
                if n < 100 and len(data) > 2000:
                    n = dice.randint(100, 2000)
                    c.send(data[:n])
                    data = data[n:]
            reader.join()
            c.close()
        check(not wrong, "questions cut anywhere are answered in order", wrong[:2])
        # More than is held in memory at a time: refused, not served badly and not forgotten.
    with Server("--max-message=64k") as s:
        conns = [s.conn() for _ in range(40)]
        body = create(pad=40000)
        for c in conns:
            c.send(post(REQ, body)[:-1])
        time.sleep(0.2)
        for c in conns:
            c.send(body[-1:])
        answers = [c.answer() for c in conns]
        refused = [a for a in answers if denied(a) and b"too many large messages" in a[1]]
        served = [a for a in answers if allowed(a)]
        check(len(refused) + len(served) == 40 and served and refused, "too many large messages at once are refused",
              (len(served), len(refused)))
        check(all(allowed(c.ask(create())) for c in conns), "and all connections serve on")


def read_in_order(c, chosen, wrong):
    for _, expect in chosen:
        status, body = c.answer()
        if status != 200 or expect not in body:
            wrong.append((expect, status, body))
            return


def test_dribble():
    with Server("--read-deadline=1s") as s:
        slow, half_head, half_body = s.conn(), s.conn(), s.conn()
        began = time.monotonic()
        data = post(REQ, create())
        half_head.send(data[:30])
        half_body.send(data[:-5])
        stop = threading.Event()

        def dribble():
            for byte in data:
                try:
                    slow.send(bytes([byte]))
                except OSError:
                    return
                if stop.wait(0.05):
                    return

        thread = threading.Thread(target=dribble)
        thread.start()
        other, served = s.conn(), 0
        while time.monotonic() - began < 0.8:
            served += allowed(other.ask(create()))
        check(served > 100, "others are served meanwhile", served)
        answers = [c.answer() for c in (slow, half_head, half_body)]
        took = time.monotonic() - began
        stop.set()
        thread.join()
        check(all(denied(a) for a in answers), "clients that dribble get a refusal", answers)
        check(0.9 < took < 2.0, "at the deadline", took)
        check(all(c.will_close for c in (slow, half_head, half_body)), "and their connection is closed")
        never_allowed([a[1] for a in answers], "half a message")
        check(other.is_open() and allowed(other.ask(create())), "an idle connection outlives the deadline")
        # A client that does not read its answers cannot keep anything going for ever.
        deaf = s.conn()
        deaf.sock.setblocking(False)
        try:
            while True:
                deaf.sock.send(post(REQ, create(True)))
        except OSError:
            pass
        check(allowed(other.ask(create())), "a client that does not read holds up nobody")
        s.wait_for(lambda: deaf_closed(deaf), "for the deaf client to be dropped", 5)
        check(True, "and is dropped at the deadline")


def deaf_closed(c):
    """Closed by the other side (what is still to be read does not matter)?"""
    try:
        c.sock.send(b"x")
    except BlockingIOError:
        return False
    except OSError:
        return True
    return False


def test_connections():
    with Server() as s:
        conns = [s.conn() for _ in range(300)]
        ok = sum(allowed(c.ask(create())) for c in conns)
        check(ok == 300, "300 connections are answered", ok)
        time.sleep(2)
        still = sum(c.is_open() for c in conns)
        check(still == 300, "none of them is closed while idle", still)
        ok = sum(allowed(c.ask(PING)) for c in conns)
        check(ok == 300, "and all are answered again", ok)
    with Server("--max-connections=10", "--read-deadline=1s") as s:
        conns = [s.conn() for _ in range(10)]
        ok = sum(allowed(c.ask(create())) for c in conns)
        extra = [s.conn() for _ in range(100)]  # more than are accepted at once
        silent, extra = extra[0], extra[1:]
        for c in extra:
            c.send(post(REQ, create()))
        answers = [c.answer() for c in extra]
        check(ok == 10 and all(denied(a) and b"too many connections" in a[1] for a in answers),
              "beyond the cap there is a refusal", answers[-1])
        check(all(c.will_close for c in extra), "and the connection is closed")
        never_allowed([a[1] for a in answers], "one connection too many")
        check(denied(silent.answer()), "one too many that says nothing is refused at the deadline")
        check(all(c.is_open() for c in conns) and allowed(conns[0].ask(create())), "those within it are served on")
        for c in conns[:5]:
            c.close()
        time.sleep(0.1)
        check(allowed(s.ask(create())), "and there is room again when some leave")


def load(s, stop, results, body, expect):
    """Asks as fast as it can; every answer must be one of `expect`."""
    c = s.conn()
    n = wrong = 0
    while not stop.is_set():
        status, text = c.ask(body)
        n += 1
        if status != 200 or not any(e in text for e in expect):
            wrong += 1
            results.append((status, text))
            if status == 0:
                c = s.conn()
    results.append(n)
    c.close()


def test_reload():
    with Server() as s:
        stop, results, threads = threading.Event(), [], []
        for body, expect in ((create(True), [b"first", b"second"]), (create(), [b'"Allow":true']), (PING, [b'"Allow":true'])):
            t = threading.Thread(target=load, args=(s, stop, results, body, expect))
            t.start()
            threads.append(t)
        s.write_policy(POLICY % "second")
        s.hup()
        s.wait_for(lambda: b"second" in s.ask(create(True))[1], "for the new policy")
        check(True, "SIGHUP takes the new policy")
        check(re.search(r"in force.* old=[0-9a-f]{12} new=[0-9a-f]{12}", s.errors()), "and logs both hashes", s.errors())
        broken = {
            "no YAML": "sallyport: [",
            "an unknown key": POLICY % "third" + "nothing: like this\n",
            "an empty file": "",
            "another version": "sallyport: 99\n",
        }
        for name, text in broken.items():
            before = s.errors().count("was not taken")
            s.write_policy(text)
            s.hup()
            s.wait_for(lambda: s.errors().count("was not taken") > before, "for the refusal of " + name)
        check("policy: " in s.errors() and "error[E" in s.errors(), "what is wrong with a policy is logged")
        before = s.errors().count("was not taken")
        s.write_policy(POLICY % "third")
        os.chmod(s.policy, 0o666)
        s.hup()
        s.wait_for(lambda: s.errors().count("was not taken") > before, "for the refusal of a writable file")
        os.unlink(s.policy)
        s.hup()
        s.wait_for(lambda: s.errors().count("was not taken") > before + 1, "for the refusal of no file")
        check(b"second" in s.ask(create(True))[1], "the running policy stays when the new one is broken, or is not ours")
        s.write_policy(POLICY % "second")
        before = s.errors().count("in force")
        for _ in range(50):
            s.hup()
            time.sleep(0.002)
        s.wait_for(lambda: s.errors().count("in force") > before, "for many signals")
        stop.set()
        for t in threads:
            t.join()
        wrong = [r for r in results if not isinstance(r, int)]
        n = sum(r for r in results if isinstance(r, int))
        check(not wrong and n > 200, "under load no answer is wrong or lost", (n, wrong[:3]))
        check(s.stop() == 0, "and it stops in order")


def large(privileged=False, values=20000, pad=0):
    """More than is judged between two small questions."""
    env = ["V%d=x" % i for i in range(values)]
    return question("POST", "/v1.41/containers/create",
                    {"Image": "busybox", "Env": env, "Labels": {"pad": "x" * pad}, "HostConfig": {"Privileged": privileged}})


def test_large():
    with Server() as s:
        c = s.conn()
        for expected, body in ((allowed, large()), (denied, large(True)), (allowed, large(values=0, pad=1 << 20)),
                               (denied, large(True, 0, 1 << 20)), (allowed, large(values=0, pad=60000))):
            before = len(s.lines())
            check(expected(c.ask(body)) and len(s.lines()) == before + 1, "a large question: answered, and recorded before")
        check(allowed(c.ask(question("POST", "/v1.41/containers/create", {"Env": ["x" * 1000000]}, ResponseStatusCode=201), RES)),
              "a large response")
        c.send(post(REQ, large()) + post(REQ, create(True)) + post(REQ, large(True)) + post(REQ, PING))
        check(allowed(c.answer()) and denied(c.answer()) and denied(c.answer()) and allowed(c.answer()),
              "large and small ones in one piece are answered in order")
        check(denied(c.ask(b"[" * 200000)) and denied(c.ask(b"x" * 3000000)), "large nonsense is refused")
        # Several at once, and clients that leave while theirs is judged.
        bodies = [large(i % 3 == 0) for i in range(24)]
        conns = [s.conn() for _ in bodies]
        for conn, body in zip(conns, bodies):
            conn.send(post(REQ, body))
        for conn in conns[1::2]:
            conn.close()
        small = s.conn()
        right = all(allowed(small.ask(create())) and denied(small.ask(create(True))) for _ in range(50))
        check(right, "small ones are answered meanwhile")
        answers = [conn.answer() for conn in conns[0::2]]
        check(all(denied(a) if i % 3 == 0 else allowed(a) for i, a in zip(range(0, 24, 2), answers)),
              "many at once: each its own answer")
        check(allowed(c.ask(large())), "and it serves on")
        ids = [line["id"] for line in s.lines()]
        check(len(ids) == len(set(ids)), "no id is used twice")
    with Server("--max-message=1m") as s:
        s.kill(signal.SIGSTOP)  # all of them have arrived before the first is judged
        body = large(values=0, pad=700000)
        conns = [s.conn() for _ in range(12)]
        threads = [threading.Thread(target=c.send, args=(post(REQ, body),)) for c in conns]
        for t in threads:
            t.start()
        time.sleep(0.2)
        s.kill(signal.SIGCONT)
        answers = [c.answer() for c in conns]
        for t in threads:
            t.join()
        check(all(allowed(a) or b"too many large messages" in a[1] for a in answers) and any(map(allowed, answers)),
              "more than fit in memory: judged, or refused with the reason")
        check(all(allowed(c.ask(create())) for c in conns), "and all connections serve on")
    with Server() as s:  # the policy changes while large questions are judged
        stop, results = threading.Event(), []
        threads = [threading.Thread(target=load, args=(s, stop, results, body, expect)) for body, expect in
                   ((large(True), [b"first", b"second"]), (large(), [b'"Allow":true']), (create(), [b'"Allow":true']))]
        for t in threads:
            t.start()
        for i in range(20):
            s.write_policy(POLICY % ("first", "second")[i % 2])
            s.hup()
            time.sleep(0.03)
        s.wait_for(lambda: b"second" in s.ask(large(True))[1], "for the last policy")
        stop.set()
        for t in threads:
            t.join()
        check(all(isinstance(r, int) for r in results), "reloads under large questions: no answer is wrong or lost", results[:2])
        conns = [s.conn() for _ in range(6)]
        for conn in conns:
            conn.send(post(REQ, large(True)))
        idle = s.conn()
        s.wait_for(lambda: allowed(idle.ask(PING)), "for them to have arrived")
        s.kill(signal.SIGTERM)
        answers = [conn.answer() for conn in conns]
        check(all(denied(a) and b"second" in a[1] for a in answers) and s.process.wait(5) == 0,
              "SIGTERM: what had arrived is judged and answered", answers)
    with Server("--drain=1s") as s:
        conns = [s.conn() for _ in range(6)]
        for conn in conns:
            conn.send(post(REQ, large(True)))
        unfinished = s.conn()
        unfinished.send(post(REQ, large())[:-1])
        s.kill(signal.SIGTERM)
        time.sleep(0.9)
        conns.append(unfinished)
        check(s.process.wait(5) == 0, "no time to stop in order: it ends all the same")
        never_allowed([conn.raw() for conn in conns], "large questions at the end")
    with Server(log="/dev/full") as s:
        answer = s.ask(large())
        check(denied(answer) and b"audit log cannot be written" in answer[1], "a large one without a record is refused", answer)
    with Server("--read-deadline=1s") as s:
        body = post(REQ, large(values=60000))
        conns = [s.conn() for _ in range(30)]
        for conn in conns:
            conn.send(body)
        s.kill(signal.SIGSTOP)
        time.sleep(1.5)
        s.kill(signal.SIGCONT)
        answers = [conn.answer() for conn in conns]
        late = sum(denied(a) and b"took too long to judge" in a[1] for a in answers)
        check(late > 0 and late + sum(map(allowed, answers)) >= 29, "one that takes too long is refused at the deadline",
              (late, answers[:1]))
        check(allowed(s.ask(create())) and allowed(s.ask(large())), "and what came of it is dropped")
        lines = s.lines()
        check(len(lines) == 32 and sum("too long to judge" in line.get("reason", "") for line in lines) == late,
              "with one line for each question", len(lines))
        time.sleep(0.5)
        check(len(s.lines()) == 32, "also later")


def test_start():
    with Server(start=False, policy="sallyport: 1\nnothing: 1\n") as s:
        s.start(wait=False)
        check(s.process.wait(5) == 3, "a broken policy: exit 3")
        check(not os.path.exists(s.socket) and not os.path.exists(s.log), "and nothing is bound or opened")
        check("policy.yaml:2:1: error[" in s.errors() and "^" in s.errors(), "the mistake is shown with its place")
        s.write_policy(POLICY % "x")
        os.chmod(s.policy, 0o622)
        s.start(wait=False)
        check(s.process.wait(5) == 3 and "writable" in s.errors(), "a policy others may write: exit 3")
        os.unlink(s.policy)
        s.start(wait=False)
        check(s.process.wait(5) == 3, "no policy: exit 3")
        s.write_policy(POLICY % "x")

        os.mkdir(os.path.dirname(s.socket))
        with open(s.socket, "w") as f:
            f.write("a file")
        s.start(wait=False)
        check(s.process.wait(5) == 4 and "not a socket" in s.errors(), "another file at the path: exit 4")
        check(os.path.exists(s.socket), "which stays")
        os.unlink(s.socket)
        stale = socket.socket(socket.AF_UNIX)
        stale.bind(s.socket)
        stale.close()
        s.start()
        check(allowed(s.ask(create())), "a stale socket is replaced")
        check(os.stat(s.socket).st_mode & 0o777 == 0o600, "the socket is for its owner only")
        first = s.process
        s.start(wait=False)
        check(s.process.wait(5) == 4 and "another process answers on" in s.errors(), "a live socket is not: exit 4")
        s.process = first
        check(allowed(s.ask(create())), "and its owner serves on")
        s.kill(signal.SIGKILL)
        s.process.wait()
        check(os.path.exists(s.socket), "kill -9 leaves the socket file")
        s.start()
        check(allowed(s.ask(create())), "and a restart serves again")
        # Somebody else's socket at our path is not ours to remove.
        os.unlink(s.socket)
        other = socket.socket(socket.AF_UNIX)
        other.bind(s.socket)
        check(s.stop(signal.SIGINT) == 0 and os.path.exists(s.socket), "at exit a socket that is not ours stays")
        other.close()
    with Server(start=False, log="/nonexistent/dir/audit.jsonl") as s:
        s.start(wait=False)
        check(s.process.wait(5) == 4 and not os.path.exists(s.socket), "a log that cannot be opened: exit 4")
    for options, status in ((["--frobnicate"], 2), (["--max-connections=none"], 2), (["--help"], 0), (["x"], 2)):
        r = subprocess.run([PROGRAM, "serve", *options], capture_output=True, timeout=5)
        check(r.returncode == status, "serve %s: exit %d" % (" ".join(options), status), r)


def test_service_manager():
    with Server(start=False) as s:
        listener = socket.socket(socket.AF_UNIX)
        path = os.path.join(s.dir, "passed.sock")
        listener.bind(path)
        listener.listen(16)
        notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        notify.bind(os.path.join(s.dir, "notify"))
        notify.settimeout(5)

        s.env = dict(os.environ, LISTEN_FDS="1", NOTIFY_SOCKET=os.path.join(s.dir, "notify"))
        # LISTEN_PID is the number of the process itself: a shell that replaces itself knows it.
        with open(s.err, "ab") as err:
            s.process = subprocess.Popen(
                ["/bin/sh", "-c", 'exec 3<&%d; LISTEN_PID=$$ exec "$@"' % listener.fileno(), "sh", *s.command()],
                stderr=err, env=s.env, pass_fds=[listener.fileno()])
        check(notify.recv(100) == b"READY=1", "the service manager is told READY=1")
        c = Conn(path)
        check(allowed(c.ask(create())), "the socket the service manager passed is served")
        check(not os.path.exists(s.socket), "and no other is made")
        check(s.stop() == 0 and notify.recv(100) == b"STOPPING=1", "it is told STOPPING=1")
        check(os.path.exists(path), "a passed socket is not removed at exit")
        waiting = Conn(path)
        waiting.send(post(REQ, create()))
        s.process = subprocess.Popen(
            ["/bin/sh", "-c", 'exec 3<&%d; LISTEN_PID=$$ exec "$@"' % listener.fileno(), "sh", *s.command()],
            stderr=subprocess.DEVNULL, env=s.env, pass_fds=[listener.fileno()])
        check(allowed(waiting.answer()), "a question asked during a restart is answered by the next process")
        listener.close()


def test_stop():
    with Server("--drain=3s") as s:
        idle, late, busy = s.conn(), s.conn(), s.conn()
        check(allowed(idle.ask(PING)) and allowed(late.ask(PING)) and allowed(busy.ask(PING)), "three connections")
        data = post(REQ, create())
        busy.send(data[:-20])
        time.sleep(0.1)
        s.kill(signal.SIGSTOP)  # what is written now has arrived before SIGTERM is handled
        late.send(post(REQ, create()))
        s.kill(signal.SIGTERM)
        s.kill(signal.SIGCONT)
        check(allowed(late.answer()), "a question that had arrived is answered")
        s.wait_for(lambda: not os.path.exists(s.socket), "for the socket to go")
        check(idle.raw() == b"", "an idle connection is closed")
        check(s.process.poll() is None, "the process waits for a message in flight")
        busy.send(data[-20:])
        check(allowed(busy.answer()) and busy.will_close, "which is answered, and its connection closed")
        check(s.process.wait(5) == 0, "then it exits with 0")
    with Server("--drain=1s") as s:
        c = s.conn()
        c.send(post(REQ, create())[:-1])
        time.sleep(0.1)
        began = time.monotonic()
        check(s.stop() == 0 and 0.8 < time.monotonic() - began < 2.5, "a message that never ends does not keep it")
        never_allowed([c.raw()], "a message cut off by the end")
    with Server() as s:
        conns = [s.conn() for _ in range(50)]
        for c in conns:
            c.send(post(REQ, create(True)))
        s.kill(signal.SIGKILL)
        never_allowed([c.raw() for c in conns], "killed in the middle")
    # Many stops under load: whoever wrote a whole question before the end got a whole answer.
    lost = 0
    for _ in range(5):
        with Server() as s:
            stop, results = threading.Event(), []
            threads = [threading.Thread(target=hammer, args=(s, stop, results)) for _ in range(4)]
            for t in threads:
                t.start()
            time.sleep(0.1)
            s.stop()
            stop.set()
            for t in threads:
                t.join()
            lost += sum(results)
    check(lost == 0, "no question that was written whole is lost at SIGTERM", lost)


def hammer(s, stop, results):
    """Counts questions that were written and not answered."""
    try:
        c = s.conn()
    except OSError:
        return
    data = post(REQ, create())
    while not stop.is_set():
        try:
            c.send(data)
        except OSError:
            return  # refused to take it: the client knows that nothing was asked
        if c.answer()[0] != 200:
            results.append(1)
            return
        if c.will_close:
            return


def test_audit_failure():
    with Server(log="/dev/full") as s:
        answer = s.ask(create())
        check(denied(answer) and b"audit log cannot be written" in answer[1], "a full disk refuses what changes something", answer)
        never_allowed([answer[1], s.ask(question("POST", "/v1.41/containers/x/start", b""))[1]], "a change nobody can find again")
        check(allowed(s.ask(LIST)) and allowed(s.ask(PING)), "what only reads is still answered")
        check(allowed(s.ask(question("POST", "/v1.41/containers/create", ResponseStatusCode=201), RES)),
              "a response is not held back: it is too late")
        for _ in range(200):
            s.ask(LIST)
        n = s.errors().count("cannot write to the audit log")
        check(n == 1, "the log says so, once", n)
    with Server("--audit-failure=allow", log="/dev/full") as s:
        check(allowed(s.ask(create())), "--audit-failure=allow allows it")
        check(denied(s.ask(create(True))), "but nothing else")
        check(s.errors().count("audit-failure=allow") >= 2, "and that is said at start and when it happens", s.errors())
    with Server(start=False, log="fifo") as s:
        os.mkfifo(s.log)
        s.start(wait=False)
        check(s.process.wait(5) == 4, "a FIFO nobody reads: exit 4, no standstill")
        reader = os.open(s.log, os.O_RDONLY | os.O_NONBLOCK)
        s.start()
        began, answers = time.monotonic(), []
        fcntl.fcntl(reader, 1031, 4096)  # F_SETPIPE_SZ
        c = s.conn()
        for _ in range(50):
            answers.append(c.ask(create()))
        took = time.monotonic() - began
        check(denied(answers[-1]) and took < 3, "a reader that sleeps holds up nobody", took)
        data = b""
        while b"\n" not in data[-1:]:
            data += os.read(reader, 65536)
            if allowed(c.ask(create())):
                break
        s.wait_for(lambda: drain_pipe(reader) or allowed(c.ask(create())), "for the log to recover")
        check("can be written again" in s.errors(), "and when it wakes up all is well again")
        os.close(reader)


def drain_pipe(fd):
    try:
        os.read(fd, 1 << 20)
    except BlockingIOError:
        pass
    return False


def test_audit_file():
    with Server() as s:
        s.ask(create())
        check(os.stat(s.log).st_mode & 0o777 == 0o600, "the audit log is for its owner only")
        os.rename(s.log, s.log + ".1")
        s.ask(create())
        check(len(s.lines(s.log + ".1")) == 2, "a renamed log is still written to")
        s.hup()
        s.wait_for(lambda: os.path.exists(s.log), "for the new log")
        s.ask(create())
        check(len(s.lines()) == 1 and len(s.lines(s.log + ".1")) == 2, "until SIGHUP opens a new one")
        s.stop(signal.SIGKILL)
        with open(s.log, "a") as f:
            f.write('{"v":1,"time":"20')  # died in the middle of a line
        s.start()
        s.ask(create())
        with open(s.log) as f:
            lines = f.read().split("\n")
        check(lines[1] == '{"v":1,"time":"20' and json.loads(lines[2])["decision"] == "allow" and lines[3:] == [""],
              "a torn line does not spoil the next one", lines)
        # Hostile text stays inside its line.
        s.ask(question("GET", "/v1.41/containers/a%0ab/json\nx\u2028y"))
        s.ask(question("POST", "/v1.41/containers/create", {"Image": "a\nb\u001b[31m", "Env": ["PASSWORD=hunter2"]}))
        with open(s.log) as f:
            text = f.read()
        check("\u001b" not in text and "hunter2" not in text and len(text.rstrip("\n").split("\n")) == 5,
              "hostile text stays in its line, secrets stay out")
        shape = {"time", "id", "user", "phase", "method", "uri", "action", "decision", "rules", "policy", "decode_us", "eval_us"}
        check(shape <= set(json.loads(lines[2])), "a line has what the documentation says")
    with Server(start=False, log="-") as s:
        s.start(stdout=subprocess.PIPE)
        s.ask(create())
        s.stop()
        check(json.loads(s.process.stdout.read())["action"] == "container.create", "--log - writes to standard output")
        ours, theirs = socket.socketpair()
        s.start(stdout=theirs.fileno())
        s.ask(create())
        ours.settimeout(5)
        check(json.loads(ours.recv(65536))["action"] == "container.create", "also when that is a socket")
        ours.close()
        theirs.close()
        check(denied(s.ask(create())), "and when its reader is gone, changes are refused")
        check(s.stop() == 0, "and it lives on")


def bind(source):
    return question("POST", "/v1.41/containers/create", {"Image": "busybox", "HostConfig": {"Binds": [source + ":/x:ro"]}})


def test_own_files():
    everything = "sallyport: 1\nallow:\n  all: {who: [anyone], do: [all], on: any, may: everything}\n"
    with Server(start=False, policy=everything) as s:
        real = os.path.join(s.dir, "real")
        os.mkdir(real, 0o700)
        os.mkdir(s.dir + "/teams", 0o700)
        for name in ("blue", "red"):
            with open(f"{s.dir}/teams/{name}.yaml", "w") as f:
                f.write("sallyport: 1\ndeny: {%s: {do: [system.df]}}\n" % name)
            os.chmod(f"{s.dir}/teams/{name}.yaml", 0o600)
        s.write_policy(everything + "include: [teams/*.yaml]\n")
        os.rename(s.policy, real + "/p.yaml")
        os.symlink("real/p.yaml", s.policy)
        s.start()
        for path in (s.policy, real + "/p.yaml", real, s.dir + "/teams", s.dir + "/teams/red.yaml", s.log, s.socket, os.path.dirname(s.socket), s.dir, "/tmp", "/"):
            answer = s.ask(bind(path))
            check(denied(answer) and b"builtin/self-protection" in answer[1], "nobody mounts our own files: " + path, answer)
        answer = s.ask(bind(real))
        check(b"which belongs to this plugin" in answer[1], "and the refusal says what they are", answer)
        check(allowed(s.ask(bind(s.dir + "x"))) and allowed(s.ask(bind(s.dir + "/data"))) and allowed(s.ask(bind("/tmp/elsewhere"))), "what is beside them is not ours")
        r = subprocess.run([PROGRAM, "explain", "--policy", s.policy, "--record", "%s#%d" % (s.log, len(s.lines()) - 3)], capture_output=True)
        check(r.returncode == 1 and b"exposes %s/p.yaml" % real.encode() in r.stdout, "its line is explained so, too", r.stdout + r.stderr)
        check(denied(s.ask(question("POST", "/v1.41/plugins/x/disable"))), "nobody disables plugins")
        # What a new policy consists of is ours, and what it no longer has is not.
        os.mkdir(s.dir + "/more", 0o700)
        os.rename(s.dir + "/teams/red.yaml", s.dir + "/more/green.yaml")
        with open(s.dir + "/teams/red.yaml", "w") as f:
            f.write("notes\n")
        with open(real + "/p.yaml", "w") as f:
            f.write(everything + "include: [teams/blue.yaml, more/green.yaml]\n")
        s.hup()
        s.wait_for(lambda: "is in force" in s.errors(), "for the new policy")
        for path in (s.dir + "/more", real, s.log, s.socket):
            answer = s.ask(bind(path))
            check(denied(answer) and b"builtin/self-protection" in answer[1], "nor after a reload: " + path, answer)
        check(allowed(s.ask(bind(s.dir + "/teams/red.yaml"))), "what the policy no longer includes is not ours")


def main():
    for test in (test_protocol, test_unreadable, test_fragments, test_dribble, test_connections, test_reload, test_large, test_start,
                 test_service_manager, test_stop, test_audit_failure, test_audit_file, test_own_files, *test_host.TESTS, *test_shadow.TESTS):
        try:
            test()
        except Exception as e:  # a test that breaks off has failed
            check(False, "%s: %s: %s" % (test.__name__, type(e).__name__, e))
    print("%d passed, %d failed" % (harness.passed, harness.failed))
    return harness.failed != 0


if __name__ == "__main__":
    raise SystemExit(main())
