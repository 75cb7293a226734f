/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docker_objects.c: what is particular about the commands that work on containers, volumes,
 * networks, secrets, nodes, the swarm and plugins.
 */
#include "cli/docker_parts.h"

#include "sallyport/facts.h"

/* --- containers --- */

/* "CONTAINER:PATH" on one side, a place on the client's disk, or "-", on the other. */
int
sp_docker_finish_cp(struct sp_docker *d)
{
	struct sp_str container[2], path[2];
	bool remote[2];

	for (size_t i = 0; i < 2; i++) {
		struct sp_str s = d->operand[i];

		remote[i] =
		    s.p[0] != '/' && s.p[0] != '.' && sp_str_cut(s, ':', &container[i], &path[i]);
	}
	if (remote[0] == remote[1])
		return sp_docker_fail(d, NULL, "one of the two is CONTAINER:PATH");
	d->operand[0] = container[remote[0] ? 0 : 1];
	d->request = remote[0] ? "GET /containers/%1/archive" : "PUT /containers/%1/archive";
	if (remote[1])
		sp_tree_set_text(d->arena, d->query, "/noOverwriteDirNonDir", SP_STR("true"));
	if (remote[1] && sp_docker_is_on(d, "archive"))
		sp_tree_set_text(d->arena, d->query, "/copyUIDGID", SP_STR("true"));
	sp_tree_set_text(d->arena, d->query, "/path", path[remote[0] ? 0 : 1]);
	return 0;
}

int
sp_docker_finish_stats(struct sp_docker *d)
{
	if (d->n_operands == 0)
		d->request = "GET /containers/json";
	else
		sp_tree_set_text(d->arena, d->query, "/stream",
		                 sp_docker_is_on(d, "no-stream") ? SP_STR("0") : SP_STR("1"));
	return 0;
}

int
sp_docker_finish_top(struct sp_docker *d)
{
	struct sp_buf args;

	if (d->n_operands == 1)
		return 0;
	sp_buf_init(&args, d->arena, 4096);
	for (size_t i = 1; i < d->n_operands; i++) {
		sp_buf_addz(&args, i > 1 ? " " : "");
		sp_buf_add(&args, d->operand[i]);
	}
	sp_tree_set_text(d->arena, d->query, "/ps_args", sp_buf_str(&args));
	return 0;
}

/* docker inspect without a kind asks for a container first. */
int
sp_docker_finish_inspect(struct sp_docker *d)
{
	static const struct {
		const char *type, *request;
	} types[] = {{"container", "GET /containers/%*/json"},
	             {"image", "GET /images/%*/json"},
	             {"network", "GET /networks/%*"},
	             {"volume", "GET /volumes/%*"},
	             {"service", "GET /services/%*"},
	             {"node", "GET /nodes/%*"},
	             {"task", "GET /tasks/%*"},
	             {"secret", "GET /secrets/%*"},
	             {"config", "GET /configs/%*"},
	             {"plugin", "GET /plugins/%*/json"}};
	struct sp_str type = SP_STR("container");

	sp_docker_given(d, "type", &type);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (sp_str_is(type, types[i].type)) {
			d->request = types[i].request;
			return 0;
		}
	}
	return sp_docker_fail(d, NULL, "--type: '%.*s' is not a kind of object", SP_FMT(type));
}

int
sp_docker_finish_checkpoint(struct sp_docker *d)
{
	sp_tree_set_text(d->arena, d->body, "/CheckpointID", d->operand[1]);
	sp_tree_set_bool(d->arena, d->body, "/Exit", !sp_docker_is_on(d, "leave-running"));
	return 0;
}

/* --- volumes and networks --- */

/* --type of a cluster volume: an object without members. */
int
sp_docker_put_volume_type(struct sp_docker *d, const struct sp_docker_flag *flag,
                          struct sp_str value)
{
	struct sp_tree *mode = sp_tree_at(d->arena, d->body, flag->to, SP_TREE_MAP);
	bool block = sp_str_is(value, "block");

