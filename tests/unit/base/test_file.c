/* SPDX-License-Identifier: Apache-2.0 */
/* Reading files, and whom a privileged process may believe.  Uses a new folder in /tmp. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sallyport/base.h"

#define OTHER_USER 65534

#define TOP "/tmp/sallyport-test-"

static char top[sizeof(TOP) + 6];
static char name[4200];

/* A path in our folder; valid until the next call. */
static const char *
in_top(const char *rest)
{
	snprintf(name, sizeof(name), "%s/%s", top, rest);
	return name;
}

static void
put(const char *rest, const char *text)
{
	FILE *f = fopen(in_top(rest), "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(name, 0644), 0);
}

static int
setup(void **state)
{
	(void)state;
	umask(022);
	snprintf(top, sizeof(top), "%s", TOP);
	memset(top + strlen(top), 'X', 6);
	return mkdtemp(top) ? 0 : -1;
}

static int
teardown(void **state)
{
	static const char *const files[] = {"sub/dir/file", "sub/file", "sub/link", "file", "link",
	                                    "loop",         "pipe",     "empty",    "big"};
	static const char *const dirs[] = {"sub/dir", "sub", ""};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		unlink(in_top(files[i]));
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		rmdir(in_top(dirs[i]));
	return access(top, F_OK) == 0 ? -1 : 0;
}

static void
reads_whole_files(void **state)
{
	struct sp_arena arena;
	struct sp_str s;

	(void)state;
	sp_arena_init(&arena, 1 << 20);
	put("file", "hello\nworld\n");
	assert_int_equal(sp_file_read(&arena, in_top("file"), 100, &s), 0);
	assert_true(sp_str_is(s, "hello\nworld\n"));
	assert_int_equal(sp_file_read(&arena, in_top("file"), 12, &s), 0);
	assert_int_equal(s.len, 12);
	assert_int_equal(sp_file_read(&arena, in_top("file"), 11, &s), EFBIG);
	assert_int_equal(s.len, 0);
	put("empty", "");
	assert_int_equal(sp_file_read(&arena, in_top("empty"), 0, &s), 0);
	assert_int_equal(s.len, 0);
	assert_int_equal(sp_file_read(&arena, in_top("file"), SIZE_MAX, &s), 0);
	assert_int_equal(s.len, 12);
	sp_arena_fini(&arena);
}

static void
reads_files_that_lie_about_their_size(void **state)
{
	struct sp_arena arena;
	struct sp_str s;

	(void)state;
	sp_arena_init(&arena, 1 << 22);
	assert_int_equal(sp_file_read(&arena, "/proc/self/smaps", 1 << 20, &s), 0); /* size 0 */
	assert_true(s.len > 1000);
	assert_int_equal(sp_file_read(&arena, "/proc/self/smaps", 500, &s), EFBIG);
	sp_arena_fini(&arena);
}

static void
refuses_what_is_no_file(void **state)
{
	struct sp_arena arena;
	struct sp_str s;

	(void)state;
	sp_arena_init(&arena, 1 << 16);
	assert_int_equal(mkfifo(in_top("pipe"), 0644), 0);
	assert_int_equal(sp_file_read(&arena, name, 100, &s), EINVAL); /* and does not wait */
	assert_int_equal(sp_file_read(&arena, top, 100, &s), EINVAL);
	assert_int_equal(sp_file_read(&arena, "/dev/zero", 100, &s), EINVAL);
	assert_int_equal(sp_file_read(&arena, in_top("nothing"), 100, &s), ENOENT);
	assert_int_equal(sp_file_read(&arena, "", 100, &s), ENOENT);
	sp_arena_fini(&arena);
}

static void
full_arena_is_enomem(void **state)
{
	struct sp_arena arena;
	struct sp_str s;

	(void)state;
	sp_arena_init(&arena, 4);
	put("file", "hello");
	assert_int_equal(sp_file_read(&arena, in_top("file"), 100, &s), ENOMEM);
	sp_arena_fini(&arena);
}

static void
closes_descriptors(void **state)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int copy = fd;

	(void)state;
	assert_true(fd >= 0);
	sp_close_fd(&fd);
	assert_int_equal(fd, -1);
	assert_int_equal(fcntl(copy, F_GETFD), -1);
	sp_close_fd(&fd); /* twice is harmless */
}

#define assert_trusted(path) assert_null(sp_file_untrusted(path))

static void
assert_wrong(const char *path, const char *what)
{
	const char *got = sp_file_untrusted(path);

	if (!got || !strstr(got, what))
		fail_msg("'%s': '%s', not '%s'", path, got ? got : "(trusted)", what);
}

static void
trusts_our_own_files(void **state)
{
	(void)state;
	put("file", "x");
	assert_trusted(in_top("file"));
	assert_int_equal(chmod(name, 0600), 0);
	assert_trusted(name);
	assert_int_equal(chmod(name, 0444), 0);
	assert_trusted(name);
	assert_trusted("/etc/passwd");
	assert_int_equal(mkdir(in_top("sub"), 0755), 0);
	put("sub/file", "x");
	assert_trusted(in_top("sub/../sub/./file"));
	assert_trusted(in_top("sub//file"));
	assert_int_equal(chdir(top), 0);
	assert_trusted("sub/file");
	assert_trusted("file");
	assert_int_equal(chdir("/"), 0);
}

static void
refuses_writable_files(void **state)
{
	static const mode_t modes[] = {0664, 0646, 0666, 0620, 0602};

	(void)state;
	put("file", "x");
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		assert_int_equal(chmod(in_top("file"), modes[i]), 0);
		assert_wrong(name, "is writable by group or others");
	}
}

