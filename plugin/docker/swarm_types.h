/* SPDX-License-Identifier: Apache-2.0 */
/*
 * swarm_types.h: the Go types of service.create and service.update, of secrets, configs and nodes,
 * and of the swarm itself, as lists like those of body_types.h, of which it is the second half.
 * moby: api/types/swarm.
 * Private to docker/.
 */
#ifndef SALLYPORT_DOCKER_SWARM_TYPES_H
#define SALLYPORT_DOCKER_SWARM_TYPES_H

#include "docker/body_types.h"

/* clang-format off */

/* --- services ----------------------------------------------------------------------------- */

/* swarm.ServiceSpec with its embedded Annotations */
#define SP_FIELDS_SERVICE(X) \
	X(Name, string, CONDITION, NULL) \
	X(Labels, string_map, CONDITION, NULL) \
	X(TaskTemplate, task, POWER, NULL) \
	X(Mode, service_mode, POWER, NULL) \
	X(UpdateConfig, update_config, PLAIN, NULL) \
	X(RollbackConfig, update_config, PLAIN, NULL) \
	X(Networks, attachments, POWER, NULL) /* read where TaskTemplate has none */ \
	X(EndpointSpec, endpoint_spec, POWER, NULL)
#define SP_FIELDS_TASK(X) \
	X(ContainerSpec, container_spec, POWER, NULL) \
	X(PluginSpec, plugin_spec, POWER, NULL) \
	X(NetworkAttachmentSpec, attachment_spec, POWER, NULL) \
	X(Resources, requirements, CONDITION, NULL) \
	X(RestartPolicy, task_restart, PLAIN, NULL) \
	X(Placement, placement, PLAIN, NULL) \
	X(Networks, attachments, POWER, NULL) \
	X(LogDriver, driver, POWER, NULL) \
	X(ForceUpdate, uint64, PLAIN, NULL) \
	X(Runtime, string, POWER, NULL)

#define SP_FIELDS_CONTAINER_SPEC(X) \
	X(Image, string, CONDITION, NULL) \
	X(Labels, string_map, PLAIN, NULL) /* of the containers, not of the service */ \
	X(Command, strings, PLAIN, NULL) \
	X(Args, strings, PLAIN, NULL) \
	X(Hostname, string, PLAIN, NULL) \
	X(Env, strings, PLAIN, NULL) \
	X(Dir, string, PLAIN, NULL) \
	X(User, string, CONDITION, NULL) \
	X(Groups, strings, POWER, NULL) \
	X(Privileges, privileges, POWER, NULL) \
	X(Init, boolean, PLAIN, NULL) \
	X(StopSignal, string, PLAIN, NULL) \
	X(TTY, boolean, PLAIN, NULL) \
	X(OpenStdin, boolean, PLAIN, NULL) \
	X(ReadOnly, boolean, CONDITION, NULL) \
	X(Mounts, mounts, POWER, NULL) \
	X(StopGracePeriod, integer, PLAIN, NULL) \
	X(Healthcheck, healthcheck, CONDITION, NULL) \
	X(Hosts, strings, PLAIN, NULL) \
	X(DNSConfig, dns_config, PLAIN, NULL) \
	X(Secrets, secret_references, POWER, NULL) \
	X(Configs, config_references, POWER, NULL) \
	X(Isolation, string, IGNORED, SP_WHY_WINDOWS) \
	X(Sysctls, string_map, POWER, NULL) \
	X(CapabilityAdd, strings, POWER, NULL) \
	X(CapabilityDrop, strings, CONDITION, NULL) \
	X(Ulimits, ulimits, POWER, NULL) \
	X(OomScoreAdj, integer, POWER, NULL)
#define SP_FIELDS_DNS_CONFIG(X) \
	X(Nameservers, strings, PLAIN, NULL) \
	X(Search, strings, PLAIN, NULL) \
	X(Options, strings, PLAIN, NULL)

#define SP_FIELDS_PRIVILEGES(X) \
	X(CredentialSpec, credential_spec, POWER, NULL) \
	X(SELinuxContext, selinux, POWER, NULL) \
	X(Seccomp, seccomp, POWER, NULL) \
	X(AppArmor, apparmor, POWER, NULL) \
	X(NoNewPrivileges, boolean, CONDITION, NULL)
#define SP_FIELDS_CREDENTIAL_SPEC(X) \
	X(Config, string, POWER, NULL) \
	X(File, string, POWER, NULL) \
	X(Registry, string, POWER, NULL)
#define SP_FIELDS_SELINUX(X) \
	X(Disable, boolean, POWER, NULL) \
	X(User, string, POWER, NULL) \
	X(Role, string, POWER, NULL) \
	X(Type, string, POWER, NULL) \
	X(Level, string, POWER, NULL)
