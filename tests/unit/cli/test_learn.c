/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_learn.c: a draft loads, and grants what it was made from, whatever was in there; and what
 * values become when they become patterns.
 */
#include "cli/learn.h"
#include "cli/replay.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define CAP ((size_t)256 << 20)
#define MAX_LINES 8000

static struct sp_arena arena, scratch;
static struct sp_str lines[MAX_LINES];
static size_t n_lines;
static struct sp_policy *watching;
static const struct sp_given *given; /* what the host says */

static int
setup(void **state)
{
	struct sp_diags diags;

	(void)state;
	sp_arena_init(&arena, 1 << 30);
	sp_arena_init(&scratch, CAP);
	sp_diags_init(&diags, &arena);
	watching = sp_policy_parse(SP_STR("watch.yaml"),
	                           SP_STR("sallyport: 1\nmode: audit\nallow:\n  nobody: {who: "
	                                  "[nobody], do: [system.info]}\n"),
	                           &diags);
	assert_non_null(watching);
	n_lines = 0;
	given = NULL;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	sp_policy_unref(watching);
	sp_arena_fini(&arena);
	sp_arena_fini(&scratch);
	return 0;
}

/* One more line of the log: as serve would have written it in audit mode. */
static void
record(struct sp_str message)
{
	static const uint8_t key[16] = "0123456789abcde";
	struct sp_record how = {.time_us = INT64_C(1787200000000000), .id = "a1", .key = key};
	const struct sp_circumstances circumstances = {.now = 1787200000};
	struct sp_str copy = sp_arena_dup(&scratch, message);
	struct sp_decision decision;
	struct sp_facts facts = {0};
	struct sp_request req;
	struct sp_buf out;

	sp_request_read(&req, (char *)(uintptr_t)copy.p, copy.len, false, &scratch);
	if (req.fault == SP_FAULT_NONE)
		sp_facts_read(&facts, &req, &scratch);
	sp_given_answer(&facts, given, &scratch);
	how.facts = &facts;
	sp_decide(watching, &req, &facts, &circumstances, &scratch, &decision);
	sp_buf_init(&out, &scratch, CAP);
	sp_record_write(&out, &how, &req, watching, &decision);
	assert_true(n_lines < MAX_LINES);
	lines[n_lines++] = sp_arena_dup(&arena, sp_str_head(sp_buf_str(&out), out.len - 1));
	sp_arena_reset(&scratch);
}

static void
record_request(const char *user, const char *method, const char *uri, const char *body)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	struct sp_str s = sp_strz(body ? body : "");
	struct sp_buf out;

	sp_buf_init(&out, &arena, CAP);
	sp_buf_addz(&out, "{\"RequestMethod\":");
	sp_buf_add_json(&out, sp_strz(method));
	sp_buf_addz(&out, ",\"RequestUri\":");
	sp_buf_add_json(&out, sp_strz(uri));
	if (user[0]) {
		sp_buf_addz(&out, ",\"UserAuthNMethod\":\"TLS\",\"User\":");
		sp_buf_add_json(&out, sp_strz(user));
	}
	sp_buf_addf(&out, ",\"RequestHeaders\":{\"Content-Length\":\"%zu\"%s},\"RequestBody\":\"",
	            s.len, body ? ",\"Content-Type\":\"application/json\"" : "");
	for (size_t i = 0; i < s.len; i += 3) {
		uint32_t n = (uint32_t)(uint8_t)s.p[i] << 16;

		n |= i + 1 < s.len ? (uint32_t)(uint8_t)s.p[i + 1] << 8 : 0;
		n |= i + 2 < s.len ? (uint8_t)s.p[i + 2] : 0;
		sp_buf_addc(&out, digits[n >> 18]);
		sp_buf_addc(&out, digits[n >> 12 & 63]);
		sp_buf_addc(&out, i + 1 < s.len ? digits[n >> 6 & 63] : '=');
		sp_buf_addc(&out, i + 2 < s.len ? digits[n & 63] : '=');
	}
	sp_buf_addz(&out, "\"}");
	record(sp_buf_str(&out));
}

