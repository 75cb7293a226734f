/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_test_file.c: the table of keys of policy tests: every row is read, suggested and documented.
 * What the loader says about broken files is in tests/policy-tests.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/test_file.h"

static struct sp_arena arena;

static int
load(const char *text, struct sp_diags *diags)
{
	static struct sp_test_file file;
	char path[] = "/tmp/sallyport-test-XXXXXX";
	int fd = mkstemp(path), result;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	sp_diags_init(diags, &arena);
	result = sp_test_file_load(sp_arena_printf(&arena, "%s", path), &file, diags);
	unlink(path);
	return result;
}

/* A file in which the key stands with its example. */
static const char *
with_example(const struct sp_test_key *key)
{
	const char *line = sp_arena_printf(&arena, "%s: %s", key->name, key->example);
	const char *file = "", *given = "", *in_case = "docker: ps";

	if (key->where & SP_TEST_IN_FILE)
		file = line;
	else if (key->where & SP_TEST_IN_GIVEN)
		given = line;
	else if (key->where & SP_TEST_IN_IMAGE)
		given = sp_arena_printf(&arena, "images: {a: {%s}}", line);
	else if (key->where & SP_TEST_IN_CONTAINER)
		given = sp_arena_printf(&arena, "containers: {a: {%s}}", line);
	else if (key->where & SP_TEST_IN_OBJECTS)
		given = sp_arena_printf(&arena, "objects: {%s}", line);
	else if (strcmp(key->name, "body") == 0 || strcmp(key->name, "body_file") == 0)
		in_case = sp_arena_printf(&arena, "api: POST /x, %s", line);
	else if (strcmp(key->name, "api") == 0 || strcmp(key->name, "record") == 0 ||
	         strcmp(key->name, "steps") == 0 || strcmp(key->name, "docker") == 0)
		in_case = line;
	else if (strcmp(key->name, "name") != 0 && strcmp(key->name, "user") != 0 &&
	         strcmp(key->name, "expect") != 0)
		in_case = sp_arena_printf(&arena, "docker: ps, %s", line);
	if (strcmp(key->name, "sallyport-test") == 0)
		file = "";
	return sp_arena_printf(
	    &arena, "sallyport-test: 1\n%s%s\n%s\n%s%s%s\n%s",
	    strcmp(key->name, "policy") == 0 ? "" : "policy: x.yaml\n", file,
	    strcmp(key->name, "shadow") == 0 ? "" : "shadow: y.yaml", *given ? "given: {" : "",
	    given, *given ? "}" : "",
	    strcmp(key->name, "cases") == 0
		? ""
		: sp_arena_printf(&arena, "cases: [{name: a, user: b, expect: allow, %s}]\n",
	                          in_case));
}

static void
every_example_loads(void **state)
{
	size_t n;
	const struct sp_test_key *keys = sp_test_keys(&n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		struct sp_diags diags;
		const char *text;

		/* `given` is written around its own keys. */
		if (strcmp(keys[i].name, "given") == 0)
			continue;
		text = with_example(&keys[i]);
		if (load(text, &diags) != 0) {
			struct sp_buf out;

			sp_buf_init(&out, &arena, 10000);
			sp_diags_print(&diags, &out, -1);
			fail_msg("%s\n%s\n%.*s", keys[i].name, text, SP_FMT(sp_buf_str(&out)));
		}
	}
}

static void
every_row_is_complete(void **state)
{
	size_t n;
	const struct sp_test_key *keys = sp_test_keys(&n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(keys[i].doc);

		assert_true(keys[i].where != 0 && strlen(keys[i].example) > 0);
		assert_true(len > 1 && keys[i].doc[len - 1] == '.');
		for (size_t k = 0; k < i; k++)
			assert_false(strcmp(keys[i].name, keys[k].name) == 0 &&
			             (keys[i].where & keys[k].where));
	}
}

static int
setup(void **state)
{
	(void)state;
	sp_arena_init(&arena, 64u << 20);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	sp_arena_fini(&arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_example_loads),
	    cmocka_unit_test(every_row_is_complete),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
