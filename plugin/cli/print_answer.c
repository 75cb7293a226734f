/* SPDX-License-Identifier: Apache-2.0 */
/*
 * print_answer.c: what explain shows of dockerd's answer: each object with its labels and the names
 * of its variables.  Input: a recorded answer, hostile.
 */
#include "cli/print_answer.h"

#include "sallyport/answer.h"

#define SHOWN_CHARS 120

static void
print_object(struct sp_buf *out, const struct sp_object *o, struct sp_arena *arena)
{
	size_t start = out->len;

	sp_buf_addz(out, "shows     ");
	sp_buf_add_shown(out, sp_object_shown(o, arena), SHOWN_CHARS);
	for (size_t n = out->len - start; n < 40; n++)
		sp_buf_addc(out, ' ');
	for (uint32_t i = 0; i < o->n_labels; i++) {
		sp_buf_addc(out, ' ');
		sp_buf_add_shown(out, o->labels[i].key, SHOWN_CHARS);
		sp_buf_addc(out, '=');
		sp_buf_add_shown(out, o->labels[i].value, SHOWN_CHARS);
	}
	if (o->n_env)
		sp_buf_addz(out, "  variables");
	for (uint32_t i = 0; i < o->n_env; i++) {
		sp_buf_addc(out, ' ');
		sp_buf_add_shown(out, o->env[i], SHOWN_CHARS);
	}
	while (out->len && out->p[out->len - 1] == ' ')
		out->len--;
	sp_buf_addc(out, '\n');
}

void
sp_print_answer(struct sp_buf *out, const struct sp_request *req, struct sp_arena *arena)
{
	struct sp_answer answer;

	if (!req->is_response || req->fault != SP_FAULT_NONE)
		return;
	sp_answer_read(&answer, req, arena);
	if (answer.state == SP_ANSWER_UNKNOWN)
		sp_buf_addf(out, "%-9s unknown: %.*s\n", "shows", SP_FMT(answer.why));
	for (const struct sp_object *o = answer.first; o; o = o->next)
		print_object(out, o, arena);
}
