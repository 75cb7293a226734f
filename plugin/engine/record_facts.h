/* SPDX-License-Identifier: Apache-2.0 */
/* record_facts.h: looked-up facts in a record.  Private to record*.c. */
#ifndef SALLYPORT_ENGINE_RECORD_FACTS_H
#define SALLYPORT_ENGINE_RECORD_FACTS_H

#include "sallyport/facts.h"

/*
 * `,"facts":{"paths":{"/srv/x":"/etc","/srv/loop":null},"sockets":{"/srv/y":{"path":"/srv/y/d.sock",
 * "engine":"dockerd"}},"own":{"/srv":"/srv/policy.yaml"}}`; nothing when every path leads to itself
 * and exposes no socket and no file of this plugin.
 */
void sp_record_facts(struct sp_buf *out, const struct sp_facts *facts);

/* The member `facts` of a line as it stands there, empty when there is none; -1: no such line. */
int sp_record_find_facts(struct sp_str line, struct sp_str *facts);

#endif
