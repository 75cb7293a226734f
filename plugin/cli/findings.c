/* SPDX-License-Identifier: Apache-2.0 */
/*
 * findings.c: findings for people, programs, code scanners and the annotations of a pull request.
 * Input: diagnostics, whose texts may quote anything from a file.
 */
#include "cli/findings.h"

#include "sallyport/codes.h"

static void
add_field(struct sp_buf *out, const char *name, struct sp_str value)
{
	sp_buf_addf(out, ",\"%s\":", name);
	sp_buf_add_json(out, value);
}

static struct sp_str
file_of(const struct sp_diags *diags, const struct sp_diag *d)
{
	return d->pos.file < diags->n_files ? diags->files[d->pos.file].name : SP_STR("");
}

/* --- json --- */

static void
add_json(const struct sp_diags *diags, const struct sp_diag *d, struct sp_buf *out)
{
	sp_buf_addz(out, "{\"file\":");
	sp_buf_add_json(out, file_of(diags, d));
	sp_buf_addf(out, ",\"line\":%u,\"column\":%u,\"endColumn\":%u", d->pos.line, d->pos.column,
	            d->pos.column ? d->pos.column + (d->pos.width ? d->pos.width : 1) : 0);
	add_field(out, "severity", sp_strz(sp_severity_name(d->severity)));
	add_field(out, "code", sp_strz(d->code));
	add_field(out, "message", d->text);
	add_field(out, "hint", d->hint);
	add_field(out, "rule", d->rule);
	sp_buf_addc(out, '}');
}

static void
print_json(struct sp_checked *checked, size_t n, struct sp_buf *out)
{
	const char *comma = "";

	sp_buf_addz(out, "{\"tool\":\"sallyport\",\"version\":\"" SP_VERSION "\",\"findings\":[");
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < checked[i].diags.n; k++) {
			sp_buf_addf(out, "%s\n", comma);
			add_json(&checked[i].diags, &checked[i].diags.list[k], out);
			comma = ",";
		}
	}
	sp_buf_addz(out, "\n]}\n");
}

/* --- SARIF 2.1.0 --- */

static const char *
sarif_level(enum sp_severity severity)
{
	return sp_severity_name(severity); /* the same three words */
}

static void
add_sarif_rules(struct sp_buf *out)
{
	size_t n;
	const struct sp_code *codes = sp_codes(&n);

	for (size_t i = 0; i < n; i++) {
		sp_buf_addf(out, "%s\n{\"id\":\"%s\",\"shortDescription\":{\"text\":", i ? "," : "",
		            codes[i].name);
		sp_buf_add_json(out, sp_strz(codes[i].meaning));
		sp_buf_addf(out,
		            "},\"helpUri\":\"man:sallyport-policy(5)\",\"defaultConfiguration\":{"
		            "\"level\":\"%s\"}}",
		            sarif_level(codes[i].severity));
	}
}

/* A path as the text of a URI: what is neither unreserved nor '/' is escaped. */
static void
add_uri(struct sp_buf *out, struct sp_str path)
{
	struct sp_buf uri;

	sp_buf_init(&uri, out->arena, 3 * path.len + 8);
	if (path.len && path.p[0] == '/')
		sp_buf_addz(&uri, "file://");
	for (size_t i = 0; i < path.len; i++) {
		unsigned char c = (unsigned char)path.p[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		    strchr("/-._~", c))
			sp_buf_addc(&uri, (char)c);
		else
			sp_buf_addf(&uri, "%%%02X", c);
	}
	sp_buf_add_json(out, sp_buf_str(&uri));
}

static size_t
code_index(const char *code)
{
	size_t n;
	const struct sp_code *codes = sp_codes(&n);
	const struct sp_code *row = sp_code_find(sp_strz(code));

	return row ? (size_t)(row - codes) : 0;
}

