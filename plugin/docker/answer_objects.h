/* SPDX-License-Identifier: Apache-2.0 */
/* answer_objects.h: the step of sp_answer_read that reads the JSON.  Private to docker/. */
#ifndef SALLYPORT_DOCKER_ANSWER_OBJECTS_H
#define SALLYPORT_DOCKER_ANSWER_OBJECTS_H

#include "sallyport/objects.h"

/* What the JSON looks like. */
enum sp_shown {
	SP_SHOWN_NOTHING = 0,
	SP_SHOWN_ONE,  /* container, image, volume, network, exec, or only the ID of a new one */
	SP_SHOWN_LIST, /* of them */
	SP_SHOWN_VOLUMES,
	SP_SHOWN_DF,
	SP_SHOWN_PLUGIN,
	SP_SHOWN_PLUGINS,
	SP_SHOWN_SWARM, /* service, node, secret, config */
	SP_SHOWN_SWARMS,
	SP_SHOWN_TASK,
	SP_SHOWN_TASKS,
};

/*
 * Reads all objects of `text`, which is changed, into the list *first.  NULL; or a clause that says
 * why the answer is not understood.  A full arena is for the caller to see.
 */
const char *sp_answer_objects(const struct sp_object **first, enum sp_shown shown,
                              enum sp_object_kind kind, char *text, size_t len,
                              struct sp_arena *arena);

#endif
