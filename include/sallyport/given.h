/* SPDX-License-Identifier: Apache-2.0 */
/*
 * given.h: answers about host paths that no host was asked for: a policy test says which symbolic
 * links there are, an audit line says what the host answered then.  Pure.  Layer: docker.
 */
#ifndef SALLYPORT_GIVEN_H
#define SALLYPORT_GIVEN_H

#include "sallyport/facts.h"

enum sp_given_kind {
	SP_GIVEN_LINK = 0, /* `path` is a symbolic link, `resolved` what is written in it */
	SP_GIVEN_DEAD_END, /* `path`, and what is below it, cannot be resolved: `why` */
	SP_GIVEN_SOCKET,   /* `path` is a socket on which `engine` listens */
	SP_GIVEN_ANSWER,   /* all of it is what a host answered for `path` */
};

/* Paths are absolute and clean; the text in a link is as links hold it, "../x" too. */
struct sp_given_path {
	enum sp_given_kind kind;
	struct sp_host_path said;
};

struct sp_given {
	const struct sp_given_path *paths;
	size_t n;
};

/*
 * Fills in all of facts->host_paths: an ANSWER as it is, everything else resolved through the LINKs
 * as the kernel would; what is not given is no link.  NULL: nothing is given, each path leads to
 * itself.  When the arena is full, paths stay SP_HOST_UNKNOWN.
 */
void sp_given_answer(struct sp_facts *facts, const struct sp_given *given, struct sp_arena *arena);

#endif
