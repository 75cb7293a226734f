#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""python3 tests/policy-tests/readme.py SALLYPORT README: everything a document shows is true.

A block ```yaml begins with `# NAME.yaml` and is written into a folder, beside a copy of policy/packs;
a policy is checked, and NAME_test.yaml is run, as soon as it stands there.  A block ```console holds
`$ sallyport ...` and what that prints, where a line `...` stands for any number of lines."""
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile


def run(binary, folder, args):
    done = subprocess.run([binary, *args], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=60)
    return done.returncode, done.stdout


def like(shown, printed):
    pattern = ''.join('(?:.*\n)*' if line == '...' else re.escape(line) + '\n' for line in shown)
    return re.fullmatch(pattern, printed) is not None


def yaml_block(binary, folder, text):
    name = re.match(r'# ([a-z0-9.-]+(_test)?\.yaml)\n', text)
    if not name:
        return ['a yaml block begins with # NAME.yaml']
    with open(os.path.join(folder, name.group(1)), 'w') as f:
        f.write(text)
    status, out = run(binary, folder, ['test' if name.group(2) else 'check', name.group(1)])
    warned = re.search(r': warning\[(?!W315)', out)  # a recipe need not let somebody stop containers
    return [] if status == 0 and not warned else [f'{name.group(1)}: exit status {status}\n{out}']


def console_block(binary, folder, text):
    wrong = []
    parts = re.split(r'^\$ ', text, flags=re.M)
    if parts[0] or len(parts) < 2:
        wrong.append('a console block begins with $ sallyport')
    for part in parts[1:]:
        command, _, shown = part.partition('\n')
        words = shlex.split(command)
        if words[0] != 'sallyport':
            wrong.append(f'not a command of sallyport: {command}')
            continue
        _, out = run(binary, folder, words[1:])
        if not like(shown.splitlines(), out):
            wrong.append(f'$ {command}\nshows\n{shown}and prints\n{out}')
    return wrong


def main():
    binary, readme = os.path.abspath(sys.argv[1]), sys.argv[2]
    with open(readme) as f:
        text = f.read()
    blocks = re.findall(r'^```(\w*)\n(.*?)^```$', text, re.M | re.S)
    failed = 0
    with tempfile.TemporaryDirectory(prefix='sallyport-readme.') as folder:
        shutil.copytree(os.path.join(os.path.dirname(readme), 'packs'), os.path.join(folder, 'packs'))
        for kind, block in blocks:
            how = {'yaml': yaml_block, 'console': console_block}.get(kind)
            wrong = how(binary, folder, block) if how else [f'a block of the kind {kind or "none"}\n{block}']
            failed += bool(wrong)
            for text in wrong:
                print(f'not ok - {readme}: {text}')
    passed = len(blocks) - failed
    print(f'{passed} passed, {failed} failed')
    sys.exit(0 if failed == 0 and passed > 15 else 1)


main()
