/* SPDX-License-Identifier: Apache-2.0 */
/* fake.c: which answer belongs to which action, and how answers are written. */
#include "cli/fake.h"

#include <inttypes.h>
#include <time.h>

#include "cli/fake_parts.h"

/* --- answers --- */

static struct sp_str
dump(struct sp_arena *arena, const json_t *value, const char *end)
{
	size_t len = value ? json_dumpb(value, NULL, 0, JSON_COMPACT | JSON_ENCODE_ANY) : 0;
	size_t end_len = strlen(end);
	char *text = len ? sp_arena_bytes(arena, len + end_len + 1) : NULL;

	if (!text)
		return (struct sp_str){NULL, 0};
	json_dumpb(value, text, len, JSON_COMPACT | JSON_ENCODE_ANY);
	memcpy(text + len, end, end_len + 1);
	return (struct sp_str){text, len + end_len};
}

void
sp_fake_json(struct sp_fake_call *c, int status, json_t *value)
{
	c->reply->body = dump(c->arena, value, "\n");
	c->reply->status = c->reply->body.len ? status : 500;
	c->reply->content_type = "application/json";
	json_decref(value);
}

void
sp_fake_empty(struct sp_fake_call *c, int status)
{
	c->reply->status = status;
}

void
sp_fake_refuse(int status, struct sp_str message, struct sp_arena *arena,
               struct sp_daemon_reply *reply)
{
	struct sp_buf out;

	sp_buf_init(&out, arena, 2 * message.len + 4096);
	sp_buf_addz(&out, "{\"message\":");
	sp_buf_add_json(&out, message);
	sp_buf_addz(&out, "}\n");
	*reply = (struct sp_daemon_reply){
	    .status = status, .content_type = "application/json", .body = sp_buf_str(&out)};
}

void
sp_fake_error(struct sp_fake_call *c, int status, const char *fmt, ...)
{
	struct sp_buf text;
	va_list ap;

	sp_buf_init(&text, c->arena, 4096);
	va_start(ap, fmt);
	sp_buf_addv(&text, fmt, ap);
	va_end(ap);
	sp_fake_refuse(status, sp_buf_str(&text), c->arena, c->reply);
}

void
sp_fake_progress(struct sp_fake_call *c, json_t *line)
{
	struct sp_str next = dump(c->arena, line, "\r\n"), old = c->reply->body;
	char *both = sp_arena_bytes(c->arena, old.len + next.len + 1);

	json_decref(line);
	c->reply->status = 200;
	c->reply->content_type = "application/json";
	if (!both)
		return;
	if (old.len)
		memcpy(both, old.p, old.len);
	if (next.len)
		memcpy(both + old.len, next.p, next.len);
	c->reply->body = (struct sp_str){both, old.len + next.len};
}

void
sp_fake_pruned(struct sp_fake_call *c, const char *list)
{
	sp_fake_json(c, 200, json_pack("{s:[],s:i}", list, "SpaceReclaimed", 0));
}

void
sp_fake_event(struct sp_fake *fake, const char *type, const char *what, const char *id,
              json_t *attributes)
{
	json_int_t now = (json_int_t)time(NULL);
	json_t *event = json_pack("{s:s,s:s,s:{s:s,s:o},s:s,s:I,s:I}", "Type", type, "Action", what,
	                          "Actor", "ID", id, "Attributes", attributes, "scope", "local",
	                          "time", now, "timeNano", now * 1000000000);
	struct sp_arena arena;

	sp_arena_init(&arena, 1u << 20);
	if (json_is_string(json_object_get(json_object_get(event, "Actor"), "ID")) &&
	    strcmp(type, "container") == 0) { /* the older spelling, which compose reads */
		json_object_set_new(event, "status", json_string(what));
		json_object_set_new(event, "id", json_string(id));
		json_object_set(
		    event, "from",
		    json_object_get(json_object_get(json_object_get(event, "Actor"), "Attributes"),
		                    "image"));
	}
	if (fake->daemon)
		sp_daemon_say(fake->daemon, SP_FAKE_EVENTS, dump(&arena, event, "\n"));
	sp_arena_fini(&arena);
	json_decref(event);
}

/* --- values --- */

