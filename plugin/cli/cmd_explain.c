/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_explain.c: sallyport explain: one recorded question, every fact, every rule, and why.  Runs
 * the very functions serve runs; only where the question comes from and where the answer goes
 * differ.  Input: files of the administrator; the recorded question in them is hostile.
 */
#include "cli/cli.h"

#include <errno.h>
#include <stdio.h>

#include "sallyport/record.h"

#define MAX_LOAD_BYTES ((size_t)256 * 1024 * 1024)
#define MAX_RECORD_BYTES ((size_t)64 * 1024 * 1024)
#define MAX_PRINT_BYTES ((size_t)16 * 1024 * 1024)

enum { OPT_POLICY = 1, OPT_USER, OPT_RECORD, OPT_NOW };

static const struct sp_option options[] = {
    {OPT_POLICY, "policy", "FILE", "the policy to ask", false},
    {OPT_USER, "user", "NAME", "decide for this certificate name; local: for nobody's name", false},
    {OPT_RECORD, "record", "FILE[#N]",
     "a message of dockerd, or line N of an audit log; - is stdin", false},
    {OPT_NOW, "now", "DATE", "the clock, for rules that expire; default: now", false},
};

static const struct sp_args_spec spec = {
    .command = "explain",
    .operands = "",
    .about = "Decides one recorded request and shows every fact and every rule on the way.",
    .notes = "Exit status: 0 allowed, 1 denied, 2 wrong usage, 3 the policy cannot be loaded,\n"
	     "4 the record cannot be read.",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .max_operands = 0,
};

/* --- the record --- */

static struct sp_str
line_number(struct sp_str text, int64_t n, int64_t *n_lines)
{
	struct sp_str line, found = {NULL, 0};

	*n_lines = 0;
	while (text.len) {
		sp_str_cut(text, '\n', &line, &text);
		if (line.len == 0)
			continue;
		if (++*n_lines == n)
			found = line;
	}
	return found;
}

/* Standard input may be a pipe, which sp_file_read refuses. */
static int
read_input(struct sp_arena *arena, struct sp_str path, struct sp_str *text)
{
	struct sp_buf buf;
	char piece[4096];
	size_t n;

	if (!sp_str_is(path, "-"))
		return sp_file_read(arena, path.p, MAX_RECORD_BYTES, text);
	sp_buf_init(&buf, arena, MAX_RECORD_BYTES);
	while ((n = fread(piece, 1, sizeof(piece), stdin)) > 0)
		sp_buf_add(&buf, (struct sp_str){piece, n});
	*text = sp_buf_str(&buf);
	return ferror(stdin) ? EIO : buf.cut ? EFBIG : 0;
}

/* `record` is FILE, FILE#N or "-".  The message text, or NULL after saying what is wrong. */
static char *
read_message(struct sp_arena *arena, const char *record, size_t *len, bool *response)
{
	struct sp_str path = sp_strz(record), file, number, text, line, message;
	const char *why = NULL;
	int64_t n = 1, n_lines;
	int err;

	if (sp_str_cut(path, '#', &file, &number) && sp_num_uint(number, &n) != SP_NUM_OK) {
		sp_usage_error("explain", "after '#' comes the number of a line: '%s'", record);
		return NULL;
	}
	file = sp_arena_dup(arena, file);
	err = read_input(arena, file, &text);
	if (err) {
		fprintf(stderr, "sallyport explain: %s: %s\n", file.p,
		        err == EINVAL ? "not a regular file" : strerror(err));
		return NULL;
	}
	line = line_number(text, n, &n_lines);
	if (number.len == 0 && n_lines > 1)
		line = text; /* one message over several lines, or too many messages */
	if (line.len == 0) {
		fprintf(stderr, "sallyport explain: %s: there is no line %lld\n", file.p,
		        (long long)n);
		return NULL;
	}
	if (sp_record_read(line, arena, &message, response, &why)) {
		fprintf(stderr, "sallyport explain: %s: %s%s\n", file.p, why,
		        number.len == 0 && n_lines > 1 ? "; to choose a line of a log, write FILE#N"
		                                       : "");
		return NULL;
	}
	message = sp_arena_dup(arena, message); /* it is read in place */
	*len = message.len;
	return (char *)(uintptr_t)message.p;
}

/* --- printing --- */

