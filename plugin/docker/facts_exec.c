/* SPDX-License-Identifier: Apache-2.0 */
/* facts_exec.c: container.exec.  What the command does afterwards is in a stream nobody sees. */
#include "docker/body_types.h"
#include "docker/fact_reader.h"

void
sp_facts_container_exec(struct sp_fact_reader *r)
{
	struct sp_str user = sp_get_str(r, r->body, EXEC_User);

	if (sp_get_bool(r, r->body, EXEC_Privileged))
		sp_fact_add(r, SP_FACT_EXEC_PRIVILEGED, "/Privileged");
	if (user.len)
		sp_fact_text(r, SP_FACT_EXEC_USER, "/User", user);
	else /* the container's own user, which is not known here */
		sp_fact_absent(r, SP_FACT_EXEC_USER, "/User", SP_UNKNOWABLE);
}
