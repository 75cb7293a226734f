/* SPDX-License-Identifier: Apache-2.0 */
/* test_handlers.c: from the bytes of a message to the bytes of the answer, without a socket. */
#include "server/handlers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <event2/event.h>

static const char policy_text[] = "sallyport: 1\n"
				  "allow:\n"
				  "  all:\n"
				  "    who: [anyone]\n"
				  "    do: [read, manage, run]\n"
				  "    on: any\n"
				  "    must: {images: any}\n"
				  "    may: {bind: [/srv/**]}\n";

static struct sp_server_options options;
static struct sp_audit audit;
static struct sp_handlers handlers;

static void
start(const char *log)
{
	struct sp_arena arena;
	struct sp_diags diags;
	struct sp_policy *policy;

	sp_server_defaults(&options);
	sp_arena_init(&arena, 1 << 20);
	sp_diags_init(&diags, &arena);
	policy = sp_policy_parse(SP_STR("test.yaml"), sp_strz(policy_text), &diags);
	assert_non_null(policy);
	sp_arena_fini(&arena);
	assert_int_equal(sp_audit_open(&audit, log), 0);
	assert_int_equal(sp_handlers_init(&handlers, &options, policy, NULL, &audit), 0);
}

static void
stop(void)
{
	sp_audit_close(&audit);
	sp_handlers_fini(&handlers);
}

static struct sp_http_answer
ask(const char *target, const char *message, const char *problem)
{
	static char body[8192];
	struct sp_http_question question = {
	    .is_post = true, .target = sp_strz(target), .problem = problem};
	struct sp_http_answer answer = {0};

	question.body_len = strlen(message);
	assert_true(question.body_len < sizeof(body));
	memcpy(body, message, question.body_len);
	question.body = question.body_len ? body : NULL;
	sp_handlers_answer(&handlers, &question, &answer);
	if (!sp_handlers_commit(&handlers))
		answer.body = answer.body_uncommitted;
	return answer;
}

static bool
allows(struct sp_http_answer answer)
{
	if (sp_str_is(answer.body, "{\"Allow\":true,\"Msg\":\"\"}"))
		return true;
	assert_true(sp_str_starts(answer.body, SP_STR("{\"Allow\":false,\"Msg\":\"")));
	assert_true(sp_str_ends(answer.body, SP_STR("\"}")));
	assert_int_equal(answer.status, 200);
	return false;
}

#define REQ "/AuthZPlugin.AuthZReq"
#define RES "/AuthZPlugin.AuthZRes"
#define LIST "{\"RequestMethod\":\"GET\",\"RequestUri\":\"/v1.41/containers/json\"}"
#define KILL                                                                                       \
	"{\"RequestMethod\":\"POST\",\"RequestUri\":\"/v1.41/containers/a/kill\","                 \
	"\"RequestHeaders\":{\"Content-Length\":\"0\"}}"

static void
verdicts(void **state)
{
	(void)state;
	start("/dev/null");
	assert_true(allows(ask(REQ, LIST, NULL)));
	assert_true(allows(ask(REQ, KILL, NULL)));
	assert_true(allows(ask(RES, LIST, NULL)));
	assert_false(
	    allows(ask(REQ, "{\"RequestMethod\":\"POST\",\"RequestUri\":\"/v1.41/build\"}", NULL)));
	assert_false(allows(ask(REQ, "", NULL)));
	assert_false(allows(ask(RES, "", NULL)));
	assert_false(allows(ask(REQ, "{", NULL)));
	assert_false(allows(ask(REQ, LIST, "too many connections")));
	assert_false(allows(ask("", "", "the message did not arrive in time")));
	stop();
}

static void
unreadable_is_refused_in_every_mode(void **state)
{
	(void)state;
	start("/dev/null");
	options.force_audit = true;
	assert_true(allows(ask(REQ,
	                       "{\"RequestMethod\":\"POST\",\"RequestUri\":\"/v1.41/build/prune\","
	                       "\"RequestHeaders\":{\"Content-Length\":\"0\"}}",
	                       NULL)));
	assert_false(allows(ask(REQ, "", NULL)));
	assert_false(allows(ask(REQ, "nonsense", NULL)));
	assert_false(allows(ask(REQ, LIST, "too many connections")));
	stop();
}

static void
unrecorded_changes_are_refused(void **state)
{
	(void)state;
	start("/dev/full");
	assert_true(allows(ask(REQ, LIST, NULL)));
	assert_false(allows(ask(REQ, KILL, NULL)));
	assert_true(allows(ask(RES, KILL, NULL))); /* it has happened */
	options.force_audit = true;
	assert_false(allows(ask(REQ, KILL, NULL)));
	assert_false(
	    allows(ask(REQ, "{\"RequestMethod\":\"POST\",\"RequestUri\":\"/v1.41/new\"}", NULL)));
	options.force_audit = false;
	options.audit_failure_allows = true;
	assert_true(allows(ask(REQ, KILL, NULL)));
	assert_false(allows(ask(REQ, "", NULL)));
	stop();
}

static void
a_full_arena_refuses(void **state)
{
	(void)state;
	start("/dev/null");
	handlers.question.cap_bytes = 64;
	assert_false(allows(ask(REQ, LIST, NULL)));
	handlers.question.cap_bytes = options.max_request_memory;
	assert_true(allows(ask(REQ, LIST, NULL)));
	handlers.records.cap_bytes = 64; /* its record does not fit */
	assert_false(allows(ask(REQ, KILL, NULL)));
	handlers.records.cap_bytes = options.max_request_memory;
	assert_true(allows(ask(REQ, KILL, NULL)));
	stop();
}

