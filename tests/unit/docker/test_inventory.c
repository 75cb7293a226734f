/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_inventory.c: every field of the Docker API, as reflection over the Go types of dockerd
 * 20.10, 26.1, 28.5 and 29.7 lists them (tests/fixtures/fieldinventory.tsv), is in our description
 * of the body, has a class, and has the kind Go gives it; and we describe no field Go lacks.
 */
#include "message.h"
#include "sallyport/facts.h"

#define VERSIONS 4

struct row {
	struct sp_str action, path, type[VERSIONS];
};

static struct row rows[1000];
static size_t n_rows;

/* Every action of the inventory. */
static const struct {
	const char *name; /* in the inventory */
	enum sp_action action;
} actions[] = {
    {"auth", SP_ACT_REGISTRY_LOGIN},
    {"build.outputs", SP_ACT_IMAGE_BUILD},
    {"checkpoint.create", SP_ACT_CHECKPOINT_CREATE},
    {"config.create", SP_ACT_CONFIG_CREATE},
    {"container.copy", SP_ACT_CONTAINER_COPY_OUT},
    {"container.create", SP_ACT_CONTAINER_CREATE},
    {"container.exec.create", SP_ACT_CONTAINER_EXEC},
    {"container.update", SP_ACT_CONTAINER_UPDATE},
    {"exec.start", SP_ACT_EXEC_START},
    {"network.connect", SP_ACT_NETWORK_CONNECT},
    {"network.create", SP_ACT_NETWORK_CREATE},
    {"network.disconnect", SP_ACT_NETWORK_DISCONNECT},
    {"node.update", SP_ACT_NODE_UPDATE},
    {"plugin.pull", SP_ACT_PLUGIN_PULL},
    {"secret.create", SP_ACT_SECRET_CREATE},
    {"service.create", SP_ACT_SERVICE_CREATE},
    {"swarm.init", SP_ACT_SWARM_INIT},
    {"swarm.join", SP_ACT_SWARM_JOIN},
    {"swarm.unlock", SP_ACT_SWARM_UNLOCK},
    {"swarm.update", SP_ACT_SWARM_UPDATE},
    {"volume.create", SP_ACT_VOLUME_CREATE},
    {"volume.update", SP_ACT_VOLUME_UPDATE},
};

/* Decoded into the type of another action. */
static const enum sp_action same[][2] = {
    {SP_ACT_CONTAINER_COMMIT, SP_ACT_CONTAINER_CREATE},
    {SP_ACT_SERVICE_UPDATE, SP_ACT_SERVICE_CREATE},
    {SP_ACT_SECRET_UPDATE, SP_ACT_SECRET_CREATE},
    {SP_ACT_CONFIG_UPDATE, SP_ACT_CONFIG_CREATE},
    {SP_ACT_PLUGIN_UPGRADE, SP_ACT_PLUGIN_PULL},
};

/* Bodies that no struct of the inventory is: a list of strings; create's wrapper, taken apart. */
static const enum sp_action without_rows[] = {SP_ACT_PLUGIN_SET, SP_ACT_CONTAINER_START};

/* What clients send although Go has no such field. */
static const char *const added[][2] = {
    {"container.exec.create", "Container"},
    {"exec.start", "hijack"},
    {"exec.start", "stdin"},
};

static int
load(void **state)
{
	struct sp_str rest, line;

	setup(state);
	rest = file_text("tests/fixtures/fieldinventory.tsv");
	assert_true(next_line(&rest, &line)); /* the heading */
	while (next_line(&rest, &line)) {
		struct row *row = &rows[n_rows++];

		assert_true(n_rows <= sizeof(rows) / sizeof(rows[0]));
		assert_true(sp_str_cut(line, '\t', &row->action, &line));
		assert_true(sp_str_cut(line, '\t', &row->path, &line));
		for (int v = 0; v < VERSIONS; v++)
			sp_str_cut(line, '\t', &row->type[v], &line);
	}
	assert_true(n_rows > 700);
	return 0;
}

