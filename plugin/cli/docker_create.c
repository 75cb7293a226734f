/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docker_create.c: the flags of docker run and create, exec and update: one row per flag of docker
 * 28, and what its client makes of those whose value is not simply passed on.
 */
#include "cli/docker_parts.h"

/* --- values docker takes apart --- */

int
sp_docker_put_unreadable(struct sp_docker *d, const struct sp_docker_flag *flag,
                         struct sp_str value)
{
	(void)value;
	return sp_docker_fail(d, "write what is in it on the line", "--%s: files are not read here",
	                      flag->name);
}

static int
put_volume(struct sp_docker *d, const struct sp_docker_flag *flag, struct sp_str value)
{
	struct sp_str source, rest;

	(void)flag;
	if (!sp_str_cut(value, ':', &source, &rest)) {
		sp_tree_member(d->arena, sp_tree_at(d->arena, d->body, "/Volumes", SP_TREE_MAP),
		               value, SP_TREE_MAP);
		return value.len ? 0 : sp_docker_fail(d, NULL, "-v: the volume has no path");
	}
	if (source.len == 0 || rest.len == 0)
		return sp_docker_fail(d, NULL, "-v: '%.*s' has an empty part", SP_FMT(value));
	if (sp_docker_absolute(d, source))
		return -1;
	sp_tree_add_text(d->arena, d->body, "/HostConfig/Binds", value);
	return 0;
}

static int
put_tmpfs(struct sp_docker *d, const struct sp_docker_flag *flag, struct sp_str value)
{
	struct sp_tree *map = sp_tree_at(d->arena, d->body, flag->to, SP_TREE_MAP), *m;
	struct sp_str path, options;

	sp_str_cut(value, ':', &path, &options);
	m = sp_tree_member(d->arena, map, path, SP_TREE_TEXT);
	if (m)
		m->text = options;
	return 0;
}

static bool
is_device_mode(struct sp_str s)
{
	bool seen[3] = {false, false, false};

	for (size_t i = 0; i < s.len; i++) {
		const char *letter = s.p[i] ? strchr("rwm", s.p[i]) : NULL;
		size_t k = letter ? (size_t)(strchr("rwm", s.p[i]) - "rwm") % 3 : 0;

		if (!letter || seen[k])
			return false;
		seen[k] = true;
	}
	return s.len > 0;
}

/* "vendor.com/class=name": a device of a CDI registry, handed to the daemon as it stands. */
static bool
is_cdi(struct sp_str s)
{
	struct sp_str kind, name, vendor, class;

	return s.len && s.p[0] != '/' && sp_str_cut(s, '=', &kind, &name) && name.len &&
	       sp_str_cut(kind, '/', &vendor, &class) && vendor.len && class.len;
}

static int
put_device(struct sp_docker *d, const struct sp_docker_flag *flag, struct sp_str value)
{
	struct sp_str part[3] = {{NULL, 0}, {NULL, 0}, {NULL, 0}}, rest = value;
	struct sp_str mode = SP_STR("rwm"), inside;
	struct sp_tree *device;
	size_t n = 0;
	bool more = true;

	if (is_cdi(value)) {
		struct sp_tree *list =
		    sp_tree_at(d->arena, d->body, "/HostConfig/DeviceRequests", SP_TREE_LIST);

		device = sp_tree_item(d->arena, list, SP_TREE_MAP);
		sp_tree_set_text(d->arena, device, "/Driver", SP_STR("cdi"));
		sp_tree_add_text(d->arena, device, "/DeviceIDs", value);
		return 0;
	}
	while (more && n < 3)
		more = sp_str_cut(rest, ':', &part[n++], &rest);
	inside = n > 1 ? part[1] : part[0];
	if (n == 2 && is_device_mode(part[1])) {
		mode = part[1];
		inside = part[0];
	} else if (n == 3) {
		mode = part[2];
	}
	if (more || part[0].len == 0 || inside.len == 0 || inside.p[0] != '/' ||
	    !is_device_mode(mode))
		return sp_docker_fail(d,
		                      "write --device /dev/x, /dev/x:/dev/y or /dev/x:/dev/y:rwm",
		                      "--device: '%.*s' is not a device", SP_FMT(value));
	device = sp_tree_item(d->arena, sp_tree_at(d->arena, d->body, flag->to, SP_TREE_LIST),
	                      SP_TREE_MAP);
	sp_tree_set_text(d->arena, device, "/PathOnHost", part[0]);
	sp_tree_set_text(d->arena, device, "/PathInContainer", inside);
	sp_tree_set_text(d->arena, device, "/CgroupPermissions", mode);
	return 0;
}

