/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record.h: a decision as one JSON line, and back: the audit log writes it, explain and replay
 * read it.
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
	/* What a second policy, which is only watched, says of the same; NULL: there is none. */
	const struct sp_policy *shadow;
	const struct sp_decision *shadow_decision;
};

/*
 * Adds one line, with its newline, to `out`: v, time, id, user, auth, phase ("request" or
 * "response"), begun, status, method, uri, action, object, decision ("allow", "deny", "audit"),
 * mode, rules, audit_rules, granted_by, pending, too_late, reason, policy, api, decode_us, eval_us,
 * shadow, facts (where paths of the host lead, if one leads elsewhere), headers and request (the
 * JSON body as it was read, secrets replaced; never the body of an answer).  Valid JSON whatever
 * the request was.
 */
void sp_record_write(struct sp_buf *out, const struct sp_record *record,
                     const struct sp_request *req, const struct sp_policy *policy,
                     const struct sp_decision *decision);

/* What a line of a log says. */
struct sp_record_line {
	/* an audit line; false: a message as dockerd sent it, and all but the next two is empty */
	bool is_record;
	bool is_response;
	/* For sp_request_read, which may change it; empty: it cannot be decided again, see `why` */
	struct sp_str message;
	const char *why; /* static, or in the arena */
	int64_t time_us; /* since 1970; 0: not said */
	struct sp_str id, user, action;
	bool is_local;          /* neither user nor auth: the unix socket */
	struct sp_str decision; /* "allow", "deny", "audit" */
	struct sp_str granted_by, reason;
	struct sp_str rules, audit_rules; /* for sp_record_next_rule */
	struct sp_str facts;              /* for sp_record_line_facts */
};

/*
 * Reads a line: an audit line, or an AuthZReq or AuthZRes message.  *out borrows from `line` and
 * from `arena`.  0; -1 with *why (static or in the arena) when it is neither.  Cheap: what is in
 * the body is for sp_request_read to find out.
 */
int sp_record_scan(struct sp_str line, struct sp_arena *arena, struct sp_record_line *out,
                   const char **why);
/* Takes the next name off a list of rules of a line; false behind the last. */
bool sp_record_next_rule(struct sp_str *rules, struct sp_arena *arena, struct sp_str *rule);

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
/* The same from a line that has been read. */
int sp_record_line_facts(const struct sp_record_line *line, struct sp_arena *arena,
                         struct sp_given *given);

#endif
