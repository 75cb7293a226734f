/* SPDX-License-Identifier: Apache-2.0 */
/*
 * routes.c: dockerd's routes, and which of them a method and a path take.
 * Input: a method and a path a client chose, decoded and already known to be clean (uri.c).
 *
 * gorilla/mux takes the first registered route that matches.  "{x}" is [^/]+, "{x:.*}" any bytes
 * but "\n", "{x:.+}" the same but not empty.  Rows are grouped by the first component of the path,
 * which is always literal, so a request looks at one group only; within a group the order is that
 * of registration.  The only rows that overlap are the two that start with DELETE /containers/.
 */
#include "sallyport/actions.h"

/* What stands between the literal beginning and the literal end of a path. */
enum var {
	VAR_LITERAL, /* nothing */
	VAR_ONE,     /* {id}: one component */
	VAR_SOME,    /* {id:.+} */
	VAR_ANY,     /* {name:.*} */
	VAR_TWO,     /* {name}, the literal, and one more component */
};

enum method { M_OTHER = 0, M_GET, M_HEAD, M_POST, M_PUT, M_DELETE, M_OPTIONS, M_ANY };

/* clang-format off */
/*
 * R(method, beginning, variable, kind, end, last variable, action, body)
 * The checkpoint routes are registered before the container routes.
 */
#define CONTAINERS(R) \
	R(GET, "/containers/", "{name:.*}", ANY, "/checkpoints", "", CHECKPOINT_LIST, NONE)                        \
	R(POST, "/containers/", "{name:.*}", ANY, "/checkpoints", "", CHECKPOINT_CREATE, JSON)                     \
	R(DELETE, "/containers/", "{name}", TWO, "/checkpoints/", "{checkpoint}", CHECKPOINT_REMOVE, NONE)         \
	R(HEAD, "/containers/", "{name:.*}", ANY, "/archive", "", CONTAINER_ARCHIVE_INFO, NONE)                    \
	R(GET, "/containers/json", "", LITERAL, "", "", CONTAINER_LIST, NONE)                                      \
	R(GET, "/containers/", "{name:.*}", ANY, "/export", "", CONTAINER_EXPORT, NONE)                            \
	R(GET, "/containers/", "{name:.*}", ANY, "/changes", "", CONTAINER_CHANGES, NONE)                          \
	R(GET, "/containers/", "{name:.*}", ANY, "/json", "", CONTAINER_INSPECT, NONE)                             \
	R(GET, "/containers/", "{name:.*}", ANY, "/top", "", CONTAINER_TOP, NONE)                                  \
	R(GET, "/containers/", "{name:.*}", ANY, "/logs", "", CONTAINER_LOGS, NONE)                                \
	R(GET, "/containers/", "{name:.*}", ANY, "/stats", "", CONTAINER_STATS, NONE)                              \
	R(GET, "/containers/", "{name:.*}", ANY, "/attach/ws", "", CONTAINER_ATTACH, STREAM)                       \
	R(GET, "/containers/", "{name:.*}", ANY, "/archive", "", CONTAINER_COPY_OUT, NONE)                         \
	R(POST, "/containers/create", "", LITERAL, "", "", CONTAINER_CREATE, JSON)                                 \
	R(POST, "/containers/", "{name:.*}", ANY, "/kill", "", CONTAINER_KILL, NONE)                               \
	R(POST, "/containers/", "{name:.*}", ANY, "/pause", "", CONTAINER_PAUSE, NONE)                             \
	R(POST, "/containers/", "{name:.*}", ANY, "/unpause", "", CONTAINER_UNPAUSE, NONE)                         \
	R(POST, "/containers/", "{name:.*}", ANY, "/restart", "", CONTAINER_RESTART, NONE)                         \
	R(POST, "/containers/", "{name:.*}", ANY, "/start", "", CONTAINER_START, NONE)                             \
	R(POST, "/containers/", "{name:.*}", ANY, "/stop", "", CONTAINER_STOP, NONE)                               \
	R(POST, "/containers/", "{name:.*}", ANY, "/wait", "", CONTAINER_WAIT, NONE)                               \
	R(POST, "/containers/", "{name:.*}", ANY, "/resize", "", CONTAINER_RESIZE, NONE)                           \
	R(POST, "/containers/", "{name:.*}", ANY, "/attach", "", CONTAINER_ATTACH, STREAM)                         \
	R(POST, "/containers/", "{name:.*}", ANY, "/copy", "", CONTAINER_COPY_OUT, JSON) /* 20.10, API < 1.24 */   \
	R(POST, "/containers/", "{name:.*}", ANY, "/exec", "", CONTAINER_EXEC, JSON)                               \
	R(POST, "/containers/", "{name:.*}", ANY, "/rename", "", CONTAINER_RENAME, NONE)                           \
	R(POST, "/containers/", "{name:.*}", ANY, "/update", "", CONTAINER_UPDATE, JSON)                           \
	R(POST, "/containers/prune", "", LITERAL, "", "", CONTAINER_PRUNE, NONE)                                   \
	R(PUT, "/containers/", "{name:.*}", ANY, "/archive", "", CONTAINER_COPY_IN, TAR)                           \
	R(DELETE, "/containers/", "{name:.*}", ANY, "", "", CONTAINER_REMOVE, NONE)

