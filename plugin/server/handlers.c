/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handlers.c: a question of dockerd in, an answer out, an audit line on the way.  The bytes are
 * hostile; nothing in them reaches an assertion or an exit.  What a question means is read by
 * docker/, whether it is allowed is decided by engine/; here the verdict becomes an answer, in
 * write_answer and nowhere else.
 *
 * dockerd takes 200 with Allow:true as permission and everything else as refusal (moby:
 * pkg/authorization/authz.go), so whatever goes wrong is said in a 200 with Allow:false and a
 * reason.
 */
#include "server/handlers.h"

#include <errno.h>
#include <sys/random.h>

#include "sallyport/log.h"
#include "sallyport/record.h"
#include "server/clock.h"
#include "server/handlers_parts.h"

#define MESSAGE_MAX_BYTES 8192
#define LINES_ENOUGH_BYTES (64u << 10) /* then they are written, however much is still to come */
#define COMPLAINT_EVERY_US (10 * INT64_C(1000000))

static const char no_memory[] = "{\"Allow\":false,\"Msg\":\"sallyport: out of memory\"}";
static const char unrecorded[] = "refused: the audit log cannot be written";

int
sp_handlers_init(struct sp_handlers *h, const struct sp_server_options *options,
                 struct sp_policy *policy, struct sp_policy *shadow, struct sp_audit *audit)
{
	static const char base32[] = "abcdefghijklmnopqrstuvwxyz234567";
	uint8_t random[sizeof(h->id_prefix)];

	memset(h, 0, sizeof(*h));
	h->options = options;
	h->policy = policy;
	h->shadow = shadow;
	h->audit = audit;
	sp_arena_init(&h->question, options->max_request_memory);
	sp_arena_init(&h->answers, options->max_request_memory);
	sp_arena_init(&h->records, options->max_request_memory);
	h->committed = true;
	if (getrandom(h->key, sizeof(h->key), 0) != (ssize_t)sizeof(h->key) ||
	    getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random)) {
		sp_log(SP_LOG_ERROR, "server", errno, "the kernel gives no random numbers");
		return -1;
	}
	for (size_t i = 0; i < sizeof(h->id_prefix); i++)
		h->id_prefix[i] = base32[random[i] % 32];
	return 0;
}

void
sp_handlers_fini(struct sp_handlers *h)
{
	sp_policy_unref(h->policy);
	sp_policy_unref(h->shadow);
	h->policy = h->shadow = NULL;
	sp_arena_fini(&h->question);
	sp_arena_fini(&h->answers);
	sp_arena_fini(&h->records);
	explicit_bzero(h->key, sizeof(h->key));
}

void
sp_question_read(struct sp_question *q, const struct sp_http_question *http, bool response,
                 struct sp_arena *arena)
{
	q->began = sp_clock_us(CLOCK_MONOTONIC);
	if (http->problem) {
		q->request.is_response = response;
		sp_request_fail(&q->request, SP_FAULT_UNREADABLE, arena, "%s", http->problem);
	} else if (http->body_len == 0) {
		/* What dockerd sends when the connection died in the middle of the real question.
		 */
		q->request.is_response = response;
		sp_request_fail(&q->request, SP_FAULT_UNREADABLE, arena,
		                "dockerd sent an empty message");
	} else {
		sp_request_read(&q->request, http->body, http->body_len, response, arena);
		if (q->request.fault == SP_FAULT_NONE)
			sp_facts_read(&q->facts, &q->request, arena);
	}
	q->decoded = q->ready = sp_clock_us(CLOCK_MONOTONIC);
}

static void
decide(const struct sp_judging *j, struct sp_question *q, struct sp_arena *arena)
{
	struct sp_circumstances how = {
	    .now = j->unix_us / 1000000,
	    .force_audit = j->options->force_audit,
	    .id = j->id,
	};
	size_t n_own;
	const struct sp_str *own = sp_policy_own(j->policy, &n_own);

	sp_own_files(&q->facts, own, n_own);
	sp_decide(j->policy, &q->request, &q->facts, &how, arena, &q->decision);
	q->decided = sp_clock_us(CLOCK_MONOTONIC);
	if (!j->shadow)
		return;
	/* As if it were in force; nothing but the record reads what comes of it. */
	how.force_audit = false;
	sp_decide(j->shadow, &q->request, &q->facts, &how, arena, &q->shadow);
}

