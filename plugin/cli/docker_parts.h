/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docker_parts.h: the translator of docker command lines from the inside: rows of commands and
 * flags, the body being built, and what the files of the translator share.  Private to
 * cli/docker_*.
 */
#ifndef SALLYPORT_CLI_DOCKER_PARTS_H
#define SALLYPORT_CLI_DOCKER_PARTS_H

#include "cli/docker.h"

/* --- a JSON value being built, in the arena; every function takes NULL for "no memory" --- */

enum sp_tree_kind { SP_TREE_MAP = 0, SP_TREE_LIST, SP_TREE_TEXT, SP_TREE_RAW };

struct sp_tree {
	enum sp_tree_kind kind;
	struct sp_str key;  /* of a member */
	struct sp_str text; /* TEXT: the text; RAW: a number, true, false or null */
	struct sp_tree *first, *last, *next;
};

struct sp_tree *sp_tree_new(struct sp_arena *arena, enum sp_tree_kind kind);
/* The member of a map, made when it is missing; another kind than it had empties it. */
struct sp_tree *sp_tree_member(struct sp_arena *arena, struct sp_tree *map, struct sp_str key,
                               enum sp_tree_kind kind);
struct sp_tree *sp_tree_item(struct sp_arena *arena, struct sp_tree *list, enum sp_tree_kind kind);
/* The value at "/A/B" below a map, with the maps on the way. */
struct sp_tree *sp_tree_at(struct sp_arena *arena, struct sp_tree *root, const char *path,
                           enum sp_tree_kind kind);
/* The value at "/A/B", or NULL: nothing is made. */
struct sp_tree *sp_tree_find(struct sp_tree *root, const char *path);
void sp_tree_drop(struct sp_tree *map, const char *key);
void sp_tree_set_text(struct sp_arena *arena, struct sp_tree *root, const char *path,
                      struct sp_str text);
void sp_tree_set_int(struct sp_arena *arena, struct sp_tree *root, const char *path, int64_t n);
void sp_tree_set_bool(struct sp_arena *arena, struct sp_tree *root, const char *path, bool b);
void sp_tree_add_text(struct sp_arena *arena, struct sp_tree *root, const char *path,
                      struct sp_str text);
void sp_tree_print(const struct sp_tree *tree, struct sp_buf *out);

/* --- tables --- */

enum sp_flag_type {
	SP_FLAG_BOOL = 0,
	SP_FLAG_TEXT,
	SP_FLAG_LIST,   /* each use is one item */
	SP_FLAG_CSV,    /* each use is items with commas */
	SP_FLAG_MAP,    /* each use is key=value, or a key alone */
	SP_FLAG_FILTER, /* key=value, as dockerd's filters are written */
	SP_FLAG_BYTES,
	SP_FLAG_INT,
	SP_FLAG_CPUS,
	SP_FLAG_DURATION,
	SP_FLAG_DECIMAL,
};

struct sp_docker;
struct sp_docker_flag;
typedef int (*sp_docker_put)(struct sp_docker *d, const struct sp_docker_flag *flag,
                             struct sp_str value);

struct sp_docker_flag {
	const char *name; /* without the dashes */
	char letter;      /* 0: none */
	enum sp_flag_type type;
	/*
	 * Where its value lands: "/HostConfig/Memory" of the body, "?force" of the query, ""
	 * nowhere: it is the client's own business.
	 */
	const char *to;
	sp_docker_put put; /* instead of the plain way of its type; may be NULL */
};

#define SP_DOCKER_FLAG_SETS 3

struct sp_docker_command {
	const char *name;  /* "container stop" */
	const char *alias; /* other names, separated by '|'; may be NULL */
	/*
	 * "POST /containers/%*" "/stop": one request for each operand; %1, %2: that operand; a
	 * query may follow, in which the operands are escaped as values.
	 */
	const char *request;
	unsigned min, max;    /* operands; max UINT32_MAX: any number */
	bool command_follows; /* flags end at the first operand */
	bool has_body;        /* send the body also when it is empty */
	bool stream;
	const struct sp_docker_flag *flags[SP_DOCKER_FLAG_SETS];
	int (*finish)(struct sp_docker *d); /* after the flags have landed; may be NULL */
};

/* A flag as it was given. */
struct sp_docker_use {
	const struct sp_docker_flag *flag;
	struct sp_str value;
	struct sp_docker_use *next;
};

/* One line being translated. */
struct sp_docker {
	struct sp_arena *arena;
	struct sp_docker_trouble *trouble;
	const struct sp_docker_command *command;
	struct sp_docker_use *uses, *last_use;
	struct sp_str *operand;
	size_t n_operands;
	struct sp_tree *body, *query;
	const char *request; /* of the command, unless `finish` put another one here */
};

/* --- shared --- */

