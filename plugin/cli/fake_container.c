/* SPDX-License-Identifier: Apache-2.0 */
/* fake_container.c: containers as documents: what create makes of its body, list and inspect. */
#include <time.h>

#include "cli/fake_parts.h"

#define NEVER "0001-01-01T00:00:00Z"
#define FIRST_PORT 32768

json_t *
sp_fake_container(struct sp_fake_call *c, const char *name)
{
	struct sp_str want = sp_strz(*name == '/' ? name + 1 : name);
	const char *id;
	json_t *entry;

	json_object_foreach(c->fake->containers, id, entry)
	{
		const char *its =
		    json_string_value(json_object_get(json_object_get(entry, "doc"), "Name"));

		if (want.len && (sp_str_starts(sp_strz(id), want) ||
		                 (its && sp_str_is(want, its + (*its == '/')))))
			return entry;
	}
	sp_fake_error(c, 404, "No such container: %s", name);
	return NULL;
}

/* --- the parts of a document --- */

static json_t *
make_state(void)
{
	return json_pack("{s:s,s:b,s:b,s:b,s:b,s:b,s:i,s:i,s:s,s:s,s:s}", "Status", "created",
	                 "Running", 0, "Paused", 0, "Restarting", 0, "OOMKilled", 0, "Dead", 0,
	                 "Pid", 0, "ExitCode", 0, "Error", "", "StartedAt", NEVER, "FinishedAt",
	                 NEVER);
}

/* The body without what is not configuration, with what dockerd fills in. */
static json_t *
make_config(struct sp_fake_call *c, const char *id)
{
	json_t *config = json_deep_copy(c->body);
	const char *host = json_string_value(json_object_get(config, "Hostname"));

	json_object_del(config, "HostConfig");
	json_object_del(config, "NetworkingConfig");
	if (!host || !*host)
		json_object_set_new(config, "Hostname", json_stringn(id, 12));
	if (!json_is_object(json_object_get(config, "Labels")))
		json_object_set_new(config, "Labels", json_object());
	if (!json_is_array(json_object_get(config, "Env")))
		json_object_set_new(config, "Env", json_array());
	return config;
}

static json_t *
one_mount(const char *type, struct sp_str source, struct sp_str target, bool writable)
{
	bool volume = strcmp(type, "volume") == 0;

	return json_pack(
	    "{s:s,s:s%,s:s%,s:s%,s:s,s:s,s:b,s:s}", "Type", type, "Name", volume ? source.p : "",
	    volume ? source.len : (size_t)0, "Source", source.len ? source.p : "", source.len,
	    "Destination", target.len ? target.p : "", target.len, "Driver", volume ? "local" : "",
	    "Mode", "", "RW", writable ? 1 : 0, "Propagation", volume ? "" : "rprivate");
}

static void
mount_volume(struct sp_fake_call *c, struct sp_str name)
{
	struct sp_str copy = sp_arena_dup(c->arena, name);

	if (copy.len)
		sp_fake_volume(c, copy.p, NULL);
}

static void
add_binds(struct sp_fake_call *c, const json_t *host, json_t *mounts)
{
	const json_t *bind;
	size_t i;

	json_array_foreach(json_object_get(host, "Binds"), i, bind)
	{
		struct sp_str source, rest, target, mode;
		bool path;

		sp_str_cut(sp_strz(json_string_value(bind)), ':', &source, &rest);
		sp_str_cut(rest, ':', &target, &mode);
		path = source.len && source.p[0] == '/';
		if (!path)
			mount_volume(c, source);
		json_array_append_new(mounts, one_mount(path ? "bind" : "volume", source, target,
		                                        !sp_str_starts(mode, SP_STR("ro"))));
	}
	json_array_foreach(json_object_get(host, "Mounts"), i, bind)
	{
		const char *type = json_string_value(json_object_get(bind, "Type"));
		struct sp_str source = sp_strz(json_string_value(json_object_get(bind, "Source")));
		struct sp_str target = sp_strz(json_string_value(json_object_get(bind, "Target")));

		type = type && *type ? type : "bind";
		if (strcmp(type, "volume") == 0 && source.len == 0)
			source = sp_strz(sp_fake_id(c));
		if (strcmp(type, "volume") == 0)
			mount_volume(c, source);
		json_array_append_new(mounts,
		                      one_mount(type, source, target,
		                                !json_is_true(json_object_get(bind, "ReadOnly"))));
	}
}

