/* SPDX-License-Identifier: Apache-2.0 */
/* test_print.c: tokens back to text. */
#include "unit/json/json_test.h"

static struct sp_str
print(struct text *t, uint32_t tok, size_t max)
{
	struct sp_buf out;

	sp_buf_init(&out, &t->arena, max);
	sp_json_print(&t->doc, tok, &out);
	return sp_buf_str(&out);
}

static void
prints(void **state)
{
	static const char *const cases[][2] = {
	    {" null ", "null"},
	    {"true", "true"},
	    {"false", "false"},
	    {"-0", "-0"},
	    {"1.50E+07", "1.50E+07"},
	    {"12345678901234567890123", "12345678901234567890123"},
	    {"\"\"", "\"\""},
	    {"\"a\\/b\\\"\\\\\"", "\"a/b\\\"\\\\\""},
	    {"\"\\u0041\\u00e9\\ud83d\\ude00\"", "\"A\xc3\xa9\xf0\x9f\x98\x80\""},
	    {" [ ] ", "[]"},
	    {" { } ", "{}"},
	    {"[1 ,[ ] , {\"a\": [2,3]} ]", "[1,[],{\"a\":[2,3]}]"},
	    {"{\"a\" :null, \"A\":{\"b\":\"c\"} ,\"a\":0}",
	     "{\"a\":null,\"A\":{\"b\":\"c\"},\"a\":0}"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text t;

		assert_int_equal(text_parse(&t, sp_strz(cases[i][0])), 0);
		assert_string_equal(print(&t, SP_JSON_DOC, 1000).p, cases[i][1]);
		text_free(&t);
	}
}

/* Control characters come out escaped, and mean the same when they are read again. */
static void
control_characters(void **state)
{
	struct text t, again;
	struct sp_str out;

	(void)state;
	assert_int_equal(text_parse(&t, SP_STR("{\"\\u0001\\n\":\"\\u001f\x7f\\t\\b\"}")), 0);
	out = print(&t, SP_JSON_DOC, 1000);
	for (size_t i = 0; i < out.len; i++)
		assert_in_range(out.p[i], 0x20, 0x7e);
	assert_int_equal(text_parse(&again, out), 0);
	assert_text(&again, 2, "\x01\n");
	assert_text(&again, 3, "\x1f\x7f\t\b");
	text_free(&again);
	text_free(&t);
}

static void
a_part_or_nothing(void **state)
{
	struct text t;

	(void)state;
	assert_int_equal(text_bind(&t, "{\"cmd\":\"x\",\"Point\":{\"x\":1}}", &test_thing), 0);
	assert_string_equal(print(&t, sp_json_field(&t.doc, SP_JSON_DOC, THING_POINT), 99).p,
	                    "{\"x\":1}");
	assert_string_equal(print(&t, sp_json_field(&t.doc, SP_JSON_DOC, THING_CMD), 99).p,
	                    "\"x\"");
	assert_string_equal(print(&t, sp_json_field(&t.doc, SP_JSON_DOC, THING_ANY), 99).p, "null");
	text_free(&t);
}

static void
bounded(void **state)
{
	struct text t;
	struct sp_buf out;

	(void)state;
	assert_int_equal(text_parse(&t, SP_STR("[\"0123456789\",1]")), 0);
	sp_buf_init(&out, &t.arena, 8);
	sp_json_print(&t.doc, SP_JSON_DOC, &out);
	assert_true(out.cut);
	assert_in_range(out.len, 0, 8);
	text_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(prints),
	    cmocka_unit_test(control_characters),
	    cmocka_unit_test(a_part_or_nothing),
	    cmocka_unit_test(bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