	if (!block && !sp_str_is(value, "mount"))
		return sp_docker_fail(d, NULL, "--type: '%.*s' is neither block nor mount",
		                      SP_FMT(value));
	sp_tree_at(d->arena, mode, block ? "/BlockVolume" : "/MountVolume", SP_TREE_MAP);
	return 0;
}

int
sp_docker_finish_volume(struct sp_docker *d)
{
	if (d->n_operands)
		sp_tree_set_text(d->arena, d->body, "/Name", d->operand[0]);
	if (!sp_tree_find(d->body, "/Driver"))
		sp_tree_set_text(d->arena, d->body, "/Driver", SP_STR("local"));
	return 0;
}

int
sp_docker_finish_volume_prune(struct sp_docker *d)
{
	struct sp_tree *filter;

	if (!sp_docker_is_on(d, "all"))
		return 0;
	filter = sp_tree_at(d->arena, d->query, "/filters/all", SP_TREE_MAP);
	filter = sp_tree_member(d->arena, filter, SP_STR("1"), SP_TREE_RAW);
	if (filter)
		filter->text = SP_STR("true");
	return 0;
}

/* The n-th item of the pool that --subnet, --gateway and --ip-range describe together. */
static struct sp_tree *
pool(struct sp_docker *d, size_t n)
{
	struct sp_tree *list = sp_tree_at(d->arena, d->body, "/IPAM/Config", SP_TREE_LIST);
	struct sp_tree *item = list ? list->first : NULL;

	for (; item && n; n--)
		item = item->next;
	return item ? item : sp_tree_item(d->arena, list, SP_TREE_MAP);
}

int
sp_docker_finish_network(struct sp_docker *d)
{
	static const char *const fields[][2] = {
	    {"subnet", "/Subnet"}, {"gateway", "/Gateway"}, {"ip-range", "/IPRange"}};
	struct sp_str field;

	sp_tree_set_text(d->arena, d->body, "/Name", d->operand[0]);
	for (size_t i = 0; i < 3; i++) {
		size_t n = 0;

		for (const struct sp_docker_use *u = d->uses; u; u = u->next) {
			struct sp_str rest = u->value;

			if (strcmp(u->flag->name, fields[i][0]) != 0)
				continue;
			while (sp_docker_csv(d->arena, &rest, &field))
				sp_tree_set_text(d->arena, pool(d, n++), fields[i][1], field);
		}
	}
	for (const struct sp_docker_use *u = d->uses; u; u = u->next) {
		struct sp_str name, address;
		struct sp_tree *m;

		if (strcmp(u->flag->name, "aux-address") != 0)
			continue;
		sp_str_cut(u->value, '=', &name, &address);
		m = sp_tree_at(d->arena, pool(d, 0), "/AuxiliaryAddresses", SP_TREE_MAP);
		m = sp_tree_member(d->arena, m, name, SP_TREE_TEXT);
		if (m)
			m->text = address;
	}
	if (!sp_tree_find(d->body, "/Driver"))
		sp_tree_set_text(d->arena, d->body, "/Driver", SP_STR("bridge"));
	return 0;
}

int
sp_docker_finish_connect(struct sp_docker *d)
{
	sp_tree_set_text(d->arena, d->body, "/Container", d->operand[1]);
	return 0;
}

int
sp_docker_finish_disconnect(struct sp_docker *d)
{
	sp_tree_set_text(d->arena, d->body, "/Container", d->operand[1]);
	sp_tree_set_bool(d->arena, d->body, "/Force", sp_docker_is_on(d, "force"));
	return 0;
}

/* docker system prune asks for each kind in turn. */
int
sp_docker_finish_prune(struct sp_docker *d)
{
	if (sp_docker_is_on(d, "volumes"))
		d->request = "POST /containers/prune\nPOST /networks/prune\nPOST /volumes/prune\n"
			     "POST /images/prune\nPOST /build/prune";
	return 0;
}

/* --- swarm --- */

