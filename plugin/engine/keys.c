/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys.c: THE table of the policy language.  A new key is one row here (and one in facts.h when it
 * reads something new); loader, messages and documentation follow.
 */
#include "sallyport/keys.h"

#define CREATE SP_FOR_CREATE
#define UPDATE SP_FOR_UPDATE
#define SERVICE SP_FOR_SERVICE
#define PLUGIN SP_FOR_PLUGIN
#define RULES (SP_IN_ALLOW | SP_IN_DENY | SP_IN_REQUIRE | SP_IN_EXCEPTION)
#define GUARDS (SP_IN_DENY | SP_IN_REQUIRE)
#define FILES (SP_IN_FILE | SP_IN_INCLUDED)
#define NEW_OBJECT (CREATE | SERVICE | SP_FOR_VOLUME | SP_FOR_NETWORK | SP_FOR_SECRET)

static const char *const modes[] = {"enforce", "audit", NULL};
static const char *const softer[] = {"audit", "off", NULL};
static const char *const details[] = {"full", "rule", "none", NULL};
static const char *const propagations[] = {"shared", "rshared", "slave", "rslave", NULL};
static const char *const namespaces[] = {"network", "pid", "ipc", "uts", "userns", "cgroup", NULL};
static const char *const joinable[] = {"network", "pid", "ipc", NULL};

static const char later_text[] = "is not supported yet";

/* clang-format off */
#define FILE_KEY(name, type, choices, dflt, example, later, doc) \
	{name, SP_IN_FILE, type, SP_FACT_NONE, 0, choices, NULL, NULL, dflt, example, later, doc}
#define RULE_KEY(name, where, type, choices, dflt, example, later, doc) \
	{name, where, type, SP_FACT_NONE, 0, choices, NULL, NULL, dflt, example, later, doc}
