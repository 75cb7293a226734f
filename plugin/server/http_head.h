/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_head.h: reads the head of an HTTP/1.x request: all that matters of it, or nothing.
 * Pure.  Private to server/.
 */
#ifndef SALLYPORT_SERVER_HTTP_HEAD_H
#define SALLYPORT_SERVER_HTTP_HEAD_H

#include "sallyport/base.h"

struct sp_http_head {
	size_t head_len; /* with the empty line */
	uint64_t body_len;
	struct sp_str target; /* borrowed from the text */
	bool is_post, is_head;
	bool close;           /* the client wants the connection closed after the answer */
	bool expect_continue; /* the client waits for "100 Continue" before it sends the body */
};

enum sp_head_result {
	SP_HEAD_MORE = 0, /* the empty line has not arrived */
	SP_HEAD_WHOLE,
	SP_HEAD_BAD, /* *status and *why say what is wrong; the connection is of no more use */
};

/*
 * `*scanned`: how far the empty line has been looked for already (0 for a new message); kept up to
 * date, so that a head that comes byte by byte is not searched again and again.
 */
enum sp_head_result sp_http_head_read(struct sp_str text, size_t max_bytes, size_t *scanned,
                                      struct sp_http_head *head, int *status, const char **why);

#endif
