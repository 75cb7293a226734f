/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every folder of tests/policy-errors: what the loader says about policy.yaml, byte by byte.  The
 * same files go through the command in tests/policy-errors/run.sh; here they run under sanitizers
 * and without a process each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <dirent.h>
#include <unistd.h>

#include <cmocka.h>

#include "sallyport/policy.h"

static char folder[4096]; /* tests/policy-errors, absolute: every case is its own directory */

/* The last line of `expected` is the command's exit status. */
static struct sp_str
without_status(struct sp_str text)
{
	size_t at = text.len ? text.len - 1 : 0;

	while (at > 0 && text.p[at - 1] != '\n')
		at--;
	return sp_str_starts(sp_str_from(text, at), SP_STR("exit status ")) ? sp_str_head(text, at)
	                                                                    : text;
}

static bool
says_what_is_expected(const char *name)
{
	struct sp_arena arena;
	struct sp_diags diags;
	struct sp_buf out;
	struct sp_str expected, got;
	struct sp_policy *policy;
	bool same;

	sp_arena_init(&arena, 64 << 20);
	sp_diags_init(&diags, &arena);
	sp_buf_init(&out, &arena, 1 << 20);
	assert_int_equal(chdir(sp_arena_printf(&arena, "%s/%s", folder, name)), 0);
	assert_int_equal(sp_file_read(&arena, "expected", 1 << 20, &expected), 0);
	policy = sp_policy_load("policy.yaml", &diags);
	assert_true((policy != NULL) == (diags.n_errors == 0));
	if (policy)
		sp_policy_lint(policy, 1780272000, &diags); /* the first of June 2026 */
	sp_diags_sort(&diags);
	sp_diags_print(&diags, &out, policy ? (int)sp_policy_n_rules(policy) : -1);
	got = sp_buf_str(&out);
	expected = without_status(expected);
	same = sp_str_eq(got, expected);
	if (!same)
		print_error("%s: expected\n%.*s\ngot\n%.*s\n", name, SP_FMT(expected), SP_FMT(got));
	sp_policy_unref(policy);
	sp_arena_fini(&arena);
	return same;
}

static int
is_case(const struct dirent *entry)
{
	char path[512];

	snprintf(path, sizeof(path), "tests/policy-errors/%s/policy.yaml", entry->d_name);
	return access(path, R_OK) == 0;
}

static void
every_folder(void **state)
{
	struct dirent **list = NULL;
	int n = scandir("tests/policy-errors", &list, is_case, alphasort);
	int failed = 0;

	(void)state;
	assert_non_null(realpath("tests/policy-errors", folder));
	assert_true(n > 80);
	for (int i = 0; i < n; i++) {
		failed += !says_what_is_expected(list[i]->d_name);
		free(list[i]);
	}
	free(list);
	assert_int_equal(failed, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
