/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts_system_paths.c: MaskedPaths and ReadonlyPaths.  null leaves dockerd's defaults; the docker
 * command sends --security-opt systempaths=unconfined as two empty lists.
 *
 * dockerd shows its defaults in inspect, and who creates a container anew from that (Watchtower)
 * sends them back.  A list is as good as the default when it holds what every version since 20.10
 * masks, and nothing that no version does: a path of the client's own choice would let it cover
 * what the runtime itself looks for in /proc.  What newer versions mask beside that (powercap,
 * interrupts, thermal throttling: where power consumption and timing leak) may be missing, as it is
 * from a container that an older dockerd has created.
 *
 * moby: oci/defaults.go, today daemon/pkg/oci/defaults.go.
 */
#include "docker/body_types.h"
#include "docker/fact_reader.h"

static const char *const masked[] = {
    "/proc/acpi",          "/proc/asound",      "/proc/kcore", "/proc/keys",
    "/proc/latency_stats", "/proc/sched_debug", "/proc/scsi",  "/proc/timer_list",
    "/proc/timer_stats",   "/sys/firmware",
};
static const char *const masked_by_some[] = {"/proc/interrupts", "/sys/devices/virtual/powercap"};
static const char *const read_only[] = {
    "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger",
};

#define N(list) (sizeof(list) / sizeof((list)[0]))
_Static_assert(N(masked) < 32 && N(read_only) < 32, "one bit each");

static size_t
find(const char *const *list, size_t n, struct sp_str path)
{
	size_t i = 0;

	while (i < n && !sp_str_is(path, list[i]))
		i++;
	return i;
}

/* "/sys/devices/system/cpu/cpu12/thermal_throttle" */
static bool
is_thermal_throttle(struct sp_str path)
{
	static const char begin[] = "/sys/devices/system/cpu/cpu", end[] = "/thermal_throttle";
	size_t i = sizeof(begin) - 1;

	if (!sp_str_starts(path, SP_STR(begin)))
		return false;
	while (i < path.len && path.p[i] >= '0' && path.p[i] <= '9')
		i++;
	return i > sizeof(begin) - 1 && sp_str_is(sp_str_from(path, i), end);
}

static void
read_paths(struct sp_fact_reader *r, const char *pointer, uint32_t list, const char *const *usual,
           size_t n)
{
	uint32_t missing = (UINT32_C(1) << n) - 1;
	bool foreign = false;

	for (uint32_t e = sp_json_first(r->doc, list); e; e = sp_json_after(r->doc, list, e)) {
		struct sp_str path = sp_json_str(r->doc, e);
		size_t i = find(usual, n, path);

		if (i < n)
			missing &= ~(UINT32_C(1) << i);
		else if (usual != masked ||
		         (find(masked_by_some, N(masked_by_some), path) == N(masked_by_some) &&
		          !is_thermal_throttle(path)))
			foreign = true;
	}
	if (list && (missing || foreign))
		sp_fact_text(r, SP_FACT_SECURITY_OPT, pointer, SP_STR("systempaths=unconfined"));
}

void
sp_facts_system_paths(struct sp_fact_reader *r, uint32_t hc)
{
	read_paths(r, "/HostConfig/MaskedPaths", sp_get(r, hc, HC_MaskedPaths), masked, N(masked));
	read_paths(r, "/HostConfig/ReadonlyPaths", sp_get(r, hc, HC_ReadonlyPaths), read_only,
	           N(read_only));
}
