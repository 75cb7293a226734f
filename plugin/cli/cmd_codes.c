/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_codes.c: sallyport codes: what the codes of check mean, from the table they come from. */
#include "cli/cli.h"

#include <stdio.h>

#include "sallyport/codes.h"

#define MAX_TEXT_BYTES ((size_t)1024 * 1024)

enum { OPT_MAN = 1 };

static const struct sp_option options[] = {
    {OPT_MAN, "man", NULL, "all of them as a list of sallyport-policy(5), in mdoc", false},
};

static const struct sp_args_spec spec = {
    .command = "codes",
    .operands = "[CODE...]",
    .about = "Lists the codes of errors, warnings and notes about policies with their meaning.",
    .notes = "Exit status: 0, 2 wrong usage or an unknown code, 4 the text cannot be written.",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .max_operands = 64,
};

static int
print_codes(struct sp_buf *out, const struct sp_args *args, bool man)
{
	if (man)
		sp_export_codes_mdoc(out);
	else if (args->n_operands == 0)
		sp_export_codes(out);
	for (size_t i = 0; i < args->n_operands; i++) {
		const struct sp_code *code = sp_code_find(sp_strz(args->operand[i]));

		if (!code)
			return sp_usage_error("codes", "unknown code '%s'", args->operand[i]);
		sp_buf_addf(out, "%s  %s  %s\n", code->name, sp_severity_name(code->severity),
		            code->meaning);
	}
	if (out->cut || fwrite(out->p, 1, out->len, stdout) != out->len || fflush(stdout) != 0)
		return SP_EXIT_ENV;
	return SP_EXIT_OK;
}

int
sp_cmd_codes(int argc, char **argv)
{
	struct sp_args args;
	struct sp_arena arena;
	struct sp_buf out;
	bool man = false;
	int id, status;

	sp_args_init(&args, &spec, argc, argv);
	while ((id = sp_args_next(&args)) > 0)
		man = true;
	if (id < 0)
		return args.status;
	if (man && args.n_operands)
		return sp_usage_error("codes", "--man takes no codes: it prints all of them");
	sp_arena_init(&arena, MAX_TEXT_BYTES);
	sp_buf_init(&out, &arena, MAX_TEXT_BYTES);
	status = print_codes(&out, &args, man);
	sp_arena_fini(&arena);
	return status;
}
