/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_objects.c: which existing objects a request names, how a list of all of them answers, which
 * words can only be names, and which filters of a list mean every object shown.
 */
#include "message.h"

#include "sallyport/objects.h"

static struct sp_facts facts;

/* "kind ref" of each, separated by "; ". */
static const char *
refs(const char *method, const char *uri, const char *body)
{
	struct sp_request req;
	struct sp_buf out;
	const char *headers =
	    body ? sp_arena_printf(
		       &arena, "\"Content-Type\":\"application/json\",\"Content-Length\":\"%zu\"",
		       strlen(body))
		 : "\"Content-Length\":\"0\"";

	read_message(&req, method, uri, strcmp(method, "GET") == 0 ? NULL : headers, body, false);
	assert_string_equal(fault_name(req.fault), "none");
	sp_facts_read(&facts, &req, &arena);
	sp_buf_init(&out, &arena, 2000);
	for (const struct sp_object_ref *r = facts.objects; r; r = r->next) {
		assert_int_equal(r->state, SP_OBJECT_UNKNOWN);
		sp_buf_addf(&out, "%s%s %.*s", r == facts.objects ? "" : "; ",
		            sp_object_kind_name(r->kind), SP_FMT(r->ref));
	}
	return sp_buf_str(&out).p ? sp_buf_str(&out).p : "";
}

