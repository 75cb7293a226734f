/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record_facts.c: what was looked up for a decision, beside the request in its record, and back:
 * whoever reads the record decides on the same facts, on whatever machine.  Writing: on the way of
 * every request, by hand; paths are hostile.  Reading: files an administrator names, with jansson.
 */
#include "engine/record_facts.h"

#include <jansson.h>

#include "engine/redact.h"
#include "sallyport/record.h"

#define MAX_SEEN 16

/* --- writing --- */

static bool
is_news(const struct sp_host_path *h)
{
	return h->state != SP_HOST_RESOLVED || sp_host_leads_away(h);
}

static void
add_answer(struct sp_buf *out, const struct sp_host_path *h)
{
	if (h->state == SP_HOST_RESOLVED)
		sp_redact_string(out, h->resolved);
	else
		sp_buf_addz(out, "null");
}

static void
add_socket(struct sp_buf *out, const struct sp_host_path *h)
{
	sp_buf_addz(out, "{\"path\":");
	sp_redact_string(out, h->socket);
	sp_buf_addz(out, ",\"engine\":");
	sp_redact_string(out, h->engine);
	sp_buf_addc(out, '}');
}

static void
add_names(struct sp_buf *out, const struct sp_host_path *h)
{
	for (const struct sp_host_name *n = h->names; n; n = n->next) {
		sp_buf_addc(out, n == h->names ? '[' : ',');
		sp_redact_string(out, n->name);
	}
	sp_buf_addc(out, ']');
}

/*
 * A map of all that `want` takes; false when there is nothing.  A path asked for twice is written
 * once, as far as the last few show: this must stay linear.
 */
static bool
add_map(struct sp_buf *out, const struct sp_facts *facts, const char *head,
        bool (*want)(const struct sp_host_path *),
        void (*add)(struct sp_buf *, const struct sp_host_path *))
{
	struct sp_str seen[MAX_SEEN];
	size_t n = 0;

	for (const struct sp_host_path *h = facts->host_paths; h && !out->cut; h = h->next) {
		size_t i = 0, n_seen = n < MAX_SEEN ? n : MAX_SEEN;

		if (!want(h))
			continue;
		while (i < n_seen && !sp_str_eq(seen[i], h->path))
			i++;
		if (i < n_seen)
			continue;
		sp_buf_addz(out, n ? "," : head);
		seen[n++ % MAX_SEEN] = h->path;
		sp_redact_string(out, h->path);
		sp_buf_addc(out, ':');
		add(out, h);
	}
	if (n)
		sp_buf_addc(out, '}');
	return n > 0;
}

static bool
has_socket(const struct sp_host_path *h)
{
	return h->socket.len > 0;
}

static bool
has_own(const struct sp_host_path *h)
{
	return h->own.len > 0;
}

static void
add_own(struct sp_buf *out, const struct sp_host_path *h)
{
	sp_redact_string(out, h->own);
}

static bool
has_names(const struct sp_host_path *h)
{
	return h->names != NULL;
}

void
sp_record_facts(struct sp_buf *out, const struct sp_facts *facts)
{
	bool any = add_map(out, facts, ",\"facts\":{\"paths\":{", is_news, add_answer);

	any |= add_map(out, facts, any ? ",\"sockets\":{" : ",\"facts\":{\"sockets\":{", has_socket,
	               add_socket);
	any |= add_map(out, facts, any ? ",\"own\":{" : ",\"facts\":{\"own\":{", has_own, add_own);
	any |= add_map(out, facts, any ? ",\"names\":{" : ",\"facts\":{\"names\":{", has_names,
	               add_names);
	if (any)
		sp_buf_addc(out, '}');
}

/* --- reading --- */

static struct sp_str
copy_of(struct sp_arena *arena, const json_t *text)
{
	struct sp_str s = {json_string_value(text), json_string_length(text)};

	return s.len ? sp_arena_dup(arena, s) : (struct sp_str){NULL, 0};
}

