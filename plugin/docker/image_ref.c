/* SPDX-License-Identifier: Apache-2.0 */
/*
 * image_ref.c: image names, completed exactly as dockerd completes them.  Input: hostile text.
 *
 * What dockerd refuses is SP_IMAGE_INVALID and matches no pattern; so is a text whose first part
 * looks like a registry but is no host name ("a_b.c/x"): dockerd's grammar takes it as a path
 * without a registry, which no pattern can name.
 * moby: distribution/reference {normalize,regexp,reference}.go, api/server/router/image.
 */
#include "docker/image_ref.h"

#define PATH_MAX_BYTES 255
#define TAG_MAX_BYTES 128

struct ref {
	struct sp_str domain; /* as given, but docker.io for the hub */
	bool library;         /* "library/" goes before path */
	struct sp_str path, tag, digest;
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_lower_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f');
}

static bool
is_lower_alnum(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z');
}

static bool
is_alnum(char c)
{
	return is_lower_alnum(c) || (c >= 'A' && c <= 'Z');
}

static bool
all_hex(struct sp_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (!is_lower_hex(s.p[i]))
			return false;
	}
	return s.len > 0;
}

/* --- the parts ---------------------------------------------------------------------------- */

/* Algorithms dockerd is built with; each demands its own number of lower case hex digits. */
static bool
digest_ok(struct sp_str s)
{
	struct sp_str algorithm, hex;

	if (!sp_str_cut(s, ':', &algorithm, &hex) || !all_hex(hex))
		return false;
	return (sp_str_is(algorithm, "sha256") && hex.len == 64) ||
	       (sp_str_is(algorithm, "sha384") && hex.len == 96) ||
	       (sp_str_is(algorithm, "sha512") && hex.len == 128);
}

static bool
tag_ok(struct sp_str s)
{
	if (s.len == 0 || s.len > TAG_MAX_BYTES || s.p[0] == '.' || s.p[0] == '-')
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (!is_alnum(s.p[i]) && s.p[i] != '_' && s.p[i] != '.' && s.p[i] != '-')
			return false;
	}
	return true;
}

/* Lower case words with ".", "_", "__" or any number of "-" between them. */
static bool
component_ok(struct sp_str s)
{
	size_t i = 0;

	for (;;) {
		size_t word = i, gap;

		while (i < s.len && is_lower_alnum(s.p[i]))
			i++;
		if (i == word)
			return false;
		if (i == s.len)
			return true;
		gap = i;
		while (i < s.len && s.p[i] == '-')
			i++;
		if (i == gap && s.p[i] == '.')
			i++;
		else if (i == gap)
			while (i < s.len && s.p[i] == '_' && i < gap + 2)
				i++;
		if (i == gap)
			return false;
	}
}

static bool
path_ok(struct sp_str path)
{
	struct sp_str part;
	bool more;

	do {
		more = sp_str_cut(path, '/', &part, &path);
		if (!component_ok(part))
			return false;
	} while (more);
	return true;
}

static bool
port_ok(struct sp_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (!is_digit(s.p[i]))
			return false;
	}
	return s.len > 0;
}

/* "[fe80::1]" or "[fe80::1]:5000" */
static bool
ipv6_host_ok(struct sp_str s)
{
	size_t end = sp_str_find(s, ']');

	if (end == s.len || end < 2)
		return false;
	for (size_t i = 1; i < end; i++) {
		if (!is_lower_hex(s.p[i]) && !(s.p[i] >= 'A' && s.p[i] <= 'F') && s.p[i] != ':')
			return false;
	}
	s = sp_str_from(s, end + 1);
	return s.len == 0 || (s.p[0] == ':' && port_ok(sp_str_from(s, 1)));
}

static bool
domain_ok(struct sp_str s)
{
	struct sp_str host, port, label;
	bool more;

	if (s.len > 0 && s.p[0] == '[')
		return ipv6_host_ok(s);
	if (sp_str_cut(s, ':', &host, &port) && !port_ok(port))
		return false;
	do {
		more = sp_str_cut(host, '.', &label, &host);
		if (label.len == 0 || label.p[0] == '-' || label.p[label.len - 1] == '-')
			return false;
		for (size_t i = 0; i < label.len; i++) {
			if (!is_alnum(label.p[i]) && label.p[i] != '-')
				return false;
		}
	} while (more);
	return true;
}

/* --- the whole ---------------------------------------------------------------------------- */

/* splitDockerDomain: is the part before the first '/' a registry? */
static bool
names_registry(struct sp_str first)
{
	if (sp_str_is(first, "localhost"))
		return true;
	for (size_t i = 0; i < first.len; i++) {
		if (first.p[i] == '.' || first.p[i] == ':' ||
		    (first.p[i] >= 'A' && first.p[i] <= 'Z'))
			return true;
	}
	return false;
}

