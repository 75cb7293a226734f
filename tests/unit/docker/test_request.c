/* SPDX-License-Identifier: Apache-2.0 */
/* test_request.c: the rules about bodies, and how the parts of sp_request_read fit together. */
#include "message.h"

#define CL(n) "\"Content-Length\":\"" #n "\""
#define CT(t) "\"Content-Type\":\"" t "\""
#define JSON CT("application/json")
#define FORM CT("application/x-www-form-urlencoded")

struct c {
	const char *method, *uri, *headers, *body;
	enum sp_fault fault;
};

static void
check(const struct c *c, size_t n, const char *action)
{
	struct sp_request req;

	for (size_t i = 0; i < n; i++) {
		read_message(&req, c[i].method, c[i].uri, c[i].headers, c[i].body, false);
		if (req.fault != c[i].fault)
			fail_msg("%s %s {%s} %s: %s '%.*s'", c[i].method, c[i].uri,
			         c[i].headers ? c[i].headers : "", c[i].body ? c[i].body : "-",
			         fault_name(req.fault), SP_FMT(req.why));
		assert_int_equal(req.why.len > 0, c[i].fault != SP_FAULT_NONE);
		if (action)
			assert_string_equal(action_name(&req), action);
	}
}
#define CHECK(cases, action) check(cases, sizeof(cases) / sizeof(cases[0]), action)

/* A form in the body overrides the URL, and dockerd shows it to nobody. */
static void
parameters_come_without_a_body(void **state)
{
	static const char uri[] = "/v1.41/images/a/tag?repo=b&tag=1";
	static const struct c cases[] = {
	    {"POST", uri, CL(0), NULL, SP_FAULT_NONE},
	    {"POST", uri, CL(0) "," CT("text/plain"), NULL, SP_FAULT_NONE},
	    {"POST", uri, CL(0) "," FORM, NULL, SP_FAULT_NONE}, /* truly empty */
	    /* forwarded: the first Content-Type is JSON whatever the last says, so it is no form */
	    {"POST", uri, CL(8) "," JSON, "{\"t\":10}", SP_FAULT_NONE},
	    {"POST", uri, CL(2) "," JSON, "{}", SP_FAULT_NONE},
	    {"POST", uri, CL(2) "," FORM, "{}", SP_FAULT_NONE},
	    {"POST", uri, JSON, "{}", SP_FAULT_NONE},
	    {"POST", uri, CL(6) "," JSON, "repo=b", SP_FAULT_NONE},
	    {"POST", uri, NULL, NULL, SP_FAULT_BODY}, /* may be chunked */
	    {"POST", uri, CT("text/plain"), NULL, SP_FAULT_BODY},
	    {"POST", uri, JSON, NULL, SP_FAULT_BODY},
	    {"POST", uri, CL(6) "," CT("text/plain"), NULL, SP_FAULT_BODY},
	    {"POST", uri, CL(6), NULL, SP_FAULT_BODY},
	    {"POST", uri, CL(00), NULL, SP_FAULT_BODY},
	    {"POST", uri, CL(+0), NULL, SP_FAULT_BODY},
	    {"POST", uri, CL(-0), NULL, SP_FAULT_BODY},
	    {"POST", uri, "\"Content-Length\":\" 0\"", NULL, SP_FAULT_BODY},
	    {"POST", uri, CL(6) "," FORM, NULL, SP_FAULT_MALFORMED},
	    {"POST", uri, FORM, NULL, SP_FAULT_MALFORMED},
	    {"POST", uri, CL(6) "," CT("Application/X-WWW-Form-URLencoded; a=b"), NULL,
	     SP_FAULT_MALFORMED},
	    {"POST", uri, CL(6) "," CT("Multipart/Form-Data; boundary=x"), NULL,
	     SP_FAULT_MALFORMED},
	    {"POST", uri, CL(3) "," JSON, "{}", SP_FAULT_MALFORMED},
	    {"POST", uri, CL(0) "," JSON, "{}", SP_FAULT_MALFORMED},
	    {"POST", uri, CL(02) "," JSON, "{}", SP_FAULT_MALFORMED},
	};

	(void)state;
	CHECK(cases, "image.tag");
}

