/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decide.c: the verdict (POLICY.md 1.11): built-in checks, then every guard, then one grant that
 * covers all of it.  Deny is where every path starts.  Input: a policy the loader has checked; a
 * request and its facts, hostile.
 */
#include "engine/eval.h"
#include "engine/scope.h"

static bool
grant_is_live(const struct sp_eval *ev, const struct sp_rule *rule)
{
	return sp_rule_is_for_caller(ev, rule) && !sp_rule_has_expired(ev, rule);
}

/* The first allow rule that covers the request, among those in audit mode or among the others. */
static const struct sp_rule *
search_grant(const struct sp_eval *ev, bool in_audit, bool *pending)
{
	const struct sp_rule_list *grants = &ev->policy->grants[ev->req->action];

	for (uint32_t i = 0; i < grants->n; i++) {
		struct sp_found lacks;

		if (sp_rule_in_audit(ev, grants->rule[i]) != in_audit ||
		    !grant_is_live(ev, grants->rule[i]))
			continue;
		sp_found_init(&lacks, SP_ASK);
		*pending = sp_eval_grant(ev, grants->rule[i], &lacks);
		if (lacks.n == 0)
			return grants->rule[i];
	}
	*pending = false;
	return NULL;
}

/* Does some allow rule for the action depend on what dockerd answers? */
static bool
answer_decides(const struct sp_eval *ev)
{
	return sp_actions_has(&ev->policy->scoped, ev->req->action) &&
	       sp_scope_by_answer(ev->req->action);
}

/*
 * Likewise; first one that needs no answer of dockerd.  *pending: the grant holds only when the
 * answer shows nothing but objects of the rule.
 */
static const struct sp_rule *
find_grant(const struct sp_eval *ev, bool in_audit, bool *pending)
{
	const struct sp_rule *grant = NULL;

	if (answer_decides(ev)) {
		struct sp_eval by_request = *ev;

		by_request.use_answer = false;
		grant = search_grant(&by_request, in_audit, pending);
	}
	return grant ? grant : search_grant(ev, in_audit, pending);
}

/* Nobody grants: say what the closest rule lacks, or that there is none. */
static void
tell_default_deny(const struct sp_eval *ev, struct sp_found *found)
{
	const struct sp_rule_list *grants = &ev->policy->grants[ev->req->action];
	const struct sp_rule *closest = NULL;
	uint32_t fewest = UINT32_MAX;
	struct sp_buf text;

	for (uint32_t i = 0; i < grants->n; i++) {
		struct sp_found lacks;

		if (sp_rule_in_audit(ev, grants->rule[i]) || !grant_is_live(ev, grants->rule[i]))
			continue;
		sp_found_init(&lacks, SP_COUNT);
		sp_eval_grant(ev, grants->rule[i], &lacks);
		if (lacks.n < fewest) {
			fewest = lacks.n;
			closest = grants->rule[i];
		}
	}
	sp_buf_init(&text, ev->arena, 400);
	if (!closest) {
		sp_buf_addz(&text, "no rule lets ");
		sp_buf_add_shown(&text, sp_text_user(ev), 120);
		sp_buf_addf(&text, " do %s", ev->action->name);
	}
	sp_found_builtin(ev, found, "builtin/default-deny", false, sp_buf_str(&text));
	if (closest)
		sp_eval_grant(ev, closest, found);
}

/* --- the decision --- */

static const char *
fault_rule(enum sp_fault fault)
{
	switch (fault) {
	case SP_FAULT_BODY:
		return "builtin/body-missing";
	case SP_FAULT_VERSION:
		return "builtin/unknown-version";
	case SP_FAULT_NONE:
	case SP_FAULT_UNREADABLE:
	case SP_FAULT_MALFORMED:
		break;
	}
	return "builtin/malformed-request";
}

/*
 * A request nobody can judge may be one that a rule with `mode: enforce` of its own forbids: then
 * the file's audit mode must not let it pass.
 */
static bool
fault_insists(const struct sp_eval *ev)
{
	for (uint32_t i = 0; i < ev->policy->n_rules; i++) {
		const struct sp_rule *rule = &ev->policy->rules[i];

		if (sp_rule_insists(ev, rule) && !rule->on_response &&
		    (rule->kind == SP_RULE_DENY || rule->kind == SP_RULE_REQUIRE) &&
		    (ev->req->action == SP_ACT_NONE || sp_rule_speaks(ev, rule)) &&
		    sp_rule_is_for_caller(ev, rule))
			return true;
	}
	return false;
}

/* The client chooses the API version, and an old one drops fields that rules require. */
static void
check_api_version(const struct sp_eval *ev, struct sp_found *enforced)
{
	const struct sp_policy *policy = ev->policy;
	const struct sp_request *req = ev->req;

	if (sp_request_api_at_least(req, policy->min_api_major, policy->min_api_minor))
		return;
	sp_found_builtin(
	    ev, enforced, "builtin/min-api-version", false,
	    sp_strz(sp_arena_printf(
		ev->arena, "the client chose API %d.%d; at least %d.%d is needed", req->api_major,
		req->api_minor, policy->min_api_major, policy->min_api_minor)));
}

