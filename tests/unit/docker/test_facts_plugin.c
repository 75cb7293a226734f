/* SPDX-License-Identifier: Apache-2.0 */
/* plugin.pull, plugin.upgrade, plugin.set, and services that are plugins. */
#include "facts_test.h"

#define PULL "/v1.44/plugins/pull?remote=vieux/sshfs"

static const char *
post(const char *uri, const char *body)
{
	ask("POST", uri, body);
	return powers();
}

static void
a_plugin_is_an_image_of_a_registry(void **state)
{
	static const struct {
		const char *uri, *image, *name;
	} cases[] = {
	    {PULL, "docker.io/vieux/sshfs:latest", "vieux/sshfs"},
	    {PULL "&name=fs", "docker.io/vieux/sshfs:latest", "fs"},
	    {"/v1.44/plugins/pull?remote=r.example.com:5000/a/p:1.2", "r.example.com:5000/a/p:1.2",
	     "r.example.com:5000/a/p:1.2"},
	    {"/v1.44/plugins/pull?remote=Bad%20Name", "Bad Name(invalid)", "Bad Name"},
	    {"/v1.44/plugins/pull", "(invalid)", "unset"},
	    {"/v1.44/plugins/fs:latest/upgrade?remote=evil/fs", "docker.io/evil/fs:latest", "fs"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_string_equal(post(cases[i].uri, "[]"), "");
		assert_false(facts.unread);
		if (cases[i].image[0] != '(')
			assert_string_equal(seen(SP_FACT_IMAGES), cases[i].image);
		else
			assert_non_null(strstr(seen(SP_FACT_IMAGES), cases[i].image));
		assert_string_equal(seen(SP_FACT_NAME), cases[i].name);
	}
	post(PULL "&remote=other/x", "[]");
	assert_int_equal(req.fault, SP_FAULT_MALFORMED);
}

/* dockerd does not compare the first privilege: one that is named may stand for any. */
static void
privileges_are_powers(void **state)
{
	static const struct {
		const char *body, *powers;
	} cases[] = {
	    {"null", ""}, /* as the docker command says "none" */
	    {"[]", ""},
	    {"[{\"Name\":\"network\",\"Description\":\"x\",\"Value\":[\"host\"]}]",
	     "privileged=host host_namespaces=network"},
	    {"[{\"Name\":\"network\",\"Value\":[\"none\"]}]", "privileged=none"},
	    {"[{\"name\":\"mount\",\"value\":[\"/var/lib/docker/plugins/\"]}]",
	     "privileged=/var/lib/docker/plugins/ bind=/var/lib/docker/plugins"},
	    /* no source yet: it is set later, to whatever */
	    {"[{\"Name\":\"mount\",\"Value\":[\"\"]}]", "privileged=0 bind=/"},
	    {"[{\"Name\":\"mount\",\"Value\":[\"../etc\"]}]", "privileged=../etc bind=/"},
	    {"[{\"Name\":\"device\",\"Value\":[\"/dev/fuse\"]}]",
	     "privileged=/dev/fuse devices=/dev/fuse"},
	    {"[{\"Name\":\"capabilities\",\"Value\":[\"CAP_SYS_ADMIN\",\"net_admin\"]}]",
	     "privileged=CAP_SYS_ADMIN cap_add=CAP_SYS_ADMIN,CAP_NET_ADMIN"},
	    {"[{\"Name\":\"allow-all-devices\",\"Value\":[\"true\"]}]",
	     "privileged=true device_cgroup_rules=a *:* rwm"},
	    {"[{\"Name\":\"host pid namespace\",\"Value\":[\"true\"]},"
	     "{\"Name\":\"host ipc namespace\",\"Value\":[\"true\"]}]",
	     "privileged=true,true host_namespaces=pid,ipc"},
	    {"[{\"Name\":\"of a later dockerd\",\"Value\":[]}]", "privileged=0"},
	    {"[{\"Name\":\"network\",\"Value\":[\"none\"],\"Extra\":1}]",
	     "privileged=none unknown_fields=/0/Extra"},
	};
	static const char *const bad[] = {
	    "{}",
	    "[null]",
	    "[{\"Name\":\"mount\",\"name\":\"network\"}]",
	    "[{\"Name\":\"mount\",\"Value\":\"/etc\"}]",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *service = sp_arena_printf(
		    &arena,
		    "{\"TaskTemplate\":{\"Runtime\":\"plugin\",\"PluginSpec\":{\"name\":\"p\","
		    "\"remote\":\"vieux/sshfs\",\"privileges\":%s}}}",
		    cases[i].body);

		assert_string_equal(post(PULL, cases[i].body), cases[i].powers);
		assert_false(facts.unread);
		if (strstr(cases[i].powers, "unknown_fields"))
			continue;
		post("/v1.44/services/create", service);
		assert_string_equal(seen(SP_FACT_IMAGES), "docker.io/vieux/sshfs:latest");
		assert_string_equal(seen(SP_FACT_GLOBAL_SERVICE), "global");
		assert_non_null(facts.beyond);
		facts.first[SP_FACT_GLOBAL_SERVICE] = NULL;
		assert_string_equal(powers(), cases[i].powers);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		post(PULL, bad[i]);
		if (req.fault != SP_FAULT_MALFORMED)
			fail_msg("%s: %s", bad[i], powers());
	}
	post(PULL, NULL);
	assert_int_equal(req.fault, SP_FAULT_BODY);
	post(PULL, "[{\"Name\":\"mount\",\"Value\":[\"/x\"]}]");
	assert_string_equal(shown(SP_FACT_BIND, 0), "--grant-all-permissions mount=/x @/0");
}

static void
settings_that_are_paths(void **state)
{
	static const struct {
		const char *body, *powers;
	} cases[] = {
	    {"[]", ""},
	    {"[\"DEBUG=1\",\"ALONE\",\"x.value=/etc\"]", ""},
	    {"[\"m.source=/srv/../etc\"]", "bind=/etc"},
	    {"[\"d.path=/dev/fuse\"]", "devices=/dev/fuse"},
	    {"[\"a.b.source=/x\"]", "bind=/x"},
	    /* of a mount, a device, or a variable: nobody knows */
	    {"[\"m=/etc\"]", "bind=unknowable devices=unknowable"},
	    {"[\"m=x/../../etc\"]", "bind=unknowable devices=unknowable"},
	    {"[\"m=..\"]", "bind=unknowable devices=unknowable"},
	};
	static const char *const bad[] = {"[\"m.source=etc\"]", "[\"d.path=\"]", "[1]", "{}"};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_string_equal(post("/v1.44/plugins/p/set", cases[i].body), cases[i].powers);
		assert_false(facts.unread);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		post("/v1.44/plugins/p/set", bad[i]);
		if (req.fault != SP_FAULT_MALFORMED)
			fail_msg("%s: %s", bad[i], powers());
	}
	post("/v1.44/plugins/p/set", "[\"KEY=/hunter2\"]");
	assert_string_equal(shown(SP_FACT_BIND, 0),
	                    "docker plugin set KEY=... without .source, .path or .value @/0");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_plugin_is_an_image_of_a_registry, setup, teardown),
	    cmocka_unit_test_setup_teardown(privileges_are_powers, setup, teardown),
	    cmocka_unit_test_setup_teardown(settings_that_are_paths, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
