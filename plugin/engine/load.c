/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load.c: a policy file, from text to rules.  Everything that is wrong is reported in one run, each
 * with its place; a policy with an error does not exist.  What may stand where comes from the key
 * table.  Input: the administrator's file.
 */
#include <stdio.h>

#include "engine/load.h"

#define MAX_RULES 2000

/* --- telling ------------------------------------------------------------------------------------------------ */

static int
tell(struct sp_loader *ld, enum sp_severity severity, struct sp_pos pos, const char *code, const char *hint,
     const char *fmt, va_list args)
{
	char text[1200];

	vsnprintf(text, sizeof(text), fmt, args);
	return sp_diags_add(ld->diags, severity, code, pos, hint, "%s", text);
}

int
sp_load_error(struct sp_loader *ld, struct sp_pos pos, const char *code, const char *hint, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	tell(ld, SP_ERROR, pos, code, hint, fmt, args);
	va_end(args);
	return -1;
}

int
sp_load_warning(struct sp_loader *ld, struct sp_pos pos, const char *code, const char *hint, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	tell(ld, SP_WARNING, pos, code, hint, fmt, args);
	va_end(args);
	return 0;
}

const char *
sp_load_suggest(struct sp_loader *ld, struct sp_str word, const char *const *names, size_t n)
{
	const char *near = sp_suggest(word, names, n);

	return near ? sp_arena_printf(ld->scratch, "did you mean '%s'?", near) : NULL;
}

struct sp_name *
sp_load_name(struct sp_names *names, struct sp_str name)
{
	for (uint32_t i = 0; i < names->n; i++) {
		if (sp_str_eq(names->list[i].name, name))
			return &names->list[i];
	}
	return NULL;
}

/* --- keys: unknown, misplaced, not yet ------------------------------------------------------------------------ */

static const char *
suggest_key(struct sp_loader *ld, struct sp_str word, uint32_t where)
{
	const char *names[128];
	size_t n_keys, n = 0;
	const struct sp_key *keys = sp_keys(&n_keys);

	for (size_t i = 0; i < n_keys && n < 128; i++) {
		if (keys[i].where & where)
			names[n++] = keys[i].name;
	}
	return sp_load_suggest(ld, word, names, n);
}

static const char *
block_name(uint32_t where)
{
	if (where & SP_IN_POWERS)
		return "power";
	return where & SP_IN_CONDITIONS ? "condition" : "key";
}

/* The word is a key, but of another place: say which. */
static const char *
right_place(uint32_t where)
{
	if (where & SP_IN_POWERS)
		return "is a power, it belongs under 'may:' (allow) or 'uses:' (deny)";
	if (where & SP_IN_CONDITIONS)
		return "is a condition, it belongs under 'must:', 'when:' or 'unless:'";
	if (where & SP_IN_MESSAGES)
		return "belongs under 'messages:'";
	if (where & SP_IN_RESPONSE)
		return "belongs under 'response:'";
	if (where & SP_IN_FILE)
		return "belongs at the top of the file";
	if (where == (SP_IN_DENY | SP_IN_REQUIRE))
		return "belongs in deny and require rules";
	if (where == SP_IN_DENY)
		return "belongs in deny rules";
	if (where == SP_IN_ALLOW)
		return "belongs in allow rules";
	return where == SP_IN_EXCEPTION ? "belongs in exceptions" : "belongs in other rules";
}

/*
 * The row of a key that may stand here, or NULL after telling.  `block` is how the place is called
 * ("must:", "deny rule 'x'").
 */
