/* SPDX-License-Identifier: Apache-2.0 */
/* test_host_path.c: where a path leads, compared with what the kernel says when it exists. */
#include "unit/server/host_test.h"

#include <grp.h>
#include <sys/wait.h>

static struct sp_walk
walk(const char *path)
{
	struct sp_walk out;

	sp_host_walk(sp_strz(path), NULL, &arena, &out);
	assert_true((out.why == NULL) == (out.resolved.p != NULL));
	return out;
}

static void
leads_to(const char *name, const char *expected)
{
	struct sp_walk out = walk(in(name));

	if (out.why || !sp_str_is(out.resolved, in(expected)))
		fail_msg("%s leads to %.*s (%s), not to %s", name, SP_FMT(out.resolved),
		         out.why ? out.why : "-", expected);
}

/* It exists, and the kernel leads there, too. */
static void
leads_as_the_kernel(const char *name, const char *expected)
{
	char real[PATH_MAX];
	struct stat st;

	leads_to(name, expected);
	assert_non_null(realpath(in(name), real));
	assert_string_equal(real, in(expected));
	assert_int_equal(stat(real, &st), 0);
	assert_true(walk(in(name)).exists);
	assert_int_equal(walk(in(name)).st.st_ino, st.st_ino);
	assert_int_equal(walk(in(name)).st.st_dev, st.st_dev);
}

static void
unknown(const char *path, const char *why)
{
	struct sp_walk out = walk(path);

	if (out.why == NULL || strcmp(out.why, why) != 0)
		fail_msg("%s: %s (%.*s), not: %s", path, out.why ? out.why : "-",
		         SP_FMT(out.resolved), why);
}

static void
without_links(void **state)
{
	(void)state;
	make_dir("/a");
	make_dir("/a/b");
	make_file("/a/f");
	leads_as_the_kernel("", "");
	leads_as_the_kernel("/a/b", "/a/b");
	leads_as_the_kernel("/a/f", "/a/f");
	assert_true(sp_str_is(walk("/").resolved, "/"));
	assert_true(sp_str_is(walk("//").resolved, "/"));
	assert_true(sp_str_is(walk("/dev/null").resolved, "/dev/null"));
}

static void
links(void **state)
{
	(void)state;
	make_dir("/real");
	make_dir("/real/sub");
	make_file("/real/file");
	make_link("/absolute", in("/real"));
	make_link("/relative", "real");
	make_link("/slash", "real/");
	make_link("/chain", "relative");
	make_link("/longer", "./chain/../chain/sub/..//sub/.");
	make_link("/to-file", "absolute/file");
	make_link("/real/up", "..");
	make_link("/real/sub/far-up", "../../../../../../../../../..");
	make_link("/root", "/");
	leads_as_the_kernel("/absolute", "/real");
	leads_as_the_kernel("/relative/sub", "/real/sub");
	leads_as_the_kernel("/slash/sub", "/real/sub");
	leads_as_the_kernel("/chain/sub", "/real/sub");
	leads_as_the_kernel("/longer", "/real/sub");
	leads_as_the_kernel("/to-file", "/real/file");
	leads_as_the_kernel("/chain/up/chain/up/real", "/real");
	assert_true(sp_str_is(walk(in("/real/sub/far-up")).resolved, "/"));
	assert_true(sp_str_is(walk(in("/root/etc")).resolved, "/etc"));
	assert_true(sp_str_is(walk(in("/root")).resolved, "/"));
}

/* ".." of a link's target goes up from where the link leads, not from where it is written. */
static void
up_after_a_link(void **state)
{
	(void)state;
	make_dir("/a");
	make_dir("/a/b");
	make_dir("/a/secret");
	make_dir("/secret");
	make_link("/into", "a/b");
	make_link("/trick", "into/../secret");
	leads_as_the_kernel("/trick", "/a/secret");
}

