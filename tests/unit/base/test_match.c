/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Name and path patterns: examples from the manual, and a naive matcher as oracle on all short
 * strings.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "sallyport/match.h"

static void
glob_examples(void **state)
{
	static const struct {
		const char *pattern, *text;
		char stop;
		bool matches;
	} rows[] = {
	    {"prod-*", "prod-web", 0, true},
	    {"prod-*", "prod-", 0, true},
	    {"prod-*", "xprod-web", 0, false},
	    {"prod-*", "Prod-web", 0, false},
	    {"*", "", 0, true},
	    {"*", "a/b", 0, true},
	    {"*", "a/b", '/', false},
	    {"*", "ab", '/', true},
	    {"*/*", "a/b", '/', true},
	    {"*/*", "a/b/c", '/', false},
	    {"*/*", "a/b/c", 0, true},
	    {"", "", 0, true},
	    {"", "a", 0, false},
	    {"a", "", 0, false},
	    {"a*a", "a", 0, false}, /* head and tail may not share text */
	    {"a*a", "aa", 0, true},
	    {"ab*ba", "aba", 0, false},
	    {"*ab*ab*", "aab", 0, false},
	    {"*ab*ab*", "abab", 0, true},
	    {"a?c", "abc", 0, false}, /* nothing but '*' is special */
	    {"a?c", "a?c", 0, true},
	    {"[ab]", "a", 0, false},
	    {"\\*", "*", 0, false},
	    {"**", "abc", 0, true},
	    {"a**b", "ab", 0, true},
	    {"a*/b", "ax/b", '/', true},
	    {"a*/b", "a/x/b", '/', false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (sp_match_glob(sp_strz(rows[i].pattern), sp_strz(rows[i].text), rows[i].stop) !=
		    rows[i].matches)
			fail_msg("'%s' and '%s'", rows[i].pattern, rows[i].text);
	assert_true(sp_match_glob((struct sp_str){NULL, 0}, (struct sp_str){NULL, 0}, 0));
	assert_true(sp_match_glob(SP_STR("*"), (struct sp_str){NULL, 0}, '/'));
	assert_false(sp_match_glob(SP_STR("*x*"), (struct sp_str){NULL, 0}, 0));
	assert_true(sp_match_glob((struct sp_str){"a*\0c", 4}, (struct sp_str){"ab\0c", 4}, 0));
	assert_false(sp_match_glob((struct sp_str){"a*\0c", 4}, (struct sp_str){"ab\0d", 4}, 0));
}

/* The definition, as slow as it is clear. */
static bool
naive_glob(struct sp_str pattern, struct sp_str text, char stop)
{
	if (pattern.len == 0)
		return text.len == 0;
	if (pattern.p[0] == '*') {
		if (naive_glob(sp_str_from(pattern, 1), text, stop))
			return true;
		return text.len && !(stop && text.p[0] == stop) &&
		       naive_glob(pattern, sp_str_from(text, 1), stop);
	}
	return text.len && text.p[0] == pattern.p[0] &&
	       naive_glob(sp_str_from(pattern, 1), sp_str_from(text, 1), stop);
}

struct strings {
	char (*text)[8];
	struct sp_str *s;
	size_t n;
};

/* "first" and all strings over `letters` of at most max_len more characters. */
static struct strings
all_strings(const char *first, const char *letters, size_t max_len)
{
	size_t k = strlen(letters), count = 1, total = 0, head = strlen(first);
	struct strings all;

	for (size_t len = 0; len <= max_len; len++, count *= k)
		total += count;
	all.text = calloc(total, sizeof(*all.text));
	all.s = calloc(total, sizeof(*all.s));
	assert_non_null(all.text);
	assert_non_null(all.s);
	all.n = 0;
	count = 1;
	for (size_t len = 0; len <= max_len; len++, count *= k) {
		for (size_t x = 0; x < count; x++) {
			char *p = all.text[all.n];
			size_t rest = x;

			memcpy(p, first, head);
			for (size_t i = 0; i < len; i++, rest /= k)
				p[head + i] = letters[rest % k];
			all.s[all.n++] = (struct sp_str){p, head + len};
		}
	}
	return all;
}

static void
free_strings(struct strings *all)
{
	free(all->text);
	free(all->s);
}

static void
glob_oracle(void **state)
{
	struct strings patterns = all_strings("", "ab*/", 6);
	struct strings texts = all_strings("", "ab/", 5);
	size_t matches = 0;

	(void)state;
	for (size_t i = 0; i < patterns.n; i++) {
		for (size_t j = 0; j < texts.n; j++) {
			for (int stop = 0; stop <= '/'; stop += '/') {
				bool want = naive_glob(patterns.s[i], texts.s[j], (char)stop);

				matches += want;
				if (sp_match_glob(patterns.s[i], texts.s[j], (char)stop) != want)
					fail_msg("'%.*s' and '%.*s', stop %d",
					         SP_FMT(patterns.s[i]), SP_FMT(texts.s[j]), stop);
			}
		}
	}
	assert_true(matches > 10000); /* the loop did compare something */
	free_strings(&patterns);
	free_strings(&texts);
}

/* A megabyte that a backtracking matcher would need hours for. */
static void
glob_is_linear(void **state)
{
	enum { LEN = 1 << 20 };
	static const char *const patterns[] = {
	    "*a*a*a*a*a*a*a*a*a*a*b", "a*a*a*a*a*a*a*a*a*a*ba", "*aaaaaaaab*aaaaaaaab*",
	    "*ab*ab*ab*ab*ab*ab*ab*", "*a*b*a*b*a*b*a*b*a*b*c",
	};
	char *text = malloc(LEN);
	clock_t start = clock();

	(void)state;
	assert_non_null(text);
	memset(text, 'a', LEN);
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
		assert_false(sp_match_glob(sp_strz(patterns[i]), (struct sp_str){text, LEN}, 0));
	text[LEN - 1] = 'b';
	assert_true(sp_match_glob(sp_strz(patterns[0]), (struct sp_str){text, LEN}, 0));
	assert_true(clock() - start < CLOCKS_PER_SEC);

	/* A pattern as long as a policy may write it, with as many stars. */
	start = clock();
	for (size_t i = 0; i < LEN; i++)
		text[i] = i % 2 ? 'b' : 'a';
	{
		char pattern[1000];

		for (size_t i = 0; i < sizeof(pattern); i++)
			pattern[i] = i % 2 ? 'a' : '*';
		assert_true(sp_match_glob((struct sp_str){pattern, sizeof(pattern) - 1},
		                          (struct sp_str){text, LEN}, 0));
		pattern[sizeof(pattern) - 1] = 'c';
		assert_false(sp_match_glob((struct sp_str){pattern, sizeof(pattern)},
		                           (struct sp_str){text, LEN}, 0));
	}
	assert_true(clock() - start < CLOCKS_PER_SEC);
	free(text);
}

static const struct {
	const char *pattern, *path;
	bool matches, exposes;
} path_rows[] = {
    {"/srv/blue", "/srv/blue", true, true},
    {"/srv/blue", "/srv/blue/x", false, true},
    {"/srv/blue", "/srv", false, true},
    {"/srv/blue", "/", false, true},
    {"/srv/blue", "/srv/blue2", false, false},
    {"/srv/blue", "/srv/blu", false, false},
    {"/srv/blue", "/Srv/blue", false, false},
    {"/srv/blue/**", "/srv/blue", true, true},
    {"/srv/blue/**", "/srv/blue/x/y", true, true},
    {"/srv/blue/**", "/srv/blue2", false, false},
    {"/srv/blue/**", "/srv", false, true},
    {"/srv/blue/**", "/", false, true},
    {"/**", "/", true, true},
    {"/**", "/etc/shadow", true, true},
    {"/", "/", true, true},
    {"/", "/etc", false, false}, /* a bare "/" means the root directory only */
    {"/*", "/", false, true},
    {"/*", "/etc", true, true},
    {"/*", "/etc/shadow", false, true},
    {"/srv/*/data", "/srv/blue/data", true, true},
    {"/srv/*/data", "/srv/blue", false, true},
    {"/srv/*/data", "/srv/blue/logs", false, false},
    {"/srv/*/data", "/srv/a/b/data", false, false},
    {"/srv/*/data", "/srv/a/data/x", false, true},
    {"/srv/*/data/**", "/srv/a/data/x/y", true, true},
    {"/srv/*/data/**", "/srv/a/b/data", false, false},
    {"/home/u-*", "/home/u-1", true, true},
    {"/home/u-*", "/home/u-", true, true},
    {"/home/u-*", "/home/v-1", false, false},
    {"/home/u-*", "/home/u-1/x", false, true},
    {"/run/docker.sock", "/run", false, true},
    {"/run/docker.sock", "/var", false, false},
    {"/run/docker.sock", "/run/docker.sockets", false, false},
    {"/srv/**", "/srv", true, true},
};

static void
path_examples(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(path_rows) / sizeof(path_rows[0]); i++) {
		struct sp_str pattern = sp_strz(path_rows[i].pattern);
		struct sp_str path = sp_strz(path_rows[i].path);

		if (sp_match_path(pattern, path) != path_rows[i].matches)
			fail_msg("match '%s' '%s'", pattern.p, path.p);
		if (sp_match_path_exposes(pattern, path) != path_rows[i].exposes)
			fail_msg("expose '%s' '%s'", pattern.p, path.p);
	}
}

/* What is no absolute path is granted by nothing and denied by everything. */
static void
odd_paths_fail_closed(void **state)
{
	static const struct sp_str odd[] = {{"", 0}, {NULL, 0}, {"etc", 3}, {"C:\\", 3}, {".", 1}};

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		assert_false(sp_match_path(SP_STR("/**"), odd[i]));
		assert_true(sp_match_path_exposes(SP_STR("/srv"), odd[i]));
		assert_true(sp_match_path_exposes(SP_STR("/"), odd[i]));
		assert_false(sp_match_path(odd[i], SP_STR("/srv")));
		assert_true(sp_match_path_exposes(odd[i], SP_STR("/srv")));
	}
}

