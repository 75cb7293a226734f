/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_keys.c: sallyport keys: the keys of the policy language, from the table that loads them. */
#include "cli/cli.h"

#include <stdio.h>

#include "cli/test_file.h"
#include "sallyport/diag.h"
#include "sallyport/export.h"
#include "sallyport/keys.h"

#define MAX_TEXT_BYTES ((size_t)4 * 1024 * 1024)

enum { OPT_MAN = 1, OPT_TEST };

static const struct sp_option options[] = {
    {OPT_MAN, "man", NULL, "all of them as sections of a manual page, in mdoc", false},
    {OPT_TEST, "test", NULL, "the keys of policy tests instead", false},
};

static const struct sp_args_spec spec = {
    .command = "keys",
    .operands = "[NAME...]",
    .about = "Lists the keys of the policy language, or tells everything about some of them.",
    .notes =
	"Exit status: 0, 2 wrong usage or a name that is no key, 4 the text cannot be written.",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .max_operands = 64,
};

static int
unknown_key(const char *name)
{
	const char *names[256];
	size_t n_keys, n = 0;
	const struct sp_key *keys = sp_keys(&n_keys);
	const char *near;

	while (n < n_keys && n < sizeof(names) / sizeof(names[0])) {
		names[n] = keys[n].name;
		n++;
	}
	near = sp_suggest(sp_strz(name), names, n);
	if (near)
		return sp_usage_error("keys", "unknown key '%s'; did you mean '%s'?", name, near);
	return sp_usage_error("keys", "unknown key '%s'", name);
}

static int
print_keys(struct sp_buf *out, const struct sp_args *args, bool man, bool test)
{
	if (test)
		sp_test_keys_print(out, man);
	else if (man)
		sp_export_keys_mdoc(out);
	else if (args->n_operands == 0)
		sp_export_keys(out);
	for (size_t i = 0; i < args->n_operands; i++) {
		if (i > 0)
			sp_buf_addc(out, '\n');
		if (!sp_export_key(out, sp_strz(args->operand[i])))
			return unknown_key(args->operand[i]);
	}
	if (out->cut || fwrite(out->p, 1, out->len, stdout) != out->len || fflush(stdout) != 0)
		return SP_EXIT_ENV;
	return SP_EXIT_OK;
}

int
sp_cmd_keys(int argc, char **argv)
{
	struct sp_args args;
	struct sp_arena arena;
	struct sp_buf out;
	bool man = false, test = false;
	int id, status;

	sp_args_init(&args, &spec, argc, argv);
	while ((id = sp_args_next(&args)) > 0) {
		man |= id == OPT_MAN;
		test |= id == OPT_TEST;
	}
	if (id < 0)
		return args.status;
	if ((man || test) && args.n_operands)
		return sp_usage_error("keys", "--%s takes no names: it prints all keys",
		                      man ? "man" : "test");
	sp_arena_init(&arena, MAX_TEXT_BYTES);
	sp_buf_init(&out, &arena, MAX_TEXT_BYTES);
	status = print_keys(&out, &args, man, test);
	sp_arena_fini(&arena);
	return status;
}