static void
add_capability(struct sp_docker *d, struct sp_tree *list, struct sp_str name)
{
	struct sp_tree *item = sp_tree_item(d->arena, list, SP_TREE_TEXT);

	if (item)
		item->text = name;
}

static int
put_gpus(struct sp_docker *d, const struct sp_docker_flag *flag, struct sp_str value)
{
	struct sp_tree *list = sp_tree_at(d->arena, d->body, flag->to, SP_TREE_LIST);
	struct sp_tree *request = sp_tree_item(d->arena, list, SP_TREE_MAP), *caps = NULL;
	struct sp_str rest = value, field, key, text, item;
	bool counted = false, named = false;
	int64_t n = 1;

	while (sp_docker_csv(d->arena, &rest, &field)) {
		bool pair = sp_str_cut(field, '=', &key, &text);

		if (!pair || sp_str_is(key, "count")) {
			text = pair ? text : key;
			n = -1;
			if (!sp_str_is(text, "all") && !sp_docker_int(text, &n))
				return sp_docker_fail(d, NULL, "--gpus: '%.*s' is not a count",
				                      SP_FMT(text));
			counted = true;
		} else if (sp_str_is(key, "driver")) {
			sp_tree_set_text(d->arena, request, "/Driver", text);
		} else if (sp_str_is(key, "device")) {
			named = true;
			while (sp_docker_csv(d->arena, &text, &item))
				sp_tree_add_text(d->arena, request, "/DeviceIDs", item);
		} else if (sp_str_is(key, "capabilities")) {
			caps = sp_tree_at(d->arena, request, "/Capabilities", SP_TREE_LIST);
			caps = sp_tree_item(d->arena, caps, SP_TREE_LIST);
			while (sp_docker_csv(d->arena, &text, &item))
				add_capability(d, caps, item);
		} else if (!sp_str_is(key, "options")) {
			return sp_docker_fail(d, NULL, "--gpus: unknown key '%.*s'", SP_FMT(key));
		}
	}
	if (!caps) {
		caps = sp_tree_at(d->arena, request, "/Capabilities", SP_TREE_LIST);
		caps = sp_tree_item(d->arena, caps, SP_TREE_LIST);
	}
	add_capability(d, caps, SP_STR("gpu"));
	if (counted || !named)
		sp_tree_set_int(d->arena, request, "/Count", n);
	return 0;
}

int
sp_docker_put_ulimit(struct sp_docker *d, const struct sp_docker_flag *flag, struct sp_str value)
{
	bool query = flag->to[0] == '?';
	const char *path = query ? sp_arena_printf(d->arena, "/%s", flag->to + 1) : flag->to;
	struct sp_tree *list = sp_tree_at(d->arena, query ? d->query : d->body, path, SP_TREE_LIST);
	struct sp_tree *ulimit;
	struct sp_str name, text, soft, hard;
	int64_t low, high;

	if (!sp_str_cut(value, '=', &name, &text) || name.len == 0)
		return sp_docker_fail(d, NULL, "--%s: '%.*s' is not NAME=SOFT[:HARD]", flag->name,
		                      SP_FMT(value));
	if (!sp_str_cut(text, ':', &soft, &hard))
		hard = soft;
	if (!sp_docker_int(soft, &low) || !sp_docker_int(hard, &high))
		return sp_docker_fail(d, NULL, "--%s: '%.*s' is not NAME=SOFT[:HARD]", flag->name,
		                      SP_FMT(value));
	ulimit = sp_tree_item(d->arena, list, SP_TREE_MAP);
	sp_tree_set_text(d->arena, ulimit, "/Name", name);
	sp_tree_set_int(d->arena, ulimit, "/Hard", high);
	sp_tree_set_int(d->arena, ulimit, "/Soft", low);
	return 0;
}

