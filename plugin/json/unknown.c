/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unknown.c: fields that no type table describes.  Go ignores them; a field of a dockerd newer than
 * our tables may do anything, so those that hold something are reported with their JSON pointer.
 * Input: hostile keys; the number of reports and their length are bounded.
 */
#include "json/bind.h"
#include "json/scalar.h"

enum {
	UNKNOWN_MAX = 64,        /* reports of one document */
	UNKNOWN_SEEN_MAX = 4096, /* with the empty ones: each has cost a search for its name */
	UNKNOWN_PATH_MAX = 4096, /* bytes of one path */
};

/* Points at the value itself when its place in the text is known, else at its key. */
bool
sp_json_fail(struct sp_json_binder *b, uint32_t tok, const struct sp_json_frame *in,
             const char *what)
{
	const struct sp_json *doc = b->doc;
	enum sp_json_type type = sp_json_type(doc, tok);
	uint32_t at = type >= SP_JSON_INT && type <= SP_JSON_STRING ? tok : 0;

	while (in && !in->key)
		in = in->up;
	if (!at && in)
		at = in->key;
	*b->err = (struct sp_json_error){.what = what};
	if (at)
		b->err->at = doc->tok[at].off - (doc->tok[at].type == SP_JSON_STRING);
	if (in)
		b->err->key = sp_json_str(doc, in->key);
	return false;
}

static size_t
escaped_len(struct sp_str s)
{
	size_t len = s.len;

	for (size_t i = 0; i < s.len; i++)
		len += s.p[i] == '~' || s.p[i] == '/';
	return len;
}

/* Writes "/key" so that it ends before `end`; returns its start. */
static char *
put_key_before(char *end, struct sp_str s)
{
	for (size_t i = s.len; i-- > 0;) {
		if (s.p[i] == '~' || s.p[i] == '/') {
			*--end = s.p[i] == '~' ? '0' : '1';
			*--end = '~';
		} else {
			*--end = s.p[i];
		}
	}
	*--end = '/';
	return end;
}

static char *
put_index_before(char *end, uint32_t n)
{
	do
		*--end = (char)('0' + n % 10);
	while (n /= 10);
	*--end = '/';
	return end;
}

/* The JSON pointer of the innermost frame; {NULL, 0}: too long, or the arena is full. */
static struct sp_str
frame_path(const struct sp_json_binder *b, const struct sp_json_frame *in)
{
	size_t len = 0;
	char *text, *at;

	for (const struct sp_json_frame *f = in; f; f = f->up)
		len += f->key ? 1 + escaped_len(sp_json_str(b->doc, f->key)) : 11;
	if (len > UNKNOWN_PATH_MAX)
		return (struct sp_str){NULL, 0};
	text = sp_arena_bytes(b->doc->arena, len + 1);
	if (!text)
		return (struct sp_str){NULL, 0};
	at = text + len;
	*at = '\0';
	for (const struct sp_json_frame *f = in; f; f = f->up)
		at = f->key ? put_key_before(at, sp_json_str(b->doc, f->key))
		            : put_index_before(at, f->index);
	return (struct sp_str){at, (size_t)(text + len - at)};
}

bool
sp_json_note_unknown(struct sp_json_binder *b, uint32_t tok, const struct sp_json_frame *in)
{
	struct sp_json *doc = b->doc;
	struct sp_json_unknown *u;

	if (++b->n_seen <= UNKNOWN_SEEN_MAX && sp_json_is_zero(doc, tok, true))
		return true;
	if (doc->n_unknown == UNKNOWN_MAX || b->n_seen > UNKNOWN_SEEN_MAX)
		return sp_json_fail(b, in->key, in, "too many unknown fields");
	u = sp_arena_alloc(doc->arena, sizeof(*u));
	if (!u)
		return sp_json_fail(b, in->key, in, sp_json_no_memory);
	u->path = frame_path(b, in);
	if (!u->path.p)
		return sp_json_fail(b, in->key, in,
		                    doc->arena->full ? sp_json_no_memory
		                                     : "unknown field with a long path");
	if (b->last_unknown)
		b->last_unknown->next = u;
	else
		doc->unknown = u;
	b->last_unknown = u;
	doc->n_unknown++;
	return true;
}
