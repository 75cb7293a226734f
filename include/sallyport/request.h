/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request.h: one question of dockerd, read as dockerd reads the request it is about: envelope,
 * method, path, action, query, framing, JSON.  Input: hostile bytes.  Output: a request that means
 * one thing only, or the reason why it is refused.  Layer: docker.
 *
 * moby: pkg/authorization/{api,authz}.go, api/server/httputils, net/http and gorilla/mux.
 */
#ifndef SALLYPORT_REQUEST_H
#define SALLYPORT_REQUEST_H

#include "sallyport/actions.h"
#include "sallyport/base.h"
#include "sallyport/gojson.h"

struct sp_param {
	struct sp_str key; /* decoded */
	struct sp_str value;
};

struct sp_query {
	const struct sp_param *list; /* in order of appearance */
	size_t n;
};

/* What is wrong with a request before any rule is asked; names builtin/... of POLICY.md 1.11. */
enum sp_fault {
	SP_FAULT_NONE = 0,
	/* the message itself: refused in every mode; builtin/malformed-request */
	SP_FAULT_UNREADABLE,
	SP_FAULT_MALFORMED, /* builtin/malformed-request */
	SP_FAULT_BODY,      /* builtin/body-missing */
	SP_FAULT_VERSION,   /* builtin/unknown-version */
};

/* "malformed-request": what follows "builtin/"; NULL for SP_FAULT_NONE. */
const char *sp_fault_name(enum sp_fault fault);

struct sp_request {
	/* the message */
	struct sp_str user;        /* certificate CN; empty: no identity */
	struct sp_str auth_method; /* "TLS" when dockerd knows the user */
	struct sp_str method;
	struct sp_str uri;  /* as the client sent it */
	struct sp_str body; /* as forwarded, decoded; unescaped in place once parsed: use json */
	struct sp_str content_type;
	struct sp_str content_length;
	struct sp_str user_agent;
	bool has_body;
	bool is_response; /* AuthZRes */
	int status;       /* AuthZRes: ResponseStatusCode, 0 when absent */
	/*
	 * AuthZRes: the body of dockerd's answer, in base64 as it was forwarded (answer.h decodes
	 * it when somebody needs it); empty: there is none, it is no JSON, or it was not shown.
	 */
	struct sp_str answer;
	struct sp_str answer_type; /* AuthZRes: Content-Type of the answer */
	/*
	 * AuthZRes: neither status nor headers are left to show: they went out before the plugin
	 * was asked (moby: pkg/authorization/response.go, Flush), as with every stream.
	 */
	bool answer_begun;

	/* the route */
	enum sp_action action;
	enum sp_body body_kind;
	struct sp_str path;   /* decoded, without the version prefix */
	struct sp_str object; /* name or ID in the path, or empty */
	struct sp_query query;
	int api_major, api_minor; /* 0.0: no prefix, the daemon's own version */

	/* the body */
	struct sp_json json; /* parsed and bound when the action has a JSON body; n_tok 0: none */

	/* what is wrong */
	enum sp_fault fault;
	struct sp_str why; /* a clause for people: "the key 'HostConfig' appears twice" */
};

/* The identity keywords of POLICY.md 1.4: `local` looks at the method, never at the name. */
static inline bool
sp_request_is_local(const struct sp_request *req)
{
	return req->auth_method.len == 0 && req->user.len == 0;
}

/*
 * Reads one message (AuthZReq, or AuthZRes with `response`).  `text` is changed in place; *req
 * borrows from it and from `arena`.  Always fills *req; look at req->fault.  For AuthZRes the
 * bodies are not decoded: sp_answer_read does it for the answer.
 */
void sp_request_read(struct sp_request *req, char *text, size_t len, bool response,
                     struct sp_arena *arena);

/* Records a fault unless there is one already.  The text is copied into `arena`. */
void sp_request_fail(struct sp_request *req, enum sp_fault fault, struct sp_arena *arena,
                     const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* First value of a parameter (Go's url.Values.Get); empty when absent. */
struct sp_str sp_query_get(const struct sp_query *query, const char *key);
/* httputils.BoolValue: false only for "", 0, no, false, none (trimmed, any case). */
bool sp_query_bool(const struct sp_query *query, const char *key);

/* Is the effective API version at least this?  No prefix: the newest. */
static inline bool
sp_request_api_at_least(const struct sp_request *req, int major, int minor)
{
	if (req->api_major == 0)
		return true;
	return req->api_major > major || (req->api_major == major && req->api_minor >= minor);
}

#endif
