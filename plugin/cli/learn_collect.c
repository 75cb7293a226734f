/* SPDX-License-Identifier: Apache-2.0 */
/*
 * learn_collect.c: one line of a log into what is known of its user.  What was refused teaches
 * nothing; what cannot be read again is counted.  Input: hostile requests.  Everything is bounded:
 * beyond MAX_ITEMS values of a fact it is `any`.
 */
#include "cli/learn.h"
#include "cli/replay.h"

#define MAX_ITEMS 2000
#define NAME_BUCKETS 4096

static const char open_policy[] =
    "sallyport: 1\nmin_api_version: 1.12\n"
    "allow:\n  all: {who: [anyone], do: [all], on: any, may: everything}\n";

void
sp_learn_init(struct sp_learn *learn, struct sp_arena *arena)
{
	struct sp_diags diags;

	*learn = (struct sp_learn){.arena = arena};
	sp_diags_init(&diags, arena);
	learn->open = sp_policy_parse(SP_STR("open"), SP_STR(open_policy), &diags);
	learn->users = sp_arena_array(arena, SP_LEARN_USERS, sizeof(struct sp_learn_user *));
	learn->last_name = &learn->names;
	learn->name_buckets = sp_arena_array(arena, NAME_BUCKETS, sizeof(struct sp_learn_name *));
}

void
sp_learn_fini(struct sp_learn *learn)
{
	sp_policy_unref(learn->open);
	learn->open = NULL;
}

/* --- users --- */

/* A pattern would mean others, too; what hides from a reader is no name to write down. */
static bool
can_be_named(struct sp_str name)
{
	size_t at = 0;

	if (name.len == 0 || name.len > 200)
		return false;
	while (at < name.len) {
		uint32_t code;
		size_t n = sp_utf8_next(name, at, &code);

		if (n == 0 || sp_utf8_hidden(code) || code == '*' || code == '$')
			return false;
		at += n;
	}
	return true;
}

static struct sp_learn_user *
crowd_of(struct sp_learn *learn, struct sp_str name)
{
	struct sp_learn_name **bucket, *n;

	if (!learn->crowd)
		learn->crowd = sp_arena_alloc(learn->arena, sizeof(*learn->crowd));
	if (!learn->name_buckets)
		return NULL;
	bucket = &learn->name_buckets[sp_str_hash(name) % NAME_BUCKETS];
	for (n = *bucket; n; n = n->same_hash) {
		if (sp_str_eq(n->name, name))
			return learn->crowd;
	}
	n = learn->n_names < SP_LEARN_NAMES ? sp_arena_alloc(learn->arena, sizeof(*n)) : NULL;
	if (!n)
		return NULL;
	n->name = sp_arena_dup(learn->arena, name);
	n->same_hash = *bucket;
	*bucket = n;
	*learn->last_name = n;
	learn->last_name = &n->next;
	learn->n_names++;
	return learn->crowd;
}

static struct sp_learn_user *
find_user(struct sp_learn *learn, struct sp_str name)
{
	struct sp_learn_user *user;

	for (size_t i = 0; i < learn->n_users; i++) {
		if (sp_str_eq(learn->users[i]->name, name))
			return learn->users[i];
	}
	if (learn->n_users == SP_LEARN_USERS)
		return crowd_of(learn, name);
	user = learn->users ? sp_arena_alloc(learn->arena, sizeof(*user)) : NULL;
	if (!user)
		return NULL;
	if (name.len)
		user->name = sp_arena_dup(learn->arena, name);
	learn->users[learn->n_users++] = user;
	return user;
}

/* --- facts --- */

static struct sp_learn_item *
find_item(struct sp_learn *learn, struct sp_learn_fact *fact, struct sp_str text)
{
	struct sp_learn_item **bucket = &fact->buckets[sp_str_hash(text) % SP_LEARN_BUCKETS];
	struct sp_learn_item *item;

	for (item = *bucket; item; item = item->next) {
		if (sp_str_eq(item->text, text))
			return item;
	}
	item = fact->n_items < MAX_ITEMS ? sp_arena_alloc(learn->arena, sizeof(*item)) : NULL;
	if (!item) {
		fact->any = true;
		return NULL;
	}
	item->text = sp_arena_dup(learn->arena, text);
	item->next = *bucket;
	*bucket = item;
	fact->n_items++;
	return item;
}

