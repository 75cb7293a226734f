/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run_command.h: runs a command in this process, with what it writes kept in `out` and `err`.
 * Included by one test file each, after cmocka.h.
 */
#ifndef SALLYPORT_TESTS_RUN_COMMAND_H
#define SALLYPORT_TESTS_RUN_COMMAND_H

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static char out[256 * 1024], err[4096];

static int
open_spool(void)
{
	FILE *file = tmpfile();
	int fd = file ? dup(fileno(file)) : -1;

	assert_true(fd >= 0);
	fclose(file);
	return fd;
}

static void
read_spool(int fd, char *text, size_t size)
{
	ssize_t n = pread(fd, text, size - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	close(fd);
}

/* Runs a command line of up to four words with stdout and stderr in `out` and `err`. */
static int
run(int (*command)(int, char **), const char *a, const char *b, const char *c)
{
	char *argv[] = {(char *)(uintptr_t) "x", (char *)(uintptr_t)a, (char *)(uintptr_t)b,
	                (char *)(uintptr_t)c, NULL};
	int saved_out, saved_err, spool_out = open_spool(), spool_err = open_spool();
	int argc = 1, status;

	while (argv[argc])
		argc++;
	fflush(NULL);
	saved_out = dup(1);
	saved_err = dup(2);
	dup2(spool_out, 1);
	dup2(spool_err, 2);
	status = command(argc, argv);
	fflush(NULL);
	dup2(saved_out, 1);
	dup2(saved_err, 2);
	close(saved_out);
	close(saved_err);
	read_spool(spool_out, out, sizeof(out));
	read_spool(spool_err, err, sizeof(err));
	return status;
}

#endif
