/* SPDX-License-Identifier: Apache-2.0 */
/* fake_parts.h: what the files of the fake daemon share.  Private to them.  Layer: cli. */
#ifndef SALLYPORT_CLI_FAKE_PARTS_H
#define SALLYPORT_CLI_FAKE_PARTS_H

#include "cli/fake.h"

/* One request that is being answered. */
struct sp_fake_call {
	struct sp_fake *fake;
	const struct sp_request *req;
	struct sp_str raw_body;
	json_t *body; /* an object, empty when the request has none; borrowed */
	struct sp_arena *arena;
	struct sp_daemon_reply *reply;
};

typedef void sp_fake_fn(struct sp_fake_call *c);

/* What streams and waiting answers are known by: a container's number, twice. */
#define SP_FAKE_UNTIL_END(n) ((uint64_t)(n)*2 + 2)
#define SP_FAKE_UNTIL_GONE(n) ((uint64_t)(n)*2 + 3)
#define SP_FAKE_EVENTS 1

/* --- answers --- */

/* Steals `value`, which may be NULL: no memory. */
void sp_fake_json(struct sp_fake_call *c, int status, json_t *value);
void sp_fake_empty(struct sp_fake_call *c, int status);
void sp_fake_error(struct sp_fake_call *c, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* A stream of JSON texts, as pull and build send: adds one line to the answer.  Steals `line`. */
void sp_fake_progress(struct sp_fake_call *c, json_t *line);
/* {"TYPESDeleted": [], "SpaceReclaimed": 0} */
void sp_fake_pruned(struct sp_fake_call *c, const char *list);
/* An event that clients who listen hear of.  Steals `attributes`. */
void sp_fake_event(struct sp_fake *fake, const char *type, const char *what, const char *id,
                   json_t *attributes);

/* --- values --- */

/* 64 hex digits that nobody else has.  new, in the arena. */
const char *sp_fake_id(struct sp_fake_call *c);
/* Now as Go prints it in JSON.  new, in the arena. */
const char *sp_fake_now(struct sp_fake_call *c);
/* A parameter of the URL with a NUL; "" when absent.  new, in the arena. */
const char *sp_fake_param(struct sp_fake_call *c, const char *key);
/* The object the path names, without the slash that may lead it.  new, in the arena. */
const char *sp_fake_object(struct sp_fake_call *c);
/* The member, or a new empty object when it is no object.  A new reference. */
json_t *sp_fake_copy_object(const json_t *of, const char *key);
/* Is there room for one more?  False after answering that there is not. */
bool sp_fake_room(struct sp_fake_call *c);

/* --- filters --- */

/* The parameter `filters` as an object: name -> list of words.  A new reference. */
json_t *sp_fake_filters(struct sp_fake_call *c);
/* How the words of a filter meet a value. */
enum sp_fake_match { SP_FAKE_IS = 0, SP_FAKE_HAS, SP_FAKE_STARTS };
/* One of the filter's words meets `value`, or there is no such filter. */
bool sp_fake_filter(const json_t *filters, const char *name, const char *value,
                    enum sp_fake_match how);
/* All words of "label" ("a", "a=b") are met. */
bool sp_fake_filter_labels(const json_t *filters, const json_t *labels);

/* --- containers --- */

/* By id, beginning of an id, or name; NULL after answering 404.  borrowed. */
json_t *sp_fake_container(struct sp_fake_call *c, const char *name);
/* The one the path names. */
json_t *sp_fake_named(struct sp_fake_call *c);
bool sp_fake_is_running(const json_t *entry);
const char *sp_fake_id_of(const json_t *entry);
/* False after answering 409. */
bool sp_fake_name_is_free(struct sp_fake_call *c, const char *name);
/* What a stream is called with this value of Tty. */
const char *sp_fake_stream_type(const json_t *tty);
/* Answers with an archive that has nothing in it. */
void sp_fake_empty_tar(struct sp_fake_call *c);
/* Ends the containers that were waited for while they ran. */
void sp_fake_settle(struct sp_fake *fake);
/*
 * The process of a container that runs has ended: whoever waits for it is told.  With --rm the
 * entry is gone afterwards.
 */
void sp_fake_container_ends(struct sp_fake *fake, json_t *entry, int code);
/* Makes the document of a new container.  NULL: no memory. */
json_t *sp_fake_container_doc(struct sp_fake_call *c, const char *id, const char *name);
/* Adds an endpoint in `network` to a container's document. */
void sp_fake_connect(struct sp_fake_call *c, json_t *doc, const char *network,
                     const json_t *settings);

/* --- images, networks, volumes --- */

/* By name or id; there when nobody removed it.  NULL after answering 404.  borrowed. */
json_t *sp_fake_image(struct sp_fake_call *c, const char *name);
/* By id, beginning of an id, or name; NULL.  borrowed. */
json_t *sp_fake_network(struct sp_fake *fake, const char *name);
/* Made when it is not there.  borrowed; NULL: no room. */
json_t *sp_fake_volume(struct sp_fake_call *c, const char *name, const json_t *wanted);

/* What answers which action; rows of sp_fake_answer. */
sp_fake_fn sp_fake_container_list, sp_fake_container_create, sp_fake_container_inspect,
    sp_fake_container_top, sp_fake_container_changes, sp_fake_container_stats,
    sp_fake_container_logs, sp_fake_container_export, sp_fake_container_start,
    sp_fake_container_stop, sp_fake_container_restart, sp_fake_container_kill,
    sp_fake_container_pause, sp_fake_container_unpause, sp_fake_container_wait,
    sp_fake_container_rename, sp_fake_container_remove, sp_fake_container_update,
    sp_fake_container_attach, sp_fake_container_resize, sp_fake_container_copy_in,
    sp_fake_container_copy_out, sp_fake_container_commit, sp_fake_container_prune,
    sp_fake_exec_create, sp_fake_exec_start, sp_fake_exec_inspect;
sp_fake_fn sp_fake_image_list, sp_fake_image_inspect, sp_fake_image_history, sp_fake_image_pull,
    sp_fake_image_push, sp_fake_image_tag, sp_fake_image_remove, sp_fake_image_save,
    sp_fake_image_load, sp_fake_image_import, sp_fake_image_prune, sp_fake_image_build,
    sp_fake_image_distribution;
sp_fake_fn sp_fake_network_list, sp_fake_network_inspect, sp_fake_network_create,
    sp_fake_network_connect, sp_fake_network_disconnect, sp_fake_network_remove,
    sp_fake_network_prune, sp_fake_volume_list, sp_fake_volume_inspect, sp_fake_volume_create,
    sp_fake_volume_remove, sp_fake_volume_prune;

#endif
