/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eval.c: what one rule says about a request: a guard objects, an exception excuses, a grant has to
 * cover everything; what cannot be known counts against the request.  Input: a policy the loader
 * has checked; a request and its facts, hostile.
 */
#include "engine/eval.h"
#include "engine/scope.h"
#include "sallyport/match.h"

void
sp_found_init(struct sp_found *f, enum sp_telling telling)
{
	f->telling = telling;
	f->first = NULL;
	f->tail = &f->first;
	f->n = 0;
}

/* Counts one more; true when its text is wanted. */
static bool
found_one(struct sp_found *f)
{
	f->n++;
	return f->telling == SP_TELL;
}

/* NULL: there was no memory. */
static struct sp_finding *
found_tell(const struct sp_eval *ev, struct sp_found *f, const struct sp_rule *rule,
           struct sp_str key, const struct sp_value *v, struct sp_str text)
{
	struct sp_finding *finding = sp_arena_alloc(ev->arena, sizeof(*finding));

	if (!finding)
		return NULL;
	finding->key = key;
	finding->text = text;
	if (v)
		finding->place = v->place;
	if (rule) {
		finding->rule = rule->name;
		finding->is_grant = rule->kind == SP_RULE_ALLOW;
		finding->insists = sp_rule_insists(ev, rule);
		finding->file = rule->file;
		finding->line = rule->pos.line;
		finding->column = rule->pos.column;
	}
	*f->tail = finding;
	f->tail = &finding->next;
	return finding;
}

struct sp_finding *
sp_found_builtin(const struct sp_eval *ev, struct sp_found *f, const char *rule, bool insists,
                 struct sp_str text)
{
	struct sp_finding *finding = sp_arena_alloc(ev->arena, sizeof(*finding));

	f->n++;
	if (!finding)
		return NULL;
	finding->rule = sp_strz(rule);
	finding->insists = insists;
	finding->text = text;
	*f->tail = finding;
	f->tail = &finding->next;
	return finding;
}

static struct sp_str
key_of(const struct sp_setting *s)
{
	return s ? sp_strz(s->key->name) : (struct sp_str){NULL, 0};
}

/* --- who --- */

bool
sp_subjects_match(const struct sp_eval *ev, const struct sp_subjects *s)
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

bool
sp_rule_is_for_caller(const struct sp_eval *ev, const struct sp_rule *rule)
{
	if (rule->who.present && !sp_subjects_match(ev, &rule->who))
		return false;
	return !rule->except.present || !sp_subjects_match(ev, &rule->except);
}

bool
sp_rule_has_expired(const struct sp_eval *ev, const struct sp_rule *rule)
{
	return rule->has_expires && ev->how->now >= rule->expires;
}

bool
sp_rule_in_audit(const struct sp_eval *ev, const struct sp_rule *rule)
{
	return rule->mode == SP_MODE_AUDIT ||
	       (rule->has_enforce_from && ev->how->now < rule->enforce_from);
}

bool
sp_rule_insists(const struct sp_eval *ev, const struct sp_rule *rule)
{
	return rule->mode == SP_MODE_ENFORCE && !sp_rule_in_audit(ev, rule);
}

/* A CN that may stand in a pattern: no separator, no wildcard, no "..". */
bool
sp_user_is_plain(struct sp_str user)
{
	for (size_t i = 0; i < user.len; i++) {
		char c = user.p[i];
		bool alnum =
		    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

		if (!alnum && (i == 0 || (c != '_' && c != '.' && c != '-')))
			return false;
		if (c == '.' && user.p[i - 1] == '.')
			return false;
	}
	return user.len > 0;
}

/* --- when, unless --- */

/* An update that does not name a limit keeps the one there is, which nobody here knows. */
static bool
stays_unchanged(const struct sp_eval *ev, const struct sp_setting *s)
{
	const struct sp_value *v = ev->facts->first[s->key->fact];

	return v && v->state == SP_UNCHANGED;
}

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
		enum sp_tri t =
		    sp_setting_applies(ev, s) ? sp_setting_holds(ev, s, &culprit) : silent;

		if (t == SP_YES && stays_unchanged(ev, s))
			t = SP_UNKNOWN;

		if (t == SP_NO)
			return SP_NO;
		if (t == SP_UNKNOWN)
			result = SP_UNKNOWN;
	}
	return result;
}

