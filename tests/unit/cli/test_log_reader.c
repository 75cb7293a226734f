/* SPDX-License-Identifier: Apache-2.0 */
/* test_log_reader.c: every line of every file once, whole, with its number. */
#include "cli/log_reader.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define MIB ((size_t)1 << 20)

static char paths[3][64];
static char *argv[3] = {paths[0], paths[1], paths[2]};

static FILE *
create(int i)
{
	int fd;

	strcpy(paths[i], "/tmp/sallyport-test-log.XXXXXX");
	fd = mkstemp(paths[i]);
	assert_true(fd >= 0);
	return fdopen(fd, "w");
}

static void
write_file(int i, const char *text)
{
	FILE *file = create(i);

	fputs(text, file);
	fclose(file);
}

static int
teardown(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++)
		unlink(paths[i]);
	return 0;
}

/* All lines as "file:number:length " in `out`, or of a line's text when it is short. */
static bool
read_all(size_t n_paths, char *out, size_t size)
{
	struct sp_log_reader reader;
	struct sp_log_block block;
	size_t len = 0;

	out[0] = '\0';
	sp_log_block_init(&block);
	sp_log_open(&reader, "test", argv, n_paths);
	while (sp_log_next(&reader, &block)) {
		struct sp_str rest = block.text, line;
		uint64_t next = block.first_line, n;

		while (sp_log_line(&rest, &next, &line, &n)) {
			len += (size_t)snprintf(out + len, size - len, "%zu:%llu:", block.file,
			                        (unsigned long long)n);
			if (block.too_long)
				len += (size_t)snprintf(out + len, size - len, "too long ");
			else if (line.len < 20)
				len +=
				    (size_t)snprintf(out + len, size - len, "%.*s ", SP_FMT(line));
			else
				len += (size_t)snprintf(out + len, size - len, "%zu ", line.len);
		}
	}
	sp_log_block_fini(&block);
	sp_log_close(&reader);
	return !reader.failed;
}

static void
lines_of_files(void **state)
{
	char out[500];

	(void)state;
	write_file(0, "a\nb\r\n\n\nc");
	write_file(1, "");
	write_file(2, "\nd\n");
	assert_true(read_all(3, out, sizeof(out)));
	assert_string_equal(out, "0:1:a 0:2:b 0:5:c 2:2:d ");
}

static void
a_missing_file_does_not_hide_the_others(void **state)
{
	char out[500];
	int saved = dup(2), null = open("/dev/null", O_WRONLY);

	(void)state;
	write_file(0, "a\n");
	write_file(1, "");
	unlink(paths[1]);
	write_file(2, "b\n");
	dup2(null, 2);
	assert_false(read_all(3, out, sizeof(out)));
	dup2(saved, 2);
	close(saved);
	close(null);
	assert_string_equal(out, "0:1:a 2:1:b ");
}

static void
a_directory_is_no_log(void **state)
{
	char out[500];
	int saved = dup(2), null = open("/dev/null", O_WRONLY);

	(void)state;
	strcpy(paths[0], "/");
	dup2(null, 2);
	assert_false(read_all(1, out, sizeof(out)));
	dup2(saved, 2);
	close(saved);
	close(null);
	assert_string_equal(out, "");
	strcpy(paths[0], "");
}

static void
write_long(FILE *file, size_t n)
{
	static char piece[65536];

	memset(piece, 'x', sizeof(piece));
	for (; n > sizeof(piece); n -= sizeof(piece))
		fwrite(piece, 1, sizeof(piece), file);
	fwrite(piece, 1, n, file);
}

/* Lines at, below and above the size of a block, wherever a block ends. */
static void
lines_of_any_length(void **state)
{
	static const size_t lengths[] = {MIB - 2, 100,     MIB - 1, MIB,         MIB + 1,
	                                 30,      5 * MIB, 40,      3 * MIB + 7, 50};
	char out[2000], expected[2000];
	size_t len = 0;
	FILE *file = create(0);

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		write_long(file, lengths[i]);
		fputc('\n', file);
		len += (size_t)snprintf(expected + len, sizeof(expected) - len, "0:%zu:%zu ", i + 1,
		                        lengths[i]);
	}
	fclose(file);
	assert_true(read_all(1, out, sizeof(out)));
	assert_string_equal(out, expected);
}

static void
many_short_lines(void **state)
{
	struct sp_log_reader reader;
	struct sp_log_block block;
	uint64_t n = 0, blocks = 0;
	FILE *file = create(0);

	(void)state;
	for (int i = 0; i < 400000; i++)
		fprintf(file, "%d\n", i);
	fclose(file);
	sp_log_block_init(&block);
	sp_log_open(&reader, "test", argv, 1);
	while (sp_log_next(&reader, &block)) {
		struct sp_str rest = block.text, line;
		uint64_t next = block.first_line, number, in_block = 0;

		blocks++;
		while (sp_log_line(&rest, &next, &line, &number)) {
			char text[24];

			snprintf(text, sizeof(text), "%llu", (unsigned long long)n);
			if (!sp_str_is(line, text) || number != n + 1)
				fail_msg("line %llu is '%.*s'", (unsigned long long)number,
				         SP_FMT(line));
			n++;
			in_block++;
		}
		assert_int_equal(in_block, block.n_lines);
	}
	sp_log_block_fini(&block);
	sp_log_close(&reader);
	assert_int_equal(n, 400000);
	assert_true(blocks > 1);
}

/* No record is so long; what comes behind is read again. */
static void
a_line_without_end(void **state)
{
	char out[500];
	FILE *file = create(0);

	(void)state;
	fputs("a\n", file);
	write_long(file, 70 * MIB);
	fputs("\nb\n", file);
	fclose(file);
	assert_true(read_all(1, out, sizeof(out)));
	assert_string_equal(out, "0:1:a 0:2:too long 0:3:b ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(lines_of_files, teardown),
	    cmocka_unit_test_teardown(a_missing_file_does_not_hide_the_others, teardown),
	    cmocka_unit_test_teardown(a_directory_is_no_log, teardown),
	    cmocka_unit_test_teardown(lines_of_any_length, teardown),
	    cmocka_unit_test_teardown(many_short_lines, teardown),
	    cmocka_unit_test_teardown(a_line_without_end, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
