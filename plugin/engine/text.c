/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text.c: what a person reads when a rule objects (POLICY.md 1.13): the value seen, what is wanted,
 * the docker flag that mends it.  Values come from the request and are hostile: they pass
 * sp_buf_add_shown, which keeps control characters away from terminals and cuts them.
 */
#include "engine/rule.h"

#define VALUE_CHARS 120
#define LINE_BYTES 1000
#define MAX_NAMES 6

struct sp_str
sp_text_user(const struct sp_eval *ev)
{
	return sp_request_is_local(ev->req) ? SP_STR("local") : ev->req->user;
}

/* --- values --- */

/* Does the cleaned path stand in the argument, as "PATH:..." or "...=PATH,..."? */
static bool
is_as_written(const struct sp_value *v)
{
	const char *at = v->text.len ? memmem(v->arg.p, v->arg.len, v->text.p, v->text.len) : NULL;
	size_t start = at ? (size_t)(at - v->arg.p) : 0, end = start + v->text.len;

	if (!at)
		return v->text.len == 0;
	return (start == 0 || v->arg.p[start - 1] == '=') &&
	       (end == v->arg.len || v->arg.p[end] == ':' || v->arg.p[end] == ',');
}

void
sp_text_unresolved(const struct sp_host_path *host, struct sp_buf *out)
{
	sp_buf_addz(out, "cannot be resolved on the host");
	if (host && host->why.len) {
		sp_buf_addz(out, ": ");
		sp_buf_add_shown(out, host->why, VALUE_CHARS);
	}
}

static void
add_target(struct sp_buf *out, const char *before, const struct sp_value *v)
{
	sp_buf_addz(out, before);
	sp_buf_add_shown(out, v->host->resolved, VALUE_CHARS);
}

/* "-v /srv:/x", "--privileged"; the path dockerd makes of it when that is not what was written. */
static void
add_asked(struct sp_buf *out, enum sp_fact fact, const struct sp_value *v)
{
	const char *flag = v && v->flag ? v->flag : sp_fact_flag(fact);

	if (fact == SP_FACT_UNKNOWN_FIELDS) {
		sp_buf_addz(out, "the field ");
		sp_buf_add_shown(out, v ? v->text : SP_STR("?"), VALUE_CHARS);
		sp_buf_addz(out, " (unknown to this version)");
		return;
	}
	sp_buf_addz(out, flag ? flag : sp_fact_name(fact));
	if (v && v->arg.len) {
		sp_buf_addc(out, ' ');
		sp_buf_add_shown(out, v->arg, VALUE_CHARS);
	}
	if (v && fact == SP_FACT_BIND && v->state == SP_UNKNOWABLE) {
		sp_buf_addz(out, " (which can become any path)");
	} else if (v && fact == SP_FACT_BIND && !is_as_written(v)) {
		sp_buf_addz(out, " (that is ");
		sp_buf_add_shown(out, v->text, VALUE_CHARS);
		sp_buf_addc(out, ')');
	}
}

void
sp_text_asked(enum sp_fact fact, const struct sp_value *v, struct sp_buf *out)
{
	add_asked(out, fact, v);
}

static void
add_number(struct sp_buf *out, enum sp_type type, int64_t n)
{
	if (type == SP_T_RANGE_SIZE)
		sp_buf_add_size(out, n);
	else if (type == SP_T_RANGE_CPUS)
		sp_buf_add_cpus(out, n);
	else if (type == SP_T_DURATION)
		sp_buf_add_duration(out, n);
	else
		sp_buf_addi(out, n);
}

static bool
is_range(const struct sp_setting *s)
{
	return s->key->type == SP_T_RANGE_SIZE || s->key->type == SP_T_RANGE_CPUS ||
	       s->key->type == SP_T_RANGE_COUNT;
}

static void
add_seen(struct sp_buf *out, const struct sp_setting *s, const struct sp_value *v)
{
	enum sp_state state = v ? v->state : SP_UNSET;

	if (state == SP_UNKNOWABLE) {
		sp_buf_addz(out, s->key->type == SP_T_USERS
		                     ? "not set, and the image default is unknown"
		                     : "not known");
	} else if (state == SP_UNLIMITED) {
		sp_buf_addz(out, "unlimited");
	} else if (state == SP_UNSET) {
		sp_buf_addz(out, is_range(s) ? "not set (unlimited)" : "not set");
	} else if (is_range(s)) {
		add_number(out, s->key->type, v->num);
	} else if (v->image) {
		sp_buf_add_shown(out, v->image->full.len ? v->image->full : SP_STR("empty"),
		                 VALUE_CHARS);
		if (v->image->kind == SP_IMAGE_ID)
			sp_buf_addz(out, " (an image ID, which can be any image)");
		else if (v->image->kind == SP_IMAGE_INVALID)
			sp_buf_addz(out, " (not an image name)");
	} else {
		sp_buf_add_shown(out, v->text.len ? v->text : SP_STR("empty"), VALUE_CHARS);
		if (s->non_root && (v->text.p[0] < '0' || v->text.p[0] > '9'))
			sp_buf_addz(out, " (a name can be root in the image, a number cannot)");
		if (sp_host_leads_away(v->host)) {
			add_target(out, " (which leads to ", v);
			sp_buf_addc(out, ')');
		}
	}
}

