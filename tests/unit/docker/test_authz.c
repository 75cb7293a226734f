/* SPDX-License-Identifier: Apache-2.0 */
/* test_authz.c: the envelope, and base64. */
#include "docker/authz.h"
#include "message.h"

static void
decode_is(const char *text, const char *want, size_t want_len)
{
	struct sp_str copy = sp_arena_dup(&arena, sp_strz(text));
	char *p = malloc(copy.len ? copy.len : 1); /* exact, so that a sanitizer sees a byte more */
	long n;

	assert_non_null(p);
	memcpy(p, copy.p, copy.len);
	n = sp_base64_decode(p, copy.len);
	if (want == NULL ? n != -1 : n != (long)want_len || memcmp(p, want, want_len) != 0)
		fail_msg("'%s' gives %ld bytes", text, n);
	free(p);
}

static void
base64_is_strict(void **state)
{
	static const char *const bad[] = {
	    "Z",         "Zg",       "Zg=",      "Zg===",    "Zh==",    "Zm9=",       "Zm8",
	    "=",         "====",     "Z===",     "Zg==Zg==", "Zm9v\n",  "Zm9vZg==\n", "Zm9v Zg==",
	    "Zm9vZ\n8=", "Zm-v",     "Zm_v",     "Z=9v",     "Zm=v",    "=m9v",       "Zm9vYmF\x80",
	    "Zm9\xff",   "Zm9v!AAA", "AAAA====", "AA=A",     "A\x80==", "Zm9vY===",   "////=///",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		decode_is(bad[i], NULL, 0);
	decode_is("", "", 0);
	decode_is("Zg==", "f", 1);
	decode_is("Zm8=", "fo", 2);
	decode_is("Zm9v", "foo", 3);
	decode_is("Zm9vYmFy", "foobar", 6);
	decode_is("////++++", "\xff\xff\xff\xfb\xef\xbe", 6);
	decode_is("AAAA", "\0\0\0", 3);
}

/* Every length and every byte, against the slow encoder of message.h. */
static void
base64_gives_back_what_was_encoded(void **state)
{
	char bytes[260];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 167 + 13);
	for (size_t len = 1; len <= sizeof(bytes); len++) {
		struct sp_str text = base64((struct sp_str){bytes, len});
		char *p = malloc(text.len);

		assert_non_null(p);
		memcpy(p, text.p, text.len);
		assert_int_equal(sp_base64_decode(p, text.len), len);
		assert_memory_equal(p, bytes, len);
		free(p);
	}
	/* each byte that is not of the alphabet, at each place of a group */
	for (int c = 0; c < 256; c++) {
		static const char digits[] =
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
		const bool is_digit = c && strchr(digits, c);

		for (size_t at = 0; at < 4; at++) {
			char text[] = "AAAAAAAA";

			text[at] = (char)c;
			assert_int_equal(sp_base64_decode(text, 8), is_digit ? 6 : -1);
			if (c == '=')
				continue;
			memcpy(text, "AAAAAAAA", 8);
			text[4 + at] = (char)c;
			assert_int_equal(sp_base64_decode(text, 8), is_digit ? 6 : -1);
		}
		/* and at each place of a text long enough to be taken in blocks */
		for (size_t at = 0; at < 56; at++) {
			char text[60];

			memset(text, 'B', sizeof(text));
			text[at] = (char)c;
			assert_int_equal(sp_base64_decode(text, sizeof(text)), is_digit ? 45 : -1);
		}
	}
}

static void
read_envelope(struct sp_request *req, struct sp_str *body64, struct sp_str text)
{
	char *copy = sp_arena_bytes(&arena, text.len);

	assert_non_null(copy);
	if (text.len)
		memcpy(copy, text.p, text.len);
	*req = (struct sp_request){0};
	sp_authz_read(req, copy, text.len, body64, &arena);
}

