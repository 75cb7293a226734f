/* SPDX-License-Identifier: Apache-2.0 */
/* fake_network.c: networks and volumes. */
#include "cli/fake_parts.h"

json_t *
sp_fake_network(struct sp_fake *fake, const char *name)
{
	struct sp_str want = sp_strz(name);
	const char *id;
	json_t *doc;

	json_object_foreach(fake->networks, id, doc)
	{
		const char *its = json_string_value(json_object_get(doc, "Name"));

		if (want.len && ((its && sp_str_is(want, its)) ||
		                 (want.len >= 12 && sp_str_starts(sp_strz(id), want))))
			return doc;
	}
	return NULL;
}

static json_t *
named(struct sp_fake_call *c)
{
	json_t *doc = sp_fake_network(c->fake, sp_fake_object(c));

	if (!doc)
		sp_fake_error(c, 404, "network %s not found", sp_fake_object(c));
	return doc;
}

void
sp_fake_network_list(struct sp_fake_call *c)
{
	json_t *filters = sp_fake_filters(c), *out = json_array(), *doc;
	const char *id;

	json_object_foreach(c->fake->networks, id, doc)
	{
		if (sp_fake_filter(filters, "name", json_string_value(json_object_get(doc, "Name")),
		                   SP_FAKE_HAS) &&
		    sp_fake_filter(filters, "id", id, SP_FAKE_STARTS) &&
		    sp_fake_filter(filters, "driver",
		                   json_string_value(json_object_get(doc, "Driver")), SP_FAKE_IS) &&
		    sp_fake_filter_labels(filters, json_object_get(doc, "Labels")))
			json_array_append(out, doc);
	}
	json_decref(filters);
	sp_fake_json(c, 200, out);
}

void
sp_fake_network_inspect(struct sp_fake_call *c)
{
	json_t *doc = named(c);

	if (doc)
		sp_fake_json(c, 200, json_incref(doc));
}

static json_t *
bool_of(const json_t *body, const char *key)
{
	return json_boolean(json_is_true(json_object_get(body, key)));
}

void
sp_fake_network_create(struct sp_fake_call *c)
{
	const char *name = json_string_value(json_object_get(c->body, "Name"));
	const char *driver = json_string_value(json_object_get(c->body, "Driver"));
	const char *id;

	if (!name || !*name) {
		sp_fake_error(c, 400, "invalid network name: it is empty");
		return;
	}
	if (sp_fake_network(c->fake, name)) {
		sp_fake_error(c, 409, "network with name %s already exists", name);
		return;
	}
	if (!sp_fake_room(c))
		return;
	id = sp_fake_id(c);
	json_object_set_new(
	    c->fake->networks, id,
	    json_pack("{s:s,s:s,s:s,s:s,s:s,s:o,s:o,s:o,s:o,s:b,s:{s:s},s:b,s:{},s:o,s:o}", "Name",
	              name, "Id", id, "Created", sp_fake_now(c), "Scope", "local", "Driver",
	              driver && *driver ? driver : "bridge", "EnableIPv6",
	              bool_of(c->body, "EnableIPv6"), "IPAM", sp_fake_copy_object(c->body, "IPAM"),
	              "Internal", bool_of(c->body, "Internal"), "Attachable",
	              bool_of(c->body, "Attachable"), "Ingress", 0, "ConfigFrom", "Network", "",
	              "ConfigOnly", 0, "Containers", "Options",
	              sp_fake_copy_object(c->body, "Options"), "Labels",
	              sp_fake_copy_object(c->body, "Labels")));
	sp_fake_event(c->fake, "network", "create", id,
	              json_pack("{s:s,s:s}", "name", name, "type", "bridge"));
	sp_fake_json(c, 201, json_pack("{s:s,s:s}", "Id", id, "Warning", ""));
}

/* The document of the container the body names, whose networks are about to change. */
static json_t *
container_of(struct sp_fake_call *c)
{
	const char *name = json_string_value(json_object_get(c->body, "Container"));
	json_t *entry = sp_fake_container(c, name ? name : "");

	return json_object_get(entry, "doc");
}

