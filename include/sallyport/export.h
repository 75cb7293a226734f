/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export.h: the key table and the action table as reference documentation: plain text for a
 * terminal, mdoc for the manual pages.  Everything comes from keys.h, facts.h and actions.h; a key
 * or an action added there is documented here without another line.  Layer: engine.
 */
#ifndef SALLYPORT_EXPORT_H
#define SALLYPORT_EXPORT_H

#include "sallyport/base.h"

/* Every key with its sentence, by the place it stands in. */
void sp_export_keys(struct sp_buf *out);
/*
 * Everything about the keys called `name`: there may be two, in different places.  False, and
 * nothing added, when there is none.
 */
bool sp_export_key(struct sp_buf *out, struct sp_str name);
/* Subsections (.Ss) of sallyport-policy(5): the keys by place, then the types of their values. */
void sp_export_keys_mdoc(struct sp_buf *out);

/* The sets, then every action with its sets, what granting it needs, and its endpoints. */
void sp_export_actions(struct sp_buf *out);
/*
 * The actions a word of `do:` stands for, likewise: an action, "kind.*", a set, "all".  False, and
 * nothing added, when it is none of them.
 */
bool sp_export_action(struct sp_buf *out, struct sp_str word);
/* Subsections (.Ss) of sallyport-policy(5): sets, then actions. */
void sp_export_actions_mdoc(struct sp_buf *out);

/* schema.c: `sallyport schema`: a JSON Schema of policies, draft-07. */
void sp_export_schema(struct sp_buf *out);

#endif
