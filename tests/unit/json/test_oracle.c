/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_oracle.c: our reader beside jansson, on every recorded message, the bodies in them, and
 * mutations of both.  The two must accept the same texts and find the same values in them.
 * Known differences, which are left out: jansson refuses numbers that fit neither 64 bits nor a
 * double, and allows more depth.
 */
#include "unit/json/json_test.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>

enum { MUTATIONS = 40, MESSAGE_MAX = 100000 };

static size_t n_accepted, n_refused, n_skipped;
static uint64_t seed = 20240229; /* printed when a mutation fails */

static uint32_t
next_random(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 20) % below;
}

/* --- comparing --- */

static bool
number_beyond_jansson(const struct sp_json *doc, uint32_t tok)
{
	char text[400];
	struct sp_str s = sp_json_str(doc, tok);

	if (s.len >= sizeof(text))
		return true;
	memcpy(text, s.p, s.len);
	text[s.len] = '\0';
	errno = 0;
	if (sp_json_type(doc, tok) == SP_JSON_INT)
		strtoll(text, NULL, 10);
	else if (strtod(text, NULL) < 1.0 && strtod(text, NULL) > -1.0)
		return false; /* too small is no error */
	return errno == ERANGE;
}

static void compare(const struct sp_json *doc, uint32_t tok, const json_t *j);

/* The last of equal keys is the one jansson keeps. */
static void
compare_object(const struct sp_json *doc, uint32_t tok, const json_t *j)
{
	size_t n_distinct = 0;

	for (uint32_t k = sp_json_first(doc, tok); k; k = sp_json_after(doc, tok, k)) {
		struct sp_str key = sp_json_str(doc, k);
		uint32_t later = k;

		do
			later = sp_json_after(doc, tok, later);
		while (later && !sp_str_eq(key, sp_json_str(doc, later)));
		if (later)
			continue;
		n_distinct++;
		compare(doc, k + 1, json_object_getn(j, key.p, key.len));
	}
	assert_int_equal(json_object_size(j), n_distinct);
}

static void
compare(const struct sp_json *doc, uint32_t tok, const json_t *j)
{
	struct sp_str s = sp_json_str(doc, tok);
	size_t i = 0;

	assert_non_null(j);
	switch (sp_json_type(doc, tok)) {
	case SP_JSON_NONE:
		fail_msg("token %u is absent", tok);
		return;
	case SP_JSON_NULL:
		assert_true(json_is_null(j));
		return;
	case SP_JSON_FALSE:
		assert_true(json_is_false(j));
		return;
	case SP_JSON_TRUE:
		assert_true(json_is_true(j));
		return;
	case SP_JSON_INT:
		assert_true(json_is_integer(j));
		assert_true(json_integer_value(j) == sp_json_int(doc, tok));
		return;
	case SP_JSON_NUMBER:
		assert_true(json_is_real(j));
		return;
	case SP_JSON_STRING:
		assert_true(json_is_string(j));
		assert_int_equal(json_string_length(j), s.len);
		assert_memory_equal(json_string_value(j), s.p, s.len);
		return;
	case SP_JSON_ARRAY:
		assert_true(json_is_array(j));
		assert_int_equal(json_array_size(j), doc->tok[tok].len);
		for (uint32_t e = sp_json_first(doc, tok); e; e = sp_json_after(doc, tok, e))
			compare(doc, e, json_array_get(j, i++));
		assert_int_equal(i, doc->tok[tok].len);
		return;
	case SP_JSON_OBJECT:
		assert_true(json_is_object(j));
		compare_object(doc, tok, j);
		return;
	}
}

static void
check_text(struct sp_str s)
{
	struct text t;
	json_error_t jerr;
	json_t *j = json_loadb(s.p ? s.p : "", s.len, JSON_DECODE_ANY, &jerr);
	int rc = text_parse(&t, s);

	if (rc == 0)
		for (uint32_t i = SP_JSON_DOC; i < t.doc.n_tok; i++) {
			enum sp_json_type type = sp_json_type(&t.doc, i);

			if ((type == SP_JSON_INT || type == SP_JSON_NUMBER) &&
			    number_beyond_jansson(&t.doc, i)) {
				n_skipped++;
				goto done;
			}
		}
	if ((rc == 0) != (j != NULL) && !(rc != 0 && strcmp(t.err.what, "too deeply nested") == 0))
		fail_msg("seed %llu: we say %s at %u, jansson says %s at %d: %.*s",
		         (unsigned long long)seed, rc == 0 ? "yes" : t.err.what, t.err.at,
		         j ? "yes" : jerr.text, jerr.position, SP_FMT(s));
	if (rc == 0)
		compare(&t.doc, SP_JSON_DOC, j);
	*(rc == 0 ? &n_accepted : &n_refused) += 1;
done:
	json_decref(j);
	text_free(&t);
}

/* --- mutations --- */

static const char *const morsels[] = {
    "\"",
    "\\",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    " ",
    "\n",
    "\t",
    "\r",
    "\v",
    "0",
    "-",
    "1e5",
    ".5",
    "00",
    "1.",
    "+1",
    "null",
    "true",
    "false",
    "nul",
    "\\u0041",
    "\\u0000",
    "\\ud800",
    "\\udc00",
    "\\ud83d\\ude00",
    "\\u017f",
    "\\x",
    "\\/",
    "\x01",
    "\x1f",
    "\x7f",
    "\x80",
    "\xc3\xa9",
    "\xc3",
    "\xed\xa0\x80",
    "\xf0\x9f\x98\x80",
    "\xf4\x90\x80\x80",
    "\xc0\xaf",
    "\xef\xbb\xbf",
    "\xff",
    "{}",
    "[]",
    "\"a\":1,",
    ",\"a\":null",
    "\"\":\"\"",
    "[[[[",
    "9223372036854775808",
    "-0",
    "1e999",
    "1e-999",
    "/**/",
    "'",
    "NaN",
};

