/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay.h: recorded decisions made again.  A line becomes what was decided and what would be
 * (replay_judge.c, on any thread); results in the order of the log become a tally
 * (replay_tally.c); the tally is printed (replay_text.c, replay_json.c, html_page.c).  All of it
 * but replay_run.c is pure: the same log and policies give the same report.  Layer: cli.
 */
#ifndef SALLYPORT_CLI_REPLAY_H
#define SALLYPORT_CLI_REPLAY_H

#include "cli/log_reader.h"
#include "sallyport/record.h"

/* --- one line --- */

struct sp_replay {
	const struct sp_policy *next;
	const struct sp_policy *base; /* NULL: compare with what was recorded */
	bool has_now;                 /* else the time of the line, or `now` if it says none */
	int64_t now;
};

enum sp_outcome { SP_DENIED = 0, SP_ALLOWED, SP_AUDITED }; /* audited: allowed, but logged */
#define SP_N_OUTCOMES 3

struct sp_judged {
	enum sp_outcome outcome;
	struct sp_str rule; /* what objected first; allowed: what granted */
	bool is_grant;      /* the rule is an allow rule that does not cover the request */
	/* What the docker user is told, or the log says; empty when nothing objects. */
	struct sp_str message;
};

struct sp_replayed {
	const char *why; /* not decided again, because; then only the next four may be set */
	bool is_broken;  /* the line is no record at all: cut off, or not JSON */
	bool is_response;
	struct sp_str user, action; /* "local" for the unix socket */
	int64_t time_us;
	struct sp_str id;
	struct sp_judged before, after;
	uint64_t line; /* where it stands */
	size_t file;
	uint64_t n_lines; /* broken lines in a row that are broken alike are one result */
};

/*
 * Decides one line again.  `scratch` is the caller's to reset; what *out holds is in `keep`, in the
 * line and in the policies.
 */
void sp_replay_line(const struct sp_replay *how, struct sp_str line, struct sp_arena *scratch,
                    struct sp_arena *keep, struct sp_replayed *out);
/*
 * The request of a line and its facts, as they were recorded.  NULL; or why it cannot be judged
 * again (static or in `scratch`).
 */
const char *sp_replay_read(const struct sp_record_line *record, struct sp_arena *scratch,
                           struct sp_request *req, struct sp_facts *facts);
/* What is known of the server that wrote the log: self-protection guards files of its own. */
struct sp_circumstances sp_replay_circumstances(int64_t now);
/* "local" on the unix socket; a certificate that says so is "user:local".  new, in `keep`. */
struct sp_str sp_replay_user(const struct sp_request *req, struct sp_arena *keep);
const char *sp_outcome_name(enum sp_outcome outcome);

/* --- all lines --- */

/* Decisions that differ in nothing the report tells apart. */
struct sp_tally_row {
	struct sp_replayed first; /* the first of them in the log */
	uint64_t n;
	int64_t last_us;
	struct sp_tally_row *next; /* same hash */
};

/* Why lines were not decided again. */
struct sp_tally_reason {
	struct sp_str why;
	uint64_t n, first_line;
	size_t first_file;
	bool is_broken;
};

/* Decisions by time: the width of a column grows until all of the log is in these. */
#define SP_TIME_COLUMNS 240
struct sp_time_column {
	uint64_t n[SP_N_OUTCOMES]; /* by what would be */
	uint64_t n_flipped;
};

struct sp_tally {
	struct sp_arena *arena;
	uint64_t n_requests, n_answers; /* decided again */
	uint64_t n_flipped[2];          /* to deny; to allow */
	uint64_t n_logged;              /* allowed as before, but an objection came or went */
	uint64_t n_skipped, n_broken;   /* not decided again; broken ones are among them */
	bool is_full;                   /* rows have been put together as "(others)" */

	struct sp_tally_row **rows; /* in order of appearance */
	size_t n_rows, rows_size;
	struct sp_tally_row **buckets;
	struct sp_tally_reason *reasons;
	size_t n_reasons;

	struct sp_time_column columns[SP_TIME_COLUMNS];
	unsigned width;     /* index into the widths a column can have */
	int64_t first_cell; /* time of columns[0], in widths since 1970 */
	size_t n_columns;   /* 0: no line said its time */
};

void sp_tally_init(struct sp_tally *tally, struct sp_arena *arena);
void sp_tally_add(struct sp_tally *tally, const struct sp_replayed *result);
/* Seconds a column stands for. */
int64_t sp_tally_column_seconds(const struct sp_tally *tally);

static inline bool
sp_flips(const struct sp_replayed *r)
{
	return (r->before.outcome == SP_DENIED) != (r->after.outcome == SP_DENIED);
}

/* What the change is about: who objects now, or, where an objection went away, who did. */
static inline const struct sp_judged *
sp_reason_of(const struct sp_replayed *r)
{
	bool gone = sp_flips(r) ? r->after.outcome != SP_DENIED
	                        : r->before.outcome == SP_AUDITED && r->after.outcome == SP_ALLOWED;

	return gone ? &r->before : &r->after;
}

/* --- for the reports --- */

/* Rows that share direction and rule: a paragraph of the report. */
struct sp_tally_group {
	const struct sp_tally_row *first; /* its first row in the log: the example */
	const struct sp_tally_row **rows;
	size_t n_rows;
	uint64_t n;
};
/* All groups: what flips to deny, what flips to allow, the rest; then by count.  new. */
struct sp_tally_group *sp_tally_groups(const struct sp_tally *tally, size_t *n);
/* "allow" in "allow -> deny": where the verdict changes, what was only logged counts as allowed. */
const char *sp_direction_word(const struct sp_replayed *r, bool after);
/* Does what this group holds belong into the report at all: has anything changed? */
bool sp_group_changed(const struct sp_tally_group *group);

enum sp_tally_by { SP_BY_USER, SP_BY_ACTION, SP_BY_RULE };
struct sp_tally_count {
	struct sp_str name;
	uint64_t n, n_of[SP_N_OUTCOMES], n_flipped;
};
/* How often each name occurs in `rows`, the most frequent first.  new. */
struct sp_tally_count *sp_tally_count(struct sp_arena *arena,
                                      const struct sp_tally_row *const *rows, size_t n_rows,
                                      enum sp_tally_by by, size_t *n);
/* "rule no-privileged", "rule allow everyday": as refusals name them. */
void sp_judged_rule(struct sp_buf *out, const struct sp_judged *judged);

struct sp_report {
	const struct sp_tally *tally;
	const char *next, *base; /* names of the policies; base NULL: what was recorded */
	bool next_is_audit;
	char **logs;
	size_t n_logs;
};
void sp_report_text(struct sp_buf *out, const struct sp_report *report);
void sp_report_json(struct sp_buf *out, const struct sp_report *report);
/* A page that needs nothing but itself; see html_page.c. */
void sp_report_html(struct sp_buf *out, const struct sp_report *report);

/* --- running --- */

/*
 * Reads all logs and adds every line to the tally, with `jobs` threads that decide.  0; -1 when
 * something could not be read (a message said so; the tally holds the rest).
 */
int sp_replay_run(const struct sp_replay *how, const char *command, char **paths, size_t n_paths,
                  unsigned jobs, struct sp_tally *tally);

#endif
