/* SPDX-License-Identifier: Apache-2.0 */
/*
 * objects.c: which existing objects a request names, and what a list of all objects says about
 * them.  Input: a request without a fault, hostile all the same; objects a test or the server gave.
 * moby: daemon/container.go (GetContainer), daemon/names.go, daemon/cluster/helpers.go,
 * api/types/filters.
 */
#include "sallyport/objects.h"

#include "docker/body_types.h"
#include "docker/spelling.h"

#define SWARM_ID_LEN 25

const char *
sp_object_kind_name(enum sp_object_kind kind)
{
	static const char *const names[] = {[SP_OBJECT_NONE] = "object",
#define X(id, name) [SP_OBJECT_##id] = name,
	                                    SP_OBJECT_KINDS(X)
#undef X
	};

	return names[(unsigned)kind < sizeof(names) / sizeof(names[0]) ? kind : SP_OBJECT_NONE];
}

enum sp_object_kind
sp_object_kind_of(enum sp_action action)
{
	static const struct {
		const char *name;
		enum sp_object_kind kind;
	} kinds[] = {{"checkpoint", SP_OBJECT_CONTAINER},
#define X(id, name) {name, SP_OBJECT_##id},
	             SP_OBJECT_KINDS(X)
#undef X
	};
	struct sp_str head, verb;

	sp_str_cut(sp_strz(sp_action_info(action)->name), '.', &head, &verb);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (sp_str_is(head, kinds[i].name))
			return kinds[i].kind;
	}
	return SP_OBJECT_NONE;
}

/* --- which ---------------------------------------------------------------------------------- */

struct collector {
	struct sp_facts *facts;
	const struct sp_request *req;
	struct sp_arena *arena;
	struct sp_object_ref **tail;
};

/* A name with a slash in front is the same container; for the others it is part of the name. */
static void
add_ref(struct collector *c, enum sp_object_kind kind, struct sp_str ref)
{
	struct sp_object_ref *r = sp_arena_alloc(c->arena, sizeof(*r));

	if (!r)
		return; /* the arena is full: the request is refused */
	r->kind = kind;
	r->ref =
	    kind == SP_OBJECT_CONTAINER && ref.len && ref.p[0] == '/' ? sp_str_from(ref, 1) : ref;
	*c->tail = r;
	c->tail = &r->next;
}

static void
add_url(struct collector *c)
{
	enum sp_object_kind kind = sp_object_kind_of(c->req->action);

	if (kind != SP_OBJECT_NONE)
		add_ref(c, kind, c->req->object);
}

/* Every image that is saved: the one of the path, or those of the parameters. */
static void
add_saved(struct collector *c)
{
	const struct sp_query *query = &c->req->query;
	size_t n = 0;

	for (size_t i = 0; i < query->n; i++) {
		if (!sp_str_is(query->list[i].key, "names"))
			continue;
		add_ref(c, SP_OBJECT_IMAGE, query->list[i].value);
		n++;
	}
	if (n == 0 || c->req->object.len)
		add_ref(c, SP_OBJECT_IMAGE, c->req->object);
}

/* The Container of a network.connect or network.disconnect, whether its body is bound or not. */
static void
add_endpoint(struct collector *c)
{
	const struct sp_json *doc = &c->req->json;
	struct sp_str container = {NULL, 0};
	unsigned n = 0;

	if (doc->n_tok > SP_JSON_DOC && sp_json_type(doc, SP_JSON_DOC) == SP_JSON_OBJECT) {
		for (uint32_t k = sp_json_first(doc, SP_JSON_DOC); k;
		     k = sp_json_after(doc, SP_JSON_DOC, k)) {
			if (!sp_json_fold_eq(sp_json_str(doc, k), "Container"))
				continue;
			if (sp_json_type(doc, k + 1) == SP_JSON_STRING)
				container = sp_json_str(doc, k + 1);
			n++;
		}
	}
	/* Twice: the last one wins, and who knows for whom; it counts as one that is not seen. */
	add_ref(c, SP_OBJECT_CONTAINER, n == 1 ? container : (struct sp_str){NULL, 0});
}

