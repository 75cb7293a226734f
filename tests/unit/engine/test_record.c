/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records: what a line says, what it must never say, and that what it keeps is enough to decide
 * again.
 */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>
#include <jansson.h>

#include "sallyport/record.h"

#define CAP ((size_t)128 << 20)

static struct sp_arena arena;
static const uint8_t key[32] = "0123456789abcdef0123456789abcde";

static int
setup(void **state)
{
	(void)state;
	sp_arena_init(&arena, CAP);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	sp_arena_fini(&arena);
	return 0;
}

static struct sp_str
base64(struct sp_str s)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	struct sp_buf out;

	sp_buf_init(&out, &arena, CAP);
	for (size_t i = 0; i < s.len; i += 3) {
		uint32_t n = (uint32_t)(uint8_t)s.p[i] << 16;

		if (i + 1 < s.len)
			n |= (uint32_t)(uint8_t)s.p[i + 1] << 8;
		if (i + 2 < s.len)
			n |= (uint8_t)s.p[i + 2];
		sp_buf_addc(&out, digits[n >> 18]);
		sp_buf_addc(&out, digits[n >> 12 & 63]);
		sp_buf_addc(&out, i + 1 < s.len ? digits[n >> 6 & 63] : '=');
		sp_buf_addc(&out, i + 2 < s.len ? digits[n & 63] : '=');
	}
	return sp_buf_str(&out);
}

/* A message as dockerd would write it; body NULL: none. */
static struct sp_str
make_message(const char *method, const char *uri, const char *body)
{
	struct sp_buf out;

	sp_buf_init(&out, &arena, CAP);
	sp_buf_addf(&out, "{\"RequestMethod\":\"%s\",\"RequestUri\":", method);
	sp_buf_add_json(&out, sp_strz(uri));
	sp_buf_addz(&out, ",\"RequestHeaders\":{");
	if (body)
		sp_buf_addf(&out,
		            "\"Content-Type\":\"application/json\",\"Content-Length\":\"%zu\"},"
		            "\"RequestBody\":\"%s\"}\n",
		            strlen(body), base64(sp_strz(body)).p);
	else
		sp_buf_addz(&out, strcmp(method, "POST") ? "}}\n" : "\"Content-Length\":\"0\"}}\n");
	return sp_buf_str(&out);
}

/* A decided question. */
struct question {
	struct sp_request req;
	struct sp_facts facts;
	struct sp_decision decision;
};

static void
ask_given(struct question *q, struct sp_str message, bool response, const struct sp_policy *policy,
          const struct sp_given *given)
{
	const struct sp_circumstances how = {.now = 1764000000};
	struct sp_str copy = sp_arena_dup(&arena, message);

	*q = (struct question){0};
	sp_request_read(&q->req, (char *)copy.p, copy.len, response, &arena);
	if (q->req.fault == SP_FAULT_NONE)
		sp_facts_read(&q->facts, &q->req, &arena);
	sp_given_answer(&q->facts, given, &arena);
	sp_decide(policy, &q->req, &q->facts, &how, &arena, &q->decision);
}

static void
ask(struct question *q, struct sp_str message, bool response, const struct sp_policy *policy)
{
	ask_given(q, message, response, policy, NULL);
}

static struct sp_policy *
parse_policy(const char *text)
{
	struct sp_diags diags;
	struct sp_policy *policy;
	struct sp_buf out;

	sp_diags_init(&diags, &arena);
	policy = sp_policy_parse(SP_STR("p.yaml"), sp_strz(text), &diags);
	if (!policy) {
		sp_buf_init(&out, &arena, 1 << 16);
		sp_diags_print(&diags, &out, -1);
		fail_msg("%s", sp_buf_str(&out).p);
	}
	return policy;
}

static struct sp_policy *
open_policy(void)
{
	return parse_policy("sallyport: 1\nallow:\n  all: {who: [anyone], do: [all], on: any, "
	                    "may: everything}\n");
}

static struct sp_str
write_line(const struct question *q, const struct sp_policy *policy, const uint8_t *with_key)
{
	const struct sp_record record = {.time_us = INT64_C(1764080130123456),
	                                 .id = "a1b2c3",
	                                 .decode_us = 7,
	                                 .eval_us = 3,
	                                 .key = with_key,
	                                 .facts = &q->facts};
	struct sp_buf out;

	sp_buf_init(&out, &arena, CAP);
	sp_record_write(&out, &record, &q->req, policy, &q->decision);
	assert_false(out.cut);
	return sp_buf_str(&out);
}

/* One line, valid JSON: new reference. */
static json_t *
parse_line(struct sp_str line)
{
	json_error_t error;
	json_t *object = json_loadb(line.p, line.len, JSON_REJECT_DUPLICATES, &error);

	if (!json_is_object(object))
		fail_msg("%s: %.*s", error.text, SP_FMT(line));
	assert_true(sp_str_find(line, '\n') == line.len - 1);
	return object;
}

static json_t *
record_of(const char *method, const char *uri, const char *body, const uint8_t *with_key)
{
	struct sp_policy *policy = open_policy();
	struct question q;
	json_t *object;

	ask(&q, make_message(method, uri, body), false, policy);
	if (q.req.fault != SP_FAULT_NONE)
		fail_msg("%s %s: %.*s", method, uri, SP_FMT(q.req.why));
	object = parse_line(write_line(&q, policy, with_key));
	sp_policy_unref(policy);
	return object;
}

/* What becomes of a body. */
static void
check_body(const char *uri, const char *body, const char *expected)
{
	json_t *object = record_of("POST", uri, body, NULL);
	char *text = json_dumps(json_object_get(object, "request"), JSON_COMPACT | JSON_ENCODE_ANY);

	assert_string_equal(text, expected);
	free(text);
	json_decref(object);
}

static void
check_uri(const char *method, const char *uri, const char *expected)
{
	json_t *object = record_of(method, uri, NULL, NULL);

	assert_string_equal(json_string_value(json_object_get(object, "uri")), expected);
	json_decref(object);
}

#define CREATE "/v1.41/containers/create"

static void
says_what_happened(void **state)
{
	static const char policy_text[] =
	    "sallyport: 1\nallow:\n  all: {who: [anyone], do: [all], on: any, may: everything}\n"
	    "deny:\n  no-priv: {uses: {privileged: true}}\n  no-pid: {uses: {host_namespaces: "
	    "[pid]}}\n"
	    "  no-net: {mode: audit, uses: {host_namespaces: [network]}}\n";
	struct sp_policy *policy = parse_policy(policy_text);
	struct question q;
	struct sp_str line;
	char expected[2000];

	(void)state;
	ask(&q,
	    make_message(
		"POST", CREATE "?name=c1",
		"{\"Image\":\"busybox\",\"HostConfig\":{\"Privileged\":true,\"PidMode\":\"host\","
		"\"NetworkMode\":\"host\"}}"),
	    false, policy);
	assert_int_equal(q.decision.verdict, SP_DENY);
	line = write_line(&q, policy, key);
	snprintf(
	    expected, sizeof(expected),
	    "{\"v\":1,\"time\":\"2025-11-25T14:15:30.123456Z\",\"id\":\"a1b2c3\",\"user\":\"\","
	    "\"auth\":\"\",\"phase\":\"request\",\"method\":\"POST\",\"uri\":\"" CREATE
	    "?name=c1\",\"action\":\"container.create\",\"object\":\"\",\"api\":\"1.41\","
	    "\"decision\":\"deny\",\"mode\":\"enforce\",\"rules\":[\"no-priv\",\"no-pid\"],"
	    "\"audit_rules\":[\"no-net\"],\"granted_by\":\"all\",\"at\":\"p.yaml:5\",\"reason\":\"%"
	    ".*s; %.*s\","
	    "\"policy\":\"%s\",\"decode_us\":7,\"eval_us\":3,"
	    "\"headers\":{\"Content-Type\":\"application/json\",\"Content-Length\":\"90\"},"
	    "\"request\":{\"Image\":\"busybox\",\"HostConfig\":{\"Privileged\":true,"
	    "\"PidMode\":\"host\",\"NetworkMode\":\"host\"}}}\n",
	    SP_FMT(q.decision.findings->text), SP_FMT(q.decision.findings->next->text),
	    sp_policy_hash(policy));
	assert_string_equal(line.p, expected);
	sp_policy_unref(policy);
}

