/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eval_response.c: `response:` of deny and require rules: status, size, labels and environment of
 * what dockerd is about to answer.  An error shows nothing; what cannot be read is objected to.
 * Input: settings the loader has checked; an answer, hostile.
 */
#include "engine/eval.h"
#include "engine/scope.h"

#include "sallyport/match.h"

#define VALUE_CHARS 120
#define LINE_BYTES 1000

static enum sp_tri
tri(bool yes)
{
	return yes ? SP_YES : SP_NO;
}

static bool
is_key(const struct sp_setting *s, const char *name)
{
	return strcmp(s->key->name, name) == 0;
}

/* dockerd leaves the status out on errors and taken-over connections: it can be any then. */
static bool
status_matches(const struct sp_eval *ev, const struct sp_setting *s)
{
	bool any = ev->req->status == 0;

	for (uint32_t i = 0; i < s->n; i++) {
		const struct sp_port_pattern *range = &s->patterns[i].port;

		any |= ev->req->status >= range->first && ev->req->status <= range->last;
	}
	return any;
}

static enum sp_tri
size_holds(const struct sp_eval *ev, const struct sp_setting *s)
{
	const struct sp_answer *answer = sp_eval_answer(ev);

	if (answer->size_state != SP_SET)
		return SP_UNKNOWN;
	return tri((!s->has_min || answer->size >= s->min) &&
	           (!s->has_max || answer->size <= s->max));
}

static enum sp_tri
variable_matches(const struct sp_eval *ev, const struct sp_setting *s, struct sp_str name)
{
	enum sp_tri result = SP_NO;

	for (uint32_t i = 0; i < s->n && result != SP_YES; i++) {
		const struct sp_pattern *p = &s->patterns[i];

		if (p->has_user && !ev->user_ok)
			result = SP_UNKNOWN;
		else if (sp_match_glob(sp_pattern_shown(ev, p, p->match), name, 0))
			result = SP_YES;
	}
	return result;
}

/* deny: does any variable match?  require: do all?  *variable: the one that settles it. */
static enum sp_tri
env_holds(const struct sp_eval *ev, const struct sp_setting *s, const struct sp_object *o, bool all,
          struct sp_str *variable)
{
	enum sp_tri result = tri(all);

	for (uint32_t i = 0; i < o->n_env; i++) {
		enum sp_tri t = variable_matches(ev, s, o->env[i]);

		if (t == tri(all))
			continue;
		*variable = o->env[i];
		if (t != SP_UNKNOWN)
			return t;
		result = SP_UNKNOWN;
	}
	return result;
}

/* What an object has to do with a rule: all of its `labels` and `env`. */
static enum sp_tri
object_hits(const struct sp_eval *ev, const struct sp_rule *rule, const struct sp_object *o,
            struct sp_str *variable)
{
	enum sp_tri result = SP_YES;

	for (const struct sp_setting *s = rule->response; s && result != SP_NO; s = s->next) {
		enum sp_tri t = SP_YES;

		if (is_key(s, "labels"))
			t = sp_labels_match(ev, s, o);
		else if (is_key(s, "env"))
			t = env_holds(ev, s, o, false, variable);
		result = t == SP_YES ? result : t;
	}
	return result;
}

/* --- texts --- */

/* "container r1" of one, "an object of this list" of many: their names are not told. */
static void
add_whose(const struct sp_eval *ev, const struct sp_object *o, struct sp_buf *out)
{
	if (sp_answer_shows(ev->req->action) & SP_SHOWS_LIST)
		sp_buf_addf(out, "a %s of this list", sp_object_kind_name(o->kind));
	else
		sp_buf_add_shown(out, sp_object_shown(o, ev->arena), VALUE_CHARS);
}

static void
add_labels(const struct sp_eval *ev, const struct sp_setting *s, struct sp_buf *out)
{
	for (uint32_t i = 0; i < s->n; i++) {
		sp_buf_addz(out, i ? ", " : "");
		sp_buf_add_shown(out, s->patterns[i].key, VALUE_CHARS);
		sp_buf_addc(out, '=');
		sp_buf_add_shown(out, sp_pattern_shown(ev, &s->patterns[i], s->patterns[i].text),
		                 VALUE_CHARS);
	}
}

static struct sp_str
text_unknown(const struct sp_eval *ev)
{
	struct sp_buf out;

	sp_buf_init(&out, ev->arena, LINE_BYTES);
	sp_buf_addf(&out, "what the answer to %s shows is not known: ", ev->action->name);
	sp_buf_add_shown(&out, sp_eval_answer(ev)->why, VALUE_CHARS);
	return sp_buf_str(&out);
}

static struct sp_str
text_hit(const struct sp_eval *ev, const struct sp_rule *rule, const struct sp_object *o,
         struct sp_str variable)
{
	struct sp_buf out;

