/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_given.c: paths resolved through links a test names, with what the kernel makes of the same
 * links beside it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "sallyport/given.h"

#define CAP ((size_t)16 << 20)

static struct sp_arena arena;

static int
set_up(void **state)
{
	(void)state;
	sp_arena_init(&arena, CAP);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	sp_arena_fini(&arena);
	return 0;
}

/* As SP_STR, where a constant is needed. */
#define TEXT(s)                                                                                    \
	{                                                                                          \
		(s), sizeof(s) - 1                                                                 \
	}
#define LINK(from, to)                                                                             \
	{                                                                                          \
		.said = {.path = TEXT(from), .resolved = TEXT(to) }                                \
	}

static struct sp_host_path
ask(const struct sp_given_path *paths, size_t n, const char *path)
{
	struct sp_given given = {paths, n};
	struct sp_host_path host = {.path = sp_strz(path)};
	struct sp_facts facts = {.host_paths = &host};

	sp_given_answer(&facts, &given, &arena);
	return host;
}

static void
expect(const struct sp_given_path *paths, size_t n, const char *path, const char *want)
{
	struct sp_host_path host = ask(paths, n, path);

	if (host.state != SP_HOST_RESOLVED || !sp_str_is(host.resolved, want))
		fail_msg("%s: expected %s, got %.*s %.*s", path, want, SP_FMT(host.resolved),
		         SP_FMT(host.why));
}

static const struct sp_given_path links[] = {
    LINK("/var/run", "/run"),         LINK("/a/rel", "b/c"),        LINK("/a/up", "../x"),
    LINK("/a/far-up", "../../../.."), LINK("/a/dir/self", "."),     LINK("/a/twice", "up/y"),
    LINK("/a/slashes", "//x///y/"),   LINK("/a/loop", "loop"),      LINK("/a/ping", "/a/pong"),
    LINK("/a/pong", "/a/ping"),       LINK("/a/under", "under/in"), LINK("/a/root", "/"),
};
#define N_LINKS (sizeof(links) / sizeof(links[0]))

static const struct {
	const char *path, *leads_to;
} ways[] = {
    {"/", "/"},
    {"/a", "/a"},
    {"/var/run", "/run"},
    {"/var/run/docker.sock", "/run/docker.sock"},
    {"/var/runner", "/var/runner"},
    {"/a/rel/d", "/a/b/c/d"},
    {"/a/up", "/x"},
    {"/a/far-up/z", "/z"},
    {"/a/dir/self/self/self", "/a/dir"},
    {"/a/twice/z", "/x/y/z"},
    {"/a/slashes", "/x/y"},
    {"/a/root", "/"},
    {"/a/root/var/run/x", "/run/x"},
    {"/no/such/place", "/no/such/place"},
};

static void
links_are_followed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		expect(links, N_LINKS, ways[i].path, ways[i].leads_to);
}

static void
nothing_given_leads_nowhere_else(void **state)
{
	struct sp_host_path host = {.path = SP_STR("/var/run")};
	struct sp_facts facts = {.host_paths = &host}, none = {0};

	(void)state;
	sp_given_answer(&facts, NULL, &arena);
	assert_int_equal(host.state, SP_HOST_RESOLVED);
	assert_ptr_equal(host.resolved.p, host.path.p);
	assert_int_equal(host.socket.len, 0);
	sp_given_answer(&none, NULL, &arena);
	assert_null(none.host_paths);
}

