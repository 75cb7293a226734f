/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_schema.c: the schema has every key of the table where it may stand, and no other.  What it
 * accepts and refuses, a validator shows (make check-schema).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "sallyport/codes.h"
#include "sallyport/export.h"
#include "sallyport/keys.h"

static const struct {
	const char *name; /* of a definition; NULL: the whole file */
	uint32_t where;
} places[] = {
    {NULL, SP_IN_ANY_FILE},
    {"messages", SP_IN_MESSAGES},
    {"adjust", SP_IN_ADJUST},
    {"powers", SP_IN_POWERS},
    {"allow", SP_IN_ALLOW},
    {"deny", SP_IN_DENY},
    {"conditions", SP_IN_CONDITIONS},
    {"require", SP_IN_REQUIRE},
    {"exception", SP_IN_EXCEPTION},
    {"response", SP_IN_RESPONSE},
    {"self_protection", SP_IN_SELF_PROTECTION},
    {"profile", SP_IN_PROFILE},
};

static json_t *
load_schema(struct sp_arena *arena)
{
	struct sp_buf out;
	json_error_t error;
	json_t *schema;

	sp_buf_init(&out, arena, 1 << 20);
	sp_export_schema(&out);
	assert_false(out.cut);
	schema = json_loads(sp_buf_str(&out).p, JSON_REJECT_DUPLICATES, &error);
	if (!schema)
		fail_msg("line %d: %s", error.line, error.text);
	return schema;
}

static json_t *
properties_of(json_t *schema, const char *name)
{
	json_t *object = name ? json_object_get(json_object_get(schema, "definitions"), name)
	                      : json_array_get(json_object_get(schema, "allOf"), 0);

	assert_true(json_is_false(json_object_get(object, "additionalProperties")));
	return json_object_get(object, "properties");
}

static void
every_key_is_where_the_loader_takes_it(void **state)
{
	size_t n, n_found = 0;
	const struct sp_key *keys = sp_keys(&n);
	struct sp_arena arena;
	json_t *schema;

	(void)state;
	sp_arena_init(&arena, 4 << 20);
	schema = load_schema(&arena);
	for (size_t p = 0; p < sizeof(places) / sizeof(places[0]); p++) {
		json_t *properties = properties_of(schema, places[p].name);
		size_t expected = 0;

		for (size_t i = 0; i < n; i++) {
			json_t *key = json_object_get(properties, keys[i].name);
			bool here = (keys[i].where & places[p].where) && !keys[i].later;

			expected += here;
			if (here && (!key || !json_object_get(key, "description")))
				fail_msg("%s is not in the schema of %s", keys[i].name,
				         places[p].name ? places[p].name : "the file");
		}
		assert_int_equal(json_object_size(properties), expected);
		n_found += expected;
	}
	assert_true(n_found > 120);
	json_decref(schema);
	sp_arena_fini(&arena);
}

/* Every "#/definitions/x" is there. */
static void
check_references(json_t *definitions, json_t *at)
{
	const char *name;
	json_t *value;
	size_t i;

	if (json_is_array(at)) {
		json_array_foreach(at, i, value) check_references(definitions, value);
		return;
	}
	json_object_foreach(at, name, value)
	{
		if (strcmp(name, "$ref") == 0)
			assert_non_null(json_object_get(definitions, json_string_value(value) +
			                                                 strlen("#/definitions/")));
		check_references(definitions, value);
	}
}

static void
every_reference_leads_somewhere(void **state)
{
	struct sp_arena arena;
	json_t *schema;

	(void)state;
	sp_arena_init(&arena, 4 << 20);
	schema = load_schema(&arena);
	check_references(json_object_get(schema, "definitions"), schema);
	json_decref(schema);
	sp_arena_fini(&arena);
}

static void
codes_are_sorted_and_explained(void **state)
{
	size_t n;
	const struct sp_code *codes = sp_codes(&n);

	(void)state;
	assert_true(n > 90);
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(codes[i].meaning);

		if (i > 0)
			assert_true(strcmp(codes[i - 1].name, codes[i].name) < 0);
		assert_true((codes[i].name[0] == 'E') == (codes[i].severity == SP_ERROR));
		assert_true(len > 10 && codes[i].meaning[len - 1] == '.');
		assert_ptr_equal(sp_code_find(sp_strz(codes[i].name)), &codes[i]);
	}
	assert_null(sp_code_find(SP_STR("E2")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_key_is_where_the_loader_takes_it),
	    cmocka_unit_test(every_reference_leads_somewhere),
	    cmocka_unit_test(codes_are_sorted_and_explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