static void
add_port(struct sp_learn *learn, struct sp_learn_item *item, const struct sp_port *port)
{
	if (item->n > 1)
		return;
	item->ip = port->ip_any ? SP_STR("any") : sp_arena_dup(learn->arena, port->ip);
	item->proto = port->proto.len ? sp_arena_dup(learn->arena, port->proto) : SP_STR("tcp");
	item->first = port->ephemeral ? 0 : port->first;
	item->last = port->ephemeral ? 0 : port->last;
}

static void
add_item(struct sp_learn *learn, struct sp_learn_fact *fact, const struct sp_value *v,
         struct sp_str text)
{
	struct sp_learn_item *item = find_item(learn, fact, text);

	if (!item)
		return;
	item->n++;
	item->writes |= !v->read_only;
	item->exact |= v->exact_only;
	if (v->port)
		add_port(learn, item, v->port);
}

/* registry/path: tags come and go. */
static void
add_image(struct sp_learn *learn, struct sp_learn_fact *fact, const struct sp_value *v)
{
	const struct sp_image *image = v->image;

	if (v->state == SP_UNKNOWABLE || !image || image->kind != SP_IMAGE_NAME || image->odd_case)
		fact->any = true;
	else
		add_item(learn, fact, v,
		         sp_str_head(image->full, image->registry.len + 1 + image->path.len));
}

/* A user that is a number other than 0: what `non-root` is met by. */
static bool
is_plain_uid(struct sp_str text)
{
	struct sp_str uid, gid;

	sp_str_cut(text, ':', &uid, &gid);
	if (uid.len == 0 || uid.p[0] < '1' || uid.p[0] > '9')
		return false;
	for (size_t i = 1; i < uid.len; i++) {
		if (uid.p[i] < '0' || uid.p[i] > '9')
			return false;
	}
	return true;
}

static void
add_value(struct sp_learn *learn, struct sp_learn_fact *fact, enum sp_type type,
          const struct sp_value *v)
{
	switch (type) {
	case SP_T_IMAGES:
		add_image(learn, fact, v);
		return;
	case SP_T_RANGE_SIZE:
	case SP_T_RANGE_CPUS:
	case SP_T_RANGE_COUNT:
		if (v->state == SP_SET)
			fact->max = v->num > fact->max ? v->num : fact->max;
		else
			fact->n_open += v->state != SP_UNCHANGED;
		return;
	case SP_T_FLAG:
		fact->n_open += v->state != SP_SET;
		return;
	case SP_T_USERS:
		fact->n_open += v->state != SP_SET || !is_plain_uid(v->text);
		return;
	case SP_T_NAMES:
	case SP_T_CHOICES:
	case SP_T_CAPS:
	case SP_T_PATHS:
	case SP_T_PORTS:
		if (v->state != SP_SET) /* --cap-drop ALL with --cap-add ALL drops nothing */
			return;
		add_item(learn, fact, v, v->text);
		/* Where a path leads on the host must be granted, too. */
		if (sp_host_leads_away(v->host))
			add_item(learn, fact, v, v->host->resolved);
		else if (v->host && v->host->state != SP_HOST_RESOLVED) /* nobody could say */
			fact->any = true;
		return;
	case SP_T_NONE:
	case SP_T_MAP:
	case SP_T_SUBJECTS:
	case SP_T_ACTIONS:
	case SP_T_SCOPE:
	case SP_T_LIFTS:
	case SP_T_WORD:
	case SP_T_TEXT:
	case SP_T_DATE:
	case SP_T_LABELS:
	case SP_T_DURATION:
	case SP_T_STATUSES:
		return;
	}
}

static const struct sp_key *
key_of(enum sp_fact fact)
{
	return sp_key_find(sp_strz(sp_fact_name(fact)), SP_IN_POWERS | SP_IN_CONDITIONS);
}

static void
add_facts(struct sp_learn *learn, struct sp_learn_rule *rule, const struct sp_facts *facts)
{
	for (enum sp_fact f = SP_FACT_NONE + 1; f < SP_FACT_COUNT; f++) {
		const struct sp_key *key = facts->first[f] ? key_of(f) : NULL;

		if (!key || !(key->families & rule->families))
			continue;
		if (!rule->facts[f])
			rule->facts[f] = sp_arena_alloc(learn->arena, sizeof(*rule->facts[f]));
		if (!rule->facts[f])
			continue;
		rule->facts[f]->n_with++;
		for (const struct sp_value *v = facts->first[f]; v; v = v->next)
			add_value(learn, rule->facts[f], key->type, v);
	}
}

/* --- requests --- */

