/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_bind.c: tokens against Go types.  The numbered rows are those of the decoding notes: what
 * four versions of dockerd were measured to do with each construct; each is tried in the spelling
 * that must pass and in the one that must be refused.
 */
#include "unit/json/json_test.h"

static const char dup[] = "duplicate key";
static const char fold[] = "two keys that Go reads as the same field";

static void
must_pass(const char *z)
{
	struct text t;

	if (text_bind(&t, z, &test_thing) != 0)
		fail_msg("%s: %s '%.*s' at %u", z, t.err.what, SP_FMT(t.err.key), t.err.at);
	assert_null(t.err.what);
	text_free(&t);
}

static void
must_fail(const char *z, const char *what, const char *key, uint32_t at)
{
	struct text t;

	if (text_bind(&t, z, &test_thing) != -1)
		fail_msg("accepted: %s", z);
	if (strcmp(t.err.what, what) != 0 || !sp_str_is(t.err.key, key) || t.err.at != at)
		fail_msg("%s: %s '%.*s' at %u", z, t.err.what, SP_FMT(t.err.key), t.err.at);
	text_free(&t);
}

static uint32_t
field(const struct text *t, uint32_t number)
{
	return sp_json_field(&t->doc, SP_JSON_DOC, number);
}

/* --- what a bound struct holds --- */

static void
fields_by_number(void **state)
{
	struct text t;
	uint32_t p;

	(void)state;
	assert_int_equal(
	    text_bind(&t,
	              "{\"Name\":\"n\",\"On\":true,\"Size\":-5,\"Port\":65535,\"Byte\":"
	              "-128,\"Data\":\"YQ==\",\"Cmd\":[\"a\",\"b\"],\"Binds\":[\"/a:/b\"],"
	              "\"Labels\":{\"k\":\"v\"},\"Point\":{\"Y\":2,\"X\":1},\"Points\":[{},"
	              "{\"X\":3}],\"ByName\":{\"p\":{\"Y\":4},\"q\":null},\"Any\":[null],"
	              "\"Sizes\":[1],\"Kiosk\":\"k\",\"Alias\":false}",
	              &test_thing),
	    0);
	assert_text(&t, field(&t, THING_NAME), "n");
	assert_true(sp_json_bool(&t.doc, field(&t, THING_ON)));
	assert_int_equal(sp_json_int(&t.doc, field(&t, THING_SIZE)), -5);
	assert_int_equal(sp_json_int(&t.doc, field(&t, THING_PORT)), 65535);
	assert_int_equal(sp_json_int(&t.doc, field(&t, THING_BYTE)), -128);
	assert_text(&t, field(&t, THING_DATA), "YQ==");
	assert_text(&t, sp_json_first(&t.doc, field(&t, THING_CMD)), "a");
	assert_text(&t, sp_json_first(&t.doc, field(&t, THING_BINDS)), "/a:/b");
	assert_text(&t, sp_json_first(&t.doc, field(&t, THING_LABELS)), "k");
	assert_text(&t, sp_json_first(&t.doc, field(&t, THING_LABELS)) + 1, "v");
	p = field(&t, THING_POINT);
	assert_int_equal(sp_json_int(&t.doc, sp_json_field(&t.doc, p, POINT_X)), 1);
	assert_int_equal(sp_json_int(&t.doc, sp_json_field(&t.doc, p, POINT_Y)), 2);
	p = sp_json_first(&t.doc, field(&t, THING_POINTS)); /* {}: all its fields are absent */
	assert_int_equal(sp_json_field(&t.doc, p, POINT_X), 0);
	p = sp_json_after(&t.doc, field(&t, THING_POINTS), p);
	assert_int_equal(sp_json_int(&t.doc, sp_json_field(&t.doc, p, POINT_X)), 3);
	assert_int_equal(sp_json_field(&t.doc, p, POINT_Y), 0);
	p = sp_json_first(&t.doc, field(&t, THING_BY_NAME));
	assert_int_equal(sp_json_int(&t.doc, sp_json_field(&t.doc, p + 1, POINT_Y)), 4);
	p = sp_json_after(&t.doc, field(&t, THING_BY_NAME), p);
	assert_text(&t, p, "q");
	assert_int_equal(sp_json_type(&t.doc, p + 1), SP_JSON_NULL);
	assert_int_equal(sp_json_field(&t.doc, p + 1, POINT_Y), 0);
	assert_int_equal(sp_json_type(&t.doc, field(&t, THING_ANY)), SP_JSON_ARRAY);
	assert_int_equal(t.doc.n_unknown, 0);
	text_free(&t);
}

