/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scalar.h: what single values mean to Go: integers of a width, base64 text, zero values.
 * Private to the json layer.
 */
#ifndef SALLYPORT_JSON_SCALAR_H
#define SALLYPORT_JSON_SCALAR_H

#include "sallyport/gojson.h"

extern const char sp_json_no_memory[]; /* the error text for a full arena */

/* Does the text of an INT token fit a Go integer of `bits` bits (0: 64)? */
bool sp_json_int_fits(struct sp_str digits, uint8_t bits, bool is_signed);
/* Does Go's base64.StdEncoding decode it?  Line ends are ignored, padding is required. */
bool sp_json_base64_ok(struct sp_str text);
/* null, "", false and every spelling of 0; with `empty_too` also [] and {}. */
bool sp_json_is_zero(const struct sp_json *doc, uint32_t tok, bool empty_too);

#endif
