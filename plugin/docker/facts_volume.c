/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts_volume.c: volume drivers and their options, of volume.create and of mounts.
 *
 * The local driver hands its options to mount(2): `o` split at commas into flags and data, `device`
 * and `type` as they are.  So a "volume" can be any directory or disk of the host.
 * moby: volume/local/local_unix.go, moby/sys/mount (parseOptions).
 */
#include "docker/body_types.h"
#include "docker/fact_reader.h"
#include "docker/mount_spec.h"

/* What a person would call a secret: its value is not repeated in refusals and logs. */
static bool
is_secret(struct sp_str key)
{
	static const char *const words[] = {"pass", "pwd", "secret", "token", "key", "cred"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (sp_str_has_nocase(key, sp_strz(words[i])))
			return true;
	}
	return false;
}

/* "addr=192.0.2.1,password=x" becomes "addr=192.0.2.1,password=***". */
static struct sp_str
without_secrets(struct sp_fact_reader *r, struct sp_str options)
{
	struct sp_str word, key, value;
	struct sp_buf out;
	bool more;

	sp_buf_init(&out, r->arena, 2 * options.len + 8); /* "key=," becomes three bytes longer */
	do {
		more = sp_str_cut(options, ',', &word, &options);
		if (sp_str_cut(word, '=', &key, &value) && is_secret(key)) {
			sp_buf_add(&out, key);
			sp_buf_addz(&out, "=***");
		} else {
			sp_buf_add(&out, word);
		}
		if (more)
			sp_buf_addc(&out, ',');
	} while (more && !out.cut);
	return sp_buf_str(&out);
}

static struct sp_value *
add_option(struct sp_fact_reader *r, const struct sp_volume_driver *d, enum sp_fact fact,
           struct sp_str key, struct sp_str value)
{
	struct sp_value *v = sp_fact_add(r, fact, d->options_pointer);

	value = is_secret(key) ? SP_STR("***") : without_secrets(r, value);
	v->text = sp_fact_whole(r, key, "=", value);
	v->flag = d->options_flag;
	v->arg = sp_fact_join(r, sp_strz(d->options_arg), "", v->text);
	v->place.index = d->index;
	v->place.suffix = d->options_suffix;
	if (d->index < 0)
		v->place.key = key;
	return v;
}

static void
add_bind(struct sp_fact_reader *r, const struct sp_volume_driver *d, const char *option,
         struct sp_str path, bool read_only)
{
	struct sp_value *v = add_option(r, d, SP_FACT_BIND, sp_strz(option), path);

	v->text = sp_fact_path(r, path);
	v->read_only = read_only;
	if (!v->text.p) /* relative to wherever dockerd stands */
		sp_fact_malformed(
		    r, "the path '%s' in the options of a volume does not start with '/'",
		    sp_fact_shown(r, path));
}

/* What mount(2) looks for from where dockerd stands, which is "/": dev/sda1 is /dev/sda1. */
static void
add_from_root(struct sp_fact_reader *r, const struct sp_volume_driver *d, const char *option,
              struct sp_str path, bool read_only)
{
	if (path.len && path.p[0] != '/')
		path = sp_fact_whole(r, SP_STR("/"), "", path);
	add_bind(r, d, option, path, read_only);
}

struct local_options {
	struct sp_str type, o, device;
	bool bind, read_only;
};

/* What the comma list `o` says, in order: "ro,rw" is writable. */
static void
read_flags(struct sp_fact_reader *r, const struct sp_volume_driver *d, struct local_options *l)
{
	struct sp_str rest = l->o, word;
	bool more;

	do {
		more = sp_str_cut(rest, ',', &word, &rest);
		if (sp_str_is(word, "bind") || sp_str_is(word, "rbind"))
			l->bind = true;
		else if (sp_str_is(word, "ro") || sp_str_is(word, "rw"))
			l->read_only = word.p[1] == 'o';
		else if (sp_propagates(word))
			add_option(r, d, SP_FACT_BIND_PROPAGATION, SP_STR("o"), word)->text = word;
	} while (more);
	if (sp_str_is(l->type, "none")) /* mounts nothing but a bind */
		l->bind = true;
}

