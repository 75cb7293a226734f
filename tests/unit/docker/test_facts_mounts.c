/* SPDX-License-Identifier: Apache-2.0 */
#include "facts_test.h"

static void
binds(void **state)
{
	static const struct fact_case cases[] = {
	    {"\"Binds\":null", ""},
	    {"\"Binds\":[]", ""},
	    {"\"Binds\":[\"/data\"]", ""},
	    {"\"Binds\":[\"/srv/red:/x\"]", "bind=/srv/red"},
	    {"\"Binds\":[\"/srv/red:/x:ro\"]", "bind=/srv/red:ro"},
	    {"\"Binds\":[\"/srv/../etc/:/x\",\"//var//run/docker.sock:/s\"]",
	     "bind=/etc,/var/run/docker.sock"},
	    {"\"Binds\":[\"/:/x\",\"/..:/y\",\"/.:/z\"]", "bind=/,/,/"},
	    {"\"Binds\":[\"data:/x\",\"logs:/y:ro\"]", "volumes=data,logs:ro"},
	    {"\"Binds\":[\"/a:/b:rshared,ro\"]", "bind=/a:ro bind_propagation=rshared"},
	    {"\"Binds\":[\"/a:/b:private\"]", "bind=/a"},
	    {"\"Bind\xc5\xbf\":[\"/etc:/x\"]", "bind=/etc"},
	    {"\"binds\":[\"/etc:/x\"]", "bind=/etc"},
	    {"\"Binds\":[\"\"]", "malformed: the mount '': it has no source"},
	    {"\"Binds\":[\"/a:/b:c:d\"]",
	     "malformed: the mount '/a:/b:c:d': it has more than two ':'"},
	    {"\"Binds\":[\"/a:/b:RO\"]",
	     "malformed: the mount '/a:/b:RO': its mode is not one dockerd knows"},
	    {"\"Binds\":[\"/a:ro\"]", "malformed: the mount '/a:ro': it has no target"},
	    {"\"Binds\":[null]", "malformed: the field 'Binds': null in a list"},
	    {"\"Binds\":\"/etc:/x\"",
	     "malformed: the field 'Binds': expected a list, found a string"},
	};

	char path[4097] = "";

	(void)state;
	CHECK_CREATE(cases);
	create("\"Binds\":[\"data:/d\",\"/srv//red:/x:ro\"]");
	assert_string_equal(shown(SP_FACT_BIND, 0), "-v /srv//red:/x:ro @/HostConfig/Binds/1");
	assert_string_equal(shown(SP_FACT_VOLUMES, 0), "-v data:/d @/HostConfig/Binds/0");
	create("\"Binds\":[\"/a:/b:slave\"]");
	assert_string_equal(shown(SP_FACT_BIND_PROPAGATION, 0),
	                    "-v /a:/b:slave @/HostConfig/Binds/0");
	/* PATH_MAX */
	memset(path, 'a', 4096);
	assert_string_equal(create(sp_arena_printf(&arena, "\"Binds\":[\"/%.4095s:/x\"]", path)),
	                    sp_arena_printf(&arena, "bind=/%.4095s", path));
	assert_string_equal(create(sp_arena_printf(&arena, "\"Binds\":[\"/%.4096s:/x\"]", path)),
	                    "malformed: the path is longer than 4096 bytes");
	assert_string_equal(
	    create(sp_arena_printf(&arena,
	                           "\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"/%.4096s\","
	                           "\"Target\":\"/x\"}]",
	                           path)),
	    "malformed: the path is longer than 4096 bytes");
	assert_string_equal(
	    create(sp_arena_printf(&arena, "\"Devices\":[{\"PathOnHost\":\"/%.4096s\"}]", path)),
	    "malformed: the path is longer than 4096 bytes");
}

#define MOUNT(rest) "\"Mounts\":[{" rest "}]"
#define VOLUME(driver)                                                                             \
	MOUNT("\"Type\":\"volume\",\"Source\":\"v\",\"Target\":\"/"                                \
	      "x\",\"VolumeOptions\":{\"DriverConfig\":{" driver "}}")

