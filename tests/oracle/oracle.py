#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""make check-oracle: does sallyport see in a request what dockerd makes of it? (needs root)

    python3 tests/oracle/oracle.py SALLYPORT

Requests to create and update containers, to create execs and volumes, honest ones and odd ones, go
as raw bytes to a real dockerd that asks sallyport in audit mode.  What dockerd made is held against
the facts sallyport read from the same request; whatever it gave and sallyport did not see is a
disagreement, and a failure.  So is an honest request that sallyport's built-in checks refuse.

    ORACLE_SEED=TEXT      the same requests again; default: another every time, printed
    ORACLE_REQUESTS=N     default 2000
    ORACLE_FIRST=N        number of the first request: with ORACLE_REQUESTS=1 that one alone
    ORACLE_ENGINES=all    also on the engines tests/e2e/engines.sh can prepare
    ORACLE_BLIND=KEY      pretends that sallyport does not see KEY, or lies about it: must fail

For each key of the language that these requests can be about, every run also tries whether it would
have noticed sallyport being blind for it; a key for which it would not is a failure of the oracle."""
import binascii
import json
import os
import signal
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, TOP + '/tests/attacks')
import run as attacks  # noqa: E402

SHOWN = 12  # failures, of each engine
ENOUGH = 1500  # requests, to say that a key was not met by chance
EXECUTED = 40  # percent of the requests that dockerd has to execute, or this proves nothing


def session(sallyport, path, seed, first, count, folder):
    """One engine: the report of session.py, or None after saying why there is none."""
    target = f'{folder}/{os.getpid()}.json'
    environment = {**os.environ, 'PYTHONDONTWRITEBYTECODE': '1'}
    if path:
        environment['PATH'] = path + ':' + environment['PATH']
    process = subprocess.Popen(['bash', TOP + '/tests/e2e/dockerd.sh', 'python3', '-B', HERE + '/session.py', sallyport, target, seed,
                                str(first),
                                str(count)], stdin=subprocess.DEVNULL, env=environment)
    try:
        process.wait(60 + count)
    except subprocess.TimeoutExpired:
        print(f'not done after {60 + count} s')
    finally:  # an interrupted run leaves nothing behind: dockerd.sh takes everything away
        if process.poll() is None:
            process.terminate()
        process.wait()
    try:
        with open(target) as f:
            report = json.load(f)
        os.unlink(target)
        return report
    except (OSError, ValueError):
        return None


def show(failure, seed):
    print(f'not ok - request {failure["number"]} ({failure["kind"]}; {", ".join(failure["mutations"]) or "no mutation"})')
    for problem in failure['problems']:
        print(f'    {problem}')
    print(f'    bytes      {failure["raw"][:3000]}')
    if failure.get('smaller'):
        print(f'    smaller    {failure["smaller"][:3000]}')
    print(f'    dockerd    {failure["status"]} {failure["said"]}\n               {json.dumps(failure["given"])[:1500]}')
    for seen in failure['seen']:
        print(f'    sallyport  {seen["action"]} {seen.get("fault", "")} {seen.get("why", "")}')
        for f in seen['facts']:
            print('               ' + ' '.join(f'{k}={v}' for k, v in f.items() if k not in ('kind', 'flag', 'arg')))
    print(f'    again      ORACLE_SEED={seed} ORACLE_FIRST={failure["number"] % 100_000_000} ORACLE_REQUESTS=1', flush=True)


def summary(report, seed):
    counts = report['counts']
    made = ', '.join(f'{counts.get("executed " + kind, 0)} of {counts.get(kind, 0)} {kind}' for kind in ('create', 'update', 'exec',
                                                                                                         'volume'))
    print(f'# dockerd {report["version"]}, seed {seed}: {counts.get("executed", 0)} executed ({made}), {counts.get("honest", 0)} honest, '
          f'{counts.get("refused", 0)} of the executed ones refused by sallyport, {counts.get("compared", 0)} compared, {report["seconds"]} s')
    for what, table in (('refused although dockerd executes it', report['refused']), ('seen, and not given', report['notes'])):
        for text, n in sorted(table.items(), key=lambda item: -item[1])[:12]:
            print(f'#   {what}: {n} x {text} (request {report["examples"].get(text)})')


def main():
    sallyport = os.path.abspath(sys.argv[1])
    seed = os.environ.get('ORACLE_SEED') or binascii.hexlify(os.urandom(4)).decode()
    count, first = int(os.environ.get('ORACLE_REQUESTS') or 2000), int(os.environ.get('ORACLE_FIRST') or 0)
    folder = TOP + '/build/oracle'
    os.makedirs(folder, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    engines = attacks.engines(os.environ.get('ORACLE_ENGINES') != 'all')
    if not engines:
        sys.exit('there is no dockerd here')
    print(f'# ORACLE_SEED={seed} ORACLE_REQUESTS={count}, engines: {", ".join(name for name, _ in engines)}', flush=True)
    passed = failed = 0
    for name, path in engines:
        report = session(sallyport, path, seed, first, count, folder)
        if report is None:
            print(f'not ok - dockerd {name}: the run did not come to its end')
            failed += 1
            continue
        summary(report, seed)
        problems = report['problems'] + (report['unnoticed'] if count >= ENOUGH else [])
        executed = report['counts'].get('executed', 0)
        if count >= ENOUGH and executed * 100 < count * EXECUTED:
            problems.append(f'dockerd executed {executed} of {count} requests: too few to prove anything')
        for failure in report['failures'][:SHOWN]:
            show(failure, seed)
        for problem in problems:
            print(f'not ok - dockerd {name}: {problem}')
        failed += len(report['failures']) + len(problems)
        passed += max(0, count - len(report['failures']))
    print(f'{passed} passed, {failed} failed')
    return 0 if passed and not failed else 1


if __name__ == '__main__':
    sys.exit(main())
