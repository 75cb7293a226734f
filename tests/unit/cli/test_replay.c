/* SPDX-License-Identifier: Apache-2.0 */
/* test_replay.c: recorded decisions made again, counted, and told. */
#include "cli/replay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static const char lenient[] = "sallyport: 1\nallow:\n  all: {who: [anyone], do: [all], on: any, "
			      "may: everything}\n";
static const char strict[] =
    "sallyport: 1\nallow:\n  all: {who: [anyone], do: [all], on: any, may: everything}\n"
    "deny:\n  no-privileged: {uses: {privileged: true}, message: no}\n"
    "  no-exec: {do: [container.exec], who: [anna]}\n";
static const char watching[] =
    "sallyport: 1\nallow:\n  all: {who: [anyone], do: [all], on: any, may: everything}\n"
    "deny:\n  no-privileged: {mode: audit, uses: {privileged: true}}\n";

static struct sp_arena arena, scratch;

static int
setup(void **state)
{
	(void)state;
	sp_arena_init(&arena, 256 << 20);
	sp_arena_init(&scratch, 64 << 20);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	sp_arena_fini(&arena);
	sp_arena_fini(&scratch);
	return 0;
}

static struct sp_policy *
policy_of(const char *text)
{
	struct sp_diags diags;
	struct sp_policy *policy;

	sp_diags_init(&diags, &arena);
	policy = sp_policy_parse(SP_STR("p.yaml"), sp_strz(text), &diags);
	assert_non_null(policy);
	return policy;
}

#define PRIVILEGED "{\"Image\":\"a\",\"HostConfig\":{\"Privileged\":true}}"
#define PLAIN "{\"Image\":\"a\"}"

/* A line of a log; `user` empty: the unix socket. */
static struct sp_str
line_of(const char *user, const char *uri, const char *body, const char *decision)
{
	return sp_strz(sp_arena_printf(
	    &arena,
	    "{\"v\":1,\"time\":\"2026-08-20T10:00:00.000000Z\",\"id\":\"a1\",\"user\":\"%s\","
	    "\"auth\":\"%s\",\"phase\":\"request\",\"method\":\"POST\",\"uri\":\"%s\","
	    "\"action\":\"x\",\"object\":\"\",\"decision\":\"%s\",\"rules\":[\"old\"],"
	    "\"audit_rules\":[],\"granted_by\":\"was\",\"reason\":\"because\","
	    "\"headers\":{\"Content-Type\":\"application/json\",\"Content-Length\":\"1\"},"
	    "\"request\":%s}",
	    user, user[0] ? "TLS" : "", uri, decision, body));
}

static struct sp_replayed
replay(const struct sp_policy *next, const struct sp_policy *base, struct sp_str line)
{
	const struct sp_replay how = {.next = next, .base = base, .now = 1};
	struct sp_replayed r;

	sp_arena_reset(&scratch);
	sp_replay_line(&how, line, &scratch, &arena, &r);
	return r;
}

#define CREATE "/v1.47/containers/create"

static void
finds_what_flips(void **state)
{
	struct sp_policy *open = policy_of(lenient), *hard = policy_of(strict);
	struct sp_replayed r;

	(void)state;
	r = replay(hard, NULL, line_of("anna", CREATE, PRIVILEGED, "allow"));
	assert_null(r.why);
	assert_true(sp_flips(&r));
	assert_int_equal(r.before.outcome, SP_ALLOWED);
	assert_int_equal(r.after.outcome, SP_DENIED);
	assert_true(sp_str_is(r.after.rule, "no-privileged") && !r.after.is_grant);
	assert_true(sp_str_is(r.user, "anna") && sp_str_is(r.action, "container.create"));
	assert_true(sp_str_is(r.after.message,
	                      "container.create denied for anna: no [rule no-privileged]"));
	r = replay(open, NULL, line_of("", CREATE, PRIVILEGED, "deny"));
	assert_true(sp_flips(&r));
	assert_true(sp_str_is(r.user, "local") && sp_str_is(r.after.rule, "all"));
	assert_true(sp_str_is(r.before.message, "because") && sp_str_is(r.before.rule, "old"));
	r = replay(hard, NULL, line_of("anna", CREATE, PLAIN, "allow"));
	assert_false(sp_flips(&r));
	sp_policy_unref(open);
	sp_policy_unref(hard);
}

