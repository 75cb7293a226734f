/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export.c: the key table as text and as mdoc.  Trusts the tables, which are our own.  The only
 * thing said here and nowhere else is how the value of each type is written.
 */
#include "engine/export.h"
#include "sallyport/keys.h"

#define LINE_BYTES 4000
#define RULES (SP_IN_ALLOW | SP_IN_DENY | SP_IN_REQUIRE | SP_IN_EXCEPTION)

/* --- places --- */

static const struct block {
	uint32_t where;
	const char *title;
} blocks[] = {
    {SP_IN_ANY_FILE, "Top level"},
    {SP_IN_MESSAGES, "messages"},
    {SP_IN_ADJUST, "adjust: under the name of a pack's rule"},
    {RULES, "Rules"},
    {SP_IN_RESPONSE, "response"},
    {SP_IN_SCOPE, "on"},
    {SP_IN_SELF_PROTECTION, "self_protection"},
    {SP_IN_POWERS, "Powers: under may and uses"},
    {SP_IN_CONDITIONS, "Conditions: under must, when and unless"},
};
#define N_BLOCKS (sizeof(blocks) / sizeof(blocks[0]))

static const struct {
	uint32_t where;
	const char *name;
} places[] = {
    {SP_IN_FILE, "the main file"},
    {SP_IN_INCLUDED, "included files"},
    {SP_IN_PACK, "packs"},
    {SP_IN_MESSAGES, "messages"},
    {SP_IN_ADJUST, "adjust"},
    {SP_IN_PROFILE, "profiles"},
    {SP_IN_ALLOW, "allow rules"},
    {SP_IN_DENY, "deny rules"},
    {SP_IN_REQUIRE, "require rules"},
    {SP_IN_EXCEPTION, "exceptions"},
    {SP_IN_POWERS, "may, uses"},
    {SP_IN_CONDITIONS, "must, when, unless"},
    {SP_IN_RESPONSE, "response"},
    {SP_IN_SCOPE, "on"},
    {SP_IN_SELF_PROTECTION, "self_protection"},
};

static struct sp_str
places_of(const struct sp_key *key, struct sp_arena *arena)
{
	struct sp_buf out;
	size_t n = 0;

	sp_buf_init(&out, arena, LINE_BYTES);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (key->where & places[i].where)
			sp_export_item(&out, &n, places[i].name);
	return sp_buf_str(&out);
}

/* --- types --- */

struct type_text {
	const char *name;
	const char *written; /* an example of each form */
	const char *rule;
};

static struct type_text
type_text(enum sp_type type)
{
	switch (type) {
	case SP_T_NONE:
		break;
	case SP_T_MAP:
		return (struct type_text){"map", "{KEY: VALUE}",
		                          "A map; what may stand in it is described where its name "
		                          "is a title."};
	case SP_T_SUBJECTS:
		return (struct type_text){
		    "subjects", "[anna, \"ops-*\", user:local, group:ci, local, anyone]",
		    "A list. A bare word is the name (CN) of a TLS client certificate, exact and "
		    "case-sensitive, * any run of characters; user:NAME is the same for a name "
		    "that "
		    "equals a keyword; group:NAME is a group of this file; local is a caller "
		    "without a name (unix socket, ssh); anyone is everybody."};
	case SP_T_ACTIONS:
		return (struct type_text){"actions", "[run, container.exec, volume.*]",
		                          "A list of actions, of sets, and of KIND.* for all "
		                          "actions of a kind."};
	case SP_T_SCOPE:
		return (struct type_text){"scope",
		                          "{labels: {team: $user}, names: [web, \"db-*\"]}, any",
		                          "A map of labels and names, which every existing object "
		                          "has to have, or the word any."};
	case SP_T_LIFTS:
		return (struct type_text){"lifts", "[no-privileged, limits:memory]",
		                          "A list of deny and require rules, or of single keys "
		                          "they check (RULE:KEY)."};
	case SP_T_WORD:
		return (struct type_text){"word", "audit", "One of the words listed at the key."};
	case SP_T_TEXT:
		return (struct type_text){"text", "SEC-1234",
		                          "At most 1,000 bytes. Only the texts of rules may span "
		                          "several lines (quoted, | or >)."};
	case SP_T_DATE:
		return (struct type_text){"date", "2026-12-31, 2026-12-31T18:00:00Z, never",
		                          "In UTC; a day alone means its first second."};
	case SP_T_FLAG:
		return (struct type_text){"flag", "true",
		                          "Unquoted and in lower case. There is no false: leave "
		                          "the key out."};
	case SP_T_NAMES:
		return (struct type_text){"names", "[web, \"prod-*\"], any",
		                          "A list of patterns: anchored, case-sensitive, * stands "
		                          "for any run of characters, also none. Powers also take "
		                          "the word any."};
	case SP_T_CHOICES:
		return (struct type_text){"words", "[network, pid], any",
		                          "A list of the words listed at the key, or any."};
	case SP_T_CAPS:
		return (struct type_text){
		    "capabilities", "[NET_ADMIN, CAP_SYS_TIME], [ALL], any",
		    "A list of capabilities(7), in any case, CAP_ may be left "
		    "out. Only powers take the word any."};
	case SP_T_PATHS:
		return (struct type_text){"paths", "[/srv/data/**, /etc/ssl/certs:ro], any",
		                          "A list of path patterns, or any."};
	case SP_T_IMAGES:
		return (struct type_text){"images", "[registry.example.com/team/**, nginx], any",
		                          "A list of image patterns, or any."};
	case SP_T_PORTS:
		return (struct type_text){
		    "ports",
		    "[8080, 8000-8999, 127.0.0.1:8080/tcp, \"[::1]:443\", any:443, "
		    "127.0.0.1:ephemeral], any",
		    "A list of ports of the host, or any. Without an address, or with any, all "
		    "addresses of the host are meant; a request without an address asks for all of "
		    "them. ephemeral: a port dockerd chooses."};
	case SP_T_USERS:
		return (struct type_text){
		    "users", "non-root, [1000, \"1000:*\", app]",
		    "The word non-root, or a list of patterns for what the request says, UID, "
		    "UID:GID or a name. non-root refuses root and every spelling of 0; it cannot "
		    "see which UID a name has inside the image."};
	case SP_T_LABELS:
		return (struct type_text){
		    "labels", "{team: blue, stage: \"*\"}",
		    "A map of label names and patterns; every one of them has "
		    "to be there and match."};
	case SP_T_RANGE_SIZE:
		return (struct type_text){"size range", "{min: 64m, max: 2g}",
		                          "At least one of min and max: a number with k, m, g or t "
		                          "(powers of 1024), without a unit bytes."};
	case SP_T_RANGE_CPUS:
		return (struct type_text){"cpu range", "{max: 1.5}",
		                          "At least one of min and max, with up to nine decimals."};
	case SP_T_RANGE_COUNT:
		return (struct type_text){"count range", "{max: 512}",
		                          "At least one of min and max, whole numbers without a "
		                          "leading zero."};
	case SP_T_DURATION:
		return (struct type_text){"duration", "30d",
		                          "One whole number and one of s, m, h, d, w."};
	case SP_T_STATUSES:
		return (struct type_text){"statuses", "[404, 5xx]",
		                          "A list of HTTP status codes and classes of them."};
	}
	return (struct type_text){"", "", ""};
}

