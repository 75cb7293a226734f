/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lint.h: the lints from the inside: what is told, and when one setting is certainly part of
 * another.  Private to engine/.
 */
#ifndef SALLYPORT_ENGINE_LINT_H
#define SALLYPORT_ENGINE_LINT_H

#include "engine/rule.h"

struct sp_lint {
	const struct sp_policy *policy;
	struct sp_diags *diags;
	uint32_t file; /* the main one, in diags */
	int64_t now;
	/* Comparisons of patterns that may still be made; then nothing is certain any more. */
	uint64_t budget;
	const struct sp_rule **rules; /* room for all of them */
};

/* Tells once per place. */
void sp_lint_tell(const struct sp_lint *lint, enum sp_severity severity, const char *code,
                  struct sp_pos pos, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));

/* A rule that acts now, whatever the clock says later: not in audit, not off, no date to come. */
bool sp_lint_in_force(const struct sp_rule *rule);
/* Is the guard lifted, in whole or for `key`, by any exception? */
bool sp_lint_is_lifted(const struct sp_lint *lint, const struct sp_rule *guard,
                       const struct sp_key *key);
/* Every action of `a` (that one of `families` belongs to; 0: all) is one of `b`'s. */
bool sp_lint_actions_within(const struct sp_rule *a, const struct sp_rule *b, uint32_t families);
bool sp_lint_actions_meet(const struct sp_rule *a, const struct sp_rule *b);
/* The setting of that key, or NULL. */
const struct sp_setting *sp_lint_setting(const struct sp_setting *list, const struct sp_key *key);

/*
 * lint_within.c: true only when it is certain, for every request and every user.
 */

/* Everybody `a` speaks about, `b` speaks about.  Absent: everybody. */
bool sp_lint_who_within(const struct sp_subjects *a, const struct sp_subjects *b);
/* Certainly nobody is meant by both. */
bool sp_lint_who_apart(const struct sp_subjects *a, const struct sp_subjects *b);
/* Certainly somebody is meant by both. */
bool sp_lint_who_meet(const struct sp_subjects *a, const struct sp_subjects *b);
/* Every value that `a` covers, `b` covers (powers under may, conditions that match each value). */
bool sp_lint_covered(struct sp_lint *lint, const struct sp_setting *a, const struct sp_setting *b);
/* The item that covers all the pattern covers, or NULL. */
const struct sp_pattern *sp_lint_container(struct sp_lint *lint, const struct sp_pattern *p,
                                           const struct sp_setting *s);
/* The pattern, granted, is always hit by the denied setting of the same key. */
bool sp_lint_always_hit(struct sp_lint *lint, const struct sp_key *key, const struct sp_pattern *p,
                        const struct sp_setting *denied);
/* Every value that `a` hits under uses, `b` hits. */
bool sp_lint_hit_within(struct sp_lint *lint, const struct sp_setting *a,
                        const struct sp_setting *b);
/* Whenever condition `a` holds, `b` of the same key holds. */
bool sp_lint_implies(struct sp_lint *lint, const struct sp_setting *a, const struct sp_setting *b);
/* No value satisfies both conditions of the same key. */
bool sp_lint_contradict(struct sp_lint *lint, const struct sp_setting *a,
                        const struct sp_setting *b);

/*
 * lint_rules.c: every request that `a` allows, `b` allows; every one that guard `a` refuses, `b`
 * refuses.  False for exceptions.  Modes are the caller's.
 */
bool sp_lint_rule_within(struct sp_lint *lint, const struct sp_rule *a, const struct sp_rule *b);

/* lint_grants.c, lint_rules.c, lint_exceptions.c */
void sp_lint_grants(struct sp_lint *lint);
void sp_lint_rules(struct sp_lint *lint);
void sp_lint_exceptions(struct sp_lint *lint);

#endif
