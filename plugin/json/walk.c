/* SPDX-License-Identifier: Apache-2.0 */
/*
 * walk.c: go through the members of lists and objects, and find a key that is there twice.
 * Input: tokens of a hostile text, so the number and the choice of keys are an attacker's.
 */
#include "json/bind.h"

enum { PAIRWISE_MAX = 8 }; /* so few keys are compared each with each, more are sorted */

uint32_t
sp_json_first(const struct sp_json *doc, uint32_t list)
{
	const struct sp_json_tok *t = list ? &doc->tok[list] : NULL;

	if (!t || t->type == SP_JSON_STRING)
		return list;
	return (t->type == SP_JSON_ARRAY || t->type == SP_JSON_OBJECT) && t->len ? list + 1 : 0;
}

uint32_t
sp_json_after(const struct sp_json *doc, uint32_t list, uint32_t elem)
{
	const struct sp_json_tok *t = list ? &doc->tok[list] : NULL;
	uint32_t after;

	if (!t || !elem || (t->type != SP_JSON_ARRAY && t->type != SP_JSON_OBJECT))
		return 0;
	after = doc->tok[elem + (t->type == SP_JSON_OBJECT)].next;
	return after < t->next ? after : 0;
}

/*
 * Sorts n keys from `a`, bottom-up, with `b` as the other half of the work space; returns the half
 * they ended up in.  Merging has no bad inputs, as hashing has when an attacker chooses the keys.
 */
static struct sp_str *
sort_keys(struct sp_str *a, struct sp_str *b, size_t n)
{
	for (size_t width = 1; width < n; width *= 2) {
		struct sp_str *merged = b;

		for (size_t lo = 0; lo < n; lo += 2 * width) {
			size_t mid = lo + width < n ? lo + width : n;
			size_t hi = mid + width < n ? mid + width : n;
			size_t i = lo, j = mid;

			for (size_t k = lo; k < hi; k++) {
				bool left = i < mid && (j == hi || sp_str_cmp(a[i], a[j]) <= 0);

				merged[k] = left ? a[i++] : a[j++];
			}
		}
		b = a;
		a = merged;
	}
	return a;
}

static uint32_t
twice_of_few(const struct sp_json *doc, uint32_t map)
{
	for (uint32_t k = sp_json_first(doc, map); k; k = sp_json_after(doc, map, k)) {
		for (uint32_t o = sp_json_first(doc, map); o != k; o = sp_json_after(doc, map, o)) {
			if (sp_str_eq(sp_json_str(doc, k), sp_json_str(doc, o)))
				return k;
		}
	}
	return 0;
}

bool
sp_json_key_twice(const struct sp_json *doc, uint32_t map, uint32_t *key)
{
	size_t n = doc->tok[map].len, i = 0;
	const char *twice = NULL;
	struct sp_str *keys;

	*key = 0;
	if (n <= PAIRWISE_MAX) {
		*key = twice_of_few(doc, map);
		return true;
	}
	keys = sp_arena_array(doc->arena, 2 * n, sizeof(*keys));
	if (!keys)
		return false;
	for (uint32_t k = sp_json_first(doc, map); k; k = sp_json_after(doc, map, k))
		keys[i++] = sp_json_str(doc, k);
	keys = sort_keys(keys, keys + n, n);
	for (i = 1; i < n && !twice; i++) {
		if (sp_str_eq(keys[i - 1], keys[i]))
			twice = keys[i].p;
	}
	if (!twice)
		return true;
	for (uint32_t k = sp_json_first(doc, map); k; k = sp_json_after(doc, map, k)) {
		if (sp_json_str(doc, k).p == twice)
			*key = k;
	}
	return true;
}
