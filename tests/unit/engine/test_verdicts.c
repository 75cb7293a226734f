/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_verdicts.c: decides every line of tests/verdicts/ *.cases and compares verdict, rule and
 *text.
 *
 *	policy: policies/a.yaml               the policy of the lines that follow
 *	now: 2026-10-01                       the clock of the lines that follow
 *	symlink: /srv/link /etc               a link on the host, until the next policy: line
 *	unresolvable: /srv/x WHY              a path the host cannot follow, likewise
 *	socket: /srv/d.sock dockerd           a socket an engine listens on, likewise
 *	own: /srv/sallyport                   a path of this plugin itself, likewise
 *	object: container r1 team=red id=3f5e  an object there is; without any, nobody knows
 *	REQUEST | USER | VERDICT | RULE | TEXT
 *
 * REQUEST is the file of a recorded message, or "METHOD URI" with an optional JSON body, or
 * "RES METHOD URI STATUS" with an optional JSON body of the answer; STATUS is a number, `error`, or
 * `begun` when dockerd has sent the head of the answer already.  USER is a
 * certificate name, or local.  VERDICT is ALLOW, DENY or AUDIT (allowed, but an audit rule
 *objected, or the policy is in audit mode), PENDING (allowed, and the answer decides).  RULE is a
 *rule that must be among those that objected (or that granted); TEXT, optional, is a pattern for
 *the whole refusal.
 */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sallyport/decide.h"
#include "sallyport/given.h"
#include "sallyport/match.h"
#include "sallyport/objects.h"

#define CAP ((size_t)64 * 1024 * 1024)

#define MAX_GIVEN 16

struct run {
	struct sp_policy *policy;
	int64_t now;
	struct sp_given_path paths[MAX_GIVEN];
	struct sp_str own[MAX_GIVEN];
	size_t n_paths, n_own;
	unsigned passed, failed;
	const struct sp_object *objects;
};

static struct sp_str
trim(struct sp_str s)
{
	while (s.len && (s.p[0] == ' ' || s.p[0] == '\t'))
		s = sp_str_from(s, 1);
	while (s.len && (s.p[s.len - 1] == ' ' || s.p[s.len - 1] == '\t'))
		s.len--;
	return s;
}

static void
base64(struct sp_buf *out, struct sp_str s)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < s.len; i += 3) {
		uint32_t n = (uint32_t)(uint8_t)s.p[i] << 16;

		if (i + 1 < s.len)
			n |= (uint32_t)(uint8_t)s.p[i + 1] << 8;
		if (i + 2 < s.len)
			n |= (uint8_t)s.p[i + 2];
		sp_buf_addc(out, digits[n >> 18]);
		sp_buf_addc(out, digits[n >> 12 & 63]);
		sp_buf_addc(out, i + 1 < s.len ? digits[n >> 6 & 63] : '=');
		sp_buf_addc(out, i + 2 < s.len ? digits[n & 63] : '=');
	}
}

/* "METHOD URI BODY" as dockerd would put it into an AuthZReq. */
static struct sp_str
make_message(struct sp_arena *arena, struct sp_str request)
{
	struct sp_str method, uri, body;
	struct sp_buf out;

	sp_str_cut(request, ' ', &method, &uri);
	sp_str_cut(trim(uri), ' ', &uri, &body);
	body = trim(body);
	sp_buf_init(&out, arena, CAP);
	sp_buf_addz(&out, "{\"RequestMethod\":");
	sp_buf_add_json(&out, method);
	sp_buf_addz(&out, ",\"RequestUri\":");
	sp_buf_add_json(&out, uri);
	sp_buf_addz(&out, ",\"RequestHeaders\":{");
	if (body.len || sp_str_is(method, "POST"))
		sp_buf_addf(&out, "\"Content-Length\":\"%zu\"", body.len);
	if (body.len)
		sp_buf_addz(&out, ",\"Content-Type\":\"application/json\"");
	sp_buf_addz(&out, "}");
	if (body.len) {
		sp_buf_addz(&out, ",\"RequestBody\":\"");
		base64(&out, body);
		sp_buf_addz(&out, "\"");
	}
	sp_buf_addz(&out, "}");
	return sp_arena_dup(arena, sp_buf_str(&out));
}

