/* SPDX-License-Identifier: Apache-2.0 */
/*
 * findings.h: what is said about files, in the formats of `sallyport check --format`
 * (POLICY.md 3.3).  Private to cli/.
 */
#ifndef SALLYPORT_CLI_FINDINGS_H
#define SALLYPORT_CLI_FINDINGS_H

#include "sallyport/diag.h"

enum sp_format { SP_FORMAT_HUMAN = 0, SP_FORMAT_JSON, SP_FORMAT_SARIF, SP_FORMAT_GITHUB };

/* All that was said about one policy; sorted. */
struct sp_checked {
	struct sp_diags diags;
	int n_rules; /* -1: it did not load */
};

/* The whole report on `n` policies. */
void sp_findings_print(enum sp_format format, struct sp_checked *checked, size_t n,
                       struct sp_buf *out);

#endif
