/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mount_spec.c: the short text form of mounts.  Input: hostile text; what dockerd refuses is
 * refused, since a text nobody can read in one way only must not be judged.
 * moby: volume/mounts/linux_parser.go, ParseMountRaw, ParseVolumesFrom, linuxValidMountMode.
 */
#include "docker/mount_spec.h"

struct modes {
	int rw, label, propagation, copy, consistency; /* how many of each class were given */
	bool read_only;
	struct sp_str propagation_word;
};

bool
sp_propagates(struct sp_str word)
{
	return sp_str_is(word, "shared") || sp_str_is(word, "rshared") ||
	       sp_str_is(word, "slave") || sp_str_is(word, "rslave");
}

bool
sp_is_propagation(struct sp_str word)
{
	return sp_propagates(word) || sp_str_is(word, "private") || sp_str_is(word, "rprivate");
}

static bool
count_mode(struct sp_str word, struct modes *m)
{
	if (sp_str_is(word, "rw") || sp_str_is(word, "ro")) {
		m->rw++;
		m->read_only = word.p[1] == 'o';
	} else if (sp_str_is(word, "z") || sp_str_is(word, "Z")) {
		m->label++;
	} else if (sp_is_propagation(word)) {
		m->propagation++;
		m->propagation_word = word;
	} else if (sp_str_is(word, "nocopy")) {
		m->copy++;
	} else if (sp_str_is(word, "consistent") || sp_str_is(word, "cached") ||
	           sp_str_is(word, "delegated")) {
		m->consistency++;
	} else {
		return false;
	}
	return true;
}

/* Words of one class each, at most one per class; "" is no mode at all and valid. */
static bool
read_modes(struct sp_str mode, struct modes *m)
{
	struct sp_str word;
	bool more;

	*m = (struct modes){0};
	if (mode.len == 0)
		return true;
	do {
		more = sp_str_cut(mode, ',', &word, &mode);
		if (!count_mode(word, m))
			return false;
	} while (more);
	return m->rw <= 1 && m->label <= 1 && m->propagation <= 1 && m->copy <= 1 &&
	       m->consistency <= 1;
}

const char *
sp_mount_spec_parse(struct sp_str raw, struct sp_mount_spec *out)
{
	struct sp_str part[3] = {{NULL, 0}, {NULL, 0}, {NULL, 0}}, rest = raw;
	struct modes modes;
	size_t n = 0;
	bool more;

	*out = (struct sp_mount_spec){0};
	do {
		if (n == 3)
			return "it has more than two ':'";
		more = sp_str_cut(rest, ':', &part[n++], &rest);
	} while (more);
	if (part[0].len == 0)
		return "it has no source";
	if (n == 1) {
		out->target = part[0];
		return NULL;
	}
	/* dockerd takes "/data:ro" for a target with a mode, and refuses that. */
	if (n == 2 && read_modes(part[1], &modes))
		return "it has no target";
	if (!read_modes(part[2], &modes))
		return "its mode is not one dockerd knows";
	out->source = part[0];
	out->target = part[1];
	out->bind = part[0].p[0] == '/';
	out->read_only = modes.read_only;
	out->propagation = modes.propagation_word;
	return NULL;
}

const char *
sp_volumes_from_parse(struct sp_str raw, struct sp_str *container, bool *read_only)
{
	struct sp_str mode;
	struct modes modes = {0};

	*read_only = false;
	if (sp_str_cut(raw, ':', container, &mode)) {
		if (!read_modes(mode, &modes) || modes.propagation || modes.copy)
			return "its mode is not one dockerd knows";
		*read_only = modes.read_only;
	}
	return container->len == 0 ? "it names no container" : NULL;
}
