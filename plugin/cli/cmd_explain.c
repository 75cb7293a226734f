/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_explain.c: sallyport explain: one question, every fact, every rule, and why.  Runs the very
 * functions serve runs; only where the question comes from and where the answer goes differ.
 * Input: files and command lines of the administrator; a recorded question is hostile.
 */
#include "cli/cli.h"
#include "cli/print_answer.h"

#include <stdio.h>

#include "cli/question.h"
#include "cli/record_file.h"
#include "sallyport/explain.h"

#define MAX_LOAD_BYTES ((size_t)256 * 1024 * 1024)
#define MAX_PRINT_BYTES ((size_t)16 * 1024 * 1024)

enum { OPT_POLICY = 1, OPT_USER, OPT_RECORD, OPT_API, OPT_BODY, OPT_NOW, OPT_FORMAT };

static const struct sp_option options[] = {
    {OPT_POLICY, "policy", "FILE", "the policy to ask", false},
    {OPT_USER, "user", "NAME", "decide for this certificate name; local: for nobody's name", false},
    {OPT_RECORD, "record", "FILE[#N]",
     "a message of dockerd, or line N of an audit log; N may be * for all; - is stdin", false},
    {OPT_API, "api", "REQUEST", "a request: 'POST /v1.47/containers/create?name=web'", false},
    {OPT_BODY, "body", "FILE", "the JSON body of that request; - is stdin", false},
    {OPT_NOW, "now", "DATE", "the clock, for rules that expire; default: now", false},
    {OPT_FORMAT, "format", "FORMAT", "text, or json: one object a line for each request", false},
};

static const struct sp_args_spec spec = {
    .command = "explain",
    .operands = "[-- docker COMMAND...]",
    .about =
	"Decides a docker command line, a request or a recorded request, and shows every fact\n"
	"and every rule on the way.  Nothing is sent to a daemon.",
    .notes = "Exit status: 0 allowed, 1 denied, 2 wrong usage, 3 the policy cannot be loaded,\n"
	     "4 the record or body cannot be read.  Of several requests the worst counts.",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .max_operands = 10000,
};

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

