/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mutate_rules.c: walks through a policy's file for what could be edited in it, and says of each
 * edit whether it opens something.  Which keys there are, and what their values are, is the key
 * table's to say; only what a key means for the verdict is said here.
 */
#include "engine/mutate_parts.h"

struct rule {
	uint32_t where; /* SP_IN_ALLOW ...; profiles are parts of allow rules */
	const char *of; /* "rule 'x'" */
	struct sp_node *map;
};

/* --- what it means --- */

static bool
grants(const struct rule *r)
{
	return r->where & (SP_IN_ALLOW | SP_IN_EXCEPTION | SP_IN_PROFILE);
}

/* Does more of what stands under the key allow more? */
static bool
wider_opens(const struct rule *r, struct sp_str key)
{
	bool asks = sp_str_is(key, "must") || sp_str_is(key, "response");
	bool spares = sp_str_is(key, "except") || sp_str_is(key, "unless") ||
	              (asks && r->where == SP_IN_REQUIRE);

	return grants(r) != spares;
}

/* Without the key, does the rule speak about more? */
static bool
absent_is_wider(const struct rule *r, struct sp_str key)
{
	if (sp_str_is(key, "except") || sp_str_is(key, "unless"))
		return false;
	return !(sp_str_is(key, "may") && r->where != SP_IN_EXCEPTION);
}

/* --- blocks --- */

static void
edit_block(struct sp_mutator *m, const struct rule *r, const struct sp_node *k, uint32_t where)
{
	struct sp_mutate_place place = {r->of, wider_opens(r, k->text)};
	/* A condition less is met more often, a power less is a power less. */
	bool fewer_is_wider = !(where & SP_IN_POWERS);
	struct sp_node *map = k->value;

	for (struct sp_node **link = &map->first; *link; link = &(*link)->next) {
		const struct sp_key *key = sp_key_find((*link)->text, where);

		if (map->n > 1)
			sp_mutate_remove(m, link, map, fewer_is_wider == place.wider_opens,
			                 "removed '%.*s' from '%.*s' of %s", SP_FMT((*link)->text),
			                 SP_FMT(k->text), r->of);
		if (key)
			sp_mutate_value(m, &place, key, *link);
	}
}

static void
edit_scope(struct sp_mutator *m, const struct rule *r, struct sp_node *k)
{
	struct sp_mutate_place place = {r->of, wider_opens(r, k->text)};

	if (k->value->kind != SP_NODE_MAP)
		return;
	for (struct sp_node **link = &k->value->first; *link; link = &(*link)->next) {
		const struct sp_key *key = sp_key_find((*link)->text, SP_IN_SCOPE);

		if (k->value->n > 1)
			sp_mutate_remove(m, link, k->value, place.wider_opens,
			                 "removed '%.*s' from 'on' of %s", SP_FMT((*link)->text),
			                 r->of);
		if (key)
			sp_mutate_value(m, &place, key, *link);
	}
	if (place.wider_opens)
		sp_mutate_replace(m, &k->value, sp_mutate_text(m, k->value, SP_STR("any")), true,
		                  "widened 'on' of %s to any", r->of);
}

static void
edit_map(struct sp_mutator *m, const struct rule *r, struct sp_node *k)
{
	struct sp_str name = k->text;
	uint32_t where = SP_IN_CONDITIONS;

	if (sp_str_is(name, "may") || sp_str_is(name, "uses"))
		where = SP_IN_POWERS;
	else if (sp_str_is(name, "response"))
		where = SP_IN_RESPONSE;
	if (k->value->kind != SP_NODE_MAP)
		return;
	edit_block(m, r, k, where);
	if (sp_str_is(name, "may") && r->where != SP_IN_EXCEPTION)
		sp_mutate_replace(m, &k->value, sp_mutate_text(m, k->value, SP_STR("everything")),
		                  true, "widened 'may' of %s to everything", r->of);
}

/* --- the keys of a rule --- */

static void
edit_subjects(struct sp_mutator *m, const struct rule *r, struct sp_node *k)
{
	if (k->value->kind != SP_NODE_LIST)
		return;
	sp_mutate_items(m, k->value, sp_mutate_of(m, k, r->of), !wider_opens(r, k->text));
	if (grants(r) && !(k->value->n == 1 && sp_str_is(k->value->first->text, "anyone")))
		sp_mutate_replace(m, &k->value, sp_mutate_list(m, k->value, "anyone"), true,
		                  "widened '%.*s' of %s to anyone", SP_FMT(k->text), r->of);
}

static void
edit_actions(struct sp_mutator *m, const struct rule *r, struct sp_node *k)
{
	if (k->value->kind != SP_NODE_LIST)
		return;
	sp_mutate_items(m, k->value, sp_mutate_of(m, k, r->of), !wider_opens(r, k->text));
	if (r->where == SP_IN_ALLOW &&
	    !(k->value->n == 1 && sp_str_is(k->value->first->text, "all")))
		sp_mutate_replace(m, &k->value, sp_mutate_list(m, k->value, "all"), true,
		                  "widened 'do' of %s to all", r->of);
}

