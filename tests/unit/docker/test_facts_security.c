/* SPDX-License-Identifier: Apache-2.0 */
#include "facts_test.h"

static void
privileged_and_capabilities(void **state)
{
	static const struct fact_case cases[] = {
	    {"\"Privileged\":true", "privileged=0"},
	    {"\"privileged\":true", "privileged=0"},
	    {"\"Privileged\":false,\"CapAdd\":null", ""},
	    {"\"Privileged\":null", ""},
	    {"\"Privileged\":1",
	     "malformed: the field 'Privileged': expected true or false, found a number"},
	    {"\"Privileged\":false,\"privileged\":true",
	     "malformed: the field 'privileged': two keys that Go reads as the same field"},
	    {"\"CapAdd\":[\"SYS_ADMIN\",\"cap_net_raw\"]", "cap_add=CAP_SYS_ADMIN,CAP_NET_RAW"},
	    {"\"CapAdd\":\"all\"", "cap_add=ALL"},
	    {"\"CapAdd\":\"\"", "cap_add=CAP_"},
	    {"\"CapAdd\":[]", ""},
	    {"\"CapAdd\":[\"no_such\"]", "cap_add=CAP_NO_SUCH"},
	    {"\"CapAdd\":[\"\\u017fys_adm\\u0131n\"]", "cap_add=CAP_SYS_ADMIN"},
	};

	(void)state;
	CHECK_CREATE(cases);
	create("\"CapAdd\":[\"NET_RAW\",\"all\"]");
	assert_string_equal(shown(SP_FACT_CAP_ADD, 1), "--cap-add all @/HostConfig/CapAdd/1");
	assert_true(facts.last[SP_FACT_CAP_ADD]->exact_only);
	create("\"Privileged\":true");
	assert_string_equal(shown(SP_FACT_PRIVILEGED, 0), "--privileged  @/HostConfig/Privileged");
}

