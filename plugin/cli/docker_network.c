/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docker_network.c: published ports and networks, in the short and the long form of docker's flags.
 */
#include "cli/docker_parts.h"

#define MAX_PORT 65535

/* --- ports --- */

struct range {
	int64_t first, last;
};

struct publish {
	struct sp_str ip, host, proto;
	struct range inside;
	struct range outside; /* when host is not empty */
};

static bool
read_range(struct sp_str s, struct range *r)
{
	struct sp_str first, last;

	if (!sp_str_cut(s, '-', &first, &last))
		last = first;
	return sp_num_uint(first, &r->first) == SP_NUM_OK &&
	       sp_num_uint(last, &r->last) == SP_NUM_OK && r->first <= r->last &&
	       r->last <= MAX_PORT;
}

static bool
is_proto(struct sp_str s)
{
	return sp_str_is(s, "tcp") || sp_str_is(s, "udp") || sp_str_is(s, "sctp");
}

/* "[ip:][host:]container[/proto]" of docker's -p. */
static int
read_short(struct sp_docker *d, struct sp_str value, struct publish *p)
{
	struct sp_str rest = value, inside;
	size_t at;

	if (!sp_str_cut(value, '/', &rest, &p->proto) || p->proto.len == 0)
		p->proto = SP_STR("tcp");
	p->proto = sp_docker_lower(d->arena, p->proto);
	for (at = rest.len; at > 0 && rest.p[at - 1] != ':'; at--)
		;
	inside = sp_str_from(rest, at);
	rest = sp_str_head(rest, at ? at - 1 : 0);
	for (at = rest.len; at > 0 && rest.p[at - 1] != ':'; at--)
		;
	p->host = sp_str_from(rest, at);
	p->ip = sp_str_head(rest, at ? at - 1 : 0);
	if (p->ip.len > 1 && p->ip.p[0] == '[' && p->ip.p[p->ip.len - 1] == ']')
		p->ip = sp_str_head(sp_str_from(p->ip, 1), p->ip.len - 2);
	return is_proto(p->proto) && read_range(inside, &p->inside) ? 0 : -1;
}

static int
read_long(struct sp_docker *d, struct sp_str value, struct publish *p)
{
	struct sp_str rest = value, field, key, text;
	bool target = false;

	p->proto = SP_STR("tcp");
	while (sp_docker_csv(d->arena, &rest, &field)) {
		if (!sp_str_cut(field, '=', &key, &text))
			return -1;
		if (sp_str_is(key, "target"))
			target = read_range(text, &p->inside);
		else if (sp_str_is(key, "published"))
			p->host = text;
		else if (sp_str_is(key, "protocol"))
			p->proto = sp_docker_lower(d->arena, text);
	}
	return target && is_proto(p->proto) ? 0 : -1;
}

static int
read_publish(struct sp_docker *d, const struct sp_docker_flag *flag, struct sp_str value,
             struct publish *p)
{
	bool pairs = sp_str_find(value, '=') < value.len;

	*p = (struct publish){0};
	if ((pairs ? read_long : read_short)(d, value, p) ||
	    (p->host.len && !read_range(p->host, &p->outside)))
		return sp_docker_fail(d, "write [IP:][HOST:]CONTAINER[/PROTOCOL]",
		                      "--%s: '%.*s' is not a port", flag->name, SP_FMT(value));
	/* One container port may take any of several host ports; otherwise they go in pairs. */
	if (p->host.len && p->inside.first != p->inside.last &&
	    p->outside.last - p->outside.first != p->inside.last - p->inside.first)
		return sp_docker_fail(d, NULL, "--%s: the ranges of '%.*s' differ in length",
		                      flag->name, SP_FMT(value));
	return 0;
}

/* The host port for the container port number `n`. */
static struct sp_str
host_port(struct sp_docker *d, const struct publish *p, int64_t n)
{
	if (p->host.len == 0 || p->inside.first == p->inside.last)
		return p->host;
	return sp_strz(
	    sp_arena_printf(d->arena, "%lld", (long long)(p->outside.first + n - p->inside.first)));
}

static struct sp_str
port_key(struct sp_docker *d, int64_t n, struct sp_str proto)
{
	return sp_strz(sp_arena_printf(d->arena, "%lld/%.*s", (long long)n, SP_FMT(proto)));
}

static void
expose(struct sp_docker *d, struct sp_str key)
{
	struct sp_tree *map = sp_tree_at(d->arena, d->body, "/ExposedPorts", SP_TREE_MAP);

	sp_tree_member(d->arena, map, key, SP_TREE_MAP);
}

