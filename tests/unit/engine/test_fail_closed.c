/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_fail_closed.c: whatever goes wrong on the way of a request that the policy denies, the
 * answer is never "allow": every amount of memory, every cut of the message, every single broken
 * byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sallyport/decide.h"
#include "sallyport/given.h"

#define CAP ((size_t)16 * 1024 * 1024)

static const char policy_text[] =
    "sallyport: 1\n"
    "allow:\n"
    "  everybody:\n"
    "    who: [anyone]\n"
    "    do: [all]\n"
    "    on: any\n"
    "    must: {images: ['registry.example.com/**', nginx]}\n"
    "    may: everything\n"
    "deny:\n"
    "  no-root: {uses: {bind: [/etc, /root], privileged: true, cap_add: [SYS_ADMIN]}}\n";

struct world {
	struct sp_arena arena;
	struct sp_policy *policy;
};

static int
setup(void **state)
{
	struct world *w = test_calloc(1, sizeof(*w));
	struct sp_diags diags;

	sp_arena_init(&w->arena, CAP);
	sp_diags_init(&diags, &w->arena);
	w->policy = sp_policy_parse(SP_STR("test.yaml"), sp_strz(policy_text), &diags);
	assert_non_null(w->policy);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	sp_policy_unref(w->policy);
	sp_arena_fini(&w->arena);
	test_free(w);
	return 0;
}

static enum sp_verdict
judge(const struct sp_policy *policy, const char *message, size_t len, size_t cap)
{
	struct sp_circumstances how = {.now = 0};
	struct sp_facts facts = {0};
	struct sp_decision decision = {.verdict = SP_ALLOW};
	struct sp_request req;
	struct sp_arena arena;
	char *copy = test_malloc(len + 1);

	memcpy(copy, message, len);
	copy[len] = 0;
	sp_arena_init(&arena, cap);
	sp_request_read(&req, copy, len, false, &arena);
	if (req.fault == SP_FAULT_NONE)
		sp_facts_read(&facts, &req, &arena);
	sp_given_answer(&facts, NULL, &arena);
	sp_decide(policy, &req, &facts, &how, &arena, &decision);
	sp_arena_fini(&arena);
	test_free(copy);
	return decision.verdict;
}

/* "METHOD URI BODY" as dockerd would ask it; the body is not escaped. */
static size_t
make(char *out, size_t size, const char *body)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t n = strlen(body);
	int at = snprintf(
	    out, size,
	    "{\"RequestMethod\":\"POST\",\"RequestUri\":\"/v1.41/containers/create?name=x\","
	    "\"RequestHeaders\":{\"Content-Length\":\"%zu\",\"Content-Type\":\"application/json\"},"
	    "\"RequestBody\":\"",
	    n);

	for (size_t i = 0; i < n; i += 3) {
		uint32_t v = (uint32_t)(uint8_t)body[i] << 16;

		if (i + 1 < n)
			v |= (uint32_t)(uint8_t)body[i + 1] << 8;
		if (i + 2 < n)
			v |= (uint8_t)body[i + 2];
		out[at++] = digits[v >> 18];
		out[at++] = digits[v >> 12 & 63];
		out[at++] = i + 1 < n ? digits[v >> 6 & 63] : '=';
		out[at++] = i + 2 < n ? digits[v & 63] : '=';
	}
	at += snprintf(out + at, size - (size_t)at, "\"}");
	return (size_t)at;
}

static const char *const denied_bodies[] = {
    "{\"Image\":\"nginx\",\"HostConfig\":{\"Binds\":[\"/srv/../etc:/x\"]}}",
    "{\"Image\":\"nginx\",\"HostConfig\":{\"Privileged\":true}}",
    "{\"Image\":\"nginx\",\"HostConfig\":{\"CapAdd\":[\"sys_admin\"]}}",
    "{\"Image\":\"nginx\",\"HostConfig\":{\"Mounts\":[{\"Type\":\"volume\",\"Target\":\"/x\","
    "\"VolumeOptions\":{\"DriverConfig\":{\"Options\":{\"type\":\"none\",\"o\":\"bind\","
    "\"device\":\"/root\"}}}}]}}",
    "{\"Image\":\"evil.example.org/nginx\"}",
    "{\"Image\":\"registry.example.com.evil.org/x\"}",
};

