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
};

/*
 * Answers are held back until `commit` has said whether what they depend on (the audit log) has
 * been written: once for all questions that arrived together.
 */
typedef void sp_http_handler(void *ctx, const struct sp_http_question *question,
                             struct sp_http_answer *answer);
typedef bool sp_http_commit(void *ctx);

/*
 * Large messages are judged on another thread, up to SP_HTTP_JOBS at a time, each known by its
 * number.  `prepare` takes what judging it needs (all but question->body is known) or says false:
 * the handler answers it.  `judge`, on the other thread and one at a time, may touch nothing that
 * the event thread changes meanwhile.  `finish` gives its answer, like a handler, or with NULL
 * drops whatever there is of it, judged or not.
 */
typedef bool sp_http_prepare(void *ctx, size_t number, const struct sp_http_question *question);
typedef void sp_http_judge(void *ctx, size_t number, const struct sp_http_question *question);
typedef void sp_http_finish(void *ctx, size_t number, struct sp_http_answer *answer);

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
/* A body of more bytes than this may be judged on another thread; so many at a time. */
#define SP_HTTP_LARGE (64u << 10)
#define SP_HTTP_JOBS 64

/*
 * Starts to serve `listen_fd`, which becomes its own.  new: release with sp_http_free; NULL after
 * logging why not.  Memory is the arena's.
 */
struct sp_http *sp_http_new(struct event_base *base, int listen_fd,
                            const struct sp_http_options *options, struct sp_arena *arena);
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