/* 20.10, API below 1.24: such a body replaces what the container was created with; it is read. */
static void
start_takes_a_body_in_old_versions(void **state)
{
	static const char uri[] = "/v1.23/containers/a/start";
	static const struct c cases[] = {
	    {"POST", uri, CL(0), NULL, SP_FAULT_NONE},
	    {"POST", uri, CL(2) "," JSON, "{}", SP_FAULT_NONE},
	    {"POST", uri, JSON, "{}", SP_FAULT_NONE}, /* chunked: no field, so nothing changes */
	    {"POST", uri, CL(8) "," JSON, "{}      ", SP_FAULT_NONE},
	    {"POST", uri, CL(7) "," JSON, " null\r\n", SP_FAULT_NONE},
	    {"POST", uri, CL(7) "," JSON, "{\"a\":1}", SP_FAULT_NONE},
	    {"POST", uri, CL(19) "," JSON, "{\"Privileged\":true}", SP_FAULT_NONE},
	    {"POST", uri, JSON, "{\"Privileged\":true}", SP_FAULT_NONE},
	    {"POST", uri, CL(2) "," JSON, "[]", SP_FAULT_MALFORMED},
	    {"POST", uri, CL(2) "," JSON, "}{", SP_FAULT_MALFORMED},
	    {"POST", uri, NULL, NULL, SP_FAULT_BODY},
	    {"POST", uri, CL(19) "," CT("text/plain"), NULL, SP_FAULT_BODY},
	};

	(void)state;
	CHECK(cases, "container.start");
}

/* Everybody else answers 400 to more than 7 bytes. */
static void
start_takes_nothing_but_an_empty_object(void **state)
{
	static const char uri[] = "/v1.24/containers/a/start";
	static const struct c cases[] = {
	    {"POST", "/containers/a/start", CL(19) "," JSON, "{\"Privileged\":true}",
	     SP_FAULT_MALFORMED},
	    {"POST", uri, CL(0), NULL, SP_FAULT_NONE},
	    {"POST", uri, CL(2) "," JSON, "{}", SP_FAULT_NONE},
	    {"POST", uri, CL(3) "," JSON, "{}\n", SP_FAULT_NONE},
	    {"POST", uri, CL(4) "," JSON, "null", SP_FAULT_NONE},
	    {"POST", uri, CL(7) "," JSON, " null\r\n", SP_FAULT_NONE},
	    {"POST", uri, JSON, "{}", SP_FAULT_MALFORMED}, /* chunked: read, not ignored */
	    {"POST", uri, CL(8) "," JSON, "{}      ", SP_FAULT_MALFORMED},
	    {"POST", uri, CL(7) "," JSON, "{\"a\":1}", SP_FAULT_MALFORMED},
	    {"POST", uri, CL(2) "," JSON, "[]", SP_FAULT_MALFORMED},
	    {"POST", uri, CL(2) "," JSON, "}{", SP_FAULT_MALFORMED},
	    {"POST", uri, CL(19) "," JSON, "{\"Privileged\":true}", SP_FAULT_MALFORMED},
	    {"POST", uri, NULL, NULL, SP_FAULT_BODY},
	    {"POST", uri, CL(19) "," CT("text/plain"), NULL, SP_FAULT_BODY},
	};

	(void)state;
	CHECK(cases, "container.start");
}

