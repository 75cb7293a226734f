/* SPDX-License-Identifier: Apache-2.0 */
/* Strings with a length, and UTF-8 against the definition of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sallyport/base.h"

static const struct sp_str none = {NULL, 0};

static void
null_strings_are_empty_strings(void **state)
{
	struct sp_str head, tail;

	(void)state;
	assert_true(sp_str_eq(none, SP_STR("")));
	assert_true(sp_str_is(none, ""));
	assert_true(sp_str_starts(none, none));
	assert_true(sp_str_ends(none, none));
	assert_int_equal(sp_str_cmp(none, none), 0);
	assert_true(sp_str_eq_nocase(none, SP_STR("")));
	assert_int_equal(sp_str_find(none, 'x'), 0);
	assert_true(sp_str_has_nocase(none, none));
	assert_false(sp_str_has_nocase(none, SP_STR("x")));
	assert_false(sp_str_cut(none, ',', &head, &tail));
	assert_int_equal(head.len + tail.len, 0);
	assert_int_equal(sp_str_from(none, 3).len, 0);
	assert_int_equal(sp_str_head(none, 3).len, 0);
	assert_int_equal(sp_utf8_bad(none), 0);
	assert_true(sp_str_hash(none) == sp_str_hash(SP_STR("")));
}

static void
compares_all_bytes(void **state)
{
	struct sp_str nul = {"a\0b", 3};

	(void)state;
	assert_false(sp_str_eq(nul, SP_STR("a")));
	assert_false(sp_str_is(nul, "a"));
	assert_true(sp_str_eq(nul, (struct sp_str){"a\0b", 3}));
	assert_false(sp_str_eq(nul, (struct sp_str){"a\0c", 3}));
	assert_true(sp_str_cmp(SP_STR("a"), SP_STR("ab")) < 0);
	assert_true(sp_str_cmp(SP_STR("ab"), SP_STR("a")) > 0);
	assert_true(sp_str_cmp(SP_STR("\xff"), SP_STR("a")) > 0); /* bytes, not chars */
	assert_true(sp_str_cmp(SP_STR("b"), SP_STR("ab")) > 0);
	assert_int_equal(sp_str_cmp(SP_STR("ab"), SP_STR("ab")), 0);
	assert_true(sp_str_hash(nul) != sp_str_hash(SP_STR("a")));
	assert_true(sp_str_hash(SP_STR("ab")) != sp_str_hash(SP_STR("ba")));
}

static void
case_is_ascii_only(void **state)
{
	(void)state;
	assert_true(sp_str_eq_nocase(SP_STR("Cap_SYS"), SP_STR("cAP_sys")));
	assert_false(sp_str_eq_nocase(SP_STR("a"), SP_STR("ab")));
	assert_false(sp_str_eq_nocase(SP_STR("["), SP_STR("{"))); /* differ only in bit 5 */
	assert_false(sp_str_eq_nocase(SP_STR("@"), SP_STR("`")));
	assert_false(sp_str_eq_nocase(SP_STR("\xc3\x84"), SP_STR("\xc3\xa4")));
	assert_false(sp_str_eq_nocase(SP_STR("k"), SP_STR("\xe2\x84\xaa"))); /* the Kelvin sign */
	assert_true(sp_str_has_nocase(SP_STR("the Password is"), SP_STR("PASSWORD")));
	assert_true(sp_str_has_nocase(SP_STR("token"), SP_STR("token")));
	assert_false(sp_str_has_nocase(SP_STR("toke"), SP_STR("token")));
	assert_true(sp_str_has_nocase(SP_STR("aab"), SP_STR("ab")));
}

static void
cuts_at_the_first(void **state)
{
	struct sp_str head, tail;

	(void)state;
	assert_true(sp_str_cut(SP_STR("a:b:c"), ':', &head, &tail));
	assert_true(sp_str_is(head, "a"));
	assert_true(sp_str_is(tail, "b:c"));
	assert_true(sp_str_cut(SP_STR("a:"), ':', &head, &tail));
	assert_true(sp_str_is(head, "a"));
	assert_true(sp_str_is(tail, ""));
	assert_true(sp_str_cut(SP_STR(":a"), ':', &head, &tail));
	assert_true(sp_str_is(head, ""));
	assert_false(sp_str_cut(SP_STR("abc"), ':', &head, &tail));
	assert_true(sp_str_is(head, "abc"));
	assert_true(sp_str_is(tail, ""));
	assert_true(sp_str_is(sp_str_from(SP_STR("abc"), 1), "bc"));
	assert_true(sp_str_is(sp_str_from(SP_STR("abc"), 9), ""));
	assert_true(sp_str_is(sp_str_head(SP_STR("abc"), 2), "ab"));
	assert_true(sp_str_is(sp_str_head(SP_STR("abc"), 9), "abc"));
	assert_int_equal(sp_str_find(SP_STR("abc"), 'c'), 2);
	assert_int_equal(sp_str_find(SP_STR("abc"), 'd'), 3);
}

