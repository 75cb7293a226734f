/* SPDX-License-Identifier: Apache-2.0 */
/* Messages about files as a person sees them; the first ones are those of the manual. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sallyport/diag.h"

static struct sp_arena arena;
static struct sp_diags diags;

static int
setup(void **state)
{
	(void)state;
	sp_arena_init(&arena, 8 << 20);
	sp_diags_init(&diags, &arena);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	sp_arena_fini(&arena);
	return 0;
}

static uint32_t
add_file(const char *name, const char *text)
{
	return sp_diags_file(&diags, sp_strz(name), sp_strz(text));
}

static void
add_error(uint32_t line, uint32_t column, uint32_t width, const char *hint, const char *text)
{
	struct sp_pos pos = {0, line, column, width};

	assert_int_equal(sp_diags_add(&diags, SP_ERROR, "E210", pos, hint, "%s", text), -1);
}

static void
expect(int n_rules, const char *expected)
{
	struct sp_buf out;

	sp_buf_init(&out, &arena, 1 << 20);
	sp_diags_print(&diags, &out, n_rules);
	assert_string_equal(sp_buf_str(&out).p, expected);
}

static void
typo_example(void **state)
{
	struct sp_pos pos = {0, 5, 5, 6};

	(void)state;
	add_file("01-typo-key.yaml",
	         "sallyport: 1\ndeny:\n  no-privileged:\n    uses: {privileged: "
	         "true}\n    mesage: please do not\n");
	sp_diags_add(&diags, SP_ERROR, "E210", pos, "did you mean 'message'?",
	             "unknown key '%s' in %s rule '%s'", "mesage", "deny", "no-privileged");
	expect(1, "01-typo-key.yaml:5:5: error[E210]: unknown key 'mesage' in deny rule "
	          "'no-privileged'\n"
	          "     5 |     mesage: please do not\n"
	          "       |     ^~~~~~\n"
	          "       = did you mean 'message'?\n"
	          "01-typo-key.yaml: 1 error, 0 warnings\n");
}

static void
invisible_character_example(void **state)
{
	struct sp_pos pos = {0, 4, 19, 1};

	(void)state;
	add_file("16-linesep.yaml", "sallyport: 1\ndeny:\n  no-priv: {uses: {privileged: true}}\n"
	                            "exceptions: {}  # \xe2\x80\xa8  x: {lifts: [no-priv]}\n");
	sp_diags_add(&diags, SP_ERROR, "E103", pos,
	             "delete it; such characters can hide a rule from a reviewer",
	             "invisible or control character U+%04X is not allowed in a policy file",
	             0x2028);
	expect(-1,
	       "16-linesep.yaml:4:19: error[E103]: invisible or control character U+2028 is not "
	       "allowed in a policy file\n"
	       "     4 | exceptions: {}  # \xef\xbf\xbd  x: {lifts: [no-priv]}\n"
	       "       |                   ^\n"
	       "       = delete it; such characters can hide a rule from a reviewer\n"
	       "16-linesep.yaml: 1 error, 0 warnings\n");
}

static void
warnings_and_rules(void **state)
{
	struct sp_pos pos = {0, 1, 1, 1};

	(void)state;
	add_file("19-lints.yaml", "x\n");
	expect(4, "19-lints.yaml: 0 errors, 0 warnings; 4 rules\n");
	expect(1, "19-lints.yaml: 0 errors, 0 warnings; 1 rule\n");
	expect(0, "19-lints.yaml: 0 errors, 0 warnings; 0 rules\n");
	expect(-1, "19-lints.yaml: 0 errors, 0 warnings\n");
	sp_diags_add(&diags, SP_WARNING, "W301", pos, NULL, "group '%s' is never used", "x");
	assert_int_equal(diags.n_warnings, 1);
	assert_int_equal(diags.n_errors, 0);
	expect(4, "19-lints.yaml:1:1: warning[W301]: group 'x' is never used\n"
	          "     1 | x\n"
	          "       | ^\n"
	          "19-lints.yaml: 0 errors, 1 warning; 4 rules\n");
	sp_diags_add(&diags, SP_ERROR, "E210", pos, NULL, "bad");
	expect(4, "19-lints.yaml:1:1: warning[W301]: group 'x' is never used\n"
	          "     1 | x\n"
	          "       | ^\n"
	          "19-lints.yaml:1:1: error[E210]: bad\n"
	          "     1 | x\n"
	          "       | ^\n"
	          "19-lints.yaml: 1 error, 1 warning\n");
}

/* Two columns for a wide character, none for a combining one, one blank for a tab. */
static void
carets_stand_under_the_word(void **state)
{
	(void)state;
	add_file("f", "\t\xe4\xb8\xad\xe6\x96\x87: e\xcc\x81 caf\xc3\xa9\tx\r\nnext");
	add_error(1, 2, 2, NULL, "wide");
	add_error(1, 6, 2, NULL, "combining");
	add_error(1, 9, 4, NULL, "narrow");
	add_error(1, 14, 9, NULL, "runs past the end");
	add_error(1, 15, 1, NULL, "at the end");
	add_error(1, 99, 0, NULL, "past the end");
	add_error(2, 1, 4, NULL, "no newline");
	expect(-1, "f:1:2: error[E210]: wide\n"
	           "     1 |  \xe4\xb8\xad\xe6\x96\x87: e\xcc\x81 caf\xc3\xa9 x\n"
	           "       |  ^~~~\n"
	           "f:1:6: error[E210]: combining\n"
	           "     1 |  \xe4\xb8\xad\xe6\x96\x87: e\xcc\x81 caf\xc3\xa9 x\n"
	           "       |        ^\n"
	           "f:1:9: error[E210]: narrow\n"
	           "     1 |  \xe4\xb8\xad\xe6\x96\x87: e\xcc\x81 caf\xc3\xa9 x\n"
	           "       |          ^~~~\n"
	           "f:1:14: error[E210]: runs past the end\n"
	           "     1 |  \xe4\xb8\xad\xe6\x96\x87: e\xcc\x81 caf\xc3\xa9 x\n"
	           "       |               ^\n"
	           "f:1:15: error[E210]: at the end\n"
	           "     1 |  \xe4\xb8\xad\xe6\x96\x87: e\xcc\x81 caf\xc3\xa9 x\n"
	           "       |                ^\n"
	           "f:1:99: error[E210]: past the end\n"
	           "     1 |  \xe4\xb8\xad\xe6\x96\x87: e\xcc\x81 caf\xc3\xa9 x\n"
	           "       |                ^\n"
	           "f:2:1: error[E210]: no newline\n"
	           "     2 | next\n"
	           "       | ^~~~\n"
	           "f: 7 errors, 0 warnings\n");
}

