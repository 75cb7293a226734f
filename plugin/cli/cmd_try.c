/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_try.c: sallyport try: runs a docker client against a daemon that decides everything and does
 * nothing.  The only thing that is executed is the program the administrator named.
 */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/try.h"

#define MAX_LOAD_BYTES ((size_t)256 * 1024 * 1024)
#define MAX_PRINT_BYTES ((size_t)16 * 1024 * 1024)
#define MAX_FOLDER 64 /* so that the socket's path fits */

enum { OPT_POLICY = 1, OPT_USER, OPT_SAVE, OPT_NO_EXEC, OPT_VERBOSE };

static const struct sp_option options[] = {
    {OPT_POLICY, "policy", "FILE", "the policy (/etc/sallyport/policy.yaml)", false},
    {OPT_USER, "user", "NAME", "decide for this certificate name; local: for nobody's name", false},
    {OPT_SAVE, "save", "FILE", "write each decision to FILE, as serve --log does", false},
    {OPT_NO_EXEC, "no-exec", NULL, "run nothing: only decide what the docker command stands for",
     false},
    {OPT_VERBOSE, "verbose", NULL, "also say what is allowed", false},
};

static const struct sp_args_spec spec = {
    .command = "try",
    .operands = "-- PROGRAM [ARGUMENT...]",
    .about = "Runs docker, compose or any other client with a fake daemon, which decides every\n"
	     "request by the policy, remembers what was created, and does nothing else.",
    .notes = "Exit status: 0 all was allowed, 1 something was denied, 2 wrong usage, 3 the policy\n"
	     "cannot be loaded, 4 the program cannot be run, or failed although all was allowed.",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .max_operands = 10000,
};

struct trying {
	const char *policy, *save;
	bool no_exec;
	char **words; /* the program and its arguments */
	size_t n_words;
	struct sp_try try;
};

/* --- the program --- */