/* Containers of values: the key is what was asked for. */
static void
add_values(struct collector *c, enum sp_fact fact)
{
	for (const struct sp_value *v = c->facts->first[fact]; v; v = v->next)
		add_ref(c, SP_OBJECT_CONTAINER, v->key);
}

void
sp_objects_collect(struct sp_facts *facts, const struct sp_request *req, struct sp_arena *arena)
{
	struct collector c = {facts, req, arena, &facts->objects};

	facts->objects = NULL;
	if (req->action == SP_ACT_CONTAINER_COMMIT)
		add_ref(&c, SP_OBJECT_CONTAINER, sp_query_get(&req->query, "container"));
	else if (req->action == SP_ACT_IMAGE_SAVE)
		add_saved(&c);
	else if (req->object.len || sp_action_info(req->action)->existing)
		add_url(&c);
	if (req->is_response) /* reads only: nothing else can be named */
		return;
	if (req->action == SP_ACT_NETWORK_CONNECT || req->action == SP_ACT_NETWORK_DISCONNECT)
		add_endpoint(&c);
	add_values(&c, SP_FACT_JOIN_NAMESPACES);
	add_values(&c, SP_FACT_VOLUMES_FROM);
	add_values(&c, SP_FACT_LINKS);
}

/* --- what about them ------------------------------------------------------------------------ */

/* Only what swarm makes IDs of. */
static bool
may_be_swarm_id(struct sp_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (!(s.p[i] >= '0' && s.p[i] <= '9') && !(s.p[i] >= 'a' && s.p[i] <= 'z'))
			return false;
	}
	return s.len <= SWARM_ID_LEN;
}

bool
sp_object_ref_is_name(const struct sp_object_ref *r)
{
	if (r->ref.len == 0)
		return false;
	switch (r->kind) {
	case SP_OBJECT_CONTAINER: /* "web/db" is what the container web calls another one */
		return !sp_is_hex_word(r->ref) && sp_str_find(r->ref, '/') == r->ref.len;
	case SP_OBJECT_NETWORK:
	case SP_OBJECT_VOLUME: /* of a swarm, when no local one has the name */
	case SP_OBJECT_SERVICE:
	case SP_OBJECT_TASK:
	case SP_OBJECT_NODE:
	case SP_OBJECT_SECRET:
	case SP_OBJECT_CONFIG:
		return !sp_is_hex_word(r->ref) && !may_be_swarm_id(r->ref);
	case SP_OBJECT_IMAGE: /* one of several names */
	case SP_OBJECT_PLUGIN:
	case SP_OBJECT_EXEC:
	case SP_OBJECT_NONE:
		break;
	}
	return false;
}

/* Images are known by tags, and ":latest" goes without saying. */
static bool
has_name(const struct sp_object *o, struct sp_str ref)
{
	for (uint32_t i = 0; i < o->n_names; i++) {
		struct sp_str name = o->names[i];

		if (sp_str_eq(name, ref))
			return true;
		if (o->kind == SP_OBJECT_IMAGE && sp_str_ends(name, SP_STR(":latest")) &&
		    sp_str_eq(sp_str_head(name, name.len - 7), ref))
			return true;
	}
	return false;
}

static bool
id_starts(struct sp_str id, struct sp_str ref)
{
	struct sp_str sha = SP_STR("sha256:");

	if (sp_str_starts(id, sha) && !sp_str_starts(ref, sha))
		id = sp_str_from(id, sha.len);
	return ref.len && sp_str_starts(id, ref);
}

static void
answer_ref(struct sp_object_ref *r, enum sp_object_kind kind, struct sp_str ref,
           const struct sp_object *all)
{
	const struct sp_object *by_name = NULL, *by_prefix = NULL;
	unsigned n_prefix = 0;

	r->state = SP_OBJECT_UNKNOWN;
	if (ref.len == 0)
		return;
	for (const struct sp_object *o = all; o; o = o->next) {
		if (o->kind != kind)
			continue;
		if (sp_str_eq(o->id, ref)) {
			by_name = o;
			break;
		}
		if (!by_name && has_name(o, ref))
			by_name = o;
		if (id_starts(o->id, ref)) {
			by_prefix = o;
			n_prefix++;
		}
	}
	if (!by_name && n_prefix > 1)
		return; /* ambiguous: dockerd would refuse */
	r->object = by_name ? by_name : by_prefix;
	r->state = r->object ? SP_OBJECT_KNOWN : SP_OBJECT_ABSENT;
}