#define SP_FIELDS_SECCOMP(X) \
	X(Mode, string, POWER, NULL) \
	X(Profile, bytes, POWER, NULL)
#define SP_FIELDS_APPARMOR(X) \
	X(Mode, string, POWER, NULL)

/* The name has to be that of the ID: swarm refuses a reference in which it is not. */
#define SP_FIELDS_SECRET_REFERENCE(X) \
	X(File, file_target, PLAIN, NULL) \
	X(SecretID, string, PLAIN, NULL) \
	X(SecretName, string, POWER, NULL)
#define SP_FIELDS_CONFIG_REFERENCE(X) \
	X(File, file_target, PLAIN, NULL) \
	X(Runtime, nothing, PLAIN, NULL) \
	X(ConfigID, string, PLAIN, NULL) \
	X(ConfigName, string, POWER, NULL)
#define SP_FIELDS_FILE_TARGET(X) \
	X(Name, string, PLAIN, NULL) \
	X(UID, string, PLAIN, NULL) \
	X(GID, string, PLAIN, NULL) \
	X(Mode, uint32, PLAIN, NULL)

/* Runtime "plugin": judged like plugin.pull, and granted by `may: everything` only. */
#define SP_FIELDS_PLUGIN_SPEC(X) \
	X(name, string, PLAIN, NULL) \
	X(remote, string, CONDITION, NULL) \
	X(privileges, plugin_privileges, POWER, NULL) \
	X(disabled, boolean, PLAIN, NULL) \
	X(env, strings, PLAIN, NULL)
/* in the order of those of plugin.pull (small_types.h), which one function reads */
#define SP_FIELDS_PLUGIN_PRIVILEGE(X) \
	X(name, string, POWER, NULL) \
	X(description, string, PLAIN, NULL) \
	X(value, strings, POWER, NULL)
#define SP_FIELDS_ATTACHMENT_SPEC(X) \
	X(ContainerID, string, PLAIN, NULL)

#define SP_FIELDS_REQUIREMENTS(X) \
	X(Limits, limits, CONDITION, NULL) \
	X(Reservations, reservations, PLAIN, NULL) \
	X(SwapBytes, integer, CONDITION, NULL) \
	X(MemorySwappiness, integer, PLAIN, NULL)
#define SP_FIELDS_LIMITS(X) \
	X(NanoCPUs, integer, CONDITION, NULL) \
	X(MemoryBytes, integer, CONDITION, NULL) \
	X(Pids, integer, CONDITION, NULL)
#define SP_FIELDS_RESERVATIONS(X) \
	X(NanoCPUs, integer, PLAIN, NULL) \
	X(MemoryBytes, integer, PLAIN, NULL) \
	X(GenericResources, generic_resources, PLAIN, NULL)
#define SP_FIELDS_GENERIC_RESOURCE(X) \
	X(NamedResourceSpec, named_resource, PLAIN, NULL) \
	X(DiscreteResourceSpec, discrete_resource, PLAIN, NULL)
#define SP_FIELDS_NAMED_RESOURCE(X) \
	X(Kind, string, PLAIN, NULL) \
	X(Value, string, PLAIN, NULL)
#define SP_FIELDS_DISCRETE_RESOURCE(X) \
	X(Kind, string, PLAIN, NULL) \
	X(Value, integer, PLAIN, NULL)

#define SP_FIELDS_TASK_RESTART(X) \
	X(Condition, string, PLAIN, NULL) \
	X(Delay, integer, PLAIN, NULL) \
	X(MaxAttempts, uint64, PLAIN, NULL) \
	X(Window, integer, PLAIN, NULL)
#define SP_FIELDS_PLACEMENT(X) \
	X(Constraints, strings, PLAIN, NULL) \
	X(Preferences, preferences, PLAIN, NULL) \
	X(MaxReplicas, uint64, PLAIN, NULL) \
	X(Platforms, platforms, PLAIN, NULL)
#define SP_FIELDS_PREFERENCE(X) \
	X(Spread, spread, PLAIN, NULL)
#define SP_FIELDS_SPREAD(X) \
	X(SpreadDescriptor, string, PLAIN, NULL)
#define SP_FIELDS_PLATFORM(X) \
	X(Architecture, string, PLAIN, NULL) \
	X(OS, string, PLAIN, NULL)

#define SP_FIELDS_ATTACHMENT(X) \
	X(Target, string, POWER, NULL) \
	X(Aliases, strings, PLAIN, NULL) \
	X(DriverOpts, string_map, POWER, NULL)

#define SP_FIELDS_SERVICE_MODE(X) \
	X(Replicated, replicated, CONDITION, NULL) \
	X(Global, nothing, POWER, NULL) \
	X(ReplicatedJob, replicated_job, CONDITION, NULL) \
	X(GlobalJob, nothing, POWER, NULL)
