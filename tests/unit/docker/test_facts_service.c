/* SPDX-License-Identifier: Apache-2.0 */
/* service.create, service.update: what swarm makes of a specification. */
#include "facts_test.h"

#define VERSION "/v1.52"

/* Asks for a service with these fields; what is used, as one line. */
static const char *
service(const char *uri, const char *fields)
{
	ask("POST", uri, sp_arena_printf(&arena, "{%s}", fields));
	return powers();
}

static const char *
container(const char *fields)
{
	return service(
	    VERSION "/services/create",
	    sp_arena_printf(&arena, "\"TaskTemplate\":{\"ContainerSpec\":{%s}}", fields));
}

struct one {
	const char *fields, *expected;
};

static void
check(const char *(*ask_for)(const char *), const struct one *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *got = ask_for(cases[i].fields);

		if (strcmp(got, cases[i].expected) != 0)
			fail_msg("%s gives '%s', expected '%s'", cases[i].fields, got,
			         cases[i].expected);
	}
}
#define CHECK(ask_for, cases) check(ask_for, cases, sizeof(cases) / sizeof(cases[0]))

static void
a_plain_service(void **state)
{
	(void)state;
	assert_string_equal(
	    container("\"Image\":\"nginx\",\"Env\":[\"A=b\"],\"Labels\":{\"x\":\"y\"},"
	              "\"Mounts\":[],\"Init\":false,\"DNSConfig\":{}"),
	    "");
	assert_false(facts.unread);
	assert_string_equal(seen(SP_FACT_IMAGES), "docker.io/library/nginx:latest");
	assert_string_equal(seen(SP_FACT_USER), "unknowable");
	assert_string_equal(seen(SP_FACT_NAME), "unset");
	assert_string_equal(seen(SP_FACT_LABELS), "-"); /* those of the containers are not */
	assert_string_equal(seen(SP_FACT_REPLICAS), "1");
	assert_string_equal(seen(SP_FACT_MEMORY), "unset");
	assert_string_equal(seen(SP_FACT_CPUS), "unset");
	assert_string_equal(seen(SP_FACT_PIDS), "unset");
	assert_string_equal(seen(SP_FACT_READ_ONLY), "unset");
	assert_string_equal(seen(SP_FACT_HEALTHCHECK), "unset");
	assert_string_equal(seen(SP_FACT_NO_NEW_PRIVILEGES), "unset");
	service(VERSION "/services/create", "\"Name\":\"web\",\"Labels\":{\"owner\":\"anna\"}");
	assert_string_equal(seen(SP_FACT_NAME), "web");
	assert_string_equal(seen(SP_FACT_LABELS), "owner=anna");
	assert_string_equal(seen(SP_FACT_IMAGES), "0(invalid)");
	container("\"User\":\"1000\",\"ReadOnly\":true,\"Healthcheck\":{\"Test\":[\"CMD\",\"x\"]}");
	assert_string_equal(seen(SP_FACT_USER), "1000");
	assert_string_equal(seen(SP_FACT_READ_ONLY), "1");
	assert_string_equal(seen(SP_FACT_HEALTHCHECK), "1");
	container("\"Healthcheck\":{\"Test\":[\"NONE\"]}");
	assert_string_equal(seen(SP_FACT_HEALTHCHECK), "unset");
}

