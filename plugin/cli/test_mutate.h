/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_mutate.h: sallyport test --mutate: which slips in a policy does no test notice?  Layer: cli.
 */
#ifndef SALLYPORT_CLI_TEST_MUTATE_H
#define SALLYPORT_CLI_TEST_MUTATE_H

#include "cli/test_run.h"
#include "sallyport/mutate.h"

/* An edit after which every case comes out as before. */
struct sp_test_missed {
	const struct sp_edit *edit;
	struct sp_str line; /* "FILE:LINE:COLUMN: removed 'bind' from rule 'x': no test notices" */
	struct sp_test_missed *next;
};

/* The edits of one policy, with the cases of all tests that are about it. */
struct sp_test_mutation {
	const char *policy;
	struct sp_str untried; /* why nothing was edited; empty: it was */
	size_t n;              /* edits that leave a policy */
	size_t n_missed, n_open;
	struct sp_test_missed *missed; /* sorted by place */
	struct sp_test_mutation *next;
};

/*
 * `reports`: of all tests about policy `m->policy`, n of them; what they are about is run again for
 * each edit.  What stays is in `arena`.  0; -1 when it is full.
 */
int sp_test_mutate(const struct sp_test_report *const *reports, size_t n, struct sp_arena *arena,
                   struct sp_test_mutation *m);

#endif