static bool
is_target(const json_t *mounts, const char *target)
{
	const json_t *mount;
	size_t i;

	json_array_foreach(mounts, i, mount)
	{
		const char *its = json_string_value(json_object_get(mount, "Destination"));

		if (its && strcmp(its, target) == 0)
			return true;
	}
	return false;
}

static json_t *
make_mounts(struct sp_fake_call *c, const json_t *host)
{
	json_t *mounts = json_array(), *nothing;
	const char *target;

	add_binds(c, host, mounts);
	json_object_foreach(json_object_get(c->body, "Volumes"), target, nothing)
	{
		struct sp_str name;

		if (is_target(mounts, target)) /* of a volume that has a name */
			continue;
		name = sp_strz(sp_fake_id(c));
		mount_volume(c, name);
		json_array_append_new(mounts, one_mount("volume", name, sp_strz(target), true));
	}
	return mounts;
}

/* Ports nobody chose are chosen. */
static json_t *
make_ports(struct sp_fake_call *c, const json_t *host)
{
	json_t *ports = sp_fake_copy_object(host, "PortBindings"), *list, *binding;
	const char *port;
	size_t i;

	json_object_foreach(ports, port, list)
	{
		json_array_foreach(list, i, binding)
		{
			const char *number =
			    json_string_value(json_object_get(binding, "HostPort"));
			const char *address = json_string_value(json_object_get(binding, "HostIp"));

			if (!json_is_object(binding))
				continue;
			if (!number || !*number || strcmp(number, "0") == 0)
				json_object_set_new(
				    binding, "HostPort",
				    json_string(sp_arena_printf(
					c->arena, "%u",
					FIRST_PORT + (unsigned)(c->fake->n_made++ % 20000))));
			if (!address || !*address)
				json_object_set_new(binding, "HostIp", json_string("0.0.0.0"));
		}
	}
	return ports;
}

void
sp_fake_connect(struct sp_fake_call *c, json_t *doc, const char *network, const json_t *settings)
{
	json_t *all = json_object_get(json_object_get(doc, "NetworkSettings"), "Networks");
	json_t *net = sp_fake_network(c->fake, network), *end = json_object();
	unsigned n = (unsigned)(c->fake->n_made++ % 250 + 2);
	const char *name;

	json_object_update_new(
	    end, json_pack("{s:n,s:n,s:n,s:n,s:s,s:s,s:i,s:s,s:i,s:s,s:s}", "IPAMConfig", "Links",
	                   "Aliases", "DriverOpts", "Gateway", "172.18.0.1", "IPAddress",
	                   sp_arena_printf(c->arena, "172.18.0.%u", n), "IPPrefixLen", 16,
	                   "IPv6Gateway", "", "GlobalIPv6PrefixLen", 0, "GlobalIPv6Address", "",
	                   "MacAddress", sp_arena_printf(c->arena, "02:42:ac:12:00:%02x", n)));
	for (void *i = json_object_iter((json_t *)(uintptr_t)settings); i;
	     i = json_object_iter_next((json_t *)(uintptr_t)settings, i)) {
		const json_t *v = json_object_iter_value(i);

		if (!json_is_string(v) || json_string_length(v))
			json_object_set_new(end, json_object_iter_key(i), json_deep_copy(v));
	}
	json_object_set(end, "NetworkID",
	                net ? json_object_get(net, "Id") : json_object_get(doc, "Id"));
	json_object_set_new(end, "EndpointID", json_string(sp_fake_id(c)));
	name = json_string_value(json_object_get(net, "Name"));
	json_object_set_new(all, name ? name : network, end);
}

static void
connect_all(struct sp_fake_call *c, json_t *doc, const json_t *host)
{
	const json_t *wanted =
	    json_object_get(json_object_get(c->body, "NetworkingConfig"), "EndpointsConfig");
	const char *mode = json_string_value(json_object_get(host, "NetworkMode"));
	void *i = json_object_iter((json_t *)(uintptr_t)wanted);

	if (mode && strncmp(mode, "container:", 10) == 0)
		return;
	if (!i)
		sp_fake_connect(
		    c, doc, mode && *mode && strcmp(mode, "default") != 0 ? mode : "bridge", NULL);
	for (; i; i = json_object_iter_next((json_t *)(uintptr_t)wanted, i))
		sp_fake_connect(c, doc, json_object_iter_key(i), json_object_iter_value(i));
}

