/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hmac.c: what replaces a secret in a record: equal secrets can be recognised, and without the key
 * nobody can try all short ones.
 */
#include "engine/hmac.h"

void
sp_hmac_init(struct sp_hmac *hmac, const uint8_t *key, size_t len)
{
	uint8_t block[SHA256_BLOCK_LENGTH] = {0};

	SHA256Init(&hmac->inner);
	SHA256Init(&hmac->outer);
	if (len > sizeof(block)) {
		SHA2_CTX whole;

		SHA256Init(&whole);
		SHA256Update(&whole, key, len);
		SHA256Final(block, &whole);
	} else {
		memcpy(block, key, len);
	}
	for (size_t i = 0; i < sizeof(block); i++)
		block[i] ^= 0x36;
	SHA256Update(&hmac->inner, block, sizeof(block));
	for (size_t i = 0; i < sizeof(block); i++)
		block[i] ^= 0x36 ^ 0x5c;
	SHA256Update(&hmac->outer, block, sizeof(block));
}

void
sp_hmac_digest(const struct sp_hmac *hmac, struct sp_str text, uint8_t digest[32])
{
	SHA2_CTX inner = hmac->inner, outer = hmac->outer;

	SHA256Update(&inner, (const uint8_t *)text.p, text.len);
	SHA256Final(digest, &inner);
	SHA256Update(&outer, digest, SHA256_DIGEST_LENGTH);
	SHA256Final(digest, &outer);
}
