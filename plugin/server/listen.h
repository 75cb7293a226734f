/* SPDX-License-Identifier: Apache-2.0 */
/* listen.h: the unix socket dockerd finds us at.  Private to server/. */
#ifndef SALLYPORT_SERVER_LISTEN_H
#define SALLYPORT_SERVER_LISTEN_H

#include <stdbool.h>
#include <sys/types.h>

struct sp_listener {
	int fd;           /* listening, non-blocking, close-on-exec; the caller closes it */
	const char *path; /* ours to remove; NULL when systemd owns the socket */
	dev_t dev;
	ino_t ino;
};

/*
 * Takes the socket systemd passed, or binds `path`.  0; -1 after logging why not.  `path` is kept,
 * not copied.
 */
int sp_listen_open(struct sp_listener *listener, const char *path);
/* Removes the socket file if it is still the one we made: a stale one stalls dockerd. */
void sp_listen_unlink(struct sp_listener *listener);

#endif
