/* SPDX-License-Identifier: Apache-2.0 */
/* test_record_file.c: FILE, FILE#N and FILE#*, and explain with them. */
#include "cli/record_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/cli.h"

#define PING "{\"RequestMethod\":\"GET\",\"RequestUri\":\"/_ping\"}"
#define LIST "{\"RequestMethod\":\"GET\",\"RequestUri\":\"/containers/json\"}"

static struct sp_arena arena;
static char folder[] = "/tmp/sallyport-test-record.XXXXXX";
static char log_path[64], policy_path[64], one_path[64];

static void
write_file(char *path, const char *name, const char *text)
{
	FILE *file;

	snprintf(path, 64, "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int
setup(void **state)
{
	(void)state;
	sp_arena_init(&arena, (size_t)16 << 20);
	assert_non_null(mkdtemp(folder));
	write_file(log_path, "log", PING "\n\nnot a record\n" LIST "\n");
	write_file(one_path, "one", PING "\n");
	write_file(policy_path, "policy.yaml", "sallyport: 1\n");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	unlink(log_path);
	unlink(one_path);
	unlink(policy_path);
	rmdir(folder);
	sp_arena_fini(&arena);
	return 0;
}

static const char *
numbered(const char *number)
{
	return sp_arena_printf(&arena, "%s%s", log_path, number);
}

/* stderr is nobody's business in these tests. */
static bool
find(struct sp_record_file *in, const char *record)
{
	int saved = dup(2);
	bool found;

	assert_non_null(freopen("/dev/null", "w", stderr));
	found = sp_record_file_find(in, "explain", record, &arena);
	fflush(stderr);
	dup2(saved, 2);
	close(saved);
	return found;
}

static void
a_line_is_chosen(void **state)
{
	struct sp_record_file in;
	struct sp_question question;

	(void)state;
	assert_true(find(&in, numbered("#1")));
	assert_true(sp_str_is(in.line, PING));
	assert_true(sp_record_file_question(&in, in.line, &arena, &question));
	assert_false(question.response);
	assert_true(sp_str_is((struct sp_str){question.message, question.len}, PING));
	/* empty lines do not count */
	assert_true(find(&in, numbered("#3")));
	assert_true(sp_str_is(in.line, LIST));
	assert_false(in.all);
	assert_true(find(&in, one_path));
	assert_true(sp_str_is(in.line, PING));
	assert_false(in.no_number);
	assert_true(find(&in, log_path));
	assert_true(in.no_number);
	assert_true(find(&in, numbered("#*")));
	assert_true(in.all);
}

static void
what_is_not_there(void **state)
{
	struct sp_record_file in;

	(void)state;
	assert_false(find(&in, numbered("#4")));
	assert_false(find(&in, numbered("#0")));
	assert_false(find(&in, numbered("#x")));
	assert_false(find(&in, numbered("#**")));
	assert_false(find(&in, numbered("#")));
	assert_false(find(&in, "/nonexistent/log"));
	assert_false(find(&in, folder));
}

/* The exit status of explain, its output in `text`. */
static int
explain(const char *record, const char *format, char *text, size_t size)
{
	char *argv[] = {(char *)(uintptr_t) "explain",
	                (char *)(uintptr_t) "--policy",
	                policy_path,
	                (char *)(uintptr_t) "--record",
	                (char *)(uintptr_t)record,
	                (char *)(uintptr_t) "--format",
	                (char *)(uintptr_t)format,
	                NULL};
	FILE *file = tmpfile();
	int saved_out = dup(1), saved_err = dup(2), status;
	ssize_t n;

	assert_non_null(file);
	fflush(NULL);
	dup2(fileno(file), 1);
	assert_non_null(freopen("/dev/null", "w", stderr));
	status = sp_cmd_explain(7, argv);
	fflush(NULL);
	dup2(saved_out, 1);
	dup2(saved_err, 2);
	close(saved_out);
	close(saved_err);
	n = pread(fileno(file), text, size - 1, 0);
	text[n > 0 ? n : 0] = '\0';
	fclose(file);
	return status;
}

static size_t
count(const char *text, const char *word)
{
	size_t n = 0;

	for (; (text = strstr(text, word)) != NULL; text++)
		n++;
	return n;
}

/* A line for a line, in order, also for one that cannot be read; the worst is the status. */
static void
all_of_them(void **state)
{
	char text[16384];
	const char *second;

	(void)state;
	assert_int_equal(explain(numbered("#*"), "json", text, sizeof(text)), SP_EXIT_ENV);
	assert_int_equal(count(text, "\n"), 3);
	assert_non_null(strstr(text, "{\"method\":\"GET\",\"uri\":\"/_ping\""));
	second = strchr(text, '\n');
	assert_non_null(second);
	assert_int_equal(strncmp(second + 1, "{\"error\":", 9), 0);
	assert_non_null(strstr(second, "\"action\":\"container.list\""));
	assert_int_equal(explain(numbered("#*"), "text", text, sizeof(text)), SP_EXIT_ENV);
	assert_int_equal(count(text, "decision "), 2);
	assert_int_equal(explain(numbered("#1"), "json", text, sizeof(text)), SP_EXIT_OK);
	assert_int_equal(count(text, "\n"), 1);
	assert_int_equal(explain(numbered("#3"), "json", text, sizeof(text)), SP_EXIT_NO);
	assert_non_null(strstr(text, "builtin/default-deny"));
}

static void
formats(void **state)
{
	char text[4096];

	(void)state;
	assert_int_equal(explain(one_path, "yaml", text, sizeof(text)), SP_EXIT_USAGE);
	assert_string_equal(text, "");
	assert_int_equal(explain(one_path, "text", text, sizeof(text)), SP_EXIT_OK);
	assert_int_equal(strncmp(text, "request ", 8), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_line_is_chosen),
	    cmocka_unit_test(what_is_not_there),
	    cmocka_unit_test(all_of_them),
	    cmocka_unit_test(formats),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
