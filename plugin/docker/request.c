/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request.c: sp_request_read: one message of dockerd becomes a request that means one thing, or a
 * fault.  Input: bytes the client chose inside an envelope dockerd wrote.
 *
 * The Content-Type shown to the plugin is the LAST one of the request while dockerd uses the
 * FIRST, so it proves nothing; a forwarded RequestBody does: dockerd forwards it only when the
 * first Content-Type is application/json (moby: pkg/authorization/authz.go).
 */
#include "sallyport/request.h"

#include "docker/authz.h"
#include "docker/uri.h"

#include <stdio.h>

static const struct sp_json_limits body_limits = {
    .max_bytes = 8u << 20, /* dockerd forwards up to 4 MiB */
    .max_tokens = 200000,
    .max_depth = 64,
};

const char *
sp_fault_name(enum sp_fault fault)
{
	switch (fault) {
	case SP_FAULT_NONE:
		return NULL;
	case SP_FAULT_BODY:
		return "body-missing";
	case SP_FAULT_VERSION:
		return "unknown-version";
	case SP_FAULT_UNREADABLE:
	case SP_FAULT_MALFORMED:
		break;
	}
	return "malformed-request";
}

void
sp_request_fail(struct sp_request *req, enum sp_fault fault, struct sp_arena *arena,
                const char *fmt, ...)
{
	char text[1024];
	va_list ap;
	int n;

	if (req->fault != SP_FAULT_NONE)
		return;
	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	req->fault = fault;
	if (n > 0)
		req->why = sp_arena_dup(arena, sp_strz(text));
	if (!req->why.p)
		req->why = SP_STR(SP_TOO_LARGE);
}

static bool
is_safe_method(struct sp_str method)
{
	return sp_str_is(method, "GET") || sp_str_is(method, "HEAD") ||
	       sp_str_is(method, "DELETE") || sp_str_is(method, "OPTIONS");
}

/* --- the route -------------------------------------------------------------------------------- */

static void
read_route(struct sp_request *req)
{
	const struct sp_route *route = sp_route_find(req->method, req->path, &req->object);

	if (route) {
		req->action = route->action;
		req->body_kind = route->body;
		return;
	}
	req->action = sp_str_is(req->method, "GET") || sp_str_is(req->method, "HEAD")
	                  ? SP_ACT_UNKNOWN_READ
	                  : SP_ACT_UNKNOWN_WRITE;
	req->body_kind = req->action == SP_ACT_UNKNOWN_READ ? SP_BODY_NONE : SP_BODY_TAR;
}

/*
 * postImagesCreate: r.Form.Get("fromImage") != "" pulls, anything else imports.  (A form in the
 * body would decide first: check_body.)
 */
static void
pull_or_import(struct sp_request *req)
{
	if (sp_query_get(&req->query, "fromImage").len > 0)
		return;
	req->action = SP_ACT_IMAGE_IMPORT;
	req->body_kind = SP_BODY_TAR;
}

/* --- the body --------------------------------------------------------------------------------- */

static bool
is_form(struct sp_str content_type)
{
	return sp_str_has_nocase(content_type, SP_STR("x-www-form-urlencoded")) ||
	       sp_str_has_nocase(content_type, SP_STR("multipart/"));
}

/* Nothing, {} or null: what clients send where a body has no meaning. */
static bool
is_blank(struct sp_str body)
{
	char rest[5];
	size_t n = 0;

	for (size_t i = 0; i < body.len; i++) {
		if (body.p[i] == ' ' || body.p[i] == '\t' || body.p[i] == '\n' || body.p[i] == '\r')
			continue;
		if (n == sizeof(rest))
			return false;
		rest[n++] = body.p[i];
	}
	return n == 0 || (n == 2 && memcmp(rest, "{}", 2) == 0) ||
	       (n == 4 && memcmp(rest, "null", 4) == 0);
}

