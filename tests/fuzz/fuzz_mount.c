/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_mount.c: any bytes as a bind, as --volumes-from, and, split at newlines, as a published
 * port.  What is accepted puts together to what was read.
 */
#include <stdint.h>
#include <stdlib.h>

#include "docker/mount_spec.h"
#include "docker/port_spec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check_bind(struct sp_str raw)
{
	struct sp_mount_spec spec;

	if (sp_mount_spec_parse(raw, &spec))
		return;
	must(spec.bind == (spec.source.len > 0 && spec.source.p[0] == '/'));
	must(sp_str_find(spec.source, ':') == spec.source.len);
	must(sp_str_find(spec.target, ':') == spec.target.len);
	must(sp_str_starts(raw, spec.source.len ? spec.source : spec.target));
	must(spec.propagation.len == 0 || sp_is_propagation(spec.propagation));
	if (spec.read_only)
		must(sp_str_has_nocase(sp_str_from(raw, spec.source.len + spec.target.len),
		                       SP_STR("ro")));
}

static void
check_port(struct sp_str text, struct sp_arena *arena)
{
	static const uint8_t none[16];
	struct sp_str container, ip, host_port;
	struct sp_port port;

	sp_str_cut(text, '\n', &container, &text);
	sp_str_cut(text, '\n', &ip, &host_port);
	if (sp_port_parse(container, ip, host_port, arena, &port))
		return;
	must(port.proto.len > 0 && port.first <= port.last);
	must(port.ephemeral == (port.first == 0 && port.last == 0));
	must(port.ip_any == (port.ip.len == 0));
	must(port.ip_any || memcmp(port.ip_bytes, none, 16) != 0);
	must(sp_port_print(&port, arena).len > 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sp_str text = {(const char *)data, size}, container;
	struct sp_arena arena;
	bool read_only;

	sp_arena_init(&arena, 1u << 20);
	check_bind(text);
	if (!sp_volumes_from_parse(text, &container, &read_only))
		must(container.len > 0 && sp_str_starts(text, container));
	check_port(text, &arena);
	sp_arena_fini(&arena);
	return 0;
}
