/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan.h: find the next byte of a JSON string that needs a look: '"', '\', a control byte or the
 * start of a character beyond ASCII.  Everything before it is copied as it is, so this loop is
 * where the time of a large message goes (an AuthZRes holds a base64 string of 85 KB).
 */
#ifndef SALLYPORT_JSON_SCAN_H
#define SALLYPORT_JSON_SCAN_H

#include <stdint.h>
#include <string.h>

static inline int
scan_is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

/* Eight bytes at a time, for every machine: bit tricks find out whether all of them are plain. */
static inline unsigned char *
scan_plain_swar(unsigned char *p, const unsigned char *end)
{
	const uint64_t ones = UINT64_MAX / 255, highs = ones << 7;

	while (end - p >= 8) {
		uint64_t v, quote, slash;

		memcpy(&v, p, sizeof(v));
		quote = v ^ (ones * '"');
		slash = v ^ (ones * '\\');
		/* x - 1 borrows into the high bit of a zero byte, x - 0x20 into that of a control.
		 */
		if ((v | (v - ones * 0x20) | (quote - ones) | (slash - ones)) & highs)
			break;
		p += 8;
	}
	while (p < end && scan_is_plain(*p))
		p++;
	return p;
}

#ifdef __SSE2__
/* Sixteen at a time.  Compiler vectors: <emmintrin.h> mentions malloc, which is banned here. */
typedef signed char scan_block __attribute__((vector_size(16)));
typedef char scan_block_mask __attribute__((vector_size(16)));

static inline unsigned char *
scan_plain(unsigned char *p, const unsigned char *end)
{
	while (end - p >= 16) {
		scan_block v, plain;
		unsigned special;

		memcpy(&v, p, sizeof(v));
		/*
		 * Exchanging the values 0x20..0x21 and 0x22..0x23 puts '"' just above the control
		 * bytes; bytes from 0x80 are negative here: one comparison finds all three.  True
		 * is -1, so the subtraction takes the backslash out of what is plain.
		 */
		plain = ((v ^ 2) > 0x20) - (v == '\\');
		special = (unsigned)__builtin_ia32_pmovmskb128((scan_block_mask)plain) ^ 0xffff;
		if (special)
			return p + __builtin_ctz(special);
		p += 16;
	}
	return scan_plain_swar(p, end);
}
#else
#define scan_plain scan_plain_swar
#endif

#endif
