/* SPDX-License-Identifier: Apache-2.0 */
/* Limits are in test_facts_limits.c; here the rest of container.update. */
#include "facts_test.h"

static const char *
update(const char *fields)
{
	ask("POST", "/v1.44/containers/c1/update", sp_arena_printf(&arena, "{%s}", fields));
	return powers();
}

static void
what_an_update_can_ask_for(void **state)
{
	static const struct {
		const char *fields, *expected;
	} cases[] = {
	    {"", ""},
	    {"\"CpuRealtimePeriod\":1000000,\"CpuRealtimeRuntime\":950000",
	     "cpu_realtime=1000000,950000"},
	    /* decoded by dockerd and dropped */
	    {"\"Devices\":[{\"PathOnHost\":\"/dev/sda\"}],\"Ulimits\":[{\"Name\":\"core\"}],"
	     "\"DeviceCgroupRules\":[\"a *:* rwm\"],\"OomKillDisable\":true,\"CgroupParent\":\"/\"",
	     ""},
	    {"\"BlkioWeight\":10,\"CpusetCpus\":\"0\",\"MemoryReservation\":1", ""},
	    /* fields of HostConfig that are no resources are unknown to an update */
	    {"\"Privileged\":true", "unknown_fields=/Privileged"},
	    {"\"HostConfig\":{\"Privileged\":true}", "unknown_fields=/HostConfig"},
	    {"\"Ulimits\":[null]", "malformed: the field 'Ulimits': null in a list"},
	    {"\"Memory\":1,\"memory\":2",
	     "malformed: the field 'memory': two keys that Go reads as the same field"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *got = update(cases[i].fields);

		if (strcmp(got, cases[i].expected) != 0)
			fail_msg("%s gives '%s', expected '%s'", cases[i].fields, got,
			         cases[i].expected);
	}
	update("\"CpuRealtimeRuntime\":950000");
	assert_string_equal(shown(SP_FACT_CPU_REALTIME, 0),
	                    "--cpu-rt-runtime 950000 @/CpuRealtimeRuntime");
}

static void
an_update_does_not_touch_other_conditions(void **state)
{
	(void)state;
	update("\"Memory\":67108864");
	assert_string_equal(seen(SP_FACT_SHM_SIZE), "-");
	assert_string_equal(seen(SP_FACT_IMAGES), "-");
	assert_string_equal(seen(SP_FACT_USER), "-");
	assert_false(facts.unread);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_an_update_can_ask_for),
	    cmocka_unit_test(an_update_does_not_touch_other_conditions),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
