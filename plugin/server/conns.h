/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conns.h: the open connections, and which of them have been busy with a message for too long.
 * Private to server/.
 */
#ifndef SALLYPORT_SERVER_CONNS_H
#define SALLYPORT_SERVER_CONNS_H

#include "server/http.h"
#include "server/http_head.h"
#include "server/iobuf.h"

struct event;
struct event_base;
struct sp_conns;
struct sp_http_job;

enum sp_conn_state {
	SP_CONN_FREE = 0,
	SP_CONN_IDLE,      /* between two messages: for as long as the client likes */
	SP_CONN_READING,   /* a message has begun */
	SP_CONN_JUDGING,   /* its answer comes later */
	SP_CONN_ANSWERING, /* the answer is not yet with the kernel */
};

#define SP_CONN_TARGET_BYTES 32 /* longer than any endpoint we know */

struct sp_conn {
	struct sp_conns *conns;
	struct event *readable, *writable;
	int fd;
	enum sp_conn_state state;
	int64_t since; /* when the state began; not of FREE and IDLE */
	struct sp_conn *prev,
	    *next; /* in `busy`, in the order of `since`; `next` also in `unused` */

	bool surplus;              /* one too many when it came */
	bool close;                /* after the answer */
	struct sp_iobuf in;        /* what has arrived of a message that is not whole */
	struct sp_iobuf out;       /* what the kernel has not yet taken of an answer */
	struct sp_http_job *job;   /* JUDGING */
	struct sp_conn *held_next; /* its answer waits for the commit */
	bool held;
	struct sp_http_answer held_answer;
	size_t scanned; /* of a head that is not whole */
	/* The message under way, once its head has been read: */
	bool has_head;
	struct sp_http_head head;          /* its `target` is not used: */
	char target[SP_CONN_TARGET_BYTES]; /* "" when it does not fit */
	uint64_t skip; /* with `problem`: bytes of it to drop before the answer */
	const char *problem;
};

struct sp_conns {
	struct event *deadline; /* armed while somebody is busy */
	int64_t limit_us;
	void (*overdue)(struct sp_conn *conn); /* must end its state */
	void *ctx;
	struct sp_conn *pool; /* n_pool of them, the first n_touched have been in use */
	size_t n_pool, n_touched;
	struct sp_conn *unused;
	struct sp_conn *busy, *busy_last;
	size_t n_open;
};

/* 0; -1: out of memory.  Room for `n` connections. */
int sp_conns_init(struct sp_conns *conns, struct event_base *base, size_t n, unsigned deadline_ms,
                  void (*overdue)(struct sp_conn *conn), void *ctx, struct sp_arena *arena);
void sp_conns_fini(struct sp_conns *conns);

/* An unused one, zeroed; NULL when all are taken. */
struct sp_conn *sp_conns_take(struct sp_conns *conns);
/* Its clock starts anew, also when the state is the same. */
void sp_conns_set(struct sp_conn *conn, enum sp_conn_state state);
void sp_conns_release(struct sp_conn *conn);

#endif