void
sp_fake_network_connect(struct sp_fake_call *c)
{
	json_t *net = named(c), *doc = net ? container_of(c) : NULL;

	if (!doc)
		return;
	sp_fake_connect(c, doc, json_string_value(json_object_get(net, "Name")),
	                json_object_get(c->body, "EndpointConfig"));
	sp_fake_empty(c, 200);
}

void
sp_fake_network_disconnect(struct sp_fake_call *c)
{
	json_t *net = named(c), *doc = net ? container_of(c) : NULL;

	if (!doc)
		return;
	json_object_del(json_object_get(json_object_get(doc, "NetworkSettings"), "Networks"),
	                json_string_value(json_object_get(net, "Name")));
	sp_fake_empty(c, 200);
}

void
sp_fake_network_remove(struct sp_fake_call *c)
{
	json_t *doc = named(c);

	if (!doc)
		return;
	json_object_del(
	    c->fake->networks,
	    sp_arena_printf(c->arena, "%s", json_string_value(json_object_get(doc, "Id"))));
	sp_fake_empty(c, 204);
}

void
sp_fake_network_prune(struct sp_fake_call *c)
{
	sp_fake_json(c, 200, json_pack("{s:[]}", "NetworksDeleted"));
}

/* --- volumes --- */

json_t *
sp_fake_volume(struct sp_fake_call *c, const char *name, const json_t *wanted)
{
	json_t *doc = json_object_get(c->fake->volumes, name);
	const char *driver = json_string_value(json_object_get(wanted, "Driver"));

	if (doc || !sp_fake_room(c))
		return doc;
	doc = json_pack("{s:s,s:s,s:s,s:s,s:s,s:o,s:o}", "Name", name, "Driver",
	                driver && *driver ? driver : "local", "Scope", "local", "CreatedAt",
	                sp_fake_now(c), "Mountpoint",
	                sp_arena_printf(c->arena, "/var/lib/docker/volumes/%s/_data", name),
	                "Labels", sp_fake_copy_object(wanted, "Labels"), "Options",
	                sp_fake_copy_object(wanted, "DriverOpts"));
	json_object_set_new(c->fake->volumes, name, doc);
	return doc;
}

static json_t *
named_volume(struct sp_fake_call *c)
{
	json_t *doc = json_object_get(c->fake->volumes, sp_fake_object(c));

	if (!doc)
		sp_fake_error(c, 404, "get %s: no such volume", sp_fake_object(c));
	return doc;
}

void
sp_fake_volume_list(struct sp_fake_call *c)
{
	json_t *filters = sp_fake_filters(c), *out = json_array(), *doc;
	const char *name;

	json_object_foreach(c->fake->volumes, name, doc)
	{
		if (!json_object_get(filters, "dangling") &&
		    sp_fake_filter(filters, "name", name, SP_FAKE_HAS) &&
		    sp_fake_filter_labels(filters, json_object_get(doc, "Labels")))
			json_array_append(out, doc);
	}
	json_decref(filters);
	sp_fake_json(c, 200, json_pack("{s:o,s:n}", "Volumes", out, "Warnings"));
}

void
sp_fake_volume_inspect(struct sp_fake_call *c)
{
	json_t *doc = named_volume(c);

	if (doc)
		sp_fake_json(c, 200, json_incref(doc));
}

void
sp_fake_volume_create(struct sp_fake_call *c)
{
	const char *name = json_string_value(json_object_get(c->body, "Name"));
	json_t *doc = sp_fake_volume(c, name && *name ? name : sp_fake_id(c), c->body);

	if (doc)
		sp_fake_json(c, 201, json_incref(doc));
}

void
sp_fake_volume_remove(struct sp_fake_call *c)
{
	if (!named_volume(c))
		return;
	json_object_del(c->fake->volumes, sp_fake_object(c));
	sp_fake_empty(c, 204);
}

void
sp_fake_volume_prune(struct sp_fake_call *c)
{
	sp_fake_pruned(c, "VolumesDeleted");
}
