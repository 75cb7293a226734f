/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts_image.c: the image actions, and container.commit.  Their facts stand in the URL.  Where a
 * form in the body could override the URL (load, import, build), what the URL says is not what
 * dockerd does: new names are unknowable then.
 * moby: api/server/router/image/image_routes.go, api/server/httputils/form.go (RepoTagReference).
 */
#include "docker/fact_reader.h"
#include "docker/image_ref.h"

static void
add_image(struct sp_fact_reader *r, enum sp_fact fact, const char *pointer, struct sp_str given,
          const char *tag, unsigned how)
{
	struct sp_str wanted = tag ? sp_query_get(&r->req->query, tag) : (struct sp_str){NULL, 0};
	struct sp_image image;

	sp_image_complete(given, wanted, how, r->arena, &image);
	if (image.kind == SP_IMAGE_INVALID && wanted.len)
		image.full = sp_fact_whole(r, given, ":", wanted);
	sp_fact_image(r, fact, pointer, given, &image)->arg =
	    wanted.len ? sp_fact_join(r, given, ":", wanted) : given;
}

/* The tag replaces the one in fromImage; without any, every tag of the repository is pulled. */
void
sp_facts_image_pull(struct sp_fact_reader *r)
{
	struct sp_str from = sp_query_get(&r->req->query, "fromImage");

	if (from.len && from.p[from.len - 1] == ':') /* as old clients say "all tags" */
		from = sp_str_head(from, from.len - 1);
	add_image(r, SP_FACT_IMAGES, "?fromImage", from, "tag",
	          SP_REF_ALL_TAGS | SP_REF_TAG_OR_DIGEST);
}

void
sp_facts_image_push(struct sp_fact_reader *r)
{
	add_image(r, SP_FACT_IMAGES, "{name}", r->req->object, "tag", SP_REF_ALL_TAGS);
}

void
sp_facts_image_tag(struct sp_fact_reader *r)
{
	add_image(r, SP_FACT_IMAGES, "{name}", r->req->object, NULL, SP_REF_MAY_BE_ID);
	add_image(r, SP_FACT_TAGS, "?repo", sp_query_get(&r->req->query, "repo"), "tag",
	          SP_REF_NEW_NAME);
}

void
sp_facts_image_remove(struct sp_fact_reader *r)
{
	add_image(r, SP_FACT_IMAGES, "{name}", r->req->object, NULL, SP_REF_MAY_BE_ID);
}

/*
 * What is committed has a name only with `repo`.  The body and `changes` set what the image says of
 * itself (a HostConfig in it is decoded by 26 and older, and thrown away).
 */
void
sp_facts_container_commit(struct sp_fact_reader *r)
{
	struct sp_str repo = sp_query_get(&r->req->query, "repo");

	if (repo.len)
		add_image(r, SP_FACT_TAGS, "?repo", repo, "tag", SP_REF_NEW_NAME);
}

/* load: the archive says; import: a form in the stream could. */
void
sp_facts_image_load(struct sp_fact_reader *r)
{
	sp_fact_absent(r, SP_FACT_TAGS, "?repo", SP_UNKNOWABLE);
}

static void
read_network_mode(struct sp_fact_reader *r, struct sp_str mode)
{
	struct sp_str word, container;
	struct sp_value *v;

	if (!sp_str_cut(mode, ':', &word, &container) || !sp_str_is(word, "container")) {
		sp_facts_network(r, mode, "?networkmode");
		return;
	}
	v = sp_fact_add(r, SP_FACT_JOIN_NAMESPACES, "?networkmode");
	v->text = SP_STR("network");
	v->key = container;
	v->flag = "--network";
	v->arg = mode;
}

/*
 * What the URL says is what honest clients do.  A client that sends a form behind a second
 * Content-Type header overrides it, and no plugin can see that (moby: api/server/httputils,
 * FormValue): check says so to whoever limits builds (W333).  BuildKit builds what a session
 * brings, of which the URL says nothing.
 */
void
sp_facts_image_build(struct sp_fact_reader *r)
{
	const struct sp_query *query = &r->req->query;
	struct sp_str remote = sp_query_get(query, "remote");

	if (sp_str_is(sp_query_get(query, "version"), "2"))
		r->facts->beyond = "BuildKit builds what a session brings, which nobody can see";
	read_network_mode(r, sp_query_get(query, "networkmode"));
	if (remote.len)
		sp_fact_text(r, SP_FACT_BUILD_REMOTE, "?remote", remote);
	sp_fact_cgroup_parent(r, "?cgroupparent", sp_query_get(query, "cgroupparent"));
	for (size_t i = 0; i < query->n; i++) {
		if (sp_str_is(query->list[i].key, "t"))
			add_image(r, SP_FACT_TAGS, "?t", query->list[i].value, NULL,
			          SP_REF_NEW_NAME);
	}
}
