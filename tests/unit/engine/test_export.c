/* SPDX-License-Identifier: Apache-2.0 */
/* test_export.c: nothing of the tables is missing from the texts, and roff takes all of it as text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/export.h"
#include "sallyport/policy.h"

struct text {
	struct sp_arena arena;
	struct sp_buf buf;
};

static void
text_init(struct text *t)
{
	sp_arena_init(&t->arena, 16 << 20);
	sp_buf_init(&t->buf, &t->arena, 4 << 20);
}

static void
text_fini(struct text *t)
{
	assert_false(t->buf.cut);
	sp_arena_fini(&t->arena);
}

static const char *
text_of(struct text *t)
{
	struct sp_str s = sp_buf_str(&t->buf);

	return s.p ? s.p : "";
}

static void
expect_text(struct text *t, const char *wanted)
{
	assert_string_equal(text_of(t), wanted);
	text_fini(t);
}

/* How many lines are exactly `line`? */
static size_t
count_lines(struct text *t, const char *line)
{
	struct sp_str rest = sp_buf_str(&t->buf), one;
	size_t n = 0;

	while (rest.len) {
		sp_str_cut(rest, '\n', &one, &rest);
		n += sp_str_is(one, line);
	}
	return n;
}

/* How many lines begin with `start`, followed by a blank or the end of the line? */
static size_t
count_starts(struct text *t, const char *start)
{
	struct sp_str rest = sp_buf_str(&t->buf), one;
	size_t n = 0;

	while (rest.len) {
		sp_str_cut(rest, '\n', &one, &rest);
		if (sp_str_starts(one, sp_strz(start)))
			n += one.len == strlen(start) || one.p[strlen(start)] == ' ';
	}
	return n;
}

/* --- setting --- */

static void
lines_are_wrapped_between_words(void **state)
{
	struct text t;

	(void)state;
	text_init(&t);
	sp_export_wrap(&t.buf, 70, 4, SP_STR("123456789 x 1234567890"));
	expect_text(&t, "123456789\n    x 1234567890\n");
	text_init(&t);
	sp_export_wrap(&t.buf, 70, 4, SP_STR("1234567890 x"));
	expect_text(&t, "1234567890\n    x\n");
	text_init(&t);
	sp_export_wrap(&t.buf, 68, 4, SP_STR("1234567890 x"));
	expect_text(&t, "1234567890 x\n");
	text_init(&t); /* longer than a line: not cut */
	sp_export_wrap(&t.buf, 79, 1, SP_STR("1234567890 1234567890"));
	expect_text(&t, "1234567890\n 1234567890\n");
	text_init(&t);
	sp_export_wrap(&t.buf, 0, 4, SP_STR(""));
	expect_text(&t, "\n");
}

static void
columns_are_never_glued(void **state)
{
	struct text t;

	(void)state;
	text_init(&t);
	assert_int_equal(sp_export_pad(&t.buf, 2, 4), 4);
	assert_int_equal(sp_export_pad(&t.buf, 9, 4), 10);
	expect_text(&t, "   ");
}

