/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lint_within.c: is one pattern part of another?  A '*' of the inner pattern counts as a character
 * that only a '*' of the outer one matches, and so does $user; what then matches is contained for
 * whatever the star stands for.  Where that does not decide, the answer is no: lints are about what
 * is certain.
 */
#include "engine/lint.h"
#include "sallyport/match.h"

static bool
spend(struct sp_lint *lint)
{
	if (lint->budget == 0)
		return false;
	lint->budget--;
	return true;
}

static bool
has_star(struct sp_str s)
{
	return sp_str_find(s, '*') < s.len;
}

/* --- subjects --- */

static bool
name_within(struct sp_str name, const struct sp_subjects *b)
{
	for (uint32_t i = 0; i < b->n_globs; i++) {
		if (sp_match_glob(b->globs[i], name, 0))
			return true;
	}
	return !has_star(name) && sp_index_find(&b->exact, name);
}

bool
sp_lint_who_within(const struct sp_subjects *a, const struct sp_subjects *b)
{
	if (!b->present || b->anyone)
		return true;
	if (!a->present || a->anyone || (a->local && !b->local))
		return false;
	for (uint32_t i = 0; i < a->n_names; i++) {
		if (!name_within(a->names[i], b))
			return false;
	}
	for (uint32_t i = 0; i < a->n_globs; i++) {
		if (!name_within(a->globs[i], b))
			return false;
	}
	return true;
}

static bool
is_everybody(const struct sp_subjects *s)
{
	return !s->present || s->anyone;
}

static bool
is_nobody(const struct sp_subjects *s)
{
	return s->present && !s->anyone && !s->local && s->n_names + s->n_globs == 0;
}

static bool
any_name_within(const struct sp_subjects *a, const struct sp_subjects *b)
{
	for (uint32_t i = 0; i < a->n_names; i++) {
		if (name_within(a->names[i], b))
			return true;
	}
	for (uint32_t i = 0; i < a->n_globs; i++) {
		if (name_within(a->globs[i], b))
			return true;
	}
	return false;
}

bool
sp_lint_who_meet(const struct sp_subjects *a, const struct sp_subjects *b)
{
	if (is_nobody(a) || is_nobody(b))
		return false;
	return is_everybody(a) || is_everybody(b) || (a->local && b->local) ||
	       any_name_within(a, b) || any_name_within(b, a);
}

bool
sp_lint_who_apart(const struct sp_subjects *a, const struct sp_subjects *b)
{
	/* Two patterns may meet although neither is part of the other. */
	return is_nobody(a) || is_nobody(b) ||
	       (!sp_lint_who_meet(a, b) && (a->n_globs == 0 || b->n_globs == 0));
}

/* --- patterns --- */

/* The next part of a path; false at its end. */
static bool
next_part(struct sp_str *path, struct sp_str *part)
{
	if (!path->p)
		return false;
	if (!sp_str_cut(*path, '/', part, path))
		path->p = NULL;
	return true;
}

static struct sp_str
base_of(struct sp_str path, bool *tree)
{
	*tree = sp_str_ends(path, SP_STR("/**"));
	if (*tree)
		path.len -= 3;
	else if (sp_str_is(path, "/"))
		path.len = 0;
	return path;
}

/* Is path `a`, or a directory above it, matched by `b` part by part?  `equal`: only itself. */
static bool
parts_within(struct sp_str a, struct sp_str b, bool equal)
{
	struct sp_str part, want;

	a = sp_str_from(a, 1);
	b = sp_str_from(b, 1);
	if (a.len == 0)
		a.p = NULL;
	if (b.len == 0)
		b.p = NULL;
	while (next_part(&b, &want)) {
		if (!next_part(&a, &part) || !sp_match_glob(want, part, 0))
			return false;
	}
	return !equal || !a.p;
}

static bool
path_within(struct sp_str a, struct sp_str b)
{
	bool a_tree, b_tree;

	a = base_of(a, &a_tree);
	b = base_of(b, &b_tree);
	return (b_tree || !a_tree) && parts_within(a, b, !b_tree);
}

/* Under uses a path means itself, all in it and all above it; a bare / only itself. */
static bool
path_hit(struct sp_str a, struct sp_str b)
{
	bool a_tree, b_tree;

	if (sp_str_is(b, "/"))
		return sp_str_is(a, "/");
	a = base_of(a, &a_tree);
	b = base_of(b, &b_tree);
	return parts_within(a, b, false) || (!a_tree && !has_star(a) && parts_within(b, a, false));
}

