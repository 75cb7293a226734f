/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts_plugin.c: plugin.pull, plugin.upgrade, plugin.set, and the plugin a service installs.
 *
 * What a plugin may do stands in its own config; the request repeats it as privileges, which are
 * read as the powers they are.  But up to 29.3.0 dockerd does not compare the first of them (after
 * sorting), so that one named privilege can stand for any: every privilege is `privileged` as well.
 * moby: plugin/backend_linux.go (computePrivileges), plugin/manager.go (isEqual),
 * plugin/v2/settable.go.
 */
#include "docker/fact_reader.h"
#include "docker/image_ref.h"
#include "docker/small_types.h"
#include "docker/spelling.h"
#include "docker/swarm_types.h"

_Static_assert(GRANT_Name == 0 && GRANT_Value == 2, "as in a PluginSpec of a service");

static const char flag[] = "--grant-all-permissions";

struct privilege {
	struct sp_str name;
	const char *pointer;
	int32_t index;
};

static struct sp_value *
add_privilege(struct sp_fact_reader *r, const struct privilege *p, enum sp_fact fact,
              struct sp_str value)
{
	struct sp_value *v = sp_fact_text(r, fact, p->pointer, value);

	v->flag = flag;
	v->arg = sp_fact_format(r, "%.*s=%.*s", SP_FMT(sp_str_head(p->name, 100)),
	                        SP_FMT(sp_str_head(value, 300)));
	v->place.index = p->index;
	return v;
}

static void
add_path(struct sp_fact_reader *r, const struct privilege *p, enum sp_fact fact, struct sp_str path)
{
	struct sp_value *v = add_privilege(r, p, fact, path);

	v->text = sp_fact_path(r, path);
	/* Empty, to be set later by plugin.set; or "tmpfs"; or from where the runtime stands. */
	if (!v->text.p)
		v->text = SP_STR("/");
}

/* One value of one privilege. */
static void
read_value(struct sp_fact_reader *r, const struct privilege *p, struct sp_str value)
{
	if (sp_str_is(p->name, "network")) {
		/* "host"; others leave the plugin a network namespace of its own, or are refused */
		if (sp_str_is(value, "host"))
			add_privilege(r, p, SP_FACT_HOST_NAMESPACES, SP_STR("network"));
	} else if (sp_str_is(p->name, "host ipc namespace")) {
		add_privilege(r, p, SP_FACT_HOST_NAMESPACES, SP_STR("ipc"));
	} else if (sp_str_is(p->name, "host pid namespace")) {
		add_privilege(r, p, SP_FACT_HOST_NAMESPACES, SP_STR("pid"));
	} else if (sp_str_is(p->name, "mount")) {
		add_path(r, p, SP_FACT_BIND, value);
	} else if (sp_str_is(p->name, "device")) {
		add_path(r, p, SP_FACT_DEVICES, value);
	} else if (sp_str_is(p->name, "allow-all-devices")) {
		add_privilege(r, p, SP_FACT_DEVICE_CGROUP_RULES, SP_STR("a *:* rwm"));
	} else if (sp_str_is(p->name, "capabilities")) {
		struct sp_value *v = add_privilege(r, p, SP_FACT_CAP_ADD, value);

		v->text = sp_capability_upper(value, r->arena);
		v->exact_only = sp_str_is(v->text, "ALL");
	}
}

void
sp_facts_plugin(struct sp_fact_reader *r, const char *pointer, struct sp_str remote,
                const char *privileges_pointer, uint32_t list)
{
	struct sp_image image;
	int32_t i = 0;

	sp_image_parse(remote, false, r->arena, &image);
	sp_fact_image(r, SP_FACT_IMAGES, pointer, remote, &image);
	for (uint32_t e = sp_json_first(r->doc, list); e; e = sp_json_after(r->doc, list, e)) {
		uint32_t values = sp_get(r, e, GRANT_Value);
		struct privilege p = {sp_get_str(r, e, GRANT_Name), privileges_pointer, i++};

		add_privilege(r, &p, SP_FACT_PRIVILEGED,
		              sp_json_str(r->doc, sp_json_first(r->doc, values)));
		for (uint32_t v = sp_json_first(r->doc, values); v;
		     v = sp_json_after(r->doc, values, v))
			read_value(r, &p, sp_json_str(r->doc, v));
	}
}

