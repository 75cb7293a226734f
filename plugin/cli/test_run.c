/* SPDX-License-Identifier: Apache-2.0 */
/* test_run.c: decides the requests of each case and compares. */
#include "cli/test_run.h"

#include "sallyport/match.h"

#define MAX_CASE_BYTES ((size_t)256 << 20)

struct runner {
	const struct sp_test_file *file;
	const struct sp_policy *policy, *shadow;
	struct sp_arena *arena;   /* what stays */
	struct sp_arena *scratch; /* of one case */
	struct sp_test_coverage *coverage;
};

/* What one case came to. */
struct outcome {
	enum sp_expect decision;
	struct sp_decision decided; /* of the request that says so */
	enum sp_action action;
};

/* --- coverage --- */

static void
cover(struct sp_test_coverage *coverage, struct sp_str rule, struct sp_str key)
{
	for (size_t i = 0; i < coverage->n; i++) {
		const struct sp_rule_info *info = &coverage->rules[i];

		if (!sp_str_eq(info->name, rule))
			continue;
		coverage->rule[i] = true;
		for (size_t k = 0; k < info->n_keys; k++)
			coverage->key[i][k] |= sp_str_is(key, info->keys[k].name);
	}
}

static void
cover_findings(struct sp_test_coverage *coverage, const struct sp_finding *f)
{
	for (; f; f = f->next)
		cover(coverage, f->rule, f->key);
}

/* An exception that holds for the caller, and lifts a guard that would have objected. */
static void
cover_exceptions(struct sp_test_coverage *coverage, const struct sp_decision *d)
{
	for (const struct sp_step *s = d->steps; s; s = s->next) {
		if (s->result != SP_STEP_LIFTED)
			continue;
		for (size_t i = 0; i < coverage->n; i++) {
			for (size_t k = 0; k < coverage->rules[i].n_lifts; k++)
				coverage->rule[i] |=
				    sp_str_eq(coverage->rules[i].lifts[k], s->rule);
		}
	}
}

static int
start_coverage(const struct sp_policy *policy, struct sp_arena *arena, struct sp_test_coverage *out)
{
	out->rules = sp_policy_rules(policy, arena, &out->n);
	out->rule = sp_arena_array(arena, out->n + 1, sizeof(*out->rule));
	out->key = sp_arena_array(arena, out->n + 1, sizeof(*out->key));
	if (!out->rules || !out->rule || !out->key)
		return -1;
	for (size_t i = 0; i < out->n; i++) {
		out->key[i] = sp_arena_array(arena, out->rules[i].n_keys + 1, sizeof(**out->key));
		if (!out->key[i])
			return -1;
	}
	return 0;
}

/* --- deciding --- */

static void
decide(const struct runner *r, const struct sp_test_case *c, const struct sp_policy *policy,
       const struct sp_test_asked *asked, struct outcome *out)
{
	struct sp_circumstances how = {.now = c->now, .id = "test", .want_steps = r->coverage};

	sp_decide(policy, &asked->req, &asked->facts, &how, r->scratch, &out->decided);
	out->action = asked->req.action;
	if (out->decided.verdict == SP_DENY)
		out->decision = SP_EXPECT_DENY;
	else
		out->decision = out->decided.audit_only || out->decided.audit_findings
		                    ? SP_EXPECT_AUDIT
		                    : SP_EXPECT_ALLOW;
}

/* Several requests under one expectation: what is refused says so, then what is only watched. */
static bool
outweighs(enum sp_expect a, enum sp_expect b)
{
	static const int weight[] = {[SP_EXPECT_NONE] = 0,
	                             [SP_EXPECT_ALLOW] = 1,
	                             [SP_EXPECT_AUDIT] = 2,
	                             [SP_EXPECT_DENY] = 3};

	return weight[a] > weight[b];
}

static void
decide_all(const struct runner *r, const struct sp_test_case *c, const struct sp_policy *policy,
           const struct sp_test_asked *asked, struct outcome *out)
{
	*out = (struct outcome){.decision = SP_EXPECT_NONE};
	for (; asked; asked = asked->next) {
		struct outcome one = {.decision = SP_EXPECT_NONE};

		decide(r, c, policy, asked, &one);
		if (r->coverage && policy == r->policy) {
			cover_findings(r->coverage, one.decided.findings);
			cover_findings(r->coverage, one.decided.audit_findings);
			cover(r->coverage, one.decided.granted_by, (struct sp_str){NULL, 0});
			cover_exceptions(r->coverage, &one.decided);
		}
		if (outweighs(one.decision, out->decision))
			*out = one;
	}
}

