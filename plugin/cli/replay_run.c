/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay_run.c: a log through the threads that decide, and its results, in the order of the log,
 * into the tally.  One thread reads blocks and adds up; the others take blocks as they come. Blocks
 * stand in a ring; what is added up is always the oldest one, so that the report does not depend on
 * who was faster.
 */
#include "cli/replay.h"

#include <pthread.h>
#include <stdio.h>
#include <time.h>

#define MAX_JOBS 64
#define N_SLOTS_PER_JOB 3
#define SCRATCH_BYTES ((size_t)512 << 20)

enum state { FREE = 0, WAITING, TAKEN, DONE };

/* Some results of a block; a list, for nobody knows before how many there are. */
#define N_RESULTS 64
struct results {
	struct sp_replayed list[N_RESULTS];
	size_t n;
	struct results *next;
};

struct slot {
	enum state state;
	struct sp_log_block block;
	struct sp_arena keep;
	struct results *first, *last;
	uint64_t n_lost; /* lines there was no room for */
};

struct pool {
	const struct sp_replay *how;
	struct slot slots[MAX_JOBS * N_SLOTS_PER_JOB];
	size_t n_slots;
	size_t oldest, newest, taken; /* counts of blocks; slot = count % n_slots */
	bool stop;
	pthread_mutex_t lock;
	pthread_cond_t work, done;
};

/* --- deciding a block --- */

/* Room for one more; NULL: there is none. */
static struct sp_replayed *
new_result(struct slot *slot)
{
	struct results *r = slot->last;

	if (!r || r->n == N_RESULTS) {
		r = sp_arena_alloc(&slot->keep, sizeof(*r));
		if (!r)
			return NULL;
		if (slot->last)
			slot->last->next = r;
		else
			slot->first = r;
		slot->last = r;
	}
	return &r->list[r->n++];
}

/* A file that is no log at all may have a million lines in a block: those are one result. */
static bool
is_more_of_it(const struct slot *slot, const struct sp_replayed *r)
{
	const struct results *last = slot->last;

	return last && last->n && r->is_broken && last->list[last->n - 1].is_broken &&
	       strcmp(last->list[last->n - 1].why, r->why) == 0;
}

static void
decide_line(const struct sp_replay *how, struct slot *slot, struct sp_arena *scratch,
            struct sp_str line, uint64_t n)
{
	struct sp_replayed r, *to;

	if (slot->block.too_long)
		r = (struct sp_replayed){
		    .why = "the line is too long", .is_broken = true, .n_lines = 1};
	else
		sp_replay_line(how, line, scratch, &slot->keep, &r);
	sp_arena_reset(scratch);
	r.line = n;
	r.file = slot->block.file;
	if (is_more_of_it(slot, &r)) {
		slot->last->list[slot->last->n - 1].n_lines++;
		return;
	}
	to = new_result(slot);
	if (to)
		*to = r;
	else
		slot->n_lost++;
}

static void
decide_block(const struct sp_replay *how, struct slot *slot, struct sp_arena *scratch)
{
	struct sp_str rest = slot->block.text, line;
	uint64_t next = slot->block.first_line, n;

	slot->n_lost = 0;
	slot->first = slot->last = NULL;
	sp_arena_reset(&slot->keep);
	while (sp_log_line(&rest, &next, &line, &n))
		decide_line(how, slot, scratch, line, n);
}

static void
add_up(const struct slot *slot, struct sp_tally *tally)
{
	const struct sp_replayed lost = {.why = "out of memory",
	                                 .is_broken = true,
	                                 .line = slot->block.first_line,
	                                 .file = slot->block.file,
	                                 .n_lines = slot->n_lost};

	for (const struct results *r = slot->first; r; r = r->next) {
		for (size_t i = 0; i < r->n; i++)
			sp_tally_add(tally, &r->list[i]);
	}
	if (slot->n_lost)
		sp_tally_add(tally, &lost);
}

static void *
work(void *arg)
{
	struct pool *pool = arg;
	struct sp_arena scratch;

	sp_arena_init(&scratch, SCRATCH_BYTES);
	pthread_mutex_lock(&pool->lock);
	for (;;) {
		struct slot *slot;

		while (pool->taken == pool->newest && !pool->stop)
			pthread_cond_wait(&pool->work, &pool->lock);
		if (pool->taken == pool->newest)
			break;
		slot = &pool->slots[pool->taken++ % pool->n_slots];
		slot->state = TAKEN;
		pthread_mutex_unlock(&pool->lock);
		decide_block(pool->how, slot, &scratch);
		pthread_mutex_lock(&pool->lock);
		slot->state = DONE;
		pthread_cond_signal(&pool->done);
	}
	pthread_mutex_unlock(&pool->lock);
	sp_arena_fini(&scratch);
	return NULL;
}

