/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_keys.c: what must hold of every row of the key table, so that loader, messages, help and
 * manual can trust it.  Each example is loaded in the smallest policy its key may stand in.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "sallyport/keys.h"
#include "sallyport/policy.h"

#define RULES (SP_IN_ALLOW | SP_IN_DENY | SP_IN_REQUIRE | SP_IN_EXCEPTION | SP_IN_PROFILE)

static const struct sp_key *keys;
static size_t n_keys;

static int
set_up(void **state)
{
	(void)state;
	keys = sp_keys(&n_keys);
	return n_keys > 80 ? 0 : -1;
}

/* --- rows --- */

/* The order of the sections; 0: in none, or in two. */
static int
section_of(const struct sp_key *key)
{
	static const uint32_t sections[] = {
	    SP_IN_ANY_FILE, SP_IN_MESSAGES,        SP_IN_ADJUST, RULES,           SP_IN_RESPONSE,
	    SP_IN_SCOPE,    SP_IN_SELF_PROTECTION, SP_IN_POWERS, SP_IN_CONDITIONS};

	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		if ((key->where & sections[i]) && (key->where & ~sections[i]) == 0)
			return (int)i + 1;
	return 0;
}

static void
rows_stand_in_one_section_each_in_order(void **state)
{
	int last = 1;

	(void)state;
	for (size_t i = 0; i < n_keys; i++) {
		int section = section_of(&keys[i]);

		if (section < last)
			fail_msg("%s: section %d after %d", keys[i].name, section, last);
		last = section;
	}
	assert_int_equal(last, 9);
}

static void
a_name_means_one_thing_in_one_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_keys; i++) {
		for (size_t k = 0; k < i; k++)
			if ((keys[i].where & keys[k].where) &&
			    strcmp(keys[i].name, keys[k].name) == 0)
				fail_msg("%s is there twice", keys[i].name);
		assert_ptr_equal(sp_key_find(sp_strz(keys[i].name), keys[i].where), &keys[i]);
		assert_null(sp_key_find(sp_strz(keys[i].name), 0));
	}
	assert_null(sp_key_find(SP_STR("no_such_key"), UINT32_MAX));
	assert_null(sp_key_find(SP_STR(""), UINT32_MAX));
	assert_null(sp_key_find(SP_STR("memory"), SP_IN_POWERS));
}

static void
names_are_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_keys; i++) {
		const char *name = keys[i].name;

		assert_true(name[0] >= 'a' && name[0] <= 'z');
		if (name[strspn(name, "abcdefghijklmnopqrstuvwxyz_")] != '\0')
			fail_msg("%s", name);
	}
}

static void
every_doc_is_one_sentence(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_keys; i++) {
		const char *doc = keys[i].doc;
		size_t len = doc ? strlen(doc) : 0;

		if (len < 10 || len > 160 || doc[len - 1] != '.' || strchr(doc, '\n') ||
		    strstr(doc, ". ") || strstr(doc, "  "))
			fail_msg("%s: '%s'", keys[i].name, doc ? doc : "(none)");
	}
}

static void
choices_are_where_the_type_asks_for_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_keys; i++) {
		bool wants = keys[i].type == SP_T_WORD || keys[i].type == SP_T_CHOICES;

		if (wants != (keys[i].choices != NULL))
			fail_msg("%s", keys[i].name);
		if (wants)
			assert_non_null(keys[i].choices[0]);
		assert_int_not_equal(keys[i].type, SP_T_NONE);
	}
}

/* --- facts --- */

/* bind_only, ulimits_set: another name than the power's, or a key in the wrong block would load. */
static bool
is_about_power(const struct sp_key *key)
{
	const char *power = sp_fact_name(key->fact);
	size_t n = strlen(power);

	return strncmp(key->name, power, n) == 0 &&
	       (strcmp(key->name + n, "_only") == 0 || strcmp(key->name + n, "_set") == 0);
}

static void
powers_and_conditions_read_a_fact_of_their_kind(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_keys; i++) {
		bool power = keys[i].where & SP_IN_POWERS;
		bool condition = keys[i].where & SP_IN_CONDITIONS;
		bool is_power_fact =
		    keys[i].fact != SP_FACT_NONE && keys[i].fact <= SP_FACT_LAST_POWER;

		if (!power && !condition) {
			assert_int_equal(keys[i].fact, SP_FACT_NONE);
			assert_int_equal(keys[i].families, 0);
			continue;
		}
		if (keys[i].fact == SP_FACT_NONE || keys[i].families == 0)
			fail_msg("%s", keys[i].name);
		if (condition && is_power_fact && !is_about_power(&keys[i]))
			fail_msg("%s", keys[i].name);
		if (power) /* a grant is looked up by the fact, a refusal shows the fact's name */
			assert_string_equal(keys[i].name, sp_fact_name(keys[i].fact));
	}
}

