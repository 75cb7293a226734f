# SPDX-License-Identifier: Apache-2.0
"""python3 tests/replay/test_page.py build/sallyport [FOLDER]: the page of replay --html in a real
browser without a window: what its script makes of hostile names, filters, and pictures of it on a
desk and on a phone, dark and light.  The pictures stay in FOLDER when one is given."""

import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from html.parser import HTMLParser

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "server"))
import genlog
import harness
from harness import PROGRAM, check

BROWSER = shutil.which("chromium")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--virtual-time-budget=5000"]
BASE = """sallyport: 1
allow:
  everyday: {who: [anyone], do: [read, run, manage, pull, logs, network.create], on: any, must: {images: any},
             may: {bind: ["/srv/**"], ports: any, cap_add: any, networks: any, network_options: any}}
deny: {no-privileged: {uses: {privileged: true}, message: ask the platform team}}
require: {limits: {mode: audit, must: {pids: {max: 400}}}}
"""
NEXT = BASE.replace("logs, ", "logs, exec, ").replace("cap_add: any", "cap_add: [NET_ADMIN]").replace("mode: audit, ", "")
HOSTILE = ["<img src=x onerror=document.title=1>", "</script><b id=evil>", "<!--", "\"' onclick=x", "a\u202eb"]


def browse(page, *options):
    profile = tempfile.mkdtemp(prefix="sallyport-browser-")
    try:
        return subprocess.run([BROWSER, *FLAGS, "--user-data-dir=" + profile, *options, "file://" + page],
                              capture_output=True, timeout=120).stdout.decode()
    finally:
        shutil.rmtree(profile, ignore_errors=True)


class Dom(HTMLParser):
    """Elements with their attributes, and the text below an id."""

    VOID = {"meta", "link", "img", "input", "br", "wbr", "hr"}

    def __init__(self, text):
        super().__init__()
        self.elements, self.stack, self.texts = [], [], {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.elements.append((tag, attrs))
        if tag not in self.VOID:
            self.stack.append((tag, attrs.get("id")))

    def handle_endtag(self, tag):
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data):
        for _, name in self.stack:
            if name:
                self.texts[name] = self.texts.get(name, "") + data

    def count(self, tag, **attrs):
        return sum(1 for t, a in self.elements if t == tag and all(a.get(k) == v for k, v in attrs.items()))