bool
sp_rule_is_due(const struct sp_eval *ev, const struct sp_rule *rule)
{
	if (rule->on_response == ev->req->is_response)
		return true;
	/* What the request did not tell of its objects, the answer does. */
	return !rule->on_response && rule->on && rule->kind != SP_RULE_EXCEPTION &&
	       sp_scope_by_answer(ev->req->action);
}

/* Is any object the rule's?  Where the answer will show it, a guard waits for it. */
static bool
guard_touches(const struct sp_eval *ev, const struct sp_rule *rule)
{
	enum sp_tri t = sp_scope_touches(ev, rule);

	if (t == SP_UNKNOWN && !ev->req->is_response && sp_scope_by_answer(ev->req->action))
		return false;
	return t != SP_NO;
}

static bool
guard_speaks(const struct sp_eval *ev, const struct sp_rule *rule)
{
	if (rule->on && !guard_touches(ev, rule))
		return false;
	if (rule->when && all_hold(ev, rule->when, SP_NO) == SP_NO)
		return false;
	return !rule->unless || all_hold(ev, rule->unless, SP_NO) != SP_YES;
}

/* --- exceptions --- */

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
		bool pending;

		if (!lifts(x, guard, s) || sp_rule_has_expired(ev, x) ||
		    !sp_rule_is_for_caller(ev, x) || !sp_rule_speaks(ev, x))
			continue;
		if (x->uses_user && !ev->user_ok)
			continue;
		if (sp_rule_in_audit(ev, x) && !sp_rule_in_audit(ev, guard))
			continue; /* what is only watched changes nothing */
		if (x->when && all_hold(ev, x->when, SP_NO) != SP_YES)
			continue;
		if (sp_scope_covers(ev, x, &pending) != SP_YES)
			continue;
		if (guard->kind != SP_RULE_DENY || !guard->uses || !x->may || x->everything)
			return true;
		power = v ? power_of(x, v->fact) : NULL;
		if (power && sp_setting_covers(ev, power, v) == SP_YES)
			return true;
	}
	return false;
}

/* --- guards --- */

struct outcome {
	struct sp_found *found; /* where objections go */
	bool objected, lifted;
};

/* Returns what was told, if anything was. */
static struct sp_finding *
object(const struct sp_eval *ev, struct outcome *out, const struct sp_rule *rule,
       const struct sp_setting *s, const struct sp_value *v, struct sp_str text)
{
	if (is_excused(ev, rule, s, v)) {
		out->lifted = true;
		return NULL;
	}
	out->objected = true;
	if (rule->message.len)
		text = sp_text_template(ev, rule, rule->on_response ? NULL : s, v);
	return found_one(out->found) ? found_tell(ev, out->found, rule, key_of(s), v, text) : NULL;
}

static void
object_to_use(const struct sp_eval *ev, struct outcome *out, const struct sp_rule *rule,
              const struct sp_setting *s, const struct sp_value *v)
{
	struct sp_finding *told;
	struct sp_hit hit;

	if (sp_setting_hits(ev, s, v, &hit) == SP_NO)
		return;
	told = object(ev, out, rule, s, v, sp_text_denied(ev, s, v, &hit));
	if (told)
		told->unresolved = hit.unresolved && !rule->message.len;
}

static void
deny_uses(const struct sp_eval *ev, struct outcome *out, const struct sp_rule *rule)
{
	for (const struct sp_setting *s = rule->uses; s; s = s->next) {
		if (!sp_setting_applies(ev, s))
			continue;
		if (ev->unread) { /* all its keys are unknown alike: one that no exception lifts */
			object(ev, out, rule, s, NULL, sp_text_denied(ev, s, NULL, NULL));
			if (out->objected)
				return;
			continue;
		}
		for (const struct sp_value *v = ev->facts->first[s->key->fact]; v; v = v->next)
			object_to_use(ev, out, rule, s, v);
	}
}

