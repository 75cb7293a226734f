/* SPDX-License-Identifier: Apache-2.0 */
/* test_record_read.c: lines of a log, whole and broken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sallyport/record.h"

static const char line[] =
    "{\"v\":1,\"time\":\"2026-08-20T10:00:00.123456Z\",\"id\":\"a1b2c3\",\"user\":\"anna\","
    "\"auth\":\"TLS\",\"phase\":\"request\",\"method\":\"POST\","
    "\"uri\":\"/v1.47/containers/create?name=\\\"x\\\"\",\"action\":\"container.create\","
    "\"object\":\"\",\"api\":\"1.47\",\"decision\":\"deny\",\"mode\":\"enforce\","
    "\"rules\":[\"no-privileged\",\"a \\\"b\\\", c\"],\"audit_rules\":[],\"granted_by\":\"\","
    "\"reason\":\"one\\ntwo\",\"policy\":\"00\",\"decode_us\":1,\"eval_us\":2,"
    "\"headers\":{\"Content-Type\":\"application/json\",\"Content-Length\":\"999\"},"
    "\"request\":{\"Image\":\"a]}\\\"{\",\"HostConfig\":{\"Binds\":[\"/a:/b\"]}}}";

static struct sp_arena arena;

static int
setup(void **state)
{
	(void)state;
	sp_arena_init(&arena, 64 << 20);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	sp_arena_fini(&arena);
	return 0;
}

/* From memory of exactly this size, so that a sanitizer sees every step beyond it. */
static int
scan(struct sp_str text, struct sp_record_line *out, const char **why)
{
	char *copy = malloc(text.len ? text.len : 1);
	struct sp_str kept;
	int status;

	if (text.len)
		memcpy(copy, text.p, text.len);
	kept = sp_arena_dup(&arena, text);
	status = sp_record_scan((struct sp_str){copy, text.len}, &arena, out, why);
	free(copy);
	return status ? status : sp_record_scan(kept, &arena, out, why);
}

static void
reads_what_a_line_says(void **state)
{
	struct sp_record_line r;
	struct sp_str rule;
	const char *why;

	(void)state;
	assert_int_equal(scan(sp_strz(line), &r, &why), 0);
	assert_true(r.is_record && !r.is_response && !r.is_local);
	assert_true(r.time_us == INT64_C(1787220000123456));
	assert_true(sp_str_is(r.id, "a1b2c3") && sp_str_is(r.user, "anna"));
	assert_true(sp_str_is(r.action, "container.create"));
	assert_true(sp_str_is(r.decision, "deny") && sp_str_is(r.reason, "one\ntwo"));
	assert_true(sp_record_next_rule(&r.rules, &arena, &rule) &&
	            sp_str_is(rule, "no-privileged"));
	assert_true(sp_record_next_rule(&r.rules, &arena, &rule) && sp_str_is(rule, "a \"b\", c"));
	assert_false(sp_record_next_rule(&r.rules, &arena, &rule));
	assert_false(sp_record_next_rule(&r.audit_rules, &arena, &rule));
}

/* The length is that of the body as the line has it, not the one of the client's. */
static void
makes_a_message_of_it(void **state)
{
	struct sp_record_line r;
	struct sp_request req;
	const char *why;

	(void)state;
	assert_int_equal(scan(sp_strz(line), &r, &why), 0);
	sp_request_read(&req, (char *)(uintptr_t)r.message.p, r.message.len, false, &arena);
	assert_int_equal(req.fault, SP_FAULT_NONE);
	assert_int_equal(req.action, SP_ACT_CONTAINER_CREATE);
	assert_true(sp_str_is(req.user, "anna"));
	assert_true(sp_str_is(sp_query_get(&req.query, "name"), "\"x\""));
	assert_int_equal(sp_json_type(&req.json, SP_JSON_DOC), SP_JSON_OBJECT);
}

/* A log is cut anywhere: no beginning of a line reads as a line. */
static void
a_cut_line_is_no_line(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof(line) - 1; n++) {
		struct sp_record_line r;
		const char *why = NULL;

		if (scan((struct sp_str){line, n}, &r, &why) == 0)
			fail_msg("the first %zu bytes read as a line", n);
		assert_non_null(why);
		assert_null(r.message.p);
		sp_arena_reset(&arena);
	}
}

