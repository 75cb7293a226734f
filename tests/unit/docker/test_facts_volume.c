/* SPDX-License-Identifier: Apache-2.0 */
#include "facts_test.h"

static const char *
volume(const char *fields)
{
	ask("POST", "/v1.44/volumes/create", sp_arena_printf(&arena, "{%s}", fields));
	return powers();
}

#define OPTS(list) "\"DriverOpts\":{" list "}"
#define OPTS_OF(o)                                                                                 \
	sp_arena_printf(&arena, OPTS("\"type\":\"nfs\",\"device\":\":/x\",\"o\":\"%s\""), o)

static void
what_volumes_really_are(void **state)
{
	static const struct {
		const char *fields, *expected;
	} cases[] = {
	    {"", ""},
	    {"\"Driver\":\"local\",\"DriverOpts\":null", ""},
	    {OPTS(""), ""},
	    {OPTS("\"size\":\"10g\""), ""},
	    /* binds */
	    {OPTS("\"type\":\"none\",\"o\":\"bind\",\"device\":\"/srv/x\""), "bind=/srv/x"},
	    {OPTS("\"type\":\"\",\"o\":\"bind\",\"device\":\"/srv/../etc\""), "bind=/etc"},
	    {OPTS("\"type\":\"ext4\",\"o\":\"noatime,bind\",\"device\":\"/etc\""), "bind=/etc"},
	    {OPTS("\"type\":\"tmpfs\",\"o\":\"rbind\",\"device\":\"/etc\""), "bind=/etc"},
	    {OPTS("\"type\":\"nfs\",\"o\":\"addr=192.0.2.1,rbind,rw\",\"device\":\"/etc\""),
	     "bind=/etc"},
	    {OPTS("\"type\":\"none\",\"o\":\"bind,ro\",\"device\":\"/etc\""), "bind=/etc:ro"},
	    {OPTS("\"type\":\"none\",\"o\":\"ro,bind,rw\",\"device\":\"/etc\""), "bind=/etc"},
	    {OPTS("\"type\":\"none\",\"device\":\"/etc\""), "bind=/etc"},
	    {OPTS("\"type\":\"none\",\"o\":\"bind,rshared\",\"device\":\"/etc\""),
	     "bind=/etc bind_propagation=rshared"},
	    {OPTS("\"type\":\"none\",\"o\":\"bind\",\"device\":\"etc\""),
	     "malformed: the path 'etc' in the options of a volume does not start with '/'"},
	    /* exact words only: "Bind" is data for the file system */
	    {OPTS("\"type\":\"tmpfs\",\"o\":\"Bind\",\"device\":\"tmpfs\""),
	     "volume_options=type=tmpfs,o=Bind,device=tmpfs"},
	    /* disks, overlays, other file systems */
	    {OPTS("\"type\":\"ext4\",\"device\":\"/dev/sda1\""),
	     "bind=/dev/sda1 volume_options=type=ext4,device=/dev/sda1"},
	    {OPTS("\"type\":\"overlay\",\"device\":\"overlay\","
	          "\"o\":\"lowerdir=/etc:/root,upperdir=/tmp/u,workdir=/tmp/w\""),
	     "bind=/etc,/root,/tmp/u,/tmp/w volume_options=type=overlay,device=overlay,"
	     "o=lowerdir=/etc:/root,upperdir=/tmp/u,workdir=/tmp/w"},
	    {OPTS("\"type\":\"overlay\",\"device\":\"overlay\",\"o\":\"lowerdir+=/etc\""),
	     "bind=/etc volume_options=type=overlay,device=overlay,o=lowerdir+=/etc"},
	    {OPTS("\"type\":\"overlay\",\"device\":\"overlay\",\"o\":\"lowerdir=etc\""),
	     "malformed: the path 'etc' in the options of a volume does not start with '/'"},
	    {OPTS("\"type\":\"overlay\",\"device\":\"overlay\",\"o\":\"lowerdir=/a\\\\:b\""),
	     "malformed: the paths in the options of a volume hold a backslash"},
	    {OPTS("\"type\":\"ext4\",\"device\":\"x\",\"o\":\"journal_path=/dev/sdb\""),
	     "bind=/dev/sdb volume_options=type=ext4,device=x,o=journal_path=/dev/sdb"},
	    {OPTS("\"type\":\"ext4\",\"device\":\"x\",\"o\":\"journal_path=dev/sdb\""),
	     "bind=/dev/sdb volume_options=type=ext4,device=x,o=journal_path=dev/sdb"},
	    {OPTS("\"type\":\"ext4\",\"device\":\"x\",\"o\":\"journal_dev=0x811\""),
	     "bind=/ volume_options=type=ext4,device=x,o=journal_dev=0x811"},
	    /* relative to where dockerd stands */
	    {OPTS("\"type\":\"ext4\",\"device\":\"dev/sda1\""),
	     "bind=/dev/sda1 volume_options=type=ext4,device=dev/sda1"},
	    {OPTS("\"type\":\"ext4\",\"device\":\"../dev/./sda1\",\"o\":\"ro\""),
	     "bind=/dev/sda1:ro volume_options=type=ext4,device=../dev/./sda1,o=ro"},
	    {OPTS(
		 "\"type\":\"btrfs\",\"device\":\"x\",\"o\":\"ro,device=dev/sda,device=/dev/sdb\""),
	     "bind=/dev/sda,/dev/sdb "
	     "volume_options=type=btrfs,device=x,o=ro,device=dev/sda,device=/dev/sdb"},
	    {OPTS(
		 "\"type\":\"xfs\",\"device\":\"x\",\"o\":\"logdev=/dev/disk/by-path/a:b,rtdev=\""),
	     "bind=/dev/disk/by-path/a:b "
	     "volume_options=type=xfs,device=x,o=logdev=/dev/disk/by-path/a:b,rtdev="},
	    /* what shows the kernel, whatever the device is called */
	    {OPTS("\"type\":\"proc\",\"device\":\"proc\""),
	     "bind=/proc volume_options=type=proc,device=proc"},
	    {OPTS("\"type\":\"sysfs\",\"device\":\"x\",\"o\":\"ro\""),
	     "bind=/sys:ro volume_options=type=sysfs,device=x,o=ro"},
	    {OPTS("\"type\":\"cgroup\",\"device\":\"x\""),
	     "bind=/ volume_options=type=cgroup,device=x"},
	    {OPTS("\"type\":\"cgroup2\",\"device\":\"x\""),
	     "bind=/ volume_options=type=cgroup2,device=x"},
	    {OPTS("\"type\":\"debugfs\",\"device\":\"x\""),
	     "bind=/ volume_options=type=debugfs,device=x"},
	    {OPTS("\"type\":\"tracefs\",\"device\":\"x\""),
	     "bind=/ volume_options=type=tracefs,device=x"},
	    {OPTS("\"type\":\"securityfs\",\"device\":\"x\""),
	     "bind=/ volume_options=type=securityfs,device=x"},
	    {OPTS("\"type\":\"devtmpfs\",\"device\":\"x\""),
	     "bind=/ volume_options=type=devtmpfs,device=x"},
	    {OPTS("\"type\":\"devpts\",\"device\":\"x\""),
	     "bind=/ volume_options=type=devpts,device=x"},
	    {OPTS("\"type\":\"bpf\",\"device\":\"x\""), "bind=/ volume_options=type=bpf,device=x"},
	    {OPTS("\"type\":\"configfs\",\"device\":\"x\""),
	     "bind=/ volume_options=type=configfs,device=x"},
	    {OPTS("\"type\":\"efivarfs\",\"device\":\"x\""),
	     "bind=/ volume_options=type=efivarfs,device=x"},
	    {OPTS("\"type\":\"pstore\",\"device\":\"x\""),
	     "bind=/ volume_options=type=pstore,device=x"},
	    {OPTS("\"type\":\"binfmt_misc\",\"device\":\"x\""),
	     "bind=/ volume_options=type=binfmt_misc,device=x"},
	    {OPTS("\"type\":\"overlay\",\"device\":\"x\""),
	     "bind=/ volume_options=type=overlay,device=x"},
	    {OPTS("\"type\":\"future\",\"device\":\"x\""),
	     "bind=/ volume_options=type=future,device=x"},
	    {OPTS("\"type\":\"debugfs\",\"device\":\"/srv/x\""),
	     "bind=/srv/x,/ volume_options=type=debugfs,device=/srv/x"},
	    /* what is not on this host, or nowhere */
	    {OPTS("\"type\":\"nfs\",\"device\":\"srv:/export/x\""),
	     "volume_options=type=nfs,device=srv:/export/x"},
	    {OPTS("\"type\":\"nfs4\",\"device\":\":/x\""), "volume_options=type=nfs4,device=:/x"},
	    {OPTS("\"type\":\"ceph\",\"device\":\"192.0.2.1:6789:/x\""),
	     "volume_options=type=ceph,device=192.0.2.1:6789:/x"},
	    {OPTS("\"type\":\"9p\",\"device\":\"tag\""), "volume_options=type=9p,device=tag"},
	    {OPTS("\"type\":\"fuse.sshfs\",\"device\":\"u@srv:/x\""),
	     "volume_options=type=fuse.sshfs,device=u@srv:/x"},
	    {OPTS("\"type\":\"mqueue\",\"device\":\"x\""), "volume_options=type=mqueue,device=x"},
	    {OPTS("\"type\":\"hugetlbfs\",\"device\":\"x\""),
	     "volume_options=type=hugetlbfs,device=x"},
	    {OPTS("\"type\":\"ramfs\",\"device\":\"a/b\""), "volume_options=type=ramfs,device=a/b"},
	    {OPTS("\"type\":\"smb3\",\"device\":\"//srv/share\""),
	     "volume_options=type=smb3,device=//srv/share"},
	    {OPTS("\"type\":\"nfs\",\"device\":\":/x\",\"o\":\"addr=192.0.2.1,nodev,rw\""),
	     "volume_options=type=nfs,device=:/x,o=addr=192.0.2.1,nodev,rw"},
	    {OPTS("\"type\":\"nfs\",\"device\":\"/etc\""),
	     "bind=/etc volume_options=type=nfs,device=/etc"},
	    /* remote */
	    {OPTS("\"type\":\"nfs\",\"o\":\"addr=192.0.2.1\",\"device\":\":/export\""),
	     "volume_options=type=nfs,o=addr=192.0.2.1,device=:/export"},
	    {OPTS("\"type\":\"cifs\",\"o\":\"username=u,password=hunter2\",\"device\":\"//srv/"
	          "share\""),
	     "volume_options=type=cifs,o=username=u,password=***,device=//srv/share"},
	    {OPTS("\"type\":\"cifs\",\"o\":\"bind\",\"device\":\"//etc\""), "bind=/etc"},
	    {OPTS("\"type\":\"ext4\",\"device\":\"//dev/sda\""),
	     "bind=/dev/sda volume_options=type=ext4,device=//dev/sda"},
	    {OPTS("\"type\":\"tmpfs\",\"device\":\"tmpfs\",\"o\":\"size=64m\""),
	     "volume_options=type=tmpfs,device=tmpfs,o=size=64m"},
	    {OPTS("\"o\":\"bind\""), "volume_options=o=bind"},
	    {OPTS("\"future\":\"x\""), "volume_options=future=x"},
	    /* keys are exact: dockerd refuses "Device" */
	    {OPTS("\"type\":\"none\",\"o\":\"bind\",\"Device\":\"/etc\""),
	     "volume_options=type=none,o=bind,Device=/etc"},
	    {OPTS("\"o\":\"bind\",\"o\":\"x\""), "malformed: the field 'o': duplicate key"},
	    /* other drivers */
	    {"\"Driver\":\"rclone\"", "volume_drivers=rclone"},
	    {"\"Driver\":\"docker.io/vieux/sshfs:latest\"", "volume_drivers=vieux/sshfs"},
	    {"\"Driver\":\"local:latest\"", "volume_drivers=local:latest"},
	    {"\"Driver\":\"rclone\"," OPTS("\"size\":\"1\",\"api_token\":\"x\""),
	     "volume_drivers=rclone volume_options=size=1,api_token=***"},
	    {"\"ClusterVolumeSpec\":{\"Group\":\"g\"}", "cluster_volumes=0"},
	    {"\"ClusterVolumeSpec\":null", ""},
	    {"\"Future\":1", "unknown_fields=/Future"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *got = volume(cases[i].fields);

		if (strcmp(got, cases[i].expected) != 0)
			fail_msg("%s\n gives    %s\n expected %s", cases[i].fields, got,
			         cases[i].expected);
	}
}

static void
name_labels_and_what_is_shown(void **state)
{
	(void)state;
	volume("\"Name\":\"data\",\"Labels\":{\"team\":\"red\",\"x\":null}," OPTS(
	    "\"device\":\"/etc\",\"o\":\"bind\",\"type\":\"none\""));
	assert_string_equal(seen(SP_FACT_NAME), "data");
	assert_string_equal(seen(SP_FACT_LABELS), "team=red,x=0");
	assert_string_equal(shown(SP_FACT_LABELS, 0), "--label team=red @/Labels/team");
	assert_string_equal(shown(SP_FACT_BIND, 0), "-o device=/etc @/DriverOpts/device");
	volume("");
	assert_string_equal(seen(SP_FACT_NAME), "unset");
	assert_string_equal(seen(SP_FACT_LABELS), "-");
	assert_false(facts.unread);
}

static void
a_secret_is_shown_nowhere(void **state)
{
	(void)state;
	volume(OPTS("\"type\":\"cifs\",\"o\":\"vers=3,PASSWORD=hunter2,cred=hunter2\",\"device\":"
	            "\"//a/b\""));
	for (enum sp_fact f = SP_FACT_NONE + 1; f < SP_FACT_COUNT; f++) {
		for (const struct sp_value *v = facts.first[f]; v; v = v->next) {
			assert_false(sp_str_has_nocase(v->text, SP_STR("hunter2")));
			assert_false(sp_str_has_nocase(v->arg, SP_STR("hunter2")));
		}
	}
}

/* Patterns see all of it, however much comes first. */
static void
long_options_are_whole(void **state)
{
	char *pad = sp_arena_bytes(&arena, 4097);
	const char *long_path;

	(void)state;
	memset(pad, 'a', 4096);
	pad[4096] = '\0';
	volume(OPTS_OF(sp_arena_printf(&arena, "%.3000s,pwd=p,x=evil", pad)));
	assert_string_equal(
	    seen(SP_FACT_VOLUME_OPTIONS),
	    sp_arena_printf(&arena, "type=nfs,device=:/x,o=%.3000s,pwd=***,x=evil", pad));
	assert_true(facts.last[SP_FACT_VOLUME_OPTIONS]->arg.len < 1100);
	/* a path is as long as the kernel takes one */
	long_path = sp_arena_printf(&arena, "/%.4095s", pad);
	assert_string_equal(
	    volume(sp_arena_printf(&arena, OPTS("\"type\":\"none\",\"device\":\"%s\""), long_path)),
	    sp_arena_printf(&arena, "bind=%s", long_path));
	assert_string_equal(
	    volume(sp_arena_printf(&arena, OPTS("\"type\":\"none\",\"device\":\"/%s\""), pad)),
	    "malformed: the path is longer than 4096 bytes");
	assert_string_equal(volume(OPTS_OF(sp_arena_printf(&arena, "lowerdir=/a:/%s", pad))),
	                    "malformed: the path is longer than 4096 bytes");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_volumes_really_are),
	    cmocka_unit_test(name_labels_and_what_is_shown),
	    cmocka_unit_test(a_secret_is_shown_nowhere),
	    cmocka_unit_test(long_options_are_whole),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
