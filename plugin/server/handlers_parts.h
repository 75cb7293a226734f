/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handlers_parts.h: what handlers.c (questions that are answered at once) and handlers_later.c (the
 * others) share.  Private to them.
 */
#ifndef SALLYPORT_SERVER_HANDLERS_PARTS_H
#define SALLYPORT_SERVER_HANDLERS_PARTS_H

#include "server/handlers.h"

/* Everything in it is borrowed from its message and from an arena. */
struct sp_question {
	struct sp_request request;
	struct sp_facts facts;
	struct sp_decision decision;
	struct sp_decision shadow;              /* what it would be by the shadow policy */
	int64_t began, decoded, ready, decided; /* monotonic microseconds */
};

/* Of handlers.c.  The first two happen on any thread: they touch what they are given, no more. */
void sp_question_read(struct sp_question *q, const struct sp_http_question *http, bool response,
                      struct sp_arena *arena);
/* Decides, adds the audit line to `line`, and writes the answers into `answers`. */
void sp_question_judge(const struct sp_judging *j, struct sp_question *q, struct sp_arena *arena,
                       struct sp_buf *line, struct sp_arena *answers, struct sp_judged *judged);
struct sp_judging sp_handlers_begin(struct sp_handlers *h, bool response);
/* After a commit answers and lines begin anew. */
void sp_handlers_begin_batch(struct sp_handlers *h);
/* Its line, if there is one, is among h->lines. */
void sp_handlers_give(struct sp_handlers *h, const char *id, const struct sp_judged *judged,
                      struct sp_http_answer *answer);
/* A copy that lives as long as the other answers. */
struct sp_str sp_handlers_keep(struct sp_handlers *h, struct sp_str body);

/* Of handlers_later.c. */
/* Does its verdict wait for what the host says about paths? */
bool sp_question_needs_host(const struct sp_question *q);
/*
 * Asks the host.  The question and h->question, which holds all of it, are then the result's, and
 * h->question is empty.  NULL: the host cannot be asked, the question says why, and is judged now.
 */
struct sp_http_work *sp_handlers_ask_host(struct sp_handlers *h, const struct sp_judging *j,
                                          struct sp_question *q);

#endif
