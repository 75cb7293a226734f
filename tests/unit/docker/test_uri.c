/* SPDX-License-Identifier: Apache-2.0 */
/* test_uri.c: what dockerd would route otherwise than it is written is refused, the rest is read.
 */
#include "docker/uri.h"
#include "message.h"

struct read {
	const char *uri, *path, *query;
	int major, minor;
};

static void
targets_are_read(void **state)
{
	static const struct read cases[] = {
	    {"/_ping", "/_ping", "", 0, 0},
	    {"/v1.41/containers/json?all=1&x=%2F", "/containers/json", "all=1&x=%2F", 1, 41},
	    {"/v1.50/info?", "/info", "", 1, 50},
	    {"/info?a?b=c", "/info", "a?b=c", 0, 0},
	    {"/containers%2Fjson", "/containers/json", "", 0, 0},
	    {"/v1.41/%63ontainers/%63reate", "/containers/create", "", 1, 41},
	    {"/v1.41%2Fcontainers/json", "/containers/json", "", 1, 41},
	    {"/v1%2e41/containers/json", "/containers/json", "", 1, 41},
	    {"/%76%31.41/info", "/info", "", 1, 41},
	    {"/containers/base%2fjson", "/containers/base/json", "", 0, 0},
	    {"/containers/a%2525/json", "/containers/a%25/json", "", 0, 0}, /* once */
	    {"/v1.41/%2563ontainers/create", "/%63ontainers/create", "", 1, 41},
	    {"/containers/a%20b/json", "/containers/a b/json", "", 0, 0},
	    {"/containers/a+b/json", "/containers/a+b/json", "", 0, 0}, /* no space in a path */
	    {"/containers/json#f", "/containers/json#f", "", 0, 0},     /* no fragments */
	    {"/containers/json?all=1#x", "/containers/json", "all=1#x", 0, 0},
	    {"/containers/json;x=1", "/containers/json;x=1", "", 0, 0},
	    {"/containers/%3f/json", "/containers/?/json", "", 0, 0},
	    {"/containers/json/", "/containers/json/", "", 0, 0},
	    {"/", "/", "", 0, 0},
	    {"/containers/.../json", "/containers/.../json", "", 0, 0},
	    {"/containers/..a/json", "/containers/..a/json", "", 0, 0},
	    {"/containers/.a/b./json", "/containers/.a/b./json", "", 0, 0},
	    {"/info?x=/../y//z", "/info", "x=/../y//z", 0, 0},
	    {"/v1.41/", "/", "", 1, 41},
	    {"/v1.0/info", "/info", "", 1, 0},
	    {"/v9.9999/info", "/info", "", 9, 9999},
	    {"/v1.41/v1.41/info", "/v1.41/info", "", 1, 41},
	    /* no version prefix for mux */
	    {"/v1.41", "/v1.41", "", 0, 0},
	    {"/V1.41/info", "/V1.41/info", "", 0, 0},
	    {"/v/info", "/v/info", "", 0, 0},
	    {"/v1.41x/info", "/v1.41x/info", "", 0, 0},
	    {"/volumes/v1.41/x", "/volumes/v1.41/x", "", 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct read *c = &cases[i];
		struct sp_request req = {.uri = sp_strz(c->uri)};
		struct sp_str query;

		sp_uri_read(&req, &query, &arena);
		if (req.fault != SP_FAULT_NONE)
			fail_msg("%s: %.*s", c->uri, SP_FMT(req.why));
		if (!sp_str_is(req.path, c->path) || !sp_str_is(query, c->query) ||
		    req.api_major != c->major || req.api_minor != c->minor)
			fail_msg("%s: %.*s ? %.*s, %d.%d", c->uri, SP_FMT(req.path), SP_FMT(query),
			         req.api_major, req.api_minor);
		assert_true(sp_str_is(req.uri, c->uri));
	}
}

static void
expect_fault(struct sp_str uri, enum sp_fault fault)
{
	struct sp_request req = {.uri = uri};
	struct sp_str query;

	sp_uri_read(&req, &query, &arena);
	if (req.fault != fault || req.why.len == 0)
		fail_msg("'%.*s': %s %.*s", SP_FMT(uri), fault_name(req.fault), SP_FMT(req.why));
	/* nothing of the client's that could move a terminal's cursor */
	for (size_t i = 0; i < req.why.len; i++)
		assert_true((unsigned char)req.why.p[i] >= 0x20 && req.why.p[i] != 0x7f);
}

static void
ambiguous_targets_are_refused(void **state)
{
	static const char *const cases[] = {
	    "",
	    "*",
	    "containers/json",
	    "http://docker/v1.41/containers/create",
	    "HTTP://h/info",
	    "http:///info",
	    "http:/info",
	    "foo:/info",
	    "foo:info",
	    "http://u:p@h:99/info",
	    "http://[::1]/info",
	    "//containers/json",
	    "/v1.41//containers/json",
	    "/containers/json//",
	    "/./info",
	    "/v1.41/./info",
	    "/x/../info",
	    "/v1.41/x/../info",
	    "/info/.",
	    "/info/..",
	    "/..",
	    "/.",
	    "//",
	    "/%2Fcontainers/json",
	    "/containers/%2e%2e/info",
	    "/containers/.%2e/info",
	    "/containers/..%2finfo",
	    "/%2e/info",
	    "/auth%23/../../v1.41/containers/create",
	    "/containers/create%00",
	    "/containers/a%00b/json",
	    "/containers/a%0ab/json",
	    "/containers/a%1bb/json",
	    "/containers/a%7fb/json",
	    "/containers/%c3%a9/json",
	    "/containers/%ff/json",
	    "/containers/%",
	    "/containers/%6",
	    "/containers/%zz/json",
	    "/containers/%6g/json",
	    "/containers/%-1/json",
	    "/containers/a b/json",
	    "/info?a b",
	    "/info\t",
	    "/info\n",
	    "/info\x7f",
	    "/containers/\xff/json",
	    "/info?\xef\xbf\xbd", /* what dockerd shows for an invalid byte */
	    "/info?\xc3\xa9",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_fault(sp_strz(cases[i]), SP_FAULT_MALFORMED);
	expect_fault(SP_STR("/in\0fo"), SP_FAULT_MALFORMED);
}

static void
unusual_versions_are_refused(void **state)
{
	static const char *const cases[] = {
	    "/v1/info",       "/v./info",       "/v../info",
	    "/v1./info",      "/v.41/info",     "/v1..41/info",
	    "/v1.41./info",   "/v.1.41/info",   "/v1.41.0/info",
	    "/v01.41/info",   "/v1.041/info",   "/v1.00/info",
	    "/v0.0/info",     "/v0.41/info",    "/v00.1/info",
	    "/v1.41000/info", "/v10000.1/info", "/v1.4294967337/info",
	    "/v%31/info",     "/v1.41.1/",
	};
	struct sp_request req = {.uri = SP_STR("/v1..41/containers/create?name=x")};
	struct sp_str query;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_fault(sp_strz(cases[i]), SP_FAULT_VERSION);
	/* the refusal can still say what was asked for */
	sp_uri_read(&req, &query, &arena);
	assert_true(sp_str_is(req.path, "/containers/create"));
	assert_int_equal(req.api_major, 0);
	assert_true(sp_str_has_nocase(req.why, SP_STR("/v1..41")));
}

static void
a_full_arena_is_a_refusal(void **state)
{
	struct sp_arena small;
	struct sp_request req = {.uri = SP_STR("/containers%2Fjson")};
	struct sp_str query;

	(void)state;
	sp_arena_init(&small, 8);
	sp_uri_read(&req, &query, &small);
	assert_int_equal(req.fault, SP_FAULT_MALFORMED);
	assert_true(req.why.len > 0);
	sp_arena_fini(&small);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(targets_are_read, setup, teardown),
	    cmocka_unit_test_setup_teardown(ambiguous_targets_are_refused, setup, teardown),
	    cmocka_unit_test_setup_teardown(unusual_versions_are_refused, setup, teardown),
	    cmocka_unit_test(a_full_arena_is_a_refusal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
