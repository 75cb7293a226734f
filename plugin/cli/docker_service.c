/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docker_service.c: docker service create and update.  The client of an update sends the service as
 * it is, changed by the flags; what it is only the daemon knows, so here an update is a service
 * that consists of what its flags say, and a rule that wants to see more does not see it.
 */
#include "cli/docker_parts.h"

#define C "/TaskTemplate/ContainerSpec/"
#define T "/TaskTemplate/"

/* --secret and --config: a name, or source=,target=,uid=,gid=,mode=. */
static int
put_reference(struct sp_docker *d, const struct sp_docker_flag *flag, struct sp_str value)
{
	bool secret = flag->name[0] == 's';
	struct sp_tree *list = sp_tree_at(d->arena, d->body, flag->to, SP_TREE_LIST);
	struct sp_tree *ref = sp_tree_item(d->arena, list, SP_TREE_MAP);
	struct sp_str rest = value, field, key, text, source = {NULL, 0}, target = {NULL, 0};

	while (sp_docker_csv(d->arena, &rest, &field)) {
		if (!sp_str_cut(field, '=', &key, &text) && sp_str_eq(field, value))
			source = value;
		else if (sp_str_is(key, "source") || sp_str_is(key, "src"))
			source = text;
		else if (sp_str_is(key, "target"))
			target = text;
		else if (!sp_str_is(key, "uid") && !sp_str_is(key, "gid") &&
		         !sp_str_is(key, "mode"))
			return sp_docker_fail(d, NULL, "--%s: '%.*s' is not a field of it",
			                      flag->name, SP_FMT(field));
	}
	if (source.len == 0)
		return sp_docker_fail(d, NULL, "--%s: '%.*s' has no source", flag->name,
		                      SP_FMT(value));
	/* The client looks the ID up. */
	sp_tree_set_text(d->arena, ref, secret ? "/SecretID" : "/ConfigID", source);
	sp_tree_set_text(d->arena, ref, secret ? "/SecretName" : "/ConfigName", source);
	sp_tree_set_text(d->arena, ref, "/File/Name", target.len ? target : source);
	return 0;
}

static int
put_credential_spec(struct sp_docker *d, const struct sp_docker_flag *flag, struct sp_str value)
{
	static const struct {
		const char *scheme, *to;
	} kinds[] = {{"config://", "/Config"}, {"file://", "/File"}, {"registry://", "/Registry"}};
	struct sp_tree *spec = sp_tree_at(d->arena, d->body, flag->to, SP_TREE_MAP);

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct sp_str scheme = sp_strz(kinds[i].scheme);

		if (!sp_str_starts(value, scheme))
			continue;
		sp_tree_set_text(d->arena, spec, kinds[i].to, sp_str_from(value, scheme.len));
		return 0;
	}
	return sp_docker_fail(d, NULL, "--%s: '%.*s' is not a credential spec", flag->name,
	                      SP_FMT(value));
}

/* "host:ip" is sent as "ip host". */
static int
put_host(struct sp_docker *d, const struct sp_docker_flag *flag, struct sp_str value)
{
	struct sp_str host, ip;

	if (!sp_str_cut(value, ':', &host, &ip) || host.len == 0 || ip.len == 0)
		return sp_docker_fail(d, NULL, "--%s: '%.*s' is not HOST:IP", flag->name,
		                      SP_FMT(value));
	sp_tree_add_text(d->arena, d->body, flag->to,
	                 sp_strz(sp_arena_printf(d->arena, "%.*s %.*s", SP_FMT(ip), SP_FMT(host))));
	return 0;
}

/* --entrypoint and --args: a command as a shell would split it. */
static int
put_command(struct sp_docker *d, const struct sp_docker_flag *flag, struct sp_str value)
{
	struct sp_str *words;
	size_t n;

	if (sp_docker_words(value, d->arena, &words, &n, d->trouble))
		return -1;
	sp_tree_at(d->arena, d->body, flag->to, SP_TREE_RAW); /* the last use counts */
	for (size_t i = 0; i < n; i++)
		sp_tree_add_text(d->arena, d->body, flag->to, words[i]);
	return 0;
}

