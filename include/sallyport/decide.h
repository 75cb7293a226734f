/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decide.h: decide one question against one policy.  Pure: no I/O, no clock, no globals; the same
 * function serves serve and explain.  Layer: engine.
 */
#ifndef SALLYPORT_DECIDE_H
#define SALLYPORT_DECIDE_H

#include "sallyport/facts.h"
#include "sallyport/policy.h"
#include "sallyport/request.h"

enum sp_verdict { SP_DENY = 0, SP_ALLOW }; /* zeroed memory denies */

struct sp_rule; /* opaque outside engine/ */

/* One thing that stands against the request. */
struct sp_finding {
	struct sp_str rule; /* "no-privileged", "builtin/default-deny" */
	bool is_grant;      /* the rule is an allow rule that does not cover this */
	bool insists;       /* the rule says `mode: enforce` itself */
	bool unresolved;    /* all it says is that a path cannot be resolved on the host */
	bool told;          /* one before it says as much: not in the message */
	struct sp_str key;  /* "bind", "memory"; empty when the rule has none for it */
	/*
	 * One line, no rule name: what was seen, what is wanted, the fix.  Empty for the finding
	 * builtin/default-deny that stands before the failures of the closest grant.
	 */
	struct sp_str text;
	struct sp_place place; /* where the value stands in the request; pointer NULL: nowhere */
	struct sp_str file;    /* of the rule; empty for built-in checks */
	uint32_t line, column;
	struct sp_finding *next;
};

enum sp_step_result {
	SP_STEP_SKIPPED = 0, /* who, do, expired ... */
	SP_STEP_OK,          /* a guard that does not object */
	SP_STEP_OBJECTS,
	SP_STEP_LIFTED, /* objected, and every objection is excused */
	SP_STEP_GRANTS,
	SP_STEP_PENDING, /* an allow rule that grants when the answer shows only its objects */
	SP_STEP_FAILS,   /* an allow rule that does not cover the request */
};

/* What became of one rule: explain prints these. */
struct sp_step {
	const char *kind;         /* "allow", "deny", "require", "exception", "builtin" */
	struct sp_str rule, file; /* file: empty for a built-in check */
	uint32_t line;
	bool audit; /* the rule is in audit mode */
	enum sp_step_result result;
	struct sp_str note, approved_by; /* as the policy says them; empty: nothing */
	struct sp_str why; /* "who", "do has no container.create", first failure ... */
	struct sp_step *next;
};

struct sp_decision {
	enum sp_verdict verdict;
	/* The policy, the file's mode or the caller says: log, do not refuse.  verdict is then
	 * ALLOW. */
	bool audit_only;
	bool would_deny; /* what the verdict would be without audit_only */
	const struct sp_finding
	    *findings; /* why it is (or would be) refused; rules in enforce mode */
	const struct sp_finding *audit_findings; /* what rules in audit mode object to */
	struct sp_str granted_by; /* allow rule that covers the request; empty: none */
	/*
	 * The grant holds only when dockerd's answer shows nothing but objects of the rule: the
	 * AuthZRes that follows decides.
	 */
	bool pending;
	/* AuthZRes: it is refused, but the answer is a stream and has left already. */
	bool too_late;
	bool used_answer;          /* AuthZRes: the verdict depends on the answer's body */
	struct sp_str would_grant; /* nobody grants, but this allow rule in audit mode would */
	/* What the docker user is told, or would be told (would_deny); POLICY.md 1.13; else empty.
	 */
	struct sp_str message;
	const struct sp_step *steps; /* every rule in file order; NULL unless asked for */
};

/* What decide needs to know besides policy and request. */
struct sp_circumstances {
	int64_t now;      /* seconds since 1970 */
	bool force_audit; /* serve --audit */
	bool want_steps;  /* fill sp_decision.steps */
	const char *id;   /* short id shown in refusals that hide details; may be NULL */
};

/*
 * For builtin/self-protection: says for each of facts->host_paths, once the host has answered,
 * which of `own` it exposes: files and directories of this plugin, absolute and clean; "/" is
 * passed over.
 */
void sp_own_files(struct sp_facts *facts, const struct sp_str *own, size_t n);

/*
 * `facts` belong to `req` (sp_facts_read has run unless req->fault).  Everything in *out is
 * borrowed from `arena` and the policy.  A full arena denies.
 */
void sp_decide(const struct sp_policy *policy, const struct sp_request *req,
               const struct sp_facts *facts, const struct sp_circumstances *how,
               struct sp_arena *arena, struct sp_decision *out);

#endif
