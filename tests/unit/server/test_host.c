/* SPDX-License-Identifier: Apache-2.0 */
/* test_host.c: which paths show a socket an engine listens on, on real sockets of real processes.
 */
#include "unit/server/host_test.h"

#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

static struct sp_probes probes;
static const char *host_mounts; /* of the test itself: its mounts are not those of process 1 */
static pid_t children[8];
static size_t n_children;
static int connections; /* a byte for each connection a child has taken */

static int
start(void **state)
{
	int ends[2];

	sp_probes_init(&probes);
	n_children = 0;
	host_mounts = "/proc/self/mountinfo";
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
		return -1;
	assert_true(dup2(ends[0], 100) == 100 && dup2(ends[1], 101) == 101);
	close(ends[0]);
	close(ends[1]);
	connections = 100;
	return set_up(state);
}

static int
stop(void **state)
{
	while (n_children > 0) {
		kill(children[--n_children], SIGKILL);
		waitpid(children[n_children], NULL, 0);
	}
	close(100);
	close(101);
	sp_probes_fini(&probes);
	return tear_down(state);
}

static unsigned
n_connections(void)
{
	char bytes[64];
	ssize_t n = read(connections, bytes, sizeof(bytes));

	return n < 0 ? 0 : (unsigned)n;
}

static struct sp_host_path
look(const char *path)
{
	struct sp_host_view view;
	struct sp_host_path out = {.path = sp_strz(path)};

	sp_host_view_init(&view, &probes, INT64_MAX);
	view.host_mounts = host_mounts;
	sp_host_look(&view, &out, &arena);
	return out;
}

static void
shows(const char *path, const char *socket_name, const char *engine)
{
	struct sp_host_path out = look(path);

	if (out.state != SP_HOST_RESOLVED || !sp_str_is(out.engine, engine) ||
	    !sp_str_is(out.socket, socket_name))
		fail_msg("%s: %s, %.*s %.*s (%.*s), not %s %s", path,
		         out.state == SP_HOST_RESOLVED ? "resolved" : "unknown", SP_FMT(out.socket),
		         SP_FMT(out.engine), SP_FMT(out.why), socket_name, engine);
}

static void
shows_nothing(const char *path)
{
	struct sp_host_path out = look(path);

	if (out.state != SP_HOST_RESOLVED || out.engine.len || out.socket.len || out.why.len)
		fail_msg("%s: %s, %.*s %.*s (%.*s), not nothing", path,
		         out.state == SP_HOST_RESOLVED ? "resolved" : "unknown", SP_FMT(out.socket),
		         SP_FMT(out.engine), SP_FMT(out.why));
}

static void
unknown(const char *path, const char *why)
{
	struct sp_host_path out = look(path);

	if (out.state != SP_HOST_UNKNOWN || !sp_str_is(out.why, why) || out.resolved.p)
		fail_msg("%s: %s, %.*s (%.*s), not unknown: %s", path,
		         out.state == SP_HOST_RESOLVED ? "resolved" : "unknown", SP_FMT(out.engine),
		         SP_FMT(out.why), why);
}

/* A process nobody has to ask: this one. */
static void
our_own(void **state)
{
	int fd;

	(void)state;
	make_dir("/run");
	make_dir("/run/x");
	make_dir("/other");
	make_file("/run/file");
	fd = make_socket("/run/any", SOCK_STREAM, true);
	make_link("/to-run", "run");
	make_link("/to-socket", "to-run/any");
	shows(in("/run/any"), in("/run/any"), "sallyport");
	shows(in("/to-socket"), in("/run/any"), "sallyport");
	shows(in("/run"), in("/run/any"), "sallyport");
	shows(in("/to-run"), in("/run/any"), "sallyport");
	shows(folder, in("/run/any"), "sallyport");
	shows_nothing(in("/run/x"));
	shows_nothing(in("/run/file"));
	shows_nothing(in("/run/none"));
	shows_nothing(in("/other"));
	close(fd);
	shows_nothing(in("/run/any")); /* the name stays, nobody listens */
	shows_nothing(in("/run"));
}

