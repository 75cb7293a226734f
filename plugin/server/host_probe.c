/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host_probe.c: asks a socket who listens on it.  The kernel says which process: if it is called
 * like an engine, it is one.  Otherwise the listener is asked what every engine with Docker's API
 * answers, because behind it may be one: systemd listens for dockerd until it starts, and anything
 * can pass bytes on.
 *
 * When dockerd is asked so, it asks us about the question: that is answered on the event thread,
 * which does not wait for this one.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "server/clock.h"
#include "server/host.h"

#define KEEP_US (60 * INT64_C(1000000))
#define ANSWER_BYTES 4096

static const char ping[] = "GET /_ping HTTP/1.1\r\nHost: docker\r\nUser-Agent: sallyport\r\n"
			   "Connection: close\r\n\r\n";

/* As the kernel cuts them: 15 bytes. */
static const char *const engines[] = {
    "dockerd",         "docker",    "docker-containe", "containerd",
    "containerd-shim", "buildkitd", "podman",          "crio",
    "cri-dockerd",     "balenad",   "balena-engine-d", "balena-engine",
    "balena-engine-c", "nerdctl",   "isulad",
};

const char *
sp_probe_engine(struct sp_str comm)
{
	/* The shim's name goes on: containerd-shim-runc-v2. */
	for (size_t i = 0; i < sizeof(engines) / sizeof(engines[0]); i++)
		if (sp_str_eq(comm, sp_str_head(sp_strz(engines[i]), 15)))
			return engines[i];
	return NULL;
}

void
sp_probes_init(struct sp_probes *probes)
{
	memset(probes, 0, sizeof(*probes));
	pthread_mutex_init(&probes->lock, NULL);
	pthread_mutex_init(&probes->spaces_lock, NULL);
}

void
sp_probes_fini(struct sp_probes *probes)
{
	pthread_mutex_destroy(&probes->lock);
	pthread_mutex_destroy(&probes->spaces_lock);
}

/* Looks it up, or with `put` remembers it.  True: *probe is what is known. */
static bool
kept(struct sp_probes *probes, struct sp_probe *probe, bool put)
{
	int64_t now = sp_clock_us(CLOCK_MONOTONIC);
	bool found = false;

	if (probe->socket == 0) /* then another one may have its name tomorrow */
		return false;
	pthread_mutex_lock(&probes->lock);
	for (size_t i = 0; i < SP_PROBES_KEPT && !put && !found; i++) {
		const struct sp_probe *k = &probes->kept[i];

		found = k->when && now - k->when < KEEP_US && k->socket == probe->socket &&
		        k->dev == probe->dev && k->ino == probe->ino;
		if (found)
			*probe = *k;
	}
	if (put) {
		probe->when = now;
		probes->kept[probes->next++ % SP_PROBES_KEPT] = *probe;
	}
	pthread_mutex_unlock(&probes->lock);
	return found;
}

/* A connection, or -1 with errno. */
static int
connect_to(struct sp_str name)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	char path[PATH_MAX] = "";
	int fd, at = -1, err, failed;

	if (name.len < sizeof(addr.sun_path)) {
		memcpy(addr.sun_path, name.p, name.len);
	} else { /* it has a shorter name while it is open */
		memcpy(path, name.p, name.len < PATH_MAX ? name.len : PATH_MAX - 1);
		at = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		if (at < 0)
			return -1;
		snprintf(addr.sun_path, sizeof(addr.sun_path), "/proc/self/fd/%d", at);
	}
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	failed = fd < 0 ? -1 : connect(fd, (const struct sockaddr *)&addr, sizeof(addr));
	err = errno;
	if (at >= 0)
		close(at);
	if (failed == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	errno = err;
	return -1;
}

/* Waits for `what` until `end`; false: not in time. */
static bool
wait_for(int fd, short what, int64_t end)
{
	struct pollfd p = {.fd = fd, .events = what};
	int64_t left;
	int n;

	do {
		left = end - sp_clock_us(CLOCK_MONOTONIC);
		n = left <= 0 ? 0 : poll(&p, 1, (int)(left / 1000) + 1);
	} while (n < 0 && errno == EINTR);
	return n > 0;
}

static bool
has(const char *answer, size_t len, const char *what)
{
	return sp_str_has_nocase((struct sp_str){answer, len}, sp_strz(what));
}

