/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_parse.c: the tokenizer: what it accepts with which tokens, what it refuses and where, and
 * its limits.  Rows of the decoding notes that concern the text are marked "row N".
 */
#include "unit/json/json_test.h"

#define LIT(z)                                                                                     \
	{                                                                                          \
		(z), sizeof(z) - 1                                                                 \
	}

struct bad_case {
	struct sp_str text;
	const char *what;
	uint32_t at;
	const char *key;
};

static struct sp_json_tok
token(const struct text *t, uint32_t i)
{
	assert_in_range(i, 1, t->doc.n_tok - 1);
	return t->doc.tok[i];
}

static void
check_token(const struct text *t, uint32_t i, enum sp_json_type type, uint32_t len, uint32_t next)
{
	assert_int_equal(token(t, i).type, type);
	assert_int_equal(token(t, i).len, len);
	assert_int_equal(token(t, i).next, next);
}

static void
tokens_of_a_document(void **state)
{
	struct text t;

	(void)state;
	assert_int_equal(
	    text_parse(&t, SP_STR(" { \"a\" : [ 1 , -2.5 ] ,\r\n\t\"b\":{},\"c\":{\"d\":null,"
	                          "\"e\":[]},\"f\":true,\"g\":false} ")),
	    0);
	assert_int_equal(t.doc.n_tok, 18);
	assert_int_equal(t.doc.tok[0].type, SP_JSON_NONE);
	check_token(&t, 1, SP_JSON_OBJECT, 5, 18);
	check_token(&t, 2, SP_JSON_STRING, 1, 3);
	assert_text(&t, 2, "a");
	check_token(&t, 3, SP_JSON_ARRAY, 2, 6);
	check_token(&t, 4, SP_JSON_INT, 1, 5);
	check_token(&t, 5, SP_JSON_NUMBER, 4, 6);
	assert_text(&t, 5, "-2.5");
	check_token(&t, 7, SP_JSON_OBJECT, 0, 8);
	check_token(&t, 9, SP_JSON_OBJECT, 2, 14);
	assert_text(&t, 10, "d");
	check_token(&t, 11, SP_JSON_NULL, 0, 12);
	check_token(&t, 13, SP_JSON_ARRAY, 0, 14);
	check_token(&t, 15, SP_JSON_TRUE, 0, 16);
	check_token(&t, 17, SP_JSON_FALSE, 0, 18);
	assert_null(t.err.what);
	assert_int_equal(token(&t, 1).off, 0); /* not bound */
	text_free(&t);
}

static void
accepts(void **state)
{
	static const struct {
		const char *text;
		enum sp_json_type type;
	} cases[] = {
	    {"null", SP_JSON_NULL}, /* row 27: the caller decides */
	    {"true", SP_JSON_TRUE},
	    {"false", SP_JSON_FALSE},
	    {"0", SP_JSON_INT},
	    {"-0", SP_JSON_INT}, /* row 15 */
	    {"10", SP_JSON_INT},
	    {"-987654321098765432109876543210", SP_JSON_INT}, /* row 16: it is bind's matter */
	    {"0.0", SP_JSON_NUMBER},
	    {"1e999999", SP_JSON_NUMBER}, /* row 16 */
	    {"1E+2", SP_JSON_NUMBER},
	    {"-1.50e-07", SP_JSON_NUMBER},
	    {"0e0", SP_JSON_NUMBER},
	    {"\"\"", SP_JSON_STRING},
	    {"\"\x7f\"", SP_JSON_STRING}, /* row 21: DEL */
	    {"[]", SP_JSON_ARRAY},
	    {"{}", SP_JSON_OBJECT},
	    {" \t\r\n1 \t\r\n", SP_JSON_INT}, /* row 26 */
	    {"[[],{}]", SP_JSON_ARRAY},
	    {"{\"a\":1,\"a\":2}", SP_JSON_OBJECT}, /* row 9: depends on the type */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text t;

		if (text_parse(&t, sp_strz(cases[i].text)) != 0)
			fail_msg("%s: %s at %u", cases[i].text, t.err.what, t.err.at);
		assert_int_equal(sp_json_type(&t.doc, SP_JSON_DOC), cases[i].type);
		assert_int_equal(token(&t, SP_JSON_DOC).next, t.doc.n_tok);
		text_free(&t);
	}
}

static const char finished[] = "something after the end of the JSON value";

