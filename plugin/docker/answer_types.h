/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answer_types.h: the parts of dockerd's answers somebody may judge, as lists like those of
 * body_types.h.  Fields that are not here are skipped: an answer shows what dockerd knows, and a
 * newer dockerd knows more.  "Id" stands for "ID" as well, as Go folds keys.
 * moby: api/types/{container,image,volume,network,swarm,plugin,system}.
 * Private to docker/.
 */
#ifndef SALLYPORT_DOCKER_ANSWER_TYPES_H
#define SALLYPORT_DOCKER_ANSWER_TYPES_H

#include "docker/body_types.h"

/* clang-format off */

/* container.Config, of a container or an image */
#define SP_FIELDS_SHOWN_CONFIG(X) \
	X(Env, strings, PLAIN, NULL) \
	X(Labels, string_map, PLAIN, NULL)

/* swarm.ContainerSpec, and the way to it from a service or a task */
#define SP_FIELDS_SHOWN_TEMPLATE(X) \
	X(ContainerSpec, shown_config, PLAIN, NULL) \
	X(PluginSpec, shown_settings, PLAIN, NULL)

/* swarm.ServiceSpec, NodeSpec, SecretSpec, ConfigSpec */
#define SP_FIELDS_SHOWN_SPEC(X) \
	X(Name, string, PLAIN, NULL) \
	X(Labels, string_map, PLAIN, NULL) \
	X(TaskTemplate, shown_template, PLAIN, NULL)

/* plugin.Settings; swarm.NodeDescription */
#define SP_FIELDS_SHOWN_SETTINGS(X) \
	X(Env, strings, PLAIN, NULL)
#define SP_FIELDS_SHOWN_DESCRIPTION(X) \
	X(Hostname, string, PLAIN, NULL)

/*
 * Any single object that is not of a swarm: containers (inspect: Name and Config, list: Names and
 * Labels), images, volumes, networks, plugins, exec instances.
 */
#define SP_FIELDS_SHOWN(X) \
	X(Id, string, PLAIN, NULL) \
	X(Name, string, PLAIN, NULL) \
	X(Names, strings, PLAIN, NULL) \
	X(RepoTags, strings, PLAIN, NULL) \
	X(Labels, string_map, PLAIN, NULL) \
	X(Config, shown_config, PLAIN, NULL) \
	X(ContainerConfig, shown_config, PLAIN, NULL) \
	X(ContainerID, string, PLAIN, NULL)

/* Config of a plugin is something else than Config of a container. */
#define SP_FIELDS_SHOWN_PLUGIN(X) \
	X(Id, string, PLAIN, NULL) \
	X(Name, string, PLAIN, NULL) \
	X(Settings, shown_settings, PLAIN, NULL)

/* Services, nodes, secrets, configs. */
#define SP_FIELDS_SHOWN_SWARM(X) \
	X(Id, string, PLAIN, NULL) \
	X(Spec, shown_spec, PLAIN, NULL) \
	X(PreviousSpec, shown_spec, PLAIN, NULL) \
	X(Description, shown_description, PLAIN, NULL)

#define SP_FIELDS_SHOWN_TASK(X) \
	X(Id, string, PLAIN, NULL) \
	X(Name, string, PLAIN, NULL) \
	X(Labels, string_map, PLAIN, NULL) \
	X(Spec, shown_template, PLAIN, NULL)

#define SP_FIELDS_SHOWN_VOLUMES(X) \
	X(Volumes, shown_list, PLAIN, NULL)

/* system.DiskUsage; since API 1.52 a list of each kind stands in an object of its own */
#define SP_FIELDS_SHOWN_USAGE(X) \
	X(Items, shown_list, PLAIN, NULL)
#define SP_FIELDS_SHOWN_DF(X) \
	X(Images, shown_list, PLAIN, NULL) \
	X(Containers, shown_list, PLAIN, NULL) \
	X(Volumes, shown_list, PLAIN, NULL) \
	X(ImageUsage, shown_usage, PLAIN, NULL) \
	X(ContainerUsage, shown_usage, PLAIN, NULL) \
	X(VolumeUsage, shown_usage, PLAIN, NULL)

#define SHOWN_CONFIG_(name, type, class, why) SHOWN_CONFIG_##name,
enum { SP_FIELDS_SHOWN_CONFIG(SHOWN_CONFIG_) };
#define SHOWN_TEMPLATE_(name, type, class, why) SHOWN_TEMPLATE_##name,
enum { SP_FIELDS_SHOWN_TEMPLATE(SHOWN_TEMPLATE_) };
#define SHOWN_SPEC_(name, type, class, why) SHOWN_SPEC_##name,
enum { SP_FIELDS_SHOWN_SPEC(SHOWN_SPEC_) };
#define SHOWN_SETTINGS_(name, type, class, why) SHOWN_SETTINGS_##name,
enum { SP_FIELDS_SHOWN_SETTINGS(SHOWN_SETTINGS_) };
#define SHOWN_DESCRIPTION_(name, type, class, why) SHOWN_DESCRIPTION_##name,
enum { SP_FIELDS_SHOWN_DESCRIPTION(SHOWN_DESCRIPTION_) };
#define SHOWN_(name, type, class, why) SHOWN_##name,
enum { SP_FIELDS_SHOWN(SHOWN_) };
#define SHOWN_PLUGIN_(name, type, class, why) SHOWN_PLUGIN_##name,
enum { SP_FIELDS_SHOWN_PLUGIN(SHOWN_PLUGIN_) };
#define SHOWN_SWARM_(name, type, class, why) SHOWN_SWARM_##name,
enum { SP_FIELDS_SHOWN_SWARM(SHOWN_SWARM_) };
#define SHOWN_TASK_(name, type, class, why) SHOWN_TASK_##name,
enum { SP_FIELDS_SHOWN_TASK(SHOWN_TASK_) };
#define SHOWN_VOLUMES_(name, type, class, why) SHOWN_VOLUMES_##name,
enum { SP_FIELDS_SHOWN_VOLUMES(SHOWN_VOLUMES_) };
#define SHOWN_USAGE_(name, type, class, why) SHOWN_USAGE_##name,
enum { SP_FIELDS_SHOWN_USAGE(SHOWN_USAGE_) };
#define SHOWN_DF_(name, type, class, why) SHOWN_DF_##name,
enum { SP_FIELDS_SHOWN_DF(SHOWN_DF_) };
/* clang-format on */

/* A struct whose other fields are skipped. */
#define SP_OPEN_STRUCT(name, list)                                                                 \
	static const struct sp_go_field name##_fields[] = {list(SP_ROW)};                          \
	static const struct sp_go_type sp_type_##name = {                                          \
	    .kind = SP_GO_STRUCT,                                                                  \
	    .fields = name##_fields,                                                               \
	    .n_fields = sizeof(name##_fields) / sizeof(name##_fields[0]),                          \
	    .open = true,                                                                          \
	}

#endif
