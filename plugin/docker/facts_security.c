/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts_security.c: privileged, capabilities, security options, namespaces other than the
 * network's, read-only root filesystem.
 * moby: oci/caps/utils.go (TweakCapabilities), daemon/daemon_unix.go (parseSecurityOpt),
 * api/types/container/hostconfig.go (modes).
 */
#include "docker/body_types.h"
#include "docker/fact_reader.h"

#define HC "/HostConfig"
#define MAX_CAPABILITIES 256 /* Linux has 41 */

/* --- capabilities ------------------------------------------------------------------------- */

static bool
is_added(const struct sp_facts *facts, struct sp_str name)
{
	for (const struct sp_value *v = facts->first[SP_FACT_CAP_ADD]; v; v = v->next) {
		if (sp_str_eq(v->text, name))
			return true;
	}
	return false;
}

/*
 * dockerd drops first and adds then, so that a capability in both lists is kept; with ALL in CapAdd
 * it takes away what CapDrop names, and ALL is no name.  A privileged container has all of them.
 */
static bool
is_given_up(const struct sp_facts *facts, struct sp_str name)
{
	if (facts->first[SP_FACT_PRIVILEGED])
		return false;
	if (is_added(facts, SP_STR("ALL")))
		return !sp_str_is(name, "ALL");
	return !is_added(facts, name);
}

void
sp_facts_capabilities(struct sp_fact_reader *r, enum sp_fact fact, const char *pointer,
                      uint32_t list)
{
	int32_t i = 0;

	for (uint32_t e = sp_json_first(r->doc, list); e; e = sp_json_after(r->doc, list, e)) {
		struct sp_value *v = sp_fact_add(r, fact, pointer);

		if (i == MAX_CAPABILITIES) {
			sp_fact_malformed(r, "it lists more capabilities than there are");
			return;
		}
		v->arg = sp_json_str(r->doc, e);
		v->text = sp_capability_upper(v->arg, r->arena);
		v->exact_only = sp_str_is(v->text, "ALL");
		v->place.index = i++;
		if (fact == SP_FACT_CAP_DROP && !is_given_up(r->facts, v->text))
			v->state = SP_UNSET;
	}
}

/* --- security options
 * ----------------------------------------------------------------------------- */

enum option_key { OPT_NNP, OPT_CGROUPS, OPT_SECCOMP, OPT_APPARMOR, OPT_COUNT };

struct options {
	bool seen[OPT_COUNT];
	bool nnp;
	int32_t nnp_index; /* of the entry that decides */
};

/* strconv.ParseBool */
static bool
parse_bool(struct sp_str s, bool *out)
{
	static const char *const yes[] = {"1", "t", "T", "TRUE", "true", "True"};
	static const char *const no[] = {"0", "f", "F", "FALSE", "false", "False"};

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		if (sp_str_is(s, yes[i]) || sp_str_is(s, no[i])) {
			*out = sp_str_is(s, yes[i]);
			return true;
		}
	}
	return false;
}

static void
add_option(struct sp_fact_reader *r, int32_t index, struct sp_str text)
{
	sp_fact_text(r, SP_FACT_SECURITY_OPT, HC "/SecurityOpt", text)->place.index = index;
}

static void
read_switch(struct sp_fact_reader *r, struct options *o, enum option_key key, int32_t index,
            struct sp_str value)
{
	bool on;

	if (!parse_bool(value, &on)) {
		sp_fact_malformed(r, "the value '%s' of a security option is not true or false",
		                  sp_fact_shown(r, value));
	} else if (key == OPT_NNP) {
		o->nnp = on;
		o->nnp_index = index;
		if (!on)
			add_option(r, index, SP_STR("no-new-privileges=false"));
	} else if (on) {
		add_option(r, index, SP_STR("writable-cgroups=true"));
	}
}

/* An empty profile is the daemon's default; a profile other than these two is JSON text. */
static void
read_seccomp(struct sp_fact_reader *r, int32_t index, struct sp_str value)
{
	if (sp_str_is(value, "unconfined"))
		add_option(r, index, SP_STR("seccomp=unconfined"));
	else if (sp_str_is(value, "builtin"))
		add_option(r, index, SP_STR("seccomp=builtin"));
	else if (value.len)
		add_option(r, index, SP_STR("seccomp=<inline>"));
}

static void
read_keyed(struct sp_fact_reader *r, struct options *o, int32_t index, struct sp_str key,
           struct sp_str value)
{
	static const char *const names[OPT_COUNT] = {
	    [OPT_NNP] = "no-new-privileges",
	    [OPT_CGROUPS] = "writable-cgroups",
	    [OPT_SECCOMP] = "seccomp",
	    [OPT_APPARMOR] = "apparmor",
	};
	int i = 0;

	while (i < OPT_COUNT && !sp_str_is(key, names[i]))
		i++;
	if (i ==
	    OPT_COUNT) { /* label, which may be given several times, or nothing dockerd knows */
		add_option(r, index, sp_fact_whole(r, key, "=", value));
		return;
	}
	if (o->seen[i])
		sp_fact_malformed(r, "the security option '%s' is given twice", names[i]);
	o->seen[i] = true;
	if (i == OPT_NNP || i == OPT_CGROUPS)
		read_switch(r, o, (enum option_key)i, index, value);
	else if (i == OPT_SECCOMP)
		read_seccomp(r, index, value);
	else if (value.len)
		add_option(r, index, sp_fact_whole(r, key, "=", value));
}

