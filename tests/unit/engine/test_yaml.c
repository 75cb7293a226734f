/* SPDX-License-Identifier: Apache-2.0 */
/* The YAML reader: what the tree looks like, what is refused and where, what is not refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

#include "engine/yaml.h"

static struct sp_arena arena;
static struct sp_diags diags;

static int
setup(void **state)
{
	(void)state;
	sp_arena_init(&arena, 256 << 20);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	sp_arena_fini(&arena);
	return 0;
}

static struct sp_node *
parse(struct sp_str text)
{
	sp_arena_reset(&arena);
	sp_diags_init(&diags, &arena);
	return sp_yaml_parse(&diags, sp_diags_file(&diags, SP_STR("t.yaml"), text));
}

/* The tree in one line: "{a:[p b,q c],d:x}"; positions on demand. */
static void
print(const struct sp_node *node, bool places, struct sp_buf *out)
{
	static const char styles[] = {'p', 'q', 'b'};
	bool map = node->kind == SP_NODE_MAP;
	uint32_t n = 0;

	if (places)
		sp_buf_addf(out, "%u:%u+%u ", node->pos.line, node->pos.column, node->pos.width);
	if (node->kind == SP_NODE_SCALAR) {
		sp_buf_addf(out, "%c(%.*s)", styles[node->style], SP_FMT(node->text));
		return;
	}
	sp_buf_addc(out, map ? '{' : '[');
	for (const struct sp_node *child = node->first; child; child = child->next, n++) {
		if (n)
			sp_buf_addz(out, ", ");
		print(child, places, out);
		if (!map)
			continue;
		assert_non_null(child->value);
		sp_buf_addz(out, ": ");
		print(child->value, places, out);
	}
	assert_int_equal(n, node->n);
	sp_buf_addc(out, map ? '}' : ']');
}

static void
check_tree(struct sp_str text, bool places, const char *expected)
{
	const struct sp_node *root = parse(text);
	struct sp_buf out;

	sp_buf_init(&out, &arena, 1 << 16);
	if (!root)
		sp_diags_print(&diags, &out, -1);
	else
		print(root, places, &out);
	assert_string_equal(sp_buf_str(&out).p, expected);
	assert_int_equal(diags.n_errors, 0);
	assert_int_equal(diags.n_warnings, 0);
}

#define assert_tree(text, expected) check_tree(SP_STR(text), false, (expected))
#define assert_places(text, expected) check_tree(SP_STR(text), true, (expected))

/* All errors as "E112@5:3+13 E106@..." in order. */
static void
check_errors(struct sp_str text, const char *expected)
{
	const struct sp_node *root = parse(text);
	struct sp_buf out;

	sp_buf_init(&out, &arena, 1 << 16);
	sp_diags_sort(&diags);
	for (size_t i = 0; i < diags.n; i++)
		sp_buf_addf(&out, "%s%s@%u:%u+%u", i ? " " : "", diags.list[i].code,
		            diags.list[i].pos.line, diags.list[i].pos.column,
		            diags.list[i].pos.width);
	assert_string_equal(sp_buf_str(&out).p, expected);
	assert_null(root);
}

#define assert_errors(text, expected) check_errors(SP_STR(text), (expected))

static void
builds_trees(void **state)
{
	(void)state;
	assert_tree("a: b\n", "{p(a): p(b)}");
	assert_tree("a: b", "{p(a): p(b)}");
	assert_tree("{a: b}", "{p(a): p(b)}");
	assert_tree("a: {}\nb: []\n", "{p(a): {}, p(b): []}");
	assert_tree("a:\n  - b\n  - {c: d, e: [f, g]}\nh: i\n",
	            "{p(a): [p(b), {p(c): p(d), p(e): [p(f), p(g)]}], p(h): p(i)}");
	assert_tree("a:\n- b\n- c\n", "{p(a): [p(b), p(c)]}");
	assert_tree("a: [b, c,]\n", "{p(a): [p(b), p(c)]}");
	assert_tree("a: [b: c]\n", "{p(a): [{p(b): p(c)}]}");
	assert_tree("a:\n  -\n    b: c\n", "{p(a): [{p(b): p(c)}]}");
}

