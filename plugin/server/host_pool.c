/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host_pool.c: a queue, a few threads behind it, and a timer.  The lock is held for a few
 * instructions only, so the event thread never waits; an eventfd tells it that something is done.
 *
 * A query that is overdue is answered with what is known of it, and then belongs to the thread that
 * hangs with it: nobody else can say when it may be freed.
 */
#include "server/host_pool.h"

#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "sallyport/log.h"
#include "server/clock.h"
#include "server/host.h"

#define STACK_BYTES (256u << 10)
#define COMPLAINT_EVERY_US (10 * INT64_C(1000000))
#define QUERY_BYTES (64u << 20) /* the lists of a host with very many sockets */

static void
put(struct sp_host_queue *queue, struct sp_host_query *query)
{
	query->next = NULL;
	*(queue->first ? &queue->last->next : &queue->first) = query;
	queue->last = query;
}

static struct sp_host_query *
take(struct sp_host_queue *queue)
{
	struct sp_host_query *query = queue->first;

	if (query)
		queue->first = query->next;
	return query;
}

static void
take_this(struct sp_host_queue *queue, const struct sp_host_query *query)
{
	struct sp_host_queue rest = {0};
	struct sp_host_query *q;

	while ((q = take(queue)) != NULL)
		if (q != query)
			put(&rest, q);
	*queue = rest;
}

static void
query_free(struct sp_host_query *query)
{
	struct sp_arena arena = query->arena; /* it lives there itself */

	sp_arena_fini(&arena);
}

/* --- the threads --- */

/* Waits for something to do; NULL: the thread is of no more use.  The lock is held. */
static struct sp_host_query *
next_query(struct sp_host_pool *pool)
{
	struct sp_host_query *query = NULL;

	while (!pool->stop && pool->n_threads - pool->n_stuck <= SP_HOST_THREADS &&
	       (query = take(&pool->todo)) == NULL) {
		pool->n_idle++;
		pthread_cond_wait(&pool->more, &pool->lock);
		pool->n_idle--;
	}
	if (query == NULL)
		return NULL;
	pool->n_todo--;
	query->state = SP_HOST_RUNNING;
	return query;
}

/* The lock is held. */
static void
hand_over(struct sp_host_pool *pool, struct sp_host_query *query)
{
	uint64_t one = 1;

	if (query->abandoned) {
		pool->n_stuck--;
		query_free(query);
		return;
	}
	query->state = SP_HOST_DONE;
	put(&pool->done, query);
	/* Only a full counter could make this fail, and there are never that many. */
	if (!pool->stop && write(pool->done_fd, &one, sizeof(one)) != (ssize_t)sizeof(one))
		sp_log(SP_LOG_ERROR, "host", errno, "an answer cannot be handed over");
}

static void *
work(void *arg)
{
	struct sp_host_pool *pool = arg;
	struct sp_host_query *query;

	pthread_mutex_lock(&pool->lock);
	while ((query = next_query(pool)) != NULL) {
		pthread_mutex_unlock(&pool->lock);
		/* It may have waited for too long already: then this thread is better used. */
		if (sp_clock_us(CLOCK_MONOTONIC) < query->end)
			pool->look(pool->look_ctx, query);
		pthread_mutex_lock(&pool->lock);
		hand_over(pool, query);
	}
	pool->n_threads--;
	pthread_cond_signal(&pool->gone);
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

static int
start_thread(struct sp_host_pool *pool)
{
	pthread_attr_t attr;
	pthread_t thread;
	sigset_t all, old;
	int err = pthread_attr_init(&attr);

	if (err != 0)
		return err;
	err = pthread_attr_setstacksize(&attr, STACK_BYTES);
	if (err == 0)
		err = pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old); /* signals are for the event thread */
	if (err == 0)
		err = pthread_create(&thread, &attr, work, pool);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&attr);
	return err;
}

/* Another thread, if one is needed and may be had.  The lock is held.  False: there is none at all.
 */
static bool
enough_threads(struct sp_host_pool *pool)
{
	int err = 0;

	if (pool->n_todo > pool->n_idle && pool->n_threads - pool->n_stuck < SP_HOST_THREADS &&
	    pool->n_stuck < SP_HOST_STUCK) {
		err = start_thread(pool);
		pool->n_threads += err == 0;
	}
	if (err != 0)
		sp_log(SP_LOG_ERROR, "host", err, "no thread to ask the host with");
	return pool->n_threads > pool->n_stuck;
}