static int
put_generic(struct sp_docker *d, const struct sp_docker_flag *flag, struct sp_str value)
{
	struct sp_tree *list = sp_tree_at(d->arena, d->body, flag->to, SP_TREE_LIST);
	struct sp_tree *item = sp_tree_item(d->arena, list, SP_TREE_MAP);
	struct sp_str kind, amount;
	int64_t n;

	if (!sp_str_cut(value, '=', &kind, &amount) || !sp_docker_int(amount, &n))
		return sp_docker_fail(d, NULL, "--%s: '%.*s' is not KIND=NUMBER", flag->name,
		                      SP_FMT(value));
	sp_tree_set_text(d->arena, item, "/DiscreteResourceSpec/Kind", kind);
	sp_tree_set_int(d->arena, item, "/DiscreteResourceSpec/Value", n);
	return 0;
}

static int
put_preference(struct sp_docker *d, const struct sp_docker_flag *flag, struct sp_str value)
{
	struct sp_tree *list = sp_tree_at(d->arena, d->body, flag->to, SP_TREE_LIST);
	struct sp_str strategy, descriptor;

	if (!sp_str_cut(value, '=', &strategy, &descriptor) || !sp_str_is(strategy, "spread"))
		return sp_docker_fail(d, NULL, "--%s: '%.*s' is not spread=...", flag->name,
		                      SP_FMT(value));
	sp_tree_set_text(d->arena, sp_tree_item(d->arena, list, SP_TREE_MAP),
	                 "/Spread/SpreadDescriptor", descriptor);
	return 0;
}

/* clang-format off */
/* Flags both commands have under one name. */
const struct sp_docker_flag sp_docker_service_flags[] = {
	{"cap-add", 0, SP_FLAG_LIST, C "CapabilityAdd", sp_docker_put_capability},
	{"cap-drop", 0, SP_FLAG_LIST, C "CapabilityDrop", sp_docker_put_capability},
	{"credential-spec", 0, SP_FLAG_TEXT, C "Privileges/CredentialSpec", put_credential_spec},
	{"detach", 'd', SP_FLAG_BOOL, "", NULL},
	{"endpoint-mode", 0, SP_FLAG_TEXT, "/EndpointSpec/Mode", NULL},
	{"entrypoint", 0, SP_FLAG_TEXT, C "Command", put_command},
	{"health-cmd", 0, SP_FLAG_TEXT, "", NULL}, /* --health-...: sp_docker_health */
	{"health-interval", 0, SP_FLAG_DURATION, "", NULL},
	{"health-retries", 0, SP_FLAG_INT, "", NULL},
	{"health-start-interval", 0, SP_FLAG_DURATION, "", NULL},
	{"health-start-period", 0, SP_FLAG_DURATION, "", NULL},
	{"health-timeout", 0, SP_FLAG_DURATION, "", NULL},
	{"hostname", 0, SP_FLAG_TEXT, C "Hostname", NULL},
	{"init", 0, SP_FLAG_BOOL, C "Init", NULL},
	{"isolation", 0, SP_FLAG_TEXT, C "Isolation", NULL},
	{"limit-cpu", 0, SP_FLAG_CPUS, T "Resources/Limits/NanoCPUs", NULL},
	{"limit-memory", 0, SP_FLAG_BYTES, T "Resources/Limits/MemoryBytes", NULL},
	{"limit-pids", 0, SP_FLAG_INT, T "Resources/Limits/Pids", NULL},
	{"log-driver", 0, SP_FLAG_TEXT, T "LogDriver/Name", NULL},
	{"log-opt", 0, SP_FLAG_MAP, T "LogDriver/Options", NULL},
	{"max-concurrent", 0, SP_FLAG_INT, "", NULL}, /* with --mode */
	{"no-healthcheck", 0, SP_FLAG_BOOL, "", NULL},
	{"no-resolve-image", 0, SP_FLAG_BOOL, "", NULL},
	{"oom-score-adj", 0, SP_FLAG_INT, C "OomScoreAdj", NULL},
	{"quiet", 'q', SP_FLAG_BOOL, "", NULL},
	{"read-only", 0, SP_FLAG_BOOL, C "ReadOnly", NULL},
	{"replicas", 0, SP_FLAG_INT, "", NULL}, /* with --mode */
	{"replicas-max-per-node", 0, SP_FLAG_INT, T "Placement/MaxReplicas", NULL},
	{"reserve-cpu", 0, SP_FLAG_CPUS, T "Resources/Reservations/NanoCPUs", NULL},
	{"reserve-memory", 0, SP_FLAG_BYTES, T "Resources/Reservations/MemoryBytes", NULL},
	{"restart-condition", 0, SP_FLAG_TEXT, T "RestartPolicy/Condition", NULL},
	{"restart-delay", 0, SP_FLAG_DURATION, T "RestartPolicy/Delay", NULL},
	{"restart-max-attempts", 0, SP_FLAG_INT, T "RestartPolicy/MaxAttempts", NULL},
	{"restart-window", 0, SP_FLAG_DURATION, T "RestartPolicy/Window", NULL},
	{"rollback-delay", 0, SP_FLAG_DURATION, "/RollbackConfig/Delay", NULL},
	{"rollback-failure-action", 0, SP_FLAG_TEXT, "/RollbackConfig/FailureAction", NULL},
	{"rollback-max-failure-ratio", 0, SP_FLAG_DECIMAL, "/RollbackConfig/MaxFailureRatio", NULL},
	{"rollback-monitor", 0, SP_FLAG_DURATION, "/RollbackConfig/Monitor", NULL},
	{"rollback-order", 0, SP_FLAG_TEXT, "/RollbackConfig/Order", NULL},
	{"rollback-parallelism", 0, SP_FLAG_INT, "/RollbackConfig/Parallelism", NULL},
	{"stop-grace-period", 0, SP_FLAG_DURATION, C "StopGracePeriod", NULL},
	{"stop-signal", 0, SP_FLAG_TEXT, C "StopSignal", NULL},
	{"tty", 't', SP_FLAG_BOOL, C "TTY", NULL},
	{"update-delay", 0, SP_FLAG_DURATION, "/UpdateConfig/Delay", NULL},
	{"update-failure-action", 0, SP_FLAG_TEXT, "/UpdateConfig/FailureAction", NULL},
	{"update-max-failure-ratio", 0, SP_FLAG_DECIMAL, "/UpdateConfig/MaxFailureRatio", NULL},
	{"update-monitor", 0, SP_FLAG_DURATION, "/UpdateConfig/Monitor", NULL},
	{"update-order", 0, SP_FLAG_TEXT, "/UpdateConfig/Order", NULL},
	{"update-parallelism", 0, SP_FLAG_INT, "/UpdateConfig/Parallelism", NULL},
	{"user", 'u', SP_FLAG_TEXT, C "User", NULL},
	{"with-registry-auth", 0, SP_FLAG_BOOL, "", NULL},
	{"workdir", 'w', SP_FLAG_TEXT, C "Dir", NULL},
	{0},
};

