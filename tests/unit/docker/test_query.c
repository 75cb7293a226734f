/* SPDX-License-Identifier: Apache-2.0 */
/* test_query.c: parameters as Go's url.ParseQuery gives them, and what is refused instead. */
#include "docker/uri.h"
#include "message.h"

/* The name of the handler in routes.tsv, for the actions that have list parameters. */
static const struct {
	const char *handler;
	enum sp_action action;
} with_lists[] = {
    {"container.commit", SP_ACT_CONTAINER_COMMIT},
    {"image.import", SP_ACT_IMAGE_IMPORT},
    {"image.save", SP_ACT_IMAGE_SAVE},
    {"image.load", SP_ACT_IMAGE_LOAD},
    {"image.delete", SP_ACT_IMAGE_REMOVE},
    {"image.attestations", SP_ACT_IMAGE_ATTESTATIONS},
    {"image.build", SP_ACT_IMAGE_BUILD},
    {"system.df", SP_ACT_SYSTEM_DF},
};

static enum sp_fault
read_query(struct sp_request *req, enum sp_action action, struct sp_str raw)
{
	*req = (struct sp_request){.action = action};
	sp_query_read(req, raw, &arena);
	sp_query_check_unique(req, &arena);
	if (req->fault != SP_FAULT_NONE)
		assert_true(req->why.len > 0);
	return req->fault;
}

static void
parameters_are_decoded(void **state)
{
	static const char raw[] =
	    "a=1&&b=x%20y+z%2B&c&d=&=e&f=g=h&%6eame=%77eb&changes=ENV+A%3D1%0AUSER%09x&u=%c3%a9"
	    "&F=2&s=%3B&h=#x&q=?";
	static const struct {
		const char *key, *value;
	} want[] = {
	    {"a", "1"},        {"b", "x y z+"}, {"c", ""},       {"d", ""},
	    {"", "e"},         {"f", "g=h"},    {"name", "web"}, {"changes", "ENV A=1\nUSER\tx"},
	    {"u", "\xc3\xa9"}, {"F", "2"},      {"s", ";"},      {"h", "#x"},
	    {"q", "?"},
	};
	struct sp_request req;

	(void)state;
	assert_int_equal(read_query(&req, SP_ACT_IMAGE_BUILD, sp_strz(raw)), SP_FAULT_NONE);
	assert_int_equal(req.query.n, sizeof(want) / sizeof(want[0]));
	for (size_t i = 0; i < req.query.n; i++) {
		assert_true(sp_str_is(req.query.list[i].key, want[i].key));
		assert_true(sp_str_is(req.query.list[i].value, want[i].value));
		assert_true(sp_str_is(sp_query_get(&req.query, want[i].key), want[i].value));
	}
	assert_int_equal(sp_query_get(&req.query, "NAME").len, 0);
	assert_int_equal(sp_query_get(&req.query, "nam").len, 0);
	assert_int_equal(read_query(&req, SP_ACT_IMAGE_BUILD, SP_STR("&&&")), SP_FAULT_NONE);
	assert_int_equal(req.query.n, 0);
	assert_int_equal(read_query(&req, SP_ACT_IMAGE_BUILD, SP_STR("")), SP_FAULT_NONE);
	assert_int_equal(req.query.n, 0);
}

static void
what_readers_take_differently_is_refused(void **state)
{
	static const char *const cases[] = {
	    "a=1;repo=x",
	    ";",
	    "a=%",
	    "a=%6",
	    "a=%zz",
	    "a=1&b=%4",
	    "%zz=1",
	    "a=1#%zz",
	    "a=%00",
	    "a=b%0",
	    "%00=1",
	    "a%0a=1",
	    "a%09=1",
	    "a=%0d%0a",
	    "a=%1b[2J",
	    "a=%7f",
	    "a=%08",
	    "a=%ff",
	    "a=%c3",
	    "a=%c0%80",
	    "a=%ed%a0%80",
	    "%80=1",
	    /* twice, in any spelling */
	    "name=a&name=b",
	    "name=a&name=a",
	    "name&name",
	    "name=a&n%61me=b",
	    "=&=",
	    "t=1&t=2",
	    "platform=a&platform=b",
	    "fromImage=&fromImage=evil",
	};
	struct sp_request req;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (read_query(&req, SP_ACT_IMAGE_PULL, sp_strz(cases[i])) != SP_FAULT_MALFORMED)
			fail_msg("%s: %s", cases[i], fault_name(req.fault));
	/* keys are case-sensitive: not twice */
	assert_int_equal(read_query(&req, SP_ACT_CONTAINER_CREATE, SP_STR("name=a&Name=b")),
	                 SP_FAULT_NONE);
	/* nothing is known of these, and nothing is judged */
	assert_int_equal(read_query(&req, SP_ACT_UNKNOWN_READ, SP_STR("x=a&x=b")), SP_FAULT_NONE);
}

/* dockerode puts the body of a create into the query, too: refused is only what dockerd reads. */
static void
a_create_may_repeat_what_nobody_reads(void **state)
{
	static const char *const refused[] = {
	    "name=a&name=b",         "Cmd=a&name=a&Cmd=b&n%61me=a",
	    "platform=a&platform=a", "Cmd=%zz&Cmd=b",
	    "Cmd=%00&Cmd=b",
	};
	struct sp_request req;

	(void)state;
	assert_int_equal(read_query(&req, SP_ACT_CONTAINER_CREATE,
	                            SP_STR("Image=a&Cmd=echo&Cmd=hello&Cmd=echo&name=x")),
	                 SP_FAULT_NONE);
	assert_true(sp_str_is(sp_query_get(&req.query, "name"), "x"));
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (read_query(&req, SP_ACT_CONTAINER_CREATE, sp_strz(refused[i])) !=
		    SP_FAULT_MALFORMED)
			fail_msg("%s: %s", refused[i], fault_name(req.fault));
}