static void
every_fact_has_a_key(void **state)
{
	(void)state;
	for (enum sp_fact fact = SP_FACT_NONE + 1; fact < SP_FACT_COUNT; fact++) {
		size_t n = 0;

		for (size_t i = 0; i < n_keys; i++)
			n += keys[i].fact == fact && !keys[i].later &&
			     (fact > SP_FACT_LAST_POWER || (keys[i].where & SP_IN_POWERS));
		/* Only what is said of images is said by several keys. */
		if (n == 0 || (n > 1 && fact != SP_FACT_IMAGES))
			fail_msg("%s: %zu keys", sp_fact_name(fact), n);
	}
}

static void
every_family_belongs_to_an_action(void **state)
{
	uint32_t known = 0;

	(void)state;
	for (enum sp_action a = SP_ACT_NONE + 1; a < SP_ACT_COUNT; a++)
		known |= sp_action_info(a)->family;
	for (size_t i = 0; i < n_keys; i++)
		if (keys[i].families & ~known)
			fail_msg("%s speaks about requests no action makes", keys[i].name);
}

static void
conditions_can_be_put_into_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_keys; i++) {
		const char *fix = keys[i].fix, *percent = fix ? strchr(fix, '%') : NULL;

		if ((keys[i].where & SP_IN_CONDITIONS) || keys[i].type == SP_T_RANGE_SIZE)
			assert_true(keys[i].noun && *keys[i].noun);
		else
			assert_true(!keys[i].noun && !fix);
		/* text.c replaces one "%s"; it must be the only '%'. */
		if (percent && (percent[1] != 's' || strchr(percent + 1, '%')))
			fail_msg("%s: '%s'", keys[i].name, fix);
	}
}

/* --- examples --- */

struct trial {
	struct sp_arena arena;
	struct sp_buf text;
	char first_error[8];
};

static void
trial_begin(struct trial *t)
{
	sp_arena_init(&t->arena, 16 << 20);
	sp_buf_init(&t->text, &t->arena, 8192);
	sp_buf_addz(&t->text, "sallyport: 1\n");
}

/* Loads what has been written; the code of the first error, "" when there is none. */
static const char *
trial_end(struct trial *t)
{
	struct sp_diags diags;
	struct sp_policy *policy;

	sp_diags_init(&diags, &t->arena);
	policy = sp_policy_parse(SP_STR("example.yaml"), sp_buf_str(&t->text), &diags);
	t->first_error[0] = '\0';
	for (size_t i = diags.n; i-- > 0;)
		if (diags.list[i].severity == SP_ERROR)
			memcpy(t->first_error, diags.list[i].code, sizeof(t->first_error));
	assert_true((policy == NULL) == (t->first_error[0] != '\0'));
	sp_policy_unref(policy);
	sp_arena_fini(&t->arena);
	return t->first_error;
}

static void
expect(const struct sp_key *key, const char *where, const char *got, const char *wanted)
{
	if (strcmp(got, wanted) != 0)
		fail_msg("%s: %s in %s: expected %s, got %s", key->name, key->example, where,
		         *wanted ? wanted : "no error", *got ? got : "no error");
}

static const char *
expected(const struct sp_key *key)
{
	return key->later ? "E203" : "";
}

/* A folder with a main file that includes `trial.yaml` and the pack cis. */
static char folder[] = "/tmp/sallyport-keys-XXXXXX";

