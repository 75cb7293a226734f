/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record_read.c: a line of the audit log back to what it says and to the message it was about.
 * Input: files an administrator names; a log may be cut anywhere, and what clients sent is in it.
 *
 * A log has millions of lines, and most of a line is the body, which is read again when the request
 * is judged anyway.  So the outer object is only cut into its members here, and strings travel into
 * the message as they stand: no value is unescaped that nobody asks for.
 */
#include "engine/cursor.h"
#include "engine/record_facts.h"
#include "sallyport/gojson.h"
#include "sallyport/record.h"

#define MAX_LINE ((size_t)64 << 20)

/* --- the members of a line --- */

enum member {
	M_V,
	M_TIME,
	M_ID,
	M_USER,
	M_AUTH,
	M_PHASE,
	M_BEGUN,
	M_STATUS,
	M_METHOD,
	M_URI,
	M_ACTION,
	M_OBJECT,
	M_DECISION,
	M_MODE,
	M_RULES,
	M_AUDIT_RULES,
	M_GRANTED_BY,
	M_REASON,
	M_POLICY,
	M_FACTS,
	M_UNREPLAYABLE,
	M_HEADERS,
	M_REQUEST,
	/* a message of dockerd */
	M_REQUEST_METHOD,
	M_RESPONSE_STATUS,
	M_RESPONSE_BODY,
	M_RESPONSE_HEADERS,
	N_MEMBERS
};

/* In the order they are written. */
static const struct sp_str names[N_MEMBERS] = {
    [M_V] = {"v", 1},
    [M_TIME] = {"time", 4},
    [M_ID] = {"id", 2},
    [M_USER] = {"user", 4},
    [M_AUTH] = {"auth", 4},
    [M_PHASE] = {"phase", 5},
    [M_BEGUN] = {"begun", 5},
    [M_STATUS] = {"status", 6},
    [M_METHOD] = {"method", 6},
    [M_URI] = {"uri", 3},
    [M_ACTION] = {"action", 6},
    [M_OBJECT] = {"object", 6},
    [M_DECISION] = {"decision", 8},
    [M_MODE] = {"mode", 4},
    [M_RULES] = {"rules", 5},
    [M_AUDIT_RULES] = {"audit_rules", 11},
    [M_GRANTED_BY] = {"granted_by", 10},
    [M_REASON] = {"reason", 6},
    [M_POLICY] = {"policy", 6},
    [M_FACTS] = {"facts", 5},
    [M_UNREPLAYABLE] = {"unreplayable", 12},
    [M_HEADERS] = {"headers", 7},
    [M_REQUEST] = {"request", 7},
    [M_REQUEST_METHOD] = {"RequestMethod", 13},
    [M_RESPONSE_STATUS] = {"ResponseStatusCode", 18},
    [M_RESPONSE_BODY] = {"ResponseBody", 12},
    [M_RESPONSE_HEADERS] = {"ResponseHeaders", 15},
};

/* The values as they stand in the line; empty: not there. */
struct members {
	struct sp_str of[N_MEMBERS];
};

static const char *
cut_line(struct sp_str line, struct members *m)
{
	struct sp_cursor c = sp_cursor_of(line);
	struct sp_str name, value;
	size_t at = 0;
	int more;

	sp_cursor_blanks(&c);
	if (c.p == c.end || *c.p != '{')
		return "not a JSON object";
	while ((more = sp_cursor_member(&c, &name, &value)) > 0) {
		size_t n = 0;

		/* Members mostly come in their order: look behind the last one first. */
		while (n < N_MEMBERS && !sp_str_eq(names[(at + n) % N_MEMBERS], name))
			n++;
		if (n == N_MEMBERS)
			continue;
		at = (at + n) % N_MEMBERS;
		if (m->of[at].len)
			return "not JSON: a key is there twice";
		m->of[at] = value;
		at = (at + 1) % N_MEMBERS;
	}
	sp_cursor_blanks(&c);
	if (more < 0)
		return c.p == c.end ? "not JSON: it is cut off" : "not JSON";
	return c.p == c.end ? NULL : "not JSON: more follows behind the object";
}

static bool
is_string(struct sp_str value)
{
	return value.len >= 2 && value.p[0] == '"';
}