/* The directories an overlay is made of: relative ones are directories of the host, too. */
static bool
is_layer(struct sp_str key)
{
	return sp_str_starts(key, SP_STR("lowerdir")) || sp_str_starts(key, SP_STR("upperdir")) ||
	       sp_str_starts(key, SP_STR("workdir")) || sp_str_starts(key, SP_STR("datadir"));
}

/* logdev=, rtdev=, device=: another disk; a journal_dev is the number of one, whichever. */
static bool
read_device_option(struct sp_fact_reader *r, const struct sp_volume_driver *d, struct sp_str key,
                   struct sp_str value)
{
	bool number = sp_str_is(key, "journal_dev");

	if (!sp_str_ends(key, SP_STR("dev")) && !sp_str_ends(key, SP_STR("device")) &&
	    !sp_str_is(key, "journal_path"))
		return false;
	if (number && !sp_str_starts(value, SP_STR("/")))
		value = SP_STR("/");
	add_from_root(r, d, "o", value, false);
	return true;
}

/* lowerdir=/a:/b and the like: every path a file system of the host is told to use. */
static void
read_data_paths(struct sp_fact_reader *r, const struct sp_volume_driver *d, struct sp_str o)
{
	struct sp_str word, key, value, path;
	bool more, more_paths, layer;

	do {
		more = sp_str_cut(o, ',', &word, &o);
		if (!sp_str_cut(word, '=', &key, &value) || value.len == 0 ||
		    read_device_option(r, d, key, value))
			continue;
		layer = is_layer(key);
		if (layer && sp_str_find(value, '\\') < value.len) { /* escapes ':' and ',' */
			sp_fact_malformed(r,
			                  "the paths in the options of a volume hold a backslash");
			return;
		}
		do {
			more_paths = sp_str_cut(value, ':', &path, &value);
			if (path.len && (layer || path.p[0] == '/'))
				add_bind(r, d, "o", path, false);
		} while (more_paths);
	} while (more);
}

/* --- file systems ------------------------------------------------------------------------- */

static bool
is_one_of(struct sp_str type, const char *const *list)
{
	for (; *list; list++) {
		if (sp_str_is(type, *list))
			return true;
	}
	return false;
}

/* Their device is no path of the host: another machine's name for it, or a word nobody reads. */
static bool
is_elsewhere(struct sp_str type)
{
	static const char *const types[] = {
	    "nfs",    "nfs4",     "cifs",   "smb3",  "smbfs", "9p",        "fuse",   "ceph",
	    "lustre", "virtiofs", "vboxsf", "tmpfs", "ramfs", "hugetlbfs", "mqueue", NULL};

	return is_one_of(type, types) || sp_str_starts(type, SP_STR("fuse."));
}

/* They are on the disk that their device names, and show nothing else. */
static bool
is_on_disk(struct sp_str type)
{
	static const char *const types[] = {
	    "ext2",    "ext3",     "ext4",     "xfs",   "btrfs",   "f2fs",    "jfs", "zfs",
	    "vfat",    "msdos",    "exfat",    "ntfs",  "ntfs3",   "iso9660", "udf", "hfs",
	    "hfsplus", "squashfs", "reiserfs", "erofs", "fuseblk", NULL};

	return is_one_of(type, types);
}

/* A share of another machine is named //server/share. */
static bool
is_host_device(const struct local_options *l)
{
	bool share =
	    sp_str_is(l->type, "cifs") || sp_str_is(l->type, "smb3") || sp_str_is(l->type, "smbfs");

	if (sp_str_starts(l->device, SP_STR("/")))
		return !(share && sp_str_starts(l->device, SP_STR("//")));
	return !is_elsewhere(l->type) && sp_str_find(l->device, '/') < l->device.len;
}

