/* SPDX-License-Identifier: Apache-2.0 */
/* replay_json.c: the report of a replay as one JSON object (POLICY.md 3.3). */
#include "cli/replay.h"

static void
add_string(struct sp_buf *out, const char *key, struct sp_str value)
{
	sp_buf_addf(out, ",\"%s\":", key);
	sp_buf_add_json(out, value);
}

static void
add_number(struct sp_buf *out, const char *key, uint64_t n)
{
	sp_buf_addf(out, ",\"%s\":", key);
	sp_buf_addu(out, n);
}

static void
add_names(struct sp_buf *out, const struct sp_tally_group *g, enum sp_tally_by by, const char *key)
{
	size_t n;
	struct sp_tally_count *counts = sp_tally_count(out->arena, g->rows, g->n_rows, by, &n);

	sp_buf_addf(out, ",\"%s\":[", key);
	for (size_t i = 0; i < n; i++) {
		sp_buf_addz(out, i ? ",{\"name\":" : "{\"name\":");
		sp_buf_add_json(out, counts[i].name);
		add_number(out, "count", counts[i].n);
		sp_buf_addc(out, '}');
	}
	sp_buf_addc(out, ']');
}

static void
add_place(struct sp_buf *out, const struct sp_report *report, size_t file, uint64_t line)
{
	add_string(out, "file", sp_strz(report->logs[file]));
	add_number(out, "line", line);
}

static void
add_example(struct sp_buf *out, const struct sp_report *report, const struct sp_replayed *r)
{
	sp_buf_addz(out, ",\"example\":{\"time\":");
	if (r->time_us) {
		sp_buf_addc(out, '"');
		sp_buf_add_date(out, r->time_us / 1000000);
		sp_buf_addc(out, '"');
	} else {
		sp_buf_addz(out, "null");
	}
	add_string(out, "id", r->id);
	add_string(out, "user", r->user);
	add_string(out, "action", r->action);
	sp_buf_addf(out, ",\"phase\":\"%s\"", r->is_response ? "response" : "request");
	add_place(out, report, r->file, r->line);
	add_string(out, "message", r->after.message);
	add_string(out, "before", r->before.message);
	sp_buf_addc(out, '}');
}

static void
add_group(struct sp_buf *out, const struct sp_report *report, const struct sp_tally_group *g)
{
	const struct sp_replayed *r = &g->first->first;
	struct sp_buf rule;

	sp_buf_init(&rule, out->arena, 500);
	sp_judged_rule(&rule, sp_reason_of(r));
	sp_buf_addf(out, "{\"from\":\"%s\",\"to\":\"%s\",\"flips\":%s", sp_direction_word(r, false),
	            sp_direction_word(r, true), sp_flips(r) ? "true" : "false");
	add_string(out, "rule", sp_buf_str(&rule));
	add_number(out, "count", g->n);
	add_names(out, g, SP_BY_USER, "users");
	add_names(out, g, SP_BY_ACTION, "actions");
	add_example(out, report, r);
	sp_buf_addc(out, '}');
}

static void
add_skipped(struct sp_buf *out, const struct sp_report *report)
{
	const struct sp_tally *t = report->tally;

	sp_buf_addz(out, ",\"not_replayed\":[");
	for (size_t i = 0; i < t->n_reasons; i++) {
		sp_buf_addz(out, i ? ",{\"reason\":" : "{\"reason\":");
		sp_buf_add_json(out, t->reasons[i].why);
		add_number(out, "count", t->reasons[i].n);
		add_place(out, report, t->reasons[i].first_file, t->reasons[i].first_line);
		sp_buf_addc(out, '}');
	}
	sp_buf_addc(out, ']');
}

void
sp_report_json(struct sp_buf *out, const struct sp_report *report)
{
	const struct sp_tally *t = report->tally;
	size_t n_groups;
	struct sp_tally_group *groups = sp_tally_groups(t, &n_groups);
	const char *before = "";

	sp_buf_addz(out, "{\"tool\":\"sallyport\",\"version\":\"" SP_VERSION "\"");
	add_string(out, "policy", sp_strz(report->next));
	sp_buf_addz(out, ",\"base\":");
	if (report->base)
		sp_buf_add_json(out, sp_strz(report->base));
	else
		sp_buf_addz(out, "null");
	sp_buf_addf(out, ",\"audit\":%s", report->next_is_audit ? "true" : "false");
	add_number(out, "decisions", t->n_requests + t->n_answers);
	add_number(out, "requests", t->n_requests);
	add_number(out, "answers", t->n_answers);
	add_number(out, "changed", t->n_flipped[0] + t->n_flipped[1]);
	add_number(out, "to_deny", t->n_flipped[0]);
	add_number(out, "to_allow", t->n_flipped[1]);
	add_number(out, "logged_differently", t->n_logged);
	sp_buf_addz(out, ",\"groups\":[");
	for (size_t i = 0; i < n_groups; i++) {
		if (!sp_group_changed(&groups[i]))
			continue;
		sp_buf_addz(out, before);
		add_group(out, report, &groups[i]);
		before = ",";
	}
	sp_buf_addc(out, ']');
	add_skipped(out, report);
	sp_buf_addz(out, "}\n");
}