static void
positions_without_a_source_line(void **state)
{
	(void)state;
	add_file("f", "one\n");
	add_error(0, 0, 0, "a hint", "the file");
	add_error(1, 0, 0, NULL, "a line");
	add_error(2, 1, 0, NULL, "the end");
	add_error(3, 1, 0, "h", "beyond it");
	expect(-1, "f: error[E210]: the file\n"
	           "       = a hint\n"
	           "f:1: error[E210]: a line\n"
	           "     1 | one\n"
	           "f:2:1: error[E210]: the end\n"
	           "     2 |\n"
	           "       | ^\n"
	           "f:3:1: error[E210]: beyond it\n"
	           "       = h\n"
	           "f: 4 errors, 0 warnings\n");
}

static void
byte_order_mark_takes_no_column(void **state)
{
	(void)state;
	add_file("f", "\xef\xbb\xbf"
	              "abc\n");
	add_error(1, 2, 1, NULL, "x");
	expect(-1, "f:1:2: error[E210]: x\n"
	           "     1 | abc\n"
	           "       |  ^\n"
	           "f: 1 error, 0 warnings\n");
}

static void
nothing_steers_the_terminal(void **state)
{
	(void)state;
	add_file("f\x1b[2J", "a\x1b[2J\xff\xe2\x80\xae"
	                     "b\x7f\n");
	add_error(1, 1, 1, "h\nint\x9b", "t\rext\x1b");
	expect(-1, "f?[2J:1:1: error[E210]: t?ext?\n"
	           "     1 | a\xef\xbf\xbd[2J\xef\xbf\xbd\xef\xbf\xbd"
	           "b\xef\xbf\xbd\n"
	           "       | ^\n"
	           "       = h?int?\n"
	           "f?[2J: 1 error, 0 warnings\n");
}