static void
read_device(struct sp_fact_reader *r, const struct sp_volume_driver *d,
            const struct local_options *l)
{
	if (is_host_device(l))
		add_from_root(r, d, "device", l->device, l->read_only);
	if (sp_str_is(l->type, "proc"))
		add_bind(r, d, "type", SP_STR("/proc"), l->read_only);
	else if (sp_str_is(l->type, "sysfs"))
		add_bind(r, d, "type", SP_STR("/sys"), l->read_only);
	else if (l->type.len && !l->bind && !is_elsewhere(l->type) && !is_on_disk(l->type) &&
	         !(sp_str_is(l->type, "overlay") && sp_str_has_nocase(l->o, SP_STR("lowerdir"))))
		/* cgroup, debugfs, devtmpfs ...: the kernel's own, wherever it is on the host */
		add_bind(r, d, "type", SP_STR("/"), l->read_only);
}

static void
read_local(struct sp_fact_reader *r, const struct sp_volume_driver *d)
{
	struct local_options l = {0};
	bool only_size = true;

	for (uint32_t k = sp_json_first(r->doc, d->options); k;
	     k = sp_json_after(r->doc, d->options, k)) {
		struct sp_str key = sp_json_str(r->doc, k), value = sp_json_str(r->doc, k + 1);

		only_size = only_size && sp_str_is(key, "size");
		if (sp_str_is(key, "type"))
			l.type = value;
		else if (sp_str_is(key, "o"))
			l.o = value;
		else if (sp_str_is(key, "device"))
			l.device = value;
	}
	if (only_size)
		return;
	read_flags(r, d, &l);
	if (l.bind && l.device.len) {
		add_bind(r, d, "device", l.device, l.read_only);
		return;
	}
	read_device(r, d, &l);
	read_data_paths(r, d, l.o);
	for (uint32_t k = sp_json_first(r->doc, d->options); k;
	     k = sp_json_after(r->doc, d->options, k))
		add_option(r, d, SP_FACT_VOLUME_OPTIONS, sp_json_str(r->doc, k),
		           sp_json_str(r->doc, k + 1));
}

void
sp_facts_volume_driver(struct sp_fact_reader *r, const struct sp_volume_driver *d)
{
	struct sp_value *v;

	if (d->name.len == 0 || sp_str_is(d->name, "local")) {
		read_local(r, d);
		return;
	}
	v = sp_fact_driver(r, SP_FACT_VOLUME_DRIVERS, d->driver_pointer, d->name);
	v->flag = d->driver_flag;
	v->arg = sp_fact_join(r, sp_strz(d->driver_arg), "", d->name);
	v->place.index = d->index;
	v->place.suffix = d->driver_suffix;
	for (uint32_t k = sp_json_first(r->doc, d->options); k;
	     k = sp_json_after(r->doc, d->options, k))
		add_option(r, d, SP_FACT_VOLUME_OPTIONS, sp_json_str(r->doc, k),
		           sp_json_str(r->doc, k + 1));
}

void
sp_facts_volume_create(struct sp_fact_reader *r)
{
	struct sp_str name = sp_get_str(r, r->body, VOL_Name);
	struct sp_volume_driver d = {
	    .name = sp_get_str(r, r->body, VOL_Driver),
	    .options = sp_get(r, r->body, VOL_DriverOpts),
	    .driver_pointer = "/Driver",
	    .options_pointer = "/DriverOpts",
	    .index = -1,
	    .driver_flag = "--driver",
	    .options_flag = "-o",
	    .driver_arg = "",
	    .options_arg = "",
	};

	if (name.len)
		sp_fact_text(r, SP_FACT_NAME, "/Name", name);
	else
		sp_fact_absent(r, SP_FACT_NAME, "/Name", SP_UNSET);
	sp_fact_labels(r, "/Labels", sp_get(r, r->body, VOL_Labels));
	sp_facts_volume_driver(r, &d);
	if (sp_get(r, r->body, VOL_ClusterVolumeSpec)) {
		struct sp_value *v = sp_fact_add(r, SP_FACT_CLUSTER_VOLUMES, "/ClusterVolumeSpec");

		v->text = name;
		v->flag = "--scope"; /* one of the flags only cluster volumes have */
	}
}

/* Only cluster volumes can be updated: also when the new specification is left out. */
void
sp_facts_volume_update(struct sp_fact_reader *r)
{
	struct sp_value *v = sp_fact_add(r, SP_FACT_CLUSTER_VOLUMES, "/Spec");

	v->text = r->req->object;
	v->flag = "volume update";
	v->arg = r->req->object;
}