static void
an_envelope_is_read(void **state)
{
	static const char text[] =
	    "{\"User\":\"anna "
	    "\\u003cx\\u003e\",\"UserAuthNMethod\":\"TLS\",\"RequestMethod\":\"POST\","
	    "\"RequestUri\":\"/v1.41/"
	    "x?a=1\\u0026b=2\",\"RequestBody\":\"e30=\",\"RequestHeaders\":{"
	    "\"Content-Length\":\"2\",\"Content-Type\":\"application/json\",\"User-Agent\":\"D/1\","
	    "\"X-Meta\":\"\"},\"RequestPeerCertificates\":[\"LS0t\",\"LS0t\"],"
	    "\"ResponseStatusCode\":404,\"ResponseBody\":\"eyJhIjoxfQ==\",\"ResponseHeaders\":"
	    "{\"A\":\"b\"},\"NewThing\":{\"a\":[1,2,{}]}}\n";
	struct sp_request req;
	struct sp_str body64;

	(void)state;
	read_envelope(&req, &body64, SP_STR(text));
	if (req.fault != SP_FAULT_NONE)
		fail_msg("%.*s", SP_FMT(req.why));
	assert_true(sp_str_is(req.user, "anna <x>"));
	assert_true(sp_str_is(req.auth_method, "TLS"));
	assert_false(sp_request_is_local(&req));
	assert_true(sp_str_is(req.method, "POST"));
	assert_true(sp_str_is(req.uri, "/v1.41/x?a=1&b=2"));
	assert_true(sp_str_is(body64, "e30="));
	assert_true(sp_str_is(req.content_length, "2"));
	assert_true(sp_str_is(req.content_type, "application/json"));
	assert_true(sp_str_is(req.user_agent, "D/1"));
	assert_int_equal(req.status, 404);

	read_envelope(&req, &body64, SP_STR("{\"RequestMethod\":\"GET\",\"RequestUri\":\"/\"}"));
	assert_int_equal(req.fault, SP_FAULT_NONE);
	assert_true(sp_request_is_local(&req));
	assert_int_equal(req.content_length.len, 0);
	assert_int_equal(req.status, 0);
	assert_null(body64.p);
}

#define GET_INFO "\"RequestMethod\":\"GET\",\"RequestUri\":\"/info\""

static void
what_is_no_envelope_is_unreadable(void **state)
{
	static const char *const cases[] = {
	    "",
	    "\n",
	    "null",
	    "[]",
	    "\"RequestMethod\"",
	    "{}",
	    "GET /info",
	    "{" GET_INFO,
	    "{" GET_INFO "}}",
	    "{" GET_INFO "} {}",
	    "{" GET_INFO ",}",
	    "{\"RequestMethod\":\"GET\"}",
	    "{\"RequestUri\":\"/info\"}",
	    "{\"RequestMethod\":\"\",\"RequestUri\":\"/info\"}",
	    "{\"RequestMethod\":\"GET\",\"RequestUri\":\"\"}",
	    "{\"RequestMethod\":null,\"RequestUri\":\"/info\"}",
	    "{\"RequestMethod\":1,\"RequestUri\":\"/info\"}",
	    "{\"RequestMethod\":\"GET\",\"RequestUri\":[\"/info\"]}",
	    "{\"RequestMethod\":\"GET\",\"RequestUri\":{}}",
	    "{" GET_INFO ",\"RequestUri\":\"/info\"}",
	    "{" GET_INFO ",\"requesturi\":\"/info\"}",
	    "{" GET_INFO ",\"Reque\xc5\xbftUri\":\"/info\"}",
	    "{" GET_INFO ",\"User\":1}",
	    "{" GET_INFO ",\"User\":\"a\",\"user\":\"b\"}",
	    "{" GET_INFO ",\"RequestBody\":[1]}",
	    "{" GET_INFO ",\"RequestHeaders\":[]}",
	    "{" GET_INFO ",\"RequestHeaders\":{\"Content-Length\":2}}",
	    "{" GET_INFO ",\"RequestHeaders\":{\"Content-Length\":[\"2\"]}}",
	    "{" GET_INFO ",\"RequestHeaders\":{\"Content-Length\":\"1\",\"Content-Length\":\"1\"}}",
	    "{" GET_INFO ",\"RequestHeaders\":{\"Content-Length\":\"1\",\"content-length\":\"1\"}}",
	    "{" GET_INFO ",\"RequestHeaders\":{\"content-type\":\"x\",\"Content-Type\":\"x\"}}",
	    "{" GET_INFO ",\"RequestHeaders\":{\"content-type\":\"x\"}}",
	    "{" GET_INFO ",\"ResponseStatusCode\":\"200\"}",
	    "{" GET_INFO ",\"ResponseStatusCode\":200.0}",
	    "{" GET_INFO ",\"User\":\"\\u0000\"}",
	    "{" GET_INFO ",\"User\":\"\xff\"}",
	    "{" GET_INFO ",\"X\":[[[[[[[[[[]]]]]]]]]]}",
	};
	struct sp_request req;
	struct sp_str body64;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		read_envelope(&req, &body64, sp_strz(cases[i]));
		if (req.fault != SP_FAULT_UNREADABLE || req.why.len == 0)
			fail_msg("%s: %s", cases[i], fault_name(req.fault));
	}
	read_envelope(&req, &body64, SP_STR("{" GET_INFO "}\0"));
	assert_int_equal(req.fault, SP_FAULT_UNREADABLE);
}

