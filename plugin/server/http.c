/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http.c: evhttp with what it lacks (libevent 2.1.12): a deadline for a whole message, a cap on
 * connections, a refusal instead of a closed connection.  Everything that arrives is hostile.
 *
 * dockerd repeats a call with an EMPTY body when a connection dies while it asks (moby:
 * pkg/plugins/client.go), and it keeps connections open between calls.  So an idle connection is
 * never closed, and whoever is refused gets an answer first.
 *
 * evhttp tells nobody when it opens a connection, and its own timeout counts from the last byte: a
 * client that sends one byte a second is served for ever.  Hence a struct sp_conn for each: taken
 * by the hook that makes a connection's bufferevent, told of bytes by the input buffer's callback
 * and of the end by the connection's close callback.
 */
#include "server/http.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "sallyport/log.h"
#include "server/conns.h"

struct sp_http {
	struct sp_http_options options;
	struct event_base *base;
	struct evhttp *ev;
	struct evhttp_bound_socket *bound;
	struct event *adopt; /* runs once after connections were accepted */
	struct event *retry; /* accepting failed: again in a moment */
	struct sp_conns conns;
	struct sp_conn *fresh; /* accepted, not adopted */
	bool draining;
};

/* --- connections come and go
 * ----------------------------------------------------------------------- */

static void
accept_enable(struct sp_http *http, bool enable)
{
	struct evconnlistener *listener;

	if (http->bound == NULL)
		return;
	listener = evhttp_bound_socket_get_listener(http->bound);
	if (enable)
		evconnlistener_enable(listener);
	else
		evconnlistener_disable(listener);
}

static void
conn_release(struct sp_conn *conn)
{
	struct sp_http *http = conn->conns->ctx;
	bool was_full = http->conns.n_open == http->conns.n_pool;

	sp_conns_release(conn);
	if (was_full)
		accept_enable(http, true);
	if (http->draining && http->conns.n_open == 0)
		event_base_loopexit(http->base, NULL);
}

/* The connection a request came on; NULL for one there was no room for. */
static struct sp_conn *
conn_of(const struct sp_http *http, struct evhttp_request *request)
{
	struct bufferevent *bev =
	    evhttp_connection_get_bufferevent(evhttp_request_get_connection(request));

	return sp_conns_find(&http->conns, bufferevent_getfd(bev), bev);
}

static void
on_close(struct evhttp_connection *evcon, void *arg)
{
	(void)evcon;
	conn_release(arg);
}

static void
on_input(struct evbuffer *input, const struct evbuffer_cb_info *info, void *arg)
{
	struct sp_conn *conn = arg;

	(void)input;
	if (info->n_added && conn->state == SP_CONN_IDLE)
		sp_conns_set(conn, SP_CONN_READING);
}

/* evhttp's hook: it wants a bufferevent for a connection it has just accepted. */
static struct bufferevent *
on_accept(struct event_base *base, void *arg)
{
	struct sp_http *http = arg;
	struct bufferevent *bev = bufferevent_socket_new(base, -1, 0);
	struct sp_conn *conn = bev ? sp_conns_take(&http->conns, bev) : NULL;

	if (conn == NULL)
		return bev; /* what comes on it is refused */
	if (evbuffer_add_cb(bufferevent_get_input(bev), on_input, conn) == NULL) {
		conn_release(conn);
		return bev;
	}
	bufferevent_incref(bev); /* until it is adopted, should evhttp drop it before that */
	conn->surplus = http->conns.n_open > http->options.max_connections;
	if (http->conns.n_open == http->conns.n_pool)
		accept_enable(http, false); /* the rest waits in the backlog for a few seconds */
	conn->next = http->fresh;
	http->fresh = conn;
	event_active(http->adopt, 0, 0);
	return bev;
}

/*
 * The connection around a bufferevent is the argument of the callbacks evhttp has set on it; that
 * is the only way to it before its first request is complete.
 */
