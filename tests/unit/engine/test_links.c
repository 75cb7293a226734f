/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_links.c: a rule about a path means what is there, under whatever name a request asks for it:
 * another mount of the same directory, or where a link that the policy names leads.
 */
#include "unit/docker/message.h"

#include "sallyport/decide.h"
#include "sallyport/given.h"

#define HEADERS "\"Content-Type\":\"application/json\",\"Content-Length\":\"%zu\""

static const char policy_text[] =
    "sallyport: 1\n"
    "allow:\n"
    "  people: {who: [anyone], do: [run], must: {images: any}, on: any,\n"
    "           may: {bind: [/data/**, /var/home/**]}}\n"
    "deny:\n"
    "  docker: {uses: {bind: [/var/lib/docker, /home/*/.ssh]}}\n"
    "  keys: {who: [\"team-*\"], uses: {bind: [/teams/$user/keys]}}\n"
    "  watched: {mode: audit, uses: {bind: [/watched]}}\n";

static struct sp_policy *policy;

static int
start(void **state)
{
	struct sp_diags diags;

	setup(state);
	sp_diags_init(&diags, &arena);
	policy = sp_policy_parse(SP_STR("p.yaml"), sp_strz(policy_text), &diags);
	return policy ? 0 : -1;
}

static int
stop(void **state)
{
	sp_policy_unref(policy);
	return teardown(state);
}

/* What a create with this bind gets; `name` is another one of it, or NULL. */
static struct sp_decision
decide(const char *bind, const char *name)
{
	static struct sp_host_name other;
	const struct sp_circumstances how = {.now = 1};
	const char *body = sp_arena_printf(
	    &arena, "{\"Image\":\"nginx\",\"HostConfig\":{\"Binds\":[\"%s:/x\"]}}", bind);
	struct sp_decision decision;
	struct sp_request req;
	struct sp_facts facts;

	read_message(&req, "POST", "/v1.44/containers/create",
	             sp_arena_printf(&arena, HEADERS, strlen(body)), body, false);
	sp_facts_read(&facts, &req, &arena);
	sp_given_answer(&facts, NULL, &arena);
	other = (struct sp_host_name){.name = sp_strz(name ? name : "")};
	if (name)
		facts.host_paths->names = &other;
	assert_true(sp_policy_name_path(policy, facts.host_paths, &arena));
	sp_decide(policy, &req, &facts, &how, &arena, &decision);
	return decision;
}

static void
denied(const char *bind, const char *name, const char *part)
{
	struct sp_decision decision = decide(bind, name);

	if (decision.verdict != SP_DENY ||
	    !memmem(decision.message.p, decision.message.len, part, strlen(part)))
		fail_msg("%s: %.*s", bind, SP_FMT(decision.message));
}

static void
allowed(const char *bind, const char *name)
{
	struct sp_decision decision = decide(bind, name);

	if (decision.verdict != SP_ALLOW)
		fail_msg("%s: %.*s", bind, SP_FMT(decision.message));
}

static void
another_mount(void **state)
{
	(void)state;
	allowed("/data/x", NULL);
	allowed("/data/x", "/srv/x");
	denied("/data/x", "/var/lib/docker/volumes",
	       "it shows /var/lib/docker/volumes and exposes /var/lib/docker of the host "
	       "[rule docker]");
	denied("/data/x", "/var/lib", "it shows /var/lib and exposes /var/lib/docker");
	denied("/data/x", "/home/anna/.ssh/id", "[rule docker]");
	allowed("/data/x", "/home/anna/src");
	allowed("/data/x", "/watched");
	denied("/data/x", "/run/docker/plugins",
	       "shows /run/docker/plugins and exposes /run/docker/plugins of the host");
	/* What the path itself exposes is told first. */
	denied("/var/lib/docker/x", "/home/anna/.ssh", ": it exposes /var/lib/docker of the host");
}

static void
links_of_the_policy(void **state)
{
	(void)state;
	allowed("/data/docker/volumes", NULL);
	allowed("/var/home/anna/.ssh", NULL);
	assert_true(sp_policy_add_link(policy, SP_STR("/var/lib/docker"), SP_STR("/data/docker")));
	assert_true(sp_policy_add_link(policy, SP_STR("/home"), SP_STR("/var/home")));
	denied("/data/docker/volumes", NULL, "it shows /var/lib/docker/volumes and exposes");
	denied("/data/docker", NULL, "[rule docker]");
	denied("/data", NULL, "[rule docker]");
	denied("/var/home/anna/.ssh", NULL, "it shows /home/anna/.ssh and exposes /home/*/.ssh");
	denied("/var/home/anna", NULL, "[rule docker]");
	allowed("/data/docker2", NULL);
	denied("/var/lib/docker/x", NULL, ": it exposes /var/lib/docker of the host");
	allowed("/data/other", NULL);
	allowed("/var/home/anna/src", NULL);
}

static char seen[4000];

static void
note(void *ctx, struct sp_str path)
{
	size_t n = strlen(seen);

	(void)ctx;
	snprintf(seen + n, sizeof(seen) - n, "%.*s ", SP_FMT(path));
}

static void
paths_that_are_looked_at(void **state)
{
	(void)state;
	sp_policy_each_path(policy, note, NULL);
	assert_non_null(strstr(seen, "/etc/docker "));
	assert_non_null(strstr(seen, "/run/docker/plugins "));
	assert_non_null(strstr(seen, " /var/lib/docker /home /teams /watched "));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(another_mount, start, stop),
	    cmocka_unit_test_setup_teardown(links_of_the_policy, start, stop),
	    cmocka_unit_test_setup_teardown(paths_that_are_looked_at, start, stop),
	};

	return cmocka_run_group_tests_name("links", tests, NULL, NULL);
}
