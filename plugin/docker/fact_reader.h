/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact_reader.h: what the readers of facts share: adding values, and walking bound JSON.
 * Private to docker/.
 */
#ifndef SALLYPORT_DOCKER_FACT_READER_H
#define SALLYPORT_DOCKER_FACT_READER_H

#include "sallyport/facts.h"

struct sp_fact_reader {
	struct sp_facts *facts;
	struct sp_request *req;
	const struct sp_json *doc;
	uint32_t body; /* token of the body, 0 when there is none */
	struct sp_arena *arena;
	uint32_t n_values;
	struct sp_value spare; /* what a value is written to when there is no room: never read */
};

/* --- adding ------------------------------------------------------------------------------- */

/*
 * new, at the end of the fact's list: SP_SET, the fact's own flag, at `pointer`.  Never NULL: when
 * there is no room the request has a fault, and the value is the spare one.
 */
struct sp_value *sp_fact_add(struct sp_fact_reader *r, enum sp_fact fact, const char *pointer);
/* Likewise, with `text` as text and arg. */
struct sp_value *sp_fact_text(struct sp_fact_reader *r, enum sp_fact fact, const char *pointer,
                              struct sp_str text);
/* Likewise; a single value the request does not mention. */
void sp_fact_absent(struct sp_fact_reader *r, enum sp_fact fact, const char *pointer,
                    enum sp_state state);
/* A flag that a condition asks about: SP_SET with num 1, or SP_UNSET. */
void sp_fact_flag_is(struct sp_fact_reader *r, enum sp_fact fact, const char *pointer, bool set);
/* Every element of a list of strings; every entry of a map, its key as the text. */
void sp_fact_list(struct sp_fact_reader *r, enum sp_fact fact, const char *pointer, uint32_t list);
void sp_fact_map(struct sp_fact_reader *r, enum sp_fact fact, const char *pointer, uint32_t map);
/* Labels: the key as key, the value as text. */
void sp_fact_labels(struct sp_fact_reader *r, const char *pointer, uint32_t map);
/* A plugin, in the spelling that patterns are compared with; `name` as arg. */
struct sp_value *sp_fact_driver(struct sp_fact_reader *r, enum sp_fact fact, const char *pointer,
                                struct sp_str name);
/* Nothing when it is empty; ".." leads out of every cgroup a policy could name. */
void sp_fact_cgroup_parent(struct sp_fact_reader *r, const char *pointer, struct sp_str parent);
/* An image name: `image` is copied, `given` is what the user wrote. */
struct sp_value *sp_fact_image(struct sp_fact_reader *r, enum sp_fact fact, const char *pointer,
                               struct sp_str given, const struct sp_image *image);

/* Records what dockerd would not take. */
#define sp_fact_malformed(r, ...)                                                                  \
	sp_request_fail((r)->req, SP_FAULT_MALFORMED, (r)->arena, __VA_ARGS__)
/* A client's text inside such a clause. */
const char *sp_fact_shown(struct sp_fact_reader *r, struct sp_str text);
/* A path of the host, cleaned.  {NULL, 0}: it does not start with '/'. */
struct sp_str sp_fact_path(struct sp_fact_reader *r, struct sp_str path);
/* A name dockerd takes in any case: in lower case. */
struct sp_str sp_fact_lower(struct sp_fact_reader *r, const char *what, struct sp_str name);
/* "a" and "b" and what is between them: whole, for what patterns are compared with. */
struct sp_str sp_fact_whole(struct sp_fact_reader *r, struct sp_str a, const char *between,
                            struct sp_str b);
/* Likewise for showing: cut when it is long. */
struct sp_str sp_fact_join(struct sp_fact_reader *r, struct sp_str a, const char *between,
                           struct sp_str b);
