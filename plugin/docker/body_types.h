/* SPDX-License-Identifier: Apache-2.0 */
/*
 * body_types.h: the Go types dockerd decodes request bodies into, field by field, as lists: each
 * list gives both the numbers the readers use (HC_Memory) and the table of the JSON reader.
 * All fields of dockerd 20.10 to 29, in the order of Go's struct, which is the order clients write.
 * X(name, type, class, why): class as in sp_field_class, why a sentence for IGNORED and REFUSED.
 * moby: api/types/container, api/types/network, api/types/volume, api/types/mount.
 * Private to docker/.
 */
#ifndef SALLYPORT_DOCKER_BODY_TYPES_H
#define SALLYPORT_DOCKER_BODY_TYPES_H

#include "sallyport/gojson.h"

#define SP_WHY_WINDOWS "It is for Windows; dockerd on Linux does not use it."
#define SP_WHY_FILLED_IN "dockerd fills it in and does not read it from a request."
#define SP_WHY_NOT_STORED "dockerd decodes it in an update but changes nothing with it."
#define SP_WHY_TOP_LEVEL                                                                           \
	"a HostConfig field at the top level is read by some dockerd versions as the host "        \
	"configuration; put it into HostConfig"

/* clang-format off */

/* --- container.create --------------------------------------------------------------------- */

/* container.Config, and what create wraps it in */
#define SP_FIELDS_CONFIG(X) \
	SP_FIELDS_OWN_CONFIG(X) \
	X(HostConfig, host_config, POWER, NULL) \
	X(NetworkingConfig, networking, POWER, NULL)
#define SP_FIELDS_OWN_CONFIG(X) \
	X(Hostname, string, PLAIN, NULL) \
	X(Domainname, string, PLAIN, NULL) \
	X(User, string, CONDITION, NULL) \
	X(AttachStdin, boolean, PLAIN, NULL) \
	X(AttachStdout, boolean, PLAIN, NULL) \
	X(AttachStderr, boolean, PLAIN, NULL) \
	X(ExposedPorts, set, PLAIN, NULL) \
	X(Tty, boolean, PLAIN, NULL) \
	X(OpenStdin, boolean, PLAIN, NULL) \
	X(StdinOnce, boolean, PLAIN, NULL) \
	X(Env, strings, PLAIN, NULL) \
	X(Cmd, strslice, PLAIN, NULL) \
	X(Healthcheck, healthcheck, CONDITION, NULL) \
	X(ArgsEscaped, boolean, IGNORED, SP_WHY_WINDOWS) \
	X(Image, string, CONDITION, NULL) \
	X(Volumes, set, PLAIN, NULL) \
	X(WorkingDir, string, PLAIN, NULL) \
	X(Entrypoint, strslice, PLAIN, NULL) \
	X(NetworkDisabled, boolean, PLAIN, NULL) \
	X(MacAddress, string, PLAIN, NULL) \
	X(OnBuild, strings, PLAIN, NULL) \
	X(Labels, string_map, CONDITION, NULL) \
	X(StopSignal, string, PLAIN, NULL) \
	X(StopTimeout, integer, PLAIN, NULL) \
	X(Shell, strslice, PLAIN, NULL)

