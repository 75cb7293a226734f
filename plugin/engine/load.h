/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load.h: the loader from the inside: what load.c (structure) and values.c (values) share.
 * Private to engine/.
 */
#ifndef SALLYPORT_ENGINE_LOAD_H
#define SALLYPORT_ENGINE_LOAD_H

#include "engine/rule.h"
#include "engine/yaml.h"

enum sp_name_kind {
	SP_NAME_GROUP = 0,
	SP_NAME_LIST,
	SP_NAME_VAR,
	SP_NAME_PROFILE,
};
#define SP_NAME_KINDS 4

/* A name of groups:, lists:, vars: or profiles:, and whether anybody uses it. */
struct sp_name {
	struct sp_str name;
	struct sp_pos pos;
	const struct sp_node *value;
	struct sp_profile *profile; /* SP_NAME_PROFILE */
	bool used;
	bool open; /* being resolved: seen again, it is a cycle */
};

struct sp_names {
	struct sp_name *list;
	uint32_t n;
};

/* What a profile adds to the rules that name it. */
struct sp_profile {
	const struct sp_setting *must, *may;
	bool everything;
};

/* One file of the policy. */
struct sp_load_file {
	const struct sp_node *root; /* NULL: it could not be read, which has been told */
	struct sp_str name;         /* as diagnostics show it; in the policy's arena */
	uint32_t where;             /* which keys it may have: SP_IN_FILE, _INCLUDED, _PACK */
	struct sp_str pack;         /* prefix of its rule names; empty: none */
	enum sp_rule_mode mode;     /* what it says itself */
	struct sp_names names[SP_NAME_KINDS];
};

#define SP_LOAD_TRUST_HINT "who can change the policy can become root on this host"
#define SP_LOAD_MAX_FILES 64
#define SP_LOAD_MAX_FILE_BYTES (1024 * 1024)

struct sp_loader {
	struct sp_diags *diags;
	struct sp_policy *policy;
	struct sp_arena *arena; /* the policy's: what stays */
	struct sp_arena
	    *scratch;        /* the caller's: the trees and what is needed only while loading */
	uint32_t first_file; /* number of the main file in diags; the others follow it */
	struct sp_load_file *files; /* room for SP_LOAD_MAX_FILES; the main file is the first */
	uint32_t n_files;
};

/* Where the value of a key stands: decides which spellings are welcome. */
enum sp_block {
	SP_BLOCK_MUST = 0,
	SP_BLOCK_MAY,
	SP_BLOCK_USES,
	SP_BLOCK_WHEN,
	SP_BLOCK_RESPONSE,
	SP_BLOCK_ON
};

int sp_load_error(struct sp_loader *ld, struct sp_pos pos, const char *code, const char *hint,
                  const char *fmt, ...) __attribute__((format(printf, 5, 6)));
