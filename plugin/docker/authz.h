/* SPDX-License-Identifier: Apache-2.0 */
/* authz.h: the envelope step of sp_request_read.  Private to docker/. */
#ifndef SALLYPORT_DOCKER_AUTHZ_H
#define SALLYPORT_DOCKER_AUTHZ_H

#include "sallyport/request.h"

/*
 * Reads the message dockerd sent: user, method, uri, headers, status into *req; *body64 is the
 * RequestBody as it came, inside `text`, or {NULL, 0}.  Records SP_FAULT_UNREADABLE.
 */
void sp_authz_read(struct sp_request *req, char *text, size_t len, struct sp_str *body64,
                   struct sp_arena *arena);

/*
 * Standard base64 with padding, exactly as Go's encoder writes it (no line breaks, unused bits
 * zero), decoded in place: `from` is overwritten.  Bytes written, or -1.
 */
long sp_base64_decode(char *from, size_t len);

#endif