static void
bound_through_a_link(void **state)
{
	(void)state;
	make_dir("/run");
	make_link("/var-run", "run");
	make_socket("/var-run/any", SOCK_STREAM, true);
	shows(in("/run"), in("/run/any"), "sallyport");
}

/* Bound with a name, listening, and called something else afterwards. */
static void
other_names(void **state)
{
	(void)state;
	make_dir("/run");
	make_dir("/granted");
	make_dir("/granted/deep");
	make_socket("/run/docker.sock", SOCK_STREAM, true);
	shows_nothing(in("/granted"));
	assert_int_equal(link(in("/run/docker.sock"), in("/granted/deep/app.sock")), 0);
	shows(in("/granted/deep/app.sock"), in("/granted/deep/app.sock"), "sallyport");
	{
		struct sp_host_path out = look(in("/granted"));

		assert_int_equal(out.state, SP_HOST_UNKNOWN);
		assert_true(sp_str_ends(out.why, SP_STR(" has a second name, which may be in it")));
	}
	assert_int_equal(unlink(in("/run/docker.sock")), 0);
	shows(in("/granted/deep/app.sock"), in("/granted/deep/app.sock"), "sallyport");
}

/* A name longer than a socket's address can be. */
static void
a_long_name(void **state)
{
	char name[230];

	(void)state;
	memset(name, 'd', sizeof(name));
	name[0] = '/';
	name[200] = '\0';
	make_dir(name);
	make_link("/s", name + 1);
	make_socket("/s/a", SOCK_STREAM, true);
	memcpy(name + 200, "/a", 3);
	shows(in("/s"), in(name), "sallyport");
	shows(in("/s/a"), in(name), "sallyport");
}

static void
not_listening(void **state)
{
	(void)state;
	make_dir("/run");
	make_socket("/run/bound", SOCK_STREAM, false);
	make_socket("/run/datagrams", SOCK_DGRAM, false);
	make_socket("/run/packets", SOCK_SEQPACKET, true);
	close(make_socket("/run/stale", SOCK_STREAM, true));
	shows_nothing(in("/run"));
	shows_nothing(in("/run/bound"));
	shows_nothing(in("/run/datagrams"));
	shows_nothing(in("/run/packets"));
	shows_nothing(in("/run/stale"));
}

static void
by_the_listeners_name(void **state)
{
	/* The kernel keeps 15 bytes. */
	static const char *const comms[][2] = {{"dockerd", "dockerd"},
	                                       {"containerd", "containerd"},
	                                       {"containerd-shim-runc-v2", "containerd-shim"},
	                                       {"podman", "podman"}};

	(void)state;
	for (size_t i = 0; i < sizeof(comms) / sizeof(comms[0]); i++) {
		char name[32];
		int fd;

		snprintf(name, sizeof(name), "/%zu", i);
		make_dir(name);
		snprintf(name, sizeof(name), "/%zu/api", i);
		fd = make_socket(name, SOCK_STREAM, true);
		/* Who called listen(2) is whom the kernel names. */
		children[n_children] = fork();
		if (children[n_children] == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			prctl(PR_SET_NAME, comms[i][0]);
			if (listen(fd, 16) == 0 && write(101, "x", 1) == 1)
				pause();
			_exit(1);
		}
		n_children++;
		close(fd);
		while (n_connections() == 0)
			usleep(1000);
		name[2] = '\0';
		shows(in(name), in(strcat(name, "/api")), comms[i][1]);
	}
}

