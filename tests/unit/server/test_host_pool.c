/* SPDX-License-Identifier: Apache-2.0 */
/* test_host_pool.c: questions to a host that answers, answers late, or hangs. */
#include "server/host_pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <event2/event.h>

#define LIMIT_MS 200

static struct event_base *base;
static struct sp_host_pool pool;
static pthread_t event_thread;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER; /* who looks at "hang" waits for it */
static atomic_uint n_hanging;
static unsigned n_answers;
static size_t known[400]; /* by asker: paths that were answered; SIZE_MAX: no answer yet */

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
look(void *ctx, struct sp_host_query *query)
{
	size_t n = 0;

	assert_ptr_equal(ctx, &gate);
	for (struct sp_host_path *path = query->paths; path; path = path->next) {
		if (sp_str_is(path->path, "/hang")) {
			atomic_fetch_add(&n_hanging, 1);
			pthread_mutex_lock(&gate);
			pthread_mutex_unlock(&gate);
			atomic_fetch_sub(&n_hanging, 1);
		}
		path->state = SP_HOST_RESOLVED;
		path->resolved = sp_arena_dup(&query->arena, path->path);
		atomic_store(&query->n_done, ++n);
	}
}

static void
answer(void *ctx, void *asker, const struct sp_host_query *query)
{
	const struct sp_host_path *path = query->paths;
	size_t n = atomic_load(&query->n_done);

	assert_ptr_equal(ctx, &base);
	assert_true(pthread_equal(pthread_self(), event_thread));
	for (size_t i = 0; i < n; i++, path = path->next)
		assert_true(sp_str_eq(path->resolved, path->path));
	assert_int_equal(*(size_t *)asker, SIZE_MAX);
	*(size_t *)asker = n;
	n_answers++;
}

static int
set_up(void **state)
{
	(void)state;
	event_thread = pthread_self();
	n_answers = 0;
	memset(known, 0xff, sizeof(known));
	base = event_base_new();
	return base ? sp_host_pool_init(&pool, base, LIMIT_MS, look, &gate, answer, &base) : -1;
}

static int
tear_down(void **state)
{
	bool gone = sp_host_pool_fini(&pool, 5000);

	(void)state;
	event_base_free(base);
	return gone ? 0 : -1;
}

/* Asks about up to three paths. */
static bool
ask(size_t asker, const char *a, const char *b, const char *c)
{
	struct sp_host_path third = {.path = sp_strz(c)};
	struct sp_host_path second = {.path = sp_strz(b), .next = c ? &third : NULL};
	struct sp_host_path first = {.path = sp_strz(a), .next = b ? &second : NULL};

	return sp_host_pool_ask(&pool, &first, &known[asker]);
}

static void
wait_for_answers(unsigned n)
{
	double end = now() + 10;

	while (n_answers < n && now() < end)
		assert_int_equal(event_base_loop(base, EVLOOP_ONCE), 0);
	assert_int_equal(n_answers, n);
}

static void
wait_for_hanging(unsigned n)
{
	double end = now() + 10;

	while (atomic_load(&n_hanging) != n && now() < end)
		usleep(1000);
	assert_int_equal(atomic_load(&n_hanging), n);
}

static void
threads_are(unsigned n, unsigned stuck)
{
	double end = now() + 10;
	bool same = false;

	while (!same && now() < end) {
		usleep(1000);
		pthread_mutex_lock(&pool.lock);
		same = pool.n_threads == n && pool.n_stuck == stuck;
		pthread_mutex_unlock(&pool.lock);
	}
	if (!same)
		fail_msg("%u threads, %u stuck, not %u and %u", pool.n_threads, pool.n_stuck, n,
		         stuck);
}

static void
a_burst(void **state)
{
	(void)state;
	threads_are(0, 0); /* none before it is needed */
	for (size_t i = 0; i < 400; i++)
		assert_true(ask(i, "/a", "/b", i % 2 ? "/c" : NULL));
	wait_for_answers(400);
	for (size_t i = 0; i < 400; i++)
		assert_int_equal(known[i], i % 2 ? 3 : 2);
	assert_true(pool.n_threads <= SP_HOST_THREADS);
	assert_null(pool.waiting);
}

/* What is known at the deadline counts. */
static void
an_answer_in_part(void **state)
{
	double began = now();

	(void)state;
	pthread_mutex_lock(&gate);
	assert_true(ask(0, "/a", "/hang", "/c"));
	assert_true(ask(1, "/a", NULL, NULL));
	wait_for_answers(1);
	assert_int_equal(known[1], 1); /* the other waits */
	assert_true(now() - began < LIMIT_MS / 1000.0);
	wait_for_answers(2);
	assert_int_equal(known[0], 1);
	assert_true(now() - began >= LIMIT_MS / 1000.0 && now() - began < 3);
	threads_are(2, 1);
	pthread_mutex_unlock(&gate);
	wait_for_hanging(0);
	threads_are(2, 0); /* it is of use again */
	assert_true(ask(2, "/a", NULL, NULL));
	wait_for_answers(3);
}

