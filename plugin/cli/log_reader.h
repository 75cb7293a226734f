/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_reader.h: audit logs in blocks of whole lines, from files or standard input, however long
 * they are.  Layer: cli.
 */
#ifndef SALLYPORT_CLI_LOG_READER_H
#define SALLYPORT_CLI_LOG_READER_H

#include "sallyport/base.h"

struct sp_log_block {
	struct sp_str text;  /* whole lines; the last one of a file may have no newline */
	size_t file;         /* index into the reader's paths */
	uint64_t first_line; /* 1-based */
	size_t n_lines;
	bool too_long; /* `text` is the beginning of one line that is longer than any can be */

	struct sp_arena arena; /* where the text is */
	char *bytes;
	size_t size;
};

void sp_log_block_init(struct sp_log_block *block);
void sp_log_block_fini(struct sp_log_block *block);

struct sp_log_reader {
	const char *command; /* what error messages start with */
	char **paths;        /* "-": standard input */
	size_t n_paths, at;  /* `at`: the one being read */
	int fd;              /* -1: not open */
	uint64_t line;       /* lines of it handed out */
	uint64_t n_bytes;    /* read so far, of all */
	bool skip;           /* to the end of a line that is too long */
	bool failed;         /* something could not be read; a message said so */

	struct sp_arena arena;
	char *rest; /* read, but the line's end was not */
	size_t rest_len, rest_size;
};

void sp_log_open(struct sp_log_reader *reader, const char *command, char **paths, size_t n_paths);
/* Fills `block`; what was in it is gone.  False: there is no more. */
bool sp_log_next(struct sp_log_reader *reader, struct sp_log_block *block);
void sp_log_close(struct sp_log_reader *reader);

/* The next line of a block that is not blank; *n is its number.  Start with *rest = block->text. */
bool sp_log_line(struct sp_str *rest, uint64_t *next, struct sp_str *line, uint64_t *n);

#endif
