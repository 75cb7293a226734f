/* SPDX-License-Identifier: Apache-2.0 */
#include "facts_test.h"

#define HEX64 "7cc4b5aefd1d0cadf8d97d4350462ba51c694ebca145b08d7d41b41acc8db5aa"

static void
image_names_come_from_the_url(void **state)
{
	static const struct {
		const char *method, *uri, *images, *tags;
	} cases[] = {
	    {"POST", "/v1.44/images/create?fromImage=nginx", "docker.io/library/nginx", "-"},
	    {"POST", "/v1.44/images/create?fromImage=nginx&tag=1", "docker.io/library/nginx:1",
	     "-"},
	    {"POST", "/v1.44/images/create?fromImage=nginx:2&tag=1", "docker.io/library/nginx:1",
	     "-"},
	    {"POST", "/v1.44/images/create?fromImage=nginx:", "docker.io/library/nginx", "-"},
	    {"POST", "/v1.44/images/create?fromImage=r.example.com%2Fa&tag=sha256:" HEX64,
	     "r.example.com/a@sha256:" HEX64, "-"},
	    {"POST", "/v1.44/images/create?fromImage=r.example.com/a:1@sha256:" HEX64 "&tag=2",
	     "r.example.com/a:2@sha256:" HEX64, "-"},
	    {"POST", "/v1.44/images/create?fromImage=cafe", "docker.io/library/cafe", "-"},
	    {"POST", "/v1.44/images/create?fromImage=Nginx", "Nginx(invalid)", "-"},
	    {"POST", "/v1.44/images/create?fromImage=nginx&tag=a+b", "nginx:a b(invalid)", "-"},
	    {"POST", "/v1.44/images/r.example.com/a/push", "r.example.com/a", "-"},
	    {"POST", "/v1.44/images/r.example.com/a/push?tag=1", "r.example.com/a:1", "-"},
	    {"POST", "/v1.44/images/r.example.com/a:2/push", "r.example.com/a:2", "-"},
	    {"POST", "/v1.44/images/busybox/tag?repo=r.example.com/x&tag=1",
	     "docker.io/library/busybox:latest", "r.example.com/x:1"},
	    {"POST", "/v1.44/images/cafe/tag?repo=cafe", "cafe(id)",
	     "docker.io/library/cafe:latest"},
	    {"POST", "/v1.44/images/x/tag?repo=a:1&tag=2", "docker.io/library/x:latest",
	     "docker.io/library/a:2"},
	    {"POST", "/v1.44/images/x/tag?tag=2", "docker.io/library/x:latest", ":2(invalid)"},
	    {"DELETE", "/v1.44/images/busybox:1", "docker.io/library/busybox:1", "-"},
	    {"DELETE", "/v1.44/images/" HEX64, HEX64 "(id)", "-"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ask(cases[i].method, cases[i].uri, NULL);
		assert_string_equal(powers(), "");
		assert_false(facts.unread);
		if (strcmp(seen(SP_FACT_IMAGES), cases[i].images) != 0)
			fail_msg("%s: images %s, expected %s", cases[i].uri, seen(SP_FACT_IMAGES),
			         cases[i].images);
		if (strcmp(seen(SP_FACT_TAGS), cases[i].tags) != 0)
			fail_msg("%s: tags %s, expected %s", cases[i].uri, seen(SP_FACT_TAGS),
			         cases[i].tags);
	}
	ask("POST", "/v1.44/images/busybox/tag?repo=x&tag=1", NULL);
	assert_string_equal(shown(SP_FACT_TAGS, 0), "-t x:1 @?repo");
}

/* A form in the body, which nobody sees, could say another name. */
static void
names_of_archives_are_unknowable(void **state)
{
	static const char *const uris[] = {"/v1.44/images/load?quiet=1",
	                                   "/v1.44/images/create?fromSrc=-&repo=busybox&tag=1"};

	(void)state;
	for (size_t i = 0; i < sizeof(uris) / sizeof(uris[0]); i++) {
		read_message(&req, "POST", uris[i], "\"Content-Type\":\"application/x-tar\"", NULL,
		             false);
		sp_facts_read(&facts, &req, &arena);
		assert_string_equal(powers(), "");
		assert_string_equal(seen(SP_FACT_TAGS), "unknowable");
		assert_string_equal(seen(SP_FACT_IMAGES), "-");
	}
}

static void
a_build_is_what_its_url_says(void **state)
{
	(void)state;
	read_message(&req, "POST",
	             "/v1.44/build?t=a&t=r.example.com/b:1&networkmode=host&"
	             "remote=https://git.example.com/x.git&cgroupparent=/x",
	             "\"Content-Type\":\"application/x-tar\"", NULL, false);
	sp_facts_read(&facts, &req, &arena);
	assert_false(facts.unread);
	assert_null(facts.beyond);
	assert_string_equal(powers(), "host_namespaces=network cgroup_parent=/x "
	                              "build_remote=https://git.example.com/x.git");
	assert_string_equal(seen(SP_FACT_TAGS), "docker.io/library/a:latest,r.example.com/b:1");
	assert_string_equal(shown(SP_FACT_HOST_NAMESPACES, 0), "--network host @?networkmode");
	read_message(&req, "POST", "/v1.44/build?networkmode=container:db",
	             "\"Content-Type\":\"application/x-tar\"", NULL, false);
	sp_facts_read(&facts, &req, &arena);
	assert_string_equal(powers(), "join_namespaces=db>network");
	read_message(&req, "POST", "/v1.44/build?cgroupparent=/ci/../x",
	             "\"Content-Type\":\"application/x-tar\"", NULL, false);
	sp_facts_read(&facts, &req, &arena);
	assert_string_equal(powers(), "malformed: the cgroup parent '/ci/../x' holds '..'");
	read_message(&req, "POST", "/v1.44/build?networkmode=default",
	             "\"Content-Type\":\"application/x-tar\"", NULL, false);
	sp_facts_read(&facts, &req, &arena);
	assert_string_equal(powers(), "");
	assert_null(facts.beyond);
	read_message(&req, "POST", "/v1.44/build?version=2&session=x",
	             "\"Content-Type\":\"application/x-tar\"", NULL, false);
	sp_facts_read(&facts, &req, &arena);
	assert_non_null(facts.beyond);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(image_names_come_from_the_url),
	    cmocka_unit_test(names_of_archives_are_unknowable),
	    cmocka_unit_test(a_build_is_what_its_url_says),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
