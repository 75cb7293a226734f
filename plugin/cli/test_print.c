/* SPDX-License-Identifier: Apache-2.0 */
/* test_print.c: reports of policy tests for people, for TAP and JUnit readers, and as JSON. */
#include "cli/test_print.h"

/* --- for people --- */

/* A text of several lines, the lines after the first under the first. */
static void
add_lines(struct sp_buf *out, const char *indent, struct sp_str text)
{
	struct sp_str line;
	bool first = true;

	while (text.len) {
		sp_str_cut(text, '\n', &line, &text);
		if (!first)
			sp_buf_addz(out, indent);
		sp_buf_add_shown(out, line, 0);
		sp_buf_addc(out, '\n');
		first = false;
	}
}

static void
add_coverage(struct sp_buf *out, const struct sp_test_coverage *c)
{
	const char *before = "# never decided anything: ";

	for (size_t i = 0; i < c->n; i++) {
		if (c->rule[i] || c->rules[i].off)
			continue;
		sp_buf_addf(out, "%s%.*s", before, SP_FMT(c->rules[i].name));
		before = ", ";
	}
	if (before[0] == ',')
		sp_buf_addc(out, '\n');
	before = "# never the reason: ";
	for (size_t i = 0; i < c->n; i++) {
		for (size_t k = 0; c->rule[i] && k < c->rules[i].n_keys; k++) {
			if (c->key[i][k])
				continue;
			sp_buf_addf(out, "%s%.*s: %s %s", before, SP_FMT(c->rules[i].name),
			            c->rules[i].keys[k].block, c->rules[i].keys[k].name);
			before = ", ";
		}
	}
	if (before[0] == ',')
		sp_buf_addc(out, '\n');
}

static void
add_failure(struct sp_buf *out, const struct sp_test_report *report, const struct sp_test_result *r)
{
	sp_buf_addf(out, "  at %s:%u\n  ", report->file->path, r->c->pos.line);
	add_lines(out, "  ", r->problems);
	if (r->message.len) {
		sp_buf_addz(out, "  message: ");
		add_lines(out, "           ", r->message);
	}
}

static void
print_human(const struct sp_test_outcome *files, size_t n, const struct sp_test_mutation *edits,
            struct sp_buf *out)
{
	size_t cases = 0, passed = 0, broken = 0;

	for (size_t i = 0; i < n; i++) {
		const struct sp_test_report *report = files[i].report;
		size_t number = 0;

		if (!report) {
			sp_buf_add(out, files[i].errors);
			broken++;
			continue;
		}
		sp_buf_addf(out, "# %s\n", files[i].path);
		if (report->undated)
			sp_buf_addz(out, "# warning: the policy has dates, and the test says no "
			                 "'now:'; it is taken to be 2000-01-01\n");
		for (const struct sp_test_result *r = report->results; r; r = r->next) {
			sp_buf_addf(out, "%s %zu - ", r->passed ? "ok" : "not ok", ++number);
			sp_buf_add_shown(out, r->c->name, 0);
			sp_buf_addc(out, '\n');
			if (!r->passed)
				add_failure(out, report, r);
		}
		if (report->coverage.rules)
			add_coverage(out, &report->coverage);
		sp_buf_addf(out, "# %zu case%s, %zu passed, %zu failed\n", report->n,
		            report->n == 1 ? "" : "s", report->n_passed,
		            report->n - report->n_passed);
		cases += report->n;
		passed += report->n_passed;
	}
	for (; edits; edits = edits->next)
		sp_test_mutation_human(edits, out);
	if (n < 2)
		return;
	sp_buf_addf(out, "# all: %zu files, %zu cases, %zu passed, %zu failed", n, cases, passed,
	            cases - passed);
	if (broken)
		sp_buf_addf(out, "; %zu not loaded", broken);
	sp_buf_addc(out, '\n');
}

/* --- TAP 14 --- */

/* YAML double quotes are JSON's. */
static void
add_tap_field(struct sp_buf *out, const char *key, struct sp_str text)
{
	if (!text.len)
		return;
	sp_buf_addf(out, "  %s: ", key);
	sp_buf_add_json(out, text);
	sp_buf_addc(out, '\n');
}

static void
print_tap(const struct sp_test_outcome *files, size_t n, const struct sp_test_mutation *edits,
          struct sp_buf *out)
{
	size_t total = 0, number = 0;

