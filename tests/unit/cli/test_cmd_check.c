/* SPDX-License-Identifier: Apache-2.0 */
/* test_cmd_check.c: sallyport check: its formats, what counts as a finding, what the host adds. */
#include "cli/cli.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <jansson.h>

#include "unit/cli/run_command.h"

static char folder[] = "/tmp/sallyport-check-XXXXXX";
static char policy[64];

static int
set_up(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(policy, sizeof(policy), "%s/policy.yaml", folder);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	unlink(policy);
	return rmdir(folder);
}

static void
write_policy(const char *text, const char *path)
{
	FILE *file = fopen(policy, "w");

	assert_non_null(file);
	fprintf(file, "sallyport: 1\n");
	fprintf(file, "allow:\n  admins: {who: [root], do: [all], on: any, may: everything}\n");
	fprintf(file, "%s%s", text, path);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(policy, 0600), 0);
}

static const char warns[] =
    "  \"r, 100%\": {who: [anna], do: [run], on: any, must: {images: any}, may: {bind: [/**]}}\n";
static const char warns_well[] =
    "  r: {who: [anna], do: [run], on: any, must: {images: [nginx]}, may: {bind: [/**]}}\n";

static json_t *
parse_out(void)
{
	json_t *json = json_loads(out, JSON_REJECT_DUPLICATES, NULL);

	if (!json)
		fail_msg("not JSON: %s", out);
	return json;
}

static const char *
text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "(none)";
}

static void
warnings_fail_only_when_strict(void **state)
{
	(void)state;
	write_policy("", "");
	assert_int_equal(run(sp_cmd_check, "--strict", policy, NULL), SP_EXIT_OK);
	write_policy(warns_well, "");
	assert_int_equal(run(sp_cmd_check, policy, NULL, NULL), SP_EXIT_OK);
	assert_non_null(strstr(out, "warning[W303]"));
	assert_non_null(strstr(out, "note[W324]"));
	assert_int_equal(run(sp_cmd_check, "--strict", policy, NULL), SP_EXIT_NO);
	/* A note is no finding. */
	write_policy("  r: {who: [anna], do: [image.pull], must: {images: [nginx]}}\n", "");
	assert_int_equal(run(sp_cmd_check, "--strict", policy, NULL), SP_EXIT_OK);
	assert_non_null(strstr(out, "note[W324]"));
	/* Neither does the clock alone break a build. */
	write_policy("  r: {who: [anna], do: [container.list], expires: 2001-01-01}\n", "");
	assert_int_equal(run(sp_cmd_check, "--strict", policy, NULL), SP_EXIT_OK);
	assert_non_null(strstr(out, "warning[W308]"));
	write_policy(warns, "");
	assert_int_equal(run(sp_cmd_check, policy, NULL, NULL), SP_EXIT_NO);
	assert_int_equal(run(sp_cmd_check, "/nonexistent", NULL, NULL), SP_EXIT_ENV);
	assert_int_equal(run(sp_cmd_check, "--format", "xml", policy), SP_EXIT_USAGE);
	assert_int_equal(run(sp_cmd_check, "--now", "today", policy), SP_EXIT_USAGE);
}

static void
json_says_what_people_are_told(void **state)
{
	json_t *json, *first;

	(void)state;
	write_policy(warns_well, "");
	assert_int_equal(run(sp_cmd_check, "--format", "json", policy), SP_EXIT_OK);
	json = parse_out();
	assert_string_equal(text_of(json, "tool"), "sallyport");
	assert_int_equal(json_array_size(json_object_get(json, "findings")), 2);
	first = json_array_get(json_object_get(json, "findings"), 1);
	assert_string_equal(text_of(first, "file"), policy);
	assert_string_equal(text_of(first, "severity"), "warning");
	assert_string_equal(text_of(first, "code"), "W303");
	assert_string_equal(text_of(first, "rule"), "r");
	assert_int_equal(json_integer_value(json_object_get(first, "line")), 4);
	assert_int_equal(json_integer_value(json_object_get(first, "endColumn")),
	                 json_integer_value(json_object_get(first, "column")) + 3);
	assert_non_null(strstr(text_of(first, "message"), "root on the host"));
	json_decref(json);
	write_policy("", "");
	assert_int_equal(run(sp_cmd_check, "--format", "json", policy), SP_EXIT_OK);
	json = parse_out();
	assert_int_equal(json_array_size(json_object_get(json, "findings")), 0);
	json_decref(json);
}

