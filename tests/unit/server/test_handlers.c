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

static const char policy_text[] = "sallyport: 1\n"
				  "allow:\n"
				  "  all:\n"
				  "    who: [anyone]\n"
				  "    do: [read, manage]\n"
				  "    on: any\n";

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
	assert_int_equal(sp_handlers_init(&handlers, &options, policy, &audit), 0);
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
	    cmocka_unit_test(endpoints),
	    cmocka_unit_test(ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