static void
a_drop_counts_when_it_takes_something_away(void **state)
{
	static const struct {
		const char *fields, *drops;
	} cases[] = {
	    {"\"CapDrop\":null", "-"},
	    {"\"CapDrop\":[\"ALL\"]", "ALL"},
	    {"\"CapDrop\":\"all\"", "ALL"},
	    {"\"CapDrop\":[\"net_raw\",\"MKNOD\"]", "CAP_NET_RAW,CAP_MKNOD"},
	    {"\"CapDrop\":[\"ALL\"],\"CapAdd\":[\"NET_BIND_SERVICE\"]", "ALL"},
	    /* in both lists: added after it was dropped */
	    {"\"CapDrop\":[\"NET_RAW\",\"MKNOD\"],\"CapAdd\":[\"cap_net_raw\"]",
	     "unset(CAP_NET_RAW),CAP_MKNOD"},
	    /* all but the named ones */
	    {"\"CapDrop\":[\"NET_RAW\"],\"CapAdd\":[\"ALL\",\"NET_RAW\"]", "CAP_NET_RAW"},
	    {"\"CapDrop\":[\"ALL\"],\"CapAdd\":[\"ALL\"]", "unset(ALL)"},
	    {"\"CapDrop\":[\"ALL\",\"NET_RAW\"],\"Privileged\":true",
	     "unset(ALL),unset(CAP_NET_RAW)"},
	    {"\"CapDrop\":[\"ALL\"],\"Privileged\":false", "ALL"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		create(cases[i].fields);
		assert_string_equal(seen(SP_FACT_CAP_DROP), cases[i].drops);
	}
}

static void
more_capabilities_than_there_are(void **state)
{
	struct sp_buf list;

	(void)state;
	sp_buf_init(&list, &arena, 100000);
	sp_buf_addz(&list, "\"CapAdd\":[\"a\"");
	for (int i = 0; i < 300; i++)
		sp_buf_addz(&list, ",\"a\"");
	sp_buf_addz(&list, "]");
	assert_string_equal(create(cstr(sp_buf_str(&list))),
	                    "malformed: it lists more capabilities than there are");
}

static void
security_options(void **state)
{
	static const struct {
		const char *options, *expected, *nnp;
	} cases[] = {
	    {"", "", "unset"},
	    {"\"no-new-privileges\"", "", "1"},
	    {"\"no-new-privileges:true\"", "", "1"},
	    {"\"no-new-privileges=1\"", "", "1"},
	    {"\"no-new-privileges=false\"", "security_opt=no-new-privileges=false", "unset"},
	    {"\"no-new-privileges:f\"", "security_opt=no-new-privileges=false", "unset"},
	    {"\"seccomp=unconfined\"", "security_opt=seccomp=unconfined", "unset"},
	    {"\"seccomp:unconfined\"", "security_opt=seccomp=unconfined", "unset"},
	    {"\"seccomp=\"", "", "unset"},
	    {"\"seccomp=builtin\"", "security_opt=seccomp=builtin", "unset"},
	    {"\"seccomp=UNCONFINED\"", "security_opt=seccomp=<inline>", "unset"},
	    {"\"seccomp={\\\"defaultAction\\\":\\\"SCMP_ACT_ALLOW\\\"}\"",
	     "security_opt=seccomp=<inline>", "unset"},
	    {"\"apparmor=unconfined\"", "security_opt=apparmor=unconfined", "unset"},
	    {"\"apparmor:x\"", "security_opt=apparmor=x", "unset"},
	    {"\"apparmor=\"", "", "unset"},
	    {"\"disable\"", "security_opt=label=disable", "unset"},
	    {"\"label:disable\"", "security_opt=label=disable", "unset"},
	    {"\"label=type:spc_t\",\"label=level:s0\"",
	     "security_opt=label=type:spc_t,label=level:s0", "unset"},
	    {"\"writable-cgroups\"", "security_opt=writable-cgroups=true", "unset"},
	    {"\"writable-cgroups=false\"", "", "unset"},
	    {"\"systempaths=unconfined\"", "security_opt=systempaths=unconfined", "unset"},
	    /* split at the first '=', even behind a ':' */
	    {"\"seccomp:a=b\"", "security_opt=seccomp:a=b", "unset"},
	    {"\"a:b=c\"", "security_opt=a:b=c", "unset"},
	    {"\"Seccomp=unconfined\"", "security_opt=Seccomp=unconfined", "unset"},
	    {"\"nonsense\"", "security_opt=nonsense", "unset"},
	    {"\"\"", "security_opt=0", "unset"},
	};
	static const struct fact_case refused[] = {
	    {"\"SecurityOpt\":[\"no-new-privileges\",\"no-new-privileges=false\"]",
	     "malformed: the security option 'no-new-privileges' is given twice"},
	    {"\"SecurityOpt\":[\"seccomp=unconfined\",\"seccomp=\"]",
	     "malformed: the security option 'seccomp' is given twice"},
	    {"\"SecurityOpt\":[\"no-new-privileges=yes\"]",
	     "malformed: the value 'yes' of a security option is not true or false"},
	    {"\"SecurityOpt\":\"seccomp=unconfined\"",
	     "malformed: the field 'SecurityOpt': expected a list, found a string"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *got =
		    create(sp_arena_printf(&arena, "\"SecurityOpt\":[%s]", cases[i].options));

		if (strcmp(got, cases[i].expected) != 0)
			fail_msg("%s gives '%s', expected '%s'", cases[i].options, got,
			         cases[i].expected);
		assert_string_equal(seen(SP_FACT_NO_NEW_PRIVILEGES), cases[i].nnp);
	}
	CHECK_CREATE(refused);
	create("\"SecurityOpt\":[\"no-new-privileges\",\"seccomp:unconfined\"]");
	assert_string_equal(shown(SP_FACT_SECURITY_OPT, 0),
	                    "--security-opt seccomp=unconfined @/HostConfig/SecurityOpt/1");
	assert_string_equal(shown(SP_FACT_NO_NEW_PRIVILEGES, 0),
	                    "--security-opt no-new-privileges  @/HostConfig/SecurityOpt/0");
}

static void
masked_paths(void **state)
{
	static const struct fact_case cases[] = {
	    {"\"MaskedPaths\":null,\"ReadonlyPaths\":null", ""},
	    {"\"MaskedPaths\":[]", "security_opt=systempaths=unconfined"},
	    {"\"ReadonlyPaths\":[\"/proc/sys\"]", "security_opt=systempaths=unconfined"},
	    {"\"MaskedPaths\":[],\"ReadonlyPaths\":[]",
	     "security_opt=systempaths=unconfined,systempaths=unconfined"},
	};

	(void)state;
	CHECK_CREATE(cases);
	assert_string_equal(shown(SP_FACT_SECURITY_OPT, 1),
	                    "--security-opt systempaths=unconfined @/HostConfig/ReadonlyPaths");
}

static void
namespaces(void **state)
{
	static const struct fact_case cases[] = {
	    {"\"PidMode\":\"\",\"IpcMode\":\"\",\"UTSMode\":\"\",\"UsernsMode\":\"\","
	     "\"CgroupnsMode\":\"\"",
	     ""},
	    {"\"IpcMode\":\"none\"", ""},
	    {"\"IpcMode\":\"private\"", ""},
	    {"\"IpcMode\":\"shareable\"", ""},
	    {"\"CgroupnsMode\":\"private\"", ""},
	    {"\"PidMode\":\"host\"", "host_namespaces=pid"},
	    {"\"IpcMode\":\"host\"", "host_namespaces=ipc"},
	    {"\"UTSMode\":\"host\"", "host_namespaces=uts"},
	    {"\"UsernsMode\":\"host\"", "host_namespaces=userns"},
	    {"\"CgroupnsMode\":\"host\"", "host_namespaces=cgroup"},
	    {"\"PidMode\":\"host:x\"", "host_namespaces=pid"},
	    {"\"IpcMode\":\"host:x\"", "host_namespaces=ipc"},
	    {"\"UsernsMode\":\"host:\"", "host_namespaces=userns"},
	    {"\"PidMode\":\"container:db\"", "join_namespaces=db>pid"},
	    {"\"IpcMode\":\"container:db\",\"PidMode\":\"container:x\"",
	     "join_namespaces=x>pid,db>ipc"},
	    {"\"PidMode\":\"container:\"",
	     "malformed: the PidMode 'container:' is not one dockerd knows"},
	    {"\"IpcMode\":\"container:\"",
	     "malformed: the IpcMode 'container:' is not one dockerd knows"},
	    {"\"PidMode\":\"Host\"", "malformed: the PidMode 'Host' is not one dockerd knows"},
	    {"\"PidMode\":\"private\"",
	     "malformed: the PidMode 'private' is not one dockerd knows"},
	    {"\"PidMode\":\":x\"", "malformed: the PidMode ':x' is not one dockerd knows"},
	    {"\"IpcMode\":\"foo\"", "malformed: the IpcMode 'foo' is not one dockerd knows"},
	    {"\"UTSMode\":\"container:x\"",
	     "malformed: the UTSMode 'container:x' is not one dockerd knows"},
	    {"\"UsernsMode\":\"private\"",
	     "malformed: the UsernsMode 'private' is not one dockerd knows"},
	    {"\"CgroupnsMode\":\"container:x\"",
	     "malformed: the CgroupnsMode 'container:x' is not one dockerd knows"},
	};

	(void)state;
	CHECK_CREATE(cases);
	create("\"PidMode\":\"host\",\"IpcMode\":\"container:db\"");
	assert_string_equal(shown(SP_FACT_HOST_NAMESPACES, 0), "--pid host @/HostConfig/PidMode");
	assert_string_equal(shown(SP_FACT_JOIN_NAMESPACES, 0),
	                    "--ipc container:db @/HostConfig/IpcMode");
}

static void
read_only_root(void **state)
{
	(void)state;
	create("\"ReadonlyRootfs\":true");
	assert_string_equal(seen(SP_FACT_READ_ONLY), "1");
	create("\"ReadonlyRootfs\":false");
	assert_string_equal(seen(SP_FACT_READ_ONLY), "unset");
	create("");
	assert_string_equal(seen(SP_FACT_READ_ONLY), "unset");
}

/* What patterns are compared with is not what refusals have room for. */
static void
long_options_are_whole(void **state)
{
	static const char *const keys[] = {"label=type:", "apparmor=", "future="};
	char pad[1001] = "";

	(void)state;
	memset(pad, 'a', 1000);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		create(sp_arena_printf(&arena, "\"SecurityOpt\":[\"%s%s:x\"]", keys[i], pad));
		assert_string_equal(powers(),
		                    sp_arena_printf(&arena, "security_opt=%s%s:x", keys[i], pad));
	}
}

#define MASKED                                                                                     \
	"\"/proc/asound\",\"/proc/acpi\",\"/proc/kcore\",\"/proc/keys\",\"/proc/latency_stats\","  \
	"\"/proc/timer_list\",\"/proc/timer_stats\",\"/proc/sched_debug\",\"/proc/scsi\""
#define READ_ONLY "\"/proc/bus\",\"/proc/fs\",\"/proc/irq\",\"/proc/sys\",\"/proc/sysrq-trigger\""

/* Who creates a container anew from inspect sends dockerd's own lists. */
static void
the_lists_of_dockerd_unmask_nothing(void **state)
{
	static const struct fact_case cases[] = {
	    /* 20.10, 26.1, 28.5 and later on a machine with two CPUs; in any order */
	    {"\"MaskedPaths\":[" MASKED ",\"/sys/firmware\"],\"ReadonlyPaths\":[" READ_ONLY "]",
	     ""},
	    {"\"MaskedPaths\":[" MASKED ",\"/sys/firmware\",\"/sys/devices/virtual/powercap\"]",
	     ""},
	    {"\"MaskedPaths\":[\"/sys/firmware\",\"/proc/interrupts\"," MASKED
	     ",\"/sys/devices/virtual/powercap\","
	     "\"/sys/devices/system/cpu/cpu0/thermal_throttle\","
	     "\"/sys/devices/system/cpu/cpu11/thermal_throttle\",\"/proc/keys\"]",
	     ""},
	    /* one is missing, or spelled as nothing dockerd sends */
	    {"\"MaskedPaths\":[" MASKED "]", "security_opt=systempaths=unconfined"},
	    {"\"MaskedPaths\":[" MASKED ",\"/sys/firmware/\"]",
	     "security_opt=systempaths=unconfined"},
	    {"\"MaskedPaths\":[" MASKED ",\"\"]", "security_opt=systempaths=unconfined"},
	    {"\"ReadonlyPaths\":[\"/proc/bus\",\"/proc/fs\",\"/proc/irq\",\"/proc/sys\"]",
	     "security_opt=systempaths=unconfined"},
	    /* what is masked or read-only beside them is the client's choice */
	    {"\"MaskedPaths\":[" MASKED ",\"/sys/firmware\",\"/proc/self/attr/exec\"]",
	     "security_opt=systempaths=unconfined"},
	    {"\"MaskedPaths\":[" MASKED
	     ",\"/sys/firmware\",\"/sys/devices/system/cpu/cpu/thermal_throttle\"]",
	     "security_opt=systempaths=unconfined"},
	    {"\"MaskedPaths\":[" MASKED
	     ",\"/sys/firmware\",\"/sys/devices/system/cpu/cpu1/thermal_throttle/x\"]",
	     "security_opt=systempaths=unconfined"},
	    {"\"ReadonlyPaths\":[" READ_ONLY ",\"/proc/interrupts\"]",
	     "security_opt=systempaths=unconfined"},
	    /* each list for itself */
	    {"\"MaskedPaths\":[" READ_ONLY "],\"ReadonlyPaths\":[" MASKED ",\"/sys/firmware\"]",
	     "security_opt=systempaths=unconfined,systempaths=unconfined"},
	    {"\"MaskedPaths\":[],\"ReadonlyPaths\":[" READ_ONLY "]",
	     "security_opt=systempaths=unconfined"},
	};

	(void)state;
	CHECK_CREATE(cases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(privileged_and_capabilities),
	    cmocka_unit_test(a_drop_counts_when_it_takes_something_away),
	    cmocka_unit_test(more_capabilities_than_there_are),
	    cmocka_unit_test(security_options),
	    cmocka_unit_test(masked_paths),
	    cmocka_unit_test(namespaces),
	    cmocka_unit_test(read_only_root),
	    cmocka_unit_test(long_options_are_whole),
	    cmocka_unit_test(the_lists_of_dockerd_unmask_nothing),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