static bool
registry_within(struct sp_str a, struct sp_str b)
{
	struct sp_str label, rest;

	if (sp_str_eq(a, b))
		return true;
	/* A user's name may hold dots, and so be several labels. */
	return sp_str_starts(b, SP_STR("*.")) && sp_str_find(a, '$') == a.len &&
	       sp_str_cut(a, '.', &label, &rest) && sp_str_eq(rest, sp_str_from(b, 2));
}

/* "**" is understood at the end of `b` only; elsewhere nothing is certain. */
static bool
image_path_within(struct sp_str a, struct sp_str b)
{
	struct sp_str want, part;

	if (sp_str_eq(a, b))
		return true;
	while (next_part(&b, &want)) {
		if (sp_str_is(want, "**"))
			return !b.p && a.p;
		if (!next_part(&a, &part) || sp_str_is(part, "**") || !sp_match_glob(want, part, 0))
			return false;
	}
	return !a.p;
}

static bool
image_within(const struct sp_image_pattern *a, const struct sp_image_pattern *b)
{
	if (b->every)
		return true;
	if (a->every || !registry_within(a->registry, b->registry) ||
	    !image_path_within(a->path, b->path))
		return false;
	if (b->digest.len)
		return sp_str_eq(a->digest, b->digest);
	if (b->tag.len == 0)
		return true;
	/* A digest says nothing of the tag. */
	return a->tag.len && sp_match_glob(b->tag, a->tag, 0);
}

static bool
port_within(const struct sp_port_pattern *a, const struct sp_port_pattern *b)
{
	if (!b->any_ip && (a->any_ip || memcmp(a->ip, b->ip, sizeof(a->ip)) != 0))
		return false;
	if (b->proto.len && !sp_str_eq(a->proto, b->proto))
		return false;
	if (a->ephemeral || b->ephemeral)
		return a->ephemeral && b->ephemeral;
	return a->first >= b->first && a->last <= b->last;
}

static bool
pattern_within(struct sp_lint *lint, const struct sp_key *key, const struct sp_pattern *a,
               const struct sp_pattern *b)
{
	if (!spend(lint) || (b->read_only && !a->read_only))
		return false;
	switch (key->type) {
	case SP_T_PATHS:
		return path_within(a->match, b->match);
	case SP_T_IMAGES:
		return image_within(&a->image, &b->image);
	case SP_T_PORTS:
		return port_within(&a->port, &b->port);
	case SP_T_STATUSES:
		return a->port.first >= b->port.first && a->port.last <= b->port.last;
	case SP_T_CAPS:
		return sp_str_eq(a->match, b->match) || sp_str_is(b->match, "ALL");
	case SP_T_LABELS:
		return sp_str_eq(a->key, b->key) && sp_match_glob(b->match, a->match, 0);
	case SP_T_NAMES:
	case SP_T_USERS:
		return sp_match_glob(b->match, a->match,
		                     key->fact == SP_FACT_CGROUP_PARENT ? '/' : 0);
	case SP_T_CHOICES:
		return sp_str_eq(a->match, b->match);
	case SP_T_NONE:
	case SP_T_MAP:
	case SP_T_SUBJECTS:
	case SP_T_ACTIONS:
	case SP_T_SCOPE:
	case SP_T_LIFTS:
	case SP_T_WORD:
	case SP_T_TEXT:
	case SP_T_DATE:
	case SP_T_FLAG:
	case SP_T_RANGE_SIZE:
	case SP_T_RANGE_CPUS:
	case SP_T_RANGE_COUNT:
	case SP_T_DURATION:
		break;
	}
	return false;
}

const struct sp_pattern *
sp_lint_container(struct sp_lint *lint, const struct sp_pattern *p, const struct sp_setting *s)
{
	for (uint32_t i = 0; i < s->n; i++) {
		if (pattern_within(lint, s->key, p, &s->patterns[i]))
			return &s->patterns[i];
	}
	return NULL;
}

/* --- settings --- */

static bool
is_range(enum sp_type type)
{
	return type == SP_T_RANGE_SIZE || type == SP_T_RANGE_CPUS || type == SP_T_RANGE_COUNT;
}

bool
sp_lint_covered(struct sp_lint *lint, const struct sp_setting *a, const struct sp_setting *b)
{
	if (b->any)
		return true;
	if (a->any || (a->non_root && !b->non_root))
		return false;
	for (uint32_t i = 0; i < a->n; i++) {
		if (!sp_lint_container(lint, &a->patterns[i], b))
			return false;
	}
	return true;
}

