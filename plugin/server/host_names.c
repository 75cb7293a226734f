/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host_names.c: other names of what a directory shows.  Whoever mounts /run on /srv/run has given
 * /run/docker/plugins a second name, and a rule about the first means what is there, not how it is
 * called.  A directory brings along what is mounted in it: docker binds recursively.
 */
#include "server/host.h"

#define MOST_NAMES 64
#define MOST_COMPARISONS 50000000u /* of two numbers */

struct others {
	const struct sp_mounts *mounts;
	struct sp_str dir;
	struct sp_arena *arena;
	struct sp_host_name *first;
	size_t n;
};

static bool
is_known(const struct others *o, struct sp_str name)
{
	const struct sp_host_name *known = o->first;

	while (known && !sp_str_eq(known->name, name))
		known = known->next;
	return known != NULL;
}

/* Adds the names of one file of `dir` that are not in it themselves. */
static bool
add_names(struct others *o, struct sp_str file)
{
	struct sp_host_name *name;

	if (!sp_mounts_names(o->mounts, file, o->arena, &name))
		return false;
	for (struct sp_host_name *next; name; name = next) {
		next = name->next;
		if (sp_path_within(name->name, o->dir) || is_known(o, name->name))
			continue;
		if (++o->n > MOST_NAMES)
			return false;
		name->next = o->first;
		o->first = name;
	}
	return true;
}

bool
sp_mounts_others(const struct sp_mounts *mounts, struct sp_str dir, struct sp_arena *arena,
                 const struct sp_host_name **others)
{
	struct others o = {.mounts = mounts, .dir = dir, .arena = arena};
	size_t n = mounts->n;

	*others = NULL;
	if (dir.len == 1) /* nothing has a name outside */
		return true;
	if (!add_names(&o, dir))
		return false;
	for (size_t i = 0; i < mounts->n; i++) {
		struct sp_str point = mounts->list[i].point;

		if (!sp_path_within(point, dir) || sp_str_eq(point, dir))
			continue;
		n += mounts->n;
		if (n > MOST_COMPARISONS || !add_names(&o, point))
			return false;
	}
	*others = o.first;
	return true;
}
