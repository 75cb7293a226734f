/* SPDX-License-Identifier: Apache-2.0 */
/*
 * actions.h: every action of the Docker API under the name policies use, the sets they form, and
 * the ordered route table that turns method and path into one of them.  Layer: docker.
 *
 * Names are those of POLICY.md 1.4: what the docker command does (container.exec, image.remove,
 * container.copy-in), not the handler's name.
 */
#ifndef SALLYPORT_ACTIONS_H
#define SALLYPORT_ACTIONS_H

#include "sallyport/base.h"

/* Sets of actions a policy may name: words without a dot. */
#define SP_SET_READ (1u << 0)
#define SP_SET_LOGS (1u << 1)
#define SP_SET_RUN (1u << 2)
#define SP_SET_MANAGE (1u << 3)
#define SP_SET_EXEC (1u << 4)
#define SP_SET_COPY (1u << 5)
#define SP_SET_COMPOSE (1u << 6)
#define SP_SET_PULL (1u << 7)
#define SP_SET_BUILD (1u << 8)

/* What kind of request the keys of the language speak about: each action has at most one. */
#define SP_FOR_CREATE (1u << 0)      /* container.create */
#define SP_FOR_UPDATE (1u << 1)      /* container.update */
#define SP_FOR_EXEC (1u << 2)        /* container.exec */
#define SP_FOR_START (1u << 3)       /* container.start */
#define SP_FOR_RENAME (1u << 4)      /* container.rename */
#define SP_FOR_COMMIT (1u << 5)      /* container.commit */
#define SP_FOR_PULL (1u << 6)        /* image.pull */
#define SP_FOR_PUSH (1u << 7)        /* image.push */
#define SP_FOR_TAG (1u << 8)         /* image.tag */
#define SP_FOR_RMI (1u << 9)         /* image.remove */
#define SP_FOR_LOAD (1u << 10)       /* image.load, image.import */
#define SP_FOR_BUILD (1u << 11)      /* image.build */
#define SP_FOR_VOLUME (1u << 12)     /* volume.create */
#define SP_FOR_NETWORK (1u << 13)    /* network.create */
#define SP_FOR_CONNECT (1u << 14)    /* network.connect */
#define SP_FOR_SERVICE (1u << 15)    /* service.create, service.update */
#define SP_FOR_SECRET (1u << 16)     /* secret and config: create, update */
#define SP_FOR_NODE (1u << 17)       /* node.update */
#define SP_FOR_CLUSTER (1u << 18)    /* volume.update: cluster volumes only */
#define SP_FOR_CHECKPOINT (1u << 19) /* checkpoint.list, checkpoint.create, checkpoint.remove */
#define SP_FOR_PLUGIN (1u << 20)     /* plugin.pull, plugin.upgrade */
#define SP_FOR_SETTING (1u << 21)    /* plugin.set */
#define SP_FOR_SWARM (1u << 22)      /* swarm: init, join, update, unlock */
#define SP_FOR_BODY (1u << 23)       /* others with a body: only unknown_fields speaks about it */

enum sp_readable {
	SP_READ_NOTHING = 0, /* carries nothing a policy could judge beyond the action itself */
	SP_READ_FACTS,       /* this build reads what it carries */
	/* nobody knows what it does, a route of a later dockerd: only `may: everything` grants */
	SP_READ_UNKNOWN,
	SP_READ_OPAQUE, /* nobody between client and dockerd can see it: likewise */
};

enum sp_body {
	SP_BODY_NONE = 0, /* parameters only */
	SP_BODY_JSON,
	SP_BODY_JSON_OPTIONAL, /* may be empty */
	SP_BODY_TAR,           /* a stream dockerd does not show us; parameters are advisory */
	SP_BODY_STREAM,        /* the connection is taken over after the answer */
};

/* clang-format off */
/*
 * X(ID, "name", sets, family, readable, existing, mutates)
 * existing: works on an object that is already there, so that an allow rule must say `on`.
 */
