/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts_service.c: service.create and service.update.  An update replaces the whole specification,
 * so that both are read alike.  What a daemon drops at the API version of the request meets no
 * condition; powers count whatever the version.  A rollback and a service that is a plugin are for
 * `may: everything` only.
 * moby: api/server/router/swarm/helpers.go (adjustForAPIVersion), daemon/cluster/convert,
 * daemon/cluster/executor/container/container.go.
 */
#include "docker/authz.h"
#include "docker/fact_reader.h"
#include "docker/port_spec.h"
#include "docker/swarm_types.h"

#define TASK "/TaskTemplate"
#define SPEC TASK "/ContainerSpec"
#define LIMITS TASK "/Resources/Limits"

/* --- limits ------------------------------------------------------------------------------- */

/* 0 and less are no limit; more than `most` is none, either. */
static struct sp_value *
add_limit(struct sp_fact_reader *r, enum sp_fact fact, const char *pointer, const char *flag,
          int64_t limit, int64_t most)
{
	struct sp_value *v = sp_fact_add(r, fact, pointer);

	v->num = limit;
	v->flag = flag;
	if (limit <= 0)
		v->state = SP_UNSET;
	else if (limit > most)
		v->state = SP_UNLIMITED;
	return v;
}

/* SwapBytes is what comes on top of the memory; without it as much again. */
static void
read_memory(struct sp_fact_reader *r, int64_t memory, uint32_t swap_tok)
{
	struct sp_value *v = add_limit(r, SP_FACT_MEMORY, LIMITS "/MemoryBytes", "--limit-memory",
	                               memory, SP_HUGE_BYTES);
	struct sp_value *total = sp_fact_add(r, SP_FACT_MEMORY_SWAP, TASK "/Resources/SwapBytes");
	int64_t swap = swap_tok ? sp_json_int(r->doc, swap_tok) : -2;

	total->flag = "--memory-swap";
	total->state = v->state;
	if (swap < -1 || !sp_request_api_at_least(r->req, 1, 52))
		swap = memory;
	if (v->state != SP_SET)
		return;
	if (swap_tok && r->req->api_major == 0) /* only 29 knows the field */
		total->state = SP_UNKNOWABLE;
	else if (swap < 0 || swap > SP_HUGE_BYTES)
		total->state = SP_UNLIMITED;
	total->num = total->state == SP_SET ? memory + swap : 0;
}

static void
read_resources(struct sp_fact_reader *r, uint32_t resources)
{
	uint32_t limits = sp_get(r, resources, REQ_Limits);
	int64_t pids = sp_get_int(r, limits, LIMIT_Pids);

	read_memory(r, sp_get_int(r, limits, LIMIT_MemoryBytes),
	            sp_get(r, resources, REQ_SwapBytes));
	add_limit(r, SP_FACT_CPUS, LIMITS "/NanoCPUs", "--limit-cpu",
	          sp_get_int(r, limits, LIMIT_NanoCPUs), INT64_MAX);
	add_limit(r, SP_FACT_PIDS, LIMITS "/Pids", "--limit-pids",
	          sp_request_api_at_least(r->req, 1, 41) ? pids : 0, SP_MAX_PIDS);
}

/* --- how many ----------------------------------------------------------------------------- */

static void
add_replicas(struct sp_fact_reader *r, const char *pointer, int64_t n)
{
	sp_fact_add(r, SP_FACT_REPLICAS, pointer)->num = n;
}

static void
add_global(struct sp_fact_reader *r, const char *pointer, const char *mode)
{
	struct sp_value *v = sp_fact_text(r, SP_FACT_GLOBAL_SERVICE, pointer, sp_strz(mode));

	v->flag = "--mode";
	sp_fact_absent(r, SP_FACT_REPLICAS, pointer, SP_UNLIMITED);
}

