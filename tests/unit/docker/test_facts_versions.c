/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The client chooses the API version, and dockerd drops fields that are newer than it: what it
 * drops meets no condition.  One row per field, with the version it begins to count in.  A field
 * that asks for a power counts always: that is the safe side.
 */
#include "facts_test.h"

#define CREATE "/containers/create"
#define UPDATE "/containers/c/update"
#define SERVICE "/services/create"
#define SPEC(fields) "{\"TaskTemplate\":{\"ContainerSpec\":{\"Image\":\"i\"," fields "}}}"
#define RESOURCES(fields) "{\"TaskTemplate\":{\"Resources\":{" fields "}}}"
#define HOST(fields) "{\"Image\":\"i\",\"HostConfig\":{" fields "}}"

struct row {
	const char *path, *body;
	enum sp_fact fact;
	int minor; /* 1.MINOR is the first version that reads it; 0: all of them do */
	const char *before, *after;
	const char *newest; /* without a prefix: of the daemon's own version, 1.41 at least */
};

static const struct row rows[] = {
    /* container.create: nothing that conditions are about is dropped in any version */
    {CREATE, HOST("\"PidsLimit\":5"), SP_FACT_PIDS, 0, NULL, "5", "5"},
    {CREATE, HOST("\"Memory\":10000000"), SP_FACT_MEMORY, 0, NULL, "10000000", "10000000"},
    {CREATE, HOST("\"SecurityOpt\":[\"no-new-privileges\"]"), SP_FACT_NO_NEW_PRIVILEGES, 0, NULL,
     "1", "1"},
    {CREATE, HOST("\"CapDrop\":[\"ALL\"]"), SP_FACT_CAP_DROP, 0, NULL, "ALL", "ALL"},
    {CREATE, HOST("\"ReadonlyRootfs\":true"), SP_FACT_READ_ONLY, 0, NULL, "1", "1"},
    {CREATE, HOST("\"RestartPolicy\":{\"Name\":\"always\"}"), SP_FACT_RESTART, 0, NULL, "always",
     "always"},
    {CREATE, "{\"Image\":\"i\",\"Healthcheck\":{\"Test\":[\"CMD\",\"x\"],\"StartInterval\":1}}",
     SP_FACT_HEALTHCHECK, 0, NULL, "1", "1"},
    /* powers, though 26 and later drop annotations below 1.43 */
    {CREATE, HOST("\"Annotations\":{\"a\":\"b\"}"), SP_FACT_ANNOTATIONS, 0, NULL, "a", "a"},
    {CREATE, HOST("\"Mounts\":[{\"Type\":\"image\",\"Source\":\"x\",\"Target\":\"/t\"}]"),
     SP_FACT_IMAGE_MOUNTS, 0, NULL, "docker.io/library/x:latest", "docker.io/library/x:latest"},
    /* the mount that was asked for is read-only in all; what is mounted below it from 1.44 on */
    {CREATE, HOST("\"Binds\":[\"/a:/b:ro\"]"), SP_FACT_BIND, 0, NULL, "/a:ro", "/a:ro"},

    {UPDATE, "{\"PidsLimit\":5}", SP_FACT_PIDS, 40, "unchanged", "5", "5"},
    {UPDATE, "{\"PidsLimit\":-1}", SP_FACT_PIDS, 40, "unchanged", "unlimited", "unlimited"},
    {UPDATE, "{\"PidsLimit\":0}", SP_FACT_PIDS, 40, "unchanged", "unlimited", "unlimited"},
    {UPDATE, "{\"PidsLimit\":null}", SP_FACT_PIDS, 0, NULL, "unchanged", "unchanged"},
    {UPDATE, "{\"Memory\":10000000}", SP_FACT_MEMORY, 0, NULL, "10000000", "10000000"},

    {SERVICE, SPEC("\"CapabilityDrop\":[\"ALL\"]"), SP_FACT_CAP_DROP, 41, "-", "ALL", "ALL"},
    {SERVICE, RESOURCES("\"Limits\":{\"Pids\":9}"), SP_FACT_PIDS, 41, "unset", "9", "9"},
    /* 1.41 is 20.10, which drops it */
    {SERVICE, SPEC("\"Privileges\":{\"NoNewPrivileges\":true}"), SP_FACT_NO_NEW_PRIVILEGES, 44,
     "unset", "1", "unknowable"},
    {SERVICE, "{\"Mode\":{\"ReplicatedJob\":{\"MaxConcurrent\":3}}}", SP_FACT_REPLICAS, 41, "1",
     "3,3", "3,3"},
    {SERVICE, RESOURCES("\"Limits\":{\"MemoryBytes\":1000},\"SwapBytes\":5"), SP_FACT_MEMORY_SWAP,
     52, "2000", "1005", "unknowable"},
    {SERVICE, RESOURCES("\"Limits\":{\"MemoryBytes\":1000}"), SP_FACT_MEMORY, 0, NULL, "1000",
     "1000"},
    {SERVICE, SPEC("\"ReadOnly\":true"), SP_FACT_READ_ONLY, 0, NULL, "1", "1"},
    /* powers: asked for, whether it is dropped or not */
    {SERVICE, SPEC("\"CapabilityAdd\":[\"ALL\"]"), SP_FACT_CAP_ADD, 0, NULL, "ALL", "ALL"},
    {SERVICE, SPEC("\"Sysctls\":{\"a\":\"b\"}"), SP_FACT_SYSCTLS, 0, NULL, "a", "a"},
    {SERVICE, SPEC("\"Ulimits\":[{\"Name\":\"nofile\"}]"), SP_FACT_ULIMITS, 0, NULL, "nofile",
     "nofile"},
    {SERVICE, SPEC("\"OomScoreAdj\":-5"), SP_FACT_OOM_CONTROL, 0, NULL, "oom-score-adj",
     "oom-score-adj"},
    {SERVICE, SPEC("\"Privileges\":{\"Seccomp\":{\"Mode\":\"unconfined\"}}"), SP_FACT_SECURITY_OPT,
     0, NULL, "seccomp=unconfined", "seccomp=unconfined"},
    {SERVICE, "{\"Networks\":[{\"Target\":\"host\"}]}", SP_FACT_HOST_NAMESPACES, 0, NULL, "network",
     "network"},
};

