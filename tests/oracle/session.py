# SPDX-License-Identifier: Apache-2.0
"""One run of the oracle on one dockerd, inside tests/e2e/dockerd.sh; oracle.py starts it.

    python3 session.py SALLYPORT RESULTS.json SEED FIRST COUNT

dockerd asks sallyport, which runs in audit mode, about every request; a relay between them keeps
each message.  What dockerd then did is looked up over its API, what sallyport saw is what `explain`
says about the very message, and compare.py holds the one against the other."""
import collections
import io
import json
import os
import random
import re
import subprocess
import sys
import tarfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [HERE, TOP + '/tests/attacks', TOP + '/tests/e2e']
import bodies  # noqa: E402
import compare  # noqa: E402
import generate  # noqa: E402
import lab  # noqa: E402
import shrink  # noqa: E402
from lab import LAB, check, docker_ok, shell  # noqa: E402
from relay import GUARD, Guard, Relay  # noqa: E402
from volume_plugin import VolumePlugin  # noqa: E402
from wire import call, send  # noqa: E402

WORKERS = 4
BATCH = 500  # requests between two rounds of clearing up and comparing
WAIT = 25  # seconds for an answer: dockerd looks 15 for a volume plugin that is not there
SMALLER = 3  # failures that are made smaller


# --- the policy: every key of the language, in audit mode ---

def keys(sallyport):
    """[(name, 'power' or 'condition', how it is written, the actions it is about)] of the language."""
    listed, out, section = subprocess.run([sallyport, 'keys'], stdout=subprocess.PIPE, text=True, check=True).stdout, [], ''
    for line in listed.splitlines():
        if line and not line.startswith(' '):
            section = line.split(':')[0]
        match = re.match(r'  (\w+) +(?!\(reserved\))\S', line)
        if match and section in ('Powers', 'Conditions'):
            out.append((match.group(1), section))
    result = []
    for name, section in out:
        text = subprocess.run([sallyport, 'keys', name], stdout=subprocess.PIPE, text=True, check=True).stdout
        actions = re.search(r'^  requests +((?:.|\n {5,})*)', text, re.M)
        written = re.search(r'^  written +(.*)', text, re.M).group(1)
        example = re.match(r'\w+: (.*)', text).group(1)
        kind = 'power' if section == 'Powers' else 'condition'
        value = 'true' if written == 'true' else 'any' if kind == 'power' else example
        result.append((name, kind, value,
                       re.findall(r'[\w-]+\.[\w-]+', actions.group(1)) if actions else []))
    return result


def policy(table):
    """Everything is granted; one rule in audit mode for each key says that it was seen."""
    deny = ''.join(f'  uses-{n}: {{mode: audit, uses: {{{n}: {w}}}}}\n' for n, kind, w, _ in table if kind == 'power')
    require = ''.join(f'  must-{n}: {{mode: audit, must: {{{n}: {w}}}}}\n' for n, kind, w, _ in table if kind == 'condition')
    return f'sallyport: 1\nallow:\n  all: {{who: [anyone], do: [all], on: any, may: everything}}\ndeny:\n{deny}require:\n{require}'


# --- between dockerd and sallyport ---

class Listener(Relay):
    """Keeps what dockerd asked about each marked request; who is not marked is the administrator."""

    def __init__(self, path, guard):
        self.asked = collections.defaultdict(list)
        super().__init__(path, guard)

    def wants(self, body):
        return b'"%s":"' % generate.MARK.encode() in body

    def note(self, kind, body, verdict):
        if kind == 'AuthZReq':
            number = re.search(rb'"%s":"(\d+)"' % generate.MARK.encode(), body)
            self.asked[int(number.group(1)) if number else -1].append(body.strip())


# --- dockerd ---

