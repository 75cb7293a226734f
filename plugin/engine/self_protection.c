/* SPDX-License-Identifier: Apache-2.0 */
/*
 * self_protection.c: builtin/self-protection: what would switch this plugin off, or go round it,
 * whatever the policy grants.  dockerd's plugins; host paths that hold its configuration, its
 * plugins, our own files, or a socket an engine listens on, as written or where they lead.
 * Read-only is no excuse: a socket that cannot be removed still answers.
 *
 * Which plugin decides about requests cannot be told from a name, an alias or an ID, so all of them
 * count.  moby: pkg/plugins/discovery_unix.go (where plugins are looked for),
 * plugin/backend_linux.go.
 */
#include "engine/eval.h"

#define RULE "builtin/self-protection"
#define VALUE_CHARS 120
#define LINE_BYTES 1000

/* In the order in which they are told: mounting "/run" is about the socket first. */
static const char *const protected_paths[] = {
    "/run/docker.sock",        "/run/docker/plugins",
    "/run/containerd",         "/etc/docker",
    "/etc/sallyport",          "/usr/lib/docker/plugins",
    "/var/lib/docker/plugins", "/var/log/sallyport",
    "/var/run/docker.sock",    "/var/run/docker/plugins",
    "/var/run/containerd",
};
#define N_PROTECTED (sizeof(protected_paths) / sizeof(protected_paths[0]))

bool
sp_self_protection_path(size_t i, struct sp_str *path)
{
	if (i >= N_PROTECTED)
		return false;
	*path = sp_strz(protected_paths[i]);
	return true;
}

/* The path, what is in it, and every directory above it: mounting that shows all below. */
static bool
exposes(struct sp_str path, struct sp_str what)
{
	return what.len > 1 && (sp_path_within(path, what) || sp_path_within(what, path));
}

static struct sp_str
first_exposed(struct sp_str path, const struct sp_str *own, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (exposes(path, own[i]))
			return own[i];
	}
	return (struct sp_str){NULL, 0};
}

void
sp_own_files(struct sp_facts *facts, const struct sp_str *own, size_t n)
{
	for (struct sp_host_path *h = facts->host_paths; h && n; h = h->next) {
		h->own = first_exposed(h->path, own, n);
		if (!h->own.len && sp_host_leads_away(h))
			h->own = first_exposed(h->resolved, own, n);
		for (const struct sp_host_name *name = h->names; name && !h->own.len;
		     name = name->next)
			h->own = first_exposed(name->name, own, n);
	}
}

/*
 * What mounting `path`, one of its host's forms, would expose; {NULL, 0}: nothing of this.  *own:
 * it is a file of ours.
 */
static struct sp_str
exposed_by(const struct sp_host_path *host, struct sp_str path, bool *own)
{
	*own = false;
	for (size_t i = 0; i < N_PROTECTED; i++) {
		if (exposes(path, sp_strz(protected_paths[i])))
			return sp_strz(protected_paths[i]);
	}
	*own = true;
	return exposes(path, host->own) ? host->own : (struct sp_str){NULL, 0};
}

static void
add_who_may(struct sp_buf *out, const char *what)
{
	sp_buf_addf(out,
	            "; %s left to root on the host, and to users whom the policy names under "
	            "self_protection",
	            what);
}

/* What is wrong with a path: all zero is that nobody knows where it leads. */
struct objection {
	struct sp_str what; /* that it exposes */
	bool by_target;     /* not as written, but where it leads */
	struct sp_str name; /* neither, but what this name of it would expose; empty: no */
	bool own;           /* that is a file of ours */
	bool socket;        /* that is a socket: host->engine listens */
};

static bool
find_objection(const struct sp_value *v, struct objection *o)
{
	const struct sp_host_path *host = v->host;

	*o = (struct objection){0};
	if (v->state != SP_SET || !host)
		return true;
	/* What is plain from the path itself first: so explain, which asks no host, says the same.
	 */
	o->what = exposed_by(host, v->text, &o->own);
	if (!o->what.len && host->socket.len) {
		o->what = host->socket;
		o->socket = true;
	} else if (!o->what.len && sp_host_leads_away(host)) {
		o->what = exposed_by(host, host->resolved, &o->own);
		o->by_target = true;
	}
	for (const struct sp_host_name *n = host->names; n && !o->what.len; n = n->next) {
		o->what = exposed_by(host, n->name, &o->own);
		o->name = n->name;
		o->by_target = false;
	}
	return o->what.len || host->state != SP_HOST_RESOLVED;
}

