/* SPDX-License-Identifier: Apache-2.0 */
/* test_ask.c: the requests a case of a policy test consists of, read as serve would read them. */
#include <errno.h>

#include "cli/question.h"
#include "cli/test_run.h"

#define MAX_INPUT_BYTES ((size_t)64 << 20)

struct asker {
	const struct sp_test_file *file;
	struct sp_arena *scratch;
};

static struct sp_str
input_path(const struct asker *r, struct sp_str path)
{
	if (path.p[0] == '/')
		return sp_arena_dup(r->scratch, path);
	return sp_strz(
	    sp_arena_printf(r->scratch, "%.*s%.*s", SP_FMT(r->file->folder), SP_FMT(path)));
}

static struct sp_question *
unreadable(const struct asker *r, struct sp_str path, int err, bool *failed,
           struct sp_docker_trouble *trouble)
{
	*failed = true;
	trouble->text =
	    sp_strz(sp_arena_printf(r->scratch, "%.*s: %s", SP_FMT(path),
	                            err == EINVAL ? "not a regular file" : strerror(err)));
	trouble->hint = (struct sp_str){"", 0};
	return NULL;
}

static struct sp_question *
ask_record(const struct asker *r, const struct sp_test_step *step, bool *failed,
           struct sp_docker_trouble *trouble)
{
	struct sp_str file, number, text = {NULL, 0}, path;
	int64_t n = 1;
	int err;

	if (sp_str_cut(step->text, '#', &file, &number) && sp_num_uint(number, &n) != SP_NUM_OK) {
		trouble->text = SP_STR("after '#' comes the number of a line");
		return NULL;
	}
	path = input_path(r, file);
	err = sp_file_read(r->scratch, path.p, MAX_INPUT_BYTES, &text);
	if (err)
		return unreadable(r, path, err, failed, trouble);
	return sp_question_record(text, n, r->scratch, trouble);
}

static struct sp_question *
ask(const struct asker *r, const struct sp_test_step *step, bool *failed,
    struct sp_docker_trouble *trouble)
{
	struct sp_str body = step->body, path;
	int err;

	switch (step->kind) {
	case SP_ASK_DOCKER:
		return sp_question_docker(step->text, r->scratch, trouble);
	case SP_ASK_RECORD:
		return ask_record(r, step, failed, trouble);
	case SP_ASK_API:
		break;
	}
	if (step->body_file.len) {
		path = input_path(r, step->body_file);
		err = sp_file_read(r->scratch, path.p, MAX_INPUT_BYTES, &body);
		if (err)
			return unreadable(r, path, err, failed, trouble);
	}
	return sp_question_api(step->text, body, r->scratch, trouble);
}

/* The request of a question, as `c` asks it. */
static struct sp_test_asked *
read_question(const struct asker *r, const struct sp_test_case *c, const struct sp_question *q)
{
	struct sp_str message = sp_arena_dup(r->scratch, (struct sp_str){q->message, q->len});
	struct sp_test_asked *asked = sp_arena_alloc(r->scratch, sizeof(*asked));
	bool local = sp_str_is(c->user, "local");

	if (!message.p || !asked)
		return NULL;
	sp_request_read(&asked->req, (char *)(uintptr_t)message.p, message.len, q->response,
	                r->scratch);
	asked->req.user = local ? (struct sp_str){NULL, 0} : c->user;
	asked->req.auth_method = local ? (struct sp_str){NULL, 0} : SP_STR("TLS");
	if (asked->req.fault == SP_FAULT_NONE)
		sp_facts_read(&asked->facts, &asked->req, r->scratch);
	sp_test_given_answer(&r->file->given, &q->looked_up, &asked->facts, r->scratch);
	return asked;
}

struct sp_test_asked *
sp_test_ask(const struct sp_test_file *file, const struct sp_test_case *c, struct sp_arena *arena,
            bool *unreadable_input, struct sp_buf *problems)
{
	struct asker r = {file, arena};
	struct sp_test_asked *list = NULL, **end = &list;

	for (const struct sp_test_step *step = c->steps; step; step = step->next) {
		struct sp_docker_trouble trouble = {{"", 0}, {"", 0}};
		const struct sp_question *q = ask(&r, step, unreadable_input, &trouble);

		if (!q) {
			sp_buf_addf(problems, "%.*s: %.*s%s%.*s\n", SP_FMT(step->text),
			            SP_FMT(trouble.text), trouble.hint.len ? "; " : "",
			            SP_FMT(trouble.hint));
			return NULL;
		}
		for (; q; q = q->next) {
			*end = read_question(&r, c, q);
			if (!*end) {
				sp_buf_addz(problems, "the case needs too much memory\n");
				return NULL;
			}
			end = &(*end)->next;
		}
	}
	return list;
}
