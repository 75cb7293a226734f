/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_index.c: the index finds exactly what comparing every pattern finds.  The oracle is the same
 * policy with one rule per pattern: the index of a single pattern cannot choose wrongly.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "engine/rule.h"
#include "sallyport/match.h"

#define CAP ((size_t)256 * 1024 * 1024)

static const char *const image_patterns[] = {
    "nginx",
    "nginx:1.*",
    "docker.io/library/*",
    "team/**",
    "team/a/**",
    "team/*/web",
    "r.example.com/**",
    "r.example.com/a",
    "r.example.com/a/**",
    "r.example.com/a:1",
    "*.example.com/x",
    "r.example.com/**/z",
    "r.example.com:5/a",
    "r.example.com/a/b:*",
    "r.example.com/a/b/c/**",
    "localhost/a",
};

static const char *const image_names[] = {
    "nginx",
    "nginx:1.2",
    "nginx:2",
    "redis",
    "team/x",
    "team/a/web",
    "team/b/web",
    "team/a/b/c",
    "r.example.com/a",
    "r.example.com/a:1",
    "r.example.com/a/b",
    "r.example.com/a/b/c",
    "r.example.com/q/w/z",
    "r.example.com/z",
    "s.example.com/x",
    "s.t.example.com/x",
    "r.example.com:5/a",
    "r.example.com:6/a",
    "localhost/a",
    "localhost/b",
    "example.com/x",
    "r.example.com/a/b/cd",
    "teams/x",
    "library/nginx",
};

static const char *const path_patterns[] = {
    "/",           "/**",          "/srv",        "/srv/**",
    "/srv/blue",   "/srv/blue/**", "/srv/*/data", "/home/*/src/**",
    "/etc/ssl:ro",
};

static const char *const paths[] = {
    "/",           "/srv",          "/srv/blue",      "/srv/blue2",      "/srv/blue/x",
    "/srv/a/data", "/srv/a/data/b", "/home/u/src",    "/home/u/src/x/y", "/home/src/x",
    "/etc/ssl",    "/etc",          "/etc/ssl/certs",
};

struct loaded {
	struct sp_arena arena;
	struct sp_policy *policy;
};

/* A policy whose only rule has these patterns for a key of may: or must:. */
static void
load(struct loaded *l, const char *block, const char *key, const char *const *patterns, size_t n)
{
	struct sp_diags diags;
	struct sp_buf text;

	sp_arena_init(&l->arena, CAP);
	sp_diags_init(&diags, &l->arena);
	sp_buf_init(&text, &l->arena, 8 * 1024 * 1024);
	sp_buf_addf(
	    &text,
	    "sallyport: 1\nallow:\n  r:\n    who: [anyone]\n    do: [container.create]\n    %s:\n",
	    block);
	sp_buf_addf(&text, "      %s: [", key);
	for (size_t i = 0; i < n; i++)
		sp_buf_addf(&text, "%s\"%s\"", i ? ", " : "", patterns[i]);
	sp_buf_addz(&text, "]\n");
	if (strcmp(key, "images") != 0)
		sp_buf_addz(&text, "    must: {images: any}\n");
	l->policy = sp_policy_parse(SP_STR("t.yaml"), sp_buf_str(&text), &diags);
	if (!l->policy) {
		struct sp_buf out;

		sp_buf_init(&out, &l->arena, 100000);
		sp_diags_print(&diags, &out, -1);
		fail_msg("%s", sp_buf_str(&out).p);
	}
}

static void
unload(struct loaded *l)
{
	sp_policy_unref(l->policy);
	sp_arena_fini(&l->arena);
}

static enum sp_tri
covers(const struct loaded *l, const struct sp_setting *s, const struct sp_value *v)
{
	struct sp_request req = {.action = SP_ACT_CONTAINER_CREATE};
	struct sp_arena arena;
	struct sp_eval ev = {.policy = l->policy, .req = &req, .arena = &arena};
	enum sp_tri t;

	sp_arena_init(&arena, CAP);
	t = sp_setting_covers(&ev, s, v);
	sp_arena_fini(&arena);
	return t;
}

static bool
hits(const struct loaded *l, const struct sp_setting *s, const struct sp_value *v)
{
	struct sp_request req = {.action = SP_ACT_CONTAINER_CREATE};
	struct sp_arena arena;
	struct sp_eval ev = {.policy = l->policy, .req = &req, .arena = &arena};
	struct sp_hit hit;
	enum sp_tri t;

	sp_arena_init(&arena, CAP);
	t = sp_setting_hits(&ev, s, v, &hit);
	sp_arena_fini(&arena);
	return t != SP_NO;
}

/* What a deny of all patterns says, against match.c's own answer for each of them. */
static void
test_exposed_as_one_by_one(void **state)
{
	size_t n_patterns = sizeof(path_patterns) / sizeof(path_patterns[0]) - 1; /* not ":ro" */
	unsigned yes = 0, no = 0;

	(void)state;
	for (size_t a = 0; a < n_patterns; a++) {
		for (size_t b = 0; b < n_patterns; b++) {
			const char *pair[] = {path_patterns[a], path_patterns[b]};
			struct loaded l;

			load(&l, "may", "bind", pair, 2);
			for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
				struct sp_str path = sp_strz(paths[i]);
				struct sp_value v = {
				    .fact = SP_FACT_BIND, .state = SP_SET, .text = path};
				bool want = sp_match_path_exposes(sp_strz(pair[0]), path) ||
				            sp_match_path_exposes(sp_strz(pair[1]), path);

				if (hits(&l, l.policy->rules[0].may, &v) != want)
					fail_msg("[%s, %s] on %s", pair[0], pair[1], paths[i]);
				yes += want;
				no += !want;
			}
			unload(&l);
		}
	}
	assert_true(yes > 100 && no > 100);
}