/* Path and Args: the command's first word and the others. */
static void
add_command(json_t *doc, const json_t *config)
{
	json_t *words = json_array();
	const char *const from[] = {"Entrypoint", "Cmd"};

	for (size_t k = 0; k < 2; k++) {
		const json_t *list = json_object_get(config, from[k]);

		if (json_is_string(list))
			json_array_append_new(words, json_deep_copy(list));
		else if (json_is_array(list))
			json_array_extend(words, (json_t *)(uintptr_t)list);
	}
	if (json_array_size(words) == 0)
		json_array_append_new(words, json_string("sh"));
	json_object_set(doc, "Path", json_array_get(words, 0));
	json_array_remove(words, 0);
	json_object_set_new(doc, "Args", words);
}

static void
add_network_settings(struct sp_fake_call *c, json_t *doc, const json_t *host)
{
	json_object_set_new(doc, "NetworkSettings",
	                    json_pack("{s:s,s:s,s:s,s:o,s:{},s:s,s:s,s:i,s:s}", "Bridge", "",
	                              "SandboxID", sp_fake_id(c), "SandboxKey",
	                              "/var/run/docker/netns/fake", "Ports", make_ports(c, host),
	                              "Networks", "IPAddress", "", "Gateway", "", "IPPrefixLen", 0,
	                              "MacAddress", ""));
	connect_all(c, doc, host);
}

json_t *
sp_fake_container_doc(struct sp_fake_call *c, const char *id, const char *name)
{
	json_t *host = sp_fake_copy_object(c->body, "HostConfig"), *doc, *config;
	const char *image = json_string_value(json_object_get(c->body, "Image"));
	json_t *its_image = sp_fake_image(c, image ? image : "");
	const char *log;

	if (!its_image) {
		json_decref(host);
		return NULL;
	}
	log = json_string_value(json_object_get(json_object_get(host, "LogConfig"), "Type"));
	if (!log || !*log)
		json_object_set_new(host, "LogConfig",
		                    json_pack("{s:s,s:{}}", "Type", "json-file", "Config"));
	doc = json_pack(
	    "{s:s,s:s,s:o,s:O,s:s,s:s,s:s,s:s,s:s,s:i,s:s,s:s,s:s,s:s,s:s,s:n,s:{s:n,s:s}}", "Id",
	    id, "Created", sp_fake_now(c), "State", make_state(), "Image",
	    json_object_get(its_image, "Id"), "ResolvConfPath", "", "HostnamePath", "", "HostsPath",
	    "", "LogPath", "", "Name", sp_arena_printf(c->arena, "/%s", name), "RestartCount", 0,
	    "Driver", "overlay2", "Platform", "linux", "MountLabel", "", "ProcessLabel", "",
	    "AppArmorProfile", "", "ExecIDs", "GraphDriver", "Data", "Name", "overlay2");
	config = make_config(c, id);
	add_command(doc, config);
	json_object_set_new(doc, "Mounts", make_mounts(c, host));
	json_object_set_new(doc, "Config", config);
	json_object_set(doc, "HostConfig", host);
	add_network_settings(c, doc, host);
	json_decref(host);
	return doc;
}

/* --- list --- */

static json_t *
list_ports(const json_t *settings)
{
	json_t *out = json_array(), *list, *binding;
	const char *port;
	size_t i;

	json_object_foreach(json_object_get(settings, "Ports"), port, list)
	{
		struct sp_str number, type;
		int64_t inside = 0, outside = 0;

		sp_str_cut(sp_strz(port), '/', &number, &type);
		sp_num_uint(number, &inside);
		json_array_foreach(list, i, binding)
		{
			sp_num_uint(
			    sp_strz(json_string_value(json_object_get(binding, "HostPort"))),
			    &outside);
			json_array_append_new(out, json_pack("{s:O?,s:I,s:I,s:s%}", "IP",
			                                     json_object_get(binding, "HostIp"),
			                                     "PrivatePort", (json_int_t)inside,
			                                     "PublicPort", (json_int_t)outside,
			                                     "Type", type.len ? type.p : "tcp",
			                                     type.len ? type.len : (size_t)3));
		}
	}
	return out;
}