static void
read_option(struct sp_fact_reader *r, struct options *o, int32_t index, struct sp_str option)
{
	struct sp_str key, value;

	if (sp_str_is(option, "disable")) {
		add_option(r, index, SP_STR("label=disable"));
	} else if (sp_str_is(option, "no-new-privileges") ||
	           sp_str_is(option, "writable-cgroups")) {
		read_keyed(r, o, index, option, SP_STR("true"));
	} else if (sp_str_cut(option, '=', &key, &value) || sp_str_cut(option, ':', &key, &value)) {
		/* ':' separates only where there is no '=' at all */
		read_keyed(r, o, index, key, value);
	} else {
		add_option(r, index, option);
	}
}

static void
read_security_opt(struct sp_fact_reader *r, uint32_t list)
{
	struct options o = {.nnp_index = -1};
	struct sp_value *v;
	int32_t i = 0;

	for (uint32_t e = sp_json_first(r->doc, list); e; e = sp_json_after(r->doc, list, e))
		read_option(r, &o, i++, sp_json_str(r->doc, e));
	v = sp_fact_add(r, SP_FACT_NO_NEW_PRIVILEGES, HC "/SecurityOpt");
	v->state = o.nnp ? SP_SET : SP_UNSET;
	v->num = o.nnp;
	v->place.index = o.nnp_index;
}

/* --- namespaces
 * ------------------------------------------------------------------------------------- */

static void
add_host(struct sp_fact_reader *r, const char *pointer, const char *name, const char *flag)
{
	struct sp_value *v = sp_fact_add(r, SP_FACT_HOST_NAMESPACES, pointer);

	v->text = sp_strz(name);
	v->flag = flag;
	v->arg = SP_STR("host");
}

/*
 * "host", and "host:x", which 20.10 lets pass at create: it is no harmless mode in any version.
 * True when `mode` was one of them, or "".
 */
static bool
host_or_empty(struct sp_fact_reader *r, const char *pointer, struct sp_str mode, const char *name,
              const char *flag)
{
	if (mode.len == 0)
		return true;
	if (!sp_str_is(mode, "host") && !sp_str_starts(mode, SP_STR("host:")))
		return false;
	add_host(r, pointer, name, flag);
	return true;
}

static bool
joins(struct sp_fact_reader *r, const char *pointer, struct sp_str mode, const char *name,
      const char *flag)
{
	struct sp_str container;
	struct sp_value *v;

	if (!sp_str_starts(mode, SP_STR("container:")))
		return false;
	container = sp_str_from(mode, sizeof("container:") - 1);
	if (container.len == 0)
		return false;
	v = sp_fact_add(r, SP_FACT_JOIN_NAMESPACES, pointer);
	v->text = sp_strz(name);
	v->key = container;
	v->flag = flag;
	v->arg = mode;
	return true;
}

static void
unknown_mode(struct sp_fact_reader *r, const char *field, struct sp_str mode)
{
	sp_fact_malformed(r, "the %s '%s' is not one dockerd knows", field, sp_fact_shown(r, mode));
}

static void
read_namespaces(struct sp_fact_reader *r, uint32_t hc)
{
	struct sp_str pid = sp_get_str(r, hc, HC_PidMode), ipc = sp_get_str(r, hc, HC_IpcMode);
	struct sp_str uts = sp_get_str(r, hc, HC_UTSMode),
		      userns = sp_get_str(r, hc, HC_UsernsMode);
	struct sp_str cgroup = sp_get_str(r, hc, HC_CgroupnsMode);

	if (!host_or_empty(r, HC "/PidMode", pid, "pid", "--pid") &&
	    !joins(r, HC "/PidMode", pid, "pid", "--pid"))
		unknown_mode(r, "PidMode", pid);
	if (!host_or_empty(r, HC "/IpcMode", ipc, "ipc", "--ipc") &&
	    !joins(r, HC "/IpcMode", ipc, "ipc", "--ipc") && !sp_str_is(ipc, "none") &&
	    !sp_str_is(ipc, "private") && !sp_str_is(ipc, "shareable"))
		unknown_mode(r, "IpcMode", ipc);
	if (!host_or_empty(r, HC "/UTSMode", uts, "uts", "--uts"))
		unknown_mode(r, "UTSMode", uts);
	if (!host_or_empty(r, HC "/UsernsMode", userns, "userns", "--userns"))
		unknown_mode(r, "UsernsMode", userns);
	if (sp_str_is(cgroup, "host"))
		add_host(r, HC "/CgroupnsMode", "cgroup", "--cgroupns");
	else if (cgroup.len && !sp_str_is(cgroup, "private"))
		unknown_mode(r, "CgroupnsMode", cgroup);
}

void
sp_facts_security(struct sp_fact_reader *r, uint32_t hc)
{
	if (sp_get_bool(r, hc, HC_Privileged))
		sp_fact_add(r, SP_FACT_PRIVILEGED, HC "/Privileged");
	sp_facts_capabilities(r, SP_FACT_CAP_ADD, HC "/CapAdd", sp_get(r, hc, HC_CapAdd));
	sp_facts_capabilities(r, SP_FACT_CAP_DROP, HC "/CapDrop", sp_get(r, hc, HC_CapDrop));
	read_security_opt(r, sp_get(r, hc, HC_SecurityOpt));
	sp_facts_system_paths(r, hc);
	sp_fact_flag_is(r, SP_FACT_READ_ONLY, HC "/ReadonlyRootfs",
	                sp_get_bool(r, hc, HC_ReadonlyRootfs));
	read_namespaces(r, hc);
}
