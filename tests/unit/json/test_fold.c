/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_fold.c: which keys Go takes for a field.  The pairs were measured with encoding/json of
 * Go 1.19, 1.24 and 1.27 through dockerd.
 */
#include "unit/json/json_test.h"

static void
folds(void **state)
{
	static const char *const pairs[][2] = {
	    {"Privileged", "Privileged"},
	    {"privileged", "Privileged"},
	    {"PRIVILEGED", "Privileged"},
	    {"pRIVILEGED", "Privileged"},
	    {"hostconfig", "HostConfig"},
	    {"NETWORKMODE", "NetworkMode"},
	    {"Bind\xc5\xbf", "Binds"}, /* U+017F */
	    {"\xc5\xbf"
	     "ecurityOpt",
	     "SecurityOpt"},
	    {"Ho\xc5\xbftConfig", "HostConfig"},
	    {"Networ\xe2\x84\xaaMode", "NetworkMode"}, /* U+212A */
	    {"\xe2\x84\xaa"
	     "ernelMemory",
	     "KernelMemory"},
	    {"di\xc5\xbf\xe2\x84\xaa", "Disk"},
	    {"\xc5\xbf\xc5\xbf", "sS"},
	    {"a_b", "A_B"},
	    {"a-b9", "A-B9"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if (!sp_json_fold_eq(sp_strz(pairs[i][0]), pairs[i][1]))
			fail_msg("'%s' must be read as %s", pairs[i][0], pairs[i][1]);
	}
}

static void
does_not_fold(void **state)
{
	static const char *const pairs[][2] = {
	    {"", "Binds"},
	    {"Bind", "Binds"},
	    {"Bindss", "Binds"},
	    {"Binds ", "Binds"},
	    {" Binds", "Binds"},
	    {"Cap_Add", "CapAdd"},
	    {"Cap-Add", "CapAdd"},
	    {"Cap Add", "CapAdd"},
	    {"CapAdd\xc5\xbf", "CapAdd"},
	    {"Pr\xc4\xb1vileged", "Privileged"}, /* U+0131, dotless i */
	    {"Pr\xc4\xb0vileged", "Privileged"}, /* U+0130, dotted I */
	    {"Bind\xea\x9c\xb1", "Binds"},       /* U+A731, small capital s */
	    {"Bind\xef\xbd\x93", "Binds"},       /* U+FF53, full-width s */
	    {"Bind\xc3\x9f", "Binds"},           /* U+00DF, sharp s */
	    {"Bin\xc5\xbf"
	     "d",
	     "Binds"},
	    {"Bind\xc5", "Binds"}, /* half a character */
	    {"Networ\xe2\x84Mode", "NetworkMode"},
	    {"Networ\xe2\x84", "Network"},
	    {"\xe2\x84\xaa", "s"},
	    {"\xc5\xbf", "k"},
	    {"\xc5\xbf", "S_"},
	    {"@", "`"}, /* differ in the case bit, are no letters */
	    {"[", "{"},
	    {"_", "?"},
	    {"A]", "a}"},
	};
	struct sp_str nul = {"Binds\0", 6};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if (sp_json_fold_eq(sp_strz(pairs[i][0]), pairs[i][1]))
			fail_msg("'%s' must not be read as %s", pairs[i][0], pairs[i][1]);
	}
	assert_false(sp_json_fold_eq(nul, "Binds"));
	assert_true(sp_json_fold_eq(sp_str_head(nul, 5), "Binds"));
	assert_false(sp_json_fold_eq(sp_str_head(nul, 4), "Binds")); /* an 's' follows the key */
}

/* Every code point, alone: exactly the ones Unicode folds onto an ASCII letter are taken. */
static void
every_code_point(void **state)
{
	uint32_t taken[8];
	size_t n = 0;

	(void)state;
	for (uint32_t c = 1; c <= 0x10ffff; c++) {
		char key[4];
		size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

		if (len == 1)
			key[0] = (char)c;
		for (size_t i = len; len > 1 && i-- > 1;)
			key[i] = (char)(0x80 | (c >> 6 * (len - 1 - i) & 0x3f));
		if (len > 1)
			key[0] = (char)((0xf00 >> len & 0xff) | c >> 6 * (len - 1));
		for (char name = 'a'; name <= 'z'; name++) {
			char field[] = {name, '\0'};

			if (!sp_json_fold_eq((struct sp_str){key, len}, field))
				continue;
			if (c == (uint32_t)name || c == (uint32_t)name - 0x20)
				continue;
			assert_in_range(n, 0, 7);
			taken[n++] = c;
		}
	}
	assert_int_equal(n, 2);
	assert_int_equal(taken[0], 0x017f);
	assert_int_equal(taken[1], 0x212a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(folds),
	    cmocka_unit_test(does_not_fold),
	    cmocka_unit_test(every_code_point),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
