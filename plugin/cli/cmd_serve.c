/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_serve.c: `sallyport serve`: options in, the server's exit status out. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "cli/cli.h"
#include "sallyport/log.h"
#include "sallyport/server.h"

enum {
	OPT_POLICY = 1,
	OPT_SHADOW,
	OPT_SOCKET,
	OPT_AUDIT,
	OPT_LOG,
	OPT_AUDIT_FAILURE,
	OPT_MAX_CONNECTIONS,
	OPT_MAX_MESSAGE,
	OPT_MAX_HEADERS,
	OPT_MAX_MEMORY,
	OPT_READ_DEADLINE,
	OPT_DECISION_DEADLINE,
	OPT_DRAIN,
	OPT_LOG_LEVEL,
};

static const struct sp_option options[] = {
    {OPT_POLICY, "policy", "FILE", "the policy (/etc/sallyport/policy.yaml)", false},
    {OPT_SHADOW, "shadow", "FILE",
     "a second policy: what it would decide is logged, and has no effect", false},
    {OPT_SOCKET, "socket", "PATH", "where dockerd asks (/run/docker/plugins/sallyport.sock)",
     false},
    {OPT_AUDIT, "audit", NULL, "refuse nothing; only log what the policy would refuse", false},
    {OPT_LOG, "log", "FILE", "append the decisions to FILE; - is standard output (-)", false},
    {OPT_AUDIT_FAILURE, "audit-failure", "deny|allow",
     "changes that cannot be recorded are refused or not (deny)", false},
    {OPT_MAX_CONNECTIONS, "max-connections", "N", "more are told so and closed (1024)", false},
    {OPT_MAX_MESSAGE, "max-message", "SIZE", "longest message of dockerd (8m)", false},
    {OPT_MAX_HEADERS, "max-headers", "SIZE", "longest HTTP header (64k)", false},
    {OPT_MAX_MEMORY, "max-memory", "SIZE", "memory for one question (64m)", false},
    {OPT_READ_DEADLINE, "read-deadline", "DURATION",
     "a message must arrive within this, or is refused (10s)", false},
    {OPT_DECISION_DEADLINE, "decision-deadline", "DURATION",
     "what the host has not said by then is unknown, so not granted (2s)", false},
    {OPT_DRAIN, "drain", "DURATION", "SIGTERM: how long answers may still take (5s)", false},
    {OPT_LOG_LEVEL, "log-level", "LEVEL", "error, warn, info or debug, on standard error (info)",
     false},
};

static const struct sp_args_spec spec = {
    .command = "serve",
    .operands = "",
    .about =
	"Answers dockerd's questions by a policy until SIGTERM.  SIGHUP reads the policy again\n"
	"and reopens the log; a policy with a mistake never replaces the running one.",
    .notes = "Exit status: 0 stopped, 2 wrong usage, 3 the policy cannot be loaded, 4 the\n"
	     "environment failed (socket taken, log not writable).",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
};

/* journald reads the level from the line when standard error is its stream (systemd.exec(5)). */
static bool
stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char ours[64];
	struct stat st;

	if (stream == NULL || fstat(STDERR_FILENO, &st) != 0)
		return false;
	snprintf(ours, sizeof(ours), "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	return strcmp(stream, ours) == 0;
}

struct serve {
	struct sp_server_options server;
	size_t log_level; /* enum sp_log_level */
};

static bool
take_option(struct serve *serve, struct sp_args *args, int id)
{
	static const char *const failure[] = {"deny", "allow"};
	static const char *const levels[] = {"error", "warn", "info", "debug"};
	struct sp_server_options *server = &serve->server;
	size_t choice;

	switch (id) {
	case OPT_POLICY:
		server->policy = args->value;
		return true;
	case OPT_SHADOW:
		server->shadow = args->value;
		return true;
	case OPT_SOCKET:
		server->socket = args->value;
		return true;
	case OPT_AUDIT:
		server->force_audit = true;
		return true;
	case OPT_LOG:
		server->audit_log = args->value;
		return true;
	case OPT_AUDIT_FAILURE:
		if (!sp_args_choice(args, failure, 2, &choice))
			return false;
		server->audit_failure_allows = choice == 1;
		return true;
	case OPT_MAX_CONNECTIONS:
		return sp_args_count(args, 1, 100000, &server->max_connections);
	case OPT_MAX_MESSAGE:
		return sp_args_size(args, 64 << 10, 64 << 20, &server->max_message_bytes);
	case OPT_MAX_HEADERS:
		return sp_args_size(args, 4 << 10, 1 << 20, &server->max_header_bytes);
	case OPT_MAX_MEMORY:
		return sp_args_size(args, 1 << 20, INT64_C(1) << 30, &server->max_request_memory);
	case OPT_READ_DEADLINE:
		return sp_args_duration(args, 3600, &server->read_deadline_ms);
	case OPT_DECISION_DEADLINE:
		return sp_args_duration(args, 60, &server->decision_deadline_ms);
	case OPT_DRAIN:
		return sp_args_duration(args, 3600, &server->drain_ms);
	case OPT_LOG_LEVEL:
		return sp_args_choice(args, levels, 4, &serve->log_level);
	}
	return false;
}

int
sp_cmd_serve(int argc, char **argv)
{
	struct serve serve = {.log_level = SP_LOG_INFO};
	struct sp_args args;
	int id;

	sp_server_defaults(&serve.server);
	serve.server.policy = "/etc/sallyport/policy.yaml";
	sp_args_init(&args, &spec, argc, argv);
	while ((id = sp_args_next(&args)) > 0)
		if (!take_option(&serve, &args, id))
			return args.status;
	if (id < 0)
		return args.status;
	sp_log_init((enum sp_log_level)serve.log_level, stderr_is_journal());
	return sp_server_run(&serve.server);
}
