/* SPDX-License-Identifier: Apache-2.0 */
/*
 * values.c: the values of a policy file: text with variables, lists, flags.
 * The key decides the type, never the spelling (POLICY.md 1.7, 4).  Input: the located tree of the
 * administrator's file; everything wrong is told with its position.
 */
#include "engine/load.h"

#define MAX_TEXT 1000

/* --- text --- */

int
sp_load_want_scalar(struct sp_loader *ld, const struct sp_node *node, const char *what)
{
	if (node->kind == SP_NODE_SCALAR)
		return 0;
	return sp_load_error(ld, node->pos, "E204", NULL, "%s must be text, found a %s", what,
	                     node->kind == SP_NODE_LIST ? "list" : "map");
}

/* Where a '$' of a plain one-line scalar stands; the scalar itself otherwise. */
static struct sp_pos
dollar_pos(const struct sp_node *node, size_t at, size_t len)
{
	struct sp_pos pos = node->pos;

	if (node->style != SP_STYLE_PLAIN)
		return pos;
	pos.width = (uint32_t)len;
	for (size_t i = 0; i < at;) {
		uint32_t code;
		size_t n = sp_utf8_next(node->text, i, &code);

		i += n ? n : 1;
		pos.column++;
	}
	return pos;
}

/* The name after a '$'; *len is what it took, with braces. */
static struct sp_str
var_name(struct sp_str rest, size_t *len)
{
	bool braces = rest.len > 0 && rest.p[0] == '{';
	size_t start = braces, end = start;

	while (end < rest.len && ((rest.p[end] >= 'a' && rest.p[end] <= 'z') ||
	                          (end > start && rest.p[end] >= '0' && rest.p[end] <= '9')))
		end++;
	*len = end + braces;
	if (end == start || (braces && (end >= rest.len || rest.p[end] != '}')))
		return (struct sp_str){NULL, 0};
	return (struct sp_str){rest.p + start, end - start};
}

static const char *const message_vars[] = {"value", "limit", "flag", "rule", "action", "user"};

static bool
is_message_var(struct sp_str name)
{
	for (size_t i = 0; i < sizeof(message_vars) / sizeof(message_vars[0]); i++) {
		if (sp_str_is(name, message_vars[i]))
			return true;
	}
	return false;
}

static int
undefined_var(struct sp_loader *ld, const struct sp_node *node, size_t at, size_t len,
              struct sp_str name)
{
	const char *near;

	if (name.len == 0)
		return sp_load_error(ld, dollar_pos(node, at, 1), "E232",
		                     "write $name or ${name}; there is no other use of '$'",
		                     "'$' is not followed by a variable name");
	near = sp_load_suggest_name(ld, SP_NAME_VAR, node->pos, name, "$");
	return sp_load_error(ld, dollar_pos(node, at, len), "E231", near,
	                     "variable '$%.*s' is not defined", SP_FMT(name));
}

/* Puts variables in.  `message` keeps the names only messages know, `has_user` NULL refuses $user.
 */
static int
expand(struct sp_loader *ld, const struct sp_node *node, bool message, bool *has_user,
       struct sp_str *out)
{
	struct sp_str text = node->text;
	struct sp_buf buf;
	int result = 0;

	sp_buf_init(&buf, ld->arena, 64 * 1024);
	for (size_t at = 0; at < text.len;) {
		struct sp_str rest = sp_str_from(text, at);
		size_t dollar = sp_str_find(rest, '$'), len;
		struct sp_str name;
		struct sp_name *var;

		sp_buf_add(&buf, sp_str_head(rest, dollar));
		at += dollar;
		if (at >= text.len)
			break;
		name = var_name(sp_str_from(text, at + 1), &len);
		var = sp_load_name(ld, SP_NAME_VAR, node->pos, name);
		if (name.len && message && is_message_var(name)) {
			sp_buf_addf(&buf, "${%.*s}", SP_FMT(name));
		} else if (sp_str_is(name, "user") && has_user) {
			*has_user = true;
			sp_buf_addz(&buf, "$user");
		} else if (sp_str_is(name, "user")) {
			result = sp_load_error(ld, dollar_pos(node, at, len + 1), "E232", NULL,
			                       "'$user' cannot be used here");
		} else if (name.len && var) {
			var->used = true;
			sp_buf_add(&buf, var->value->text);
		} else {
			result = undefined_var(ld, node, at, len + 1, name);
		}
		at += 1 + len;
	}
	*out = sp_buf_str(&buf);
	return result;
}

