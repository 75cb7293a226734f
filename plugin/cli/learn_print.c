/* SPDX-License-Identifier: Apache-2.0 */
/*
 * learn_print.c: what was seen, as the draft of a policy with a comment for whoever has to decide
 * about each line.  Names come from clients: what is not plain is quoted, and nothing of it can
 * become structure.
 */
#include "cli/learn.h"

#include <stdlib.h>

#define MAX_NAME 40 /* of a rule's first part; the language allows 63 characters in all */

/* --- YAML --- */

/* Text in double quotes, unless every reader of YAML takes it for text without. */
static void
add_text(struct sp_buf *out, struct sp_str s)
{
	static const char *const words[] = {"true",  "false",  "yes",  "no", "on",
	                                    "off",   "null",   "y",    "n",  "any",
	                                    "local", "anyone", "never"};
	bool plain = s.len > 0 && (s.p[0] == '/' || (s.p[0] >= 'a' && s.p[0] <= 'z') ||
	                           (s.p[0] >= 'A' && s.p[0] <= 'Z'));

	for (size_t i = 0; i < s.len && plain; i++) {
		char c = s.p[i];

		plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		        (c >= '0' && c <= '9') || c == '/' || c == '.' || c == '_' || c == '-' ||
		        (c == '*' && i > 0);
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]) && plain; i++)
		plain = !sp_str_eq_nocase(s, sp_strz(words[i]));
	if (plain) {
		sp_buf_add(out, s);
		return;
	}
	sp_buf_addc(out, '"');
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\')
			sp_buf_addc(out, '\\');
		sp_buf_addc(out, s.p[i]);
	}
	sp_buf_addc(out, '"');
}

static void
add_subject(struct sp_buf *out, struct sp_str name)
{
	struct sp_buf full;

	if (name.len == 0) {
		sp_buf_addz(out, "local");
		return;
	}
	sp_buf_init(&full, out->arena, 300);
	if (sp_str_is(name, "local") || sp_str_is(name, "anyone") ||
	    sp_str_starts(name, SP_STR("group:")) || sp_str_starts(name, SP_STR("user:")) ||
	    sp_str_starts(name, SP_STR("list:")))
		sp_buf_addz(&full, "user:");
	sp_buf_add(&full, name);
	add_text(out, sp_buf_str(&full));
}

/* "  # 12x" at a column where the eye finds it. */
static void
add_comment(struct sp_buf *out, size_t start, uint64_t n)
{
	do
		sp_buf_addc(out, ' ');
	while (out->len - start < 56);
	sp_buf_addf(out, "# %llux", (unsigned long long)n);
}

/* --- rules --- */

static const char *
family_name(uint32_t family)
{
	static const struct {
		uint32_t family;
		const char *name;
	} names[] = {
	    {SP_FOR_CREATE, "containers"},
	    {SP_FOR_UPDATE, "updates"},
	    {SP_FOR_EXEC, "exec"},
	    {SP_FOR_START, "starts"},
	    {SP_FOR_RENAME, "renames"},
	    {SP_FOR_COMMIT, "commits"},
	    {SP_FOR_PULL, "pulls"},
	    {SP_FOR_PUSH, "pushes"},
	    {SP_FOR_TAG, "tags"},
	    {SP_FOR_RMI, "image-removal"},
	    {SP_FOR_LOAD, "loads"},
	    {SP_FOR_BUILD, "builds"},
	    {SP_FOR_VOLUME, "volumes"},
	    {SP_FOR_NETWORK, "networks"},
	    {SP_FOR_CONNECT, "connects"},
	    {SP_FOR_SERVICE, "services"},
	    {SP_FOR_SECRET, "secrets"},
	    {SP_FOR_NODE, "nodes"},
	    {SP_FOR_CLUSTER, "cluster-volumes"},
	    {SP_FOR_CHECKPOINT, "checkpoints"},
	    {SP_FOR_PLUGIN, "plugins"},
	    {SP_FOR_SETTING, "plugin-settings"},
	    {SP_FOR_SWARM, "swarm"},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].family == family)
			return names[i].name;
	}
	return family ? "more" : "everyday";
}

static void
add_actions(struct sp_buf *out, const struct sp_learn_rule *rule)
{
	sp_buf_addz(out, "    do:\n");
	for (size_t a = 0; a < SP_ACT_COUNT; a++) {
		size_t start = out->len;

		if (!rule->actions[a])
			continue;
		sp_buf_addf(out, "      - %s", sp_action_info((enum sp_action)a)->name);
		add_comment(out, start, rule->actions[a]);
		sp_buf_addc(out, '\n');
	}
	sp_buf_addz(out, "    on: any\n");
}