/* RULE:KEY lifts less than RULE. */
static void
edit_lifts(struct sp_mutator *m, const struct rule *r, struct sp_node *k)
{
	if (k->value->kind != SP_NODE_LIST)
		return;
	sp_mutate_items(m, k->value, sp_mutate_of(m, k, r->of), false);
	for (struct sp_node **link = &k->value->first; *link; link = &(*link)->next) {
		struct sp_str rule, key;

		if (sp_str_cut((*link)->text, ':', &rule, &key))
			sp_mutate_replace(m, link, sp_mutate_text(m, *link, rule), true,
			                  "'%.*s' of 'lifts' of %s without its key",
			                  SP_FMT((*link)->text), r->of);
	}
}

static void
edit_date(struct sp_mutator *m, const struct rule *r, struct sp_node *k)
{
	bool expires = sp_str_is(k->text, "expires");

	if (expires && sp_str_is(k->value->text, "never"))
		return;
	sp_mutate_replace(
	    m, &k->value,
	    sp_mutate_text(m, k->value, expires ? SP_STR("never") : SP_STR("9999-12-31")), true,
	    expires ? "%s never expires" : "%s is never enforced", r->of);
}

/* `of` is a rule or a file. */
static void
edit_mode(struct sp_mutator *m, const char *of, struct sp_node *k, bool audit_opens,
          bool enforce_opens)
{
	bool audit = sp_str_is(k->value->text, "audit");

	sp_mutate_replace(m, &k->value,
	                  sp_mutate_text(m, k->value, audit ? SP_STR("enforce") : SP_STR("audit")),
	                  audit ? enforce_opens : audit_opens, "changed 'mode' of %s to %s", of,
	                  audit ? "enforce" : "audit");
}

/* Conditions of a profile that is not named any more are not asked for. */
static void
edit_profiles_of(struct sp_mutator *m, const struct rule *r, struct sp_node *k)
{
	if (k->value->kind != SP_NODE_LIST)
		return;
	for (struct sp_node **link = &k->value->first; *link; link = &(*link)->next) {
		struct sp_str name = sp_mutate_plain_name((*link)->text);
		bool opens = false;

		for (uint32_t i = 0; i < m->ld.n_files; i++) {
			const struct sp_node *all = sp_load_section(m->roots[i], "profiles");
			const struct sp_node *profile =
			    all ? sp_load_section(all->value, name.p) : NULL;

			opens |= profile && sp_load_section(profile->value, "must");
		}
		if (k->value->n > 1)
			sp_mutate_remove(m, link, k->value, opens,
			                 "removed '%.*s' from 'profiles' of %s",
			                 SP_FMT((*link)->text), r->of);
	}
}

static void
edit_value(struct sp_mutator *m, const struct rule *r, const struct sp_key *key, struct sp_node *k)
{
	if (key->type == SP_T_SUBJECTS)
		edit_subjects(m, r, k);
	else if (key->type == SP_T_ACTIONS)
		edit_actions(m, r, k);
	else if (key->type == SP_T_SCOPE)
		edit_scope(m, r, k);
	else if (key->type == SP_T_LIFTS)
		edit_lifts(m, r, k);
	else if (key->type == SP_T_DATE)
		edit_date(m, r, k);
	else if (key->type == SP_T_WORD)
		edit_mode(m, r->of, k, !grants(r), grants(r));
	else if (key->type == SP_T_NAMES)
		edit_profiles_of(m, r, k);
	else if (key->type == SP_T_MAP)
		edit_map(m, r, k);
}

/* A whole block is removed only where that says something its keys do not. */
static bool
goes_whole(const struct rule *r, const struct sp_key *key, const struct sp_node *k)
{
	switch ((int)key->type) {
	case SP_T_TEXT:
	case SP_T_DATE:
	case SP_T_WORD:
		return false;
	case SP_T_MAP:
		return k->value->kind != SP_NODE_MAP || k->value->n == 1 ||
		       sp_str_is(k->text, "unless") ||
		       (sp_str_is(k->text, "may") && r->where == SP_IN_EXCEPTION);
	}
	return true;
}

static void
edit_rule(struct sp_mutator *m, const struct rule *r)
{
	if (r->map->kind != SP_NODE_MAP)
		return;
	for (struct sp_node **link = &r->map->first; *link; link = &(*link)->next) {
		struct sp_node *k = *link;
		const struct sp_key *key = sp_key_find(k->text, r->where);
		bool wider = absent_is_wider(r, k->text);

		if (!key)
			continue;
		if (goes_whole(r, key, k))
			sp_mutate_remove(m, link, r->map, wider == wider_opens(r, k->text),
			                 "removed '%.*s' from %s", SP_FMT(k->text), r->of);
		edit_value(m, r, key, k);
	}
}

/* --- the file --- */

/* Is the rule what an exception names?  Then the policy does not load without it. */
static bool
is_lifted(const struct sp_mutator *m, struct sp_str name)
{
	for (uint32_t i = 0; i < m->policy->n_rules; i++) {
		const struct sp_rule *rule = &m->policy->rules[i];

		for (uint32_t l = 0; l < rule->n_lifts; l++) {
			if (sp_str_eq(rule->lifts[l].rule->name, name))
				return true;
		}
	}
	return false;
}