static void
says_how_it_was_decided(void **state)
{
	static const struct {
		const char *mode, *word, *said_mode;
	} cases[] = {{"enforce", "deny", "enforce"}, {"audit", "audit", "audit"}};
	struct sp_policy *policy;
	struct question q;
	json_t *object;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		policy = parse_policy(
		    sp_arena_printf(&arena, "sallyport: 1\nmode: %s\n", cases[i].mode));
		ask(&q, make_message("GET", "/v1.41/info", NULL), false, policy);
		object = parse_line(write_line(&q, policy, key));
		assert_string_equal(json_string_value(json_object_get(object, "decision")),
		                    cases[i].word);
		assert_string_equal(json_string_value(json_object_get(object, "mode")),
		                    cases[i].said_mode);
		assert_string_equal(
		    json_string_value(json_array_get(json_object_get(object, "rules"), 0)),
		    "builtin/default-deny");
		json_decref(object);
		sp_policy_unref(policy);
	}
	object = record_of("GET", "/info", NULL, key);
	assert_string_equal(json_string_value(json_object_get(object, "decision")), "allow");
	assert_string_equal(json_string_value(json_object_get(object, "granted_by")), "all");
	assert_string_equal(json_string_value(json_object_get(object, "api")), "");
	assert_null(json_object_get(object, "reason"));
	assert_true(json_is_null(json_object_get(object, "request")));
	json_decref(object);
	/* zeroed memory is a refusal, also here */
	q = (struct question){0};
	object = parse_line(write_line(&q, NULL, NULL));
	assert_string_equal(json_string_value(json_object_get(object, "decision")), "deny");
	assert_string_equal(json_string_value(json_object_get(object, "action")), "none");
	json_decref(object);
}

static void
tells_the_time(void **state)
{
	static const struct {
		int64_t us;
		const char *text;
	} cases[] = {
	    {0, "1970-01-01T00:00:00.000000Z"},
	    {1, "1970-01-01T00:00:00.000001Z"},
	    {INT64_C(951782400000000), "2000-02-29T00:00:00.000000Z"},
	    {INT64_C(951868799999999), "2000-02-29T23:59:59.999999Z"},
	    {INT64_C(1709164800000000), "2024-02-29T00:00:00.000000Z"},
	    {INT64_C(1767225599000000), "2025-12-31T23:59:59.000000Z"},
	    {INT64_C(1767225600000000), "2026-01-01T00:00:00.000000Z"},
	    {INT64_C(4107542400000000), "2100-03-01T00:00:00.000000Z"},
	    {INT64_C(253402300799999999), "9999-12-31T23:59:59.999999Z"},
	    {INT64_C(253402300800000000), "1970-01-01T00:00:00.000000Z"},
	    {-1, "1970-01-01T00:00:00.000000Z"},
	    {INT64_MIN, "1970-01-01T00:00:00.000000Z"},
	};
	const struct question q = {0};
	struct sp_buf out;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct sp_record record = {.time_us = cases[i].us};
		json_t *object;

		sp_buf_init(&out, &arena, CAP);
		sp_record_write(&out, &record, &q.req, NULL, &q.decision);
		object = parse_line(sp_buf_str(&out));
		assert_string_equal(json_string_value(json_object_get(object, "time")),
		                    cases[i].text);
		json_decref(object);
	}
	/* every day of 400 years against the C library */
	for (int64_t day = 0; day < 146097; day += 1) {
		const struct sp_record record = {.time_us = day * INT64_C(86400000000)};
		char expected[64];
		time_t t = (time_t)(day * 86400);
		struct tm tm;

		sp_arena_reset(&arena);
		sp_buf_init(&out, &arena, CAP);
		sp_record_write(&out, &record, &q.req, NULL, &q.decision);
		assert_non_null(gmtime_r(&t, &tm));
		strftime(expected, sizeof(expected), "{\"v\":1,\"time\":\"%Y-%m-%dT", &tm);
		assert_true(sp_str_starts(sp_buf_str(&out), sp_strz(expected)));
	}
}