static void
roff_sees_no_command_in_text(void **state)
{
	static const struct {
		const char *text, *as_text, *as_args;
	} cases[] = {
	    {"plain words", "plain words", " plain words"},
	    {".Sh", "\\&.Sh", " .Sh"},
	    {"'x", "\\&'x", " 'x"},
	    {"a \\fB b", "a \\efB b", " a \\efB b"},
	    {"[\"c 1:* rmw\"]", "[\"c 1:* rmw\"]", " [\\(dqc 1:* rmw\\(dq]"},
	    {"--cap-add ALL", "--cap-add ALL", " \\-\\-cap\\-add \\&ALL"},
	    {"Ar No", "Ar No", " \\&Ar \\&No"},
	    {"a ! b", "a ! b", " a \\&! b"},
	    {"One. .Sh", "One.\n\\&.Sh", " One. .Sh"},
	    {"1.5 of 'x'.", "1.5 of 'x'.", " 1.5 of 'x'."},
	    {"Words of More", "Words of More", " Words of More"},
	    {"", "", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text t;

		text_init(&t);
		sp_export_mdoc_text(&t.buf, sp_strz(cases[i].text));
		expect_text(&t, cases[i].as_text);
		text_init(&t);
		sp_export_mdoc_args(&t.buf, sp_strz(cases[i].text));
		expect_text(&t, cases[i].as_args);
	}
}

/* --- plain text --- */

static void
fits_the_screen(struct text *t)
{
	struct sp_str rest = sp_buf_str(&t->buf), line;

	while (rest.len) {
		sp_str_cut(rest, '\n', &line, &rest);
		if (line.len > 80 || (line.len && line.p[line.len - 1] == ' ') ||
		    sp_str_find(line, '\t') < line.len)
			fail_msg("'%.*s'", SP_FMT(line));
	}
}

static void
every_key_is_listed_once_per_place(void **state)
{
	size_t n;
	const struct sp_key *keys = sp_keys(&n);
	struct text t;

	(void)state;
	text_init(&t);
	sp_export_keys(&t.buf);
	fits_the_screen(&t);
	for (size_t i = 0; i < n; i++) {
		const char *start = sp_arena_printf(&t.arena, "  %s", keys[i].name);
		size_t rows = 0;

		for (size_t k = 0; k < n; k++)
			rows += strcmp(keys[i].name, keys[k].name) == 0;
		if (count_starts(&t, start) != rows)
			fail_msg("%s", keys[i].name);
	}
	text_fini(&t);
}

static void
a_key_is_told_with_everything(void **state)
{
	struct text t;

	(void)state;
	text_init(&t);
	assert_true(sp_export_key(&t.buf, SP_STR("expires")));
	expect_text(&t, "expires: 2026-12-31\n"
	                "  First moment the rule no longer holds.\n"
	                "  stands in   allow rules, exceptions\n"
	                "  value       date\n"
	                "  written     2026-12-31, 2026-12-31T18:00:00Z, never\n"
	                "              In UTC; a day alone means its first second.\n"
	                "  default     never\n");
	text_init(&t);
	assert_true(sp_export_key(&t.buf, SP_STR("join_namespaces")));
	assert_int_equal(count_lines(&t, "  words       network, pid, ipc"), 1);
	assert_int_equal(count_lines(&t, "  stands in   may, uses"), 1);
	assert_int_equal(count_starts(&t, "  requests    container.create,"), 1);
	text_fini(&t);
	text_init(&t);
	assert_true(sp_export_key(&t.buf, SP_STR("privileged")));
	assert_int_equal(count_starts(&t, "  requests    container.create, plugin.pull,"), 1);
	assert_int_equal(count_lines(&t, "  docker flag --privileged"), 1);
	text_fini(&t);
}

static void
a_reserved_key_says_so(void **state)
{
	struct text t;

	(void)state;
	text_init(&t);
	assert_true(sp_export_key(&t.buf, SP_STR("quota")));
	assert_int_equal(count_lines(&t, "  status      reserved, 'quota' is not supported yet"),
	                 1);
	text_fini(&t);
}

static void
keys_of_several_places_are_all_told(void **state)
{
	struct text t;

	(void)state;
	text_init(&t);
	assert_true(sp_export_key(&t.buf, SP_STR("mode")));
	assert_int_equal(count_lines(&t, "mode: audit"), 3);
	assert_int_equal(count_lines(&t, "  stands in   the main file, included files"), 1);
	assert_int_equal(count_lines(&t, "  default     the file's mode"), 1);
	text_fini(&t);
}

static void
what_is_not_there_is_not_told(void **state)
{
	static const char *const bad[] = {"", "memor", "memory ", "Memory", "must.memory"};
	static const char *const bad_actions[] = {"", "container", "runs", "container.*x", "."};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct text t;

		text_init(&t);
		assert_false(sp_export_key(&t.buf, sp_strz(bad[i])));
		assert_false(sp_export_action(&t.buf, sp_strz(bad_actions[i])));
		expect_text(&t, "");
	}
}

static void
every_type_is_described(void **state)
{
	size_t n;
	const struct sp_key *keys = sp_keys(&n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		struct text t;
		bool flag = false;

		for (size_t k = 0; k < n; k++)
			flag |= strcmp(keys[i].name, keys[k].name) == 0 &&
			        keys[k].fact != SP_FACT_NONE && sp_fact_flag(keys[k].fact);
		text_init(&t);
		assert_true(sp_export_key(&t.buf, sp_strz(keys[i].name)));
		fits_the_screen(&t);
		assert_true(count_starts(&t, "  value      ") >= 1);
		assert_true(count_starts(&t, "  written    ") >= 1);
		assert_int_equal(count_starts(&t, "  docker flag") > 0, flag);
		text_fini(&t);
	}
}

