/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file.c: reading a configuration file whole, and deciding whether a privileged process may believe
 * it.  Trusts the kernel's answers, not the path.
 */
#include "sallyport/base.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

void
sp_close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

int
sp_file_read(struct sp_arena *arena, const char *path, size_t max_bytes, struct sp_str *out)
{
	/* O_NONBLOCK: a named pipe must not hang us; it has no effect on regular files. */
	sp_auto_fd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	size_t len = 0, have = 0, size;
	struct stat st;
	char *p = NULL;

	*out = (struct sp_str){NULL, 0};
	if (fd < 0 || fstat(fd, &st) < 0)
		return errno;
	if (!S_ISREG(st.st_mode))
		return EINVAL;
	if (max_bytes >= SSIZE_MAX)
		max_bytes = SSIZE_MAX - 1;
	if ((uintmax_t)st.st_size > max_bytes)
		return EFBIG;
	/* One byte more than the file has: it shows whether it grew (or lies about its size:
	 * /proc). */
	size = (size_t)st.st_size + 1;
	for (;;) {
		ssize_t n;

		p = sp_arena_grow(arena, p, have, size);
		if (!p)
			return ENOMEM;
		have = size;
		n = read(fd, p + len, size - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		if (n == 0)
			break;
		len += (size_t)n;
		if (len > max_bytes)
			return EFBIG;
		if (len == size)
			size = size < max_bytes / 2 ? size * 2 : max_bytes + 1;
	}
	*out = (struct sp_str){p, len};
	return 0;
}

/*
 * A directory that others may write is still no danger when it is sticky and belongs to root, as
 * /tmp: there nobody can rename or delete what belongs to somebody else.
 */
static const char *
distrust(const struct stat *st)
{
	bool is_dir = S_ISDIR(st->st_mode);

	if (st->st_uid != 0 && st->st_uid != geteuid())
		return is_dir ? "is below a directory that belongs to another user"
		              : "belongs to another user";
	if ((st->st_mode & (S_IWGRP | S_IWOTH)) == 0)
		return NULL;
	if (is_dir && st->st_uid == 0 && (st->st_mode & S_ISVTX))
		return NULL;
	return is_dir ? "is below a directory that is writable by group or others"
	              : "is writable by group or others";
}

/* Puts what the link says in front of what remains of the path; false when that is too long. */
static bool
follow(int dir, const char *name, char *rest, size_t size)
{
	char joined[PATH_MAX];
	ssize_t n = readlinkat(dir, name, joined, sizeof(joined));
	size_t rest_len = strlen(rest);

	if (n <= 0 || (size_t)n + 1 + rest_len >= size ||
	    (size_t)n + 1 + rest_len >= sizeof(joined))
		return false;
	joined[n] = '/';
	memcpy(joined + n + 1, rest, rest_len + 1);
	memcpy(rest, joined, (size_t)n + rest_len + 2);
	return true;
}

/* Moves to `name` in the directory *dir; "/" is the root.  NULL, or what is wrong. */
static const char *
enter(int *dir, const char *name)
{
	int next = openat(*dir, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	sp_close_fd(dir);
	*dir = next;
	if (next < 0 || fstat(next, &st) < 0)
		return "cannot be reached";
	return distrust(&st);
}

/* Takes the first name off a path; "" at its end.  `name` has room for all of `rest`. */
static void
take_name(char *rest, char *name)
{
	size_t start = strspn(rest, "/");
	size_t len = strcspn(rest + start, "/");

	memcpy(name, rest + start, len);
	name[len] = '\0';
	memmove(rest, rest + start + len, strlen(rest + start + len) + 1);
}

/*
 * Walks from the root as the kernel would and looks at every directory and symbolic link on the
 * way, so that nobody else can have put another file there.  Not looked at: ACLs, other names
 * (hard links) of the file, and who may have written it in the past.  The caller opens the file on
 * his own; between the two only root and we could exchange it, because that is what was checked.
 */
static const char *
untrusted(const char *path, bool folder)
{
	char rest[PATH_MAX], name[PATH_MAX];
	sp_auto_fd int dir = AT_FDCWD;
	const char *wrong;
	struct stat st;

	if (path[0] == '/')
		rest[0] = '\0';
	else if (!getcwd(rest, sizeof(rest)))
		return "cannot be reached";
	if (strlen(rest) + 1 + strlen(path) >= sizeof(rest))
		return "has too long a path";
	snprintf(rest + strlen(rest), sizeof(rest) - strlen(rest), "/%s", path);
	wrong = enter(&dir, "/");
	for (int links = 0; !wrong;) {
		take_name(rest, name);
		if (!name[0]) /* all of the path was directories */
			return folder ? NULL : "is not a regular file";
		if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			return errno == ENOENT ? "does not exist" : "cannot be reached";
		if (S_ISLNK(st.st_mode)) {
			if (st.st_uid != 0 && st.st_uid != geteuid())
				return "is reached by a symbolic link of another user";
			if (++links > 40 || !follow(dir, name, rest, sizeof(rest)))
				return "is reached by too many or too long symbolic links";
			wrong = rest[0] == '/' ? enter(&dir, "/") : NULL;
		} else if (S_ISDIR(st.st_mode)) {
			wrong = enter(&dir, name);
		} else if (folder || rest[strspn(rest, "/")] || !S_ISREG(st.st_mode)) {
			return folder ? "is not a directory" : "is not a regular file";
		} else {
			return distrust(&st);
		}
	}
	return wrong;
}

const char *
sp_file_untrusted(const char *path)
{
	return untrusted(path, false);
}

const char *
sp_folder_untrusted(const char *path)
{
	return untrusted(path, true);
}
