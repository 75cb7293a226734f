# SPDX-License-Identifier: Apache-2.0
"""What the host makes of paths: symbolic links, engines' sockets under other names, a file system
that hangs.  The policy grants /srv/e2e/** and everything in it."""
import ctypes
import os
import socket
import stat
import subprocess
import threading
import time

from lab import DENIED, SOCKET, api, check, docker_ok, docker_refused, request

NEEDS_PLUGIN = True
ROOT = '/srv/e2e'
RUN = ['run', '--rm', '-m', '64m', '--network', 'none']


def run(source, *more, option='-v'):
    value = f'{source}:/x' if option == '-v' else f'type=bind,source={source},target=/x'
    return [*RUN, option, value, *more, 'busybox:local', 'cat', '/x/file']


def set_up():
    # The lab's own: nothing of it is on the host's disk.
    subprocess.run(['mount', '-t', 'tmpfs', 'sallyport-lab', '/srv'], check=True)
    for name in ('data/deep', 'app', 'engine', 'proxy', 'service', 'hung', 'hung2'):
        os.makedirs(f'{ROOT}/{name}')
    for name in ('data', 'data/deep'):
        with open(f'{ROOT}/{name}/file', 'w') as f:
            f.write('honest\n')
    os.makedirs('/srv/secret')
    with open('/srv/secret/file', 'w') as f:
        f.write('secret\n')
    for name, target in (('out', '../secret'), ('chain', 'out'), ('up', '..'), ('inside', 'data/deep'),
                         ('dangling', '/srv/secret/new'), ('loop', 'loop'), ('proc', '/proc/1/root/srv/secret')):
        os.symlink(target, f'{ROOT}/{name}')


def links_out(plugin, policy):
    for option in ('-v', '--mount'):
        for name in ('out', 'chain', 'up/secret'):
            docker_refused('allow everyday', *run(f'{ROOT}/{name}', option=option), says=['it leads to /srv/secret'])
    docker_refused('allow everyday', *run(f'{ROOT}/dangling'), says=['it leads to /srv/secret/new'])
    docker_refused('allow everyday', *run(f'{ROOT}/out/not/there'), says=['it leads to /srv/secret/not/there'])
    check(not os.path.exists('/srv/secret/new'), 'dockerd has made the directory')


def unresolvable(plugin, policy):
    """The first rule that denies a path says why; the grant would not cover it either."""
    for name, why in (('loop', 'a loop of symbolic links'), ('proc', 'a link of procfs'),
                      ('data/file/x', 'is not a directory')):
        docker_refused('no-engine-sockets', *run(f'{ROOT}/{name}'), says=[why])


def honest(plugin, policy):
    for option in ('-v', '--mount'):
        for name in ('data', 'data/deep', 'inside', 'data/../inside'):
            check(docker_ok(*run(f'{ROOT}/{name}', option=option)) == 'honest\n', name)
    docker_ok(*RUN, '-v', f'{ROOT}/made/by/dockerd:/x', 'busybox:local', 'true')
    check(os.path.isdir(f'{ROOT}/made/by/dockerd'), 'dockerd has not made it')
    docker_ok(*RUN, 'busybox:local', 'true')


def denied_by_where_it_leads(plugin, policy):
    """A deny bites where a link leads, too."""
    plugin.reload(policy.replace('bind: [/srv/e2e/**]', 'bind: any'))
    os.symlink('/etc', f'{ROOT}/to-etc')
    try:
        docker_refused('no-system-directories', *run(f'{ROOT}/to-etc'), says=['it leads to /etc'])
        docker_refused('no-engine-sockets', *RUN, '-v', '/var/run:/x', 'busybox:local', 'true')
        check(docker_ok(*run('/srv/secret')) == 'secret\n', 'what the policy grants')
    finally:
        os.unlink(f'{ROOT}/to-etc')
        plugin.reload(policy)