/* DEVICE:NUMBER of --blkio-weight-device and the four --device-... limits. */
static int
put_device_limit(struct sp_docker *d, const struct sp_docker_flag *flag, struct sp_str value)
{
	bool weight = strcmp(flag->name, "blkio-weight-device") == 0;
	struct sp_tree *item;
	struct sp_str path, text;
	int64_t n;

	if (!sp_str_cut(value, ':', &path, &text) || path.len == 0 || path.p[0] != '/' ||
	    !sp_docker_bytes(text, &n) || n < 0)
		return sp_docker_fail(d, NULL, "--%s: '%.*s' is not DEVICE:NUMBER", flag->name,
		                      SP_FMT(value));
	item = sp_tree_item(d->arena, sp_tree_at(d->arena, d->body, flag->to, SP_TREE_LIST),
	                    SP_TREE_MAP);
	sp_tree_set_text(d->arena, item, "/Path", path);
	sp_tree_set_int(d->arena, item, weight ? "/Weight" : "/Rate", n);
	return 0;
}

static int
put_restart(struct sp_docker *d, const struct sp_docker_flag *flag, struct sp_str value)
{
	struct sp_tree *policy = sp_tree_at(d->arena, d->body, flag->to, SP_TREE_MAP);
	struct sp_str name, count;
	int64_t n = 0;

	if (sp_str_cut(value, ':', &name, &count) && (name.len == 0 || !sp_docker_int(count, &n)))
		return sp_docker_fail(d, NULL, "--restart: '%.*s' is not a restart policy",
		                      SP_FMT(value));
	sp_tree_set_text(d->arena, policy, "/Name", name);
	sp_tree_set_int(d->arena, policy, "/MaximumRetryCount", n);
	return 0;
}

static int
put_security(struct sp_docker *d, const struct sp_docker_flag *flag, struct sp_str value)
{
	struct sp_str key, text;
	bool nnp, cut = sp_str_cut(value, '=', &key, &text);

	nnp = sp_str_is(key, "no-new-privileges");
	if (!cut && !nnp)
		cut = sp_str_cut(value, ':', &key, &text);
	nnp = nnp || sp_str_is(key, "no-new-privileges");
	if (!nnp && (!cut || text.len == 0))
		return sp_docker_fail(d, NULL, "--security-opt: '%.*s' is not KEY=VALUE",
		                      SP_FMT(value));
	if (sp_str_is(value, "systempaths=unconfined")) {
		sp_tree_at(d->arena, d->body, "/HostConfig/MaskedPaths", SP_TREE_LIST);
		sp_tree_at(d->arena, d->body, "/HostConfig/ReadonlyPaths", SP_TREE_LIST);
		return 0;
	}
	/* The client sends what is in the file; whatever that is, it is a profile of one's own. */
	if (sp_str_is(key, "seccomp") && !sp_str_is(text, "unconfined") &&
	    !sp_str_is(text, "builtin"))
		value = SP_STR("seccomp={}");
	sp_tree_add_text(d->arena, d->body, flag->to, value);
	return 0;
}

/* --pid, --uts, --userns, --cgroupns: the words docker itself checks. */
static int
put_namespace(struct sp_docker *d, const struct sp_docker_flag *flag, struct sp_str value)
{
	bool ok = value.len == 0 || sp_str_is(value, "host");

	if (strcmp(flag->name, "cgroupns") == 0)
		ok = ok || sp_str_is(value, "private");
	if (strcmp(flag->name, "pid") == 0)
		ok = ok || (sp_str_starts(value, SP_STR("container:")) && value.len > 10);
	if (!ok)
		return sp_docker_fail(d, NULL, "--%s: '%.*s' is none of its values", flag->name,
		                      SP_FMT(value));
	sp_tree_set_text(d->arena, d->body, flag->to, value);
	return 0;
}

static int
put_entrypoint(struct sp_docker *d, const struct sp_docker_flag *flag, struct sp_str value)
{
	sp_tree_drop(d->body, "Entrypoint");
	sp_tree_add_text(d->arena, d->body, flag->to, value);
	return 0;
}

static int
put_pair(struct sp_docker *d, const struct sp_docker_flag *flag, struct sp_str value)
{
	struct sp_str key, text;
	struct sp_tree *m;

	if (!sp_str_cut(value, '=', &key, &text))
		return sp_docker_fail(d, NULL, "--%s: '%.*s' is not KEY=VALUE", flag->name,
		                      SP_FMT(value));
	m = sp_tree_member(d->arena, sp_tree_at(d->arena, d->body, flag->to, SP_TREE_MAP), key,
	                   SP_TREE_TEXT);
	if (m)
		m->text = text;
	return 0;
}

