/* SPDX-License-Identifier: Apache-2.0 */
/*
 * redact_uri.c: the URI of a request as a record keeps it, and addresses with a user in them.
 * Parameters hold secrets too: build arguments, ENV and ARG lines of `docker import --change`, user
 * and password in a URL. Input: the URI as the client spelled it; its parameters decoded, when they
 * could be read.
 */
#include "engine/redact.h"

#define MAX_BYTES ((size_t)1 << 20)

static bool
is_address_with_user(struct sp_str value)
{
	return sp_str_find(value, '@') < value.len && sp_str_has_nocase(value, SP_STR("://"));
}

/* ENV and ARG; or more lines than one, which may be anything. */
static bool
is_change_with_value(struct sp_str value)
{
	size_t at = 0;
	struct sp_str word;

	if (sp_str_find(value, '\n') < value.len || sp_str_find(value, '\r') < value.len)
		return true;
	while (at < value.len && (value.p[at] == ' ' || value.p[at] == '\t'))
		at++;
	word = sp_str_head(sp_str_from(value, at), 3);
	return sp_str_eq_nocase(word, SP_STR("ENV")) || sp_str_eq_nocase(word, SP_STR("ARG"));
}

static bool
is_build_args(struct sp_str key)
{
	return sp_str_eq_nocase(key, SP_STR("buildargs"));
}

static bool
is_changes(struct sp_str key)
{
	return sp_str_eq_nocase(key, SP_STR("changes"));
}

static bool
holds_secret(const struct sp_param *param)
{
	return is_build_args(param->key) || is_address_with_user(param->value) ||
	       (is_changes(param->key) && is_change_with_value(param->value));
}

/* {"NAME":"secret"} with the values replaced; anything else is replaced whole. */
static void
add_build_args(struct sp_redactor *r, struct sp_buf *to, struct sp_str value)
{
	static const struct sp_json_limits limits = {
	    .max_bytes = MAX_BYTES, .max_tokens = 4000, .max_depth = 4};
	struct sp_str copy = sp_arena_dup(to->arena, value);
	struct sp_json_error err = {0};
	struct sp_json doc = {0};
	char before = '{';

	if (!copy.p ||
	    sp_json_parse(&doc, (char *)copy.p, copy.len, &limits, to->arena, &err) != 0 ||
	    sp_json_type(&doc, SP_JSON_DOC) != SP_JSON_OBJECT) {
		sp_redact_secret(r, to, value);
		return;
	}
	for (uint32_t k = sp_json_first(&doc, SP_JSON_DOC); k;
	     k = sp_json_after(&doc, SP_JSON_DOC, k)) {
		sp_buf_addc(to, before);
		before = ',';
		sp_buf_add_json(to, sp_json_str(&doc, k));
		sp_buf_addc(to, ':');
		if (sp_json_type(&doc, k + 1) == SP_JSON_NULL) {
			sp_buf_addz(to, "null");
			continue;
		}
		sp_buf_addc(to, '"');
		sp_redact_secret(r, to, sp_json_str(&doc, k + 1));
		sp_buf_addc(to, '"');
	}
	sp_buf_addz(to, before == '{' ? "{}" : "}");
}

static void
add_value(struct sp_redactor *r, struct sp_buf *to, const struct sp_param *param)
{
	if (is_build_args(param->key)) {
		add_build_args(r, to, param->value);
	} else if (is_changes(param->key) && is_change_with_value(param->value)) {
		sp_buf_addz(to, "ENV ");
		sp_redact_secret(r, to, param->value);
	} else if (is_address_with_user(param->value)) {
		sp_redact_address(r, to, param->value);
	} else {
		sp_buf_add(to, param->value);
	}
}

/* Percent-encoding of everything that is not plain in a query. */
static void
add_encoded(struct sp_buf *to, struct sp_str s)
{
	static const char hex[] = "0123456789ABCDEF";
	static const char plain[] = "-_.~:/,";

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];
		char escaped[3] = {'%', hex[c >> 4], hex[c & 15]};

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		    (c && strchr(plain, c)))
			sp_buf_addc(to, (char)c);
		else
			sp_buf_add(to, (struct sp_str){escaped, 3});
	}
}

static void
add_query(struct sp_redactor *r, struct sp_buf *to, const struct sp_query *query)
{
	struct sp_buf value;

	for (size_t i = 0; i < query->n; i++) {
		sp_buf_init(&value, to->arena, MAX_BYTES);
		add_value(r, &value, &query->list[i]);
		sp_buf_addc(to, i ? '&' : '?');
		add_encoded(to, query->list[i].key);
		sp_buf_addc(to, '=');
		add_encoded(to, sp_buf_str(&value));
	}
}

/* Nothing in it can be a secret, whatever it decodes to. */
static bool
is_plain_query(struct sp_str query)
{
	return sp_str_find(query, '%') == query.len && sp_str_find(query, '@') == query.len &&
	       !sp_str_has_nocase(query, SP_STR("buildargs")) &&
	       !sp_str_has_nocase(query, SP_STR("changes"));
}

void
sp_redact_uri(struct sp_redactor *r, const struct sp_request *req)
{
	size_t question = sp_str_find(req->uri, '?');
	struct sp_str query = sp_str_from(req->uri, question);
	struct sp_buf uri;
	bool secret = false;

	for (size_t i = 0; i < req->query.n && !secret; i++)
		secret = holds_secret(&req->query.list[i]);
	if (!secret && (req->fault == SP_FAULT_NONE ||
	                (is_plain_query(query) && sp_str_starts(req->uri, SP_STR("/"))))) {
		sp_redact_string(r->out, req->uri);
		return;
	}
	sp_buf_init(&uri, r->out->arena, MAX_BYTES);
	sp_redact_address(r, &uri, sp_str_head(req->uri, question));
	if (req->fault == SP_FAULT_NONE)
		add_query(r, &uri, &req->query);
	else if (is_plain_query(query))
		sp_buf_add(&uri, query);
	else
		sp_buf_addz(&uri, "?redacted"); /* not all of it may have been read */
	sp_buf_add_json(r->out, sp_buf_str(&uri));
}

void
sp_redact_address(struct sp_redactor *r, struct sp_buf *to, struct sp_str address)
{
	size_t start = 0, end, at;
	struct sp_str user;
	bool url = false;

	for (size_t i = 0; i + 3 <= address.len && !url; i++) {
		url = memcmp(address.p + i, "://", 3) == 0;
		start = url ? i + 3 : 0;
	}
	if (!url && sp_str_starts(address, SP_STR("/"))) /* a path, or a share: //user@host/x */
		start = sp_str_starts(address, SP_STR("//")) ? 2 : address.len;
	for (end = start; end < address.len && !strchr("/?#", address.p[end]); end++)
		;
	for (at = end; at > start && address.p[at - 1] != '@'; at--)
		;
	user = at > start ? (struct sp_str){address.p + start, at - 1 - start}
	                  : (struct sp_str){NULL, 0};
	sp_buf_add(to, sp_str_head(address, start));
	if (url ? user.len > 0 : sp_str_find(user, ':') < user.len) /* git@host is no secret */
		sp_redact_secret(r, to, user);
	else
		sp_buf_add(to, user);
	sp_buf_add(to, sp_str_from(address, start + user.len));
}
