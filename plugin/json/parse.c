/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parse.c: JSON text -> flat token array in one pass, without recursion.
 *
 * Input: hostile bytes.  Output: tokens of a text that every JSON reader understands in the same
 * way, or an error.  Go accepts more (invalid UTF-8 and lone surrogates as U+FFFD, \u0000, in old
 * dockerds anything after the first value); no honest client sends that, so it is refused.
 * Go: encoding/json/scanner.go.
 */
#include "sallyport/gojson.h"
#include "json/scalar.h"
#include "json/scan.h"
#include "json/unescape.h"

enum {
	DEPTH_MAX = 1000,        /* bind and print recurse: whatever the caller's limit is */
	TOKENS_MAX = 1 << 27,    /* their size in bytes fits 32 bits */
	FIRST_TOKENS_MAX = 1024, /* first guess of the number of tokens, at most */
	BYTES_PER_TOKEN = 6,     /* the bodies of `docker run` have 8 */
};

#define LIKELY(x) __builtin_expect(!!(x), 1)

struct parser {
	struct sp_json *doc;
	struct sp_json_error *err;
	unsigned char *text;
	const unsigned char *end;
	struct sp_json_tok *tok;
	uint32_t n_tok;
	uint32_t cap; /* tokens there is room for */
	uint32_t
	    open; /* innermost container, 0: none; its `next` is the one around it till it closes */
	bool in_object; /* ... and it is an object */
	uint32_t depth;
	uint32_t max_tokens;
	uint32_t max_depth;
};

/* The key whose value is being read, for the error message only. */
static struct sp_str
current_key(const struct parser *ps)
{
	const struct sp_json_tok *tok = ps->doc->tok;
	uint32_t at = ps->open, key;

	if (at && tok[at].type == SP_JSON_ARRAY) /* the list's own key, if it has one */
		return tok[tok[at].next].type == SP_JSON_OBJECT ? sp_json_str(ps->doc, at - 1)
		                                                : (struct sp_str){NULL, 0};
	if (!at)
		return (struct sp_str){NULL, 0};
	key = at + 1;
	for (uint32_t i = 1; i < tok[at].len; i++)
		key = tok[key + 1].next;
	return key < ps->n_tok ? sp_json_str(ps->doc, key) : (struct sp_str){NULL, 0};
}

static __attribute__((noinline, cold)) unsigned char *
fail(struct parser *ps, const unsigned char *at, const char *what)
{
	*ps->err = (struct sp_json_error){
	    .what = what, .at = (uint32_t)(at - ps->text), .key = current_key(ps)};
	return NULL;
}

/* Not zeroed: every one is written as a whole when it is pushed. */
static struct sp_json_tok *
new_tokens(struct sp_arena *arena, uint32_t n)
{
	return (void *)sp_arena_bytes(arena, n * sizeof(struct sp_json_tok));
}

static __attribute__((noinline)) bool
grow(struct parser *ps, const unsigned char *at)
{
	uint64_t cap = (uint64_t)ps->cap * 2;
	struct sp_json_tok *tok;

	if (cap > (uint64_t)ps->max_tokens + 1)
		cap = (uint64_t)ps->max_tokens + 1;
	if (cap <= ps->cap)
		return fail(ps, at, "too many values") != NULL;
	tok = new_tokens(ps->doc->arena, (uint32_t)cap);
	if (!tok)
		return fail(ps, at, sp_json_no_memory) != NULL;
	memcpy(tok, ps->tok, ps->n_tok * sizeof(*tok));
	ps->tok = ps->doc->tok = tok;
	ps->cap = (uint32_t)cap;
	return true;
}

/* borrowed until the next token; NULL with the error set when there are too many. */
static inline struct sp_json_tok *
push(struct parser *ps, const unsigned char *at, enum sp_json_type type, uint32_t len)
{
	uint32_t n = ps->n_tok;
	struct sp_json_tok *t;

	if (!LIKELY(n < ps->cap) && !grow(ps, at))
		return NULL;
	t = &ps->tok[n];
	t->type = (uint8_t)type;
	t->off = (uint32_t)(at - ps->text);
	t->len = len;
	t->next = ps->n_tok = n + 1;
	return t;
}

