/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eval.c: decide.  The whole semantics of the language (POLICY.md 1.11): guards object, exceptions
 * excuse, one grant has to cover everything, and what cannot be known counts against the request.
 * Input: a policy the loader has checked; a request and its facts, hostile.
 */
#include "engine/rule.h"
#include "sallyport/match.h"

/*
 * Objections on their way out.  Telling costs texts, so the way to a verdict first only asks, or
 * counts; what is counted stands even when the arena is full and it cannot be told.
 */
enum telling { ASK = 0, COUNT, TELL }; /* stop at the first, count all, keep all with their texts */

struct found {
	enum telling telling;
	struct sp_finding *first, **tail;
	uint32_t n;
};

static void
found_init(struct found *f, enum telling telling)
{
	f->telling = telling;
	f->first = NULL;
	f->tail = &f->first;
	f->n = 0;
}

/* Counts one more; true when its text is wanted. */
static bool
found_one(struct found *f)
{
	f->n++;
	return f->telling == TELL;
}

static void
found_tell(const struct sp_eval *ev, struct found *f, const struct sp_rule *rule, struct sp_str key,
	   const struct sp_value *v, struct sp_str text)
{
	struct sp_finding *finding = sp_arena_alloc(ev->arena, sizeof(*finding));

	if (!finding)
		return;
	finding->key = key;
	finding->text = text;
	if (v)
		finding->place = v->place;
	if (rule) {
		finding->rule = rule->name;
		finding->is_grant = rule->kind == SP_RULE_ALLOW;
		finding->insists = rule->mode == SP_MODE_ENFORCE;
		finding->file = rule->file;
		finding->line = rule->pos.line;
		finding->column = rule->pos.column;
	}
	*f->tail = finding;
	f->tail = &finding->next;
}

static void
found_builtin(const struct sp_eval *ev, struct found *f, const char *rule, struct sp_str text)
{
	struct sp_finding *finding = sp_arena_alloc(ev->arena, sizeof(*finding));

	f->n++;
	if (!finding)
		return;
	finding->rule = sp_strz(rule);
	finding->text = text;
	*f->tail = finding;
	f->tail = &finding->next;
}

static struct sp_str
key_of(const struct sp_setting *s)
{
	return s ? sp_strz(s->key->name) : (struct sp_str){NULL, 0};
}

/* --- who ------------------------------------------------------------------------------------------------ */

static bool
subjects_match(const struct sp_eval *ev, const struct sp_subjects *s)
{
	struct sp_str user = ev->req->user;

	if (s->anyone || (s->local && sp_request_is_local(ev->req)))
		return true;
	if (user.len == 0) /* no name: only keywords can mean this caller */
		return false;
	if (sp_index_find(&s->exact, user))
		return true;
	for (uint32_t i = 0; i < s->n_globs; i++) {
		if (sp_match_glob(s->globs[i], user, 0))
			return true;
	}
	return false;
}

static bool
is_for_caller(const struct sp_eval *ev, const struct sp_rule *rule)
{
	if (rule->who.present && !subjects_match(ev, &rule->who))
		return false;
	return !rule->except.present || !subjects_match(ev, &rule->except);
}

static bool
has_expired(const struct sp_eval *ev, const struct sp_rule *rule)
{
	return rule->has_expires && ev->how->now >= rule->expires;
}

/* A CN that may stand in a pattern: no separator, no wildcard, no "..". */
static bool
user_is_plain(struct sp_str user)
{
	for (size_t i = 0; i < user.len; i++) {
		char c = user.p[i];
		bool alnum = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

		if (!alnum && (i == 0 || (c != '_' && c != '.' && c != '-')))
			return false;
		if (c == '.' && user.p[i - 1] == '.')
			return false;
	}
	return user.len > 0;
}

/* --- when, unless ------------------------------------------------------------------------------------------- */

/*
 * All of a block: NO as soon as one is false, UNKNOWN when one cannot be known.  A condition that
 * does not speak about the action counts as `silent`.
 */
