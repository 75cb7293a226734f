# SPDX-License-Identifier: Apache-2.0
"""python3 tests/replay/test_replay.py build/sallyport: replay and learn from outside: what they print
and what they exit with, on logs of the real server, generated ones and broken ones."""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "server"))
import genlog
import harness
from harness import PROGRAM, Server, check, create, question

BASE = """sallyport: 1
allow:
  everyday: {who: [anyone], do: [read, run, manage, pull, exec, logs, network.create], on: any, must: {images: any},
             may: {bind: any, ports: any, cap_add: any, networks: any, network_options: any}}
require:
  stricter-limits: {mode: audit, must: {memory: {max: 4g}, pids: {max: 512}}}
"""
NEXT = BASE.replace("{mode: audit, must", "{must")
REPORT = """2 recorded decisions, 1 would change

allow -> deny      1x   rule stricter-limits   users: anna (1)   actions: container.create (1)
  e.g. 2026-08-20T10:00:00Z anna container.create  (LOG#1)
       container.create denied for anna, 2 problems:
         1. memory limit is 8g; it must be at most 4g (fix: -m 4g) [rule stricter-limits]
         2. pids limit is not set (unlimited); it must be at most 512 (fix: --pids-limit 512) [rule stricter-limits]
"""


def run(*words, stdin=None):
    done = subprocess.run([PROGRAM, *words], input=stdin, capture_output=True, timeout=120)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def line(user, body, decision="allow", **more):
    text = json.dumps(body, separators=(",", ":"))
    record = {"v": 1, "time": "2026-08-20T10:00:00.000000Z", "id": "a1", "user": user, "auth": "TLS" if user else "",
              "phase": "request", "method": "POST", "uri": "/v1.47/containers/create", "action": "container.create",
              "object": "", "api": "1.47", "decision": decision, "mode": "enforce", "rules": [], "audit_rules": [],
              "granted_by": "everyday", "policy": "", "decode_us": 1, "eval_us": 1,
              "headers": {"Content-Type": "application/json", "Content-Length": str(len(text))}, "request": body}
    return json.dumps(record | more, separators=(",", ":")) + "\n"


BIG = line("anna", {"Image": "nginx", "HostConfig": {"Memory": 8 << 30}})
SMALL = line("", {"Image": "nginx", "HostConfig": {"Memory": 1 << 30, "PidsLimit": 100}})


def write(name, text):
    with open(name, "w") as f:
        f.write(text)
    return name


def test_report():
    base, nxt = write("base.yaml", BASE), write("next.yaml", NEXT)
    log = write("audit.jsonl", BIG + SMALL)
    status, out, err = run("replay", "--policy", nxt, "--base", base, log)
    check(out == REPORT.replace("LOG", log), "the report is that of POLICY.md 3.5", out)
    check(status == 1 and err == "", "decisions change: 1", (status, err))
    check(run("replay", "--policy", nxt, log)[:2] == (1, out), "compared with what was recorded it is the same")
    piped = run("replay", "--policy", nxt, "-", stdin=(BIG + SMALL).encode())
    check(piped[1] == out.replace(log, "-"), "standard input is a log", piped)
    status, out, err = run("explain", "--policy", nxt, "--record", log + "#1")
    check(status == 1 and "memory limit is 8g" in out, "explain takes the place the report names", (status, err))
    status, out, err = run("replay", "--policy", base, "--base", base, log)
    check((status, out) == (0, "2 recorded decisions, 0 would change\n"), "nothing changes: 0", (status, out))
    status, out, err = run("replay", "--policy", base, "--base", nxt, log)
    check(status == 1 and "deny -> allow      1x   rule stricter-limits" in out and "until now:" in out,
          "what would be allowed says what refused it", out)


