/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_docker_recorded.c: every line of tests/dockercli/recorded.txt, which says what docker 28
 * sent for it, is translated into a request that asks for the same: same action, same object, same
 * facts.  And every flag of `docker COMMAND --help` is in the tables.
 */
#include <stdlib.h>

#include "cli/docker.h"
#include "unit/docker/facts_test.h"

/* Everything rules can see of a request, one line per value, sorted. */
static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *
seen_all(struct sp_str message)
{
	const char *lines[400];
	struct sp_buf out;
	size_t n = 0;

	read_text(&req, message, false);
	facts = (struct sp_facts){0};
	if (req.fault == SP_FAULT_NONE)
		sp_facts_read(&facts, &req, &arena);
	sp_buf_init(&out, &arena, 1u << 20);
	sp_buf_addf(&out, "%.*s %s on '%.*s'\n", SP_FMT(req.method), action_name(&req),
	            SP_FMT(req.object));
	if (req.fault != SP_FAULT_NONE) {
		sp_buf_addf(&out, "%s: %.*s\n", fault_name(req.fault), SP_FMT(req.why));
		return cstr(sp_buf_str(&out));
	}
	for (enum sp_fact f = SP_FACT_NONE + 1; f < SP_FACT_COUNT; f++) {
		for (const struct sp_value *v = facts.first[f]; v && n < 400; v = v->next) {
			struct sp_buf line;

			sp_buf_init(&line, &arena, 10000);
			sp_buf_addf(&line, "  %s=", sp_fact_name(f));
			add_value(&line, v);
			sp_buf_addf(&line, " num=%lld%s", (long long)v->num,
			            v->exact_only ? " exact" : "");
			lines[n++] = cstr(sp_buf_str(&line));
		}
	}
	qsort(lines, n, sizeof(lines[0]), by_text);
	for (size_t i = 0; i < n; i++)
		sp_buf_addf(&out, "%s\n", lines[i]);
	return cstr(sp_buf_str(&out));
}

/* A line "METHOD URI TYPE BODY". */
static struct sp_docker_request
read_request(struct sp_str line)
{
	struct sp_docker_request r = {0};
	struct sp_str type;

	sp_str_cut(line, ' ', &r.method, &line);
	sp_str_cut(line, ' ', &r.uri, &line);
	sp_str_cut(line, ' ', &type, &r.body);
	r.content_type = sp_str_is(type, "-") ? (struct sp_str){NULL, 0} : type;
	r.stream = sp_str_is(type, "application/x-tar");
	if (sp_str_is(r.body, "-"))
		r.body = (struct sp_str){NULL, 0};
	return r;
}

/* What docker asks before and after what a line is about. */
static bool
is_companion(const char *text)
{
	static const char *const actions[] = {
	    " exec.start ",     " container.start ",  " container.attach ",
	    " container.wait ", " container.resize ", " plugin.enable ",
	    " image.pull ",     " container.kill ",   " container.remove "};

	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		if (strstr(text, actions[i]))
			return true;
	}
	return strncmp(text, "GET ", 4) == 0 || strncmp(text, "HEAD ", 5) == 0;
}

#define MAX_REQUESTS 16

struct told {
	const char *text[MAX_REQUESTS];
	size_t n;
};

/* 1 when the line is translated wrong. */
static int
check_line(struct sp_str line, const struct told *real)
{
	struct sp_docker_trouble trouble;
	struct sp_docker_request *first = NULL;
	struct sp_str *words;
	bool used[MAX_REQUESTS] = {false};
	int wrong = 0;
	size_t n;

	if (sp_docker_words(line, &arena, &words, &n, &trouble) == 0)
		first = sp_docker_translate(words, n, &arena, &trouble);
	/* The one flag whose file would have to be read. */
	if (!first && strstr(cstr(line), "--label-file") && strstr(cstr(trouble.text), "files"))
		return 0;
	if (!first) {
		print_message("%.*s\n  is not translated: %.*s\n", SP_FMT(line),
		              SP_FMT(trouble.text));
		return 1;
	}
	for (struct sp_docker_request *r = first; r; r = r->next) {
		const char *mine = seen_all(sp_docker_message(r, &arena));
		size_t i = 0;

		while (i < real->n && (used[i] || strcmp(real->text[i], mine) != 0))
			i++;
		if (i < real->n) {
			used[i] = true;
			continue;
		}
		wrong = 1;
		print_message("%.*s\n here: %.*s %.*s\n%s", SP_FMT(line), SP_FMT(r->uri),
		              SP_FMT(r->body), mine);
	}
	for (size_t i = 0; i < real->n; i++) {
		if (!used[i] && (wrong || !is_companion(real->text[i]))) {
			print_message("%.*s\n docker also: %s", SP_FMT(line), real->text[i]);
			wrong = 1;
		}
	}
	return wrong;
}

