/* SPDX-License-Identifier: Apache-2.0 */
/* docker_commands.c: one row per docker command, and the flags of those that have few. */
#include "cli/docker_parts.h"

#define ANY UINT32_MAX

/* clang-format off */
/* Flags that change only what the client prints. */
#define FORMAT {"format", 'f', SP_FLAG_TEXT, "", NULL}
#define LONG_FORMAT {"format", 0, SP_FLAG_TEXT, "", NULL}
#define NO_TRUNC {"no-trunc", 0, SP_FLAG_BOOL, "", NULL}
#define QUIET {"quiet", 'q', SP_FLAG_BOOL, "", NULL}
#define DETACH {"detach", 'd', SP_FLAG_BOOL, "", NULL}
#define TRUST {"disable-content-trust", 0, SP_FLAG_BOOL, "", NULL}
#define FILTER {"filter", 'f', SP_FLAG_FILTER, "?filters", NULL}
#define LONG_FILTER {"filter", 0, SP_FLAG_FILTER, "?filters", NULL}
#define YES {"force", 'f', SP_FLAG_BOOL, "", NULL} /* asks the person no question */
#define FORCE {"force", 'f', SP_FLAG_BOOL, "?force", NULL}
#define PLATFORM {"platform", 0, SP_FLAG_TEXT, "?platform", NULL}
#define PRETTY {"pretty", 0, SP_FLAG_BOOL, "", NULL}
#define SIGNAL {"signal", 's', SP_FLAG_TEXT, "?signal", NULL}
#define TIMEOUT {"timeout", 't', SP_FLAG_INT, "?t", NULL}, {"time", 0, SP_FLAG_INT, "?t", NULL}
#define KEYS {"detach-keys", 0, SP_FLAG_TEXT, "?detachKeys", NULL}
#define LABELS(letter) {"label", letter, SP_FLAG_MAP, "/Labels", NULL}
#define FLAGS(name, ...) static const struct sp_docker_flag name[] = {__VA_ARGS__, {0}}

FLAGS(list_flags, FILTER, LONG_FORMAT, NO_TRUNC, QUIET);
FLAGS(inspect_flags, FORMAT);
FLAGS(pretty_flags, FORMAT, PRETTY);
FLAGS(force_flags, FORCE);
FLAGS(prune_flags, LONG_FILTER, YES);
FLAGS(attach_flags, KEYS, {"no-stdin", 0, SP_FLAG_BOOL, "", NULL}, {"sig-proxy", 0, SP_FLAG_BOOL, "", NULL});
FLAGS(commit_flags, {"author", 'a', SP_FLAG_TEXT, "?author", NULL}, {"change", 'c', SP_FLAG_LIST, "?changes", NULL},
      {"message", 'm', SP_FLAG_TEXT, "?comment", NULL}, {"pause", 'p', SP_FLAG_BOOL, "", NULL});
FLAGS(cp_flags, {"archive", 'a', SP_FLAG_BOOL, "", NULL}, {"follow-link", 'L', SP_FLAG_BOOL, "", NULL}, QUIET);
FLAGS(output_flags, {"output", 'o', SP_FLAG_TEXT, "", NULL});
FLAGS(container_inspect_flags, FORMAT, {"size", 's', SP_FLAG_BOOL, "?size", NULL});
FLAGS(any_inspect_flags, FORMAT, {"size", 's', SP_FLAG_BOOL, "", NULL}, {"type", 0, SP_FLAG_TEXT, "", NULL});
FLAGS(kill_flags, SIGNAL);
FLAGS(logs_flags, {"details", 0, SP_FLAG_BOOL, "?details", NULL}, {"follow", 'f', SP_FLAG_BOOL, "?follow", NULL},
      {"since", 0, SP_FLAG_TEXT, "?since", NULL}, {"tail", 'n', SP_FLAG_TEXT, "?tail", NULL},
      {"timestamps", 't', SP_FLAG_BOOL, "?timestamps", NULL}, {"until", 0, SP_FLAG_TEXT, "?until", NULL});
