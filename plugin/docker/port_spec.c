/* SPDX-License-Identifier: Apache-2.0 */
/*
 * port_spec.c: published ports.  Input: hostile text.
 * moby: go-connections/nat, daemon/container_operations.go (buildSandboxOptions).
 */
#include "docker/port_spec.h"

#include <arpa/inet.h>

static const uint8_t v4_mapped[12] = {[10] = 0xff, [11] = 0xff};

/* strconv.ParseUint(s, 10, 16): leading zeros are fine, signs are not. */
static bool
parse_number(struct sp_str s, uint16_t *out)
{
	uint32_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		n = n * 10 + (uint32_t)(s.p[i] - '0');
		if (n > UINT16_MAX)
			return false;
	}
	*out = (uint16_t)n;
	return s.len > 0;
}

static const char *
parse_container(struct sp_str container, struct sp_port *out)
{
	static const char *const protocols[] = {"tcp", "udp", "sctp"};
	struct sp_str number, proto = {NULL, 0};
	uint16_t port;

	if (sp_str_cut(container, '/', &number, &proto) && proto.len == 0)
		return "it is not PORT/PROTOCOL";
	if (!parse_number(number, &port) || port == 0)
		return "it is not PORT/PROTOCOL";
	if (proto.len == 0)
		proto = SP_STR("tcp");
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++) {
		if (sp_str_eq_nocase(proto, sp_strz(protocols[i])))
			out->proto = sp_strz(protocols[i]);
	}
	return out->proto.len ? NULL : "its protocol is not tcp, udp or sctp";
}

/*
 * A text Go's net.ParseIP cannot read ("localhost", "127.1", "127.0.0.1 ") is every interface for
 * dockerd up to 28, and an error for 29.  inet_pton takes what ParseIP takes: no leading zeros, no
 * zones, at most one "::".
 */
static void
parse_ip(struct sp_str text, struct sp_arena *arena, struct sp_port *out)
{
	char z[INET6_ADDRSTRLEN + 1], shown[INET6_ADDRSTRLEN];
	static const uint8_t none[16];
	uint8_t *ip = out->ip_bytes;

	out->ip_any = true;
	if (text.len == 0 || text.len >= sizeof(z))
		return;
	memcpy(z, text.p, text.len);
	z[text.len] = '\0';
	if (inet_pton(AF_INET, z, ip + 12) == 1)
		memcpy(ip, v4_mapped, sizeof(v4_mapped));
	else if (inet_pton(AF_INET6, z, ip) != 1)
		memset(ip, 0, 16);
	if (memcmp(ip, none, 16) == 0)
		return;
	if (memcmp(ip, v4_mapped, sizeof(v4_mapped)) == 0) {
		if (memcmp(ip + 12, none, 4) == 0)
			return;
		inet_ntop(AF_INET, ip + 12, shown, sizeof(shown));
	} else {
		inet_ntop(AF_INET6, ip, shown, sizeof(shown));
	}
	out->ip = sp_arena_dup(arena, sp_strz(shown));
	out->ip_any = false;
}

static const char *
parse_host_port(struct sp_str text, struct sp_port *out)
{
	struct sp_str first, last;

	if (text.len == 0) {
		out->ephemeral = true;
		return NULL;
	}
	if (!sp_str_cut(text, '-', &first, &last))
		last = first;
	if (!parse_number(first, &out->first) || !parse_number(last, &out->last) ||
	    out->last < out->first)
		return "its host port is not a port or a range of ports";
	if (out->first == 0 && out->last != 0)
		return "its range of host ports starts at 0";
	out->ephemeral = out->first == 0;
	return NULL;
}

const char *
sp_port_parse(struct sp_str container, struct sp_str host_ip, struct sp_str host_port,
              struct sp_arena *arena, struct sp_port *out)
{
	const char *why;

	*out = (struct sp_port){0};
	why = parse_container(container, out);
	if (!why)
		why = parse_host_port(host_port, out);
	if (!why)
		parse_ip(host_ip, arena, out);
	return why;
}

struct sp_str
sp_port_print(const struct sp_port *port, struct sp_arena *arena)
{
	bool v6 = port->ip.len && sp_str_find(port->ip, ':') < port->ip.len;
	struct sp_buf out;

	sp_buf_init(&out, arena, 128);
	sp_buf_addz(&out, v6 ? "[" : "");
	sp_buf_add(&out, port->ip_any ? SP_STR("any") : port->ip);
	sp_buf_addz(&out, v6 ? "]:" : ":");
	if (port->ephemeral) {
		sp_buf_addz(&out, "ephemeral");
	} else {
		sp_buf_addu(&out, port->first);
		if (port->last != port->first) {
			sp_buf_addc(&out, '-');
			sp_buf_addu(&out, port->last);
		}
	}
	if (port->proto.len) {
		sp_buf_addc(&out, '/');
		sp_buf_add(&out, port->proto);
	}
	return sp_buf_str(&out);
}