static void
requests_name_objects(void **state)
{
	static const struct {
		const char *method, *uri, *body, *wanted;
	} rows[] = {
	    {"POST", "/containers/a/stop", NULL, "container a"},
	    {"GET", "/containers/a/json", NULL, "container a"},
	    {"GET", "/containers/json", NULL, ""},
	    {"DELETE", "/images/x:1", NULL, "image x:1"},
	    {"POST", "/images/x/tag?repo=y", NULL, "image x"},
	    {"POST", "/images/create?fromImage=x", NULL, ""},
	    {"GET", "/images/get?names=a&names=b", NULL, "image a; image b"},
	    {"GET", "/images/get", NULL, "image "},
	    {"GET", "/images/a/get", NULL, "image a"},
	    {"GET", "/distribution/nginx/json", NULL, ""},
	    {"POST", "/commit?container=a&repo=b", NULL, "container a"},
	    {"POST", "/commit?repo=b", NULL, "container "},
	    {"POST", "/exec/e1/start", "{}", "exec e1"},
	    {"DELETE", "/volumes/v", NULL, "volume v"},
	    {"POST", "/volumes/create", "{\"Name\":\"v\"}", ""},
	    {"POST", "/networks/n/connect", "{\"Container\":\"/a\"}", "network n; container a"},
	    {"POST", "/networks/n/connect", "{\"container\":\"a\"}", "network n; container a"},
	    {"POST", "/networks/n/disconnect", "{\"Container\":\"a\",\"Force\":true}",
	     "network n; container a"},
	    {"POST", "/networks/n/disconnect", "{\"Force\":true}", "network n; container "},
	    {"POST", "/networks/n/disconnect", "{\"Container\":null}", "network n; container "},
	    {"POST", "/containers/create",
	     "{\"Image\":\"x\",\"HostConfig\":{\"NetworkMode\":\"container:/a\",\"IpcMode\":"
	     "\"container:b\",\"VolumesFrom\":[\"c:ro\",\"d\"],\"Links\":[\"/e:f\"]}}",
	     "container b; container a; container c; container d; container e"},
	    {"POST", "/containers/create", "{\"Image\":\"x\"}", ""},
	    {"DELETE", "/containers/a/checkpoints/c", NULL, "container a"},
	    {"GET", "/swarm", NULL, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *got = refs(rows[i].method, rows[i].uri, rows[i].body);

		if (strcmp(got, rows[i].wanted) != 0)
			fail_msg("%s %s: '%s'", rows[i].method, rows[i].uri, got);
	}
}

static void
every_action_on_something_names_it(void **state)
{
	(void)state;
	for (enum sp_action a = SP_ACT_NONE + 1; a < SP_ACT_COUNT; a++)
		if (sp_action_info(a)->existing)
			assert_true(sp_object_kind_of(a) != SP_OBJECT_NONE);
	assert_int_equal(sp_object_kind_of(SP_ACT_SYSTEM_INFO), SP_OBJECT_NONE);
	assert_int_equal(sp_object_kind_of(SP_ACT_NONE), SP_OBJECT_NONE);
}

static void
a_list_of_all_objects_answers(void **state)
{
	static const struct sp_str names[] = {{"b1", 2}, {"3f5e", 4}, {"web:latest", 10}};
	static const struct sp_object objects[] = {
	    {.kind = SP_OBJECT_CONTAINER,
	     .id = {"3f5e00aa", 8},
	     .names = &names[0],
	     .n_names = 1,
	     .next = &objects[1]},
	    {.kind = SP_OBJECT_CONTAINER,
	     .id = {"3f6e00bb", 8},
	     .names = &names[1],
	     .n_names = 1,
	     .next = &objects[2]},
	    {.kind = SP_OBJECT_EXEC, .id = {"e1", 2}, .container = {"b1", 2}, .next = &objects[3]},
	    {.kind = SP_OBJECT_IMAGE, .id = {"sha256:abcd", 11}, .names = &names[2], .n_names = 1},
	};
	static const struct {
		const char *method, *uri;
		enum sp_object_state state;
		const struct sp_object *object;
	} rows[] = {
	    {"GET", "/containers/b1/json", SP_OBJECT_KNOWN, &objects[0]},
	    {"GET", "/containers/3f5e00aa/json", SP_OBJECT_KNOWN, &objects[0]},
	    {"GET", "/containers/3f5e0/json", SP_OBJECT_KNOWN, &objects[0]},
	    {"GET", "/containers/3f5e/json", SP_OBJECT_KNOWN, &objects[1]}, /* a name goes first */
	    {"GET", "/containers/3f/json", SP_OBJECT_UNKNOWN, NULL},
	    {"GET", "/containers/b/json", SP_OBJECT_ABSENT, NULL},
	    {"GET", "/volumes/b1", SP_OBJECT_ABSENT, NULL},
	    {"GET", "/exec/e1/json", SP_OBJECT_KNOWN, &objects[0]},
	    {"GET", "/exec/e2/json", SP_OBJECT_ABSENT, NULL},
	    {"GET", "/images/web/json", SP_OBJECT_KNOWN, &objects[3]},
	    {"GET", "/images/web:latest/json", SP_OBJECT_KNOWN, &objects[3]},
	    {"GET", "/images/abc/json", SP_OBJECT_KNOWN, &objects[3]},
	    {"GET", "/images/sha256:abc/json", SP_OBJECT_KNOWN, &objects[3]},
	    {"GET", "/images/get", SP_OBJECT_UNKNOWN, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		refs(rows[i].method, rows[i].uri, NULL);
		assert_non_null(facts.objects);
		sp_objects_answer(&facts, objects);
		if (facts.objects->state != rows[i].state ||
		    facts.objects->object != rows[i].object)
			fail_msg("%s: state %d", rows[i].uri, (int)facts.objects->state);
	}
}

static void
some_words_can_only_be_names(void **state)
{
	static const struct {
		enum sp_object_kind kind;
		const char *ref;
		bool is_name;
	} rows[] = {
	    {SP_OBJECT_CONTAINER, "web", true},
	    {SP_OBJECT_CONTAINER, "cafe", false},
	    {SP_OBJECT_CONTAINER, "cafe-1", true},
	    {SP_OBJECT_CONTAINER, "CAFE", true},
	    {SP_OBJECT_CONTAINER, "web/db", false},
	    {SP_OBJECT_CONTAINER, "", false},
	    {SP_OBJECT_VOLUME, "data", false},
	    {SP_OBJECT_VOLUME, "blue-data", true},
	    {SP_OBJECT_VOLUME, "Data", true},
	    {SP_OBJECT_NETWORK, "qew9sz6bejadv3wnavmtztxnw", false},
	    {SP_OBJECT_NETWORK, "qew9sz6bejadv3wnavmtztxnwx", true},
	    {SP_OBJECT_SERVICE, "web_api", true},
	    {SP_OBJECT_IMAGE, "web-1", false},
	    {SP_OBJECT_PLUGIN, "web-1", false},
	    {SP_OBJECT_EXEC, "web-1", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sp_object_ref r = {.kind = rows[i].kind, .ref = sp_strz(rows[i].ref)};

		if (sp_object_ref_is_name(&r) != rows[i].is_name)
			fail_msg("%s", rows[i].ref);
	}
}

static const char *
filters(const char *path, const char *value)
{
	struct sp_request req;
	struct sp_buf out, uri;
	const struct sp_label *labels;
	uint32_t n;

	sp_buf_init(&uri, &arena, 4000);
	sp_buf_addf(&uri, "%s?filters=", path);
	for (const char *p = value; *p; p++)
		sp_buf_addf(&uri, "%%%02x", (unsigned)(unsigned char)*p);
	read_message(&req, "GET", sp_buf_str(&uri).p, NULL, NULL, false);
	assert_string_equal(fault_name(req.fault), "none");
	labels = sp_objects_filters(&req, &arena, &n);
	sp_buf_init(&out, &arena, 2000);
	for (uint32_t i = 0; i < n; i++)
		sp_buf_addf(&out, "%s%.*s%s%.*s", i ? " " : "", SP_FMT(labels[i].key),
		            labels[i].value.p ? "=" : "?", SP_FMT(labels[i].value));
	return sp_buf_str(&out).p ? sp_buf_str(&out).p : "";
}

static void
label_filters_are_read_as_dockerd_does(void **state)
{
	static const struct {
		const char *path, *value, *wanted;
	} rows[] = {
	    {"/containers/json", "{\"label\":{\"a=b\":true}}", "a=b"},
	    {"/containers/json", "{\"label\":{\"a=b=c\":true,\"d\":true}}", "a=b=c d?"},
	    {"/containers/json", "{\"label\":{\"a=b\":false}}", "a=b"},
	    {"/containers/json", "{\"label\":[\"a=b\",\"c=\"]}", "a=b c="},
	    {"/containers/json", "{\"name\":{\"x\":true},\"label\":{\"a=b\":true}}", "a=b"},
	    {"/containers/json", "{\"Label\":{\"a=b\":true}}", ""},
	    {"/containers/json", "{\"label!\":{\"a=b\":true}}", ""},
	    {"/containers/json", "{\"label\":\"a=b\"}", ""},
	    {"/containers/json", "{\"label\":null}", ""},
	    {"/containers/json", "{\"label\":{\"a=b\":1}}", ""},
	    {"/containers/json", "{\"label\":[1]}", ""},
	    {"/containers/json", "{\"label\":{\"a=b\":true},\"label\":{}}", ""},
	    {"/containers/json", "{\"label\":{\"a=b\":true,\"a=b\":true}}", ""},
	    {"/containers/json", "[\"a=b\"]", ""},
	    {"/containers/json", "{", ""},
	    {"/containers/json", "", ""},
	    {"/networks", "{\"label\":{\"a=b\":true}}", "a=b"},
	    {"/events", "{\"label\":{\"a=b\":true}}", "a=b"},
	    {"/tasks", "{\"label\":{\"a=b\":true}}", ""},
	    {"/nodes", "{\"label\":{\"a=b\":true}}", ""},
	    {"/images/json", "{\"label\":{\"a=b\":true}}", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *got = filters(rows[i].path, rows[i].value);

		if (strcmp(got, rows[i].wanted) != 0)
			fail_msg("%s %s: '%s'", rows[i].path, rows[i].value, got);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(requests_name_objects, setup, teardown),
	    cmocka_unit_test_setup_teardown(every_action_on_something_names_it, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_list_of_all_objects_answers, setup, teardown),
	    cmocka_unit_test_setup_teardown(some_words_can_only_be_names, setup, teardown),
	    cmocka_unit_test_setup_teardown(label_filters_are_read_as_dockerd_does, setup,
	                                    teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
