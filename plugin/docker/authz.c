/* SPDX-License-Identifier: Apache-2.0 */
/*
 * authz.c: the message of dockerd's authorization middleware (moby: pkg/authorization/api.go).
 * Input: what arrived on the socket.  dockerd's Go encoder wrote it, around bytes the client chose;
 * after a plugin connection died dockerd repeats the call with an empty body, which must never
 * read as a request without content.
 */
#include "docker/authz.h"

#include "docker/uri.h"

/*
 * A response may be many megabytes, one string; the limit on the whole message is the server's.
 * Tokens: 20,000 headers and certificates are more than dockerd's own header limit lets through.
 */
static const struct sp_json_limits limits = {
    .max_bytes = 1u << 30,
    .max_tokens = 40000,
    .max_depth = 8,
};

static const struct sp_go_type any = {.kind = SP_GO_ANY};
/* Both bodies too: they are base64, but bind need not look into them. */
static const struct sp_go_type string = {.kind = SP_GO_STRING};
static const struct sp_go_type number = {.kind = SP_GO_INT, .bits = 64};
static const struct sp_go_type headers = {.kind = SP_GO_MAP, .elem = &string};

enum {
	F_USER,
	F_USER_AUTHN_METHOD,
	F_REQUEST_METHOD,
	F_REQUEST_URI,
	F_REQUEST_BODY,
	F_REQUEST_HEADERS,
	F_REQUEST_PEER_CERTIFICATES,
	F_RESPONSE_STATUS_CODE,
	F_RESPONSE_BODY,
	F_RESPONSE_HEADERS,
	N_FIELDS
};

/* type Request struct */
static const struct sp_go_field fields[N_FIELDS] = {
    [F_USER] = {"User", &string, SP_FIELD_PLAIN, NULL},
    [F_USER_AUTHN_METHOD] = {"UserAuthNMethod", &string, SP_FIELD_PLAIN, NULL},
    [F_REQUEST_METHOD] = {"RequestMethod", &string, SP_FIELD_PLAIN, NULL},
    [F_REQUEST_URI] = {"RequestUri", &string, SP_FIELD_PLAIN, NULL},
    [F_REQUEST_BODY] = {"RequestBody", &string, SP_FIELD_PLAIN, NULL},
    [F_REQUEST_HEADERS] = {"RequestHeaders", &headers, SP_FIELD_PLAIN, NULL},
    [F_REQUEST_PEER_CERTIFICATES] = {"RequestPeerCertificates", &any, SP_FIELD_PLAIN, NULL},
    [F_RESPONSE_STATUS_CODE] = {"ResponseStatusCode", &number, SP_FIELD_PLAIN, NULL},
    [F_RESPONSE_BODY] = {"ResponseBody", &string, SP_FIELD_PLAIN, NULL},
    [F_RESPONSE_HEADERS] = {"ResponseHeaders", &headers, SP_FIELD_PLAIN, NULL},
};

static const struct sp_go_type envelope = {
    .kind = SP_GO_STRUCT,
    .fields = fields,
    .n_fields = N_FIELDS,
};

/* --- the message ------------------------------------------------------------------------------ */

/* Go's canonical spelling is the only one dockerd writes; another one beside it would hide it. */
static bool
read_header(struct sp_str key, struct sp_str value, struct sp_str name, struct sp_str *to)
{
	if (key.len != name.len || !sp_str_eq_nocase(key, name))
		return true;
	if (!sp_str_eq(key, name))
		return false;
	*to = value;
	return true;
}

static bool
read_headers(struct sp_request *req, const struct sp_json *doc, uint32_t map)
{
	for (uint32_t k = sp_json_first(doc, map); k; k = sp_json_after(doc, map, k)) {
		const struct sp_str key = sp_json_str(doc, k), value = sp_json_str(doc, k + 1);

		if (!read_header(key, value, SP_STR("Content-Type"), &req->content_type) ||
		    !read_header(key, value, SP_STR("Content-Length"), &req->content_length) ||
		    !read_header(key, value, SP_STR("User-Agent"), &req->user_agent))
			return false;
	}
	return true;
}

/* What dockerd says about its answer; its own headers, written in Go's spelling. */
static void
read_answer(struct sp_request *req, const struct sp_json *doc, uint32_t body, uint32_t map)
{
	bool any_header = false;

	req->answer = sp_json_str(doc, body);
	for (uint32_t k = sp_json_first(doc, map); k; k = sp_json_after(doc, map, k)) {
		any_header = true;
		if (sp_str_is(sp_json_str(doc, k), "Content-Type"))
			req->answer_type = sp_json_str(doc, k + 1);
	}
	req->answer_begun = req->status == 0 && !any_header;
}

static void
unreadable(struct sp_request *req, struct sp_arena *arena, const char *what)
{
	sp_request_fail(req, SP_FAULT_UNREADABLE, arena,
	                "the message from dockerd cannot be read: %s", what);
}

void
sp_authz_read(struct sp_request *req, char *text, size_t len, struct sp_str *body64,
              struct sp_arena *arena)
{
	struct sp_json_error err = {0};
	struct sp_json doc = {0};
	uint32_t status;

	*body64 = (struct sp_str){NULL, 0};
	if (len == 0) {
		unreadable(req, arena,
		           "it is empty (dockerd repeats a call so when a plugin died)");
		return;
	}
	if (sp_json_parse(&doc, text, len, &limits, arena, &err) != 0 ||
	    sp_json_bind(&doc, SP_JSON_DOC, &envelope, &err) != 0) {
		unreadable(req, arena, err.what ? err.what : "not JSON");
		return;
	}
	if (sp_json_type(&doc, SP_JSON_DOC) != SP_JSON_OBJECT) {
		unreadable(req, arena, "not a JSON object");
		return;
	}
#define FIELD(f) sp_json_field(&doc, SP_JSON_DOC, f)
	req->user = sp_json_str(&doc, FIELD(F_USER));
	req->auth_method = sp_json_str(&doc, FIELD(F_USER_AUTHN_METHOD));
	req->method = sp_json_str(&doc, FIELD(F_REQUEST_METHOD));
	req->uri = sp_json_str(&doc, FIELD(F_REQUEST_URI));
	*body64 = sp_json_str(&doc, FIELD(F_REQUEST_BODY));
	status = FIELD(F_RESPONSE_STATUS_CODE);
	if (status && sp_json_int(&doc, status) > 0 && sp_json_int(&doc, status) < 1000)
		req->status = (int)sp_json_int(&doc, status);
	if (req->is_response)
		read_answer(req, &doc, FIELD(F_RESPONSE_BODY), FIELD(F_RESPONSE_HEADERS));
	if (!read_headers(req, &doc, FIELD(F_REQUEST_HEADERS)))
		unreadable(req, arena, "a header name is not in its canonical form");
	else if (req->method.len == 0)
		unreadable(req, arena, "it has no RequestMethod");
	else if (req->uri.len == 0)
		unreadable(req, arena, "it has no RequestUri");
#undef FIELD
}