/* A string without its quotes and escapes; empty when it is none. */
static struct sp_str
text_of(struct sp_str value, struct sp_arena *arena)
{
	static const struct sp_json_limits limits = {
	    .max_bytes = MAX_LINE, .max_tokens = 4, .max_depth = 1};
	struct sp_json_error err = {0};
	struct sp_json doc = {0};
	struct sp_str copy;

	if (!is_string(value))
		return (struct sp_str){NULL, 0};
	copy = (struct sp_str){value.p + 1, value.len - 2};
	if (!memchr(copy.p, '\\', copy.len))
		return copy;
	copy = sp_arena_dup(arena, value);
	if (!copy.p ||
	    sp_json_parse(&doc, (char *)(uintptr_t)copy.p, copy.len, &limits, arena, &err))
		return (struct sp_str){NULL, 0};
	return sp_json_str(&doc, SP_JSON_DOC);
}

/* "2026-08-20T10:00:00.123456Z"; 0 when it is none. */
static int64_t
time_of(struct sp_str value)
{
	int64_t seconds, us = 0;
	size_t at = 21;
	char text[20];

	if (!is_string(value) || value.len < 22)
		return 0;
	memcpy(text, value.p + 1, 19);
	text[19] = 'Z';
	if (sp_num_date((struct sp_str){text, 20}, &seconds) != SP_NUM_OK)
		return 0;
	for (int32_t unit = 100000; unit && value.p[20] == '.'; unit /= 10, at++) {
		if (at >= value.len || value.p[at] < '0' || value.p[at] > '9')
			break;
		us += unit * (value.p[at] - '0');
	}
	return seconds * 1000000 + us;
}

/* --- the message --- */

/* Everything is written into one block, large enough for all of it. */
static char *
put(char *to, struct sp_str s)
{
	if (s.len)
		memcpy(to, s.p, s.len);
	return to + s.len;
}

static char *
put_base64(char *to, struct sp_str s)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *p = (const unsigned char *)s.p;
	size_t i;

	for (i = 0; i + 3 <= s.len; i += 3, to += 4) {
		uint32_t n = (uint32_t)p[i] << 16 | (uint32_t)p[i + 1] << 8 | p[i + 2];

		to[0] = digits[n >> 18];
		to[1] = digits[n >> 12 & 63];
		to[2] = digits[n >> 6 & 63];
		to[3] = digits[n & 63];
	}
	if (i < s.len) {
		uint32_t n = (uint32_t)p[i] << 16 | (i + 1 < s.len ? (uint32_t)p[i + 1] << 8 : 0);

		to[0] = digits[n >> 18];
		to[1] = digits[n >> 12 & 63];
		to[2] = i + 1 < s.len ? digits[n >> 6 & 63] : '=';
		to[3] = '=';
		to += 4;
	}
	return to;
}

/* A number as a string. */
static char *
put_length(char *to, size_t n)
{
	char digits[24], *p = digits + sizeof(digits);

	*--p = '"';
	do
		*--p = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	*--p = '"';
	return put(to, (struct sp_str){p, (size_t)(digits + sizeof(digits) - p)});
}

/* The headers the body was judged with; the length is that of the body as it stands here. */
static char *
put_headers(char *to, struct sp_str headers, size_t body_len)
{
	struct sp_cursor c = sp_cursor_of(headers);
	struct sp_str name, value, type = {NULL, 0}, length = {NULL, 0};

	while (headers.len && sp_cursor_member(&c, &name, &value) > 0) {
		if (is_string(value) && sp_str_is(name, "Content-Type"))
			type = value;
		if (is_string(value) && sp_str_is(name, "Content-Length"))
			length = value;
	}
	to = put(to, SP_STR(",\"RequestHeaders\":{"));
	if (type.len)
		to = put(put(to, SP_STR("\"Content-Type\":")), type);
	if (length.len) {
		to = put(to,
		         type.len ? SP_STR(",\"Content-Length\":") : SP_STR("\"Content-Length\":"));
		to = body_len ? put_length(to, body_len) : put(to, length);
	}
	return put(to, SP_STR("}"));
}

static bool
is_answer(const struct members *m)
{
	return sp_str_is(m->of[M_PHASE], "\"response\"");
}

