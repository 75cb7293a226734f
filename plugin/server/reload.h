/* SPDX-License-Identifier: Apache-2.0 */
/* reload.h: a new policy beside the running one.  Private to server/. */
#ifndef SALLYPORT_SERVER_RELOAD_H
#define SALLYPORT_SERVER_RELOAD_H

#include <pthread.h>
#include <stdbool.h>

#include "sallyport/policy.h"
#include "server/own_paths.h"

struct event;
struct event_base;

/* Room for the text and the trees of all files, while a policy is loaded. */
#define SP_LOAD_MEMORY_BYTES (256u << 20)
/*
 * Loads a policy this process may believe, which protects its own files and those of `own`, and
 * finds its links.  new; NULL after an error in *diags, or a log line.
 */
struct sp_policy *sp_policy_load_trusted(const char *path, const struct sp_own_paths *own,
                                         struct sp_diags *diags);
/*
 * policy_links.c: finds the symbolic links among the paths it names, and where dockerd keeps its
 * data by its configuration (/etc/docker/daemon.json).  False: no memory.
 */
bool sp_policy_follow_links(struct sp_policy *policy, const char *daemon_config);

enum sp_reloaded { SP_RELOADED_POLICY = 0, SP_RELOADED_SHADOW };
#define SP_RELOADED_COUNT 2

struct sp_reload {
	const char *path[SP_RELOADED_COUNT]; /* NULL: there is none */
	const struct sp_own_paths *own;      /* does not change while it runs */
	struct event *done_event;
	pthread_t thread;
	int done_fd; /* eventfd: the worker has finished */
	/* By the worker, before it says so; NULL: it does not load. */
	struct sp_policy *loaded[SP_RELOADED_COUNT];
	bool running;
	bool again; /* asked for once more while it was running */
	/* On the event thread, for each that could be loaded; takes over the reference. */
	void (*swap)(void *ctx, enum sp_reloaded which, struct sp_policy *policy);
	void *ctx;
};

/* `shadow` may be NULL.  0; -1 after logging why not. */
int sp_reload_init(struct sp_reload *reload, struct event_base *base, const char *policy,
                   const char *shadow, const struct sp_own_paths *own,
                   void (*swap)(void *ctx, enum sp_reloaded which, struct sp_policy *policy),
                   void *ctx);
/* Returns at once.  Requests that come while one is running become one more. */
void sp_reload_start(struct sp_reload *reload);
/*
 * Waits for a running load at most `wait_ms`.  False: it still runs (a disk that hangs), and what
 * it uses must stay until the process ends.
 */
bool sp_reload_fini(struct sp_reload *reload, unsigned wait_ms);

#endif
