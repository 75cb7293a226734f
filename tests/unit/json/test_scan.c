/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_scan.c: the fast scans stop where a plain loop stops: every byte value at every place, with
 * every other byte value around it.  The portable one is tried on every machine.
 */
#include "unit/json/json_test.h"
#include "json/scan.h"

static void
is_plain(void **state)
{
	(void)state;
	for (unsigned c = 0; c < 256; c++)
		assert_int_equal(scan_is_plain((unsigned char)c),
		                 c >= ' ' && c <= 0x7f && !strchr("\"\\", (int)c));
}

/* Places around the edges of blocks of 8 and 16, in texts that end at every length. */
static void
every_byte_at_every_place(void **state)
{
	unsigned char fill[] = {' ', '!', '#', '[', ']', 'a', '~', 0x7f};

	(void)state;
	for (size_t len = 1; len <= 50; len++) {
		unsigned char *text = malloc(len); /* exact, for the sanitizer */

		assert_non_null(text);
		for (size_t at = 0; at < len; at++) {
			for (unsigned c = 0; c < 256; c++) {
				unsigned char *want = text + len, *end = text + len;

				memset(text, fill[(at + c) % sizeof(fill)], len);
				text[at] = (unsigned char)c;
				if (c < ' ' || c > 0x7f || c == '"' || c == '\\')
					want = text + at;
				assert_ptr_equal(scan_plain(text, end), want);
				assert_ptr_equal(scan_plain_swar(text, end), want);
			}
		}
		free(text);
	}
}

/* Two special bytes next to each other: the first counts, whatever carries between the lanes. */
static void
the_first_of_two(void **state)
{
	unsigned char text[24];

	(void)state;
	for (unsigned a = 0; a < 256; a++) {
		for (unsigned b = 0; b < 256; b++) {
			unsigned char *want = text;

			memset(text, 'x', sizeof(text));
			text[3] = (unsigned char)a;
			text[4] = (unsigned char)b;
			text[20] = '"';
			while (scan_is_plain(*want))
				want++;
			assert_ptr_equal(scan_plain(text, text + sizeof(text)), want);
			assert_ptr_equal(scan_plain_swar(text, text + sizeof(text)), want);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(is_plain),
	    cmocka_unit_test(every_byte_at_every_place),
	    cmocka_unit_test(the_first_of_two),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
