/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lint_grants.c: allow rules that give away more than their author may have thought of, and
 * policies that leave nobody in charge.
 */
#include "engine/lint.h"

static bool
is_grant(const struct sp_rule *rule)
{
	return rule->kind == SP_RULE_ALLOW && sp_lint_in_force(rule);
}

static bool
has(const struct sp_rule *rule, enum sp_action action)
{
	return sp_actions_has(&rule->actions, action);
}

/* Does the rule allow something that a power makes dangerous? */
static bool
can_use_powers(const struct sp_rule *rule)
{
	return has(rule, SP_ACT_CONTAINER_CREATE) || has(rule, SP_ACT_SERVICE_CREATE) ||
	       has(rule, SP_ACT_SERVICE_UPDATE) || has(rule, SP_ACT_PLUGIN_PULL) ||
	       has(rule, SP_ACT_PLUGIN_CREATE);
}

static bool
allows_everything(const struct sp_rule *rule)
{
	for (enum sp_action a = SP_ACT_NONE + 1; a < SP_ACT_COUNT; a++) {
		if (!has(rule, a))
			return false;
	}
	return true;
}

static struct sp_pos
pos_of_may(const struct sp_rule *rule, const struct sp_setting *s)
{
	if (rule->may_pos.line) /* also when the power comes out of a profile */
		return rule->may_pos;
	return s ? s->pos : rule->pos;
}

/* W302 */
static void
lint_open_house(const struct sp_lint *lint, const struct sp_rule *rule)
{
	if (!rule->everything || !can_use_powers(rule) || (!rule->who.anyone && !rule->who.local))
		return;
	sp_lint_tell(lint, SP_WARNING, "W302", pos_of_may(rule, NULL),
	             "this is the same as having no policy for them",
	             "rule '%.*s' gives every power to %s", SP_FMT(rule->name),
	             rule->who.anyone ? "everybody" : "everyone who can open the unix socket");
}

/* W303 */
static void
lint_any_path(const struct sp_lint *lint, const struct sp_rule *rule)
{
	for (const struct sp_setting *s = rule->may; s; s = s->next) {
		bool any = s->any;

		if (s->key->fact != SP_FACT_BIND)
			continue;
		for (uint32_t i = 0; i < s->n; i++)
			any |= sp_str_is(s->patterns[i].match, "/**");
		if (any)
			sp_lint_tell(lint, SP_WARNING, "W303", pos_of_may(rule, s), NULL,
			             "rule '%.*s' may bind any host path: that is root on the host",
			             SP_FMT(rule->name));
	}
}

/* --- W304: whoever may name images can name them as others trust them --- */

static const enum sp_action naming[] = {SP_ACT_IMAGE_BUILD, SP_ACT_IMAGE_TAG,
                                        SP_ACT_CONTAINER_COMMIT, SP_ACT_IMAGE_LOAD,
                                        SP_ACT_IMAGE_IMPORT};

static bool
trusts_names(const struct sp_rule *rule)
{
	bool by_name = false;

	for (const struct sp_setting *s = rule->must; s; s = s->next) {
		if (s->key->fact != SP_FACT_IMAGES)
			continue;
		if (s->key->type == SP_T_FLAG) /* image_pinned */
			return false;
		for (uint32_t i = 0; s->key->type == SP_T_IMAGES && i < s->n; i++)
			by_name |= !s->patterns[i].image.every && !s->patterns[i].image.digest.len;
	}
	return by_name && (has(rule, SP_ACT_CONTAINER_CREATE) || has(rule, SP_ACT_SERVICE_CREATE) ||
	                   has(rule, SP_ACT_SERVICE_UPDATE));
}

static bool
limits_tags(const struct sp_setting *must)
{
	while (must && must->key->fact != SP_FACT_TAGS)
		must = must->next;
	return must != NULL;
}

/* A guard that says anything about such requests may well close the door. */
static bool
is_guarded(const struct sp_lint *lint, enum sp_action action)
{
	const struct sp_rule_list *guards = &lint->policy->guards[action];

	for (uint32_t i = 0; i < guards->n; i++) {
		const struct sp_rule *rule = guards->rule[i];

		if (!rule->on_response && !rule->uses &&
		    (rule->kind == SP_RULE_DENY || limits_tags(rule->must)))
			return true;
	}
	return false;
}

static bool
names_anything(const struct sp_lint *lint, const struct sp_rule *rule)
{
	for (size_t i = 0; i < sizeof(naming) / sizeof(naming[0]); i++) {
		if (has(rule, naming[i]) && !limits_tags(rule->must) &&
		    !is_guarded(lint, naming[i]))
			return true;
	}
	return false;
}

