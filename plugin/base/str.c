/* SPDX-License-Identifier: Apache-2.0 */
/*
 * str.c: strings with a length, and UTF-8.  Input: any bytes, hostile; nothing is assumed about
 * NUL or encoding.
 */
#include "sallyport/base.h"

int
sp_str_cmp(struct sp_str a, struct sp_str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	return c ? c : (a.len > b.len) - (a.len < b.len);
}

/* Not tolower(): that one depends on the locale. */
static unsigned char
lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

bool
sp_str_eq_nocase(struct sp_str a, struct sp_str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

size_t
sp_str_find(struct sp_str s, char c)
{
	const char *at = s.len ? memchr(s.p, c, s.len) : NULL;

	return at ? (size_t)(at - s.p) : s.len;
}

bool
sp_str_has_nocase(struct sp_str s, struct sp_str needle)
{
	if (needle.len == 0)
		return true;
	for (size_t i = 0; needle.len <= s.len && i <= s.len - needle.len; i++)
		if (sp_str_eq_nocase((struct sp_str){s.p + i, needle.len}, needle))
			return true;
	return false;
}

bool
sp_str_cut(struct sp_str s, char sep, struct sp_str *head, struct sp_str *tail)
{
	size_t at = sp_str_find(s, sep);

	*head = sp_str_head(s, at);
	*tail = sp_str_from(s, at == s.len ? at : at + 1);
	return at < s.len;
}

uint64_t
sp_str_hash(struct sp_str s)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < s.len; i++)
		h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3u;
	/* FNV leaves the high bits of short keys thin; tables mask the low ones or shift. */
	h ^= h >> 33;
	h *= 0xff51afd7ed558ccdu;
	return h ^ (h >> 33);
}

static bool
is_tail(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

size_t
sp_utf8_next(struct sp_str s, size_t at, uint32_t *code)
{
	const unsigned char *p;
	size_t left;
	uint32_t c;

	if (at >= s.len)
		return 0;
	p = (const unsigned char *)s.p + at;
	left = s.len - at;
	if (p[0] < 0x80) {
		*code = p[0];
		return 1;
	}
	if (p[0] < 0xc2 || p[0] > 0xf4 || left < 2 || !is_tail(p[1]))
		return 0;
	if (p[0] < 0xe0) {
		*code = (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
		return 2;
	}
	if (left < 3 || !is_tail(p[2]))
		return 0;
	if (p[0] < 0xf0) {
		c = (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
		if (c < 0x800 || (c >= 0xd800 && c <= 0xdfff)) /* overlong, or half a UTF-16 pair */
			return 0;
		*code = c;
		return 3;
	}
	if (left < 4 || !is_tail(p[3]))
		return 0;
	c = (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3f) << 12 |
	    (uint32_t)(p[2] & 0x3f) << 6 | (p[3] & 0x3f);
	if (c < 0x10000 || c > 0x10ffff)
		return 0;
	*code = c;
	return 4;
}

size_t
sp_utf8_bad(struct sp_str s)
{
	size_t at = 0;

	while (at < s.len) {
		uint64_t eight;
		uint32_t code;
		size_t n;

		if (s.len - at >= sizeof(eight)) { /* nearly everything is ASCII */
			memcpy(&eight, s.p + at, sizeof(eight));
			if ((eight & 0x8080808080808080u) == 0) {
				at += sizeof(eight);
				continue;
			}
		}
		n = sp_utf8_next(s, at, &code);
		if (n == 0)
			return at;
		at += n;
	}
	return s.len;
}

bool
sp_utf8_hidden(uint32_t code)
{
	static const struct {
		uint32_t first, last;
	} hidden[] = {
	    {0x00, 0x1f},       /* C0 */
	    {0x7f, 0x9f},       /* DEL, C1 */
	    {0xad, 0xad},       /* soft hyphen */
	    {0x61c, 0x61c},     /* Arabic letter mark (bidi) */
	    {0x180e, 0x180e},   /* Mongolian vowel separator */
	    {0x200b, 0x200f},   /* zero-width, bidi marks */
	    {0x2028, 0x202e},   /* line and paragraph separator, bidi embedding, override */
	    {0x2060, 0x206f},   /* invisible operators, bidi isolates, deprecated shaping */
	    {0xfeff, 0xfeff},   /* byte order mark, zero-width no-break space */
	    {0xfff9, 0xfffb},   /* interlinear annotation */
	    {0xe0000, 0xe007f}, /* tags: ASCII that nothing shows */
	};

	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (code <= hidden[i].last)
			return code >= hidden[i].first;
	return false;
}
