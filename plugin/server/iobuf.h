/* SPDX-License-Identifier: Apache-2.0 */
/*
 * iobuf.h: memory for messages that do not arrive in one piece.  Address space is reserved for the
 * whole message at once, memory is used as bytes arrive, and given back after it.
 * Private to server/.
 */
#ifndef SALLYPORT_SERVER_IOBUF_H
#define SALLYPORT_SERVER_IOBUF_H

#include "sallyport/base.h"

#define SP_IOBUF_SMALL (128u << 10)
#define SP_IOBUF_SPARES 4

struct sp_iobuf {
	char *p; /* NULL: none */
	size_t len, size;
};

struct sp_iobuf_pool {
	char *spare[SP_IOBUF_SPARES]; /* of SP_IOBUF_SMALL bytes */
	unsigned n_spare;
};

/* Makes room for at least `size` bytes, keeping what is in it.  False: no memory. */
bool sp_iobuf_reserve(struct sp_iobuf_pool *pool, struct sp_iobuf *buf, size_t size);
void sp_iobuf_release(struct sp_iobuf_pool *pool, struct sp_iobuf *buf);
void sp_iobuf_pool_fini(struct sp_iobuf_pool *pool);

#endif
