/* SPDX-License-Identifier: Apache-2.0 */
/* host_test.h: a folder of its own for each test of the host, and files in it. */
#ifndef SALLYPORT_TESTS_HOST_TEST_H
#define SALLYPORT_TESTS_HOST_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "server/host.h"

static char folder[PATH_MAX];
static struct sp_arena arena;

/* FOLDER/name; the last few stay valid. */
static inline const char *
in(const char *name)
{
	static char texts[8][2 * PATH_MAX];
	static unsigned n;
	char *text = texts[n++ % 8];

	snprintf(text, sizeof(texts[0]), "%s%s", folder, name);
	return text;
}

static inline int
set_up(void **state)
{
	char made[] = "/tmp/sallyport-host-XXXXXX";

	(void)state;
	sp_arena_init(&arena, 64 << 20);
	return mkdtemp(made) && realpath(made, folder) ? 0 : -1;
}

static inline int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

static inline int
tear_down(void **state)
{
	(void)state;
	sp_arena_fini(&arena);
	return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

static inline void
make_dir(const char *name)
{
	assert_int_equal(mkdir(in(name), 0755), 0);
}

static inline void
make_file(const char *name)
{
	int fd = open(in(name), O_CREAT | O_WRONLY | O_EXCL, 0644);

	assert_true(fd >= 0);
	close(fd);
}

static inline void
make_link(const char *name, const char *target)
{
	assert_int_equal(symlink(target, in(name)), 0);
}

/* A socket of that name; `listens` or is only bound. */
static inline int
make_socket(const char *name, int type, bool listens)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	const char *path = name[0] == '/' ? in(name) : name;
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	assert_true(strlen(path) < sizeof(addr.sun_path));
	memcpy(addr.sun_path, path, strlen(path));
	assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	if (listens)
		assert_int_equal(listen(fd, 16), 0);
	return fd;
}

#endif
