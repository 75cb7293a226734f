/* SPDX-License-Identifier: Apache-2.0 */
/* export.h: how the exported texts are set: columns, wrapped lines, mdoc.  Private to export*.c. */
#ifndef SALLYPORT_ENGINE_EXPORT_H
#define SALLYPORT_ENGINE_EXPORT_H

#include "sallyport/export.h"
#include "sallyport/keys.h"

/* Blanks up to a column, at least one; `column` is where the line is now.  Returns the new column.
 */
size_t sp_export_pad(struct sp_buf *out, size_t column, size_t to);
/* Text from `column` on, wrapped at 80 with `indent`; ends the line. */
void sp_export_wrap(struct sp_buf *out, size_t column, size_t indent, struct sp_str text);

/* Text for a line of mdoc that is no macro line. */
void sp_export_mdoc_text(struct sp_buf *out, struct sp_str text);
/* Text after a macro, with the blank before it: no word of it is taken for a macro or delimiter. */
void sp_export_mdoc_args(struct sp_buf *out, struct sp_str text);

/* How values of a type are written, forms separated by ", ": for the test that loads them. */
const char *sp_export_written(enum sp_type type);

/* "a", then ", b": *n counts. */
void sp_export_item(struct sp_buf *out, size_t *n, const char *item);

#endif
