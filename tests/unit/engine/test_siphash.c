/* SPDX-License-Identifier: Apache-2.0 */
/* test_siphash.c: the authors' vectors: key 00 01 .. 0f, texts of the first n bytes of 00 01 02 ...
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "engine/siphash.h"

static const struct {
	size_t len;
	uint64_t hash;
} vectors[] = {
    {0, 0x726fdb47dd0e0e31u}, {1, 0x74f839c593dc67fdu},  {2, 0x0d6c8009d9a94f5au},
    {3, 0x85676696d7fb7e2du}, {7, 0xab0200f58b01d137u},  {8, 0x93f5f5799a932462u},
    {9, 0x9e0082df0ba9e4b0u}, {15, 0xa129ca6149be45e5u}, {63, 0x958a324ceb064572u},
};

static void
gives_the_known_hashes(void **state)
{
	uint8_t key[16];
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)i;
	for (uint8_t i = 0; i < sizeof(key); i++)
		key[i] = i;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		assert_true(sp_siphash(key, (struct sp_str){text, vectors[i].len}) ==
		            vectors[i].hash);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(gives_the_known_hashes),
	};

	return cmocka_run_group_tests_name("siphash", tests, NULL, NULL);
}
