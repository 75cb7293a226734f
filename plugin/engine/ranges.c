/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ranges.c: {min, max} of sizes, CPUs and counts.  Input: the located tree of the administrator's
 * file.
 */
#include "engine/load.h"

static const char *
range_example(enum sp_type type)
{
	if (type == SP_T_RANGE_SIZE)
		return "512m";
	return type == SP_T_RANGE_CPUS ? "1.5" : "200";
}

static int
load_number(struct sp_loader *ld, const struct sp_key *key, const struct sp_node *node,
            int64_t *out)
{
	enum sp_num_err err;
	const char *hint;

	if (sp_load_want_scalar(ld, node, "a number"))
		return -1;
	if (key->type == SP_T_RANGE_SIZE)
		err = sp_num_size(node->text, out);
	else if (key->type == SP_T_RANGE_CPUS)
		err = sp_num_cpus(node->text, out);
	else
		err = sp_num_uint(node->text, out);
	if (err == SP_NUM_OK) {
		if (key->type == SP_T_RANGE_SIZE && *out > 0 && *out < 4096)
			sp_load_warning(ld, node->pos, "W313",
			                "a number without a unit is bytes; did you mean "
			                "512m?",
			                "'%s' of less than 4 KiB", key->name);
		return 0;
	}
	hint = err == SP_NUM_LEADING_ZERO
	           ? "a leading zero is not allowed (some YAML readers take it as octal)"
	       : err == SP_NUM_RANGE
	           ? "the number is too large"
	           : sp_arena_printf(ld->scratch, "write e.g. %s", range_example(key->type));
	return sp_load_error(ld, node->pos, "E243", hint, "'%.*s' is not a number",
	                     SP_FMT(node->text));
}

static void
print_bound(struct sp_buf *out, enum sp_type type, int64_t n)
{
	if (type == SP_T_RANGE_SIZE)
		sp_buf_add_size(out, n);
	else if (type == SP_T_RANGE_CPUS)
		sp_buf_add_cpus(out, n);
	else
		sp_buf_addi(out, n);
}

static int
check_bounds(struct sp_loader *ld, const struct sp_key *key, const struct sp_node *node,
             const struct sp_setting *s)
{
	struct sp_buf text;

	if (!s->has_min || !s->has_max || s->min <= s->max)
		return 0;
	sp_buf_init(&text, ld->scratch, 200);
	sp_buf_addz(&text, "min ");
	print_bound(&text, key->type, s->min);
	sp_buf_addz(&text, " is above max ");
	print_bound(&text, key->type, s->max);
	return sp_load_error(ld, node->pos, "E244", NULL, "'%s' can never hold: %.*s", key->name,
	                     SP_FMT(sp_buf_str(&text)));
}

int
sp_load_range(struct sp_loader *ld, const struct sp_key *key, const struct sp_node *node,
              struct sp_setting *s)
{
	static const char *const bounds[] = {"min", "max"};
	int result = 0;

	if (node->kind != SP_NODE_MAP)
		return sp_load_error(ld, node->pos, "E242",
		                     node->kind == SP_NODE_SCALAR
		                         ? sp_arena_printf(ld->scratch, "write %s: {max: %.*s}",
		                                           key->name, SP_FMT(node->text))
		                         : NULL,
		                     "'%s' needs a range", key->name);
	for (const struct sp_node *k = node->first; k; k = k->next) {
		if (sp_str_is(k->text, "min")) {
			s->has_min = true;
			result |= load_number(ld, key, k->value, &s->min);
		} else if (sp_str_is(k->text, "max")) {
			s->has_max = true;
			result |= load_number(ld, key, k->value, &s->max);
		} else {
			result = sp_load_error(
			    ld, k->pos, "E210", sp_load_suggest(ld, k->text, bounds, 2),
			    "unknown key '%.*s' in the range of '%s'", SP_FMT(k->text), key->name);
		}
	}
	if (!node->first)
		result = sp_load_error(ld, node->pos, "E242", "give min, max or both",
		                       "'%s' needs a range", key->name);
	return result ? -1 : check_bounds(ld, key, node, s);
}
