/* SPDX-License-Identifier: Apache-2.0 */
#include "facts_test.h"

static const char *
endpoints(const char *mode, const char *map)
{
	return create_top(sp_arena_printf(&arena,
	                                  "\"Image\":\"x\",\"HostConfig\":{\"NetworkMode\":\"%s\"},"
	                                  "\"NetworkingConfig\":{\"EndpointsConfig\":%s}",
	                                  mode, map));
}

static void
network_modes(void **state)
{
	static const struct fact_case cases[] = {
	    {"\"NetworkMode\":\"\"", ""},
	    {"\"NetworkMode\":\"default\"", ""},
	    {"\"NetworkMode\":\"bridge\"", ""},
	    {"\"NetworkMode\":\"none\"", ""},
	    {"\"NetworkMode\":\"host\"", "host_namespaces=network"},
	    {"\"NetworkMode\":\"Host\"", "networks=Host"},
	    {"\"NetworkMode\":\"front\"", "networks=front"},
	    {"\"Networ\xe2\x84\xaaMode\":\"host\"", "host_namespaces=network"},
	    {"\"NetworkMode\":\"container:db\"", "join_namespaces=db>network"},
	    {"\"NetworkMode\":\"container:\"",
	     "malformed: the NetworkMode 'container:' names no container"},
	    {"\"NetworkMode\":\"container\"",
	     "malformed: the NetworkMode 'container' names no container"},
	};

	(void)state;
	CHECK_CREATE(cases);
	create("\"NetworkMode\":\"host\"");
	assert_string_equal(shown(SP_FACT_HOST_NAMESPACES, 0),
	                    "--network host @/HostConfig/NetworkMode");
	create("\"NetworkMode\":\"container:db\"");
	assert_string_equal(shown(SP_FACT_JOIN_NAMESPACES, 0),
	                    "--network container:db @/HostConfig/NetworkMode");
}

