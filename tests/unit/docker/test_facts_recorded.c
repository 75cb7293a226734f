/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_facts_recorded.c: what real docker commands ask for (tests/requests), as each of the four
 * daemons passed it on.
 */
#include <glob.h>

#include "facts_test.h"

static const char *const versions[] = {"20.10", "26.1", "28.5", "29.7"};

static const struct {
	const char *file;
	const char *powers;
	struct {
		enum sp_fact fact;
		const char *expected;
	} also[6];
} recorded[] = {
    {"08-create.3",
     "",
     {{SP_FACT_MEMORY, "67108864"},
      {SP_FACT_MEMORY_SWAP, "134217728"},
      {SP_FACT_NAME, "c1"},
      {SP_FACT_IMAGES, "docker.io/library/busybox:local"},
      {SP_FACT_PIDS, "unset"},
      {SP_FACT_RESTART, "no"}}},
    {"09-create-many-options.3",
     "cap_add=CAP_NET_BIND_SERVICE bind=/tmp/attacklab/data/ok:ro ulimits=nofile",
     {{SP_FACT_CPUS, "500000000"},
      {SP_FACT_PIDS, "100"},
      {SP_FACT_READ_ONLY, "1"},
      {SP_FACT_NO_NEW_PRIVILEGES, "1"},
      {SP_FACT_CAP_DROP, "ALL"},
      {SP_FACT_USER, "1000:1000"}}},
    {"10-create-privileged.3",
     "privileged=0 bind=/ devices=/dev/null host_namespaces=pid,ipc,network "
     "security_opt=seccomp=unconfined",
     {{SP_FACT_MEMORY, "unset"}}},
    {"12-exec.5", "", {{SP_FACT_EXEC_USER, "unknowable"}}},
    {"13-exec-privileged-env.5", "exec_privileged=0", {{SP_FACT_EXEC_USER, "0"}}},
    {"15-run-foreground.3", "", {{SP_FACT_CPUS, "unset"}, {SP_FACT_NAME, "unset"}}},
    {"17-run-tty-stdin.3", "", {{SP_FACT_HEALTHCHECK, "unset"}}},
    {"28-update.3",
     "",
     {{SP_FACT_MEMORY, "134217728"},
      {SP_FACT_MEMORY_SWAP, "134217728"},
      {SP_FACT_CPUS, "unchanged"},
      {SP_FACT_PIDS, "unchanged"},
      {SP_FACT_RESTART, "unchanged"}}},
    {"07-pull-failure.3", "", {{SP_FACT_IMAGES, "127.0.0.1:9/nosuch:1"}}},
    {"29-rename.3", "", {{SP_FACT_NAME, "c4b"}}},
    {"48-network-create.3", "", {{SP_FACT_NAME, "n1"}}},
    {"49-network-connect.3", "networks=n1", {{SP_FACT_NONE, NULL}}},
    {"52-volume-create.3", "", {{SP_FACT_NAME, "v1"}, {SP_FACT_LABELS, "a=b"}}},
    {"53-volume-create-bind.3", "bind=/tmp/attacklab/secret", {{SP_FACT_NAME, "v2"}}},
    {"36-commit.3", "", {{SP_FACT_TAGS, "docker.io/library/committed:1"}}},
    {"69-secret-create.3", "", {{SP_FACT_NAME, "sec1"}}},
    {"70-config-create.3", "", {{SP_FACT_NAME, "cfg1"}}},
};

static void
docker_commands(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(recorded) / sizeof(recorded[0]); i++) {
		for (size_t v = 0; v < sizeof(versions) / sizeof(versions[0]); v++) {
			const char *path =
			    sp_arena_printf(&arena, "tests/requests/%s/%s.AuthZReq.json",
			                    versions[v], recorded[i].file);

			read_text(&req, file_text(path), false);
			sp_facts_read(&facts, &req, &arena);
			if (strcmp(powers(), recorded[i].powers) != 0)
				fail_msg("%s: %s", path, powers());
			assert_false(facts.unread);
			for (size_t k = 0; k < 6 && recorded[i].also[k].fact != SP_FACT_NONE; k++) {
				if (strcmp(seen(recorded[i].also[k].fact),
				           recorded[i].also[k].expected))
					fail_msg("%s: %s is %s", path,
					         sp_fact_name(recorded[i].also[k].fact),
					         seen(recorded[i].also[k].fact));
			}
		}
	}
}

/* Attacks and all: each is read, or refused, or says that it is not read. */
static void
every_recorded_message(void **state)
{
	size_t n = 0, refused = 0;

	(void)state;
	for (size_t v = 0; v < sizeof(versions) / sizeof(versions[0]); v++) {
		glob_t found = {0};

		glob(sp_arena_printf(&arena, "tests/attacks/%s/*.json", versions[v]), 0, NULL,
		     &found);
		glob(sp_arena_printf(&arena, "tests/requests/%s/*Req.json", versions[v]),
		     GLOB_APPEND, NULL, &found);
		for (size_t i = 0; i < found.gl_pathc; i++) {
			read_text(&req, file_text(found.gl_pathv[i]), false);
			sp_facts_read(&facts, &req, &arena);
			if (req.fault != SP_FAULT_NONE) {
				assert_true(facts.unread && req.why.len > 0);
				refused++;
			} else if (sp_action_info(req.action)->readable == SP_READ_FACTS) {
				assert_false(facts.unread);
			}
			n++;
			sp_arena_reset(&arena);
		}
		globfree(&found);
	}
	assert_true(n > 1000 && refused > 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(docker_commands),
	    cmocka_unit_test(every_recorded_message),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
