/* SPDX-License-Identifier: Apache-2.0 */
/* Bounded text and the two escapings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <jansson.h>

#include "sallyport/base.h"

static struct sp_arena arena;
static struct sp_buf buf;

static int
setup(void **state)
{
	(void)state;
	sp_arena_init(&arena, 8 << 20);
	sp_buf_init(&buf, &arena, 1 << 20);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	sp_arena_fini(&arena);
	return 0;
}

#define assert_text(expected) assert_string_equal(sp_buf_str(&buf).p, (expected))

static void
adds_everything(void **state)
{
	(void)state;
	assert_int_equal(sp_buf_str(&buf).len, 0);
	assert_text("");
	sp_buf_add(&buf, (struct sp_str){NULL, 0});
	sp_buf_addz(&buf, "");
	sp_buf_addz(&buf, NULL);
	assert_text("");
	sp_buf_add(&buf, SP_STR("ab"));
	sp_buf_addc(&buf, 'c');
	sp_buf_addz(&buf, "d ");
	sp_buf_addu(&buf, 0);
	sp_buf_addc(&buf, ' ');
	sp_buf_addu(&buf, UINT64_MAX);
	sp_buf_addc(&buf, ' ');
	sp_buf_addi(&buf, INT64_MIN);
	sp_buf_addc(&buf, ' ');
	sp_buf_addi(&buf, 100);
	sp_buf_addf(&buf, " %s=%d", "x", 5);
	assert_text("abcd 0 18446744073709551615 -9223372036854775808 100 x=5");
	assert_false(buf.cut);
}

static void
grows_in_place_and_beside_others(void **state)
{
	char expected[6001];

	(void)state;
	for (int i = 0; i < 1000; i++) {
		snprintf(expected + i * 6, 7, "%05d,", i);
		sp_buf_addf(&buf, "%05d,", i);
		if (i % 50 == 0)
			memset(sp_arena_alloc(&arena, 100), 'x', 100); /* no longer the newest */
	}
	assert_text(expected);
	assert_true(arena.used_bytes < 40000);
}

static void
long_printf(void **state)
{
	(void)state;
	sp_buf_addf(&buf, "%3000d|%200d", 7, 8);
	assert_int_equal(sp_buf_str(&buf).len, 3201);
	assert_int_equal(buf.p[2999], '7');
	assert_int_equal(buf.p[3000], '|');
	assert_int_equal(buf.p[3200], '8');
	assert_false(buf.cut);
}

static void
cut_text_is_a_prefix(void **state)
{
	(void)state;
	for (size_t max = 0; max < 700; max++) {
		static const char piece[] = "0123456789";
		char expected[1100];

		for (size_t i = 0; i < 1100; i++)
			expected[i] = piece[i % 10];
		sp_arena_reset(&arena);
		sp_buf_init(&buf, &arena, max);
		for (int i = 0; i < 40; i++)
			sp_buf_addz(&buf, piece);
		sp_buf_addf(&buf, "%s%s%s%s%s", piece, piece, piece, piece, piece);
		sp_buf_addc(&buf, '0');
		assert_int_equal(buf.cut, max < 451);
		assert_int_equal(sp_buf_str(&buf).len, max < 451 ? max : 451);
		assert_memory_equal(sp_buf_str(&buf).p, expected, sp_buf_str(&buf).len);
		assert_int_equal(sp_buf_str(&buf).p[sp_buf_str(&buf).len], 0);
		if (buf.cut) { /* later text that would fit must not follow a gap */
			sp_buf_addc(&buf, '!');
			sp_buf_addz(&buf, "");
			sp_buf_addu(&buf, 1);
			sp_buf_addf(&buf, "%300d", 1);
			assert_int_equal(sp_buf_str(&buf).len, max);
		}
	}
}

static void
cut_keeps_characters_whole(void **state)
{
	static const char *const chars[] = {"a", "\xc3\xa4", "\xe4\xb8\xad", "\xf0\x9f\x98\x80"};

	(void)state;
	for (size_t kind = 0; kind < 4; kind++) {
		size_t len = strlen(chars[kind]);
		char text[421] = "";

		for (size_t i = 0; i < 420 / len; i++)
			memcpy(text + i * len, chars[kind], len + 1);
		for (size_t max = 250; max < 420; max++) {
			struct sp_str s;

			sp_arena_reset(&arena);
			sp_buf_init(&buf, &arena, max);
			if (max % 2)
				sp_buf_addz(&buf, text);
			else
				sp_buf_addf(&buf, "%s", text);
			s = sp_buf_str(&buf);
			assert_true(buf.cut);
			assert_int_equal(sp_utf8_bad(s), s.len);
			assert_true(s.len > max - len);
		}
	}
}

static void
full_arena_cuts(void **state)
{
	struct sp_arena small;
	size_t n = 0;

	(void)state;
	sp_arena_init(&small, 1000);
	sp_buf_init(&buf, &small, 1 << 20);
	while (!buf.cut && n++ < 10000)
		sp_buf_addz(&buf, "abc");
	assert_true(buf.cut);
	assert_true(small.full);
	assert_true(sp_buf_str(&buf).len > 100);
	sp_arena_fini(&small);

	sp_arena_init(&small, 0);
	sp_buf_init(&buf, &small, 100);
	sp_buf_addf(&buf, "%300d", 1);
	sp_buf_addc(&buf, 'x');
	sp_buf_addu(&buf, 12);
	sp_buf_add_json(&buf, SP_STR("\n\n"));
	assert_text("");
	assert_true(buf.cut);
	sp_arena_fini(&small);
}

