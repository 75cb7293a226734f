/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http.h: HTTP/1.1 on a listening unix socket: whole messages in, answers out, limits and deadlines
 * in between.  Knows nothing of Docker.  What speaks HTTP is hidden behind this header.
 * Private to server/.
 */
#ifndef SALLYPORT_SERVER_HTTP_H
#define SALLYPORT_SERVER_HTTP_H

#include "sallyport/base.h"

struct event_base;
struct sp_http;
struct sp_http_job;

/* What the handler keeps of a question that is answered later: the first member of its own. */
struct sp_http_work {
	struct sp_http_job *job; /* http's */
};

struct sp_http_question {
	bool is_post;
	struct sp_str target; /* as the client wrote it; empty when it is not known */
	char *body;           /* may be changed in place; not NUL-terminated */
	size_t body_len;
	/* Why it must be refused whatever it says ("too many connections"); NULL: read it. */
	const char *problem;
};

struct sp_http_answer {
	int status;         /* 200, 404, 405 */
	struct sp_str body; /* JSON; borrowed until the first question after the next commit */
	struct sp_str body_uncommitted; /* what is said instead when commit fails */
	bool commit_now;                /* do not gather more answers */
	/* There is no answer yet: sp_http_resume says when; nothing else here counts then. */
	struct sp_http_work *later;
};

/*
 * Answers are held back until `commit` has said whether what they depend on (the audit log) has
 * been written: once for all questions that arrived together.
 */
typedef void sp_http_handler(void *ctx, const struct sp_http_question *question,
                             struct sp_http_answer *answer);
typedef bool sp_http_commit(void *ctx);

/*
 * Questions that are answered later are the handler's `work`.  A handler that finds that an answer
 * needs time gives answer->later, having copied what it goes on using of the question.
 *
 * Large messages are judged on another thread from the beginning, up to SP_HTTP_JOBS of them.
 * `prepare` gives the work for it (all but question->body is known), or NULL: the handler answers
 * it.  `judge`, on the other thread and one at a time, may touch nothing that the event thread
 * changes meanwhile; their question stays as it is until the end.
 *
 * `finish` gives the answer, which may once more be `later`, or with NULL drops the work, in
 * whatever state it is.
 */
typedef struct sp_http_work *sp_http_prepare(void *ctx, const struct sp_http_question *question);
typedef void sp_http_judge(void *ctx, struct sp_http_work *work,
                           const struct sp_http_question *question);
typedef void sp_http_finish(void *ctx, struct sp_http_work *work, struct sp_http_answer *answer);

struct sp_http_options {
	size_t max_header_bytes;
	size_t max_body_bytes;
	unsigned max_connections;
	unsigned
	    deadline_ms; /* from the first byte of a message to its last, then for the answer */
	sp_http_handler *handler;
	sp_http_commit *commit;
	sp_http_prepare *prepare;
	sp_http_judge *judge;
	sp_http_finish *finish;
	void *ctx;
};

/* Connections beyond max_connections that are accepted in order to be told so. */
#define SP_HTTP_SURPLUS 64
/* Messages of the largest size that may be held in memory at a time; more are refused. */
#define SP_HTTP_LARGE_MESSAGES 8
/* A body of more bytes than this may be judged on another thread; so many of them at a time. */
#define SP_HTTP_LARGE (64u << 10)
#define SP_HTTP_JOBS 64

/*
 * Starts to serve `listen_fd`, which becomes its own.  new: release with sp_http_free; NULL after
 * logging why not.  Memory is the arena's.
 */
struct sp_http *sp_http_new(struct event_base *base, int listen_fd,
                            const struct sp_http_options *options, struct sp_arena *arena);
/* The work may go on: a large one on the other thread, else with `finish`, before this returns. */
void sp_http_resume(struct sp_http_work *work);
/* Accepts no more. */
void sp_http_stop_accepting(struct sp_http *http);
/*
 * Call once after sp_http_stop_accepting, when the loop has had a turn: answers what has arrived,
 * closes each connection after its answer and idle ones at once, and ends the loop when none is
 * left.
 */
void sp_http_drain(struct sp_http *http);
/* Open connections. */
size_t sp_http_count(const struct sp_http *http);
void sp_http_free(struct sp_http *http);

#endif