FLAGS(service_logs_flags, {"no-resolve", 0, SP_FLAG_BOOL, "", NULL}, {"no-task-ids", 0, SP_FLAG_BOOL, "", NULL}, NO_TRUNC,
      {"raw", 0, SP_FLAG_BOOL, "", NULL}, {"details", 0, SP_FLAG_BOOL, "?details", NULL}, {"follow", 'f', SP_FLAG_BOOL, "?follow", NULL},
      {"since", 0, SP_FLAG_TEXT, "?since", NULL}, {"tail", 'n', SP_FLAG_TEXT, "?tail", NULL},
      {"timestamps", 't', SP_FLAG_BOOL, "?timestamps", NULL});
FLAGS(ps_flags, {"all", 'a', SP_FLAG_BOOL, "?all", NULL}, {"last", 'n', SP_FLAG_INT, "?limit", NULL}, {"latest", 'l', SP_FLAG_BOOL, "", NULL},
      {"size", 's', SP_FLAG_BOOL, "?size", NULL});
FLAGS(stop_flags, SIGNAL, TIMEOUT);
FLAGS(rm_flags, FORCE, {"link", 'l', SP_FLAG_BOOL, "?link", NULL}, {"volumes", 'v', SP_FLAG_BOOL, "?v", NULL});
FLAGS(start_flags, {"attach", 'a', SP_FLAG_BOOL, "", NULL}, {"checkpoint", 0, SP_FLAG_TEXT, "?checkpoint", NULL},
      {"checkpoint-dir", 0, SP_FLAG_TEXT, "?checkpoint-dir", NULL}, {"detach-keys", 0, SP_FLAG_TEXT, "", NULL},
      {"interactive", 'i', SP_FLAG_BOOL, "", NULL});
FLAGS(stats_flags, {"all", 'a', SP_FLAG_BOOL, "", NULL}, LONG_FORMAT, {"no-stream", 0, SP_FLAG_BOOL, "", NULL}, NO_TRUNC);
FLAGS(checkpoint_flags, {"checkpoint-dir", 0, SP_FLAG_TEXT, "/CheckpointDir", NULL}, {"leave-running", 0, SP_FLAG_BOOL, "", NULL});
FLAGS(checkpoint_dir_flags, {"checkpoint-dir", 0, SP_FLAG_TEXT, "?dir", NULL});
FLAGS(history_flags, LONG_FORMAT, {"human", 'H', SP_FLAG_BOOL, "", NULL}, NO_TRUNC, PLATFORM, QUIET);
FLAGS(import_flags, {"change", 'c', SP_FLAG_LIST, "?changes", NULL}, {"message", 'm', SP_FLAG_TEXT, "?message", NULL}, PLATFORM);
FLAGS(image_inspect_flags, FORMAT, PLATFORM);
FLAGS(load_flags, {"input", 'i', SP_FLAG_TEXT, "", NULL}, PLATFORM, {"quiet", 'q', SP_FLAG_BOOL, "?quiet", NULL});
FLAGS(images_flags, {"all", 'a', SP_FLAG_BOOL, "?all", NULL}, {"digests", 0, SP_FLAG_BOOL, "", NULL}, {"tree", 0, SP_FLAG_BOOL, "", NULL});
FLAGS(image_prune_flags, {"all", 'a', SP_FLAG_BOOL, "", NULL}, LONG_FILTER, YES);
FLAGS(pull_flags, {"all-tags", 'a', SP_FLAG_BOOL, "", NULL}, TRUST, PLATFORM, QUIET);
FLAGS(rmi_flags, FORCE, {"no-prune", 0, SP_FLAG_BOOL, "?noprune", NULL}, {"platform", 0, SP_FLAG_CSV, "?platforms", NULL});
FLAGS(save_flags, {"output", 'o', SP_FLAG_TEXT, "", NULL}, PLATFORM);
FLAGS(builder_prune_flags, {"all", 'a', SP_FLAG_BOOL, "?all", NULL}, LONG_FILTER, YES, {"keep-storage", 0, SP_FLAG_BYTES, "?keep-storage", NULL});
FLAGS(search_flags, FILTER, LONG_FORMAT, {"limit", 0, SP_FLAG_INT, "?limit", NULL}, NO_TRUNC);
FLAGS(login_flags, {"password", 'p', SP_FLAG_TEXT, "", NULL}, {"password-stdin", 0, SP_FLAG_BOOL, "", NULL}, {"username", 'u', SP_FLAG_TEXT, "", NULL});
FLAGS(connect_flags, {"alias", 0, SP_FLAG_CSV, "/EndpointConfig/Aliases", NULL}, {"driver-opt", 0, SP_FLAG_MAP, "/EndpointConfig/DriverOpts", NULL},
      {"gw-priority", 0, SP_FLAG_INT, "/EndpointConfig/GwPriority", NULL}, {"ip", 0, SP_FLAG_TEXT, "/EndpointConfig/IPAMConfig/IPv4Address", NULL},
      {"ip6", 0, SP_FLAG_TEXT, "/EndpointConfig/IPAMConfig/IPv6Address", NULL}, {"link", 0, SP_FLAG_LIST, "/EndpointConfig/Links", NULL},
      {"link-local-ip", 0, SP_FLAG_CSV, "/EndpointConfig/IPAMConfig/LinkLocalIPs", NULL});