static struct sp_str
tell(const struct sp_eval *ev, const struct sp_value *v, const struct objection *o)
{
	struct sp_buf text;

	sp_buf_init(&text, ev->arena, LINE_BYTES);
	sp_text_asked(v->fact, v, &text);
	if (o->what.len) {
		if (o->by_target) {
			sp_buf_addz(&text, " leads to ");
			sp_buf_add_shown(&text, v->host->resolved, VALUE_CHARS);
			sp_buf_addz(&text, " and");
		} else if (o->name.len) {
			sp_buf_addz(&text, " shows ");
			sp_buf_add_shown(&text, o->name, VALUE_CHARS);
			sp_buf_addz(&text, " and");
		}
		sp_buf_addz(&text, " exposes ");
		sp_buf_add_shown(&text, o->what, VALUE_CHARS);
	} else {
		sp_buf_addc(&text, ' ');
		sp_text_unresolved(v->host, &text);
	}
	if (o->socket) {
		sp_buf_addz(&text, ", on which ");
		sp_buf_add_shown(&text, v->host->engine.len ? v->host->engine : SP_STR("an engine"),
		                 VALUE_CHARS);
		sp_buf_addz(&text, " listens");
	} else if (o->what.len) {
		sp_buf_addz(&text, o->own ? ", which belongs to this plugin" : " of the host");
	}
	add_who_may(&text, o->what.len ? "that is" : "such paths are");
	return sp_buf_str(&text);
}

static bool
judge_paths(const struct sp_eval *ev, enum sp_fact fact, struct sp_found *found)
{
	bool objected = false;

	for (const struct sp_value *v = ev->facts->first[fact]; v; v = v->next) {
		struct sp_finding *told;
		struct objection o;

		if (!find_objection(v, &o))
			continue;
		objected = true;
		told = sp_found_builtin(ev, found, RULE, false, tell(ev, v, &o));
		if (!told)
			continue;
		told->key = sp_strz(sp_fact_name(fact));
		told->place = v->place;
		told->unresolved = !o.what.len;
	}
	return objected;
}

static bool
changes_plugins(enum sp_action action)
{
	return action == SP_ACT_PLUGIN_PULL || action == SP_ACT_PLUGIN_CREATE ||
	       action == SP_ACT_PLUGIN_UPGRADE || action == SP_ACT_PLUGIN_SET ||
	       action == SP_ACT_PLUGIN_DISABLE || action == SP_ACT_PLUGIN_REMOVE;
}

static bool
judge_action(const struct sp_eval *ev, struct sp_found *found)
{
	bool plugins = changes_plugins(ev->req->action);
	struct sp_buf text;

	if (!plugins && !ev->facts->installs_plugin)
		return false;
	sp_buf_init(&text, ev->arena, LINE_BYTES);
	sp_buf_addz(&text, ev->action->name);
	sp_buf_addz(&text, plugins ? " can replace or remove the plugin that decides about requests"
	                           : " of a plugin installs it on every node of the swarm");
	add_who_may(&text, "that is");
	sp_found_builtin(ev, found, RULE, false, sp_buf_str(&text));
	return true;
}

enum sp_step_result
sp_eval_self_protection(const struct sp_eval *ev, struct sp_found *found)
{
	bool objected;

	if (ev->req->is_response ||
	    (ev->policy->spared.present && sp_subjects_match(ev, &ev->policy->spared)))
		return SP_STEP_SKIPPED;
	objected = judge_action(ev, found);
	objected |= judge_paths(ev, SP_FACT_BIND, found);
	objected |= judge_paths(ev, SP_FACT_DEVICES, found);
	return objected ? SP_STEP_OBJECTS : SP_STEP_OK;
}