static void
build_message(const struct members *m, struct sp_arena *arena, struct sp_str *message)
{
	struct sp_str body = m->of[M_REQUEST], status = m->of[M_STATUS];
	size_t size = 400 + m->of[M_METHOD].len + m->of[M_URI].len + m->of[M_USER].len +
	              m->of[M_AUTH].len + m->of[M_HEADERS].len + status.len;
	char *start, *to;

	if (body.len == 0 || (body.p[0] != '{' && body.p[0] != '['))
		body = (struct sp_str){NULL, 0};
	size += (body.len + 2) / 3 * 4;
	start = to = sp_arena_bytes(arena, size);
	if (!start)
		return;
	to = put(put(to, SP_STR("{\"RequestMethod\":")), m->of[M_METHOD]);
	to = put(put(to, SP_STR(",\"RequestUri\":")), m->of[M_URI]);
	if (is_string(m->of[M_USER]) && m->of[M_USER].len > 2)
		to = put(put(to, SP_STR(",\"User\":")), m->of[M_USER]);
	if (is_string(m->of[M_AUTH]) && m->of[M_AUTH].len > 2)
		to = put(put(to, SP_STR(",\"UserAuthNMethod\":")), m->of[M_AUTH]);
	to = put_headers(to, m->of[M_HEADERS], body.len);
	if (body.len) {
		to = put_base64(put(to, SP_STR(",\"RequestBody\":\"")), body);
		*to++ = '"';
	}
	if (status.len && status.p[0] >= '0' && status.p[0] <= '9')
		to = put(put(to, SP_STR(",\"ResponseStatusCode\":")), status);
	else if (is_answer(m) && !sp_str_is(m->of[M_BEGUN], "true")) /* an error */
		to = put(to, SP_STR(",\"ResponseHeaders\":{\"Ostype\":\"linux\"}"));
	to = put(to, SP_STR("}\n"));
	*to = '\0'; /* behind the last byte, as everywhere */
	*message = (struct sp_str){start, (size_t)(to - start)};
}

/* --- a line --- */

static void
read_record(const struct members *m, struct sp_arena *arena, struct sp_record_line *out)
{
	struct sp_str refusal = text_of(m->of[M_UNREPLAYABLE], arena);

	out->is_record = true;
	out->time_us = time_of(m->of[M_TIME]);
	out->id = text_of(m->of[M_ID], arena);
	out->user = text_of(m->of[M_USER], arena);
	out->is_local = m->of[M_USER].len <= 2 && m->of[M_AUTH].len <= 2;
	out->action = text_of(m->of[M_ACTION], arena);
	out->decision = text_of(m->of[M_DECISION], arena);
	out->rules = m->of[M_RULES];
	out->audit_rules = m->of[M_AUDIT_RULES];
	out->facts = m->of[M_FACTS];
	out->granted_by = text_of(m->of[M_GRANTED_BY], arena);
	out->reason = text_of(m->of[M_REASON], arena);
	out->is_response = is_answer(m);
	if (m->of[M_V].len && !sp_str_is(m->of[M_V], "1"))
		out->why = "it has another version";
	else if (refusal.len)
		out->why = sp_arena_printf(arena, "%.*s", SP_FMT(refusal));
	else
		build_message(m, arena, &out->message);
	if (!out->why && !out->message.p)
		out->why = "the line is too long";
}

int
sp_record_scan(struct sp_str line, struct sp_arena *arena, struct sp_record_line *out,
               const char **why)
{
	struct members m = {0};

	*out = (struct sp_record_line){0};
	*why = line.len > MAX_LINE ? "the line is too long" : cut_line(line, &m);
	if (*why)
		return -1;
	if (is_string(m.of[M_REQUEST_METHOD])) {
		out->is_response = m.of[M_RESPONSE_STATUS].len || m.of[M_RESPONSE_HEADERS].len ||
		                   m.of[M_RESPONSE_BODY].len;
		out->message = sp_arena_dup(arena, line);
	} else if (is_string(m.of[M_METHOD]) && is_string(m.of[M_URI])) {
		read_record(&m, arena, out);
	} else {
		*why = "neither a message of dockerd nor an audit line";
		return -1;
	}
	if (!arena->full)
		return 0;
	*why = "the line is too long";
	return -1;
}

int
sp_record_find_facts(struct sp_str line, struct sp_str *facts)
{
	struct members m = {0};

	if (cut_line(line, &m))
		return -1;
	*facts = m.of[M_FACTS];
	return 0;
}

bool
sp_record_next_rule(struct sp_str *rules, struct sp_arena *arena, struct sp_str *rule)
{
	struct sp_cursor c = sp_cursor_of(*rules);
	const char *start;

	while (c.p < c.end && *c.p != '"')
		c.p++;
	start = c.p;
	if (c.p == c.end || !sp_cursor_value(&c)) {
		*rules = (struct sp_str){NULL, 0};
		return false;
	}
	*rule = text_of((struct sp_str){start, (size_t)(c.p - start)}, arena);
	*rules = (struct sp_str){c.p, (size_t)(c.end - c.p)};
	return true;
}

int
sp_record_read(struct sp_str line, struct sp_arena *arena, struct sp_str *message,
               bool *is_response, const char **why)
{
	struct sp_record_line record;

	if (sp_record_scan(line, arena, &record, why))
		return -1;
	*message = record.message;
	*is_response = record.is_response;
	if (record.message.p)
		return 0;
	*why = sp_arena_printf(arena, "the line cannot be replayed: %s", record.why);
	return -1;
}