static struct sp_str
mutate(struct sp_str s, char *out)
{
	size_t len = s.len, at, n;
	const char *m;

	memcpy(out, s.p, len);
	for (uint32_t i = 1 + next_random(3); i > 0; i--) {
		at = next_random((uint32_t)len + 1);
		n = next_random(2) ? next_random(4) : next_random(40);
		if (n > len - at)
			n = len - at;
		switch (next_random(6)) {
		case 0: /* other bits */
			if (at < len)
				out[at] = (char)(out[at] ^ 1 << next_random(8));
			break;
		case 1: /* a part less */
			memmove(out + at, out + at + n, len - at - n);
			len -= n;
			break;
		case 2: /* a part twice */
			memmove(out + at + n, out + at, len - at);
			len += n;
			break;
		case 3: /* cut */
			if (next_random(4) == 0)
				len = at;
			break;
		default: /* something put in, or written over */
			m = morsels[next_random(sizeof(morsels) / sizeof(morsels[0]))];
			if (next_random(2) && at + strlen(m) <= len) {
				memcpy(out + at, m, strlen(m));
			} else {
				memmove(out + at + strlen(m), out + at, len - at);
				memcpy(out + at, m, strlen(m));
				len += strlen(m);
			}
		}
	}
	return (struct sp_str){out, len};
}

static void
check_mutations(struct sp_str s)
{
	static char out[MESSAGE_MAX + 1000];

	check_text(s);
	for (int i = 0; i < MUTATIONS && s.len; i++)
		check_text(mutate(s, out));
}

/* --- recorded messages --- */

static size_t
decode_base64(const char *in, char *out)
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

static void
check_message(const char *path)
{
	static char message[MESSAGE_MAX], body[MESSAGE_MAX];
	FILE *f = fopen(path, "rb");
	json_t *j;
	size_t len;

	assert_non_null(f);
	len = fread(message, 1, sizeof(message), f);
	assert_in_range(len, 2, sizeof(message) - 1);
	fclose(f);
	check_mutations((struct sp_str){message, len});
	j = json_loadb(message, len, 0, NULL);
	assert_non_null(j);
	for (int i = 0; i < 2; i++) {
		const char *text =
		    json_string_value(json_object_get(j, i ? "ResponseBody" : "RequestBody"));

		if (text)
			check_mutations((struct sp_str){body, decode_base64(text, body)});
	}
	json_decref(j);
}

/* All messages below a folder of folders; returns how many. */
static size_t
check_folder(const char *folder)
{
	struct dirent **versions, **files;
	size_t n = 0;
	int n_versions = scandir(folder, &versions, NULL, alphasort);

	assert_true(n_versions > 0);
	for (int v = 0; v < n_versions; free(versions[v++])) {
		char dir[300], path[600];
		int n_files;

		snprintf(dir, sizeof(dir), "%s/%s", folder, versions[v]->d_name);
		if (versions[v]->d_name[0] < '0' || versions[v]->d_name[0] > '9' ||
		    (n_files = scandir(dir, &files, NULL, alphasort)) < 0)
			continue;
		for (int i = 0; i < n_files; free(files[i++])) {
			const char *name = files[i]->d_name;

			if (strlen(name) < 5 || strcmp(name + strlen(name) - 5, ".json") != 0)
				continue;
			snprintf(path, sizeof(path), "%s/%s", dir, name);
			check_message(path);
			n++;
		}
		free(files);
	}
	free(versions);
	return n;
}

static void
recorded_messages(void **state)
{
	size_t n = check_folder("tests/requests");

	(void)state;
	assert_in_range(n, 400, SIZE_MAX);
	n = check_folder("tests/attacks");
	assert_in_range(n, 800, SIZE_MAX);
	print_message("%zu texts accepted, %zu refused by both, %zu left out\n", n_accepted,
	              n_refused, n_skipped);
	assert_in_range(n_accepted, 3000, SIZE_MAX);
	assert_in_range(n_refused, 3000, SIZE_MAX);
	assert_in_range(n_skipped, 0, n_accepted / 10);
}

/* All texts of up to four bytes of those that matter. */
static void
short_texts(void **state)
{
	static const char bytes[] = "{}[]\",:\\ 01-.etrunfals\x01\x7f\xc3\xa9";
	const size_t n = sizeof(bytes) - 1;

	(void)state;
	for (size_t len = 0; len <= 4; len++) {
		size_t count = 1;

		for (size_t i = 0; i < len; i++)
			count *= len == 4 ? 13 : n; /* four: only the structure */
		for (size_t i = 0; i < count; i++) {
			char text[4];

			for (size_t k = 0, rest = i; k < len; k++) {
				text[k] = bytes[rest % (len == 4 ? 13 : n)];
				rest /= len == 4 ? 13 : n;
			}
			check_text((struct sp_str){text, len});
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(recorded_messages),
	    cmocka_unit_test(short_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