FLAGS(network_flags, {"attachable", 0, SP_FLAG_BOOL, "/Attachable", NULL}, {"aux-address", 0, SP_FLAG_MAP, "", NULL},
      {"config-from", 0, SP_FLAG_TEXT, "/ConfigFrom/Network", NULL}, {"config-only", 0, SP_FLAG_BOOL, "/ConfigOnly", NULL},
      {"driver", 'd', SP_FLAG_TEXT, "/Driver", NULL}, {"gateway", 0, SP_FLAG_CSV, "", NULL}, {"ingress", 0, SP_FLAG_BOOL, "/Ingress", NULL},
      {"internal", 0, SP_FLAG_BOOL, "/Internal", NULL}, {"ip-range", 0, SP_FLAG_CSV, "", NULL}, {"ipam-driver", 0, SP_FLAG_TEXT, "/IPAM/Driver", NULL},
      {"ipam-opt", 0, SP_FLAG_MAP, "/IPAM/Options", NULL}, {"ipv4", 0, SP_FLAG_BOOL, "/EnableIPv4", NULL}, {"ipv6", 0, SP_FLAG_BOOL, "/EnableIPv6", NULL},
      LABELS(0), {"opt", 'o', SP_FLAG_MAP, "/Options", NULL}, {"scope", 0, SP_FLAG_TEXT, "/Scope", NULL}, {"subnet", 0, SP_FLAG_CSV, "", NULL});
FLAGS(disconnect_flags, {"force", 'f', SP_FLAG_BOOL, "", NULL});
FLAGS(network_inspect_flags, FORMAT, {"verbose", 'v', SP_FLAG_BOOL, "?verbose", NULL});
FLAGS(plugin_create_flags, {"compress", 0, SP_FLAG_BOOL, "", NULL});
FLAGS(plugin_enable_flags, {"timeout", 0, SP_FLAG_INT, "?timeout", NULL});
FLAGS(plugin_install_flags, {"alias", 0, SP_FLAG_TEXT, "?name", NULL}, {"disable", 0, SP_FLAG_BOOL, "", NULL}, TRUST,
      {"grant-all-permissions", 0, SP_FLAG_BOOL, "", NULL}, {"skip-remote-check", 0, SP_FLAG_BOOL, "", NULL});