static void
add_patterns(struct sp_buf *out, const struct sp_key *key, const struct sp_learn_fact *fact)
{
	size_t n;
	struct sp_learn_pattern *list = sp_learn_patterns(key, fact, out->arena, &n);

	if (!list) {
		sp_buf_addf(out, "      %s: any # narrow this: %s\n", key->name,
		            fact->any ? "not everything that was asked for can be named"
		                      : "too many different ones were asked for");
		return;
	}
	sp_buf_addf(out, "      %s:\n", key->name);
	for (size_t i = 0; i < n; i++) {
		size_t start = out->len;

		sp_buf_addz(out, "        - ");
		add_text(out, list[i].text);
		add_comment(out, start, list[i].n);
		if (list[i].n_items > 1)
			sp_buf_addf(out, ", %zu different", list[i].n_items);
		sp_buf_addc(out, '\n');
	}
}

static void
add_max(struct sp_buf *out, const struct sp_key *key, const struct sp_learn_rule *rule,
        const struct sp_learn_fact *fact)
{
	if (fact->n_open) {
		if (fact->max)
			sp_buf_addf(out, "      # %s: %llu of %llu requests set no limit\n",
			            key->name, (unsigned long long)fact->n_open,
			            (unsigned long long)rule->n);
		return;
	}
	if (fact->max <= 0)
		return;
	sp_buf_addf(out, "      %s: {max: ", key->name);
	if (key->type == SP_T_RANGE_SIZE)
		sp_buf_add_size(out, fact->max);
	else if (key->type == SP_T_RANGE_CPUS)
		sp_buf_add_cpus(out, fact->max);
	else
		sp_buf_addi(out, fact->max);
	sp_buf_addz(out, "} # the highest limit seen\n");
}

/* Capabilities that every single request gave up. */
static void
add_dropped(struct sp_buf *out, const struct sp_learn_rule *rule, const struct sp_learn_fact *fact)
{
	const struct sp_key *key = sp_key_find(SP_STR("cap_drop"), SP_IN_CONDITIONS);
	struct sp_learn_pattern *list;
	const char *before = "      cap_drop: [";
	size_t n;

	list = key ? sp_learn_patterns(key, fact, out->arena, &n) : NULL;
	if (!list)
		return;
	for (size_t i = 0; i < n; i++) {
		if (list[i].n != rule->n)
			continue;
		sp_buf_addz(out, before);
		add_text(out, list[i].text);
		before = ", ";
	}
	if (before[0] == ',')
		sp_buf_addz(out, "] # always\n");
}

static void
add_condition(struct sp_buf *out, const struct sp_key *key, const struct sp_learn_rule *rule)
{
	const struct sp_learn_fact *fact = rule->facts[key->fact];
	bool always = fact && fact->n_with == rule->n && fact->n_open == 0;

	switch (key->type) {
	case SP_T_IMAGES:
		/* Images are removed by their IDs; a request without a tag meets no condition on
		 * it. */
		if (fact && fact->n_with == rule->n && rule->family != SP_FOR_RMI)
			add_patterns(out, key, fact);
		return;
	case SP_T_RANGE_SIZE:
	case SP_T_RANGE_CPUS:
	case SP_T_RANGE_COUNT:
		if (fact && fact->n_with == rule->n)
			add_max(out, key, rule, fact);
		return;
	case SP_T_FLAG:
		if (always && key->fact != SP_FACT_IMAGES)
			sp_buf_addf(out, "      %s: true # always\n", key->name);
		return;
	case SP_T_USERS:
		if (always)
			sp_buf_addf(out, "      %s: non-root # always\n", key->name);
		return;
	case SP_T_CAPS:
		if (fact)
			add_dropped(out, rule, fact);
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
	case SP_T_NAMES: /* names, labels, restart policies: whatever there was */
	case SP_T_LABELS:
	case SP_T_CHOICES:
	case SP_T_PATHS:
	case SP_T_PORTS:
	case SP_T_DURATION:
	case SP_T_STATUSES:
		return;
	}
}

