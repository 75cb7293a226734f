/* SPDX-License-Identifier: Apache-2.0 */
#include "facts_test.h"

#define HEX64 "7cc4b5aefd1d0cadf8d97d4350462ba51c694ebca145b08d7d41b41acc8db5aa"

static void
a_plain_request_uses_no_power(void **state)
{
	(void)state;
	assert_string_equal(create(""), "");
	assert_false(facts.unread);
	/* docker-py sends zero values for everything */
	assert_string_equal(
	    create("\"Privileged\":false,\"CapAdd\":null,\"Binds\":null,\"Devices\":null,"
	           "\"Runtime\":\"\","
	           "\"PidMode\":\"\",\"OomScoreAdj\":0,\"OomKillDisable\":false,\"Sysctls\":{},"
	           "\"Ulimits\":[],\"GroupAdd\":[],\"CpuRealtimePeriod\":0,\"CgroupParent\":\"\","
	           "\"LogConfig\":{\"Type\":\"\",\"Config\":{\"max-size\":\"1m\"}},\"Tmpfs\":{\"/"
	           "t\":\"\"}"),
	    "");
}

static void
image_user_name_labels_healthcheck(void **state)
{
	static const struct {
		const char *fields;
		enum sp_fact fact;
		const char *expected;
	} cases[] = {
	    {"\"Image\":\"nginx\"", SP_FACT_IMAGES, "docker.io/library/nginx:latest"},
	    {"\"image\":\"r.example.com/a@sha256:" HEX64 "\"", SP_FACT_IMAGES,
	     "r.example.com/a@sha256:" HEX64},
	    {"\"Image\":\"\"", SP_FACT_IMAGES, "0(invalid)"},
	    {"\"Image\":null", SP_FACT_IMAGES, "0(invalid)"},
	    {"", SP_FACT_IMAGES, "0(invalid)"},
	    {"\"Image\":\"Nginx\"", SP_FACT_IMAGES, "Nginx(invalid)"},
	    {"\"Image\":\"3f5e21\"", SP_FACT_IMAGES, "3f5e21(id)"},
	    {"\"Image\":\"sha256:" HEX64 "\"", SP_FACT_IMAGES, "sha256:" HEX64 "(id)"},
	    {"\"User\":\"1000:1000\"", SP_FACT_USER, "1000:1000"},
	    {"\"User\":\"\"", SP_FACT_USER, "unknowable"},
	    {"\"Image\":\"x\"", SP_FACT_USER, "unknowable"},
	    {"\"Labels\":{\"team\":\"red\",\"b\":\"\"}", SP_FACT_LABELS, "team=red,b=0"},
	    {"\"Labels\":{}", SP_FACT_LABELS, "-"},
	    {"\"Healthcheck\":{\"Test\":[\"CMD-SHELL\",\"true\"]}", SP_FACT_HEALTHCHECK, "1"},
	    {"\"Healthcheck\":{\"Test\":[\"CMD\",\"/ok\"]}", SP_FACT_HEALTHCHECK, "1"},
	    {"\"Healthcheck\":{\"Test\":[\"NONE\"]}", SP_FACT_HEALTHCHECK, "unset"},
	    {"\"Healthcheck\":{\"Test\":[\"NONE\",\"x\"]}", SP_FACT_HEALTHCHECK, "unset"},
	    {"\"Healthcheck\":{\"Test\":[\"none\",\"x\"]}", SP_FACT_HEALTHCHECK, "unset"},
	    {"\"Healthcheck\":{\"Test\":[\"CMD\"]}", SP_FACT_HEALTHCHECK, "unset"},
	    {"\"Healthcheck\":{\"Test\":[]}", SP_FACT_HEALTHCHECK, "unset"},
	    {"\"Healthcheck\":{\"Interval\":1000000000}", SP_FACT_HEALTHCHECK, "unset"},
	    {"\"Healthcheck\":null", SP_FACT_HEALTHCHECK, "unset"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_string_equal(create_top(cases[i].fields), "");
		if (strcmp(seen(cases[i].fact), cases[i].expected) != 0)
			fail_msg("%s gives '%s', expected '%s'", cases[i].fields,
			         seen(cases[i].fact), cases[i].expected);
	}
	create_top("\"Image\":\"nginx\",\"Labels\":{\"a/b~\":\"c\"}");
	assert_string_equal(shown(SP_FACT_IMAGES, 0), " nginx @/Image");
	assert_string_equal(shown(SP_FACT_LABELS, 0), "--label a/b~=c @/Labels/a~1b~0");
}

static void
the_name_is_in_the_url(void **state)
{
	(void)state;
	create("");
	assert_string_equal(seen(SP_FACT_NAME), "web");
	assert_string_equal(shown(SP_FACT_NAME, 0), "--name web @?name");
	ask("POST", "/v1.44/containers/create?name=/web", "{}");
	assert_string_equal(seen(SP_FACT_NAME), "web");
	ask("POST", "/v1.44/containers/create", "{}");
	assert_string_equal(seen(SP_FACT_NAME), "unset");
	ask("POST", "/v1.44/containers/create?name=", "{}");
	assert_string_equal(seen(SP_FACT_NAME), "unset");
}

static void
devices(void **state)
{
	static const struct fact_case cases[] = {
	    {"\"Devices\":[{\"PathOnHost\":\"/dev/sda\",\"PathInContainer\":\"/dev/"
	     "x\",\"CgroupPermissions\":\"rwm\"}]",
	     "devices=/dev/sda"},
	    {"\"Devices\":[{\"pathonhost\":\"/dev/../dev//sda/\"}]", "devices=/dev/sda"},
	    {"\"Devices\":[{}]", "malformed: the device path '' does not start with '/'"},
	    {"\"Devices\":[{\"PathOnHost\":\"dev/sda\"}]",
	     "malformed: the device path 'dev/sda' does not start with '/'"},
	    {"\"DeviceCgroupRules\":[\"a *:* rwm\"]", "device_cgroup_rules=a *:* rwm"},
	    {"\"DeviceRequests\":[{\"Driver\":\"nvidia\",\"Count\":-1,\"Capabilities\":[[\"gpu\"]]}"
	     "]",
	     "gpus=nvidia"},
	    {"\"DeviceRequests\":[{\"Count\":2,\"Capabilities\":[[\"gpu\"]]},{}]", "gpus=gpu,0"},
	    {"\"DeviceRequests\":[]", ""},
	};

	(void)state;
	CHECK_CREATE(cases);
	create("\"Devices\":[{\"PathOnHost\":\"/dev/fuse\",\"PathInContainer\":\"/dev/"
	       "f\",\"CgroupPermissions\":\"r\"}]");
	assert_string_equal(shown(SP_FACT_DEVICES, 0),
	                    "--device /dev/fuse:/dev/f:r @/HostConfig/Devices/0/PathOnHost");
	/* every device, whatever the rest says */
	create("\"DeviceCgroupRules\":[\"a 1:3 r\",\"c 1:3 r\"]");
	assert_true(facts.first[SP_FACT_DEVICE_CGROUP_RULES]->exact_only);
	assert_false(facts.last[SP_FACT_DEVICE_CGROUP_RULES]->exact_only);
	assert_string_equal(shown(SP_FACT_DEVICE_CGROUP_RULES, 1),
	                    "--device-cgroup-rule c 1:3 r @/HostConfig/DeviceCgroupRules/1");
	create(
	    "\"DeviceRequests\":[{\"Count\":-1,\"Capabilities\":[[\"gpu\"]]},{\"Count\":2},"
	    "{\"DeviceIDs\":[\"GPU-1\"]},{\"Driver\":\"cdi\",\"DeviceIDs\":[\"vendor.com/x=y\"]}]");
	assert_string_equal(shown(SP_FACT_GPUS, 0), "--gpus all @/HostConfig/DeviceRequests/0");
	assert_string_equal(shown(SP_FACT_GPUS, 1), "--gpus 2 @/HostConfig/DeviceRequests/1");
	assert_string_equal(shown(SP_FACT_GPUS, 2),
	                    "--gpus device=GPU-1 @/HostConfig/DeviceRequests/2");
	assert_string_equal(shown(SP_FACT_GPUS, 3),
	                    "--device vendor.com/x=y @/HostConfig/DeviceRequests/3");
}

static void
what_else_reaches_the_host(void **state)
{
	static const struct fact_case cases[] = {
	    {"\"Sysctls\":{\"net.core.somaxconn\":\"1\"}", "sysctls=net.core.somaxconn"},
	    {"\"Sysctls\":{\"net/ipv4/conf/eth0.1/x\":\"1\",\"net.ipv4..ip_forward/\":\"1\"}",
	     "sysctls=net.ipv4.conf.eth0.1.x,net.ipv4.ip_forward"},
	    {"\"Ulimits\":[{\"Name\":\"nofile\",\"Soft\":1024,\"Hard\":2048}]", "ulimits=nofile"},
	    {"\"Ulimits\":[null]", "malformed: the field 'Ulimits': null in a list"},
	    {"\"StorageOpt\":{\"size\":\"10g\"}", "storage_opt=size"},
	    {"\"StorageOpt\":{\"Size\":\"10g\"}", "storage_opt=size"},
	    {"\"StorageOpt\":{\"sİze\":\"10g\"}",
	     "malformed: the storage option 'sİze' is not one dockerd knows"},
	    {"\"Ulimits\":[{\"Name\":\"NoFile\",\"Soft\":1024,\"Hard\":2048}]", "ulimits=nofile"},
	    {"\"Ulimits\":[{\"Name\":\"ſtack\"}]",
	     "malformed: the ulimit 'ſtack' is not one dockerd knows"},
	    {"\"Annotations\":{\"run.oci.hooks\":\"x\"}", "annotations=run.oci.hooks"},
	    {"\"GroupAdd\":[\"docker\",\"999\"]", "group_add=docker,999"},
	    {"\"Runtime\":\"runc\"", "runtimes=runc"},
	    {"\"CgroupParent\":\"/\"", "cgroup_parent=/"},
	    {"\"CgroupParent\":\"/ci/a..b\"", "cgroup_parent=/ci/a..b"},
	    {"\"CgroupParent\":\"/ci/../x\"", "malformed: the cgroup parent '/ci/../x' holds '..'"},
	    {"\"CgroupParent\":\"..\"", "malformed: the cgroup parent '..' holds '..'"},
	    {"\"LogConfig\":{\"Type\":\"syslog\"}", "log_drivers=syslog"},
	    {"\"LogConfig\":{\"Type\":\"a/b:latest\"}", "log_drivers=a/b"},
	    {"\"VolumeDriver\":\"a/b:latest\"", "volume_drivers=a/b"},
	    {"\"OomKillDisable\":true", "oom_control=oom-kill-disable"},
	    {"\"OomScoreAdj\":-500", "oom_control=oom-score-adj"},
	    {"\"OomScoreAdj\":500", ""},
	    {"\"CpuRealtimeRuntime\":950000,\"CpuRealtimePeriod\":1000000",
	     "cpu_realtime=1000000,950000"},
	    {"\"Isolation\":\"default\",\"KernelMemory\":1,\"CpuShares\":2", ""},
	    {"\"NewThing\":true", "unknown_fields=/HostConfig/NewThing"},
	    {"\"NewThing\":false,\"Other\":{},\"Third\":[],\"Fourth\":\"\",\"Fifth\":0,\"Sixth\":"
	     "null",
	     ""},
	    {"\"Memory\":\"1g\"",
	     "malformed: the field 'Memory': expected a whole number, found a string"},
	};

	(void)state;
	CHECK_CREATE(cases);
	create("\"Sysctls\":{\"kernel.msgmax\":\"1\"},\"Ulimits\":[{\"Name\":\"core\",\"Soft\":-1,"
	       "\"Hard\":-1}],"
	       "\"OomScoreAdj\":-500,\"Annotations\":{\"a\":\"b\"},\"X\":1");
	assert_string_equal(shown(SP_FACT_SYSCTLS, 0),
	                    "--sysctl kernel.msgmax=1 @/HostConfig/Sysctls/kernel.msgmax");
	assert_string_equal(shown(SP_FACT_ULIMITS, 0),
	                    "--ulimit core=-1:-1 @/HostConfig/Ulimits/0");
	assert_string_equal(shown(SP_FACT_OOM_CONTROL, 0),
	                    "--oom-score-adj -500 @/HostConfig/OomScoreAdj");
	assert_string_equal(shown(SP_FACT_ANNOTATIONS, 0),
	                    "--annotation a=b @/HostConfig/Annotations/a");
	assert_string_equal(shown(SP_FACT_UNKNOWN_FIELDS, 0), " /HostConfig/X @/HostConfig/X");
}

/* Up to dockerd 26 these are the HostConfig, or fill it. */
static void
hostconfig_fields_at_the_top_level_are_refused(void **state)
{
	static const char *const refused[] = {
	    "\"Privileged\":true",
	    "\"privileged\":true",
	    "\"Binds\":[\"/:/h\"]",
	    "\"PidMode\":\"host\"",
	    "\"Memory\":1",
	    "\"Cpuset\":\"0\"",
	    "\"VolumeDriver\":\"x\"",
	    "\"Runtime\":\"x\"",
	    "\"Annotations\":{\"a\":\"b\"}",
	    "\"HostConfig\":null,\"NetworkMode\":\"host\"",
	    "\"HostConfig\":{},\"Mounts\":[{}]",
	    "\"VolumesFrom\":[\"other\"]",
	    "\"VolumesFrom\":[null]",
	    "\"MaskedPaths\":[]",
	    "\"ReadonlyPaths\":[]",
	};
	static const char *const fine[] = {
	    "\"Runtime\":null",
	    "\"Memory\":0,\"MemorySwap\":0,\"CpuShares\":0,\"Cpuset\":\"\",\"VolumeDriver\":\"\"",
	    "\"Privileged\":false",
	    "\"VolumesFrom\":[]",
	    "\"Domainname\":\"\",\"MacAddress\":\"\",\"OnBuild\":null",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		const char *got =
		    create_top(sp_arena_printf(&arena, "\"Image\":\"x\",%s", refused[i]));

		assert_int_equal(req.fault, SP_FAULT_MALFORMED);
		if (!strstr(got, "put it into HostConfig"))
			fail_msg("%s: %s", refused[i], got);
		assert_true(facts.unread);
	}
	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++)
		assert_string_equal(
		    create_top(sp_arena_printf(&arena, "\"Image\":\"x\",%s", fine[i])), "");
}

static void
a_new_name(void **state)
{
	(void)state;
	ask("POST", "/v1.44/containers/c1/rename?name=c2", NULL);
	assert_string_equal(powers(), "");
	assert_string_equal(seen(SP_FACT_NAME), "c2");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_plain_request_uses_no_power),
	    cmocka_unit_test(image_user_name_labels_healthcheck),
	    cmocka_unit_test(the_name_is_in_the_url),
	    cmocka_unit_test(devices),
	    cmocka_unit_test(what_else_reaches_the_host),
	    cmocka_unit_test(hostconfig_fields_at_the_top_level_are_refused),
	    cmocka_unit_test(a_new_name),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
