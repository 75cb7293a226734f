/* SPDX-License-Identifier: Apache-2.0 */
/* test_actions.c: the action table and the words of `do:`. */
#include "message.h"

static size_t
count(const struct sp_actions *set)
{
	size_t n = 0;

	for (unsigned a = 0; a < SP_ACT_COUNT; a++)
		n += sp_actions_has(set, (enum sp_action)a);
	return n;
}

static void
every_action_has_a_row(void **state)
{
	(void)state;
	for (unsigned a = 1; a < SP_ACT_COUNT; a++) {
		const struct sp_action_info *info = sp_action_info((enum sp_action)a);

		assert_non_null(info->name);
		assert_non_null(strchr(info->name, '.'));
		/* at most one family */
		assert_int_equal(info->family & (info->family - 1), 0);
		for (unsigned b = 1; b < a; b++)
			assert_string_not_equal(info->name,
			                        sp_action_info((enum sp_action)b)->name);
	}
	assert_string_equal(sp_action_info(SP_ACT_CONTAINER_COPY_IN)->name, "container.copy-in");
	assert_true(sp_action_info(SP_ACT_CONTAINER_CREATE)->mutates);
	assert_false(sp_action_info(SP_ACT_CONTAINER_INSPECT)->mutates);
	assert_true(sp_action_info(SP_ACT_CONTAINER_INSPECT)->existing);
}

/* What is not an action must look like the most dangerous one. */
static void
no_action_is_opaque(void **state)
{
	const struct sp_action_info *none = sp_action_info(SP_ACT_NONE);

	(void)state;
	assert_string_equal(none->name, "none");
	assert_int_equal(none->sets, 0);
	assert_int_equal(none->readable, SP_READ_UNKNOWN);
	assert_true(none->mutates);
	assert_ptr_equal(sp_action_info(SP_ACT_COUNT), none);
	assert_ptr_equal(sp_action_info((enum sp_action)4000), none);
}

static void
words_mean_actions(void **state)
{
	static const struct {
		const char *word;
		size_t n;
		enum sp_action has, has_not;
	} cases[] = {
	    {"container.create", 1, SP_ACT_CONTAINER_CREATE, SP_ACT_CONTAINER_START},
	    {"unknown.write", 1, SP_ACT_UNKNOWN_WRITE, SP_ACT_UNKNOWN_READ},
	    {"run", 6, SP_ACT_CONTAINER_RESIZE, SP_ACT_IMAGE_PULL},
	    {"copy", 3, SP_ACT_CONTAINER_ARCHIVE_INFO, SP_ACT_CONTAINER_EXPORT},
	    {"exec", 5, SP_ACT_CONTAINER_INSPECT, SP_ACT_CONTAINER_ATTACH},
	    {"pull", 2, SP_ACT_IMAGE_INSPECT, SP_ACT_IMAGE_IMPORT},
	    {"build", 1, SP_ACT_IMAGE_BUILD, SP_ACT_IMAGE_BUILDKIT},
	    {"logs", 3, SP_ACT_TASK_LOGS, SP_ACT_CONTAINER_ATTACH},
	    {"manage", 16, SP_ACT_CONTAINER_UPDATE, SP_ACT_CONTAINER_CREATE},
	    {"compose", 26, SP_ACT_NETWORK_DISCONNECT, SP_ACT_CONTAINER_EXEC},
	    {"read", 30, SP_ACT_DISTRIBUTION_INSPECT, SP_ACT_SWARM_INSPECT},
	    {"exec.*", 3, SP_ACT_EXEC_RESIZE, SP_ACT_CONTAINER_EXEC},
	    {"unknown.*", 2, SP_ACT_UNKNOWN_READ, SP_ACT_SYSTEM_PING},
	    {"all", SP_ACT_COUNT - 1, SP_ACT_UNKNOWN_WRITE, SP_ACT_NONE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sp_actions set = {{0}};

		if (!sp_actions_parse(sp_strz(cases[i].word), &set) || count(&set) != cases[i].n ||
		    !sp_actions_has(&set, cases[i].has) || sp_actions_has(&set, cases[i].has_not))
			fail_msg("%s: %zu actions", cases[i].word, count(&set));
	}
}

static void
secrets_of_the_swarm_are_not_read(void **state)
{
	static const enum sp_action not_read[] = {
	    SP_ACT_CONTAINER_LOGS,     SP_ACT_CONTAINER_EXPORT,
	    SP_ACT_CONTAINER_COPY_OUT, SP_ACT_CONTAINER_ARCHIVE_INFO,
	    SP_ACT_IMAGE_SAVE,         SP_ACT_CONTAINER_ATTACH,
	    SP_ACT_SWARM_INSPECT,      SP_ACT_SWARM_UNLOCK_KEY,
	    SP_ACT_CONFIG_INSPECT,     SP_ACT_DEBUG_VARS,
	    SP_ACT_DEBUG_PPROF,
	};
	struct sp_actions set = {{0}};

	(void)state;
	assert_true(sp_actions_parse(SP_STR("read"), &set));
	for (size_t i = 0; i < sizeof(not_read) / sizeof(not_read[0]); i++)
		assert_false(sp_actions_has(&set, not_read[i]));
	for (unsigned a = 1; a < SP_ACT_COUNT; a++)
		if (sp_actions_has(&set, (enum sp_action)a))
			assert_false(sp_action_info((enum sp_action)a)->mutates);
}

static void
other_words_mean_nothing(void **state)
{
	static const char *const bad[] = {
	    "",
	    ".",
	    ".*",
	    "*",
	    "none",
	    "container",
	    "container.",
	    "con*",
	    "Container.create",
	    "container.create ",
	    "foo.*",
	    "container.create.*",
	    "ALL",
	    "contain.*",
	    "container.create\n",
	    "reads",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct sp_actions set = {{0}};

		if (sp_actions_parse(sp_strz(bad[i]), &set) || count(&set) != 0)
			fail_msg("'%s' was taken", bad[i]);
	}
}

static void
the_words_are_known_and_complete(void **state)
{
	struct sp_actions kinds = {{0}};
	size_t n, n_actions = 0;
	const char *const *words = sp_actions_words(&n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		struct sp_actions set = {{0}};

		assert_true(sp_actions_parse(sp_strz(words[i]), &set));
		assert_true(count(&set) > 0);
		if (sp_str_ends(sp_strz(words[i]), SP_STR(".*")))
			assert_true(sp_actions_parse(sp_strz(words[i]), &kinds));
		else if (strchr(words[i], '.'))
			n_actions++;
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(words[i], words[k]);
	}
	assert_int_equal(n_actions, SP_ACT_COUNT - 1);
	assert_int_equal(count(&kinds), SP_ACT_COUNT - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_action_has_a_row),
	    cmocka_unit_test(no_action_is_opaque),
	    cmocka_unit_test(words_mean_actions),
	    cmocka_unit_test(secrets_of_the_swarm_are_not_read),
	    cmocka_unit_test(other_words_mean_nothing),
	    cmocka_unit_test(the_words_are_known_and_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
