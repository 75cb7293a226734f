/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load_quotes.c: texts that mean themselves here, because the key decides the type, and something
 * else to a tool that reads and rewrites the file by YAML's own rules: `no` becomes false, 1.10
 * becomes 1.1, 22:22 becomes 1342.  Input: the located trees of files without errors.
 */
#include "engine/load.h"

static bool
is_digits(struct sp_str s, char first, char last)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] < first || s.p[i] > last)
			return false;
	}
	return s.len > 0;
}

static bool
is_word(struct sp_str s)
{
	static const char *const words[] = {"y",    "n",     "yes",  "no", "on",   "off",
	                                    "true", "false", "null", "~",  ".inf", ".nan"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (sp_str_eq_nocase(s, sp_strz(words[i])))
			return true;
	}
	return false;
}

/* Numbers that come back spelt differently.  8080, 1000 and 1.5 do not. */
static bool
is_odd_number(struct sp_str s)
{
	struct sp_str head, tail;

	if (s.len > 1 && s.p[0] == '0' &&
	    (is_digits(s, '0', '7') || s.p[1] == 'x' || s.p[1] == 'o' || s.p[1] == 'b'))
		return is_digits(sp_str_from(s, 2), '0', 'f') || is_digits(s, '0', '7');
	if (sp_str_cut(s, '.', &head, &tail) && is_digits(head, '0', '9'))
		return tail.len == 0 ||
		       (is_digits(tail, '0', '9') && sp_str_ends(tail, SP_STR("0")));
	if (sp_str_cut(s, '_', &head, &tail))
		return is_digits(head, '0', '9') && is_digits(tail, '0', '9');
	/* YAML 1.1 reads 12:30 in base 60. */
	return sp_str_cut(s, ':', &head, &tail) && is_digits(head, '0', '9') && tail.len <= 2 &&
	       is_digits(tail, '0', '9') && (tail.len == 1 || tail.p[0] < '6');
}

static void
check_text(struct sp_loader *ld, const struct sp_node *node)
{
	if (node->kind != SP_NODE_SCALAR || node->style != SP_STYLE_PLAIN)
		return;
	if (is_word(node->text) || is_odd_number(node->text))
		sp_load_warning(ld, node->pos, "W312",
		                sp_arena_printf(ld->scratch, "write \"%.*s\"", SP_FMT(node->text)),
		                "'%.*s' is text here, but not to other YAML readers",
		                SP_FMT(node->text));
	else if (sp_str_find(node->text, '#') < node->text.len)
		sp_load_warning(ld, node->pos, "W312",
		                sp_arena_printf(ld->scratch,
		                                "write \"%.*s\", or put a space before a comment",
		                                SP_FMT(node->text)),
		                "'%.*s' holds a '#' without quotes", SP_FMT(node->text));
}

/* Is the value of this key text, or a map of texts? */
static bool
holds_text(const struct sp_node *k)
{
	const struct sp_key *key = sp_key_find(k->text, UINT32_MAX);

	if (sp_str_is(k->text, "sallyport"))
		return false;
	return key &&
	       (key->type == SP_T_TEXT || key->type == SP_T_LABELS || sp_str_is(k->text, "vars"));
}

static void
walk(struct sp_loader *ld, const struct sp_node *node, bool text)
{
	switch (node->kind) {
	case SP_NODE_SCALAR:
		if (text)
			check_text(ld, node);
		return;
	case SP_NODE_LIST: /* every list of the language is one of texts */
		for (const struct sp_node *item = node->first; item; item = item->next)
			walk(ld, item, true);
		return;
	case SP_NODE_MAP:
		for (const struct sp_node *k = node->first; k; k = k->next)
			walk(ld, k->value, text || holds_text(k));
		return;
	}
}

void
sp_load_warn_unquoted(struct sp_loader *ld, const struct sp_node *root)
{
	walk(ld, root, false);
}