static void
every_action_and_every_route_is_listed(void **state)
{
	size_t n;
	const struct sp_route *routes = sp_routes(&n);
	struct text t;

	(void)state;
	text_init(&t);
	sp_export_actions(&t.buf);
	fits_the_screen(&t);
	for (enum sp_action a = SP_ACT_NONE + 1; a < SP_ACT_COUNT; a++) {
		const char *name = sp_action_info(a)->name;

		if (count_starts(&t, sp_arena_printf(&t.arena, "  %s", name)) != 1)
			fail_msg("%s", name);
	}
	for (size_t i = 0; i < n; i++) {
		struct text one;
		size_t literal = strcspn(routes[i].path, "{");
		const char *start = sp_arena_printf(&t.arena, "%s %.*s", routes[i].method,
		                                    (int)literal, routes[i].path);

		text_init(&one);
		assert_true(
		    sp_export_action(&one.buf, sp_strz(sp_action_info(routes[i].action)->name)));
		if (!strstr(text_of(&one), start))
			fail_msg("%s", start);
		text_fini(&one);
	}
	text_fini(&t);
}

static void
no_action_is_without_a_word(void **state)
{
	(void)state;
	for (enum sp_action a = SP_ACT_NONE + 1; a < SP_ACT_COUNT; a++) {
		struct text t;

		text_init(&t);
		assert_true(sp_export_action(&t.buf, sp_strz(sp_action_info(a)->name)));
		/* Two lines, and the second says what it is. */
		if (!strstr(text_of(&t), "\n      ") || strstr(text_of(&t), "\n      \n"))
			fail_msg("%s has no endpoint", sp_action_info(a)->name);
		text_fini(&t);
	}
}

static void
actions_say_what_granting_them_needs(void **state)
{
	struct text t;

	(void)state;
	text_init(&t);
	assert_true(sp_export_action(&t.buf, SP_STR("container.commit")));
	expect_text(&t, "  container.commit  [needs on]\n      POST /commit\n");
	text_init(&t);
	assert_true(sp_export_action(&t.buf, SP_STR("image.buildkit")));
	expect_text(&t, "  image.buildkit  [needs may: everything]\n"
	                "      POST /session\n"
	                "      POST /grpc\n");
	text_init(&t);
	assert_true(sp_export_action(&t.buf, SP_STR("exec.*")));
	expect_text(&t, "  exec.start  [needs on]  (in exec)\n      POST /exec/{name}/start\n"
	                "  exec.inspect  [needs on]  (in read, exec)\n      GET /exec/{id}/json\n"
	                "  exec.resize  [needs on]  (in exec)\n      POST /exec/{name}/resize\n");
	text_init(&t);
	assert_true(sp_export_action(&t.buf, SP_STR("container.list")));
	expect_text(&t, "  container.list  (in read, compose)\n      GET /containers/json\n");
}

/* --- is it true? --- */

/* Loads a policy; the code of its first error, or "". */
static const char *
load(struct sp_arena *arena, const char *text)
{
	struct sp_diags diags;
	const char *code = "";

	sp_diags_init(&diags, arena);
	sp_policy_unref(sp_policy_parse(SP_STR("written.yaml"), sp_strz(text), &diags));
	for (size_t i = diags.n; i-- > 0;)
		if (diags.list[i].severity == SP_ERROR)
			code = diags.list[i].code;
	return code;
}

/* The next of "[a, b], {c: 1, d: 2}, e". */
static bool
next_form(struct sp_str *rest, struct sp_str *form)
{
	size_t i = 0;
	int depth = 0;

	for (; i < rest->len && (depth > 0 || rest->p[i] != ','); i++) {
		depth += strchr("[{", rest->p[i]) != NULL;
		depth -= strchr("]}", rest->p[i]) != NULL;
	}
	*form = sp_str_head(*rest, i);
	*rest = sp_str_from(*rest, i + 2);
	return form->len > 0;
}

