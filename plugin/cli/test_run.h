/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_run.h: runs the cases of a policy test, and what became of each.  The functions that decide
 * are those serve runs.  Layer: cli.
 */
#ifndef SALLYPORT_CLI_TEST_RUN_H
#define SALLYPORT_CLI_TEST_RUN_H

#include "cli/test_file.h"
#include "sallyport/decide.h"
#include "sallyport/given.h"
#include "sallyport/rules.h"

struct sp_test_result {
	const struct sp_test_case *c;
	bool passed;
	bool unreadable;        /* an input of the case could not be read */
	struct sp_str expected; /* "deny by no-privileged" */
	struct sp_str got;      /* "allow"; empty: nothing was decided */
	struct sp_str problems; /* one line each; empty when passed */
	struct sp_str message;  /* the refusal's text, one line or several; may be empty */
	struct sp_test_result *next;
};

/* Which rules, and which keys of them, were ever the reason of anything. */
struct sp_test_coverage {
	const struct sp_rule_info *rules;
	size_t n;
	bool *rule; /* n */
	bool **key; /* n of rules[i].n_keys */
};

struct sp_test_report {
	const struct sp_test_file *file;
	struct sp_test_result *results; /* of the cases that were chosen */
	size_t n, n_passed;
	bool undated;                     /* the policy has dates, the test no clock */
	struct sp_test_coverage coverage; /* rules NULL: not asked for */
};

/*
 * `run` is a pattern for names of cases, empty: all.  `shadow` may be NULL.  What stays is in
 * `arena`.  0; -1 when it is full.
 */
int sp_test_run(const struct sp_test_file *file, const struct sp_policy *policy,
                const struct sp_policy *shadow, struct sp_str run, bool coverage,
                struct sp_arena *arena, struct sp_test_report *report);

/* A request of a case, read, with what is known about it. */
struct sp_test_asked {
	struct sp_request req;
	struct sp_facts facts;
	struct sp_test_asked *next;
};

/*
 * The requests of a case.  new, in `arena`; NULL after a line in *problems, and *unreadable when an
 * input cannot be read.
 */
struct sp_test_asked *sp_test_ask(const struct sp_test_file *file, const struct sp_test_case *c,
                                  struct sp_arena *arena, bool *unreadable,
                                  struct sp_buf *problems);
/* Does the case come out as expected under `policy`?  `flips` is not looked at. */
bool sp_test_passes(const struct sp_test_file *file, const struct sp_test_case *c,
                    const struct sp_test_asked *asked, const struct sp_policy *policy,
                    struct sp_arena *scratch);

/* What is given, and what the record of the request says, into its facts. */
void sp_test_given_answer(const struct sp_test_given *given, const struct sp_given *looked_up,
                          struct sp_facts *facts, struct sp_arena *arena);

#endif