static void
reading_requests_carry_nothing(void **state)
{
	static const struct c cases[] = {
	    {"GET", "/info", NULL, NULL, SP_FAULT_NONE},
	    {"GET", "/info", CL(0), NULL, SP_FAULT_NONE},
	    {"GET", "/info", JSON, NULL, SP_FAULT_NONE},
	    {"GET", "/info", CL(2) "," JSON, "{}", SP_FAULT_NONE},
	    {"GET", "/info", JSON, "null", SP_FAULT_NONE},
	    {"HEAD", "/_ping", CL(0), NULL, SP_FAULT_NONE},
	    {"DELETE", "/v1.41/containers/a?force=1", CL(0), NULL, SP_FAULT_NONE},
	    {"OPTIONS", "/x", NULL, NULL, SP_FAULT_NONE},
	    {"GET", "/v1.41/containers/a/attach/ws", NULL, NULL, SP_FAULT_NONE},
	    {"GET", "/no/such", CL(0), NULL, SP_FAULT_NONE},
	    {"GET", "/info", CL(5), NULL, SP_FAULT_MALFORMED},
	    {"GET", "/info", FORM, NULL, SP_FAULT_MALFORMED},
	    {"GET", "/v1.41/containers/a/json", CT("multipart/form-data; boundary=x"), NULL,
	     SP_FAULT_MALFORMED},
	    {"GET", "/info", CL(7) "," JSON, "{\"a\":1}", SP_FAULT_MALFORMED},
	    {"GET", "/info", CL(2) "," FORM, "{}", SP_FAULT_MALFORMED},
	    {"GET", "/info", CL(3) "," JSON, "{}", SP_FAULT_MALFORMED},
	    {"HEAD", "/_ping", CL(1), NULL, SP_FAULT_MALFORMED},
	    {"DELETE", "/v1.41/containers/a", CL(7), NULL, SP_FAULT_MALFORMED},
	    {"DELETE", "/v1.41/containers/a", FORM, NULL, SP_FAULT_MALFORMED},
	    {"OPTIONS", "/x", CL(7), NULL, SP_FAULT_MALFORMED},
	    {"GET", "/v1.41/containers/a/attach/ws", CL(3), NULL, SP_FAULT_MALFORMED},
	    {"GET", "/no/such", CL(3), NULL, SP_FAULT_MALFORMED},
	};

	(void)state;
	CHECK(cases, NULL);
}

static void
json_actions_need_a_body_that_was_shown(void **state)
{
	static const char uri[] = "/v1.41/containers/create";
	static const struct c cases[] = {
	    {"POST", uri, CL(2) "," JSON, "{}", SP_FAULT_NONE},
	    {"POST", uri, JSON, "{}", SP_FAULT_NONE}, /* chunked, forwarded */
	    {"POST", uri, CL(2) "," FORM, "{}", SP_FAULT_NONE},
	    {"POST", uri, CL(4) "," JSON, " {}\n", SP_FAULT_NONE},
	    {"POST", uri, NULL, NULL, SP_FAULT_BODY},
	    {"POST", uri, CL(0), NULL, SP_FAULT_BODY},
	    {"POST", uri, CL(0) "," JSON, NULL, SP_FAULT_BODY},
	    {"POST", uri, CL(2000000) "," JSON, NULL, SP_FAULT_BODY},
	    {"POST", uri, JSON, "", SP_FAULT_BODY},
	    {"POST", uri, CL(1) "," JSON, "{}", SP_FAULT_MALFORMED},
	    {"POST", uri, CL(2) "," JSON, "[]", SP_FAULT_MALFORMED},
	    {"POST", uri, CL(4) "," JSON, "null", SP_FAULT_MALFORMED},
	    {"POST", uri, CL(2) "," JSON, "\"\"", SP_FAULT_MALFORMED},
	    {"POST", uri, CL(3) "," JSON, "{}}", SP_FAULT_MALFORMED},
	    {"POST", uri, CL(4) "," JSON, "{}{}", SP_FAULT_MALFORMED},
	    {"POST", uri, CL(8) "," JSON, "{\"a\":01}", SP_FAULT_MALFORMED},
	    {"POST", uri, CL(1) "," JSON, " ", SP_FAULT_MALFORMED},
	};
	static const struct c lists[] = {
	    {"POST", "/plugins/pull?remote=x", CL(2) "," JSON, "[]", SP_FAULT_NONE},
	    {"POST", "/plugins/x/upgrade", CL(2) "," JSON, "[]", SP_FAULT_NONE},
	    {"POST", "/plugins/x/set", CL(5) "," JSON, "[\"a\"]", SP_FAULT_NONE},
	    {"POST", "/plugins/x/set", CL(2) "," JSON, "{}", SP_FAULT_MALFORMED},
	    {"POST", "/plugins/x/set", CL(5) "," CT("text/plain"), NULL, SP_FAULT_BODY},
	    {"PUT", "/volumes/x?version=1", CL(2) "," JSON, "{}", SP_FAULT_NONE},
	    {"PUT", "/volumes/x?version=1", CL(2), NULL, SP_FAULT_BODY},
	};
	struct sp_request req;

	(void)state;
	CHECK(cases, "container.create");
	CHECK(lists, NULL);
	read_message(&req, "POST", uri, CL(15) "," JSON, "{\"Image\":\"a:b\"}", false);
	assert_int_equal(req.json.n_tok, 4);
	assert_true(sp_str_is(sp_json_str(&req.json, SP_JSON_DOC + 2), "a:b"));
	read_message(&req, "POST", uri, CL(2) "," JSON, "[]", false);
	assert_int_equal(req.json.n_tok, 0); /* nobody may look into what was refused */
}

