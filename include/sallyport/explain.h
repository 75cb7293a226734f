/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain.h: one decided question as one line of JSON, for programs: what was asked as it was read,
 * every fact, the verdict and everything that objects.  Layer: engine.
 *
 * Not a record: nothing is left out, so the line can hold secrets, and it cannot be replayed.
 */
#ifndef SALLYPORT_EXPLAIN_H
#define SALLYPORT_EXPLAIN_H

#include "sallyport/decide.h"

/*
 * Adds one JSON object and a newline to `out`:
 *   method, uri, user, auth, action, object, api ("" without a prefix),
 *   fault and why, when the request was refused before any rule was asked,
 *   unread: true, when nobody could read what the request carries,
 *   facts: [{fact, kind ("power" or "value"), state ("set", "unset", "unlimited", "unchanged",
 *            "unknown"), and where they are not empty text, num, key, image (its kind), read_only,
 *            resolved (where links lead), unresolved (why not), socket and engine, flag, arg,
 *            place}],
 *   decision ("allow" or "deny"), would_deny, granted_by,
 *   findings and audit_findings: [{rule, and where they are not empty key, text, place}].
 * Valid JSON whatever the request was, unless out->cut.
 */
void sp_explain_json(struct sp_buf *out, const struct sp_request *req, const struct sp_facts *facts,
                     const struct sp_decision *decision);

#endif
