/* SPDX-License-Identifier: Apache-2.0 */
/*
 * learn.h: what was seen in a log, by user and kind of request (learn_collect.c); values as
 * patterns a little more general than they were (learn_pattern.c); all of it as a draft of a policy
 * (learn_print.c).  Pure: the same log gives the same draft.  Layer: cli.
 */
#ifndef SALLYPORT_CLI_LEARN_H
#define SALLYPORT_CLI_LEARN_H

#include "sallyport/keys.h"

/* One value of a list: a path, a name, an image ... */
struct sp_learn_item {
	struct sp_str text; /* as patterns are compared with it */
	struct sp_str ip;   /* ports: of which interface; "any" for all */
	struct sp_str proto;
	uint32_t first, last; /* ports; 0: dockerd chooses */
	bool writes;          /* not only read-only */
	bool exact;           /* a pattern with a star does not match it */
	uint64_t n;
	struct sp_learn_item *next; /* same hash */
};

#define SP_LEARN_BUCKETS 64
/* What was seen of one fact in the requests of one rule. */
struct sp_learn_fact {
	struct sp_learn_item *buckets[SP_LEARN_BUCKETS];
	size_t n_items;
	bool any;        /* there are values no pattern covers, or too many */
	uint64_t n_with; /* requests that had a value */
	uint64_t n_open; /* limits, flags, users: requests without one; or it is not known */
	int64_t max;     /* limits */
};

/* What becomes one allow rule. */
struct sp_learn_rule {
	uint32_t family;   /* SP_FOR_... of its actions, or 0 */
	uint32_t families; /* of every request seen: an old start carries what a create does */
	bool everything;   /* nobody can see what these requests do */
	uint64_t n;
	uint64_t actions[SP_ACT_COUNT];
	struct sp_learn_fact *facts[SP_FACT_COUNT];
};

/* Rules without a family, one for each family, and what only `may: everything` grants. */
#define SP_LEARN_PLAIN 0
#define SP_LEARN_EVERYTHING 33
#define SP_LEARN_RULES 34

struct sp_learn_user {
	struct sp_str name; /* certificate name; empty: the unix socket */
	uint64_t n;
	struct sp_learn_rule *rules[SP_LEARN_RULES];
};

struct sp_learn_name {
	struct sp_str name;
	struct sp_learn_name *next, *same_hash;
};

/* Beyond this many users share one entry: a policy has at most 2,000 rules. */
#define SP_LEARN_USERS 120
#define SP_LEARN_NAMES 10000

struct sp_learn {
	struct sp_arena *arena;
	struct sp_policy *open;       /* grants everything: what it refuses nobody can be granted */
	struct sp_learn_user **users; /* in order of appearance */
	size_t n_users;
	struct sp_learn_user *crowd;              /* of those beyond; NULL: there are none */
	struct sp_learn_name *names, **last_name; /* of the crowd */
	struct sp_learn_name **name_buckets;
	size_t n_names;
	uint64_t n_requests; /* that were taken */
	uint64_t n_refused;  /* had been refused: not taken */
	uint64_t n_nameless; /* whose user cannot be named in a policy */
	uint64_t n_invalid;  /* for images that have no name: no rule covers them */
	uint64_t n_builtin;  /* that built-in checks refuse whatever is granted */
	uint64_t n_unusable; /* could not be read again */
	int64_t first_us, last_us;
	int api_major, api_minor; /* the oldest version asked for; 0: none was named */
};

void sp_learn_init(struct sp_learn *learn, struct sp_arena *arena);
void sp_learn_fini(struct sp_learn *learn);
/* Takes what one line says; `scratch` is the caller's to reset. */
void sp_learn_line(struct sp_learn *learn, struct sp_str line, struct sp_arena *scratch);

/* --- patterns --- */

struct sp_learn_pattern {
	struct sp_str text;
	uint64_t n;     /* how often what it stands for was seen */
	size_t n_items; /* different values it stands for */
};

/* The patterns that cover all values of a fact, sorted; NULL: `any`.  new. */
struct sp_learn_pattern *sp_learn_patterns(const struct sp_key *key,
                                           const struct sp_learn_fact *fact, struct sp_arena *arena,
                                           size_t *n);

/* --- the draft --- */

/*
 * The policy; users and rules of `learn` are put in order for it.  `remarks` are lines (without
 * '#') about what became of it when it was tried on the log, or empty.
 */
void sp_learn_print(struct sp_buf *out, struct sp_learn *learn, struct sp_str remarks);

#endif
