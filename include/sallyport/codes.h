/* SPDX-License-Identifier: Apache-2.0 */
/*
 * codes.h: the codes of what is said about a policy file, with one line each.  A code keeps its
 * meaning for ever; the manual, SARIF and `sallyport codes` read this table.  Layer: engine.
 */
#ifndef SALLYPORT_CODES_H
#define SALLYPORT_CODES_H

#include "sallyport/diag.h"

struct sp_code {
	const char *name; /* "E210" */
	enum sp_severity severity;
	const char *meaning; /* one sentence */
};

/* borrowed, static; sorted by name. */
const struct sp_code *sp_codes(size_t *n);
/* The row, or NULL. */
const struct sp_code *sp_code_find(struct sp_str name);

/* `sallyport codes`: all of them, for a terminal and for the manual page. */
void sp_export_codes(struct sp_buf *out);
void sp_export_codes_mdoc(struct sp_buf *out);

#endif