	for (size_t i = 0; i < n; i++)
		total += files[i].report ? files[i].report->n : 1;
	for (const struct sp_test_mutation *m = edits; m; m = m->next)
		total++;
	sp_buf_addf(out, "TAP version 14\n1..%zu\n", total);
	for (size_t i = 0; i < n; i++) {
		if (!files[i].report) {
			sp_buf_addf(out, "not ok %zu - %s is loaded\n  ---\n", ++number,
			            files[i].path);
			add_tap_field(out, "message", files[i].errors);
			sp_buf_addz(out, "  ...\n");
			continue;
		}
		for (const struct sp_test_result *r = files[i].report->results; r; r = r->next) {
			sp_buf_addf(out, "%s %zu - ", r->passed ? "ok" : "not ok", ++number);
			for (size_t k = 0; k < r->c->name.len; k++) {
				if (r->c->name.p[k] == '#' || r->c->name.p[k] == '\\')
					sp_buf_addc(out, '\\');
				sp_buf_addc(out, r->c->name.p[k]);
			}
			sp_buf_addc(out, '\n');
			if (r->passed)
				continue;
			sp_buf_addz(out, "  ---\n");
			add_tap_field(out, "expected", r->expected);
			add_tap_field(out, "got", r->got);
			add_tap_field(out, "problems", r->problems);
			add_tap_field(out, "message", r->message);
			sp_buf_addf(out, "  at: \"%s:%u\"\n  ...\n", files[i].path, r->c->pos.line);
		}
	}
	for (; edits; edits = edits->next)
		sp_test_mutation_tap(edits, ++number, out);
}

/* --- JUnit --- */

void
sp_test_print_xml(struct sp_buf *out, struct sp_str s)
{
	uint32_t code;
	size_t len;

	for (size_t i = 0; i < s.len; i += len) {
		struct sp_str c;

		len = sp_utf8_next(s, i, &code);
		c = (struct sp_str){s.p + i, len ? len : 1};
		if (len == 0 || (code < 0x20 && code != '\n' && code != '\t') || code == 0x7f)
			sp_buf_addc(out, '?');
		else if (code == '&')
			sp_buf_addz(out, "&amp;");
		else if (code == '<')
			sp_buf_addz(out, "&lt;");
		else if (code == '>')
			sp_buf_addz(out, "&gt;");
		else if (code == '"')
			sp_buf_addz(out, "&quot;");
		else if (code == '\n')
			sp_buf_addz(out, "&#10;");
		else
			sp_buf_add(out, c);
		len = c.len;
	}
}

void
sp_test_print_attribute(struct sp_buf *out, const char *name, struct sp_str value)
{
	sp_buf_addf(out, " %s=\"", name);
	sp_test_print_xml(out, value);
	sp_buf_addc(out, '"');
}

static void
add_junit_case(struct sp_buf *out, const struct sp_test_outcome *file,
               const struct sp_test_result *r)
{
	struct sp_str first, rest;

	sp_buf_addz(out, "    <testcase");
	sp_test_print_attribute(out, "classname", file->report->file->policy);
	sp_test_print_attribute(out, "name", r->c->name);
	sp_test_print_attribute(out, "file", sp_strz(file->path));
	sp_buf_addf(out, " line=\"%u\" time=\"0\"", r->c->pos.line);
	if (r->passed) {
		sp_buf_addz(out, "/>\n");
		return;
	}
	sp_buf_addz(out, ">\n      <failure");
	sp_str_cut(r->problems, '\n', &first, &rest);
	sp_test_print_attribute(out, "message", first);
	sp_buf_addc(out, '>');
	sp_test_print_xml(out, r->problems);
	sp_test_print_xml(out, r->message);
	sp_buf_addz(out, "</failure>\n    </testcase>\n");
}

static void
print_junit(const struct sp_test_outcome *files, size_t n, const struct sp_test_mutation *edits,
            struct sp_buf *out)
{
	sp_buf_addz(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
	for (size_t i = 0; i < n; i++) {
		const struct sp_test_report *report = files[i].report;

		sp_buf_addz(out, "  <testsuite");
		sp_test_print_attribute(out, "name", sp_strz(files[i].path));
		sp_buf_addf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%d\" time=\"0\">\n",
		            report ? report->n : 0, report ? report->n - report->n_passed : 0,
		            report ? 0 : 1);
		if (!report) {
			sp_buf_addz(out, "    <testcase name=\"the file is loaded\"><error");
			sp_test_print_attribute(out, "message", SP_STR("it cannot be loaded"));
			sp_buf_addc(out, '>');
			sp_test_print_xml(out, files[i].errors);
			sp_buf_addz(out, "</error></testcase>\n");
		}
		for (const struct sp_test_result *r = report ? report->results : NULL; r;
		     r = r->next)
			add_junit_case(out, &files[i], r);
		sp_buf_addz(out, "  </testsuite>\n");
	}
	for (; edits; edits = edits->next)
		sp_test_mutation_junit(edits, out);
	sp_buf_addz(out, "</testsuites>\n");
}

