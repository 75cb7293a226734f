/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message.h: for the tests of docker/: an arena, messages as dockerd would write them, files.
 */
#ifndef TESTS_UNIT_DOCKER_MESSAGE_H
#define TESTS_UNIT_DOCKER_MESSAGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sallyport/request.h"

static struct sp_arena arena;

static inline int
setup(void **state)
{
	(void)state;
	sp_arena_init(&arena, 64u << 20);
	return 0;
}

static inline int
teardown(void **state)
{
	(void)state;
	sp_arena_fini(&arena);
	return 0;
}

/* new, in the arena: base64 as Go's StdEncoding writes it. */
static inline struct sp_str
base64(struct sp_str s)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *to = sp_arena_bytes(&arena, s.len / 3 * 4 + 4);
	size_t n = 0;

	assert_non_null(to);
	for (size_t i = 0; i < s.len; i += 3) {
		unsigned word = 0;

		for (size_t k = 0; k < 3; k++)
			word = word << 8 | (i + k < s.len ? (unsigned char)s.p[i + k] : 0);
		to[n++] = digits[word >> 18];
		to[n++] = digits[word >> 12 & 63];
		to[n++] = i + 1 < s.len ? digits[word >> 6 & 63] : '=';
		to[n++] = i + 2 < s.len ? digits[word & 63] : '=';
	}
	return (struct sp_str){to, n};
}

/* Reads a message given as text, which may hold any bytes. */
static inline void
read_text(struct sp_request *req, struct sp_str text, bool response)
{
	char *copy = sp_arena_bytes(&arena, text.len);

	assert_non_null(copy);
	if (text.len)
		memcpy(copy, text.p, text.len);
	sp_request_read(req, copy, text.len, response, &arena);
}

/* body: NULL for none.  headers: the inside of a JSON object, or NULL. */
static inline void
read_message(struct sp_request *req, const char *method, const char *uri, const char *headers,
             const char *body, bool response)
{
	struct sp_buf buf;
	struct sp_str text;

	sp_buf_init(&buf, &arena, 16u << 20);
	sp_buf_addz(&buf, "{\"RequestMethod\":");
	sp_buf_add_json(&buf, sp_strz(method));
	sp_buf_addz(&buf, ",\"RequestUri\":");
	sp_buf_add_json(&buf, sp_strz(uri));
	if (body) {
		sp_buf_addz(&buf, ",\"RequestBody\":");
		sp_buf_add_json(&buf, base64(sp_strz(body)));
	}
	if (headers) {
		sp_buf_addz(&buf, ",\"RequestHeaders\":{");
		sp_buf_addz(&buf, headers);
		sp_buf_addc(&buf, '}');
	}
	if (response)
		sp_buf_addz(&buf, ",\"ResponseStatusCode\":201,\"ResponseBody\":\"e30=\"");
	sp_buf_addz(&buf, "}\n");
	text = sp_buf_str(&buf);
	sp_request_read(req, (char *)(uintptr_t)text.p, text.len, response, &arena);
}

static inline const char *
fault_name(enum sp_fault fault)
{
	switch (fault) {
	case SP_FAULT_NONE:
		return "none";
	case SP_FAULT_UNREADABLE:
		return "unreadable";
	case SP_FAULT_MALFORMED:
		return "malformed";
	case SP_FAULT_BODY:
		return "body";
	case SP_FAULT_VERSION:
		return "version";
	}
	return "?";
}

static inline const char *
action_name(const struct sp_request *req)
{
	return sp_action_info(req->action)->name;
}

/* new, in the arena: the whole file; the tests run from the top of the tree. */
static inline struct sp_str
file_text(const char *path)
{
	struct sp_str text;
	int err = sp_file_read(&arena, path, 32u << 20, &text);

	if (err)
		fail_msg("%s: %s", path, strerror(err));
	return text;
}

/* The next line of *rest that is not empty and no comment; false at the end. */
static inline bool
next_line(struct sp_str *rest, struct sp_str *line)
{
	while (rest->len > 0) {
		sp_str_cut(*rest, '\n', line, rest);
		if (line->len > 0 && line->p[0] != '#')
			return true;
	}
	return false;
}

/* new, in the arena: as a C string. */
static inline const char *
cstr(struct sp_str s)
{
	return sp_arena_printf(&arena, "%.*s", SP_FMT(s));
}

#endif
