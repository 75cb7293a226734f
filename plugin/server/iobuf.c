/* SPDX-License-Identifier: Apache-2.0 */
/*
 * iobuf.c: buffers straight from mmap(2): a client that announces 8 MiB and sends one byte costs
 * one page.  A few small ones are kept, so that answers of 64 KiB in a row do not map and unmap.
 */
#include "server/iobuf.h"

#include <sys/mman.h>

static void *
map(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
	               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

bool
sp_iobuf_reserve(struct sp_iobuf_pool *pool, struct sp_iobuf *buf, size_t size)
{
	struct sp_iobuf bigger = {0};

	if (buf->p && buf->size >= size)
		return true;
	bigger.size = size <= SP_IOBUF_SMALL ? SP_IOBUF_SMALL : size;
	if (bigger.size == SP_IOBUF_SMALL && pool->n_spare > 0)
		bigger.p = pool->spare[--pool->n_spare];
	else
		bigger.p = map(bigger.size);
	if (bigger.p == NULL)
		return false;
	if (buf->len)
		memcpy(bigger.p, buf->p, buf->len);
	bigger.len = buf->len;
	sp_iobuf_release(pool, buf);
	*buf = bigger;
	return true;
}

void
sp_iobuf_release(struct sp_iobuf_pool *pool, struct sp_iobuf *buf)
{
	if (buf->p && buf->size == SP_IOBUF_SMALL && pool->n_spare < SP_IOBUF_SPARES)
		pool->spare[pool->n_spare++] = buf->p;
	else if (buf->p)
		munmap(buf->p, buf->size);
	*buf = (struct sp_iobuf){0};
}

void
sp_iobuf_pool_fini(struct sp_iobuf_pool *pool)
{
	while (pool->n_spare > 0)
		munmap(pool->spare[--pool->n_spare], SP_IOBUF_SMALL);
}