static bool
is_clean(struct sp_str s)
{
	return s.len == 1 || (memmem(s.p, s.len, "//", 2) == NULL && s.p[s.len - 1] != '/');
}

static bool
naive_path(struct sp_str pattern, struct sp_str path)
{
	struct sp_str dir;

	if (!sp_str_ends(pattern, SP_STR("/**"))) {
		bool root = path.len == 1; /* its only "part" is no part that '*' could be */

		return root ? pattern.len == 1 : naive_glob(pattern, path, '/');
	}
	dir = sp_str_head(pattern, pattern.len - 3);
	if (dir.len == 0)
		return true;
	/* Some head of the path that ends at a slash or its end is the directory. */
	for (size_t n = 1; n <= path.len; n++)
		if ((n == path.len || path.p[n] == '/') && naive_path(dir, sp_str_head(path, n)))
			return true;
	return false;
}

static bool
naive_exposes(struct sp_str pattern, struct sp_str path)
{
	struct sp_str tree = pattern;
	char text[16];

	if (pattern.len == 1)
		return path.len == 1;
	if (path.len == 1)
		return true;
	/* in it: the pattern as a tree */
	if (!sp_str_ends(pattern, SP_STR("/**"))) {
		memcpy(text, pattern.p, pattern.len);
		memcpy(text + pattern.len, "/**", 3);
		tree = (struct sp_str){text, pattern.len + 3};
	}
	if (naive_path(tree, path))
		return true;
	/* above it: some head of the pattern is the path */
	for (size_t n = 1; n < tree.len - 3; n++)
		if (tree.p[n] == '/' && naive_path(sp_str_head(tree, n), path))
			return true;
	return false;
}

