/* SPDX-License-Identifier: Apache-2.0 */
/* test_host_mounts.c: the mount table, and the names a file has by it. */
#include "unit/server/host_test.h"

static const char table[] =
    "21 28 0:19 / /sys rw,nosuid shared:7 - sysfs sysfs rw\n"
    "28 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,errors=remount-ro\n"
    "24 28 0:22 / /run rw,nosuid shared:5 - tmpfs tmpfs rw,size=100k\n"
    "60 28 0:22 / /srv/all\\040of\\134run rw shared:5 master:1 - tmpfs tmpfs rw\n"
    "61 28 0:22 /deep /srv/part rw - tmpfs tmpfs rw\n"
    "62 28 0:22 /docker.sock /srv/app/engine rw - tmpfs tmpfs rw\n"
    "63 28 0:40 / /net/data rw - nfs4 server:/x rw\n"
    "64 28 0:41 / /home/anna/remote rw - fuse.sshfs anna@x: rw\n"
    "65 28 254:1 /var/lib/x /mnt/x rw - ext4 /dev/vda1 rw\n";

static struct sp_mounts mounts;

static bool
read_table(const char *text)
{
	return sp_mounts_parse(&mounts, sp_arena_dup(&arena, sp_strz(text)), &arena);
}

static void
names_are(const char *file, const char *const *expected, size_t n)
{
	struct sp_host_name *names;
	size_t found = 0;

	assert_true(sp_mounts_names(&mounts, sp_strz(file), &arena, &names));
	for (struct sp_host_name *at = names; at; at = at->next) {
		bool known = false;

		for (size_t i = 0; i < n; i++)
			known = known || sp_str_is(at->name, expected[i]);
		if (!known)
			fail_msg("%s is called %.*s, too", file, SP_FMT(at->name));
		found++;
	}
	if (found != n)
		fail_msg("%s has %zu names, not %zu", file, found, n);
}