def test_exit_status():
    base, nxt, log = write("base.yaml", BASE), write("next.yaml", NEXT), write("audit.jsonl", BIG + SMALL)
    refused = write("refused.jsonl", line("anna", {"Image": "nginx"}, "deny", rules=["x"]) + SMALL)
    bad = write("bad.yaml", "sallyport: 1\nallow: {x: {who: [a]}}\n")

    def status(*words):
        return run("replay", *words)[0]
    check(status("--policy", nxt, "--fail-on", "deny", log) == 1, "--fail-on deny sees a new refusal")
    check(status("--policy", nxt, "--fail-on", "none", log) == 0, "--fail-on none does not")
    check(status("--policy", base, "--fail-on", "deny", refused) == 0, "--fail-on deny lets a new grant pass")
    check(status("--policy", base, refused) == 1, "--fail-on any does not")
    for words in (["replay"], ["replay", log], ["replay", "--policy", base], ["replay", "--policy", base, "--x", log],
                  ["replay", "--policy", base, "--fail-on", "x", log], ["replay", "--policy", base, "--now", "x", log],
                  ["replay", "--policy", base, "--jobs", "0", log], ["learn"], ["learn", "--x", log]):
        check(run(*words)[0] == 2, "wrong usage is 2: " + " ".join(words[:3]))
    code, out, err = run("replay", "--policy", bad, log)
    check(code == 3 and "bad.yaml:2" in err, "a policy with a mistake is 3, and shown", (code, err))
    check(status("--policy", base, "--base", bad, log) == 3, "so is a base with one")
    check(status("--policy", base, "missing.jsonl") == 4, "a log that is not there is 4")
    check(status("--policy", base, log, "missing.jsonl") == 4, "also beside one that is")
    check(status("--policy", base, write("empty.jsonl", "")) == 4, "a log with nothing in it is 4, not 'no change'")
    check(status("--policy", base, "--html", "missing/x.html", log) == 4, "a page that cannot be written is 4")
    os.symlink("victim", "page.html.new")
    check(status("--policy", nxt, "--fail-on", "none", "--html", "page.html", log) == 0 and not os.path.exists("victim"),
          "a link in the way of the page is not followed")
    check(run("replay", "--help")[0] == 0 and run("learn", "--help")[0] == 0, "--help is 0")


def test_what_cannot_be_decided():
    base = write("base.yaml", BASE)
    log = write("broken.jsonl", SMALL + line("", {"Image": "x"}, unreplayable="malformed", fault="malformed-request") +
                line("", {"Image": "x"}, v=2) + SMALL[:200])
    code, out, err = run("replay", "--policy", base, "--base", base, log)
    check(out.startswith("1 recorded decision, 0 would change\n\n3 lines could not be decided again:\n"),
          "lines that cannot be decided again are counted apart", out)
    for why, n in (("malformed", 2), ("it has another version", 3), ("not JSON: it is cut off", 4)):
        check("%s  (broken.jsonl#%d)\n" % (why, n) in out, "with the reason and the place: " + why, out)
    check(code == 4, "a log that is cut off is 4", code)
    code, out, err = run("replay", "--policy", base, write("other.txt", "x\n" * 500000 + "{\n"))
    check(code == 4 and "500001 lines could not be decided again" in out and "500000x  not a JSON object  (other.txt#1)" in out,
          "a file that is no log at all", out)
    log = write("old.jsonl", SMALL + line("", {"Image": "x"}, v=2))
    check(run("replay", "--policy", base, "--base", base, log)[0] == 0, "what serve could not record is no failure")


def test_json():
    base, nxt, log = write("base.yaml", BASE), write("next.yaml", NEXT), write("audit.jsonl", BIG * 3 + SMALL + "{\n")
    code, out, err = run("replay", "--policy", nxt, "--base", base, "--format", "json", log)
    report = json.loads(out)
    group = report["groups"][0]
    check(report["decisions"] == 4 and report["changed"] == report["to_deny"] == 3, "the numbers", report)
    check((group["from"], group["to"], group["rule"], group["count"]) == ("allow", "deny", "stricter-limits", 3), "a group",
          group)
    check(group["users"] == [{"name": "anna", "count": 3}] and group["example"]["line"] == 1 and
          group["example"]["message"].startswith("container.create denied for anna, 2 problems:\n"), "its example", group)
    check(report["not_replayed"] == [{"reason": "not JSON: it is cut off", "count": 1, "file": log, "line": 5}],
          "what could not be decided again", report)


