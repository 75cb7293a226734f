/* SPDX-License-Identifier: Apache-2.0 */
/*
 * yaml_error.c: what libyaml's syntax errors mean to the author of a file.  libyaml says what its
 * grammar wanted ("did not find expected ',' or ']'"); here the characters around the place decide
 * what has happened, and the position is that of the cause, not of its discovery.
 *
 * The texts matched here are those of libyaml 0.2.5; an unknown one is passed on as E119.
 */
#include "engine/yaml_parts.h"

struct place {
	struct sp_yaml_text *text;
	const struct sp_yaml_problem *problem;
	struct sp_pos at;   /* where libyaml stopped */
	struct sp_pos from; /* where what it was reading began */
};

static struct sp_arena *
arena_of(const struct place *p)
{
	return p->text->diags->arena;
}

/* The first byte at a position; '\n' at the end of a line or of the file. */
static char
byte_at(const struct place *p, struct sp_pos pos)
{
	struct sp_str rest = sp_yaml_text_rest(p->text, pos.line, pos.column);

	return rest.len ? rest.p[0] : '\n';
}

/* The nearest byte before a position on its line that is not blank; '\n': none. */
static char
byte_before(const struct place *p, struct sp_pos pos)
{
	size_t at = sp_yaml_text_at(p->text, pos.line, pos.column);
	const char *s = p->text->text.p;

	while (at > 0 && (s[at - 1] == ' ' || s[at - 1] == '\t'))
		at--;
	return at > 0 ? s[at - 1] : '\n';
}

/* What the author meant as one value, from there on. */
static struct sp_str
word_at(const struct place *p, struct sp_pos pos)
{
	struct sp_str rest = sp_yaml_text_rest(p->text, pos.line, pos.column);
	const char *ends = p->problem->in_flow ? ",[]{} \t" : "";
	size_t n = 0;

	for (; n < rest.len && !(n > 0 && *ends && strchr(ends, rest.p[n])); n++) {
		bool blank = rest.p[n] == ' ' || rest.p[n] == '\t';

		if (blank && n + 1 < rest.len && rest.p[n + 1] == '#')
			break;
		if (rest.p[n] == ':' && (n + 1 == rest.len || rest.p[n + 1] == ' '))
			break;
	}
	while (n > 0 && (rest.p[n - 1] == ' ' || rest.p[n - 1] == '\t'))
		n--;
	return sp_str_head(rest, n);
}

/* "write "*.example.com"; unquoted, YAML reads it as an alias" */
static const char *
quote_hint(const struct place *p, struct sp_str word, const char *why)
{
	char quote = '"';

	if (sp_str_find(word, '"') < word.len || sp_str_find(word, '\\') < word.len)
		quote = '\'';
	if (word.len == 0 || word.len > 60 || sp_str_find(word, '\'') < word.len)
		return sp_arena_printf(arena_of(p), "put quotes around it; unquoted, %s", why);
	return sp_arena_printf(arena_of(p), "write %c%.*s%c; unquoted, %s", quote, SP_FMT(word),
	                       quote, why);
}

static uint32_t
chars_in(struct sp_str s)
{
	uint32_t code, chars = 0;

	for (size_t at = 0, n; at < s.len; at += n, chars++) {
		n = sp_utf8_next(s, at, &code);
		if (n == 0)
			n = 1;
	}
	return chars;
}

/* --- one function per mistake --- */

static void
tab(const struct place *p)
{
	sp_diags_add(p->text->diags, SP_ERROR, "E121", p->at,
	             "indent with spaces; YAML allows no tab there", "tab in the indentation");
}

static void
bad_start(const struct place *p, struct sp_pos pos)
{
	static const struct {
		char c;
		const char *why;
	} reasons[] = {
	    {'*', "YAML reads it as an alias"},
	    {'&', "YAML reads it as an anchor"},
	    {'%', "YAML reserves '%' for directives"},
	    {'|', "YAML reads it as the start of a block of text"},
	    {'>', "YAML reads it as the start of a block of text"},
	    {'?', "YAML reads it as the start of a key"},
	};
	char c = byte_at(p, pos);
	const char *why = "YAML reserves this character";

	if (c == '\t') {
		tab(p);
		return;
	}
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].c == c)
			why = reasons[i].why;
	pos.width = 1;
	sp_diags_add(p->text->diags, SP_ERROR, "E120", pos, quote_hint(p, word_at(p, pos), why),
	             "a value that starts with '%c' must be quoted", c);
}