/* --- JSON --- */

static void
add_member(struct sp_buf *out, const char *key, struct sp_str value)
{
	sp_buf_addf(out, ",\"%s\":", key);
	sp_buf_add_json(out, value);
}

static void
add_json_coverage(struct sp_buf *out, const struct sp_test_coverage *c)
{
	const char *before = "";

	sp_buf_addz(out, ",\"never_decided\":[");
	for (size_t i = 0; i < c->n; i++) {
		if (c->rule[i] || c->rules[i].off)
			continue;
		sp_buf_addz(out, before);
		sp_buf_add_json(out, c->rules[i].name);
		before = ",";
	}
	sp_buf_addz(out, "],\"never_the_reason\":[");
	before = "";
	for (size_t i = 0; i < c->n; i++) {
		for (size_t k = 0; c->rule[i] && k < c->rules[i].n_keys; k++) {
			if (c->key[i][k])
				continue;
			sp_buf_addf(out, "%s{\"rule\":", before);
			sp_buf_add_json(out, c->rules[i].name);
			sp_buf_addf(out, ",\"block\":\"%s\",\"key\":\"%s\"}",
			            c->rules[i].keys[k].block, c->rules[i].keys[k].name);
			before = ",";
		}
	}
	sp_buf_addc(out, ']');
}

static void
add_json_file(struct sp_buf *out, const struct sp_test_outcome *file)
{
	const struct sp_test_report *report = file->report;

	sp_buf_addz(out, "{\"file\":");
	sp_buf_add_json(out, sp_strz(file->path));
	if (!report) {
		add_member(out, "error", file->errors);
		sp_buf_addc(out, '}');
		return;
	}
	add_member(out, "policy", report->file->policy);
	sp_buf_addf(out, ",\"passed\":%zu,\"failed\":%zu,\"cases\":[", report->n_passed,
	            report->n - report->n_passed);
	for (const struct sp_test_result *r = report->results; r; r = r->next) {
		sp_buf_addz(out, r == report->results ? "{\"name\":" : ",{\"name\":");
		sp_buf_add_json(out, r->c->name);
		sp_buf_addf(out, ",\"line\":%u,\"result\":\"%s\"", r->c->pos.line,
		            r->passed ? "passed" : "failed");
		add_member(out, "expected", r->expected);
		add_member(out, "got", r->got);
		add_member(out, "problems", r->problems);
		add_member(out, "message", r->message);
		sp_buf_addc(out, '}');
	}
	sp_buf_addc(out, ']');
	if (report->coverage.rules)
		add_json_coverage(out, &report->coverage);
	sp_buf_addc(out, '}');
}

static void
print_json(const struct sp_test_outcome *files, size_t n, const struct sp_test_mutation *edits,
           struct sp_buf *out)
{
	sp_buf_addz(out, "{\"tool\":\"sallyport\",\"version\":\"" SP_VERSION "\",\"files\":[");
	for (size_t i = 0; i < n; i++) {
		sp_buf_addz(out, i ? "," : "");
		add_json_file(out, &files[i]);
	}
	sp_buf_addc(out, ']');
	for (const struct sp_test_mutation *m = edits; m; m = m->next) {
		sp_buf_addz(out, m == edits ? ",\"mutations\":[" : ",");
		sp_test_mutation_json(m, out);
	}
	sp_buf_addz(out, edits ? "]}\n" : "}\n");
}

void
sp_test_print(enum sp_test_format format, const struct sp_test_outcome *files, size_t n,
              const struct sp_test_mutation *edits, struct sp_buf *out)
{
	switch (format) {
	case SP_TEST_HUMAN:
		print_human(files, n, edits, out);
		break;
	case SP_TEST_TAP:
		print_tap(files, n, edits, out);
		break;
	case SP_TEST_JUNIT:
		print_junit(files, n, edits, out);
		break;
	case SP_TEST_JSON:
		print_json(files, n, edits, out);
		break;
	}
}