void
sp_host_pool_look(void *look_ctx, struct sp_host_query *query)
{
	struct sp_host_view view;
	size_t n = 0;

	sp_host_view_init(&view, look_ctx, query->end);
	for (struct sp_host_path *path = query->paths; path; path = path->next) {
		if (sp_clock_us(CLOCK_MONOTONIC) >= query->end)
			return;
		sp_host_look(&view, path, &query->arena);
		atomic_store(&query->n_done, ++n);
	}
}

/* --- the event thread --- */

static void
arm(struct sp_host_pool *pool, int64_t us)
{
	struct timeval tv = {us / 1000000, us % 1000000};

	event_add(pool->deadline, &tv);
}

static void
wait_no_longer(struct sp_host_pool *pool, struct sp_host_query *query)
{
	*(query->waiting_prev ? &query->waiting_prev->waiting_next : &pool->waiting) =
	    query->waiting_next;
	*(query->waiting_next ? &query->waiting_next->waiting_prev : &pool->waiting_last) =
	    query->waiting_prev;
}

static struct sp_host_query *
take_done(struct sp_host_pool *pool)
{
	struct sp_host_query *query;

	pthread_mutex_lock(&pool->lock);
	query = take(&pool->done);
	pthread_mutex_unlock(&pool->lock);
	return query;
}

static void
on_done(evutil_socket_t fd, short what, void *arg)
{
	struct sp_host_pool *pool = arg;
	struct sp_host_query *query;
	uint64_t count;

	(void)what;
	if (read((int)fd, &count, sizeof(count)) != (ssize_t)sizeof(count))
		return;
	/* One by one: an answer may make somebody forget another. */
	while ((query = take_done(pool)) != NULL) {
		wait_no_longer(pool, query);
		pool->answer(pool->ctx, query->asker, query);
		query_free(query);
	}
}

/* Answered already: now it is its thread's, or it is freed. */
static void
abandon(struct sp_host_pool *pool, struct sp_host_query *query)
{
	bool running;

	pthread_mutex_lock(&pool->lock);
	running = query->state == SP_HOST_RUNNING;
	if (running) {
		query->abandoned = true;
		pool->n_stuck++;
		enough_threads(pool);
	} else if (query->state == SP_HOST_QUEUED) {
		take_this(&pool->todo, query);
		pool->n_todo--;
	} else {
		take_this(&pool->done, query);
	}
	pthread_mutex_unlock(&pool->lock);
	if (!running)
		query_free(query);
}

/* One of its paths does not answer.  Whoever sends requests must not be able to fill the log. */
static void
complain(struct sp_host_pool *pool, const struct sp_host_query *query, int64_t now)
{
	const struct sp_host_path *path = query->paths;

	if (pool->complained && now - pool->complained <= COMPLAINT_EVERY_US)
		return;
	pool->complained = now;
	for (size_t n = atomic_load(&query->n_done); path && n > 0; n--)
		path = path->next;
	if (path)
		sp_log(SP_LOG_WARN, "host", 0, "no answer in time path=%.*s", SP_FMT(path->path));
}

static void
on_deadline(evutil_socket_t fd, short what, void *arg)
{
	struct sp_host_pool *pool = arg;
	int64_t now = sp_clock_us(CLOCK_MONOTONIC);
	struct sp_host_query *query;

	(void)fd, (void)what;
	while ((query = pool->waiting) != NULL && query->end <= now) {
		wait_no_longer(pool, query);
		pool->answer(pool->ctx, query->asker, query);
		complain(pool, query, now);
		abandon(pool, query);
	}
	if (pool->waiting)
		arm(pool, pool->waiting->end - now);
}

void
sp_host_pool_forget(struct sp_host_pool *pool, const void *asker)
{
	struct sp_host_query *query = pool->waiting;

	while (query && query->asker != asker)
		query = query->waiting_next;
	if (query == NULL)
		return;
	wait_no_longer(pool, query);
	abandon(pool, query);
}