const char *
sp_fake_id(struct sp_fake_call *c)
{
	/* Odd, so that no two numbers meet; mixed, so that the twelve digits people see differ. */
	uint64_t n = ++c->fake->n_made * UINT64_C(0x9e3779b97f4a7c15);

	return sp_arena_printf(c->arena, "%016" PRIx64 "%016" PRIx64 "%016" PRIx64 "%016" PRIx64, n,
	                       n ^ UINT64_C(0x5bd1e995aa77ca11), ~n, n >> 7 | n << 57);
}

const char *
sp_fake_now(struct sp_fake_call *c)
{
	time_t now = time(NULL);
	struct tm tm;
	char text[40];

	if (!gmtime_r(&now, &tm) || strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm) == 0)
		return "0001-01-01T00:00:00Z";
	return sp_arena_printf(c->arena, "%s.000000001Z", text);
}

const char *
sp_fake_param(struct sp_fake_call *c, const char *key)
{
	struct sp_str copy = sp_arena_dup(c->arena, sp_query_get(&c->req->query, key));

	return copy.p ? copy.p : "";
}

const char *
sp_fake_object(struct sp_fake_call *c)
{
	struct sp_str copy = sp_arena_dup(c->arena, c->req->object);

	if (!copy.p)
		return "";
	return copy.p[0] == '/' ? copy.p + 1 : copy.p;
}

json_t *
sp_fake_copy_object(const json_t *of, const char *key)
{
	json_t *member = json_object_get(of, key);

	return json_is_object(member) ? json_deep_copy(member) : json_object();
}

bool
sp_fake_room(struct sp_fake_call *c)
{
	const struct sp_fake *f = c->fake;
	size_t n = json_object_size(f->containers) + json_object_size(f->execs) +
	           json_object_size(f->images) + json_object_size(f->networks) +
	           json_object_size(f->volumes);

	if (n < SP_FAKE_MAX_OBJECTS)
		return true;
	sp_fake_error(c, 500, "sallyport try keeps no more than %d objects", SP_FAKE_MAX_OBJECTS);
	return false;
}

/* --- the daemon itself --- */

static void
ping(struct sp_fake_call *c)
{
	c->reply->status = 200;
	c->reply->content_type = "text/plain; charset=utf-8";
	c->reply->body = sp_str_is(c->req->method, "HEAD") ? SP_STR("") : SP_STR("OK");
}

static void
version(struct sp_fake_call *c)
{
	sp_fake_json(c, 200,
	             json_pack("{s:{s:s},s:[{s:s,s:s,s:{s:s,s:s,s:s,s:s,s:s,s:s,s:s}}],s:s,s:s,s:s,"
	                       "s:s,s:s,s:s,s:s,s:s,s:s}",
	                       "Platform", "Name", "sallyport try: a fake daemon", "Components",
	                       "Name", "Engine", "Version", SP_FAKE_VERSION, "Details",
	                       "ApiVersion", SP_FAKE_API, "Arch", "amd64", "GitCommit", "fake",
	                       "GoVersion", "none", "KernelVersion", "fake", "MinAPIVersion",
	                       "1.24", "Os", "linux", "Version", SP_FAKE_VERSION, "ApiVersion",
	                       SP_FAKE_API, "MinAPIVersion", "1.24", "GitCommit", "fake",
	                       "GoVersion", "none", "Os", "linux", "Arch", "amd64", "KernelVersion",
	                       "fake", "BuildTime", ""));
}

