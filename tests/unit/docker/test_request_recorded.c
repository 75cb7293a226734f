/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_request_recorded.c: messages real daemons sent.  Those of docker commands (tests/requests)
 * are all readable; those of attacks (tests/attacks) have the fault tests/fixtures/framing.cases
 * says.
 */
#include <glob.h>

#include "message.h"

static const char *const versions[] = {"20.10", "26.1", "28.5", "29.7"};

/* The docker command that was recorded, and what it must be seen to do. */
static const struct {
	const char *command, *action;
} commands[] = {
    {"01-version", "system.version"},
    {"01-version", "system.ping"},
    {"02-info", "system.info"},
    {"03-ping", "system.ping"},
    {"04-ps", "container.list"},
    {"05-ps-all-filter", "container.list"},
    {"06-images", "image.list"},
    {"07-pull-failure", "image.pull"},
    {"08-create", "container.create"},
    {"09-create-many-options", "container.create"},
    {"10-create-privileged", "container.create"},
    {"11-start", "container.start"},
    {"12-exec", "container.exec"},
    {"12-exec", "exec.start"},
    {"12-exec", "exec.inspect"},
    {"13-exec-privileged-env", "container.exec"},
    {"14-exec-detach", "exec.start"},
    {"15-run-foreground", "container.attach"},
    {"16-run-detached", "container.start"},
    {"17-run-tty-stdin", "container.wait"},
    {"18-logs", "container.logs"},
    {"19-logs-follow", "container.logs"},
    {"20-attach", "container.attach"},
    {"21-inspect", "container.inspect"},
    {"22-inspect-missing", "plugin.inspect"},
    {"23-top", "container.top"},
    {"24-stats", "container.stats"},
    {"25-diff", "container.changes"},
    {"26-cp-to", "container.archive-info"},
    {"26-cp-to", "container.copy-in"},
    {"27-cp-from", "container.copy-out"},
    {"28-update", "container.update"},
    {"29-rename", "container.rename"},
    {"30-pause", "container.pause"},
    {"31-unpause", "container.unpause"},
    {"32-kill", "container.kill"},
    {"33-stop", "container.stop"},
    {"34-restart", "container.restart"},
    {"35-wait", "container.wait"},
    {"36-commit", "container.commit"},
    {"37-tag", "image.tag"},
    {"38-push-failure", "image.push"},
    {"39-save", "image.save"},
    {"40-load", "image.load"},
    {"41-import", "image.import"},
    {"42-export", "container.export"},
    {"43-history", "image.history"},
    {"44-image-inspect", "image.inspect"},
    {"45-build-classic", "image.build"},
    {"46-build-args", "image.build"},
    {"47-network-ls", "network.list"},
    {"48-network-create", "network.create"},
    {"49-network-connect", "network.connect"},
    {"50-network-inspect", "network.inspect"},
    {"51-network-rm", "network.remove"},
    {"52-volume-create", "volume.create"},
    {"53-volume-create-bind", "volume.create"},
    {"54-volume-ls", "volume.list"},
    {"55-volume-inspect", "volume.inspect"},
    {"56-volume-rm", "volume.remove"},
    {"57-plugin-ls", "plugin.list"},
    {"58-plugin-install-failure", "plugin.pull"},
    {"59-system-df", "system.df"},
    {"60-events", "system.events"},
    {"62-login-failure", "registry.login"},
    {"63-swarm-init", "swarm.init"},
    {"64-service-create", "service.create"},
    {"65-service-ls", "service.list"},
    {"66-service-ps", "task.list"},
    {"67-service-update", "service.update"},
    {"68-service-logs", "service.logs"},
    {"69-secret-create", "secret.create"},
    {"70-config-create", "config.create"},
    {"71-node-ls", "node.list"},
    {"72-service-rm", "service.remove"},
    {"73-swarm-leave", "swarm.leave"},
    {"74-rm", "container.remove"},
    {"75-rmi", "image.remove"},
    {"76-container-prune", "container.prune"},
    {"77-image-prune", "image.prune"},
    {"78-system-prune", "build.prune"},
};

static void
read_file(struct sp_request *req, const char *path)
{
	struct sp_str name = sp_strz(path);

	read_text(req, file_text(path), sp_str_ends(name, SP_STR(".AuthZRes.json")));
}

