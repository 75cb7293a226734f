/* SPDX-License-Identifier: Apache-2.0 */
/* test_args.c: command lines that must be understood, and those that must be refused with 2. */
#include "cli/cli.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

enum { OPT_POLICY = 1, OPT_AUDIT, OPT_SIZE, OPT_TIME, OPT_COUNT, OPT_MODE, OPT_MANY };

static const struct sp_option options[] = {
    {OPT_POLICY, "policy", "FILE", "the policy", false},
    {OPT_AUDIT, "audit", NULL, "refuse nothing", false},
    {OPT_SIZE, "max-message", "SIZE", "limit", false},
    {OPT_TIME, "read-deadline", "DURATION", "limit", false},
    {OPT_COUNT, "max-connections", "N", "limit", false},
    {OPT_MODE, "audit-failure", "deny|allow", "mode", false},
    {OPT_MANY, "user", "NAME", "may be repeated", true},
};
static const struct sp_args_spec spec = {
    "serve", "[FILE]", "About.", NULL, options, sizeof(options) / sizeof(options[0]), 1};

static char captured[4096];
static int saved_err, pipe_fd[2];

/* What a command writes to stderr goes to `captured`. */
static void
capture(void)
{
	fflush(NULL);
	assert_int_equal(pipe(pipe_fd), 0);
	saved_err = dup(2);
	dup2(pipe_fd[1], 2);
	close(pipe_fd[1]);
}

static void
captured_end(void)
{
	ssize_t n;

	fflush(NULL);
	dup2(saved_err, 2);
	close(saved_err);
	n = read(pipe_fd[0], captured, sizeof(captured) - 1);
	captured[n > 0 ? n : 0] = '\0';
	close(pipe_fd[0]);
}

#define ARGS(...)                                                                                  \
	char *argv[] = {(char *)"serve", __VA_ARGS__, NULL};                                       \
	struct sp_args args;                                                                       \
	sp_args_init(&args, &spec, (int)(sizeof(argv) / sizeof(argv[0])) - 1, argv)

static void
both_spellings(void **state)
{
	ARGS((char *)"--policy", (char *)"a.yaml", (char *)"--audit", (char *)"--user=x=y",
	     (char *)"--user", (char *)"-");
	(void)state;
	assert_int_equal(sp_args_next(&args), OPT_POLICY);
	assert_string_equal(args.value, "a.yaml");
	assert_int_equal(sp_args_next(&args), OPT_AUDIT);
	assert_null(args.value);
	assert_int_equal(sp_args_next(&args), OPT_MANY);
	assert_string_equal(args.value, "x=y");
	assert_int_equal(sp_args_next(&args), OPT_MANY);
	assert_string_equal(args.value, "-");
	assert_int_equal(sp_args_next(&args), 0);
	assert_int_equal(args.n_operands, 0);
}

static void
operands_anywhere(void **state)
{
	ARGS((char *)"file", (char *)"--audit");
	(void)state;
	assert_int_equal(sp_args_next(&args), OPT_AUDIT);
	assert_int_equal(sp_args_next(&args), 0);
	assert_int_equal(args.n_operands, 1);
	assert_string_equal(args.operand[0], "file");
	assert_null(args.rest);
}

static void
after_two_dashes(void **state)
{
	ARGS((char *)"--audit", (char *)"--", (char *)"--policy");
	(void)state;
	assert_int_equal(sp_args_next(&args), OPT_AUDIT);
	assert_int_equal(sp_args_next(&args), 0);
	assert_int_equal(args.n_operands, 1);
	assert_string_equal(args.operand[0], "--policy");
	assert_int_equal(args.n_rest, 1);
	assert_ptr_equal(args.rest, args.operand);
}

/* Reads to the end; must stop with 2 and say `says`. */
#define REFUSED(says, ...)                                                                         \
	do {                                                                                       \
		ARGS(__VA_ARGS__);                                                                 \
		int id;                                                                            \
		capture();                                                                         \
		while ((id = sp_args_next(&args)) > 0)                                             \
			;                                                                          \
		captured_end();                                                                    \
		assert_int_equal(id, -1);                                                          \
		assert_int_equal(args.status, SP_EXIT_USAGE);                                      \
		if (strstr(captured, says) == NULL)                                                \
			fail_msg("'%s' is not in '%s'", says, captured);                           \
	} while (0)

