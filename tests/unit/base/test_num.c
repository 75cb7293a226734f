/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers as people write them, and the way back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

#include "sallyport/base.h"

struct row {
	const char *text;
	enum sp_num_err err;
	int64_t value;
};

#define K INT64_C(1024)
#define M (1024 * K)
#define G (1024 * M)
#define T (1024 * G)

static void
check(enum sp_num_err (*read)(struct sp_str, int64_t *), const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int64_t got = -77;
		enum sp_num_err err = read(sp_strz(rows[i].text), &got);
		int64_t want = rows[i].err == SP_NUM_OK ? rows[i].value : -77; /* else untouched */

		if (err != rows[i].err || got != want)
			fail_msg("'%s' gave error %d, value %lld", rows[i].text, (int)err,
			         (long long)got);
	}
}

#define CHECK(read, rows) check((read), (rows), sizeof(rows) / sizeof((rows)[0]))

static void
reads_whole_numbers(void **state)
{
	static const struct row rows[] = {
	    {"0", SP_NUM_OK, 0},
	    {"7", SP_NUM_OK, 7},
	    {"200", SP_NUM_OK, 200},
	    {"9223372036854775807", SP_NUM_OK, INT64_MAX},
	    {"9223372036854775808", SP_NUM_RANGE, 0},
	    {"92233720368547758070", SP_NUM_RANGE, 0},
	    {"", SP_NUM_EMPTY, 0},
	    {"0200", SP_NUM_LEADING_ZERO, 0},
	    {"00", SP_NUM_LEADING_ZERO, 0},
	    {"-1", SP_NUM_SYNTAX, 0},
	    {"+1", SP_NUM_SYNTAX, 0},
	    {"1_000", SP_NUM_SYNTAX, 0},
	    {"0x1f", SP_NUM_SYNTAX, 0},
	    {"0o17", SP_NUM_SYNTAX, 0},
	    {"1.0", SP_NUM_SYNTAX, 0},
	    {"1e3", SP_NUM_SYNTAX, 0},
	    {" 1", SP_NUM_SYNTAX, 0},
	    {"1 ", SP_NUM_SYNTAX, 0},
	    {"x", SP_NUM_SYNTAX, 0},
	    {"\xd9\xa1", SP_NUM_SYNTAX, 0}, /* an Arabic digit */
	};
	int64_t n;

	(void)state;
	CHECK(sp_num_uint, rows);
	assert_int_equal(sp_num_uint((struct sp_str){"1\0", 2}, &n), SP_NUM_SYNTAX);
	assert_int_equal(sp_num_uint((struct sp_str){NULL, 0}, &n), SP_NUM_EMPTY);
}

