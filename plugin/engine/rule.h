/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule.h: a loaded policy from the inside: rules, settings, patterns and their index.  Written by
 * the loader, never changed afterwards, read by the evaluator.  Private to engine/.
 */
#ifndef SALLYPORT_ENGINE_RULE_H
#define SALLYPORT_ENGINE_RULE_H

#include <stdatomic.h>

#include "sallyport/answer.h"
#include "sallyport/decide.h"
#include "sallyport/keys.h"

/* --- patterns --- */

struct sp_image_pattern {
	struct sp_str registry; /* "*.example.com" matches one more label in front */
	struct sp_str path;     /* "library/nginx", "team/" "**" */
	struct sp_str tag;      /* glob; empty: any tag */
	struct sp_str digest;   /* exact; empty: any */
	bool every;             /* a bare ** */
};

struct sp_port_pattern {
	bool any_ip;
	uint8_t ip[16]; /* as Go's net.IP: IPv4 is mapped */
	bool ephemeral;
	uint16_t first, last;
	struct sp_str proto; /* empty: any */
};

struct sp_pattern {
	struct sp_pos pos;  /* where it is written; of the key for labels */
	struct sp_str text; /* as shown to people; holds $user when has_user */
	struct sp_str key;  /* labels: the key, `text` is the pattern of its value */
	bool has_user;
	bool read_only;      /* "/srv:ro": covers read-only mounts only */
	struct sp_str match; /* what is compared; `text` without ":ro"; canonical capability */
	struct sp_image_pattern image; /* SP_T_IMAGES */
	struct sp_port_pattern port;   /* SP_T_PORTS */
};

/* A hash set of strings with one number each: literal patterns and "/" "**" prefixes live in it. */
struct sp_index {
	struct sp_index_slot *slot;
	uint32_t mask; /* slots - 1; 0: empty index */
	uint32_t n;
};

/* One key of a block with its value. */
struct sp_setting {
	const struct sp_key *key;
	struct sp_pos pos; /* of the key */
	bool any;          /* `any`, or `true` of a flag */
	bool non_root;     /* SP_T_USERS */
	const struct sp_pattern *patterns;
	uint32_t n;
	struct sp_index exact;  /* whole text (repository for images) -> first pattern of a chain */
	struct sp_index prefix; /* text before a final "/" "**" -> likewise */
	struct sp_index above;  /* paths: every directory above a pattern -> that pattern */
	const uint32_t *chain;  /* per pattern: 1 + next pattern with the same index key, or 0 */
	const uint32_t *wild;   /* patterns no index holds: compared one by one */
	uint32_t n_wild;
	bool has_min, has_max;
	int64_t min, max; /* ranges; SP_T_DURATION uses max */
	const struct sp_setting *next;
};

struct sp_subjects {
	bool present; /* the rule has the key */
	bool local, anyone;
	struct sp_index exact;
	const struct sp_str *names; /* what `exact` finds */
	const struct sp_str *globs;
	uint32_t n_names, n_globs;
	struct sp_str text; /* as written: "group:ci, anna" */
	struct sp_pos pos;  /* of the value */
};

struct sp_lift {
	const struct sp_rule *rule;
	const struct sp_key *key; /* NULL: the whole rule */
	struct sp_pos pos;
};

enum sp_rule_kind { SP_RULE_ALLOW = 0, SP_RULE_DENY, SP_RULE_REQUIRE, SP_RULE_EXCEPTION };
enum sp_rule_mode { SP_MODE_INHERIT = 0, SP_MODE_ENFORCE, SP_MODE_AUDIT, SP_MODE_OFF };

