/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts_mounts.c: Binds, Mounts, VolumesFrom, VolumeDriver of container.create.
 *
 * Paths are cleaned as dockerd cleans them, text only: where a symlink leads is not known here.
 * moby: volume/mounts/linux_parser.go, daemon/volumes.go (registerMountPoints).
 */
#include "docker/body_types.h"
#include "docker/fact_reader.h"
#include "docker/image_ref.h"
#include "docker/mount_spec.h"

#define HC "/HostConfig"
#define MOUNTS HC "/Mounts"

/* --- Binds
 * ----------------------------------------------------------------------------------------- */

static void
read_bind(struct sp_fact_reader *r, int32_t index, struct sp_str raw)
{
	struct sp_mount_spec spec;
	const char *why = sp_mount_spec_parse(raw, &spec);
	struct sp_value *v;

	if (why) {
		sp_fact_malformed(r, "the mount '%s': %s", sp_fact_shown(r, raw), why);
		return;
	}
	if (spec.source.len == 0) /* an anonymous volume */
		return;
	v = sp_fact_text(r, spec.bind ? SP_FACT_BIND : SP_FACT_VOLUMES, HC "/Binds", raw);
	v->text = spec.bind ? sp_path_clean(r->arena, spec.source) : spec.source;
	/*
	 * Below API 1.44 what is mounted below a read-only path stays writable; the mount that was
	 * asked for is read-only all the same, as it is for everybody who writes ":ro".
	 */
	v->read_only = spec.read_only;
	v->place.index = index;
	if (sp_propagates(spec.propagation)) {
		v = sp_fact_text(r, SP_FACT_BIND_PROPAGATION, HC "/Binds", spec.propagation);
		v->flag = "-v";
		v->arg = raw;
		v->place.index = index;
	}
}

/* --- Mounts
 * ----------------------------------------------------------------------------------------- */

/* "type=bind,source=/etc,target=/h,readonly" */
static struct sp_str
mount_arg(struct sp_fact_reader *r, uint32_t mount)
{
	struct sp_str source = sp_str_head(sp_get_str(r, mount, MOUNT_Source), 300);

	return sp_fact_format(r, "type=%.*s%s%.*s,target=%.*s%s",
	                      SP_FMT(sp_str_head(sp_get_str(r, mount, MOUNT_Type), 20)),
	                      source.len ? ",source=" : "", SP_FMT(source),
	                      SP_FMT(sp_str_head(sp_get_str(r, mount, MOUNT_Target), 300)),
	                      sp_get_bool(r, mount, MOUNT_ReadOnly) ? ",readonly" : "");
}

static struct sp_value *
add_mount(struct sp_fact_reader *r, enum sp_fact fact, uint32_t mount, int32_t index)
{
	struct sp_value *v = sp_fact_add(r, fact, MOUNTS);

	v->text = sp_get_str(r, mount, MOUNT_Source);
	v->flag = "--mount";
	v->arg = mount_arg(r, mount);
	v->read_only = sp_get_bool(r, mount, MOUNT_ReadOnly);
	v->place.index = index;
	v->place.suffix = "/Source";
	return v;
}

static void
read_bind_mount(struct sp_fact_reader *r, uint32_t mount, int32_t index)
{
	struct sp_value *v = add_mount(r, SP_FACT_BIND, mount, index);
	struct sp_str source = v->text;

	v->text = sp_path_clean(r->arena, source);
	if (!v->text.p)
		sp_fact_malformed(r, "the source '%s' of a bind mount does not start with '/'",
		                  sp_fact_shown(r, source));
}

/* The files of another image: its name is judged as the container's own is. */
static void
read_image_mount(struct sp_fact_reader *r, uint32_t mount, int32_t index)
{
	struct sp_str source = sp_get_str(r, mount, MOUNT_Source);
	struct sp_value *v = add_mount(r, SP_FACT_IMAGE_MOUNTS, mount, index), *image;
	struct sp_image completed;

	sp_image_parse(source, false, r->arena, &completed);
	image = sp_fact_image(r, SP_FACT_IMAGES, MOUNTS, source, &completed);
	image->place.index = index;
	image->place.suffix = "/Source";
	v->image = image->image;
	v->text = image->text;
}