#define EXEC(R) \
	R(GET, "/exec/", "{id:.*}", ANY, "/json", "", EXEC_INSPECT, NONE)                                          \
	R(POST, "/exec/", "{name:.*}", ANY, "/start", "", EXEC_START, JSON_OPTIONAL)                               \
	R(POST, "/exec/", "{name:.*}", ANY, "/resize", "", EXEC_RESIZE, NONE)

#define COMMIT(R) \
	R(POST, "/commit", "", LITERAL, "", "", CONTAINER_COMMIT, JSON_OPTIONAL)

#define IMAGES(R) \
	R(GET, "/images/json", "", LITERAL, "", "", IMAGE_LIST, NONE)                                              \
	R(GET, "/images/search", "", LITERAL, "", "", IMAGE_SEARCH, NONE)                                          \
	R(GET, "/images/get", "", LITERAL, "", "", IMAGE_SAVE, NONE)                                               \
	R(GET, "/images/", "{name:.*}", ANY, "/get", "", IMAGE_SAVE, NONE)                                         \
	R(GET, "/images/", "{name:.*}", ANY, "/history", "", IMAGE_HISTORY, NONE)                                  \
	R(GET, "/images/", "{name:.*}", ANY, "/json", "", IMAGE_INSPECT, NONE)                                     \
	R(GET, "/images/", "{name:.*}", ANY, "/attestations", "", IMAGE_ATTESTATIONS, NONE)                        \
	R(POST, "/images/load", "", LITERAL, "", "", IMAGE_LOAD, TAR)                                              \
	R(POST, "/images/create", "", LITERAL, "", "", IMAGE_PULL, NONE) /* or IMAGE_IMPORT: request.c */          \
	R(POST, "/images/", "{name:.*}", ANY, "/push", "", IMAGE_PUSH, NONE)                                       \
	R(POST, "/images/", "{name:.*}", ANY, "/tag", "", IMAGE_TAG, NONE)                                         \
	R(POST, "/images/prune", "", LITERAL, "", "", IMAGE_PRUNE, NONE)                                           \
	R(DELETE, "/images/", "{name:.*}", ANY, "", "", IMAGE_REMOVE, NONE)

#define BUILD(R) \
	R(POST, "/build", "", LITERAL, "", "", IMAGE_BUILD, TAR)                                                   \
	R(POST, "/build/prune", "", LITERAL, "", "", BUILD_PRUNE, NONE)                                            \
	R(POST, "/build/cancel", "", LITERAL, "", "", BUILD_CANCEL, NONE)

#define SESSION(R) \
	R(POST, "/session", "", LITERAL, "", "", IMAGE_BUILDKIT, STREAM)

#define GRPC(R) \
	R(POST, "/grpc", "", LITERAL, "", "", IMAGE_BUILDKIT, STREAM)

/* The method decides before the path does: sp_route_find. */
#define OPTIONS(R) \
	R(OPTIONS, "/", "{anyroute:.*}", ANY, "", "", SYSTEM_OPTIONS, NONE)

#define PING(R) \
	R(GET, "/_ping", "", LITERAL, "", "", SYSTEM_PING, NONE)                                                   \
	R(HEAD, "/_ping", "", LITERAL, "", "", SYSTEM_PING, NONE)

#define EVENTS(R) \
	R(GET, "/events", "", LITERAL, "", "", SYSTEM_EVENTS, NONE)

#define INFO(R) \
	R(GET, "/info", "", LITERAL, "", "", SYSTEM_INFO, NONE)

#define VERSION(R) \
	R(GET, "/version", "", LITERAL, "", "", SYSTEM_VERSION, NONE)

#define SYSTEM(R) \
	R(GET, "/system/df", "", LITERAL, "", "", SYSTEM_DF, NONE)

#define AUTH(R) \
	R(POST, "/auth", "", LITERAL, "", "", REGISTRY_LOGIN, JSON)

