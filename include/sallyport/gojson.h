/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gojson.h: read JSON the way Go's encoding/json gives it to dockerd, or refuse it.
 *
 * Two steps.  sp_json_parse: bytes -> flat token array, one pass, bounded; refuses what dockerd and
 * other readers may understand differently (invalid UTF-8, lone surrogates, \u0000, trailing bytes,
 * ...).  sp_json_bind: tokens against a description of the Go types dockerd decodes into: struct
 * keys are folded as Go folds them (ASCII case, U+017F, U+212A), two keys that fold together are
 * refused, map keys are exact and unique, null means absent, null elements and wrong types are
 * refused, integers are integers.  After that a field is found by its number, in constant time.
 *
 * Input: hostile bytes.  Output: either all of it means exactly one thing, or an error.
 * moby: api/server/httputils, runconfig; Go: encoding/json/decode.go, fold.go.
 * Layer: json.  Knows no Docker field name.
 */
#ifndef SALLYPORT_GOJSON_H
#define SALLYPORT_GOJSON_H

#include "sallyport/base.h"

/* --- tokens --- */

enum sp_json_type {
	SP_JSON_NONE = 0, /* absent */
	SP_JSON_NULL,
	SP_JSON_FALSE,
	SP_JSON_TRUE,
	SP_JSON_INT,    /* a number without '.', 'e' or 'E' */
	SP_JSON_NUMBER, /* any other number */
	SP_JSON_STRING,
	SP_JSON_ARRAY,
	SP_JSON_OBJECT, /* members follow: key (STRING), value, key, value, ... */
};

struct sp_json_tok {
	uint8_t type; /* enum sp_json_type */
	uint8_t pad[3];
	/*
	 * STRING, numbers: first byte in text (strings unescaped in place, no quotes);
	 * OBJECT bound to a struct: 1 + index of its first slot, else 0
	 */
	uint32_t off;
	uint32_t len;  /* STRING, numbers: bytes; ARRAY: elements; OBJECT: members */
	uint32_t next; /* index of the token after this value and all that is in it */
};

struct sp_json_limits {
	uint32_t max_bytes;
	uint32_t max_tokens;
	uint32_t max_depth;
};

struct sp_json_error {
	const char *what;  /* "duplicate key", static text; NULL: no error */
	uint32_t at;       /* byte offset into the text as it arrived */
	struct sp_str key; /* the key concerned, or empty; borrowed from the text */
};

struct sp_json_unknown; /* fields nobody described, see sp_json_bind */

/*
 * Token 0 stands for "absent" everywhere, so that chains of look-ups need no checks; a zeroed
 * struct sp_json (no body) answers it too.
 */
#define SP_JSON_DOC 1u
/* In a slot: the field is there, but null.  Only sp_json_bind cares: it must not come twice. */
#define SP_JSON_SLOT_NULL (1u << 31)

struct sp_json {
	char *text;
	/* tok[0] is "absent" (SP_JSON_NONE), tok[SP_JSON_DOC] the document */
	struct sp_json_tok *tok;
	uint32_t n_tok;
	uint32_t *slot;  /* per bound struct: token of each of its fields, 0 = absent */
	uint32_t n_slot; /* in use, of cap_slot */
	uint32_t cap_slot;
	struct sp_arena *arena;
	const struct sp_json_unknown *unknown; /* list, in document order */
	uint32_t n_unknown;
};

/*
 * Parses exactly one JSON value.  `text` is changed in place (escapes) and must live as long as
 * `doc`; the tokens are in `arena`.  0, or -1 with *err.
 */
int sp_json_parse(struct sp_json *doc, char *text, size_t len, const struct sp_json_limits *limits,
                  struct sp_arena *arena, struct sp_json_error *err);

static inline struct sp_str
sp_json_str(const struct sp_json *doc, uint32_t tok) /* STRING or number; empty for anything else */
{
	const struct sp_json_tok *t = tok ? &doc->tok[tok] : NULL;

	if (!t || t->type < SP_JSON_INT || t->type > SP_JSON_STRING)
		return (struct sp_str){NULL, 0};
	return (struct sp_str){doc->text + t->off, t->len};
}

static inline enum sp_json_type
sp_json_type(const struct sp_json *doc, uint32_t tok)
{
	return tok ? (enum sp_json_type)doc->tok[tok].type : SP_JSON_NONE;
}

/* --- Go types --- */

