/* SPDX-License-Identifier: Apache-2.0 */
/* test_given.c: what a policy test says about the host and about existing objects. */
#include "cli/test_parts.h"
#include "cli/test_run.h"
#include "sallyport/objects.h"

/* A map of maps: each value of it, too. */
static int
want_maps(struct sp_test_loader *ld, const struct sp_node *map)
{
	int result = 0;

	for (const struct sp_node *k = map->first; k; k = k->next) {
		if (k->value->kind != SP_NODE_MAP)
			result = sp_test_wrong_type(ld, k, "a map");
	}
	return result;
}

static int
load_images(struct sp_test_loader *ld, const struct sp_node *map)
{
	struct sp_test_image **end = &ld->file->given.images;

	if (want_maps(ld, map))
		return -1;
	for (const struct sp_node *k = map->first; k; k = k->next) {
		struct sp_test_image *image = sp_arena_alloc(ld->arena, sizeof(*image));
		const struct sp_node *created = sp_test_get(k->value, "created");

		if (sp_test_keys_check(ld, k->value, SP_TEST_IN_IMAGE, "an image") || !image)
			return -1;
		image->name = k->text;
		sp_image_parse(k->text, false, ld->arena, &image->image);
		if (image->image.kind == SP_IMAGE_INVALID)
			return sp_diags_add(ld->diags, SP_ERROR, "E251", k->pos, NULL,
			                    "'%.*s' is not the name of an image", SP_FMT(k->text));
		image->has_user = sp_test_get(k->value, "user") != NULL;
		image->user = sp_test_get_text(k->value, "user");
		image->id = sp_test_get_text(k->value, "id");
		image->digest = sp_test_get_text(k->value, "digest");
		image->has_created = created != NULL;
		if (created)
			sp_num_date(created->text, &image->created);
		*end = image;
		end = &image->next;
	}
	return 0;
}

static struct sp_test_label *
load_labels(struct sp_test_loader *ld, const struct sp_node *map, int *result)
{
	struct sp_test_label *first = NULL, **end = &first;

	for (const struct sp_node *k = map ? map->first : NULL; k; k = k->next) {
		struct sp_test_label *label = sp_arena_alloc(ld->arena, sizeof(*label));

		if (k->value->kind != SP_NODE_SCALAR)
			*result = sp_test_wrong_type(ld, k, "text");
		if (!label)
			break;
		*label = (struct sp_test_label){k->text, k->value->text, NULL};
		*end = label;
		end = &label->next;
	}
	return first;
}

/* containers: NAME: {labels: {...}, id: ...}; objects: NAME: {labels} or {labels: {labels}}. */
static int
load_objects(struct sp_test_loader *ld, const struct sp_node *map, const char *kind)
{
	struct sp_test_object **end = &ld->file->given.objects;
	bool container = strcmp(kind, "container") == 0;
	int result = want_maps(ld, map);

	while (*end)
		end = &(*end)->next;
	for (const struct sp_node *k = map->first; k && !result; k = k->next) {
		struct sp_test_object *object = sp_arena_alloc(ld->arena, sizeof(*object));
		const struct sp_node *labels = sp_test_get(k->value, "labels");

		if (container &&
		    sp_test_keys_check(ld, k->value, SP_TEST_IN_CONTAINER, "a container"))
			return -1;
		if (!object)
			return -1;
		if (!container && (!labels || labels->kind != SP_NODE_MAP))
			labels = k->value;
		*object = (struct sp_test_object){
		    .kind = kind, .name = k->text, .labels = load_labels(ld, labels, &result)};
		if (container)
			object->id = sp_test_get_text(k->value, "id");
		*end = object;
		end = &object->next;
	}
	return result;
}

static int
load_links(struct sp_test_loader *ld, const struct sp_node *map)
{
	struct sp_test_link **end = &ld->file->given.links;

	for (const struct sp_node *k = map->first; k; k = k->next) {
		struct sp_test_link *link = sp_arena_alloc(ld->arena, sizeof(*link));

		if (!link || k->value->kind != SP_NODE_SCALAR)
			return sp_test_wrong_type(ld, k, "the path it leads to");
		link->path = sp_path_clean(ld->arena, k->text);
		link->target = k->value->text;
		if (!link->path.p)
			return sp_diags_add(ld->diags, SP_ERROR, "E251", k->pos, NULL,
			                    "'%.*s' is not an absolute path", SP_FMT(k->text));
		*end = link;
		end = &link->next;
	}
	return 0;
}

/* A part of `given` that is a map; what is no map has been told. */
static const struct sp_node *
get_map(const struct sp_node *map, const char *name)
{
	const struct sp_node *node = map ? sp_test_get(map, name) : NULL;

	return node && node->kind == SP_NODE_MAP ? node : NULL;
}

int
sp_test_given_load(struct sp_test_loader *ld, const struct sp_node *given)
{
	static const char *const kinds[][2] = {
	    {"volumes", "volume"}, {"networks", "network"}, {"services", "service"}};
	const struct sp_node *objects = get_map(given, "objects"), *node;
	int result = sp_test_keys_check(ld, given, SP_TEST_IN_GIVEN, "'given:'");

	if ((node = get_map(given, "images")))
		result |= load_images(ld, node);
	if ((node = get_map(given, "containers")))
		result |= load_objects(ld, node, "container");
	if ((node = get_map(given, "symlinks")))
		result |= load_links(ld, node);
	if (objects)
		result |= sp_test_keys_check(ld, objects, SP_TEST_IN_OBJECTS, "'objects:'");
	for (size_t i = 0; i < 3; i++) {
		if ((node = get_map(objects, kinds[i][0])))
			result |= load_objects(ld, node, kinds[i][1]);
	}
	return result ? -1 : 0;
}

