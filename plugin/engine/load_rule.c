/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load_rule.c: one rule of a policy: its keys, what it must say, the actions it speaks about, the
 * guards an exception lifts.  Input: the administrator's file, as a located tree.
 */
#include "engine/load.h"

/* --- blocks of settings --- */

static int
load_block(struct sp_loader *ld, const struct sp_node *k, enum sp_block block,
           const struct sp_setting **out)
{
	uint32_t where = block == SP_BLOCK_RESPONSE                        ? SP_IN_RESPONSE
	                 : block == SP_BLOCK_MAY || block == SP_BLOCK_USES ? SP_IN_POWERS
	                                                                   : SP_IN_CONDITIONS;
	const char *name = sp_arena_printf(ld->scratch, "%.*s:", SP_FMT(k->text));
	const struct sp_setting **tail = out;
	int result = 0;

	if (sp_load_want_map(ld, k))
		return -1;
	if (!k->value->first)
		return sp_load_error(ld, k->value->pos, "E227", NULL, "'%.*s' is empty",
		                     SP_FMT(k->text));
	for (const struct sp_node *n = k->value->first; n; n = n->next) {
		const struct sp_key *key = sp_load_key(ld, n, where, name);
		struct sp_setting *s = key ? sp_arena_alloc(ld->arena, sizeof(*s)) : NULL;

		if (!s || sp_load_setting(ld, key, n, block, s)) {
			result = -1;
			continue;
		}
		*tail = s;
		tail = &s->next;
	}
	return result;
}

static int
load_may(struct sp_loader *ld, const struct sp_node *k, struct sp_rule *rule)
{
	if (k->value->kind == SP_NODE_SCALAR && sp_str_is(k->value->text, "everything")) {
		rule->everything = true;
		return 0;
	}
	if (k->value->kind != SP_NODE_MAP)
		return sp_load_error(ld, k->value->pos, "E204",
		                     "write may: everything, or may: {privileged: true}",
		                     "'may' needs a map of powers, or the word everything");
	return load_block(ld, k, SP_BLOCK_MAY, &rule->may);
}

static int
load_scope(struct sp_loader *ld, const struct sp_node *k)
{
	if (k->value->kind == SP_NODE_SCALAR && sp_str_is(k->value->text, "any"))
		return 0;
	if (k->value->kind == SP_NODE_MAP)
		return sp_load_error(ld, k->value->pos, "E203", "write on: any",
		                     "'on' with labels or names is not supported yet");
	return sp_load_error(ld, k->value->pos, "E204", "write on: any", "'on' needs the word any");
}

/* --- one rule --- */

static const char *const kind_names[] = {"allow rule", "deny rule", "require rule",
                                         "exceptions rule"};
static const uint32_t kind_where[] = {SP_IN_ALLOW, SP_IN_DENY, SP_IN_REQUIRE, SP_IN_EXCEPTION};

/* What a rule's node said, for the checks that come after all of it was read. */
struct seen {
	bool who, on, must, lifts, expires, reason, actions;
	const struct sp_node *lifts_value, *do_key;
};

static int
load_text_key(struct sp_loader *ld, const struct sp_node *k, struct sp_str *out)
{
	return sp_load_message(ld, k->value, out);
}

static int
load_rule_key(struct sp_loader *ld, const struct sp_node *k, const struct sp_key *key,
              struct sp_rule *rule, struct seen *seen)
{
	struct sp_str name = k->text;
	size_t choice;

