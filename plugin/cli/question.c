/* SPDX-License-Identifier: Apache-2.0 */
/* question.c: whatever a question comes from becomes the message dockerd would have sent. */
#include "cli/question.h"

#include "sallyport/record.h"

static struct sp_question *
trouble_is(struct sp_docker_trouble *trouble, const char *text, const char *hint)
{
	*trouble = (struct sp_docker_trouble){sp_strz(text), sp_strz(hint)};
	return NULL;
}

static struct sp_question *
from_message(struct sp_str message, bool response, struct sp_arena *arena,
             struct sp_docker_trouble *trouble)
{
	struct sp_question *q = sp_arena_alloc(arena, sizeof(*q));

	if (!q || !message.p)
		return trouble_is(trouble, "the request is too long", "");
	*q = (struct sp_question){
	    .message = (char *)(uintptr_t)message.p, .len = message.len, .response = response};
	return q;
}

struct sp_question *
sp_question_words(const struct sp_str *words, size_t n, struct sp_arena *arena,
                  struct sp_docker_trouble *trouble)
{
	struct sp_docker_request *r = sp_docker_translate(words, n, arena, trouble);
	struct sp_question *first = NULL, **end = &first;

	for (; r; r = r->next) {
		*end = from_message(sp_docker_message(r, arena), false, arena, trouble);
		if (!*end)
			return NULL;
		end = &(*end)->next;
	}
	return first;
}

struct sp_question *
sp_question_docker(struct sp_str line, struct sp_arena *arena, struct sp_docker_trouble *trouble)
{
	struct sp_str *words;
	size_t n;

	return sp_docker_words(line, arena, &words, &n, trouble)
	           ? NULL
	           : sp_question_words(words, n, arena, trouble);
}

struct sp_question *
sp_question_api(struct sp_str line, struct sp_str body, struct sp_arena *arena,
                struct sp_docker_trouble *trouble)
{
	struct sp_docker_request r = {.body = body};
	bool upper = true;

	sp_str_cut(line, ' ', &r.method, &r.uri);
	for (size_t i = 0; i < r.method.len; i++)
		upper &= r.method.p[i] >= 'A' && r.method.p[i] <= 'Z';
	if (!upper || r.method.len == 0 || r.uri.len == 0 || r.uri.p[0] != '/' ||
	    sp_str_find(r.uri, ' ') < r.uri.len)
		return trouble_is(trouble, "it is not a method and a path",
		                  "write e.g. POST /v1.47/containers/create?name=web");
	if (body.len)
		r.content_type = SP_STR("application/json");
	return from_message(sp_docker_message(&r, arena), false, arena, trouble);
}

struct sp_question *
sp_question_record(struct sp_str text, int64_t n, struct sp_arena *arena,
                   struct sp_docker_trouble *trouble)
{
	struct sp_str line = {NULL, 0}, message;
	struct sp_question *question;
	struct sp_given looked_up;
	const char *why = NULL;
	bool response = false;

	while (text.len && n > 0) {
		sp_str_cut(text, '\n', &line, &text);
		n -= line.len > 0;
	}
	if (n > 0 || line.len == 0)
		return trouble_is(trouble, "there is no such line", "");
	if (sp_record_read(line, arena, &message, &response, &why))
		return trouble_is(trouble, why, "");
	if (sp_record_read_facts(line, arena, &looked_up))
		return trouble_is(trouble, "the line is too long", "");
	question = from_message(sp_arena_dup(arena, message), response, arena, trouble);
	if (question) {
		question->decided = !sp_str_eq(message, line);
		question->looked_up = looked_up;
	}
	return question;
}