static void
keeps_texts_as_they_are(void **state)
{
	(void)state;
	assert_tree("a: no\nb: 0o17\nc: 22:22\nd: ~\ne: null\nf: 1e3\n",
	            "{p(a): p(no), p(b): p(0o17), p(c): p(22:22), p(d): p(~), p(e): p(null), p(f): "
	            "p(1e3)}");
	assert_tree("a: 1#x\nb: 1 #x\n", "{p(a): p(1#x), p(b): p(1)}");
	assert_tree("a: $user-*\nb: ${user}\n", "{p(a): p($user-*), p(b): p(${user})}");
	assert_tree("a: -x\nb: ?x\nc: b & c\nd: x*\n",
	            "{p(a): p(-x), p(b): p(?x), p(c): p(b & c), p(d): p(x*)}");
	assert_tree("a: \"true\"\nb: 'it''s'\n", "{p(a): q(true), p(b): q(it's)}");
	assert_tree("\"a\": \"\"\n'b c': ''\n", "{q(a): q(), q(b c): q()}");
	assert_tree("a: \"x\\ty\\\\\\\"\\u00e9\"\n", "{p(a): q(x\ty\\\"\xc3\xa9)}");
	assert_tree("{\"a\":1}\n", "{q(a): p(1)}");
	assert_tree("a:\tb\n", "{p(a): p(b)}");
	assert_tree("a: [x,\n\ty]\n", "{p(a): [p(x), p(y)]}");
	assert_tree("\"<<\": a\n", "{q(<<): p(a)}");
}

static void
joins_only_what_says_so(void **state)
{
	(void)state;
	assert_tree("a: \"x\n  y\"\nb: 'p\n\n  q'\n", "{p(a): q(x y), p(b): q(p\nq)}");
	assert_tree("a: |\n  x\n  y\nb: >-\n  x\n  y\nc: z\n",
	            "{p(a): b(x\ny\n), p(b): b(x y), p(c): p(z)}");
	assert_tree("a: |2\n   x\n", "{p(a): b( x\n)}");
	assert_tree("a: \"x\n%y\"\n", "{p(a): q(x %y)}");
}

static void
reads_what_editors_write(void **state)
{
	(void)state;
	assert_places("a: b\r\nc:\r\n  - d\r\n", "1:1+1 {1:1+1 p(a): 1:4+1 p(b), 2:1+1 p(c): "
	                                         "3:3+1 [3:5+1 p(d)]}");
	assert_tree("---\na: b\n", "{p(a): p(b)}");
	assert_tree("# c\n\n--- # d\na: b # e\n...\n# f\n\t\n...\n", "{p(a): p(b)}");
	assert_tree("--- {a: b}\n", "{p(a): p(b)}");
	assert_places("\xef\xbb\xbf"
	              "a: b\nc: d\n",
	              "1:1+1 {1:1+1 p(a): 1:4+1 p(b), 2:1+1 p(c): 2:4+1 p(d)}");
	assert_tree("  a: b\n  c: d\n", "{p(a): p(b), p(c): p(d)}");
	assert_tree("a: \xc2\xa0x\n", "{p(a): p(\xc2\xa0x)}");
	assert_tree("a: \xe2\x9d\xa4\xef\xb8\x8f\n", "{p(a): p(\xe2\x9d\xa4\xef\xb8\x8f)}");
}

static void
counts_characters(void **state)
{
	(void)state;
	assert_places("\xc3\xa4\xc3\xb6: {\xe5\xb1\xb1: \"\xe7\x94\xb0 x\", b: [c]}\n",
	              "1:1+1 {1:1+2 p(\xc3\xa4\xc3\xb6): 1:5+1 {1:6+1 p(\xe5\xb1\xb1): "
	              "1:9+5 q(\xe7\x94\xb0 x), 1:16+1 p(b): 1:19+1 [1:20+1 p(c)]}}");
	assert_places("a: |\n  x\nb: 'y\n  z'\n",
	              "1:1+1 {1:1+1 p(a): 1:4+1 b(x\n), 3:1+1 p(b): 3:4+1 q(y z)}");
}

