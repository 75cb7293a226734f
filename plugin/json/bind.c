/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bind.c: tokens against the Go types dockerd decodes them into.
 *
 * Go gives duplicate keys, keys that fold together, null elements and mixed types meanings of its
 * own (the last wins, lists merge by index, null keeps a scalar); here each of them is an error, so
 * that what is left has one meaning.  Input: tokens of a hostile text and trusted type tables.
 * Recursion is bounded by the depth that sp_json_parse accepts.
 * Go: encoding/json/decode.go (object, array, literalStore).
 */
#include "json/bind.h"
#include "json/scalar.h"

enum { FIRST_SLOTS = 256 }; /* a create body needs about 150 */

#define NO_FIELD UINT32_MAX

static bool bind_value(struct sp_json_binder *b, uint32_t tok, const struct sp_go_type *type,
                       const struct sp_json_frame *in);

#define EXPECTED(wanted)                                                                           \
	{                                                                                          \
		[SP_JSON_NULL] = "expected " wanted ", found null",                                \
		[SP_JSON_FALSE] = "expected " wanted ", found false",                              \
		[SP_JSON_TRUE] = "expected " wanted ", found true",                                \
		[SP_JSON_INT] = "expected " wanted ", found a number",                             \
		[SP_JSON_NUMBER] = "expected " wanted ", found a decimal number",                  \
		[SP_JSON_STRING] = "expected " wanted ", found a string",                          \
		[SP_JSON_ARRAY] = "expected " wanted ", found a list",                             \
		[SP_JSON_OBJECT] = "expected " wanted ", found an object",                         \
	}

static const char *
mismatch(enum sp_go_kind wanted, enum sp_json_type found)
{
	static const char *const texts[][SP_JSON_OBJECT + 1] = {
	    [SP_GO_BOOL] = EXPECTED("true or false"),
	    [SP_GO_STRING] = EXPECTED("a string"),
	    [SP_GO_INT] = EXPECTED("a whole number"),
	    [SP_GO_UINT] = EXPECTED("a whole number"),
	    [SP_GO_BYTES] = EXPECTED("base64 text"),
	    [SP_GO_STRUCT] = EXPECTED("an object"),
	    [SP_GO_MAP] = EXPECTED("an object"),
	    [SP_GO_LIST] = EXPECTED("a list"),
	    [SP_GO_STRLIST] = EXPECTED("a list or a string"),
	    [SP_GO_FLOAT] = EXPECTED("a number"),
	};

	return texts[wanted][found];
}

#define T(type) (1u << (type))

/* The kinds of JSON each kind of Go type is made from; null is the callers' matter. */
static const uint16_t accepted[] = {
    [SP_GO_ANY] = UINT16_MAX,
    [SP_GO_BOOL] = T(SP_JSON_FALSE) | T(SP_JSON_TRUE),
    [SP_GO_STRING] = T(SP_JSON_STRING),
    [SP_GO_INT] = T(SP_JSON_INT),
    [SP_GO_UINT] = T(SP_JSON_INT),
    [SP_GO_BYTES] = T(SP_JSON_STRING),
    [SP_GO_STRUCT] = T(SP_JSON_OBJECT),
    [SP_GO_MAP] = T(SP_JSON_OBJECT),
    [SP_GO_LIST] = T(SP_JSON_ARRAY),
    [SP_GO_STRLIST] = T(SP_JSON_ARRAY) | T(SP_JSON_STRING),
    [SP_GO_FLOAT] = T(SP_JSON_INT) | T(SP_JSON_NUMBER),
};

/* Most values of a body: nothing to be looked into.  The others take the way of bind_value. */
static inline bool
is_simple(const struct sp_json_tok *t, const struct sp_go_type *type)
{
	if (!(accepted[type->kind] & T(t->type)))
		return false;
	if (t->type >= SP_JSON_ARRAY)
		return t->len == 0;
	if (type->kind == SP_GO_INT) /* nineteen digits may be too many for 64 bits */
		return t->len < 19 && (type->bits == 64 || type->bits == 0);
	return type->kind == SP_GO_BOOL || type->kind == SP_GO_STRING;
}

/* --- structs --- */