/* Cut anywhere, a message is unreadable: nothing is ever decided on half of one. */
static void
every_shorter_message_is_unreadable(void **state)
{
	static const char text[] =
	    "{\"User\":\"a\\u00e9\",\"RequestMethod\":\"POST\",\"RequestUri\":\"/v1.41/containers/"
	    "create\",\"RequestBody\":\"e30=\",\"RequestHeaders\":{\"Content-Length\":\"2\"},"
	    "\"RequestPeerCertificates\":[\"LS0t\"]}";
	struct sp_request req;
	struct sp_str body64;

	(void)state;
	for (size_t len = 0; len < sizeof(text) - 1; len++) {
		char *copy = malloc(len ? len : 1);

		assert_non_null(copy);
		memcpy(copy, text, len);
		req = (struct sp_request){0};
		sp_authz_read(&req, copy, len, &body64, &arena);
		if (req.fault != SP_FAULT_UNREADABLE)
			fail_msg("%zu bytes: %s", len, fault_name(req.fault));
		free(copy);
	}
}

static void
statuses_out_of_range_are_none(void **state)
{
	static const struct {
		const char *text;
		int status;
	} cases[] = {
	    {"200", 200}, {"0", 0}, {"-1", 0}, {"100000", 0}, {"4294967296", 0}, {"null", 0},
	};
	struct sp_request req;
	struct sp_str body64;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *text = sp_arena_printf(
		    &arena, "{" GET_INFO ",\"ResponseStatusCode\":%s}", cases[i].text);

		read_envelope(&req, &body64, sp_strz(text));
		assert_int_equal(req.fault, SP_FAULT_NONE);
		assert_int_equal(req.status, cases[i].status);
	}
}

static void
a_full_arena_is_a_refusal(void **state)
{
	struct sp_arena small;
	struct sp_request req;
	struct sp_str body64;

	(void)state;
	for (size_t cap = 8; cap <= 512; cap *= 2) {
		char text[] = "{" GET_INFO ",\"User\":\"anna\"}";

		req = (struct sp_request){0};
		sp_arena_init(&small, cap);
		sp_authz_read(&req, text, sizeof(text) - 1, &body64, &small);
		assert_int_equal(req.fault, SP_FAULT_UNREADABLE);
		assert_true(req.why.len > 0);
		sp_arena_fini(&small);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(base64_is_strict, setup, teardown),
	    cmocka_unit_test_setup_teardown(base64_gives_back_what_was_encoded, setup, teardown),
	    cmocka_unit_test_setup_teardown(an_envelope_is_read, setup, teardown),
	    cmocka_unit_test_setup_teardown(what_is_no_envelope_is_unreadable, setup, teardown),
	    cmocka_unit_test_setup_teardown(every_shorter_message_is_unreadable, setup, teardown),
	    cmocka_unit_test_setup_teardown(statuses_out_of_range_are_none, setup, teardown),
	    cmocka_unit_test(a_full_arena_is_a_refusal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
