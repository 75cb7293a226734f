/* SPDX-License-Identifier: Apache-2.0 */
#include "message.h"
#include "sallyport/facts.h"

static void
names_are_normalised_as_dockerd_does(void **state)
{
	static const struct {
		const char *given, *name; /* NULL: not a capability */
	} cases[] = {
	    {"SYS_ADMIN", "CAP_SYS_ADMIN"},
	    {"sys_admin", "CAP_SYS_ADMIN"},
	    {"Cap_Sys_Admin", "CAP_SYS_ADMIN"},
	    {"CAP_NET_BIND_SERVICE", "CAP_NET_BIND_SERVICE"},
	    {"ALL", "ALL"},
	    {"all", "ALL"},
	    {"aLl", "ALL"},
	    {"chown", "CAP_CHOWN"},
	    {"WAKE_ALARM", "CAP_WAKE_ALARM"},
	    {"checkpoint_restore", "CAP_CHECKPOINT_RESTORE"},
	    /* strings.ToUpper: long s and dotless i become ASCII letters */
	    {"\xc5\xbfys_adm\xc4\xb1n", "CAP_SYS_ADMIN"},
	    {"cap_\xc5\xbfys_adm\xc4\xb1n", "CAP_SYS_ADMIN"},
	    /* the Kelvin sign and the dotted capital are upper case already */
	    {"\xe2\x84\xaaILL", NULL},
	    {"K\xc4\xb0LL", NULL},
	    {"CAP_ALL", NULL},
	    {" ALL", NULL},
	    {"ALL ", NULL},
	    {"", NULL},
	    {"CAP_", NULL},
	    {"CAP_CAP_CHOWN", NULL},
	    {"SYS_ADMINX", NULL},
	    {"SYS-ADMIN", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sp_str name = sp_capability_name(sp_strz(cases[i].given), &arena);

		if (cases[i].name ? !sp_str_is(name, cases[i].name) : name.p != NULL)
			fail_msg("'%s' gives '%.*s'", cases[i].given, SP_FMT(name));
	}
}

static void
a_long_name_is_no_capability(void **state)
{
	char text[1000];

	(void)state;
	memset(text, 'A', sizeof(text));
	memcpy(text, "SYS_ADMIN", 9);
	assert_null(sp_capability_name((struct sp_str){text, sizeof(text)}, &arena).p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_are_normalised_as_dockerd_does),
	    cmocka_unit_test(a_long_name_is_no_capability),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