static void
read_mount_driver(struct sp_fact_reader *r, uint32_t mount, int32_t index)
{
	uint32_t options = sp_get(r, mount, MOUNT_VolumeOptions);
	uint32_t driver = sp_get(r, options, VO_DriverConfig);
	struct sp_volume_driver d = {
	    .name = sp_get_str(r, driver, DRIVER_Name),
	    .options = sp_get(r, driver, DRIVER_Options),
	    .driver_pointer = MOUNTS,
	    .options_pointer = MOUNTS,
	    .index = index,
	    .driver_suffix = "/VolumeOptions/DriverConfig/Name",
	    .options_suffix = "/VolumeOptions/DriverConfig/Options",
	    .driver_flag = "--mount",
	    .options_flag = "--mount",
	    .driver_arg = "volume-driver=",
	    .options_arg = "volume-opt=",
	};

	if (driver)
		sp_facts_volume_driver(r, &d);
}

static void
read_propagation(struct sp_fact_reader *r, uint32_t mount, int32_t index)
{
	struct sp_str mode = sp_get_str(r, sp_get(r, mount, MOUNT_BindOptions), BO_Propagation);
	struct sp_value *v;

	if (mode.len && !sp_is_propagation(mode))
		sp_fact_malformed(r, "the bind propagation '%s' is not one dockerd knows",
		                  sp_fact_shown(r, mode));
	if (!sp_propagates(mode))
		return;
	v = sp_fact_text(r, SP_FACT_BIND_PROPAGATION, MOUNTS, mode);
	v->flag = "--mount";
	v->arg = sp_fact_join(r, SP_STR("bind-propagation"), "=", mode);
	v->place.index = index;
	v->place.suffix = "/BindOptions/Propagation";
}

static void
read_mount(struct sp_fact_reader *r, uint32_t mount, int32_t index)
{
	struct sp_str type = sp_get_str(r, mount, MOUNT_Type);

	if (sp_str_is(type, "bind") || sp_str_is(type, "npipe")) {
		read_bind_mount(r, mount, index);
	} else if (sp_str_is(type, "volume")) {
		if (sp_get_str(r, mount, MOUNT_Source).len) /* else an anonymous volume */
			add_mount(r, SP_FACT_VOLUMES, mount, index);
	} else if (sp_str_is(type, "image")) {
		read_image_mount(r, mount, index);
	} else if (sp_str_is(type, "cluster")) {
		add_mount(r, SP_FACT_CLUSTER_VOLUMES, mount, index);
	} else if (!sp_str_is(type, "tmpfs")) {
		sp_fact_malformed(r, "the mount type '%s' is not one dockerd knows",
		                  sp_fact_shown(r, type));
	}
	/* Options of another type are dropped or refused, depending on the API version. */
	read_mount_driver(r, mount, index);
	read_propagation(r, mount, index);
}

/* --- the rest
 * ----------------------------------------------------------------------------------------- */

static void
read_volumes_from(struct sp_fact_reader *r, int32_t index, struct sp_str raw)
{
	struct sp_value *v = sp_fact_text(r, SP_FACT_VOLUMES_FROM, HC "/VolumesFrom", raw);
	const char *why = sp_volumes_from_parse(raw, &v->key, &v->read_only);

	v->text = v->key;
	v->place.index = index;
	if (why)
		sp_fact_malformed(r, "--volumes-from '%s': %s", sp_fact_shown(r, raw), why);
}

void
sp_facts_mounts(struct sp_fact_reader *r, uint32_t hc)
{
	uint32_t binds = sp_get(r, hc, HC_Binds), mounts = sp_get(r, hc, HC_Mounts);
	uint32_t from = sp_get(r, hc, HC_VolumesFrom);
	struct sp_str driver = sp_get_str(r, hc, HC_VolumeDriver);
	int32_t i = 0;

	for (uint32_t e = sp_json_first(r->doc, binds); e; e = sp_json_after(r->doc, binds, e))
		read_bind(r, i++, sp_json_str(r->doc, e));
	i = 0;
	for (uint32_t e = sp_json_first(r->doc, mounts); e; e = sp_json_after(r->doc, mounts, e))
		read_mount(r, e, i++);
	i = 0;
	for (uint32_t e = sp_json_first(r->doc, from); e; e = sp_json_after(r->doc, from, e))
		read_volumes_from(r, i++, sp_json_str(r->doc, e));
	if (driver.len && !sp_str_is(driver, "local"))
		sp_fact_text(r, SP_FACT_VOLUME_DRIVERS, HC "/VolumeDriver", driver);
}
