/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Secrets, configs, nodes, the swarm itself, volume.update, container.commit, and bodies only
 * unknown_fields speaks about.
 */
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

static void
the_swarm_itself_has_one_power(void **state)
{
	static const char *const plain[][2] = {
	    {"/v1.44/swarm/init",
	     "{\"ListenAddr\":\"0.0.0.0:2377\",\"AdvertiseAddr\":\"\",\"ForceNewCluster\":true,"
	     "\"Spec\":{\"Labels\":null,\"Orchestration\":{},\"Raft\":{\"ElectionTick\":0},"
	     "\"Dispatcher\":{},\"CAConfig\":{\"ExternalCAs\":[{\"URL\":\"https://a\"}]},"
	     "\"TaskDefaults\":{},\"EncryptionConfig\":{\"AutoLockManagers\":false}},"
	     "\"DefaultAddrPool\":[\"10.0.0.0/8\"],\"SubnetSize\":24}"},
	    {"/v1.44/swarm/join", "{\"RemoteAddrs\":[\"a:2377\"],\"JoinToken\":\"SWMTKN-1\"}"},
	    {"/v1.44/swarm/update?version=3&rotateWorkerToken=true",
	     "{\"Name\":\"default\",\"CAConfig\":{\"SigningCAKey\":\"x\",\"ForceRotate\":1}}"},
	    {"/v1.44/swarm/unlock", "{\"UnlockKey\":\"SWMKEY-1\"}"},
	    {"/v1.44/swarm/leave?force=true", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		assert_string_equal(post(plain[i][0], plain[i][1]), "");
		assert_false(facts.unread);
		if (!plain[i][1])
			continue;
		assert_string_equal(post(plain[i][0], "{\"New\":\"x\"}"), "unknown_fields=/New");
		post(plain[i][0], NULL);
		assert_int_equal(req.fault, SP_FAULT_BODY);
		post(plain[i][0], "[]");
		assert_int_equal(req.fault, SP_FAULT_MALFORMED);
	}
	assert_string_equal(
	    post("/v1.44/swarm/init",
	         "{\"Spec\":{\"TaskDefaults\":{\"LogDriver\":{\"Name\":\"gelf\"}}}}"),
	    "log_drivers=gelf");
	assert_string_equal(shown(SP_FACT_LOG_DRIVERS, 0),
	                    "--log-driver gelf @/Spec/TaskDefaults/LogDriver/Name");
	assert_string_equal(post("/v1.44/swarm/update?version=1",
	                         "{\"TaskDefaults\":{\"logdriver\":{\"name\":\"gelf\"}}}"),
	                    "log_drivers=gelf");
	post("/v1.44/swarm/join", "{\"RemoteAddrs\":[\"a\"],\"remoteaddrs\":[\"b\"]}");
	assert_int_equal(req.fault, SP_FAULT_MALFORMED);
}

static void
bodies_of_which_all_is_plain(void **state)
{
	static const char *const plain[][2] = {
	    {"/v1.44/exec/e1/start", "{\"Detach\":true,\"Tty\":true,\"ConsoleSize\":[1,2]}"},
	    {"/v1.44/exec/e1/start", NULL},
	    /* as dockerode sends it */
	    {"/v1.44/exec/e1/start", "{\"hijack\":true,\"stdin\":true,\"abortSignal\":{}}"},
	    {"/v1.44/networks/n/disconnect", "{\"Container\":\"c\",\"Force\":true}"},
	    {"/v1.23/containers/c/copy", "{\"Resource\":\"/etc\"}"},
	};
	static const char *const unknown[] = {
	    "/v1.44/exec/e1/start", "/v1.44/networks/n/disconnect", "/v1.23/containers/c/copy"};

	(void)state;
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		assert_string_equal(post(plain[i][0], plain[i][1]), "");
		assert_false(facts.unread);
	}
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		assert_string_equal(post(unknown[i], "{\"New\":1}"), "unknown_fields=/New");
	ask("GET", "/v1.44/containers/c/archive?path=/etc", NULL);
	assert_string_equal(powers(), "");
	assert_false(facts.unread);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(secrets_and_configs_have_names_and_labels, setup,
	                                    teardown),
	    cmocka_unit_test_setup_teardown(a_node_is_bound_and_nothing_else, setup, teardown),
	    cmocka_unit_test_setup_teardown(only_cluster_volumes_are_updated, setup, teardown),
	    cmocka_unit_test_setup_teardown(the_swarm_itself_has_one_power, setup, teardown),
	    cmocka_unit_test_setup_teardown(bodies_of_which_all_is_plain, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_commit_gives_a_name_or_none, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
