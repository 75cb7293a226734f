/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets, configs, nodes, volume.update and container.commit. */
#include "facts_test.h"

static const char *
post(const char *uri, const char *body)
{
	ask("POST", uri, body);
	return powers();
}

static void
secrets_and_configs_have_names_and_labels(void **state)
{
	static const char *const uris[] = {"/v1.44/secrets/create", "/v1.44/secrets/s1/update",
	                                   "/v1.44/configs/create", "/v1.44/configs/c1/update"};
	static const char body[] =
	    "{\"Name\":\"prod-db\",\"Labels\":{\"team\":\"blue\"},\"Data\":\"dG9wc2VjcmV0\","
	    "\"Templating\":{\"Name\":\"golang\"}}";

	(void)state;
	for (size_t i = 0; i < sizeof(uris) / sizeof(uris[0]); i++) {
		assert_string_equal(post(uris[i], body), "");
		assert_false(facts.unread);
		assert_string_equal(seen(SP_FACT_NAME), "prod-db");
		assert_string_equal(seen(SP_FACT_LABELS), "team=blue");
		post(uris[i], "{}");
		assert_string_equal(seen(SP_FACT_NAME), "unset");
		assert_string_equal(post(uris[i], "{\"Extra\":1}"), "unknown_fields=/Extra");
		post(uris[i], "{\"Data\":\"***\"}");
		assert_int_equal(req.fault, SP_FAULT_MALFORMED);
		post(uris[i], "{\"Name\":\"a\",\"name\":\"b\"}");
		assert_int_equal(req.fault, SP_FAULT_MALFORMED);
	}
	assert_string_equal(post("/v1.44/secrets/create", "{\"Driver\":{\"Name\":\"vault\"}}"), "");
	/* configs have no driver */
	assert_string_equal(post("/v1.44/configs/create", "{\"Driver\":{\"Name\":\"vault\"}}"),
	                    "unknown_fields=/Driver");
}

static void
a_node_is_bound_and_nothing_else(void **state)
{
	(void)state;
	assert_string_equal(
	    post("/v1.44/nodes/n1/update?version=1",
	         "{\"Role\":\"manager\",\"Availability\":\"drain\",\"Labels\":{\"a\":\"b\"}}"),
	    "");
	assert_false(facts.unread);
	assert_string_equal(seen(SP_FACT_LABELS), "-");
	assert_string_equal(post("/v1.44/nodes/n1/update?version=1", "{\"X\":1}"),
	                    "unknown_fields=/X");
	post("/v1.44/nodes/n1/update?version=1", "{\"Role\":\"worker\",\"role\":\"manager\"}");
	assert_int_equal(req.fault, SP_FAULT_MALFORMED);
}

static void
only_cluster_volumes_are_updated(void **state)
{
	(void)state;
	ask("PUT", "/v1.44/volumes/v1?version=1", "{\"Spec\":{\"Availability\":\"drain\"}}");
	assert_string_equal(powers(), "cluster_volumes=v1");
	assert_false(facts.unread);
	ask("PUT", "/v1.44/volumes/v1?version=1", "{}");
	assert_string_equal(powers(), "cluster_volumes=v1");
	ask("PUT", "/v1.44/volumes/v1?version=1", "{\"Spec\":{\"New\":1}}");
	assert_string_equal(powers(), "cluster_volumes=v1 unknown_fields=/Spec/New");
}

static void
a_commit_gives_a_name_or_none(void **state)
{
	static const struct {
		const char *query, *body, *tags;
	} cases[] = {
	    {"repo=r.example.com/a&tag=1", "{}", "r.example.com/a:1"},
	    {"repo=committed", "null", "docker.io/library/committed:latest"},
	    {"repo=committed%3A2&tag=3", "{\"Env\":[\"A=b\"]}", "docker.io/library/committed:3"},
	    {"repo=Bad", "{}", "Bad(invalid)"},
	    {"container=c1&changes=USER+root&changes=CMD+x", NULL, "-"},
	    {"repo=&tag=1", "{\"HostConfig\":{\"Privileged\":true}}", "-"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *uri = sp_arena_printf(&arena, "/v1.44/commit?%s", cases[i].query);

		assert_string_equal(post(uri, cases[i].body), "");
		assert_false(facts.unread);
		assert_string_equal(seen(SP_FACT_TAGS), cases[i].tags);
	}
	assert_string_equal(post("/v1.44/commit?repo=x", "{\"Future\":1}"),
	                    "unknown_fields=/Future");
	post("/v1.44/commit?repo=x", "{\"Privileged\":true}");
	assert_int_equal(req.fault, SP_FAULT_MALFORMED);
	post("/v1.44/commit?repo=x&repo=y", "{}");
	assert_int_equal(req.fault, SP_FAULT_MALFORMED);
	post("/v1.44/commit?repo=x", "[]");
	assert_int_equal(req.fault, SP_FAULT_MALFORMED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(secrets_and_configs_have_names_and_labels, setup,
	                                    teardown),
	    cmocka_unit_test_setup_teardown(a_node_is_bound_and_nothing_else, setup, teardown),
	    cmocka_unit_test_setup_teardown(only_cluster_volumes_are_updated, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_commit_gives_a_name_or_none, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
