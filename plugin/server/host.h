/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host.h: what this host makes of a path a request names (POLICY.md 1.9): where it leads, and
 * whether an engine listens on a socket that mounting it would show.  These functions ask the
 * kernel and other processes, so they may take as long as a hung file system does: never call them
 * on the event thread (host_pool.h does it for others).  They are safe on several threads at once.
 * Private to server/.
 */
#ifndef SALLYPORT_SERVER_HOST_H
#define SALLYPORT_SERVER_HOST_H

#include <pthread.h>
#include <sys/stat.h>

#include "sallyport/facts.h"

/* --- host_path.c: where a path leads --- */

struct sp_mounts;

struct sp_walk {
	/* Where it ended: no symbolic link in it.  The arena's; {NULL, 0}: see `why`. */
	struct sp_str resolved;
	const char *why; /* static: a clause, why nobody can say where it leads */
	bool exists;     /* `st` is of it */
	bool unseen;     /* not looked at to its end: the file system may hang */
	unsigned parts;  /* that were walked: what it cost */
	struct stat st;
};

/*
 * Follows an absolute path as the kernel does when dockerd mounts it: all symbolic links, and when
 * a part does not exist, the rest as it is written.  Nothing is opened for reading, so devices and
 * pipes do not notice.  Links of procfs and what is absent there mean something else to each
 * process: those lead nobody knows where.  With `near`, nothing is asked of a file system that may
 * hang (the rest is then taken as it is written): for paths that are not the request's.
 */
void sp_host_walk(struct sp_str path, const struct sp_mounts *near, struct sp_arena *arena,
                  struct sp_walk *out);

/* --- host_proc.c: files of procfs, which have no size --- */

/* False: it cannot be read, or is longer. */
bool sp_proc_read(const char *file, size_t max_bytes, struct sp_arena *arena, struct sp_str *out);
/* /proc/PID/comm without its newline; `comm` has room for 16 bytes.  False: nobody knows. */
bool sp_proc_comm(unsigned pid, char comm[16], struct sp_str *out);

/* --- host_mounts.c: what is mounted where --- */

struct sp_mount {
	uint32_t major, minor;
	struct sp_str root;  /* of the file system: what of it is mounted */
	struct sp_str point; /* where */
	struct sp_str type;
};

struct sp_mounts {
	struct sp_mount *list; /* in order: the later covers the earlier */
	size_t n;
};

#define SP_MOUNTS_BYTES (16u << 20)

/* Reads the text of /proc/PID/mountinfo, which is changed in place.  False: it is none. */
bool sp_mounts_parse(struct sp_mounts *mounts, struct sp_str text, struct sp_arena *arena);
/* Is something mounted at exactly this path whose file system may hang? */
bool sp_mounts_far(const struct sp_mounts *mounts, struct sp_str path);
/*
 * Do both tables show the same at this resolved path?  procfs and its like are the same whoever has
 * mounted them.
 */
bool sp_mounts_agree(const struct sp_mounts *a, const struct sp_mounts *b, struct sp_str path);

/* All names the file of this resolved name has through mounts, itself among them.  False: no
 * memory. */
bool sp_mounts_names(const struct sp_mounts *mounts, struct sp_str file, struct sp_arena *arena,
                     struct sp_host_name **names);
/*
 * host_names.c: the names that what a directory shows has outside of it: its own, and those of the
 * mounts in it.  False: no memory, or too many to be told.
 */
bool sp_mounts_others(const struct sp_mounts *mounts, struct sp_str dir, struct sp_arena *arena,
                      const struct sp_host_name **others);
/* May a file be shown under a second name (a hard link) by mounting `dir`? */
bool sp_mounts_may_link(const struct sp_mounts *mounts, struct sp_str dir, struct sp_str file);

/* --- host_probe.c: who listens on a socket --- */

