/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay_text.c: the report of a replay for a terminal (POLICY.md 3.5) and for programs.  Names
 * from the log are made harmless when they are printed.
 */
#include "cli/replay.h"

#define MAX_NAMES 8 /* users and actions listed for one group */

static void
add_names(struct sp_buf *out, const struct sp_tally_group *g, enum sp_tally_by by,
          const char *label)
{
	size_t n;
	struct sp_tally_count *counts = sp_tally_count(out->arena, g->rows, g->n_rows, by, &n);

	sp_buf_addf(out, "   %s: ", label);
	for (size_t i = 0; i < n && i < MAX_NAMES; i++) {
		if (i)
			sp_buf_addz(out, ", ");
		sp_buf_add_shown(out, counts[i].name, 60);
		sp_buf_addf(out, " (%llu)", (unsigned long long)counts[i].n);
	}
	if (n > MAX_NAMES)
		sp_buf_addf(out, " and %zu more", n - MAX_NAMES);
}

/* Every line of a refusal under its beginning. */
static void
add_message(struct sp_buf *out, struct sp_str message)
{
	struct sp_str line;

	while (message.len) {
		sp_str_cut(message, '\n', &line, &message);
		sp_buf_addz(out, "       ");
		sp_buf_add_shown(out, line, 0);
		sp_buf_addc(out, '\n');
	}
}

static void
add_example(struct sp_buf *out, const struct sp_report *report, const struct sp_replayed *r)
{
	sp_buf_addz(out, "  e.g. ");
	if (r->time_us) {
		sp_buf_add_date(out, r->time_us / 1000000);
		sp_buf_addc(out, ' ');
	}
	sp_buf_add_shown(out, r->user, 120);
	sp_buf_addc(out, ' ');
	sp_buf_add(out, r->action);
	sp_buf_addf(out, "%s  (", r->is_response ? ", the answer" : "");
	sp_buf_add_shown(out, sp_strz(report->logs[r->file]), 120);
	sp_buf_addf(out, "#%llu)\n", (unsigned long long)r->line);
	if (sp_reason_of(r) == &r->before)
		sp_buf_addz(out, "       until now:\n");
	add_message(out, sp_reason_of(r)->message);
}

static void
add_group(struct sp_buf *out, const struct sp_report *report, const struct sp_tally_group *g)
{
	sp_buf_addc(out, '\n');
	sp_buf_addf(out, "%s -> %s  %5llux   rule ", sp_direction_word(&g->first->first, false),
	            sp_direction_word(&g->first->first, true), (unsigned long long)g->n);
	sp_judged_rule(out, sp_reason_of(&g->first->first));
	add_names(out, g, SP_BY_USER, "users");
	add_names(out, g, SP_BY_ACTION, "actions");
	sp_buf_addc(out, '\n');
	add_example(out, report, &g->first->first);
}

static const char *
lines(uint64_t n)
{
	return n == 1 ? "line" : "lines";
}

static void
add_skipped(struct sp_buf *out, const struct sp_report *report)
{
	const struct sp_tally *t = report->tally;

	if (t->n_skipped == 0)
		return;
	sp_buf_addf(out, "\n%llu %s could not be decided again:\n",
	            (unsigned long long)t->n_skipped, lines(t->n_skipped));
	for (size_t i = 0; i < t->n_reasons; i++) {
		const struct sp_tally_reason *r = &t->reasons[i];

		sp_buf_addf(out, "  %7llux  ", (unsigned long long)r->n);
		sp_buf_add_shown(out, r->why, 0);
		sp_buf_addz(out, "  (");
		sp_buf_add_shown(out, sp_strz(report->logs[r->first_file]), 120);
		sp_buf_addf(out, "#%llu)\n", (unsigned long long)r->first_line);
	}
}

void
sp_report_text(struct sp_buf *out, const struct sp_report *report)
{
	const struct sp_tally *t = report->tally;
	uint64_t n = t->n_requests + t->n_answers, flipped = t->n_flipped[0] + t->n_flipped[1];
	size_t n_groups;
	struct sp_tally_group *groups = sp_tally_groups(t, &n_groups);

	sp_buf_addf(out, "%llu recorded decision%s, %llu would change", (unsigned long long)n,
	            n == 1 ? "" : "s", (unsigned long long)flipped);
	if (t->n_logged)
		sp_buf_addf(out, ", %llu more would be logged differently",
		            (unsigned long long)t->n_logged);
	sp_buf_addc(out, '\n');
	if (report->next_is_audit)
		sp_buf_addf(out,
		            "%s is in audit mode: it refuses nothing; 'allow -> audit' is what it "
		            "would refuse\n",
		            report->next);
	for (size_t i = 0; i < n_groups; i++) {
		if (sp_group_changed(&groups[i]))
			add_group(out, report, &groups[i]);
	}
	add_skipped(out, report);
}
