/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index.c: find the patterns that can match a value without trying them all.
 *
 * A pattern without wildcard is found by its whole text; one that ends in "/" "**" and has no other
 * wildcard by the text before, looked up for every directory of the value; the rest is compared one
 * by one.  So ten thousand image patterns cost what ten do.  Input: patterns the loader has
 * checked, values of requests.
 */
#include "engine/rule.h"

struct sp_index_slot {
	struct sp_str s;
	uint64_t hash;
	uint32_t number; /* 1 + number; 0: free */
};

/*
 * FNV-1a with a final mix, in steps: the hashes of all directories above a path come out of one
 * pass over it, however many there are.
 */
#define HASH_START 0xcbf29ce484222325u

static inline uint64_t
hash_step(uint64_t h, char c)
{
	return (h ^ (unsigned char)c) * 0x100000001b3u;
}

static inline uint64_t
hash_end(uint64_t h)
{
	h ^= h >> 33;
	h *= 0xff51afd7ed558ccdu;
	return h ^ (h >> 33);
}

static uint64_t
hash_of(struct sp_str s)
{
	uint64_t h = HASH_START;

	for (size_t i = 0; i < s.len; i++)
		h = hash_step(h, s.p[i]);
	return hash_end(h);
}

int
sp_index_init(struct sp_index *index, struct sp_arena *arena, uint32_t n)
{
	uint32_t size = 4;

	index->slot = NULL;
	index->mask = 0;
	index->n = 0;
	if (n == 0)
		return 0;
	while (size < n * 2) /* at most half full: short probes, and always a free slot */
		size *= 2;
	index->slot = sp_arena_array(arena, size, sizeof(*index->slot));
	if (!index->slot)
		return -1;
	index->mask = size - 1;
	return 0;
}

static struct sp_index_slot *
probe(const struct sp_index *index, struct sp_str s, uint64_t hash)
{
	uint32_t i = (uint32_t)hash & index->mask;

	while (index->slot[i].number &&
	       (index->slot[i].hash != hash || !sp_str_eq(index->slot[i].s, s)))
		i = (i + 1) & index->mask;
	return &index->slot[i];
}

uint32_t
sp_index_add(struct sp_index *index, struct sp_str s, uint32_t number)
{
	uint64_t hash = hash_of(s);
	struct sp_index_slot *slot = probe(index, s, hash);

	if (slot->number)
		return slot->number - 1;
	*slot = (struct sp_index_slot){s, hash, number + 1};
	index->n++;
	return number;
}

uint32_t
sp_index_find(const struct sp_index *index, struct sp_str s)
{
	if (index->n == 0)
		return 0;
	return probe(index, s, hash_of(s))->number;
}

static inline uint32_t
find_hashed(const struct sp_index *index, struct sp_str s, uint64_t hash)
{
	return index->n ? probe(index, s, hash)->number : 0;
}

enum place { PLACE_EXACT, PLACE_PREFIX, PLACE_WILD };

/* Where a pattern of this type goes, and under which text. */
static enum place
place_of(const struct sp_setting *s, const struct sp_pattern *p, struct sp_arena *arena,
         struct sp_str *text)
{
	struct sp_str t = p->match;

	if (p->has_user)
		return PLACE_WILD;
	if (s->key->type == SP_T_IMAGES) {
		if (p->image.every || sp_str_find(p->image.registry, '*') < p->image.registry.len)
			return PLACE_WILD;
		t = sp_strz(sp_arena_printf(arena, "%.*s/%.*s", SP_FMT(p->image.registry),
		                            SP_FMT(p->image.path)));
	} else if (s->key->type == SP_T_CAPS || s->key->type == SP_T_CHOICES) {
		*text = t;
		return PLACE_EXACT;
	} else if (s->key->type != SP_T_NAMES && s->key->type != SP_T_PATHS) {
		return PLACE_WILD;
	}
	*text = t;
	if (sp_str_find(t, '*') == t.len)
		return PLACE_EXACT;
	if (s->key->type == SP_T_NAMES || !sp_str_ends(t, SP_STR("/**")))
		return PLACE_WILD;
	*text = sp_str_head(t, t.len - 3);
	return sp_str_find(*text, '*') == text->len ? PLACE_PREFIX : PLACE_WILD;
}