int
sp_load_text(struct sp_loader *ld, const struct sp_node *node, bool *has_user, struct sp_str *out)
{
	if (node->style == SP_STYLE_BLOCK || sp_str_find(node->text, '\n') < node->text.len)
		return sp_load_error(ld, node->pos, "E226", "write it on one line",
		                     "text over several lines is not welcome here");
	if (node->text.len == 0)
		return sp_load_error(ld, node->pos, "E227", NULL, "the text is empty");
	if (node->text.len > MAX_TEXT)
		return sp_load_error(ld, node->pos, "E228", NULL,
		                     "the text is longer than %d bytes", MAX_TEXT);
	return expand(ld, node, false, has_user, out);
}

int
sp_load_message(struct sp_loader *ld, const struct sp_node *node, struct sp_str *out)
{
	if (sp_load_want_scalar(ld, node, "a message"))
		return -1;
	if (node->text.len > MAX_TEXT)
		return sp_load_error(ld, node->pos, "E228", NULL,
		                     "the text is longer than %d bytes", MAX_TEXT);
	if (expand(ld, node, true, NULL, out))
		return -1;
	while (out->len && out->p[out->len - 1] == '\n') /* block scalars end in one */
		out->len--;
	return 0;
}

int
sp_load_word(struct sp_loader *ld, const struct sp_key *key, const struct sp_node *node,
             size_t *choice)
{
	size_t n = 0;

	if (sp_load_want_scalar(ld, node, sp_arena_printf(ld->scratch, "'%s'", key->name)))
		return -1;
	for (; key->choices[n]; n++) {
		if (sp_str_is(node->text, key->choices[n])) {
			*choice = n;
			return 0;
		}
	}
	return sp_load_error(ld, node->pos, "E247",
	                     sp_load_suggest(ld, node->text, key->choices, n),
	                     "'%.*s' is not a value of '%s'", SP_FMT(node->text), key->name);
}

int
sp_load_date(struct sp_loader *ld, const struct sp_node *node, bool *has, int64_t *date)
{
	if (sp_load_want_scalar(ld, node, "a date"))
		return -1;
	*has = !sp_str_is(node->text, "never");
	if (!*has || sp_num_date(node->text, date) == SP_NUM_OK)
		return 0;
	return sp_load_error(ld, node->pos, "E246",
	                     "write 2026-12-31 or 2026-12-31T23:59:59Z (UTC), or never",
	                     "'%.*s' is not a date", SP_FMT(node->text));
}

/* --- lists --- */

/*
 * The items of a list with list:NAME put in, as nodes; NULL after an error.  *n of them.
 */
