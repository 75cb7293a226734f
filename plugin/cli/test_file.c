/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_file.c: reads a policy test.  Everything that is wrong is told in one run, each with its
 * place; a test that could be understood in two ways is an error.  Input: the administrator's file.
 */
#include "cli/test_parts.h"

#include <errno.h>
#include <stdio.h>

#include "cli/docker_parts.h"

#define MAX_FILE_BYTES ((size_t)1 << 20)
#define DEFAULT_NOW 946684800 /* 2000-01-01 */
#define MAX_JSON_DEPTH 16

const char *
sp_expect_name(enum sp_expect expect)
{
	static const char *const names[] = {"", "allow", "deny", "audit"};

	return names[expect];
}

/* --- keys --- */

static const struct sp_test_key *
find_key(struct sp_str name, uint32_t where)
{
	size_t n;
	const struct sp_test_key *keys = sp_test_keys(&n);

	for (size_t i = 0; i < n; i++) {
		if ((keys[i].where & where) && sp_str_is(name, keys[i].name))
			return &keys[i];
	}
	return NULL;
}

static int
unknown_key(struct sp_test_loader *ld, const struct sp_node *k, uint32_t where, const char *place)
{
	const char *names[64], *near;
	size_t n, n_names = 0;
	const struct sp_test_key *keys = sp_test_keys(&n);

	for (size_t i = 0; i < n && n_names < 64; i++) {
		if (keys[i].where & where)
			names[n_names++] = keys[i].name;
	}
	near = sp_suggest(k->text, names, n_names);
	if (find_key(k->text, UINT32_MAX) && !near)
		return sp_diags_add(ld->diags, SP_ERROR, "E211", k->pos, NULL,
		                    "'%.*s' does not belong into %s", SP_FMT(k->text), place);
	return sp_diags_add(ld->diags, SP_ERROR, "E210", k->pos,
	                    near ? sp_arena_printf(ld->arena, "did you mean '%s'?", near) : NULL,
	                    "unknown key '%.*s' in %s", SP_FMT(k->text), place);
}

int
sp_test_wrong_type(struct sp_test_loader *ld, const struct sp_node *k, const char *wanted)
{
	return sp_diags_add(ld->diags, SP_ERROR, "E204", k->value->pos, NULL, "'%.*s' needs %s",
	                    SP_FMT(k->text), wanted);
}

/* One value against the type of its key. */
static int
check_type(struct sp_test_loader *ld, const struct sp_node *k, const struct sp_test_key *key)
{
	enum sp_node_kind kind = k->value->kind;
	int64_t date;

	switch (key->type) {
	case SP_TEST_TEXT:
		return kind == SP_NODE_SCALAR ? 0 : sp_test_wrong_type(ld, k, "text");
	case SP_TEST_DATE:
		if (kind == SP_NODE_SCALAR && sp_num_date(k->value->text, &date) == SP_NUM_OK)
			return 0;
		return sp_diags_add(ld->diags, SP_ERROR, "E246", k->value->pos,
		                    "write 2026-12-31 or 2026-12-31T23:59:59Z (UTC)",
		                    "'%s' needs a date", key->name);
	case SP_TEST_WORD:
		if (kind == SP_NODE_SCALAR &&
		    (sp_str_is(k->value->text, "allow") || sp_str_is(k->value->text, "deny") ||
		     sp_str_is(k->value->text, "audit")))
			return 0;
		return sp_diags_add(
		    ld->diags, SP_ERROR, "E247", k->value->pos, "it is one of allow, deny, audit",
		    "'%.*s' is not a value of '%s'",
		    SP_FMT(kind == SP_NODE_SCALAR ? k->value->text : SP_STR("...")), key->name);
	case SP_TEST_MAP:
		return kind == SP_NODE_MAP ? 0 : sp_test_wrong_type(ld, k, "a map");
	case SP_TEST_LIST:
		return kind == SP_NODE_LIST ? 0 : sp_test_wrong_type(ld, k, "a list");
	case SP_TEST_BODY:
		return kind != SP_NODE_LIST ? 0
		                            : sp_test_wrong_type(ld, k, "JSON as text, or a map");
	case SP_TEST_ANY:
		return 0;
	}
	return -1;
}

