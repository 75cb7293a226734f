/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_large.c: a large message is judged on another thread, so that the small ones behind it do
 * not wait.  Its bytes go over as a whole: while a job exists, its buffer is the job's, whatever
 * becomes of the connection.  The connection reads nothing meanwhile and has a deadline; when that
 * passes, or the client leaves, the job loses its connection and its result is dropped.
 */
#include <event2/event.h>

#include "server/http_parts.h"

static void
on_run(void *ctx, struct sp_job *job)
{
	struct sp_http *http = ctx;
	struct sp_http_job *j = (struct sp_http_job *)(void *)job;

	if (atomic_load(&j->dropped))
		return;
	http->options.judge(http->options.ctx, (size_t)(j - http->jobs), &j->question);
}

/* The thread has nothing to do with it any more. */
static void
release(struct sp_http *http, struct sp_http_job *j)
{
	http->buffered -= j->message.len;
	sp_iobuf_release(&http->buffers, &j->message);
	memset(j, 0, sizeof(*j));
}

static void
on_finished(void *ctx, struct sp_job *job)
{
	struct sp_http *http = ctx;
	struct sp_http_job *j = (struct sp_http_job *)(void *)job;
	struct sp_conn *conn = j->conn;
	size_t number = (size_t)(j - http->jobs);

	if (conn) {
		conn->held_answer = (struct sp_http_answer){.status = 200};
		sp_http_leave_job(conn);
	}
	http->options.finish(http->options.ctx, number, conn ? &conn->held_answer : NULL);
	release(http, j);
	if (conn)
		sp_http_hold(conn);
}

/* The bytes of the message become the job's: with their buffer, or copied out of the stage. */
static bool
take_message(struct sp_conn *conn, struct sp_http_job *j, struct sp_str text)
{
	struct sp_http *http = sp_http_of(conn);
	size_t head = conn->head.head_len, len = (size_t)conn->head.body_len;

	if (conn->in.p) {
		j->message = conn->in;
		conn->in = (struct sp_iobuf){0};
		j->question.body = (char *)(uintptr_t)text.p + head;
		return true;
	}
	if (http->buffered + len > sp_http_most_bytes(http) ||
	    !sp_iobuf_reserve(&http->buffers, &j->message, len))
		return false;
	memcpy(j->message.p, text.p + head, len);
	j->message.len = len;
	http->buffered += len;
	j->question.body = j->message.p;
	return true;
}

/* What was taken from the connection, not from the stage, is its own again. */
static void
give_back(struct sp_conn *conn, struct sp_http_job *j)
{
	if (j->message.p == NULL || j->question.body == j->message.p)
		return;
	conn->in = j->message;
	j->message = (struct sp_iobuf){0};
}

bool
sp_http_judge_later(struct sp_conn *conn, struct sp_str text)
{
	struct sp_http *http = sp_http_of(conn);
	struct sp_http_job *j = http->jobs;
	struct sp_http_question question = {
	    .is_post = conn->head.is_post,
	    .target = sp_strz(conn->target),
	    .body_len = (size_t)conn->head.body_len,
	};

	if (question.body_len <= SP_HTTP_LARGE || !http->worker.running ||
	    (conn->surplus && http->conns.n_open > http->options.max_connections))
		return false;
	while (j < http->jobs + SP_HTTP_JOBS && j->taken)
		j++;
	if (j == http->jobs + SP_HTTP_JOBS) {
		conn->problem = "too many large messages at once";
		return false;
	}
	if (!http->options.prepare(http->options.ctx, (size_t)(j - http->jobs), &question))
		return false;
	j->taken = true;
	j->question = question;
	j->question.target = (struct sp_str){NULL, 0}; /* the connection's */
	if (!take_message(conn, j, text) || !sp_worker_add(&http->worker, &j->job)) {
		http->options.finish(http->options.ctx, (size_t)(j - http->jobs), NULL);
		give_back(conn, j);
		release(http, j);
		conn->problem = "too many large messages at once";
		return false;
	}
	j->conn = conn;
	conn->surplus = false;
	conn->job = j;
	conn->has_head = false;
	conn->scanned = 0;
	event_del(conn->readable);
	sp_conns_set(conn, SP_CONN_JUDGING);
	return true;
}

void
sp_http_leave_job(struct sp_conn *conn)
{
	if (conn->job == NULL)
		return;
	atomic_store(&conn->job->dropped, true);
	conn->job->conn = NULL;
	conn->job = NULL;
	event_add(conn->readable, NULL);
}

void
sp_http_jobs_init(struct sp_http *http)
{
	if (http->options.judge)
		sp_worker_init(&http->worker, http->base, SP_HTTP_JOBS, on_run, on_finished, http);
}

void
sp_http_jobs_fini(struct sp_http *http)
{
	sp_worker_fini(&http->worker);
	for (size_t i = 0; i < SP_HTTP_JOBS; i++) {
		struct sp_http_job *j = &http->jobs[i];

		if (!j->taken)
			continue;
		if (j->conn)
			sp_http_leave_job(j->conn);
		http->options.finish(http->options.ctx, i, NULL);
		release(http, j);
	}
}