class Service:
    """A process of its own that listens there; what it answers is a function of what it is asked."""

    def __init__(self, path, comm, answer):
        self.path, listener = path, socket.socket(socket.AF_UNIX)
        listener.bind(path)
        ready = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                with open('/proc/self/comm', 'w') as f:
                    f.write(comm)
                listener.listen(16)
                os.write(ready[1], b'x')
                while True:
                    conn, _ = listener.accept()
                    try:
                        conn.sendall(answer(conn.recv(4096)))
                    except OSError:
                        pass  # who knows our name need not ask, and has gone
                    conn.close()
            finally:
                os._exit(1)
        os.read(ready[0], 1)
        os.close(ready[0])
        os.close(ready[1])
        listener.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)
        os.unlink(self.path)


def pass_on(asked):
    """What a proxy does: the answer is dockerd's, which asks the plugin about it first."""
    s = socket.socket(socket.AF_UNIX)
    s.connect(SOCKET)
    s.sendall(asked)
    got = b''
    while part := s.recv(4096):
        got += part
    s.close()
    return got


def sockets(plugin, policy):
    guard = 'builtin/self-protection'
    http = b'HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Length: 2\r\n\r\nOK'
    with Service(f'{ROOT}/engine/api', 'containerd', lambda asked: b''):
        docker_refused(guard, *run(f'{ROOT}/engine'), says=['containerd'])
        docker_refused(guard, *run(f'{ROOT}/engine/api'), says=['containerd'])
        docker_refused(guard, *run(ROOT), says=['containerd'])
    with Service(f'{ROOT}/proxy/web.sock', 'socat', pass_on):
        docker_refused(guard, *run(f'{ROOT}/proxy'), says=['docker'])
        docker_refused(guard, *run(f'{ROOT}/proxy/web.sock'), says=['docker'])
    with Service(f'{ROOT}/service/db.sock', 'some-database', lambda asked: http):
        docker_ok(*RUN, '-v', f'{ROOT}/service:/x', 'busybox:local', 'true')
        docker_ok(*RUN, '-v', f'{ROOT}/service/db.sock:/x', 'busybox:local', 'true')
    docker_ok(*RUN, '-v', f'{ROOT}/engine:/x', 'busybox:local', 'true')


def mounted_sockets(plugin, policy):
    """dockerd's own socket, and a directory that holds it, mounted where everything is granted."""
    guard = 'builtin/self-protection'
    target = f'{ROOT}/app/harmless'
    with open(target, 'w'):
        pass
    subprocess.run(['mount', '--bind', SOCKET, target], check=True)
    try:
        docker_refused(guard, *run(f'{ROOT}/app'), says=['dockerd'])
        docker_refused(guard, *run(target), says=['dockerd'])
    finally:
        subprocess.run(['umount', target], check=True)
    docker_ok(*RUN, '-v', f'{ROOT}/app:/x', 'busybox:local', 'true')
    subprocess.run(['mount', '--bind', '/run', f'{ROOT}/service'], check=True)
    try:
        docker_refused(guard, *run(f'{ROOT}/service'), says=['on which (dockerd|containerd|sallyport) listens'])
    finally:
        subprocess.run(['umount', f'{ROOT}/service'], check=True)


def create(name, source, seconds=30):
    body = ('{"Image":"busybox:local","Cmd":["true"],"HostConfig":{"Memory":67108864,"NetworkMode":"none",'
            f'"Binds":["{source}:/x"]}}}}')
    return request('POST', f'/v1.41/containers/create?name={name}', body,
                   [('Content-Type', 'application/json')], seconds=seconds)


def remove(name):
    api('DELETE', f'/v1.41/containers/{name}?force=1')