static void
absent_things_have_absent_fields(void **state)
{
	struct text t;

	(void)state;
	assert_int_equal(text_bind(&t, "{\"Point\":null}", &test_thing), 0);
	for (uint32_t i = 0; i < THING_N; i++)
		assert_int_equal(field(&t, i), 0);
	assert_int_equal(sp_json_field(&t.doc, field(&t, THING_POINT), POINT_X), 0);
	assert_int_equal(sp_json_int(&t.doc, 0), 0);
	assert_false(sp_json_bool(&t.doc, 0));
	assert_null(sp_json_str(&t.doc, 0).p);
	text_free(&t);
}

/* Any order of the fields, and a document that needs more slots than the first allotment. */
static void
many_structs(void **state)
{
	enum { N = 3000 };
	static char z[N * 32 + 64];
	size_t at = 0;
	struct text t;
	uint32_t list, e;
	int64_t i = 0;

	(void)state;
	at += (size_t)sprintf(z, "{\"Points\":[");
	for (int n = 0; n < N; n++)
		at += (size_t)sprintf(z + at, "%s{\"%c\":%d,\"%c\":%d}", n ? "," : "",
		                      n % 2 ? 'X' : 'Y', n, n % 2 ? 'Y' : 'X', n + 1);
	sprintf(z + at, "],\"Name\":\"last\"}");
	assert_int_equal(text_bind(&t, z, &test_thing), 0);
	list = field(&t, THING_POINTS);
	for (e = sp_json_first(&t.doc, list); e; e = sp_json_after(&t.doc, list, e), i++) {
		int64_t x = sp_json_int(&t.doc, sp_json_field(&t.doc, e, POINT_X));
		int64_t y = sp_json_int(&t.doc, sp_json_field(&t.doc, e, POINT_Y));

		assert_int_equal(x, i % 2 ? i : i + 1);
		assert_int_equal(y, i % 2 ? i + 1 : i);
	}
	assert_int_equal(i, N);
	assert_text(&t, field(&t, THING_NAME), "last");
	text_free(&t);
}

/* --- rows 1 to 10: keys --- */

static void
rows_1_and_2_folded_keys(void **state)
{
	static const char *const spellings[] = {
	    "Kiosk",       "kiosk",        "KIOSK",
	    "kIOSK",       "\\u212aiosk",  "\xe2\x84\xaaiosk",
	    "Kio\\u017fk", "Kio\xc5\xbfk", "\\u212AIO\xc5\xbf\xe2\x84\xaa",
	    "K\\u0069osk"};
	static const char *const others[] = {"Ki_osk",       "Ki-osk", " Kiosk",
	                                     "Kiosk ",       "Kios",   "Kioskk",
	                                     "K\xc4\xb1osk", "",       "Kio\xea\x9c\xb1k"};

	(void)state;
	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
		char z[64];
		struct text t;

		snprintf(z, sizeof(z), "{\"%s\":\"x\"}", spellings[i]);
		assert_int_equal(text_bind(&t, z, &test_thing), 0);
		assert_text(&t, field(&t, THING_KIOSK), "x");
		assert_int_equal(t.doc.n_unknown, 0);
		text_free(&t);
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		char z[64];
		struct text t;

		snprintf(z, sizeof(z), "{\"%s\":\"x\"}", others[i]);
		assert_int_equal(text_bind(&t, z, &test_thing), 0);
		assert_int_equal(field(&t, THING_KIOSK), 0);
		assert_int_equal(t.doc.n_unknown, 1);
		text_free(&t);
	}
}