/* Room for the fields of one more struct: zeroed slots from *base on. */
static bool
reserve_slots(struct sp_json *doc, uint32_t n, uint32_t *base)
{
	uint64_t need = (uint64_t)doc->n_slot + n, cap = doc->cap_slot;
	uint32_t *slot;

	*base = doc->n_slot;
	if (need > cap) {
		cap = cap ? cap * 2 : FIRST_SLOTS;
		if (cap < need)
			cap = need;
		if (cap >= UINT32_MAX)
			return false;
		slot = sp_arena_array(doc->arena, (size_t)cap, sizeof(*slot));
		if (!slot)
			return false;
		if (doc->n_slot)
			memcpy(slot, doc->slot, doc->n_slot * sizeof(*slot));
		doc->slot = slot;
		doc->cap_slot = (uint32_t)cap;
	}
	doc->n_slot = (uint32_t)need;
	return true;
}

static inline bool
is_name(const char *name, struct sp_str key)
{
	return strncmp(name, key.p, key.len) == 0 && name[key.len] == '\0';
}

/* Go takes an exact match before a folded one. */
static __attribute__((noinline)) uint32_t
search_field(const struct sp_go_type *type, struct sp_str key, uint32_t hint)
{
	const struct sp_go_field *fields = type->fields;

	for (uint32_t i = hint; i < type->n_fields; i++) {
		if (fields[i].name[0] == key.p[0] && is_name(fields[i].name, key))
			return i;
	}
	for (uint32_t i = 0; i < hint; i++) {
		if (fields[i].name[0] == key.p[0] && is_name(fields[i].name, key))
			return i;
	}
	for (uint32_t i = 0; i < type->n_fields; i++) {
		if (sp_json_fold_eq(key, fields[i].name))
			return i;
	}
	return NO_FIELD;
}

/*
 * Go's own clients send the fields in their order, so `hint`, the field after the last match, is
 * nearly always the one.
 */
static inline uint32_t
find_field(const struct sp_go_type *type, struct sp_str key, uint32_t hint)
{
	if (hint < type->n_fields && is_name(type->fields[hint].name, key))
		return hint;
	return search_field(type, key, hint);
}

/* The field was there already: under the very same key, or one that Go folds onto it? */
static bool
fail_twice(struct sp_json_binder *b, uint32_t obj, const struct sp_json_frame *in)
{
	struct sp_str key = sp_json_str(b->doc, in->key);

	for (uint32_t k = sp_json_first(b->doc, obj); k && k != in->key;
	     k = sp_json_after(b->doc, obj, k)) {
		if (sp_str_eq(sp_json_str(b->doc, k), key))
			return sp_json_fail(b, in->key, in, "duplicate key");
	}
	return sp_json_fail(b, in->key, in, "two keys that Go reads as the same field");
}

static inline bool
must_be_zero(const struct sp_go_field *field)
{
	return field->field_class == SP_FIELD_REFUSED || field->field_class == SP_FIELD_EMPTY;
}

static bool
bind_field(struct sp_json_binder *b, uint32_t tok, const struct sp_go_field *field,
           const struct sp_json_frame *in)
{
	if (must_be_zero(field))
		return sp_json_is_zero(b->doc, tok, field->field_class == SP_FIELD_EMPTY) ||
		       sp_json_fail(b, in->key, in, field->why);
	return bind_value(b, tok, field->type, in);
}

static __attribute__((noinline)) bool
bind_struct(struct sp_json_binder *b, uint32_t obj, const struct sp_go_type *type,
            const struct sp_json_frame *up)
{
	struct sp_json *doc = b->doc;
	const struct sp_json_tok *tok = doc->tok;
	struct sp_json_frame in = {.up = up, .key = obj + 1};
	uint32_t hint = 0, base;

	doc->tok[obj].off = 0;
	if (!reserve_slots(doc, type->n_fields, &base))
		return sp_json_fail(b, obj, up, sp_json_no_memory);
	for (uint32_t n = tok[obj].len; n > 0; n--) {
		struct sp_str key = {doc->text + tok[in.key].off, tok[in.key].len};
		uint32_t value = in.key + 1, i = find_field(type, key, hint);

		if (i == NO_FIELD) {
			if (!type->open && !sp_json_note_unknown(b, value, &in))
				return false;
		} else {
			const struct sp_go_field *field = &type->fields[i];

			if (doc->slot[base + i])
				return fail_twice(b, obj, &in);
			doc->slot[base + i] = value;
			hint = i + 1;
			if (tok[value].type == SP_JSON_NULL)
				doc->slot[base + i] |= SP_JSON_SLOT_NULL;
			else if ((must_be_zero(field) || !is_simple(&tok[value], field->type)) &&
			         !bind_field(b, value, field, &in))
				return false;
		}
		in.key = tok[value].next;
	}
	doc->tok[obj].off = base + 1;
	return true;
}

