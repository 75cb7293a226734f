/* SPDX-License-Identifier: Apache-2.0 */
/* What arrives on stderr: one harmless line per event, in one write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sallyport/log.h"

/* stderr is a socket that keeps the borders of writes while the code under test runs. */
static int reader, saved;

static int
setup(void **state)
{
	int pair[2];

	(void)state;
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair) < 0)
		return -1;
	fflush(stderr);
	saved = dup(STDERR_FILENO);
	if (saved < 0 || dup2(pair[1], STDERR_FILENO) < 0)
		return -1;
	close(pair[1]);
	reader = pair[0];
	sp_log_init(SP_LOG_INFO, false);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(reader);
	return 0;
}

/* The next write, or "" when there was none. */
static const char *
next_write(void)
{
	static char text[5000];
	ssize_t n = recv(reader, text, sizeof(text) - 1, MSG_DONTWAIT);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

static void
one_line_per_event(void **state)
{
	(void)state;
	sp_log(SP_LOG_INFO, "server", 0, "ready socket=%s", "/run/x.sock");
	sp_log(SP_LOG_ERROR, "policy", ENOENT, "cannot read %s", "a.yaml");
	sp_log(SP_LOG_WARN, "server", 0, "%s", "");
	assert_string_equal(next_write(), "info server: ready socket=/run/x.sock\n");
	assert_string_equal(next_write(),
	                    "error policy: cannot read a.yaml: No such file or directory\n");
	assert_string_equal(next_write(), "warn server: \n");
	assert_string_equal(next_write(), "");
}

static void
level_filters(void **state)
{
	(void)state;
	sp_log(SP_LOG_DEBUG, "a", 0, "hidden");
	assert_string_equal(next_write(), "");
	sp_log_init(SP_LOG_ERROR, false);
	sp_log(SP_LOG_WARN, "a", 0, "hidden");
	sp_log(SP_LOG_ERROR, "a", 0, "shown");
	assert_string_equal(next_write(), "error a: shown\n");
	assert_string_equal(next_write(), "");
	sp_log_init(SP_LOG_DEBUG, false);
	sp_log(SP_LOG_DEBUG, "a", 0, "shown");
	assert_string_equal(next_write(), "debug a: shown\n");
}

static void
journald_levels(void **state)
{
	(void)state;
	sp_log_init(SP_LOG_DEBUG, true);
	sp_log(SP_LOG_ERROR, "a", 0, "x");
	sp_log(SP_LOG_WARN, "a", 0, "x");
	sp_log(SP_LOG_INFO, "a", 0, "x");
	sp_log(SP_LOG_DEBUG, "a", 0, "x");
	assert_string_equal(next_write(), "<3>error a: x\n");
	assert_string_equal(next_write(), "<4>warn a: x\n");
	assert_string_equal(next_write(), "<6>info a: x\n");
	assert_string_equal(next_write(), "<7>debug a: x\n");
}

static void
nobody_forges_a_line(void **state)
{
	(void)state;
	sp_log(SP_LOG_INFO, "server", 0, "user=%s end",
	       "eve\nerror policy: gone\r\x1b[2J\xff\xc2\x9b|\xe2\x80\xae|\xc3\xa4");
	assert_string_equal(next_write(),
	                    "info server: user=eve?error policy: gone??[2J??|?|\xc3\xa4 end\n");
}

static void
long_lines_are_cut(void **state)
{
	char text[4000];
	const char *got;

	(void)state;
	memset(text, 'x', sizeof(text));
	for (size_t len = 1900; len < 2100; len++) {
		text[len] = '\0';
		sp_log(SP_LOG_INFO, "a", len % 2 ? EIO : 0, "%s", text);
		text[len] = 'x';
		got = next_write();
		assert_true(strlen(got) <= 2000);
		assert_true(strlen(got) > 1900);
		assert_int_equal(got[strlen(got) - 1], '\n');
		if (len > 1992)
			assert_string_equal(got + strlen(got) - 5, "x...\n");
	}
	for (size_t shift = 0; shift < 2; shift++) { /* no half characters at the cut */
		text[0] = 'x';
		for (size_t i = shift; i + 2 <= 3000; i += 2)
			memcpy(text + i, "\xc3\xa4", 2);
		text[3000] = '\0';
		sp_log(SP_LOG_INFO, "a", 0, "%s", text);
		got = next_write();
		assert_null(strchr(got, '?'));
		assert_string_equal(got + strlen(got) - 6, "\xc3\xa4...\n");
	}
}

static void
errno_survives(void **state)
{
	(void)state;
	errno = EXDEV;
	sp_log(SP_LOG_INFO, "a", EACCES, "x");
	assert_int_equal(errno, EXDEV);
	close(STDERR_FILENO); /* a log that nobody can write to is no reason to fail */
	sp_log(SP_LOG_INFO, "a", 0, "x");
	assert_int_equal(errno, EXDEV);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(one_line_per_event),   TEST(level_filters),      TEST(journald_levels),
	    TEST(nobody_forges_a_line), TEST(long_lines_are_cut), TEST(errno_survives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
