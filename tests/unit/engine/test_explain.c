/* SPDX-License-Identifier: Apache-2.0 */
/* test_explain.c: the JSON of a decided question: valid whatever was asked, and it says everything.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "sallyport/explain.h"
#include "sallyport/given.h"
#include "sallyport/record.h"

#define CAP ((size_t)64 << 20)

static struct sp_arena arena;
static struct sp_policy *policy;

/* The file is gone before anybody else could have it. */
static struct sp_policy *
load(const char *text)
{
	char path[] = "/tmp/sallyport-test-explain.XXXXXX";
	int fd = mkstemp(path);
	struct sp_diags diags;
	struct sp_policy *loaded;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	sp_diags_init(&diags, &arena);
	loaded = sp_policy_load(path, &diags);
	unlink(path);
	assert_non_null(loaded);
	return loaded;
}

static int
setup(void **state)
{
	(void)state;
	sp_arena_init(&arena, CAP);
	policy = load("sallyport: 1\n"
	              "allow:\n"
	              "  all: {who: [anyone], do: [all], on: any, may: everything}\n"
	              "deny:\n"
	              "  no-privileged: {uses: {privileged: true}}\n"
	              "  watch-bind: {mode: audit, uses: {bind: any}}\n");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	sp_policy_unref(policy);
	sp_arena_fini(&arena);
	return 0;
}

/* What explain says about an audit line with this body, parsed; `max`: room for the text. */
static json_t *
explain(const char *uri, const char *body, size_t max)
{
	const struct sp_given_path paths[] = {
	    {SP_GIVEN_LINK, {.path = SP_STR("/srv/link"), .resolved = SP_STR("/mnt")}},
	    {SP_GIVEN_DEAD_END, {.path = SP_STR("/srv/loop"), .why = SP_STR("a loop")}},
	};
	const struct sp_given given = {paths, 2};
	struct sp_circumstances how = {.now = 1};
	struct sp_request req;
	struct sp_facts facts = {0};
	struct sp_decision decision;
	struct sp_str message;
	struct sp_buf line, out;
	const char *why = NULL;
	bool response;
	json_t *root;

	sp_buf_init(&line, &arena, CAP);
	sp_buf_addf(
	    &line,
	    "{\"v\":1,\"method\":\"POST\",\"uri\":\"%s\",\"user\":\"anna\",\"auth\":\"TLS\","
	    "\"headers\":{\"Content-Type\":\"application/json\",\"Content-Length\":\"1\"},"
	    "\"request\":%s}",
	    uri, body);
	assert_int_equal(sp_record_read(sp_buf_str(&line), &arena, &message, &response, &why), 0);
	sp_request_read(&req, (char *)(uintptr_t)message.p, message.len, response, &arena);
	if (req.fault == SP_FAULT_NONE)
		sp_facts_read(&facts, &req, &arena);
	sp_given_answer(&facts, &given, &arena);
	sp_decide(policy, &req, &facts, &how, &arena, &decision);
	sp_buf_init(&out, &arena, max);
	sp_explain_json(&out, &req, &facts, &decision);
	if (out.cut)
		return NULL;
	assert_int_equal(out.p[out.len - 1], '\n');
	assert_null(memchr(out.p, '\n', out.len - 1));
	root = json_loadb(out.p, out.len, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	return root;
}

static const char *
text(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static const json_t *
fact(const json_t *root, const char *name)
{
	const json_t *list = json_object_get(root, "facts");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);

		if (strcmp(text(one, "fact"), name) == 0)
			return one;
	}
	fail_msg("no fact %s", name);
	return NULL;
}

static void
every_value_with_its_place(void **state)
{
	json_t *root =
	    explain("/v1.41/containers/create?name=web",
	            "{\"Image\":\"nginx\",\"Labels\":{\"team\":\"blue\"},\"HostConfig\":{"
	            "\"Binds\":[\"/srv/../etc:/e:ro\"],\"Memory\":1024,\"PidsLimit\":-1,"
	            "\"CapDrop\":[\"chown\"]}}",
	            CAP);
	const json_t *one;

	(void)state;
	assert_string_equal(text(root, "method"), "POST");
	assert_string_equal(text(root, "uri"), "/v1.41/containers/create?name=web");
	assert_string_equal(text(root, "user"), "anna");
	assert_string_equal(text(root, "action"), "container.create");
	assert_string_equal(text(root, "api"), "1.41");
	assert_null(json_object_get(root, "fault"));
	assert_null(json_object_get(root, "unread"));
	one = fact(root, "bind");
	assert_string_equal(text(one, "kind"), "power");
	assert_string_equal(text(one, "state"), "set");
	assert_string_equal(text(one, "text"), "/etc");
	assert_string_equal(text(one, "place"), "/HostConfig/Binds/0");
	assert_true(json_is_true(json_object_get(one, "read_only")));
	one = fact(root, "memory");
	assert_string_equal(text(one, "kind"), "value");
	assert_int_equal(json_integer_value(json_object_get(one, "num")), 1024);
	assert_string_equal(text(fact(root, "pids"), "state"), "unlimited");
	assert_string_equal(text(fact(root, "cpus"), "state"), "unset");
	assert_string_equal(text(fact(root, "user"), "state"), "unknown");
	assert_string_equal(text(fact(root, "images"), "text"), "docker.io/library/nginx:latest");
	assert_string_equal(text(fact(root, "images"), "image"), "name");
	assert_string_equal(text(fact(root, "labels"), "key"), "team");
	assert_string_equal(text(fact(root, "name"), "text"), "web");
	assert_string_equal(text(fact(root, "cap_drop"), "text"), "CAP_CHOWN");
	json_decref(root);
}

