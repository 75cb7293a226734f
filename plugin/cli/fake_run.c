/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fake_run.c: what containers do: nothing, and they say so.  One that somebody is attached to when
 * it starts ends at once; another runs until it is stopped.
 */
#include <signal.h>
#include <stdio.h>

#include "cli/fake_parts.h"

static json_t *
state_of(const json_t *entry)
{
	return json_object_get(json_object_get(entry, "doc"), "State");
}

bool
sp_fake_is_running(const json_t *entry)
{
	return json_is_true(json_object_get(state_of(entry), "Running"));
}

static uint64_t
number_of(const json_t *entry)
{
	return (uint64_t)json_integer_value(json_object_get(entry, "n"));
}

static void
tell(struct sp_fake *fake, const char *what, const json_t *entry)
{
	const json_t *doc = json_object_get(entry, "doc"), *config = json_object_get(doc, "Config");
	json_t *about = sp_fake_copy_object(config, "Labels");
	const char *name = json_string_value(json_object_get(doc, "Name"));
	char code[24];

	json_object_set(about, "image", json_object_get(config, "Image"));
	json_object_set_new(about, "name", json_string(name + 1));
	snprintf(code, sizeof(code), "%lld",
	         (long long)json_integer_value(json_object_get(state_of(entry), "ExitCode")));
	json_object_set_new(about, "exitCode", json_string(code));
	sp_fake_event(fake, "container", what, json_string_value(json_object_get(doc, "Id")),
	              about);
}

static void
set_state(const json_t *entry, const char *status, bool running, bool paused)
{
	json_t *state = state_of(entry);

	json_object_set_new(state, "Status", json_string(status));
	json_object_set_new(state, "Running", json_boolean(running));
	json_object_set_new(state, "Paused", json_boolean(paused));
	json_object_set_new(state, "Pid", json_integer(running ? 4242 : 0));
}

/* Forgets it, and whoever waited for that is told. */
static void
drop(struct sp_fake *fake, json_t *entry)
{
	uint64_t n = number_of(entry);
	char id[80] = "";

	snprintf(id, sizeof(id), "%s",
	         json_string_value(json_object_get(json_object_get(entry, "doc"), "Id")));
	tell(fake, "destroy", entry);
	json_object_del(fake->containers, id);
	if (fake->daemon) {
		sp_daemon_release(fake->daemon, SP_FAKE_UNTIL_END(n));
		sp_daemon_release(fake->daemon, SP_FAKE_UNTIL_GONE(n));
	}
}

void
sp_fake_container_ends(struct sp_fake *fake, json_t *entry, int code)
{
	const json_t *host = json_object_get(json_object_get(entry, "doc"), "HostConfig");
	bool remove = json_is_true(json_object_get(host, "AutoRemove"));

	set_state(entry, "exited", false, false);
	json_object_del(state_of(entry), "Health");
	json_object_set_new(state_of(entry), "ExitCode", json_integer(code));
	json_object_set_new(entry, "attached", json_false());
	json_object_set_new(entry, "waited", json_false());
	tell(fake, "die", entry);
	if (fake->daemon)
		sp_daemon_release(fake->daemon, SP_FAKE_UNTIL_END(number_of(entry)));
	if (remove)
		drop(fake, entry);
}

/*
 * One that was waited for has ended since.  Not at once: docker attach waits first, and then looks
 * whether there is something to attach to.
 */
void
sp_fake_settle(struct sp_fake *fake)
{
	json_t *entry;
	const char *id;
	void *tmp;

	json_object_foreach_safe(fake->containers, tmp, id, entry)
	{
		if (json_is_true(json_object_get(entry, "waited")))
			sp_fake_container_ends(fake, entry, 0);
	}
}

json_t *
sp_fake_named(struct sp_fake_call *c)
{
	return sp_fake_container(c, sp_fake_object(c));
}

const char *
sp_fake_id_of(const json_t *entry)
{
	return json_string_value(json_object_get(json_object_get(entry, "doc"), "Id"));
}

/* --- create and remove --- */

bool
sp_fake_name_is_free(struct sp_fake_call *c, const char *name)
{
	const char *id;
	json_t *entry;

	json_object_foreach(c->fake->containers, id, entry)
	{
		const char *its =
		    json_string_value(json_object_get(json_object_get(entry, "doc"), "Name"));

		if (its && strcmp(its + 1, name) == 0) {
			sp_fake_error(c, 409,
			              "Conflict. The container name \"/%s\" is already in use by "
			              "container \"%s\". You have to remove (or rename) that "
			              "container to be able to reuse that name.",
			              name, id);
			return false;
		}
	}
	return true;
}

