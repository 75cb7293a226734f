/* SPDX-License-Identifier: Apache-2.0 */
/* test_walk.c: going through members, and keys that are there twice in maps of every size. */
#include "unit/json/json_test.h"

static void
members(void **state)
{
	struct text t;
	uint32_t e;

	(void)state;
	assert_int_equal(text_parse(&t, SP_STR("[[1,[2]],{\"a\":[3],\"b\":4},5]")), 0);
	e = sp_json_first(&t.doc, SP_JSON_DOC);
	assert_int_equal(e, 2);
	e = sp_json_after(&t.doc, SP_JSON_DOC, e);
	assert_int_equal(sp_json_type(&t.doc, e), SP_JSON_OBJECT);
	assert_text(&t, sp_json_first(&t.doc, e), "a");
	assert_text(&t, sp_json_after(&t.doc, e, sp_json_first(&t.doc, e)), "b");
	assert_int_equal(sp_json_after(&t.doc, e, e + 4), 0);
	e = sp_json_after(&t.doc, SP_JSON_DOC, e);
	assert_text(&t, e, "5");
	assert_int_equal(sp_json_after(&t.doc, SP_JSON_DOC, e), 0);
	assert_int_equal(sp_json_first(&t.doc, e), 0); /* a number has no members */
	assert_int_equal(sp_json_after(&t.doc, e, e), 0);
	text_free(&t);
}

static void
nothing_to_walk(void **state)
{
	static const char *const texts[] = {"[]", "{}", "null", "true", "false", "1", "1.5"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct text t;

		assert_int_equal(text_parse(&t, sp_strz(texts[i])), 0);
		assert_int_equal(sp_json_first(&t.doc, SP_JSON_DOC), 0);
		assert_int_equal(sp_json_first(&t.doc, 0), 0);
		assert_int_equal(sp_json_after(&t.doc, 0, 0), 0);
		text_free(&t);
	}
}

static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* Maps of n keys in random order, without a double, and with one at every kind of place. */
static void
keys_twice(void **state)
{
	static char z[64000];
	static int keys[3000];
	uint32_t seed = 1;

	(void)state;
	for (int n = 1; n < 3000; n += n < 40 ? 1 : 173) {
		for (int doubled = 0; doubled < 3; doubled++) {
			size_t at = 0;
			struct text t;
			int rc;

			for (int i = 0; i < n; i++)
				keys[i] = i;
			for (int i = n - 1; i > 0 && doubled != 2; i--) {
				int k = (int)(next_random(&seed) % (uint32_t)(i + 1)),
				    old = keys[i];

				keys[i] = keys[k];
				keys[k] = old;
			}
			if (doubled && n > 1)
				keys[n - 1] = keys[next_random(&seed) % (uint32_t)(n - 1)];
			for (int i = 0; i < n; i++)
				at += (size_t)sprintf(z + at, "%c\"k%x\":\"\"", i ? ',' : '{',
				                      keys[i]);
			sprintf(z + at, "}");
			rc = text_bind(&t, z, &test_labels);
			assert_int_equal(rc, doubled && n > 1 ? -1 : 0);
			if (rc != 0) {
				char key[16];

				snprintf(key, sizeof(key), "k%x", keys[n - 1]);
				assert_string_equal(t.err.what, "duplicate key");
				assert_true(sp_str_is(t.err.key, key));
				assert_int_equal(t.err.at,
				                 strrchr(z, 'k') - z - 1); /* the second */
			}
			text_free(&t);
		}
	}
}

/* Keys of one length with long common beginnings, and keys that begin with one another. */
static void
similar_keys(void **state)
{
	static char z[200000];
	size_t at = 0;
	struct text t;

	(void)state;
	for (int i = 0; i < 300; i++)
		at += (size_t)sprintf(
		    z + at, "%c\"%.*s%d\":\"\"", i ? ',' : '{', 299 - i,
		    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		    i % 10);
	strcpy(z + at, "}");
	assert_int_equal(text_bind(&t, z, &test_labels), -1); /* "9" and "9" */
	text_free(&t);
	at = 0;
	for (int i = 0; i < 600; i++)
		at += (size_t)sprintf(z + at, "%c\"%0*d\":\"\"", i ? ',' : '{', 600 - i, 0);
	strcpy(z + at, "}");
	assert_int_equal(text_bind(&t, z, &test_labels), 0);
	text_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(members),
	    cmocka_unit_test(nothing_to_walk),
	    cmocka_unit_test(keys_twice),
	    cmocka_unit_test(similar_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