/* "METHOD URI STATUS BODY" as dockerd would put it into an AuthZRes. */
static struct sp_str
make_answer(struct sp_arena *arena, struct sp_str request)
{
	struct sp_str method, uri, status, body;
	struct sp_buf out;

	sp_str_cut(request, ' ', &method, &uri);
	sp_str_cut(trim(uri), ' ', &uri, &status);
	sp_str_cut(trim(status), ' ', &status, &body);
	body = trim(body);
	sp_buf_init(&out, arena, CAP);
	sp_buf_addz(&out, "{\"RequestMethod\":");
	sp_buf_add_json(&out, method);
	sp_buf_addz(&out, ",\"RequestUri\":");
	sp_buf_add_json(&out, uri);
	if (!sp_str_is(status, "begun"))
		sp_buf_addz(&out, ",\"ResponseHeaders\":{\"Ostype\":\"linux\"}");
	if (!sp_str_is(status, "begun") && !sp_str_is(status, "error"))
		sp_buf_addf(&out, ",\"ResponseStatusCode\":%.*s", SP_FMT(status));
	if (body.len) {
		sp_buf_addz(&out, ",\"ResponseBody\":\"");
		base64(&out, body);
		sp_buf_addz(&out, "\"");
	}
	sp_buf_addz(&out, "}");
	return sp_arena_dup(arena, sp_buf_str(&out));
}

/* "container r1 team=red id=3f5e": kind, name, labels, ID, and `in=` for the container of an exec.
 */
static void
add_object(struct run *run, struct sp_arena *arena, struct sp_str text)
{
	struct sp_object *o = sp_arena_alloc(arena, sizeof(*o));
	struct sp_str *name = sp_arena_alloc(arena, sizeof(*name)), word, key, value;
	struct sp_label *labels = sp_arena_array(arena, 16, sizeof(*labels));

	sp_str_cut(trim(text), ' ', &word, &text);
	for (unsigned kind = 1; kind <= SP_OBJECT_EXEC; kind++) {
		if (sp_str_is(word, sp_object_kind_name((enum sp_object_kind)kind)))
			o->kind = (enum sp_object_kind)kind;
	}
	assert_int_not_equal(o->kind, SP_OBJECT_NONE);
	sp_str_cut(trim(text), ' ', name, &text);
	o->names = name;
	o->n_names = 1;
	o->labels = labels;
	while (text.len) {
		sp_str_cut(trim(text), ' ', &word, &text);
		assert_true(sp_str_cut(word, '=', &key, &value));
		if (sp_str_is(key, "id"))
			o->id = value;
		else if (sp_str_is(key, "in"))
			o->container = value;
		else
			labels[o->n_labels++] = (struct sp_label){key, value};
	}
	o->next = run->objects;
	run->objects = o;
}

static struct sp_str
read_message(struct sp_arena *arena, struct sp_str request)
{
	struct sp_str text;

	if (!sp_str_ends(request, SP_STR(".json")) || sp_str_find(request, ' ') < request.len)
		return make_message(arena, request);
	if (sp_file_read(arena, sp_arena_printf(arena, "tests/%.*s", SP_FMT(request)), CAP, &text))
		fail_msg("cannot read tests/%.*s", SP_FMT(request));
	return sp_arena_dup(arena, text);
}

static bool
names_rule(const struct sp_decision *d, struct sp_str rule)
{
	if (rule.len == 0 || (d->granted_by.len && sp_str_eq(rule, d->granted_by)))
		return true;
	for (const struct sp_finding *f = d->findings; f; f = f->next) {
		if (sp_str_eq(f->rule, rule))
			return true;
	}
	for (const struct sp_finding *f = d->audit_findings; f; f = f->next) {
		if (sp_str_eq(f->rule, rule))
			return true;
	}
	return false;
}

static const char *
verdict_word(const struct sp_decision *d)
{
	if (d->verdict == SP_DENY)
		return "DENY";
	if (d->pending)
		return "PENDING";
	return d->audit_only || d->audit_findings ? "AUDIT" : "ALLOW";
}

static void
run_case(struct run *run, const char *file, unsigned line, struct sp_str text)
{
	struct sp_circumstances how = {.now = run->now, .id = "test"};
	struct sp_given given = {run->paths, run->n_paths};
	struct sp_str request, user, verdict, rule, pattern, message;
	struct sp_decision d;
	struct sp_facts facts = {0};
	struct sp_request req;
	struct sp_arena arena;
	bool ok, answer;

	sp_arena_init(&arena, CAP);
	sp_str_cut(text, '|', &request, &text);
	sp_str_cut(text, '|', &user, &text);
	sp_str_cut(text, '|', &verdict, &text);
	sp_str_cut(text, '|', &rule, &pattern);
	request = trim(request);
	user = trim(user);
	verdict = trim(verdict);
	rule = trim(rule);
	pattern = trim(pattern);
	if (!run->policy || verdict.len == 0)
		fail_msg("%s:%u: no policy, or not a case", file, line);
	if (sp_str_is(verdict, "DENY") && rule.len == 0)
		fail_msg("%s:%u: a DENY line names the rule", file, line);
	answer = sp_str_starts(request, SP_STR("RES "));
	message = answer ? make_answer(&arena, trim(sp_str_from(request, 4)))
	                 : read_message(&arena, request);
	sp_request_read(&req, (char *)(uintptr_t)message.p, message.len,
	                answer || sp_str_ends(request, SP_STR("AuthZRes.json")), &arena);
	if (!sp_str_is(user, "local")) {
		req.user = user;
		req.auth_method = SP_STR("TLS");
	}
	if (req.fault == SP_FAULT_NONE)
		sp_facts_read(&facts, &req, &arena);
	sp_given_answer(&facts, &given, &arena);
	sp_own_files(&facts, run->own, run->n_own);
	if (run->objects)
		sp_objects_answer(&facts, run->objects);
	sp_decide(run->policy, &req, &facts, &how, &arena, &d);
	ok = sp_str_is(verdict, verdict_word(&d)) && names_rule(&d, rule);
	if (pattern.len && !sp_match_glob(pattern, d.message, 0))
		ok = false;
	if (ok) {
		run->passed++;
	} else {
		run->failed++;
		print_message("%s:%u: expected %.*s by %.*s %.*s, got %s by %.*s\n  %.*s\n", file,
		              line, SP_FMT(verdict), SP_FMT(rule), SP_FMT(pattern),
		              verdict_word(&d), SP_FMT(d.granted_by), SP_FMT(d.message));
		for (const struct sp_finding *f = d.audit_findings; f; f = f->next)
			print_message("  audit: %.*s: %.*s\n", SP_FMT(f->rule), SP_FMT(f->text));
	}
	sp_arena_fini(&arena);
}