static void
what_a_container_can_use(void **state)
{
	static const struct one cases[] = {
	    {"\"CapabilityAdd\":[\"net_admin\",\"ALL\"]", "cap_add=CAP_NET_ADMIN,ALL"},
	    {"\"Sysctls\":{\"net.core.somaxconn\":\"1\"}", "sysctls=net.core.somaxconn"},
	    {"\"Ulimits\":[{\"Name\":\"nofile\",\"Hard\":9,\"Soft\":9}]", "ulimits=nofile"},
	    {"\"Groups\":[\"audio\"]", "group_add=audio"},
	    {"\"OomScoreAdj\":-1", "oom_control=oom-score-adj"},
	    {"\"OomScoreAdj\":1", ""},
	    {"\"Secrets\":[{\"SecretID\":\"x\",\"SecretName\":\"prod-db\",\"File\":{\"Mode\":292}},"
	     "{\"SecretID\":\"y\"}]",
	     "secrets=prod-db,0"},
	    {"\"Configs\":[{\"ConfigID\":\"x\",\"ConfigName\":\"c\",\"Runtime\":{}}]", "configs=c"},
	    {"\"Privileged\":true", "unknown_fields=/TaskTemplate/ContainerSpec/Privileged"},
	};
	static const char *const malformed[] = {
	    "\"Secrets\":[null]",
	    "\"Init\":1",
	    "\"User\":\"0\",\"u\\u017fer\":\"1\"",
	    "\"CapabilityAdd\":\"ALL\"",
	};

	(void)state;
	CHECK(container, cases);
	for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++) {
		container(malformed[i]);
		assert_int_equal(req.fault, SP_FAULT_MALFORMED);
	}
}

/* As strings.ToUpper sees them; the first of swarm's list is a bind mount. */
static void
mounts(void **state)
{
#define MOUNT(fields) "\"Mounts\":[{\"Target\":\"/t\"," fields "}]"
	static const struct one cases[] = {
	    {MOUNT("\"Type\":\"bind\",\"Source\":\"/tmp/../etc\",\"ReadOnly\":true"),
	     "bind=/etc:ro"},
	    {MOUNT("\"Type\":\"BiND\",\"Source\":\"/etc\""), "bind=/etc"},
	    {MOUNT("\"Type\":\"\",\"Source\":\"/etc\""), "bind=/etc"},
	    {MOUNT("\"Source\":\"/etc\""), "bind=/etc"},
	    {MOUNT("\"Type\":\"Volume\",\"Source\":\"data\""), "volumes=data"},
	    {MOUNT("\"Type\":\"volume\""), ""},
	    {MOUNT("\"Type\":\"TMPFS\""), ""},
	    {MOUNT("\"Type\":\"cluster\",\"Source\":\"csi\""), "cluster_volumes=csi"},
	    {MOUNT("\"Type\":\"b\\u0131nd\",\"Source\":\"/etc\""),
	     "malformed: the mount type 'b\xc4\xb1nd' is not one dockerd knows"},
	    {MOUNT("\"Type\":\"bind\",\"Source\":\"etc\""),
	     "malformed: the source 'etc' of a bind mount does not start with '/'"},
	    {MOUNT("\"Type\":\"bind\",\"Source\":\"/"
	           "a\",\"BindOptions\":{\"Propagation\":\"RShared\"}"),
	     "bind=/a bind_propagation=rshared"},
	    {MOUNT("\"Type\":\"bind\",\"Source\":\"/a\",\"BindOptions\":{\"Propagation\":\"x\"}"),
	     "malformed: the bind propagation 'x' is not one dockerd knows"},
	    {MOUNT(
		 "\"Type\":\"volume\",\"Source\":\"v\",\"VolumeOptions\":{\"DriverConfig\":{"
		 "\"Name\":"
		 "\"local\",\"Options\":{\"type\":\"none\",\"o\":\"bind\",\"device\":\"/etc\"}}}"),
	     "bind=/etc volumes=v"},
	    /* the node expands templates: they can become any text */
	    {MOUNT("\"Type\":\"bind\",\"Source\":\"/srv/{{index .Service.Labels \\\"p\\\"}}\""),
	     "bind=unknowable(/srv/{{index .Service.Labels \"p\"}})"},
	    {MOUNT("\"Type\":\"volume\",\"Source\":\"v\",\"VolumeOptions\":{\"DriverConfig\":{"
	           "\"Options\":{\"type\":\"{{.Service.Name}}\"}}}"),
	     "bind=unknowable(/) volumes=v"},
	};

	(void)state;
	CHECK(container, cases);
	container(MOUNT("\"Type\":\"volume\",\"Source\":\"v{{.Task.Slot}}\""));
	assert_true(facts.first[SP_FACT_VOLUMES]->exact_only);
	assert_string_equal(
	    create("\"Mounts\":[{\"Type\":\"BIND\",\"Source\":\"/a\",\"Target\":\"/b\"}]"),
	    "malformed: the mount type 'BIND' is not one dockerd knows");
}

