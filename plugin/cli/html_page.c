/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html_page.c: the report of a replay as one web page that loads nothing.  The numbers that matter
 * are in the page itself; the rest is data that its script turns into tables.  Whatever the size of
 * the log, the page has at most MAX_ROWS refusals and MAX_NAMES names of a kind.
 */
#include "cli/html.h"
#include "cli/replay.h"

#define MAX_ROWS 500
#define MAX_NAMES 100
#define MAX_REASONS 50
#define MAX_ROWS_BYTES ((size_t)2 << 20)
#define MAX_DATA ((size_t)16 << 20)

/* --- the data --- */

static void
add_string(struct sp_buf *out, const char *key, struct sp_str value)
{
	struct sp_buf shown;

	/* What hides text from a reader does so in a browser, too; lines are kept. */
	sp_buf_init(&shown, out->arena, value.len + 16);
	for (bool more = true; more;) {
		struct sp_str line;

		more = sp_str_cut(value, '\n', &line, &value);
		sp_buf_add_shown(&shown, line, 0);
		if (more)
			sp_buf_addc(&shown, '\n');
	}
	sp_buf_addf(out, "%s:", key);
	sp_buf_add_json(out, sp_buf_str(&shown));
}

static void
add_time(struct sp_buf *out, const struct sp_tally *t)
{
	long long width = sp_tally_column_seconds(t), first = t->first_cell;

	sp_buf_addf(out, "\"time\":{\"seconds\":%lld,\"start\":%lld,\"columns\":[", width,
	            first * width);
	for (size_t i = 0; i < t->n_columns; i++) {
		const struct sp_time_column *c = &t->columns[i];

		sp_buf_addz(out, i ? ",[" : "[");
		for (int o = 0; o < SP_N_OUTCOMES; o++) {
			sp_buf_addu(out, c->n[o]);
			sp_buf_addc(out, ',');
		}
		sp_buf_addu(out, c->n_flipped);
		sp_buf_addc(out, ']');
	}
	sp_buf_addz(out, "]}");
}

static void
add_counts(struct sp_buf *out, const struct sp_tally *t, enum sp_tally_by by, const char *key)
{
	size_t n;
	struct sp_tally_count *counts = sp_tally_count(
	    out->arena, (const struct sp_tally_row *const *)t->rows, t->n_rows, by, &n);

	sp_buf_addf(out, ",\"%s\":[", key);
	for (size_t i = 0; i < n && i < MAX_NAMES; i++) {
		sp_buf_addz(out, i ? ",[" : "[");
		sp_buf_add_json(out, counts[i].name);
		sp_buf_addc(out, ',');
		sp_buf_addu(out, counts[i].n);
		for (int o = 0; o < SP_N_OUTCOMES; o++) {
			sp_buf_addc(out, ',');
			sp_buf_addu(out, counts[i].n_of[o]);
		}
		sp_buf_addc(out, ',');
		sp_buf_addu(out, counts[i].n_flipped);
		sp_buf_addc(out, ']');
	}
	sp_buf_addc(out, ']');
}

static void
add_row(struct sp_buf *out, const struct sp_report *report, const struct sp_tally_row *row)
{
	const struct sp_replayed *r = &row->first;
	struct sp_buf rule;

	sp_buf_addf(out, "{\"from\":\"%s\",\"to\":\"%s\",", sp_direction_word(r, false),
	            sp_direction_word(r, true));
	sp_buf_init(&rule, out->arena, 500);
	sp_judged_rule(&rule, sp_reason_of(r));
	add_string(out, "\"rule\"", sp_buf_str(&rule));
	add_string(out, ",\"user\"", r->user);
	add_string(out, ",\"action\"", r->action);
	sp_buf_addf(out, ",\"answer\":%s,\"count\":%llu,\"time\":%lld",
	            r->is_response ? "true" : "false", (unsigned long long)row->n,
	            (long long)(r->time_us / 1000000));
	add_string(out, ",\"place\"",
	           sp_strz(sp_arena_printf(out->arena, "%s#%llu", report->logs[r->file],
	                                   (unsigned long long)r->line)));
	add_string(out, sp_reason_of(r) == &r->after ? ",\"message\"" : ",\"before\"",
	           sp_reason_of(r)->message);
	sp_buf_addc(out, '}');
}

/* What flips first, then what would be refused as before, then what is only logged. */
static void
add_rows(struct sp_buf *out, const struct sp_report *report, size_t *n_rows, size_t *n_shown)
{
	size_t n_groups;
	struct sp_tally_group *groups = sp_tally_groups(report->tally, &n_groups);

	*n_rows = *n_shown = 0;
	sp_buf_addz(out, ",\"rows\":[");
	for (size_t i = 0; i < n_groups; i++) {
		const struct sp_tally_group *g = &groups[i];

		for (size_t k = 0; k < g->n_rows; k++) {
			if (!sp_group_changed(g) && g->first->first.after.outcome == SP_ALLOWED)
				continue;
			++*n_rows;
			if (*n_shown == MAX_ROWS || out->len > MAX_ROWS_BYTES)
				continue;
			if ((*n_shown)++)
				sp_buf_addc(out, ',');
			add_row(out, report, g->rows[k]);
		}
	}
	sp_buf_addc(out, ']');
}

/* --- the page --- */

/* 12 345, as the script writes it. */
static void
add_number(struct sp_buf *out, uint64_t n)
{
	if (n >= 1000) {
		add_number(out, n / 1000);
		sp_buf_addf(out, "\u202f%03u", (unsigned)(n % 1000));
	} else {
		sp_buf_addu(out, n);
	}
}

