/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules.h: what a loaded policy consists of, for tools that report about its rules.  Layer: engine.
 */
#ifndef SALLYPORT_RULES_H
#define SALLYPORT_RULES_H

#include "sallyport/policy.h"

/* A key of a rule that can be the reason of a refusal, as sp_finding.key names it. */
struct sp_rule_key {
	const char *block; /* "must", "may", "uses", "response"; "on" */
	const char *name;
};

struct sp_rule_info {
	const char *kind; /* "allow", "deny", "require", "exception" */
	struct sp_str name, file;
	uint32_t line;
	bool dated; /* what it says depends on the day */
	bool off;
	const struct sp_rule_key *keys; /* of must and uses, and of may in allow rules */
	size_t n_keys;
	const struct sp_str *lifts; /* of an exception: names of guards */
	size_t n_lifts;
};

/* new, in `arena`, in file order; NULL when it is full. */
const struct sp_rule_info *sp_policy_rules(const struct sp_policy *policy, struct sp_arena *arena,
                                           size_t *n);

#endif