static void write_file(const char *name, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
write_file(const char *name, const char *format, ...)
{
	char path[64];
	va_list args;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	va_start(args, format);
	vfprintf(file, format, args);
	va_end(args);
	assert_int_equal(fclose(file), 0);
}

static const char *
load_folder(void)
{
	static char code[8];
	struct sp_arena arena;
	struct sp_diags diags;
	char path[64];

	sp_arena_init(&arena, 16 << 20);
	sp_diags_init(&diags, &arena);
	snprintf(path, sizeof(path), "%s/main.yaml", folder);
	sp_policy_unref(sp_policy_load(path, &diags));
	code[0] = '\0';
	for (size_t i = diags.n; i-- > 0;)
		if (diags.list[i].severity == SP_ERROR)
			memcpy(code, diags.list[i].code, sizeof(code));
	sp_arena_fini(&arena);
	return code;
}

/* The same line in each kind of file: it loads where the table says so, and nowhere else. */
static void
examples_at_the_top_load(void **state)
{
	static const uint32_t places[] = {SP_IN_FILE, SP_IN_INCLUDED, SP_IN_PACK};
	static const char *const names[] = {"main.yaml", "trial.yaml", "cis.yaml"};
	static const char *const own[] = {"include: [trial.yaml, cis.yaml]\n", "", "pack: cis\n"};
	static const char *const limits = "require: {limits: {must: {memory: {max: 2g}}}}\n";

	(void)state;
	assert_non_null(mkdtemp(folder));
	for (size_t i = 0; i < n_keys && (keys[i].where & SP_IN_ANY_FILE); i++) {
		const char *name = keys[i].name;

		if (strcmp(name, "sallyport") == 0) {
			assert_string_equal(keys[i].example, "1");
			continue;
		}
		for (size_t at = 0; at < 3; at++) {
			bool is_own = strncmp(own[at], name, strlen(name)) == 0;
			bool sets_require = strcmp(name, "require") == 0;
			const char *wanted =
			    keys[i].where & places[at] ? expected(&keys[i]) : "E211";

			for (size_t f = 0; f < 3; f++)
				write_file(
				    names[f], "sallyport: 1\n%s%s", f == at && is_own ? "" : own[f],
				    f == 2 ? "deny: {\"5.27\": {uses: {gpus: true}}}\n" : "");
			if (strcmp(name, "exceptions") == 0)
				write_file("cis.yaml", "sallyport: 1\n%s", limits);
			write_file(names[at], "sallyport: 1\n%s%s: %s\n%s", is_own ? "" : own[at],
			           name, keys[i].example,
			           places[at] == SP_IN_PACK && !sets_require ? limits : "");
			expect(&keys[i], names[at], load_folder(), wanted);
		}
	}
	for (size_t f = 0; f < 3; f++) {
		char path[64];

		snprintf(path, sizeof(path), "%s/%s", folder, names[f]);
		assert_int_equal(unlink(path), 0);
	}
	assert_int_equal(rmdir(folder), 0);
}

/* What a rule of each kind needs to be a rule; a key under trial takes the place of its own. */
static const struct kind {
	uint32_t where;
	const char *section;
	struct {
		const char *key, *value;
	} parts[4];
} kinds[] = {
    {SP_IN_ALLOW,
     "allow",
     {{"who", "[anna]"}, {"do", "[all]"}, {"on", "any"}, {"must", "{images: any}"}}},
    {SP_IN_DENY, "deny", {{"uses", "{privileged: true}"}}},
    {SP_IN_REQUIRE, "require", {{"must", "{memory: {max: 2g}}"}}},
    {SP_IN_EXCEPTION,
     "exceptions",
     {{"lifts", "[no-privileged]"}, {"who", "[anna]"}, {"expires", "never"}, {"reason", "OPS-1"}}},
};

static const char *
load_in_rule(const struct kind *kind, const char *name, const char *value)
{
	static struct trial t;

	trial_begin(&t);
	sp_buf_addz(&t.text, "groups: {ci: [ci-1], admins: [root]}\n"
	                     "profiles: {web: {must: {memory: {max: 1g}}}}\n");
	if (kind->where != SP_IN_DENY)
		sp_buf_addz(&t.text, "deny: {no-privileged: {uses: {privileged: true}}}\n");
	sp_buf_addf(&t.text, "%s:\n  trial:\n    %s: %s\n", kind->section, name, value);
	for (size_t i = 0; i < 4 && kind->parts[i].key; i++) {
		/* A deny judges the request or the answer. */
		if (strcmp(name, kind->parts[i].key) == 0 || strcmp(name, "response") == 0)
			continue;
		sp_buf_addf(&t.text, "    %s: %s\n", kind->parts[i].key, kind->parts[i].value);
	}
	return trial_end(&t);
}

static void
examples_in_rules_load(void **state)
{
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < n_keys; i++) {
		for (size_t k = 0; k < 4 && keys[i].where & RULES; k++) {
			const char *code = load_in_rule(&kinds[k], keys[i].name, keys[i].example);

			expect(&keys[i], kinds[k].section, code,
			       keys[i].where & kinds[k].where ? expected(&keys[i]) : "E211");
			n++;
		}
	}
	assert_true(n > 60);
}