FLAGS(plugin_push_flags, TRUST);
FLAGS(df_flags, LONG_FORMAT, {"verbose", 'v', SP_FLAG_BOOL, "", NULL});
FLAGS(events_flags, FILTER, LONG_FORMAT, {"since", 0, SP_FLAG_TEXT, "?since", NULL}, {"until", 0, SP_FLAG_TEXT, "?until", NULL});
FLAGS(system_prune_flags, {"all", 'a', SP_FLAG_BOOL, "", NULL}, LONG_FILTER, YES, {"volumes", 0, SP_FLAG_BOOL, "", NULL});
#define V "/ClusterVolumeSpec/"
FLAGS(volume_flags, {"availability", 0, SP_FLAG_TEXT, V "Availability", NULL}, {"driver", 'd', SP_FLAG_TEXT, "/Driver", NULL},
      {"group", 0, SP_FLAG_TEXT, V "Group", NULL}, LABELS(0), {"limit-bytes", 0, SP_FLAG_BYTES, V "CapacityRange/LimitBytes", NULL},
      {"name", 0, SP_FLAG_TEXT, "/Name", NULL}, {"opt", 'o', SP_FLAG_MAP, "/DriverOpts", NULL},
      {"required-bytes", 0, SP_FLAG_BYTES, V "CapacityRange/RequiredBytes", NULL}, {"scope", 0, SP_FLAG_TEXT, V "AccessMode/Scope", NULL},
      {"secret", 0, SP_FLAG_MAP, V "Secrets", NULL}, {"sharing", 0, SP_FLAG_TEXT, V "AccessMode/Sharing", NULL},
      {"topology-preferred", 0, SP_FLAG_LIST, V "AccessibilityRequirements/Preferred", NULL},
      {"topology-required", 0, SP_FLAG_LIST, V "AccessibilityRequirements/Requisite", NULL}, {"type", 0, SP_FLAG_TEXT, V "AccessMode", sp_docker_put_volume_type});
FLAGS(volume_ls_flags, {"cluster", 0, SP_FLAG_BOOL, "", NULL});
FLAGS(volume_update_flags, {"availability", 0, SP_FLAG_TEXT, "/Spec/Availability", NULL});
FLAGS(config_flags, LABELS('l'), {"template-driver", 0, SP_FLAG_TEXT, "/Templating/Name", NULL});
FLAGS(secret_flags, {"driver", 'd', SP_FLAG_TEXT, "/Driver/Name", NULL}, LABELS('l'), {"template-driver", 0, SP_FLAG_TEXT, "/Templating/Name", NULL});
FLAGS(tasks_flags, FILTER, LONG_FORMAT, {"no-resolve", 0, SP_FLAG_BOOL, "", NULL}, NO_TRUNC, QUIET);
FLAGS(node_flags, {"availability", 0, SP_FLAG_TEXT, "/Availability", NULL}, {"label-add", 0, SP_FLAG_MAP, "/Labels", NULL},
      {"label-rm", 0, SP_FLAG_LIST, "", NULL}, {"role", 0, SP_FLAG_TEXT, "/Role", NULL});
FLAGS(detach_flags, DETACH, QUIET);
FLAGS(rotate_flags, QUIET, {"rotate", 0, SP_FLAG_BOOL, "", NULL});
FLAGS(swarm_ca_flags, {"ca-cert", 0, SP_FLAG_TEXT, "", sp_docker_put_unreadable}, {"ca-key", 0, SP_FLAG_TEXT, "", sp_docker_put_unreadable},
      {"cert-expiry", 0, SP_FLAG_DURATION, "", NULL}, DETACH, {"external-ca", 0, SP_FLAG_TEXT, "", NULL});
FLAGS(swarm_spec_flags, {"autolock", 0, SP_FLAG_BOOL, "", NULL}, {"cert-expiry", 0, SP_FLAG_DURATION, "", NULL},
      {"dispatcher-heartbeat", 0, SP_FLAG_DURATION, "", NULL}, {"external-ca", 0, SP_FLAG_TEXT, "", NULL}, {"max-snapshots", 0, SP_FLAG_INT, "", NULL},
      {"snapshot-interval", 0, SP_FLAG_INT, "", NULL}, {"task-history-limit", 0, SP_FLAG_INT, "", NULL});