void
sp_fake_container_create(struct sp_fake_call *c)
{
	const char *name = sp_fake_param(c, "name"), *id;
	json_t *doc, *entry;

	name += *name == '/';
	if (!*name)
		name =
		    sp_arena_printf(c->arena, "try_%llu", (unsigned long long)c->fake->n_made + 1);
	if (!sp_fake_room(c) || !sp_fake_name_is_free(c, name))
		return;
	id = sp_fake_id(c);
	doc = sp_fake_container_doc(c, id, name);
	if (!doc)
		return;
	entry = json_pack("{s:o,s:I}", "doc", doc, "n", (json_int_t)c->fake->n_made++);
	json_object_set_new(c->fake->containers, id, entry);
	tell(c->fake, "create", entry);
	sp_fake_json(c, 201, json_pack("{s:s,s:[]}", "Id", id, "Warnings"));
}

void
sp_fake_container_remove(struct sp_fake_call *c)
{
	json_t *entry = sp_fake_named(c);

	if (!entry)
		return;
	if (sp_fake_is_running(entry) && !sp_query_bool(&c->req->query, "force")) {
		sp_fake_error(c, 409,
		              "cannot remove container \"%s\": container is running: stop the "
		              "container before removing or force remove",
		              sp_fake_object(c));
		return;
	}
	drop(c->fake, entry);
	sp_fake_empty(c, 204);
}

void
sp_fake_container_prune(struct sp_fake_call *c)
{
	json_t *gone = json_array(), *entry;
	const char *id;
	void *tmp;

	json_object_foreach_safe(c->fake->containers, tmp, id, entry)
	{
		if (sp_fake_is_running(entry))
			continue;
		json_array_append_new(gone, json_string(id));
		drop(c->fake, entry);
	}
	sp_fake_json(c, 200,
	             json_pack("{s:o,s:i}", "ContainersDeleted", gone, "SpaceReclaimed", 0));
}

/* --- start and stop --- */

static void
run(struct sp_fake_call *c, json_t *entry)
{
	const json_t *config = json_object_get(json_object_get(entry, "doc"), "Config");

	set_state(entry, "running", true, false);
	json_object_set_new(state_of(entry), "ExitCode", json_integer(0));
	json_object_set_new(state_of(entry), "StartedAt", json_string(sp_fake_now(c)));
	/* Whoever depends on it need not wait. */
	if (json_is_object(json_object_get(config, "Healthcheck")))
		json_object_set_new(
		    state_of(entry), "Health",
		    json_pack("{s:s,s:i,s:[]}", "Status", "healthy", "FailingStreak", 0, "Log"));
	tell(c->fake, "start", entry);
	if (json_is_true(json_object_get(entry, "attached")))
		sp_fake_container_ends(c->fake, entry, 0);
}

void
sp_fake_container_start(struct sp_fake_call *c)
{
	json_t *entry = sp_fake_named(c);

	if (!entry)
		return;
	sp_fake_empty(c, sp_fake_is_running(entry) ? 304 : 204);
	if (!sp_fake_is_running(entry))
		run(c, entry);
}

void
sp_fake_container_stop(struct sp_fake_call *c)
{
	json_t *entry = sp_fake_named(c);

	if (!entry)
		return;
	sp_fake_empty(c, sp_fake_is_running(entry) ? 204 : 304);
	if (sp_fake_is_running(entry))
		sp_fake_container_ends(c->fake, entry, 128 + SIGTERM);
}

void
sp_fake_container_restart(struct sp_fake_call *c)
{
	json_t *entry = sp_fake_named(c);

	if (!entry)
		return;
	sp_fake_empty(c, 204);
	run(c, entry);
}

static bool
ends(struct sp_str name, int *number)
{
	static const struct {
		const char *name, *digits;
		int number;
	} all[] = {{"KILL", "9", SIGKILL},
	           {"TERM", "15", SIGTERM},
	           {"INT", "2", SIGINT},
	           {"QUIT", "3", SIGQUIT},
	           {"ABRT", "6", SIGABRT}};

	if (sp_str_starts(name, SP_STR("SIG")))
		name = sp_str_from(name, 3);
	if (name.len == 0)
		name = SP_STR("KILL");
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (sp_str_is(name, all[i].name) || sp_str_is(name, all[i].digits)) {
			*number = all[i].number;
			return true;
		}
	}
	return false;
}

void
sp_fake_container_kill(struct sp_fake_call *c)
{
	json_t *entry = sp_fake_named(c);
	int number;

	if (!entry)
		return;
	if (!sp_fake_is_running(entry)) {
		sp_fake_error(c, 409, "cannot kill container: %s: container %s is not running",
		              sp_fake_object(c), sp_fake_id_of(entry));
		return;
	}
	sp_fake_empty(c, 204);
	if (ends(sp_query_get(&c->req->query, "signal"), &number))
		sp_fake_container_ends(c->fake, entry, 128 + number);
}

