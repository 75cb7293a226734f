/* SPDX-License-Identifier: Apache-2.0 */
/*
 * subjects.c: who and do: users, groups and keywords; actions and their sets.  Input: the located
 * tree of the administrator's file.
 */
#include "engine/load.h"

#define MAX_GROUP_DEPTH 16

/* --- subjects --- */

struct subject_sink {
	struct sp_subjects *out;
	struct sp_str *names, *globs;
	uint32_t n_names, n_globs, room;
	bool named_only;
};

static int
add_subject(struct sp_loader *ld, struct subject_sink *sink, struct sp_str name)
{
	struct sp_str kept = sp_arena_dup(ld->arena, name);

	if (sink->n_names + sink->n_globs >= sink->room) {
		uint32_t room = sink->room ? sink->room * 2 : 16;
		struct sp_str *names = sp_arena_array(ld->arena, room, sizeof(*names));
		struct sp_str *globs = sp_arena_array(ld->arena, room, sizeof(*globs));

		if (!names || !globs)
			return -1;
		if (sink->n_names)
			memcpy(names, sink->names, sink->n_names * sizeof(*names));
		if (sink->n_globs)
			memcpy(globs, sink->globs, sink->n_globs * sizeof(*globs));
		sink->names = names;
		sink->globs = globs;
		sink->room = room;
	}
	if (sp_str_find(kept, '*') < kept.len)
		sink->globs[sink->n_globs++] = kept;
	else
		sink->names[sink->n_names++] = kept;
	return 0;
}

static int load_subject_list(struct sp_loader *ld, const char *key, const struct sp_node *node,
                             struct subject_sink *sink, int depth);

static int
load_group(struct sp_loader *ld, const struct sp_node *node, struct subject_sink *sink, int depth)
{
	struct sp_str name = sp_str_from(node->text, strlen("group:"));
	struct sp_name *group = sp_load_name(ld, SP_NAME_GROUP, node->pos, name);
	int result;

	if (!group)
		return sp_load_error(
		    ld, node->pos, "E233",
		    sp_load_suggest_name(ld, SP_NAME_GROUP, node->pos, name, "group:"),
		    "group '%.*s' is not defined", SP_FMT(name));
	group->used = true;
	if (group->open || depth > MAX_GROUP_DEPTH)
		return sp_load_error(ld, node->pos, "E235", NULL, "group '%.*s' contains itself",
		                     SP_FMT(name));
	group->open = true;
	result = group->value->n
	             ? load_subject_list(ld, group->name.p, group->value, sink, depth + 1)
	             : 0;
	group->open = false;
	return result;
}

static bool
is_all_stars(struct sp_str s)
{
	size_t i = 0;

	while (i < s.len && s.p[i] == '*')
		i++;
	return i == s.len;
}

static int
not_by_name(struct sp_loader *ld, const struct sp_node *node)
{
	return sp_load_error(ld, node->pos, "E219",
	                     "name users by their certificates: [anna, group:breakglass]",
	                     "'%.*s' is no user's name; self_protection spares only users it names",
	                     SP_FMT(node->text));
}

static int
load_subject(struct sp_loader *ld, const struct sp_node *node, struct subject_sink *sink, int depth)
{
	struct sp_str text;

	if (sp_str_starts(node->text, SP_STR("group:")))
		return load_group(ld, node, sink, depth);
	if (sp_load_text(ld, node, NULL, &text))
		return -1;
	if (sp_str_starts(text, SP_STR("user:"))) {
		text = sp_str_from(text, strlen("user:"));
	} else if (sink->named_only && (sp_str_is(text, "anyone") || sp_str_is(text, "local"))) {
		return not_by_name(ld, node);
	} else if (sp_str_is(text, "anyone")) {
		sink->out->anyone = true;
		return 0;
	} else if (sp_str_is(text, "local")) {
		sink->out->local = true;
		return 0;
	} else if (sp_load_name(ld, SP_NAME_GROUP, node->pos, text)) {
		sp_load_warning(
		    ld, node->pos, "W310",
		    sp_arena_printf(ld->scratch, "write group:%.*s for the group", SP_FMT(text)),
		    "'%.*s' here means a user whose certificate CN is '%.*s', but a group has that "
		    "name",
		    SP_FMT(text), SP_FMT(text));
	}
	if (text.len == 0)
		return sp_load_error(ld, node->pos, "E227", NULL, "the user name is empty");
	if (sink->named_only && is_all_stars(text))
		return not_by_name(ld, node);
	return add_subject(ld, sink, text);
}

static int
load_subject_list(struct sp_loader *ld, const char *key, const struct sp_node *node,
                  struct subject_sink *sink, int depth)
{
	uint32_t n;
	const struct sp_node **items = sp_load_items(ld, key, node, &n);
	int result = items ? 0 : -1;

	for (uint32_t i = 0; i < n; i++) {
		if (load_subject(ld, items ? items[i] : node->first, sink, depth))
			result = -1;
		if (!items)
			break;
	}
	return result;
}

static struct sp_str
joined(struct sp_loader *ld, const struct sp_node *list)
{
	struct sp_buf out;

	sp_buf_init(&out, ld->arena, 120);
	for (const struct sp_node *item = list->first; item; item = item->next) {
		if (item != list->first)
			sp_buf_addz(&out, ", ");
		sp_buf_add(&out, item->text);
	}
	return sp_buf_str(&out);
}

static int
load_subjects(struct sp_loader *ld, const char *key, const struct sp_node *node, bool named_only,
              struct sp_subjects *out)
{
	struct subject_sink sink = {.out = out, .named_only = named_only};

	out->present = true;
	if (load_subject_list(ld, key, node, &sink, 0))
		return -1;
	out->text = joined(ld, node);
	out->pos = node->pos;
	out->names = sink.names;
	out->n_names = sink.n_names;
	out->globs = sink.globs;
	out->n_globs = sink.n_globs;
	if (sp_index_init(&out->exact, ld->arena, sink.n_names))
		return -1;
	for (uint32_t i = 0; i < sink.n_names; i++)
		sp_index_add(&out->exact, sink.names[i], i);
	return 0;
}

int
sp_load_subjects(struct sp_loader *ld, const char *key, const struct sp_node *node,
                 struct sp_subjects *out)
{
	return load_subjects(ld, key, node, false, out);
}

int
sp_load_named_subjects(struct sp_loader *ld, const char *key, const struct sp_node *node,
                       struct sp_subjects *out)
{
	return load_subjects(ld, key, node, true, out);
}

/* --- actions --- */

int
sp_load_actions(struct sp_loader *ld, const struct sp_node *node, struct sp_actions *out)
{
	uint32_t n;
	const struct sp_node **items = sp_load_items(ld, "do", node, &n);
	int result = items ? 0 : -1;

	for (uint32_t i = 0; items && i < n; i++) {
		size_t n_words;
		const char *const *words = sp_actions_words(&n_words);

		if (!sp_actions_parse(items[i]->text, out))
			result = sp_load_error(ld, items[i]->pos, "E234",
			                       sp_load_suggest(ld, items[i]->text, words, n_words),
			                       "'%.*s' is not an action or an action set",
			                       SP_FMT(items[i]->text));
	}
	return result;
}