static void
rows_3_to_8_duplicates_in_structs(void **state)
{
	(void)state;
	must_fail("{\"On\":false,\"on\":true}", fold, "on", 12);          /* row 3 */
	must_fail("{\"kiosk\":\"\",\"Kiosk\":\"a\"}", fold, "Kiosk", 12); /* row 3 */
	must_fail("{\"Kiosk\":\"\",\"Kio\\u017fk\":\"\"}", fold, "Kio\xc5\xbfk", 12);
	must_fail("{\"On\":true,\"On\":null}", dup, "On", 11); /* row 4 */
	must_fail("{\"On\":null,\"On\":true}", dup, "On", 11);
	must_fail("{\"On\":null,\"oN\":null}", fold, "oN", 11);
	must_fail("{\"Point\":{\"X\":1},\"Point\":{\"Y\":1}}", dup, "Point", 17); /* row 5 */
	must_fail("{\"Point\":{},\"Point\":{}}", dup, "Point", 12);
	must_fail("{\"Point\":{\"X\":1,\"x\":2}}", fold, "x", 16);
	must_fail("{\"Labels\":{},\"labels\":{\"a\":\"b\"}}", fold, "labels", 13);       /* row 6 */
	must_fail("{\"Points\":[{\"X\":1}],\"Points\":[{\"Y\":2}]}", dup, "Points", 20); /* row 7 */
	must_fail("{\"Points\":[{\"X\":1,\"X\":1}]}", dup, "X", 18);
	must_fail("{\"Cmd\":\"a\",\"Cmd\":\"b\"}", dup, "Cmd", 11); /* row 8 */
	must_fail("{\"Alias\":false,\"alias\":false}", fold, "alias", 15);
	must_pass(
	    "{\"On\":false,\"Name\":\"On\",\"Point\":{\"X\":1},\"Points\":[{\"X\":1},{\"X\":1}]}");
}

static void
row_9_keys_of_maps(void **state)
{
	(void)state;
	must_fail("{\"Labels\":{\"a\":\"1\",\"a\":\"2\"}}", dup, "a", 19);
	must_fail("{\"Labels\":{\"a\":null,\"a\":\"2\"}}", dup, "a", 20);
	must_fail("{\"Labels\":{\"\":\"1\",\"\":\"1\"}}", dup, "", 18);
	must_fail("{\"Labels\":{\"b\":\"\",\"a\":\"\",\"\\u0062\":\"\"}}", dup, "b", 25);
	must_fail("{\"ByName\":{\"p\":{},\"p\":{}}}", dup, "p", 18);
	must_fail("{\"ByName\":{\"p\":{\"X\":1,\"x\":1}}}", fold, "x", 22);
	/* The keys of maps are exact. */
	must_pass("{\"Labels\":{\"a\":\"1\",\"A\":\"2\"}}");
	must_pass("{\"Labels\":{\"s\":\"1\",\"\xc5\xbf\":\"2\",\"S\":\"3\"}}");
	must_pass("{\"Labels\":{\"b\":\"1\",\"a\":\"2\"}}");
	must_pass("{\"Labels\":{\"Labels\":\"1\",\"labels\":\"2\"}}");
	must_pass("{\"Any\":{\"a\":1,\"a\":2}}"); /* not looked into */
}

static void
row_10_unknown_keys_twice(void **state)
{
	(void)state;
	must_pass("{\"Nobody\":1,\"Nobody\":2,\"nobody\":3}");
	must_pass("{\"Point\":{\"Z\":1,\"Z\":2}}");
}

