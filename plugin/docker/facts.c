/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts.c: what a request asks for.  The body is bound to the Go type dockerd decodes it into, then
 * the reader of the action turns it into values.  Input: a request without a fault, hostile all the
 * same.  Output: facts, or a fault; a request whose facts are not read says so.
 */
#include "docker/fact_reader.h"
#include "sallyport/objects.h"

const char *
sp_fact_name(enum sp_fact fact)
{
	static const char *const names[SP_FACT_COUNT] = {[SP_FACT_NONE] = "none",
#define X(id, name, flag) [SP_FACT_##id] = name,
	                                                 SP_FACTS(X)
#undef X
	};

	return (unsigned)fact < SP_FACT_COUNT ? names[fact] : "none";
}

const char *
sp_fact_flag(enum sp_fact fact)
{
	static const char *const flags[SP_FACT_COUNT] = {
#define X(id, name, flag) [SP_FACT_##id] = flag,
	    SP_FACTS(X)
#undef X
	};

	return (unsigned)fact < SP_FACT_COUNT ? flags[fact] : NULL;
}

/* A key as one part of a JSON pointer (RFC 6901). */
static void
add_key(struct sp_buf *out, struct sp_str key)
{
	for (size_t i = 0; i < key.len; i++) {
		if (key.p[i] == '~')
			sp_buf_addz(out, "~0");
		else if (key.p[i] == '/')
			sp_buf_addz(out, "~1");
		else
			sp_buf_addc(out, key.p[i]);
	}
}

void
sp_place_print(const struct sp_place *place, struct sp_buf *out)
{
	if (!place->pointer)
		return;
	sp_buf_addz(out, place->pointer);
	if (place->key.p) {
		sp_buf_addc(out, '/');
		add_key(out, place->key);
	}
	if (place->index >= 0) {
		sp_buf_addc(out, '/');
		sp_buf_addi(out, place->index);
	}
	if (place->suffix)
		sp_buf_addz(out, place->suffix);
}

/* --- reading ------------------------------------------------------------------------------ */

static bool
bind_body(struct sp_fact_reader *r)
{
	const struct sp_go_type *type = sp_body_type(r->req->action);
	struct sp_json_error err;

	if (!type)
		return true;
	if (r->req->json.n_tok == 0) {
		if (r->req->body_kind != SP_BODY_JSON)
			return true;
		sp_request_fail(r->req, SP_FAULT_BODY, r->arena, "the request has no body");
		return false;
	}
	if (sp_json_bind(&r->req->json, SP_JSON_DOC, type, &err) != 0) {
		if (err.key.len)
			sp_fact_malformed(r, "the field '%s': %s", sp_fact_shown(r, err.key),
			                  err.what ? err.what : "error");
		else
			sp_fact_malformed(r, "the body: %s", err.what ? err.what : "error");
		return false;
	}
	r->body = SP_JSON_DOC;
	return true;
}

static void
read_unknown_fields(struct sp_fact_reader *r)
{
	for (const struct sp_json_unknown *u = r->doc->unknown; u; u = u->next)
		sp_fact_text(r, SP_FACT_UNKNOWN_FIELDS, sp_arena_dup(r->arena, u->path).p, u->path);
}

/* One question to the host for each path of it that the request names. */
static void
collect_host_paths(struct sp_fact_reader *r)
{
	static const enum sp_fact facts[] = {SP_FACT_BIND, SP_FACT_DEVICES};

	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		for (struct sp_value *v = r->facts->first[facts[i]]; v; v = v->next) {
			if (v->state != SP_SET || v->text.len == 0 || v->text.p[0] != '/')
				continue;
			v->host = sp_arena_alloc(r->arena, sizeof(*v->host));
			if (!v->host)
				return;
			v->host->path = v->text;
			v->host->next = r->facts->host_paths;
			r->facts->host_paths = v->host;
		}
	}
}

/* No key speaks about what is in the body: that it has no fields nobody knows is all. */
static void
body_only(struct sp_fact_reader *r)
{
	(void)r;
}

typedef void (*reader_fn)(struct sp_fact_reader *r);

