/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http.c: connections: accepted, capped, timed, drained.  What arrives on them is for
 * http_message.c.
 *
 * dockerd keeps connections open between calls and repeats a call with an EMPTY body when one dies
 * while it asks (moby: pkg/plugins/client.go).  So an idle connection is never closed, and whoever
 * is refused gets an answer first.
 *
 * libevent's own HTTP server is not used: it costs ten times as much, knows no deadline for a
 * message and no cap on connections, takes "Content-Length: +2", and reads 4 KiB at a time.
 */
#include "server/http.h"

#include <errno.h>
#include <event2/event.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sallyport/log.h"
#include "server/http_parts.h"

#define ACCEPTS_PER_TURN 64
#define OTHER_FILES 32 /* log, listener, epoll, signals, the files of a reload */

void
sp_http_close(struct sp_conn *conn)
{
	struct sp_http *http = sp_http_of(conn);
	bool was_full = conn->conns->n_open == conn->conns->n_pool;

	for (struct sp_conn **at = &http->held; conn->held && *at; at = &(*at)->held_next)
		if (*at == conn) {
			*at = conn->held_next;
			conn->held = false;
			http->n_held--;
			break;
		}
	sp_http_leave_job(conn);
	sp_http_forget_bytes(conn);
	sp_iobuf_release(&http->buffers, &conn->out);
	event_free(conn->readable);
	if (conn->writable)
		event_free(conn->writable);
	close(conn->fd);
	sp_conns_release(conn);
	if (was_full && http->acceptable)
		event_add(http->acceptable, NULL);
	if (http->draining && http->conns.n_open == 0)
		event_base_loopexit(http->base, NULL);
}

static void
on_overdue(struct sp_conn *conn)
{
	if (conn->held)
		sp_http_send_held(sp_http_of(conn)); /* just in time */
	else if (conn->state == SP_CONN_READING)
		sp_http_refuse(conn, conn->surplus ? "too many connections"
		                                   : "the message did not arrive in time");
	else if (conn->state == SP_CONN_JUDGING)
		sp_http_refuse(conn, "the question took too long to judge");
	else
		sp_http_close(conn); /* it does not take its answer */
}

static void
add_conn(struct sp_http *http, int fd)
{
	struct sp_conn *conn = sp_conns_take(&http->conns);

	if (conn == NULL) { /* on_acceptable stops before */
		close(fd);
		return;
	}
	conn->fd = fd;
	conn->readable = event_new(http->base, fd, EV_READ | EV_PERSIST, sp_http_on_readable, conn);
	if (conn->readable == NULL || event_add(conn->readable, NULL) != 0) {
		sp_log(SP_LOG_ERROR, "http", 0, "no memory for a connection");
		if (conn->readable)
			event_free(conn->readable);
		close(fd);
		sp_conns_release(conn);
		return;
	}
	conn->surplus = http->conns.n_open > http->options.max_connections;
	/* One too many may not sit there and say nothing: its deadline runs from here. */
	if (conn->surplus)
		sp_conns_set(conn, SP_CONN_READING);
}

static void
on_acceptable(evutil_socket_t listen_fd, short what, void *arg)
{
	static const struct timeval moment = {0, 100000};
	struct sp_http *http = arg;

	(void)what;
	for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
		int fd;

		if (http->conns.n_open == http->conns.n_pool) {
			event_del(http->acceptable); /* the backlog waits for a few seconds */
			return;
		}
		fd = accept4((int)listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd >= 0) {
			add_conn(http, fd);
			continue;
		}
		if (errno == EINTR || errno == ECONNABORTED)
			continue;
		if (errno == EAGAIN)
			return;
		/* Out of descriptors or memory: it would be reported again at once, for ever. */
		sp_log(SP_LOG_ERROR, "http", errno, "cannot accept a connection");
		event_del(http->acceptable);
		event_add(http->retry, &moment);
		return;
	}
}

static void
on_retry(evutil_socket_t fd, short what, void *arg)
{
	struct sp_http *http = arg;

	(void)fd, (void)what;
	if (http->acceptable && http->conns.n_open < http->conns.n_pool)
		event_add(http->acceptable, NULL);
}

struct sp_http *
sp_http_new(struct event_base *base, int listen_fd, const struct sp_http_options *options,
            struct sp_arena *arena)
{
	struct sp_http *http = sp_arena_alloc(arena, sizeof(*http));
	size_t n = (size_t)options->max_connections + SP_HTTP_SURPLUS;
	long files = sysconf(_SC_OPEN_MAX);

	if (http == NULL)
		return NULL;
	http->options = *options;
	/* Too few descriptors for that: fewer connections, rather than accept(2) failing all the
	 * time. */
	if (files > 0 && n + OTHER_FILES > (size_t)files) {
		n = files > 2 * OTHER_FILES ? (size_t)files - OTHER_FILES : OTHER_FILES;
		http->options.max_connections = (unsigned)(n - n / 4);
	}
	http->base = base;
	http->arena = arena;
	http->listen_fd = listen_fd;
	http->stage = sp_arena_bytes(arena, SP_HTTP_STAGE_BYTES);
	http->acceptable = event_new(base, listen_fd, EV_READ | EV_PERSIST, on_acceptable, http);
	http->retry = evtimer_new(base, on_retry, http);
	http->send_held = event_new(base, -1, 0, sp_http_on_send_held, http);
	if (sp_conns_init(&http->conns, base, n, options->deadline_ms, on_overdue, http, arena) ==
	        0 &&
	    http->stage && http->acceptable && http->retry && http->send_held &&
	    event_add(http->acceptable, NULL) == 0) {
		sp_http_jobs_init(http);
		return http;
	}
	sp_log(SP_LOG_ERROR, "http", 0, "cannot start to listen: out of memory");
	sp_http_free(http);
	return NULL;
}

void
sp_http_stop_accepting(struct sp_http *http)
{
	if (http->acceptable)
		event_free(http->acceptable);
	http->acceptable = NULL;
	if (http->listen_fd >= 0)
		close(http->listen_fd);
	http->listen_fd = -1;
}

void
sp_http_drain(struct sp_http *http)
{
	http->draining = true;
	sp_http_send_held(http);
	for (size_t i = 0; i < http->conns.n_touched; i++) {
		struct sp_conn *conn = &http->conns.pool[i];
		int waiting = 0;

		if (conn->state != SP_CONN_IDLE)
			continue;
		/*
		 * First nobody can write any more, then we look: a question that had been written
		 * before is answered, and one that had not fails at the client before it is sent.
		 */
		shutdown(conn->fd, SHUT_RD);
		if (ioctl(conn->fd, FIONREAD, &waiting) != 0 || waiting == 0)
			sp_http_close(conn);
	}
	if (http->conns.n_open == 0)
		event_base_loopexit(http->base, NULL);
}

size_t
sp_http_count(const struct sp_http *http)
{
	return http->conns.n_open;
}

void
sp_http_free(struct sp_http *http)
{
	sp_http_stop_accepting(http);
	sp_http_jobs_fini(http);
	for (size_t i = 0; i < http->conns.n_touched; i++)
		if (http->conns.pool[i].state != SP_CONN_FREE)
			sp_http_close(&http->conns.pool[i]);
	sp_conns_fini(&http->conns);
	sp_iobuf_pool_fini(&http->buffers);
	if (http->retry)
		event_free(http->retry);
	if (http->send_held)
		event_free(http->send_held);
	memset(http, 0, sizeof(*http));
	http->listen_fd = -1;
}
