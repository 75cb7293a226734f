/* SPDX-License-Identifier: Apache-2.0 */
/* Lexical paths, also against a slow description of Go's path.Clean on all short strings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sallyport/base.h"

static void
cleans_as_go_does(void **state)
{
	static const char *const rows[][2] = {
	    {"/", "/"},
	    {"//", "/"},
	    {"/.", "/"},
	    {"/..", "/"},
	    {"/../..", "/"},
	    {"/etc", "/etc"},
	    {"/etc/", "/etc"},
	    {"//etc//passwd", "/etc/passwd"},
	    {"/srv/../etc", "/etc"},
	    {"/srv/./blue/.", "/srv/blue"},
	    {"/srv/blue/../..", "/"},
	    {"/srv/blue/../../../etc/..", "/"},
	    {"/srv/...", "/srv/..."},
	    {"/srv/..blue/.x", "/srv/..blue/.x"},
	    {"/a b/c\nd", "/a b/c\nd"},
	};
	struct sp_arena arena;

	(void)state;
	sp_arena_init(&arena, 1 << 16);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sp_str in = sp_strz(rows[i][0]);
		struct sp_str out = sp_path_clean(&arena, in);

		if (!sp_str_is(out, rows[i][1]))
			fail_msg("'%s' became '%.*s'", rows[i][0], SP_FMT(out));
		if (sp_str_eq(in, out))
			assert_ptr_equal(in.p, out.p); /* nothing was copied */
	}
	assert_null(sp_path_clean(&arena, SP_STR("")).p);
	assert_null(sp_path_clean(&arena, (struct sp_str){NULL, 0}).p);
	assert_null(sp_path_clean(&arena, SP_STR("etc/passwd")).p);
	assert_null(sp_path_clean(&arena, SP_STR("../etc")).p);
	assert_false(arena.full);
	sp_arena_fini(&arena);
}

static void
full_arena_gives_no_path(void **state)
{
	struct sp_arena arena;

	(void)state;
	sp_arena_init(&arena, 0);
	assert_null(sp_path_clean(&arena, SP_STR("/srv/../etc")).p);
	assert_true(arena.full);
	assert_true(sp_str_is(sp_path_clean(&arena, SP_STR("/etc")), "/etc"));
	sp_arena_fini(&arena);
}

/* The three rewriting steps of the description of path.Clean, repeated until nothing changes. */
static size_t
slow_clean(char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t end = i + 1, drop_from = i, drop_to;

		if (p[i] != '/')
			continue;
		while (end < n && p[end] != '/')
			end++;
		if (end == i + 1 || (end == i + 2 && p[i + 1] == '.')) {
			drop_to = end;
		} else if (end == i + 3 && p[i + 1] == '.' && p[i + 2] == '.') {
			while (drop_from > 0 && p[--drop_from] != '/')
				;
			drop_to = end;
		} else {
			continue;
		}
		memmove(p + drop_from, p + drop_to, n - drop_to);
		n -= drop_to - drop_from;
		i = (size_t)-1;
	}
	if (n == 0)
		p[n++] = '/';
	return n;
}

static void
oracle_on_all_short_paths(void **state)
{
	static const char letters[] = "/.a";
	struct sp_arena arena;

	(void)state;
	sp_arena_init(&arena, 1 << 16);
	for (size_t len = 0; len <= 9; len++) {
		size_t n = 1;

		for (size_t i = 0; i < len; i++)
			n *= 3;
		for (size_t x = 0; x < n; x++) {
			char in[10] = "/", want[10];
			size_t want_len, rest = x;
			struct sp_str got;

			for (size_t i = 1; i <= len; i++, rest /= 3)
				in[i] = letters[rest % 3];
			memcpy(want, in, sizeof(want));
			want_len = slow_clean(want, len + 1);
			sp_arena_reset(&arena);
			got = sp_path_clean(&arena, (struct sp_str){in, len + 1});
			if (!sp_str_eq(got, (struct sp_str){want, want_len}))
				fail_msg("'%.*s' became '%.*s'", (int)len + 1, in, SP_FMT(got));
		}
	}
	sp_arena_fini(&arena);
}

static void
within_is_by_parts(void **state)
{
	static const struct {
		const char *path, *dir;
		bool within;
	} rows[] = {
	    {"/srv/blue", "/srv/blue", true},
	    {"/srv/blue/x", "/srv/blue", true},
	    {"/srv/blue2", "/srv/blue", false},
	    {"/srv", "/srv/blue", false},
	    {"/", "/", true},
	    {"/srv", "/", true},
	    {"/", "/srv", false},
	    {"/srv/Blue", "/srv/blue", false},
	    {"", "/", false},
	    {"/srv", "", false},
	    {"srv", "/", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (sp_path_within(sp_strz(rows[i].path), sp_strz(rows[i].dir)) != rows[i].within)
			fail_msg("'%s' in '%s'", rows[i].path, rows[i].dir);
	assert_false(sp_path_within((struct sp_str){NULL, 0}, (struct sp_str){NULL, 0}));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(cleans_as_go_does),
	    cmocka_unit_test(full_arena_gives_no_path),
	    cmocka_unit_test(oracle_on_all_short_paths),
	    cmocka_unit_test(within_is_by_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
