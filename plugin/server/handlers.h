/* SPDX-License-Identifier: Apache-2.0 */
/* handlers.h: from the bytes of a question to the bytes of its answer.  Private to server/. */
#ifndef SALLYPORT_SERVER_HANDLERS_H
#define SALLYPORT_SERVER_HANDLERS_H

#include "sallyport/decide.h"
#include "sallyport/server.h"
#include "server/audit.h"
#include "server/host_pool.h"
#include "server/http.h"

#define SP_ID_BYTES 16

/* What one question is judged with, beside its bytes: nothing of it changes meanwhile. */
struct sp_judging {
	const struct sp_server_options *options;
	struct sp_policy *policy; /* references of its own when another thread judges */
	struct sp_policy *shadow; /* what it would say is recorded; NULL: there is none */
	const uint8_t *key;
	bool response;
	int64_t unix_us;
	char id[SP_ID_BYTES];
};

/* And what came out of it. */
struct sp_judged {
	bool recorded;      /* its line has been added */
	bool changes;       /* it needs a record */
	bool dispensable;   /* but is answered without one all the same, or needs none */
	struct sp_str body; /* as in struct sp_http_answer */
	struct sp_str body_uncommitted;
};

struct sp_handlers {
	const struct sp_server_options *options;
	struct sp_policy *policy; /* swapped between two questions, never during one */
	struct sp_policy *shadow; /* likewise; NULL: there is none */
	struct sp_audit *audit;
	struct sp_arena question; /* what is read and decided; reset before each question */
	struct sp_arena answers;  /* until the first question after a commit */
	struct sp_arena records;  /* of `lines` */
	struct sp_buf lines;      /* audit lines of the answers that wait for the commit */
	unsigned n_lines;
	bool unrecorded; /* some of them would be allowed without a line: --audit-failure=allow */
	bool committed;  /* everything so far: answers and lines may go */
	uint8_t key[32]; /* of the hash that stands for secrets: of this run only */
	char id_prefix[5];
	uint64_t id_count;
	int64_t complained;         /* when something about records was last said */
	struct sp_host_pool *hosts; /* NULL: nobody can be asked */
	size_t pending_bytes;       /* memory of the questions that wait for the host */
};

/*
 * 0; -1 when the kernel gives no random numbers.  Takes over the caller's references to `policy`
 * and `shadow`, which may be NULL.
 */
int sp_handlers_init(struct sp_handlers *h, const struct sp_server_options *options,
                     struct sp_policy *policy, struct sp_policy *shadow, struct sp_audit *audit);
/* An sp_http_handler; `ctx` is the struct sp_handlers. */
void sp_handlers_answer(void *ctx, const struct sp_http_question *question,
                        struct sp_http_answer *answer);
/* An sp_http_commit: writes the audit lines of all answers since the last one. */
bool sp_handlers_commit(void *ctx);
/* Those for answers that come later; see http.h. */
struct sp_http_work *sp_handlers_prepare(void *ctx, const struct sp_http_question *question);
void sp_handlers_judge(void *ctx, struct sp_http_work *work,
                       const struct sp_http_question *question);
void sp_handlers_finish(void *ctx, struct sp_http_work *work, struct sp_http_answer *answer);
/* What the host pool says; `asker` is a struct sp_pending of handlers_later.c. */
void sp_handlers_on_host(void *ctx, void *asker, const struct sp_host_query *query);
void sp_handlers_fini(struct sp_handlers *h);

/* "k7f2a" and a counter in base 32: short enough to be read out, never twice in a run. */
void sp_id_print(const char prefix[5], uint64_t count, char out[SP_ID_BYTES]);

#endif