static uint32_t
count_slashes(const struct sp_setting *s)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < s->n; i++) {
		for (size_t at = 0; at < s->patterns[i].match.len; at++)
			n += s->patterns[i].match.p[at] == '/';
	}
	return n;
}

/* "/etc/ssh": "/etc" and "/" are above it. */
static void
add_above(struct sp_index *above, struct sp_str path, uint32_t number)
{
	for (size_t i = path.len; i-- > 0;) {
		if (path.p[i] == '/' && path.len > 1)
			sp_index_add(above, sp_str_head(path, i ? i : 1), number);
	}
}

int
sp_index_setting(struct sp_setting *s, struct sp_arena *arena)
{
	uint32_t *chain, *wild;

	if (sp_index_init(&s->exact, arena, s->n) || sp_index_init(&s->prefix, arena, s->n))
		return -1;
	chain = sp_arena_array(arena, s->n, sizeof(*chain));
	wild = sp_arena_array(arena, s->n, sizeof(*wild));
	if (!chain || !wild)
		return -1;
	if (s->key->type == SP_T_PATHS && sp_index_init(&s->above, arena, count_slashes(s)))
		return -1;
	s->n_wild = 0; /* profiles unite settings that have an index already */
	for (uint32_t i = 0; i < s->n; i++) {
		struct sp_str text;
		enum place place = place_of(s, &s->patterns[i], arena, &text);
		uint32_t first;

		if (place == PLACE_WILD) {
			wild[s->n_wild++] = i;
			continue;
		}
		if (s->key->type == SP_T_PATHS)
			add_above(&s->above, text, i);
		first = sp_index_add(place == PLACE_EXACT ? &s->exact : &s->prefix, text, i);
		if (first != i) { /* same text, other tag or :ro: behind the first in its chain */
			chain[i] = chain[first];
			chain[first] = i + 1;
		}
	}
	s->chain = chain;
	s->wild = wild;
	return arena->full ? -1 : 0;
}

uint32_t
sp_index_exposed(const struct sp_setting *s, struct sp_str path)
{
	uint32_t found = sp_index_find(&s->above, path), at;
	uint64_t h = HASH_START;

	for (size_t i = 0; i <= path.len; i++) {
		if (i == path.len || path.p[i] == '/') { /* path[:i] is the path or above it */
			at = find_hashed(&s->prefix, sp_str_head(path, i), hash_end(h));
			if (!at && i > 0)
				at = find_hashed(&s->exact, sp_str_head(path, i), hash_end(h));
			found = at ? at : found;
		}
		if (i < path.len)
			h = hash_step(h, path.p[i]);
	}
	return found;
}

static enum sp_tri
try_chain(const struct sp_eval *ev, const struct sp_setting *s, uint32_t at,
          const struct sp_value *v, sp_accept_fn accept, enum sp_tri best)
{
	for (; at; at = s->chain[at - 1]) {
		enum sp_tri t = accept(ev, &s->patterns[at - 1], v);

		if (t == SP_YES)
			return SP_YES;
		if (t == SP_UNKNOWN)
			best = SP_UNKNOWN;
	}
	return best;
}

enum sp_tri
sp_index_match(const struct sp_eval *ev, const struct sp_setting *s, struct sp_str text,
               const struct sp_value *v, sp_accept_fn accept)
{
	enum sp_tri best = try_chain(ev, s, sp_index_find(&s->exact, text), v, accept, SP_NO);
	uint64_t h = HASH_START;

	for (size_t i = 0; s->prefix.n && i <= text.len && best != SP_YES; i++) {
		if (i == text.len || text.p[i] == '/')
			best = try_chain(ev, s,
			                 find_hashed(&s->prefix, sp_str_head(text, i), hash_end(h)),
			                 v, accept, best);
		if (i < text.len)
			h = hash_step(h, text.p[i]);
	}
	for (uint32_t i = 0; i < s->n_wild && best != SP_YES; i++) {
		enum sp_tri t = accept(ev, &s->patterns[s->wild[i]], v);

		if (t != SP_NO)
			best = t;
	}
	return best;
}
