/* SPDX-License-Identifier: Apache-2.0 */
/*
 * diag.c: collects and prints what is wrong with a file.  The source text may be anything, also
 * bytes meant to mislead the reader of a terminal; no such character is printed.
 */
#include "sallyport/diag.h"

#define KEPT 200            /* entries; beyond, only the counts go on */
#define PRINTED_PER_FILE 20 /* errors, and warnings */
#define SHOWN_CHARS 240     /* of a source line */
#define LEAD_CHARS 80       /* before the wrong word, when the line is longer */

void
sp_diags_init(struct sp_diags *diags, struct sp_arena *arena)
{
	*diags = (struct sp_diags){.arena = arena};
}

/* Makes room for one more element; false when the arena is full. */
static bool
more_room(struct sp_arena *arena, void **list, size_t n, size_t *size, size_t each)
{
	size_t want = *size ? *size * 2 : 8;
	void *bigger;

	if (n < *size)
		return true;
	bigger = sp_arena_array(arena, want, each);
	if (!bigger)
		return false;
	if (n)
		memcpy(bigger, *list, n * each);
	*list = bigger;
	*size = want;
	return true;
}

uint32_t
sp_diags_file(struct sp_diags *diags, struct sp_str name, struct sp_str text)
{
	void *list = diags->files;

	if (!more_room(diags->arena, &list, diags->n_files, &diags->files_size,
	               sizeof(*diags->files)))
		return 0;
	diags->files = list;
	name = sp_arena_dup(diags->arena, name);
	diags->files[diags->n_files] = (struct sp_source){.name = name, .text = text};
	return (uint32_t)diags->n_files++;
}

/* Where the next entry goes, or NULL: enough are kept, or the arena is full. */
static struct sp_diag *
new_entry(struct sp_diags *diags, enum sp_severity severity)
{
	void *list = diags->list;

	if (diags->n == KEPT) { /* an error is worth more than a warning */
		for (size_t i = KEPT; severity == SP_ERROR && i-- > 0;)
			if (diags->list[i].severity != SP_ERROR)
				return &diags->list[i];
		return NULL;
	}
	if (!more_room(diags->arena, &list, diags->n, &diags->size, sizeof(*diags->list)))
		return NULL;
	diags->list = list;
	return &diags->list[diags->n++];
}

static void
count(struct sp_diags *diags, enum sp_severity severity, uint32_t file)
{
	struct sp_source *source = file < diags->n_files ? &diags->files[file] : NULL;

	switch (severity) {
	case SP_ERROR:
		diags->n_errors++;
		if (source)
			source->n_errors++;
		return;
	case SP_WARNING:
		diags->n_warnings++;
		if (source)
			source->n_warnings++;
		return;
	case SP_NOTE: /* nothing is wrong */
		if (source)
			source->n_notes++;
		return;
	}
}

int
sp_diags_add(struct sp_diags *diags, enum sp_severity severity, const char *code, struct sp_pos pos,
             const char *hint, const char *fmt, ...)
{
	struct sp_diag *diag;
	struct sp_buf text;
	va_list args;
	size_t len = strlen(code);

	if (diags->n_files == 0)
		sp_diags_file(diags, SP_STR("(no file)"), (struct sp_str){NULL, 0});
	if (pos.file >= diags->n_files)
		pos.file = 0;
	count(diags, severity, pos.file);
	diag = new_entry(diags, severity);
	if (!diag)
		return -1;
	*diag = (struct sp_diag){.severity = severity, .pos = pos};
	memcpy(diag->code, code, len < sizeof(diag->code) ? len : sizeof(diag->code) - 1);
	sp_buf_init(&text, diags->arena, SIZE_MAX);
	va_start(args, fmt);
	sp_buf_addv(&text, fmt, args);
	va_end(args);
	diag->text = sp_buf_str(&text);
	if (diag->text.len == 0) /* the arena is full */
		diag->text = SP_STR("(no memory left for this message)");
	if (diags->rule.len)
		diag->rule = sp_arena_dup(diags->arena, diags->rule);
	if (hint)
		diag->hint = sp_arena_dup(diags->arena, sp_strz(hint));
	return -1;
}

static bool
is_before(const struct sp_diag *a, const struct sp_diag *b)
{
	if (a->pos.file != b->pos.file)
		return a->pos.file < b->pos.file;
	if (a->pos.line != b->pos.line)
		return a->pos.line < b->pos.line;
	return a->pos.column < b->pos.column;
}

