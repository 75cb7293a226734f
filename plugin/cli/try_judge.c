/* SPDX-License-Identifier: Apache-2.0 */
/*
 * try_judge.c: a request of a client becomes the question dockerd would have asked about it, is
 * decided by the functions serve runs, and either refused in dockerd's words or answered by the
 * fake daemon.
 */
#include "cli/try.h"

#include <time.h>

#include "sallyport/answer.h"
#include "sallyport/record.h"

/* moby, pkg/authorization/authz.go: longer bodies are not shown to plugins (up to dockerd 28). */
#define MAX_SHOWN_BODY ((1u << 20) - 1)
#define TOO_COMPLEX "the request is too complex to be judged"
#define MAX_LINE ((size_t)16 << 20)

/* --- deciding --- */

static void
say(const struct sp_try *t, const struct sp_request *req, const struct sp_decision *d,
    struct sp_arena *arena)
{
	const char *action = sp_action_info(req->action)->name;
	struct sp_buf out;

	sp_buf_init(&out, arena, MAX_LINE);
	if (d->verdict == SP_DENY) {
		sp_buf_addf(&out, "DENY   %s%s", req->is_response ? "the answer to " : "", action);
		if (d->findings)
			sp_buf_addf(&out, "  by %.*s", SP_FMT(d->findings->rule));
		sp_buf_addf(&out, "\n%.*s\n", SP_FMT(d->message));
	} else if (d->audit_only) {
		sp_buf_addf(&out, "AUDIT  %s\n%.*s\n", action, SP_FMT(d->message));
	} else if (t->verbose) {
		sp_buf_addf(&out, "ALLOW  %s", action);
		if (req->object.len) {
			sp_buf_addc(&out, ' ');
			sp_buf_add_shown(&out, req->object, 60);
		}
		sp_buf_addf(&out, "  by %.*s\n", SP_FMT(d->granted_by));
	}
	if (t->verbose)
		for (const struct sp_finding *f = d->audit_findings; f; f = f->next)
			sp_buf_addf(&out, "       would say: %.*s [rule %.*s, in audit mode]\n",
			            SP_FMT(f->text), SP_FMT(f->rule));
	fwrite(out.p, 1, out.len, stderr);
}

static void
save(struct sp_try *t, const char *id, const struct sp_request *req, const struct sp_decision *d,
     struct sp_arena *arena)
{
	struct timespec now = {0, 0};
	struct sp_record record = {.id = id};
	struct sp_buf line;

	clock_gettime(CLOCK_REALTIME, &now);
	record.time_us = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
	sp_buf_init(&line, arena, MAX_LINE);
	sp_record_write(&line, &record, req, t->policy, d);
	if (line.cut || fwrite(line.p, 1, line.len, t->save) != line.len || fflush(t->save) != 0)
		t->save_failed = true;
}

bool
sp_try_judge(struct sp_try *t, const struct sp_question *question, struct sp_arena *arena,
             struct sp_request *req, struct sp_str *refusal)
{
	const char *id = sp_arena_printf(arena, "try%04u", t->n_asked);
	struct sp_circumstances how = {.now = (int64_t)time(NULL), .id = id};
	struct sp_decision decision;
	struct sp_facts facts = {0};

	sp_request_read(req, question->message, question->len, question->response, arena);
	if (t->user && strcmp(t->user, "local") != 0) {
		req->user = sp_strz(t->user);
		req->auth_method = SP_STR("TLS");
	}
	if (req->fault == SP_FAULT_NONE)
		sp_facts_read(&facts, req, arena);
	sp_given_answer(&facts, &question->looked_up, arena); /* links of this host: not followed */
	sp_decide(t->policy, req, &facts, &how, arena, &decision);
	if (decision.verdict != SP_ALLOW || !question->response) {
		say(t, req, &decision, arena);
		if (t->save)
			save(t, id, req, &decision, arena);
	}
	if (decision.verdict == SP_ALLOW)
		return true;
	t->n_denied++;
	*refusal = decision.message;
	return false;
}