static bool
is_listed(enum sp_action action, const char *key)
{
	struct sp_request req;
	const char *raw = sp_arena_printf(&arena, "%s=a&%s=b&%s=c", key, key, key);

	return read_query(&req, action, sp_strz(raw)) == SP_FAULT_NONE;
}

static bool
wants_list(struct sp_str handler, const char *key)
{
	struct sp_str rest = file_text("tests/fixtures/routes.tsv"), line, word;

	while (next_line(&rest, &line)) {
		struct sp_str action = {NULL, 0};

		for (int col = 0; col < 4; col++) {
			sp_str_cut(line, '\t', &word, &line);
			if (col == 2)
				action = word;
		}
		while (sp_str_eq(action, handler) && line.len > 0) {
			sp_str_cut(line, ',', &word, &line);
			if (sp_str_is(word, key))
				return true;
		}
	}
	return false;
}

static void
only_lists_may_repeat(void **state)
{
	static const char *const keys[] = {
	    "t",    "names",       "changes", "extrahosts", "platform", "platforms",
	    "type", "securityopt", "name",    "repo",       "force",    "filters",
	};
	struct sp_str rest = file_text("tests/fixtures/routes.tsv"), line;
	size_t n_lists = 0, n = sizeof(with_lists) / sizeof(with_lists[0]);

	(void)state;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
			if (is_listed(with_lists[i].action, keys[k]) !=
			    wants_list(sp_strz(with_lists[i].handler), keys[k]))
				fail_msg("%s %s", with_lists[i].handler, keys[k]);
	while (next_line(&rest, &line))
		n_lists += !sp_str_ends(line, SP_STR("\t-"));
	assert_int_equal(n_lists, n + 1); /* image.save has two routes */
	for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
		assert_false(is_listed(SP_ACT_CONTAINER_STOP, keys[k]));
		assert_false(is_listed(SP_ACT_IMAGE_PULL, keys[k]));
	}
}

static struct sp_str
many(size_t n, const char *last)
{
	struct sp_buf buf;

	sp_buf_init(&buf, &arena, 1u << 20);
	for (size_t i = 0; i + 1 < n; i++)
		sp_buf_addf(&buf, "k%zu=v&", i);
	sp_buf_addz(&buf, last);
	return sp_buf_str(&buf);
}

static void
a_thousand_parameters_are_enough(void **state)
{
	struct sp_request req;

	(void)state;
	assert_int_equal(read_query(&req, SP_ACT_IMAGE_BUILD, many(1000, "z=1")), SP_FAULT_NONE);
	assert_int_equal(req.query.n, 1000);
	assert_int_equal(read_query(&req, SP_ACT_IMAGE_BUILD, many(1000, "k0=1")),
	                 SP_FAULT_MALFORMED);
	assert_int_equal(read_query(&req, SP_ACT_IMAGE_BUILD, many(1000, "k998=1")),
	                 SP_FAULT_MALFORMED);
	assert_int_equal(read_query(&req, SP_ACT_IMAGE_BUILD, many(1001, "z=1")),
	                 SP_FAULT_MALFORMED);
}

static void
booleans_are_true_unless_they_say_no(void **state)
{
	static const char *const no[] = {
	    "x",          "x=",          "x=0",    "x=no",     "x=No",
	    "x=FALSE",    "x=false",     "x=none", "x=+none+", "x=%090%0a",
	    "x=%c2%a0no", "x=%e3%80%80", "x=+",    "y=1",      "x=%e2%80%83false%c2%85",
	};
	static const char *const yes[] = {"x=1",      "x=true", "x=00",  "x=off",        "x=n",
	                                  "x=false1", "x=-",    "x=0.0", "x=%e2%80%8b0", "x=no+no"};
	struct sp_request req;

	(void)state;
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
		assert_int_equal(read_query(&req, SP_ACT_CONTAINER_STOP, sp_strz(no[i])),
		                 SP_FAULT_NONE);
		if (sp_query_bool(&req.query, "x"))
			fail_msg("%s is true", no[i]);
	}
	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		assert_int_equal(read_query(&req, SP_ACT_CONTAINER_STOP, sp_strz(yes[i])),
		                 SP_FAULT_NONE);
		if (!sp_query_bool(&req.query, "x"))
			fail_msg("%s is false", yes[i]);
	}
}

static void
a_full_arena_is_a_refusal(void **state)
{
	struct sp_arena small;
	struct sp_request req;
	struct sp_str raw = many(200, "z=%41");

	(void)state;
	for (size_t cap = 8; cap < 16384; cap *= 2) {
		req = (struct sp_request){.action = SP_ACT_IMAGE_BUILD};
		sp_arena_init(&small, cap);
		sp_query_read(&req, raw, &small);
		sp_query_check_unique(&req, &small);
		assert_int_equal(req.fault != SP_FAULT_NONE, small.full);
		assert_true(cap > 64 || small.full);
		sp_arena_fini(&small);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(parameters_are_decoded, setup, teardown),
	    cmocka_unit_test_setup_teardown(what_readers_take_differently_is_refused, setup,
	                                    teardown),
	    cmocka_unit_test_setup_teardown(a_create_may_repeat_what_nobody_reads, setup, teardown),
	    cmocka_unit_test_setup_teardown(only_lists_may_repeat, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_thousand_parameters_are_enough, setup, teardown),
	    cmocka_unit_test_setup_teardown(booleans_are_true_unless_they_say_no, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_full_arena_is_a_refusal, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
