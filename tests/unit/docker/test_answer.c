/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_answer.c: dockerd's answers: recorded ones of two versions show what they show, and whatever
 * is not understood is unknown.
 */
#include "message.h"

#include "sallyport/answer.h"

/* The objects as text: "kind name|id k=v ... $VARIABLE ...", separated by "; ". */
static const char *
print(const struct sp_answer *answer)
{
	struct sp_buf out;

	sp_buf_init(&out, &arena, 8192);
	if (answer->state == SP_ANSWER_UNKNOWN)
		sp_buf_addz(&out, "unknown");
	else if (answer->state == SP_ANSWER_NOTHING)
		sp_buf_addz(&out, answer->error ? "error" : "nothing");
	for (const struct sp_object *o = answer->first; o; o = o->next) {
		if (o != answer->first)
			sp_buf_addz(&out, "; ");
		sp_buf_add(&out, sp_object_shown(o, &arena));
		for (uint32_t i = 1; i < o->n_names; i++)
			sp_buf_addf(&out, ",%.*s", SP_FMT(o->names[i]));
		for (uint32_t i = 0; i < o->n_labels; i++)
			sp_buf_addf(&out, " %.*s=%.*s", SP_FMT(o->labels[i].key),
			            SP_FMT(o->labels[i].value));
		for (uint32_t i = 0; i < o->n_env; i++)
			sp_buf_addf(&out, " $%.*s", SP_FMT(o->env[i]));
		if (o->container.len)
			sp_buf_addf(&out, " in %.*s", SP_FMT(sp_str_head(o->container, 6)));
	}
	return sp_buf_str(&out).p ? sp_buf_str(&out).p : "";
}

/* A whole AuthZRes message, `more` its fields after method and URI. */
static const char *
read_message_text(const char *uri, const char *more, struct sp_answer *answer)
{
	const char *text = sp_arena_printf(
	    &arena, "{\"RequestMethod\":\"GET\",\"RequestUri\":\"%s\"%s}", uri, more);
	struct sp_request req;

	read_text(&req, sp_strz(text), true);
	assert_int_equal(req.fault, SP_FAULT_NONE);
	sp_answer_read(answer, &req, &arena);
	return print(answer);
}

static const char *
read_body(const char *uri, const char *body)
{
	struct sp_answer answer;
	struct sp_str encoded = base64(sp_strz(body));

	return read_message_text(
	    uri,
	    sp_arena_printf(&arena, ",\"ResponseStatusCode\":200,\"ResponseBody\":\"%.*s\"",
	                    SP_FMT(encoded)),
	    &answer);
}

static void
recorded_answers_show_what_they_show(void **state)
{
	static const struct {
		const char *file, *old, *new; /* of 20.10 and of 29.7 */
	} rows[] = {
	    {"06-images.4", "image busybox:local", NULL},
	    {"08-create.4", "container 83ee825b69833effe47", "container 2dfbce72f9fa7d04f20"},
	    {"12-exec.6", "exec 25ddf8313630d875930", "exec d6277bf54ac3982c9fa"},
	    {"12-exec.10", "exec 25ddf8313630d875930 in 83ee82",
	     "exec d6277bf54ac3982c9fa in 2dfbce"},
	    {"18-logs.6", "nothing", NULL},
	    {"21-inspect.4", "container c1", NULL},
	    {"22-inspect-missing.4", "error", NULL},
	    {"44-image-inspect.4", "image busybox:local", NULL},
	    {"47-network-ls.4", "network none; network host", NULL},
	    {"50-network-inspect.4", "network none", NULL},
	    {"52-volume-create.4", "volume v1 a=b", NULL},
	    {"54-volume-ls.4", "volume v1 a=b; volume v2", NULL},
	    {"55-volume-inspect.4", "volume v1 a=b", NULL},
	    {"57-plugin-ls.4", "", NULL},
	    {"60-events.4", "nothing", NULL},
	    {"63-swarm-init.6", "node vm", NULL},
	    {"65-service-ls.4", "service s1", NULL},
	    {"66-service-ps.8", "task 2q4068ub2gxpqz5s5sf", "task aa0905rzb8u3k4wjicy"},
	    {"66-service-ps.10", "service s1", NULL},
	    {"69-secret-create.4", "secret o74d45sn4yjzzsmqhjh", "secret liz69ucmwyfq4j0xkxj"},
	    {"71-node-ls.4", "node vm", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) * 2; i++) {
		const char *old = rows[i / 2].old, *wanted = i % 2 ? rows[i / 2].new : old;
		const char *path = sp_arena_printf(&arena, "tests/requests/%s/%s.AuthZRes.json",
		                                   i % 2 ? "29.7" : "20.10", rows[i / 2].file);
		struct sp_request req;
		struct sp_answer answer;

		read_text(&req, file_text(path), true);
		assert_int_equal(req.fault, SP_FAULT_NONE);
		sp_answer_read(&answer, &req, &arena);
		if (strcmp(print(&answer), wanted ? wanted : old) != 0)
			fail_msg("%s: %s (%.*s)", path, print(&answer), SP_FMT(answer.why));
	}
}

