/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load_names.c: groups, lists, variables and profiles: who defines them, who can see them.  A file
 * sees its own names, those of the main file, and those of packs as PACK/NAME; so a name has one
 * meaning wherever it is written.  Input: the located trees of the administrator's files.
 */
#include "engine/load.h"

static const struct {
	const char *section, *what;
	enum sp_node_kind kind; /* of the value */
	const char *wants;
} kinds[SP_NAME_KINDS] = {
    [SP_NAME_GROUP] = {"groups", "group", SP_NODE_LIST, "a list"},
    [SP_NAME_LIST] = {"lists", "list", SP_NODE_LIST, "a list"},
    [SP_NAME_VAR] = {"vars", "variable", SP_NODE_SCALAR, "text"},
    [SP_NAME_PROFILE] = {"profiles", "profile", SP_NODE_MAP, "a map"},
};

/* --- definition --- */

static bool
is_var_name(struct sp_str name)
{
	for (size_t i = 0; i < name.len; i++) {
		if (!((name.p[i] >= 'a' && name.p[i] <= 'z') ||
		      (i > 0 && name.p[i] >= '0' && name.p[i] <= '9')))
			return false;
	}
	return name.len > 0 && !sp_str_is(name, "user");
}

static int
check_name(struct sp_loader *ld, enum sp_name_kind kind, const struct sp_node *n)
{
	struct sp_node *value = n->value;

	if (value->kind != kinds[kind].kind)
		return sp_load_error(ld, value->pos, "E204", NULL, "%s '%.*s' needs %s",
		                     kinds[kind].what, SP_FMT(n->text), kinds[kind].wants);
	if (kind == SP_NAME_VAR && !is_var_name(n->text))
		return sp_load_error(ld, n->pos, "E229",
		                     "a letter a-z, then letters and digits; 'user' is taken",
		                     "'%.*s' is not a variable name", SP_FMT(n->text));
	if (n->text.len == 0 || sp_str_find(n->text, '/') < n->text.len)
		return sp_load_error(ld, n->pos, "E229", "PACK/NAME is a name of a pack",
		                     "'%.*s' is not a name for a %s", SP_FMT(n->text),
		                     kinds[kind].what);
	return 0;
}

static int
load_kind(struct sp_loader *ld, struct sp_load_file *file, enum sp_name_kind kind)
{
	const struct sp_node *k = sp_load_section(file->root, kinds[kind].section);
	struct sp_names *names = &file->names[kind];
	int result = 0;

	if (!k)
		return 0;
	if (sp_load_want_map(ld, k))
		return -1;
	names->list = sp_arena_array(ld->scratch, k->value->n + 1, sizeof(*names->list));
	if (!names->list)
		return -1;
	for (const struct sp_node *n = k->value->first; n; n = n->next) {
		if (check_name(ld, kind, n)) {
			result = -1;
			continue;
		}
		if (kind == SP_NAME_VAR && sp_str_find(n->value->text, '$') < n->value->text.len)
			result = sp_load_error(ld, n->value->pos, "E232", "write the text out",
			                       "a variable's value holds no '$'");
		names->list[names->n++] = (struct sp_name){
		    .name = sp_arena_dup(ld->scratch, n->text), .pos = n->pos, .value = n->value};
	}
	return result;
}

int
sp_load_names(struct sp_loader *ld, struct sp_load_file *file)
{
	int result = 0;

	for (int kind = 0; kind < SP_NAME_KINDS; kind++)
		result |= load_kind(ld, file, (enum sp_name_kind)kind);
	return result;
}

/* --- use --- */

static struct sp_name *
find(struct sp_names *names, struct sp_str name)
{
	for (uint32_t i = 0; i < names->n; i++) {
		if (sp_str_eq(names->list[i].name, name))
			return &names->list[i];
	}
	return NULL;
}

/* Can the names of `file` be met where those of `other` are?  Packs of one name are one. */
static bool
meet(const struct sp_load_file *file, const struct sp_load_file *other)
{
	return file->where & SP_IN_FILE || (file->pack.len && sp_str_eq(file->pack, other->pack));
}

