/* SPDX-License-Identifier: Apache-2.0 */
/* describe.h: a loaded rule in the words of the language, for who and diff.  Private to engine/. */
#ifndef SALLYPORT_ENGINE_DESCRIBE_H
#define SALLYPORT_ENGINE_DESCRIBE_H

#include "engine/rule.h"

struct sp_rule_line {
	const char *label; /* "who", "must memory" */
	struct sp_str text;
	const struct sp_setting *setting; /* NULL: none */
};

/* What the rule says, but for its texts; new, in `arena`, *n lines.  NULL when it is full. */
struct sp_rule_line *sp_describe_rule(const struct sp_rule *rule, struct sp_arena *arena,
                                      size_t *n);
/* "local, anna, ops-*", groups put in. */
void sp_describe_subjects(const struct sp_subjects *s, struct sp_buf *out);
/* "run, manage, volume.*, image.pull": sets first, then what is left. */
void sp_describe_actions(const struct sp_actions *actions, struct sp_buf *out);

#endif
