/* SPDX-License-Identifier: Apache-2.0 */
/* mount_spec.h: "src:dst:mode" and "container:mode" as dockerd splits them.  Private to docker/. */
#ifndef SALLYPORT_DOCKER_MOUNT_SPEC_H
#define SALLYPORT_DOCKER_MOUNT_SPEC_H

#include "sallyport/base.h"

struct sp_mount_spec {
	struct sp_str source; /* empty: an anonymous volume at target */
	struct sp_str target;
	bool bind; /* the source is a path of the host, else the name of a volume */
	bool read_only;
	struct sp_str propagation; /* as given; empty: the default, rprivate */
};

/* One element of HostConfig.Binds.  NULL, or why dockerd refuses it (a clause). */
const char *sp_mount_spec_parse(struct sp_str raw, struct sp_mount_spec *out);

/* One element of HostConfig.VolumesFrom, likewise. */
const char *sp_volumes_from_parse(struct sp_str raw, struct sp_str *container, bool *read_only);

/* private, rprivate, shared, rshared, slave, rslave */
bool sp_is_propagation(struct sp_str word);
/* shared, rshared, slave, rslave: mounts cross the border between host and container. */
bool sp_propagates(struct sp_str word);

#endif