/* Every key of a map against the table.  0 or -1. */
int
sp_test_keys_check(struct sp_test_loader *ld, const struct sp_node *map, uint32_t where,
                   const char *place)
{
	int result = 0;

	for (const struct sp_node *k = map->first; k; k = k->next) {
		const struct sp_test_key *key = find_key(k->text, where);

		if (!key)
			result = unknown_key(ld, k, where, place);
		else if (check_type(ld, k, key))
			result = -1;
	}
	return result;
}

/* The value of a key, or NULL. */
const struct sp_node *
sp_test_get(const struct sp_node *map, const char *name)
{
	for (const struct sp_node *k = map->first; k; k = k->next) {
		if (sp_str_is(k->text, name))
			return k->value;
	}
	return NULL;
}

struct sp_str
sp_test_get_text(const struct sp_node *map, const char *name)
{
	const struct sp_node *node = sp_test_get(map, name);

	return node ? node->text : (struct sp_str){NULL, 0};
}

static int
missing(struct sp_test_loader *ld, struct sp_pos pos, const char *what, const char *key)
{
	return sp_diags_add(ld->diags, SP_ERROR, "E205", pos, NULL, "%s has no '%s'", what, key);
}

/* --- cases --- */

/* Is it something JSON has without quotes? */
static bool
is_json_word(const struct sp_node *node)
{
	struct sp_str s = node->text;
	int64_t n;

	if (node->style != SP_STYLE_PLAIN)
		return false;
	if (sp_str_is(s, "true") || sp_str_is(s, "false") || sp_str_is(s, "null"))
		return true;
	return sp_docker_int(s, &n) || sp_num_cpus(s, &n) == SP_NUM_OK;
}

/* A body written as YAML, as JSON. */
static void
as_json(const struct sp_node *node, struct sp_buf *out, int depth)
{
	const char *before = "";

	if (node->kind == SP_NODE_SCALAR) {
		if (is_json_word(node))
			sp_buf_add(out, node->text);
		else
			sp_buf_add_json(out, node->text);
		return;
	}
	sp_buf_addc(out, node->kind == SP_NODE_MAP ? '{' : '[');
	for (const struct sp_node *n = node->first; n && depth < MAX_JSON_DEPTH; n = n->next) {
		sp_buf_addz(out, before);
		before = ",";
		if (node->kind == SP_NODE_MAP) {
			sp_buf_add_json(out, n->text);
			sp_buf_addc(out, ':');
		}
		as_json(node->kind == SP_NODE_MAP ? n->value : n, out, depth + 1);
	}
	sp_buf_addc(out, node->kind == SP_NODE_MAP ? '}' : ']');
}

/* docker, api or record of a case or a step: exactly one of them. */
static struct sp_test_step *
load_step(struct sp_test_loader *ld, const struct sp_node *map, const char *what)
{
	static const char *const kinds[] = {"docker", "api", "record"};
	struct sp_test_step *step = sp_arena_alloc(ld->arena, sizeof(*step));
	const struct sp_node *body = sp_test_get(map, "body");
	struct sp_buf json;
	unsigned n = 0;

	for (size_t i = 0; step && i < 3; i++) {
		const struct sp_node *node = sp_test_get(map, kinds[i]);

		if (!node)
			continue;
		n++;
		step->kind = (enum sp_ask)i;
		step->text = node->text;
	}
	if (!step || n != 1) {
		sp_diags_add(ld->diags, SP_ERROR, n ? "E218" : "E205", map->pos,
		             "it needs one of docker:, api:, record:",
		             n ? "%s asks for several things at once" : "%s asks for nothing",
		             what);
		return NULL;
	}
	step->body_file = sp_test_get_text(map, "body_file");
	if ((body || step->body_file.len) &&
	    (step->kind != SP_ASK_API || (body && step->body_file.len))) {
		sp_diags_add(ld->diags, SP_ERROR, "E218", map->pos, NULL,
		             "%s: one of body: and body_file: goes with api:", what);
		return NULL;
	}
	if (body && body->kind == SP_NODE_SCALAR) {
		step->body = body->text;
	} else if (body) {
		sp_buf_init(&json, ld->arena, MAX_FILE_BYTES);
		as_json(body, &json, 0);
		step->body = sp_buf_str(&json);
	}
	return step;
}

