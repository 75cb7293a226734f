/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay_judge.c: one line of a log, decided again by the functions serve runs.  What cannot be
 * decided again is said so, with the reason, and never counts as unchanged.  Input: a log; what
 * clients sent is in it, and it may be cut anywhere.
 */
#include "cli/replay.h"
#include "sallyport/keys.h"

const char *
sp_outcome_name(enum sp_outcome outcome)
{
	switch (outcome) {
	case SP_DENIED:
		break;
	case SP_ALLOWED:
		return "allow";
	case SP_AUDITED:
		return "audit";
	}
	return "deny";
}

/* --- what is not in the record --- */

static bool
is_hex(struct sp_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if ((c < '0' || c > '9') && (c < 'a' || c > 'f'))
			return false;
	}
	return true;
}

/* Has a secret been taken out of this text?  (sp_redact_secret) */
static bool
is_redacted(struct sp_str text)
{
	const char *at;

	while (text.len && (at = memmem(text.p, text.len, "keyed:", 6)) != NULL) {
		text = sp_str_from(text, (size_t)(at - text.p) + 6);
		if (text.len >= 12 && is_hex(sp_str_head(text, 12)))
			return true;
	}
	return sp_str_is(text, "redacted");
}

/* A value some rule compares, and that is not what the client sent. */
static const char *
redacted_fact(const struct sp_facts *facts)
{
	for (enum sp_fact f = SP_FACT_NONE + 1; f < SP_FACT_COUNT; f++) {
		const struct sp_key *key;

		if (!facts->first[f])
			continue;
		key = sp_key_find(sp_strz(sp_fact_name(f)), SP_IN_POWERS | SP_IN_CONDITIONS);
		if (key && key->type == SP_T_FLAG) /* true, whatever the value */
			continue;
		for (const struct sp_value *v = facts->first[f]; v; v = v->next) {
			if (is_redacted(v->text) || is_redacted(v->key))
				return sp_fact_name(f);
		}
	}
	return NULL;
}

/* --- decisions --- */

static struct sp_str
keep_str(struct sp_arena *keep, struct sp_str s)
{
	return s.len ? sp_arena_dup(keep, s) : (struct sp_str){NULL, 0};
}

/* The first objection that says something. */
static const struct sp_finding *
first_of(const struct sp_finding *f)
{
	while (f && f->text.len == 0 && f->next)
		f = f->next;
	return f;
}

static struct sp_str
audit_message(const struct sp_finding *findings, struct sp_arena *keep)
{
	struct sp_buf out;

	sp_buf_init(&out, keep, 4000);
	for (const struct sp_finding *f = findings; f; f = f->next) {
		if (f != findings)
			sp_buf_addc(&out, '\n');
		sp_buf_add(&out, f->text);
		sp_buf_addz(&out, " [rule ");
		sp_buf_add_shown(&out, f->rule, 120);
		sp_buf_addz(&out, ", in audit mode]");
	}
	return sp_buf_str(&out);
}

/*
 * The answer of dockerd is recorded nowhere.  Only an error is known to show nothing; it has no
 * status (sp_request.status).
 */
static bool
needs_answer(const struct sp_decision *d, const struct sp_request *req)
{
	return req->is_response && d->used_answer && !req->answer.len &&
	       (req->status || req->answer_begun);
}

/* False: it depends on what the record does not hold. */
static bool
judge(const struct sp_policy *policy, const struct sp_request *req, const struct sp_facts *facts,
      const struct sp_circumstances *how, struct sp_arena *scratch, struct sp_arena *keep,
      struct sp_judged *out)
{
	const struct sp_finding *first;
	struct sp_decision d;

	sp_decide(policy, req, facts, how, scratch, &d);
	first = first_of(d.would_deny ? d.findings : d.audit_findings);
	out->outcome = d.verdict != SP_ALLOW              ? SP_DENIED
	               : d.would_deny || d.audit_findings ? SP_AUDITED
	                                                  : SP_ALLOWED;
	out->rule = first ? first->rule : d.granted_by;
	out->is_grant = first && first->is_grant;
	if (d.would_deny)
		out->message = keep_str(keep, d.message);
	else if (d.audit_findings)
		out->message = audit_message(d.audit_findings, keep);
	return !needs_answer(&d, req);
}

static bool
recorded(const struct sp_record_line *record, struct sp_arena *scratch, struct sp_arena *keep,
         struct sp_judged *out)
{
	struct sp_str rules = record->rules, rule = {NULL, 0}, more;

