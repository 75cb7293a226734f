/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fake_image.c: images.  Whatever is named is there, unless it was removed: what a policy says
 * about a pull is tried with docker pull, or run --pull=always.
 */
#include "cli/fake_parts.h"
#include "sallyport/facts.h"

/* The name as docker prints it: "docker.io/library/nginx" is nginx:latest. */
static const char *
familiar(struct sp_fake_call *c, const char *name)
{
	struct sp_image image;
	struct sp_str full;

	sp_image_parse(sp_strz(name), false, c->arena, &image);
	if (image.kind != SP_IMAGE_NAME) /* "cafe" may be the beginning of an id, and is not */
		return strchr(name, ':') ? name : sp_arena_printf(c->arena, "%s:latest", name);
	full = image.full;
	if (sp_str_starts(full, SP_STR("docker.io/library/")))
		full = sp_str_from(full, sizeof("docker.io/library/") - 1);
	else if (sp_str_starts(full, SP_STR("docker.io/")))
		full = sp_str_from(full, sizeof("docker.io/") - 1);
	return sp_arena_printf(c->arena, "%.*s", SP_FMT(full));
}

static json_t *
make_image(struct sp_fake_call *c, const char *name)
{
	const char *id = sp_arena_printf(c->arena, "sha256:%s", sp_fake_id(c));
	json_t *config = json_pack("{s:{},s:[s],s:[s],s:n,s:n,s:s,s:s,s:n}", "Labels", "Env",
	                           "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:"
	                           "/bin",
	                           "Cmd", "/bin/sh", "Entrypoint", "Volumes", "WorkingDir", "/",
	                           "User", "", "ExposedPorts");

	/* ContainerConfig: docker-compose 1.29 cannot do without. */
	return json_pack("{s:s,s:[s],s:[],s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:i,s:i,s:O,s:o,s:{s:n,s:s},"
	                 "s:{s:s,s:[s]},s:{s:s}}",
	                 "Id", id, "RepoTags", name, "RepoDigests", "Parent", "", "Comment", "",
	                 "Created", sp_fake_now(c), "Author", "", "Architecture", "amd64", "Os",
	                 "linux", "DockerVersion", "", "Size", 1, "VirtualSize", 1, "Config",
	                 config, "ContainerConfig", config, "GraphDriver", "Data", "Name",
	                 "overlay2", "RootFS", "Type", "layers", "Layers", id, "Metadata",
	                 "LastTagTime", sp_fake_now(c));
}

/* By id or the beginning of one, as docker prints it. */
static const char *
name_of_id(struct sp_fake_call *c, const char *id)
{
	struct sp_str want = sp_strz(id);
	const char *name;
	json_t *image;

	if (sp_str_starts(want, SP_STR("sha256:")))
		want = sp_str_from(want, 7);
	json_object_foreach(c->fake->images, name, image)
	{
		const char *its = json_string_value(json_object_get(image, "Id"));

		if (its && want.len >= 12 && sp_str_starts(sp_strz(its + 7), want))
			return name;
	}
	return NULL;
}

/* The image of this name, also after it was removed; NULL after saying that there is no room. */
static json_t *
there_is(struct sp_fake_call *c, const char *name)
{
	json_t *image;

	name = familiar(c, name);
	image = json_object_get(c->fake->images, name);
	if (json_is_object(image))
		return image;
	if (!sp_fake_room(c))
		return NULL;
	json_object_set_new(c->fake->images, name, make_image(c, name));
	return json_object_get(c->fake->images, name);
}

json_t *
sp_fake_image(struct sp_fake_call *c, const char *name)
{
	const char *known = name_of_id(c, name);

	if (known)
		return json_object_get(c->fake->images, known);
	if (*name && !json_is_null(json_object_get(c->fake->images, familiar(c, name))))
		return there_is(c, name);
	sp_fake_error(c, 404, "No such image: %s", familiar(c, name));
	return NULL;
}

void
sp_fake_image_list(struct sp_fake_call *c)
{
	json_t *filters = sp_fake_filters(c), *out = json_array(), *image;
	const char *name;

	json_object_foreach(c->fake->images, name, image)
	{
		const json_t *labels = json_object_get(json_object_get(image, "Config"), "Labels");

		const json_t *first = json_array_get(json_object_get(image, "RepoTags"), 0);

		/* Once, under the first of its names. */
		if (!first || strcmp(json_string_value(first), name) != 0 ||
		    json_object_get(filters, "dangling") ||
		    !sp_fake_filter(filters, "reference", name, SP_FAKE_STARTS) ||
		    !sp_fake_filter_labels(filters, labels))
			continue;
		json_array_append_new(
		    out, json_pack("{s:O,s:s,s:O,s:[],s:i,s:i,s:i,s:i,s:O,s:i}", "Id",
		                   json_object_get(image, "Id"), "ParentId", "", "RepoTags",
		                   json_object_get(image, "RepoTags"), "RepoDigests", "Created", 0,
		                   "Size", 1, "VirtualSize", 1, "SharedSize", -1, "Labels", labels,
		                   "Containers", -1));
	}
	json_decref(filters);
	sp_fake_json(c, 200, out);
}

void
sp_fake_image_inspect(struct sp_fake_call *c)
{
	json_t *image = sp_fake_image(c, sp_fake_object(c));

	if (image)
		sp_fake_json(c, 200, json_incref(image));
}

void
sp_fake_image_history(struct sp_fake_call *c)
{
	json_t *image = sp_fake_image(c, sp_fake_object(c));

	if (image)
		sp_fake_json(c, 200,
		             json_pack("[{s:O,s:i,s:s,s:O,s:i,s:s}]", "Id",
		                       json_object_get(image, "Id"), "Created", 0, "CreatedBy",
		                       "fake", "Tags", json_object_get(image, "RepoTags"), "Size",
		                       1, "Comment", ""));
}