/* --- rows 11 to 16: values --- */

static void
rows_11_and_12_null(void **state)
{
	static const char all[] =
	    "{\"Name\":null,\"On\":null,\"Size\":null,\"Port\":null,\"Byte\":null,"
	    "\"Data\":null,\"Cmd\":null,\"Binds\":null,\"Labels\":null,"
	    "\"Point\":null,\"Points\":null,\"ByName\":null,\"Any\":null,"
	    "\"Sizes\":null,\"Kiosk\":null,\"Alias\":null}";
	struct text t;

	(void)state;
	assert_int_equal(text_bind(&t, all, &test_thing), 0);
	for (uint32_t i = 0; i < THING_N; i++)
		assert_int_equal(field(&t, i), 0);
	text_free(&t);
	must_pass("{\"Labels\":{\"a\":null}}"); /* the zero value */
	must_pass("{\"ByName\":{\"a\":null}}");
	must_pass("{\"Points\":[{\"X\":null}]}");
	must_pass("{\"Any\":[null]}");
	must_fail("{\"Binds\":[null]}", "null in a list", "Binds", 1);
	must_fail("{\"Cmd\":[\"a\",null]}", "null in a list", "Cmd", 1);
	must_fail("{\"Points\":[{},null]}", "null in a list", "Points", 1);
	must_fail("{\"Sizes\":[null,0]}", "null in a list", "Sizes", 1);
}

