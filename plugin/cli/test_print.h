/* SPDX-License-Identifier: Apache-2.0 */
/* test_print.h: what a run of policy tests looks like (POLICY.md 2.2, 3.3).  Layer: cli. */
#ifndef SALLYPORT_CLI_TEST_PRINT_H
#define SALLYPORT_CLI_TEST_PRINT_H

#include "cli/test_run.h"

enum sp_test_format { SP_TEST_HUMAN = 0, SP_TEST_TAP, SP_TEST_JUNIT, SP_TEST_JSON };

/* One file: a report, or, with `report` NULL, what is wrong with it or its policy. */
struct sp_test_outcome {
	const char *path;
	const struct sp_test_report *report;
	struct sp_str errors;
};

void sp_test_print(enum sp_test_format format, const struct sp_test_outcome *files, size_t n,
                   struct sp_buf *out);

#endif