class Daemon:
    def __init__(self):
        self.api = '/v' + docker_ok('version', '-f', '{{.Server.APIVersion}}').strip()
        self.version = docker_ok('version', '-f', '{{.Server.Version}}').strip()

    def get(self, uri):
        status, body = call(lab.SOCKET, 'GET', self.api + uri, seconds=20)
        return json.loads(body) if status == 200 else None

    def post(self, uri, value=None, data=None, kind='application/json'):
        status, body = call(lab.SOCKET, 'POST', self.api + uri, value, data, kind)
        check(status < 400 and status, f'POST {uri}: {status} {body[:300]}')
        return json.loads(body) if body[:1] == b'{' else {}

    def delete(self, uri):
        return call(lab.SOCKET, 'DELETE', self.api + uri, seconds=5)[0]

    def image(self, tag, changes=''):
        """One file in it: a container of it costs almost nothing."""
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode='w') as tar:
            tar.addfile(tarfile.TarInfo('x'), io.BytesIO(b''))
        repo, _, tag = tag.rpartition(':')
        self.post(f'/images/create?fromSrc=-&repo={repo}&tag={tag}&changes=CMD%20true{changes}', data=out.getvalue(),
                  kind='application/x-tar')

    def prepare(self):
        """What the requests refer to; returns its names."""
        for name in ('a', 'b', 'a b', '\u00fc'):
            os.makedirs(f'{bodies.PLACE}/{name}', exist_ok=True)
        os.symlink('/etc', bodies.PLACE + '/link')
        shell('lab_image')
        self.image('tiny:1')
        for other in ('tiny:latest', 'localhost:5000/team/app:v2'):
            repo, _, tag = other.rpartition(':')
            self.post(f'/images/tiny:1/tag?repo={repo}&tag={tag}')
        self.image('full:1',
                   '&changes=USER%20nobody&changes=EXPOSE%2081&changes=LABEL%20team%3Dimage&changes=HEALTHCHECK%20CMD%20true&changes=VOLUME%20/v')
        for n, name in ((0, 'lan'), (1, 'lan2')):
            docker_ok('network', 'create', '--subnet', f'198.51.100.{128 * n}/25', name)
        docker_ok('run', '-d', '--name', 'base', '--network', 'none', '-v', bodies.PLACE + '/base:/base', '-v', 'basevol:/basevol',
                  'busybox:local', 'sleep', '100000')
        for name in ('vol-a', 'vol-b'):
            self.post('/volumes/create', {'Name': name})
        networks = {n['Name']: n['Id'] for n in self.get('/networks')}
        return {'api': self.api[2:], 'base_id': self.get('/containers/base/json')['Id'], 'lan_id': networks['lan'],
                'host_id': networks['host'],
                'tiny_id': self.get('/images/tiny:1/json')['Id']}

    def plain(self, versions):
        """{API version: inspect of a container for which nothing was asked}."""
        out = {}
        for version in versions:
            status, body = call(lab.SOCKET, 'POST', f'/v{version}/containers/create', {'Image': 'tiny:1', 'HostConfig': {}})
            if status == 201:
                out[version] = self.get(f'/containers/{json.loads(body)["Id"]}/json')
        return out

    def faces(self):
        """Containers to be updated: with limits and without."""
        return [self.post('/containers/create', {'Image': 'tiny:1', 'HostConfig': {
            'Memory': 256 << 20, 'MemorySwap': 512 << 20, **extra, 'PidsLimit': 200}})['Id']
            for extra in ({'NanoCpus': 10**9}, {'CpuQuota': 50000, 'CpuPeriod': 100000})]


# --- a request ---

class Outcome:
    """A request, what dockerd answered, and what it made."""

    def __init__(self, number, request, raw):
        self.number, self.request, self.raw = number, request, raw
        self.status, self.said = 0, ''
        self.made = []  # IDs and names of what was created
        self.seen = []  # explain's view of each message about it
        self.before = self.after = None  # inspect of what it is about
        self.extra = {}


def fire(daemon, names, seed, number, targets):
    request, raw = generate.make(seed, number, names, targets[number % len(targets)])
    out = Outcome(number, request, raw)
    if request.kind == 'update':
        out.before = daemon.get(f'/containers/{request.target}/json')
    answers, _ = send(lab.SOCKET, raw, 1 if request.behind is None else 2, WAIT)
    if answers:
        out.status, out.said = answers[0].status, answers[0].text[:300].strip()
    if request.kind == 'update':
        out.after = daemon.get(f'/containers/{request.target}/json')
    elif out.status == 201:
        look_up(daemon, out, json.loads(answers[0].body))
    return [out] + behind(daemon, out, answers[1:])


def behind(daemon, first, answers):
    """What became of the request behind this one, if it was taken for one."""
    if first.request.behind is None or not answers:
        return []
    request, _ = first.request.second()
    out = Outcome(request.number, request, first.raw)
    out.status, out.said = answers[0].status, answers[0].text[:300].strip()
    if out.status == 201:
        look_up(daemon, out, json.loads(answers[0].body))
    return [out]


