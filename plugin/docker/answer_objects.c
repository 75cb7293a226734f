/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answer_objects.c: the objects in the JSON of an answer.  Input: JSON that dockerd wrote around
 * values clients chose; whatever is not understood completely is refused, never empty.
 */
#include "docker/answer_objects.h"

#include "docker/answer_types.h"

static const struct sp_json_limits limits = {
    .max_bytes = 16u << 20,
    .max_tokens = 1000000,
    .max_depth = 64,
};

static const char strange[] = "it is not what dockerd answers here";

SP_OPEN_STRUCT(shown_config, SP_FIELDS_SHOWN_CONFIG);
SP_OPEN_STRUCT(shown_settings, SP_FIELDS_SHOWN_SETTINGS);
SP_OPEN_STRUCT(shown_template, SP_FIELDS_SHOWN_TEMPLATE);
SP_OPEN_STRUCT(shown_spec, SP_FIELDS_SHOWN_SPEC);
SP_OPEN_STRUCT(shown_description, SP_FIELDS_SHOWN_DESCRIPTION);
SP_OPEN_STRUCT(shown, SP_FIELDS_SHOWN);
SP_LIST_OF(shown_list, shown);
SP_OPEN_STRUCT(shown_plugin, SP_FIELDS_SHOWN_PLUGIN);
SP_LIST_OF(shown_plugins, shown_plugin);
SP_OPEN_STRUCT(shown_swarm, SP_FIELDS_SHOWN_SWARM);
SP_LIST_OF(shown_swarms, shown_swarm);
SP_OPEN_STRUCT(shown_task, SP_FIELDS_SHOWN_TASK);
SP_LIST_OF(shown_tasks, shown_task);
SP_OPEN_STRUCT(shown_volumes, SP_FIELDS_SHOWN_VOLUMES);
SP_OPEN_STRUCT(shown_usage, SP_FIELDS_SHOWN_USAGE);
SP_OPEN_STRUCT(shown_df, SP_FIELDS_SHOWN_DF);

struct answer_reader {
	const struct sp_json *doc;
	struct sp_arena *arena;
	const struct sp_object **tail;
	bool strange; /* something is not where it always was */
};

static uint32_t
get(const struct answer_reader *r, uint32_t obj, uint32_t field)
{
	return sp_json_field(r->doc, obj, field);
}

static struct sp_str
get_str(const struct answer_reader *r, uint32_t obj, uint32_t field)
{
	return sp_json_str(r->doc, sp_json_field(r->doc, obj, field));
}

static uint32_t
count(const struct answer_reader *r, uint32_t container)
{
	return container ? r->doc->tok[container].len : 0;
}

/* The labels of `first`, then those of `second` (0: none); of equal keys the first counts. */
static void
read_labels(const struct answer_reader *r, struct sp_object *o, uint32_t first, uint32_t second)
{
	const uint32_t maps[] = {first, second};
	uint32_t n = count(r, first) + count(r, second), used = 0;
	struct sp_label *labels = n ? sp_arena_array(r->arena, n, sizeof(*labels)) : NULL;

	if (!labels)
		return;
	for (size_t i = 0; i < 2; i++) {
		for (uint32_t k = sp_json_first(r->doc, maps[i]); k;
		     k = sp_json_after(r->doc, maps[i], k))
			labels[used++] =
			    (struct sp_label){sp_json_str(r->doc, k), sp_json_str(r->doc, k + 1)};
	}
	o->labels = labels;
	o->n_labels = used;
}

/* The names of the variables in up to four lists of NAME=VALUE; 0: no list. */
static void
read_env(const struct answer_reader *r, struct sp_object *o, const uint32_t lists[4])
{
	uint32_t n = 0, used = 0;
	struct sp_str *env;

	for (size_t i = 0; i < 4; i++)
		n += count(r, lists[i]);
	env = n ? sp_arena_array(r->arena, n, sizeof(*env)) : NULL;
	if (!env)
		return;
	for (size_t i = 0; i < 4; i++) {
		for (uint32_t e = sp_json_first(r->doc, lists[i]); e;
		     e = sp_json_after(r->doc, lists[i], e)) {
			struct sp_str value;

			sp_str_cut(sp_json_str(r->doc, e), '=', &env[used++], &value);
		}
	}
	o->env = env;
	o->n_env = used;
}

static void
set_name(const struct answer_reader *r, struct sp_object *o, struct sp_str name)
{
	struct sp_str *names = name.len ? sp_arena_array(r->arena, 1, sizeof(*names)) : NULL;

	if (!names)
		return;
	*names = o->kind == SP_OBJECT_CONTAINER && name.p[0] == '/' ? sp_str_from(name, 1) : name;
	o->names = names;
	o->n_names = 1;
}

/* "/c1"; "/web/db" beside it is what a linked container calls it. */
static void
read_own_name(const struct answer_reader *r, struct sp_object *o, uint32_t list)
{
	for (uint32_t e = sp_json_first(r->doc, list); e; e = sp_json_after(r->doc, list, e)) {
		struct sp_str name = sp_json_str(r->doc, e), rest = sp_str_from(name, 1);

		if (sp_str_find(rest, '/') == rest.len) {
			set_name(r, o, name);
			return;
		}
	}
}