static void
refuses(void **state)
{
	static const char *const bad[] = {
	    "",
	    " ",
	    "null",
	    "[]",
	    "\"x\"",
	    "{",
	    "{}",
	    "{}}",
	    "{\"v\":1}",
	    "{\"v\":1} x",
	    "{\"method\":\"GET\",\"uri\":\"/_ping\"",
	    "{\"method\":\"GET\",\"uri\":\"/_ping\"}{}",
	    "{\"method\":\"GET\" \"uri\":\"/_ping\"}",
	    "{\"method\":\"GET\",,\"uri\":\"/_ping\"}",
	    "{\"method\":\"GET\",\"uri\":\"/a\",\"uri\":\"/b\"}",
	    "{\"method\":1,\"uri\":\"/_ping\"}",
	    "{method:\"GET\",\"uri\":\"/_ping\"}",
	    "{\"method\":\"GET\",\"uri\":\"/_ping\",\"x\":}",
	    "{\"method\":\"GET\",\"uri\":\"\\\"}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct sp_record_line r;
		const char *why = NULL;

		if (scan(sp_strz(bad[i]), &r, &why) == 0 && r.message.p)
			fail_msg("was read: %s", bad[i]);
	}
}

/* Other versions may mean other things; what was left out would have been judged. */
static void
says_why_it_cannot_be_decided_again(void **state)
{
	static const char *const lines[][2] = {
	    {"{\"v\":2,\"method\":\"GET\",\"uri\":\"/_ping\"}", "it has another version"},
	    {"{\"v\":1,\"method\":\"GET\",\"uri\":\"/\",\"unreplayable\":\"malformed\"}",
	     "malformed"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct sp_record_line r;
		const char *why;

		assert_int_equal(scan(sp_strz(lines[i][0]), &r, &why), 0);
		assert_null(r.message.p);
		assert_string_equal(r.why, lines[i][1]);
	}
}

/* Every header once, however often it is there: the room for the message is counted before. */
static void
many_headers_are_one(void **state)
{
	struct sp_record_line r;
	struct sp_request req;
	struct sp_buf out;
	const char *why;

	(void)state;
	sp_buf_init(&out, &arena, 1 << 20);
	sp_buf_addz(&out, "{\"method\":\"POST\",\"uri\":\"/containers/create\",\"headers\":{");
	for (int i = 0; i < 2000; i++)
		sp_buf_addz(&out, "\"Content-Length\":\"\",");
	sp_buf_addz(&out, "\"Content-Length\":\"\"},\"request\":{\"Image\":\"a\"}}");
	assert_int_equal(scan(sp_buf_str(&out), &r, &why), 0);
	sp_request_read(&req, (char *)(uintptr_t)r.message.p, r.message.len, false, &arena);
	assert_int_equal(req.fault, SP_FAULT_NONE);
}

static void
the_unix_socket_has_no_name(void **state)
{
	struct sp_record_line r;
	const char *why;

	(void)state;
	assert_int_equal(
	    scan(SP_STR("{\"method\":\"GET\",\"uri\":\"/_ping\",\"user\":\"\",\"auth\":\"\","
	                "\"phase\":\"response\",\"status\":200}"),
	         &r, &why),
	    0);
	assert_true(r.is_local && r.is_response && r.time_us == 0);
	assert_int_equal(scan(SP_STR("{\"method\":\"GET\",\"uri\":\"/_ping\",\"user\":\"\","
	                             "\"auth\":\"TLS\"}"),
	                      &r, &why),
	                 0);
	assert_false(r.is_local);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(reads_what_a_line_says, setup, teardown),
	    cmocka_unit_test_setup_teardown(makes_a_message_of_it, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_cut_line_is_no_line, setup, teardown),
	    cmocka_unit_test_setup_teardown(refuses, setup, teardown),
	    cmocka_unit_test_setup_teardown(says_why_it_cannot_be_decided_again, setup, teardown),
	    cmocka_unit_test_setup_teardown(many_headers_are_one, setup, teardown),
	    cmocka_unit_test_setup_teardown(the_unix_socket_has_no_name, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
