/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_record.c: any bytes as a message of dockerd and as a line of the audit log.  What is written
 * is one line of JSON that is read back or says why not; a request without a fault that comes back
 * has no fault and the same action.
 */
#include <stdint.h>
#include <stdlib.h>

#include <jansson.h>

#include "sallyport/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
ask(struct sp_request *req, struct sp_facts *facts, struct sp_str message, bool response,
    struct sp_arena *arena)
{
	struct sp_str copy = sp_arena_dup(arena, message);

	must(copy.p != NULL);
	*facts = (struct sp_facts){0};
	sp_request_read(req, (char *)copy.p, copy.len, response, arena);
	if (req->fault == SP_FAULT_NONE)
		sp_facts_read(facts, req, arena);
}

static void
write_and_read(struct sp_str message, bool response, size_t max, struct sp_arena *arena)
{
	static const uint8_t key[32] = {1};
	struct sp_facts facts;
	const struct sp_record record = {
	    .time_us = 1, .id = "x", .key = max % 2 ? key : NULL, .facts = &facts};
	const struct sp_decision decision = {0};
	struct sp_request req, again;
	struct sp_given given;
	struct sp_str line;
	struct sp_buf out;
	const char *why = NULL;
	json_t *object;

	ask(&req, &facts, message, response, arena);
	sp_buf_init(&out, arena, max);
	sp_record_write(&out, &record, &req, NULL, &decision);
	must(out.len <= max);
	if (out.len == 0)
		return;
	line = sp_buf_str(&out);
	must(sp_str_find(line, '\n') == line.len - 1);
	object = json_loadb(line.p, line.len, JSON_ALLOW_NUL, NULL);
	if (object) { /* jansson takes no number beyond its types, and no text deeper than 2,048 */
		must(json_is_object(object));
		json_decref(object);
	}
	if (sp_record_read(line, arena, &message, &response, &why) != 0) {
		must(why != NULL);
		return;
	}
	must(req.fault == SP_FAULT_NONE);
	must(sp_record_read_facts(line, arena, &given) == 0 || arena->full);
	ask(&again, &facts, message, response, arena);
	must(again.fault == SP_FAULT_NONE && again.action == req.action);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sp_str text = {(const char *)data, size}, message, rule;
	struct sp_record_line line;
	struct sp_given given;
	struct sp_arena arena;
	const char *why = NULL;
	bool response = false;

	sp_arena_init(&arena, 256 << 20);
	write_and_read(text, false, 1 << 20, &arena);
	write_and_read(text, true, (1 << 20) - 1, &arena);
	write_and_read(text, false, size % 1500, &arena);
	if (sp_record_read_facts(text, &arena, &given) == 0)
		for (size_t i = 0; i < given.n; i++)
			must(given.paths[i].kind == SP_GIVEN_ANSWER);
	if (sp_record_scan(text, &arena, &line, &why) != 0) {
		must(why != NULL && line.message.p == NULL);
	} else {
		must((line.message.p != NULL) == (line.why == NULL));
		while (sp_record_next_rule(&line.rules, &arena, &rule))
			must(rule.len <= size);
	}
	if (sp_record_read(text, &arena, &message, &response, &why) != 0)
		must(why != NULL);
	else
		write_and_read(message, response, 1 << 20, &arena);
	sp_arena_fini(&arena);
	return 0;
}