int
sp_docker_put_port(struct sp_docker *d, const struct sp_docker_flag *flag, struct sp_str value)
{
	struct sp_tree *map = sp_tree_at(d->arena, d->body, flag->to, SP_TREE_MAP), *binding;
	struct publish p;

	if (read_publish(d, flag, value, &p))
		return -1;
	for (int64_t n = p.inside.first; n <= p.inside.last; n++) {
		struct sp_str key = port_key(d, n, p.proto);

		binding = sp_tree_member(d->arena, map, key, SP_TREE_LIST);
		binding = sp_tree_item(d->arena, binding, SP_TREE_MAP);
		sp_tree_set_text(d->arena, binding, "/HostIp", p.ip);
		sp_tree_set_text(d->arena, binding, "/HostPort", host_port(d, &p, n));
		expose(d, key);
	}
	return 0;
}

int
sp_docker_put_expose(struct sp_docker *d, const struct sp_docker_flag *flag, struct sp_str value)
{
	struct sp_str ports, proto;
	struct range r;

	if (!sp_str_cut(value, '/', &ports, &proto))
		proto = SP_STR("tcp");
	if (!read_range(ports, &r) || !is_proto(proto))
		return sp_docker_fail(d, NULL, "--%s: '%.*s' is not a port", flag->name,
		                      SP_FMT(value));
	for (int64_t n = r.first; n <= r.last; n++)
		expose(d, port_key(d, n, proto));
	return 0;
}

static void
service_port(struct sp_docker *d, const char *to, const struct publish *p, int64_t inside,
             int64_t outside, struct sp_str mode)
{
	struct sp_tree *list = sp_tree_at(d->arena, d->body, to, SP_TREE_LIST);
	struct sp_tree *port = sp_tree_item(d->arena, list, SP_TREE_MAP);

	sp_tree_set_text(d->arena, port, "/Protocol", p->proto);
	sp_tree_set_int(d->arena, port, "/TargetPort", inside);
	if (outside)
		sp_tree_set_int(d->arena, port, "/PublishedPort", outside);
	sp_tree_set_text(d->arena, port, "/PublishMode", mode);
}

int
sp_docker_put_service_port(struct sp_docker *d, const struct sp_docker_flag *flag,
                           struct sp_str value)
{
	struct sp_str rest = value, field, key, text, mode = SP_STR("ingress");
	struct publish p;

	if (read_publish(d, flag, value, &p))
		return -1;
	if (p.ip.len)
		return sp_docker_fail(d, NULL, "--%s: a service has no host address", flag->name);
	while (sp_docker_csv(d->arena, &rest, &field)) {
		if (sp_str_cut(field, '=', &key, &text) && sp_str_is(key, "mode"))
			mode = text;
	}
	if (!sp_str_is(mode, "ingress") && !sp_str_is(mode, "host"))
		return sp_docker_fail(d, NULL, "--%s: '%.*s' is not a mode", flag->name,
		                      SP_FMT(mode));
	for (int64_t n = p.inside.first; n <= p.inside.last; n++) {
		struct range r = p.outside;

		if (p.host.len && p.inside.first != p.inside.last)
			r.first = r.last = p.outside.first + n - p.inside.first;
		for (int64_t host = r.first; host <= r.last; host++)
			service_port(d, flag->to, &p, n, host, mode);
	}
	return 0;
}

/* --- networks --- */

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* Docker takes a value for the long form when there is a "word=word" anywhere in it. */
static bool
is_long(struct sp_str s)
{
	for (size_t i = 1; i + 1 < s.len; i++) {
		if (s.p[i] == '=' && is_word(s.p[i - 1]) && is_word(s.p[i + 1]))
			return true;
	}
	return false;
}

static bool
is_user_defined(struct sp_str name)
{
	return !sp_str_is(name, "default") && !sp_str_is(name, "bridge") &&
	       !sp_str_is(name, "host") && !sp_str_is(name, "none") &&
	       !sp_str_starts(name, SP_STR("container:"));
}

static int
long_field(struct sp_docker *d, struct sp_tree *endpoint, struct sp_str key, struct sp_str text,
           struct sp_str *name)
{
	struct sp_str option, value;
	struct sp_tree *m;
	int64_t n;

	if (sp_str_is(key, "name")) {
		*name = text;
	} else if (sp_str_is(key, "alias")) {
		sp_tree_add_text(d->arena, endpoint, "/Aliases", text);
	} else if (sp_str_is(key, "ip")) {
		sp_tree_set_text(d->arena, endpoint, "/IPAMConfig/IPv4Address", text);
	} else if (sp_str_is(key, "ip6")) {
		sp_tree_set_text(d->arena, endpoint, "/IPAMConfig/IPv6Address", text);
	} else if (sp_str_is(key, "link-local-ip")) {
		sp_tree_add_text(d->arena, endpoint, "/IPAMConfig/LinkLocalIPs", text);
	} else if (sp_str_is(key, "mac-address")) {
		sp_tree_set_text(d->arena, endpoint, "/MacAddress", text);
	} else if (sp_str_is(key, "gw-priority") && sp_docker_int(text, &n)) {
		sp_tree_set_int(d->arena, endpoint, "/GwPriority", n);
	} else if (sp_str_is(key, "driver-opt") && sp_str_cut(text, '=', &option, &value)) {
		m = sp_tree_at(d->arena, endpoint, "/DriverOpts", SP_TREE_MAP);
		m = sp_tree_member(d->arena, m, option, SP_TREE_TEXT);
		if (m)
			m->text = value;
	} else {
		return -1;
	}
	return 0;
}

