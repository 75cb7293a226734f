/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_message.c: whole messages out of a connection's bytes, and answers into it.  Everything that
 * arrives is hostile.
 *
 * A message that arrives in one piece, nearly every one, is read into the stage, one buffer for all
 * connections, and answered at once.  Only what is not whole needs memory and a deadline.  A
 * message that is refused for its size is read to its end first: Go takes a connection that is
 * closed while it writes for a failure, and never sees the answer.
 */
#include <errno.h>
#include <event2/event.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "sallyport/log.h"
#include "server/http_parts.h"

#define MAX_HELD 64 /* answers of one commit */

static struct sp_str
status_line(int status)
{
	switch (status) {
	case 200:
		return SP_STR("HTTP/1.1 200 OK\r\n");
	case 404:
		return SP_STR("HTTP/1.1 404 Not Found\r\n");
	case 405:
		return SP_STR("HTTP/1.1 405 Method Not Allowed\r\n");
	case 417:
		return SP_STR("HTTP/1.1 417 Expectation Failed\r\n");
	case 431:
		return SP_STR("HTTP/1.1 431 Request Header Fields Too Large\r\n");
	case 501:
		return SP_STR("HTTP/1.1 501 Not Implemented\r\n");
	}
	return SP_STR("HTTP/1.1 400 Bad Request\r\n");
}

static struct iovec
piece(struct sp_str s)
{
	return (struct iovec){(void *)(uintptr_t)s.p, s.len};
}

/* Keeps what the kernel did not take.  False: no memory for it. */
static bool
keep_rest(struct sp_conn *conn, const struct iovec *iov, size_t n_iov, size_t sent)
{
	struct sp_http *http = sp_http_of(conn);
	struct sp_iobuf *out = &conn->out;
	size_t total = 0;

	for (size_t i = 0; i < n_iov; i++)
		total += iov[i].iov_len;
	if (conn->writable == NULL)
		conn->writable = event_new(http->base, conn->fd, EV_WRITE | EV_PERSIST,
		                           sp_http_on_writable, conn);
	if (conn->writable == NULL || !sp_iobuf_reserve(&http->buffers, out, total))
		return false;
	for (size_t i = 0; i < n_iov; i++) {
		size_t skip = sent < iov[i].iov_len ? sent : iov[i].iov_len;

		sent -= skip;
		memcpy(out->p + out->len, (char *)iov[i].iov_base + skip, iov[i].iov_len - skip);
		out->len += iov[i].iov_len - skip;
	}
	event_del(conn->readable); /* one question at a time: no more until this one is answered */
	event_add(conn->writable, NULL);
	sp_conns_set(conn, SP_CONN_ANSWERING);
	return true;
}

