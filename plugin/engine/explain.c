/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain.c: a decided question as a line of JSON.  Input: a hostile request and what was made of
 * it.  Output: one object; strings are escaped by the one writer that does that.
 */
#include "sallyport/explain.h"

/* `head` is the key with all that surrounds it: `,"user":` */
static void
add_field(struct sp_buf *out, const char *head, struct sp_str value)
{
	sp_buf_addz(out, head);
	sp_buf_add_json(out, value);
}

static void
add_if_any(struct sp_buf *out, const char *head, struct sp_str value)
{
	if (value.len)
		add_field(out, head, value);
}

static void
add_place(struct sp_buf *out, const struct sp_place *place)
{
	struct sp_buf text;

	if (!place->pointer)
		return;
	sp_buf_init(&text, out->arena, out->max);
	sp_place_print(place, &text);
	add_field(out, ",\"place\":", sp_buf_str(&text));
}

static const char *
state_name(enum sp_state state)
{
	switch (state) {
	case SP_SET:
		return "set";
	case SP_UNSET:
		return "unset";
	case SP_UNLIMITED:
		return "unlimited";
	case SP_UNCHANGED:
		return "unchanged";
	case SP_UNKNOWABLE:
		break;
	}
	return "unknown";
}

static const char *
image_kind(enum sp_image_kind kind)
{
	switch (kind) {
	case SP_IMAGE_NAME:
		return "name";
	case SP_IMAGE_ID:
		return "id";
	case SP_IMAGE_INVALID:
		break;
	}
	return "invalid";
}

/* What the host says about the path of a value. */
static void
add_host(struct sp_buf *out, const struct sp_host_path *host)
{
	if (host->state != SP_HOST_RESOLVED)
		add_field(out, ",\"unresolved\":", host->why);
	else if (sp_host_leads_away(host))
		add_field(out, ",\"resolved\":", host->resolved);
	add_if_any(out, ",\"socket\":", host->socket);
	add_if_any(out, ",\"engine\":", host->engine);
}

static void
add_fact(struct sp_buf *out, const struct sp_value *v)
{
	add_field(out, "{\"fact\":", sp_strz(sp_fact_name(v->fact)));
	sp_buf_addf(out, ",\"kind\":\"%s\",\"state\":\"%s\"",
	            v->fact <= SP_FACT_LAST_POWER ? "power" : "value", state_name(v->state));
	add_if_any(out, ",\"text\":", v->image ? v->image->full : v->text);
	if (v->num)
		sp_buf_addf(out, ",\"num\":%lld", (long long)v->num);
	add_if_any(out, ",\"key\":", v->key);
	if (v->image)
		add_field(out, ",\"image\":", sp_strz(image_kind(v->image->kind)));
	if (v->read_only)
		sp_buf_addz(out, ",\"read_only\":true");
	if (v->host)
		add_host(out, v->host);
	if (v->flag)
		add_field(out, ",\"flag\":", sp_strz(v->flag));
	add_if_any(out, ",\"arg\":", v->arg);
	add_place(out, &v->place);
	sp_buf_addc(out, '}');
}

static void
add_facts(struct sp_buf *out, const struct sp_facts *facts)
{
	const char *before = "";

	sp_buf_addz(out, ",\"facts\":[");
	for (enum sp_fact f = SP_FACT_NONE + 1; f < SP_FACT_COUNT; f++) {
		for (const struct sp_value *v = facts->first[f]; v; v = v->next) {
			sp_buf_addz(out, before);
			add_fact(out, v);
			before = ",";
		}
	}
	sp_buf_addc(out, ']');
}

static void
add_findings(struct sp_buf *out, const char *head, const struct sp_finding *list)
{
	sp_buf_addz(out, head);
	for (const struct sp_finding *f = list; f; f = f->next) {
		add_field(out, f == list ? "{\"rule\":" : ",{\"rule\":", f->rule);
		add_if_any(out, ",\"key\":", f->key);
		add_if_any(out, ",\"text\":", f->text);
		add_place(out, &f->place);
		sp_buf_addc(out, '}');
	}
	sp_buf_addc(out, ']');
}

static void
add_request(struct sp_buf *out, const struct sp_request *req)
{
	const char *fault = sp_fault_name(req->fault);

	add_field(out, "{\"method\":", req->method);
	add_field(out, ",\"uri\":", req->uri);
	add_field(out, ",\"user\":", req->user);
	add_field(out, ",\"auth\":", req->auth_method);
	add_field(out, ",\"action\":", sp_strz(sp_action_info(req->action)->name));
	add_field(out, ",\"object\":", req->object);
	sp_buf_addz(out, ",\"api\":\"");
	if (req->api_major)
		sp_buf_addf(out, "%d.%d", req->api_major, req->api_minor);
	sp_buf_addc(out, '"');
	if (fault) {
		add_field(out, ",\"fault\":", sp_strz(fault));
		add_field(out, ",\"why\":", req->why);
	}
}

void
sp_explain_json(struct sp_buf *out, const struct sp_request *req, const struct sp_facts *facts,
                const struct sp_decision *decision)
{
	add_request(out, req);
	if (facts->unread)
		sp_buf_addz(out, ",\"unread\":true");
	add_facts(out, facts);
	sp_buf_addf(out, ",\"decision\":\"%s\",\"would_deny\":%s",
	            decision->verdict == SP_ALLOW ? "allow" : "deny",
	            decision->would_deny ? "true" : "false");
	add_if_any(out, ",\"granted_by\":", decision->granted_by);
	add_findings(out, ",\"findings\":[", decision->findings);
	add_findings(out, ",\"audit_findings\":[", decision->audit_findings);
	sp_buf_addz(out, "}\n");
}
