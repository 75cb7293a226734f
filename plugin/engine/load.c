/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load.c: a policy file, from text to rules.  Everything that is wrong is reported in one run, each
 * with its place; a policy with an error does not exist.  What may stand where comes from the key
 * table.  Input: the administrator's file.
 */
#include <stdio.h>

#include "engine/load.h"

#define MAX_RULES 2000
#define RULES (SP_IN_ALLOW | SP_IN_DENY | SP_IN_REQUIRE | SP_IN_EXCEPTION)

/* --- telling --- */

static int tell(struct sp_loader *ld, enum sp_severity severity, struct sp_pos pos,
                const char *code, const char *hint, const char *fmt, va_list args)
    __attribute__((format(printf, 6, 0)));

static int
tell(struct sp_loader *ld, enum sp_severity severity, struct sp_pos pos, const char *code,
     const char *hint, const char *fmt, va_list args)
{
	char text[1200];

	vsnprintf(text, sizeof(text), fmt, args);
	return sp_diags_add(ld->diags, severity, code, pos, hint, "%s", text);
}

int
sp_load_error(struct sp_loader *ld, struct sp_pos pos, const char *code, const char *hint,
              const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	tell(ld, SP_ERROR, pos, code, hint, fmt, args);
	va_end(args);
	return -1;
}

int
sp_load_warning(struct sp_loader *ld, struct sp_pos pos, const char *code, const char *hint,
                const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	tell(ld, SP_WARNING, pos, code, hint, fmt, args);
	va_end(args);
	return 0;
}

const char *
sp_load_suggest(struct sp_loader *ld, struct sp_str word, const char *const *names, size_t n)
{
	const char *near = sp_suggest(word, names, n);

	return near ? sp_arena_printf(ld->scratch, "did you mean '%s'?", near) : NULL;
}

struct sp_load_file *
sp_load_file_of(struct sp_loader *ld, struct sp_pos pos)
{
	uint32_t i = pos.file - ld->first_file;

	return &ld->files[i < ld->n_files ? i : 0];
}

/* --- keys: unknown, misplaced, not yet --- */

static const char *
suggest_key(struct sp_loader *ld, struct sp_str word, uint32_t where)
{
	const char *names[128];
	size_t n_keys, n = 0;
	const struct sp_key *keys = sp_keys(&n_keys);

	for (size_t i = 0; i < n_keys && n < 128; i++) {
		if (keys[i].where & where)
			names[n++] = keys[i].name;
	}
	return sp_load_suggest(ld, word, names, n);
}

static const char *
block_name(uint32_t where)
{
	if (where & SP_IN_POWERS)
		return "power";
	return where & SP_IN_CONDITIONS ? "condition" : "key";
}

/* The word is a key, but of another place: say which. */
static const char *
right_place(uint32_t where)
{
	if (where & SP_IN_POWERS)
		return "is a power, it belongs under 'may:' (allow) or 'uses:' (deny)";
	if (where & SP_IN_CONDITIONS)
		return "is a condition, it belongs under 'must:', 'when:' or 'unless:'";
	if (where & SP_IN_MESSAGES)
		return "belongs under 'messages:'";
	if (where & SP_IN_SELF_PROTECTION)
		return "belongs under 'self_protection:'";
	if (where & SP_IN_RESPONSE)
		return "belongs under 'response:'";
	if (where & SP_IN_SCOPE)
		return "belongs under 'on:'";
	if (where == SP_IN_FILE)
		return "belongs at the top of the main file";
	if (where == (SP_IN_INCLUDED | SP_IN_PACK))
		return "belongs at the top of an included file";
	if (where & SP_IN_FILE)
		return "belongs at the top of the file";
	if (where == (SP_IN_DENY | SP_IN_REQUIRE))
		return "belongs in deny and require rules";
	if (where == SP_IN_DENY)
		return "belongs in deny rules";
	if (where == SP_IN_ALLOW)
		return "belongs in allow rules";
	if (where & SP_IN_ADJUST)
		return "belongs under 'adjust:'";
	return where == SP_IN_EXCEPTION ? "belongs in exceptions" : "belongs in other rules";
}

/*
 * The row of a key that may stand here, or NULL after telling.  `block` is how the place is called
 * ("must:", "deny rule 'x'").
 */
