/* SPDX-License-Identifier: Apache-2.0 */
/*
 * given.c: host paths resolved through links that somebody names, never through those of the disk.
 * Input: tests and records an administrator chooses; the paths of requests in them are hostile.
 */
#include "sallyport/given.h"

#define MAX_LINKS 40 /* as the kernel (path_resolution(7)) */
#define MAX_PATH_BYTES 4096

struct walk {
	const struct sp_given *given;
	struct sp_arena *arena;
	struct sp_str rest;        /* what is still to be walked */
	char done[MAX_PATH_BYTES]; /* what has been: "" is the root */
	size_t done_len;
	int links;
	struct sp_str why; /* not empty: the walk has failed */
};

static const struct sp_host_path *
find(const struct sp_given *given, enum sp_given_kind kind, struct sp_str path)
{
	for (size_t i = 0; i < given->n; i++) {
		if (given->paths[i].kind == kind && sp_str_eq(given->paths[i].said.path, path))
			return &given->paths[i].said;
	}
	return NULL;
}

static bool
has(const struct sp_given *given, enum sp_given_kind kind)
{
	for (size_t i = 0; i < given->n; i++) {
		if (given->paths[i].kind == kind)
			return true;
	}
	return false;
}

static void
leave_last(struct walk *w)
{
	while (w->done_len > 0 && w->done[--w->done_len] != '/')
		;
}

static void
follow(struct walk *w, struct sp_str text)
{
	size_t len = text.len + 1 + w->rest.len;
	char *joined = len < MAX_PATH_BYTES ? sp_arena_bytes(w->arena, len) : NULL;

	if (++w->links > MAX_LINKS) {
		w->why = SP_STR("a loop of symbolic links");
		return;
	}
	if (!joined || text.len == 0) {
		w->why = SP_STR("the path is too long");
		return;
	}
	memcpy(joined, text.p, text.len);
	joined[text.len] = '/';
	if (w->rest.len)
		memcpy(joined + text.len + 1, w->rest.p, w->rest.len);
	w->rest = (struct sp_str){joined, len};
	leave_last(w);
	if (text.p[0] == '/')
		w->done_len = 0;
}

static void
step(struct walk *w, struct sp_str name)
{
	const struct sp_host_path *link, *dead;
	struct sp_str here;

	if (name.len == 0 || sp_str_is(name, "."))
		return;
	if (sp_str_is(name, "..")) {
		leave_last(w);
		return;
	}
	if (w->done_len + 1 + name.len > MAX_PATH_BYTES) {
		w->why = SP_STR("the path is too long");
		return;
	}
	w->done[w->done_len++] = '/';
	memcpy(w->done + w->done_len, name.p, name.len);
	w->done_len += name.len;
	here = (struct sp_str){w->done, w->done_len};
	dead = find(w->given, SP_GIVEN_DEAD_END, here);
	link = find(w->given, SP_GIVEN_LINK, here);
	if (dead)
		w->why = dead->why.len ? dead->why : SP_STR("it cannot be reached");
	else if (link)
		follow(w, link->resolved);
}

static void
resolve(struct sp_host_path *host, const struct sp_given *given, struct sp_arena *arena)
{
	struct sp_str name, done;
	struct walk w;

	w.given = given;
	w.arena = arena;
	w.rest = host->path;
	w.done_len = 0;
	w.links = 0;
	w.why = (struct sp_str){NULL, 0};
	while (w.rest.len && !w.why.len) {
		sp_str_cut(w.rest, '/', &name, &w.rest);
		step(&w, name);
	}
	host->why = w.why;
	if (w.why.len)
		return;
	done = w.done_len ? (struct sp_str){w.done, w.done_len} : SP_STR("/");
	host->resolved = sp_str_eq(done, host->path) ? host->path : sp_arena_dup(arena, done);
	if (host->resolved.p)
		host->state = SP_HOST_RESOLVED;
}

/* Mounting a directory exposes every socket in it. */
static void
find_socket(struct sp_host_path *host, const struct sp_given *given)
{
	for (size_t i = 0; i < given->n && host->state == SP_HOST_RESOLVED; i++) {
		const struct sp_host_path *said = &given->paths[i].said;

		if (given->paths[i].kind != SP_GIVEN_SOCKET ||
		    !sp_path_within(said->path, host->resolved))
			continue;
		host->socket = said->path;
		host->engine = said->engine;
		return;
	}
}

/*
 * Records hold their answers in the order of the questions: looking on from where the last one was
 * found makes many of them cost what they should.
 */
static const struct sp_host_path *
next_answer(const struct sp_given *given, size_t *at, struct sp_str path)
{
	for (size_t tried = 0; tried < given->n; tried++) {
		const struct sp_given_path *p = &given->paths[*at];

		if (p->kind == SP_GIVEN_ANSWER && sp_str_eq(p->said.path, path))
			return &p->said;
		*at = (*at + 1) % given->n;
	}
	return NULL;
}

void
sp_given_answer(struct sp_facts *facts, const struct sp_given *given, struct sp_arena *arena)
{
	static const struct sp_given nothing = {NULL, 0};
	bool answers, walks;
	size_t at = 0;

	if (!given)
		given = &nothing;
	answers = has(given, SP_GIVEN_ANSWER);
	walks = has(given, SP_GIVEN_LINK) || has(given, SP_GIVEN_DEAD_END);
	for (struct sp_host_path *h = facts->host_paths; h; h = h->next) {
		const struct sp_host_path *said = answers ? next_answer(given, &at, h->path) : NULL;

		if (said) {
			h->state = said->state;
			h->why = said->why;
			h->resolved = said->resolved;
			h->socket = said->socket;
			h->engine = said->engine;
			h->names = said->names;
			h->own = said->own;
			continue;
		}
		if (walks) {
			resolve(h, given, arena);
		} else {
			h->state = SP_HOST_RESOLVED;
			h->resolved = h->path;
		}
		find_socket(h, given);
	}
}
