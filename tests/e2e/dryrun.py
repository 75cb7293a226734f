# SPDX-License-Identifier: Apache-2.0
"""Dry run and the audit log: nothing is refused, everything is written down, and what was written
down can be explained later."""
import json
import os
import subprocess

import spellings
from lab import LAB, api, check, docker, docker_ok, exists

NEEDS_PLUGIN = True
SECRET = 'hunter2-swordfish'


def in_audit(policy):
    return policy.replace('sallyport: 1\n', 'sallyport: 1\nmode: audit\n', 1)


def created_and_told(plugin):
    at = plugin.audit_size()
    # The image is not on the list, there is no limit, and a host path is bound: three rules object.
    docker_ok('create', '--name', 'dry', '-v', '/etc:/h:ro', 'evil:1', 'true')
    check(exists('dry'), 'the container was not created')
    docker_ok('rm', 'dry')
    lines = [d for d in plugin.decisions(at) if d.get('action') == 'container.create']
    check(lines, 'no line about container.create')
    line = lines[0]
    check(line['decision'] == 'audit', line)
    told = json.dumps(line)
    for rule in ('no-system-directories', 'memory-limit'):
        check(rule in told, f'{rule} is not in the line: {told}')
    check('/etc' in line['reason'] and 'memory limit is not set' in line['reason'], told)


def mode_audit(plugin, policy):
    plugin.reload(in_audit(policy))
    created_and_told(plugin)
    plugin.reload(policy)


def option_audit(plugin, policy):
    plugin.restart('--audit')
    try:
        created_and_told(plugin)
    finally:
        plugin.restart()
    status, out = docker('create', '--name', 'dry', '-v', '/etc:/h:ro', 'busybox:local')
    check(status != 0 and not exists('dry'), 'it still refuses nothing\n' + out)


def spellings_are_real(plugin, policy):
    plugin.restart('--audit')
    try:
        spellings.real()
    finally:
        plugin.restart()


def rule_in_audit(plugin, policy):
    """One rule only reports; the others bite."""
    plugin.reload(policy.replace('memory-limit: {must:', 'memory-limit: {mode: audit, must:', 1))
    at = plugin.audit_size()
    docker_ok('create', '--name', 'dry', 'busybox:local', 'true')
    docker_ok('rm', 'dry')
    line = [d for d in plugin.decisions(at) if d.get('action') == 'container.create'][0]
    check(line['decision'] == 'audit' and line['rules'] == [] and line['audit_rules'] == ['memory-limit'], line)
    status, out = docker('create', '--privileged', 'busybox:local')
    check('[rule no-privileged]' in out and 'memory-limit' not in out, out)
    plugin.reload(policy)


def every_line(plugin, policy):
    at = plugin.audit_size()
    docker('run', '--rm', '-m', '64m', 'busybox:local', 'true')
    docker('run', '--privileged', 'busybox:local', 'true')
    docker('ps')
    lines = plugin.decisions(at)
    check(len(lines) >= 6, f'only {len(lines)} lines')
    for d in lines:
        for key in ('v', 'time', 'id', 'method', 'uri', 'action', 'decision', 'policy'):
            check(key in d, f'no {key} in {json.dumps(d)}')
        check(d['decision'] in ('allow', 'deny', 'audit'), d)
    check(len({d['id'] for d in lines if d.get('phase') != 'response'}) > 1, 'ids are not unique')
    denied = [d for d in lines if d['decision'] == 'deny']
    check(len(denied) == 1 and 'no-privileged' in json.dumps(denied[0]['rules']), denied)


def no_secrets(plugin, policy):
    at = plugin.audit_size()
    docker('run', '--rm', '-m', '64m', '-e', f'PASSWORD={SECRET}', 'busybox:local', 'true')
    docker('run', '--rm', '--privileged', '-e', f'PASSWORD={SECRET}', 'busybox:local', 'true')
    api('POST', '/v1.41/auth', {'username': 'u', 'password': SECRET, 'serveraddress': 'registry.example.com'})
    api('POST', '/v1.41/secrets/create', {'Name': 's', 'Data': SECRET})
    for path in (plugin.audit, plugin.log):
        with open(path, 'rb') as f:
            if path == plugin.audit:
                f.seek(at)
            check(SECRET.encode() not in f.read(), f'the secret is in {path}')
    check(any('PASSWORD' in json.dumps(d) for d in plugin.decisions(at)), 'the name of the variable is lost')