static bool
is_about_docker(const char *variable)
{
	static const char *const names[] = {"DOCKER_HOST=", "DOCKER_CONTEXT=", "DOCKER_TLS=",
	                                    "DOCKER_TLS_VERIFY=", "DOCKER_CERT_PATH="};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strncmp(variable, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

/* Our environment, but for where docker is.  NULL: no memory. */
static char **
make_environment(const char *socket, struct sp_arena *arena)
{
	size_t n = 0, kept = 0;
	char **env;

	while (environ[n])
		n++;
	env = sp_arena_array(arena, n + 2, sizeof(*env));
	if (!env)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (!is_about_docker(environ[i]))
			env[kept++] = environ[i];
	env[kept] = (char *)(uintptr_t)sp_arena_printf(arena, "DOCKER_HOST=unix://%s", socket);
	return env;
}

/* Does `word` say which daemon to use?  Then the fake one would not be asked. */
static bool
names_daemon(struct sp_str word)
{
	return (word.len >= 2 && word.p[0] == '-' && (word.p[1] == 'H' || word.p[1] == 'c')) ||
	       sp_str_is(word, "--host") || sp_str_starts(word, SP_STR("--host=")) ||
	       sp_str_is(word, "--context") || sp_str_starts(word, SP_STR("--context="));
}

static bool
takes_value(struct sp_str word)
{
	static const char *const names[] = {"--config",
	                                    "-l",
	                                    "--log-level",
	                                    "--tlscacert",
	                                    "--tlscert",
	                                    "--tlskey",
	                                    "-f",
	                                    "-p",
	                                    "--file",
	                                    "--ansi",
	                                    "--profile",
	                                    "--env-file",
	                                    "--project-name",
	                                    "--project-directory"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (sp_str_is(word, names[i]))
			return true;
	return false;
}

/* docker's and compose's own options, before the command. */
static const char *
other_daemon(const struct trying *t)
{
	const char *slash = strrchr(t->words[0], '/');

	if (strncmp(slash ? slash + 1 : t->words[0], "docker", 6) != 0)
		return NULL;
	for (size_t i = 1; i < t->n_words && t->words[i][0] == '-'; i++) {
		if (names_daemon(sp_strz(t->words[i])))
			return t->words[i];
		i += takes_value(sp_strz(t->words[i]));
	}
	return NULL;
}

/* 0, or an errno value. */
static int
start(const struct trying *t, char **env, pid_t *child, struct sp_arena *arena)
{
	char **argv = sp_arena_array(arena, t->n_words + 1, sizeof(*argv));
	posix_spawnattr_t attr;
	sigset_t defaults, none;
	int err = argv ? posix_spawnattr_init(&attr) : ENOMEM;

	if (err)
		return err;
	memcpy(argv, t->words, t->n_words * sizeof(*argv));
	sigemptyset(&none);
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE); /* we ignore it, and that would be inherited */
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &defaults);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	err = posix_spawnp(child, t->words[0], NULL, &attr, argv, env);
	posix_spawnattr_destroy(&attr);
	return err;
}

/* After the program has ended. */
static enum sp_exit
sum_up(const struct trying *t, int status)
{
	unsigned denied = t->try.n_denied;

	fprintf(stderr, "sallyport try: %u request%s, %u denied\n", t->try.n_asked,
	        t->try.n_asked == 1 ? "" : "s", denied);
	if (t->try.save_failed) {
		fprintf(stderr, "sallyport try: %s: not everything could be written\n", t->save);
		return SP_EXIT_ENV;
	}
	if (denied)
		return SP_EXIT_NO;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return SP_EXIT_OK;
	if (WIFEXITED(status))
		fprintf(stderr, "sallyport try: %s ended with status %d\n", t->words[0],
		        WEXITSTATUS(status));
	else
		fprintf(stderr, "sallyport try: %s was ended by signal %d\n", t->words[0],
		        WTERMSIG(status));
	return SP_EXIT_ENV;
}

static enum sp_exit
run_in(struct trying *t, const char *folder, struct sp_arena *arena)
{
	const char *socket = sp_arena_printf(arena, "%s/docker.sock", folder);
	char **env = make_environment(socket, arena);
	enum sp_exit result = SP_EXIT_ENV;
	pid_t child;
	int err, status;

	if (!env || sp_fake_init(&t->try.fake) != 0) {
		fprintf(stderr, "sallyport try: out of memory\n");
		sp_fake_fini(&t->try.fake);
		return SP_EXIT_ENV;
	}
	t->try.fake.daemon = sp_daemon_new(socket, sp_try_handle, &t->try, arena);
	if (t->try.fake.daemon) {
		err = start(t, env, &child, arena);
		if (err)
			fprintf(stderr, "sallyport try: %s: %s\n", t->words[0], strerror(err));
		else if (sp_daemon_run(t->try.fake.daemon, child, &status) == 0)
			result = sum_up(t, status);
	}
	sp_daemon_free(t->try.fake.daemon);
	sp_fake_fini(&t->try.fake);
	return result;
}

/* The daemon's socket is in a folder that nobody else can enter. */
static enum sp_exit
run_program(struct trying *t, struct sp_arena *arena)
{
	const char *parent = getenv("TMPDIR");
	enum sp_exit result;
	char *folder;

	if (!parent || parent[0] != '/' || strlen(parent) > MAX_FOLDER)
		parent = "/tmp";
	folder = (char *)(uintptr_t)sp_arena_printf(arena, "%s/sallyport-try-XXXXXX", parent);
	if (!mkdtemp(folder)) {
		fprintf(stderr, "sallyport try: %s: %s\n", folder, strerror(errno));
		return SP_EXIT_ENV;
	}
	result = run_in(t, folder, arena);
	if (rmdir(folder) != 0)
		fprintf(stderr, "sallyport try: %s: %s\n", folder, strerror(errno));
	return result;
}

/* --- without a program --- */

static enum sp_exit
only_decide(struct trying *t, struct sp_arena *arena)
{
	struct sp_str *words = sp_arena_array(arena, t->n_words, sizeof(*words));
	struct sp_docker_trouble trouble = {0};
	struct sp_question *q;
	struct sp_request req;
	struct sp_str refusal;

	for (size_t i = 0; words && i < t->n_words; i++)
		words[i] = sp_strz(t->words[i]);
	q = words ? sp_question_words(words, t->n_words, arena, &trouble) : NULL;
	if (!q) {
		fprintf(stderr, "sallyport try: docker: %.*s%s%.*s\n", SP_FMT(trouble.text),
		        trouble.hint.len ? "; " : "", SP_FMT(trouble.hint));
		return SP_EXIT_USAGE;
	}
	t->try.verbose = true;
	for (; q; q = q->next, t->try.n_asked++)
		sp_try_judge(&t->try, q, arena, &req, &refusal);
	return sum_up(t, 0);
}

/* --- the command --- */

static enum sp_exit
try_with(struct trying *t, struct sp_arena *arena)
{
	enum sp_exit result;
	int fd;

	if (t->save) {
		fd = open(t->save, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		t->try.save = fd < 0 ? NULL : fdopen(fd, "w");
		if (!t->try.save) {
			fprintf(stderr, "sallyport try: %s: %s\n", t->save, strerror(errno));
			return SP_EXIT_ENV;
		}
	}
	result = t->no_exec ? only_decide(t, arena) : run_program(t, arena);
	if (t->try.save)
		fclose(t->try.save); /* each line has been flushed */
	return result;
}

static enum sp_exit
run(struct trying *t)
{
	enum sp_exit result = SP_EXIT_POLICY;
	struct sp_policy *policy;
	struct sp_arena arena;
	struct sp_diags diags;
	struct sp_buf out;

	sp_arena_init(&arena, MAX_LOAD_BYTES);
	sp_diags_init(&diags, &arena);
	policy = sp_policy_load(t->policy, &diags);
	if (policy) {
		t->try.policy = policy;
		result = try_with(t, &arena);
	} else {
		sp_diags_sort(&diags);
		sp_buf_init(&out, &arena, MAX_PRINT_BYTES);
		sp_diags_print(&diags, &out, -1);
		fwrite(out.p, 1, out.len, stderr);
	}
	sp_policy_unref(policy);
	sp_arena_fini(&arena);
	return result;
}

static int
check_usage(const struct trying *t)
{
	const char *word;

	if (t->n_words == 0)
		return sp_usage_error("try", "what is to be tried? -- docker ...");
	word = t->no_exec ? NULL : other_daemon(t);
	if (word)
		return sp_usage_error("try", "'%s' leads to another daemon than the fake one",
		                      word);
	return 0;
}

int
sp_cmd_try(int argc, char **argv)
{
	struct trying t = {.policy = "/etc/sallyport/policy.yaml"};
	struct sp_args args;
	int id;

	sp_args_init(&args, &spec, argc, argv);
	while ((id = sp_args_next(&args)) > 0) {
		if (id == OPT_POLICY)
			t.policy = args.value;
		else if (id == OPT_USER)
			t.try.user = args.value;
		else if (id == OPT_SAVE)
			t.save = args.value;
		else if (id == OPT_NO_EXEC)
			t.no_exec = true;
		else
			t.try.verbose = true;
	}
	if (id < 0)
		return args.status;
	if (args.n_operands > args.n_rest)
		return sp_usage_error("try", "'%s': the program stands after --", args.operand[0]);
	t.words = args.rest;
	t.n_words = args.n_rest;
	return check_usage(&t) ? SP_EXIT_USAGE : (int)run(&t);
}
