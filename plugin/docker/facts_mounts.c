/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts_mounts.c: Binds, Mounts, VolumesFrom, VolumeDriver of container.create; Mounts of services.
 *
 * Paths are cleaned as dockerd cleans them, text only: where a symlink leads is not known here.
 * moby: volume/mounts/linux_parser.go, daemon/volumes.go (registerMountPoints),
 * daemon/cluster/convert/container.go (containerToGRPC); swarmkit: template/expand.go.
 */
#include "docker/body_types.h"
#include "docker/fact_reader.h"
#include "docker/image_ref.h"
#include "docker/mount_spec.h"

#define HC "/HostConfig"

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
	v->text = spec.bind ? sp_fact_path(r, spec.source) : spec.source;
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

struct mount {
	uint32_t tok;
	int32_t index;
	const char *pointer; /* of the list */
	bool swarm;          /* of a service */
	/* swarm: a template in it, expanded on the node, can become any text */
	bool is_template;
};

/* One of a few words: swarm takes them in any case (strings.ToUpper), other requests exactly. */
static bool
is_word(const struct mount *m, struct sp_str s, const char *word)
{
	return m->swarm ? sp_str_eq_nocase(s, sp_strz(word)) : sp_str_is(s, word);
}

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
add_mount(struct sp_fact_reader *r, enum sp_fact fact, const struct mount *m)
{
	struct sp_value *v = sp_fact_add(r, fact, m->pointer);

	v->text = sp_get_str(r, m->tok, MOUNT_Source);
	v->flag = "--mount";
	v->arg = mount_arg(r, m->tok);
	v->read_only = sp_get_bool(r, m->tok, MOUNT_ReadOnly);
	v->place.index = m->index;
	v->place.suffix = "/Source";
	if (m->is_template && fact == SP_FACT_VOLUMES)
		v->exact_only = true; /* some volume, whichever */
	else if (m->is_template)
		v->state = SP_UNKNOWABLE;
	return v;
}

static void
read_bind_mount(struct sp_fact_reader *r, const struct mount *m)
{
	struct sp_value *v = add_mount(r, SP_FACT_BIND, m);
	struct sp_str source = v->text;

	v->text = sp_fact_path(r, source);
	if (!v->text.p)
		sp_fact_malformed(r, "the source '%s' of a bind mount does not start with '/'",
		                  sp_fact_shown(r, source));
}

/* The files of another image: its name is judged as the container's own is. */
static void
read_image_mount(struct sp_fact_reader *r, const struct mount *m)
{
	struct sp_str source = sp_get_str(r, m->tok, MOUNT_Source);
	struct sp_value *v = add_mount(r, SP_FACT_IMAGE_MOUNTS, m), *image;
	struct sp_image completed;

	sp_image_parse(source, false, r->arena, &completed);
	image = sp_fact_image(r, SP_FACT_IMAGES, m->pointer, source, &completed);
	image->place.index = m->index;
	image->place.suffix = "/Source";
	if (m->is_template)
		image->state = SP_UNKNOWABLE;
	v->image = image->image;
	v->text = image->text;
}

static void
read_mount_driver(struct sp_fact_reader *r, const struct mount *m)
{
	uint32_t options = sp_get(r, m->tok, MOUNT_VolumeOptions);
	uint32_t driver = sp_get(r, options, VO_DriverConfig);
	struct sp_volume_driver d = {
	    .name = sp_get_str(r, driver, DRIVER_Name),
	    .options = sp_get(r, driver, DRIVER_Options),
	    .driver_pointer = m->pointer,
	    .options_pointer = m->pointer,
	    .index = m->index,
	    .driver_suffix = "/VolumeOptions/DriverConfig/Name",
	    .options_suffix = "/VolumeOptions/DriverConfig/Options",
	    .driver_flag = "--mount",
	    .options_flag = "--mount",
	    .driver_arg = "volume-driver=",
	    .options_arg = "volume-opt=",
	};

	if (driver && m->is_template) { /* a bind mount of anything */
		struct sp_value *v = add_mount(r, SP_FACT_BIND, m);

		v->text = SP_STR("/");
		v->place.suffix = d.options_suffix;
	} else if (driver) {
		sp_facts_volume_driver(r, &d);
	}
}

