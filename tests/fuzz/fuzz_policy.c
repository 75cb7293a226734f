/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_policy.c: any bytes as a policy file: a policy without errors or no policy with errors, and
 * always a report that a terminal can show.  A small arena stands for memory that runs out.
 */
#include <stdint.h>
#include <stdlib.h>

#include "sallyport/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(struct sp_str text, size_t memory)
{
	struct sp_arena arena;
	struct sp_diags diags;
	struct sp_buf out;
	struct sp_policy *policy;
	uint32_t code;
	struct sp_str report;

	sp_arena_init(&arena, memory);
	sp_diags_init(&diags, &arena);
	policy = sp_policy_parse(SP_STR("policy.yaml"), text, &diags);
	if ((policy != NULL) != (diags.n_errors == 0))
		abort();
	if (policy)
		sp_policy_lint(policy, 1780272000, &diags);
	if ((policy != NULL) != (diags.n_errors == 0))
		abort(); /* a lint is no error */
	sp_diags_sort(&diags);
	sp_buf_init(&out, &arena, 1 << 20);
	sp_diags_print(&diags, &out, policy ? (int)sp_policy_n_rules(policy) : -1);
	report = sp_buf_str(&out);
	for (size_t at = 0, n; at < report.len; at += n) {
		n = sp_utf8_next(report, at, &code);
		if (n == 0 || (code != '\n' && sp_utf8_hidden(code)))
			abort();
	}
	sp_policy_unref(policy);
	sp_arena_fini(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sp_str text = {(const char *)data, size};
	size_t some = 0;

	for (size_t i = 0; i < size && i < 64; i++)
		some = some * 31 + data[i];
	check(text, 64 << 20);
	check(text, 1024 + some % (64 * 1024));
	return 0;
}
