# SPDX-License-Identifier: Apache-2.0
"""serve --shadow: a second policy is decided and recorded beside the first, and has no effect."""

import os

from harness import PING, POLICY, RES, Server, allowed, check, create, denied, question

STRICT = """sallyport: 1
allow:
  few:
    who: [anyone]
    do: [read, run]
    on: any
    must: {images: [registry.example.com/**]}
deny:
  no-bind: {uses: {bind: any}}
"""
BIND = question("POST", "/v1.41/containers/create", {"Image": "busybox", "HostConfig": {"Binds": ["/srv/x:/x"]}})
LIVE = POLICY % "first" + "  no-such: {do: [container.rename]}\n"
LIVE = LIVE.replace("    must: {images: any}", "    must: {images: any}\n    may: {bind: any}")


def write(path, text):
    with open(path + ".new", "w") as f:
        f.write(text)
    os.chmod(path + ".new", 0o600)
    os.rename(path + ".new", path)


def shadowed(options=(), policy=LIVE, shadow=STRICT):
    s = Server(policy=policy, start=False)
    s.next = os.path.join(s.dir, "next.yaml")
    s.options = ("--shadow", s.next, *options)
    write(s.next, shadow)
    return s


def shadow_of(s, number=-1):
    line = s.lines()[number]
    return line["decision"], line["shadow"]["decision"], line["shadow"]["rules"]


def test_beside():
    with shadowed() as s:
        s.start()
        check("shadow policy " + s.next + " is watched" in s.errors(), "the start says that there is a shadow policy")
        check(allowed(s.ask(create())), "what only the shadow policy refuses is allowed")
        check(shadow_of(s) == ("allow", "deny", ["builtin/default-deny", "few"]), "and the line says who would refuse", shadow_of(s))
        hashes = s.lines()[-1]["policy"], s.lines()[-1]["shadow"]["policy"]
        check(len(hashes[1]) == 64 and hashes[0] != hashes[1], "and by which policy", hashes)
        check(denied(s.ask(create(privileged=True))), "what the policy refuses is refused")
        check(allowed(s.ask(PING)) and shadow_of(s) == ("allow", "allow", []), "both agree on a ping", shadow_of(s))
        check(allowed(s.ask(BIND)) and shadow_of(s)[1] == "deny" and "no-bind" in shadow_of(s)[2],
              "a question that waits for the host is decided by both", shadow_of(s))
        check(allowed(s.ask(create(pad=600000))) and shadow_of(s)[:2] == ("allow", "deny"), "so is a large one", shadow_of(s))
        check(allowed(s.ask(question("GET", "/v1.41/containers/json", ResponseStatusCode=200), RES)) and
              shadow_of(s) == ("allow", "allow", []), "and an answer", shadow_of(s))
    # The other way round: what only the shadow policy would grant stays refused.
    with shadowed(policy=STRICT, shadow=LIVE) as s:
        s.start()
        for body in (create(), BIND, create(pad=600000)):
            check(denied(s.ask(body)) and shadow_of(s)[:2] == ("deny", "allow"), "a shadow policy grants nothing", shadow_of(s))
    with shadowed(shadow="mode: audit\n".join(["sallyport: 1\n", STRICT.split("\n", 1)[1]])) as s:
        s.start()
        check(allowed(s.ask(create())) and shadow_of(s)[1:] == ("audit", ["builtin/default-deny", "few"]), "its own mode counts", shadow_of(s))
    with shadowed(("--audit",)) as s:
        s.start()
        check(allowed(s.ask(create(privileged=True))) and shadow_of(s)[:2] == ("audit", "deny"), "--audit is not for the shadow policy", shadow_of(s))
    with Server() as s:
        check(allowed(s.ask(create())) and "shadow" not in s.lines()[-1], "without --shadow the lines are as before")


def test_reload():
    with shadowed() as s:
        s.start()
        write(s.next, LIVE)
        s.hup()
        s.wait_for(lambda: s.errors().count("is watched") > 1, "for the new shadow policy")
        check(s.errors().count("is in force") == 1, "SIGHUP reads both")
        check(allowed(s.ask(create())) and shadow_of(s)[:2] == ("allow", "allow"), "the new shadow policy is decided", shadow_of(s))
        write(s.next, "sallyport: 1\nnothing: 1\n")
        s.write_policy(STRICT)
        s.hup()
        s.wait_for(lambda: "the running shadow policy stays" in s.errors() and s.errors().count("is in force") > 1, "for one of two")
        check("next.yaml:2:1: error[" in s.errors(), "a broken one is told with its place")
        check(denied(s.ask(create())) and shadow_of(s)[:2] == ("deny", "allow"),
              "and the old one stays, beside the new policy", shadow_of(s))
        s.write_policy("sallyport: [")
        write(s.next, STRICT)
        s.hup()
        s.wait_for(lambda: "the running policy stays" in s.errors() and s.errors().count("is watched") > 2, "for the other")
        check(denied(s.ask(create())) and shadow_of(s)[:2] == ("deny", "deny"), "nor does a broken policy hold the shadow up", shadow_of(s))
        check(s.stop() == 0, "and all of it ends with 0")


def test_broken_at_start():
    with shadowed(shadow="sallyport: 1\nnothing: 1\n") as s:
        s.start(wait=False)
        check(s.process.wait(5) == 3 and "next.yaml:2:1: error[" in s.errors(), "a broken shadow policy: exit 3", s.errors())
        check(not os.path.exists(s.socket) and not os.path.exists(s.log), "and nothing is bound or opened")
        write(s.next, STRICT)
        os.chmod(s.next, 0o622)
        s.start(wait=False)
        check(s.process.wait(5) == 3 and "writable" in s.errors(), "a shadow policy others may write: exit 3")
        os.unlink(s.next)
        s.start(wait=False)
        check(s.process.wait(5) == 3, "no shadow policy: exit 3")


TESTS = (test_beside, test_reload, test_broken_at_start)
