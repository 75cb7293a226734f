/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_schema.c: the keys of policy tests as a JSON Schema (draft-07), for editors.  Like that of
 * policies it refuses only what a run would refuse, and not all of it.
 */
#include "cli/test_file.h"

/* YAML readers make something else of some texts that are text here. */
#define TEXT "{\"type\":[\"string\",\"number\",\"boolean\"]}"
#define TEXTS "{\"type\":\"object\",\"additionalProperties\":" TEXT "}"
#define ALL_ARE(name)                                                                              \
	"{\"type\":\"object\",\"additionalProperties\":{\"$ref\":\"#/definitions/" name "\"}}"
#define LIST_OF(name)                                                                              \
	"{\"type\":\"array\",\"minItems\":1,\"items\":{\"$ref\":\"#/definitions/" name "\"}}"
#define ONLY_IF(key, other)                                                                        \
	"{\"if\":{\"required\":[\"" key "\"]},\"then\":{\"required\":[\"" other "\"]}}"

/* What stands under a key that is a map or a list. */
static const char *
inside(const char *name)
{
	static const struct {
		const char *name, *schema;
	} maps[] = {
	    {"given", "{\"$ref\":\"#/definitions/given\"}"},
	    {"cases", LIST_OF("case")},
	    {"steps", LIST_OF("step")},
	    {"images", ALL_ARE("image")},
	    {"containers", ALL_ARE("container")},
	    {"objects", "{\"$ref\":\"#/definitions/objects\"}"},
	    {"symlinks", TEXTS},
	    {"labels", TEXTS},
	};

	for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
		if (strcmp(maps[i].name, name) == 0)
			return maps[i].schema;
	}
	return "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"object\"}}";
}

static const char *
value(const struct sp_test_key *key)
{
	switch (key->type) {
	case SP_TEST_TEXT:
		return strcmp(key->name, "sallyport-test") == 0 ? "{\"const\":1}" : TEXT;
	case SP_TEST_DATE:
		return "{\"type\":\"string\",\"pattern\":"
		       "\"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?$\"}";
	case SP_TEST_WORD:
		return "{\"enum\":[\"allow\",\"deny\",\"audit\"]}";
	case SP_TEST_MAP:
	case SP_TEST_LIST:
		return inside(key->name);
	case SP_TEST_BODY:
		return "{\"type\":[\"object\",\"string\",\"number\",\"boolean\"]}";
	case SP_TEST_ANY:
		return "{}";
	}
	return "{}";
}

/* An object with the keys that may stand in `where`. */
static void
add_object(struct sp_buf *out, uint32_t where, const char *more)
{
	size_t n;
	const struct sp_test_key *keys = sp_test_keys(&n);
	const char *comma = "";

	sp_buf_addz(out, "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{");
	for (size_t i = 0; i < n; i++) {
		if (!(keys[i].where & where))
			continue;
		sp_buf_addf(out, "%s\n\"%s\":{\"description\":", comma, keys[i].name);
		sp_buf_add_json(out, sp_strz(keys[i].doc));
		sp_buf_addf(out, ",\"allOf\":[%s]}", value(&keys[i]));
		comma = ",";
	}
	sp_buf_addf(out, "}%s}", more);
}

static void
add_definition(struct sp_buf *out, const char *name, uint32_t where, const char *more)
{
	sp_buf_addf(out, ",\n\"%s\":", name);
	add_object(out, where, more);
}

void
sp_test_schema(struct sp_buf *out)
{
	sp_buf_addz(out, "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\n"
	                 "\"title\":\"sallyport policy test\",\n\"definitions\":{\n\"given\":");
	add_object(out, SP_TEST_IN_GIVEN, "");
	add_definition(out, "image", SP_TEST_IN_IMAGE, "");
	add_definition(out, "container", SP_TEST_IN_CONTAINER, "");
	add_definition(out, "objects", SP_TEST_IN_OBJECTS, "");
	add_definition(out, "step", SP_TEST_IN_STEP,
	               ",\"oneOf\":[{\"required\":[\"docker\"]},{\"required\":[\"api\"]},"
	               "{\"required\":[\"record\"]}],\"allOf\":[" ONLY_IF(
			   "body", "api") "," ONLY_IF("body_file", "api") "]");
	add_definition(out, "case", SP_TEST_IN_CASE,
	               ",\"required\":[\"name\",\"user\",\"expect\"],\"oneOf\":["
	               "{\"required\":[\"docker\"]},{\"required\":[\"api\"]},"
	               "{\"required\":[\"record\"]},{\"required\":[\"steps\"]}],\"allOf\":["
	               "{\"if\":{\"properties\":{\"expect\":{\"enum\":[\"deny\",\"audit\"]}},"
	               "\"required\":[\"expect\"]},\"then\":{\"required\":[\"rule\"]}}"
	               "," ONLY_IF("body", "api") "," ONLY_IF("body_file", "api") "]");
	sp_buf_addz(out, "},\n\"allOf\":[\n");
	add_object(out, SP_TEST_IN_FILE, ",\"required\":[\"sallyport-test\",\"policy\",\"cases\"]");
	sp_buf_addz(out, "]}\n");
}