static void
what_does_not_exist(void **state)
{
	(void)state;
	make_dir("/real");
	make_link("/link", "real");
	make_link("/dangling", "real/none");
	make_link("/dangling-deep", "none/deeper");
	make_link("/nowhere-up", "none/../real");
	make_link("/real/loop", "loop");
	leads_to("/none", "/none");
	leads_to("/link/none/of/it", "/real/none/of/it");
	leads_to("/dangling", "/real/none");
	leads_to("/dangling/more", "/real/none/more");
	leads_to("/dangling-deep/x", "/none/deeper/x");
	assert_false(walk(in("/link/none")).exists);
	assert_false(walk(in("/dangling")).exists);
	unknown(in("/nowhere-up"), "a symbolic link leads through a directory that does not exist");
	unknown(in("/link/loop/x"), "a loop of symbolic links");
}

static void
loops(void **state)
{
	char name[16], target[16];

	(void)state;
	make_link("/self", "self");
	make_link("/ping", "pong");
	make_link("/pong", "ping");
	make_link("/growing", "growing/x");
	unknown(in("/self"), "a loop of symbolic links");
	unknown(in("/ping/x"), "a loop of symbolic links");
	unknown(in("/growing"), "a loop of symbolic links");
	/* The kernel follows 40, not 41. */
	make_dir("/l0");
	for (int i = 1; i <= 41; i++) {
		snprintf(name, sizeof(name), "/l%d", i);
		snprintf(target, sizeof(target), "l%d", i - 1);
		make_link(name, target);
	}
	leads_as_the_kernel("/l40", "/l0");
	unknown(in("/l41"), "a loop of symbolic links");
	assert_int_equal(open(in("/l41"), O_PATH), -1);
	assert_int_equal(errno, ELOOP);
}

static void
not_a_directory(void **state)
{
	(void)state;
	make_file("/file");
	make_link("/link", "file");
	assert_int_equal(mkfifo(in("/fifo"), 0600), 0);
	unknown(in("/file/x"), "a part of it is not a directory");
	unknown(in("/link/x/y"), "a part of it is not a directory");
	/* Opened for reading it would wait for a writer for ever. */
	leads_to("/fifo", "/fifo");
	unknown("relative", "it is no path");
	unknown("", "it is no path");
}

static void
long_paths(void **state)
{
	char name[300], *path = malloc(8192), *deep = malloc(8192);
	size_t len;
	int at;

	(void)state;
	memset(name, 'n', sizeof(name));
	name[0] = '/';
	name[256] = '\0';
	leads_to(name, name); /* 255 bytes: it may exist one day */
	memset(name, 'n', 257);
	name[0] = '/';
	name[257] = '\0';
	unknown(in(name), "it is too long");
	memset(path, 'x', 8192);
	for (size_t i = 0; i < 8192; i += 100)
		path[i] = '/';
	path[4095] = '\0';
	assert_null(walk(path).why); /* as long as the kernel takes */
	path[4095] = 'x';
	path[4096] = '\0';
	unknown(path, "it is too long");
	/* Short as it is written, too long where it leads. */
	len = 0;
	for (at = 0; at < 19; at++)
		len += (size_t)snprintf(deep + len, 8192 - len, "/%0200d", 0);
	make_link("/short", deep);
	snprintf(path, 8192, "%s/%0200d/%0200d", in("/short"), 0, 0);
	unknown(path, "it is too long");
	free(path);
	free(deep);
}

/* What they lead to is another thing for dockerd than for us. */
static void
links_of_procfs(void **state)
{
	static const char why[] = "a link of procfs leads somewhere else for each process";

	(void)state;
	unknown("/proc/self", why);
	unknown("/proc/self/root/etc", why);
	unknown("/proc/1/root", why);
	unknown("/proc/1/cwd/x", why);
	unknown("/dev/fd/0", why);
	make_link("/mine", "/proc/1/root/etc");
	unknown(in("/mine"), why);
	unknown("/proc/4194305/root/etc", "other processes may see more in procfs");
	unknown("/proc/none", "other processes may see more in procfs");
	assert_true(sp_str_is(walk("/proc").resolved, "/proc"));
	assert_true(sp_str_is(walk("/proc/1").resolved, "/proc/1"));
	assert_true(sp_str_is(walk("/proc/sys/kernel").resolved, "/proc/sys/kernel"));
}

