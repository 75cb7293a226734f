/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spelling.h: names that dockerd or runc take in several spellings, in one.  Patterns are compared
 * with that one.  Private to docker/.
 */
#ifndef SALLYPORT_DOCKER_SPELLING_H
#define SALLYPORT_DOCKER_SPELLING_H

#include "sallyport/base.h"

/*
 * Lower case; {NULL, 0} for what is not ASCII: Go's ToUpper and ToLower turn some letters of other
 * alphabets into ASCII ones (U+017F is an 's', U+212A a 'k').
 */
struct sp_str sp_spell_lower(struct sp_str name, struct sp_arena *arena);

/* "net/ipv4//ip_forward" is net.ipv4.ip_forward. */
struct sp_str sp_spell_sysctl(struct sp_str name, struct sp_arena *arena);

/* A plugin's name without the registry and the tag dockerd would add: "vieux/sshfs". */
struct sp_str sp_spell_plugin(struct sp_str name);

/* Perhaps the ID of a plugin or network, or its beginning. */
bool sp_is_hex_word(struct sp_str s);

/* Is one of the parts between the slashes ".."? */
bool sp_has_dot_dot(struct sp_str path);

#endif