static void
print_line(struct sp_buf *out, const char *what, struct sp_str value)
{
	sp_buf_addf(out, "%-9s ", what);
	sp_buf_add_shown(out, value, 0);
	sp_buf_addc(out, '\n');
}

static void
print_request(struct sp_buf *out, const struct sp_request *req)
{
	sp_buf_addf(out, "%-9s ", req->is_response ? "answer to" : "request");
	sp_buf_add_shown(out, req->method, 20);
	sp_buf_addc(out, ' ');
	sp_buf_add_shown(out, req->uri, 0);
	sp_buf_addc(out, '\n');
	print_line(out, "action", sp_strz(sp_action_info(req->action)->name));
	if (req->object.len)
		print_line(out, "object", req->object);
	if (sp_request_is_local(req))
		print_line(out, "user", SP_STR("local"));
	else
		print_line(out, "user", req->user);
	if (req->is_response)
		sp_buf_addf(out, "%-9s %d\n", "status", req->status);
}

static void
pad(struct sp_buf *out, size_t start, size_t column)
{
	do
		sp_buf_addc(out, ' ');
	while (out->len - start < column);
}

static void
print_value_text(struct sp_buf *out, const struct sp_value *v)
{
	if (v->state == SP_UNKNOWABLE) {
		sp_buf_addz(out, "unknown");
	} else if (v->state == SP_UNSET) {
		sp_buf_addz(out, "not set");
	} else if (v->state == SP_UNLIMITED) {
		sp_buf_addz(out, "unlimited");
	} else if (v->state == SP_UNCHANGED) {
		sp_buf_addz(out, "unchanged");
	} else if (v->image) {
		sp_buf_add_shown(out, v->image->full, 120);
	} else if (v->fact == SP_FACT_MEMORY || v->fact == SP_FACT_MEMORY_SWAP ||
	           v->fact == SP_FACT_SHM_SIZE) {
		sp_buf_add_size(out, v->num);
	} else if (v->fact == SP_FACT_CPUS) {
		sp_buf_add_cpus(out, v->num);
	} else if (v->fact == SP_FACT_PIDS || v->fact == SP_FACT_REPLICAS) {
		sp_buf_addi(out, v->num);
	} else if (v->text.len || v->key.len) {
		if (v->key.len) {
			sp_buf_add_shown(out, v->key, 120);
			sp_buf_addc(out, '=');
		}
		sp_buf_add_shown(out, v->text, 120);
	} else {
		sp_buf_addz(out, "yes");
	}
	if (v->read_only)
		sp_buf_addz(out, " (read-only)");
}

static void
print_facts(struct sp_buf *out, const struct sp_facts *facts)
{
	for (enum sp_fact f = SP_FACT_NONE + 1; f < SP_FACT_COUNT; f++) {
		for (const struct sp_value *v = facts->first[f]; v; v = v->next) {
			size_t start = out->len;

			sp_buf_addf(out, "%-9s %-19s ", f <= SP_FACT_LAST_POWER ? "power" : "fact",
			            sp_fact_name(f));
			print_value_text(out, v);
			pad(out, start, 64);
			sp_place_print(&v->place, out);
			if (v->flag && (v->arg.len || f <= SP_FACT_LAST_POWER)) {
				pad(out, start, 94);
				sp_buf_addz(out, v->flag);
				sp_buf_addc(out, ' ');
				sp_buf_add_shown(out, v->arg, 120);
			}
			while (out->len && out->p[out->len - 1] == ' ')
				out->len--;
			sp_buf_addc(out, '\n');
		}
	}
}

static void
print_remark(struct sp_buf *out, const char *what, struct sp_str text)
{
	if (!text.len)
		return;
	sp_buf_addf(out, "  %-9s   %s ", "", what);
	sp_buf_add_shown(out, text, 200);
	sp_buf_addc(out, '\n');
}

static void
print_steps(struct sp_buf *out, const struct sp_decision *decision)
{
	static const char *const results[] = {"skipped", "ok",     "OBJECTS",
	                                      "lifted",  "GRANTS", "fails"};

	if (decision->steps)
		sp_buf_addz(out, "rules\n");
	for (const struct sp_step *s = decision->steps; s; s = s->next) {
		sp_buf_addf(out, "  %-9s %-26.*s %.*s:%u %s%s", s->kind, SP_FMT(s->rule),
		            SP_FMT(s->file), s->line, results[s->result],
		            s->audit ? " (audit mode)" : "");
		if (s->why.len) {
			sp_buf_addz(out, ": ");
			sp_buf_add(out, s->why);
		}
		sp_buf_addc(out, '\n');
		print_remark(out, "note:", s->note);
		print_remark(out, "approved by:", s->approved_by);
	}
}