static void
refuses(void **state)
{
	static const struct bad_case cases[] = {
	    {LIT(""), "no JSON value", 0, ""}, /* row 30 */
	    {LIT(" \n"), "no JSON value", 2, ""},
	    {LIT("{"), "expected a key in quotes", 1, ""},
	    {LIT("["), "unfinished JSON", 1, ""},
	    {LIT("[1"), "unfinished JSON", 2, ""},
	    {LIT("{\"a\":1"), "unfinished JSON", 6, "a"},
	    {LIT("{\"a\""), "expected ':' after the key", 4, "a"},
	    {LIT("{\"a\":"), "unfinished JSON", 5, "a"},
	    {LIT("{\"a\" 1}"), "expected ':' after the key", 5, "a"},
	    {LIT("{\"a\":1 \"b\":2}"), "expected ',' or '}'", 7, "a"},
	    {LIT("{\"a\":1]"), "expected ',' or '}'", 6, "a"},
	    {LIT("[1}"), "expected ',' or ']'", 2, ""},
	    {LIT("[1 2]"), "expected ',' or ']'", 3, ""},
	    {LIT("{a:1}"), "expected a key in quotes", 1, ""},
	    {LIT("{1:1}"), "expected a key in quotes", 1, ""},
	    {LIT("{\"a\":1,}"), "expected a key in quotes", 7, ""}, /* row 25 */
	    {LIT("[1,]"), "expected a value", 3, ""},
	    {LIT("[,1]"), "expected a value", 1, ""},
	    {LIT("{,}"), "expected a key in quotes", 1, ""},
	    {LIT("]"), "expected a value", 0, ""},
	    {LIT("\xef\xbb\xbf{}"), "expected a value", 0, ""}, /* row 25: BOM */
	    {LIT("{}\f"), finished, 2, ""},
	    {LIT("\v{}"), "expected a value", 0, ""},
	    {LIT("{}\xc2\xa0"), finished, 2, ""},
	    {LIT("/**/{}"), "expected a value", 0, ""},
	    {LIT("{}//"), finished, 2, ""},
	    {LIT("'a'"), "expected a value", 0, ""},
	    {LIT("NaN"), "expected a value", 0, ""},
	    {LIT("nan"), "expected a value", 0, ""},
	    {LIT("Infinity"), "expected a value", 0, ""},
	    {LIT("-Infinity"), "bad number", 0, ""},
	    {LIT("nul"), "expected a value", 0, ""},
	    {LIT("nulL"), "expected a value", 0, ""},
	    {LIT("True"), "expected a value", 0, ""},
	    {LIT("nulls"), finished, 4, ""},
	    {LIT("+1"), "expected a value", 0, ""},
	    {LIT("01"), "number with a leading zero", 0, ""},
	    {LIT("-01"), "number with a leading zero", 0, ""},
	    {LIT("[00]"), "number with a leading zero", 1, ""},
	    {LIT("-"), "bad number", 0, ""},
	    {LIT("1."), "bad number", 0, ""},
	    {LIT(".5"), "expected a value", 0, ""},
	    {LIT("1.e5"), "bad number", 0, ""},
	    {LIT("1e"), "bad number", 0, ""},
	    {LIT("1e+"), "bad number", 0, ""},
	    {LIT("0x1F"), finished, 1, ""},
	    {LIT("1_000"), finished, 1, ""},
	    {LIT("- 1"), "bad number", 0, ""},
	    {LIT("{} {}"), finished, 3, ""}, /* row 23 */
	    {LIT("{}x"), finished, 2, ""},
	    {LIT("{}\0"), finished, 2, ""},
	    {LIT("{}}"), finished, 2, ""}, /* row 24 */
	    {LIT("{}]"), finished, 2, ""},
	    {LIT("\"a"), "unfinished string", 2, ""},
	    {LIT("\"a\\"), "unfinished string", 2, ""},
	    {LIT("\"a\\\""), "unfinished string", 4, ""},
	    {LIT("{\"k\":\"a\nb\"}"), "control character in a string", 7, "k"}, /* row 20 */
	    {LIT("\"\x1f\""), "control character in a string", 1, ""},
	    {LIT("\"\0\""), "control character in a string", 1, ""},
	    {LIT("{\"a\tb\":1}"), "control character in a string", 3, "a"},
	    {LIT("\"\\x41\""), "bad escape in a string", 1, ""},
	    {LIT("\"\\'\""), "bad escape in a string", 1, ""},
	    {LIT("\"\\\0\""), "bad escape in a string", 1, ""},
	    {LIT("\"\\U0041\""), "bad escape in a string", 1, ""},
	    {LIT("\"\\u12\""), "bad \\u escape", 1, ""},
	    {LIT("\"\\u12G4\""), "bad \\u escape", 1, ""},
	    {LIT("\"\\u 123\""), "bad \\u escape", 1, ""},
	    {LIT("\"\\u123"), "bad \\u escape", 1, ""},
	    {LIT("{\"Image\":\"a\\u0000b\"}"), "\\u0000 in a string", 11, "Image"}, /* row 19 */
	    {LIT("{\"a\":[[\"x\",\"\\u0000\"]]}"), "\\u0000 in a string", 12, ""},
	    {LIT("{\"a\":[\"x\",\"\\u0000\"]}"), "\\u0000 in a string", 11, "a"},
	    {LIT("{\"a\":1,\"b\":{},\"c\":[\"\\x\"]}"), "bad escape in a string", 20, "c"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct bad_case *c = &cases[i];
		struct text t;

		if (text_parse(&t, c->text) != -1)
			fail_msg("accepted: %.*s", SP_FMT(c->text));
		if (strcmp(t.err.what, c->what) != 0 || t.err.at != c->at ||
		    !sp_str_is(t.err.key, c->key))
			fail_msg("%.*s: %s '%.*s' at %u", SP_FMT(c->text), t.err.what,
			         SP_FMT(t.err.key), t.err.at);
		text_free(&t);
	}
}

/* Every prefix of a document is refused: nothing is complete before it ends. */
static void
refuses_every_prefix(void **state)
{
	static const char whole[] = "{\"a\":[1,-2.5e3,\"x\\u00e9\xc3\xa9\\ud83d\\ude00\"],\"b\":"
				    "{\"c\":null,\"d\":true,\"e\":false},\"f\":\"\"}";
	struct text t;

	(void)state;
	assert_int_equal(text_parse(&t, SP_STR(whole)), 0);
	text_free(&t);
	for (size_t n = 0; n < sizeof(whole) - 1; n++) {
		assert_int_equal(text_parse(&t, (struct sp_str){whole, n}), -1);
		assert_non_null(t.err.what);
		assert_in_range(t.err.at, 0, n);
		text_free(&t);
	}
}

/* --- strings --- */

static void
unescapes(void **state)
{
	static const char *const pairs[][2] = {
	    {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t"},
	    {"\"\\u0041\\u00e9\\u20AC\\uFFFD\"", "A\xc3\xa9\xe2\x82\xac\xef\xbf\xbd"},
	    {"\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80"},
	    {"\"\\uD800\\uDC00\\udbff\\udfff\"", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"},
	    {"\"\\u0001\\u001f\\u007f\\u0080\\u07ff\\u0800\\ud7ff\\ue000\\uffff\"",
	     "\x01\x1f\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf"},
	    {"\"a\\nb\\nc and a longer plain part, more than sixteen bytes\\n\"",
	     "a\nb\nc and a longer plain part, more than sixteen bytes\n"},
	    {"\"\\u017f\xc5\xbf\\u212a\xe2\x84\xaa\"", "\xc5\xbf\xc5\xbf\xe2\x84\xaa\xe2\x84\xaa"},
	    {"\"\\\\u0041\"", "\\u0041"},
	    {"\"\\\\\\\\\"", "\\\\"},
	    {"\"\x7f\"", "\x7f"},
	    {"\"\xc3\xa9\\n\xf0\x9f\x98\x80x\\t\xc3\xa9\"",
	     "\xc3\xa9\n\xf0\x9f\x98\x80x\t\xc3\xa9"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct text t;

		if (text_parse(&t, sp_strz(pairs[i][0])) != 0)
			fail_msg("%s: %s", pairs[i][0], t.err.what);
		assert_text(&t, SP_JSON_DOC, pairs[i][1]);
		text_free(&t);
	}
}

static void
refuses_bad_unicode(void **state)
{
	static const char surrogate[] = "half of a surrogate pair in a string";
	static const char utf8[] = "invalid UTF-8 in a string";
	static const struct bad_case cases[] = {
	    {LIT("\"\\ud800\""), surrogate, 1, ""}, /* row 18 */
	    {LIT("\"\\udc00\""), surrogate, 1, ""},
	    {LIT("\"\\ud800x\""), surrogate, 1, ""},
	    {LIT("\"\\ud800\\n\""), surrogate, 1, ""},
	    {LIT("\"\\ud800\\ud800\""), surrogate, 1, ""},
	    {LIT("\"\\ud800\\u0041\""), surrogate, 1, ""},
	    {LIT("\"\\udc00\\ud800\""), surrogate, 1, ""},
	    {LIT("\"\\udc00\\udc00\""), surrogate, 1, ""},
	    {LIT("\"\\ud800\\udc0"), surrogate, 1, ""},
	    {LIT("\"\\ud800\\udc0\""), surrogate, 1, ""},
	    {LIT("\"\x80\""), utf8, 1, ""}, /* row 17 */
	    {LIT("\"\xff\""), utf8, 1, ""},
	    {LIT("\"\xc3\""), utf8, 1, ""},
	    {LIT("\"\xc3"), utf8, 1, ""},
	    {LIT("\"a\xc0\xaf\""), utf8, 2, ""},        /* overlong '/' */
	    {LIT("\"\xc1\xbf\""), utf8, 1, ""},         /* overlong */
	    {LIT("\"\xe0\x80\xaf\""), utf8, 1, ""},     /* overlong */
	    {LIT("\"\xf0\x80\x80\xaf\""), utf8, 1, ""}, /* overlong */
	    {LIT("\"\xed\xa0\x80\""), utf8, 1, ""},     /* a surrogate */
	    {LIT("\"\xed\xa0\x80\xed\xb0\x80\""), utf8, 1, ""},
	    {LIT("\"\xf4\x90\x80\x80\""), utf8, 1, ""}, /* U+110000 */
	    {LIT("\"\xf8\x88\x80\x80\x80\""), utf8, 1, ""},
	    {LIT("\"\xc3\xa9\xc3\""), utf8, 3, ""},
	    {LIT("{\"Im\xff\":1}"), utf8, 4, "Im"},
	    {LIT("{\"Image\":\"a\xff\"}"), utf8, 11, "Image"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text t;

		assert_int_equal(text_parse(&t, cases[i].text), -1);
		if (strcmp(t.err.what, cases[i].what) != 0 || t.err.at != cases[i].at ||
		    !sp_str_is(t.err.key, cases[i].key))
			fail_msg("%zu: %s '%.*s' at %u", i, t.err.what, SP_FMT(t.err.key),
			         t.err.at);
		text_free(&t);
	}
}

/* A special byte at every distance, so at every place of a block of the fast scan. */
static void
strings_of_every_length(void **state)
{
	static const char *const tails[][2] = {
	    {"", ""}, {"\\n", "\n"}, {"\xc3\xa9", "\xc3\xa9"}, {"\\u20ac", "\xe2\x82\xac"}};

	(void)state;
	for (size_t n = 0; n < 100; n++) {
		for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
			char text[256], want[256];
			struct text t;

			snprintf(text, sizeof(text), "\"%.*s%s%.*s\"", (int)n,
			         "01234567890123456789012345678901234567890123456789"
			         "!#[]^`~ 01234567890123456789012345678901234567890123456789",
			         tails[i][0], (int)(n / 3), "abcdefghijklmnopqrstuvwxyzabcdefghij");
			snprintf(want, sizeof(want), "%.*s%s%.*s", (int)n, text + 1, tails[i][1],
			         (int)(n / 3), "abcdefghijklmnopqrstuvwxyzabcdefghij");
			assert_int_equal(text_parse(&t, sp_strz(text)), 0);
			assert_text(&t, SP_JSON_DOC, want);
			text_free(&t);
			for (size_t at = 1; at <= n; at++) {
				char keep = text[at];

				text[at] = '\x1f';
				assert_int_equal(text_parse(&t, sp_strz(text)), -1);
				assert_int_equal(t.err.at, at);
				text_free(&t);
				text[at] = keep;
			}
		}
	}
}

/* --- limits --- */

static int
parse_limited(const char *z, struct sp_json_limits limits, const char *what)
{
	struct text t;
	int rc = text_parse_limited(&t, sp_strz(z), &limits, (size_t)1 << 20);

	if (rc == 0)
		assert_null(t.err.what);
	else
		assert_string_equal(t.err.what, what);
	text_free(&t);
	return rc;
}

static void
limits(void **state)
{
	const char *too_long = "too long", *deep = "too deeply nested", *many = "too many values";
	struct sp_json_limits l = {.max_bytes = 100, .max_tokens = 100, .max_depth = 100};

	(void)state;
	l.max_bytes = 4;
	assert_int_equal(parse_limited("1234", l, NULL), 0);
	assert_int_equal(parse_limited("12345", l, too_long), -1);
	assert_int_equal(parse_limited("123  ", l, too_long), -1);
	l.max_bytes = 100;
	l.max_depth = 2; /* row 22 */
	assert_int_equal(parse_limited("[{}]", l, NULL), 0);
	assert_int_equal(parse_limited("[[1],[2],{\"a\":3}]", l, NULL), 0);
	assert_int_equal(parse_limited("[[[]]]", l, deep), -1);
	assert_int_equal(parse_limited("[[{\"a\":1}]]", l, deep), -1);
	assert_int_equal(parse_limited("{\"a\":{\"b\":[]}}", l, deep), -1);
	l.max_depth = 0;
	assert_int_equal(parse_limited("1", l, NULL), 0);
	assert_int_equal(parse_limited("{}", l, deep), -1);
	l.max_depth = 100;
	l.max_tokens = 5;
	assert_int_equal(parse_limited("[1,2,3,4]", l, NULL), 0);
	assert_int_equal(parse_limited("{\"a\":1,\"b\":2}", l, NULL), 0);
	assert_int_equal(parse_limited("[1,2,3,4,5]", l, many), -1);
	assert_int_equal(parse_limited("[1,2,3,{\"a\":1}]", l, many), -1);
	l.max_tokens = 0;
	assert_int_equal(parse_limited("1", l, many), -1);
	l.max_tokens = UINT32_MAX;
	assert_int_equal(parse_limited("1", l, NULL), 0);
}

/* Depth is bounded whatever the caller asks for, as later steps recurse. */
static void
depth_has_an_end(void **state)
{
	const struct sp_json_limits l = {
	    .max_bytes = UINT32_MAX, .max_tokens = UINT32_MAX, .max_depth = UINT32_MAX - 1};
	static char text[2002];
	struct text t;

	(void)state;
	memset(text, '[', 1000);
	memset(text + 1000, ']', 1000);
	assert_int_equal(text_parse_limited(&t, (struct sp_str){text, 2000}, &l, (size_t)1 << 20),
	                 0);
	text_free(&t);
	memset(text, '[', 1001);
	memset(text + 1001, ']', 1001);
	assert_int_equal(text_parse_limited(&t, (struct sp_str){text, 2002}, &l, (size_t)1 << 20),
	                 -1);
	assert_int_equal(t.err.at, 1000);
	text_free(&t);
}

/* More values than the first guess, and an arena that holds them or does not. */
static void
memory(void **state)
{
	static char text[40001];
	struct text t;
	size_t need;

	(void)state;
	memset(text, '1', sizeof(text));
	for (size_t i = 0; i < sizeof(text); i += 2)
		text[i] = ',';
	text[0] = '[';
	text[40000] = ']';
	assert_int_equal(text_parse(&t, (struct sp_str){text, sizeof(text)}), 0);
	check_token(&t, 1, SP_JSON_ARRAY, 20000, 20002);
	for (uint32_t i = 2; i < 20002; i++)
		check_token(&t, i, SP_JSON_INT, 1, i + 1);
	need = t.arena.used_bytes;
	text_free(&t);
	assert_in_range(need, 20002 * sizeof(struct sp_json_tok),
	                4 * 20002 * sizeof(struct sp_json_tok));
	for (size_t cap = 0; cap < need; cap += need / 64) {
		int rc =
		    text_parse_limited(&t, (struct sp_str){text, sizeof(text)}, &test_limits, cap);

		assert_int_equal(rc, -1);
		assert_string_equal(t.err.what, "too large for the memory of one request");
		text_free(&t);
	}
}

/* A struct sp_json of zeros stands for "no body": everything in it is absent. */
static void
zeroed_document(void **state)
{
	const struct sp_json none = {0};

	(void)state;
	assert_int_equal(sp_json_type(&none, 0), SP_JSON_NONE);
	assert_null(sp_json_str(&none, 0).p);
	assert_int_equal(sp_json_field(&none, 0, 3), 0);
	assert_int_equal(sp_json_first(&none, 0), 0);
	assert_int_equal(sp_json_after(&none, 0, 0), 0);
	assert_int_equal(sp_json_int(&none, 0), 0);
	assert_false(sp_json_bool(&none, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tokens_of_a_document),
	    cmocka_unit_test(accepts),
	    cmocka_unit_test(refuses),
	    cmocka_unit_test(refuses_every_prefix),
	    cmocka_unit_test(unescapes),
	    cmocka_unit_test(refuses_bad_unicode),
	    cmocka_unit_test(strings_of_every_length),
	    cmocka_unit_test(limits),
	    cmocka_unit_test(depth_has_an_end),
	    cmocka_unit_test(memory),
	    cmocka_unit_test(zeroed_document),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