/* A rule that is there, and refuses nothing. */
static void
silence(struct sp_mutator *m, const struct rule *r)
{
	struct sp_node *mode = sp_mutate_text(m, r->map, SP_STR("mode"));

	if (!mode)
		return;
	mode->value = sp_mutate_text(m, r->map, SP_STR("audit"));
	sp_mutate_append(m, r->map, mode, true, "changed 'mode' of %s to audit", r->of);
}

static void
edit_rules(struct sp_mutator *m, struct sp_node *section, uint32_t where)
{
	const struct sp_load_file *file = &m->ld.files[m->file];
	struct sp_node *map = section->value;

	for (struct sp_node **link = &map->first; *link; link = &(*link)->next) {
		struct rule r = {.where = where, .map = (*link)->value};
		const char *name =
		    sp_arena_printf(m->arena, "%.*s%s%.*s", SP_FMT(file->pack),
		                    file->pack.len ? "/" : "", SP_FMT((*link)->text));

		r.of = sp_arena_printf(m->arena, "%s '%s'",
		                       where == SP_IN_PROFILE ? "profile" : "rule", name);
		if (where != SP_IN_PROFILE && is_lifted(m, sp_strz(name)) &&
		    !sp_load_section(r.map, "mode"))
			silence(m, &r);
		else if (where != SP_IN_PROFILE)
			sp_mutate_remove(m, link, map, !grants(&r), "removed %s", r.of);
		edit_rule(m, &r);
	}
}

/* groups: and lists: that something uses. */
static void
edit_names(struct sp_mutator *m, const struct sp_node *section, const char *prefix,
           const char *what)
{
	for (const struct sp_node *k = section->value->first; k; k = k->next) {
		bool used, opens = sp_mutate_fewer_opens(m, prefix, k->text, &used);

		if (used && k->value->kind == SP_NODE_LIST)
			sp_mutate_items(
			    m, k->value,
			    sp_arena_printf(m->arena, "%s '%.*s'", what, SP_FMT(k->text)), opens);
	}
}

static void
edit_adjust(struct sp_mutator *m, struct sp_node *section)
{
	struct sp_node *map = section->value;

	for (struct sp_node **link = &map->first; *link; link = &(*link)->next) {
		for (struct sp_node *k = (*link)->value->first; k; k = k->next) {
			if (sp_str_is(k->text, "mode") && sp_str_is(k->value->text, "audit"))
				sp_mutate_replace(
				    m, &k->value, sp_mutate_text(m, k->value, SP_STR("off")), true,
				    "changed 'mode' of rule '%.*s' to off", SP_FMT((*link)->text));
		}
		if (map->n > 1)
			sp_mutate_remove(m, link, map, false, "removed '%.*s' from 'adjust'",
			                 SP_FMT((*link)->text));
	}
}

/* The main file's mode is the whole policy's, also where it says none. */
static void
edit_file_mode(struct sp_mutator *m, struct sp_node *root, struct sp_node *k)
{
	bool main = m->file == 0;
	bool rules = sp_load_section(root, "allow") && !main;
	struct sp_node *mode;

	if (k) {
		edit_mode(m, main ? "the policy" : "the file", k, true, rules);
		return;
	}
	mode = main ? sp_mutate_text(m, root, SP_STR("mode")) : NULL;
	if (!mode)
		return;
	mode->value = sp_mutate_text(m, root, SP_STR("audit"));
	sp_mutate_append(m, root, mode, true, "changed 'mode' of the policy to audit");
}

static void
edit_section(struct sp_mutator *m, struct sp_node *root, struct sp_node **link)
{
	static const struct {
		const char *name;
		uint32_t where;
	} rules[] = {{"allow", SP_IN_ALLOW},
	             {"deny", SP_IN_DENY},
	             {"require", SP_IN_REQUIRE},
	             {"exceptions", SP_IN_EXCEPTION},
	             {"profiles", SP_IN_PROFILE}};
	struct sp_node *k = *link;

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (sp_str_is(k->text, rules[i].name))
			edit_rules(m, k, rules[i].where);
	}
	if (sp_str_is(k->text, "groups"))
		edit_names(m, k, "group:", "group");
	else if (sp_str_is(k->text, "lists"))
		edit_names(m, k, "list:", "list");
	else if (sp_str_is(k->text, "adjust"))
		edit_adjust(m, k);
	else if (sp_str_is(k->text, "min_api_version"))
		sp_mutate_remove(m, link, root, true, "removed 'min_api_version'");
	else if (sp_str_is(k->text, "self_protection"))
		sp_mutate_remove(m, link, root, false, "removed 'self_protection'");
}

void
sp_mutate_file(struct sp_mutator *m, struct sp_node *root)
{
	struct sp_node *mode = NULL;

	for (struct sp_node **link = &root->first; *link; link = &(*link)->next) {
		if (sp_str_is((*link)->text, "mode"))
			mode = *link;
		edit_section(m, root, link);
	}
	edit_file_mode(m, root, mode);
}
