/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_facts.c: any JSON as the body of an action; the first byte selects the action.  A request
 * is refused and unread, or every value of it is complete: a fact, a state, a place, clean paths.
 */
#include <stdint.h>
#include <stdlib.h>

#include "sallyport/facts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const enum sp_action actions[] = {
    SP_ACT_CONTAINER_CREATE, SP_ACT_CONTAINER_UPDATE,  SP_ACT_CONTAINER_EXEC,
    SP_ACT_VOLUME_CREATE,    SP_ACT_NETWORK_CREATE,    SP_ACT_NETWORK_CONNECT,
    SP_ACT_SERVICE_CREATE,   SP_ACT_SECRET_CREATE,     SP_ACT_CONFIG_CREATE,
    SP_ACT_NODE_UPDATE,      SP_ACT_VOLUME_UPDATE,     SP_ACT_CONTAINER_COMMIT,
    SP_ACT_CONTAINER_START,  SP_ACT_CHECKPOINT_CREATE, SP_ACT_PLUGIN_PULL,
    SP_ACT_PLUGIN_SET,       SP_ACT_SWARM_INIT,        SP_ACT_SWARM_JOIN,
    SP_ACT_SWARM_UPDATE,     SP_ACT_EXEC_START,        SP_ACT_NETWORK_DISCONNECT,
};

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check_value(const struct sp_value *v, enum sp_fact fact, struct sp_arena *arena)
{
	struct sp_buf buf;

	must(v->fact == fact);
	must(v->state <= SP_UNCHANGED);
	if (v->state != SP_SET)
		return;
	if (fact == SP_FACT_BIND || fact == SP_FACT_DEVICES) {
		struct sp_str clean = sp_path_clean(arena, v->text);

		must(v->text.len > 0 && v->text.p[0] == '/');
		must(arena->full || sp_str_eq(clean, v->text));
	}
	if (fact == SP_FACT_PORTS)
		must(v->port != NULL);
	if (fact == SP_FACT_IMAGES || fact == SP_FACT_IMAGE_MOUNTS)
		must(v->image != NULL);
	if (fact == SP_FACT_HOST_NAMESPACES || fact == SP_FACT_JOIN_NAMESPACES)
		must(v->text.len > 0 && v->flag != NULL);
	sp_buf_init(&buf, arena, 4096);
	sp_place_print(&v->place, &buf);
	must(arena->full || buf.len > 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct sp_json_limits limits = {1u << 20, 100000, 64};
	struct sp_request req = {.body_kind = SP_BODY_JSON, .object = SP_STR("web")};
	struct sp_json_error err;
	struct sp_facts facts;
	struct sp_arena arena;
	char *text;

	if (size < 2)
		return 0;
	sp_arena_init(&arena, 32u << 20);
	text = sp_arena_bytes(&arena, size - 1);
	must(text != NULL);
	memcpy(text, data + 1, size - 1);
	req.action = actions[data[0] % (sizeof(actions) / sizeof(actions[0]))];
	if (sp_json_parse(&req.json, text, size - 1, &limits, &arena, &err) == 0 &&
	    sp_json_type(&req.json, SP_JSON_DOC) ==
	        (req.action == SP_ACT_PLUGIN_PULL || req.action == SP_ACT_PLUGIN_SET
	             ? SP_JSON_ARRAY
	             : SP_JSON_OBJECT)) {
		sp_facts_read(&facts, &req, &arena);
		must(facts.unread == (req.fault != SP_FAULT_NONE));
		must(req.fault == SP_FAULT_NONE || req.why.len > 0);
		for (enum sp_fact f = SP_FACT_NONE + 1; f < SP_FACT_COUNT && !facts.unread; f++) {
			for (const struct sp_value *v = facts.first[f]; v; v = v->next)
				check_value(v, f, &arena);
		}
	}
	sp_arena_fini(&arena);
	return 0;
}