static uint32_t
microseconds(int64_t from, int64_t to)
{
	return to <= from ? 0 : to - from > UINT32_MAX ? UINT32_MAX : (uint32_t)(to - from);
}

/* Would an answer without an audit line let something happen that nobody can find again? */
static bool
needs_record(const struct sp_request *request)
{
	/* The response comes after the fact: its request has been recorded, or was refused. */
	if (request->is_response)
		return false;
	return request->action == SP_ACT_NONE || sp_action_info(request->action)->mutates;
}

/* Has this not been said for a while?  Whoever sends requests must not be able to fill the log. */
static bool
may_complain(struct sp_handlers *h)
{
	int64_t now = sp_clock_us(CLOCK_MONOTONIC);

	if (h->complained && now - h->complained <= COMPLAINT_EVERY_US)
		return false;
	h->complained = now;
	return true;
}

/* Adds the audit line.  False when there is no room for it. */
static bool
record(const struct sp_judging *j, const struct sp_question *q, struct sp_buf *line)
{
	struct sp_record record = {
	    .time_us = j->unix_us,
	    .id = j->id,
	    .decode_us = microseconds(q->began, q->decoded),
	    .eval_us = microseconds(q->ready, q->decided),
	    .key = j->key,
	    .facts = &q->facts,
	    .shadow = j->shadow,
	    .shadow_decision = &q->shadow,
	};
	size_t before = line->len;

	sp_record_write(line, &record, &q->request, j->policy, &q->decision);
	if (!line->cut)
		return true;
	line->cut = false;
	line->len = before;
	return false;
}

bool
sp_handlers_commit(void *ctx)
{
	struct sp_handlers *h = ctx;

	h->committed = true;
	if (h->n_lines == 0 || sp_audit_write(h->audit, sp_buf_str(&h->lines), h->n_lines))
		return true;
	if (h->unrecorded && may_complain(h))
		sp_log(SP_LOG_WARN, "audit", 0,
		       "answers are given without a record, as --audit-failure=allow says");
	return false;
}

static struct sp_str
finish(struct sp_buf *out)
{
	return out->cut ? SP_STR(no_memory) : sp_buf_str(out);
}

/*
 * The only place where permission is given.  A message nobody could read is never permitted, and
 * without `recorded` nothing that needs a record.
 */
static struct sp_str
write_answer(struct sp_arena *arena, const struct sp_question *q, bool recorded)
{
	bool allow =
	    q->decision.verdict == SP_ALLOW && recorded && q->request.fault != SP_FAULT_UNREADABLE;
	struct sp_str message = q->decision.message;
	struct sp_buf out;

	if (allow)
		return SP_STR("{\"Allow\":true,\"Msg\":\"\"}");
	if (q->decision.verdict == SP_ALLOW)
		message = SP_STR(unrecorded);
	sp_buf_init(&out, arena, MESSAGE_MAX_BYTES);
	sp_buf_addz(&out, "{\"Allow\":false,\"Msg\":");
	sp_buf_add_json(&out, message.len ? message : SP_STR("refused"));
	sp_buf_addz(&out, "}");
	return finish(&out);
}

void
sp_question_judge(const struct sp_judging *j, struct sp_question *q, struct sp_arena *arena,
                  struct sp_buf *line, struct sp_arena *answers, struct sp_judged *judged)
{
	decide(j, q, arena);
	judged->recorded = record(j, q, line);
	judged->changes = needs_record(&q->request);
	judged->dispensable = !judged->changes || j->options->audit_failure_allows;
	judged->body = write_answer(answers, q, judged->recorded || judged->dispensable);
	judged->body_uncommitted =
	    judged->dispensable ? judged->body : write_answer(answers, q, false);
}

