/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_go.c: our reader beside what Go's encoding/json was recorded to make of the same texts
 * (tests/oracle/gojson/record.go).  Two promises: what we accept Go reads in the same way, and
 * what Go accepts we refuse only for the reasons we mean to.
 */
#include "unit/json/json_test.h"

#include <jansson.h>

/* Refusals of what Go gives a meaning of its own. */
static const char *const meant[] = {
    "duplicate key",       "two keys that Go reads as the same field", "null in a list",
    "\\u0000 in a string", "half of a surrogate pair in a string",     "invalid UTF-8 in a string",
    "too deeply nested",   "expected base64 text, found a list", /* Go takes a list of numbers for
                                                                    []byte, too */
};

/* --- a bound struct thing in the form record.go writes it --- */

static json_t *
string_of(const struct text *t, uint32_t tok)
{
	struct sp_str s = sp_json_str(&t->doc, tok);
	json_t *j = json_stringn(s.p ? s.p : "", s.len);

	assert_non_null(j);
	return j;
}

static json_t *
int_of(const struct text *t, uint32_t tok)
{
	return json_integer(sp_json_int(&t->doc, tok));
}

static json_t *
point_of(const struct text *t, uint32_t tok)
{
	return json_pack("{s:o,s:o}", "X", int_of(t, sp_json_field(&t->doc, tok, POINT_X)), "Y",
	                 int_of(t, sp_json_field(&t->doc, tok, POINT_Y)));
}

static json_t *
point_or_null_of(const struct text *t, uint32_t tok)
{
	return tok ? point_of(t, tok) : json_null();
}

static json_t *
list_of(const struct text *t, uint32_t tok, json_t *elem_of(const struct text *, uint32_t))
{
	json_t *list;

	if (!tok)
		return json_null();
	list = json_array();
	for (uint32_t e = sp_json_first(&t->doc, tok); e; e = sp_json_after(&t->doc, tok, e))
		json_array_append_new(list, elem_of(t, e));
	return list;
}

static json_t *
map_of(const struct text *t, uint32_t tok, json_t *elem_of(const struct text *, uint32_t))
{
	json_t *map;

	if (!tok)
		return json_null();
	map = json_object();
	for (uint32_t k = sp_json_first(&t->doc, tok); k; k = sp_json_after(&t->doc, tok, k)) {
		struct sp_str key = sp_json_str(&t->doc, k);

		json_object_setn_new(map, key.p, key.len, elem_of(t, k + 1));
	}
	return map;
}

static json_t *
hex_of(const struct text *t, uint32_t tok)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	struct sp_str s = sp_json_str(&t->doc, tok);
	char hex[200];
	uint32_t bits = 0;
	size_t n = 0, len = 0;

	assert_in_range(s.len, 0, 90);
	for (size_t i = 0; i < s.len && s.p[i] != '='; i++) {
		const char *d = strchr(digits, s.p[i]);

		if (!d) /* a line end */
			continue;
		bits = bits << 6 | (uint32_t)(d - digits);
		if (++n % 4 != 1)
			len += (size_t)sprintf(hex + len, "%02x",
			                       bits >> (6 - 2 * ((n - 1) % 4)) & 0xff);
	}
	return json_stringn(hex, len);
}

static json_t *
thing_of(const struct text *t)
{
	uint32_t f[THING_N];

	for (uint32_t i = 0; i < THING_N; i++)
		f[i] = sp_json_field(&t->doc, SP_JSON_DOC, i);
	return json_pack(
	    "{s:o,s:b,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "Name",
	    string_of(t, f[THING_NAME]), "On", sp_json_bool(&t->doc, f[THING_ON]), "Size",
	    int_of(t, f[THING_SIZE]), "Port", int_of(t, f[THING_PORT]), "Byte",
	    int_of(t, f[THING_BYTE]), "Data", hex_of(t, f[THING_DATA]), "Cmd",
	    list_of(t, f[THING_CMD], string_of), "Binds", list_of(t, f[THING_BINDS], string_of),
	    "Labels", map_of(t, f[THING_LABELS], string_of), "Point",
	    point_or_null_of(t, f[THING_POINT]), "Points", list_of(t, f[THING_POINTS], point_of),
	    "ByName", map_of(t, f[THING_BY_NAME], point_of), "Sizes",
	    list_of(t, f[THING_SIZES], int_of), "Kiosk", string_of(t, f[THING_KIOSK]));
}

/* --- recorded lines --- */

static size_t
decode(const char *in, char *out)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t bits = 0;
	size_t n = 0, len = 0;

	for (; *in && *in != '='; in++) {
		const char *d = strchr(digits, *in);

		assert_non_null(d);
		bits = bits << 6 | (uint32_t)(d - digits);
		if (++n % 4 != 1)
			out[len++] = (char)(bits >> (6 - 2 * ((n - 1) % 4)));
	}
	return len;
}

static bool
is_meant(const char *what)
{
	for (size_t i = 0; i < sizeof(meant) / sizeof(meant[0]); i++) {
		if (strcmp(what, meant[i]) == 0)
			return true;
	}
	return false;
}

struct counts {
	size_t same, both_refuse, stricter;
};

static void
check_line(const json_t *line, struct counts *n)
{
	static char bytes[16384];
	const json_t *out = json_object_get(line, "out");
	struct sp_str in = {bytes, decode(json_string_value(json_object_get(line, "in")), bytes)};
	struct text t;
	json_t *ours;

	assert_non_null(out);
	if (text_parse(&t, in) != 0 ||
	    sp_json_bind(&t.doc, SP_JSON_DOC, &test_thing, &t.err) != 0) {
		if (json_is_null(out))
			n->both_refuse++;
		else if (is_meant(t.err.what))
			n->stricter++;
		else
			fail_msg("Go takes what we refuse, %s: %.*s", t.err.what, SP_FMT(in));
		text_free(&t);
		return;
	}
	if (json_is_null(out))
		fail_msg("Go refuses what we take: %.*s", SP_FMT(in));
	ours = thing_of(&t);
	assert_non_null(ours);
	if (!json_equal(ours, out)) {
		char *we = json_dumps(ours, JSON_SORT_KEYS), *go = json_dumps(out, JSON_SORT_KEYS);

		fail_msg("read differently: %.*s\nours %s\nGo's %s", SP_FMT(in), we, go);
	}
	n->same++;
	json_decref(ours);
	text_free(&t);
}

static void
recorded(const char *path, const char *version)
{
	static char text[32768];
	struct counts n = {0, 0, 0};
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	while (fgets(text, sizeof(text), f)) {
		json_error_t err;
		json_t *line = json_loads(text, JSON_ALLOW_NUL, &err);

		if (!line)
			fail_msg("%s: %s", err.text, text);
		if (json_object_get(line, "go"))
			assert_string_equal(json_string_value(json_object_get(line, "go")),
			                    version);
		else
			check_line(line, &n);
		json_decref(line);
	}
	fclose(f);
	print_message("%s: %zu read alike, %zu refused by both, %zu refused by us alone\n", version,
	              n.same, n.both_refuse, n.stricter);
	assert_in_range(n.same, 300, SIZE_MAX);
	assert_in_range(n.both_refuse, 300, SIZE_MAX);
	assert_in_range(n.stricter, 50, SIZE_MAX);
}

static void
go_1_19(void **state)
{
	(void)state;
	recorded("tests/oracle/gojson/go1.19.8.jsonl", "go1.19.8");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(go_1_19),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
