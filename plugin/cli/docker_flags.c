/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docker_flags.c: reads the flags of a docker command as its parser does (spf13/pflag), and lands
 * what they say in the body or the query.  An unknown flag is an error, never skipped: what it
 * would have asked for is unknown.
 */
#include "cli/docker_parts.h"

#include <stdio.h>

#include "sallyport/diag.h"

#define MAX_FLAGS 160

int
sp_docker_fail(struct sp_docker *d, const char *hint, const char *fmt, ...)
{
	char text[600];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	d->trouble->text = sp_arena_dup(d->arena, sp_strz(text));
	d->trouble->hint = hint ? sp_arena_dup(d->arena, sp_strz(hint)) : (struct sp_str){"", 0};
	return -1;
}

const struct sp_docker_flag *
sp_docker_flag_find(const struct sp_docker_command *command, struct sp_str name, char letter)
{
	for (size_t i = 0; i < SP_DOCKER_FLAG_SETS && command->flags[i]; i++) {
		for (const struct sp_docker_flag *f = command->flags[i]; f->name; f++) {
			if (letter ? f->letter == letter : sp_str_is(name, f->name))
				return f;
		}
	}
	return NULL;
}

static int
unknown(struct sp_docker *d, struct sp_str name, char letter)
{
	const char *names[MAX_FLAGS], *near;
	size_t n = 0;

	if (letter)
		return sp_docker_fail(d, NULL, "docker %s has no flag '-%c'", d->command->name,
		                      letter);
	if (sp_str_is(name, "help"))
		return sp_docker_fail(d, NULL, "--help asks the daemon for nothing");
	for (size_t i = 0; i < SP_DOCKER_FLAG_SETS && d->command->flags[i]; i++) {
		for (const struct sp_docker_flag *f = d->command->flags[i];
		     f->name && n < MAX_FLAGS; f++)
			names[n++] = f->name;
	}
	near = sp_suggest(name, names, n);
	return sp_docker_fail(d,
	                      near ? sp_arena_printf(d->arena, "did you mean '--%s'?", near) : NULL,
	                      "docker %s has no flag '--%.*s'", d->command->name, SP_FMT(name));
}

static int
use(struct sp_docker *d, const struct sp_docker_flag *flag, struct sp_str value)
{
	struct sp_docker_use *u = sp_arena_alloc(d->arena, sizeof(*u));

	if (!u)
		return sp_docker_fail(d, NULL, "the line is too long");
	*u = (struct sp_docker_use){flag, value, NULL};
	if (d->last_use)
		d->last_use->next = u;
	else
		d->uses = u;
	d->last_use = u;
	return 0;
}

static int
needs_value(struct sp_docker *d, const struct sp_docker_flag *flag)
{
	return sp_docker_fail(d, NULL, "--%s needs a value", flag->name);
}

/* "--name", "--name=value", "--name value".  *at is moved past what was read. */
static int
long_flag(struct sp_docker *d, const struct sp_str *words, size_t n, size_t *at)
{
	struct sp_str name, value;
	bool has_value = sp_str_cut(sp_str_from(words[(*at)++], 2), '=', &name, &value);
	const struct sp_docker_flag *flag = sp_docker_flag_find(d->command, name, 0);

	if (!flag)
		return unknown(d, name, 0);
	if (has_value)
		return use(d, flag, value);
	if (flag->type == SP_FLAG_BOOL)
		return use(d, flag, SP_STR("true"));
	/* The next word is the value whatever it looks like. */
	return *at < n ? use(d, flag, words[(*at)++]) : needs_value(d, flag);
}

/* "-it", "-p80:80", "-p=80:80", "-p 80:80". */
static int
short_flags(struct sp_docker *d, const struct sp_str *words, size_t n, size_t *at)
{
	struct sp_str word = words[(*at)++];

	for (size_t i = 1; i < word.len; i++) {
		const struct sp_docker_flag *flag =
		    sp_docker_flag_find(d->command, (struct sp_str){NULL, 0}, word.p[i]);
		struct sp_str rest = sp_str_from(word, i + 1);
		bool equals = rest.len && rest.p[0] == '=';

		if (!flag)
			return unknown(d, word, word.p[i]);
		if (equals)
			return use(d, flag, sp_str_from(rest, 1));
		if (flag->type != SP_FLAG_BOOL && rest.len)
			return use(d, flag, rest);
		if (flag->type != SP_FLAG_BOOL)
			return *at < n ? use(d, flag, words[(*at)++]) : needs_value(d, flag);
		if (use(d, flag, SP_STR("true")))
			return -1;
	}
	return 0;
}

