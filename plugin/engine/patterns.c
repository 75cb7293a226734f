/* SPDX-License-Identifier: Apache-2.0 */
/*
 * patterns.c: the patterns of a policy, read and refused (POLICY.md 1.7 to 1.9).  A pattern that
 * can never match, or that matches more than it seems to, is an error of the person who wrote it,
 * and now is the moment to say so.  Input: text of the administrator, variables put in.
 */
#include <arpa/inet.h>

#include "engine/load.h"

static int
bad(struct sp_loader *ld, struct sp_pos pos, const char *kind, struct sp_str text, const char *hint)
{
	return sp_load_error(ld, pos, "E251", hint, "bad %s pattern '%.*s'", kind, SP_FMT(text));
}

/* "$user" as a letter: for looking at the shape of a pattern. */
static struct sp_str
shape(struct sp_loader *ld, struct sp_str text)
{
	struct sp_buf out;
	const char *at;

	sp_buf_init(&out, ld->scratch, text.len + 1);
	while ((at = memmem(text.p, text.len, "$user", 5)) != NULL) {
		sp_buf_add(&out, sp_str_head(text, (size_t)(at - text.p)));
		sp_buf_addc(&out, 'u');
		text = sp_str_from(text, (size_t)(at - text.p) + 5);
	}
	sp_buf_add(&out, text);
	return sp_buf_str(&out);
}

static bool
take_read_only(struct sp_pattern *p)
{
	p->match = p->text;
	if (!sp_str_ends(p->text, SP_STR(":ro")))
		return false;
	p->match = sp_str_head(p->text, p->text.len - 3);
	p->read_only = true;
	return true;
}

/* --- host paths --- */

static int
load_path(struct sp_loader *ld, struct sp_pos pos, enum sp_block block, struct sp_pattern *p)
{
	struct sp_str part, rest, path;

	if (take_read_only(p) && block == SP_BLOCK_USES)
		return bad(
		    ld, pos, "path", p->text,
		    "':ro' belongs under may:; what is forbidden is forbidden read-only too");
	path = p->match;
	if (path.len == 0 || path.p[0] != '/')
		return bad(ld, pos, "path", p->text, "a host path starts with '/'");
	if (path.len > 1 && path.p[path.len - 1] == '/')
		return bad(ld, pos, "path", p->text, "leave out the last '/'");
	for (rest = sp_str_from(path, 1); path.len > 1;) {
		bool more = sp_str_cut(rest, '/', &part, &rest);

		if (part.len == 0)
			return bad(ld, pos, "path", p->text,
			           "'//' is not allowed in a path pattern");
		if (sp_str_is(part, ".."))
			return bad(ld, pos, "path", p->text,
			           "'..' is not allowed in a path pattern");
		if (sp_str_is(part, "."))
			return bad(ld, pos, "path", p->text,
			           "'.' is not allowed in a path pattern");
		if (memmem(part.p, part.len, "**", 2) && (more || part.len > 2))
			return bad(ld, pos, "path", p->text,
			           "'**' is allowed only at the end of a path ('/srv/blue/**')");
		if (!more)
			break;
	}
	return 0;
}

/* --- images --- */

static bool
is_registry(struct sp_str first)
{
	bool upper = false;

	for (size_t i = 0; i < first.len; i++)
		upper |= first.p[i] >= 'A' && first.p[i] <= 'Z';
	return sp_str_find(first, '.') < first.len || sp_str_find(first, ':') < first.len ||
	       sp_str_is(first, "localhost") || upper;
}

/* Splits tag and digest off: the last ':' after the last '/', everything after '@'. */
static void
split_image(struct sp_str text, struct sp_str *name, struct sp_str *tag, struct sp_str *digest)
{
	struct sp_str before;
	size_t slash = 0;

	*tag = *digest = (struct sp_str){NULL, 0};
	if (sp_str_cut(text, '@', &before, digest))
		text = before;
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] == '/')
			slash = i + 1;
	}
	*name = text;
	if (sp_str_cut(sp_str_from(text, slash), ':', &before, tag))
		*name = sp_str_head(text, slash + before.len);
}

static int
check_registry(struct sp_loader *ld, struct sp_pos pos, struct sp_str text, struct sp_str registry)
{
	struct sp_str rest = registry;

	if (sp_str_starts(registry, SP_STR("*.")))
		rest = sp_str_from(registry, 2);
	if (rest.len == 0 || sp_str_find(rest, '*') < rest.len)
		return bad(ld, pos, "image", text,
		           sp_arena_printf(
			       ld->scratch,
			       "'*' in the registry host is allowed only as a whole leading label "
			       "('*.example.com'); '%.*s' would also match hosts you do not own",
			       SP_FMT(registry)));
	return 0;
}

