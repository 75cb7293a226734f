/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay_tally.c: results in the order of the log become counts.  Bounded, whatever is in the log:
 * beyond MAX_ROWS kinds of decisions the users are put together, then everything.
 */
#include "cli/replay.h"

#define N_BUCKETS 16384
#define MAX_ROWS 20000
#define MAX_REASONS 200

static const struct sp_str others = {"(others)", 8};

/* Each divides the next, so that columns can be put together when the log turns out longer. */
static const int64_t widths[] = {
    1,     10,        60,         600,         3600,           21600,
    86400, 7 * 86400, 28 * 86400, 364 * 86400, 3640 * 86400LL, 364000 * 86400LL,
};
#define N_WIDTHS (sizeof(widths) / sizeof(widths[0]))

void
sp_tally_init(struct sp_tally *tally, struct sp_arena *arena)
{
	*tally = (struct sp_tally){.arena = arena};
	tally->buckets = sp_arena_array(arena, N_BUCKETS, sizeof(struct sp_tally_row *));
	tally->reasons = sp_arena_array(arena, MAX_REASONS, sizeof(*tally->reasons));
}

/* --- time --- */

int64_t
sp_tally_column_seconds(const struct sp_tally *tally)
{
	return widths[tally->width];
}

static void
add_column(struct sp_time_column *to, const struct sp_time_column *from)
{
	for (int i = 0; i < SP_N_OUTCOMES; i++)
		to->n[i] += from->n[i];
	to->n_flipped += from->n_flipped;
}

static void
widen(struct sp_tally *tally)
{
	int64_t factor = widths[tally->width + 1] / widths[tally->width];
	int64_t first = tally->first_cell / factor;
	struct sp_time_column all[SP_TIME_COLUMNS] = {0};
	size_t at = 0;

	for (size_t i = 0; i < tally->n_columns; i++) {
		at = (size_t)((tally->first_cell + (int64_t)i) / factor - first);
		add_column(&all[at], &tally->columns[i]);
	}
	memcpy(tally->columns, all, sizeof(all));
	tally->first_cell = first;
	tally->n_columns = at + 1;
	tally->width++;
}

/* Which columns there are depends only on the first and the last time, not on the order. */
static void
add_time(struct sp_tally *tally, const struct sp_replayed *r)
{
	struct sp_time_column one = {.n_flipped = sp_flips(r)};
	int64_t seconds = r->time_us / 1000000, cell, first, last;

	if (seconds <= 0)
		return;
	one.n[r->after.outcome] = 1;
	for (;;) {
		cell = seconds / widths[tally->width];
		first = tally->n_columns && tally->first_cell < cell ? tally->first_cell : cell;
		last = tally->first_cell + (int64_t)tally->n_columns - 1;
		last = tally->n_columns && last > cell ? last : cell;
		if (last - first < SP_TIME_COLUMNS || tally->width + 1 == N_WIDTHS)
			break;
		widen(tally);
	}
	if (last - first >= SP_TIME_COLUMNS)
		return;
	if (tally->n_columns && first < tally->first_cell) {
		size_t by = (size_t)(tally->first_cell - first);

		memmove(tally->columns + by, tally->columns,
		        tally->n_columns * sizeof(tally->columns[0]));
		memset(tally->columns, 0, by * sizeof(tally->columns[0]));
	}
	tally->first_cell = first;
	tally->n_columns = (size_t)(last - first) + 1;
	add_column(&tally->columns[cell - first], &one);
}

/* --- rows --- */

static bool
is_same(const struct sp_replayed *a, const struct sp_replayed *b)
{
	return a->before.outcome == b->before.outcome && a->after.outcome == b->after.outcome &&
	       a->is_response == b->is_response && sp_str_eq(a->user, b->user) &&
	       sp_str_eq(a->action, b->action) && sp_str_eq(a->after.rule, b->after.rule) &&
	       sp_str_eq(sp_reason_of(a)->rule, sp_reason_of(b)->rule) &&
	       sp_reason_of(a)->is_grant == sp_reason_of(b)->is_grant;
}