const struct sp_docker_flag sp_docker_service_create_flags[] = {
	{"config", 0, SP_FLAG_LIST, C "Configs", put_reference},
	{"constraint", 0, SP_FLAG_LIST, T "Placement/Constraints", NULL},
	{"container-label", 0, SP_FLAG_MAP, C "Labels", NULL},
	{"dns", 0, SP_FLAG_LIST, C "DNSConfig/Nameservers", NULL},
	{"dns-option", 0, SP_FLAG_LIST, C "DNSConfig/Options", NULL},
	{"dns-search", 0, SP_FLAG_LIST, C "DNSConfig/Search", NULL},
	{"env", 'e', SP_FLAG_LIST, C "Env", NULL},
	{"env-file", 0, SP_FLAG_LIST, "", NULL},
	{"generic-resource", 0, SP_FLAG_LIST, T "Resources/Reservations/GenericResources", put_generic},
	{"group", 0, SP_FLAG_LIST, C "Groups", NULL},
	{"host", 0, SP_FLAG_LIST, C "Hosts", put_host},
	{"label", 'l', SP_FLAG_MAP, "/Labels", NULL},
	{"mode", 0, SP_FLAG_TEXT, "", NULL},
	{"mount", 0, SP_FLAG_LIST, C "Mounts", sp_docker_put_mount},
	{"name", 0, SP_FLAG_TEXT, "/Name", NULL},
	{"network", 0, SP_FLAG_LIST, T "Networks", sp_docker_put_service_network},
	{"placement-pref", 0, SP_FLAG_LIST, T "Placement/Preferences", put_preference},
	{"publish", 'p', SP_FLAG_LIST, "/EndpointSpec/Ports", sp_docker_put_service_port},
	{"secret", 0, SP_FLAG_LIST, C "Secrets", put_reference},
	{"sysctl", 0, SP_FLAG_MAP, C "Sysctls", NULL},
	{"ulimit", 0, SP_FLAG_LIST, C "Ulimits", sp_docker_put_ulimit},
	{0},
};