static void
info(struct sp_fake_call *c)
{
	json_t *doc = json_pack(
	    "{s:s,s:i,s:i,s:i,s:i,s:i,s:s,s:[],s:{s:[s],s:[s,s,s],s:[],s:[s]},s:b,s:b,s:b,s:b,s:b}",
	    "ID", "sallyport-try", "Containers", (int)json_object_size(c->fake->containers),
	    "ContainersRunning", 0, "ContainersPaused", 0, "ContainersStopped", 0, "Images",
	    (int)json_object_size(c->fake->images), "Driver", "overlay2", "DriverStatus", "Plugins",
	    "Volume", "local", "Network", "bridge", "host", "null", "Authorization", "Log",
	    "json-file", "MemoryLimit", 1, "SwapLimit", 1, "PidsLimit", 1, "IPv4Forwarding", 1,
	    "OomKillDisable", 1);

	json_object_update_new(
	    doc,
	    json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:i,s:I,s:s,s:s,s:s,s:s,s:s,s:[s],s:{},s:{s:s}}",
	              "LoggingDriver", "json-file", "CgroupDriver", "cgroupfs", "CgroupVersion",
	              "2", "KernelVersion", "fake", "OperatingSystem", "sallyport try", "OSType",
	              "linux", "NCPU", 4, "MemTotal", (json_int_t)8 << 30, "Architecture", "x86_64",
	              "IndexServerAddress", "", "DockerRootDir", "/var/lib/docker", "Name",
	              "sallyport-try", "ServerVersion", SP_FAKE_VERSION, "SecurityOptions",
	              "name=seccomp,profile=builtin", "Runtimes", "Swarm", "LocalNodeState",
	              "inactive"));
	sp_fake_json(c, 200, doc);
}

/* With an end in the past there is nothing to tell: nothing happens but through this client. */
static void
events(struct sp_fake_call *c)
{
	c->reply->status = 200;
	c->reply->content_type = "application/json";
	if (!*sp_fake_param(c, "until"))
		c->reply->until = SP_FAKE_EVENTS;
}

static void
disk_use(struct sp_fake_call *c)
{
	sp_fake_json(c, 200,
	             json_pack("{s:i,s:[],s:[],s:[],s:[],s:i}", "LayersSize", 0, "Images",
	                       "Containers", "Volumes", "BuildCache", "BuilderSize", 0));
}

/* A success would make docker write a password nobody has checked into the user's configuration. */
static void
login(struct sp_fake_call *c)
{
	sp_fake_error(c, 501, "sallyport try logs in nowhere; the request was allowed");
}

static void
empty_list(struct sp_fake_call *c)
{
	sp_fake_json(c, 200, json_array());
}

static void
ok(struct sp_fake_call *c)
{
	sp_fake_empty(c, 200);
}

static void
no_swarm(struct sp_fake_call *c)
{
	sp_fake_error(c, 503,
	              "This node is not a swarm manager. Use \"docker swarm init\" or "
	              "\"docker swarm join\" to connect this node to swarm and try again.");
}

static void
no_buildkit(struct sp_fake_call *c)
{
	sp_fake_error(c, 501,
	              "sallyport try does not speak BuildKit; with DOCKER_BUILDKIT=0 "
	              "docker asks for the classic builder");
}

/* --- which is which --- */