/* --- answers --- */

static struct sp_str
without_sha256(struct sp_str id)
{
	return sp_str_starts(id, SP_STR("sha256:")) ? sp_str_from(id, 7) : id;
}

/* Is `asked` a name of the image, its digest with the name, or the beginning of its ID? */
static bool
is_image(const struct sp_test_image *known, const struct sp_image *asked)
{
	if (sp_str_eq(known->image.full, asked->full))
		return true;
	if (asked->kind == SP_IMAGE_ID)
		return known->id.len && asked->full.len &&
		       sp_str_starts(without_sha256(known->id), without_sha256(asked->full));
	return known->digest.len && sp_str_eq(known->digest, asked->digest) &&
	       sp_str_eq(known->image.registry, asked->registry) &&
	       sp_str_eq(known->image.path, asked->path);
}

/* The image that is meant; NULL when it is not given, or could be one of several. */
static const struct sp_test_image *
known_image(const struct sp_test_given *given, const struct sp_image *asked)
{
	const struct sp_test_image *found = NULL;

	for (const struct sp_test_image *i = given->images; i && asked; i = i->next) {
		if (!is_image(i, asked))
			continue;
		if (found)
			return NULL;
		found = i;
	}
	return found;
}

/* When an image was built, and what it is called when the request names it by its ID. */
static void
answer_image(const struct sp_test_image *known, struct sp_value *v, struct sp_arena *arena)
{
	struct sp_image *copy = sp_arena_alloc(arena, sizeof(*copy));

	if (!copy)
		return;
	*copy = v->image->kind == SP_IMAGE_ID ? known->image : *v->image;
	copy->has_created = known->has_created;
	copy->created = known->created;
	v->image = copy;
}

static enum sp_object_kind
kind_of(const char *name)
{
	for (unsigned kind = SP_OBJECT_NONE + 1; kind < SP_OBJECT_EXEC; kind++) {
		if (strcmp(name, sp_object_kind_name((enum sp_object_kind)kind)) == 0)
			return (enum sp_object_kind)kind;
	}
	return SP_OBJECT_NONE;
}

static struct sp_object *
copy_object(const struct sp_test_object *given, struct sp_arena *arena)
{
	struct sp_object *o = sp_arena_alloc(arena, sizeof(*o));
	struct sp_label *labels;
	uint32_t n = 0;

	for (const struct sp_test_label *l = given->labels; l; l = l->next)
		n++;
	labels = sp_arena_array(arena, n, sizeof(*labels));
	if (!o || !labels)
		return NULL;
	*o = (struct sp_object){.kind = kind_of(given->kind),
	                        .id = given->id,
	                        .names = &given->name,
	                        .n_names = 1,
	                        .labels = labels};
	for (const struct sp_test_label *l = given->labels; l; l = l->next)
		labels[o->n_labels++] = (struct sp_label){l->key, l->value};
	return o;
}

/* What is given is all there is: an object that is not there does not exist. */
static void
answer_objects(const struct sp_test_given *given, struct sp_facts *facts, struct sp_arena *arena)
{
	const struct sp_object *all = NULL, **end = &all;

	if (!facts->objects)
		return;
	for (const struct sp_test_object *g = given->objects; g; g = g->next) {
		struct sp_object *o = copy_object(g, arena);

		if (!o)
			return; /* they stay unknown, and the arena full */
		*end = o;
		end = &o->next;
	}
	sp_objects_answer(facts, all);
}

/* A record knows where its paths led; the links of the test are for what it does not know. */
static void
answer_paths(const struct sp_test_given *given, const struct sp_given *looked_up,
             struct sp_facts *facts, struct sp_arena *arena)
{
	struct sp_given all = {NULL, looked_up->n};
	struct sp_given_path *paths;

	for (const struct sp_test_link *l = given->links; l; l = l->next)
		all.n++;
	paths = sp_arena_array(arena, all.n + 1, sizeof(*paths));
	if (!paths)
		return;
	if (looked_up->n)
		memcpy(paths, looked_up->paths, looked_up->n * sizeof(*paths));
	all.paths = paths;
	paths += looked_up->n;
	for (const struct sp_test_link *l = given->links; l; l = l->next, paths++)
		paths->said = (struct sp_host_path){.path = l->path, .resolved = l->target};
	sp_given_answer(facts, &all, arena);
}

void
sp_test_given_answer(const struct sp_test_given *given, const struct sp_given *looked_up,
                     struct sp_facts *facts, struct sp_arena *arena)
{
	struct sp_value *user = facts->first[SP_FACT_USER];
	const struct sp_test_image *image = NULL;

	answer_objects(given, facts, arena);
	for (struct sp_value *v = facts->first[SP_FACT_IMAGES]; v; v = v->next) {
		const struct sp_test_image *known = known_image(given, v->image);

		if (!known)
			continue;
		/* The first is the one that runs; others are only mounted. */
		if (v == facts->first[SP_FACT_IMAGES])
			image = known;
		answer_image(known, v, arena);
	}
	/* The request leaves the user to the image. */
	if (user && user->state == SP_UNKNOWABLE && user->text.len == 0 && image &&
	    image->has_user) {
		user->state = SP_SET;
		user->text = image->user;
	}
	answer_paths(given, looked_up, facts, arena);
}
