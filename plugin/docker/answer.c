/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answer.c: dockerd's answer to an inspect, a list or a create.  Read only when a rule needs it:
 * most answers are never looked into.  Input: what dockerd says its answer will be, in a message
 * that an answer over 64 KiB and a stream are missing from.
 */
#include "sallyport/answer.h"

#include "docker/answer_objects.h"
#include "docker/authz.h"

/* --- which answers show what ----------------------------------------------------------------- */

struct shape {
	uint32_t shows; /* SP_SHOWS_... */
	enum sp_shown shown;
};

#define INSPECT (SP_SHOWS_ONE | SP_SHOWS_LABELS)
#define LIST (SP_SHOWS_LIST | SP_SHOWS_LABELS)
#define STREAM SP_SHOWS_STREAM, SP_SHOWN_NOTHING

static const struct shape *
shape_of(enum sp_action action)
{
	static const struct shape shapes[SP_ACT_COUNT] = {
	    [SP_ACT_CONTAINER_LIST] = {LIST, SP_SHOWN_LIST},
	    [SP_ACT_CONTAINER_INSPECT] = {INSPECT | SP_SHOWS_ENV, SP_SHOWN_ONE},
	    [SP_ACT_CONTAINER_CREATE] = {SP_SHOWS_NEW, SP_SHOWN_ONE},
	    [SP_ACT_CONTAINER_EXEC] = {SP_SHOWS_NEW, SP_SHOWN_ONE},
	    [SP_ACT_EXEC_INSPECT] = {SP_SHOWS_ONE, SP_SHOWN_ONE},
	    [SP_ACT_IMAGE_LIST] = {LIST, SP_SHOWN_LIST},
	    [SP_ACT_IMAGE_INSPECT] = {INSPECT | SP_SHOWS_ENV, SP_SHOWN_ONE},
	    [SP_ACT_VOLUME_LIST] = {LIST, SP_SHOWN_VOLUMES},
	    [SP_ACT_VOLUME_INSPECT] = {INSPECT, SP_SHOWN_ONE},
	    [SP_ACT_VOLUME_CREATE] = {SP_SHOWS_NEW | SP_SHOWS_LABELS, SP_SHOWN_ONE},
	    [SP_ACT_NETWORK_LIST] = {LIST, SP_SHOWN_LIST},
	    [SP_ACT_NETWORK_INSPECT] = {INSPECT, SP_SHOWN_ONE},
	    [SP_ACT_NETWORK_CREATE] = {SP_SHOWS_NEW, SP_SHOWN_ONE},
	    /* plugins have no labels: `labels` finds none on them */
	    [SP_ACT_PLUGIN_LIST] = {LIST | SP_SHOWS_ENV, SP_SHOWN_PLUGINS},
	    [SP_ACT_PLUGIN_INSPECT] = {INSPECT | SP_SHOWS_ENV, SP_SHOWN_PLUGIN},
	    [SP_ACT_SERVICE_LIST] = {LIST | SP_SHOWS_ENV, SP_SHOWN_SWARMS},
	    [SP_ACT_SERVICE_INSPECT] = {INSPECT | SP_SHOWS_ENV, SP_SHOWN_SWARM},
	    [SP_ACT_SERVICE_CREATE] = {SP_SHOWS_NEW, SP_SHOWN_SWARM},
	    [SP_ACT_TASK_LIST] = {LIST | SP_SHOWS_ENV, SP_SHOWN_TASKS},
	    [SP_ACT_TASK_INSPECT] = {INSPECT | SP_SHOWS_ENV, SP_SHOWN_TASK},
	    [SP_ACT_NODE_LIST] = {LIST, SP_SHOWN_SWARMS},
	    [SP_ACT_NODE_INSPECT] = {INSPECT, SP_SHOWN_SWARM},
	    [SP_ACT_SECRET_LIST] = {LIST, SP_SHOWN_SWARMS},
	    [SP_ACT_SECRET_INSPECT] = {INSPECT, SP_SHOWN_SWARM},
	    [SP_ACT_SECRET_CREATE] = {SP_SHOWS_NEW, SP_SHOWN_SWARM},
	    [SP_ACT_CONFIG_LIST] = {LIST, SP_SHOWN_SWARMS},
	    [SP_ACT_CONFIG_INSPECT] = {INSPECT, SP_SHOWN_SWARM},
	    [SP_ACT_CONFIG_CREATE] = {SP_SHOWS_NEW, SP_SHOWN_SWARM},
	    [SP_ACT_SYSTEM_DF] = {LIST, SP_SHOWN_DF},
	    /* what flushes while it writes, or takes the connection over */
	    [SP_ACT_CONTAINER_LOGS] = {STREAM},
	    [SP_ACT_CONTAINER_STATS] = {STREAM},
	    [SP_ACT_CONTAINER_EXPORT] = {STREAM},
	    [SP_ACT_CONTAINER_ATTACH] = {STREAM},
	    [SP_ACT_CONTAINER_WAIT] = {STREAM},
	    [SP_ACT_CONTAINER_COPY_OUT] = {STREAM},
	    [SP_ACT_EXEC_START] = {STREAM},
	    [SP_ACT_IMAGE_PULL] = {STREAM},
	    [SP_ACT_IMAGE_PUSH] = {STREAM},
	    [SP_ACT_IMAGE_SAVE] = {STREAM},
	    [SP_ACT_IMAGE_LOAD] = {STREAM},
	    [SP_ACT_IMAGE_IMPORT] = {STREAM},
	    [SP_ACT_IMAGE_BUILD] = {STREAM},
	    [SP_ACT_IMAGE_BUILDKIT] = {STREAM},
	    [SP_ACT_PLUGIN_PULL] = {STREAM},
	    [SP_ACT_PLUGIN_PUSH] = {STREAM},
	    [SP_ACT_PLUGIN_UPGRADE] = {STREAM},
	    [SP_ACT_SERVICE_LOGS] = {STREAM},
	    [SP_ACT_TASK_LOGS] = {STREAM},
	    [SP_ACT_SYSTEM_EVENTS] = {STREAM},
	    [SP_ACT_DEBUG_PPROF] = {STREAM},
	};

	return &shapes[(unsigned)action < SP_ACT_COUNT ? action : SP_ACT_NONE];
}