static enum sp_tri
all_hold(const struct sp_eval *ev, const struct sp_setting *block, enum sp_tri silent)
{
	enum sp_tri result = SP_YES;

	for (const struct sp_setting *s = block; s; s = s->next) {
		const struct sp_value *culprit;
		enum sp_tri t = sp_setting_applies(ev, s) ? sp_setting_holds(ev, s, &culprit) : silent;

		if (t == SP_NO)
			return SP_NO;
		if (t == SP_UNKNOWN)
			result = SP_UNKNOWN;
	}
	return result;
}

static bool
guard_speaks(const struct sp_eval *ev, const struct sp_rule *rule)
{
	if (rule->when && all_hold(ev, rule->when, SP_NO) == SP_NO)
		return false;
	return !rule->unless || all_hold(ev, rule->unless, SP_NO) != SP_YES;
}

/* --- exceptions ----------------------------------------------------------------------------------------------- */

static bool
lifts(const struct sp_rule *exception, const struct sp_rule *guard, const struct sp_setting *s)
{
	for (uint32_t i = 0; i < exception->n_lifts; i++) {
		if (exception->lifts[i].rule == guard &&
		    (!exception->lifts[i].key || (s && exception->lifts[i].key == s->key)))
			return true;
	}
	return false;
}

static const struct sp_setting *
power_of(const struct sp_rule *rule, enum sp_fact fact)
{
	for (const struct sp_setting *s = rule->may; s; s = s->next) {
		if (s->key->fact == fact)
			return s;
	}
	return NULL;
}

/* Is this objection of `guard` excused?  What the exception cannot know, it does not excuse. */
static bool
is_excused(const struct sp_eval *ev, const struct sp_rule *guard, const struct sp_setting *s,
	   const struct sp_value *v)
{
	for (uint32_t i = 0; i < ev->policy->exceptions.n; i++) {
		const struct sp_rule *x = ev->policy->exceptions.rule[i];
		const struct sp_setting *power;

		if (!lifts(x, guard, s) || has_expired(ev, x) || !is_for_caller(ev, x) ||
		    !sp_actions_has(&x->actions, ev->req->action))
			continue;
		if (x->uses_user && !ev->user_ok)
			continue;
		if (x->when && all_hold(ev, x->when, SP_NO) != SP_YES)
			continue;
		if (guard->kind != SP_RULE_DENY || !guard->uses || !x->may || x->everything)
			return true;
		power = v ? power_of(x, v->fact) : NULL;
		if (power && sp_setting_covers(ev, power, v) == SP_YES)
			return true;
	}
	return false;
}

/* --- guards ------------------------------------------------------------------------------------------------------ */

struct outcome {
	struct found *found; /* where objections go */
	bool objected, lifted;
};

static void
object(const struct sp_eval *ev, struct outcome *out, const struct sp_rule *rule,
       const struct sp_setting *s, const struct sp_value *v, struct sp_str text)
{
	if (is_excused(ev, rule, s, v)) {
		out->lifted = true;
		return;
	}
	out->objected = true;
	if (rule->message.len)
		text = sp_text_template(ev, rule, s, v);
	if (found_one(out->found))
		found_tell(ev, out->found, rule, key_of(s), v, text);
}

static void
deny_uses(const struct sp_eval *ev, struct outcome *out, const struct sp_rule *rule)
{
	for (const struct sp_setting *s = rule->uses; s; s = s->next) {
		struct sp_str pattern = {NULL, 0};

		if (!sp_setting_applies(ev, s))
			continue;
		if (ev->unread) {
			object(ev, out, rule, s, NULL, sp_text_denied(ev, s, NULL, pattern));
			continue;
		}
		for (const struct sp_value *v = ev->facts->first[s->key->fact]; v; v = v->next) {
			if (sp_setting_hits(ev, s, v, &pattern) != SP_NO)
				object(ev, out, rule, s, v, sp_text_denied(ev, s, v, pattern));
		}
	}
}