/* A value of --network: its name, and its options into *endpoint. */
static int
read_network(struct sp_docker *d, struct sp_str value, struct sp_tree *endpoint,
             struct sp_str *name)
{
	struct sp_str rest, field, key, text;

	*name = value;
	if (is_long(value)) {
		*name = (struct sp_str){NULL, 0};
		rest = sp_docker_lower(d->arena, value);
		while (sp_docker_csv(d->arena, &rest, &field)) {
			if (!sp_str_cut(field, '=', &key, &text) ||
			    long_field(d, endpoint, key, text, name))
				return sp_docker_fail(d, NULL,
				                      "--network: '%.*s' is not a field of it",
				                      SP_FMT(field));
		}
	}
	return name->len ? 0 : sp_docker_fail(d, NULL, "--network: there is no name");
}

/* --ip, --network-alias and the like speak about the first network. */
static void
add_loose_options(struct sp_docker *d, struct sp_tree *endpoint, bool user_defined)
{
	for (const struct sp_docker_use *u = d->uses; u; u = u->next) {
		const char *name = u->flag->name;

		if (strcmp(name, "network-alias") == 0 || strcmp(name, "net-alias") == 0)
			sp_tree_add_text(d->arena, endpoint, "/Aliases", u->value);
		else if (strcmp(name, "link") == 0 && user_defined)
			sp_tree_add_text(d->arena, endpoint, "/Links", u->value);
		else if (strcmp(name, "ip") == 0)
			sp_tree_set_text(d->arena, endpoint, "/IPAMConfig/IPv4Address", u->value);
		else if (strcmp(name, "ip6") == 0)
			sp_tree_set_text(d->arena, endpoint, "/IPAMConfig/IPv6Address", u->value);
		else if (strcmp(name, "link-local-ip") == 0)
			sp_tree_add_text(d->arena, endpoint, "/IPAMConfig/LinkLocalIPs", u->value);
		else if (strcmp(name, "mac-address") == 0)
			sp_tree_set_text(d->arena, endpoint, "/MacAddress", u->value);
	}
}

/* Puts one network where it belongs; *n counts them. */
static int
one_network(struct sp_docker *d, struct sp_str value, size_t *n, bool *mixed)
{
	struct sp_tree *all =
	    sp_tree_at(d->arena, d->body, "/NetworkingConfig/EndpointsConfig", SP_TREE_MAP);
	struct sp_tree *endpoint = sp_tree_new(d->arena, SP_TREE_MAP), *place;
	struct sp_str name;

	if (!endpoint || read_network(d, value, endpoint, &name))
		return -1;
	if ((*n)++ == 0) {
		add_loose_options(d, endpoint, is_user_defined(name));
		sp_tree_set_text(d->arena, d->body, "/HostConfig/NetworkMode", name);
	}
	if (!is_user_defined(name) &&
	    (sp_tree_find(endpoint, "/Aliases") || sp_tree_find(endpoint, "/Links")))
		return sp_docker_fail(d, NULL, "aliases are for user-defined networks only");
	for (const struct sp_tree *t = all ? all->first : NULL; t; t = t->next) {
		*mixed |= is_user_defined(t->key) != is_user_defined(name);
		if (sp_str_eq(t->key, name))
			return sp_docker_fail(d, NULL, "network '%.*s' is named twice",
			                      SP_FMT(name));
	}
	place = sp_tree_member(d->arena, all, name, SP_TREE_MAP);
	if (place)
		place->first = endpoint->first;
	return 0;
}

int
sp_docker_networks(struct sp_docker *d)
{
	bool mixed = false;
	size_t n = 0;

	for (const struct sp_docker_use *u = d->uses; u; u = u->next) {
		if ((strcmp(u->flag->name, "network") == 0 || strcmp(u->flag->name, "net") == 0) &&
		    one_network(d, u->value, &n, &mixed))
			return -1;
	}
	if (n == 0)
		return one_network(d, SP_STR("default"), &n, &mixed);
	return mixed ? sp_docker_fail(d, NULL,
	                              "networks of docker's own and others exclude each other")
	             : 0;
}

int
sp_docker_put_service_network(struct sp_docker *d, const struct sp_docker_flag *flag,
                              struct sp_str value)
{
	struct sp_tree *list = sp_tree_at(d->arena, d->body, flag->to, SP_TREE_LIST);
	struct sp_tree *network = sp_tree_item(d->arena, list, SP_TREE_MAP);
	struct sp_str name;

	/* The client puts the network's ID there, which only the daemon could say. */
	if (read_network(d, value, network, &name))
		return -1;
	sp_tree_set_text(d->arena, network, "/Target", name);
	return 0;
}
