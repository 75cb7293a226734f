/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_mutate.c: edits a tested policy in memory, one slip at a time, and runs its cases.  The
 * requests of the cases are read once: only the policies differ.
 */
#include "cli/test_mutate.h"

#define MAX_EDIT_BYTES ((size_t)512 << 20)

/* A case with its requests. */
struct ready {
	const struct sp_test_file *file;
	const struct sp_test_case *c;
	const struct sp_test_asked *asked;
};

static size_t
count_cases(const struct sp_test_report *const *reports, size_t n)
{
	size_t total = 0;

	for (size_t i = 0; i < n; i++)
		total += reports[i]->n;
	return total;
}

/* All cases of all reports.  new, in `arena`; NULL when it is full. */
static struct ready *
prepare(const struct sp_test_report *const *reports, size_t n, struct sp_arena *arena)
{
	struct ready *list = sp_arena_array(arena, count_cases(reports, n) + 1, sizeof(*list));
	struct ready *at = list;
	struct sp_buf problems;
	bool unreadable;

	sp_buf_init(&problems, arena, 1000);
	for (size_t i = 0; list && i < n; i++) {
		for (const struct sp_test_result *r = reports[i]->results; r; r = r->next) {
			at->file = reports[i]->file;
			at->c = r->c;
			at->asked = sp_test_ask(at->file, r->c, arena, &unreadable, &problems);
			if (!at->asked)
				return NULL;
			at++;
		}
	}
	return list;
}

static bool
noticed(const struct ready *cases, size_t n, const struct sp_policy *policy,
        struct sp_arena *scratch)
{
	for (size_t i = 0; i < n; i++) {
		bool passes =
		    sp_test_passes(cases[i].file, cases[i].c, cases[i].asked, policy, scratch);

		sp_arena_reset(scratch);
		if (!passes)
			return true;
	}
	return false;
}

static struct sp_test_missed *
miss(const struct sp_edit *edit, struct sp_arena *arena)
{
	struct sp_test_missed *missed = sp_arena_alloc(arena, sizeof(*missed));

	if (!missed)
		return NULL;
	missed->edit = edit;
	missed->line = sp_strz(sp_arena_printf(arena, "%.*s:%u:%u: %s%.*s: no test notices",
	                                       SP_FMT(edit->file), edit->pos.line, edit->pos.column,
	                                       edit->opens ? "" : "note: ", SP_FMT(edit->text)));
	return missed;
}

static int
try_edits(struct sp_mutator *mutator, const struct ready *cases, size_t n_cases,
          struct sp_arena *arena, struct sp_test_mutation *m)
{
	struct sp_test_missed **end = &m->missed;
	size_t n_edits;
	const struct sp_edit *const *edits = sp_mutator_edits(mutator, &n_edits);
	struct sp_arena scratch;

	sp_arena_init(&scratch, MAX_EDIT_BYTES);
	for (size_t i = 0; i < n_edits && !arena->full; i++) {
		struct sp_policy *policy = sp_mutator_policy(mutator, i, &scratch);

		sp_arena_reset(&scratch);
		if (!policy)
			continue;
		m->n++;
		if (!noticed(cases, n_cases, policy, &scratch)) {
			*end = miss(edits[i], arena);
			if (*end)
				end = &(*end)->next;
			m->n_missed++;
			m->n_open += edits[i]->opens;
		}
		sp_policy_unref(policy);
	}
	sp_arena_fini(&scratch);
	return arena->full ? -1 : 0;
}

int
sp_test_mutate(const struct sp_test_report *const *reports, size_t n, struct sp_arena *arena,
               struct sp_test_mutation *m)
{
	struct sp_mutator *mutator;
	struct sp_diags diags;
	const struct ready *cases;
	int result = -1;

	for (size_t i = 0; i < n; i++) {
		if (reports[i]->n_passed != reports[i]->n) {
			m->untried = SP_STR("a case fails already");
			return 0;
		}
	}
	sp_diags_init(&diags, arena);
	mutator = sp_mutator_new(m->policy, &diags);
	cases = mutator ? prepare(reports, n, arena) : NULL;
	if (cases)
		result = try_edits(mutator, cases, count_cases(reports, n), arena, m);
	sp_mutator_free(mutator);
	return result;
}