/* Is there something only `may: everything` covers? */
static bool
needs_everything(const struct sp_facts *facts, const struct sp_action_info *action)
{
	if (action->readable == SP_READ_OPAQUE || action->readable == SP_READ_UNKNOWN ||
	    facts->unread || facts->beyond)
		return true;
	for (enum sp_fact f = SP_FACT_NONE + 1; f <= SP_FACT_LAST_POWER; f++) {
		for (const struct sp_value *v = facts->first[f]; v; v = v->next) {
			if (v->state == SP_UNKNOWABLE)
				return true;
		}
	}
	return false;
}

/* An image dockerd would not take: no pattern covers it, not even `any`. */
static bool
is_invalid(const struct sp_facts *facts, const struct sp_action_info *action)
{
	const struct sp_key *key = key_of(SP_FACT_IMAGES);

	if (!key || !(key->families & (action->family | facts->families)) ||
	    action->family == SP_FOR_RMI)
		return false;
	for (const struct sp_value *v = facts->first[SP_FACT_IMAGES]; v; v = v->next) {
		if (v->image && v->image->kind == SP_IMAGE_INVALID)
			return true;
	}
	return false;
}

static struct sp_learn_rule *
find_rule(struct sp_learn *learn, struct sp_learn_user *user, const struct sp_action_info *action,
          bool everything)
{
	size_t at = everything       ? SP_LEARN_EVERYTHING
	            : action->family ? 1 + (size_t)__builtin_ctz(action->family)
	                             : SP_LEARN_PLAIN;
	struct sp_learn_rule *rule = user->rules[at];

	if (rule)
		return rule;
	rule = user->rules[at] = sp_arena_alloc(learn->arena, sizeof(*rule));
	if (!rule)
		return NULL;
	rule->everything = everything;
	rule->family = everything ? 0 : action->family;
	return rule;
}

static void
add_request(struct sp_learn *learn, const struct sp_request *req, const struct sp_facts *facts)
{
	const struct sp_action_info *action = sp_action_info(req->action);
	bool everything = needs_everything(facts, action), local = sp_request_is_local(req);
	struct sp_learn_user *user;
	struct sp_learn_rule *rule;

	if (!local && !can_be_named(req->user)) {
		learn->n_nameless++;
		return;
	}
	if (!everything && is_invalid(facts, action)) {
		learn->n_invalid++;
		return;
	}
	user = find_user(learn, local ? (struct sp_str){NULL, 0} : req->user);
	rule = user ? find_rule(learn, user, action, everything) : NULL;
	if (!rule) {
		learn->n_nameless++;
		return;
	}
	learn->n_requests++;
	user->n++;
	rule->n++;
	rule->actions[req->action]++;
	rule->families |= rule->family | facts->families;
	if (req->api_major &&
	    (!learn->api_major || req->api_major < learn->api_major ||
	     (req->api_major == learn->api_major && req->api_minor < learn->api_minor))) {
		learn->api_major = req->api_major;
		learn->api_minor = req->api_minor;
	}
	if (!everything)
		add_facts(learn, rule, facts);
}

/* A grant would do no good: self-protection and the like come before grants. */
static bool
is_refused_anyway(const struct sp_learn *learn, const struct sp_request *req,
                  const struct sp_facts *facts, int64_t now, struct sp_arena *scratch)
{
	const struct sp_circumstances how = sp_replay_circumstances(now);
	struct sp_decision decision;

	if (!learn->open)
		return true;
	sp_decide(learn->open, req, facts, &how, scratch, &decision);
	return decision.verdict != SP_ALLOW;
}

void
sp_learn_line(struct sp_learn *learn, struct sp_str line, struct sp_arena *scratch)
{
	struct sp_record_line record;
	struct sp_facts facts;
	struct sp_request req;
	const char *why;

	if (sp_record_scan(line, scratch, &record, &why)) {
		learn->n_unusable++;
		return;
	}
	if (record.is_response)
		return;
	if (sp_str_is(record.decision, "deny")) {
		learn->n_refused++;
		return;
	}
	if (!record.message.p || sp_replay_read(&record, scratch, &req, &facts) ||
	    req.fault != SP_FAULT_NONE) {
		learn->n_unusable++;
		return;
	}
	if (record.time_us && (!learn->first_us || record.time_us < learn->first_us))
		learn->first_us = record.time_us;
	if (record.time_us > learn->last_us)
		learn->last_us = record.time_us;
	if (req.action == SP_ACT_SYSTEM_PING) /* always allowed */
		return;
	if (is_refused_anyway(learn, &req, &facts, record.time_us / 1000000, scratch))
		learn->n_builtin++;
	else
		add_request(learn, &req, &facts);
}