static void
disk_usage_shows_all_kinds(void **state)
{
	static const char *const versions[] = {"20.10", "29.7"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct sp_request req;
		struct sp_answer answer;
		unsigned n[SP_OBJECT_EXEC + 1] = {0};

		read_text(
		    &req,
		    file_text(sp_arena_printf(
			&arena, "tests/requests/%s/59-system-df.4.AuthZRes.json", versions[i])),
		    true);
		sp_answer_read(&answer, &req, &arena);
		assert_int_equal(answer.state, SP_ANSWER_OBJECTS);
		for (const struct sp_object *o = answer.first; o; o = o->next)
			n[o->kind]++;
		assert_true(n[SP_OBJECT_IMAGE] >= 5);
		assert_true(n[SP_OBJECT_CONTAINER] >= 2);
	}
}

static void
objects_are_read_with_labels_and_variables(void **state)
{
	static const struct {
		const char *uri, *body, *wanted;
	} rows[] = {
	    {"/containers/json",
	     "[{\"Id\":\"a1\",\"Names\":[\"/web/db\",\"/"
	     "db\"],\"Labels\":{\"a\":\"b\",\"c\":\"\"}}]",
	     "container db a=b c="},
	    {"/containers/x/json",
	     "{\"Id\":\"a1\",\"Name\":\"/db\",\"Config\":{\"Env\":[\"A=1\",\"B\",\"C=D=E\"],"
	     "\"Labels\":{\"a\":\"b\"}},\"New\":{\"x\":[1,2]}}",
	     "container db a=b $A $B $C"},
	    {"/images/x/json",
	     "{\"Id\":\"sha256:1\",\"RepoTags\":[\"x:1\",\"y:2\"],\"Config\":{\"Env\":[\"A=1\"]},"
	     "\"ContainerConfig\":{\"Env\":[\"B=1\"]}}",
	     "image x:1,y:2 $A $B"},
	    {"/images/json", "[{\"Id\":\"sha256:1\",\"RepoTags\":null,\"Labels\":null}]",
	     "image sha256:1"},
	    {"/services/s",
	     "{\"ID\":\"s1\",\"Spec\":{\"Name\":\"s\",\"Labels\":{\"a\":\"b\"},\"TaskTemplate\":{"
	     "\"ContainerSpec\":{\"Env\":[\"A=1\"]}}},\"PreviousSpec\":{\"Name\":\"s\","
	     "\"TaskTemplate\":{\"ContainerSpec\":{\"Env\":[\"B=1\"]},\"PluginSpec\":{\"Env\":["
	     "\"C=1\"]}}}}",
	     "service s a=b $A $B $C"},
	    {"/tasks/t",
	     "{\"ID\":\"t1\",\"Labels\":{\"a\":\"b\"},\"Spec\":{\"ContainerSpec\":{\"Labels\":{"
	     "\"a\":\"c\",\"d\":\"e\"},\"Env\":[\"A=1\"]}}}",
	     "task t1 a=b a=c d=e $A"},
	    {"/nodes/n",
	     "{\"ID\":\"n1\",\"Spec\":{\"Labels\":{\"a\":\"b\"}},\"Description\":{\"Hostname\":"
	     "\"vm\"}}",
	     "node vm a=b"},
	    {"/secrets", "[{\"ID\":\"x1\",\"Spec\":{\"Name\":\"pw\",\"Labels\":{\"a\":\"b\"}}}]",
	     "secret pw a=b"},
	    {"/configs/c", "{\"ID\":\"x1\",\"Spec\":{\"Name\":\"c\",\"Data\":\"eA==\"}}",
	     "config c"},
	    {"/plugins/p/json",
	     "{\"Id\":\"p1\",\"Name\":\"p:latest\",\"Config\":{\"Env\":[{\"Name\":\"X\"}]},"
	     "\"Settings\":{\"Env\":[\"DEBUG=0\"]}}",
	     "plugin p:latest $DEBUG"},
	    {"/volumes",
	     "{\"Volumes\":[{\"Name\":\"v\",\"Labels\":{\"a\":\"b\"}}],\"Warnings\":null}",
	     "volume v a=b"},
	    {"/volumes", "{\"Volumes\":null,\"Warnings\":null}", ""},
	    {"/v1.52/system/df",
	     "{\"ImageUsage\":{\"Items\":[{\"Id\":\"sha256:1\",\"RepoTags\":[\"x:1\"]}]},"
	     "\"ContainerUsage\":{\"Items\":[{\"Id\":\"a1\",\"Names\":[\"/c\"]}]},"
	     "\"VolumeUsage\":{\"Items\":[{\"Name\":\"v\",\"Labels\":{\"a\":\"b\"}}]}}",
	     "image x:1; container c; volume v a=b"},
	    {"/containers/json", "null", ""},
	    {"/info", "{\"ID\":\"x\"}", "nothing"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *got = read_body(rows[i].uri, rows[i].body);

		if (strcmp(got, rows[i].wanted) != 0)
			fail_msg("%s: '%s'", rows[i].body, got);
	}
}

static void
what_is_not_understood_is_unknown(void **state)
{
	static const char *const bad[] = {
	    "",
	    "{",
	    "[]",
	    "7",
	    "{}",
	    "{\"Id\":7,\"Name\":\"/a\",\"Config\":{}}",
	    "{\"Id\":\"a1\",\"Name\":\"/a\"}",
	    "{\"Id\":\"a1\",\"Name\":\"/a\",\"Config\":{\"Labels\":[]}}",
	    "{\"Id\":\"a1\",\"Name\":\"/a\",\"Config\":{\"Env\":[null]}}",
	    "{\"Id\":\"a1\",\"Name\":\"/a\",\"Config\":{\"Labels\":{\"a\":\"b\",\"a\":\"c\"}}}",
	    "{\"Id\":\"a1\",\"Name\":\"/a\",\"Config\":{},\"config\":{}}",
	    "{\"Id\":\"a1\",\"Name\":\"/a\",\"Config\":{}} x",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_string_equal(read_body("/containers/x/json", bad[i]), "unknown");
	assert_string_equal(read_body("/containers/json", "[{\"Labels\":{}}]"), "unknown");
	assert_string_equal(read_body("/containers/json", "{}"), "unknown");
}

static void
errors_and_what_has_left_are_told_apart(void **state)
{
	static const char head[] = ",\"ResponseHeaders\":{\"Ostype\":\"linux\"}";
	struct sp_answer answer;

	(void)state;
	assert_string_equal(read_message_text("/containers/x/json", head, &answer), "error");
	assert_true(answer.size_state == SP_SET && answer.size == 0);
	assert_string_equal(read_message_text("/containers/x/json", "", &answer), "unknown");
	assert_true(sp_str_has_nocase(answer.why, SP_STR("64 KiB")));
	assert_true(answer.size_state == SP_UNKNOWABLE);
	assert_string_equal(
	    read_message_text("/containers/x/json", ",\"ResponseStatusCode\":404", &answer),
	    "error");
	assert_string_equal(
	    read_message_text("/containers/x/json", ",\"ResponseStatusCode\":200", &answer),
	    "unknown");
	/* a tar that is not flushed yet is no error */
	assert_string_equal(
	    read_message_text("/containers/x/archive",
	                      ",\"ResponseHeaders\":{\"Content-Type\":\"application/x-tar\"}",
	                      &answer),
	    "nothing");
	assert_true(answer.size_state == SP_UNKNOWABLE);
	assert_string_equal(
	    read_message_text("/containers/x/json",
	                      ",\"ResponseStatusCode\":200,\"ResponseBody\":\"!!!!\"", &answer),
	    "unknown");
}

static void
the_size_is_that_of_the_body(void **state)
{
	static const char *const bodies[] = {"{}\n", "{} \n", "{}  \n", "{}   \n"};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct sp_answer answer;
		struct sp_str encoded = base64(sp_strz(bodies[i]));

		read_message_text("/info",
		                  sp_arena_printf(&arena,
		                                  ",\"ResponseStatusCode\":200,"
		                                  "\"ResponseBody\":\"%.*s\"",
		                                  SP_FMT(encoded)),
		                  &answer);
		assert_int_equal(answer.size_state, SP_SET);
		assert_int_equal(answer.size, strlen(bodies[i]));
	}
}

static bool
has_left(const char *method, const char *uri, const char *more)
{
	struct sp_request req;

	read_text(
	    &req,
	    sp_strz(sp_arena_printf(&arena, "{\"RequestMethod\":\"%s\",\"RequestUri\":\"%s\"%s}",
	                            method, uri, more)),
	    true);
	assert_int_equal(req.fault, SP_FAULT_NONE);
	return sp_answer_has_left(&req);
}

static void
only_streams_leave(void **state)
{
	static const char head[] = ",\"ResponseHeaders\":{\"Ostype\":\"linux\"}";

	(void)state;
	assert_true(has_left("GET", "/containers/x/logs?stdout=1", ""));
	assert_true(has_left("GET", "/events", ""));
	assert_true(has_left("POST", "/containers/x/attach", head));
	assert_false(has_left("GET", "/containers/x/logs?stdout=1", head)); /* an error */
	assert_false(has_left("GET", "/containers/json", ""));              /* its body waits */
	assert_false(
	    has_left("GET", "/containers/x/stats?stream=0", ",\"ResponseStatusCode\":200"));
}

static void
little_memory_makes_it_unknown(void **state)
{
	struct sp_request req;

	(void)state;
	read_text(&req, file_text("tests/requests/20.10/59-system-df.4.AuthZRes.json"), true);
	for (size_t cap = 64; cap <= 16384; cap *= 2) {
		struct sp_arena small;
		struct sp_answer answer;

		sp_arena_init(&small, cap);
		sp_answer_read(&answer, &req, &small);
		assert_true(answer.state == SP_ANSWER_UNKNOWN || !small.full);
		assert_true(answer.state != SP_ANSWER_UNKNOWN || answer.why.len > 0);
		sp_arena_fini(&small);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(recorded_answers_show_what_they_show, setup, teardown),
	    cmocka_unit_test_setup_teardown(disk_usage_shows_all_kinds, setup, teardown),
	    cmocka_unit_test_setup_teardown(objects_are_read_with_labels_and_variables, setup,
	                                    teardown),
	    cmocka_unit_test_setup_teardown(what_is_not_understood_is_unknown, setup, teardown),
	    cmocka_unit_test_setup_teardown(errors_and_what_has_left_are_told_apart, setup,
	                                    teardown),
	    cmocka_unit_test_setup_teardown(the_size_is_that_of_the_body, setup, teardown),
	    cmocka_unit_test_setup_teardown(only_streams_leave, setup, teardown),
	    cmocka_unit_test_setup_teardown(little_memory_makes_it_unknown, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
