/* SPDX-License-Identifier: Apache-2.0 */
/*
 * yaml.h: a YAML file as a located tree, with everything refused that a reader and a reviewer could
 * understand differently (POLICY.md 4).  Knows nothing of the policy language.  Layer: engine.
 */
#ifndef SALLYPORT_ENGINE_YAML_H
#define SALLYPORT_ENGINE_YAML_H

#include "sallyport/diag.h"

enum sp_node_kind { SP_NODE_SCALAR = 0, SP_NODE_LIST, SP_NODE_MAP };

enum sp_node_style { SP_STYLE_PLAIN = 0, SP_STYLE_QUOTED, SP_STYLE_BLOCK };

struct sp_node {
	enum sp_node_kind kind;
	enum sp_node_style style; /* of a scalar */
	struct sp_str text;       /* of a scalar; never holds NUL; valid UTF-8 */
	struct sp_pos pos;        /* start; width of a one-line scalar, else 1 */
	struct sp_node *first;    /* LIST: items; MAP: keys, each with `value` */
	struct sp_node *next;     /* next item or key */
	struct sp_node *value;    /* of a key */
	uint32_t n;               /* LIST, MAP: children */
};

/*
 * Parses the text of file number `file` of *diags.  new, in diags->arena; NULL when there was an
 * error, all of which are in *diags.  Guarantees of the tree: one document whose root is a map;
 * keys are scalars, unique in their map; no tag, anchor, alias, merge key; no plain scalar over two
 * lines; a plain scalar is never empty ("key:" without a value is an error); block scalars may
 * appear anywhere (the loader says where they are not welcome).
 */
struct sp_node *sp_yaml_parse(struct sp_diags *diags, uint32_t file);

#endif