static void
bad_start_here(const struct place *p)
{
	bad_start(p, p->at);
}

static void
bad_start_there(const struct place *p)
{
	bad_start(p, p->from);
}

static void
bad_tag(const struct place *p)
{
	sp_diags_add(p->text->diags, SP_ERROR, "E108", p->from,
	             quote_hint(p, word_at(p, p->from), "YAML reads it as a tag"),
	             "tags ('!...') are not allowed");
}

static void
bad_directive(const struct place *p)
{
	sp_diags_add(p->text->diags, SP_ERROR, "E105", p->from,
	             "delete the line; text that starts with '%' must be quoted",
	             "directives ('%%YAML', '%%TAG') are not allowed");
}

static void
open_quote(const struct place *p)
{
	sp_diags_add(p->text->diags, SP_ERROR, "E123", p->from,
	             sp_arena_printf(arena_of(p), "the closing %c is missing", byte_at(p, p->from)),
	             "this quote is never closed");
}

static void
bad_escape(const struct place *p)
{
	struct sp_pos pos = p->at;
	struct sp_str rest;

	for (int i = 0; i < 2 && pos.column > 1 && byte_at(p, pos) != '\\'; i++)
		pos.column--; /* libyaml's mark is behind "\x" */
	rest = sp_yaml_text_rest(p->text, pos.line, pos.column);
	pos.width = 2;
	sp_diags_add(p->text->diags, SP_ERROR, "E124", pos,
	             "use single quotes, in which a backslash is only a backslash",
	             "bad escape '%s' in double quotes",
	             sp_yaml_shown(p->text, sp_str_head(rest, 2)));
}

static void
no_colon(const struct place *p)
{
	struct sp_str word = word_at(p, p->from);
	struct sp_pos pos = p->from;

	pos.width = chars_in(word);
	sp_diags_add(p->text->diags, SP_ERROR, "E118", pos,
	             "write 'key: value', or indent the line if it belongs to the one above",
	             "':' is missing after '%s'", sp_yaml_shown(p->text, word));
}

static void
second_colon(const struct place *p)
{
	sp_diags_add(p->text->diags, SP_ERROR, "E122", p->at,
	             "put the whole value in quotes, or start a new line for the key",
	             "': ' is not allowed in an unquoted value");
}

static void
list_here(const struct place *p)
{
	sp_diags_add(p->text->diags, SP_ERROR, "E126", p->at,
	             "put each '- ' on a line of its own below the key, or write [a, b]",
	             "a list cannot start here");
}

static void
empty_key(const struct place *p)
{
	sp_diags_add(p->text->diags, SP_ERROR, "E110", p->at, "write 'key: value'",
	             "a key is empty");
}

/* Something after a value that has been closed; false: no such value is there. */
static bool
after_close(const struct place *p)
{
	char before = byte_before(p, p->at);

	if (before == '"' || before == '\'')
		sp_diags_add(p->text->diags, SP_ERROR, "E129", p->at,
		             before == '\'' ? "in single quotes, a quote is written twice: ''"
		                            : "in double quotes, a quote is written \\\"",
		             "text after the closing quote");
	else if (before == ']' || before == '}')
		sp_diags_add(p->text->diags, SP_ERROR, "E129", p->at,
		             "put the whole value in quotes if it is text",
		             "text after the closing '%c'", before);
	else
		return false;
	return true;
}

/* A block map goes on with something that is neither a key nor its end. */
static void
not_in_map(const struct place *p)
{
	if (after_close(p))
		return;
	if (byte_at(p, p->at) == '-')
		list_here(p);
	else if (byte_at(p, p->at) == ':')
		empty_key(p);
	else
		sp_diags_add(
		    p->text->diags, SP_ERROR, "E118", p->at,
		    sp_arena_printf(arena_of(p),
		                    "this is column %u; the keys of the map on line %u start in "
		                    "column %u",
		                    p->at.column, p->from.line, p->from.column),
		    "another key of the map is expected here; is the indentation right?");
}

/* Likewise a block list. */
static void
not_in_list(const struct place *p)
{
	if (after_close(p))
		return;
	sp_diags_add(p->text->diags, SP_ERROR, "E118", p->at,
	             sp_arena_printf(arena_of(p), "the list starts on line %u, column %u",
	                             p->from.line, p->from.column),
	             "a list item ('- ') is expected here; is the indentation right?");
}

