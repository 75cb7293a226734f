/* SPDX-License-Identifier: Apache-2.0 */
/* test_unknown.c: fields without a description: which are reported, under which JSON pointer. */
#include "unit/json/json_test.h"

/* The reported pointers, joined by spaces. */
static const char *
pointers(struct text *t)
{
	struct sp_buf out;
	uint32_t n = 0;

	sp_buf_init(&out, &t->arena, 1 << 20);
	for (const struct sp_json_unknown *u = t->doc.unknown; u; u = u->next, n++) {
		sp_buf_addz(&out, n ? " " : "");
		sp_buf_add(&out, u->path);
	}
	assert_int_equal(n, t->doc.n_unknown);
	return sp_buf_str(&out).p;
}

static void
reported(void **state)
{
	static const char *const cases[][2] = {
	    {"{}", ""},
	    {"{\"Name\":\"x\"}", ""},
	    {"{\"New\":1}", "/New"},
	    {"{\"New\":true,\"Name\":\"\",\"Old\":[0],\"New\":\"x\"}", "/New /Old /New"},
	    {"{\"Point\":{\"Z\":1,\"X\":2}}", "/Point/Z"},
	    {"{\"point\":{\"Z\":{\"Z\":1}}}", "/point/Z"},
	    {"{\"Points\":[{},{\"X\":1},{\"Z\":1}]}", "/Points/2/Z"},
	    {"{\"ByName\":{\"a/b~c\":{\"d~/\":1}}}", "/ByName/a~1b~0c/d~0~1"},
	    {"{\"~1\":1,\"\":1,\"a b\\u0007\":1}", "/~01 / /a b\x07"},
	    {"{\"Any\":{\"New\":1},\"Labels\":{\"New\":\"1\"}}", ""},
	    {"{\"New\":{\"a\":null}}", "/New"},
	    /* Zero values ask for nothing, in a dockerd of any version. */
	    {"{\"a\":null,\"b\":false,\"c\":0,\"d\":-0,\"e\":0.0,\"f\":0e5,\"g\":\"\",\"h\":[],"
	     "\"i\":{}}",
	     ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text t;

		assert_int_equal(text_bind(&t, cases[i][0], &test_thing), 0);
		assert_string_equal(pointers(&t), cases[i][1]);
		text_free(&t);
	}
}

static void
indexes(void **state)
{
	static char z[40000];
	struct text t;
	size_t at = (size_t)sprintf(z, "{\"Points\":[");

	(void)state;
	for (int i = 0; i < 10234; i++)
		at += (size_t)sprintf(z + at, "{},");
	sprintf(z + at, "{\"Z\":1}]}");
	assert_int_equal(text_bind(&t, z, &test_thing), 0);
	assert_string_equal(pointers(&t), "/Points/10234/Z");
	text_free(&t);
}

static void
at_most_64(void **state)
{
	char z[2048] = "{";
	struct text t;

	(void)state;
	for (int i = 0; i < 64; i++)
		sprintf(z + strlen(z), "\"u%d\":1,", i);
	strcat(z, "\"z0\":0,\"Name\":\"\"}");
	assert_int_equal(text_bind(&t, z, &test_thing), 0);
	assert_int_equal(t.doc.n_unknown, 64);
	text_free(&t);
	sprintf(z + strlen(z) - 1, ",\"u64\":1}");
	assert_int_equal(text_bind(&t, z, &test_thing), -1);
	assert_string_equal(t.err.what, "too many unknown fields");
	assert_true(sp_str_is(t.err.key, "u64"));
	text_free(&t);
}

/* Fields that hold nothing are not reported, but a search for their names costs as much. */
static void
at_most_4096_empty_ones(void **state)
{
	static char z[65536] = "{";
	struct text t;

	(void)state;
	for (int i = 0; i < 4096; i++)
		sprintf(z + 1 + 11 * (size_t)i, "\"z%05d\":0,", i);
	strcat(z, "\"Name\":\"\"}");
	assert_int_equal(text_bind(&t, z, &test_thing), 0);
	assert_int_equal(t.doc.n_unknown, 0);
	text_free(&t);
	sprintf(z + strlen(z) - 1, ",\"last\":0}");
	assert_int_equal(text_bind(&t, z, &test_thing), -1);
	assert_string_equal(t.err.what, "too many unknown fields");
	assert_true(sp_str_is(t.err.key, "last"));
	text_free(&t);
}

/* A pointer is never cut: half of one could be the name of another field. */
static void
long_paths(void **state)
{
	char key[4097], z[4200];
	struct text t;

	(void)state;
	memset(key, 'k', 4095);
	key[4095] = '\0';
	snprintf(z, sizeof(z), "{\"%s\":1}", key);
	assert_int_equal(text_bind(&t, z, &test_thing), 0);
	assert_int_equal(t.doc.unknown->path.len, 4096);
	text_free(&t);
	key[10] = '/'; /* one byte more */
	snprintf(z, sizeof(z), "{\"%s\":1}", key);
	assert_int_equal(text_bind(&t, z, &test_thing), -1);
	assert_string_equal(t.err.what, "unknown field with a long path");
	text_free(&t);
	snprintf(z, sizeof(z), "{\"%s\":0}", key);
	assert_int_equal(text_bind(&t, z, &test_thing), 0);
	text_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reported),   cmocka_unit_test(indexes),
	    cmocka_unit_test(at_most_64), cmocka_unit_test(at_most_4096_empty_ones),
	    cmocka_unit_test(long_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
