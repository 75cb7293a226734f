/* SPDX-License-Identifier: Apache-2.0 */
#include "docker/image_ref.h"
#include "message.h"

#define HEX64 "7cc4b5aefd1d0cadf8d97d4350462ba51c694ebca145b08d7d41b41acc8db5aa"
#define SHA "sha256:" HEX64
#define A50 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A128 A50 A50 "aaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const char *
complete(const char *name, const char *tag, unsigned how)
{
	struct sp_image image;

	sp_image_complete(sp_strz(name), sp_strz(tag), how, &arena, &image);
	if (image.kind == SP_IMAGE_INVALID)
		return "invalid";
	if (image.kind == SP_IMAGE_ID)
		return "id";
	/* full is made of the parts, in this order */
	assert_true(sp_str_starts(image.full, image.registry));
	assert_true(image.registry.len + 1 + image.path.len <= image.full.len);
	assert_memory_equal(image.full.p + image.registry.len + 1, image.path.p, image.path.len);
	return sp_arena_printf(&arena, "%.*s %.*s %.*s %.*s", SP_FMT(image.registry),
	                       SP_FMT(image.path), SP_FMT(image.tag), SP_FMT(image.digest));
}

struct name_case {
	const char *name, *expected;
};

static const struct name_case names[] = {
    {"nginx", "docker.io library/nginx latest "},
    {"nginx:1.25", "docker.io library/nginx 1.25 "},
    {"team/web", "docker.io team/web latest "},
    {"a/b/c:v1", "docker.io a/b/c v1 "},
    {"docker.io/nginx", "docker.io library/nginx latest "},
    {"docker.io/library/nginx", "docker.io library/nginx latest "},
    {"docker.io/team/web", "docker.io team/web latest "},
    {"index.docker.io/nginx", "docker.io library/nginx latest "},
    {"index.docker.io/team/web:1", "docker.io team/web 1 "},
    {"registry.example.com/prod/web:1.2", "registry.example.com prod/web 1.2 "},
    {"registry.example.com:5000/web", "registry.example.com:5000 web latest "},
    {"localhost/x", "localhost x latest "},
    {"localhost:5000/x:y", "localhost:5000 x y "},
    {"x:5000/y", "x:5000 y latest "},
    {"x:5000", "docker.io library/x 5000 "},
    {"localhost", "docker.io library/localhost latest "},
    {"192.0.2.1:5000/x", "192.0.2.1:5000 x latest "},
    {"[2001:db8::1]:5000/x", "[2001:db8::1]:5000 x latest "},
    /* looks like a registry and is not ours */
    {"registry.example.com.evil.org/prod/web", "registry.example.com.evil.org prod/web latest "},
    {"evil.org/registry.example.com/prod/web", "evil.org registry.example.com/prod/web latest "},
    {"registry/prod/web", "docker.io registry/prod/web latest "},
    {"registry.example.com", "docker.io library/registry.example.com latest "},
    /* the registry is compared in lower case, the path has no upper case */
    {"UPPER.example.com/x", "upper.example.com x latest "},
    {"Registry.Example.COM/prod/web", "registry.example.com prod/web latest "},
    {"LOCALHOST/x", "localhost x latest "},
    {"Team/web", "team web latest "},
    {"team/Web", "invalid"},
    {"Nginx", "invalid"},
    {"nginx:Latest", "docker.io library/nginx Latest "},
    {"docker.IO/x", "docker.io x latest "},
    /* digests */
    {"nginx@" SHA, "docker.io library/nginx  " SHA},
    {"nginx:1@" SHA, "docker.io library/nginx 1 " SHA},
    {"registry.example.com/a@" SHA, "registry.example.com a  " SHA},
    {"nginx@sha256:abc", "invalid"},
    {"nginx@" SHA "0", "invalid"},
    {"nginx@SHA256:" HEX64, "invalid"},
    {"nginx@md5:" HEX64, "invalid"},
    {"nginx@sha512:" HEX64 HEX64, "docker.io library/nginx  sha512:" HEX64 HEX64},
    {"nginx@sha512:" HEX64, "invalid"},
    {"nginx@" SHA ":1", "invalid"},
    {"nginx@" SHA "@" SHA, "invalid"},
    {"nginx@", "invalid"},
    /* components */
    {"a.b_c__d---e", "docker.io library/a.b_c__d---e latest "},
    {"a___b", "invalid"},
    {"a..b", "invalid"},
    {"a._b", "invalid"},
    {"-a", "invalid"},
    {"a-", "invalid"},
    {"_a", "invalid"},
    {"a_", "invalid"},
    {"a//b", "invalid"},
    {"/a", "invalid"},
    {"a/", "invalid"},
    {"registry.example.com/", "invalid"},
    {"registry.example.com//a", "invalid"},
    {"a b", "invalid"},
    {"a\nb", "invalid"},
    {"nginx\n", "invalid"},
    {"nginx ", "invalid"},
    {"n\xc3\xa4mlich", "invalid"},
    {"nginx:", "invalid"},
    {"nginx:a:b", "invalid"},
    {"nginx:.a", "invalid"},
    {"nginx:-a", "invalid"},
    {"nginx:_a", "docker.io library/nginx _a "},
    {"nginx:" A128, "docker.io library/nginx " A128 " "},
    {"nginx:" A128 "a", "invalid"},
    {"", "invalid"},
    {"*", "invalid"},
    /* no host names: dockerd would take them for paths without a registry */
    {"foo_bar.com/x", "invalid"},
    {"-a.com/x", "invalid"},
    {"a-.com/x", "invalid"},
    {"a..com/x", "invalid"},
    {".com/x", "invalid"},
    {":5000/x", "invalid"},
    {"x:/y", "invalid"},
    {"a:b/c", "invalid"},
    {"[::1/x", "invalid"},
    {"[]/x", "invalid"},
    {"[::1]5000/x", "invalid"},
    {"[fe80::1%eth0]/x", "invalid"},
    /* 255 bytes of path are allowed */
    {"x.y/" A50 A50 A50 A50 A50 "aaaaa", "x.y " A50 A50 A50 A50 A50 "aaaaa latest "},
    {"x.y/" A50 A50 A50 A50 A50 "aaaaaa", "invalid"},
    {A50 A50 A50 A50 "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
     "docker.io library/" A50 A50 A50 A50
     "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz latest "},
    {A50 A50 A50 A50 "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", "invalid"},
};