static void
load_policy(struct run *run, const char *file, struct sp_str name)
{
	struct sp_arena arena;
	struct sp_diags diags;
	struct sp_buf out;

	sp_arena_init(&arena, CAP);
	sp_diags_init(&diags, &arena);
	sp_policy_unref(run->policy);
	run->policy = sp_policy_load(sp_arena_printf(&arena, "%.*s", SP_FMT(name)), &diags);
	sp_buf_init(&out, &arena, CAP);
	sp_diags_print(&diags, &out, -1);
	if (!run->policy)
		fail_msg("%s: %.*s", file, SP_FMT(sp_buf_str(&out)));
	sp_arena_fini(&arena);
}

/* The host the lines that follow are decided on.  False: `key` says nothing about it. */
static bool
take_host_line(struct run *run, struct sp_str key, struct sp_str value)
{
	struct sp_given_path given = {.kind = SP_GIVEN_LINK};
	struct sp_str path, rest;

	sp_str_cut(value, ' ', &path, &rest);
	given.said.path = path;
	rest = trim(rest);
	if (sp_str_is(key, "own:")) {
		assert_true(run->n_own < MAX_GIVEN);
		run->own[run->n_own++] = path;
		return true;
	}
	if (sp_str_is(key, "symlink:")) {
		given.said.resolved = rest;
	} else if (sp_str_is(key, "unresolvable:")) {
		given.kind = SP_GIVEN_DEAD_END;
		given.said.why = rest;
	} else if (sp_str_is(key, "socket:")) {
		given.kind = SP_GIVEN_SOCKET;
		given.said.engine = rest;
	} else {
		return false;
	}
	assert_true(run->n_paths < MAX_GIVEN && path.len > 0);
	run->paths[run->n_paths++] = given;
	return true;
}

static void
run_file(void **state)
{
	const char *file = *state;
	struct run run = {.now = 946684800};
	struct sp_str text, line;
	struct sp_arena arena;
	unsigned n = 0;

	sp_arena_init(&arena, CAP);
	assert_int_equal(sp_file_read(&arena, file, CAP, &text), 0);
	while (text.len) {
		struct sp_str key, value;

		sp_str_cut(text, '\n', &line, &text);
		n++;
		line = trim(line);
		if (line.len == 0 || line.p[0] == '#')
			continue;
		sp_str_cut(line, ' ', &key, &value);
		if (take_host_line(&run, key, trim(value)))
			continue;
		if (sp_str_is(key, "policy:")) {
			load_policy(&run, file, trim(value));
			run.n_paths = run.n_own = 0;
			run.objects = NULL;
		} else if (sp_str_is(key, "object:")) {
			add_object(&run, &arena, trim(value));
		} else if (sp_str_is(key, "now:")) {
			assert_int_equal(sp_num_date(trim(value), &run.now), SP_NUM_OK);
		} else {
			run_case(&run, file, n, line);
		}
	}
	print_message("%s: %u cases\n", file, run.passed + run.failed);
	assert_true(run.passed + run.failed > 0);
	assert_int_equal(run.failed, 0);
	sp_policy_unref(run.policy);
	sp_arena_fini(&arena);
}

int
main(void)
{
	struct CMUnitTest tests[64] = {0};
	size_t n = 0;
	glob_t found;
	int result;

	if (glob("tests/verdicts/*.cases", 0, NULL, &found) != 0)
		return 1;
	for (; n < found.gl_pathc && n < 64; n++)
		tests[n] =
		    (struct CMUnitTest){found.gl_pathv[n], run_file, NULL, NULL, found.gl_pathv[n]};
	result = _cmocka_run_group_tests("verdicts", tests, n, NULL, NULL);
	globfree(&found);
	return result;
}
