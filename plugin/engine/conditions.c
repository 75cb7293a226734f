/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conditions.c: does a condition hold for a request?  Three-valued: what cannot be seen is
 * SP_UNKNOWN, and the callers turn that to the safe side.  Input: settings the loader has checked,
 * facts.
 */
#include "engine/rule.h"

static enum sp_tri
tri(bool yes)
{
	return yes ? SP_YES : SP_NO;
}

static enum sp_tri
range_holds(const struct sp_setting *s, const struct sp_value *v)
{
	switch (v->state) {
	case SP_SET:
		return tri((!s->has_min || v->num >= s->min) && (!s->has_max || v->num <= s->max));
	case SP_UNLIMITED:
		return tri(!s->has_max);
	case SP_UNSET: /* no limit at all: neither "at least" nor "at most" is met */
		return SP_NO;
	case SP_UNCHANGED:
		return SP_YES;
	case SP_UNKNOWABLE:
		break;
	}
	return SP_UNKNOWN;
}

/* Any spelling of uid 0, with or without a group: "0", "0:5", "00", "root". */
static enum sp_tri
is_root(struct sp_str user)
{
	struct sp_str uid, gid;
	size_t i = 0;

	sp_str_cut(user, ':', &uid, &gid);
	if (uid.len == 0 || sp_str_is(uid, "root"))
		return SP_YES;
	if (uid.p[0] == '+' || uid.p[0] == '-') /* strconv.Atoi takes a sign: "+0" is 0 */
		i = 1;
	while (i < uid.len && uid.p[i] == '0')
		i++;
	if (i == uid.len)
		return SP_YES;
	while (i < uid.len && uid.p[i] >= '0' && uid.p[i] <= '9')
		i++;
	/* A name: the container's /etc/passwd says which uid it is, and the image brings that. */
	return i == uid.len ? SP_NO : SP_UNKNOWN;
}

static enum sp_tri
user_holds(const struct sp_eval *ev, const struct sp_setting *s, const struct sp_value *v)
{
	enum sp_tri t = SP_NO;

	if (v->state != SP_SET)
		return SP_UNKNOWN;
	if (s->non_root)
		t = is_root(v->text) == SP_NO    ? SP_YES
		    : is_root(v->text) == SP_YES ? SP_NO
		                                 : SP_UNKNOWN;
	return s->n && t != SP_YES ? sp_setting_match(ev, s, v) : t;
}

static bool
has_value(const struct sp_eval *ev, enum sp_fact fact, struct sp_str text)
{
	for (const struct sp_value *v = ev->facts->first[fact]; v; v = v->next) {
		if (v->state == SP_SET && sp_str_eq(v->text, text))
			return true;
	}
	return false;
}

/* ALL gives up every capability but those that are added again. */
static enum sp_tri
caps_hold(const struct sp_eval *ev, const struct sp_setting *s)
{
	bool all = has_value(ev, SP_FACT_CAP_DROP, SP_STR("ALL"));

	for (uint32_t i = 0; i < s->n; i++) {
		struct sp_str wanted = s->patterns[i].match;

		if (!has_value(ev, SP_FACT_CAP_DROP, wanted) &&
		    (!all || has_value(ev, SP_FACT_CAP_ADD, wanted)))
			return SP_NO;
	}
	return SP_YES;
}

static enum sp_tri
labels_hold(const struct sp_eval *ev, const struct sp_setting *s)
{
	for (uint32_t i = 0; i < s->n; i++) {
		const struct sp_pattern *p = &s->patterns[i];
		enum sp_tri t = SP_NO;

		for (const struct sp_value *v = ev->facts->first[SP_FACT_LABELS]; v; v = v->next) {
			if (sp_str_eq(v->key, p->key))
				t = sp_name_matches(ev, p, v);
		}
		if (t != SP_YES)
			return t;
	}
	return SP_YES;
}

static enum sp_tri
flag_holds(const struct sp_setting *s, const struct sp_value *v)
{
	if (v->state == SP_UNKNOWABLE)
		return SP_UNKNOWN;
	if (s->key->fact == SP_FACT_IMAGES) /* image_pinned */
		return tri(v->image && v->image->kind != SP_IMAGE_INVALID &&
		           v->image->digest.len > 0);
	return tri(v->state == SP_SET);
}

static enum sp_tri
value_holds(const struct sp_eval *ev, const struct sp_setting *s, const struct sp_value *v)
{
	switch (s->key->type) {
	case SP_T_FLAG:
		return flag_holds(s, v);
	case SP_T_RANGE_SIZE:
	case SP_T_RANGE_CPUS:
	case SP_T_RANGE_COUNT:
		return range_holds(s, v);
	case SP_T_USERS:
		return user_holds(ev, s, v);
	case SP_T_DURATION: /* image_max_age */
		if (!v->image || !v->image->has_created)
			return SP_UNKNOWN;
		return tri(ev->how->now - v->image->created <= s->max);
	case SP_T_IMAGES:
		if (v->state == SP_UNKNOWABLE && !s->any)
			return SP_UNKNOWN;
		if (s->any)
			return tri(!v->image || v->image->kind != SP_IMAGE_INVALID);
		return sp_setting_match(ev, s, v);
	case SP_T_NAMES:
		if (v->state == SP_UNCHANGED)
			return SP_YES;
		if (v->state == SP_UNKNOWABLE)
			return SP_UNKNOWN;
		return s->any ? SP_YES : sp_setting_match(ev, s, v);
	case SP_T_PATHS: /* of a power: what may: would cover */
		return sp_setting_covers(ev, s, v);
	case SP_T_NONE:
	case SP_T_MAP:
	case SP_T_SUBJECTS:
	case SP_T_ACTIONS:
	case SP_T_SCOPE:
	case SP_T_LIFTS:
	case SP_T_WORD:
	case SP_T_TEXT:
	case SP_T_DATE:
	case SP_T_CHOICES:
	case SP_T_CAPS:
	case SP_T_PORTS:
	case SP_T_LABELS:
	case SP_T_STATUSES:
		break;
	}
	return SP_UNKNOWN;
}

enum sp_tri
sp_setting_holds(const struct sp_eval *ev, const struct sp_setting *s,
                 const struct sp_value **culprit)
{
	const struct sp_value *v = ev->facts->first[s->key->fact];

	*culprit = NULL;
	if (!sp_setting_applies(ev, s))
		return SP_YES;
	if (ev->unread)
		return SP_UNKNOWN;
	if (s->key->type == SP_T_CAPS)
		return caps_hold(ev, s);
	if (s->key->type == SP_T_LABELS)
		return labels_hold(ev, s);
	if (!v) /* a request that names no image, no tag ...; of powers, none is fine */
		return tri(s->key->fact <= SP_FACT_LAST_POWER && s->key->type != SP_T_FLAG);
	for (; v; v = v->next) {
		enum sp_tri t = value_holds(ev, s, v);

		if (t != SP_YES) {
			*culprit = v;
			return t;
		}
	}
	return SP_YES;
}
