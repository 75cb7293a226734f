# SPDX-License-Identifier: Apache-2.0
"""The plugin's own life beside a working dockerd: reloads, crashes, restarts, broken policies."""
import os
import signal
import subprocess
import threading
import time

from lab import DENIED, PLUGIN_SOCKET, api, check, docker, docker_ok, exists, request, send, until

NEEDS_PLUGIN = True
GOOD = {'Image': 'busybox:local', 'Cmd': ['true'], 'HostConfig': {'Memory': 64 << 20}}
BAD = {'Image': 'busybox:local', 'Cmd': ['true'], 'HostConfig': {'Memory': 64 << 20, 'Privileged': True}}
BUILDS = '\n  builds: {who: [anyone], do: [build, image.buildkit], may: everything}\n'


def with_builds(policy):
    return policy.replace('\nallow:\n', '\nallow:' + BUILDS, 1)


class Load:
    """Asks without pause, on several connections, whether what is forbidden still is."""

    def __init__(self):
        self.stop = threading.Event()
        self.answers = 0
        self.wrong = []
        self.threads = [threading.Thread(target=self.ask, args=(i,)) for i in range(4)]

    def __enter__(self):
        for t in self.threads:
            t.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        for t in self.threads:
            t.join()

    def ask(self, i):
        while not self.stop.is_set():
            try:
                status, text = api('POST', f'/v1.41/containers/create?name=load{i}', BAD)
                if status != 403 or DENIED not in text:
                    self.wrong.append(f'create: {status} {text[:200]}')
                status, text = api('GET', '/v1.41/containers/json')
                if status != 200:
                    self.wrong.append(f'list: {status} {text[:200]}')
            except OSError as error:
                self.wrong.append(repr(error))
            self.answers += 1


def build_after_reload(plugin, policy):
    plugin.reload(with_builds(policy))
    with open(os.environ['LAB'] + '/Dockerfile', 'w') as f:
        f.write('FROM busybox:local\nRUN echo built >/built\n')
    out = docker_ok('build', '-t', 'built', '-f', os.environ['LAB'] + '/Dockerfile', os.environ['LAB'] + '/root',
                    env={'DOCKER_BUILDKIT': '0'})
    check('Successfully built' in out, out)
    status, out = docker('run', '--privileged', '-m', '64m', 'busybox:local')
    check('no-privileged' in out, out)
    plugin.reload(policy)
    status, out = docker('build', '-f', os.environ['LAB'] + '/Dockerfile', os.environ['LAB'] + '/root', env={'DOCKER_BUILDKIT': '0'})
    check('image.build denied' in out, out)


def reload_under_load(plugin, policy):
    with Load() as load:
        for i in range(20):
            plugin.reload(with_builds(policy) if i % 2 == 0 else policy)
    check(load.answers > 50, f'only {load.answers} answers')
    check(not load.wrong, f'{len(load.wrong)} of {load.answers}: ' + '\n'.join(load.wrong[:5]))


def broken_policy(plugin, policy):
    plugin.reload(policy.replace('privileged: true', 'priviledged: true', 1), expect='was not taken')
    until(lambda: 'did you mean' in plugin.tail(), 'the log says what is wrong\n' + plugin.tail())
    status, out = docker('run', '--privileged', '-m', '64m', 'busybox:local')
    check('[rule no-privileged]' in out, 'the old policy does not hold any more\n' + out)
    docker_ok('run', '--rm', '-m', '64m', 'busybox:local', 'true')
    for text in ('', 'sallyport: 2\n', '- a\n', 'sallyport: 1\nallow: {x: {who: [anyone]\n', '\x00\xff', '[' * 100000):
        with open(plugin.policy + '.new', 'w', errors='surrogateescape') as f:
            f.write(text)
        os.rename(plugin.policy + '.new', plugin.policy)
        plugin.process.send_signal(signal.SIGHUP)
        time.sleep(0.1)
        check(plugin.process.poll() is None, f'a policy {text[:20]!r} ended the plugin\n' + plugin.tail())
        status, out = api('POST', '/v1.41/containers/create?name=broken', BAD)
        check(status == 403 and '[rule no-privileged]' in out, f'{text[:20]!r}: {status} {out}')
    os.unlink(plugin.policy)
    plugin.process.send_signal(signal.SIGHUP)
    time.sleep(0.2)
    status, out = api('POST', '/v1.41/containers/create?name=broken', BAD)
    check(status == 403 and '[rule no-privileged]' in out, f'without a file: {status} {out}')
    plugin.reload(policy)
    check(not exists('broken'), 'a container was created')


def does_not_start_with_a_broken_policy(plugin, policy):
    path = plugin.policy + '.broken'
    with open(path, 'w') as f:
        f.write('sallyport: 1\ndeny:\n  a: {uses: {priviledged: true}}\n  b: {usess: {}}\n')
    sock = os.environ['LAB'] + '/other.sock'
    done = subprocess.run([plugin.binary, 'serve', '--policy', path, '--socket', sock], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=20)
    check(done.returncode == 3, f'exit status {done.returncode}, not 3\n{done.stdout}')
    check('priviledged' in done.stdout and 'usess' in done.stdout, 'not all errors are shown\n' + done.stdout)
    check(not os.path.exists(sock), 'the socket was bound')


def takes_no_living_socket(plugin, policy):
    done = subprocess.run([plugin.binary, 'serve', '--policy', plugin.policy], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=20)
    check(done.returncode == 4, f'exit status {done.returncode}, not 4\n{done.stdout}')
    docker_ok('ps')


