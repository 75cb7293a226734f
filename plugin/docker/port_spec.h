/* SPDX-License-Identifier: Apache-2.0 */
/* port_spec.h: published ports as dockerd reads them.  Private to docker/. */
#ifndef SALLYPORT_DOCKER_PORT_SPEC_H
#define SALLYPORT_DOCKER_PORT_SPEC_H

#include "sallyport/facts.h"

/*
 * A binding of HostConfig.PortBindings: `container` is the key ("80/tcp").  Fills *out; the texts
 * are static or in `arena`.  NULL, or why dockerd refuses it (a clause).
 */
const char *sp_port_parse(struct sp_str container, struct sp_str host_ip, struct sp_str host_port,
                          struct sp_arena *arena, struct sp_port *out);

/* As port patterns are written: "any:8080/tcp", "[::1]:8000-8010/udp", "127.0.0.1:ephemeral/tcp".
 */
struct sp_str sp_port_print(const struct sp_port *port, struct sp_arena *arena);

#endif
