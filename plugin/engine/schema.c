/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schema.c: the key table as a JSON Schema (draft-07), for editors.  It refuses only what the
 * loader refuses, not all of it: an editor is for speed, `check` is the truth.
 *
 * A value that is a word or a list is written with if/then/else: with anyOf an editor reports that
 * the word is missing when an item of the list is wrong.
 */
#include "sallyport/export.h"
#include "sallyport/keys.h"

/* YAML readers make something else of some texts that are text here. */
#define TEXT "{\"type\":[\"string\",\"number\",\"boolean\"]}"
#define LIST_OF(items) "{\"type\":\"array\",\"minItems\":1,\"items\":" items "}"
#define RULE_NAMES "{\"pattern\":\"^[a-z0-9][a-z0-9._-]{0,62}$\"}"
#define DATE "[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?"

/* {"if":{"type":"string"},"then":{"enum":[WORD]},"else": ...; the caller closes it. */
static void
word_or(struct sp_buf *out, const char *word)
{
	sp_buf_addf(out,
	            "{\"if\":{\"type\":\"string\"},\"then\":{\"const\":\"%s\"},\"else\":", word);
}

static void
add_enum(struct sp_buf *out, const char *const *words, size_t n)
{
	sp_buf_addz(out, "{\"enum\":[");
	for (size_t i = 0; i < n; i++)
		sp_buf_addf(out, "%s\"%s\"", i ? "," : "", words[i]);
	sp_buf_addz(out, "]}");
}

static void
add_choices(struct sp_buf *out, const struct sp_key *key)
{
	size_t n = 0;

	while (key->choices[n])
		n++;
	add_enum(out, key->choices, n);
}

/* Items that may also be list:NAME. */
static void
add_items(struct sp_buf *out, const struct sp_key *key)
{
	size_t n;
	const char *const *words = sp_actions_words(&n);

	sp_buf_addz(out,
	            "{\"type\":\"array\",\"minItems\":1,\"items\":{\"if\":{\"type\":\"string\","
	            "\"pattern\":\"^list:\"},\"else\":");
	if (key->choices)
		add_choices(out, key);
	else
		add_enum(out, words, n);
	sp_buf_addz(out, "}}");
}

static void
add_range(struct sp_buf *out, const char *bound)
{
	sp_buf_addf(out,
	            "{\"type\":\"object\",\"minProperties\":1,\"additionalProperties\":false,"
	            "\"properties\":{\"min\":%s,\"max\":%s}}",
	            bound, bound);
}

/* Patterns: a list, and for powers and images the word any, for users non-root. */
static void
add_patterns(struct sp_buf *out, const struct sp_key *key)
{
	const char *word = key->where & SP_IN_POWERS || key->type == SP_T_IMAGES ? "any"
	                   : key->type == SP_T_USERS                             ? "non-root"
	                                                                         : NULL;

	if (word)
		word_or(out, word);
	if (key->type == SP_T_CHOICES)
		add_items(out, key);
	else if (key->type == SP_T_PATHS) /* a variable may hold the beginning */
		sp_buf_addz(out, LIST_OF("{\"type\":\"string\",\"pattern\":\"^(/|[$]|list:)\"}"));
	else
		sp_buf_addz(out, LIST_OF(TEXT));
	if (word)
		sp_buf_addc(out, '}');
}

/* --- maps --- */

static void add_value(struct sp_buf *out, const struct sp_key *key, uint32_t where);

/* An object with the keys that may stand in `where`; the caller adds more and closes it. */
static void
begin_object(struct sp_buf *out, uint32_t where)
{
	size_t n;
	const struct sp_key *keys = sp_keys(&n);
	const char *comma = "";

	sp_buf_addz(out, "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{");
	for (size_t i = 0; i < n; i++) {
		if (!(keys[i].where & where) || keys[i].later)
			continue;
		sp_buf_addf(out, "%s\n\"%s\":{\"description\":", comma, keys[i].name);
		sp_buf_add_json(out, sp_strz(sp_arena_printf(
					 out->arena, keys[i].dflt ? "%s Default: %s." : "%s",
					 keys[i].doc, keys[i].dflt)));
		sp_buf_addz(out, ",\"allOf\":[");
		add_value(out, &keys[i], where);
		sp_buf_addz(out, "]}");
		comma = ",";
	}
	sp_buf_addc(out, '}');
}