const struct sp_key *
sp_load_key(struct sp_loader *ld, const struct sp_node *k, uint32_t where, const char *block)
{
	const struct sp_key *key = sp_key_find(k->text, where);
	const char *hint = NULL;

	if (key && key->later) {
		sp_load_error(ld, k->pos, "E203", NULL, "'%s' %s", key->name, key->later);
		return NULL;
	}
	if (key)
		return key;
	if (where & RULES) /* some names mean something in rules and elsewhere */
		key = sp_key_find(k->text, RULES);
	if (!key)
		key = sp_key_find(k->text, UINT32_MAX);
	if (key) {
		size_t len = strlen(block); /* 0 when there was no memory for a name */
		bool is_key = len && block[len - 1] == ':';

		sp_load_error(ld, k->pos, "E211", NULL, "'%s' %s, not %s%s%s", key->name,
		              right_place(key->where), is_key ? "'" : "in ", block,
		              is_key ? "'" : "");
		return NULL;
	}
	hint = suggest_key(ld, k->text, where);
	if (!hint && sp_str_find(k->text, ':') < k->text.len)
		hint = "a space is missing after ':'";
	if (where & (SP_IN_POWERS | SP_IN_CONDITIONS))
		sp_load_error(ld, k->pos, "E210", hint, "unknown %s '%.*s'", block_name(where),
		              SP_FMT(k->text));
	else if (where & SP_IN_ANY_FILE)
		sp_load_error(ld, k->pos, "E210", hint, "unknown key '%.*s'", SP_FMT(k->text));
	else
		sp_load_error(ld, k->pos, "E210", hint, "unknown key '%.*s' in %s", SP_FMT(k->text),
		              block);
	return NULL;
}

int
sp_load_want_map(struct sp_loader *ld, const struct sp_node *k)
{
	if (k->value->kind == SP_NODE_MAP)
		return 0;
	return sp_load_error(ld, k->value->pos, "E204", NULL, "'%.*s' needs a map, found %s",
	                     SP_FMT(k->text), k->value->kind == SP_NODE_LIST ? "a list" : "text");
}

/* --- the file --- */

static int
load_messages(struct sp_loader *ld, const struct sp_node *k)
{
	int result = 0;
	size_t choice;

	if (sp_load_want_map(ld, k))
		return -1;
	for (const struct sp_node *n = k->value->first; n; n = n->next) {
		const struct sp_key *key = sp_load_key(ld, n, SP_IN_MESSAGES, "messages:");

		if (!key) {
			result = -1;
		} else if (key->type == SP_T_WORD) {
			if (sp_load_word(ld, key, n->value, &choice))
				result = -1;
			else
				ld->policy->detail = (enum sp_detail)choice;
		} else if (n->value->kind != SP_NODE_SCALAR) {
			result = sp_load_error(ld, n->value->pos, "E204", NULL, "'%s' must be text",
			                       key->name);
		} else if (sp_load_text(ld, n->value, NULL, &ld->policy->contact)) {
			result = -1;
		}
	}
	return result;
}

/* "1.44": two numbers of up to three digits, without zeroes in front. */
static bool
parse_api_version(struct sp_str text, int part[2])
{
	struct sp_str number[2];

	sp_str_cut(text, '.', &number[0], &number[1]);
	for (int i = 0; i < 2; i++) {
		part[i] = 0;
		if (number[i].len < 1 || number[i].len > 3 || number[i].p[0] == '0')
			return false;
		for (size_t at = 0; at < number[i].len; at++) {
			if (number[i].p[at] < '0' || number[i].p[at] > '9')
				return false;
			part[i] = part[i] * 10 + (number[i].p[at] - '0');
		}
	}
	return true;
}

/* dockerd 20.10 begins at 1.12, so that 1.4 can only be 1.40 that lost its last digit. */
static int
load_min_api_version(struct sp_loader *ld, const struct sp_node *k)
{
	const struct sp_node *value = k->value;
	int part[2];

	if (value->kind != SP_NODE_SCALAR || !parse_api_version(value->text, part))
		return sp_load_error(ld, value->pos, "E204", "write min_api_version: 1.44",
		                     "'min_api_version' needs an API version: two numbers with a "
		                     "point between them");
	/* Nor is there a 1.440, which would lock everybody out. */
	if (part[0] != 1 || part[1] < 12 || part[1] > 99) {
		int near = part[1] < 10 ? part[1] * 10 : part[1] / 10;

		return sp_load_error(ld, value->pos, "E204",
		                     part[0] == 1 && near >= 12
		                         ? sp_arena_printf(ld->scratch, "did you mean 1.%d?", near)
		                         : "write min_api_version: 1.44",
		                     "no dockerd speaks API %d.%d", part[0], part[1]);
	}
	ld->policy->min_api_major = part[0];
	ld->policy->min_api_minor = part[1];
	return 0;
}