/* --- comparing --- */

static const struct sp_finding *
findings_of(const struct outcome *o)
{
	return o->decided.would_deny ? o->decided.findings : o->decided.audit_findings;
}

/* "a, b": the rules that object, each once. */
static void
add_rules(const struct outcome *o, struct sp_buf *out)
{
	const struct sp_finding *first = findings_of(o);
	const char *before = "";

	for (const struct sp_finding *f = first; f; f = f->next) {
		const struct sp_finding *g = first;

		while (g != f && !sp_str_eq(g->rule, f->rule))
			g = g->next;
		if (g != f)
			continue;
		sp_buf_addf(out, "%s%.*s", before, SP_FMT(f->rule));
		before = ", ";
	}
}

static bool
is_any(struct sp_str rule)
{
	return rule.len == 0 || sp_str_is(rule, "any");
}

static bool
rule_objects(const struct outcome *o, struct sp_str rule, struct sp_str key)
{
	for (const struct sp_finding *f = findings_of(o); f; f = f->next) {
		if ((is_any(rule) || sp_str_eq(f->rule, rule)) &&
		    (key.len == 0 || sp_str_eq(f->key, key)))
			return true;
	}
	return false;
}

/* The whole text of a refusal, or any of those an audit rule would have given. */
static bool
message_matches(const struct outcome *o, struct sp_str pattern)
{
	if (sp_match_glob(pattern, o->decided.message, 0))
		return true;
	for (const struct sp_finding *f = o->decided.audit_findings; f; f = f->next) {
		if (sp_match_glob(pattern, f->text, 0))
			return true;
	}
	return false;
}

static void
compare_rule(const struct sp_test_case *c, const struct outcome *o, struct sp_buf *out)
{
	if (c->expect == SP_EXPECT_ALLOW) {
		if (!is_any(c->rule) && !sp_str_eq(o->decided.granted_by, c->rule))
			sp_buf_addf(out, "expected rule %.*s, got %.*s\n", SP_FMT(c->rule),
			            SP_FMT(o->decided.granted_by));
		return;
	}
	if (!rule_objects(o, c->rule, (struct sp_str){NULL, 0})) {
		sp_buf_addf(out, "expected rule %.*s, got ", SP_FMT(c->rule));
		add_rules(o, out);
		sp_buf_addc(out, '\n');
	} else if (!rule_objects(o, c->rule, c->key)) {
		const char *before = "";

		sp_buf_addf(out, "expected key %.*s, got ", SP_FMT(c->key));
		for (const struct sp_finding *f = findings_of(o); f; f = f->next) {
			if (!f->key.len || !(is_any(c->rule) || sp_str_eq(f->rule, c->rule)))
				continue;
			sp_buf_addf(out, "%s%.*s", before, SP_FMT(f->key));
			before = ", ";
		}
		sp_buf_addz(out, *before ? "\n" : "none\n");
	}
}

/*
 * `allow` is met also when an audit rule objects: nobody is refused.  What is let through only
 * because the whole policy is in audit mode is not allowed by it.
 */
static bool
meets(const struct outcome *o, enum sp_expect wanted)
{
	return o->decision == wanted || (wanted == SP_EXPECT_ALLOW &&
	                                 o->decision == SP_EXPECT_AUDIT && !o->decided.would_deny);
}

static void
compare(const struct sp_test_case *c, const struct outcome *o, struct sp_buf *out)
{
	bool needs_rule = c->expect == SP_EXPECT_DENY || c->expect == SP_EXPECT_AUDIT;

	if (needs_rule && c->rule.len == 0)
		sp_buf_addf(out, "%s %s case must say 'rule:'\n",
		            c->expect == SP_EXPECT_DENY ? "a" : "an", sp_expect_name(c->expect));
	if (!meets(o, c->expect)) {
		sp_buf_addf(out, "expected %s, got %s\n", sp_expect_name(c->expect),
		            sp_expect_name(o->decision));
		return;
	}
	compare_rule(c, o, out);
	if (c->message.len && !message_matches(o, c->message))
		sp_buf_addf(out, "expected message %.*s\n", SP_FMT(c->message));
}

static struct sp_str
expected_text(const struct runner *r, const struct sp_test_case *c)
{
	struct sp_str rule = is_any(c->rule) ? (struct sp_str){"", 0} : c->rule;

	return sp_strz(sp_arena_printf(r->arena, "%s%s%.*s", sp_expect_name(c->expect),
	                               rule.len ? " by " : "", SP_FMT(rule)));
}