def killed(plugin, policy):
    """kill -9: the socket file stays behind, dockerd waits and asks the new process again."""
    plugin.stop(signal.SIGKILL)
    check(os.path.exists(PLUGIN_SOCKET), 'no stale socket: this tests nothing')
    answers = {}

    def ask(name, value):
        answers[name] = api('POST', f'/v1.41/containers/create?name={name}', value)
    threads = [threading.Thread(target=ask, args=a) for a in (('after-good', GOOD), ('after-bad', BAD))]
    for t in threads:
        t.start()
    time.sleep(0.3)
    check(not answers, f'dockerd did not wait for the plugin: {answers}')
    plugin.start()
    for t in threads:
        t.join()
    check(answers['after-good'][0] == 201, f'the honest request: {answers["after-good"]}')
    check(answers['after-bad'][0] == 403, f'the forbidden request: {answers["after-bad"]}')
    check(not exists('after-bad'), 'the container exists')
    api('DELETE', '/containers/after-good?force=1')


def killed_under_load(plugin, policy):
    """Connections die while dockerd asks: it asks again with an empty body, and is refused."""
    stop = threading.Event()
    created, answers = [], []

    def ask(i):
        while not stop.is_set():
            try:
                status, _ = api('POST', f'/v1.41/containers/create?name=kill{i}', BAD)
                answers.append(status)
                if status == 201:
                    created.append(i)
            except OSError:
                pass
    threads = [threading.Thread(target=ask, args=(i,)) for i in range(4)]
    for t in threads:
        t.start()
    for _ in range(6):
        time.sleep(0.2)
        plugin.stop(signal.SIGKILL)
        plugin.start()
    stop.set()
    for t in threads:
        t.join()
    check(not created, f'{len(created)} of {len(answers)} forbidden containers were created')
    check(len(answers) > 20, f'only {len(answers)} answers')


def restarts_lose_nothing(plugin, policy):
    with Load() as load:
        for _ in range(3):
            time.sleep(0.2)
            check(plugin.stop() == 0, 'SIGTERM: the exit status is not 0\n' + plugin.tail())
            plugin.start()
    wrong = [w for w in load.wrong if '201' in w[:12]]
    check(not wrong, '\n'.join(wrong[:5]))


def without_plugin(plugin, policy):
    """Nobody answers: dockerd gives up after a while, and refuses."""
    plugin.stop()
    try:
        status, text = api('POST', '/v1.41/containers/create?name=orphan', BAD)
        check(status >= 400, f'{status} {text}')
    finally:
        plugin.start()
    check(not exists('orphan'), 'the container exists')


def malformed_questions(plugin, policy):
    """What dockerd would never send is refused with a reason, and the plugin lives on."""
    for path in ('/AuthZPlugin.AuthZReq', '/AuthZPlugin.AuthZRes'):
        # The request's body is not read a second time when the response is asked about.
        more = ['{"RequestMethod":"POST","RequestUri":"/containers/create","RequestBody":"!!!"}'] if 'Req' in path[-3:] else []
        for body in ('', '{', 'null', '[]', '{}', '{"RequestMethod":"GET"}', '{"RequestMethod":"GET","RequestUri":"/_ping","RequestUri":"/x"}',
                     '[' * 100000, '\x00' * 100, '{"RequestMethod":1,"RequestUri":"/_ping"}', *more):
            status, text = request('POST', path, body, socket_path=PLUGIN_SOCKET, length=True)
            check(status == 200, f'{path} {body[:40]!r}: status {status}')
            check('"Allow":false' in text and '"Msg":"' in text, f'{path} {body[:40]!r}: {text}')
    status, text = request('POST', '/AuthZPlugin.Unknown', '{}', socket_path=PLUGIN_SOCKET, length=True)
    check('"Allow":true' not in text, text)
    docker_ok('ps')


def socket_mode(plugin, policy):
    mode = os.stat(PLUGIN_SOCKET).st_mode & 0o777
    check(mode == 0o600, f'mode {mode:o}')


def answers_at_once(plugin, policy):
    """The first answer within 10 ms of the start (here: a generous multiple, the machine is busy)."""
    plugin.stop()
    begin = time.monotonic()
    plugin.start()
    check(time.monotonic() - begin < 1, 'start took longer than a second')


def stops(plugin):
    status = plugin.stop()
    check(status == 0, f'exit status {status}\n' + plugin.tail())
    check(not os.path.exists(PLUGIN_SOCKET), 'the socket is still there')
    check('runtime error' not in plugin.tail() and 'ERROR: ' not in plugin.tail(), plugin.tail())


def tests(report, plugin, policy):
    report.test('the socket can be opened by its owner only', socket_mode, plugin, policy)
    report.test('a reload that grants builds makes builds work', build_after_reload, plugin, policy)
    report.test('reloads under load: every answer is one of a whole policy', reload_under_load, plugin, policy)
    report.test('a broken policy on reload keeps the old one and says what is wrong', broken_policy, plugin, policy)
    report.test('with a broken policy the plugin does not start and binds nothing', does_not_start_with_a_broken_policy, plugin, policy)
    report.test('a second plugin does not take the socket of a living one', takes_no_living_socket, plugin, policy)
    report.test('kill -9 and a new start: requests wait, and get their answer', killed, plugin, policy)
    report.test('kill -9 again and again under load: nothing forbidden slips through', killed_under_load, plugin, policy)
    report.test('orderly restarts under load: nothing forbidden slips through', restarts_lose_nothing, plugin, policy)
    report.test('without the plugin dockerd refuses', without_plugin, plugin, policy)
    report.test('malformed questions are refused with a reason', malformed_questions, plugin, policy)
    report.test('a new start takes less than a second', answers_at_once, plugin, policy)
