/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match.c: name patterns and host path patterns.  Patterns come from policies; the text is hostile,
 * so no pattern may cost more than a pass over it.
 *
 * A pattern is taken piece by piece between its stars: the first piece at the start, the last at
 * the end, each other one where it is found first.  Finding it first is always right, because it
 * leaves the most text for the pieces after it.
 */
#include "sallyport/match.h"

static bool
glob_any(struct sp_str pattern, struct sp_str text)
{
	struct sp_str piece, rest;

	if (!sp_str_cut(pattern, '*', &piece, &rest))
		return sp_str_eq(pattern, text);
	if (!sp_str_starts(text, piece))
		return false;
	text = sp_str_from(text, piece.len);
	while (sp_str_cut(rest, '*', &piece, &rest)) {
		const char *at;

		if (piece.len == 0)
			continue;
		at = text.len ? memmem(text.p, text.len, piece.p, piece.len) : NULL;
		if (!at)
			return false;
		text = sp_str_from(text, (size_t)(at - text.p) + piece.len);
	}
	return sp_str_ends(text, piece);
}

bool
sp_match_glob(struct sp_str pattern, struct sp_str text, char stop)
{
	struct sp_str piece, part;
	bool more;

	if (stop == '\0')
		return glob_any(pattern, text);
	/* No star holds a stop byte: those of the pattern are those of the text, in order. */
	do {
		more = sp_str_cut(pattern, stop, &piece, &pattern);
		if (sp_str_cut(text, stop, &part, &text) != more || !glob_any(piece, part))
			return false;
	} while (more);
	return true;
}

/* Takes the first part off a clean path ("/a/b": "a"); false when there is none ("/", ""). */
static bool
next_part(struct sp_str *path, struct sp_str *part)
{
	sp_str_cut(sp_str_from(*path, 1), '/', part, path);
	if (path->len) { /* keep the slash in front */
		path->p--;
		path->len++;
	}
	return part->len > 0;
}

enum relation { APART, SAME, BELOW, ABOVE }; /* where the path is, seen from the pattern */

static enum relation
relate(struct sp_str pattern, struct sp_str path)
{
	struct sp_str want, have;

	for (;;) {
		bool wants = next_part(&pattern, &want);
		bool has = next_part(&path, &have);

		if (!wants)
			return has ? BELOW : SAME;
		if (!has)
			return ABOVE;
		if (!glob_any(want, have))
			return APART;
	}
}

/* Cuts the end off a pattern that means a directory and everything in it; false for others. */
static bool
cut_tree(struct sp_str *pattern)
{
	if (!sp_str_ends(*pattern, SP_STR("/**")))
		return false;
	*pattern = sp_str_head(*pattern, pattern->len - 3);
	return true;
}

static bool
is_absolute(struct sp_str s)
{
	return s.len > 0 && s.p[0] == '/';
}

bool
sp_match_path(struct sp_str pattern, struct sp_str path)
{
	enum relation relation;
	bool tree;

	if (!is_absolute(pattern) || !is_absolute(path))
		return false;
	tree = cut_tree(&pattern);
	relation = relate(pattern, path);
	return relation == SAME || (tree && relation == BELOW);
}

bool
sp_match_path_exposes(struct sp_str pattern, struct sp_str path)
{
	/* What is not a clean absolute path is no path that can be judged: it exposes everything.
	 */
	if (!is_absolute(pattern) || !is_absolute(path))
		return true;
	/* Everything is inside the root: a deny of "/" would otherwise deny every path. */
	if (pattern.len == 1)
		return path.len == 1;
	cut_tree(&pattern);
	return relate(pattern, path) != APART;
}
