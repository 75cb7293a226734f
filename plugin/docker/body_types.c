/* SPDX-License-Identifier: Apache-2.0 */
/* body_types.c: the simple Go types, and which type each action's body is decoded into. */
#include "docker/small_types.h"
#include "docker/swarm_types.h"
#include "sallyport/facts.h"

const struct sp_go_type sp_type_any = {.kind = SP_GO_ANY};
const struct sp_go_type sp_type_boolean = {.kind = SP_GO_BOOL};
const struct sp_go_type sp_type_string = {.kind = SP_GO_STRING};
const struct sp_go_type sp_type_integer = {.kind = SP_GO_INT, .bits = 64};
const struct sp_go_type sp_type_uint16 = {.kind = SP_GO_UINT, .bits = 16};
const struct sp_go_type sp_type_uint32 = {.kind = SP_GO_UINT, .bits = 32};
const struct sp_go_type sp_type_uint64 = {.kind = SP_GO_UINT, .bits = 64};
const struct sp_go_type sp_type_uints = {.kind = SP_GO_LIST, .elem = &sp_type_uint64};
const struct sp_go_type sp_type_strings = {.kind = SP_GO_LIST, .elem = &sp_type_string};
const struct sp_go_type sp_type_strslice = {.kind = SP_GO_STRLIST};
const struct sp_go_type sp_type_string_lists = {.kind = SP_GO_LIST, .elem = &sp_type_strings};
const struct sp_go_type sp_type_string_map = {.kind = SP_GO_MAP, .elem = &sp_type_string};
const struct sp_go_type sp_type_set = {.kind = SP_GO_MAP, .elem = &sp_type_any};

const struct sp_go_type *
sp_body_type(enum sp_action action)
{
	static const struct sp_go_type *const types[SP_ACT_COUNT] = {
	    [SP_ACT_CONTAINER_CREATE] = &sp_type_create,
	    [SP_ACT_CONTAINER_START] = &sp_type_start,
	    [SP_ACT_CONTAINER_UPDATE] = &sp_type_update,
	    [SP_ACT_CONTAINER_EXEC] = &sp_type_exec,
	    [SP_ACT_VOLUME_CREATE] = &sp_type_volume_create,
	    [SP_ACT_NETWORK_CREATE] = &sp_type_network_create,
	    [SP_ACT_NETWORK_CONNECT] = &sp_type_connect,
	    [SP_ACT_CONTAINER_COMMIT] = &sp_type_create,
	    [SP_ACT_VOLUME_UPDATE] = &sp_type_volume_update,
	    [SP_ACT_SERVICE_CREATE] = &sp_type_service,
	    [SP_ACT_SERVICE_UPDATE] = &sp_type_service,
	    [SP_ACT_SECRET_CREATE] = &sp_type_secret,
	    [SP_ACT_SECRET_UPDATE] = &sp_type_secret,
	    [SP_ACT_CONFIG_CREATE] = &sp_type_config_object,
	    [SP_ACT_CONFIG_UPDATE] = &sp_type_config_object,
	    [SP_ACT_NODE_UPDATE] = &sp_type_node,
	    [SP_ACT_SWARM_INIT] = &sp_type_swarm_init,
	    [SP_ACT_SWARM_JOIN] = &sp_type_swarm_join,
	    [SP_ACT_SWARM_UPDATE] = &sp_type_swarm_spec,
	    [SP_ACT_SWARM_UNLOCK] = &sp_type_swarm_unlock,
	    [SP_ACT_CHECKPOINT_CREATE] = &sp_type_checkpoint,
	    [SP_ACT_PLUGIN_PULL] = &sp_type_privileges,
	    [SP_ACT_PLUGIN_UPGRADE] = &sp_type_privileges,
	    [SP_ACT_PLUGIN_SET] = &sp_type_strings,
	    [SP_ACT_EXEC_START] = &sp_type_exec_start,
	    [SP_ACT_NETWORK_DISCONNECT] = &sp_type_disconnect,
	    [SP_ACT_CONTAINER_COPY_OUT] = &sp_type_copy,
	    [SP_ACT_REGISTRY_LOGIN] = &sp_type_auth,
	    [SP_ACT_IMAGE_BUILD] = &sp_type_build_outputs,
	};

	return (unsigned)action < SP_ACT_COUNT ? types[action] : NULL;
}
