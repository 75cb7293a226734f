/* SPDX-License-Identifier: Apache-2.0 */
/* test_cmd_policy.c: sallyport who and diff. */
#include "cli/cli.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "unit/cli/run_command.h"

static char folder[] = "/tmp/sallyport-policy-XXXXXX";
static char old[64], new[64];

static int
set_up(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(old, sizeof(old), "%s/old.yaml", folder);
	snprintf(new, sizeof(new), "%s/new.yaml", folder);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	unlink(old);
	unlink(new);
	return rmdir(folder);
}

static void
write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fprintf(file, "sallyport: 1\n%s", text);
	assert_int_equal(fclose(file), 0);
}

static void
expect_out(const char *text)
{
	if (!strstr(out, text))
		fail_msg("not there: '%s'\n%s", text, out);
}

static void
who_shows_what_is_left_after_the_guards(void **state)
{
	char policy[80];

	(void)state;
	snprintf(policy, sizeof(policy), "--policy=%s", old);
	write_file(old, "groups: {ops: [anna, \"ops-*\"]}\n"
	                "profiles: {web: {may: {ports: [any:80], gpus: true}}}\n"
	                "allow:\n"
	                "  ops: {who: [group:ops], do: [run, container.prune], on: any, profiles: "
	                "[web], must: {images: any}}\n"
	                "  old: {who: [anna], do: [read], on: any, expires: 2020-01-01}\n"
	                "  socket: {who: [local], do: [container.list]}\n"
	                "deny:\n"
	                "  no-prune: {except: [ops-1], do: [container.prune]}\n"
	                "  no-gpus: {uses: {gpus: true}}\n"
	                "  watched: {uses: {privileged: true}, mode: audit}\n"
	                "require: {limits: {who: [bob], must: {memory: {max: 1g}}}}\n"
	                "exceptions:\n"
	                "  x: {lifts: [no-gpus], who: [ops-2], expires: never, reason: x}\n");
	assert_int_equal(run(sp_cmd_who, policy, "anna", NULL), SP_EXIT_OK);
	expect_out("allowed by ops (");
	expect_out("do                       run\n");
	expect_out("always denied            container.prune (no-prune)\n");
	expect_out("may ports                any:80\n");
	expect_out("may gpus                 true  (always denied by no-gpus)\n");
	expect_out("expired: old (");
	expect_out("only watched: watched (");
	assert_null(strstr(out, "limits"));
	assert_null(strstr(out, "socket"));
	assert_int_equal(run(sp_cmd_who, policy, "ops-1", NULL), SP_EXIT_OK);
	expect_out("do                       run, container.prune\n");
	assert_int_equal(run(sp_cmd_who, policy, "ops-2", NULL), SP_EXIT_OK);
	expect_out("may gpus                 true\n");
	expect_out("excused by x (");
	assert_int_equal(run(sp_cmd_who, policy, "local", NULL), SP_EXIT_OK);
	expect_out("allowed by socket (");
	assert_int_equal(run(sp_cmd_who, policy, "bob", NULL), SP_EXIT_NO);
	expect_out("required by limits (");
	expect_out("No allow rule is for this user");
	assert_int_equal(run(sp_cmd_who, policy, NULL, NULL), SP_EXIT_OK);
	expect_out("group:ops\n");
	assert_int_equal(run(sp_cmd_who, "--policy=/nonexistent", "anna", NULL), SP_EXIT_POLICY);
}

/* The changes of one rule of each kind, told as `direction`. */
static void
expect_change(const char *before, const char *after, const char *direction)
{
	write_file(old, before);
	write_file(new, after);
	assert_int_equal(run(sp_cmd_diff, old, new, NULL), SP_EXIT_NO);
	expect_out(direction);
	expect_out("0 added, 0 removed, 1 changed\n");
}

#define RULE(who, must, may)                                                                       \
	"allow: {r: {who: [" who "], do: [run], on: any, must: {images: [" must "]}, may: {" may   \
	"}}}\n"

static void
diff_says_which_way_a_rule_goes(void **state)
{
	(void)state;
	expect_change(RULE("anna", "r.example.com/a", "gpus: true"),
	              RULE("anna", "r.example.com/**", "gpus: true"), "~ allow r: allows more\n");
	expect_change(RULE("a*", "r.example.com/a", "gpus: true"),
	              RULE("anna", "r.example.com/a", "gpus: true"), "~ allow r: allows less\n");
	expect_change(RULE("anna", "r.example.com/a", "bind: [/srv/x]"),
	              RULE("anna", "r.example.com/a", "bind: [/srv/**]"),
	              "~ allow r: allows more\n");
	expect_change(RULE("anna", "r.example.com/a", "gpus: true"),
	              RULE("bob", "r.example.com/a", "gpus: true"), "~ allow r\n");
	expect_change("deny: {r: {uses: {bind: [/etc]}}}\n",
	              "deny: {r: {uses: {bind: [/etc, /usr]}}}\n", "~ deny r: refuses more\n");
	expect_change("deny: {r: {uses: {bind: [/etc]}}}\n",
	              "deny: {r: {uses: {bind: [/etc]}, except: [anna]}}\n",
	              "~ deny r: refuses less\n");
	expect_change("deny: {r: {uses: {bind: [/etc]}}}\n",
	              "deny: {r: {uses: {bind: [/etc]}, mode: audit}}\n",
	              "~ deny r: refuses less\n");
	expect_change("require: {r: {must: {memory: {max: 2g}}}}\n",
	              "require: {r: {must: {memory: {max: 1g}}}}\n", "~ require r: refuses more\n");
	expect_change("require: {r: {must: {memory: {max: 2g}}}}\n",
	              "require: {r: {must: {memory: {max: 1g}}, when: {images: [nginx]}}}\n",
	              "~ require r\n");
}

static void
diff_sees_what_the_rules_say_in_the_end(void **state)
{
	(void)state;
	write_file(old, "groups: {ops: [anna]}\nlists: {dirs: [/etc]}\n"
	                "allow: {a: {who: [group:ops], do: [read], on: any}}\n"
	                "deny: {d: {uses: {bind: [list:dirs]}}}\n");
	write_file(new, "# the same\ndeny: {d: {uses: {bind: [/etc]}, note: moved}}\n"
	                "allow: {a: {who: [anna], do: [read], on: any}}\n");
	assert_int_equal(run(sp_cmd_diff, old, new, NULL), SP_EXIT_OK);
	expect_out("0 added, 0 removed, 0 changed\n");
	write_file(new, "mode: audit\nmin_api_version: 1.44\nself_protection: {except: "
	                "[root]}\ndeny: {e: {uses: {bind: [/etc]}}}\n"
	                "allow: {a: {who: [anna], do: [read], on: any}}\n");
	assert_int_equal(run(sp_cmd_diff, old, new, NULL), SP_EXIT_NO);
	expect_out("~ mode: audit");
	expect_out("~ min_api_version: 1.44, was 1.24\n");
	expect_out("~ self_protection spares root, spared nobody\n");
	expect_out("- deny d (");
	expect_out("+ deny e (");
	expect_out("1 added, 1 removed, 0 changed\n");
	assert_int_equal(run(sp_cmd_diff, old, NULL, NULL), SP_EXIT_USAGE);
	write_file(new, "deny: {e: {}}\n");
	assert_int_equal(run(sp_cmd_diff, old, new, NULL), SP_EXIT_POLICY);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(who_shows_what_is_left_after_the_guards),
	    cmocka_unit_test(diff_says_which_way_a_rule_goes),
	    cmocka_unit_test(diff_sees_what_the_rules_say_in_the_end),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
