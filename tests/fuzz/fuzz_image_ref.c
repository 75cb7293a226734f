/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_image_ref.c: any bytes as an image name; the first byte says how it is completed, what
 * follows a newline is the tag parameter.  A name that is accepted is made of its parts, and
 * completing it once more changes nothing.
 */
#include <stdint.h>
#include <stdlib.h>

#include "docker/image_ref.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static struct sp_str
put(struct sp_buf *buf, const struct sp_image *image)
{
	sp_buf_add(buf, image->registry);
	sp_buf_addc(buf, '/');
	sp_buf_add(buf, image->path);
	if (image->tag.len)
		sp_buf_addc(buf, ':');
	sp_buf_add(buf, image->tag);
	if (image->digest.len)
		sp_buf_addc(buf, '@');
	sp_buf_add(buf, image->digest);
	return sp_buf_str(buf);
}

static void
check_name(const struct sp_image *image, unsigned how, struct sp_arena *arena)
{
	struct sp_image again;
	struct sp_buf buf;

	sp_buf_init(&buf, arena, 1u << 20);
	must(sp_str_eq(put(&buf, image), image->full));
	must(image->tag.len || image->digest.len || (how & SP_REF_ALL_TAGS));
	must(image->path.len > 0 && image->path.len <= 255 && image->tag.len <= 128);
	for (size_t i = 0; i < image->path.len; i++)
		must(image->path.p[i] > ' ' && image->path.p[i] < 0x7f &&
		     !(image->path.p[i] >= 'A' && image->path.p[i] <= 'Z'));
	/* a registry that only upper case told from a path does not come back as one */
	if (sp_str_find(image->registry, '.') == image->registry.len &&
	    sp_str_find(image->registry, ':') == image->registry.len &&
	    !sp_str_is(image->registry, "localhost"))
		return;
	if (sp_str_is(image->registry, "index.docker.io") ||
	    (sp_str_is(image->registry, "docker.io") &&
	     sp_str_find(image->path, '/') == image->path.len))
		return; /* Index.docker.io, Docker.io: other registries for dockerd */
	sp_image_complete(image->full, (struct sp_str){NULL, 0}, SP_REF_ALL_TAGS, arena, &again);
	must(again.kind == SP_IMAGE_NAME && sp_str_eq(again.full, image->full));
	must(sp_str_eq(again.registry, image->registry) && sp_str_eq(again.path, image->path));
	must(sp_str_eq(again.tag, image->tag) && sp_str_eq(again.digest, image->digest));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sp_str text = {(const char *)data, size}, name, tag;
	struct sp_arena arena;
	struct sp_image image;
	unsigned how;

	if (size == 0)
		return 0;
	how = data[0] & 15u;
	sp_str_cut(sp_str_from(text, 1), '\n', &name, &tag);
	sp_arena_init(&arena, 8u << 20);
	sp_image_complete(name, tag, how, &arena, &image);
	if (image.kind == SP_IMAGE_NAME)
		check_name(&image, how, &arena);
	else
		must(sp_str_eq(image.full, name));
	sp_arena_fini(&arena);
	return 0;
}
