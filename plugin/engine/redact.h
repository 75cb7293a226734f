/* SPDX-License-Identifier: Apache-2.0 */
/*
 * redact.h: the parts of a request that a record keeps, without the secrets in them.  Private to
 * record*.c.  Layer: engine.
 */
#ifndef SALLYPORT_ENGINE_REDACT_H
#define SALLYPORT_ENGINE_REDACT_H

#include "engine/siphash.h"
#include "sallyport/request.h"

struct sp_redactor {
	struct sp_buf *out;
	const uint8_t *key; /* 16 bytes, or NULL: "redacted" */
	unsigned n_hashed;
	const struct sp_json *doc;
	bool is_create; /* container.create */
};

/* Text that is plain ASCII for the most part, as a JSON string. */
void sp_redact_string(struct sp_buf *out, struct sp_str s);
/*
 * May the body of this action be written?  Only those whose secrets are known: new actions are
 * added here together with the names of theirs in redact_body.c.
 */
bool sp_redact_knows_body(enum sp_action action);
/* The body as compact JSON; empty struct fields are left out. */
void sp_redact_body(struct sp_redactor *r, const struct sp_request *req);
/* The URI as a JSON string. */
void sp_redact_uri(struct sp_redactor *r, const struct sp_request *req);
/* "keyed:" and 12 hex digits, or "redacted", to any buffer. */
void sp_redact_secret(struct sp_redactor *r, struct sp_buf *to, struct sp_str secret);
/* "user:password@" of a URL or of a remote device. */
void sp_redact_address(struct sp_redactor *r, struct sp_buf *to, struct sp_str address);

#endif