static void
replaces_secrets(void **state)
{
	(void)state;
	check_body(
	    CREATE, "{\"Image\":\"i\",\"Env\":[\"A=secret\",\"B\",\"C=\",\"D=x=y\"]}",
	    "{\"Image\":\"i\",\"Env\":[\"A=redacted\",\"B\",\"C=redacted\",\"D=redacted\"]}");
	check_body(CREATE, "{\"image\":\"i\",\"eNv\":[\"A=secret\"]}",
	           "{\"image\":\"i\",\"eNv\":[\"A=redacted\"]}");
	check_body(CREATE, "{\"Image\":\"i\",\"\\u0045nv\":[\"A=\\u0073ecret\",\"\\u0042=2\"]}",
	           "{\"Image\":\"i\",\"Env\":[\"A=redacted\",\"B=redacted\"]}");
	check_body(CREATE,
	           "{\"Image\":\"i\",\"HostConfig\":{\"LogConfig\":{\"Type\":\"splunk\",\"Config\":"
	           "{\"splunk-token\":\"t0ken\",\"tag\":\"\"}}}}",
	           "{\"Image\":\"i\",\"HostConfig\":{\"LogConfig\":{\"Type\":\"splunk\",\"Config\":"
	           "{\"splunk-token\":\"redacted\",\"tag\":\"redacted\"}}}}");
	check_body(CREATE,
	           "{\"Image\":\"i\",\"ho\xc5\xbftconfig\":{\"logconfig\":{\"CONFIG\":{\"a\":"
	           "\"t0ken\"}}}}",
	           "{\"Image\":\"i\",\"ho\xc5\xbftconfig\":{\"logconfig\":{\"CONFIG\":{\"a\":"
	           "\"redacted\"}}}}");
	check_body("/v1.41/containers/c1/exec",
	           "{\"Cmd\":[\"sh\"],\"Env\":[\"PASS=w\"],\"Privileged\":true}",
	           "{\"Cmd\":[\"sh\"],\"Env\":[\"PASS=redacted\"],\"Privileged\":true}");
	check_body("/v1.41/commit?container=c1", "{\"Env\":[\"A=secret\"],\"User\":\"0\"}",
	           "{\"Env\":[\"A=redacted\"],\"User\":\"0\"}");
	check_body(
	    "/v1.41/services/create",
	    "{\"TaskTemplate\":{\"ContainerSpec\":{\"Image\":\"i\",\"Env\":[\"A=secret\"],"
	    "\"Secrets\":[{\"SecretID\":\"x\",\"SecretName\":\"y\"}]},\"logdriver\":{\"Name\":"
	    "\"splunk\",\"Options\":{\"splunk-token\":\"t0ken\"}}},\"Mode\":{\"Global\":{}}}",
	    "{\"TaskTemplate\":{\"ContainerSpec\":{\"Image\":\"i\",\"Env\":[\"A=redacted\"],"
	    "\"Secrets\":[{\"SecretID\":\"x\",\"SecretName\":\"y\"}]},\"logdriver\":{\"Name\":"
	    "\"splunk\",\"Options\":{\"splunk-token\":\"redacted\"}}},\"Mode\":{\"Global\":{}}}");
	check_body(
	    "/v1.41/volumes/create",
	    "{\"Name\":\"v\",\"Driver\":\"local\",\"DriverOpts\":{\"type\":\"cifs\",\"device\":"
	    "\"//host/"
	    "share\",\"o\":\"bind,addr=1.2.3.4,username=u,password=p=w,vers=3\",\"x\":\"y\"}}",
	    "{\"Name\":\"v\",\"Driver\":\"local\",\"DriverOpts\":{\"type\":\"cifs\",\"device\":"
	    "\"//host/share\",\"o\":\"bind,addr=1.2.3.4,username=redacted,password=redacted,"
	    "vers=3\",\"x\":\"redacted\"}}");
	check_body(
	    "/v1.41/volumes/create",
	    "{\"DriverOpt\xc5\xbf\":{\"type\":\"none\",\"o\":\"bind\",\"device\":\"/etc/a@b\"}}",
	    "{\"DriverOpt\xc5\xbf\":{\"type\":\"none\",\"o\":\"bind\",\"device\":\"/etc/a@b\"}}");
	check_body("/v1.41/volumes/create",
	           "{\"DriverOpts\":{\"device\":\"//u:pw@host/share\",\"O\":\"bind\"}}",
	           "{\"DriverOpts\":{\"device\":\"//redacted@host/share\",\"O\":\"redacted\"}}");
	check_body("/v1.41/volumes/create",
	           "{\"DriverOpts\":{\"device\":\"u:pw@host:/x\",\"o\":\"\"}}",
	           "{\"DriverOpts\":{\"device\":\"redacted@host:/x\",\"o\":\"\"}}");
	check_body(
	    CREATE,
	    "{\"Image\":\"i\",\"HostConfig\":{\"Mounts\":[{\"Type\":\"volume\",\"Target\":\"/t\","
	    "\"VolumeOptions\":{\"Labels\":{\"o\":\"password=keep\"},\"DriverConfig\":{\"Name\":"
	    "\"d\","
	    "\"Options\":{\"o\":\"password=w\"}}}}]}}",
	    "{\"Image\":\"i\",\"HostConfig\":{\"Mounts\":[{\"Type\":\"volume\",\"Target\":\"/t\","
	    "\"VolumeOptions\":{\"Labels\":{\"o\":\"password=keep\"},\"DriverConfig\":{\"Name\":"
	    "\"d\","
	    "\"Options\":{\"o\":\"password=redacted\"}}}}]}}");
}

/* Nor do the reasons of a refusal repeat what the body no longer says. */
static void
quotes_no_secret(void **state)
{
	struct sp_policy *policy = parse_policy(
	    "sallyport: 1\ndeny:\n  a: {uses: {volume_options: true, network_options: any}}\n"
	    "allow:\n  b: {who: [anyone], do: [container.create, volume.create], must: {images: "
	    "any}}\n");
	static const char *const bodies[][2] = {
	    {"/v1.41/volumes/create",
	     "{\"DriverOpts\":{\"type\":\"cifs\",\"device\":\"//h/s\",\"o\":"
	     "\"domain=hunter2,password=hunter2\"}}"},
	    {"/v1.41/volumes/create", "{\"Driver\":\"d\",\"DriverOpts\":{\"apikey\":\"hunter2\","
	                              "\"x\":\"hunter2\"}}"},
	    {CREATE,
	     "{\"Image\":\"i\",\"NetworkingConfig\":{\"EndpointsConfig\":{\"n\":{\"DriverOpts\":"
	     "{\"k\":\"hunter2\"}}}}}"},
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct question q;
		struct sp_str line;

		ask(&q, make_message("POST", bodies[i][0], bodies[i][1]), false, policy);
		line = write_line(&q, policy, NULL);
		assert_true(sp_str_has_nocase(line, SP_STR("\"decision\":\"deny\"")));
		assert_true(sp_str_has_nocase(line, SP_STR("\"reason\":\"")));
		if (sp_str_has_nocase(line, SP_STR("hunter2")))
			fail_msg("%.*s", SP_FMT(line));
	}
	sp_policy_unref(policy);
}

static void
keeps_what_rules_look_at(void **state)
{
	(void)state;
	check_body(
	    CREATE,
	    "{\"Image\":\"i\",\"Labels\":{\"Env\":\"A=b\",\"password\":\"x\",\"LogConfig\":\"\"},"
	    "\"Cmd\":[\"--password\",\"x\"],\"HostConfig\":{\"Binds\":[\"/a=b:/c\"]}}",
	    "{\"Image\":\"i\",\"Labels\":{\"Env\":\"A=b\",\"password\":\"x\",\"LogConfig\":\"\"},"
	    "\"Cmd\":[\"--password\",\"x\"],\"HostConfig\":{\"Binds\":[\"/a=b:/c\"]}}");
	check_body(
	    "/v1.41/volumes/create",
	    "{\"DriverOpts\":{\"type\":\"overlay\",\"o\":\"lowerdir=/a:/b,upperdir=/c,workdir=/d,"
	    "credentials=/e,x=f:/g,password=/h,size=1g\",\"size\":\"1g\"}}",
	    "{\"DriverOpts\":{\"type\":\"overlay\",\"o\":\"lowerdir=/a:/b,upperdir=/c,workdir=/d,"
	    "credentials=/e,x=f:/g,password=redacted,size=1g\",\"size\":\"1g\"}}");
	/* A network may be called Labels: what is in it is no label. */
	check_body(CREATE,
	           "{\"Image\":\"i\",\"NetworkingConfig\":{\"EndpointsConfig\":{\"Labels\":{"
	           "\"DriverOpts\":"
	           "{\"k\":\"w\"}}}}}",
	           "{\"Image\":\"i\",\"NetworkingConfig\":{\"EndpointsConfig\":{\"Labels\":{"
	           "\"DriverOpts\":"
	           "{\"k\":\"redacted\"}}}}}");
	/* Fields that say nothing are left out; those that look so and are not, stay. */
	check_body(
	    CREATE,
	    "{\"Image\":\"i\",\"User\":\"\",\"Tty\":false,\"Env\":null,\"Cmd\":\"\",\"Entrypoint\":"
	    "[],"
	    "\"StopTimeout\":0,\"Volumes\":{},\"Labels\":{\"a\":\"\"},\"HostConfig\":{\"CapAdd\":"
	    "\"\","
	    "\"MaskedPaths\":[],\"PortBindings\":{\"80/tcp\":null},\"MemorySwappiness\":0}}",
	    "{\"Image\":\"i\",\"Cmd\":\"\",\"Entrypoint\":[],\"Labels\":{\"a\":\"\"},"
	    "\"HostConfig\":{\"CapAdd\":\"\",\"MaskedPaths\":[],"
	    "\"PortBindings\":{\"80/tcp\":null}}}");
	check_body("/v1.41/containers/c1/update",
	           "{\"PidsLimit\":0,\"Memory\":0,\"CpusetMems\":\"\"}",
	           "{\"PidsLimit\":0,\"Memory\":0,\"CpusetMems\":\"\"}");
	check_body("/v1.41/networks/create",
	           "{\"Name\":\"n\",\"EnableIPv4\":false,\"Internal\":false}",
	           "{\"Name\":\"n\",\"EnableIPv4\":false}");
	check_body(CREATE,
	           "{\"Image\":\"\\u00e9\\\"\\\\\\n\\u0001\\u2028\\ud83d\\ude00\",\"Hostname\":"
	           "\"\\u007f\"}",
	           "{\"Image\":\"\xc3\xa9\\\"\\\\\\n\\u0001\xe2\x80\xa8\xf0\x9f\x98\x80\","
	           "\"Hostname\":\"\x7f\"}");
}

