/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host_mounts.c: the mount table, and under which names it shows a file.  One file system can be
 * mounted in many places, whole or in part; a file has a name in each of them.  Names are compared
 * as text: those of the table and those host_path.c gives have no symbolic link in them.
 */
#include "server/host.h"

#define MOST_MOUNTS 50000

/* The table escapes blanks, newlines and backslashes as three octal digits. */
static struct sp_str
unescape(char *p, size_t len)
{
	size_t n = 0;

	if (memchr(p, '\\', len) == NULL)
		return (struct sp_str){p, len};
	for (size_t i = 0; i < len; i++) {
		char c = p[i];

		if (c == '\\' && len - i > 3 && p[i + 1] >= '0' && p[i + 1] <= '3') {
			c = (char)((p[i + 1] - '0') << 6 | (p[i + 2] & 7) << 3 | (p[i + 3] & 7));
			i += 3;
		}
		p[n++] = c;
	}
	return (struct sp_str){p, n};
}

/*
 * File systems nobody but this kernel answers for.  What is not listed is far: a name too few costs
 * precision with sockets that are reached through links, a name too many could hang.
 */
static bool
is_near(struct sp_str type)
{
	static const char *const near[] = {
	    "bcachefs", "bpf",       "btrfs",   "cgroup", "cgroup2",    "configfs", "debugfs",
	    "devpts",   "devtmpfs",  "erofs",   "exfat",  "ext2",       "ext3",     "ext4",
	    "f2fs",     "hugetlbfs", "iso9660", "jfs",    "mqueue",     "nilfs2",   "overlay",
	    "proc",     "pstore",    "ramfs",   "rootfs", "securityfs", "squashfs", "sysfs",
	    "tmpfs",    "tracefs",   "udf",     "vfat",   "xfs",        "zfs",
	};

	for (size_t i = 0; i < sizeof(near) / sizeof(near[0]); i++)
		if (sp_str_is(type, near[i]))
			return true;
	return false;
}

static bool
read_number(struct sp_str s, uint32_t *number)
{
	int64_t n;

	if (sp_num_uint(s, &n) != SP_NUM_OK || n > UINT32_MAX)
		return false;
	*number = (uint32_t)n;
	return true;
}

/* "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw" (proc(5)) */
static bool
read_line(struct sp_str line, struct sp_mount *mount)
{
	struct sp_str field[5], major, minor, type;

	for (size_t i = 0; i < 5; i++)
		if (!sp_str_cut(line, ' ', &field[i], &line))
			return false;
	do
		if (!sp_str_cut(line, ' ', &type, &line))
			return false;
	while (!sp_str_is(type, "-"));
	sp_str_cut(line, ' ', &type, &line);
	if (!sp_str_cut(field[2], ':', &major, &minor) || !read_number(major, &mount->major) ||
	    !read_number(minor, &mount->minor))
		return false;
	mount->root = unescape((char *)(uintptr_t)field[3].p, field[3].len);
	mount->point = unescape((char *)(uintptr_t)field[4].p, field[4].len);
	mount->type = type;
	return true;
}

bool
sp_mounts_parse(struct sp_mounts *mounts, struct sp_str text, struct sp_arena *arena)
{
	struct sp_str line, rest = text;
	size_t most = 0;

	*mounts = (struct sp_mounts){0};
	while (rest.len && ++most)
		sp_str_cut(rest, '\n', &line, &rest);
	if (most > MOST_MOUNTS)
		return false;
	mounts->list = sp_arena_array(arena, most, sizeof(*mounts->list));
	if (mounts->list == NULL)
		return false;
	for (; text.len; mounts->n++) {
		sp_str_cut(text, '\n', &line, &text);
		if (!read_line(line, &mounts->list[mounts->n]))
			return false;
	}
	return mounts->n > 0;
}

bool
sp_mounts_far(const struct sp_mounts *mounts, struct sp_str path)
{
	for (size_t i = 0; i < mounts->n; i++)
		if (sp_str_eq(mounts->list[i].point, path) && !is_near(mounts->list[i].type))
			return true;
	return false;
}

/* What `path` has after `dir`: "" or "/...". */
static struct sp_str
below(struct sp_str path, struct sp_str dir)
{
	struct sp_str rest = sp_str_from(path, dir.len == 1 ? 0 : dir.len);

	return rest.len == 1 ? SP_STR("") : rest;
}