uint32_t
sp_answer_shows(enum sp_action action)
{
	return shape_of(action)->shows;
}

/* --- reading --------------------------------------------------------------------------------- */

static const char *
read_body(struct sp_answer *answer, const struct sp_request *req, enum sp_shown shown,
          struct sp_arena *arena)
{
	/* a copy: reading happens in place, and the request stays as it is */
	struct sp_str copy = sp_arena_dup(arena, req->answer);
	char *text = (char *)(uintptr_t)copy.p;
	enum sp_object_kind kind =
	    req->action == SP_ACT_CONTAINER_EXEC ? SP_OBJECT_EXEC : sp_object_kind_of(req->action);
	const char *why = "it is not base64";
	long n = text ? sp_base64_decode(text, copy.len) : -1;

	if (n >= 0)
		why = sp_answer_objects(&answer->first, shown, kind, text, (size_t)n, arena);
	return arena->full ? "it is too large to be read" : why;
}

/* What the handler has not written, or has written as an error, shows nothing. */
static bool
is_error(const struct sp_request *req)
{
	if (req->answer_begun || req->answer.len)
		return false;
	/* An error is written by dockerd's outermost layer, after the plugin was asked. */
	return req->status >= 300 ||
	       (req->status == 0 &&
	        (req->answer_type.len == 0 || sp_str_is(req->answer_type, "application/json")));
}

static int64_t
decoded_size(struct sp_str base64)
{
	int64_t n = (int64_t)(base64.len / 4 * 3);

	for (size_t i = base64.len; i > 0 && base64.len - i < 2 && base64.p[i - 1] == '='; i--)
		n--;
	return n;
}

void
sp_answer_read(struct sp_answer *answer, const struct sp_request *req, struct sp_arena *arena)
{
	const struct shape *shape = shape_of(req->action);
	const char *why = NULL;

	*answer = (struct sp_answer){.read = true, .size_state = SP_UNKNOWABLE};
	answer->error = is_error(req);
	if (req->answer.len || answer->error || req->status == 204) {
		answer->size_state = SP_SET;
		answer->size = decoded_size(req->answer);
	}
	if (answer->error || shape->shown == SP_SHOWN_NOTHING || req->status >= 300) {
		answer->state = SP_ANSWER_NOTHING;
		return;
	}
	if (req->answer.len)
		why = read_body(answer, req, shape->shown, arena);
	else if (req->answer_begun)
		why = "dockerd does not show answers over 64 KiB to plugins";
	else
		why = "dockerd did not show it to the plugin";
	if (why) {
		answer->first = NULL;
		answer->why = sp_strz(why);
	} else {
		answer->state = SP_ANSWER_OBJECTS;
	}
}

bool
sp_answer_has_left(const struct sp_request *req)
{
	bool taken_over = req->action == SP_ACT_CONTAINER_ATTACH ||
	                  req->action == SP_ACT_EXEC_START || req->action == SP_ACT_IMAGE_BUILDKIT;

	return (shape_of(req->action)->shows & SP_SHOWS_STREAM) && req->status == 0 &&
	       (req->answer_begun || taken_over);
}

struct sp_str
sp_object_shown(const struct sp_object *o, struct sp_arena *arena)
{
	struct sp_buf out;

	sp_buf_init(&out, arena, 400);
	sp_buf_addz(&out, sp_object_kind_name(o->kind));
	sp_buf_addc(&out, ' ');
	sp_buf_add(&out, o->n_names ? o->names[0] : sp_str_head(o->id, 19));
	return sp_buf_str(&out);
}
