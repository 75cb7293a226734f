/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon.c: a small HTTP server for `try`: libevent's evhttp, and the two things docker does beside
 * HTTP.  An answer may stay open (wait, events), and a connection may become a raw stream (attach,
 * exec), after which evhttp is asked for its buffer and for nothing else.
 *
 * The client is a program the administrator started, and nobody else can open the socket; its
 * requests are bounded all the same.
 */
#include "sallyport/daemon.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sallyport/log.h"
#include "server/listen.h"

#define MAX_HEADER_BYTES (256 << 10)
#define MAX_BODY_BYTES (512 << 20) /* the files of a build are held as a whole */
#define MAX_CALL_MEMORY ((size_t)64 << 20)
#define MAX_HEADERS 200
#define MAX_OPEN 256 /* answers that wait for something */

/* An answer that has begun; free: both pointers are NULL. */
struct open_reply {
	uint64_t until;
	struct evhttp_request *req; /* chunks of HTTP */
	struct bufferevent *raw;    /* a stream */
	struct evhttp_connection *conn;
	struct sp_str last; /* in `arena` */
	struct sp_arena arena;
	bool ending; /* a stream that is closed once it is written */
};

enum { N_SIGNALS = 5 };

struct sp_daemon {
	struct event_base *base;
	struct evhttp *http;
	struct sp_listener listener;
	sp_daemon_handler *handler;
	void *ctx;
	struct sp_arena arena;
	struct open_reply open[MAX_OPEN];
	struct event *signals[N_SIGNALS];
	pid_t child;
	int status;
	bool ended;
};

/* --- answers that stay open --- */

static void
forget(struct open_reply *o)
{
	if (o->raw)
		bufferevent_setcb(o->raw, NULL, NULL, NULL, NULL);
	sp_arena_fini(&o->arena);
	memset(o, 0, sizeof(*o));
}

static struct open_reply *
take_open(struct sp_daemon *d, struct evhttp_connection *conn, const struct sp_daemon_reply *reply)
{
	for (size_t i = 0; i < MAX_OPEN; i++) {
		struct open_reply *o = &d->open[i];

		if (o->req || o->raw)
			continue;
		o->conn = conn;
		o->until = reply->until;
		sp_arena_init(&o->arena, MAX_CALL_MEMORY);
		o->last = sp_arena_dup(&o->arena, reply->last);
		return o;
	}
	return NULL;
}

/*
 * The connection is closed.  When the client has done it, evhttp has taken the request out of the
 * connection and left it to us; it frees it when it is told that the answer is complete.
 */
static void
on_closed(struct evhttp_connection *conn, void *arg)
{
	struct sp_daemon *d = arg;

	for (size_t i = 0; i < MAX_OPEN; i++) {
		struct open_reply *o = &d->open[i];

		if (!o->req || o->conn != conn)
			continue;
		if (!evhttp_request_get_connection(o->req))
			evhttp_send_reply_end(o->req);
		forget(o);
	}
}

static void
close_raw(struct open_reply *o)
{
	struct evhttp_connection *conn = o->conn;

	forget(o);
	evhttp_connection_free(conn);
}

/* What the client writes to a container's standard input: nobody reads it. */
static void
on_raw_read(struct bufferevent *bev, void *arg)
{
	(void)arg;
	evbuffer_drain(bufferevent_get_input(bev), SIZE_MAX);
}

static void
on_raw_written(struct bufferevent *bev, void *arg)
{
	struct open_reply *o = arg;

	if (o->ending && evbuffer_get_length(bufferevent_get_output(bev)) == 0)
		close_raw(o);
}

static void
on_raw_event(struct bufferevent *bev, short what, void *arg)
{
	struct open_reply *o = arg;

	/* Half-closed: the client has no more input, and still reads. */
	if (what & BEV_EVENT_EOF && what & BEV_EVENT_READING && !o->ending) {
		bufferevent_disable(bev, EV_READ);
		return;
	}
	if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR))
		close_raw(o);
}