static void
examples_in_small_blocks_load(void **state)
{
	static const struct {
		uint32_t where;
		const char *before, *after;
	} blocks[] = {
	    {SP_IN_MESSAGES, "messages: {", "}\n"},
	    {SP_IN_RESPONSE, "deny: {r: {do: [container.inspect], response: {", "}}}\n"},
	    {SP_IN_SCOPE, "allow: {r: {who: [a], do: [exec], on: {", "}}}\n"},
	    {SP_IN_SELF_PROTECTION, "self_protection: {", "}\n"},
	};

	(void)state;
	for (size_t i = 0; i < n_keys; i++) {
		struct trial t;
		size_t b = 0;

		while (b < 4 && !(keys[i].where & blocks[b].where))
			b++;
		if (b == 4)
			continue;
		trial_begin(&t);
		sp_buf_addf(&t.text, "%s%s: %s%s", blocks[b].before, keys[i].name, keys[i].example,
		            blocks[b].after);
		expect(&keys[i], "its block", trial_end(&t), expected(&keys[i]));
	}
}

/* What is forbidden is forbidden read-only too: the one spelling that may: alone knows. */
static bool
has_read_only(const struct sp_key *key)
{
	return strstr(key->example, ":ro") != NULL;
}

static void
examples_of_powers_and_conditions_load(void **state)
{
	static const struct {
		uint32_t where;
		const char *name;
		const char *before, *after;
	} blocks[] = {
	    {SP_IN_POWERS, "may",
	     "allow: {r: {who: [anna], do: [all], on: any, must: {images: any}, may: {", "}}}\n"},
	    {SP_IN_POWERS, "may of an exception",
	     "require: {g: {must: {memory: {max: 2g}}}}\n"
	     "exceptions: {r: {lifts: [g], who: [anna], expires: never, reason: x, may: {",
	     "}}}\n"},
	    {SP_IN_POWERS, "uses", "deny: {r: {uses: {", "}}}\n"},
	    {SP_IN_CONDITIONS, "must", "allow: {r: {who: [anna], do: [container.list], must: {",
	     "}}}\n"},
	    {SP_IN_CONDITIONS, "must of a require rule", "require: {r: {must: {", "}}}\n"},
	    {SP_IN_CONDITIONS, "when", "deny: {r: {do: [all], when: {", "}}}\n"},
	    {SP_IN_CONDITIONS, "unless", "deny: {r: {do: [all], unless: {", "}}}\n"},
	};
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < n_keys; i++) {
		for (size_t b = 0; b < sizeof(blocks) / sizeof(blocks[0]); b++) {
			bool uses = strcmp(blocks[b].name, "uses") == 0;
			bool belongs = keys[i].where & blocks[b].where;
			const char *wanted = expected(&keys[i]);
			struct trial t;

			if (!(keys[i].where & (SP_IN_POWERS | SP_IN_CONDITIONS)))
				continue;
			trial_begin(&t);
			sp_buf_addf(&t.text, "%s%s: %s%s", blocks[b].before, keys[i].name,
			            keys[i].example, blocks[b].after);
			if (!belongs)
				wanted = "E211";
			else if (uses && has_read_only(&keys[i]))
				wanted = "E251";
			expect(&keys[i], blocks[b].name, trial_end(&t), wanted);
			n++;
		}
	}
	assert_true(n > 300);
}

/* An example that is not one line of YAML, or that loads by accident, would prove nothing. */
static void
a_wrong_value_is_refused_everywhere(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_keys; i++) {
		struct trial t;

		if (!(keys[i].where & (SP_IN_POWERS | SP_IN_CONDITIONS)) || keys[i].later)
			continue;
		trial_begin(&t);
		sp_buf_addf(&t.text,
		            keys[i].where & SP_IN_POWERS
		                ? "deny: {r: {uses: {%s: [[nested]]}}}\n"
		                : "require: {r: {must: {%s: [[nested]]}}}\n",
		            keys[i].name);
		if (*trial_end(&t) == '\0')
			fail_msg("%s takes a list in a list", keys[i].name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rows_stand_in_one_section_each_in_order),
	    cmocka_unit_test(a_name_means_one_thing_in_one_place),
	    cmocka_unit_test(names_are_words),
	    cmocka_unit_test(every_doc_is_one_sentence),
	    cmocka_unit_test(choices_are_where_the_type_asks_for_them),
	    cmocka_unit_test(powers_and_conditions_read_a_fact_of_their_kind),
	    cmocka_unit_test(every_fact_has_a_key),
	    cmocka_unit_test(every_family_belongs_to_an_action),
	    cmocka_unit_test(conditions_can_be_put_into_words),
	    cmocka_unit_test(examples_at_the_top_load),
	    cmocka_unit_test(examples_in_rules_load),
	    cmocka_unit_test(examples_in_small_blocks_load),
	    cmocka_unit_test(examples_of_powers_and_conditions_load),
	    cmocka_unit_test(a_wrong_value_is_refused_everywhere),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