/* container.HostConfig with its embedded Resources; VolumesFrom apart, for types_container.c */
#define SP_FIELDS_HOST_CONFIG(X) SP_FIELDS_HOST_CONFIG_OF(X, X)
#define SP_FIELDS_HOST_CONFIG_OF(X, X_VOLUMES_FROM) \
	X(Binds, strings, POWER, NULL) \
	X(ContainerIDFile, string, IGNORED, "The docker command writes the container's ID to a file of its own; dockerd does not use it.") \
	X(LogConfig, log_config, POWER, NULL) \
	X(NetworkMode, string, POWER, NULL) \
	X(PortBindings, port_map, POWER, NULL) \
	X(RestartPolicy, restart, CONDITION, NULL) \
	X(AutoRemove, boolean, PLAIN, NULL) \
	X(VolumeDriver, string, POWER, NULL) \
	X_VOLUMES_FROM(VolumesFrom, strings, POWER, NULL) \
	X(ConsoleSize, uints, PLAIN, NULL) \
	X(Annotations, string_map, POWER, NULL) \
	X(CapAdd, strslice, POWER, NULL) \
	X(CapDrop, strslice, CONDITION, NULL) \
	X(CgroupnsMode, string, POWER, NULL) \
	X(Dns, strings, PLAIN, NULL) \
	X(DnsOptions, strings, PLAIN, NULL) \
	X(DnsSearch, strings, PLAIN, NULL) \
	X(ExtraHosts, strings, PLAIN, NULL) \
	X(GroupAdd, strings, POWER, NULL) \
	X(IpcMode, string, POWER, NULL) \
	X(Cgroup, string, IGNORED, "dockerd stores it, and nothing reads it.") \
	X(Links, strings, POWER, NULL) \
	X(OomScoreAdj, integer, POWER, NULL) \
	X(PidMode, string, POWER, NULL) \
	X(Privileged, boolean, POWER, NULL) \
	X(PublishAllPorts, boolean, POWER, NULL) \
	X(ReadonlyRootfs, boolean, CONDITION, NULL) \
	X(SecurityOpt, strings, POWER, NULL) \
	X(StorageOpt, string_map, POWER, NULL) \
	X(Tmpfs, string_map, PLAIN, NULL) \
	X(UTSMode, string, POWER, NULL) \
	X(UsernsMode, string, POWER, NULL) \
	X(ShmSize, integer, CONDITION, NULL) \
	X(Sysctls, string_map, POWER, NULL) \
	X(Runtime, string, POWER, NULL) \
	X(Isolation, string, IGNORED, SP_WHY_WINDOWS) \
	X(CpuShares, integer, CONDITION, NULL) \
	X(Memory, integer, CONDITION, NULL) \
	X(NanoCpus, integer, CONDITION, NULL) \
	X(CgroupParent, string, POWER, NULL) \
	X(BlkioWeight, uint16, PLAIN, NULL) \
	X(BlkioWeightDevice, weight_devices, PLAIN, NULL) \
	X(BlkioDeviceReadBps, throttle_devices, PLAIN, NULL) \
	X(BlkioDeviceWriteBps, throttle_devices, PLAIN, NULL) \
	X(BlkioDeviceReadIOps, throttle_devices, PLAIN, NULL) \
	X(BlkioDeviceWriteIOps, throttle_devices, PLAIN, NULL) \
	X(CpuPeriod, integer, CONDITION, NULL) \
	X(CpuQuota, integer, CONDITION, NULL) \
	X(CpuRealtimePeriod, integer, POWER, NULL) \
	X(CpuRealtimeRuntime, integer, POWER, NULL) \
	X(CpusetCpus, string, PLAIN, NULL) \
	X(CpusetMems, string, PLAIN, NULL) \
	X(Devices, devices, POWER, NULL) \
	X(DeviceCgroupRules, strings, POWER, NULL) \
	X(DeviceRequests, device_requests, POWER, NULL) \
	X(KernelMemory, integer, PLAIN, NULL) \
	X(KernelMemoryTCP, integer, PLAIN, NULL) \
	X(MemoryReservation, integer, PLAIN, NULL) \
	X(MemorySwap, integer, CONDITION, NULL) \
	X(MemorySwappiness, integer, PLAIN, NULL) \
	X(OomKillDisable, boolean, POWER, NULL) \
	X(PidsLimit, integer, CONDITION, NULL) \
	X(Ulimits, ulimits, POWER, NULL) \
	X(CpuCount, integer, IGNORED, SP_WHY_WINDOWS) \
	X(CpuPercent, integer, IGNORED, SP_WHY_WINDOWS) \
	X(IOMaximumIOps, uint64, IGNORED, "dockerd on Linux refuses every value but 0.") \
	X(IOMaximumBandwidth, uint64, IGNORED, "dockerd on Linux refuses every value but 0.") \
	X(Mounts, mounts, POWER, NULL) \
	X(MaskedPaths, strings, POWER, NULL) \
	X(ReadonlyPaths, strings, POWER, NULL) \
	X(Init, boolean, PLAIN, NULL)

#define SP_FIELDS_HEALTHCHECK(X) \
	X(Test, strings, CONDITION, NULL) \
	X(Interval, integer, PLAIN, NULL) \
	X(Timeout, integer, PLAIN, NULL) \
	X(StartPeriod, integer, PLAIN, NULL) \
	X(StartInterval, integer, PLAIN, NULL) \
	X(Retries, integer, PLAIN, NULL)
#define SP_FIELDS_LOG_CONFIG(X) \
	X(Type, string, POWER, NULL) \
	X(Config, string_map, PLAIN, NULL)
#define SP_FIELDS_RESTART(X) \
	X(Name, string, CONDITION, NULL) \
	X(MaximumRetryCount, integer, CONDITION, NULL)
