/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts.h: what a request asks for, as typed values with the place each came from.  Powers (what a
 * plain container does not need), and values that conditions are about.  Layer: docker; knows
 * nothing of policies.
 */
#ifndef SALLYPORT_FACTS_H
#define SALLYPORT_FACTS_H

#include "sallyport/request.h"

/* clang-format off */
/* X(ID, "name", the docker flag that asks for it or NULL) */
#define SP_FACTS(X)                                                                                \
	/* powers */                                                                               \
	X(PRIVILEGED, "privileged", "--privileged")                                                \
	X(CAP_ADD, "cap_add", "--cap-add")                                                         \
	X(BIND, "bind", "-v")                                                                      \
	X(BIND_PROPAGATION, "bind_propagation", "--mount bind-propagation")                        \
	X(VOLUMES, "volumes", "-v")                                                                \
	X(VOLUME_DRIVERS, "volume_drivers", "--volume-driver")                                     \
	X(VOLUME_OPTIONS, "volume_options", "-o")                                                  \
	X(VOLUMES_FROM, "volumes_from", "--volumes-from")                                          \
	X(CLUSTER_VOLUMES, "cluster_volumes", "--mount type=cluster")                              \
	X(IMAGE_MOUNTS, "image_mounts", "--mount type=image")                                      \
	X(DEVICES, "devices", "--device")                                                          \
	X(DEVICE_CGROUP_RULES, "device_cgroup_rules", "--device-cgroup-rule")                      \
	X(GPUS, "gpus", "--gpus")                                                                  \
	X(HOST_NAMESPACES, "host_namespaces", NULL)                                                \
	X(JOIN_NAMESPACES, "join_namespaces", NULL)                                                \
	X(NETWORKS, "networks", "--network")                                                       \
	X(NETWORK_OPTIONS, "network_options", "-o")                                                \
	X(NETWORK_DRIVERS, "network_drivers", "--driver")                                          \
	X(PORTS, "ports", "-p")                                                                    \
	X(SECURITY_OPT, "security_opt", "--security-opt")                                          \
	X(SYSCTLS, "sysctls", "--sysctl")                                                          \
	X(ULIMITS, "ulimits", "--ulimit")                                                          \
	X(STORAGE_OPT, "storage_opt", "--storage-opt")                                             \
	X(ANNOTATIONS, "annotations", "--annotation")                                              \
	X(GROUP_ADD, "group_add", "--group-add")                                                   \
	X(RUNTIMES, "runtimes", "--runtime")                                                       \
	X(CGROUP_PARENT, "cgroup_parent", "--cgroup-parent")                                       \
	X(LOG_DRIVERS, "log_drivers", "--log-driver")                                              \
	X(OOM_CONTROL, "oom_control", "--oom-kill-disable")                                        \
	X(CPU_REALTIME, "cpu_realtime", "--cpu-rt-runtime")                                        \
	X(LINKS, "links", "--link")                                                                \
	X(CHECKPOINTS, "checkpoints", "--checkpoint")                                              \
	X(EXEC_PRIVILEGED, "exec_privileged", "--privileged")                                      \
	X(SECRETS, "secrets", "--secret")                                                          \
	X(CONFIGS, "configs", "--config")                                                          \
	X(GLOBAL_SERVICE, "global_service", "--mode global")                                       \
	X(BUILD_REMOTE, "build_remote", NULL)                                                      \
	X(UNKNOWN_FIELDS, "unknown_fields", NULL)                                                  \
	/* values conditions are about */                                                          \
	X(IMAGES, "images", NULL)                                                                  \
	X(TAGS, "tags", "-t")                                                                      \
	X(MEMORY, "memory", "-m")                                                                  \
	X(MEMORY_SWAP, "memory_swap", "--memory-swap")                                             \
	X(SHM_SIZE, "shm_size", "--shm-size")                                                      \
	X(CPUS, "cpus", "--cpus")                                                                  \
	X(CPU_SHARES, "cpu_shares", "--cpu-shares")                                                \
	X(PIDS, "pids", "--pids-limit")                                                            \
	X(REPLICAS, "replicas", "--replicas")                                                      \
	X(NO_NEW_PRIVILEGES, "no_new_privileges", "--security-opt no-new-privileges")              \
	X(READ_ONLY, "read_only", "--read-only")                                                   \
	X(HEALTHCHECK, "healthcheck", "--health-cmd")                                              \
	X(USER, "user", "-u")                                                                      \
	X(EXEC_USER, "exec_user", "-u")                                                            \
	X(CAP_DROP, "cap_drop", "--cap-drop")                                                      \
	X(LABELS, "labels", "--label")                                                             \
	X(NAME, "name", "--name")                                                                  \
	X(RESTART, "restart", "--restart")