static void
refuses_ambiguous_keys(void **state)
{
	(void)state;
	assert_errors("a: 1\nb: 2\na: 3\n", "E112@3:1+1");
	assert_errors("a: 1\n\"a\": 2\n'a': 3\n", "E112@2:1+3 E112@3:1+3");
	assert_errors("a: {b: 1, b: 2}\n", "E112@1:11+1");
	assert_errors("a: \"\\u0062\"\n\"\\u0061\": 1\n", "E112@2:1+8");
	assert_tree("a: {b: 1}\nc: {b: 1}\nA: 1\n",
	            "{p(a): {p(b): p(1)}, p(c): {p(b): p(1)}, p(A): p(1)}");
	assert_errors("a: {<<: {b: c}}\n", "E111@1:5+2");
	assert_errors("? [a]\n: b\n", "E110@1:3+1");
	assert_errors("? {a: b}\n: b\n", "E110@1:3+1");
	assert_errors("? a\n: b\n", "E110@1:3+1");
	assert_errors("{x: y, ? b : c}\n", "E110@1:10+1");
	assert_errors("? |\n  x\n: b\n", "E110@1:3+1");
	assert_errors("\"\": b\n", "E110@1:1+2");
	assert_errors("\"a\\nb\": b\n", "E110@1:1+6");
	assert_errors(": b\n", "E110@1:1+1");
	assert_errors("{: b}\n", "E110@1:2+1");
	assert_errors("{[a]: b}\n", "E110@1:2+1");
}

static void
refuses_missing_values(void **state)
{
	(void)state;
	assert_errors("a:\nb: 1\n", "E113@1:1+1");
	assert_errors("a: \t\n", "E113@1:1+1");
	assert_errors("a: # later\n", "E113@1:1+1");
	assert_errors("{abc, b: }\n", "E113@1:2+3 E113@1:7+1");
	assert_errors("a:\n  -\n  - b\n", "E113@2:3+1");
	assert_errors("{a: 1, b:2}\n", "E113@1:8+3");
	assert_tree("a: ''\n", "{p(a): q()}");
}

static void
refuses_indirection(void **state)
{
	(void)state;
	assert_errors("a: &x b\nc: *x\n", "E106@1:4+2 E107@2:4+2");
	assert_errors("a: &x\n  b: *y\n", "E106@1:4+2 E107@2:6+2");
	assert_errors("&k a: b\n", "E106@1:1+2");
	assert_errors("*k : b\n", "E107@1:1+2");
	assert_errors("a: !!str b\nc: ! d\ne: !<x> f\ng: !h [i]\nj: !k {}\nl: !!null\n",
	              "E108@1:4+5 E108@2:4+1 E108@3:4+4 E108@4:4+2 E108@5:4+2 E108@6:4+6");
	assert_errors("a: !x &y b\n", "E108@1:4+2 E106@1:4+2");
	assert_errors("a: !x!y b\n", "E108@1:4+1");
	assert_errors("a: !x,y\n", "E108@1:4+1");
	assert_errors("%YAML 1.2\n---\na: b\n", "E105@1:1+1");
	assert_errors("# c\n\n%TAG ! x:\n---\na: b\n", "E105@3:1+1");
	assert_errors("a: b\n%TAG ! x:\n", "E105@2:1+1");
	assert_errors("a:\n%x: 1\n", "E105@2:1+1");
	assert_errors("a: b\n---\nc: d\n---\n", "E104@2:1+3");
	assert_errors("a: b\n...\n--- {c: d}\n", "E104@3:1+3");
	assert_errors("a: b\n...\nc: d\n", "E117@3:1+1");
	assert_errors("a: b\n... c\n", "E117@2:5+1");
	assert_errors("{a: b} c\n", "E117@1:8+1");
}

static void
refuses_run_on_values(void **state)
{
	(void)state;
	assert_errors("a:\n  - b\n    c\n", "E109@2:5+1");
	assert_errors("a: b\n  c\nd: e\n   f\n", "E109@1:4+1 E109@3:4+1");
	assert_errors("a: [b\n  c]\n", "E109@1:5+1");
	/* What follows shows that it was something else. */
	assert_errors("a: b\n  c: d\n", "E109@1:4+1");
	assert_errors("a: [b\nc: d\n", "E127@1:4+1");
	assert_tree("a: [b,\n  c]\n", "{p(a): [p(b), p(c)]}");
}

