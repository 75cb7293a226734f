/* SPDX-License-Identifier: Apache-2.0 */
/*
 * yaml.c: libyaml's events to a located tree.  Input: the text of a file, possibly hostile; the
 * only file that includes yaml.h.  On events and not on libyaml's documents: those resolve aliases
 * and keep one of two equal keys in silence.
 *
 * What YAML permits and a reviewer may misread is an error with a code of its own (POLICY.md 4).
 * Such errors are collected; a syntax error ends the reading.
 */
#include <yaml.h>

#include "engine/yaml_parts.h"

#define MAX_DEPTH 12 /* libyaml needs quadratic time for deep nesting: it is left at once */
#define MAX_EVENTS 200000
#define MAX_ERRORS 200 /* each looks into its line, which may be the whole file */

/* A list or map that is being filled. */
struct frame {
	struct sp_node *node;
	struct sp_node **tail; /* where the next item or key goes */
	struct sp_node *key;   /* MAP: waits for its value */
};

struct reader {
	yaml_parser_t parser;
	struct sp_yaml_text text;
	struct sp_diags *diags;
	struct frame stack[MAX_DEPTH];
	unsigned depth;
	struct sp_node *root;
	/* A plain scalar over two lines waits here: what follows may show a better error. */
	struct sp_node *run_on;
	yaml_mark_t run_on_end;
};

static struct sp_pos
pos_of(const struct reader *reader, yaml_mark_t start, yaml_mark_t end)
{
	uint32_t width = start.line == end.line && end.column > start.column
	                     ? (uint32_t)(end.column - start.column)
	                     : 1;

	return sp_yaml_pos(&reader->text, (uint32_t)start.line + 1, (uint32_t)start.column + 1,
	                   width);
}

/* --- the tree --- */

/* Hangs `node` where it belongs. */
static void
attach(struct reader *reader, struct sp_node *node)
{
	struct frame *top;

	if (reader->depth == 0) {
		reader->root = node;
		return;
	}
	top = &reader->stack[reader->depth - 1];
	if (top->key) {
		top->key->value = node;
		top->key = NULL;
		return;
	}
	*top->tail = node;
	top->tail = &node->next;
	top->node->n++;
	if (top->node->kind == SP_NODE_MAP) {
		top->key = node;
		sp_yaml_check_key(&reader->text, node);
	}
}

static enum sp_node_style
style_of(yaml_scalar_style_t style)
{
	if (style == YAML_SINGLE_QUOTED_SCALAR_STYLE || style == YAML_DOUBLE_QUOTED_SCALAR_STYLE)
		return SP_STYLE_QUOTED;
	return style == YAML_PLAIN_SCALAR_STYLE ? SP_STYLE_PLAIN : SP_STYLE_BLOCK;
}

static int
add_scalar(struct reader *reader, const yaml_event_t *event)
{
	const struct frame *top = reader->depth ? &reader->stack[reader->depth - 1] : NULL;
	struct sp_str text = {(const char *)event->data.scalar.value, event->data.scalar.length};
	struct sp_node *node = sp_arena_alloc(reader->diags->arena, sizeof(*node));
	const char *anchor = (const char *)event->data.scalar.anchor;
	bool tag = event->data.scalar.tag != NULL;
	bool is_key = top && top->node->kind == SP_NODE_MAP && !top->key;

	if (!node)
		return sp_yaml_no_memory(&reader->text);
	node->style = style_of(event->data.scalar.style);
	node->pos = pos_of(reader, event->start_mark, event->end_mark);
	node->text = sp_arena_dup(reader->diags->arena, text);
	if (!node->text.p)
		return sp_yaml_no_memory(&reader->text);
	sp_yaml_check_properties(&reader->text, node->pos, anchor, tag);
	sp_yaml_check_scalar(&reader->text, node);
	if (node->style == SP_STYLE_PLAIN && event->start_mark.line != event->end_mark.line) {
		reader->run_on = node;
		reader->run_on_end = event->end_mark;
	}
	if (top && !is_key && node->style == SP_STYLE_PLAIN && text.len == 0 && !anchor && !tag)
		sp_yaml_no_value(&reader->text, top->key, node->pos);
	attach(reader, node);
	return 0;
}

static int
add_alias(struct reader *reader, const yaml_event_t *event)
{
	struct sp_node *node = sp_arena_alloc(reader->diags->arena, sizeof(*node));
	const char *name =
	    sp_yaml_shown(&reader->text, sp_strz((const char *)event->data.alias.anchor));

	if (!node)
		return sp_yaml_no_memory(&reader->text);
	node->pos = pos_of(reader, event->start_mark, event->end_mark);
	node->text = sp_strz(sp_arena_printf(reader->diags->arena, "*%s", name));
	sp_diags_add(reader->diags, SP_ERROR, "E107", node->pos,
	             sp_arena_printf(reader->diags->arena,
	                             "write \"*%s\" if it is a pattern; shared values go under "
	                             "'lists:' or 'vars:'",
	                             name),
	             "alias '*%s' is not allowed", name);
	attach(reader, node);
	return 0;
}

