/* SPDX-License-Identifier: Apache-2.0 */
/*
 * listen.c: binds the plugin's unix socket, or takes the one systemd opened.  Trusts nothing that
 * lies at the path: a socket somebody answers on is never taken over, another kind of file never
 * removed.  Whoever can connect is believed to be dockerd, so the socket is never, not even between
 * bind and chmod, open to anybody but its owner.
 */
#include "server/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "sallyport/base.h"
#include "sallyport/log.h"

#define BACKLOG 1024
#define FIRST_PASSED_FD 3 /* sd_listen_fds(3) */

static bool
number_is(const char *text, int64_t want)
{
	int64_t n;

	return text && sp_num_uint(sp_strz(text), &n) == SP_NUM_OK && n == want;
}

static int
take_passed(struct sp_listener *listener)
{
	int fd = FIRST_PASSED_FD;
	int listening = 0, domain = 0;
	socklen_t len = sizeof(int);

	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) != 0 || !listening ||
	    getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) != 0 || domain != AF_UNIX) {
		sp_log(SP_LOG_ERROR, "listen", 0,
		       "what the service manager passed is not a listening unix socket");
		return -1;
	}
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0 || fcntl(fd, F_SETFL, O_NONBLOCK) != 0) {
		sp_log(SP_LOG_ERROR, "listen", errno, "cannot set up the socket that was passed");
		return -1;
	}
	listener->fd = fd;
	return 0;
}

/* One level only: a longer missing path is more likely a typing mistake than a wish. */
static int
make_parent(const char *path)
{
	const char *slash = strrchr(path, '/');
	char parent[sizeof(((struct sockaddr_un *)0)->sun_path)];
	mode_t mask;
	int rc;

	if (slash == NULL || slash == path)
		return 0;
	memcpy(parent, path, (size_t)(slash - path));
	parent[slash - path] = '\0';
	mask = umask(022); /* dockerd looks for plugins as root, people look at them with ls */
	rc = mkdir(parent, 0755);
	umask(mask);
	if (rc == 0 || errno == EEXIST)
		return 0;
	sp_log(SP_LOG_ERROR, "listen", errno, "cannot create %s", parent);
	return -1;
}

/* Makes room at the path.  0 when nothing is there any more. */
static int
remove_stale(const char *path, const struct sockaddr_un *addr)
{
	sp_auto_fd int fd = -1;
	struct stat st;

	if (lstat(path, &st) != 0) {
		if (errno == ENOENT)
			return 0;
		sp_log(SP_LOG_ERROR, "listen", errno, "cannot look at %s", path);
		return -1;
	}
	if (!S_ISSOCK(st.st_mode)) {
		sp_log(SP_LOG_ERROR, "listen", 0, "%s exists and is not a socket", path);
		return -1;
	}
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0) {
		sp_log(SP_LOG_ERROR, "listen", errno, "cannot create a socket");
		return -1;
	}
	/* Only a refused connection proves that nobody listens: EAGAIN is a busy listener. */
	if (connect(fd, (const struct sockaddr *)addr, sizeof(*addr)) == 0 || errno == EAGAIN) {
		sp_log(SP_LOG_ERROR, "listen", 0, "another process answers on %s", path);
		return -1;
	}
	if (errno != ECONNREFUSED) {
		sp_log(SP_LOG_ERROR, "listen", errno, "cannot tell who owns %s", path);
		return -1;
	}
	if (unlink(path) != 0 && errno != ENOENT) {
		sp_log(SP_LOG_ERROR, "listen", errno, "cannot remove the stale socket %s", path);
		return -1;
	}
	sp_log(SP_LOG_INFO, "listen", 0, "removed a stale socket at %s", path);
	return 0;
}

static int
bind_path(struct sp_listener *listener, const char *path)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	sp_auto_fd int fd = -1;
	struct stat st;
	mode_t mask;
	int rc;

	if (strlen(path) >= sizeof(addr.sun_path)) {
		sp_log(SP_LOG_ERROR, "listen", 0, "the socket path is longer than %zu bytes: %s",
		       sizeof(addr.sun_path) - 1, path);
		return -1;
	}
	memcpy(addr.sun_path, path, strlen(path));
	if (make_parent(path) != 0 || remove_stale(path, &addr) != 0)
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0) {
		sp_log(SP_LOG_ERROR, "listen", errno, "cannot create a socket");
		return -1;
	}
	mask = umask(0177);
	rc = bind(fd, (const struct sockaddr *)&addr, sizeof(addr));
	umask(mask);
	if (rc != 0) {
		sp_log(SP_LOG_ERROR, "listen", errno, "cannot bind %s", path);
		return -1;
	}
	if (lstat(path, &st) != 0 || listen(fd, BACKLOG) != 0) {
		sp_log(SP_LOG_ERROR, "listen", errno, "cannot listen on %s", path);
		unlink(path);
		return -1;
	}
	listener->path = path;
	listener->dev = st.st_dev;
	listener->ino = st.st_ino;
	listener->fd = fd;
	fd = -1;
	return 0;
}

int
sp_listen_open(struct sp_listener *listener, const char *path)
{
	const char *pid = getenv("LISTEN_PID");
	const char *fds = getenv("LISTEN_FDS");
	bool for_us = number_is(pid, (int64_t)getpid());
	bool one = number_is(fds, 1);

	memset(listener, 0, sizeof(*listener));
	listener->fd = -1;
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	if (!for_us || fds == NULL)
		return bind_path(listener, path);
	if (!one) {
		sp_log(
		    SP_LOG_ERROR, "listen", 0,
		    "the service manager must pass exactly one socket (see Sockets= of the unit)");
		return -1;
	}
	return take_passed(listener);
}

void
sp_listen_unlink(struct sp_listener *listener)
{
	struct stat st;

	if (listener->path == NULL)
		return;
	if (lstat(listener->path, &st) == 0 && st.st_dev == listener->dev &&
	    st.st_ino == listener->ino)
		unlink(listener->path);
	listener->path = NULL;
}
