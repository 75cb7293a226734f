/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_test.c: sallyport test: finds policy tests, loads them and the policies they are about, runs
 * and reports them.  Opens no socket.
 */
#include "cli/cli.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "cli/test_print.h"

#define MAX_LOAD_BYTES ((size_t)1 << 30)
#define MAX_PRINT_BYTES ((size_t)256 << 20)
#define MAX_FILES 4096
#define MAX_DEPTH 16

enum { OPT_RUN = 1, OPT_COVERAGE, OPT_MUTATE, OPT_FORMAT };

static const struct sp_option options[] = {
    {OPT_RUN, "run", "GLOB", "only cases with such a name", false},
    {OPT_COVERAGE, "coverage", NULL, "also list rules and conditions that never decided anything",
     false},
    {OPT_MUTATE, "mutate", NULL,
     "also edit the policies in memory: which slips does no test notice?", false},
    {OPT_FORMAT, "format", "FORMAT", "human, tap, junit or json (human)", false},
};

static const struct sp_args_spec spec = {
    .command = "test",
    .operands = "[PATH...]",
    .about = "Runs policy tests: files, or every *_test.yaml in folders (default: this one).",
    .notes = "Exit status: 0 all passed, 1 a case failed, or no test notices an edit that opens\n"
	     "something (--mutate), 2 wrong usage or no case was run,\n"
	     "3 a test or its policy cannot be loaded, 4 an input cannot be read.",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .max_operands = MAX_FILES,
};

struct tests {
	struct sp_arena arena;
	struct sp_str run;
	bool coverage, mutate;
	enum sp_test_format format;
	const char *path[MAX_FILES];
	size_t n;
	enum sp_exit status;
};

/* --- finding --- */