def pixels(path):
    """(width, height, rows of RGB) of a picture: what a browser writes is 8 bits, RGB or RGBA, not interlaced."""
    data = open(path, "rb").read()
    width, height, depth, kind = struct.unpack(">IIBB", data[16:26])
    size, raw, at = (3 if kind == 2 else 4), b"", 8
    while at < len(data):
        length, name = struct.unpack(">I4s", data[at:at + 8])
        raw += data[at + 8:at + 8 + length] if name == b"IDAT" else b""
        at += length + 12
    raw, rows, last = zlib.decompress(raw), [], bytearray(width * size)
    for y in range(height):
        kind, row = raw[y * (width * size + 1)], bytearray(raw[y * (width * size + 1) + 1:(y + 1) * (width * size + 1)])
        for x in range(len(row)):
            a, b, c = (row[x - size] if x >= size else 0), last[x], (last[x - size] if x >= size else 0)
            if kind == 4:
                p = a + b - c
                b = a if abs(p - a) <= abs(p - b) and abs(p - a) <= abs(p - c) else b if abs(p - b) <= abs(p - c) else c
            row[x] = (row[x] + (0, a, b, (a + b) // 2, b)[kind]) & 255
        rows.append([tuple(row[x:x + 3]) for x in range(0, len(row), size)])
        last = row
    return width, height, rows


def brightness(rows):
    return sum(sum(p) for row in rows[::7] for p in row[::7]) / (3 * len(rows[::7]) * len(rows[0][::7]))


def make_page(folder):
    with open(os.path.join(folder, "a.jsonl"), "w") as f:
        for text in genlog.lines(3000, 5):
            f.write(text + "\n")
        for i, name in enumerate(HOSTILE):
            for text in genlog.lines(300, i):
                f.write(text.replace('"anna","auth"', '%s,"auth"' % json.dumps(name)) + "\n")
        f.write('{"v":2,"method":"GET","uri":"/"}\n')
    for name, text in (("base.yaml", BASE), ("next.yaml", NEXT)):
        with open(os.path.join(folder, name), "w") as f:
            f.write(text)
    subprocess.run([PROGRAM, "replay", "--policy", "next.yaml", "--base", "base.yaml", "--html", "page.html", "a.jsonl"],
                   cwd=folder, stdout=subprocess.DEVNULL, timeout=60)
    return os.path.join(folder, "page.html")


def test_dom(page):
    dom = Dom(browse(page, "--dump-dom"))
    check(dom.count("html", **{"data-ready": "yes"}) == 1, "the script runs to its end")
    check(dom.count("img") == dom.count("b") == 0 and dom.count("script") == 2, "no name from the log has become an element")
    check(not any(k.startswith("on") for _, a in dom.elements for k in a), "nor an attribute that runs")
    check(HOSTILE[0] in dom.texts["by-user"] and "a?b" in dom.texts["by-user"], "they are shown as text")
    check(dom.count("svg") == 2 and dom.count("rect") > 100, "two charts")
    check(all(t in dom.texts["by-action"] for t in ("container.create", "container.list")), "counts by action")
    check("no-privileged" in dom.texts["by-rule"] and "limits" in dom.texts["by-rule"], "by rule")
    check("it must be at most 400" in dom.texts["rows"] and "ask the platform team" in dom.texts["rows"], "the text of each refusal")
    check(dom.count("th", scope="col") >= 12 and dom.count("th", scope="row") > 10, "tables say what their rows and columns are")
    labels = dom.count("label")
    check(labels == 5 and dom.count("select") == 4 and dom.count("input") == 1, "every filter has a label")
    check("it has another version" in dom.texts.get("skipped", ""), "what was not decided again")
    every = int(re.match(r"([\d\u202f]+)", dom.texts["found"]).group(1).replace("\u202f", ""))
    dom = Dom(browse(page + "#user=ben&text=pids", "--dump-dom"))
    some = int(re.match(r"([\d\u202f]+)", dom.texts["found"]).group(1).replace("\u202f", ""))
    check(0 < some < every, "filters narrow the list", (some, every))
    check("anna" not in dom.texts["rows"] and "ben" in dom.texts["rows"], "to what they say")
    dom = Dom(browse(page + "#text=%20nothing%20like%20this", "--dump-dom"))
    check(dom.texts["found"] == "Nothing matches.", "nothing found is said")


def test_pictures(page, folder):
    seen = {}
    for name, size, dark in (("desk-light", (1280, 1600), 0), ("desk-dark", (1280, 1600), 1), ("phone-light", (360, 2400), 0),
                             ("phone-dark", (360, 2400), 1)):
        path = os.path.join(folder, name + ".png")
        # Nothing sticks out to the right: the last columns are background, from top to bottom.  On a
        # busy machine the browser may take the picture before it has painted all of it: look again.
        for _ in range(3):
            browse(page, "--screenshot=" + path, "--window-size=%d,%d" % size,
                   *(["--blink-settings=preferredColorScheme=0"] if dark else []))
            width, height, rows = pixels(path)
            edge = {row[-2] for row in rows}
            if len(edge) == 1:
                break
        check((width, height) == size, "%s: a picture" % name, (width, height))
        seen[name] = brightness(rows)
        check(len(edge) == 1, "%s: nothing is wider than the window" % name, len(edge))
        check(len({p for row in rows for p in row}) > 50, "%s: there is something to see" % name)
    check(seen["desk-light"] > 180 and seen["phone-light"] > 180, "light is light", seen)
    check(seen["desk-dark"] < 80 and seen["phone-dark"] < 80, "dark is dark", seen)


def main():
    if not BROWSER:
        print("ok - # SKIP no chromium (contrib/install-deps.sh page)")
        print("0 passed, 0 failed, 1 skipped")
        return 0
    folder = tempfile.mkdtemp(prefix="sallyport-page-")
    pictures = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else folder
    try:
        page = make_page(folder)
        test_dom(page)
        test_pictures(page, pictures)
    finally:
        shutil.rmtree(folder)
    print("%d passed, %d failed" % (harness.passed, harness.failed))
    return harness.failed > 0


sys.exit(main())
