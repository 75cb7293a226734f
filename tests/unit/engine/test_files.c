/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_files.c: policies of several files: limits, the hash, files that are not trusted.  What is
 * said about wrong files is in tests/policy-errors, what they decide in tests/verdicts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "sallyport/policy.h"

static char folder[] = "/tmp/sallyport-files-XXXXXX";
static char code[8]; /* of the first error of load() */

static const char *
path_of(const char *name)
{
	static char path[2][128];
	static int turn;

	turn = !turn;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", folder, name);
	return path[turn];
}

static void
write_file(const char *name, const char *text)
{
	FILE *file = fopen(path_of(name), "w");

	assert_non_null(file);
	fprintf(file, "sallyport: 1\n%s", text);
	assert_int_equal(fclose(file), 0);
}

static int
set_up(void **state)
{
	(void)state;
	return mkdtemp(folder) && mkdir(path_of("a"), 0700) == 0 && mkdir(path_of("b"), 0700) == 0
	           ? 0
	           : -1;
}

static int
tear_down(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

/* The hash, or "" and the code of the first error. */
static const char *
load(const char *name, sp_distrust_fn distrust, size_t *n_rules)
{
	static char hash[65];
	struct sp_arena arena;
	struct sp_diags diags;
	struct sp_policy *policy;

	sp_arena_init(&arena, 64 << 20);
	sp_diags_init(&diags, &arena);
	policy = sp_policy_load_if(path_of(name), distrust, &diags);
	hash[0] = code[0] = '\0';
	for (size_t i = diags.n; i-- > 0;)
		if (diags.list[i].severity == SP_ERROR)
			memcpy(code, diags.list[i].code, sizeof(code));
	assert_true((policy == NULL) == (code[0] != '\0'));
	if (policy) {
		memcpy(hash, sp_policy_hash(policy), sizeof(hash));
		if (n_rules)
			*n_rules = sp_policy_n_rules(policy);
	}
	sp_policy_unref(policy);
	sp_arena_fini(&arena);
	return hash;
}

#define DENY "deny: {no-privileged: {uses: {privileged: true}}}\n"
#define GPUS "deny: {no-gpus: {uses: {gpus: true}}}\n"

static void
the_hash_covers_every_file(void **state)
{
	char first[65];

	(void)state;
	write_file("a/policy.yaml", "include: [x.yaml]\n" DENY);
	write_file("a/x.yaml", GPUS);
	strcpy(first, load("a/policy.yaml", NULL, NULL));
	assert_int_equal(strlen(first), 64);
	/* The same files elsewhere are the same policy. */
	write_file("b/policy.yaml", "include: [x.yaml]\n" DENY);
	write_file("b/x.yaml", GPUS);
	assert_string_equal(load("b/policy.yaml", NULL, NULL), first);
	write_file("b/x.yaml", GPUS "# one comment more\n");
	assert_string_not_equal(load("b/policy.yaml", NULL, NULL), first);
	/* A file more or less, even an empty one, is another policy. */
	write_file("b/policy.yaml", "include: [\"*.yaml\"]\n" DENY);
	write_file("b/x.yaml", GPUS);
	strcpy(first, load("b/policy.yaml", NULL, NULL));
	write_file("b/y.yaml", "");
	assert_string_not_equal(load("b/policy.yaml", NULL, NULL), first);
	assert_int_equal(unlink(path_of("b/y.yaml")), 0);
	assert_string_equal(load("b/policy.yaml", NULL, NULL), first);
	/* One file: what sha256sum says. */
	write_file("a/one.yaml", "");
	assert_string_equal(load("a/one.yaml", NULL, NULL),
	                    "1851b9c35892a057d96949ad183372d07f3b40bf3b306a1114fd7aeb93b48e33");
}

static const char *distrusted;

static const char *
distrust(const char *path, bool directory)
{
	(void)directory;
	return strstr(path, distrusted) ? "belongs to another user" : NULL;
}

static void
one_untrusted_file_or_folder_refuses_all(void **state)
{
	(void)state;
	write_file("a/policy.yaml", "include: [../b/*.yaml]\n" DENY);
	write_file("b/policy.yaml", "");
	distrusted = "nothing like that";
	assert_string_not_equal(load("a/policy.yaml", distrust, NULL), "");
	distrusted = "a/policy.yaml";
	load("a/policy.yaml", distrust, NULL);
	assert_string_equal(code, "E130");
	distrusted = "b/x.yaml";
	load("a/policy.yaml", distrust, NULL);
	assert_string_equal(code, "E130");
	distrusted = "/../b/"; /* only files could be missing from it, and nobody would see */
	load("a/policy.yaml", distrust, NULL);
	assert_string_equal(code, "E130");
}

static const char *
distrust_what_is_not_there(const char *path, bool directory)
{
	(void)directory;
	return access(path, F_OK) == 0 ? NULL : "does not exist";
}

/* serve, which distrusts, and check, which does not, agree on what a policy may lack. */
static void
what_is_missing(void **state)
{
	(void)state;
	write_file("a/policy.yaml", "include: [gone/*.yaml]\n" DENY);
	assert_string_not_equal(load("a/policy.yaml", NULL, NULL), "");
	assert_string_not_equal(load("a/policy.yaml", distrust_what_is_not_there, NULL), "");
	write_file("a/policy.yaml", "include: [gone.yaml]\n" DENY);
	load("a/policy.yaml", NULL, NULL);
	assert_string_equal(code, "E261");
	load("a/policy.yaml", distrust_what_is_not_there, NULL);
	assert_string_equal(code, "E261");
}

static void
files_and_rules_are_limited(void **state)
{
	char name[32], *rules = malloc(2000 * 64), *at;
	size_t n = 0;

	(void)state;
	assert_non_null(rules);
	assert_int_equal(mkdir(path_of("many"), 0700), 0);
	for (int i = 1; i < 64; i++) {
		snprintf(name, sizeof(name), "many/%d.yaml", i);
		write_file(name, "");
	}
	write_file("main.yaml", "include: [many/*.yaml]\n" DENY);
	load("main.yaml", NULL, &n);
	assert_string_equal(code, "");
	assert_int_equal(n, 1);
	write_file("many/64.yaml", "");
	load("main.yaml", NULL, NULL);
	assert_string_equal(code, "E262");
	assert_int_equal(unlink(path_of("many/64.yaml")), 0);
	at = rules + sprintf(rules, "deny:\n");
	for (int i = 0; i < 1999; i++)
		at += sprintf(at, "  r%d: {uses: {gpus: true}}\n", i);
	write_file("many/1.yaml", rules);
	load("main.yaml", NULL, &n);
	assert_string_equal(code, "");
	assert_int_equal(n, 2000);
	write_file("many/2.yaml", "deny: {x: {uses: {gpus: true}}}\n");
	load("main.yaml", NULL, NULL);
	assert_string_equal(code, "E216");
	free(rules);
}

static void
text_without_a_file_includes_nothing(void **state)
{
	struct sp_arena arena;
	struct sp_diags diags;

	(void)state;
	sp_arena_init(&arena, 1 << 20);
	sp_diags_init(&diags, &arena);
	assert_null(
	    sp_policy_parse(SP_STR("text"), SP_STR("sallyport: 1\ninclude: [x.yaml]\n"), &diags));
	assert_string_equal(diags.list[0].code, "E260");
	sp_arena_fini(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_hash_covers_every_file),
	    cmocka_unit_test(one_untrusted_file_or_folder_refuses_all),
	    cmocka_unit_test(what_is_missing),
	    cmocka_unit_test(files_and_rules_are_limited),
	    cmocka_unit_test(text_without_a_file_includes_nothing),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