/* Below API 1.41 the jobs are dropped, which leaves a service of one replica. */
static void
read_mode(struct sp_fact_reader *r, uint32_t mode)
{
	uint32_t replicas = sp_get(r, sp_get(r, mode, MODE_Replicated), REPL_Replicas);
	uint32_t job = sp_get(r, mode, MODE_ReplicatedJob);
	uint32_t at_once = sp_get(r, job, JOB_MaxConcurrent);
	uint32_t in_all = sp_get(r, job, JOB_TotalCompletions);
	int64_t n = at_once ? sp_json_int(r->doc, at_once) : 1;

	if (sp_get(r, mode, MODE_Global))
		add_global(r, "/Mode/Global", "global");
	if (sp_get(r, mode, MODE_GlobalJob))
		add_global(r, "/Mode/GlobalJob", "global-job");
	if (job && sp_request_api_at_least(r->req, 1, 41)) {
		add_replicas(r, "/Mode/ReplicatedJob/MaxConcurrent", n);
		add_replicas(r, "/Mode/ReplicatedJob/TotalCompletions",
		             in_all ? sp_json_int(r->doc, in_all) : n);
	} else if (!r->facts->first[SP_FACT_REPLICAS]) {
		add_replicas(r, "/Mode/Replicated/Replicas",
		             replicas ? sp_json_int(r->doc, replicas) : 1);
	}
}

/* --- privileges --------------------------------------------------------------------------- */

static void
add_option(struct sp_fact_reader *r, const char *pointer, struct sp_str text)
{
	sp_fact_text(r, SP_FACT_SECURITY_OPT, pointer, text);
}

static void
add_keyed(struct sp_fact_reader *r, const char *pointer, const char *before, struct sp_str value)
{
	if (value.len)
		add_option(r, pointer, sp_fact_whole(r, sp_strz(before), "", value));
}

/* "custom" hands the profile on as --security-opt seccomp=PROFILE, words and all. */
static void
read_profile(struct sp_fact_reader *r, struct sp_str base64)
{
	struct sp_str profile = sp_arena_dup(r->arena, base64);
	long n = profile.len ? sp_base64_decode((char *)profile.p, profile.len) : 0;

	if (n < 0) {
		sp_fact_malformed(r, "the seccomp profile is not base64 in its usual form");
		return;
	}
	profile.len = (size_t)n;
	if (sp_str_is(profile, "unconfined") || sp_str_is(profile, "builtin"))
		add_keyed(r, SPEC "/Privileges/Seccomp/Profile", "seccomp=", profile);
	else
		add_option(r, SPEC "/Privileges/Seccomp/Profile", SP_STR("seccomp=<inline>"));
}

static void
read_seccomp(struct sp_fact_reader *r, uint32_t seccomp)
{
	struct sp_str mode = sp_get_str(r, seccomp, SECCOMP_Mode);

	if (sp_str_is(mode, "unconfined"))
		add_option(r, SPEC "/Privileges/Seccomp/Mode", SP_STR("seccomp=unconfined"));
	else if (sp_str_is(mode, "custom"))
		read_profile(r, sp_get_str(r, seccomp, SECCOMP_Profile));
	else if (mode.len && !sp_str_is(mode, "default"))
		sp_fact_malformed(r, "the seccomp mode '%s' is not one dockerd knows",
		                  sp_fact_shown(r, mode));
}

static void
read_selinux(struct sp_fact_reader *r, uint32_t selinux)
{
	if (sp_get_bool(r, selinux, SELINUX_Disable))
		add_option(r, SPEC "/Privileges/SELinuxContext/Disable", SP_STR("label=disable"));
	add_keyed(r, SPEC "/Privileges/SELinuxContext/User",
	          "label=user:", sp_get_str(r, selinux, SELINUX_User));
	add_keyed(r, SPEC "/Privileges/SELinuxContext/Role",
	          "label=role:", sp_get_str(r, selinux, SELINUX_Role));
	add_keyed(r, SPEC "/Privileges/SELinuxContext/Type",
	          "label=type:", sp_get_str(r, selinux, SELINUX_Type));
	add_keyed(r, SPEC "/Privileges/SELinuxContext/Level",
	          "label=level:", sp_get_str(r, selinux, SELINUX_Level));
}

static void
read_no_new_privileges(struct sp_fact_reader *r, bool set)
{
	struct sp_value *v =
	    sp_fact_add(r, SP_FACT_NO_NEW_PRIVILEGES, SPEC "/Privileges/NoNewPrivileges");

	v->flag = NULL; /* no flag of docker service sets it */
	v->num = set;
	if (!set || !sp_request_api_at_least(r->req, 1, 44))
		v->state = SP_UNSET;
	else if (r->req->api_major == 0) /* 20.10 drops it */
		v->state = SP_UNKNOWABLE;
}