static const struct sp_host_name *
read_names(const json_t *list, struct sp_arena *arena)
{
	struct sp_host_name *first = NULL;

	for (size_t i = json_array_size(list); i-- > 0;) {
		struct sp_host_name *name = sp_arena_alloc(arena, sizeof(*name));

		if (!name)
			return NULL; /* the arena is full: the record cannot be used */
		name->name = copy_of(arena, json_array_get(list, i));
		name->next = first;
		first = name;
	}
	return first;
}

/* The maps of `facts` by path; any may be NULL. */
enum { PATHS, SOCKETS, OWN, NAMES, N_MAPS };
static const char *const map_names[N_MAPS] = {"paths", "sockets", "own", "names"};

/* Not among the paths: it leads to itself; null there: nobody could say. */
static void
read_answer(struct sp_given_path *answer, const char *path, json_t *const maps[N_MAPS],
            struct sp_arena *arena)
{
	const json_t *target = json_object_get(maps[PATHS], path);
	const json_t *socket = json_object_get(maps[SOCKETS], path);
	struct sp_host_path *h = &answer->said;

	answer->kind = SP_GIVEN_ANSWER;
	h->path = sp_arena_dup(arena, sp_strz(path));
	h->resolved = target ? copy_of(arena, target) : h->path;
	if (h->resolved.len && h->resolved.p[0] == '/')
		h->state = SP_HOST_RESOLVED;
	h->socket = copy_of(arena, json_object_get(socket, "path"));
	h->engine = copy_of(arena, json_object_get(socket, "engine"));
	h->own = copy_of(arena, json_object_get(maps[OWN], path));
	h->names = read_names(json_object_get(maps[NAMES], path), arena);
}

/* Is the path in one of the first n maps? */
static bool
is_in(json_t *const maps[N_MAPS], size_t n, const char *path)
{
	while (n > 0 && !json_object_get(maps[n - 1], path))
		n--;
	return n > 0;
}

static void
read_facts(const json_t *facts, struct sp_arena *arena, struct sp_given *given)
{
	json_t *maps[N_MAPS];
	struct sp_given_path *answers;
	size_t room = 1, n = 0;
	const char *path;
	json_t *value;

	for (size_t i = 0; i < N_MAPS; i++) {
		maps[i] = json_object_get(facts, map_names[i]);
		room += json_object_size(maps[i]);
	}
	answers = sp_arena_array(arena, room, sizeof(*answers));
	if (!answers)
		return;
	for (size_t i = 0; i < N_MAPS; i++) {
		json_object_foreach(maps[i], path, value)
		{
			if (!is_in(maps, i, path))
				read_answer(&answers[n++], path, maps, arena);
		}
	}
	given->paths = answers;
	given->n = n;
}

/* `facts` is the member of that name, as it stands in the line; empty: there is none. */
static int
read_member(struct sp_str facts, struct sp_arena *arena, struct sp_given *given)
{
	json_t *object;

	*given = (struct sp_given){NULL, 0};
	if (!facts.len || facts.p[0] != '{')
		return 0;
	object = json_loadb(facts.p, facts.len, JSON_ALLOW_NUL, NULL);
	if (json_is_object(object))
		read_facts(object, arena, given);
	json_decref(object);
	return object && !arena->full ? 0 : -1;
}

int
sp_record_line_facts(const struct sp_record_line *line, struct sp_arena *arena,
                     struct sp_given *given)
{
	return read_member(line->facts, arena, given);
}

int
sp_record_read_facts(struct sp_str line, struct sp_arena *arena, struct sp_given *given)
{
	static const char name[] = "\"facts\"";
	struct sp_str facts;

	*given = (struct sp_given){NULL, 0};
	if (!line.len || !memmem(line.p, line.len, name, sizeof(name) - 1))
		return 0;
	if (sp_record_find_facts(line, &facts))
		return -1;
	return read_member(facts, arena, given);
}