static void
loops_and_dead_ends_are_unknown(void **state)
{
	static const char *const paths[] = {"/a/loop", "/a/ping", "/a/pong/x", "/a/under"};
	const struct sp_given_path dead[] = {
	    {SP_GIVEN_DEAD_END, {.path = SP_STR("/d"), .why = SP_STR("permission denied")}},
	    LINK("/to", "/d/x"),
	    {SP_GIVEN_DEAD_END, {.path = SP_STR("/e")}},
	};
	struct sp_host_path host;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		host = ask(links, N_LINKS, paths[i]);
		assert_int_equal(host.state, SP_HOST_UNKNOWN);
		assert_true(sp_str_is(host.why, "a loop of symbolic links") ||
		            sp_str_is(host.why, "the path is too long"));
		assert_int_equal(host.resolved.len, 0);
	}
	host = ask(dead, 3, "/to");
	assert_int_equal(host.state, SP_HOST_UNKNOWN);
	assert_true(sp_str_is(host.why, "permission denied"));
	host = ask(dead, 3, "/e/x");
	assert_int_equal(host.state, SP_HOST_UNKNOWN);
	assert_true(host.why.len > 0);
	expect(dead, 3, "/dd", "/dd");
}

/* 40 links are followed, and not one more. */
static void
as_many_links_as_the_kernel(void **state)
{
	struct sp_given_path chain[42];
	struct sp_host_path host;

	(void)state;
	memset(chain, 0, sizeof(chain));
	for (int i = 0; i < 41; i++) {
		chain[i].said.path = sp_strz(sp_arena_printf(&arena, "/l%d", i));
		chain[i].said.resolved = sp_strz(sp_arena_printf(&arena, "l%d", i + 1));
	}
	expect(chain, 41, "/l1", "/l41");
	host = ask(chain, 41, "/l0");
	assert_int_equal(host.state, SP_HOST_UNKNOWN);
}

static void
long_paths_are_unknown(void **state)
{
	struct sp_str name = {sp_arena_alloc(&arena, 5000), 5000};
	struct sp_given_path given[] = {LINK("/l", "/x"), LINK("/m", "/x")};

	(void)state;
	memset((char *)(uintptr_t)name.p, 'n', name.len);
	memcpy((char *)(uintptr_t)name.p, "/", 1);
	given[0].said.resolved = name;
	assert_int_equal(ask(given, 2, "/l").state, SP_HOST_UNKNOWN);
	assert_int_equal(ask(given, 2, sp_arena_dup(&arena, name).p).state, SP_HOST_UNKNOWN);
	assert_int_equal(ask(given, 2, "/m").state, SP_HOST_RESOLVED);
}

static void
sockets_are_exposed_by_what_is_above_them(void **state)
{
	const struct sp_given_path given[] = {
	    {SP_GIVEN_SOCKET, {.path = SP_STR("/srv/d/e.sock"), .engine = SP_STR("dockerd")}},
	    LINK("/l", "/srv"),
	};
	static const char *const yes[] = {"/", "/srv", "/srv/d", "/srv/d/e.sock", "/l", "/l/d"};
	static const char *const no[] = {"/srv/d/e", "/srv/d/e.sock2", "/srv/x", "/sr", "/l/x"};

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		struct sp_host_path host = ask(given, 2, yes[i]);

		assert_true(sp_str_is(host.socket, "/srv/d/e.sock"));
		assert_true(sp_str_is(host.engine, "dockerd"));
	}
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(ask(given, 2, no[i]).socket.len, 0);
}

/* An answer is about the whole path and nothing else: it is not walked through. */
static void
answers_are_taken_as_they_are(void **state)
{
	const struct sp_given_path given[] = {
	    {SP_GIVEN_ANSWER,
	     {.path = SP_STR("/b"), .state = SP_HOST_UNKNOWN, .why = SP_STR("it is so")}},
	    {SP_GIVEN_ANSWER,
	     {.path = SP_STR("/a"),
	      .state = SP_HOST_RESOLVED,
	      .resolved = SP_STR("/etc"),
	      .socket = SP_STR("/etc/s"),
	      .engine = SP_STR("podman")}},
	};
	struct sp_host_path third = {.path = SP_STR("/a/x")};
	struct sp_host_path second = {.path = SP_STR("/b"), .next = &third};
	struct sp_host_path first = {.path = SP_STR("/a"), .next = &second};
	struct sp_given all = {given, 2};
	struct sp_facts facts = {.host_paths = &first};

	(void)state;
	sp_given_answer(&facts, &all, &arena);
	assert_true(sp_str_is(first.resolved, "/etc") && sp_str_is(first.socket, "/etc/s") &&
	            sp_str_is(first.engine, "podman"));
	assert_int_equal(first.state, SP_HOST_RESOLVED);
	assert_int_equal(second.state, SP_HOST_UNKNOWN);
	assert_true(sp_str_is(second.why, "it is so"));
	assert_int_equal(third.state, SP_HOST_RESOLVED);
	assert_true(sp_str_is(third.resolved, "/a/x"));
	assert_ptr_equal(first.next, &second);
}