/* dir and what is below it; {NULL, 0}: no memory. */
static struct sp_str
join(struct sp_arena *arena, struct sp_str dir, struct sp_str rest)
{
	char *p;

	if (dir.len == 1 && rest.len)
		dir.len = 0;
	p = sp_arena_bytes(arena, dir.len + rest.len);
	if (p == NULL)
		return (struct sp_str){NULL, 0};
	memcpy(p, dir.p, dir.len);
	if (rest.len)
		memcpy(p + dir.len, rest.p, rest.len);
	return (struct sp_str){p, dir.len + rest.len};
}

/* The mount that answers for a name: the longest, and of those the one on top; NULL: none. */
static const struct sp_mount *
mount_of(const struct sp_mounts *mounts, struct sp_str path)
{
	const struct sp_mount *best = NULL;

	for (size_t i = 0; i < mounts->n; i++) {
		const struct sp_mount *m = &mounts->list[i];

		if (sp_path_within(path, m->point) && (!best || m->point.len >= best->point.len))
			best = m;
	}
	return best;
}

static bool
same_device(const struct sp_mount *a, const struct sp_mount *b)
{
	return a->major == b->major && a->minor == b->minor;
}

/* Is `whole` the directory `root` and what comes after it? */
static bool
same_inside(struct sp_str whole, struct sp_str root, struct sp_str after)
{
	if (root.len == 1)
		root.len = 0;
	if (whole.len == 1)
		whole.len = 0;
	return whole.len == root.len + after.len && sp_str_starts(whole, root) &&
	       sp_str_eq(sp_str_from(whole, root.len), after);
}

/* Shows what the kernel, not a disk, holds: the same wherever it is mounted. */
static bool
is_kernels(const struct sp_mount *m)
{
	return sp_str_is(m->type, "proc") || sp_str_is(m->type, "sysfs") ||
	       sp_str_is(m->type, "mqueue");
}

bool
sp_mounts_agree(const struct sp_mounts *a, const struct sp_mounts *b, struct sp_str path)
{
	const struct sp_mount *in_a = mount_of(a, path), *in_b = mount_of(b, path);
	struct sp_str rest_a, rest_b;

	if (in_a == NULL || in_b == NULL)
		return false;
	if (is_kernels(in_a) && sp_str_eq(in_a->type, in_b->type))
		return true;
	if (!same_device(in_a, in_b))
		return false;
	/* root + rest is the name in the file system: the shorter root goes on in its rest. */
	rest_a = below(path, in_a->point);
	rest_b = below(path, in_b->point);
	if (rest_a.len < rest_b.len)
		return same_inside(in_a->root, in_b->root,
		                   sp_str_head(rest_b, rest_b.len - rest_a.len));
	return same_inside(in_b->root, in_a->root, sp_str_head(rest_a, rest_a.len - rest_b.len));
}

static bool
add_name(struct sp_host_name **names, struct sp_str name, struct sp_arena *arena)
{
	struct sp_host_name *new = sp_arena_alloc(arena, sizeof(*new));

	if (new == NULL || name.p == NULL)
		return false;
	*new = (struct sp_host_name){.name = name, .next = *names};
	*names = new;
	return true;
}

bool
sp_mounts_names(const struct sp_mounts *mounts, struct sp_str file, struct sp_arena *arena,
                struct sp_host_name **names)
{
	const struct sp_mount *of = mount_of(mounts, file);
	struct sp_str inside; /* its name in its file system */

	*names = NULL;
	if (!add_name(names, file, arena))
		return false;
	if (of == NULL)
		return true;
	inside = join(arena, of->root, below(file, of->point));
	if (inside.p == NULL)
		return false;
	for (size_t i = 0; i < mounts->n; i++) {
		const struct sp_mount *m = &mounts->list[i];

		if (m != of && same_device(m, of) && sp_path_within(inside, m->root) &&
		    !add_name(names, join(arena, m->point, below(inside, m->root)), arena))
			return false;
	}
	return true;
}

bool
sp_mounts_may_link(const struct sp_mounts *mounts, struct sp_str dir, struct sp_str file)
{
	const struct sp_mount *of = mount_of(mounts, file), *at = mount_of(mounts, dir);

	if (of == NULL || at == NULL || same_device(of, at))
		return true;
	for (size_t i = 0; i < mounts->n; i++)
		if (same_device(&mounts->list[i], of) && sp_path_within(mounts->list[i].point, dir))
			return true;
	return false;
}
