/* SPDX-License-Identifier: Apache-2.0 */
/* facts_update.c: container.update.  Other fields of the body are decoded but change nothing. */
#include "docker/body_types.h"
#include "docker/fact_reader.h"

void
sp_facts_container_update(struct sp_fact_reader *r)
{
	struct sp_limit_fields limits = {
	    .memory = sp_get(r, r->body, UP_Memory),
	    .memory_swap = sp_get(r, r->body, UP_MemorySwap),
	    .nano_cpus = sp_get(r, r->body, UP_NanoCpus),
	    .cpu_quota = sp_get(r, r->body, UP_CpuQuota),
	    .cpu_period = sp_get(r, r->body, UP_CpuPeriod),
	    .cpu_shares = sp_get(r, r->body, UP_CpuShares),
	    .pids = sp_get(r, r->body, UP_PidsLimit),
	    .update = true,
	};

	sp_facts_limits(r, &limits);
	sp_facts_restart(r, true, sp_get(r, r->body, UP_RestartPolicy));
	sp_facts_realtime(r, true, sp_get_int(r, r->body, UP_CpuRealtimePeriod),
	                  sp_get_int(r, r->body, UP_CpuRealtimeRuntime));
}