struct sp_judging
sp_handlers_begin(struct sp_handlers *h, bool response)
{
	struct sp_judging j = {
	    .options = h->options,
	    .policy = h->policy,
	    .shadow = h->shadow,
	    .key = h->key,
	    .response = response,
	    .unix_us = sp_clock_us(CLOCK_REALTIME),
	};

	sp_id_print(h->id_prefix, h->id_count++, j.id);
	return j;
}

void
sp_handlers_give(struct sp_handlers *h, const char *id, const struct sp_judged *judged,
                 struct sp_http_answer *answer)
{
	if (judged->recorded)
		h->n_lines++;
	else if (may_complain(h))
		sp_log(SP_LOG_ERROR, "audit", 0, "a record is too long id=%s", id);
	h->unrecorded = h->unrecorded || (judged->changes && judged->dispensable);
	answer->body = judged->body;
	answer->body_uncommitted = judged->body_uncommitted;
	answer->commit_now = h->lines.len > LINES_ENOUGH_BYTES;
}

static void
answer_question(struct sp_handlers *h, const struct sp_http_question *http, bool response,
                struct sp_http_answer *answer)
{
	struct sp_judging j = sp_handlers_begin(h, response);
	struct sp_http_question own = *http;
	struct sp_judged judged;
	struct sp_question q;
	bool is_copy = false;

	/* The bytes are the connection's, and may have to be kept until the host has answered. */
	if (!response && http->body_len > 0) {
		own.body = sp_arena_bytes(&h->question, http->body_len);
		is_copy = own.body != NULL;
		if (is_copy)
			memcpy(own.body, http->body, http->body_len);
	}
	memset(&q, 0, sizeof(q));
	sp_question_read(&q, is_copy ? &own : http, response, &h->question);
	if (is_copy && sp_question_needs_host(&q)) {
		answer->later = sp_handlers_ask_host(h, &j, &q);
		if (answer->later)
			return;
	}
	sp_question_judge(&j, &q, &h->question, &h->lines, &h->answers, &judged);
	sp_handlers_give(h, j.id, &judged, answer);
}

struct sp_str
sp_handlers_keep(struct sp_handlers *h, struct sp_str body)
{
	struct sp_str copy = sp_arena_dup(&h->answers, body);

	return copy.p ? copy : SP_STR(no_memory);
}

void
sp_handlers_begin_batch(struct sp_handlers *h)
{
	sp_arena_reset(&h->answers);
	sp_arena_reset(&h->records);
	sp_buf_init(&h->lines, &h->records, h->options->max_request_memory);
	h->n_lines = 0;
	h->unrecorded = false;
	h->committed = false;
}

void
sp_handlers_answer(void *ctx, const struct sp_http_question *question,
                   struct sp_http_answer *answer)
{
	struct sp_handlers *h = ctx;
	bool request = sp_str_is(question->target, "/AuthZPlugin.AuthZReq");
	bool response = sp_str_is(question->target, "/AuthZPlugin.AuthZRes");
	bool activate = sp_str_is(question->target, "/Plugin.Activate");

	if (h->committed)
		sp_handlers_begin_batch(h);
	sp_arena_reset(&h->question);
	answer->status = 200;
	if (question->problem || ((request || response) && question->is_post)) {
		answer_question(h, question, response, answer);
		return;
	}
	if (activate && question->is_post) {
		answer->body = SP_STR("{\"Implements\":[\"authz\"]}");
	} else if (request || response || activate) {
		answer->status = 405;
		answer->body = SP_STR("{\"Err\":\"use POST\"}");
	} else {
		answer->status = 404;
		answer->body = SP_STR("{\"Err\":\"sallyport implements authz only\"}");
	}
	answer->body_uncommitted = answer->body;
}

void
sp_id_print(const char prefix[5], uint64_t count, char out[SP_ID_BYTES])
{
	static const char base32[] = "abcdefghijklmnopqrstuvwxyz234567";
	size_t digits = 4;
	size_t at = 5;

	/* 10 digits are 50 bits: more questions than a process can live to answer. */
	while (digits < 10 && count >> (5 * digits))
		digits++;
	memcpy(out, prefix, 5);
	while (digits-- > 0)
		out[at++] = base32[count >> (5 * digits) & 31];
	out[at] = '\0';
}