/* The value as dockerd spells it, {NULL, 0} when it is not one. */
static struct sp_str
propagation(const struct mount *m, struct sp_str mode)
{
	static const char *const words[] = {"private", "rprivate", "shared",
	                                    "rshared", "slave",    "rslave"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (is_word(m, mode, words[i]))
			return sp_strz(words[i]);
	}
	return (struct sp_str){NULL, 0};
}

static void
read_propagation(struct sp_fact_reader *r, const struct mount *m)
{
	struct sp_str given = sp_get_str(r, sp_get(r, m->tok, MOUNT_BindOptions), BO_Propagation);
	struct sp_str mode = propagation(m, given);
	struct sp_value *v;

	if (given.len && !mode.len)
		sp_fact_malformed(r, "the bind propagation '%s' is not one dockerd knows",
		                  sp_fact_shown(r, given));
	if (!sp_propagates(mode))
		return;
	v = sp_fact_text(r, SP_FACT_BIND_PROPAGATION, m->pointer, mode);
	v->flag = "--mount";
	v->arg = sp_fact_join(r, SP_STR("bind-propagation"), "=", mode);
	v->place.index = m->index;
	v->place.suffix = "/BindOptions/Propagation";
}

/* swarm: no type is the first of its list, bind. */
static void
read_mount(struct sp_fact_reader *r, const struct mount *m)
{
	struct sp_str type = sp_get_str(r, m->tok, MOUNT_Type);

	if (is_word(m, type, "bind") || is_word(m, type, "npipe") || (m->swarm && type.len == 0)) {
		read_bind_mount(r, m);
	} else if (is_word(m, type, "volume")) {
		if (sp_get_str(r, m->tok, MOUNT_Source).len) /* else an anonymous volume */
			add_mount(r, SP_FACT_VOLUMES, m);
	} else if (is_word(m, type, "image")) {
		read_image_mount(r, m);
	} else if (is_word(m, type, "cluster")) {
		add_mount(r, SP_FACT_CLUSTER_VOLUMES, m);
	} else if (!is_word(m, type, "tmpfs")) {
		sp_fact_malformed(r, "the mount type '%s' is not one dockerd knows",
		                  sp_fact_shown(r, type));
	}
	/* Options of another type are dropped or refused, depending on the API version. */
	read_mount_driver(r, m);
	read_propagation(r, m);
}

static bool
has_template(struct sp_str s)
{
	return s.len > 0 && memmem(s.p, s.len, "{{", 2) != NULL;
}

static bool
is_mount_template(struct sp_fact_reader *r, uint32_t mount)
{
	uint32_t driver = sp_get(r, sp_get(r, mount, MOUNT_VolumeOptions), VO_DriverConfig);
	uint32_t options = sp_get(r, driver, DRIVER_Options);
	bool found = has_template(sp_get_str(r, mount, MOUNT_Source));

	for (uint32_t k = sp_json_first(r->doc, options); k; k = sp_json_after(r->doc, options, k))
		found |= has_template(sp_json_str(r->doc, k + 1));
	return found;
}

static void
read_mounts(struct sp_fact_reader *r, const char *pointer, bool swarm, uint32_t list)
{
	int32_t i = 0;

	for (uint32_t e = sp_json_first(r->doc, list); e; e = sp_json_after(r->doc, list, e)) {
		struct mount m = {e, i++, pointer, swarm, swarm && is_mount_template(r, e)};

		read_mount(r, &m);
	}
}

void
sp_facts_service_mounts(struct sp_fact_reader *r, uint32_t list)
{
	read_mounts(r, "/TaskTemplate/ContainerSpec/Mounts", true, list);
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
	uint32_t binds = sp_get(r, hc, HC_Binds);
	uint32_t from = sp_get(r, hc, HC_VolumesFrom);
	struct sp_str driver = sp_get_str(r, hc, HC_VolumeDriver);
	int32_t i = 0;

	for (uint32_t e = sp_json_first(r->doc, binds); e; e = sp_json_after(r->doc, binds, e))
		read_bind(r, i++, sp_json_str(r->doc, e));
	read_mounts(r, HC "/Mounts", false, sp_get(r, hc, HC_Mounts));
	i = 0;
	for (uint32_t e = sp_json_first(r->doc, from); e; e = sp_json_after(r->doc, from, e))
		read_volumes_from(r, i++, sp_json_str(r->doc, e));
	if (driver.len && !sp_str_is(driver, "local"))
		sp_fact_driver(r, SP_FACT_VOLUME_DRIVERS, HC "/VolumeDriver", driver);
}