static void
commit_and_exec_start_may_be_empty(void **state)
{
	static const struct c cases[] = {
	    {"POST", "/v1.41/commit?container=a", CL(0), NULL, SP_FAULT_NONE},
	    {"POST", "/v1.41/commit?container=a", CL(4) "," JSON, "null", SP_FAULT_NONE},
	    {"POST", "/v1.41/commit?container=a&changes=a&changes=b", CL(2) "," JSON, "{}",
	     SP_FAULT_NONE},
	    {"POST", "/v1.41/exec/a/start", CL(0), NULL, SP_FAULT_NONE},
	    {"POST", "/v1.41/exec/a/start", CL(16) "," JSON, "{\"Detach\":false}", SP_FAULT_NONE},
	    {"POST", "/v1.41/commit?container=a", NULL, NULL, SP_FAULT_BODY},
	    {"POST", "/v1.41/commit?container=a", CL(9) "," CT("text/plain"), NULL, SP_FAULT_BODY},
	    {"POST", "/v1.41/commit?container=a", CL(2) "," JSON, "[]", SP_FAULT_MALFORMED},
	    {"POST", "/v1.41/commit?container=a&container=b", CL(0), NULL, SP_FAULT_MALFORMED},
	    {"POST", "/v1.41/exec/a/start", NULL, NULL, SP_FAULT_BODY},
	    {"POST", "/v1.41/exec/a/start", CL(16), NULL, SP_FAULT_BODY},
	    {"POST", "/v1.41/exec/a/start", CL(4) "," JSON, "null", SP_FAULT_MALFORMED},
	};

	(void)state;
	CHECK(cases, NULL);
}

