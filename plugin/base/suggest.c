/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suggest.c: "did you mean".  Input: a word from a policy file or a command line, and the names
 * that would have been right there.
 */
#include "sallyport/diag.h"

#define LONGEST 64 /* letters; nobody mistypes longer names in a way that this would help */

/* A word as it is compared: lower case, without '-' and '_'; 0 when it is too long. */
static size_t
simplify(struct sp_str word, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < word.len; i++) {
		char c = word.p[i];

		if (c == '-' || c == '_')
			continue;
		if (n == LONGEST)
			return 0;
		out[n++] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
	}
	return n;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Edit distance where swapping two neighbours is one step (optimal string alignment). */
static size_t
distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t rows[3][LONGEST + 1];

	for (size_t j = 0; j <= b_len; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t *row = rows[i % 3], *above = rows[(i - 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			row[j] = above[j - 1] + (a[i - 1] != b[j - 1]);
			row[j] = least(row[j], least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], rows[(i - 2) % 3][j - 2] + 1);
		}
	}
	return rows[a_len % 3][b_len];
}

const char *
sp_suggest(struct sp_str word, const char *const *names, size_t n)
{
	char a[LONGEST], b[LONGEST];
	size_t a_len = simplify(word, a);
	size_t limit = a_len <= 3 ? 1 : a_len <= 7 ? 2 : 3;
	const char *best = NULL;

	if (a_len == 0)
		return NULL;
	limit = least(limit, a_len - 1); /* a word with no letter in common is no near miss */
	for (size_t i = 0; i < n; i++) {
		size_t b_len = simplify(sp_strz(names[i]), b);
		size_t d;

		if (b_len == 0 || b_len > a_len + limit || a_len > b_len + limit)
			continue;
		d = distance(a, a_len, b, b_len);
		if (d > limit || d >= b_len)
			continue;
		best = names[i];
		if (d == 0)
			break;
		limit = d - 1; /* only a nearer one replaces it */
	}
	return best;
}
