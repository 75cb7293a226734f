/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts_network.c: networks a container is attached to and ports it publishes; network.create and
 * network.connect.
 * moby: daemon/container_operations.go (updateContainerNetworkSettings, getNetworkID,
 * buildSandboxOptions), api/types/container/hostconfig_unix.go.
 */
#include "docker/body_types.h"
#include "docker/fact_reader.h"
#include "docker/port_spec.h"
#include "docker/spelling.h"

#define HC "/HostConfig"
#define ENDPOINTS "/NetworkingConfig/EndpointsConfig"

/* --- networks ----------------------------------------------------------------------------- */

/* A network of a swarm, which containers can be attached to as well. */
static bool
is_swarm_id(struct sp_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (!(s.p[i] >= '0' && s.p[i] <= '9') && !(s.p[i] >= 'a' && s.p[i] <= 'z'))
			return false;
	}
	return s.len == 25;
}

struct sp_value *
sp_facts_network(struct sp_fact_reader *r, struct sp_str name, const char *pointer)
{
	struct sp_value *v;

	if (name.len == 0 || sp_str_is(name, "default") || sp_str_is(name, "bridge") ||
	    sp_str_is(name, "none"))
		return NULL;
	if (sp_str_is(name, "host")) {
		v = sp_fact_add(r, SP_FACT_HOST_NAMESPACES, pointer);
		v->text = SP_STR("network");
		v->flag = "--network";
		v->arg = name;
		return v;
	}
	v = sp_fact_text(r, SP_FACT_NETWORKS, pointer, name);
	/* perhaps the ID of another network, or its beginning */
	v->exact_only = sp_is_hex_word(name) || is_swarm_id(name);
	return v;
}

static void
read_links(struct sp_fact_reader *r, uint32_t list, struct sp_place place)
{
	struct sp_str alias;

	place.index = 0;
	for (uint32_t e = sp_json_first(r->doc, list); e; e = sp_json_after(r->doc, list, e)) {
		struct sp_value *v = sp_fact_text(r, SP_FACT_LINKS, NULL, sp_json_str(r->doc, e));

		sp_str_cut(v->arg, ':', &v->key, &alias);
		if (v->key.len && v->key.p[0] == '/')
			v->key = sp_str_from(v->key, 1);
		v->text = v->key;
		v->place = place;
		if (place.suffix)
			v->place.index = -1;
		else
			place.index++;
	}
}

void
sp_facts_endpoint(struct sp_fact_reader *r, uint32_t endpoint, struct sp_str name,
                  const struct sp_place *place)
{
	struct sp_str id = sp_get_str(r, endpoint, EP_NetworkID);
	uint32_t options = sp_get(r, endpoint, EP_DriverOpts);
	struct sp_place at = *place;
	struct sp_value *v;

	/* For dockerd NetworkID decides, and the name it stands under does not. */
	if (id.len && !sp_str_eq(id, name) && (v = sp_facts_network(r, id, NULL)) != NULL) {
		v->place = *place;
		v->place.suffix = "/NetworkID";
	}
	for (uint32_t k = sp_json_first(r->doc, options); k;
	     k = sp_json_after(r->doc, options, k)) {
		v = sp_fact_add(r, SP_FACT_NETWORK_OPTIONS, NULL);
		v->text = sp_json_str(r->doc, k);
		v->flag = "--network";
		v->arg = sp_fact_format(r, "name=%.*s,driver-opt=%.*s=%.*s",
		                        SP_FMT(sp_str_head(name, 100)),
		                        SP_FMT(sp_str_head(v->text, 200)),
		                        SP_FMT(sp_str_head(sp_json_str(r->doc, k + 1), 200)));
		v->place = *place;
		v->place.suffix = "/DriverOpts";
	}
	at.suffix = "/Links";
	read_links(r, sp_get(r, endpoint, EP_Links), at);
}

