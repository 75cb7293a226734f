/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_routes.c: the route table against tests/fixtures/routes.tsv, the routes of all supported
 * versions as moby registers them.
 */
#include "message.h"

/* The handlers' names where ours differ. */
static const struct {
	const char *theirs, *ours;
} renamed[] = {
    {"container.archive.stat", "container.archive-info"},
    {"container.archive.get", "container.copy-out"},
    {"container.archive.put", "container.copy-in"},
    {"container.copy", "container.copy-out"},
    {"container.attach.ws", "container.attach"},
    {"container.exec.create", "container.exec"},
    {"build.session", "image.buildkit"},
    {"build.grpc", "image.buildkit"},
    {"swarm.unlockkey", "swarm.unlock-key"},
};

static const char *
our_name(struct sp_str theirs)
{
	for (size_t i = 0; i < sizeof(renamed) / sizeof(renamed[0]); i++)
		if (sp_str_is(theirs, renamed[i].theirs))
			return renamed[i].ours;
	if (sp_str_ends(theirs, SP_STR(".delete")))
		return sp_arena_printf(&arena, "%.*s.remove",
		                       SP_FMT(sp_str_head(theirs, theirs.len - 7)));
	return cstr(theirs);
}

static enum sp_body
body_of(struct sp_str action, struct sp_str word)
{
	if (sp_str_is(action, "container.start")) /* a body has a meaning for 20.10 only: refused */
		return SP_BODY_NONE;
	if (sp_str_is(action, "exec.start")) /* 26 and later take an empty body */
		return SP_BODY_JSON_OPTIONAL;
	if (sp_str_is(word, "json"))
		return SP_BODY_JSON;
	if (sp_str_is(word, "json-optional"))
		return SP_BODY_JSON_OPTIONAL;
	if (sp_str_is(word, "tar"))
		return SP_BODY_TAR;
	if (sp_str_is(word, "raw/hijack"))
		return SP_BODY_STREAM;
	assert_true(sp_str_is(word, "none"));
	return SP_BODY_NONE;
}

struct row {
	struct sp_str method, path, action, body;
};

static bool
next_row(struct sp_str *rest, struct row *row)
{
	struct sp_str line;

	if (!next_line(rest, &line))
		return false;
	assert_true(sp_str_cut(line, '\t', &row->method, &line));
	assert_true(sp_str_cut(line, '\t', &row->path, &line));
	assert_true(sp_str_cut(line, '\t', &row->action, &line));
	assert_true(sp_str_cut(line, '\t', &row->body, &line));
	return true;
}

/* A path the template matches; *object: what stands for its first variable. */
static struct sp_str
sample(struct sp_str tmpl, const char *greedy, struct sp_str *object)
{
	struct sp_buf buf;

	*object = (struct sp_str){NULL, 0};
	sp_buf_init(&buf, &arena, 4096);
	for (size_t i = 0; i < tmpl.len; i++) {
		const char *fill;
		size_t end = i + sp_str_find(sp_str_from(tmpl, i), '}');

		if (tmpl.p[i] != '{') {
			sp_buf_addc(&buf, tmpl.p[i]);
			continue;
		}
		fill = memchr(tmpl.p + i, ':', end - i) ? greedy : "0a1b-c.d_e";
		if (!object->p)
			*object = sp_strz(fill);
		sp_buf_addz(&buf, fill);
		i = end;
	}
	return sp_buf_str(&buf);
}

static void
check_row(const struct row *row, const char *greedy)
{
	struct sp_str object, found;
	struct sp_str path = sample(row->path, greedy, &object);
	const struct sp_route *route = sp_route_find(row->method, path, &found);
	const bool import = sp_str_is(row->action, "image.import"); /* the query decides */
	const char *want = import ? "image.pull" : our_name(row->action);

	if (!route)
		fail_msg("no route for %.*s %.*s", SP_FMT(row->method), SP_FMT(path));
	if (strcmp(sp_action_info(route->action)->name, want) != 0)
		fail_msg("%.*s %.*s: %s, not %s", SP_FMT(row->method), SP_FMT(path),
		         sp_action_info(route->action)->name, want);
	if (!import && route->body != body_of(row->action, row->body))
		fail_msg("%.*s %.*s: wrong kind of body", SP_FMT(row->method), SP_FMT(path));
	if (sp_str_is(row->action, "system.options"))
		return;
	if (!sp_str_eq(found, object))
		fail_msg("%.*s: object '%.*s'", SP_FMT(path), SP_FMT(found));
}

static void
every_route_of_dockerd_has_its_action(void **state)
{
	struct sp_str rest = file_text("tests/fixtures/routes.tsv");
	struct row row;
	size_t n = 0;

	(void)state;
	for (; next_row(&rest, &row); n++) {
		check_row(&row, "web");
		check_row(&row, "a/b/c"); /* {name:.*} takes slashes */
		check_row(&row, "json");
		check_row(&row, "containers");
	}
	assert_int_equal(n, 124);
}

/* And we have none that dockerd does not have. */
static void
every_row_is_a_route_of_dockerd(void **state)
{
	size_t n, n_found = 0;
	const struct sp_route *routes = sp_routes(&n);
	struct row row;

	(void)state;
	assert_int_equal(n, 123); /* /images/create is two rows of the file */
	for (size_t i = 0; i < n; i++, n_found = 0) {
		struct sp_str rest = file_text("tests/fixtures/routes.tsv");
		const char *method =
		    strcmp(routes[i].method, "ANY") == 0 ? "GET" : routes[i].method;

		while (next_row(&rest, &row))
			n_found +=
			    sp_str_is(row.method, method) && sp_str_is(row.path, routes[i].path);
		if (n_found != (routes[i].action == SP_ACT_IMAGE_PULL ? 2 : 1))
			fail_msg("%s %s", routes[i].method, routes[i].path);
	}
}

