/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load_rule.c: one rule of a policy: its keys, what it must say, the actions it speaks about, the
 * guards an exception lifts.  Input: the administrator's file, as a located tree.
 */
#include "engine/load.h"

/* --- blocks of settings --- */

static uint32_t
where_of(enum sp_block block)
{
	switch (block) {
	case SP_BLOCK_MAY:
	case SP_BLOCK_USES:
		return SP_IN_POWERS;
	case SP_BLOCK_RESPONSE:
		return SP_IN_RESPONSE;
	case SP_BLOCK_ON:
		return SP_IN_SCOPE;
	case SP_BLOCK_MUST:
	case SP_BLOCK_WHEN:
		break;
	}
	return SP_IN_CONDITIONS;
}

int
sp_load_block(struct sp_loader *ld, const struct sp_node *k, enum sp_block block,
              const struct sp_setting **out)
{
	uint32_t where = where_of(block);
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

int
sp_load_may(struct sp_loader *ld, const struct sp_node *k, bool *everything,
            const struct sp_setting **out)
{
	if (k->value->kind == SP_NODE_SCALAR && sp_str_is(k->value->text, "everything")) {
		*everything = true;
		return 0;
	}
	if (k->value->kind != SP_NODE_MAP)
		return sp_load_error(ld, k->value->pos, "E204",
		                     "write may: everything, or may: {privileged: true}",
		                     "'may' needs a map of powers, or the word everything");
	return sp_load_block(ld, k, SP_BLOCK_MAY, out);
}

/* --- one rule --- */

static const char *const kind_names[] = {"allow rule", "deny rule", "require rule",
                                         "exceptions rule"};
static const uint32_t kind_where[] = {SP_IN_ALLOW, SP_IN_DENY, SP_IN_REQUIRE, SP_IN_EXCEPTION};

/* What a rule's node said, for the checks that come after all of it was read. */
struct seen {
	bool who, on, must, lifts, expires, reason, actions;
	const struct sp_node *lifts_value, *do_key, *profiles, *enforce_from;
};

static int
load_text_key(struct sp_loader *ld, const struct sp_node *k, struct sp_str *out)
{
	return sp_load_message(ld, k->value, out);
}

static int
load_enforce_from(struct sp_loader *ld, const struct sp_node *node, struct sp_rule *rule)
{
	bool dated;

	if (sp_load_date(ld, node, &dated, &rule->enforce_from))
		return -1;
	if (!dated)
		return sp_load_error(ld, node->pos, "E246", "write mode: audit instead",
		                     "'enforce_from' needs a date");
	rule->has_enforce_from = true;
	return 0;
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
		return sp_load_scope(ld, k, rule);
	}
	if (sp_str_is(name, "must")) {
		seen->must = true;
		return sp_load_block(ld, k, SP_BLOCK_MUST, &rule->must);
	}
	if (sp_str_is(name, "profiles")) { /* after the rule's own settings */
		seen->profiles = k->value;
		return 0;
	}
	if (sp_str_is(name, "may")) {
		rule->may_pos = k->pos;
		return sp_load_may(ld, k, &rule->everything, &rule->may);
	}
	if (sp_str_is(name, "when"))
		return sp_load_block(ld, k, SP_BLOCK_WHEN, &rule->when);
	if (sp_str_is(name, "unless"))
		return sp_load_block(ld, k, SP_BLOCK_WHEN, &rule->unless);
	if (sp_str_is(name, "uses"))
		return sp_load_block(ld, k, SP_BLOCK_USES, &rule->uses);
	if (sp_str_is(name, "response")) {
		rule->on_response = true;
		return sp_load_block(ld, k, SP_BLOCK_RESPONSE, &rule->response);
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
	if (sp_str_is(name, "enforce_from")) {
		seen->enforce_from = k;
		return load_enforce_from(ld, k->value, rule);
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
		    ld, rule->pos, "E206", "add 'on: any', or 'on: {labels: {team: $user}}'",
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

	if (rule->on_response)
		return sp_load_check_response(ld, rule, kind_names[rule->kind], seen->do_key);
	if (rule->kind == SP_RULE_REQUIRE && !seen->must)
		return missing(ld, rule, "must", "say what it requires");
	if (rule->kind == SP_RULE_DENY && !seen->actions && !rule->uses)
		return sp_load_error(
		    ld, rule->pos, "E214", "add 'uses:' with powers, or 'do:' with actions",
		    "deny rule '%.*s' does not say what it denies", SP_FMT(rule->name));
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

bool
sp_load_is_rule_name(struct sp_str name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		      (i > 0 && (c == '.' || c == '_' || c == '-'))))
			return false;
	}
	return name.len > 0 && name.len <= 63;
}

