/* SPDX-License-Identifier: Apache-2.0 */
/*
 * yaml_text.c: the bytes of a policy file before libyaml sees them.  Input: any bytes.  After this
 * the text is UTF-8 without anything that hides text from a reviewer or that YAML readers take for
 * a line break of their own (U+0085, U+2028, a lone CR), so that lines are counted as editors do.
 *
 * libyaml has no usable position for what is refused here: its reader errors carry no mark.
 */
#include "engine/yaml_parts.h"

#define MAX_BYTES ((size_t)1 << 20)
/* Whoever has more of these has a binary file, and is not helped by a longer list. */
#define MAX_HIDDEN 200

const char *
sp_yaml_shown(const struct sp_yaml_text *text, struct sp_str s)
{
	struct sp_buf buf;

	sp_buf_init(&buf, text->diags->arena, 256);
	sp_buf_add_shown(&buf, s, 60);
	return sp_buf_str(&buf).p;
}

struct sp_str
sp_yaml_text_rest(struct sp_yaml_text *text, uint32_t line, uint32_t column)
{
	size_t at = sp_yaml_text_at(text, line, column);
	struct sp_str rest = sp_str_from(text->text, at);

	rest = sp_str_head(rest, sp_str_find(rest, '\n'));
	if (sp_str_ends(rest, SP_STR("\r")))
		rest.len--;
	return rest;
}

size_t
sp_yaml_text_at(struct sp_yaml_text *text, uint32_t line, uint32_t column)
{
	struct sp_yaml_cursor c = text->cursor;
	uint32_t code;

	if (line == 0 || line > text->n_lines)
		return text->text.len;
	if (c.line != line || c.column > column)
		c = (struct sp_yaml_cursor){line, 1, text->line[line - 1]};
	for (; c.column < column && c.at < text->text.len && text->text.p[c.at] != '\n';
	     c.column++) {
		size_t n = sp_utf8_next(text->text, c.at, &code);

		c.at += n ? n : 1;
	}
	text->cursor = c;
	return c.at;
}

/* Fills text->line. */
static int
find_lines(struct sp_yaml_text *text)
{
	uint32_t n = 1;
	uint32_t *line;

	for (size_t i = 0; i < text->text.len; i++)
		n += text->text.p[i] == '\n';
	line = sp_arena_array(text->diags->arena, n, sizeof(*line));
	if (!line)
		return sp_yaml_no_memory(text);
	text->line = line;
	for (size_t i = 0; i < text->text.len && text->n_lines < n - 1; i++)
		if (text->text.p[i] == '\n')
			line[++text->n_lines] = (uint32_t)i + 1;
	text->n_lines = n;
	return 0;
}

static int
refuse_hidden(const struct sp_yaml_text *text, struct sp_pos pos, uint32_t code)
{
	if (code == '\r')
		return sp_diags_add(text->diags, SP_ERROR, "E103", pos,
		                    "end lines with LF, or with CR LF",
		                    "a carriage return (U+000D) that does not end a line");
	return sp_diags_add(text->diags, SP_ERROR, "E103", pos,
	                    "delete it; such characters can hide a rule from a reviewer",
	                    "invisible or control character U+%04X is not allowed in a policy file",
	                    (unsigned)code);
}

/* Which characters may not stand in the file; anywhere, also in comments. */
static bool
is_refused(struct sp_str s, size_t at, uint32_t code)
{
	if (code == '\t' || code == '\n')
		return false;
	if (code == '\r')
		return at + 1 >= s.len || s.p[at + 1] != '\n';
	return sp_utf8_hidden(code) || (code & 0xfffe) == 0xfffe; /* libyaml reads no U+FFFE */
}

static int
scan(const struct sp_yaml_text *text)
{
	struct sp_str s = text->text;
	uint32_t line = 1, column = 1, n_hidden = 0;
	uint32_t code;
	size_t n;

	for (size_t at = 0; at < s.len && n_hidden < MAX_HIDDEN; at += n, column++) {
		unsigned char c = (unsigned char)s.p[at];

		n = 1;
		if (c >= ' ' && c < 0x7f)
			continue;
		if (c == '\n') {
			line++;
			column = 0;
			continue;
		}
		n = sp_utf8_next(s, at, &code);
		if (n == 0)
			return sp_diags_add(
			    text->diags, SP_ERROR, "E102", sp_yaml_pos(text, line, column, 1),
			    "save the file as UTF-8", "byte 0x%02x is not valid UTF-8", c);
		if (is_refused(s, at, code)) {
			refuse_hidden(text, sp_yaml_pos(text, line, column, 1), code);
			n_hidden++;
		}
	}
	return n_hidden ? -1 : 0;
}

static bool
is_utf16(struct sp_str s)
{
	return sp_str_starts(s, SP_STR("\xff\xfe")) || sp_str_starts(s, SP_STR("\xfe\xff")) ||
	       (s.len >= 2 && (s.p[0] == '\0') != (s.p[1] == '\0'));
}

int
sp_yaml_text_init(struct sp_yaml_text *text, struct sp_diags *diags, uint32_t file)
{
	struct sp_str *source = &diags->files[file].text;

	if (sp_str_starts(*source, SP_STR("\xef\xbb\xbf"))) /* columns are counted after it */
		*source = sp_str_from(*source, 3);
	*text = (struct sp_yaml_text){.diags = diags, .file = file, .text = *source};
	if (source->len > MAX_BYTES)
		return sp_diags_add(diags, SP_ERROR, "E101", sp_yaml_pos(text, 0, 0, 0), NULL,
		                    "the file has %zu bytes; at most %zu (1 MiB) are allowed",
		                    source->len, MAX_BYTES);
	if (is_utf16(*source))
		return sp_diags_add(diags, SP_ERROR, "E102", sp_yaml_pos(text, 0, 0, 0),
		                    "save the file as UTF-8",
		                    "the file is not UTF-8 text (it looks like UTF-16)");
	if (find_lines(text))
		return -1;
	return scan(text);
}