static void
lint_forgeable(const struct sp_lint *lint, const struct sp_rule *rule)
{
	if (!trusts_names(rule))
		return;
	for (uint32_t i = 0; i < lint->policy->n_rules; i++) {
		const struct sp_rule *other = &lint->policy->rules[i];

		if (!is_grant(other) || !names_anything(lint, other) ||
		    !sp_lint_who_meet(&rule->who, &other->who))
			continue;
		sp_lint_tell(lint, SP_WARNING, "W304", rule->pos,
		             "add 'tags:' to the second rule, or pin digests",
		             "rule '%.*s' trusts image names, but rule '%.*s' lets the same users "
		             "give any image any name",
		             SP_FMT(rule->name), SP_FMT(other->name));
		return;
	}
}

/* W317: a list is a union, with those of its profiles, too. */
static void
lint_read_only(struct sp_lint *lint, const struct sp_rule *rule)
{
	for (const struct sp_setting *s = rule->may; s; s = s->next) {
		for (uint32_t i = 0; i < s->n; i++) {
			struct sp_pattern writable = s->patterns[i];
			const struct sp_pattern *by;

			if (!writable.read_only)
				continue;
			writable.read_only = false;
			by = sp_lint_container(lint, &writable, s);
			if (by || s->any)
				sp_lint_tell(
				    lint, SP_WARNING, "W317", s->patterns[i].pos,
				    "one item that fits is enough: narrow the other one",
				    "'%.*s' limits nothing: rule '%.*s' also has '%.*s', which "
				    "is not read-only",
				    SP_FMT(s->patterns[i].text), SP_FMT(rule->name),
				    SP_FMT(s->any ? SP_STR("any") : by->text));
		}
	}
}

/* --- what is seen, and what nobody sees --- */

/* W321: `all` includes it, and those who have it know that they may do everything. */
static void
lint_buildkit(const struct sp_lint *lint, const struct sp_rule *rule)
{
	if (has(rule, SP_ACT_IMAGE_BUILDKIT) && !allows_everything(rule))
		sp_lint_tell(lint, SP_WARNING, "W321", rule->pos,
		             "the classic builder (do: [build]) can be judged",
		             "rule '%.*s' allows image.buildkit, whose builds nobody can see into: "
		             "no condition and no deny rule reaches them",
		             SP_FMT(rule->name));
}

/* W333: the URL of a build is not all of it.  Who has everything cannot get more by it. */
static void
lint_build(const struct sp_lint *lint, const struct sp_rule *rule)
{
	if (has(rule, SP_ACT_IMAGE_BUILD) && !allows_everything(rule) && limits_tags(rule->must))
		sp_lint_tell(lint, SP_NOTE, "W333", rule->pos,
		             "let only people build whom you trust with builds of any kind",
		             "rule '%.*s' judges builds by their URL; a client that means harm can "
		             "override that with a form no plugin sees",
		             SP_FMT(rule->name));
}

static bool
is_reader(const struct sp_rule *rule)
{
	for (enum sp_action a = SP_ACT_NONE + 1; a < SP_ACT_COUNT; a++) {
		if ((sp_action_info(a)->sets & SP_SET_READ) && !has(rule, a))
			return false;
	}
	return true;
}

/* W323: who may enter the containers sees their environment anyway. */
static void
lint_environment(const struct sp_lint *lint, const struct sp_rule *rule)
{
	if (!is_reader(rule) || rule->on || rule->everything || has(rule, SP_ACT_CONTAINER_EXEC))
		return;
	sp_lint_tell(lint, SP_WARNING, "W323", rule->pos,
	             "name the actions instead, without container.inspect",
	             "rule '%.*s' allows 'read' on any object: container.inspect shows the "
	             "environment variables of all containers",
	             SP_FMT(rule->name));
}

/* W315 */
static void
lint_lock_out(const struct sp_lint *lint)
{
	struct sp_pos whole = {.file = lint->file};

	for (uint32_t i = 0; i < lint->policy->n_rules; i++) {
		const struct sp_rule *rule = &lint->policy->rules[i];

		if (is_grant(rule) && has(rule, SP_ACT_CONTAINER_STOP) &&
		    has(rule, SP_ACT_CONTAINER_REMOVE))
			return;
	}
	sp_lint_tell(
	    lint, SP_WARNING, "W315", whole,
	    "give somebody 'do: [manage]', or the host can be repaired only around dockerd",
	    "no rule lets anybody stop and remove containers");
}

void
sp_lint_grants(struct sp_lint *lint)
{
	for (uint32_t i = 0; i < lint->policy->n_rules; i++) {
		const struct sp_rule *rule = &lint->policy->rules[i];

		lint->diags->rule = rule->name;
		if (!is_grant(rule))
			continue;
		lint_open_house(lint, rule);
		lint_any_path(lint, rule);
		lint_forgeable(lint, rule);
		lint_read_only(lint, rule);
		lint_buildkit(lint, rule);
		lint_build(lint, rule);
		lint_environment(lint, rule);
	}
	lint->diags->rule = SP_STR("");
	lint_lock_out(lint);
}