/* Threads that hang are replaced: those behind them wait for a deadline at most. */
static void
hung_threads_are_replaced(void **state)
{
	(void)state;
	pthread_mutex_lock(&gate);
	for (size_t i = 0; i < SP_HOST_THREADS; i++)
		assert_true(ask(i, "/hang", NULL, NULL));
	wait_for_hanging(SP_HOST_THREADS);
	wait_for_answers(SP_HOST_THREADS);
	assert_true(ask(10, "/a", NULL, NULL));
	wait_for_answers(SP_HOST_THREADS + 1);
	assert_int_equal(known[10], 1);
	pthread_mutex_unlock(&gate);
	threads_are(SP_HOST_THREADS, 0); /* the fifth has gone, whichever it is */
}

static void
only_so_many_may_hang(void **state)
{
	unsigned n = 0;
	double began;

	(void)state;
	pthread_mutex_lock(&gate);
	while (n < SP_HOST_STUCK) {
		for (size_t i = 0; i < SP_HOST_THREADS; i++)
			assert_true(ask(n++, "/hang", NULL, NULL));
		wait_for_answers(n);
	}
	threads_are(SP_HOST_STUCK, SP_HOST_STUCK);
	began = now();
	assert_false(ask(100, "/a", NULL, NULL));
	assert_true(now() - began < 0.1);
	assert_int_equal(pool.n_todo, 0);
	pthread_mutex_unlock(&gate);
	threads_are(SP_HOST_THREADS, 0);
	assert_true(ask(101, "/a", NULL, NULL));
	wait_for_answers(n + 1);
	assert_int_equal(known[101], 1);
	assert_int_equal(known[100], SIZE_MAX);
}

/* More wait than threads hang: they are answered at their deadline without having been looked at.
 */
static void
behind_hanging_ones(void **state)
{
	(void)state;
	pthread_mutex_lock(&gate);
	for (size_t i = 0; i < 50; i++)
		assert_true(ask(i, "/hang", NULL, NULL));
	wait_for_answers(50);
	for (size_t i = 0; i < 50; i++)
		assert_int_equal(known[i], 0);
	pthread_mutex_unlock(&gate);
	wait_for_hanging(0);
	assert_true(ask(60, "/a", NULL, NULL));
	wait_for_answers(51);
	assert_int_equal(known[60], 1);
}

static void
an_end_with_a_hung_thread(void **state)
{
	double began = now();

	(void)state;
	pthread_mutex_lock(&gate);
	assert_true(ask(0, "/hang", NULL, NULL));
	for (size_t i = 1; i < 20; i++)
		assert_true(ask(i, "/hang", NULL, NULL));
	wait_for_hanging(SP_HOST_THREADS);
	assert_false(sp_host_pool_fini(&pool, 50));
	assert_true(now() - began < 2);
	event_base_loop(base, EVLOOP_NONBLOCK);
	pthread_mutex_unlock(&gate);
	wait_for_hanging(0);
	event_base_loop(base, EVLOOP_NONBLOCK);
	assert_int_equal(n_answers, 0);
}

static void
an_idle_end(void **state)
{
	(void)state;
	assert_true(ask(0, "/a", NULL, NULL));
	wait_for_answers(1);
	assert_true(sp_host_pool_fini(&pool, 5000));
	assert_true(sp_host_pool_fini(&pool, 5000));
}

static void
too_many_paths(void **state)
{
	static struct sp_host_path many[SP_HOST_PATHS + 5];

	(void)state;
	for (size_t i = 0; i < SP_HOST_PATHS + 5; i++) {
		many[i].path = SP_STR("/a");
		many[i].next = i + 1 < SP_HOST_PATHS + 5 ? &many[i + 1] : NULL;
	}
	assert_true(sp_host_pool_ask(&pool, many, &known[0]));
	wait_for_answers(1);
	assert_int_equal(known[0], SP_HOST_PATHS);
}

static void
an_asker_who_leaves(void **state)
{
	(void)state;
	pthread_mutex_lock(&gate);
	assert_true(ask(0, "/hang", NULL, NULL));
	wait_for_hanging(1);
	sp_host_pool_forget(&pool, &known[0]);
	sp_host_pool_forget(&pool, &known[0]);
	threads_are(1, 1);
	assert_true(ask(1, "/a", NULL, NULL));
	pthread_mutex_unlock(&gate);
	wait_for_answers(1);
	threads_are(2, 0);
	assert_true(ask(2, "/a", NULL, NULL));
	wait_for_answers(2);
	assert_int_equal(known[0], SIZE_MAX);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(a_burst),
	    T(an_answer_in_part),
	    T(hung_threads_are_replaced),
	    T(only_so_many_may_hang),
	    T(behind_hanging_ones),
	    T(an_end_with_a_hung_thread),
	    T(an_idle_end),
	    T(too_many_paths),
	    T(an_asker_who_leaves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