	if (sp_str_is(record->decision, "allow"))
		out->outcome = SP_ALLOWED;
	else if (sp_str_is(record->decision, "audit"))
		out->outcome = SP_AUDITED;
	else if (!sp_str_is(record->decision, "deny"))
		return false;
	if (out->outcome == SP_ALLOWED)
		rule = record->granted_by;
	else if (!sp_record_next_rule(&rules, scratch, &rule)) {
		rules = record->audit_rules;
		sp_record_next_rule(&rules, scratch, &rule);
	}
	/* Default deny stands before the allow rule that came closest. */
	if (sp_str_is(rule, "builtin/default-deny") &&
	    sp_record_next_rule(&rules, scratch, &more)) {
		rule = more;
		out->is_grant = true;
	}
	out->rule = keep_str(keep, rule);
	out->message = keep_str(keep, record->reason);
	return true;
}

/* --- the line --- */

struct sp_str
sp_replay_user(const struct sp_request *req, struct sp_arena *keep)
{
	struct sp_buf out;

	if (sp_request_is_local(req))
		return SP_STR("local");
	sp_buf_init(&out, keep, 1000);
	if (sp_str_is(req->user, "local") || req->user.len == 0)
		sp_buf_addz(&out, "user:");
	sp_buf_add_shown(&out, req->user, 200);
	return sp_buf_str(&out);
}

static void
skip(struct sp_replayed *out, struct sp_arena *keep, struct sp_str why)
{
	struct sp_buf text;

	sp_buf_init(&text, keep, 600);
	sp_buf_add_shown(&text, why, 120);
	out->why = sp_buf_str(&text).p;
	if (keep->full)
		out->why = "out of memory";
}

struct sp_circumstances
sp_replay_circumstances(int64_t now)
{
	return (struct sp_circumstances){.now = now};
}

const char *
sp_replay_read(const struct sp_record_line *record, struct sp_arena *scratch,
               struct sp_request *req, struct sp_facts *facts)
{
	struct sp_given looked_up;
	const char *redacted;

	*facts = (struct sp_facts){0};
	sp_request_read(req, (char *)(uintptr_t)record->message.p, record->message.len,
	                record->is_response, scratch);
	if (req->fault == SP_FAULT_NONE)
		sp_facts_read(facts, req, scratch);
	if (sp_record_line_facts(record, scratch, &looked_up))
		return "what was looked up for it cannot be read";
	sp_given_answer(facts, &looked_up, scratch);
	if (scratch->full)
		return "it is too complex";
	if (!record->is_record)
		return NULL;
	/* It had no fault when it was recorded, or the line would say so. */
	if (req->fault != SP_FAULT_NONE)
		return "the recorded request cannot be read again";
	redacted = redacted_fact(facts);
	return redacted ? sp_arena_printf(scratch, "a secret was left out of %s", redacted) : NULL;
}

static void
decide_again(const struct sp_replay *how, const struct sp_record_line *record,
             struct sp_arena *scratch, struct sp_arena *keep, struct sp_replayed *out)
{
	struct sp_circumstances circumstances = sp_replay_circumstances(how->now);
	struct sp_facts facts;
	struct sp_request req;
	const char *why = sp_replay_read(record, scratch, &req, &facts);

	out->user = sp_replay_user(&req, keep);
	out->action = sp_strz(sp_action_info(req.action)->name);
	if (why) {
		skip(out, keep, sp_strz(why));
		return;
	}
	if (!how->has_now && record->time_us)
		circumstances.now = record->time_us / 1000000;
	circumstances.id = record->id.len ? sp_arena_dup(scratch, record->id).p : NULL;
	if (!judge(how->next, &req, &facts, &circumstances, scratch, keep, &out->after) ||
	    (how->base &&
	     !judge(how->base, &req, &facts, &circumstances, scratch, keep, &out->before)))
		skip(out, keep, SP_STR("the answer is not recorded"));
	else if (!how->base && !recorded(record, scratch, keep, &out->before))
		skip(out, keep, SP_STR("it says no decision (compare with --base)"));
}

void
sp_replay_line(const struct sp_replay *how, struct sp_str line, struct sp_arena *scratch,
               struct sp_arena *keep, struct sp_replayed *out)
{
	struct sp_record_line record;
	const char *why;

	*out = (struct sp_replayed){.n_lines = 1};
	if (sp_record_scan(line, scratch, &record, &why)) {
		out->is_broken = true;
		skip(out, keep, sp_strz(why));
		return;
	}
	out->is_response = record.is_response;
	out->time_us = record.time_us;
	out->id = keep_str(keep, record.id);
	if (!record.message.p)
		skip(out, keep, sp_strz(record.why));
	else
		decide_again(how, &record, scratch, keep, out);
	if (scratch->full && !out->why)
		skip(out, keep, SP_STR("it is too complex"));
}