static struct sp_str
got_text(const struct runner *r, const struct outcome *o)
{
	struct sp_buf out;

	sp_buf_init(&out, r->scratch, 4000);
	sp_buf_addz(&out, sp_expect_name(o->decision));
	if (findings_of(o) && o->decision != SP_EXPECT_ALLOW) {
		sp_buf_addz(&out, " by ");
		add_rules(o, &out);
	} else if (o->decided.granted_by.len) {
		sp_buf_addf(&out, " by %.*s", SP_FMT(o->decided.granted_by));
	}
	return sp_arena_dup(r->arena, sp_buf_str(&out));
}

/* The refusal, or what audit rules object to. */
static struct sp_str
message_of(const struct runner *r, const struct outcome *o)
{
	struct sp_buf out;

	if (o->decided.message.len || !o->decided.audit_findings)
		return sp_arena_dup(r->arena, o->decided.message);
	sp_buf_init(&out, r->scratch, 8000);
	for (const struct sp_finding *f = o->decided.audit_findings; f; f = f->next)
		sp_buf_addf(&out, "%.*s [rule %.*s, in audit mode]%s", SP_FMT(f->text),
		            SP_FMT(f->rule), f->next ? "\n" : "");
	return sp_arena_dup(r->arena, sp_buf_str(&out));
}

static void
run_case(const struct runner *r, const struct sp_test_case *c, struct sp_test_result *result)
{
	const struct sp_test_asked *asked;
	struct outcome outcome, shadow;
	struct sp_buf problems;

	*result = (struct sp_test_result){.c = c, .expected = expected_text(r, c)};
	sp_buf_init(&problems, r->scratch, 16000);
	asked = sp_test_ask(r->file, c, r->scratch, &result->unreadable, &problems);
	if (!asked) {
		result->problems = sp_arena_dup(r->arena, sp_buf_str(&problems));
		return;
	}
	decide_all(r, c, r->policy, asked, &outcome);
	compare(c, &outcome, &problems);
	if (r->shadow && c->flips != SP_EXPECT_NONE) {
		decide_all(r, c, r->shadow, asked, &shadow);
		if (!meets(&shadow, c->flips))
			sp_buf_addf(&problems, "expected the shadow policy to say %s, got %s\n",
			            sp_expect_name(c->flips), sp_expect_name(shadow.decision));
	}
	result->got = got_text(r, &outcome);
	result->problems = sp_arena_dup(r->arena, sp_buf_str(&problems));
	result->passed = result->problems.len == 0 && !problems.cut && !r->scratch->full;
	if (r->scratch->full)
		result->problems = SP_STR("the case needs too much memory\n");
	result->message = message_of(r, &outcome);
}

bool
sp_test_passes(const struct sp_test_file *file, const struct sp_test_case *c,
               const struct sp_test_asked *asked, const struct sp_policy *policy,
               struct sp_arena *scratch)
{
	struct runner r = {.file = file, .policy = policy, .scratch = scratch};
	struct sp_buf problems;
	struct outcome outcome;

	sp_buf_init(&problems, scratch, 16000);
	decide_all(&r, c, policy, asked, &outcome);
	compare(c, &outcome, &problems);
	return problems.len == 0 && !problems.cut && !scratch->full;
}

int
sp_test_run(const struct sp_test_file *file, const struct sp_policy *policy,
            const struct sp_policy *shadow, struct sp_str run, bool coverage,
            struct sp_arena *arena, struct sp_test_report *report)
{
	struct sp_test_result **end = &report->results;
	struct sp_test_coverage used = {NULL, 0, NULL, NULL};
	struct sp_arena scratch;
	struct runner r = {file, policy, shadow, arena, &scratch, NULL};

	*report = (struct sp_test_report){.file = file};
	if (start_coverage(policy, arena, &used))
		return -1;
	for (size_t i = 0; i < used.n; i++)
		report->undated |= used.rules[i].dated && !file->has_now;
	if (coverage)
		r.coverage = &report->coverage;
	report->coverage = used;
	sp_arena_init(&scratch, MAX_CASE_BYTES);
	for (const struct sp_test_case *c = file->cases; c; c = c->next) {
		if (run.len && !sp_match_glob(run, c->name, 0))
			continue;
		*end = sp_arena_alloc(arena, sizeof(**end));
		if (!*end)
			break;
		run_case(&r, c, *end);
		report->n++;
		report->n_passed += (*end)->passed;
		end = &(*end)->next;
		sp_arena_reset(&scratch);
	}
	sp_arena_fini(&scratch);
	if (!coverage)
		report->coverage.rules = NULL;
	return arena->full ? -1 : 0;
}