static void
explains_syntax_errors(void **state)
{
	(void)state;
	assert_errors("a: [*.x/**]\n", "E120@1:5+1");
	assert_errors("a: *\n", "E120@1:4+1");
	assert_errors("a: [& b]\n", "E120@1:5+1");
	assert_errors("a: @x\n", "E120@1:4+1");
	assert_errors("a: [%x]\n", "E120@1:5+1");
	assert_errors("a: `x`\n", "E120@1:4+1");
	assert_errors("a: >=1\n", "E120@1:4+1");
	assert_errors("a: |x\n", "E120@1:4+1");
	assert_errors("a: [|x]\n", "E120@1:5+1");
	assert_errors("a: ? b\n", "E120@1:4+1");
	assert_errors("a:\n\tb: c\n", "E121@2:1+1");
	assert_errors("a: 1\n\tb: c\n", "E121@2:1+1");
	assert_errors("a:\n  b: c\n \td: e\n", "E121@3:2+1");
	assert_errors("a: |\n\tx\n", "E121@2:1+1");
	assert_errors("a: b: c\n", "E122@1:5+1");
	assert_errors("a: \"x\nb: 1\n", "E123@1:4+1");
	assert_errors("a: 'x\n", "E123@1:4+1");
	assert_errors("a: \"x\n---\n\"\n", "E123@1:4+1");
	assert_errors("a: \"C:\\d\"\n", "E124@1:7+2");
	assert_errors("a: \"C:\\x\"\n", "E124@1:7+2");
	assert_errors("a: \"\\u12\"\n", "E124@1:5+2");
	assert_errors("a: \"\\ud800\"\n", "E124@1:5+2");
	assert_errors("a: [x${u}]\n", "E125@1:7+1");
	assert_errors("a: {b: x[1]}\n", "E125@1:9+1");
	assert_errors("a: - b\n", "E126@1:4+1");
	assert_errors("a: [- b]\n", "E126@1:5+1");
	assert_errors("a:\n  b: c\n  - d\n", "E126@3:3+1");
	assert_errors("a: [b, c\n", "E127@1:4+1");
	assert_errors("a: {b: c]}\n", "E127@1:4+1");
	assert_errors("a: [\"b\" \"c\"]\n", "E127@1:9+1");
	assert_errors("a: [b,,c]\n", "E128@1:7+1");
	assert_errors("a: ]\n", "E128@1:4+1");
	assert_errors("a: 'it's'\n", "E129@1:8+1");
	assert_errors("a: [b] c\n", "E129@1:8+1");
	assert_errors("a: 1\nfoo bar\nb: 1\n", "E118@2:1+7");
	assert_errors("a:\n    b: 1\n  c: 1\n", "E118@3:3+1");
	assert_errors("a:\n  - b\n  c: d\n", "E118@3:3+1");
	/* Errors before the one that ends the reading are kept. */
	assert_errors("a: 1\na: 2\nb: &x c\nd: [\n", "E112@2:1+1 E106@3:4+2 E127@5:1+1");
	assert_errors("a: {b: [c, ", "E127@2:1+1");
}

static void
refuses_what_hides(void **state)
{
	static const uint32_t codes[] = {0x01,   0x08,   0x0b,   0x0c,   0x1b,    0x7f,
	                                 0x80,   0x85,   0x9f,   0xad,   0x061c,  0x200b,
	                                 0x200f, 0x2028, 0x2029, 0x202a, 0x202e,  0x2060,
	                                 0x2069, 0xfeff, 0xfffe, 0xffff, 0x1ffff, 0xe0041};
	char text[32];

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		uint32_t c = codes[i];
		int n = snprintf(text, sizeof(text), "a: b # ");

		if (c < 0x80) {
			text[n++] = (char)c;
		} else if (c < 0x800) {
			text[n++] = (char)(0xc0 | c >> 6);
			text[n++] = (char)(0x80 | (c & 0x3f));
		} else if (c < 0x10000) {
			text[n++] = (char)(0xe0 | c >> 12);
			text[n++] = (char)(0x80 | (c >> 6 & 0x3f));
			text[n++] = (char)(0x80 | (c & 0x3f));
		} else {
			text[n++] = (char)(0xf0 | c >> 18);
			text[n++] = (char)(0x80 | (c >> 12 & 0x3f));
			text[n++] = (char)(0x80 | (c >> 6 & 0x3f));
			text[n++] = (char)(0x80 | (c & 0x3f));
		}
		check_errors((struct sp_str){text, (size_t)n}, "E103@1:8+1");
	}
	assert_errors("a: b\0c\n", "E103@1:5+1");
	assert_errors("a: b\rc: d\n", "E103@1:5+1");
	assert_errors("a: b\r\r\n", "E103@1:5+1");
	assert_errors("a: b\n\xe2\x80\xa8x\n\xe2\x80\xa8", "E103@2:1+1 E103@3:1+1");
	assert_errors("a: \"\\0\"\n", "E103@1:4+4");
	assert_errors("a: [\"x\\e\", \"\\L\", \"\\N\", \"\\u202e\", \"\\r\"]\n",
	              "E103@1:5+5 E103@1:12+4 E103@1:18+4 E103@1:24+8 E103@1:34+4");
	assert_tree("a: \"\\n\\t\"\n", "{p(a): q(\n\t)}");
	assert_tree("a: b # \xf0\x9f\x90\xb3 \xc3\xa9\n", "{p(a): p(b)}");
}

