/* SPDX-License-Identifier: Apache-2.0 */
/*
 * query.c: the parameters of the URL, as Go's url.ParseQuery and dockerd's handlers read them.
 * Input: bytes the client chose, 0x21..0x7e only (uri.c).
 *
 * Go drops a pair with a raw ';' or a bad escape, and takes the first of two equal keys for a
 * scalar but all of them for a list.  /build and the users of r.URL.Query() go on silently after a
 * dropped pair.  Refused, all of it: a request must not depend on who reads it.
 */
#include "docker/uri.h"

#define MAX_PARAMS 1000

/* Parameters the handler reads with r.Form[key]: these may repeat, all others may not. */
static const struct {
	enum sp_action action;
	const char *key;
} lists[] = {
    {SP_ACT_CONTAINER_COMMIT, "changes"}, {SP_ACT_IMAGE_IMPORT, "changes"},
    {SP_ACT_IMAGE_SAVE, "names"},         {SP_ACT_IMAGE_SAVE, "platform"},
    {SP_ACT_IMAGE_LOAD, "platform"},      {SP_ACT_IMAGE_REMOVE, "platforms"},
    {SP_ACT_IMAGE_ATTESTATIONS, "type"},  {SP_ACT_IMAGE_BUILD, "t"},
    {SP_ACT_IMAGE_BUILD, "extrahosts"},   {SP_ACT_IMAGE_BUILD, "securityopt"},
    {SP_ACT_SYSTEM_DF, "type"},
};

static bool
may_repeat(enum sp_action action, struct sp_str key)
{
	/* routes of a later daemon: nothing is known, and nothing is judged by parameter */
	if (action == SP_ACT_UNKNOWN_READ || action == SP_ACT_UNKNOWN_WRITE)
		return true;
	/* dockerode writes the whole body into the query again, Cmd=echo&Cmd=hello: nobody reads it
	 */
	if (action == SP_ACT_CONTAINER_CREATE)
		return !sp_str_is(key, "name") && !sp_str_is(key, "platform");
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (lists[i].action == action && sp_str_is(key, lists[i].key))
			return true;
	return false;
}

/*
 * The first key that appears twice and may not, or NULL: a hash set of positions with room for
 * twice as many, so that a thousand parameters cost a thousand steps.
 */
static const struct sp_param *
find_repeated(const struct sp_query *query, enum sp_action action, struct sp_arena *arena)
{
	size_t n_slots = 2;
	uint16_t *slots;

	if (query->n < 2)
		return NULL;
	while (n_slots < 2 * query->n)
		n_slots *= 2;
	slots = sp_arena_array(arena, n_slots, sizeof(*slots));
	if (!slots)
		return &query->list[0]; /* the caller sees that the arena is full */
	for (size_t i = 0; i < query->n; i++) {
		const struct sp_param *p = &query->list[i];
		size_t at = sp_str_hash(p->key) & (n_slots - 1);

		for (; slots[at]; at = (at + 1) & (n_slots - 1)) {
			if (!sp_str_eq(query->list[slots[at] - 1].key, p->key))
				continue;
			if (!may_repeat(action, p->key))
				return p;
			break;
		}
		if (!slots[at])
			slots[at] = (uint16_t)(i + 1);
	}
	return NULL;
}

/* Values may have line breaks (changes, message, buildargs); NUL and the rest have no use anywhere.
 */
static bool
is_text(struct sp_str s, bool is_value)
{
	bool ascii = true;

	for (size_t i = 0; i < s.len; i++) {
		const unsigned char c = (unsigned char)s.p[i];

		if ((c < 0x20 && !(is_value && (c == '\n' || c == '\t'))) || c == 0x7f)
			return false;
		ascii = ascii && c < 0x80;
	}
	return ascii || sp_utf8_bad(s) == s.len;
}

static void
read_pair(struct sp_request *req, struct sp_str pair, struct sp_param *param,
          struct sp_arena *arena)
{
	struct sp_str key, value;

	sp_str_cut(pair, '=', &key, &value);
	if (!sp_unescape(key, true, arena, &param->key) ||
	    !sp_unescape(value, true, arena, &param->value)) {
		sp_request_fail(req, SP_FAULT_MALFORMED, arena,
		                "the query has a '%%' that two hex digits do not follow");
	} else if (!is_text(param->key, false) || !is_text(param->value, true)) {
		sp_request_fail(req, SP_FAULT_MALFORMED, arena,
		                "the query parameter '%s' has a control character or invalid UTF-8",
		                sp_request_shown(arena, param->key));
	}
}

void
sp_query_read(struct sp_request *req, struct sp_str raw, struct sp_arena *arena)
{
	struct sp_param *list;
	size_t max = 1, n = 0;

	if (raw.len == 0)
		return;
	for (size_t i = 0; i < raw.len; i++) {
		max += raw.p[i] == '&';
		if (raw.p[i] == ';') {
			sp_request_fail(req, SP_FAULT_MALFORMED, arena,
			                "the query has a ';' in it (write it as %%3B)");
			return;
		}
	}
	if (max > MAX_PARAMS) {
		sp_request_fail(req, SP_FAULT_MALFORMED, arena,
		                "the query has more than %d parameters", MAX_PARAMS);
		return;
	}
	list = sp_arena_array(arena, max, sizeof(*list));
	for (struct sp_str pair; list && raw.len > 0 && req->fault == SP_FAULT_NONE;) {
		sp_str_cut(raw, '&', &pair, &raw);
		if (pair.len > 0) /* Go skips the empty ones */
			read_pair(req, pair, &list[n++], arena);
	}
	req->query = (struct sp_query){list, n};
	if (arena->full)
		sp_request_fail(req, SP_FAULT_MALFORMED, arena, SP_TOO_LARGE);
}

void
sp_query_check_unique(struct sp_request *req, struct sp_arena *arena)
{
	const struct sp_param *repeated = find_repeated(&req->query, req->action, arena);

	if (arena->full)
		sp_request_fail(req, SP_FAULT_MALFORMED, arena, SP_TOO_LARGE);
	else if (repeated)
		sp_request_fail(req, SP_FAULT_MALFORMED, arena,
		                "the query parameter '%s' appears twice",
		                sp_request_shown(arena, repeated->key));
}

struct sp_str
sp_query_get(const struct sp_query *query, const char *key)
{
	for (size_t i = 0; i < query->n; i++)
		if (sp_str_is(query->list[i].key, key))
			return query->list[i].value;
	return (struct sp_str){NULL, 0};
}

/* unicode.IsSpace */
static bool
is_space(uint32_t c)
{
	return (c >= 0x09 && c <= 0x0d) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
	       c == 0x205f || c == 0x3000;
}

/* strings.TrimSpace */
static struct sp_str
trim(struct sp_str s)
{
	size_t begin = s.len, end = 0, len;
	uint32_t code;

	for (size_t at = 0; at < s.len; at += len) {
		len = sp_utf8_next(s, at, &code);
		if (len == 0) {
			len = 1;
			code = 0xfffd;
		}
		if (is_space(code))
			continue;
		if (begin == s.len)
			begin = at;
		end = at + len;
	}
	return begin < end ? (struct sp_str){s.p + begin, end - begin} : (struct sp_str){NULL, 0};
}

bool
sp_query_bool(const struct sp_query *query, const char *key)
{
	static const struct sp_str no[] = {{"", 0}, {"0", 1}, {"no", 2}, {"false", 5}, {"none", 4}};
	const struct sp_str value = trim(sp_query_get(query, key));

	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		if (sp_str_eq_nocase(value, no[i]))
			return false;
	return true;
}
