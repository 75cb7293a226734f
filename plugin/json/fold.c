/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold.c: does Go's encoding/json take a key for a struct field?  It ignores the case of ASCII
 * letters and, because it folds with Unicode's simple folding, takes U+017F (long s) for an s and
 * U+212A (Kelvin sign) for a k.  Nothing else folds onto ASCII: no dotless i, no '-' for '_'.
 * Input: a hostile key, valid UTF-8; a field name of ours, ASCII.  Go: encoding/json/fold.go.
 */
#include "sallyport/gojson.h"

static unsigned char
lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c | 0x20) : c;
}

bool
sp_json_fold_eq(struct sp_str key, const char *name)
{
	const unsigned char *k = (const unsigned char *)key.p;
	size_t i = 0;

	for (; *name; name++) {
		unsigned char want = lower((unsigned char)*name);

		if (i == key.len)
			return false;
		if (k[i] < 0x80) {
			if (lower(k[i]) != want)
				return false;
			i += 1;
		} else if (want == 's' && key.len - i >= 2 && memcmp(k + i, "\xc5\xbf", 2) == 0) {
			i += 2;
		} else if (want == 'k' && key.len - i >= 3 &&
		           memcmp(k + i, "\xe2\x84\xaa", 3) == 0) {
			i += 3;
		} else {
			return false;
		}
	}
	return i == key.len;
}