static bool
status_matches(const struct sp_eval *ev, const struct sp_rule *rule)
{
	for (const struct sp_setting *s = rule->response; s; s = s->next) {
		bool any = false;

		for (uint32_t i = 0; i < s->n; i++) {
			const struct sp_port_pattern *range = &s->patterns[i].port;

			any |= ev->req->status >= range->first && ev->req->status <= range->last;
		}
		if (!any)
			return false;
	}
	return true;
}

static void
eval_deny(const struct sp_eval *ev, struct outcome *out, const struct sp_rule *rule)
{
	if (rule->on_response && !status_matches(ev, rule))
		return;
	if (rule->uses)
		deny_uses(ev, out, rule);
	else
		object(ev, out, rule, NULL, NULL,
		       sp_strz(sp_arena_printf(ev->arena, "%s%s is not allowed",
					       rule->on_response ? "this answer to " : "",
					       ev->action->name)));
}

static void
eval_require(const struct sp_eval *ev, struct outcome *out, const struct sp_rule *rule)
{
	for (const struct sp_setting *s = rule->must; s; s = s->next) {
		const struct sp_value *culprit;
		enum sp_tri t = sp_setting_holds(ev, s, &culprit);

		if (t != SP_YES)
			object(ev, out, rule, s, culprit, sp_text_condition(ev, s, culprit, t));
	}
}

/* One deny or require rule; its objections are added to `found`. */
static enum sp_step_result
eval_guard(const struct sp_eval *ev, const struct sp_rule *rule, struct found *found)
{
	struct outcome out = {found, false, false};

	if (rule->on_response != ev->req->is_response || !is_for_caller(ev, rule) ||
	    !guard_speaks(ev, rule))
		return SP_STEP_SKIPPED;
	if (rule->kind == SP_RULE_DENY)
		eval_deny(ev, &out, rule);
	else
		eval_require(ev, &out, rule);
	if (out.objected)
		return SP_STEP_OBJECTS;
	return out.lifted ? SP_STEP_LIFTED : SP_STEP_OK;
}

/* --- grants ----------------------------------------------------------------------------------------------------------- */

static const char opaque[] = "nobody between the client and dockerd can see what it does";
static const char not_yet[] = "this version does not read what it carries";

/* Powers the request uses and the rule does not give. */
static void
eval_powers(const struct sp_eval *ev, const struct sp_rule *rule, struct found *found)
{
	for (enum sp_fact fact = SP_FACT_NONE + 1; fact <= SP_FACT_LAST_POWER; fact++) {
		const struct sp_value *v = ev->facts->first[fact];
		const struct sp_setting *s = v ? power_of(rule, fact) : NULL;

		for (; v; v = v->next) {
			if (s && sp_setting_covers(ev, s, v) == SP_YES)
				continue;
			if (found_one(found))
				found_tell(ev, found, rule, sp_strz(sp_fact_name(fact)), v,
					   sp_text_power(ev, fact, s, v));
			if (found->telling == ASK)
				return;
		}
	}
}

static void
eval_must(const struct sp_eval *ev, const struct sp_rule *rule, struct found *found)
{
	for (const struct sp_setting *s = rule->must; s; s = s->next) {
		const struct sp_value *culprit;
		enum sp_tri t = sp_setting_holds(ev, s, &culprit);

		if (t == SP_YES)
			continue;
		if (found_one(found))
			found_tell(ev, found, rule, key_of(s), culprit,
				   sp_text_condition(ev, s, culprit, t));
		if (found->telling == ASK)
			return;
	}
}