static void
at(const struct row *row, int minor, const char *expected)
{
	const char *uri = minor ? sp_arena_printf(&arena, "/v1.%d%s", minor, row->path) : row->path;
	const char *got;

	ask("POST", uri, row->body);
	assert_int_equal(req.fault, SP_FAULT_NONE);
	got = seen(row->fact);
	if (strcmp(got, expected) != 0)
		fail_msg("%s %s: %s is %s, expected %s", uri, row->body, sp_fact_name(row->fact),
		         got, expected);
}

static void
what_an_old_version_drops_is_not_there(void **state)
{
	static const int minors[] = {24, 39, 40, 41, 43, 44, 51, 52, 55};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];

		for (size_t m = 0; m < sizeof(minors) / sizeof(minors[0]); m++)
			at(row, minors[m], minors[m] >= row->minor ? row->after : row->before);
		at(row, 0, row->newest);
	}
}

/* The parts of a version are numbers: 1.100 is newer than 1.44, 2.0 than both. */
static void
versions_are_numbers(void **state)
{
	static const char *const newer[] = {"/v1.100", "/v2.0"};

	(void)state;
	for (size_t i = 0; i < sizeof(newer) / sizeof(newer[0]); i++) {
		ask("POST", sp_arena_printf(&arena, "%s" SERVICE, newer[i]),
		    SPEC("\"Privileges\":{\"NoNewPrivileges\":true}"));
		assert_string_equal(seen(SP_FACT_NO_NEW_PRIVILEGES), "1");
	}
	ask("POST", "/v1.5" SERVICE, SPEC("\"CapabilityDrop\":[\"ALL\"]"));
	assert_string_equal(seen(SP_FACT_CAP_DROP), "-");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(what_an_old_version_drops_is_not_there, setup,
	                                    teardown),
	    cmocka_unit_test_setup_teardown(versions_are_numbers, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