static void
keeps_the_secrets_of_swarms_and_plugins(void **state)
{
	(void)state;
	check_body("/v1.41/swarm/join", "{\"RemoteAddrs\":[\"a:2377\"],\"joinToken\":\"w\"}",
	           "{\"RemoteAddrs\":[\"a:2377\"],\"joinToken\":\"redacted\"}");
	check_body("/v1.41/swarm/unlock", "{\"UnlockKey\":\"w\"}", "{\"UnlockKey\":\"redacted\"}");
	check_body(
	    "/v1.41/swarm/init",
	    "{\"ListenAddr\":\"0.0.0.0\",\"Spec\":{\"Labels\":{\"a\":\"b\"},\"CAConfig\":{"
	    "\"SigningCAKey\":\"w\",\"ExternalCAs\":[{\"Protocol\":\"cfssl\",\"URL\":"
	    "\"https://u:w@h/x\",\"Options\":{\"k\":\"w\"}}]},\"TaskDefaults\":{\"LogDriver\":{"
	    "\"Name\":\"gelf\",\"Options\":{\"k\":\"w\"}}}}}",
	    "{\"ListenAddr\":\"0.0.0.0\",\"Spec\":{\"Labels\":{\"a\":\"b\"},\"CAConfig\":{"
	    "\"SigningCAKey\":\"redacted\",\"ExternalCAs\":[{\"Protocol\":\"cfssl\",\"URL\":"
	    "\"https://redacted@h/x\",\"Options\":{\"k\":\"redacted\"}}]},\"TaskDefaults\":{"
	    "\"LogDriver\":{\"Name\":\"gelf\",\"Options\":{\"k\":\"redacted\"}}}}}");
	check_body("/v1.41/swarm/update?version=1",
	           "{\"CAConfig\":{\"ExternalCAs\":[{\"options\":{\"k\":\"w\"}}]}}",
	           "{\"CAConfig\":{\"ExternalCAs\":[{\"options\":{\"k\":\"redacted\"}}]}}");
	check_body("/v1.41/plugins/pull?remote=a/b", "[{\"Name\":\"mount\",\"Value\":[\"/var\"]}]",
	           "[{\"Name\":\"mount\",\"Value\":[\"/var\"]}]");
	check_body(
	    "/v1.41/plugins/a/set",
	    "[\"KEY=w\",\"m.source=/srv\",\"d.path=/dev/x\",\"B=/w/w\",\"alone\",\"k.value=w\"]",
	    "[\"KEY=redacted\",\"m.source=/srv\",\"d.path=/dev/x\",\"B=./redacted\",\"alone\","
	    "\"k.value=redacted\"]");
	check_body("/v1.23/containers/a/start", "{\"HostConfig\":{\"PidMode\":\"host\"}}",
	           "{\"HostConfig\":{\"PidMode\":\"host\"}}");
}

