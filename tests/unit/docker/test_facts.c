/* SPDX-License-Identifier: Apache-2.0 */
#include "facts_test.h"

static void
every_fact_has_a_name(void **state)
{
	(void)state;
	for (enum sp_fact f = SP_FACT_NONE + 1; f < SP_FACT_COUNT; f++) {
		assert_non_null(sp_fact_name(f));
		for (enum sp_fact other = SP_FACT_NONE + 1; other < f; other++)
			assert_string_not_equal(sp_fact_name(f), sp_fact_name(other));
	}
	assert_string_equal(sp_fact_name(SP_FACT_CAP_ADD), "cap_add");
	assert_string_equal(sp_fact_flag(SP_FACT_CAP_ADD), "--cap-add");
	assert_null(sp_fact_flag(SP_FACT_IMAGES));
	assert_string_equal(sp_fact_name(SP_FACT_COUNT), "none");
	assert_null(sp_fact_flag(SP_FACT_COUNT));
}

static void
places_are_json_pointers(void **state)
{
	static const struct {
		struct sp_place place;
		const char *expected;
	} cases[] = {
	    {{"/HostConfig/Binds", {NULL, 0}, 0, NULL}, "/HostConfig/Binds/0"},
	    {{"/HostConfig/Mounts", {NULL, 0}, 12, "/Source"}, "/HostConfig/Mounts/12/Source"},
	    {{"/Labels", {"a/b~c", 5}, -1, NULL}, "/Labels/a~1b~0c"},
	    {{"/HostConfig/PortBindings", {"80/tcp", 6}, 1, NULL},
	     "/HostConfig/PortBindings/80~1tcp/1"},
	    {{"/Labels", {"", 0}, -1, NULL}, "/Labels/"},
	    {{"/Image", {NULL, 0}, -1, NULL}, "/Image"},
	    {{NULL, {NULL, 0}, 0, NULL}, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sp_buf out;

		sp_buf_init(&out, &arena, 1000);
		sp_place_print(&cases[i].place, &out);
		assert_string_equal(cstr(sp_buf_str(&out)), cases[i].expected);
	}
}

static void
what_is_not_read_says_so(void **state)
{
	static const struct {
		const char *method, *uri, *body;
		bool unread;
	} cases[] = {
	    {"GET", "/v1.44/containers/json", NULL, false},
	    {"POST", "/v1.44/containers/create", "{\"Image\":\"x\"}", false},
	    {"POST", "/v1.44/services/create", "{}", false},
	    {"POST", "/v1.44/services/create", "{\"TaskTemplate\":{\"Runtime\":\"plugin\"}}",
	     false},
	    {"POST", "/v1.44/services/s/update?rollback=previous", "{}", true},
	    {"POST", "/v1.44/commit?container=c", "{}", false},
	    {"POST", "/v1.44/plugins/pull?remote=x", "[]", false},
	    {"POST", "/v1.44/swarm/init", "{}", false},
	    {"POST", "/v1.44/build", NULL, false},
	    {"POST", "/v1.44/session", NULL, true},
	    {"POST", "/v1.44/plugins/create?name=x", NULL, true},
	    {"GET", "/v1.44/something/new", NULL, false},
	    {"POST", "/v1.44/something/new", NULL, true},
	    {"POST", "/v1.44/containers/create", "{", true},
	    {"POST", "/v1.44/containers/create", NULL, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ask(cases[i].method, cases[i].uri, cases[i].body);
		if (facts.unread != cases[i].unread)
			fail_msg("%s %s: unread is %d", cases[i].method, cases[i].uri,
			         facts.unread);
	}
}

static void
an_action_nobody_decoded_has_no_facts(void **state)
{
	(void)state;
	req = (struct sp_request){0};
	sp_facts_read(&facts, &req, &arena);
	assert_true(facts.unread);
	assert_int_equal(req.fault, SP_FAULT_NONE);
	req.action = (enum sp_action)(SP_ACT_COUNT + 5);
	sp_facts_read(&facts, &req, &arena);
	assert_true(facts.unread);
}

static void
the_answer_carries_no_body_to_read(void **state)
{
	(void)state;
	read_message(&req, "POST", "/v1.44/containers/create", "\"Content-Length\":\"2\"", "{}",
	             true);
	sp_facts_read(&facts, &req, &arena);
	assert_int_equal(req.fault, SP_FAULT_NONE);
	assert_true(facts.unread);
}

static void
a_request_that_asks_for_too_much(void **state)
{
	struct sp_buf list;

	(void)state;
	sp_buf_init(&list, &arena, 1u << 20);
	sp_buf_addz(&list, "\"GroupAdd\":[\"a\"");
	for (int i = 0; i < 11000; i++)
		sp_buf_addz(&list, ",\"a\"");
	sp_buf_addz(&list, "]");
	assert_string_equal(create(cstr(sp_buf_str(&list))),
	                    "malformed: it asks for more than 10000 things");
	assert_true(facts.unread);
}

/* Whatever does not fit into the request's memory is refused, at every size. */
static void
a_full_arena_is_a_refusal(void **state)
{
	static const char body[] =
	    "{\"Image\":\"r.example.com/a/"
	    "b\",\"Labels\":{\"a\":\"b\"},\"HostConfig\":{\"Binds\":[\"/a/../b:/c\"],"
	    "\"CapAdd\":[\"no_such\"],\"PortBindings\":{\"80/tcp\":[{\"HostIp\":\"::1\"}]},"
	    "\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"/x\",\"Target\":\"/y\"}],\"Future\":1}}";
	static const struct sp_json_limits limits = {1 << 20, 10000, 64};
	bool passed = false;

	(void)state;
	for (size_t cap = 0; cap < 60000 && !passed; cap += 100) {
		struct sp_arena small;
		struct sp_json_error err;
		char text[sizeof(body)];

		memcpy(text, body, sizeof(body));
		sp_arena_init(&small, cap);
		req = (struct sp_request){.action = SP_ACT_CONTAINER_CREATE,
		                          .body_kind = SP_BODY_JSON};
		if (sp_json_parse(&req.json, text, sizeof(body) - 1, &limits, &small, &err) == 0) {
			sp_facts_read(&facts, &req, &small);
			passed = req.fault == SP_FAULT_NONE;
			assert_int_equal(passed, !small.full);
			assert_int_equal(passed, !facts.unread);
		}
		sp_arena_fini(&small);
	}
	assert_true(passed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_fact_has_a_name),
	    cmocka_unit_test(places_are_json_pointers),
	    cmocka_unit_test(what_is_not_read_says_so),
	    cmocka_unit_test(an_action_nobody_decoded_has_no_facts),
	    cmocka_unit_test(the_answer_carries_no_body_to_read),
	    cmocka_unit_test(a_request_that_asks_for_too_much),
	    cmocka_unit_test(a_full_arena_is_a_refusal),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