static const char *
status_text(struct sp_fake_call *c, const json_t *state)
{
	const char *status = json_string_value(json_object_get(state, "Status"));

	if (strcmp(status, "running") == 0)
		return "Up 1 second";
	if (strcmp(status, "paused") == 0)
		return "Up 1 second (Paused)";
	if (strcmp(status, "created") == 0)
		return "Created";
	return sp_arena_printf(c->arena, "Exited (%lld) 1 second ago",
	                       (long long)json_integer_value(json_object_get(state, "ExitCode")));
}

static json_t *
summary(struct sp_fake_call *c, const json_t *doc)
{
	const json_t *config = json_object_get(doc, "Config");
	const json_t *state = json_object_get(doc, "State");
	const json_t *settings = json_object_get(doc, "NetworkSettings");
	const json_t *mode = json_object_get(json_object_get(doc, "HostConfig"), "NetworkMode");

	return json_pack(
	    "{s:O,s:[O],s:O?,s:O,s:O,s:I,s:o,s:O,s:O,s:s,s:{s:O?},s:{s:O},s:O}", "Id",
	    json_object_get(doc, "Id"), "Names", json_object_get(doc, "Name"), "Image",
	    json_object_get(config, "Image"), "ImageID", json_object_get(doc, "Image"), "Command",
	    json_object_get(doc, "Path"), "Created", (json_int_t)time(NULL) - 1, "Ports",
	    list_ports(settings), "Labels", json_object_get(config, "Labels"), "State",
	    json_object_get(state, "Status"), "Status", status_text(c, state), "HostConfig",
	    "NetworkMode", mode, "NetworkSettings", "Networks",
	    json_object_get(settings, "Networks"), "Mounts", json_object_get(doc, "Mounts"));
}

static bool
in_network(const json_t *filters, const json_t *doc)
{
	json_t *networks = json_object_get(json_object_get(doc, "NetworkSettings"), "Networks");
	const char *name;
	json_t *end;

	if (!json_object_get(filters, "network"))
		return true;
	json_object_foreach(networks, name, end)
	{
		const char *id = json_string_value(json_object_get(end, "NetworkID"));

		if (sp_fake_filter(filters, "network", name, SP_FAKE_IS) ||
		    sp_fake_filter(filters, "network", id, SP_FAKE_STARTS))
			return true;
	}
	return false;
}

static bool
is_wanted(struct sp_fake_call *c, const json_t *filters, const json_t *doc)
{
	const json_t *config = json_object_get(doc, "Config");
	const char *status =
	    json_string_value(json_object_get(json_object_get(doc, "State"), "Status"));
	const char *name = json_string_value(json_object_get(doc, "Name"));
	bool all = sp_query_bool(&c->req->query, "all") || json_object_get(filters, "status") ||
	           *sp_fake_param(c, "limit");

	if (!all && strcmp(status, "running") != 0 && strcmp(status, "paused") != 0)
		return false;
	return sp_fake_filter(filters, "status", status, SP_FAKE_IS) &&
	       sp_fake_filter(filters, "name", name + 1, SP_FAKE_HAS) &&
	       sp_fake_filter(filters, "id", json_string_value(json_object_get(doc, "Id")),
	                      SP_FAKE_STARTS) &&
	       sp_fake_filter(filters, "ancestor",
	                      json_string_value(json_object_get(config, "Image")), SP_FAKE_IS) &&
	       sp_fake_filter_labels(filters, json_object_get(config, "Labels")) &&
	       in_network(filters, doc);
}

void
sp_fake_container_list(struct sp_fake_call *c)
{
	json_t *filters = sp_fake_filters(c), *out = json_array(), *entry;
	const char *id;

	json_object_foreach(c->fake->containers, id, entry)
	{
		const json_t *doc = json_object_get(entry, "doc");

		if (is_wanted(c, filters, doc))
			json_array_insert_new(out, 0, summary(c, doc)); /* newest first */
	}
	json_decref(filters);
	sp_fake_json(c, 200, out);
}

void
sp_fake_container_inspect(struct sp_fake_call *c)
{
	json_t *entry = sp_fake_container(c, sp_fake_object(c));

	if (entry)
		sp_fake_json(c, 200, json_incref(json_object_get(entry, "doc")));
}