static void
writes_no_body_it_does_not_know(void **state)
{
	static const struct {
		const char *uri, *body;
	} cases[] = {
	    {"/v1.41/secrets/create", "{\"Name\":\"s\",\"Data\":\"c2VjcmV0\"}"},
	    {"/v1.41/configs/create", "{\"Name\":\"s\",\"Data\":\"c2VjcmV0\"}"},
	    {"/v1.41/secrets/s/update?version=1", "{\"Name\":\"s\",\"Data\":\"c2VjcmV0\"}"},
	    {"/v1.41/configs/c/update?version=1", "{\"Name\":\"s\",\"Data\":\"c2VjcmV0\"}"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *object = record_of("POST", cases[i].uri, cases[i].body, key);
		char *text = json_dumps(object, 0);

		assert_true(json_is_null(json_object_get(object, "request")));
		assert_true(json_is_string(json_object_get(object, "unreplayable")));
		assert_null(strstr(text, "c2VjcmV0"));
		free(text);
		json_decref(object);
	}
}

static void
keeps_credentials_out(void **state)
{
	struct sp_policy *policy = open_policy();
	struct question q;
	struct sp_str line;

	(void)state;
	ask(&q,
	    make_message("POST", "/v1.41/auth", "{\"username\":\"u\",\"password\":\"hunter2\"}"),
	    false, policy);
	line = write_line(&q, policy, NULL);
	assert_false(sp_str_has_nocase(line, SP_STR("hunter2")));
	ask(&q, make_message("POST", "/v1.41/images/x/push?tag=1", "{\"password\":\"hunter2\"}"),
	    false, policy);
	line = write_line(&q, policy, NULL);
	assert_false(sp_str_has_nocase(line, SP_STR("hunter2")));
	sp_policy_unref(policy);
}

static void
replaces_secrets_in_uris(void **state)
{
	(void)state;
	check_uri("GET", "/v1.41/containers/json?all=1&filters=%7B%7D",
	          "/v1.41/containers/json?all=1&filters=%7B%7D");
	check_uri(
	    "POST",
	    "/v1.41/build?t=a%2Fb&buildargs=%7B%22A%22%3A%22secret%22%2C%22B%22%3Anull%7D&q=1",
	    "/v1.41/build?t=a/b&buildargs=%7B%22A%22:%22redacted%22,%22B%22:null%7D&q=1");
	check_uri("POST", "/v1.41/build?build%61rgs=%7B%22A%22%3A%22secret%22%7D",
	          "/v1.41/build?buildargs=%7B%22A%22:%22redacted%22%7D");
	check_uri("POST", "/v1.41/build?buildargs={\"A\":\"secret\"}",
	          "/v1.41/build?buildargs=%7B%22A%22:%22redacted%22%7D");
	check_uri("POST", "/v1.41/build?buildargs=secret", "/v1.41/build?buildargs=redacted");
	check_uri("POST", "/v1.41/build?buildargs={}", "/v1.41/build?buildargs=%7B%7D");
	check_uri("POST", "/v1.41/build?remote=https://user:secret@example.com/x.git%23main",
	          "/v1.41/build?remote=https://redacted%40example.com/x.git%23main");
	check_uri("POST", "/v1.41/build?remote=https://example.com/x@y.git",
	          "/v1.41/build?remote=https://example.com/x%40y.git");
	check_uri("POST", "/v1.41/build?remote=git@example.com:x/y.git",
	          "/v1.41/build?remote=git@example.com:x/y.git");
	check_uri("POST", "/v1.41/images/create?fromSrc=http%3A%2F%2Fu%3Asecret%40h%2Fx&repo=r",
	          "/v1.41/images/create?fromSrc=http://redacted%40h/x&repo=r");
	check_uri("POST",
	          "/v1.41/images/create?fromSrc=-&repo=r&changes=ENV+A+secret&changes=CMD+x",
	          "/v1.41/images/create?fromSrc=-&repo=r&changes=ENV%20redacted&changes=CMD%20x");
	check_uri("POST", "/v1.41/images/create?fromSrc=-&repo=r&changes=%20env%20A=secret",
	          "/v1.41/images/create?fromSrc=-&repo=r&changes=ENV%20redacted");
	check_uri("POST", "/v1.41/images/create?fromSrc=-&changes=CMD+x",
	          "/v1.41/images/create?fromSrc=-&changes=CMD+x");
}

static void
keyed_hashes_tell_equal_from_different(void **state)
{
	json_t *object =
	    record_of("POST", CREATE,
	              "{\"Image\":\"i\",\"Env\":[\"A=secret\",\"B=secret\",\"C=other\"]}", key);
	const json_t *env = json_object_get(json_object_get(object, "request"), "Env");
	const char *a = json_string_value(json_array_get(env, 0));
	const char *b = json_string_value(json_array_get(env, 1));
	const char *c = json_string_value(json_array_get(env, 2));
	const uint8_t other_key[32] = {1};
	json_t *other;

	(void)state;
	assert_int_equal(strlen(a), strlen("A=keyed:") + 12);
	assert_memory_equal(a, "A=keyed:", strlen("A=keyed:"));
	assert_string_equal(a + 2, b + 2);
	assert_string_not_equal(a + 2, c + 2);
	other = record_of("POST", CREATE, "{\"Image\":\"i\",\"Env\":[\"A=secret\"]}", other_key);
	assert_string_not_equal(
	    a, json_string_value(
		   json_array_get(json_object_get(json_object_get(other, "request"), "Env"), 0)));
	json_decref(other);
	json_decref(object);
}

static void
keeps_malformed_requests_short(void **state)
{
	static const struct {
		const char *method, *uri, *body, *fault, *said_uri;
	} cases[] = {
	    {"POST", CREATE, "{\"Image\":\"i\",\"image\":\"j\",\"Env\":[\"A=hunter2\"]}",
	     "malformed-request", CREATE},
	    {"POST", CREATE "?name=x", "{\"Env\":\"A=hunter2\"}", "malformed-request",
	     CREATE "?name=x"},
	    {"POST", CREATE "?name=%78", "hunter2", "malformed-request", CREATE "?redacted"},
	    {"POST", CREATE, NULL, "body-missing", CREATE},
	    {"POST", "/v1.41/build?buildargs=%7B%22A%22%3A%22hunter2%22%7D;x", NULL,
	     "malformed-request", "/v1.41/build?redacted"},
	    {"POST", "/v1.41/build?buildargs=hunter2%", NULL, "malformed-request",
	     "/v1.41/build?redacted"},
	    {"POST", "http://u:hunter2@h/v1.41/build", NULL, "malformed-request",
	     "http://redacted@h/v1.41/build"},
	    {"GET", "/v9.99x/../info", NULL, "malformed-request", "/v9.99x/../info"},
	};
	struct sp_policy *policy = open_policy();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct question q;
		struct sp_str line, message;
		const char *why = NULL;
		json_t *object;
		bool response;

		ask(&q, make_message(cases[i].method, cases[i].uri, cases[i].body), false, policy);
		line = write_line(&q, policy, NULL);
		assert_false(sp_str_has_nocase(line, SP_STR("hunter2")));
		object = parse_line(line);
		assert_string_equal(json_string_value(json_object_get(object, "fault")),
		                    cases[i].fault);
		assert_string_equal(json_string_value(json_object_get(object, "unreplayable")),
		                    "malformed");
		assert_string_equal(json_string_value(json_object_get(object, "uri")),
		                    cases[i].said_uri);
		assert_string_equal(json_string_value(json_object_get(object, "decision")), "deny");
		assert_true(json_is_null(json_object_get(object, "request")));
		assert_int_equal(sp_record_read(line, &arena, &message, &response, &why), -1);
		assert_non_null(strstr(why, "malformed"));
		json_decref(object);
	}
	sp_policy_unref(policy);
}

/* --- recorded messages --- */

static struct sp_str
read_file(const char *path)
{
	struct sp_str text;

	assert_int_equal(sp_file_read(&arena, path, 16 << 20, &text), 0);
	return text;
}

static void
check_values(const struct sp_facts *a, const struct sp_facts *b, const char *path)
{
	for (int fact = 0; fact < SP_FACT_COUNT; fact++) {
		const struct sp_value *x = a->first[fact], *y = b->first[fact];

		for (; x && y; x = x->next, y = y->next) {
			if (x->state != y->state || x->read_only != y->read_only ||
			    x->num != y->num || !sp_str_eq(x->text, y->text) ||
			    !sp_str_eq(x->key, y->key))
				fail_msg("%s: %s is %.*s, was %.*s", path,
				         sp_fact_name((enum sp_fact)fact), SP_FMT(y->text),
				         SP_FMT(x->text));
		}
		if (x || y)
			fail_msg("%s: %s has %s values", path, sp_fact_name((enum sp_fact)fact),
			         x ? "fewer" : "more");
	}
}

/* Every value of an Env in the line is a hash. */
static void
check_env(const json_t *value, const char *path)
{
	const char *name;
	const json_t *v;
	size_t i;

	if (json_is_object(value)) {
		json_object_foreach((json_t *)(uintptr_t)value, name, v)
		{
			if (sp_json_fold_eq(sp_strz(name), "Env") && json_is_array(v)) {
				const json_t *e;

				json_array_foreach(v, i, e)
				{
					const char *equals = strchr(json_string_value(e), '=');

					if (equals && (strncmp(equals, "=keyed:", 7) != 0 ||
					               strlen(equals) != 19))
						fail_msg("%s: %s", path, json_string_value(e));
				}
			}
			check_env(v, path);
		}
	} else if (json_is_array(value)) {
		json_array_foreach(value, i, v) check_env(v, path);
	}
}

static unsigned n_replayed, n_unreplayable, n_bodies;

static void
check_round_trip(const char *path, const struct sp_policy *policy)
{
	bool response = strstr(path, "AuthZRes") != NULL, said_response = !response;
	struct question before, after;
	struct sp_str line, message;
	const char *why = NULL;
	json_t *object;

	ask(&before, read_file(path), response, policy);
	line = write_line(&before, policy, key);
	object = parse_line(line);
	check_env(object, path);
	n_bodies += json_is_object(json_object_get(object, "request"));
	if (json_object_get(object, "unreplayable")) {
		n_unreplayable++;
		assert_int_equal(sp_record_read(line, &arena, &message, &said_response, &why), -1);
		json_decref(object);
		return;
	}
	json_decref(object);
	n_replayed++;
	if (sp_record_read(line, &arena, &message, &said_response, &why))
		fail_msg("%s: %s", path, why);
	assert_int_equal(said_response, response);
	ask(&after, message, response, policy);
	if (after.req.fault != SP_FAULT_NONE)
		fail_msg("%s: %.*s", path, SP_FMT(after.req.why));
	assert_int_equal(after.req.action, before.req.action);
	assert_int_equal(after.req.status, before.req.status);
	assert_int_equal(after.decision.verdict, before.decision.verdict);
	assert_true(sp_str_eq(after.req.object, before.req.object));
	assert_true(sp_str_eq(after.req.user, before.req.user));
	assert_true(sp_str_eq(after.req.auth_method, before.req.auth_method));
	assert_true(sp_str_eq(after.decision.granted_by, before.decision.granted_by));
	if (!sp_str_eq(after.decision.message, before.decision.message))
		fail_msg("%s: %.*s, was %.*s", path, SP_FMT(after.decision.message),
		         SP_FMT(before.decision.message));
	check_values(&before.facts, &after.facts, path);
}

