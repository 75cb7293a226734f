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

/* A guard has named this use of a power already: that the grant lacks it too is no news. */
static bool
is_told(const struct sp_finding *findings, const struct sp_finding *f)
{
	if (!f->is_grant || !f->place.pointer || !sp_key_find(f->key, SP_IN_POWERS))
		return false;
	for (const struct sp_finding *g = findings; g != f; g = g->next) {
		if (!g->is_grant && sp_str_eq(g->key, f->key) &&
		    g->place.pointer == f->place.pointer && g->place.index == f->place.index &&
		    sp_str_eq(g->place.key, f->place.key))
			return true;
	}
	return false;
}

static void
add_rule_names(struct sp_buf *out, const struct sp_finding *findings)
{
	const char *separator = " by rule ";

	for (const struct sp_finding *f = findings; f; f = f->next) {
		bool seen = f->text.len == 0 || is_told(findings, f);

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
		total += f->text.len > 0 && !is_told(findings, f);
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
		if (!f->text.len || shown >= MAX_LINES || is_told(findings, f))
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