static void
read_privileges(struct sp_fact_reader *r, uint32_t privileges)
{
	uint32_t credentials = sp_get(r, privileges, PRIV_CredentialSpec);
	struct sp_str apparmor = sp_get_str(r, sp_get(r, privileges, PRIV_AppArmor), APPARMOR_Mode);

	add_keyed(r, SPEC "/Privileges/CredentialSpec/Config", "credentialspec=config://",
	          sp_get_str(r, credentials, CRED_Config));
	add_keyed(r, SPEC "/Privileges/CredentialSpec/File", "credentialspec=file://",
	          sp_get_str(r, credentials, CRED_File));
	add_keyed(r, SPEC "/Privileges/CredentialSpec/Registry", "credentialspec=registry://",
	          sp_get_str(r, credentials, CRED_Registry));
	read_selinux(r, sp_get(r, privileges, PRIV_SELinuxContext));
	read_seccomp(r, sp_get(r, privileges, PRIV_Seccomp));
	if (sp_str_is(apparmor, "disabled"))
		add_option(r, SPEC "/Privileges/AppArmor/Mode", SP_STR("apparmor=unconfined"));
	else if (apparmor.len && !sp_str_is(apparmor, "default"))
		sp_fact_malformed(r, "the AppArmor mode '%s' is not one dockerd knows",
		                  sp_fact_shown(r, apparmor));
	read_no_new_privileges(r, sp_get_bool(r, privileges, PRIV_NoNewPrivileges));
}

/* --- networks and ports ------------------------------------------------------------------- */

/* IDs of swarm are 25 of these characters; the beginning of one is enough. */
static bool
may_be_id(struct sp_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (!(s.p[i] >= '0' && s.p[i] <= '9') && !(s.p[i] >= 'a' && s.p[i] <= 'z'))
			return false;
	}
	return true;
}

/*
 * The network "host" is the host's own, and so it is under its ID or the beginning of that: a word
 * that may be one asks for both powers.
 */
static void
read_network(struct sp_fact_reader *r, const char *pointer, uint32_t network, int32_t index)
{
	struct sp_str target = sp_get_str(r, network, ATT_Target);
	uint32_t options = sp_get(r, network, ATT_DriverOpts);
	struct sp_value *v = sp_facts_network(r, target, pointer);

	if (target.len == 0)
		sp_fact_malformed(r, "a network of the service has no Target");
	if (v) {
		v->place.index = index;
		v->place.suffix = "/Target";
	}
	if (v && v->fact == SP_FACT_NETWORKS && may_be_id(target)) {
		v->exact_only = true;
		v = sp_fact_add(r, SP_FACT_HOST_NAMESPACES, pointer);
		v->text = SP_STR("network");
		v->flag = "--network";
		v->arg = sp_fact_join(r, target, "",
		                      SP_STR(" (which may be the ID of the host's network)"));
		v->place.index = index;
		v->place.suffix = "/Target";
	}
	for (uint32_t k = sp_json_first(r->doc, options); k;
	     k = sp_json_after(r->doc, options, k)) {
		v = sp_fact_text(r, SP_FACT_NETWORK_OPTIONS, pointer, sp_json_str(r->doc, k));
		v->flag = "--network";
		v->arg = sp_fact_format(r, "name=%.*s,driver-opt=%.*s=%.*s",
		                        SP_FMT(sp_str_head(target, 100)),
		                        SP_FMT(sp_str_head(v->text, 200)),
		                        SP_FMT(sp_str_head(sp_json_str(r->doc, k + 1), 200)));
		v->place.index = index;
		v->place.suffix = "/DriverOpts";
	}
}

static void
read_networks(struct sp_fact_reader *r, const char *pointer, uint32_t list)
{
	int32_t i = 0;

	for (uint32_t e = sp_json_first(r->doc, list); e; e = sp_json_after(r->doc, list, e))
		read_network(r, pointer, e, i++);
}