static void
add_object(struct sp_buf *out, uint32_t where, const char *more)
{
	begin_object(out, where);
	sp_buf_addf(out, "%s}", more);
}

/* What stands under a key that is a map; the same name can mean several. */
static void
add_map(struct sp_buf *out, const struct sp_key *key)
{
	static const struct {
		const char *name, *schema;
	} maps[] = {
	    {"messages", "{\"$ref\":\"#/definitions/messages\"}"},
	    {"self_protection", "{\"$ref\":\"#/definitions/self_protection\"}"},
	    {"adjust",
	     "{\"type\":\"object\",\"additionalProperties\":{\"$ref\":\"#/definitions/adjust\"}}"},
	    {"groups",
	     "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"array\",\"items\":" TEXT
	     "}}"},
	    {"lists",
	     "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"array\",\"items\":" TEXT
	     "}}"},
	    {"vars",
	     "{\"type\":\"object\",\"propertyNames\":{\"pattern\":\"^(?!user$)[a-z][a-z0-9]*$\"},"
	     "\"additionalProperties\":" TEXT "}"},
	    {"profiles",
	     "{\"type\":\"object\",\"additionalProperties\":{\"$ref\":\"#/definitions/profile\"}}"},
	    {"allow", "{\"type\":\"object\",\"propertyNames\":" RULE_NAMES
	              ",\"additionalProperties\":{\"$ref\":\"#/definitions/allow\"}}"},
	    {"deny", "{\"type\":\"object\",\"propertyNames\":" RULE_NAMES
	             ",\"additionalProperties\":{\"$ref\":\"#/definitions/deny\"}}"},
	    {"require", "{\"type\":\"object\",\"propertyNames\":" RULE_NAMES
	                ",\"additionalProperties\":{\"$ref\":\"#/definitions/require\"}}"},
	    {"exceptions", "{\"type\":\"object\",\"propertyNames\":" RULE_NAMES
	                   ",\"additionalProperties\":{\"$ref\":\"#/definitions/exception\"}}"},
	    {"must", "{\"$ref\":\"#/definitions/conditions\"}"},
	    {"when", "{\"$ref\":\"#/definitions/conditions\"}"},
	    {"unless", "{\"$ref\":\"#/definitions/conditions\"}"},
	    {"uses", "{\"$ref\":\"#/definitions/powers\"}"},
	    {"response", "{\"$ref\":\"#/definitions/response\"}"},
	};

	for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
		if (strcmp(maps[i].name, key->name) == 0) {
			sp_buf_addz(out, maps[i].schema);
			return;
		}
	}
	if (strcmp(key->name, "may") == 0) {
		word_or(out, "everything");
		sp_buf_addz(out, "{\"$ref\":\"#/definitions/powers\"}}");
		return;
	}
	sp_buf_addz(out, "{\"type\":\"object\"}");
}

/* --- values --- */