	if (sp_str_is(name, "who")) {
		seen->who = true;
		return sp_load_subjects(ld, "who", k->value, &rule->who);
	}
	if (sp_str_is(name, "except"))
		return sp_load_subjects(ld, "except", k->value, &rule->except);
	if (sp_str_is(name, "do")) {
		seen->actions = true;
		seen->do_key = k;
		return sp_load_actions(ld, k->value, &rule->actions);
	}
	if (sp_str_is(name, "on")) {
		seen->on = true;
		return load_scope(ld, k);
	}
	if (sp_str_is(name, "must")) {
		seen->must = true;
		return load_block(ld, k, SP_BLOCK_MUST, &rule->must);
	}
	if (sp_str_is(name, "may"))
		return load_may(ld, k, rule);
	if (sp_str_is(name, "when"))
		return load_block(ld, k, SP_BLOCK_WHEN, &rule->when);
	if (sp_str_is(name, "unless"))
		return load_block(ld, k, SP_BLOCK_WHEN, &rule->unless);
	if (sp_str_is(name, "uses"))
		return load_block(ld, k, SP_BLOCK_USES, &rule->uses);
	if (sp_str_is(name, "response")) {
		rule->on_response = true;
		return load_block(ld, k, SP_BLOCK_RESPONSE, &rule->response);
	}
	if (sp_str_is(name, "lifts")) {
		seen->lifts = true;
		seen->lifts_value = k->value;
		return 0;
	}
	if (sp_str_is(name, "expires")) {
		seen->expires = true;
		return sp_load_date(ld, k->value, &rule->has_expires, &rule->expires);
	}
	if (sp_str_is(name, "mode")) {
		if (sp_load_word(ld, key, k->value, &choice))
			return -1;
		rule->mode = choice == 0 ? SP_MODE_ENFORCE : SP_MODE_AUDIT;
		return 0;
	}
	if (sp_str_is(name, "message"))
		return load_text_key(ld, k, &rule->message);
	if (sp_str_is(name, "reason")) {
		seen->reason = true;
		return load_text_key(ld, k, &rule->reason);
	}
	if (sp_str_is(name, "approved_by"))
		return load_text_key(ld, k, &rule->approved_by);
	if (sp_str_is(name, "note"))
		return load_text_key(ld, k, &rule->note);
	/* A row of the table that nobody reads here must not look as if it had been obeyed. */
	return sp_load_error(ld, k->pos, "E203", NULL, "'%s' is not supported yet", key->name);
}

static bool
block_has_user(const struct sp_setting *s)
{
	for (; s; s = s->next) {
		for (uint32_t i = 0; i < s->n; i++) {
			if (s->patterns[i].has_user)
				return true;
		}
	}
	return false;
}

/* All request families the settings of a block speak about. */
static uint32_t
families_of(const struct sp_setting *s)
{
	uint32_t families = 0;

	for (; s; s = s->next)
		families |= s->key->families;
	return families;
}

static int
missing(struct sp_loader *ld, const struct sp_rule *rule, const char *key, const char *hint)
{
	return sp_load_error(ld, rule->pos, "E205", hint, "%s '%.*s' has no '%s'",
	                     kind_names[rule->kind], SP_FMT(rule->name), key);
}

static bool
has_images(const struct sp_rule *rule)
{
	for (const struct sp_setting *s = rule->must; s; s = s->next) {
		if (s->key->type == SP_T_IMAGES && s->key->fact == SP_FACT_IMAGES)
			return true;
	}
	return rule->everything;
}

static int
check_allow(struct sp_loader *ld, struct sp_rule *rule, const struct seen *seen)
{
	static const enum sp_action bring[] = {SP_ACT_CONTAINER_CREATE, SP_ACT_SERVICE_CREATE,
	                                       SP_ACT_SERVICE_UPDATE, SP_ACT_IMAGE_PULL};
	const char *existing = NULL;
	int result = 0;

	if (!seen->who)
		result = missing(ld, rule, "who",
		                 "say whom it is for: [anna], [group:ci], [local] or [anyone]");
	if (!seen->actions)
		return missing(ld, rule, "do", "say what it allows, e.g. do: [run, logs]");
	for (enum sp_action a = SP_ACT_NONE + 1; a < SP_ACT_COUNT; a++) {
		const struct sp_action_info *info = sp_action_info(a);

		if (sp_actions_has(&rule->actions, a) && info->existing &&
		    (!existing || strcmp(info->name, existing) < 0))
			existing = info->name;
	}
	if (existing && !seen->on)
		result = sp_load_error(
		    ld, rule->pos, "E206", "add 'on: any'",
		    "allow rule '%.*s' lets %s act on existing objects but does not say which",
		    SP_FMT(rule->name), existing);
	for (size_t i = 0; i < sizeof(bring) / sizeof(bring[0]); i++) {
		if (!sp_actions_has(&rule->actions, bring[i]) || has_images(rule))
			continue;
		return sp_load_error(
		    ld, rule->pos, "E208",
		    "add 'images:' under must:, e.g. images: [registry.example.com/**], or "
		    "images: any",
		    "allow rule '%.*s' lets users bring in images but does not say which",
		    SP_FMT(rule->name));
	}
	return result;
}