/* The deny and require rules of `action` that are not among those of `but`. */
static void
judge_guards(const struct sp_eval *ev, enum sp_action action, enum sp_action but,
             struct sp_found *enforced, struct sp_found *audited)
{
	const struct sp_rule_list *guards = &ev->policy->guards[action];

	for (uint32_t i = 0; i < guards->n; i++) {
		const struct sp_rule *rule = guards->rule[i];

		if (but == SP_ACT_NONE || !sp_actions_has(&rule->actions, but))
			sp_eval_guard(ev, rule, sp_rule_in_audit(ev, rule) ? audited : enforced);
	}
}

static void
judge(const struct sp_eval *ev, struct sp_found *enforced, struct sp_found *audited,
      struct sp_decision *out)
{
	const enum sp_action action = ev->req->action;
	const struct sp_rule *grant;
	bool pending;

	if (ev->req->fault != SP_FAULT_NONE) {
		struct sp_buf text;

		sp_buf_init(&text, ev->arena, 1000);
		sp_buf_addz(&text, "the request cannot be judged: ");
		sp_buf_add_shown(&text, ev->req->why, 600);
		sp_found_builtin(ev, enforced, fault_rule(ev->req->fault), fault_insists(ev),
		                 sp_buf_str(&text));
		return;
	}
	if (action == SP_ACT_SYSTEM_PING) { /* how every client session begins */
		out->granted_by = SP_STR("builtin/ping");
		return;
	}
	if (!ev->req->is_response)
		check_api_version(ev, enforced);
	judge_guards(ev, action, SP_ACT_NONE, enforced, audited);
	if (action == SP_ACT_CONTAINER_START && (ev->families & SP_FOR_CREATE))
		judge_guards(ev, SP_ACT_CONTAINER_CREATE, action, enforced, audited);
	sp_eval_self_protection(ev, enforced);
	/* The request was granted; an answer needs no second grant unless it was to decide. */
	if (ev->req->is_response && !answer_decides(ev)) {
		out->granted_by = SP_STR("builtin/response");
		return;
	}
	grant = find_grant(ev, false, &out->pending);
	if (grant) {
		out->granted_by = grant->name;
		return;
	}
	tell_default_deny(ev, enforced);
	grant = find_grant(ev, true, &pending);
	if (grant)
		out->would_grant = grant->name;
}

/* --- explain --- */

static struct sp_str
join_texts(const struct sp_eval *ev, const struct sp_found *found)
{
	struct sp_buf out;

	sp_buf_init(&out, ev->arena, 2000);
	for (const struct sp_finding *f = found->first; f; f = f->next) {
		if (f != found->first)
			sp_buf_addz(&out, "; ");
		sp_buf_add(&out, f->text);
	}
	return sp_buf_str(&out);
}

static void
explain_rule(const struct sp_eval *ev, const struct sp_rule *rule, struct sp_step *step)
{
	struct sp_found found;

	sp_found_init(&found, SP_TELL);
	if (rule->mode == SP_MODE_OFF) {
		step->why = sp_strz(
		    sp_arena_printf(ev->arena, "switched off: %.*s", SP_FMT(rule->adjusted)));
	} else if (rule->kind == SP_RULE_EXCEPTION) {
		step->result = sp_rule_has_expired(ev, rule) || !sp_rule_is_for_caller(ev, rule)
		                   ? SP_STEP_SKIPPED
		                   : SP_STEP_OK;
		step->why = sp_rule_has_expired(ev, rule) ? SP_STR("expired")
		            : step->result == SP_STEP_OK  ? SP_STR("holds for this user")
		                                          : SP_STR("who");
	} else if (rule->kind == SP_RULE_ALLOW ? !sp_actions_has(&rule->actions, ev->req->action)
	                                       : !sp_rule_speaks(ev, rule)) {
		step->why =
		    sp_strz(sp_arena_printf(ev->arena, "says nothing about %s", ev->action->name));
	} else if (rule->kind == SP_RULE_ALLOW ? ev->req->is_response && !answer_decides(ev)
	                                       : !sp_rule_is_due(ev, rule)) {
		step->why =
		    rule->on_response ? SP_STR("judges answers") : SP_STR("judges requests");
	} else if (!sp_rule_is_for_caller(ev, rule)) {
		step->why = SP_STR("who");
	} else if (sp_rule_has_expired(ev, rule)) {
		step->why = SP_STR("expired");
	} else if (rule->kind == SP_RULE_ALLOW) {
		bool pending = sp_eval_grant(ev, rule, &found);

		step->result = found.n ? SP_STEP_FAILS : pending ? SP_STEP_PENDING : SP_STEP_GRANTS;
		step->why = pending ? SP_STR("if the answer shows only its objects")
		                    : join_texts(ev, &found);
	} else {
		step->result = sp_eval_guard(ev, rule, &found);
		step->why = step->result == SP_STEP_SKIPPED ? SP_STR("on/when/unless")
		                                            : join_texts(ev, &found);
	}
}

