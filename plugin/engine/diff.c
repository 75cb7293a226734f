/* SPDX-License-Identifier: Apache-2.0 */
/*
 * diff.c: two policies compared by what their rules say in the end.  "wider" and "stricter" are
 * said only when they are certain.
 */
#include "engine/describe.h"
#include "engine/lint.h"

#define MAX_COMPARISONS 5000000

struct diff {
	struct sp_lint lint;
	struct sp_buf *out;
	struct sp_arena *arena;
	uint32_t added, removed, changed;
};

static const char *const kind_names[] = {"allow", "deny", "require", "exception"};

static const struct sp_rule *
find(const struct sp_policy *policy, const struct sp_rule *like)
{
	for (uint32_t i = 0; i < policy->n_rules; i++) {
		if (policy->rules[i].kind == like->kind &&
		    sp_str_eq(policy->rules[i].name, like->name))
			return &policy->rules[i];
	}
	return NULL;
}

static bool
has_line(const struct sp_rule_line *lines, size_t n, const struct sp_rule_line *line)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(lines[i].label, line->label) == 0 &&
		    sp_str_eq(lines[i].text, line->text))
			return true;
	}
	return false;
}

/* The lines of `a` that `b` does not have; how many. */
static size_t
add_lines(struct sp_buf *out, char sign, const struct sp_rule_line *a, size_t n_a,
          const struct sp_rule_line *b, size_t n_b)
{
	size_t n = 0;

	for (size_t i = 0; i < n_a; i++) {
		if (has_line(b, n_b, &a[i]))
			continue;
		sp_buf_addf(out, "    %c %-24s %.*s\n", sign, a[i].label, SP_FMT(a[i].text));
		n++;
	}
	return n;
}

/* In which direction the rule changes; "" when that is not certain. */
static const char *
direction(struct diff *diff, const struct sp_rule *a, const struct sp_rule *b)
{
	bool acts_a = sp_lint_in_force(a), acts_b = sp_lint_in_force(b);
	bool more = sp_lint_rule_within(&diff->lint, a, b) && (!acts_a || acts_b);
	bool less = sp_lint_rule_within(&diff->lint, b, a) && (!acts_b || acts_a);

	if (more == less)
		return "";
	if (a->kind == SP_RULE_ALLOW)
		return more ? ": allows more" : ": allows less";
	return more ? ": refuses more" : ": refuses less";
}

static void
compare(struct diff *diff, const struct sp_rule *a, const struct sp_rule *b)
{
	size_t n_a, n_b, n;
	const struct sp_rule_line *lines_a = sp_describe_rule(a, diff->arena, &n_a);
	const struct sp_rule_line *lines_b = sp_describe_rule(b, diff->arena, &n_b);
	struct sp_buf body;

	sp_buf_init(&body, diff->arena, 4 * 1024 * 1024);
	n = add_lines(&body, '-', lines_a, n_a, lines_b, n_b);
	n += add_lines(&body, '+', lines_b, n_b, lines_a, n_a);
	if (!sp_str_eq(a->message, b->message)) {
		sp_buf_addf(&body, "    - %-24s %.*s\n    + %-24s %.*s\n", "message",
		            SP_FMT(a->message), "message", SP_FMT(b->message));
		n++;
	}
	if (n == 0)
		return;
	diff->changed++;
	sp_buf_addf(diff->out, "~ %s %.*s%s\n", kind_names[a->kind], SP_FMT(a->name),
	            direction(diff, a, b));
	sp_buf_add(diff->out, sp_buf_str(&body));
}

static void
add_whole(struct diff *diff, char sign, const struct sp_rule *rule)
{
	size_t n;
	const struct sp_rule_line *lines = sp_describe_rule(rule, diff->arena, &n);

	sp_buf_addf(diff->out, "%c %s %.*s (", sign, kind_names[rule->kind], SP_FMT(rule->name));
	sp_buf_add_shown(diff->out, rule->file, 0);
	sp_buf_addf(diff->out, ":%u)\n", rule->pos.line);
	add_lines(diff->out, sign, lines, n, NULL, 0);
}

static struct sp_str
spared(const struct sp_policy *policy, struct sp_arena *arena)
{
	struct sp_buf text;

	sp_buf_init(&text, arena, 1024 * 1024);
	sp_describe_subjects(&policy->spared, &text);
	return text.len ? sp_buf_str(&text) : SP_STR("nobody");
}

/* What stands beside the rules and decides; true when it changes. */
static bool
compare_heads(const struct sp_policy *old, const struct sp_policy *new, struct sp_arena *arena,
              struct sp_buf *out)
{
	struct sp_str was = spared(old, arena), is = spared(new, arena);
	bool version =
	    old->min_api_major != new->min_api_major || old->min_api_minor != new->min_api_minor;

	if (old->audit != new->audit)
		sp_buf_addf(out, "~ mode: %s\n",
		            new->audit ? "audit: nothing is refused any more"
		                       : "enforce: what was only logged is refused");
	if (version)
		sp_buf_addf(out, "~ min_api_version: %d.%d, was %d.%d\n", new->min_api_major,
		            new->min_api_minor, old->min_api_major, old->min_api_minor);
	if (!sp_str_eq(was, is))
		sp_buf_addf(out, "~ self_protection spares %.*s, spared %.*s\n", SP_FMT(is),
		            SP_FMT(was));
	return version || !sp_str_eq(was, is) || old->audit != new->audit;
}

bool
sp_policy_diff(const struct sp_policy *old, const struct sp_policy *new, struct sp_arena *arena,
               struct sp_buf *out)
{
	struct diff diff = {
	    .lint = {.policy = new, .budget = MAX_COMPARISONS}, .out = out, .arena = arena};
	bool heads = compare_heads(old, new, arena, out);

	for (uint32_t i = 0; i < old->n_rules; i++) {
		const struct sp_rule *same = find(new, &old->rules[i]);

		if (same) {
			compare(&diff, &old->rules[i], same);
		} else {
			diff.removed++;
			add_whole(&diff, '-', &old->rules[i]);
		}
	}
	for (uint32_t i = 0; i < new->n_rules; i++) {
		if (!find(old, &new->rules[i])) {
			diff.added++;
			add_whole(&diff, '+', &new->rules[i]);
		}
	}
	sp_buf_addf(out, "%u added, %u removed, %u changed\n", diff.added, diff.removed,
	            diff.changed);
	return diff.added + diff.removed + diff.changed > 0 || heads;
}
