/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_test.h: what the tests of the json layer share: parse and bind a text, and a small set of
 * Go types with every kind of field in it.
 */
#ifndef SALLYPORT_TEST_JSON_H
#define SALLYPORT_TEST_JSON_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sallyport/gojson.h"

/* --- types: struct thing {...} as a dockerd might decode into --- */

enum { POINT_X, POINT_Y, POINT_N };
enum {
	THING_NAME,
	THING_ON,
	THING_SIZE,
	THING_PORT,
	THING_BYTE,
	THING_DATA,
	THING_CMD,
	THING_BINDS,
	THING_LABELS,
	THING_POINT,
	THING_POINTS,
	THING_BY_NAME,
	THING_ANY,
	THING_SIZES,
	THING_KIOSK,
	THING_ALIAS,
	THING_N
};

static const struct sp_go_type test_bool = {.kind = SP_GO_BOOL};
static const struct sp_go_type test_string = {.kind = SP_GO_STRING};
static const struct sp_go_type test_int = {.kind = SP_GO_INT, .bits = 64};
static const struct sp_go_type test_int8 = {.kind = SP_GO_INT, .bits = 8};
static const struct sp_go_type test_uint16 = {.kind = SP_GO_UINT, .bits = 16};
static const struct sp_go_type test_bytes = {.kind = SP_GO_BYTES};
static const struct sp_go_type test_any = {.kind = SP_GO_ANY};
static const struct sp_go_type test_strlist = {.kind = SP_GO_STRLIST};
static const struct sp_go_type test_strings = {.kind = SP_GO_LIST, .elem = &test_string};
static const struct sp_go_type test_ints = {.kind = SP_GO_LIST, .elem = &test_int};
static const struct sp_go_type test_labels = {.kind = SP_GO_MAP, .elem = &test_string};
static const struct sp_go_field test_point_fields[] = {
    [POINT_X] = {"X", &test_int, SP_FIELD_PLAIN, NULL},
    [POINT_Y] = {"Y", &test_int, SP_FIELD_PLAIN, NULL},
};
static const struct sp_go_type test_point = {
    .kind = SP_GO_STRUCT, .fields = test_point_fields, .n_fields = POINT_N};
static const struct sp_go_type test_points = {.kind = SP_GO_LIST, .elem = &test_point};
static const struct sp_go_type test_by_name = {.kind = SP_GO_MAP, .elem = &test_point};
static const struct sp_go_field test_thing_fields[] = {
    [THING_NAME] = {"Name", &test_string, SP_FIELD_PLAIN, NULL},
    [THING_ON] = {"On", &test_bool, SP_FIELD_PLAIN, NULL},
    [THING_SIZE] = {"Size", &test_int, SP_FIELD_PLAIN, NULL},
    [THING_PORT] = {"Port", &test_uint16, SP_FIELD_PLAIN, NULL},
    [THING_BYTE] = {"Byte", &test_int8, SP_FIELD_PLAIN, NULL},
    [THING_DATA] = {"Data", &test_bytes, SP_FIELD_PLAIN, NULL},
    [THING_CMD] = {"Cmd", &test_strlist, SP_FIELD_PLAIN, NULL},
    [THING_BINDS] = {"Binds", &test_strings, SP_FIELD_PLAIN, NULL},
    [THING_LABELS] = {"Labels", &test_labels, SP_FIELD_PLAIN, NULL},
    [THING_POINT] = {"Point", &test_point, SP_FIELD_PLAIN, NULL},
    [THING_POINTS] = {"Points", &test_points, SP_FIELD_PLAIN, NULL},
    [THING_BY_NAME] = {"ByName", &test_by_name, SP_FIELD_PLAIN, NULL},
    [THING_ANY] = {"Any", &test_any, SP_FIELD_PLAIN, NULL},
    [THING_SIZES] = {"Sizes", &test_ints, SP_FIELD_PLAIN, NULL},
    [THING_KIOSK] = {"Kiosk", &test_string, SP_FIELD_PLAIN, NULL},
    [THING_ALIAS] = {"Alias", &test_bool, SP_FIELD_REFUSED, "this place is not read by all"},
};
static const struct sp_go_type test_thing = {
    .kind = SP_GO_STRUCT, .fields = test_thing_fields, .n_fields = THING_N};

/* --- one text --- */

struct text {
	struct sp_arena arena;
	struct sp_json doc;
	struct sp_json_error err;
	char *bytes; /* exactly as long as the text, so that a sanitizer sees one byte too many */
};

static const struct sp_json_limits test_limits = {
    .max_bytes = 8u << 20, .max_tokens = 1u << 20, .max_depth = 100};

static inline void
text_free(struct text *t)
{
	sp_arena_fini(&t->arena);
	free(t->bytes);
	*t = (struct text){0};
}

static inline int
text_parse_limited(struct text *t, struct sp_str s, const struct sp_json_limits *limits,
                   size_t cap_bytes)
{
	*t = (struct text){0};
	sp_arena_init(&t->arena, cap_bytes);
	t->bytes = malloc(s.len ? s.len : 1);
	assert_non_null(t->bytes);
	if (s.len)
		memcpy(t->bytes, s.p, s.len);
	return sp_json_parse(&t->doc, t->bytes, s.len, limits, &t->arena, &t->err);
}

static inline int
text_parse(struct text *t, struct sp_str s)
{
	return text_parse_limited(t, s, &test_limits, (size_t)64 << 20);
}

/* Parses, which must work, and binds. */
static inline int
text_bind(struct text *t, const char *z, const struct sp_go_type *type)
{
	assert_int_equal(text_parse(t, sp_strz(z)), 0);
	return sp_json_bind(&t->doc, SP_JSON_DOC, type, &t->err);
}

#define assert_text(t, token, z)                                                                   \
	do {                                                                                       \
		struct sp_str got_ = sp_json_str(&(t)->doc, (token)), want_ = sp_strz(z);          \
		assert_int_equal(got_.len, want_.len);                                             \
		assert_memory_equal(got_.p, want_.p, want_.len);                                   \
	} while (0)

#endif