/* The word as it is written in policies; swarm takes any case. */
static struct sp_str
one_of(struct sp_fact_reader *r, const char *what, struct sp_str given, const char *const *words)
{
	struct sp_str first = sp_strz(words[0]);

	if (given.len == 0)
		return first;
	for (; *words; words++) {
		if (sp_str_eq_nocase(given, sp_strz(*words)))
			return sp_strz(*words);
	}
	sp_fact_malformed(r, "the %s '%s' of a port is not one dockerd knows", what,
	                  sp_fact_shown(r, given));
	return first;
}

/* The port is open on every interface, with "ingress" of every node: 0 is 30000 to 32767 then. */
static void
read_port(struct sp_fact_reader *r, uint32_t config, int32_t index)
{
	static const char *const protocols[] = {"tcp", "udp", "sctp", NULL};
	static const char *const modes[] = {"ingress", "host", NULL};
	int64_t published = sp_get_int(r, config, PC_PublishedPort);
	struct sp_str mode = one_of(r, "PublishMode", sp_get_str(r, config, PC_PublishMode), modes);
	struct sp_value *v = sp_fact_add(r, SP_FACT_PORTS, "/EndpointSpec/Ports");
	struct sp_port *port = sp_arena_alloc(r->arena, sizeof(*port));

	v->place.index = index;
	if (!port)
		return; /* the arena is full: sp_facts_read refuses */
	port->proto = one_of(r, "Protocol", sp_get_str(r, config, PC_Protocol), protocols);
	port->ip_any = true;
	port->ephemeral = published == 0;
	if (published > UINT16_MAX) {
		sp_fact_malformed(r, "the published port %lld is no port", (long long)published);
	} else if (published) {
		port->first = port->last = (uint16_t)published;
	} else if (sp_str_is(mode, "ingress")) {
		port->first = 30000;
		port->last = 32767;
	}
	v->port = port;
	v->text = sp_port_print(port, r->arena);
	v->arg = sp_fact_format(
	    r, "published=%lld,target=%lld,protocol=%.*s,mode=%.*s", (long long)published,
	    (long long)sp_get_int(r, config, PC_TargetPort), SP_FMT(port->proto), SP_FMT(mode));
}

/* --- the rest ----------------------------------------------------------------------------- */

static void
read_references(struct sp_fact_reader *r, enum sp_fact fact, const char *pointer, uint32_t list,
                uint32_t field, const char *suffix)
{
	int32_t i = 0;

	for (uint32_t e = sp_json_first(r->doc, list); e; e = sp_json_after(r->doc, list, e)) {
		struct sp_value *v = sp_fact_text(r, fact, pointer, sp_get_str(r, e, field));

		v->place.index = i++;
		v->place.suffix = suffix;
	}
}

static void
read_container(struct sp_fact_reader *r, uint32_t spec)
{
	struct sp_str image = sp_get_str(r, spec, CS_Image), user = sp_get_str(r, spec, CS_User);
	uint32_t drop = sp_get(r, spec, CS_CapabilityDrop);
	struct sp_image completed;

	sp_image_parse(image, false, r->arena, &completed);
	sp_fact_image(r, SP_FACT_IMAGES, SPEC "/Image", image, &completed);
	if (user.len)
		sp_fact_text(r, SP_FACT_USER, SPEC "/User", user);
	else /* the image says which */
		sp_fact_absent(r, SP_FACT_USER, SPEC "/User", SP_UNKNOWABLE);
	sp_fact_list(r, SP_FACT_GROUP_ADD, SPEC "/Groups", sp_get(r, spec, CS_Groups));
	read_privileges(r, sp_get(r, spec, CS_Privileges));
	sp_fact_flag_is(r, SP_FACT_READ_ONLY, SPEC "/ReadOnly", sp_get_bool(r, spec, CS_ReadOnly));
	sp_facts_service_mounts(r, sp_get(r, spec, CS_Mounts));
	sp_facts_healthcheck(r, SPEC "/Healthcheck/Test", sp_get(r, spec, CS_Healthcheck));
	read_references(r, SP_FACT_SECRETS, SPEC "/Secrets", sp_get(r, spec, CS_Secrets),
	                SREF_SecretName, "/SecretName");
	read_references(r, SP_FACT_CONFIGS, SPEC "/Configs", sp_get(r, spec, CS_Configs),
	                CREF_ConfigName, "/ConfigName");
	sp_fact_map(r, SP_FACT_SYSCTLS, SPEC "/Sysctls", sp_get(r, spec, CS_Sysctls));
	sp_facts_capabilities(r, SP_FACT_CAP_ADD, SPEC "/CapabilityAdd",
	                      sp_get(r, spec, CS_CapabilityAdd));
	if (sp_request_api_at_least(r->req, 1, 41))
		sp_facts_capabilities(r, SP_FACT_CAP_DROP, SPEC "/CapabilityDrop", drop);
	sp_facts_ulimits(r, SPEC "/Ulimits", sp_get(r, spec, CS_Ulimits));
	sp_facts_oom_score(r, SPEC "/OomScoreAdj", sp_get_int(r, spec, CS_OomScoreAdj));
}