/* "HostConfig.Mounts[].Type": the field that ends the path, NULL when there is none. */
static const struct sp_go_field *
resolve(const struct sp_go_type *type, struct sp_str path)
{
	const struct sp_go_field *field = NULL;
	struct sp_str part;
	bool more;

	if (sp_str_starts(path, SP_STR("[]."))) {
		type = type->kind == SP_GO_LIST ? type->elem : NULL;
		path = sp_str_from(path, 3);
	}
	do {
		more = sp_str_cut(path, '.', &part, &path);
		size_t name = sp_str_find(part, '[') < sp_str_find(part, '{')
		                  ? sp_str_find(part, '[')
		                  : sp_str_find(part, '{');
		if (!type || type->kind != SP_GO_STRUCT)
			return NULL;
		field = NULL;
		for (uint32_t i = 0; i < type->n_fields; i++) {
			if (sp_str_is(sp_str_head(part, name), type->fields[i].name))
				field = &type->fields[i];
		}
		if (!field)
			return NULL;
		type = field->type;
		for (size_t i = name; i + 1 < part.len; i += 2) {
			if (!type || type->kind != (part.p[i] == '[' ? SP_GO_LIST : SP_GO_MAP))
				return NULL;
			type = type->elem;
		}
	} while (more);
	return field;
}

/* Are there rows for fields of this one? */
static bool
has_fields(const struct row *of)
{
	for (size_t i = 0; i < n_rows; i++) {
		struct sp_str path = rows[i].path;

		if (sp_str_eq(rows[i].action, of->action) && path.len > of->path.len &&
		    sp_str_starts(path, of->path) && path.p[of->path.len] == '.')
			return true;
	}
	return false;
}

static bool
kind_fits(struct sp_str go, const struct sp_go_type *type, const struct row *row)
{
	static const struct {
		const char *go;
		enum sp_go_kind kind;
		uint8_t bits;
	} simple[] = {
	    {"bool", SP_GO_BOOL, 0},
	    {"string", SP_GO_STRING, 0},
	    {"int", SP_GO_INT, 64},
	    {"int64", SP_GO_INT, 64},
	    {"time.Duration", SP_GO_INT, 64},
	    {"uint", SP_GO_UINT, 64},
	    {"uint64", SP_GO_UINT, 64},
	    {"uint16", SP_GO_UINT, 16},
	    {"uint32", SP_GO_UINT, 32},
	    {"float32", SP_GO_FLOAT, 0},
	    {"[]uint8", SP_GO_BYTES, 0},
	    {"fs.FileMode", SP_GO_UINT, 32},
	    {"nat.PortSet", SP_GO_MAP, 0},
	    {"nat.PortMap", SP_GO_MAP, 0},
	    {"struct {}", SP_GO_ANY, 0},
	    {"mount.ClusterOptions", SP_GO_ANY, 0},
	    {"volume.TypeBlock", SP_GO_ANY, 0},
	};
	size_t end;

	while (go.len && go.p[0] == '*')
		go = sp_str_from(go, 1);
	if (sp_str_starts(go, SP_STR("strslice.StrSlice")))
		return type->kind == SP_GO_STRLIST;
	for (size_t i = 0; i < sizeof(simple) / sizeof(simple[0]); i++) {
		if (sp_str_is(go, simple[i].go))
			return type->kind == simple[i].kind && type->bits == simple[i].bits;
	}
	/* where 29 has a plain list and older daemons a StrSlice */
	if (sp_str_is(go, "[]string") && type->kind == SP_GO_STRLIST)
		return sp_str_starts(row->type[0], SP_STR("strslice.StrSlice"));
	if (go.len && go.p[0] == '[') {
		end = sp_str_find(go, ']');
		return type->kind == SP_GO_LIST &&
		       kind_fits(sp_str_from(go, end + 1), type->elem, row);
	}
	if (sp_str_starts(go, SP_STR("map["))) {
		end = sp_str_find(go, ']');
		return type->kind == SP_GO_MAP &&
		       kind_fits(sp_str_from(go, end + 1), type->elem, row);
	}
	/* a named type: a struct when it has fields, else text (modes, addresses) */
	return type->kind == SP_GO_STRUCT || (type->kind == SP_GO_STRING && !has_fields(row));
}

static void
every_field_is_described(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_rows; i++) {
		const struct sp_go_type *type = NULL;
		const struct sp_go_field *field;

		for (size_t a = 0; a < sizeof(actions) / sizeof(actions[0]); a++) {
			if (sp_str_is(rows[i].action, actions[a].name))
				type = sp_body_type(actions[a].action);
		}
		if (!type)
			fail_msg("the body of %s is not described", cstr(rows[i].action));
		field = resolve(type, rows[i].path);
		if (!field)
			fail_msg("%s %s is not described", cstr(rows[i].action),
			         cstr(rows[i].path));
		for (int v = 0; v < VERSIONS; v++) {
			if (sp_str_is(rows[i].type[v], "-"))
				continue;
			if (!kind_fits(rows[i].type[v], field->type, &rows[i]))
				fail_msg("%s %s is %s for Go", cstr(rows[i].action),
				         cstr(rows[i].path), cstr(rows[i].type[v]));
		}
	}
	assert_int_equal(n_rows, 749);
}

