/* SPDX-License-Identifier: Apache-2.0 */
/*
 * learn_pattern.c: values that were seen, as patterns that cover them.  A draft that lists every
 * job number is no policy, and one that guesses too much is none either: values are put together
 * only when several differ in nothing but numbers, or lie in one directory.
 *
 * A pattern must cover its values whatever an attacker called them: characters that mean something
 * in a pattern, or that nobody can see, become stars.
 */
#include "cli/learn.h"

#include <stdlib.h>

#define MIN_ALIKE 3     /* names that differ in their numbers only */
#define MIN_IN_DIR 5    /* paths or images in one directory */
#define MIN_PORTS 4     /* ports of one interface */
#define MAX_PATTERNS 60 /* more is no policy anybody reads: any */
#define MAX_LEN 400

static int
cmp_patterns(const void *pa, const void *pb)
{
	const struct sp_learn_pattern *a = pa, *b = pb;

	return sp_str_cmp(a->text, b->text);
}

/* Sorts, and makes one of those that are equal. */
static size_t
unite(struct sp_learn_pattern *list, size_t n)
{
	size_t kept = 0;

	if (n)
		qsort(list, n, sizeof(*list), cmp_patterns);
	for (size_t i = 0; i < n; i++) {
		if (kept && sp_str_eq(list[kept - 1].text, list[i].text)) {
			list[kept - 1].n += list[i].n;
			list[kept - 1].n_items += list[i].n_items;
		} else {
			list[kept++] = list[i];
		}
	}
	return kept;
}

/* --- text as a pattern --- */

static void
add_star(struct sp_buf *out)
{
	if (out->len == 0 || out->p[out->len - 1] != '*') /* two would mean something else */
		sp_buf_addc(out, '*');
}

