/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host_path.c: follows a path one name at a time, each opened inside the directory the last one led
 * to, so that nothing that happens to the path meanwhile can mix two answers.  O_PATH: what is
 * opened is only looked at.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "server/host.h"

#define MOST_LINKS 40 /* the kernel's own limit */
/* More than one path can have parts; with all links full of them it would take a second. */
#define MOST_PARTS 2500
#define REST_BYTES (4 * PATH_MAX)
#define O_LOOK (O_PATH | O_NOFOLLOW | O_CLOEXEC)

static const char too_long[] = "it is too long";

struct walk {
	const struct sp_mounts *near;
	int fd;         /* what `name` names, opened with O_PATH */
	struct stat st; /* of it */
	char name[PATH_MAX];
	size_t len; /* 0: the root directory */
	char rest[REST_BYTES];
	size_t at, end; /* what is still to be walked */
	unsigned links, parts;
	bool unseen;
};

static const char *
why_not(int err)
{
	switch (err) {
	case EACCES:
	case EPERM:
		return "it may not be looked at";
	case ELOOP:
		return "a loop of symbolic links";
	case ENOTDIR:
		return "a part of it is not a directory";
	case ENAMETOOLONG:
		return too_long;
	case EMFILE:
	case ENFILE:
	case ENOMEM:
		return "there are too few resources to look at it";
	}
	return "the file system cannot read it";
}

/* Is it on this kind of file system, or does nobody know on which? */
static bool
may_be_on(int fd, long magic)
{
	struct statfs fs;

	return fstatfs(fd, &fs) != 0 || (long)fs.f_type == magic;
}

/* The next name of `rest`; false at its end. */
static bool
next_part(struct walk *w, struct sp_str *part)
{
	size_t start;

	while (w->at < w->end && w->rest[w->at] == '/')
		w->at++;
	start = w->at;
	while (w->at < w->end && w->rest[w->at] != '/')
		w->at++;
	*part = (struct sp_str){w->rest + start, w->at - start};
	return part->len > 0;
}

static bool
push_name(struct walk *w, struct sp_str part)
{
	if (w->len + 1 + part.len >= sizeof(w->name))
		return false;
	w->name[w->len++] = '/';
	memcpy(w->name + w->len, part.p, part.len);
	w->len += part.len;
	w->name[w->len] = '\0';
	return true;
}

static void
pop_name(struct walk *w)
{
	while (w->len > 0 && w->name[--w->len] != '/')
		;
}

/* `fd` is the next place; the old one is closed.  NULL, or why not. */
static const char *
go_to(struct walk *w, int fd)
{
	if (fd < 0)
		return why_not(errno);
	if (w->fd >= 0)
		close(w->fd);
	w->fd = fd;
	return fstat(fd, &w->st) == 0 ? NULL : why_not(errno);
}

static const char *
go_to_root(struct walk *w)
{
	w->len = 0;
	return go_to(w, open("/", O_LOOK | O_DIRECTORY));
}

/* What is left is taken as it is written, below `part`, which is the last that was looked for. */
static const char *
take_rest(struct walk *w, struct sp_str part)
{
	do {
		if (sp_str_is(part, "."))
			continue;
		/* Of a link: the kernel, unlike path.Clean, does not go up from what is not there.
		 */
		if (sp_str_is(part, ".."))
			return "a symbolic link leads through a directory that does not exist";
		if (!push_name(w, part))
			return too_long;
	} while (next_part(w, &part));
	return NULL;
}

/* `link` is opened: what it says comes before the rest. */
static const char *
follow(struct walk *w, int link)
{
	char target[PATH_MAX];
	size_t rest = w->end - w->at;
	ssize_t n;

	if (may_be_on(link, PROC_SUPER_MAGIC))
		return "a link of procfs leads somewhere else for each process";
	if (++w->links > MOST_LINKS)
		return why_not(ELOOP);
	n = readlinkat(link, "", target, sizeof(target));
	if (n < 0)
		return why_not(errno);
	if (n == 0 || (size_t)n == sizeof(target) || (size_t)n + rest + 1 > sizeof(w->rest))
		return n == 0 ? why_not(ENOENT) : too_long;
	memmove(w->rest + n + 1, w->rest + w->at, rest);
	memcpy(w->rest, target, (size_t)n);
	w->rest[n] = '/';
	w->at = 0;
	w->end = (size_t)n + 1 + rest;
	return target[0] == '/' ? go_to_root(w) : NULL;
}

/* Opens `part` in the directory w->fd. */
static int
look(const struct walk *w, struct sp_str part)
{
	char name[NAME_MAX + 1];
	int fd;

	if (part.len > NAME_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(name, part.p, part.len);
	name[part.len] = '\0';
	fd = openat(w->fd, name, O_LOOK);
	/* mount(2) makes the automounter mount; a mere look does not. */
	if (fd >= 0 && w->near == NULL && may_be_on(fd, AUTOFS_SUPER_MAGIC)) {
		int mounted = openat(w->fd, name, O_LOOK | O_DIRECTORY);

		close(fd);
		fd = mounted;
	}
	return fd;
}

/* Walks one part.  *ended: the rest has been taken as it is written. */
static const char *
step(struct walk *w, struct sp_str part, bool *ended)
{
	const char *why;
	struct stat st;
	int fd;

	if (!S_ISDIR(w->st.st_mode))
		return why_not(ENOTDIR);
	if (++w->parts > MOST_PARTS)
		return "it leads through too many directories";
	if (sp_str_is(part, "."))
		return NULL;
	if (sp_str_is(part, "..")) {
		pop_name(w);
		return go_to(w, openat(w->fd, "..", O_LOOK | O_DIRECTORY));
	}
	if (!push_name(w, part))
		return too_long;
	if (w->near && sp_mounts_far(w->near, (struct sp_str){w->name, w->len})) {
		pop_name(w);
		w->unseen = *ended = true;
		return take_rest(w, part);
	}
	fd = look(w, part);
	if (fd < 0 && errno == ENOENT) {
		pop_name(w);
		*ended = true;
		return may_be_on(w->fd, PROC_SUPER_MAGIC) ? "other processes may see more in procfs"
		                                          : take_rest(w, part);
	}
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISLNK(st.st_mode)) {
		pop_name(w);
		why = follow(w, fd);
		close(fd);
		return why;
	}
	return go_to(w, fd);
}

void
sp_host_walk(struct sp_str path, const struct sp_mounts *near, struct sp_arena *arena,
             struct sp_walk *out)
{
	struct walk w;
	struct sp_str part;
	bool ended = false;

	memset(out, 0, sizeof(*out));
	if (path.len == 0 || path.p[0] != '/' || path.len >= PATH_MAX ||
	    memchr(path.p, '\0', path.len)) {
		out->why = path.len >= PATH_MAX ? too_long : "it is no path";
		return;
	}
	w.near = near;
	w.fd = -1;
	w.at = 0;
	w.end = path.len;
	w.links = w.parts = 0;
	w.unseen = false;
	memcpy(w.rest, path.p, path.len);
	out->why = go_to_root(&w);
	while (out->why == NULL && !ended && next_part(&w, &part))
		out->why = step(&w, part, &ended);
	if (w.fd >= 0)
		close(w.fd);
	out->parts = w.parts;
	if (out->why)
		return;
	out->exists = !ended;
	out->unseen = w.unseen;
	out->st = w.st;
	out->resolved = sp_arena_dup(arena, w.len ? (struct sp_str){w.name, w.len} : SP_STR("/"));
	if (out->resolved.p == NULL)
		out->why = why_not(ENOMEM);
}
