/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_host.c: the questions about a policy that only its host can answer.  Looks at names, owners
 * and modes; opens no file.
 */
#include "cli/check_host.h"

#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

static bool
others_may_write(const struct stat *st)
{
	if (st->st_uid != 0)
		return true;
	if (!(st->st_mode & (S_IWGRP | S_IWOTH)))
		return false;
	/* In /tmp and its like nobody can replace what belongs to others. */
	return !(S_ISDIR(st->st_mode) && st->st_mode & S_ISVTX);
}

static void
check_component(const struct sp_granted_path *granted, const char *path, bool last,
                struct sp_diags *diags, bool *done)
{
	struct stat st;

	*done = true;
	if (lstat(path, &st) < 0)
		return; /* nothing is there yet, or nothing we may see */
	if (S_ISLNK(st.st_mode)) {
		sp_diags_add(diags, SP_WARNING, "W325", granted->pos,
		             "a grant has to cover the path it leads to as well",
		             "'%.*s' leads through the symbolic link %s", SP_FMT(granted->pattern),
		             path);
		return;
	}
	/* What is in the last directory, the users of a tree may well own. */
	if ((!last || granted->tree) && others_may_write(&st)) {
		sp_diags_add(
		    diags, SP_WARNING, "W322", granted->pos,
		    "they can put a symbolic link there between the decision and the mount",
		    "'%.*s': %s can be changed by others than root", SP_FMT(granted->pattern),
		    path);
		return;
	}
	*done = last;
}

/* From the root down, until something is wrong or missing. */
static void
check_path(const struct sp_granted_path *granted, struct sp_diags *diags)
{
	char path[PATH_MAX];
	bool done = false;

	if (granted->path.len >= sizeof(path))
		return;
	diags->rule = granted->rule;
	for (size_t i = 1; i <= granted->path.len && !done; i++) {
		bool last = i == granted->path.len;

		if (!last && granted->path.p[i] != '/')
			continue;
		memcpy(path, granted->path.p, i);
		path[i] = '\0';
		check_component(granted, path, last, diags, &done);
	}
	diags->rule = SP_STR("");
}

void
sp_check_host(const struct sp_policy *policy, struct sp_diags *diags)
{
	size_t n_files = diags->n_files, n = 0;
	const struct sp_granted_path *granted;

	for (uint32_t i = 0; i < n_files; i++) {
		struct sp_str name = sp_arena_dup(diags->arena, diags->files[i].name);
		const char *wrong =
		    diags->files[i].text.p && name.p ? sp_file_untrusted(name.p) : NULL;

		if (wrong)
			sp_diags_add(diags, SP_ERROR, "E130", (struct sp_pos){.file = i},
			             "serve refuses such a file: who can change the policy can "
			             "become root on this host",
			             "the policy file %s", wrong);
	}
	if (!policy)
		return;
	granted = sp_policy_granted_paths(policy, diags->arena, &n);
	for (size_t i = 0; i < n; i++)
		check_path(&granted[i], diags);
}
