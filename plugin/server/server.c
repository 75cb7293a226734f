/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server.c: the life of the plugin: policy, audit log, socket, in this order, so that nothing is
 * bound before everything else is known to work; then signals and the loop; then an orderly end.
 * Trusts its options, which come from the command line.
 */
#include "sallyport/server.h"

#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "sallyport/diag.h"
#include "sallyport/log.h"
#include "server/clock.h"
#include "server/handlers.h"
#include "server/host.h"
#include "server/listen.h"
#include "server/reload.h"

enum { EXIT_OK = 0, EXIT_POLICY = 3, EXIT_ENVIRONMENT = 4 };

#define OTHER_FDS 64 /* log, listener, epoll, signals, the files of a reload */

struct server {
	const struct sp_server_options *options;
	struct sp_arena arena; /* lives as long as the server */
	struct event_base *base;
	struct event *hup, *term, *intr, *drain_now, *drain_end;
	struct sp_listener listener;
	struct sp_audit audit;
	struct sp_own_paths own; /* whatever the policy is: log and socket */
	struct sp_handlers handlers;
	struct sp_probes probes;
	struct sp_host_pool hosts;
	struct sp_http *http;
	struct sp_reload reload;
	bool stopping;
};

void
sp_server_defaults(struct sp_server_options *options)
{
	memset(options, 0, sizeof(*options));
	options->socket = "/run/docker/plugins/sallyport.sock";
	options->audit_log = "-";
	options->max_message_bytes = 8u << 20;
	options->max_header_bytes = 64u << 10;
	options->max_request_memory = 64u << 20;
	options->max_connections = 1024;
	options->read_deadline_ms = 10000;
	options->decision_deadline_ms = 2000;
	options->drain_ms = 5000;
}

static void
harden_process(const struct sp_server_options *options)
{
	rlim_t want = (rlim_t)options->max_connections + SP_HTTP_SURPLUS + OTHER_FDS;
	struct rlimit files;

	umask(077);
	sp_arena_return_memory();
	signal(SIGPIPE, SIG_IGN);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		sp_log(SP_LOG_WARN, "server", errno, "cannot give up privileges");
	if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= want)
		return;
	files.rlim_cur = want < files.rlim_max ? want : files.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur < want)
		sp_log(SP_LOG_WARN, "server", 0,
		       "only %llu files may be open: fewer than %u connections can be served",
		       (unsigned long long)files.rlim_cur, options->max_connections);
}

/* sd_notify(3) without its library: one datagram to the socket the service manager named. */
static void
notify_manager(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	sp_auto_fd int fd = -1;
	socklen_t len;

	if (path == NULL || (*path != '/' && *path != '@') || strlen(path) >= sizeof(addr.sun_path))
		return;
	memcpy(addr.sun_path, path, strlen(path));
	len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
	if (*path == '@')
		addr.sun_path[0] = '\0'; /* the abstract name space */
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || sendto(fd, state, strlen(state), MSG_NOSIGNAL | MSG_DONTWAIT,
	                     (const struct sockaddr *)&addr, len) < 0)
		sp_log(SP_LOG_WARN, "server", errno, "cannot tell the service manager %s", state);
}

/* libevent's own complaints, at the level it gives them. */
static void
on_libevent_log(int severity, const char *message)
{
	if (severity != EVENT_LOG_DEBUG)
		sp_log(severity == EVENT_LOG_ERR    ? SP_LOG_ERROR
		       : severity == EVENT_LOG_WARN ? SP_LOG_WARN
		                                    : SP_LOG_INFO,
		       "libevent", 0, "%s", message);
}

/* At start people read along: everything that is wrong, with source lines and carets. */
static struct sp_policy *
load_first_policy(struct server *server, const char *path)
{
	struct sp_arena arena;
	struct sp_diags diags;
	struct sp_policy *policy;

	sp_arena_init(&arena, SP_LOAD_MEMORY_BYTES);
	sp_diags_init(&diags, &arena);
	policy = sp_policy_load_trusted(path, &server->own, &diags);
	if (diags.n > 0) {
		struct sp_buf text;
		struct sp_str s;

		sp_buf_init(&text, &server->arena, 1u << 20);
		sp_diags_sort(&diags);
		sp_diags_print(&diags, &text, policy ? (int)sp_policy_n_rules(policy) : -1);
		s = sp_buf_str(&text);
		if (write(STDERR_FILENO, s.p, s.len) < 0)
			sp_log(SP_LOG_WARN, "server", errno, "cannot show the messages");
	}
	sp_arena_fini(&arena);
	if (policy == NULL)
		sp_log(SP_LOG_ERROR, "server", 0, "the policy %s cannot be loaded; not started",
		       path);
	return policy;
}

