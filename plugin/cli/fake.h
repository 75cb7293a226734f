/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fake.h: the daemon `try` shows to clients: answers as dockerd 28 would, remembers what was
 * created, and does nothing.  Containers that somebody looks at (attach, run without -d) end at
 * once with status 0; others run until they are stopped.  Whatever image is named is there.
 *
 * It decides nothing: what it is asked has been allowed.  Layer: cli.
 */
#ifndef SALLYPORT_CLI_FAKE_H
#define SALLYPORT_CLI_FAKE_H

#include <jansson.h>

#include "sallyport/daemon.h"
#include "sallyport/request.h"

#define SP_FAKE_API "1.51"
#define SP_FAKE_VERSION "28.5.2"
#define SP_FAKE_MAX_OBJECTS 2000 /* of all kinds together */

/* The documents are what inspect answers.  All zero but for what sp_fake_init sets up. */
struct sp_fake {
	struct sp_daemon *daemon; /* of the answers that wait */
	json_t *containers;       /* id -> {"doc": document, "n": number, "attached": bool} */
	json_t *execs;            /* id -> document */
	json_t *images;           /* name with its tag -> document; null: removed */
	json_t *networks;         /* id -> document */
	json_t *volumes;          /* name -> document */
	uint64_t n_made;
};

/* 0; -1: no memory. */
int sp_fake_init(struct sp_fake *fake);
void sp_fake_fini(struct sp_fake *fake);

/* Answers a request that was allowed.  *reply is zeroed; `body` is the request's, as it came. */
void sp_fake_answer(struct sp_fake *fake, const struct sp_request *req, struct sp_str body,
                    struct sp_arena *arena, struct sp_daemon_reply *reply);
/* dockerd's way to say that something is wrong: {"message": ...}. */
void sp_fake_refuse(int status, struct sp_str message, struct sp_arena *arena,
                    struct sp_daemon_reply *reply);

#endif
