/* SPDX-License-Identifier: Apache-2.0 */
/*
 * yaml_parts.h: what the three files of the YAML reader share: the text and its lines, and the
 * explanation of a syntax error.  Nothing here is libyaml's.  Private to yaml*.c.  Layer: engine.
 */
#ifndef SALLYPORT_ENGINE_YAML_PARTS_H
#define SALLYPORT_ENGINE_YAML_PARTS_H

#include "engine/yaml.h"

/* Where the last look-up ended: keys are looked up in order, and a file may be one long line. */
struct sp_yaml_cursor {
	uint32_t line, column;
	size_t at;
};

/* A file that has passed the scan of its bytes: what a reviewer sees is what libyaml reads. */
struct sp_yaml_text {
	struct sp_diags *diags;
	uint32_t file;
	struct sp_str text;   /* without a byte order mark */
	const uint32_t *line; /* offset of the first byte of each line */
	uint32_t n_lines;
	struct sp_yaml_cursor cursor;
};

/* 0; -1 when there was an error that makes it useless to go on. */
int sp_yaml_text_init(struct sp_yaml_text *text, struct sp_diags *diags, uint32_t file);

/* Offset of the character at a 1-based line and column; the line's or the text's end if past it. */
size_t sp_yaml_text_at(struct sp_yaml_text *text, uint32_t line, uint32_t column);

/* The rest of the line from there on, without the line break. */
struct sp_str sp_yaml_text_rest(struct sp_yaml_text *text, uint32_t line, uint32_t column);

static inline struct sp_pos
sp_yaml_pos(const struct sp_yaml_text *text, uint32_t line, uint32_t column, uint32_t width)
{
	return (struct sp_pos){text->file, line, column, width};
}

/* `s` fit for a message: borrowed from the arena. */
const char *sp_yaml_shown(const struct sp_yaml_text *text, struct sp_str s);

/* --- yaml_check.c: each adds the errors it finds; -1: no use to go on --- */

int sp_yaml_no_memory(const struct sp_yaml_text *text);
int sp_yaml_empty(const struct sp_yaml_text *text);
/* Before libyaml: directives, of which it takes quadratic time to read many, and empty files. */
int sp_yaml_check_start(struct sp_yaml_text *text);
/* Equal keys of a map whose keys are known. */
int sp_yaml_check_duplicates(const struct sp_yaml_text *text, const struct sp_node *map);
void sp_yaml_check_key(struct sp_yaml_text *text, const struct sp_node *key);
/* There is no value for `key`, or (NULL) for a list item at `pos`. */
void sp_yaml_no_value(const struct sp_yaml_text *text, const struct sp_node *key,
                      struct sp_pos pos);
/* What stands in front of a value; `anchor` may be NULL. */
void sp_yaml_check_properties(struct sp_yaml_text *text, struct sp_pos pos, const char *anchor,
                              bool tag);
void sp_yaml_check_scalar(const struct sp_yaml_text *text, const struct sp_node *node);
/* After the document: only comments, blank lines and "..." may follow. */
void sp_yaml_check_rest(struct sp_yaml_text *text, uint32_t line, uint32_t column);
void sp_yaml_check_root(const struct sp_yaml_text *text, const struct sp_node *root);

/* --- yaml_error.c --- */

/* What libyaml said, and where. */
struct sp_yaml_problem {
	const char *what;    /* "did not find expected key" */
	const char *context; /* "while parsing a block mapping", or "" */
	uint32_t line, column;
	uint32_t context_line, context_column;
	bool in_flow; /* inside [ ] or { } */
};

/* Adds one error that says what the author did, not what the parser wanted. */
void sp_yaml_explain(struct sp_yaml_text *text, const struct sp_yaml_problem *problem);

#endif
