/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record.c: a decision as one line of JSON.  Input: hostile requests; this is on the way of every
 * one, so it is written by hand.  record_read.c reads the lines back.
 */
#include "sallyport/record.h"
#include "engine/record_facts.h"
#include "engine/redact.h"

#define MAX_REASON 2000
#define MAX_SEEN 16

/* --- writing --- */

/* `head` is the key with all that surrounds it: `,"user":` */
static void
add_field(struct sp_buf *out, struct sp_str head, struct sp_str value)
{
	sp_buf_add(out, head);
	sp_redact_string(out, value);
}

static void
add_digits(char *to, uint32_t n, int digits)
{
	while (digits-- > 0) {
		to[digits] = (char)('0' + n % 10);
		n /= 10;
	}
}

/* RFC 3339 in UTC with microseconds.  Days to a date: Howard Hinnant's civil_from_days. */
static void
add_time(struct sp_buf *out, int64_t time_us)
{
	char text[] = "0000-00-00T00:00:00.000000Z";
	uint64_t us = time_us > 0 && time_us < INT64_C(253402300800000000) ? (uint64_t)time_us : 0;
	uint32_t second = (uint32_t)(us / 1000000 % 86400);
	uint32_t day = (uint32_t)(us / 1000000 / 86400) + 719468; /* since 0000-03-01 */
	uint32_t era = day / 146097, of_era = day % 146097;
	uint32_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	uint32_t of_year = of_era - (365 * year + year / 4 - year / 100);
	uint32_t month = (5 * of_year + 2) / 153; /* 0: March */

	add_digits(text, era * 400 + year + (month >= 10), 4);
	add_digits(text + 5, month < 10 ? month + 3 : month - 9, 2);
	add_digits(text + 8, of_year - (153 * month + 2) / 5 + 1, 2);
	add_digits(text + 11, second / 3600, 2);
	add_digits(text + 14, second / 60 % 60, 2);
	add_digits(text + 17, second % 60, 2);
	add_digits(text + 20, (uint32_t)(us % 1000000), 6);
	sp_buf_add(out, (struct sp_str){text, sizeof(text) - 1});
}

/* Each rule once.  Beyond MAX_SEEN rules only neighbours are compared: this must stay linear. */
static void
add_rules(struct sp_buf *out, struct sp_str head, const struct sp_finding *findings)
{
	struct sp_str seen[MAX_SEEN], last = {NULL, 0};
	size_t n = 0, i;

	sp_buf_add(out, head);
	for (const struct sp_finding *f = findings; f; f = f->next) {
		for (i = 0; i < n && !sp_str_eq(seen[i], f->rule); i++)
			;
		if (i < n || (f != findings && sp_str_eq(last, f->rule)))
			continue;
		if (n < MAX_SEEN)
			seen[n++] = f->rule;
		last = f->rule;
		sp_buf_addc(out, f == findings ? '[' : ',');
		sp_redact_string(out, f->rule);
	}
	sp_buf_add(out, findings ? SP_STR("]") : SP_STR("[]"));
}

/* These findings quote what may be a password: `-o o=username=x,password=y`. */
static bool
may_quote_secret(struct sp_str key)
{
	return sp_str_is(key, "volume_options") || sp_str_is(key, "network_options") ||
	       sp_str_is(key, "build_remote");
}

static void
add_reason(struct sp_buf *out, const struct sp_decision *decision)
{
	const struct sp_finding *f =
	    decision->findings ? decision->findings : decision->audit_findings;
	struct sp_buf text;

	if (!f)
		return;
	sp_buf_init(&text, out->arena, MAX_REASON);
	for (; f; f = f->next) {
		if (f->text.len == 0)
			continue;
		if (text.len)
			sp_buf_add(&text, SP_STR("; "));
		if (may_quote_secret(f->key)) {
			sp_buf_add(&text, f->key);
			sp_buf_add(&text, SP_STR(" (values are not recorded)"));
		} else {
			sp_buf_add(&text, f->text);
		}
	}
	add_field(out, SP_STR(",\"reason\":"), sp_buf_str(&text));
}

