/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker.c: a thread with a queue in front of it and one behind it.  Both are under one lock, which
 * is held for a few instructions only, so the event thread never waits; an eventfd tells it that
 * something is finished.
 */
#include "server/worker.h"

#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "sallyport/log.h"

#define NICE 10
#define STACK_BYTES (256u << 10) /* no reader recurses deeper than its own limits */

static void
put(struct sp_jobs *jobs, struct sp_job *job)
{
	job->next = NULL;
	*(jobs->first ? &jobs->last->next : &jobs->first) = job;
	jobs->last = job;
}

static struct sp_job *
take(struct sp_jobs *jobs)
{
	struct sp_job *job = jobs->first;

	if (job)
		jobs->first = job->next;
	return job;
}

static void *
work(void *arg)
{
	struct sp_worker *worker = arg;
	uint64_t one = 1;

	/* Of this thread only (Linux).  On a busy processor the event thread goes first; it works
	 * without as well. */
	if (setpriority(PRIO_PROCESS, (id_t)gettid(), NICE) != 0)
		sp_log(SP_LOG_DEBUG, "worker", errno, "large messages have the same priority");
	pthread_mutex_lock(&worker->lock);
	while (!worker->stop) {
		struct sp_job *job = take(&worker->todo);

		if (job == NULL) {
			pthread_cond_wait(&worker->more, &worker->lock);
			continue;
		}
		pthread_mutex_unlock(&worker->lock);
		worker->run(worker->ctx, job);
		pthread_mutex_lock(&worker->lock);
		put(&worker->done, job);
		/* Only a full counter could make this fail, and there are never that many. */
		if (write(worker->done_fd, &one, sizeof(one)) != (ssize_t)sizeof(one))
			sp_log(SP_LOG_ERROR, "worker", errno, "a result cannot be handed over");
	}
	pthread_mutex_unlock(&worker->lock);
	return NULL;
}

static void
on_done(evutil_socket_t fd, short what, void *arg)
{
	struct sp_worker *worker = arg;
	struct sp_jobs done;
	struct sp_job *job;
	uint64_t count;

	(void)what;
	if (read((int)fd, &count, sizeof(count)) != (ssize_t)sizeof(count))
		return;
	pthread_mutex_lock(&worker->lock);
	done = worker->done;
	worker->done = (struct sp_jobs){0};
	pthread_mutex_unlock(&worker->lock);
	while ((job = take(&done)) != NULL) {
		worker->n--;
		worker->finished(worker->ctx, job);
	}
}

static int
start_thread(struct sp_worker *worker)
{
	pthread_attr_t attr;
	sigset_t all, old;
	int err = pthread_attr_init(&attr);

	if (err != 0)
		return err;
	err = pthread_attr_setstacksize(&attr, STACK_BYTES);
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old); /* signals are for the event thread */
	if (err == 0)
		err = pthread_create(&worker->thread, &attr, work, worker);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&attr);
	return err;
}

bool
sp_worker_init(struct sp_worker *worker, struct event_base *base, size_t most,
               void (*run)(void *ctx, struct sp_job *job),
               void (*finished)(void *ctx, struct sp_job *job), void *ctx)
{
	int err;

	*worker = (struct sp_worker){.run = run, .finished = finished, .ctx = ctx, .most = most};
	pthread_mutex_init(&worker->lock, NULL);
	pthread_cond_init(&worker->more, NULL);
	worker->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	err = errno;
	if (worker->done_fd >= 0) {
		worker->done_event =
		    event_new(base, worker->done_fd, EV_READ | EV_PERSIST, on_done, worker);
		err = worker->done_event && event_add(worker->done_event, NULL) == 0
		          ? start_thread(worker)
		          : ENOMEM;
		worker->running = err == 0;
	}
	if (!worker->running)
		sp_log(SP_LOG_WARN, "worker", err, "no thread for large messages: small ones wait");
	return worker->running;
}

bool
sp_worker_add(struct sp_worker *worker, struct sp_job *job)
{
	if (!worker->running || worker->n == worker->most)
		return false;
	worker->n++;
	pthread_mutex_lock(&worker->lock);
	put(&worker->todo, job);
	pthread_cond_signal(&worker->more);
	pthread_mutex_unlock(&worker->lock);
	return true;
}

void
sp_worker_fini(struct sp_worker *worker)
{
	if (worker->run == NULL)
		return;
	if (worker->running) {
		pthread_mutex_lock(&worker->lock);
		worker->stop = true;
		pthread_cond_signal(&worker->more);
		pthread_mutex_unlock(&worker->lock);
		pthread_join(worker->thread, NULL);
	}
	if (worker->done_event)
		event_free(worker->done_event);
	if (worker->done_fd >= 0)
		close(worker->done_fd);
	pthread_cond_destroy(&worker->more);
	pthread_mutex_destroy(&worker->lock);
	memset(worker, 0, sizeof(*worker));
}
