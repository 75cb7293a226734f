/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unescape.c: JSON strings that hold more than plain ASCII: escapes, and the UTF-8 that must be
 * valid.  Go puts U+FFFD in the place of what is not, so two texts would mean the same; here it is
 * an error, as is NUL.  Input: hostile bytes up to `end`.  What is written is never longer than
 * what was read.  Go: encoding/json/decode.go (unquoteBytes).
 */
#include "json/unescape.h"
#include "sallyport/base.h"
#include "json/scan.h"

struct reader {
	unsigned char *p; /* next byte to read */
	unsigned char *w; /* where it goes; never ahead of p */
	const unsigned char *end;
};

/* Four hex digits; UINT32_MAX: something else. */
static uint32_t
read_hex4(const unsigned char *p, const unsigned char *end)
{
	uint32_t code = 0;

	if (end - p < 4)
		return UINT32_MAX;
	for (int i = 0; i < 4; i++) {
		unsigned char c = p[i];

		if (c >= '0' && c <= '9')
			c = (unsigned char)(c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			c = (unsigned char)((c | 0x20) - 'a' + 10);
		else
			return UINT32_MAX;
		code = code << 4 | c;
	}
	return code;
}

static void
put_utf8(struct reader *r, uint32_t code)
{
	if (code < 0x80) {
		*r->w++ = (unsigned char)code;
		return;
	}
	if (code < 0x800) {
		*r->w++ = (unsigned char)(0xc0 | code >> 6);
	} else {
		if (code < 0x10000) {
			*r->w++ = (unsigned char)(0xe0 | code >> 12);
		} else {
			*r->w++ = (unsigned char)(0xf0 | code >> 18);
			*r->w++ = (unsigned char)(0x80 | (code >> 12 & 0x3f));
		}
		*r->w++ = (unsigned char)(0x80 | (code >> 6 & 0x3f));
	}
	*r->w++ = (unsigned char)(0x80 | (code & 0x3f));
}

/* At "\u".  A pair of surrogates is one character; half a pair is none. */
static const char *
read_unicode_escape(struct reader *r)
{
	uint32_t code = read_hex4(r->p + 2, r->end), low = 0;

	if (code == UINT32_MAX)
		return "bad \\u escape";
	if (code == 0)
		return "\\u0000 in a string";
	if (code < 0xd800 || code > 0xdfff) {
		put_utf8(r, code);
		r->p += 6;
		return NULL;
	}
	if (code < 0xdc00 && r->end - r->p >= 12 && r->p[6] == '\\' && r->p[7] == 'u')
		low = read_hex4(r->p + 8, r->end);
	if (low < 0xdc00 || low > 0xdfff)
		return "half of a surrogate pair in a string";
	put_utf8(r, 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00));
	r->p += 12;
	return NULL;
}

/* At a backslash. */
static const char *
read_escape(struct reader *r)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *found;

	if (r->end - r->p < 2)
		return "unfinished string";
	if (r->p[1] == 'u')
		return read_unicode_escape(r);
	found = memchr(from, r->p[1], sizeof(from) - 1);
	if (!found)
		return "bad escape in a string";
	*r->w++ = (unsigned char)to[found - from];
	r->p += 2;
	return NULL;
}

/* Characters that stand for themselves, up to a quote, a backslash or the end. */
static const char *
read_plain(struct reader *r)
{
	const struct sp_str text = {(const char *)r->p, (size_t)(r->end - r->p)};
	unsigned char *run = r->p;
	const char *what = NULL;
	uint32_t code;

	while (r->p < r->end && *r->p != '"' && *r->p != '\\' && !what) {
		if (*r->p < 0x80) {
			unsigned char *p = scan_plain(r->p, r->end);

			if (p == r->p)
				what = "control character in a string";
			r->p = p;
		} else {
			size_t n = sp_utf8_next(text, (size_t)(r->p - run), &code);

			if (n == 0)
				what = "invalid UTF-8 in a string";
			r->p += n;
		}
	}
	if (r->w != run)
		memmove(r->w, run, (size_t)(r->p - run));
	r->w += r->p - run;
	return what;
}

const char *
sp_json_unescape(unsigned char **at, const unsigned char *end, uint32_t *len)
{
	struct reader r = {.p = *at, .w = *at, .end = end};
	const char *what = NULL;

	while (!what && r.p < end && *r.p != '"')
		what = *r.p == '\\' ? read_escape(&r) : read_plain(&r);
	if (!what && r.p == end)
		what = "unfinished string";
	*len += (uint32_t)(r.w - *at);
	*at = what ? r.p : r.p + 1;
	return what;
}