static void
reads_sizes(void **state)
{
	static const struct row rows[] = {
	    {"0", SP_NUM_OK, 0},
	    {"4096", SP_NUM_OK, 4096},
	    {"512b", SP_NUM_OK, 512},
	    {"512B", SP_NUM_OK, 512},
	    {"1k", SP_NUM_OK, K},
	    {"512m", SP_NUM_OK, 512 * M},
	    {"512M", SP_NUM_OK, 512 * M},
	    {"512mb", SP_NUM_OK, 512 * M},
	    {"512MiB", SP_NUM_OK, 512 * M},
	    {"512mIB", SP_NUM_OK, 512 * M},
	    {"2g", SP_NUM_OK, 2 * G},
	    {"1.5g", SP_NUM_OK, G + G / 2},
	    {"0.5g", SP_NUM_OK, G / 2},
	    {"1.3g", SP_NUM_OK, 1395864371}, /* as docker: down to whole bytes */
	    {"1.0", SP_NUM_OK, 1},
	    {"3t", SP_NUM_OK, 3 * T},
	    {"8388607t", SP_NUM_OK, 8388607 * T},
	    {"8388607.999999t", SP_NUM_OK, 8388607 * T + 999999 * T / 1000000},
	    {"8388608t", SP_NUM_RANGE, 0},
	    {"9223372036854775807", SP_NUM_OK, INT64_MAX},
	    {"9223372036854775807k", SP_NUM_RANGE, 0},
	    {"1.5", SP_NUM_RANGE, 0},
	    {"1.5b", SP_NUM_RANGE, 0},
	    {"1.0000001g", SP_NUM_RANGE, 0},
	    {"", SP_NUM_EMPTY, 0},
	    {"0512m", SP_NUM_LEADING_ZERO, 0},
	    {"00.5g", SP_NUM_LEADING_ZERO, 0},
	    {"m", SP_NUM_SYNTAX, 0},
	    {"-1", SP_NUM_SYNTAX, 0},
	    {".5g", SP_NUM_SYNTAX, 0},
	    {"5.g", SP_NUM_SYNTAX, 0},
	    {"1.5.5g", SP_NUM_SYNTAX, 0},
	    {"1,5g", SP_NUM_SYNTAX, 0},
	    {"1 g", SP_NUM_SYNTAX, 0},
	    {"1gg", SP_NUM_SYNTAX, 0},
	    {"1gi", SP_NUM_SYNTAX, 0},
	    {"1gbb", SP_NUM_SYNTAX, 0},
	    {"1ib", SP_NUM_SYNTAX, 0},
	    {"1p", SP_NUM_SYNTAX, 0},
	    {"unlimited", SP_NUM_SYNTAX, 0},
	};

	(void)state;
	CHECK(sp_num_size, rows);
}

static void
reads_cpus(void **state)
{
	static const struct row rows[] = {
	    {"0", SP_NUM_OK, 0},
	    {"1", SP_NUM_OK, 1000000000},
	    {"1.5", SP_NUM_OK, 1500000000},
	    {"0.000000001", SP_NUM_OK, 1},
	    {"0.1", SP_NUM_OK, 100000000},
	    {"9223372036.854775807", SP_NUM_OK, INT64_MAX},
	    {"9223372036.854775808", SP_NUM_RANGE, 0},
	    {"9223372037", SP_NUM_RANGE, 0},
	    {"0.0000000001", SP_NUM_RANGE, 0},
	    {"", SP_NUM_EMPTY, 0},
	    {"01.5", SP_NUM_LEADING_ZERO, 0},
	    {"1.", SP_NUM_SYNTAX, 0},
	    {".5", SP_NUM_SYNTAX, 0},
	    {"2 cpus", SP_NUM_SYNTAX, 0},
	    {"1e3", SP_NUM_SYNTAX, 0},
	    {".inf", SP_NUM_SYNTAX, 0},
	    {"-1", SP_NUM_SYNTAX, 0},
	};

	(void)state;
	CHECK(sp_num_cpus, rows);
}

static void
reads_durations(void **state)
{
	static const struct row rows[] = {
	    {"0s", SP_NUM_OK, 0},
	    {"45s", SP_NUM_OK, 45},
	    {"5m", SP_NUM_OK, 300},
	    {"2h", SP_NUM_OK, 7200},
	    {"30d", SP_NUM_OK, 30 * 86400},
	    {"2w", SP_NUM_OK, 14 * 86400},
	    {"9223372036854775807s", SP_NUM_OK, INT64_MAX},
	    {"9223372036854775807m", SP_NUM_RANGE, 0},
	    {"9223372036854775808s", SP_NUM_RANGE, 0},
	    {"", SP_NUM_EMPTY, 0},
	    {"030d", SP_NUM_LEADING_ZERO, 0},
	    {"30", SP_NUM_SYNTAX, 0},
	    {"d", SP_NUM_SYNTAX, 0},
	    {"30D", SP_NUM_SYNTAX, 0}, /* 30M: minutes or months? */
	    {"30M", SP_NUM_SYNTAX, 0},
	    {"1h30m", SP_NUM_SYNTAX, 0},
	    {"1.5h", SP_NUM_SYNTAX, 0},
	    {"30y", SP_NUM_SYNTAX, 0},
	    {"-1d", SP_NUM_SYNTAX, 0},
	};

	(void)state;
	CHECK(sp_num_duration, rows);
}

