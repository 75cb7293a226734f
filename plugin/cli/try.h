/* SPDX-License-Identifier: Apache-2.0 */
/* try.h: what cmd_try.c (options, the program) and try_judge.c (its requests) share.  Layer: cli.
 */
#ifndef SALLYPORT_CLI_TRY_H
#define SALLYPORT_CLI_TRY_H

#include <stdio.h>

#include "cli/fake.h"
#include "cli/question.h"
#include "sallyport/policy.h"

struct sp_try {
	const struct sp_policy *policy;
	const char *user; /* NULL or "local": nobody's name */
	bool verbose;     /* also what is allowed is said */
	FILE *save;       /* for records; NULL: none */
	struct sp_fake fake;
	unsigned n_asked, n_denied;
	bool save_failed;
};

/*
 * Decides one question as serve does, says so on standard error, and records it.  True: allowed;
 * *req is what was asked.  False: *refusal is what the user of docker is told, in `arena`.
 */
bool sp_try_judge(struct sp_try *t, const struct sp_question *question, struct sp_arena *arena,
                  struct sp_request *req, struct sp_str *refusal);

/* A sp_daemon_handler; `ctx` is a struct sp_try. */
void sp_try_handle(void *ctx, const struct sp_daemon_call *call, struct sp_arena *arena,
                   struct sp_daemon_reply *reply);

#endif
