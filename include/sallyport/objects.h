/* SPDX-License-Identifier: Apache-2.0 */
/*
 * objects.h: the objects a request works on that are there already (containers, volumes ...): which
 * ones it names, and what is known about each.  Whoever judges a request may fill the answers in
 * between sp_facts_read and sp_decide (tests do, from `given`); nobody asked is "unknown", and then
 * a grant is not satisfied and a guard bites.  Layer: docker; knows nothing of policies.
 */
#ifndef SALLYPORT_OBJECTS_H
#define SALLYPORT_OBJECTS_H

#include "sallyport/facts.h"

/* X(ID, "name"): the name is the first part of the names of its actions. */
#define SP_OBJECT_KINDS(X)                                                                         \
	X(CONTAINER, "container")                                                                  \
	X(IMAGE, "image")                                                                          \
	X(VOLUME, "volume")                                                                        \
	X(NETWORK, "network")                                                                      \
	X(PLUGIN, "plugin")                                                                        \
	X(SERVICE, "service")                                                                      \
	X(TASK, "task")                                                                            \
	X(NODE, "node")                                                                            \
	X(SECRET, "secret")                                                                        \
	X(CONFIG, "config")                                                                        \
	X(EXEC, "exec")

enum sp_object_kind {
	SP_OBJECT_NONE = 0,
#define X(id, name) SP_OBJECT_##id,
	SP_OBJECT_KINDS(X)
#undef X
};

/* "container"; never NULL. */
const char *sp_object_kind_name(enum sp_object_kind kind);
/* Of the object in the URL: of container.stop a container; SP_OBJECT_NONE when there is none. */
enum sp_object_kind sp_object_kind_of(enum sp_action action);

struct sp_label {
	struct sp_str key, value;
};

/* One object as dockerd describes it. */
struct sp_object {
	enum sp_object_kind kind;
	struct sp_str id;           /* whole; may be empty */
	const struct sp_str *names; /* images: every tag; others: one */
	uint32_t n_names;
	const struct sp_label *labels;
	uint32_t n_labels;
	const struct sp_str *env; /* names of environment variables shown with it */
	uint32_t n_env;
	struct sp_str container; /* EXEC: ID or name of the container it runs in */
	const struct sp_object *next;
};

enum sp_object_state {
	SP_OBJECT_UNKNOWN = 0, /* zeroed memory: nobody looked, or there was no answer */
	SP_OBJECT_ABSENT,      /* dockerd would answer that there is no such object */
	SP_OBJECT_KNOWN,
};

/* One object a request names. */
struct sp_object_ref {
	enum sp_object_kind kind;
	struct sp_str ref; /* a name, an ID, or the beginning of one; empty: it cannot be seen */
	enum sp_object_state state;
	const struct sp_object *object; /* SP_OBJECT_KNOWN: what it is */
	struct sp_object_ref *next;
};

/*
 * Fills facts->objects: the object of the URL and every container the request refers to
 * (container:X, --volumes-from, --link, network.connect).  Called by sp_facts_read.
 */
void sp_objects_collect(struct sp_facts *facts, const struct sp_request *req,
                        struct sp_arena *arena);

/*
 * Answers every question of facts->objects from a list of all objects there are: whole ID, then
 * name, then the beginning of one ID, as dockerd looks (moby: daemon/container.go, GetContainer;
 * daemon/cluster/helpers.go).  The list must outlive the facts.
 */
void sp_objects_answer(struct sp_facts *facts, const struct sp_object *all);

/* Can dockerd take `ref` only for a name, never for an ID or the beginning of one? */
bool sp_object_ref_is_name(const struct sp_object_ref *ref);

/* --- lists --- */

/*
 * What a list request filters by: the label filters dockerd will apply to every object it shows,
 * as KEY=VALUE.  Empty when the action's filter does not look at the labels of the objects shown,
 * or may let others through.  new; *n of them.
 */
const struct sp_label *sp_objects_filters(const struct sp_request *req, struct sp_arena *arena,
                                          uint32_t *n);

#endif
