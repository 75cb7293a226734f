/* SPDX-License-Identifier: Apache-2.0 */
/* docker_mount.c: --mount, a line of comma-separated fields, as docker 28 reads it. */
#include "cli/docker_parts.h"

enum field_kind {
	FIELD_TEXT = 0,
	FIELD_LOWER, /* text in lower case */
	FIELD_SOURCE,
	FIELD_BOOL,
	FIELD_PAIR, /* key=value into a map */
	FIELD_SIZE,
	FIELD_MODE, /* octal */
	FIELD_RECURSIVE,
};

static const struct field {
	const char *name;
	enum field_kind kind;
	const char *to;
} fields[] = {
    {"type", FIELD_LOWER, "/Type"},
    {"source", FIELD_SOURCE, "/Source"},
    {"src", FIELD_SOURCE, "/Source"},
    {"target", FIELD_TEXT, "/Target"},
    {"dst", FIELD_TEXT, "/Target"},
    {"destination", FIELD_TEXT, "/Target"},
    {"readonly", FIELD_BOOL, "/ReadOnly"},
    {"ro", FIELD_BOOL, "/ReadOnly"},
    {"consistency", FIELD_LOWER, "/Consistency"},
    {"bind-propagation", FIELD_LOWER, "/BindOptions/Propagation"},
    {"bind-nonrecursive", FIELD_BOOL, "/BindOptions/NonRecursive"},
    {"bind-recursive", FIELD_RECURSIVE, "/BindOptions"},
    {"bind-create-src", FIELD_BOOL, "/BindOptions/CreateMountpoint"},
    {"volume-subpath", FIELD_TEXT, "/VolumeOptions/Subpath"},
    {"volume-nocopy", FIELD_BOOL, "/VolumeOptions/NoCopy"},
    {"volume-label", FIELD_PAIR, "/VolumeOptions/Labels"},
    {"volume-driver", FIELD_TEXT, "/VolumeOptions/DriverConfig/Name"},
    {"volume-opt", FIELD_PAIR, "/VolumeOptions/DriverConfig/Options"},
    {"image-subpath", FIELD_TEXT, "/ImageOptions/Subpath"},
    {"tmpfs-size", FIELD_SIZE, "/TmpfsOptions/SizeBytes"},
    {"tmpfs-mode", FIELD_MODE, "/TmpfsOptions/Mode"},
};

static const struct field *
find_field(struct sp_str name)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (sp_str_eq_nocase(name, sp_strz(fields[i].name)))
			return &fields[i];
	}
	return NULL;
}

static int
bad_field(struct sp_docker *d, struct sp_str field)
{
	return sp_docker_fail(d, NULL, "--mount: '%.*s' is not a field of a mount", SP_FMT(field));
}

static int
set_recursive(struct sp_docker *d, struct sp_tree *mount, struct sp_str field, struct sp_str value)
{
	if (sp_str_is(value, "enabled"))
		return 0;
	if (sp_str_is(value, "disabled"))
		sp_tree_set_bool(d->arena, mount, "/BindOptions/NonRecursive", true);
	else if (sp_str_is(value, "writable"))
		sp_tree_set_bool(d->arena, mount, "/BindOptions/ReadOnlyNonRecursive", true);
	else if (sp_str_is(value, "readonly"))
		sp_tree_set_bool(d->arena, mount, "/BindOptions/ReadOnlyForceRecursive", true);
	else
		return bad_field(d, field);
	return 0;
}

static int
set_octal(struct sp_docker *d, struct sp_tree *mount, const char *to, struct sp_str field,
          struct sp_str value)
{
	int64_t n = 0;

	for (size_t i = 0; i < value.len; i++) {
		if (value.p[i] < '0' || value.p[i] > '7' || n > 07777777)
			return bad_field(d, field);
		n = n * 8 + (value.p[i] - '0');
	}
	sp_tree_set_int(d->arena, mount, to, n);
	return 0;
}

static int
set_field(struct sp_docker *d, struct sp_tree *mount, const struct field *f, struct sp_str field,
          struct sp_str value, bool has_value)
{
	struct sp_str key, text;
	struct sp_tree *m;
	int64_t n;
	bool on = true;

	switch (f->kind) {
	case FIELD_BOOL:
		if (has_value && !sp_docker_bool(value, &on))
			return bad_field(d, field);
		sp_tree_set_bool(d->arena, mount, f->to, on);
		return 0;
	case FIELD_LOWER:
		sp_tree_set_text(d->arena, mount, f->to, sp_docker_lower(d->arena, value));
		return 0;
	case FIELD_SOURCE:
		if (sp_docker_absolute(d, value))
			return -1;
		sp_tree_set_text(d->arena, mount, f->to, value);
		return 0;
	case FIELD_TEXT:
		sp_tree_set_text(d->arena, mount, f->to, value);
		return 0;
	case FIELD_PAIR:
		sp_str_cut(value, '=', &key, &text);
		m = sp_tree_member(d->arena, sp_tree_at(d->arena, mount, f->to, SP_TREE_MAP), key,
		                   SP_TREE_TEXT);
		if (m)
			m->text = text;
		return 0;
	case FIELD_SIZE:
		if (sp_num_size(value, &n) != SP_NUM_OK)
			return bad_field(d, field);
		sp_tree_set_int(d->arena, mount, f->to, n);
		return 0;
	case FIELD_MODE:
		return set_octal(d, mount, f->to, field, value);
	case FIELD_RECURSIVE:
		return set_recursive(d, mount, field, value);
	}
	return bad_field(d, field);
}

/* Options of another type than the mount's own: docker refuses them. */
static int
check_mount(struct sp_docker *d, struct sp_tree *mount, struct sp_str value)
{
	static const struct {
		const char *options, *type;
	} only[] = {{"/BindOptions", "bind"},
	            {"/VolumeOptions", "volume"},
	            {"/TmpfsOptions", "tmpfs"},
	            {"/ImageOptions", "image"}};
	struct sp_tree *type = sp_tree_find(mount, "/Type");

	for (size_t i = 0; i < sizeof(only) / sizeof(only[0]); i++) {
		if (type && sp_tree_find(mount, only[i].options) &&
		    !sp_str_is(type->text, only[i].type))
			return sp_docker_fail(d, NULL,
			                      "--mount: '%.*s' has options of a mount of type %s",
			                      SP_FMT(value), only[i].type);
	}
	if (!sp_tree_find(mount, "/Target"))
		return sp_docker_fail(d, NULL, "--mount: '%.*s' has no target", SP_FMT(value));
	return 0;
}

int
sp_docker_put_mount(struct sp_docker *d, const struct sp_docker_flag *flag, struct sp_str value)
{
	struct sp_tree *list =
	    sp_tree_at(d->arena, d->body, flag ? flag->to : "/HostConfig/Mounts", SP_TREE_LIST);
	struct sp_tree *mount = sp_tree_item(d->arena, list, SP_TREE_MAP);
	struct sp_str rest = value, field, key, text;

	if (value.len == 0)
		return sp_docker_fail(d, NULL, "--mount: the value is empty");
	sp_tree_set_text(d->arena, mount, "/Type", SP_STR("volume"));
	while (sp_docker_csv(d->arena, &rest, &field)) {
		bool has_value = sp_str_cut(field, '=', &key, &text);
		const struct field *f = find_field(key);

		if (!f || (has_value && text.len == 0) || (!has_value && f->kind != FIELD_BOOL))
			return bad_field(d, field);
		if (set_field(d, mount, f, field, text, has_value))
			return -1;
	}
	return check_mount(d, mount, value);
}
