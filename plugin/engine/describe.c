/* SPDX-License-Identifier: Apache-2.0 */
/*
 * describe.c: a rule as the loader understood it, in the words of the language: profiles, lists and
 * variables put in, sets of actions found again.  Trusts the policy, which is loaded.
 */
#include "engine/describe.h"

#define LINE_BYTES (1024 * 1024)

/* --- actions --- */

static bool
is_within(const struct sp_actions *a, const struct sp_actions *b)
{
	for (size_t w = 0; w < SP_ACTION_WORDS; w++) {
		if (a->w[w] & ~b->w[w])
			return false;
	}
	return true;
}

/* Does the word say something that has not been said? */
static bool
adds(const struct sp_actions *word, const struct sp_actions *said)
{
	return !is_within(word, said);
}

/* From what says most: all, sets, kinds, single actions. */
static bool
is_of_pass(const char *word, int pass)
{
	bool dot = strchr(word, '.') != NULL, star = strchr(word, '*') != NULL;

	switch (pass) {
	case 0:
		return strcmp(word, "all") == 0;
	case 1:
		return !dot;
	case 2:
		return star;
	}
	return dot && !star;
}

void
sp_describe_actions(const struct sp_actions *actions, struct sp_buf *out)
{
	size_t n;
	const char *const *words = sp_actions_words(&n);
	struct sp_actions said = {{0}};
	const char *comma = "";

	for (int pass = 0; pass < 4; pass++) {
		for (size_t i = 0; i < n; i++) {
			struct sp_actions word = {{0}};

			if (!is_of_pass(words[i], pass) ||
			    !sp_actions_parse(sp_strz(words[i]), &word) ||
			    !is_within(&word, actions) || !adds(&word, &said))
				continue;
			sp_buf_addf(out, "%s%s", comma, words[i]);
			comma = ", ";
			for (size_t w = 0; w < SP_ACTION_WORDS; w++)
				said.w[w] |= word.w[w];
		}
	}
}

/* --- settings --- */

static void
add_number(struct sp_buf *out, enum sp_type type, int64_t n)
{
	if (type == SP_T_RANGE_SIZE)
		sp_buf_add_size(out, n);
	else if (type == SP_T_RANGE_CPUS)
		sp_buf_add_cpus(out, n);
	else
		sp_buf_addi(out, n);
}

static void
add_range(struct sp_buf *out, const struct sp_setting *s)
{
	if (s->has_min) {
		sp_buf_addz(out, "min ");
		add_number(out, s->key->type, s->min);
	}
	if (s->has_max) {
		sp_buf_addz(out, s->has_min ? ", max " : "max ");
		add_number(out, s->key->type, s->max);
	}
}

static void
add_setting(struct sp_buf *out, const struct sp_setting *s)
{
	const char *comma = "";

	if (s->key->type == SP_T_DURATION) {
		sp_buf_add_duration(out, s->max);
		return;
	}
	if (s->has_min || s->has_max) {
		add_range(out, s);
		return;
	}
	if (s->any)
		sp_buf_addz(out, s->key->type == SP_T_FLAG ? "true" : "any");
	if (s->non_root) {
		sp_buf_addz(out, "non-root");
		comma = ", ";
	}
	for (uint32_t i = 0; i < s->n && !s->any; i++, comma = ", ") {
		sp_buf_addz(out, comma);
		if (s->patterns[i].key.len) {
			sp_buf_add_shown(out, s->patterns[i].key, 0);
			sp_buf_addc(out, '=');
		}
		sp_buf_add_shown(out, s->patterns[i].text, 0);
	}
}

/* --- lines --- */

struct lines {
	struct sp_arena *arena;
	struct sp_rule_line *line;
	size_t n, size;
};

static void
add_line(struct lines *lines, const char *label, struct sp_str text,
         const struct sp_setting *setting)
{
	if (lines->n == lines->size) {
		size_t size = lines->size ? 2 * lines->size : 32;
		struct sp_rule_line *more = sp_arena_array(lines->arena, size, sizeof(*more));

		if (!more)
			return;
		if (lines->n)
			memcpy(more, lines->line, lines->n * sizeof(*more));
		lines->line = more;
		lines->size = size;
	}
	lines->line[lines->n++] = (struct sp_rule_line){label, text, setting};
}