static void
sarif_names_code_place_and_rule(void **state)
{
	json_t *json, *sarif_run, *result, *rule;

	(void)state;
	write_policy(warns, "");
	assert_int_equal(run(sp_cmd_check, "--format", "sarif", policy), SP_EXIT_NO);
	json = parse_out();
	assert_string_equal(text_of(json, "version"), "2.1.0");
	sarif_run = json_array_get(json_object_get(json, "runs"), 0);
	result = json_array_get(json_object_get(sarif_run, "results"), 0);
	assert_string_equal(text_of(result, "ruleId"), "E207");
	assert_string_equal(text_of(result, "level"), "error");
	assert_string_equal(
	    text_of(json_object_get(result, "partialFingerprints"), "codeAndRule/v1"),
	    "E207:r, 100%");
	rule = json_array_get(
	    json_object_get(json_object_get(json_object_get(sarif_run, "tool"), "driver"), "rules"),
	    (size_t)json_integer_value(json_object_get(result, "ruleIndex")));
	assert_string_equal(text_of(rule, "id"), "E207");
	assert_non_null(strstr(out, "\"startLine\":4,\"startColumn\":3"));
	json_decref(json);
}

static void
workflow_commands_are_escaped(void **state)
{
	(void)state;
	write_policy(warns, "");
	assert_int_equal(run(sp_cmd_check, "--format", "github", policy), SP_EXIT_NO);
	assert_non_null(strstr(out, "::error file=/tmp/"));
	assert_non_null(strstr(out, ",line=4,col=3,"));
	assert_non_null(strstr(out, "title=E207::'r, 100%25' is not a rule name; "));
	write_policy(warns_well, "");
	assert_int_equal(run(sp_cmd_check, "--format", "github", policy), SP_EXIT_OK);
	assert_non_null(strstr(out, "::notice file="));
	assert_non_null(strstr(out, "::warning file="));
}

/* --- --host --- */

static void
write_bind(const char *path)
{
	char text[200];

	snprintf(text, sizeof(text),
	         "  r: {who: [anna], do: [run], on: any, must: {images: any}, may: {bind: [%s]}}\n",
	         path);
	write_policy(text, "");
}

static void
the_host_shows_who_can_change_what_is_granted(void **state)
{
	char open_folder[64], path[80];

	(void)state;
	snprintf(open_folder, sizeof(open_folder), "%s/open", folder);
	assert_int_equal(mkdir(open_folder, 0700), 0);
	assert_int_equal(chmod(open_folder, 0777), 0);
	snprintf(path, sizeof(path), "%s/**", open_folder);
	write_bind(path);
	assert_int_equal(run(sp_cmd_check, policy, NULL, NULL), SP_EXIT_OK);
	assert_null(strstr(out, "W322"));
	assert_int_equal(run(sp_cmd_check, "--host", policy, NULL), SP_EXIT_OK);
	assert_non_null(strstr(out, "W322"));
	assert_int_equal(rmdir(open_folder), 0);
	/* Nobody but root can change these, or they are not there. */
	write_bind("/usr/**, /usr/bin/env, \"/**\", /nonexistent/**");
	assert_int_equal(run(sp_cmd_check, "--host", policy, NULL), SP_EXIT_OK);
	assert_null(strstr(out, "W322"));
	assert_null(strstr(out, "W325"));
	write_bind("/proc/self/fd");
	assert_int_equal(run(sp_cmd_check, "--host", policy, NULL), SP_EXIT_OK);
	assert_non_null(strstr(out, "W325"));
	assert_non_null(strstr(out, "the symbolic link /proc/self"));
}

static void
the_host_shows_who_can_change_the_policy(void **state)
{
	(void)state;
	write_policy("", "");
	assert_int_equal(run(sp_cmd_check, "--host", policy, NULL), SP_EXIT_OK);
	assert_int_equal(chmod(policy, 0666), 0);
	assert_int_equal(run(sp_cmd_check, policy, NULL, NULL), SP_EXIT_OK);
	assert_int_equal(run(sp_cmd_check, "--host", policy, NULL), SP_EXIT_NO);
	assert_non_null(strstr(out, "error[E130]"));
}

static void
codes_are_explained(void **state)
{
	(void)state;
	assert_int_equal(run(sp_cmd_codes, NULL, NULL, NULL), SP_EXIT_OK);
	assert_non_null(strstr(out, "E210  error "));
	assert_non_null(strstr(out, "W324  note "));
	assert_int_equal(run(sp_cmd_codes, "W305", NULL, NULL), SP_EXIT_OK);
	assert_string_equal(out, "W305  warning  A power is given and always denied.\n");
	assert_int_equal(run(sp_cmd_codes, "W999", NULL, NULL), SP_EXIT_USAGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(warnings_fail_only_when_strict),
	    cmocka_unit_test(json_says_what_people_are_told),
	    cmocka_unit_test(sarif_names_code_place_and_rule),
	    cmocka_unit_test(workflow_commands_are_escaped),
	    cmocka_unit_test(the_host_shows_who_can_change_what_is_granted),
	    cmocka_unit_test(the_host_shows_who_can_change_the_policy),
	    cmocka_unit_test(codes_are_explained),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