static bool
parse(struct sp_str name, struct ref *ref)
{
	struct sp_str first, rest;

	*ref = (struct ref){.domain = SP_STR("docker.io")};
	if (sp_str_cut(name, '/', &first, &rest) && names_registry(first)) {
		if (!sp_str_is(first, "index.docker.io"))
			ref->domain = first;
	} else {
		rest = name;
	}
	ref->library = sp_str_is(ref->domain, "docker.io") && sp_str_find(rest, '/') == rest.len;
	if (sp_str_cut(rest, '@', &rest, &ref->digest) && !digest_ok(ref->digest))
		return false;
	if (sp_str_cut(rest, ':', &ref->path, &ref->tag) && !tag_ok(ref->tag))
		return false;
	return path_ok(ref->path) && domain_ok(ref->domain) &&
	       ref->path.len + (ref->library ? 8 : 0) <= PATH_MAX_BYTES;
}

static bool
apply_tag(struct ref *ref, struct sp_str tag, unsigned how)
{
	if (how & SP_REF_NEW_NAME) {
		if (ref->digest.len && tag.len == 0)
			return false;
		ref->digest = (struct sp_str){NULL, 0};
	}
	if (tag.len && (how & SP_REF_TAG_OR_DIGEST) && digest_ok(tag)) {
		ref->digest = tag;
		ref->tag = (struct sp_str){NULL, 0};
	} else if (tag.len) {
		if (!tag_ok(tag))
			return false;
		ref->tag = tag;
	}
	if (ref->tag.len == 0 && ref->digest.len == 0 && !(how & SP_REF_ALL_TAGS))
		ref->tag = SP_STR("latest");
	return true;
}

/* Appends to the text that ends at *end; the piece is borrowed from it. */
static struct sp_str
put(char **end, struct sp_str s)
{
	struct sp_str piece = {*end, s.len};

	if (s.len)
		memcpy(*end, s.p, s.len);
	*end += s.len;
	return piece;
}

static bool
compose(const struct ref *ref, struct sp_arena *arena, struct sp_image *out)
{
	char *text = sp_arena_bytes(arena, ref->domain.len + ref->path.len + ref->tag.len +
	                                       ref->digest.len + 11);
	char *end = text;

	if (!text)
		return false;
	out->registry = put(&end, ref->domain);
	for (char *c = text; c < end; c++) {
		if (*c >= 'A' && *c <= 'Z') {
			*c = (char)(*c - 'A' + 'a');
			out->odd_case = true;
		}
	}
	*end++ = '/';
	out->path.p = end;
	if (ref->library)
		put(&end, SP_STR("library/"));
	put(&end, ref->path);
	out->path.len = (size_t)(end - out->path.p);
	if (ref->tag.len) {
		*end++ = ':';
		out->tag = put(&end, ref->tag);
	}
	if (ref->digest.len) {
		*end++ = '@';
		out->digest = put(&end, ref->digest);
	}
	out->full = (struct sp_str){text, (size_t)(end - text)};
	out->kind = SP_IMAGE_NAME;
	return true;
}

/*
 * dockerd looks names up first and prefixes of IDs, of any length, next: a word of hex digits, with
 * or without "sha256:", may be either.
 */
static bool
may_be_id(struct sp_str name)
{
	if (sp_str_starts(name, SP_STR("sha256:")))
		name = sp_str_from(name, 7);
	return all_hex(name);
}

void
sp_image_complete(struct sp_str name, struct sp_str tag, unsigned how, struct sp_arena *arena,
                  struct sp_image *out)
{
	struct ref ref;

	*out = (struct sp_image){.kind = SP_IMAGE_INVALID, .full = name};
	if (name.len == 64 && all_hex(name)) { /* refused as a name, whatever asks */
		out->kind = SP_IMAGE_ID;
		return;
	}
	if ((how & SP_REF_MAY_BE_ID) && may_be_id(name)) {
		out->kind = SP_IMAGE_ID;
		return;
	}
	if (parse(name, &ref) && apply_tag(&ref, tag, how) && !compose(&ref, arena, out))
		*out = (struct sp_image){.kind = SP_IMAGE_INVALID, .full = name};
}

void
sp_image_parse(struct sp_str name, bool all_tags, struct sp_arena *arena, struct sp_image *out)
{
	sp_image_complete(name, (struct sp_str){NULL, 0},
	                  SP_REF_MAY_BE_ID | (all_tags ? SP_REF_ALL_TAGS : 0), arena, out);
}