static void
add_block(struct lines *lines, const char *block, const struct sp_setting *s)
{
	for (; s; s = s->next) {
		struct sp_buf text;

		sp_buf_init(&text, lines->arena, LINE_BYTES);
		add_setting(&text, s);
		add_line(lines, sp_arena_printf(lines->arena, "%s %s", block, s->key->name),
		         sp_buf_str(&text), s);
	}
}

static void
add_date(struct lines *lines, const char *label, int64_t date)
{
	struct sp_buf text;

	sp_buf_init(&text, lines->arena, 40);
	sp_buf_add_date(&text, date);
	add_line(lines, label, sp_buf_str(&text), NULL);
}

static void
add_lifts(struct lines *lines, const struct sp_rule *rule)
{
	struct sp_buf text;

	sp_buf_init(&text, lines->arena, LINE_BYTES);
	for (uint32_t i = 0; i < rule->n_lifts; i++) {
		sp_buf_addf(&text, "%s%.*s", i ? ", " : "", SP_FMT(rule->lifts[i].rule->name));
		if (rule->lifts[i].key)
			sp_buf_addf(&text, ":%s", rule->lifts[i].key->name);
	}
	if (rule->n_lifts)
		add_line(lines, "lifts", sp_buf_str(&text), NULL);
}

void
sp_describe_subjects(const struct sp_subjects *s, struct sp_buf *out)
{
	const char *comma = "";

	if (s->anyone || s->local) {
		sp_buf_addz(out, s->anyone ? "anyone" : "local");
		comma = ", ";
	}
	for (uint32_t i = 0; i < s->n_names; i++, comma = ", ") {
		sp_buf_addz(out, comma);
		sp_buf_add_shown(out, s->names[i], 0);
	}
	for (uint32_t i = 0; i < s->n_globs; i++, comma = ", ") {
		sp_buf_addz(out, comma);
		sp_buf_add_shown(out, s->globs[i], 0);
	}
}

static void
add_who(struct lines *lines, const char *label, const struct sp_subjects *s)
{
	struct sp_buf text;

	if (!s->present)
		return;
	sp_buf_init(&text, lines->arena, LINE_BYTES);
	sp_describe_subjects(s, &text);
	add_line(lines, label, sp_buf_str(&text), NULL);
}

static const char *
mode_name(enum sp_rule_mode mode)
{
	switch (mode) {
	case SP_MODE_ENFORCE:
		return "enforce";
	case SP_MODE_AUDIT:
		return "audit";
	case SP_MODE_OFF:
		return "off";
	case SP_MODE_INHERIT:
		break;
	}
	return "";
}

struct sp_rule_line *
sp_describe_rule(const struct sp_rule *rule, struct sp_arena *arena, size_t *n)
{
	struct lines lines = {.arena = arena};
	struct sp_buf actions;

	add_who(&lines, "who", &rule->who);
	add_who(&lines, "except", &rule->except);
	sp_buf_init(&actions, arena, LINE_BYTES);
	sp_describe_actions(&rule->actions, &actions);
	add_line(&lines, "do", sp_buf_str(&actions), NULL);
	add_block(&lines, "on", rule->on);
	add_block(&lines, "when", rule->when);
	add_block(&lines, "unless", rule->unless);
	add_block(&lines, "must", rule->must);
	if (rule->everything)
		add_line(&lines, "may", SP_STR("everything"), NULL);
	else
		add_block(&lines, "may", rule->may);
	add_block(&lines, "uses", rule->uses);
	add_block(&lines, "response", rule->response);
	add_lifts(&lines, rule);
	if (rule->has_expires)
		add_date(&lines, "expires", rule->expires);
	if (rule->has_enforce_from)
		add_date(&lines, "enforce_from", rule->enforce_from);
	if (rule->mode != SP_MODE_INHERIT)
		add_line(&lines, "mode", sp_strz(mode_name(rule->mode)), NULL);
	*n = lines.n;
	return lines.line;
}
