/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load_files.c: the files a policy consists of: finds and reads what the main file includes.  Which
 * files these are is the administrator's word; what others could put into a folder is for
 * `distrust` to find out.  Input: the located tree of the main file, names in a folder.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "engine/load.h"
#include "sallyport/match.h"

/* What including needs to know on its way. */
struct include {
	struct sp_loader *ld;
	struct sp_str folder; /* of the main file, with its '/'; empty: the current one */
	const char *main;     /* path of the main file */
	sp_distrust_fn distrust;
};

/* --- one file --- */

static bool
is_policy_name(struct sp_str name)
{
	return name.len > 0 && name.p[0] != '.' &&
	       (sp_str_ends(name, SP_STR(".yaml")) || sp_str_ends(name, SP_STR(".yml")));
}

static bool
is_main(const struct include *in, const char *path)
{
	struct stat a, b;

	return stat(path, &a) == 0 && stat(in->main, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

static bool
is_included(const struct sp_loader *ld, struct sp_str path)
{
	for (uint32_t i = 0; i < ld->n_files; i++) {
		if (sp_str_eq(ld->files[i].name, path))
			return true;
	}
	return false;
}

/* Its own first lines say whether it is a pack. */
static int
load_pack(struct sp_loader *ld, struct sp_load_file *file)
{
	const struct sp_node *k = sp_load_section(file->root, "pack");
	bool good;

	file->where = SP_IN_INCLUDED;
	if (!k)
		return 0;
	file->where = SP_IN_PACK;
	if (sp_load_want_scalar(ld, k->value, "'pack'"))
		return -1;
	good = sp_load_is_rule_name(k->value->text);
	if (good)
		file->pack = sp_arena_dup(ld->scratch, k->value->text);
	return good ? 0
	            : sp_load_error(ld, k->value->pos, "E207", SP_LOAD_RULE_NAME_HINT,
	                            "'%.*s' is not a name for a pack", SP_FMT(k->value->text));
}

static int
read_file(const struct include *in, const char *path, struct sp_pos at)
{
	struct sp_loader *ld = in->ld;
	const char *wrong = in->distrust ? in->distrust(path, false) : NULL;
	struct sp_str text = {NULL, 0};
	struct sp_load_file *file;
	struct sp_pos whole = {0};
	int err = 0;

	if (ld->n_files == SP_LOAD_MAX_FILES)
		return sp_load_error(ld, at, "E262", "put several of them into one",
		                     "a policy has at most %d files", SP_LOAD_MAX_FILES);
	if (wrong && strcmp(wrong, "does not exist") == 0)
		err = ENOENT;
	if (!wrong)
		err = sp_file_read(ld->scratch, path, SP_LOAD_MAX_FILE_BYTES, &text);
	if (err == ENOENT || err == ENOTDIR)
		return sp_load_error(ld, at, "E261", NULL, "there is no file '%s'", path);
	file = &ld->files[ld->n_files++];
	file->name = sp_arena_dup(ld->arena, sp_strz(path));
	whole.file = sp_diags_file(ld->diags, file->name, text);
	if (wrong)
		return sp_load_error(ld, whole, "E130", SP_LOAD_TRUST_HINT, "the policy file %s",
		                     wrong);
	if (err)
		return sp_load_error(ld, whole, "E101", NULL, "%s",
		                     err == EFBIG    ? "the file is larger than 1 MiB"
		                     : err == EINVAL ? "this is not a regular file"
		                                     : strerror(err));
	file->root = sp_yaml_parse(ld->diags, whole.file);
	return file->root ? load_pack(ld, file) : -1;
}

/* --- the files of one pattern --- */

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/*
 * The names in `dir` that match, sorted; *n of them, at most one more than a policy may have.  0 or
 * an errno value.
 */
static int
list_folder(const struct include *in, const char *dir, struct sp_str pattern, const char **names,
            size_t *n)
{
	DIR *folder = opendir(*dir ? dir : ".");
	struct dirent *entry;
	int err;

	*n = 0;
	if (!folder)
		return errno;
	/* What cannot be read on must not look like its end: guards would be missing. */
	for (errno = 0; (entry = readdir(folder)) != NULL && *n <= SP_LOAD_MAX_FILES; errno = 0) {
		struct sp_str name = sp_strz(entry->d_name);

		if (!is_policy_name(name) || !sp_match_glob(pattern, name, 0))
			continue;
		name = sp_arena_dup(in->ld->scratch, name);
		if (name.p)
			names[(*n)++] = name.p;
	}
	err = entry ? 0 : errno;
	closedir(folder);
	qsort(names, *n, sizeof(*names), by_name);
	return err;
}

/* `folder` ends in '/' or is empty. */
static int
include_pattern(const struct include *in, struct sp_str folder, struct sp_str pattern,
                const struct sp_node *item)
{
	struct sp_loader *ld = in->ld;
	const char *dir = sp_arena_dup(ld->scratch, folder).p;
	const char *names[SP_LOAD_MAX_FILES + 1];
	const char *wrong = NULL;
	size_t n, n_read = 0;
	int result = 0, err;

	if (!dir)
		return -1;
	err = list_folder(in, dir, pattern, names, &n);
	/* Who may write there may also take rules away, which no look at a file shows. */
	if (in->distrust && err != ENOENT)
		wrong = in->distrust(*dir ? dir : ".", true);
	if (wrong)
		return sp_load_error(ld, item->pos, "E130", SP_LOAD_TRUST_HINT,
		                     "the folder '%s' %s", *dir ? dir : ".", wrong);
	if (err && err != ENOENT)
		return sp_load_error(ld, item->pos, "E101", NULL, "'%s': %s", *dir ? dir : ".",
		                     strerror(err));
	for (size_t i = 0; i < n; i++) {
		const char *path = sp_arena_printf(ld->scratch, "%s%s", dir, names[i]);

		if (is_main(in, path))
			continue;
		n_read++;
		if (!is_included(ld, sp_strz(path)))
			result |= read_file(in, path, item->pos);
	}
	if (n_read == 0)
		sp_load_warning(ld, item->pos, "W316",
		                err ? sp_arena_printf(ld->scratch, "there is no folder '%s'", dir)
		                    : NULL,
		                "'%.*s' names no file", SP_FMT(item->text));
	return result;
}

static int
include_one(const struct include *in, const struct sp_node *item)
{
	struct sp_loader *ld = in->ld;
	struct sp_buf buf;
	struct sp_str path, name;
	size_t slash = 0;

	sp_buf_init(&buf, ld->scratch, 4096);
	if (item->text.len && item->text.p[0] != '/')
		sp_buf_add(&buf, in->folder);
	sp_buf_add(&buf, item->text);
	path = sp_buf_str(&buf);
	for (size_t i = 0; i < path.len; i++) {
		if (path.p[i] == '/')
			slash = i + 1;
	}
	name = sp_str_from(path, slash);
	if (buf.cut || sp_str_find(sp_str_head(path, slash), '*') < slash)
		return sp_load_error(ld, item->pos, "E260", "write teams/*.yaml",
		                     "'*' is allowed only in the last part of an included path");
	if (sp_str_find(name, '*') < name.len)
		return include_pattern(in, sp_str_head(path, slash), name, item);
	if (!is_policy_name(name))
		return sp_load_error(ld, item->pos, "E260",
		                     "the name ends in .yaml or .yml and does not begin with a dot",
		                     "'%.*s' is not the name of a policy file", SP_FMT(item->text));
	if (is_main(in, path.p))
		return sp_load_error(ld, item->pos, "E260", NULL, "a file cannot include itself");
	return is_included(ld, path) ? 0 : read_file(in, path.p, item->pos);
}

int
sp_load_includes(struct sp_loader *ld, const char *path, sp_distrust_fn distrust)
{
	const struct sp_node *k = sp_load_section(ld->files[0].root, "include");
	struct include in = {.ld = ld, .main = path, .distrust = distrust};
	const struct sp_node *item;
	const char *slash;
	int result = 0;

	if (!k)
		return 0;
	if (!path)
		return sp_load_error(ld, k->pos, "E260", NULL,
		                     "a policy that is not read from a file can include nothing");
	if (k->value->kind != SP_NODE_LIST)
		return sp_load_error(ld, k->value->pos, "E204", "write include: [teams/*.yaml]",
		                     "'include' needs a list");
	slash = strrchr(path, '/');
	in.folder = (struct sp_str){path, slash ? (size_t)(slash + 1 - path) : 0};
	for (item = k->value->first; item; item = item->next) {
		if (item->kind != SP_NODE_SCALAR || item->text.len == 0)
			result = sp_load_error(ld, item->pos, "E225", NULL,
			                       "an item of 'include' must be text");
		else
			result |= include_one(&in, item);
	}
	return result ? -1 : 0;
}