#define SP_FIELDS_PORT_BINDING(X) \
	X(HostIp, string, POWER, NULL) \
	X(HostPort, string, POWER, NULL)
#define SP_FIELDS_WEIGHT_DEVICE(X) \
	X(Path, string, PLAIN, NULL) \
	X(Weight, uint16, PLAIN, NULL)
#define SP_FIELDS_THROTTLE_DEVICE(X) \
	X(Path, string, PLAIN, NULL) \
	X(Rate, uint64, PLAIN, NULL)
#define SP_FIELDS_DEVICE(X) \
	X(PathOnHost, string, POWER, NULL) \
	X(PathInContainer, string, PLAIN, NULL) \
	X(CgroupPermissions, string, PLAIN, NULL)
#define SP_FIELDS_DEVICE_REQUEST(X) \
	X(Driver, string, POWER, NULL) \
	X(Count, integer, POWER, NULL) \
	X(DeviceIDs, strings, POWER, NULL) \
	X(Capabilities, string_lists, POWER, NULL) \
	X(Options, string_map, POWER, NULL)
#define SP_FIELDS_ULIMIT(X) \
	X(Name, string, POWER, NULL) \
	X(Hard, integer, PLAIN, NULL) \
	X(Soft, integer, PLAIN, NULL)
#define SP_FIELDS_MOUNT(X) \
	X(Type, string, POWER, NULL) \
	X(Source, string, POWER, NULL) \
	X(Target, string, PLAIN, NULL) \
	X(ReadOnly, boolean, POWER, NULL) \
	X(Consistency, string, IGNORED, "Only file sharing of Docker Desktop uses it.") \
	X(BindOptions, bind_options, POWER, NULL) \
	X(VolumeOptions, volume_options, POWER, NULL) \
	X(ImageOptions, image_options, PLAIN, NULL) \
	X(TmpfsOptions, tmpfs_options, PLAIN, NULL) \
	X(ClusterOptions, any, IGNORED, "It is an empty struct.")
#define SP_FIELDS_BIND_OPTIONS(X) \
	X(Propagation, string, POWER, NULL) \
	X(NonRecursive, boolean, PLAIN, NULL) \
	X(CreateMountpoint, boolean, PLAIN, NULL) \
	X(ReadOnlyNonRecursive, boolean, PLAIN, NULL) \
	X(ReadOnlyForceRecursive, boolean, PLAIN, NULL)
#define SP_FIELDS_VOLUME_OPTIONS(X) \
	X(NoCopy, boolean, PLAIN, NULL) \
	X(Labels, string_map, PLAIN, NULL) \
	X(Subpath, string, PLAIN, NULL) \
	X(DriverConfig, driver, POWER, NULL)
#define SP_FIELDS_DRIVER(X) \
	X(Name, string, POWER, NULL) \
	X(Options, string_map, POWER, NULL)
#define SP_FIELDS_IMAGE_OPTIONS(X) \
	X(Subpath, string, PLAIN, NULL)
#define SP_FIELDS_TMPFS_OPTIONS(X) \
	X(SizeBytes, integer, PLAIN, NULL) \
	X(Mode, uint32, PLAIN, NULL) \
	X(Options, string_lists, PLAIN, NULL)

/* --- container.update: Resources and RestartPolicy ---------------------------------------- */