/* What is taken away lands nowhere: what is left over is not known. */
const struct sp_docker_flag sp_docker_service_update_flags[] = {
	{"args", 0, SP_FLAG_TEXT, C "Args", put_command},
	{"config-add", 0, SP_FLAG_LIST, C "Configs", put_reference},
	{"config-rm", 0, SP_FLAG_LIST, "", NULL},
	{"constraint-add", 0, SP_FLAG_LIST, T "Placement/Constraints", NULL},
	{"constraint-rm", 0, SP_FLAG_LIST, "", NULL},
	{"container-label-add", 0, SP_FLAG_MAP, C "Labels", NULL},
	{"container-label-rm", 0, SP_FLAG_LIST, "", NULL},
	{"dns-add", 0, SP_FLAG_LIST, C "DNSConfig/Nameservers", NULL},
	{"dns-option-add", 0, SP_FLAG_LIST, C "DNSConfig/Options", NULL},
	{"dns-option-rm", 0, SP_FLAG_LIST, "", NULL},
	{"dns-rm", 0, SP_FLAG_LIST, "", NULL},
	{"dns-search-add", 0, SP_FLAG_LIST, C "DNSConfig/Search", NULL},
	{"dns-search-rm", 0, SP_FLAG_LIST, "", NULL},
	{"env-add", 0, SP_FLAG_LIST, C "Env", NULL},
	{"env-rm", 0, SP_FLAG_LIST, "", NULL},
	{"force", 0, SP_FLAG_BOOL, "", NULL},
	{"generic-resource-add", 0, SP_FLAG_LIST, T "Resources/Reservations/GenericResources", put_generic},
	{"generic-resource-rm", 0, SP_FLAG_LIST, "", NULL},
	{"group-add", 0, SP_FLAG_LIST, C "Groups", NULL},
	{"group-rm", 0, SP_FLAG_LIST, "", NULL},
	{"host-add", 0, SP_FLAG_LIST, C "Hosts", put_host},
	{"host-rm", 0, SP_FLAG_LIST, "", NULL},
	{"image", 0, SP_FLAG_TEXT, C "Image", NULL},
	{"label-add", 0, SP_FLAG_MAP, "/Labels", NULL},
	{"label-rm", 0, SP_FLAG_LIST, "", NULL},
	{"mount-add", 0, SP_FLAG_LIST, C "Mounts", sp_docker_put_mount},
	{"mount-rm", 0, SP_FLAG_LIST, "", NULL},
	{"network-add", 0, SP_FLAG_LIST, T "Networks", sp_docker_put_service_network},
	{"network-rm", 0, SP_FLAG_LIST, "", NULL},
	{"placement-pref-add", 0, SP_FLAG_LIST, T "Placement/Preferences", put_preference},
	{"placement-pref-rm", 0, SP_FLAG_LIST, "", NULL},
	{"publish-add", 0, SP_FLAG_LIST, "/EndpointSpec/Ports", sp_docker_put_service_port},
	{"publish-rm", 0, SP_FLAG_LIST, "", NULL},
	{"rollback", 0, SP_FLAG_BOOL, "", NULL},
	{"secret-add", 0, SP_FLAG_LIST, C "Secrets", put_reference},
	{"secret-rm", 0, SP_FLAG_LIST, "", NULL},
	{"sysctl-add", 0, SP_FLAG_MAP, C "Sysctls", NULL},
	{"sysctl-rm", 0, SP_FLAG_LIST, "", NULL},
	{"ulimit-add", 0, SP_FLAG_LIST, C "Ulimits", sp_docker_put_ulimit},
	{"ulimit-rm", 0, SP_FLAG_LIST, "", NULL},
	{0},
};
/* clang-format on */