static void
mounts(void **state)
{
	static const struct fact_case cases[] = {
	    {"\"Mounts\":null", ""},
	    {MOUNT("\"Type\":\"tmpfs\",\"Target\":\"/t\""), ""},
	    {MOUNT("\"Type\":\"volume\",\"Target\":\"/t\""), ""},
	    {MOUNT("\"Type\":\"volume\",\"Source\":\"v\",\"Target\":\"/t\""), "volumes=v"},
	    {MOUNT("\"Type\":\"volume\",\"Source\":\"v\",\"Target\":\"/t\",\"ReadOnly\":true"),
	     "volumes=v:ro"},
	    {MOUNT("\"Type\":\"bind\",\"Source\":\"/srv/./x/\",\"Target\":\"/t\""), "bind=/srv/x"},
	    {MOUNT("\"type\":\"bind\",\"SOURCE\":\"/etc\",\"target\":\"/t\",\"readonly\":true"),
	     "bind=/etc:ro"},
	    {MOUNT("\"Type\":\"npipe\",\"Source\":\"/etc\",\"Target\":\"/t\""), "bind=/etc"},
	    {MOUNT("\"Type\":\"bind\",\"Source\":\"/a\",\"Target\":\"/t\","
	           "\"BindOptions\":{\"Propagation\":\"rshared\"}"),
	     "bind=/a bind_propagation=rshared"},
	    {MOUNT("\"Type\":\"bind\",\"Source\":\"/a\",\"Target\":\"/t\","
	           "\"BindOptions\":{\"Propagation\":\"rprivate\",\"NonRecursive\":true}"),
	     "bind=/a"},
	    {MOUNT("\"Type\":\"cluster\",\"Source\":\"c\",\"Target\":\"/t\""), "cluster_volumes=c"},
	    {MOUNT("\"Type\":\"image\",\"Source\":\"team/x\",\"Target\":\"/t\""),
	     "image_mounts=docker.io/team/x:latest"},
	    {MOUNT("\"Type\":\"BIND\",\"Source\":\"/etc\",\"Target\":\"/t\""),
	     "malformed: the mount type 'BIND' is not one dockerd knows"},
	    {MOUNT("\"Source\":\"/etc\",\"Target\":\"/t\""),
	     "malformed: the mount type '' is not one dockerd knows"},
	    {MOUNT("\"Type\":\"bind\",\"Source\":\"etc\",\"Target\":\"/t\""),
	     "malformed: the source 'etc' of a bind mount does not start with '/'"},
	    {MOUNT("\"Type\":\"bind\",\"Source\":\"\\\\etc\",\"Target\":\"/t\""),
	     "malformed: the source '\\etc' of a bind mount does not start with '/'"},
	    {MOUNT("\"Type\":\"bind\",\"Source\":\"/a\",\"Target\":\"/t\","
	           "\"BindOptions\":{\"Propagation\":\"RSHARED\"}"),
	     "malformed: the bind propagation 'RSHARED' is not one dockerd knows"},
	    {"\"Mounts\":[null]", "malformed: the field 'Mounts': null in a list"},
	};

	(void)state;
	CHECK_CREATE(cases);
	create(MOUNT("\"Type\":\"bind\",\"Source\":\"/etc\",\"Target\":\"/h\",\"ReadOnly\":true"));
	assert_string_equal(
	    shown(SP_FACT_BIND, 0),
	    "--mount type=bind,source=/etc,target=/h,readonly @/HostConfig/Mounts/0/Source");
	/* the image of a mount is judged like the container's own */
	create(MOUNT("\"Type\":\"image\",\"Source\":\"team/x\",\"Target\":\"/t\""));
	assert_string_equal(seen(SP_FACT_IMAGES),
	                    "docker.io/library/nginx:latest,docker.io/team/x:latest");
}

static void
volumes_that_are_something_else(void **state)
{
	static const struct fact_case cases[] = {
	    {VOLUME("\"Name\":\"\""), "volumes=v"},
	    {VOLUME("\"Name\":\"local\",\"Options\":{}"), "volumes=v"},
	    {VOLUME("\"Name\":\"rclone\""), "volumes=v volume_drivers=rclone"},
	    {VOLUME("\"Options\":{\"type\":\"none\",\"o\":\"bind\",\"device\":\"/etc\"}"),
	     "bind=/etc volumes=v"},
	    {VOLUME("\"Options\":{\"type\":\"nfs\",\"o\":\"addr=192.0.2.1\",\"device\":\":/x\"}"),
	     "volumes=v volume_options=type=nfs,o=addr=192.0.2.1,device=:/x"},
	    /* whatever the type of the mount is */
	    {MOUNT("\"Type\":\"tmpfs\",\"Target\":\"/t\",\"VolumeOptions\":{\"DriverConfig\":"
	           "{\"Options\":{\"type\":\"none\",\"o\":\"bind\",\"device\":\"/etc\"}}}"),
	     "bind=/etc"},
	};

	(void)state;
	CHECK_CREATE(cases);
	create(VOLUME("\"Options\":{\"type\":\"none\",\"o\":\"bind\",\"device\":\"/etc\"}"));
	assert_string_equal(shown(SP_FACT_BIND, 0),
	                    "--mount volume-opt=device=/etc "
	                    "@/HostConfig/Mounts/0/VolumeOptions/DriverConfig/Options");
	create(VOLUME("\"Name\":\"rclone\""));
	assert_string_equal(shown(SP_FACT_VOLUME_DRIVERS, 0),
	                    "--mount volume-driver=rclone "
	                    "@/HostConfig/Mounts/0/VolumeOptions/DriverConfig/Name");
}

static void
other_containers_and_drivers(void **state)
{
	static const struct fact_case cases[] = {
	    {"\"VolumesFrom\":[\"db\",\"web:ro\"]", "volumes_from=db>db,web>web:ro"},
	    {"\"VolumesFrom\":[\":ro\"]", "malformed: --volumes-from ':ro': it names no container"},
	    {"\"VolumeDriver\":\"\"", ""},
	    {"\"VolumeDriver\":\"local\"", ""},
	    {"\"VolumeDriver\":\"Local\"", "volume_drivers=Local"},
	    {"\"VolumeDriver\":\"local:latest\"", "volume_drivers=local:latest"},
	    {"\"Tmpfs\":{\"/run\":\"exec,suid\"}", ""},
	};

	(void)state;
	CHECK_CREATE(cases);
	create("\"VolumesFrom\":[\"db:ro\"]");
	assert_string_equal(shown(SP_FACT_VOLUMES_FROM, 0),
	                    "--volumes-from db:ro @/HostConfig/VolumesFrom/0");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(binds),
	    cmocka_unit_test(mounts),
	    cmocka_unit_test(volumes_that_are_something_else),
	    cmocka_unit_test(other_containers_and_drivers),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
