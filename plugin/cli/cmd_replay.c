/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_replay.c: sallyport replay: what another policy would have made of a log.  Input: files of
 * the administrator; the recorded requests in them are hostile.
 */
#include "cli/cli.h"
#include "cli/replay.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <time.h>

#define MAX_LOAD_BYTES ((size_t)256 << 20)
#define MAX_TALLY_BYTES ((size_t)1 << 30)
#define MAX_REPORT_BYTES ((size_t)256 << 20)
#define MAX_JOBS 64

enum { OPT_POLICY = 1, OPT_BASE, OPT_FAIL_ON, OPT_FORMAT, OPT_HTML, OPT_NOW, OPT_JOBS };

static const struct sp_option options[] = {
    {OPT_POLICY, "policy", "FILE", "the policy to decide by", false},
    {OPT_BASE, "base", "FILE", "compare with this policy, not with what was recorded", false},
    {OPT_FAIL_ON, "fail-on", "any|deny|none", "which changes make the exit status 1 (any)", false},
    {OPT_FORMAT, "format", "human|json", "of the report on standard output (human)", false},
    {OPT_HTML, "html", "FILE", "write the report as a web page, too", false},
    {OPT_NOW, "now", "DATE", "the clock, for rules that expire; default: the time recorded", false},
    {OPT_JOBS, "jobs", "N", "threads that decide (one for each processor)", false},
};

static const struct sp_args_spec spec = {
    .command = "replay",
    .operands = "LOG...",
    .about = "Decides every request of audit logs again and shows which decisions would change.\n"
	     "LOG is a file serve has written with --log; - is standard input.",
    .notes =
	"Exit status: 0 nothing changes, 1 decisions change, 2 wrong usage, 3 a policy cannot\n"
	"be loaded, 4 a log cannot be read, is cut off, or holds nothing to decide.",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .max_operands = 10000,
};

enum fail_on { FAIL_ANY = 0, FAIL_DENY, FAIL_NONE };
static const char *const fail_words[] = {"any", "deny", "none"};
static const char *const format_words[] = {"human", "json"};

struct question {
	const char *policy, *base, *html;
	size_t fail_on, format;
	bool has_now;
	int64_t now;
	unsigned jobs;
	char **logs;
	size_t n_logs;
};

/* The policy, or NULL after its mistakes have been shown. */
static struct sp_policy *
load(const char *path, struct sp_arena *arena)
{
	struct sp_diags diags;
	struct sp_policy *policy;
	struct sp_buf out;

	sp_diags_init(&diags, arena);
	policy = sp_policy_load(path, &diags);
	if (policy)
		return policy;
	sp_buf_init(&out, arena, MAX_REPORT_BYTES);
	sp_diags_print(&diags, &out, -1);
	fwrite(out.p, 1, out.len, stderr);
	return NULL;
}

/* A new file of ours: what somebody else has put there, a link perhaps, is taken away first. */
static FILE *
create(const char *path)
{
	int fd;

	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	return fd < 0 ? NULL : fdopen(fd, "w");
}

/* Beside the old page, then in its place: half a page would look like a whole one. */
static bool
write_page(const char *path, const struct sp_report *report)
{
	struct sp_arena arena;
	struct sp_buf out;
	const char *beside;
	FILE *file;
	bool ok;

	sp_arena_init(&arena, 2 * MAX_REPORT_BYTES);
	sp_buf_init(&out, &arena, MAX_REPORT_BYTES);
	sp_report_html(&out, report);
	beside = sp_arena_printf(&arena, "%s.new", path);
	file = create(beside);
	ok = file && fwrite(out.p, 1, out.len, file) == out.len;
	ok = file && fclose(file) == 0 && ok;
	ok = ok && rename(beside, path) == 0;
	if (!ok) {
		fprintf(stderr, "sallyport replay: %s: %s\n", path, strerror(errno));
		if (file)
			unlink(beside);
	}
	sp_arena_fini(&arena);
	return ok;
}