const char *
sp_export_written(enum sp_type type)
{
	return type_text(type).written;
}

/* --- what a row says, in words --- */

static struct sp_str
choices_of(const struct sp_key *key, struct sp_arena *arena)
{
	struct sp_buf out;
	size_t n = 0;

	sp_buf_init(&out, arena, LINE_BYTES);
	while (key->choices && key->choices[n])
		sp_export_item(&out, &n, key->choices[n]);
	return sp_buf_str(&out);
}

/* The actions a power or condition is asked about. */
static struct sp_str
requests_of(const struct sp_key *key, struct sp_arena *arena)
{
	struct sp_buf out;
	size_t n = 0;

	sp_buf_init(&out, arena, LINE_BYTES);
	for (enum sp_action a = SP_ACT_NONE + 1; a < SP_ACT_COUNT; a++)
		if (sp_action_info(a)->family & key->families)
			sp_export_item(&out, &n, sp_action_info(a)->name);
	return sp_buf_str(&out);
}

static struct sp_str
default_of(const struct sp_key *key)
{
	return sp_strz(key->dflt);
}

static struct sp_str
flag_of(const struct sp_key *key)
{
	return sp_strz(key->fact == SP_FACT_NONE ? NULL : sp_fact_flag(key->fact));
}

static struct sp_str
later_of(const struct sp_key *key, struct sp_arena *arena)
{
	if (!key->later)
		return (struct sp_str){NULL, 0};
	return sp_strz(sp_arena_printf(arena, "reserved, '%s' %s", key->name, key->later));
}

/* --- for a terminal --- */

#define NAME_COLUMN 2
#define DOC_COLUMN 24
#define DETAIL_COLUMN 14

void
sp_export_keys(struct sp_buf *out)
{
	size_t n;
	const struct sp_key *keys = sp_keys(&n);

	for (size_t b = 0; b < N_BLOCKS; b++) {
		sp_buf_addf(out, "%s%s\n", b ? "\n" : "", blocks[b].title);
		for (size_t i = 0; i < n; i++) {
			size_t column = NAME_COLUMN + strlen(keys[i].name);

			if (!(keys[i].where & blocks[b].where))
				continue;
			sp_buf_addf(out, "%*s%s", NAME_COLUMN, "", keys[i].name);
			column = sp_export_pad(out, column, DOC_COLUMN);
			sp_export_wrap(
			    out, column, DOC_COLUMN,
			    sp_strz(keys[i].later
			                ? sp_arena_printf(out->arena, "(reserved) %s", keys[i].doc)
			                : keys[i].doc));
		}
	}
}

