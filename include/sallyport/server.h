/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server.h: run the plugin: socket, HTTP, deadlines, signals, reload, audit log.  Decides nothing
 * itself.  Layer: server.
 */
#ifndef SALLYPORT_SERVER_H
#define SALLYPORT_SERVER_H

#include "sallyport/base.h"

struct sp_server_options {
	const char *policy;    /* file; required */
	const char *shadow;    /* file of a policy that is decided and recorded, no more; or NULL */
	const char *socket;    /* default /run/docker/plugins/sallyport.sock */
	const char *audit_log; /* file, or "-" for stdout */
	bool force_audit;      /* --audit */
	bool audit_failure_allows; /* --audit-failure=allow */
	size_t max_message_bytes;  /* default 8 MiB */
	size_t max_header_bytes;   /* default 64 KiB */
	size_t max_request_memory; /* arena cap for one question; default 64 MiB */
	unsigned max_connections;  /* default 1024 */
	unsigned read_deadline_ms; /* from the first byte of a message to its last; default 10 s */
	unsigned decision_deadline_ms; /* for what the host must be asked; default 2 s */
	unsigned drain_ms; /* SIGTERM: how long answers in flight may take; default 5 s */
};

void sp_server_defaults(struct sp_server_options *options);

/*
 * Loads the policy, binds, serves until SIGTERM or SIGINT.  Returns the process's exit status
 * (POLICY.md 3.2): 0 after an orderly stop, 3 when a policy cannot be loaded (all its errors have
 * been printed, nothing was bound), 4 when the environment failed.
 */
int sp_server_run(const struct sp_server_options *options);

#endif