/* Not shown to the plugin and not judged: but a form is no tar file. */
static void
streams_are_not_looked_at(void **state)
{
	static const struct c cases[] = {
	    {"POST", "/v1.41/build?t=a&t=b", CT("application/x-tar"), NULL, SP_FAULT_NONE},
	    {"POST", "/v1.41/build?remote=x", CL(0), NULL, SP_FAULT_NONE},
	    {"POST", "/v1.41/images/load", CL(1024) "," CT("application/x-tar"), NULL,
	     SP_FAULT_NONE},
	    {"PUT", "/v1.41/containers/a/archive?path=/", CT("text/plain"), NULL, SP_FAULT_NONE},
	    {"POST", "/plugins/create?name=a", NULL, NULL, SP_FAULT_NONE},
	    {"POST", "/session", CT("x/y"), NULL, SP_FAULT_NONE},
	    {"POST", "/grpc", NULL, NULL, SP_FAULT_NONE},
	    {"POST", "/no/such", FORM, NULL, SP_FAULT_NONE},
	    {"PATCH", "/no/such", CL(1) "," JSON, "{", SP_FAULT_NONE},
	    {"POST", "/v1.41/containers/a/attach?stream=1", CL(0) "," CT("text/plain"), NULL,
	     SP_FAULT_NONE},
	    {"POST", "/v1.41/build", FORM, NULL, SP_FAULT_MALFORMED},
	    {"POST", "/v1.41/build", CT("multipart/form-data; boundary=x"), NULL,
	     SP_FAULT_MALFORMED},
	    {"PUT", "/v1.41/containers/a/archive?path=/", CL(9) "," FORM, NULL, SP_FAULT_MALFORMED},
	    {"PUT", "/v1.41/containers/a/archive?path=/&path=/etc", NULL, NULL, SP_FAULT_MALFORMED},
	    {"POST", "/v1.41/containers/a/attach?stream=1", NULL, NULL, SP_FAULT_BODY},
	    {"POST", "/v1.41/containers/a/attach", CL(6) "," FORM, NULL, SP_FAULT_MALFORMED},
	};

	(void)state;
	CHECK(cases, NULL);
}

static void
the_query_tells_pull_from_import(void **state)
{
	static const struct {
		const char *uri, *headers;
		const char *action;
		enum sp_fault fault;
	} cases[] = {
	    {"/images/create?fromImage=a&tag=1", CL(0), "image.pull", SP_FAULT_NONE},
	    {"/images/create?tag=1&from%49mage=a", CL(0), "image.pull", SP_FAULT_NONE},
	    {"/images/create?fromImage=+", CL(0), "image.pull", SP_FAULT_NONE},
	    {"/images/create?fromImage=a&fromSrc=-", CL(0), "image.pull", SP_FAULT_NONE},
	    {"/images/create?fromImage=a", NULL, "image.pull", SP_FAULT_BODY},
	    {"/images/create?fromImage=a", CL(9) "," FORM, "image.pull", SP_FAULT_MALFORMED},
	    {"/images/create?fromSrc=-&repo=a", NULL, "image.import", SP_FAULT_NONE},
	    {"/images/create?fromSrc=-&changes=a&changes=b", NULL, "image.import", SP_FAULT_NONE},
	    {"/images/create?fromSrc=-&fromImage=", NULL, "image.import", SP_FAULT_NONE},
	    {"/images/create?fromimage=a", NULL, "image.import", SP_FAULT_NONE},
	    {"/images/create", NULL, "image.import", SP_FAULT_NONE},
	    /* the form would make it a pull */
	    {"/images/create?fromSrc=-", CL(9) "," FORM, "image.import", SP_FAULT_MALFORMED},
	    {"/images/create?fromImage=&fromImage=a", CL(0), "image.import", SP_FAULT_MALFORMED},
	    {"/images/create?fromImage=a&changes=b&changes=c", CL(0), "image.pull",
	     SP_FAULT_MALFORMED},
	};
	struct sp_request req;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		read_message(&req, "POST", cases[i].uri, cases[i].headers, NULL, false);
		if (req.fault != cases[i].fault)
			fail_msg("%s: %s", cases[i].uri, fault_name(req.fault));
		assert_string_equal(action_name(&req), cases[i].action);
		assert_int_equal(req.body_kind,
		                 req.action == SP_ACT_IMAGE_PULL ? SP_BODY_NONE : SP_BODY_TAR);
	}
}