static struct sp_step *
explain_self_protection(const struct sp_eval *ev)
{
	struct sp_step *step = sp_arena_alloc(ev->arena, sizeof(*step));
	struct sp_found found;

	if (!step)
		return NULL;
	sp_found_init(&found, SP_TELL);
	step->kind = "builtin";
	step->rule = SP_STR("builtin/self-protection");
	step->result = sp_eval_self_protection(ev, &found);
	if (step->result == SP_STEP_SKIPPED)
		step->why = ev->req->is_response ? SP_STR("judges requests") : SP_STR("who");
	else
		step->why = join_texts(ev, &found);
	return step;
}

static const struct sp_step *
explain_all(const struct sp_eval *ev)
{
	static const char *const kinds[] = {"allow", "deny", "require", "exception"};
	struct sp_step *first = explain_self_protection(ev), **tail = first ? &first->next : &first;

	for (uint32_t i = 0; i < ev->policy->n_rules; i++) {
		const struct sp_rule *rule = &ev->policy->rules[i];
		struct sp_step *step = sp_arena_alloc(ev->arena, sizeof(*step));

		if (!step)
			break;
		step->kind = kinds[rule->kind];
		step->rule = rule->name;
		step->file = rule->file;
		step->line = rule->pos.line;
		step->audit = sp_rule_in_audit(ev, rule);
		step->note = rule->adjusted.len
		                 ? sp_strz(sp_arena_printf(ev->arena, "softened by adjust: %.*s",
		                                           SP_FMT(rule->adjusted)))
		                 : rule->note;
		step->approved_by = rule->approved_by;
		explain_rule(ev, rule, step);
		*tail = step;
		tail = &step->next;
	}
	return first;
}

/* Only what rules that say `mode: enforce` themselves object to. */
static struct sp_finding *
insisting(struct sp_finding *all)
{
	struct sp_finding *first = NULL, **tail = &first;

	for (struct sp_finding *f = all, *next; f; f = next) {
		next = f->next;
		f->next = NULL;
		if (f->insists && !f->is_grant) {
			*tail = f;
			tail = &f->next;
		}
	}
	return first;
}

static bool
has_insisting(const struct sp_finding *f)
{
	while (f && (!f->insists || f->is_grant))
		f = f->next;
	return f != NULL;
}

void
sp_decide(const struct sp_policy *policy, const struct sp_request *req,
          const struct sp_facts *facts, const struct sp_circumstances *how, struct sp_arena *arena,
          struct sp_decision *out)
{
	struct sp_answer answer = {.read = false};
	struct sp_eval ev = {
	    .policy = policy,
	    .req = req,
	    .facts = facts,
	    .how = how,
	    .arena = arena,
	    .action = sp_action_info(req->action),
	    .use_answer = true,
	    .answer = &answer,
	};
	bool audit = policy->audit || how->force_audit;
	struct sp_found enforced, audited;

	*out = (struct sp_decision){.verdict = SP_DENY};
	sp_found_init(&enforced, SP_TELL);
	sp_found_init(&audited, SP_TELL);
	ev.families = ev.action->family | facts->families;
	/* A start nobody could read may have been one with a host configuration. */
	if (req->fault != SP_FAULT_NONE && req->action == SP_ACT_CONTAINER_START &&
	    !sp_request_api_at_least(req, 1, 24))
		ev.families |= SP_FOR_CREATE;
	ev.user_ok = sp_user_is_plain(req->user);
	/* What can be seen of an opaque action is there for guards to name. */
	ev.unread = ev.action->readable == SP_READ_UNKNOWN ||
	            (facts->unread && ev.action->readable != SP_READ_OPAQUE);
	judge(&ev, &enforced, &audited, out);
	if (how->want_steps && req->fault == SP_FAULT_NONE)
		out->steps = explain_all(&ev);
	out->would_deny = enforced.n > 0 || out->granted_by.len == 0;
	out->used_answer = answer.read;
	out->too_late = req->is_response && out->would_deny && sp_answer_has_left(req);
	out->audit_findings = audited.first;
	/* The file's mode does not soften a rule that says `mode: enforce` itself; only --audit
	 * does. */
	if (audit && !how->force_audit && has_insisting(enforced.first)) {
		audit = false;
		enforced.first = insisting(enforced.first);
	}
	out->findings = enforced.first;
	/* Nothing is known of a message that cannot be read, not even that it is harmless to pass.
	 */
	if (req->fault == SP_FAULT_UNREADABLE)
		audit = false;
	if (out->would_deny) {
		sp_text_mark_told(&ev, enforced.first);
		out->message = sp_text_refusal(&ev, out->findings);
	}
	if (arena->full) {
		out->would_deny = true;
		out->message = SP_STR("the request is too complex to be judged");
		return;
	}
	out->audit_only = audit && out->would_deny;
	if (!out->would_deny || out->audit_only)
		out->verdict = SP_ALLOW;
}
