/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy.c: life of a policy: load, compile, count references.  Compiled means: for every action
 * the rules that speak about it, so that a request is never compared with a rule of another world.
 */
#include <errno.h>
#include <sha256.h>

#include "engine/load.h"

#define MAX_FILE_BYTES (1024 * 1024)
#define MAX_POLICY_BYTES ((size_t)256 * 1024 * 1024)

static int
compile_list(struct sp_policy *policy, struct sp_rule_list *list, enum sp_action action,
             bool grants)
{
	for (int pass = 0; pass < 2; pass++) {
		uint32_t n = 0;

		for (uint32_t i = 0; i < policy->n_rules; i++) {
			const struct sp_rule *rule = &policy->rules[i];
			bool mine =
			    grants ? rule->kind == SP_RULE_ALLOW
				   : rule->kind == SP_RULE_DENY || rule->kind == SP_RULE_REQUIRE;

			if (!mine || !sp_actions_has(&rule->actions, action))
				continue;
			if (pass == 1)
				list->rule[n] = rule;
			n++;
		}
		list->n = n;
		if (pass == 0 && n > 0 &&
		    !(list->rule = sp_arena_array(&policy->arena, n, sizeof(*list->rule))))
			return -1;
		if (n == 0)
			break;
	}
	return 0;
}

static int
compile(struct sp_policy *policy)
{
	uint32_t n = 0;

	for (enum sp_action a = SP_ACT_NONE; a < SP_ACT_COUNT; a++) {
		if (compile_list(policy, &policy->grants[a], a, true) ||
		    compile_list(policy, &policy->guards[a], a, false))
			return -1;
	}
	policy->exceptions.rule =
	    sp_arena_array(&policy->arena, policy->n_rules, sizeof(*policy->exceptions.rule));
	if (!policy->exceptions.rule)
		return -1;
	for (uint32_t i = 0; i < policy->n_rules; i++) {
		if (policy->rules[i].kind == SP_RULE_EXCEPTION)
			policy->exceptions.rule[n++] = &policy->rules[i];
	}
	policy->exceptions.n = n;
	return 0;
}

/* The policy lives in its own arena, which it therefore moves into. */
static struct sp_policy *
policy_new(struct sp_str name)
{
	struct sp_arena arena;
	struct sp_policy *policy;

	sp_arena_init(&arena, MAX_POLICY_BYTES);
	policy = sp_arena_alloc(&arena, sizeof(*policy));
	if (!policy)
		return NULL;
	policy->name = sp_arena_dup(&arena, name);
	policy->arena = arena;
	atomic_init(&policy->refs, 1);
	return policy;
}

static void
policy_free(struct sp_policy *policy)
{
	struct sp_arena arena = policy->arena; /* holds the policy itself */

	sp_arena_fini(&arena);
}

static struct sp_policy *
load(uint32_t file, struct sp_diags *diags)
{
	const struct sp_source source = diags->files[file];
	struct sp_node *root = sp_yaml_parse(diags, file);
	struct sp_policy *policy = root ? policy_new(source.name) : NULL;
	struct sp_loader ld = {.diags = diags, .policy = policy, .scratch = diags->arena};
	struct sp_pos whole = {.file = file};

	if (!root)
		return NULL;
	if (!policy) {
		sp_diags_add(diags, SP_ERROR, "E299", whole, NULL, "out of memory");
		return NULL;
	}
	ld.arena = &policy->arena;
	SHA256Data((const uint8_t *)source.text.p, source.text.len, policy->hash);
	if (sp_load_tree(&ld, root) == 0 && compile(policy) == 0 && !policy->arena.full &&
	    !diags->arena->full)
		return policy;
	if (diags->n_errors == 0)
		sp_diags_add(diags, SP_ERROR, "E299", whole, NULL,
		             "the policy needs too much memory");
	policy_free(policy);
	return NULL;
}

struct sp_policy *
sp_policy_parse(struct sp_str name, struct sp_str text, struct sp_diags *diags)
{
	return load(sp_diags_file(diags, name, text), diags);
}

struct sp_policy *
sp_policy_load(const char *path, struct sp_diags *diags)
{
	struct sp_str text = {NULL, 0};
	struct sp_pos whole = {0};
	int err = sp_file_read(diags->arena, path, MAX_FILE_BYTES, &text);

	if (err == 0)
		return sp_policy_parse(sp_strz(path), text, diags);
	whole.file = sp_diags_file(diags, sp_strz(path), text);
	sp_diags_add(diags, SP_ERROR, "E101", whole, NULL, "%s",
	             err == EFBIG    ? "the file is larger than 1 MiB"
	             : err == EINVAL ? "this is not a regular file"
	                             : strerror(err));
	return NULL;
}

struct sp_policy *
sp_policy_ref(struct sp_policy *policy)
{
	atomic_fetch_add(&policy->refs, 1);
	return policy;
}

void
sp_policy_unref(struct sp_policy *policy)
{
	if (policy && atomic_fetch_sub(&policy->refs, 1) == 1)
		policy_free(policy);
}

const char *
sp_policy_hash(const struct sp_policy *policy)
{
	return policy->hash;
}

struct sp_str
sp_policy_name(const struct sp_policy *policy)
{
	return policy->name;
}

size_t
sp_policy_n_rules(const struct sp_policy *policy)
{
	return policy->n_rules;
}

bool
sp_policy_is_audit(const struct sp_policy *policy)
{
	return policy->audit;
}
