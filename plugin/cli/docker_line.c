/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docker_line.c: from the words of a docker command line to its requests: finds the command, lets
 * its flags land, writes path, query and body.
 */
#include "cli/docker_parts.h"

#include "sallyport/diag.h"

/* The newest version docker 28.2 speaks. */
#define API "/v1.50"
#define MAX_BODY ((size_t)16 << 20)
#define MAX_NAMES 256

/* --- which command --- */

static bool
is_named(const struct sp_docker_command *c, struct sp_str name)
{
	struct sp_str rest = sp_strz(c->alias), alias;

	if (sp_str_is(name, c->name))
		return true;
	while (rest.len) {
		sp_str_cut(rest, '|', &alias, &rest);
		if (sp_str_eq(alias, name))
			return true;
	}
	return false;
}

static const struct sp_docker_command *
find_command(struct sp_str name)
{
	size_t n;
	const struct sp_docker_command *commands = sp_docker_commands(&n);

	for (size_t i = 0; i < n; i++) {
		if (is_named(&commands[i], name))
			return &commands[i];
	}
	return NULL;
}

/* "container" and such: the first word of a command of two words. */
static bool
is_group(struct sp_str word)
{
	size_t n;
	const struct sp_docker_command *commands = sp_docker_commands(&n);

	for (size_t i = 0; i < n; i++) {
		struct sp_str head, tail;

		if (sp_str_cut(sp_strz(commands[i].name), ' ', &head, &tail) &&
		    sp_str_eq(head, word))
			return true;
	}
	return sp_str_is(word, "builder");
}

static int
unknown_command(struct sp_docker *d, struct sp_str name)
{
	const char *names[MAX_NAMES], *near;
	size_t n_commands, n = 0;
	const struct sp_docker_command *commands = sp_docker_commands(&n_commands);

	for (size_t i = 0; i < n_commands && n < MAX_NAMES; i++) {
		struct sp_str rest = sp_strz(commands[i].alias), alias;

		names[n++] = commands[i].name;
		while (rest.len && n < MAX_NAMES) {
			sp_str_cut(rest, '|', &alias, &rest);
			names[n++] = sp_arena_printf(d->arena, "%.*s", SP_FMT(alias));
		}
	}
	near = sp_suggest(name, names, n);
	return sp_docker_fail(d,
	                      near ? sp_arena_printf(d->arena, "did you mean '%s'?", near)
	                           : "what it sends can be given as api: and body:",
	                      "'docker %.*s' is not a command this program can translate",
	                      SP_FMT(name));
}

/* Sets d->command; *n_used is how many words it took.  0 or -1. */
static int
read_command(struct sp_docker *d, const struct sp_str *words, size_t n, size_t *n_used)
{
	struct sp_str name;

	if (n == 0)
		return sp_docker_fail(d, NULL, "there is no docker command");
	if (words[0].len && words[0].p[0] == '-')
		return sp_docker_fail(
		    d, "leave it out: it says which daemon, not what it is asked for",
		    "'%.*s' stands before the command", SP_FMT(words[0]));
	name = words[0];
	*n_used = 1;
	if (is_group(name) && n > 1) {
		name = sp_strz(
		    sp_arena_printf(d->arena, "%.*s %.*s", SP_FMT(words[0]), SP_FMT(words[1])));
		*n_used = 2;
	}
	d->command = find_command(name);
	return d->command ? 0 : unknown_command(d, name);
}

/* --- path and query --- */

static void
escape(struct sp_buf *out, struct sp_str s, const char *plain)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];
		bool letter =
		    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

		if (letter || (c && strchr(plain, c)))
			sp_buf_addc(out, s.p[i]);
		else
			sp_buf_addf(out, "%%%02X", c);
	}
}

/* net/url: what stands in a path, and what stands in a value of a query. */
static void
escape_path(struct sp_buf *out, struct sp_str s)
{
	escape(out, s, "-_.~$&+,/:;=@");
}

static void
escape_value(struct sp_buf *out, struct sp_str s)
{
	escape(out, s, "-_.~");
}

static void
add_param(struct sp_buf *out, struct sp_str key, struct sp_str value)
{
	sp_buf_addc(out, sp_str_find(sp_buf_str(out), '?') < out->len ? '&' : '?');
	escape_value(out, key);
	sp_buf_addc(out, '=');
	escape_value(out, value);
}