static void
every_message(const char *pattern, const struct sp_policy *policy)
{
	glob_t found;

	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++)
		check_round_trip(found.gl_pathv[i], policy);
	globfree(&found);
}

static struct sp_policy *
load_policy(const char *path)
{
	return parse_policy(sp_arena_dup(&arena, read_file(path)).p);
}

static void
decides_the_same_again(void **state)
{
	struct sp_arena policies;

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct sp_policy *policy;

		sp_arena_reset(&arena);
		policy = i == 0
		             ? open_policy()
		             : load_policy(i == 1 ? "policy/default.yaml" : "policy/strict.yaml");
		n_replayed = n_unreplayable = n_bodies = 0;
		sp_arena_init(&policies, CAP);
		every_message("tests/requests/*/*.json", policy);
		assert_true(n_replayed > 300);
		assert_true(n_bodies > 40);
		assert_true(n_unreplayable > 5);
		sp_arena_reset(&arena);
		every_message("tests/attacks/[0-9]*/*.json", policy);
		sp_policy_unref(policy);
		sp_arena_fini(&policies);
	}
}

/* Bodies that are not kept, and have no meaning, are not missed. */
static void
misses_no_meaningless_body(void **state)
{
	static const char *const messages[][3] = {
	    {"POST", "/v1.41/images/x/push?tag=1", "{\"password\":\"p\"}"},
	    {"POST", "/v1.41/containers/c1/stop", "{}"},
	    {"POST", "/v1.41/containers/c1/start", "{}"},
	    {"GET", "/v1.41/info", "{}"},
	    {"DELETE", "/v1.41/containers/c1", " null"},
	};
	struct sp_policy *policy = open_policy();

	(void)state;
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		struct question q;
		struct sp_str message;
		const char *why = NULL;
		bool response;

		ask(&q, make_message(messages[i][0], messages[i][1], messages[i][2]), false,
		    policy);
		assert_int_equal(q.decision.verdict, SP_ALLOW);
		assert_int_equal(
		    sp_record_read(write_line(&q, policy, key), &arena, &message, &response, &why),
		    0);
		ask(&q, message, false, policy);
		if (q.req.fault != SP_FAULT_NONE)
			fail_msg("%s: %.*s", messages[i][1], SP_FMT(q.req.why));
		assert_int_equal(q.decision.verdict, SP_ALLOW);
	}
	sp_policy_unref(policy);
}

/* --- every field, empty --- */

static const char *
empty_value(const struct sp_go_type *type, int spelling)
{
	static const char *const spellings[] = {"null", "[]", "{}", "\"\"", "0", "false"};
	bool fits[] = {
	    true,
	    type->kind == SP_GO_LIST || type->kind == SP_GO_STRLIST,
	    type->kind == SP_GO_STRUCT || type->kind == SP_GO_MAP,
	    type->kind == SP_GO_STRING || type->kind == SP_GO_STRLIST,
	    type->kind == SP_GO_INT || type->kind == SP_GO_UINT || type->kind == SP_GO_FLOAT,
	    type->kind == SP_GO_BOOL,
	};

	return fits[spelling] ? spellings[spelling] : NULL;
}

/* Leaving out what says nothing changes no fact: all fields of `type`, below the text `head`. */
static unsigned
check_empty_fields(const struct sp_go_type *type, const char *uri, const char *head,
                   const char *tail, const struct sp_policy *policy)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < type->n_fields; i++) {
		const struct sp_go_field *field = &type->fields[i];

		for (int spelling = 0; spelling < 6; spelling++) {
			const char *value = empty_value(field->type, spelling), *body, *why = NULL;
			struct question before, after;
			struct sp_str message;
			bool response;

			if (!value)
				continue;
			body = sp_arena_printf(&arena, "{%s\"%s\":%s%s}", head, field->name, value,
			                       tail);
			ask(&before, make_message("POST", uri, body), false, policy);
			if (before.req.fault != SP_FAULT_NONE)
				continue;
			assert_int_equal(sp_record_read(write_line(&before, policy, key), &arena,
			                                &message, &response, &why),
			                 0);
			ask(&after, message, false, policy);
			if (after.req.fault != SP_FAULT_NONE)
				fail_msg("%s: %.*s", body, SP_FMT(after.req.why));
			check_values(&before.facts, &after.facts, body);
			n++;
		}
	}
	return n;
}

static const struct sp_go_type *
field_type(const struct sp_go_type *type, const char *name)
{
	for (uint32_t i = 0; i < type->n_fields; i++)
		if (strcmp(type->fields[i].name, name) == 0)
			return type->fields[i].type;
	fail_msg("no field %s", name);
	return NULL;
}

static unsigned
check_services(struct sp_policy *policy)
{
	static const char uri[] = "/v1.52/services/create",
			  in_container[] = "\"TaskTemplate\":{\"ContainerSpec\":{";
	const struct sp_go_type *service = sp_body_type(SP_ACT_SERVICE_CREATE);
	const struct sp_go_type *task = field_type(service, "TaskTemplate");
	const struct sp_go_type *container = field_type(task, "ContainerSpec");
	unsigned n = 0;

	n += check_empty_fields(service, uri, "", "", policy);
	n += check_empty_fields(task, uri, "\"TaskTemplate\":{", "}", policy);
	n += check_empty_fields(container, uri, in_container, "}}", policy);
	n += check_empty_fields(field_type(container, "Mounts")->elem, uri,
	                        "\"TaskTemplate\":{\"ContainerSpec\":{\"Mounts\":[{", "}]}}",
	                        policy);
	n += check_empty_fields(field_type(container, "Privileges"), uri,
	                        "\"TaskTemplate\":{\"ContainerSpec\":{\"Privileges\":{", "}}}",
	                        policy);
	n += check_empty_fields(field_type(service, "Mode"), uri, "\"Mode\":{", "}", policy);
	n += check_empty_fields(field_type(task, "Resources"), uri,
	                        "\"TaskTemplate\":{\"Resources\":{", "}}", policy);
	n += check_empty_fields(sp_body_type(SP_ACT_CONTAINER_COMMIT), "/v1.41/commit?container=c",
	                        "", "", policy);
	n += check_empty_fields(sp_body_type(SP_ACT_NODE_UPDATE), "/v1.41/nodes/n/update", "", "",
	                        policy);
	return n;
}

