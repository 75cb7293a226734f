/* SPDX-License-Identifier: Apache-2.0 */
/*
 * types_container.c: the bodies of container.create, container.start, container.update and
 * container.exec.
 */
#include "docker/small_types.h"

SP_PUBLIC_STRUCT(healthcheck, SP_FIELDS_HEALTHCHECK);
SP_STRUCT(log_config, SP_FIELDS_LOG_CONFIG);
SP_STRUCT(restart, SP_FIELDS_RESTART);

SP_STRUCT(port_binding, SP_FIELDS_PORT_BINDING);
SP_LIST_OF(port_bindings, port_binding);
SP_MAP_OF(port_map, port_bindings);

SP_STRUCT(weight_device, SP_FIELDS_WEIGHT_DEVICE);
SP_LIST_OF(weight_devices, weight_device);
SP_STRUCT(throttle_device, SP_FIELDS_THROTTLE_DEVICE);
SP_LIST_OF(throttle_devices, throttle_device);
SP_STRUCT(device, SP_FIELDS_DEVICE);
SP_LIST_OF(devices, device);
SP_STRUCT(device_request, SP_FIELDS_DEVICE_REQUEST);
SP_LIST_OF(device_requests, device_request);
SP_STRUCT(ulimit, SP_FIELDS_ULIMIT);
SP_PUBLIC_LIST_OF(ulimits, ulimit);

SP_PUBLIC_STRUCT(driver, SP_FIELDS_DRIVER);
SP_STRUCT(bind_options, SP_FIELDS_BIND_OPTIONS);
SP_STRUCT(volume_options, SP_FIELDS_VOLUME_OPTIONS);
SP_STRUCT(image_options, SP_FIELDS_IMAGE_OPTIONS);
SP_STRUCT(tmpfs_options, SP_FIELDS_TMPFS_OPTIONS);
SP_STRUCT(mount, SP_FIELDS_MOUNT);
SP_PUBLIC_LIST_OF(mounts, mount);

SP_STRUCT(host_config, SP_FIELDS_HOST_CONFIG);

/*
 * Up to 26 dockerd decodes a create body into Config and HostConfig side by side, so that every
 * field of HostConfig is one of the top level, too (runconfig.ContainerConfigWrapper).
 */
#define ALIAS(name, type, class, why) {#name, &sp_type_##type, SP_FIELD_REFUSED, SP_WHY_TOP_LEVEL},
/*
 * dockerode's run() always sends "VolumesFrom":[] there, and of no containers nothing is taken. Not
 * for every list: a MaskedPaths that is empty and not null unmasks /proc.
 */
#define EMPTY(name, type, class, why) {#name, &sp_type_##type, SP_FIELD_EMPTY, SP_WHY_TOP_LEVEL},

/* clang-format off */
static const struct sp_go_field create_fields[] = {
	SP_FIELDS_CONFIG(SP_ROW)
	{"Cpuset", &sp_type_string, SP_FIELD_REFUSED, SP_WHY_TOP_LEVEL},
	SP_FIELDS_HOST_CONFIG_OF(ALIAS, EMPTY)
};
/* clang-format on */
const struct sp_go_type sp_type_create = {
    .kind = SP_GO_STRUCT,
    .fields = create_fields,
    .n_fields = sizeof(create_fields) / sizeof(create_fields[0]),
};

/* The same wrapper, of which a start takes only the HostConfig. */
#define SP_WHY_NOT_AT_START "A start takes only the host configuration of such a body."
#define UNUSED(name, type, class, why)                                                             \
	{#name, &sp_type_##type, SP_FIELD_IGNORED, SP_WHY_NOT_AT_START},
/* clang-format off */
static const struct sp_go_field start_fields[] = {
	SP_FIELDS_START(SP_ROW)
	SP_FIELDS_OWN_CONFIG(UNUSED)
	{"NetworkingConfig", &sp_type_networking, SP_FIELD_IGNORED, SP_WHY_NOT_AT_START},
};
/* clang-format on */
const struct sp_go_type sp_type_start = {
    .kind = SP_GO_STRUCT,
    .fields = start_fields,
    .n_fields = sizeof(start_fields) / sizeof(start_fields[0]),
};

SP_PUBLIC_STRUCT(update, SP_FIELDS_UPDATE);
SP_PUBLIC_STRUCT(exec, SP_FIELDS_EXEC);