int sp_load_warning(struct sp_loader *ld, struct sp_pos pos, const char *code, const char *hint,
                    const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* "did you mean 'NAME'?" for the nearest of `names`, or NULL. */
const char *sp_load_suggest(struct sp_loader *ld, struct sp_str word, const char *const *names,
                            size_t n);
struct sp_load_file *sp_load_file_of(struct sp_loader *ld, struct sp_pos pos);
/* Value of a key of the top level, or NULL. */
const struct sp_node *sp_load_section(const struct sp_node *root, const char *name);

/* All of ld->files into ld->policy: rules, names, modes.  0 or -1. */
int sp_load_trees(struct sp_loader *ld);

/* policy.c */

/* sp_policy_load_if; *ld stays, with the trees, as long as diags->arena and the policy do. */
struct sp_policy *sp_load_policy(struct sp_loader *ld, const char *path, sp_distrust_fn distrust,
                                 struct sp_diags *diags);
/*
 * The same files with other trees: roots[i] stands for that of from->files[i].  *diags is fresh and
 * `from` the first thing its own diags were used for.  new, or NULL when it does not load.
 */
struct sp_policy *sp_load_edited(const struct sp_loader *from, const struct sp_node *const *roots,
                                 struct sp_diags *diags);

/* load_files.c */

/*
 * Reads what the main file, which is ld->files[0], includes.  `path` is where it was found; NULL:
 * nowhere, then it can include nothing.  0 or -1; a file that cannot be used has no root.
 */
int sp_load_includes(struct sp_loader *ld, const char *path, sp_distrust_fn distrust);

/* load_names.c */

/* The names a file defines.  0 or -1. */
int sp_load_names(struct sp_loader *ld, struct sp_load_file *file);
/* No name may be defined twice where both can be seen.  0 or -1. */
int sp_load_names_unique(struct sp_loader *ld);
/* What a name means where `at` stands: its own file's, the main file's, PACK/NAME.  Or NULL. */
struct sp_name *sp_load_name(struct sp_loader *ld, enum sp_name_kind kind, struct sp_pos at,
                             struct sp_str name);
/* "did you mean 'PREFIXNAME'?" of those that can be seen there, or NULL. */
const char *sp_load_suggest_name(struct sp_loader *ld, enum sp_name_kind kind, struct sp_pos at,
                                 struct sp_str name, const char *prefix);
void sp_load_warn_unused(struct sp_loader *ld);

/* load_quotes.c: W312, texts that other YAML readers take for something else. */
void sp_load_warn_unquoted(struct sp_loader *ld, const struct sp_node *root);

/* load_profile.c */

/* Reads the profiles a file defines, so that rules can name them.  0 or -1. */
int sp_load_profiles(struct sp_loader *ld, struct sp_load_file *file);
/* profiles: of an allow rule: conditions are added, powers united.  0 or -1. */
int sp_load_profiles_of(struct sp_loader *ld, const struct sp_node *node, struct sp_rule *rule);

/* load_adjust.c: `adjust:` of the main file, once all rules are known.  0 or -1. */
int sp_load_adjust(struct sp_loader *ld, const struct sp_node *k);

/*
 * The row of a key that may stand in one of the blocks of `where`, or NULL after telling: unknown,
 * misplaced, not supported yet.  `block` is how the place is called ("must:", "deny rule 'x'").
 */
const struct sp_key *sp_load_key(struct sp_loader *ld, const struct sp_node *k, uint32_t where,
                                 const char *block);
int sp_load_want_map(struct sp_loader *ld, const struct sp_node *k);

/* load_rule.c */

/* The settings of a block (must, may, ...), in the policy's arena.  0 or -1. */
int sp_load_block(struct sp_loader *ld, const struct sp_node *k, enum sp_block block,
                  const struct sp_setting **out);
/* may: a block of powers, or the word everything.  0 or -1. */
int sp_load_may(struct sp_loader *ld, const struct sp_node *k, bool *everything,
                const struct sp_setting **out);
#define SP_LOAD_RULE_NAME_HINT                                                                     \
	"lower-case letters, digits, '.', '_' and '-', at most 63, the first a letter or digit"
/* May a rule, or a pack, be called this? */
bool sp_load_is_rule_name(struct sp_str name);
/* One rule; *lifts is its `lifts:` value, which waits until all rules are known. */
int sp_load_rule(struct sp_loader *ld, const struct sp_node *k, struct sp_rule *rule,
                 const struct sp_node **lifts);
/* load_lifts.c: the guards of an exception, once all rules are known.  0 or -1. */
int sp_load_lifts(struct sp_loader *ld, struct sp_rule *rule, const struct sp_node *node);

/* load_scope.c: `on:`; then, when the actions are known, what `on` and `response` make of them. */
int sp_load_scope(struct sp_loader *ld, const struct sp_node *k, struct sp_rule *rule);
int sp_load_check_scope(struct sp_loader *ld, struct sp_rule *rule, const struct sp_node *do_key);
/* `kind` is how the rule is called: "deny rule"; `do_key` NULL: every action the keys fit. */
int sp_load_check_response(struct sp_loader *ld, struct sp_rule *rule, const char *kind,
                           const struct sp_node *do_key);

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
/* The same for users who are known by name: no keyword, and no pattern that anybody matches. */
int sp_load_named_subjects(struct sp_loader *ld, const char *key, const struct sp_node *node,
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
