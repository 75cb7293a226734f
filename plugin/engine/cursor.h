/* SPDX-License-Identifier: Apache-2.0 */
/* cursor.h: the members of a JSON object as they stand.  Private to record*.c.  Layer: engine. */
#ifndef SALLYPORT_ENGINE_CURSOR_H
#define SALLYPORT_ENGINE_CURSOR_H

#include "sallyport/base.h"

struct sp_cursor {
	const char *p, *end;
};

struct sp_cursor sp_cursor_of(struct sp_str s);
void sp_cursor_blanks(struct sp_cursor *c);
/* To behind the value that begins here; false: it does not end. */
bool sp_cursor_value(struct sp_cursor *c);
/*
 * The next member of the object `c` stands in (before its '{' at first): its name without quotes,
 * its value as it stands.  1; 0 behind the last; -1 when this is no object, or ends too early.
 */
int sp_cursor_member(struct sp_cursor *c, struct sp_str *name, struct sp_str *value);

#endif
