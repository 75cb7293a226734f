/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_authz.c: any bytes as a message of dockerd.  Besides not crashing: a request without a fault
 * has an action and a path, one with a fault has a reason, and little memory never turns a refusal
 * into something else.
 */
#include <stdint.h>
#include <stdlib.h>

#include "sallyport/answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check(const struct sp_request *req, const char *text, size_t size)
{
	if (req->fault != SP_FAULT_NONE) {
		must(req->why.len > 0);
		must(sp_utf8_bad(req->why) == req->why.len);
		return;
	}
	must(req->action > SP_ACT_NONE && req->action < SP_ACT_COUNT);
	must(req->method.len > 0 && req->uri.len > 0 && req->uri.p[0] == '/');
	must(req->path.len > 0 && req->path.p[0] == '/');
	for (size_t i = 0; i < req->path.len; i++)
		must(req->path.p[i] >= 0x20 && req->path.p[i] <= 0x7e);
	must(req->has_body == (req->body.len > 0));
	must(!req->has_body || (req->body.p >= text && req->body.p + req->body.len <= text + size));
	must(!req->has_body || !req->is_response);
	must(req->action != SP_ACT_REGISTRY_LOGIN || !req->has_body);
	must(req->json.n_tok == 0 || req->has_body);
	if (req->body_kind == SP_BODY_JSON && !req->is_response &&
	    req->action != SP_ACT_REGISTRY_LOGIN)
		must(req->json.n_tok > SP_JSON_DOC);
}

/* Whatever the answer is: objects that have a name or an ID, or a reason why it is not known. */
static void
check_answer(const struct sp_request *req, struct sp_arena *arena)
{
	struct sp_answer answer;

	sp_answer_read(&answer, req, arena);
	must(answer.read);
	must(answer.state != SP_ANSWER_UNKNOWN || (answer.why.len > 0 && !answer.first));
	must(answer.state != SP_ANSWER_OBJECTS || !arena->full);
	must(!answer.error || (answer.state == SP_ANSWER_NOTHING && answer.size == 0));
	for (const struct sp_object *o = answer.first; o; o = o->next)
		must(o->kind != SP_OBJECT_NONE && (o->id.len > 0 || o->n_names > 0));
}

static enum sp_fault
run(const uint8_t *data, size_t size, bool response, size_t memory)
{
	struct sp_request req;
	struct sp_arena arena;
	enum sp_fault fault;
	char *text = malloc(size ? size : 1);

	must(text != NULL);
	for (size_t i = 0; i < size; i++)
		text[i] = (char)data[i];
	sp_arena_init(&arena, memory);
	sp_request_read(&req, text, size, response, &arena);
	check(&req, text, size);
	if (response && req.fault == SP_FAULT_NONE)
		check_answer(&req, &arena);
	fault = req.fault;
	sp_arena_fini(&arena);
	free(text);
	return fault;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const enum sp_fault fault = run(data, size, false, 16u << 20);

	run(data, size, true, 16u << 20);
	run(data, size, true, 2048);
	for (size_t memory = 512; memory <= 8192; memory *= 4)
		if (run(data, size, false, memory) == SP_FAULT_NONE)
			must(fault == SP_FAULT_NONE);
	return 0;
}