#define SP_FIELDS_REPLICATED(X) \
	X(Replicas, uint64, CONDITION, NULL)
#define SP_FIELDS_REPLICATED_JOB(X) \
	X(MaxConcurrent, uint64, CONDITION, NULL) \
	X(TotalCompletions, uint64, CONDITION, NULL)
#define SP_FIELDS_UPDATE_CONFIG(X) \
	X(Parallelism, uint64, PLAIN, NULL) \
	X(Delay, integer, PLAIN, NULL) \
	X(FailureAction, string, PLAIN, NULL) \
	X(Monitor, integer, PLAIN, NULL) \
	X(MaxFailureRatio, decimal, PLAIN, NULL) \
	X(Order, string, PLAIN, NULL)

#define SP_FIELDS_ENDPOINT_SPEC(X) \
	X(Mode, string, PLAIN, NULL) \
	X(Ports, port_configs, POWER, NULL)
#define SP_FIELDS_PORT_CONFIG(X) \
	X(Name, string, PLAIN, NULL) \
	X(Protocol, string, POWER, NULL) \
	X(TargetPort, uint32, PLAIN, NULL) \
	X(PublishedPort, uint32, POWER, NULL) \
	X(PublishMode, string, POWER, NULL)

/* --- secrets, configs, nodes -------------------------------------------------------------- */

#define SP_FIELDS_SECRET(X) \
	X(Name, string, CONDITION, NULL) \
	X(Labels, string_map, CONDITION, NULL) \
	X(Data, bytes, PLAIN, NULL) \
	X(Driver, driver, PLAIN, NULL) \
	X(Templating, driver, PLAIN, NULL)
#define SP_FIELDS_CONFIG_OBJECT(X) \
	X(Name, string, CONDITION, NULL) \
	X(Labels, string_map, CONDITION, NULL) \
	X(Data, bytes, PLAIN, NULL) \
	X(Templating, driver, PLAIN, NULL)
/* Who may do node.update may promote and drain: the action is the power. */
#define SP_FIELDS_NODE(X) \
	X(Name, string, PLAIN, NULL) \
	X(Labels, string_map, PLAIN, NULL) \
	X(Role, string, PLAIN, NULL) \
	X(Availability, string, PLAIN, NULL)

/* --- the swarm itself --------------------------------------------------------------------- */

/* No key speaks about most of it: who may do it may do all of it, which is as good as root. */
#define SP_FIELDS_SWARM_SPEC(X) \
	X(Name, string, PLAIN, NULL) \
	X(Labels, string_map, PLAIN, NULL) \
	X(Orchestration, orchestration, PLAIN, NULL) \
	X(Raft, raft, PLAIN, NULL) \
	X(Dispatcher, dispatcher, PLAIN, NULL) \
	X(CAConfig, ca_config, PLAIN, NULL) \
	X(TaskDefaults, task_defaults, POWER, NULL) \
	X(EncryptionConfig, encryption, PLAIN, NULL)
#define SP_FIELDS_ORCHESTRATION(X) \
	X(TaskHistoryRetentionLimit, integer, PLAIN, NULL)
#define SP_FIELDS_RAFT(X) \
	X(SnapshotInterval, uint64, PLAIN, NULL) \
	X(KeepOldSnapshots, uint64, PLAIN, NULL) \
	X(LogEntriesForSlowFollowers, uint64, PLAIN, NULL) \
	X(ElectionTick, integer, PLAIN, NULL) \
	X(HeartbeatTick, integer, PLAIN, NULL)
#define SP_FIELDS_DISPATCHER(X) \
	X(HeartbeatPeriod, integer, PLAIN, NULL)
#define SP_FIELDS_CA_CONFIG(X) \
	X(NodeCertExpiry, integer, PLAIN, NULL) \
	X(ExternalCAs, external_cas, PLAIN, NULL) \
	X(SigningCACert, string, PLAIN, NULL) \
	X(SigningCAKey, string, PLAIN, NULL) \
	X(ForceRotate, uint64, PLAIN, NULL)
#define SP_FIELDS_EXTERNAL_CA(X) \
	X(Protocol, string, PLAIN, NULL) \
	X(URL, string, PLAIN, NULL) \
	X(Options, string_map, PLAIN, NULL) \
	X(CACert, string, PLAIN, NULL)
#define SP_FIELDS_TASK_DEFAULTS(X) \
	X(LogDriver, driver, POWER, NULL)
#define SP_FIELDS_ENCRYPTION(X) \
	X(AutoLockManagers, boolean, PLAIN, NULL)