/* clang-format on */

enum sp_fact {
	SP_FACT_NONE = 0,
#define X(id, name, flag) SP_FACT_##id,
	SP_FACTS(X)
#undef X
	/* clang-format off */
	SP_FACT_COUNT
	/* clang-format on */
};
#define SP_FACT_LAST_POWER SP_FACT_UNKNOWN_FIELDS

const char *sp_fact_name(enum sp_fact fact);
/* The docker flag to show when a value has none of its own; may be NULL. */
const char *sp_fact_flag(enum sp_fact fact);

enum sp_state {
	/* zeroed memory: there may be anything: a grant does not cover it, a guard bites */
	SP_UNKNOWABLE = 0,
	SP_SET,
	SP_UNSET,     /* not asked for; for limits that means unlimited */
	SP_UNLIMITED, /* asked for without a limit (-1, or larger than any machine) */
	SP_UNCHANGED, /* container.update: stays as it is, not judged */
};

/* A completed image name (POLICY.md 1.8; moby: distribution/reference). */
enum sp_image_kind {
	/* dockerd would reject it, or there is no name at all: matches nothing */
	SP_IMAGE_INVALID = 0,
	SP_IMAGE_NAME,
	SP_IMAGE_ID, /* sha256:..., 64 hex, or a bare hex word that may be one: only `**` matches */
};

struct sp_image {
	enum sp_image_kind kind;
	/*
	 * The registry was written with upper case: for the network it is the same host, for the
	 * names of local images dockerd takes it for another one.
	 */
	bool odd_case;
	struct sp_str registry; /* "docker.io", lower case, with port */
	struct sp_str path;     /* "library/nginx" */
	struct sp_str tag;      /* "latest"; empty only with a digest, or for a pull of all tags */
	struct sp_str digest;   /* "sha256:..." or empty */
	/* "docker.io/library/nginx:latest"; the text as given for ID and INVALID */
	struct sp_str full;
	bool has_created; /* somebody looked it up: policy tests bring it with them */
	int64_t created;  /* when it was built, seconds since 1970 */
};

/* Completes a name as dockerd does.  `all_tags`: no tag and no digest stays without a tag. */
void sp_image_parse(struct sp_str name, bool all_tags, struct sp_arena *arena,
                    struct sp_image *out);

struct sp_port {
	struct sp_str ip;     /* canonical text; empty: every interface */
	uint8_t ip_bytes[16]; /* as Go's net.IP: IPv4 is mapped; meaningless with ip_any */
	bool ip_any;          /* 0.0.0.0, ::, "" or a text dockerd reads as "all" */
	bool ephemeral;       /* dockerd chooses the host port */
	/* host ports; ephemeral: what dockerd chooses from, 0 and 0: as the kernel does */
	uint16_t first, last;
	struct sp_str proto; /* "tcp" */
};

/* Where a value stands: pointer, then "/" key, then "/" index, then suffix; parts may be absent. */
struct sp_place {
	const char *pointer; /* "/HostConfig/Mounts", static */
	struct sp_str key;   /* map key, escaped when printed */
	int32_t index;       /* -1: none */
	const char *suffix;  /* "/Source", static, or NULL */
};

/*
 * What the host says about one path a request names (POLICY.md 1.9).  Whoever judges a live request
 * asks the host between sp_facts_read and sp_decide and fills it in; records and tests bring the
 * answers with them.
 */
enum sp_host_state {
	/* zeroed memory: nobody asked, or there was no answer: a grant does not cover, a deny bites
	 */
	SP_HOST_UNKNOWN = 0,
	SP_HOST_RESOLVED,
};

struct sp_host_name {
	struct sp_str name;
	struct sp_host_name *next;
};

