/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "docker/spelling.h"

static struct sp_arena arena;

static void
same(struct sp_str got, const char *expected)
{
	assert_non_null(got.p);
	assert_true(sp_str_is(got, expected));
}

static void
lower_case(void **state)
{
	(void)state;
	same(sp_spell_lower(SP_STR("NoFile@[`{Z"), &arena), "nofile@[`{z");
	same(sp_spell_lower(SP_STR(""), &arena), "");
	assert_null(sp_spell_lower(SP_STR("\xc5\xbftack"), &arena).p);
	assert_null(sp_spell_lower(SP_STR("x\xe2\x84\xaa"), &arena).p);
}

static void
sysctls(void **state)
{
	(void)state;
	same(sp_spell_sysctl(SP_STR("kernel.msgmax"), &arena), "kernel.msgmax");
	same(sp_spell_sysctl(SP_STR("kernel/msgmax"), &arena), "kernel.msgmax");
	same(sp_spell_sysctl(SP_STR("net.ipv4/ip_forward"), &arena), "net.ipv4.ip_forward");
	same(sp_spell_sysctl(SP_STR("/net..ipv4/./../ip_forward./"), &arena),
	     "net.ipv4.ip_forward");
	same(sp_spell_sysctl(SP_STR("./"), &arena), "");
	same(sp_spell_sysctl(SP_STR("Kernel.x"), &arena), "Kernel.x");
}

static void
plugins(void **state)
{
	(void)state;
	same(sp_spell_plugin(SP_STR("vieux/sshfs")), "vieux/sshfs");
	same(sp_spell_plugin(SP_STR("vieux/sshfs:latest")), "vieux/sshfs");
	same(sp_spell_plugin(SP_STR("vieux/sshfs:1")), "vieux/sshfs:1");
	same(sp_spell_plugin(SP_STR("docker.io/vieux/sshfs")), "vieux/sshfs");
	same(sp_spell_plugin(SP_STR("index.docker.io/library/x:latest")), "x");
	same(sp_spell_plugin(SP_STR("registry.example.com/x:latest")), "registry.example.com/x");
	same(sp_spell_plugin(SP_STR("json-file")), "json-file");
	/* a plugin of that name, not dockerd's own driver */
	same(sp_spell_plugin(SP_STR("local:latest")), "local:latest");
	same(sp_spell_plugin(SP_STR("docker.io/library/local")), "docker.io/library/local");
	same(sp_spell_plugin(SP_STR(":latest")), "");
	assert_true(sp_is_hex_word(SP_STR("deadbeef01")));
	assert_false(sp_is_hex_word(SP_STR("deadbeeg")));
	assert_false(sp_is_hex_word(SP_STR("DEAD")));
	assert_false(sp_is_hex_word(SP_STR("")));
}

static void
dot_dot(void **state)
{
	(void)state;
	assert_true(sp_has_dot_dot(SP_STR("..")));
	assert_true(sp_has_dot_dot(SP_STR("/a/..")));
	assert_true(sp_has_dot_dot(SP_STR("../a")));
	assert_true(sp_has_dot_dot(SP_STR("a/../b")));
	assert_false(sp_has_dot_dot(SP_STR("a/..b/...")));
	assert_false(sp_has_dot_dot(SP_STR("a./.b/.")));
	assert_false(sp_has_dot_dot(SP_STR("")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lower_case),
	    cmocka_unit_test(sysctls),
	    cmocka_unit_test(plugins),
	    cmocka_unit_test(dot_dot),
	};
	int failed;

	sp_arena_init(&arena, 1u << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	sp_arena_fini(&arena);
	return failed;
}