/* `head` and, for each key of the block, what was seen of it; nothing when there is nothing. */
static void
add_block(struct sp_buf *out, const char *head, uint32_t where, const struct sp_learn_rule *rule)
{
	size_t n, start = out->len, after;
	const struct sp_key *keys = sp_keys(&n);
	bool limits_only = true;

	sp_buf_addz(out, head);
	after = out->len;
	for (size_t i = 0; i < n; i++) {
		const struct sp_key *key = &keys[i];
		const struct sp_learn_fact *fact =
		    key->fact == SP_FACT_NONE ? NULL : rule->facts[key->fact];
		size_t before = out->len;

		if (!(key->where & where) || !(key->families & rule->families) || key->later ||
		    !fact)
			continue;
		if (where == SP_IN_CONDITIONS)
			add_condition(out, key, rule);
		else if (key->type == SP_T_FLAG)
			sp_buf_addf(out, "      %s: true # %llux\n", key->name,
			            (unsigned long long)fact->n_with);
		else
			add_patterns(out, key, fact);
		limits_only &= out->len == before || out->p[before + 6] == '#';
	}
	if (out->len == after)
		out->len = start;
	else if (limits_only &&
	         after > start) /* remarks alone: a key without a value is an error */
		memcpy(out->p + start, "    #", 5);
}

static void
add_rule(struct sp_buf *out, const struct sp_learn *learn, const struct sp_learn_user *user,
         const struct sp_learn_rule *rule, struct sp_str name)
{
	sp_buf_addf(out, "  %.*s-%s:", SP_FMT(name),
	            rule->everything ? "unseen" : family_name(rule->family));
	sp_buf_addf(out, " # %llux\n    who: [", (unsigned long long)rule->n);
	if (user == learn->crowd)
		sp_buf_addz(out, "group:others");
	else
		add_subject(out, user->name);
	sp_buf_addz(out, "]\n");
	add_actions(out, rule);
	if (rule->everything) {
		sp_buf_addz(out, "    may: everything # nobody can see what these requests do\n");
		return;
	}
	add_block(out, "    must:\n", SP_IN_CONDITIONS, rule);
	add_block(out, "    may:\n", SP_IN_POWERS, rule);
}

/* --- users --- */

static int
cmp_users(const void *pa, const void *pb)
{
	const struct sp_learn_user *a = *(const struct sp_learn_user *const *)pa;
	const struct sp_learn_user *b = *(const struct sp_learn_user *const *)pb;

	return sp_str_cmp(a->name, b->name);
}

/* The first part of a user's rule names: what of the name may stand there, and a number if that is
 * another user's, too. */
static struct sp_str
rule_name(struct sp_arena *arena, const struct sp_learn *learn, size_t at, struct sp_str *taken)
{
	struct sp_str user = at < learn->n_users ? learn->users[at]->name : SP_STR("others");
	struct sp_buf out;
	size_t again = 1;

	sp_buf_init(&out, arena, MAX_NAME);
	for (size_t i = 0; i < user.len && out.len + 6 < MAX_NAME; i++) {
		char c = user.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			sp_buf_addc(&out, c);
		else if (out.len && out.p[out.len - 1] != '-')
			sp_buf_addc(&out, '-');
	}
	if (out.len == 0)
		sp_buf_addz(&out, user.len ? "user" : "local");
	taken[at] = sp_buf_str(&out);
	for (size_t i = 0; i < at; i++) {
		if (sp_str_eq(taken[i], taken[at]))
			again++;
	}
	if (again == 1)
		return taken[at];
	/* "--": no name made above has it */
	return sp_strz(sp_arena_printf(arena, "%.*s--%zu", SP_FMT(taken[at]), again));
}

/* Is there anything to say about these requests but that they may be made? */
static bool
is_bare(struct sp_arena *arena, const struct sp_learn_rule *rule)
{
	struct sp_buf out;

	sp_buf_init(&out, arena, 1 << 20);
	add_block(&out, "", SP_IN_CONDITIONS, rule);
	add_block(&out, "", SP_IN_POWERS, rule);
	return out.len == 0;
}

/* Those go into the user's everyday rule. */
static void
fold_bare(struct sp_arena *arena, struct sp_learn_user *user)
{
	struct sp_learn_rule *plain = user->rules[SP_LEARN_PLAIN];

	for (size_t i = SP_LEARN_PLAIN + 1; i < SP_LEARN_EVERYTHING; i++) {
		struct sp_learn_rule *rule = user->rules[i];

		if (!rule || !is_bare(arena, rule))
			continue;
		if (!plain)
			plain = user->rules[SP_LEARN_PLAIN] = sp_arena_alloc(arena, sizeof(*plain));
		if (!plain)
			return;
		for (size_t a = 0; a < SP_ACT_COUNT; a++)
			plain->actions[a] += rule->actions[a];
		plain->n += rule->n;
		user->rules[i] = NULL;
	}
}