/* --- what is wanted --- */

static void
add_patterns(const struct sp_eval *ev, const struct sp_setting *s, struct sp_buf *out)
{
	for (uint32_t i = 0; i < s->n && i < MAX_NAMES; i++) {
		const struct sp_pattern *p = &s->patterns[i];

		if (i > 0)
			sp_buf_addz(out, ", ");
		if (p->key.len) {
			sp_buf_add_shown(out, p->key, VALUE_CHARS);
			sp_buf_addc(out, '=');
		}
		sp_buf_add_shown(out, sp_pattern_shown(ev, p, p->text), VALUE_CHARS);
	}
	if (s->n > MAX_NAMES)
		sp_buf_addf(out, " and %u more", (unsigned)(s->n - MAX_NAMES));
}

void
sp_text_wanted(const struct sp_eval *ev, const struct sp_setting *s, struct sp_buf *out)
{
	if (is_range(s)) {
		if (s->has_min && s->has_max)
			sp_buf_addz(out, "between ");
		else
			sp_buf_addz(out, s->has_max ? "at most " : "at least ");
		if (s->has_min)
			add_number(out, s->key->type, s->min);
		if (s->has_min && s->has_max)
			sp_buf_addz(out, " and ");
		if (s->has_max)
			add_number(out, s->key->type, s->max);
	} else if (s->key->type == SP_T_DURATION) {
		sp_buf_addz(out, "built within ");
		add_number(out, s->key->type, s->max);
	} else if (s->key->type == SP_T_FLAG) {
		sp_buf_addz(out, s->key->fact == SP_FACT_IMAGES
		                     ? "pinned by digest (NAME@sha256:...)"
		                     : "set");
	} else if (s->key->type == SP_T_USERS && s->non_root) {
		sp_buf_addz(out, "a non-root user");
	} else if (s->any) {
		sp_buf_addz(out, "an image name");
	} else if (s->key->type == SP_T_CAPS) {
		add_patterns(ev, s, out);
	} else {
		sp_buf_addz(out, "one of ");
		add_patterns(ev, s, out);
	}
}

/*
 * The fix of a key with its "%s" put in.  The value says when docker service has another flag for
 * it, or none.
 */
static void
add_fix(const struct sp_eval *ev, const struct sp_setting *s, const struct sp_value *v,
        const struct sp_pattern *p, struct sp_buf *out)
{
	struct sp_str fix = sp_strz(s->key->fix), before, after;
	bool service = v && ev->action->family == SP_FOR_SERVICE;
	size_t at;

	if (!fix.len || (service && !v->flag))
		return;
	if (service && is_range(s))
		fix = sp_strz(sp_arena_printf(ev->arena, "%s %%s", v->flag));
	sp_buf_addz(out, " (fix: ");
	at = sp_str_find(fix, '%');
	before = sp_str_head(fix, at);
	after = sp_str_from(fix, at + 2);
	sp_buf_add(out, before);
	if (at < fix.len && is_range(s)) {
		add_number(out, s->key->type, s->has_max ? s->max : s->min);
	} else if (at < fix.len && p) {
		if (p->key.len) {
			sp_buf_add_shown(out, p->key, VALUE_CHARS);
			sp_buf_addc(out, '=');
		}
		sp_buf_add_shown(out, sp_pattern_shown(ev, p, p->text), VALUE_CHARS);
	}
	sp_buf_add(out, after);
	sp_buf_addc(out, ')');
}

/* --- conditions --- */

static void
caps_text(const struct sp_eval *ev, const struct sp_setting *s, struct sp_buf *out)
{
	const struct sp_value *v = ev->facts->first[SP_FACT_CAP_DROP];

	sp_buf_addz(out, "the list of dropped capabilities is ");
	if (!v)
		sp_buf_addz(out, "empty");
	for (bool first = true; v; v = v->next, first = false) {
		if (!first)
			sp_buf_addz(out, ", ");
		sp_buf_add_shown(out, v->arg.len ? v->arg : v->text, VALUE_CHARS);
	}
	sp_buf_addz(out, "; it must contain ");
	sp_text_wanted(ev, s, out);
	add_fix(ev, s, NULL, s->n ? &s->patterns[0] : NULL, out);
}

