/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope.h: `on:` with labels or names (POLICY.md 1.4): are the existing objects a request works on
 * among those of the rule?  Private to engine/.
 */
#ifndef SALLYPORT_ENGINE_SCOPE_H
#define SALLYPORT_ENGINE_SCOPE_H

#include "engine/rule.h"

/* Does the answer to the action show the labels of what it is about, so that it can decide? */
bool sp_scope_by_answer(enum sp_action action);

/*
 * For allow rules and exceptions: are ALL objects among those of the rule?  An object that does not
 * exist is no obstacle; SP_UNKNOWN when one cannot be known.  *pending: the request alone cannot
 * tell, dockerd's answer will (only when ev->use_answer).
 */
enum sp_tri sp_scope_covers(const struct sp_eval *ev, const struct sp_rule *rule, bool *pending);

/* For guards: is ANY object among those of the rule?  SP_NO when there is none. */
enum sp_tri sp_scope_touches(const struct sp_eval *ev, const struct sp_rule *rule);

/* What dockerd is about to answer, read when somebody first asks. */
const struct sp_answer *sp_eval_answer(const struct sp_eval *ev);

/* Does an object carry the label of one pattern?  All of a setting? */
enum sp_tri sp_label_matches(const struct sp_eval *ev, const struct sp_pattern *p,
                             const struct sp_object *object);
enum sp_tri sp_labels_match(const struct sp_eval *ev, const struct sp_setting *s,
                            const struct sp_object *object);
/* Removes whatever is unused: no `on` can limit it. */
bool sp_action_prunes(enum sp_action action);

/* "container r1 has team=red, the rule covers only team=blue": why it does not cover. */
struct sp_str sp_text_scope(const struct sp_eval *ev, const struct sp_rule *rule);
/* "container r1 has team=red": why a guard speaks. */
struct sp_str sp_text_touched(const struct sp_eval *ev, const struct sp_rule *rule);

#endif