/* NetworkMode: one of dockerd's words, another container's, or the name of a network. */
static void
read_mode(struct sp_fact_reader *r, struct sp_str mode)
{
	struct sp_str word, container;
	struct sp_value *v;

	sp_str_cut(mode, ':', &word, &container);
	if (!sp_str_is(word, "container")) {
		sp_facts_network(r, mode, HC "/NetworkMode");
		return;
	}
	if (container.len == 0) {
		sp_fact_malformed(r, "the NetworkMode '%s' names no container",
		                  sp_fact_shown(r, mode));
		return;
	}
	v = sp_fact_add(r, SP_FACT_JOIN_NAMESPACES, HC "/NetworkMode");
	v->text = SP_STR("network");
	v->key = container;
	v->flag = "--network";
	v->arg = mode;
}

/*
 * The container is attached to every network of EndpointsConfig, whatever NetworkMode says.  null
 * for an endpoint is what docker-py sends.
 */
void
sp_facts_container_networks(struct sp_fact_reader *r, uint32_t hc, uint32_t networking)
{
	struct sp_str mode = sp_get_str(r, hc, HC_NetworkMode);
	uint32_t map = sp_get(r, networking, NC_EndpointsConfig);
	struct sp_place links = {.pointer = HC "/Links", .index = -1};

	read_mode(r, mode);
	for (uint32_t k = sp_json_first(r->doc, map); k; k = sp_json_after(r->doc, map, k)) {
		struct sp_place place = {ENDPOINTS, sp_json_str(r->doc, k), -1, NULL};
		struct sp_value *v = NULL;

		if (!sp_str_eq(place.key, mode))
			v = sp_facts_network(r, place.key, NULL);
		if (v)
			v->place = place;
		sp_facts_endpoint(r, k + 1, place.key, &place);
	}
	read_links(r, sp_get(r, hc, HC_Links), links);
}

/* --- ports
 * -------------------------------------------------------------------------------------------- */

/* "127.0.0.1:8080:80/tcp", "[::1]::80/tcp", "80/tcp": what -p would have said. */
static struct sp_str
port_arg(struct sp_fact_reader *r, struct sp_str container, struct sp_str ip,
         struct sp_str host_port)
{
	bool v6 = sp_str_find(ip, ':') < ip.len;
	struct sp_buf out;

	sp_buf_init(&out, r->arena, 120);
	sp_buf_addz(&out, v6 ? "[" : "");
	sp_buf_add(&out, sp_str_head(ip, 60));
	sp_buf_addz(&out, v6 ? "]:" : ip.len ? ":" : "");
	sp_buf_add(&out, sp_str_head(host_port, 20));
	sp_buf_addz(&out, ip.len || host_port.len ? ":" : "");
	sp_buf_add(&out, sp_str_head(container, 20));
	return sp_buf_str(&out);
}

static void
add_port(struct sp_fact_reader *r, struct sp_str container, int32_t index, struct sp_str ip,
         struct sp_str host_port)
{
	struct sp_value *v = sp_fact_add(r, SP_FACT_PORTS, HC "/PortBindings");
	struct sp_port *port = sp_arena_alloc(r->arena, sizeof(*port));
	const char *why;

	v->place.key = container;
	v->place.index = index;
	if (!port)
		return; /* the arena is full: sp_facts_read refuses */
	why = sp_port_parse(container, ip, host_port, r->arena, port);
	if (why) {
		sp_fact_malformed(r, "the published port '%s:%s': %s", sp_fact_shown(r, host_port),
		                  sp_fact_shown(r, container), why);
		return;
	}
	v->port = port;
	v->text = sp_port_print(port, r->arena);
	v->arg = port_arg(r, container, ip, host_port);
}