/* In a child that is nobody; root may look everywhere. */
static void
no_permission(void **state)
{
	int status;
	pid_t child;

	(void)state;
	if (geteuid() != 0)
		skip();
	make_dir("/closed");
	make_dir("/closed/in");
	make_link("/to-closed", "closed/in");
	assert_int_equal(chmod(folder, 0755), 0);
	assert_int_equal(chmod(in("/closed"), 0700), 0);
	leads_as_the_kernel("/to-closed", "/closed/in");
	child = fork();
	if (child == 0) {
		struct sp_walk seen, closed, beyond;

		if (setgroups(0, NULL) != 0 || setresgid(65534, 65534, 65534) != 0 ||
		    setresuid(65534, 65534, 65534) != 0)
			_exit(2);
		sp_host_walk(sp_strz(in("/closed")), NULL, &arena, &seen);
		sp_host_walk(sp_strz(in("/closed/in")), NULL, &arena, &closed);
		sp_host_walk(sp_strz(in("/to-closed/none")), NULL, &arena, &beyond);
		_exit(seen.why == NULL && closed.why && beyond.why &&
		              strcmp(closed.why, "it may not be looked at") == 0 &&
		              strcmp(beyond.why, closed.why) == 0
		          ? 0
		          : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void
too_little_memory(void **state)
{
	struct sp_arena small;
	struct sp_walk out;

	(void)state;
	sp_arena_init(&small, 1);
	sp_host_walk(sp_strz(folder), NULL, &small, &out);
	assert_string_equal(out.why, "there are too few resources to look at it");
	assert_null(out.resolved.p);
	sp_arena_fini(&small);
}

/* Nothing is asked of a file system that may hang, when the path is not the request's. */
/* Links full of detours: each is one the kernel follows, all together would take a second. */
static void
long_ways(void **state)
{
	char target[4096] = "";

	(void)state;
	make_dir("/a");
	for (size_t i = 0; i < 500; i++)
		strcat(target, "a/../");
	for (unsigned i = 1; i < 10; i++) {
		snprintf(target + 2500, sizeof(target) - 2500, i > 1 ? "l%u" : "a", i - 1);
		make_link(sp_arena_printf(&arena, "/l%u", i), target);
	}
	leads_as_the_kernel("/l1", "/a");
	leads_as_the_kernel("/l2", "/a");
	unknown(in("/l9"), "it leads through too many directories");
}

static void
far_file_systems(void **state)
{
	struct sp_mount list[1] = {{.type = SP_STR("nfs4")}};
	struct sp_mounts mounts = {list, 1};
	struct sp_walk out;

	(void)state;
	make_dir("/far");
	make_link("/far/link", "/etc");
	make_link("/to-far", "far");
	list[0].point = sp_strz(in("/far"));
	sp_host_walk(sp_strz(in("/to-far/link/x")), &mounts, &arena, &out);
	assert_true(sp_str_is(out.resolved, in("/far/link/x")));
	assert_true(out.unseen);
	assert_false(out.exists);
	sp_host_walk(sp_strz(in("/to-far/link/x")), NULL, &arena, &out);
	assert_true(sp_str_is(out.resolved, "/etc/x"));
	assert_false(out.unseen);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(without_links),       T(links),           T(up_after_a_link),
	    T(what_does_not_exist), T(loops),           T(not_a_directory),
	    T(long_paths),          T(links_of_procfs), T(no_permission),
	    T(too_little_memory),   T(long_ways),       T(far_file_systems),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