static int
finish_mode(struct sp_docker *d, bool update)
{
	struct sp_str mode = SP_STR("replicated"), text;
	int64_t replicas = 0, concurrent = 0;
	bool counted = sp_docker_given(d, "replicas", &text) && sp_docker_int(text, &replicas);
	bool limited =
	    sp_docker_given(d, "max-concurrent", &text) && sp_docker_int(text, &concurrent);

	/* An update without a number leaves the mode as it is. */
	if (!sp_docker_given(d, "mode", &mode) && !counted && update)
		return 0;
	if (sp_str_is(mode, "global") || sp_str_is(mode, "global-job")) {
		if (counted || limited)
			return sp_docker_fail(d, NULL,
			                      "a global service has no number of replicas");
		sp_tree_at(d->arena, d->body,
		           sp_str_is(mode, "global") ? "/Mode/Global" : "/Mode/GlobalJob",
		           SP_TREE_MAP);
	} else if (sp_str_is(mode, "replicated")) {
		sp_tree_at(d->arena, d->body, "/Mode/Replicated", SP_TREE_MAP);
		if (counted)
			sp_tree_set_int(d->arena, d->body, "/Mode/Replicated/Replicas", replicas);
	} else if (sp_str_is(mode, "replicated-job")) {
		sp_tree_at(d->arena, d->body, "/Mode/ReplicatedJob", SP_TREE_MAP);
		if (counted)
			sp_tree_set_int(d->arena, d->body, "/Mode/ReplicatedJob/TotalCompletions",
			                replicas);
		if (counted || limited)
			sp_tree_set_int(d->arena, d->body, "/Mode/ReplicatedJob/MaxConcurrent",
			                limited ? concurrent : replicas);
	} else {
		return sp_docker_fail(d, NULL, "--mode: '%.*s' is not a mode of a service",
		                      SP_FMT(mode));
	}
	return 0;
}

static int
finish_service(struct sp_docker *d)
{
	struct sp_str driver;

	/* Without a driver the client forgets the options, too. */
	if (!sp_docker_given(d, "log-driver", &driver) || driver.len == 0)
		sp_tree_drop(sp_tree_find(d->body, "/TaskTemplate"), "LogDriver");
	return sp_docker_health(d, C "Healthcheck");
}

int
sp_docker_finish_service_create(struct sp_docker *d)
{
	sp_tree_set_text(d->arena, d->body, C "Image", d->operand[0]);
	for (size_t i = 1; i < d->n_operands; i++)
		sp_tree_add_text(d->arena, d->body, C "Args", d->operand[i]);
	return finish_mode(d, false) || finish_service(d) ? -1 : 0;
}

int
sp_docker_finish_service_update(struct sp_docker *d)
{
	sp_tree_set_text(d->arena, d->query, "/version", SP_STR("0"));
	if (sp_docker_is_on(d, "rollback"))
		sp_tree_set_text(d->arena, d->query, "/rollback", SP_STR("previous"));
	sp_tree_at(d->arena, d->body, "/TaskTemplate/ContainerSpec", SP_TREE_MAP);
	return finish_mode(d, true) || finish_service(d) ? -1 : 0;
}

/* docker service scale NAME=REPLICAS */
int
sp_docker_finish_service_scale(struct sp_docker *d)
{
	struct sp_str name, text;
	int64_t n;

	if (!sp_str_cut(d->operand[0], '=', &name, &text) || !sp_docker_int(text, &n) || n < 0)
		return sp_docker_fail(d, NULL, "'%.*s' is not SERVICE=REPLICAS",
		                      SP_FMT(d->operand[0]));
	d->operand[0] = name;
	sp_tree_set_text(d->arena, d->query, "/version", SP_STR("0"));
	sp_tree_at(d->arena, d->body, "/TaskTemplate/ContainerSpec", SP_TREE_MAP);
	sp_tree_set_int(d->arena, d->body, "/Mode/Replicated/Replicas", n);
	return 0;
}

int
sp_docker_finish_service_rollback(struct sp_docker *d)
{
	sp_tree_set_text(d->arena, d->query, "/version", SP_STR("0"));
	sp_tree_set_text(d->arena, d->query, "/rollback", SP_STR("previous"));
	sp_tree_at(d->arena, d->body, "/TaskTemplate/ContainerSpec", SP_TREE_MAP);
	return 0;
}