enum sp_peer {
	SP_PEER_UNKNOWN = 0, /* it did not say in time, or may not be asked */
	SP_PEER_NONE,        /* nobody, or by other means than a stream */
	SP_PEER_ENGINE,
	SP_PEER_OTHER,
};

#define SP_PROBES_KEPT 64
#define SP_SPACES_KEPT 32

/*
 * What a burst of questions need not find out again: the answers of listeners, for a minute, and in
 * which network namespaces engines run, for a second.
 */
struct sp_probes {
	pthread_mutex_t spaces_lock; /* of these three; held while they are looked for */
	struct sp_space {
		unsigned pid;     /* of an engine in it */
		uint64_t number;  /* of its list of sockets, a file of its own */
	} spaces[SP_SPACES_KEPT]; /* engines inside of containers have theirs, too: not all need fit
	                           */
	size_t n_spaces;
	int64_t spaces_when;  /* monotonic microseconds; 0: never */
	pthread_mutex_t lock; /* of the rest */
	struct sp_probe {
		uint64_t dev, ino;  /* of the name */
		uint64_t socket;    /* the kernel's number of the listening socket */
		int64_t when;       /* monotonic microseconds; 0: unused */
		const char *engine; /* static; NULL: another program */
	} kept[SP_PROBES_KEPT];
	size_t next;
};

void sp_probes_init(struct sp_probes *probes);
void sp_probes_fini(struct sp_probes *probes);
/*
 * Who listens at `name`?  `socket` is the number of the listening socket as /proc/net/unix gives
 * it, 0 when it is not known.  *engine is static, set for SP_PEER_ENGINE only.  Takes
 * `within_ms` at most when the kernel answers.
 */
enum sp_peer sp_probe(struct sp_probes *probes, struct sp_str name, const struct stat *st,
                      uint64_t socket, unsigned within_ms, const char **engine);
/* Is this the name (comm) of a program that serves an engine's API?  The static name, or NULL. */
const char *sp_probe_engine(struct sp_str comm);

/* --- host_sockets.c: which sockets there are --- */

struct sp_listening {
	struct sp_str name; /* resolved, as far as that can be */
	struct sp_host_name *names;
	uint64_t socket; /* the kernel's number of it */
	bool seen;       /* `st` is of it */
	struct stat st;
	struct sp_listening *next;
};

/*
 * What listens here: all that the kernel lists in our network namespace, in that of process 1, and
 * in those of the engines that run; first those that are called like an engine's.  False: the lists
 * cannot be read.
 */
bool sp_listening_read(struct sp_listening **list, struct sp_probes *probes,
                       const struct sp_mounts *near, struct sp_arena *arena);
/* Is a socket of this name probably an engine's?  For the order, and where nothing better is known.
 */
bool sp_listening_likely(struct sp_str name);
/* Does a process run for this user that is called like an engine? */
enum sp_tri sp_engine_runs_as(uid_t uid);

/* --- host.c: all of it --- */

/* What one question needs of the host, read once for all of its paths.  Zeroed: not read yet. */
struct sp_host_view {
	struct sp_probes *probes;
	const char *host_mounts; /* file of the table of process 1: what dockerd sees */
	bool read, readable;     /* these two: */
	struct sp_str ours_text, theirs_text;
	bool parsed, same; /* `same`: there is nothing to compare */
	struct sp_mounts mounts, theirs;
	bool listed, listable;
	struct sp_listening *listening;
	int64_t end;         /* nobody waits for answers any longer */
	int64_t patience_us; /* what is left for asking listeners */
	unsigned n_asked, n_parts;
};

/* Nobody waits for answers after `end` (monotonic microseconds). */
void sp_host_view_init(struct sp_host_view *view, struct sp_probes *probes, int64_t end);
/* Fills in everything but `path` and `next`; new texts are the arena's. */
void sp_host_look(struct sp_host_view *view, struct sp_host_path *path, struct sp_arena *arena);

#endif
