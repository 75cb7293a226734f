/* SPDX-License-Identifier: Apache-2.0 */
/* docker_finish.c: what docker makes of capabilities, and of several flags together. */
#include "cli/docker_parts.h"

/* --cap-add and --cap-drop are sent in one spelling. */
int
sp_docker_put_capability(struct sp_docker *d, const struct sp_docker_flag *flag,
                         struct sp_str value)
{
	char *name = sp_arena_bytes(d->arena, value.len + 5);
	struct sp_str upper;

	if (!name)
		return sp_docker_fail(d, NULL, "the line is too long");
	memcpy(name, "CAP_", 4);
	for (size_t i = 0; i < value.len; i++)
		name[4 + i] =
		    (char)(value.p[i] >= 'a' && value.p[i] <= 'z' ? value.p[i] - 32 : value.p[i]);
	upper = (struct sp_str){name + 4, value.len};
	if (!sp_str_is(upper, "ALL") && !sp_str_starts(upper, SP_STR("CAP_")))
		upper = (struct sp_str){name, value.len + 4};
	sp_tree_add_text(d->arena, d->body, flag->to, upper);
	return 0;
}

int
sp_docker_health(struct sp_docker *d, const char *path)
{
	static const struct {
		const char *flag, *to;
		bool count;
	} fields[] = {{"health-interval", "/Interval", false},
	              {"health-timeout", "/Timeout", false},
	              {"health-start-period", "/StartPeriod", false},
	              {"health-start-interval", "/StartInterval", false},
	              {"health-retries", "/Retries", true}};
	struct sp_tree *check = NULL;
	struct sp_str text;
	int64_t n;

	if (sp_docker_given(d, "health-cmd", &text) && text.len) {
		check = sp_tree_at(d->arena, d->body, path, SP_TREE_MAP);
		sp_tree_add_text(d->arena, check, "/Test", SP_STR("CMD-SHELL"));
		sp_tree_add_text(d->arena, check, "/Test", text);
	}
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (!sp_docker_given(d, fields[i].flag, &text) ||
		    !(fields[i].count ? sp_docker_int : sp_docker_duration)(text, &n) || n == 0)
			continue;
		check = sp_tree_at(d->arena, d->body, path, SP_TREE_MAP);
		sp_tree_set_int(d->arena, check, fields[i].to, n);
	}
	if (!sp_docker_is_on(d, "no-healthcheck"))
		return 0;
	if (check)
		return sp_docker_fail(d, NULL,
		                      "--no-healthcheck and --health-... exclude each other");
	check = sp_tree_at(d->arena, d->body, path, SP_TREE_MAP);
	sp_tree_add_text(d->arena, check, "/Test", SP_STR("NONE"));
	return 0;
}

int
sp_docker_finish_create(struct sp_docker *d)
{
	struct sp_str restart;

	sp_tree_set_text(d->arena, d->body, "/Image", d->operand[0]);
	for (size_t i = 1; i < d->n_operands; i++)
		sp_tree_add_text(d->arena, d->body, "/Cmd", d->operand[i]);
	if (!sp_docker_given(d, "restart", &restart))
		restart = SP_STR("no");
	if (sp_docker_is_on(d, "rm") && restart.len && !sp_str_is(restart, "no"))
		return sp_docker_fail(d, NULL, "--restart and --rm exclude each other");
	if (!sp_tree_find(d->body, "/HostConfig/RestartPolicy"))
		sp_tree_set_text(d->arena, d->body, "/HostConfig/RestartPolicy/Name", restart);
	return sp_docker_health(d, "/Healthcheck") || sp_docker_networks(d) ? -1 : 0;
}

int
sp_docker_finish_exec(struct sp_docker *d)
{
	for (size_t i = 1; i < d->n_operands; i++)
		sp_tree_add_text(d->arena, d->body, "/Cmd", d->operand[i]);
	return 0;
}

int
sp_docker_finish_update(struct sp_docker *d)
{
	return d->uses ? 0 : sp_docker_fail(d, NULL, "docker update needs at least one flag");
}
