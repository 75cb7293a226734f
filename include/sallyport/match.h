/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match.h: the two comparisons of the policy language that walk text: name patterns and host path
 * patterns.  Linear time in the text for every pattern, no recursion, no regular expressions.
 * Layer: base.
 */
#ifndef SALLYPORT_MATCH_H
#define SALLYPORT_MATCH_H

#include "sallyport/base.h"

/*
 * Anchored and case-sensitive; '*' stands for any run of bytes, also none; nothing else is special.
 * With `stop` != 0, '*' does not match that byte ('/' where names contain it).
 */
bool sp_match_glob(struct sp_str pattern, struct sp_str text, char stop);

/*
 * Host path patterns (POLICY.md 1.9): absolute and clean, '*' inside one part, a final "/" "**"
 * for the directory and everything in it.  `path` is clean.
 */
bool sp_match_path(struct sp_str pattern, struct sp_str path);

/*
 * For `uses:`: the path itself, everything in it, and every directory above it; a bare "/" means
 * the root directory only.  True when mounting `path` would expose what `pattern` names.
 */
bool sp_match_path_exposes(struct sp_str pattern, struct sp_str path);

#endif
