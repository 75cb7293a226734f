/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handlers_later.c: questions that take time: large ones, which another thread reads and judges,
 * and those whose verdict needs to know what the host makes of a path.  Such a question waits with
 * its own memory and its own reference to the policy, so that it is judged by the policy that was
 * in force when it came.
 */
#include "server/clock.h"
#include "server/handlers_parts.h"

/* Most responses are not looked into, and reading one takes a fraction of the time. */
#define LARGE_RESPONSE (256u << 10)
/* Questions of the largest size that may wait for the host; their paths are unknown beyond that. */
#define LARGEST_WAITING 4

enum stage {
	STAGE_NEW = 0,
	STAGE_READ,   /* its paths are unknown yet */
	STAGE_ASKED,  /* the host is being asked */
	STAGE_KNOWN,  /* it has answered, or not in time */
	STAGE_JUDGED, /* by the other thread */
};

struct sp_pending {
	struct sp_http_work work; /* first: http's */
	enum stage stage;
	struct sp_judging judging;
	struct sp_question question;
	struct sp_arena arena; /* of the question, and this lives there itself */
	size_t counted;        /* in pending_bytes */
	/* Of what another thread judges: */
	struct sp_judged judged;
	struct sp_arena results; /* of its line and its answers */
	struct sp_buf line;
};

bool
sp_question_needs_host(const struct sp_question *q)
{
	return q->facts.host_paths && !q->request.is_response && q->request.fault == SP_FAULT_NONE;
}

static void
all_unknown(struct sp_question *q, const char *why)
{
	for (struct sp_host_path *path = q->facts.host_paths; path; path = path->next) {
		path->state = SP_HOST_UNKNOWN;
		path->why = sp_strz(why);
	}
}

/* Begins to ask; false: it cannot be asked, and the question says why. */
static bool
ask(struct sp_handlers *h, struct sp_pending *p, struct sp_question *q, struct sp_arena *arena)
{
	if (h->pending_bytes + arena->used_bytes > LARGEST_WAITING * h->options->max_request_memory)
		all_unknown(q, "too many questions wait for the host");
	else if (p && h->hosts && sp_host_pool_ask(h->hosts, q->facts.host_paths, p))
		return true;
	else
		all_unknown(q, "the host cannot be asked");
	return false;
}

/* A reload may come before the answer. */
static void
hold_policies(struct sp_handlers *h)
{
	sp_policy_ref(h->policy);
	if (h->shadow)
		sp_policy_ref(h->shadow);
}

/* The host is asked: it waits. */
static void
begin_waiting(struct sp_handlers *h, struct sp_pending *p)
{
	p->stage = STAGE_ASKED;
	p->counted = p->arena.used_bytes;
	h->pending_bytes += p->counted;
}

struct sp_http_work *
sp_handlers_ask_host(struct sp_handlers *h, const struct sp_judging *j, struct sp_question *q)
{
	struct sp_pending *p = sp_arena_alloc(&h->question, sizeof(*p));

	if (!ask(h, p, q, &h->question))
		return NULL;
	p->judging = *j;
	hold_policies(h);
	p->question = *q;
	p->arena = h->question;
	sp_arena_init(&h->question, h->options->max_request_memory);
	begin_waiting(h, p);
	return &p->work;
}

/* new; NULL: no memory. */
static struct sp_str
copy(struct sp_arena *arena, struct sp_str s, bool *failed)
{
	if (s.len == 0)
		return (struct sp_str){NULL, 0};
	s = sp_arena_dup(arena, s);
	*failed = *failed || s.p == NULL;
	return s;
}

static const struct sp_host_name *
copy_names(struct sp_arena *arena, const struct sp_host_name *names, bool *failed)
{
	struct sp_host_name *first = NULL;

	for (; names; names = names->next) {
		struct sp_host_name *name = sp_arena_alloc(arena, sizeof(*name));

		if (name == NULL) {
			*failed = true;
			break;
		}
		name->name = copy(arena, names->name, failed);
		name->next = first;
		first = name;
	}
	return first;
}

static void
take_answer(const struct sp_policy *policy, struct sp_host_path *path,
            const struct sp_host_path *answer, struct sp_arena *arena)
{
	bool failed = false;

	path->why = copy(arena, answer->why, &failed);
	path->resolved = copy(arena, answer->resolved, &failed);
	path->socket = copy(arena, answer->socket, &failed);
	path->engine = copy(arena, answer->engine, &failed);
	path->names = copy_names(arena, answer->names, &failed);
	path->state = answer->state;
	failed = !sp_policy_name_path(policy, path, arena) || failed;
	if (failed)
		path->state = SP_HOST_UNKNOWN;
}

