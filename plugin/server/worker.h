/* SPDX-License-Identifier: Apache-2.0 */
/* worker.h: one thread for what would hold up the event thread.  Private to server/. */
#ifndef SALLYPORT_SERVER_WORKER_H
#define SALLYPORT_SERVER_WORKER_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct event;
struct event_base;

/* The first member of what is to be done; the queue's from sp_worker_add until `finished`. */
struct sp_job {
	struct sp_job *next;
};

struct sp_jobs { /* first in, first out */
	struct sp_job *first, *last;
};

struct sp_worker {
	void (*run)(void *ctx, struct sp_job *job);      /* on the worker's thread */
	void (*finished)(void *ctx, struct sp_job *job); /* on the event thread, in order */
	void *ctx;
	struct event *done_event;
	int done_fd; /* counts what became of `done` */
	pthread_t thread;
	bool running;         /* event thread only, like the two numbers */
	size_t n, most;       /* jobs between sp_worker_add and `finished` */
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t more;
	struct sp_jobs todo, done;
	bool stop;
};

/* Starts the thread.  False after logging why there is none; sp_worker_add then always fails. */
bool sp_worker_init(struct sp_worker *worker, struct event_base *base, size_t most,
                    void (*run)(void *ctx, struct sp_job *job),
                    void (*finished)(void *ctx, struct sp_job *job), void *ctx);
/* False: there are `most` already, or there is no thread. */
bool sp_worker_add(struct sp_worker *worker, struct sp_job *job);
/*
 * Waits for the job that is running, starts no other, and forgets all: none of them is reported any
 * more.  A zeroed worker, or one that could not be started, is fine.
 */
void sp_worker_fini(struct sp_worker *worker);

#endif