/* A guard without `do` speaks about every action one of its keys speaks about. */
static int
check_guard(struct sp_loader *ld, struct sp_rule *rule, const struct seen *seen)
{
	uint32_t families = families_of(rule->uses) | families_of(rule->must);
	bool any = false;

	if (rule->kind == SP_RULE_REQUIRE && !seen->must)
		return missing(ld, rule, "must", "say what it requires");
	if (rule->kind == SP_RULE_DENY && !seen->actions && !rule->uses && !rule->on_response)
		return sp_load_error(
		    ld, rule->pos, "E214", "add 'uses:' with powers, or 'do:' with actions",
		    "deny rule '%.*s' does not say what it denies", SP_FMT(rule->name));
	if (rule->on_response && (rule->when || rule->unless))
		return sp_load_error(
		    ld, rule->pos, "E215", "say which actions with 'do:'",
		    "deny rule '%.*s' judges answers, and what was asked is not known "
		    "any more then",
		    SP_FMT(rule->name));
	if (rule->on_response && rule->uses)
		return sp_load_error(ld, rule->pos, "E215", NULL,
		                     "deny rule '%.*s' cannot judge both the request (uses) and "
		                     "the answer (response)",
		                     SP_FMT(rule->name));
	for (enum sp_action a = SP_ACT_NONE + 1; a < SP_ACT_COUNT; a++) {
		bool speaks = !families || (sp_action_info(a)->family & families);

		if (!seen->actions && speaks)
			sp_actions_add(&rule->actions, a);
		any |= speaks && sp_actions_has(&rule->actions, a);
	}
	if (!any)
		return sp_load_error(
		    ld, seen->do_key ? seen->do_key->pos : rule->pos, "E213", NULL,
		    "none of the keys of %s '%.*s' speaks about the actions under 'do:'",
		    kind_names[rule->kind], SP_FMT(rule->name));
	return 0;
}

static int
check_exception(struct sp_loader *ld, const struct sp_rule *rule, const struct seen *seen)
{
	int result = 0;

	if (!seen->lifts)
		result = missing(ld, rule, "lifts", "say which rules it lifts");
	if (!seen->who)
		result = missing(ld, rule, "who", "say for whom");
	if (!seen->expires)
		result = missing(ld, rule, "expires", "a date, or never");
	if (!seen->reason)
		result = missing(ld, rule, "reason", "an exception says why it exists");
	return result;
}

static bool
is_rule_name(struct sp_str name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		      (i > 0 && (c == '.' || c == '_' || c == '-'))))
			return false;
	}
	return name.len > 0 && name.len <= 63;
}

int
sp_load_rule(struct sp_loader *ld, const struct sp_node *k, struct sp_rule *rule,
             const struct sp_node **lifts)
{
	const char *block =
	    sp_arena_printf(ld->scratch, "%s '%.*s'", kind_names[rule->kind], SP_FMT(k->text));
	struct seen seen = {0};
	int result = 0;

	rule->name = sp_arena_dup(ld->arena, k->text);
	rule->file = ld->policy->name;
	rule->pos = k->pos;
	if (!is_rule_name(k->text))
		result = sp_load_error(
		    ld, k->pos, "E207",
		    "lower-case letters, digits, '.', '_' and '-', at most 63, the first a letter "
		    "or digit",
		    "'%.*s' is not a rule name", SP_FMT(k->text));
	if (sp_load_want_map(ld, k))
		return -1;
	for (const struct sp_node *n = k->value->first; n; n = n->next) {
		const struct sp_key *key = sp_load_key(ld, n, kind_where[rule->kind], block);

		if (!key || load_rule_key(ld, n, key, rule, &seen))
			result = -1;
	}
	*lifts = seen.lifts_value;
	rule->uses_user =
	    block_has_user(rule->must) || block_has_user(rule->may) || block_has_user(rule->when);
	if (rule->kind == SP_RULE_EXCEPTION)
		return check_exception(ld, rule, &seen) || result ? -1 : 0;
	if (result) /* what is missing may just have been misspelt */
		return -1;
	return rule->kind == SP_RULE_ALLOW ? check_allow(ld, rule, &seen)
	                                   : check_guard(ld, rule, &seen);
}

/* --- lifts --- */

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