static void
values_are_written_as_is_said(void **state)
{
	size_t n, n_tried = 0, n_refused = 0;
	const struct sp_key *keys = sp_keys(&n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		struct sp_str rest = sp_strz(sp_export_written(keys[i].type)), form;
		bool power = keys[i].where & SP_IN_POWERS;

		if (!(keys[i].where & (SP_IN_POWERS | SP_IN_CONDITIONS)) || keys[i].later)
			continue;
		/* The words of the example are those of one key. */
		if (keys[i].type == SP_T_CHOICES && keys[i].fact != SP_FACT_HOST_NAMESPACES)
			continue;
		while (next_form(&rest, &form)) {
			/* Only the conditions on images take `any`. */
			bool refused =
			    !power && sp_str_is(form, "any") && keys[i].type != SP_T_IMAGES;
			struct sp_arena arena;
			const char *code;

			sp_arena_init(&arena, 16 << 20);
			code = load(
			    &arena,
			    sp_arena_printf(
				&arena,
				power ? "sallyport: 1\nallow: {r: {who: [a], do: [all], on: any, "
					"must: {images: any}, may: {%s: %.*s}}}\n"
				      : "sallyport: 1\nrequire: {r: {must: {%s: %.*s}}}\n",
				keys[i].name, SP_FMT(form)));
			if ((*code != '\0') != refused)
				fail_msg("%s: %.*s: %s", keys[i].name, SP_FMT(form),
				         *code ? code : "no error");
			sp_arena_fini(&arena);
			n_tried++;
			n_refused += refused;
		}
	}
	assert_true(n_tried > 80 && n_refused > 1);
}

