/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_test_schema.c: the schema of policy tests has every key of the table where it may stand, and
 * no other.  What it accepts and refuses, a validator shows (make check-schema).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "cli/test_file.h"

static const struct {
	const char *name; /* of a definition; NULL: the whole file */
	uint32_t where;
} places[] = {
    {NULL, SP_TEST_IN_FILE},         {"given", SP_TEST_IN_GIVEN},
    {"image", SP_TEST_IN_IMAGE},     {"container", SP_TEST_IN_CONTAINER},
    {"objects", SP_TEST_IN_OBJECTS}, {"case", SP_TEST_IN_CASE},
    {"step", SP_TEST_IN_STEP},
};

static json_t *
load_schema(struct sp_arena *arena)
{
	struct sp_buf out;
	json_error_t error;
	json_t *schema;

	sp_buf_init(&out, arena, 1 << 20);
	sp_test_schema(&out);
	assert_false(out.cut);
	schema = json_loads(sp_buf_str(&out).p, JSON_REJECT_DUPLICATES, &error);
	if (!schema)
		fail_msg("line %d: %s", error.line, error.text);
	return schema;
}

static void
every_key_is_where_the_loader_takes_it(void **state)
{
	size_t n, n_found = 0;
	const struct sp_test_key *keys = sp_test_keys(&n);
	struct sp_arena arena;
	json_t *schema;
	uint32_t seen = 0;

	(void)state;
	sp_arena_init(&arena, 4 << 20);
	schema = load_schema(&arena);
	for (size_t p = 0; p < sizeof(places) / sizeof(places[0]); p++) {
		json_t *object =
		    places[p].name
			? json_object_get(json_object_get(schema, "definitions"), places[p].name)
			: json_array_get(json_object_get(schema, "allOf"), 0);
		json_t *properties = json_object_get(object, "properties");
		size_t expected = 0;

		assert_true(json_is_false(json_object_get(object, "additionalProperties")));
		for (size_t i = 0; i < n; i++) {
			json_t *key = json_object_get(properties, keys[i].name);

			if (!(keys[i].where & places[p].where))
				continue;
			expected++;
			if (!key)
				fail_msg("%s is not in %s", keys[i].name, places[p].name);
			assert_string_equal(json_string_value(json_object_get(key, "description")),
			                    keys[i].doc);
		}
		assert_int_equal(json_object_size(properties), expected);
		n_found += expected;
		seen |= places[p].where;
	}
	for (size_t i = 0; i < n; i++)
		assert_int_equal(keys[i].where & ~seen, 0);
	assert_true(n_found >= n);
	json_decref(schema);
	sp_arena_fini(&arena);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_key_is_where_the_loader_takes_it),
	};

	return cmocka_run_group_tests_name("test_schema", tests, NULL, NULL);
}