static void
read_tags(const struct answer_reader *r, struct sp_object *o, uint32_t list)
{
	uint32_t n = count(r, list);
	struct sp_str *names = n ? sp_arena_array(r->arena, n, sizeof(*names)) : NULL;

	if (!names)
		return;
	for (uint32_t e = sp_json_first(r->doc, list); e; e = sp_json_after(r->doc, list, e))
		names[o->n_names++] = sp_json_str(r->doc, e);
	o->names = names;
}

static struct sp_object *
add_object(struct answer_reader *r, enum sp_object_kind kind)
{
	struct sp_object *o = sp_arena_alloc(r->arena, sizeof(*o));

	if (!o)
		return NULL; /* the arena is full: the answer becomes unknown */
	o->kind = kind;
	*r->tail = o;
	r->tail = &o->next;
	return o;
}

/* Containers, images, volumes, networks, exec instances. */
static void
read_shown(struct answer_reader *r, enum sp_object_kind kind, uint32_t tok)
{
	uint32_t config = get(r, tok, SHOWN_Config), made = get(r, tok, SHOWN_ContainerConfig);
	uint32_t labels = get(r, tok, SHOWN_Labels);
	struct sp_object *o = add_object(r, kind);

	if (!o)
		return;
	o->id = get_str(r, tok, SHOWN_Id);
	o->container = get_str(r, tok, SHOWN_ContainerID);
	if (kind == SP_OBJECT_IMAGE)
		read_tags(r, o, get(r, tok, SHOWN_RepoTags));
	else if (get(r, tok, SHOWN_Names))
		read_own_name(r, o, get(r, tok, SHOWN_Names));
	else
		set_name(r, o, get_str(r, tok, SHOWN_Name));
	if (kind == SP_OBJECT_CONTAINER && o->n_names && !config && !get(r, tok, SHOWN_Names))
		r->strange = true; /* an inspect without the configuration */
	read_labels(r, o, labels ? labels : get(r, config, SHOWN_CONFIG_Labels), 0);
	read_env(
	    r, o,
	    (uint32_t[4]){get(r, config, SHOWN_CONFIG_Env), get(r, made, SHOWN_CONFIG_Env), 0, 0});
}

static void
read_plugin(struct answer_reader *r, enum sp_object_kind kind, uint32_t tok)
{
	struct sp_object *o = add_object(r, kind);

	if (!o)
		return;
	o->id = get_str(r, tok, SHOWN_PLUGIN_Id);
	set_name(r, o, get_str(r, tok, SHOWN_PLUGIN_Name));
	read_env(
	    r, o,
	    (uint32_t[4]){get(r, get(r, tok, SHOWN_PLUGIN_Settings), SHOWN_SETTINGS_Env), 0, 0, 0});
}

static uint32_t
env_of(const struct answer_reader *r, uint32_t template, uint32_t field)
{
	return get(r, get(r, template, field),
	           field == SHOWN_TEMPLATE_PluginSpec ? (uint32_t)SHOWN_SETTINGS_Env
	                                              : (uint32_t)SHOWN_CONFIG_Env);
}

static void
read_template_env(const struct answer_reader *r, struct sp_object *o, uint32_t now, uint32_t before)
{
	read_env(r, o,
	         (uint32_t[4]){env_of(r, now, SHOWN_TEMPLATE_ContainerSpec),
	                       env_of(r, now, SHOWN_TEMPLATE_PluginSpec),
	                       env_of(r, before, SHOWN_TEMPLATE_ContainerSpec),
	                       env_of(r, before, SHOWN_TEMPLATE_PluginSpec)});
}

/* Services, nodes, secrets, configs; the spec before an update is shown as well. */
static void
read_swarm(struct answer_reader *r, enum sp_object_kind kind, uint32_t tok)
{
	uint32_t spec = get(r, tok, SHOWN_SWARM_Spec);
	uint32_t before = get(r, tok, SHOWN_SWARM_PreviousSpec);
	struct sp_str name = get_str(r, spec, SHOWN_SPEC_Name);
	struct sp_object *o = add_object(r, kind);

	if (!o)
		return;
	o->id = get_str(r, tok, SHOWN_SWARM_Id);
	if (name.len == 0)
		name = get_str(r, get(r, tok, SHOWN_SWARM_Description), SHOWN_DESCRIPTION_Hostname);
	set_name(r, o, name);
	read_labels(r, o, get(r, spec, SHOWN_SPEC_Labels), 0);
	read_template_env(r, o, get(r, spec, SHOWN_SPEC_TaskTemplate),
	                  get(r, before, SHOWN_SPEC_TaskTemplate));
}