static void
refuses_other_encodings(void **state)
{
	(void)state;
	assert_errors("\xff\xfe"
	              "a\0:\0 \0b\0\n\0",
	              "E102@0:0+0");
	assert_errors("a\0:\0 \0b\0\n\0", "E102@0:0+0");
	assert_errors("\0a\0:\0 \0b\0\n", "E102@0:0+0");
	assert_errors("a: b\nc: \xc3\xa9\xff\n", "E102@2:5+1");
	assert_errors("a: \xed\xa0\x80\n", "E102@1:4+1");
	assert_errors("a: \xc0\x80\n", "E102@1:4+1");
	assert_errors("a: \xc3", "E102@1:4+1");
	assert_errors("\x1b\n\xff\n\x1b\n", "E103@1:1+1 E102@2:1+1");
	/* A mark where it does not belong is a character like others. */
	assert_errors("\xef\xbb\xbf\xef\xbb\xbf"
	              "a: b\n",
	              "E103@1:1+1");
}

static void
refuses_what_is_no_map(void **state)
{
	(void)state;
	assert_errors("", "E114@0:0+0");
	assert_errors("# c\n\n  # d\n", "E114@0:0+0");
	assert_errors("---\n", "E114@0:0+0");
	assert_errors("---\n...\n", "E114@0:0+0");
	assert_errors("...\n", "E114@0:0+0");
	assert_errors("...\n%YAML 1.2\n---\na: b\n", "E105@2:1+1");
	assert_errors("- a\n", "E200@1:1+1");
	assert_errors("hello\n", "E200@1:1+5");
	assert_errors("~\n", "E200@1:1+1");
	assert_errors("a:1\n", "E200@1:1+3");
}

static void
fill(struct sp_buf *buf, const char *fmt, unsigned n)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	for (unsigned i = 0; i < n; i++)
		sp_buf_addf(buf, fmt, i);
#pragma GCC diagnostic pop
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Parses `head`, n times `item`, `tail`; must not take long. */
static struct sp_node *
parse_many(const char *head, const char *item, unsigned n, const char *tail)
{
	static struct sp_arena text_arena; /* parse() resets the other one */
	struct sp_buf buf;
	struct sp_node *root;
	double start;

	sp_arena_fini(&text_arena);
	sp_arena_init(&text_arena, 64 << 20);
	sp_buf_init(&buf, &text_arena, 32 << 20);
	sp_buf_addz(&buf, head);
	fill(&buf, item, n);
	sp_buf_addz(&buf, tail);
	assert_false(buf.cut);
	start = seconds();
	root = parse(sp_buf_str(&buf));
	assert_true(seconds() - start < 20); /* quadratic ones take minutes */
	sp_diags_sort(&diags);
	return root;
}

