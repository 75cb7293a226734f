/* SPDX-License-Identifier: Apache-2.0 */
/*
 * args.c: reads a command line by a table of options.  getopt_long is not used because it accepts
 * abbreviations, which turn an option added later into a change of meaning, and because its
 * messages cannot say "did you mean".
 */
#include "cli/cli.h"

#include <assert.h>
#include <stdio.h>

#include "sallyport/diag.h"

int
sp_usage_error(const char *command, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "sallyport %s: ", command);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\nTry 'sallyport %s --help'.\n", command);
	return SP_EXIT_USAGE;
}

void
sp_args_init(struct sp_args *args, const struct sp_args_spec *spec, int argc, char **argv)
{
	assert(spec->n_options <= SP_ARGS_MAX_OPTIONS);
	memset(args, 0, sizeof(*args));
	args->spec = spec;
	args->argc = argc;
	args->argv = argv;
	args->at = 1;
	args->operand = argv + (argc > 0);
}

static int
stop(struct sp_args *args, int status)
{
	args->status = status;
	return -1;
}

static const struct sp_option *
find_option(const struct sp_args_spec *spec, struct sp_str name)
{
	for (size_t i = 0; i < spec->n_options; i++)
		if (sp_str_is(name, spec->options[i].name))
			return &spec->options[i];
	return NULL;
}

static int
unknown_option(struct sp_args *args, const char *word, struct sp_str name)
{
	const char *names[SP_ARGS_MAX_OPTIONS + 1];
	int shown = (int)strcspn(word, "=");
	const char *near;
	size_t n = 0;

	while (n < args->spec->n_options) {
		names[n] = args->spec->options[n].name;
		n++;
	}
	names[n++] = "help";
	near = sp_suggest(name, names, n);
	if (near)
		sp_usage_error(args->spec->command, "unknown option '%s'; did you mean '--%s'?",
		               word, near);
	else
		sp_usage_error(args->spec->command, "unknown option '%.*s'", shown, word);
	return stop(args, SP_EXIT_USAGE);
}

/* `word` starts with "--" and is longer than that. */
static int
read_option(struct sp_args *args, char *word)
{
	const char *command = args->spec->command;
	struct sp_str name, value;
	bool has_value = sp_str_cut(sp_strz(word + 2), '=', &name, &value);
	const struct sp_option *option = find_option(args->spec, name);
	uint32_t bit;

	if (sp_str_is(name, "help") && !has_value) {
		sp_args_help(args->spec, 1);
		return stop(args, SP_EXIT_OK);
	}
	if (option == NULL)
		return unknown_option(args, word, name);
	bit = UINT32_C(1) << (option - args->spec->options);
	if (args->given & bit && !option->many) {
		sp_usage_error(command, "--%s is given twice", option->name);
		return stop(args, SP_EXIT_USAGE);
	}
	args->given |= bit;
	args->option = option;
	args->value = NULL;
	if (option->arg == NULL) {
		if (!has_value)
			return option->id;
		sp_usage_error(command, "--%s takes no value", option->name);
		return stop(args, SP_EXIT_USAGE);
	}
	if (has_value)
		args->value = value.p; /* runs to the end of the word */
	else if (args->at < args->argc && strncmp(args->argv[args->at], "--", 2) != 0)
		args->value = args->argv[args->at++];
	if (args->value == NULL || *args->value == '\0') {
		sp_usage_error(command, "--%s needs a value: %s", option->name, option->arg);
		return stop(args, SP_EXIT_USAGE);
	}
	return option->id;
}

int
sp_args_next(struct sp_args *args)
{
	while (args->at < args->argc && args->rest == NULL) {
		char *word = args->argv[args->at++];

		if (strcmp(word, "--") == 0) {
			args->rest = args->operand + args->n_operands;
			args->n_rest = (size_t)(args->argc - args->at);
			break;
		}
		if (word[0] == '-' && word[1] == '-')
			return read_option(args, word);
		if (strcmp(word, "-h") == 0) {
			sp_args_help(args->spec, 1);
			return stop(args, SP_EXIT_OK);
		}
		if (word[0] == '-' && word[1] != '\0')
			return unknown_option(args, word, sp_strz(word + 1));
		args->operand[args->n_operands++] = word;
	}
	while (args->at < args->argc)
		args->operand[args->n_operands++] = args->argv[args->at++];
	if (args->n_operands > args->spec->max_operands) {
		sp_usage_error(args->spec->command, "'%s' is one argument too many",
		               args->operand[args->spec->max_operands]);
		return stop(args, SP_EXIT_USAGE);
	}
	return 0;
}

static bool
bad_value(struct sp_args *args, const char *expected)
{
	sp_usage_error(args->spec->command, "--%s: '%s' is not %s", args->option->name, args->value,
	               expected);
	args->status = SP_EXIT_USAGE;
	return false;
}

static bool
out_of_bounds(struct sp_args *args, const char *min, const char *max)
{
	sp_usage_error(args->spec->command, "--%s: '%s' is not between %s and %s",
	               args->option->name, args->value, min, max);
	args->status = SP_EXIT_USAGE;
	return false;
}

bool
sp_args_size(struct sp_args *args, int64_t min, int64_t max, size_t *bytes)
{
	struct sp_arena arena;
	struct sp_buf low, high;
	int64_t n;

	if (sp_num_size(sp_strz(args->value), &n) != SP_NUM_OK)
		return bad_value(args, "a size like 64k or 8m");
	if (n >= min && n <= max) {
		*bytes = (size_t)n;
		return true;
	}
	sp_arena_init(&arena, 4096);
	sp_buf_init(&low, &arena, 32);
	sp_buf_init(&high, &arena, 32);
	sp_buf_add_size(&low, min);
	sp_buf_add_size(&high, max);
	out_of_bounds(args, sp_buf_str(&low).p, sp_buf_str(&high).p);
	sp_arena_fini(&arena);
	return false;
}

bool
sp_args_count(struct sp_args *args, unsigned min, unsigned max, unsigned *count)
{
	char low[16], high[16];
	int64_t n;

	if (sp_num_uint(sp_strz(args->value), &n) != SP_NUM_OK)
		return bad_value(args, "a whole number");
	if (n >= (int64_t)min && n <= (int64_t)max) {
		*count = (unsigned)n;
		return true;
	}
	snprintf(low, sizeof(low), "%u", min);
	snprintf(high, sizeof(high), "%u", max);
	return out_of_bounds(args, low, high);
}

bool
sp_args_duration(struct sp_args *args, unsigned max_seconds, unsigned *milliseconds)
{
	char high[24];
	int64_t n;

	assert(max_seconds <= UINT32_MAX / 1000);
	if (sp_num_duration(sp_strz(args->value), &n) != SP_NUM_OK)
		return bad_value(args, "a duration like 10s or 2m");
	if (n >= 1 && n <= (int64_t)max_seconds) {
		*milliseconds = (unsigned)n * 1000;
		return true;
	}
	snprintf(high, sizeof(high), "%us", max_seconds);
	return out_of_bounds(args, "1s", high);
}

bool
sp_args_choice(struct sp_args *args, const char *const *choices, size_t n, size_t *index)
{
	char list[200];
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		if (strcmp(args->value, choices[i]) == 0) {
			*index = i;
			return true;
		}
		if (len < sizeof(list))
			len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s",
			                        i == 0       ? ""
			                        : i + 1 == n ? " or "
			                                     : ", ",
			                        choices[i]);
	}
	return bad_value(args, list);
}
