/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lint_rules.c: rules without effect: powers that are always denied (W305), rules that another one
 * contains (W309), rules that can never match (W311), guards for users who may do nothing (W314).
 */
#include "engine/lint.h"

/* --- W305 --- */

/* A deny rule that speaks about everybody who has the power, whatever they do with it. */
static bool
denies_always(const struct sp_lint *lint, const struct sp_rule *deny, const struct sp_rule *grant,
              const struct sp_key *key)
{
	return deny->kind == SP_RULE_DENY && sp_lint_in_force(deny) && !deny->when &&
	       !deny->unless && !deny->except.present && !deny->on_response && !deny->on &&
	       sp_lint_setting(deny->uses, key) && sp_lint_who_within(&grant->who, &deny->who) &&
	       sp_lint_actions_within(grant, deny, key->families) &&
	       !sp_lint_is_lifted(lint, deny, key);
}

/* All such rules, in lint->rules; returns how many. */
static uint32_t
find_denies(struct sp_lint *lint, const struct sp_rule *grant, const struct sp_key *key)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < lint->policy->n_rules; i++) {
		if (denies_always(lint, &lint->policy->rules[i], grant, key))
			lint->rules[n++] = &lint->policy->rules[i];
	}
	return n;
}

/* The first of them that denies the pattern, or all of the power (NULL). */
static const struct sp_rule *
denied_by(struct sp_lint *lint, uint32_t n, const struct sp_key *key, const struct sp_pattern *p)
{
	for (uint32_t i = 0; i < n; i++) {
		const struct sp_setting *denied = sp_lint_setting(lint->rules[i]->uses, key);

		if (p ? sp_lint_always_hit(lint, key, p, denied) : denied->any)
			return lint->rules[i];
	}
	return NULL;
}

static void
lint_dead_powers(struct sp_lint *lint, const struct sp_rule *grant)
{
	for (const struct sp_setting *s = grant->may; s; s = s->next) {
		uint32_t n = find_denies(lint, grant, s->key);
		const struct sp_rule *deny = denied_by(lint, n, s->key, NULL);

		if (deny) {
			sp_lint_tell(lint, SP_WARNING, "W305", s->pos, NULL,
			             "rule '%.*s' gives %s, but rule '%.*s' (%.*s:%u) always "
			             "denies it",
			             SP_FMT(grant->name), s->key->name, SP_FMT(deny->name),
			             SP_FMT(deny->file), deny->pos.line);
			continue;
		}
		for (uint32_t i = 0; n > 0 && i < s->n; i++) {
			const struct sp_pattern *p = &s->patterns[i];

			deny = denied_by(lint, n, s->key, p);
			if (deny)
				sp_lint_tell(lint, SP_WARNING, "W305", p->pos, NULL,
				             "rule '%.*s' gives %s '%.*s', but rule '%.*s' "
				             "(%.*s:%u) always denies it",
				             SP_FMT(grant->name), s->key->name, SP_FMT(p->text),
				             SP_FMT(deny->name), SP_FMT(deny->file),
				             deny->pos.line);
		}
	}
}

/* --- W309 --- */

/* All that the actions of a rule can be asked about. */
static uint32_t
families_of(const struct sp_rule *rule)
{
	uint32_t families = 0;

	for (enum sp_action a = SP_ACT_NONE + 1; a < SP_ACT_COUNT; a++) {
		if (sp_actions_has(&rule->actions, a))
			families |= sp_action_info(a)->family;
	}
	return families;
}

/* Whenever all of `a` hold, all of `b` do that speak about `families`. */
static bool
all_implied(struct sp_lint *lint, const struct sp_setting *a, const struct sp_setting *b,
            uint32_t families)
{
	for (; b; b = b->next) {
		const struct sp_setting *s = a;
		bool implied = !(b->key->families & families);

		for (; s && !implied; s = s->next)
			implied = s->key == b->key && sp_lint_implies(lint, s, b);
		if (!implied)
			return false;
	}
	return true;
}

