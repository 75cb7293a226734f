/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load.h: the loader from the inside: what load.c (structure) and values.c (values) share.
 * Private to engine/.
 */
#ifndef SALLYPORT_ENGINE_LOAD_H
#define SALLYPORT_ENGINE_LOAD_H

#include "engine/rule.h"
#include "engine/yaml.h"

/* A name of groups:, lists: or vars:, and whether anybody uses it. */
struct sp_name {
	struct sp_str name;
	struct sp_pos pos;
	const struct sp_node *value;
	bool used;
	bool open; /* being resolved: seen again, it is a cycle */
};

struct sp_names {
	struct sp_name *list;
	uint32_t n;
	const char *what; /* "group", "list", "variable" */
};

struct sp_loader {
	struct sp_diags *diags;
	struct sp_policy *policy;
	struct sp_arena *arena;   /* the policy's: what stays */
	struct sp_arena *scratch; /* the caller's: the tree and what is needed only while loading */
	struct sp_names groups, lists, vars;
};

/* Where the value of a key stands: decides which spellings are welcome. */
enum sp_block { SP_BLOCK_MUST = 0, SP_BLOCK_MAY, SP_BLOCK_USES, SP_BLOCK_WHEN, SP_BLOCK_RESPONSE };

int sp_load_error(struct sp_loader *ld, struct sp_pos pos, const char *code, const char *hint,
                  const char *fmt, ...) __attribute__((format(printf, 5, 6)));
int sp_load_warning(struct sp_loader *ld, struct sp_pos pos, const char *code, const char *hint,
                    const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* "did you mean 'NAME'?" for the nearest of `names`, or NULL. */
const char *sp_load_suggest(struct sp_loader *ld, struct sp_str word, const char *const *names,
                            size_t n);
struct sp_name *sp_load_name(struct sp_names *names, struct sp_str name);

/* The whole file into ld->policy: rules, names, modes.  0 or -1. */
int sp_load_tree(struct sp_loader *ld, const struct sp_node *root);

/*
 * The row of a key that may stand in one of the blocks of `where`, or NULL after telling: unknown,
 * misplaced, not supported yet.  `block` is how the place is called ("must:", "deny rule 'x'").
 */
const struct sp_key *sp_load_key(struct sp_loader *ld, const struct sp_node *k, uint32_t where,
                                 const char *block);
int sp_load_want_map(struct sp_loader *ld, const struct sp_node *k);

/* load_rule.c: one rule; *lifts is its `lifts:` value, which waits until all rules are known. */
int sp_load_rule(struct sp_loader *ld, const struct sp_node *k, struct sp_rule *rule,
                 const struct sp_node **lifts);
int sp_load_lifts(struct sp_loader *ld, struct sp_rule *rule, const struct sp_node *node);

/* values.c */

/*
 * One line of text with the variables put in; `$user` stays as "$user" and sets *has_user, which is
 * an error when NULL.  new, in the policy's arena.  0 or -1.
 */
int sp_load_text(struct sp_loader *ld, const struct sp_node *node, bool *has_user,
                 struct sp_str *out);
/* message: may span lines and name $value $limit $flag $rule $action $user. */
int sp_load_message(struct sp_loader *ld, const struct sp_node *node, struct sp_str *out);
/* A word of key->choices: its index. */
int sp_load_word(struct sp_loader *ld, const struct sp_key *key, const struct sp_node *node,
                 size_t *choice);
int sp_load_date(struct sp_loader *ld, const struct sp_node *node, bool *has, int64_t *date);
/*
 * The items of a list with list:NAME put in: *n nodes, all scalars.  new, in scratch; NULL after an
 * error (also when the list is empty).
 */
const struct sp_node **sp_load_items(struct sp_loader *ld, const char *key,
                                     const struct sp_node *node, uint32_t *n);

/* subjects.c */
int sp_load_subjects(struct sp_loader *ld, const char *key, const struct sp_node *node,
                     struct sp_subjects *out);
int sp_load_actions(struct sp_loader *ld, const struct sp_node *node, struct sp_actions *out);
/* The value of a power or condition. */
int sp_load_setting(struct sp_loader *ld, const struct sp_key *key, const struct sp_node *keynode,
                    enum sp_block block, struct sp_setting *out);

/* An error unless the node is text; `what` is how it is called. */
int sp_load_want_scalar(struct sp_loader *ld, const struct sp_node *node, const char *what);

/* ranges.c */
int sp_load_range(struct sp_loader *ld, const struct sp_key *key, const struct sp_node *node,
                  struct sp_setting *s);

/* patterns.c: one pattern each; `p->text` is set, fills the rest.  0 or -1. */
int sp_load_pattern(struct sp_loader *ld, const struct sp_key *key, struct sp_pos pos,
                    enum sp_block block, struct sp_pattern *p);

#endif
