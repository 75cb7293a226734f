/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_actions.c: sallyport actions: the words of `do:` and the endpoints behind them. */
#include "cli/cli.h"

#include <stdio.h>

#include "sallyport/actions.h"
#include "sallyport/diag.h"
#include "sallyport/export.h"

#define MAX_TEXT_BYTES ((size_t)4 * 1024 * 1024)

enum { OPT_MAN = 1 };

static const struct sp_option options[] = {
    {OPT_MAN, "man", NULL, "all of them as sections of sallyport-policy(5), in mdoc", false},
};

static const struct sp_args_spec spec = {
    .command = "actions",
    .operands = "[WORD...]",
    .about = "Lists the actions a policy can name, the sets they form, and dockerd's endpoints.\n"
	     "WORD is an action, KIND.* or a set: only what it stands for is listed.",
    .notes =
	"Exit status: 0, 2 wrong usage or a word that is no action, 4 the text cannot be written.",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .max_operands = 64,
};

static int
unknown_action(const char *word)
{
	size_t n;
	const char *const *words = sp_actions_words(&n);
	const char *near = sp_suggest(sp_strz(word), words, n);

	if (near)
		return sp_usage_error(
		    "actions", "'%s' is not an action or a set; did you mean '%s'?", word, near);
	return sp_usage_error("actions", "'%s' is not an action or a set", word);
}

static int
print_actions(struct sp_buf *out, const struct sp_args *args, bool man)
{
	if (man)
		sp_export_actions_mdoc(out);
	else if (args->n_operands == 0)
		sp_export_actions(out);
	for (size_t i = 0; i < args->n_operands; i++) {
		sp_buf_addf(out, "%s%s\n", i ? "\n" : "", args->operand[i]);
		if (!sp_export_action(out, sp_strz(args->operand[i])))
			return unknown_action(args->operand[i]);
	}
	if (out->cut || fwrite(out->p, 1, out->len, stdout) != out->len || fflush(stdout) != 0)
		return SP_EXIT_ENV;
	return SP_EXIT_OK;
}

int
sp_cmd_actions(int argc, char **argv)
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
		return sp_usage_error("actions", "--man takes no words: it prints all actions");
	sp_arena_init(&arena, MAX_TEXT_BYTES);
	sp_buf_init(&out, &arena, MAX_TEXT_BYTES);
	status = print_actions(&out, &args, man);
	sp_arena_fini(&arena);
	return status;
}
