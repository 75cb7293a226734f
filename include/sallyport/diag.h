/* SPDX-License-Identifier: Apache-2.0 */
/*
 * diag.h: what a person must be told about a file they wrote: position, text, hint, and the line
 * with a caret under the wrong word.  One run reports everything.  Layer: base.
 */
#ifndef SALLYPORT_DIAG_H
#define SALLYPORT_DIAG_H

#include "sallyport/base.h"

enum sp_severity { SP_ERROR = 0, SP_WARNING, SP_NOTE };

/* A position in a source file: 1-based, columns count characters; line 0: the file as a whole. */
struct sp_pos {
	uint32_t file; /* index into sp_diags.files */
	uint32_t line;
	uint32_t column;
	uint32_t width; /* characters under which carets go; 0 counts as 1 */
};

struct sp_diag {
	enum sp_severity severity;
	char code[8]; /* "E210"; POLICY.md 3.6: stable */
	struct sp_pos pos;
	struct sp_str text;
	struct sp_str hint; /* empty: none */
	struct sp_str rule; /* the rule it is about; empty: none */
};

struct sp_source {
	struct sp_str name; /* as shown to the user */
	struct sp_str text; /* for the source line; empty when it could not be read */
	size_t n_errors, n_warnings, n_notes; /* all of this file */
};

/*
 * The -1 contract: a function that takes `struct sp_diags *` and returns -1 has added at least one
 * error.  Memory is the arena's, which must outlive this.
 */
struct sp_diags {
	struct sp_arena *arena;
	struct sp_diag *list;
	size_t n, size;
	size_t n_errors, n_warnings; /* all, also those beyond the limit of 200 that are kept */
	struct sp_source *files;
	size_t n_files, files_size;
	struct sp_str rule; /* what is added now is about this rule; empty: none */
};

void sp_diags_init(struct sp_diags *diags, struct sp_arena *arena);
/* Index for sp_pos.file.  `name` is copied, `text` is borrowed until the last _print. */
uint32_t sp_diags_file(struct sp_diags *diags, struct sp_str name, struct sp_str text);
/* Adds one; `hint` may be NULL.  Always returns -1. */
int sp_diags_add(struct sp_diags *diags, enum sp_severity severity, const char *code,
                 struct sp_pos pos, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));
/* By file, line, column, order of arrival. */
void sp_diags_sort(struct sp_diags *diags);
/*
 * The compiler-style text of POLICY.md 3.6 for all (first 20 errors per file, then "and N more"),
 * and for each file a last line "NAME: 1 error, 0 warnings" (the first, main file: "; N rules" when
 * n_rules >= 0 and there is no error).  Sorts.
 */
void sp_diags_print(struct sp_diags *diags, struct sp_buf *out, int n_rules);
/* "error", "warning", "note": static. */
const char *sp_severity_name(enum sp_severity severity);
/* One line per entry, without the source line: for the log of a running server. */
void sp_diag_line(const struct sp_diags *diags, const struct sp_diag *diag, struct sp_buf *out);

/*
 * "Did you mean": the nearest of `names` (n of them) to `word`, or NULL.  Case, '-' and '_' are
 * ignored, transpositions count one; distance at most 1 for up to 3 letters, 2 for up to 7, else 3.
 * borrowed: one of `names`.
 */
const char *sp_suggest(struct sp_str word, const char *const *names, size_t n);

#endif
