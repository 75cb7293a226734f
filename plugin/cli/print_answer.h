/* SPDX-License-Identifier: Apache-2.0 */
/* print_answer.h: the part of explain about dockerd's answers.  Private to cli/. */
#ifndef SALLYPORT_CLI_PRINT_ANSWER_H
#define SALLYPORT_CLI_PRINT_ANSWER_H

#include "sallyport/request.h"

/* One line for each object that the answer shows; nothing for a request. */
void sp_print_answer(struct sp_buf *out, const struct sp_request *req, struct sp_arena *arena);

#endif
