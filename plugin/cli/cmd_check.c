/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_check.c: sallyport check: is this a policy, and what is wrong with it.  Opens no socket. */
#include "cli/cli.h"

#include <stdio.h>
#include <time.h>

#include "cli/check_host.h"
#include "cli/findings.h"
#include "sallyport/policy.h"

#define MAX_LOAD_BYTES ((size_t)512 * 1024 * 1024)
#define MAX_PRINT_BYTES ((size_t)64 * 1024 * 1024)
#define MAX_POLICIES 64

enum { OPT_STRICT = 1, OPT_HOST, OPT_FORMAT, OPT_NOW };

static const struct sp_option options[] = {
    {OPT_STRICT, "strict", NULL, "warnings are findings too, but for W308, which the clock brings",
     false},
    {OPT_HOST, "host", NULL, "look at owners, links and granted paths on this host, too", false},
    {OPT_FORMAT, "format", "FORMAT", "human, json, sarif or github (human)", false},
    {OPT_NOW, "now", "DATE", "the clock, for rules that expire; default: now", false},
};

static const struct sp_args_spec spec = {
    .command = "check",
    .operands = "[FILE...]",
    .about = "Reads policies with what they include and reports everything that is wrong or\n"
	     "doubtful.  Without FILE: /etc/sallyport/policy.yaml; - is standard input.",
    .notes = "Exit status: 0 no finding, 1 findings, 2 wrong usage, 4 a file cannot be read.",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .max_operands = MAX_POLICIES,
};

struct check {
	bool strict, host;
	enum sp_format format;
	int64_t now;
	struct sp_arena arena; /* all policies and the report on them */
	struct sp_checked checked[MAX_POLICIES];
	size_t n;
};

static struct sp_policy *
load(const char *path, struct sp_diags *diags)
{
	struct sp_buf text;
	char piece[4096];
	size_t n;

	if (strcmp(path, "-") != 0)
		return sp_policy_load(path, diags);
	sp_buf_init(&text, diags->arena, (1 << 20) + 1); /* one byte too many is told */
	while ((n = fread(piece, 1, sizeof(piece), stdin)) > 0)
		sp_buf_add(&text, (struct sp_str){piece, n});
	return sp_policy_parse(SP_STR("(standard input)"), sp_buf_str(&text), diags);
}

/* What the clock alone makes doubtful fails no build: it was right when it was written. */
static bool
has_warnings(const struct sp_diags *diags)
{
	size_t n = diags->n_warnings;

	for (size_t i = 0; i < diags->n; i++)
		n -= strcmp(diags->list[i].code, "W308") == 0;
	return n > 0;
}

static enum sp_exit
check_one(struct check *check, const char *path)
{
	struct sp_checked *checked = &check->checked[check->n++];
	struct sp_diags *diags = &checked->diags;
	struct sp_policy *policy;
	enum sp_exit status = SP_EXIT_OK;

	sp_diags_init(diags, &check->arena);
	policy = load(path, diags);
	checked->n_rules = policy ? (int)sp_policy_n_rules(policy) : -1;
	if (policy)
		sp_policy_lint(policy, check->now, diags);
	if (check->host && strcmp(path, "-") != 0)
		sp_check_host(policy, diags);
	sp_diags_sort(diags);
	if (diags->n_errors || (check->strict && has_warnings(diags)))
		status = SP_EXIT_NO;
	if (!policy && (diags->n_files == 0 || diags->files[0].text.p == NULL))
		status = SP_EXIT_ENV; /* there was nothing to check */
	sp_policy_unref(policy);
	return status;
}

static bool
take_option(struct check *check, struct sp_args *args, int id)
{
	static const char *const formats[] = {"human", "json", "sarif", "github"};
	size_t choice;

	switch (id) {
	case OPT_STRICT:
		check->strict = true;
		return true;
	case OPT_HOST:
		check->host = true;
		return true;
	case OPT_FORMAT:
		if (!sp_args_choice(args, formats, 4, &choice))
			return false;
		check->format = (enum sp_format)choice;
		return true;
	case OPT_NOW:
		if (sp_num_date(sp_strz(args->value), &check->now) == SP_NUM_OK)
			return true;
		args->status = sp_usage_error("check", "--now wants a date like 2026-12-31: '%s'",
		                              args->value);
		return false;
	}
	return false;
}

static enum sp_exit
check_all(struct check *check, char **paths, size_t n)
{
	enum sp_exit status = SP_EXIT_OK;
	struct sp_buf out;

	for (size_t i = 0; i < n; i++) {
		enum sp_exit one = check_one(check, paths[i]);

		if (one > status)
			status = one;
	}
	sp_buf_init(&out, &check->arena, MAX_PRINT_BYTES);
	sp_findings_print(check->format, check->checked, check->n, &out);
	if (out.cut || fwrite(out.p, 1, out.len, stdout) != out.len || fflush(stdout) != 0)
		return SP_EXIT_ENV;
	return status;
}

int
sp_cmd_check(int argc, char **argv)
{
	static char standard[] = "/etc/sallyport/policy.yaml";
	char *standard_list[] = {standard};
	struct check check = {.now = (int64_t)time(NULL)};
	struct sp_args args;
	enum sp_exit status;
	int id;

	sp_args_init(&args, &spec, argc, argv);
	while ((id = sp_args_next(&args)) > 0)
		if (!take_option(&check, &args, id))
			return args.status;
	if (id < 0)
		return args.status;
	sp_arena_init(&check.arena, MAX_LOAD_BYTES);
	if (args.n_operands == 0)
		status = check_all(&check, standard_list, 1);
	else
		status = check_all(&check, args.operand, args.n_operands);
	sp_arena_fini(&check.arena);
	return (int)status;
}
