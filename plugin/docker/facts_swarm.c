/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts_swarm.c: secret.create, secret.update, config.create, config.update, node.update.  What a
 * secret holds is nobody's business; its name and labels are what rules are about.
 */
#include "docker/fact_reader.h"
#include "docker/swarm_types.h"

static void
read_annotations(struct sp_fact_reader *r, struct sp_str name, uint32_t labels)
{
	if (name.len)
		sp_fact_text(r, SP_FACT_NAME, "/Name", name);
	else
		sp_fact_absent(r, SP_FACT_NAME, "/Name", SP_UNSET);
	sp_fact_labels(r, "/Labels", labels);
}

void
sp_facts_secret(struct sp_fact_reader *r)
{
	read_annotations(r, sp_get_str(r, r->body, SECRET_Name), sp_get(r, r->body, SECRET_Labels));
}

void
sp_facts_config(struct sp_fact_reader *r)
{
	read_annotations(r, sp_get_str(r, r->body, CONFIG_Name), sp_get(r, r->body, CONFIG_Labels));
}

/* No key speaks about a node's role or labels: who may do it may do all of it. */
void
sp_facts_node_update(struct sp_fact_reader *r)
{
	(void)r;
}
