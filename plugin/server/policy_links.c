/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_links.c: which paths that a policy names are symbolic links on this host.  Looked at once,
 * when it is loaded: links like /var/run, or /var/lib/docker on a larger disk, are set up once.
 * What may hang is not looked at.
 */
#include "server/host.h"
#include "server/reload.h"

struct links {
	struct sp_policy *policy;
	struct sp_mounts mounts;
	struct sp_arena arena;
	bool failed;
};

static void
follow(void *ctx, struct sp_str path)
{
	struct links *links = ctx;
	struct sp_walk walk;

	sp_host_walk(path, &links->mounts, &links->arena, &walk);
	/* Where all of the host is below a link, everything would have a second name. */
	if (walk.why || walk.unseen || walk.resolved.len < 2 || sp_str_eq(walk.resolved, path))
		return;
	if (!sp_policy_add_link(links->policy, path, walk.resolved))
		links->failed = true;
}

bool
sp_policy_follow_links(struct sp_policy *policy)
{
	struct links links = {.policy = policy};
	struct sp_str text;

	sp_arena_init(&links.arena, SP_MOUNTS_BYTES * 8);
	if (sp_proc_read("/proc/self/mountinfo", SP_MOUNTS_BYTES, &links.arena, &text) &&
	    sp_mounts_parse(&links.mounts, text, &links.arena))
		sp_policy_each_path(policy, follow, &links);
	sp_arena_fini(&links.arena);
	return !links.failed;
}
