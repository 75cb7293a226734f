/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope.c: are the objects a request works on those a rule is about?  What the request names is
 * compared with what is known of it; what it does not name (lists) with what dockerd is about to
 * answer.  Input: settings the loader has checked; requests, objects and answers, hostile.
 */
#include "engine/scope.h"

#include "sallyport/match.h"

static enum sp_tri
tri(bool yes)
{
	return yes ? SP_YES : SP_NO;
}

bool
sp_scope_by_answer(enum sp_action action)
{
	uint32_t shows = sp_answer_shows(action);

	return (shows & SP_SHOWS_LABELS) && (shows & (SP_SHOWS_ONE | SP_SHOWS_LIST));
}

const struct sp_answer *
sp_eval_answer(const struct sp_eval *ev)
{
	if (!ev->answer->read)
		sp_answer_read(ev->answer, ev->req, ev->arena);
	return ev->answer;
}

/* --- one object --- */

static enum sp_tri
matches(const struct sp_eval *ev, const struct sp_pattern *p, struct sp_str text, char stop)
{
	if (p->has_user && !ev->user_ok)
		return SP_UNKNOWN;
	return tri(sp_match_glob(sp_pattern_shown(ev, p, p->match), text, stop));
}

enum sp_tri
sp_label_matches(const struct sp_eval *ev, const struct sp_pattern *p,
                 const struct sp_object *object)
{
	for (uint32_t i = 0; i < object->n_labels; i++) {
		if (sp_str_eq(object->labels[i].key, p->key))
			return matches(ev, p, object->labels[i].value, 0);
	}
	return SP_NO;
}

enum sp_tri
sp_labels_match(const struct sp_eval *ev, const struct sp_setting *s,
                const struct sp_object *object)
{
	enum sp_tri result = SP_YES;

	for (uint32_t i = 0; i < s->n && result != SP_NO; i++) {
		enum sp_tri t = sp_label_matches(ev, &s->patterns[i], object);

		result = t == SP_YES ? result : t;
	}
	return result;
}

static enum sp_tri
any_name(const struct sp_eval *ev, const struct sp_setting *s, enum sp_object_kind kind,
         struct sp_str name)
{
	bool slashes = kind == SP_OBJECT_IMAGE || kind == SP_OBJECT_PLUGIN;
	enum sp_tri result = SP_NO;

	for (uint32_t i = 0; i < s->n && result != SP_YES; i++) {
		enum sp_tri t = matches(ev, &s->patterns[i], name, slashes ? '/' : 0);

		result = t == SP_NO ? result : t;
	}
	return result;
}

/* Every name of the object: an image that has a foreign name beside ours is foreign, too. */
static enum sp_tri
names_match(const struct sp_eval *ev, const struct sp_setting *s, const struct sp_object *object)
{
	enum sp_tri result = tri(object->n_names > 0);

	for (uint32_t i = 0; i < object->n_names && result != SP_NO; i++) {
		enum sp_tri t = any_name(ev, s, object->kind, object->names[i]);

		result = t == SP_YES ? result : t;
	}
	return result;
}

static enum sp_tri
object_setting(const struct sp_eval *ev, const struct sp_setting *s, const struct sp_object *object)
{
	return s->key->type == SP_T_LABELS ? sp_labels_match(ev, s, object)
	                                   : names_match(ev, s, object);
}

/* A NO of one key settles it, whatever the others are. */
static enum sp_tri
object_is_in(const struct sp_eval *ev, const struct sp_rule *rule, const struct sp_object *object)
{
	enum sp_tri result = SP_YES;

	for (const struct sp_setting *s = rule->on; s && result != SP_NO; s = s->next) {
		enum sp_tri t = object_setting(ev, s, object);

		result = t == SP_YES ? result : t;
	}
	return result;
}

/* --- what the request names --- */

/* The word a request uses, when nobody looked which object that is. */
static enum sp_tri
word_setting(const struct sp_eval *ev, const struct sp_setting *s, const struct sp_object_ref *r)
{
	if (s->key->type == SP_T_LABELS)
		return SP_UNKNOWN;
	if (sp_object_ref_is_name(r))
		return any_name(ev, s, r->kind, r->ref);
	for (uint32_t i = 0; i < s->n; i++) {
		if (sp_str_is(s->patterns[i].match, "*"))
			return SP_YES;
	}
	return SP_UNKNOWN; /* perhaps an ID, or its beginning, of an object with any name */
}

static enum sp_tri
word_is_in(const struct sp_eval *ev, const struct sp_rule *rule, const struct sp_object_ref *r)
{
	enum sp_tri result = SP_YES;

	for (const struct sp_setting *s = rule->on; s && result != SP_NO; s = s->next) {
		enum sp_tri t = word_setting(ev, s, r);

		result = t == SP_YES ? result : t;
	}
	return result;
}