static reader_fn
reader_of(enum sp_action action)
{
	static const reader_fn readers[SP_ACT_COUNT] = {
	    [SP_ACT_CONTAINER_CREATE] = sp_facts_container_create,
	    [SP_ACT_CONTAINER_UPDATE] = sp_facts_container_update,
	    [SP_ACT_CONTAINER_EXEC] = sp_facts_container_exec,
	    [SP_ACT_CONTAINER_START] = sp_facts_container_start,
	    [SP_ACT_CONTAINER_RENAME] = sp_facts_container_rename,
	    [SP_ACT_VOLUME_CREATE] = sp_facts_volume_create,
	    [SP_ACT_NETWORK_CREATE] = sp_facts_network_create,
	    [SP_ACT_NETWORK_CONNECT] = sp_facts_network_connect,
	    [SP_ACT_IMAGE_PULL] = sp_facts_image_pull,
	    [SP_ACT_IMAGE_PUSH] = sp_facts_image_push,
	    [SP_ACT_IMAGE_TAG] = sp_facts_image_tag,
	    [SP_ACT_IMAGE_REMOVE] = sp_facts_image_remove,
	    [SP_ACT_IMAGE_LOAD] = sp_facts_image_load,
	    [SP_ACT_IMAGE_IMPORT] = sp_facts_image_load,
	    [SP_ACT_IMAGE_BUILD] = sp_facts_image_build,
	    [SP_ACT_CONTAINER_COMMIT] = sp_facts_container_commit,
	    [SP_ACT_SERVICE_CREATE] = sp_facts_service,
	    [SP_ACT_SERVICE_UPDATE] = sp_facts_service,
	    [SP_ACT_SECRET_CREATE] = sp_facts_secret,
	    [SP_ACT_SECRET_UPDATE] = sp_facts_secret,
	    [SP_ACT_CONFIG_CREATE] = sp_facts_config,
	    [SP_ACT_CONFIG_UPDATE] = sp_facts_config,
	    [SP_ACT_VOLUME_UPDATE] = sp_facts_volume_update,
	    [SP_ACT_CHECKPOINT_LIST] = sp_facts_checkpoint,
	    [SP_ACT_CHECKPOINT_CREATE] = sp_facts_checkpoint,
	    [SP_ACT_CHECKPOINT_REMOVE] = sp_facts_checkpoint,
	    [SP_ACT_PLUGIN_PULL] = sp_facts_plugin_pull,
	    [SP_ACT_PLUGIN_UPGRADE] = sp_facts_plugin_pull,
	    [SP_ACT_PLUGIN_SET] = sp_facts_plugin_set,
	    [SP_ACT_SWARM_INIT] = sp_facts_swarm_init,
	    [SP_ACT_SWARM_UPDATE] = sp_facts_swarm_update,
	    [SP_ACT_SWARM_JOIN] = body_only,
	    [SP_ACT_SWARM_UNLOCK] = body_only,
	    [SP_ACT_NODE_UPDATE] = body_only,
	    [SP_ACT_EXEC_START] = body_only,
	    [SP_ACT_NETWORK_DISCONNECT] = body_only,
	    [SP_ACT_CONTAINER_COPY_OUT] = body_only,
	};

	return (unsigned)action < SP_ACT_COUNT ? readers[action] : NULL;
}

/* Are there facts no reader of this build turns into values? */
static bool
is_unread(enum sp_action action, bool has_reader)
{
	switch (sp_action_info(action)->readable) {
	case SP_READ_NOTHING:
		return action == SP_ACT_NONE;
	case SP_READ_FACTS:
		return !has_reader;
	case SP_READ_UNKNOWN:
	case SP_READ_OPAQUE:
		return true;
	}
	return true;
}

void
sp_facts_read(struct sp_facts *facts, struct sp_request *req, struct sp_arena *arena)
{
	struct sp_fact_reader r = {.facts = facts, .req = req, .doc = &req->json, .arena = arena};
	reader_fn reader = reader_of(req->action);

	*facts = (struct sp_facts){.unread = is_unread(req->action, reader != NULL)};
	if (req->is_response && sp_body_type(req->action)) {
		facts->unread = true; /* the body came with the question, not with the answer */
		sp_objects_collect(facts, req, arena);
		return;
	}
	if (req->fault == SP_FAULT_NONE && reader && bind_body(&r)) {
		reader(&r);
		read_unknown_fields(&r);
		collect_host_paths(&r);
		if (arena->full)
			sp_fact_malformed(&r, "the request is too large to be judged");
	}
	sp_objects_collect(facts, req, arena);
	if (req->fault != SP_FAULT_NONE)
		facts->unread = true;
}