static bool
is_in_inventory(const char *action, const char *path)
{
	for (size_t i = 0; i < sizeof(added) / sizeof(added[0]); i++) {
		if (strcmp(action, added[i][0]) == 0 && strcmp(path, added[i][1]) == 0)
			return true;
	}
	for (size_t i = 0; i < n_rows; i++) {
		if (sp_str_is(rows[i].action, action) && sp_str_is(rows[i].path, path))
			return true;
	}
	return false;
}

static void
check_fields(const char *action, const char *prefix, const struct sp_go_type *type)
{
	for (uint32_t i = 0; i < type->n_fields; i++) {
		const struct sp_go_field *f = &type->fields[i];
		const char *path = sp_arena_printf(&arena, "%s%s", prefix, f->name);
		const struct sp_go_type *of = f->type;
		bool has_why = f->field_class == SP_FIELD_IGNORED ||
		               f->field_class == SP_FIELD_REFUSED ||
		               f->field_class == SP_FIELD_EMPTY;

		if (!is_in_inventory(action, path))
			fail_msg("%s has no field %s", action, path);
		if (f->field_class == SP_FIELD_NONE || has_why != (f->why != NULL))
			fail_msg("%s %s: class or reason missing", action, path);
		if (f->field_class == SP_FIELD_REFUSED || f->field_class == SP_FIELD_EMPTY)
			continue;
		while (of->kind == SP_GO_LIST || of->kind == SP_GO_MAP) {
			path = sp_arena_printf(&arena, "%s%s", path,
			                       of->kind == SP_GO_LIST ? "[]" : "{}");
			of = of->elem;
		}
		if (of->kind == SP_GO_STRUCT)
			check_fields(action, sp_arena_printf(&arena, "%s.", path), of);
	}
}

static void
nothing_is_described_that_go_lacks(void **state)
{
	(void)state;
	for (size_t a = 0; a < sizeof(actions) / sizeof(actions[0]); a++) {
		const struct sp_go_type *type = sp_body_type(actions[a].action);

		assert_non_null(type);
		if (type->kind == SP_GO_LIST)
			check_fields(actions[a].name, "[].", type->elem);
		else
			check_fields(actions[a].name, "", type);
	}
}

/* Each action with a body, and each body, is in one of the lists above. */
static bool
is_listed(enum sp_action action)
{
	for (size_t a = 0; a < sizeof(actions) / sizeof(actions[0]); a++)
		if (actions[a].action == action)
			return true;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		if (same[i][0] == action)
			return true;
	for (size_t i = 0; i < sizeof(without_rows) / sizeof(without_rows[0]); i++)
		if (without_rows[i] == action)
			return true;
	return false;
}

static void
every_body_is_read(void **state)
{
	size_t n_routes;
	const struct sp_route *routes = sp_routes(&n_routes);

	(void)state;
	for (size_t i = 0; i < n_routes; i++) {
		bool json =
		    routes[i].body == SP_BODY_JSON || routes[i].body == SP_BODY_JSON_OPTIONAL;

		if (json && !is_listed(routes[i].action))
			fail_msg("%s %s: the body is not described", routes[i].method,
			         routes[i].path);
	}
	for (enum sp_action action = SP_ACT_NONE; action < SP_ACT_COUNT; action++) {
		enum sp_readable readable = sp_action_info(action)->readable;

		assert_int_equal(is_listed(action), sp_body_type(action) != NULL);
		if (!sp_body_type(action))
			continue;
		if (action == SP_ACT_REGISTRY_LOGIN) /* wiped before anything is read */
			assert_int_equal(readable, SP_READ_NOTHING);
		else
			assert_int_equal(readable, SP_READ_FACTS);
	}
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		assert_ptr_equal(sp_body_type(same[i][0]), sp_body_type(same[i][1]));
}

/* Nothing is unread but what nobody could read, and what no version of dockerd is known to do. */
static void
only_unknown_routes_are_unknown(void **state)
{
	(void)state;
	for (enum sp_action action = SP_ACT_NONE + 1; action < SP_ACT_COUNT; action++)
		assert_int_equal(sp_action_info(action)->readable == SP_READ_UNKNOWN,
		                 action == SP_ACT_UNKNOWN_WRITE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_field_is_described),
	    cmocka_unit_test(nothing_is_described_that_go_lacks),
	    cmocka_unit_test(every_body_is_read),
	    cmocka_unit_test(only_unknown_routes_are_unknown),
	};

	return cmocka_run_group_tests(tests, load, teardown);
}
