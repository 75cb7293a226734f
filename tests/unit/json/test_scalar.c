/* SPDX-License-Identifier: Apache-2.0 */
/* test_scalar.c: integers of a width, base64 text, zero values. */
#include "unit/json/json_test.h"
#include "json/scalar.h"

static void
integers_fit(void **state)
{
	static const struct {
		const char *digits;
		uint8_t bits;
		bool fits_signed, fits_unsigned;
	} cases[] = {
	    {"0", 8, true, true},
	    {"-0", 8, true, false},
	    {"-0", 64, true, false},
	    {"127", 8, true, true},
	    {"128", 8, false, true},
	    {"255", 8, false, true},
	    {"256", 8, false, false},
	    {"-1", 8, true, false},
	    {"-128", 8, true, false},
	    {"-129", 8, false, false},
	    {"32767", 16, true, true},
	    {"32768", 16, false, true},
	    {"65536", 16, false, false},
	    {"2147483647", 32, true, true},
	    {"-2147483648", 32, true, false},
	    {"-2147483649", 32, false, false},
	    {"4294967295", 32, false, true},
	    {"4294967296", 32, false, false},
	    {"9223372036854775807", 64, true, true},
	    {"9223372036854775808", 64, false, true},
	    {"-9223372036854775808", 64, true, false},
	    {"-9223372036854775809", 64, false, false},
	    {"18446744073709551615", 64, false, true},
	    {"18446744073709551616", 64, false, false},
	    {"36893488147419103232", 64, false, false}, /* 2^65 */
	    {"-18446744073709551616", 64, false, false},
	    {"100000000000000000000000000000000", 64, false, false},
	    {"9223372036854775807", 0, true, true}, /* 0: 64 */
	    {"9223372036854775808", 0, false, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sp_str s = sp_strz(cases[i].digits);

		if (sp_json_int_fits(s, cases[i].bits, true) != cases[i].fits_signed ||
		    sp_json_int_fits(s, cases[i].bits, false) != cases[i].fits_unsigned)
			fail_msg("%s in %d bits", cases[i].digits, cases[i].bits);
	}
}

static void
integer_values(void **state)
{
	static const struct {
		const char *text;
		int64_t value;
	} cases[] = {
	    {"0", 0},
	    {"-0", 0},
	    {"7", 7},
	    {"-7", -7},
	    {"536870912", 536870912},
	    {"9223372036854775807", INT64_MAX},
	    {"-9223372036854775808", INT64_MIN},
	    {"18446744073709551615", INT64_MAX}, /* a UINT: large, never negative */
	    {"99999999999999999999999", INT64_MAX},
	    {"-99999999999999999999999", INT64_MIN},
	    {"1.5", 0}, /* no integers: only a bind lets them through */
	    {"\"1\"", 0},
	    {"true", 0},
	    {"null", 0},
	    {"[1]", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text t;

		assert_int_equal(text_parse(&t, sp_strz(cases[i].text)), 0);
		assert_true(sp_json_int(&t.doc, SP_JSON_DOC) == cases[i].value);
		text_free(&t);
	}
}

static void
base64(void **state)
{
	static const char *const good[] = {
	    "",     "YWJj",     "YWI=",       "YQ==",       "+/+/", "AAAA0000zzzz", "YW\nJj",
	    "\r\n", "YQ\r\n==", "YQ=\n=\r\n", "\n\nYWJj\n", "YR==", /* loose bits: Go is lenient */
	};
	static const char *const bad[] = {
	    "Y",     "YQ",     "YQ=",      "YWJ",     "YQ===",    "====", "=",
	    "==",    "Y===",   "YQ==YQ==", "YQ==A",   "=YWJ",     "Y=Q=", "YWJj=",
	    "YW Jj", "YWJj\t", "-_-_",     "YWJ\xc3", "YWJj\x01", "YW=j", "YWJjY",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (!sp_json_base64_ok(sp_strz(good[i])))
			fail_msg("refused: %s", good[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (sp_json_base64_ok(sp_strz(bad[i])))
			fail_msg("accepted: %s", bad[i]);
	}
	assert_false(sp_json_base64_ok(SP_STR("YQ=\0")));
}

static void
zero_values(void **state)
{
	static const struct {
		const char *text;
		bool zero, zero_or_empty;
	} cases[] = {
	    {"null", true, true},
	    {"false", true, true},
	    {"0", true, true},
	    {"-0", true, true},
	    {"\"\"", true, true},
	    {"0.0", false, true},
	    {"-0.00", false, true},
	    {"0e5", false, true},
	    {"0E-9", false, true},
	    {"0.0e12", false, true},
	    {"[]", false, true},
	    {"{}", false, true},
	    {"true", false, false},
	    {"1", false, false},
	    {"-1", false, false},
	    {"10", false, false},
	    {"0.01", false, false},
	    {"1e-999", false, false},
	    {"\"0\"", false, false},
	    {"\" \"", false, false},
	    {"[null]", false, false},
	    {"[[]]", false, false},
	    {"{\"a\":null}", false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text t;

		assert_int_equal(text_parse(&t, sp_strz(cases[i].text)), 0);
		if (sp_json_is_zero(&t.doc, SP_JSON_DOC, false) != cases[i].zero ||
		    sp_json_is_zero(&t.doc, SP_JSON_DOC, true) != cases[i].zero_or_empty)
			fail_msg("%s", cases[i].text);
		assert_true(sp_json_is_zero(&t.doc, 0, false));
		text_free(&t);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(integers_fit),
	    cmocka_unit_test(integer_values),
	    cmocka_unit_test(base64),
	    cmocka_unit_test(zero_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
