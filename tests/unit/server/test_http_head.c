/* SPDX-License-Identifier: Apache-2.0 */
/* test_http_head.c: what dockerd's client writes is read, everything else is refused. */
#include "server/http_head.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MAX 1024

static struct sp_http_head head;
static int status;
static const char *why;

/* In one piece and byte by byte: both must say the same. */
static enum sp_head_result
read_head(struct sp_str text)
{
	size_t scanned = 0;
	enum sp_head_result all, piecewise = SP_HEAD_MORE;

	for (size_t n = 1; n <= text.len && piecewise == SP_HEAD_MORE; n++)
		piecewise =
		    sp_http_head_read(sp_str_head(text, n), MAX, &scanned, &head, &status, &why);
	scanned = 0;
	all = sp_http_head_read(text, MAX, &scanned, &head, &status, &why);
	assert_int_equal(all, piecewise);
	return all;
}

static void
what_dockerd_writes(void **state)
{
	(void)state;
	assert_int_equal(
	    read_head(SP_STR("POST /AuthZPlugin.AuthZReq HTTP/1.1\r\nHost: \r\n"
	                     "User-Agent: Go-http-client/1.1\r\nContent-Length: 107\r\n"
	                     "Accept: application/vnd.docker.plugins.v1.2+json\r\n\r\nBODY")),
	    SP_HEAD_WHOLE);
	assert_true(sp_str_is(head.target, "/AuthZPlugin.AuthZReq"));
	assert_int_equal(head.body_len, 107);
	assert_int_equal(head.head_len,
	                 strlen("POST /AuthZPlugin.AuthZReq HTTP/1.1\r\nHost: \r\n"
	                        "User-Agent: Go-http-client/1.1\r\nContent-Length: 107\r\n"
	                        "Accept: application/vnd.docker.plugins.v1.2+json\r\n\r\n"));
	assert_true(head.is_post);
	assert_false(head.is_head);
	assert_false(head.close);
	assert_false(head.expect_continue);
	assert_int_equal(read_head(SP_STR("POST /Plugin.Activate HTTP/1.1\r\n\r\n")),
	                 SP_HEAD_WHOLE);
	assert_int_equal(head.body_len, 0);
}

static void
variants(void **state)
{
	(void)state;
	assert_int_equal(read_head(SP_STR("HEAD / HTTP/1.0\r\n\r\n")), SP_HEAD_WHOLE);
	assert_true(head.is_head && head.close && !head.is_post);
	assert_int_equal(
	    read_head(SP_STR("GET / HTTP/1.1\r\nConnection: keep-alive, Close\r\n\r\n")),
	    SP_HEAD_WHOLE);
	assert_true(head.close);
	assert_int_equal(read_head(SP_STR("POST / HTTP/1.1\r\nEXPECT:100-Continue\r\n"
	                                  "content-length:\t 0005 \r\n\r\n")),
	                 SP_HEAD_WHOLE);
	assert_true(head.expect_continue);
	assert_int_equal(head.body_len, 5);
	assert_int_equal(
	    read_head(SP_STR("POST / HTTP/1.1\r\nContent-Length: 999999999999999999\r\n"
	                     "X-\xc3: \xff\r\n\r\n")),
	    SP_HEAD_BAD);
	assert_int_equal(
	    read_head(SP_STR("POST / HTTP/1.1\r\nContent-Length: 999999999999999999\r\n"
	                     "X: \xff\r\n\r\n")),
	    SP_HEAD_WHOLE);
	assert_true(head.body_len == UINT64_C(999999999999999999));
}

static void
refused(void **state)
{
	static const char *const bad[] = {
	    "\r\n\r\n",
	    "POST\r\n\r\n",
	    "POST /\r\n\r\n",
	    "POST / HTTP/2.0\r\n\r\n",
	    "POST / HTTP/1.1 \r\n\r\n",
	    "POST  / HTTP/1.1\r\n\r\n",
	    " POST / HTTP/1.1\r\n\r\n",
	    "POST / / HTTP/1.1\r\n\r\n",
	    "POST /\x7f HTTP/1.1\r\n\r\n",
	    "POST /\xc3\xa9 HTTP/1.1\r\n\r\n",
	    "PO\x01ST / HTTP/1.1\r\n\r\n",
	    "PRI * HTTP/2.0\r\n\r\n",
	    "POST / HTTP/1.1\nX: y\r\n\r\n",
	    "POST / HTTP/1.1\r\nX: y\nZ: a\r\n\r\n",
	    "POST / HTTP/1.1\r\nX\r\n\r\n",
	    "POST / HTTP/1.1\r\n: y\r\n\r\n",
	    "POST / HTTP/1.1\r\nX : y\r\n\r\n",
	    "POST / HTTP/1.1\r\nX: y\r\n z\r\n\r\n",
	    "POST / HTTP/1.1\r\nX: a\rb\r\n\r\n",
	    "POST / HTTP/1.1\r\nX: \x1b[0m\r\n\r\n",
	    "POST / HTTP/1.1\r\nContent-Length:\r\n\r\n",
	    "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
	    "POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\n",
	    "POST / HTTP/1.1\r\nContent-Length: 0x1\r\n\r\n",
	    "POST / HTTP/1.1\r\nContent-Length: 1 1\r\n\r\n",
	    "POST / HTTP/1.1\r\nContent-Length: 1,1\r\n\r\n",
	    "POST / HTTP/1.1\r\nContent-Length: 9999999999999999999\r\n\r\n",
	    "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
	    "POST / HTTP/1.1\r\nContent-Length: 1\r\ncontent-length: 2\r\n\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (read_head(sp_strz(bad[i])) != SP_HEAD_BAD)
			fail_msg("read: %s", bad[i]);
		assert_int_equal(status, 400);
		assert_non_null(why);
	}
	assert_int_equal(read_head(SP_STR("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")),
	                 SP_HEAD_BAD);
	assert_int_equal(status, 501);
	assert_int_equal(
	    read_head(SP_STR("POST / HTTP/1.1\r\ntransfer-encoding: identity\r\n\r\n")),
	    SP_HEAD_BAD);
	assert_int_equal(read_head(SP_STR("POST / HTTP/1.1\r\nExpect: more\r\n\r\n")), SP_HEAD_BAD);
	assert_int_equal(status, 417);
}

static void
lengths(void **state)
{
	char text[MAX + 8];
	size_t scanned = 0;

	(void)state;
	assert_int_equal(read_head(SP_STR("POST / HTTP/1.1\r\nX: y\r\n")), SP_HEAD_MORE);
	assert_int_equal(read_head(SP_STR("POST / HTTP/1.1\r\nX: y\r\n\r")), SP_HEAD_MORE);
	memset(text, 'a', sizeof(text));
	assert_int_equal(read_head((struct sp_str){text, MAX - 1}), SP_HEAD_MORE);
	assert_int_equal(read_head((struct sp_str){text, MAX}), SP_HEAD_BAD);
	assert_int_equal(status, 431);
	/* An empty line behind the limit does not count. */
	memcpy(text + MAX - 2, "\r\n\r\n", 4);
	assert_int_equal(
	    sp_http_head_read((struct sp_str){text, MAX + 2}, MAX, &scanned, &head, &status, &why),
	    SP_HEAD_BAD);
	assert_int_equal(status, 431);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_dockerd_writes),
	    cmocka_unit_test(variants),
	    cmocka_unit_test(refused),
	    cmocka_unit_test(lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