static void
privileges(void **state)
{
#define PRIVILEGES(fields) "\"Privileges\":{" fields "}"
	static const struct one cases[] = {
	    {PRIVILEGES("\"Seccomp\":{\"Mode\":\"default\"},\"AppArmor\":{\"Mode\":\"default\"}"),
	     ""},
	    {PRIVILEGES("\"Seccomp\":{},\"AppArmor\":{},\"SELinuxContext\":{}"), ""},
	    {PRIVILEGES("\"Seccomp\":{\"Mode\":\"unconfined\"}"),
	     "security_opt=seccomp=unconfined"},
	    {PRIVILEGES("\"Seccomp\":{\"Mode\":\"custom\",\"Profile\":\"e30=\"}"),
	     "security_opt=seccomp=<inline>"},
	    /* the text "unconfined" as a profile is no profile */
	    {PRIVILEGES("\"Seccomp\":{\"Mode\":\"custom\",\"Profile\":\"dW5jb25maW5lZA==\"}"),
	     "security_opt=seccomp=unconfined"},
	    {PRIVILEGES("\"Seccomp\":{\"Mode\":\"custom\",\"Profile\":\"dW5jb25maW5l\\nZA==\"}"),
	     "malformed: the seccomp profile is not base64 in its usual form"},
	    {PRIVILEGES("\"Seccomp\":{\"Mode\":\"Unconfined\"}"),
	     "malformed: the seccomp mode 'Unconfined' is not one dockerd knows"},
	    {PRIVILEGES("\"AppArmor\":{\"Mode\":\"disabled\"}"),
	     "security_opt=apparmor=unconfined"},
	    {PRIVILEGES("\"AppArmor\":{\"Mode\":\"off\"}"),
	     "malformed: the AppArmor mode 'off' is not one dockerd knows"},
	    {PRIVILEGES("\"SELinuxContext\":{\"Disable\":true,\"Type\":\"spc_t\",\"User\":\"u\","
	                "\"Role\":\"r\",\"Level\":\"s0\"}"),
	     "security_opt=label=disable,label=user:u,label=role:r,label=type:spc_t,label=level:"
	     "s0"},
	    {PRIVILEGES("\"CredentialSpec\":{\"File\":\"f.json\"}"),
	     "security_opt=credentialspec=file://f.json"},
	};

	(void)state;
	CHECK(container, cases);
}