static bool
is_hit(struct sp_lint *lint, const struct sp_key *key, const struct sp_pattern *p,
       const struct sp_pattern *denied)
{
	if (key->type != SP_T_PATHS)
		return pattern_within(lint, key, p, denied);
	return spend(lint) && path_hit(p->match, denied->match);
}

bool
sp_lint_always_hit(struct sp_lint *lint, const struct sp_key *key, const struct sp_pattern *p,
                   const struct sp_setting *denied)
{
	for (uint32_t i = 0; i < denied->n; i++) {
		if (is_hit(lint, key, p, &denied->patterns[i]))
			return true;
	}
	return denied->any;
}

bool
sp_lint_hit_within(struct sp_lint *lint, const struct sp_setting *a, const struct sp_setting *b)
{
	if (b->any)
		return true;
	if (a->any)
		return false;
	for (uint32_t i = 0; i < a->n; i++) {
		if (!sp_lint_always_hit(lint, a->key, &a->patterns[i], b))
			return false;
	}
	return true;
}

/* Every pattern of `b` is asked for by `a`: labels carried, capabilities dropped. */
static bool
asks_for_all(struct sp_lint *lint, const struct sp_setting *a, const struct sp_setting *b)
{
	for (uint32_t i = 0; i < b->n; i++) {
		bool asked = false;

		for (uint32_t k = 0; k < a->n && !asked; k++)
			asked =
			    a->key->type == SP_T_LABELS
				? pattern_within(lint, a->key, &a->patterns[k], &b->patterns[i])
				: pattern_within(lint, a->key, &b->patterns[i], &a->patterns[k]);
		if (!asked)
			return false;
	}
	return true;
}

bool
sp_lint_implies(struct sp_lint *lint, const struct sp_setting *a, const struct sp_setting *b)
{
	if (is_range(a->key->type))
		return (!b->has_min || (a->has_min && a->min >= b->min)) &&
		       (!b->has_max || (a->has_max && a->max <= b->max));
	if (a->key->type == SP_T_DURATION)
		return a->max <= b->max;
	if (a->key->type == SP_T_FLAG)
		return true;
	if (a->key->type == SP_T_LABELS || a->key->type == SP_T_CAPS)
		return asks_for_all(lint, a, b);
	return sp_lint_covered(lint, a, b);
}

/* Certainly different for every value: both are written out and say different things. */
static bool
are_apart(const struct sp_key *key, const struct sp_pattern *a, const struct sp_pattern *b)
{
	if (a->has_user || b->has_user)
		return false;
	if (key->type == SP_T_IMAGES)
		return !a->image.every && !b->image.every && !has_star(a->image.registry) &&
		       !has_star(b->image.registry) &&
		       (!sp_str_eq(a->image.registry, b->image.registry) ||
		        (!has_star(a->image.path) && !has_star(b->image.path) &&
		         !sp_str_eq(a->image.path, b->image.path)));
	return !has_star(a->match) && !has_star(b->match) && !sp_str_eq(a->match, b->match);
}

static bool
labels_contradict(struct sp_lint *lint, const struct sp_setting *a, const struct sp_setting *b)
{
	for (uint32_t i = 0; i < a->n; i++) {
		for (uint32_t k = 0; k < b->n && spend(lint); k++) {
			if (sp_str_eq(a->patterns[i].key, b->patterns[k].key) &&
			    are_apart(a->key, &a->patterns[i], &b->patterns[k]))
				return true;
		}
	}
	return false;
}

bool
sp_lint_contradict(struct sp_lint *lint, const struct sp_setting *a, const struct sp_setting *b)
{
	if (is_range(a->key->type))
		return (a->has_min && b->has_max && a->min > b->max) ||
		       (b->has_min && a->has_max && b->min > a->max);
	if (a->key->type == SP_T_LABELS)
		return labels_contradict(lint, a, b);
	if ((a->key->type != SP_T_IMAGES && a->key->type != SP_T_NAMES) || a->any || b->any)
		return false;
	for (uint32_t i = 0; i < a->n; i++) {
		for (uint32_t k = 0; k < b->n; k++) {
			if (!spend(lint) || !are_apart(a->key, &a->patterns[i], &b->patterns[k]))
				return false;
		}
	}
	return true;
}
