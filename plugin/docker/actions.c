/* SPDX-License-Identifier: Apache-2.0 */
/*
 * actions.c: the table behind SP_ACTIONS and the words a policy may write after `do:`.
 * Input: words of the policy; trusts nobody's spelling, an unknown word is false.
 */
#include "sallyport/actions.h"

#include <assert.h>

static_assert(SP_ACT_COUNT <= SP_ACTION_WORDS * 64, "struct sp_actions has too few bits");

static const struct sp_action_info infos[SP_ACT_COUNT] = {
    [SP_ACT_NONE] = {"none", 0, 0, SP_READ_UNKNOWN, false, true},
#define X(id, action_name, action_sets, action_family, action_readable, action_existing,           \
          action_mutates)                                                                          \
	[SP_ACT_##id] = {                                                                          \
	    .name = action_name,                                                                   \
	    .sets = action_sets,                                                                   \
	    .family = action_family,                                                               \
	    .readable = action_readable,                                                           \
	    .existing = action_existing,                                                           \
	    .mutates = action_mutates,                                                             \
	},
    SP_ACTIONS(X)
#undef X
};

static const struct {
	struct sp_str name;
	uint32_t bit;
} sets[] = {
    {{"read", 4}, SP_SET_READ},       {{"logs", 4}, SP_SET_LOGS}, {{"run", 3}, SP_SET_RUN},
    {{"manage", 6}, SP_SET_MANAGE},   {{"exec", 4}, SP_SET_EXEC}, {{"copy", 4}, SP_SET_COPY},
    {{"compose", 7}, SP_SET_COMPOSE}, {{"pull", 4}, SP_SET_PULL}, {{"build", 5}, SP_SET_BUILD},
};

/* Sets, kinds, actions: test_actions.c checks that each is known and that none is missing. */
static const char *const words[] = {
    "all",         "read",         "logs",     "run",       "manage",
    "exec",        "copy",         "compose",  "pull",      "build",
    "container.*", "checkpoint.*", "exec.*",   "image.*",   "build.*",
    "volume.*",    "network.*",    "plugin.*", "swarm.*",   "service.*",
    "task.*",      "node.*",       "secret.*", "config.*",  "distribution.*",
    "registry.*",  "system.*",     "debug.*",  "unknown.*",
#define X(id, name, action_sets, family, readable, existing, mutates) name,
    SP_ACTIONS(X)
#undef X
};

const struct sp_action_info *
sp_action_info(enum sp_action action)
{
	return &infos[(unsigned)action < SP_ACT_COUNT ? action : SP_ACT_NONE];
}

static bool
add_set(uint32_t bit, struct sp_actions *set)
{
	for (unsigned a = SP_ACT_NONE + 1; a < SP_ACT_COUNT; a++)
		if (infos[a].sets & bit)
			sp_actions_add(set, (enum sp_action)a);
	return true;
}

/* `prefix` ends in the dot: "container." */
static bool
add_kind(struct sp_str prefix, struct sp_actions *set)
{
	bool found = false;

	for (unsigned a = SP_ACT_NONE + 1; a < SP_ACT_COUNT; a++) {
		if (sp_str_starts(sp_strz(infos[a].name), prefix)) {
			sp_actions_add(set, (enum sp_action)a);
			found = true;
		}
	}
	return found;
}

bool
sp_actions_parse(struct sp_str word, struct sp_actions *set)
{
	if (sp_str_is(word, "all")) {
		for (unsigned a = SP_ACT_NONE + 1; a < SP_ACT_COUNT; a++)
			sp_actions_add(set, (enum sp_action)a);
		return true;
	}
	if (sp_str_ends(word, SP_STR(".*")))
		return word.len > 2 && add_kind(sp_str_head(word, word.len - 1), set);
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
		if (sp_str_eq(word, sets[i].name))
			return add_set(sets[i].bit, set);
	for (unsigned a = SP_ACT_NONE + 1; a < SP_ACT_COUNT; a++) {
		if (sp_str_is(word, infos[a].name)) {
			sp_actions_add(set, (enum sp_action)a);
			return true;
		}
	}
	return false;
}

const char *const *
sp_actions_words(size_t *n)
{
	*n = sizeof(words) / sizeof(words[0]);
	return words;
}
