/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cli.h: what the commands share: the row of the command table, options described by one table from
 * which they are both parsed and explained, and readers for their values.  Layer: cli.
 *
 *	enum { OPT_POLICY = 1, OPT_LOG };
 *	static const struct sp_option options[] = {{OPT_POLICY, "policy", "FILE", "the policy"},
 *...};
 *
 *	sp_args_init(&args, &spec, argc, argv);
 *	while ((id = sp_args_next(&args)) > 0) { ... args.value ... }
 *	if (id < 0)
 *		return args.status;
 *	... args.operand[0 .. args.n_operands - 1] ...
 */
#ifndef SALLYPORT_CLI_H
#define SALLYPORT_CLI_H

#include "sallyport/base.h"

/* Exit codes of every command. */
enum sp_exit {
	SP_EXIT_OK = 0,
	SP_EXIT_NO = 1,     /* the answer is "no": findings, denied */
	SP_EXIT_USAGE = 2,  /* unknown option, missing argument */
	SP_EXIT_POLICY = 3, /* the policy cannot be loaded */
	SP_EXIT_ENV = 4,    /* an input cannot be read, or the environment failed */
};

struct sp_command {
	const char *name;
	const char *summary; /* one line of `sallyport --help` */
	/* argv[0] is the command's name.  Returns the process's exit status. */
	int (*fn)(int argc, char **argv);
};

int sp_cmd_serve(int argc, char **argv);
int sp_cmd_check(int argc, char **argv);
int sp_cmd_explain(int argc, char **argv);
int sp_cmd_try(int argc, char **argv);
int sp_cmd_test(int argc, char **argv);
int sp_cmd_replay(int argc, char **argv);
int sp_cmd_learn(int argc, char **argv);
int sp_cmd_keys(int argc, char **argv);
int sp_cmd_who(int argc, char **argv);
int sp_cmd_diff(int argc, char **argv);
int sp_cmd_schema(int argc, char **argv);
int sp_cmd_codes(int argc, char **argv);
int sp_cmd_actions(int argc, char **argv);

/* "sallyport --help" from the command table.  `out_fd`: where to. */
void sp_commands_print(const struct sp_command *commands, size_t n, int out_fd);
/* The row of `name`; NULL after a message with "did you mean" on stderr. */
const struct sp_command *sp_command_find(const struct sp_command *commands, size_t n,
                                         const char *name);

struct sp_option {
	int id;           /* > 0 */
	const char *name; /* without the dashes */
	const char *arg;  /* what help calls its argument; NULL: it has none */
	const char *help; /* one line, lower case, no full stop */
	bool many;        /* may be given more than once */
};

struct sp_args_spec {
	const char *command;  /* "serve" */
	const char *operands; /* "[FILE...]", "" when there are none */
	const char *about;    /* a sentence or two under the usage line */
	const char *notes;    /* after the options: exit codes, signals; may be NULL */
	const struct sp_option *options;
	size_t n_options;
	size_t max_operands;
};

#define SP_ARGS_MAX_OPTIONS 32

/*
 * Options may stand anywhere before "--", as "--x v" or "--x=v"; "-" is an operand; --help is built
 * in.  The operands are moved to the front of argv + 1, in order.
 */
struct sp_args {
	const struct sp_args_spec *spec;
	int argc;
	char **argv;
	int at;
	const struct sp_option *option; /* the one sp_args_next returned */
	const char *value;              /* its argument; NULL when it has none */
	char **operand;
	size_t n_operands;
	char **rest; /* after "--": kept apart only by commands that care; part of the operands */
	size_t n_rest;
	int status;     /* what to return when sp_args_next returned -1 */
	uint32_t given; /* bit i: options[i] has been seen */
};

void sp_args_init(struct sp_args *args, const struct sp_args_spec *spec, int argc, char **argv);
/* The id of the next option; 0 when all have been read; -1: stop now and return args->status. */
int sp_args_next(struct sp_args *args);
/* Says on stderr what is wrong with the usage.  Always returns SP_EXIT_USAGE. */
int sp_usage_error(const char *command, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void sp_args_help(const struct sp_args_spec *spec, int out_fd);

/*
 * The value of the current option as a size, a whole number, a duration or one of a list of words,
 * within bounds.  True; false after a message, and args->status is SP_EXIT_USAGE.
 */
bool sp_args_size(struct sp_args *args, int64_t min, int64_t max, size_t *bytes);
bool sp_args_count(struct sp_args *args, unsigned min, unsigned max, unsigned *count);
bool sp_args_duration(struct sp_args *args, unsigned max_seconds, unsigned *milliseconds);
bool sp_args_choice(struct sp_args *args, const char *const *choices, size_t n, size_t *index);

#endif
