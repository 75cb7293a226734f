/* SPDX-License-Identifier: Apache-2.0 */
/* test_keys.c: the keys of policy tests: what the loader takes, suggests and the manual lists. */
#include "cli/test_file.h"

/* clang-format off */
static const struct sp_test_key keys[] = {
	{"sallyport-test", SP_TEST_IN_FILE, SP_TEST_TEXT, "1", "Version of the format: 1; the first key."},
	{"policy", SP_TEST_IN_FILE, SP_TEST_TEXT, "production.yaml", "The policy, from the folder of the test file."},
	{"shadow", SP_TEST_IN_FILE, SP_TEST_TEXT, "next.yaml", "A second policy, for flips."},
	{"now", SP_TEST_IN_FILE | SP_TEST_IN_CASE, SP_TEST_DATE, "2026-08-24", "The clock; without it, 2000-01-01."},
	{"given", SP_TEST_IN_FILE, SP_TEST_MAP, "{symlinks: {/var/run: /run}}", "What is known of the host and of existing objects."},
	{"cases", SP_TEST_IN_FILE, SP_TEST_LIST, "[{name: x, user: anna, docker: ps, expect: allow}]", "The cases, at least one."},

	{"images", SP_TEST_IN_GIVEN, SP_TEST_MAP, "{app:1: {user: \"1000\"}}", "Images by name."},
	{"containers", SP_TEST_IN_GIVEN, SP_TEST_MAP, "{web: {labels: {team: blue}}}", "Containers by name; others do not exist."},
	{"objects", SP_TEST_IN_GIVEN, SP_TEST_MAP, "{volumes: {data: {team: blue}}}", "Volumes, networks and services by name, with their labels."},
	{"symlinks", SP_TEST_IN_GIVEN, SP_TEST_MAP, "{/srv/a: /etc}", "Symbolic links of the host."},
	{"users", SP_TEST_IN_GIVEN, SP_TEST_ANY, "[anna]", "Users there are; for the reader."},

	{"user", SP_TEST_IN_IMAGE, SP_TEST_TEXT, "\"1000\"", "The user the image runs as."},
	{"digest", SP_TEST_IN_IMAGE, SP_TEST_TEXT, "sha256:...", "Its digest."},
	{"id", SP_TEST_IN_IMAGE | SP_TEST_IN_CONTAINER, SP_TEST_TEXT, "0a1b2c", "Its ID."},
	{"created", SP_TEST_IN_IMAGE, SP_TEST_DATE, "2026-08-20", "When it was built."},
	{"scan", SP_TEST_IN_IMAGE, SP_TEST_ANY, "medium", "For image_scan, which this version does not have."},
	{"scanned", SP_TEST_IN_IMAGE, SP_TEST_ANY, "2026-08-23", "For image_scan, which this version does not have."},

	{"labels", SP_TEST_IN_CONTAINER, SP_TEST_MAP, "{team: blue}", "Its labels."},
	{"memory", SP_TEST_IN_CONTAINER, SP_TEST_ANY, "1g", "For quota, which this version does not have."},
	{"cpus", SP_TEST_IN_CONTAINER, SP_TEST_ANY, "1", "For quota, which this version does not have."},
	{"pids", SP_TEST_IN_CONTAINER, SP_TEST_ANY, "100", "For quota, which this version does not have."},

	{"volumes", SP_TEST_IN_OBJECTS, SP_TEST_MAP, "{data: {team: blue}}", "Volumes by name, with their labels."},
	{"networks", SP_TEST_IN_OBJECTS, SP_TEST_MAP, "{lan: {team: blue}}", "Networks by name, with their labels."},
	{"services", SP_TEST_IN_OBJECTS, SP_TEST_MAP, "{web: {team: blue}}", "Services by name, with their labels."},

	{"name", SP_TEST_IN_CASE, SP_TEST_TEXT, "no host root", "Name of the case, unique in the file."},
	{"user", SP_TEST_IN_CASE, SP_TEST_TEXT, "anna", "Who asks: a certificate name, or local."},
	{"docker", SP_TEST_IN_CASE | SP_TEST_IN_STEP, SP_TEST_TEXT, "run -v /:/h nginx", "A docker command line; an unknown flag is an error."},
	{"api", SP_TEST_IN_CASE | SP_TEST_IN_STEP, SP_TEST_TEXT, "POST /v1.47/containers/create?name=x", "A request of the API."},
	{"body", SP_TEST_IN_CASE | SP_TEST_IN_STEP, SP_TEST_BODY, "{Image: nginx}", "Its body: JSON as text, or a map."},
	{"body_file", SP_TEST_IN_CASE | SP_TEST_IN_STEP, SP_TEST_TEXT, "body.json", "The file its body is in."},
	{"record", SP_TEST_IN_CASE | SP_TEST_IN_STEP, SP_TEST_TEXT, "audit.jsonl#17", "A recorded request: FILE#LINE."},
	{"steps", SP_TEST_IN_CASE, SP_TEST_LIST, "[{docker: ps}]", "Several of these under one expectation."},
	{"expect", SP_TEST_IN_CASE, SP_TEST_WORD, "deny", "allow, deny, or audit: allowed, but an audit rule objects."},
	{"rule", SP_TEST_IN_CASE, SP_TEST_TEXT, "no-privileged", "A rule that objects, or any; required with deny and audit."},
	{"key", SP_TEST_IN_CASE, SP_TEST_TEXT, "bind", "The power or condition that is the reason."},
	{"message", SP_TEST_IN_CASE, SP_TEST_TEXT, "\"*at most 2g*\"", "A pattern for the whole text of the refusal."},
	{"flips", SP_TEST_IN_CASE, SP_TEST_WORD, "deny", "What the shadow policy decides."},
};
/* clang-format on */

