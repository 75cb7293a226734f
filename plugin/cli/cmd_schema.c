/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_schema.c: sallyport schema: a JSON Schema for editors, from the tables of the loaders. */
#include "cli/cli.h"

#include <stdio.h>

#include "cli/test_file.h"
#include "sallyport/export.h"

#define MAX_TEXT_BYTES ((size_t)4 * 1024 * 1024)

enum { OPT_TEST = 1 };

static const struct sp_option options[] = {
    {OPT_TEST, "test", NULL, "of policy tests instead", false},
};

static const struct sp_args_spec spec = {
    .command = "schema",
    .operands = "",
    .about =
	"Prints a JSON Schema (draft-07) of policies, for editors that complete and check YAML.",
    .notes = "Exit status: 0, 2 wrong usage, 4 the text cannot be written.",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
};

int
sp_cmd_schema(int argc, char **argv)
{
	struct sp_args args;
	struct sp_arena arena;
	struct sp_buf out;
	int status = SP_EXIT_OK, id;
	bool test = false;

	sp_args_init(&args, &spec, argc, argv);
	while ((id = sp_args_next(&args)) > 0)
		test = true;
	if (id < 0)
		return args.status;
	sp_arena_init(&arena, MAX_TEXT_BYTES);
	sp_buf_init(&out, &arena, MAX_TEXT_BYTES);
	if (test)
		sp_test_schema(&out);
	else
		sp_export_schema(&out);
	if (out.cut || fwrite(out.p, 1, out.len, stdout) != out.len || fflush(stdout) != 0)
		status = SP_EXIT_ENV;
	sp_arena_fini(&arena);
	return status;
}
