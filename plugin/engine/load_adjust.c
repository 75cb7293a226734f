/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load_adjust.c: `adjust:`: the main file softens single rules of the packs it includes, and says
 * why.  Other rules have their own `mode`.  Input: the located tree of the administrator's file.
 */
#include "engine/load.h"

static const char *
suggest_rule(struct sp_loader *ld, struct sp_str name)
{
	const struct sp_policy *policy = ld->policy;
	const char **names = sp_arena_array(ld->scratch, policy->n_rules, sizeof(*names));
	size_t n = 0;

	for (uint32_t i = 0; names && i < policy->n_rules; i++) {
		if (policy->rules[i].in_pack)
			names[n++] = policy->rules[i].name.p;
	}
	return n ? sp_load_suggest(ld, name, names, n) : "no pack is included";
}

static struct sp_rule *
find_rule(struct sp_loader *ld, const struct sp_node *k)
{
	for (uint32_t i = 0; i < ld->policy->n_rules; i++) {
		struct sp_rule *rule = &ld->policy->rules[i];

		if (!sp_str_eq(rule->name, k->text))
			continue;
		if (rule->in_pack)
			return rule;
		sp_load_error(ld, k->pos, "E264",
		              sp_arena_printf(ld->scratch, "write 'mode:' into the rule, %.*s:%u",
		                              SP_FMT(rule->file), rule->pos.line),
		              "rule '%.*s' is not part of a pack", SP_FMT(k->text));
		return NULL;
	}
	sp_load_error(ld, k->pos, "E263", suggest_rule(ld, k->text), "no pack has a rule '%.*s'",
	              SP_FMT(k->text));
	return NULL;
}

static int
adjust_rule(struct sp_loader *ld, const struct sp_node *k)
{
	const char *block = sp_arena_printf(ld->scratch, "adjust of '%.*s'", SP_FMT(k->text));
	struct sp_rule *rule = find_rule(ld, k);
	bool has_mode = false;
	int result = rule ? 0 : -1;
	struct sp_rule ignored;

	if (!rule)
		rule = &ignored;
	if (sp_load_want_map(ld, k))
		return -1;
	rule->adjusted = (struct sp_str){NULL, 0};
	for (const struct sp_node *n = k->value->first; n; n = n->next) {
		const struct sp_key *key = sp_load_key(ld, n, SP_IN_ADJUST, block);
		size_t choice;

		if (!key) {
			result = -1;
		} else if (key->type == SP_T_TEXT) {
			result |= sp_load_message(ld, n->value, &rule->adjusted);
		} else if (sp_load_word(ld, key, n->value, &choice)) {
			result = -1;
		} else {
			has_mode = true;
			rule->mode = choice == 0 ? SP_MODE_AUDIT : SP_MODE_OFF;
		}
	}
	if (result)
		return -1;
	if (!has_mode)
		return sp_load_error(ld, k->pos, "E205", "write mode: audit or mode: off",
		                     "%s has no 'mode'", block);
	if (rule->adjusted.len == 0)
		return sp_load_error(ld, k->pos, "E205", "say why the pack's rule is softened",
		                     "%s has no 'reason'", block);
	return 0;
}

int
sp_load_adjust(struct sp_loader *ld, const struct sp_node *k)
{
	int result = 0;

	if (sp_load_want_map(ld, k))
		return -1;
	for (const struct sp_node *n = k->value->first; n; n = n->next)
		result |= adjust_rule(ld, n);
	return result;
}