/* A query about a copy of these paths; NULL: no memory. */
static struct sp_host_query *
query_new(const struct sp_host_path *paths, int64_t limit_us, void *asker)
{
	struct sp_arena arena;
	struct sp_host_query *query;
	struct sp_host_path **end;

	sp_arena_init(&arena, QUERY_BYTES);
	query = sp_arena_alloc(&arena, sizeof(*query));
	if (query == NULL)
		return NULL;
	query->asker = asker;
	query->end = sp_clock_us(CLOCK_MONOTONIC) + limit_us;
	end = &query->paths;
	for (; paths && query->n_paths < SP_HOST_PATHS; paths = paths->next) {
		struct sp_host_path *copy = sp_arena_alloc(&arena, sizeof(*copy));

		if (copy)
			copy->path = sp_arena_dup(&arena, paths->path);
		if (copy == NULL || copy->path.p == NULL)
			break;
		*end = copy;
		end = &copy->next;
		query->n_paths++;
	}
	query->arena = arena;
	return query;
}

bool
sp_host_pool_ask(struct sp_host_pool *pool, const struct sp_host_path *paths, void *asker)
{
	struct sp_host_query *query = query_new(paths, pool->limit_us, asker);
	bool any;

	if (query == NULL)
		return false;
	pthread_mutex_lock(&pool->lock);
	put(&pool->todo, query);
	pool->n_todo++;
	any = enough_threads(pool);
	if (any) {
		pthread_cond_signal(&pool->more);
	} else {
		take_this(&pool->todo, query);
		pool->n_todo--;
	}
	pthread_mutex_unlock(&pool->lock);
	if (!any) {
		query_free(query);
		return false;
	}
	query->waiting_prev = pool->waiting_last;
	*(pool->waiting_last ? &pool->waiting_last->waiting_next : &pool->waiting) = query;
	pool->waiting_last = query;
	if (!event_pending(pool->deadline, EV_TIMEOUT, NULL))
		arm(pool, pool->limit_us);
	return true;
}

int
sp_host_pool_init(struct sp_host_pool *pool, struct event_base *base, unsigned deadline_ms,
                  void (*look)(void *ctx, struct sp_host_query *query), void *look_ctx,
                  void (*answer)(void *ctx, void *asker, const struct sp_host_query *query),
                  void *ctx)
{
	memset(pool, 0, sizeof(*pool));
	pool->look = look;
	pool->look_ctx = look_ctx;
	pool->answer = answer;
	pool->ctx = ctx;
	pool->limit_us = (int64_t)deadline_ms * 1000;
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->more, NULL);
	pthread_cond_init(&pool->gone, NULL);
	pool->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (pool->done_fd >= 0)
		pool->done_event =
		    event_new(base, pool->done_fd, EV_READ | EV_PERSIST, on_done, pool);
	pool->deadline = evtimer_new(base, on_deadline, pool);
	if (pool->done_event && pool->deadline && event_add(pool->done_event, NULL) == 0)
		return 0;
	sp_log(SP_LOG_ERROR, "host", errno, "cannot set up asking the host");
	return -1;
}

/* Waits until all threads have gone; the lock is held. */
static bool
wait_for_threads(struct sp_host_pool *pool, unsigned wait_ms)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += wait_ms / 1000;
	until.tv_nsec += (long)(wait_ms % 1000) * 1000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	while (pool->n_threads > 0)
		if (pthread_cond_timedwait(&pool->gone, &pool->lock, &until) != 0)
			return false;
	return true;
}

bool
sp_host_pool_fini(struct sp_host_pool *pool, unsigned wait_ms)
{
	struct sp_host_query *query;
	bool gone;

	if (pool->look == NULL)
		return true;
	if (pool->done_event)
		event_free(pool->done_event);
	if (pool->deadline)
		event_free(pool->deadline);
	pool->done_event = pool->deadline = NULL;
	pthread_mutex_lock(&pool->lock);
	pool->stop = true;
	pthread_cond_broadcast(&pool->more);
	gone = wait_for_threads(pool, wait_ms);
	pthread_mutex_unlock(&pool->lock);
	if (!gone)
		return false;
	while ((query = take(&pool->todo)) != NULL || (query = take(&pool->done)) != NULL)
		query_free(query);
	if (pool->done_fd >= 0)
		close(pool->done_fd);
	pthread_cond_destroy(&pool->more);
	pthread_cond_destroy(&pool->gone);
	pthread_mutex_destroy(&pool->lock);
	memset(pool, 0, sizeof(*pool));
	return true;
}