static int
load_steps(struct sp_test_loader *ld, const struct sp_node *list, struct sp_test_case *c,
           const char *what)
{
	struct sp_test_step **end = &c->steps;

	if (list->n == 0)
		return sp_diags_add(ld->diags, SP_ERROR, "E227", list->pos, NULL, "%s has no steps",
		                    what);
	for (const struct sp_node *item = list->first; item; item = item->next) {
		if (item->kind != SP_NODE_MAP)
			return sp_diags_add(ld->diags, SP_ERROR, "E204", item->pos, NULL,
			                    "a step needs a map");
		if (sp_test_keys_check(ld, item, SP_TEST_IN_STEP, "a step") ||
		    !(*end = load_step(ld, item, "a step")))
			return -1;
		end = &(*end)->next;
	}
	return 0;
}

static enum sp_expect
expectation(struct sp_str s)
{
	if (sp_str_is(s, "allow"))
		return SP_EXPECT_ALLOW;
	if (sp_str_is(s, "deny"))
		return SP_EXPECT_DENY;
	return sp_str_is(s, "audit") ? SP_EXPECT_AUDIT : SP_EXPECT_NONE;
}

static int
check_case(struct sp_test_loader *ld, const struct sp_node *map, const struct sp_test_case *c)
{
	const char *what = sp_arena_printf(ld->arena, "case '%.*s'", SP_FMT(c->name));
	int result = 0;

	if (c->user.len == 0)
		result = missing(ld, map->pos, what, "user");
	if (c->expect == SP_EXPECT_NONE)
		result = missing(ld, map->pos, what, "expect");
	if (c->flips != SP_EXPECT_NONE && ld->file->shadow.len == 0)
		result =
		    sp_diags_add(ld->diags, SP_ERROR, "E218", sp_test_get(map, "flips")->pos, NULL,
		                 "'flips' is about a 'shadow:' policy, and there is none");
	for (const struct sp_test_case *o = ld->file->cases; o; o = o->next) {
		if (sp_str_eq(o->name, c->name))
			return sp_diags_add(
			    ld->diags, SP_ERROR, "E212", sp_test_get(map, "name")->pos,
			    sp_arena_printf(ld->arena, "first used on line %u", o->pos.line),
			    "%s is there twice", what);
	}
	return result;
}

static struct sp_test_case *
load_case(struct sp_test_loader *ld, const struct sp_node *map)
{
	struct sp_test_case *c = sp_arena_alloc(ld->arena, sizeof(*c));
	const struct sp_node *now = sp_test_get(map, "now"), *steps = sp_test_get(map, "steps");
	const char *what;
	int result;

	if (!c || sp_test_keys_check(ld, map, SP_TEST_IN_CASE, "a case"))
		return NULL;
	*c = (struct sp_test_case){
	    .name = sp_test_get_text(map, "name"),
	    .user = sp_test_get_text(map, "user"),
	    .pos = map->pos,
	    .now = ld->file->now,
	    .expect = expectation(sp_test_get_text(map, "expect")),
	    .flips = expectation(sp_test_get_text(map, "flips")),
	    .rule = sp_test_get_text(map, "rule"),
	    .key = sp_test_get_text(map, "key"),
	    .message = sp_test_get_text(map, "message"),
	};
	if (c->name.len == 0) {
		missing(ld, map->pos, "a case", "name");
		return NULL;
	}
	if (now)
		sp_num_date(now->text, &c->now);
	result = check_case(ld, map, c);
	what = sp_arena_printf(ld->arena, "case '%.*s'", SP_FMT(c->name));
	if (steps &&
	    (sp_test_get(map, "docker") || sp_test_get(map, "api") || sp_test_get(map, "record")))
		result = sp_diags_add(ld->diags, SP_ERROR, "E218", map->pos, NULL,
		                      "%s has steps and something of its own", what);
	else if (steps)
		result |= load_steps(ld, steps, c, what);
	else if (!(c->steps = load_step(ld, map, what)))
		result = -1;
	return result ? NULL : c;
}