static void
print_decision(struct sp_buf *out, const struct sp_decision *decision)
{
	struct sp_str rest = decision->message, line;
	const char *label = "message";

	sp_buf_addf(out, "%-9s %s", "decision", decision->verdict == SP_ALLOW ? "ALLOW" : "DENY");
	if (decision->audit_only)
		sp_buf_addz(out, "  (audit mode; it would be DENY)");
	else if (decision->verdict == SP_ALLOW && decision->granted_by.len)
		sp_buf_addf(out, "  by %.*s", SP_FMT(decision->granted_by));
	sp_buf_addc(out, '\n');
	while (rest.len) {
		sp_str_cut(rest, '\n', &line, &rest);
		sp_buf_addf(out, "%-9s ", label);
		sp_buf_add(out, line);
		sp_buf_addc(out, '\n');
		label = "";
	}
	for (const struct sp_finding *f = decision->audit_findings; f; f = f->next)
		sp_buf_addf(out, "%-9s %.*s [rule %.*s, in audit mode]\n", "would say",
		            SP_FMT(f->text), SP_FMT(f->rule));
}

/* --- the command --- */

struct question {
	const char *policy, *user, *record;
	int64_t now;
};

static enum sp_exit
explain(const struct question *q, const struct sp_policy *policy, struct sp_arena *arena)
{
	struct sp_circumstances how = {.now = q->now, .want_steps = true};
	struct sp_request req;
	struct sp_facts facts = {0};
	struct sp_decision decision;
	struct sp_buf out;
	bool response = false;
	size_t len = 0;
	char *message = read_message(arena, q->record, &len, &response);

	if (!message)
		return SP_EXIT_ENV;
	sp_request_read(&req, message, len, response, arena);
	if (q->user) {
		bool local = strcmp(q->user, "local") == 0;

		req.user = local ? (struct sp_str){NULL, 0} : sp_strz(q->user);
		req.auth_method = local ? (struct sp_str){NULL, 0} : SP_STR("TLS");
	}
	if (req.fault == SP_FAULT_NONE)
		sp_facts_read(&facts, &req, arena);
	sp_decide(policy, &req, &facts, &how, arena, &decision);
	sp_buf_init(&out, arena, MAX_PRINT_BYTES);
	print_request(&out, &req);
	print_facts(&out, &facts);
	print_steps(&out, &decision);
	print_decision(&out, &decision);
	fwrite(out.p, 1, out.len, stdout);
	return decision.verdict == SP_ALLOW ? SP_EXIT_OK : SP_EXIT_NO;
}

static enum sp_exit
run(const struct question *q)
{
	struct sp_arena arena;
	struct sp_diags diags;
	struct sp_policy *policy;
	struct sp_buf out;
	enum sp_exit status = SP_EXIT_POLICY;

	sp_arena_init(&arena, MAX_LOAD_BYTES);
	sp_diags_init(&diags, &arena);
	policy = sp_policy_load(q->policy, &diags);
	if (policy) {
		status = explain(q, policy, &arena);
	} else {
		sp_diags_sort(&diags);
		sp_buf_init(&out, &arena, MAX_PRINT_BYTES);
		sp_diags_print(&diags, &out, -1);
		fwrite(out.p, 1, out.len, stderr);
	}
	sp_policy_unref(policy);
	sp_arena_fini(&arena);
	return status;
}

int
sp_cmd_explain(int argc, char **argv)
{
	struct question q = {.now = (int64_t)time(NULL)};
	struct sp_args args;
	int id;

	sp_args_init(&args, &spec, argc, argv);
	while ((id = sp_args_next(&args)) > 0) {
		if (id == OPT_POLICY)
			q.policy = args.value;
		else if (id == OPT_USER)
			q.user = args.value;
		else if (id == OPT_RECORD)
			q.record = args.value;
		else if (sp_num_date(sp_strz(args.value), &q.now) != SP_NUM_OK)
			return sp_usage_error("explain", "'%s' is not a date", args.value);
	}
	if (id < 0)
		return args.status;
	if (!q.policy)
		return sp_usage_error("explain", "--policy is missing");
	if (!q.record)
		return sp_usage_error("explain", "--record is missing");
	return (int)run(&q);
}
