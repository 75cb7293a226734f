/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_test.h: what the tests of the json layer share: parse and bind a text.
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
#include "unit/json/go_types.h"

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
