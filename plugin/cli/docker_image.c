/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docker_image.c: commands about images.  docker completes a name before it sends it; the
 * completion is the one the engine judges names with.
 */
#include "cli/docker_parts.h"

#include "sallyport/facts.h"

/* clang-format off */
/* docker build without BuildKit: what BuildKit is told no plugin can see. */
const struct sp_docker_flag sp_docker_build_flags[] = {
	{"add-host", 0, SP_FLAG_LIST, "?extrahosts", NULL},
	{"build-arg", 0, SP_FLAG_MAP, "?buildargs", NULL},
	{"cache-from", 0, SP_FLAG_CSV, "?cachefrom", NULL},
	{"cgroup-parent", 0, SP_FLAG_TEXT, "?cgroupparent", NULL},
	{"compress", 0, SP_FLAG_BOOL, "", NULL},
	{"cpu-period", 0, SP_FLAG_INT, "?cpuperiod", NULL},
	{"cpu-quota", 0, SP_FLAG_INT, "?cpuquota", NULL},
	{"cpu-shares", 'c', SP_FLAG_INT, "?cpushares", NULL},
	{"cpuset-cpus", 0, SP_FLAG_TEXT, "?cpusetcpus", NULL},
	{"cpuset-mems", 0, SP_FLAG_TEXT, "?cpusetmems", NULL},
	{"disable-content-trust", 0, SP_FLAG_BOOL, "", NULL},
	{"file", 'f', SP_FLAG_TEXT, "?dockerfile", NULL},
	{"force-rm", 0, SP_FLAG_BOOL, "?forcerm", NULL},
	{"iidfile", 0, SP_FLAG_TEXT, "", NULL},
	{"isolation", 0, SP_FLAG_TEXT, "?isolation", NULL},
	{"label", 0, SP_FLAG_MAP, "?labels", NULL},
	{"memory", 'm', SP_FLAG_BYTES, "?memory", NULL},
	{"memory-swap", 0, SP_FLAG_BYTES, "?memswap", NULL},
	{"network", 0, SP_FLAG_TEXT, "?networkmode", NULL},
	{"no-cache", 0, SP_FLAG_BOOL, "?nocache", NULL},
	{"platform", 0, SP_FLAG_TEXT, "?platform", NULL},
	{"pull", 0, SP_FLAG_BOOL, "?pull", NULL},
	{"quiet", 'q', SP_FLAG_BOOL, "?q", NULL},
	{"rm", 0, SP_FLAG_BOOL, "?rm", NULL},
	{"security-opt", 0, SP_FLAG_CSV, "?securityopt", NULL},
	{"shm-size", 0, SP_FLAG_BYTES, "?shmsize", NULL},
	{"squash", 0, SP_FLAG_BOOL, "?squash", NULL},
	{"tag", 't', SP_FLAG_LIST, "?t", NULL},
	{"target", 0, SP_FLAG_TEXT, "?target", NULL},
	{"ulimit", 0, SP_FLAG_LIST, "?ulimits", sp_docker_put_ulimit},
	{0},
};
/* clang-format on */

/* A list in the query that is sent as one parameter with JSON in it. */
static void
as_json(struct sp_docker *d, const char *path)
{
	struct sp_tree *list = sp_tree_find(d->query, path);
	struct sp_buf json;

	if (!list)
		return;
	sp_buf_init(&json, d->arena, (size_t)1 << 20);
	sp_tree_print(list, &json);
	sp_tree_set_text(d->arena, d->query, path, sp_buf_str(&json));
}

int
sp_docker_finish_build(struct sp_docker *d)
{
	as_json(d, "/cachefrom");
	as_json(d, "/ulimits");
	/* Where it lies on the client's disk is no part of the question. */
	if (!sp_tree_find(d->query, "/dockerfile"))
		sp_tree_set_text(d->arena, d->query, "/dockerfile", SP_STR("Dockerfile"));
	if (!sp_docker_is_on(d, "rm") && sp_docker_given(d, "rm", &(struct sp_str){NULL, 0}))
		sp_tree_set_text(d->arena, d->query, "/rm", SP_STR("0"));
	sp_tree_set_text(d->arena, d->query, "/version", SP_STR("1"));
	return 0;
}

/* The parts of a complete name: "docker.io/library/nginx" and tag or digest.  0 or -1. */
static int
complete(struct sp_docker *d, struct sp_str name, bool all_tags, struct sp_str *repository,
         struct sp_str *tag)
{
	struct sp_image image;