/* The encoder that the standard describes; our decoder must be its exact inverse. */
static size_t
encode(uint32_t code, char *out)
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (char)(0xe0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 0x3f));
		out[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | code >> 18);
	out[1] = (char)(0x80 | (code >> 12 & 0x3f));
	out[2] = (char)(0x80 | (code >> 6 & 0x3f));
	out[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

static void
every_character_is_read(void **state)
{
	char text[4];

	(void)state;
	for (uint32_t code = 0; code < 0x110000; code++) {
		struct sp_str s = {text, encode(code, text)};
		uint32_t got = 1;
		size_t n = sp_utf8_next(s, 0, &got);

		if (code >= 0xd800 && code <= 0xdfff) {
			if (n)
				fail_msg("surrogate %x was taken", code);
			continue;
		}
		if (n != s.len || got != code)
			fail_msg("U+%04X was read as U+%04X, %zu bytes", code, got, n);
		for (size_t cut = 1; cut < s.len; cut++)
			if (sp_utf8_next((struct sp_str){text, cut}, 0, &got))
				fail_msg("%zu bytes of U+%04X were taken", cut, code);
	}
}

static void
nothing_else_is_read(void **state)
{
	size_t valid[5] = {0};
	unsigned char b[4];

	(void)state;
	/* All of one, two and three bytes; of four, those with an interesting second byte. */
	for (unsigned x = 0; x < 1u << 24; x++) {
		uint32_t code;
		size_t n;

		b[0] = (unsigned char)(x >> 16);
		b[1] = (unsigned char)(x >> 8);
		b[2] = (unsigned char)x;
		b[3] = 0x80;
		n = sp_utf8_next((struct sp_str){(char *)b, b[0] >= 0xf0 ? 4 : 3}, 0, &code);
		assert_true(n <= 4);
		valid[n]++;
	}
	assert_int_equal(valid[1], 128 << 16);
	assert_int_equal(valid[2], (0x800 - 0x80) << 8);
	assert_int_equal(valid[3], 0x10000 - 0x800 - 0x800);
	assert_int_equal(valid[4], (0x110000 - 0x10000) / 64);
}

static void
finds_the_first_bad_byte(void **state)
{
	char text[40];

	(void)state;
	for (size_t at = 0; at < 30; at++) {
		memset(text, 'a', sizeof(text));
		assert_int_equal(sp_utf8_bad((struct sp_str){text, 30}), 30);
		text[at] = (char)0xff;
		assert_int_equal(sp_utf8_bad((struct sp_str){text, 30}), at);
		text[at] = (char)0xc3;
		assert_int_equal(sp_utf8_bad((struct sp_str){text, 30}), at);
		text[at + 1] = (char)0xa4;
		assert_int_equal(sp_utf8_bad((struct sp_str){text, at + 2}), at + 2);
		assert_int_equal(sp_utf8_bad((struct sp_str){text, at + 1}), at);
	}
	assert_int_equal(sp_utf8_bad(SP_STR("\xc0\xaf")), 0);      /* overlong slash */
	assert_int_equal(sp_utf8_bad(SP_STR("a\xed\xa0\x80")), 1); /* half a surrogate pair */
}

static void
knows_what_cannot_be_seen(void **state)
{
	static const uint32_t hidden[] = {0,      9,      10,     0x1b,   0x7f,   0x80,
	                                  0x9b,   0xad,   0x200b, 0x200f, 0x2028, 0x202e,
	                                  0x2066, 0x2069, 0xfeff, 0xe0041};
	static const uint32_t shown[] = {' ',    '~',    0xa0,   0xe4,   0x301,   0x4e2d,
	                                 0x2010, 0x2027, 0x202f, 0x2070, 0x1f600, 0x10ffff};

	(void)state;
	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (!sp_utf8_hidden(hidden[i]))
			fail_msg("U+%04X is hidden", hidden[i]);
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		if (sp_utf8_hidden(shown[i]))
			fail_msg("U+%04X is not hidden", shown[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(null_strings_are_empty_strings),
	    cmocka_unit_test(compares_all_bytes),
	    cmocka_unit_test(case_is_ascii_only),
	    cmocka_unit_test(cuts_at_the_first),
	    cmocka_unit_test(every_character_is_read),
	    cmocka_unit_test(nothing_else_is_read),
	    cmocka_unit_test(finds_the_first_bad_byte),
	    cmocka_unit_test(knows_what_cannot_be_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
