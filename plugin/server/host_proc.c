/* SPDX-License-Identifier: Apache-2.0 */
/* host_proc.c: reads files of procfs: they say how long they are by ending. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "server/host.h"

#define FIRST_BYTES ((size_t)8 << 10)

static ssize_t
read_some(int fd, char *p, size_t n)
{
	ssize_t got;

	do
		got = read(fd, p, n);
	while (got < 0 && errno == EINTR);
	return got;
}

bool
sp_proc_read(const char *file, size_t max_bytes, struct sp_arena *arena, struct sp_str *out)
{
	size_t size = max_bytes < FIRST_BYTES ? max_bytes : FIRST_BYTES, len = 0;
	char *p = sp_arena_bytes(arena, size);
	sp_auto_fd int fd = open(file, O_RDONLY | O_CLOEXEC);
	ssize_t n = 1;

	while (fd >= 0 && p && n > 0) {
		if (len == size) {
			if (size >= max_bytes)
				return false;
			p = sp_arena_grow(arena, p, size, 2 * size);
			size *= 2;
			continue;
		}
		n = read_some(fd, p + len, size - len);
		len += n > 0 ? (size_t)n : 0;
	}
	*out = (struct sp_str){p, len};
	return fd >= 0 && p && n == 0;
}

bool
sp_proc_comm(unsigned pid, char comm[16], struct sp_str *out)
{
	char file[32];
	sp_auto_fd int fd = -1;
	ssize_t n;

	snprintf(file, sizeof(file), "/proc/%u/comm", pid);
	fd = open(file, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read_some(fd, comm, 16);
	if (n <= 0)
		return false;
	*out = (struct sp_str){comm, (size_t)n - (comm[n - 1] == '\n')};
	return true;
}