static bool
powers_within(struct sp_lint *lint, const struct sp_rule *a, const struct sp_rule *b)
{
	if (b->everything || a->everything)
		return b->everything;
	for (const struct sp_setting *s = a->may; s; s = s->next) {
		const struct sp_setting *given = sp_lint_setting(b->may, s->key);

		if (!given || !sp_lint_covered(lint, s, given))
			return false;
	}
	return true;
}

static bool
uses_within(struct sp_lint *lint, const struct sp_setting *a, const struct sp_setting *b)
{
	for (; a; a = a->next) {
		const struct sp_setting *same = sp_lint_setting(b, a->key);

		if (!same || !sp_lint_hit_within(lint, a, same))
			return false;
	}
	return true;
}

/* All objects of `a` are objects of `b`. */
static bool
scope_within(struct sp_lint *lint, const struct sp_rule *a, const struct sp_rule *b)
{
	for (const struct sp_setting *s = b->on; s; s = s->next) {
		const struct sp_setting *same = sp_lint_setting(a->on, s->key);

		if (!same || !sp_lint_implies(lint, same, s))
			return false;
	}
	return true;
}

static bool
grant_within(struct sp_lint *lint, const struct sp_rule *a, const struct sp_rule *b)
{
	if (b->has_expires && !(a->has_expires && a->expires <= b->expires))
		return false;
	return all_implied(lint, a->must, b->must, families_of(a)) && powers_within(lint, a, b);
}

static bool
guard_within(struct sp_lint *lint, const struct sp_rule *a, const struct sp_rule *b)
{
	/* `a` may be silent where `b` is not, never the other way round. */
	if ((b->when && !(a->when && all_implied(lint, a->when, b->when, UINT32_MAX))) ||
	    (b->unless && !(a->unless && all_implied(lint, b->unless, a->unless, UINT32_MAX))) ||
	    (b->except.present &&
	     !(a->except.present && sp_lint_who_within(&b->except, &a->except))) ||
	    a->on_response || b->on_response)
		return false;
	if (a->kind == SP_RULE_REQUIRE)
		return all_implied(lint, b->must, a->must, UINT32_MAX);
	if (!b->uses) /* the actions themselves are denied */
		return true;
	return a->uses && uses_within(lint, a->uses, b->uses);
}

bool
sp_lint_rule_within(struct sp_lint *lint, const struct sp_rule *a, const struct sp_rule *b)
{
	if (a->kind != b->kind || a->kind == SP_RULE_EXCEPTION ||
	    !sp_lint_actions_within(a, b, 0) || !sp_lint_who_within(&a->who, &b->who) ||
	    !scope_within(lint, a, b))
		return false;
	return a->kind == SP_RULE_ALLOW ? grant_within(lint, a, b) : guard_within(lint, a, b);
}

/*
 * Packs overlap because nobody can know which others are included with them; a guard with a text
 * of its own says more, and one that is lifted does less, than its contents.
 */
static bool
is_needed(const struct sp_lint *lint, const struct sp_rule *a, const struct sp_rule *b)
{
	if (a->kind == SP_RULE_ALLOW)
		return false;
	return a->in_pack || b->in_pack || a->message.len || sp_lint_is_lifted(lint, b, NULL);
}

static void
lint_redundant(struct sp_lint *lint, const struct sp_rule *a)
{
	for (uint32_t i = 0; i < lint->policy->n_rules; i++) {
		const struct sp_rule *b = &lint->policy->rules[i];

		if (b == a || b->kind != a->kind || !sp_lint_in_force(b) ||
		    (a->mode == SP_MODE_ENFORCE) != (b->mode == SP_MODE_ENFORCE) ||
		    is_needed(lint, a, b) || !sp_lint_rule_within(lint, a, b))
			continue;
		/* Two that contain each other are one too many: the second. */
		if (b > a && !is_needed(lint, b, a) && sp_lint_rule_within(lint, b, a))
			continue;
		sp_lint_tell(lint, SP_WARNING, "W309", a->pos, NULL,
		             "rule '%.*s' changes nothing: rule '%.*s' (%.*s:%u) %s all of it",
		             SP_FMT(a->name), SP_FMT(b->name), SP_FMT(b->file), b->pos.line,
		             a->kind == SP_RULE_ALLOW  ? "allows"
		             : a->kind == SP_RULE_DENY ? "denies"
		                                       : "requires");
		return;
	}
}

