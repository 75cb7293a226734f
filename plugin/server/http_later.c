/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_later.c: questions whose answer takes time, so that the others need not wait for it.  While
 * it does, the connection reads nothing and has a deadline; when that passes, or the client leaves,
 * the job loses its connection, and its result is dropped.
 *
 * The bytes of a large message go over to the other thread as a whole: while the job exists, the
 * buffer is the job's, whatever becomes of the connection.
 */
#include <event2/event.h>

#include "server/http_parts.h"

/* An unused one; NULL: there are as many as connections and messages for the worker can be. */
static struct sp_http_job *
take_job(struct sp_http *http)
{
	struct sp_http_job *j = http->unused_jobs;

	if (j) {
		http->unused_jobs = j->next_unused;
		return j;
	}
	if (http->n_jobs == http->conns.n_pool + SP_HTTP_JOBS)
		return NULL;
	j = sp_arena_alloc(http->arena, sizeof(*j));
	if (j == NULL)
		return NULL;
	http->n_jobs++;
	j->http = http;
	j->next = http->jobs;
	http->jobs = j;
	return j;
}

/* Nobody has anything to do with it any more. */
static void
release(struct sp_http_job *j)
{
	struct sp_http *http = j->http;

	http->n_large -= j->is_large;
	http->buffered -= j->message.len;
	sp_iobuf_release(&http->buffers, &j->message);
	*j = (struct sp_http_job){.http = http, .next = j->next, .next_unused = http->unused_jobs};
	http->unused_jobs = j;
}

static void
bind_work(struct sp_http_job *j, struct sp_http_work *work)
{
	j->work = work;
	work->job = j;
}

/* The connection has nothing to do but to wait. */
static void
begin_waiting(struct sp_conn *conn, struct sp_http_job *j)
{
	j->conn = conn;
	conn->job = j;
	event_del(conn->readable);
	sp_conns_set(conn, SP_CONN_JUDGING);
}

static void
on_run(void *ctx, struct sp_job *job)
{
	struct sp_http *http = ctx;
	struct sp_http_job *j = (struct sp_http_job *)(void *)job;

	if (atomic_load(&j->dropped))
		return;
	http->options.judge(http->options.ctx, j->work, &j->question);
}

static void
finish_job(struct sp_http_job *j)
{
	struct sp_http *http = j->http;
	struct sp_conn *conn = j->conn;

	if (conn == NULL) {
		http->options.finish(http->options.ctx, j->work, NULL);
		release(j);
		return;
	}
	conn->held_answer = (struct sp_http_answer){.status = 200};
	http->options.finish(http->options.ctx, j->work, &conn->held_answer);
	if (conn->held_answer.later)
		return; /* it goes on waiting */
	sp_http_leave_job(conn);
	release(j);
	sp_http_hold(conn);
}

static void
on_finished(void *ctx, struct sp_job *job)
{
	(void)ctx;
	finish_job((struct sp_http_job *)(void *)job);
}

void
sp_http_resume(struct sp_http_work *work)
{
	struct sp_http_job *j = work->job;

	if (!j->is_large || j->conn == NULL || !sp_worker_add(&j->http->worker, &j->job))
		finish_job(j);
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

static bool
too_many(struct sp_conn *conn)
{
	conn->problem = "too many large messages at once";
	return false;
}

bool
sp_http_judge_later(struct sp_conn *conn, struct sp_str text)
{
	struct sp_http *http = sp_http_of(conn);
	struct sp_http_job *j;
	struct sp_http_work *work;
	struct sp_http_question question = {
	    .is_post = conn->head.is_post,
	    .target = sp_strz(conn->target),
	    .body_len = (size_t)conn->head.body_len,
	};

	if (question.body_len <= SP_HTTP_LARGE || !http->worker.running ||
	    (conn->surplus && http->conns.n_open > http->options.max_connections))
		return false;
	if (http->n_large == SP_HTTP_JOBS)
		return too_many(conn);
	work = http->options.prepare(http->options.ctx, &question);
	if (work == NULL)
		return false;
	j = take_job(http);
	if (j == NULL) {
		http->options.finish(http->options.ctx, work, NULL);
		return too_many(conn);
	}
	j->is_large = true;
	http->n_large++;
	bind_work(j, work);
	j->question = question;
	j->question.target = (struct sp_str){NULL, 0}; /* the connection's */
	if (!take_message(conn, j, text) || !sp_worker_add(&http->worker, &j->job)) {
		http->options.finish(http->options.ctx, work, NULL);
		give_back(conn, j);
		release(j);
		return too_many(conn);
	}
	conn->surplus = false;
	conn->has_head = false;
	conn->scanned = 0;
	begin_waiting(conn, j);
	return true;
}

bool
sp_http_wait(struct sp_conn *conn, struct sp_http_work *work)
{
	struct sp_http *http = sp_http_of(conn);
	struct sp_http_job *j = take_job(http);

	if (j == NULL) {
		http->options.finish(http->options.ctx, work, NULL);
		return false;
	}
	bind_work(j, work);
	begin_waiting(conn, j);
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
	for (struct sp_http_job *j = http->jobs; j; j = j->next) {
		if (j->work == NULL)
			continue;
		if (j->conn)
			sp_http_leave_job(j->conn);
		http->options.finish(http->options.ctx, j->work, NULL);
		release(j);
	}
}