static void
recorded_lines(void **state)
{
	struct sp_str rest = file_text("tests/dockercli/recorded.txt"), line, command = {NULL, 0};
	struct told told = {.n = 0};
	int n = 0, wrong = 0;

	(void)state;
	for (bool more = true; more;) {
		more = next_line(&rest, &line);
		if (!more || sp_str_starts(line, SP_STR("$ "))) {
			/* Lines docker itself refused before it asked for anything: none to
			 * compare. */
			if (told.n) {
				wrong += check_line(command, &told);
				n++;
			}
			command = sp_str_from(line, 2);
			told.n = 0;
		} else {
			struct sp_docker_request r = read_request(line);

			assert_true(told.n < MAX_REQUESTS);
			told.text[told.n++] = seen_all(sp_docker_message(&r, &arena));
		}
	}
	print_message("%d lines\n", n);
	assert_int_equal(wrong, 0);
	assert_true(n > 500);
}

/* A line cut off anywhere is translated or refused with a reason, never anything else. */
static void
every_beginning_of_a_line(void **state)
{
	struct sp_str rest = file_text("tests/dockercli/recorded.txt"), line;
	struct sp_arena local;

	(void)state;
	sp_arena_init(&local, 1u << 20);
	while (next_line(&rest, &line)) {
		if (!sp_str_starts(line, SP_STR("$ ")))
			continue;
		line = sp_str_from(line, 2);
		for (size_t len = 0; len < line.len; len++) {
			struct sp_docker_trouble trouble = {0};
			struct sp_str *words;
			size_t n;

			if (sp_docker_words(sp_str_head(line, len), &local, &words, &n, &trouble) ||
			    !sp_docker_translate(words, n, &local, &trouble))
				assert_true(trouble.text.len > 0);
			sp_arena_reset(&local);
		}
	}
	sp_arena_fini(&local);
}

/* No memory is a reason, too. */
static void
without_memory(void **state)
{
	static const char text[] =
	    "create --name x -p 80:80 -v /a:/b --mount type=bind,src=/a,dst=/b "
	    "--gpus all --health-cmd x --network n --ulimit a=1 nginx a b";

	(void)state;
	for (size_t cap = 0; cap < 100000; cap += 97) {
		struct sp_docker_trouble trouble = {0};
		struct sp_docker_request *r = NULL;
		struct sp_arena small;
		struct sp_str *words;
		size_t n;

		sp_arena_init(&small, cap);
		if (sp_docker_words(sp_strz(text), &small, &words, &n, &trouble) == 0)
			r = sp_docker_translate(words, n, &small, &trouble);
		if (r)
			assert_true(sp_str_ends(r->body, SP_STR("}")));
		sp_arena_fini(&small);
	}
}

static void
every_flag_of_docker(void **state)
{
	struct sp_str rest = file_text("tests/dockercli/flags.txt"), line;
	int n = 0, wrong = 0;

	(void)state;
	while (next_line(&rest, &line)) {
		struct sp_str command, letter, flag, kind;

		sp_str_cut(line, '\t', &command, &line);
		sp_str_cut(line, '\t', &letter, &line);
		sp_str_cut(line, '\t', &flag, &kind);
		n++;
		if (sp_docker_knows(command, flag, letter.p[0] == '-' ? 0 : letter.p[0],
		                    sp_str_is(kind, "value")))
			continue;
		wrong++;
		print_message("docker %.*s: --%.*s\n", SP_FMT(command), SP_FMT(flag));
	}
	assert_int_equal(wrong, 0);
	assert_true(n > 800);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(recorded_lines),
	    cmocka_unit_test(every_beginning_of_a_line),
	    cmocka_unit_test(without_memory),
	    cmocka_unit_test(every_flag_of_docker),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