static void
row_13_wrong_types(void **state)
{
	static const struct {
		const char *name;
		const char *wanted;
		const char *accepted; /* of "tfisqlo" below */
	} fields[] = {
	    {"Name", "a string", "s"},
	    {"On", "true or false", "tf"},
	    {"Size", "a whole number", "i"},
	    {"Port", "a whole number", "i"},
	    {"Byte", "a whole number", "i"},
	    {"Data", "base64 text", "s"},
	    {"Cmd", "a list or a string", "sl"},
	    {"Binds", "a list", "l"},
	    {"Labels", "an object", "o"},
	    {"Point", "an object", "o"},
	    {"Points", "a list", "l"},
	    {"ByName", "an object", "o"},
	    {"Any", "", "tfisdlo"},
	    {"Sizes", "a list", "l"},
	};
	static const struct {
		char letter;
		const char *text;
		const char *found;
	} values[] = {
	    {'t', "true", "true"},     {'f', "false", "false"},
	    {'i', "1", "a number"},    {'d', "1.5", "a decimal number"},
	    {'s', "\"\"", "a string"}, {'l', "[]", "a list"},
	    {'o', "{}", "an object"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		for (size_t k = 0; k < sizeof(values) / sizeof(values[0]); k++) {
			char z[64], what[64];
			struct text t;
			bool ok = strchr(fields[i].accepted, values[k].letter) != NULL;

			snprintf(z, sizeof(z), "{\"%s\":%s}", fields[i].name, values[k].text);
			snprintf(what, sizeof(what), "expected %s, found %s", fields[i].wanted,
			         values[k].found);
			if (text_bind(&t, z, &test_thing) != (ok ? 0 : -1))
				fail_msg("%s: %s", z, t.err.what ? t.err.what : "accepted");
			if (!ok) {
				assert_string_equal(t.err.what, what);
				assert_true(sp_str_is(t.err.key, fields[i].name));
			}
			text_free(&t);
		}
	}
}

/* Wrong types inside, and late in the document. */
static void
row_13_wrong_types_inside(void **state)
{
	(void)state;
	must_fail("{\"Binds\":[\"a\",1]}", "expected a string, found a number", "Binds", 14);
	must_fail("{\"Cmd\":[[\"a\"]]}", "expected a string, found a list", "Cmd", 1);
	must_fail("{\"Labels\":{\"a\":1}}", "expected a string, found a number", "a", 15);
	must_fail("{\"Labels\":{\"a\":{}}}", "expected a string, found an object", "a", 11);
	must_fail("{\"ByName\":{\"a\":\"x\"}}", "expected an object, found a string", "a", 15);
	must_fail("{\"Point\":{\"X\":\"1\"}}", "expected a whole number, found a string", "X", 14);
	must_fail("{\"Points\":[{\"X\":1},[]]}", "expected an object, found a list", "Points", 1);
	must_fail("{\"Name\":\"a\",\"Nobody\":{\"x\":[1]},\"Kiosk\":1}",
	          "expected a string, found a number", "Kiosk", 39);
	must_pass("{\"Binds\":[\"a\",\"1\"],\"Labels\":{\"a\":\"1\"},\"Point\":{\"X\":1}}");
}

static void
rows_14_to_16_numbers(void **state)
{
	static const char range[] = "number out of range";
	static const char decimal[] = "expected a whole number, found a decimal number";

	(void)state;
	must_fail("{\"Size\":1.0}", decimal, "Size", 8);
	must_fail("{\"Size\":1e3}", decimal, "Size", 8);
	must_fail("{\"Size\":-0.0}", decimal, "Size", 8);
	must_fail("{\"Size\":\"1\"}", "expected a whole number, found a string", "Size", 8);
	must_fail("{\"Size\":9223372036854775808}", range, "Size", 8);
	must_fail("{\"Size\":-9223372036854775809}", range, "Size", 8);
	must_fail("{\"Size\":99999999999999999999999999}", range, "Size", 8);
	must_fail("{\"Size\":18446744073709551617}", range, "Size", 8); /* 1 in 64 bits */
	must_fail("{\"Sizes\":[1,9223372036854775808]}", range, "Sizes", 12);
	must_fail("{\"Port\":65536}", range, "Port", 8);
	must_fail("{\"Port\":-1}", range, "Port", 8);
	must_fail("{\"Port\":-0}", range, "Port", 8); /* as Go: no sign for unsigned numbers */
	must_fail("{\"Byte\":128}", range, "Byte", 8);
	must_fail("{\"Byte\":-129}", range, "Byte", 8);
	must_pass("{\"Size\":9223372036854775807}");
	must_pass("{\"Size\":-9223372036854775808}");
	must_pass("{\"Size\":-0,\"Port\":0,\"Byte\":-0}"); /* row 15 */
	must_pass("{\"Port\":65535,\"Byte\":127}");
	must_pass("{\"Nobody\":1e999999,\"Any\":12345678901234567890123456}"); /* row 16 */
}

static void
unsigned_numbers(void **state)
{
	static const struct sp_go_type uint64 = {.kind = SP_GO_UINT, .bits = 64};
	static const struct sp_go_type list = {.kind = SP_GO_LIST, .elem = &uint64};
	struct text t;

	(void)state;
	assert_int_equal(text_bind(&t, "[0,18446744073709551615]", &list), 0);
	assert_true(sp_json_int(&t.doc, 3) == INT64_MAX);
	text_free(&t);
	assert_int_equal(text_bind(&t, "[0,-1]", &list), -1);
	assert_string_equal(t.err.what, "number out of range");
	text_free(&t);
}

/* Go looks for a field of exactly this name before it folds. */
static void
exact_names_first(void **state)
{
	static const struct sp_go_field fields[] = {
	    {"Id", &test_int, SP_FIELD_PLAIN, NULL},
	    {"ID", &test_int, SP_FIELD_PLAIN, NULL},
	    {"Z", &test_int, SP_FIELD_PLAIN, NULL},
	};
	static const struct sp_go_type type = {
	    .kind = SP_GO_STRUCT, .fields = fields, .n_fields = 3};
	static const char *const texts[] = {"{\"Id\":1,\"ID\":2}", "{\"ID\":2,\"Id\":1}",
	                                    "{\"Z\":3,\"ID\":2,\"Id\":1}",
	                                    "{\"Z\":3,\"id\":1,\"ID\":2}", "{\"id\":1}"};
	struct text t;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(text_bind(&t, texts[i], &type), 0);
		assert_int_equal(sp_json_int(&t.doc, field(&t, 0)), 1);
		assert_int_equal(sp_json_int(&t.doc, field(&t, 1)), i < 4 ? 2 : 0);
		text_free(&t);
	}
	assert_int_equal(text_bind(&t, "{\"id\":1,\"Id\":2}", &type), -1);
	assert_string_equal(t.err.what, fold);
	text_free(&t);
}

