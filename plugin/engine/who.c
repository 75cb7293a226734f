/* SPDX-License-Identifier: Apache-2.0 */
/*
 * who.c: what a policy gives one user and takes from them.  Reads rules, judges no request: a
 * request has to satisfy one allow rule in all its parts, and no guard may object.
 */
#include "engine/describe.h"
#include "engine/eval.h"
#include "engine/lint.h"

/* For this caller, now, and not only watched. */
static bool
acts(const struct sp_eval *ev, const struct sp_rule *rule)
{
	return rule->mode != SP_MODE_OFF && !sp_rule_in_audit(ev, rule) &&
	       !sp_rule_has_expired(ev, rule) && sp_rule_is_for_caller(ev, rule);
}

static bool
is_lifted(const struct sp_eval *ev, const struct sp_rule *guard)
{
	for (uint32_t i = 0; i < ev->policy->exceptions.n; i++) {
		const struct sp_rule *x = ev->policy->exceptions.rule[i];

		for (uint32_t k = 0; k < x->n_lifts && acts(ev, x); k++) {
			if (x->lifts[k].rule == guard)
				return true;
		}
	}
	return false;
}

/* A guard whose objection nothing in a request can avoid. */
static bool
always_denies(const struct sp_eval *ev, const struct sp_rule *rule)
{
	return rule->kind == SP_RULE_DENY && acts(ev, rule) && !rule->when && !rule->unless &&
	       !rule->on_response && !rule->on && !is_lifted(ev, rule);
}

static const struct sp_rule *
denies_action(const struct sp_eval *ev, enum sp_action action)
{
	const struct sp_rule_list *guards = &ev->policy->guards[action];

	for (uint32_t i = 0; i < guards->n; i++) {
		if (!guards->rule[i]->uses && always_denies(ev, guards->rule[i]))
			return guards->rule[i];
	}
	return NULL;
}

/* The rule that denies the power of this setting altogether. */
static const struct sp_rule *
denies_power(const struct sp_eval *ev, const struct sp_rule *grant, const struct sp_setting *s)
{
	for (uint32_t i = 0; i < ev->policy->n_rules; i++) {
		const struct sp_rule *rule = &ev->policy->rules[i];
		const struct sp_setting *denied = sp_lint_setting(rule->uses, s->key);

		if (denied && denied->any && always_denies(ev, rule) &&
		    sp_lint_actions_within(grant, rule, s->key->families))
			return rule;
	}
	return NULL;
}

static void
add_title(struct sp_buf *out, const struct sp_rule *rule, const char *what)
{
	sp_buf_addf(out, "\n%s %.*s (", what, SP_FMT(rule->name));
	sp_buf_add_shown(out, rule->file, 0);
	sp_buf_addf(out, ":%u)\n", rule->pos.line);
}

static void
add_pair(struct sp_buf *out, const char *label, struct sp_str text)
{
	sp_buf_addf(out, "  %-24s ", label);
	sp_buf_add(out, text);
	sp_buf_addc(out, '\n');
}

/* The actions that are left; those that are not, with the rule that takes them. */
static void
add_actions(const struct sp_eval *ev, const struct sp_rule *rule, struct sp_buf *out)
{
	struct sp_actions left = rule->actions;
	struct sp_buf text, denied;

	sp_buf_init(&text, ev->arena, 64 * 1024);
	sp_buf_init(&denied, ev->arena, 64 * 1024);
	for (enum sp_action a = SP_ACT_NONE + 1; a < SP_ACT_COUNT; a++) {
		const struct sp_rule *deny = sp_actions_has(&left, a) ? denies_action(ev, a) : NULL;

		if (!deny)
			continue;
		left.w[(unsigned)a / 64] &= ~(UINT64_C(1) << ((unsigned)a % 64));
		sp_buf_addf(&denied, "%s%s (%.*s)", denied.len ? ", " : "", sp_action_info(a)->name,
		            SP_FMT(deny->name));
	}
	sp_describe_actions(&left, &text);
	add_pair(out, "do", text.len ? sp_buf_str(&text) : SP_STR("nothing that is left"));
	if (denied.len)
		add_pair(out, "always denied", sp_buf_str(&denied));
}

static void
add_rule(const struct sp_eval *ev, const struct sp_rule *rule, struct sp_buf *out)
{
	size_t n;
	const struct sp_rule_line *lines = sp_describe_rule(rule, ev->arena, &n);

	if (rule->kind == SP_RULE_ALLOW)
		add_actions(ev, rule, out);
	for (size_t i = 0; lines && i < n; i++) {
		const struct sp_setting *s = lines[i].setting;
		const struct sp_rule *deny = NULL;

		if (strcmp(lines[i].label, "who") == 0 || strcmp(lines[i].label, "except") == 0 ||
		    (strcmp(lines[i].label, "do") == 0 && rule->kind == SP_RULE_ALLOW))
			continue;
		if (s && rule->kind == SP_RULE_ALLOW && s->key->where & SP_IN_POWERS)
			deny = denies_power(ev, rule, s);
		add_pair(out, lines[i].label,
		         deny ? sp_strz(sp_arena_printf(ev->arena, "%.*s  (always denied by %.*s)",
		                                        SP_FMT(lines[i].text), SP_FMT(deny->name)))
		              : lines[i].text);
	}
}

bool
sp_policy_who(const struct sp_policy *policy, struct sp_str user, int64_t now,
              struct sp_arena *arena, struct sp_buf *out)
{
	static const char *const titles[] = {"allowed by", "refused by", "required by",
	                                     "excused by"};
	struct sp_request req = {.user = user};
	struct sp_circumstances how = {.now = now};
	struct sp_eval ev = {.policy = policy, .req = &req, .how = &how, .arena = arena};
	bool any = false;

	if (user.len)
		req.auth_method = SP_STR("TLS");
	for (int kind = SP_RULE_ALLOW; kind <= SP_RULE_EXCEPTION; kind++) {
		for (uint32_t i = 0; i < policy->n_rules; i++) {
			const struct sp_rule *rule = &policy->rules[i];

			if ((int)rule->kind != kind || !sp_rule_is_for_caller(&ev, rule))
				continue;
			if (!acts(&ev, rule)) {
				add_title(out, rule,
				          sp_rule_has_expired(&ev, rule) ? "expired:"
				          : rule->mode == SP_MODE_OFF    ? "switched off:"
				                                         : "only watched:");
				continue;
			}
			any |= kind == SP_RULE_ALLOW;
			add_title(out, rule, titles[kind]);
			add_rule(&ev, rule, out);
		}
	}
	return any;
}

void
sp_policy_subjects(const struct sp_policy *policy, struct sp_buf *out)
{
	for (uint32_t i = 0; i < policy->n_rules; i++) {
		const struct sp_rule *rule = &policy->rules[i];

		if (rule->kind != SP_RULE_ALLOW)
			continue;
		sp_buf_addf(out, "%-30.*s ", SP_FMT(rule->name));
		sp_buf_add_shown(out, rule->who.text, 0);
		sp_buf_addc(out, '\n');
	}
}