/* --- maps and lists --- */

static bool
bind_map(struct sp_json_binder *b, uint32_t map, const struct sp_go_type *type,
         const struct sp_json_frame *up)
{
	const struct sp_json_tok *tok = b->doc->tok;
	struct sp_json_frame in = {.up = up, .key = map + 1};
	struct sp_str before = {NULL, 0};
	bool ascending = true; /* as Go's own encoder writes maps: then they are unique */

	b->doc->tok[map].off = 0;
	for (uint32_t n = tok[map].len; n > 0; n--) {
		struct sp_str key = sp_json_str(b->doc, in.key);
		uint32_t value = in.key + 1;

		ascending = ascending && (!before.p || sp_str_cmp(before, key) < 0);
		before = key;
		if (tok[value].type != SP_JSON_NULL && !is_simple(&tok[value], type->elem) &&
		    !bind_value(b, value, type->elem, &in))
			return false;
		in.key = tok[value].next;
	}
	if (ascending)
		return true;
	if (!sp_json_key_twice(b->doc, map, &in.key))
		return sp_json_fail(b, map, up, sp_json_no_memory);
	return in.key ? sp_json_fail(b, in.key, &in, "duplicate key") : true;
}

static bool
bind_list(struct sp_json_binder *b, uint32_t list, const struct sp_go_type *elem,
          const struct sp_json_frame *up)
{
	const struct sp_json_tok *tok = b->doc->tok;
	struct sp_json_frame in = {.up = up};

	for (uint32_t e = list + 1; in.index < tok[list].len; in.index++, e = tok[e].next) {
		if (tok[e].type == SP_JSON_NULL)
			return sp_json_fail(b, e, &in, "null in a list");
		if (!is_simple(&tok[e], elem) && !bind_value(b, e, elem, &in))
			return false;
	}
	return true;
}

/* --- values --- */

static bool
bind_value(struct sp_json_binder *b, uint32_t tok, const struct sp_go_type *type,
           const struct sp_json_frame *in)
{
	static const struct sp_go_type string = {.kind = SP_GO_STRING};
	enum sp_json_type found = sp_json_type(b->doc, tok);

	if (!(accepted[type->kind] & T(found)))
		return sp_json_fail(b, tok, in, mismatch(type->kind, found));
	switch (type->kind) {
	case SP_GO_ANY:
	case SP_GO_BOOL:
	case SP_GO_STRING:
	case SP_GO_FLOAT:
		return true;
	case SP_GO_INT:
	case SP_GO_UINT:
		return sp_json_int_fits(sp_json_str(b->doc, tok), type->bits,
		                        type->kind == SP_GO_INT) ||
		       sp_json_fail(b, tok, in, "number out of range");
	case SP_GO_BYTES:
		return sp_json_base64_ok(sp_json_str(b->doc, tok)) ||
		       sp_json_fail(b, tok, in, "invalid base64");
	case SP_GO_STRUCT:
		return bind_struct(b, tok, type, in);
	case SP_GO_MAP:
		return bind_map(b, tok, type, in);
	case SP_GO_LIST:
		return bind_list(b, tok, type->elem, in);
	case SP_GO_STRLIST:
		return found == SP_JSON_STRING || bind_list(b, tok, &string, in);
	}
	return false;
}

int
sp_json_bind(struct sp_json *doc, uint32_t tok, const struct sp_go_type *type,
             struct sp_json_error *err)
{
	struct sp_json_binder b = {.doc = doc, .err = err};

	*err = (struct sp_json_error){0};
	for (const struct sp_json_unknown *u = doc->unknown; u; u = u->next)
		b.last_unknown = (struct sp_json_unknown *)(uintptr_t)u;
	if (sp_json_type(doc, tok) <= SP_JSON_NULL)
		return 0;
	return bind_value(&b, tok, type, NULL) ? 0 : -1;
}
