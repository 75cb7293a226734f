/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena.c: memory with one lifetime and a hard cap.  Trusts its caller's sizes only as far as the
 * cap: the sizes come from requests, so every sum is checked.
 *
 * The cap counts what was handed out; chunks that could not be filled to the end may make the
 * process hold up to about twice as much.
 */
#include "sallyport/base.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * The first chunk holds an ordinary request.  The largest chunk that a reset keeps is bounded, so
 * that one huge request does not leave a huge idle arena behind.
 */
#define CHUNK_FIRST ((size_t)64 * 1024)
#define CHUNK_MAX ((size_t)256 * 1024)
#define ALIGN ((size_t)16)

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#endif

/* Under AddressSanitizer unused space is poisoned and blocks keep a distance, as with malloc. */
#if defined(WITH_ASAN)
#include <sanitizer/asan_interface.h>
#define GAP ((size_t)16)

/* Not inlined: gcc takes the pointer to const for a read of memory nobody has written yet. */
static __attribute__((noinline)) void
poison(char *p, size_t n)
{
	__asan_poison_memory_region(p, n);
}

static void
unpoison(char *p, size_t n)
{
	__asan_unpoison_memory_region(p, n);
}
#else
#define GAP ((size_t)0)
#define poison(p, n) ((void)(p), (void)(n))
#define unpoison(p, n) ((void)(p), (void)(n))
#endif

void
sp_arena_return_memory(void)
{
#if defined(M_MMAP_THRESHOLD)
	/* glibc's own threshold grows with the first large block that is freed. */
	mallopt(M_MMAP_THRESHOLD, (int)(CHUNK_MAX / 2));
#endif
}

struct sp_arena_chunk {
	struct sp_arena_chunk *next;
	size_t size; /* of bytes[] */
	size_t at;   /* first free one */
	size_t unused_pad;
	char bytes[];
};

_Static_assert(offsetof(struct sp_arena_chunk, bytes) % 16 == 0, "blocks must be aligned");

void
sp_arena_init(struct sp_arena *arena, size_t cap_bytes)
{
	/* Half the address space is no limit at all, and leaves room for roundings. */
	*arena =
	    (struct sp_arena){.cap_bytes = cap_bytes < SIZE_MAX / 2 ? cap_bytes : SIZE_MAX / 2};
}

static void
chunk_free(struct sp_arena_chunk *chunk)
{
	unpoison(chunk->bytes, chunk->size);
	free(chunk);
}

void
sp_arena_reset(struct sp_arena *arena)
{
	struct sp_arena_chunk *keep = NULL;
	struct sp_arena_chunk *next;

	for (struct sp_arena_chunk *c = arena->chunk; c; c = next) {
		next = c->next;
		if (c->size > CHUNK_MAX || (keep && keep->size >= c->size)) {
			chunk_free(c);
			continue;
		}
		if (keep)
			chunk_free(keep);
		keep = c;
	}
	if (keep) {
		keep->next = NULL;
		keep->at = 0;
		poison(keep->bytes, keep->size);
	}
	arena->chunk = keep;
	arena->used_bytes = 0;
	arena->full = false;
}

void
sp_arena_fini(struct sp_arena *arena)
{
	struct sp_arena_chunk *next;

	for (struct sp_arena_chunk *c = arena->chunk; c; c = next) {
		next = c->next;
		chunk_free(c);
	}
	*arena = (struct sp_arena){.cap_bytes = arena->cap_bytes};
}

/* A chunk with `gross` free bytes, or NULL. */
static struct sp_arena_chunk *
chunk_add(struct sp_arena *arena, size_t gross)
{
	struct sp_arena_chunk *head = arena->chunk;
	size_t size = head ? head->size : CHUNK_FIRST / 2;
	struct sp_arena_chunk *c;

	size = size < CHUNK_MAX / 2 ? size * 2 : CHUNK_MAX;
	if (size < gross)
		size = gross;
	c = malloc(sizeof(*c) + size);
	if (!c)
		return NULL;
	c->size = size;
	c->at = 0;
	poison(c->bytes, size);
	if (head && size > CHUNK_MAX) { /* full at once: small blocks go on filling the head */
		c->next = head->next;
		head->next = c;
	} else {
		c->next = head;
		arena->chunk = c;
	}
	return c;
}

/* What a block of `size` takes; only for sizes of at most cap_bytes. */
static size_t
rounded(size_t size)
{
	return size ? (size + ALIGN - 1) & ~(ALIGN - 1) : ALIGN;
}

static void *
refuse(struct sp_arena *arena)
{
	arena->full = true;
	return NULL;
}

char *
sp_arena_bytes(struct sp_arena *arena, size_t size)
{
	struct sp_arena_chunk *c = arena->chunk;
	size_t left = arena->cap_bytes - arena->used_bytes;
	char *p;

	if (size > left || rounded(size) > left)
		return refuse(arena);
	if (!c || c->size - c->at < rounded(size) + GAP) {
		c = chunk_add(arena, rounded(size) + GAP);
		if (!c)
			return refuse(arena);
	}
	p = c->bytes + c->at;
	c->at += rounded(size) + GAP;
	arena->used_bytes += rounded(size);
	unpoison(p, size);
	return p;
}

void *
sp_arena_alloc(struct sp_arena *arena, size_t size)
{
	char *p = sp_arena_bytes(arena, size);

	return p ? memset(p, 0, size) : NULL;
}

void *
sp_arena_array(struct sp_arena *arena, size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total))
		return refuse(arena);
	return sp_arena_alloc(arena, total);
}

char *
sp_arena_grow(struct sp_arena *arena, char *old, size_t old_size, size_t new_size)
{
	struct sp_arena_chunk *c = arena->chunk;
	size_t left = arena->cap_bytes - arena->used_bytes;
	char *p;

	if (!old)
		return sp_arena_bytes(arena, new_size);
	if (new_size <= old_size)
		return old;
	if (new_size - old_size > left + ALIGN)
		return refuse(arena);
	if (c && old + rounded(old_size) + GAP == c->bytes + c->at) {
		size_t more = rounded(new_size) - rounded(old_size);

		if (more <= c->size - c->at && more <= left) {
			c->at += more;
			arena->used_bytes += more;
			unpoison(old, new_size);
			return old;
		}
	}
	p = sp_arena_bytes(arena, new_size);
	if (p)
		memcpy(p, old, old_size);
	return p;
}

struct sp_str
sp_arena_dup(struct sp_arena *arena, struct sp_str s)
{
	char *p = s.len < SIZE_MAX ? sp_arena_bytes(arena, s.len + 1) : refuse(arena);

	if (!p)
		return (struct sp_str){NULL, 0};
	if (s.len)
		memcpy(p, s.p, s.len);
	p[s.len] = '\0';
	return (struct sp_str){p, s.len};
}

const char *
sp_arena_printf(struct sp_arena *arena, const char *fmt, ...)
{
	va_list args;
	char *p;
	int n;

	va_start(args, fmt);
	n = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	p = n < 0 ? NULL : sp_arena_bytes(arena, (size_t)n + 1);
	if (!p)
		return "";
	va_start(args, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, args);
	va_end(args);
	return p;
}