static const char allowed_body[] = "{\"Image\":\"nginx\",\"HostConfig\":{\"Binds\":[\"/srv:/x\"]}}";

static void
test_denied_at_all(void **state)
{
	struct world *w = *state;
	char message[4096];
	size_t len;

	for (size_t i = 0; i < sizeof(denied_bodies) / sizeof(denied_bodies[0]); i++) {
		len = make(message, sizeof(message), denied_bodies[i]);
		assert_int_equal(judge(w->policy, message, len, CAP), SP_DENY);
	}
	len = make(message, sizeof(message), allowed_body);
	assert_int_equal(judge(w->policy, message, len, CAP), SP_ALLOW);
}

static void
test_no_amount_of_memory_allows(void **state)
{
	struct world *w = *state;
	char message[4096];

	for (size_t i = 0; i < sizeof(denied_bodies) / sizeof(denied_bodies[0]); i++) {
		size_t len = make(message, sizeof(message), denied_bodies[i]);

		for (size_t cap = 0; cap < 64 * 1024; cap += 16)
			assert_int_equal(judge(w->policy, message, len, cap), SP_DENY);
	}
}

static void
test_too_little_memory_denies_the_harmless_too(void **state)
{
	struct world *w = *state;
	char message[4096];
	size_t len = make(message, sizeof(message), allowed_body);

	assert_int_equal(judge(w->policy, message, len, 0), SP_DENY);
	assert_int_equal(judge(w->policy, message, len, 1024), SP_DENY);
	assert_int_equal(judge(w->policy, message, len, CAP), SP_ALLOW);
}

static void
test_no_cut_of_a_message_allows(void **state)
{
	struct world *w = *state;
	char message[4096];
	size_t len = make(message, sizeof(message), allowed_body);

	for (size_t n = 0; n < len; n++)
		assert_int_equal(judge(w->policy, message, n, CAP), SP_DENY);
}

/*
 * One byte of a denied message changed in every way: it may mean something else now (another image
 * name that is allowed, another path), but never may a fault turn into an allow by itself.  So only
 * bodies are used whose every neighbour is denied: an unknown registry, a privileged flag.
 */
static void
test_no_broken_byte_allows(void **state)
{
	struct world *w = *state;
	char message[4096];
	size_t len = make(message, sizeof(message), "{\"Image\":\"evil.example.org/a/b/c/nginx\"}");
	size_t uri = (size_t)(strstr(message, "RequestBody") - message);

	for (size_t at = uri; at < len; at++) {
		for (unsigned c = 0; c < 256; c++) {
			char saved = message[at];

			message[at] = (char)c;
			assert_int_equal(judge(w->policy, message, len, CAP), SP_DENY);
			message[at] = saved;
		}
	}
}

static void
test_zeroed_decision_denies(void **state)
{
	struct sp_decision decision;

	(void)state;
	memset(&decision, 0, sizeof(decision));
	assert_int_equal(decision.verdict, SP_DENY);
	assert_int_equal((enum sp_state)0, SP_UNKNOWABLE);
	assert_int_equal((enum sp_action)0, SP_ACT_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_denied_at_all),
	    cmocka_unit_test(test_no_amount_of_memory_allows),
	    cmocka_unit_test(test_too_little_memory_denies_the_harmless_too),
	    cmocka_unit_test(test_no_cut_of_a_message_allows),
	    cmocka_unit_test(test_no_broken_byte_allows),
	    cmocka_unit_test(test_zeroed_decision_denies),
	};

	return cmocka_run_group_tests_name("fail_closed", tests, setup, teardown);
}