static enum sp_exit
cannot_read(const char *path, const char *why)
{
	fprintf(stderr, "sallyport test: %s: %s\n", path, why);
	return SP_EXIT_ENV;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum sp_exit
add_file(struct tests *t, const char *path)
{
	if (t->n == MAX_FILES)
		return cannot_read(path, "too many files");
	t->path[t->n++] = path;
	return SP_EXIT_OK;
}

/* Every *_test.yaml below a folder; what begins with a dot is passed over. */
static enum sp_exit
add_folder(struct tests *t, const char *path, int depth)
{
	DIR *dir = depth < MAX_DEPTH ? opendir(path) : NULL;
	enum sp_exit status = SP_EXIT_OK;
	struct dirent *entry;

	if (!dir)
		return cannot_read(path, depth < MAX_DEPTH ? strerror(errno) : "too deep");
	while (status == SP_EXIT_OK && (entry = readdir(dir))) {
		struct sp_str name = sp_strz(entry->d_name);
		const char *full;
		struct stat st;

		if (name.p[0] == '.')
			continue;
		full = strcmp(path, ".") == 0
		           ? sp_arena_printf(&t->arena, "%s", entry->d_name)
		           : sp_arena_printf(&t->arena, "%s/%s", path, entry->d_name);
		if (lstat(full, &st) != 0)
			continue;
		if (S_ISDIR(st.st_mode))
			status = add_folder(t, full, depth + 1);
		else if (sp_str_ends(name, SP_STR("_test.yaml")) ||
		         sp_str_ends(name, SP_STR("_test.yml")))
			status = add_file(t, full);
	}
	closedir(dir);
	return status;
}

static enum sp_exit
find_files(struct tests *t, char **operand, size_t n)
{
	for (size_t i = 0; i < (n ? n : 1); i++) {
		const char *path = n ? operand[i] : ".";
		size_t first = t->n;
		struct stat st;
		enum sp_exit status;

		if (stat(path, &st) != 0)
			return cannot_read(path, strerror(errno));
		status = S_ISDIR(st.st_mode) ? add_folder(t, path, 0) : add_file(t, path);
		if (status != SP_EXIT_OK)
			return status;
		qsort(t->path + first, t->n - first, sizeof(t->path[0]), by_name);
	}
	return SP_EXIT_OK;
}

/* --- running --- */

static void
worse(struct tests *t, enum sp_exit status)
{
	if (status > t->status)
		t->status = status;
}

static struct sp_policy *
load_policy(struct sp_str path, struct sp_diags *diags)
{
	return path.len ? sp_policy_load(path.p, diags) : NULL;
}

/* What is wrong with a test file, or with the policy it is about. */
static struct sp_str
errors_of(struct tests *t, struct sp_diags *diags)
{
	struct sp_buf out;

	sp_buf_init(&out, &t->arena, MAX_PRINT_BYTES);
	sp_diags_print(diags, &out, -1);
	return sp_buf_str(&out);
}

static void
run_file(struct tests *t, const char *path, struct sp_test_outcome *out)
{
	struct sp_test_file *file = sp_arena_alloc(&t->arena, sizeof(*file));
	struct sp_test_report *report = sp_arena_alloc(&t->arena, sizeof(*report));
	struct sp_policy *policy = NULL, *shadow = NULL;
	struct sp_diags diags, policy_diags;

	*out = (struct sp_test_outcome){.path = path, .errors = SP_STR("it is too large\n")};
	sp_diags_init(&diags, &t->arena);
	sp_diags_init(&policy_diags, &t->arena);
	worse(t, SP_EXIT_POLICY);
	if (!file || !report)
		return;
	if (sp_test_file_load(path, file, &diags)) {
		out->errors = errors_of(t, &diags);
		return;
	}
	policy = load_policy(file->policy, &policy_diags);
	if (policy && file->shadow.len)
		shadow = load_policy(file->shadow, &policy_diags);
	if (!policy || (file->shadow.len && !shadow))
		out->errors = errors_of(t, &policy_diags);
	else if (sp_test_run(file, policy, shadow, t->run, t->coverage, &t->arena, report) == 0)
		out->report = report;
	sp_policy_unref(policy);
	sp_policy_unref(shadow);
}

static void
run_files(struct tests *t, struct sp_test_outcome *outcomes)
{
	size_t n_cases = 0;
	bool broken = false;

	for (size_t i = 0; i < t->n; i++) {
		const struct sp_test_report *report;

		t->status = SP_EXIT_OK;
		run_file(t, t->path[i], &outcomes[i]);
		report = outcomes[i].report;
		broken |= !report;
		n_cases += report ? report->n : 0;
	}
	t->status = broken ? SP_EXIT_POLICY : SP_EXIT_OK;
	for (size_t i = 0; i < t->n; i++) {
		const struct sp_test_report *report = outcomes[i].report;

		if (report && report->n_passed != report->n)
			worse(t, SP_EXIT_NO);
		for (const struct sp_test_result *r = report ? report->results : NULL; r;
		     r = r->next) {
			if (r->unreadable)
				worse(t, SP_EXIT_ENV);
		}
	}
	if (n_cases == 0 && !broken) {
		fprintf(stderr, "sallyport test: no case was run\n");
		t->status = SP_EXIT_USAGE;
	}
}

/* The tests that are about the policy of file `first`, which no file before it is about. */
static struct sp_test_mutation *
mutate_policy(struct tests *t, const struct sp_test_outcome *outcomes, size_t first)
{
	const struct sp_test_report **reports = sp_arena_array(&t->arena, t->n, sizeof(*reports));
	struct sp_test_mutation *m = sp_arena_alloc(&t->arena, sizeof(*m));
	struct sp_str policy = outcomes[first].report->file->policy;
	size_t n = 0;

	for (size_t i = 0; reports && m && i < t->n; i++) {
		const struct sp_test_report *report = outcomes[i].report;

		if (!report || !sp_str_eq(report->file->policy, policy))
			continue;
		if (i < first)
			return NULL;
		reports[n++] = report;
	}
	if (!reports || !m)
		return NULL;
	m->policy = policy.p;
	if (sp_test_mutate(reports, n, &t->arena, m))
		m->untried = SP_STR("too much memory would be needed");
	if (m->untried.len || m->n_open)
		worse(t, SP_EXIT_NO);
	return m;
}

static struct sp_test_mutation *
mutate_all(struct tests *t, const struct sp_test_outcome *outcomes)
{
	struct sp_test_mutation *list = NULL, **end = &list;

	for (size_t i = 0; i < t->n; i++) {
		if (!outcomes[i].report || !outcomes[i].report->n)
			continue;
		*end = mutate_policy(t, outcomes, i);
		if (*end)
			end = &(*end)->next;
	}
	return list;
}

static enum sp_exit
run(struct tests *t, char **operand, size_t n)
{
	const struct sp_test_mutation *edits = NULL;
	enum sp_exit status = find_files(t, operand, n);
	struct sp_test_outcome *outcomes;
	struct sp_buf out;

	if (status != SP_EXIT_OK)
		return status;
	outcomes = sp_arena_array(&t->arena, t->n + 1, sizeof(*outcomes));
	if (!outcomes)
		return cannot_read("memory", strerror(ENOMEM));
	run_files(t, outcomes);
	if (t->mutate && t->status != SP_EXIT_USAGE)
		edits = mutate_all(t, outcomes);
	sp_buf_init(&out, &t->arena, MAX_PRINT_BYTES);
	if (t->status != SP_EXIT_USAGE)
		sp_test_print(t->format, outcomes, t->n, edits, &out);
	fwrite(out.p, 1, out.len, stdout);
	return out.cut ? cannot_read("the report", "too long") : t->status;
}

int
sp_cmd_test(int argc, char **argv)
{
	static const char *const formats[] = {"human", "tap", "junit", "json"};
	static struct tests tests;
	struct sp_args args;
	enum sp_exit status;
	size_t format = 0;
	int id;

	sp_args_init(&args, &spec, argc, argv);
	while ((id = sp_args_next(&args)) > 0) {
		if (id == OPT_RUN)
			tests.run = sp_strz(args.value);
		else if (id == OPT_COVERAGE)
			tests.coverage = true;
		else if (id == OPT_MUTATE)
			tests.mutate = true;
		else if (!sp_args_choice(&args, formats, 4, &format))
			return args.status;
	}
	if (id < 0)
		return args.status;
	tests.format = (enum sp_test_format)format;
	sp_arena_init(&tests.arena, MAX_LOAD_BYTES);
	status = run(&tests, args.operand, args.n_operands);
	sp_arena_fini(&tests.arena);
	return (int)status;
}
