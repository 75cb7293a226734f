/* SPDX-License-Identifier: Apache-2.0 */
/*
 * num.c: sizes, decimals, durations and dates as people write them, and back.  Strict on purpose:
 * a limit that two readers take differently is no limit.  Input: text from policies and requests.
 */
#include "sallyport/base.h"

#define NANO 1000000000
/* More decimals of a size mean nothing, and 10^6 TiB still fits 63 bits. */
#define SIZE_DECIMALS 6
#define CPU_DECIMALS 9
#define DAY 86400

/* Digits at the start of *s, which moves past them; no leading zero. */
static enum sp_num_err
whole(struct sp_str *s, int64_t *out)
{
	size_t n = 0;

	*out = 0;
	for (; n < s->len && s->p[n] >= '0' && s->p[n] <= '9'; n++) {
		if (n == 1 && s->p[0] == '0')
			return SP_NUM_LEADING_ZERO;
		if (__builtin_mul_overflow(*out, 10, out) ||
		    __builtin_add_overflow(*out, s->p[n] - '0', out))
			return SP_NUM_RANGE;
	}
	*s = sp_str_from(*s, n);
	return n ? SP_NUM_OK : SP_NUM_SYNTAX;
}

/*
 * ".25" at the start of *s, if anything: *part / *scale, scale a power of ten.  Too many decimals
 * are an error, not rounded: the number that holds should be the number that is written.
 */
static enum sp_num_err
decimals(struct sp_str *s, size_t max, int64_t *part, int64_t *scale)
{
	size_t n = 1;

	*part = 0;
	*scale = 1;
	if (s->len == 0 || s->p[0] != '.')
		return SP_NUM_OK;
	for (; n < s->len && s->p[n] >= '0' && s->p[n] <= '9'; n++) {
		if (n > max)
			return SP_NUM_RANGE;
		*part = *part * 10 + (s->p[n] - '0');
		*scale *= 10;
	}
	*s = sp_str_from(*s, n);
	return n > 1 ? SP_NUM_OK : SP_NUM_SYNTAX;
}

enum sp_num_err
sp_num_uint(struct sp_str s, int64_t *out)
{
	enum sp_num_err err;
	int64_t n;

	if (s.len == 0)
		return SP_NUM_EMPTY;
	err = whole(&s, &n);
	if (err != SP_NUM_OK)
		return err;
	if (s.len)
		return SP_NUM_SYNTAX;
	*out = n;
	return SP_NUM_OK;
}

/* "", "b", "k", "kb", "kib" ... in either case; 0 when it is none of them. */
static int64_t
size_unit(struct sp_str s)
{
	static const char letters[] = "kmgt";
	int64_t unit = 1;

	if (s.len == 0 || sp_str_eq_nocase(s, SP_STR("b")))
		return 1;
	for (size_t i = 0; letters[i]; i++) {
		unit *= 1024;
		if (!sp_str_eq_nocase(sp_str_head(s, 1), (struct sp_str){letters + i, 1}))
			continue;
		s = sp_str_from(s, 1);
		return s.len == 0 || sp_str_eq_nocase(s, SP_STR("b")) ||
		               sp_str_eq_nocase(s, SP_STR("ib"))
		           ? unit
		           : 0;
	}
	return 0;
}

enum sp_num_err
sp_num_size(struct sp_str s, int64_t *bytes)
{
	int64_t n, part, scale, unit;
	enum sp_num_err err;

	if (s.len == 0)
		return SP_NUM_EMPTY;
	err = whole(&s, &n);
	if (err == SP_NUM_OK)
		err = decimals(&s, SIZE_DECIMALS, &part, &scale);
	if (err != SP_NUM_OK)
		return err;
	unit = size_unit(s);
	if (unit == 0)
		return SP_NUM_SYNTAX;
	if (unit == 1 && part) /* half a byte */
		return SP_NUM_RANGE;
	/* As docker: what is left below one byte is dropped. */
	if (__builtin_mul_overflow(n, unit, &n) ||
	    __builtin_add_overflow(n, part * unit / scale, &n))
		return SP_NUM_RANGE;
	*bytes = n;
	return SP_NUM_OK;
}