static void
eval_deny(const struct sp_eval *ev, struct outcome *out, const struct sp_rule *rule)
{
	struct sp_str text;

	if (rule->on_response) {
		if (sp_response_hits(ev, rule, &text) != SP_NO)
			object(ev, out, rule, rule->response, NULL, text);
	} else if (rule->uses) {
		deny_uses(ev, out, rule);
	} else {
		const char *colon = rule->on ? ": " : "";
		struct sp_str why = {NULL, 0};

		if (rule->on && out->found->telling == SP_TELL)
			why = sp_text_touched(ev, rule);
		object(ev, out, rule, NULL, NULL,
		       sp_strz(sp_arena_printf(ev->arena, "%s is not allowed%s%.*s",
		                               ev->action->name, colon, SP_FMT(why))));
	}
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
	for (const struct sp_setting *s = rule->response; s; s = s->next) {
		struct sp_str text;

		if (sp_response_holds(ev, s, &text) != SP_YES)
			object(ev, out, rule, s, NULL, text);
	}
}

/* One deny or require rule; its objections are added to `found`. */
enum sp_step_result
sp_eval_guard(const struct sp_eval *ev, const struct sp_rule *rule, struct sp_found *found)
{
	struct outcome out = {found, false, false};

	if (!sp_rule_is_due(ev, rule) || !sp_rule_is_for_caller(ev, rule) ||
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

/* --- grants --- */

/* Why only `may: everything` grants the request; NULL: any grant that covers it does. */
static const char *
beyond(const struct sp_eval *ev)
{
	if (ev->facts->beyond)
		return ev->facts->beyond;
	if (ev->action->readable == SP_READ_OPAQUE)
		return "nobody between the client and dockerd can see what it does";
	return ev->unread ? "this version does not know what it does" : NULL;
}

/* Powers the request uses and the rule does not give. */
static void
eval_powers(const struct sp_eval *ev, const struct sp_rule *rule, struct sp_found *found)
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
			if (found->telling == SP_ASK)
				return;
		}
	}
}

static void
eval_must(const struct sp_eval *ev, const struct sp_rule *rule, struct sp_found *found)
{
	for (const struct sp_setting *s = rule->must; s; s = s->next) {
		const struct sp_value *culprit;
		enum sp_tri t = sp_setting_holds(ev, s, &culprit);

		if (t == SP_YES)
			continue;
		if (found_one(found))
			found_tell(ev, found, rule, key_of(s), culprit,
			           sp_text_condition(ev, s, culprit, t));
		if (found->telling == SP_ASK)
			return;
	}
}

/* The objects it is about.  True: the answer will say. */
static bool
eval_scope(const struct sp_eval *ev, const struct sp_rule *rule, struct sp_found *found)
{
	bool pending;

	if (sp_scope_covers(ev, rule, &pending) == SP_YES || pending)
		return pending;
	if (found_one(found))
		found_tell(ev, found, rule, SP_STR("on"), NULL, sp_text_scope(ev, rule));
	return false;
}

bool
sp_eval_grant(const struct sp_eval *ev, const struct sp_rule *rule, struct sp_found *found)
{
	const char *why = beyond(ev);
	bool pending;

	if (rule->uses_user && !ev->user_ok) {
		if (found_one(found))
			found_tell(
			    ev, found, rule, key_of(NULL), NULL,
			    SP_STR(
				"the rule uses $user, and this caller's name cannot stand for it"));
		return false;
	}
	pending = eval_scope(ev, rule, found);
	if (found->n && found->telling == SP_ASK)
		return false;
	eval_must(ev, rule, found);
	if (rule->everything || (found->n && found->telling == SP_ASK))
		return pending && !found->n;
	if (!why) {
		eval_powers(ev, rule, found);
	} else if (found_one(found)) {
		found_tell(
		    ev, found, rule, key_of(NULL), NULL,
		    sp_strz(sp_arena_printf(ev->arena, "%s needs a rule with 'may: everything': %s",
		                            ev->action->name, why)));
	}
	return pending && !found->n;
}