/* The draft for all lines; it loads without a warning that matters, or the test ends. */
static struct sp_policy *
learn_all(struct sp_learn *learn, struct sp_str *text)
{
	struct sp_policy *draft;
	struct sp_diags diags;
	struct sp_buf out;

	sp_learn_init(learn, &arena);
	for (size_t i = 0; i < n_lines; i++) {
		sp_learn_line(learn, lines[i], &scratch);
		sp_arena_reset(&scratch);
	}
	sp_buf_init(&out, &arena, CAP);
	sp_learn_print(&out, learn, (struct sp_str){NULL, 0});
	*text = sp_buf_str(&out);
	sp_diags_init(&diags, &arena);
	draft = sp_policy_parse(SP_STR("draft.yaml"), *text, &diags);
	if (!draft) {
		sp_buf_init(&out, &arena, 1 << 16);
		sp_diags_print(&diags, &out, -1);
		fail_msg("the draft does not load:\n%s", sp_buf_str(&out).p);
	}
	return draft;
}

/* Nothing that was taken is refused by the draft. */
static void
assert_granted(void)
{
	struct sp_learn learn;
	struct sp_str text;
	struct sp_policy *draft = learn_all(&learn, &text);
	const struct sp_replay how = {.next = draft};
	uint64_t denied = 0, ungrantable = learn.n_nameless + learn.n_invalid + learn.n_builtin;

	for (size_t i = 0; i < n_lines; i++) {
		struct sp_replayed r;

		sp_replay_line(&how, lines[i], &scratch, &arena, &r);
		sp_arena_reset(&scratch);
		if (r.why || r.after.outcome == SP_ALLOWED)
			continue;
		denied++;
		if (denied > ungrantable)
			fail_msg("refused: %.*s\nfor %.*s\nby\n%.*s", SP_FMT(r.after.message),
			         SP_FMT(lines[i]), SP_FMT(text));
	}
	assert_int_equal(denied, ungrantable);
	sp_learn_fini(&learn);
	sp_policy_unref(draft);
}

static void
grants_what_docker_clients_sent(void **state)
{
	static const char *const versions[] = {"20.10", "26.1", "28.5", "29.7"};
	glob_t files;

	(void)state;
	for (size_t v = 0; v < 4; v++) {
		assert_int_equal(
		    glob(sp_arena_printf(&arena, "tests/requests/%s/*.AuthZReq.json", versions[v]),
		         0, NULL, &files),
		    0);
		for (size_t i = 0; i < files.gl_pathc; i++) {
			struct sp_str text;

			assert_int_equal(sp_file_read(&scratch, files.gl_pathv[i], CAP, &text), 0);
			record(sp_arena_dup(&arena, text));
		}
		globfree(&files);
	}
	assert_true(n_lines > 200);
	assert_granted();
}

/* A text of characters that mean something somewhere: in patterns, in YAML, in JSON. */
static const char *
odd_text(void)
{
	static const char *const parts[] = {
	    "a",     "B",       "7",       "42",      "-",       "_",
	    ".",     "/",       "*",       "**",      "$user",   "${x}",
	    ":ro",   ":",       "\\\"",    "'",       "#",       " ",
	    "list:", "group:",  "any",     "no",      "{",       "}",
	    "[",     "]",       ",",       "&",       "!",       "%",
	    "@",     "\\u2028", "\\u202e", "\\u00e9", "\\u0007", "0a1b2c3d4e5f",
	};
	struct sp_buf out;

	sp_buf_init(&out, &arena, 400);
	for (int n = 1 + rand() % 5; n > 0; n--)
		sp_buf_addz(&out, parts[(size_t)rand() % (sizeof(parts) / sizeof(parts[0]))]);
	return sp_buf_str(&out).p;
}

