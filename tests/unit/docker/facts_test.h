/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts_test.h: for the tests of facts: ask as a client would, and see the facts as one line of
 * text: "cap_add=CAP_SYS_ADMIN,ALL bind=/etc:ro", or "malformed: WHY".
 */
#ifndef TESTS_UNIT_DOCKER_FACTS_TEST_H
#define TESTS_UNIT_DOCKER_FACTS_TEST_H

#include "message.h"
#include "sallyport/facts.h"

static struct sp_request req;
static struct sp_facts facts;

static inline void
add_value(struct sp_buf *out, const struct sp_value *v)
{
	static const char *const states[] = {
	    [SP_UNKNOWABLE] = "unknowable",
	    [SP_UNSET] = "unset",
	    [SP_UNLIMITED] = "unlimited",
	    [SP_UNCHANGED] = "unchanged",
	};

	if (v->key.len) {
		sp_buf_add(out, v->key);
		sp_buf_addc(out, v->fact == SP_FACT_LABELS ? '=' : '>');
	}
	if (v->state != SP_SET) {
		sp_buf_addz(out, states[v->state]);
		if (v->text.len)
			sp_buf_addf(out, "(%.*s)", SP_FMT(v->text));
	} else if (v->text.len) {
		sp_buf_add(out, v->text);
	} else {
		sp_buf_addi(out, v->num);
	}
	if (v->image && v->image->kind != SP_IMAGE_NAME)
		sp_buf_addz(out, v->image->kind == SP_IMAGE_ID ? "(id)" : "(invalid)");
	if (v->read_only)
		sp_buf_addz(out, ":ro");
}

/* The values of one fact, with commas; "-" when there is none. */
static inline const char *
seen(enum sp_fact fact)
{
	struct sp_buf out;

	sp_buf_init(&out, &arena, 100000);
	for (const struct sp_value *v = facts.first[fact]; v; v = v->next) {
		if (v != facts.first[fact])
			sp_buf_addc(&out, ',');
		assert_int_equal(v->fact, fact);
		add_value(&out, v);
	}
	return facts.first[fact] ? cstr(sp_buf_str(&out)) : "-";
}

/* All powers that are used, in the order of SP_FACTS; "" for a plain request. */
static inline const char *
powers(void)
{
	struct sp_buf out;

	sp_buf_init(&out, &arena, 100000);
	if (req.fault != SP_FAULT_NONE)
		return sp_arena_printf(&arena, "%s: %.*s", fault_name(req.fault), SP_FMT(req.why));
	for (enum sp_fact f = SP_FACT_NONE + 1; f <= SP_FACT_LAST_POWER; f++) {
		if (!facts.first[f])
			continue;
		if (out.len)
			sp_buf_addc(&out, ' ');
		sp_buf_addf(&out, "%s=%s", sp_fact_name(f), seen(f));
	}
	return cstr(sp_buf_str(&out));
}

/* What refusals show of the n-th value: "-v /etc:/x @/HostConfig/Binds/0". */
static inline const char *
shown(enum sp_fact fact, int n)
{
	const struct sp_value *v = facts.first[fact];
	struct sp_buf out;

	while (v && n-- > 0)
		v = v->next;
	if (!v)
		return "-";
	sp_buf_init(&out, &arena, 10000);
	sp_buf_addf(&out, "%s %.*s @", v->flag ? v->flag : "", SP_FMT(v->arg));
	sp_place_print(&v->place, &out);
	return cstr(sp_buf_str(&out));
}

static inline void
ask(const char *method, const char *uri, const char *body)
{
	const char *headers = body ? sp_arena_printf(&arena,
	                                             "\"Content-Length\":\"%zu\","
	                                             "\"Content-Type\":\"application/json\"",
	                                             strlen(body))
	                           : "\"Content-Length\":\"0\"";

	read_message(&req, method, uri, headers, body, false);
	sp_facts_read(&facts, &req, &arena);
}

/* container.create with these fields of HostConfig. */
static inline const char *
create(const char *host_config)
{
	ask("POST", "/v1.44/containers/create?name=web",
	    sp_arena_printf(&arena, "{\"Image\":\"nginx\",\"HostConfig\":{%s}}", host_config));
	return powers();
}

/* container.create with these fields of the top level. */
static inline const char *
create_top(const char *fields)
{
	ask("POST", "/v1.44/containers/create?name=web", sp_arena_printf(&arena, "{%s}", fields));
	return powers();
}

struct fact_case {
	const char *fields; /* of HostConfig */
	const char *expected;
};

static inline void
check_create(const struct fact_case *c, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *got = create(c[i].fields);

		if (strcmp(got, c[i].expected) != 0)
			fail_msg("%s\n gives    %s\n expected %s", c[i].fields, got, c[i].expected);
	}
}
#define CHECK_CREATE(cases) check_create(cases, sizeof(cases) / sizeof((cases)[0]))

#endif
