/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_decide.c: a message as it arrives on the socket, all the way to a verdict and its record.
 * Whatever it is: the same bytes give the same verdict, what cannot be read is denied, a refusal
 * has a text, and the record is one line.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sallyport/given.h"
#include "sallyport/record.h"

#define CAP ((size_t)32 * 1024 * 1024)
#define DEMAND(x)                                                                                  \
	do {                                                                                       \
		if (!(x))                                                                          \
			abort();                                                                   \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char policy_text[] =
    "sallyport: 1\n"
    "groups: {ops: [anna, \"b*\"]}\n"
    "allow:\n"
    "  staff:\n"
    "    who: [group:ops, local]\n"
    "    do: [read, run, manage, exec, copy, compose, pull, image.tag]\n"
    "    on: any\n"
    "    must: {images: [nginx, \"registry.example.com/$user/**\", \"**:fuzz\"], memory: {max: "
    "2g}}\n"
    "    may: {bind: [/srv/$user/**, /data:ro], ports: [127.0.0.1:ephemeral], networks: [\"n*\"]}\n"
    "  all: {who: [root], do: [all], on: any, may: everything}\n"
    "  own: {who: [\"t*\"], do: [read, manage, exec], on: {labels: {team: $user}}}\n"
    "  named: {who: [\"t*\"], do: [volume.*, network.*], on: {names: [\"$user-*\"]}, must: "
    "{name: [\"$user-*\"]}}\n"
    "deny:\n"
    "  paths: {uses: {bind: [/etc, /home/*/.ssh], cap_add: [SYS_ADMIN], host_namespaces: any}}\n"
    "  when: {when: {images: [evil/**]}, uses: {volumes: any}, message: \"$value $limit $flag\"}\n"
    "  answers: {response: {status: [5xx]}}\n"
    "  hidden: {response: {labels: {secret: \"*\"}}}\n"
    "  keys: {do: [read], response: {env: [\"AWS_*\"]}}\n"
    "  prod: {do: [manage, read], on: {labels: {tier: prod}}}\n"
    "require:\n"
    "  limits: {mode: audit, must: {pids: {max: 100}, user: non-root, cap_drop: [ALL]}}\n"
    "  small: {do: [read], response: {size: {max: 1m}}}\n"
    "exceptions:\n"
    "  x: {lifts: [paths], who: [root], may: {bind: [/etc/ssl:ro]}, expires: never, reason: r}\n";

static const struct sp_policy *
policy(void)
{
	static struct sp_policy *loaded;
	static struct sp_arena arena;
	struct sp_diags diags;

	if (!loaded) {
		sp_arena_init(&arena, CAP);
		sp_diags_init(&diags, &arena);
		loaded = sp_policy_parse(SP_STR("fuzz.yaml"), sp_strz(policy_text), &diags);
		DEMAND(loaded);
	}
	return loaded;
}

/* What a host may say about a path; false: that it cannot say where it leads. */
static bool
answer(struct sp_host_path *h, size_t dice)
{
	switch (dice % 5) {
	case 0:
		h->state = SP_HOST_UNKNOWN;
		h->resolved = (struct sp_str){NULL, 0};
		h->why = dice % 2 ? SP_STR("a loop of symbolic links") : SP_STR("");
		return false;
	case 1:
		h->resolved = SP_STR("/etc/cron.d");
		return true;
	case 2:
		h->resolved = SP_STR("/srv/anna/x");
		return true;
	case 3:
		h->socket = SP_STR("/srv/d.sock");
		h->engine = SP_STR("dockerd");
		return true;
	default:
		return true;
	}
}

static enum sp_verdict
judge(const uint8_t *data, size_t size, bool response, size_t cap)
{
	static const uint8_t key[32] = {1};
	struct sp_circumstances how = {.now = 1, .id = "fuzz"};
	struct sp_facts facts = {0};
	struct sp_record record = {.id = "fuzz", .key = key, .facts = &facts};
	struct sp_decision decision;
	struct sp_request req;
	struct sp_arena arena;
	struct sp_buf line;
	char *text = malloc(size + 1);
	enum sp_verdict verdict;
	bool unresolved = false;

	DEMAND(text);
	memcpy(text, data, size);
	sp_arena_init(&arena, cap);
	sp_request_read(&req, text, size, response, &arena);
	if (req.fault == SP_FAULT_NONE)
		sp_facts_read(&facts, &req, &arena);
	sp_given_answer(&facts, NULL, &arena);
	for (struct sp_host_path *h = facts.host_paths; h; h = h->next)
		unresolved |= !answer(h, h->path.len + size);
	sp_decide(policy(), &req, &facts, &how, &arena, &decision);
	verdict = decision.verdict;
	DEMAND(verdict == SP_DENY || req.fault != SP_FAULT_UNREADABLE);
	DEMAND(verdict == SP_DENY || !unresolved); /* the policy spares nobody */
	DEMAND(verdict == SP_ALLOW || decision.message.len > 0);
	DEMAND(decision.message.len <= 4100);
	DEMAND(verdict == SP_DENY || !arena.full);
	sp_buf_init(&line, &arena, CAP);
	sp_record_write(&line, &record, &req, policy(), &decision);
	if (!arena.full && !line.cut)
		DEMAND(line.len > 0 && memchr(line.p, '\n', line.len) == line.p + line.len - 1);
	sp_arena_fini(&arena);
	free(text);
	return verdict;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum sp_verdict verdict;

	if (size < 1)
		return 0;
	verdict = judge(data + 1, size - 1, data[0] & 1, CAP);
	DEMAND(judge(data + 1, size - 1, data[0] & 1, CAP) == verdict);
	/* Less memory may turn an allow into a deny, never the other way. */
	if (judge(data + 1, size - 1, data[0] & 1, (size_t)(data[0] >> 1) * 256) == SP_ALLOW)
		DEMAND(verdict == SP_ALLOW);
	return 0;
}
