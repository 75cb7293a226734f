/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record.h: a decision as one JSON line, and back: the audit log writes it, explain reads it.
 * Secrets never get in: values of environment variables, bodies with credentials, secret and config
 * data, build arguments and driver options that hold passwords are replaced by a keyed hash.
 * Layer: engine.
 */
#ifndef SALLYPORT_RECORD_H
#define SALLYPORT_RECORD_H

#include "sallyport/decide.h"
#include "sallyport/given.h"

struct sp_record {
	int64_t time_us; /* since 1970 */
	const char *id;  /* the decision's id */
	uint32_t decode_us, eval_us;
	const uint8_t *key; /* 16 bytes for the keyed hash of secrets; NULL: "redacted" instead */
	const struct sp_facts *facts; /* what was looked up for the decision; NULL: nothing */
};

/*
 * Adds one line, with its newline, to `out`: v, time, id, user, auth, phase ("request" or
 * "response"), begun, status, method, uri, action, object, decision ("allow", "deny", "audit"),
 * mode, rules, audit_rules, granted_by, pending, too_late, reason, policy, api, decode_us, eval_us,
 * facts (where paths of the host lead, if one leads elsewhere), headers and request (the JSON body
 * as it was read, secrets replaced; never the body of an answer).  Valid JSON whatever the request
 * was.
 */
void sp_record_write(struct sp_buf *out, const struct sp_record *record,
                     const struct sp_request *req, const struct sp_policy *policy,
                     const struct sp_decision *decision);

/*
 * Turns an audit line, or an AuthZReq message as dockerd sent it, into the message text for
 * sp_request_read.  `line` is one JSON object.  0; -1 with *why (static or in the arena) when it is
 * neither, or when the line says that it cannot be replayed.
 */
int sp_record_read(struct sp_str line, struct sp_arena *arena, struct sp_str *message,
                   bool *is_response, const char **why);

/*
 * What had been looked up for the decision of an audit line, for sp_given_answer; nothing when the
 * line says nothing about it, or is a message of dockerd.  0; -1 when it cannot be read.
 */
int sp_record_read_facts(struct sp_str line, struct sp_arena *arena, struct sp_given *given);

#endif
