/* SPDX-License-Identifier: Apache-2.0 */
/* handlers.h: from the bytes of a question to the bytes of its answer.  Private to server/. */
#ifndef SALLYPORT_SERVER_HANDLERS_H
#define SALLYPORT_SERVER_HANDLERS_H

#include "sallyport/policy.h"
#include "sallyport/server.h"
#include "server/audit.h"
#include "server/http.h"

#define SP_ID_BYTES 16

struct sp_handlers {
	const struct sp_server_options *options;
	struct sp_policy *policy; /* swapped between two questions, never during one */
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
	char id[SP_ID_BYTES]; /* of the current question */
	int64_t complained;   /* when something about records was last said */
};

/* 0; -1 when the kernel gives no random numbers.  Takes over the caller's reference to `policy`. */
int sp_handlers_init(struct sp_handlers *h, const struct sp_server_options *options,
                     struct sp_policy *policy, struct sp_audit *audit);
/* An sp_http_handler; `ctx` is the struct sp_handlers. */
void sp_handlers_answer(void *ctx, const struct sp_http_question *question,
                        struct sp_http_answer *answer);
/* An sp_http_commit: writes the audit lines of all answers since the last one. */
bool sp_handlers_commit(void *ctx);
void sp_handlers_fini(struct sp_handlers *h);

/* "k7f2a" and a counter in base 32: short enough to be read out, never twice in a run. */
void sp_id_print(const char prefix[5], uint64_t count, char out[SP_ID_BYTES]);

#endif
