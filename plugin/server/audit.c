/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit.c: appends the decisions to a file, a pipe or journald's stream, one write(2) for all
 * that are decided together.
 * The event thread writes, and dockerd waits for it without a timeout: so nothing here may wait for
 * a reader that has gone to sleep, and a full disk is an answer (false), not an error to die of.
 */
#include "server/audit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "sallyport/log.h"
#include "server/clock.h"

#define READER_WAIT_MS 200
#define COMPLAINT_EVERY_US (10 * INT64_C(1000000))

/*
 * A file description of our own, so that O_NONBLOCK does not reach the others who write to the same
 * pipe or terminal.  Sockets cannot be opened again; they have MSG_DONTWAIT.
 */
static int
open_stdout(bool *is_socket)
{
	struct stat st;
	int fd;

	*is_socket = false;
	if (fstat(STDOUT_FILENO, &st) != 0)
		return -1;
	if (S_ISSOCK(st.st_mode)) {
		*is_socket = true;
		return fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
	}
	fd = open("/proc/self/fd/1", O_WRONLY | O_APPEND | O_NONBLOCK | O_CLOEXEC);
	return fd >= 0 ? fd : fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
}

static int
open_log(const char *path, bool *is_socket)
{
	if (strcmp(path, "-") == 0)
		return open_stdout(is_socket);
	*is_socket = false;
	/* O_NONBLOCK: a FIFO nobody reads is an error (ENXIO) instead of a standstill. */
	return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
}

/* Did a process before us die, or the disk fill up, in the middle of the last line? */
static bool
ends_in_mid_line(const char *path, int log_fd)
{
	sp_auto_fd int fd = -1;
	struct stat st;
	char last;

	if (fstat(log_fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size == 0)
		return false;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd >= 0 && pread(fd, &last, 1, st.st_size - 1) == 1 && last != '\n';
}

int
sp_audit_open(struct sp_audit *audit, const char *path)
{
	memset(audit, 0, sizeof(*audit));
	audit->path = path;
	audit->fd = open_log(path, &audit->is_socket);
	if (audit->fd >= 0) {
		audit->torn = ends_in_mid_line(path, audit->fd);
		return 0;
	}
	sp_log(SP_LOG_ERROR, "audit", errno, "cannot open the audit log %s", path);
	return -1;
}

void
sp_audit_reopen(struct sp_audit *audit)
{
	bool is_socket;
	int fd;

	if (strcmp(audit->path, "-") == 0)
		return;
	fd = open_log(audit->path, &is_socket);
	if (fd < 0) {
		sp_log(SP_LOG_ERROR, "audit", errno,
		       "cannot reopen the audit log %s; the old file stays in use", audit->path);
		return;
	}
	close(audit->fd);
	audit->fd = fd;
	audit->is_socket = is_socket;
	audit->torn = ends_in_mid_line(audit->path, fd);
	audit->stuck = false;
}

void
sp_audit_close(struct sp_audit *audit)
{
	if (audit->fd >= 0)
		close(audit->fd);
	audit->fd = -1;
}

static ssize_t
write_some(const struct sp_audit *audit, struct iovec *iov, int n)
{
	struct msghdr msg = {.msg_iov = iov, .msg_iovlen = (size_t)n};

	if (audit->is_socket)
		return sendmsg(audit->fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);
	return n == 1 ? write(audit->fd, iov->iov_base, iov->iov_len) : writev(audit->fd, iov, n);
}

/* The reader is slow: is there room again within the time it may take? */
static bool
wait_for_reader(struct sp_audit *audit)
{
	struct pollfd p = {.fd = audit->fd, .events = POLLOUT};

	if (audit->stuck)
		return false;
	if (poll(&p, 1, READER_WAIT_MS) == 1 && p.revents & POLLOUT)
		return true;
	audit->stuck = true;
	errno = EAGAIN;
	return false;
}

static void
complain(struct sp_audit *audit, int errnum, unsigned n_lines)
{
	int64_t now = sp_clock_us(CLOCK_MONOTONIC);

	audit->lost += n_lines;
	if (audit->complained && now - audit->complained < COMPLAINT_EVERY_US)
		return;
	audit->complained = now;
	sp_log(SP_LOG_ERROR, "audit", errnum, "cannot write to the audit log %s lost=%llu",
	       audit->path, (unsigned long long)audit->lost);
}

bool
sp_audit_write(struct sp_audit *audit, struct sp_str lines, unsigned n_lines)
{
	char newline = '\n';
	struct iovec iov[2] = {{&newline, audit->torn ? 1 : 0},
	                       {(void *)(uintptr_t)lines.p, lines.len}};

	if (lines.len == 0)
		return false;
	while (iov[1].iov_len > 0) {
		bool first = iov[0].iov_len > 0;
		ssize_t n = write_some(audit, first ? iov : iov + 1, first ? 2 : 1);

		if (n < 0 && (errno == EINTR || (errno == EAGAIN && wait_for_reader(audit))))
			continue;
		if (n <= 0) {
			complain(audit, n < 0 ? errno : ENOSPC, n_lines);
			return false;
		}
		if (first) {
			iov[0].iov_len = 0;
			n--;
		}
		if (n > 0)
			audit->torn = ((char *)iov[1].iov_base)[n - 1] != '\n';
		else
			audit->torn = false; /* only the newline went out */
		iov[1].iov_base = (char *)iov[1].iov_base + n;
		iov[1].iov_len -= (size_t)n;
	}
	audit->torn = false;
	audit->stuck = false;
	if (audit->lost) {
		sp_log(SP_LOG_WARN, "audit", 0, "the audit log %s can be written again lost=%llu",
		       audit->path, (unsigned long long)audit->lost);
		audit->lost = 0;
		audit->complained = 0;
	}
	return true;
}