/*
 * Runtime "plugin" installs a plugin on every node, as good as root there: no key of services may
 * grant that.  Its privileges are read for guards.  A PluginSpec next to containers is ignored by
 * the versions known.
 */
static void
read_plugin(struct sp_fact_reader *r, uint32_t task)
{
	struct sp_str runtime = sp_get_str(r, task, TASK_Runtime);
	uint32_t plugin = sp_get(r, task, TASK_PluginSpec);

	if (sp_str_is(runtime, "plugin") || plugin) {
		r->facts->beyond = "it installs a plugin on every node";
		r->facts->installs_plugin = true;
		sp_facts_plugin(r, TASK "/PluginSpec/remote", sp_get_str(r, plugin, PLUG_remote),
		                TASK "/PluginSpec/privileges", sp_get(r, plugin, PLUG_privileges));
	} else if (runtime.len && !sp_str_is(runtime, "container")) {
		sp_fact_malformed(r, "the runtime '%s' of a service is not one dockerd takes",
		                  sp_fact_shown(r, runtime));
	}
}

/* "previous": the body is ignored, what the service was before comes back. */
static void
read_rollback(struct sp_fact_reader *r)
{
	struct sp_str rollback = sp_query_get(&r->req->query, "rollback");

	if (r->req->action != SP_ACT_SERVICE_UPDATE || rollback.len == 0 ||
	    sp_str_is(rollback, "none"))
		return;
	if (!sp_str_is(rollback, "previous"))
		sp_fact_malformed(r, "the rollback '%s' is not one dockerd knows",
		                  sp_fact_shown(r, rollback));
	r->facts->unread = true;
	r->facts->beyond = "a rollback brings back what the service was before";
}

void
sp_facts_service(struct sp_fact_reader *r)
{
	uint32_t task = sp_get(r, r->body, SVC_TaskTemplate);
	uint32_t ports = sp_get(r, sp_get(r, r->body, SVC_EndpointSpec), ES_Ports);
	struct sp_str name = sp_get_str(r, r->body, SVC_Name);
	struct sp_str log = sp_get_str(r, sp_get(r, task, TASK_LogDriver), DRIVER_Name);
	bool container = !sp_str_is(sp_get_str(r, task, TASK_Runtime), "plugin");
	int32_t i = 0;

	read_rollback(r);
	read_plugin(r, task);
	if (name.len)
		sp_fact_text(r, SP_FACT_NAME, "/Name", name);
	else
		sp_fact_absent(r, SP_FACT_NAME, "/Name", SP_UNSET);
	sp_fact_labels(r, "/Labels", sp_get(r, r->body, SVC_Labels));
	if (container) {
		read_container(r, sp_get(r, task, TASK_ContainerSpec));
		read_mode(r, sp_get(r, r->body, SVC_Mode));
	} else {
		add_global(r, TASK "/Runtime", "global"); /* whatever Mode says */
	}
	read_resources(r, sp_get(r, task, TASK_Resources));
	read_networks(r, TASK "/Networks", sp_get(r, task, TASK_Networks));
	/* used by some versions where the task has none */
	read_networks(r, "/Networks", sp_get(r, r->body, SVC_Networks));
	for (uint32_t e = sp_json_first(r->doc, ports); e; e = sp_json_after(r->doc, ports, e))
		read_port(r, e, i++);
	if (log.len)
		sp_fact_driver(r, SP_FACT_LOG_DRIVERS, TASK "/LogDriver/Name", log);
}