static const char *
odd_create(void)
{
	struct sp_buf out;

	sp_buf_init(&out, &arena, 8000);
	sp_buf_addf(&out, "{\"Image\":\"%s\"",
	            rand() % 4 ? "registry.example.com:5000/a/b7:x" : odd_text());
	sp_buf_addf(&out, ",\"User\":\"%s\",\"HostConfig\":{\"Memory\":%d",
	            rand() % 2 ? "1000:1" : odd_text(), rand() % 3 ? 1 << 30 : 0);
	sp_buf_addf(&out, ",\"Binds\":[\"/srv/%s:/x\"],\"CapAdd\":[\"%s\"]",
	            rand() % 2 ? "a" : odd_text(), rand() % 2 ? "net_admin" : "ALL");
	sp_buf_addf(&out, ",\"CapDrop\":[\"%s\"]", rand() % 2 ? "ALL" : "chown");
	sp_buf_addf(&out, ",\"Sysctls\":{\"%s\":\"1\"},\"SecurityOpt\":[\"label=%s\"]", odd_text(),
	            odd_text());
	sp_buf_addf(&out, ",\"NetworkMode\":\"%s\",\"Runtime\":\"%s\",\"CgroupParent\":\"%s\"",
	            rand() % 2 ? "host" : odd_text(), odd_text(), odd_text());
	sp_buf_addf(&out, ",\"Devices\":[{\"PathOnHost\":\"/dev/%s\"}]", odd_text());
	sp_buf_addf(&out,
	            ",\"Mounts\":[{\"Type\":\"%s\",\"Source\":\"%s%s\",\"Target\":\"/t\","
	            "\"ReadOnly\":%s}]",
	            rand() % 2 ? "volume" : "bind", rand() % 2 ? "/" : "", odd_text(),
	            rand() % 2 ? "true" : "false");
	sp_buf_addf(&out, ",\"PortBindings\":{\"80/%s\":[{\"HostIp\":\"%s\",\"HostPort\":\"%d\"}]}",
	            rand() % 2 ? "tcp" : "udp",
	            (const char *const[]){"", "127.0.0.1", "::1", "0.0.0.0"}[rand() % 4],
	            rand() % 3 ? rand() % 65536 : 0);
	sp_buf_addf(&out, ",\"GroupAdd\":[\"%s\"],\"%s\":1}}", odd_text(), "NewField");
	return sp_buf_str(&out).p;
}

static void
grants_whatever_was_asked_for(void **state)
{
	static const char *const users[] = {"",       "anna", "local", "anyone",       "group:x",
	                                    "user:y", "Anna", "an*",   "\xe2\x80\xae", "\"q\"",
	                                    "a b",    "x\\",  "#"};

	(void)state;
	for (unsigned seed = 0; seed < 12; seed++) {
		n_lines = 0;
		srand(seed);
		for (int i = 0; i < 60; i++) {
			const char *user =
			    users[(size_t)rand() % (sizeof(users) / sizeof(users[0]))];

			record_request(user, "POST", "/v1.47/containers/create", odd_create());
			record_request(user, "POST", "/v1.47/volumes/create",
			               sp_arena_printf(&arena,
			                               "{\"Name\":\"%s\",\"Driver\":\"%s\","
			                               "\"DriverOpts\":{\"o\":\"bind\",\"type\":"
			                               "\"none\",\"device\":\"/data/%s\"}}",
			                               odd_text(), odd_text(), odd_text()));
			record_request(user, "POST", "/v1.47/containers/x/exec",
			               "{\"Cmd\":[\"sh\"],\"Privileged\":true,\"User\":\"1\"}");
			record_request(user, "POST", "/v1.47/build?t=a/b:1&networkmode=host", NULL);
			record_request(user, "DELETE", "/v1.47/containers/x?force=1", NULL);
			record_request(user, "POST", "/v1.47/swarm/leave", NULL);
			record_request(user, "POST", "/v1.47/images/load", NULL);
			record_request(user, "POST", "/v1.23/containers/x/start",
			               rand() % 2 ? "{\"Binds\":[\"/srv/a:/a\"],\"Memory\":7}"
			                          : NULL);
			record_request(user, "POST", "/v1.47/containers/x/checkpoints",
			               "{\"CheckpointID\":\"a\",\"CheckpointDir\":\"/srv/cp\"}");
			record_request(user, "DELETE", "/v1.47/images/0a1b2c", NULL);
			record_request(user, "POST", "/v1.47/swarm/init", "{\"ListenAddr\":\"x\"}");
		}
		assert_granted();
	}
}

