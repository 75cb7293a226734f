/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html_text.c: text that attackers wrote, into a page that an administrator opens.  Two places only
 * where text meets markup, and both escape whatever could be markup in any of its contexts.
 */
#include "cli/html.h"

void
sp_html_text(struct sp_buf *out, struct sp_str text)
{
	struct sp_buf shown;

	sp_buf_init(&shown, out->arena, text.len + 16);
	sp_buf_add_shown(&shown, text, 0);
	for (size_t i = 0; i < shown.len; i++) {
		switch (shown.p[i]) {
		case '<':
			sp_buf_addz(out, "&lt;");
			break;
		case '>':
			sp_buf_addz(out, "&gt;");
			break;
		case '&':
			sp_buf_addz(out, "&amp;");
			break;
		case '"':
			sp_buf_addz(out, "&quot;");
			break;
		case '\'':
			sp_buf_addz(out, "&#39;");
			break;
		default:
			sp_buf_addc(out, shown.p[i]);
		}
	}
}

/* Outside of strings JSON has none of these characters; inside, they may be spelled so. */
void
sp_html_json(struct sp_buf *out, struct sp_str json)
{
	size_t from = 0;

	for (size_t i = 0; i < json.len; i++) {
		const char *escape = json.p[i] == '<'   ? "\\u003c"
		                     : json.p[i] == '>' ? "\\u003e"
		                     : json.p[i] == '&' ? "\\u0026"
		                                        : NULL;

		if (!escape)
			continue;
		sp_buf_add(out, (struct sp_str){json.p + from, i - from});
		sp_buf_addz(out, escape);
		from = i + 1;
	}
	sp_buf_add(out, sp_str_from(json, from));
}