static void
end_raw(struct open_reply *o)
{
	o->ending = true;
	if (evbuffer_get_length(bufferevent_get_output(o->raw)) == 0)
		close_raw(o);
}

static void
add_chunk(struct open_reply *o, struct sp_str text)
{
	struct evbuffer *out;

	if (text.len == 0)
		return;
	if (o->raw) {
		bufferevent_write(o->raw, text.p, text.len);
		return;
	}
	out = evbuffer_new();
	if (out && evbuffer_add(out, text.p, text.len) == 0)
		evhttp_send_reply_chunk(o->req, out);
	if (out)
		evbuffer_free(out);
}

void
sp_daemon_say(struct sp_daemon *d, uint64_t until, struct sp_str text)
{
	for (size_t i = 0; i < MAX_OPEN; i++) {
		struct open_reply *o = &d->open[i];

		if ((o->req || o->raw) && o->until == until && !o->ending)
			add_chunk(o, text);
	}
}

void
sp_daemon_release(struct sp_daemon *d, uint64_t until)
{
	for (size_t i = 0; i < MAX_OPEN; i++) {
		struct open_reply *o = &d->open[i];

		if (!(o->req || o->raw) || o->until != until || o->ending)
			continue;
		add_chunk(o, o->last);
		if (o->raw) {
			end_raw(o);
		} else {
			evhttp_connection_set_closecb(o->conn, NULL, NULL);
			evhttp_send_reply_end(o->req);
			forget(o);
		}
	}
}

/* --- one request --- */

static const struct {
	enum evhttp_cmd_type type;
	const char *name;
} methods[] = {{EVHTTP_REQ_GET, "GET"},       {EVHTTP_REQ_POST, "POST"},
               {EVHTTP_REQ_HEAD, "HEAD"},     {EVHTTP_REQ_PUT, "PUT"},
               {EVHTTP_REQ_DELETE, "DELETE"}, {EVHTTP_REQ_OPTIONS, "OPTIONS"},
               {EVHTTP_REQ_PATCH, "PATCH"}};
#define N_METHODS (sizeof(methods) / sizeof(methods[0]))

/* Go spells names so: "content-TYPE" becomes "Content-Type". */
static struct sp_str
canonical(struct sp_arena *arena, const char *name)
{
	struct sp_str copy = sp_arena_dup(arena, sp_strz(name));
	char *p = (char *)(uintptr_t)copy.p;
	bool first = true;

	for (size_t i = 0; i < copy.len; i++) {
		if (p[i] >= 'A' && p[i] <= 'Z' && !first)
			p[i] = (char)(p[i] + ('a' - 'A'));
		else if (p[i] >= 'a' && p[i] <= 'z' && first)
			p[i] = (char)(p[i] - ('a' - 'A'));
		first = p[i] == '-';
	}
	return copy;
}

/* What net/http takes out of the headers before anybody sees them. */
static bool
is_framing(const char *name)
{
	struct sp_str s = sp_strz(name);

	return sp_str_eq_nocase(s, SP_STR("Host")) || sp_str_eq_nocase(s, SP_STR("Trailer")) ||
	       sp_str_eq_nocase(s, SP_STR("Transfer-Encoding"));
}

static void
read_call(struct sp_daemon *d, struct evhttp_request *req, struct sp_daemon_call *call)
{
	struct evbuffer *body = evhttp_request_get_input_buffer(req);
	struct evkeyvalq *headers = evhttp_request_get_input_headers(req);
	size_t len = evbuffer_get_length(body);
	struct sp_daemon_header *list = sp_arena_array(&d->arena, MAX_HEADERS, sizeof(*list));
	const struct evkeyval *h;

	memset(call, 0, sizeof(*call));
	call->method = SP_STR("");
	for (size_t i = 0; i < N_METHODS; i++)
		if (methods[i].type == evhttp_request_get_command(req))
			call->method = sp_strz(methods[i].name);
	call->uri = sp_strz(evhttp_request_get_uri(req));
	call->upgrade = evhttp_find_header(headers, "Upgrade") != NULL;
	call->headers = list;
	TAILQ_FOREACH(h, headers, next)
	{
		if (list && call->n_headers < MAX_HEADERS && !is_framing(h->key))
			list[call->n_headers++] = (struct sp_daemon_header){
			    canonical(&d->arena, h->key), sp_strz(h->value)};
	}
	call->body.p = (const char *)evbuffer_pullup(body, -1);
	call->body.len = call->body.p ? len : 0;
}