static void
labels_text(const struct sp_eval *ev, const struct sp_setting *s, struct sp_buf *out)
{
	bool first = true;

	for (uint32_t i = 0; i < s->n; i++) {
		const struct sp_pattern *p = &s->patterns[i];
		const struct sp_value *have = NULL, *culprit;
		struct sp_setting one = *s;

		one.patterns = p;
		one.n = 1;
		if (sp_setting_holds(ev, &one, &culprit) == SP_YES)
			continue;
		for (const struct sp_value *v = ev->facts->first[SP_FACT_LABELS]; v; v = v->next) {
			if (sp_str_eq(v->key, p->key))
				have = v;
		}
		sp_buf_addz(out, first ? "label " : "; label ");
		first = false;
		sp_buf_add_shown(out, p->key, VALUE_CHARS);
		sp_buf_addz(out, " is ");
		if (have)
			sp_buf_add_shown(out, have->text.len ? have->text : SP_STR("empty"),
			                 VALUE_CHARS);
		else
			sp_buf_addz(out, "not set");
		sp_buf_addz(out, "; it must be ");
		sp_buf_add_shown(out, sp_pattern_shown(ev, p, p->text), VALUE_CHARS);
		add_fix(ev, s, NULL, p, out);
	}
}

static void
user_note(const struct sp_eval *ev, const struct sp_setting *s, struct sp_buf *out)
{
	bool has_user = false;

	for (uint32_t i = 0; i < s->n; i++)
		has_user |= s->patterns[i].has_user;
	if (has_user && !ev->user_ok)
		sp_buf_addz(out, " ($user cannot stand for this caller)");
}

/* image_max_age */
static void
add_age(const struct sp_eval *ev, const struct sp_value *v, struct sp_buf *out)
{
	if (!v || !v->image || !v->image->has_created)
		sp_buf_addz(out, " of unknown age");
	else
		sp_buf_addf(out, ", %lld days old",
		            (long long)((ev->how->now - v->image->created) / 86400));
}

/* The value seen, and how old it is where that matters. */
static void
add_observed(const struct sp_eval *ev, struct sp_buf *out, const struct sp_setting *s,
             const struct sp_value *v)
{
	add_seen(out, s, v);
	if (s->key->type == SP_T_DURATION)
		add_age(ev, v, out);
}

struct sp_str
sp_text_condition(const struct sp_eval *ev, const struct sp_setting *s, const struct sp_value *v,
                  enum sp_tri result)
{
	struct sp_buf out;

	sp_buf_init(&out, ev->arena, LINE_BYTES);
	if (ev->unread && result == SP_UNKNOWN) {
		if (ev->facts->beyond)
			sp_buf_addz(&out, ev->facts->beyond);
		else
			sp_buf_addf(&out, "what %s carries cannot be read", ev->action->name);
		sp_buf_addf(&out,
		            ", so %s is not known; only a rule with 'may: everything' can allow it",
		            s->key->name);
	} else if (s->key->type == SP_T_CAPS) {
		caps_text(ev, s, &out);
	} else if (s->key->type == SP_T_LABELS) {
		labels_text(ev, s, &out);
	} else {
		sp_buf_addz(&out, s->key->noun);
		sp_buf_addz(&out, " is ");
		add_observed(ev, &out, s, v);
		sp_buf_addz(&out, "; it must be ");
		sp_text_wanted(ev, s, &out);
		add_fix(ev, s, v, s->n ? &s->patterns[0] : NULL, &out);
	}
	user_note(ev, s, &out);
	return sp_buf_str(&out);
}

/* --- powers --- */

/* What a link has to do with it: a grant covers neither form alone. */
static void
add_way(const struct sp_eval *ev, const struct sp_setting *s, const struct sp_value *v,
        struct sp_buf *out)
{
	bool written;

	if (s->key->type != SP_T_PATHS || v->state != SP_SET || !v->host)
		return;
	written = sp_setting_covers_path(ev, s, v, v->text) == SP_YES;
	if (v->host->state != SP_HOST_RESOLVED) {
		sp_buf_addz(out, ": it ");
		sp_text_unresolved(v->host, out);
	} else if (sp_host_leads_away(v->host)) {
		bool target = sp_setting_covers_path(ev, s, v, v->host->resolved) == SP_YES;

		add_target(out, target && !written ? ", although it leads to " : ": it leads to ",
		           v);
	}
}

