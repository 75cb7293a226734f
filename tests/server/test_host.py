# SPDX-License-Identifier: Apache-2.0
"""Questions that wait until the host has said what a path is.  A socket whose listener says nothing
makes the host slow: it is waited for 300 ms."""

import json
import os
import signal
import socket
import tempfile
import threading
import time

from harness import PING, REQ, RES, Server, allowed, check, create, denied, never_allowed, post, question

POLICY = """sallyport: 1
allow:
  everyday:
    who: [anyone]
    do: [read, run, manage, pull]
    on: any
    must: {images: any}
    may: {bind: ["%s/**"]}
"""


class Host:
    """A folder with something honest, a link that leads out, and a silent listener."""

    def __enter__(self):
        self.dir = os.path.realpath(tempfile.mkdtemp(prefix="sallyport-test-"))
        for name in ("data", "slow", "links"):
            os.mkdir(os.path.join(self.dir, name))
        os.symlink("/usr/share", os.path.join(self.dir, "links/out"))
        self.listeners = []
        self.silence("slow/s")
        return self

    def silence(self, name):
        s = socket.socket(socket.AF_UNIX)
        s.bind(os.path.join(self.dir, name))
        s.listen(1000)
        self.listeners.append(s)

    def __exit__(self, *exc):
        for s in self.listeners:
            s.close()
        for root, dirs, files in os.walk(self.dir, topdown=False):
            for name in files + dirs:
                path = os.path.join(root, name)
                (os.rmdir if os.path.isdir(path) and not os.path.islink(path) else os.unlink)(path)
        os.rmdir(self.dir)

    def policy(self):
        return POLICY % self.dir

    def bind(self, name, pad=0, **more):
        body = {"Image": "busybox", "HostConfig": {"Binds": ["%s/%s:/x" % (self.dir, name)]}}
        if pad:
            body["Env"] = ["V%d=x" % i for i in range(20000)]
            body["Labels"] = {"pad": "x" * pad}
        return question("POST", "/v1.41/containers/create", body, **more)


def unknown(answer):
    return denied(answer) and b"cannot be found out" in answer[1]


def test_answers():
    with Host() as h, Server(policy=h.policy()) as s:
        c = s.conn()
        for pad in (0, 300000):
            before = len(s.lines())
            check(allowed(c.ask(h.bind("data", pad))) and allowed(c.ask(h.bind("none/yet", pad))),
                  "honest binds are allowed, pad=%d" % pad)
            answer = c.ask(h.bind("links/out", pad))
            check(denied(answer) and b"/usr/share" in answer[1], "one that leads out is refused, pad=%d" % pad, answer)
            answer = c.ask(h.bind("slow", pad))
            check(unknown(answer), "one nobody knows everything of is refused, pad=%d" % pad, answer)
            check(len(s.lines()) == before + 4, "each is recorded before it is answered, pad=%d" % pad)
        check(allowed(c.ask(h.bind("links/out", ResponseStatusCode=201), RES)), "a response does not ask the host")
        lines = s.lines()
        check(all(line["eval_us"] < 200000 for line in lines), "waiting is not counted as judging",
              max(line["eval_us"] for line in lines))
        check(len({line["id"] for line in lines}) == len(lines), "no id is used twice")


def overtakes(h, s):
    """Are others answered while two wait?  On a busy machine it may take several tries."""
    slow, large, small = s.conn(), s.conn(), s.conn()
    slow.send(post(REQ, h.bind("slow")))
    large.send(post(REQ, h.bind("slow", 300000)))
    time.sleep(0.02)
    right = all(allowed(small.ask(create())) and allowed(small.ask(h.bind("data"))) for _ in range(5))
    slow.sock.setblocking(False)
    try:
        slow.sock.recv(1, socket.MSG_PEEK)
        right = False
    except BlockingIOError:
        pass
    slow.sock.settimeout(10)
    check(unknown(slow.answer()) and unknown(large.answer()), "those that wait are answered, too")
    return right


def test_meanwhile():
    with Host() as h, Server(policy=h.policy()) as s:
        check(any(overtakes(h, s) for _ in range(10)), "others are answered meanwhile")
        c = s.conn()
        c.send(post(REQ, h.bind("slow")) + post(REQ, create()) + post(REQ, h.bind("data", 300000)) +
               post(REQ, h.bind("links/out")) + post(REQ, PING))
        answers = [c.answer() for _ in range(5)]
        check(unknown(answers[0]) and allowed(answers[1]) and allowed(answers[2]) and denied(answers[3]) and
              allowed(answers[4]), "those in one piece are answered in order", answers)
        # Clients that leave while theirs waits.
        before = len(s.lines())
        for pad in (0, 300000):
            for _ in range(5):
                c = s.conn()
                c.send(post(REQ, h.bind("slow", pad)))
                time.sleep(0.02)
                c.close()
        time.sleep(1)
        check(allowed(s.ask(h.bind("data"))), "clients that leave do no harm")
        check(before < len(s.lines()), "the log goes on")


