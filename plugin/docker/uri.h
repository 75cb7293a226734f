/* SPDX-License-Identifier: Apache-2.0 */
/* uri.h: the steps of sp_request_read that read the request target.  Private to docker/. */
#ifndef SALLYPORT_DOCKER_URI_H
#define SALLYPORT_DOCKER_URI_H

#include "sallyport/request.h"

/* What is said when the memory set aside for one request does not suffice. */
#define SP_TOO_LARGE "the request is too large or too complex to be read"

/*
 * Reads req->uri: sets req->path, req->api_* and *query (what follows the first '?', as sent), or
 * records a fault.  After SP_FAULT_VERSION the path is set nevertheless, so that the refusal can
 * name the action.
 */
void sp_uri_read(struct sp_request *req, struct sp_str *query, struct sp_arena *arena);

/* Reads `raw` into req->query, or records a fault. */
void sp_query_read(struct sp_request *req, struct sp_str raw, struct sp_arena *arena);
/* A fault when a parameter appears twice that is not a list to the handler of req->action. */
void sp_query_check_unique(struct sp_request *req, struct sp_arena *arena);

/*
 * Go's url.unescape, once: %XX, and '+' for a space when `plus`.  Borrows `s` when nothing is
 * escaped.  False for a '%' without two hex digits; {NULL, 0} in *out when the arena is full.
 */
bool sp_unescape(struct sp_str s, bool plus, struct sp_arena *arena, struct sp_str *out);

/* A client's text as it may be shown to people in sp_request.why: short, without control
 * characters. */
const char *sp_request_shown(struct sp_arena *arena, struct sp_str s);

#endif