#define SP_FIELDS_UPDATE(X) \
	X(CpuShares, integer, CONDITION, NULL) \
	X(Memory, integer, CONDITION, NULL) \
	X(NanoCpus, integer, CONDITION, NULL) \
	X(CgroupParent, string, IGNORED, SP_WHY_NOT_STORED) \
	X(BlkioWeight, uint16, PLAIN, NULL) \
	X(BlkioWeightDevice, weight_devices, PLAIN, NULL) /* stored by 29 from API 1.55 on */ \
	X(BlkioDeviceReadBps, throttle_devices, PLAIN, NULL) \
	X(BlkioDeviceWriteBps, throttle_devices, PLAIN, NULL) \
	X(BlkioDeviceReadIOps, throttle_devices, PLAIN, NULL) \
	X(BlkioDeviceWriteIOps, throttle_devices, PLAIN, NULL) \
	X(CpuPeriod, integer, CONDITION, NULL) \
	X(CpuQuota, integer, CONDITION, NULL) \
	X(CpuRealtimePeriod, integer, POWER, NULL) \
	X(CpuRealtimeRuntime, integer, POWER, NULL) \
	X(CpusetCpus, string, PLAIN, NULL) \
	X(CpusetMems, string, PLAIN, NULL) \
	X(Devices, devices, IGNORED, SP_WHY_NOT_STORED) \
	X(DeviceCgroupRules, strings, IGNORED, SP_WHY_NOT_STORED) \
	X(DeviceRequests, device_requests, IGNORED, SP_WHY_NOT_STORED) \
	X(KernelMemory, integer, PLAIN, NULL) \
	X(KernelMemoryTCP, integer, IGNORED, SP_WHY_NOT_STORED) \
	X(MemoryReservation, integer, PLAIN, NULL) \
	X(MemorySwap, integer, CONDITION, NULL) \
	X(MemorySwappiness, integer, IGNORED, SP_WHY_NOT_STORED) \
	X(OomKillDisable, boolean, IGNORED, SP_WHY_NOT_STORED) \
	X(PidsLimit, integer, CONDITION, NULL) \
	X(Ulimits, ulimits, IGNORED, SP_WHY_NOT_STORED) \
	X(CpuCount, integer, IGNORED, SP_WHY_WINDOWS) \
	X(CpuPercent, integer, IGNORED, SP_WHY_WINDOWS) \
	X(IOMaximumIOps, uint64, IGNORED, SP_WHY_WINDOWS) \
	X(IOMaximumBandwidth, uint64, IGNORED, SP_WHY_WINDOWS) \
	X(RestartPolicy, restart, CONDITION, NULL)

/* --- container.exec ----------------------------------------------------------------------- */

#define SP_FIELDS_EXEC(X) \
	X(User, string, CONDITION, NULL) \
	X(Privileged, boolean, POWER, NULL) \
	X(Tty, boolean, PLAIN, NULL) \
	X(ConsoleSize, uints, PLAIN, NULL) \
	X(AttachStdin, boolean, PLAIN, NULL) \
	X(AttachStderr, boolean, PLAIN, NULL) \
	X(AttachStdout, boolean, PLAIN, NULL) \
	X(Detach, boolean, PLAIN, NULL) \
	X(DetachKeys, string, PLAIN, NULL) \
	X(Env, strings, PLAIN, NULL) \
	X(WorkingDir, string, PLAIN, NULL) \
	X(Cmd, strings, PLAIN, NULL) \
	X(Container, string, IGNORED, "docker-py repeats the container here; dockerd takes it from the path.")

/* --- networks ----------------------------------------------------------------------------- */

#define SP_FIELDS_NETWORKING(X) \
	X(EndpointsConfig, endpoint_map, POWER, NULL)
#define SP_FIELDS_ENDPOINT(X) \
	X(IPAMConfig, endpoint_ipam, PLAIN, NULL) \
	X(Links, strings, POWER, NULL) \
	X(Aliases, strings, PLAIN, NULL) \
	X(MacAddress, string, PLAIN, NULL) \
	X(DriverOpts, string_map, POWER, NULL) \
	X(GwPriority, integer, PLAIN, NULL) \
	X(NetworkID, string, POWER, NULL) \
	X(EndpointID, string, IGNORED, SP_WHY_FILLED_IN) \
	X(Gateway, string, IGNORED, SP_WHY_FILLED_IN) \
	X(IPAddress, string, IGNORED, SP_WHY_FILLED_IN) \
	X(IPPrefixLen, integer, IGNORED, SP_WHY_FILLED_IN) \
	X(IPv6Gateway, string, IGNORED, SP_WHY_FILLED_IN) \
	X(GlobalIPv6Address, string, IGNORED, SP_WHY_FILLED_IN) \
	X(GlobalIPv6PrefixLen, integer, IGNORED, SP_WHY_FILLED_IN) \
	X(DNSNames, strings, PLAIN, NULL)
#define SP_FIELDS_ENDPOINT_IPAM(X) \
	X(IPv4Address, string, PLAIN, NULL) \
	X(IPv6Address, string, PLAIN, NULL) \
	X(LinkLocalIPs, strings, PLAIN, NULL)
#define SP_FIELDS_CONNECT(X) \
	X(Container, string, PLAIN, NULL) \
	X(EndpointConfig, endpoint, POWER, NULL)
