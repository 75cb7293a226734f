/* SPDX-License-Identifier: Apache-2.0 */
/*
 * own_paths.c: where our own files are.  Trusts the command line and the disk, which are root's.
 */
#include "server/own_paths.h"

#include <limits.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "server/host.h"

static void
add_one(struct sp_own_paths *own, struct sp_str path)
{
	for (size_t i = 0; i < own->n; i++) {
		if (sp_str_eq(own->path[i], path))
			return;
	}
	if (own->n < SP_OWN_PATHS)
		own->path[own->n++] = path;
}

/* "/etc/sallyport", "/opt/sallyport": not wherever somebody happens to keep a policy. */
static bool
is_ours(struct sp_str dir)
{
	return sp_str_ends(dir, SP_STR("/sallyport"));
}

static void
add_with_directory(struct sp_own_paths *own, struct sp_str path)
{
	size_t slash = path.len;

	while (slash > 0 && path.p[--slash] != '/')
		;
	add_one(own, path);
	if (is_ours(sp_str_head(path, slash)))
		add_one(own, sp_str_head(path, slash));
}

static struct sp_str
absolute(const char *path, struct sp_arena *arena)
{
	char here[PATH_MAX] = "";

	if (path[0] != '/' && !getcwd(here, sizeof(here)))
		return (struct sp_str){NULL, 0};
	return sp_strz(sp_arena_printf(arena, "%s/%s", here, path));
}

void
sp_own_paths_add(struct sp_own_paths *own, const char *path, struct sp_arena *arena)
{
	struct sp_str asked = absolute(path, arena);
	struct sp_walk walk;

	sp_host_walk(asked, NULL, arena, &walk);
	if (!walk.exists || !(S_ISREG(walk.st.st_mode) || S_ISSOCK(walk.st.st_mode)))
		return;
	add_with_directory(own, sp_path_clean(arena, asked));
	add_with_directory(own, walk.resolved);
}

void
sp_own_paths_add_socket(struct sp_own_paths *own, int fd, struct sp_arena *arena)
{
	struct sockaddr_un addr;
	socklen_t len = sizeof(addr);
	char path[sizeof(addr.sun_path) + 1] = "";

	memset(&addr, 0, sizeof(addr));
	if (getsockname(fd, (struct sockaddr *)&addr, &len) != 0 || addr.sun_family != AF_UNIX)
		return;
	memcpy(path, addr.sun_path, sizeof(addr.sun_path));
	if (path[0]) /* not in the abstract name space */
		sp_own_paths_add(own, path, arena);
}
