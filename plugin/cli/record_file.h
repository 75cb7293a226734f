/* SPDX-License-Identifier: Apache-2.0 */
/* record_file.h: the records --record names: a file, one line of it, or all of them.  Layer: cli.
 */
#ifndef SALLYPORT_CLI_RECORD_FILE_H
#define SALLYPORT_CLI_RECORD_FILE_H

#include "cli/question.h"

struct sp_record_file {
	const char *command; /* for messages: "explain" */
	struct sp_str name;  /* of the file */
	struct sp_str text;  /* all of it */
	struct sp_str line;  /* the record; meaningless with `all` */
	bool all;            /* FILE#* */
	bool no_number;      /* several lines, and none of them was chosen */
};

/* A whole file, or "-", standard input, which may be a pipe.  0 or an errno. */
int sp_input_read(struct sp_arena *arena, const char *path, struct sp_str *text);
/* `record` is FILE, FILE#N, FILE#* or "-".  False after saying on stderr what is wrong. */
bool sp_record_file_find(struct sp_record_file *in, const char *command, const char *record,
                         struct sp_arena *arena);
/* One record as a question.  False after saying on stderr why it is none. */
bool sp_record_file_question(const struct sp_record_file *in, struct sp_str line,
                             struct sp_arena *arena, struct sp_question *question);

#endif