#define SP_FIELDS_NETWORK_CREATE(X) \
	X(Driver, string, POWER, NULL) \
	X(Scope, string, PLAIN, NULL) \
	X(EnableIPv4, boolean, PLAIN, NULL) \
	X(EnableIPv6, boolean, PLAIN, NULL) \
	X(IPAM, ipam, POWER, NULL) \
	X(Internal, boolean, PLAIN, NULL) \
	X(Attachable, boolean, PLAIN, NULL) \
	X(Ingress, boolean, POWER, NULL) \
	X(ConfigOnly, boolean, PLAIN, NULL) \
	X(ConfigFrom, config_from, PLAIN, NULL) \
	X(Options, string_map, POWER, NULL) \
	X(Labels, string_map, CONDITION, NULL) \
	X(Name, string, CONDITION, NULL) \
	X(CheckDuplicate, boolean, PLAIN, NULL)
#define SP_FIELDS_IPAM(X) \
	X(Driver, string, POWER, NULL) \
	X(Options, string_map, POWER, NULL) \
	X(Config, ipam_configs, PLAIN, NULL)
#define SP_FIELDS_IPAM_CONFIG(X) \
	X(Subnet, string, PLAIN, NULL) \
	X(IPRange, string, PLAIN, NULL) \
	X(Gateway, string, PLAIN, NULL) \
	X(AuxiliaryAddresses, string_map, PLAIN, NULL)
#define SP_FIELDS_CONFIG_FROM(X) \
	X(Network, string, PLAIN, NULL)

/* --- volumes ------------------------------------------------------------------------------ */

#define SP_FIELDS_VOLUME_CREATE(X) \
	X(ClusterVolumeSpec, cluster_volume, POWER, NULL) \
	X(Driver, string, POWER, NULL) \
	X(DriverOpts, string_map, POWER, NULL) \
	X(Labels, string_map, CONDITION, NULL) \
	X(Name, string, CONDITION, NULL)
#define SP_FIELDS_VOLUME_UPDATE(X) \
	X(Spec, cluster_volume, POWER, NULL)
/* A cluster volume is one power as a whole; its parts are only read so that all of it is known. */
#define SP_FIELDS_CLUSTER_VOLUME(X) \
	X(Group, string, PLAIN, NULL) \
	X(AccessMode, access_mode, PLAIN, NULL) \
	X(AccessibilityRequirements, topologies, PLAIN, NULL) \
	X(CapacityRange, capacity, PLAIN, NULL) \
	X(Secrets, volume_secrets, PLAIN, NULL) \
	X(Availability, string, PLAIN, NULL)
#define SP_FIELDS_ACCESS_MODE(X) \
	X(Scope, string, PLAIN, NULL) \
	X(Sharing, string, PLAIN, NULL) \
	X(MountVolume, mount_volume, PLAIN, NULL) \
	X(BlockVolume, any, PLAIN, NULL)
#define SP_FIELDS_MOUNT_VOLUME(X) \
	X(FsType, string, PLAIN, NULL) \
	X(MountFlags, strings, PLAIN, NULL)
#define SP_FIELDS_TOPOLOGIES(X) \
	X(Requisite, topology_list, PLAIN, NULL) \
	X(Preferred, topology_list, PLAIN, NULL)
#define SP_FIELDS_TOPOLOGY(X) \
	X(Segments, string_map, PLAIN, NULL)
#define SP_FIELDS_CAPACITY(X) \
	X(RequiredBytes, integer, PLAIN, NULL) \
	X(LimitBytes, integer, PLAIN, NULL)
#define SP_FIELDS_VOLUME_SECRET(X) \
	X(Key, string, PLAIN, NULL) \
	X(Secret, string, PLAIN, NULL)

/* --- field numbers ------------------------------------------------------------------------ */