static struct sp_str
decision_word(const struct sp_decision *decision)
{
	if (decision->verdict != SP_ALLOW)
		return SP_STR("deny");
	return decision->would_deny || decision->audit_findings ? SP_STR("audit") : SP_STR("allow");
}

/* Where the first of them stands that stands in a file. */
static void
add_place(struct sp_buf *out, const struct sp_decision *decision)
{
	const struct sp_finding *f =
	    decision->findings ? decision->findings : decision->audit_findings;
	struct sp_buf place;

	while (f && !f->file.len)
		f = f->next;
	if (!f)
		return;
	sp_buf_init(&place, out->arena, 4200);
	sp_buf_add(&place, f->file);
	sp_buf_addf(&place, ":%u", f->line);
	add_field(out, SP_STR(",\"at\":"), sp_buf_str(&place));
}

static void
add_decision(struct sp_buf *out, const struct sp_decision *decision)
{
	sp_buf_add(out, SP_STR(",\"decision\":\""));
	sp_buf_add(out, decision_word(decision));
	sp_buf_add(out, decision->audit_only ? SP_STR("\",\"mode\":\"audit\"")
	                                     : SP_STR("\",\"mode\":\"enforce\""));
	add_rules(out, SP_STR(",\"rules\":"), decision->findings);
	add_rules(out, SP_STR(",\"audit_rules\":"), decision->audit_findings);
	if (decision->granted_by.len)
		add_field(out, SP_STR(",\"granted_by\":"), decision->granted_by);
	if (decision->pending)
		sp_buf_add(out, SP_STR(",\"pending\":true"));
	if (decision->too_late)
		sp_buf_add(out, SP_STR(",\"too_late\":true"));
	add_place(out, decision);
	add_reason(out, decision);
}

/* Beside the decision, and never in its place. */
static void
add_shadow(struct sp_buf *out, const struct sp_record *record)
{
	const struct sp_decision *d = record->shadow_decision;

	sp_buf_add(out, SP_STR(",\"shadow\":{\"decision\":\""));
	sp_buf_add(out, decision_word(d));
	add_rules(out, SP_STR("\",\"rules\":"), d->would_deny ? d->findings : d->audit_findings);
	add_field(out, SP_STR(",\"policy\":"), sp_strz(sp_policy_hash(record->shadow)));
	sp_buf_addc(out, '}');
}

/* What the client asked, but for headers and body. */
static void
add_question(struct sp_redactor *r, const struct sp_request *req)
{
	struct sp_buf *out = r->out;

	add_field(out, SP_STR(",\"user\":"), req->user);
	add_field(out, SP_STR(",\"auth\":"), req->auth_method);
	sp_buf_add(out, req->is_response ? SP_STR(",\"phase\":\"response\"")
	                                 : SP_STR(",\"phase\":\"request\""));
	if (req->answer_begun) /* its head went out before the plugin was asked */
		sp_buf_add(out, SP_STR(",\"begun\":true"));
	if (req->is_response && req->status) {
		sp_buf_add(out, SP_STR(",\"status\":"));
		sp_buf_addi(out, req->status);
	}
	add_field(out, SP_STR(",\"method\":"), req->method);
	sp_buf_add(out, SP_STR(",\"uri\":"));
	sp_redact_uri(r, req);
	add_field(out, SP_STR(",\"action\":"), sp_strz(sp_action_info(req->action)->name));
	add_field(out, SP_STR(",\"object\":"), req->object);
	sp_buf_add(out, SP_STR(",\"api\":\""));
	if (req->api_major) {
		sp_buf_addi(out, req->api_major);
		sp_buf_addc(out, '.');
		sp_buf_addi(out, req->api_minor);
	}
	sp_buf_addc(out, '"');
}