struct sp_rule {
	enum sp_rule_kind kind;
	enum sp_rule_mode mode;
	struct sp_str name;
	struct sp_str file;
	struct sp_pos pos;
	struct sp_pos may_pos; /* of the key may */
	struct sp_subjects who, except;
	struct sp_actions actions;
	bool everything;  /* may: everything */
	bool uses_user;   /* some pattern holds $user */
	bool on_response; /* judged when the answer is there, not when the request comes */
	bool in_pack;     /* the file's prefix is part of the name */
	const struct sp_setting *on; /* labels, names; NULL: any object */
	const struct sp_setting *must, *may, *when, *unless, *uses, *response;
	bool has_expires;
	int64_t expires; /* first moment it no longer holds */
	bool has_enforce_from;
	int64_t enforce_from; /* first moment a guard refuses; before, it is in audit */
	const struct sp_lift *lifts;
	uint32_t n_lifts;
	struct sp_str message, note, reason, approved_by;
	struct sp_str adjusted; /* why the main file softens a pack's rule */
};

enum sp_detail { SP_DETAIL_FULL = 0, SP_DETAIL_RULE, SP_DETAIL_NONE };

struct sp_rule_list {
	const struct sp_rule **rule;
	uint32_t n;
};

/* A path that the policy names is another one on this host: sp_policy_add_link. */
struct sp_policy_link {
	struct sp_str written, resolved;
	struct sp_policy_link *next;
};

struct sp_policy {
	atomic_uint refs;
	struct sp_arena arena;
	struct sp_str name;
	uint32_t file;            /* the main one, in the diagnostics of loading */
	const struct sp_str *own; /* see sp_policy_protect */
	size_t n_own;
	char hash[65];
	bool audit; /* mode: audit of the main file */
	int min_api_major, min_api_minor;
	struct sp_str contact;
	enum sp_detail detail;
	struct sp_subjects spared; /* whom builtin/self-protection does not hold for */
	struct sp_rule *rules;     /* in file order */
	uint32_t n_rules;
	struct sp_rule_list exceptions;
	struct sp_rule_list guards[SP_ACT_COUNT]; /* deny and require that speak about the action */
	struct sp_rule_list grants[SP_ACT_COUNT];
	struct sp_actions scoped; /* some allow rule for them has labels or names under `on` */
	struct sp_policy_link *links;
};

/* --- evaluation context --- */

struct sp_eval {
	const struct sp_policy *policy;
	const struct sp_request *req;
	const struct sp_facts *facts;
	const struct sp_circumstances *how;
	struct sp_arena *arena;
	const struct sp_action_info *action;
	uint32_t families; /* SP_FOR_...: what the request is, for the keys of the language */
	bool user_ok;      /* the CN may stand for $user */
	bool unread;       /* the facts of this action are not read: every one of them is unknown */
	/* What cannot be known from the request may be left to the answer, or read in it. */
	bool use_answer;
	struct sp_answer *answer; /* sp_eval_answer reads it when it is first asked for */
};

/* compare.c, conditions.c */

/* Does any pattern of the setting match the value?  One pattern of a name? */
enum sp_tri sp_setting_match(const struct sp_eval *ev, const struct sp_setting *s,
                             const struct sp_value *v);
enum sp_tri sp_name_matches(const struct sp_eval *ev, const struct sp_pattern *p,
                            const struct sp_value *v);
/* Does a condition hold for the request?  SP_YES also when it does not speak about the action. */
enum sp_tri sp_setting_holds(const struct sp_eval *ev, const struct sp_setting *s,
                             const struct sp_value **culprit);
/* Does a granted power cover this value?  Paths: as written and where they lead, both. */
enum sp_tri sp_setting_covers(const struct sp_eval *ev, const struct sp_setting *s,
                              const struct sp_value *v);
/* Does it cover one form of a path? */
enum sp_tri sp_setting_covers_path(const struct sp_eval *ev, const struct sp_setting *s,
                                   const struct sp_value *v, struct sp_str path);

/* How a forbidden power met a value. */
struct sp_hit {
	struct sp_str pattern; /* paths and ports: the one that did; empty: `any`, or not known */
	bool by_target;        /* not the path as written, but where it leads */
	struct sp_str name;    /* neither, but this one, which means the same; empty: no */
	bool unresolved;       /* nobody can say where it leads */
};
/* Does a forbidden power match this value?  Paths: as written, or where they lead. */
enum sp_tri sp_setting_hits(const struct sp_eval *ev, const struct sp_setting *s,
                            const struct sp_value *v, struct sp_hit *hit);
