/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_learn.c: sallyport learn: a draft of a policy from what was seen.  The draft is tried on the
 * same logs before anybody sees it, and says what it would refuse of them.
 */
#include "cli/cli.h"
#include "cli/learn.h"
#include "cli/replay.h"

#include <stdio.h>
#include <time.h>

#define MAX_LEARN_BYTES ((size_t)1 << 30)
#define MAX_DRAFT_BYTES ((size_t)64 << 20)
#define SCRATCH_BYTES ((size_t)512 << 20)
#define MAX_REMARKS 8
#define MAX_POLICY_BYTES (((size_t)1 << 20) - 8192) /* with the remarks */

static const struct sp_args_spec spec = {
    .command = "learn",
    .operands = "LOG...",
    .about = "Writes a draft of a policy that grants what audit logs show, and nothing else.\n"
	     "LOG is a file serve has written with --log, best with --audit; - is standard input.",
    .notes =
	"Exit status: 0, 1 the draft would refuse some of it, 2 wrong usage, 4 a log cannot be\n"
	"read or shows nothing.",
    .max_operands = 10000,
};

static bool
read_logs(struct sp_learn *learn, char **logs, size_t n_logs)
{
	struct sp_log_reader reader;
	struct sp_log_block block;
	struct sp_arena scratch;

	sp_arena_init(&scratch, SCRATCH_BYTES);
	sp_log_block_init(&block);
	sp_log_open(&reader, "learn", logs, n_logs);
	while (sp_log_next(&reader, &block)) {
		struct sp_str rest = block.text, line;
		uint64_t next = block.first_line, n;

		while (!block.too_long && sp_log_line(&rest, &next, &line, &n)) {
			sp_learn_line(learn, line, &scratch);
			sp_arena_reset(&scratch);
		}
		learn->n_unusable += block.too_long;
	}
	sp_log_block_fini(&block);
	sp_log_close(&reader);
	sp_arena_fini(&scratch);
	return !reader.failed;
}

/* What the draft would refuse of the log it was made from: built-in checks nobody can grant. */
static uint64_t
try_draft(const struct sp_policy *draft, char **logs, size_t n_logs, struct sp_arena *arena,
          struct sp_buf *remarks)
{
	struct sp_replay how = {.next = draft, .now = (int64_t)time(NULL)};
	struct sp_tally tally;
	struct sp_tally_group *groups;
	size_t n;

	sp_tally_init(&tally, arena);
	sp_replay_run(&how, "learn", logs, n_logs, 1, &tally);
	groups = sp_tally_groups(&tally, &n);
	if (tally.n_flipped[0] == 0)
		sp_buf_addz(remarks, "Tried on the same log: nothing that was allowed is refused.");
	else
		sp_buf_addf(remarks,
		            "Tried on the same log: it refuses %llu requests that were allowed.",
		            (unsigned long long)tally.n_flipped[0]);
	for (size_t i = 0; i < n && i < MAX_REMARKS; i++) {
		const struct sp_replayed *r = &groups[i].first->first;
		struct sp_str first, rest;

		if (!sp_flips(r) || r->after.outcome != SP_DENIED)
			break;
		sp_str_cut(r->after.message, '\n', &first, &rest);
		sp_buf_addf(remarks, "\n  %llux ", (unsigned long long)groups[i].n);
		sp_judged_rule(remarks, &r->after);
		sp_buf_addz(remarks, ", e.g. ");
		sp_buf_add_shown(remarks, first, 200);
	}
	return tally.n_flipped[0];
}

/* The draft must load; if it does not, that is a mistake of ours, and is said so. */
static struct sp_policy *
load_draft(struct sp_str text, struct sp_arena *arena)
{
	struct sp_diags diags;
	struct sp_policy *policy;
	struct sp_buf out;

	sp_diags_init(&diags, arena);
	policy = sp_policy_parse(SP_STR("draft.yaml"), text, &diags);
	if (policy)
		return policy;
	sp_buf_init(&out, arena, MAX_DRAFT_BYTES);
	sp_buf_addz(&out, "sallyport learn: the draft has a mistake of this program in it:\n");
	sp_diags_print(&diags, &out, -1);
	fwrite(out.p, 1, out.len, stderr);
	return NULL;
}

static enum sp_exit
learn_from(struct sp_arena *arena, char **logs, size_t n_logs)
{
	struct sp_learn learn;
	struct sp_policy *policy;
	struct sp_buf draft, remarks;
	enum sp_exit status = SP_EXIT_OK;
	bool again = true;

	sp_learn_init(&learn, arena);
	if (!read_logs(&learn, logs, n_logs))
		status = SP_EXIT_ENV;
	sp_learn_fini(&learn);
	if (learn.n_requests == 0) {
		fprintf(stderr, "sallyport learn: the log shows no request that was allowed\n");
		return SP_EXIT_ENV;
	}
	for (size_t i = 0; i < n_logs; i++)
		again &= strcmp(logs[i], "-") != 0;
	sp_buf_init(&remarks, arena, 8000);
	sp_buf_init(&draft, arena, MAX_DRAFT_BYTES);
	sp_learn_print(&draft, &learn, (struct sp_str){NULL, 0});
	if (draft.len > MAX_POLICY_BYTES) {
		fprintf(stderr,
		        "sallyport learn: the log shows more than a policy can hold (1 MiB); "
		        "give it the lines of fewer users\n");
		return SP_EXIT_ENV;
	}
	policy = arena->full ? NULL : load_draft(sp_buf_str(&draft), arena);
	if (!policy)
		status = SP_EXIT_ENV;
	else if (!again)
		sp_buf_addz(&remarks, "Not tried on the log, which came from standard input.");
	else if (try_draft(policy, logs, n_logs, arena, &remarks) && status == SP_EXIT_OK)
		status = SP_EXIT_NO;
	sp_policy_unref(policy);
	sp_buf_init(&draft, arena, MAX_DRAFT_BYTES);
	sp_learn_print(&draft, &learn, sp_buf_str(&remarks));
	if (arena->full || draft.cut) {
		fprintf(stderr, "sallyport learn: out of memory: there is too much in the log\n");
		return SP_EXIT_ENV;
	}
	if (fwrite(draft.p, 1, draft.len, stdout) != draft.len || fflush(stdout))
		status = SP_EXIT_ENV;
	return status;
}

int
sp_cmd_learn(int argc, char **argv)
{
	struct sp_arena arena;
	struct sp_args args;
	enum sp_exit status;

	sp_args_init(&args, &spec, argc, argv);
	if (sp_args_next(&args) < 0) /* there are no options but --help */
		return args.status;
	if (args.n_operands == 0)
		return sp_usage_error("learn", "LOG is missing; - is standard input");
	sp_arena_init(&arena, MAX_LEARN_BYTES);
	status = learn_from(&arena, args.operand, args.n_operands);
	sp_arena_fini(&arena);
	return (int)status;
}
