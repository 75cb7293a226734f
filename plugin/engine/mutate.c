/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mutate.c: a policy's edits: kept as changes of one pointer in a copy of its trees, made and taken
 * back around a load.  Input: the administrator's files, which have loaded.
 */
#include "engine/mutate_parts.h"

#include <stdio.h>
#include <stdlib.h>

/* --- trees --- */

/* Not deeper than the YAML reader lets a file be. */
static struct sp_node *
copy(struct sp_arena *arena, const struct sp_node *node)
{
	struct sp_node *first = NULL, **end = &first;

	for (; node; node = node->next) {
		*end = sp_arena_alloc(arena, sizeof(**end));
		if (!*end)
			return NULL;
		**end = *node;
		(*end)->next = NULL;
		(*end)->first = copy(arena, node->first);
		(*end)->value = copy(arena, node->value);
		end = &(*end)->next;
	}
	return first;
}

struct sp_node *
sp_mutate_text(struct sp_mutator *m, const struct sp_node *like, struct sp_str text)
{
	struct sp_node *node = sp_arena_alloc(m->arena, sizeof(*node));

	if (!node)
		return NULL;
	node->pos = like->pos;
	node->text = sp_arena_dup(m->arena, text);
	return node->text.p ? node : NULL;
}

struct sp_node *
sp_mutate_list(struct sp_mutator *m, const struct sp_node *like, const char *item)
{
	struct sp_node *node = sp_arena_alloc(m->arena, sizeof(*node));

	if (!node)
		return NULL;
	node->kind = SP_NODE_LIST;
	node->pos = like->pos;
	node->first = sp_mutate_text(m, like, sp_strz(item));
	node->n = 1;
	return node->first ? node : NULL;
}

/* --- the list of edits --- */

static struct sp_change *add(struct sp_mutator *m, struct sp_node **link, struct sp_pos pos,
                             bool opens, const char *fmt, va_list args)
    __attribute__((format(printf, 5, 0)));

static struct sp_change *
add(struct sp_mutator *m, struct sp_node **link, struct sp_pos pos, bool opens, const char *fmt,
    va_list args)
{
	struct sp_change *change = sp_arena_alloc(m->arena, sizeof(*change));
	char text[600];

	if (!change)
		return NULL;
	vsnprintf(text, sizeof(text), fmt, args);
	change->shown.file = m->ld.diags->files[m->ld.first_file + m->file].name;
	change->shown.pos = pos;
	change->shown.text = sp_arena_dup(m->arena, sp_strz(text));
	change->shown.opens = opens;
	change->link = link;
	*m->end = change;
	m->end = &change->next;
	m->n++;
	return change;
}

void
sp_mutate_remove(struct sp_mutator *m, struct sp_node **link, struct sp_node *parent, bool opens,
                 const char *fmt, ...)
{
	struct sp_change *change;
	va_list args;

	va_start(args, fmt);
	change = add(m, link, (*link)->pos, opens, fmt, args);
	va_end(args);
	if (!change)
		return;
	change->with = (*link)->next;
	change->parent = parent;
	change->more = -1;
}

void
sp_mutate_replace(struct sp_mutator *m, struct sp_node **link, struct sp_node *with, bool opens,
                  const char *fmt, ...)
{
	struct sp_change *change;
	va_list args;

	va_start(args, fmt);
	change = add(m, link, (*link)->pos, opens, fmt, args);
	va_end(args);
	if (!change || !with)
		return;
	with->next = (*link)->next;
	change->with = with;
}

void
sp_mutate_append(struct sp_mutator *m, struct sp_node *map, struct sp_node *with, bool opens,
                 const char *fmt, ...)
{
	struct sp_node **link = &map->first;
	struct sp_change *change;
	va_list args;

	while (*link)
		link = &(*link)->next;
	va_start(args, fmt);
	change = add(m, link, map->pos, opens, fmt, args);
	va_end(args);
	if (!change)
		return;
	change->with = with;
	change->parent = map;
	change->more = 1;
}