	sp_buf_init(&out, ev->arena, LINE_BYTES);
	add_whose(ev, o, &out);
	for (const struct sp_setting *s = rule->response; s; s = s->next) {
		if (is_key(s, "labels")) {
			sp_buf_addz(&out, " has ");
			add_labels(ev, s, &out);
		} else if (is_key(s, "env")) {
			sp_buf_addz(&out, rule->response->next ? ", shows the variable "
			                                       : " shows the variable ");
			sp_buf_add_shown(&out, variable, VALUE_CHARS);
		}
	}
	sp_buf_addz(&out, ": this answer is not allowed");
	return sp_buf_str(&out);
}

static struct sp_str
text_size(const struct sp_eval *ev, const struct sp_setting *s)
{
	const struct sp_answer *answer = sp_eval_answer(ev);
	struct sp_buf out;

	sp_buf_init(&out, ev->arena, LINE_BYTES);
	sp_buf_addz(&out, "size of the answer is ");
	if (answer->size_state == SP_SET)
		sp_buf_add_size(&out, answer->size);
	else
		sp_buf_addz(&out, "not known");
	sp_buf_addz(&out, "; it must be ");
	sp_text_wanted(ev, s, &out);
	return sp_buf_str(&out);
}

/* --- deny --- */

static const struct sp_setting *
about_objects(const struct sp_rule *rule)
{
	const struct sp_setting *s = rule->response;

	while (s && !is_key(s, "labels") && !is_key(s, "env"))
		s = s->next;
	return s;
}

enum sp_tri
sp_response_hits(const struct sp_eval *ev, const struct sp_rule *rule, struct sp_str *text)
{
	const struct sp_answer *answer;
	enum sp_tri result = SP_YES, of_objects = SP_NO;

	*text = sp_strz(
	    sp_arena_printf(ev->arena, "this answer to %s is not allowed", ev->action->name));
	for (const struct sp_setting *s = rule->response; s; s = s->next) {
		enum sp_tri t = SP_YES;

		if (is_key(s, "status"))
			t = tri(status_matches(ev, s));
		else if (is_key(s, "size"))
			t = sp_eval_answer(ev)->error ? SP_NO : size_holds(ev, s);
		if (t == SP_NO)
			return SP_NO;
		result = t == SP_YES ? result : t;
	}
	if (!about_objects(rule))
		return result;
	answer = sp_eval_answer(ev);
	if (answer->state == SP_ANSWER_UNKNOWN) {
		*text = text_unknown(ev);
		return SP_UNKNOWN;
	}
	for (const struct sp_object *o = answer->first; o && of_objects != SP_YES; o = o->next) {
		struct sp_str variable = {NULL, 0};
		enum sp_tri t = object_hits(ev, rule, o, &variable);

		if (t == SP_NO)
			continue;
		of_objects = t;
		*text = text_hit(ev, rule, o, variable);
	}
	return of_objects == SP_YES ? result : of_objects;
}

/* --- require --- */

/* `labels` and `env` of every object.  NULL in text.p: it holds. */
static enum sp_tri
objects_hold(const struct sp_eval *ev, const struct sp_setting *s, struct sp_str *text)
{
	const struct sp_answer *answer = sp_eval_answer(ev);
	bool labels = is_key(s, "labels");
	struct sp_buf out;

	if (answer->state == SP_ANSWER_UNKNOWN) {
		*text = text_unknown(ev);
		return SP_UNKNOWN;
	}
	for (const struct sp_object *o = answer->first; o; o = o->next) {
		struct sp_str variable = {NULL, 0};
		enum sp_tri t =
		    labels ? sp_labels_match(ev, s, o) : env_holds(ev, s, o, true, &variable);

		if (t == SP_YES)
			continue;
		sp_buf_init(&out, ev->arena, LINE_BYTES);
		add_whose(ev, o, &out);
		if (labels) {
			sp_buf_addz(&out, " is not labelled ");
			add_labels(ev, s, &out);
		} else {
			sp_buf_addz(&out, " shows the variable ");
			sp_buf_add_shown(&out, variable, VALUE_CHARS);
			sp_buf_addz(&out, "; it must be ");
			sp_text_wanted(ev, s, &out);
		}
		*text = sp_buf_str(&out);
		return t;
	}
	return SP_YES;
}

enum sp_tri
sp_response_holds(const struct sp_eval *ev, const struct sp_setting *s, struct sp_str *text)
{
	enum sp_tri t;

	if (sp_eval_answer(ev)->error)
		return SP_YES;
	if (!is_key(s, "size"))
		return objects_hold(ev, s, text);
	t = size_holds(ev, s);
	if (t != SP_YES)
		*text = text_size(ev, s);
	return t;
}
