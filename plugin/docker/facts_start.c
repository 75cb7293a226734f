/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts_start.c: container.start, and checkpoints.
 *
 * A start may bring a checkpoint, the memory image of processes, which can be anything.  And 20.10
 * below API 1.24 takes a body that replaces the HostConfig the container was created with, wrapped
 * or bare: it is judged as that of container.create.  (request.c refuses a body in newer versions,
 * as dockerd does.)
 * moby: api/server/router/container/container_routes.go (postContainersStart),
 * runconfig/config_unix.go (getHostConfig), daemon/checkpoint.go.
 */
#include "docker/fact_reader.h"
#include "docker/small_types.h"

#define N_HOST_CONFIG START_HostConfig /* fields of a HostConfig in front of it */

/* dockerd makes the directory, reads, writes and removes what is in it: as good as a bind mount. */
static void
read_dir(struct sp_fact_reader *r, const char *pointer, struct sp_str dir)
{
	struct sp_value *v;

	if (dir.len == 0) /* dockerd's own */
		return;
	v = sp_fact_text(r, SP_FACT_BIND, pointer, dir);
	v->flag = "--checkpoint-dir";
	v->text = sp_fact_path(r, dir);
	if (!v->text.p)
		sp_fact_malformed(r, "the checkpoint directory '%s' does not start with '/'",
		                  sp_fact_shown(r, dir));
}

void
sp_facts_checkpoint(struct sp_fact_reader *r)
{
	struct sp_value *v = sp_fact_text(r, SP_FACT_CHECKPOINTS, "{name}", r->req->object);

	if (r->req->action == SP_ACT_CHECKPOINT_CREATE) {
		v->flag = "docker checkpoint create";
		read_dir(r, "/CheckpointDir", sp_get_str(r, r->body, CP_CheckpointDir));
	} else {
		v->flag = r->req->action == SP_ACT_CHECKPOINT_LIST ? "docker checkpoint ls"
		                                                   : "docker checkpoint rm";
		read_dir(r, "?dir", sp_query_get(&r->req->query, "dir"));
	}
}

/* Was a field of the host configuration given beside HostConfig?  Some of them would be merged. */
static bool
is_mixed(const struct sp_fact_reader *r)
{
	for (uint32_t field = 0; field < N_HOST_CONFIG; field++) {
		if (sp_get(r, r->body, field))
			return true;
	}
	return false;
}

/* Image, user, labels and health check stay as they were created; nobody here knows them. */
static void
read_host_config(struct sp_fact_reader *r)
{
	uint32_t wrapped = sp_get(r, r->body, START_HostConfig);
	struct sp_value *v =
	    sp_fact_text(r, SP_FACT_CHECKPOINTS, "/HostConfig", SP_STR("at start"));

	v->flag = "a host configuration";
	if (wrapped && is_mixed(r))
		sp_fact_malformed(r, "the host configuration is given twice, in HostConfig and at "
		                     "the top level");
	r->facts->families |= SP_FOR_CREATE;
	sp_fact_absent(r, SP_FACT_IMAGES, "{name}", SP_UNKNOWABLE);
	sp_fact_absent(r, SP_FACT_NAME, "{name}", SP_UNKNOWABLE);
	sp_fact_absent(r, SP_FACT_USER, "{name}", SP_UNKNOWABLE);
	sp_fact_absent(r, SP_FACT_HEALTHCHECK, "{name}", SP_UNKNOWABLE);
	sp_facts_host_config(r, wrapped ? wrapped : r->body, 0);
}

void
sp_facts_container_start(struct sp_fact_reader *r)
{
	struct sp_str checkpoint = sp_query_get(&r->req->query, "checkpoint");

	if (checkpoint.len)
		sp_fact_text(r, SP_FACT_CHECKPOINTS, "?checkpoint", checkpoint);
	read_dir(r, "?checkpoint-dir", sp_query_get(&r->req->query, "checkpoint-dir"));
	if (r->body)
		read_host_config(r);
}