static void
messages_of_docker_commands_are_readable(void **state)
{
	size_t n = 0;
	glob_t files;

	(void)state;
	assert_int_equal(glob("tests/requests/*/*.json", 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		const char *path = files.gl_pathv[i];
		struct sp_request req;

		read_file(&req, path);
		if (req.fault != SP_FAULT_NONE)
			fail_msg("%s: %s: %.*s", path, fault_name(req.fault), SP_FMT(req.why));
		if (req.action == SP_ACT_NONE || req.action == SP_ACT_UNKNOWN_READ ||
		    req.action == SP_ACT_UNKNOWN_WRITE)
			fail_msg("%s: %s", path, action_name(&req));
		n += req.has_body && req.json.n_tok > 0;
		sp_arena_reset(&arena);
	}
	assert_true(files.gl_pathc > 400);
	assert_true(n > 50); /* bodies */
	globfree(&files);
}

static bool
does(const char *version, const char *command, const char *action)
{
	const char *pattern =
	    sp_arena_printf(&arena, "tests/requests/%s/%s.*.json", version, command);
	bool found = false;
	glob_t files;

	if (glob(pattern, 0, NULL, &files) != 0)
		fail_msg("%s: no messages", pattern);
	for (size_t i = 0; i < files.gl_pathc && !found; i++) {
		struct sp_request req;

		read_file(&req, files.gl_pathv[i]);
		found = strcmp(action_name(&req), action) == 0;
	}
	globfree(&files);
	sp_arena_reset(&arena);
	return found;
}

static void
docker_commands_are_their_actions(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		for (size_t v = 0; v < sizeof(versions) / sizeof(versions[0]); v++)
			if (!does(versions[v], commands[i].command, commands[i].action))
				fail_msg("%s: %s: no %s", versions[v], commands[i].command,
				         commands[i].action);
}

/* --- attacks ---------------------------------------------------------------------------------- */

struct attack {
	struct sp_str message, fault, action, object;
};

static struct sp_str
word(struct sp_str *line)
{
	struct sp_str w;

	while (line->len > 0 && line->p[0] == ' ')
		*line = sp_str_from(*line, 1);
	sp_str_cut(*line, ' ', &w, line);
	return w;
}

static bool
next_attack(struct sp_str *rest, struct attack *a)
{
	struct sp_str line;

	if (!next_line(rest, &line))
		return false;
	a->message = word(&line);
	a->fault = word(&line);
	a->action = word(&line);
	a->object = word(&line);
	assert_true(a->object.len > 0);
	return true;
}

static void
attacks_on_the_framing_are_seen(void **state)
{
	struct sp_str rest = file_text("tests/fixtures/framing.cases");
	struct attack a;

	(void)state;
	while (next_attack(&rest, &a)) {
		glob_t files;
		const char *pattern = sp_arena_printf(
		    &arena, "tests/attacks/[0-9]*/%.*s.AuthZReq.json", SP_FMT(a.message));

		if (glob(pattern, 0, NULL, &files) != 0)
			fail_msg("%.*s: no message", SP_FMT(a.message));
		for (size_t i = 0; i < files.gl_pathc; i++) {
			const char *path = files.gl_pathv[i];
			struct sp_request req;

			read_file(&req, path);
			if (!sp_str_is(a.fault, fault_name(req.fault)))
				fail_msg("%s: %s '%.*s'", path, fault_name(req.fault),
				         SP_FMT(req.why));
			if (!sp_str_is(a.action, action_name(&req)))
				fail_msg("%s: %s", path, action_name(&req));
			if (!sp_str_is(a.object, "-") && !sp_str_eq(a.object, req.object))
				fail_msg("%s: object '%.*s'", path, SP_FMT(req.object));
			/* no fault: the whole body is there to be judged */
			if (req.fault == SP_FAULT_NONE && req.body_kind == SP_BODY_JSON)
				assert_true(req.has_body && req.json.n_tok > 0);
		}
		globfree(&files);
	}
}

/* Every message of the four groups about framing has its row. */
static void
no_attack_on_the_framing_is_forgotten(void **state)
{
	glob_t files;

	(void)state;
	assert_int_equal(glob("tests/attacks/[0-9]*/[tlpf]-*.json", 0, NULL, &files), 0);
	assert_true(files.gl_pathc > 150);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		struct sp_str name = sp_strz(strrchr(files.gl_pathv[i], '/') + 1);
		struct sp_str rest = file_text("tests/fixtures/framing.cases");
		struct attack a;
		bool found = false;

		name.len -= strlen(".AuthZReq.json");
		while (!found && next_attack(&rest, &a))
			found = sp_str_eq(a.message, name);
		if (!found)
			fail_msg("%s", files.gl_pathv[i]);
		sp_arena_reset(&arena);
	}
	globfree(&files);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(messages_of_docker_commands_are_readable, setup,
	                                    teardown),
	    cmocka_unit_test_setup_teardown(docker_commands_are_their_actions, setup, teardown),
	    cmocka_unit_test_setup_teardown(attacks_on_the_framing_are_seen, setup, teardown),
	    cmocka_unit_test_setup_teardown(no_attack_on_the_framing_is_forgotten, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
