/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact_reader.c: values put into the lists of struct sp_facts.  Bounded: a request that asks for
 * more things than anybody could review is refused.
 */
#include "docker/fact_reader.h"

#include <stdio.h>

#include "docker/spelling.h"
#include "docker/uri.h"

#define MAX_VALUES 10000
#define MAX_PATH 4096   /* PATH_MAX: no system call takes a longer one */
#define SHOWN_BYTES 512 /* of each part of an arg: refusals show 120 characters */

/* --- adding ------------------------------------------------------------------------------- */

struct sp_value *
sp_fact_add(struct sp_fact_reader *r, enum sp_fact fact, const char *pointer)
{
	struct sp_value *v = NULL;

	if (r->n_values++ < MAX_VALUES)
		v = sp_arena_alloc(r->arena, sizeof(*v));
	if (v) {
		if (r->facts->last[fact])
			r->facts->last[fact]->next = v;
		else
			r->facts->first[fact] = v;
		r->facts->last[fact] = v;
	} else {
		if (r->arena->full)
			sp_fact_malformed(r, "the request is too large to be judged");
		else
			sp_fact_malformed(r, "it asks for more than %d things", MAX_VALUES);
		v = &r->spare;
		*v = (struct sp_value){0};
	}
	v->fact = fact;
	v->state = SP_SET;
	v->flag = sp_fact_flag(fact);
	v->place.pointer = pointer;
	v->place.index = -1;
	return v;
}

struct sp_value *
sp_fact_text(struct sp_fact_reader *r, enum sp_fact fact, const char *pointer, struct sp_str text)
{
	struct sp_value *v = sp_fact_add(r, fact, pointer);

	v->text = text;
	v->arg = text;
	return v;
}

void
sp_fact_absent(struct sp_fact_reader *r, enum sp_fact fact, const char *pointer,
               enum sp_state state)
{
	sp_fact_add(r, fact, pointer)->state = state;
}

void
sp_fact_flag_is(struct sp_fact_reader *r, enum sp_fact fact, const char *pointer, bool set)
{
	struct sp_value *v = sp_fact_add(r, fact, pointer);

	v->state = set ? SP_SET : SP_UNSET;
	v->num = set;
}

void
sp_fact_list(struct sp_fact_reader *r, enum sp_fact fact, const char *pointer, uint32_t list)
{
	int32_t i = 0;

	for (uint32_t e = sp_json_first(r->doc, list); e; e = sp_json_after(r->doc, list, e))
		sp_fact_text(r, fact, pointer, sp_json_str(r->doc, e))->place.index = i++;
}

void
sp_fact_map(struct sp_fact_reader *r, enum sp_fact fact, const char *pointer, uint32_t map)
{
	for (uint32_t k = sp_json_first(r->doc, map); k; k = sp_json_after(r->doc, map, k)) {
		struct sp_str key = sp_json_str(r->doc, k);
		struct sp_value *v = sp_fact_add(r, fact, pointer);

		v->text = key;
		if (fact == SP_FACT_SYSCTLS)
			v->text = sp_spell_sysctl(key, r->arena);
		else if (fact == SP_FACT_STORAGE_OPT)
			v->text = sp_fact_lower(r, "storage option", key);
		v->arg = sp_fact_join(r, key, "=", sp_json_str(r->doc, k + 1));
		v->place.key = key;
	}
}

void
sp_fact_labels(struct sp_fact_reader *r, const char *pointer, uint32_t map)
{
	for (uint32_t k = sp_json_first(r->doc, map); k; k = sp_json_after(r->doc, map, k)) {
		struct sp_value *v = sp_fact_add(r, SP_FACT_LABELS, pointer);

		v->key = sp_json_str(r->doc, k);
		v->text = sp_json_str(r->doc, k + 1);
		v->arg = sp_fact_join(r, v->key, "=", v->text);
		v->place.key = v->key;
	}
}

struct sp_value *
sp_fact_image(struct sp_fact_reader *r, enum sp_fact fact, const char *pointer, struct sp_str given,
              const struct sp_image *image)
{
	struct sp_value *v = sp_fact_add(r, fact, pointer);
	struct sp_image *copy = sp_arena_alloc(r->arena, sizeof(*copy));

	if (copy)
		*copy = *image;
	else
		sp_fact_malformed(r, "the request is too large to be judged");
	v->image = copy;
	v->text = image->full;
	v->arg = given;
	return v;
}

struct sp_value *
sp_fact_driver(struct sp_fact_reader *r, enum sp_fact fact, const char *pointer, struct sp_str name)
{
	struct sp_value *v = sp_fact_text(r, fact, pointer, name);

	v->text = sp_spell_plugin(name);
	v->exact_only = sp_is_hex_word(name);
	return v;
}

void
sp_fact_cgroup_parent(struct sp_fact_reader *r, const char *pointer, struct sp_str parent)
{
	if (parent.len)
		sp_fact_text(r, SP_FACT_CGROUP_PARENT, pointer, parent);
	if (sp_has_dot_dot(parent))
		sp_fact_malformed(r, "the cgroup parent '%s' holds '..'", sp_fact_shown(r, parent));
}

struct sp_str
sp_fact_path(struct sp_fact_reader *r, struct sp_str path)
{
	if (path.len > MAX_PATH) {
		sp_fact_malformed(r, "the path is longer than %d bytes", MAX_PATH);
		return SP_STR("/");
	}
	return sp_path_clean(r->arena, path);
}

struct sp_str
sp_fact_lower(struct sp_fact_reader *r, const char *what, struct sp_str name)
{
	struct sp_str lower = sp_spell_lower(name, r->arena);

	if (!lower.p)
		sp_fact_malformed(r, "the %s '%s' is not one dockerd knows", what,
		                  sp_fact_shown(r, name));
	return lower;
}

/* --- text for people ---------------------------------------------------------------------- */

const char *
sp_fact_shown(struct sp_fact_reader *r, struct sp_str text)
{
	return sp_request_shown(r->arena, text);
}

struct sp_str
sp_fact_join(struct sp_fact_reader *r, struct sp_str a, const char *between, struct sp_str b)
{
	return sp_fact_whole(r, sp_str_head(a, SHOWN_BYTES), between, sp_str_head(b, SHOWN_BYTES));
}

struct sp_str
sp_fact_whole(struct sp_fact_reader *r, struct sp_str a, const char *between, struct sp_str b)
{
	size_t n = strlen(between);
	char *text = sp_arena_bytes(r->arena, a.len + n + b.len + 1);

	if (!text)
		return a; /* the arena is full: sp_facts_read refuses */
	if (a.len)
		memcpy(text, a.p, a.len);
	memcpy(text + a.len, between, n);
	if (b.len)
		memcpy(text + a.len + n, b.p, b.len);
	return (struct sp_str){text, a.len + n + b.len};
}

struct sp_str
sp_fact_format(struct sp_fact_reader *r, const char *fmt, ...)
{
	char text[4 * SHOWN_BYTES];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0)
		return (struct sp_str){NULL, 0};
	return sp_arena_dup(r->arena, sp_str_head(sp_strz(text), sizeof(text) - 1));
}