static int
load_self_protection(struct sp_loader *ld, const struct sp_node *k)
{
	int result = 0;

	if (k->value->kind != SP_NODE_MAP || !k->value->first)
		return sp_load_error(ld, k->value->pos, "E204",
		                     "it cannot be switched off; write self_protection: {except: "
		                     "[anna]} to spare a user",
		                     "'self_protection' needs a map");
	for (const struct sp_node *n = k->value->first; n; n = n->next) {
		const struct sp_key *key =
		    sp_load_key(ld, n, SP_IN_SELF_PROTECTION, "self_protection:");

		if (!key || sp_load_named_subjects(ld, key->name, n->value, &ld->policy->spared))
			result = -1;
	}
	return result;
}

static int
check_version(struct sp_loader *ld, const struct sp_node *root)
{
	const struct sp_node *k = root->first;

	if (!k || !sp_str_is(k->text, "sallyport"))
		return sp_load_error(
		    ld, k ? k->pos : root->pos, "E201", "begin the file with sallyport: 1",
		    "the first key of a policy is 'sallyport', the version of its language");
	if (k->value->kind != SP_NODE_SCALAR || k->value->style != SP_STYLE_PLAIN ||
	    !sp_str_is(k->value->text, "1"))
		return sp_load_error(ld, k->value->pos, "E202", "this program reads version 1",
		                     "version '%.*s' of the policy language is not known",
		                     SP_FMT(k->value->text));
	return 0;
}

const struct sp_node *
sp_load_section(const struct sp_node *root, const char *name)
{
	for (const struct sp_node *k = root->first; k; k = k->next) {
		if (sp_str_is(k->text, name))
			return k;
	}
	return NULL;
}

static const char pack_hint[] =
    "write it in the main file, or leave 'pack' out; including a pack can never widen anything";

static int
check_keys(struct sp_loader *ld, const struct sp_load_file *file)
{
	const char *block = file->where & SP_IN_FILE ? "the main file" : "an included file";
	int result = 0;

	for (const struct sp_node *k = file->root->first; k; k = k->next) {
		if (file->where & SP_IN_PACK && sp_key_find(k->text, SP_IN_INCLUDED) &&
		    !sp_key_find(k->text, SP_IN_PACK))
			result = sp_load_error(ld, k->pos, "E211", pack_hint,
			                       "'%.*s' cannot stand in a pack, which holds only "
			                       "deny, require, lists and profiles",
			                       SP_FMT(k->text));
		else if (!sp_load_key(ld, k, file->where, block))
			result = -1;
	}
	return result;
}

static int
load_head(struct sp_loader *ld, struct sp_load_file *file)
{
	const struct sp_node *root = file->root;
	const struct sp_node *k;
	int result = check_version(ld, root);
	size_t choice;

	result |= check_keys(ld, file);
	/* Names first: everything else may use them, wherever it stands. */
	result |= sp_load_names(ld, file);
	if ((k = sp_load_section(root, "mode"))) {
		if (sp_load_word(ld, sp_key_find(k->text, SP_IN_FILE), k->value, &choice))
			result = -1;
		else
			file->mode = choice == 1 ? SP_MODE_AUDIT : SP_MODE_ENFORCE;
	}
	if (!(file->where & SP_IN_FILE))
		return result;
	ld->policy->audit = file->mode == SP_MODE_AUDIT;
	if ((k = sp_load_section(root, "min_api_version")) && load_min_api_version(ld, k))
		result = -1;
	if ((k = sp_load_section(root, "messages")) && load_messages(ld, k))
		result = -1;
	if ((k = sp_load_section(root, "self_protection")) && load_self_protection(ld, k))
		result = -1;
	return result;
}

static const char *const sections[] = {"allow", "deny", "require", "exceptions"};

