/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lint_exceptions.c: exceptions that lift nothing, help nobody, or are over; and grants that are.
 */
#include "engine/lint.h"

#define SOON_SECONDS (14 * 24 * 3600)

/* --- W308 --- */

static void
lint_date(const struct sp_lint *lint, const struct sp_rule *rule)
{
	const char *kind = rule->kind == SP_RULE_ALLOW ? "allow rule" : "exception";
	struct sp_buf date;

	if (!rule->has_expires || rule->mode == SP_MODE_OFF ||
	    rule->expires - lint->now > SOON_SECONDS)
		return;
	sp_buf_init(&date, lint->diags->arena, 40);
	sp_buf_add_date(&date, rule->expires);
	if (lint->now >= rule->expires)
		sp_lint_tell(lint, SP_WARNING, "W308", rule->pos, "delete it, or set a new date",
		             "%s '%.*s' has expired (%.*s)", kind, SP_FMT(rule->name),
		             SP_FMT(sp_buf_str(&date)));
	else
		sp_lint_tell(lint, SP_WARNING, "W308", rule->pos, NULL,
		             "%s '%.*s' expires within 14 days (%.*s)", kind, SP_FMT(rule->name),
		             SP_FMT(sp_buf_str(&date)));
}

/* --- W306 --- */

static void
lint_audit(const struct sp_lint *lint, const struct sp_rule *x)
{
	for (uint32_t i = 0; i < x->n_lifts; i++) {
		const struct sp_rule *guard = x->lifts[i].rule;

		if (guard->mode == SP_MODE_AUDIT && x->mode != SP_MODE_AUDIT)
			sp_lint_tell(lint, SP_WARNING, "W306", x->lifts[i].pos, NULL,
			             "exception '%.*s' lifts rule '%.*s', which is in audit mode "
			             "and refuses nothing",
			             SP_FMT(x->name), SP_FMT(guard->name));
		if (guard->mode == SP_MODE_OFF)
			sp_lint_tell(lint, SP_WARNING, "W306", x->lifts[i].pos, NULL,
			             "exception '%.*s' lifts rule '%.*s', which 'adjust' has "
			             "switched off",
			             SP_FMT(x->name), SP_FMT(guard->name));
	}
}

/* --- W307 --- */

static bool
is_given(const struct sp_lint *lint, const struct sp_rule *x, const struct sp_key *key)
{
	for (uint32_t i = 0; i < lint->policy->n_rules; i++) {
		const struct sp_rule *rule = &lint->policy->rules[i];

		if (rule->kind == SP_RULE_ALLOW && sp_lint_actions_meet(rule, x) &&
		    (!key || rule->everything || sp_lint_setting(rule->may, key)) &&
		    !sp_lint_who_apart(&rule->who, &x->who))
			return true;
	}
	return false;
}

static bool
add_missing(const struct sp_lint *lint, const struct sp_rule *x, const struct sp_key *key,
            struct sp_buf *missing)
{
	if (is_given(lint, x, key))
		return false;
	if (missing->len)
		sp_buf_addz(missing, ", ");
	sp_buf_addz(missing, key->name);
	return true;
}

static const char no_grant[] = "an exception never grants anything by itself";

/* The powers that the exception excuses and nobody gives to its users. */
static void
lint_grant(const struct sp_lint *lint, const struct sp_rule *x)
{
	bool lifts_deny = false, any_given = false;
	struct sp_buf missing;

	sp_buf_init(&missing, lint->diags->arena, 400);
	for (const struct sp_setting *s = x->may; s; s = s->next)
		any_given |= !add_missing(lint, x, s->key, &missing);
	for (uint32_t i = 0; i < x->n_lifts; i++) {
		const struct sp_rule *guard = x->lifts[i].rule;

		lifts_deny |= guard->kind == SP_RULE_DENY;
		/* Without `may` what the guard forbids is excused; one of its powers suffices. */
		for (const struct sp_setting *s = guard->uses; !x->may && s; s = s->next) {
			if (!x->lifts[i].key || x->lifts[i].key == s->key)
				any_given |= !add_missing(lint, x, s->key, &missing);
		}
		any_given |= !x->may && !guard->uses;
	}
	if (lifts_deny && missing.len && (x->may || !any_given))
		sp_lint_tell(lint, SP_WARNING, "W307", x->pos, no_grant,
		             "exception '%.*s' lifts a deny rule, but no allow rule gives %.*s to "
		             "%.*s",
		             SP_FMT(x->name), SP_FMT(sp_buf_str(&missing)), SP_FMT(x->who.text));
	else if (!is_given(lint, x, NULL))
		sp_lint_tell(lint, SP_WARNING, "W307", x->pos, no_grant,
		             "exception '%.*s' is for %.*s, but no allow rule lets them do what it "
		             "speaks about",
		             SP_FMT(x->name), SP_FMT(x->who.text));
}

void
sp_lint_exceptions(struct sp_lint *lint)
{
	for (uint32_t i = 0; i < lint->policy->n_rules; i++) {
		const struct sp_rule *rule = &lint->policy->rules[i];

		lint->diags->rule = rule->name;
		lint_date(lint, rule);
		if (rule->kind != SP_RULE_EXCEPTION)
			continue;
		lint_audit(lint, rule);
		lint_grant(lint, rule);
	}
}
