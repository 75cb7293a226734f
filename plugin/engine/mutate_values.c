/* SPDX-License-Identifier: Apache-2.0 */
/* mutate_values.c: edits of values: an item less, `any` instead, a limit with a zero more. */
#include "engine/mutate_parts.h"

/* --- lists --- */

static struct sp_use *
find_use(const struct sp_mutator *m, struct sp_str prefix, struct sp_str name)
{
	for (struct sp_use *use = m->uses; use; use = use->next) {
		if (sp_str_starts(use->text, prefix) &&
		    sp_str_eq(sp_str_from(use->text, prefix.len), name))
			return use;
	}
	return NULL;
}

struct sp_str
sp_mutate_plain_name(struct sp_str name)
{
	struct sp_str pack, rest;

	return sp_str_cut(name, '/', &pack, &rest) ? rest : name;
}

static void
note_use(struct sp_mutator *m, struct sp_str text, bool fewer_opens)
{
	struct sp_str prefix, name;
	struct sp_use *use;

	if (!sp_str_cut(text, ':', &prefix, &name) ||
	    !(sp_str_is(prefix, "list") || sp_str_is(prefix, "group")))
		return;
	name = sp_mutate_plain_name(name);
	use = find_use(m, sp_str_head(text, prefix.len + 1), name);
	if (!use) {
		use = sp_arena_alloc(m->arena, sizeof(*use));
		if (!use)
			return;
		use->text =
		    sp_strz(sp_arena_printf(m->arena, "%.*s:%.*s", SP_FMT(prefix), SP_FMT(name)));
		use->next = m->uses;
		m->uses = use;
		m->news = true;
	}
	m->news |= fewer_opens && !use->fewer_opens;
	use->fewer_opens |= fewer_opens;
}

bool
sp_mutate_fewer_opens(const struct sp_mutator *m, const char *prefix, struct sp_str name,
                      bool *used)
{
	const struct sp_use *use = find_use(m, sp_strz(prefix), name);

	*used = use != NULL;
	return use && use->fewer_opens;
}

void
sp_mutate_items(struct sp_mutator *m, struct sp_node *list, const char *of, bool opens)
{
	for (struct sp_node **link = &list->first; *link; link = &(*link)->next) {
		if ((*link)->kind != SP_NODE_SCALAR)
			continue;
		note_use(m, (*link)->text, opens);
		if (list->n > 1)
			sp_mutate_remove(m, link, list, opens, "removed '%.*s' from %s",
			                 SP_FMT((*link)->text), of);
	}
}

const char *
sp_mutate_of(struct sp_mutator *m, const struct sp_node *k, const char *of)
{
	return sp_arena_printf(m->arena, "'%.*s' of %s", SP_FMT(k->text), of);
}

/* "/srv:ro" covers less than "/srv". */
static void
edit_read_only(struct sp_mutator *m, const struct sp_mutate_place *place, const struct sp_node *k)
{
	for (struct sp_node **link = &k->value->first; *link; link = &(*link)->next) {
		struct sp_str text = (*link)->text;

		if (sp_str_ends(text, SP_STR(":ro")))
			sp_mutate_replace(m, link,
			                  sp_mutate_text(m, *link, sp_str_head(text, text.len - 3)),
			                  true, "'%.*s' of '%.*s' of %s without ':ro'",
			                  SP_FMT(text), SP_FMT(k->text), place->of);
	}
}

static void
edit_list(struct sp_mutator *m, const struct sp_mutate_place *place, const struct sp_key *key,
          struct sp_node *k)
{
	/* Each capability has to be dropped: one less is met more often. */
	bool all = key->type == SP_T_CAPS && (key->where & SP_IN_CONDITIONS);

	sp_mutate_items(m, k->value, sp_mutate_of(m, k, place->of), all == place->wider_opens);
	if (!place->wider_opens)
		return;
	if (key->where & SP_IN_POWERS)
		edit_read_only(m, place, k);
	sp_mutate_replace(m, &k->value, sp_mutate_text(m, k->value, SP_STR("any")), true,
	                  "widened '%.*s' of %s to any", SP_FMT(k->text), place->of);
}

/* --- maps --- */

static void
edit_labels(struct sp_mutator *m, const struct sp_mutate_place *place, struct sp_node *k)
{
	struct sp_node *map = k->value;

	for (struct sp_node **link = &map->first; *link; link = &(*link)->next) {
		struct sp_node *label = *link;

		if (map->n > 1)
			sp_mutate_remove(m, link, map, place->wider_opens,
			                 "removed '%.*s' from '%.*s' of %s", SP_FMT(label->text),
			                 SP_FMT(k->text), place->of);
		if (place->wider_opens && !sp_str_is(label->value->text, "*"))
			sp_mutate_replace(m, &label->value,
			                  sp_mutate_text(m, label->value, SP_STR("*")), true,
			                  "'%.*s' of '%.*s' of %s may be anything",
			                  SP_FMT(label->text), SP_FMT(k->text), place->of);
	}
}

/* "2g" is "20g", "1.5" is "10.5", "0.5" is "10.5": a slip of the finger. */
static struct sp_str
with_zero(struct sp_mutator *m, struct sp_str text)
{
	size_t digits = 0;

	while (digits < text.len && text.p[digits] >= '0' && text.p[digits] <= '9')
		digits++;
	if (digits == 1 && text.p[0] == '0')
		return sp_strz(sp_arena_printf(m->arena, "10%.*s", SP_FMT(sp_str_from(text, 1))));
	return sp_strz(sp_arena_printf(m->arena, "%.*s0%.*s", SP_FMT(sp_str_head(text, digits)),
	                               SP_FMT(sp_str_from(text, digits))));
}

static void
edit_range(struct sp_mutator *m, const struct sp_mutate_place *place, struct sp_node *k)
{
	struct sp_node *map = k->value;

	for (struct sp_node **link = &map->first; *link; link = &(*link)->next) {
		struct sp_node *bound = *link;
		bool max = sp_str_is(bound->text, "max");

		if (max && place->wider_opens) {
			struct sp_str more = with_zero(m, bound->value->text);

			sp_mutate_replace(m, &bound->value, sp_mutate_text(m, bound->value, more),
			                  true, "raised 'max' of '%.*s' of %s to %.*s",
			                  SP_FMT(k->text), place->of, SP_FMT(more));
		}
		if (!max && map->n > 1)
			sp_mutate_remove(m, link, map, place->wider_opens,
			                 "removed 'min' from '%.*s' of %s", SP_FMT(k->text),
			                 place->of);
	}
}

void
sp_mutate_value(struct sp_mutator *m, const struct sp_mutate_place *place, const struct sp_key *key,
                struct sp_node *k)
{
	struct sp_node *value = k->value;

	if (value->kind == SP_NODE_LIST)
		edit_list(m, place, key, k);
	else if (value->kind == SP_NODE_MAP && key->type == SP_T_LABELS)
		edit_labels(m, place, k);
	else if (value->kind == SP_NODE_MAP)
		edit_range(m, place, k);
	else if (key->type == SP_T_DURATION && place->wider_opens) {
		struct sp_str more = with_zero(m, value->text);

		sp_mutate_replace(m, &k->value, sp_mutate_text(m, value, more), true,
		                  "raised '%.*s' of %s to %.*s", SP_FMT(k->text), place->of,
		                  SP_FMT(more));
	}
}
