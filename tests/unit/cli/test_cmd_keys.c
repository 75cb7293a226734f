/* SPDX-License-Identifier: Apache-2.0 */
/* test_cmd_keys.c: sallyport keys and actions: what goes to stdout, and the exit status. */
#include "cli/cli.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

static char out[256 * 1024], err[4096];

static int
open_spool(void)
{
	FILE *file = tmpfile();
	int fd = file ? dup(fileno(file)) : -1;

	assert_true(fd >= 0);
	fclose(file);
	return fd;
}

static void
read_spool(int fd, char *text, size_t size)
{
	ssize_t n = pread(fd, text, size - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	close(fd);
}

/* Runs a command line of up to four words with stdout and stderr in `out` and `err`. */
static int
run(int (*command)(int, char **), const char *a, const char *b, const char *c)
{
	char *argv[] = {(char *)(uintptr_t) "x", (char *)(uintptr_t)a, (char *)(uintptr_t)b,
	                (char *)(uintptr_t)c, NULL};
	int saved_out, saved_err, spool_out = open_spool(), spool_err = open_spool();
	int argc = 1, status;

	while (argv[argc])
		argc++;
	fflush(NULL);
	saved_out = dup(1);
	saved_err = dup(2);
	dup2(spool_out, 1);
	dup2(spool_err, 2);
	status = command(argc, argv);
	fflush(NULL);
	dup2(saved_out, 1);
	dup2(saved_err, 2);
	close(saved_out);
	close(saved_err);
	read_spool(spool_out, out, sizeof(out));
	read_spool(spool_err, err, sizeof(err));
	return status;
}

static void
all_of_them(void **state)
{
	(void)state;
	assert_int_equal(run(sp_cmd_keys, NULL, NULL, NULL), SP_EXIT_OK);
	assert_non_null(strstr(out, "\n  host_namespaces "));
	assert_int_equal(run(sp_cmd_actions, NULL, NULL, NULL), SP_EXIT_OK);
	assert_non_null(strstr(out, "\n  container.create "));
	assert_string_equal(err, "");
}

static void
some_of_them(void **state)
{
	(void)state;
	assert_int_equal(run(sp_cmd_keys, "memory", "bind", NULL), SP_EXIT_OK);
	assert_int_equal(strncmp(out, "memory: {max: 2g}\n", 18), 0);
	assert_non_null(strstr(out, "\n\nbind: [/srv/data"));
	assert_null(strstr(out, "host_namespaces"));
	assert_int_equal(run(sp_cmd_actions, "pull", "system.ping", NULL), SP_EXIT_OK);
	assert_int_equal(strncmp(out, "pull\n  image.inspect ", 21), 0);
	assert_non_null(strstr(out, "\n\nsystem.ping\n  system.ping\n      GET /_ping\n"));
}

static void
for_the_manual(void **state)
{
	(void)state;
	assert_int_equal(run(sp_cmd_keys, "--man", NULL, NULL), SP_EXIT_OK);
	assert_int_equal(strncmp(out, ".Ss ", 4), 0);
	assert_int_equal(run(sp_cmd_actions, "--man", NULL, NULL), SP_EXIT_OK);
	assert_int_equal(strncmp(out, ".Ss ", 4), 0);
	assert_int_equal(run(sp_cmd_keys, "--man", "memory", NULL), SP_EXIT_USAGE);
	assert_string_equal(out, "");
	assert_int_equal(run(sp_cmd_actions, "run", "--man", NULL), SP_EXIT_USAGE);
	assert_string_equal(out, "");
}

/* One unknown word, and nothing is printed: no half answers. */
static void
unknown_words_get_a_suggestion(void **state)
{
	(void)state;
	assert_int_equal(run(sp_cmd_keys, "memory", "memroy", NULL), SP_EXIT_USAGE);
	assert_string_equal(out, "");
	assert_non_null(strstr(err, "unknown key 'memroy'; did you mean 'memory'?"));
	assert_int_equal(run(sp_cmd_keys, "quux_nothing", NULL, NULL), SP_EXIT_USAGE);
	assert_null(strstr(err, "did you mean"));
	assert_int_equal(run(sp_cmd_actions, "container.crate", NULL, NULL), SP_EXIT_USAGE);
	assert_string_equal(out, "");
	assert_non_null(strstr(err, "did you mean 'container.create'?"));
	assert_int_equal(run(sp_cmd_actions, "--mna", NULL, NULL), SP_EXIT_USAGE);
	assert_non_null(strstr(err, "did you mean '--man'?"));
}

static void
a_full_disk_is_no_success(void **state)
{
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC), saved;
	char *argv[] = {(char *)(uintptr_t) "x", NULL};
	int keys, actions;

	(void)state;
	if (full < 0)
		skip();
	fflush(NULL);
	saved = dup(1);
	dup2(full, 1);
	keys = sp_cmd_keys(1, argv);
	actions = sp_cmd_actions(1, argv);
	fflush(NULL);
	dup2(saved, 1);
	close(saved);
	close(full);
	clearerr(stdout);
	assert_int_equal(keys, SP_EXIT_ENV);
	assert_int_equal(actions, SP_EXIT_ENV);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(all_of_them),
	    cmocka_unit_test(some_of_them),
	    cmocka_unit_test(for_the_manual),
	    cmocka_unit_test(unknown_words_get_a_suggestion),
	    cmocka_unit_test(a_full_disk_is_no_success),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