void
sp_objects_answer(struct sp_facts *facts, const struct sp_object *all)
{
	for (struct sp_object_ref *r = facts->objects; r; r = r->next) {
		answer_ref(r, r->kind, r->ref, all);
		if (r->kind == SP_OBJECT_EXEC && r->state == SP_OBJECT_KNOWN)
			answer_ref(r, SP_OBJECT_CONTAINER, r->object->container, all);
	}
}

/* --- filters of lists ----------------------------------------------------------------------- */

static bool
filters_by_labels(enum sp_action action)
{
	/*
	 * Where dockerd compares each label filter with the labels of what it shows.  Tasks are
	 * chosen by the labels of their service, nodes by those of their engine; images and volumes
	 * come from stores that may look elsewhere.
	 */
	return action == SP_ACT_CONTAINER_LIST || action == SP_ACT_NETWORK_LIST ||
	       action == SP_ACT_SERVICE_LIST || action == SP_ACT_SECRET_LIST ||
	       action == SP_ACT_CONFIG_LIST || action == SP_ACT_SYSTEM_EVENTS;
}

/* {"label":{"a=b":true}}, or ["a=b"] of clients before API 1.22: the value of "label", or 0. */
static uint32_t
label_filter(struct sp_json *doc, struct sp_str filters, struct sp_arena *arena)
{
	static const struct sp_json_limits limits = {
	    .max_bytes = 1u << 16, .max_tokens = 4000, .max_depth = 4};
	static const struct sp_go_type any = {.kind = SP_GO_ANY};
	static const struct sp_go_type boolean = {.kind = SP_GO_BOOL};
	static const struct sp_go_type string = {.kind = SP_GO_STRING};
	static const struct sp_go_type whole = {.kind = SP_GO_MAP, .elem = &any};
	static const struct sp_go_type set = {.kind = SP_GO_MAP, .elem = &boolean};
	static const struct sp_go_type list = {.kind = SP_GO_LIST, .elem = &string};
	struct sp_str text = sp_arena_dup(arena, filters);
	struct sp_json_error err;
	uint32_t value = 0;

	if (filters.len == 0 || !text.p ||
	    sp_json_parse(doc, (char *)(uintptr_t)text.p, text.len, &limits, arena, &err) ||
	    sp_json_bind(doc, SP_JSON_DOC, &whole, &err) ||
	    sp_json_type(doc, SP_JSON_DOC) != SP_JSON_OBJECT)
		return 0;
	for (uint32_t k = sp_json_first(doc, SP_JSON_DOC); k;
	     k = sp_json_after(doc, SP_JSON_DOC, k)) {
		if (sp_str_is(sp_json_str(doc, k), "label"))
			value = k + 1;
	}
	if (sp_json_type(doc, value) == SP_JSON_ARRAY)
		return sp_json_bind(doc, value, &list, &err) ? 0 : value;
	return sp_json_bind(doc, value, &set, &err) ? 0 : value;
}

const struct sp_label *
sp_objects_filters(const struct sp_request *req, struct sp_arena *arena, uint32_t *n)
{
	struct sp_json doc = {0};
	struct sp_label *labels;
	uint32_t value;

	*n = 0;
	if (!filters_by_labels(req->action))
		return NULL;
	value = label_filter(&doc, sp_query_get(&req->query, "filters"), arena);
	if (!value || sp_json_type(&doc, value) < SP_JSON_ARRAY)
		return NULL;
	labels = sp_arena_array(arena, doc.tok[value].len, sizeof(*labels));
	if (!labels)
		return NULL;
	for (uint32_t e = sp_json_first(&doc, value); e; e = sp_json_after(&doc, value, e)) {
		struct sp_label *label = &labels[(*n)++];

		if (!sp_str_cut(sp_json_str(&doc, e), '=', &label->key, &label->value))
			label->value.p = NULL; /* any value will do */
	}
	return labels;
}
