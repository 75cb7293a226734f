/* SPDX-License-Identifier: Apache-2.0 */
/* test_own_paths.c: which paths are ours, and which only lie beside them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "server/own_paths.h"

static struct sp_arena arena;
static char top[] = "/tmp/sallyport-own-XXXXXX";
static char old[4096];

static int
set_up(void **state)
{
	(void)state;
	sp_arena_init(&arena, 1 << 20);
	if (!getcwd(old, sizeof(old)) || !mkdtemp(top) || chdir(top) != 0)
		return -1;
	return mkdir("d", 0700) || mkdir("real", 0700) || mkdir("sallyport", 0700);
}

static int
tear_down(void **state)
{
	(void)state;
	sp_arena_fini(&arena);
	return rmdir("d") || rmdir("real") || rmdir("sallyport") || chdir(old) || rmdir(top);
}

static void
touch(const char *path)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fclose(f);
}

static bool
has(const struct sp_own_paths *own, const char *path)
{
	for (size_t i = 0; i < own->n; i++) {
		if (sp_str_is(own->path[i], path))
			return true;
	}
	return false;
}

static const char *
below_top(const char *path)
{
	return sp_arena_printf(&arena, "%s%s", top, path);
}

static void
a_file_by_its_whole_name(void **state)
{
	struct sp_own_paths own = {.n = 0};

	(void)state;
	touch("d/policy.yaml");
	sp_own_paths_add(&own, "d/../d/./policy.yaml", &arena);
	assert_int_equal(own.n, 1);
	assert_true(has(&own, below_top("/d/policy.yaml")));
	sp_own_paths_add(&own, below_top("/d/policy.yaml"), &arena);
	assert_int_equal(own.n, 1);
	assert_int_equal(unlink("d/policy.yaml"), 0);
}

static void
both_ends_of_a_link(void **state)
{
	struct sp_own_paths own = {.n = 0};

	(void)state;
	touch("real/p.yaml");
	assert_int_equal(symlink("../real/p.yaml", "d/p.yaml"), 0);
	sp_own_paths_add(&own, below_top("/d/p.yaml"), &arena);
	assert_int_equal(own.n, 2);
	assert_true(has(&own, below_top("/d/p.yaml")) && has(&own, below_top("/real/p.yaml")));
	assert_int_equal(unlink("d/p.yaml") || unlink("real/p.yaml"), 0);
}

/* Of other directories only the file: a project is not ours because a policy lies in it. */
static void
a_directory_that_is_called_sallyport(void **state)
{
	struct sp_own_paths own = {.n = 0};

	(void)state;
	touch("sallyport/policy.yaml");
	sp_own_paths_add(&own, "sallyport/policy.yaml", &arena);
	assert_int_equal(own.n, 2);
	assert_true(has(&own, below_top("/sallyport")));
	assert_true(has(&own, below_top("/sallyport/policy.yaml")));
	assert_int_equal(unlink("sallyport/policy.yaml"), 0);
}

static void
only_files_that_are_there(void **state)
{
	struct sp_own_paths own = {.n = 0};

	(void)state;
	sp_own_paths_add(&own, "/dev/null", &arena);
	sp_own_paths_add(&own, "d", &arena);
	sp_own_paths_add(&own, "/", &arena);
	sp_own_paths_add(&own, "no/such/file", &arena);
	sp_own_paths_add(&own, "", &arena);
	assert_int_equal(own.n, 0);
}

static void
the_socket_we_are_asked_through(void **state)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	sp_auto_fd int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	sp_auto_fd int nameless = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sp_own_paths own = {.n = 0};

	(void)state;
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s/d/s.sock", top);
	assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	sp_own_paths_add_socket(&own, nameless, &arena);
	assert_int_equal(own.n, 0);
	sp_own_paths_add_socket(&own, fd, &arena);
	assert_int_equal(own.n, 1);
	assert_true(has(&own, below_top("/d/s.sock")));
	assert_int_equal(unlink("d/s.sock"), 0);
}

static void
there_is_room_for_all_files_and_no_overflow(void **state)
{
	struct sp_own_paths own = {.n = 0};

	(void)state;
	for (int i = 0; i < SP_OWN_PATHS + 5; i++) {
		const char *path = sp_arena_printf(&arena, "d/%d", i);

		touch(path);
		sp_own_paths_add(&own, path, &arena);
		assert_int_equal(unlink(path), 0);
	}
	assert_int_equal(own.n, SP_OWN_PATHS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_file_by_its_whole_name),
	    cmocka_unit_test(both_ends_of_a_link),
	    cmocka_unit_test(a_directory_that_is_called_sallyport),
	    cmocka_unit_test(only_files_that_are_there),
	    cmocka_unit_test(the_socket_we_are_asked_through),
	    cmocka_unit_test(there_is_room_for_all_files_and_no_overflow),
	};

	return cmocka_run_group_tests_name("own_paths", tests, set_up, tear_down);
}