static int
check_unique(struct sp_loader *ld, struct sp_load_file *first, struct sp_load_file *second,
             enum sp_name_kind kind)
{
	int result = 0;

	for (uint32_t i = 0; i < second->names[kind].n; i++) {
		struct sp_name *name = &second->names[kind].list[i];
		struct sp_name *same = find(&first->names[kind], name->name);

		if (same)
			result = sp_load_error(
			    ld, name->pos, "E217",
			    sp_arena_printf(ld->scratch, "first defined at %.*s:%u",
			                    SP_FMT(first->name), same->pos.line),
			    "%s '%.*s' is defined twice", kinds[kind].what, SP_FMT(name->name));
	}
	return result;
}

int
sp_load_names_unique(struct sp_loader *ld)
{
	int result = 0;

	for (uint32_t second = 1; second < ld->n_files; second++) {
		for (uint32_t first = 0; first < second; first++) {
			if (!meet(&ld->files[first], &ld->files[second]))
				continue;
			for (int kind = 0; kind < SP_NAME_KINDS; kind++)
				result |= check_unique(ld, &ld->files[first], &ld->files[second],
				                       (enum sp_name_kind)kind);
		}
	}
	return result;
}

struct sp_name *
sp_load_name(struct sp_loader *ld, enum sp_name_kind kind, struct sp_pos at, struct sp_str name)
{
	struct sp_load_file *own = sp_load_file_of(ld, at);
	struct sp_name *found = find(&own->names[kind], name);
	struct sp_str pack, rest;

	if (!found && !(own->where & SP_IN_FILE))
		found = find(&ld->files[0].names[kind], name);
	if (found || !sp_str_cut(name, '/', &pack, &rest))
		return found;
	for (uint32_t i = 1; i < ld->n_files && !found; i++) {
		if (sp_str_eq(ld->files[i].pack, pack))
			found = find(&ld->files[i].names[kind], rest);
	}
	return found;
}

const char *
sp_load_suggest_name(struct sp_loader *ld, enum sp_name_kind kind, struct sp_pos at,
                     struct sp_str name, const char *prefix)
{
	const struct sp_load_file *own = sp_load_file_of(ld, at);
	const char **all, *near;
	size_t n = 0, room = 1;

	for (uint32_t i = 0; i < ld->n_files; i++)
		room += ld->files[i].names[kind].n;
	all = sp_arena_array(ld->scratch, room, sizeof(*all));
	if (!all)
		return NULL;
	if (kind == SP_NAME_VAR)
		all[n++] = "user";
	for (uint32_t i = 0; i < ld->n_files; i++) {
		const struct sp_load_file *file = &ld->files[i];

		for (uint32_t k = 0; k < file->names[kind].n; k++) {
			const char *text = file->names[kind].list[k].name.p;

			if (file == own || file->where & SP_IN_FILE)
				all[n++] = text;
			else if (file->pack.len)
				all[n++] = sp_arena_printf(ld->scratch, "%.*s/%s",
				                           SP_FMT(file->pack), text);
		}
	}
	near = sp_suggest(name, all, n);
	return near ? sp_arena_printf(ld->scratch, "did you mean '%s%s'?", prefix, near) : NULL;
}

/* Where what it stands for begins: the place POLICY.md 3.6 shows. */
static struct sp_pos
pos_of_content(const struct sp_node *value)
{
	struct sp_pos pos = value->first ? value->first->pos : value->pos;

	pos.width = 1;
	return pos;
}

/* What a pack offers, others need not take. */
void
sp_load_warn_unused(struct sp_loader *ld)
{
	for (uint32_t i = 0; i < ld->n_files; i++) {
		for (int kind = 0; kind < SP_NAME_KINDS && !ld->files[i].pack.len; kind++) {
			const struct sp_names *names = &ld->files[i].names[kind];

			for (uint32_t k = 0; k < names->n; k++) {
				const struct sp_name *name = &names->list[k];

				if (!name->used)
					sp_load_warning(ld, pos_of_content(name->value), "W301",
					                NULL, "%s '%.*s' is never used",
					                kinds[kind].what, SP_FMT(name->name));
			}
		}
	}
}