/* Does this allow rule cover the whole request?  What it lacks goes to `found`. */
static void
eval_grant(const struct sp_eval *ev, const struct sp_rule *rule, struct found *found)
{
	bool unseen = ev->action->readable == SP_READ_NOT_YET || ev->action->readable == SP_READ_OPAQUE;

	if (rule->uses_user && !ev->user_ok) {
		if (found_one(found))
			found_tell(ev, found, rule, key_of(NULL), NULL,
				   SP_STR("the rule uses $user, and this caller's name cannot stand for it"));
		return;
	}
	eval_must(ev, rule, found);
	if (rule->everything || (found->n && found->telling == ASK))
		return;
	if (!unseen) {
		eval_powers(ev, rule, found);
	} else if (found_one(found)) {
		const char *why = ev->action->readable == SP_READ_OPAQUE ? opaque : not_yet;

		found_tell(ev, found, rule, key_of(NULL), NULL,
			   sp_strz(sp_arena_printf(ev->arena, "%s needs a rule with 'may: everything': %s",
						   ev->action->name, why)));
	}
}

static bool
grant_is_live(const struct sp_eval *ev, const struct sp_rule *rule)
{
	return is_for_caller(ev, rule) && !has_expired(ev, rule);
}

static const struct sp_rule *
find_grant(const struct sp_eval *ev)
{
	const struct sp_rule_list *grants = &ev->policy->grants[ev->req->action];

	for (uint32_t i = 0; i < grants->n; i++) {
		struct found lacks;

		if (grants->rule[i]->mode == SP_MODE_AUDIT || !grant_is_live(ev, grants->rule[i]))
			continue;
		found_init(&lacks, ASK);
		eval_grant(ev, grants->rule[i], &lacks);
		if (lacks.n == 0)
			return grants->rule[i];
	}
	return NULL;
}

/* Nobody grants: say what the closest rule lacks, or that there is none. */
static void
tell_default_deny(const struct sp_eval *ev, struct found *found)
{
	const struct sp_rule_list *grants = &ev->policy->grants[ev->req->action];
	const struct sp_rule *closest = NULL;
	uint32_t fewest = UINT32_MAX;
	struct sp_buf text;

	for (uint32_t i = 0; i < grants->n; i++) {
		struct found lacks;

		if (grants->rule[i]->mode == SP_MODE_AUDIT || !grant_is_live(ev, grants->rule[i]))
			continue;
		found_init(&lacks, COUNT);
		eval_grant(ev, grants->rule[i], &lacks);
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
	found_builtin(ev, found, "builtin/default-deny", sp_buf_str(&text));
	if (closest)
		eval_grant(ev, closest, found);
}

/* --- the decision ------------------------------------------------------------------------------------------------------- */

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

static void
judge(const struct sp_eval *ev, struct found *enforced, struct found *audited, struct sp_decision *out)
{
	const struct sp_rule_list *guards = &ev->policy->guards[ev->req->action];
	const struct sp_rule *grant;

	if (ev->req->fault != SP_FAULT_NONE) {
		struct sp_buf text;

		sp_buf_init(&text, ev->arena, 1000);
		sp_buf_addz(&text, "the request cannot be judged: ");
		sp_buf_add_shown(&text, ev->req->why, 600);
		found_builtin(ev, enforced, fault_rule(ev->req->fault), sp_buf_str(&text));
		return;
	}
	if (ev->req->action == SP_ACT_SYSTEM_PING) { /* how every client session begins */
		out->granted_by = SP_STR("builtin/ping");
		return;
	}
	for (uint32_t i = 0; i < guards->n; i++) {
		const struct sp_rule *rule = guards->rule[i];
		bool audit = rule->mode == SP_MODE_AUDIT;

		eval_guard(ev, rule, audit ? audited : enforced);
	}
	if (ev->req->is_response) { /* the request was granted; an answer needs no second grant */
		out->granted_by = SP_STR("builtin/response");
		return;
	}
	grant = find_grant(ev);
	if (grant)
		out->granted_by = grant->name;
	else
		tell_default_deny(ev, enforced);
}

/* --- explain -------------------------------------------------------------------------------------------------------------- */

static struct sp_str
join_texts(const struct sp_eval *ev, const struct found *found)
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
	struct found found;

	found_init(&found, TELL);
	if (rule->kind == SP_RULE_EXCEPTION) {
		step->result = has_expired(ev, rule) || !is_for_caller(ev, rule) ? SP_STEP_SKIPPED : SP_STEP_OK;
		step->why = has_expired(ev, rule) ? SP_STR("expired")
			    : step->result == SP_STEP_OK ? SP_STR("holds for this user")
							 : SP_STR("who");
	} else if (!sp_actions_has(&rule->actions, ev->req->action)) {
		step->why = sp_strz(sp_arena_printf(ev->arena, "says nothing about %s", ev->action->name));
	} else if (rule->on_response != ev->req->is_response) {
		step->why = rule->on_response ? SP_STR("judges answers") : SP_STR("judges requests");
	} else if (!is_for_caller(ev, rule)) {
		step->why = SP_STR("who");
	} else if (has_expired(ev, rule)) {
		step->why = SP_STR("expired");
	} else if (rule->kind == SP_RULE_ALLOW) {
		eval_grant(ev, rule, &found);
		step->result = found.n ? SP_STEP_FAILS : SP_STEP_GRANTS;
		step->why = join_texts(ev, &found);
	} else {
		step->result = eval_guard(ev, rule, &found);
		step->why = step->result == SP_STEP_SKIPPED ? SP_STR("when/unless") : join_texts(ev, &found);
	}
}