static enum sp_exit
status_of(const struct question *q, const struct sp_tally *t)
{
	uint64_t n = t->n_flipped[0];

	if (t->n_requests + t->n_answers == 0) {
		fprintf(stderr,
		        "sallyport replay: the log holds nothing that can be decided again\n");
		return SP_EXIT_ENV;
	}
	if (t->n_broken)
		return SP_EXIT_ENV;
	if (q->fail_on == FAIL_NONE)
		return SP_EXIT_OK;
	if (q->fail_on == FAIL_ANY)
		n += t->n_flipped[1];
	return n ? SP_EXIT_NO : SP_EXIT_OK;
}

static enum sp_exit
replay(const struct question *q, const struct sp_replay *how, struct sp_arena *arena)
{
	struct sp_tally tally;
	struct sp_report report = {.tally = &tally,
	                           .next = q->policy,
	                           .base = q->base,
	                           .next_is_audit = sp_policy_is_audit(how->next),
	                           .logs = q->logs,
	                           .n_logs = q->n_logs};
	enum sp_exit status;
	struct sp_buf out;
	bool ok;

	sp_tally_init(&tally, arena);
	ok = sp_replay_run(how, "replay", q->logs, q->n_logs, q->jobs, &tally) == 0;
	sp_buf_init(&out, arena, MAX_REPORT_BYTES);
	if (q->format == 0)
		sp_report_text(&out, &report);
	else
		sp_report_json(&out, &report);
	ok = fwrite(out.p, 1, out.len, stdout) == out.len && fflush(stdout) == 0 && ok;
	if (q->html)
		ok = write_page(q->html, &report) && ok;
	if (arena->full) {
		fprintf(stderr, "sallyport replay: out of memory: the report is not complete\n");
		ok = false;
	}
	status = status_of(q, &tally);
	return ok ? status : SP_EXIT_ENV;
}

static enum sp_exit
run(const struct question *q)
{
	struct sp_replay how = {.has_now = q->has_now, .now = q->now};
	struct sp_policy *next, *base = NULL;
	enum sp_exit status = SP_EXIT_POLICY;
	struct sp_arena arena;

	sp_arena_init(&arena, MAX_LOAD_BYTES);
	how.next = next = load(q->policy, &arena);
	if (q->base)
		how.base = base = load(q->base, &arena);
	sp_arena_fini(&arena);
	if (next && (base || !q->base)) {
		sp_arena_init(&arena, MAX_TALLY_BYTES);
		status = replay(q, &how, &arena);
		sp_arena_fini(&arena);
	}
	sp_policy_unref(next);
	sp_policy_unref(base);
	return status;
}

/* One option; false: stop, args->status says how. */
static bool
read_option(struct sp_args *args, int id, struct question *q)
{
	switch (id) {
	case OPT_POLICY:
		q->policy = args->value;
		return true;
	case OPT_BASE:
		q->base = args->value;
		return true;
	case OPT_FAIL_ON:
		return sp_args_choice(args, fail_words, 3, &q->fail_on);
	case OPT_FORMAT:
		return sp_args_choice(args, format_words, 2, &q->format);
	case OPT_HTML:
		q->html = args->value;
		return true;
	case OPT_JOBS:
		return sp_args_count(args, 1, MAX_JOBS, &q->jobs);
	default:
		q->has_now = sp_num_date(sp_strz(args->value), &q->now) == SP_NUM_OK;
		if (!q->has_now)
			args->status = sp_usage_error("replay", "'%s' is not a date", args->value);
		return q->has_now;
	}
}

int
sp_cmd_replay(int argc, char **argv)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	struct question q = {.now = (int64_t)time(NULL)};
	struct sp_args args;
	int id;

	q.jobs = processors < 1 ? 1 : processors > 16 ? 16 : (unsigned)processors;
	sp_args_init(&args, &spec, argc, argv);
	while ((id = sp_args_next(&args)) > 0) {
		if (!read_option(&args, id, &q))
			return args.status;
	}
	if (id < 0)
		return args.status;
	if (!q.policy)
		return sp_usage_error("replay", "--policy is missing");
	if (args.n_operands == 0)
		return sp_usage_error("replay", "LOG is missing; - is standard input");
	q.logs = args.operand;
	q.n_logs = args.n_operands;
	return (int)run(&q);
}