/* It is no licence: what was not asked for stays refused. */
static void
grants_nothing_else(void **state)
{
	static const char asked[] = "{\"Image\":\"nginx\",\"HostConfig\":{\"Memory\":1073741824,"
				    "\"Binds\":[\"/srv/a:/a:ro\"],\"ReadonlyRootfs\":true,"
				    "\"CapDrop\":[\"ALL\"]}}";
	static const char *const others[][3] = {
	    {"ben", "/v1.47/containers/create", asked},
	    {"", "/v1.47/containers/create", asked},
	    {"anna", "/v1.47/containers/x/exec", "{\"Cmd\":[\"sh\"]}"},
	    {"anna", "/v1.47/containers/create",
	     "{\"Image\":\"redis\",\"HostConfig\":{\"Memory\":1,\"ReadonlyRootfs\":true,"
	     "\"CapDrop\":[\"ALL\"]}}"},
	    {"anna", "/v1.47/containers/create",
	     "{\"Image\":\"nginx\",\"HostConfig\":{\"Memory\":1073741825,\"ReadonlyRootfs\":true,"
	     "\"CapDrop\":[\"ALL\"]}}"},
	    {"anna", "/v1.47/containers/create",
	     "{\"Image\":\"nginx\",\"HostConfig\":{\"Memory\":1073741824,\"ReadonlyRootfs\":false,"
	     "\"CapDrop\":[\"ALL\"]}}"},
	    {"anna", "/v1.47/containers/create",
	     "{\"Image\":\"nginx\",\"HostConfig\":{\"Memory\":1073741824,\"ReadonlyRootfs\":true}"
	     "}"},
	    {"anna", "/v1.47/containers/create",
	     "{\"Image\":\"nginx\",\"HostConfig\":{\"Memory\":1073741824,\"ReadonlyRootfs\":true,"
	     "\"CapDrop\":[\"ALL\"],\"Binds\":[\"/srv/a:/a\"]}}"},
	    {"anna", "/v1.47/containers/create",
	     "{\"Image\":\"nginx\",\"HostConfig\":{\"Memory\":1073741824,\"ReadonlyRootfs\":true,"
	     "\"CapDrop\":[\"ALL\"],\"Privileged\":true}}"},
	};
	struct sp_learn learn;
	struct sp_str text;
	struct sp_policy *draft;
	struct sp_replay how = {0};

	(void)state;
	record_request("anna", "POST", "/v1.47/containers/create", asked);
	how.next = draft = learn_all(&learn, &text);
	n_lines = 0;
	record_request("anna", "POST", "/v1.47/containers/create", asked);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		record_request(others[i][0], "POST", others[i][1], others[i][2]);
	for (size_t i = 0; i < n_lines; i++) {
		struct sp_replayed r;

		sp_replay_line(&how, lines[i], &scratch, &arena, &r);
		sp_arena_reset(&scratch);
		assert_null(r.why);
		if (r.after.outcome != (i == 0 ? SP_ALLOWED : SP_DENIED))
			fail_msg("%zu: %.*s\nby\n%.*s", i, SP_FMT(lines[i]), SP_FMT(text));
	}
	sp_learn_fini(&learn);
	sp_policy_unref(draft);
}

/* Where a path leads was judged and recorded; both ends are granted.  A dead end is a hole. */
static void
grants_where_links_lead(void **state)
{
	static const struct sp_given_path paths[] = {
	    {SP_GIVEN_LINK, {.path = {"/srv/a", 6}, .resolved = {"/data/1", 7}}},
	    {SP_GIVEN_DEAD_END, {.path = {"/srv/loop", 9}, .why = {"a loop", 6}}},
	};
	static const struct sp_given all = {paths, 2};
	struct sp_learn learn;
	struct sp_str text;

	(void)state;
	given = &all;
	record_request("anna", "POST", "/v1.47/containers/create",
	               "{\"Image\":\"a\",\"HostConfig\":{\"Binds\":[\"/srv/a/x:/x\"]}}");
	sp_policy_unref(learn_all(&learn, &text));
	sp_learn_fini(&learn);
	assert_non_null(memmem(text.p, text.len, "- /srv/a/x ", 11));
	assert_non_null(memmem(text.p, text.len, "- /data/1/x ", 12));
	assert_granted();
	/* Self-protection refuses what cannot be resolved, for everybody. */
	record_request("anna", "POST", "/v1.47/containers/create",
	               "{\"Image\":\"a\",\"HostConfig\":{\"Binds\":[\"/srv/loop:/x\"]}}");
	record_request(
	    "anna", "POST", "/v1.47/containers/create",
	    "{\"Image\":\"a\",\"HostConfig\":{\"Binds\":[\"/var/run/docker.sock:/x\"]}}");
	sp_policy_unref(learn_all(&learn, &text));
	sp_learn_fini(&learn);
	assert_int_equal(learn.n_builtin, 2);
	assert_null(memmem(text.p, text.len, "docker.sock", 11));
	assert_granted();
}