enum sp_num_err
sp_num_cpus(struct sp_str s, int64_t *nano_cpus)
{
	int64_t n, part, scale;
	enum sp_num_err err;

	if (s.len == 0)
		return SP_NUM_EMPTY;
	err = whole(&s, &n);
	if (err == SP_NUM_OK)
		err = decimals(&s, CPU_DECIMALS, &part, &scale);
	if (err != SP_NUM_OK)
		return err;
	if (s.len)
		return SP_NUM_SYNTAX;
	if (__builtin_mul_overflow(n, NANO, &n) ||
	    __builtin_add_overflow(n, part * (NANO / scale), &n))
		return SP_NUM_RANGE;
	*nano_cpus = n;
	return SP_NUM_OK;
}

static const struct {
	char letter;
	int64_t seconds;
} duration_units[] = {{'w', 7 * DAY}, {'d', DAY}, {'h', 3600}, {'m', 60}, {'s', 1}};

#define N_DURATION_UNITS (sizeof(duration_units) / sizeof(duration_units[0]))

enum sp_num_err
sp_num_duration(struct sp_str s, int64_t *seconds)
{
	enum sp_num_err err;
	int64_t n;

	if (s.len == 0)
		return SP_NUM_EMPTY;
	err = whole(&s, &n);
	if (err != SP_NUM_OK)
		return err;
	for (size_t i = 0; s.len == 1 && i < N_DURATION_UNITS; i++) {
		if (s.p[0] != duration_units[i].letter)
			continue;
		if (__builtin_mul_overflow(n, duration_units[i].seconds, &n))
			return SP_NUM_RANGE;
		*seconds = n;
		return SP_NUM_OK;
	}
	return SP_NUM_SYNTAX;
}

/* Days from 1970-01-01 to the first of a month; years start in March, so leap days come last. */
static int64_t
days_before(int64_t year, int64_t month)
{
	int64_t y = month > 2 ? year : year - 1;
	int64_t m = month > 2 ? month - 3 : month + 9;

	/* y >= -1: 400 more years keep the divisions whole-numbered. */
	y += 400;
	return y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 - 719468 - 146097;
}

/* Reads `text` by `shape`: '0' stands for a digit, everything else for itself. */
static bool
has_shape(struct sp_str text, const char *shape)
{
	if (text.len != strlen(shape))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];

		if (shape[i] == '0' ? c < '0' || c > '9' : c != shape[i])
			return false;
	}
	return true;
}

static int64_t
digits(const char *p, int n)
{
	int64_t value = 0;

	while (n--)
		value = value * 10 + (*p++ - '0');
	return value;
}

enum sp_num_err
sp_num_date(struct sp_str s, int64_t *unix_seconds)
{
	bool is_long = has_shape(s, "0000-00-00T00:00:00Z");
	int64_t year, month, day, next, hour = 0, minute = 0, second = 0;

	if (s.len == 0)
		return SP_NUM_EMPTY;
	if (!is_long && !has_shape(s, "0000-00-00"))
		return SP_NUM_SYNTAX;
	year = digits(s.p, 4);
	month = digits(s.p + 5, 2);
	day = digits(s.p + 8, 2);
	if (is_long) {
		hour = digits(s.p + 11, 2);
		minute = digits(s.p + 14, 2);
		second = digits(s.p + 17, 2);
	}
	if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59)
		return SP_NUM_RANGE;
	next = month < 12 ? days_before(year, month + 1) : days_before(year + 1, 1);
	day += days_before(year, month) - 1;
	if (day >= next)
		return SP_NUM_RANGE;
	*unix_seconds = day * DAY + hour * 3600 + minute * 60 + second;
	return SP_NUM_OK;
}