#define TOP_(name, type, class, why) TOP_##name,
enum { SP_FIELDS_CONFIG(TOP_) };
#define HC_(name, type, class, why) HC_##name,
enum { SP_FIELDS_HOST_CONFIG(HC_) };
#define HEALTH_(name, type, class, why) HEALTH_##name,
enum { SP_FIELDS_HEALTHCHECK(HEALTH_) };
#define LOG_(name, type, class, why) LOG_##name,
enum { SP_FIELDS_LOG_CONFIG(LOG_) };
#define RESTART_(name, type, class, why) RESTART_##name,
enum { SP_FIELDS_RESTART(RESTART_) };
#define PB_(name, type, class, why) PB_##name,
enum { SP_FIELDS_PORT_BINDING(PB_) };
#define DEV_(name, type, class, why) DEV_##name,
enum { SP_FIELDS_DEVICE(DEV_) };
#define DR_(name, type, class, why) DR_##name,
enum { SP_FIELDS_DEVICE_REQUEST(DR_) };
#define ULIMIT_(name, type, class, why) ULIMIT_##name,
enum { SP_FIELDS_ULIMIT(ULIMIT_) };
#define MOUNT_(name, type, class, why) MOUNT_##name,
enum { SP_FIELDS_MOUNT(MOUNT_) };
#define BO_(name, type, class, why) BO_##name,
enum { SP_FIELDS_BIND_OPTIONS(BO_) };
#define VO_(name, type, class, why) VO_##name,
enum { SP_FIELDS_VOLUME_OPTIONS(VO_) };
#define DRIVER_(name, type, class, why) DRIVER_##name,
enum { SP_FIELDS_DRIVER(DRIVER_) };
#define UP_(name, type, class, why) UP_##name,
enum { SP_FIELDS_UPDATE(UP_) };
#define EXEC_(name, type, class, why) EXEC_##name,
enum { SP_FIELDS_EXEC(EXEC_) };
#define NC_(name, type, class, why) NC_##name,
enum { SP_FIELDS_NETWORKING(NC_) };
#define EP_(name, type, class, why) EP_##name,
enum { SP_FIELDS_ENDPOINT(EP_) };
#define CONNECT_(name, type, class, why) CONNECT_##name,
enum { SP_FIELDS_CONNECT(CONNECT_) };
#define NET_(name, type, class, why) NET_##name,
enum { SP_FIELDS_NETWORK_CREATE(NET_) };
#define IPAM_(name, type, class, why) IPAM_##name,
enum { SP_FIELDS_IPAM(IPAM_) };
#define VOL_(name, type, class, why) VOL_##name,
enum { SP_FIELDS_VOLUME_CREATE(VOL_) };
#define VOLUP_(name, type, class, why) VOLUP_##name,
enum { SP_FIELDS_VOLUME_UPDATE(VOLUP_) };
/* clang-format on */

/* --- tables ------------------------------------------------------------------------------- */

#define SP_TYPE(name) extern const struct sp_go_type sp_type_##name
SP_TYPE(any);
SP_TYPE(boolean);
SP_TYPE(string);
SP_TYPE(integer); /* int and int64 alike: dockerd runs on 64 bits */
SP_TYPE(uint16);
SP_TYPE(uint32);
SP_TYPE(uint64);
SP_TYPE(uints);
SP_TYPE(strings);
SP_TYPE(strslice);
SP_TYPE(string_lists);
SP_TYPE(string_map);
SP_TYPE(set); /* map[string]struct{}: any value */
SP_TYPE(healthcheck);
SP_TYPE(driver);
SP_TYPE(ulimits);
SP_TYPE(mounts);
SP_TYPE(create);
SP_TYPE(start);
SP_TYPE(update);
SP_TYPE(exec);
SP_TYPE(endpoint);
SP_TYPE(networking);
SP_TYPE(connect);
SP_TYPE(network_create);
SP_TYPE(volume_create);
SP_TYPE(volume_update);
#undef SP_TYPE

/* One row of a table from one row of a list. */
#define SP_ROW(name, type, class, why) {#name, &sp_type_##type, SP_FIELD_##class, why},
/* A struct type `name` from a list, the fields private to the file. */
#define SP_STRUCT(name, list)                                                                      \
	static const struct sp_go_field name##_fields[] = {list(SP_ROW)};                          \
	static const struct sp_go_type sp_type_##name = {                                          \
	    .kind = SP_GO_STRUCT,                                                                  \
	    .fields = name##_fields,                                                               \
	    .n_fields = sizeof(name##_fields) / sizeof(name##_fields[0]),                          \
	}
/* The same for a type other files use. */
#define SP_PUBLIC_STRUCT(name, list)                                                               \
	static const struct sp_go_field name##_fields[] = {list(SP_ROW)};                          \
	const struct sp_go_type sp_type_##name = {                                                 \
	    .kind = SP_GO_STRUCT,                                                                  \
	    .fields = name##_fields,                                                               \
	    .n_fields = sizeof(name##_fields) / sizeof(name##_fields[0]),                          \
	}
#define SP_LIST_OF(name, of)                                                                       \
	static const struct sp_go_type sp_type_##name = {.kind = SP_GO_LIST, .elem = &sp_type_##of}
#define SP_PUBLIC_LIST_OF(name, of)                                                                \
	const struct sp_go_type sp_type_##name = {.kind = SP_GO_LIST, .elem = &sp_type_##of}
#define SP_MAP_OF(name, of)                                                                        \
	static const struct sp_go_type sp_type_##name = {.kind = SP_GO_MAP, .elem = &sp_type_##of}

#endif