/* Where a path leads, when that is not where it seems to. */
static void
print_host(struct sp_buf *out, const struct sp_host_path *host)
{
	if (host->state != SP_HOST_RESOLVED) {
		sp_buf_addz(out, " -> unknown");
		if (host->why.len) {
			sp_buf_addz(out, ": ");
			sp_buf_add_shown(out, host->why, 120);
		}
	} else if (sp_host_leads_away(host)) {
		sp_buf_addz(out, " -> ");
		sp_buf_add_shown(out, host->resolved, 120);
	}
	if (host->socket.len) {
		sp_buf_addz(out, " (exposes ");
		sp_buf_add_shown(out, host->socket, 120);
		sp_buf_addz(out, " of ");
		sp_buf_add_shown(out, host->engine, 120);
		sp_buf_addc(out, ')');
	}
	for (const struct sp_host_name *n = host->names; n; n = n->next) {
		sp_buf_addz(out, n == host->names ? " (shows " : ", ");
		sp_buf_add_shown(out, n->name, 120);
		sp_buf_addz(out, n->next ? "" : ")");
	}
	if (host->own.len) {
		sp_buf_addz(out, " (exposes ");
		sp_buf_add_shown(out, host->own, 120);
		sp_buf_addz(out, " of this plugin)");
	}
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
	} else if (v->fact == SP_FACT_PIDS || v->fact == SP_FACT_CPU_SHARES ||
	           v->fact == SP_FACT_REPLICAS) {
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
	if (v->host)
		print_host(out, v->host);
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
	static const char *const results[] = {"skipped", "ok",      "OBJECTS", "lifted",
	                                      "GRANTS",  "PENDING", "fails"};

	if (decision->steps)
		sp_buf_addz(out, "rules\n");
	for (const struct sp_step *s = decision->steps; s; s = s->next) {
		sp_buf_addf(out, "  %-9s %-26.*s ", s->kind, SP_FMT(s->rule));
		if (s->file.len)
			sp_buf_addf(out, "%.*s:%u ", SP_FMT(s->file), s->line);
		sp_buf_addf(out, "%s%s", results[s->result], s->audit ? " (audit mode)" : "");
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
		sp_buf_addf(out, "  by %.*s%s", SP_FMT(decision->granted_by),
		            decision->pending ? ", if the answer shows only its objects" : "");
	if (decision->too_late)
		sp_buf_addz(out, "  (too late: the answer has left)");
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
	const char *policy, *user, *record, *api, *body;
	char **words; /* of a docker command line */
	size_t n_words;
	int64_t now;
	bool as_json;
};

static struct sp_question *
not_understood(const char *what, const struct sp_docker_trouble *trouble)
{
	fprintf(stderr, "sallyport explain: %s: %.*s%s%.*s\n", what, SP_FMT(trouble->text),
	        trouble->hint.len ? "; " : "", SP_FMT(trouble->hint));
	return NULL;
}

static struct sp_question *
ask_docker(const struct question *q, struct sp_arena *arena)
{
	struct sp_str *words = sp_arena_array(arena, q->n_words, sizeof(*words));
	struct sp_docker_trouble trouble = {0};
	struct sp_question *question;

	for (size_t i = 0; words && i < q->n_words; i++)
		words[i] = sp_strz(q->words[i]);
	question = words ? sp_question_words(words, q->n_words, arena, &trouble) : NULL;
	return question ? question : not_understood("docker", &trouble);
}

/* What is to be decided, `in` when it is a record; NULL after saying what is wrong, and *status. */
static struct sp_question *
read_question(const struct question *q, const struct sp_record_file *in, struct sp_arena *arena,
              enum sp_exit *status)
{
	struct sp_question *question = sp_arena_alloc(arena, sizeof(*question));
	struct sp_docker_trouble trouble = {0};
	struct sp_str body = {NULL, 0};
	int err = 0;

	*status = SP_EXIT_USAGE;
	if (q->n_words)
		return ask_docker(q, arena);
	if (q->api) {
		if (q->body)
			err = sp_input_read(arena, q->body, &body);
		if (err) {
			*status = SP_EXIT_ENV;
			fprintf(stderr, "sallyport explain: %s: %s\n", q->body, strerror(err));
			return NULL;
		}
		question = sp_question_api(sp_strz(q->api), body, arena, &trouble);
		return question ? question : not_understood("--api", &trouble);
	}
	*status = SP_EXIT_ENV;
	return question && sp_record_file_question(in, in->line, arena, question) ? question : NULL;
}

static void
print_all(struct sp_buf *out, const struct sp_question *question, struct sp_request *req,
          const struct sp_facts *facts, const struct sp_decision *decision, struct sp_arena *arena)
{
	print_request(out, req);
	print_facts(out, facts);
	sp_print_answer(out, req, arena);
	if (facts->host_paths && !question->decided)
		sp_buf_addf(out,
		            "%-9s paths are taken as they are written; where links lead on "
		            "the host is not looked up here\n",
		            "note");
	print_steps(out, decision);
	print_decision(out, decision);
}

static enum sp_exit
explain_one(const struct question *q, const struct sp_policy *policy, struct sp_arena *arena,
            struct sp_question *question)
{
	struct sp_circumstances how = {.now = q->now, .want_steps = !q->as_json};
	struct sp_request req;
	struct sp_facts facts = {0};
	struct sp_decision decision;
	struct sp_buf out;

	sp_request_read(&req, question->message, question->len, question->response, arena);
	if (q->user) {
		bool local = strcmp(q->user, "local") == 0;

		req.user = local ? (struct sp_str){NULL, 0} : sp_strz(q->user);
		req.auth_method = local ? (struct sp_str){NULL, 0} : SP_STR("TLS");
	}
	if (req.fault == SP_FAULT_NONE)
		sp_facts_read(&facts, &req, arena);
	sp_given_answer(&facts, &question->looked_up, arena);
	sp_decide(policy, &req, &facts, &how, arena, &decision);
	sp_buf_init(&out, arena, MAX_PRINT_BYTES);
	if (q->as_json)
		sp_explain_json(&out, &req, &facts, &decision);
	else
		print_all(&out, question, &req, &facts, &decision, arena);
	if (q->as_json && out.cut) { /* half a line is no JSON */
		fputs("sallyport explain: the answer is too long\n", stderr);
		return SP_EXIT_ENV;
	}
	fwrite(out.p, 1, out.len, stdout);
	return decision.verdict == SP_ALLOW ? SP_EXIT_OK : SP_EXIT_NO;
}

static enum sp_exit
explain(const struct question *q, const struct sp_policy *policy, const struct sp_record_file *in,
        struct sp_arena *arena)
{
	enum sp_exit status, one;
	struct sp_question *question = read_question(q, in, arena, &status);

	if (!question)
		return status;
	for (status = SP_EXIT_OK; question; question = question->next) {
		one = explain_one(q, policy, arena, question);
		status = one > status ? one : status;
		if (question->next && !q->as_json)
			fputs("\n", stdout);
	}
	return status;
}

/* Each record has the memory a request has: one after the other.  A line for a line in JSON. */
static enum sp_exit
explain_all(const struct question *q, const struct sp_policy *policy,
            const struct sp_record_file *in)
{
	struct sp_str rest = in->text, line;
	enum sp_exit status = SP_EXIT_OK, one;
	struct sp_question question;
	struct sp_arena arena;

	sp_arena_init(&arena, MAX_LOAD_BYTES);
	while (rest.len) {
		sp_str_cut(rest, '\n', &line, &rest);
		if (line.len == 0)
			continue;
		sp_arena_reset(&arena);
		one = sp_record_file_question(in, line, &arena, &question)
		          ? explain_one(q, policy, &arena, &question)
		          : SP_EXIT_ENV;
		status = one > status ? one : status;
		if (!q->as_json && rest.len)
			fputs("\n", stdout);
		else if (q->as_json && one == SP_EXIT_ENV)
			fputs("{\"error\":\"the record cannot be read\"}\n", stdout);
	}
	sp_arena_fini(&arena);
	return status;
}

static enum sp_exit
run(const struct question *q)
{
	struct sp_arena arena;
	struct sp_diags diags;
	struct sp_policy *policy;
	struct sp_record_file in = {0};
	struct sp_buf out;
	enum sp_exit status = SP_EXIT_POLICY;

	sp_arena_init(&arena, MAX_LOAD_BYTES);
	sp_diags_init(&diags, &arena);
	policy = sp_policy_load(q->policy, &diags);
	if (!policy) {
		sp_diags_sort(&diags);
		sp_buf_init(&out, &arena, MAX_PRINT_BYTES);
		sp_diags_print(&diags, &out, -1);
		fwrite(out.p, 1, out.len, stderr);
	} else if (q->record && !sp_record_file_find(&in, "explain", q->record, &arena)) {
		status = SP_EXIT_ENV;
	} else {
		status = in.all ? explain_all(q, policy, &in) : explain(q, policy, &in, &arena);
	}
	sp_policy_unref(policy);
	sp_arena_fini(&arena);
	return status;
}

/* Exactly one thing to decide. */
static int
check_usage(const struct question *q)
{
	int n = (q->record != NULL) + (q->api != NULL) + (q->n_words > 0);

	if (!q->policy)
		return sp_usage_error("explain", "--policy is missing");
	if (n == 0)
		return sp_usage_error("explain", "what is to be decided? --record, --api, or -- "
		                                 "docker ...");
	if (n > 1)
		return sp_usage_error("explain", "--record, --api and -- docker ... exclude each "
		                                 "other");
	if (q->body && !q->api)
		return sp_usage_error("explain", "--body belongs to --api");
	return 0;
}

int
sp_cmd_explain(int argc, char **argv)
{
	struct question q = {.now = (int64_t)time(NULL)};
	static const char *const formats[] = {"text", "json"};
	struct sp_args args;
	size_t format;
	int id;

	sp_args_init(&args, &spec, argc, argv);
	while ((id = sp_args_next(&args)) > 0) {
		if (id == OPT_POLICY)
			q.policy = args.value;
		else if (id == OPT_USER)
			q.user = args.value;
		else if (id == OPT_RECORD)
			q.record = args.value;
		else if (id == OPT_API)
			q.api = args.value;
		else if (id == OPT_BODY)
			q.body = args.value;
		else if (id == OPT_FORMAT) {
			if (!sp_args_choice(&args, formats, 2, &format))
				return args.status;
			q.as_json = format == 1;
		} else if (sp_num_date(sp_strz(args.value), &q.now) != SP_NUM_OK)
			return sp_usage_error("explain", "'%s' is not a date", args.value);
	}
	if (id < 0)
		return args.status;
	if (args.n_operands > args.n_rest)
		return sp_usage_error("explain", "'%s': a docker command stands after --",
		                      args.operand[0]);
	q.words = args.rest;
	q.n_words = args.n_rest;
	return check_usage(&q) ? SP_EXIT_USAGE : (int)run(&q);
}
