/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy.c: life of a policy: load, compile, count references.  Compiled means: for every action
 * the rules that speak about it, so that a request is never compared with a rule of another world.
 */
#include <errno.h>
#include <sha2.h>
#include <stdio.h>

#include "engine/load.h"

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

			if (!mine || rule->mode == SP_MODE_OFF ||
			    !sp_actions_has(&rule->actions, action))
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
		const struct sp_rule *rule = &policy->rules[i];

		if (rule->kind == SP_RULE_EXCEPTION)
			policy->exceptions.rule[n++] = rule;
		for (size_t w = 0; w < SP_ACTION_WORDS && rule->kind == SP_RULE_ALLOW && rule->on;
		     w++)
			policy->scoped.w[w] |= rule->actions.w[w];
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
	policy->min_api_major = 1;
	policy->min_api_minor = 24;
	atomic_init(&policy->refs, 1);
	return policy;
}

static void
policy_free(struct sp_policy *policy)
{
	struct sp_arena arena = policy->arena; /* holds the policy itself */

	sp_arena_fini(&arena);
}

/*
 * sha256 of the main file as it is, so that sha256sum says the same; of each further file its name
 * as it was included, its size and its text follow.  No policy file holds a NUL.
 */
static void
hash_files(const struct sp_loader *ld)
{
	const struct sp_source *main = &ld->diags->files[ld->first_file];
	size_t folder = 0;
	SHA2_CTX ctx;

	for (size_t i = 0; i < main->name.len; i++) {
		if (main->name.p[i] == '/')
			folder = i + 1;
	}
	SHA256Init(&ctx);
	SHA256Update(&ctx, (const uint8_t *)main->text.p, main->text.len);
	for (uint32_t i = 1; i < ld->n_files; i++) {
		const struct sp_source *file = &ld->diags->files[ld->first_file + i];
		struct sp_str name = file->name;
		char size[32];

		if (sp_str_starts(name, sp_str_head(main->name, folder)))
			name = sp_str_from(name, folder);
		snprintf(size, sizeof(size), "%zu", file->text.len);
		SHA256Update(&ctx, (const uint8_t *)"\0", 1);
		SHA256Update(&ctx, (const uint8_t *)name.p, name.len);
		SHA256Update(&ctx, (const uint8_t *)"\0", 1);
		SHA256Update(&ctx, (const uint8_t *)size, strlen(size) + 1);
		SHA256Update(&ctx, (const uint8_t *)file->text.p, file->text.len);
	}
	SHA256End(&ctx, ld->policy->hash);
}

/* The policy of the trees of ld->files; `result` is what reading them came to. */
static struct sp_policy *
settle(struct sp_loader *ld, int result)
{
	struct sp_pos whole = {.file = ld->first_file};

	result |= sp_load_trees(ld);
	if (result == 0 && compile(ld->policy) == 0 && !ld->policy->arena.full &&
	    !ld->diags->arena->full) {
		hash_files(ld);
		return ld->policy;
	}
	if (ld->diags->n_errors == 0)
		sp_diags_add(ld->diags, SP_ERROR, "E299", whole, NULL,
		             "the policy needs too much memory");
	policy_free(ld->policy);
	return NULL;
}

/* A loader with a new policy and room for its files.  0; -1 after an error. */
static int
loader_init(struct sp_loader *ld, struct sp_str name, uint32_t file, struct sp_diags *diags)
{
	struct sp_policy *policy = policy_new(name);
	struct sp_pos whole = {.file = file};

	*ld = (struct sp_loader){
	    .diags = diags, .policy = policy, .scratch = diags->arena, .first_file = file};
	ld->files = sp_arena_array(diags->arena, SP_LOAD_MAX_FILES, sizeof(*ld->files));
	if (policy && ld->files) {
		policy->file = file;
		ld->arena = &policy->arena;
		return 0;
	}
	if (policy)
		policy_free(policy);
	return sp_diags_add(diags, SP_ERROR, "E299", whole, NULL,
	                    "the policy needs too much memory");
}

