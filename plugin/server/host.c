/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host.c: one path of a request: where it leads, and whether it shows an engine's socket.  A socket
 * is one whatever it is called: through a hard link, a second mount, or a directory above it.
 */
#include "server/host.h"

#include "server/clock.h"

#define PATIENCE_US INT64_C(1000000) /* for all listeners of a question */
#define PROBE_MS 300                 /* for one of them */
#define MOST_ASKED 256
#define MOST_PARTS                                                                                 \
	10000 /* of all paths: whoever sends them must not keep the threads from others */

void
sp_host_view_init(struct sp_host_view *view, struct sp_probes *probes, int64_t end)
{
	*view = (struct sp_host_view){.probes = probes,
	                              .host_mounts = "/proc/1/mountinfo",
	                              .end = end,
	                              .patience_us = PATIENCE_US};
}

static void
unknown(struct sp_host_path *path, const char *why)
{
	path->state = SP_HOST_UNKNOWN;
	path->why = sp_strz(why);
	path->resolved = path->socket = path->engine = (struct sp_str){NULL, 0};
	path->names = NULL;
}

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Asks within what is left of the patience. */
static enum sp_peer
ask(struct sp_host_view *view, struct sp_str name, const struct stat *st, uint64_t socket,
    const char **engine)
{
	int64_t began = sp_clock_us(CLOCK_MONOTONIC);
	int64_t within = least(PROBE_MS * 1000, least(view->patience_us, view->end - began)) / 1000;
	enum sp_peer who;

	*engine = NULL;
	if (view->n_asked == MOST_ASKED || within <= 0)
		return SP_PEER_UNKNOWN;
	view->n_asked++;
	who = sp_probe(view->probes, name, st, socket, (unsigned)within, engine);
	view->patience_us -= sp_clock_us(CLOCK_MONOTONIC) - began;
	return who;
}

/* What an exposed socket makes of the path.  False: nothing, go on. */
static bool
judge_socket(struct sp_host_path *path, enum sp_peer who, struct sp_str name, const char *engine,
             struct sp_arena *arena)
{
	switch (who) {
	case SP_PEER_NONE:
	case SP_PEER_OTHER:
		return false;
	case SP_PEER_ENGINE:
		path->socket = name;
		path->engine = sp_strz(engine);
		return true;
	case SP_PEER_UNKNOWN:
		break;
	}
	unknown(path,
	        sp_arena_printf(arena, "who listens on %.*s cannot be found out", SP_FMT(name)));
	return true;
}

static bool
read_mounts(struct sp_host_view *view, struct sp_arena *arena)
{
	if (view->read)
		return view->readable;
	view->read = true;
	view->readable =
	    sp_proc_read("/proc/self/mountinfo", SP_MOUNTS_BYTES, arena, &view->ours_text) &&
	    sp_proc_read(view->host_mounts, SP_MOUNTS_BYTES, arena, &view->theirs_text);
	view->same = view->readable && sp_str_eq(view->ours_text, view->theirs_text);
	return view->readable;
}

/* The tables have been read. */
static bool
parse_mounts(struct sp_host_view *view, struct sp_arena *arena)
{
	if (!view->parsed)
		view->readable =
		    sp_mounts_parse(&view->mounts, view->ours_text, arena) &&
		    (view->same || sp_mounts_parse(&view->theirs, view->theirs_text, arena));
	view->parsed = true;
	return view->readable;
}

/* Do we see there what dockerd sees? */
static bool
is_hosts(struct sp_host_view *view, struct sp_str path, struct sp_arena *arena)
{
	return view->same ||
	       (parse_mounts(view, arena) && sp_mounts_agree(&view->mounts, &view->theirs, path));
}

static bool
list_sockets(struct sp_host_view *view, struct sp_arena *arena)
{
	if (!view->listed)
		view->listable =
		    parse_mounts(view, arena) &&
		    sp_listening_read(&view->listening, view->probes, &view->mounts, arena);
	view->listed = true;
	return view->listable;
}

static bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static void
look_at_socket(struct sp_host_view *view, struct sp_host_path *path, const struct stat *st,
               struct sp_arena *arena)
{
	const struct sp_listening *l = list_sockets(view, arena) ? view->listening : NULL;
	const char *engine;
	enum sp_peer who;

	while (l && !(l->seen && same_file(&l->st, st)))
		l = l->next;
	who = ask(view, path->resolved, st, l ? l->socket : 0, &engine);
	judge_socket(path, who, path->resolved, engine, arena);
}

static bool
is_shown(struct sp_str dir, const struct sp_listening *l)
{
	const struct sp_host_name *n = l->names;

	while (n && !sp_path_within(n->name, dir))
		n = n->next;
	return n != NULL;
}

/* A second name of it may be anywhere in the directory: nobody looks through all of that. */
static bool
may_be_linked(const struct sp_host_view *view, struct sp_str dir, const struct sp_listening *l)
{
	return l->seen && l->st.st_nlink > 1 && sp_mounts_may_link(&view->mounts, dir, l->name);
}

static void
look_at_directory(struct sp_host_view *view, struct sp_host_path *path, struct sp_arena *arena)
{
	if (!list_sockets(view, arena)) {
		unknown(path, "the sockets of this host cannot be listed");
		return;
	}
	for (const struct sp_listening *l = view->listening; l; l = l->next) {
		bool shown = is_shown(path->resolved, l);
		const char *engine;
		enum sp_peer who;

		if (!shown && !may_be_linked(view, path->resolved, l))
			continue;
		who = ask(view, l->name, l->seen ? &l->st : NULL, l->socket, &engine);
		if (!shown && who == SP_PEER_ENGINE) {
			unknown(path,
			        sp_arena_printf(arena, "%.*s has a second name, which may be in it",
			                        SP_FMT(l->name)));
			return;
		}
		if (judge_socket(path, who, l->name, engine, arena))
			return;
	}
}

/* By the table of process 1, which is what dockerd sees. */
static bool
find_names(struct sp_host_view *view, struct sp_host_path *path, struct sp_arena *arena)
{
	return parse_mounts(view, arena) &&
	       sp_mounts_others(view->same ? &view->mounts : &view->theirs, path->resolved, arena,
	                        &path->names);
}

static void
look_into(struct sp_host_view *view, struct sp_host_path *path, const struct stat *st,
          struct sp_arena *arena)
{
	if (S_ISSOCK(st->st_mode))
		look_at_socket(view, path, st, arena);
	else if (S_ISDIR(st->st_mode))
		look_at_directory(view, path, arena);
}

void
sp_host_look(struct sp_host_view *view, struct sp_host_path *path, struct sp_arena *arena)
{
	struct sp_walk walk;

	if (view->n_parts > MOST_PARTS) {
		unknown(path, "there are too many long paths");
		return;
	}
	sp_host_walk(path->path, NULL, arena, &walk);
	view->n_parts += walk.parts;
	unknown(path, walk.why);
	if (walk.why)
		return;
	path->why = (struct sp_str){NULL, 0};
	path->state = SP_HOST_RESOLVED;
	path->resolved = walk.resolved;
	if (!read_mounts(view, arena))
		unknown(path, "the mounts of this host cannot be listed");
	/* A private /tmp, a hidden /home, a container: what is seen there says nothing. */
	else if (!is_hosts(view, path->resolved, arena))
		unknown(path, "sallyport sees another file system there than the host");
	else if (!find_names(view, path, arena))
		unknown(path, "it is mounted in too many places");
	else if (walk.exists) /* else dockerd makes a new directory: nothing is in it */
		look_into(view, path, &walk.st, arena);
}