static void
has_limits(void **state)
{
	struct sp_node *root;

	(void)state;
	/* depth */
	assert_tree("a: [[[[[[[[[[[b]]]]]]]]]]]\n", "{p(a): [[[[[[[[[[[p(b)]]]]]]]]]]]}");
	assert_errors("a: [[[[[[[[[[[[b]]]]]]]]]]]]\n", "E115@1:15+1");
	assert_null(parse_many("a: ", "[", 100000, ""));
	assert_string_equal(diags.list[0].code, "E115");
	assert_null(parse_many("", "{a: ", 100000, ""));
	assert_string_equal(diags.list[0].code, "E115");
	/* size of the file */
	assert_non_null(parse_many("a: b\n", "#23456789abcdef\n", 65535, ""));
	assert_null(parse_many("a: b\n", "#23456789abcdef\n", 65536, ""));
	assert_string_equal(diags.list[0].code, "E101");
	/* of one text */
	root = parse_many("a: '", "x", 65536, "'\n");
	assert_non_null(root);
	assert_int_equal(root->first->value->text.len, 65536);
	assert_null(parse_many("a: '", "x", 65537, "'\n"));
	assert_string_equal(diags.list[0].code, "E101");
	assert_int_equal(diags.list[0].pos.column, 4);
	/* of one key */
	assert_non_null(parse_many("", "k", 1000, ": a\n"));
	assert_null(parse_many("? ", "k", 1025, "\n: a\n"));
	assert_string_equal(diags.list[0].code, "E110");
	/* number of values */
	assert_null(parse_many("a: [", "b,", 200001, "]\n"));
	assert_string_equal(diags.list[0].code, "E101");
	root = parse_many("a: [", "b,", 199000, "]\n");
	assert_non_null(root);
	assert_int_equal(root->first->value->n, 199000);
}

static void
is_not_quadratic(void **state)
{
	struct sp_node *root;

	(void)state;
	root = parse_many("", "k%06u: v\n", 90000, "");
	assert_non_null(root);
	assert_int_equal(root->n, 90000);
	root = parse_many("{", "k%06u: v, ", 80000, "}");
	assert_non_null(root);
	assert_int_equal(root->n, 80000);
	root = parse_many("", "k%06u: v\n", 90000, "k000007: x\n");
	assert_null(root);
	assert_int_equal(diags.n_errors, 1);
	assert_int_equal(diags.list[0].pos.line, 90001);
	assert_string_equal(sp_arena_dup(&arena, diags.list[0].hint).p,
	                    "first set on line 8; YAML would silently keep only one of them");
	assert_null(parse_many("{", "k: v, ", 90000, "}"));
	assert_true(diags.n_errors > 1000);
	assert_null(parse_many("a: [", "*a,", 200000, "]"));
	assert_true(diags.n_errors < 1000);
	assert_null(parse_many("a: [", "!a b,", 200000, "]"));
	assert_null(parse_many("a: 1\n", "%%TAG !a%u! b\n", 60000, ""));
	assert_null(parse_many("", "%%TAG !a%u! b\n", 60000, "---\na: 1\n"));
	assert_null(parse_many("a: \"", "\\e", 500000, "\"\n"));
	assert_null(parse_many("a: b\n", "\x1b", 1000000, "\n"));
}

/* Memory that ends anywhere is an error, never a tree with holes. */
static void
survives_a_full_arena(void **state)
{
	static const char text[] = "a: {b: [c, 'd', &x e], f: |\n    g\n  , h: *x}\ni:\nj: k: l\n";
	static const char good[] = "a: {b: [c, 'd'], f: e}\ng: |\n  h\n  i\n";
	struct sp_arena small;
	struct sp_diags d;
	size_t built = 0;

	(void)state;
	for (size_t cap = 0; cap < 64 * 1024; cap += 64) {
		for (int i = 0; i < 2; i++) {
			uint32_t file;

			sp_arena_init(&small, cap);
			sp_diags_init(&d, &small);
			file = sp_diags_file(&d, SP_STR("t"), sp_strz(i ? good : text));
			if (d.n_files) {
				bool tree = sp_yaml_parse(&d, file) != NULL;

				assert_true(tree == (d.n_errors == 0));
				built += tree;
			}
			sp_arena_fini(&small);
		}
	}
	assert_true(built > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(builds_trees),
	    cmocka_unit_test(keeps_texts_as_they_are),
	    cmocka_unit_test(joins_only_what_says_so),
	    cmocka_unit_test(reads_what_editors_write),
	    cmocka_unit_test(counts_characters),
	    cmocka_unit_test(refuses_ambiguous_keys),
	    cmocka_unit_test(refuses_missing_values),
	    cmocka_unit_test(refuses_indirection),
	    cmocka_unit_test(refuses_run_on_values),
	    cmocka_unit_test(explains_syntax_errors),
	    cmocka_unit_test(refuses_what_hides),
	    cmocka_unit_test(refuses_other_encodings),
	    cmocka_unit_test(refuses_what_is_no_map),
	    cmocka_unit_test(has_limits),
	    cmocka_unit_test(is_not_quadratic),
	    cmocka_unit_test(survives_a_full_arena),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