struct sp_str sp_fact_format(struct sp_fact_reader *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* --- looking ------------------------------------------------------------------------------ */

static inline uint32_t
sp_get(const struct sp_fact_reader *r, uint32_t obj, uint32_t field)
{
	return sp_json_field(r->doc, obj, field);
}
static inline struct sp_str
sp_get_str(const struct sp_fact_reader *r, uint32_t obj, uint32_t field)
{
	return sp_json_str(r->doc, sp_json_field(r->doc, obj, field));
}
static inline int64_t
sp_get_int(const struct sp_fact_reader *r, uint32_t obj, uint32_t field)
{
	uint32_t tok = sp_json_field(r->doc, obj, field);

	return tok ? sp_json_int(r->doc, tok) : 0;
}
static inline bool
sp_get_bool(const struct sp_fact_reader *r, uint32_t obj, uint32_t field)
{
	return sp_json_bool(r->doc, sp_json_field(r->doc, obj, field));
}

/* As sp_capability_name, but a name nobody knows comes out in upper case with CAP_, too. */
struct sp_str sp_capability_upper(struct sp_str name, struct sp_arena *arena);

/* --- one reader per action
 * ------------------------------------------------------------------------ */

void sp_facts_container_create(struct sp_fact_reader *r);
void sp_facts_container_update(struct sp_fact_reader *r);
void sp_facts_container_exec(struct sp_fact_reader *r);
void sp_facts_container_start(struct sp_fact_reader *r);
void sp_facts_container_rename(struct sp_fact_reader *r);
void sp_facts_volume_create(struct sp_fact_reader *r);
void sp_facts_network_create(struct sp_fact_reader *r);
void sp_facts_network_connect(struct sp_fact_reader *r);
void sp_facts_image_pull(struct sp_fact_reader *r);
void sp_facts_image_push(struct sp_fact_reader *r);
void sp_facts_image_tag(struct sp_fact_reader *r);
void sp_facts_image_remove(struct sp_fact_reader *r);
void sp_facts_image_load(struct sp_fact_reader *r);
void sp_facts_image_build(struct sp_fact_reader *r);
void sp_facts_container_commit(struct sp_fact_reader *r);
void sp_facts_service(struct sp_fact_reader *r);
void sp_facts_secret(struct sp_fact_reader *r);
void sp_facts_config(struct sp_fact_reader *r);
void sp_facts_volume_update(struct sp_fact_reader *r);
void sp_facts_checkpoint(struct sp_fact_reader *r);
void sp_facts_plugin_pull(struct sp_fact_reader *r);
void sp_facts_plugin_set(struct sp_fact_reader *r);
void sp_facts_swarm_init(struct sp_fact_reader *r);
void sp_facts_swarm_update(struct sp_fact_reader *r);

/* --- parts of container.create
 * -------------------------------------------------------------------- */

/* Everything in a HostConfig, and the networks of a NetworkingConfig; both may be 0. */
void sp_facts_host_config(struct sp_fact_reader *r, uint32_t host_config, uint32_t networking);
void sp_facts_mounts(struct sp_fact_reader *r, uint32_t host_config);
void sp_facts_security(struct sp_fact_reader *r, uint32_t host_config);
void sp_facts_system_paths(struct sp_fact_reader *r, uint32_t host_config);
void sp_facts_container_networks(struct sp_fact_reader *r, uint32_t host_config,
                                 uint32_t networking);
void sp_facts_ports(struct sp_fact_reader *r, uint32_t host_config);

/* --- parts several readers use
 * -------------------------------------------------------------------- */

/* More than any machine has: a limit above is none. */
#define SP_HUGE_BYTES (INT64_C(1) << 50)

/* More processes than the kernel has numbers for (PID_MAX_LIMIT). */
#define SP_MAX_PIDS 4194304

/* CapAdd, or CapDrop when CapAdd has been read; a drop that has no effect is SP_UNSET. */
void sp_facts_capabilities(struct sp_fact_reader *r, enum sp_fact fact, const char *pointer,
                           uint32_t list);
void sp_facts_ulimits(struct sp_fact_reader *r, const char *pointer, uint32_t list);
void sp_facts_oom_score(struct sp_fact_reader *r, const char *pointer, int64_t adjust);
void sp_facts_healthcheck(struct sp_fact_reader *r, const char *pointer, uint32_t healthcheck);
/* Mounts of a service: swarm reads their types in its own way. */
void sp_facts_service_mounts(struct sp_fact_reader *r, uint32_t list);

/* Fields of Resources, as tokens; the same in create and update. */
struct sp_limit_fields {
	uint32_t memory, memory_swap, nano_cpus, cpu_quota, cpu_period, cpu_shares, pids;
	bool update; /* what is absent or 0 stays as it is */
};
void sp_facts_limits(struct sp_fact_reader *r, const struct sp_limit_fields *f);
void sp_facts_restart(struct sp_fact_reader *r, bool update, uint32_t policy);
void sp_facts_realtime(struct sp_fact_reader *r, bool update, int64_t period, int64_t runtime);

/* A plugin of a registry, as condition `images`, and what it is granted: a list of privileges. */
void sp_facts_plugin(struct sp_fact_reader *r, const char *pointer, struct sp_str remote,
                     const char *privileges_pointer, uint32_t privileges);

/* Driver and options of a volume, at volume.create or in a mount. */
struct sp_volume_driver {
	struct sp_str name;
	uint32_t options; /* token of the map */
	const char *driver_pointer, *options_pointer;
	int32_t index;                              /* of the mount, or -1 */
	const char *driver_suffix, *options_suffix; /* or NULL */
	const char *driver_flag, *options_flag;
	const char *driver_arg, *options_arg; /* what goes before name and option: "volume-opt=" */
};
void sp_facts_volume_driver(struct sp_fact_reader *r, const struct sp_volume_driver *d);

/* A network somebody is attached to: nothing, a network, or the host's. */
struct sp_value *sp_facts_network(struct sp_fact_reader *r, struct sp_str name,
                                  const char *pointer);
/* EndpointSettings of network `name`; `place` is where they stand. */
void sp_facts_endpoint(struct sp_fact_reader *r, uint32_t endpoint, struct sp_str name,
                       const struct sp_place *place);

#endif
