/* SPDX-License-Identifier: Apache-2.0 */
/*
 * yaml_check.c: what YAML permits and a reviewer may misread, one check per rule (POLICY.md 4).
 * Input: nodes of a file that has passed yaml_text.c.  All of them add errors and go on.
 */
#include <stdlib.h>

#include "engine/yaml_parts.h"

#define MAX_SCALAR ((size_t)64 * 1024)
#define MAX_KEY ((size_t)1024)
#define SHARED_PARTS "name shared values under 'lists:' or 'vars:'"

int
sp_yaml_no_memory(const struct sp_yaml_text *text)
{
	return sp_diags_add(text->diags, SP_ERROR, "E116", sp_yaml_pos(text, 0, 0, 0), NULL,
	                    "the file needs more memory than is allowed");
}

/* --- keys --- */

static int
by_text_then_place(const void *a, const void *b)
{
	const struct sp_node *x = *(struct sp_node *const *)a;
	const struct sp_node *y = *(struct sp_node *const *)b;
	int order = sp_str_cmp(x->text, y->text);

	if (order)
		return order;
	if (x->pos.line != y->pos.line)
		return x->pos.line < y->pos.line ? -1 : 1;
	return (x->pos.column > y->pos.column) - (x->pos.column < y->pos.column);
}

/* By sorting: a map may have a hundred thousand keys. */
int
sp_yaml_check_duplicates(const struct sp_yaml_text *text, const struct sp_node *map)
{
	struct sp_node **keys =
	    sp_arena_array(text->diags->arena, map->n, sizeof(struct sp_node *));
	struct sp_node *first;
	size_t n = 0;

	if (!keys)
		return sp_yaml_no_memory(text);
	for (struct sp_node *key = map->first; key; key = key->next)
		if (key->kind == SP_NODE_SCALAR && key->text.len)
			keys[n++] = key;
	if (n < 2)
		return 0;
	qsort(keys, n, sizeof(struct sp_node *), by_text_then_place);
	first = keys[0];
	for (size_t i = 1; i < n; i++) {
		if (!sp_str_eq(keys[i]->text, first->text)) {
			first = keys[i];
			continue;
		}
		sp_diags_add(text->diags, SP_ERROR, "E112", keys[i]->pos,
		             sp_arena_printf(text->diags->arena,
		                             "first set on line %u; YAML would silently keep only "
		                             "one of them",
		                             first->pos.line),
		             "duplicate key '%s'", sp_yaml_shown(text, keys[i]->text));
	}
	return 0;
}

/* Does the '?' of YAML's long form of keys stand in front of it? */
static bool
has_question_mark(struct sp_yaml_text *text, const struct sp_node *key)
{
	size_t at = sp_yaml_text_at(text, key->pos.line, key->pos.column);
	const char *p = text->text.p;

	while (at > 0 && (p[at - 1] == ' ' || p[at - 1] == '\t'))
		at--;
	return at > 0 && p[at - 1] == '?';
}

void
sp_yaml_check_key(struct sp_yaml_text *text, const struct sp_node *key)
{
	const char *what = NULL;

	if (key->kind != SP_NODE_SCALAR)
		what = "a list or a map cannot be a key";
	else if (key->style == SP_STYLE_BLOCK || memchr(key->text.p, '\n', key->text.len))
		what = "a key is one line of text";
	else if (has_question_mark(text, key))
		what = "YAML's long form of a key ('? key') is not allowed";
	else if (key->text.len == 0)
		what = "a key is empty";
	else if (key->text.len > MAX_KEY)
		what = "a key is longer than 1,024 bytes";
	if (what)
		sp_diags_add(text->diags, SP_ERROR, "E110", key->pos, "write 'key: value'", "%s",
		             what);
	if (key->style == SP_STYLE_PLAIN && sp_str_is(key->text, "<<"))
		sp_diags_add(text->diags, SP_ERROR, "E111", key->pos, SHARED_PARTS,
		             "merge keys ('<<') are not allowed");
}

void
sp_yaml_no_value(const struct sp_yaml_text *text, const struct sp_node *key, struct sp_pos pos)
{
	if (!key) {
		if (pos.column > 1) /* libyaml's mark is behind the dash */
			pos.column--;
		sp_diags_add(text->diags, SP_ERROR, "E113", pos,
		             "write the value behind '-', or delete the line",
		             "a list item has no value");
	} else if (key->kind == SP_NODE_SCALAR && key->text.len) { /* else E110 has been said */
		sp_diags_add(text->diags, SP_ERROR, "E113", key->pos,
		             key->style == SP_STYLE_PLAIN && memchr(key->text.p, ':', key->text.len)
		                 ? "a space is missing after ':'"
		                 : "write a value after ':', or delete the key",
		             "'%s' has no value", sp_yaml_shown(text, key->text));
	}
}

/* --- values --- */

