/* SPDX-License-Identifier: Apache-2.0 */
/* Did you mean: near misses get a name, everything else gets none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sallyport/diag.h"

static const char *const names[] = {
    "message",
    "mode",
    "memory",
    "memory_swap",
    "must",
    "may",
    "who",
    "do",
    "on",
    "run",
    "cap_add",
    "cap_drop",
    "bind",
    "privileged",
    "read_only",
    "resources.memory.max",
    "no-new-privileges",
    "image_pinned",
    "images",
    "team-blue",
};

static const char *
suggest(const char *word)
{
	return sp_suggest(sp_strz(word), names, sizeof(names) / sizeof(names[0]));
}

static void
near_misses(void **state)
{
	static const char *const rows[][2] = {
	    {"mesage", "message"},   /* one is missing */
	    {"messsage", "message"}, /* one too many */
	    {"massage", "message"},  /* another one */
	    {"mseasge", "message"},  /* swapped twice: two steps */
	    {"runn", "run"},
	    {"ru", "run"},
	    {"urn", "run"},
	    {"cap-ad", "cap_add"},
	    {"CAP_ADD", "cap_add"},
	    {"capadd", "cap_add"},
	    {"Read-Only", "read_only"},
	    {"priviledged", "privileged"},
	    {"previlegded", "privileged"},
	    {"resource.memory.max", "resources.memory.max"},
	    {"no_new_privilege", "no-new-privileges"},
	    {"imgae", "images"},
	    {"team-bleu", "team-blue"},
	    {"memory-swop", "memory_swap"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *got = suggest(rows[i][0]);

		if (!got || strcmp(got, rows[i][1]) != 0)
			fail_msg("'%s' gave '%s'", rows[i][0], got ? got : "(nothing)");
	}
}

static void
far_words(void **state)
{
	static const char *const words[] = {
	    "",
	    "-",
	    "_-_",
	    "x",
	    "d",
	    "foo",
	    "xyz",
	    "pid",
	    "privates",
	    "volumes",
	    "netw",
	    "ports",
	    "mm",
	    "ab",
	    "privilegexxxx",
	    "a-name-that-is-longer-than-any-that-could-be-mistyped-by-anybody-at-all",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (suggest(words[i]))
			fail_msg("'%s' gave '%s'", words[i], suggest(words[i]));
	assert_null(sp_suggest(SP_STR("run"), NULL, 0));
	assert_null(sp_suggest((struct sp_str){NULL, 0}, names, 3));
}

static void
limits_by_length(void **state)
{
	static const char *const abc[] = {"abc"}, *const seven[] = {"abcdefg"},
				 *const eight[] = {"abcdefgh"};

	(void)state;
	assert_non_null(sp_suggest(SP_STR("abx"), abc, 1));
	assert_null(sp_suggest(SP_STR("axx"), abc, 1));
	assert_non_null(sp_suggest(SP_STR("abcdexx"), seven, 1));
	assert_null(sp_suggest(SP_STR("abcdxxx"), seven, 1));
	assert_non_null(sp_suggest(SP_STR("abcdexxx"), eight, 1));
	assert_null(sp_suggest(SP_STR("abcdxxxx"), eight, 1));
}

static void
nearest_wins(void **state)
{
	static const char *const list[] = {"memory_limits", "memory_limit", "memory-limit"};
	static const char *const same[] = {"abcx", "abcy"};

	(void)state;
	assert_string_equal(sp_suggest(SP_STR("memory_limt"), list, 3), "memory_limit");
	assert_string_equal(sp_suggest(SP_STR("abcz"), same, 2), "abcx"); /* the first of equals */
}

static void
longest_names(void **state)
{
	char a[70], b[65];
	const char *list[] = {b};

	(void)state;
	memset(a, 'a', sizeof(a));
	memset(b, 'a', 64);
	b[64] = '\0';
	assert_ptr_equal(sp_suggest((struct sp_str){a, 64}, list, 1), b);
	assert_ptr_equal(sp_suggest((struct sp_str){a, 61}, list, 1), b);
	assert_null(sp_suggest((struct sp_str){a, 60}, list, 1));
	assert_null(sp_suggest((struct sp_str){a, 65}, list, 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(near_misses),      cmocka_unit_test(far_words),
	    cmocka_unit_test(limits_by_length), cmocka_unit_test(nearest_wins),
	    cmocka_unit_test(longest_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
