/* SPDX-License-Identifier: Apache-2.0 */
#include "docker/port_spec.h"
#include "message.h"

static const char *
print(const char *container, const char *ip, const char *host_port)
{
	struct sp_port port;
	const char *why =
	    sp_port_parse(sp_strz(container), sp_strz(ip), sp_strz(host_port), &arena, &port);

	return why ? why : cstr(sp_port_print(&port, &arena));
}

static void
ports_are_read_as_dockerd_does(void **state)
{
	static const struct {
		const char *container, *ip, *host_port, *expected;
	} cases[] = {
	    {"80/tcp", "", "8080", "any:8080/tcp"},
	    {"80", "", "8080", "any:8080/tcp"},
	    {"53/udp", "", "53", "any:53/udp"},
	    {"80/TCP", "", "80", "any:80/tcp"},
	    {"80/sctp", "", "80", "any:80/sctp"},
	    {"80/tcp", "", "", "any:ephemeral/tcp"},
	    {"80/tcp", "", "0", "any:ephemeral/tcp"},
	    {"80/tcp", "", "8000-8010", "any:8000-8010/tcp"},
	    {"80/tcp", "", "8000-8000", "any:8000/tcp"},
	    {"80/tcp", "", "0080", "any:80/tcp"},
	    {"80/tcp", "127.0.0.1", "8080", "127.0.0.1:8080/tcp"},
	    {"80/tcp", "127.0.0.1", "", "127.0.0.1:ephemeral/tcp"},
	    {"80/tcp", "::1", "443", "[::1]:443/tcp"},
	    {"80/tcp", "0:0:0:0:0:0:0:1", "443", "[::1]:443/tcp"},
	    {"80/tcp", "2001:DB8::1", "443", "[2001:db8::1]:443/tcp"},
	    {"80/tcp", "::ffff:127.0.0.1", "8080", "127.0.0.1:8080/tcp"},
	    {"80/tcp", "::ffff:7f00:1", "8080", "127.0.0.1:8080/tcp"},
	    /* every interface, written out */
	    {"80/tcp", "0.0.0.0", "80", "any:80/tcp"},
	    {"80/tcp", "::", "80", "any:80/tcp"},
	    {"80/tcp", "::ffff:0.0.0.0", "80", "any:80/tcp"},
	    /* no addresses for Go: every interface */
	    {"80/tcp", "localhost", "80", "any:80/tcp"},
	    {"80/tcp", "127.0.0.1 ", "80", "any:80/tcp"},
	    {"80/tcp", "127.1", "80", "any:80/tcp"},
	    {"80/tcp", "127.0.0.01", "80", "any:80/tcp"},
	    {"80/tcp", "0x7f.0.0.1", "80", "any:80/tcp"},
	    {"80/tcp", "2130706433", "80", "any:80/tcp"},
	    {"80/tcp", "127.0.0.256", "80", "any:80/tcp"},
	    {"80/tcp", "[::1]", "80", "any:80/tcp"},
	    {"80/tcp", "::1%lo", "80", "any:80/tcp"},
	    {"80/tcp", "::ffff:127.0.0.01", "80", "any:80/tcp"},
	    {"80/tcp", "1::2::3", "80", "any:80/tcp"},
	    {"80/tcp", "00001::1", "80", "any:80/tcp"},
	    /* refused */
	    {"", "", "80", "it is not PORT/PROTOCOL"},
	    {"80/", "", "80", "it is not PORT/PROTOCOL"},
	    {"/tcp", "", "80", "it is not PORT/PROTOCOL"},
	    {"0/tcp", "", "80", "it is not PORT/PROTOCOL"},
	    {"80-90/tcp", "", "80", "it is not PORT/PROTOCOL"},
	    {"x/tcp", "", "80", "it is not PORT/PROTOCOL"},
	    {"65536/tcp", "", "80", "it is not PORT/PROTOCOL"},
	    {"80/foo", "", "80", "its protocol is not tcp, udp or sctp"},
	    {"80/tcp/x", "", "80", "its protocol is not tcp, udp or sctp"},
	    {"80/tcp", "", "x", "its host port is not a port or a range of ports"},
	    {"80/tcp", "", "-1", "its host port is not a port or a range of ports"},
	    {"80/tcp", "", "+80", "its host port is not a port or a range of ports"},
	    {"80/tcp", "", " 80", "its host port is not a port or a range of ports"},
	    {"80/tcp", "", "65536", "its host port is not a port or a range of ports"},
	    {"80/tcp", "", "4294967376", "its host port is not a port or a range of ports"},
	    {"80/tcp", "", "90-80", "its host port is not a port or a range of ports"},
	    {"80/tcp", "", "80-", "its host port is not a port or a range of ports"},
	    {"80/tcp", "", "80-81-82", "its host port is not a port or a range of ports"},
	    {"80/tcp", "", "80/tcp", "its host port is not a port or a range of ports"},
	    {"80/tcp", "", "0-80", "its range of host ports starts at 0"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *got = print(cases[i].container, cases[i].ip, cases[i].host_port);

		if (strcmp(got, cases[i].expected) != 0)
			fail_msg("%s:%s:%s gives '%s', expected '%s'", cases[i].ip,
			         cases[i].host_port, cases[i].container, got, cases[i].expected);
	}
}

static void
addresses_have_the_bytes_of_gos_net_ip(void **state)
{
	static const uint8_t loopback[16] = {[10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1};
	static const char *const spellings[] = {"127.0.0.1", "::ffff:127.0.0.1",
	                                        "::FFFF:7f00:0001"};
	struct sp_port port;

	(void)state;
	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
		assert_null(sp_port_parse(SP_STR("80/tcp"), sp_strz(spellings[i]), SP_STR("80"),
		                          &arena, &port));
		assert_false(port.ip_any);
		assert_memory_equal(port.ip_bytes, loopback, 16);
		assert_true(sp_str_is(port.ip, "127.0.0.1"));
	}
	assert_null(sp_port_parse(SP_STR("80/tcp"),
	                          SP_STR("1234567890123456789012345678901234567890"
	                                 "12345678901234567890"),
	                          SP_STR("80"), &arena, &port));
	assert_true(port.ip_any);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ports_are_read_as_dockerd_does),
	    cmocka_unit_test(addresses_have_the_bytes_of_gos_net_ip),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
