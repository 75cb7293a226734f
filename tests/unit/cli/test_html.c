/* SPDX-License-Identifier: Apache-2.0 */
/* test_html.c: nothing from a log becomes markup, and the page stays small. */
#include "cli/html.h"
#include "cli/replay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <jansson.h>

static struct sp_arena arena;

static const char *const hostile[] = {
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "]]><img src=x onerror=alert(1)>",
    "\" onmouseover=\"alert(1)",
    "' onfocus='alert(1)",
    "&lt;script&gt;",
    ("\xe2\x80\xae"
     "evil"),
    "a\x1b[2Jb\x07",
    "\xff\xfe<\xc0",
    "\xe2\x80\xa8 line \xe2\x80\xa9",
    "</title><svg/onload=x>",
};
#define N_HOSTILE (sizeof(hostile) / sizeof(hostile[0]))

static int
setup(void **state)
{
	(void)state;
	sp_arena_init(&arena, 256 << 20);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	sp_arena_fini(&arena);
	return 0;
}

static void
text_is_no_markup(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_HOSTILE; i++) {
		struct sp_buf out;

		sp_buf_init(&out, &arena, 1000);
		sp_html_text(&out, sp_strz(hostile[i]));
		for (const char *c = "<>\"'\x1b\x07"; *c; c++)
			assert_int_equal(sp_str_find(sp_buf_str(&out), *c), out.len);
		assert_int_equal(sp_utf8_bad(sp_buf_str(&out)), out.len);
	}
}

static void
json_stays_in_its_script(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_HOSTILE; i++) {
		struct sp_buf json, out;
		json_t *value;

		sp_buf_init(&json, &arena, 1000);
		sp_buf_add_json(&json, sp_strz(hostile[i]));
		sp_buf_init(&out, &arena, 1000);
		sp_html_json(&out, sp_buf_str(&json));
		assert_int_equal(sp_str_find(sp_buf_str(&out), '<'), out.len);
		assert_int_equal(sp_str_find(sp_buf_str(&out), '>'), out.len);
		value = json_loadb(out.p, out.len, JSON_DECODE_ANY, NULL);
		assert_non_null(value);
		json_decref(value);
	}
}

static struct sp_str
page_of(const struct sp_tally *tally, char *log, const char *policy)
{
	const struct sp_report report = {
	    .tally = tally, .next = policy, .base = policy, .logs = &log, .n_logs = 1};
	struct sp_buf out;

	sp_buf_init(&out, &arena, 64 << 20);
	sp_report_html(&out, &report);
	assert_false(out.cut);
	return sp_buf_str(&out);
}

static size_t
occurrences(struct sp_str text, const char *what)
{
	size_t n = 0, len = strlen(what);
	const char *at;

	while (text.len && (at = memmem(text.p, text.len, what, len)) != NULL) {
		n++;
		text = sp_str_from(text, (size_t)(at - text.p) + len);
	}
	return n;
}

static struct sp_str
data_of(struct sp_str page)
{
	static const char before[] = "<script type=\"application/json\" id=\"data\">";
	const char *start = memmem(page.p, page.len, before, sizeof(before) - 1), *end;

	assert_non_null(start);
	start += sizeof(before) - 1;
	end = memmem(start, (size_t)(page.p + page.len - start), "</script>", 9);
	assert_non_null(end);
	return (struct sp_str){start, (size_t)(end - start)};
}

/* Names everywhere a log or a command line can put them: the page has no element more than without.
 */
static void
hostile_names_add_no_element(void **state)
{
	struct sp_tally plain, tally;
	struct sp_str without, with;
	json_t *data;

	(void)state;
	sp_tally_init(&plain, &arena);
	without = page_of(&plain, (char *)(uintptr_t) "a.jsonl", "p.yaml");
	sp_tally_init(&tally, &arena);
	for (size_t i = 0; i < N_HOSTILE; i++) {
		struct sp_str s = sp_strz(hostile[i]);
		struct sp_replayed r = {.user = s,
		                        .action = SP_STR("container.create"),
		                        .id = s,
		                        .before = {SP_ALLOWED, s, false, s},
		                        .after = {SP_DENIED, s, false, s}};

		sp_tally_add(&tally, &r);
	}
	with = page_of(&tally, (char *)(uintptr_t)hostile[0], hostile[1]);
	assert_int_equal(occurrences(with, "<script"), occurrences(without, "<script"));
	assert_int_equal(occurrences(with, "</script"), occurrences(without, "</script"));
	assert_int_equal(occurrences(with, "<img"), 0);
	assert_int_equal(occurrences(with, "<!--"), 0);
	assert_int_equal(occurrences(with, "<svg"), 0);
	data = json_loadb(data_of(with).p, data_of(with).len, 0, NULL);
	assert_non_null(data);
	assert_int_equal(json_array_size(json_object_get(data, "rows")), N_HOSTILE);
	json_decref(data);
}

/* The page of a log with everything different is not larger than a few megabytes. */
static void
the_page_is_bounded(void **state)
{
	static char message[4000];
	struct sp_tally tally;
	struct sp_str page;
	json_t *data;

	(void)state;
	memset(message, '<', sizeof(message));
	sp_tally_init(&tally, &arena);
	for (int i = 0; i < 30000; i++) {
		struct sp_replayed r = {
		    .action = SP_STR("container.create"),
		    .time_us = INT64_C(1000000) * 3600 * i,
		    .before = {SP_ALLOWED, SP_STR("a"), false, SP_STR("b")},
		    .after = {SP_DENIED, SP_STR("c"), false, {message, sizeof(message)}}};

		r.user = sp_strz(sp_arena_printf(&arena, "user-%d", i));
		sp_tally_add(&tally, &r);
	}
	page = page_of(&tally, (char *)(uintptr_t) "a", "p");
	assert_true(page.len < 16 << 20); /* all '<': six bytes each */
	assert_int_equal(occurrences(page, "The list of refusals holds the first"), 1);
	data = json_loadb(data_of(page).p, data_of(page).len, 0, NULL);
	assert_non_null(data);
	assert_true(json_array_size(json_object_get(data, "rows")) <= 500);
	assert_int_equal(json_array_size(json_object_get(data, "users")), 100);
	json_decref(data);
}

static void
loads_nothing(void **state)
{
	struct sp_tally tally;
	struct sp_str page;

	(void)state;
	sp_tally_init(&tally, &arena);
	page = page_of(&tally, (char *)(uintptr_t) "a", "p");
	assert_int_equal(occurrences(page, "default-src 'none'"), 1);
	assert_int_equal(occurrences(page, "innerHTML"), 0);
	assert_int_equal(occurrences(page, "https://"), 0);
	assert_int_equal(occurrences(page, "http://"), 1); /* the name of SVG */
	assert_int_equal(occurrences(page, " src="), 0);
	assert_int_equal(occurrences(page, "@import"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(text_is_no_markup, setup, teardown),
	    cmocka_unit_test_setup_teardown(json_stays_in_its_script, setup, teardown),
	    cmocka_unit_test_setup_teardown(hostile_names_add_no_element, setup, teardown),
	    cmocka_unit_test_setup_teardown(the_page_is_bounded, setup, teardown),
	    cmocka_unit_test_setup_teardown(loads_nothing, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
