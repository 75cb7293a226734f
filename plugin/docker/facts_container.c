/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts_container.c: container.create, except mounts, networks, ports and security options, which
 * have files of their own; container.rename.
 */
#include "docker/body_types.h"
#include "docker/fact_reader.h"
#include "docker/image_ref.h"

#define HC "/HostConfig"
#define DEFAULT_SHM_BYTES (64 << 20)

/* --- identity ----------------------------------------------------------------------------- */

/* dockerd takes names with and without the slash it stores them with. */
static void
read_name(struct sp_fact_reader *r)
{
	struct sp_str name = sp_query_get(&r->req->query, "name");

	if (name.len && name.p[0] == '/')
		name = sp_str_from(name, 1);
	if (name.len)
		sp_fact_text(r, SP_FACT_NAME, "?name", name);
	else
		sp_fact_absent(r, SP_FACT_NAME, "?name", SP_UNSET);
}

/* ["NONE"] and words dockerd does not know switch the check off; [] leaves the image's. */
void
sp_facts_healthcheck(struct sp_fact_reader *r, const char *pointer, uint32_t healthcheck)
{
	uint32_t test = sp_get(r, healthcheck, HEALTH_Test);
	uint32_t first = sp_json_first(r->doc, test);
	struct sp_str kind = sp_json_str(r->doc, first);

	sp_fact_flag_is(r, SP_FACT_HEALTHCHECK, pointer,
	                (sp_str_is(kind, "CMD") || sp_str_is(kind, "CMD-SHELL")) &&
	                    sp_json_after(r->doc, test, first) != 0);
}

static void
read_config(struct sp_fact_reader *r)
{
	struct sp_str image = sp_get_str(r, r->body, TOP_Image);
	struct sp_str user = sp_get_str(r, r->body, TOP_User);
	struct sp_image completed;

	sp_image_parse(image, false, r->arena, &completed);
	sp_fact_image(r, SP_FACT_IMAGES, "/Image", image, &completed);
	read_name(r);
	if (user.len)
		sp_fact_text(r, SP_FACT_USER, "/User", user);
	else /* the image says which */
		sp_fact_absent(r, SP_FACT_USER, "/User", SP_UNKNOWABLE);
	sp_fact_labels(r, "/Labels", sp_get(r, r->body, TOP_Labels));
	sp_facts_healthcheck(r, "/Healthcheck/Test", sp_get(r, r->body, TOP_Healthcheck));
}

/* --- limits
 * --------------------------------------------------------------------------------------- */

static void
read_limits(struct sp_fact_reader *r, uint32_t hc)
{
	int64_t shm = sp_get_int(r, hc, HC_ShmSize);
	struct sp_limit_fields limits = {
	    .memory = sp_get(r, hc, HC_Memory),
	    .memory_swap = sp_get(r, hc, HC_MemorySwap),
	    .nano_cpus = sp_get(r, hc, HC_NanoCpus),
	    .cpu_quota = sp_get(r, hc, HC_CpuQuota),
	    .cpu_period = sp_get(r, hc, HC_CpuPeriod),
	    .cpu_shares = sp_get(r, hc, HC_CpuShares),
	    .pids = sp_get(r, hc, HC_PidsLimit),
	};
	struct sp_value *v = sp_fact_add(r, SP_FACT_SHM_SIZE, HC "/ShmSize");

	v->num = shm ? shm : DEFAULT_SHM_BYTES;
	if (shm < 0 || shm > SP_HUGE_BYTES)
		v->state = SP_UNLIMITED;
	sp_facts_limits(r, &limits);
	sp_facts_restart(r, false, sp_get(r, hc, HC_RestartPolicy));
	sp_facts_realtime(r, false, sp_get_int(r, hc, HC_CpuRealtimePeriod),
	                  sp_get_int(r, hc, HC_CpuRealtimeRuntime));
}

void
sp_facts_ulimits(struct sp_fact_reader *r, const char *pointer, uint32_t list)
{
	int32_t i = 0;

	for (uint32_t e = sp_json_first(r->doc, list); e; e = sp_json_after(r->doc, list, e)) {
		struct sp_value *v = sp_fact_add(r, SP_FACT_ULIMITS, pointer);
		struct sp_str name = sp_get_str(r, e, ULIMIT_Name);

		v->text = sp_fact_lower(r, "ulimit", name);
		v->arg = sp_fact_format(r, "%.*s=%lld:%lld", SP_FMT(sp_str_head(name, 100)),
		                        (long long)sp_get_int(r, e, ULIMIT_Soft),
		                        (long long)sp_get_int(r, e, ULIMIT_Hard));
		v->place.index = i++;
	}
}

/* Below 0, other processes of the host die before this container. */
void
sp_facts_oom_score(struct sp_fact_reader *r, const char *pointer, int64_t adjust)
{
	struct sp_value *v;

	if (adjust >= 0)
		return;
	v = sp_fact_add(r, SP_FACT_OOM_CONTROL, pointer);
	v->text = SP_STR("oom-score-adj");
	v->flag = "--oom-score-adj";
	v->arg = sp_fact_format(r, "%lld", (long long)adjust);
}

/* --- devices
 * --------------------------------------------------------------------------------------- */