/* GET, HEAD, DELETE, OPTIONS: handlers that call FormValue would read a multipart body. */
static void
check_safe(struct sp_request *req, struct sp_arena *arena)
{
	if (is_form(req->content_type))
		sp_request_fail(req, SP_FAULT_MALFORMED, arena,
		                "%.*s requests carry no form (leave Content-Type out)",
		                SP_FMT(req->method));
	else if (req->has_body
	             ? !is_blank(req->body)
	             : req->content_length.len > 0 && !sp_str_is(req->content_length, "0"))
		sp_request_fail(req, SP_FAULT_MALFORMED, arena,
		                "%.*s requests carry no body (leave it out)", SP_FMT(req->method));
}

static bool
is_wanted_type(enum sp_action action, enum sp_json_type type)
{
	if (action == SP_ACT_PLUGIN_SET)
		return type == SP_JSON_ARRAY;
	if (action == SP_ACT_PLUGIN_PULL ||
	    action == SP_ACT_PLUGIN_UPGRADE) /* null: no privileges */
		return type == SP_JSON_ARRAY || type == SP_JSON_NULL;
	if (action == SP_ACT_CONTAINER_COMMIT && type == SP_JSON_NULL)
		return true;
	return type == SP_JSON_OBJECT;
}

static void
parse_body(struct sp_request *req, struct sp_arena *arena)
{
	struct sp_json_error err = {0};
	/* the body lies in the caller's text, which is ours to change */
	char *text = (char *)req->body.p;

	if (sp_json_parse(&req->json, text, req->body.len, &body_limits, arena, &err) != 0) {
		req->json = (struct sp_json){0};
		if (arena->full)
			sp_request_fail(req, SP_FAULT_MALFORMED, arena, SP_TOO_LARGE);
		else
			sp_request_fail(
			    req, SP_FAULT_MALFORMED, arena,
			    "the body cannot be read as JSON: %s at byte %u%s%s%s",
			    err.what ? err.what : "error", err.at, err.key.len > 0 ? ", at '" : "",
			    sp_request_shown(arena, err.key), err.key.len > 0 ? "'" : "");
	} else if (!is_wanted_type(req->action, sp_json_type(&req->json, SP_JSON_DOC))) {
		req->json = (struct sp_json){0};
		sp_request_fail(req, SP_FAULT_MALFORMED, arena, "the body must be a JSON %s",
		                is_wanted_type(req->action, SP_JSON_ARRAY) ? "array" : "object");
	}
}

/*
 * 20.10 below API 1.24 takes a body of more than 7 bytes, or chunked, as the new HostConfig of the
 * container; every other version answers 400 to it.
 */
static void
check_start(struct sp_request *req, struct sp_arena *arena)
{
	bool blank = is_blank(req->body);

	if (!sp_request_api_at_least(req, 1, 24)) {
		if (!blank)
			parse_body(req, arena);
	} else if (!blank || req->body.len > 7 || req->content_length.len == 0) {
		sp_request_fail(req, SP_FAULT_MALFORMED, arena,
		                "a start request must have no body (set everything at create)");
	}
}

/*
 * POST with parameters only: a form in the body overrides the URL, and is not shown to the plugin.
 * So the body is empty for certain, or it was forwarded: then the first Content-Type is JSON, it is
 * no form, and the handler ignores it.
 */
static void
check_parameters(struct sp_request *req, struct sp_arena *arena)
{
	if (req->has_body) {
		if (req->action == SP_ACT_CONTAINER_START)
			check_start(req, arena);
		return;
	}
	if (sp_str_is(req->content_length, "0"))
		return;
	if (is_form(req->content_type))
		sp_request_fail(req, SP_FAULT_MALFORMED, arena,
		                "parameters must be in the URL, not in a form "
		                "(send no body and 'Content-Length: 0')");
	else if (req->content_length.len == 0)
		sp_request_fail(req, SP_FAULT_BODY, arena,
		                "a POST without a body must say 'Content-Length: 0'");
	else
		sp_request_fail(req, SP_FAULT_BODY, arena,
		                "it has a body dockerd did not show to the plugin "
		                "(send no body and 'Content-Length: 0')");
}

