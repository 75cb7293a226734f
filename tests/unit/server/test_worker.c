/* SPDX-License-Identifier: Apache-2.0 */
/* test_worker.c: jobs are done in order, on another thread, and reported on the event thread. */
#include "server/worker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <event2/event.h>

#define MOST 8

struct thing {
	struct sp_job job;
	int number;
	bool ran;
	bool until_stop; /* runs until the worker is being ended */
};

static struct event_base *base;
static struct sp_worker worker;
static struct thing things[MOST + 1];
static pthread_t event_thread;
static int reported[100], n_reported;
static int n_begun; /* atomic */
static int gate[2]; /* a job that is running waits for a byte */

static void
run(void *ctx, struct sp_job *job)
{
	struct thing *thing = (struct thing *)(void *)job;
	bool stop = !thing->until_stop;
	char c;

	__atomic_add_fetch(&n_begun, 1, __ATOMIC_SEQ_CST);
	while (!stop) {
		usleep(1000);
		pthread_mutex_lock(&worker.lock);
		stop = worker.stop;
		pthread_mutex_unlock(&worker.lock);
	}
	if (ctx == &worker && !pthread_equal(pthread_self(), event_thread) &&
	    (thing->until_stop || read(gate[0], &c, 1) == 1))
		thing->ran = true;
}

static void
finished(void *ctx, struct sp_job *job)
{
	struct thing *thing = (struct thing *)(void *)job;

	assert_ptr_equal(ctx, &worker);
	assert_true(pthread_equal(pthread_self(), event_thread));
	assert_true(thing->ran);
	thing->ran = false;
	reported[n_reported++] = thing->number;
}

static void
open_gate(size_t n)
{
	static const char bytes[MOST + 1];

	assert_int_equal(write(gate[1], bytes, n), n);
}

static int
set_up(void **state)
{
	(void)state;
	event_thread = pthread_self();
	n_reported = n_begun = 0;
	memset(things, 0, sizeof(things));
	for (int i = 0; i <= MOST; i++)
		things[i].number = i;
	base = event_base_new();
	if (base == NULL || pipe(gate) != 0)
		return -1;
	return sp_worker_init(&worker, base, MOST, run, finished, &worker) ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	sp_worker_fini(&worker);
	event_base_free(base);
	close(gate[0]);
	close(gate[1]);
	return 0;
}

static void
report(int n)
{
	while (n_reported < n)
		assert_int_equal(event_base_loop(base, EVLOOP_ONCE), 0);
	assert_int_equal(n_reported, n);
}

static void
in_order(void **state)
{
	(void)state;
	for (int round = 0; round < 10; round++) {
		for (int i = 0; i < MOST; i++)
			assert_true(sp_worker_add(&worker, &things[i].job));
		open_gate(MOST);
		report((round + 1) * MOST);
	}
	for (int i = 0; i < 10 * MOST; i++)
		assert_int_equal(reported[i], i % MOST);
}

static void
no_more_than_agreed(void **state)
{
	(void)state;
	for (int i = 0; i < MOST; i++)
		assert_true(sp_worker_add(&worker, &things[i].job));
	assert_false(sp_worker_add(&worker, &things[MOST].job));
	open_gate(1);
	report(1);
	assert_true(sp_worker_add(&worker, &things[MOST].job));
	assert_false(sp_worker_add(&worker, &things[0].job));
	open_gate(MOST);
	report(MOST + 1);
	assert_int_equal(reported[MOST], MOST);
}

/* The one that is running is waited for, those behind it are not begun, none is reported. */
static void
an_end_in_the_middle(void **state)
{
	(void)state;
	things[0].until_stop = true;
	for (int i = 0; i < 3; i++)
		assert_true(sp_worker_add(&worker, &things[i].job));
	while (__atomic_load_n(&n_begun, __ATOMIC_SEQ_CST) == 0)
		usleep(1000);
	sp_worker_fini(&worker);
	assert_int_equal(n_reported, 0);
	assert_true(things[0].ran);
	assert_int_equal(n_begun, 1);
	assert_false(sp_worker_add(&worker, &things[2].job));
	event_base_loop(base, EVLOOP_NONBLOCK);
	assert_int_equal(n_reported, 0);
}

static void
an_idle_end(void **state)
{
	(void)state;
	sp_worker_fini(&worker);
	sp_worker_fini(&worker);
	assert_false(sp_worker_add(&worker, &things[0].job));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(in_order, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(no_more_than_agreed, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(an_end_in_the_middle, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(an_idle_end, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