static void
on_adopt(evutil_socket_t fd, short what, void *arg)
{
	struct sp_http *http = arg;

	(void)fd, (void)what;
	while (http->fresh) {
		struct sp_conn *conn = http->fresh;
		struct bufferevent *bev = conn->bev;
		void *evcon = NULL;

		http->fresh = conn->next;
		conn->next = NULL;
		bufferevent_getcb(bev, NULL, NULL, NULL, &evcon);
		if (evcon == NULL || !sp_conns_place(conn, bufferevent_getfd(bev))) {
			evbuffer_remove_cb(bufferevent_get_input(bev), on_input, conn);
			bufferevent_decref(bev);
			conn_release(conn);
			continue;
		}
		bufferevent_decref(bev);
		conn->evcon = evcon;
		evhttp_connection_set_closecb(conn->evcon, on_close, conn);
		/* One too many may not sit there and say nothing: its deadline runs from here. */
		sp_conns_set(conn, conn->surplus ? SP_CONN_READING : SP_CONN_IDLE);
	}
}

static void
on_retry(evutil_socket_t fd, short what, void *arg)
{
	struct sp_http *http = arg;

	(void)fd, (void)what;
	if (http->conns.n_open < http->conns.n_pool)
		accept_enable(http, true);
}

/* Out of descriptors or memory: the listener would report it again at once, for ever. */
static void
on_accept_error(struct evconnlistener *listener, void *arg)
{
	static const struct timeval moment = {0, 100000};
	struct sp_http *http = arg;

	sp_log(SP_LOG_ERROR, "http", EVUTIL_SOCKET_ERROR(), "cannot accept a connection");
	evconnlistener_disable(listener);
	event_add(http->retry, &moment);
}

/* --- messages
 * -------------------------------------------------------------------------------------- */

static const char *
reason_phrase(int status)
{
	return status == 200 ? "OK" : status == 404 ? "Not Found" : "Method Not Allowed";
}

static void
on_answered(struct evhttp_request *request, void *arg)
{
	struct sp_conn *conn = conn_of(arg, request);

	if (conn == NULL)
		return;
	sp_conns_set(conn, SP_CONN_IDLE);
	if (evbuffer_get_length(bufferevent_get_input(conn->bev)) > 0)
		sp_conns_set(conn, SP_CONN_READING); /* the next one has begun already */
}

static void
send_answer(struct sp_http *http, struct evhttp_request *request,
            const struct sp_http_answer *answer, bool close)
{
	struct evkeyvalq *headers = evhttp_request_get_output_headers(request);

	evhttp_add_header(headers, "Content-Type", "application/json");
	if (close)
		evhttp_add_header(headers, "Connection", "close");
	if (evhttp_request_get_command(request) != EVHTTP_REQ_HEAD)
		evbuffer_add(evhttp_request_get_output_buffer(request), answer->body.p,
		             answer->body.len);
	evhttp_request_set_on_complete_cb(request, on_answered, http);
	evhttp_send_reply(request, answer->status, reason_phrase(answer->status), NULL);
}

/* evhttp has a whole message. */
static void
on_message(struct evhttp_request *request, void *arg)
{
	struct sp_http *http = arg;
	struct evbuffer *input = evhttp_request_get_input_buffer(request);
	struct sp_conn *conn = conn_of(http, request);
	struct sp_http_question question = {
	    .is_post = evhttp_request_get_command(request) == EVHTTP_REQ_POST,
	    .target = evhttp_request_get_uri(request),
	    .body_len = evbuffer_get_length(input),
	};
	struct sp_http_answer answer = {.status = 200};
	bool too_many = conn == NULL;

	if (conn && conn->surplus)
		too_many = http->conns.n_open > http->options.max_connections;
	if (question.body_len > 0) {
		question.body = (char *)evbuffer_pullup(input, -1);
		if (question.body == NULL)
			question.problem = "out of memory";
	}
	if (too_many)
		question.problem = "too many connections";
	if (conn) {
		conn->surplus = too_many;
		sp_conns_set(conn, SP_CONN_ANSWERING);
	}
	http->options.handler(http->options.ctx, &question, &answer);
	send_answer(http, request, &answer, too_many || http->draining);
}