static int
check_unique(struct sp_loader *ld, const struct sp_index *names, const struct sp_rule *rule)
{
	uint32_t at = sp_index_find(names, rule->name);
	const struct sp_rule *first;

	if (!at)
		return 0;
	first = &ld->policy->rules[at - 1];
	return sp_load_error(
	    ld, rule->pos, "E212",
	    first->pos.file == rule->pos.file
		? sp_arena_printf(ld->scratch, "first used on line %u; a name stands for one rule",
	                          first->pos.line)
		: sp_arena_printf(ld->scratch, "first used at %.*s:%u; a name stands for one rule",
	                          SP_FMT(first->file), first->pos.line),
	    "rule name '%.*s' is used twice", SP_FMT(rule->name));
}

/* The rules of one file; lifts[] are the `lifts:` of all rules so far. */
static int
load_rules(struct sp_loader *ld, const struct sp_load_file *file, struct sp_index *names,
           const struct sp_node **lifts)
{
	struct sp_policy *policy = ld->policy;
	int result = 0;

	for (const struct sp_node *k = file->root->first; k; k = k->next) {
		size_t kind = 0;

		while (kind < 4 && !sp_str_is(k->text, sections[kind]))
			kind++;
		if (kind == 4)
			continue;
		if (sp_load_want_map(ld, k)) {
			result = -1;
			continue;
		}
		for (const struct sp_node *n = k->value->first; n; n = n->next) {
			struct sp_rule *rule = &policy->rules[policy->n_rules];

			rule->kind = (enum sp_rule_kind)kind;
			ld->diags->rule = n->text;
			result |= sp_load_rule(ld, n, rule, &lifts[policy->n_rules]);
			ld->diags->rule = rule->name;
			result |= check_unique(ld, names, rule);
			ld->diags->rule = SP_STR("");
			sp_index_add(names, rule->name, policy->n_rules++);
		}
	}
	return result;
}

static int
load_all_rules(struct sp_loader *ld)
{
	struct sp_policy *policy = ld->policy;
	const struct sp_node **lifts;
	struct sp_index names;
	uint32_t room = 0;
	int result = 0;

	for (uint32_t i = 0; i < ld->n_files; i++) {
		for (size_t kind = 0; kind < 4 && ld->files[i].root; kind++) {
			const struct sp_node *k =
			    sp_load_section(ld->files[i].root, sections[kind]);

			room += k && k->value->kind == SP_NODE_MAP ? k->value->n : 0;
		}
	}
	if (room > MAX_RULES)
		return sp_load_error(ld, ld->files[0].root->pos, "E216",
		                     "put values into lists instead of rules",
		                     "the policy has more than %d rules", MAX_RULES);
	policy->rules = sp_arena_array(ld->arena, room, sizeof(*policy->rules));
	lifts = sp_arena_array(ld->scratch, room, sizeof(*lifts));
	if (!policy->rules || !lifts || sp_index_init(&names, ld->scratch, room))
		return -1;
	for (uint32_t i = 0; i < ld->n_files; i++) {
		if (ld->files[i].root)
			result |= load_rules(ld, &ld->files[i], &names, lifts);
	}
	for (uint32_t i = 0; i < policy->n_rules; i++) {
		ld->diags->rule = policy->rules[i].name;
		result |= sp_load_lifts(ld, &policy->rules[i], lifts[i]);
	}
	ld->diags->rule = SP_STR("");
	return result ? -1 : 0;
}

int
sp_load_trees(struct sp_loader *ld)
{
	const struct sp_node *adjust = sp_load_section(ld->files[0].root, "adjust");
	bool complete = true;
	int result = 0;

	for (uint32_t i = 0; i < ld->n_files; i++) {
		complete &= ld->files[i].root != NULL;
		if (ld->files[i].root)
			result |= load_head(ld, &ld->files[i]);
	}
	result |= sp_load_names_unique(ld);
	for (uint32_t i = 0; i < ld->n_files; i++) {
		if (ld->files[i].root)
			result |= sp_load_profiles(ld, &ld->files[i]);
	}
	if (!complete) /* what it would define, the others need not be blamed for */
		return -1;
	result |= load_all_rules(ld);
	if (adjust)
		result |= sp_load_adjust(ld, adjust);
	if (result)
		return -1;
	sp_load_warn_unused(ld);
	for (uint32_t i = 0; i < ld->n_files; i++)
		sp_load_warn_unquoted(ld, ld->files[i].root);
	return 0;
}