static void
loses_no_meaning(void **state)
{
	static const char update[] = "/v1.41/containers/c1/update",
			  exec[] = "/v1.41/containers/c1/exec";
	const struct sp_go_type *create = sp_body_type(SP_ACT_CONTAINER_CREATE);
	const struct sp_go_type *host = field_type(create, "HostConfig");
	struct sp_policy *policy;
	unsigned n = 0;

	(void)state;
	sp_arena_reset(&arena);
	policy = open_policy();
	for (int api = 0; api < 2; api++) {
		const char *uri = api ? "/v1.24/containers/create" : CREATE;

		n +=
		    check_empty_fields(create, uri, "\"Cmd\":[\"x\"],", ",\"Image\":\"i\"", policy);
		n += check_empty_fields(host, uri, "\"Image\":\"i\",\"HostConfig\":{", "}", policy);
		n += check_empty_fields(
		    field_type(host, "Mounts")->elem, uri,
		    "\"Image\":\"i\",\"HostConfig\":{\"Mounts\":[{\"Type\":\"bind\","
		    "\"Target\":\"/t\",",
		    "}]}", policy);
	}
	n += check_empty_fields(sp_body_type(SP_ACT_CONTAINER_UPDATE), update, "", "", policy);
	n += check_empty_fields(sp_body_type(SP_ACT_CONTAINER_EXEC), exec, "\"Cmd\":[\"x\"],", "",
	                        policy);
	n += check_empty_fields(sp_body_type(SP_ACT_VOLUME_CREATE), "/v1.41/volumes/create", "", "",
	                        policy);
	n += check_empty_fields(sp_body_type(SP_ACT_NETWORK_CREATE), "/v1.41/networks/create", "",
	                        "", policy);
	n += check_empty_fields(sp_body_type(SP_ACT_NETWORK_CONNECT), "/v1.41/networks/n/connect",
	                        "", "", policy);
	n += check_services(policy);
	assert_true(n > 600);
	sp_policy_unref(policy);
}

/* What recorded bodies hold that must not be in any line. */
static void
collect(const json_t *value, bool secret, const char **list, size_t *n)
{
	static const char *const keys[] = {"Data", "JoinToken", "password", "UnlockKey",
	                                   "SigningCAKey"};
	const char *name;
	const json_t *v;
	size_t i;

	if (json_is_string(value) && secret && json_string_length(value) > 3) {
		const char *text = json_string_value(value), *equals = strchr(text, '=');

		text = equals && equals[1] ? equals + 1 : text;
		if (*n < 64 && strlen(text) > 3)
			list[(*n)++] = sp_arena_dup(&arena, sp_strz(text)).p;
	} else if (json_is_object(value)) {
		json_object_foreach((json_t *)(uintptr_t)value, name, v)
		{
			bool is = sp_json_fold_eq(sp_strz(name), "Env");

			for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
				is |= sp_json_fold_eq(sp_strz(name), keys[i]);
			collect(v, is, list, n);
		}
	} else if (json_is_array(value)) {
		json_array_foreach(value, i, v) collect(v, secret, list, n);
	}
}

static struct sp_str
decode64(const char *text)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	struct sp_buf out;
	uint32_t word = 0;
	int bits = 0;

	sp_buf_init(&out, &arena, CAP);
	for (; *text && *text != '='; text++) {
		word = word << 6 | (uint32_t)(strchr(digits, *text) - digits);
		bits += 6;
		if (bits >= 8)
			sp_buf_addc(&out, (char)(word >> (bits -= 8)));
	}
	return sp_buf_str(&out);
}

static void
no_secret_is_in_any_line(void **state)
{
	struct sp_policy *policy = open_policy();
	size_t n_secrets = 0;
	glob_t found;

	(void)state;
	assert_int_equal(glob("tests/requests/*/*.json", 0, NULL, &found), 0);
	assert_int_equal(glob("tests/attacks/[0-9]*/*.json", GLOB_APPEND, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *path = found.gl_pathv[i], *list[64];
		struct sp_str message, body, line;
		json_t *envelope, *object = NULL;
		struct question q;
		size_t n = 0;

		sp_arena_reset(&arena);
		message = read_file(path);
		envelope = json_loadb(message.p, message.len, 0, NULL);
		if (json_is_string(json_object_get(envelope, "RequestBody"))) {
			body =
			    decode64(json_string_value(json_object_get(envelope, "RequestBody")));
			object = json_loadb(body.p, body.len, 0, NULL);
		}
		collect(object, false, list, &n);
		json_decref(object);
		json_decref(envelope);
		ask(&q, message, strstr(path, "AuthZRes") != NULL, policy);
		line = write_line(&q, policy, key);
		for (size_t k = 0; k < n; k++) {
			if (sp_str_has_nocase(line, sp_strz(list[k])))
				fail_msg("%s: %s is in %.*s", path, list[k], SP_FMT(line));
			n_secrets++;
		}
	}
	globfree(&found);
	assert_true(n_secrets > 10);
	sp_policy_unref(policy);
}

/* --- limits --- */

static void
never_leaves_half_a_line(void **state)
{
	struct sp_policy *policy = open_policy();
	struct question q;
	/* Its own shadow, for what that adds. */
	const struct sp_record record = {
	    .id = "x", .key = key, .shadow = policy, .shadow_decision = &q.decision};
	unsigned whole = 0, short_ones = 0, none = 0;

	(void)state;
	ask(&q,
	    make_message(
		"POST", CREATE,
		"{\"Image\":\"busybox\",\"Env\":[\"A=b\",\"C=d\"],\"Cmd\":[\"sh\",\"-c\",\"sleep "
		"100000000000000000000000000000000000000000000000000000000000000000000\"]}"),
	    false, policy);
	for (size_t max = 0; max < 1200; max++) {
		struct sp_buf out;

		sp_buf_init(&out, &arena, max);
		sp_buf_addz(&out, "before");
		if (out.cut)
			continue;
		sp_record_write(&out, &record, &q.req, policy, &q.decision);
		assert_true(out.len <= max);
		assert_memory_equal(out.p, "before", 6);
		if (out.len > 6) {
			json_t *object = parse_line((struct sp_str){out.p + 6, out.len - 6});

			assert_false(out.cut);
			if (json_object_get(object, "unreplayable"))
				short_ones++;
			else
				whole++;
			json_decref(object);
		} else {
			assert_true(out.cut);
			none++;
		}
	}
	assert_true(whole > 0 && short_ones > 0 && none > 0);
	sp_policy_unref(policy);
}

static void
names_each_rule_once(void **state)
{
	static const char policy_text[] =
	    "sallyport: 1\nallow:\n  all: {who: [anyone], do: [all], on: any, may: everything}\n"
	    "deny:\n  a: {uses: {bind: [/srv], cap_add: [ALL]}}\n  b: {uses: {bind: any}}\n";
	struct sp_policy *policy = parse_policy(policy_text);
	struct question q;
	json_t *object;

	(void)state;
	ask(&q,
	    make_message(
		"POST", CREATE,
		"{\"Image\":\"i\",\"HostConfig\":{\"Binds\":[\"/srv:/a\",\"/srv:/b\"],\"CapAdd\":"
		"[\"SYS_ADMIN\"]}}"),
	    false, policy);
	object = parse_line(write_line(&q, policy, key));
	assert_int_equal(json_array_size(json_object_get(object, "rules")), 2);
	json_decref(object);
	sp_policy_unref(policy);
}

/* --- reading --- */

static void
reads_messages_of_dockerd(void **state)
{
	struct sp_str message, text = make_message("GET", "/info", NULL);
	const char *why = NULL;
	bool response = true;

	(void)state;
	assert_int_equal(sp_record_read(text, &arena, &message, &response, &why), 0);
	assert_true(sp_str_eq(message, text));
	assert_ptr_not_equal(message.p, text.p);
	assert_false(response);
	assert_int_equal(sp_record_read(SP_STR("{\"RequestMethod\":\"GET\",\"RequestUri\":\"/x\","
	                                       "\"ResponseStatusCode\":200}"),
	                                &arena, &message, &response, &why),
	                 0);
	assert_true(response);
	assert_int_equal(
	    sp_record_read(SP_STR("{\"RequestMethod\":\"GET\",\"ResponseHeaders\":{}}"), &arena,
	                   &message, &response, &why),
	    0);
	assert_true(response);
}

static void
refuses_other_lines(void **state)
{
	static const char *const lines[] = {
	    "",
	    "{",
	    "[]",
	    "null",
	    "{}",
	    "{\"RequestMethod\":1}",
	    "{\"method\":\"GET\"}",
	    "{\"method\":\"GET\",\"uri\":\"/\",\"unreplayable\":\"malformed\"}",
	    "{\"method\":\"GET\",\"uri\":\"/\"} x",
	};
	struct sp_str message;
	bool response;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		const char *why = NULL;

		assert_int_equal(
		    sp_record_read(sp_strz(lines[i]), &arena, &message, &response, &why), -1);
		assert_non_null(why);
		assert_true(strlen(why) > 0);
	}
}