static void
long_lines_show_the_place(void **state)
{
	char text[1001];
	struct sp_buf out;
	struct sp_str s;
	const char *under;

	(void)state;
	memset(text, '.', 1000);
	memcpy(text + 700, "WRONG", 5);
	text[1000] = '\0';
	add_file("f", text);
	add_error(1, 701, 5, NULL, "x");
	sp_buf_init(&out, &arena, 1 << 20);
	sp_diags_print(&diags, &out, -1);
	s = sp_buf_str(&out);
	assert_true(s.len < 600);
	under = strstr(s.p, "^~~~~\n");
	assert_non_null(under);
	assert_non_null(strstr(s.p, "     1 | ..."));
	/* the same column in the line of source as in the line of carets */
	assert_int_equal(under - strstr(s.p, "       | "),
	                 strstr(s.p, "WRONG") - strstr(s.p, "     1 | "));
}

static void
sorted_by_position(void **state)
{
	static const struct sp_pos pos[] = {{1, 1, 1, 1}, {0, 9, 1, 1}, {0, 2, 7, 1},
	                                    {0, 2, 3, 1}, {0, 2, 3, 1}, {0, 0, 0, 0}};

	(void)state;
	add_file("a", "");
	add_file("b", "");
	for (size_t i = 0; i < 6; i++)
		sp_diags_add(&diags, i == 3 ? SP_WARNING : SP_ERROR, "E1", pos[i], NULL, "m%zu", i);
	expect(3, "a: error[E1]: m5\n"
	          "a:2:3: warning[E1]: m3\n"
	          "a:2:3: error[E1]: m4\n"
	          "a:2:7: error[E1]: m2\n"
	          "a:9:1: error[E1]: m1\n"
	          "a: 4 errors, 1 warning\n"
	          "b:1:1: error[E1]: m0\n"
	          "b: 1 error, 0 warnings\n");
}

static size_t
occurrences(const char *text, const char *what)
{
	size_t n = 0;

	for (const char *p = text; (p = strstr(p, what)); p++)
		n++;
	return n;
}

static void
twenty_per_file(void **state)
{
	struct sp_buf out;
	const char *text;

	(void)state;
	add_file("a", "");
	add_file("b", "");
	for (uint32_t i = 0; i < 21; i++)
		sp_diags_add(&diags, SP_ERROR, "E1", (struct sp_pos){0, i, 1, 1}, NULL, "x");
	for (uint32_t i = 0; i < 20; i++)
		sp_diags_add(&diags, SP_ERROR, "E1", (struct sp_pos){1, i, 1, 1}, NULL, "x");
	sp_diags_add(&diags, SP_WARNING, "W1", (struct sp_pos){0, 99, 1, 1}, NULL, "w");
	sp_buf_init(&out, &arena, 1 << 20);
	sp_diags_print(&diags, &out, -1);
	text = sp_buf_str(&out).p;
	assert_int_equal(occurrences(text, "error[E1]"), 40);
	assert_int_equal(occurrences(text, "warning[W1]"), 1); /* not crowded out by the errors */
	assert_non_null(strstr(text, "\na: and 1 more error\na: 21 errors, 1 warning\n"));
	assert_null(strstr(text, "b: and"));
	assert_non_null(strstr(text, "\nb: 20 errors, 0 warnings\n"));
}