#define BIND_ENCODED                                                                               \
	"eyJJbWFnZSI6ImJ1c3lib3giLCJIb3N0Q29uZmlnIjp7IkJpbmRzIjpbIi9zcnYvZGF0YTovZGF0YSJdfX0="

/* A create of a container with a bind mount: {"Image":"busybox","HostConfig":{"Binds":[...]}} */
static size_t
bind_message(char *out, size_t size, size_t pad)
{
	int n = snprintf(out, size,
	                 "{\"RequestMethod\":\"POST\",\"RequestUri\":\"/v1.41/containers/create\","
	                 "\"RequestBody\":\"%s\",\"RequestHeaders\":{\"Content-Type\":"
	                 "\"application/json\",\"Content-Length\":\"62\"},\"X\":\"%0*d\"}",
	                 BIND_ENCODED, (int)pad, 0);

	return (size_t)n;
}

static bool
says(struct sp_http_answer answer, const char *why)
{
	return !allows(answer) && sp_str_has_nocase(answer.body, sp_strz(why));
}

static bool
is_asked(struct sp_http_answer *answer, size_t pad)
{
	static char body[64 << 10];
	struct sp_http_question question = {.is_post = true, .target = SP_STR(REQ)};

	question.body = body;
	question.body_len = bind_message(body, sizeof(body), pad);
	*answer = (struct sp_http_answer){.status = 200};
	sp_handlers_answer(&handlers, &question, answer);
	return answer->later != NULL;
}

static void
nothing_to_look_at(void *ctx, struct sp_host_query *query)
{
	(void)ctx, (void)query;
}

/* Questions about the host wait, with all they need; without memory for that nothing is known. */
static void
questions_that_wait(void **state)
{
	struct event_base *base = event_base_new();
	struct sp_host_pool pool;
	struct sp_http_answer first, second;

	(void)state;
	start("/dev/null");
	assert_int_equal(sp_host_pool_init(&pool, base, 1000, nothing_to_look_at, NULL,
	                                   sp_handlers_on_host, &handlers),
	                 0);
	assert_false(is_asked(&first, 10)); /* nobody to ask */
	assert_true(says(first, "the host cannot be asked"));
	handlers.hosts = &pool;
	assert_true(is_asked(&first, 10));
	assert_true(handlers.pending_bytes > 0);
	assert_null(handlers.question.chunk); /* it is theirs */
	assert_true(is_asked(&second, 10));
	assert_ptr_not_equal(first.later, second.later);
	sp_handlers_finish(&handlers, first.later, NULL);
	assert_ptr_equal(pool.waiting, pool.waiting_last); /* nobody is answered who is gone */
	first = (struct sp_http_answer){.status = 200};
	sp_handlers_finish(&handlers, second.later, &first);
	assert_null(first.later);
	assert_false(allows(first)); /* its paths are unknown still */
	assert_int_equal(handlers.pending_bytes, 0);
	assert_null(pool.waiting);
	/* Its bytes do not fit: nothing of it may wait. */
	handlers.question.cap_bytes = 20000;
	assert_true(is_asked(&first, 10));
	sp_handlers_finish(&handlers, first.later, NULL);
	handlers.question.cap_bytes = 20000;
	assert_false(is_asked(&first, 30000));
	assert_true(says(first, "too complex to be judged"));
	handlers.question.cap_bytes = options.max_request_memory;
	/* Too many wait. */
	handlers.pending_bytes = 4 * options.max_request_memory;
	assert_false(is_asked(&first, 10));
	assert_true(says(first, "too many questions wait for the host"));
	handlers.pending_bytes = 0;
	assert_true(sp_host_pool_fini(&pool, 5000));
	event_base_free(base);
	stop();
}

static void
endpoints(void **state)
{
	struct sp_http_question get = {.target = SP_STR(REQ)};
	struct sp_http_answer answer = {0};

	(void)state;
	start("/dev/null");
	assert_true(
	    sp_str_is(ask("/Plugin.Activate", "", NULL).body, "{\"Implements\":[\"authz\"]}"));
	assert_int_equal(ask("/", LIST, NULL).status, 404);
	assert_int_equal(ask(REQ "/", LIST, NULL).status, 404);
	assert_int_equal(ask("/authzplugin.authzreq", LIST, NULL).status, 404);
	sp_handlers_answer(&handlers, &get, &answer);
	assert_int_equal(answer.status, 405);
	stop();
}

static void
ids(void **state)
{
	char id[SP_ID_BYTES];

	(void)state;
	sp_id_print("abcde", 0, id);
	assert_string_equal(id, "abcdeaaaa");
	sp_id_print("abcde", 33, id);
	assert_string_equal(id, "abcdeaabb");
	sp_id_print("abcde", (1 << 20) - 1, id);
	assert_string_equal(id, "abcde7777");
	sp_id_print("abcde", 1 << 20, id);
	assert_string_equal(id, "abcdebaaaa");
	sp_id_print("abcde", UINT64_MAX, id);
	assert_int_equal(strlen(id), SP_ID_BYTES - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(verdicts),
	    cmocka_unit_test(unreadable_is_refused_in_every_mode),
	    cmocka_unit_test(unrecorded_changes_are_refused),
	    cmocka_unit_test(a_full_arena_refuses),
	    cmocka_unit_test(questions_that_wait),
	    cmocka_unit_test(endpoints),
	    cmocka_unit_test(ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