#define SP_FIELDS_SWARM_INIT(X) \
	X(ListenAddr, string, PLAIN, NULL) \
	X(AdvertiseAddr, string, PLAIN, NULL) \
	X(DataPathAddr, string, PLAIN, NULL) \
	X(DataPathPort, uint32, PLAIN, NULL) \
	X(ForceNewCluster, boolean, PLAIN, NULL) \
	X(Spec, swarm_spec, POWER, NULL) \
	X(AutoLockManagers, boolean, PLAIN, NULL) \
	X(Availability, string, PLAIN, NULL) \
	X(DefaultAddrPool, strings, PLAIN, NULL) \
	X(SubnetSize, uint32, PLAIN, NULL)
#define SP_FIELDS_SWARM_JOIN(X) \
	X(ListenAddr, string, PLAIN, NULL) \
	X(AdvertiseAddr, string, PLAIN, NULL) \
	X(DataPathAddr, string, PLAIN, NULL) \
	X(RemoteAddrs, strings, PLAIN, NULL) \
	X(JoinToken, string, PLAIN, NULL) \
	X(Availability, string, PLAIN, NULL)
#define SP_FIELDS_SWARM_UNLOCK(X) \
	X(UnlockKey, string, PLAIN, NULL)

/* --- field numbers ------------------------------------------------------------------------ */

#define SVC_(name, type, class, why) SVC_##name,
enum { SP_FIELDS_SERVICE(SVC_) };
#define TASK_(name, type, class, why) TASK_##name,
enum { SP_FIELDS_TASK(TASK_) };
#define CS_(name, type, class, why) CS_##name,
enum { SP_FIELDS_CONTAINER_SPEC(CS_) };
#define PRIV_(name, type, class, why) PRIV_##name,
enum { SP_FIELDS_PRIVILEGES(PRIV_) };
#define CRED_(name, type, class, why) CRED_##name,
enum { SP_FIELDS_CREDENTIAL_SPEC(CRED_) };
#define SELINUX_(name, type, class, why) SELINUX_##name,
enum { SP_FIELDS_SELINUX(SELINUX_) };
#define SECCOMP_(name, type, class, why) SECCOMP_##name,
enum { SP_FIELDS_SECCOMP(SECCOMP_) };
#define APPARMOR_(name, type, class, why) APPARMOR_##name,
enum { SP_FIELDS_APPARMOR(APPARMOR_) };
#define SREF_(name, type, class, why) SREF_##name,
enum { SP_FIELDS_SECRET_REFERENCE(SREF_) };
#define CREF_(name, type, class, why) CREF_##name,
enum { SP_FIELDS_CONFIG_REFERENCE(CREF_) };
#define PLUG_(name, type, class, why) PLUG_##name,
enum { SP_FIELDS_PLUGIN_SPEC(PLUG_) };
#define REQ_(name, type, class, why) REQ_##name,
enum { SP_FIELDS_REQUIREMENTS(REQ_) };
#define LIMIT_(name, type, class, why) LIMIT_##name,
enum { SP_FIELDS_LIMITS(LIMIT_) };
#define ATT_(name, type, class, why) ATT_##name,
enum { SP_FIELDS_ATTACHMENT(ATT_) };
#define MODE_(name, type, class, why) MODE_##name,
enum { SP_FIELDS_SERVICE_MODE(MODE_) };
#define REPL_(name, type, class, why) REPL_##name,
enum { SP_FIELDS_REPLICATED(REPL_) };
#define JOB_(name, type, class, why) JOB_##name,
enum { SP_FIELDS_REPLICATED_JOB(JOB_) };
#define ES_(name, type, class, why) ES_##name,
enum { SP_FIELDS_ENDPOINT_SPEC(ES_) };
#define PC_(name, type, class, why) PC_##name,
enum { SP_FIELDS_PORT_CONFIG(PC_) };
#define SECRET_(name, type, class, why) SECRET_##name,
enum { SP_FIELDS_SECRET(SECRET_) };
#define CONFIG_(name, type, class, why) CONFIG_##name,
enum { SP_FIELDS_CONFIG_OBJECT(CONFIG_) };
#define SWARM_(name, type, class, why) SWARM_##name,
enum { SP_FIELDS_SWARM_SPEC(SWARM_) };
#define DEFAULTS_(name, type, class, why) DEFAULTS_##name,
enum { SP_FIELDS_TASK_DEFAULTS(DEFAULTS_) };
#define INIT_(name, type, class, why) INIT_##name,
enum { SP_FIELDS_SWARM_INIT(INIT_) };
/* clang-format on */

extern const struct sp_go_type sp_type_service;
extern const struct sp_go_type sp_type_secret;
extern const struct sp_go_type sp_type_config_object;
extern const struct sp_go_type sp_type_node;
extern const struct sp_go_type sp_type_swarm_spec;
extern const struct sp_go_type sp_type_swarm_init;
extern const struct sp_go_type sp_type_swarm_join;
extern const struct sp_go_type sp_type_swarm_unlock;

#endif