/* `whole.part`, where part counts 1 / 10^places; zeros at the end are left out. */
static void
add_decimal(struct sp_buf *buf, int64_t n, int64_t part, int places)
{
	char text[CPU_DECIMALS];
	int len = 0;

	sp_buf_addi(buf, n);
	for (int i = places; i-- > 0; part /= 10) {
		text[i] = (char)('0' + part % 10);
		if (len == 0 && part % 10)
			len = i + 1;
	}
	if (len) {
		sp_buf_addc(buf, '.');
		sp_buf_add(buf, (struct sp_str){text, (size_t)len});
	}
}

/* Like 1.3g, when that is read as exactly these bytes and is the way a person would write it. */
static bool
add_size_decimal(struct sp_buf *buf, int64_t bytes, int64_t unit, char letter)
{
	int64_t n = bytes / unit;
	int64_t rest = bytes % unit;
	int64_t scale = 1;

	for (int places = 1; n >= 1 && n < 1024 && places <= 3; places++) {
		int64_t part;

		scale *= 10;
		part = (rest * scale + unit - 1) / unit; /* rest < 2^40: no overflow */
		if (part < scale && part * unit / scale == rest) {
			add_decimal(buf, n, part, places);
			sp_buf_addc(buf, letter);
			return true;
		}
	}
	return false;
}

void
sp_buf_add_size(struct sp_buf *buf, int64_t bytes)
{
	static const char letters[] = "kmgt";
	int64_t units[4];

	for (int i = 0; i < 4; i++)
		units[i] = i ? units[i - 1] * 1024 : 1024;
	for (int i = 3; bytes > 0 && i >= 0; i--) {
		/* 1.5g, but 512m and 1100k: decimals only where they are shorter */
		if (bytes % units[i] == 0) {
			sp_buf_addi(buf, bytes / units[i]);
			sp_buf_addc(buf, letters[i]);
			return;
		}
		if (bytes >= 1048576 && add_size_decimal(buf, bytes, units[i], letters[i]))
			return;
	}
	sp_buf_addi(buf, bytes);
}

void
sp_buf_add_cpus(struct sp_buf *buf, int64_t nano_cpus)
{
	if (nano_cpus < 0) /* nobody writes these, but a request can hold them */
		sp_buf_addf(buf, "%lld nano", (long long)nano_cpus);
	else
		add_decimal(buf, nano_cpus / NANO, nano_cpus % NANO, CPU_DECIMALS);
}

void
sp_buf_add_duration(struct sp_buf *buf, int64_t seconds)
{
	size_t i = 0;

	while (seconds == 0 ? i < N_DURATION_UNITS - 1 : seconds % duration_units[i].seconds != 0)
		i++;
	sp_buf_addi(buf, seconds / duration_units[i].seconds);
	sp_buf_addc(buf, duration_units[i].letter);
}

void
sp_buf_add_date(struct sp_buf *buf, int64_t unix_seconds)
{
	int64_t second, day, year, month = 12;

	if (unix_seconds < days_before(0, 1) * DAY || unix_seconds >= days_before(10000, 1) * DAY) {
		sp_buf_addi(buf, unix_seconds); /* no calendar we could print, or read again */
		return;
	}
	second = (unix_seconds % DAY + DAY) % DAY;
	day = (unix_seconds - second) / DAY;
	year = 1970 + day / 366 - (day < 0); /* at most a few years off */
	while (year > 0 && days_before(year, 1) > day)
		year--;
	while (days_before(year + 1, 1) <= day)
		year++;
	while (days_before(year, month) > day)
		month--;
	sp_buf_addf(buf, "%04d-%02d-%02dT%02d:%02d:%02dZ", (int)year, (int)month,
	            (int)(day - days_before(year, month) + 1), (int)(second / 3600),
	            (int)(second / 60 % 60), (int)(second % 60));
}
