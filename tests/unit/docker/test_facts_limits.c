/* SPDX-License-Identifier: Apache-2.0 */
#include "facts_test.h"

struct limit_case {
	const char *fields;
	enum sp_fact fact;
	const char *expected;
};

#define M SP_FACT_MEMORY
#define S SP_FACT_MEMORY_SWAP
#define C SP_FACT_CPUS
#define W SP_FACT_CPU_SHARES
#define P SP_FACT_PIDS
#define R SP_FACT_RESTART
#define H SP_FACT_SHM_SIZE

static void
limits_at_create(void **state)
{
	static const struct limit_case cases[] = {
	    {"", M, "unset"},
	    {"\"Memory\":0", M, "unset"},
	    {"\"Memory\":null", M, "unset"},
	    {"\"Memory\":67108864", M, "67108864"},
	    {"\"memory\":67108864", M, "67108864"},
	    {"\"Memory\":-1", M, "unlimited"},
	    {"\"Memory\":9223372036854775807", M, "unlimited"},
	    {"\"Memory\":1125899906842624", M, "1125899906842624"},
	    {"\"Memory\":1125899906842625", M, "unlimited"},
	    {"", S, "unset"},
	    {"\"MemorySwap\":67108864", S, "unset"},
	    {"\"Memory\":67108864", S, "134217728"},
	    {"\"Memory\":67108864,\"MemorySwap\":0", S, "134217728"},
	    {"\"Memory\":67108864,\"MemorySwap\":67108864", S, "67108864"},
	    {"\"Memory\":67108864,\"MemorySwap\":-1", S, "unlimited"},
	    {"\"Memory\":67108864,\"MemorySwap\":-2", S, "unlimited"},
	    {"\"MemorySwap\":-1", S, "unlimited"},
	    {"\"Memory\":1125899906842624", S, "unlimited"},
	    {"\"Memory\":9223372036854775807", S, "unlimited"},
	    {"", C, "unset"},
	    {"\"NanoCpus\":1500000000", C, "1500000000"},
	    {"\"NanoCpus\":500000000,\"CpuQuota\":-1", C, "unlimited"},
	    {"\"NanoCpus\":500000000,\"CpuQuota\":1000", C, "unknowable"},
	    {"\"NanoCpus\":500000000,\"CpuPeriod\":1000", C, "unknowable"},
	    {"\"NanoCpus\":-1", C, "unlimited"},
	    {"\"CpuQuota\":50000", C, "500000000"},
	    {"\"CpuQuota\":50000,\"CpuPeriod\":25000", C, "2000000000"},
	    {"\"CpuQuota\":1000,\"CpuPeriod\":3000", C, "333333334"},
	    {"\"CpuQuota\":-1", C, "unlimited"},
	    {"\"CpuQuota\":0,\"CpuPeriod\":1000", C, "unset"},
	    {"\"CpuQuota\":1000,\"CpuPeriod\":-5", C, "unknowable"},
	    {"\"CpuQuota\":9223372036854775807", C, "unlimited"},
	    {"\"CpuShares\":2", C, "unset"},
	    {"", W, "unset"},
	    {"\"CpuShares\":0", W, "unset"},
	    {"\"CpuShares\":2", W, "2"},
	    {"", P, "unset"},
	    {"\"PidsLimit\":null", P, "unset"},
	    {"\"PidsLimit\":0", P, "unset"},
	    {"\"PidsLimit\":-1", P, "unlimited"},
	    {"\"PidsLimit\":100", P, "100"},
	    {"\"PidsLimit\":4194304", P, "4194304"},
	    {"\"PidsLimit\":4194305", P, "unlimited"},
	    {"", H, "67108864"},
	    {"\"ShmSize\":0", H, "67108864"},
	    {"\"ShmSize\":1024", H, "1024"},
	    {"\"ShmSize\":-1", H, "unlimited"},
	    {"\"ShmSize\":9223372036854775807", H, "unlimited"},
	    {"", R, "no"},
	    {"\"RestartPolicy\":{\"Name\":\"\"}", R, "no"},
	    {"\"RestartPolicy\":{\"Name\":\"no\"}", R, "no"},
	    {"\"RestartPolicy\":{\"Name\":\"always\"}", R, "always"},
	    {"\"RestartPolicy\":{\"name\":\"unless-stopped\"}", R, "unless-stopped"},
	    {"\"RestartPolicy\":{\"Name\":\"on-failure\"}", R, "on-failure"},
	    {"\"RestartPolicy\":{\"Name\":\"on-failure\",\"MaximumRetryCount\":5}", R,
	     "on-failure:5"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_string_equal(create(cases[i].fields), "");
		if (strcmp(seen(cases[i].fact), cases[i].expected) != 0)
			fail_msg("%s: %s is '%s', expected '%s'", cases[i].fields,
			         sp_fact_name(cases[i].fact), seen(cases[i].fact),
			         cases[i].expected);
	}
	assert_string_equal(create("\"RestartPolicy\":{\"Name\":\"Always\"}"),
	                    "malformed: the restart policy 'Always' is not one dockerd knows");
	assert_string_equal(
	    create("\"Memory\":1.0"),
	    "malformed: the field 'Memory': expected a whole number, found a decimal number");
	create("\"CpuQuota\":50000");
	assert_string_equal(shown(C, 0), "--cpu-quota 50000 @/HostConfig/CpuQuota");
}

static const char *
update(const char *uri, const char *fields)
{
	ask("POST", uri, sp_arena_printf(&arena, "{%s}", fields));
	return powers();
}

/* Zero and absent: as it was.  What takes a limit away is a limit that is not there. */
static void
limits_at_update(void **state)
{
	static const struct limit_case cases[] = {
	    {"", M, "unchanged"},
	    {"\"Memory\":0", M, "unchanged"},
	    {"\"Memory\":134217728", M, "134217728"},
	    {"\"Memory\":9223372036854775807", M, "unlimited"},
	    {"\"Memory\":-1", M, "unlimited"},
	    {"", S, "unchanged"},
	    {"\"Memory\":134217728", S, "unchanged"},
	    {"\"MemorySwap\":-1", S, "unlimited"},
	    {"\"MemorySwap\":268435456", S, "268435456"},
	    {"", C, "unchanged"},
	    {"\"NanoCpus\":500000000", C, "500000000"},
	    {"\"CpuQuota\":-1", C, "unlimited"},
	    {"\"NanoCpus\":500000000,\"CpuQuota\":-1", C, "unlimited"},
	    {"\"CpuQuota\":50000,\"CpuPeriod\":100000", C, "500000000"},
	    /* the other half of the ratio is the container's, and unknown */
	    {"\"CpuQuota\":50000", C, "unknowable"},
	    {"\"CpuPeriod\":1000", C, "unknowable"},
	    {"\"CpuShares\":10", C, "unchanged"},
	    {"", W, "unchanged"},
	    {"\"CpuShares\":10", W, "10"},
	    {"", P, "unchanged"},
	    {"\"PidsLimit\":null", P, "unchanged"},
	    {"\"PidsLimit\":0", P, "unlimited"},
	    {"\"PidsLimit\":-1", P, "unlimited"},
	    {"\"PidsLimit\":100", P, "100"},
	    {"", R, "unchanged"},
	    {"\"RestartPolicy\":{\"Name\":\"\",\"MaximumRetryCount\":0}", R, "unchanged"},
	    {"\"RestartPolicy\":{\"Name\":\"always\"}", R, "always"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_string_equal(update("/v1.44/containers/c1/update", cases[i].fields), "");
		if (strcmp(seen(cases[i].fact), cases[i].expected) != 0)
			fail_msg("%s: %s is '%s', expected '%s'", cases[i].fields,
			         sp_fact_name(cases[i].fact), seen(cases[i].fact),
			         cases[i].expected);
	}
	/* below API 1.40 dockerd ignores PidsLimit in an update */
	update("/v1.39/containers/c1/update", "\"PidsLimit\":-1");
	assert_string_equal(seen(P), "unchanged");
	update("/v1.40/containers/c1/update", "\"PidsLimit\":-1");
	assert_string_equal(seen(P), "unlimited");
	update("/containers/c1/update", "\"PidsLimit\":-1");
	assert_string_equal(seen(P), "unlimited");
	assert_string_equal(shown(P, 0), "--pids-limit  @/PidsLimit");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(limits_at_create),
	    cmocka_unit_test(limits_at_update),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