/* The pattern for exactly this text, or for a little more. */
static struct sp_str
literal(struct sp_arena *arena, struct sp_str text, bool read_only)
{
	bool suffix = sp_str_ends(text, SP_STR(":ro")), list = sp_str_starts(text, SP_STR("list:"));
	struct sp_buf out;

	sp_buf_init(&out, arena, 2 * MAX_LEN);
	for (size_t i = 0; i < text.len && i < MAX_LEN; i++) {
		char c = text.p[i];
		bool means = c == '*' || c == '$' || (c == ':' && suffix && i + 3 == text.len) ||
		             (c == ':' && list && i == 4);

		if (means || c < 0x20 || c > 0x7e)
			add_star(&out);
		else
			sp_buf_addc(&out, c);
	}
	if (text.len > MAX_LEN || text.len == 0)
		add_star(&out);
	if (read_only)
		sp_buf_addz(&out, ":ro");
	return sp_buf_str(&out);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_word(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A part that looks like an ID: eight hexadecimal digits and more, not all of them letters. */
static bool
is_id(const char *p, size_t len)
{
	bool digit = false;

	for (size_t i = 0; i < len; i++) {
		if (!is_digit(p[i]) && (p[i] < 'a' || p[i] > 'f'))
			return false;
		digit |= is_digit(p[i]);
	}
	return len >= 8 && digit;
}

/* Numbers and IDs as stars: "runner-7-build-0a1b2c3d" becomes "runner-*-build-*". */
static struct sp_str
mask(struct sp_arena *arena, struct sp_str text)
{
	struct sp_buf out;
	size_t i = 0;

	sp_buf_init(&out, arena, 2 * MAX_LEN);
	while (i < text.len) {
		size_t end = i;

		while (end < text.len && is_word(text.p[end]))
			end++;
		if (end == i) {
			sp_buf_addc(&out, text.p[i++]);
		} else if (is_id(text.p + i, end - i)) {
			add_star(&out);
			i = end;
		} else {
			for (; i < end; i++) {
				if (is_digit(text.p[i]))
					add_star(&out);
				else
					sp_buf_addc(&out, text.p[i]);
			}
		}
	}
	return sp_buf_str(&out);
}

/* Those that are alike when numbers do not count become one, if there are enough. */
static size_t
unite_alike(struct sp_arena *arena, struct sp_learn_pattern *list, size_t n)
{
	struct sp_learn_pattern *masked = sp_arena_array(arena, n + 1, sizeof(*masked));
	size_t n_masked;

	if (!masked)
		return n;
	for (size_t i = 0; i < n; i++) {
		masked[i] = list[i];
		masked[i].text = mask(arena, list[i].text);
	}
	n_masked = unite(masked, n);
	for (size_t i = 0; i < n; i++) {
		struct sp_str text = mask(arena, list[i].text);

		for (size_t k = 0; k < n_masked; k++) {
			if (masked[k].n_items >= MIN_ALIKE && sp_str_eq(masked[k].text, text))
				list[i].text = text;
		}
	}
	return unite(list, n);
}

/* --- directories --- */

/* Behind the last slash before `end`; 0: there is none. */
static size_t
last_part(struct sp_str text)
{
	size_t at = text.len;

	while (at > 0 && text.p[at - 1] != '/')
		at--;
	return at;
}

static size_t
depth(struct sp_str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += text.p[i] == '/';
	return n;
}

/*
 * What lies in one directory becomes the directory, if there is enough of it.  `min_depth`: slashes
 * in the path of a directory, its last one too, that may be granted whole; /etc never is.
 */
static size_t
unite_directories(struct sp_arena *arena, struct sp_learn_pattern *list, size_t n, const char *all,
                  size_t min_depth)
{
	for (size_t i = 0; i < n;) {
		size_t at = last_part(list[i].text), k = i;
		struct sp_str dir = sp_str_head(list[i].text, at);
		bool read_only = true;

		while (k < n && sp_str_starts(list[k].text, dir) && last_part(list[k].text) == at) {
			read_only &= sp_str_ends(list[k].text, SP_STR(":ro"));
			k++;
		}
		if (k - i >= MIN_IN_DIR && depth(dir) >= min_depth) {
			struct sp_str whole = sp_strz(sp_arena_printf(
			    arena, "%.*s%s%s", SP_FMT(dir), all, read_only ? ":ro" : ""));

			for (; i < k; i++)
				list[i].text = whole;
		}
		i = k > i ? k : i + 1;
	}
	return unite(list, n);
}

/* --- ports --- */

static int
cmp_ports(const void *pa, const void *pb)
{
	const struct sp_learn_item *a = *(struct sp_learn_item *const *)pa;
	const struct sp_learn_item *b = *(struct sp_learn_item *const *)pb;
	int d = sp_str_cmp(a->ip, b->ip);

	if (d == 0)
		d = sp_str_cmp(a->proto, b->proto);
	if (d == 0 && a->first != b->first)
		d = a->first < b->first ? -1 : 1;
	if (d == 0 && a->last != b->last)
		d = a->last < b->last ? -1 : 1;
	return d;
}

static struct sp_str
port_text(struct sp_arena *arena, const struct sp_learn_item *item, uint32_t last)
{
	bool v6 = sp_str_find(item->ip, ':') < item->ip.len;
	struct sp_buf out;

	sp_buf_init(&out, arena, 200);
	sp_buf_addf(&out, v6 ? "[%.*s]:" : "%.*s:", SP_FMT(item->ip));
	if (item->first == 0)
		sp_buf_addz(&out, "ephemeral");
	else if (item->first == last)
		sp_buf_addu(&out, last);
	else
		sp_buf_addf(&out, "%u-%u", item->first, last);
	sp_buf_addf(&out, "/%.*s", SP_FMT(item->proto));
	return sp_buf_str(&out);
}

static size_t
unite_ports(struct sp_arena *arena, struct sp_learn_item **items, size_t n,
            struct sp_learn_pattern *list)
{
	size_t kept = 0;

	if (n)
		qsort(items, n, sizeof(struct sp_learn_item *), cmp_ports);
	for (size_t i = 0, k; i < n; i = k) {
		uint64_t sum = 0;
		uint32_t last = 0;

		/* All of one interface and protocol; those dockerd chooses stand first. */
		for (k = i; k < n && sp_str_eq(items[k]->ip, items[i]->ip) &&
		            sp_str_eq(items[k]->proto, items[i]->proto) &&
		            (items[k]->first == 0) == (items[i]->first == 0);
		     k++) {
			sum += items[k]->n;
			last = items[k]->last > last ? items[k]->last : last;
		}
		if (k - i >= MIN_PORTS || items[i]->first == 0) {
			list[kept++] =
			    (struct sp_learn_pattern){port_text(arena, items[i], last), sum, k - i};
			continue;
		}
		for (size_t at = i; at < k; at++)
			list[kept++] = (struct sp_learn_pattern){
			    port_text(arena, items[at], items[at]->last), items[at]->n, 1};
	}
	return unite(list, kept);
}

/* --- all --- */

static size_t
collect_items(const struct sp_learn_fact *fact, struct sp_learn_item **items)
{
	size_t n = 0;

	for (size_t b = 0; b < SP_LEARN_BUCKETS; b++) {
		for (struct sp_learn_item *item = fact->buckets[b]; item; item = item->next)
			items[n++] = item;
	}
	return n;
}

static size_t
unite_names(struct sp_arena *arena, struct sp_learn_item *const *items, size_t n,
            struct sp_learn_pattern *list, bool read_only_counts)
{
	size_t kept = 0, n_exact = 0;
	struct sp_learn_pattern *exact = sp_arena_array(arena, n + 1, sizeof(*exact));

	if (!exact)
		return 0;
	for (size_t i = 0; i < n; i++) {
		struct sp_learn_pattern p = {
		    literal(arena, items[i]->text, read_only_counts && !items[i]->writes),
		    items[i]->n, 1};

		if (items[i]->exact)
			exact[n_exact++] = p;
		else
			list[kept++] = p;
	}
	kept = unite_alike(arena, list, unite(list, kept));
	for (size_t i = 0; i < n_exact; i++)
		list[kept++] = exact[i];
	return unite(list, kept);
}

struct sp_learn_pattern *
sp_learn_patterns(const struct sp_key *key, const struct sp_learn_fact *fact,
                  struct sp_arena *arena, size_t *n)
{
	struct sp_learn_item **items =
	    sp_arena_array(arena, fact->n_items + 1, sizeof(struct sp_learn_item *));
	struct sp_learn_pattern *list = sp_arena_array(arena, fact->n_items + 1, sizeof(*list));
	bool fixed = key->type == SP_T_CHOICES || key->type == SP_T_CAPS;
	size_t n_items;

	*n = 0;
	if (fact->any || !items || !list)
		return NULL;
	n_items = collect_items(fact, items);
	if (key->type == SP_T_PORTS) {
		*n = unite_ports(arena, items, n_items, list);
	} else if (key->type == SP_T_IMAGES || fixed) {
		for (size_t i = 0; i < n_items; i++)
			list[i] = (struct sp_learn_pattern){items[i]->text, items[i]->n, 1};
		*n = unite(list, n_items);
		if (!fixed)
			*n = unite_directories(arena, list, *n, "*", 1);
	} else {
		bool paths = key->type == SP_T_PATHS;

		*n =
		    unite_names(arena, items, n_items, list, paths || key->fact == SP_FACT_VOLUMES);
		if (paths)
			*n = unite_directories(arena, list, *n, "**", 3);
	}
	return *n > MAX_PATTERNS && !fixed ? NULL : list;
}