/* False: the connection is of no more use. */
static bool
send_answer(struct sp_conn *conn, const struct sp_http_answer *reply)
{
	char digits[24];
	size_t at = sizeof(digits);
	size_t n = reply->body.len;
	struct iovec iov[5];
	struct msghdr msg = {.msg_iov = iov, .msg_iovlen = 5};
	size_t total = 0;
	ssize_t sent;

	do
		digits[--at] = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	iov[0] = piece(status_line(reply->status));
	iov[1] = piece(SP_STR("Content-Type: application/json\r\nContent-Length: "));
	iov[2] = (struct iovec){digits + at, sizeof(digits) - at};
	iov[3] = piece(conn->close ? SP_STR("\r\nConnection: close\r\n\r\n") : SP_STR("\r\n\r\n"));
	iov[4] = piece(reply->body);
	if (conn->head.is_head)
		iov[4].iov_len = 0;
	for (size_t i = 0; i < 5; i++)
		total += iov[i].iov_len;
	do
		sent = sendmsg(conn->fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	if (sent < 0 && errno != EAGAIN)
		return false;
	if (sent >= 0 && (size_t)sent == total)
		return !conn->close;
	return keep_rest(conn, iov, 5, sent < 0 ? 0 : (size_t)sent);
}

static void
hold(struct sp_conn *conn)
{
	struct sp_http *http = sp_http_of(conn);

	conn->close = conn->close || conn->head.close || http->draining;
	conn->held = true;
	conn->held_next = http->held;
	http->held = conn;
	if (http->n_held++ == 0)
		event_active(http->send_held, 0, 0); /* behind what is active already */
}

static void
send_if_enough(struct sp_http *http, const struct sp_conn *newest)
{
	if (newest->held_answer.commit_now || http->n_held >= MAX_HELD)
		sp_http_send_held(http);
}

void
sp_http_hold(struct sp_conn *conn)
{
	hold(conn);
	send_if_enough(sp_http_of(conn), conn);
}

/* The message under way is whole: asks the handler, and holds its answer until the commit. */
static void
answer(struct sp_conn *conn, char *body, size_t body_len)
{
	struct sp_http *http = sp_http_of(conn);
	struct sp_http_question question = {
	    .is_post = conn->head.is_post,
	    .target = sp_strz(conn->target),
	    .body = body,
	    .body_len = body_len,
	    .problem = conn->problem,
	};

	conn->surplus = conn->surplus && http->conns.n_open > http->options.max_connections;
	if (conn->surplus) {
		question.problem = "too many connections";
		conn->close = true;
	}
	conn->held_answer = (struct sp_http_answer){.status = 200};
	http->options.handler(http->options.ctx, &question, &conn->held_answer);
	if (conn->held_answer.later && !sp_http_wait(conn, conn->held_answer.later)) {
		question.problem = "too many questions at once";
		conn->held_answer = (struct sp_http_answer){.status = 200};
		http->options.handler(http->options.ctx, &question, &conn->held_answer);
	}
	conn->has_head = false;
	conn->problem = NULL;
	conn->scanned = 0;
	if (conn->job == NULL)
		hold(conn);
}

/* What is no HTTP is not dockerd: said in HTTP's own way, without asking the handler. */
static bool
answer_bad_head(struct sp_conn *conn, int status, const char *why)
{
	struct sp_http_answer reply = {.status = status};
	char text[128];
	int n = snprintf(text, sizeof(text), "{\"Err\":\"%s\"}", why);

	reply.body = (struct sp_str){text, n < 0 ? 0 : strlen(text)};
	conn->close = true;
	conn->head.is_head = false;
	return send_answer(conn, &reply);
}

static size_t
whole_len(const struct sp_conn *conn)
{
	return conn->head.head_len + (size_t)conn->head.body_len;
}

/* The rest of the message is read and dropped, then it is refused. */
static void
drop_message(struct sp_conn *conn, const char *problem, size_t have)
{
	conn->problem = problem;
	conn->skip = conn->head.head_len + conn->head.body_len - have;
}

enum progress {
	NEEDS_MORE, /* what is there is kept for later */
	GOES_ON,
	ENDED, /* the connection is of no more use */
};

/* The next message begins at text.p: reads its head. */
static enum progress
begin_message(struct sp_conn *conn, struct sp_str text, size_t *used)
{
	const struct sp_http_options *options = &sp_http_of(conn)->options;
	struct sp_str target;
	int status;
	const char *why;

	switch (sp_http_head_read(text, options->max_header_bytes, &conn->scanned, &conn->head,
	                          &status, &why)) {
	case SP_HEAD_MORE:
		return NEEDS_MORE;
	case SP_HEAD_BAD:
		*used = text.len;
		return answer_bad_head(conn, status, why) ? GOES_ON : ENDED;
	case SP_HEAD_WHOLE:
		break;
	}
	conn->has_head = true;
	target = conn->head.target;
	if (target.len >= sizeof(conn->target))
		target.len = 0;
	memcpy(conn->target, target.p, target.len);
	conn->target[target.len] = '\0';
	conn->head.target = (struct sp_str){NULL, 0};
	if (conn->head.body_len > options->max_body_bytes) {
		drop_message(conn, "the message is longer than --max-message", conn->head.head_len);
		*used = conn->head.head_len;
	}
	return GOES_ON;
}

/* One step: drops, begins or answers a message at text.p. */
static enum progress
advance(struct sp_conn *conn, struct sp_str text, size_t *used)
{
	*used = 0;
	if (conn->skip) {
		*used = conn->skip < text.len ? (size_t)conn->skip : text.len;
		conn->skip -= *used;
		if (conn->skip > 0)
			return NEEDS_MORE;
		answer(conn, NULL, 0);
		return GOES_ON;
	}
	if (!conn->has_head)
		return begin_message(conn, text, used);
	if (text.len < whole_len(conn))
		return NEEDS_MORE;
	*used = whole_len(conn);
	if (!sp_http_judge_later(conn, text))
		answer(conn, (char *)(uintptr_t)text.p + conn->head.head_len,
		       (size_t)conn->head.body_len);
	return GOES_ON;
}

/* How much room the message under way needs. */
static size_t
room_for(const struct sp_conn *conn)
{
	return conn->has_head ? whole_len(conn) : sp_http_of(conn)->options.max_header_bytes + 1;
}

void
sp_http_forget_bytes(struct sp_conn *conn)
{
	struct sp_http *http = sp_http_of(conn);

	http->buffered -= conn->in.len;
	sp_iobuf_release(&http->buffers, &conn->in);
}

/*
 * data[at .. len), if anything, is the beginning of a message (or several, while an answer waits to
 * be taken): keeps it.  False: there is no memory for it, and it cannot be refused in order.
 */
static bool
keep_beginning(struct sp_conn *conn, char *data, size_t at, size_t len)
{
	struct sp_http *http = sp_http_of(conn);
	bool staged = data != conn->in.p; /* or in the buffer a job has taken */
	size_t n = len - at;
	size_t need = n > room_for(conn) ? n : room_for(conn);

	if (n == 0) {
		sp_http_forget_bytes(conn);
		return true;
	}
	if (!staged && at > 0) {
		memmove(data, data + at, n);
		http->buffered -= at;
		conn->in.len = n;
	}
	if (http->buffered + (staged ? n : 0) > sp_http_most_bytes(http) ||
	    !sp_iobuf_reserve(&http->buffers, &conn->in, need)) {
		if (!conn->has_head)
			return false;
		drop_message(conn, "too many large messages at once", n);
		sp_http_forget_bytes(conn);
		return true;
	}
	if (staged) {
		memcpy(conn->in.p, data + at, n);
		conn->in.len = n;
		http->buffered += n;
	}
	return true;
}

static void
send_continue(struct sp_conn *conn)
{
	static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";

	conn->head.expect_continue = false;
	if (send(conn->fd, text, sizeof(text) - 1, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		sp_log(SP_LOG_DEBUG, "http", errno, "100 Continue was not sent");
}

/* What has arrived is in order: says in which state that leaves the connection. */
static void
settle(struct sp_conn *conn, bool new_message)
{
	if (conn->in.len == 0 && conn->skip == 0)
		sp_conns_set(conn, SP_CONN_IDLE);
	else if (conn->state != SP_CONN_READING || new_message)
		sp_conns_set(conn, SP_CONN_READING); /* its time begins with its first byte */
	if (conn->has_head && conn->head.expect_continue)
		send_continue(conn);
}

/* Decides the first message that is whole in data[0 .. len), which is conn->in or the stage. */
static void
take_bytes(struct sp_conn *conn, char *data, size_t len)
{
	enum progress progress = GOES_ON;
	size_t at = 0, used;

	while (progress == GOES_ON && at < len && !conn->held && !conn->job &&
	       conn->state != SP_CONN_ANSWERING) {
		progress = advance(conn, (struct sp_str){data + at, len - at}, &used);
		at += used;
	}
	if (progress == ENDED || !keep_beginning(conn, data, at, len)) {
		sp_http_close(conn);
		return;
	}
	if (conn->held)
		send_if_enough(sp_http_of(conn), conn);
	else if (!conn->job && conn->state != SP_CONN_ANSWERING)
		settle(conn, at > 0 && conn->in.len > 0);
}

/* Sends one answer.  True: the connection is ready for what it asked in the same breath. */
static bool
send_held(struct sp_conn *conn, bool committed)
{
	struct sp_http_answer reply = conn->held_answer;

	conn->held = false;
	if (!committed)
		reply.body = reply.body_uncommitted;
	if (!send_answer(conn, &reply)) {
		sp_http_close(conn);
		return false;
	}
	if (conn->state == SP_CONN_ANSWERING)
		return false;
	sp_conns_set(conn, SP_CONN_IDLE);
	return conn->in.len > 0;
}

void
sp_http_send_held(struct sp_http *http)
{
	if (http->sending_held)
		return; /* what is held meanwhile is sent by the loop below */
	http->sending_held = true;
	while (http->held) {
		bool committed = http->options.commit(http->options.ctx);
		struct sp_conn *list = http->held, *ready = NULL;

		http->held = NULL;
		http->n_held = 0;
		while (list) {
			struct sp_conn *conn = list;

			list = conn->held_next;
			if (!send_held(conn, committed))
				continue;
			conn->held_next = ready;
			ready = conn;
		}
		/* Only now: the next question may overwrite the answers that have just been sent.
		 */
		while (ready) {
			struct sp_conn *conn = ready;

			ready = conn->held_next;
			take_bytes(conn, conn->in.p, conn->in.len);
		}
	}
	http->sending_held = false;
}

void
sp_http_on_send_held(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	sp_http_send_held(arg);
}

void
sp_http_on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct sp_conn *conn = arg;
	struct sp_http *http = sp_http_of(conn);
	struct sp_iobuf *in = &conn->in;
	ssize_t n;

	(void)what;
	if (in->p)
		n = read((int)fd, in->p + in->len, room_for(conn) - in->len);
	else
		n = read((int)fd, http->stage, SP_HTTP_STAGE_BYTES);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		sp_http_close(conn);
		return;
	}
	if (in->p) {
		in->len += (size_t)n;
		http->buffered += (size_t)n;
		take_bytes(conn, in->p, in->len);
	} else {
		take_bytes(conn, http->stage, (size_t)n);
	}
}

/* The client has made room for more of its answer. */
void
sp_http_on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct sp_conn *conn = arg;
	struct sp_http *http = sp_http_of(conn);
	struct sp_iobuf *out = &conn->out;
	ssize_t n = send((int)fd, out->p, out->len, MSG_DONTWAIT | MSG_NOSIGNAL);

	(void)what;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0) {
		sp_http_close(conn);
		return;
	}
	out->len -= (size_t)n;
	memmove(out->p, out->p + n, out->len);
	if (out->len > 0)
		return;
	sp_iobuf_release(&http->buffers, out);
	if (conn->close || (http->draining && conn->in.len == 0)) {
		sp_http_close(conn);
		return;
	}
	event_del(conn->writable);
	event_add(conn->readable, NULL);
	sp_conns_set(conn, SP_CONN_IDLE);
	if (conn->in.len > 0) /* it went on asking meanwhile */
		take_bytes(conn, conn->in.p, conn->in.len);
}

void
sp_http_refuse(struct sp_conn *conn, const char *problem)
{
	if (!conn->has_head && !conn->job)
		conn->target[0] = '\0';
	sp_http_leave_job(conn);
	conn->problem = problem;
	conn->close = true;
	sp_http_forget_bytes(conn);
	answer(conn, NULL, 0);
	sp_http_send_held(sp_http_of(conn));
}
