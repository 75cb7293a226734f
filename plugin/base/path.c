/* SPDX-License-Identifier: Apache-2.0 */
/*
 * path.c: host paths as text.  Input: paths from requests, hostile.  What symbolic links make of a
 * path is not known here.
 */
#include "sallyport/base.h"

/* Most paths are: then nothing has to be copied. */
static bool
is_clean(struct sp_str path)
{
	size_t start = 1; /* of the current part */

	if (path.len == 1)
		return true;
	for (size_t i = 1; i <= path.len; i++) {
		size_t n = i - start;

		if (i < path.len && path.p[i] != '/')
			continue;
		if (n == 0 || (n == 1 && path.p[start] == '.') ||
		    (n == 2 && path.p[start] == '.' && path.p[start + 1] == '.'))
			return false;
		start = i + 1;
	}
	return true;
}

struct sp_str
sp_path_clean(struct sp_arena *arena, struct sp_str path)
{
	struct sp_str rest = path, part;
	size_t len = 0;
	char *p;

	if (path.len == 0 || path.p[0] != '/')
		return (struct sp_str){NULL, 0};
	if (is_clean(path))
		return path;
	p = sp_arena_bytes(arena, path.len);
	if (!p)
		return (struct sp_str){NULL, 0};
	while (rest.len) {
		sp_str_cut(rest, '/', &part, &rest);
		if (part.len == 0 || sp_str_is(part, "."))
			continue;
		if (sp_str_is(part, "..")) { /* "/.." is "/" */
			while (len > 0 && p[--len] != '/')
				;
			continue;
		}
		p[len++] = '/'; /* never more bytes than `path` has: each part had a '/' there */
		memcpy(p + len, part.p, part.len);
		len += part.len;
	}
	if (len == 0)
		p[len++] = '/';
	return (struct sp_str){p, len};
}

bool
sp_path_within(struct sp_str path, struct sp_str dir)
{
	if (dir.len == 0 || path.len == 0)
		return false;
	if (dir.len == 1)
		return path.p[0] == '/' && dir.p[0] == '/';
	return sp_str_starts(path, dir) && (path.len == dir.len || path.p[dir.len] == '/');
}