static void
add_tile(struct sp_buf *out, const char *kind, const char *label, uint64_t n)
{
	sp_buf_addf(out, "<div class=\"%s\"><dt>%s</dt><dd>", kind, label);
	add_number(out, n);
	sp_buf_addz(out, "</dd></div>\n");
}

static void
add_head(struct sp_buf *out, const struct sp_report *report)
{
	const struct sp_tally *t = report->tally;
	uint64_t n = t->n_requests + t->n_answers, flips = t->n_flipped[0] + t->n_flipped[1];

	sp_buf_addz(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	                 "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
	                 "<meta name=\"referrer\" content=\"no-referrer\">\n"
	                 "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
	                 "'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
	                 "<link rel=\"icon\" href=\"data:,\">\n<title>sallyport replay: ");
	sp_html_text(out, sp_strz(report->next));
	sp_buf_addz(out, "</title>\n<style>\n");
	sp_buf_add(out, sp_html_css());
	sp_buf_addz(out, "</style>\n</head>\n<body>\n<header>\n<h1>");
	add_number(out, flips);
	sp_buf_addz(out, " of ");
	add_number(out, n);
	sp_buf_addz(out,
	            " recorded decisions would change</h1>\n<p class=\"soft\">Decided by <code>");
	sp_html_text(out, sp_strz(report->next));
	sp_buf_addz(out, "</code>, compared with ");
	if (report->base) {
		sp_buf_addz(out, "<code>");
		sp_html_text(out, sp_strz(report->base));
		sp_buf_addz(out, "</code>");
	} else {
		sp_buf_addz(out, "what was recorded");
	}
	sp_buf_addf(out, ", over %zu log%s.</p>\n<dl class=\"tiles\">\n", report->n_logs,
	            report->n_logs == 1 ? "" : "s");
	add_tile(out, t->n_flipped[0] ? "deny" : "none", "allowed, would be denied",
	         t->n_flipped[0]);
	add_tile(out, t->n_flipped[1] ? "allow" : "none", "denied, would be allowed",
	         t->n_flipped[1]);
	add_tile(out, t->n_logged ? "audit" : "none", "logged differently", t->n_logged);
	add_tile(out, "none", "as before", n - flips - t->n_logged);
	add_tile(out, t->n_skipped ? "flip" : "none", "not decided again", t->n_skipped);
	sp_buf_addz(out, "</dl>\n</header>\n");
}

static void
add_notes(struct sp_buf *out, const struct sp_report *report, size_t n_rows, size_t n_shown)
{
	if (report->next_is_audit)
		sp_buf_addz(out,
		            "<section class=\"note\"><p>The policy is in audit mode: it refuses "
		            "nothing. What it would refuse stands under &ldquo;objected "
		            "to&rdquo;.</p></section>\n");
	if (n_rows > n_shown)
		sp_buf_addf(
		    out,
		    "<section class=\"note\"><p>The list of refusals holds the first %zu of "
		    "%zu kinds; <code>--format json</code> has every change.</p></section>\n",
		    n_shown, n_rows);
	if (report->tally->is_full)
		sp_buf_addz(out,
		            "<section class=\"note\"><p>There were too many kinds of decisions: "
		            "the rarer users are counted as (others).</p></section>\n");
}

static void
add_skipped(struct sp_buf *out, const struct sp_report *report)
{
	const struct sp_tally *t = report->tally;

	if (t->n_skipped == 0)
		return;
	sp_buf_addz(
	    out, "<section id=\"skipped\" aria-labelledby=\"h-skipped\"><h2 id=\"h-skipped\">Not "
		 "decided "
		 "again</h2>\n<p class=\"soft\">These lines are counted nowhere else.</p>\n"
		 "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Why</th>"
		 "<th scope=\"col\">Lines</th><th scope=\"col\">First</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < t->n_reasons && i < MAX_REASONS; i++) {
		const struct sp_tally_reason *r = &t->reasons[i];

		sp_buf_addz(out, "<tr><th scope=\"row\">");
		sp_html_text(out, r->why);
		sp_buf_addf(out, "</th><td>%llu</td><td class=\"name\">", (unsigned long long)r->n);
		sp_html_text(out, sp_strz(report->logs[r->first_file]));
		sp_buf_addf(out, "#%llu</td></tr>\n", (unsigned long long)r->first_line);
	}
	sp_buf_addz(out, "</tbody></table></div></section>\n");
}

void
sp_report_html(struct sp_buf *out, const struct sp_report *report)
{
	size_t n_rows, n_shown;
	struct sp_buf data;

	sp_buf_init(&data, out->arena, MAX_DATA);
	sp_buf_addc(&data, '{');
	add_time(&data, report->tally);
	add_counts(&data, report->tally, SP_BY_ACTION, "actions");
	add_counts(&data, report->tally, SP_BY_RULE, "rules");
	add_counts(&data, report->tally, SP_BY_USER, "users");
	add_rows(&data, report, &n_rows, &n_shown);
	sp_buf_addc(&data, '}');
	add_head(out, report);
	sp_buf_add(out, sp_html_main());
	add_notes(out, report, n_rows, n_shown);
	add_skipped(out, report);
	sp_buf_addz(out, "</main>\n<footer><p>sallyport " SP_VERSION
	                 ". This page needs nothing but itself.</p></footer>\n"
	                 "<script type=\"application/json\" id=\"data\">");
	sp_html_json(out, sp_buf_str(&data));
	sp_buf_addz(out, "</script>\n<script>\n");
	sp_buf_add(out, sp_html_js());
	sp_buf_addz(out, "</script>\n</body>\n</html>\n");
}