/* --- a real request --- */

/* Does dockerd take this for JSON?  mime.ParseMediaType refuses a parameter without a value. */
static bool
is_json(struct sp_str type)
{
	struct sp_str name, rest;

	sp_str_cut(type, ';', &name, &rest);
	while (name.len && name.p[name.len - 1] == ' ')
		name.len--;
	while (rest.len && rest.p[0] == ' ')
		rest = sp_str_from(rest, 1);
	return sp_str_eq_nocase(name, SP_STR("application/json")) &&
	       (rest.len == 0 || sp_str_find(rest, '=') < rest.len);
}

/* What dockerd would ask about it, or about its answer; NULL: no memory. */
static struct sp_question *
ask(const struct sp_daemon_call *call, const struct sp_daemon_reply *answer, struct sp_arena *arena)
{
	struct sp_docker_header *headers =
	    sp_arena_array(arena, call->n_headers + 1, sizeof(*headers));
	struct sp_docker_request r = {
	    .method = call->method,
	    .uri = call->uri,
	    .headers = headers,
	    .n_headers = call->n_headers,
	};
	struct sp_question *q = sp_arena_alloc(arena, sizeof(*q));
	struct sp_str message;

	if (!headers || !q)
		return NULL;
	if (answer) {
		r.status = answer->status ? answer->status : 500;
		r.answer_type = sp_strz(answer->content_type);
		r.answer = answer->body;
	}
	for (size_t i = call->n_headers; i-- > 0;) {
		headers[i] =
		    (struct sp_docker_header){call->headers[i].name, call->headers[i].value};
		/* From the end, so that the first one stays. */
		if (sp_str_is(headers[i].name, "Content-Type"))
			r.content_type = headers[i].value;
	}
	if (!answer && is_json(r.content_type) && call->body.len <= MAX_SHOWN_BODY)
		r.body = call->body;
	message = sp_docker_message(&r, arena);
	*q = (struct sp_question){.message = (char *)(uintptr_t)message.p,
	                          .len = message.len,
	                          .response = answer != NULL};
	return message.p ? q : NULL;
}

/* moby, pkg/authorization/authz.go: these words, and 403. */
static void
refuse(struct sp_str why, struct sp_arena *arena, struct sp_daemon_reply *reply)
{
	const char *text =
	    sp_arena_printf(arena, "authorization denied by plugin sallyport: %.*s", SP_FMT(why));

	sp_fake_refuse(403, sp_strz(text), arena, reply);
}

/* The rules about answers.  What was done stays done: dockerd only keeps the answer to itself. */
static void
judge_answer(struct sp_try *t, const struct sp_daemon_call *call, struct sp_arena *arena,
             struct sp_daemon_reply *reply)
{
	struct sp_question *question = ask(call, reply, arena);
	struct sp_str refusal = SP_STR(TOO_COMPLEX);
	struct sp_request req;

	if (question && sp_try_judge(t, question, arena, &req, &refusal))
		return;
	t->n_denied += question == NULL;
	refuse(refusal, arena, reply);
}

void
sp_try_handle(void *ctx, const struct sp_daemon_call *call, struct sp_arena *arena,
              struct sp_daemon_reply *reply)
{
	struct sp_try *t = ctx;
	struct sp_question *question = ask(call, NULL, arena);
	struct sp_str refusal = SP_STR(TOO_COMPLEX);
	struct sp_request req;

	t->n_asked++;
	if (!question) {
		t->n_denied++;
		refuse(refusal, arena, reply);
	} else if (!sp_try_judge(t, question, arena, &req, &refusal)) {
		refuse(refusal, arena, reply);
	} else {
		sp_fake_answer(&t->fake, &req, call->body, arena, reply);
		/* Of a stream everything has left when dockerd asks: nothing withholds it. */
		if (!reply->raw && !reply->until &&
		    !(sp_answer_shows(req.action) & SP_SHOWS_STREAM))
			judge_answer(t, call, arena, reply);
	}
}