struct sp_str
sp_text_power(const struct sp_eval *ev, enum sp_fact fact, const struct sp_setting *s,
              const struct sp_value *v)
{
	struct sp_buf out;

	sp_buf_init(&out, ev->arena, LINE_BYTES);
	add_asked(&out, fact, v);
	if (s && s->n) {
		sp_buf_addz(&out, " is not allowed");
		add_way(ev, s, v, &out);
		sp_buf_addz(&out, "; allowed here: ");
		add_patterns(ev, s, &out);
		user_note(ev, s, &out);
	} else {
		sp_buf_addz(&out, " is not allowed here");
	}
	return sp_buf_str(&out);
}

struct sp_str
sp_text_denied(const struct sp_eval *ev, const struct sp_setting *s, const struct sp_value *v,
               const struct sp_hit *hit)
{
	struct sp_buf out;

	sp_buf_init(&out, ev->arena, LINE_BYTES);
	if (!v) {
		sp_buf_addf(&out, "what %s carries cannot be read, so %s is not known",
		            ev->action->name, s->key->name);
		return sp_buf_str(&out);
	}
	add_asked(&out, s->key->fact, v);
	sp_buf_addz(&out, " is not allowed");
	if (hit->unresolved) {
		sp_buf_addz(&out, ": it ");
		sp_text_unresolved(v->host, &out);
	} else if (hit->pattern.len && s->key->type == SP_T_PATHS) {
		if (hit->by_target) {
			add_target(&out, ": it leads to ", v);
		} else if (hit->name.len) {
			sp_buf_addz(&out, ": it shows ");
			sp_buf_add_shown(&out, hit->name, VALUE_CHARS);
		}
		sp_buf_addz(&out,
		            hit->by_target || hit->name.len ? " and exposes " : ": it exposes ");
		sp_buf_add_shown(&out, hit->pattern, VALUE_CHARS);
		sp_buf_addz(&out, " of the host");
	}
	return sp_buf_str(&out);
}

/* --- a rule's own text --- */

static bool
take_var(struct sp_str *rest, const char *name)
{
	size_t n = strlen(name);
	struct sp_str braced;

	if (sp_str_starts(*rest, (struct sp_str){name, n})) {
		*rest = sp_str_from(*rest, n);
		return true;
	}
	if (rest->len >= n + 2 && rest->p[0] == '{') {
		braced = sp_str_from(*rest, 1);
		if (sp_str_starts(braced, (struct sp_str){name, n}) && braced.p[n] == '}') {
			*rest = sp_str_from(braced, n + 1);
			return true;
		}
	}
	return false;
}

/* What was seen, for $value: a flag is its own value. */
static void
add_value(const struct sp_eval *ev, struct sp_buf *out, const struct sp_setting *s,
          const struct sp_value *v)
{
	if (!s)
		sp_buf_addz(out, "none");
	else if (s->key->type == SP_T_FLAG && s->key->where & SP_IN_POWERS)
		add_asked(out, s->key->fact, v);
	else
		add_observed(ev, out, s, v);
}

static void
add_limit(const struct sp_eval *ev, struct sp_buf *out, const struct sp_setting *s)
{
	if (s)
		sp_text_wanted(ev, s, out);
	else
		sp_buf_addz(out, "none");
}

static void
add_flag(const struct sp_eval *ev, struct sp_buf *out, const struct sp_setting *s,
         const struct sp_value *v)
{
	if (s)
		add_asked(out, s->key->fact, v);
	else
		sp_buf_addz(out, ev->action->name);
}

struct sp_str
sp_text_template(const struct sp_eval *ev, const struct sp_rule *rule, const struct sp_setting *s,
                 const struct sp_value *v)
{
	struct sp_str rest = rule->message;
	struct sp_buf out;

	sp_buf_init(&out, ev->arena, LINE_BYTES);
	while (rest.len) {
		size_t at = sp_str_find(rest, '$');

		sp_buf_add(&out, sp_str_head(rest, at));
		if (at == rest.len)
			break;
		rest = sp_str_from(rest, at + 1);
		if (take_var(&rest, "value"))
			add_value(ev, &out, s, v);
		else if (take_var(&rest, "limit"))
			add_limit(ev, &out, s);
		else if (take_var(&rest, "flag"))
			add_flag(ev, &out, s, v);
		else if (take_var(&rest, "rule"))
			sp_buf_add(&out, rule->name);
		else if (take_var(&rest, "action"))
			sp_buf_addz(&out, ev->action->name);
		else if (take_var(&rest, "user"))
			sp_buf_add_shown(&out, sp_text_user(ev), VALUE_CHARS);
	}
	return sp_buf_str(&out);
}