/* An answer past evhttp, which has no way to answer half a message. */
static void
refuse(struct sp_conn *conn, const char *problem)
{
	struct sp_http *http = conn->conns->ctx;
	struct sp_http_question question = {.target = "", .problem = problem};
	struct sp_http_answer answer = {.status = 200};
	char head[160];
	struct iovec iov[2];
	struct msghdr msg = {.msg_iov = iov, .msg_iovlen = 2};
	int n;

	http->options.handler(http->options.ctx, &question, &answer);
	n = snprintf(head, sizeof(head),
	             "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\n"
	             "Content-Length: %zu\r\nConnection: close\r\n\r\n",
	             answer.status, reason_phrase(answer.status), answer.body.len);
	iov[0] = (struct iovec){head, (size_t)n};
	iov[1] = (struct iovec){(void *)(uintptr_t)answer.body.p, answer.body.len};
	/* Nothing is under way on it, so there is room; and if not, nobody reads there. */
	if (sendmsg(conn->fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		sp_log(SP_LOG_INFO, "http", errno, "a client left before it was refused");
}

static void
on_overdue(struct sp_conn *conn)
{
	if (conn->state == SP_CONN_READING)
		refuse(conn, conn->surplus ? "too many connections"
		                           : "the message did not arrive in time");
	evhttp_connection_free(conn->evcon); /* on_close releases it */
}

/* --- life
 * ------------------------------------------------------------------------------------------ */

static int
set_up(struct sp_http *http, int listen_fd)
{
	struct evconnlistener *listener;

	http->ev = evhttp_new(http->base);
	http->adopt = event_new(http->base, -1, 0, on_adopt, http);
	http->retry = evtimer_new(http->base, on_retry, http);
	if (!http->ev || !http->adopt || !http->retry)
		return -1;
	evhttp_set_max_headers_size(http->ev, (ev_ssize_t)http->options.max_header_bytes);
	evhttp_set_max_body_size(http->ev, (ev_ssize_t)http->options.max_body_bytes);
	evhttp_set_allowed_methods(http->ev, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_POST);
	evhttp_set_gencb(http->ev, on_message, http);
	evhttp_set_bevcb(http->ev, on_accept, http);
	/* No evhttp_set_timeout: without it a connection of a server has none, idle or not. */
	listener = evconnlistener_new(http->base, NULL, NULL,
	                              LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_CLOSE_ON_FREE, 0, listen_fd);
	if (listener == NULL)
		return -1;
	evconnlistener_set_error_cb(listener, on_accept_error);
	http->bound = evhttp_bind_listener(http->ev, listener);
	if (http->bound == NULL) {
		evconnlistener_free(listener);
		return -1;
	}
	return 0;
}

struct sp_http *
sp_http_new(struct event_base *base, int listen_fd, const struct sp_http_options *options,
            struct sp_arena *arena)
{
	struct sp_http *http = sp_arena_alloc(arena, sizeof(*http));
	size_t n = (size_t)options->max_connections + SP_HTTP_SURPLUS;

	if (http) {
		http->options = *options;
		http->base = base;
		if (sp_conns_init(&http->conns, base, n, options->deadline_ms, on_overdue, http,
		                  arena) == 0 &&
		    set_up(http, listen_fd) == 0)
			return http;
		sp_http_free(http);
	}
	sp_log(SP_LOG_ERROR, "http", 0, "cannot start to listen: out of memory");
	return NULL;
}

void
sp_http_stop_accepting(struct sp_http *http)
{
	if (http->bound)
		evhttp_del_accept_socket(http->ev, http->bound);
	http->bound = NULL;
}

void
sp_http_drain(struct sp_http *http)
{
	http->draining = true;
	for (size_t i = 0; i < http->conns.n_pool; i++) {
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
			evhttp_connection_free(conn->evcon);
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
	http->bound = NULL; /* evhttp's */
	if (http->ev)
		evhttp_free(http->ev);
	sp_conns_fini(&http->conns);
	if (http->adopt)
		event_free(http->adopt);
	if (http->retry)
		event_free(http->retry);
	memset(http, 0, sizeof(*http));
}
