/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_record_facts.c: what was looked up is in the record, in few words, and brings the same
 * verdict back.
 */
#include "unit/docker/message.h"

#include <jansson.h>

#include "sallyport/record.h"

#define CREATE "/v1.44/containers/create"
#define HEADERS "\"Content-Type\":\"application/json\",\"Content-Length\":\"%zu\""

static const char policy_text[] =
    "sallyport: 1\n"
    "allow:\n"
    "  people: {who: [anyone], do: [run], must: {images: any}, on: any,\n"
    "           may: {bind: [/srv/**, /data/**], devices: [/dev/snd/**]}}\n"
    "deny:\n"
    "  paths: {uses: {bind: [/etc]}}\n";

static const struct sp_policy *policy;

static int
set_up_group(void **state)
{
	static struct sp_arena kept;
	struct sp_diags diags;

	(void)state;
	sp_arena_init(&kept, 16u << 20);
	sp_diags_init(&diags, &kept);
	policy = sp_policy_parse(SP_STR("p.yaml"), sp_strz(policy_text), &diags);
	return policy ? 0 : -1;
}

static int
tear_down_group(void **state)
{
	(void)state;
	sp_policy_unref((struct sp_policy *)(uintptr_t)policy);
	return 0;
}

struct question {
	struct sp_request req;
	struct sp_facts facts;
	struct sp_decision decision;
};

#define TEXT(s)                                                                                    \
	{                                                                                          \
		(s), sizeof(s) - 1                                                                 \
	}
#define LINK(from, to)                                                                             \
	{                                                                                          \
		.said = {.path = TEXT(from), .resolved = TEXT(to) }                                \
	}

static const struct sp_given_path host_paths[] = {
    LINK("/srv/link", "/etc/cron.d"),
    LINK("/srv/data", "../data/x"),
    LINK("/srv/loop", "loop"),
    LINK("/dev/card", "snd/card0"),
    {SP_GIVEN_SOCKET, {.path = TEXT("/srv/y/d.sock"), .engine = TEXT("dockerd")}},
    LINK("/srv/y2", "y"),
    LINK("/srv/ours", "own"),
};
static const struct sp_given host = {host_paths, sizeof(host_paths) / sizeof(host_paths[0])};
static const struct sp_str own_files[] = {TEXT("/srv/own/policy.yaml"),
                                          TEXT("/srv/log/audit.jsonl")};

static void
decide(struct question *q, const struct sp_given *given)
{
	const struct sp_circumstances how = {.now = 1};

	q->facts = (struct sp_facts){0};
	if (q->req.fault == SP_FAULT_NONE)
		sp_facts_read(&q->facts, &q->req, &arena);
	sp_given_answer(&q->facts, given, &arena);
	if (given == &host)
		sp_own_files(&q->facts, own_files, 2);
	sp_decide(policy, &q->req, &q->facts, &how, &arena, &q->decision);
}

static void
ask(struct question *q, const char *host_config, const struct sp_given *given)
{
	const char *body =
	    sp_arena_printf(&arena, "{\"Image\":\"nginx\",\"HostConfig\":{%s}}", host_config);

	read_message(&q->req, "POST", CREATE, sp_arena_printf(&arena, HEADERS, strlen(body)), body,
	             false);
	assert_int_equal(q->req.fault, SP_FAULT_NONE);
	decide(q, given);
}

static struct sp_str
write_within(const struct question *q, size_t max)
{
	const struct sp_record record = {.id = "x", .facts = &q->facts};
	struct sp_buf out;

	sp_buf_init(&out, &arena, max);
	sp_record_write(&out, &record, &q->req, policy, &q->decision);
	return sp_buf_str(&out);
}

static struct sp_str
write_line(const struct question *q)
{
	return write_within(q, 16u << 20);
}

/* Decides what a line says once more. */
static void
ask_again(struct question *q, struct sp_str line)
{
	struct sp_given given;
	struct sp_str message;
	const char *why;
	bool response;

	assert_int_equal(sp_record_read(line, &arena, &message, &response, &why), 0);
	assert_int_equal(sp_record_read_facts(line, &arena, &given), 0);
	read_text(&q->req, message, response);
	decide(q, &given);
}

static bool
has(struct sp_str text, const char *part)
{
	return memmem(text.p, text.len, part, strlen(part)) != NULL;
}

static void
check_same_names(const struct sp_host_name *a, const struct sp_host_name *b)
{
	for (; a && b; a = a->next, b = b->next)
		assert_true(sp_str_eq(a->name, b->name));
	assert_true(!a && !b);
}

static void
check_same_host(const struct sp_facts *a, const struct sp_facts *b)
{
	const struct sp_host_path *h = a->host_paths, *g = b->host_paths;

	for (; h && g; h = h->next, g = g->next) {
		assert_true(sp_str_eq(h->path, g->path));
		assert_int_equal(h->state, g->state);
		assert_true(sp_str_eq(h->resolved, g->resolved));
		assert_true(sp_str_eq(h->socket, g->socket));
		assert_true(sp_str_eq(h->engine, g->engine));
		check_same_names(h->names, g->names);
		assert_true(sp_str_eq(h->own, g->own));
	}
	assert_true(!h && !g);
}