def no_line_breaks(plugin, policy):
    at = plugin.audit_size()
    api('POST', '/v1.41/containers/create?name=x%0ay', {'Image': 'a\nb\x1b[2J', 'Labels': {'k\n{"v":1}': '\u2028'}})
    with open(plugin.audit, 'rb') as f:
        f.seek(at)
        text = f.read()
    check(text.count(b'\n') == len(plugin.decisions(at)) and b'\x1b' not in text, repr(text))


def explained(plugin, policy):
    """A line of the audit log goes back into explain and gets the same verdict."""
    at = plugin.audit_size()
    docker('run', '--privileged', '-v', '/:/h', '-e', f'PASSWORD={SECRET}', 'busybox:local', 'true')
    docker('run', '--rm', '-m', '64m', 'busybox:local', 'true')
    for decision, status in (('deny', 1), ('allow', 0)):
        line = [d for d in plugin.decisions(at) if d['action'] == 'container.create' and d['decision'] == decision
                and d.get('phase') != 'response'][0]
        path = LAB + '/record.json'
        with open(path, 'w') as f:
            f.write(json.dumps(line) + '\n')
        done = subprocess.run([plugin.binary, 'explain', '--policy', plugin.policy, '--record', path],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        check(done.returncode == status, f'{decision}: exit status {done.returncode}\n{done.stdout}')
        if decision == 'deny':
            for text in ('no-privileged', 'no-system-directories', '/HostConfig/Privileged', '/HostConfig/Binds/0'):
                check(text in done.stdout, f'{text} is not in\n{done.stdout}')


def command(plugin, *words):
    return subprocess.run([plugin.binary, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)


def ordinary_work():
    docker_ok('run', '--rm', '-m', '64m', '-v', '/srv:/s:ro', '-e', f'PASSWORD={SECRET}', 'busybox:local', 'true')
    docker_ok('create', '--name', 'work', '--cap-add', 'SYS_PTRACE', '-p', '127.0.0.1:8080:80', 'busybox:local', 'true')
    docker_ok('rm', 'work')
    docker_ok('volume', 'create', 'work')
    docker_ok('volume', 'rm', 'work')
    docker_ok('ps')


def watched_learned_enforced(plugin, policy):
    """A week of watching in short: the draft that learn makes of it lets the same work through, and no other."""
    log, draft = LAB + '/watched.jsonl', LAB + '/draft.yaml'
    plugin.reload(in_audit(policy))
    at = plugin.audit_size()
    ordinary_work()
    with open(plugin.audit) as f, open(log, 'w') as out:
        f.seek(at)
        out.write(f.read())
    done = command(plugin, 'replay', '--policy', plugin.policy, log)
    check(done.returncode == 0 and ' 0 would change' in done.stdout, done.stdout + done.stderr)
    done = command(plugin, 'learn', log)
    check(done.returncode == 0 and 'nothing that was allowed is refused' in done.stdout, done.stdout + done.stderr)
    with open(draft, 'w') as f:
        f.write(done.stdout)
    done = command(plugin, 'replay', '--policy', draft, '--fail-on', 'deny', log)
    check(done.returncode == 0, done.stdout + done.stderr)
    plugin.reload(open(draft).read())
    try:
        ordinary_work()
        status, out = docker('create', '--name', 'dry', '-v', '/opt:/h', 'busybox:local', 'true')
        check(status != 0 and 'allowed here: /srv:ro' in out, out)
    finally:
        plugin.reload(policy)
    os.unlink(log)
    os.unlink(draft)


def log_is_reopened(plugin, policy):
    """logrotate moves the file away and says HUP."""
    moved = plugin.audit + '.1'
    docker_ok('ps')
    os.rename(plugin.audit, moved)
    plugin.reload(policy)
    docker_ok('ps')
    check(plugin.decisions(), 'nothing in the new file')
    os.unlink(moved)


def tests(report, plugin, policy):
    report.test('mode: audit creates the container and tells what would have been refused', mode_audit, plugin, policy)
    report.test('serve --audit does the same with any policy', option_audit, plugin, policy)
    report.test('with --audit the forbidden spellings do get through: their tests test something', spellings_are_real, plugin, policy)
    report.test('a rule in audit mode reports, the others refuse', rule_in_audit, plugin, policy)
    report.test('every decision is one line of valid JSON', every_line, plugin, policy)
    report.test('no secret gets into a log', no_secrets, plugin, policy)
    report.test('a request cannot forge a line of the log', no_line_breaks, plugin, policy)
    report.test('a line of the audit log can be explained', explained, plugin, policy)
    report.test('what learn drafts from a watched log enforces it', watched_learned_enforced, plugin, policy)
    report.test('the audit log is opened again after HUP', log_is_reopened, plugin, policy)
