/* SPDX-License-Identifier: Apache-2.0 */
/* test_audit.c: lines are written whole or said to be lost, and a torn one spoils no other. */
#include "server/audit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>

static char dir[64], path[96], text[1 << 17];

static const char *
contents(const char *name)
{
	int fd = open(name, O_RDONLY);
	ssize_t n;

	assert_true(fd >= 0);
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	return text;
}

static int
set_up(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir),
	         "/tmp/sallyport-audit-XX"
	         "XX"
	         "XX");
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/log", dir);
	return 0;
}

static int
tear_down(void **state)
{
	char other[128];

	(void)state;
	snprintf(other, sizeof(other), "%s.1", path);
	unlink(path);
	unlink(other);
	return rmdir(dir);
}

static void
appends(void **state)
{
	struct sp_audit audit;
	struct stat st;

	(void)state;
	assert_int_equal(sp_audit_open(&audit, path), 0);
	assert_true(sp_audit_write(&audit, SP_STR("one\n"), 1));
	assert_true(sp_audit_write(&audit, SP_STR("two\n"), 1));
	sp_audit_close(&audit);
	assert_int_equal(sp_audit_open(&audit, path), 0);
	assert_true(sp_audit_write(&audit, SP_STR("three\n"), 1));
	assert_false(sp_audit_write(&audit, SP_STR(""), 1));
	sp_audit_close(&audit);
	assert_string_equal(contents(path), "one\ntwo\nthree\n");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void
reopens(void **state)
{
	struct sp_audit audit;
	char renamed[128];

	(void)state;
	snprintf(renamed, sizeof(renamed), "%s.1", path);
	assert_int_equal(sp_audit_open(&audit, path), 0);
	assert_true(sp_audit_write(&audit, SP_STR("one\n"), 1));
	assert_int_equal(rename(path, renamed), 0);
	assert_true(sp_audit_write(&audit, SP_STR("two\n"), 1));
	sp_audit_reopen(&audit);
	assert_true(sp_audit_write(&audit, SP_STR("three\n"), 1));
	assert_string_equal(contents(renamed), "one\ntwo\n");
	assert_string_equal(contents(path), "three\n");
	/* A new one that cannot be had: the old one stays in use. */
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	sp_audit_reopen(&audit);
	assert_true(sp_audit_write(&audit, SP_STR("four\n"), 1));
	assert_int_equal(rmdir(path), 0);
	sp_audit_close(&audit);
}

static void
torn_by_another(void **state)
{
	struct sp_audit audit;
	FILE *f = fopen(path, "w");

	(void)state;
	assert_non_null(f);
	fputs("whole\nhal", f);
	fclose(f);
	assert_int_equal(sp_audit_open(&audit, path), 0);
	assert_true(sp_audit_write(&audit, SP_STR("next\n"), 1));
	sp_audit_close(&audit);
	assert_string_equal(contents(path), "whole\nhal\nnext\n");
}

/* A full disk in the middle of a line, made with the limit on the size of files. */
static void
torn_by_a_full_disk(void **state)
{
	struct rlimit old, tight = {10, RLIM_INFINITY};
	struct sp_audit audit;
	void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
	bool first, second, third;

	(void)state;
	assert_int_equal(sp_audit_open(&audit, path), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	first = sp_audit_write(&audit, SP_STR("fits\n"), 1);
	second = sp_audit_write(&audit, SP_STR("does not fit\n"), 1);
	third = sp_audit_write(&audit, SP_STR("nor this\n"), 1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	signal(SIGXFSZ, handler);
	assert_true(first);
	assert_false(second);
	assert_false(third);
	assert_int_equal(audit.lost, 2);
	assert_true(sp_audit_write(&audit, SP_STR("again\n"), 1));
	assert_true(sp_audit_write(&audit, SP_STR("and again\n"), 1));
	assert_int_equal(audit.lost, 0);
	sp_audit_close(&audit);
	assert_string_equal(contents(path), "fits\ndoes \nagain\nand again\n");
}

static void
full_from_the_start(void **state)
{
	struct sp_audit audit;

	(void)state;
	assert_int_equal(sp_audit_open(&audit, "/dev/full"), 0);
	assert_false(sp_audit_write(&audit, SP_STR("x\n"), 1));
	assert_false(sp_audit_write(&audit, SP_STR("y\n"), 1));
	assert_int_equal(audit.lost, 2);
	sp_audit_close(&audit);
	assert_int_equal(sp_audit_open(&audit, "/nonexistent/log"), -1);
}

/* A pipe whose reader sleeps: a fifth of a second once, then no waiting at all. */
static void
sleeping_reader(void **state)
{
	struct sp_audit audit;
	size_t written = 0;
	int reader;

	(void)state;
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(sp_audit_open(&audit, path), -1); /* nobody reads */
	reader = open(path, O_RDONLY | O_NONBLOCK);
	assert_int_equal(sp_audit_open(&audit, path), 0);
	while (written < 10000 && sp_audit_write(&audit, SP_STR("0123456789abcde\n"), 1))
		written++;
	assert_in_range(written, 1, 9999);
	assert_true(audit.stuck);
	for (int i = 0; i < 1000; i++)
		assert_false(sp_audit_write(&audit, SP_STR("0123456789abcde\n"), 1));
	while (read(reader, text, sizeof(text)) > 0)
		;
	assert_true(sp_audit_write(&audit, SP_STR("awake\n"), 1));
	assert_false(audit.stuck);
	close(reader);
	assert_false(sp_audit_write(&audit, SP_STR("gone\n"), 1));
	sp_audit_close(&audit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(appends, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(reopens, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(torn_by_another, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(torn_by_a_full_disk, set_up, tear_down),
	    cmocka_unit_test(full_from_the_start),
	    cmocka_unit_test_setup_teardown(sleeping_reader, set_up, tear_down),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
