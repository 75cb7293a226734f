/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cursor.c: a JSON object cut into its members, none of which is read: whoever wants one knows how.
 * Input: lines of a log, which may be cut anywhere.  Linear, no memory.
 */
#include "engine/cursor.h"

struct sp_cursor
sp_cursor_of(struct sp_str s)
{
	const char *p = s.p ? s.p : "";

	return (struct sp_cursor){p, p + s.len};
}

void
sp_cursor_blanks(struct sp_cursor *c)
{
	while (c->p < c->end && (*c->p == ' ' || *c->p == '\t' || *c->p == '\n' || *c->p == '\r'))
		c->p++;
}

/* From behind the opening quote to behind the closing one.  False: there is none. */
static bool
skip_string(struct sp_cursor *c)
{
	const char *start = c->p, *quote = c->p, *before;

	while ((quote = memchr(quote, '"', (size_t)(c->end - quote))) != NULL) {
		for (before = quote; before > start && before[-1] == '\\'; before--)
			;
		if (((quote - before) & 1) == 0) {
			c->p = quote + 1;
			return true;
		}
		start = ++quote; /* no backslash is counted twice */
	}
	c->p = c->end;
	return false;
}

/* Whether all brackets match is for the one who reads what is in them. */
static bool
skip_nested(struct sp_cursor *c)
{
	size_t depth = 0;

	while (c->p < c->end) {
		char ch = *c->p++;

		if (ch == '"' && !skip_string(c))
			return false;
		if (ch == '{' || ch == '[')
			depth++;
		else if ((ch == '}' || ch == ']') && --depth == 0)
			return true;
	}
	return false;
}

bool
sp_cursor_value(struct sp_cursor *c)
{
	const char *start = c->p;

	if (c->p == c->end)
		return false;
	if (*c->p == '{' || *c->p == '[')
		return skip_nested(c);
	if (*c->p == '"') {
		c->p++;
		return skip_string(c);
	}
	while (c->p < c->end && *c->p != ',' && *c->p != '}' && *c->p != ']' && *c->p > ' ')
		c->p++;
	return c->p > start;
}

int
sp_cursor_member(struct sp_cursor *c, struct sp_str *name, struct sp_str *value)
{
	const char *start;
	bool first;

	sp_cursor_blanks(c);
	if (c->p == c->end)
		return -1;
	first = *c->p == '{';
	if (*c->p == '}') {
		c->p++;
		return 0;
	}
	if (!first && *c->p != ',')
		return -1;
	c->p++;
	sp_cursor_blanks(c);
	if (first && c->p < c->end && *c->p == '}') {
		c->p++;
		return 0;
	}
	if (c->p == c->end || *c->p++ != '"')
		return -1;
	start = c->p;
	if (!skip_string(c))
		return -1;
	*name = (struct sp_str){start, (size_t)(c->p - start) - 1};
	sp_cursor_blanks(c);
	if (c->p == c->end || *c->p++ != ':')
		return -1;
	sp_cursor_blanks(c);
	start = c->p;
	if (!sp_cursor_value(c))
		return -1;
	*value = (struct sp_str){start, (size_t)(c->p - start)};
	return 1;
}