static void
paths_nobody_knows_are_unknown(void **state)
{
	static const char *const cases[][3] = {
	    {"GET", "/v1.99/new/thing", "unknown.read"},
	    {"HEAD", "/containers/json", "unknown.read"},
	    {"POST", "/v1.99/new/thing", "unknown.write"},
	    {"PATCH", "/containers/a/update", "unknown.write"},
	    {"DELETE", "/new", "unknown.write"},
	    {"post", "/containers/create", "unknown.write"},
	    {"get", "/info", "unknown.write"},
	};
	struct sp_request req;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		read_message(&req, cases[i][0], cases[i][1], NULL, NULL, false);
		assert_int_equal(req.fault, SP_FAULT_NONE);
		assert_string_equal(action_name(&req), cases[i][2]);
	}
	read_message(&req, "POST", "/new", CL(3) "," JSON, "{]}", false);
	assert_int_equal(req.fault, SP_FAULT_NONE);
	assert_int_equal(req.json.n_tok, 0);
	read_message(&req, "POST", "/new", CL(4) "," JSON, "{]}", false);
	assert_int_equal(req.fault, SP_FAULT_MALFORMED);
}

static bool
has_bytes(struct sp_str text, const char *needle)
{
	return memmem(text.p, text.len, needle, strlen(needle)) != NULL;
}

/* Debian's 20.10 forwards the password of a login. */
static void
credentials_are_forgotten(void **state)
{
	static const char secret[] = "{\"username\":\"u\",\"password\":\"hunter2\"}";
	const struct sp_str encoded = base64(SP_STR(secret));
	const char *text = sp_arena_printf(&arena,
	                                   "{\"RequestMethod\":\"POST\",\"RequestUri\":\"%s\","
	                                   "\"RequestBody\":\"%.*s\",\"RequestHeaders\":{%s}}",
	                                   "/v1.41/auth", SP_FMT(encoded), CL(99) "," JSON);
	struct sp_request req;

	(void)state;
	for (int response = 0; response < 2; response++) {
		struct sp_str copy = sp_arena_dup(&arena, sp_strz(text));

		sp_request_read(&req, (char *)(uintptr_t)copy.p, copy.len, response, &arena);
		assert_int_equal(req.fault, SP_FAULT_NONE);
		assert_string_equal(action_name(&req), "registry.login");
		assert_false(req.has_body);
		assert_int_equal(req.body.len, 0);
		assert_int_equal(req.json.n_tok, 0);
		assert_false(has_bytes(copy, cstr(encoded)));
		assert_false(has_bytes(copy, "hunter2"));
	}
	read_message(&req, "POST", "/v1.41/auth", CL(62) "," JSON, NULL, false);
	assert_int_equal(req.fault, SP_FAULT_NONE);
	read_message(&req, "POST", "/v1.41/images/a/push", CL(37) "," JSON, secret, false);
	assert_int_equal(req.fault, SP_FAULT_NONE);
	assert_false(req.has_body);
	assert_int_equal(req.body.len, 0);
}

/* The answer to a request is read for its envelope and route; bodies stay as they are. */
static void
responses_are_routed_and_no_more(void **state)
{
	struct sp_request req;

	(void)state;
	read_message(&req, "POST", "/v1.41/containers/create?name=a", CL(9) "," FORM, "{]", true);
	assert_int_equal(req.fault, SP_FAULT_NONE);
	assert_true(req.is_response);
	assert_int_equal(req.status, 201);
	assert_string_equal(action_name(&req), "container.create");
	assert_true(sp_str_is(sp_query_get(&req.query, "name"), "a"));
	assert_false(req.has_body);
	assert_int_equal(req.json.n_tok, 0);
	read_message(&req, "POST", "/v1.41/images/create?fromSrc=-", NULL, NULL, true);
	assert_string_equal(action_name(&req), "image.import");
	read_message(&req, "GET", "http://x/info", NULL, NULL, true);
	assert_int_equal(req.fault, SP_FAULT_MALFORMED);
	read_text(&req, SP_STR(""), true);
	assert_int_equal(req.fault, SP_FAULT_UNREADABLE);
}