/* Beyond 200 only the counts go on, but no error is lost to warnings that came first. */
static void
errors_push_warnings_out(void **state)
{
	struct sp_buf out;
	const char *text;

	(void)state;
	add_file("a", "");
	for (uint32_t i = 0; i < 500; i++)
		sp_diags_add(&diags, SP_WARNING, "W1", (struct sp_pos){0, 1, 1, 1}, NULL, "w");
	for (uint32_t i = 0; i < 3; i++)
		add_error(2, 1, 1, NULL, "important");
	assert_int_equal(diags.n, 200);
	assert_int_equal(diags.n_warnings, 500);
	assert_int_equal(diags.n_errors, 3);
	sp_buf_init(&out, &arena, 1 << 20);
	sp_diags_print(&diags, &out, 7);
	text = sp_buf_str(&out).p;
	assert_int_equal(occurrences(text, "important"), 3);
	assert_non_null(strstr(text, "\na: and 480 more warnings\na: 3 errors, 500 warnings\n"));
	for (uint32_t i = 0; i < 500; i++)
		add_error(2, 1, 1, NULL, "more");
	assert_int_equal(diags.n, 200);
	assert_int_equal(diags.n_errors, 503);
}

static void
one_line_form(void **state)
{
	struct sp_buf out;

	(void)state;
	add_file("p.yaml", "x\n");
	add_error(1, 1, 1, "did you mean 'y'?", "unknown key 'x'");
	add_error(0, 0, 0, NULL, "bad\nfile");
	sp_buf_init(&out, &arena, 1000);
	sp_diag_line(&diags, &diags.list[0], &out);
	sp_buf_addc(&out, '|');
	sp_diag_line(&diags, &diags.list[1], &out);
	assert_string_equal(sp_buf_str(&out).p,
	                    "p.yaml:1:1: error[E210]: unknown key 'x'; did you mean "
	                    "'y'?|p.yaml: error[E210]: bad?file");
}

static void
no_file_at_all(void **state)
{
	(void)state;
	expect(0, "");
	sp_diags_add(&diags, SP_ERROR, "E12345678", (struct sp_pos){7, 3, 1, 1}, NULL, "lost");
	expect(0, "(no file):3:1: error[E123456]: lost\n(no file): 1 error, 0 warnings\n");
}

static void
full_arena_still_counts(void **state)
{
	struct sp_arena small;
	struct sp_buf out;

	(void)state;
	for (size_t cap = 0; cap < 4000; cap += 16) {
		sp_arena_init(&small, cap);
		sp_diags_init(&diags, &small);
		for (uint32_t i = 0; i < 10; i++)
			assert_int_equal(sp_diags_add(&diags, SP_ERROR, "E1",
			                              (struct sp_pos){0, i, 1, 1}, "hint", "text"),
			                 -1);
		assert_int_equal(diags.n_errors, 10);
		sp_buf_init(&out, &arena, 1 << 16);
		sp_diags_print(&diags, &out, -1);
		sp_arena_reset(&arena);
		sp_arena_fini(&small);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(typo_example),
	    TEST(invisible_character_example),
	    TEST(warnings_and_rules),
	    TEST(carets_stand_under_the_word),
	    TEST(positions_without_a_source_line),
	    TEST(byte_order_mark_takes_no_column),
	    TEST(nothing_steers_the_terminal),
	    TEST(long_lines_show_the_place),
	    TEST(sorted_by_position),
	    TEST(twenty_per_file),
	    TEST(errors_push_warnings_out),
	    TEST(one_line_form),
	    TEST(no_file_at_all),
	    TEST(full_arena_still_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