/* Actions that are not here are decided as well, and answered with 501. */
static sp_fake_fn *const answers[SP_ACT_COUNT] = {
    [SP_ACT_SYSTEM_PING] = ping,
    [SP_ACT_SYSTEM_VERSION] = version,
    [SP_ACT_SYSTEM_INFO] = info,
    [SP_ACT_SYSTEM_EVENTS] = events,
    [SP_ACT_SYSTEM_DF] = disk_use,
    [SP_ACT_SYSTEM_OPTIONS] = ok,
    [SP_ACT_REGISTRY_LOGIN] = login,
    [SP_ACT_CONTAINER_LIST] = sp_fake_container_list,
    [SP_ACT_CONTAINER_CREATE] = sp_fake_container_create,
    [SP_ACT_CONTAINER_INSPECT] = sp_fake_container_inspect,
    [SP_ACT_CONTAINER_TOP] = sp_fake_container_top,
    [SP_ACT_CONTAINER_CHANGES] = sp_fake_container_changes,
    [SP_ACT_CONTAINER_STATS] = sp_fake_container_stats,
    [SP_ACT_CONTAINER_LOGS] = sp_fake_container_logs,
    [SP_ACT_CONTAINER_EXPORT] = sp_fake_container_export,
    [SP_ACT_CONTAINER_START] = sp_fake_container_start,
    [SP_ACT_CONTAINER_STOP] = sp_fake_container_stop,
    [SP_ACT_CONTAINER_RESTART] = sp_fake_container_restart,
    [SP_ACT_CONTAINER_KILL] = sp_fake_container_kill,
    [SP_ACT_CONTAINER_PAUSE] = sp_fake_container_pause,
    [SP_ACT_CONTAINER_UNPAUSE] = sp_fake_container_unpause,
    [SP_ACT_CONTAINER_WAIT] = sp_fake_container_wait,
    [SP_ACT_CONTAINER_RENAME] = sp_fake_container_rename,
    [SP_ACT_CONTAINER_REMOVE] = sp_fake_container_remove,
    [SP_ACT_CONTAINER_UPDATE] = sp_fake_container_update,
    [SP_ACT_CONTAINER_ATTACH] = sp_fake_container_attach,
    [SP_ACT_CONTAINER_RESIZE] = sp_fake_container_resize,
    [SP_ACT_CONTAINER_EXEC] = sp_fake_exec_create,
    [SP_ACT_CONTAINER_COPY_IN] = sp_fake_container_copy_in,
    [SP_ACT_CONTAINER_COPY_OUT] = sp_fake_container_copy_out,
    [SP_ACT_CONTAINER_ARCHIVE_INFO] = sp_fake_container_copy_out,
    [SP_ACT_CONTAINER_COMMIT] = sp_fake_container_commit,
    [SP_ACT_CONTAINER_PRUNE] = sp_fake_container_prune,
    [SP_ACT_EXEC_START] = sp_fake_exec_start,
    [SP_ACT_EXEC_INSPECT] = sp_fake_exec_inspect,
    [SP_ACT_EXEC_RESIZE] = ok,
    [SP_ACT_IMAGE_LIST] = sp_fake_image_list,
    [SP_ACT_IMAGE_INSPECT] = sp_fake_image_inspect,
    [SP_ACT_IMAGE_HISTORY] = sp_fake_image_history,
    [SP_ACT_IMAGE_SEARCH] = empty_list,
    [SP_ACT_IMAGE_PULL] = sp_fake_image_pull,
    [SP_ACT_IMAGE_PUSH] = sp_fake_image_push,
    [SP_ACT_IMAGE_TAG] = sp_fake_image_tag,
    [SP_ACT_IMAGE_REMOVE] = sp_fake_image_remove,
    [SP_ACT_IMAGE_SAVE] = sp_fake_image_save,
    [SP_ACT_IMAGE_LOAD] = sp_fake_image_load,
    [SP_ACT_IMAGE_IMPORT] = sp_fake_image_import,
    [SP_ACT_IMAGE_PRUNE] = sp_fake_image_prune,
    [SP_ACT_IMAGE_BUILD] = sp_fake_image_build,
    [SP_ACT_IMAGE_BUILDKIT] = no_buildkit,
    [SP_ACT_BUILD_CANCEL] = ok,
    [SP_ACT_BUILD_PRUNE] = sp_fake_image_prune,
    [SP_ACT_DISTRIBUTION_INSPECT] = sp_fake_image_distribution,
    [SP_ACT_VOLUME_LIST] = sp_fake_volume_list,
    [SP_ACT_VOLUME_INSPECT] = sp_fake_volume_inspect,
    [SP_ACT_VOLUME_CREATE] = sp_fake_volume_create,
    [SP_ACT_VOLUME_REMOVE] = sp_fake_volume_remove,
    [SP_ACT_VOLUME_PRUNE] = sp_fake_volume_prune,
    [SP_ACT_NETWORK_LIST] = sp_fake_network_list,
    [SP_ACT_NETWORK_INSPECT] = sp_fake_network_inspect,
    [SP_ACT_NETWORK_CREATE] = sp_fake_network_create,
    [SP_ACT_NETWORK_CONNECT] = sp_fake_network_connect,
    [SP_ACT_NETWORK_DISCONNECT] = sp_fake_network_disconnect,
    [SP_ACT_NETWORK_REMOVE] = sp_fake_network_remove,
    [SP_ACT_NETWORK_PRUNE] = sp_fake_network_prune,
    [SP_ACT_PLUGIN_LIST] = empty_list,
    [SP_ACT_SWARM_INSPECT] = no_swarm,
    [SP_ACT_SERVICE_LIST] = no_swarm,
    [SP_ACT_SERVICE_CREATE] = no_swarm,
    [SP_ACT_SERVICE_INSPECT] = no_swarm,
    [SP_ACT_NODE_LIST] = no_swarm,
    [SP_ACT_TASK_LIST] = no_swarm,
    [SP_ACT_SECRET_LIST] = no_swarm,
    [SP_ACT_SECRET_CREATE] = no_swarm,
    [SP_ACT_CONFIG_LIST] = no_swarm,
    [SP_ACT_CONFIG_CREATE] = no_swarm,
};