/* --- W311 --- */

static bool
lint_contradiction(struct sp_lint *lint, const struct sp_rule *rule, const struct sp_setting *block)
{
	bool found = false;

	for (const struct sp_setting *s = block; s; s = s->next) {
		for (const struct sp_setting *t = s->next; t; t = t->next) {
			if (s->key != t->key || !sp_lint_contradict(lint, s, t))
				continue;
			found = true;
			sp_lint_tell(lint, SP_WARNING, "W311", rule->pos, NULL,
			             "rule '%.*s' can never match: what it and its "
			             "profiles say about %s contradicts itself",
			             SP_FMT(rule->name), s->key->name);
		}
	}
	return found;
}

static bool
is_nobody(const struct sp_subjects *s)
{
	return s->present && !s->anyone && !s->local && s->n_names + s->n_globs == 0;
}

/* Tells, and is true, when the rule matches nothing at all. */
static bool
lint_never(struct sp_lint *lint, const struct sp_rule *rule)
{
	bool spares_all = rule->except.present && sp_lint_who_within(&rule->who, &rule->except);
	bool silent =
	    rule->unless && rule->when && all_implied(lint, rule->when, rule->unless, UINT32_MAX);

	if (is_nobody(&rule->who))
		sp_lint_tell(lint, SP_WARNING, "W311", rule->who.pos, NULL,
		             "rule '%.*s' is for nobody: '%.*s' has no members", SP_FMT(rule->name),
		             SP_FMT(rule->who.text));
	else if (spares_all)
		sp_lint_tell(lint, SP_WARNING, "W311", rule->except.pos, NULL,
		             "rule '%.*s' is for nobody: 'except' spares all it speaks about",
		             SP_FMT(rule->name));
	if (silent)
		sp_lint_tell(lint, SP_WARNING, "W311", rule->pos, NULL,
		             "rule '%.*s' can never match: 'unless' holds whenever 'when' does",
		             SP_FMT(rule->name));
	return lint_contradiction(lint, rule, rule->must) || is_nobody(&rule->who) || spares_all ||
	       silent;
}

/* --- W314 --- */

static void
lint_idle_guard(const struct sp_lint *lint, const struct sp_rule *guard)
{
	/* A pack is there for whatever its users are granted later. */
	if (!guard->who.present || is_nobody(&guard->who) || guard->on_response || guard->in_pack)
		return;
	for (uint32_t i = 0; i < lint->policy->n_rules; i++) {
		const struct sp_rule *rule = &lint->policy->rules[i];

		if (rule->kind == SP_RULE_ALLOW && sp_lint_actions_meet(rule, guard) &&
		    !sp_lint_who_apart(&rule->who, &guard->who))
			return;
	}
	sp_lint_tell(
	    lint, SP_WARNING, "W314", guard->who.pos, NULL,
	    "rule '%.*s' is only for %.*s, whom no allow rule lets do what it speaks about",
	    SP_FMT(guard->name), SP_FMT(guard->who.text));
}

void
sp_lint_rules(struct sp_lint *lint)
{
	for (uint32_t i = 0; i < lint->policy->n_rules; i++) {
		const struct sp_rule *rule = &lint->policy->rules[i];

		lint->diags->rule = rule->name;
		if (rule->mode == SP_MODE_OFF)
			continue;
		if (lint_never(lint, rule) || rule->kind == SP_RULE_EXCEPTION)
			continue;
		if (rule->kind == SP_RULE_ALLOW)
			lint_dead_powers(lint, rule);
		else
			lint_idle_guard(lint, rule);
		if (sp_lint_in_force(rule))
			lint_redundant(lint, rule);
	}
}
