/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compare.c: patterns and powers of the policy against values of the request, three-valued.
 *
 * SP_UNKNOWN comes out whenever the answer depends on something that cannot be seen; the callers
 * turn it to the safe side, never this file.  Input: settings the loader has checked, facts.
 */
#include "engine/rule.h"
#include "sallyport/match.h"

struct sp_str
sp_pattern_shown(const struct sp_eval *ev, const struct sp_pattern *p, struct sp_str text)
{
	struct sp_buf out;
	const char *at;
	struct sp_str rest = text;

	if (!p->has_user)
		return text;
	sp_buf_init(&out, ev->arena, 4096);
	while ((at = memmem(rest.p, rest.len, "$user", 5)) != NULL) {
		sp_buf_add(&out, sp_str_head(rest, (size_t)(at - rest.p)));
		sp_buf_add(&out, ev->user_ok ? ev->req->user : SP_STR("$user"));
		rest = sp_str_from(rest, (size_t)(at - rest.p) + 5);
	}
	sp_buf_add(&out, rest);
	return sp_buf_str(&out);
}

/* --- one pattern against one value --- */

static enum sp_tri
tri(bool yes)
{
	return yes ? SP_YES : SP_NO;
}

enum sp_tri
sp_name_matches(const struct sp_eval *ev, const struct sp_pattern *p, const struct sp_value *v)
{
	if (p->has_user && !ev->user_ok)
		return SP_UNKNOWN;
	if (p->read_only && !v->read_only)
		return SP_NO;
	if (v->exact_only && !sp_str_eq(p->match, v->text) && !sp_str_is(p->match, "*"))
		return SP_UNKNOWN; /* an ID, or its beginning: may stand for any name */
	/* A star is no way from one cgroup into another. */
	return tri(sp_match_glob(sp_pattern_shown(ev, p, p->match), v->text,
	                         v->fact == SP_FACT_CGROUP_PARENT ? '/' : 0));
}

static enum sp_tri
accept_path(const struct sp_eval *ev, const struct sp_pattern *p, const struct sp_value *v)
{
	if (p->has_user && !ev->user_ok)
		return SP_UNKNOWN;
	if (p->read_only && !v->read_only)
		return SP_NO;
	return tri(sp_match_path(sp_pattern_shown(ev, p, p->match), v->text));
}

static bool
registry_matches(struct sp_str pattern, struct sp_str registry)
{
	struct sp_str label, rest;

	if (!sp_str_starts(pattern, SP_STR("*.")))
		return sp_str_eq(pattern, registry);
	return sp_str_cut(registry, '.', &label, &rest) && label.len > 0 &&
	       sp_str_eq(rest, sp_str_from(pattern, 2));
}

/*
 * Path parts: '*' inside one part; "**" one or more whole parts at the end, zero or more in the
 * middle.  `from` is where to go on after the last "**": the one place to come back to.
 */
static bool
parts_match(struct sp_str pattern, struct sp_str path)
{
	struct sp_str back_pattern = {NULL, 0}, back_path = {NULL, 0};

	for (;;) {
		struct sp_str want, more_pattern, part, more_path;
		bool last_pattern = !sp_str_cut(pattern, '/', &want, &more_pattern);
		bool last_path = !sp_str_cut(path, '/', &part, &more_path);

		if (sp_str_is(want, "**")) {
			if (last_pattern)
				return path.len > 0;
			back_pattern = pattern = more_pattern;
			back_path = path;
			continue;
		}
		if (path.len > 0 && sp_match_glob(want, part, '/')) {
			if (last_pattern && last_path)
				return true;
			if (!last_pattern && !last_path) {
				pattern = more_pattern;
				path = more_path;
				continue;
			}
		}
		/* A mismatch: let the last "**" take one part more. */
		if (!back_pattern.p || !sp_str_cut(back_path, '/', &part, &more_path))
			return false;
		back_path = path = more_path;
		pattern = back_pattern;
	}
}

static enum sp_tri
accept_image(const struct sp_eval *ev, const struct sp_pattern *p, const struct sp_value *v)
{
	const struct sp_image *image = v->image;
	const struct sp_image_pattern *want = &p->image;

	if (!image || image->kind == SP_IMAGE_INVALID)
		return SP_NO;
	if (want->every)
		return SP_YES;
	if (image->kind == SP_IMAGE_ID)
		return SP_UNKNOWN; /* may be any image until somebody looks it up */
	if (p->has_user && !ev->user_ok)
		return SP_UNKNOWN;
	if (!registry_matches(sp_pattern_shown(ev, p, want->registry), image->registry) ||
	    !parts_match(sp_pattern_shown(ev, p, want->path), image->path))
		return SP_NO;
	if (image->odd_case)
		return SP_UNKNOWN;
	if (want->digest.len)
		return tri(sp_str_eq(want->digest, image->digest));
	if (want->tag.len)
		return tri(image->tag.len &&
		           sp_match_glob(sp_pattern_shown(ev, p, want->tag), image->tag, 0));
	return SP_YES;
}