static void
add_sarif(const struct sp_diags *diags, const struct sp_diag *d, struct sp_buf *out)
{
	struct sp_buf text;

	sp_buf_init(&text, out->arena, 8000);
	sp_buf_add(&text, d->text);
	if (d->hint.len) {
		sp_buf_addz(&text, "; ");
		sp_buf_add(&text, d->hint);
	}
	sp_buf_addf(out,
	            "{\"ruleId\":\"%s\",\"ruleIndex\":%zu,\"level\":\"%s\",\"message\":{\"text\":",
	            d->code, code_index(d->code), sarif_level(d->severity));
	sp_buf_add_json(out, sp_buf_str(&text));
	sp_buf_addz(out, "},\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{\"uri\":");
	add_uri(out, file_of(diags, d));
	sp_buf_addz(out, "}");
	if (d->pos.line && d->pos.column)
		sp_buf_addf(
		    out, ",\"region\":{\"startLine\":%u,\"startColumn\":%u,\"endColumn\":%u}",
		    d->pos.line, d->pos.column, d->pos.column + (d->pos.width ? d->pos.width : 1));
	/* Stable when lines move. */
	sp_buf_init(&text, out->arena, 400);
	sp_buf_addf(&text, "%s:%.*s", d->code, SP_FMT(d->rule));
	sp_buf_addz(out, "}}],\"partialFingerprints\":{\"codeAndRule/v1\":");
	sp_buf_add_json(out, sp_buf_str(&text));
	sp_buf_addz(out, "}}");
}

static void
print_sarif(struct sp_checked *checked, size_t n, struct sp_buf *out)
{
	const char *comma = "";

	sp_buf_addz(
	    out, "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\","
		 "\"version\":\"2.1.0\",\"runs\":[{\"columnKind\":\"unicodeCodePoints\",\"tool\":{"
		 "\"driver\":{\"name\":\"sallyport\",\"version\":\"" SP_VERSION "\",\"rules\":[");
	add_sarif_rules(out);
	sp_buf_addz(out, "\n]}},\"results\":[");
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < checked[i].diags.n; k++) {
			sp_buf_addf(out, "%s\n", comma);
			add_sarif(&checked[i].diags, &checked[i].diags.list[k], out);
			comma = ",";
		}
	}
	sp_buf_addz(out, "\n]}]}\n");
}

/* --- GitHub's workflow commands --- */

/* A command ends with its line, a property at ',' or ':'. */
static void
add_escaped(struct sp_buf *out, struct sp_str text, const char *more)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c == '%' || c < 0x20 || strchr(more, c))
			sp_buf_addf(out, "%%%02X", c);
		else
			sp_buf_addc(out, (char)c);
	}
}

static void
add_github(const struct sp_diags *diags, const struct sp_diag *d, struct sp_buf *out)
{
	sp_buf_addf(
	    out, "::%s file=", d->severity == SP_NOTE ? "notice" : sp_severity_name(d->severity));
	add_escaped(out, file_of(diags, d), ",:");
	if (d->pos.line)
		sp_buf_addf(out, ",line=%u", d->pos.line);
	if (d->pos.line && d->pos.column)
		sp_buf_addf(out, ",col=%u,endColumn=%u", d->pos.column,
		            d->pos.column + (d->pos.width ? d->pos.width : 1) - 1);
	sp_buf_addf(out, ",title=%s::", d->code);
	add_escaped(out, d->text, "");
	if (d->hint.len) {
		sp_buf_addz(out, "; ");
		add_escaped(out, d->hint, "");
	}
	sp_buf_addc(out, '\n');
}

void
sp_findings_print(enum sp_format format, struct sp_checked *checked, size_t n, struct sp_buf *out)
{
	switch (format) {
	case SP_FORMAT_HUMAN:
		for (size_t i = 0; i < n; i++)
			sp_diags_print(&checked[i].diags, out, checked[i].n_rules);
		return;
	case SP_FORMAT_JSON:
		print_json(checked, n, out);
		return;
	case SP_FORMAT_SARIF:
		print_sarif(checked, n, out);
		return;
	case SP_FORMAT_GITHUB:
		for (size_t i = 0; i < n; i++) {
			for (size_t k = 0; k < checked[i].diags.n; k++)
				add_github(&checked[i].diags, &checked[i].diags.list[k], out);
		}
		return;
	}
}
