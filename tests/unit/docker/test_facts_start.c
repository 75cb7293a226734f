/* SPDX-License-Identifier: Apache-2.0 */
/* container.start with and without a body, and checkpoints. */
#include "facts_test.h"

#define OLD "/v1.23/containers/c1/start"

static const char *
start(const char *body)
{
	ask("POST", OLD, body);
	return powers();
}

static void
a_start_asks_for_nothing(void **state)
{
	static const char *const uris[] = {"/v1.44/containers/c1/start", "/containers/c1/start",
	                                   OLD};

	(void)state;
	for (size_t i = 0; i < sizeof(uris) / sizeof(uris[0]); i++) {
		for (int blank = 0; blank < 2; blank++) {
			ask("POST", uris[i], blank ? "{}" : NULL);
			assert_string_equal(powers(), "");
			assert_false(facts.unread);
			assert_int_equal(facts.families, 0);
			assert_string_equal(seen(SP_FACT_MEMORY), "-");
		}
	}
}

static void
a_checkpoint_is_a_power_and_its_directory_a_mount(void **state)
{
	(void)state;
	ask("POST", "/v1.44/containers/c1/start?checkpoint=cp1", NULL);
	assert_string_equal(powers(), "checkpoints=cp1");
	ask("POST", "/v1.44/containers/c1/start?checkpoint=cp1&checkpoint-dir=/x/../etc/", NULL);
	assert_string_equal(powers(), "bind=/etc checkpoints=cp1");
	assert_string_equal(shown(SP_FACT_BIND, 0), "--checkpoint-dir /x/../etc/ @?checkpoint-dir");
	ask("POST", "/v1.44/containers/c1/start?checkpoint=cp1&checkpoint-dir=etc", NULL);
	assert_int_equal(req.fault, SP_FAULT_MALFORMED);
	/* the host is asked where it leads */
	ask("GET", "/v1.44/containers/c1/checkpoints?dir=/srv/cp", NULL);
	assert_string_equal(powers(), "bind=/srv/cp checkpoints=c1");
	assert_non_null(facts.host_paths);
	assert_string_equal(shown(SP_FACT_CHECKPOINTS, 0), "docker checkpoint ls c1 @{name}");
	ask("GET", "/v1.44/containers/c1/checkpoints", NULL);
	assert_string_equal(powers(), "checkpoints=c1");
	/* dockerd removes DIR/ID with all that is in it */
	ask("DELETE", "/v1.44/containers/c1/checkpoints/passwd?dir=/etc", NULL);
	assert_string_equal(powers(), "bind=/etc checkpoints=c1");
	ask("POST", "/v1.44/containers/c1/checkpoints",
	    "{\"CheckpointID\":\"cp1\",\"CheckpointDir\":\"/srv//cp\",\"Exit\":true}");
	assert_string_equal(powers(), "bind=/srv/cp checkpoints=c1");
	assert_string_equal(shown(SP_FACT_BIND, 0), "--checkpoint-dir /srv//cp @/CheckpointDir");
	ask("POST", "/v1.44/containers/c1/checkpoints", "{\"checkpointid\":\"cp1\",\"New\":1}");
	assert_string_equal(powers(), "checkpoints=c1 unknown_fields=/New");
	ask("POST", "/v1.44/containers/c1/checkpoints", NULL);
	assert_int_equal(req.fault, SP_FAULT_BODY);
	ask("POST", "/v1.44/containers/c1/checkpoints",
	    "{\"CheckpointDir\":\"/a\",\"checkpointdir\":\"/b\"}");
	assert_int_equal(req.fault, SP_FAULT_MALFORMED);
}

/* 20.10 below API 1.24: wrapped and bare, it is the host configuration of a create. */
static void
an_old_start_brings_a_host_configuration(void **state)
{
	static const struct {
		const char *body, *powers, *memory;
	} cases[] = {
	    {"{\"HostConfig\":{\"PidMode\":\"host\",\"Binds\":[\"/etc:/h:ro\"]}}",
	     "bind=/etc:ro host_namespaces=pid checkpoints=at start", "unset"},
	    {"{\"Privileged\":true,\"Memory\":1000000000}", "privileged=0 checkpoints=at start",
	     "1000000000"},
	    {"{\"hostconfig\":{\"privileged\":true}}", "privileged=0 checkpoints=at start",
	     "unset"},
	    {"{\"HostConfig\":null,\"CapAdd\":\"ALL\"}", "cap_add=ALL checkpoints=at start",
	     "unset"},
	    {"{\"NetworkMode\":\"container:x\",\"VolumesFrom\":[\"y\"]}",
	     "volumes_from=y>y join_namespaces=x>network checkpoints=at start", "unset"},
	    /* whatever stands in it, the limits of the create are gone */
	    {"{\"HostConfig\":{}}", "checkpoints=at start", "unset"},
	    {"{\"Memory\":null}", "checkpoints=at start", "unset"},
	    {"{\"Cpuset\":\"0\"}", "checkpoints=at start", "unset"},
	    /* the rest of the wrapper is not read at a start */
	    {"{\"Image\":\"x\",\"User\":\"0\",\"NetworkingConfig\":{\"EndpointsConfig\":{\"n\":{}}}"
	     "}",
	     "checkpoints=at start", "unset"},
	    {"{\"Future\":1}", "checkpoints=at start unknown_fields=/Future", "unset"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_string_equal(start(cases[i].body), cases[i].powers);
		assert_false(facts.unread);
		assert_int_equal(facts.families, SP_FOR_CREATE);
		assert_string_equal(seen(SP_FACT_MEMORY), cases[i].memory);
		assert_string_equal(seen(SP_FACT_IMAGES), "unknowable");
		assert_string_equal(seen(SP_FACT_USER), "unknowable");
		assert_string_equal(seen(SP_FACT_NAME), "unknowable");
		assert_string_equal(seen(SP_FACT_HEALTHCHECK), "unknowable");
	}
}

static void
what_an_old_start_may_not_say(void **state)
{
	static const char *const bad[] = {
	    "{\"HostConfig\":{},\"Memory\":5}",
	    "{\"HostConfig\":{},\"Privileged\":false}",
	    "{\"Privileged\":false,\"privileged\":true}",
	    "{\"HostConfig\":{\"Ulimits\":[null]}}",
	    "{\"Privileged\":1}",
	    "{\"PidMode\":\"Host\"}",
	    "[]",
	    "{",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		start(bad[i]);
		if (req.fault != SP_FAULT_MALFORMED || !facts.unread)
			fail_msg("%s: %s", bad[i], powers());
	}
	/* no version of dockerd takes one from API 1.24 on */
	ask("POST", "/v1.24/containers/c1/start", "{\"HostConfig\":{}}");
	assert_int_equal(req.fault, SP_FAULT_MALFORMED);
	ask("POST", "/containers/c1/start", "{\"HostConfig\":{}}");
	assert_int_equal(req.fault, SP_FAULT_MALFORMED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_start_asks_for_nothing, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_checkpoint_is_a_power_and_its_directory_a_mount,
	                                    setup, teardown),
	    cmocka_unit_test_setup_teardown(an_old_start_brings_a_host_configuration, setup,
	                                    teardown),
	    cmocka_unit_test_setup_teardown(what_an_old_start_may_not_say, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
