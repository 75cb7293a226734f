/* SPDX-License-Identifier: Apache-2.0 */
/* mutate_parts.h: edits of a policy from the inside.  Private to engine/mutate*.c. */
#ifndef SALLYPORT_ENGINE_MUTATE_PARTS_H
#define SALLYPORT_ENGINE_MUTATE_PARTS_H

#include "engine/load.h"
#include "sallyport/mutate.h"

/* An edit: *link becomes `with`, and `parent` has `more` children more. */
struct sp_change {
	struct sp_edit shown;
	struct sp_node **link, *with, *parent;
	int more;
	struct sp_change *next;
};

/* "list:NAME" or "group:NAME" stands somewhere. */
struct sp_use {
	struct sp_str text;
	bool fewer_opens; /* somewhere, fewer values allow more */
	struct sp_use *next;
};

struct sp_mutator {
	struct sp_arena *arena;
	struct sp_loader ld; /* of the policy as it is */
	struct sp_policy *policy;
	struct sp_node **roots; /* one for each file; copies, for they are changed */
	uint32_t file;          /* the one that is walked through */
	struct sp_change *changes, **end;
	struct sp_use *uses;
	bool news; /* about uses: what was said about lists and groups may be wrong */
	size_t n;
	struct sp_change **sorted;
	const struct sp_edit **edits;
};

void sp_mutate_remove(struct sp_mutator *m, struct sp_node **link, struct sp_node *parent,
                      bool opens, const char *fmt, ...) __attribute__((format(printf, 5, 6)));
void sp_mutate_replace(struct sp_mutator *m, struct sp_node **link, struct sp_node *with,
                       bool opens, const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* After the last key of a map. */
void sp_mutate_append(struct sp_mutator *m, struct sp_node *map, struct sp_node *with, bool opens,
                      const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* new, at the place of `like`; the other members are 0.  NULL when there is no memory. */
struct sp_node *sp_mutate_text(struct sp_mutator *m, const struct sp_node *like,
                               struct sp_str text);
struct sp_node *sp_mutate_list(struct sp_mutator *m, const struct sp_node *like, const char *item);

/* mutate_rules.c: all edits of the file whose tree is `root`. */
void sp_mutate_file(struct sp_mutator *m, struct sp_node *root);

/* mutate_values.c */

/* Where values stand, and what it means when they are more. */
struct sp_mutate_place {
	const char *of;   /* "rule 'x'" */
	bool wider_opens; /* what matches or holds more often allows more */
};
/* "'bind' of rule 'x'" */
const char *sp_mutate_of(struct sp_mutator *m, const struct sp_node *k, const char *of);
/* The items of a list, which is called `of`.  `opens`: one item fewer allows more. */
void sp_mutate_items(struct sp_mutator *m, struct sp_node *list, const char *of, bool opens);
/* The value of key `k`, whose row is `key`. */
void sp_mutate_value(struct sp_mutator *m, const struct sp_mutate_place *place,
                     const struct sp_key *key, struct sp_node *k);
/* A name as its file has it: other files call those of a pack PACK/NAME. */
struct sp_str sp_mutate_plain_name(struct sp_str name);
/* Is one value of "list:NAME" or "group:NAME" fewer more that is allowed?  False in *used: unused.
 */
bool sp_mutate_fewer_opens(const struct sp_mutator *m, const char *prefix, struct sp_str name,
                           bool *used);

#endif
