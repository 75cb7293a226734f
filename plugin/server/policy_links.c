/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_links.c: which paths that a policy names are somewhere else on this host: symbolic links,
 * and /var/lib/docker where dockerd is told to keep its data in another place.  Looked at once,
 * when the policy is loaded: links like /var/run are set up once.  What may hang is not looked at.
 */
#include <errno.h>

#include "sallyport/gojson.h"
#include "sallyport/log.h"
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

/* "data-root" of dockerd's configuration, which 20.10 also calls "graph". */
static struct sp_str
data_root(const char *file, struct sp_arena *arena)
{
	static const struct sp_json_limits limits = {
	    .max_bytes = 1u << 20, .max_tokens = 50000, .max_depth = 64};
	struct sp_str text, root = {NULL, 0};
	struct sp_json_error error;
	struct sp_json doc = {0};
	int err;

	err = sp_file_read(arena, file, limits.max_bytes, &text);
	if (err == ENOENT)
		return root;
	if (err != 0) {
		sp_log(SP_LOG_WARN, "policy", err, "%s: where dockerd keeps its data is not known",
		       file);
		return root;
	}
	if (sp_json_parse(&doc, (char *)(uintptr_t)text.p, text.len, &limits, arena, &error) != 0 ||
	    sp_json_type(&doc, SP_JSON_DOC) != SP_JSON_OBJECT)
		return root; /* dockerd does not start with it */
	for (uint32_t key = sp_json_first(&doc, SP_JSON_DOC); key;
	     key = sp_json_after(&doc, SP_JSON_DOC, key)) {
		struct sp_str name = sp_json_str(&doc, key);

		if (sp_str_is(name, "data-root") || sp_str_is(name, "graph"))
			root = sp_path_clean(arena, sp_json_str(&doc, key + 1));
	}
	return root;
}

static void
add_data_root(struct links *links, const char *file)
{
	struct sp_str root = data_root(file, &links->arena);
	struct sp_walk walk;

	if (root.len < 2)
		return;
	sp_host_walk(root, &links->mounts, &links->arena, &walk);
	if (walk.why == NULL && !walk.unseen)
		root = walk.resolved;
	if (root.len > 1 && !sp_str_is(root, "/var/lib/docker") &&
	    !sp_policy_add_link(links->policy, SP_STR("/var/lib/docker"), root))
		links->failed = true;
}

bool
sp_policy_follow_links(struct sp_policy *policy, const char *daemon_config)
{
	struct links links = {.policy = policy};
	struct sp_str text;

	sp_arena_init(&links.arena, SP_MOUNTS_BYTES * 8);
	if (sp_proc_read("/proc/self/mountinfo", SP_MOUNTS_BYTES, &links.arena, &text) &&
	    sp_mounts_parse(&links.mounts, text, &links.arena)) {
		sp_policy_each_path(policy, follow, &links);
		add_data_root(&links, daemon_config);
	}
	sp_arena_fini(&links.arena);
	return !links.failed;
}
