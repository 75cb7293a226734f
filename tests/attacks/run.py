#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""make check-attacks: every known attack on every dockerd that can be had here (needs root).

    python3 tests/attacks/run.py SALLYPORT [--only REGEX] [--installed] [--results FOLDER]

For each engine a dockerd of its own (tests/e2e/dockerd.sh): the one that is installed, and those of
the distribution's newer suites (tests/e2e/engines.sh; --installed leaves them out).  Each attack runs
with nobody refusing and with sallyport:

    refused         it works on this engine, and sallyport refused it
    not executed    this engine does not do it even when nobody refuses; with sallyport neither
    reached         it works with sallyport, too: a failure, unless it is in allowed.txt
    allowed         it is in allowed.txt: an honest request, granted by the policy, or known to be open

Being in allowed.txt and refused on an engine that executes it is a failure as well: the list shrinks."""
import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
E2E = TOP + '/tests/e2e/'
LIMIT = 1500  # seconds for all engines; they take about 300 on two cores
KINDS = ('honest', 'granted', 'open')


def allowed_list():
    """{attack: (kind, reason)} of allowed.txt."""
    out = {}
    with open(HERE + '/allowed.txt') as f:
        for number, line in enumerate(f, 1):
            line = line.strip()
            if not line or line.startswith('#'):
                continue
            fields = [field.strip() for field in line.split('|')]
            if len(fields) != 3 or fields[1] not in KINDS or not fields[2]:
                sys.exit(f'allowed.txt:{number}: want "attack | {"/".join(KINDS)} | reason"')
            out[fields[0]] = (fields[1], fields[2])
    return out


def engines(installed_only):
    """[(name, folder to put before $PATH or None)], the installed one first."""
    program = shutil.which('dockerd')
    said = subprocess.run([program, '--version'], stdout=subprocess.PIPE, text=True).stdout if program else ''
    match = re.search(r'version (\d+\.\d+)', said)
    out = [(match.group(1), None)] if match else []
    if not installed_only:
        done = subprocess.run(['bash', E2E + 'engines.sh', 'prepare', TOP + '/build-engines'],
                              stdout=subprocess.PIPE, text=True)
        for line in done.stdout.splitlines():
            name, folder = line.split(' ', 1)
            if name not in [n for n, _ in out]:
                out.append((name, folder + '/bin'))
    return out


def replay_on(all_engines, sallyport, only, folder):
    """All engines at the same time: an attack waits more than it works."""
    os.makedirs(folder, exist_ok=True)
    running = []
    for name, path in all_engines:
        target = f'{folder}/{name}.json'
        if os.path.exists(target):
            os.unlink(target)
        log = open(f'{folder}/{name}.log', 'w')
        environment = {**os.environ, 'PYTHONDONTWRITEBYTECODE': '1'}
        if path:
            environment['PATH'] = path + ':' + environment['PATH']
        running.append((name, target, log, subprocess.Popen(
            ['bash', E2E + 'dockerd.sh', 'python3', '-B', HERE + '/replay.py', sallyport, target, only],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)))
    end = time.monotonic() + LIMIT
    try:
        for _, _, log, process in running:
            try:
                process.wait(max(1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.write(f'not done after {LIMIT} s\n')
                break
    finally:  # an interrupted run leaves nothing behind: dockerd.sh takes everything away
        for _, _, log, process in running:
            if process.poll() is None:
                process.terminate()
            process.wait()
            log.close()
    return {name: result_of(target, log.name, process) for name, target, log, process in running}


def result_of(target, log, process):
    try:
        with open(target) as f:
            return json.load(f)
    except (OSError, ValueError):
        with open(log, errors='replace') as f:
            return {'failed': f.read()[-3000:] or f'exit status {process.returncode}'}


def judge(name, attack, allowed):
    """(word for the table, why it is a failure or None)."""
    bare, guarded = attack['open'], attack['guarded']
    for mode, result in (('nobody refusing', bare), ('sallyport', guarded)):
        if 'error' in result:
            return 'broken', f'could not be replayed with {mode}: {result["error"]}'
    if guarded['plugin_failed'] or any(s[0] == 'relay' for s in guarded['seen']):
        return 'broken', 'dockerd got no answer from sallyport'
    kind, reason = allowed.get(name, ('', ''))
    if guarded['reached']:
        if not bare['reached']:
            return 'broken', 'it worked with sallyport and not without: the two runs cannot be compared'
        if kind:
            return {'honest': 'passed', 'granted': 'granted', 'open': 'OPEN'}[kind], None
        return 'REACHED', 'it works although sallyport is asked'
    if not bare['reached']:
        if kind == 'honest':
            return 'broken', 'an honest request that this engine does not execute'
        return 'not executed', None
    if kind:
        return 'refused', f'it is in allowed.txt ({kind}: {reason}) but is refused here'
    if not any(kind == 'AuthZReq' and said != 'allowed' for kind, _, _, said in guarded['seen']):
        return 'lost', 'it did not work with sallyport, but sallyport did not refuse it: what stopped it?'
    return 'refused', None


def details(attack):
    """What was said to whom, for whoever has to find out why."""
    lines = []
    for kind, method, uri, said in attack['guarded'].get('seen', []):
        lines.append(f'{kind} {method} {uri}: {said[:400]}')
    for text in attack['guarded'].get('answers', []):
        lines.append(f'dockerd: {text}')
    return lines


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('sallyport')
    parser.add_argument('--only', default='')
    parser.add_argument('--installed', action='store_true')
    parser.add_argument('--results', default=TOP + '/build/attacks')
    options = parser.parse_args()
    allowed = allowed_list()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    all_engines = engines(options.installed)
    if not all_engines:
        sys.exit('there is no dockerd here')
    print('# engines: ' + ', '.join(name for name, _ in all_engines), flush=True)
    results = replay_on(all_engines, os.path.abspath(options.sallyport), options.only, os.path.abspath(options.results))

    passed, failures, table, totals = 0, [], {}, {}
    for engine, result in results.items():
        if 'failed' in result:
            failures.append((engine, 'the engine could not be used', result['failed'].splitlines()))
            continue
        if not result['alive']:
            failures.append((engine, 'sallyport ended during the attacks', result['log'].splitlines()))
        for name, attack in result['attacks'].items():
            word, why = judge(name, attack, allowed)
            table.setdefault(name, {})[engine] = word
            totals.setdefault(engine, {}).setdefault(word, []).append(name)
            if why:
                failures.append((f'{name} on {engine} ({attack["title"]})', why, details(attack)))
            else:
                passed += 1
    for name in sorted(set(allowed) - set(table)) if not options.only else []:
        failures.append((name, 'is in allowed.txt, but is no attack of the corpus', []))

    width = max([len(name) for name in table] + [6])
    used = [engine for engine, result in results.items() if 'attacks' in result]
    print('  '.join(['attack'.ljust(width)] + [engine.ljust(12) for engine in used]))
    for name, row in table.items():
        print('  '.join([name.ljust(width)] + [row.get(engine, '').ljust(12) for engine in used]).rstrip())
    for engine in used:
        counts = ', '.join(f'{len(names)} {word}' for word, names in sorted(totals.get(engine, {}).items()))
        print(f'# dockerd {results[engine]["version"]}: {counts}')
    for kind, text in (('granted', 'granted by the policy of the corpus'), ('open', 'KNOWN TO BE OPEN')):
        names = [name for name in table if allowed.get(name, ('',))[0] == kind]
        print(f'# {text}: {len(names)}')
        for name in names:
            where = ', '.join(engine for engine, word in table[name].items() if word != 'not executed')
            print(f'#   {name} (executed by {where or "no engine here"}): {allowed[name][1]}')
    for what, why, lines in failures:
        print(f'not ok - {what}: {why}')
        for line in lines:
            print('    ' + line)
    print(f'{passed} passed, {len(failures)} failed')
    return 0 if passed and not failures else 1


if __name__ == '__main__':
    sys.exit(main())