static void
read_devices(struct sp_fact_reader *r, uint32_t list)
{
	int32_t i = 0;

	for (uint32_t e = sp_json_first(r->doc, list); e; e = sp_json_after(r->doc, list, e), i++) {
		struct sp_str path = sp_get_str(r, e, DEV_PathOnHost);
		struct sp_str permissions = sp_get_str(r, e, DEV_CgroupPermissions);
		struct sp_value *v = sp_fact_add(r, SP_FACT_DEVICES, HC "/Devices");

		v->text = sp_fact_path(r, path);
		v->arg =
		    sp_fact_format(r, "%.*s:%.*s%s%.*s", SP_FMT(sp_str_head(path, 200)),
		                   SP_FMT(sp_str_head(sp_get_str(r, e, DEV_PathInContainer), 200)),
		                   permissions.len ? ":" : "", SP_FMT(sp_str_head(permissions, 8)));
		v->place.index = i;
		v->place.suffix = "/PathOnHost";
		if (!v->text.p) /* relative to wherever dockerd stands */
			sp_fact_malformed(r, "the device path '%s' does not start with '/'",
			                  sp_fact_shown(r, path));
	}
}

/* The kernel takes "a 1:3 r" for every right on all devices: it covers what "b" and "c" name. */
static void
read_device_rules(struct sp_fact_reader *r, uint32_t list)
{
	int32_t i = 0;

	for (uint32_t e = sp_json_first(r->doc, list); e; e = sp_json_after(r->doc, list, e)) {
		struct sp_value *v = sp_fact_text(r, SP_FACT_DEVICE_CGROUP_RULES,
		                                  HC "/DeviceCgroupRules", sp_json_str(r->doc, e));

		v->exact_only = sp_str_starts(v->text, SP_STR("a"));
		v->place.index = i++;
	}
}

/* What --gpus, or --device for CDI names, would have said. */
static void
describe_request(struct sp_fact_reader *r, uint32_t e, struct sp_value *v)
{
	struct sp_str driver = sp_get_str(r, e, DR_Driver);
	uint32_t ids = sp_get(r, e, DR_DeviceIDs), any_of = sp_get(r, e, DR_Capabilities);
	uint32_t all_of = sp_json_first(r->doc, any_of);
	struct sp_str id = sp_json_str(r->doc, sp_json_first(r->doc, ids));
	struct sp_str capability = sp_json_str(r->doc, sp_json_first(r->doc, all_of));
	int64_t count = sp_get_int(r, e, DR_Count);

	v->text = driver.len ? driver : capability;
	if (sp_str_is(driver, "cdi")) {
		v->flag = "--device";
		v->arg = id;
	} else if (id.len) {
		v->arg = sp_fact_join(r, SP_STR("device"), "=", id);
	} else if (count < 0) {
		v->arg = SP_STR("all");
	} else {
		v->arg = sp_fact_format(r, "%lld", (long long)count);
	}
}

static void
read_device_requests(struct sp_fact_reader *r, uint32_t list)
{
	int32_t i = 0;

	for (uint32_t e = sp_json_first(r->doc, list); e; e = sp_json_after(r->doc, list, e)) {
		struct sp_value *v = sp_fact_add(r, SP_FACT_GPUS, HC "/DeviceRequests");

		describe_request(r, e, v);
		v->place.index = i++;
	}
}

/* --- the rest
 * ----------------------------------------------------------------------------------------- */

void
sp_facts_host_config(struct sp_fact_reader *r, uint32_t hc, uint32_t networking)
{
	struct sp_str runtime = sp_get_str(r, hc, HC_Runtime);
	struct sp_str log = sp_get_str(r, sp_get(r, hc, HC_LogConfig), LOG_Type);

	read_limits(r, hc);
	sp_facts_mounts(r, hc);
	sp_facts_security(r, hc);
	sp_facts_container_networks(r, hc, networking);
	sp_facts_ports(r, hc);
	read_devices(r, sp_get(r, hc, HC_Devices));
	read_device_rules(r, sp_get(r, hc, HC_DeviceCgroupRules));
	read_device_requests(r, sp_get(r, hc, HC_DeviceRequests));
	sp_facts_ulimits(r, HC "/Ulimits", sp_get(r, hc, HC_Ulimits));
	if (sp_get_bool(r, hc, HC_OomKillDisable))
		sp_fact_add(r, SP_FACT_OOM_CONTROL, HC "/OomKillDisable")->text =
		    SP_STR("oom-kill-disable");
	sp_facts_oom_score(r, HC "/OomScoreAdj", sp_get_int(r, hc, HC_OomScoreAdj));
	sp_fact_map(r, SP_FACT_SYSCTLS, HC "/Sysctls", sp_get(r, hc, HC_Sysctls));
	sp_fact_map(r, SP_FACT_STORAGE_OPT, HC "/StorageOpt", sp_get(r, hc, HC_StorageOpt));
	/* dockerd drops annotations below API 1.43; asking for them is a power all the same. */
	sp_fact_map(r, SP_FACT_ANNOTATIONS, HC "/Annotations", sp_get(r, hc, HC_Annotations));
	sp_fact_list(r, SP_FACT_GROUP_ADD, HC "/GroupAdd", sp_get(r, hc, HC_GroupAdd));
	if (runtime.len)
		sp_fact_text(r, SP_FACT_RUNTIMES, HC "/Runtime", runtime);
	sp_fact_cgroup_parent(r, HC "/CgroupParent", sp_get_str(r, hc, HC_CgroupParent));
	if (log.len)
		sp_fact_driver(r, SP_FACT_LOG_DRIVERS, HC "/LogConfig/Type", log);
}

void
sp_facts_container_create(struct sp_fact_reader *r)
{
	read_config(r);
	sp_facts_host_config(r, sp_get(r, r->body, TOP_HostConfig),
	                     sp_get(r, r->body, TOP_NetworkingConfig));
}

/* --- container.rename ---------------------------------------------------------------------- */

void
sp_facts_container_rename(struct sp_fact_reader *r)
{
	read_name(r);
}