/* --- progress --- */

struct progress {
	bool shown;
	uint64_t lines;
	struct timespec last;
};

/* A few times a second, and only for somebody who watches. */
static void
show_progress(struct progress *p, const struct sp_log_reader *reader, uint64_t n)
{
	struct timespec now;

	p->lines += n;
	if (!p->shown && !isatty(STDERR_FILENO))
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (now.tv_sec == p->last.tv_sec && now.tv_nsec - p->last.tv_nsec < 200000000)
		return;
	p->last = now;
	p->shown = true;
	fprintf(stderr, "\r%llu lines, %llu MB ", (unsigned long long)p->lines,
	        (unsigned long long)(reader->n_bytes / 1000000));
	fflush(stderr);
}

static void
end_progress(const struct progress *p)
{
	if (p->shown)
		fprintf(stderr, "\r%*s\r", 60, "");
}

/* --- the ring --- */

/* Adds up the oldest block, which somebody works on or will. */
static void
add_oldest(struct pool *pool, struct sp_tally *tally)
{
	struct slot *slot = &pool->slots[pool->oldest % pool->n_slots];

	pthread_mutex_lock(&pool->lock);
	while (slot->state != DONE)
		pthread_cond_wait(&pool->done, &pool->lock);
	pthread_mutex_unlock(&pool->lock);
	add_up(slot, tally);
	slot->state = FREE;
	pool->oldest++;
}

static void
run_pool(struct pool *pool, struct sp_log_reader *reader, struct sp_tally *tally)
{
	struct progress progress = {0};

	for (;;) {
		struct slot *slot = &pool->slots[pool->newest % pool->n_slots];
		struct slot *oldest;

		if (pool->newest - pool->oldest == pool->n_slots) {
			oldest = &pool->slots[pool->oldest % pool->n_slots];
			add_oldest(pool, tally);
			show_progress(&progress, reader, oldest->block.n_lines);
		}
		if (!sp_log_next(reader, &slot->block))
			break;
		pthread_mutex_lock(&pool->lock);
		slot->state = WAITING;
		pool->newest++;
		pthread_cond_signal(&pool->work);
		pthread_mutex_unlock(&pool->lock);
	}
	while (pool->oldest < pool->newest)
		add_oldest(pool, tally);
	end_progress(&progress);
}

static void
run_alone(struct pool *pool, struct sp_log_reader *reader, struct sp_tally *tally)
{
	struct progress progress = {0};
	struct slot *slot = &pool->slots[0];
	struct sp_arena scratch;

	sp_arena_init(&scratch, SCRATCH_BYTES);
	while (sp_log_next(reader, &slot->block)) {
		decide_block(pool->how, slot, &scratch);
		add_up(slot, tally);
		show_progress(&progress, reader, slot->block.n_lines);
	}
	end_progress(&progress);
	sp_arena_fini(&scratch);
}

int
sp_replay_run(const struct sp_replay *how, const char *command, char **paths, size_t n_paths,
              unsigned jobs, struct sp_tally *tally)
{
	struct pool pool = {.how = how};
	struct sp_log_reader reader;
	pthread_t threads[MAX_JOBS];
	unsigned n = 0;

	jobs = jobs > MAX_JOBS ? MAX_JOBS : jobs;
	pool.n_slots = jobs > 1 ? (size_t)jobs * N_SLOTS_PER_JOB : 1;
	pthread_mutex_init(&pool.lock, NULL);
	pthread_cond_init(&pool.work, NULL);
	pthread_cond_init(&pool.done, NULL);
	for (size_t i = 0; i < pool.n_slots; i++) {
		sp_log_block_init(&pool.slots[i].block);
		sp_arena_init(&pool.slots[i].keep, SCRATCH_BYTES);
	}
	sp_log_open(&reader, command, paths, n_paths);
	while (jobs > 1 && n < jobs && pthread_create(&threads[n], NULL, work, &pool) == 0)
		n++;
	if (n)
		run_pool(&pool, &reader, tally);
	else
		run_alone(&pool, &reader, tally);
	pthread_mutex_lock(&pool.lock);
	pool.stop = true;
	pthread_cond_broadcast(&pool.work);
	pthread_mutex_unlock(&pool.lock);
	while (n > 0)
		pthread_join(threads[--n], NULL);
	for (size_t i = 0; i < pool.n_slots; i++) {
		sp_log_block_fini(&pool.slots[i].block);
		sp_arena_fini(&pool.slots[i].keep);
	}
	sp_log_close(&reader);
	return reader.failed ? -1 : 0;
}