static void
without_memory_nothing_is_known(void **state)
{
	const struct sp_given_path given[] = {LINK("/l", "/x")};
	struct sp_given all = {given, 1};
	struct sp_host_path host = {.path = SP_STR("/l/y")};
	struct sp_facts facts = {.host_paths = &host};
	struct sp_arena none;

	(void)state;
	sp_arena_init(&none, 0);
	sp_given_answer(&facts, &all, &none);
	assert_int_equal(host.state, SP_HOST_UNKNOWN);
	sp_arena_fini(&none);
}

/* --- beside the kernel --- */

static void
make(const char *top, const char *path, const char *target)
{
	const char *full = sp_arena_printf(&arena, "%s%s", top, path);
	const char *to = target;

	if (target && target[0] == '/')
		to = sp_arena_printf(&arena, "%s%s", top, target);
	if (to ? symlink(to, full) : mkdir(full, 0700))
		fail_msg("%s: cannot be made", full);
}

static void
the_kernel_says_the_same(void **state)
{
	static const char *const dirs[] = {"/run", "/var", "/a",     "/a/b", "/a/b/c",
	                                   "/x",   "/x/y", "/a/dir", "/z"};
	static const char *const asked[] = {"/var/run",         "/a/rel",   "/a/up",
	                                    "/a/dir/self/self", "/a/twice", "/a/root/a/rel"};
	char top[] = "/tmp/sallyport-given-XXXXXX";
	struct sp_given_path here[N_LINKS];
	char real[4096], real_top[4096];

	(void)state;
	assert_non_null(mkdtemp(top));
	assert_non_null(realpath(top, real_top));
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		make(real_top, dirs[i], NULL);
	for (size_t i = 0; i < N_LINKS; i++) {
		struct sp_str target = links[i].said.resolved;

		make(real_top, links[i].said.path.p, target.p);
		here[i] = links[i];
		here[i].said.path =
		    sp_strz(sp_arena_printf(&arena, "%s%s", real_top, links[i].said.path.p));
		if (target.p[0] == '/')
			here[i].said.resolved =
			    sp_strz(sp_arena_printf(&arena, "%s%s", real_top, target.p));
	}
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		const char *path = sp_arena_printf(&arena, "%s%s", real_top, asked[i]);

		assert_non_null(realpath(path, real));
		expect(here, N_LINKS, path, real);
	}
	for (size_t i = N_LINKS; i-- > 0;)
		unlink(here[i].said.path.p);
	for (size_t i = sizeof(dirs) / sizeof(dirs[0]); i-- > 0;)
		rmdir(sp_arena_printf(&arena, "%s%s", real_top, dirs[i]));
	assert_int_equal(rmdir(real_top), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(links_are_followed, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(nothing_given_leads_nowhere_else, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(loops_and_dead_ends_are_unknown, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(as_many_links_as_the_kernel, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(long_paths_are_unknown, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(sockets_are_exposed_by_what_is_above_them, set_up,
	                                    tear_down),
	    cmocka_unit_test_setup_teardown(answers_are_taken_as_they_are, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(without_memory_nothing_is_known, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(the_kernel_says_the_same, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("given", tests, NULL, NULL);
}