struct sp_host_path {
	struct sp_str path; /* as the value says it: absolute, cleaned */
	enum sp_host_state state;
	struct sp_str why;      /* SP_HOST_UNKNOWN: a clause, "a loop of symbolic links" */
	struct sp_str resolved; /* no symbolic link in it; the same as `path` when there was none */
	/* A socket an engine (dockerd, containerd, ...) listens on that mounting the path would
	 * expose, and who that is: "/run/docker.sock", "dockerd".  Empty: none. */
	struct sp_str socket, engine;
	/* Other absolute names of `resolved`, or of a part of what is in it: the same directory is
	 * mounted there, too, or a symbolic link of the policy's leads to it. */
	const struct sp_host_name *names;
	/* A file or directory of this plugin (policy, log, socket) that it would expose; see
	 * sp_own_files.  Empty: none. */
	struct sp_str own;
	struct sp_host_path *next;
};

/* Is there a symbolic link on the way, so that `resolved` is another path? */
static inline bool
sp_host_leads_away(const struct sp_host_path *host)
{
	return host && host->state == SP_HOST_RESOLVED && host->resolved.p != host->path.p &&
	       !sp_str_eq(host->resolved, host->path);
}

struct sp_value {
	enum sp_fact fact;
	enum sp_state state;
	bool read_only; /* bind, volumes */
	/* a value only an exact `any` or a literal can cover (ALL capabilities) */
	bool exact_only;
	struct sp_str text;           /* canonical form, what patterns are compared with */
	int64_t num;                  /* limits: bytes, nano-CPUs, count */
	struct sp_str key;            /* labels: the key; text is the value */
	const struct sp_image *image; /* images, tags, image_mounts */
	const struct sp_port *port;   /* ports */
	const char *flag;             /* the docker flag that asked for it, static, or NULL */
	struct sp_str arg;            /* what follows the flag, as its user would have typed it */
	/* bind, devices: what the host says about `text`; NULL: it is no path, or none of a host */
	struct sp_host_path *host;
	struct sp_place place;
	struct sp_value *next; /* next value of the same fact */
};

struct sp_object_ref;

struct sp_facts {
	struct sp_value *first[SP_FACT_COUNT];
	struct sp_value *last[SP_FACT_COUNT];
	/*
	 * The action carries facts that this build, or nobody, can read, or the request does what
	 * its body does not say (a rollback): all are UNKNOWABLE.
	 */
	bool unread;
	/*
	 * It does more than keys of the language can grant: only `may: everything` does, and the
	 * facts that are read are there for guards.  A clause, static; NULL: nothing of the kind.
	 */
	const char *beyond;
	/* SP_FOR_...: keys that speak about this request beside those of its action */
	uint32_t families;
	bool installs_plugin; /* a service that is no container but a plugin, on every node */
	struct sp_host_path
	    *host_paths; /* of all values, in no order; NULL: the host is not asked */
	/* existing objects the request names, in no order (objects.h) */
	struct sp_object_ref *objects;
};

/*
 * Reads the facts of a request that has no fault.  What dockerd would not take (wrong types, keys
 * that fold together, a HostConfig at the top level ...) becomes a fault of *req; values that are
 * merely strange become values.  Facts the request does not mention: no value for powers and
 * lists; a value with state SP_UNSET for single values (limits, flags, user ...).
 */
void sp_facts_read(struct sp_facts *facts, struct sp_request *req, struct sp_arena *arena);

/* "/HostConfig/Binds/0" */
void sp_place_print(const struct sp_place *place, struct sp_buf *out);

/*
 * The one spelling in which values of a fact are given when dockerd takes several: "nofile" for
 * NOFILE, "net.ipv4.x" for net/ipv4/x, "vieux/sshfs" for vieux/sshfs:latest.  For the patterns they
 * are compared with; new, or `text` itself; {NULL, 0} when nothing can be spelled so.
 */
struct sp_str sp_fact_spelling(enum sp_fact fact, struct sp_str text, struct sp_arena *arena);

/* Capability names as dockerd normalises them: upper case with CAP_; "ALL".  {NULL, 0}: no name. */
struct sp_str sp_capability_name(struct sp_str name, struct sp_arena *arena);

/* --- for the test that walks the list of all fields of the Docker API --- */

/*
 * The Go type dockerd decodes the action's body into (for image.build: its parameter `outputs`);
 * NULL when there is none.  sp_facts_read binds it, but for registry.login, whose body is wiped
 * unread, and image.build.
 */
const struct sp_go_type *sp_body_type(enum sp_action action);

#endif
