/* SPDX-License-Identifier: Apache-2.0 */
/* test_print_mutate.c: the edits that no test notices, in each format of reports. */
#include "cli/test_print.h"

void
sp_test_mutation_human(const struct sp_test_mutation *m, struct sp_buf *out)
{
	sp_buf_addf(out, "# edits of %s\n", m->policy);
	if (m->untried.len) {
		sp_buf_addf(out, "# none was tried: %.*s\n", SP_FMT(m->untried));
		return;
	}
	for (const struct sp_test_missed *e = m->missed; e; e = e->next) {
		sp_buf_add_shown(out, e->line, 0);
		sp_buf_addc(out, '\n');
	}
	sp_buf_addf(out, "# %zu edit%s, %zu unnoticed", m->n, m->n == 1 ? "" : "s", m->n_missed);
	if (m->n_missed)
		sp_buf_addf(out, ", %zu of them open%s something", m->n_open,
		            m->n_open == 1 ? "s" : "");
	sp_buf_addc(out, '\n');
}

void
sp_test_mutation_tap(const struct sp_test_mutation *m, size_t number, struct sp_buf *out)
{
	sp_buf_addf(out, "%s %zu - the tests notice edits of %s\n  ---\n",
	            m->untried.len || m->n_open ? "not ok" : "ok", number, m->policy);
	if (m->untried.len) {
		sp_buf_addz(out, "  message: ");
		sp_buf_add_json(out, m->untried);
		sp_buf_addc(out, '\n');
	} else {
		sp_buf_addf(out, "  edits: %zu\n  unnoticed: [", m->n);
		for (const struct sp_test_missed *e = m->missed; e; e = e->next) {
			sp_buf_addz(out, e == m->missed ? "\n    " : ",\n    ");
			sp_buf_add_json(out, e->line);
		}
		sp_buf_addz(out, "]\n");
	}
	sp_buf_addz(out, "  ...\n");
}

void
sp_test_mutation_junit(const struct sp_test_mutation *m, struct sp_buf *out)
{
	bool failed = m->untried.len || m->n_open;

	sp_buf_addz(out, "  <testsuite");
	sp_test_print_attribute(out, "name", sp_strz(m->policy));
	sp_buf_addf(out, " tests=\"1\" failures=\"%d\" errors=\"0\" time=\"0\">\n", failed);
	sp_buf_addz(out, "    <testcase name=\"the tests notice edits\" time=\"0\"");
	sp_test_print_attribute(out, "classname", sp_strz(m->policy));
	if (failed) {
		sp_buf_addz(out, ">\n      <failure message=\"");
		if (m->untried.len)
			sp_test_print_xml(out, m->untried);
		else
			sp_buf_addf(out, "%zu unnoticed edits open something", m->n_open);
		sp_buf_addz(out, "\">");
		for (const struct sp_test_missed *e = m->missed; e; e = e->next) {
			sp_test_print_xml(out, e->line);
			sp_buf_addz(out, "&#10;");
		}
		sp_buf_addz(out, "</failure>\n    </testcase>\n  </testsuite>\n");
		return;
	}
	sp_buf_addz(out, "/>\n  </testsuite>\n");
}

void
sp_test_mutation_json(const struct sp_test_mutation *m, struct sp_buf *out)
{
	sp_buf_addz(out, "{\"policy\":");
	sp_buf_add_json(out, sp_strz(m->policy));
	if (m->untried.len) {
		sp_buf_addz(out, ",\"error\":");
		sp_buf_add_json(out, m->untried);
		sp_buf_addc(out, '}');
		return;
	}
	sp_buf_addf(out, ",\"edits\":%zu,\"unnoticed\":[", m->n);
	for (const struct sp_test_missed *e = m->missed; e; e = e->next) {
		sp_buf_addz(out, e == m->missed ? "{\"file\":" : ",{\"file\":");
		sp_buf_add_json(out, e->edit->file);
		sp_buf_addf(out, ",\"line\":%u,\"column\":%u,\"edit\":", e->edit->pos.line,
		            e->edit->pos.column);
		sp_buf_add_json(out, e->edit->text);
		sp_buf_addf(out, ",\"opens\":%s}", e->edit->opens ? "true" : "false");
	}
	sp_buf_addz(out, "]}");
}