/* The kernel says that this test listens; the name tells nothing, so it is asked. */
static void
make_server(const char *name, const char *greeting, const char *answer)
{
	int fd = make_socket(name, SOCK_STREAM, false);
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, "some-service");
		if (listen(fd, 16) != 0 || write(101, "l", 1) != 1)
			_exit(1);
		for (;;) {
			char text[512];
			int conn = accept(fd, NULL, NULL);
			ssize_t n = write(101, "x", 1);

			if (greeting)
				n = write(conn, greeting, strlen(greeting));
			if (answer && read(conn, text, sizeof(text)) > 0)
				n = write(conn, answer, strlen(answer));
			if (n >= 0 && (greeting || answer))
				close(conn);
		}
	}
	children[n_children++] = child;
	close(fd);
	while (n_connections() == 0)
		usleep(1000);
}

static void
by_what_it_answers(void **state)
{
	(void)state;
	make_dir("/a");
	make_server("/a/s", NULL, "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\n\r\nOK");
	make_dir("/b");
	make_server("/b/s", NULL, "HTTP/1.1 200 OK\r\nlibpod-api-version: 4.3.1\r\n\r\nOK");
	make_dir("/c");
	make_server(
	    "/c/s", NULL,
	    "HTTP/1.1 403 Forbidden\r\n\r\n{\"message\":\"authorization denied by plugin x: no\"}");
	make_dir("/d");
	make_server("/d/s", NULL, "HTTP/1.1 200 OK\r\nServer: nginx\r\n\r\n<html>");
	make_dir("/e");
	make_server("/e/s", "5.7 mysql greets first", NULL);
	make_dir("/f");
	make_server("/f/s", "", NULL); /* closes */
	shows(in("/a"), in("/a/s"), "docker");
	shows(in("/b"), in("/b/s"), "docker");
	shows(in("/c"), in("/c/s"), "docker");
	shows_nothing(in("/d"));
	shows_nothing(in("/d/s"));
	shows_nothing(in("/e"));
	shows_nothing(in("/f"));
	assert_true(sp_str_is(look(folder).engine, "docker")); /* one of the three */
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
silence(void **state)
{
	double began = now();
	char why[PATH_MAX];

	(void)state;
	make_dir("/run");
	make_server("/run/s", NULL, NULL);
	snprintf(why, sizeof(why), "who listens on %s cannot be found out", in("/run/s"));
	unknown(in("/run"), why);
	unknown(in("/run/s"), why);
	assert_true(now() - began >= 0.6);
	assert_true(now() - began < 5);
}

/* Nobody accepts, and there is no more room for a connection. */
static void
a_full_queue(void **state)
{
	char why[PATH_MAX];
	int fd = make_socket("/s", SOCK_STREAM, false);
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (listen(fd, 0) == 0 && write(101, "x", 1) == 1)
			pause();
		_exit(1);
	}
	children[n_children++] = child;
	while (n_connections() == 0)
		usleep(1000);
	for (int i = 0; i < 3; i++) {
		struct sockaddr_un addr = {.sun_family = AF_UNIX};
		int conn = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

		memcpy(addr.sun_path, in("/s"), strlen(in("/s")));
		if (connect(conn, (struct sockaddr *)&addr, sizeof(addr)) != 0)
			break;
	}
	snprintf(why, sizeof(why), "who listens on %s cannot be found out", in("/s"));
	unknown(in("/s"), why);
	close(fd);
}

static void
a_burst_is_one_question(void **state)
{
	(void)state;
	make_dir("/run");
	make_server("/run/s", "hello\n", NULL);
	for (int i = 0; i < 20; i++) {
		shows_nothing(in("/run"));
		shows_nothing(in("/run/s"));
	}
	usleep(20000);
	assert_int_equal(n_connections(), 1);
}

static void
other_sockets_are_left_alone(void **state)
{
	(void)state;
	make_dir("/run");
	make_dir("/granted");
	make_server("/run/s", NULL, NULL);
	shows_nothing(in("/granted"));
	shows_nothing(in("/run/none"));
	usleep(20000);
	assert_int_equal(n_connections(), 0);
}

static bool
private_mounts(void)
{
	if (unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0)
		return true;
	return false;
}

