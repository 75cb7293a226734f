/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load_scope.c: `on:` and `response:` of a rule, and what they mean for the actions the rule speaks
 * about: what no scope can limit, and what no answer shows.  Input: the administrator's file.
 */
#include "engine/load.h"
#include "engine/scope.h"

int
sp_load_scope(struct sp_loader *ld, const struct sp_node *k, struct sp_rule *rule)
{
	static const char hint[] = "write on: any, or on: {labels: {team: $user}}";

	if (k->value->kind == SP_NODE_SCALAR && sp_str_is(k->value->text, "any"))
		return 0;
	if (k->value->kind != SP_NODE_MAP)
		return sp_load_error(ld, k->value->pos, "E204", hint,
		                     "'on' needs the word any, or a map of labels and names");
	return sp_load_block(ld, k, SP_BLOCK_ON, &rule->on);
}

/* Is the action itself an item of `do:`, not only part of a set? */
static bool
is_named(const struct sp_node *const *items, uint32_t n, const char *action)
{
	for (uint32_t i = 0; items && i < n; i++) {
		if (sp_str_is(items[i]->text, action))
			return true;
	}
	return false;
}

/*
 * A grant on some objects is none to remove every unused one.  (A guard keeps them: what may touch
 * its objects is what it is for.)
 */
int
sp_load_check_scope(struct sp_loader *ld, struct sp_rule *rule, const struct sp_node *do_key)
{
	const struct sp_node **items;
	uint32_t n;
	int result = 0;

	if (!rule->on || !do_key || rule->kind == SP_RULE_DENY || rule->kind == SP_RULE_REQUIRE)
		return 0;
	items = sp_load_items(ld, "do", do_key->value, &n);
	for (enum sp_action a = SP_ACT_NONE + 1; a < SP_ACT_COUNT; a++) {
		const char *name = sp_action_info(a)->name;

		if (!sp_action_prunes(a) || !sp_actions_has(&rule->actions, a))
			continue;
		if (is_named(items, n, name))
			result = sp_load_error(
			    ld, do_key->pos, "E209",
			    "put it in a rule with 'on: any', or leave it out",
			    "%s removes every unused object and cannot be limited by 'on:'", name);
		sp_actions_drop(&rule->actions, a);
	}
	return result;
}

/* --- response --- */

static bool
speaks(const struct sp_setting *s, uint32_t shows)
{
	if (strcmp(s->key->name, "labels") == 0)
		return shows & SP_SHOWS_LABELS;
	if (strcmp(s->key->name, "env") == 0)
		return shows & SP_SHOWS_ENV;
	return strcmp(s->key->name, "size") != 0 || !(shows & SP_SHOWS_STREAM);
}

/* Does every key under `response:` speak about the answer to the action? */
static bool
response_speaks(const struct sp_rule *rule, enum sp_action action)
{
	for (const struct sp_setting *s = rule->response; s; s = s->next) {
		if (!speaks(s, sp_answer_shows(action)))
			return false;
	}
	return true;
}

static int
check_keys(struct sp_loader *ld, const struct sp_rule *rule, const char *kind)
{
	if (rule->when || rule->unless)
		return sp_load_error(ld, rule->pos, "E215", "say which actions with 'do:'",
		                     "%s '%.*s' judges answers, and what was asked is not known "
		                     "any more then",
		                     kind, SP_FMT(rule->name));
	if (rule->uses || rule->must)
		return sp_load_error(ld, rule->pos, "E215", NULL,
		                     "%s '%.*s' cannot judge both the request (%s) and "
		                     "the answer (response)",
		                     kind, SP_FMT(rule->name), rule->uses ? "uses" : "must");
	for (const struct sp_setting *s = rule->response; s; s = s->next) {
		if (rule->kind == SP_RULE_REQUIRE && strcmp(s->key->name, "status") == 0)
			return sp_load_error(ld, s->pos, "E215", "put it into a deny rule",
			                     "%s '%.*s' cannot ask for a status: what dockerd "
			                     "answered cannot be answered again",
			                     kind, SP_FMT(rule->name));
	}
	return 0;
}

/* Where the rule comes too late, told once for each reason. */
static void
warn_late(struct sp_loader *ld, const struct sp_rule *rule, const char *kind)
{
	const char *stream = NULL, *change = NULL;

	for (enum sp_action a = SP_ACT_NONE + 1; a < SP_ACT_COUNT; a++) {
		const struct sp_action_info *info = sp_action_info(a);

		if (!sp_actions_has(&rule->actions, a))
			continue;
		if (!stream && (sp_answer_shows(a) & SP_SHOWS_STREAM))
			stream = info->name;
		else if (!change && info->mutates && !(sp_answer_shows(a) & SP_SHOWS_STREAM))
			change = info->name;
	}
	if (stream)
		sp_load_warning(ld, rule->pos, "W331",
		                "such answers leave while they are made: deny the action instead",
		                "%s '%.*s' cannot withhold the answer to %s", kind,
		                SP_FMT(rule->name), stream);
	if (change)
		sp_load_warning(ld, rule->pos, "W332",
		                "it can hide the answer, not undo the action; judge the request",
		                "%s '%.*s' judges the answer to %s, and the action has happened "
		                "then",
		                kind, SP_FMT(rule->name), change);
}

int
sp_load_check_response(struct sp_loader *ld, struct sp_rule *rule, const char *kind,
                       const struct sp_node *do_key)
{
	bool any = !do_key; /* each key speaks about some action */

	if (check_keys(ld, rule, kind))
		return -1;
	for (enum sp_action a = SP_ACT_NONE + 1; a < SP_ACT_COUNT; a++) {
		if (!response_speaks(rule, a))
			sp_actions_drop(&rule->actions, a);
		else if (!do_key)
			sp_actions_add(&rule->actions, a);
		any |= sp_actions_has(&rule->actions, a);
	}
	if (!any)
		return sp_load_error(ld, do_key->pos, "E213",
		                     "container.inspect shows labels and variables",
		                     "none of the answers to the actions of %s '%.*s' shows what "
		                     "'response:' asks for",
		                     kind, SP_FMT(rule->name));
	/* A rule about every answer says so itself. */
	if (do_key)
		warn_late(ld, rule, kind);
	return 0;
}
