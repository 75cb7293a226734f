/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load_profile.c: fragments of allow rules.  A rule takes over the conditions of its profiles, all
 * of which have to hold, and their powers, which are united; so the evaluator knows no profiles.
 */
#include "engine/load.h"

static int
load_profile(struct sp_loader *ld, struct sp_name *name)
{
	const char *block = sp_arena_printf(ld->scratch, "profile '%.*s'", SP_FMT(name->name));
	struct sp_profile *profile = sp_arena_alloc(ld->scratch, sizeof(*profile));
	int result = 0;

	if (!profile)
		return -1;
	name->profile = profile;
	if (!name->value->first)
		return sp_load_error(ld, name->pos, "E227", NULL, "%s is empty", block);
	for (const struct sp_node *k = name->value->first; k; k = k->next) {
		if (!sp_load_key(ld, k, SP_IN_PROFILE, block))
			result = -1;
		else if (sp_str_is(k->text, "must"))
			result |= sp_load_block(ld, k, SP_BLOCK_MUST, &profile->must);
		else
			result |= sp_load_may(ld, k, &profile->everything, &profile->may);
	}
	return result;
}

int
sp_load_profiles(struct sp_loader *ld, struct sp_load_file *file)
{
	int result = 0;

	for (uint32_t i = 0; i < file->names[SP_NAME_PROFILE].n; i++)
		result |= load_profile(ld, &file->names[SP_NAME_PROFILE].list[i]);
	return result;
}

/* --- use --- */

static const struct sp_setting **
end_of(const struct sp_setting **list)
{
	while (*list)
		list = (const struct sp_setting **)(uintptr_t) & (*list)->next;
	return list;
}

static struct sp_setting *
copy_of(struct sp_loader *ld, const struct sp_setting *s)
{
	struct sp_setting *copy = sp_arena_alloc(ld->arena, sizeof(*copy));

	if (copy) {
		*copy = *s;
		copy->next = NULL;
	}
	return copy;
}

/* Two lists of patterns of one power become one list. */
static int
unite(struct sp_loader *ld, struct sp_setting *to, const struct sp_setting *from)
{
	struct sp_pattern *all = sp_arena_array(ld->arena, to->n + from->n, sizeof(*all));

	if (!all)
		return -1;
	if (to->n)
		memcpy(all, to->patterns, to->n * sizeof(*all));
	if (from->n)
		memcpy(all + to->n, from->patterns, from->n * sizeof(*all));
	to->any |= from->any;
	to->patterns = all;
	to->n += from->n;
	return sp_index_setting(to, ld->arena);
}

static int
add_powers(struct sp_loader *ld, const struct sp_setting *from, const struct sp_setting **to)
{
	for (; from; from = from->next) {
		const struct sp_setting **at = to;
		struct sp_setting *copy;

		while (*at && (*at)->key != from->key)
			at = (const struct sp_setting **)(uintptr_t) & (*at)->next;
		copy = copy_of(ld, *at ? *at : from);
		if (!copy || (*at && unite(ld, copy, from)))
			return -1;
		if (*at)
			copy->next = (*at)->next;
		*at = copy;
	}
	return 0;
}

static int
add_conditions(struct sp_loader *ld, const struct sp_setting *from, const struct sp_setting **to)
{
	for (to = end_of(to); from; from = from->next) {
		struct sp_setting *copy = copy_of(ld, from);

		if (!copy)
			return -1;
		*to = copy;
		to = &copy->next;
	}
	return 0;
}

int
sp_load_profiles_of(struct sp_loader *ld, const struct sp_node *node, struct sp_rule *rule)
{
	uint32_t n;
	const struct sp_node **items = sp_load_items(ld, "profiles", node, &n);
	int result = items ? 0 : -1;

	for (uint32_t i = 0; items && i < n; i++) {
		struct sp_name *name =
		    sp_load_name(ld, SP_NAME_PROFILE, items[i]->pos, items[i]->text);

		if (!name) {
			result =
			    sp_load_error(ld, items[i]->pos, "E239",
			                  sp_load_suggest_name(ld, SP_NAME_PROFILE, items[i]->pos,
			                                       items[i]->text, ""),
			                  "profile '%.*s' is not defined", SP_FMT(items[i]->text));
			continue;
		}
		name->used = true;
		if (!name->profile)
			continue;
		rule->everything |= name->profile->everything;
		if (add_conditions(ld, name->profile->must, &rule->must) ||
		    add_powers(ld, name->profile->may, &rule->may))
			result = -1;
	}
	return result;
}