/* docker secret create and config create; what is in the file no rule sees. */
int
sp_docker_finish_named(struct sp_docker *d)
{
	sp_tree_set_text(d->arena, d->body, "/Name", d->operand[0]);
	sp_tree_set_text(d->arena, d->body, "/Data", SP_STR(""));
	return 0;
}

/* docker service ps, node ps: the tasks of these. */
int
sp_docker_finish_tasks(struct sp_docker *d)
{
	const char *path = d->command->name[0] == 'n' ? "/filters/node" : "/filters/service";

	for (size_t i = 0; i < d->n_operands; i++) {
		struct sp_tree *map = sp_tree_at(d->arena, d->query, path, SP_TREE_MAP);

		map = sp_tree_member(d->arena, map, d->operand[i], SP_TREE_RAW);
		if (map)
			map->text = SP_STR("true");
	}
	return 0;
}

int
sp_docker_finish_role(struct sp_docker *d)
{
	bool promote = strcmp(d->command->name, "node promote") == 0;

	sp_tree_set_text(d->arena, d->body, "/Role",
	                 promote ? SP_STR("manager") : SP_STR("worker"));
	return 0;
}

int
sp_docker_finish_swarm_spec(struct sp_docker *d)
{
	if (strcmp(d->command->name, "swarm init") == 0 && !sp_tree_find(d->body, "/ListenAddr"))
		sp_tree_set_text(d->arena, d->body, "/ListenAddr", SP_STR("0.0.0.0:2377"));
	return 0;
}

int
sp_docker_finish_join(struct sp_docker *d)
{
	sp_tree_add_text(d->arena, d->body, "/RemoteAddrs", d->operand[0]);
	return 0;
}

/* docker swarm ca, join-token, unlock-key: they show; with --rotate they change the swarm. */
int
sp_docker_finish_rotate(struct sp_docker *d)
{
	static const char *const keys[][2] = {{"swarm ca", ""},
	                                      {"swarm join-token", "/rotateWorkerToken"},
	                                      {"swarm unlock-key", "/rotateManagerUnlockKey"}};

	if (!sp_docker_is_on(d, "rotate"))
		return 0;
	d->request = "POST /swarm/update";
	sp_tree_set_text(d->arena, d->query, "/version", SP_STR("0"));
	sp_tree_at(d->arena, d->body, "/CAConfig", SP_TREE_MAP);
	for (size_t i = 1; i < 3; i++) {
		const char *key = keys[i][1];

		if (strcmp(d->command->name, keys[i][0]) != 0)
			continue;
		if (d->n_operands && sp_str_is(d->operand[0], "manager"))
			key = "/rotateManagerToken";
		sp_tree_set_text(d->arena, d->query, key, SP_STR("true"));
	}
	return 0;
}

/* --- plugins --- */

/* docker plugin install and upgrade send the privileges they were granted. */
int
sp_docker_finish_plugin(struct sp_docker *d)
{
	size_t remote = strcmp(d->command->name, "plugin upgrade") == 0 && d->n_operands > 1;

	sp_tree_set_text(d->arena, d->query, "/remote", d->operand[remote]);
	if (!(d->body = sp_tree_new(d->arena, SP_TREE_LIST)))
		return sp_docker_fail(d, NULL, "the line is too long");
	return 0;
}

int
sp_docker_finish_plugin_push(struct sp_docker *d)
{
	struct sp_image image;

	sp_image_parse(d->operand[0], true, d->arena, &image);
	if (image.kind == SP_IMAGE_NAME && image.tag.len == 0 && image.digest.len == 0)
		d->operand[0] =
		    sp_strz(sp_arena_printf(d->arena, "%.*s:latest", SP_FMT(d->operand[0])));
	return 0;
}

int
sp_docker_finish_plugin_set(struct sp_docker *d)
{
	if (!(d->body = sp_tree_new(d->arena, SP_TREE_LIST)))
		return sp_docker_fail(d, NULL, "the line is too long");
	for (size_t i = 1; i < d->n_operands; i++) {
		struct sp_tree *item = sp_tree_item(d->arena, d->body, SP_TREE_TEXT);

		if (item)
			item->text = d->operand[i];
	}
	return 0;
}