static void
rebuilds_the_envelope(void **state)
{
	static const char line[] =
	    "{\"v\":1,\"user\":\"anna\",\"auth\":\"TLS\",\"phase\":\"request\",\"method\":\"POST\","
	    "\"uri\":"
	    "\"/v1.41/containers/create?name=x\",\"headers\":{\"Content-Type\":\"application/"
	    "json\","
	    "\"Content-Length\":\"9999\"},\"request\":{\"Image\":\"\xc3\xa9\"}}";
	static const char expected[] =
	    "{\"RequestMethod\":\"POST\",\"RequestUri\":\"/v1.41/containers/"
	    "create?name=x\",\"User\":"
	    "\"anna\",\"UserAuthNMethod\":\"TLS\",\"RequestHeaders\":{\"Content-Type\":"
	    "\"application/"
	    "json\",\"Content-Length\":\"14\"},\"RequestBody\":\"eyJJbWFnZSI6IsOpIn0=\"}\n";
	struct sp_str message;
	const char *why = NULL;
	bool response = true;

	(void)state;
	assert_int_equal(sp_record_read(SP_STR(line), &arena, &message, &response, &why), 0);
	assert_string_equal(message.p, expected);
	assert_false(response);
	assert_int_equal(
	    sp_record_read(SP_STR("{\"phase\":\"response\",\"status\":404,\"method\":\"GET\","
	                          "\"uri\":\"/x\",\"headers\":{\"Content-Length\":\"0\"},"
	                          "\"request\":null}"),
	                   &arena, &message, &response, &why),
	    0);
	assert_string_equal(message.p,
	                    "{\"RequestMethod\":\"GET\",\"RequestUri\":\"/x\",\"RequestHeaders\":"
	                    "{\"Content-Length\":\"0\"},\"ResponseStatusCode\":404}\n");
	assert_true(response);
}

/* An AuthZRes to "GET /containers/x/json" or its logs; the line, as a new reference. */
static json_t *
answer_line(const struct sp_policy *policy, const char *path, const char *more, bool *again)
{
	struct question q, after;
	struct sp_str line, message;
	const char *why = NULL;
	bool response = false;

	ask(&q,
	    sp_strz(sp_arena_printf(&arena,
	                            "{\"User\":\"blue\",\"UserAuthNMethod\":\"TLS\","
	                            "\"RequestMethod\":\"GET\",\"RequestUri\":\"%s\"%s}",
	                            path, more)),
	    true, policy);
	assert_int_equal(q.req.fault, SP_FAULT_NONE);
	line = write_line(&q, policy, NULL);
	*again = sp_record_read(line, &arena, &message, &response, &why) == 0;
	if (*again) {
		assert_true(response);
		ask(&after, message, true, policy);
		assert_int_equal(after.decision.verdict, q.decision.verdict);
		assert_true(sp_str_eq(after.decision.message, q.decision.message));
	}
	return parse_line(line);
}

static void
tells_what_became_of_answers(void **state)
{
	static const struct {
		const char *path, *more, *decision;
		bool again, too_late, begun;
	} rows[] = {
	    {"/containers/x/json", ",\"ResponseHeaders\":{\"A\":\"b\"}", "allow", true, false,
	     false},
	    {"/containers/x/json", "", "deny", true, false, true},
	    {"/containers/x/json", ",\"ResponseStatusCode\":200,\"ResponseBody\":\"e30=\"", "deny",
	     false, false, false},
	    {"/containers/x/logs", "", "deny", true, true, true},
	    {"/containers/x/logs", ",\"ResponseHeaders\":{\"A\":\"b\"}", "deny", true, false,
	     false},
	    {"/info", ",\"ResponseStatusCode\":200,\"ResponseBody\":\"e30=\"", "allow", true, false,
	     false},
	};
	struct sp_policy *policy = parse_policy(
	    "sallyport: 1\nallow:\n  own: {who: [blue], do: [read, logs], on: {labels: {a: b}}}\n"
	    "deny:\n  late: {do: [container.logs], response: {status: [2xx]}}\n");

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool again;
		json_t *object = answer_line(policy, rows[i].path, rows[i].more, &again);

		assert_string_equal(json_string_value(json_object_get(object, "decision")),
		                    rows[i].decision);
		assert_int_equal(again, rows[i].again);
		assert_int_equal(json_is_true(json_object_get(object, "too_late")),
		                 rows[i].too_late);
		assert_int_equal(json_is_true(json_object_get(object, "begun")), rows[i].begun);
		json_decref(object);
	}
	sp_policy_unref(policy);
}

static void
says_that_the_answer_decides(void **state)
{
	struct sp_policy *policy =
	    parse_policy("sallyport: 1\nallow:\n  own: {who: [local], do: [read], on: {labels: {a: "
	                 "b}}}\n");
	struct question q;
	json_t *object;

	(void)state;
	ask(&q, make_message("GET", "/containers/x/json", NULL), false, policy);
	assert_int_equal(q.decision.verdict, SP_ALLOW);
	object = parse_line(write_line(&q, policy, NULL));
	assert_true(json_is_true(json_object_get(object, "pending")));
	assert_string_equal(json_string_value(json_object_get(object, "granted_by")), "own");
	json_decref(object);
	sp_policy_unref(policy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(says_what_happened),
	    cmocka_unit_test(says_how_it_was_decided),
	    cmocka_unit_test(tells_the_time),
	    cmocka_unit_test(replaces_secrets),
	    cmocka_unit_test(quotes_no_secret),
	    cmocka_unit_test(keeps_what_rules_look_at),
	    cmocka_unit_test(keeps_the_secrets_of_swarms_and_plugins),
	    cmocka_unit_test(writes_no_body_it_does_not_know),
	    cmocka_unit_test(keeps_credentials_out),
	    cmocka_unit_test(replaces_secrets_in_uris),
	    cmocka_unit_test(keyed_hashes_tell_equal_from_different),
	    cmocka_unit_test(keeps_malformed_requests_short),
	    cmocka_unit_test(decides_the_same_again),
	    cmocka_unit_test(misses_no_meaningless_body),
	    cmocka_unit_test(loses_no_meaning),
	    cmocka_unit_test(no_secret_is_in_any_line),
	    cmocka_unit_test(never_leaves_half_a_line),
	    cmocka_unit_test(names_each_rule_once),
	    cmocka_unit_test(reads_messages_of_dockerd),
	    cmocka_unit_test(refuses_other_lines),
	    cmocka_unit_test(rebuilds_the_envelope),
	    cmocka_unit_test(tells_what_became_of_answers),
	    cmocka_unit_test(says_that_the_answer_decides),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
