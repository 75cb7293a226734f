/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scalar.c: what single values mean to Go.  Input: tokens of sp_json_parse, so numbers keep to the
 * grammar of JSON; how large they are is hostile.
 * Go: encoding/json/decode.go (literalStore), encoding/base64.
 */
#include "json/scalar.h"

const char sp_json_no_memory[] = "too large for the memory of one request";

/* false: more than 64 bits.  "-0" is 0. */
static bool
read_int(struct sp_str s, bool *negative, uint64_t *value)
{
	size_t i = 0;
	uint64_t n = 0;

	*negative = s.len > 0 && s.p[0] == '-';
	for (i = *negative; i < s.len; i++) {
		if (__builtin_mul_overflow(n, 10u, &n) ||
		    __builtin_add_overflow(n, (uint64_t)(s.p[i] - '0'), &n))
			return false;
	}
	*value = n;
	return true;
}

bool
sp_json_int_fits(struct sp_str digits, uint8_t bits, bool is_signed)
{
	bool negative;
	uint64_t value, max;

	if (bits == 0 || bits > 64)
		bits = 64;
	if (!read_int(digits, &negative, &value))
		return false;
	max = UINT64_MAX >> (64 - bits);
	if (!is_signed)
		return !negative && value <= max; /* Go's ParseUint takes no sign, not even "-0" */
	max >>= 1;
	return negative ? value <= max + 1 : value <= max;
}

int64_t
sp_json_int(const struct sp_json *doc, uint32_t tok)
{
	bool negative;
	uint64_t value;

	if (sp_json_type(doc, tok) != SP_JSON_INT)
		return 0;
	if (!read_int(sp_json_str(doc, tok), &negative, &value))
		value = UINT64_MAX;
	if (negative)
		return value > INT64_MAX ? INT64_MIN : -(int64_t)value;
	return value > INT64_MAX ? INT64_MAX : (int64_t)value;
}

static bool
is_base64_char(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '+' || c == '/';
}

bool
sp_json_base64_ok(struct sp_str text)
{
	size_t n_chars = 0, n_pads = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];

		if (c == '\r' || c == '\n')
			continue;
		if (c == '=')
			n_pads++;
		else if (n_pads == 0 && is_base64_char(c))
			n_chars++;
		else
			return false;
	}
	return n_pads <= 2 && (n_chars + n_pads) % 4 == 0;
}

/* 0, -0, 0.0, 0e5: every digit before the exponent is a zero. */
static bool
is_zero_number(struct sp_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] >= '1' && s.p[i] <= '9')
			return false;
		if ((s.p[i] | 0x20) == 'e')
			break;
	}
	return true;
}

bool
sp_json_is_zero(const struct sp_json *doc, uint32_t tok, bool empty_too)
{
	switch (sp_json_type(doc, tok)) {
	case SP_JSON_NONE:
	case SP_JSON_NULL:
	case SP_JSON_FALSE:
		return true;
	case SP_JSON_TRUE:
		return false;
	case SP_JSON_INT:
		return is_zero_number(sp_json_str(doc, tok));
	case SP_JSON_NUMBER:
		return empty_too && is_zero_number(sp_json_str(doc, tok));
	case SP_JSON_STRING:
		return doc->tok[tok].len == 0;
	case SP_JSON_ARRAY:
	case SP_JSON_OBJECT:
		return empty_too && doc->tok[tok].len == 0;
	}
	return false;
}
