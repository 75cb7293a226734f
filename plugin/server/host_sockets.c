/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host_sockets.c: the sockets somebody listens on.  The kernel lists them by network namespace
 * (/proc/PID/net/unix), with the name each was bound to; what that name leads to now is looked up.
 * An engine may run in a namespace of its own, as those do that run without root: so its list is
 * read as well.
 */
#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

#include "server/clock.h"
#include "server/host.h"

#define MOST_BYTES (16u << 20)
#define SPACES_KEEP_US INT64_C(1000000)
#define ACCEPTS 0x10000u /* __SO_ACCEPTCON */
#define STREAM 1u

bool
sp_listening_likely(struct sp_str name)
{
	static const char *const words[] = {"docker", "containerd", "podman", "buildkit", "crio"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (sp_str_has_nocase(name, sp_strz(words[i])))
			return true;
	return false;
}

static bool
next_field(struct sp_str *line, struct sp_str *field)
{
	while (line->len && line->p[0] == ' ')
		*line = sp_str_from(*line, 1);
	return sp_str_cut(*line, ' ', field, line);
}

/* Eight hexadecimal digits at most. */
static unsigned
hex(struct sp_str s)
{
	unsigned n = 0;

	for (size_t i = 0; i < s.len && i < 8; i++)
		n = n << 4 | (unsigned)(s.p[i] <= '9' ? s.p[i] - '0' : (s.p[i] | 0x20) - 'a' + 10);
	return n;
}

/*
 * "0000000000000000: 00000002 00000000 00010000 0001 01 21324 /run/docker.sock": a stream that
 * connections are accepted from, with a name in the file system?
 */
static bool
read_line(struct sp_str line, struct sp_listening *listening)
{
	struct sp_str field[7];
	int64_t number;

	for (size_t i = 0; i < 7; i++)
		if (!next_field(&line, &field[i]))
			return false;
	if (line.len == 0 || line.p[0] != '/' || !(hex(field[3]) & ACCEPTS) ||
	    hex(field[4]) != STREAM || sp_num_uint(field[6], &number) != SP_NUM_OK)
		return false;
	listening->name = line;
	listening->socket = (uint64_t)number;
	return true;
}

/* Finds out where its name leads.  False: to no socket. */
static bool
locate(struct sp_listening *listening, const struct sp_mounts *near, struct sp_arena *arena)
{
	struct sp_walk walk;

	sp_host_walk(listening->name, near, arena, &walk);
	listening->seen = walk.why == NULL && walk.exists;
	listening->st = walk.st;
	if (listening->seen && !S_ISSOCK(walk.st.st_mode))
		return false;
	if (walk.why == NULL && !walk.exists && !walk.unseen)
		return false; /* it is gone */
	listening->name = walk.why ? sp_path_clean(arena, listening->name) : walk.resolved;
	return true;
}

struct lists {
	const struct sp_mounts *near;
	struct sp_arena *arena;
	struct sp_listening *likely, **likely_end;
	struct sp_listening *others, **others_end;
	uint64_t read[SP_SPACES_KEPT + 2]; /* numbers of the lists that have been read */
	size_t n_read;
	bool failed;
};

static void
add_line(struct lists *lists, struct sp_str line)
{
	struct sp_listening found = {0}, *l;
	bool likely;

	if (!read_line(line, &found) || !locate(&found, lists->near, lists->arena))
		return;
	l = sp_arena_alloc(lists->arena, sizeof(*l));
	if (l == NULL || found.name.p == NULL ||
	    !sp_mounts_names(lists->near, found.name, lists->arena, &found.names)) {
		lists->failed = true;
		return;
	}
	likely = sp_listening_likely(found.name);
	*l = found;
	*(likely ? lists->likely_end : lists->others_end) = l;
	*(likely ? &lists->likely_end : &lists->others_end) = &l->next;
}

/* Each namespace has a file of its own, under the names of all of its processes; 0: none. */
static uint64_t
space_of(unsigned pid, char file[40])
{
	struct stat st;

	snprintf(file, 40, "/proc/%u/net/unix", pid);
	return stat(file, &st) == 0 ? st.st_ino : 0;
}

/* Reads the list of a process's network namespace; false: it cannot be read. */
static bool
add_space(struct lists *lists, unsigned pid)
{
	char file[40];
	uint64_t number = space_of(pid, file);
	struct sp_str text, line;

	if (number == 0)
		return false;
	for (size_t i = 0; i < lists->n_read; i++)
		if (lists->read[i] == number)
			return true;
	lists->read[lists->n_read++] = number;
	if (!sp_proc_read(file, MOST_BYTES, lists->arena, &text))
		return false;
	while (text.len) {
		sp_str_cut(text, '\n', &line, &text);
		add_line(lists, line);
	}
	return true;
}

/* Every process, until `each` says false.  False: they cannot be listed, or not all be seen. */
static bool
each_process(bool (*each)(void *ctx, unsigned pid, struct sp_str comm), void *ctx)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	bool sees_others = false, more = true;
	char comm[16];
	struct sp_str name;

	while (dir && more && (entry = readdir(dir)) != NULL) {
		int64_t pid;

		if (sp_num_uint(sp_strz(entry->d_name), &pid) != SP_NUM_OK || pid > INT32_MAX ||
		    !sp_proc_comm((unsigned)pid, comm, &name))
			continue;
		sees_others = sees_others || pid == 1;
		more = each(ctx, (unsigned)pid, name);
	}
	if (dir)
		closedir(dir);
	return sees_others;
}

