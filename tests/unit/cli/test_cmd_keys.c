/* SPDX-License-Identifier: Apache-2.0 */
/* test_cmd_keys.c: sallyport keys and actions: what goes to stdout, and the exit status. */
#include "cli/cli.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/cli/run_command.h"

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