/* The socket of the API and what is needed to log in with it. */
static int
put_api_socket(struct sp_docker *d, const struct sp_docker_flag *flag, struct sp_str value)
{
	bool on;

	(void)flag;
	if (!sp_docker_bool(value, &on) || !on)
		return 0;
	return sp_docker_put_mount(
	    d, NULL, SP_STR("type=bind,source=/var/run/docker.sock,target=/var/run/docker.sock"));
}

/* --- tables --- */

/* clang-format off */
#define H "/HostConfig/"
const struct sp_docker_flag sp_docker_create_flags[] = {
	{"add-host", 0, SP_FLAG_LIST, H "ExtraHosts", NULL},
	{"annotation", 0, SP_FLAG_MAP, H "Annotations", NULL},
	{"attach", 'a', SP_FLAG_LIST, "", NULL},
	{"blkio-weight", 0, SP_FLAG_INT, H "BlkioWeight", NULL},
	{"blkio-weight-device", 0, SP_FLAG_LIST, H "BlkioWeightDevice", put_device_limit},
	{"cap-add", 0, SP_FLAG_LIST, H "CapAdd", sp_docker_put_capability},
	{"cap-drop", 0, SP_FLAG_LIST, H "CapDrop", sp_docker_put_capability},
	{"cgroup-parent", 0, SP_FLAG_TEXT, H "CgroupParent", NULL},
	{"cgroupns", 0, SP_FLAG_TEXT, H "CgroupnsMode", put_namespace},
	{"cidfile", 0, SP_FLAG_TEXT, H "ContainerIDFile", NULL},
	{"cpu-count", 0, SP_FLAG_INT, H "CpuCount", NULL},
	{"cpu-percent", 0, SP_FLAG_INT, H "CpuPercent", NULL},
	{"cpu-period", 0, SP_FLAG_INT, H "CpuPeriod", NULL},
	{"cpu-quota", 0, SP_FLAG_INT, H "CpuQuota", NULL},
	{"cpu-rt-period", 0, SP_FLAG_INT, H "CpuRealtimePeriod", NULL},
	{"cpu-rt-runtime", 0, SP_FLAG_INT, H "CpuRealtimeRuntime", NULL},
	{"cpu-shares", 'c', SP_FLAG_INT, H "CpuShares", NULL},
	{"cpus", 0, SP_FLAG_CPUS, H "NanoCpus", NULL},
	{"cpuset-cpus", 0, SP_FLAG_TEXT, H "CpusetCpus", NULL},
	{"cpuset-mems", 0, SP_FLAG_TEXT, H "CpusetMems", NULL},
	{"device", 0, SP_FLAG_LIST, H "Devices", put_device},
	{"device-cgroup-rule", 0, SP_FLAG_LIST, H "DeviceCgroupRules", NULL},
	{"device-read-bps", 0, SP_FLAG_LIST, H "BlkioDeviceReadBps", put_device_limit},
	{"device-read-iops", 0, SP_FLAG_LIST, H "BlkioDeviceReadIOps", put_device_limit},
	{"device-write-bps", 0, SP_FLAG_LIST, H "BlkioDeviceWriteBps", put_device_limit},
	{"device-write-iops", 0, SP_FLAG_LIST, H "BlkioDeviceWriteIOps", put_device_limit},
	{"disable-content-trust", 0, SP_FLAG_BOOL, "", NULL},
	{"dns", 0, SP_FLAG_LIST, H "Dns", NULL},
	{"dns-opt", 0, SP_FLAG_LIST, H "DnsOptions", NULL}, /* the old name */
	{"dns-option", 0, SP_FLAG_LIST, H "DnsOptions", NULL},
	{"dns-search", 0, SP_FLAG_LIST, H "DnsSearch", NULL},
	{"domainname", 0, SP_FLAG_TEXT, "/Domainname", NULL},
	{"entrypoint", 0, SP_FLAG_TEXT, "/Entrypoint", put_entrypoint},
	{"env", 'e', SP_FLAG_LIST, "/Env", NULL},
	{"env-file", 0, SP_FLAG_LIST, "", NULL}, /* no rule speaks about the environment */
	{"expose", 0, SP_FLAG_LIST, "/ExposedPorts", sp_docker_put_expose},
	{"gpus", 0, SP_FLAG_TEXT, H "DeviceRequests", put_gpus},
	{"group-add", 0, SP_FLAG_LIST, H "GroupAdd", NULL},
	{"health-cmd", 0, SP_FLAG_TEXT, "", NULL}, /* --health-...: sp_docker_health */
	{"health-interval", 0, SP_FLAG_DURATION, "", NULL},
	{"health-retries", 0, SP_FLAG_INT, "", NULL},
	{"health-start-interval", 0, SP_FLAG_DURATION, "", NULL},
	{"health-start-period", 0, SP_FLAG_DURATION, "", NULL},
	{"health-timeout", 0, SP_FLAG_DURATION, "", NULL},
	{"hostname", 'h', SP_FLAG_TEXT, "/Hostname", NULL},
	{"init", 0, SP_FLAG_BOOL, H "Init", NULL},
	{"interactive", 'i', SP_FLAG_BOOL, "/OpenStdin", NULL},
	{"io-maxbandwidth", 0, SP_FLAG_BYTES, H "IOMaximumBandwidth", NULL},
	{"io-maxiops", 0, SP_FLAG_INT, H "IOMaximumIOps", NULL},
	{"ip", 0, SP_FLAG_TEXT, "", NULL}, /* of the network: sp_docker_networks */
	{"ip6", 0, SP_FLAG_TEXT, "", NULL},
	{"ipc", 0, SP_FLAG_TEXT, H "IpcMode", NULL},
	{"isolation", 0, SP_FLAG_TEXT, H "Isolation", NULL},
	{"kernel-memory", 0, SP_FLAG_BYTES, "", NULL}, /* no longer sent */
	{"label", 'l', SP_FLAG_MAP, "/Labels", NULL},
	{"label-file", 0, SP_FLAG_LIST, "", sp_docker_put_unreadable},
	{"link", 0, SP_FLAG_LIST, H "Links", NULL},
	{"link-local-ip", 0, SP_FLAG_LIST, "", NULL},
	{"log-driver", 0, SP_FLAG_TEXT, H "LogConfig/Type", NULL},
	{"log-opt", 0, SP_FLAG_MAP, H "LogConfig/Config", NULL},
	{"mac-address", 0, SP_FLAG_TEXT, "", NULL},
	{"memory", 'm', SP_FLAG_BYTES, H "Memory", NULL},
	{"memory-reservation", 0, SP_FLAG_BYTES, H "MemoryReservation", NULL},
	{"memory-swap", 0, SP_FLAG_BYTES, H "MemorySwap", NULL},
	{"memory-swappiness", 0, SP_FLAG_INT, H "MemorySwappiness", NULL},
	{"mount", 0, SP_FLAG_LIST, H "Mounts", sp_docker_put_mount},
	{"name", 0, SP_FLAG_TEXT, "?name", NULL},
	{"net", 0, SP_FLAG_LIST, "", NULL}, /* the old name of --network */
	{"net-alias", 0, SP_FLAG_LIST, "", NULL},
	{"network", 0, SP_FLAG_LIST, "", NULL},
	{"network-alias", 0, SP_FLAG_LIST, "", NULL},
	{"no-healthcheck", 0, SP_FLAG_BOOL, "", NULL},
	{"oom-kill-disable", 0, SP_FLAG_BOOL, H "OomKillDisable", NULL},
	{"oom-score-adj", 0, SP_FLAG_INT, H "OomScoreAdj", NULL},
	{"pid", 0, SP_FLAG_TEXT, H "PidMode", put_namespace},
	{"pids-limit", 0, SP_FLAG_INT, H "PidsLimit", NULL},
	{"platform", 0, SP_FLAG_TEXT, "?platform", NULL},
	{"privileged", 0, SP_FLAG_BOOL, H "Privileged", NULL},
	{"publish", 'p', SP_FLAG_LIST, H "PortBindings", sp_docker_put_port},
	{"publish-all", 'P', SP_FLAG_BOOL, H "PublishAllPorts", NULL},
	{"pull", 0, SP_FLAG_TEXT, "", NULL},
	{"quiet", 'q', SP_FLAG_BOOL, "", NULL},
	{"read-only", 0, SP_FLAG_BOOL, H "ReadonlyRootfs", NULL},
	{"restart", 0, SP_FLAG_TEXT, H "RestartPolicy", put_restart},
	{"rm", 0, SP_FLAG_BOOL, H "AutoRemove", NULL},
	{"runtime", 0, SP_FLAG_TEXT, H "Runtime", NULL},
	{"security-opt", 0, SP_FLAG_LIST, H "SecurityOpt", put_security},
	{"shm-size", 0, SP_FLAG_BYTES, H "ShmSize", NULL},
	{"stop-signal", 0, SP_FLAG_TEXT, "/StopSignal", NULL},
	{"stop-timeout", 0, SP_FLAG_INT, "/StopTimeout", NULL},
	{"storage-opt", 0, SP_FLAG_MAP, H "StorageOpt", put_pair},
	{"sysctl", 0, SP_FLAG_MAP, H "Sysctls", put_pair},
	{"tmpfs", 0, SP_FLAG_LIST, H "Tmpfs", put_tmpfs},
	{"tty", 't', SP_FLAG_BOOL, "/Tty", NULL},
	{"ulimit", 0, SP_FLAG_LIST, H "Ulimits", sp_docker_put_ulimit},
	{"use-api-socket", 0, SP_FLAG_BOOL, H "Mounts", put_api_socket},
	{"user", 'u', SP_FLAG_TEXT, "/User", NULL},
	{"userns", 0, SP_FLAG_TEXT, H "UsernsMode", put_namespace},
	{"uts", 0, SP_FLAG_TEXT, H "UTSMode", put_namespace},
	{"volume", 'v', SP_FLAG_LIST, H "Binds", put_volume},
	{"volume-driver", 0, SP_FLAG_TEXT, H "VolumeDriver", NULL},
	{"volumes-from", 0, SP_FLAG_LIST, H "VolumesFrom", NULL},
	{"workdir", 'w', SP_FLAG_TEXT, "/WorkingDir", NULL},
	{0},
};

