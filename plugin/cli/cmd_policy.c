/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_policy.c: sallyport who and diff: what a policy says, in words. */
#include "cli/cli.h"

#include <stdio.h>
#include <time.h>

#include "sallyport/policy.h"

#define MAX_LOAD_BYTES ((size_t)512 * 1024 * 1024)
#define MAX_PRINT_BYTES ((size_t)64 * 1024 * 1024)

enum { OPT_POLICY = 1, OPT_NOW };

static const struct sp_option who_options[] = {
    {OPT_POLICY, "policy", "FILE", "the policy (/etc/sallyport/policy.yaml)", false},
    {OPT_NOW, "now", "DATE", "the clock, for rules that expire; default: now", false},
};

static const struct sp_args_spec who_spec = {
    .command = "who",
    .operands = "[USER]",
    .about = "Shows what a policy lets a user do and what it refuses them.  USER is the name in a\n"
	     "certificate, or local.  Without USER: whom the allow rules are for.",
    .notes = "Exit status: 0, 1 no allow rule is for the user, 2 wrong usage, 3 the policy cannot\n"
	     "be loaded, 4 the text cannot be written.",
    .options = who_options,
    .n_options = sizeof(who_options) / sizeof(who_options[0]),
    .max_operands = 1,
};

static const struct sp_args_spec diff_spec = {
    .command = "diff",
    .operands = "OLD NEW",
    .about =
	"Shows which rules a new version of a policy adds, removes and changes, and whether a\n"
	"changed one allows or refuses more or less.  Order and comments do not count.",
    .notes = "Exit status: 0 the same, 1 different, 2 wrong usage, 3 a policy cannot be loaded,\n"
	     "4 the text cannot be written.",
    .max_operands = 2,
};

/* new; NULL after its mistakes were printed. */
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
	sp_buf_init(&out, arena, MAX_PRINT_BYTES);
	sp_diags_print(&diags, &out, -1);
	fwrite(out.p, 1, out.len, stderr);
	return NULL;
}

static int
print(const struct sp_buf *out, int status)
{
	if (out->cut || fwrite(out->p, 1, out->len, stdout) != out->len || fflush(stdout) != 0)
		return SP_EXIT_ENV;
	return status;
}

static int
who(const char *path, const char *user, int64_t now)
{
	struct sp_arena arena;
	struct sp_policy *policy;
	struct sp_buf out;
	int status = SP_EXIT_POLICY;

	sp_arena_init(&arena, MAX_LOAD_BYTES);
	policy = load(path, &arena);
	sp_buf_init(&out, &arena, MAX_PRINT_BYTES);
	if (policy && !user) {
		sp_policy_subjects(policy, &out);
		status = print(&out, SP_EXIT_OK);
	} else if (policy) {
		bool is_local = strcmp(user, "local") == 0;

		sp_buf_add_shown(&out, sp_strz(user), 200);
		sp_buf_addz(&out, is_local ? ": a caller without a name\n" : "\n");
		status =
		    sp_policy_who(policy, is_local ? SP_STR("") : sp_strz(user), now, &arena, &out)
			? SP_EXIT_OK
			: SP_EXIT_NO;
		if (status == SP_EXIT_NO)
			sp_buf_addz(&out, "\nNo allow rule is for this user: all is refused.\n");
		status = print(&out, status);
	}
	sp_policy_unref(policy);
	sp_arena_fini(&arena);
	return status;
}

int
sp_cmd_who(int argc, char **argv)
{
	const char *path = "/etc/sallyport/policy.yaml";
	int64_t now = (int64_t)time(NULL);
	struct sp_args args;
	int id;

	sp_args_init(&args, &who_spec, argc, argv);
	while ((id = sp_args_next(&args)) > 0) {
		if (id == OPT_POLICY)
			path = args.value;
		else if (sp_num_date(sp_strz(args.value), &now) != SP_NUM_OK)
			return sp_usage_error("who", "'%s' is not a date", args.value);
	}
	if (id < 0)
		return args.status;
	return who(path, args.n_operands ? args.operand[0] : NULL, now);
}

int
sp_cmd_diff(int argc, char **argv)
{
	struct sp_args args;
	struct sp_arena arena;
	struct sp_policy *old, *new;
	struct sp_buf out;
	int status = SP_EXIT_POLICY;

	sp_args_init(&args, &diff_spec, argc, argv);
	if (sp_args_next(&args) < 0)
		return args.status;
	if (args.n_operands != 2)
		return sp_usage_error("diff", "which two policies? OLD NEW");
	sp_arena_init(&arena, MAX_LOAD_BYTES);
	old = load(args.operand[0], &arena);
	new = load(args.operand[1], &arena);
	if (old && new) {
		sp_buf_init(&out, &arena, MAX_PRINT_BYTES);
		status = sp_policy_diff(old, new, &arena, &out) ? SP_EXIT_NO : SP_EXIT_OK;
		status = print(&out, status);
	}
	sp_policy_unref(old);
	sp_policy_unref(new);
	sp_arena_fini(&arena);
	return status;
}