static void
add_headers(struct evhttp_request *req, const struct sp_daemon_reply *reply, struct sp_arena *arena)
{
	struct evkeyvalq *out = evhttp_request_get_output_headers(req);

	if (reply->content_type)
		evhttp_add_header(out, "Content-Type", reply->content_type);
	for (size_t i = 0; i < reply->n_headers; i++)
		evhttp_add_header(out, sp_arena_dup(arena, reply->headers[i].name).p,
		                  sp_arena_dup(arena, reply->headers[i].value).p);
}

/* moby writes these bytes itself, too: without an offer the stream follows a plain 200. */
static void
go_raw(struct sp_daemon *d, struct evhttp_request *req, const struct sp_daemon_call *call,
       const struct sp_daemon_reply *reply)
{
	struct evhttp_connection *conn = evhttp_request_get_connection(req);
	struct open_reply *o = take_open(d, conn, reply);
	const char *head =
	    call->upgrade
		? "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Type: "
		: "HTTP/1.1 200 OK\r\nContent-Type: ";

	if (!o) {
		evhttp_send_reply(req, 503, NULL, NULL);
		return;
	}
	o->raw = evhttp_connection_get_bufferevent(conn);
	bufferevent_setcb(o->raw, on_raw_read, on_raw_written, on_raw_event, o);
	bufferevent_set_timeouts(o->raw, NULL, NULL);
	bufferevent_enable(o->raw, EV_READ | EV_WRITE);
	bufferevent_write(o->raw, head, strlen(head));
	bufferevent_write(o->raw, reply->content_type, strlen(reply->content_type));
	bufferevent_write(o->raw, "\r\n\r\n", 4);
	bufferevent_write(o->raw, reply->body.p, reply->body.len);
	o->ending = reply->until == 0;
}

static void
begin_reply(struct sp_daemon *d, struct evhttp_request *req, const struct sp_daemon_reply *reply)
{
	struct evhttp_connection *conn = evhttp_request_get_connection(req);
	struct open_reply *o = take_open(d, conn, reply);

	if (!o) {
		evhttp_send_reply(req, 503, NULL, NULL);
		return;
	}
	o->req = req;
	evhttp_connection_set_closecb(conn, on_closed, d);
	evhttp_send_reply_start(req, reply->status, NULL);
	add_chunk(o, reply->body);
}

static void
send_whole(struct evhttp_request *req, const struct sp_daemon_reply *reply)
{
	struct evbuffer *out = evbuffer_new();

	if (out && reply->body.len)
		evbuffer_add(out, reply->body.p, reply->body.len);
	evhttp_send_reply(req, reply->status ? reply->status : 500, NULL, out);
	if (out)
		evbuffer_free(out);
}

static void
on_request(struct evhttp_request *req, void *arg)
{
	struct sp_daemon *d = arg;
	struct sp_daemon_call call;
	struct sp_daemon_reply reply = {0};

	sp_arena_reset(&d->arena);
	read_call(d, req, &call);
	d->handler(d->ctx, &call, &d->arena, &reply);
	if (reply.raw) {
		go_raw(d, req, &call, &reply);
		return;
	}
	add_headers(req, &reply, &d->arena);
	if (reply.until)
		begin_reply(d, req, &reply);
	else
		send_whole(req, &reply);
}

/* --- the child --- */