#define VOLUMES(R) \
	R(GET, "/volumes", "", LITERAL, "", "", VOLUME_LIST, NONE)                                                 \
	R(GET, "/volumes/", "{name:.*}", ANY, "", "", VOLUME_INSPECT, NONE)                                        \
	R(POST, "/volumes/create", "", LITERAL, "", "", VOLUME_CREATE, JSON)                                       \
	R(POST, "/volumes/prune", "", LITERAL, "", "", VOLUME_PRUNE, NONE)                                         \
	R(PUT, "/volumes/", "{name:.*}", ANY, "", "", VOLUME_UPDATE, JSON)                                         \
	R(DELETE, "/volumes/", "{name:.*}", ANY, "", "", VOLUME_REMOVE, NONE)

#define NETWORKS(R) \
	R(GET, "/networks", "", LITERAL, "", "", NETWORK_LIST, NONE)                                               \
	R(GET, "/networks/", "", LITERAL, "", "", NETWORK_LIST, NONE)                                              \
	R(GET, "/networks/", "{id:.+}", SOME, "", "", NETWORK_INSPECT, NONE)                                       \
	R(POST, "/networks/create", "", LITERAL, "", "", NETWORK_CREATE, JSON)                                     \
	R(POST, "/networks/", "{id:.*}", ANY, "/connect", "", NETWORK_CONNECT, JSON)                               \
	R(POST, "/networks/", "{id:.*}", ANY, "/disconnect", "", NETWORK_DISCONNECT, JSON)                         \
	R(POST, "/networks/prune", "", LITERAL, "", "", NETWORK_PRUNE, NONE)                                       \
	R(DELETE, "/networks/", "{id:.*}", ANY, "", "", NETWORK_REMOVE, NONE)

#define PLUGINS(R) \
	R(GET, "/plugins", "", LITERAL, "", "", PLUGIN_LIST, NONE)                                                 \
	R(GET, "/plugins/", "{name:.*}", ANY, "/json", "", PLUGIN_INSPECT, NONE)                                   \
	R(GET, "/plugins/privileges", "", LITERAL, "", "", PLUGIN_PRIVILEGES, NONE)                                \
	R(DELETE, "/plugins/", "{name:.*}", ANY, "", "", PLUGIN_REMOVE, NONE)                                      \
	R(POST, "/plugins/", "{name:.*}", ANY, "/enable", "", PLUGIN_ENABLE, NONE)                                 \
	R(POST, "/plugins/", "{name:.*}", ANY, "/disable", "", PLUGIN_DISABLE, NONE)                               \
	R(POST, "/plugins/pull", "", LITERAL, "", "", PLUGIN_PULL, JSON)                                           \
	R(POST, "/plugins/", "{name:.*}", ANY, "/push", "", PLUGIN_PUSH, NONE)                                     \
	R(POST, "/plugins/", "{name:.*}", ANY, "/upgrade", "", PLUGIN_UPGRADE, JSON)                               \
	R(POST, "/plugins/", "{name:.*}", ANY, "/set", "", PLUGIN_SET, JSON)                                       \
	R(POST, "/plugins/create", "", LITERAL, "", "", PLUGIN_CREATE, TAR)

#define SWARM(R) \
	R(POST, "/swarm/init", "", LITERAL, "", "", SWARM_INIT, JSON)                                              \
	R(POST, "/swarm/join", "", LITERAL, "", "", SWARM_JOIN, JSON)                                              \
	R(POST, "/swarm/leave", "", LITERAL, "", "", SWARM_LEAVE, NONE)                                            \
	R(GET, "/swarm", "", LITERAL, "", "", SWARM_INSPECT, NONE)                                                 \
	R(GET, "/swarm/unlockkey", "", LITERAL, "", "", SWARM_UNLOCK_KEY, NONE)                                    \
	R(POST, "/swarm/update", "", LITERAL, "", "", SWARM_UPDATE, JSON)                                          \
	R(POST, "/swarm/unlock", "", LITERAL, "", "", SWARM_UNLOCK, JSON)

#define SERVICES(R) \
	R(GET, "/services", "", LITERAL, "", "", SERVICE_LIST, NONE)                                               \
	R(GET, "/services/", "{id}", ONE, "", "", SERVICE_INSPECT, NONE)                                           \
	R(POST, "/services/create", "", LITERAL, "", "", SERVICE_CREATE, JSON)                                     \
	R(POST, "/services/", "{id}", ONE, "/update", "", SERVICE_UPDATE, JSON)                                    \
	R(DELETE, "/services/", "{id}", ONE, "", "", SERVICE_REMOVE, NONE)                                         \
	R(GET, "/services/", "{id}", ONE, "/logs", "", SERVICE_LOGS, NONE)