static int
check_image_path(struct sp_loader *ld, struct sp_pos pos, struct sp_str text, struct sp_str path)
{
	struct sp_str part, rest = path;
	bool more = true;

	while (more) {
		more = sp_str_cut(rest, '/', &part, &rest);
		if (part.len == 0)
			return bad(ld, pos, "image", text, "a part of the name is empty");
		if (memmem(part.p, part.len, "**", 2) && part.len > 2)
			return bad(ld, pos, "image", text,
			           "'**' stands alone between slashes ('team/**')");
		for (size_t i = 0; i < part.len; i++) {
			char c = part.p[i];

			if (c >= 'A' && c <= 'Z')
				return bad(
				    ld, pos, "image", text,
				    "image names are lower case; this pattern can never match");
			if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
			      c == '_' || c == '-' || c == '*' || c == '$'))
				return bad(ld, pos, "image", text,
				           "an image name holds letters, digits, '.', '_', '-' and "
				           "'/'; this "
				           "pattern can never match");
		}
	}
	return 0;
}

static bool
is_digest(struct sp_str digest)
{
	if (!sp_str_starts(digest, SP_STR("sha256:")) || digest.len != 7 + 64)
		return false;
	for (size_t i = 7; i < digest.len; i++) {
		char c = digest.p[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return false;
	}
	return true;
}

static int
load_image(struct sp_loader *ld, struct sp_pos pos, struct sp_pattern *p)
{
	struct sp_image_pattern *image = &p->image;
	struct sp_str name, first, rest;
	bool has_registry;

	p->match = p->text;
	if (sp_str_is(p->text, "**")) {
		image->every = true;
		return 0;
	}
	if (sp_str_is(p->text, "*"))
		return bad(ld, pos, "image", p->text,
		           "'*' alone is ambiguous; write 'docker.io/library/*' for official "
		           "images or '**' "
		           "for every image");
	split_image(p->text, &name, &image->tag, &image->digest);
	if (name.len == 0)
		return bad(ld, pos, "image", p->text, "there is no image name in it");
	if (sp_str_find(p->text, '@') < p->text.len && !is_digest(image->digest))
		return bad(ld, pos, "image", p->text, "a digest is 'sha256:' and 64 hex digits");
	has_registry = sp_str_cut(name, '/', &first, &rest) && is_registry(shape(ld, first));
	if (has_registry) {
		struct sp_buf lower;

		if (check_registry(ld, pos, p->text, first))
			return -1;
		sp_buf_init(&lower, ld->arena, first.len + 1);
		for (size_t i = 0; i < first.len; i++) {
			char c = first.p[i];

			sp_buf_addc(&lower, (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c));
		}
		image->registry = sp_buf_str(&lower);
		if (sp_str_is(image->registry, "index.docker.io"))
			image->registry = SP_STR("docker.io");
	} else {
		image->registry = SP_STR("docker.io");
		rest = name;
	}
	image->path = rest;
	if (sp_str_is(image->registry, "docker.io") && sp_str_find(rest, '/') == rest.len &&
	    !sp_str_is(rest, "**")) /* nginx and docker.io/nginx are docker.io/library/nginx */
		image->path = sp_strz(sp_arena_printf(ld->arena, "library/%.*s", SP_FMT(rest)));
	return check_image_path(ld, pos, p->text, image->path);
}

/* --- ports --- */

static bool
parse_port(struct sp_str s, uint16_t *port)
{
	int64_t n;

	if (sp_num_uint(s, &n) != SP_NUM_OK || n < 1 || n > 65535)
		return false;
	*port = (uint16_t)n;
	return true;
}

/* IPv4 as Go keeps it: mapped into IPv6, so that both spellings compare equal. */
static bool
parse_ip(struct sp_str s, uint8_t ip[16])
{
	char text[INET6_ADDRSTRLEN];

	if (s.len >= sizeof(text))
		return false;
	memcpy(text, s.p, s.len);
	text[s.len] = 0;
	if (inet_pton(AF_INET6, text, ip) == 1)
		return true;
	memset(ip, 0, 10);
	ip[10] = ip[11] = 0xff;
	return inet_pton(AF_INET, text, ip + 12) == 1;
}

static int
load_port(struct sp_loader *ld, struct sp_pos pos, struct sp_pattern *p)
{
	struct sp_port_pattern *port = &p->port;
	struct sp_str ports, ip = {NULL, 0}, first, last, proto;
	size_t colon = p->text.len;

	p->match = p->text;
	sp_str_cut(p->text, '/', &ports, &proto);
	port->proto = proto;
	if (p->text.len != ports.len && !sp_str_is(proto, "tcp") && !sp_str_is(proto, "udp") &&
	    !sp_str_is(proto, "sctp"))
		return bad(ld, pos, "port", p->text, "after '/' comes tcp, udp or sctp");
	for (size_t i = 0; i < ports.len; i++) {
		if (ports.p[i] == ':')
			colon = i;
	}
	if (colon < p->text.len) {
		ip = sp_str_head(ports, colon);
		ports = sp_str_from(ports, colon + 1);
	}
	port->any_ip = ip.len == 0 || sp_str_is(ip, "any");
	if (ip.len > 2 && ip.p[0] == '[' && ip.p[ip.len - 1] == ']')
		ip = sp_str_head(sp_str_from(ip, 1), ip.len - 2);
	if (!port->any_ip && !parse_ip(ip, port->ip))
		return bad(
		    ld, pos, "port", p->text,
		    "before ':' comes an IP address of the host ([::1] in brackets), or any");
	if (sp_str_is(ports, "ephemeral")) {
		port->ephemeral = true;
		return 0;
	}
	if (!sp_str_cut(ports, '-', &first, &last))
		last = first;
	if (!parse_port(first, &port->first) || !parse_port(last, &port->last) ||
	    port->first > port->last)
		return bad(ld, pos, "port", p->text,
		           "write a host port (8080), a range (8000-8999) or ephemeral, with IP: "
		           "in front if "
		           "you like");
	return 0;
}

/* --- the rest --- */

static int
load_capability(struct sp_loader *ld, struct sp_pos pos, struct sp_pattern *p)
{
	p->match = sp_capability_name(p->text, ld->arena);
	if (p->match.len == 0)
		return sp_load_error(ld, pos, "E252", "see capabilities(7); CAP_ may be left out",
		                     "'%.*s' is not a capability", SP_FMT(p->text));
	return 0;
}

static int
load_choice(struct sp_loader *ld, const struct sp_key *key, struct sp_pos pos, struct sp_pattern *p)
{
	size_t n = 0;

	p->match = p->text;
	for (; key->choices[n]; n++) {
		if (sp_str_is(p->text, key->choices[n]))
			return 0;
	}
	return sp_load_error(ld, pos, "E247", sp_load_suggest(ld, p->text, key->choices, n),
	                     "'%.*s' is not a value of '%s'", SP_FMT(p->text), key->name);
}

/* 404, 4xx: a range of status codes, kept where ports are. */
static int
load_status(struct sp_loader *ld, struct sp_pos pos, struct sp_pattern *p)
{
	int64_t n;

	p->match = p->text;
	if (p->text.len == 3 && sp_str_is(sp_str_from(p->text, 1), "xx") && p->text.p[0] >= '1' &&
	    p->text.p[0] <= '5') {
		p->port.first = (uint16_t)((p->text.p[0] - '0') * 100);
		p->port.last = (uint16_t)(p->port.first + 99);
		return 0;
	}
	if (sp_num_uint(p->text, &n) != SP_NUM_OK || n < 100 || n > 599)
		return sp_load_error(ld, pos, "E253", "write 404, or 5xx for a class",
		                     "'%.*s' is not an HTTP status", SP_FMT(p->text));
	p->port.first = p->port.last = (uint16_t)n;
	return 0;
}

static int
load_name(struct sp_loader *ld, const struct sp_key *key, struct sp_pos pos, enum sp_block block,
          struct sp_pattern *p)
{
	p->match = sp_fact_spelling(key->fact, p->text, ld->arena);
	if (p->match.len == 0)
		return bad(ld, pos, "name", p->text, "dockerd knows no name like this");
	if (key->fact != SP_FACT_VOLUMES)
		return 0;
	if (take_read_only(p) && block == SP_BLOCK_USES)
		return bad(
		    ld, pos, "name", p->text,
		    "':ro' belongs under may:; what is forbidden is forbidden read-only too");
	return 0;
}

int
sp_load_pattern(struct sp_loader *ld, const struct sp_key *key, struct sp_pos pos,
                enum sp_block block, struct sp_pattern *p)
{
	switch (key->type) {
	case SP_T_PATHS:
		return load_path(ld, pos, block, p);
	case SP_T_IMAGES:
		return load_image(ld, pos, p);
	case SP_T_PORTS:
		return load_port(ld, pos, p);
	case SP_T_CAPS:
		return load_capability(ld, pos, p);
	case SP_T_CHOICES:
		return load_choice(ld, key, pos, p);
	case SP_T_STATUSES:
		return load_status(ld, pos, p);
	case SP_T_NAMES:
	case SP_T_USERS:
	case SP_T_LABELS:
		return load_name(ld, key, pos, block, p);
	case SP_T_NONE:
	case SP_T_MAP:
	case SP_T_SUBJECTS:
	case SP_T_ACTIONS:
	case SP_T_SCOPE:
	case SP_T_LIFTS:
	case SP_T_WORD:
	case SP_T_TEXT:
	case SP_T_DATE:
	case SP_T_FLAG:
	case SP_T_RANGE_SIZE:
	case SP_T_RANGE_CPUS:
	case SP_T_RANGE_COUNT:
	case SP_T_DURATION:
		break;
	}
	return sp_load_error(ld, pos, "E204", NULL, "'%s' takes no patterns", key->name);
}
