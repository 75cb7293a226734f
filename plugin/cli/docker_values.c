/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docker_values.c: the values of docker's flags: what its own parsers take, as far as two readers
 * can agree about it.
 */
#include "cli/docker_parts.h"

#define NANO 1000000000

bool
sp_docker_int(struct sp_str s, int64_t *n)
{
	bool minus = s.len && s.p[0] == '-';

	if (sp_num_uint(minus ? sp_str_from(s, 1) : s, n) != SP_NUM_OK)
		return false;
	if (minus)
		*n = -*n;
	return true;
}

bool
sp_docker_bytes(struct sp_str s, int64_t *n)
{
	/* -1 is "no limit" to the API; docker itself sends it for --memory-swap only. */
	if (sp_str_is(s, "-1")) {
		*n = -1;
		return true;
	}
	return sp_num_size(s, n) == SP_NUM_OK;
}

bool
sp_docker_bool(struct sp_str s, bool *b)
{
	static const char *const on[] = {"1", "t", "T", "TRUE", "true", "True"};
	static const char *const off[] = {"0", "f", "F", "FALSE", "false", "False"};

	for (size_t i = 0; i < sizeof(on) / sizeof(on[0]); i++) {
		*b = sp_str_is(s, on[i]);
		if (*b || sp_str_is(s, off[i]))
			return true;
	}
	return false;
}

static int64_t
unit_of(struct sp_str *s)
{
	static const struct {
		const char *name;
		int64_t nanoseconds;
	} units[] = {{"ns", 1},         {"us", 1000},       {"ms", 1000000},
	             {"s", 1000000000}, {"m", 60000000000}, {"h", 3600000000000}};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		struct sp_str name = sp_strz(units[i].name);

		/* "m" is also the beginning of "ms", which comes first. */
		if (sp_str_starts(*s, name)) {
			*s = sp_str_from(*s, name.len);
			return units[i].nanoseconds;
		}
	}
	return 0;
}

bool
sp_docker_duration(struct sp_str s, int64_t *nanoseconds)
{
	*nanoseconds = 0;
	if (sp_str_is(s, "0"))
		return true;
	if (s.len == 0)
		return false;
	while (s.len) {
		int64_t n, unit, whole;
		size_t digits = 0;

		while (digits < s.len &&
		       ((s.p[digits] >= '0' && s.p[digits] <= '9') || s.p[digits] == '.'))
			digits++;
		/* The decimals of a number of CPUs are just the ones wanted here: nine. */
		if (sp_num_cpus(sp_str_head(s, digits), &n) != SP_NUM_OK)
			return false;
		s = sp_str_from(s, digits);
		unit = unit_of(&s);
		/* n is in billionths: the whole part, then what the fraction comes to. */
		if (unit == 0 || __builtin_mul_overflow(n / NANO, unit, &whole) ||
		    __builtin_add_overflow(*nanoseconds, whole, nanoseconds) ||
		    __builtin_add_overflow(*nanoseconds,
		                           (int64_t)((double)(n % NANO) / NANO * (double)unit),
		                           nanoseconds))
			return false;
	}
	return true;
}

bool
sp_docker_csv(struct sp_arena *arena, struct sp_str *rest, struct sp_str *field)
{
	struct sp_buf out;

	if (!rest->p)
		return false;
	if (rest->len == 0 || rest->p[0] != '"') {
		if (!sp_str_cut(*rest, ',', field, rest))
			rest->p = NULL;
		return true;
	}
	sp_buf_init(&out, arena, rest->len);
	for (size_t i = 1; i < rest->len; i++) {
		if (rest->p[i] != '"') {
			sp_buf_addc(&out, rest->p[i]);
		} else if (i + 1 < rest->len && rest->p[i + 1] == '"') {
			sp_buf_addc(&out, rest->p[i++]);
		} else if (i + 1 == rest->len || rest->p[i + 1] == ',') {
			*field = sp_buf_str(&out);
			*rest = i + 1 == rest->len ? (struct sp_str){NULL, 0}
			                           : sp_str_from(*rest, i + 2);
			return true;
		} else {
			break;
		}
	}
	/* A quote in the wrong place: as it stands, for the caller to refuse. */
	*field = *rest;
	*rest = (struct sp_str){NULL, 0};
	return true;
}

struct sp_str
sp_docker_lower(struct sp_arena *arena, struct sp_str s)
{
	char *to = sp_arena_bytes(arena, s.len + 1);

	for (size_t i = 0; to && i < s.len; i++)
		to[i] = (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] + 32 : s.p[i]);
	return (struct sp_str){to, to ? s.len : 0};
}

int
sp_docker_absolute(struct sp_docker *d, struct sp_str path)
{
	if (path.len && (path.p[0] == '.' || path.p[0] == '~' || path.p[0] == '$'))
		return sp_docker_fail(d, "write the whole path",
		                      "the path '%.*s' means something only where the command is "
		                      "typed",
		                      SP_FMT(path));
	return 0;
}