static void
folders_are_trusted_like_files(void **state)
{
	(void)state;
	put("file", "x");
	assert_int_equal(mkdir(in_top("sub"), 0755), 0);
	assert_null(sp_folder_untrusted(in_top("sub")));
	assert_null(sp_folder_untrusted(in_top("sub/")));
	assert_null(sp_folder_untrusted("/"));
	assert_string_equal(sp_folder_untrusted(in_top("file")), "is not a directory");
	assert_string_equal(sp_folder_untrusted(in_top("none")), "does not exist");
	assert_int_equal(chmod(in_top("sub"), 0775), 0);
	assert_non_null(sp_folder_untrusted(in_top("sub")));
	assert_int_equal(chdir(name), 0);
	assert_non_null(sp_folder_untrusted("."));
	assert_int_equal(chdir("/"), 0);
}

static void
refuses_writable_directories(void **state)
{
	static const mode_t modes[] = {0775, 0757, 0777};

	(void)state;
	assert_int_equal(mkdir(in_top("sub"), 0755), 0);
	assert_int_equal(mkdir(in_top("sub/dir"), 0755), 0);
	put("sub/dir/file", "x");
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		assert_int_equal(chmod(in_top("sub"), modes[i]), 0); /* not only the next one up */
		assert_wrong(in_top("sub/dir/file"), "directory that is writable");
	}
	assert_int_equal(chmod(in_top("sub"), 0755), 0);
	assert_trusted(in_top("sub/dir/file"));
	if (geteuid() == 0) { /* sticky and root's: nobody can exchange what is in it */
		assert_int_equal(chmod(in_top("sub"), 01777), 0);
		assert_trusted(in_top("sub/dir/file"));
	}
}

static void
refuses_what_is_not_a_file(void **state)
{
	(void)state;
	assert_int_equal(mkfifo(in_top("pipe"), 0644), 0);
	assert_wrong(name, "is not a regular file");
	assert_wrong(top, "is not a regular file");
	assert_wrong("/", "is not a regular file");
	assert_wrong("/dev/null", "is not a regular file");
	put("file", "x");
	assert_wrong(in_top("file/more"), "is not a regular file");
	assert_wrong(in_top("nothing"), "does not exist");
	assert_wrong(in_top("nothing/more"), "does not exist");
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_wrong(name, "too long");
	name[300] = '\0';
	assert_wrong(name, "cannot be reached");
}

static void
follows_links_and_looks_where_they_lead(void **state)
{
	(void)state;
	assert_int_equal(mkdir(in_top("sub"), 0755), 0);
	put("sub/file", "x");
	assert_int_equal(symlink("sub/file", in_top("link")), 0);
	assert_trusted(name);
	assert_int_equal(chmod(in_top("sub"), 0777), 0);
	assert_wrong(in_top("link"), "directory that is writable");
	assert_int_equal(chmod(in_top("sub"), 0755), 0);
	assert_int_equal(unlink(in_top("link")), 0);
	assert_int_equal(symlink("/etc/passwd", in_top("sub/link")), 0);
	assert_trusted(name);
	assert_int_equal(chmod(in_top("sub"), 0777), 0); /* there the link can be exchanged */
	assert_wrong(in_top("sub/link"), "directory that is writable");
	assert_int_equal(chmod(in_top("sub"), 0755), 0);
	assert_int_equal(symlink("sub", in_top("link")), 0);
	assert_trusted(in_top("link/file"));
	assert_trusted(in_top("link/../sub/file")); /* ".." of where the link leads */
	assert_int_equal(symlink("loop", in_top("loop")), 0);
	assert_wrong(name, "too many");
}

static void
refuses_other_users(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip(); /* only root can give files away */
	assert_int_equal(mkdir(in_top("sub"), 0755), 0);
	put("sub/file", "x");
	assert_trusted(in_top("sub/file"));
	assert_int_equal(chown(in_top("sub/file"), OTHER_USER, 0), 0);
	assert_wrong(name, "belongs to another user");
	assert_int_equal(seteuid(OTHER_USER), 0); /* then it is ours, and root's are fine too */
	assert_int_equal(chmod(top, 0700), -1);
	assert_int_equal(seteuid(0), 0);
	assert_int_equal(chmod(top, 0755), 0);
	assert_int_equal(seteuid(OTHER_USER), 0);
	assert_trusted(in_top("sub/file"));
	assert_int_equal(seteuid(0), 0);
	assert_int_equal(chown(in_top("sub/file"), 0, 0), 0);
	assert_int_equal(chown(in_top("sub"), OTHER_USER, 0), 0);
	assert_wrong(in_top("sub/file"), "directory that belongs to another user");
	assert_int_equal(symlink("/etc/passwd", in_top("link")), 0);
	assert_int_equal(lchown(name, OTHER_USER, 0), 0);
	assert_wrong(name, "symbolic link of another user");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(reads_whole_files),          TEST(reads_files_that_lie_about_their_size),
	    TEST(refuses_what_is_no_file),    TEST(full_arena_is_enomem),
	    TEST(closes_descriptors),         TEST(trusts_our_own_files),
	    TEST(refuses_writable_files),     TEST(folders_are_trusted_like_files),
	    TEST(refuses_writable_files),     TEST(refuses_writable_directories),
	    TEST(refuses_what_is_not_a_file), TEST(follows_links_and_looks_where_they_lead),
	    TEST(refuses_other_users),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
