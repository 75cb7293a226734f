/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_mutate.c: edits are made and taken back, and each of them changes what the rules say.  Which
 * edits there are, and which of them open something, is in tests/policy-tests/mutate.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "sallyport/mutate.h"

#define POLICY "tests/policy-tests/mutate/every.yaml"

static struct sp_arena arena, scratch;

/* What an edit is about that sp_policy_diff does not look at. */
static bool
is_unseen(struct sp_str text)
{
	return sp_str_eq(text, SP_STR("removed 'min_api_version'"));
}

static size_t
count(struct sp_mutator *m, const struct sp_policy *whole)
{
	size_t n, loaded = 0;
	const struct sp_edit *const *edits = sp_mutator_edits(m, &n);

	for (size_t i = 0; i < n; i++) {
		struct sp_policy *policy = sp_mutator_policy(m, i, &scratch);
		struct sp_buf out;

		sp_buf_init(&out, &scratch, 100000);
		if (policy && whole && !sp_policy_diff(whole, policy, &scratch, &out) &&
		    !is_unseen(edits[i]->text))
			fail_msg("%.*s changes nothing", SP_FMT(edits[i]->text));
		loaded += policy != NULL;
		sp_policy_unref(policy);
		sp_arena_reset(&scratch);
	}
	return loaded;
}

static void
test_each_edit_changes_something(void **state)
{
	struct sp_diags diags;
	struct sp_policy *whole;
	struct sp_mutator *m;
	size_t n;

	(void)state;
	sp_diags_init(&diags, &arena);
	whole = sp_policy_load(POLICY, &diags);
	assert_non_null(whole);
	sp_diags_init(&diags, &arena);
	m = sp_mutator_new(POLICY, &diags);
	assert_non_null(m);
	n = count(m, whole);
	assert_true(n > 100);
	assert_int_equal(count(m, NULL), n); /* all had been taken back */
	sp_mutator_free(m);
	sp_policy_unref(whole);
	sp_arena_reset(&arena);
}

static void
test_what_does_not_load_has_no_edits(void **state)
{
	struct sp_diags diags;

	(void)state;
	sp_diags_init(&diags, &arena);
	assert_null(sp_mutator_new("tests/policy-tests/mutate/no-such.yaml", &diags));
	assert_true(diags.n_errors > 0);
	sp_mutator_free(NULL);
	sp_arena_reset(&arena);
}

/* A full arena is told, and neither a crash nor half a list. */
static void
test_little_memory(void **state)
{
	bool had_too_little = false, had_enough = false;

	(void)state;
	for (size_t cap = 64 << 10; cap < (64u << 20); cap *= 2) {
		struct sp_arena small;
		struct sp_diags diags;
		struct sp_mutator *m;

		sp_arena_init(&small, cap);
		sp_diags_init(&diags, &small);
		m = sp_mutator_new(POLICY, &diags);
		had_too_little |= !m && diags.n_errors > 0;
		had_enough |= m != NULL;
		assert_true(m || diags.n_errors > 0);
		sp_mutator_free(m);
		sp_arena_fini(&small);
	}
	assert_true(had_too_little && had_enough);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_each_edit_changes_something),
	    cmocka_unit_test(test_what_does_not_load_has_no_edits),
	    cmocka_unit_test(test_little_memory),
	};
	int failed;

	sp_arena_init(&arena, (size_t)256 << 20);
	sp_arena_init(&scratch, (size_t)256 << 20);
	failed = cmocka_run_group_tests_name("mutate", tests, NULL, NULL);
	sp_arena_fini(&arena);
	sp_arena_fini(&scratch);
	return failed;
}