static int
load_cases(struct sp_test_loader *ld, const struct sp_node *list)
{
	struct sp_test_case **end = &ld->file->cases;
	int result = 0;

	if (list->n == 0)
		return sp_diags_add(ld->diags, SP_ERROR, "E227", list->pos, NULL,
		                    "there are no cases");
	for (const struct sp_node *item = list->first; item; item = item->next) {
		struct sp_test_case *c = NULL;

		if (item->kind != SP_NODE_MAP)
			sp_diags_add(ld->diags, SP_ERROR, "E204", item->pos, NULL,
			             "a case needs a map");
		else
			c = load_case(ld, item);
		if (!c) {
			result = -1;
			continue;
		}
		*end = c;
		end = &c->next;
		ld->file->n_cases++;
	}
	return result;
}

/* --- the file --- */

static int
check_version(struct sp_test_loader *ld, const struct sp_node *root)
{
	const struct sp_node *k = root->first;

	if (!k || !sp_str_is(k->text, "sallyport-test"))
		return sp_diags_add(
		    ld->diags, SP_ERROR, "E201", k ? k->pos : root->pos,
		    "begin the file with sallyport-test: 1",
		    "the first key of a policy test is 'sallyport-test', the version "
		    "of its format");
	if (k->value->kind != SP_NODE_SCALAR || !sp_str_is(k->value->text, "1"))
		return sp_diags_add(
		    ld->diags, SP_ERROR, "E202", k->value->pos, "this program reads version 1",
		    "version '%.*s' of the test format is not known", SP_FMT(k->value->text));
	return 0;
}

static struct sp_str
beside(struct sp_test_loader *ld, struct sp_str path)
{
	if (path.len == 0 || path.p[0] == '/')
		return sp_arena_dup(ld->arena, path);
	return sp_strz(
	    sp_arena_printf(ld->arena, "%.*s%.*s", SP_FMT(ld->file->folder), SP_FMT(path)));
}

static int
load_root(struct sp_test_loader *ld, const struct sp_node *root)
{
	const struct sp_node *now = sp_test_get(root, "now"), *given = sp_test_get(root, "given");
	const struct sp_node *cases = sp_test_get(root, "cases");
	int result;

	if (check_version(ld, root))
		return -1;
	result = sp_test_keys_check(ld, root, SP_TEST_IN_FILE, "a policy test");
	ld->file->policy = beside(ld, sp_test_get_text(root, "policy"));
	ld->file->shadow = beside(ld, sp_test_get_text(root, "shadow"));
	ld->file->has_now = now != NULL;
	ld->file->now = DEFAULT_NOW;
	if (now)
		sp_num_date(now->text, &ld->file->now);
	if (!sp_test_get(root, "policy"))
		result = missing(ld, root->pos, "the policy test", "policy");
	/* What has the wrong type has been told. */
	if (given && given->kind == SP_NODE_MAP && sp_test_given_load(ld, given))
		result = -1;
	if (!cases)
		result = missing(ld, root->pos, "the policy test", "cases");
	else if (cases->kind == SP_NODE_LIST && load_cases(ld, cases))
		result = -1;
	return result;
}

int
sp_test_file_load(const char *path, struct sp_test_file *file, struct sp_diags *diags)
{
	struct sp_test_loader ld = {diags, diags->arena, file};
	struct sp_str text = {NULL, 0};
	const struct sp_node *root;
	const char *slash = strrchr(path, '/');
	int err = sp_file_read(diags->arena, path, MAX_FILE_BYTES, &text);
	uint32_t number = sp_diags_file(diags, sp_strz(path), text);

	*file = (struct sp_test_file){.path = path};
	file->folder = sp_str_head(sp_strz(path), slash ? (size_t)(slash - path) + 1 : 0);
	if (err)
		return sp_diags_add(diags, SP_ERROR, "E101", (struct sp_pos){.file = number}, NULL,
		                    "%s", err == EINVAL ? "not a regular file" : strerror(err));
	root = sp_yaml_parse(diags, number);
	return root ? load_root(&ld, root) : -1;
}