/* By insertion: it keeps the order of equals, and there are at most KEPT. */
void
sp_diags_sort(struct sp_diags *diags)
{
	for (size_t i = 1; i < diags->n; i++) {
		struct sp_diag diag = diags->list[i];
		size_t at = i;

		for (; at > 0 && is_before(&diag, &diags->list[at - 1]); at--)
			diags->list[at] = diags->list[at - 1];
		diags->list[at] = diag;
	}
}

const char *
sp_severity_name(enum sp_severity severity)
{
	switch (severity) {
	case SP_ERROR:
		return "error";
	case SP_WARNING:
		return "warning";
	case SP_NOTE:
		return "note";
	}
	return "error";
}

/* `NAME:5:7: error[E210]: text` */
static void
add_head(const struct sp_diags *diags, const struct sp_diag *diag, struct sp_buf *out)
{
	if (diag->pos.file < diags->n_files)
		sp_buf_add_shown(out, diags->files[diag->pos.file].name, 0);
	if (diag->pos.line)
		sp_buf_addf(out, ":%u", diag->pos.line);
	if (diag->pos.line && diag->pos.column)
		sp_buf_addf(out, ":%u", diag->pos.column);
	sp_buf_addf(out, ": %s[%s]: ", sp_severity_name(diag->severity), diag->code);
	sp_buf_add_shown(out, diag->text, 0);
}

void
sp_diag_line(const struct sp_diags *diags, const struct sp_diag *diag, struct sp_buf *out)
{
	add_head(diags, diag, out);
	if (diag->hint.len) {
		sp_buf_addz(out, "; ");
		sp_buf_add_shown(out, diag->hint, 0);
	}
}

/* The 1-based line without its end; false when there is none.  libyaml does not count a BOM. */
static bool
find_line(struct sp_str text, uint32_t n, struct sp_str *line)
{
	if (n == 0 || text.len == 0)
		return false;
	if (sp_str_starts(text, SP_STR("\xef\xbb\xbf")))
		text = sp_str_from(text, 3);
	while (sp_str_cut(text, '\n', line, &text) && n > 1)
		n--;
	if (sp_str_ends(*line, SP_STR("\r")))
		line->len--;
	return n == 1;
}

