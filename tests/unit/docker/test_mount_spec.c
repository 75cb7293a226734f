/* SPDX-License-Identifier: Apache-2.0 */
#include "docker/mount_spec.h"
#include "message.h"

static const char *
split(const char *raw)
{
	struct sp_mount_spec spec;
	const char *why = sp_mount_spec_parse(sp_strz(raw), &spec);

	if (why)
		return why;
	if (spec.source.len == 0)
		return "anonymous";
	return sp_arena_printf(&arena, "%s %.*s %.*s %s %.*s", spec.bind ? "bind" : "volume",
	                       SP_FMT(spec.source), SP_FMT(spec.target),
	                       spec.read_only ? "ro" : "rw", SP_FMT(spec.propagation));
}

static void
binds_are_split_as_dockerd_does(void **state)
{
	static const struct {
		const char *raw, *expected;
	} cases[] = {
	    {"/etc:/h", "bind /etc /h rw "},
	    {"/etc:/h:ro", "bind /etc /h ro "},
	    {"/etc:/h:rw", "bind /etc /h rw "},
	    {"/etc:/h:", "bind /etc /h rw "},
	    {"/etc:/h:ro,z", "bind /etc /h ro "},
	    {"/etc:/h:Z,rshared,ro", "bind /etc /h ro rshared"},
	    {"/etc:/h:slave", "bind /etc /h rw slave"},
	    {"/etc:/h:private", "bind /etc /h rw private"},
	    {"/etc:/h:cached,nocopy", "bind /etc /h rw "},
	    {"data:/h", "volume data /h rw "},
	    {"data:/h:ro", "volume data /h ro "},
	    {"./x:/h", "volume ./x /h rw "},
	    {"~/x:/h", "volume ~/x /h rw "},
	    {"\\etc:/h", "volume \\etc /h rw "},
	    {" /etc:/h", "volume  /etc /h rw "},
	    {"/data", "anonymous"},
	    {"", "it has no source"},
	    {":/h", "it has no source"},
	    {"::", "it has no source"},
	    {"/data:ro", "it has no target"},
	    {"/data:", "it has no target"},
	    {"/data:ro,z", "it has no target"},
	    {"/data:ro,ro", "bind /data ro,ro rw "}, /* no mode, so a target */
	    {"/etc:/h:ro:x", "it has more than two ':'"},
	    {"/etc:/h:RO", "its mode is not one dockerd knows"},
	    {"/etc:/h:ro ", "its mode is not one dockerd knows"},
	    {"/etc:/h:ro,", "its mode is not one dockerd knows"},
	    {"/etc:/h:ro,rw", "its mode is not one dockerd knows"},
	    {"/etc:/h:z,Z", "its mode is not one dockerd knows"},
	    {"/etc:/h:shared,slave", "its mode is not one dockerd knows"},
	    {"/etc:/h:exec", "its mode is not one dockerd knows"},
	    {"/etc:/h:copy", "its mode is not one dockerd knows"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *got = split(cases[i].raw);

		if (strcmp(got, cases[i].expected) != 0)
			fail_msg("'%s' gives '%s', expected '%s'", cases[i].raw, got,
			         cases[i].expected);
	}
}

static void
volumes_from_names_a_container(void **state)
{
	static const struct {
		const char *raw, *container;
		bool read_only, ok;
	} cases[] = {
	    {"web", "web", false, true},
	    {"web:ro", "web", true, true},
	    {"web:rw,z", "web", false, true},
	    {"web:", "web", false, true},
	    {"", "", false, false},
	    {":ro", "", false, false},
	    {"web:rshared", "web", false, false},
	    {"web:nocopy", "web", false, false},
	    {"web:ro:x", "web", false, false},
	    {"web:RO", "web", false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sp_str container;
		bool read_only;
		const char *why =
		    sp_volumes_from_parse(sp_strz(cases[i].raw), &container, &read_only);

		if ((why == NULL) != cases[i].ok ||
		    (cases[i].ok && (read_only != cases[i].read_only ||
		                     !sp_str_is(container, cases[i].container))))
			fail_msg("'%s': %s", cases[i].raw, why ? why : "accepted");
	}
}

static void
propagation_words(void **state)
{
	(void)state;
	assert_true(sp_propagates(SP_STR("rslave")));
	assert_false(sp_propagates(SP_STR("rprivate")));
	assert_true(sp_is_propagation(SP_STR("rprivate")));
	assert_false(sp_is_propagation(SP_STR("Shared")));
	assert_false(sp_is_propagation(SP_STR("")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(binds_are_split_as_dockerd_does),
	    cmocka_unit_test(volumes_from_names_a_container),
	    cmocka_unit_test(propagation_words),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
