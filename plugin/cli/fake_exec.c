/* SPDX-License-Identifier: Apache-2.0 */
/* fake_exec.c: what is done to a container beside running it: exec, copy, rename, commit. */
#include "cli/fake_parts.h"

/* --- changing and copying --- */

void
sp_fake_container_rename(struct sp_fake_call *c)
{
	const char *name = sp_fake_param(c, "name");
	json_t *entry = sp_fake_named(c);

	if (!entry || !sp_fake_name_is_free(c, name))
		return;
	json_object_set_new(json_object_get(entry, "doc"), "Name",
	                    json_string(sp_arena_printf(c->arena, "/%s", name)));
	sp_fake_empty(c, 204);
}

void
sp_fake_container_update(struct sp_fake_call *c)
{
	json_t *entry = sp_fake_named(c);

	if (!entry)
		return;
	json_object_update(json_object_get(json_object_get(entry, "doc"), "HostConfig"), c->body);
	sp_fake_json(c, 200, json_pack("{s:n}", "Warnings"));
}

void
sp_fake_container_resize(struct sp_fake_call *c)
{
	if (sp_fake_named(c))
		sp_fake_empty(c, 200);
}

void
sp_fake_empty_tar(struct sp_fake_call *c)
{
	static const char zeros[1024];

	c->reply->status = 200;
	c->reply->content_type = "application/x-tar";
	if (!sp_str_is(c->req->method, "HEAD"))
		c->reply->body = (struct sp_str){zeros, sizeof(zeros)};
}

void
sp_fake_container_export(struct sp_fake_call *c)
{
	if (sp_fake_named(c))
		sp_fake_empty_tar(c);
}

void
sp_fake_container_copy_in(struct sp_fake_call *c)
{
	if (sp_fake_named(c))
		sp_fake_empty(c, 200);
}

/* Every path is a directory (2147484141: Go's os.ModeDir and 0755). */
void
sp_fake_container_copy_out(struct sp_fake_call *c)
{
	struct sp_daemon_header *header = sp_arena_alloc(c->arena, sizeof(*header));
	const char *stat = "{\"name\":\"fake\",\"size\":0,\"mode\":2147484141,\"mtime\":"
			   "\"2026-01-01T00:00:00Z\",\"linkTarget\":\"\"}";
	struct sp_buf value;

	if (!sp_fake_named(c))
		return;
	sp_buf_init(&value, c->arena, 1024);
	sp_buf_add_base64(&value, sp_strz(stat));
	sp_fake_empty_tar(c);
	if (!header)
		return;
	*header =
	    (struct sp_daemon_header){SP_STR("X-Docker-Container-Path-Stat"), sp_buf_str(&value)};
	c->reply->headers = header;
	c->reply->n_headers = 1;
}

void
sp_fake_container_commit(struct sp_fake_call *c)
{
	const char *tag = sp_fake_param(c, "tag");
	json_t *entry = sp_fake_container(c, sp_fake_param(c, "container")), *image;

	if (!entry)
		return;
	image = sp_fake_image(
	    c, sp_arena_printf(c->arena, "%s:%s", sp_fake_param(c, "repo"), *tag ? tag : "latest"));
	if (image)
		sp_fake_json(c, 201, json_pack("{s:O}", "Id", json_object_get(image, "Id")));
}

/* --- exec --- */

void
sp_fake_exec_create(struct sp_fake_call *c)
{
	json_t *entry = sp_fake_named(c);
	const char *id;

	if (!entry || !sp_fake_room(c))
		return;
	if (!sp_fake_is_running(entry)) {
		sp_fake_error(c, 409, "container %s is not running", sp_fake_id_of(entry));
		return;
	}
	id = sp_fake_id(c);
	json_object_set_new(c->fake->execs, id,
	                    json_pack("{s:s,s:b,s:i,s:{s:O?,s:s,s:[]},s:b,s:b,s:b,s:s,s:i}", "ID",
	                              id, "Running", 0, "ExitCode", 0, "ProcessConfig", "tty",
	                              json_object_get(c->body, "Tty"), "entrypoint", "fake",
	                              "arguments", "OpenStdin", 0, "OpenStderr", 1, "OpenStdout", 1,
	                              "ContainerID", sp_fake_id_of(entry), "Pid", 0));
	sp_fake_json(c, 201, json_pack("{s:s}", "Id", id));
}

static json_t *
named_exec(struct sp_fake_call *c)
{
	json_t *exec = json_object_get(c->fake->execs, sp_fake_object(c));

	if (!exec)
		sp_fake_error(c, 404, "No such exec instance: %s", sp_fake_object(c));
	return exec;
}

void
sp_fake_exec_start(struct sp_fake_call *c)
{
	if (!named_exec(c))
		return;
	if (json_is_true(json_object_get(c->body, "Detach"))) {
		sp_fake_empty(c, 200);
		return;
	}
	c->reply->raw = true;
	c->reply->content_type = sp_fake_stream_type(json_object_get(c->body, "Tty"));
}

void
sp_fake_exec_inspect(struct sp_fake_call *c)
{
	json_t *exec = named_exec(c);

	if (exec)
		sp_fake_json(c, 200, json_incref(exec));
}