static void
every_endpoint_is_a_network(void **state)
{
	static const struct {
		const char *mode, *map, *expected;
	} cases[] = {
	    {"", "null", ""},
	    {"", "{}", ""},
	    {"", "{\"bridge\":{},\"none\":{},\"default\":null}", ""},
	    {"none", "{\"net\":{}}", "networks=net"},
	    {"front", "{\"front\":{\"Aliases\":[\"web\"]}}", "networks=front"},
	    {"front", "{\"front\":null}", "networks=front"},
	    {"front", "{\"front\":{},\"back\":{}}", "networks=front,back"},
	    {"", "{\"host\":{}}", "host_namespaces=network"},
	    {"host", "{\"host\":{}}", "host_namespaces=network"},
	    {"none", "{\"Host\":{}}", "networks=Host"},
	    /* NetworkID is what dockerd connects to */
	    {"front", "{\"front\":{\"NetworkID\":\"back\"}}", "networks=front,back"},
	    {"front", "{\"front\":{\"NetworkID\":\"front\"}}", "networks=front"},
	    {"front", "{\"front\":{\"NetworkID\":\"host\"}}",
	     "host_namespaces=network networks=front"},
	    {"front", "{\"front\":{\"NetworkID\":\"\"}}", "networks=front"},
	    {"", "{\"bridge\":{\"DriverOpts\":{\"a.b\":\"1\",\"c\":\"2\"}}}",
	     "network_options=a.b,c"},
	    {"", "{\"bridge\":{\"Links\":[\"db:d\"]}}", "links=db>db"},
	    {"",
	     "{\"bridge\":{\"IPAMConfig\":{\"IPv4Address\":\"192.0.2.1\"},\"MacAddress\":\"x\"}}",
	     ""},
	    {"", "{\"a\":{},\"a\":{}}", "malformed: the field 'a': duplicate key"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *got = endpoints(cases[i].mode, cases[i].map);

		if (strcmp(got, cases[i].expected) != 0)
			fail_msg("%s %s\n gives    %s\n expected %s", cases[i].mode, cases[i].map,
			         got, cases[i].expected);
	}
	endpoints("none", "{\"a/b\":{\"NetworkID\":\"x\",\"DriverOpts\":{\"k\":\"v\"}}}");
	assert_string_equal(shown(SP_FACT_NETWORKS, 0),
	                    "--network a/b @/NetworkingConfig/EndpointsConfig/a~1b");
	assert_string_equal(shown(SP_FACT_NETWORKS, 1),
	                    "--network x @/NetworkingConfig/EndpointsConfig/a~1b/NetworkID");
	assert_string_equal(shown(SP_FACT_NETWORK_OPTIONS, 0),
	                    "--network name=a/b,driver-opt=k=v "
	                    "@/NetworkingConfig/EndpointsConfig/a~1b/DriverOpts");
}

static void
a_hex_word_may_be_the_id_of_another_network(void **state)
{
	(void)state;
	create("\"NetworkMode\":\"cafe\"");
	assert_true(facts.first[SP_FACT_NETWORKS]->exact_only);
	create("\"NetworkMode\":\"front\"");
	assert_false(facts.first[SP_FACT_NETWORKS]->exact_only);
}

static void
links(void **state)
{
	static const struct fact_case cases[] = {
	    {"\"Links\":null", ""},
	    {"\"Links\":[\"db:alias\",\"/web\"]", "links=db>db,web>web"},
	};

	(void)state;
	CHECK_CREATE(cases);
	create("\"Links\":[\"a\",\"db:alias\"]");
	assert_string_equal(shown(SP_FACT_LINKS, 1), "--link db:alias @/HostConfig/Links/1");
}

static void
published_ports(void **state)
{
	static const struct fact_case cases[] = {
	    {"\"PortBindings\":null", ""},
	    {"\"PortBindings\":{}", ""},
	    {"\"PortBindings\":{\"80/tcp\":[{\"HostPort\":\"8080\"}]}", "ports=any:8080/tcp"},
	    {"\"PortBindings\":{\"80/tcp\":[{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"8000-8010\"},"
	     "{\"HostIp\":\"localhost\",\"HostPort\":\"\"}],\"53/udp\":[{\"HostPort\":\"53\"}]}",
	     "ports=127.0.0.1:8000-8010/tcp,any:ephemeral/tcp,any:53/udp"},
	    {"\"PortBindings\":{\"80/tcp\":[]}", "ports=any:ephemeral/tcp"},
	    {"\"PortBindings\":{\"80/tcp\":null}", "ports=any:ephemeral/tcp"},
	    {"\"PortBindings\":{\"80/tcp\":[{}]}", "ports=any:ephemeral/tcp"},
	    {"\"PublishAllPorts\":true", "ports=any:ephemeral"},
	    {"\"PublishAllPorts\":false", ""},
	    {"\"PortBindings\":{\"80/tcp\":[{\"HostPort\":\"x\"}]}",
	     "malformed: the published port 'x:80/tcp': its host port is not a port or a range of "
	     "ports"},
	    {"\"PortBindings\":{\"80/tcp\":[{\"HostPort\":8080}]}",
	     "malformed: the field 'HostPort': expected a string, found a number"},
	    {"\"PortBindings\":{\"80/tcp\":[null]}",
	     "malformed: the field '80/tcp': null in a list"},
	};

	(void)state;
	CHECK_CREATE(cases);
	create("\"PortBindings\":{\"80/tcp\":[{\"HostIp\":\"0.0.0.0\",\"HostPort\":\"8080\"}],"
	       "\"81/tcp\":[{\"HostIp\":\"::1\",\"HostPort\":\"81\"}],\"82/tcp\":null,"
	       "\"83/tcp\":[{\"HostIp\":\"127.0.0.1\"}]},\"PublishAllPorts\":true");
	assert_string_equal(shown(SP_FACT_PORTS, 0),
	                    "-p 0.0.0.0:8080:80/tcp @/HostConfig/PortBindings/80~1tcp/0");
	assert_string_equal(shown(SP_FACT_PORTS, 1),
	                    "-p [::1]:81:81/tcp @/HostConfig/PortBindings/81~1tcp/0");
	assert_string_equal(shown(SP_FACT_PORTS, 2), "-p 82/tcp @/HostConfig/PortBindings/82~1tcp");
	assert_string_equal(shown(SP_FACT_PORTS, 3),
	                    "-p 127.0.0.1::83/tcp @/HostConfig/PortBindings/83~1tcp/0");
	assert_string_equal(shown(SP_FACT_PORTS, 4), "-P  @/HostConfig/PublishAllPorts");
	assert_true(facts.last[SP_FACT_PORTS]->port->ip_any);
	assert_true(facts.last[SP_FACT_PORTS]->port->ephemeral);
}

static void
network_create(void **state)
{
	static const struct {
		const char *fields, *expected;
	} cases[] = {
	    {"\"Name\":\"n\",\"Driver\":\"bridge\",\"Options\":{},\"IPAM\":{\"Driver\":\"default\","
	     "\"Options\":{},\"Config\":[{\"Subnet\":\"198.51.100.0/24\"}]}",
	     ""},
	    {"\"Driver\":\"\",\"IPAM\":null", ""},
	    {"\"Driver\":\"overlay\",\"Attachable\":true", ""},
	    {"\"Driver\":\"macvlan\",\"Options\":{\"parent\":\"eth0\"}",
	     "network_options=parent network_drivers=macvlan"},
	    {"\"Driver\":\"Bridge\"", "network_drivers=Bridge"},
	    {"\"Driver\":\"host\"", "network_drivers=host"},
	    {"\"Driver\":\"a/b:latest\"", "network_drivers=a/b"},
	    {"\"IPAM\":{\"Driver\":\"x\",\"Options\":{\"y\":\"z\"}}",
	     "network_options=y network_drivers=x"},
	    {"\"Ingress\":true", "network_options=ingress"},
	    {"\"Future\":[1]", "unknown_fields=/Future"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ask("POST", "/v1.44/networks/create",
		    sp_arena_printf(&arena, "{%s}", cases[i].fields));
		assert_string_equal(powers(), cases[i].expected);
	}
	ask("POST", "/v1.44/networks/create",
	    "{\"Name\":\"n\",\"Labels\":{\"a\":\"b\"},\"Options\":{\"k\":\"v\"},\"IPAM\":{"
	    "\"Options\":{\"x\":\"y\"}}}");
	assert_string_equal(seen(SP_FACT_NAME), "n");
	assert_string_equal(seen(SP_FACT_LABELS), "a=b");
	assert_string_equal(shown(SP_FACT_NETWORK_OPTIONS, 0), "-o k=v @/Options/k");
	assert_string_equal(shown(SP_FACT_NETWORK_OPTIONS, 1), "--ipam-opt x=y @/IPAM/Options/x");
}

static void
network_connect(void **state)
{
	static const struct {
		const char *uri, *body, *expected;
	} cases[] = {
	    {"/v1.44/networks/front/connect", "{\"Container\":\"c\"}", "networks=front"},
	    {"/v1.44/networks/front/connect",
	     "{\"Container\":\"c\",\"EndpointConfig\":{\"NetworkID\":\"\",\"Links\":null,"
	     "\"DriverOpts\":{}}}",
	     "networks=front"},
	    {"/v1.44/networks/front/connect",
	     "{\"Container\":\"c\",\"EndpointConfig\":{\"NetworkID\":\"back\",\"Links\":[\"d\"],"
	     "\"DriverOpts\":{\"k\":\"v\"}}}",
	     "networks=front,back network_options=k links=d>d"},
	    {"/v1.44/networks/bridge/connect", "{\"Container\":\"c\"}", ""},
	    {"/v1.44/networks/host/connect", "{\"Container\":\"c\"}", "host_namespaces=network"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ask("POST", cases[i].uri, cases[i].body);
		assert_string_equal(powers(), cases[i].expected);
	}
	ask("POST", cases[2].uri, cases[2].body);
	assert_string_equal(shown(SP_FACT_NETWORKS, 0), "--network front @{id}");
	assert_string_equal(shown(SP_FACT_NETWORKS, 1),
	                    "--network back @/EndpointConfig/NetworkID");
	assert_string_equal(shown(SP_FACT_LINKS, 0), "--link d @/EndpointConfig/Links");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(network_modes),
	    cmocka_unit_test(every_endpoint_is_a_network),
	    cmocka_unit_test(a_hex_word_may_be_the_id_of_another_network),
	    cmocka_unit_test(links),
	    cmocka_unit_test(published_ports),
	    cmocka_unit_test(network_create),
	    cmocka_unit_test(network_connect),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
