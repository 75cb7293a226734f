/* SPDX-License-Identifier: Apache-2.0 */
#include "facts_test.h"

static const char *
run_exec(const char *fields)
{
	ask("POST", "/v1.44/containers/c1/exec", sp_arena_printf(&arena, "{%s}", fields));
	return powers();
}

static void
exec_privileged_and_user(void **state)
{
	(void)state;
	assert_string_equal(run_exec("\"User\":\"\",\"Privileged\":false,\"Cmd\":[\"ls\"]"), "");
	assert_string_equal(seen(SP_FACT_EXEC_USER), "unknowable");
	assert_false(facts.unread);
	assert_string_equal(run_exec("\"privileged\":true,\"user\":\"0\""), "exec_privileged=0");
	assert_string_equal(seen(SP_FACT_EXEC_USER), "0");
	assert_string_equal(shown(SP_FACT_EXEC_USER, 0), "-u 0 @/User");
	assert_string_equal(shown(SP_FACT_EXEC_PRIVILEGED, 0), "--privileged  @/Privileged");
	/* the condition on a container's own user does not speak about exec */
	assert_string_equal(seen(SP_FACT_USER), "-");
	assert_string_equal(seen(SP_FACT_PRIVILEGED), "-");
}

static void
bodies_dockerd_refuses(void **state)
{
	(void)state;
	/* a list only: exec's Cmd is no StrSlice */
	assert_string_equal(run_exec("\"Cmd\":\"ls\""),
	                    "malformed: the field 'Cmd': expected a list, found a string");
	assert_string_equal(
	    run_exec("\"Privileged\":\"true\""),
	    "malformed: the field 'Privileged': expected true or false, found a string");
	assert_string_equal(
	    run_exec("\"Privileged\":true,\"PRIVILEGED\":false"),
	    "malformed: the field 'PRIVILEGED': two keys that Go reads as the same field");
	assert_true(facts.unread);
	assert_string_equal(run_exec("\"CapAdd\":[\"ALL\"]"), "unknown_fields=/CapAdd");
	assert_string_equal(run_exec("\"ConsoleSize\":[24,80],\"DetachKeys\":\"ctrl-x\""), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(exec_privileged_and_user),
	    cmocka_unit_test(bodies_dockerd_refuses),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
