/* SPDX-License-Identifier: Apache-2.0 */
/* http_parts.h: what http.c (connections) and http_message.c (their bytes) share.  Private to them.
 */
#ifndef SALLYPORT_SERVER_HTTP_PARTS_H
#define SALLYPORT_SERVER_HTTP_PARTS_H

#include <event2/util.h>

#include "server/conns.h"
#include "server/http.h"

#define SP_HTTP_STAGE_BYTES (128u << 10)

struct sp_http {
	struct sp_http_options options;
	struct event_base *base;
	int listen_fd;
	struct event *acceptable;
	struct event *retry; /* accepting failed: again in a moment */
	struct sp_conns conns;
	struct sp_iobuf_pool buffers;
	size_t buffered; /* bytes of messages that are not whole, all connections */
	char *stage;     /* where bytes are read to when their connection has nothing kept */
	bool draining;
	struct sp_conn *held; /* newest first */
	unsigned n_held;
	struct event
	    *send_held; /* runs when what has arrived in this turn of the loop is decided */
	bool sending_held;
};

static inline struct sp_http *
sp_http_of(const struct sp_conn *conn)
{
	return conn->conns->ctx;
}

/* Of http.c: forgets the connection. */
void sp_http_close(struct sp_conn *conn);

/* Of http_message.c: callbacks of the connection's events. */
void sp_http_on_readable(evutil_socket_t fd, short what, void *arg);
void sp_http_on_writable(evutil_socket_t fd, short what, void *arg);
/* Refuses a message that is not whole, as far as the kernel takes it, and closes. */
void sp_http_refuse(struct sp_conn *conn, const char *problem);
/* Commits, and sends the answers that waited for it. */
void sp_http_send_held(struct sp_http *http);
void sp_http_on_send_held(evutil_socket_t fd, short what, void *arg);
/* Gives back what is kept of a message that is not whole. */
void sp_http_forget_bytes(struct sp_conn *conn);

#endif
