/* SPDX-License-Identifier: Apache-2.0 */
/*
 * print.c: tokens back to compact JSON text, for records and replay.  Output means the same to
 * every reader: strings are escaped anew, numbers are the client's own spelling.
 * Recursion is bounded by the depth that sp_json_parse accepts.
 */
#include "sallyport/gojson.h"

static void
print_members(const struct sp_json *doc, uint32_t tok, bool object, struct sp_buf *out)
{
	const char *before = "";

	for (uint32_t at = sp_json_first(doc, tok); at; at = sp_json_after(doc, tok, at)) {
		sp_buf_addz(out, before);
		before = ",";
		sp_json_print(doc, at, out);
		if (object) {
			sp_buf_addc(out, ':');
			sp_json_print(doc, at + 1, out);
		}
	}
}

void
sp_json_print(const struct sp_json *doc, uint32_t tok, struct sp_buf *out)
{
	switch (sp_json_type(doc, tok)) {
	case SP_JSON_NONE:
	case SP_JSON_NULL:
		sp_buf_addz(out, "null");
		return;
	case SP_JSON_FALSE:
		sp_buf_addz(out, "false");
		return;
	case SP_JSON_TRUE:
		sp_buf_addz(out, "true");
		return;
	case SP_JSON_INT:
	case SP_JSON_NUMBER:
		sp_buf_add(out, sp_json_str(doc, tok));
		return;
	case SP_JSON_STRING:
		sp_buf_add_json(out, sp_json_str(doc, tok));
		return;
	case SP_JSON_ARRAY:
		sp_buf_addc(out, '[');
		print_members(doc, tok, false, out);
		sp_buf_addc(out, ']');
		return;
	case SP_JSON_OBJECT:
		sp_buf_addc(out, '{');
		print_members(doc, tok, true, out);
		sp_buf_addc(out, '}');
		return;
	}
}
