/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base64.c: the bodies inside a message.  They are most of its bytes, so this is where the time of
 * a large request begins.  Input: what the envelope called a body, hostile for all we know.
 */
#include "docker/authz.h"

#include <endian.h>

/*
 * Four tables, one per place in a group of four: the six bits where they belong in a big-endian
 * word, or an odd number for a byte that is not in the alphabet.
 */
#define BITS(c)                                                                                    \
	((c) >= 'A' && (c) <= 'Z'   ? (uint32_t)(c) - 'A'                                          \
	 : (c) >= 'a' && (c) <= 'z' ? (uint32_t)(c) - 'a' + 26                                     \
	 : (c) >= '0' && (c) <= '9' ? (uint32_t)(c) - '0' + 52                                     \
	 : (c) == '+'               ? 62u                                                          \
	 : (c) == '/'               ? 63u                                                          \
	                            : 64u)
#define CELL(c, shift) (BITS(c) > 63 ? 1u : BITS(c) << (shift))
#define CELLS_4(c, shift) CELL(c, shift), CELL(c + 1, shift), CELL(c + 2, shift), CELL(c + 3, shift)
#define CELLS_16(c, shift)                                                                         \
	CELLS_4(c, shift), CELLS_4(c + 4, shift), CELLS_4(c + 8, shift), CELLS_4(c + 12, shift)
#define CELLS_64(c, shift)                                                                         \
	CELLS_16(c, shift), CELLS_16(c + 16, shift), CELLS_16(c + 32, shift),                      \
	    CELLS_16(c + 48, shift)
#define TABLE(shift)                                                                               \
	{                                                                                          \
		CELLS_64(0, shift), CELLS_64(64, shift), CELLS_64(128, shift),                     \
		    CELLS_64(192, shift)                                                           \
	}

static const uint32_t table[4][256] = {TABLE(26), TABLE(20), TABLE(14), TABLE(8)};

static uint32_t
group(const unsigned char *in)
{
	return table[0][in[0]] | table[1][in[1]] | table[2][in[2]] | table[3][in[3]];
}

/* The last group, the only one that may be padded.  Bytes written, or -1. */
static int
last_group(unsigned char *out, const unsigned char *in)
{
	const unsigned char full[4] = {in[0], in[1], in[2] == '=' && in[3] == '=' ? 'A' : in[2],
	                               in[3] == '=' ? 'A' : in[3]};
	const uint32_t word = group(full);
	const int n = in[3] != '=' ? 3 : in[2] != '=' ? 2 : 1;

	if (word & 1 || (n < 3 && word << 8 * n))
		return -1;
	out[0] = (unsigned char)(word >> 24);
	if (n > 1)
		out[1] = (unsigned char)(word >> 16);
	if (n > 2)
		out[2] = (unsigned char)(word >> 8);
	return n;
}

/* --- sixteen at a time ------------------------------------------------------------------------ */

#ifdef __x86_64__
/* Compiler vectors: <tmmintrin.h> mentions malloc, which is banned here. */
typedef char block __attribute__((vector_size(16)));
typedef short block16 __attribute__((vector_size(16)));

#define SHUFFLE(table, index) __builtin_ia32_pshufb128(table, index)

/*
 * Whole blocks that are no last group, while all their bytes are in the alphabet: the two halves of
 * a byte index two tables whose bits exclude each other exactly for the bytes that are.  Returns
 * how many characters were taken; three bytes were written for each four.
 */
static __attribute__((target("ssse3"))) size_t
decode_blocks(unsigned char *out, const unsigned char *in, size_t len)
{
	const block low_bad = {0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
	                       0x11, 0x11, 0x13, 0x1a, 0x1b, 0x1b, 0x1b, 0x1a};
	const block high_bad = {0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08,
	                        0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10};
	/* What to add by the upper half; '/' shares its half with '+' and takes the free place. */
	const block shift = {0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0};
	const block pairs = {0x40, 1, 0x40, 1, 0x40, 1, 0x40, 1,
	                     0x40, 1, 0x40, 1, 0x40, 1, 0x40, 1};
	const block16 fours = {0x1000, 1, 0x1000, 1, 0x1000, 1, 0x1000, 1};
	const block order = {2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1};
	size_t at = 0;

	while (len - at > 16) {
		block v, high, bits;
		block bad;

		memcpy(&v, in + at, 16);
		high = (block)((block16)v >> 4) & 0x0f;
		bad = SHUFFLE(low_bad, v & 0x0f) & SHUFFLE(high_bad, high);
		if (__builtin_ia32_pmovmskb128(bad == 0) != 0xffff)
			break;
		bits = v + SHUFFLE(shift, high + (v == '/'));
		bits = (block)__builtin_ia32_pmaddubsw128(bits, pairs);
		bits = SHUFFLE((block)__builtin_ia32_pmaddwd128((block16)bits, fours), order);
		memcpy(out, &bits, 16); /* the last four are overwritten, or read already */
		at += 16;
		out += 12;
	}
	return at;
}
#endif

/* Decodes what it can fast; the rest, and whatever is wrong, is left to the loop that knows all. */
static size_t
decode_fast(unsigned char *text, size_t len)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("ssse3"))
		return decode_blocks(text, text, len);
#endif
	(void)text;
	(void)len;
	return 0;
}

long
sp_base64_decode(char *from, size_t len)
{
	unsigned char *out = (unsigned char *)from;
	const unsigned char *in = (const unsigned char *)from;
	uint32_t bad = 0;
	size_t done;
	int n;

	if (len % 4 != 0)
		return -1;
	if (len == 0)
		return 0;
	done = decode_fast(out, len);
	out += done / 4 * 3;
	for (const unsigned char *last = in + len - 4; in + done < last; done += 4, out += 3) {
		const uint32_t word = group(in + done), bytes = htobe32(word);

		bad |= word;
		memcpy(out, &bytes, 4); /* the fourth byte is overwritten by the next group */
	}
	n = last_group(out, in + done);
	if (bad & 1 || n < 0)
		return -1;
	return (long)(out - (unsigned char *)from) + n;
}
