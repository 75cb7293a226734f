/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docker.h: a line of the docker command as the request that decides what becomes of it, as docker
 * 28 would send it.  A function of its words alone: no file is read, no variable looked up, no
 * daemon asked.  What cannot be known from the words, and every flag that is not known, is an
 * error: a test must not pass because something was left out.  Layer: cli.
 *
 * "The request that decides": docker looks things up before it acts (an inspect before exec, a
 * network by name) and goes on afterwards (run starts what it created).  Those are questions of
 * their own; one line here stands for container.create, container.exec and so on.
 */
#ifndef SALLYPORT_CLI_DOCKER_H
#define SALLYPORT_CLI_DOCKER_H

#include "sallyport/base.h"

struct sp_docker_header {
	struct sp_str name, value;
};

struct sp_docker_request {
	struct sp_str method, uri;
	/*
	 * All headers of a request that was really sent, as Go spells them; NULL: those docker
	 * would send with what follows.
	 */
	const struct sp_docker_header *headers;
	size_t n_headers;
	struct sp_str content_type; /* empty: none */
	struct sp_str body;         /* JSON; empty: none, or a stream the plugin never sees */
	bool stream;                /* of a length nobody says beforehand */
	/* Not 0: the question is about dockerd's answer to it, which is this. */
	int status;
	struct sp_str answer_type, answer;
	struct sp_docker_request *next;
};

/* Why a line cannot be translated: a clause, and what to do about it (may be empty). */
struct sp_docker_trouble {
	struct sp_str text, hint;
};

/*
 * Splits a line as a shell does, with quotes and backslashes and nothing else: no variable, no
 * pattern, no command is expanded.  0; -1 with *trouble.
 */
int sp_docker_words(struct sp_str line, struct sp_arena *arena, struct sp_str **words, size_t *n,
                    struct sp_docker_trouble *trouble);

/*
 * The words after "docker" (which may stand in front) as requests: one, or one per object named.
 * new, in `arena`; NULL with *trouble.
 */
struct sp_docker_request *sp_docker_translate(const struct sp_str *words, size_t n,
                                              struct sp_arena *arena,
                                              struct sp_docker_trouble *trouble);

/* The message dockerd would send about it, for sp_request_read.  new, with a NUL; NULL: too long.
 */
struct sp_str sp_docker_message(const struct sp_docker_request *request, struct sp_arena *arena);

/*
 * Does this build know `--flag` of `command` ("container create", "run")?  `letter`: its short
 * form, 0 when it has none.  For the test that reads `docker COMMAND --help`.
 */
bool sp_docker_knows(struct sp_str command, struct sp_str flag, char letter, bool takes_value);

#endif