static int
count_operands(struct sp_docker *d)
{
	const struct sp_docker_command *c = d->command;

	if (d->n_operands < c->min)
		return sp_docker_fail(d, NULL, "docker %s needs %s%u argument%s", c->name,
		                      c->max == c->min ? "" : "at least ", c->min,
		                      c->min == 1 ? "" : "s");
	if (d->n_operands > c->max)
		return sp_docker_fail(d, NULL, "'%.*s' is one argument too many for docker %s",
		                      SP_FMT(d->operand[c->max]), c->name);
	for (size_t i = 0; i < d->n_operands && i < (c->command_follows ? 1 : d->n_operands); i++) {
		if (d->operand[i].len == 0)
			return sp_docker_fail(d, NULL, "an argument of docker %s is empty",
			                      c->name);
	}
	return 0;
}

int
sp_docker_read(struct sp_docker *d, const struct sp_str *words, size_t n)
{
	size_t at = 0;
	bool flags = true;

	d->operand = sp_arena_array(d->arena, n + 1, sizeof(*d->operand));
	if (!d->operand)
		return sp_docker_fail(d, NULL, "the line is too long");
	while (at < n) {
		struct sp_str word = words[at];
		int status = 0;

		if (flags && sp_str_is(word, "--")) {
			flags = false;
			at++;
		} else if (flags && sp_str_starts(word, SP_STR("--"))) {
			status = long_flag(d, words, n, &at);
		} else if (flags && word.len > 1 && word.p[0] == '-') {
			status = short_flags(d, words, n, &at);
		} else {
			d->operand[d->n_operands++] = word;
			flags = flags && !d->command->command_follows;
			at++;
		}
		if (status)
			return -1;
	}
	return count_operands(d);
}

bool
sp_docker_given(const struct sp_docker *d, const char *name, struct sp_str *value)
{
	bool found = false;

	for (const struct sp_docker_use *u = d->uses; u; u = u->next) {
		if (strcmp(u->flag->name, name) == 0) {
			*value = u->value;
			found = true;
		}
	}
	return found;
}

bool
sp_docker_is_on(const struct sp_docker *d, const char *name)
{
	struct sp_str value;
	bool on = false;

	return sp_docker_given(d, name, &value) && sp_docker_bool(value, &on) && on;
}

/* --- landing --- */

static int
bad_value(struct sp_docker *d, const struct sp_docker_flag *flag, struct sp_str value)
{
	static const char *const wanted[] = {
	    [SP_FLAG_BOOL] = "true or false",
	    [SP_FLAG_BYTES] = "a size such as 512m",
	    [SP_FLAG_INT] = "a whole number",
	    [SP_FLAG_CPUS] = "a number such as 1.5",
	    [SP_FLAG_DURATION] = "a duration such as 1m30s",
	    [SP_FLAG_DECIMAL] = "a number such as 0.2",
	    [SP_FLAG_FILTER] = "key=value",
	};

	return sp_docker_fail(d, NULL, "--%s: '%.*s' is not %s", flag->name, SP_FMT(value),
	                      wanted[flag->type]);
}

/* A number of the flag's type. */
static bool
read_number(const struct sp_docker_flag *flag, struct sp_str value, int64_t *n)
{
	switch (flag->type) {
	case SP_FLAG_BYTES:
		return sp_docker_bytes(value, n);
	case SP_FLAG_INT:
		return sp_docker_int(value, n);
	case SP_FLAG_CPUS:
		return sp_num_cpus(value, n) == SP_NUM_OK;
	case SP_FLAG_DURATION:
		return sp_docker_duration(value, n);
	case SP_FLAG_BOOL:
	case SP_FLAG_TEXT:
	case SP_FLAG_LIST:
	case SP_FLAG_CSV:
	case SP_FLAG_MAP:
	case SP_FLAG_FILTER:
	case SP_FLAG_DECIMAL:
		break;
	}
	return false;
}

static void
set_member(struct sp_docker *d, struct sp_tree *map, struct sp_str key, struct sp_str text)
{
	struct sp_tree *m = sp_tree_member(d->arena, map, key, SP_TREE_TEXT);

	if (m)
		m->text = text;
}

static int
land_filter(struct sp_docker *d, const struct sp_docker_flag *flag, const char *path,
            struct sp_str value)
{
	struct sp_tree *map = sp_tree_at(d->arena, d->query, path, SP_TREE_MAP);
	struct sp_str key, text;