/* Directories and the socket itself, mounted a second time somewhere else. */
static void
through_mounts(void **state)
{
	(void)state;
	make_dir("/run");
	make_dir("/granted");
	make_dir("/granted/dir");
	make_dir("/granted2");
	make_dir("/granted2/a");
	make_file("/granted2/a/file");
	make_dir("/granted3");
	make_dir("/granted3/tmp");
	if (!private_mounts())
		skip();
	make_socket("/run/any", SOCK_STREAM, true);
	shows_nothing(in("/granted"));
	shows_nothing(in("/granted2"));
	assert_int_equal(mount(in("/run"), in("/granted/dir"), NULL, MS_BIND, NULL), 0);
	assert_int_equal(mount(in("/run/any"), in("/granted2/a/file"), NULL, MS_BIND, NULL), 0);
	assert_int_equal(mount("x", in("/granted3/tmp"), "tmpfs", 0, NULL), 0);
	shows(in("/granted"), in("/run/any"), "sallyport");
	shows(in("/granted/dir"), in("/run/any"), "sallyport");
	shows(in("/granted2"), in("/run/any"), "sallyport");
	shows(in("/granted2/a"), in("/run/any"), "sallyport");
	shows(in("/granted2/a/file"), in("/granted2/a/file"), "sallyport");
	shows_nothing(in("/granted3"));
	umount(in("/granted/dir"));
	umount(in("/granted2/a/file"));
	shows_nothing(in("/granted3/tmp/none"));
	host_mounts = "/proc/1/mountinfo"; /* which has none of them */
	unknown(in("/granted3/tmp"), "sallyport sees another file system there than the host");
	unknown(in("/granted3/tmp/none"), "sallyport sees another file system there than the host");
	shows_nothing(in("/granted3"));
	host_mounts = "/proc/none";
	unknown(in("/granted3"), "the mounts of this host cannot be listed");
	host_mounts = "/proc/self/mountinfo";
	umount(in("/granted3/tmp"));
	shows_nothing(in("/granted"));
}

/* An engine without root has a network of its own, where the kernel lists its sockets. */
static void
in_another_network(void **state)
{
	pid_t child;

	(void)state;
	make_dir("/run");
	child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, "dockerd");
		if (unshare(CLONE_NEWNET) == 0) {
			make_socket("/run/any", SOCK_STREAM, true);
			if (write(101, "x", 1) == 1)
				pause();
		}
		if (write(101, "n", 1) == 1)
			_exit(1);
	}
	children[n_children++] = child;
	for (;;) {
		char c = 0;

		if (read(connections, &c, 1) == 1) {
			if (c == 'n')
				skip();
			break;
		}
		usleep(1000);
	}
	shows(in("/run"), in("/run/any"), "dockerd");
}

