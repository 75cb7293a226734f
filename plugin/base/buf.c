/* SPDX-License-Identifier: Apache-2.0 */
/*
 * buf.c: text with an upper bound, and the only two escapings of untrusted text: for JSON and logs,
 * and for people's terminals.  Input: any bytes, hostile.
 *
 * `size` does not count one byte that is always there for the NUL of sp_buf_str.
 */
#include "sallyport/base.h"

#include <stdio.h>

#define FIRST_SIZE ((size_t)128)

void
sp_buf_init(struct sp_buf *buf, struct sp_arena *arena, size_t max)
{
	*buf = (struct sp_buf){.max = max < SIZE_MAX / 2 ? max : SIZE_MAX / 2, .arena = arena};
}

/* From here on nothing fits: the text stays a prefix of what was meant. */
static void
close_here(struct sp_buf *buf)
{
	buf->cut = true;
	buf->size = buf->len;
}

/* Makes room for `more` bytes if the maximum and the arena allow; for less if they do not. */
static void
grow(struct sp_buf *buf, size_t more)
{
	size_t size = buf->size < FIRST_SIZE / 2 ? FIRST_SIZE : buf->size * 2;
	char *p;

	if (buf->cut || more <= buf->size - buf->len)
		return;
	if (more > size - buf->len)
		size = more > buf->max - buf->len ? buf->max : buf->len + more;
	if (size > buf->max)
		size = buf->max;
	p = sp_arena_grow(buf->arena, buf->p, buf->p ? buf->size + 1 : 0, size + 1);
	if (p) {
		buf->p = p;
		buf->size = size;
	}
}

/* Room for all `n` bytes, or the text ends here. */
static bool
reserve(struct sp_buf *buf, size_t n)
{
	if (n <= buf->size - buf->len)
		return true;
	grow(buf, n);
	if (n <= buf->size - buf->len)
		return true;
	close_here(buf);
	return false;
}

/* Where a text that was cut off anywhere should end so that no character is broken. */
static size_t
whole_end(struct sp_str s)
{
	size_t start = s.len;
	unsigned char lead;

	while (start > 0 && s.len - start < 3 && ((unsigned char)s.p[start - 1] & 0xc0) == 0x80)
		start--;
	if (start == 0)
		return s.len;
	lead = (unsigned char)s.p[--start];
	return s.len - start < 1u + (lead >= 0xc0) + (lead >= 0xe0) + (lead >= 0xf0) ? start
	                                                                             : s.len;
}

static void
add_slowly(struct sp_buf *buf, struct sp_str s)
{
	if (buf->cut)
		return;
	grow(buf, s.len);
	if (s.len > buf->size - buf->len) {
		s = sp_str_head(s, buf->size - buf->len);
		s.len = whole_end(s);
		buf->cut = true;
	}
	if (s.len)
		memcpy(buf->p + buf->len, s.p, s.len);
	buf->len += s.len;
	if (buf->cut)
		close_here(buf);
}

void
sp_buf_add(struct sp_buf *buf, struct sp_str s)
{
	if (s.len > buf->size - buf->len) {
		add_slowly(buf, s);
	} else if (s.len) {
		memcpy(buf->p + buf->len, s.p, s.len);
		buf->len += s.len;
	}
}

void
sp_buf_addz(struct sp_buf *buf, const char *z)
{
	sp_buf_add(buf, sp_strz(z));
}

void
sp_buf_addc(struct sp_buf *buf, char c)
{
	if (buf->len < buf->size || reserve(buf, 1))
		buf->p[buf->len++] = c;
}

void
sp_buf_addu(struct sp_buf *buf, uint64_t n)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	if (reserve(buf, sizeof(digits) - at))
		sp_buf_add(buf, (struct sp_str){digits + at, sizeof(digits) - at});
}

void
sp_buf_addi(struct sp_buf *buf, int64_t n)
{
	if (n < 0)
		sp_buf_addc(buf, '-');
	sp_buf_addu(buf, n < 0 ? 0 - (uint64_t)n : (uint64_t)n);
}

void
sp_buf_addv(struct sp_buf *buf, const char *fmt, va_list args)
{
	char text[256];
	va_list again;
	int n;

	va_copy(again, args);
	n = vsnprintf(text, sizeof(text), fmt, args);
	if (n >= 0 && (size_t)n < sizeof(text)) {
		sp_buf_add(buf, (struct sp_str){text, (size_t)n});
	} else if (n >= 0 && !buf->cut) {
		grow(buf, (size_t)n);
		if (buf->p)
			vsnprintf(buf->p + buf->len, buf->size - buf->len + 1, fmt, again);
		if ((size_t)n <= buf->size - buf->len) {
			buf->len += (size_t)n;
		} else {
			buf->len = whole_end((struct sp_str){buf->p, buf->size});
			close_here(buf);
		}
	}
	va_end(again);
}

void
sp_buf_addf(struct sp_buf *buf, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	sp_buf_addv(buf, fmt, args);
	va_end(args);
}

