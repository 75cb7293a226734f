/* SPDX-License-Identifier: Apache-2.0 */
/* docker_tree.c: a JSON value that grows flag by flag. */
#include "cli/docker_parts.h"

struct sp_tree *
sp_tree_new(struct sp_arena *arena, enum sp_tree_kind kind)
{
	struct sp_tree *tree = sp_arena_alloc(arena, sizeof(*tree));

	if (tree)
		tree->kind = kind;
	return tree;
}

static struct sp_tree *
append(struct sp_tree *parent, struct sp_tree *child)
{
	if (!child)
		return NULL;
	if (parent->last)
		parent->last->next = child;
	else
		parent->first = child;
	return parent->last = child;
}

static struct sp_tree *
member(struct sp_tree *map, struct sp_str key)
{
	for (struct sp_tree *m = map ? map->first : NULL; m; m = m->next) {
		if (sp_str_eq(m->key, key))
			return m;
	}
	return NULL;
}

struct sp_tree *
sp_tree_member(struct sp_arena *arena, struct sp_tree *map, struct sp_str key,
               enum sp_tree_kind kind)
{
	struct sp_tree *m = member(map, key);

	if (!map)
		return NULL;
	if (m && m->kind != kind) {
		m->kind = kind;
		m->first = m->last = NULL;
	}
	if (!m && (m = append(map, sp_tree_new(arena, kind))))
		m->key = key;
	return m;
}

struct sp_tree *
sp_tree_item(struct sp_arena *arena, struct sp_tree *list, enum sp_tree_kind kind)
{
	return list ? append(list, sp_tree_new(arena, kind)) : NULL;
}

/* The first part of "/A/B"; *rest is "/B". */
static struct sp_str
first_part(struct sp_str path, struct sp_str *rest)
{
	size_t end;

	path = sp_str_from(path, 1);
	end = sp_str_find(path, '/');
	*rest = sp_str_from(path, end);
	return sp_str_head(path, end);
}

struct sp_tree *
sp_tree_at(struct sp_arena *arena, struct sp_tree *root, const char *path, enum sp_tree_kind kind)
{
	struct sp_str rest = sp_strz(path);

	while (rest.len) {
		struct sp_str part = first_part(rest, &rest);

		root = sp_tree_member(arena, root, part, rest.len ? SP_TREE_MAP : kind);
	}
	return root;
}

struct sp_tree *
sp_tree_find(struct sp_tree *root, const char *path)
{
	struct sp_str rest = sp_strz(path);

	while (root && rest.len) {
		struct sp_str part = first_part(rest, &rest);

		root = member(root, part);
	}
	return root;
}

void
sp_tree_drop(struct sp_tree *map, const char *key)
{
	struct sp_tree *before = NULL;

	for (struct sp_tree *m = map ? map->first : NULL; m; before = m, m = m->next) {
		if (!sp_str_is(m->key, key))
			continue;
		if (before)
			before->next = m->next;
		else
			map->first = m->next;
		if (map->last == m)
			map->last = before;
		return;
	}
}

void
sp_tree_set_text(struct sp_arena *arena, struct sp_tree *root, const char *path, struct sp_str text)
{
	struct sp_tree *t = sp_tree_at(arena, root, path, SP_TREE_TEXT);

	if (t)
		t->text = text;
}

void
sp_tree_set_int(struct sp_arena *arena, struct sp_tree *root, const char *path, int64_t n)
{
	struct sp_tree *t = sp_tree_at(arena, root, path, SP_TREE_RAW);

	if (t)
		t->text = sp_strz(sp_arena_printf(arena, "%lld", (long long)n));
}

void
sp_tree_set_bool(struct sp_arena *arena, struct sp_tree *root, const char *path, bool b)
{
	struct sp_tree *t = sp_tree_at(arena, root, path, SP_TREE_RAW);

	if (t)
		t->text = b ? SP_STR("true") : SP_STR("false");
}

void
sp_tree_add_text(struct sp_arena *arena, struct sp_tree *root, const char *path, struct sp_str text)
{
	struct sp_tree *list = sp_tree_at(arena, root, path, SP_TREE_LIST);
	struct sp_tree *item = sp_tree_item(arena, list, SP_TREE_TEXT);

	if (item)
		item->text = text;
}

/* Not deeper than the tables that build it. */
void
sp_tree_print(const struct sp_tree *tree, struct sp_buf *out)
{
	if (tree->kind == SP_TREE_TEXT) {
		sp_buf_add_json(out, tree->text);
		return;
	}
	if (tree->kind == SP_TREE_RAW) {
		sp_buf_add(out, tree->text);
		return;
	}
	sp_buf_addc(out, tree->kind == SP_TREE_MAP ? '{' : '[');
	for (const struct sp_tree *t = tree->first; t; t = t->next) {
		if (t != tree->first)
			sp_buf_addc(out, ',');
		if (tree->kind == SP_TREE_MAP) {
			sp_buf_add_json(out, t->key);
			sp_buf_addc(out, ':');
		}
		sp_tree_print(t, out);
	}
	sp_buf_addc(out, tree->kind == SP_TREE_MAP ? '}' : ']');
}
