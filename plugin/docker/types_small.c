/* SPDX-License-Identifier: Apache-2.0 */
/* types_small.c: bodies with few fields. */
#include "docker/small_types.h"

SP_PUBLIC_STRUCT(checkpoint, SP_FIELDS_CHECKPOINT);

SP_STRUCT(privilege, SP_FIELDS_PRIVILEGE);
SP_PUBLIC_LIST_OF(privileges, privilege);

SP_PUBLIC_STRUCT(exec_start, SP_FIELDS_EXEC_START);
SP_PUBLIC_STRUCT(disconnect, SP_FIELDS_DISCONNECT);
SP_PUBLIC_STRUCT(copy, SP_FIELDS_COPY);

SP_PUBLIC_STRUCT(auth, SP_FIELDS_AUTH);
SP_STRUCT(build_output, SP_FIELDS_BUILD_OUTPUT);
SP_PUBLIC_LIST_OF(build_outputs, build_output);