static void
add_value(struct sp_buf *out, const struct sp_key *key, uint32_t where)
{
	switch (key->type) {
	case SP_T_MAP:
		add_map(out, key);
		return;
	case SP_T_SUBJECTS:
	case SP_T_LIFTS:
		sp_buf_addz(out, LIST_OF(TEXT));
		return;
	case SP_T_ACTIONS:
		add_items(out, key);
		return;
	case SP_T_SCOPE:
		word_or(out, "any");
		sp_buf_addz(out, "{\"$ref\":\"#/definitions/scope\"}}");
		return;
	case SP_T_WORD:
		add_choices(out, key);
		return;
	case SP_T_TEXT:
		if (strcmp(key->name, "sallyport") == 0)
			sp_buf_addz(out, "{\"const\":1}");
		else if (strcmp(key->name, "min_api_version") == 0) /* 1.40 comes as 1.4 */
			sp_buf_addz(out, "{\"type\":[\"string\",\"number\"],\"pattern\":"
			                 "\"^[0-9]+[.][0-9]+$\"}");
		else
			sp_buf_addz(out, TEXT);
		return;
	case SP_T_DATE: /* what is checked at once has to be a date */
		sp_buf_addz(out, where & SP_IN_EXCEPTION || where & SP_IN_ALLOW
		                     ? "{\"type\":\"string\",\"pattern\":\"^(never|" DATE ")$\"}"
		                     : "{\"type\":\"string\",\"pattern\":\"^" DATE "$\"}");
		return;
	case SP_T_FLAG:
		sp_buf_addz(out, "{\"const\":true}");
		return;
	case SP_T_NAMES:
	case SP_T_CHOICES:
	case SP_T_CAPS:
	case SP_T_PATHS:
	case SP_T_IMAGES:
	case SP_T_PORTS:
	case SP_T_USERS:
	case SP_T_STATUSES:
		add_patterns(out, key);
		return;
	case SP_T_LABELS:
		sp_buf_addz(out, "{\"$ref\":\"#/definitions/labels\"}");
		return;
	case SP_T_RANGE_SIZE:
		add_range(out, "{\"type\":[\"string\",\"integer\"],\"minimum\":0,\"pattern\":"
		               "\"^[0-9]+([.][0-9]+)?([kKmMgGtT]?([iI]?[bB])?)?$\"}");
		return;
	case SP_T_RANGE_CPUS:
		add_range(out, "{\"type\":\"number\",\"minimum\":0}");
		return;
	case SP_T_RANGE_COUNT:
		add_range(out, "{\"type\":\"integer\",\"minimum\":0}");
		return;
	case SP_T_DURATION:
		sp_buf_addz(out, "{\"type\":\"string\",\"pattern\":\"^[0-9]+[smhdw]$\"}");
		return;
	case SP_T_NONE:
		break;
	}
	sp_buf_addz(out, "{}");
}

static void
add_definition(struct sp_buf *out, const char *name, uint32_t where, const char *more)
{
	sp_buf_addf(out, ",\n\"%s\":", name);
	add_object(out, where, more);
}

/* A pack holds what may stand in a pack. */
static void
add_pack_keys(struct sp_buf *out)
{
	const char *names[32];
	size_t n, n_names = 0;
	const struct sp_key *keys = sp_keys(&n);

	for (size_t i = 0; i < n && n_names < 32; i++) {
		if (keys[i].where & SP_IN_PACK)
			names[n_names++] = keys[i].name;
	}
	add_enum(out, names, n_names);
}

void
sp_export_schema(struct sp_buf *out)
{
	sp_buf_addz(
	    out,
	    "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\n"
	    "\"title\":\"sallyport policy\",\n\"definitions\":{\n\"labels\":{\"type\":\"object\","
	    "\"minProperties\":1,\"additionalProperties\":" TEXT "}");
	add_definition(out, "scope", SP_IN_SCOPE, ",\"minProperties\":1");
	add_definition(out, "messages", SP_IN_MESSAGES, "");
	add_definition(out, "self_protection", SP_IN_SELF_PROTECTION, ",\"minProperties\":1");
	add_definition(out, "adjust", SP_IN_ADJUST, ",\"required\":[\"mode\",\"reason\"]");
	add_definition(out, "powers", SP_IN_POWERS, ",\"minProperties\":1");
	add_definition(out, "conditions", SP_IN_CONDITIONS, ",\"minProperties\":1");
	add_definition(out, "response", SP_IN_RESPONSE, ",\"minProperties\":1");
	add_definition(out, "profile", SP_IN_PROFILE, ",\"minProperties\":1");
	add_definition(out, "allow", SP_IN_ALLOW, ",\"required\":[\"who\",\"do\"]");
	add_definition(out, "deny", SP_IN_DENY,
	               ",\"anyOf\":[{\"required\":[\"uses\"]},{\"required\":[\"do\"]},"
	               "{\"required\":[\"response\"]}]");
	add_definition(out, "require", SP_IN_REQUIRE,
	               ",\"anyOf\":[{\"required\":[\"must\"]},{\"required\":[\"response\"]}]");
	add_definition(out, "exception", SP_IN_EXCEPTION,
	               ",\"required\":[\"lifts\",\"who\",\"expires\",\"reason\"]");
	sp_buf_addz(out, "},\n\"allOf\":[\n");
	add_object(out, SP_IN_ANY_FILE, ",\"required\":[\"sallyport\"]");
	sp_buf_addz(out, ",\n{\"if\":{\"required\":[\"pack\"]},\"then\":{\"propertyNames\":");
	add_pack_keys(out);
	sp_buf_addz(out, "}}]}\n");
}