static void
path_oracle(void **state)
{
	struct strings patterns = all_strings("/", "ab*/", 6);
	struct strings paths = all_strings("/", "ab/", 5);
	size_t matches = 0, exposes = 0, compared = 0;

	(void)state;
	for (size_t i = 0; i < patterns.n; i++) {
		/* "**" as a part before the end is refused when a policy is loaded. */
		if (!is_clean(patterns.s[i]) || strstr(patterns.text[i], "/**/"))
			continue;
		for (size_t j = 0; j < paths.n; j++) {
			bool match, expose;

			if (!is_clean(paths.s[j]))
				continue;
			match = naive_path(patterns.s[i], paths.s[j]);
			expose = naive_exposes(patterns.s[i], paths.s[j]);
			compared++;
			matches += match;
			exposes += expose;
			if (sp_match_path(patterns.s[i], paths.s[j]) != match)
				fail_msg("match '%.*s' '%.*s'", SP_FMT(patterns.s[i]),
				         SP_FMT(paths.s[j]));
			if (sp_match_path_exposes(patterns.s[i], paths.s[j]) != expose)
				fail_msg("expose '%.*s' '%.*s'", SP_FMT(patterns.s[i]),
				         SP_FMT(paths.s[j]));
			if (match) /* what is named is also exposed */
				assert_true(expose);
		}
	}
	assert_true(matches > 1000 && exposes > matches && compared > exposes);
	free_strings(&patterns);
	free_strings(&paths);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(glob_examples),  cmocka_unit_test(glob_oracle),
	    cmocka_unit_test(glob_is_linear), cmocka_unit_test(path_examples),
	    cmocka_unit_test(path_oracle),    cmocka_unit_test(odd_paths_fail_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
