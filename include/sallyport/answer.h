/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answer.h: what dockerd is about to answer (AuthZRes): the objects a client will see, with their
 * labels and the names of their environment variables.  Input: JSON dockerd wrote, around values
 * clients chose.  Layer: docker.
 *
 * Measured on 20.10, 26.1 and 28.5, and read in moby (pkg/authorization/response.go): dockerd keeps
 * what a handler writes until the plugin has answered, but for a stream, and for the status and the
 * headers of an answer over 64 KiB.  Such an answer is not shown to the plugin, yet its body waits
 * all the same: a refusal withholds it.
 */
#ifndef SALLYPORT_ANSWER_H
#define SALLYPORT_ANSWER_H

#include "sallyport/objects.h"

/* What the answer to an action shows. */
#define SP_SHOWS_ONE (1u << 0)    /* the object of the URL: inspect */
#define SP_SHOWS_LIST (1u << 1)   /* any number of objects */
#define SP_SHOWS_NEW (1u << 2)    /* the object just created */
#define SP_SHOWS_STREAM (1u << 3) /* it leaves while it is made: nothing withholds it */
#define SP_SHOWS_LABELS (1u << 4) /* the labels of each object */
#define SP_SHOWS_ENV (1u << 5)    /* the environment of some object */

/* SP_SHOWS_...; 0: nothing a policy could judge but status and size. */
uint32_t sp_answer_shows(enum sp_action action);

enum sp_answer_state {
	SP_ANSWER_UNKNOWN = 0, /* zeroed memory: it may show anything */
	SP_ANSWER_NOTHING,     /* an error, or nothing that this action could show */
	SP_ANSWER_OBJECTS,
};

struct sp_answer {
	bool read; /* sp_answer_read has run */
	enum sp_answer_state state;
	struct sp_str why;             /* SP_ANSWER_UNKNOWN: a clause, "it is not JSON" */
	const struct sp_object *first; /* SP_ANSWER_OBJECTS: may be none */
	bool error;                    /* it says that something went wrong, and carries no body */
	enum sp_state size_state;      /* SP_SET, or SP_UNKNOWABLE */
	int64_t size;                  /* bytes of the body */
};

/*
 * Reads the answer of an AuthZRes request without a fault.  Does not change the request; everything
 * in *answer is in `arena` or borrowed from `req`.
 */
void sp_answer_read(struct sp_answer *answer, const struct sp_request *req, struct sp_arena *arena);

/*
 * Has the client read at least part of the answer when the plugin is asked about it?  Of a
 * connection that is taken over nobody says whether that happened: then it counts.
 */
bool sp_answer_has_left(const struct sp_request *req);

/* "container r1", "image web:2": for people, not yet made harmless.  new. */
struct sp_str sp_object_shown(const struct sp_object *object, struct sp_arena *arena);

#endif