static void
faults_are_told_in_their_order(void **state)
{
	struct sp_request req;

	(void)state;
	/* the version before the query before the body; the action is known for the message */
	read_message(&req, "POST", "/v1/containers/create?name=1&name=2", NULL, NULL, false);
	assert_int_equal(req.fault, SP_FAULT_VERSION);
	assert_string_equal(action_name(&req), "container.create");
	read_message(&req, "POST", "/containers/create?name=1&name=2", NULL, NULL, false);
	assert_int_equal(req.fault, SP_FAULT_MALFORMED);
	assert_true(has_bytes(req.why, "twice"));
	/* the first one stays */
	sp_request_fail(&req, SP_FAULT_BODY, &arena, "%s", "other");
	assert_int_equal(req.fault, SP_FAULT_MALFORMED);
	assert_true(has_bytes(req.why, "twice"));
	read_text(
	    &req,
	    SP_STR("{\"RequestMethod\":\"POST\",\"RequestUri\":\"/info\",\"RequestBody\":\"e3=\"}"),
	    false);
	assert_int_equal(req.fault, SP_FAULT_UNREADABLE);
	/* nothing was decoded: nothing is allowed */
	read_message(&req, "GET", "/x/../info", NULL, NULL, false);
	assert_int_equal(req.action, SP_ACT_NONE);
}

/* Whatever the amount of memory, the answer is a fault or the same as with all of it. */
static void
a_full_arena_is_a_refusal(void **state)
{
	static const char body[] =
	    "{\"Image\":\"a\",\"HostConfig\":{\"Binds\":[\"/a:/b\",\"/c:/d\"]}}";
	const struct sp_str encoded = base64(SP_STR(body));
	const char *text = sp_arena_printf(
	    &arena,
	    "{\"RequestMethod\":\"POST\",\"RequestUri\":\"/v1.41/containers%%2Fcreate?name=%%61\","
	    "\"RequestBody\":\"%.*s\",\"RequestHeaders\":{" JSON "}}",
	    SP_FMT(encoded));
	struct sp_request req;
	size_t n_ok = 0, n_refused = 0;

	(void)state;
	for (size_t cap = 0; cap < 32768; cap += 64) {
		struct sp_str copy = sp_arena_dup(&arena, sp_strz(text));
		struct sp_arena small;

		sp_arena_init(&small, cap);
		sp_request_read(&req, (char *)(uintptr_t)copy.p, copy.len, false, &small);
		if (req.fault == SP_FAULT_NONE) {
			assert_false(small.full);
			assert_int_equal(req.action, SP_ACT_CONTAINER_CREATE);
			assert_true(sp_str_is(sp_query_get(&req.query, "name"), "a"));
			assert_true(req.json.n_tok > 8);
			n_ok++;
		} else {
			assert_true(req.why.len > 0);
			n_refused++;
		}
		sp_arena_fini(&small);
	}
	assert_true(n_ok > 10 && n_refused > 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(parameters_come_without_a_body, setup, teardown),
	    cmocka_unit_test_setup_teardown(start_takes_a_body_in_old_versions, setup, teardown),
	    cmocka_unit_test_setup_teardown(start_takes_nothing_but_an_empty_object, setup,
	                                    teardown),
	    cmocka_unit_test_setup_teardown(reading_requests_carry_nothing, setup, teardown),
	    cmocka_unit_test_setup_teardown(json_actions_need_a_body_that_was_shown, setup,
	                                    teardown),
	    cmocka_unit_test_setup_teardown(commit_and_exec_start_may_be_empty, setup, teardown),
	    cmocka_unit_test_setup_teardown(streams_are_not_looked_at, setup, teardown),
	    cmocka_unit_test_setup_teardown(the_query_tells_pull_from_import, setup, teardown),
	    cmocka_unit_test_setup_teardown(paths_nobody_knows_are_unknown, setup, teardown),
	    cmocka_unit_test_setup_teardown(credentials_are_forgotten, setup, teardown),
	    cmocka_unit_test_setup_teardown(responses_are_routed_and_no_more, setup, teardown),
	    cmocka_unit_test_setup_teardown(faults_are_told_in_their_order, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_full_arena_is_a_refusal, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
