/* SPDX-License-Identifier: Apache-2.0 */
/*
 * links.c: paths of the policy that are symbolic links on the host.  A rule about /var/lib/docker
 * means what is there: where that is a link to /data/docker, whoever names /data/docker must not
 * get round it.  The server looks for the links when it has loaded a policy; here they are turned
 * round, into further names of the path of a request.
 */
#include "engine/eval.h"
#include "sallyport/match.h"

/* "/home" of "/home/" "*" "/.ssh", "/tmp" of "/tmp/ssh-" "*". */
static struct sp_str
directory_of(const struct sp_pattern *p)
{
	size_t star = sp_str_find(p->match, '*');

	if (p->has_user) {
		const char *user = memmem(p->match.p, p->match.len, "$user", 5);

		if (user && (size_t)(user - p->match.p) < star)
			star = (size_t)(user - p->match.p);
	}
	if (star == p->match.len)
		return p->match;
	while (star > 0 && p->match.p[star - 1] != '/')
		star--;
	return sp_str_head(p->match, star > 1 ? star - 1 : star);
}

void
sp_policy_each_path(const struct sp_policy *policy, void (*each)(void *ctx, struct sp_str path),
                    void *ctx)
{
	struct sp_str path;

	for (size_t i = 0; sp_self_protection_path(i, &path); i++)
		each(ctx, path);
	for (uint32_t i = 0; i < policy->n_rules; i++) {
		const struct sp_rule *rule = &policy->rules[i];

		if (rule->kind != SP_RULE_DENY || rule->mode == SP_MODE_OFF)
			continue;
		for (const struct sp_setting *s = rule->uses; s; s = s->next) {
			for (uint32_t n = 0; s->key->type == SP_T_PATHS && n < s->n; n++)
				each(ctx, directory_of(&s->patterns[n]));
		}
	}
}

bool
sp_policy_add_link(struct sp_policy *policy, struct sp_str written, struct sp_str resolved)
{
	struct sp_policy_link *link;

	for (link = policy->links; link; link = link->next) {
		if (sp_str_eq(link->written, written) && sp_str_eq(link->resolved, resolved))
			return true;
	}
	link = sp_arena_alloc(&policy->arena, sizeof(*link));
	if (!link)
		return false;
	link->written = sp_arena_dup(&policy->arena, written);
	link->resolved = sp_arena_dup(&policy->arena, resolved);
	link->next = policy->links;
	policy->links = link;
	return link->written.p && link->resolved.p;
}

static bool
add_name(struct sp_host_path *path, struct sp_str dir, struct sp_str rest, struct sp_arena *arena)
{
	struct sp_host_name *name = sp_arena_alloc(arena, sizeof(*name));

	if (!name)
		return false;
	name->name = sp_strz(sp_arena_printf(arena, "%.*s%.*s", SP_FMT(dir), SP_FMT(rest)));
	if (sp_str_eq(name->name, path->path)) /* it came by this link */
		return true;
	name->next = (struct sp_host_name *)(uintptr_t)path->names;
	path->names = name;
	return name->name.len > 0;
}

bool
sp_policy_name_path(const struct sp_policy *policy, struct sp_host_path *path,
                    struct sp_arena *arena)
{
	if (path->state != SP_HOST_RESOLVED)
		return true;
	for (const struct sp_policy_link *link = policy->links; link; link = link->next) {
		struct sp_str rest = {NULL, 0};

		if (sp_path_within(path->resolved, link->resolved))
			rest = sp_str_from(path->resolved, link->resolved.len);
		else if (!sp_path_within(link->resolved, path->resolved))
			continue;
		if (!add_name(path, link->written, rest, arena))
			return false;
	}
	return true;
}
