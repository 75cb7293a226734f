/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy.h: a loaded policy: immutable, indexed, reference-counted.  Loading is pure but for
 * reading the file; a policy is loaded completely or not at all.  Layer: engine.
 */
#ifndef SALLYPORT_POLICY_H
#define SALLYPORT_POLICY_H

#include "sallyport/base.h"
#include "sallyport/diag.h"
#include "sallyport/facts.h"

struct sp_policy;

/*
 * Loads a policy file and what it includes.  new: release with sp_policy_unref; NULL when there was
 * any error, all of which are in *diags.  Warnings may be added in both cases.  May run on any
 * thread: the arena and the diags are the caller's, nothing else is shared.
 */
struct sp_policy *sp_policy_load(const char *path, struct sp_diags *diags);
/*
 * What is wrong with a file, or with a directory whose files are believed, in words that follow its
 * path ("is writable by group or others"); NULL: nothing.  "does not exist" is one of the words.
 */
typedef const char *(*sp_distrust_fn)(const char *path, bool directory);
/* The same for a privileged process: every file of the policy has to satisfy `distrust`. */
struct sp_policy *sp_policy_load_if(const char *path, sp_distrust_fn distrust,
                                    struct sp_diags *diags);
/* The same from text, which can include no files; `name` is what diagnostics call it. */
struct sp_policy *sp_policy_parse(struct sp_str name, struct sp_str text, struct sp_diags *diags);

/*
 * What is probably not meant (POLICY.md 1.16), as warnings and notes; only what is certain from the
 * policy alone.  `diags` is what the policy was loaded with, `now` the clock in seconds since 1970.
 */
void sp_policy_lint(const struct sp_policy *policy, int64_t now, struct sp_diags *diags);

/* A host path that an allow rule gives, for those who can look at the host. */
struct sp_granted_path {
	struct sp_str path; /* without wildcards and without what follows one */
	bool tree;          /* all in it, too */
	struct sp_str pattern, rule;
	struct sp_pos pos;
};
/* new, in `arena`, *n of them. */
const struct sp_granted_path *sp_policy_granted_paths(const struct sp_policy *policy,
                                                      struct sp_arena *arena, size_t *n);

/* links.c: paths of the policy that are symbolic links on the host. */

/* Each host path that a guard or builtin/self-protection names, without what follows a wildcard. */
void sp_policy_each_path(const struct sp_policy *policy,
                         void (*each)(void *ctx, struct sp_str path), void *ctx);
/*
 * On this host `written` leads to `resolved`, so that rules about the one mean the other; both are
 * copied.  Before anybody else has the policy.  False: no memory.
 */
bool sp_policy_add_link(struct sp_policy *policy, struct sp_str written, struct sp_str resolved);
/* Adds the names `path`, which is resolved, has by those links.  False: no memory. */
bool sp_policy_name_path(const struct sp_policy *policy, struct sp_host_path *path,
                         struct sp_arena *arena);

/* describe.c, who.c, diff.c: a policy in words, for people. */

/*
 * What somebody may do, and what is refused them: the rules that are for them, without the actions
 * that are always denied.  `user` is a certificate name; empty: a caller without one.  False when
 * no allow rule is for them.
 */
bool sp_policy_who(const struct sp_policy *policy, struct sp_str user, int64_t now,
                   struct sp_arena *arena, struct sp_buf *out);
/* Whom the allow rules are for: one line for each. */
void sp_policy_subjects(const struct sp_policy *policy, struct sp_buf *out);
/*
 * What changes from one policy to the other, rule by rule; neither order nor comments, groups or
 * lists are looked at, only what the rules say in the end.  False when nothing does.
 */
bool sp_policy_diff(const struct sp_policy *old, const struct sp_policy *new,
                    struct sp_arena *arena, struct sp_buf *out);

struct sp_policy *sp_policy_ref(struct sp_policy *policy);
void sp_policy_unref(struct sp_policy *policy); /* NULL is fine; any thread */

/* sha256 of the files, 64 hex digits.  borrowed until unref. */
const char *sp_policy_hash(const struct sp_policy *policy);

/*
 * For builtin/self-protection: these, too, are files and directories of the plugin that goes by
 * this policy, absolute and clean; they are copied.  Before anybody else has a reference.  0; -1
 * without memory.
 */
int sp_policy_protect(struct sp_policy *policy, const struct sp_str *own, size_t n);
const struct sp_str *sp_policy_own(const struct sp_policy *policy, size_t *n);
/* borrowed until unref. */
struct sp_str sp_policy_name(const struct sp_policy *policy);
size_t sp_policy_n_rules(const struct sp_policy *policy);
/* Is the main file's mode `audit`: nothing is refused? */
bool sp_policy_is_audit(const struct sp_policy *policy);

#endif