static void
add_detail(struct sp_buf *out, const char *what, struct sp_str text)
{
	if (!text.len)
		return;
	sp_buf_addf(out, "%*s%s", NAME_COLUMN, "", what);
	sp_export_wrap(out, sp_export_pad(out, NAME_COLUMN + strlen(what), DETAIL_COLUMN),
	               DETAIL_COLUMN, text);
}

static void
add_key(struct sp_buf *out, const struct sp_key *key)
{
	struct type_text type = type_text(key->type);

	sp_buf_addf(out, "%s: %s\n%*s", key->name, key->example, NAME_COLUMN, "");
	sp_export_wrap(out, NAME_COLUMN, NAME_COLUMN, sp_strz(key->doc));
	add_detail(out, "status", later_of(key, out->arena));
	add_detail(out, "stands in", places_of(key, out->arena));
	add_detail(out, "value", sp_strz(type.name));
	add_detail(out, "written", sp_strz(type.written));
	add_detail(out, "", sp_strz(type.rule));
	add_detail(out, "words", choices_of(key, out->arena));
	add_detail(out, "default", default_of(key));
	add_detail(out, "requests", requests_of(key, out->arena));
	add_detail(out, "docker flag", flag_of(key));
}

bool
sp_export_key(struct sp_buf *out, struct sp_str name)
{
	size_t n;
	const struct sp_key *keys = sp_keys(&n);
	bool found = false;

	for (size_t i = 0; i < n; i++) {
		if (!sp_str_is(name, keys[i].name))
			continue;
		if (found)
			sp_buf_addc(out, '\n');
		add_key(out, &keys[i]);
		found = true;
	}
	return found;
}

/* --- for the manual page --- */

static void
add_sentence(struct sp_buf *out, const char *before, struct sp_str text)
{
	if (!text.len)
		return;
	sp_buf_addz(out, before);
	sp_export_mdoc_text(out, text);
	sp_buf_addz(out, ".\n");
}

static void
add_mdoc_key(struct sp_buf *out, const struct sp_key *key)
{
	sp_buf_addf(out, ".It Ic %s : Ar", key->name);
	sp_export_mdoc_args(out, sp_strz(type_text(key->type).name));
	sp_buf_addc(out, '\n');
	sp_export_mdoc_text(out, sp_strz(key->doc));
	sp_buf_addc(out, '\n');
	if (key->later) {
		add_sentence(out, "Reserved: the key ", sp_strz(key->later));
		return;
	}
	if (key->where & RULES)
		add_sentence(out, "Stands in ", places_of(key, out->arena));
	add_sentence(out, "One of ",
	             key->type == SP_T_WORD ? choices_of(key, out->arena)
	                                    : (struct sp_str){NULL, 0});
	add_sentence(out, "Words: ",
	             key->type == SP_T_CHOICES ? choices_of(key, out->arena)
	                                       : (struct sp_str){NULL, 0});
	add_sentence(out, "Default: ", default_of(key));
	add_sentence(out, "Read in ", requests_of(key, out->arena));
	if (flag_of(key).len) {
		sp_buf_addz(out, "Flag of docker:\n.Ql");
		sp_export_mdoc_args(out, flag_of(key));
		sp_buf_addz(out, " .\n");
	}
	sp_buf_addz(out, ".Dl");
	sp_export_mdoc_args(out, sp_strz(key->name));
	sp_buf_addc(out, ':');
	sp_export_mdoc_args(out, sp_strz(key->example));
	sp_buf_addc(out, '\n');
}

static bool
is_first_of_its_type(const struct sp_key *keys, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (keys[i].type == keys[at].type && !keys[i].later)
			return false;
	return !keys[at].later;
}

/* In the order of their first use; what only reserved keys use is left out. */
static void
add_mdoc_types(struct sp_buf *out)
{
	size_t n;
	const struct sp_key *keys = sp_keys(&n);

	sp_buf_addz(out, ".Ss Types of values\n.Bl -tag -width Ds\n");
	for (size_t i = 0; i < n; i++) {
		struct type_text text = type_text(keys[i].type);

		if (!is_first_of_its_type(keys, i))
			continue;
		sp_buf_addz(out, ".It Ar");
		sp_export_mdoc_args(out, sp_strz(text.name));
		sp_buf_addc(out, '\n');
		sp_export_mdoc_text(out, sp_strz(text.rule));
		sp_buf_addz(out, "\n.Dl");
		sp_export_mdoc_args(out, sp_strz(text.written));
		sp_buf_addc(out, '\n');
	}
	sp_buf_addz(out, ".El\n");
}

void
sp_export_keys_mdoc(struct sp_buf *out)
{
	size_t n;
	const struct sp_key *keys = sp_keys(&n);

	for (size_t b = 0; b < N_BLOCKS; b++) {
		sp_buf_addz(out, ".Ss");
		sp_export_mdoc_args(out, sp_strz(blocks[b].title));
		sp_buf_addz(out, "\n.Bl -tag -width Ds\n");
		for (size_t i = 0; i < n; i++)
			if (keys[i].where & blocks[b].where)
				add_mdoc_key(out, &keys[i]);
		sp_buf_addz(out, ".El\n");
	}
	add_mdoc_types(out);
}