static bool
proto_matches(const struct sp_port_pattern *want, const struct sp_port *port)
{
	return want->proto.len == 0 || sp_str_eq(want->proto, port->proto);
}

static enum sp_tri
accept_port(const struct sp_eval *ev, const struct sp_pattern *p, const struct sp_value *v)
{
	const struct sp_port_pattern *want = &p->port;

	(void)ev;
	if (!v->port)
		return SP_UNKNOWN;
	if (!want->any_ip && (v->port->ip_any || memcmp(want->ip, v->port->ip_bytes, 16) != 0))
		return SP_NO;
	if (!proto_matches(want, v->port) || want->ephemeral != v->port->ephemeral)
		return SP_NO;
	return tri(want->ephemeral ||
	           (want->first <= v->port->first && v->port->last <= want->last));
}

/* For `uses:`: would the published port take any that the pattern names? */
static enum sp_tri
port_touches(const struct sp_pattern *p, const struct sp_value *v)
{
	const struct sp_port_pattern *want = &p->port;
	const struct sp_port *have = v->port;

	if (!have)
		return SP_UNKNOWN;
	if (!want->any_ip && !have->ip_any && memcmp(want->ip, have->ip_bytes, 16) != 0)
		return SP_NO;
	if (!proto_matches(want, have))
		return SP_NO;
	if (have->ephemeral && !have->first) /* from 32768 on, unless the host says otherwise */
		return tri(want->ephemeral || want->last >= 32768);
	if (have->ephemeral && want->ephemeral)
		return SP_YES;
	return tri(!want->ephemeral && want->first <= have->last && have->first <= want->last);
}

static enum sp_tri
accept_text(const struct sp_eval *ev, const struct sp_pattern *p, const struct sp_value *v)
{
	(void)ev;
	return tri(sp_str_eq(p->match, v->text));
}

enum sp_tri
sp_setting_covers_path(const struct sp_eval *ev, const struct sp_setting *s,
                       const struct sp_value *v, struct sp_str path)
{
	struct sp_value form = *v;

	form.text = path;
	return sp_index_match(ev, s, path, &form, accept_path);
}

/* Both forms have to match: whoever may write a link must not choose where a grant leads. */
static enum sp_tri
path_matches(const struct sp_eval *ev, const struct sp_setting *s, const struct sp_value *v)
{
	enum sp_tri written = sp_index_match(ev, s, v->text, v, accept_path);

	if (written != SP_YES || !v->host)
		return written;
	if (v->host->state != SP_HOST_RESOLVED)
		return SP_UNKNOWN;
	return sp_host_leads_away(v->host) ? sp_setting_covers_path(ev, s, v, v->host->resolved)
	                                   : SP_YES;
}

enum sp_tri
sp_setting_match(const struct sp_eval *ev, const struct sp_setting *s, const struct sp_value *v)
{
	struct sp_str repository;
	enum sp_tri t;

	switch (s->key->type) {
	case SP_T_NAMES:
	case SP_T_USERS:
		t = sp_index_match(ev, s, v->text, v, sp_name_matches);
		return t == SP_NO && v->exact_only ? SP_UNKNOWN : t;
	case SP_T_PATHS:
		return path_matches(ev, s, v);
	case SP_T_IMAGES:
		repository = (struct sp_str){NULL, 0};
		if (v->image && v->image->kind == SP_IMAGE_NAME)
			repository = sp_str_head(v->image->full,
			                         v->image->registry.len + 1 + v->image->path.len);
		else if (v->image && v->image->kind == SP_IMAGE_ID && s->n > s->n_wild)
			return sp_index_match(ev, s, repository, v, accept_image) == SP_YES
			           ? SP_YES
			           : SP_UNKNOWN;
		return sp_index_match(ev, s, repository, v, accept_image);
	case SP_T_PORTS:
		return sp_index_match(ev, s, v->text, v, accept_port);
	case SP_T_CHOICES:
	case SP_T_CAPS:
		return sp_index_match(ev, s, v->text, v, accept_text);
	case SP_T_FLAG:
		return SP_YES; /* `true` is the only value a flag can have */
	case SP_T_NONE:
	case SP_T_MAP:
	case SP_T_SUBJECTS:
	case SP_T_ACTIONS:
	case SP_T_SCOPE:
	case SP_T_LIFTS:
	case SP_T_WORD:
	case SP_T_TEXT:
	case SP_T_DATE:
	case SP_T_LABELS:
	case SP_T_RANGE_SIZE:
	case SP_T_RANGE_CPUS:
	case SP_T_RANGE_COUNT:
	case SP_T_DURATION:
	case SP_T_STATUSES:
		break;
	}
	return SP_UNKNOWN;
}

