/* SPDX-License-Identifier: Apache-2.0 */
/*
 * uri.c: the request target, as net/http and gorilla/mux read it: dockerd percent-decodes the whole
 * path once and matches the result; the plugin is shown what was sent.
 * Input: bytes the client chose (invalid UTF-8 arrives as U+FFFD: another URI than dockerd's).
 * Whatever dockerd would redirect, or would read differently from what is written, is refused.
 */
#include "docker/uri.h"

#define MAX_SHOWN 120

const char *
sp_request_shown(struct sp_arena *arena, struct sp_str s)
{
	struct sp_buf buf;
	struct sp_str text;

	sp_buf_init(&buf, arena, (size_t)MAX_SHOWN * 4 + 4);
	sp_buf_add_shown(&buf, s, MAX_SHOWN);
	text = sp_buf_str(&buf);
	return text.p ? text.p : "";
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool
sp_unescape(struct sp_str s, bool plus, struct sp_arena *arena, struct sp_str *out)
{
	char *to;
	size_t len = 0;

	*out = s;
	if (s.len == 0 || (!memchr(s.p, '%', s.len) && !(plus && memchr(s.p, '+', s.len))))
		return true;
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] == '%' && (s.len - i < 3 || hex(s.p[i + 1]) < 0 || hex(s.p[i + 2]) < 0))
			return false;
	*out = (struct sp_str){NULL, 0};
	to = sp_arena_bytes(arena, s.len);
	if (!to)
		return true;
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '%') {
			to[len++] = (char)(hex(s.p[i + 1]) << 4 | hex(s.p[i + 2]));
			i += 2;
		} else {
			to[len++] = plus && s.p[i] == '+' ? ' ' : s.p[i];
		}
	}
	*out = (struct sp_str){to, len};
	return true;
}

/* Would mux answer 301?  It compares the path with path.Clean of it, keeping one slash at the end.
 */
static bool
is_clean(struct sp_str path)
{
	for (size_t i = 0; i < path.len; i++) {
		struct sp_str next = sp_str_from(path, i + 1);

		if (path.p[i] != '/' || next.len == 0)
			continue;
		if (next.p[0] == '/')
			return false;
		if (next.p[0] != '.')
			continue;
		next.len = sp_str_find(next, '/');
		if (next.len == 1 || (next.len == 2 && next.p[1] == '.'))
			return false;
	}
	return true;
}

/*
 * One number of the version.  dockerd also takes "01" and any length, but compares part by part and
 * reads a part it cannot parse as 0; nobody honest writes those.
 */
static bool
version_part(struct sp_str s, int *out)
{
	int n = 0;

	if (s.len < 1 || s.len > 4 || (s.p[0] == '0' && s.len > 1))
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		n = n * 10 + (s.p[i] - '0');
	}
	*out = n;
	return true;
}

/* mux: "/v{version:[0-9.]+}" in front of every route.  0.x would read as "no prefix": refused. */
static void
read_version(struct sp_request *req, struct sp_arena *arena)
{
	struct sp_str version = sp_str_from(req->path, 2), major, minor;
	size_t n = 0;

	if (req->path.len < 2 || req->path.p[1] != 'v')
		return;
	while (n < version.len &&
	       (version.p[n] == '.' || (version.p[n] >= '0' && version.p[n] <= '9')))
		n++;
	if (n == 0 || n == version.len || version.p[n] != '/')
		return;
	req->path = sp_str_from(version, n);
	version.len = n;
	if (!sp_str_cut(version, '.', &major, &minor) || !version_part(major, &req->api_major) ||
	    !version_part(minor, &req->api_minor) || req->api_major == 0) {
		req->api_major = req->api_minor = 0;
		sp_request_fail(
		    req, SP_FAULT_VERSION, arena,
		    "the path must start with an API version such as /v1.41 or with none, "
		    "not with /v%s",
		    sp_request_shown(arena, version));
	}
}

void
sp_uri_read(struct sp_request *req, struct sp_str *query, struct sp_arena *arena)
{
	struct sp_str raw;

	*query = (struct sp_str){NULL, 0};
	for (size_t i = 0; i < req->uri.len; i++) {
		if (req->uri.p[i] < 0x21 || req->uri.p[i] > 0x7e) { /* char may be signed */
			sp_request_fail(req, SP_FAULT_MALFORMED, arena,
			                "the URI has a byte that must be percent-encoded (at %zu)",
			                i);
			return;
		}
	}
	if (req->uri.len == 0 || req->uri.p[0] != '/') {
		sp_request_fail(req, SP_FAULT_MALFORMED, arena,
		                "the URI must start with '/', without scheme and host");
		return;
	}
	sp_str_cut(req->uri, '?', &raw, query);
	if (!sp_unescape(raw, false, arena, &req->path)) {
		sp_request_fail(req, SP_FAULT_MALFORMED, arena,
		                "the path has a '%%' that two hex digits do not follow");
		return;
	}
	for (size_t i = 0; i < req->path.len; i++) {
		const unsigned char c = (unsigned char)req->path.p[i];

		if (c < 0x20 || c > 0x7e) {
			sp_request_fail(req, SP_FAULT_MALFORMED, arena,
			                "the path has a control or non-ASCII character");
			return;
		}
	}
	if (req->path.len == 0) {
		sp_request_fail(req, SP_FAULT_MALFORMED, arena, SP_TOO_LARGE);
		return;
	}
	if (!is_clean(req->path)) {
		sp_request_fail(req, SP_FAULT_MALFORMED, arena,
		                "the path has '//', '/./' or '/../' in it (write it without them)");
		return;
	}
	read_version(req, arena);
}