/* What docker run has besides. */
const struct sp_docker_flag sp_docker_run_flags[] = {
	{"detach", 'd', SP_FLAG_BOOL, "", NULL},
	{"detach-keys", 0, SP_FLAG_TEXT, "", NULL},
	{"sig-proxy", 0, SP_FLAG_BOOL, "", NULL},
	{0},
};

const struct sp_docker_flag sp_docker_exec_flags[] = {
	{"detach", 'd', SP_FLAG_BOOL, "/Detach", NULL},
	{"detach-keys", 0, SP_FLAG_TEXT, "/DetachKeys", NULL},
	{"env", 'e', SP_FLAG_LIST, "/Env", NULL},
	{"env-file", 0, SP_FLAG_LIST, "", NULL},
	{"interactive", 'i', SP_FLAG_BOOL, "/AttachStdin", NULL},
	{"privileged", 0, SP_FLAG_BOOL, "/Privileged", NULL},
	{"tty", 't', SP_FLAG_BOOL, "/Tty", NULL},
	{"user", 'u', SP_FLAG_TEXT, "/User", NULL},
	{"workdir", 'w', SP_FLAG_TEXT, "/WorkingDir", NULL},
	{0},
};

const struct sp_docker_flag sp_docker_update_flags[] = {
	{"blkio-weight", 0, SP_FLAG_INT, "/BlkioWeight", NULL},
	{"cpu-period", 0, SP_FLAG_INT, "/CpuPeriod", NULL},
	{"cpu-quota", 0, SP_FLAG_INT, "/CpuQuota", NULL},
	{"cpu-rt-period", 0, SP_FLAG_INT, "/CpuRealtimePeriod", NULL},
	{"cpu-rt-runtime", 0, SP_FLAG_INT, "/CpuRealtimeRuntime", NULL},
	{"cpu-shares", 'c', SP_FLAG_INT, "/CpuShares", NULL},
	{"cpus", 0, SP_FLAG_CPUS, "/NanoCpus", NULL},
	{"cpuset-cpus", 0, SP_FLAG_TEXT, "/CpusetCpus", NULL},
	{"cpuset-mems", 0, SP_FLAG_TEXT, "/CpusetMems", NULL},
	{"kernel-memory", 0, SP_FLAG_BYTES, "", NULL},
	{"memory", 'm', SP_FLAG_BYTES, "/Memory", NULL},
	{"memory-reservation", 0, SP_FLAG_BYTES, "/MemoryReservation", NULL},
	{"memory-swap", 0, SP_FLAG_BYTES, "/MemorySwap", NULL},
	{"pids-limit", 0, SP_FLAG_INT, "/PidsLimit", NULL},
	{"restart", 0, SP_FLAG_TEXT, "/RestartPolicy", put_restart},
	{0},
};
/* clang-format on */