static void
warn_of_audit_mode(const struct server *server, const struct sp_policy *policy)
{
	if (server->options->force_audit)
		sp_log(SP_LOG_WARN, "server", 0,
		       "AUDIT MODE (--audit): every request is allowed, whatever the policy says");
	else if (sp_policy_is_audit(policy))
		sp_log(SP_LOG_WARN, "server", 0,
		       "AUDIT MODE (mode: audit in the policy): nothing is refused, only logged");
}

static void
swap_policy(void *ctx, enum sp_reloaded which, struct sp_policy *policy)
{
	struct server *server = ctx;
	bool shadow = which == SP_RELOADED_SHADOW;
	struct sp_policy **running = shadow ? &server->handlers.shadow : &server->handlers.policy;

	sp_log(SP_LOG_INFO, "reload", 0, "%s %s is %s rules=%zu old=%.12s new=%.12s",
	       shadow ? "shadow policy" : "policy", server->reload.path[which],
	       shadow ? "watched" : "in force", sp_policy_n_rules(policy), sp_policy_hash(*running),
	       sp_policy_hash(policy));
	sp_policy_unref(*running);
	*running = policy;
	if (!shadow)
		warn_of_audit_mode(server, policy);
}

static void
on_hup(evutil_socket_t signum, short what, void *arg)
{
	struct server *server = arg;

	(void)signum, (void)what;
	if (server->stopping)
		return;
	sp_audit_reopen(&server->audit);
	sp_reload_start(&server->reload);
}

static void
on_drain_now(evutil_socket_t fd, short what, void *arg)
{
	struct server *server = arg;

	(void)fd, (void)what;
	sp_http_drain(server->http);
}

static void
on_drain_end(evutil_socket_t fd, short what, void *arg)
{
	struct server *server = arg;

	(void)fd, (void)what;
	sp_log(SP_LOG_WARN, "server", 0, "stopping with unanswered connections n=%zu",
	       sp_http_count(server->http));
	event_base_loopbreak(server->base);
}

static void
on_stop(evutil_socket_t signum, short what, void *arg)
{
	static const struct timeval at_once = {0, 0};
	struct server *server = arg;
	struct timeval limit = {server->options->drain_ms / 1000,
	                        (suseconds_t)(server->options->drain_ms % 1000) * 1000};

	(void)what;
	if (server->stopping)
		return;
	server->stopping = true;
	sp_log(SP_LOG_INFO, "server", 0, "stopping signal=%d connections=%zu", (int)signum,
	       sp_http_count(server->http));
	notify_manager("STOPPING=1");
	/* Nobody new finds us; then one turn of the loop for what has arrived; then the rest. */
	sp_listen_unlink(&server->listener);
	sp_http_stop_accepting(server->http);
	event_add(server->drain_now, &at_once);
	event_add(server->drain_end, &limit);
}

static int
set_up_events(struct server *server)
{
	struct event_base *base = server->base;

	server->hup = evsignal_new(base, SIGHUP, on_hup, server);
	server->term = evsignal_new(base, SIGTERM, on_stop, server);
	server->intr = evsignal_new(base, SIGINT, on_stop, server);
	server->drain_now = evtimer_new(base, on_drain_now, server);
	server->drain_end = evtimer_new(base, on_drain_end, server);
	if (!server->hup || !server->term || !server->intr || !server->drain_now ||
	    !server->drain_end || event_add(server->hup, NULL) != 0 ||
	    event_add(server->term, NULL) != 0 || event_add(server->intr, NULL) != 0) {
		sp_log(SP_LOG_ERROR, "server", 0, "cannot handle signals");
		return -1;
	}
	return 0;
}

/* For builtin/self-protection: log and socket are open. */
static int
protect_own_files(struct server *server)
{
	if (strcmp(server->options->audit_log, "-") != 0)
		sp_own_paths_add(&server->own, server->options->audit_log, &server->arena);
	sp_own_paths_add_socket(&server->own, server->listener.fd, &server->arena);
	return sp_policy_protect(server->handlers.policy, server->own.path, server->own.n);
}