	if (!sp_str_cut(value, '=', &key, &text))
		return bad_value(d, flag, value);
	map = sp_tree_member(d->arena, map, key, SP_TREE_MAP);
	map = sp_tree_member(d->arena, map, text, SP_TREE_RAW);
	if (map)
		map->text = SP_STR("true");
	return 0;
}

static int
land_bool(struct sp_docker *d, const struct sp_docker_flag *flag, struct sp_tree *root,
          const char *path, struct sp_str value)
{
	bool on;

	if (!sp_docker_bool(value, &on))
		return bad_value(d, flag, value);
	if (root == d->body)
		sp_tree_set_bool(d->arena, root, path, on);
	else if (on)
		sp_tree_set_text(d->arena, root, path, SP_STR("1"));
	else
		sp_tree_drop(root, path + 1);
	return 0;
}

/* The plain way of each type.  `path` starts with '/', in the body or the query. */
static int
land(struct sp_docker *d, const struct sp_docker_flag *flag, struct sp_tree *root, const char *path,
     struct sp_str value)
{
	struct sp_str item, rest = value, key, text;
	int64_t n;

	switch (flag->type) {
	case SP_FLAG_BOOL:
		return land_bool(d, flag, root, path, value);
	case SP_FLAG_TEXT:
		sp_tree_set_text(d->arena, root, path, value);
		return 0;
	case SP_FLAG_LIST:
		sp_tree_add_text(d->arena, root, path, value);
		return 0;
	case SP_FLAG_CSV:
		while (sp_docker_csv(d->arena, &rest, &item))
			sp_tree_add_text(d->arena, root, path, item);
		return 0;
	case SP_FLAG_MAP:
		sp_str_cut(value, '=', &key, &text);
		set_member(d, sp_tree_at(d->arena, root, path, SP_TREE_MAP), key, text);
		return 0;
	case SP_FLAG_FILTER:
		return land_filter(d, flag, path, value);
	case SP_FLAG_DECIMAL:
		if (sp_num_cpus(value, &n) != SP_NUM_OK)
			return bad_value(d, flag, value);
		sp_tree_set_text(d->arena, root, path, value);
		sp_tree_at(d->arena, root, path, SP_TREE_TEXT)->kind = SP_TREE_RAW;
		return 0;
	case SP_FLAG_BYTES:
	case SP_FLAG_INT:
	case SP_FLAG_CPUS:
	case SP_FLAG_DURATION:
		break;
	}
	if (!read_number(flag, value, &n))
		return bad_value(d, flag, value);
	sp_tree_set_int(d->arena, root, path, n);
	return 0;
}

/* What docker checks before it sends anything, also for flags that land nowhere. */
static int
check_value(struct sp_docker *d, const struct sp_docker_flag *flag, struct sp_str value)
{
	int64_t n;
	bool b;

	if (flag->type == SP_FLAG_BOOL
	        ? !sp_docker_bool(value, &b)
	        : (flag->type == SP_FLAG_INT || flag->type == SP_FLAG_BYTES ||
	           flag->type == SP_FLAG_DURATION) &&
	              !read_number(flag, value, &n))
		return bad_value(d, flag, value);
	return 0;
}

int
sp_docker_land(struct sp_docker *d)
{
	for (const struct sp_docker_use *u = d->uses; u; u = u->next) {
		const struct sp_docker_flag *flag = u->flag;
		int status;

		if (check_value(d, flag, u->value))
			return -1;
		if (flag->put)
			status = flag->put(d, flag, u->value);
		else if (flag->to[0] == '?')
			status = land(d, flag, d->query,
			              sp_arena_printf(d->arena, "/%s", flag->to + 1), u->value);
		else if (flag->to[0])
			status = land(d, flag, d->body, flag->to, u->value);
		else
			status = 0;
		if (status)
			return -1;
	}
	return 0;
}

bool
sp_docker_knows(struct sp_str command, struct sp_str name, char letter, bool takes_value)
{
	size_t n;
	const struct sp_docker_command *commands = sp_docker_commands(&n);

	for (size_t i = 0; i < n; i++) {
		struct sp_str rest = sp_strz(commands[i].alias), alias;
		bool named = sp_str_is(command, commands[i].name);
		const struct sp_docker_flag *flag;

		while (!named && rest.len) {
			sp_str_cut(rest, '|', &alias, &rest);
			named = sp_str_eq(alias, command);
		}
		if (!named)
			continue;
		flag = sp_docker_flag_find(&commands[i], name, 0);
		return flag && flag->letter == letter &&
		       (flag->type != SP_FLAG_BOOL) == takes_value;
	}
	return false;
}
