/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mutate.h: the slips a policy could suffer, one edit each, and the policy that each leaves: what
 * good tests notice.  The files are edited in memory, as trees, and loaded by the ordinary loader.
 * Layer: engine.
 */
#ifndef SALLYPORT_MUTATE_H
#define SALLYPORT_MUTATE_H

#include "sallyport/policy.h"

struct sp_edit {
	struct sp_str file; /* as diagnostics call it */
	struct sp_pos pos;
	struct sp_str text; /* "removed 'bind' from 'may' of rule 'x'" */
	bool opens;         /* more is allowed than before; else less, or nothing changes */
};

struct sp_mutator;

/*
 * All edits of a policy and of what it includes, sorted by place; some leave a policy that does not
 * load.  `diags` is fresh and outlives the mutator.  new, in diags->arena: release with
 * sp_mutator_free, after which the edits are there still; NULL after an error.
 */
struct sp_mutator *sp_mutator_new(const char *path, struct sp_diags *diags);
void sp_mutator_free(struct sp_mutator *m); /* NULL is fine */
/* borrowed, *n of them. */
const struct sp_edit *const *sp_mutator_edits(const struct sp_mutator *m, size_t *n);
/* What edit `i` leaves.  new, loaded with `scratch`; NULL when it does not load. */
struct sp_policy *sp_mutator_policy(struct sp_mutator *m, size_t i, struct sp_arena *scratch);

#endif
