/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spelling.c: names that dockerd or runc take in several spellings.  Input: hostile text.
 * moby: daemon/oci_linux.go (withRlimits), daemon/graphdriver (parseStorageOpt),
 * daemon/pkg/plugin/store.go (resolvePluginID); runc: libcontainer/rootfs_linux.go
 * (writeSystemProperty).
 */
#include "docker/spelling.h"

#include "sallyport/facts.h"

struct sp_str
sp_spell_lower(struct sp_str name, struct sp_arena *arena)
{
	char *p = sp_arena_bytes(arena, name.len + 1);

	if (!p)
		return (struct sp_str){NULL, 0};
	for (size_t i = 0; i < name.len; i++) {
		char c = name.p[i];

		if ((unsigned char)c >= 0x80)
			return (struct sp_str){NULL, 0};
		p[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	return (struct sp_str){p, name.len};
}

/*
 * runc makes every '.' a '/' and cleans the path below /proc/sys, so that dots and slashes are one
 * and the same, and several of them are one.
 */
struct sp_str
sp_spell_sysctl(struct sp_str name, struct sp_arena *arena)
{
	char *p = sp_arena_bytes(arena, name.len + 1);
	size_t len = 0;
	bool gap = false; /* a separator that is not written yet */

	if (!p)
		return (struct sp_str){NULL, 0};
	for (size_t i = 0; i < name.len; i++) {
		if (name.p[i] == '.' || name.p[i] == '/') {
			gap = len > 0;
			continue;
		}
		if (gap)
			p[len++] = '.';
		gap = false;
		p[len++] = name.p[i];
	}
	return (struct sp_str){p, len};
}

/* Drivers of dockerd's own go by this one spelling: "local:latest" is somebody's plugin. */
static bool
is_built_in(struct sp_str name)
{
	static const char *const names[] = {
	    "awslogs", "bridge",     "default",     "etwlogs",  "fluentd",   "gcplogs",
	    "gelf",    "host",       "ipvlan",      "journald", "json-file", "local",
	    "macvlan", "none",       "null",        "overlay",  "remote",    "splunk",
	    "syslog",  "logentries", "windowsipam", NULL};

	for (size_t i = 0; names[i]; i++) {
		if (sp_str_is(name, names[i]))
			return true;
	}
	return false;
}

struct sp_str
sp_spell_plugin(struct sp_str name)
{
	static const char *const added[] = {"index.docker.io/", "docker.io/", "library/"};
	struct sp_str bare = name;

	if (sp_str_ends(bare, SP_STR(":latest")))
		bare.len -= sizeof(":latest") - 1;
	for (size_t i = 0; i < sizeof(added) / sizeof(added[0]); i++) {
		if (sp_str_starts(bare, sp_strz(added[i])))
			bare = sp_str_from(bare, strlen(added[i]));
	}
	return is_built_in(bare) ? name : bare;
}

struct sp_str
sp_fact_spelling(enum sp_fact fact, struct sp_str text, struct sp_arena *arena)
{
	if (fact == SP_FACT_ULIMITS || fact == SP_FACT_STORAGE_OPT)
		return sp_spell_lower(text, arena);
	if (fact == SP_FACT_SYSCTLS)
		return sp_spell_sysctl(text, arena);
	if (fact == SP_FACT_LOG_DRIVERS || fact == SP_FACT_VOLUME_DRIVERS ||
	    fact == SP_FACT_NETWORK_DRIVERS)
		return sp_spell_plugin(text);
	return text;
}

bool
sp_is_hex_word(struct sp_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (!(s.p[i] >= '0' && s.p[i] <= '9') && !(s.p[i] >= 'a' && s.p[i] <= 'f'))
			return false;
	}
	return s.len > 0;
}

bool
sp_has_dot_dot(struct sp_str path)
{
	struct sp_str part;
	bool more;

	do {
		more = sp_str_cut(path, '/', &part, &path);
		if (sp_str_is(part, ".."))
			return true;
	} while (more);
	return false;
}