const struct sp_node **
sp_load_items(struct sp_loader *ld, const char *key, const struct sp_node *node, uint32_t *n)
{
	const struct sp_node **items;
	uint32_t room = 0;
	int result = 0;

	*n = 0;
	if (node->kind != SP_NODE_LIST) {
		sp_load_error(
		    ld, node->pos, "E204",
		    node->kind == SP_NODE_SCALAR
			? sp_arena_printf(ld->scratch, "write %s: [%.*s]", key, SP_FMT(node->text))
			: NULL,
		    "'%s' needs a list", key);
		return NULL;
	}
	for (const struct sp_node *item = node->first; item; item = item->next) {
		struct sp_name *list =
		    sp_str_starts(item->text, SP_STR("list:"))
			? sp_load_name(ld, SP_NAME_LIST, item->pos, sp_str_from(item->text, 5))
			: NULL;

		room += list && list->value->kind == SP_NODE_LIST ? list->value->n : 1;
	}
	items = sp_arena_array(ld->scratch, room + 1, sizeof(*items));
	if (!items || node->n == 0) {
		sp_load_error(ld, node->pos, "E227", NULL, "'%s' is empty", key);
		return NULL;
	}
	for (const struct sp_node *item = node->first; item; item = item->next) {
		struct sp_name *list;

		if (item->kind != SP_NODE_SCALAR) {
			bool group = item->kind == SP_NODE_MAP && item->n == 1 &&
			             (sp_str_is(item->first->text, "group") ||
			              sp_str_is(item->first->text, "user"));

			result = sp_load_error(ld, item->pos, "E225",
			                       group ? "write group:NAME without a space after ':'"
			                             : NULL,
			                       "an item of '%s' must be text", key);
			continue;
		}
		if (!sp_str_starts(item->text, SP_STR("list:"))) {
			items[(*n)++] = item;
			continue;
		}
		list = sp_load_name(ld, SP_NAME_LIST, item->pos, sp_str_from(item->text, 5));
		if (!list) {
			struct sp_str name = sp_str_from(item->text, 5);

			result = sp_load_error(
			    ld, item->pos, "E230",
			    sp_load_suggest_name(ld, SP_NAME_LIST, item->pos, name, "list:"),
			    "list '%.*s' is not defined", SP_FMT(name));
			continue;
		}
		list->used = true;
		for (const struct sp_node *i = list->value->first; i; i = i->next)
			items[(*n)++] = i;
	}
	return result ? NULL : items;
}

/* --- settings --- */

static int
load_flag(struct sp_loader *ld, const struct sp_key *key, const struct sp_node *node,
          struct sp_setting *s)
{
	static const char *const yes[] = {"yes", "on", "y", "True", "TRUE",
	                                  "Yes", "On", "1", "YES",  "ON"};
	const char *hint = NULL;

	s->any = true;
	if (node->kind == SP_NODE_SCALAR && node->style == SP_STYLE_PLAIN &&
	    sp_str_is(node->text, "true"))
		return 0;
	if (node->kind == SP_NODE_SCALAR && node->style == SP_STYLE_PLAIN &&
	    sp_str_is(node->text, "false"))
		return sp_load_error(ld, node->pos, "E241",
		                     key->where & SP_IN_POWERS
		                         ? "powers are off unless listed; delete the line"
		                         : "conditions ask for something; delete the line",
		                     "'%s: false' says nothing here", key->name);
	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		if (sp_str_is(node->text, yes[i]))
			hint = "write true";
	}
	if (node->style != SP_STYLE_PLAIN && sp_str_is(node->text, "true"))
		hint = "write true, without quotes";
	if (node->kind != SP_NODE_SCALAR)
		return sp_load_error(ld, node->pos, "E240", "write true",
		                     "'%s' is true or false, found a %s", key->name,
		                     node->kind == SP_NODE_LIST ? "list" : "map");
	return sp_load_error(ld, node->pos, "E240", hint, "'%s' is true or false, found '%.*s'",
	                     key->name, SP_FMT(node->text));
}

static int
load_labels(struct sp_loader *ld, const struct sp_key *key, const struct sp_node *node,
            enum sp_block block, struct sp_setting *s)
{
	struct sp_pattern *patterns = sp_arena_array(ld->arena, node->n, sizeof(*patterns));
	int result = 0;

