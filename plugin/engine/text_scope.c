/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_scope.c: what a person reads when an object is not among those of a rule (POLICY.md 2.2).
 * Of a list no object is named: whose it is, is nobody's business but theirs.  Names and labels are
 * hostile: they pass sp_buf_add_shown.
 */
#include "engine/scope.h"

#define VALUE_CHARS 120
#define LINE_BYTES 1000
#define MAX_NAMES 6

static void
add_pattern(const struct sp_eval *ev, const struct sp_pattern *p, struct sp_buf *out)
{
	if (p->key.len) {
		sp_buf_add_shown(out, p->key, VALUE_CHARS);
		sp_buf_addc(out, '=');
	}
	sp_buf_add_shown(out, sp_pattern_shown(ev, p, p->text), VALUE_CHARS);
}

/* "team=blue", "the names blue-*, web" */
static void
add_covered(const struct sp_eval *ev, const struct sp_rule *rule, struct sp_buf *out)
{
	const char *before = "";

	for (const struct sp_setting *s = rule->on; s; s = s->next) {
		bool names = s->key->type != SP_T_LABELS;

		for (uint32_t i = 0; i < s->n && i < MAX_NAMES; i++) {
			sp_buf_addz(out, before);
			if (names && i == 0)
				sp_buf_addz(out, s->n > 1 ? "the names " : "the name ");
			add_pattern(ev, &s->patterns[i], out);
			before = ", ";
		}
		if (s->n > MAX_NAMES)
			sp_buf_addf(out, " and %u more", (unsigned)(s->n - MAX_NAMES));
	}
}

static struct sp_str
label_of(const struct sp_object *o, struct sp_str key)
{
	for (uint32_t i = 0; i < o->n_labels; i++) {
		if (sp_str_eq(o->labels[i].key, key))
			return o->labels[i].value;
	}
	return (struct sp_str){NULL, 0};
}

/* "container r1 has team=red", with the label that does (`match` SP_YES) or does not match. */
static void
add_object(const struct sp_eval *ev, const struct sp_rule *rule, const struct sp_object *o,
           bool match, struct sp_buf *out)
{
	sp_buf_add_shown(out, sp_object_shown(o, ev->arena), VALUE_CHARS);
	for (const struct sp_setting *s = rule->on; s; s = s->next) {
		for (uint32_t i = 0; i < s->n && s->key->type == SP_T_LABELS; i++) {
			const struct sp_pattern *p = &s->patterns[i];
			struct sp_str value = label_of(o, p->key);

			if ((sp_label_matches(ev, p, o) == SP_YES) != match)
				continue;
			sp_buf_addz(out, value.p ? " has " : " has no label ");
			sp_buf_add_shown(out, p->key, VALUE_CHARS);
			if (value.p)
				sp_buf_addc(out, '=');
			sp_buf_add_shown(out, value, VALUE_CHARS);
			return;
		}
	}
	sp_buf_addz(out, match ? " is one of those" : " is not one of those");
}

static bool
has_labels(const struct sp_rule *rule)
{
	for (const struct sp_setting *s = rule->on; s; s = s->next) {
		if (s->key->type == SP_T_LABELS)
			return true;
	}
	return false;
}

/* An object of which the request only says a word. */
static void
add_word(const struct sp_rule *rule, const struct sp_object_ref *r, struct sp_buf *out)
{
	const char *kind = sp_object_kind_name(r->kind);

	if (r->ref.len == 0) {
		sp_buf_addf(out, "which %s it is about cannot be seen", kind);
		return;
	}
	if (has_labels(rule)) {
		sp_buf_addf(out, "the labels of %s ", kind);
		sp_buf_add_shown(out, r->ref, VALUE_CHARS);
		sp_buf_addz(out, " are not known (this version does not ask dockerd for them)");
		return;
	}
	sp_buf_addf(out, "%s ", kind);
	sp_buf_add_shown(out, r->ref, VALUE_CHARS);
	sp_buf_addz(out,
	            sp_object_ref_is_name(r)
	                ? " is not one of those"
	                : " may be one of any name (it can be read as the beginning of an ID)");
}

/* The first object of the request that stands against (`in` SP_YES: for) the rule, or NULL. */
static const struct sp_object_ref *
find_ref(const struct sp_eval *ev, const struct sp_rule *rule, bool guard)
{
	struct sp_facts facts = *ev->facts;
	struct sp_eval one = *ev;

	one.facts = &facts;
	for (struct sp_object_ref *r = ev->facts->objects; r; r = r->next) {
		struct sp_object_ref alone = *r;
		bool pending;

		alone.next = NULL;
		facts.objects = &alone;
		if (guard ? sp_scope_touches(&one, rule) != SP_NO
		          : sp_scope_covers(&one, rule, &pending) != SP_YES)
			return r;
	}
	return NULL;
}