static void
reads_dates(void **state)
{
	static const struct row rows[] = {
	    {"1970-01-01", SP_NUM_OK, 0},
	    {"1970-01-01T00:00:01Z", SP_NUM_OK, 1},
	    {"1969-12-31T23:59:59Z", SP_NUM_OK, -1},
	    {"2026-12-31", SP_NUM_OK, 1798675200},
	    {"2026-12-31T18:00:00Z", SP_NUM_OK, 1798740000},
	    {"2000-02-29", SP_NUM_OK, 951782400},
	    {"2024-02-29", SP_NUM_OK, 1709164800},
	    {"9999-12-31T23:59:59Z", SP_NUM_OK, 253402300799},
	    {"0000-01-01", SP_NUM_OK, -62167219200},
	    {"2025-02-29", SP_NUM_RANGE, 0},
	    {"1900-02-29", SP_NUM_RANGE, 0},
	    {"2026-04-31", SP_NUM_RANGE, 0},
	    {"2026-13-01", SP_NUM_RANGE, 0},
	    {"2026-00-01", SP_NUM_RANGE, 0},
	    {"2026-01-00", SP_NUM_RANGE, 0},
	    {"2026-01-32", SP_NUM_RANGE, 0},
	    {"2026-01-01T24:00:00Z", SP_NUM_RANGE, 0},
	    {"2026-01-01T00:60:00Z", SP_NUM_RANGE, 0},
	    {"2026-01-01T00:00:60Z", SP_NUM_RANGE, 0},
	    {"", SP_NUM_EMPTY, 0},
	    {"31.12.2026", SP_NUM_SYNTAX, 0},
	    {"2026-1-1", SP_NUM_SYNTAX, 0},
	    {"2026-12-31T18:00Z", SP_NUM_SYNTAX, 0},
	    {"2026-12-31T18:00:00", SP_NUM_SYNTAX, 0},
	    {"2026-12-31T18:00:00+01:00", SP_NUM_SYNTAX, 0},
	    {"2026-12-31 18:00:00Z", SP_NUM_SYNTAX, 0},
	    {"2026-12-3l", SP_NUM_SYNTAX, 0},
	    {"never", SP_NUM_SYNTAX, 0},
	};

	(void)state;
	CHECK(sp_num_date, rows);
}

/* Every day of our calendar against the C library's. */
static void
calendar_agrees_with_timegm(void **state)
{
	struct sp_arena arena;

	(void)state;
	sp_arena_init(&arena, 1 << 16);
	for (int64_t day = -719528; day < 2932897; day += day < -1000 || day > 60000 ? 13 : 1) {
		int64_t want = day * 86400 + (day * 7919 % 86400 + 86400) % 86400, got;
		time_t t = (time_t)want;
		struct sp_buf buf;
		char text[32];
		struct tm tm;

		gmtime_r(&t, &tm);
		tm.tm_year += 1900;
		assert_true(snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02dZ",
		                     tm.tm_year, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
		                     tm.tm_sec) == 20);
		sp_arena_reset(&arena);
		sp_buf_init(&buf, &arena, 100);
		sp_buf_add_date(&buf, want);
		assert_string_equal(sp_buf_str(&buf).p, text);
		assert_int_equal(sp_num_date(sp_strz(text), &got), SP_NUM_OK);
		assert_int_equal(got, want);
	}
	sp_arena_fini(&arena);
}

