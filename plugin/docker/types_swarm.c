/* SPDX-License-Identifier: Apache-2.0 */
/* types_swarm.c: the bodies of service, secret, config, node and swarm requests. */
#include "docker/swarm_types.h"

static const struct sp_go_type sp_type_nothing = {.kind = SP_GO_STRUCT}; /* no field at all */
static const struct sp_go_type sp_type_bytes = {.kind = SP_GO_BYTES};
static const struct sp_go_type sp_type_decimal = {.kind = SP_GO_FLOAT};

SP_STRUCT(credential_spec, SP_FIELDS_CREDENTIAL_SPEC);
SP_STRUCT(selinux, SP_FIELDS_SELINUX);
SP_STRUCT(seccomp, SP_FIELDS_SECCOMP);
SP_STRUCT(apparmor, SP_FIELDS_APPARMOR);
SP_STRUCT(privileges, SP_FIELDS_PRIVILEGES);
SP_STRUCT(dns_config, SP_FIELDS_DNS_CONFIG);
SP_STRUCT(file_target, SP_FIELDS_FILE_TARGET);
SP_STRUCT(secret_reference, SP_FIELDS_SECRET_REFERENCE);
SP_LIST_OF(secret_references, secret_reference);
SP_STRUCT(config_reference, SP_FIELDS_CONFIG_REFERENCE);
SP_LIST_OF(config_references, config_reference);
SP_STRUCT(container_spec, SP_FIELDS_CONTAINER_SPEC);

SP_STRUCT(plugin_privilege, SP_FIELDS_PLUGIN_PRIVILEGE);
SP_LIST_OF(plugin_privileges, plugin_privilege);
SP_STRUCT(plugin_spec, SP_FIELDS_PLUGIN_SPEC);
SP_STRUCT(attachment_spec, SP_FIELDS_ATTACHMENT_SPEC);

SP_STRUCT(named_resource, SP_FIELDS_NAMED_RESOURCE);
SP_STRUCT(discrete_resource, SP_FIELDS_DISCRETE_RESOURCE);
SP_STRUCT(generic_resource, SP_FIELDS_GENERIC_RESOURCE);
SP_LIST_OF(generic_resources, generic_resource);
SP_STRUCT(reservations, SP_FIELDS_RESERVATIONS);
SP_STRUCT(limits, SP_FIELDS_LIMITS);
SP_STRUCT(requirements, SP_FIELDS_REQUIREMENTS);

SP_STRUCT(task_restart, SP_FIELDS_TASK_RESTART);
SP_STRUCT(spread, SP_FIELDS_SPREAD);
SP_STRUCT(preference, SP_FIELDS_PREFERENCE);
SP_LIST_OF(preferences, preference);
SP_STRUCT(platform, SP_FIELDS_PLATFORM);
SP_LIST_OF(platforms, platform);
SP_STRUCT(placement, SP_FIELDS_PLACEMENT);
SP_STRUCT(attachment, SP_FIELDS_ATTACHMENT);
SP_LIST_OF(attachments, attachment);
SP_STRUCT(task, SP_FIELDS_TASK);

SP_STRUCT(replicated, SP_FIELDS_REPLICATED);
SP_STRUCT(replicated_job, SP_FIELDS_REPLICATED_JOB);
SP_STRUCT(service_mode, SP_FIELDS_SERVICE_MODE);
SP_STRUCT(update_config, SP_FIELDS_UPDATE_CONFIG);
SP_STRUCT(port_config, SP_FIELDS_PORT_CONFIG);
SP_LIST_OF(port_configs, port_config);
SP_STRUCT(endpoint_spec, SP_FIELDS_ENDPOINT_SPEC);
SP_PUBLIC_STRUCT(service, SP_FIELDS_SERVICE);

SP_PUBLIC_STRUCT(secret, SP_FIELDS_SECRET);
SP_PUBLIC_STRUCT(config_object, SP_FIELDS_CONFIG_OBJECT);
SP_PUBLIC_STRUCT(node, SP_FIELDS_NODE);

SP_STRUCT(orchestration, SP_FIELDS_ORCHESTRATION);
SP_STRUCT(raft, SP_FIELDS_RAFT);
SP_STRUCT(dispatcher, SP_FIELDS_DISPATCHER);
SP_STRUCT(external_ca, SP_FIELDS_EXTERNAL_CA);
SP_LIST_OF(external_cas, external_ca);
SP_STRUCT(ca_config, SP_FIELDS_CA_CONFIG);
SP_STRUCT(task_defaults, SP_FIELDS_TASK_DEFAULTS);
SP_STRUCT(encryption, SP_FIELDS_ENCRYPTION);
SP_PUBLIC_STRUCT(swarm_spec, SP_FIELDS_SWARM_SPEC);
SP_PUBLIC_STRUCT(swarm_init, SP_FIELDS_SWARM_INIT);
SP_PUBLIC_STRUCT(swarm_join, SP_FIELDS_SWARM_JOIN);
SP_PUBLIC_STRUCT(swarm_unlock, SP_FIELDS_SWARM_UNLOCK);
