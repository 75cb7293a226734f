/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_check.c: sallyport check: is this a policy, and what is wrong with it.  Opens no socket. */
#include "cli/cli.h"

#include <stdio.h>

#include "sallyport/policy.h"

#define MAX_LOAD_BYTES ((size_t)256 * 1024 * 1024)
#define MAX_PRINT_BYTES ((size_t)16 * 1024 * 1024)

enum { OPT_STRICT = 1 };

static const struct sp_option options[] = {
    {OPT_STRICT, "strict", NULL, "warnings are findings too", false},
};

static const struct sp_args_spec spec = {
    .command = "check",
    .operands = "FILE...",
    .about = "Reads policy files and reports everything that is wrong with them.",
    .notes = "Exit status: 0 no finding, 1 findings, 2 wrong usage, 4 a file cannot be read.",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .max_operands = 64,
};

static enum sp_exit
check_file(const char *path, bool strict)
{
	struct sp_arena arena;
	struct sp_diags diags;
	struct sp_policy *policy;
	struct sp_buf out;
	enum sp_exit status = SP_EXIT_OK;

	sp_arena_init(&arena, MAX_LOAD_BYTES);
	sp_diags_init(&diags, &arena);
	policy = sp_policy_load(path, &diags);
	sp_diags_sort(&diags);
	sp_buf_init(&out, &arena, MAX_PRINT_BYTES);
	sp_diags_print(&diags, &out, policy ? (int)sp_policy_n_rules(policy) : -1);
	fwrite(out.p, 1, out.len, stdout);
	if (!policy || (strict && diags.n_warnings))
		status = SP_EXIT_NO;
	if (!policy && (diags.n_files == 0 || diags.files[0].text.p == NULL))
		status = SP_EXIT_ENV; /* there was nothing to check */
	sp_policy_unref(policy);
	sp_arena_fini(&arena);
	return status;
}

int
sp_cmd_check(int argc, char **argv)
{
	struct sp_args args;
	enum sp_exit status = SP_EXIT_OK;
	bool strict = false;
	int id;

	sp_args_init(&args, &spec, argc, argv);
	while ((id = sp_args_next(&args)) > 0)
		strict = true;
	if (id < 0)
		return args.status;
	if (args.n_operands == 0)
		return sp_usage_error("check", "which policy file?");
	for (size_t i = 0; i < args.n_operands; i++) {
		enum sp_exit one = check_file(args.operand[i], strict);

		if (one > status)
			status = one;
	}
	return (int)status;
}