static bool
keep_space(void *ctx, unsigned pid, struct sp_str comm)
{
	struct sp_probes *probes = ctx;
	struct sp_space *space = &probes->spaces[probes->n_spaces];
	char file[40];

	if (sp_probe_engine(comm) == NULL)
		return true;
	*space = (struct sp_space){.pid = pid, .number = space_of(pid, file)};
	for (size_t i = 0; i < probes->n_spaces; i++)
		if (probes->spaces[i].number == space->number)
			return true;
	probes->n_spaces += space->number != 0;
	return probes->n_spaces < SP_SPACES_KEPT;
}

static void
add_spaces_of_engines(struct lists *lists, struct sp_probes *probes)
{
	int64_t now = sp_clock_us(CLOCK_MONOTONIC);
	struct sp_space spaces[SP_SPACES_KEPT];
	size_t n;

	pthread_mutex_lock(&probes->spaces_lock);
	if (probes->spaces_when == 0 || now - probes->spaces_when > SPACES_KEEP_US) {
		probes->n_spaces = 0;
		each_process(keep_space, probes);
		probes->spaces_when = now;
	}
	n = probes->n_spaces;
	memcpy(spaces, probes->spaces, n * sizeof(spaces[0]));
	pthread_mutex_unlock(&probes->spaces_lock);
	for (size_t i = 0; i < n; i++)
		add_space(lists, spaces[i].pid); /* it may have ended meanwhile */
}

bool
sp_listening_read(struct sp_listening **list, struct sp_probes *probes,
                  const struct sp_mounts *near, struct sp_arena *arena)
{
	struct lists lists = {.near = near, .arena = arena};
	bool ours, first;

	lists.likely_end = &lists.likely;
	lists.others_end = &lists.others;
	ours = add_space(&lists, (unsigned)getpid());
	first = add_space(&lists, 1);
	add_spaces_of_engines(&lists, probes);
	*lists.likely_end = lists.others;
	*list = lists.likely;
	return ours && first && !lists.failed;
}

struct wanted {
	uid_t uid;
	bool found;
};

static bool
is_wanted(void *ctx, unsigned pid, struct sp_str comm)
{
	struct wanted *wanted = ctx;
	char file[32];
	struct stat st;

	if (sp_probe_engine(comm) == NULL)
		return true;
	snprintf(file, sizeof(file), "/proc/%u", pid);
	wanted->found = stat(file, &st) == 0 && st.st_uid == wanted->uid;
	return !wanted->found;
}

enum sp_tri
sp_engine_runs_as(uid_t uid)
{
	struct wanted wanted = {.uid = uid};
	bool all = each_process(is_wanted, &wanted);

	if (wanted.found)
		return SP_YES;
	return all ? SP_NO : SP_UNKNOWN;
}
