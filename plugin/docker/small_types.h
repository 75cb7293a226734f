/* SPDX-License-Identifier: Apache-2.0 */
/*
 * small_types.h: the Go types of bodies with few fields, as lists like those of body_types.h:
 * checkpoints, plugins, exec.start, network.disconnect and what no key speaks about.
 * moby: api/types/checkpoint, api/types/plugin, api/types/container, api/types/registry.
 * Private to docker/.
 */
#ifndef SALLYPORT_DOCKER_SMALL_TYPES_H
#define SALLYPORT_DOCKER_SMALL_TYPES_H

#include "docker/body_types.h"

#define SP_WHY_WIPED "It may be a credential; the body of a login is wiped before anything is read."
#define SP_WHY_OF_BUILD                                                                            \
	"A form in the build context could override it, so nothing of a build is believed."

/* clang-format off */

/* --- checkpoint.create -------------------------------------------------------------------- */

#define SP_FIELDS_CHECKPOINT(X) \
	X(CheckpointID, string, PLAIN, NULL) \
	X(CheckpointDir, string, POWER, NULL) \
	X(Exit, boolean, PLAIN, NULL)

/* --- plugin.pull, plugin.upgrade: a list of these; plugin.set: a list of strings ------------ */

#define SP_FIELDS_PRIVILEGE(X) \
	X(Name, string, POWER, NULL) \
	X(Description, string, PLAIN, NULL) \
	X(Value, strings, POWER, NULL)

/* --- container.start: what 20.10 takes below API 1.24 --------------------------------------- */

/* HostConfig fields first, so that their numbers are those of a HostConfig. */
#define SP_FIELDS_START(X) \
	SP_FIELDS_HOST_CONFIG(X) \
	X(HostConfig, host_config, POWER, NULL) \
	X(Cpuset, string, PLAIN, NULL)

/* --- bodies only unknown_fields speaks about ------------------------------------------------ */

#define SP_FIELDS_EXEC_START(X) \
	X(Detach, boolean, PLAIN, NULL) \
	X(Tty, boolean, PLAIN, NULL) \
	X(ConsoleSize, uints, PLAIN, NULL) \
	X(hijack, any, IGNORED, "An option of dockerode, which it writes into the body, too.") \
	X(stdin, any, IGNORED, "An option of dockerode, which it writes into the body, too.")
#define SP_FIELDS_DISCONNECT(X) \
	X(Container, string, PLAIN, NULL) \
	X(Force, boolean, PLAIN, NULL)
/* POST /containers/{name}/copy of 20.10, which answers 404 from API 1.24 on */
#define SP_FIELDS_COPY(X) \
	X(Resource, string, PLAIN, NULL)

/* --- described, never bound ----------------------------------------------------------------- */

#define SP_FIELDS_AUTH(X) \
	X(username, string, IGNORED, SP_WHY_WIPED) \
	X(password, string, IGNORED, SP_WHY_WIPED) \
	X(auth, string, IGNORED, SP_WHY_WIPED) \
	X(email, string, IGNORED, SP_WHY_WIPED) \
	X(serveraddress, string, IGNORED, SP_WHY_WIPED) \
	X(identitytoken, string, IGNORED, SP_WHY_WIPED) \
	X(registrytoken, string, IGNORED, SP_WHY_WIPED)
#define SP_FIELDS_BUILD_OUTPUT(X) \
	X(Type, string, IGNORED, SP_WHY_OF_BUILD) \
	X(Attrs, string_map, IGNORED, SP_WHY_OF_BUILD)

/* --- field numbers -------------------------------------------------------------------------- */

#define CP_(name, type, class, why) CP_##name,
enum { SP_FIELDS_CHECKPOINT(CP_) };
#define GRANT_(name, type, class, why) GRANT_##name,
enum { SP_FIELDS_PRIVILEGE(GRANT_) };
#define START_(name, type, class, why) START_##name,
enum { SP_FIELDS_START(START_) };
/* clang-format on */

extern const struct sp_go_type sp_type_checkpoint;
extern const struct sp_go_type sp_type_privileges;
extern const struct sp_go_type sp_type_exec_start;
extern const struct sp_go_type sp_type_disconnect;
extern const struct sp_go_type sp_type_copy;
extern const struct sp_go_type sp_type_auth;
extern const struct sp_go_type sp_type_build_outputs;

#endif
