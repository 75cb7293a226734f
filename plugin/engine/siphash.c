/* SPDX-License-Identifier: Apache-2.0 */
/*
 * siphash.c: SipHash-2-4.  Records replace every secret by a hash, on every request: HMAC-SHA256
 * cost 9,000 instructions for each environment variable, this 200, and both are as good as their
 * key, which dies with the process.
 */
#include "engine/siphash.h"

#include <endian.h>

struct state {
	uint64_t a, b, c, d;
};

static inline uint64_t
rotate(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

static inline void
rounds(struct state *s, int n)
{
	while (n-- > 0) {
		s->a += s->b;
		s->b = rotate(s->b, 13) ^ s->a;
		s->a = rotate(s->a, 32);
		s->c += s->d;
		s->d = rotate(s->d, 16) ^ s->c;
		s->a += s->d;
		s->d = rotate(s->d, 21) ^ s->a;
		s->c += s->b;
		s->b = rotate(s->b, 17) ^ s->c;
		s->c = rotate(s->c, 32);
	}
}

static inline uint64_t
word(const void *from)
{
	uint64_t x;

	memcpy(&x, from, sizeof(x));
	return le64toh(x);
}

uint64_t
sp_siphash(const uint8_t key[16], struct sp_str text)
{
	uint64_t k0 = word(key), k1 = word(key + 8), last = (uint64_t)text.len << 56;
	struct state s = {k0 ^ 0x736f6d6570736575u, k1 ^ 0x646f72616e646f6du,
	                  k0 ^ 0x6c7967656e657261u, k1 ^ 0x7465646279746573u};
	size_t at = 0;

	for (; text.len - at >= 8; at += 8) {
		uint64_t m = word(text.p + at);

		s.d ^= m;
		rounds(&s, 2);
		s.a ^= m;
	}
	for (size_t i = 0; at + i < text.len; i++)
		last |= (uint64_t)(unsigned char)text.p[at + i] << (8 * i);
	s.d ^= last;
	rounds(&s, 2);
	s.a ^= last;
	s.c ^= 0xff;
	rounds(&s, 4);
	return s.a ^ s.b ^ s.c ^ s.d;
}