static uint64_t
hash(const struct sp_replayed *r)
{
	uint64_t h = sp_str_hash(r->user);

	h = h * 31 + sp_str_hash(r->action);
	h = h * 31 + sp_str_hash(r->after.rule);
	h = h * 31 + (uint64_t)(r->before.outcome * SP_N_OUTCOMES + r->after.outcome);
	return h ^ h >> 29;
}

static struct sp_str
own(struct sp_tally *tally, struct sp_str s)
{
	return s.len ? sp_arena_dup(tally->arena, s) : (struct sp_str){NULL, 0};
}

static struct sp_tally_row *
new_row(struct sp_tally *tally, const struct sp_replayed *r, struct sp_tally_row **bucket)
{
	struct sp_tally_row *row;

	if (tally->n_rows == tally->rows_size) {
		size_t size = tally->rows_size ? 2 * tally->rows_size : 64;
		struct sp_tally_row **rows = sp_arena_array(tally->arena, size, sizeof(row));

		if (!rows)
			return NULL;
		if (tally->n_rows)
			memcpy(rows, tally->rows, tally->n_rows * sizeof(row));
		tally->rows = rows;
		tally->rows_size = size;
	}
	row = sp_arena_alloc(tally->arena, sizeof(*row));
	if (!row)
		return NULL;
	row->first = *r;
	row->first.user = own(tally, r->user);
	row->first.id = own(tally, r->id);
	row->first.after.rule = own(tally, r->after.rule);
	row->first.after.message = own(tally, r->after.message);
	row->first.before.rule = own(tally, r->before.rule);
	row->first.before.message = own(tally, r->before.message);
	row->next = *bucket;
	*bucket = row;
	tally->rows[tally->n_rows++] = row;
	return row;
}

static struct sp_tally_row *
find_row(struct sp_tally *tally, const struct sp_replayed *r, size_t max_rows)
{
	struct sp_tally_row **bucket, *row;

	if (!tally->buckets)
		return NULL;
	bucket = &tally->buckets[hash(r) % N_BUCKETS];
	for (row = *bucket; row; row = row->next) {
		if (is_same(&row->first, r))
			return row;
	}
	return tally->n_rows < max_rows ? new_row(tally, r, bucket) : NULL;
}

static void
add_row(struct sp_tally *tally, const struct sp_replayed *r)
{
	struct sp_tally_row *row = find_row(tally, r, MAX_ROWS);

	if (!row) {
		struct sp_replayed other = *r;

		tally->is_full = true;
		other.user = others;
		row = find_row(tally, &other, 2 * MAX_ROWS);
		other.action = other.after.rule = other.before.rule = others;
		if (!row) /* there are no more kinds of these than there are outcomes */
			row = find_row(tally, &other, 2 * MAX_ROWS + 100);
		if (!row)
			return;
	}
	row->n++;
	if (r->time_us > row->last_us)
		row->last_us = r->time_us;
}

static void
add_reason(struct sp_tally *tally, const struct sp_replayed *r)
{
	struct sp_str why = sp_strz(r->why);
	size_t i;

	tally->n_skipped += r->n_lines;
	tally->n_broken += r->is_broken ? r->n_lines : 0;
	if (!tally->reasons)
		return;
	for (i = 0; i < tally->n_reasons; i++) {
		if (sp_str_eq(tally->reasons[i].why, why))
			break;
	}
	if (i == MAX_REASONS)
		i--; /* reasons are few; this many are somebody's invention */
	if (i == tally->n_reasons) {
		tally->n_reasons++;
		tally->reasons[i] = (struct sp_tally_reason){.why = own(tally, why),
		                                             .first_line = r->line,
		                                             .first_file = r->file,
		                                             .is_broken = r->is_broken};
		if (i + 1 == MAX_REASONS)
			tally->reasons[i].why = others;
	}
	tally->reasons[i].n += r->n_lines;
}

void
sp_tally_add(struct sp_tally *tally, const struct sp_replayed *r)
{
	if (r->why) {
		add_reason(tally, r);
		return;
	}
	if (r->is_response)
		tally->n_answers++;
	else
		tally->n_requests++;
	if (sp_flips(r))
		tally->n_flipped[r->after.outcome != SP_DENIED]++;
	else
		tally->n_logged += r->before.outcome != r->after.outcome;
	add_row(tally, r);
	add_time(tally, r);
}