	*repository = *tag = (struct sp_str){NULL, 0};
	sp_image_parse(name, all_tags, d->arena, &image);
	if (image.kind != SP_IMAGE_NAME && !(image.kind == SP_IMAGE_ID && image.path.len))
		return sp_docker_fail(d, NULL, "'%.*s' is not the name of an image", SP_FMT(name));
	*repository = sp_strz(
	    sp_arena_printf(d->arena, "%.*s/%.*s", SP_FMT(image.registry), SP_FMT(image.path)));
	*tag = image.digest.len ? image.digest : image.tag;
	return 0;
}

int
sp_docker_finish_pull(struct sp_docker *d)
{
	bool all = sp_docker_is_on(d, "all-tags");
	struct sp_str repository, tag;

	if (complete(d, d->operand[0], all, &repository, &tag))
		return -1;
	if (all && tag.len)
		return sp_docker_fail(d, NULL, "with --all-tags there is no tag in the name");
	sp_tree_set_text(d->arena, d->query, "/fromImage", repository);
	if (tag.len)
		sp_tree_set_text(d->arena, d->query, "/tag", tag);
	return 0;
}

int
sp_docker_finish_push(struct sp_docker *d)
{
	bool all = sp_docker_is_on(d, "all-tags");
	struct sp_str tag;

	if (complete(d, d->operand[0], all, &d->operand[0], &tag))
		return -1;
	if (all && tag.len)
		return sp_docker_fail(d, NULL, "with --all-tags there is no tag in the name");
	if (tag.len)
		sp_tree_set_text(d->arena, d->query, "/tag", tag);
	return 0;
}

int
sp_docker_finish_tag(struct sp_docker *d)
{
	struct sp_str repository, tag;

	if (complete(d, d->operand[1], false, &repository, &tag))
		return -1;
	sp_tree_set_text(d->arena, d->query, "/repo", repository);
	sp_tree_set_text(d->arena, d->query, "/tag", tag);
	return 0;
}

int
sp_docker_finish_commit(struct sp_docker *d)
{
	struct sp_str repository, tag, pause;

	sp_tree_set_text(d->arena, d->query, "/container", d->operand[0]);
	if (sp_docker_given(d, "pause", &pause) && !sp_docker_is_on(d, "pause"))
		sp_tree_set_text(d->arena, d->query, "/pause", SP_STR("0"));
	if (d->n_operands == 1)
		return 0;
	if (complete(d, d->operand[1], false, &repository, &tag))
		return -1;
	sp_tree_set_text(d->arena, d->query, "/repo", repository);
	sp_tree_set_text(d->arena, d->query, "/tag", tag);
	return 0;
}

int
sp_docker_finish_import(struct sp_docker *d)
{
	struct sp_str from = d->operand[0];
	bool url =
	    sp_str_starts(from, SP_STR("http://")) || sp_str_starts(from, SP_STR("https://"));

	sp_tree_set_text(d->arena, d->query, "/fromSrc", url ? from : SP_STR("-"));
	if (d->n_operands > 1)
		sp_tree_set_text(d->arena, d->query, "/repo", d->operand[1]);
	return 0;
}

int
sp_docker_finish_image_list(struct sp_docker *d)
{
	struct sp_tree *filter;

	if (d->n_operands == 0)
		return 0;
	filter = sp_tree_at(d->arena, d->query, "/filters/reference", SP_TREE_MAP);
	filter = sp_tree_member(d->arena, filter, d->operand[0], SP_TREE_RAW);
	if (filter)
		filter->text = SP_STR("true");
	return 0;
}

int
sp_docker_finish_save(struct sp_docker *d)
{
	for (size_t i = 0; i < d->n_operands; i++)
		sp_tree_add_text(d->arena, d->query, "/names", d->operand[i]);
	return 0;
}

int
sp_docker_finish_image_prune(struct sp_docker *d)
{
	struct sp_tree *filter = sp_tree_at(d->arena, d->query, "/filters/dangling", SP_TREE_MAP);

	filter = sp_tree_member(d->arena, filter,
	                        sp_docker_is_on(d, "all") ? SP_STR("false") : SP_STR("true"),
	                        SP_TREE_RAW);
	if (filter)
		filter->text = SP_STR("true");
	return 0;
}
