/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docker_words.c: a line into words, and a request into the message dockerd would send about it.
 * Input: lines of test files and of the administrator's shell.
 */
#include "cli/docker.h"

#define MAX_SHOWN_ANSWER (64u << 10)

static int
trouble_is(struct sp_docker_trouble *trouble, struct sp_str text, struct sp_str hint)
{
	*trouble = (struct sp_docker_trouble){text, hint};
	return -1;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* One word at line[*at] into *out.  0, or -1: a quote is open at the end. */
static int
one_word(struct sp_str line, size_t *at, struct sp_buf *out)
{
	char quote = 0;

	for (; *at < line.len; (*at)++) {
		char c = line.p[*at];

		if (quote == 0 && is_space(c))
			break;
		if (c == '\\' && quote != '\'' && *at + 1 < line.len) {
			char next = line.p[*at + 1];

			/* Between double quotes a backslash stands for itself elsewhere. */
			if (quote == '"' && next != '"' && next != '\\' && next != '$' &&
			    next != '`')
				sp_buf_addc(out, c);
			if (next != '\n')
				sp_buf_addc(out, next);
			(*at)++;
		} else if (quote == 0 && (c == '\'' || c == '"')) {
			quote = c;
		} else if (c == quote) {
			quote = 0;
		} else {
			sp_buf_addc(out, c);
		}
	}
	return quote ? -1 : 0;
}

int
sp_docker_words(struct sp_str line, struct sp_arena *arena, struct sp_str **words, size_t *n,
                struct sp_docker_trouble *trouble)
{
	size_t at = 0;

	*n = 0;
	/* No more words than every other byte. */
	*words = sp_arena_array(arena, line.len / 2 + 1, sizeof(**words));
	if (!*words)
		return trouble_is(trouble, SP_STR("the line is too long"), SP_STR(""));
	for (;;) {
		struct sp_buf word;

		while (at < line.len && is_space(line.p[at]))
			at++;
		if (at == line.len)
			return 0;
		sp_buf_init(&word, arena, line.len);
		if (one_word(line, &at, &word))
			return trouble_is(trouble, SP_STR("a quote is not closed"), SP_STR(""));
		(*words)[(*n)++] = sp_arena_dup(arena, sp_buf_str(&word));
	}
}

static bool
is_secret(struct sp_str name)
{
	return sp_str_is(name, "Authorization") || sp_str_is(name, "X-Registry-Auth") ||
	       sp_str_is(name, "X-Registry-Config");
}

/* moby, pkg/authorization/authz.go headers(): the last one of several, none with credentials. */
static void
add_headers(struct sp_buf *out, const struct sp_docker_header *list, size_t n)
{
	const char *before = "";

	for (size_t i = 0; i < n; i++) {
		bool repeated = false;

		for (size_t k = i + 1; k < n; k++)
			repeated |= sp_str_eq(list[i].name, list[k].name);
		if (repeated || is_secret(list[i].name))
			continue;
		sp_buf_addz(out, before);
		sp_buf_add_json(out, list[i].name);
		sp_buf_addc(out, ':');
		sp_buf_add_json(out, list[i].value);
		before = ",";
	}
}

/* What docker would send. */
static void
add_usual_headers(struct sp_buf *out, const struct sp_docker_request *request)
{
	const char *before = "";

	if (request->content_type.len) {
		sp_buf_addz(out, "\"Content-Type\":");
		sp_buf_add_json(out, request->content_type);
		before = ",";
	}
	if (!request->stream && (request->body.len || sp_str_is(request->method, "POST")))
		sp_buf_addf(out, "%s\"Content-Length\":\"%zu\"", before, request->body.len);
}

/*
 * moby, pkg/authorization/response.go: a long answer has begun, its status and headers are gone; an
 * error is written after the plugin was asked, and only headers are there.
 */
static void
add_answer(struct sp_buf *out, const struct sp_docker_request *request)
{
	if (request->status == 0 || request->answer.len > MAX_SHOWN_ANSWER)
		return;
	sp_buf_addz(out, ",\"ResponseHeaders\":{\"Ostype\":\"linux\"");
	if (request->status >= 400) {
		sp_buf_addc(out, '}');
		return;
	}
	if (request->answer_type.len) {
		sp_buf_addz(out, ",\"Content-Type\":");
		sp_buf_add_json(out, request->answer_type);
	}
	sp_buf_addf(out, "},\"ResponseStatusCode\":%d", request->status);
	if (!sp_str_is(request->answer_type, "application/json") || request->answer.len == 0)
		return;
	sp_buf_addz(out, ",\"ResponseBody\":\"");
	sp_buf_add_base64(out, request->answer);
	sp_buf_addc(out, '"');
}

struct sp_str
sp_docker_message(const struct sp_docker_request *request, struct sp_arena *arena)
{
	struct sp_buf out;

	sp_buf_init(&out, arena, 2 * request->body.len + 6 * request->uri.len + (1u << 20));
	sp_buf_addz(&out, "{\"RequestMethod\":");
	sp_buf_add_json(&out, request->method);
	sp_buf_addz(&out, ",\"RequestUri\":");
	sp_buf_add_json(&out, request->uri);
	sp_buf_addz(&out, ",\"RequestHeaders\":{");
	if (request->headers)
		add_headers(&out, request->headers, request->n_headers);
	else
		add_usual_headers(&out, request);
	sp_buf_addc(&out, '}');
	if (request->body.len) {
		sp_buf_addz(&out, ",\"RequestBody\":\"");
		sp_buf_add_base64(&out, request->body);
		sp_buf_addc(&out, '"');
	}
	add_answer(&out, request);
	sp_buf_addz(&out, "}\n");
	return out.cut ? (struct sp_str){NULL, 0} : sp_arena_dup(arena, sp_buf_str(&out));
}
