/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eval.h: what a single rule says about a request.  eval.c answers it, decide.c makes the verdict
 * of all answers.  Private to engine/.
 */
#ifndef SALLYPORT_ENGINE_EVAL_H
#define SALLYPORT_ENGINE_EVAL_H

#include "engine/rule.h"

/*
 * Objections on their way out.  Telling costs texts, so the way to a verdict first only asks, or
 * counts; what is counted stands even when the arena is full and it cannot be told.
 */
enum sp_telling {
	SP_ASK = 0,
	SP_COUNT,
	SP_TELL
}; /* stop at the first, count all, keep all with their texts */

struct sp_found {
	enum sp_telling telling;
	struct sp_finding *first, **tail;
	uint32_t n;
};

void sp_found_init(struct sp_found *f, enum sp_telling telling);
/*
 * Adds and tells a finding of a built-in check; `insists`: the file's audit mode does not soften
 * it.  NULL when there was no memory to tell it; it counts all the same.
 */
struct sp_finding *sp_found_builtin(const struct sp_eval *ev, struct sp_found *f, const char *rule,
                                    bool insists, struct sp_str text);

/* Is the caller one of them? */
bool sp_subjects_match(const struct sp_eval *ev, const struct sp_subjects *s);
/* Is the rule about this caller, and still in force? */
bool sp_rule_is_for_caller(const struct sp_eval *ev, const struct sp_rule *rule);
bool sp_rule_has_expired(const struct sp_eval *ev, const struct sp_rule *rule);
/* Is the rule only watched, because of its mode or until a date?  Does it say `mode: enforce`? */
bool sp_rule_in_audit(const struct sp_eval *ev, const struct sp_rule *rule);
bool sp_rule_insists(const struct sp_eval *ev, const struct sp_rule *rule);
/* May the caller's name stand for $user? */
bool sp_user_is_plain(struct sp_str user);

/* One deny or require rule that speaks about the action; its objections go to `found`. */
enum sp_step_result sp_eval_guard(const struct sp_eval *ev, const struct sp_rule *rule,
                                  struct sp_found *found);
/*
 * Does an allow rule cover the whole request?  What it lacks goes to `found`.  True: it lacks
 * nothing that could be seen, and dockerd's answer will show the rest.
 */
bool sp_eval_grant(const struct sp_eval *ev, const struct sp_rule *rule, struct sp_found *found);

/*
 * eval_response.c: `response:` of a deny rule: does the answer match all of it?  *text says so.
 */
enum sp_tri sp_response_hits(const struct sp_eval *ev, const struct sp_rule *rule,
                             struct sp_str *text);
/* ... of a require rule: does one key hold?  *text says why not. */
enum sp_tri sp_response_holds(const struct sp_eval *ev, const struct sp_setting *s,
                              struct sp_str *text);
/* Does the rule judge what is being judged, the request or its answer? */
bool sp_rule_is_due(const struct sp_eval *ev, const struct sp_rule *rule);

/*
 * self_protection.c: builtin/self-protection, a guard of every policy: nobody undoes this plugin
 * through the plugin, but for the users the policy spares.  Objections go to `found`.
 */
enum sp_step_result sp_eval_self_protection(const struct sp_eval *ev, struct sp_found *found);
/* The i-th host path it holds for whatever the policy is; false: there are no more. */
bool sp_self_protection_path(size_t i, struct sp_str *path);

#endif
