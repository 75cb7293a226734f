/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon.h: HTTP on a unix socket for one client program, which may keep connections as docker
 * does: for an answer that comes later, and as a raw stream.  What is answered is the caller's;
 * nothing here knows what a container is.  Layer: server.
 */
#ifndef SALLYPORT_DAEMON_H
#define SALLYPORT_DAEMON_H

#include <sys/types.h>

#include "sallyport/base.h"

struct sp_daemon_header {
	struct sp_str name, value; /* the name as Go spells it: "Content-Type" */
};

/* One request.  Everything in it is borrowed until the handler returns. */
struct sp_daemon_call {
	struct sp_str method, uri;              /* as the client wrote them */
	const struct sp_daemon_header *headers; /* in order; without what HTTP keeps for itself */
	size_t n_headers;
	struct sp_str body;
	bool upgrade; /* the client offers to leave HTTP for a raw stream */
};

/* Zeroed: an empty answer with status 0, which is sent as 500. */
struct sp_daemon_reply {
	int status;
	const char *content_type; /* NULL: none */
	struct sp_str body;
	const struct sp_daemon_header *headers; /* further ones */
	size_t n_headers;
	bool raw; /* the connection becomes a stream; the body is its first bytes */
	/*
	 * Not 0: the answer begins now and stays open until sp_daemon_release of this number, when
	 * `last` ends it.
	 */
	uint64_t until;
	struct sp_str last;
};

/* The strings of *reply may live in `arena`, which is reset after the reply has been taken over. */
typedef void sp_daemon_handler(void *ctx, const struct sp_daemon_call *call, struct sp_arena *arena,
                               struct sp_daemon_reply *reply);

struct sp_daemon;

/*
 * Listens at `path` (kept, not copied).  new, in `arena`: release with sp_daemon_free; NULL after
 * logging why not.  There can be one at a time: signals are the process's.
 */
struct sp_daemon *sp_daemon_new(const char *path, sp_daemon_handler *handler, void *ctx,
                                struct sp_arena *arena);
/* Ends every open answer with this number. */
void sp_daemon_release(struct sp_daemon *daemon, uint64_t until);
/* Adds to every open answer with this number. */
void sp_daemon_say(struct sp_daemon *daemon, uint64_t until, struct sp_str text);
/*
 * Serves until the process `child` has ended; *status is its waitpid status.  Signals that ask us
 * to stop are passed on to it, but for those the terminal has sent it already.  0; -1 after
 * logging why not.
 */
int sp_daemon_run(struct sp_daemon *daemon, pid_t child, int *status);
/* Closes every connection, and removes the socket. */
void sp_daemon_free(struct sp_daemon *daemon); /* NULL is fine */

#endif