/* --- powers --- */

static bool
has_literal(const struct sp_setting *s, const char *word)
{
	for (uint32_t i = 0; i < s->n; i++) {
		if (sp_str_is(s->patterns[i].match, word))
			return true;
	}
	return false;
}

enum sp_tri
sp_setting_covers(const struct sp_eval *ev, const struct sp_setting *s, const struct sp_value *v)
{
	if (v->state == SP_UNKNOWABLE)
		return SP_UNKNOWN;
	if (s->any)
		return SP_YES;
	if (s->key->type == SP_T_CAPS && has_literal(s, "ALL"))
		return SP_YES;
	return sp_setting_match(ev, s, v);
}

static enum sp_tri
ports_hit(const struct sp_setting *s, const struct sp_value *v, struct sp_str *pattern)
{
	for (uint32_t i = 0; i < s->n; i++) {
		enum sp_tri t = port_touches(&s->patterns[i], v);

		if (t != SP_NO) {
			*pattern = s->patterns[i].text;
			return t;
		}
	}
	return SP_NO;
}

/* Can a pattern with a wildcard have to do with this path at all?  Looks at the part before it. */
static bool
may_touch(struct sp_str pattern, struct sp_str path)
{
	size_t literal = sp_str_find(pattern, '*'), n = literal < path.len ? literal : path.len;

	return memcmp(pattern.p, path.p, n) == 0;
}

static enum sp_tri
path_hit(const struct sp_eval *ev, const struct sp_setting *s, struct sp_str path,
         struct sp_str *pattern)
{
	uint32_t found = sp_index_exposed(s, path);
	enum sp_tri result = SP_NO;

	if (path.len == 0 || path.p[0] != '/')
		return SP_UNKNOWN; /* no path that could be judged */
	if (found) {
		*pattern = s->patterns[found - 1].text;
		return SP_YES;
	}
	for (uint32_t i = 0; i < s->n_wild; i++) {
		const struct sp_pattern *p = &s->patterns[s->wild[i]];

		if (p->has_user && !ev->user_ok)
			result = SP_UNKNOWN;
		else if ((p->has_user || may_touch(p->match, path)) &&
		         sp_match_path_exposes(sp_pattern_shown(ev, p, p->match), path))
			result = SP_YES;
		else
			continue;
		*pattern = sp_pattern_shown(ev, p, p->text);
		if (result == SP_YES)
			break;
	}
	return result;
}

/* One form is enough; a path nobody can resolve may lead to what is forbidden. */
static enum sp_tri
paths_hit(const struct sp_eval *ev, const struct sp_setting *s, const struct sp_value *v,
          struct sp_hit *hit)
{
	enum sp_tri written = path_hit(ev, s, v->text, &hit->pattern), led;
	struct sp_str pattern = {NULL, 0};

	if (written == SP_YES || !v->host)
		return written;
	if (v->host->state != SP_HOST_RESOLVED) {
		hit->unresolved = true;
		return SP_UNKNOWN;
	}
	led = sp_host_leads_away(v->host) ? path_hit(ev, s, v->host->resolved, &pattern) : SP_NO;
	hit->by_target = led != SP_NO;
	for (const struct sp_host_name *n = v->host->names; n && led != SP_YES; n = n->next) {
		enum sp_tri named = path_hit(ev, s, n->name, &pattern);

		if (named != SP_YES && led != SP_NO)
			continue;
		led = named;
		hit->by_target = false;
		hit->name = n->name;
	}
	if (led == SP_NO || (led == SP_UNKNOWN && written == SP_UNKNOWN)) {
		hit->by_target = false;
		hit->name = (struct sp_str){NULL, 0};
		return written;
	}
	hit->pattern = pattern;
	return led;
}

enum sp_tri
sp_setting_hits(const struct sp_eval *ev, const struct sp_setting *s, const struct sp_value *v,
                struct sp_hit *hit)
{
	*hit = (struct sp_hit){0};
	if (s->any)
		return SP_YES;
	if (v->state == SP_UNKNOWABLE)
		return SP_UNKNOWN;
	if (s->key->type == SP_T_CAPS && sp_str_is(v->text, "ALL"))
		return SP_YES;
	if (s->key->type == SP_T_PORTS)
		return ports_hit(s, v, &hit->pattern);
	return s->key->type == SP_T_PATHS ? paths_hit(ev, s, v, hit) : sp_setting_match(ev, s, v);
}