static int
open_node(struct reader *reader, const yaml_event_t *event)
{
	bool map = event->type == YAML_MAPPING_START_EVENT;
	struct sp_node *node = sp_arena_alloc(reader->diags->arena, sizeof(*node));

	if (!node)
		return sp_yaml_no_memory(&reader->text);
	node->kind = map ? SP_NODE_MAP : SP_NODE_LIST;
	node->pos = pos_of(reader, event->start_mark, event->start_mark);
	if (reader->depth == MAX_DEPTH)
		return sp_diags_add(reader->diags, SP_ERROR, "E115", node->pos, NULL,
		                    "nested more than %d levels deep", MAX_DEPTH);
	if (map)
		sp_yaml_check_properties(&reader->text, node->pos,
		                         (const char *)event->data.mapping_start.anchor,
		                         event->data.mapping_start.tag != NULL);
	else
		sp_yaml_check_properties(&reader->text, node->pos,
		                         (const char *)event->data.sequence_start.anchor,
		                         event->data.sequence_start.tag != NULL);
	attach(reader, node);
	reader->stack[reader->depth++] = (struct frame){.node = node, .tail = &node->first};
	return 0;
}

/* --- the document --- */

/* Where a run-on scalar is a mistake of its own (E109), and not the trace of another one. */
static void
say_run_on(struct reader *reader)
{
	if (reader->run_on)
		sp_diags_add(
		    reader->diags, SP_ERROR, "E109", reader->run_on->pos,
		    "YAML joins the lines with a space; quote the text or use '>-', or fix "
		    "the indentation",
		    "unquoted value continues on the next line");
	reader->run_on = NULL;
}

static void
syntax_error(struct reader *reader)
{
	const yaml_parser_t *p = &reader->parser;
	struct sp_yaml_problem problem = {
	    .what = p->problem ? p->problem : "",
	    .context = p->context ? p->context : "",
	    .line = (uint32_t)p->problem_mark.line + 1,
	    .column = (uint32_t)p->problem_mark.column + 1,
	    .context_line = (uint32_t)p->context_mark.line + 1,
	    .context_column = (uint32_t)p->context_mark.column + 1,
	    .in_flow = p->flow_level > 0,
	};

	if (p->error == YAML_MEMORY_ERROR) {
		sp_yaml_no_memory(&reader->text);
		return;
	}
	/* "a: 1", then "  b: 2": the ':' that libyaml trips over ends a value that ran on. */
	if (reader->run_on && reader->run_on_end.line == p->problem_mark.line &&
	    reader->run_on_end.column == p->problem_mark.column &&
	    strstr(problem.what, "mapping values are not allowed")) {
		say_run_on(reader);
		return;
	}
	/* "[a, b", then "c: d": the bracket is what is wrong. */
	if (strncmp(problem.what, "did not find expected ','", 25) != 0)
		say_run_on(reader);
	sp_yaml_explain(&reader->text, &problem);
}

/* One event.  1: the document has ended; -1: stop. */
static int
take_event(struct reader *reader, const yaml_event_t *event)
{
	say_run_on(reader);
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return add_scalar(reader, event);
	case YAML_ALIAS_EVENT:
		return add_alias(reader, event);
	case YAML_SEQUENCE_START_EVENT:
	case YAML_MAPPING_START_EVENT:
		return open_node(reader, event);
	case YAML_SEQUENCE_END_EVENT:
		reader->depth--;
		return 0;
	case YAML_MAPPING_END_EVENT:
		return sp_yaml_check_duplicates(&reader->text, reader->stack[--reader->depth].node);
	case YAML_DOCUMENT_END_EVENT:
		sp_yaml_check_rest(&reader->text, (uint32_t)event->end_mark.line + 1,
		                   (uint32_t)event->end_mark.column + 1);
		return 1;
	case YAML_STREAM_END_EVENT:
		return 1;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_DOCUMENT_START_EVENT:
		return 0;
	}
	return -1;
}

static void
read_events(struct reader *reader)
{
	size_t max_errors = reader->diags->n_errors + MAX_ERRORS;
	yaml_event_t event;
	int end = 0;

	for (uint32_t n = 0; end == 0 && reader->diags->n_errors <= max_errors; n++) {
		if (n == MAX_EVENTS) {
			sp_diags_add(
			    reader->diags, SP_ERROR, "E101", sp_yaml_pos(&reader->text, 0, 0, 0),
			    NULL, "the file has more than %d values, lists and maps", MAX_EVENTS);
			break;
		}
		if (!yaml_parser_parse(&reader->parser, &event)) {
			syntax_error(reader);
			break;
		}
		end = take_event(reader, &event);
		yaml_event_delete(&event);
	}
	while (reader->depth > 0) { /* the maps a syntax error left open */
		const struct sp_node *node = reader->stack[--reader->depth].node;

		if (node->kind == SP_NODE_MAP)
			sp_yaml_check_duplicates(&reader->text, node);
	}
}

struct sp_node *
sp_yaml_parse(struct sp_diags *diags, uint32_t file)
{
	struct reader reader = {.diags = diags};
	size_t errors = diags->n_errors;

	if (sp_yaml_text_init(&reader.text, diags, file) || sp_yaml_check_start(&reader.text))
		return NULL;
	if (!yaml_parser_initialize(&reader.parser)) {
		sp_yaml_no_memory(&reader.text);
		return NULL;
	}
	yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&reader.parser, (const unsigned char *)reader.text.text.p,
	                             reader.text.text.len);
	read_events(&reader);
	yaml_parser_delete(&reader.parser);
	if (diags->n_errors == errors)
		sp_yaml_check_root(&reader.text, reader.root);
	return diags->n_errors == errors ? reader.root : NULL;
}