void
sp_handlers_on_host(void *ctx, void *asker, const struct sp_host_query *query)
{
	struct sp_handlers *h = ctx;
	struct sp_pending *p = asker;
	const struct sp_host_path *answer = query->paths;
	size_t n_known = atomic_load(&query->n_done), n = 0;
	unsigned ms = h->options->decision_deadline_ms;
	struct sp_str late = sp_strz(sp_arena_printf(
	    &p->arena, "the host did not answer within %u.%u s", ms / 1000, ms % 1000 / 100));

	for (struct sp_host_path *path = p->question.facts.host_paths; path; path = path->next) {
		if (n < n_known)
			take_answer(p->judging.policy, path, answer, &p->arena);
		else
			path->why = n < query->n_paths ? late : SP_STR("there are too many paths");
		answer = answer ? answer->next : NULL;
		n++;
	}
	p->question.ready = sp_clock_us(CLOCK_MONOTONIC);
	p->stage = STAGE_KNOWN;
	sp_http_resume(&p->work);
}

struct sp_http_work *
sp_handlers_prepare(void *ctx, const struct sp_http_question *question)
{
	struct sp_handlers *h = ctx;
	struct sp_pending *p;
	struct sp_arena arena;
	bool request = sp_str_is(question->target, "/AuthZPlugin.AuthZReq");
	bool response = sp_str_is(question->target, "/AuthZPlugin.AuthZRes");

	if (!question->is_post || !(request || (response && question->body_len > LARGE_RESPONSE)))
		return NULL;
	sp_arena_init(&arena, h->options->max_request_memory);
	p = sp_arena_alloc(&arena, sizeof(*p));
	if (p == NULL)
		return NULL;
	p->judging = sp_handlers_begin(h, response);
	hold_policies(h);
	p->arena = arena;
	sp_arena_init(&p->results, h->options->max_request_memory);
	sp_buf_init(&p->line, &p->results, h->options->max_request_memory);
	return &p->work;
}

void
sp_handlers_judge(void *ctx, struct sp_http_work *work, const struct sp_http_question *question)
{
	struct sp_pending *p = (struct sp_pending *)(void *)work;

	(void)ctx;
	if (p->stage == STAGE_NEW) {
		sp_question_read(&p->question, question, p->judging.response, &p->arena);
		p->stage = STAGE_READ;
		if (sp_question_needs_host(&p->question))
			return;
	}
	sp_question_judge(&p->judging, &p->question, &p->arena, &p->line, &p->results, &p->judged);
	p->stage = STAGE_JUDGED;
}

/* The line of a large question becomes one of those that are written together. */
static bool
take_line(struct sp_handlers *h, struct sp_pending *p)
{
	size_t before = h->lines.len;

	if (before == 0) { /* as it nearly always is: there is no need to copy a mebibyte */
		struct sp_arena empty = h->records;

		h->records = p->results;
		h->lines = p->line;
		h->lines.arena = &h->records;
		p->results = empty;
		return true;
	}
	sp_buf_add(&h->lines, sp_buf_str(&p->line));
	if (!h->lines.cut)
		return true;
	h->lines.cut = false;
	h->lines.len = before;
	return false;
}

/* What the other thread has judged is given out. */
static void
give_judged(struct sp_handlers *h, struct sp_pending *p, struct sp_http_answer *answer)
{
	struct sp_judged *judged = &p->judged;

	/* Before its line, with which its arena may go. */
	judged->body = sp_handlers_keep(h, judged->body);
	judged->body_uncommitted = sp_handlers_keep(h, judged->body_uncommitted);
	if (judged->recorded && !take_line(h, p)) {
		judged->recorded = false;
		judged->body = judged->body_uncommitted;
	}
	sp_handlers_give(h, p->judging.id, judged, answer);
}

static void
pending_free(struct sp_handlers *h, struct sp_pending *p)
{
	struct sp_arena arena = p->arena; /* it lives there itself */

	if (p->stage == STAGE_ASKED)
		sp_host_pool_forget(h->hosts, p);
	h->pending_bytes -= p->counted;
	sp_policy_unref(p->judging.policy);
	sp_policy_unref(p->judging.shadow);
	sp_arena_fini(&p->results);
	sp_arena_fini(&arena);
}

void
sp_handlers_finish(void *ctx, struct sp_http_work *work, struct sp_http_answer *answer)
{
	struct sp_handlers *h = ctx;
	struct sp_pending *p = (struct sp_pending *)(void *)work;

	if (answer && p->stage == STAGE_READ && ask(h, p, &p->question, &p->arena)) {
		begin_waiting(h, p);
		answer->later = &p->work;
		return;
	}
	if (answer && h->committed)
		sp_handlers_begin_batch(h);
	if (answer && p->stage == STAGE_JUDGED) {
		give_judged(h, p, answer);
	} else if (answer) {
		sp_question_judge(&p->judging, &p->question, &p->arena, &h->lines, &h->answers,
		                  &p->judged);
		sp_handlers_give(h, p->judging.id, &p->judged, answer);
	}
	pending_free(h, p);
}
