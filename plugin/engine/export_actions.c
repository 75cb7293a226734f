/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export_actions.c: the action table, its sets and dockerd's routes as text and as mdoc.  Trusts
 * the tables, which are our own.
 */
#include "engine/export.h"
#include "sallyport/actions.h"

#define LINE_BYTES 8000
#define NAME_COLUMN 2
#define SET_COLUMN 11
#define BODY_LINE "\n      "

/* What the route table cannot say: these have no route of their own, or need no rule. */
static const struct {
	enum sp_action action;
	const char *text;
} notes[] = {
    {SP_ACT_IMAGE_IMPORT, "POST /images/create without fromImage"},
    {SP_ACT_UNKNOWN_READ, "GET or HEAD of a path this version does not know"},
    {SP_ACT_UNKNOWN_WRITE, "any other request this version does not know"},
    {SP_ACT_SYSTEM_PING, "always allowed"},
};

/*
 * Who may do one of these needs no power of the language to become root on the host: a plugin is
 * trusted by dockerd, and the managers of a swarm run what they like on its nodes.
 */
static const enum sp_action as_root[] = {
    SP_ACT_PLUGIN_PULL, SP_ACT_PLUGIN_CREATE, SP_ACT_PLUGIN_UPGRADE,
    SP_ACT_PLUGIN_SET,  SP_ACT_PLUGIN_ENABLE, SP_ACT_SWARM_INIT,
    SP_ACT_SWARM_JOIN,  SP_ACT_SWARM_UPDATE,  SP_ACT_SWARM_UNLOCK,
};
static const char as_root_text[] = "as good as root: grant it to administrators only";

static bool
is_as_root(enum sp_action action)
{
	for (size_t i = 0; i < sizeof(as_root) / sizeof(as_root[0]); i++)
		if (as_root[i] == action)
			return true;
	return false;
}

/* --- sets --- */

/* The words for sets are those without a dot. */
static bool
is_set(const char *word)
{
	return strchr(word, '.') == NULL;
}

static struct sp_str
members_of(struct sp_str word, struct sp_arena *arena)
{
	struct sp_actions set = {{0}};
	struct sp_buf out;
	size_t n = 0;

	sp_buf_init(&out, arena, LINE_BYTES);
	if (sp_str_is(word, "all"))
		return SP_STR("every action, also those this version does not know");
	sp_actions_parse(word, &set);
	for (enum sp_action a = SP_ACT_NONE + 1; a < SP_ACT_COUNT; a++)
		if (sp_actions_has(&set, a))
			sp_export_item(&out, &n, sp_action_info(a)->name);
	return sp_buf_str(&out);
}

static struct sp_str
sets_of(enum sp_action action, struct sp_arena *arena)
{
	size_t n_words, n = 0;
	const char *const *words = sp_actions_words(&n_words);
	struct sp_buf out;

	sp_buf_init(&out, arena, LINE_BYTES);
	for (size_t i = 0; i < n_words; i++) {
		struct sp_actions set = {{0}};

		if (!is_set(words[i]) || strcmp(words[i], "all") == 0)
			continue;
		if (sp_actions_parse(sp_strz(words[i]), &set) && sp_actions_has(&set, action))
			sp_export_item(&out, &n, words[i]);
	}
	return sp_buf_str(&out);
}

/* --- actions --- */

static bool
needs_everything(enum sp_readable readable)
{
	switch (readable) {
	case SP_READ_NOTHING:
	case SP_READ_FACTS:
		return false;
	case SP_READ_UNKNOWN:
	case SP_READ_OPAQUE:
		break;
	}
	return true;
}

static struct sp_str
needs_of(enum sp_action action)
{
	const struct sp_action_info *info = sp_action_info(action);

	if (needs_everything(info->readable))
		return info->existing ? SP_STR("on, may: everything") : SP_STR("may: everything");
	return info->existing ? SP_STR("on") : SP_STR("");
}

/* "{name:.*}" is "{name}" to people. */
static void
add_path(struct sp_buf *out, struct sp_str path)
{
	while (path.len) {
		size_t colon = sp_str_find(path, ':');

		sp_buf_add(out, sp_str_head(path, colon));
		path = sp_str_from(path, colon);
		path = sp_str_from(path, sp_str_find(path, '}'));
	}
}