	if (node->kind != SP_NODE_MAP || node->n == 0 || !patterns)
		return sp_load_error(ld, node->pos, "E204", "write labels: {team: blue}",
		                     "'%s' needs a map of label names and patterns", key->name);
	for (const struct sp_node *k = node->first; k; k = k->next) {
		struct sp_pattern *p = &patterns[s->n++];

		p->pos = k->pos;
		p->key = sp_arena_dup(ld->arena, k->text);
		if (sp_load_want_scalar(ld, k->value, "a label's pattern") ||
		    sp_load_text(ld, k->value, &p->has_user, &p->text) ||
		    sp_load_pattern(ld, key, k->value->pos, block, p))
			result = -1;
	}
	s->patterns = patterns;
	return result;
}

static int
load_patterns(struct sp_loader *ld, const struct sp_key *key, const struct sp_node *node,
              enum sp_block block, struct sp_setting *s)
{
	struct sp_pattern *patterns;
	const struct sp_node **items;
	uint32_t n;
	int result = 0;

	if (node->kind == SP_NODE_SCALAR && node->style == SP_STYLE_PLAIN) {
		bool power = key->where & SP_IN_POWERS;

		if (sp_str_is(node->text, "any") && (power || key->type == SP_T_IMAGES)) {
			s->any = true;
			return 0;
		}
		if (sp_str_is(node->text, "non-root") && key->type == SP_T_USERS) {
			s->non_root = true;
			return 0;
		}
	}
	items = sp_load_items(ld, key->name, node, &n);
	if (!items)
		return -1;
	patterns = sp_arena_array(ld->arena, n, sizeof(*patterns));
	if (!patterns)
		return -1;
	for (uint32_t i = 0; i < n; i++) {
		struct sp_pattern *p = &patterns[s->n];

		if (key->type == SP_T_USERS && sp_str_is(items[i]->text, "non-root")) {
			s->non_root = true;
			continue;
		}
		s->n++;
		p->pos = items[i]->pos;
		if (sp_load_text(ld, items[i], &p->has_user, &p->text) ||
		    sp_load_pattern(ld, key, items[i]->pos, block, p))
			result = -1;
	}
	s->patterns = patterns;
	return result;
}

static int
load_value(struct sp_loader *ld, const struct sp_key *key, const struct sp_node *node,
           enum sp_block block, struct sp_setting *s)
{
	switch (key->type) {
	case SP_T_FLAG:
		return load_flag(ld, key, node, s);
	case SP_T_RANGE_SIZE:
	case SP_T_RANGE_CPUS:
	case SP_T_RANGE_COUNT:
		return sp_load_range(ld, key, node, s);
	case SP_T_DURATION:
		s->has_max = true;
		if (sp_load_want_scalar(ld, node, "a duration"))
			return -1;
		if (sp_num_duration(node->text, &s->max) == SP_NUM_OK)
			return 0;
		return sp_load_error(ld, node->pos, "E245",
		                     "write one number and s, m, h, d or w: 30d",
		                     "'%.*s' is not a duration", SP_FMT(node->text));
	case SP_T_LABELS:
		return load_labels(ld, key, node, block, s);
	case SP_T_NAMES:
	case SP_T_CHOICES:
	case SP_T_CAPS:
	case SP_T_PATHS:
	case SP_T_IMAGES:
	case SP_T_PORTS:
	case SP_T_USERS:
	case SP_T_STATUSES:
		return load_patterns(ld, key, node, block, s);
	case SP_T_NONE:
	case SP_T_MAP:
	case SP_T_SUBJECTS:
	case SP_T_ACTIONS:
	case SP_T_SCOPE:
	case SP_T_LIFTS:
	case SP_T_WORD:
	case SP_T_TEXT:
	case SP_T_DATE:
		break;
	}
	return sp_load_error(ld, node->pos, "E204", NULL, "'%s' cannot stand here", key->name);
}

int
sp_load_setting(struct sp_loader *ld, const struct sp_key *key, const struct sp_node *keynode,
                enum sp_block block, struct sp_setting *out)
{
	out->key = key;
	out->pos = keynode->pos;
	if (load_value(ld, key, keynode->value, block, out))
		return -1;
	return sp_index_setting(out, ld->arena);
}
