/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conns.c: a fixed pool of connections.  The busy ones stand in one list in the order in which they
 * became busy; all have the same time, so one timer that looks at the head of the list is enough.
 * A message that arrives in one piece never gets here: it is answered before anybody is busy.
 */
#include "server/conns.h"

#include <event2/event.h>

#include "server/clock.h"

static int64_t
now_us(void)
{
	return sp_clock_us(CLOCK_MONOTONIC_COARSE); /* 4 ms are near enough for a deadline */
}

static void
arm(struct sp_conns *conns, int64_t us)
{
	struct timeval tv = {us / 1000000, us % 1000000};

	event_add(conns->deadline, &tv);
}

static void
on_deadline(evutil_socket_t fd, short what, void *arg)
{
	struct sp_conns *conns = arg;
	int64_t left = 0;

	(void)fd, (void)what;
	while (conns->busy && (left = conns->busy->since + conns->limit_us - now_us()) <= 0)
		conns->overdue(conns->busy);
	if (conns->busy)
		arm(conns, left);
}

static bool
is_busy(const struct sp_conn *conn)
{
	return conn->state != SP_CONN_FREE && conn->state != SP_CONN_IDLE;
}

void
sp_conns_set(struct sp_conn *conn, enum sp_conn_state state)
{
	struct sp_conns *conns = conn->conns;

	if (is_busy(conn)) {
		*(conn->prev ? &conn->prev->next : &conns->busy) = conn->next;
		*(conn->next ? &conn->next->prev : &conns->busy_last) = conn->prev;
		conn->prev = conn->next = NULL;
	}
	conn->state = state;
	if (!is_busy(conn))
		return;
	conn->since = now_us();
	conn->prev = conns->busy_last;
	*(conn->prev ? &conn->prev->next : &conns->busy) = conn;
	conns->busy_last = conn;
	/* The timer is left to run out when everybody has become idle: that is cheaper. */
	if (!event_pending(conns->deadline, EV_TIMEOUT, NULL))
		arm(conns, conns->limit_us);
}

struct sp_conn *
sp_conns_take(struct sp_conns *conns)
{
	struct sp_conn *conn = conns->unused;

	if (conn)
		conns->unused = conn->next;
	else if (conns->n_touched < conns->n_pool)
		conn = &conns->pool[conns->n_touched++];
	else
		return NULL;
	memset(conn, 0, sizeof(*conn));
	conn->conns = conns;
	conn->fd = -1;
	conn->state = SP_CONN_IDLE;
	conns->n_open++;
	return conn;
}

void
sp_conns_release(struct sp_conn *conn)
{
	struct sp_conns *conns = conn->conns;

	sp_conns_set(conn, SP_CONN_FREE);
	conn->next = conns->unused;
	conns->unused = conn;
	conns->n_open--;
}

int
sp_conns_init(struct sp_conns *conns, struct event_base *base, size_t n, unsigned deadline_ms,
              void (*overdue)(struct sp_conn *conn), void *ctx, struct sp_arena *arena)
{
	memset(conns, 0, sizeof(*conns));
	conns->limit_us = (int64_t)deadline_ms * 1000;
	conns->overdue = overdue;
	conns->ctx = ctx;
	conns->n_pool = n;
	/* Not zeroed: memory is used when that many connections come. */
	conns->pool = (struct sp_conn *)(void *)sp_arena_bytes(arena, n * sizeof(*conns->pool));
	conns->deadline = evtimer_new(base, on_deadline, conns);
	return conns->pool && conns->deadline ? 0 : -1;
}

void
sp_conns_fini(struct sp_conns *conns)
{
	if (conns->deadline)
		event_free(conns->deadline);
	conns->deadline = NULL;
}
