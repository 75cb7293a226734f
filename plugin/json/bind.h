/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bind.h: what bind.c and unknown.c share: where in the document we are, and how to fail there.
 * Private to the json layer.
 */
#ifndef SALLYPORT_JSON_BIND_H
#define SALLYPORT_JSON_BIND_H

#include "sallyport/gojson.h"

/* Where we are: the containers from the document down to this value. */
struct sp_json_frame {
	const struct sp_json_frame *up;
	uint32_t key;   /* token of the member's key; 0 in a list */
	uint32_t index; /* in a list */
};

struct sp_json_binder {
	struct sp_json *doc;
	struct sp_json_error *err;
	struct sp_json_unknown *last_unknown;
	uint32_t n_seen; /* unknown fields, with those that are not reported */
};

/* Always false, with the error set: at `tok` when its place is known, else at its key. */
bool sp_json_fail(struct sp_json_binder *b, uint32_t tok, const struct sp_json_frame *in,
                  const char *what);
/* Remembers the field of frame `in` with value `tok` when it holds something; false: an error. */
bool sp_json_note_unknown(struct sp_json_binder *b, uint32_t tok, const struct sp_json_frame *in);
/* *key: a key of the object that came before in it, 0 when all are unique.  false: arena full. */
bool sp_json_key_twice(const struct sp_json *doc, uint32_t map, uint32_t *key);

#endif