#define SP_ACTIONS(X) \
	X(CONTAINER_LIST, "container.list", SP_SET_READ | SP_SET_COMPOSE, 0, SP_READ_NOTHING, false, false)                                    \
	X(CONTAINER_CREATE, "container.create", SP_SET_RUN | SP_SET_COMPOSE, SP_FOR_CREATE, SP_READ_FACTS, false, true)                        \
	X(CONTAINER_INSPECT, "container.inspect", SP_SET_READ | SP_SET_MANAGE | SP_SET_EXEC | SP_SET_COMPOSE, 0, SP_READ_NOTHING, true, false) \
	X(CONTAINER_TOP, "container.top", SP_SET_READ | SP_SET_MANAGE, 0, SP_READ_NOTHING, true, false)                                        \
	X(CONTAINER_CHANGES, "container.changes", SP_SET_READ, 0, SP_READ_NOTHING, true, false)                                                \
	X(CONTAINER_STATS, "container.stats", SP_SET_READ | SP_SET_MANAGE, 0, SP_READ_NOTHING, true, false)                                    \
	X(CONTAINER_LOGS, "container.logs", SP_SET_LOGS | SP_SET_MANAGE | SP_SET_COMPOSE, 0, SP_READ_NOTHING, true, false)                     \
	X(CONTAINER_EXPORT, "container.export", 0, 0, SP_READ_NOTHING, true, false)                                                            \
	X(CONTAINER_START, "container.start", SP_SET_RUN | SP_SET_MANAGE | SP_SET_COMPOSE, SP_FOR_START, SP_READ_FACTS, true, true)            \
	X(CONTAINER_STOP, "container.stop", SP_SET_MANAGE | SP_SET_COMPOSE, 0, SP_READ_NOTHING, true, true)                                    \
	X(CONTAINER_RESTART, "container.restart", SP_SET_MANAGE | SP_SET_COMPOSE, 0, SP_READ_NOTHING, true, true)                              \
	X(CONTAINER_KILL, "container.kill", SP_SET_RUN | SP_SET_MANAGE | SP_SET_COMPOSE, 0, SP_READ_NOTHING, true, true)                       \
	X(CONTAINER_PAUSE, "container.pause", SP_SET_MANAGE, 0, SP_READ_NOTHING, true, true)                                                   \
	X(CONTAINER_UNPAUSE, "container.unpause", SP_SET_MANAGE, 0, SP_READ_NOTHING, true, true)                                               \
	X(CONTAINER_WAIT, "container.wait", SP_SET_RUN | SP_SET_MANAGE | SP_SET_COMPOSE, 0, SP_READ_NOTHING, true, false)                      \
	X(CONTAINER_RENAME, "container.rename", SP_SET_MANAGE | SP_SET_COMPOSE, SP_FOR_RENAME, SP_READ_FACTS, true, true)                      \
	X(CONTAINER_REMOVE, "container.remove", SP_SET_MANAGE | SP_SET_COMPOSE, 0, SP_READ_NOTHING, true, true)                                \
	X(CONTAINER_UPDATE, "container.update", SP_SET_MANAGE, SP_FOR_UPDATE, SP_READ_FACTS, true, true)                                       \
	X(CONTAINER_ATTACH, "container.attach", SP_SET_RUN | SP_SET_MANAGE | SP_SET_COMPOSE, 0, SP_READ_NOTHING, true, true)                   \
	X(CONTAINER_RESIZE, "container.resize", SP_SET_RUN | SP_SET_MANAGE, 0, SP_READ_NOTHING, true, true)                                    \
	X(CONTAINER_EXEC, "container.exec", SP_SET_EXEC, SP_FOR_EXEC, SP_READ_FACTS, true, true)                                               \
	X(CONTAINER_COPY_IN, "container.copy-in", SP_SET_COPY, 0, SP_READ_NOTHING, true, true)                                                 \
	X(CONTAINER_COPY_OUT, "container.copy-out", SP_SET_COPY, SP_FOR_BODY, SP_READ_FACTS, true, false)                                      \
	X(CONTAINER_ARCHIVE_INFO, "container.archive-info", SP_SET_COPY, 0, SP_READ_NOTHING, true, false)                                      \
	X(CONTAINER_COMMIT, "container.commit", 0, SP_FOR_COMMIT, SP_READ_FACTS, true, true)                                                   \
	X(CONTAINER_PRUNE, "container.prune", 0, 0, SP_READ_NOTHING, false, true)                                                              \
	X(CHECKPOINT_LIST, "checkpoint.list", 0, SP_FOR_CHECKPOINT, SP_READ_FACTS, true, false)                                                \
	X(CHECKPOINT_CREATE, "checkpoint.create", 0, SP_FOR_CHECKPOINT, SP_READ_FACTS, true, true)                                             \
	X(CHECKPOINT_REMOVE, "checkpoint.remove", 0, SP_FOR_CHECKPOINT, SP_READ_FACTS, true, true)                                             \
	X(EXEC_START, "exec.start", SP_SET_EXEC, SP_FOR_BODY, SP_READ_FACTS, true, true)                                                       \
	X(EXEC_INSPECT, "exec.inspect", SP_SET_READ | SP_SET_EXEC, 0, SP_READ_NOTHING, true, false)                                            \
	X(EXEC_RESIZE, "exec.resize", SP_SET_EXEC, 0, SP_READ_NOTHING, true, true)                                                             \
	X(IMAGE_LIST, "image.list", SP_SET_READ | SP_SET_COMPOSE, 0, SP_READ_NOTHING, false, false)                                            \
	X(IMAGE_INSPECT, "image.inspect", SP_SET_READ | SP_SET_COMPOSE | SP_SET_PULL, 0, SP_READ_NOTHING, true, false)                         \
	X(IMAGE_HISTORY, "image.history", SP_SET_READ, 0, SP_READ_NOTHING, true, false)                                                        \
	X(IMAGE_SEARCH, "image.search", SP_SET_READ, 0, SP_READ_NOTHING, false, false)                                                         \
	X(IMAGE_ATTESTATIONS, "image.attestations", SP_SET_READ, 0, SP_READ_NOTHING, true, false)                                              \
	X(IMAGE_PULL, "image.pull", SP_SET_PULL, SP_FOR_PULL, SP_READ_FACTS, false, true)                                                      \
	X(IMAGE_PUSH, "image.push", 0, SP_FOR_PUSH, SP_READ_FACTS, false, true)                                                                \
	X(IMAGE_TAG, "image.tag", 0, SP_FOR_TAG, SP_READ_FACTS, false, true)                                                                   \
	X(IMAGE_REMOVE, "image.remove", 0, SP_FOR_RMI, SP_READ_FACTS, true, true)                                                              \
	X(IMAGE_SAVE, "image.save", 0, 0, SP_READ_NOTHING, true, false)                                                                        \
	X(IMAGE_LOAD, "image.load", 0, SP_FOR_LOAD, SP_READ_FACTS, false, true)                                                                \
	X(IMAGE_IMPORT, "image.import", 0, SP_FOR_LOAD, SP_READ_FACTS, false, true)                                                            \
	X(IMAGE_PRUNE, "image.prune", 0, 0, SP_READ_NOTHING, false, true)                                                                      \
	X(IMAGE_BUILD, "image.build", SP_SET_BUILD, SP_FOR_BUILD, SP_READ_FACTS, false, true)                                                  \
	X(IMAGE_BUILDKIT, "image.buildkit", 0, 0, SP_READ_OPAQUE, false, true)                                                                 \
	X(BUILD_CANCEL, "build.cancel", 0, 0, SP_READ_NOTHING, false, true)                                                                    \
	X(BUILD_PRUNE, "build.prune", 0, 0, SP_READ_NOTHING, false, true)                                                                      \
	X(VOLUME_LIST, "volume.list", SP_SET_READ | SP_SET_COMPOSE, 0, SP_READ_NOTHING, false, false)                                          \
	X(VOLUME_INSPECT, "volume.inspect", SP_SET_READ | SP_SET_COMPOSE, 0, SP_READ_NOTHING, true, false)                                     \
	X(VOLUME_CREATE, "volume.create", SP_SET_COMPOSE, SP_FOR_VOLUME, SP_READ_FACTS, false, true)                                           \
	X(VOLUME_UPDATE, "volume.update", 0, SP_FOR_CLUSTER, SP_READ_FACTS, true, true)                                                        \
	X(VOLUME_REMOVE, "volume.remove", SP_SET_COMPOSE, 0, SP_READ_NOTHING, true, true)                                                      \
	X(VOLUME_PRUNE, "volume.prune", 0, 0, SP_READ_NOTHING, false, true)                                                                    \
	X(NETWORK_LIST, "network.list", SP_SET_READ | SP_SET_COMPOSE, 0, SP_READ_NOTHING, false, false)                                        \
	X(NETWORK_INSPECT, "network.inspect", SP_SET_READ | SP_SET_COMPOSE, 0, SP_READ_NOTHING, true, false)                                   \
	X(NETWORK_CREATE, "network.create", SP_SET_COMPOSE, SP_FOR_NETWORK, SP_READ_FACTS, false, true)                                        \
	X(NETWORK_CONNECT, "network.connect", SP_SET_COMPOSE, SP_FOR_CONNECT, SP_READ_FACTS, true, true)                                       \
	X(NETWORK_DISCONNECT, "network.disconnect", SP_SET_COMPOSE, SP_FOR_BODY, SP_READ_FACTS, true, true)                                    \
	X(NETWORK_REMOVE, "network.remove", SP_SET_COMPOSE, 0, SP_READ_NOTHING, true, true)                                                    \
	X(NETWORK_PRUNE, "network.prune", 0, 0, SP_READ_NOTHING, false, true)                                                                  \
	X(PLUGIN_LIST, "plugin.list", SP_SET_READ, 0, SP_READ_NOTHING, false, false)                                                           \
	X(PLUGIN_INSPECT, "plugin.inspect", SP_SET_READ, 0, SP_READ_NOTHING, true, false)                                                      \
	X(PLUGIN_PRIVILEGES, "plugin.privileges", 0, 0, SP_READ_NOTHING, false, false)                                                         \
	X(PLUGIN_PULL, "plugin.pull", 0, SP_FOR_PLUGIN, SP_READ_FACTS, false, true)                                                            \
	X(PLUGIN_CREATE, "plugin.create", 0, 0, SP_READ_OPAQUE, false, true)                                                                   \
	X(PLUGIN_PUSH, "plugin.push", 0, 0, SP_READ_NOTHING, true, true)                                                                       \
	X(PLUGIN_UPGRADE, "plugin.upgrade", 0, SP_FOR_PLUGIN, SP_READ_FACTS, true, true)                                                       \
	X(PLUGIN_SET, "plugin.set", 0, SP_FOR_SETTING, SP_READ_FACTS, true, true)                                                              \
	X(PLUGIN_ENABLE, "plugin.enable", 0, 0, SP_READ_NOTHING, true, true)                                                                   \
	X(PLUGIN_DISABLE, "plugin.disable", 0, 0, SP_READ_NOTHING, true, true)                                                                 \
	X(PLUGIN_REMOVE, "plugin.remove", 0, 0, SP_READ_NOTHING, true, true)                                                                   \
	X(SWARM_INSPECT, "swarm.inspect", 0, 0, SP_READ_NOTHING, false, false)                                                                 \
	X(SWARM_UNLOCK_KEY, "swarm.unlock-key", 0, 0, SP_READ_NOTHING, false, false)                                                           \
	X(SWARM_INIT, "swarm.init", 0, SP_FOR_SWARM, SP_READ_FACTS, false, true)                                                               \
	X(SWARM_JOIN, "swarm.join", 0, SP_FOR_SWARM, SP_READ_FACTS, false, true)                                                               \
	X(SWARM_LEAVE, "swarm.leave", 0, 0, SP_READ_NOTHING, false, true)                                                                      \
	X(SWARM_UPDATE, "swarm.update", 0, SP_FOR_SWARM, SP_READ_FACTS, false, true)                                                           \
	X(SWARM_UNLOCK, "swarm.unlock", 0, SP_FOR_SWARM, SP_READ_FACTS, false, true)                                                           \
	X(SERVICE_LIST, "service.list", SP_SET_READ, 0, SP_READ_NOTHING, false, false)                                                         \
	X(SERVICE_INSPECT, "service.inspect", SP_SET_READ, 0, SP_READ_NOTHING, true, false)                                                    \
	X(SERVICE_LOGS, "service.logs", SP_SET_LOGS, 0, SP_READ_NOTHING, true, false)                                                          \
	X(SERVICE_CREATE, "service.create", 0, SP_FOR_SERVICE, SP_READ_FACTS, false, true)                                                     \
	X(SERVICE_UPDATE, "service.update", 0, SP_FOR_SERVICE, SP_READ_FACTS, true, true)                                                      \
	X(SERVICE_REMOVE, "service.remove", 0, 0, SP_READ_NOTHING, true, true)                                                                 \
	X(NODE_LIST, "node.list", SP_SET_READ, 0, SP_READ_NOTHING, false, false)                                                               \
	X(NODE_INSPECT, "node.inspect", SP_SET_READ, 0, SP_READ_NOTHING, true, false)                                                          \
	X(NODE_UPDATE, "node.update", 0, SP_FOR_NODE, SP_READ_FACTS, true, true)                                                               \
	X(NODE_REMOVE, "node.remove", 0, 0, SP_READ_NOTHING, true, true)                                                                       \
	X(TASK_LIST, "task.list", SP_SET_READ, 0, SP_READ_NOTHING, false, false)                                                               \
	X(TASK_INSPECT, "task.inspect", SP_SET_READ, 0, SP_READ_NOTHING, true, false)                                                          \
	X(TASK_LOGS, "task.logs", SP_SET_LOGS, 0, SP_READ_NOTHING, true, false)                                                                \
	X(SECRET_LIST, "secret.list", SP_SET_READ, 0, SP_READ_NOTHING, false, false)                                                           \
	X(SECRET_INSPECT, "secret.inspect", 0, 0, SP_READ_NOTHING, true, false)                                                                \
	X(SECRET_CREATE, "secret.create", 0, SP_FOR_SECRET, SP_READ_FACTS, false, true)                                                        \
	X(SECRET_UPDATE, "secret.update", 0, SP_FOR_SECRET, SP_READ_FACTS, true, true)                                                         \
	X(SECRET_REMOVE, "secret.remove", 0, 0, SP_READ_NOTHING, true, true)                                                                   \
	X(CONFIG_LIST, "config.list", SP_SET_READ, 0, SP_READ_NOTHING, false, false)                                                           \
	X(CONFIG_INSPECT, "config.inspect", 0, 0, SP_READ_NOTHING, true, false)                                                                \
	X(CONFIG_CREATE, "config.create", 0, SP_FOR_SECRET, SP_READ_FACTS, false, true)                                                        \
	X(CONFIG_UPDATE, "config.update", 0, SP_FOR_SECRET, SP_READ_FACTS, true, true)                                                         \
	X(CONFIG_REMOVE, "config.remove", 0, 0, SP_READ_NOTHING, true, true)                                                                   \
	X(DISTRIBUTION_INSPECT, "distribution.inspect", SP_SET_READ, 0, SP_READ_NOTHING, false, false)                                         \
	X(REGISTRY_LOGIN, "registry.login", 0, 0, SP_READ_NOTHING, false, true)                                                                \
	X(SYSTEM_PING, "system.ping", 0, 0, SP_READ_NOTHING, false, false)                                                                     \
	X(SYSTEM_INFO, "system.info", SP_SET_READ | SP_SET_COMPOSE, 0, SP_READ_NOTHING, false, false)                                          \
	X(SYSTEM_VERSION, "system.version", SP_SET_READ | SP_SET_COMPOSE, 0, SP_READ_NOTHING, false, false)                                    \
	X(SYSTEM_EVENTS, "system.events", SP_SET_READ, 0, SP_READ_NOTHING, false, false)                                                       \
	X(SYSTEM_DF, "system.df", SP_SET_READ, 0, SP_READ_NOTHING, false, false)                                                               \
	X(SYSTEM_OPTIONS, "system.options", 0, 0, SP_READ_NOTHING, false, false)                                                               \
	X(DEBUG_VARS, "debug.vars", 0, 0, SP_READ_NOTHING, false, false)                                                                       \
	X(DEBUG_PPROF, "debug.pprof", 0, 0, SP_READ_NOTHING, false, false)                                                                     \
	X(UNKNOWN_READ, "unknown.read", 0, 0, SP_READ_NOTHING, false, false)                                                                   \
	X(UNKNOWN_WRITE, "unknown.write", 0, 0, SP_READ_UNKNOWN, false, true)