def many_at_once(plugin, policy):
    answers = [None] * 200
    plugin.restart('--decision-deadline=20s')  # a busy machine may need its time

    def ask(i):
        answers[i] = create(f'many{i}', f'{ROOT}/out' if i % 4 == 0 else f'{ROOT}/data', seconds=90)
    threads = [threading.Thread(target=ask, args=(i,)) for i in range(len(answers))]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    wrong = [f'{i}: {a}' for i, a in enumerate(answers)
             if not a or a[0] != (403 if i % 4 == 0 else 201) or (i % 4 == 0) != (DENIED in a[1])]
    for i in range(len(answers)):
        if i % 4:
            remove(f'many{i}')
    plugin.restart()
    check(not wrong, f'{len(wrong)} wrong:\n' + '\n'.join(wrong[:5]))


class Hung:
    """A file system whose process never answers: whoever looks into it hangs."""

    def __init__(self, path):
        self.path = path
        self.fd = os.open('/dev/fuse', os.O_RDWR)
        options = f'fd={self.fd},rootmode={stat.S_IFDIR:o},user_id=0,group_id=0,allow_other'
        libc = ctypes.CDLL(None, use_errno=True)
        check(libc.mount(b'hung', path.encode(), b'fuse', 0, options.encode()) == 0,
              f'mount: {os.strerror(ctypes.get_errno())}')

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.fd)  # ends the connection: who hangs gets an error
        subprocess.run(['umount', '-l', self.path], check=True)


def hung_file_system(plugin, policy):
    with Hung(f'{ROOT}/hung'):
        begin = time.monotonic()
        status, text = create('hung', f'{ROOT}/hung/x')
        took = time.monotonic() - begin
        check(status == 403 and 'did not answer' in text, f'{status} {text}')
        check(1.5 < took < 8, f'it took {took:.1f} s')
        # Others are served meanwhile, however many hang.
        answers = []
        threads = [threading.Thread(target=lambda i=i: answers.append(create(f'hung{i}', f'{ROOT}/hung/x{i}')))
                   for i in range(3)]
        for t in threads:
            t.start()
        time.sleep(0.3)
        begin = time.monotonic()
        check(docker_ok(*run(f'{ROOT}/data')) == 'honest\n', 'an honest bind')
        docker_ok('ps')
        for t in threads:
            t.join()
        check(all(s == 403 and 'did not answer' in t for s, t in answers), str(answers))
        begin = time.monotonic()
        check(plugin.stop() == 0, 'threads that hang keep it from ending\n' + plugin.tail())
        check(time.monotonic() - begin < 3, 'it ended late')
        plugin.start()
        # More than may hang: then nothing is known at once, and other requests are answered still.
        threads = [threading.Thread(target=create, args=(f'hung{i}', f'{ROOT}/hung/x{i}')) for i in range(40)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        begin = time.monotonic()
        docker_ok('ps')
        check(time.monotonic() - begin < 5, 'other requests wait')
    check(docker_ok(*run(f'{ROOT}/data')) == 'honest\n', 'when nothing hangs any more')


def without_the_look(plugin, policy):
    """Requests that name no path of the host cost nothing of it."""
    with Hung(f'{ROOT}/hung2'):
        begin = time.monotonic()
        docker_ok(*RUN, '-v', 'volume:/x', '--tmpfs', '/tmp', 'busybox:local', 'true')
        check(time.monotonic() - begin < 10, 'it was slow')


def tests(report, plugin, policy):
    set_up()
    report.test('binds through links that lead out of what is granted are refused', links_out, plugin, policy)
    report.test('paths nobody can resolve are refused, with the reason', unresolvable, plugin, policy)
    report.test('honest binds pass, also through links and to what does not exist yet', honest, plugin, policy)
    report.test('a deny bites where a link leads', denied_by_where_it_leads, plugin, policy)
    report.test('sockets of engines are seen by who listens, other sockets pass', sockets, plugin, policy)
    report.test('the socket of dockerd is seen through other mounts', mounted_sockets, plugin, policy)
    report.test('200 binds at once: each gets its own answer', many_at_once, plugin, policy)
    report.test('a file system that hangs: refused at the deadline, others are served', hung_file_system, plugin, policy)
    report.test('what names no path of the host does not ask it', without_the_look, plugin, policy)
    subprocess.run(['umount', '-l', '/srv'], check=True)