static void
base64_text(void **state)
{
	(void)state;
	must_pass("{\"Data\":\"\"}");
	must_pass("{\"Data\":\"YWJj\"}");
	must_pass("{\"Data\":\"YW\\nJj\\r\\n\"}");
	must_pass("{\"Data\":\"+\\/A=\"}");
	must_fail("{\"Data\":\"YWJ\"}", "invalid base64", "Data", 8);
	must_fail("{\"Data\":\"YWJj \"}", "invalid base64", "Data", 8);
	must_fail("{\"Data\":\"-_A=\"}", "invalid base64", "Data", 8);
}

/* --- rows 27 and 28, and what the caller may bind --- */

static void
rows_27_and_28_top_level(void **state)
{
	static const char *const others[] = {"[]", "\"\"", "1", "true", "[{\"Name\":\"\"}]"};
	struct text t;

	(void)state;
	must_pass("{}");
	assert_int_equal(text_bind(&t, "null", &test_thing), 0); /* the caller looks at the type */
	assert_int_equal(sp_json_type(&t.doc, SP_JSON_DOC), SP_JSON_NULL);
	assert_int_equal(field(&t, THING_NAME), 0);
	text_free(&t);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		assert_int_equal(text_bind(&t, others[i], &test_thing), -1);
		assert_int_equal(strncmp(t.err.what, "expected an object, found ", 26), 0);
		assert_int_equal(t.err.key.len, 0);
		text_free(&t);
	}
	assert_int_equal(text_bind(&t, "[\"a\"]", &test_strings), 0);
	text_free(&t);
	assert_int_equal(text_bind(&t, "[1]", &test_strings), -1);
	text_free(&t);
	assert_int_equal(text_bind(&t, "1", &test_any), 0);
	text_free(&t);
}

/* A part left as it is may be read later, and again. */
static void
binding_again(void **state)
{
	struct text t;
	uint32_t any, p;

	(void)state;
	assert_int_equal(text_bind(&t, "{\"Any\":{\"x\":7,\"z\":1},\"Size\":3}", &test_thing), 0);
	any = field(&t, THING_ANY);
	assert_int_equal(sp_json_field(&t.doc, any, POINT_X), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(sp_json_bind(&t.doc, any, &test_point, &t.err), 0);
		p = sp_json_field(&t.doc, any, POINT_X);
		assert_int_equal(sp_json_int(&t.doc, p), 7);
		assert_int_equal(t.doc.n_unknown, i + 1);
	}
	assert_int_equal(sp_json_int(&t.doc, field(&t, THING_SIZE)), 3);
	assert_int_equal(sp_json_bind(&t.doc, any, &test_labels, &t.err), -1);
	assert_int_equal(sp_json_field(&t.doc, any, POINT_X), 0);
	assert_int_equal(sp_json_bind(&t.doc, 0, &test_point, &t.err), 0);
	text_free(&t);
}

