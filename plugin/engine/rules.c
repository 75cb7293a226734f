/* SPDX-License-Identifier: Apache-2.0 */
/* rules.c: the rules of a policy as others may see them, copied: reports outlive policies. */
#include "sallyport/rules.h"

#include "engine/rule.h"

static size_t
count_keys(const struct sp_rule *rule)
{
	size_t n = 0;

	for (const struct sp_setting *s = rule->must; s; s = s->next)
		n++;
	for (const struct sp_setting *s = rule->uses; s; s = s->next)
		n++;
	for (const struct sp_setting *s = rule->may; s; s = s->next)
		n++;
	for (const struct sp_setting *s = rule->response; s; s = s->next)
		n++;
	return n + 1;
}

/* `any` covers and meets everything: it can only be the reason where it is forbidden. */
static size_t
add_keys(struct sp_rule_key *keys, size_t n, const char *block, const struct sp_setting *s)
{
	for (; s; s = s->next) {
		if (!s->any || s->key->type == SP_T_FLAG || block[0] == 'u')
			keys[n++] = (struct sp_rule_key){block, s->key->name};
	}
	return n;
}

static int
fill_keys(const struct sp_rule *rule, struct sp_arena *arena, struct sp_rule_info *info)
{
	struct sp_rule_key *keys = sp_arena_array(arena, count_keys(rule) + 1, sizeof(*keys));
	size_t n = 0;

	if (!keys)
		return -1;
	n = add_keys(keys, n, "must", rule->must);
	n = add_keys(keys, n, "uses", rule->uses);
	if (rule->kind == SP_RULE_ALLOW)
		n = add_keys(keys, n, "may", rule->may);
	n = add_keys(keys, n, "response", rule->response);
	if (rule->on && rule->kind == SP_RULE_ALLOW) /* a finding names it as a whole */
		keys[n++] = (struct sp_rule_key){"on", "on"};
	info->keys = keys;
	info->n_keys = n;
	return 0;
}

static int
fill(const struct sp_rule *rule, struct sp_arena *arena, struct sp_rule_info *info)
{
	static const char *const kinds[] = {"allow", "deny", "require", "exception"};
	struct sp_str *lifts = sp_arena_array(arena, rule->n_lifts + 1, sizeof(*lifts));

	if (!lifts || fill_keys(rule, arena, info))
		return -1;
	for (uint32_t i = 0; i < rule->n_lifts; i++)
		lifts[i] = sp_arena_dup(arena, rule->lifts[i].rule->name);
	info->kind = kinds[rule->kind];
	info->name = sp_arena_dup(arena, rule->name);
	info->file = sp_arena_dup(arena, rule->file);
	info->line = rule->pos.line;
	info->dated = rule->has_expires || rule->has_enforce_from;
	info->off = rule->mode == SP_MODE_OFF;
	info->lifts = lifts;
	info->n_lifts = rule->n_lifts;
	return 0;
}

const struct sp_rule_info *
sp_policy_rules(const struct sp_policy *policy, struct sp_arena *arena, size_t *n)
{
	struct sp_rule_info *list = sp_arena_array(arena, policy->n_rules + 1, sizeof(*list));

	*n = 0;
	for (uint32_t i = 0; list && i < policy->n_rules; i++) {
		if (fill(&policy->rules[i], arena, &list[i]))
			return NULL;
		*n = i + 1;
	}
	return list;
}