static const struct sp_step *
explain_all(const struct sp_eval *ev)
{
	static const char *const kinds[] = {"allow", "deny", "require", "exception"};
	struct sp_step *first = NULL, **tail = &first;

	for (uint32_t i = 0; i < ev->policy->n_rules; i++) {
		const struct sp_rule *rule = &ev->policy->rules[i];
		struct sp_step *step = sp_arena_alloc(ev->arena, sizeof(*step));

		if (!step)
			break;
		step->kind = kinds[rule->kind];
		step->rule = rule->name;
		step->file = rule->file;
		step->line = rule->pos.line;
		step->audit = rule->mode == SP_MODE_AUDIT;
		explain_rule(ev, rule, step);
		*tail = step;
		tail = &step->next;
	}
	return first;
}

/* Only what rules that say `mode: enforce` themselves object to. */
static const struct sp_finding *
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
sp_decide(const struct sp_policy *policy, const struct sp_request *req, const struct sp_facts *facts,
	  const struct sp_circumstances *how, struct sp_arena *arena, struct sp_decision *out)
{
	struct sp_eval ev = {policy, req, facts, how, arena, sp_action_info(req->action), false, false};
	bool audit = policy->audit || how->force_audit;
	struct found enforced, audited;

	*out = (struct sp_decision){.verdict = SP_DENY};
	found_init(&enforced, TELL);
	found_init(&audited, TELL);
	ev.user_ok = user_is_plain(req->user);
	ev.unread = ev.action->readable == SP_READ_NOT_YET;
	judge(&ev, &enforced, &audited, out);
	if (how->want_steps && req->fault == SP_FAULT_NONE)
		out->steps = explain_all(&ev);
	out->would_deny = enforced.n > 0 || out->granted_by.len == 0;
	out->findings = enforced.first;
	out->audit_findings = audited.first;
	/* The file's mode does not soften a rule that says `mode: enforce` itself; only --audit does. */
	if (audit && !how->force_audit && has_insisting(enforced.first)) {
		audit = false;
		out->findings = insisting(enforced.first);
	}
	/* Nothing is known of a message that cannot be read, not even that it is harmless to pass. */
	if (req->fault == SP_FAULT_UNREADABLE)
		audit = false;
	if (out->would_deny)
		out->message = sp_text_refusal(&ev, out->findings);
	if (arena->full) {
		out->would_deny = true;
		out->message = SP_STR("the request is too complex to be judged");
		return;
	}
	out->audit_only = audit && out->would_deny;
	if (!out->would_deny || out->audit_only)
		out->verdict = SP_ALLOW;
}