/* Texts as they are, a list of texts as one parameter each, a map as JSON. */
static void
add_query(struct sp_docker *d, struct sp_buf *out)
{
	for (const struct sp_tree *q = d->query->first; q; q = q->next) {
		struct sp_buf json;

		switch (q->kind) {
		case SP_TREE_TEXT:
		case SP_TREE_RAW:
			add_param(out, q->key, q->text);
			break;
		case SP_TREE_LIST:
			for (const struct sp_tree *item = q->first; item; item = item->next)
				add_param(out, q->key, item->text);
			break;
		case SP_TREE_MAP:
			sp_buf_init(&json, d->arena, MAX_BODY);
			sp_tree_print(q, &json);
			add_param(out, q->key, sp_buf_str(&json));
			break;
		}
	}
}

/* The template with the operands put in; `each` is the one "%*" stands for. */
static struct sp_str
write_uri(struct sp_docker *d, struct sp_str template, struct sp_str each)
{
	struct sp_buf out;
	bool query = false;

	sp_buf_init(&out, d->arena, MAX_BODY);
	sp_buf_addz(&out, API);
	for (size_t i = 0; i < template.len; i++) {
		char c = template.p[i];
		struct sp_str operand = each;

		if (c != '%') {
			query |= c == '?';
			sp_buf_addc(&out, c);
			continue;
		}
		c = template.p[++i];
		if (c != '*')
			operand = (size_t)(c - '1') < d->n_operands ? d->operand[c - '1']
			                                            : (struct sp_str){NULL, 0};
		if (query)
			escape_value(&out, operand);
		else
			escape_path(&out, operand);
	}
	add_query(d, &out);
	return sp_buf_str(&out);
}

/* --- requests --- */

static struct sp_docker_request *
write_request(struct sp_docker *d, struct sp_str line, struct sp_str each)
{
	struct sp_docker_request *r = sp_arena_alloc(d->arena, sizeof(*r));
	struct sp_str template;
	struct sp_buf body;

	if (!r)
		return NULL;
	sp_str_cut(line, ' ', &r->method, &template);
	r->uri = write_uri(d, template, each);
	r->stream = d->command->stream;
	if (r->stream)
		r->content_type = SP_STR("application/x-tar");
	if (d->body->first || d->command->has_body) {
		sp_buf_init(&body, d->arena, MAX_BODY);
		sp_tree_print(d->body, &body);
		r->body = sp_buf_str(&body);
		r->content_type = SP_STR("application/json");
	}
	return r;
}

/* One for each line of the command's request, and for each operand where it says so. */
static struct sp_docker_request *
write_requests(struct sp_docker *d)
{
	struct sp_docker_request *first = NULL, **end = &first;
	struct sp_str rest = sp_strz(d->request), line;

	while (rest.len) {
		bool each;
		size_t n;

		sp_str_cut(rest, '\n', &line, &rest);
		each = sp_str_find(line, '*') < line.len;
		n = each ? d->n_operands : 1;
		for (size_t i = 0; i < n; i++) {
			*end =
			    write_request(d, line, each ? d->operand[i] : (struct sp_str){NULL, 0});
			if (!*end)
				break;
			end = &(*end)->next;
		}
	}
	if (!d->arena->full && first)
		return first;
	sp_docker_fail(d, NULL, "the line is too long");
	return NULL;
}

struct sp_docker_request *
sp_docker_translate(const struct sp_str *words, size_t n, struct sp_arena *arena,
                    struct sp_docker_trouble *trouble)
{
	struct sp_docker d = {.arena = arena, .trouble = trouble};
	size_t used = 0;

	*trouble = (struct sp_docker_trouble){{"", 0}, {"", 0}};
	d.body = sp_tree_new(arena, SP_TREE_MAP);
	d.query = sp_tree_new(arena, SP_TREE_MAP);
	if (!d.body || !d.query) {
		sp_docker_fail(&d, NULL, "the line is too long");
		return NULL;
	}
	if (n && sp_str_is(words[0], "docker")) {
		words++;
		n--;
	}
	if (read_command(&d, words, n, &used) || sp_docker_read(&d, words + used, n - used))
		return NULL;
	d.request = d.command->request;
	if (sp_docker_land(&d) || (d.command->finish && d.command->finish(&d)))
		return NULL;
	return write_requests(&d);
}
