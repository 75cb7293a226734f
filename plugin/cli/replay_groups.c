/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay_groups.c: the rows of a tally in the order people want to read them.  Every order is
 * total, so that two reports of the same log are the same bytes.
 */
#include "cli/replay.h"

#include <stdlib.h>

/* To deny, to allow, only logged, as before. */
static int
urgency(const struct sp_replayed *r)
{
	if (sp_flips(r))
		return r->after.outcome == SP_DENIED ? 0 : 1;
	return r->before.outcome != r->after.outcome ? 2 : 3;
}

const char *
sp_direction_word(const struct sp_replayed *r, bool after)
{
	enum sp_outcome outcome = after ? r->after.outcome : r->before.outcome;

	return sp_flips(r) && outcome == SP_AUDITED ? "allow" : sp_outcome_name(outcome);
}

bool
sp_group_changed(const struct sp_tally_group *group)
{
	return urgency(&group->first->first) < 3;
}

/* What rows of one group have in common. */
static int
cmp_kind(const struct sp_replayed *a, const struct sp_replayed *b)
{
	int d = urgency(a) - urgency(b);

	/* Of what flips, audited counts as allowed. */
	if (d == 0 && !sp_flips(a))
		d = (int)a->before.outcome - (int)b->before.outcome;
	if (d == 0 && !sp_flips(a))
		d = (int)a->after.outcome - (int)b->after.outcome;
	if (d == 0)
		d = (int)sp_reason_of(a)->is_grant - (int)sp_reason_of(b)->is_grant;
	return d ? d : sp_str_cmp(sp_reason_of(a)->rule, sp_reason_of(b)->rule);
}

static bool
is_before(const struct sp_tally_row *a, const struct sp_tally_row *b)
{
	if (a->first.file != b->first.file)
		return a->first.file < b->first.file;
	return a->first.line < b->first.line;
}

/* By group; within one the most frequent first. */
static int
cmp_rows(const void *pa, const void *pb)
{
	const struct sp_tally_row *a = *(const struct sp_tally_row *const *)pa;
	const struct sp_tally_row *b = *(const struct sp_tally_row *const *)pb;
	int d = cmp_kind(&a->first, &b->first);

	if (d == 0 && a->n != b->n)
		d = a->n > b->n ? -1 : 1;
	return d ? d : is_before(a, b) ? -1 : 1;
}

static int
cmp_groups(const void *pa, const void *pb)
{
	const struct sp_tally_group *a = pa, *b = pb;
	int d = urgency(&a->first->first) - urgency(&b->first->first);

	if (d == 0 && a->n != b->n)
		d = a->n > b->n ? -1 : 1;
	return d ? d : cmp_kind(&a->first->first, &b->first->first);
}

struct sp_tally_group *
sp_tally_groups(const struct sp_tally *tally, size_t *n)
{
	struct sp_tally_group *groups =
	    sp_arena_array(tally->arena, tally->n_rows + 1, sizeof(*groups));
	const struct sp_tally_row **rows =
	    sp_arena_array(tally->arena, tally->n_rows + 1, sizeof(struct sp_tally_row *));

	*n = 0;
	if (!groups || !rows)
		return NULL;
	for (size_t i = 0; i < tally->n_rows; i++)
		rows[i] = tally->rows[i];
	qsort(rows, tally->n_rows, sizeof(struct sp_tally_row *), cmp_rows);
	for (size_t i = 0; i < tally->n_rows; i++) {
		struct sp_tally_group *g = *n ? &groups[*n - 1] : NULL;

		if (!g || cmp_kind(&g->first->first, &rows[i]->first) != 0) {
			g = &groups[(*n)++];
			g->first = rows[i];
			g->rows = &rows[i];
		}
		if (is_before(rows[i], g->first))
			g->first = rows[i];
		g->n_rows++;
		g->n += rows[i]->n;
	}
	qsort(groups, *n, sizeof(*groups), cmp_groups);
	return groups;
}

/* --- counts by a name --- */

static struct sp_str
name_of(struct sp_arena *arena, const struct sp_tally_row *row, enum sp_tally_by by)
{
	struct sp_buf rule;

	switch (by) {
	case SP_BY_USER:
		return row->first.user;
	case SP_BY_ACTION:
		return row->first.action;
	case SP_BY_RULE:
		break;
	}
	sp_buf_init(&rule, arena, 500);
	sp_judged_rule(&rule, &row->first.after);
	return sp_buf_str(&rule);
}

static int
cmp_names(const void *pa, const void *pb)
{
	const struct sp_tally_count *a = pa, *b = pb;

	return sp_str_cmp(a->name, b->name);
}

static int
cmp_counts(const void *pa, const void *pb)
{
	const struct sp_tally_count *a = pa, *b = pb;

	if (a->n != b->n)
		return a->n > b->n ? -1 : 1;
	return sp_str_cmp(a->name, b->name);
}

struct sp_tally_count *
sp_tally_count(struct sp_arena *arena, const struct sp_tally_row *const *rows, size_t n_rows,
               enum sp_tally_by by, size_t *n)
{
	struct sp_tally_count *counts = sp_arena_array(arena, n_rows + 1, sizeof(*counts));

	*n = 0;
	if (!counts)
		return NULL;
	for (size_t i = 0; i < n_rows; i++) {
		counts[i].name = name_of(arena, rows[i], by);
		counts[i].n = counts[i].n_of[rows[i]->first.after.outcome] = rows[i]->n;
		counts[i].n_flipped = sp_flips(&rows[i]->first) ? rows[i]->n : 0;
	}
	qsort(counts, n_rows, sizeof(*counts), cmp_names);
	for (size_t i = 0; i < n_rows; i++) {
		struct sp_tally_count *last = *n ? &counts[*n - 1] : NULL;

		if (!last || !sp_str_eq(last->name, counts[i].name)) {
			counts[(*n)++] = counts[i];
			continue;
		}
		last->n += counts[i].n;
		last->n_flipped += counts[i].n_flipped;
		for (int o = 0; o < SP_N_OUTCOMES; o++)
			last->n_of[o] += counts[i].n_of[o];
	}
	qsort(counts, *n, sizeof(*counts), cmp_counts);
	return counts;
}

void
sp_judged_rule(struct sp_buf *out, const struct sp_judged *judged)
{
	if (judged->is_grant)
		sp_buf_addz(out, "allow ");
	if (judged->rule.len)
		sp_buf_add_shown(out, judged->rule, 120);
	else
		sp_buf_addz(out, "none");
}