#define POWER(name, type, fact, families, choices, example, doc) \
	{name, SP_IN_POWERS, type, SP_FACT_##fact, families, choices, NULL, NULL, NULL, example, NULL, doc}
#define CONDITION(name, type, fact, families, noun, fix, example, doc) \
	{name, SP_IN_CONDITIONS, type, SP_FACT_##fact, families, NULL, noun, fix, NULL, example, NULL, doc}

static const struct sp_key keys[] = {
	/* the file */
	RULE_KEY("sallyport", SP_IN_ANY_FILE, SP_T_TEXT, NULL, NULL, "1", NULL,
		 "Language version; the first key of every file."),
	RULE_KEY("mode", FILES, SP_T_WORD, modes, "enforce", "audit", NULL,
		 "Mode of the file's rules that do not say otherwise; in the main file also of the built-in checks and of default deny."),
	FILE_KEY("min_api_version", SP_T_TEXT, NULL, "1.24", "1.44", NULL,
		 "Oldest API version a client may choose: the older, the more fields dockerd drops that a rule may require."),
	FILE_KEY("messages", SP_T_MAP, NULL, NULL, "{contact: x@example.com}", NULL,
		 "What a refused user is told beside the reason."),
	FILE_KEY("include", SP_T_NAMES, NULL, NULL, "[teams/*.yaml]", NULL,
		 "Further files of the policy, relative to this one; * only in the last part."),
	RULE_KEY("pack", SP_IN_INCLUDED | SP_IN_PACK, SP_T_TEXT, NULL, NULL, "cis", NULL,
		 "Makes the file a pack: guards only, and NAME/ stands before the names of its rules."),
	FILE_KEY("adjust", SP_T_MAP, NULL, NULL, "{cis/5.27: {mode: audit, reason: OPS-77}}", NULL,
		 "Softens single rules of a pack."),
	FILE_KEY("self_protection", SP_T_MAP, NULL, "it holds for everybody", "{except: [anna, \"ops-*\"]}", NULL,
		 "Whom the built-in check of that name spares; it cannot be switched off."),
	RULE_KEY("groups", FILES, SP_T_MAP, NULL, NULL, "{ci: [ci-*]}", NULL, "Named users."),
	RULE_KEY("lists", SP_IN_ANY_FILE, SP_T_MAP, NULL, NULL, "{sockets: [/run/docker.sock]}", NULL,
		 "Named values, used as list:NAME inside any list."),
	RULE_KEY("vars", FILES, SP_T_MAP, NULL, NULL, "{registry: registry.example.com}", NULL,
		 "Constants, used as $name."),
	RULE_KEY("profiles", SP_IN_ANY_FILE, SP_T_MAP, NULL, NULL, "{web: {must: {memory: {max: 1g}}}}", NULL,
		 "Fragments of conditions and powers for allow rules."),
	RULE_KEY("allow", FILES, SP_T_MAP, NULL, NULL, "{ops: {who: [anna], do: [read], on: any}}", NULL,
		 "Who may do what, on which objects, under which conditions, with which powers."),
	RULE_KEY("deny", SP_IN_ANY_FILE, SP_T_MAP, NULL, NULL, "{no-privileged: {uses: {privileged: true}}}", NULL,
		 "Never, whatever allow says."),
	RULE_KEY("require", SP_IN_ANY_FILE, SP_T_MAP, NULL, NULL, "{limits: {must: {memory: {max: 2g}}}}", NULL,
		 "Always, whatever allow says."),
	RULE_KEY("exceptions", FILES, SP_T_MAP, NULL, NULL,
		 "{x: {lifts: [limits], who: [anna], expires: never, reason: OPS-1}}", NULL,
		 "A guard that does not hold for somebody, until a date."),

	/* messages */
	RULE_KEY("contact", SP_IN_MESSAGES, SP_T_TEXT, NULL, NULL, "platform@example.com", NULL,
		 "Added to every refusal: whom to ask."),
	RULE_KEY("detail", SP_IN_MESSAGES, SP_T_WORD, details, "full", "rule", NULL,
		 "How much a refusal tells: values and limits, the rule names, or nothing."),

	/* adjust */
	RULE_KEY("mode", SP_IN_ADJUST, SP_T_WORD, softer, NULL, "audit", NULL,
		 "audit: the pack's rule is only logged; off: it does not speak at all."),
	RULE_KEY("reason", SP_IN_ADJUST, SP_T_TEXT, NULL, NULL, "images are being rebuilt, OPS-77", NULL,
		 "Why the pack's rule is softened."),

	/* rules */
	RULE_KEY("who", RULES, SP_T_SUBJECTS, NULL, "everyone", "[anna, group:ci]", NULL,
		 "Users the rule speaks about: certificate names, group:NAME, local, anyone."),
	RULE_KEY("except", GUARDS, SP_T_SUBJECTS, NULL, "nobody", "[group:admins]", NULL,
		 "Users the guard spares."),
	RULE_KEY("do", RULES, SP_T_ACTIONS, NULL, "every action its keys speak about", "[run, exec]", NULL,
		 "Actions and sets of actions."),
	RULE_KEY("on", RULES, SP_T_SCOPE, NULL, "any", "{labels: {team: blue}}", NULL,
		 "Which existing objects: any, or those with labels and names."),
	RULE_KEY("profiles", SP_IN_ALLOW, SP_T_NAMES, NULL, NULL, "[web]", NULL,
		 "Fragments to add to this rule."),
	RULE_KEY("must", SP_IN_ALLOW | SP_IN_REQUIRE | SP_IN_PROFILE, SP_T_MAP, NULL, NULL, "{images: any}", NULL,
		 "Conditions the request has to meet."),
	RULE_KEY("may", SP_IN_ALLOW | SP_IN_EXCEPTION | SP_IN_PROFILE, SP_T_MAP, NULL, "no power at all", "{privileged: true}", NULL,
		 "Powers the request may use, or everything."),
	RULE_KEY("when", GUARDS | SP_IN_EXCEPTION, SP_T_MAP, NULL, "always", "{images: [nginx]}", NULL,
		 "The rule speaks only about requests for which all of these hold."),
	RULE_KEY("unless", GUARDS, SP_T_MAP, NULL, "never", "{user: non-root}", NULL,
		 "The rule does not speak about requests for which all of these hold."),
	RULE_KEY("uses", SP_IN_DENY, SP_T_MAP, NULL, "the actions themselves", "{privileged: true}", NULL,
		 "Powers that are forbidden."),
	RULE_KEY("response", GUARDS, SP_T_MAP, NULL, NULL, "{size: {max: 64k}}", NULL,
		 "Judges dockerd's answer instead of the request: the answer is withheld, the action has happened."),
	RULE_KEY("quota", SP_IN_ALLOW, SP_T_MAP, NULL, NULL, "{containers: 20}", later_text,
		 "Upper bounds over all containers of the rule's objects."),
	RULE_KEY("lifts", SP_IN_EXCEPTION, SP_T_LIFTS, NULL, NULL, "[no-privileged]", NULL,
		 "Guards the exception lifts: RULE or RULE:KEY."),
	RULE_KEY("expires", SP_IN_ALLOW | SP_IN_EXCEPTION, SP_T_DATE, NULL, "never", "2026-12-31", NULL,
		 "First moment the rule no longer holds."),
	RULE_KEY("enforce_from", GUARDS, SP_T_DATE, NULL, "at once", "2026-10-01", NULL,
		 "First moment the guard refuses; before, it only reports."),
	RULE_KEY("mode", SP_IN_ALLOW | GUARDS, SP_T_WORD, modes, "the file's mode", "audit", NULL,
		 "audit: the rule is evaluated and logged, it refuses (or grants) nothing."),
	RULE_KEY("message", GUARDS, SP_T_TEXT, NULL, "generated", "ask us first", NULL,
		 "Text shown instead of the generated one; knows $value $limit $flag $rule $action $user."),
	RULE_KEY("reason", SP_IN_EXCEPTION, SP_T_TEXT, NULL, NULL, "SEC-1234", NULL,
		 "Why the exception exists."),
	RULE_KEY("approved_by", RULES, SP_T_TEXT, NULL, NULL, "ciso@example.com", NULL,
		 "For the readers of the policy; shown by explain, has no effect."),
	RULE_KEY("note", RULES, SP_T_TEXT, NULL, NULL, "see the wiki", NULL,
		 "For the readers of the policy; shown by explain, has no effect."),

	/* response */
	RULE_KEY("status", SP_IN_RESPONSE, SP_T_STATUSES, NULL, NULL, "[404, 5xx]", NULL,
		 "HTTP status codes of dockerd's answer, or classes such as 5xx; an answer without one (every error) matches all."),

	RULE_KEY("labels", SP_IN_RESPONSE, SP_T_LABELS, NULL, NULL, "{team: red}", NULL,
		 "Labels of the objects the answer shows: a deny rule objects when any object has all of them, a require rule when any lacks one."),
	RULE_KEY("env", SP_IN_RESPONSE, SP_T_NAMES, NULL, NULL, "[AWS_*, \"*_TOKEN\"]", NULL,
		 "Names of environment variables the answer shows: a deny rule objects when any matches, a require rule when any does not."),
	{"size", SP_IN_RESPONSE, SP_T_RANGE_SIZE, SP_FACT_NONE, 0, NULL, "size of the answer", NULL, NULL, "{max: 64k}", NULL,
	 "Bytes of the answer's body: a deny rule objects to answers in the range, a require rule to those outside."},

	/* on */
	RULE_KEY("labels", SP_IN_SCOPE, SP_T_LABELS, NULL, NULL, "{team: $user}", NULL,
		 "Labels every existing object the request works on has to carry."),
	RULE_KEY("names", SP_IN_SCOPE, SP_T_NAMES, NULL, NULL, "[$user-*]", NULL,
		 "Names of the existing objects; one that may be the beginning of an ID is no name."),

	/* self_protection */
	RULE_KEY("except", SP_IN_SELF_PROTECTION, SP_T_SUBJECTS, NULL, "nobody", "[anna, \"ops-*\"]", NULL,
		 "Users by name, no keywords: they may change plugins, and mount the files of dockerd and of this plugin."),

	/* powers */
	POWER("privileged", SP_T_FLAG, PRIVILEGED, CREATE | SERVICE | PLUGIN, NULL, "true",
	      "All capabilities, all devices, no confinement; any privilege of a plugin."),
	POWER("cap_add", SP_T_CAPS, CAP_ADD, CREATE | SERVICE | PLUGIN, NULL, "[NET_ADMIN]",
	      "Capabilities added to docker's default set."),
	POWER("bind", SP_T_PATHS, BIND, CREATE | SERVICE | SP_FOR_VOLUME | SP_FOR_START | SP_FOR_CHECKPOINT | PLUGIN | SP_FOR_SETTING, NULL, "[/srv/data/**, /etc/ssl/certs:ro]",
	      "Host paths mounted into the container, also through volume options; directories of checkpoints."),
	POWER("bind_propagation", SP_T_CHOICES, BIND_PROPAGATION, CREATE | SERVICE | SP_FOR_VOLUME, propagations, "[rslave]",
	      "Mounts that spread between host and container."),
	POWER("volumes", SP_T_NAMES, VOLUMES, CREATE | SERVICE, NULL, "[data-*, shared:ro]",
	      "Named volumes."),
	POWER("volume_drivers", SP_T_NAMES, VOLUME_DRIVERS, CREATE | SERVICE | SP_FOR_VOLUME, NULL, "[rclone]",
	      "Volume drivers other than local."),
	POWER("volume_options", SP_T_FLAG, VOLUME_OPTIONS, CREATE | SERVICE | SP_FOR_VOLUME, NULL, "true",
	      "Options of volume drivers, such as nfs or tmpfs mounts."),
	POWER("volumes_from", SP_T_FLAG, VOLUMES_FROM, CREATE, NULL, "true",
	      "All mounts of another container."),
	POWER("cluster_volumes", SP_T_FLAG, CLUSTER_VOLUMES, CREATE | SERVICE | SP_FOR_VOLUME | SP_FOR_CLUSTER, NULL, "true",
	      "CSI volumes of a swarm."),
	POWER("image_mounts", SP_T_IMAGES, IMAGE_MOUNTS, CREATE | SERVICE, NULL, "[registry.example.com/**]",
	      "Files of another image mounted into the container."),
	POWER("devices", SP_T_PATHS, DEVICES, CREATE | SERVICE | PLUGIN | SP_FOR_SETTING, NULL, "[/dev/snd]",
	      "Devices of the host."),
	POWER("device_cgroup_rules", SP_T_NAMES, DEVICE_CGROUP_RULES, CREATE | SERVICE | PLUGIN, NULL, "[\"c 189:* rmw\"]",
	      "Access to classes of devices."),
	POWER("gpus", SP_T_FLAG, GPUS, CREATE, NULL, "true",
	      "GPUs and other requested devices."),
	POWER("host_namespaces", SP_T_CHOICES, HOST_NAMESPACES, CREATE | SERVICE | SP_FOR_BUILD | SP_FOR_CONNECT | PLUGIN, namespaces, "[pid]",
	      "Namespaces shared with the host."),
	POWER("join_namespaces", SP_T_CHOICES, JOIN_NAMESPACES, CREATE | SP_FOR_BUILD, joinable, "[network]",
	      "Namespaces shared with another container."),
	POWER("networks", SP_T_NAMES, NETWORKS, CREATE | SERVICE | SP_FOR_CONNECT, NULL, "[prod-*]",
	      "Networks other than none and the default bridge."),
	POWER("network_options", SP_T_NAMES, NETWORK_OPTIONS, CREATE | SERVICE | SP_FOR_NETWORK | SP_FOR_CONNECT, NULL,
	      "[com.docker.network.driver.mtu]", "Driver options of networks and endpoints."),
	POWER("network_drivers", SP_T_NAMES, NETWORK_DRIVERS, SP_FOR_NETWORK, NULL, "[macvlan]",
	      "Network drivers other than bridge and overlay."),
	POWER("ports", SP_T_PORTS, PORTS, CREATE | SERVICE, NULL, "[127.0.0.1:8000-8999, any:443]",
	      "Ports published on the host."),
	POWER("security_opt", SP_T_NAMES, SECURITY_OPT, CREATE | SERVICE, NULL, "[apparmor=docker-*]",
	      "Security options other than no-new-privileges."),
	POWER("sysctls", SP_T_NAMES, SYSCTLS, CREATE | SERVICE, NULL, "[net.core.somaxconn]",
	      "Kernel parameters."),
	POWER("ulimits", SP_T_NAMES, ULIMITS, CREATE | SERVICE, NULL, "[nofile]",
	      "Limits of processes."),
	POWER("storage_opt", SP_T_NAMES, STORAGE_OPT, CREATE, NULL, "[size]",
	      "Options of the storage driver."),
	POWER("annotations", SP_T_NAMES, ANNOTATIONS, CREATE, NULL, "[org.example.*]",
	      "Annotations handed to the OCI runtime."),
	POWER("group_add", SP_T_NAMES, GROUP_ADD, CREATE | SERVICE, NULL, "[audio]",
	      "Additional groups of the container's user."),
	POWER("runtimes", SP_T_NAMES, RUNTIMES, CREATE, NULL, "[runsc]",
	      "OCI runtimes named in the request."),
	POWER("cgroup_parent", SP_T_NAMES, CGROUP_PARENT, CREATE | SP_FOR_BUILD, NULL, "[ci.slice]",
	      "The cgroup the container is put under."),
	POWER("log_drivers", SP_T_NAMES, LOG_DRIVERS, CREATE | SERVICE | SP_FOR_SWARM, NULL, "[json-file, local]",
	      "Log drivers named in the request."),
	POWER("oom_control", SP_T_FLAG, OOM_CONTROL, CREATE | SERVICE, NULL, "true",
	      "Escaping the OOM killer."),
	POWER("cpu_realtime", SP_T_FLAG, CPU_REALTIME, CREATE | UPDATE, NULL, "true",
	      "Realtime scheduling."),
	POWER("links", SP_T_FLAG, LINKS, CREATE | SP_FOR_CONNECT, NULL, "true",
	      "Links to other containers."),
	POWER("checkpoints", SP_T_FLAG, CHECKPOINTS, SP_FOR_START | SP_FOR_CHECKPOINT, NULL, "true",
	      "Checkpoints, starting from one, and a host configuration at start (20.10 below API 1.24)."),
	POWER("exec_privileged", SP_T_FLAG, EXEC_PRIVILEGED, SP_FOR_EXEC, NULL, "true",
	      "Commands with all capabilities in a running container."),
	POWER("secrets", SP_T_NAMES, SECRETS, SERVICE, NULL, "[prod-*]",
	      "Swarm secrets."),
	POWER("configs", SP_T_NAMES, CONFIGS, SERVICE, NULL, "[prod-*]",
	      "Swarm configs."),
	POWER("global_service", SP_T_FLAG, GLOBAL_SERVICE, SERVICE, NULL, "true",
	      "Services that run on every node."),
	POWER("build_remote", SP_T_NAMES, BUILD_REMOTE, SP_FOR_BUILD, NULL, "[\"https://git.example.com/*\"]",
	      "Build contexts the daemon fetches itself."),
	POWER("unknown_fields", SP_T_NAMES, UNKNOWN_FIELDS,
	      CREATE | UPDATE | SP_FOR_EXEC | SP_FOR_COMMIT | SP_FOR_VOLUME | SP_FOR_NETWORK | SP_FOR_CONNECT |
		  SERVICE | SP_FOR_SECRET | SP_FOR_NODE | SP_FOR_CLUSTER | SP_FOR_CHECKPOINT | PLUGIN |
		  SP_FOR_SWARM | SP_FOR_BODY, NULL,
	      "[/HostConfig/NewField]", "Fields of the request this version does not know."),

	/* conditions */
	CONDITION("images", SP_T_IMAGES, IMAGES, CREATE | SERVICE | SP_FOR_PULL | SP_FOR_PUSH | SP_FOR_TAG | SP_FOR_RMI | PLUGIN,
		  "image", NULL, "[registry.example.com/**]", "Every image named matches one of these."),
	CONDITION("image_pinned", SP_T_FLAG, IMAGES, CREATE | SERVICE | SP_FOR_PULL | PLUGIN,
		  "image", NULL, "true", "Every image is named by digest."),
	CONDITION("image_max_age", SP_T_DURATION, IMAGES, CREATE | SERVICE,
		  "image", NULL, "30d", "No image was built longer ago."),
	{"image_scan", SP_IN_CONDITIONS, SP_T_MAP, SP_FACT_IMAGES, CREATE | SERVICE, NULL, "image", NULL, NULL,
	 "{max_severity: high}", later_text, "A vulnerability report exists and is good enough."},
	CONDITION("tags", SP_T_IMAGES, TAGS, SP_FOR_BUILD | SP_FOR_TAG | SP_FOR_COMMIT | SP_FOR_LOAD,
		  "new image name", "-t %s", "[registry.example.com/ci/**]", "Every new image name matches one of these."),
	CONDITION("memory", SP_T_RANGE_SIZE, MEMORY, CREATE | UPDATE | SERVICE,
		  "memory limit", "-m %s", "{max: 2g}", "Memory limit."),
	CONDITION("memory_swap", SP_T_RANGE_SIZE, MEMORY_SWAP, CREATE | UPDATE | SERVICE,
		  "memory and swap limit", "--memory-swap %s", "{max: 4g}", "Memory and swap together."),
	CONDITION("shm_size", SP_T_RANGE_SIZE, SHM_SIZE, CREATE,
		  "size of /dev/shm", "--shm-size %s", "{max: 256m}", "Size of /dev/shm."),
	CONDITION("cpus", SP_T_RANGE_CPUS, CPUS, CREATE | UPDATE | SERVICE,
		  "cpu limit", "--cpus %s", "{max: 1.5}", "Number of CPUs."),
	CONDITION("cpu_shares", SP_T_RANGE_COUNT, CPU_SHARES, CREATE | UPDATE,
		  "cpu weight", "--cpu-shares %s", "{min: 2}", "CPU weight beside other containers."),
	CONDITION("pids", SP_T_RANGE_COUNT, PIDS, CREATE | UPDATE | SERVICE,
		  "pids limit", "--pids-limit %s", "{max: 512}", "Number of processes."),
	CONDITION("replicas", SP_T_RANGE_COUNT, REPLICAS, SERVICE,
		  "number of replicas", "--replicas %s", "{max: 20}", "Tasks of a service."),
	CONDITION("no_new_privileges", SP_T_FLAG, NO_NEW_PRIVILEGES, CREATE | SERVICE,
		  "no-new-privileges", "--security-opt no-new-privileges", "true", "No setuid program gains privileges."),
	CONDITION("read_only", SP_T_FLAG, READ_ONLY, CREATE | SERVICE,
		  "read-only root filesystem", "--read-only", "true", "The root filesystem is read-only."),
	CONDITION("healthcheck", SP_T_FLAG, HEALTHCHECK, CREATE | SERVICE,
		  "health check", "--health-cmd ...", "true", "The request brings a health check."),
	CONDITION("ulimits_set", SP_T_FLAG, ULIMITS, CREATE | SERVICE,
		  "limit of processes", "--ulimit nofile=1024", "true", "The request sets a limit of processes (ulimit)."),
	CONDITION("bind_only", SP_T_PATHS, BIND, CREATE | SERVICE | SP_FOR_VOLUME | SP_FOR_START | SP_FOR_CHECKPOINT | PLUGIN | SP_FOR_SETTING,
		  "host path", NULL, "[/srv/$user/**]", "Every host path that is mounted is covered by one of these; none has to be."),
	CONDITION("volumes_only", SP_T_NAMES, VOLUMES, CREATE | SERVICE,
		  "volume", NULL, "[$user-*]", "Every named volume is one of these; none has to be."),
	CONDITION("networks_only", SP_T_NAMES, NETWORKS, CREATE | SERVICE | SP_FOR_CONNECT,
		  "network", NULL, "[$user-*]", "Every network other than none and the default bridge is one of these; none has to be."),
	CONDITION("sysctls_only", SP_T_NAMES, SYSCTLS, CREATE | SERVICE,
		  "kernel parameter", NULL, "[net.ipv4.ip_local_port_range]", "Every kernel parameter that is set is one of these; none has to be."),
	CONDITION("runtimes_only", SP_T_NAMES, RUNTIMES, CREATE,
		  "runtime", NULL, "[runc, runsc]", "The OCI runtime, if one is named, is one of these."),
	CONDITION("log_drivers_only", SP_T_NAMES, LOG_DRIVERS, CREATE | SERVICE | SP_FOR_SWARM,
		  "log driver", NULL, "[json-file, local]", "The log driver, if one is named, is one of these."),
	CONDITION("security_opt_only", SP_T_NAMES, SECURITY_OPT, CREATE | SERVICE,
		  "security option", NULL, "[\"label=level:*\", \"seccomp=*\"]", "Every security option other than no-new-privileges is one of these; none has to be."),
	CONDITION("user", SP_T_USERS, USER, CREATE | SERVICE,
		  "user", "--user 1000", "non-root", "User of the container's process; non-root is met by a number, for a name can be root in the image."),
	CONDITION("exec_user", SP_T_USERS, EXEC_USER, SP_FOR_EXEC,
		  "user of the command", "--user 1000", "non-root", "User of a command run by exec; non-root is met by a number only."),
	CONDITION("cap_drop", SP_T_CAPS, CAP_DROP, CREATE | SERVICE,
		  "list of dropped capabilities", "--cap-drop %s", "[ALL]", "Capabilities the container gives up."),
	CONDITION("labels", SP_T_LABELS, LABELS, NEW_OBJECT,
		  "labels", "--label %s", "{team: blue}", "Labels the new object carries."),
	CONDITION("name", SP_T_NAMES, NAME, NEW_OBJECT | SP_FOR_RENAME | PLUGIN,
		  "name", "--name ...", "[blue-*]", "Name of the new object."),
	CONDITION("restart", SP_T_NAMES, RESTART, CREATE | UPDATE,
		  "restart policy", "--restart %s", "[\"no\", \"on-failure:5\"]", "Restart policy."),
};
/* clang-format on */

const struct sp_key *
sp_keys(size_t *n)
{
	*n = sizeof(keys) / sizeof(keys[0]);
	return keys;
}

const struct sp_key *
sp_key_find(struct sp_str name, uint32_t where)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if ((keys[i].where & where) && sp_str_is(name, keys[i].name))
			return &keys[i];
	}
	return NULL;
}