static __attribute__((noinline)) unsigned char *
skip_spaces(unsigned char *p, const unsigned char *end)
{
	while (p < end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
		p++;
	return p;
}

/* The next byte that counts, 0 at the end of the text.  Compact text has no space to skip. */
static inline unsigned char
next_byte(const struct parser *ps, unsigned char **p)
{
	unsigned char c = *p < ps->end ? **p : 0;

	if (LIKELY(c > ' '))
		return c;
	*p = skip_spaces(*p, ps->end);
	return *p < ps->end ? **p : 0;
}

/* p: after the opening quote.  Half of all tokens are keys, most of a body's bytes are strings. */
static inline __attribute__((always_inline)) unsigned char *
read_string(struct parser *ps, unsigned char *p)
{
	unsigned char *q = scan_plain(p, ps->end);
	struct sp_json_tok *t = push(ps, p, SP_JSON_STRING, (uint32_t)(q - p));
	const char *what;

	if (!t)
		return NULL;
	if (LIKELY(q < ps->end && *q == '"'))
		return q + 1;
	what = sp_json_unescape(&q, ps->end, &t->len);
	return what ? fail(ps, q, what) : q;
}

static inline unsigned char *
skip_digits(const struct parser *ps, unsigned char *p)
{
	while (p < ps->end && (unsigned char)(*p - '0') < 10)
		p++;
	return p;
}

/* What may follow the digits of a whole number; returns `p` when nothing does, NULL when wrong. */
static unsigned char *
skip_fraction(const struct parser *ps, unsigned char *p)
{
	unsigned char *digits;

	if (p < ps->end && *p == '.') {
		digits = ++p;
		p = skip_digits(ps, p);
		if (p == digits)
			return NULL;
	}
	if (p < ps->end && (*p | 0x20) == 'e') {
		p++;
		if (p < ps->end && (*p == '+' || *p == '-'))
			p++;
		digits = p;
		p = skip_digits(ps, p);
		if (p == digits)
			return NULL;
	}
	return p;
}

static inline unsigned char *
read_number(struct parser *ps, unsigned char *start)
{
	unsigned char *digits = start + (*start == '-'), *whole = skip_digits(ps, digits),
		      *p = whole;

	if (whole == digits)
		return fail(ps, start, "bad number");
	if (*digits == '0' && whole - digits > 1)
		return fail(ps, start, "number with a leading zero");
	if (p < ps->end && (*p == '.' || (*p | 0x20) == 'e')) {
		p = skip_fraction(ps, p);
		if (!p)
			return fail(ps, start, "bad number");
	}
	return push(ps, start, p == whole ? SP_JSON_INT : SP_JSON_NUMBER, (uint32_t)(p - start))
	           ? p
	           : NULL;
}

static inline unsigned char *
read_literal(struct parser *ps, unsigned char *p, struct sp_str word, enum sp_json_type type)
{
	if ((size_t)(ps->end - p) < word.len || memcmp(p, word.p, word.len) != 0)
		return fail(ps, p, "expected a value");
	return push(ps, p, type, 0) ? p + word.len : NULL;
}

/* p: at '{' or '['.  An empty container is a finished value, another one becomes ps->open. */
static unsigned char *
read_open(struct parser *ps, unsigned char *p, enum sp_json_type type)
{
	struct sp_json_tok *t;

	if (ps->depth >= ps->max_depth)
		return fail(ps, p, "too deeply nested");
	t = push(ps, p, type, 0);
	if (!t)
		return NULL;
	t->off = 0;
	p++;
	if (next_byte(ps, &p) == (type == SP_JSON_OBJECT ? '}' : ']'))
		return p + 1;
	t->len = 1;
	t->next = ps->open;
	ps->open = ps->n_tok - 1;
	ps->in_object = type == SP_JSON_OBJECT;
	ps->depth++;
	return p;
}

static inline unsigned char *
read_key(struct parser *ps, unsigned char *p)
{
	if (next_byte(ps, &p) != '"')
		return fail(ps, p, "expected a key in quotes");
	p = read_string(ps, p + 1);
	if (!p)
		return NULL;
	if (LIKELY(p < ps->end && *p == ':'))
		return p + 1;
	if (next_byte(ps, &p) != ':')
		return fail(ps, p, "expected ':' after the key");
	return p + 1;
}

/* p: at the first byte of the value, which is `c`. */
static inline unsigned char *
read_scalar(struct parser *ps, unsigned char *p, unsigned char c)
{
	if (c == '"')
		return read_string(ps, p + 1);
	if (c == '-' || (c >= '0' && c <= '9'))
		return read_number(ps, p);
	if (c == 'n')
		return read_literal(ps, p, SP_STR("null"), SP_JSON_NULL);
	if (c == 'f')
		return read_literal(ps, p, SP_STR("false"), SP_JSON_FALSE);
	if (c == 't')
		return read_literal(ps, p, SP_STR("true"), SP_JSON_TRUE);
	if (p < ps->end)
		return fail(ps, p, "expected a value");
	return fail(ps, p, ps->open ? "unfinished JSON" : "no JSON value");
}

/* p: at what follows the last member of ps->open, which is `c`. */
static unsigned char *
read_close(struct parser *ps, unsigned char *p, unsigned char c)
{
	struct sp_json_tok *t = &ps->tok[ps->open];

	if (p == ps->end)
		return fail(ps, p, "unfinished JSON");
	if (c != (ps->in_object ? '}' : ']'))
		return fail(ps, p, ps->in_object ? "expected ',' or '}'" : "expected ',' or ']'");
	ps->depth--;
	ps->open = t->next;
	ps->in_object = ps->tok[ps->open].type == SP_JSON_OBJECT;
	t->next = ps->n_tok;
	return p + 1;
}

static int
read_end(struct parser *ps, unsigned char *p)
{
	next_byte(ps, &p);
	if (p == ps->end)
		return 0;
	fail(ps, p, "something after the end of the JSON value");
	return -1;
}

static int
read_document(struct parser *ps)
{
	unsigned char *p = ps->text, c;

	for (;;) {
		if (ps->in_object && !(p = read_key(ps, p)))
			return -1;
		c = next_byte(ps, &p);
		if (c == '{' || c == '[') {
			uint32_t around = ps->open;

			p = read_open(ps, p, c == '{' ? SP_JSON_OBJECT : SP_JSON_ARRAY);
			if (p && ps->open != around)
				continue;
		} else {
			p = read_scalar(ps, p, c);
		}
		/* A value is finished, and with it perhaps the containers it is the last of. */
		for (;;) {
			if (!p)
				return -1;
			if (!ps->open)
				return read_end(ps, p);
			c = next_byte(ps, &p);
			if (LIKELY(c == ','))
				break;
			p = read_close(ps, p, c);
		}
		ps->tok[ps->open].len++;
		p++;
	}
}

/* Room for the first tokens; token 0 is "absent". */
static bool
start_tokens(struct parser *ps, size_t len)
{
	size_t guess = len / BYTES_PER_TOKEN + 16;

	ps->cap = (uint32_t)(guess < FIRST_TOKENS_MAX ? guess : FIRST_TOKENS_MAX);
	if (ps->cap > ps->max_tokens)
		ps->cap = ps->max_tokens + 1;
	ps->tok = new_tokens(ps->doc->arena, ps->cap);
	if (!ps->tok)
		return false;
	ps->tok[0] = (struct sp_json_tok){.next = SP_JSON_DOC};
	ps->n_tok = SP_JSON_DOC;
	ps->doc->tok = ps->tok;
	return true;
}

int
sp_json_parse(struct sp_json *doc, char *text, size_t len, const struct sp_json_limits *limits,
              struct sp_arena *arena, struct sp_json_error *err)
{
	struct parser ps = {
	    .doc = doc,
	    .err = err,
	    .text = (unsigned char *)text,
	    .max_tokens = limits->max_tokens < TOKENS_MAX ? limits->max_tokens : TOKENS_MAX,
	    .max_depth = limits->max_depth < DEPTH_MAX ? limits->max_depth : DEPTH_MAX,
	};

	*doc = (struct sp_json){.text = text, .arena = arena};
	*err = (struct sp_json_error){0};
	if (len > limits->max_bytes)
		err->what = "too long";
	else if (len == 0)
		err->what = "no JSON value";
	else if (!start_tokens(&ps, len))
		err->what = sp_json_no_memory;
	if (err->what)
		return -1;
	ps.end = ps.text + len;
	if (read_document(&ps) != 0)
		return -1;
	doc->n_tok = ps.n_tok;
	return 0;
}