static void
check_json(struct sp_request *req, struct sp_arena *arena)
{
	if (req->has_body) {
		parse_body(req, arena);
		return;
	}
	if (sp_str_is(req->content_length, "0")) {
		if (req->body_kind != SP_BODY_JSON_OPTIONAL)
			sp_request_fail(req, SP_FAULT_BODY, arena, "the request has no body");
		return;
	}
	sp_request_fail(req, SP_FAULT_BODY, arena,
	                "the body is not JSON dockerd showed to the plugin (send it with one "
	                "'Content-Type: application/json', a Content-Length, and below 1 MiB)");
}

/* Which rule the body of this request is under. */
static void
check_body(struct sp_request *req, struct sp_arena *arena)
{
	if (req->action == SP_ACT_UNKNOWN_WRITE || req->action == SP_ACT_IMAGE_BUILDKIT ||
	    req->action == SP_ACT_REGISTRY_LOGIN)
		return;
	if (is_safe_method(req->method)) {
		check_safe(req, arena);
		return;
	}
	switch (req->body_kind) {
	case SP_BODY_NONE:
	case SP_BODY_STREAM: /* attach */
		check_parameters(req, arena);
		return;
	case SP_BODY_JSON:
	case SP_BODY_JSON_OPTIONAL:
		check_json(req, arena);
		return;
	case SP_BODY_TAR:
		if (is_form(req->content_type))
			sp_request_fail(req, SP_FAULT_MALFORMED, arena,
			                "the body must be a tar stream, not a form");
		return;
	}
}

/* The forwarded bytes, and whether their number is the one the client announced. */
static void
decode_body(struct sp_request *req, struct sp_str body64, struct sp_arena *arena)
{
	char *text = (char *)body64.p; /* in the caller's text */
	char announced[24];
	long n;

	if (body64.len == 0)
		return;
	n = sp_base64_decode(text, body64.len);
	if (n < 0) {
		sp_request_fail(
		    req, SP_FAULT_UNREADABLE, arena,
		    "the message from dockerd cannot be read: RequestBody is not base64");
		return;
	}
	req->body = (struct sp_str){text, (size_t)n};
	req->has_body = n > 0;
	if (req->content_length.len == 0)
		return;
	snprintf(announced, sizeof(announced), "%ld", n);
	if (!sp_str_is(req->content_length, announced))
		sp_request_fail(req, SP_FAULT_MALFORMED, arena,
		                "Content-Length is not the length of the body (%ld)", n);
}

/* The password of a login: kept nowhere, not even in `text`.  Debian's 20.10 forwards it. */
static void
forget_credentials(struct sp_request *req, struct sp_str *body64)
{
	if (req->action != SP_ACT_REGISTRY_LOGIN || body64->len == 0)
		return;
	memset((char *)body64->p, 0, body64->len);
	*body64 = (struct sp_str){NULL, 0};
}

/* 20.10 and 26 read credentials from the body of a push that has no X-Registry-Auth. */
static void
forget_body(struct sp_request *req)
{
	if (req->has_body)
		memset((char *)req->body.p, 0, req->body.len);
	req->body = (struct sp_str){NULL, 0};
	req->has_body = false;
}

void
sp_request_read(struct sp_request *req, char *text, size_t len, bool response,
                struct sp_arena *arena)
{
	struct sp_str body64, query;

	*req = (struct sp_request){.is_response = response};
	sp_authz_read(req, text, len, &body64, arena);
	if (req->fault != SP_FAULT_NONE)
		return;
	sp_uri_read(req, &query, arena);
	if (req->fault != SP_FAULT_NONE && req->fault != SP_FAULT_VERSION)
		return;
	read_route(req);
	forget_credentials(req, &body64);
	if (req->fault != SP_FAULT_NONE)
		return;
	sp_query_read(req, query, arena);
	if (req->action == SP_ACT_IMAGE_PULL)
		pull_or_import(req);
	sp_query_check_unique(req, arena);
	if (response || req->fault != SP_FAULT_NONE)
		return;
	decode_body(req, body64, arena);
	if (req->fault != SP_FAULT_NONE)
		return;
	check_body(req, arena);
	if (req->action == SP_ACT_IMAGE_PUSH)
		forget_body(req);
}