enum sp_go_kind {
	SP_GO_ANY = 0, /* not looked into: interface{}, json.RawMessage, struct{} */
	SP_GO_BOOL,    /* bool, *bool */
	SP_GO_STRING,  /* string and types made of it */
	SP_GO_INT,     /* int, int64, *int64, time.Duration ...; `bits` 64 unless said */
	SP_GO_UINT,    /* uint16, uint32, uint64 */
	SP_GO_BYTES,   /* []byte: base64 text */
	SP_GO_STRUCT,  /* `fields` */
	SP_GO_MAP,     /* map[string]`elem`: keys exact; null value = zero value */
	SP_GO_LIST,    /* []`elem`, [N]`elem`; null elements are refused */
	SP_GO_STRLIST, /* strslice.StrSlice: a list of strings, or one string = one element */
	SP_GO_FLOAT,   /* float32: any number */
};

struct sp_go_type {
	enum sp_go_kind kind;
	uint8_t bits; /* SP_GO_INT, SP_GO_UINT: 8, 16, 32, 64 */
	const struct sp_go_type *elem;
	const struct sp_go_field *fields;
	uint32_t n_fields;
	bool open; /* SP_GO_STRUCT: its other fields are nobody's matter; doc->unknown skips them */
};

/* What a field can do, decided once per field; the lists of POLICY.md 1.5 and 1.6. */
enum sp_field_class {
	SP_FIELD_NONE = 0,  /* a hole in a table: a test fails */
	SP_FIELD_POWER,     /* read into a power */
	SP_FIELD_CONDITION, /* read into a condition */
	SP_FIELD_PLAIN,     /* harmless, or judged as part of its parent */
	SP_FIELD_IGNORED,   /* dockerd on Linux ignores it; `why` says so */
	SP_FIELD_REFUSED,   /* any value but null, false, 0, "" is malformed; `why` says so */
	SP_FIELD_EMPTY,     /* likewise, but [] and {} mean nothing either */
};

struct sp_go_field {
	const char *name; /* exactly as Go spells it */
	const struct sp_go_type *type;
	enum sp_field_class field_class;
	const char *why; /* for IGNORED and REFUSED: the reason, a sentence; else NULL */
};

struct sp_json_unknown {
	struct sp_str path; /* JSON pointer, "/HostConfig/NewThing" */
	const struct sp_json_unknown *next;
};

/*
 * Reads token `tok` as Go would decode it into `type`.  Unknown struct fields are skipped; those
 * with a value other than null, "", 0, false, [] and {} are listed in doc->unknown with their path
 * from `tok` on (at most 64, or 4096 with the empty ones, then an error).  Fills the slots for
 * sp_json_field.  A null is absent, also as the whole value.  0, or -1 with *err.
 */
int sp_json_bind(struct sp_json *doc, uint32_t tok, const struct sp_go_type *type,
                 struct sp_json_error *err);

/*
 * Token of field number `field` (index into the type's fields) of the bound struct at `obj`; 0 when
 * the field is absent or null, or when `obj` is 0 (absent): absent things have absent fields.
 */
static inline uint32_t
sp_json_field(const struct sp_json *doc, uint32_t obj, uint32_t field)
{
	const struct sp_json_tok *t = obj ? &doc->tok[obj] : NULL;
	uint32_t slot =
	    t && t->type == SP_JSON_OBJECT && t->off ? doc->slot[t->off - 1 + field] : 0;

	return slot & SP_JSON_SLOT_NULL ? 0 : slot;
}

/* The value of an INT token a bind has checked; 0 for absent, INT64_MAX for a larger UINT. */
int64_t sp_json_int(const struct sp_json *doc, uint32_t tok);
static inline bool
sp_json_bool(const struct sp_json *doc, uint32_t tok) /* absent = false */
{
	return tok && doc->tok[tok].type == SP_JSON_TRUE;
}

/*
 * Walks the elements of an ARRAY: for (e = sp_json_first(d, a); e; e = sp_json_after(d, a, e)).
 * For an OBJECT they give the keys; the value is at key + 1.  A STRLIST given as one string gives
 * that string as its only element.
 */
uint32_t sp_json_first(const struct sp_json *doc, uint32_t list);
uint32_t sp_json_after(const struct sp_json *doc, uint32_t list, uint32_t elem);

/* Does Go take `key` for the struct field `name`?  (Ready-made for tests and single look-ups.) */
bool sp_json_fold_eq(struct sp_str key, const char *name);

/* The JSON value at `tok` as compact JSON text, keys as they were spelled.  For records. */
void sp_json_print(const struct sp_json *doc, uint32_t tok, struct sp_buf *out);

#endif
