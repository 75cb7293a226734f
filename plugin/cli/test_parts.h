/* SPDX-License-Identifier: Apache-2.0 */
/* test_parts.h: policy tests from the inside: what the files that read them share. */
#ifndef SALLYPORT_CLI_TEST_PARTS_H
#define SALLYPORT_CLI_TEST_PARTS_H

#include "cli/test_file.h"
#include "engine/yaml.h"

struct sp_test_loader {
	struct sp_diags *diags;
	struct sp_arena *arena;
	struct sp_test_file *file;
};

/* Every key of a map against the table; `place` is how it is called.  0 or -1. */
int sp_test_keys_check(struct sp_test_loader *ld, const struct sp_node *map, uint32_t where,
                       const char *place);
int sp_test_wrong_type(struct sp_test_loader *ld, const struct sp_node *k, const char *wanted);
/* The value of a key, or NULL; its text, or nothing. */
const struct sp_node *sp_test_get(const struct sp_node *map, const char *name);
struct sp_str sp_test_get_text(const struct sp_node *map, const char *name);
/* given: 0 or -1. */
int sp_test_given_load(struct sp_test_loader *ld, const struct sp_node *given);

#endif
