/* SPDX-License-Identifier: Apache-2.0 */
/* types_container.c: the bodies of container.create, container.update and container.exec. */
#include "docker/body_types.h"

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

SP_PUBLIC_STRUCT(update, SP_FIELDS_UPDATE);
SP_PUBLIC_STRUCT(exec, SP_FIELDS_EXEC);