static void
on_child(evutil_socket_t number, short what, void *arg)
{
	struct sp_daemon *d = arg;

	(void)number;
	(void)what;
	if (d->child <= 0 || waitpid(d->child, &d->status, WNOHANG) != d->child)
		return;
	d->ended = true;
	event_base_loopbreak(d->base);
}

static void
on_stop(evutil_socket_t number, short what, void *arg)
{
	struct sp_daemon *d = arg;
	bool from_keyboard =
	    (number == SIGINT || number == SIGQUIT) && tcgetpgrp(STDIN_FILENO) == getpgrp();

	(void)what;
	if (d->child > 0 && !d->ended && !from_keyboard)
		kill(d->child, (int)number);
}

static int
watch_signals(struct sp_daemon *d)
{
	static const int numbers[N_SIGNALS] = {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT};

	for (size_t i = 0; i < N_SIGNALS; i++) {
		d->signals[i] = evsignal_new(d->base, numbers[i],
		                             numbers[i] == SIGCHLD ? on_child : on_stop, d);
		if (!d->signals[i] || event_add(d->signals[i], NULL) != 0)
			return -1;
	}
	return 0;
}

int
sp_daemon_run(struct sp_daemon *d, pid_t child, int *status)
{
	d->child = child;
	on_child(SIGCHLD, 0, d); /* it may have ended before we knew its number */
	while (!d->ended) {
		if (event_base_dispatch(d->base) < 0) {
			sp_log(SP_LOG_ERROR, "try", 0, "the event loop has failed");
			kill(child, SIGTERM);
			waitpid(child, status, 0);
			return -1;
		}
	}
	*status = d->status;
	return 0;
}

/* --- life --- */

static int
start_http(struct sp_daemon *d)
{
	ev_uint16_t allowed = 0;

	for (size_t i = 0; i < N_METHODS; i++)
		allowed |= (ev_uint16_t)methods[i].type;
	d->http = evhttp_new(d->base);
	if (!d->http)
		return -1;
	evhttp_set_allowed_methods(d->http, allowed);
	evhttp_set_max_headers_size(d->http, MAX_HEADER_BYTES);
	evhttp_set_max_body_size(d->http, MAX_BODY_BYTES);
	evhttp_set_default_content_type(d->http, NULL);
	evhttp_set_timeout(d->http, 86400); /* an answer may wait for the user */
	evhttp_set_gencb(d->http, on_request, d);
	if (evhttp_accept_socket(d->http, d->listener.fd) != 0)
		return -1;
	d->listener.fd = -1; /* evhttp's now */
	return 0;
}

struct sp_daemon *
sp_daemon_new(const char *path, sp_daemon_handler *handler, void *ctx, struct sp_arena *arena)
{
	struct sp_daemon *d = sp_arena_alloc(arena, sizeof(*d));

	if (!d) {
		sp_log(SP_LOG_ERROR, "try", ENOMEM, "cannot set up the fake daemon");
		return NULL;
	}
	d->handler = handler;
	d->ctx = ctx;
	sp_arena_init(&d->arena, MAX_CALL_MEMORY);
	if (sp_listen_open(&d->listener, path) != 0)
		return NULL;
	signal(SIGPIPE, SIG_IGN);
	d->base = event_base_new();
	if (d->base && watch_signals(d) == 0 && start_http(d) == 0)
		return d;
	sp_log(SP_LOG_ERROR, "try", 0, "cannot set up the fake daemon");
	sp_daemon_free(d);
	return NULL;
}

void
sp_daemon_free(struct sp_daemon *d)
{
	if (!d)
		return;
	for (size_t i = 0; i < MAX_OPEN; i++)
		if (d->open[i].req || d->open[i].raw)
			forget(&d->open[i]);
	if (d->http)
		evhttp_free(d->http);
	for (size_t i = 0; i < N_SIGNALS; i++)
		if (d->signals[i])
			event_free(d->signals[i]);
	if (d->base)
		event_base_free(d->base);
	if (d->listener.fd >= 0)
		close(d->listener.fd);
	sp_listen_unlink(&d->listener);
	sp_arena_fini(&d->arena);
}