static int
by_place(const void *a, const void *b)
{
	const struct sp_change *x = *(struct sp_change *const *)a;
	const struct sp_change *y = *(struct sp_change *const *)b;
	const struct sp_pos *p = &x->shown.pos, *q = &y->shown.pos;

	if (p->file != q->file)
		return p->file < q->file ? -1 : 1;
	if (p->line != q->line)
		return p->line < q->line ? -1 : 1;
	if (p->column != q->column)
		return p->column < q->column ? -1 : 1;
	return sp_str_cmp(x->shown.text, y->shown.text);
}

static int
sort(struct sp_mutator *m)
{
	size_t n = 0;

	m->sorted = sp_arena_array(m->arena, m->n + 1, sizeof(*m->sorted));
	m->edits = sp_arena_array(m->arena, m->n + 1, sizeof(*m->edits));
	if (!m->sorted || !m->edits)
		return -1;
	for (struct sp_change *c = m->changes; c; c = c->next)
		m->sorted[n++] = c;
	qsort(m->sorted, n, sizeof(*m->sorted), by_place);
	for (size_t i = 0; i < n; i++)
		m->edits[i] = &m->sorted[i]->shown;
	return 0;
}

/* An included file of which nothing is left but what says that it is one. */
static void
leave_file_out(struct sp_mutator *m)
{
	struct sp_node *root = m->roots[m->file];
	struct sp_node *empty = copy(m->arena, root), **end;

	if (!empty)
		return;
	end = &empty->first;
	while (*end) {
		if (sp_str_is((*end)->text, "sallyport") || sp_str_is((*end)->text, "pack")) {
			end = &(*end)->next;
			continue;
		}
		*end = (*end)->next;
		empty->n--;
	}
	sp_mutate_replace(m, &m->roots[m->file], empty,
	                  sp_load_section(root, "deny") || sp_load_section(root, "require"),
	                  "left the file out of 'include'");
}

static void
walk(struct sp_mutator *m)
{
	/* Whether a list may be shorter depends on where it is used, maybe by another list. */
	do {
		m->news = false;
		m->changes = NULL;
		m->end = &m->changes;
		m->n = 0;
		for (m->file = 0; m->file < m->ld.n_files; m->file++) {
			sp_mutate_file(m, m->roots[m->file]);
			if (m->file > 0)
				leave_file_out(m);
		}
	} while (m->news && !m->arena->full);
}

struct sp_mutator *
sp_mutator_new(const char *path, struct sp_diags *diags)
{
	struct sp_mutator *m = sp_arena_alloc(diags->arena, sizeof(*m));
	struct sp_pos whole = {0};

	if (!m) {
		sp_diags_add(diags, SP_ERROR, "E299", whole, NULL,
		             "the policy needs too much memory");
		return NULL;
	}
	m->arena = diags->arena;
	m->policy = sp_load_policy(&m->ld, path, NULL, diags);
	if (!m->policy)
		return NULL;
	m->roots = sp_arena_array(m->arena, m->ld.n_files, sizeof(*m->roots));
	for (uint32_t i = 0; m->roots && i < m->ld.n_files; i++)
		m->roots[i] = copy(m->arena, m->ld.files[i].root);
	if (m->roots && !m->arena->full)
		walk(m);
	if (!m->arena->full && sort(m) == 0)
		return m;
	sp_policy_unref(m->policy);
	sp_diags_add(diags, SP_ERROR, "E299", whole, NULL, "the policy needs too much memory");
	return NULL;
}

void
sp_mutator_free(struct sp_mutator *m)
{
	if (m)
		sp_policy_unref(m->policy);
}

const struct sp_edit *const *
sp_mutator_edits(const struct sp_mutator *m, size_t *n)
{
	*n = m->n;
	return m->edits;
}

struct sp_policy *
sp_mutator_policy(struct sp_mutator *m, size_t i, struct sp_arena *scratch)
{
	const struct sp_change *change = m->sorted[i];
	struct sp_node *was = *change->link;
	struct sp_policy *policy;
	struct sp_diags diags;

	sp_diags_init(&diags, scratch);
	*change->link = change->with;
	if (change->parent)
		change->parent->n += (uint32_t)change->more;
	policy = sp_load_edited(&m->ld, (const struct sp_node *const *)m->roots, &diags);
	if (change->parent)
		change->parent->n -= (uint32_t)change->more;
	*change->link = was;
	return policy;
}