void
sp_yaml_check_properties(struct sp_yaml_text *text, struct sp_pos pos, const char *anchor, bool tag)
{
	struct sp_str rest;
	uint32_t width = 0;

	if (!anchor && !tag)
		return;
	rest = sp_yaml_text_rest(text, pos.line, pos.column);
	while (width < rest.len && rest.p[width] != ' ' && rest.p[width] != '\t')
		width++;
	pos.width = width;
	if (tag)
		sp_diags_add(text->diags, SP_ERROR, "E108", pos,
		             "delete the tag; the key says what its value is",
		             "tag '%s' is not allowed",
		             sp_yaml_shown(text, sp_str_head(rest, width)));
	if (anchor)
		sp_diags_add(text->diags, SP_ERROR, "E106", pos, SHARED_PARTS,
		             "anchor '&%s' is not allowed", sp_yaml_shown(text, sp_strz(anchor)));
}

/* What escapes in double quotes make must be as visible as the rest of the file. */
static void
check_escapes(const struct sp_yaml_text *text, const struct sp_node *node)
{
	uint32_t code;
	size_t n;

	for (size_t at = 0; at < node->text.len; at += n) {
		n = sp_utf8_next(node->text, at, &code);
		if (n == 0)
			n = 1;
		else if (code == '\t' || code == '\n' || !sp_utf8_hidden(code))
			continue;
		sp_diags_add(text->diags, SP_ERROR, "E103", node->pos,
		             "delete the escape; no name, path or pattern needs it",
		             "an escape stands for the invisible or control character U+%04X",
		             (unsigned)code);
		return;
	}
}

void
sp_yaml_check_scalar(const struct sp_yaml_text *text, const struct sp_node *node)
{
	if (node->text.len > MAX_SCALAR)
		sp_diags_add(text->diags, SP_ERROR, "E101", node->pos, NULL,
		             "this text has %zu bytes; at most %zu are allowed", node->text.len,
		             MAX_SCALAR);
	if (node->style == SP_STYLE_QUOTED)
		check_escapes(text, node);
}

/* --- the file --- */

static size_t
blanks_at(struct sp_str s, size_t at)
{
	while (at < s.len && (s.p[at] == ' ' || s.p[at] == '\t'))
		at++;
	return at;
}

static int
directive(const struct sp_yaml_text *text, uint32_t line)
{
	return sp_diags_add(text->diags, SP_ERROR, "E105", sp_yaml_pos(text, line, 1, 1),
	                    "delete the line", "directives ('%%YAML', '%%TAG') are not allowed");
}

int
sp_yaml_check_start(struct sp_yaml_text *text)
{
	for (uint32_t line = 1; line <= text->n_lines; line++) {
		struct sp_str rest = sp_yaml_text_rest(text, line, 1);
		size_t blanks = blanks_at(rest, sp_str_starts(rest, SP_STR("...")) ? 3 : 0);

		if (rest.len && rest.p[0] == '%')
			return directive(text, line);
		if (blanks < rest.len && rest.p[blanks] != '#')
			return 0;
	}
	return sp_yaml_empty(text);
}

int
sp_yaml_empty(const struct sp_yaml_text *text)
{
	return sp_diags_add(text->diags, SP_ERROR, "E114", sp_yaml_pos(text, 0, 0, 0),
	                    "a policy starts with 'sallyport: 1'", "the file is empty");
}

void
sp_yaml_check_rest(struct sp_yaml_text *text, uint32_t line, uint32_t column)
{
	for (; line <= text->n_lines; line++, column = 1) {
		struct sp_str rest = sp_yaml_text_rest(text, line, column);
		bool at_start = column == 1;
		size_t end = at_start && sp_str_starts(rest, SP_STR("...")) ? 3 : 0;
		size_t at = blanks_at(rest, end);

		if (at == rest.len || (rest.p[at] == '#' && (at > end || end == 0)))
			continue;
		if (at_start && sp_str_starts(rest, SP_STR("---")))
			sp_diags_add(
			    text->diags, SP_ERROR, "E104", sp_yaml_pos(text, line, 1, 3),
			    "put the second document in its own file and list it under "
			    "'include:'",
			    "a policy file holds exactly one YAML document; a second one starts "
			    "here");
		else if (at_start && rest.p[0] == '%')
			directive(text, line);
		else
			sp_diags_add(
			    text->diags, SP_ERROR, "E117",
			    sp_yaml_pos(text, line, column + (uint32_t)at, 1),
			    "all keys of the outermost map start in the column of the first one",
			    "text after the end of the document");
		return;
	}
}

void
sp_yaml_check_root(const struct sp_yaml_text *text, const struct sp_node *root)
{
	bool glued;

	if (!root || (root->kind == SP_NODE_SCALAR && root->text.len == 0)) {
		sp_yaml_empty(text);
	} else if (root->kind != SP_NODE_MAP) {
		glued = root->kind == SP_NODE_SCALAR && root->style == SP_STYLE_PLAIN &&
		        memchr(root->text.p, ':', root->text.len);
		sp_diags_add(text->diags, SP_ERROR, "E200", root->pos,
		             glued ? "a space is missing after ':'"
		                   : "a policy starts with 'sallyport: 1'",
		             "a policy is a map of 'key: value' lines, found %s",
		             root->kind == SP_NODE_LIST ? "a list" : "text");
	}
}