/* What was refused when it was recorded is not granted now. */
static void
learns_nothing_from_refusals(void **state)
{
	struct sp_learn learn;
	const char *line =
	    "{\"v\":1,\"user\":\"\",\"auth\":\"\",\"phase\":\"request\",\"method\":\"GET\","
	    "\"uri\":\"/info\",\"decision\":\"deny\",\"headers\":{},\"request\":null}";

	(void)state;
	sp_learn_init(&learn, &arena);
	sp_learn_line(&learn, sp_strz(line), &scratch);
	assert_int_equal(learn.n_refused, 1);
	assert_int_equal(learn.n_requests, 0);
	assert_int_equal(learn.n_users, 0);
	sp_learn_fini(&learn);
}

static void
many_users_fit_into_a_policy(void **state)
{
	(void)state;
	for (int i = 0; i < 400; i++)
		record_request(sp_arena_printf(&arena, "user.%d", i), "GET", "/v1.47/info", NULL);
	/* Names that are the same letters for a rule's name. */
	record_request("A b", "GET", "/v1.47/info", NULL);
	record_request("a-B", "GET", "/v1.47/info", NULL);
	assert_granted();
}

/* --- patterns --- */

static void
add(struct sp_learn_fact *fact, const char *text, bool writes)
{
	struct sp_learn_item *item = sp_arena_alloc(&arena, sizeof(*item));
	size_t bucket = fact->n_items++ % SP_LEARN_BUCKETS;

	*item = (struct sp_learn_item){
	    .text = sp_strz(text), .writes = writes, .n = 1, .next = fact->buckets[bucket]};
	fact->buckets[bucket] = item;
}

static void
assert_patterns(const char *key, const struct sp_learn_fact *fact, const char *expected)
{
	const struct sp_key *k = sp_key_find(sp_strz(key), SP_IN_POWERS | SP_IN_CONDITIONS);
	struct sp_learn_pattern *list;
	struct sp_buf out;
	size_t n;

	assert_non_null(k);
	list = sp_learn_patterns(k, fact, &arena, &n);
	sp_buf_init(&out, &arena, 4000);
	for (size_t i = 0; list && i < n; i++)
		sp_buf_addf(&out, "%s%.*s", i ? " " : "", SP_FMT(list[i].text));
	assert_string_equal(list ? sp_buf_str(&out).p : "any", expected);
}

static void
values_become_patterns(void **state)
{
	struct sp_learn_fact names = {0}, paths = {0}, few = {0}, odd = {0}, etc = {0}, lots = {0};

	(void)state;
	add(&names, "runner-1-build-0a1b2c3d", true);
	add(&names, "runner-2-build-0a1b2c3e", true);
	add(&names, "runner-33-build-ffffffff0", true);
	add(&names, "data", false);
	assert_patterns("volumes", &names, "data:ro runner-*-build-*");
	add(&few, "job-1", true);
	add(&few, "job-2", true);
	assert_patterns("networks", &few, "job-1 job-2");
	for (const char *p = "abcde"; *p; p++) {
		add(&paths, sp_arena_printf(&arena, "/srv/shop/%c", *p), *p == 'a');
		add(&etc, sp_arena_printf(&arena, "/etc/%c", *p), false);
	}
	assert_patterns("bind", &paths, "/srv/shop/**");
	assert_patterns("bind", &etc, "/etc/a:ro /etc/b:ro /etc/c:ro /etc/d:ro /etc/e:ro");
	add(&odd, "/a/**/$user", true);
	add(&odd, "/b:ro", true);
	assert_patterns("bind", &odd, "/a/*/*user /b*ro");
	for (int i = 0; i < 100; i++)
		add(&lots, sp_arena_printf(&arena, "%c%c", 'a' + i % 26, 'a' + i / 26), true);
	assert_patterns("networks", &lots, "any");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(grants_what_docker_clients_sent, setup, teardown),
	    cmocka_unit_test_setup_teardown(grants_whatever_was_asked_for, setup, teardown),
	    cmocka_unit_test_setup_teardown(grants_nothing_else, setup, teardown),
	    cmocka_unit_test_setup_teardown(grants_where_links_lead, setup, teardown),
	    cmocka_unit_test_setup_teardown(learns_nothing_from_refusals, setup, teardown),
	    cmocka_unit_test_setup_teardown(many_users_fit_into_a_policy, setup, teardown),
	    cmocka_unit_test_setup_teardown(values_become_patterns, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