def test_audit_policy():
    nxt, log = write("next.yaml", NEXT + "mode: audit\n"), write("audit.jsonl", BIG + SMALL)
    code, out, err = run("replay", "--policy", nxt, log)
    check(code == 0 and "is in audit mode: it refuses nothing" in out and "allow -> audit      1x   rule stricter-limits" in out,
          "a policy in audit mode changes nothing, and says so", out)


def test_speed():
    n = 100000
    with open("large.jsonl", "w") as f:
        for text in genlog.lines(n):
            f.write(text + "\n")
    policy = write("next.yaml", NEXT)
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    code, out, err = run("replay", "--policy", policy, "--html", "large.html", "large.jsonl")
    after, seconds = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - start
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print("# %d lines in %.2f s, %.2f s of CPU: %.0f lines a second and core" % (n, seconds, cpu, n / cpu))
    check(out.startswith("%d recorded decisions, " % n), "every line of a large log", out[:200])
    check(cpu < 8, "a large log takes seconds", cpu)
    check(os.path.getsize("large.html") < 1 << 20, "its page is small", os.path.getsize("large.html"))
    code, one, err = run("replay", "--policy", policy, "--jobs", "1", "large.jsonl")
    check(one == out, "the number of threads changes nothing")


def test_server_and_learn():
    """What serve writes, replay reads; and what learn drafts from it grants it all."""
    policy = "sallyport: 1\nmode: audit\nallow: {nobody: {who: [nobody], do: [system.info]}}\n"
    with Server(policy=policy) as s:
        answers = [s.ask(create(privileged=i % 5 == 0)) for i in range(20)]
        s.ask(question("GET", "/v1.41/containers/json"))
        s.ask(question("POST", "/v1.41/build?t=x&version=2", headers={"Content-Type": "application/x-tar"}))
        s.ask(question("POST", "/v1.41/containers/create", {"Image": "registry.example.com/a/b:1", "HostConfig": {
            "Binds": ["/srv/a:/a:ro"], "PortBindings": {"80/tcp": [{"HostPort": "8080"}]}}}, User="anna", UserAuthNMethod="TLS"))
        s.ask(question("GET", "/v1.41/containers/json", ResponseStatusCode=200), harness.RES)
        s.stop()
        log = shutil.copy(s.log, "served.jsonl")
    check(all(harness.allowed(a) for a in answers), "in audit mode everything passes")
    code, out, err = run("replay", "--policy", write("watch.yaml", policy), log)
    check(code == 0 and out.startswith("24 recorded decisions, 0 would change\n"), "under the same policy all is as recorded",
          (out, err))
    code, draft, err = run("learn", log)
    check(code == 0 and "nothing that was allowed is refused" in draft, "learn makes a draft", (code, err, draft))
    check(run("learn", log)[1] == draft, "always the same")
    path = write("draft.yaml", draft)
    code, out, err = run("check", path)
    check(code == 0, "the draft has no mistake", out + err)
    code, out, err = run("replay", "--policy", path, "--fail-on", "deny", log)
    check(code == 0 and "-> deny" not in out, "nothing of the log is refused by it", out)
    for text in ("privileged: true # 4x", "images:\n        - registry.example.com/a/b ", "- /srv/a:ro", "image.build",
                 "may: everything # nobody can see"):
        check(text in draft.replace('"', ""), "the draft says: " + text.split("\n")[-1].strip(), draft)
    code, out, err = run("learn", "-", stdin=open(log, "rb").read())
    check(code == 0 and "Not tried on the log" in out, "from standard input it says that it was not tried", (code, err))
    check(run("learn", write("denied.jsonl", line("", {"Image": "x"}, "deny")))[0] == 4, "refusals alone teach nothing: 4")


def main():
    folder = tempfile.mkdtemp(prefix="sallyport-replay-")
    here = os.getcwd()
    os.chdir(folder)
    try:
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                test()
    finally:
        os.chdir(here)
        shutil.rmtree(folder)
    print("%d passed, %d failed" % (harness.passed, harness.failed))
    return harness.failed > 0


sys.exit(main())
