/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load_lifts.c: the guards an exception lifts, once all rules of all files are known.  Input: the
 * located tree of the administrator's file.
 */
#include "engine/load.h"

static const struct sp_rule *
find_guard(const struct sp_policy *policy, struct sp_str name)
{
	for (uint32_t i = 0; i < policy->n_rules; i++) {
		const struct sp_rule *rule = &policy->rules[i];

		if (sp_str_eq(rule->name, name) &&
		    (rule->kind == SP_RULE_DENY || rule->kind == SP_RULE_REQUIRE))
			return rule;
	}
	return NULL;
}

static const struct sp_setting *
find_setting(const struct sp_setting *s, struct sp_str name)
{
	while (s && !sp_str_is(name, s->key->name))
		s = s->next;
	return s;
}

static int
load_lift(struct sp_loader *ld, const struct sp_node *item, bool narrows, struct sp_lift *lift)
{
	struct sp_str name, key;
	bool has_key = sp_str_cut(item->text, ':', &name, &key);
	const struct sp_setting *s;

	lift->pos = item->pos;
	if (item->kind != SP_NODE_SCALAR)
		return sp_load_error(ld, item->pos, "E225",
		                     "write RULE or RULE:KEY without a space after ':'",
		                     "an item of 'lifts' must be text");
	lift->rule = find_guard(ld->policy, name);
	if (!lift->rule) {
		const char **names =
		    sp_arena_array(ld->scratch, ld->policy->n_rules, sizeof(*names));
		size_t n = 0;

		for (uint32_t i = 0; names && i < ld->policy->n_rules; i++) {
			if (ld->policy->rules[i].kind == SP_RULE_DENY ||
			    ld->policy->rules[i].kind == SP_RULE_REQUIRE)
				names[n++] = ld->policy->rules[i].name.p;
		}
		return sp_load_error(ld, item->pos, "E236",
		                     n ? sp_load_suggest(ld, name, names, n) : NULL,
		                     "'%.*s' is not a deny or require rule", SP_FMT(name));
	}
	if (narrows && lift->rule->kind == SP_RULE_DENY && !lift->rule->uses)
		return sp_load_error(
		    ld, item->pos, "E238", "leave 'may' out, or put a condition under 'when'",
		    "rule '%.*s' denies actions, not powers: 'may' cannot narrow it", SP_FMT(name));
	if (!has_key)
		return 0;
	s = find_setting(lift->rule->uses, key);
	if (!s)
		s = find_setting(lift->rule->must, key);
	if (!s)
		s = find_setting(lift->rule->response, key);
	if (!s)
		return sp_load_error(ld, item->pos, "E237", NULL,
		                     "rule '%.*s' does not check '%.*s'", SP_FMT(name),
		                     SP_FMT(key));
	lift->key = s->key;
	return 0;
}

int
sp_load_lifts(struct sp_loader *ld, struct sp_rule *rule, const struct sp_node *node)
{
	struct sp_lift *lifts;
	bool no_actions = true;
	int result = 0;

	if (!node)
		return 0;
	if (node->kind != SP_NODE_LIST || node->n == 0)
		return sp_load_error(ld, node->pos, "E204", "write lifts: [RULE] or [RULE:KEY]",
		                     "'lifts' needs a list");
	lifts = sp_arena_array(ld->arena, node->n, sizeof(*lifts));
	if (!lifts)
		return -1;
	for (const struct sp_node *item = node->first; item; item = item->next)
		result |= load_lift(ld, item, rule->may != NULL, &lifts[rule->n_lifts++]);
	rule->lifts = lifts;
	for (size_t w = 0; w < SP_ACTION_WORDS; w++)
		no_actions &= rule->actions.w[w] == 0;
	for (uint32_t i = 0; i < rule->n_lifts && !result && no_actions; i++) {
		for (size_t w = 0; w < SP_ACTION_WORDS; w++)
			rule->actions.w[w] |= lifts[i].rule->actions.w[w];
	}
	return result ? -1 : 0;
}
