/* SPDX-License-Identifier: Apache-2.0 */
/* test_rules.c: the rules of a policy as reports see them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "sallyport/rules.h"

static const char text[] =
    "sallyport: 1\n"
    "allow:\n"
    "  all: {who: [anna], do: [all], on: any, may: everything}\n"
    "  some: {who: [ben], do: [run], on: any, must: {images: any, memory: {max: 1g}},\n"
    "         may: {bind: [/srv/**], volumes: any}}\n"
    "deny:\n"
    "  never: {enforce_from: 2026-10-01, uses: {privileged: true, devices: any}}\n"
    "require:\n"
    "  always: {must: {read_only: true}}\n"
    "exceptions:\n"
    "  once: {lifts: [never, always], who: [anna], expires: 2027-01-01, reason: x}\n";

static void
what_a_policy_consists_of(void **state)
{
	struct sp_arena arena;
	struct sp_diags diags;
	struct sp_policy *policy;
	const struct sp_rule_info *rules;
	struct sp_buf out;
	size_t n;

	(void)state;
	sp_arena_init(&arena, 16u << 20);
	sp_diags_init(&diags, &arena);
	policy = sp_policy_parse(SP_STR("p.yaml"), sp_strz(text), &diags);
	assert_non_null(policy);
	rules = sp_policy_rules(policy, &arena, &n);
	sp_policy_unref(policy); /* what was told stays */
	assert_non_null(rules);
	sp_buf_init(&out, &arena, 10000);
	for (size_t i = 0; i < n; i++) {
		const struct sp_rule_info *r = &rules[i];

		sp_buf_addf(&out, "%s %.*s %.*s:%u%s", r->kind, SP_FMT(r->name), SP_FMT(r->file),
		            r->line, r->dated ? " dated" : "");
		for (size_t k = 0; k < r->n_keys; k++)
			sp_buf_addf(&out, " %s.%s", r->keys[k].block, r->keys[k].name);
		for (size_t k = 0; k < r->n_lifts; k++)
			sp_buf_addf(&out, " lifts %.*s", SP_FMT(r->lifts[k]));
		sp_buf_addc(&out, '\n');
	}
	/* what `any` covers can be the reason of nothing, what it forbids can */
	assert_string_equal(sp_buf_str(&out).p, "allow all p.yaml:3\n"
	                                        "allow some p.yaml:4 must.memory may.bind\n"
	                                        "deny never p.yaml:7 dated uses.privileged "
	                                        "uses.devices\n"
	                                        "require always p.yaml:9 must.read_only\n"
	                                        "exception once p.yaml:11 dated lifts never lifts "
	                                        "always\n");
	sp_arena_fini(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_a_policy_consists_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