/* Says why not.  Always returns -1; `hint` may be NULL. */
int sp_docker_fail(struct sp_docker *d, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
const struct sp_docker_command *sp_docker_commands(size_t *n);
/* Reads flags and operands.  0 or -1. */
int sp_docker_read(struct sp_docker *d, const struct sp_str *words, size_t n);
/* Lands every flag that was given.  0 or -1. */
int sp_docker_land(struct sp_docker *d);
/* The last value of a flag; false when it was not given. */
bool sp_docker_given(const struct sp_docker *d, const char *name, struct sp_str *value);
bool sp_docker_is_on(const struct sp_docker *d, const char *name); /* a boolean given as true */
/* The row of a flag of this command, or NULL. */
const struct sp_docker_flag *sp_docker_flag_find(const struct sp_docker_command *command,
                                                 struct sp_str name, char letter);

/* Values of flags.  True, or false when it is none. */
bool sp_docker_bytes(struct sp_str s, int64_t *n); /* also -1 */
bool sp_docker_int(struct sp_str s, int64_t *n);
bool sp_docker_duration(struct sp_str s, int64_t *nanoseconds); /* Go's "1m30s" */
bool sp_docker_bool(struct sp_str s, bool *b);
/* The next field of a line of comma-separated values, quotes taken off; false at the end. */
bool sp_docker_csv(struct sp_arena *arena, struct sp_str *rest, struct sp_str *field);
/* ASCII letters in lower case.  new. */
struct sp_str sp_docker_lower(struct sp_arena *arena, struct sp_str s);
/* A relative path is made absolute where the command is typed, which is nowhere here. */
int sp_docker_absolute(struct sp_docker *d, struct sp_str path);

/* docker_mount.c: --mount.  docker_network.c: -p, --network.  docker_create.c: --ulimit. */
int sp_docker_put_mount(struct sp_docker *d, const struct sp_docker_flag *flag,
                        struct sp_str value);
int sp_docker_put_port(struct sp_docker *d, const struct sp_docker_flag *flag, struct sp_str value);
int sp_docker_put_service_port(struct sp_docker *d, const struct sp_docker_flag *flag,
                               struct sp_str value);
int sp_docker_put_expose(struct sp_docker *d, const struct sp_docker_flag *flag,
                         struct sp_str value);
int sp_docker_put_service_network(struct sp_docker *d, const struct sp_docker_flag *flag,
                                  struct sp_str value);
int sp_docker_put_ulimit(struct sp_docker *d, const struct sp_docker_flag *flag,
                         struct sp_str value);
int sp_docker_put_unreadable(struct sp_docker *d, const struct sp_docker_flag *flag,
                             struct sp_str value);
int sp_docker_put_capability(struct sp_docker *d, const struct sp_docker_flag *flag,
                             struct sp_str value);
/* All --network of a container, with --ip, --link and so on.  0 or -1. */
int sp_docker_networks(struct sp_docker *d);
/* The health check, for a map at `path`. */
int sp_docker_health(struct sp_docker *d, const char *path);

/* A table of flags ends with a row without a name. */
extern const struct sp_docker_flag sp_docker_create_flags[], sp_docker_run_flags[],
    sp_docker_update_flags[], sp_docker_exec_flags[], sp_docker_service_flags[],
    sp_docker_service_create_flags[], sp_docker_service_update_flags[], sp_docker_build_flags[];

/* The `finish` of commands that need one: docker_finish.c, _service.c, _image.c, _objects.c. */
int sp_docker_finish_create(struct sp_docker *d);
int sp_docker_finish_exec(struct sp_docker *d);
int sp_docker_finish_update(struct sp_docker *d);
int sp_docker_finish_service_create(struct sp_docker *d);
int sp_docker_finish_service_update(struct sp_docker *d);
int sp_docker_finish_service_scale(struct sp_docker *d);
int sp_docker_finish_service_rollback(struct sp_docker *d);
int sp_docker_finish_build(struct sp_docker *d);
int sp_docker_finish_pull(struct sp_docker *d);
int sp_docker_finish_push(struct sp_docker *d);
int sp_docker_finish_tag(struct sp_docker *d);
int sp_docker_finish_commit(struct sp_docker *d);
int sp_docker_finish_import(struct sp_docker *d);
int sp_docker_finish_image_list(struct sp_docker *d);
int sp_docker_finish_save(struct sp_docker *d);
int sp_docker_finish_cp(struct sp_docker *d);
int sp_docker_finish_stats(struct sp_docker *d);
int sp_docker_finish_top(struct sp_docker *d);
int sp_docker_finish_inspect(struct sp_docker *d);
int sp_docker_finish_checkpoint(struct sp_docker *d);
int sp_docker_finish_volume(struct sp_docker *d);
int sp_docker_finish_network(struct sp_docker *d);
int sp_docker_finish_connect(struct sp_docker *d);
int sp_docker_finish_disconnect(struct sp_docker *d);
int sp_docker_finish_prune(struct sp_docker *d);
int sp_docker_finish_volume_prune(struct sp_docker *d);
int sp_docker_finish_image_prune(struct sp_docker *d);
int sp_docker_finish_named(struct sp_docker *d);
int sp_docker_finish_tasks(struct sp_docker *d);
int sp_docker_finish_role(struct sp_docker *d);
int sp_docker_finish_swarm_spec(struct sp_docker *d);
int sp_docker_finish_join(struct sp_docker *d);
int sp_docker_finish_rotate(struct sp_docker *d);
int sp_docker_finish_plugin(struct sp_docker *d);
int sp_docker_put_volume_type(struct sp_docker *d, const struct sp_docker_flag *flag,
                              struct sp_str value);
int sp_docker_finish_plugin_push(struct sp_docker *d);
int sp_docker_finish_plugin_set(struct sp_docker *d);

#endif