static void
paths_take_the_first_route_registered(void **state)
{
	static const struct {
		const char *method, *path, *action, *object;
	} cases[] = {
	    {"DELETE", "/containers/web/checkpoints/c1", "checkpoint.remove", "web"},
	    {"DELETE", "/containers/a/b/checkpoints/c1", "container.remove", "a/b/checkpoints/c1"},
	    {"DELETE", "/containers/web/checkpoints/c1/d", "container.remove",
	     "web/checkpoints/c1/d"},
	    {"DELETE", "/containers/web/checkpoints/", "container.remove", "web/checkpoints/"},
	    {"DELETE", "/containers/web/checkpoints", "container.remove", "web/checkpoints"},
	    {"DELETE", "/containers/", "container.remove", ""},
	    {"GET", "/containers/json", "container.list", ""},
	    {"GET", "/containers/json/json", "container.inspect", "json"},
	    {"GET", "/containers/base/json/json", "container.inspect", "base/json"},
	    {"GET", "/containers/web/attach/ws", "container.attach", "web"},
	    {"GET", "/containers/web/export/json", "container.inspect", "web/export"},
	    {"POST", "/containers/create", "container.create", ""},
	    {"POST", "/containers/build/exec", "container.exec", "build"},
	    {"POST", "/containers/web/start/exec", "container.exec", "web/start"},
	    {"POST", "/containers/prune/start", "container.start", "prune"},
	    {"POST", "/images/containers/x/wait:1/tag", "image.tag", "containers/x/wait:1"},
	    {"GET", "/images/get", "image.save", ""},
	    {"GET", "/images/get/get", "image.save", "get"},
	    {"DELETE", "/images/registry.example.com/team/app:1", "image.remove",
	     "registry.example.com/team/app:1"},
	    {"GET", "/networks/", "network.list", ""},
	    {"GET", "/networks/a/b/c", "network.inspect", "a/b/c"},
	    {"GET", "/volumes/", "volume.inspect", ""},
	    {"GET", "/plugins/privileges", "plugin.privileges", ""},
	    {"GET", "/plugins/a/b:1/json", "plugin.inspect", "a/b:1"},
	    {"OPTIONS", "/debug/vars", "system.options", ""},
	    {"OPTIONS", "/no/such/thing", "system.options", ""},
	    {"DELETE", "/debug/pprof/heap", "debug.pprof", "heap"},
	    {"PURGE", "/debug/vars", "debug.vars", ""},
	    {"GET", "/debug/pprof/", "debug.pprof", ""},
	};
	struct sp_str object;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct sp_route *route =
		    sp_route_find(sp_strz(cases[i].method), sp_strz(cases[i].path), &object);

		if (!route)
			fail_msg("no route for %s %s", cases[i].method, cases[i].path);
		assert_string_equal(sp_action_info(route->action)->name, cases[i].action);
		if (!sp_str_is(object, cases[i].object))
			fail_msg("%s: object '%.*s'", cases[i].path, SP_FMT(object));
	}
}

static void
other_paths_have_no_route(void **state)
{
	static const char *const cases[][2] = {
	    {"GET", ""},
	    {"GET", "/"},
	    {"GET", "containers/json"},
	    {"GET", "/Containers/json"},
	    {"GET", "/containers/json/"},
	    {"GET", "/containers/json#f"},
	    {"GET", "/containers/json;a"},
	    {"GET", "/containers"},
	    {"GET", "/containers/web"},
	    {"GET", "/containers/a\nb/json"},
	    {"HEAD", "/containers/json"},
	    {"HEAD", "/version"},
	    {"post", "/containers/create"},
	    {"Post", "/containers/create"},
	    {"GE", "/_ping"},
	    {"GETS", "/_ping"},
	    {"", "/_ping"},
	    {"POST", "/_ping"},
	    {"GET", "/_ping/"},
	    {"GET", "/_pin"},
	    {"POST", "/containers/created"},
	    {"POST", "/containers/web/startx"},
	    {"POST", "/containersx/web/start"},
	    {"PUT", "/containers/create"},
	    {"GET", "/services/"},
	    {"GET", "/services/a/b"},
	    {"POST", "/services//update"},
	    {"POST", "/services/a/b/update"},
	    {"DELETE", "/nodes/"},
	    {"GET", "/debug/pprof/a/b"},
	    {"GET", "/debug/pprof"},
	    {"GET", "/debug/"},
	    {"GET", "/v1.41"},
	    {"PATCH", "/containers/web/update"},
	    {"DELETE", "/containers"},
	};
	struct sp_str object = SP_STR("x");

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (sp_route_find(sp_strz(cases[i][0]), sp_strz(cases[i][1]), &object))
			fail_msg("%s %s", cases[i][0], cases[i][1]);
		assert_int_equal(object.len, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(every_route_of_dockerd_has_its_action, setup, teardown),
	    cmocka_unit_test_setup_teardown(every_row_is_a_route_of_dockerd, setup, teardown),
	    cmocka_unit_test_setup_teardown(paths_take_the_first_route_registered, setup, teardown),
	    cmocka_unit_test_setup_teardown(other_paths_have_no_route, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