/* The name it gets here: the alias, or that of the registry without a digest. */
static void
read_name(struct sp_fact_reader *r, struct sp_str remote)
{
	struct sp_str alias = sp_query_get(&r->req->query, "name"), name = alias;

	if (name.len == 0)
		name = sp_str_head(remote, sp_str_find(remote, '@'));
	if (name.len)
		sp_fact_text(r, SP_FACT_NAME, alias.len ? "?name" : "?remote",
		             sp_spell_plugin(name))
		    ->flag = "--alias";
	else
		sp_fact_absent(r, SP_FACT_NAME, "?name", SP_UNSET);
}

void
sp_facts_plugin_pull(struct sp_fact_reader *r)
{
	struct sp_str remote = sp_query_get(&r->req->query, "remote");

	if (r->req->action == SP_ACT_PLUGIN_UPGRADE)
		sp_fact_text(r, SP_FACT_NAME, "{name}", sp_spell_plugin(r->req->object));
	else
		read_name(r, remote);
	sp_facts_plugin(r, "?remote", remote, "", r->body);
}

/* --- plugin.set --------------------------------------------------------------------------- */

static struct sp_value *
add_setting(struct sp_fact_reader *r, enum sp_fact fact, int32_t index, struct sp_str setting)
{
	struct sp_value *v = sp_fact_text(r, fact, "", setting);

	v->flag = "docker plugin set";
	v->place.index = index;
	return v;
}

static void
set_path(struct sp_fact_reader *r, enum sp_fact fact, int32_t index, struct sp_str setting,
         struct sp_str path)
{
	struct sp_value *v = add_setting(r, fact, index, setting);

	v->text = sp_fact_path(r, path);
	if (!v->text.p)
		sp_fact_malformed(r, "the path '%s' of a plugin's setting does not start with '/'",
		                  sp_fact_shown(r, path));
}

/*
 * NAME.source=PATH of a mount, NAME.path=PATH of a device, NAME.value=TEXT of the rest.  Without a
 * field it is the only one that can be set, whichever that is: what may be a path is one nobody
 * knows.  It may be a password as well, and is not repeated.
 */
static void
read_setting(struct sp_fact_reader *r, int32_t index, struct sp_str setting)
{
	static const enum sp_fact either[] = {SP_FACT_BIND, SP_FACT_DEVICES};
	struct sp_str name, value;

	sp_str_cut(setting, '=', &name, &value);
	if (sp_str_ends(name, SP_STR(".source"))) {
		set_path(r, SP_FACT_BIND, index, setting, value);
	} else if (sp_str_ends(name, SP_STR(".path"))) {
		set_path(r, SP_FACT_DEVICES, index, setting, value);
	} else if (sp_str_find(name, '.') == name.len &&
	           (sp_str_find(value, '/') < value.len || sp_str_starts(value, SP_STR(".")))) {
		for (size_t i = 0; i < sizeof(either) / sizeof(either[0]); i++) {
			struct sp_value *v = add_setting(r, either[i], index, setting);

			v->state = SP_UNKNOWABLE;
			v->text = (struct sp_str){NULL, 0};
			v->arg = sp_fact_format(r, "%.*s=... without .source, .path or .value",
			                        SP_FMT(sp_str_head(name, 100)));
		}
	}
}

void
sp_facts_plugin_set(struct sp_fact_reader *r)
{
	int32_t i = 0;

	for (uint32_t e = sp_json_first(r->doc, r->body); e; e = sp_json_after(r->doc, r->body, e))
		read_setting(r, i++, sp_json_str(r->doc, e));
}
