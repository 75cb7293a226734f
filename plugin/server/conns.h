/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conns.h: the open connections, and which of them have been busy with a message for too long.
 * All memory is had at start.  Private to server/.
 */
#ifndef SALLYPORT_SERVER_CONNS_H
#define SALLYPORT_SERVER_CONNS_H

#include "sallyport/base.h"

struct bufferevent;
struct event;
struct event_base;
struct evhttp_connection;
struct sp_conns;

enum sp_conn_state {
	SP_CONN_FREE = 0,
	SP_CONN_IDLE,      /* between two messages: for as long as the client likes */
	SP_CONN_READING,   /* a message has begun */
	SP_CONN_ANSWERING, /* the answer is not yet with the kernel */
};

struct sp_conn {
	struct sp_conns *conns;
	struct evhttp_connection *evcon; /* NULL until adopted */
	struct bufferevent *bev;
	int fd;
	enum sp_conn_state state;
	bool surplus;                /* one too many when it came */
	int64_t since;               /* when the state began; READING and ANSWERING */
	struct sp_conn *prev, *next; /* in `busy`, in the order of `since`; `next` in other lists */
};

struct sp_conns {
	struct event *deadline; /* armed while somebody is busy */
	int64_t limit_us;
	void (*overdue)(struct sp_conn *conn); /* must release it */
	void *ctx;
	struct sp_conn *pool; /* n_pool of them */
	size_t n_pool;
	struct sp_conn *unused;
	struct sp_conn *busy, *busy_last;
	struct sp_conn **by_fd;
	size_t n_by_fd;
	size_t n_open;
};

/* 0; -1: out of memory.  Room for `n` connections. */
int sp_conns_init(struct sp_conns *conns, struct event_base *base, size_t n, unsigned deadline_ms,
                  void (*overdue)(struct sp_conn *conn), void *ctx, struct sp_arena *arena);
void sp_conns_fini(struct sp_conns *conns);

/* An unused one; NULL when all are taken. */
struct sp_conn *sp_conns_take(struct sp_conns *conns, struct bufferevent *bev);
/* From now on sp_conns_find knows it.  False: there is no place for this descriptor. */
bool sp_conns_place(struct sp_conn *conn, int fd);
struct sp_conn *sp_conns_find(const struct sp_conns *conns, int fd, const struct bufferevent *bev);
void sp_conns_set(struct sp_conn *conn, enum sp_conn_state state);
void sp_conns_release(struct sp_conn *conn);

#endif
