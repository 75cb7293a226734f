/* SPDX-License-Identifier: Apache-2.0 */
/* image_ref.h: image names with the parameters of the image endpoints.  Private to docker/. */
#ifndef SALLYPORT_DOCKER_IMAGE_REF_H
#define SALLYPORT_DOCKER_IMAGE_REF_H

#include "sallyport/facts.h"

#define SP_REF_ALL_TAGS (1u << 0)      /* neither tag nor digest: every tag of the repository */
#define SP_REF_MAY_BE_ID (1u << 1)     /* dockerd also looks the text up as an image ID */
#define SP_REF_TAG_OR_DIGEST (1u << 2) /* the tag parameter may be a digest (images/create) */
#define SP_REF_NEW_NAME (1u << 3)      /* a name to be given: a digest cannot be */

/*
 * Completes `name`; a `tag` that is not empty replaces the one in it, as the tag parameter of
 * images/create, push and tag does.  Always fills *out.
 */
void sp_image_complete(struct sp_str name, struct sp_str tag, unsigned how, struct sp_arena *arena,
                       struct sp_image *out);

#endif