/* We may not connect: what can be known without tells. */
static void
sockets_of_others(void **state)
{
	int status;
	pid_t child;

	(void)state;
	if (geteuid() != 0)
		skip();
	make_dir("/mine");
	make_dir("/engine");
	assert_int_equal(chmod(folder, 0755), 0);
	make_server("/mine/agent", "x", NULL);
	make_server("/engine/docker.sock", "x", NULL);
	assert_int_equal(chown(in("/mine/agent"), 54321, 54321), 0);
	assert_int_equal(chmod(in("/mine/agent"), 0700), 0);
	assert_int_equal(chown(in("/engine/docker.sock"), 54321, 54321), 0);
	assert_int_equal(chmod(in("/engine/docker.sock"), 0700), 0);
	child = fork();
	if (child == 0) {
		struct sp_host_path mine, engine;

		if (setgroups(0, NULL) != 0 || setresgid(65534, 65534, 65534) != 0 ||
		    setresuid(65534, 65534, 65534) != 0)
			_exit(2);
		mine = look(in("/mine"));
		engine = look(in("/engine"));
		_exit(mine.state == SP_HOST_RESOLVED && mine.engine.len == 0 &&
		              engine.state == SP_HOST_UNKNOWN
		          ? 0
		          : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void
who_runs_here(void **state)
{
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, "dockerd");
		if (setresuid(54322, 54322, 54322) == 0 && write(101, "x", 1) == 1)
			pause();
		_exit(write(101, "n", 1) == 1);
	}
	children[n_children++] = child;
	for (;;) {
		char c = 0;

		if (read(connections, &c, 1) == 1) {
			if (c == 'n')
				skip();
			break;
		}
		usleep(1000);
	}
	assert_int_equal(sp_engine_runs_as(54322), SP_YES);
	assert_int_equal(sp_engine_runs_as(54323), SP_NO);
}

static void
names_of_engines(void **state)
{
	(void)state;
	assert_string_equal(sp_probe_engine(SP_STR("dockerd")), "dockerd");
	assert_string_equal(sp_probe_engine(SP_STR("containerd-shim")), "containerd-shim");
	assert_null(sp_probe_engine(SP_STR("docker-proxy")));
	assert_null(sp_probe_engine(SP_STR("dockerd-like")));
	assert_null(sp_probe_engine(SP_STR("nginx")));
	assert_null(sp_probe_engine(SP_STR("")));
}

/* What cannot be read must not make a path look harmless. */
static void
too_little_memory(void **state)
{
	unsigned n_unknown = 0, n_seen = 0;

	(void)state;
	make_socket("/s", SOCK_STREAM, true);
	for (size_t bytes = 1; bytes < (512u << 10); bytes += 1000) {
		struct sp_host_path out = {.path = sp_strz(folder)};
		struct sp_host_view view;
		struct sp_arena small;

		sp_arena_init(&small, bytes);
		sp_host_view_init(&view, &probes, INT64_MAX);
		view.host_mounts = host_mounts;
		sp_host_look(&view, &out, &small);
		if (out.state == SP_HOST_UNKNOWN)
			n_unknown++;
		else if (sp_str_is(out.engine, "sallyport"))
			n_seen++;
		else
			fail_msg("%zu bytes: harmless", bytes);
		sp_arena_fini(&small);
	}
	assert_true(n_unknown > 10 && n_seen > 10);
}

/* A thousand paths of some length are looked at; not as many as would keep others waiting. */
static void
many_long_paths(void **state)
{
	struct sp_host_view view;
	struct sp_host_path out = {0};
	char path[4096];

	(void)state;
	make_file("/f");
	snprintf(path, sizeof(path), "%s/", in(""));
	for (size_t i = 0; i < 1000; i++)
		strcat(path, "./");
	strcat(path, "f");
	sp_host_view_init(&view, &probes, INT64_MAX);
	for (size_t i = 0; i < 1000; i++) {
		out = (struct sp_host_path){.path = sp_strz(in("/f"))};
		sp_host_look(&view, &out, &arena);
		assert_int_equal(out.state, SP_HOST_RESOLVED);
	}
	for (size_t i = 0; i < 10; i++) {
		out = (struct sp_host_path){.path = sp_strz(path)};
		sp_host_look(&view, &out, &arena);
	}
	assert_int_equal(out.state, SP_HOST_UNKNOWN);
	assert_true(sp_str_is(out.why, "there are too many long paths"));
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, start, stop)
	const struct CMUnitTest tests[] = {
	    T(our_own),
	    T(bound_through_a_link),
	    T(other_names),
	    T(a_long_name),
	    T(not_listening),
	    T(by_the_listeners_name),
	    T(by_what_it_answers),
	    T(silence),
	    T(a_full_queue),
	    T(a_burst_is_one_question),
	    T(other_sockets_are_left_alone),
	    T(sockets_of_others),
	    T(who_runs_here),
	    T(in_another_network),
	    T(names_of_engines),
	    T(too_little_memory),
	    T(through_mounts),
	    T(many_long_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
