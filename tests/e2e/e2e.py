#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""End-to-end tests: a real dockerd of our own, the real docker command, the built plugin.

    bash tests/e2e/dockerd.sh python3 tests/e2e/e2e.py build/sallyport [PART...]

Parts: those of PARTS below; default: all, in that order."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import cis  # noqa: E402
import cli  # noqa: E402
import clients  # noqa: E402
import dryrun  # noqa: E402
import facts  # noqa: E402
import files  # noqa: E402
import foretold  # noqa: E402
import host  # noqa: E402
import life  # noqa: E402
import shipped  # noqa: E402
import spellings  # noqa: E402
import tenants  # noqa: E402
import untrusted  # noqa: E402
import users  # noqa: E402
from lab import HERE, LAB, Plugin, Report, check, docker_ok, shell  # noqa: E402

# In this order.
PARTS = {part.__name__: part for part in (
    cli,
    foretold,
    spellings,
    life,
    host,
    files,
    dryrun,
    facts,
    clients,
    shipped,
    cis,
    untrusted,
    users,
    tenants,
)}


def images():
    """busybox:local may be run; evil:1 is there, but not on the list."""
    shell('lab_image')
    with open(LAB + '/root/evil', 'w') as f:
        f.write('evil\n')
    tar = subprocess.run(['tar', '-C', LAB + '/root', '-c', '.'], stdout=subprocess.PIPE, check=True).stdout
    subprocess.run(['docker', 'import', '-', 'evil:1'], input=tar, stdout=subprocess.DEVNULL, check=True)


def main():
    if not LAB:
        sys.exit('run me as: bash tests/e2e/dockerd.sh python3 tests/e2e/e2e.py build/sallyport')
    binary = os.path.abspath(sys.argv[1])
    parts = sys.argv[2:] or list(PARTS)
    with open(HERE + '/policy.yaml') as f:
        policy = f.read()

    plugin = Plugin(binary)
    # Images come in before the rules: what the tests policy lets nobody do.
    plugin.write_policy('sallyport: 1\nallow:\n  set-up: {who: [anyone], do: [all], on: any, may: everything}\n')
    plugin.start()
    shell('lab_dockerd_start --authorization-plugin=sallyport ' + users.options())
    images()
    plugin.write_policy(policy)
    plugin.restart()
    print('# dockerd ' + docker_ok('version', '-f', '{{.Server.Version}}, docker {{.Client.Version}}').strip())

    report = Report()
    for part in parts:
        print(f'# {part}', flush=True)
        module = PARTS[part]
        try:
            module.tests(report, *([plugin, policy] if module.__dict__.get('NEEDS_PLUGIN') else []))
        except Exception as error:  # what happens between two tests must not end the suite
            report.test(f'part {part} runs to its end', check, False, repr(error))
    report.test('the plugin stops in order and takes its socket with it', life.stops, plugin)
    sys.exit(report.finish())


main()