static void
says_only_what_is_news(void **state)
{
	static const struct {
		const char *host_config, *facts;
	} cases[] = {
	    {"\"Binds\":[\"/srv/a:/x\",\"data:/y\"]", NULL},
	    {"\"Privileged\":true", NULL},
	    {"\"Binds\":[\"/srv/link:/x\",\"/srv/a:/y\"]",
	     ",\"facts\":{\"paths\":{\"/srv/link\":\"/etc/cron.d\"}},\"headers\":"},
	    {"\"Binds\":[\"/srv/loop/:/x\"]",
	     ",\"facts\":{\"paths\":{\"/srv/loop\":null}},\"headers\":"},
	    {"\"Binds\":[\"/srv/link:/x\",\"/srv/link:/y:ro\"]",
	     ",\"facts\":{\"paths\":{\"/srv/link\":\"/etc/cron.d\"}},\"headers\":"},
	    {"\"Devices\":[{\"PathOnHost\":\"/dev/card\"}]",
	     ",\"facts\":{\"paths\":{\"/dev/card\":\"/dev/snd/card0\"}},\"headers\":"},
	    {"\"Binds\":[\"/srv/y:/x\"]",
	     ",\"facts\":{\"sockets\":{\"/srv/y\":{\"path\":\"/srv/y/d.sock\",\"engine\":"
	     "\"dockerd\"}}},\"headers\":"},
	    {"\"Binds\":[\"/srv/y2:/x\"]",
	     ",\"facts\":{\"paths\":{\"/srv/y2\":\"/srv/y\"},\"sockets\":{\"/srv/y2\":{\"path\":"
	     "\"/srv/y/d.sock\",\"engine\":\"dockerd\"}}},\"headers\":"},
	    {"\"Binds\":[\"/srv/log:/x\",\"/srv/ours:/y\"]",
	     ",\"facts\":{\"paths\":{\"/srv/ours\":\"/srv/own\"},\"own\":{\"/srv/ours\":"
	     "\"/srv/own/policy.yaml\",\"/srv/log\":\"/srv/log/audit.jsonl\"}},\"headers\":"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct question q;
		struct sp_str line;

		ask(&q, cases[i].host_config, &host);
		line = write_line(&q);
		if (has(line, cases[i].facts ? cases[i].facts : "\"facts\"") !=
		    (cases[i].facts != NULL))
			fail_msg("%s: %.*s", cases[i].host_config, SP_FMT(line));
	}
}

static void
brings_the_same_verdict_back(void **state)
{
	static const struct {
		const char *host_config;
		enum sp_verdict verdict;
	} cases[] = {
	    {"\"Binds\":[\"/srv/a:/x\"]", SP_ALLOW},
	    {"\"Binds\":[\"/srv/data:/x\",\"/srv/a:/y\"]", SP_ALLOW},
	    {"\"Binds\":[\"/srv/link:/x\"]", SP_DENY},
	    {"\"Binds\":[\"/srv/a:/y\",\"/srv/loop:/x\"]", SP_DENY},
	    {"\"Binds\":[\"/srv/y:/x\"]", SP_DENY},
	    {"\"Binds\":[\"/srv/log:/x\"]", SP_DENY},
	    {"\"Binds\":[\"/srv/ours/policy.yaml:/x\"]", SP_DENY},
	    {"\"Binds\":[\"/srv/ours/other.yaml:/x\"]", SP_ALLOW},
	    {"\"Binds\":[\"/srv/y2/z:/x\",\"/srv/link/l\\u00e4\\\"ng:/q\",\"/srv/loop:/k\"]",
	     SP_DENY},
	    {"\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"/srv/data\",\"Target\":\"/x\"}],"
	     "\"Devices\":[{\"PathOnHost\":\"/dev/snd/x\"}]",
	     SP_ALLOW},
	    {"\"Devices\":[{\"PathOnHost\":\"/dev/card\"}]", SP_DENY},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct question before, after;
		struct sp_str line;

		ask(&before, cases[i].host_config, &host);
		if (before.decision.verdict != cases[i].verdict)
			fail_msg("%s: %.*s", cases[i].host_config, SP_FMT(before.decision.message));
		line = write_line(&before);
		ask_again(&after, line);
		assert_int_equal(after.decision.verdict, cases[i].verdict);
		check_same_host(&before.facts, &after.facts);
		/* and its record is the same, but for the reason why nobody could say */
		assert_int_equal(has(write_line(&after), ",\"facts\":"), has(line, ",\"facts\":"));
	}
}

/* A path that is mounted elsewhere, too, is refused for that once more. */
static void
brings_the_names_back(void **state)
{
	static struct sp_host_name two = {TEXT("/etc/\"x\""), NULL};
	static struct sp_host_name one = {TEXT("/srv/z"), &two};
	static const struct sp_given_path paths[] = {
	    {SP_GIVEN_ANSWER,
	     {.path = TEXT("/srv/a"),
	      .state = SP_HOST_RESOLVED,
	      .resolved = TEXT("/srv/a"),
	      .names = &one}},
	};
	static const struct sp_given given = {paths, 1};
	struct question before, after;
	struct sp_str line;

	(void)state;
	ask(&before, "\"Binds\":[\"/srv/a:/x\"]", &given);
	assert_int_equal(before.decision.verdict, SP_DENY);
	line = write_line(&before);
	assert_true(
	    has(line, ",\"facts\":{\"names\":{\"/srv/a\":[\"/srv/z\",\"/etc/\\\"x\\\"\"]}},"));
	ask_again(&after, line);
	assert_int_equal(after.decision.verdict, SP_DENY);
	check_same_host(&before.facts, &after.facts);
}

/* Without what was looked up, the link would be taken for a directory. */
static void
the_facts_matter(void **state)
{
	struct question q;

	(void)state;
	ask(&q, "\"Binds\":[\"/srv/link:/x\"]", NULL);
	assert_int_equal(q.decision.verdict, SP_ALLOW);
	ask(&q, "\"Binds\":[\"/srv/link:/x\"]", &host);
	assert_int_equal(q.decision.verdict, SP_DENY);
}

static void
nine_thousand_paths_are_all_there(void **state)
{
	struct question before, after;
	struct sp_given_path *links = sp_arena_array(&arena, 9000, sizeof(*links));
	struct sp_given given = {links, 9000};
	struct sp_buf binds;
	struct sp_str line;

	(void)state;
	sp_buf_init(&binds, &arena, 4u << 20);
	for (size_t i = 0; i < 9000; i++) {
		links[i].kind = SP_GIVEN_ANSWER;
		links[i].said.path = sp_strz(sp_arena_printf(&arena, "/srv/%zu", i));
		links[i].said.state = i % 3 ? SP_HOST_RESOLVED : SP_HOST_UNKNOWN;
		if (i % 3)
			links[i].said.resolved = sp_strz(sp_arena_printf(&arena, "/data/%zu", i));
		sp_buf_addf(&binds, "%s\"/srv/%zu:/x%zu\"", i ? "," : "\"Binds\":[", i, i);
	}
	sp_buf_addc(&binds, ']');
	ask(&before, cstr(sp_buf_str(&binds)), &given);
	line = write_line(&before);
	ask_again(&after, line);
	check_same_host(&before.facts, &after.facts);
	/* A line that has no room for all of it says less, and that it cannot be replayed. */
	line = write_within(&before, 200000);
	assert_true(line.len > 0 && !has(line, "\"facts\""));
	assert_true(has(line, "\"unreplayable\":\"too long\""));
}

static void
reads_what_anybody_may_have_written(void **state)
{
	static const char *const lines[] = {
	    "{}",
	    "{\"facts\":1}",
	    "{\"facts\":{}}",
	    "{\"facts\":{\"paths\":[]}}",
	    "{\"facts\":{\"paths\":{},\"sockets\":{}}}",
	    "{\"request\":{\"facts\":{\"paths\":{\"/a\":\"/b\"}}}}",
	};
	struct sp_given given;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		assert_int_equal(sp_record_read_facts(sp_strz(lines[i]), &arena, &given), 0);
		assert_int_equal(given.n, 0);
	}
	assert_int_equal(sp_record_read_facts(SP_STR("{\"facts\":"), &arena, &given), -1);
	assert_int_equal(sp_record_read_facts(SP_STR(""), &arena, &given), 0);
	/* what is no path is not known */
	assert_int_equal(sp_record_read_facts(
			     SP_STR("{\"facts\":{\"paths\":{\"/a\":\"\",\"/b\":1,\"/c\":\"x\","
	                            "\"/d\":\"/e\"},\"sockets\":{\"/f\":7,\"/d\":{\"path\":2}}}}"),
			     &arena, &given),
	                 0);
	assert_int_equal(given.n, 5);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(given.paths[i].said.state, SP_HOST_UNKNOWN);
	assert_int_equal(given.paths[3].said.state, SP_HOST_RESOLVED);
	assert_int_equal(given.paths[3].said.socket.len, 0);
	assert_true(sp_str_is(given.paths[4].said.resolved, "/f"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(says_only_what_is_news, setup, teardown),
	    cmocka_unit_test_setup_teardown(brings_the_same_verdict_back, setup, teardown),
	    cmocka_unit_test_setup_teardown(brings_the_names_back, setup, teardown),
	    cmocka_unit_test_setup_teardown(the_facts_matter, setup, teardown),
	    cmocka_unit_test_setup_teardown(nine_thousand_paths_are_all_there, setup, teardown),
	    cmocka_unit_test_setup_teardown(reads_what_anybody_may_have_written, setup, teardown),
	};

	return cmocka_run_group_tests_name("record_facts", tests, set_up_group, tear_down_group);
}
