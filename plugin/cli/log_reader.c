/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_reader.c: blocks of whole lines.  A block is what one thread works on at a time: large enough
 * that handing it over costs nothing, small enough that all cores have one.
 */
#include "cli/log_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#define BLOCK_BYTES ((size_t)1 << 20)
#define MAX_LINE ((size_t)64 << 20)

void
sp_log_block_init(struct sp_log_block *block)
{
	*block = (struct sp_log_block){0};
	sp_arena_init(&block->arena, 4 * MAX_LINE);
}

void
sp_log_block_fini(struct sp_log_block *block)
{
	sp_arena_fini(&block->arena);
}

void
sp_log_open(struct sp_log_reader *reader, const char *command, char **paths, size_t n_paths)
{
	*reader = (struct sp_log_reader){
	    .command = command, .paths = paths, .n_paths = n_paths, .fd = -1};
	sp_arena_init(&reader->arena, 4 * MAX_LINE);
}

static void
close_file(struct sp_log_reader *reader)
{
	if (reader->fd > 0)
		close(reader->fd);
	reader->fd = -1;
	reader->line = 0;
	reader->skip = false;
	reader->at++;
}

void
sp_log_close(struct sp_log_reader *reader)
{
	if (reader->fd >= 0)
		close_file(reader);
	sp_arena_fini(&reader->arena);
}

static void
fail(struct sp_log_reader *reader, int err)
{
	fprintf(stderr, "sallyport %s: %s: %s\n", reader->command, reader->paths[reader->at],
	        strerror(err));
	reader->failed = true;
}

/* Opens the next file that can be opened; false: there is none. */
static bool
open_file(struct sp_log_reader *reader)
{
	while (reader->at < reader->n_paths) {
		const char *path = reader->paths[reader->at];

		reader->fd = strcmp(path, "-") == 0 ? 0 : open(path, O_RDONLY | O_CLOEXEC);
		if (reader->fd >= 0)
			return true;
		fail(reader, errno);
		reader->at++;
	}
	return false;
}

static bool
make_room(struct sp_log_block *block, size_t size)
{
	char *bytes;

	if (size <= block->size)
		return true;
	bytes = sp_arena_grow(&block->arena, block->bytes, block->size, size);
	if (!bytes)
		return false;
	block->bytes = bytes;
	block->size = size;
	return true;
}

static size_t
larger(size_t size)
{
	return 2 * size <= MAX_LINE ? 2 * size : MAX_LINE + 1;
}

/* What is behind the last newline waits for the next block. */
static bool
keep_rest(struct sp_log_reader *reader, const char *bytes, size_t len)
{
	if (len > reader->rest_size) {
		sp_arena_reset(&reader->arena);
		reader->rest = sp_arena_bytes(&reader->arena, len);
		reader->rest_size = reader->rest ? len : 0;
	}
	reader->rest_len = reader->rest ? len : 0;
	if (reader->rest_len)
		memcpy(reader->rest, bytes, len);
	return reader->rest_len == len;
}

static size_t
count_lines(struct sp_str text)
{
	const char *p = text.p, *end = text.p + text.len;
	size_t n = 0;

	while (p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		n++;
		p++;
	}
	return n + (text.len && text.p[text.len - 1] != '\n');
}

static void
hand_out(struct sp_log_reader *reader, struct sp_log_block *block, size_t len)
{
	block->text = (struct sp_str){block->bytes, len};
	block->n_lines = count_lines(block->text);
	block->file = reader->at;
	block->first_line = reader->line + 1;
	reader->line += block->n_lines;
}

/* The bytes of a line that was given up go by. */
static size_t
skip_line(struct sp_log_reader *reader, char *bytes, size_t len)
{
	char *newline = len ? memchr(bytes, '\n', len) : NULL;

	if (!reader->skip || !newline)
		return reader->skip ? 0 : len;
	reader->skip = false;
	len -= (size_t)(newline + 1 - bytes);
	memmove(bytes, newline + 1, len);
	return len;
}

/* Reads until there is a whole line and the block is full, or the file ends. */
static bool
read_block(struct sp_log_reader *reader, struct sp_log_block *block)
{
	size_t len = reader->rest_len, whole;
	const char *last;
	ssize_t n;

	if (!make_room(block, len + BLOCK_BYTES)) {
		fail(reader, ENOMEM);
		close_file(reader);
		return false;
	}
	if (len)
		memcpy(block->bytes, reader->rest, len);
	reader->rest_len = 0;
	for (;;) {
		do
			n = read(reader->fd, block->bytes + len, block->size - len);
		while (n < 0 && errno == EINTR);
		if (n <= 0)
			break;
		reader->n_bytes += (uint64_t)n;
		len = skip_line(reader, block->bytes, len + (size_t)n);
		if (len < block->size)
			continue;
		last = memrchr(block->bytes, '\n', len);
		if (last) {
			whole = (size_t)(last + 1 - block->bytes);
			if (!keep_rest(reader, last + 1, len - whole))
				fail(reader, ENOMEM);
			hand_out(reader, block, whole);
			return true;
		}
		if (len > MAX_LINE || !make_room(block, larger(block->size))) {
			hand_out(reader, block, 100);
			block->too_long = reader->skip = true;
			return true;
		}
	}
	if (n < 0)
		fail(reader, errno);
	if (len)
		hand_out(reader, block, len);
	close_file(reader);
	return len > 0;
}

bool
sp_log_next(struct sp_log_reader *reader, struct sp_log_block *block)
{
	block->too_long = false;
	while (reader->fd >= 0 || open_file(reader)) {
		if (read_block(reader, block))
			return true;
	}
	return false;
}

bool
sp_log_line(struct sp_str *rest, uint64_t *next, struct sp_str *line, uint64_t *n)
{
	while (rest->len) {
		sp_str_cut(*rest, '\n', line, rest);
		*n = (*next)++;
		if (line->len && line->p[line->len - 1] == '\r')
			line->len--;
		if (line->len)
			return true;
	}
	return false;
}
