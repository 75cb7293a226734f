/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lint.c: what is probably not meant in a policy that loads (POLICY.md 1.16).  Only what is certain
 * from the policy alone is told; nothing here changes a decision.
 */
#include "engine/lint.h"

/* Pairs of patterns: a fraction of a second, and far more than a policy of people has. */
#define MAX_COMPARISONS 5000000

static bool
is_told(const struct sp_diags *diags, const char *code, struct sp_pos pos, struct sp_str text)
{
	for (size_t i = 0; i < diags->n; i++) {
		const struct sp_diag *d = &diags->list[i];

		if (d->pos.file == pos.file && d->pos.line == pos.line &&
		    d->pos.column == pos.column && strcmp(d->code, code) == 0 &&
		    sp_str_eq(d->text, text))
			return true;
	}
	return false;
}

void
sp_lint_tell(const struct sp_lint *lint, enum sp_severity severity, const char *code,
             struct sp_pos pos, const char *hint, const char *fmt, ...)
{
	struct sp_buf text;
	va_list args;

	sp_buf_init(&text, lint->diags->arena, 1200);
	va_start(args, fmt);
	sp_buf_addv(&text, fmt, args);
	va_end(args);
	/* A list or a profile is used by many rules, and wrong once. */
	if (!is_told(lint->diags, code, pos, sp_buf_str(&text)))
		sp_diags_add(lint->diags, severity, code, pos, hint, "%.*s",
		             SP_FMT(sp_buf_str(&text)));
}

bool
sp_lint_in_force(const struct sp_rule *rule)
{
	return rule->mode != SP_MODE_AUDIT && rule->mode != SP_MODE_OFF && !rule->has_enforce_from;
}

bool
sp_lint_is_lifted(const struct sp_lint *lint, const struct sp_rule *guard, const struct sp_key *key)
{
	for (uint32_t i = 0; i < lint->policy->exceptions.n; i++) {
		const struct sp_rule *x = lint->policy->exceptions.rule[i];

		for (uint32_t k = 0; k < x->n_lifts; k++) {
			if (x->lifts[k].rule == guard &&
			    (!key || !x->lifts[k].key || x->lifts[k].key == key))
				return true;
		}
	}
	return false;
}

bool
sp_lint_actions_within(const struct sp_rule *a, const struct sp_rule *b, uint32_t families)
{
	for (size_t w = 0; w < SP_ACTION_WORDS && !families; w++) {
		if (a->actions.w[w] & ~b->actions.w[w])
			return false;
	}
	for (enum sp_action act = SP_ACT_NONE + 1; act < SP_ACT_COUNT && families; act++) {
		if (!(sp_action_info(act)->family & families))
			continue;
		if (sp_actions_has(&a->actions, act) && !sp_actions_has(&b->actions, act))
			return false;
	}
	return true;
}

bool
sp_lint_actions_meet(const struct sp_rule *a, const struct sp_rule *b)
{
	for (size_t w = 0; w < SP_ACTION_WORDS; w++) {
		if (a->actions.w[w] & b->actions.w[w])
			return true;
	}
	return false;
}

const struct sp_setting *
sp_lint_setting(const struct sp_setting *list, const struct sp_key *key)
{
	while (list && list->key != key)
		list = list->next;
	return list;
}

/* --- W324: what a short image name means --- */

static void
note_completed(const struct sp_lint *lint, const struct sp_setting *block)
{
	for (const struct sp_setting *s = block; s; s = s->next) {
		for (uint32_t i = 0; s->key->type == SP_T_IMAGES && i < s->n; i++) {
			const struct sp_pattern *p = &s->patterns[i];

			if (p->image.every || !sp_str_is(p->image.registry, "docker.io") ||
			    sp_str_starts(p->text, SP_STR("docker.io/")))
				continue;
			sp_lint_tell(lint, SP_NOTE, "W324", p->pos, NULL,
			             "'%.*s' means docker.io/%.*s", SP_FMT(p->text),
			             SP_FMT(p->image.path));
		}
	}
}

void
sp_policy_lint(const struct sp_policy *policy, int64_t now, struct sp_diags *diags)
{
	struct sp_lint lint = {
	    .policy = policy,
	    .diags = diags,
	    .file = policy->file,
	    .now = now,
	    .budget = MAX_COMPARISONS,
	    .rules = sp_arena_array(diags->arena, policy->n_rules, sizeof(*lint.rules)),
	};

	if (!lint.rules)
		return;

	sp_lint_grants(&lint);
	sp_lint_rules(&lint);
	sp_lint_exceptions(&lint);
	for (uint32_t i = 0; i < policy->n_rules; i++) {
		const struct sp_rule *rule = &policy->rules[i];

		diags->rule = rule->name;
		note_completed(&lint, rule->must);
		note_completed(&lint, rule->may);
		note_completed(&lint, rule->uses);
		note_completed(&lint, rule->when);
		note_completed(&lint, rule->unless);
	}
	diags->rule = SP_STR("");
}

/* --- what only the host can tell --- */

static bool
is_host_path(const struct sp_setting *s)
{
	return s->key->fact == SP_FACT_BIND || s->key->fact == SP_FACT_DEVICES;
}

/* "/srv/blue" of "/srv/blue/ *" and "/srv/ $user": what is a path whatever matches. */
static struct sp_str
fixed_part(const struct sp_pattern *p, bool *tree)
{
	struct sp_str path = p->match;
	size_t end = 0;

	for (size_t i = 0; i < path.len && path.p[i] != '*' && path.p[i] != '$'; i++) {
		if (path.p[i] == '/')
			end = i;
	}
	*tree = sp_str_find(path, '*') < path.len || sp_str_find(path, '$') < path.len;
	if (!*tree)
		return path;
	return end == 0 ? SP_STR("/") : sp_str_head(path, end);
}

const struct sp_granted_path *
sp_policy_granted_paths(const struct sp_policy *policy, struct sp_arena *arena, size_t *n)
{
	struct sp_granted_path *paths = NULL;

	for (int pass = 0; pass < 2; pass++) {
		*n = 0;
		for (uint32_t i = 0; i < policy->n_rules; i++) {
			const struct sp_rule *rule = &policy->rules[i];
			const struct sp_setting *s = rule->kind == SP_RULE_ALLOW ? rule->may : NULL;

			for (; s; s = s->next) {
				for (uint32_t k = 0; is_host_path(s) && k < s->n; k++, ++*n) {
					const struct sp_pattern *p = &s->patterns[k];

					if (!paths)
						continue;
					paths[*n] = (struct sp_granted_path){
					    .pattern = p->text, .rule = rule->name, .pos = p->pos};
					paths[*n].path = fixed_part(p, &paths[*n].tree);
				}
			}
		}
		if (pass == 0)
			paths = sp_arena_array(arena, *n, sizeof(*paths));
		if (!paths)
			*n = 0;
	}
	return paths;
}
