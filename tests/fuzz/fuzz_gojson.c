/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_gojson.c: any bytes through the JSON reader.  What is accepted must print as text that reads
 * the same, be unambiguous once bound, and be denied in order when memory runs out.
 */
#include "unit/json/go_types.h"

#include <stdio.h>
#include <stdlib.h>

#define CHECK(condition)                                                                           \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);            \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

static const struct sp_json_limits limits = {
    .max_bytes = 1 << 20, .max_tokens = 100000, .max_depth = 64};

static void
check_error(const struct sp_json_error *err, size_t size)
{
	CHECK(err->what && err->what[0]);
	CHECK(err->at <= size);
	CHECK(sp_utf8_bad(err->key) == err->key.len);
}

static void
check_same(const struct sp_json *a, const struct sp_json *b)
{
	CHECK(a->n_tok == b->n_tok);
	for (uint32_t i = 0; i < a->n_tok; i++) {
		CHECK(a->tok[i].type == b->tok[i].type);
		CHECK(a->tok[i].len == b->tok[i].len);
		CHECK(a->tok[i].next == b->tok[i].next);
		CHECK(sp_str_eq(sp_json_str(a, i), sp_json_str(b, i)));
	}
}

static void
check_print(const struct sp_json *doc, size_t size)
{
	struct sp_arena arena;
	struct sp_buf out;
	struct sp_json again;
	struct sp_json_error err;
	struct sp_str text;

	sp_arena_init(&arena, (size_t)256 << 20);
	sp_buf_init(&out, &arena, 8 * size + 16);
	sp_json_print(doc, SP_JSON_DOC, &out);
	CHECK(!out.cut);
	text = sp_buf_str(&out);
	CHECK(sp_json_parse(&again, out.p, text.len,
	                    &(struct sp_json_limits){UINT32_MAX, limits.max_tokens, 64}, &arena,
	                    &err) == 0);
	check_same(doc, &again);
	sp_arena_fini(&arena);
}

/* Keys are unique in the way Go compares them, and every field is of its type. */
static void
check_bound(const struct sp_json *doc, uint32_t tok, const struct sp_go_type *type)
{
	enum sp_json_type found = sp_json_type(doc, tok);

	if (found == SP_JSON_NONE || found == SP_JSON_NULL)
		return;
	switch (type->kind) {
	case SP_GO_ANY:
		return;
	case SP_GO_BOOL:
		CHECK(found == SP_JSON_TRUE || found == SP_JSON_FALSE);
		return;
	case SP_GO_STRING:
	case SP_GO_BYTES:
		CHECK(found == SP_JSON_STRING);
		return;
	case SP_GO_INT:
	case SP_GO_UINT:
		CHECK(found == SP_JSON_INT);
		CHECK(type->kind == SP_GO_INT || sp_json_int(doc, tok) >= 0);
		return;
	case SP_GO_FLOAT:
		CHECK(found == SP_JSON_INT || found == SP_JSON_NUMBER);
		return;
	case SP_GO_STRLIST:
		for (uint32_t e = sp_json_first(doc, tok); e; e = sp_json_after(doc, tok, e))
			CHECK(sp_json_type(doc, e) == SP_JSON_STRING);
		return;
	case SP_GO_LIST:
		CHECK(found == SP_JSON_ARRAY);
		for (uint32_t e = sp_json_first(doc, tok); e; e = sp_json_after(doc, tok, e)) {
			CHECK(sp_json_type(doc, e) != SP_JSON_NULL);
			check_bound(doc, e, type->elem);
		}
		return;
	case SP_GO_MAP:
	case SP_GO_STRUCT:
		break;
	}
	CHECK(found == SP_JSON_OBJECT);
	for (uint32_t k = sp_json_first(doc, tok), n = 0; k && n < 100;
	     k = sp_json_after(doc, tok, k), n++) {
		struct sp_str key = sp_json_str(doc, k);
		uint32_t others = 0;

		if (type->kind == SP_GO_MAP) {
			check_bound(doc, k + 1, type->elem);
			for (uint32_t o = sp_json_after(doc, tok, k); o;
			     o = sp_json_after(doc, tok, o))
				CHECK(!sp_str_eq(sp_json_str(doc, o), key));
			continue;
		}
		for (uint32_t f = 0; f < type->n_fields; f++) {
			uint32_t value = sp_json_field(doc, tok, f);

			if (!sp_json_fold_eq(key, type->fields[f].name))
				continue;
			CHECK(++others == 1);
			if (sp_json_type(doc, k + 1) == SP_JSON_NULL)
				CHECK(value == 0);
			else
				CHECK(value == k + 1);
			if (type->fields[f].field_class != SP_FIELD_REFUSED)
				check_bound(doc, value, type->fields[f].type);
		}
	}
}

static int
read_all(struct sp_json *doc, char *text, size_t size, struct sp_arena *arena,
         struct sp_json_error *err)
{
	if (sp_json_parse(doc, text, size, &limits, arena, err) != 0)
		return -1;
	return sp_json_bind(doc, SP_JSON_DOC, &test_thing, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sp_arena arena;
	struct sp_json doc;
	struct sp_json_error err;
	char *text = malloc(size ? size : 1);
	size_t used;
	int rc;

	CHECK(text);
	if (size)
		memcpy(text, data, size);
	sp_arena_init(&arena, (size_t)64 << 20);
	rc = sp_json_parse(&doc, text, size, &limits, &arena, &err);
	if (rc == 0) {
		check_print(&doc, size);
		rc = sp_json_bind(&doc, SP_JSON_DOC, &test_thing, &err);
		if (rc == 0)
			check_bound(&doc, SP_JSON_DOC, &test_thing);
	}
	if (rc != 0)
		check_error(&err, size);
	used = arena.used_bytes;
	sp_arena_fini(&arena);
	for (size_t cap = used / 4; rc == 0 && cap < used; cap += used / 4 + 1) {
		if (size)
			memcpy(text, data, size);
		sp_arena_init(&arena, cap);
		if (read_all(&doc, text, size, &arena, &err) != 0)
			check_error(&err, size);
		sp_arena_fini(&arena);
	}
	free(text);
	return 0;
}