static void
refused_fields(void **state)
{
	static const char *const zero[] = {"null", "false", "0", "-0", "\"\""};
	static const char *const not_zero[] = {"true",  "1",  "-1",  "0.0", "\"0\"",
	                                       "\" \"", "[]", "[0]", "{}",  "{\"a\":null}"};

	(void)state;
	for (size_t i = 0; i < sizeof(zero) / sizeof(zero[0]); i++) {
		char z[64];

		snprintf(z, sizeof(z), "{\"Alias\":%s}", zero[i]);
		must_pass(z);
	}
	for (size_t i = 0; i < sizeof(not_zero) / sizeof(not_zero[0]); i++) {
		char z[64];

		snprintf(z, sizeof(z), "{\"alias\":%s}", not_zero[i]);
		must_fail(z, test_thing_fields[THING_ALIAS].why, "alias", 1);
	}
}

/* 6.1: a string list may be one string, which is one element. */
static void
string_lists(void **state)
{
	struct text t;
	uint32_t cmd, e;

	(void)state;
	assert_int_equal(text_bind(&t, "{\"Cmd\":\"a b\"}", &test_thing), 0);
	cmd = field(&t, THING_CMD);
	e = sp_json_first(&t.doc, cmd);
	assert_text(&t, e, "a b");
	assert_int_equal(sp_json_after(&t.doc, cmd, e), 0);
	text_free(&t);
	assert_int_equal(text_bind(&t, "{\"Cmd\":[]}", &test_thing), 0);
	assert_int_equal(sp_json_first(&t.doc, field(&t, THING_CMD)), 0);
	text_free(&t);
	must_fail("{\"Cmd\":{\"a\":\"b\"}}", "expected a list or a string, found an object", "Cmd",
	          1);
}

/* Every cap of the arena up to what is needed: an error with a text, and no crash. */
static void
memory(void **state)
{
	static const char z[] =
	    "{\"Points\":[{\"X\":1},{\"X\":2}],\"Labels\":{\"i\":\"\",\"h\":\"\","
	    "\"g\":\"\",\"f\":\"\",\"e\":\"\",\"d\":\"\",\"c\":\"\",\"b\":\"\","
	    "\"a\":\"\"},\"Nobody\":1,\"Any\":{}}";
	struct text t;
	size_t need, refused = 0;

	(void)state;
	assert_int_equal(text_bind(&t, z, &test_thing), 0);
	need = t.arena.used_bytes;
	text_free(&t);
	for (size_t cap = 0; cap < need; cap += 16) {
		int rc = text_parse_limited(&t, SP_STR(z), &test_limits, cap);

		if (rc == 0) {
			rc = sp_json_bind(&t.doc, SP_JSON_DOC, &test_thing, &t.err);
			refused++;
		}
		assert_int_equal(rc, -1);
		assert_string_equal(t.err.what, "too large for the memory of one request");
		text_free(&t);
	}
	assert_in_range(refused, 10, need);
	assert_int_equal(text_parse_limited(&t, SP_STR(z), &test_limits, need), 0);
	assert_int_equal(sp_json_bind(&t.doc, SP_JSON_DOC, &test_thing, &t.err), 0);
	text_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fields_by_number),
	    cmocka_unit_test(absent_things_have_absent_fields),
	    cmocka_unit_test(many_structs),
	    cmocka_unit_test(rows_1_and_2_folded_keys),
	    cmocka_unit_test(rows_3_to_8_duplicates_in_structs),
	    cmocka_unit_test(row_9_keys_of_maps),
	    cmocka_unit_test(row_10_unknown_keys_twice),
	    cmocka_unit_test(rows_11_and_12_null),
	    cmocka_unit_test(row_13_wrong_types),
	    cmocka_unit_test(row_13_wrong_types_inside),
	    cmocka_unit_test(rows_14_to_16_numbers),
	    cmocka_unit_test(unsigned_numbers),
	    cmocka_unit_test(exact_names_first),
	    cmocka_unit_test(base64_text),
	    cmocka_unit_test(rows_27_and_28_top_level),
	    cmocka_unit_test(binding_again),
	    cmocka_unit_test(refused_fields),
	    cmocka_unit_test(string_lists),
	    cmocka_unit_test(memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
