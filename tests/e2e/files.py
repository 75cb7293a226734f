# SPDX-License-Identifier: Apache-2.0
"""A policy of several files on the real daemon: packs, adjust, dates, files others can change."""
import os

from lab import LAB, check, docker_ok, docker_refused

NEEDS_PLUGIN = True
MAIN = '''sallyport: 1
include: [packs/guards.yaml, "teams/*.yaml"]
profiles: {small: {must: {memory: {max: 256m}}}}
'''
GUARDS = '''sallyport: 1
pack: guards
deny:
  no-privileged: {uses: {privileged: true}}
  no-host-pid: {uses: {host_namespaces: [pid]}}
'''
TEAM = '''sallyport: 1
allow:
  everything-small: {who: [anyone], do: [run], on: any, profiles: [small], must: {images: any}, may: everything}
  the-rest: {who: [anyone], do: [read, manage], on: any}
'''


def write(name, text, mode=0o644):
    path = os.path.join(LAB, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + '.new', 'w') as f:
        f.write(text)
    os.chmod(path + '.new', mode)
    os.rename(path + '.new', path)


def create(*options):
    docker_ok('rm', docker_ok('create', '-m', '64m', *options, 'busybox:local', 'true').strip())


def refused(rule, *options):
    docker_refused(rule, 'create', *options, 'busybox:local', 'true')


def rules_of_all_files_hold(plugin):
    plugin.reload(MAIN)
    at = plugin.audit_size()
    create()
    refused('guards/no-privileged', '-m', '64m', '--privileged')
    refused('everything-small', '-m', '512m')
    lines = plugin.decisions(at)
    check(any(line.get('at', '').endswith('packs/guards.yaml:4') for line in lines), 'a refusal says where its rule stands')
    check(len({line['policy'] for line in lines}) == 1, 'one policy decided')


def adjust_softens_one_rule(plugin):
    plugin.reload(MAIN + 'adjust: {guards/no-host-pid: {mode: audit, reason: OPS-1}}\n')
    create('--pid', 'host')
    refused('guards/no-privileged', '-m', '64m', '--privileged')
    plugin.reload(MAIN)
    refused('guards/no-host-pid', '-m', '64m', '--pid', 'host')


def a_change_of_an_included_file_is_a_new_policy(plugin):
    plugin.reload(MAIN)
    at = plugin.audit_size()
    create()
    write('packs/guards.yaml', GUARDS + '  no-gpus: {uses: {gpus: true}, enforce_from: 2999-01-01}\n')
    plugin.reload(MAIN)
    create()
    hashes = {line['policy'] for line in plugin.decisions(at)}
    check(len(hashes) == 2, f'{hashes}')


def what_others_can_change_is_not_taken(plugin):
    write('teams/evil.yaml', 'sallyport: 1\nallow:\n  evil: {who: [anyone], do: [all], on: any, may: everything}\n', 0o666)
    plugin.reload(MAIN, 'was not taken')
    refused('everything-small', '-m', '512m')
    os.unlink(os.path.join(LAB, 'teams/evil.yaml'))
    os.chmod(os.path.join(LAB, 'teams'), 0o777)
    plugin.reload(MAIN, 'was not taken')
    refused('everything-small', '-m', '512m')
    os.chmod(os.path.join(LAB, 'teams'), 0o755)
    plugin.reload(MAIN)


def a_broken_included_file_changes_nothing(plugin):
    write('packs/guards.yaml', 'sallyport: 1\npack: guards\nallow: {x: {who: [anyone], do: [all], on: any, may: everything}}\n')
    plugin.reload(MAIN, 'was not taken')
    refused('guards/no-privileged', '-m', '64m', '--privileged')
    write('packs/guards.yaml', GUARDS)


def tests(report, plugin, policy):
    write('packs/guards.yaml', GUARDS)
    write('teams/blue.yaml', TEAM)
    report.test('the rules of all files hold, and a refusal names the pack', rules_of_all_files_hold, plugin)
    report.test('adjust softens one rule of a pack', adjust_softens_one_rule, plugin)
    report.test('a change of an included file is a new policy', a_change_of_an_included_file_is_a_new_policy, plugin)
    report.test('a file or folder that others can change is not taken', what_others_can_change_is_not_taken, plugin)
    report.test('a broken included file changes nothing', a_broken_included_file_changes_nothing, plugin)
    plugin.reload(policy)