/* clang-format on */

enum sp_action {
	SP_ACT_NONE = 0, /* not decoded: never allowed */
#define X(id, name, sets, family, readable, existing, mutates) SP_ACT_##id,
	SP_ACTIONS(X)
#undef X
	/* clang-format off */
	SP_ACT_COUNT
	/* clang-format on */
};

struct sp_action_info {
	const char *name;
	uint32_t sets;   /* SP_SET_... */
	uint32_t family; /* one SP_FOR_... or 0 */
	enum sp_readable readable;
	bool existing;
	bool mutates;
};

/* borrowed, static.  Never NULL; SP_ACT_NONE has the name "none". */
const struct sp_action_info *sp_action_info(enum sp_action action);

/* A set of actions: one bit each. */
#define SP_ACTION_WORDS 3
struct sp_actions {
	uint64_t w[SP_ACTION_WORDS];
};
static inline void
sp_actions_add(struct sp_actions *set, enum sp_action action)
{
	set->w[(unsigned)action / 64] |= UINT64_C(1) << ((unsigned)action % 64);
}
static inline void
sp_actions_drop(struct sp_actions *set, enum sp_action action)
{
	set->w[(unsigned)action / 64] &= ~(UINT64_C(1) << ((unsigned)action % 64));
}
static inline bool
sp_actions_has(const struct sp_actions *set, enum sp_action action)
{
	return set->w[(unsigned)action / 64] >> ((unsigned)action % 64) & 1;
}

/*
 * Adds what a word of `do:` means: an action ("container.create"), "kind.*", a set ("run"), "all".
 * False when it is none of them (set unchanged).
 */
bool sp_actions_parse(struct sp_str word, struct sp_actions *set);
/* The words sp_actions_parse knows, for suggestions and help: borrowed, static, *n of them. */
const char *const *sp_actions_words(size_t *n);

struct sp_route {
	const char *method; /* "ANY": all of them */
	const char *path;   /* as moby registers it: "/containers/{name:.*}/json" */
	enum sp_action action;
	enum sp_body body;
};

/*
 * The table, for tests and documentation: grouped by the first component of the path, within a
 * group in dockerd's order of registration.
 */
const struct sp_route *sp_routes(size_t *n);

/*
 * The route for a method and a decoded path without its version prefix; NULL when this build does
 * not know it.  *object: the part of the path that names the object ({name}, {id}), or empty.
 * /images/create is returned as image.pull; the query decides (request.c).
 */
const struct sp_route *sp_route_find(struct sp_str method, struct sp_str path,
                                     struct sp_str *object);

#endif
