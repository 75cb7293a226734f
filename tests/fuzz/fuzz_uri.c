/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_uri.c: any bytes as a request target.  Besides not crashing: what is accepted is accepted
 * with every byte percent-encoded as well, and means the same.
 */
#include <stdint.h>
#include <stdlib.h>

#include "docker/uri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
add_encoded(struct sp_buf *buf, struct sp_str s)
{
	for (size_t i = 0; i < s.len; i++)
		sp_buf_addf(buf, "%%%02x", (unsigned char)s.p[i]);
}

static void
read_target(struct sp_request *req, struct sp_str uri, const char *method, struct sp_arena *arena)
{
	const struct sp_route *route;
	struct sp_str query;

	*req = (struct sp_request){.method = sp_strz(method), .uri = uri};
	sp_uri_read(req, &query, arena);
	if (req->fault != SP_FAULT_NONE)
		return;
	route = sp_route_find(req->method, req->path, &req->object);
	req->action = route ? route->action : SP_ACT_UNKNOWN_WRITE;
	sp_query_read(req, query, arena);
	sp_query_check_unique(req, arena);
}

static struct sp_str
encoded(const struct sp_request *req, struct sp_arena *arena)
{
	struct sp_buf buf;

	sp_buf_init(&buf, arena, 8u << 20);
	sp_buf_addc(&buf, '/');
	if (req->api_major)
		sp_buf_addf(&buf, "%%76%d%%2e%d%%2f", req->api_major, req->api_minor);
	add_encoded(&buf, sp_str_from(req->path, 1));
	for (size_t i = 0; i < req->query.n; i++) {
		sp_buf_addc(&buf, i == 0 ? '?' : '&');
		add_encoded(&buf, req->query.list[i].key);
		sp_buf_addc(&buf, '=');
		add_encoded(&buf, req->query.list[i].value);
	}
	must(!buf.cut);
	return sp_buf_str(&buf);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const methods[] = {"GET", "POST", "DELETE", "PATCH"};
	const struct sp_str uri = {(const char *)data, size};

	if (size > 65536)
		return 0;
	for (size_t m = 0; m < sizeof(methods) / sizeof(methods[0]); m++) {
		struct sp_request req, again;
		struct sp_arena arena;

		sp_arena_init(&arena, 16u << 20);
		read_target(&req, uri, methods[m], &arena);
		must((req.fault == SP_FAULT_NONE) == (req.why.len == 0));
		if (req.fault == SP_FAULT_NONE) {
			read_target(&again, encoded(&req, &arena), methods[m], &arena);
			must(again.fault == SP_FAULT_NONE && again.action == req.action);
			must(sp_str_eq(again.path, req.path) &&
			     sp_str_eq(again.object, req.object));
			must(again.query.n == req.query.n);
			for (size_t i = 0; i < req.query.n; i++) {
				must(sp_str_eq(again.query.list[i].key, req.query.list[i].key));
				must(sp_str_eq(again.query.list[i].value, req.query.list[i].value));
			}
		}
		sp_arena_fini(&arena);
	}
	return 0;
}