FLAGS(swarm_init_flags, {"default-addr-pool", 0, SP_FLAG_CSV, "/DefaultAddrPool", NULL}, {"default-addr-pool-mask-length", 0, SP_FLAG_INT, "/SubnetSize", NULL},
      {"data-path-port", 0, SP_FLAG_INT, "/DataPathPort", NULL}, {"force-new-cluster", 0, SP_FLAG_BOOL, "/ForceNewCluster", NULL});
FLAGS(swarm_join_flags, {"advertise-addr", 0, SP_FLAG_TEXT, "/AdvertiseAddr", NULL}, {"availability", 0, SP_FLAG_TEXT, "/Availability", NULL},
      {"data-path-addr", 0, SP_FLAG_TEXT, "/DataPathAddr", NULL}, {"listen-addr", 0, SP_FLAG_TEXT, "/ListenAddr", NULL});
FLAGS(swarm_token_flags, {"token", 0, SP_FLAG_TEXT, "/JoinToken", NULL});

static const struct sp_docker_command commands[] = {
	{"container run", "run", "POST /containers/create", 1, ANY, true, true, false,
	 {sp_docker_create_flags, sp_docker_run_flags, NULL}, sp_docker_finish_create},
	{"container create", "create", "POST /containers/create", 1, ANY, true, true, false,
	 {sp_docker_create_flags, NULL, NULL}, sp_docker_finish_create},
	{"container exec", "exec", "POST /containers/%1/exec", 2, ANY, true, true, false,
	 {sp_docker_exec_flags, NULL, NULL}, sp_docker_finish_exec},
	{"container update", "update", "POST /containers/%*/update", 1, ANY, false, true, false,
	 {sp_docker_update_flags, NULL, NULL}, sp_docker_finish_update},
	{"container attach", "attach", "POST /containers/%1/attach?stderr=1&stdin=1&stdout=1&stream=1", 1, 1, false, false, false, {attach_flags}, NULL},
	{"container commit", "commit", "POST /commit", 1, 2, false, false, false, {commit_flags}, sp_docker_finish_commit},
	{"container cp", "cp", NULL, 2, 2, false, false, false, {cp_flags}, sp_docker_finish_cp},
	{"container diff", "diff", "GET /containers/%1/changes", 1, 1, false, false, false, {NULL}, NULL},
	{"container export", "export", "GET /containers/%1/export", 1, 1, false, false, false, {output_flags}, NULL},
	{"container inspect", NULL, "GET /containers/%*/json", 1, ANY, false, false, false, {container_inspect_flags}, NULL},
	{"container kill", "kill", "POST /containers/%*/kill", 1, ANY, false, false, false, {kill_flags}, NULL},
	{"container logs", "logs", "GET /containers/%1/logs?stderr=1&stdout=1", 1, 1, false, false, false, {logs_flags}, NULL},
	{"container ls", "container list|container ps|ps", "GET /containers/json", 0, 0, false, false, false, {ps_flags, list_flags}, NULL},
	{"container pause", "pause", "POST /containers/%*/pause", 1, ANY, false, false, false, {NULL}, NULL},
	{"container port", "port", "GET /containers/%1/json", 1, 2, false, false, false, {NULL}, NULL},
	{"container prune", NULL, "POST /containers/prune", 0, 0, false, false, false, {prune_flags}, NULL},
	{"container rename", "rename", "POST /containers/%1/rename?name=%2", 2, 2, false, false, false, {NULL}, NULL},
	{"container restart", "restart", "POST /containers/%*/restart", 1, ANY, false, false, false, {stop_flags}, NULL},
	{"container rm", "container remove|rm", "DELETE /containers/%*", 1, ANY, false, false, false, {rm_flags}, NULL},
	{"container start", "start", "POST /containers/%*/start", 1, ANY, false, false, false, {start_flags}, NULL},
	{"container stats", "stats", "GET /containers/%*/stats", 0, ANY, false, false, false, {stats_flags}, sp_docker_finish_stats},
	{"container stop", "stop", "POST /containers/%*/stop", 1, ANY, false, false, false, {stop_flags}, NULL},
	{"container top", "top", "GET /containers/%1/top", 1, ANY, true, false, false, {NULL}, sp_docker_finish_top},
	{"container unpause", "unpause", "POST /containers/%*/unpause", 1, ANY, false, false, false, {NULL}, NULL},
	{"container wait", "wait", "POST /containers/%*/wait", 1, ANY, false, false, false, {NULL}, NULL},
	{"checkpoint create", NULL, "POST /containers/%1/checkpoints", 2, 2, false, true, false, {checkpoint_flags}, sp_docker_finish_checkpoint},
	{"checkpoint ls", "checkpoint list", "GET /containers/%1/checkpoints", 1, 1, false, false, false, {checkpoint_dir_flags}, NULL},
	{"checkpoint rm", "checkpoint remove", "DELETE /containers/%1/checkpoints/%2", 2, 2, false, false, false, {checkpoint_dir_flags}, NULL},
	{"inspect", NULL, "GET /containers/%*/json", 1, ANY, false, false, false, {any_inspect_flags}, sp_docker_finish_inspect},
	{"image build", "build|builder build", "POST /build", 1, 1, false, false, true, {sp_docker_build_flags}, sp_docker_finish_build},
	{"image history", "history", "GET /images/%1/history", 1, 1, false, false, false, {history_flags}, NULL},
	{"image import", "import", "POST /images/create", 1, 2, false, false, true, {import_flags}, sp_docker_finish_import},
	{"image inspect", NULL, "GET /images/%*/json", 1, ANY, false, false, false, {image_inspect_flags}, NULL},
	{"image load", "load", "POST /images/load", 0, 0, false, false, true, {load_flags}, NULL},
	{"image ls", "image list|images", "GET /images/json", 0, 1, false, false, false, {images_flags, list_flags}, sp_docker_finish_image_list},
	{"image prune", NULL, "POST /images/prune", 0, 0, false, false, false, {image_prune_flags}, sp_docker_finish_image_prune},
	{"image pull", "pull", "POST /images/create", 1, 1, false, false, false, {pull_flags}, sp_docker_finish_pull},
	{"image push", "push", "POST /images/%1/push", 1, 1, false, false, false, {pull_flags}, sp_docker_finish_push},
	{"image rm", "image remove|rmi", "DELETE /images/%*", 1, ANY, false, false, false, {rmi_flags}, NULL},
	{"image save", "save", "GET /images/get", 1, ANY, false, false, false, {save_flags}, sp_docker_finish_save},
	{"image tag", "tag", "POST /images/%1/tag", 2, 2, false, false, false, {NULL}, sp_docker_finish_tag},
	{"builder prune", NULL, "POST /build/prune", 0, 0, false, false, false, {builder_prune_flags}, NULL},
	{"search", NULL, "GET /images/search?term=%1", 1, 1, false, false, false, {search_flags}, NULL},
	{"login", NULL, "POST /auth", 0, 1, false, false, false, {login_flags}, NULL},
	{"network connect", NULL, "POST /networks/%1/connect", 2, 2, false, true, false, {connect_flags}, sp_docker_finish_connect},
	{"network create", NULL, "POST /networks/create", 1, 1, false, true, false, {network_flags}, sp_docker_finish_network},
	{"network disconnect", NULL, "POST /networks/%1/disconnect", 2, 2, false, true, false, {disconnect_flags}, sp_docker_finish_disconnect},
	{"network inspect", NULL, "GET /networks/%*", 1, ANY, false, false, false, {network_inspect_flags}, NULL},
	{"network ls", "network list", "GET /networks", 0, 0, false, false, false, {list_flags}, NULL},
	{"network prune", NULL, "POST /networks/prune", 0, 0, false, false, false, {prune_flags}, NULL},
	{"network rm", "network remove", "DELETE /networks/%*", 1, ANY, false, false, false, {disconnect_flags}, NULL},
	{"volume create", NULL, "POST /volumes/create", 0, 1, false, true, false, {volume_flags}, sp_docker_finish_volume},
	{"volume inspect", NULL, "GET /volumes/%*", 1, ANY, false, false, false, {inspect_flags}, NULL},
	{"volume ls", "volume list", "GET /volumes", 0, 0, false, false, false, {volume_ls_flags, list_flags}, NULL},
	{"volume prune", NULL, "POST /volumes/prune", 0, 0, false, false, false, {image_prune_flags}, sp_docker_finish_volume_prune},
	{"volume rm", "volume remove", "DELETE /volumes/%*", 1, ANY, false, false, false, {force_flags}, NULL},
	{"volume update", NULL, "PUT /volumes/%1?version=0", 1, 1, false, true, false, {volume_update_flags}, NULL},
	{"config create", NULL, "POST /configs/create", 2, 2, false, true, false, {config_flags}, sp_docker_finish_named},
	{"config inspect", NULL, "GET /configs/%*", 1, ANY, false, false, false, {pretty_flags}, NULL},
	{"config ls", "config list", "GET /configs", 0, 0, false, false, false, {list_flags}, NULL},
	{"config rm", "config remove", "DELETE /configs/%*", 1, ANY, false, false, false, {NULL}, NULL},
	{"secret create", NULL, "POST /secrets/create", 1, 2, false, true, false, {secret_flags}, sp_docker_finish_named},
	{"secret inspect", NULL, "GET /secrets/%*", 1, ANY, false, false, false, {pretty_flags}, NULL},
	{"secret ls", "secret list", "GET /secrets", 0, 0, false, false, false, {list_flags}, NULL},
	{"secret rm", "secret remove", "DELETE /secrets/%*", 1, ANY, false, false, false, {NULL}, NULL},
	{"node demote", NULL, "POST /nodes/%*/update?version=0", 1, ANY, false, true, false, {NULL}, sp_docker_finish_role},
	{"node promote", NULL, "POST /nodes/%*/update?version=0", 1, ANY, false, true, false, {NULL}, sp_docker_finish_role},
	{"node inspect", NULL, "GET /nodes/%*", 1, ANY, false, false, false, {pretty_flags}, NULL},
	{"node ls", "node list", "GET /nodes", 0, 0, false, false, false, {list_flags}, NULL},
	{"node ps", NULL, "GET /tasks", 0, ANY, false, false, false, {tasks_flags}, sp_docker_finish_tasks},
	{"node rm", "node remove", "DELETE /nodes/%*", 1, ANY, false, false, false, {force_flags}, NULL},
	{"node update", NULL, "POST /nodes/%1/update?version=0", 1, 1, false, true, false, {node_flags}, NULL},
	{"plugin create", NULL, "POST /plugins/create?name=%1", 2, 2, false, false, true, {plugin_create_flags}, NULL},
	{"plugin disable", NULL, "POST /plugins/%1/disable", 1, 1, false, false, false, {force_flags}, NULL},
	{"plugin enable", NULL, "POST /plugins/%1/enable", 1, 1, false, false, false, {plugin_enable_flags}, NULL},
	{"plugin inspect", NULL, "GET /plugins/%*/json", 1, ANY, false, false, false, {inspect_flags}, NULL},
	{"plugin install", NULL, "POST /plugins/pull", 1, ANY, false, true, false, {plugin_install_flags}, sp_docker_finish_plugin},
	{"plugin ls", "plugin list", "GET /plugins", 0, 0, false, false, false, {list_flags}, NULL},
	{"plugin push", NULL, "POST /plugins/%1/push", 1, 1, false, false, false, {plugin_push_flags}, sp_docker_finish_plugin_push},
	{"plugin rm", "plugin remove", "DELETE /plugins/%*", 1, ANY, false, false, false, {force_flags}, NULL},
	{"plugin set", NULL, "POST /plugins/%1/set", 2, ANY, false, true, false, {NULL}, sp_docker_finish_plugin_set},
	{"plugin upgrade", NULL, "POST /plugins/%1/upgrade", 1, 2, false, true, false, {plugin_install_flags}, sp_docker_finish_plugin},
	{"service create", NULL, "POST /services/create", 1, ANY, true, true, false,
	 {sp_docker_service_flags, sp_docker_service_create_flags, NULL}, sp_docker_finish_service_create},
	{"service inspect", NULL, "GET /services/%*", 1, ANY, false, false, false, {pretty_flags}, NULL},
	{"service logs", NULL, "GET /services/%1/logs?stderr=1&stdout=1", 1, 1, false, false, false, {service_logs_flags}, NULL},
	{"service ls", "service list", "GET /services", 0, 0, false, false, false, {list_flags}, NULL},
	{"service ps", NULL, "GET /tasks", 1, ANY, false, false, false, {tasks_flags}, sp_docker_finish_tasks},
	{"service rm", "service remove", "DELETE /services/%*", 1, ANY, false, false, false, {NULL}, NULL},
	{"service rollback", NULL, "POST /services/%1/update", 1, 1, false, true, false, {detach_flags}, sp_docker_finish_service_rollback},
	{"service scale", NULL, "POST /services/%1/update", 1, 1, false, true, false, {detach_flags}, sp_docker_finish_service_scale},
	{"service update", NULL, "POST /services/%1/update", 1, 1, false, true, false,
	 {sp_docker_service_flags, sp_docker_service_update_flags, NULL}, sp_docker_finish_service_update},
	{"swarm ca", NULL, "GET /swarm", 0, 0, false, false, false, {rotate_flags, swarm_ca_flags}, sp_docker_finish_rotate},
	{"swarm init", NULL, "POST /swarm/init", 0, 0, false, true, false, {swarm_spec_flags, swarm_init_flags, swarm_join_flags}, sp_docker_finish_swarm_spec},
	{"swarm join", NULL, "POST /swarm/join", 1, 1, false, true, false, {swarm_join_flags, swarm_token_flags}, sp_docker_finish_join},
	{"swarm join-token", NULL, "GET /swarm", 1, 1, false, false, false, {rotate_flags}, sp_docker_finish_rotate},
	{"swarm leave", NULL, "POST /swarm/leave", 0, 0, false, false, false, {force_flags}, NULL},
	{"swarm unlock", NULL, "POST /swarm/unlock", 0, 0, false, true, false, {NULL}, NULL},
	{"swarm unlock-key", NULL, "GET /swarm/unlockkey", 0, 0, false, false, false, {rotate_flags}, sp_docker_finish_rotate},
	{"swarm update", NULL, "POST /swarm/update?version=0", 0, 0, false, true, false, {swarm_spec_flags}, sp_docker_finish_swarm_spec},
	{"system df", NULL, "GET /system/df", 0, 0, false, false, false, {df_flags}, NULL},
	{"system events", "events", "GET /events", 0, 0, false, false, false, {events_flags}, NULL},
	{"system info", "info", "GET /info", 0, 0, false, false, false, {inspect_flags}, NULL},
	{"system prune", NULL, "POST /containers/prune\nPOST /networks/prune\nPOST /images/prune\nPOST /build/prune", 0, 0, false, false, false,
	 {system_prune_flags}, sp_docker_finish_prune},
	{"version", NULL, "GET /version", 0, 0, false, false, false, {inspect_flags}, NULL},
};
/* clang-format on */

const struct sp_docker_command *
sp_docker_commands(size_t *n)
{
	*n = sizeof(commands) / sizeof(commands[0]);
	return commands;
}