/* What the beginning of an answer says; SP_PEER_UNKNOWN: nothing yet. */
static enum sp_peer
judge_answer(const char *answer, size_t len, bool whole, const char **engine)
{
	*engine = "docker";
	/* Engines say their API version in every answer; a refusal by a plugin comes before. */
	if (has(answer, len, "\nApi-Version:") || has(answer, len, "\nServer: Docker") ||
	    has(answer, len, "\nLibpod-API-Version:") ||
	    has(answer, len, "authorization denied by plugin"))
		return SP_PEER_ENGINE;
	if (has(answer, len, "sallyport implements authz")) {
		*engine = "sallyport";
		return SP_PEER_ENGINE;
	}
	*engine = NULL;
	if (len > 0 && memcmp(answer, "HTTP/", len < 5 ? len : 5) != 0)
		return SP_PEER_OTHER;
	return whole ? SP_PEER_OTHER : SP_PEER_UNKNOWN;
}

/* HTTP/2's first frame, SETTINGS: containerd and buildkitd begin with it, as all of gRPC does. */
static bool
speaks_grpc(const char *answer, size_t len)
{
	return len >= 5 && answer[0] == 0 && answer[1] == 0 && answer[3] == 4 && answer[4] == 0;
}

/* Whoever does not say what it is by its name is asked.  `nameless`: it has none. */
static enum sp_peer
ask(int fd, bool nameless, int64_t end, const char **engine)
{
	char answer[ANSWER_BYTES];
	enum sp_peer who = SP_PEER_UNKNOWN;
	size_t len = 0;
	ssize_t n = 1;

	/* Too short for a socket not to take it; who has gone already may have left an answer. */
	if (send(fd, ping, sizeof(ping) - 1, MSG_NOSIGNAL) < 0 && errno != EPIPE)
		return errno == EAGAIN ? SP_PEER_UNKNOWN : SP_PEER_OTHER;
	while (who == SP_PEER_UNKNOWN && n > 0 && len < sizeof(answer)) {
		if (!wait_for(fd, POLLIN, end))
			return SP_PEER_UNKNOWN;
		n = recv(fd, answer + len, sizeof(answer) - len, 0);
		if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
			n = 1;
			continue;
		}
		len += n > 0 ? (size_t)n : 0;
		if (nameless && speaks_grpc(answer, len))
			return SP_PEER_UNKNOWN;
		who = judge_answer(answer, len, n <= 0 || len == sizeof(answer), engine);
	}
	return who;
}

static enum sp_peer
probe_connected(int fd, int64_t end, const char **engine)
{
	struct ucred peer = {0};
	socklen_t len = sizeof(peer);
	char comm[16];
	struct sp_str name = {0};
	bool known;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0)
		peer.pid = 0;
	if (peer.pid == getpid()) {
		*engine = "sallyport";
		return SP_PEER_ENGINE;
	}
	/* Process 1 listens for others; 0 is one that we cannot see. */
	known = peer.pid > 1 && sp_proc_comm((unsigned)peer.pid, comm, &name);
	*engine = known ? sp_probe_engine(name) : NULL;
	if (*engine)
		return SP_PEER_ENGINE;
	return ask(fd, !known, end, engine);
}

/* We may not connect.  No engine of the socket's owner runs, and it is not called like one's? */
static enum sp_peer
guess(struct sp_str name, const struct stat *st)
{
	if (st && !sp_listening_likely(name) && sp_engine_runs_as(st->st_uid) == SP_NO)
		return SP_PEER_OTHER;
	return SP_PEER_UNKNOWN;
}

enum sp_peer
sp_probe(struct sp_probes *probes, struct sp_str name, const struct stat *st, uint64_t socket_no,
         unsigned within_ms, const char **engine)
{
	struct sp_probe probe = {.socket = st ? socket_no : 0};
	int64_t end = sp_clock_us(CLOCK_MONOTONIC) + (int64_t)within_ms * 1000;
	enum sp_peer who;
	sp_auto_fd int fd = -1;

	*engine = NULL;
	if (st) {
		probe.dev = st->st_dev;
		probe.ino = st->st_ino;
	}
	if (kept(probes, &probe, false)) {
		*engine = probe.engine;
		return *engine ? SP_PEER_ENGINE : SP_PEER_OTHER;
	}
	fd = connect_to(name);
	if (fd < 0) {
		switch (errno) {
		case ECONNREFUSED: /* nobody listens any more */
		case ENOENT:
		case ENOTSOCK:
		case EPROTOTYPE: /* datagrams, which no engine speaks */
			return SP_PEER_NONE;
		case EACCES:
		case EPERM:
			return guess(name, st);
		}
		return SP_PEER_UNKNOWN;
	}
	who = probe_connected(fd, end, engine);
	probe.engine = *engine;
	if (who == SP_PEER_ENGINE || who == SP_PEER_OTHER)
		kept(probes, &probe, true);
	return who;
}
