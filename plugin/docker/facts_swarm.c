/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts_swarm.c: secret.create, secret.update, config.create, config.update, swarm.init,
 * swarm.update.  What a secret holds is nobody's business; its name and labels are what rules are
 * about.
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

/* What services log to when they do not say so themselves. */
static void
read_spec(struct sp_fact_reader *r, const char *pointer, uint32_t spec)
{
	uint32_t defaults = sp_get(r, spec, SWARM_TaskDefaults);
	struct sp_str log = sp_get_str(r, sp_get(r, defaults, DEFAULTS_LogDriver), DRIVER_Name);

	if (log.len)
		sp_fact_driver(r, SP_FACT_LOG_DRIVERS, pointer, log);
}

void
sp_facts_swarm_init(struct sp_fact_reader *r)
{
	read_spec(r, "/Spec/TaskDefaults/LogDriver/Name", sp_get(r, r->body, INIT_Spec));
}

void
sp_facts_swarm_update(struct sp_fact_reader *r)
{
	read_spec(r, "/TaskDefaults/LogDriver/Name", r->body);
}
