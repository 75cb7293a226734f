/* SPDX-License-Identifier: Apache-2.0 */
/*
 * question.h: the questions explain and test ask: from a docker command line, a request as one
 * would write it, or a recorded message; all become the message dockerd would have sent.  Layer:
 * cli.
 */
#ifndef SALLYPORT_CLI_QUESTION_H
#define SALLYPORT_CLI_QUESTION_H

#include "cli/docker.h"
#include "sallyport/given.h"

struct sp_question {
	char *message; /* sp_request_read changes it */
	size_t len;
	bool response;
	bool decided;              /* an audit line: what had been looked up is known */
	struct sp_given looked_up; /* that; else nothing */
	struct sp_question *next;
};

/*
 * new, in `arena`; NULL with *trouble.  `line` of sp_question_api is "METHOD URI"; `body` is JSON,
 * or empty.
 */
struct sp_question *sp_question_words(const struct sp_str *words, size_t n, struct sp_arena *arena,
                                      struct sp_docker_trouble *trouble);
struct sp_question *sp_question_docker(struct sp_str line, struct sp_arena *arena,
                                       struct sp_docker_trouble *trouble);
struct sp_question *sp_question_api(struct sp_str line, struct sp_str body, struct sp_arena *arena,
                                    struct sp_docker_trouble *trouble);
/* Line `n` (from 1) of `text`: a message of dockerd or an audit line. */
struct sp_question *sp_question_record(struct sp_str text, int64_t n, struct sp_arena *arena,
                                       struct sp_docker_trouble *trouble);

#endif
