/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refusal.c: the whole text a refused docker user reads (POLICY.md 1.13): every problem at once,
 * each with its rule.  Texts and names have been made harmless before they get here.
 */
#include "engine/rule.h"

#define VALUE_CHARS 120
#define LIST_BYTES 3400
#define REFUSAL_BYTES 4000
#define MAX_LINES 8

static void
add_rule_name(struct sp_buf *out, const struct sp_finding *f)
{
	sp_buf_addz(out, " [rule ");
	if (f->is_grant)
		sp_buf_addz(out, "allow ");
	sp_buf_add_shown(out, f->rule, VALUE_CHARS);
	sp_buf_addc(out, ']');
}

/* One use of a power: the bytes of this are what the index is asked for. */
struct use {
	const struct sp_key *power;
	const char *pointer, *key;
	int64_t index;
};

/* False: the finding is about no use of a power. */
static bool
use_of(const struct sp_finding *f, struct use *use)
{
	*use = (struct use){.power = sp_key_find(f->key, SP_IN_POWERS),
	                    .pointer = f->place.pointer,
	                    .key = f->place.key.p,
	                    .index = f->place.index};
	return use->power && use->pointer;
}

static uint32_t
find_use(const struct sp_index *index, const struct use *use)
{
	return sp_index_find(index, (struct sp_str){(const char *)use, sizeof(*use)});
}

static void
add_use(struct sp_index *index, struct sp_arena *arena, const struct use *use)
{
	struct sp_str s = sp_arena_dup(arena, (struct sp_str){(const char *)use, sizeof(*use)});

	if (s.p && index->slot)
		sp_index_add(index, s, 0);
}

/*
 * A guard has named this use of a power already: that the grant lacks it too is no news.  Nor is
 * it, after the first guard said so, that a path cannot be resolved.
 */
void
sp_text_mark_told(const struct sp_eval *ev, struct sp_finding *findings)
{
	struct sp_index named, unresolved;
	uint32_t n = 0;
	struct use use;

	for (const struct sp_finding *f = findings; f; f = f->next)
		n += !f->is_grant;
	if (n == 0 || sp_index_init(&named, ev->arena, n) ||
	    sp_index_init(&unresolved, ev->arena, n))
		return;
	for (struct sp_finding *f = findings; f; f = f->next) {
		if (!use_of(f, &use))
			continue;
		f->told = f->is_grant ? find_use(&named, &use) != 0
		                      : f->unresolved && find_use(&unresolved, &use) != 0;
		if (f->is_grant)
			continue;
		add_use(&named, ev->arena, &use);
		if (f->unresolved)
			add_use(&unresolved, ev->arena, &use);
	}
}

static void
add_rule_names(struct sp_buf *out, const struct sp_finding *findings)
{
	const char *separator = " by rule ";

	for (const struct sp_finding *f = findings; f; f = f->next) {
		bool seen = f->text.len == 0 || f->told;

		for (const struct sp_finding *g = findings; g != f && !seen; g = g->next)
			seen = sp_str_eq(g->rule, f->rule);
		if (seen)
			continue;
		sp_buf_addz(out, separator);
		sp_buf_add_shown(out, f->rule, VALUE_CHARS);
		separator = ", ";
	}
}

struct sp_str
sp_text_refusal(const struct sp_eval *ev, const struct sp_finding *findings)
{
	const struct sp_policy *policy = ev->policy;
	unsigned total = 0, shown = 0;
	struct sp_buf out;

	sp_buf_init(&out, ev->arena, LIST_BYTES);
	for (const struct sp_finding *f = findings; f; f = f->next)
		total += f->text.len > 0 && !f->told;
	sp_buf_addf(&out, "%s denied for ",
	            ev->req->action == SP_ACT_NONE ? "request" : ev->action->name);
	sp_buf_add_shown(&out, sp_text_user(ev), VALUE_CHARS);
	if (policy->detail == SP_DETAIL_RULE)
		add_rule_names(&out, findings);
	if (policy->detail != SP_DETAIL_FULL && ev->how->id)
		sp_buf_addf(&out, " (id %s)", ev->how->id);
	if (policy->detail == SP_DETAIL_FULL && total > 1)
		sp_buf_addf(&out, ", %u problems:", total);
	for (const struct sp_finding *f = findings; f && policy->detail == SP_DETAIL_FULL;
	     f = f->next) {
		if (!f->text.len || shown >= MAX_LINES || f->told)
			continue;
		shown++;
		if (total > 1)
			sp_buf_addf(&out, "\n  %u. ", shown);
		else
			sp_buf_addz(&out, ": ");
		sp_buf_add(&out, f->text);
		add_rule_name(&out, f);
	}
	out.max = REFUSAL_BYTES; /* what follows always fits */
	if (policy->detail == SP_DETAIL_FULL && total > shown)
		sp_buf_addf(&out, "\n  and %u more", total - shown);
	if (policy->contact.len) {
		sp_buf_addz(&out, shown > 1 ? "\nAsk: " : " Ask: ");
		sp_buf_add_shown(&out, policy->contact, VALUE_CHARS);
	}
	return sp_buf_str(&out);
}
