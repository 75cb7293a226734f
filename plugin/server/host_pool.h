/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host_pool.h: asks the host about paths on threads of its own, within a deadline.  A thread that
 * hangs (a dead network mount) is written off and replaced, up to a limit; beyond it the answer is
 * "unknown" at once.  Private to server/.
 */
#ifndef SALLYPORT_SERVER_HOST_POOL_H
#define SALLYPORT_SERVER_HOST_POOL_H

#include <pthread.h>
#include <stdatomic.h>

#include "sallyport/facts.h"

#define SP_HOST_THREADS 4
#define SP_HOST_STUCK 16
#define SP_HOST_PATHS 1000 /* of one question; more are not looked at */

struct event;
struct event_base;

enum sp_host_query_state { SP_HOST_QUEUED = 0, SP_HOST_RUNNING, SP_HOST_DONE };

/* One question's paths.  Lives in its own arena: whoever is the last to need it frees it. */
struct sp_host_query {
	struct sp_arena arena;
	struct sp_host_path *paths; /* the asker's, copied, in its order */
	atomic_size_t n_done;       /* of them: these do not change any more */
	size_t n_paths;
	int64_t end; /* monotonic microseconds: what is not known by then is of no use */
	/* Of the pool's lock: */
	enum sp_host_query_state state;
	bool abandoned;             /* its thread frees it */
	struct sp_host_query *next; /* in `todo` or `done` */
	/* The event thread's: */
	struct sp_host_query *waiting_prev, *waiting_next;
	void *asker;
};

struct sp_host_queue { /* first in, first out */
	struct sp_host_query *first, *last;
};

struct sp_host_pool {
	/* On a thread of the pool: answers the paths in order, counting n_done. */
	void (*look)(void *ctx, struct sp_host_query *query);
	/* On the event thread, once for each query; the paths that are known are in the first
	 * n_done.
	 */
	void (*answer)(void *ctx, void *asker, const struct sp_host_query *query);
	void *look_ctx, *ctx;
	int64_t limit_us;
	/* The event thread's: */
	struct event *done_event, *deadline;
	struct sp_host_query *waiting, *waiting_last; /* not answered, the oldest first */
	int64_t complained; /* when it was last said that the host does not answer */
	int done_fd;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t more, gone;
	struct sp_host_queue todo, done;
	unsigned n_todo, n_idle, n_threads, n_stuck;
	bool stop;
};

/* 0; -1 after logging why not.  The pool must live as long as the process: see sp_host_pool_fini.
 */
int sp_host_pool_init(struct sp_host_pool *pool, struct event_base *base, unsigned deadline_ms,
                      void (*look)(void *ctx, struct sp_host_query *query), void *look_ctx,
                      void (*answer)(void *ctx, void *asker, const struct sp_host_query *query),
                      void *ctx);
/*
 * Begins to ask about a copy of these paths; `answer` follows from the event loop.  False: too many
 * threads hang, or there is no memory: nothing is known about them.
 */
bool sp_host_pool_ask(struct sp_host_pool *pool, const struct sp_host_path *paths, void *asker);
/* Whoever asked is gone before the answer came: none comes any more. */
void sp_host_pool_forget(struct sp_host_pool *pool, const void *asker);
/*
 * Forgets all questions; none is answered any more.  Waits for the threads at most `wait_ms`.
 * False: some hang, and what they use must stay until the process ends, this pool among it.
 */
bool sp_host_pool_fini(struct sp_host_pool *pool, unsigned wait_ms);

/* A `look`: asks this host, remembering in `look_ctx`, a struct sp_probes. */
void sp_host_pool_look(void *look_ctx, struct sp_host_query *query);

#endif