/* A task has labels of its own only in theory; those of its container say whose it is. */
static void
read_task(struct answer_reader *r, enum sp_object_kind kind, uint32_t tok)
{
	uint32_t spec = get(r, tok, SHOWN_TASK_Spec);
	struct sp_object *o = add_object(r, kind);

	if (!o)
		return;
	o->id = get_str(r, tok, SHOWN_TASK_Id);
	set_name(r, o, get_str(r, tok, SHOWN_TASK_Name));
	read_labels(r, o, get(r, tok, SHOWN_TASK_Labels),
	            get(r, get(r, spec, SHOWN_TEMPLATE_ContainerSpec), SHOWN_CONFIG_Labels));
	read_template_env(r, o, spec, 0);
}

typedef void (*object_fn)(struct answer_reader *r, enum sp_object_kind kind, uint32_t tok);

static void
read_list(struct answer_reader *r, enum sp_object_kind kind, uint32_t list, object_fn read)
{
	for (uint32_t e = sp_json_first(r->doc, list); e; e = sp_json_after(r->doc, list, e))
		read(r, kind, e);
}

static void
read_df(struct answer_reader *r, uint32_t tok)
{
	static const struct {
		enum sp_object_kind kind;
		uint32_t list, usage;
	} parts[] = {
	    {SP_OBJECT_IMAGE, SHOWN_DF_Images, SHOWN_DF_ImageUsage},
	    {SP_OBJECT_CONTAINER, SHOWN_DF_Containers, SHOWN_DF_ContainerUsage},
	    {SP_OBJECT_VOLUME, SHOWN_DF_Volumes, SHOWN_DF_VolumeUsage},
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		read_list(r, parts[i].kind, get(r, tok, parts[i].list), read_shown);
		read_list(r, parts[i].kind, get(r, get(r, tok, parts[i].usage), SHOWN_USAGE_Items),
		          read_shown);
	}
}

/* Everything has an ID or a name; what has neither was not understood. */
static bool
is_strange(const struct answer_reader *r, const struct sp_object *first)
{
	for (const struct sp_object *o = first; o; o = o->next) {
		if (o->id.len == 0 && o->n_names == 0)
			return true;
	}
	return r->strange;
}

/* --- the whole ------------------------------------------------------------------------------- */

struct layout {
	const struct sp_go_type *type;
	object_fn read; /* NULL: in a way of its own */
};

static const struct layout layouts[] = {
    [SP_SHOWN_NOTHING] = {NULL, NULL},
    [SP_SHOWN_ONE] = {&sp_type_shown, read_shown},
    [SP_SHOWN_LIST] = {&sp_type_shown_list, read_shown},
    [SP_SHOWN_VOLUMES] = {&sp_type_shown_volumes, read_shown},
    [SP_SHOWN_DF] = {&sp_type_shown_df, NULL},
    [SP_SHOWN_PLUGIN] = {&sp_type_shown_plugin, read_plugin},
    [SP_SHOWN_PLUGINS] = {&sp_type_shown_plugins, read_plugin},
    [SP_SHOWN_SWARM] = {&sp_type_shown_swarm, read_swarm},
    [SP_SHOWN_SWARMS] = {&sp_type_shown_swarms, read_swarm},
    [SP_SHOWN_TASK] = {&sp_type_shown_task, read_task},
    [SP_SHOWN_TASKS] = {&sp_type_shown_tasks, read_task},
};

static void
read_all(struct answer_reader *r, enum sp_shown shown, enum sp_object_kind kind)
{
	const struct layout *layout = &layouts[shown];

	if (shown == SP_SHOWN_DF)
		read_df(r, SP_JSON_DOC);
	else if (shown == SP_SHOWN_VOLUMES)
		read_list(r, kind, get(r, SP_JSON_DOC, SHOWN_VOLUMES_Volumes), layout->read);
	else if (layout->type->kind == SP_GO_LIST)
		read_list(r, kind, SP_JSON_DOC, layout->read);
	else
		layout->read(r, kind, SP_JSON_DOC);
}

const char *
sp_answer_objects(const struct sp_object **first, enum sp_shown shown, enum sp_object_kind kind,
                  char *text, size_t len, struct sp_arena *arena)
{
	const struct sp_go_type *type = layouts[shown].type;
	struct sp_json doc = {0};
	struct sp_json_error err;
	struct answer_reader r = {.doc = &doc, .arena = arena, .tail = first};
	enum sp_json_type wanted;

	if (!type)
		return strange;
	if (sp_json_parse(&doc, text, len, &limits, arena, &err) ||
	    sp_json_bind(&doc, SP_JSON_DOC, type, &err))
		return sp_arena_printf(arena, "it cannot be read: %s", err.what);
	wanted = type->kind == SP_GO_LIST ? SP_JSON_ARRAY : SP_JSON_OBJECT;
	/* Go writes a list without elements as null. */
	if (wanted == SP_JSON_ARRAY && sp_json_type(&doc, SP_JSON_DOC) == SP_JSON_NULL)
		return NULL;
	if (sp_json_type(&doc, SP_JSON_DOC) != wanted)
		return strange;
	read_all(&r, shown, kind);
	return is_strange(&r, *first) ? strange : NULL;
}
