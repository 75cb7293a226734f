/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export_text.c: how the exported texts are set.  Input: texts of our own tables, which are ASCII;
 * they may hold anything that means something to roff.
 */
#include "engine/export.h"

#define WIDTH 80

size_t
sp_export_pad(struct sp_buf *out, size_t column, size_t to)
{
	do {
		sp_buf_addc(out, ' ');
		column++;
	} while (column < to);
	return column;
}

void
sp_export_wrap(struct sp_buf *out, size_t column, size_t indent, struct sp_str text)
{
	struct sp_str word;
	bool first = true;

	while (text.len) {
		sp_str_cut(text, ' ', &word, &text);
		if (!first && column + 1 + word.len > WIDTH) {
			sp_buf_addc(out, '\n');
			column = 0;
			while (column < indent) {
				sp_buf_addc(out, ' ');
				column++;
			}
		} else if (!first) {
			sp_buf_addc(out, ' ');
			column++;
		}
		sp_buf_add(out, word);
		column += word.len;
		first = false;
	}
	sp_buf_addc(out, '\n');
}

static void
add_char(struct sp_buf *out, char c, bool is_arg)
{
	if (c == '\\')
		sp_buf_addz(out, "\\e");
	else if (c == '"' && is_arg)
		sp_buf_addz(out, "\\(dq");
	else if (c == '-' && is_arg) /* a hyphen that can be copied into a shell or a policy */
		sp_buf_addz(out, "\\-");
	else
		sp_buf_addc(out, c);
}

/* A sentence to a line, as mdoc wants it: it knows where one ends by the end of the line. */
void
sp_export_mdoc_text(struct sp_buf *out, struct sp_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		bool at_start = i == 0;

		if (text.p[i] == ' ' && i > 0 && text.p[i - 1] == '.') {
			sp_buf_addc(out, '\n');
			if (++i == text.len)
				return;
			at_start = true;
		}
		if (at_start && (text.p[i] == '.' || text.p[i] == '\''))
			sp_buf_addz(out, "\\&");
		add_char(out, text.p[i], false);
	}
}

/* Two or three letters like "Ar", or punctuation alone: mdoc would do something with it. */
static bool
means_something(struct sp_str word)
{
	if (word.len == 0 || word.len > 3)
		return false;
	return (word.p[0] >= 'A' && word.p[0] <= 'Z') || word.p[0] == '%' ||
	       (word.len == 1 && strchr(".,:;()[]?!|", word.p[0]) != NULL);
}

void
sp_export_mdoc_args(struct sp_buf *out, struct sp_str text)
{
	struct sp_str word;

	while (text.len) {
		sp_str_cut(text, ' ', &word, &text);
		sp_buf_addc(out, ' ');
		if (means_something(word))
			sp_buf_addz(out, "\\&");
		for (size_t i = 0; i < word.len; i++)
			add_char(out, word.p[i], true);
	}
}

void
sp_export_item(struct sp_buf *out, size_t *n, const char *item)
{
	if ((*n)++ > 0)
		sp_buf_addz(out, ", ");
	sp_buf_addz(out, item);
}