static void
json_escapes(void **state)
{
	static const struct {
		struct sp_str in;
		const char *out;
	} rows[] = {
	    {{NULL, 0}, "\"\""},
	    {{"plain", 5}, "\"plain\""},
	    {{"a\"b\\c", 5}, "\"a\\\"b\\\\c\""},
	    {{"\b\t\n\v\f\r", 6}, "\"\\b\\t\\n\\u000b\\f\\r\""},
	    {{"\0\x1f\x7f ", 4}, "\"\\u0000\\u001f\\u007f \""},
	    {{"\xc3\xa4\xe4\xb8\xad\xf0\x9f\x98\x80", 9},
	     "\"\xc3\xa4\xe4\xb8\xad\xf0\x9f\x98\x80\""},
	    {{"x\xff\xc3y", 4}, "\"x\xef\xbf\xbd\xef\xbf\xbdy\""},
	    {{"\xed\xa0\x80", 3}, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
	    {{"\xc2\x9b\xe2\x80\xae\xf3\xa0\x81\x81", 9}, "\"\\u009b\\u202e\\udb40\\udc41\""},
	    {{"0123456\n89abcdef", 16}, "\"0123456\\n89abcdef\""},
	    {{"01234567\"", 9}, "\"01234567\\\"\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		sp_buf_init(&buf, &arena, 1 << 20);
		sp_buf_add_json(&buf, rows[i].in);
		assert_text(rows[i].out);
	}
}

/* Every byte and pair of bytes at every place of a word of eight, read back by jansson. */
static void
json_is_valid_for_all_bytes(void **state)
{
	(void)state;
	for (unsigned pair = 0; pair < 1u << 16; pair++) {
		char text[16];
		size_t at = pair % 11;
		struct sp_str out, in = {text, sizeof(text)};
		json_t *value;

		memcpy(text, "abcdefghijklmnop", sizeof(text));
		text[at] = (char)(pair >> 8);
		text[at + 1] = (char)pair;
		sp_arena_reset(&arena);
		sp_buf_init(&buf, &arena, 1 << 20);
		sp_buf_add_json(&buf, in);
		out = sp_buf_str(&buf);
		for (size_t i = 0; i < out.len; i++)
			if ((unsigned char)out.p[i] < 0x20 || out.p[i] == 0x7f)
				fail_msg("pair %04x gave a raw control byte", pair);
		value = json_loadb(out.p, out.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
		if (!value)
			fail_msg("pair %04x gave invalid JSON: %s", pair, out.p);
		if (sp_utf8_bad(in) == in.len) {
			assert_int_equal(json_string_length(value), in.len);
			assert_memory_equal(json_string_value(value), text, in.len);
		}
		json_decref(value);
	}
}

static void
json_cut_never_splits_an_escape(void **state)
{
	(void)state;
	for (size_t max = 0; max < 60; max++) {
		struct sp_str s;

		sp_arena_reset(&arena);
		sp_buf_init(&buf, &arena, max);
		sp_buf_add_json(&buf, SP_STR("\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01"));
		s = sp_buf_str(&buf);
		assert_true(s.len <= max);
		assert_true(buf.cut);
		assert_true(s.len <= 1 || (s.len - 1) % 6 == 0);
	}
}

static void
shown_is_harmless(void **state)
{
	(void)state;
	sp_buf_add_shown(&buf, SP_STR("a\x1b[2J\n\t\x7f\xff\xc2\x9b|\xe2\x80\xae|\xc3\xa4"), 0);
	assert_text("a?[2J?????|?|\xc3\xa4");
}

static void
shown_cuts_characters(void **state)
{
	(void)state;
	sp_buf_add_shown(&buf, SP_STR("12345"), 5);
	sp_buf_addc(&buf, '|');
	sp_buf_add_shown(&buf, SP_STR("123456"), 5);
	sp_buf_addc(&buf, '|');
	sp_buf_add_shown(&buf, SP_STR("\xc3\xa4\xc3\xa4\xc3\xa4"), 2);
	sp_buf_addc(&buf, '|');
	sp_buf_add_shown(&buf, SP_STR("\xff\xff\xff"), 2);
	sp_buf_addc(&buf, '|');
	sp_buf_add_shown(&buf, SP_STR(""), 2);
	assert_text("12345|12345...|\xc3\xa4\xc3\xa4...|?"
	            "?...|");
}

/* RFC 4648, 10, and the two digits that are not letters. */
static void
base64(void **state)
{
	static const char *const cases[][2] = {{"", ""},
	                                       {"f", "Zg=="},
	                                       {"fo", "Zm8="},
	                                       {"foo", "Zm9v"},
	                                       {"foob", "Zm9vYg=="},
	                                       {"fooba", "Zm9vYmE="},
	                                       {"foobar", "Zm9vYmFy"},
	                                       {"\xfb\xff", "+/8="}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sp_buf_init(&buf, &arena, 100);
		sp_buf_add_base64(&buf, sp_strz(cases[i][0]));
		assert_text(cases[i][1]);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(adds_everything),
	    TEST(grows_in_place_and_beside_others),
	    TEST(long_printf),
	    TEST(cut_text_is_a_prefix),
	    TEST(cut_keeps_characters_whole),
	    TEST(full_arena_cuts),
	    TEST(json_escapes),
	    TEST(json_is_valid_for_all_bytes),
	    TEST(json_cut_never_splits_an_escape),
	    TEST(shown_is_harmless),
	    TEST(shown_cuts_characters),
	    TEST(base64),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
