/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reload.c: loads the policy file on a thread of its own, so that neither a slow disk nor a large
 * policy stalls an answer, and hands it to the event thread, where one pointer is swapped.  A
 * policy with any error is not taken: the running one stays.  So with the shadow policy, if any.
 *
 * The two threads share nothing but `loaded`, which is written before the eventfd and read after
 * it.
 */
#include "server/reload.h"

#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "sallyport/diag.h"
#include "sallyport/log.h"

static const char *
distrust(const char *path, bool directory)
{
	return directory ? sp_folder_untrusted(path) : sp_file_untrusted(path);
}

struct sp_policy *
sp_policy_load_trusted(const char *path, const struct sp_own_paths *own, struct sp_diags *diags)
{
	struct sp_policy *policy = sp_policy_load_if(path, distrust, diags);
	struct sp_own_paths all = *own;

	for (size_t i = 0; policy && i < diags->n_files; i++) {
		const char *file = sp_arena_dup(diags->arena, diags->files[i].name).p;

		if (file)
			sp_own_paths_add(&all, file, diags->arena);
	}
	if (!policy || (sp_policy_protect(policy, all.path, all.n) == 0 &&
	                sp_policy_follow_links(policy, "/etc/docker/daemon.json")))
		return policy;
	sp_log(SP_LOG_ERROR, "policy", 0, "no memory for what it protects");
	sp_policy_unref(policy);
	return NULL;
}

static void
log_diags(struct sp_diags *diags)
{
	struct sp_arena arena;

	sp_arena_init(&arena, SP_LOAD_MEMORY_BYTES);
	sp_diags_sort(diags);
	for (size_t i = 0; i < diags->n; i++) {
		struct sp_buf line;

		sp_buf_init(&line, &arena, 2000);
		sp_diag_line(diags, &diags->list[i], &line);
		sp_log(diags->list[i].severity == SP_ERROR ? SP_LOG_ERROR : SP_LOG_WARN, "policy",
		       0, "%s", sp_buf_str(&line).p);
		sp_arena_reset(&arena);
	}
	sp_arena_fini(&arena);
}

static struct sp_policy *
load(const char *path, const struct sp_own_paths *own)
{
	struct sp_policy *policy;
	struct sp_arena arena;
	struct sp_diags diags;

	sp_arena_init(&arena, SP_LOAD_MEMORY_BYTES);
	sp_diags_init(&diags, &arena);
	policy = sp_policy_load_trusted(path, own, &diags);
	log_diags(&diags);
	sp_arena_fini(&arena);
	return policy;
}

static void *
worker(void *arg)
{
	struct sp_reload *reload = arg;
	uint64_t one = 1;

	for (size_t i = 0; i < SP_RELOADED_COUNT; i++)
		reload->loaded[i] = reload->path[i] ? load(reload->path[i], reload->own) : NULL;
	/* Only a full counter could make this fail, and it never counts beyond one. */
	if (write(reload->done_fd, &one, sizeof(one)) != (ssize_t)sizeof(one))
		sp_log(SP_LOG_ERROR, "reload", errno, "the new policy cannot be handed over");
	return NULL;
}

void
sp_reload_start(struct sp_reload *reload)
{
	sigset_t all, old;
	int err;

	if (reload->running) {
		reload->again = true;
		return;
	}
	memset(reload->loaded, 0, sizeof(reload->loaded));
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old); /* signals are for the event thread */
	err = pthread_create(&reload->thread, NULL, worker, reload);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (err != 0)
		sp_log(SP_LOG_ERROR, "reload", err, "cannot start; the running policy stays");
	reload->running = err == 0;
}

/* Each for itself: a mistake in one of them does not hold the other up. */
static void
hand_over(struct sp_reload *reload, enum sp_reloaded which)
{
	struct sp_policy *policy = reload->loaded[which];

	reload->loaded[which] = NULL;
	if (policy)
		reload->swap(reload->ctx, which, policy);
	else if (reload->path[which])
		sp_log(SP_LOG_ERROR, "reload", 0, "%s was not taken; the running %s stays",
		       reload->path[which],
		       which == SP_RELOADED_SHADOW ? "shadow policy" : "policy");
}

static void
on_done(evutil_socket_t fd, short what, void *arg)
{
	struct sp_reload *reload = arg;
	uint64_t count;

	(void)what;
	if (read((int)fd, &count, sizeof(count)) != (ssize_t)sizeof(count))
		return;
	pthread_join(reload->thread, NULL);
	reload->running = false;
	hand_over(reload, SP_RELOADED_POLICY);
	hand_over(reload, SP_RELOADED_SHADOW);
	if (reload->again) {
		reload->again = false;
		sp_reload_start(reload);
	}
}

int
sp_reload_init(struct sp_reload *reload, struct event_base *base, const char *policy,
               const char *shadow, const struct sp_own_paths *own,
               void (*swap)(void *ctx, enum sp_reloaded which, struct sp_policy *policy), void *ctx)
{
	memset(reload, 0, sizeof(*reload));
	reload->path[SP_RELOADED_POLICY] = policy;
	reload->path[SP_RELOADED_SHADOW] = shadow;
	reload->own = own;
	reload->swap = swap;
	reload->ctx = ctx;
	reload->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (reload->done_fd >= 0)
		reload->done_event =
		    event_new(base, reload->done_fd, EV_READ | EV_PERSIST, on_done, reload);
	if (reload->done_event && event_add(reload->done_event, NULL) == 0)
		return 0;
	sp_log(SP_LOG_ERROR, "reload", errno, "cannot set up reloading");
	return -1;
}

bool
sp_reload_fini(struct sp_reload *reload, unsigned wait_ms)
{
	struct timespec until;

	if (reload->running) {
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec += wait_ms / 1000;
		until.tv_nsec += (long)(wait_ms % 1000) * 1000000;
		until.tv_sec += until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
		if (pthread_timedjoin_np(reload->thread, NULL, &until) != 0)
			return false;
		for (size_t i = 0; i < SP_RELOADED_COUNT; i++)
			sp_policy_unref(reload->loaded[i]);
	}
	if (reload->done_event)
		event_free(reload->done_event);
	if (reload->done_fd >= 0)
		close(reload->done_fd);
	memset(reload, 0, sizeof(*reload));
	reload->done_fd = -1;
	return true;
}
