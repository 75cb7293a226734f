/* SPDX-License-Identifier: Apache-2.0 */
/* test_print.h: what a run of policy tests looks like (POLICY.md 2.2, 3.3).  Layer: cli. */
#ifndef SALLYPORT_CLI_TEST_PRINT_H
#define SALLYPORT_CLI_TEST_PRINT_H

#include "cli/test_mutate.h"

enum sp_test_format { SP_TEST_HUMAN = 0, SP_TEST_TAP, SP_TEST_JUNIT, SP_TEST_JSON };

/* One file: a report, or, with `report` NULL, what is wrong with it or its policy. */
struct sp_test_outcome {
	const char *path;
	const struct sp_test_report *report;
	struct sp_str errors;
};

/* `edits` may be NULL: none were asked for. */
void sp_test_print(enum sp_test_format format, const struct sp_test_outcome *files, size_t n,
                   const struct sp_test_mutation *edits, struct sp_buf *out);

/* What XML cannot hold as it is; ` NAME="VALUE"`. */
void sp_test_print_xml(struct sp_buf *out, struct sp_str s);
void sp_test_print_attribute(struct sp_buf *out, const char *name, struct sp_str value);

/* test_print_mutate.c: what the edits of a policy add to each format. */
void sp_test_mutation_human(const struct sp_test_mutation *m, struct sp_buf *out);
void sp_test_mutation_tap(const struct sp_test_mutation *m, size_t number, struct sp_buf *out);
void sp_test_mutation_junit(const struct sp_test_mutation *m, struct sp_buf *out);
void sp_test_mutation_json(const struct sp_test_mutation *m, struct sp_buf *out);

#endif