static void
refused(void **state)
{
	(void)state;
	REFUSED("did you mean '--policy'?", (char *)"--polcy=x");
	REFUSED("unknown option '--zzz'", (char *)"--zzz");
	REFUSED("unknown option '--pol'", (char *)"--pol=x"); /* no abbreviations */
	REFUSED("unknown option '-p'", (char *)"-p");
	REFUSED("--policy needs a value: FILE", (char *)"--policy");
	REFUSED("--policy needs a value: FILE", (char *)"--policy=");
	REFUSED("--policy needs a value: FILE", (char *)"--policy", (char *)"--audit");
	REFUSED("--audit takes no value", (char *)"--audit=yes");
	REFUSED("--audit is given twice", (char *)"--audit", (char *)"--audit");
	REFUSED("'b' is one argument too many", (char *)"a", (char *)"b");
}

#define VALUE(text, call, expect_ok)                                                               \
	do {                                                                                       \
		ARGS((char *)text);                                                                \
		bool ok;                                                                           \
		assert_true(sp_args_next(&args) > 0);                                              \
		capture();                                                                         \
		ok = call;                                                                         \
		captured_end();                                                                    \
		assert_int_equal(ok, expect_ok);                                                   \
		assert_int_equal(args.status, ok ? 0 : SP_EXIT_USAGE);                             \
		assert_int_equal(captured[0] == '\0', ok);                                         \
	} while (0)

static void
values(void **state)
{
	static const char *const modes[] = {"deny", "allow"};
	size_t size = 0, index = 9;
	unsigned n = 0;

	(void)state;
	VALUE("--max-message=8m", sp_args_size(&args, 1024, 64 << 20, &size), true);
	assert_int_equal(size, 8 << 20);
	VALUE("--max-message=8x", sp_args_size(&args, 1024, 64 << 20, &size), false);
	VALUE("--max-message=1g", sp_args_size(&args, 1024, 64 << 20, &size), false);
	assert_non_null(strstr(captured, "between 1k and 64m"));
	VALUE("--max-connections=10", sp_args_count(&args, 1, 100, &n), true);
	assert_int_equal(n, 10);
	VALUE("--max-connections=0", sp_args_count(&args, 1, 100, &n), false);
	VALUE("--max-connections=101", sp_args_count(&args, 1, 100, &n), false);
	VALUE("--max-connections=-1", sp_args_count(&args, 1, 100, &n), false);
	VALUE("--read-deadline=2m", sp_args_duration(&args, 3600, &n), true);
	assert_int_equal(n, 120000);
	VALUE("--read-deadline=0s", sp_args_duration(&args, 3600, &n), false);
	VALUE("--read-deadline=2h", sp_args_duration(&args, 3600, &n), false);
	VALUE("--read-deadline=soon", sp_args_duration(&args, 3600, &n), false);
	VALUE("--audit-failure=allow", sp_args_choice(&args, modes, 2, &index), true);
	assert_int_equal(index, 1);
	VALUE("--audit-failure=Allow", sp_args_choice(&args, modes, 2, &index), false);
	assert_non_null(strstr(captured, "'Allow' is not deny or allow"));
}

static void
help_names_every_option(void **state)
{
	char text[4096];
	int fd[2];
	ssize_t n;

	(void)state;
	assert_int_equal(pipe(fd), 0);
	sp_args_help(&spec, fd[1]);
	close(fd[1]);
	n = read(fd[0], text, sizeof(text) - 1);
	assert_true(n > 0);
	text[n] = '\0';
	close(fd[0]);
	for (size_t i = 0; i < spec.n_options; i++)
		assert_non_null(strstr(text, spec.options[i].name));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(both_spellings),   cmocka_unit_test(operands_anywhere),
	    cmocka_unit_test(after_two_dashes), cmocka_unit_test(refused),
	    cmocka_unit_test(values),           cmocka_unit_test(help_names_every_option),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