/* dockerd's own, on every answer: clients negotiate the API version by the first. */
#define HEADER(name, value)                                                                        \
	{                                                                                          \
		{name, sizeof(name) - 1},                                                          \
		{                                                                                  \
			value, sizeof(value) - 1                                                   \
		}                                                                                  \
	}
static const struct sp_daemon_header about[] = {
    HEADER("Api-Version", SP_FAKE_API), HEADER("Ostype", "linux"),
    HEADER("Builder-Version", "1"),     HEADER("Docker-Experimental", "false"),
    HEADER("Swarm", "inactive"),        HEADER("Server", "Docker/" SP_FAKE_VERSION " (linux)"),
};

/* What docker sends about one container between waiting for it and being told that it ended. */
static bool
keeps_looking(enum sp_action action)
{
	return action == SP_ACT_CONTAINER_INSPECT || action == SP_ACT_CONTAINER_ATTACH ||
	       action == SP_ACT_CONTAINER_WAIT || action == SP_ACT_CONTAINER_RESIZE;
}

void
sp_fake_answer(struct sp_fake *fake, const struct sp_request *req, struct sp_str body,
               struct sp_arena *arena, struct sp_daemon_reply *reply)
{
	struct sp_fake_call c = {fake, req, body, NULL, arena, reply};
	sp_fake_fn *fn = (unsigned)req->action < SP_ACT_COUNT ? answers[req->action] : NULL;

	if (!keeps_looking(req->action))
		sp_fake_settle(fake);
	if (req->body_kind == SP_BODY_JSON || req->body_kind == SP_BODY_JSON_OPTIONAL)
		c.body = json_loadb(body.len ? body.p : "", body.len, JSON_ALLOW_NUL, NULL);
	if (!json_is_object(c.body)) {
		json_decref(c.body);
		c.body = json_object();
	}
	if (fn)
		fn(&c);
	else
		sp_fake_error(&c, 501, "sallyport try has no answer to %s, which was allowed",
		              sp_action_info(req->action)->name);
	json_decref(c.body);
	if (reply->n_headers == 0) {
		reply->headers = about;
		reply->n_headers = sizeof(about) / sizeof(about[0]);
	}
}

static void
add_network(struct sp_fake *fake, const char *name, const char *driver)
{
	struct sp_arena arena;
	struct sp_fake_call c = {.fake = fake, .arena = &arena};
	const char *id;

	sp_arena_init(&arena, 4096);
	id = sp_fake_id(&c);
	json_object_set_new(
	    fake->networks, id,
	    json_pack("{s:s,s:s,s:s,s:s,s:s,s:b,s:{s:s,s:{},s:[]},s:b,s:b,s:b,s:{s:s},s:b,s:{},"
	              "s:{},s:{}}",
	              "Name", name, "Id", id, "Created", sp_fake_now(&c), "Scope", "local",
	              "Driver", driver, "EnableIPv6", 0, "IPAM", "Driver", "default", "Options",
	              "Config", "Internal", 0, "Attachable", 0, "Ingress", 0, "ConfigFrom",
	              "Network", "", "ConfigOnly", 0, "Containers", "Options", "Labels"));
	sp_arena_fini(&arena);
}

int
sp_fake_init(struct sp_fake *fake)
{
	memset(fake, 0, sizeof(*fake));
	fake->containers = json_object();
	fake->execs = json_object();
	fake->images = json_object();
	fake->networks = json_object();
	fake->volumes = json_object();
	if (!fake->containers || !fake->execs || !fake->images || !fake->networks || !fake->volumes)
		return -1;
	add_network(fake, "bridge", "bridge");
	add_network(fake, "host", "host");
	add_network(fake, "none", "null");
	return 0;
}

void
sp_fake_fini(struct sp_fake *fake)
{
	json_decref(fake->containers);
	json_decref(fake->execs);
	json_decref(fake->images);
	json_decref(fake->networks);
	json_decref(fake->volumes);
	memset(fake, 0, sizeof(*fake));
}