static enum sp_tri
ref_is_in(const struct sp_eval *ev, const struct sp_rule *rule, const struct sp_object_ref *r,
          enum sp_tri absent)
{
	switch (r->state) {
	case SP_OBJECT_ABSENT:
		return absent;
	case SP_OBJECT_KNOWN:
		return object_is_in(ev, rule, r->object);
	case SP_OBJECT_UNKNOWN:
		break;
	}
	return word_is_in(ev, rule, r);
}

/* --- what it does not name --- */

bool
sp_action_prunes(enum sp_action action)
{
	return sp_str_ends(sp_strz(sp_action_info(action)->name), SP_STR(".prune"));
}

/* Works on, or shows, objects that stand nowhere in the request. */
static bool
is_about_others(enum sp_action action)
{
	return (sp_answer_shows(action) & SP_SHOWS_LIST) || action == SP_ACT_SYSTEM_EVENTS ||
	       action == SP_ACT_UNKNOWN_READ || action == SP_ACT_UNKNOWN_WRITE ||
	       sp_action_prunes(action);
}

static bool
filter_holds(const struct sp_eval *ev, const struct sp_pattern *p, const struct sp_label *filters,
             uint32_t n)
{
	bool found = false;

	for (uint32_t i = 0; i < n; i++) {
		if (!sp_str_eq(filters[i].key, p->key))
			continue;
		/* Of two filters for one key swarm takes either: both have to be ours. */
		if (!filters[i].value.p || matches(ev, p, filters[i].value, 0) != SP_YES)
			return false;
		found = true;
	}
	return found;
}

/* Do the filters of a list let through nothing but objects of the rule? */
static bool
filters_guarantee(const struct sp_eval *ev, const struct sp_rule *rule)
{
	uint32_t n;
	const struct sp_label *filters = sp_objects_filters(ev->req, ev->arena, &n);

	for (const struct sp_setting *s = rule->on; s; s = s->next) {
		if (s->key->type != SP_T_LABELS)
			return false;
		for (uint32_t i = 0; i < s->n; i++) {
			if (!filter_holds(ev, &s->patterns[i], filters, n))
				return false;
		}
	}
	return true;
}

/* All objects of the answer, or any of them. */
static enum sp_tri
answer_is_in(const struct sp_eval *ev, const struct sp_rule *rule, bool all)
{
	const struct sp_answer *answer = sp_eval_answer(ev);
	enum sp_tri result = tri(all);

	if (answer->state == SP_ANSWER_UNKNOWN)
		return SP_UNKNOWN;
	for (const struct sp_object *o = answer->first; o; o = o->next) {
		enum sp_tri t = object_is_in(ev, rule, o);

		if (t != SP_UNKNOWN && t != tri(all))
			return t;
		if (t == SP_UNKNOWN)
			result = SP_UNKNOWN;
	}
	return result;
}

/* --- all of it --- */

enum sp_tri
sp_scope_covers(const struct sp_eval *ev, const struct sp_rule *rule, bool *pending)
{
	enum sp_tri result = SP_YES;

	*pending = false;
	if (!rule->on)
		return SP_YES;
	for (const struct sp_object_ref *r = ev->facts->objects; r && result != SP_NO;
	     r = r->next) {
		enum sp_tri t = ref_is_in(ev, rule, r, SP_YES);

		result = t == SP_YES ? result : t;
	}
	if (result == SP_YES && is_about_others(ev->req->action) && !filters_guarantee(ev, rule))
		result = SP_UNKNOWN;
	if (result != SP_UNKNOWN || !ev->use_answer || !sp_scope_by_answer(ev->req->action))
		return result;
	if (ev->req->is_response)
		return answer_is_in(ev, rule, true);
	*pending = true;
	return SP_UNKNOWN;
}

enum sp_tri
sp_scope_touches(const struct sp_eval *ev, const struct sp_rule *rule)
{
	enum sp_tri result = SP_NO;

	if (!rule->on)
		return SP_YES;
	for (const struct sp_object_ref *r = ev->facts->objects; r && result != SP_YES;
	     r = r->next) {
		enum sp_tri t = ref_is_in(ev, rule, r, SP_NO);

		result = t == SP_NO ? result : t;
	}
	if (result == SP_NO && is_about_others(ev->req->action))
		result = SP_UNKNOWN;
	if (result == SP_UNKNOWN && ev->req->is_response && sp_scope_by_answer(ev->req->action))
		return answer_is_in(ev, rule, false);
	return result;
}