static void
prints_shortest(void **state)
{
	static const struct {
		void (*add)(struct sp_buf *, int64_t);
		int64_t value;
		const char *text;
	} rows[] = {
	    {sp_buf_add_size, 0, "0"},
	    {sp_buf_add_size, 1, "1"},
	    {sp_buf_add_size, 1023, "1023"},
	    {sp_buf_add_size, 4097, "4097"},
	    {sp_buf_add_size, 4096, "4k"},
	    {sp_buf_add_size, 512 * M, "512m"},
	    {sp_buf_add_size, 2 * G, "2g"},
	    {sp_buf_add_size, G + G / 2, "1.5g"},
	    {sp_buf_add_size, 1395864371, "1.3g"},
	    {sp_buf_add_size, G / 2, "512m"},
	    {sp_buf_add_size, G + 1, "1073741825"},
	    {sp_buf_add_size, 1000000000, "1000000000"},
	    {sp_buf_add_size, -1, "-1"},
	    {sp_buf_add_size, INT64_MAX, "9223372036854775807"},
	    {sp_buf_add_size, INT64_MIN, "-9223372036854775808"},
	    {sp_buf_add_cpus, 0, "0"},
	    {sp_buf_add_cpus, 1500000000, "1.5"},
	    {sp_buf_add_cpus, 4000000000, "4"},
	    {sp_buf_add_cpus, 1, "0.000000001"},
	    {sp_buf_add_cpus, 100000000, "0.1"},
	    {sp_buf_add_cpus, INT64_MAX, "9223372036.854775807"},
	    {sp_buf_add_cpus, -5, "-5 nano"},
	    {sp_buf_add_duration, 0, "0s"},
	    {sp_buf_add_duration, 30 * 86400, "30d"},
	    {sp_buf_add_duration, 14 * 86400, "2w"},
	    {sp_buf_add_duration, 90, "90s"},
	    {sp_buf_add_duration, 5400, "90m"},
	    {sp_buf_add_duration, -60, "-1m"},
	    {sp_buf_add_date, 0, "1970-01-01T00:00:00Z"},
	    {sp_buf_add_date, 1798740000, "2026-12-31T18:00:00Z"},
	    {sp_buf_add_date, 253402300800, "253402300800"},
	    {sp_buf_add_date, INT64_MIN, "-9223372036854775808"},
	    {sp_buf_add_date, INT64_MAX, "9223372036854775807"},
	};
	struct sp_arena arena;

	(void)state;
	sp_arena_init(&arena, 1 << 20);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sp_buf buf;

		sp_buf_init(&buf, &arena, 1000);
		rows[i].add(&buf, rows[i].value);
		assert_string_equal(sp_buf_str(&buf).p, rows[i].text);
	}
	sp_arena_fini(&arena);
}

/* What is printed is read again as the same value. */
static void
print_and_read_agree(void **state)
{
	static const struct {
		void (*add)(struct sp_buf *, int64_t);
		enum sp_num_err (*read)(struct sp_str, int64_t *);
	} kinds[] = {
	    {sp_buf_add_size, sp_num_size},
	    {sp_buf_add_cpus, sp_num_cpus},
	    {sp_buf_add_duration, sp_num_duration},
	};
	struct sp_arena arena;
	uint64_t seed = 1;

	(void)state;
	sp_arena_init(&arena, 1 << 16);
	for (int i = 0; i < 60000; i++) {
		struct sp_buf buf;
		int64_t value, got;

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		value = (int64_t)(seed >> (1 + i % 63)); /* all magnitudes */
		if (i % 5 == 0)
			value &= ~(int64_t)0xfffff; /* round ones */
		sp_arena_reset(&arena);
		sp_buf_init(&buf, &arena, 100);
		kinds[i % 3].add(&buf, value);
		if (kinds[i % 3].read(sp_buf_str(&buf), &got) != SP_NUM_OK || got != value)
			fail_msg("%lld was printed as %s", (long long)value, sp_buf_str(&buf).p);
	}
	sp_arena_fini(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_whole_numbers), cmocka_unit_test(reads_sizes),
	    cmocka_unit_test(reads_cpus),          cmocka_unit_test(reads_durations),
	    cmocka_unit_test(reads_dates),         cmocka_unit_test(calendar_agrees_with_timegm),
	    cmocka_unit_test(prints_shortest),     cmocka_unit_test(print_and_read_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