/* With --base, what was recorded does not matter. */
static void
compares_two_policies(void **state)
{
	struct sp_policy *open = policy_of(lenient), *hard = policy_of(strict);
	struct sp_policy *watch = policy_of(watching);
	struct sp_replayed r;

	(void)state;
	r = replay(hard, open, line_of("anna", CREATE, PRIVILEGED, "deny"));
	assert_true(sp_flips(&r) && r.after.outcome == SP_DENIED);
	r = replay(hard, hard, line_of("anna", CREATE, PRIVILEGED, "allow"));
	assert_false(sp_flips(&r));
	r = replay(watch, open, line_of("anna", CREATE, PRIVILEGED, "deny"));
	assert_false(sp_flips(&r));
	assert_int_equal(r.after.outcome, SP_AUDITED);
	assert_non_null(memmem(r.after.message.p, r.after.message.len, "in audit mode", 13));
	r = replay(hard, watch, line_of("anna", CREATE, PRIVILEGED, "deny"));
	assert_true(sp_flips(&r) && r.before.outcome == SP_AUDITED);
	sp_policy_unref(open);
	sp_policy_unref(hard);
	sp_policy_unref(watch);
}

/* What cannot be decided again is never "the same". */
static void
says_why_not(void **state)
{
	struct sp_policy *open = policy_of(lenient);
	const struct {
		struct sp_str line;
		const char *why;
		bool broken;
	} cases[] = {
	    {SP_STR("{\"v\":1,\"meth"), "not JSON: it is cut off", true},
	    {SP_STR("hello"), "not a JSON object", true},
	    {SP_STR("{\"v\":3,\"method\":\"GET\",\"uri\":\"/\"}"), "it has another version", false},
	    {line_of("anna", CREATE, "{\"Image\":}", "allow"),
	     "the recorded request cannot be read again", false},
	    {line_of("anna", CREATE, PLAIN, "maybe"), "it says no decision (compare with --base)",
	     false},
	    {line_of("anna", "/build?remote=https://keyed:0123456789ab@git.example.com/x.git",
	             "null", "allow"),
	     "a secret was left out of build_remote", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sp_replayed r = replay(open, NULL, cases[i].line);

		assert_non_null(r.why);
		assert_string_equal(r.why, cases[i].why);
		assert_int_equal(r.is_broken, cases[i].broken);
	}
	sp_policy_unref(open);
}

/* The clock is the one of the day it was recorded. */
static void
rules_expire_when_they_did(void **state)
{
	struct sp_policy *policy = policy_of(
	    "sallyport: 1\nallow:\n  all: {who: [anyone], do: [all], on: any, may: everything, "
	    "expires: 2026-08-21}\n");
	struct sp_replay how = {.next = policy, .has_now = true, .now = 1787270400};
	struct sp_str line = line_of("anna", CREATE, PLAIN, "allow");
	struct sp_replayed r;

	(void)state;
	r = replay(policy, NULL, line);
	assert_int_equal(r.after.outcome, SP_ALLOWED);
	sp_replay_line(&how, line, &scratch, &arena, &r);
	assert_int_equal(r.after.outcome, SP_DENIED);
	sp_policy_unref(policy);
}

/* A message as dockerd sent it has no decision, but a verdict under two policies. */
static void
reads_messages_of_dockerd(void **state)
{
	struct sp_policy *open = policy_of(lenient), *hard = policy_of(strict);
	struct sp_str message =
	    SP_STR("{\"User\":\"anna\",\"UserAuthNMethod\":\"TLS\",\"RequestMethod\":\"POST\","
	           "\"RequestUri\":\"/v1.41/containers/x/exec\",\"RequestHeaders\":{"
	           "\"Content-Type\":\"application/json\",\"Content-Length\":\"2\"},"
	           "\"RequestBody\":\"e30=\"}");
	struct sp_replayed r;

	(void)state;
	r = replay(hard, open, message);
	assert_null(r.why);
	assert_true(sp_flips(&r) && sp_str_is(r.after.rule, "no-exec"));
	sp_policy_unref(open);
	sp_policy_unref(hard);
}

/* What the host said then is in the line, and which of our own files a path exposed. */
static void
judges_by_what_was_looked_up(void **state)
{
	struct sp_policy *open = policy_of(
	    "sallyport: 1\nallow:\n  all: {who: [anyone], do: [all], on: any, must: {images: any}, "
	    "may: {bind: [/srv/**]}}\n");
	static const char *const facts[][2] = {
	    {"{\"paths\":{\"/srv/a\":\"/opt/x\"}}", "all"},
	    {"{\"paths\":{\"/srv/a\":null}}", "builtin/self-protection"},
	    {"{\"paths\":{\"/srv/a\":\"/etc/sallyport/x\"}}", "builtin/self-protection"},
	    {"{\"own\":{\"/srv/a\":\"/srv/a/policy.yaml\"}}", "builtin/self-protection"},
	    {"{\"paths\":{\"/srv/a\":\"/srv/b\"}}", NULL},
	    {"{}", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		struct sp_str line = line_of(
		    "anna", CREATE, "{\"Image\":\"a\",\"HostConfig\":{\"Binds\":[\"/srv/a:/a\"]}}",
		    "allow");
		struct sp_replayed r = replay(
		    open, NULL,
		    sp_strz(sp_arena_printf(&arena, "{\"facts\":%s,%s", facts[i][0], line.p + 1)));

		assert_null(r.why);
		assert_int_equal(r.after.outcome, facts[i][1] ? SP_DENIED : SP_ALLOWED);
		if (facts[i][1] && !sp_str_is(r.after.rule, facts[i][1]))
			fail_msg("%s: %.*s", facts[i][0], SP_FMT(r.after.rule));
	}
	sp_policy_unref(open);
}

/* What dockerd answered is not in the log: only rules that do not look at it can be asked again. */
static void
answers_are_not_recorded(void **state)
{
	struct sp_policy *status = policy_of(
	    "sallyport: 1\nallow:\n  all: {who: [anyone], do: [all], on: any, may: everything}\n"
	    "deny:\n  no: {do: [container.inspect], response: {status: [200]}}\n");
	struct sp_policy *labels = policy_of(
	    "sallyport: 1\nallow:\n  all: {who: [anyone], do: [all], on: any, may: everything}\n"
	    "deny:\n  no: {do: [container.inspect], response: {labels: {team: red}}}\n");
	static const char shape[] = "{\"v\":1,\"user\":\"\",\"auth\":\"\",\"phase\":\"response\","
				    "%s\"method\":\"GET\",\"uri\":\"/containers/x/json\","
				    "\"decision\":\"allow\",\"headers\":{},\"request\":null}";
	struct sp_str fine = sp_strz(sp_arena_printf(&arena, shape, "\"status\":200,"));
	struct sp_str error = sp_strz(sp_arena_printf(&arena, shape, ""));
	struct sp_str begun = sp_strz(sp_arena_printf(&arena, shape, "\"begun\":true,"));
	struct sp_replayed r;

	(void)state;
	r = replay(status, NULL, fine);
	assert_null(r.why);
	assert_int_equal(r.after.outcome, SP_DENIED);
	r = replay(labels, NULL, fine);
	assert_string_equal(r.why, "the answer is not recorded");
	r = replay(status, labels, fine);
	assert_string_equal(r.why, "the answer is not recorded");
	r = replay(labels, NULL, begun);
	assert_string_equal(r.why, "the answer is not recorded");
	r = replay(labels, NULL, error); /* shows nothing */
	assert_null(r.why);
	assert_int_equal(r.after.outcome, SP_ALLOWED);
	sp_policy_unref(status);
	sp_policy_unref(labels);
}

/* --- counting --- */

static struct sp_replayed
result(const char *user, enum sp_outcome before, enum sp_outcome after, int64_t seconds)
{
	return (struct sp_replayed){.user = sp_strz(user),
	                            .action = SP_STR("container.create"),
	                            .time_us = seconds * 1000000,
	                            .before = {.outcome = before, .rule = SP_STR("a")},
	                            .after = {.outcome = after, .rule = SP_STR("b")},
	                            .line = 1};
}

static void
counts(void **state)
{
	struct sp_tally tally;
	struct sp_tally_group *groups;
	struct sp_tally_count *users;
	size_t n;

	(void)state;
	sp_tally_init(&tally, &arena);
	for (int i = 0; i < 10; i++) {
		struct sp_replayed r = result(i < 7 ? "anna" : "ben",
		                              i % 2 ? SP_AUDITED : SP_ALLOWED, SP_DENIED, 1000 + i);

		sp_tally_add(&tally, &r);
		r = result("anna", SP_DENIED, SP_DENIED, 1000 + i);
		sp_tally_add(&tally, &r);
		r = result("anna", SP_ALLOWED, SP_AUDITED, 1000 + i);
		sp_tally_add(&tally, &r);
		r.why = "why not";
		r.n_lines = 1;
		sp_tally_add(&tally, &r);
	}
	assert_int_equal(tally.n_requests, 30);
	assert_int_equal(tally.n_flipped[0], 10);
	assert_int_equal(tally.n_flipped[1], 0);
	assert_int_equal(tally.n_logged, 10);
	assert_int_equal(tally.n_skipped, 10);
	groups = sp_tally_groups(&tally, &n);
	assert_int_equal(n, 3);
	assert_int_equal(groups[0].n, 10); /* allowed or audited, now denied: one group */
	assert_true(sp_group_changed(&groups[0]) && sp_group_changed(&groups[1]));
	assert_false(sp_group_changed(&groups[2]));
	users = sp_tally_count(&arena, groups[0].rows, groups[0].n_rows, SP_BY_USER, &n);
	assert_int_equal(n, 2);
	assert_true(sp_str_is(users[0].name, "anna") && users[0].n == 7);
	assert_true(sp_str_is(users[1].name, "ben") && users[1].n_flipped == 3);
}

static void
stays_bounded(void **state)
{
	struct sp_tally tally;
	uint64_t n = 0;

	(void)state;
	sp_tally_init(&tally, &arena);
	for (int i = 0; i < 60000; i++) {
		struct sp_replayed r =
		    result(sp_arena_printf(&scratch, "user-%d", i), SP_ALLOWED, SP_DENIED, 1000);

		sp_tally_add(&tally, &r);
	}
	assert_true(tally.is_full);
	assert_true(tally.n_rows < 50000);
	for (size_t i = 0; i < tally.n_rows; i++)
		n += tally.rows[i]->n;
	assert_int_equal(n, 60000); /* nothing is lost */
}

static uint64_t
sum_columns(const struct sp_tally *tally)
{
	uint64_t n = 0;

	for (size_t i = 0; i < tally->n_columns; i++)
		n += tally->columns[i].n[0] + tally->columns[i].n[1] + tally->columns[i].n[2];
	return n;
}

/* The same columns in whatever order the lines come. */
static void
columns_do_not_depend_on_order(void **state)
{
	static const int64_t spans[] = {1, 200, 3000, 86400, 86400 * 7, 86400 * 3650};

	(void)state;
	for (size_t s = 0; s < sizeof(spans) / sizeof(spans[0]); s++) {
		struct sp_tally up, down;

		sp_tally_init(&up, &arena);
		sp_tally_init(&down, &arena);
		for (int i = 0; i <= 1000; i++) {
			int64_t at = 1787200000 + spans[s] * i / 1000;
			struct sp_replayed a = result("u", SP_ALLOWED, SP_ALLOWED, at);
			struct sp_replayed b = result("u", SP_ALLOWED, SP_ALLOWED,
			                              1787200000 + spans[s] * (1000 - i) / 1000);

			sp_tally_add(&up, &a);
			sp_tally_add(&down, &b);
		}
		assert_true(up.n_columns > 0 && up.n_columns <= SP_TIME_COLUMNS);
		assert_int_equal(sum_columns(&up), 1001);
		assert_int_equal(up.n_columns, down.n_columns);
		assert_int_equal(up.width, down.width);
		assert_true(up.first_cell == down.first_cell);
		assert_memory_equal(up.columns, down.columns, sizeof(up.columns));
	}
}

/* --- the whole way --- */

static struct sp_str
report_of(char *path, unsigned jobs, void (*print)(struct sp_buf *, const struct sp_report *))
{
	struct sp_policy *hard = policy_of(strict);
	const struct sp_replay how = {.next = hard};
	struct sp_tally tally;
	struct sp_report report = {
	    .tally = &tally, .next = "next.yaml", .logs = &path, .n_logs = 1};
	struct sp_buf out;

	sp_tally_init(&tally, &arena);
	assert_int_equal(sp_replay_run(&how, "test", &path, 1, jobs, &tally), 0);
	sp_buf_init(&out, &arena, 64 << 20);
	print(&out, &report);
	sp_policy_unref(hard);
	return sp_buf_str(&out);
}

static void
threads_do_not_change_the_report(void **state)
{
	char path[] = "/tmp/sallyport-test-replay.XXXXXX";
	FILE *file = fdopen(mkstemp(path), "w");

	(void)state;
	srand(7);
	for (int i = 0; i < 30000; i++) {
		struct sp_str line =
		    line_of(sp_arena_printf(&arena, "user-%d", rand() % 50), CREATE,
		            rand() % 3 ? PLAIN : PRIVILEGED, rand() % 5 ? "allow" : "deny");

		fprintf(file, "%.*s\n", SP_FMT(rand() % 1000 ? line : SP_STR("{\"broken")));
	}
	fclose(file);
	for (int i = 0; i < 3; i++) {
		void (*prints[])(struct sp_buf *, const struct sp_report *) = {
		    sp_report_text, sp_report_json, sp_report_html};
		struct sp_str one = report_of(path, 1, prints[i]);

		assert_true(one.len > 100);
		for (unsigned jobs = 2; jobs <= 5; jobs++)
			assert_true(sp_str_eq(one, report_of(path, jobs, prints[i])));
	}
	unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(finds_what_flips, setup, teardown),
	    cmocka_unit_test_setup_teardown(compares_two_policies, setup, teardown),
	    cmocka_unit_test_setup_teardown(says_why_not, setup, teardown),
	    cmocka_unit_test_setup_teardown(rules_expire_when_they_did, setup, teardown),
	    cmocka_unit_test_setup_teardown(reads_messages_of_dockerd, setup, teardown),
	    cmocka_unit_test_setup_teardown(judges_by_what_was_looked_up, setup, teardown),
	    cmocka_unit_test_setup_teardown(answers_are_not_recorded, setup, teardown),
	    cmocka_unit_test_setup_teardown(counts, setup, teardown),
	    cmocka_unit_test_setup_teardown(stays_bounded, setup, teardown),
	    cmocka_unit_test_setup_teardown(columns_do_not_depend_on_order, setup, teardown),
	    cmocka_unit_test_setup_teardown(threads_do_not_change_the_report, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