/* An empty list is a port dockerd chooses, on every interface (nat.SortPortMap; 29 the same). */
static void
read_bindings(struct sp_fact_reader *r, struct sp_str container, uint32_t list)
{
	int32_t i = 0;

	for (uint32_t e = sp_json_first(r->doc, list); e; e = sp_json_after(r->doc, list, e))
		add_port(r, container, i++, sp_get_str(r, e, PB_HostIp),
		         sp_get_str(r, e, PB_HostPort));
	if (i == 0)
		add_port(r, container, -1, (struct sp_str){NULL, 0}, (struct sp_str){NULL, 0});
}

void
sp_facts_ports(struct sp_fact_reader *r, uint32_t hc)
{
	static const struct sp_port all = {.ip_any = true, .ephemeral = true};
	uint32_t map = sp_get(r, hc, HC_PortBindings);
	struct sp_value *v;

	for (uint32_t k = sp_json_first(r->doc, map); k; k = sp_json_after(r->doc, map, k))
		read_bindings(r, sp_json_str(r->doc, k), k + 1);
	if (!sp_get_bool(r, hc, HC_PublishAllPorts))
		return;
	v = sp_fact_add(r, SP_FACT_PORTS, HC "/PublishAllPorts");
	v->port = &all;
	v->text = SP_STR("any:ephemeral");
	v->flag = "-P";
}

/* --- network.create, network.connect
 * ----------------------------------------------------------------- */

static void
read_options(struct sp_fact_reader *r, const char *pointer, const char *flag, uint32_t map)
{
	for (uint32_t k = sp_json_first(r->doc, map); k; k = sp_json_after(r->doc, map, k)) {
		struct sp_value *v = sp_fact_add(r, SP_FACT_NETWORK_OPTIONS, pointer);

		v->text = sp_json_str(r->doc, k);
		v->flag = flag;
		v->arg = sp_fact_join(r, v->text, "=", sp_json_str(r->doc, k + 1));
		v->place.key = v->text;
	}
}

static void
add_driver(struct sp_fact_reader *r, const char *pointer, const char *flag, struct sp_str name)
{
	sp_fact_driver(r, SP_FACT_NETWORK_DRIVERS, pointer, name)->flag = flag;
}

void
sp_facts_network_create(struct sp_fact_reader *r)
{
	struct sp_str name = sp_get_str(r, r->body, NET_Name);
	struct sp_str driver = sp_get_str(r, r->body, NET_Driver);
	uint32_t ipam = sp_get(r, r->body, NET_IPAM);
	struct sp_str ipam_driver = sp_get_str(r, ipam, IPAM_Driver);

	if (name.len)
		sp_fact_text(r, SP_FACT_NAME, "/Name", name);
	else
		sp_fact_absent(r, SP_FACT_NAME, "/Name", SP_UNSET);
	sp_fact_labels(r, "/Labels", sp_get(r, r->body, NET_Labels));
	if (driver.len && !sp_str_is(driver, "bridge") && !sp_str_is(driver, "overlay"))
		add_driver(r, "/Driver", "--driver", driver);
	if (ipam_driver.len && !sp_str_is(ipam_driver, "default"))
		add_driver(r, "/IPAM/Driver", "--ipam-driver", ipam_driver);
	read_options(r, "/Options", "-o", sp_get(r, r->body, NET_Options));
	read_options(r, "/IPAM/Options", "--ipam-opt", sp_get(r, ipam, IPAM_Options));
	if (sp_get_bool(r, r->body, NET_Ingress)) { /* becomes the routing mesh of the swarm */
		struct sp_value *v = sp_fact_add(r, SP_FACT_NETWORK_OPTIONS, "/Ingress");

		v->text = SP_STR("ingress");
		v->flag = "--ingress";
	}
}

void
sp_facts_network_connect(struct sp_fact_reader *r)
{
	struct sp_place place = {"/EndpointConfig", {NULL, 0}, -1, NULL};

	sp_facts_network(r, r->req->object, "{id}");
	sp_facts_endpoint(r, sp_get(r, r->body, CONNECT_EndpointConfig), r->req->object, &place);
}