static void
add_user(struct sp_buf *out, const struct sp_learn *learn, struct sp_learn_user *user,
         struct sp_str name)
{
	fold_bare(out->arena, user);
	sp_buf_addz(out, "\n  # --- ");
	if (user == learn->crowd)
		sp_buf_addf(out, "%zu further users together", learn->n_names);
	else if (user->name.len)
		sp_buf_add_shown(out, user->name, 0);
	else
		sp_buf_addz(out, "local: everybody who may open the socket");
	sp_buf_addf(out, ": %llu request%s\n", (unsigned long long)user->n,
	            user->n == 1 ? "" : "s");
	for (size_t i = 0; i < SP_LEARN_RULES; i++) {
		if (user->rules[i])
			add_rule(out, learn, user, user->rules[i], name);
	}
}

static void
add_left_out(struct sp_buf *out, uint64_t n, const char *why)
{
	if (n)
		sp_buf_addf(out, "# Not in it: %llu request%s %s.\n", (unsigned long long)n,
		            n == 1 ? "" : "s", why);
}

/* Those who share their rules. */
static void
add_group(struct sp_buf *out, const struct sp_learn *learn)
{
	if (!learn->names)
		return;
	sp_buf_addz(out, "\ngroups:\n  others:\n");
	for (const struct sp_learn_name *n = learn->names; n; n = n->next) {
		sp_buf_addz(out, "    - ");
		add_subject(out, n->name);
		sp_buf_addc(out, '\n');
	}
}

/* Older clients than are let in by default. */
static void
add_api_version(struct sp_buf *out, const struct sp_learn *learn)
{
	const struct sp_key *key = sp_key_find(SP_STR("min_api_version"), SP_IN_FILE);
	int64_t major = 0, minor = 0;
	struct sp_str first, second;

	if (!key || !key->dflt || !learn->api_major)
		return;
	sp_str_cut(sp_strz(key->dflt), '.', &first, &second);
	if (sp_num_uint(first, &major) != SP_NUM_OK || sp_num_uint(second, &minor) != SP_NUM_OK)
		return;
	if (learn->api_major < major || (learn->api_major == major && learn->api_minor < minor))
		sp_buf_addf(out, "min_api_version: %d.%d # somebody has so old a client\n",
		            learn->api_major, learn->api_minor);
}

void
sp_learn_print(struct sp_buf *out, struct sp_learn *learn, struct sp_str remarks)
{
	struct sp_str *taken =
			  sp_arena_array(out->arena, learn->n_users + 1, sizeof(struct sp_str)),
		      line;

	sp_buf_addf(out,
	            "# A draft by sallyport learn: it grants what %llu recorded requests asked for",
	            (unsigned long long)learn->n_requests);
	if (learn->first_us) {
		sp_buf_addz(out, "\n# from ");
		sp_buf_add_date(out, learn->first_us / 1000000);
		sp_buf_addz(out, " to ");
		sp_buf_add_date(out, learn->last_us / 1000000);
	}
	sp_buf_addz(out,
	            ", a little more generally.  Read every line before it is put into force:\n"
	            "# what an attacker did in that time is granted, too.\n");
	add_left_out(out, learn->n_refused, "had been refused");
	add_left_out(out, learn->n_unusable, "could not be read again");
	add_left_out(out, learn->n_nameless, "of users whose names a policy cannot hold");
	add_left_out(out, learn->n_invalid, "for images that have no valid name");
	add_left_out(out, learn->n_builtin, "that built-in checks refuse whatever is granted");
	while (remarks.len) {
		sp_str_cut(remarks, '\n', &line, &remarks);
		sp_buf_addz(out, "# ");
		sp_buf_add_shown(out, line, 0);
		sp_buf_addc(out, '\n');
	}
	sp_buf_addz(out, "\nsallyport: 1\n");
	add_api_version(out, learn);
	add_group(out, learn);
	if (!taken || learn->n_users == 0)
		return;
	qsort(learn->users, learn->n_users, sizeof(struct sp_learn_user *), cmp_users);
	sp_buf_addz(out, "\nallow:");
	for (size_t i = 0; i < learn->n_users; i++)
		add_user(out, learn, learn->users[i], rule_name(out->arena, learn, i, taken));
	if (learn->crowd)
		add_user(out, learn, learn->crowd,
		         rule_name(out->arena, learn, learn->n_users, taken));
}