static void
pause_it(struct sp_fake_call *c, bool pause)
{
	json_t *entry = sp_fake_named(c);

	if (!entry)
		return;
	if (!sp_fake_is_running(entry)) {
		sp_fake_error(c, 409, "container %s is not running", sp_fake_id_of(entry));
		return;
	}
	set_state(entry, pause ? "paused" : "running", true, pause);
	sp_fake_empty(c, 204);
}

void
sp_fake_container_pause(struct sp_fake_call *c)
{
	pause_it(c, true);
}

void
sp_fake_container_unpause(struct sp_fake_call *c)
{
	pause_it(c, false);
}

/* --- watching --- */

/*
 * Waiting for one that runs could never end, nobody stops it meanwhile: the answer comes at once,
 * and the next request finds it ended.  docker run and docker start ask before they start it.
 */
void
sp_fake_container_wait(struct sp_fake_call *c)
{
	struct sp_str condition = sp_query_get(&c->req->query, "condition");
	json_t *entry = sp_fake_named(c);
	bool gone = sp_str_is(condition, "removed");

	if (!entry)
		return;
	if (sp_fake_is_running(entry) || !(gone || sp_str_is(condition, "next-exit"))) {
		json_object_set_new(entry, "waited", json_boolean(sp_fake_is_running(entry)));
		sp_fake_json(
		    c, 200,
		    json_pack("{s:O}", "StatusCode", json_object_get(state_of(entry), "ExitCode")));
		return;
	}
	c->reply->status = 200;
	c->reply->content_type = "application/json";
	c->reply->until =
	    gone ? SP_FAKE_UNTIL_GONE(number_of(entry)) : SP_FAKE_UNTIL_END(number_of(entry));
	c->reply->last = SP_STR("{\"StatusCode\":0}\n");
}

const char *
sp_fake_stream_type(const json_t *tty)
{
	return json_is_true(tty) ? "application/vnd.docker.raw-stream"
	                         : "application/vnd.docker.multiplexed-stream";
}

void
sp_fake_container_attach(struct sp_fake_call *c)
{
	json_t *entry = sp_fake_named(c);
	const json_t *config = json_object_get(json_object_get(entry, "doc"), "Config");

	if (!entry)
		return;
	if (!sp_str_is(c->req->method, "POST")) {
		sp_fake_error(c, 501, "sallyport try does not speak WebSocket");
		return;
	}
	c->reply->raw = true;
	c->reply->content_type = sp_fake_stream_type(json_object_get(config, "Tty"));
	if (sp_fake_is_running(entry))
		return;
	json_object_set_new(entry, "attached", json_true());
	c->reply->until = SP_FAKE_UNTIL_END(number_of(entry));
}

void
sp_fake_container_logs(struct sp_fake_call *c)
{
	json_t *entry = sp_fake_named(c);
	const json_t *config = json_object_get(json_object_get(entry, "doc"), "Config");

	if (!entry)
		return;
	c->reply->status = 200;
	c->reply->content_type = sp_fake_stream_type(json_object_get(config, "Tty"));
}

void
sp_fake_container_top(struct sp_fake_call *c)
{
	if (sp_fake_named(c))
		sp_fake_json(c, 200,
		             json_pack("{s:[s,s,s],s:[[s,s,s]]}", "Titles", "UID", "PID", "CMD",
		                       "Processes", "root", "4242", "fake"));
}

void
sp_fake_container_changes(struct sp_fake_call *c)
{
	if (sp_fake_named(c))
		sp_fake_json(c, 200, json_array());
}

void
sp_fake_container_stats(struct sp_fake_call *c)
{
	json_t *entry = sp_fake_named(c);
	const json_t *doc = json_object_get(entry, "doc");

	if (entry)
		sp_fake_json(c, 200,
		             json_pack("{s:s,s:s,s:{s:i},s:{s:{s:i},s:i,s:i},s:{s:{s:i},s:i},"
		                       "s:{s:i,s:i},s:{}}",
		                       "read", sp_fake_now(c), "name",
		                       json_string_value(json_object_get(doc, "Name")),
		                       "pids_stats", "current", 1, "cpu_stats", "cpu_usage",
		                       "total_usage", 1, "system_cpu_usage", 1, "online_cpus", 1,
		                       "precpu_stats", "cpu_usage", "total_usage", 1,
		                       "system_cpu_usage", 1, "memory_stats", "usage", 1, "limit",
		                       1, "networks"));
}