static bool
lists_take_labels(enum sp_action action)
{
	switch (sp_object_kind_of(action)) {
	case SP_OBJECT_CONTAINER:
	case SP_OBJECT_IMAGE:
	case SP_OBJECT_VOLUME:
	case SP_OBJECT_NETWORK:
	case SP_OBJECT_SERVICE:
	case SP_OBJECT_SECRET:
	case SP_OBJECT_CONFIG:
		return true;
	case SP_OBJECT_PLUGIN:
	case SP_OBJECT_TASK:
	case SP_OBJECT_NODE:
	case SP_OBJECT_EXEC:
	case SP_OBJECT_NONE:
		break;
	}
	return action == SP_ACT_SYSTEM_EVENTS;
}

/* "; add --filter label=team=blue" */
static void
add_filter(const struct sp_eval *ev, const struct sp_rule *rule, struct sp_buf *out)
{
	const char *before = "; add";

	if (!lists_take_labels(ev->req->action))
		return;
	for (const struct sp_setting *s = rule->on; s; s = s->next) {
		for (uint32_t i = 0; i < s->n && s->key->type == SP_T_LABELS; i++) {
			sp_buf_addf(out, "%s --filter label=", before);
			add_pattern(ev, &s->patterns[i], out);
			before = "";
		}
	}
}

/* A list, a stream: what it shows stands nowhere in the request. */
static void
add_others(const struct sp_eval *ev, const struct sp_rule *rule, struct sp_buf *out)
{
	enum sp_object_kind kind = sp_object_kind_of(ev->req->action);
	bool list = sp_answer_shows(ev->req->action) & SP_SHOWS_LIST;

	if (list && ev->req->is_response && sp_eval_answer(ev)->state == SP_ANSWER_UNKNOWN)
		sp_buf_addf(out, "whose %ss this list shows is not known (%.*s)",
		            sp_object_kind_name(kind), SP_FMT(sp_eval_answer(ev)->why));
	else if (list)
		sp_buf_addf(out, "this list shows %ss that are not yours",
		            sp_object_kind_name(kind));
	else
		sp_buf_addf(out, "%s is not limited to objects of yours", ev->action->name);
	add_filter(ev, rule, out);
}

/* The object of an answer that stands against (`match`: for) the rule. */
static void
add_shown(const struct sp_eval *ev, const struct sp_rule *rule, bool match, struct sp_buf *out)
{
	const struct sp_answer *answer = sp_eval_answer(ev);

	if (answer->state == SP_ANSWER_OBJECTS && answer->first)
		add_object(ev, rule, answer->first, match, out);
	else
		sp_buf_addf(out, "whose object this answer shows is not known (%.*s)",
		            SP_FMT(answer->why));
}

static bool
decides_by_one(const struct sp_eval *ev)
{
	return ev->req->is_response && (sp_answer_shows(ev->req->action) & SP_SHOWS_ONE);
}

struct sp_str
sp_text_scope(const struct sp_eval *ev, const struct sp_rule *rule)
{
	const struct sp_object_ref *r = find_ref(ev, rule, false);
	struct sp_buf out;

	sp_buf_init(&out, ev->arena, LINE_BYTES);
	if (!r) {
		add_others(ev, rule, &out);
		return sp_buf_str(&out);
	}
	if (r->state == SP_OBJECT_KNOWN)
		add_object(ev, rule, r->object, false, &out);
	else if (decides_by_one(ev))
		add_shown(ev, rule, false, &out);
	else
		add_word(rule, r, &out);
	sp_buf_addz(&out, ", the rule covers only ");
	add_covered(ev, rule, &out);
	return sp_buf_str(&out);
}

struct sp_str
sp_text_touched(const struct sp_eval *ev, const struct sp_rule *rule)
{
	const struct sp_object_ref *r = find_ref(ev, rule, true);
	struct sp_buf out;

	sp_buf_init(&out, ev->arena, LINE_BYTES);
	if (r && r->state == SP_OBJECT_KNOWN) {
		add_object(ev, rule, r->object, true, &out);
	} else if (r && decides_by_one(ev)) {
		add_shown(ev, rule, true, &out);
	} else if (r && !has_labels(rule) && sp_object_ref_is_name(r)) {
		sp_buf_addf(&out, "%s ", sp_object_kind_name(r->kind));
		sp_buf_add_shown(&out, r->ref, VALUE_CHARS);
		sp_buf_addz(&out, " is one of ");
		add_covered(ev, rule, &out);
	} else if (r) {
		add_word(rule, r, &out);
	} else {
		sp_buf_addz(&out, "it may show or change objects with ");
		add_covered(ev, rule, &out);
	}
	return sp_buf_str(&out);
}