/* What the daemon drops at the version of the request meets no condition. */
static void
conditions_at_old_versions(void **state)
{
	static const char body[] =
	    "\"TaskTemplate\":{\"ContainerSpec\":{\"Image\":\"x\",\"CapabilityAdd\":[\"SYS_ADMIN\"]"
	    ","
	    "\"CapabilityDrop\":[\"ALL\"],\"Privileges\":{\"NoNewPrivileges\":true}},"
	    "\"Resources\":{\"Limits\":{\"MemoryBytes\":1000,\"Pids\":9},\"SwapBytes\":500}},"
	    "\"Mode\":{\"ReplicatedJob\":{\"MaxConcurrent\":3}}";
	static const struct {
		const char *version, *cap_drop, *pids, *nnp, *swap, *replicas;
	} cases[] = {
	    {"/v1.40", "-", "unset", "unset", "2000", "1"},
	    {"/v1.41", "ALL", "9", "unset", "2000", "3,3"},
	    {"/v1.43", "ALL", "9", "unset", "2000", "3,3"},
	    {"/v1.44", "ALL", "9", "1", "2000", "3,3"},
	    {"/v1.52", "ALL", "9", "1", "1500", "3,3"},
	    /* the daemon's own version, which may be one that does not know these */
	    {"", "ALL", "9", "unknowable", "unknowable", "3,3"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		service(sp_arena_printf(&arena, "%s/services/create", cases[i].version), body);
		assert_string_equal(seen(SP_FACT_CAP_ADD), "CAP_SYS_ADMIN");
		assert_string_equal(seen(SP_FACT_CAP_DROP), cases[i].cap_drop);
		assert_string_equal(seen(SP_FACT_PIDS), cases[i].pids);
		assert_string_equal(seen(SP_FACT_NO_NEW_PRIVILEGES), cases[i].nnp);
		assert_string_equal(seen(SP_FACT_MEMORY_SWAP), cases[i].swap);
		assert_string_equal(seen(SP_FACT_REPLICAS), cases[i].replicas);
	}
}

static void
limits(void **state)
{
	static const struct {
		const char *resources, *memory, *swap, *cpus, *pids;
	} cases[] = {
	    {"\"Limits\":{\"MemoryBytes\":100,\"NanoCPUs\":5,\"Pids\":7}", "100", "200", "5", "7"},
	    {"\"Limits\":{\"MemoryBytes\":0,\"NanoCPUs\":0,\"Pids\":0}", "unset", "unset", "unset",
	     "unset"},
	    {"\"Limits\":{\"MemoryBytes\":-1,\"NanoCPUs\":-1,\"Pids\":-1}", "unset", "unset",
	     "unset", "unset"},
	    {"\"Limits\":{\"MemoryBytes\":9223372036854775807,\"Pids\":9223372036854775807}",
	     "unlimited", "unlimited", "unset", "unlimited"},
	    {"\"Limits\":{\"MemoryBytes\":100},\"SwapBytes\":-1", "100", "unlimited", "unset",
	     "unset"},
	    {"\"Limits\":{\"MemoryBytes\":100},\"SwapBytes\":0", "100", "100", "unset", "unset"},
	    {"\"Limits\":{\"MemoryBytes\":100},\"SwapBytes\":-2", "100", "200", "unset", "unset"},
	    {"\"Limits\":{\"MemoryBytes\":100},\"SwapBytes\":9223372036854775807", "100",
	     "unlimited", "unset", "unset"},
	    {"\"Reservations\":{\"MemoryBytes\":100},\"SwapBytes\":1", "unset", "unset", "unset",
	     "unset"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		service(VERSION "/services/create",
		        sp_arena_printf(&arena, "\"TaskTemplate\":{\"Resources\":{%s}}",
		                        cases[i].resources));
		assert_string_equal(seen(SP_FACT_MEMORY), cases[i].memory);
		assert_string_equal(seen(SP_FACT_MEMORY_SWAP), cases[i].swap);
		assert_string_equal(seen(SP_FACT_CPUS), cases[i].cpus);
		assert_string_equal(seen(SP_FACT_PIDS), cases[i].pids);
	}
}

static void
how_many_tasks(void **state)
{
	static const struct {
		const char *mode, *powers, *replicas;
	} cases[] = {
	    {"{}", "", "1"},
	    {"null", "", "1"},
	    {"{\"Replicated\":{}}", "", "1"},
	    {"{\"Replicated\":{\"Replicas\":0}}", "", "0"},
	    {"{\"Replicated\":{\"Replicas\":30}}", "", "30"},
	    {"{\"Replicated\":{\"Replicas\":18446744073709551615}}", "", "9223372036854775807"},
	    {"{\"Global\":{}}", "global_service=global", "unlimited"},
	    {"{\"Global\":null}", "", "1"},
	    {"{\"globaljob\":{}}", "global_service=global-job", "unlimited"},
	    {"{\"ReplicatedJob\":{}}", "", "1,1"},
	    {"{\"ReplicatedJob\":{\"MaxConcurrent\":2,\"TotalCompletions\":50}}", "", "2,50"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_string_equal(service(VERSION "/services/create",
		                            sp_arena_printf(&arena, "\"Mode\":%s", cases[i].mode)),
		                    cases[i].powers);
		assert_string_equal(seen(SP_FACT_REPLICAS), cases[i].replicas);
	}
	service(VERSION "/services/create", "\"Mode\":{\"Global\":true}");
	assert_int_equal(req.fault, SP_FAULT_MALFORMED);
}

static const char *
network(const char *target)
{
	return service(VERSION "/services/create",
	               sp_arena_printf(&arena,
	                               "\"TaskTemplate\":{\"Networks\":[{\"Target\":\"%s\"}]}",
	                               target));
}

static void
networks(void **state)
{
	static const struct one cases[] = {
	    {"prod-net", "networks=prod-net"},
	    {"stack_web", "networks=stack_web"},
	    {"host", "host_namespaces=network"},
	    {"bridge", ""},
	    {"none", ""},
	    {"", "malformed: a network of the service has no Target"},
	    /* an ID, or the beginning of one, may be that of the host's network */
	    {"i6sr0joljsisyic51nu5awoi8",
	     "host_namespaces=network networks=i6sr0joljsisyic51nu5awoi8"},
	    {"i6s", "host_namespaces=network networks=i6s"},
	    {"Web", "networks=Web"},
	};

	(void)state;
	CHECK(network, cases);
	network("i6s");
	assert_true(facts.first[SP_FACT_NETWORKS]->exact_only);
	assert_string_equal(shown(SP_FACT_HOST_NAMESPACES, 0),
	                    "--network i6s (which may be the ID of the host's network) "
	                    "@/TaskTemplate/Networks/0/Target");
	assert_string_equal(
	    service(VERSION "/services/create",
	            "\"Networks\":[{\"Target\":\"old-way\",\"DriverOpts\":{\"a.b\":\"c\"}}]"),
	    "networks=old-way network_options=a.b");
	/* a container can be attached to a network of the swarm */
	create("\"NetworkMode\":\"i6sr0joljsisyic51nu5awoi8\"");
	assert_true(facts.first[SP_FACT_NETWORKS]->exact_only);
	create("\"NetworkMode\":\"web\"");
	assert_false(facts.first[SP_FACT_NETWORKS]->exact_only);
}

static const char *
port(const char *fields)
{
	return service(VERSION "/services/create",
	               sp_arena_printf(&arena, "\"EndpointSpec\":{\"Ports\":[{%s}]}", fields));
}

static void
ports(void **state)
{
	static const struct one cases[] = {
	    {"\"TargetPort\":80,\"PublishedPort\":8080", "ports=any:8080/tcp"},
	    {"\"Protocol\":\"UDP\",\"PublishedPort\":53", "ports=any:53/udp"},
	    {"\"Protocol\":\"x\"",
	     "malformed: the Protocol 'x' of a port is not one dockerd knows"},
	    {"\"PublishMode\":\"x\"",
	     "malformed: the PublishMode 'x' of a port is not one dockerd knows"},
	    {"\"TargetPort\":80", "ports=any:ephemeral/tcp"},
	    {"\"PublishedPort\":65536", "malformed: the published port 65536 is no port"},
	};

	(void)state;
	CHECK(port, cases);
	port("\"TargetPort\":80");
	assert_int_equal(facts.first[SP_FACT_PORTS]->port->first, 30000);
	assert_int_equal(facts.first[SP_FACT_PORTS]->port->last, 32767);
	port("\"TargetPort\":80,\"PublishMode\":\"host\"");
	assert_int_equal(facts.first[SP_FACT_PORTS]->port->first, 0);
	assert_string_equal(
	    shown(SP_FACT_PORTS, 0),
	    "-p published=0,target=80,protocol=tcp,mode=host @/EndpointSpec/Ports/0");
}

static void
what_does_something_else_needs_everything(void **state)
{
	static const struct {
		const char *uri, *body;
		bool beyond, unread, malformed;
	} cases[] = {
	    {"/services/create", "\"TaskTemplate\":{\"Runtime\":\"\"}", false, false, false},
	    {"/services/create", "\"TaskTemplate\":{\"Runtime\":\"container\",\"PluginSpec\":null}",
	     false, false, false},
	    {"/services/create", "\"TaskTemplate\":{\"Runtime\":\"plugin\"}", true, false, false},
	    {"/services/create", "\"TaskTemplate\":{\"PluginSpec\":{\"name\":\"p\"}}", true, false,
	     false},
	    /* dockerd takes no other runtime, and knows them by their exact names */
	    {"/services/create", "\"TaskTemplate\":{\"runtime\":\"attachment\"}", false, true,
	     true},
	    {"/services/create", "\"TaskTemplate\":{\"Runtime\":\"Container\"}", false, true, true},
	    {"/services/create", "\"TaskTemplate\":{\"NetworkAttachmentSpec\":{}}", false, false,
	     false},
	    {"/services/s1/update?version=1", "", false, false, false},
	    {"/services/s1/update?version=1&rollback=", "", false, false, false},
	    {"/services/s1/update?version=1&rollback=none", "", false, false, false},
	    {"/services/s1/update?version=1&rollback=previous", "", true, true, false},
	    {"/services/s1/update?version=1&rollback=Previous", "", true, true, true},
	    /* only an update can be one */
	    {"/services/create?rollback=previous", "", false, false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		service(sp_arena_printf(&arena, VERSION "%s", cases[i].uri), cases[i].body);
		if (facts.unread != cases[i].unread || (facts.beyond != NULL) != cases[i].beyond ||
		    (req.fault == SP_FAULT_MALFORMED) != cases[i].malformed)
			fail_msg("%s {%s}: unread is %d, beyond %s", cases[i].uri, cases[i].body,
			         facts.unread, facts.beyond ? facts.beyond : "-");
	}
}

static void
the_rest(void **state)
{
	(void)state;
	assert_string_equal(
	    service(VERSION "/services/create",
	            "\"TaskTemplate\":{\"LogDriver\":{\"Name\":\"gelf\"},\"ForceUpdate\":1,"
	            "\"RestartPolicy\":{\"Condition\":\"any\"},\"Placement\":{\"Constraints\":["
	            "\"x\"]}},"
	            "\"UpdateConfig\":{\"MaxFailureRatio\":0.5,\"Parallelism\":1},"
	            "\"RollbackConfig\":{\"MaxFailureRatio\":1}"),
	    "log_drivers=gelf");
	service(VERSION "/services/create", "\"UpdateConfig\":{\"MaxFailureRatio\":\"0.5\"}");
	assert_int_equal(req.fault, SP_FAULT_MALFORMED);
	assert_string_equal(service(VERSION "/services/create", "\"New\":{\"a\":1}"),
	                    "unknown_fields=/New");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_plain_service, setup, teardown),
	    cmocka_unit_test_setup_teardown(what_a_container_can_use, setup, teardown),
	    cmocka_unit_test_setup_teardown(mounts, setup, teardown),
	    cmocka_unit_test_setup_teardown(privileges, setup, teardown),
	    cmocka_unit_test_setup_teardown(conditions_at_old_versions, setup, teardown),
	    cmocka_unit_test_setup_teardown(limits, setup, teardown),
	    cmocka_unit_test_setup_teardown(how_many_tasks, setup, teardown),
	    cmocka_unit_test_setup_teardown(networks, setup, teardown),
	    cmocka_unit_test_setup_teardown(ports, setup, teardown),
	    cmocka_unit_test_setup_teardown(what_does_something_else_needs_everything, setup,
	                                    teardown),
	    cmocka_unit_test_setup_teardown(the_rest, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