/* Why this line cannot become a request again, or NULL. */
static const char *
unreplayable(const struct sp_request *req, const struct sp_decision *decision, bool with_body)
{
	bool json = req->body_kind == SP_BODY_JSON || req->body_kind == SP_BODY_JSON_OPTIONAL;

	if (req->fault != SP_FAULT_NONE)
		return "malformed";
	if (req->is_response) /* what dockerd answers is recorded nowhere */
		return decision->used_answer && req->answer.len ? "the answer is not recorded"
		                                                : NULL;
	if (!with_body && req->has_body)
		return "too long";
	if (req->has_body && json && !sp_redact_knows_body(req->action))
		return "the body may hold secrets and is not recorded";
	return NULL;
}

static void
add_request(struct sp_redactor *r, const struct sp_request *req, const struct sp_decision *decision,
            bool with_body)
{
	const char *fault = sp_fault_name(req->fault),
		   *why = unreplayable(req, decision, with_body);
	bool body = !why && req->json.n_tok && sp_redact_knows_body(req->action);
	struct sp_str length = req->content_length;
	struct sp_buf *out = r->out;

	/* A body without a meaning, and one with credentials, is left out, its length with it. */
	if (!why && !body && (req->has_body || req->action == SP_ACT_IMAGE_PUSH))
		length = SP_STR("0");

	if (fault)
		add_field(out, SP_STR(",\"fault\":"), sp_strz(fault));
	if (why)
		add_field(out, SP_STR(",\"unreplayable\":"), sp_strz(why));
	sp_buf_add(out, SP_STR(",\"headers\":{"));
	if (req->content_type.len)
		add_field(out, SP_STR("\"Content-Type\":"), req->content_type);
	if (length.len)
		add_field(out,
		          req->content_type.len ? SP_STR(",\"Content-Length\":")
		                                : SP_STR("\"Content-Length\":"),
		          length);
	sp_buf_add(out, SP_STR("},\"request\":"));
	if (body)
		sp_redact_body(r, req);
	else
		sp_buf_add(out, SP_STR("null"));
	sp_buf_add(out, SP_STR("}\n"));
}

static void
write_line(struct sp_buf *out, const struct sp_record *record, const struct sp_request *req,
           const struct sp_policy *policy, const struct sp_decision *decision, bool with_body)
{
	struct sp_redactor r = {.out = out, .key = record->key};

	sp_buf_add(out, SP_STR("{\"v\":1,\"time\":\""));
	add_time(out, record->time_us);
	add_field(out, SP_STR("\",\"id\":"), sp_strz(record->id ? record->id : ""));
	add_question(&r, req);
	add_decision(out, decision);
	add_field(out, SP_STR(",\"policy\":"), sp_strz(policy ? sp_policy_hash(policy) : ""));
	sp_buf_add(out, SP_STR(",\"decode_us\":"));
	sp_buf_addu(out, record->decode_us);
	sp_buf_add(out, SP_STR(",\"eval_us\":"));
	sp_buf_addu(out, record->eval_us);
	/* A line that is too long must not be so because of what is only watched. */
	if (record->shadow && with_body)
		add_shadow(out, record);
	if (record->facts && with_body)
		sp_record_facts(out, record->facts);
	add_request(&r, req, decision, with_body);
}

void
sp_record_write(struct sp_buf *out, const struct sp_record *record, const struct sp_request *req,
                const struct sp_policy *policy, const struct sp_decision *decision)
{
	size_t len = out->len, size = out->size;

	if (out->cut)
		return;
	for (int with_body = 1; with_body >= 0; with_body--) {
		write_line(out, record, req, policy, decision, with_body);
		if (!out->cut)
			return;
		/* Half a line would not be JSON.  What there was room for before is there still. */
		out->len = len;
		out->size = size;
		out->cut = false;
	}
	out->cut = true;
}
