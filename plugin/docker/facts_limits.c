/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts_limits.c: memory, swap, CPUs, processes and restart policy, of container.create and of
 * container.update, where absent and 0 mean "as it is".
 * moby: daemon/daemon_unix.go (getCPUResources, verifyPlatformContainerResources),
 * container/container_unix.go (UpdateContainer).
 */
#include "docker/body_types.h"
#include "docker/fact_reader.h"

#define DEFAULT_PERIOD 100000

/* A pointer that is the same field in both bodies. */
#define AT(f, name) ((f)->update ? "/" name : "/HostConfig/" name)

static int64_t
int_of(const struct sp_fact_reader *r, uint32_t tok)
{
	return tok ? sp_json_int(r->doc, tok) : 0;
}

static enum sp_state
absent(const struct sp_limit_fields *f)
{
	return f->update ? SP_UNCHANGED : SP_UNSET;
}

static void
set_bytes(struct sp_value *v, int64_t bytes)
{
	v->num = bytes;
	v->state = bytes < 0 || bytes > SP_HUGE_BYTES ? SP_UNLIMITED : SP_SET;
}

static void
read_memory(struct sp_fact_reader *r, const struct sp_limit_fields *f)
{
	int64_t memory = int_of(r, f->memory), swap = int_of(r, f->memory_swap);
	struct sp_value *v = sp_fact_add(r, SP_FACT_MEMORY, AT(f, "Memory"));
	struct sp_value *total = sp_fact_add(r, SP_FACT_MEMORY_SWAP, AT(f, "MemorySwap"));

	v->state = absent(f);
	if (memory)
		set_bytes(v, memory);
	total->state = absent(f);
	if (swap < 0)
		total->state = SP_UNLIMITED;
	else if (swap && (f->update || memory))
		set_bytes(total, swap);
	else if (memory && !f->update) /* swap 0: as much swap as memory */
		set_bytes(total, v->state == SP_UNLIMITED ? -1 : 2 * memory);
}

/* quota/period in nano-CPUs, rounded up: a limit is never taken for less than it is. */
static void
set_ratio(struct sp_value *v, int64_t quota, int64_t period)
{
	int64_t nano;

	if (period < 0) {
		v->state = SP_UNKNOWABLE;
	} else if (__builtin_mul_overflow(quota, INT64_C(1000000000), &nano)) {
		v->state = SP_UNLIMITED;
	} else {
		v->state = SP_SET;
		v->num = nano / period + (nano % period != 0);
	}
}

/*
 * NanoCpus is turned into a quota first, then CpuQuota and CpuPeriod replace what they name when
 * they are not 0: a negative CpuQuota takes the limit away again, although dockerd only refuses
 * positive ones next to NanoCpus.  In an update the half that is not named stays as it was, which
 * nobody here knows.
 */
static void
read_cpus(struct sp_fact_reader *r, const struct sp_limit_fields *f)
{
	int64_t nano = int_of(r, f->nano_cpus), quota = int_of(r, f->cpu_quota);
	int64_t period = int_of(r, f->cpu_period);
	struct sp_value *v =
	    sp_fact_add(r, SP_FACT_CPUS, quota ? AT(f, "CpuQuota") : AT(f, "NanoCpus"));

	v->state = absent(f);
	if (quota < 0 || nano < 0) {
		v->state = SP_UNLIMITED;
	} else if (nano && (quota || period)) {
		v->state = SP_UNKNOWABLE; /* a conflict for dockerd */
	} else if (nano) {
		v->state = SP_SET;
		v->num = nano;
	} else if (quota && (period || !f->update)) {
		set_ratio(v, quota, period ? period : DEFAULT_PERIOD);
	} else if (f->update && (quota || period)) {
		v->state = SP_UNKNOWABLE;
	}
	if (quota > 0 && !nano) {
		v->flag = "--cpu-quota";
		v->arg = sp_fact_format(r, "%lld", (long long)quota);
	}
}

/* A weight beside other containers; 0 is what a container has that does not ask. */
static void
read_cpu_shares(struct sp_fact_reader *r, const struct sp_limit_fields *f)
{
	struct sp_value *v = sp_fact_add(r, SP_FACT_CPU_SHARES, AT(f, "CpuShares"));

	v->num = int_of(r, f->cpu_shares);
	if (v->num == 0)
		v->state = absent(f);
}

static void
read_pids(struct sp_fact_reader *r, const struct sp_limit_fields *f)
{
	int64_t pids = int_of(r, f->pids);
	struct sp_value *v = sp_fact_add(r, SP_FACT_PIDS, AT(f, "PidsLimit"));

	v->num = pids;
	/* null: unset, or left as it is; an update ignores the field below API 1.40 */
	if (!f->pids || (f->update && !sp_request_api_at_least(r->req, 1, 40)))
		v->state = absent(f);
	else if (pids == 0)
		v->state = f->update ? SP_UNLIMITED : SP_UNSET;
	else if (pids < 0 || pids > SP_MAX_PIDS)
		v->state = SP_UNLIMITED;
}

void
sp_facts_limits(struct sp_fact_reader *r, const struct sp_limit_fields *f)
{
	read_memory(r, f);
	read_cpus(r, f);
	read_cpu_shares(r, f);
	read_pids(r, f);
}

void
sp_facts_restart(struct sp_fact_reader *r, bool update, uint32_t policy)
{
	struct sp_str name = sp_get_str(r, policy, RESTART_Name);
	int64_t retries = sp_get_int(r, policy, RESTART_MaximumRetryCount);
	struct sp_value *v = sp_fact_add(r, SP_FACT_RESTART,
	                                 update ? "/RestartPolicy" : "/HostConfig/RestartPolicy");

	v->text = name;
	if (name.len == 0 && update) {
		v->state = SP_UNCHANGED;
	} else if (name.len == 0) {
		v->text = SP_STR("no");
	} else if (sp_str_is(name, "on-failure")) {
		if (retries)
			v->text = sp_fact_format(r, "on-failure:%lld", (long long)retries);
	} else if (!sp_str_is(name, "no") && !sp_str_is(name, "always") &&
	           !sp_str_is(name, "unless-stopped")) {
		sp_fact_malformed(r, "the restart policy '%s' is not one dockerd knows",
		                  sp_fact_shown(r, name));
	}
	v->arg = v->text;
}

void
sp_facts_realtime(struct sp_fact_reader *r, bool update, int64_t period, int64_t runtime)
{
	if (period) {
		struct sp_value *v =
		    sp_fact_add(r, SP_FACT_CPU_REALTIME,
		                update ? "/CpuRealtimePeriod" : "/HostConfig/CpuRealtimePeriod");

		v->flag = "--cpu-rt-period";
		v->arg = v->text = sp_fact_format(r, "%lld", (long long)period);
	}
	if (runtime) {
		struct sp_value *v =
		    sp_fact_add(r, SP_FACT_CPU_REALTIME,
		                update ? "/CpuRealtimeRuntime" : "/HostConfig/CpuRealtimeRuntime");

		v->arg = v->text = sp_fact_format(r, "%lld", (long long)runtime);
	}
}
