/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record_file.c: audit logs and kept messages as input.  Input: files the administrator names; what
 * stands in them came from clients and is hostile.
 */
#include "cli/record_file.h"

#include <errno.h>
#include <stdio.h>

#include "cli/cli.h"
#include "sallyport/record.h"

#define MAX_RECORD_BYTES ((size_t)64 * 1024 * 1024)

static struct sp_str
line_number(struct sp_str text, int64_t n, int64_t *n_lines)
{
	struct sp_str line, found = {NULL, 0};

	*n_lines = 0;
	while (text.len) {
		sp_str_cut(text, '\n', &line, &text);
		if (line.len == 0)
			continue;
		if (++*n_lines == n)
			found = line;
	}
	return found;
}

/* sp_file_read refuses pipes. */
int
sp_input_read(struct sp_arena *arena, const char *path, struct sp_str *text)
{
	struct sp_buf buf;
	char piece[4096];
	size_t n;

	if (strcmp(path, "-") != 0)
		return sp_file_read(arena, path, MAX_RECORD_BYTES, text);
	sp_buf_init(&buf, arena, MAX_RECORD_BYTES);
	while ((n = fread(piece, 1, sizeof(piece), stdin)) > 0)
		sp_buf_add(&buf, (struct sp_str){piece, n});
	*text = sp_buf_str(&buf);
	return ferror(stdin) ? EIO : buf.cut ? EFBIG : 0;
}

bool
sp_record_file_find(struct sp_record_file *in, const char *command, const char *record,
                    struct sp_arena *arena)
{
	struct sp_str name, number;
	int64_t n = 1, n_lines;
	int err;

	*in = (struct sp_record_file){.command = command};
	if (sp_str_cut(sp_strz(record), '#', &name, &number)) {
		in->all = sp_str_is(number, "*");
		if (!in->all && sp_num_uint(number, &n) != SP_NUM_OK) {
			sp_usage_error(
			    command, "after '#' comes the number of a line, or '*': '%s'", record);
			return false;
		}
	}
	in->name = sp_arena_dup(arena, name);
	err = sp_input_read(arena, in->name.p, &in->text);
	if (err) {
		fprintf(stderr, "sallyport %s: %s: %s\n", command, in->name.p,
		        err == EINVAL ? "not a regular file" : strerror(err));
		return false;
	}
	in->line = line_number(in->text, n, &n_lines);
	in->no_number = number.len == 0 && n_lines > 1;
	if (in->no_number)
		in->line = in->text; /* one message over several lines, or too many messages */
	if (in->line.len == 0) {
		fprintf(stderr, "sallyport %s: %s: there is no line %lld\n", command, in->name.p,
		        (long long)n);
		return false;
	}
	return true;
}

bool
sp_record_file_question(const struct sp_record_file *in, struct sp_str line, struct sp_arena *arena,
                        struct sp_question *question)
{
	struct sp_str message;
	const char *why = NULL;

	*question = (struct sp_question){0};
	if (sp_record_read(line, arena, &message, &question->response, &why) ||
	    (sp_record_read_facts(line, arena, &question->looked_up) &&
	     (why = "the line is too long"))) {
		fprintf(stderr, "sallyport %s: %s: %s%s\n", in->command, in->name.p, why,
		        in->no_number ? "; to choose a line of a log, write FILE#N" : "");
		return false;
	}
	question->decided = !sp_str_eq(message, line);
	message = sp_arena_dup(arena, message); /* it is read in place */
	question->message = (char *)(uintptr_t)message.p;
	question->len = message.len;
	return message.p != NULL;
}