/* --- transfer --- */

void
sp_fake_image_pull(struct sp_fake_call *c)
{
	const char *name = sp_fake_param(c, "fromImage"), *tag = sp_fake_param(c, "tag");

	if (*tag)
		name = sp_arena_printf(c->arena, "%s%s%s", name, strchr(tag, ':') ? "@" : ":", tag);
	if (!there_is(c, name))
		return;
	sp_fake_progress(c, json_pack("{s:s}", "status", "Pulling nothing, it is only tried"));
	sp_fake_progress(c,
	                 json_pack("{s:s}", "status",
	                           sp_arena_printf(c->arena, "Status: Image is up to date for %s",
	                                           familiar(c, name))));
}

void
sp_fake_image_push(struct sp_fake_call *c)
{
	sp_fake_progress(c,
	                 json_pack("{s:s}", "status",
	                           sp_arena_printf(c->arena, "The push refers to repository [%s]",
	                                           sp_fake_object(c))));
	sp_fake_progress(c, json_pack("{s:s}", "status", "Pushing nothing, it is only tried"));
}

/* One more name of an image.  False: no room. */
static bool
add_name(struct sp_fake_call *c, json_t *image, const char *name)
{
	if (!sp_fake_room(c))
		return false;
	json_array_append_new(json_object_get(image, "RepoTags"), json_string(name));
	json_object_set(c->fake->images, name, image);
	return true;
}

void
sp_fake_image_tag(struct sp_fake_call *c)
{
	const char *tag = sp_fake_param(c, "tag"), *name;
	json_t *image = sp_fake_image(c, sp_fake_object(c));

	name = familiar(
	    c, sp_arena_printf(c->arena, "%s%s%s", sp_fake_param(c, "repo"), *tag ? ":" : "", tag));
	if (image && add_name(c, image, name))
		sp_fake_empty(c, 201);
}

static void
drop_name(json_t *names, const char *name)
{
	for (size_t i = json_array_size(names); i-- > 0;)
		if (strcmp(json_string_value(json_array_get(names, i)), name) == 0)
			json_array_remove(names, i);
}

void
sp_fake_image_remove(struct sp_fake_call *c)
{
	const char *name = name_of_id(c, sp_fake_object(c));
	json_t *image;

	name = name ? sp_arena_printf(c->arena, "%s", name) : familiar(c, sp_fake_object(c));
	image = sp_fake_image(c, name);
	if (!image)
		return;
	drop_name(json_object_get(image, "RepoTags"), name);
	json_object_set_new(c->fake->images, name, json_null());
	sp_fake_json(c, 200, json_pack("[{s:s}]", "Untagged", name));
}

void
sp_fake_image_save(struct sp_fake_call *c)
{
	sp_fake_empty_tar(c);
}

void
sp_fake_image_load(struct sp_fake_call *c)
{
	sp_fake_progress(c, json_pack("{s:s}", "stream", "Loaded nothing, it is only tried\n"));
}

void
sp_fake_image_import(struct sp_fake_call *c)
{
	const char *repo = sp_fake_param(c, "repo"), *tag = sp_fake_param(c, "tag");
	json_t *image =
	    there_is(c, *repo ? sp_arena_printf(c->arena, "%s%s%s", repo, *tag ? ":" : "", tag)
	                      : "imported");

	if (image)
		sp_fake_progress(c, json_pack("{s:O}", "status", json_object_get(image, "Id")));
}

void
sp_fake_image_prune(struct sp_fake_call *c)
{
	sp_fake_pruned(c, c->req->action == SP_ACT_BUILD_PRUNE ? "CachesDeleted" : "ImagesDeleted");
}

/* --- build --- */

/* The files of the build are not looked at.  docker and compose read the id from the stream. */
void
sp_fake_image_build(struct sp_fake_call *c)
{
	const char *name = sp_arena_printf(c->arena, "<none>:%s", sp_fake_id(c));
	json_t *image = there_is(c, name);
	const char *id = json_string_value(json_object_get(image, "Id"));

	if (!id)
		return;
	json_array_clear(json_object_get(image, "RepoTags"));
	sp_fake_progress(
	    c, json_pack("{s:s}", "stream", "Step 1/1 : nothing is built, it is only tried\n"));
	sp_fake_progress(c, json_pack("{s:{s:s}}", "aux", "ID", id));
	sp_fake_progress(
	    c, json_pack("{s:s}", "stream",
	                 sp_arena_printf(c->arena, "Successfully built %.12s\n", id + 7)));
	for (size_t i = 0; i < c->req->query.n; i++) {
		const struct sp_param *p = &c->req->query.list[i];
		struct sp_str tag = sp_arena_dup(c->arena, p->value);

		if (!sp_str_is(p->key, "t") || tag.len == 0)
			continue;
		name = familiar(c, tag.p);
		if (!add_name(c, image, name))
			return;
		sp_fake_progress(
		    c, json_pack("{s:s}", "stream",
		                 sp_arena_printf(c->arena, "Successfully tagged %s\n", name)));
	}
}

void
sp_fake_image_distribution(struct sp_fake_call *c)
{
	sp_fake_json(c, 200,
	             json_pack("{s:{s:s,s:s,s:i},s:[{s:s,s:s}]}", "Descriptor", "mediaType",
	                       "application/vnd.oci.image.manifest.v1+json", "digest",
	                       sp_arena_printf(c->arena, "sha256:%s", sp_fake_id(c)), "size", 1,
	                       "Platforms", "architecture", "amd64", "os", "linux"));
}