/* A comma or the closing bracket is missing. */
static void
not_in_flow(const struct place *p)
{
	char open = byte_at(p, p->from), c = byte_at(p, p->at), before = byte_before(p, p->at);
	const char *pair = c == '{' || c == '}' ? "'{' and '}'" : "'[' and ']'";
	bool brace_of_var = c == '{' && before == '$';

	if ((c == '{' || c == '[') && !strchr("]}\"'", before)) {
		sp_diags_add(p->text->diags, SP_ERROR, "E125", p->at,
		             brace_of_var ? "write $user instead of ${user}, or quote the value"
		                          : "quote the value",
		             "%s end an unquoted value inside [ ] or { }", pair);
	} else if (p->at.line == p->from.line && !strchr("]}\n", c)) {
		sp_diags_add(
		    p->text->diags, SP_ERROR, "E127", p->at,
		    "separate values by ','; text with quotes or brackets in it must be quoted",
		    "',' or '%c' is missing here", open == '[' ? ']' : '}');
	} else {
		sp_diags_add(p->text->diags, SP_ERROR, "E127", p->from,
		             strchr("]}", c)
		                 ? sp_arena_printf(arena_of(p), "found '%c' on line %u instead", c,
		                                   p->at.line)
		                 : sp_arena_printf(arena_of(p), "no '%c' up to line %u",
		                                   open == '[' ? ']' : '}', p->at.line),
		             "'%c' is not closed", open);
	}
}

static void
no_content(const struct place *p)
{
	char c = byte_at(p, p->at);

	if (c == '-')
		sp_diags_add(p->text->diags, SP_ERROR, "E126", p->at,
		             "in [ ] values are separated by ',' and have no '-'",
		             "a list cannot start here");
	else if (c == ':')
		empty_key(p);
	else if (c == '\n' && p->problem->in_flow)
		sp_diags_add(p->text->diags, SP_ERROR, "E127", p->at, NULL,
		             "the file ends inside [ ] or { }");
	else if (c == '\n')
		sp_diags_add(p->text->diags, SP_ERROR, "E128", p->at, NULL,
		             "a value is missing here");
	else
		sp_diags_add(p->text->diags, SP_ERROR, "E128", p->at,
		             "quote it if it is part of a text",
		             "a value is expected here, found '%c'", c);
}

/* --- which one it is --- */

static const struct {
	const char *context; /* part of it; NULL: any */
	const char *what;    /* part of it; NULL: any */
	void (*explain)(const struct place *p);
} mistakes[] = {
    {NULL, "a tab character", tab},
    {"while scanning an alias", NULL, bad_start_there},
    {"while scanning an anchor", NULL, bad_start_there},
    {"while scanning a block scalar", NULL, bad_start_there},
    {"directive", NULL, bad_directive},
    {"while scanning a tag", NULL, bad_tag},
    {"while parsing a tag", NULL, bad_tag},
    {NULL, "undefined tag handle", bad_tag},
    {"while scanning for the next token", NULL, bad_start_here},
    {"while scanning a quoted scalar", NULL, open_quote},
    {"while parsing a quoted scalar", NULL, bad_escape},
    {"while scanning a simple key", NULL, no_colon},
    {NULL, "mapping values are not allowed", second_colon},
    {NULL, "mapping keys are not allowed", bad_start_here},
    {NULL, "block sequence entries are not allowed", list_here},
    {NULL, "did not find expected '-' indicator", not_in_list},
    {NULL, "did not find expected key", not_in_map},
    {NULL, "did not find expected ',' or", not_in_flow},
    {NULL, "did not find expected node content", no_content},
};

void
sp_yaml_explain(struct sp_yaml_text *text, const struct sp_yaml_problem *problem)
{
	struct place p = {
	    .text = text,
	    .problem = problem,
	    .at = sp_yaml_pos(text, problem->line, problem->column, 1),
	    .from = sp_yaml_pos(text, problem->context_line, problem->context_column, 1),
	};

	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		if (mistakes[i].context && !strstr(problem->context, mistakes[i].context))
			continue;
		if (mistakes[i].what && !strstr(problem->what, mistakes[i].what))
			continue;
		mistakes[i].explain(&p);
		return;
	}
	sp_diags_add(text->diags, SP_ERROR, "E119", p.at, NULL, "not valid YAML: %s %s",
	             problem->what, problem->context);
}