static int
open_up(struct server *server)
{
	const struct sp_server_options *options = server->options;
	int listen_fd;
	struct sp_http_options http = {
	    .max_header_bytes = options->max_header_bytes,
	    .max_body_bytes = options->max_message_bytes,
	    .max_connections = options->max_connections,
	    .deadline_ms = options->read_deadline_ms,
	    .handler = sp_handlers_answer,
	    .commit = sp_handlers_commit,
	    .prepare = sp_handlers_prepare,
	    .judge = sp_handlers_judge,
	    .finish = sp_handlers_finish,
	    .ctx = &server->handlers,
	};

	/* Not before the audit log is open: without root it takes away /proc/self/fd. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		sp_log(SP_LOG_WARN, "server", errno, "others may read our memory");
	event_set_log_callback(on_libevent_log);
	server->base = event_base_new();
	if (server->base == NULL) {
		sp_log(SP_LOG_ERROR, "server", errno, "cannot create an event loop");
		return -1;
	}
	if (set_up_events(server) != 0 ||
	    sp_reload_init(&server->reload, server->base, options->policy, options->shadow,
	                   &server->own, swap_policy, server) != 0 ||
	    sp_host_pool_init(&server->hosts, server->base, options->decision_deadline_ms,
	                      sp_host_pool_look, &server->probes, sp_handlers_on_host,
	                      &server->handlers) != 0 ||
	    sp_listen_open(&server->listener, options->socket) != 0 ||
	    protect_own_files(server) != 0)
		return -1;
	server->handlers.hosts = &server->hosts;
	listen_fd = server->listener.fd;
	server->listener.fd = -1;
	server->http = sp_http_new(server->base, listen_fd, &http, &server->arena);
	return server->http ? 0 : -1;
}

static void
close_down(struct server *server)
{
	struct event *events[] = {server->hup, server->term, server->intr, server->drain_now,
	                          server->drain_end};

	sp_listen_unlink(&server->listener);
	if (server->http)
		sp_http_free(server->http);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (events[i])
			event_free(events[i]);
	sp_audit_close(&server->audit);
	sp_handlers_fini(&server->handlers);
	/* A load or a look at the host that hangs goes on; the process ends all the same. */
	if (!sp_host_pool_fini(&server->hosts, 100) || !sp_reload_fini(&server->reload, 100))
		return;
	sp_probes_fini(&server->probes);
	if (server->base)
		event_base_free(server->base);
	sp_arena_fini(&server->arena);
}

int
sp_server_run(const struct sp_server_options *options)
{
	static struct server server; /* static: see the threads in close_down */
	struct sp_policy *policy, *shadow = NULL;
	int status = EXIT_ENVIRONMENT;

	memset(&server, 0, sizeof(server));
	server.options = options;
	server.listener.fd = server.audit.fd = server.reload.done_fd = -1;
	sp_arena_init(&server.arena, SIZE_MAX);
	sp_probes_init(&server.probes);
	harden_process(options);
	policy = load_first_policy(&server, options->policy);
	if (policy && options->shadow)
		shadow = load_first_policy(&server, options->shadow);
	if (policy == NULL || (options->shadow && shadow == NULL)) {
		sp_policy_unref(policy);
		sp_arena_fini(&server.arena);
		return EXIT_POLICY;
	}
	if (sp_handlers_init(&server.handlers, options, policy, shadow, &server.audit) == 0 &&
	    sp_audit_open(&server.audit, options->audit_log) == 0 && open_up(&server) == 0) {
		sp_log(SP_LOG_INFO, "server", 0,
		       "sallyport %s answers socket=%s policy=%s hash=%.12s rules=%zu", SP_VERSION,
		       server.listener.path ? server.listener.path : "(passed)", options->policy,
		       sp_policy_hash(policy), sp_policy_n_rules(policy));
		if (shadow)
			sp_log(SP_LOG_INFO, "server", 0,
			       "shadow policy %s is watched hash=%.12s rules=%zu", options->shadow,
			       sp_policy_hash(shadow), sp_policy_n_rules(shadow));
		warn_of_audit_mode(&server, policy);
		if (options->audit_failure_allows)
			sp_log(
			    SP_LOG_WARN, "server", 0,
			    "--audit-failure=allow: requests are allowed even when the audit log "
			    "cannot be written");
		notify_manager("READY=1");
		if (event_base_dispatch(server.base) == 0)
			status = EXIT_OK;
		else
			sp_log(SP_LOG_ERROR, "server", errno, "the event loop failed");
	}
	close_down(&server);
	return status;
}