def test_many():
    # A busy machine, or a sanitizer, may need its time.
    with Host() as h, Server("--decision-deadline=20s", "--read-deadline=30s", policy=h.policy()) as s:
        names = ("data", "links/out", "none", "data")
        conns = [s.conn(30) for _ in range(300)]
        s.kill(signal.SIGSTOP)  # all arrive in one turn
        for i, c in enumerate(conns):
            c.send(post(REQ, h.bind(names[i % 4])))
        s.kill(signal.SIGCONT)
        answers = [c.answer() for c in conns]
        wrong = [(i, a) for i, a in enumerate(answers) if not (denied if i % 4 == 1 else allowed)(a)]
        check(not wrong, "300 at once: each its own answer", wrong[:2])
        check(len(s.lines()) == 300, "and its own line", len(s.lines()))


def test_reload():
    with Host() as h, Server(policy=h.policy()) as s:
        conns = [s.conn() for _ in range(4)]
        for i, c in enumerate(conns):
            c.send(post(REQ, h.bind("slow", 100000 * (i % 2))))
        time.sleep(0.05)
        s.write_policy("sallyport: 1\nallow:\n  new: {who: [anyone], do: [all], on: any, may: everything}\n")
        s.hup()
        s.wait_for(lambda: s.errors().count("in force") > 0, "for the new policy")
        answers = [c.answer() for c in conns]
        check(all(denied(a) for a in answers), "questions that wait are judged by the policy they came under", answers)
        answer = s.ask(h.bind("links/out"))
        check(allowed(answer), "later ones by the new one", answer)


def test_stop():
    with Host() as h, Server(policy=h.policy()) as s:
        conns = [s.conn() for _ in range(6)]
        for i, c in enumerate(conns):
            c.send(post(REQ, h.bind("slow", 100000 * (i % 2))))
        idle = s.conn()
        s.wait_for(lambda: allowed(idle.ask(PING)), "for them to have arrived")
        s.kill(signal.SIGTERM)
        answers = [c.answer() for c in conns]
        check(all(map(unknown, answers)) and s.process.wait(5) == 0, "SIGTERM: those that wait are answered", answers)
    with Host() as h, Server("--drain=1s", policy=h.policy()) as s:
        for i in range(40):  # one after the other: each has a listener of its own
            h.silence("slow/s%d" % i)
        conns = [s.conn() for _ in range(40)]
        for i, c in enumerate(conns):
            c.send(post(REQ, h.bind("slow/s%d" % i)))
        time.sleep(0.05)
        begin = time.monotonic()
        s.kill(signal.SIGTERM)
        check(s.process.wait(5) == 0 and time.monotonic() - begin < 2.5, "no time to stop in order: it ends all the same",
              time.monotonic() - begin)
        never_allowed([c.raw() for c in conns], "questions that waited at the end")


def test_deadline():
    with Host() as h, Server("--decision-deadline=1s", policy=h.policy()) as s:
        for i in range(40):
            h.silence("slow/s%d" % i)
        answers = []

        def ask(i):
            begin = time.monotonic()
            answers.append((s.ask(h.bind("slow/s%d" % i)), time.monotonic() - begin))
        threads = [threading.Thread(target=ask, args=(i,)) for i in range(40)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        # Both come at the deadline: that nobody has looked, and that a look begun has found nothing.
        late = [a for a, _ in answers if b"the host did not answer within 1.0 s" in a[1] or b"cannot be found out" in a[1]]
        check(all(denied(a) for a, _ in answers) and len(late) == len(answers) == 40,
              "more than can be looked at in time: refused, with the reason",
              (len(late), [a for a in answers if a[0] not in late][-3:]))
        check(max(took for _, took in answers) < 2.5, "at the deadline", max(took for _, took in answers))
        answer = s.ask(h.bind("data"))
        check(allowed(answer), "and it serves on", answer)
        # Nothing is refused for good: a listener that has ended is none.
        for listener in h.listeners:
            listener.close()
        check(allowed(s.ask(h.bind("slow"))), "a socket on which nobody listens any more is harmless")
        log = json.dumps(s.lines())
        check(log.count("within 1.0 s") + log.count("cannot be found out") >= len(late), "the log says why")


TESTS = (test_answers, test_meanwhile, test_many, test_reload, test_stop, test_deadline)