static void
rules_are_written_as_is_said(void **state)
{
	static const struct {
		enum sp_type type;
		const char *before, *after;
	} rules[] = {
	    {SP_T_SUBJECTS, "allow: {r: {who: ", ", do: [container.list]}}\n"},
	    {SP_T_ACTIONS, "deny: {r: {do: ", "}}\n"},
	    {SP_T_SCOPE, "allow: {r: {who: [a], do: [exec], on: ", "}}\n"},
	    {SP_T_DATE, "allow: {r: {who: [a], do: [container.list], expires: ", "}}\n"},
	    {SP_T_LIFTS, "exceptions: {r: {who: [a], expires: never, reason: x, lifts: ", "}}\n"},
	    {SP_T_TEXT,
	     "exceptions: {r: {who: [a], expires: never, lifts: [limits], reason: ", "}}\n"},
	    {SP_T_WORD, "mode: ", "\n"},
	    {SP_T_STATUSES, "deny: {r: {response: {status: ", "}}}\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		struct sp_str rest = sp_strz(sp_export_written(rules[i].type)), form;
		size_t n = 0;

		for (; next_form(&rest, &form); n++) {
			struct sp_arena arena;
			const char *code;

			sp_arena_init(&arena, 16 << 20);
			code = load(&arena,
			            sp_arena_printf(
					&arena,
					"sallyport: 1\ngroups: {ci: [ci-1]}\n%s"
					"require: {limits: {must: {memory: {max: 2g}}}}\n%s%.*s%s",
					rules[i].type == SP_T_LIFTS
					    ? "deny: {no-privileged: {uses: {privileged: true}}}\n"
					    : "",
					rules[i].before, SP_FMT(form), rules[i].after));
			if (*code)
				fail_msg("%s%.*s: %s", rules[i].before, SP_FMT(form), code);
			sp_arena_fini(&arena);
		}
		assert_true(n > 0);
	}
}

/* --- mdoc --- */

/* Every line is text or a macro we know; lists are closed; nothing but ASCII. */
static void
is_mdoc(struct text *t)
{
	static const char *const macros[] = {".Ss ", ".Bl ", ".It Ic ", ".It Ar ", ".Dl ", ".Ql "};
	struct sp_str rest = sp_buf_str(&t->buf), line;
	int open = 0;

	while (rest.len) {
		bool known = false;

		assert_true(sp_str_cut(rest, '\n', &line, &rest)); /* the last one ends, too */
		assert_true(line.len > 0 && line.p[line.len - 1] != ' ');
		for (size_t i = 0; i < line.len; i++)
			assert_true(line.p[i] >= ' ' && line.p[i] <= '~');
		open += sp_str_starts(line, SP_STR(".Bl ")) ? 1 : 0;
		if (sp_str_is(line, ".El")) {
			assert_int_equal(--open, 0);
			continue;
		}
		for (size_t i = 0; i < sizeof(macros) / sizeof(macros[0]); i++)
			known |= sp_str_starts(line, sp_strz(macros[i]));
		if ((line.p[0] == '.' || line.p[0] == '\'') && !known)
			fail_msg("'%.*s'", SP_FMT(line));
	}
	assert_int_equal(open, 0);
}

static void
the_manual_has_every_key(void **state)
{
	size_t n, n_reserved = 0;
	const struct sp_key *keys = sp_keys(&n);
	struct text t;

	(void)state;
	text_init(&t);
	sp_export_keys_mdoc(&t.buf);
	is_mdoc(&t);
	for (size_t i = 0; i < n; i++) {
		size_t rows = 0;

		for (size_t k = 0; k < n; k++)
			rows += strcmp(keys[i].name, keys[k].name) == 0;
		if (count_starts(&t, sp_arena_printf(&t.arena, ".It Ic %s", keys[i].name)) != rows)
			fail_msg("%s", keys[i].name);
		assert_true(count_lines(&t, keys[i].doc) >= 1);
		n_reserved += keys[i].later != NULL;
	}
	assert_int_equal(count_lines(&t, "Reserved: the key is not supported yet."), n_reserved);
	assert_int_equal(count_lines(&t, ".Dl device_cgroup_rules: [\\(dqc 189:* rmw\\(dq]"), 1);
	text_fini(&t);
}

static void
the_manual_has_every_type_once(void **state)
{
	struct text t;

	(void)state;
	text_init(&t);
	sp_export_keys_mdoc(&t.buf);
	assert_int_equal(count_lines(&t, ".Ss Types of values"), 1);
	assert_int_equal(count_lines(&t, ".It Ar names"), 1);
	assert_int_equal(count_lines(&t, ".It Ar size range"), 1);
	assert_int_equal(count_lines(&t, ".It Ar"), 0);
	text_fini(&t);
}

static void
the_manual_has_every_action(void **state)
{
	size_t n;
	const char *const *words = sp_actions_words(&n);
	struct text t;

	(void)state;
	text_init(&t);
	sp_export_actions_mdoc(&t.buf);
	is_mdoc(&t);
	for (size_t i = 0; i < n; i++) {
		bool kind = strchr(words[i], '*') != NULL;

		if (count_starts(&t, sp_arena_printf(&t.arena, ".It Ic %s", words[i])) != !kind)
			fail_msg("%s", words[i]);
	}
	assert_int_equal(count_lines(&t, ".It Ic container.commit Bq needs on"), 1);
	assert_int_equal(count_lines(&t, ".It Ic plugin.upgrade Bq needs on"), 1);
	assert_int_equal(count_lines(&t, ".It Ic unknown.write Bq needs may: everything"), 1);
	text_fini(&t);
}

static void
a_small_buffer_only_cuts(void **state)
{
	(void)state;
	for (size_t max = 0; max < 400; max += 7) {
		struct sp_arena arena;
		struct sp_buf buf;

		sp_arena_init(&arena, 1 << 20);
		sp_buf_init(&buf, &arena, max);
		sp_export_keys(&buf);
		sp_export_keys_mdoc(&buf);
		sp_export_actions(&buf);
		sp_export_actions_mdoc(&buf);
		assert_true(buf.cut && buf.len <= max);
		sp_arena_fini(&arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines_are_wrapped_between_words),
	    cmocka_unit_test(columns_are_never_glued),
	    cmocka_unit_test(roff_sees_no_command_in_text),
	    cmocka_unit_test(every_key_is_listed_once_per_place),
	    cmocka_unit_test(a_key_is_told_with_everything),
	    cmocka_unit_test(a_reserved_key_says_so),
	    cmocka_unit_test(keys_of_several_places_are_all_told),
	    cmocka_unit_test(what_is_not_there_is_not_told),
	    cmocka_unit_test(every_type_is_described),
	    cmocka_unit_test(every_action_and_every_route_is_listed),
	    cmocka_unit_test(no_action_is_without_a_word),
	    cmocka_unit_test(actions_say_what_granting_them_needs),
	    cmocka_unit_test(values_are_written_as_is_said),
	    cmocka_unit_test(rules_are_written_as_is_said),
	    cmocka_unit_test(the_manual_has_every_key),
	    cmocka_unit_test(the_manual_has_every_type_once),
	    cmocka_unit_test(the_manual_has_every_action),
	    cmocka_unit_test(a_small_buffer_only_cuts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