const struct sp_test_key *
sp_test_keys(size_t *n)
{
	*n = sizeof(keys) / sizeof(keys[0]);
	return keys;
}

static const struct {
	uint32_t where;
	const char *name, *title;
} places[] = {
    {SP_TEST_IN_FILE, "the file", "The file"},
    {SP_TEST_IN_GIVEN, "given:", "given"},
    {SP_TEST_IN_IMAGE, "given: images: NAME:", "given: images"},
    {SP_TEST_IN_CONTAINER, "given: containers: NAME:", "given: containers"},
    {SP_TEST_IN_OBJECTS, "given: objects:", "given: objects"},
    {SP_TEST_IN_CASE, "cases:", "cases"},
    {SP_TEST_IN_STEP, "steps:", "steps"},
};

/* A dash and a backslash mean something to mdoc. */
static void
add_mdoc(struct sp_buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\\')
			sp_buf_addz(out, "\\e");
		else if (*text == '-')
			sp_buf_addz(out, "\\-");
		else if (*text == '"')
			sp_buf_addz(out, "\\(dq");
		else
			sp_buf_addc(out, *text);
	}
}

void
sp_test_keys_print(struct sp_buf *out, bool man)
{
	for (size_t p = 0; p < sizeof(places) / sizeof(places[0]); p++) {
		if (man)
			sp_buf_addf(out, ".Ss \\&%s\n.Bl -tag -width Ds\n", places[p].title);
		else
			sp_buf_addf(out, "%s%s\n", p ? "\n" : "", places[p].name);
		for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
			if (!(keys[i].where & places[p].where))
				continue;
			if (!man) {
				sp_buf_addf(out, "  %-16s %s\n", keys[i].name, keys[i].doc);
				continue;
			}
			sp_buf_addz(out, ".It Ic ");
			add_mdoc(out, keys[i].name);
			sp_buf_addf(out, "\n%s\n.Dl ", keys[i].doc);
			add_mdoc(out, keys[i].name);
			sp_buf_addz(out, ": ");
			add_mdoc(out, keys[i].example);
			sp_buf_addc(out, '\n');
		}
		if (man)
			sp_buf_addz(out, ".El\n");
	}
}