def look_up(daemon, out, made):
    if out.request.kind == 'volume':
        out.made.append(made['Name'])
        out.after = daemon.get('/volumes/' + made['Name'])
    elif out.request.kind == 'exec':
        out.made.append(made['Id'])
        out.after = daemon.get(f'/exec/{made["Id"]}/json')
    else:
        out.made.append(made['Id'])
        out.after = daemon.get(f'/containers/{made["Id"]}/json')
        out.extra['volumes'] = {m['Name']: daemon.get('/volumes/' + m['Name']) for m in (out.after or {}).get('Mounts') or []
                                if m.get('Type') == 'volume' and (m.get('Name') or '').startswith(f'o{out.number}-')}


def volley(daemon, names, seed, numbers, targets):
    """All these requests, WORKERS at a time; those of one worker one after the other."""
    out, broken = [], []

    def work(mine, my_targets):
        for number in mine:
            try:
                out.extend(fire(daemon, names, seed, number, my_targets))
            except Exception as error:  # the request's number is what one needs to look at it
                broken.append(f'request {number}: {error!r}')
    threads = [threading.Thread(target=work, args=(numbers[w::WORKERS], targets[w])) for w in range(WORKERS)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return sorted(out, key=lambda o: o.number), broken


# --- sallyport's view ---

def explain(sallyport, policy_file, outcomes, asked):
    """Fills in what sallyport says about every message."""
    lines = [(o, message) for o in outcomes for message in asked.get(o.number, [])]
    record = LAB + '/messages.jsonl'
    with open(record, 'wb') as f:
        f.write(b''.join(message + b'\n' for _, message in lines))
    done = subprocess.run([sallyport, 'explain', '--policy', policy_file, '--record', record + '#*', '--format', 'json'],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) if lines else None
    said = done.stdout.splitlines() if done else []
    check(len(said) == len(lines), f'explain: {len(said)} answers to {len(lines)} messages\n{done and done.stderr[-2000:]}')
    for (outcome, _), line in zip(lines, said):
        outcome.seen.append(json.loads(line))


def bare(uri):
    """Without what the audit log leaves out."""
    return re.sub('//[^/@]*@', '//', uri.partition('?')[0])


HOST = {'builtin/self-protection'}  # serve asks the host where paths lead, explain takes them as they are written


def live(lines):
    """What serve said, as a multiset: explain has to say the same."""
    return collections.Counter((d['method'], bare(d['uri']), d['action'], tuple(sorted(set(d['rules']) - HOST)),
                                tuple(sorted(d['audit_rules'])))
                               for d in lines if d['phase'] == 'request')


def explained(outcomes):
    def rules(findings):
        return tuple(sorted({f['rule'] for f in findings} - HOST))
    return collections.Counter((s['method'], bare(s['uri']), s['action'], rules(s['findings']), rules(s['audit_findings']))
                               for o in outcomes for s in o.seen)


# --- a run ---

def strays(daemon, outcomes, keep):
    """Containers that nobody was told about.  What sallyport refuses may leave one: dockerd panics at
    null in a list of limits after it has made the container, and then can neither answer nor remove
    it.  What is still being made, or unmade because a volume plugin was not found, gets time."""
    made = set(keep) | {i for o in outcomes for i in o.made}
    refused = {o.number for o in outcomes if any('fault' in s for s in o.seen)}
    for _ in range(20):
        out = []
        for c in daemon.get('/containers/json?all=1'):
            numbers = [int(n) for n in re.findall(r'^/o(\d+)', ' '.join(c['Names']))]
            if c['Id'] not in made and not set(numbers) & refused:
                out.append(f'{c["Id"]} {c["Names"]}')
        if not out:
            break
        time.sleep(1)
    return out


def clear_up(daemon, keep):
    """Removes everything but these; returns the containers that cannot be removed."""
    stuck = []

    def remove(ids):
        stuck.extend(i for i in ids if daemon.delete(f'/containers/{i}?force=1&v=1') not in (204, 404))
    gone = [c['Id'] for c in daemon.get('/containers/json?all=1') if c['Id'] not in keep]
    threads = [threading.Thread(target=remove, args=(gone[w::WORKERS],)) for w in range(WORKERS)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    for volume in (daemon.get('/volumes') or {}).get('Volumes') or []:
        if volume['Name'] not in ('basevol', 'vol-a', 'vol-b'):
            daemon.delete(f'/volumes/{volume["Name"]}?force=1')
    return stuck


class Run:
    def __init__(self, sallyport, seed):
        table = keys(sallyport)
        self.sallyport, self.seed = sallyport, seed
        self.guard = Guard(sallyport)
        self.guard.write_policy(policy(table))
        self.guard.start('--socket', GUARD, '--audit')
        self.relay = Listener(lab.PLUGIN_SOCKET, GUARD)
        VolumePlugin()
        shell('lab_dockerd_start --authorization-plugin=sallyport')
        self.daemon = Daemon()
        self.names = self.daemon.prepare()
        plain = self.daemon.plain([f'1.{n}' for n in range(12, int(self.names['api'].split('.')[1]) + 1)])
        self.keep = [c['Id'] for c in plain.values()] + [self.names['base_id']]
        self.judge = compare.Judge(table, plain, self.names, images(self.daemon), self.daemon.get('/info'), os.environ.get('ORACLE_BLIND'))
        self.problems = []

    def explain(self, outcomes):
        explain(self.sallyport, self.guard.policy, outcomes, self.relay.asked)

    def batch(self, numbers):
        targets = [self.daemon.faces() for _ in range(WORKERS)]
        at = self.guard.audit_size()
        self.relay.asked.clear()
        outcomes, broken = volley(self.daemon, self.names, self.seed, numbers, targets)
        self.problems += broken
        self.explain(outcomes)
        said, judged = live(self.guard.decisions(at)), explained(outcomes)
        for key in list((said - judged) + (judged - said))[:20]:
            self.problems.append(f'serve and explain do not say the same: {key} {said[key]} {judged[key]}')
        for outcome in outcomes:
            self.judge.judge(outcome)
        stray = strays(self.daemon, outcomes, self.keep + sum(targets, []))
        self.problems += [f'a container nobody was told about, of the requests from {numbers[0]} on: {i}' for i in stray]
        for n, failure in enumerate(self.judge.failures):
            outcome = failure.pop('outcome', None)
            if outcome is not None and n < SMALLER and outcome.request.kind != 'update':  # an update depends on what was before
                failure['smaller'] = self.smaller(outcome, failure['problems'][0].split(':')[0])
        self.keep += clear_up(self.daemon, set(self.keep))

    def smaller(self, outcome, word):
        """The bytes of a smaller request that fails in the same way."""
        def fails(request):
            self.relay.asked.pop(outcome.number, None)
            new = Outcome(outcome.number, request, request.bytes(random.Random(0)))
            answers, _ = send(lab.SOCKET, new.raw, 1, WAIT)
            if answers and answers[0].status == 201:
                new.status = 201
                look_up(self.daemon, new, json.loads(answers[0].body))
            self.explain([new])
            found = self.judge.alone(new)
            clear_up(self.daemon, everything() - set(new.made))
            return any(p.split(':')[0] == word for p in found)

        def everything():
            return {c['Id'] for c in self.daemon.get('/containers/json?all=1')}
        clear_up(self.daemon, everything() - set(outcome.made))
        shrink.shrink(outcome.request, fails)
        return repr(outcome.request.bytes(random.Random(0)))[2:-1]


def main():
    sallyport, results, seed, first, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
    check(LAB, 'run me as: bash tests/e2e/dockerd.sh python3 tests/oracle/session.py ...')
    run = Run(sallyport, seed)
    begin = time.monotonic()
    for start in range(first, first + count, BATCH):
        end = min(start + BATCH, first + count)
        run.batch(list(range(start, end)))
        print(f'# {run.daemon.version}: {end - first} requests, {len(run.judge.failures)} disagreements, '
              f'{time.monotonic() - begin:.0f} s', flush=True)
    if run.guard.process.poll() is not None:
        run.problems.append('sallyport ended\n' + run.guard.tail())
    with open(results, 'w') as f:
        json.dump({'version': run.daemon.version, 'problems': run.problems, 'seconds': round(time.monotonic() - begin, 1),
                   **run.judge.report()}, f, indent=1)
    run.guard.stop()


def images(daemon):
    """{name and tag as dockerd lists them: ID}."""
    return {tag: i['Id'] for i in daemon.get('/images/json') for tag in i.get('RepoTags') or []}


if __name__ == '__main__':
    main()
