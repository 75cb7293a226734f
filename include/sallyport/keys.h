/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys.h: one row per key of the policy language.  The loader, the diagnostics ("did you mean",
 * "belongs under may:"), the evaluator, the texts of a refusal and the generated documentation all
 * read this table and no other.  Layer: engine.
 */
#ifndef SALLYPORT_KEYS_H
#define SALLYPORT_KEYS_H

#include "sallyport/facts.h"

/* Where a key may stand. */
#define SP_IN_FILE (1u << 0) /* top level of the main file */
#define SP_IN_MESSAGES (1u << 1)
#define SP_IN_ALLOW (1u << 2)
#define SP_IN_DENY (1u << 3)
#define SP_IN_REQUIRE (1u << 4)
#define SP_IN_EXCEPTION (1u << 5)
#define SP_IN_POWERS (1u << 6)     /* may: and uses: */
#define SP_IN_CONDITIONS (1u << 7) /* must:, when:, unless: */
#define SP_IN_RESPONSE (1u << 8)   /* response: */
#define SP_IN_INCLUDED (1u << 9)   /* top level of an included file that is no pack */
#define SP_IN_PACK (1u << 10)      /* top level of an included file that is a pack */
#define SP_IN_PROFILE (1u << 11)   /* profiles: NAME: */
#define SP_IN_ADJUST (1u << 12)    /* adjust: PACK/RULE: */
#define SP_IN_SELF_PROTECTION (1u << 13)
#define SP_IN_SCOPE (1u << 14) /* on: */
#define SP_IN_ANY_FILE (SP_IN_FILE | SP_IN_INCLUDED | SP_IN_PACK)

/* How the value of a key is written.  Each has one row of parse, compare and print in types.c. */
enum sp_type {
	SP_T_NONE = 0,
	SP_T_MAP,        /* structure the loader knows: groups, rules, ... */
	SP_T_SUBJECTS,   /* who, except */
	SP_T_ACTIONS,    /* do */
	SP_T_SCOPE,      /* on */
	SP_T_LIFTS,      /* RULE or RULE:KEY */
	SP_T_WORD,       /* one of `choices` */
	SP_T_TEXT,       /* free text */
	SP_T_DATE,       /* expires: may also be `never` */
	SP_T_FLAG,       /* true */
	SP_T_NAMES,      /* name patterns, or any */
	SP_T_CHOICES,    /* list of `choices`, or any */
	SP_T_CAPS,       /* capability names */
	SP_T_PATHS,      /* host path patterns, or any */
	SP_T_IMAGES,     /* image patterns, or any */
	SP_T_PORTS,      /* port patterns, or any */
	SP_T_USERS,      /* non-root, or patterns of uid[:gid] */
	SP_T_LABELS,     /* map key -> pattern */
	SP_T_RANGE_SIZE, /* {min, max} */
	SP_T_RANGE_CPUS,
	SP_T_RANGE_COUNT,
	SP_T_DURATION,
	SP_T_STATUSES, /* 404, 5xx */
};

struct sp_key {
	const char *name;
	uint32_t where; /* SP_IN_... */
	enum sp_type type;
	enum sp_fact fact;          /* powers and conditions */
	uint32_t families;          /* SP_FOR_...: requests it speaks about */
	const char *const *choices; /* NULL-terminated, or NULL */
	const char *noun;    /* subject of a refusal: "memory limit", "read-only root filesystem" */
	const char *fix;     /* what to add, "%s" is the limit: "-m %s"; or NULL */
	const char *dflt;    /* default in words, or NULL */
	const char *example; /* YAML a test loads */
	const char *later;   /* not in this version: what to say; else NULL */
	const char *doc;     /* one sentence */
};

/* borrowed, static; sorted by section. */
const struct sp_key *sp_keys(size_t *n);
/* The row of `name` in one of the blocks of `where`, or NULL. */
const struct sp_key *sp_key_find(struct sp_str name, uint32_t where);

#endif