#define NAMES(file, ...)                                                                           \
	names_are(file, (const char *const[]){__VA_ARGS__},                                        \
	          sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void
names(void **state)
{
	(void)state;
	assert_true(read_table(table));
	assert_int_equal(mounts.n, 9);
	NAMES("/run/docker.sock", "/run/docker.sock", "/srv/all of\\run/docker.sock",
	      "/srv/app/engine");
	NAMES("/srv/app/engine", "/run/docker.sock", "/srv/all of\\run/docker.sock",
	      "/srv/app/engine");
	NAMES("/run/deep/s", "/run/deep/s", "/srv/all of\\run/deep/s", "/srv/part/s");
	NAMES("/srv/part/s", "/run/deep/s", "/srv/all of\\run/deep/s", "/srv/part/s");
	NAMES("/run/deeper/s", "/run/deeper/s", "/srv/all of\\run/deeper/s");
	NAMES("/var/lib/x/s", "/var/lib/x/s", "/mnt/x/s");
	NAMES("/mnt/x/s", "/var/lib/x/s", "/mnt/x/s");
	NAMES("/var/lib/xy/s", "/var/lib/xy/s");
	NAMES("/etc/s", "/etc/s");
}

/* The other names of what `dir` shows are these, in any order. */
static void
others_are(const char *dir, const char *const *expected, size_t n)
{
	const struct sp_host_name *others;
	size_t found = 0;

	assert_true(sp_mounts_others(&mounts, sp_strz(dir), &arena, &others));
	for (; others; others = others->next, found++) {
		size_t i = 0;

		while (i < n && !sp_str_is(others->name, expected[i]))
			i++;
		if (i == n)
			fail_msg("%s shows %.*s", dir, SP_FMT(others->name));
	}
	if (found != n)
		fail_msg("%s shows %zu names, not %zu", dir, found, n);
}

#define OTHERS(dir, ...)                                                                           \
	others_are(dir, (const char *const[]){__VA_ARGS__},                                        \
	           sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void
names_outside(void **state)
{
	struct sp_buf text;
	const struct sp_host_name *others;

	(void)state;
	assert_true(read_table(table));
	OTHERS("/srv/all of\\run/docker/plugins", "/run/docker/plugins");
	OTHERS("/srv/part", "/run/deep", "/srv/all of\\run/deep");
	/* of what is mounted in it, with what it brings along */
	OTHERS("/srv/app", "/run/docker.sock", "/srv/all of\\run/docker.sock");
	OTHERS("/srv", "/run", "/run/deep", "/run/docker.sock");
	OTHERS("/mnt", "/var/lib/x");
	OTHERS("/mnt/x/y", "/var/lib/x/y");
	others_are("/", NULL, 0);
	others_are("/etc", NULL, 0);
	others_are("/home/anna", NULL, 0);
	others_are("/srv/other", NULL, 0);

	/* More than anybody would read: nobody knows. */
	sp_buf_init(&text, &arena, 1 << 20);
	sp_buf_addz(&text, "28 1 254:1 / / rw - ext4 /dev/vda1 rw\n");
	for (int i = 0; i < 70; i++)
		sp_buf_addf(&text, "%d 28 254:1 /data /mnt/%d rw - ext4 /dev/vda1 rw\n", 100 + i,
		            i);
	assert_true(read_table(sp_buf_str(&text).p));
	assert_false(sp_mounts_others(&mounts, SP_STR("/data"), &arena, &others));
	OTHERS("/mnt", "/data");
}

static void
far_ones(void **state)
{
	(void)state;
	assert_true(read_table(table));
	assert_true(sp_mounts_far(&mounts, SP_STR("/net/data")));
	assert_true(sp_mounts_far(&mounts, SP_STR("/home/anna/remote")));
	assert_false(sp_mounts_far(&mounts, SP_STR("/net/data/x")));
	assert_false(sp_mounts_far(&mounts, SP_STR("/run")));
	assert_false(sp_mounts_far(&mounts, SP_STR("/")));
}

static void
second_names(void **state)
{
	(void)state;
	assert_true(read_table(table));
	assert_true(sp_mounts_may_link(&mounts, SP_STR("/run/x"), SP_STR("/run/s")));
	assert_true(sp_mounts_may_link(&mounts, SP_STR("/srv/part/x"), SP_STR("/run/s")));
	assert_true(
	    sp_mounts_may_link(&mounts, SP_STR("/srv"), SP_STR("/run/s"))); /* a mount in it */
	assert_true(sp_mounts_may_link(&mounts, SP_STR("/"), SP_STR("/run/s")));
	assert_false(sp_mounts_may_link(&mounts, SP_STR("/etc"), SP_STR("/run/s")));
	assert_true(sp_mounts_may_link(&mounts, SP_STR("/etc"), SP_STR("/mnt/x/s")));
	assert_false(sp_mounts_may_link(&mounts, SP_STR("/sys"), SP_STR("/run/s")));
}

static void
tables_that_are_none(void **state)
{
	struct sp_str text;

	(void)state;
	assert_false(read_table(""));
	assert_false(read_table("21 28 0:19 / /sys rw - sysfs sysfs rw\nnonsense\n"));
	assert_false(read_table("21 28 x:19 / /sys rw - sysfs sysfs rw\n"));
	assert_false(read_table("21 28 0:19 / /sys rw shared:7 sysfs sysfs rw\n"));
	assert_false(read_table("21 28 4294967296:1 / / rw - ext4 x rw\n"));
	assert_false(sp_proc_read(in("/none"), SP_MOUNTS_BYTES, &arena, &text));
	assert_false(sp_proc_read("/proc/self/mountinfo", 8, &arena, &text));
	assert_true(sp_proc_read("/proc/self/mountinfo", SP_MOUNTS_BYTES, &arena, &text));
	assert_true(sp_mounts_parse(&mounts, text, &arena));
}

/* As systemd changes them for a service, and what that hides. */
static const char service[] = "28 1 254:1 / / ro - ext4 /dev/vda1 rw\n"
			      "24 28 0:22 / /run ro - tmpfs tmpfs rw\n"
			      "70 24 0:22 /docker/plugins /run/docker/plugins rw - tmpfs tmpfs rw\n"
			      "71 28 254:1 /var/log/x /var/log/x rw - ext4 /dev/vda1 rw\n"
			      "72 28 254:1 /tmp/systemd-private-1/tmp /tmp rw - ext4 /dev/vda1 rw\n"
			      "73 28 0:22 /systemd/inaccessible/dir /home ro - tmpfs tmpfs rw\n"
			      "74 28 0:99 / /proc rw - proc proc rw\n"
			      "75 28 254:1 /srv/a /srv/b rw - ext4 /dev/vda1 rw\n";
static const char host[] = "28 1 254:1 / / rw - ext4 /dev/vda1 rw\n"
			   "24 28 0:22 / /run rw - tmpfs tmpfs rw\n"
			   "25 28 0:20 / /proc rw - proc proc rw\n"
			   "26 28 254:2 / /data rw - ext4 /dev/vdb rw\n";

static void
two_tables(void **state)
{
	static const char *const same[] = {
	    "/",         "/run",       "/run/docker",  "/run/docker/plugins",
	    "/etc/x",    "/srv",       "/srv/c",       "/run/docker/plugins/x",
	    "/proc/sys", "/var/log/x", "/var/log/x/y", "/srv/a"};
	static const char *const different[] = {"/tmp",  "/tmp/x",  "/home",  "/home/anna/x",
	                                        "/data", "/data/x", "/srv/b", "/srv/b/x"};
	struct sp_mounts ours;

	(void)state;
	assert_true(read_table(service));
	ours = mounts;
	assert_true(read_table(host));
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		if (!sp_mounts_agree(&ours, &mounts, sp_strz(same[i])) ||
		    !sp_mounts_agree(&mounts, &ours, sp_strz(same[i])))
			fail_msg("%s is not the same", same[i]);
	for (size_t i = 0; i < sizeof(different) / sizeof(different[0]); i++)
		if (sp_mounts_agree(&ours, &mounts, sp_strz(different[i])) ||
		    sp_mounts_agree(&mounts, &ours, sp_strz(different[i])))
			fail_msg("%s is the same", different[i]);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(names),        T(names_outside), T(far_ones),
	    T(second_names), T(two_tables),    T(tables_that_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