static struct sp_str
endpoints_of(enum sp_action action, const char *separator, struct sp_arena *arena)
{
	size_t n_routes;
	const struct sp_route *routes = sp_routes(&n_routes);
	struct sp_buf out;

	sp_buf_init(&out, arena, LINE_BYTES);
	for (size_t i = 0; i < n_routes; i++) {
		if (routes[i].action != action)
			continue;
		sp_buf_addf(&out, "%s%s ", out.len ? separator : "", routes[i].method);
		add_path(&out, sp_strz(routes[i].path));
	}
	for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++)
		if (notes[i].action == action)
			sp_buf_addf(&out, "%s%s", out.len ? separator : "", notes[i].text);
	return sp_buf_str(&out);
}

/* --- for a terminal --- */

static void
add_set(struct sp_buf *out, const char *word)
{
	sp_buf_addf(out, "%*s%s", NAME_COLUMN, "", word);
	sp_export_wrap(out, sp_export_pad(out, NAME_COLUMN + strlen(word), SET_COLUMN), SET_COLUMN,
	               members_of(sp_strz(word), out->arena));
}

static void
add_action(struct sp_buf *out, enum sp_action action)
{
	struct sp_str sets = sets_of(action, out->arena), needs = needs_of(action);

	sp_buf_addf(out, "%*s%s", NAME_COLUMN, "", sp_action_info(action)->name);
	if (needs.len)
		sp_buf_addf(out, "  [needs %.*s]", SP_FMT(needs));
	if (sets.len)
		sp_buf_addf(out, "  (in %.*s)", SP_FMT(sets));
	sp_buf_addz(out, BODY_LINE);
	sp_buf_add(out, endpoints_of(action, BODY_LINE, out->arena));
	if (is_as_root(action)) {
		sp_buf_addz(out, BODY_LINE);
		sp_buf_addz(out, as_root_text);
	}
	sp_buf_addc(out, '\n');
}

static const char legend[] =
    "[needs on]: an allow rule with this action has to say on: which objects. [needs may: "
    "everything]: what the request does cannot be seen, or is not known to this version, so no "
    "other allow rule grants it.";

void
sp_export_actions(struct sp_buf *out)
{
	size_t n;
	const char *const *words = sp_actions_words(&n);

	sp_buf_addz(out, "Sets\n");
	for (size_t i = 0; i < n; i++)
		if (is_set(words[i]))
			add_set(out, words[i]);
	sp_buf_addz(out, "\nActions\n");
	for (enum sp_action a = SP_ACT_NONE + 1; a < SP_ACT_COUNT; a++)
		add_action(out, a);
	sp_buf_addc(out, '\n');
	sp_export_wrap(out, 0, 0, SP_STR(legend));
}

bool
sp_export_action(struct sp_buf *out, struct sp_str word)
{
	struct sp_actions set = {{0}};

	if (!sp_actions_parse(word, &set))
		return false;
	for (enum sp_action a = SP_ACT_NONE + 1; a < SP_ACT_COUNT; a++)
		if (sp_actions_has(&set, a))
			add_action(out, a);
	return true;
}

/* --- for the manual page --- */

static void
add_mdoc_line(struct sp_buf *out, struct sp_str text)
{
	sp_export_mdoc_text(out, text);
	sp_buf_addz(out, ".\n");
}

void
sp_export_actions_mdoc(struct sp_buf *out)
{
	size_t n;
	const char *const *words = sp_actions_words(&n);

	sp_buf_addz(out, ".Ss Sets of actions\n.Bl -tag -width Ds\n");
	for (size_t i = 0; i < n; i++) {
		if (!is_set(words[i]))
			continue;
		sp_buf_addf(out, ".It Ic %s\n", words[i]);
		add_mdoc_line(out, members_of(sp_strz(words[i]), out->arena));
	}
	sp_buf_addz(out, ".El\n.Ss Actions\n");
	sp_export_mdoc_text(out, SP_STR(legend));
	sp_buf_addz(out, "\n.Bl -tag -width Ds\n");
	for (enum sp_action a = SP_ACT_NONE + 1; a < SP_ACT_COUNT; a++) {
		struct sp_str sets = sets_of(a, out->arena), needs = needs_of(a);

		sp_buf_addf(out, ".It Ic %s", sp_action_info(a)->name);
		if (needs.len) {
			sp_buf_addz(out, " Bq");
			sp_export_mdoc_args(out, SP_STR("needs"));
			sp_export_mdoc_args(out, needs);
		}
		sp_buf_addc(out, '\n');
		add_mdoc_line(out, endpoints_of(a, ", ", out->arena));
		if (is_as_root(a))
			add_mdoc_line(out,
			              SP_STR("As good as root: grant it to administrators only"));
		if (sets.len)
			add_mdoc_line(
			    out, sp_strz(sp_arena_printf(out->arena, "In %.*s", SP_FMT(sets))));
	}
	sp_buf_addz(out, ".El\n");
}
