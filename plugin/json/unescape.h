/* SPDX-License-Identifier: Apache-2.0 */
/* unescape.h: JSON strings that hold more than plain ASCII.  Private to the json layer. */
#ifndef SALLYPORT_JSON_UNESCAPE_H
#define SALLYPORT_JSON_UNESCAPE_H

#include <stdint.h>

/*
 * Finishes a string whose first *len bytes, those before *at, are plain: unescapes the rest in
 * place.  NULL, with *at behind the closing quote and *len complete; or what is wrong at *at.
 */
const char *sp_json_unescape(unsigned char **at, const unsigned char *end, uint32_t *len);

#endif
