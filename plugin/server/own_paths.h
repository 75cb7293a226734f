/* SPDX-License-Identifier: Apache-2.0 */
/*
 * own_paths.h: where the files of this process are, for builtin/self-protection.  Private to
 * server/.
 */
#ifndef SALLYPORT_SERVER_OWN_PATHS_H
#define SALLYPORT_SERVER_OWN_PATHS_H

#include "sallyport/base.h"

#define SP_OWN_PATHS 160 /* of all files a policy can have, the log and the socket */

struct sp_own_paths {
	struct sp_str path[SP_OWN_PATHS]; /* absolute and clean */
	size_t n;
};

/*
 * A file that is there now, under its name and under the one without symbolic links; with each the
 * directory it is in, if that is called "sallyport": in others, what lies beside it is not ours.
 * The directory itself cannot be mounted without exposing the file.  Other kinds of files
 * ("/dev/stdout") are passed over.  Where a link leads is looked up once: a link that leads
 * elsewhere later is protected under its name only.
 */
void sp_own_paths_add(struct sp_own_paths *own, const char *path, struct sp_arena *arena);
/* The same for the path a listening unix socket is bound to. */
void sp_own_paths_add_socket(struct sp_own_paths *own, int fd, struct sp_arena *arena);

#endif
