/* SPDX-License-Identifier: Apache-2.0 */
/* HMAC-SHA256 against the vectors of RFC 4231. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "engine/hmac.h"

static void
check(const uint8_t *key, size_t key_len, struct sp_str text, const char *expected)
{
	struct sp_hmac hmac;
	uint8_t digest[32];
	char hex[65];

	sp_hmac_init(&hmac, key, key_len);
	for (int twice = 0; twice < 2; twice++) { /* the key is not used up */
		sp_hmac_digest(&hmac, text, digest);
		for (size_t i = 0; i < sizeof(digest); i++)
			snprintf(hex + 2 * i, 3, "%02x", digest[i]);
		assert_string_equal(hex, expected);
	}
}

static void
rfc_4231(void **state)
{
	uint8_t key[131], text[50];

	(void)state;
	memset(key, 0x0b, 20);
	check(key, 20, SP_STR("Hi There"),
	      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	check((const uint8_t *)"Jefe", 4, SP_STR("what do ya want for nothing?"),
	      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof(key));
	memset(text, 0xdd, sizeof(text));
	check(key, 20, (struct sp_str){(const char *)text, sizeof(text)},
	      "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
	for (uint8_t i = 0; i < 25; i++)
		key[i] = (uint8_t)(i + 1);
	memset(text, 0xcd, sizeof(text));
	check(key, 25, (struct sp_str){(const char *)text, sizeof(text)},
	      "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
	memset(key, 0xaa, sizeof(key));
	check(key, sizeof(key), SP_STR("Test Using Larger Than Block-Size Key - Hash Key First"),
	      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
	check(key, sizeof(key),
	      SP_STR("This is a test using a larger than block-size key and a larger than "
	             "block-size data. The key needs to be hashed before being used by the HMAC "
	             "algorithm."),
	      "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

static void
every_bit_of_the_key_counts(void **state)
{
	uint8_t key[32] = {0}, other[32], digest[32];
	struct sp_hmac hmac;

	(void)state;
	sp_hmac_init(&hmac, key, sizeof(key));
	sp_hmac_digest(&hmac, SP_STR(""), digest);
	for (size_t i = 0; i < 256; i++) {
		key[i / 8] ^= (uint8_t)(1u << (i % 8));
		sp_hmac_init(&hmac, key, sizeof(key));
		sp_hmac_digest(&hmac, SP_STR(""), other);
		assert_memory_not_equal(digest, other, sizeof(digest));
		key[i / 8] ^= (uint8_t)(1u << (i % 8));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rfc_4231),
	    cmocka_unit_test(every_bit_of_the_key_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
