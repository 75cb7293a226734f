/* SPDX-License-Identifier: Apache-2.0 */
/* http_parts.h: what http.c (connections) and http_message.c (their bytes) share.  Private to them.
 */
#ifndef SALLYPORT_SERVER_HTTP_PARTS_H
#define SALLYPORT_SERVER_HTTP_PARTS_H

#include <event2/util.h>
#include <stdatomic.h>

#include "server/conns.h"
#include "server/http.h"
#include "server/worker.h"

#define SP_HTTP_STAGE_BYTES (128u << 10)

/* A question whose answer comes later. */
struct sp_http_job {
	struct sp_job job; /* first: the worker's queue */
	struct sp_http *http;
	struct sp_http_work *work; /* NULL: unused */
	struct sp_conn *conn;      /* NULL: nobody waits for the answer any more */
	struct sp_http_job *next;  /* of all; these two stay when it is unused */
	struct sp_http_job *next_unused;
	/* Of a large one, which is the worker's: */
	bool is_large;
	atomic_bool dropped; /* it need not be judged any more */
	struct sp_iobuf message;
	struct sp_http_question question; /* its body is in `message` */
};

struct sp_http {
	struct sp_http_options options;
	struct event_base *base;
	int listen_fd;
	struct event *acceptable;
	struct event *retry; /* accepting failed: again in a moment */
	struct sp_conns conns;
	struct sp_iobuf_pool buffers;
	size_t buffered; /* bytes of messages that are not whole, all connections */
	char *stage;     /* where bytes are read to when their connection has nothing kept */
	bool draining;
	struct sp_conn *held; /* newest first */
	unsigned n_held;
	struct event
	    *send_held; /* runs when what has arrived in this turn of the loop is decided */
	bool sending_held;
	struct sp_worker worker;
	struct sp_arena *arena;
	struct sp_http_job *jobs, *unused_jobs;
	size_t n_jobs, n_large; /* that exist; that are large, and in use */
};

static inline struct sp_http *
sp_http_of(const struct sp_conn *conn)
{
	return conn->conns->ctx;
}

/* How much may be buffered, all connections together. */
static inline size_t
sp_http_most_bytes(const struct sp_http *http)
{
	return SP_HTTP_LARGE_MESSAGES * http->options.max_body_bytes;
}

/* Of http.c: forgets the connection. */
void sp_http_close(struct sp_conn *conn);

/* Of http_message.c: callbacks of the connection's events. */
void sp_http_on_readable(evutil_socket_t fd, short what, void *arg);
void sp_http_on_writable(evutil_socket_t fd, short what, void *arg);
/* Refuses a message that is not whole, as far as the kernel takes it, and closes. */
void sp_http_refuse(struct sp_conn *conn, const char *problem);
/* Commits, and sends the answers that waited for it. */
void sp_http_send_held(struct sp_http *http);
void sp_http_on_send_held(evutil_socket_t fd, short what, void *arg);
/* Gives back what is kept of a message that is not whole. */
void sp_http_forget_bytes(struct sp_conn *conn);
/* `held_answer` has been filled: it is sent after the next commit, which may be now. */
void sp_http_hold(struct sp_conn *conn);

/* Of http_later.c. */
void sp_http_jobs_init(struct sp_http *http);
/*
 * The message that is whole at text.p may be large: hands it over.  False: it is not, or it has
 * `problem` now; answer it at once.
 */
bool sp_http_judge_later(struct sp_conn *conn, struct sp_str text);
/* The handler has said `later`: waits.  False: there are too many, and its work is dropped. */
bool sp_http_wait(struct sp_conn *conn, struct sp_http_work *work);
/* The connection waits for its job, if it has one, no longer. */
void sp_http_leave_job(struct sp_conn *conn);
/* Waits for the job that is running, and forgets all. */
void sp_http_jobs_fini(struct sp_http *http);

#endif