#define NODES(R) \
	R(GET, "/nodes", "", LITERAL, "", "", NODE_LIST, NONE)                                                     \
	R(GET, "/nodes/", "{id}", ONE, "", "", NODE_INSPECT, NONE)                                                 \
	R(DELETE, "/nodes/", "{id}", ONE, "", "", NODE_REMOVE, NONE)                                               \
	R(POST, "/nodes/", "{id}", ONE, "/update", "", NODE_UPDATE, JSON)

#define TASKS(R) \
	R(GET, "/tasks", "", LITERAL, "", "", TASK_LIST, NONE)                                                     \
	R(GET, "/tasks/", "{id}", ONE, "", "", TASK_INSPECT, NONE)                                                 \
	R(GET, "/tasks/", "{id}", ONE, "/logs", "", TASK_LOGS, NONE)

#define SECRETS(R) \
	R(GET, "/secrets", "", LITERAL, "", "", SECRET_LIST, NONE)                                                 \
	R(POST, "/secrets/create", "", LITERAL, "", "", SECRET_CREATE, JSON)                                       \
	R(DELETE, "/secrets/", "{id}", ONE, "", "", SECRET_REMOVE, NONE)                                           \
	R(GET, "/secrets/", "{id}", ONE, "", "", SECRET_INSPECT, NONE)                                             \
	R(POST, "/secrets/", "{id}", ONE, "/update", "", SECRET_UPDATE, JSON)

#define CONFIGS(R) \
	R(GET, "/configs", "", LITERAL, "", "", CONFIG_LIST, NONE)                                                 \
	R(POST, "/configs/create", "", LITERAL, "", "", CONFIG_CREATE, JSON)                                       \
	R(DELETE, "/configs/", "{id}", ONE, "", "", CONFIG_REMOVE, NONE)                                           \
	R(GET, "/configs/", "{id}", ONE, "", "", CONFIG_INSPECT, NONE)                                             \
	R(POST, "/configs/", "{id}", ONE, "/update", "", CONFIG_UPDATE, JSON)

#define DISTRIBUTION(R) \
	R(GET, "/distribution/", "{name:.*}", ANY, "/json", "", DISTRIBUTION_INSPECT, NONE)

/* GET only since Docker 28, any method before. */
#define DEBUG(R) \
	R(ANY, "/debug/vars", "", LITERAL, "", "", DEBUG_VARS, NONE)                                               \
	R(ANY, "/debug/pprof/", "", LITERAL, "", "", DEBUG_PPROF, NONE)                                            \
	R(ANY, "/debug/pprof/cmdline", "", LITERAL, "", "", DEBUG_PPROF, NONE)                                     \
	R(ANY, "/debug/pprof/profile", "", LITERAL, "", "", DEBUG_PPROF, NONE)                                     \
	R(ANY, "/debug/pprof/symbol", "", LITERAL, "", "", DEBUG_PPROF, NONE)                                      \
	R(ANY, "/debug/pprof/trace", "", LITERAL, "", "", DEBUG_PPROF, NONE)                                       \
	R(ANY, "/debug/pprof/", "{name}", ONE, "", "", DEBUG_PPROF, NONE)

/* G(first component, rows), the frequent ones first */
#define GROUPS(G, R) \
	G("containers", CONTAINERS, R) G("_ping", PING, R) G("exec", EXEC, R) G("images", IMAGES, R)               \
	G("networks", NETWORKS, R) G("volumes", VOLUMES, R) G("version", VERSION, R) G("info", INFO, R)            \
	G("events", EVENTS, R) G("system", SYSTEM, R) G("commit", COMMIT, R) G("build", BUILD, R)                  \
	G("session", SESSION, R) G("grpc", GRPC, R) G("auth", AUTH, R) G("plugins", PLUGINS, R)                    \
	G("swarm", SWARM, R) G("services", SERVICES, R) G("nodes", NODES, R) G("tasks", TASKS, R)                  \
	G("secrets", SECRETS, R) G("configs", CONFIGS, R) G("distribution", DISTRIBUTION, R) G("debug", DEBUG, R)
/* clang-format on */

#define ROWS(first, rows, R) rows(R)