/* Columns a terminal uses for a character: East Asian wide ones and emoji 2, combining marks 0. */
static uint32_t
display_width(uint32_t code)
{
	static const struct {
		uint32_t first, last, width;
	} ranges[] = {
	    {0x300, 0x36f, 0},     {0x1100, 0x115f, 2},   {0x1ab0, 0x1aff, 0},
	    {0x1dc0, 0x1dff, 0},   {0x20d0, 0x20ff, 0},   {0x231a, 0x231b, 2},
	    {0x2e80, 0x303e, 2},   {0x3041, 0x33ff, 2},   {0x3400, 0x4dbf, 2},
	    {0x4e00, 0x9fff, 2},   {0xa000, 0xa4cf, 2},   {0xac00, 0xd7a3, 2},
	    {0xf900, 0xfaff, 2},   {0xfe00, 0xfe0f, 0},   {0xfe20, 0xfe2f, 0},
	    {0xfe30, 0xfe6f, 2},   {0xff00, 0xff60, 2},   {0xffe0, 0xffe6, 2},
	    {0x1f300, 0x1f64f, 2}, {0x1f680, 0x1f6ff, 2}, {0x1f900, 0x1f9ff, 2},
	    {0x20000, 0x3fffd, 2}, {0xe0100, 0xe01ef, 0},
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (code <= ranges[i].last)
			return code >= ranges[i].first ? ranges[i].width : 1;
	return 1;
}

/* Adds the character at line[*at] as a person may see it, moves past it, gives its width. */
static uint32_t
add_cell(struct sp_buf *out, struct sp_str line, size_t *at)
{
	uint32_t code = 0;
	size_t n = sp_utf8_next(line, *at, &code);
	struct sp_str cell = {line.p + *at, n};

	*at += n ? n : 1;
	if (n && code == '\t') {
		sp_buf_addc(out, ' ');
		return 1;
	}
	if (n == 0 || sp_utf8_hidden(code)) {
		sp_buf_addz(out, "\xef\xbf\xbd");
		return 1;
	}
	sp_buf_add(out, cell);
	return display_width(code);
}

/* The line, or for a long one the piece around the column; then the carets. */
static void
add_source(struct sp_buf *out, struct sp_str line, const struct sp_pos *pos)
{
	uint32_t first = pos->column > SHOWN_CHARS - LEAD_CHARS ? pos->column - LEAD_CHARS : 1;
	uint64_t end = (uint64_t)pos->column + (pos->width ? pos->width : 1);
	uint32_t pad = first > 1 ? 3 : 0, under = 0, n = 1;
	struct sp_buf skipped;

	sp_buf_init(&skipped, out->arena, 0);
	sp_buf_addf(out, "%6u |%s%s", pos->line, line.len ? " " : "", first > 1 ? "..." : "");
	for (size_t at = 0; at < line.len; n++) {
		uint32_t width;

		if (n == first + SHOWN_CHARS) {
			sp_buf_addz(out, "...");
			break;
		}
		width = add_cell(n < first ? &skipped : out, line, &at);
		if (n >= first && n < pos->column)
			pad += width;
		else if (n >= pos->column && n < end)
			under += width;
	}
	sp_buf_addc(out, '\n');
	if (pos->column == 0)
		return;
	sp_buf_addz(out, "       | ");
	for (; pad; pad--)
		sp_buf_addc(out, ' ');
	sp_buf_addc(out, '^');
	for (; under > 1; under--)
		sp_buf_addc(out, '~');
	sp_buf_addc(out, '\n');
}

static void
add_entry(const struct sp_diags *diags, const struct sp_diag *diag, struct sp_buf *out)
{
	struct sp_str line;

	add_head(diags, diag, out);
	sp_buf_addc(out, '\n');
	if (find_line(diags->files[diag->pos.file].text, diag->pos.line, &line))
		add_source(out, line, &diag->pos);
	if (diag->hint.len) {
		sp_buf_addz(out, "       = ");
		sp_buf_add_shown(out, diag->hint, 0);
		sp_buf_addc(out, '\n');
	}
}

/* `12 errors` */
static void
add_count(struct sp_buf *out, size_t n, const char *noun)
{
	sp_buf_addu(out, n);
	sp_buf_addc(out, ' ');
	sp_buf_addz(out, noun);
	if (n != 1)
		sp_buf_addc(out, 's');
}

static void
add_rest(struct sp_buf *out, struct sp_str name, size_t n, const char *noun)
{
	if (n == 0)
		return;
	sp_buf_add_shown(out, name, 0);
	sp_buf_addz(out, ": and ");
	sp_buf_addu(out, n);
	sp_buf_addz(out, " more ");
	sp_buf_addz(out, noun);
	sp_buf_addz(out, n == 1 ? "\n" : "s\n");
}

static void
print_file(const struct sp_diags *diags, uint32_t file, struct sp_buf *out)
{
	const struct sp_source *source = &diags->files[file];
	size_t printed[3] = {0, 0, 0}; /* by severity */

	for (size_t i = 0; i < diags->n; i++) {
		const struct sp_diag *diag = &diags->list[i];

		if (diag->pos.file == file && printed[diag->severity] < PRINTED_PER_FILE) {
			printed[diag->severity]++;
			add_entry(diags, diag, out);
		}
	}
	add_rest(out, source->name, source->n_errors - printed[SP_ERROR], "error");
	add_rest(out, source->name, source->n_warnings - printed[SP_WARNING], "warning");
	add_rest(out, source->name, source->n_notes - printed[SP_NOTE], "note");
	sp_buf_add_shown(out, source->name, 0);
	sp_buf_addz(out, ": ");
	add_count(out, source->n_errors, "error");
	sp_buf_addz(out, ", ");
	add_count(out, source->n_warnings, "warning");
}

void
sp_diags_print(struct sp_diags *diags, struct sp_buf *out, int n_rules)
{
	sp_diags_sort(diags);
	for (uint32_t file = 0; file < diags->n_files; file++) {
		print_file(diags, file, out);
		if (file == 0 && n_rules >= 0 && diags->n_errors == 0) {
			sp_buf_addz(out, "; ");
			add_count(out, (size_t)n_rules, "rule");
		}
		sp_buf_addc(out, '\n');
	}
}