/* What the rule has from its file: its place, the prefix of a pack. */
static void
name_rule(struct sp_loader *ld, const struct sp_node *k, struct sp_rule *rule)
{
	const struct sp_load_file *file = sp_load_file_of(ld, k->pos);

	rule->file = file->name;
	rule->pos = k->pos;
	rule->in_pack = file->pack.len > 0;
	rule->name = sp_arena_dup(ld->arena, k->text);
	if (rule->in_pack)
		rule->name = sp_strz(
		    sp_arena_printf(ld->arena, "%.*s/%.*s", SP_FMT(file->pack), SP_FMT(k->text)));
}

/*
 * The mode of an included file is as good as the rule's own; that of the main file is the whole
 * policy's, and judged with it.
 */
static int
settle_mode(struct sp_loader *ld, const struct seen *seen, struct sp_rule *rule)
{
	const struct sp_load_file *file = sp_load_file_of(ld, rule->pos);

	if (seen->enforce_from && rule->mode == SP_MODE_AUDIT)
		return sp_load_error(ld, seen->enforce_from->pos, "E218",
		                     "leave 'mode' out: until the date the rule is in audit",
		                     "'mode: audit' and 'enforce_from' contradict each other");
	if (rule->mode == SP_MODE_INHERIT && !(file->where & SP_IN_FILE) &&
	    !(rule->has_enforce_from && file->mode == SP_MODE_AUDIT))
		rule->mode = file->mode;
	return 0;
}

int
sp_load_rule(struct sp_loader *ld, const struct sp_node *k, struct sp_rule *rule,
             const struct sp_node **lifts)
{
	const char *block =
	    sp_arena_printf(ld->scratch, "%s '%.*s'", kind_names[rule->kind], SP_FMT(k->text));
	struct seen seen = {0};
	int result = 0;

	name_rule(ld, k, rule);
	if (!sp_load_is_rule_name(k->text))
		result = sp_load_error(ld, k->pos, "E207", SP_LOAD_RULE_NAME_HINT,
		                       "'%.*s' is not a rule name", SP_FMT(k->text));
	if (sp_load_want_map(ld, k))
		return -1;
	for (const struct sp_node *n = k->value->first; n; n = n->next) {
		const struct sp_key *key = sp_load_key(ld, n, kind_where[rule->kind], block);

		if (!key || load_rule_key(ld, n, key, rule, &seen))
			result = -1;
	}
	if (seen.profiles && sp_load_profiles_of(ld, seen.profiles, rule))
		result = -1;
	result |= settle_mode(ld, &seen, rule);
	*lifts = seen.lifts_value;
	rule->uses_user = block_has_user(rule->must) || block_has_user(rule->may) ||
	                  block_has_user(rule->when) || block_has_user(rule->on);
	if (!result && sp_load_check_scope(ld, rule, seen.do_key))
		result = -1;
	if (rule->kind == SP_RULE_EXCEPTION)
		return check_exception(ld, rule, &seen) || result ? -1 : 0;
	if (result) /* what is missing may just have been misspelt */
		return -1;
	return rule->kind == SP_RULE_ALLOW ? check_allow(ld, rule, &seen)
	                                   : check_guard(ld, rule, &seen);
}