static const struct sp_route routes[] = {
#define R(method, begin, name, kind, end, last, action, body)                                      \
	{#method, begin name end last, SP_ACT_##action, SP_BODY_##body},
    OPTIONS(R) GROUPS(ROWS, R)
#undef R
};

/* The same rows for the matcher. */
static const struct pattern {
	uint8_t method;
	uint8_t var;
	uint8_t begin_len;
	uint8_t end_len;
	const char *begin;
	const char *end;
} patterns[] = {
#define R(method, begin, name, kind, end, last, action, body)                                      \
	{M_##method, VAR_##kind, sizeof(begin) - 1, sizeof(end) - 1, begin, end},
    OPTIONS(R) GROUPS(ROWS, R)
#undef R
};

static const struct group {
	const char *name;
	uint8_t len;
	uint8_t n_rows;
} groups[] = {
#define ONE_MORE(method, begin, name, kind, end, last, action, body) +1
#define GROUP(first, rows, R) {first, sizeof(first) - 1, 0 rows(R)},
    GROUPS(GROUP, ONE_MORE)
#undef GROUP
#undef ONE_MORE
};

const struct sp_route *
sp_routes(size_t *n)
{
	*n = sizeof(routes) / sizeof(routes[0]);
	return routes;
}

/* Methods are case-sensitive: mux answers 404 to "post". */
static enum method
method_of(struct sp_str m)
{
	switch (m.len) {
	case 3:
		return memcmp(m.p, "GET", 3) == 0   ? M_GET
		       : memcmp(m.p, "PUT", 3) == 0 ? M_PUT
		                                    : M_OTHER;
	case 4:
		return memcmp(m.p, "POST", 4) == 0   ? M_POST
		       : memcmp(m.p, "HEAD", 4) == 0 ? M_HEAD
		                                     : M_OTHER;
	case 6:
		return memcmp(m.p, "DELETE", 6) == 0 ? M_DELETE : M_OTHER;
	case 7:
		return memcmp(m.p, "OPTIONS", 7) == 0 ? M_OPTIONS : M_OTHER;
	}
	return M_OTHER;
}

static bool
is_component(struct sp_str s)
{
	return s.len > 0 && sp_str_find(s, '/') == s.len;
}

/* DELETE /containers/{name}/checkpoints/{checkpoint}: exactly these components. */
static bool
match_two(const struct pattern *row, struct sp_str rest, struct sp_str *object)
{
	const struct sp_str middle = {row->end, row->end_len};
	const size_t slash = sp_str_find(rest, '/');

	*object = sp_str_head(rest, slash);
	rest = sp_str_from(rest, slash);
	return object->len > 0 && sp_str_starts(rest, middle) &&
	       is_component(sp_str_from(rest, middle.len));
}

static bool
match(const struct pattern *row, struct sp_str path, struct sp_str *object)
{
	struct sp_str var;

	*object = (struct sp_str){NULL, 0};
	if (row->var == VAR_LITERAL)
		return path.len == row->begin_len && memcmp(path.p, row->begin, path.len) == 0;
	if (path.len < (size_t)row->begin_len + row->end_len ||
	    memcmp(path.p, row->begin, row->begin_len) != 0)
		return false;
	var = (struct sp_str){path.p + row->begin_len, path.len - row->begin_len};
	if (row->var == VAR_TWO)
		return match_two(row, var, object);
	var.len -= row->end_len;
	if (memcmp(var.p + var.len, row->end, row->end_len) != 0)
		return false;
	*object = var;
	if (row->var == VAR_ONE)
		return is_component(var);
	/* '.' of a regular expression is not "\n" */
	return sp_str_find(var, '\n') == var.len && (row->var == VAR_ANY || var.len > 0);
}

const struct sp_route *
sp_route_find(struct sp_str method, struct sp_str path, struct sp_str *object)
{
	const enum method m = method_of(method);
	struct sp_str first;
	size_t row = 1;

	*object = (struct sp_str){NULL, 0};
	if (path.len == 0 || path.p[0] != '/')
		return NULL;
	if (m == M_OPTIONS) /* registered before the debug routes, matches every path */
		return &routes[0];
	first = sp_str_from(path, 1);
	first.len = sp_str_find(first, '/');
	for (size_t g = 0; g < sizeof(groups) / sizeof(groups[0]); row += groups[g++].n_rows) {
		if (groups[g].len != first.len || memcmp(groups[g].name, first.p, first.len) != 0)
			continue;
		for (size_t end = row + groups[g].n_rows; row < end; row++)
			if ((patterns[row].method == m || patterns[row].method == M_ANY) &&
			    match(&patterns[row], path, object))
				return &routes[row];
		break;
	}
	*object = (struct sp_str){NULL, 0};
	return NULL;
}
