/* SPDX-License-Identifier: Apache-2.0 */
/* types_objects.c: endpoints, and the bodies of network.create, network.connect and of volumes. */
#include "docker/body_types.h"

SP_STRUCT(endpoint_ipam, SP_FIELDS_ENDPOINT_IPAM);
SP_PUBLIC_STRUCT(endpoint, SP_FIELDS_ENDPOINT);
SP_MAP_OF(endpoint_map, endpoint);
SP_PUBLIC_STRUCT(networking, SP_FIELDS_NETWORKING);
SP_PUBLIC_STRUCT(connect, SP_FIELDS_CONNECT);

SP_STRUCT(ipam_config, SP_FIELDS_IPAM_CONFIG);
SP_LIST_OF(ipam_configs, ipam_config);
SP_STRUCT(ipam, SP_FIELDS_IPAM);
SP_STRUCT(config_from, SP_FIELDS_CONFIG_FROM);
SP_PUBLIC_STRUCT(network_create, SP_FIELDS_NETWORK_CREATE);

SP_STRUCT(mount_volume, SP_FIELDS_MOUNT_VOLUME);
SP_STRUCT(access_mode, SP_FIELDS_ACCESS_MODE);
SP_STRUCT(topology, SP_FIELDS_TOPOLOGY);
SP_LIST_OF(topology_list, topology);
SP_STRUCT(topologies, SP_FIELDS_TOPOLOGIES);
SP_STRUCT(capacity, SP_FIELDS_CAPACITY);
SP_STRUCT(volume_secret, SP_FIELDS_VOLUME_SECRET);
SP_LIST_OF(volume_secrets, volume_secret);
SP_STRUCT(cluster_volume, SP_FIELDS_CLUSTER_VOLUME);
SP_PUBLIC_STRUCT(volume_create, SP_FIELDS_VOLUME_CREATE);
SP_PUBLIC_STRUCT(volume_update, SP_FIELDS_VOLUME_UPDATE);