static const struct sp_key *
known_key(struct sp_loader *ld, const struct sp_node *k, uint32_t where, const char *block)
{
	const struct sp_key *key = sp_key_find(k->text, where);
	const char *hint = NULL;

	if (key && key->later) {
		sp_load_error(ld, k->pos, "E203", NULL, "'%s' %s", key->name, key->later);
		return NULL;
	}
	if (key)
		return key;
	key = sp_key_find(k->text, UINT32_MAX);
	if (key) {
		sp_load_error(ld, k->pos, "E211", NULL, "'%s' %s, not %s%s", key->name, right_place(key->where),
			      block[strlen(block) - 1] == ':' ? "'" : "in ",
			      block[strlen(block) - 1] == ':' ? sp_arena_printf(ld->scratch, "%s'", block) : block);
		return NULL;
	}
	hint = suggest_key(ld, k->text, where);
	if (!hint && sp_str_find(k->text, ':') < k->text.len)
		hint = "a space is missing after ':'";
	if (where & (SP_IN_POWERS | SP_IN_CONDITIONS))
		sp_load_error(ld, k->pos, "E210", hint, "unknown %s '%.*s'", block_name(where), SP_FMT(k->text));
	else if (where & SP_IN_FILE)
		sp_load_error(ld, k->pos, "E210", hint, "unknown key '%.*s'", SP_FMT(k->text));
	else
		sp_load_error(ld, k->pos, "E210", hint, "unknown key '%.*s' in %s", SP_FMT(k->text), block);
	return NULL;
}

static int
want_map(struct sp_loader *ld, const struct sp_node *k)
{
	if (k->value->kind == SP_NODE_MAP)
		return 0;
	return sp_load_error(ld, k->value->pos, "E204", NULL, "'%.*s' needs a map, found %s", SP_FMT(k->text),
			     k->value->kind == SP_NODE_LIST ? "a list" : "text");
}

/* --- blocks of settings ------------------------------------------------------------------------------------------ */