static void
names_are_completed_as_dockerd_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *got = complete(names[i].name, "", SP_REF_MAY_BE_ID);

		if (strcmp(got, names[i].expected) != 0)
			fail_msg("'%s' gives '%s', expected '%s'", names[i].name, got,
			         names[i].expected);
	}
}

static void
hex_words_may_be_image_ids(void **state)
{
	static const char *const ids[] = {HEX64, SHA, "3f5e21",  "cafe",        "ada",
	                                  "f",   "0", "1234567", "sha256:3f5e", "sha256:0"};
	static const char *const others[] = {
	    "3f5e2g", "cafe:latest", "cafe/x", "sha256:", "sha512:ab", "localhost/cafe", "Cafe"};

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		assert_string_equal(complete(ids[i], "", SP_REF_MAY_BE_ID), "id");
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_string_not_equal(complete(others[i], "", SP_REF_MAY_BE_ID), "id");
	/* a pull or a new name is never an ID */
	assert_string_equal(complete("cafe", "", 0), "docker.io library/cafe latest ");
	assert_string_equal(complete(SHA, "", 0), "docker.io library/sha256 " HEX64 " ");
	assert_string_equal(complete(HEX64, "", 0), "id");
}

static void
the_tag_parameter_replaces_the_tag(void **state)
{
	static const struct {
		const char *name, *tag;
		unsigned how;
		const char *expected;
	} cases[] = {
	    {"nginx", "1", 0, "docker.io library/nginx 1 "},
	    {"nginx:2", "1", 0, "docker.io library/nginx 1 "},
	    {"nginx:2", "", 0, "docker.io library/nginx 2 "},
	    {"nginx@" SHA, "1", 0, "docker.io library/nginx 1 " SHA},
	    {"nginx", SHA, SP_REF_TAG_OR_DIGEST, "docker.io library/nginx  " SHA},
	    {"nginx:2", SHA, SP_REF_TAG_OR_DIGEST, "docker.io library/nginx  " SHA},
	    {"nginx", SHA, 0, "invalid"},
	    {"nginx", "a b", SP_REF_TAG_OR_DIGEST, "invalid"},
	    {"nginx", "sha256:abc", SP_REF_TAG_OR_DIGEST, "invalid"},
	    {"nginx", "", SP_REF_ALL_TAGS, "docker.io library/nginx  "},
	    {"nginx", "1", SP_REF_ALL_TAGS, "docker.io library/nginx 1 "},
	    {"nginx@" SHA, "", SP_REF_NEW_NAME, "invalid"},
	    {"nginx@" SHA, "1", SP_REF_NEW_NAME, "docker.io library/nginx 1 "},
	    {"nginx", "", SP_REF_NEW_NAME, "docker.io library/nginx latest "},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *got = complete(cases[i].name, cases[i].tag, cases[i].how);

		if (strcmp(got, cases[i].expected) != 0)
			fail_msg("'%s' with tag '%s' gives '%s', expected '%s'", cases[i].name,
			         cases[i].tag, got, cases[i].expected);
	}
}

static void
completing_twice_changes_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct sp_image once, twice;

		sp_image_parse(sp_strz(names[i].name), false, &arena, &once);
		if (once.kind != SP_IMAGE_NAME)
			continue;
		/* only upper case made these a registry, or another one than docker.io */
		if (strcmp(names[i].name, "docker.IO/x") == 0 ||
		    strcmp(names[i].name, "Team/web") == 0)
			continue;
		sp_image_parse(once.full, false, &arena, &twice);
		assert_int_equal(twice.kind, SP_IMAGE_NAME);
		assert_true(sp_str_eq(once.full, twice.full));
		assert_true(sp_str_eq(once.tag, twice.tag));
		assert_true(sp_str_eq(once.digest, twice.digest));
	}
}

static void
a_full_arena_gives_no_name(void **state)
{
	struct sp_arena small;
	struct sp_image image;

	(void)state;
	sp_arena_init(&small, 1);
	sp_image_parse(SP_STR("registry.example.com/prod/web"), false, &small, &image);
	assert_int_equal(image.kind, SP_IMAGE_INVALID);
	assert_true(small.full);
	sp_arena_fini(&small);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_are_completed_as_dockerd_does),
	    cmocka_unit_test(hex_words_may_be_image_ids),
	    cmocka_unit_test(the_tag_parameter_replaces_the_tag),
	    cmocka_unit_test(completing_twice_changes_nothing),
	    cmocka_unit_test(a_full_arena_gives_no_name),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