/* Does the key speak about this action at all? */
static inline bool
sp_setting_applies(const struct sp_eval *ev, const struct sp_setting *s)
{
	return (s->key->families & ev->families) != 0;
}
/* Does a guard or an exception?  A start that brings a host configuration is a create to it. */
static inline bool
sp_rule_speaks(const struct sp_eval *ev, const struct sp_rule *rule)
{
	return sp_actions_has(&rule->actions, ev->req->action) ||
	       (ev->req->action == SP_ACT_CONTAINER_START && (ev->families & SP_FOR_CREATE) &&
	        sp_actions_has(&rule->actions, SP_ACT_CONTAINER_CREATE));
}
/* "$user" put in; the text itself when there is none. */
struct sp_str sp_pattern_shown(const struct sp_eval *ev, const struct sp_pattern *p,
                               struct sp_str text);

/* text.c: what people read */

/* "memory limit is 4g; it must be at most 2g (fix: -m 2g)" */
struct sp_str sp_text_condition(const struct sp_eval *ev, const struct sp_setting *s,
                                const struct sp_value *v, enum sp_tri result);
/* "-v /srv/red:/x is not allowed; allowed here: ..."; `s` NULL: the rule grants no such power */
struct sp_str sp_text_power(const struct sp_eval *ev, enum sp_fact fact, const struct sp_setting *s,
                            const struct sp_value *v);
/* "-v /etc:/x is not allowed: it exposes /etc on the host" */
struct sp_str sp_text_denied(const struct sp_eval *ev, const struct sp_setting *s,
                             const struct sp_value *v, const struct sp_hit *hit);
/* "-v /etc:/x": what was asked for, as its user would have typed it */
void sp_text_asked(enum sp_fact fact, const struct sp_value *v, struct sp_buf *out);
/* "cannot be resolved on the host: a loop of symbolic links" */
void sp_text_unresolved(const struct sp_host_path *host, struct sp_buf *out);
/* A rule's own `message:` with $value, $limit, $flag, $rule, $action, $user put in. */
struct sp_str sp_text_template(const struct sp_eval *ev, const struct sp_rule *rule,
                               const struct sp_setting *s, const struct sp_value *v);
/* refusal.c: marks the findings that say what one before them has said. */
void sp_text_mark_told(const struct sp_eval *ev, struct sp_finding *findings);
/* The whole text for the docker user (POLICY.md 1.13). */
struct sp_str sp_text_refusal(const struct sp_eval *ev, const struct sp_finding *findings);
/* "anna", "local" */
struct sp_str sp_text_user(const struct sp_eval *ev);
/* The wanted side of a setting: "at most 2g", "one of a, b", "ALL". */
void sp_text_wanted(const struct sp_eval *ev, const struct sp_setting *s, struct sp_buf *out);

/* index.c */

/* Room for `n` strings.  0, or -1 when the arena is full. */
int sp_index_init(struct sp_index *index, struct sp_arena *arena, uint32_t n);
/* Adds a string with its number, or returns the number it already has. */
uint32_t sp_index_add(struct sp_index *index, struct sp_str s, uint32_t number);
/* 1 + number, or 0. */
uint32_t sp_index_find(const struct sp_index *index, struct sp_str s);
/* Builds exact, prefix, chain and wild of a setting whose patterns are complete.  0 or -1. */
int sp_index_setting(struct sp_setting *s, struct sp_arena *arena);
/*
 * Host paths under `uses:`: 1 + the number of an indexed pattern that mounting `path` would expose,
 * or 0.  Patterns of the wild list are the caller's.
 */
uint32_t sp_index_exposed(const struct sp_setting *s, struct sp_str path);
/*
 * The first pattern of `s` that `accept` takes, looking only at those the indexes cannot rule out:
 * 1 + its number, or 0.  `text` is the value (repository for images).
 */
typedef enum sp_tri (*sp_accept_fn)(const struct sp_eval *ev, const struct sp_pattern *p,
                                    const struct sp_value *v);
enum sp_tri sp_index_match(const struct sp_eval *ev, const struct sp_setting *s, struct sp_str text,
                           const struct sp_value *v, sp_accept_fn accept);

#endif