static int
load_block(struct sp_loader *ld, const struct sp_node *k, enum sp_block block, const struct sp_setting **out)
{
	uint32_t where = block == SP_BLOCK_RESPONSE			 ? SP_IN_RESPONSE
			 : block == SP_BLOCK_MAY || block == SP_BLOCK_USES ? SP_IN_POWERS
									   : SP_IN_CONDITIONS;
	const char *name = sp_arena_printf(ld->scratch, "%.*s:", SP_FMT(k->text));
	const struct sp_setting **tail = out;
	int result = 0;

	if (want_map(ld, k))
		return -1;
	if (!k->value->first)
		return sp_load_error(ld, k->value->pos, "E227", NULL, "'%.*s' is empty", SP_FMT(k->text));
	for (const struct sp_node *n = k->value->first; n; n = n->next) {
		const struct sp_key *key = known_key(ld, n, where, name);
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
		return sp_load_error(ld, k->value->pos, "E204", "write may: everything, or may: {privileged: true}",
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

/* --- one rule ------------------------------------------------------------------------------------------------------- */

static const char *const kind_names[] = {"allow rule", "deny rule", "require rule", "exceptions rule"};
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
load_rule_key(struct sp_loader *ld, const struct sp_node *k, const struct sp_key *key, struct sp_rule *rule,
	      struct seen *seen)
{
	struct sp_str name = k->text, unused;
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
	return load_text_key(ld, k, sp_str_is(name, "note") ? &rule->note : &unused);
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
	return sp_load_error(ld, rule->pos, "E205", hint, "%s '%.*s' has no '%s'", kind_names[rule->kind],
			     SP_FMT(rule->name), key);
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
		result = missing(ld, rule, "who", "say whom it is for: [anna], [group:ci], [local] or [anyone]");
	if (!seen->actions)
		return missing(ld, rule, "do", "say what it allows, e.g. do: [run, logs]");
	for (enum sp_action a = SP_ACT_NONE + 1; a < SP_ACT_COUNT; a++) {
		const struct sp_action_info *info = sp_action_info(a);

		if (sp_actions_has(&rule->actions, a) && info->existing &&
		    (!existing || strcmp(info->name, existing) < 0))
			existing = info->name;
	}
	if (existing && !seen->on)
		result = sp_load_error(ld, rule->pos, "E206", "add 'on: any'",
				       "allow rule '%.*s' lets %s act on existing objects but does not say which",
				       SP_FMT(rule->name), existing);
	for (size_t i = 0; i < sizeof(bring) / sizeof(bring[0]); i++) {
		if (!sp_actions_has(&rule->actions, bring[i]) || has_images(rule))
			continue;
		return sp_load_error(ld, rule->pos, "E208",
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
		return sp_load_error(ld, rule->pos, "E214", "add 'uses:' with powers, or 'do:' with actions",
				     "deny rule '%.*s' does not say what it denies", SP_FMT(rule->name));
	if (rule->on_response && rule->uses)
		return sp_load_error(ld, rule->pos, "E215", NULL,
				     "deny rule '%.*s' cannot judge both the request (uses) and the answer (response)",
				     SP_FMT(rule->name));
	for (enum sp_action a = SP_ACT_NONE + 1; a < SP_ACT_COUNT; a++) {
		bool speaks = !families || (sp_action_info(a)->family & families);

		if (!seen->actions && speaks)
			sp_actions_add(&rule->actions, a);
		any |= speaks && sp_actions_has(&rule->actions, a);
	}
	if (!any)
		return sp_load_error(ld, seen->do_key ? seen->do_key->pos : rule->pos, "E213", NULL,
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

static int
load_rule(struct sp_loader *ld, const struct sp_node *k, struct sp_rule *rule, const struct sp_node **lifts)
{
	const char *block = sp_arena_printf(ld->scratch, "%s '%.*s'", kind_names[rule->kind], SP_FMT(k->text));
	struct seen seen = {0};
	int result = 0;

	rule->name = sp_arena_dup(ld->arena, k->text);
	rule->file = ld->policy->name;
	rule->pos = k->pos;
	if (!is_rule_name(k->text))
		result = sp_load_error(ld, k->pos, "E207",
				       "lower-case letters, digits, '.', '_' and '-', at most 63, the first a letter "
				       "or digit",
				       "'%.*s' is not a rule name", SP_FMT(k->text));
	if (want_map(ld, k))
		return -1;
	for (const struct sp_node *n = k->value->first; n; n = n->next) {
		const struct sp_key *key = known_key(ld, n, kind_where[rule->kind], block);

		if (!key || load_rule_key(ld, n, key, rule, &seen))
			result = -1;
	}
	*lifts = seen.lifts_value;
	rule->uses_user = block_has_user(rule->must) || block_has_user(rule->may) || block_has_user(rule->when);
	if (rule->kind == SP_RULE_EXCEPTION)
		return check_exception(ld, rule, &seen) || result ? -1 : 0;
	if (result) /* what is missing may just have been misspelt */
		return -1;
	return rule->kind == SP_RULE_ALLOW ? check_allow(ld, rule, &seen) : check_guard(ld, rule, &seen);
}

/* --- lifts -------------------------------------------------------------------------------------------------------------- */

static const struct sp_rule *
find_guard(const struct sp_policy *policy, struct sp_str name)
{
	for (uint32_t i = 0; i < policy->n_rules; i++) {
		const struct sp_rule *rule = &policy->rules[i];

		if (sp_str_eq(rule->name, name) && (rule->kind == SP_RULE_DENY || rule->kind == SP_RULE_REQUIRE))
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
load_lift(struct sp_loader *ld, const struct sp_node *item, struct sp_lift *lift)
{
	struct sp_str name, key;
	bool has_key = sp_str_cut(item->text, ':', &name, &key);
	const struct sp_setting *s;

	if (item->kind != SP_NODE_SCALAR)
		return sp_load_error(ld, item->pos, "E225", "write RULE or RULE:KEY without a space after ':'",
				     "an item of 'lifts' must be text");
	lift->rule = find_guard(ld->policy, name);
	if (!lift->rule) {
		const char **names = sp_arena_array(ld->scratch, ld->policy->n_rules, sizeof(*names));
		size_t n = 0;

		for (uint32_t i = 0; names && i < ld->policy->n_rules; i++) {
			if (ld->policy->rules[i].kind == SP_RULE_DENY || ld->policy->rules[i].kind == SP_RULE_REQUIRE)
				names[n++] = ld->policy->rules[i].name.p;
		}
		return sp_load_error(ld, item->pos, "E236", n ? sp_load_suggest(ld, name, names, n) : NULL,
				     "'%.*s' is not a deny or require rule", SP_FMT(name));
	}
	if (!has_key)
		return 0;
	s = find_setting(lift->rule->uses, key);
	if (!s)
		s = find_setting(lift->rule->must, key);
	if (!s)
		return sp_load_error(ld, item->pos, "E237", NULL, "rule '%.*s' does not check '%.*s'",
				     SP_FMT(name), SP_FMT(key));
	lift->key = s->key;
	return 0;
}

static int
load_lifts(struct sp_loader *ld, struct sp_rule *rule, const struct sp_node *node)
{
	struct sp_lift *lifts;
	bool no_actions = true;
	int result = 0;

	if (!node)
		return 0;
	if (node->kind != SP_NODE_LIST || node->n == 0)
		return sp_load_error(ld, node->pos, "E204", "write lifts: [RULE] or [RULE:KEY]", "'lifts' needs a list");
	lifts = sp_arena_array(ld->arena, node->n, sizeof(*lifts));
	if (!lifts)
		return -1;
	for (const struct sp_node *item = node->first; item; item = item->next)
		result |= load_lift(ld, item, &lifts[rule->n_lifts++]);
	rule->lifts = lifts;
	for (size_t w = 0; w < SP_ACTION_WORDS; w++)
		no_actions &= rule->actions.w[w] == 0;
	for (uint32_t i = 0; i < rule->n_lifts && !result && no_actions; i++) {
		for (size_t w = 0; w < SP_ACTION_WORDS; w++)
			rule->actions.w[w] |= lifts[i].rule->actions.w[w];
	}
	return result ? -1 : 0;
}

/* --- names: groups, lists, vars ----------------------------------------------------------------------------------------- */

static int
load_names(struct sp_loader *ld, const struct sp_node *k, struct sp_names *names, const char *what)
{
	bool vars = names == &ld->vars;
	int result = 0;

	names->what = what;
	if (want_map(ld, k))
		return -1;
	names->list = sp_arena_array(ld->scratch, k->value->n + 1, sizeof(*names->list));
	if (!names->list)
		return -1;
	for (const struct sp_node *n = k->value->first; n; n = n->next) {
		struct sp_name *name = &names->list[names->n];
		struct sp_node *value = n->value;
		bool lower = vars;

		for (size_t i = 0; i < n->text.len; i++)
			lower &= (n->text.p[i] >= 'a' && n->text.p[i] <= 'z') ||
				 (i > 0 && n->text.p[i] >= '0' && n->text.p[i] <= '9');
		if (value->kind != (vars ? SP_NODE_SCALAR : SP_NODE_LIST)) {
			result = sp_load_error(ld, value->pos, "E204", NULL, "%s '%.*s' needs %s", what,
					       SP_FMT(n->text), vars ? "text" : "a list");
			continue;
		}
		if (vars && (!lower || n->text.len == 0 || sp_str_is(n->text, "user"))) {
			result = sp_load_error(ld, n->pos, "E229",
					       "a letter a-z, then letters and digits; 'user' is taken",
					       "'%.*s' is not a variable name", SP_FMT(n->text));
			continue;
		}
		*name = (struct sp_name){.name = sp_arena_dup(ld->scratch, n->text), .pos = n->pos, .value = value};
		names->n++;
	}
	return result;
}

static void
warn_unused(struct sp_loader *ld, const struct sp_names *names)
{
	for (uint32_t i = 0; i < names->n; i++) {
		if (!names->list[i].used)
			sp_load_warning(ld, names->list[i].pos, "W301", NULL, "%s '%.*s' is never used", names->what,
					SP_FMT(names->list[i].name));
	}
}

/* --- the file --------------------------------------------------------------------------------------------------------------- */

static int
load_messages(struct sp_loader *ld, const struct sp_node *k)
{
	int result = 0;
	size_t choice;

	if (want_map(ld, k))
		return -1;
	for (const struct sp_node *n = k->value->first; n; n = n->next) {
		const struct sp_key *key = known_key(ld, n, SP_IN_MESSAGES, "messages:");

		if (!key) {
			result = -1;
		} else if (key->type == SP_T_WORD) {
			if (sp_load_word(ld, key, n->value, &choice))
				result = -1;
			else
				ld->policy->detail = (enum sp_detail)choice;
		} else if (n->value->kind != SP_NODE_SCALAR) {
			result = sp_load_error(ld, n->value->pos, "E204", NULL, "'%s' must be text", key->name);
		} else if (sp_load_text(ld, n->value, NULL, &ld->policy->contact)) {
			result = -1;
		}
	}
	return result;
}

static int
check_version(struct sp_loader *ld, const struct sp_node *root)
{
	const struct sp_node *k = root->first;

	if (!k || !sp_str_is(k->text, "sallyport"))
		return sp_load_error(ld, k ? k->pos : root->pos, "E201", "begin the file with sallyport: 1",
				     "the first key of a policy is 'sallyport', the version of its language");
	if (k->value->kind != SP_NODE_SCALAR || k->value->style != SP_STYLE_PLAIN || !sp_str_is(k->value->text, "1"))
		return sp_load_error(ld, k->value->pos, "E202", "this program reads version 1",
				     "version '%.*s' of the policy language is not known", SP_FMT(k->value->text));
	return 0;
}

static const struct sp_node *
section(const struct sp_node *root, const char *name)
{
	for (const struct sp_node *k = root->first; k; k = k->next) {
		if (sp_str_is(k->text, name))
			return k;
	}
	return NULL;
}

static int
load_head(struct sp_loader *ld, const struct sp_node *root)
{
	const struct sp_node *k;
	int result = check_version(ld, root);
	size_t choice;

	for (k = root->first; k; k = k->next) {
		if (!known_key(ld, k, SP_IN_FILE, "the top level"))
			result = -1;
	}
	/* Names first: everything else may use them, wherever it stands. */
	if ((k = section(root, "vars")) && load_names(ld, k, &ld->vars, "variable"))
		result = -1;
	if ((k = section(root, "lists")) && load_names(ld, k, &ld->lists, "list"))
		result = -1;
	if ((k = section(root, "groups")) && load_names(ld, k, &ld->groups, "group"))
		result = -1;
	if ((k = section(root, "mode"))) {
		if (sp_load_word(ld, sp_key_find(k->text, SP_IN_FILE), k->value, &choice))
			result = -1;
		else
			ld->policy->audit = choice == 1;
	}
	if ((k = section(root, "messages")) && load_messages(ld, k))
		result = -1;
	return result;
}

static const char *const sections[] = {"allow", "deny", "require", "exceptions"};

static int
check_unique(struct sp_loader *ld, const struct sp_index *names, const struct sp_node *k)
{
	uint32_t first = sp_index_find(names, k->text);

	if (!first)
		return 0;
	return sp_load_error(ld, k->pos, "E212",
			     sp_arena_printf(ld->scratch, "first used on line %u; a name stands for one rule",
					     ld->policy->rules[first - 1].pos.line),
			     "rule name '%.*s' is used twice", SP_FMT(k->text));
}

static int
load_rules(struct sp_loader *ld, const struct sp_node *root)
{
	struct sp_policy *policy = ld->policy;
	const struct sp_node **lifts;
	struct sp_index names;
	uint32_t room = 0;
	int result = 0;

	for (const struct sp_node *k = root->first; k; k = k->next)
		room += k->value->kind == SP_NODE_MAP ? k->value->n : 0;
	if (room > MAX_RULES)
		return sp_load_error(ld, root->pos, "E216", "put values into lists instead of rules",
				     "the policy has more than %d rules", MAX_RULES);
	policy->rules = sp_arena_array(ld->arena, room, sizeof(*policy->rules));
	lifts = sp_arena_array(ld->scratch, room, sizeof(*lifts));
	if (!policy->rules || !lifts || sp_index_init(&names, ld->scratch, room))
		return -1;
	for (const struct sp_node *k = root->first; k; k = k->next) {
		size_t kind = 0;

		while (kind < 4 && !sp_str_is(k->text, sections[kind]))
			kind++;
		if (kind == 4)
			continue;
		if (want_map(ld, k)) {
			result = -1;
			continue;
		}
		for (const struct sp_node *n = k->value->first; n; n = n->next) {
			struct sp_rule *rule = &policy->rules[policy->n_rules];

			rule->kind = (enum sp_rule_kind)kind;
			result |= check_unique(ld, &names, n);
			result |= load_rule(ld, n, rule, &lifts[policy->n_rules]);
			sp_index_add(&names, rule->name, policy->n_rules++);
		}
	}
	for (uint32_t i = 0; i < policy->n_rules; i++)
		result |= load_lifts(ld, &policy->rules[i], lifts[i]);
	return result ? -1 : 0;
}

int
sp_load_tree(struct sp_loader *ld, const struct sp_node *root)
{
	int result = load_head(ld, root);

	result |= load_rules(ld, root);
	if (result)
		return -1;
	warn_unused(ld, &ld->groups);
	warn_unused(ld, &ld->lists);
	warn_unused(ld, &ld->vars);
	return 0;
}