static void
where_paths_lead(void **state)
{
	json_t *root = explain("/containers/create",
	                       "{\"Image\":\"x\",\"HostConfig\":{\"Binds\":[\"/srv/link/a:/a\"],"
	                       "\"Devices\":[{\"PathOnHost\":\"/srv/loop\"}]}}",
	                       CAP);

	(void)state;
	assert_string_equal(text(fact(root, "bind"), "text"), "/srv/link/a");
	assert_string_equal(text(fact(root, "bind"), "resolved"), "/mnt/a");
	assert_null(json_object_get(fact(root, "bind"), "unresolved"));
	assert_string_equal(text(fact(root, "devices"), "unresolved"), "a loop");
	assert_null(json_object_get(fact(root, "devices"), "resolved"));
	json_decref(root);
}

static void
the_verdict_and_what_objects(void **state)
{
	json_t *root = explain("/containers/create",
	                       "{\"Image\":\"x\",\"HostConfig\":{\"Privileged\":true,"
	                       "\"Binds\":[\"/a:/b\"]}}",
	                       CAP);
	const json_t *list;

	(void)state;
	assert_string_equal(text(root, "decision"), "deny");
	assert_true(json_is_true(json_object_get(root, "would_deny")));
	list = json_object_get(root, "findings");
	assert_int_equal(json_array_size(list), 1);
	assert_string_equal(text(json_array_get(list, 0), "rule"), "no-privileged");
	assert_string_equal(text(json_array_get(list, 0), "key"), "privileged");
	assert_string_equal(text(json_array_get(list, 0), "place"), "/HostConfig/Privileged");
	list = json_object_get(root, "audit_findings");
	assert_int_equal(json_array_size(list), 1);
	assert_string_equal(text(json_array_get(list, 0), "rule"), "watch-bind");
	json_decref(root);

	root = explain("/containers/create", "{\"Image\":\"x\"}", CAP);
	assert_string_equal(text(root, "decision"), "allow");
	assert_true(json_is_false(json_object_get(root, "would_deny")));
	assert_string_equal(text(root, "granted_by"), "all");
	assert_int_equal(json_array_size(json_object_get(root, "findings")), 0);
	json_decref(root);
}

static void
a_refused_request_says_why(void **state)
{
	json_t *root = explain("/containers/create",
	                       "{\"Image\":\"x\",\"HostConfig\":{\"privileged\":1}}", CAP);

	(void)state;
	assert_string_equal(text(root, "fault"), "malformed-request");
	assert_non_null(strstr(text(root, "why"), "privileged"));
	assert_true(json_is_true(json_object_get(root, "unread")));
	assert_string_equal(text(root, "decision"), "deny");
	json_decref(root);
	root = explain("/containers/create", "null", CAP);
	assert_string_equal(text(root, "fault"), "body-missing");
	json_decref(root);
	root = explain("/v9.9.9/containers/create", "{\"Image\":\"x\"}", CAP);
	assert_non_null(text(root, "fault"));
	json_decref(root);
}

/* Everything that came from the client is escaped. */
static void
hostile_text_stays_inside_its_string(void **state)
{
	json_t *root =
	    explain("/containers/create",
	            "{\"Image\":\"\\\"},{\\u001b\\n\",\"Labels\":{\"\\\"\\u2028\":\"\\\\\"}}", CAP);

	(void)state;
	assert_string_equal(text(fact(root, "labels"), "key"), "\"\xe2\x80\xa8");
	assert_string_equal(text(fact(root, "labels"), "text"), "\\");
	assert_string_equal(text(fact(root, "images"), "image"), "invalid");
	json_decref(root);
}

static void
too_little_room_is_told(void **state)
{
	(void)state;
	for (size_t max = 0; max < 600; max += 7)
		assert_null(explain("/containers/create", "{\"Image\":\"x\"}", max));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_value_with_its_place),
	    cmocka_unit_test(where_paths_lead),
	    cmocka_unit_test(the_verdict_and_what_objects),
	    cmocka_unit_test(a_refused_request_says_why),
	    cmocka_unit_test(hostile_text_stays_inside_its_string),
	    cmocka_unit_test(too_little_room_is_told),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
