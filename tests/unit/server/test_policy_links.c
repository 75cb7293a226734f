/* SPDX-License-Identifier: Apache-2.0 */
/* test_policy_links.c: links among the paths of a policy are found on the disk. */
#include "unit/server/host_test.h"

#include "server/reload.h"

/* Does `path` have this name by a link?  NULL: none in the folder of the test. */
static void
name_is(struct sp_policy *policy, const char *path, const char *name)
{
	struct sp_host_path asked = {
	    .path = sp_strz(path), .resolved = sp_strz(path), .state = SP_HOST_RESOLVED};
	bool found = false;

	assert_true(sp_policy_name_path(policy, &asked, &arena));
	for (; asked.names; asked.names = asked.names->next) {
		if (!name && sp_str_starts(asked.names->name, sp_strz(folder)))
			fail_msg("%s is called %.*s", path, SP_FMT(asked.names->name));
		found = found || (name && sp_str_is(asked.names->name, name));
	}
	if (name && !found)
		fail_msg("%s is not called %s", path, name);
}

static void
links_are_found(void **state)
{
	const char *text;
	struct sp_policy *policy;
	struct sp_diags diags;

	(void)state;
	make_dir("/big");
	make_dir("/big/docker");
	make_dir("/plain");
	make_link("/docker", "big/docker");
	make_link("/dead", "big/none");
	make_link("/loop", "loop");
	make_link("/all", "/");
	text = sp_arena_printf(
	    &arena,
	    "sallyport: 1\n"
	    "allow: {a: {who: [anyone], do: [all], on: any, may: everything}}\n"
	    "deny: {d: {uses: {bind: [%s/docker, %s/dead, %s/loop, %s/all, %s/plain]}}}\n",
	    folder, folder, folder, folder, folder);
	sp_diags_init(&diags, &arena);
	policy = sp_policy_parse(SP_STR("p.yaml"), sp_strz(text), &diags);
	assert_non_null(policy);
	assert_true(sp_policy_follow_links(policy, in("/none.json")));
	name_is(policy, in("/big/docker/volumes"), in("/docker/volumes"));
	name_is(policy, in("/big/docker"), in("/docker"));
	name_is(policy, in("/big"), in("/docker"));
	name_is(policy, in("/big/none/x"), in("/dead/x"));
	name_is(policy, in("/big/docker2"), NULL);
	name_is(policy, in("/plain"), NULL);
	name_is(policy, "/etc", NULL);
	sp_policy_unref(policy);
}

static struct sp_policy *
deny_docker(const char *daemon_config)
{
	struct sp_policy *policy;
	struct sp_diags diags;
	FILE *f = fopen(in("/daemon.json"), "w");

	assert_non_null(f);
	fputs(daemon_config, f);
	fclose(f);
	sp_diags_init(&diags, &arena);
	policy = sp_policy_parse(SP_STR("p.yaml"), SP_STR("sallyport: 1\n"), &diags);
	assert_non_null(policy);
	assert_true(sp_policy_follow_links(policy, in("/daemon.json")));
	return policy;
}

static void
data_is_elsewhere(void **state)
{
	static const char *const nothing[] = {"",
	                                      "{}",
	                                      "[1]",
	                                      "{\"data-root\": 1}",
	                                      "{\"data-root\": \"/\"}",
	                                      "{\"x\": {\"data-root\": \"/big/x\"}}",
	                                      "{\"data-root\": \"x\"}"};
	struct sp_policy *policy;

	(void)state;
	make_dir("/big");
	make_link("/link", "big");
	policy = deny_docker(sp_arena_printf(
	    &arena, "{\"debug\": true, \"data-root\": \"%s/link//docker/\", \"hosts\": []}",
	    folder));
	name_is(policy, in("/big/docker/plugins/x"), "/var/lib/docker/plugins/x");
	name_is(policy, in("/big/docker"), "/var/lib/docker");
	name_is(policy, in("/big"), "/var/lib/docker");
	sp_policy_unref(policy);
	policy = deny_docker("{\"graph\": \"/nowhere/docker\"}");
	name_is(policy, "/nowhere/docker/x", "/var/lib/docker/x");
	sp_policy_unref(policy);
	for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++) {
		struct sp_host_path asked = {.path = SP_STR("/big/x"),
		                             .resolved = SP_STR("/big/x"),
		                             .state = SP_HOST_RESOLVED};

		policy = deny_docker(nothing[i]);
		assert_true(sp_policy_name_path(policy, &asked, &arena));
		assert_null(asked.names);
		sp_policy_unref(policy);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(links_are_found, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(data_is_elsewhere, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("policy_links", tests, NULL, NULL);
}