/* Is none of these eight bytes a control byte, DEL, quote, backslash or beyond ASCII? */
static bool
eight_plain(const char *p)
{
	const uint64_t ones = 0x0101010101010101u;
	uint64_t x, quote, backslash, del;

	memcpy(&x, p, sizeof(x));
	quote = x ^ ones * '"';
	backslash = x ^ ones * '\\';
	del = x ^ ones * 0x7f;
	/* (y - ones) & ~y has a high bit set when a byte of y is zero; x < 0x20 likewise. */
	return ((((x - ones * 0x20) & ~x) | ((quote - ones) & ~quote) |
	         ((backslash - ones) & ~backslash) | ((del - ones) & ~del) | x) &
	        ones * 0x80) == 0;
}

/* End of the run, from `at`, of characters that may stand in JSON and logs as they are. */
static size_t
plain_run(struct sp_str s, size_t at)
{
	while (at < s.len) {
		unsigned char c = (unsigned char)s.p[at];

		if (s.len - at >= 8 && eight_plain(s.p + at)) {
			at += 8;
		} else if (c < 0x20 || c == '"' || c == '\\' || c == 0x7f) {
			return at;
		} else if (c < 0x80) {
			at++;
		} else {
			uint32_t code;
			size_t n = sp_utf8_next(s, at, &code);

			if (n == 0 || sp_utf8_hidden(code))
				return at;
			at += n;
		}
	}
	return s.len;
}

static void
add_u(struct sp_buf *buf, uint32_t unit)
{
	static const char hex[] = "0123456789abcdef";
	char text[6] = {
	    '\\',          'u', hex[unit >> 12 & 15], hex[unit >> 8 & 15], hex[unit >> 4 & 15],
	    hex[unit & 15]};

	sp_buf_add(buf, (struct sp_str){text, sizeof(text)});
}

/* One character that may not stand as it is; gives its length. */
static size_t
add_escaped(struct sp_buf *buf, struct sp_str s, size_t at)
{
	static const char letters[] = "btn?fr"; /* for 0x08 to 0x0d */
	uint32_t code;
	size_t n = sp_utf8_next(s, at, &code);
	char pair[2] = {'\\', '\0'};

	if (!reserve(buf, 12)) /* a whole escape, or none */
		return s.len - at;
	if (n == 0) {
		sp_buf_addz(buf, "\xef\xbf\xbd");
		return 1;
	}
	if (code == '"' || code == '\\')
		pair[1] = (char)code;
	else if (code >= 0x08 && code <= 0x0d && code != 0x0b)
		pair[1] = letters[code - 0x08];
	if (pair[1]) {
		sp_buf_add(buf, (struct sp_str){pair, 2});
	} else if (code < 0x10000) {
		add_u(buf, code);
	} else {
		add_u(buf, 0xd800 + ((code - 0x10000) >> 10));
		add_u(buf, 0xdc00 + ((code - 0x10000) & 0x3ff));
	}
	return n;
}

void
sp_buf_add_json(struct sp_buf *buf, struct sp_str s)
{
	size_t at = 0;

	sp_buf_addc(buf, '"');
	while (at < s.len) {
		size_t end = plain_run(s, at);

		sp_buf_add(buf, (struct sp_str){s.p + at, end - at});
		if (end < s.len)
			end += add_escaped(buf, s, end);
		at = end;
	}
	sp_buf_addc(buf, '"');
}

void
sp_buf_add_shown(struct sp_buf *buf, struct sp_str s, size_t max_chars)
{
	size_t chars = 0;
	size_t n;

	for (size_t at = 0; at < s.len; at += n) {
		uint32_t code;

		if (max_chars && chars++ == max_chars) {
			sp_buf_addz(buf, "...");
			return;
		}
		n = sp_utf8_next(s, at, &code);
		if (n == 0 || sp_utf8_hidden(code))
			sp_buf_addc(buf, '?');
		else
			sp_buf_add(buf, (struct sp_str){s.p + at, n});
		n = n ? n : 1;
	}
}

void
sp_buf_add_base64(struct sp_buf *buf, struct sp_str s)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < s.len; i += 3) {
		size_t left = s.len - i;
		uint32_t n = (uint32_t)(unsigned char)s.p[i] << 16;
		char four[4];

		if (left > 1)
			n |= (uint32_t)(unsigned char)s.p[i + 1] << 8;
		if (left > 2)
			n |= (unsigned char)s.p[i + 2];
		four[0] = digits[n >> 18];
		four[1] = digits[n >> 12 & 63];
		four[2] = left > 1 ? digits[n >> 6 & 63] : '=';
		four[3] = left > 2 ? digits[n & 63] : '=';
		sp_buf_add(buf, (struct sp_str){four, 4});
	}
}

struct sp_str
sp_buf_str(struct sp_buf *buf)
{
	if (!buf->p)
		return (struct sp_str){"", 0};
	buf->p[buf->len] = '\0';
	return (struct sp_str){buf->p, buf->len};
}