static void
test_images_as_one_by_one(void **state)
{
	size_t n_patterns = sizeof(image_patterns) / sizeof(image_patterns[0]);
	struct loaded all;
	unsigned yes = 0;

	(void)state;
	load(&all, "must", "images", image_patterns, n_patterns);
	for (size_t i = 0; i < sizeof(image_names) / sizeof(image_names[0]); i++) {
		struct sp_image image;
		struct sp_value v = {.fact = SP_FACT_IMAGES, .state = SP_SET, .image = &image};
		enum sp_tri want = SP_NO, got;

		sp_image_parse(sp_strz(image_names[i]), false, &all.arena, &image);
		for (size_t p = 0; p < n_patterns; p++) {
			struct loaded one;

			load(&one, "must", "images", &image_patterns[p], 1);
			if (covers(&one, one.policy->rules[0].must, &v) == SP_YES)
				want = SP_YES;
			unload(&one);
		}
		got = covers(&all, all.policy->rules[0].must, &v);
		if (got != want)
			fail_msg("%s: index says %d, one by one %d", image_names[i], got, want);
		yes += got == SP_YES;
	}
	assert_in_range(yes, 8, sizeof(image_names) / sizeof(image_names[0]) - 4);
	unload(&all);
}

static void
test_paths_as_one_by_one(void **state)
{
	size_t n_patterns = sizeof(path_patterns) / sizeof(path_patterns[0]);

	(void)state;
	/* Every pair of patterns, since "/" "**" alone hides all others. */
	for (size_t a = 0; a < n_patterns; a++) {
		for (size_t b = 0; b < n_patterns; b++) {
			const char *pair[] = {path_patterns[a], path_patterns[b]};
			struct loaded both, one[2];

			load(&both, "may", "bind", pair, 2);
			load(&one[0], "may", "bind", &pair[0], 1);
			load(&one[1], "may", "bind", &pair[1], 1);
			for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]) * 2; i++) {
				struct sp_value v = {.fact = SP_FACT_BIND,
				                     .state = SP_SET,
				                     .read_only = i % 2,
				                     .text = sp_strz(paths[i / 2])};
				bool want =
				    covers(&one[0], one[0].policy->rules[0].may, &v) == SP_YES ||
				    covers(&one[1], one[1].policy->rules[0].may, &v) == SP_YES;

				if ((covers(&both, both.policy->rules[0].may, &v) == SP_YES) !=
				    want)
					fail_msg("[%s, %s] on %s", pair[0], pair[1], paths[i / 2]);
			}
			unload(&both);
			unload(&one[0]);
			unload(&one[1]);
		}
	}
}

/* Ten thousand patterns answer right, and the number of comparisons does not grow with them. */
static void
test_many(void **state)
{
	static char text[10000][48];
	static const char *patterns[10000];
	struct loaded l;
	struct sp_image image;
	struct sp_value v = {.fact = SP_FACT_IMAGES, .state = SP_SET, .image = &image};

	(void)state;
	for (size_t i = 0; i < 10000; i++) {
		snprintf(text[i], sizeof(text[i]), "registry.example.com/team%zu/%s", i,
		         i % 2 ? "**" : "app");
		patterns[i] = text[i];
	}
	load(&l, "must", "images", patterns, 10000);
	assert_int_equal(l.policy->rules[0].must->n_wild, 0);
	for (size_t i = 0; i < 10000; i += 7) {
		char name[64];

		snprintf(name, sizeof(name), "registry.example.com/team%zu/%s", i,
		         i % 2 ? "a/b:1" : "app:1");
		sp_image_parse(sp_strz(name), false, &l.arena, &image);
		assert_int_equal(covers(&l, l.policy->rules[0].must, &v), SP_YES);
		snprintf(name, sizeof(name), "registry.example.com/team%zux/app", i);
		sp_image_parse(sp_strz(name), false, &l.arena, &image);
		assert_int_equal(covers(&l, l.policy->rules[0].must, &v), SP_NO);
	}
	unload(&l);
}

static void
test_index_of_strings(void **state)
{
	struct sp_arena arena;
	struct sp_index index;

	(void)state;
	sp_arena_init(&arena, CAP);
	assert_int_equal(sp_index_init(&index, &arena, 3), 0);
	assert_int_equal(sp_index_find(&index, SP_STR("a")), 0);
	assert_int_equal(sp_index_add(&index, SP_STR("a"), 7), 7);
	assert_int_equal(sp_index_add(&index, SP_STR("b"), 8), 8);
	assert_int_equal(sp_index_add(&index, SP_STR("a"), 9), 7); /* there already */
	assert_int_equal(sp_index_find(&index, SP_STR("a")), 1 + 7);
	assert_int_equal(sp_index_find(&index, SP_STR("b")), 1 + 8);
	assert_int_equal(sp_index_find(&index, SP_STR("ab")), 0);
	assert_int_equal(sp_index_init(&index, &arena, 0), 0);
	assert_int_equal(sp_index_find(&index, SP_STR("a")), 0);
	sp_arena_fini(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_index_of_strings),
	    cmocka_unit_test(test_images_as_one_by_one),
	    cmocka_unit_test(test_paths_as_one_by_one),
	    cmocka_unit_test(test_exposed_as_one_by_one),
	    cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests_name("index", tests, NULL, NULL);
}