/* `path`: where further files are looked for; NULL: nowhere. */
static struct sp_policy *
load(struct sp_loader *ld, uint32_t file, const char *path, sp_distrust_fn distrust,
     struct sp_diags *diags)
{
	struct sp_node *root = sp_yaml_parse(diags, file);

	if (!root || loader_init(ld, diags->files[file].name, file, diags) || !ld->policy)
		return NULL;
	ld->files[ld->n_files++] =
	    (struct sp_load_file){.root = root, .name = ld->policy->name, .where = SP_IN_FILE};
	return settle(ld, sp_load_includes(ld, path, distrust));
}

struct sp_policy *
sp_policy_parse(struct sp_str name, struct sp_str text, struct sp_diags *diags)
{
	struct sp_loader ld;

	return load(&ld, sp_diags_file(diags, name, text), NULL, NULL, diags);
}

struct sp_policy *
sp_load_policy(struct sp_loader *ld, const char *path, sp_distrust_fn distrust,
               struct sp_diags *diags)
{
	const char *wrong = distrust ? distrust(path, false) : NULL;
	struct sp_str text = {NULL, 0};
	struct sp_pos whole = {0};
	int err = wrong ? 0 : sp_file_read(diags->arena, path, SP_LOAD_MAX_FILE_BYTES, &text);

	whole.file = sp_diags_file(diags, sp_strz(path), text);
	if (wrong)
		sp_diags_add(diags, SP_ERROR, "E130", whole,
		             strcmp(wrong, "does not exist") == 0 ? NULL : SP_LOAD_TRUST_HINT,
		             "the policy file %s", wrong);
	else if (err)
		sp_diags_add(diags, SP_ERROR, "E101", whole, NULL, "%s",
		             err == EFBIG    ? "the file is larger than 1 MiB"
		             : err == EINVAL ? "this is not a regular file"
		                             : strerror(err));
	return wrong || err ? NULL : load(ld, whole.file, path, distrust, diags);
}

struct sp_policy *
sp_load_edited(const struct sp_loader *from, const struct sp_node *const *roots,
               struct sp_diags *diags)
{
	struct sp_loader ld;

	for (uint32_t i = 0; i < from->n_files; i++) {
		const struct sp_source *file = &from->diags->files[from->first_file + i];

		sp_diags_file(diags, file->name, file->text);
	}
	if (loader_init(&ld, from->files[0].name, from->first_file, diags))
		return NULL;
	for (; ld.n_files < from->n_files; ld.n_files++) {
		const struct sp_load_file *file = &from->files[ld.n_files];

		ld.files[ld.n_files] =
		    (struct sp_load_file){.root = roots[ld.n_files],
		                          .name = sp_arena_dup(ld.arena, file->name),
		                          .where = file->where,
		                          .pack = file->pack};
	}
	return settle(&ld, 0);
}

struct sp_policy *
sp_policy_load_if(const char *path, sp_distrust_fn distrust, struct sp_diags *diags)
{
	struct sp_loader ld;

	return sp_load_policy(&ld, path, distrust, diags);
}

struct sp_policy *
sp_policy_load(const char *path, struct sp_diags *diags)
{
	return sp_policy_load_if(path, NULL, diags);
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

int
sp_policy_protect(struct sp_policy *policy, const struct sp_str *own, size_t n)
{
	size_t room = policy->n_own + n, n_all = 0;
	struct sp_str *all = sp_arena_array(&policy->arena, room, sizeof(*all));

	if (!all)
		return room ? -1 : 0;
	while (n_all < policy->n_own) {
		all[n_all] = policy->own[n_all];
		n_all++;
	}
	while (n_all < room)
		all[n_all++] = sp_arena_dup(&policy->arena, *own++);
	policy->own = all;
	policy->n_own = room;
	return policy->arena.full ? -1 : 0;
}

const struct sp_str *
sp_policy_own(const struct sp_policy *policy, size_t *n)
{
	*n = policy->n_own;
	return policy->own;
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
