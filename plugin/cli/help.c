/* SPDX-License-Identifier: Apache-2.0 */
/* help.c: the help texts, printed from the tables the command line is read with. */
#include "cli/cli.h"

#include <stdio.h>

#include "sallyport/diag.h"

static size_t
option_width(const struct sp_option *option)
{
	return strlen(option->name) + (option->arg ? 1 + strlen(option->arg) : 0);
}

void
sp_args_help(const struct sp_args_spec *spec, int out_fd)
{
	size_t widest = strlen("help");

	for (size_t i = 0; i < spec->n_options; i++)
		if (option_width(&spec->options[i]) > widest)
			widest = option_width(&spec->options[i]);
	dprintf(out_fd, "Usage: sallyport %s [OPTION...]%s%s\n\n%s\n\nOptions:\n", spec->command,
	        *spec->operands ? " " : "", spec->operands, spec->about);
	for (size_t i = 0; i < spec->n_options; i++) {
		const struct sp_option *option = &spec->options[i];

		dprintf(out_fd, "  --%s%s%s%*s  %s\n", option->name, option->arg ? " " : "",
		        option->arg ? option->arg : "", (int)(widest - option_width(option)), "",
		        option->help);
	}
	dprintf(out_fd, "  --%-*s  this text\n", (int)widest, "help");
	if (spec->notes)
		dprintf(out_fd, "\n%s\n", spec->notes);
}

void
sp_commands_print(const struct sp_command *commands, size_t n, int out_fd)
{
	dprintf(out_fd,
	        "Usage: sallyport COMMAND [ARGUMENT...]\n\n"
	        "A Docker authorization plugin: judges what dockerd is asked to do by a policy.\n\n"
	        "Commands:\n");
	for (size_t i = 0; i < n; i++)
		dprintf(out_fd, "  %-10s %s\n", commands[i].name, commands[i].summary);
	dprintf(out_fd,
	        "\n'sallyport COMMAND --help' explains one of them; 'sallyport --version' is the "
	        "version.\n");
}

const struct sp_command *
sp_command_find(const struct sp_command *commands, size_t n, const char *name)
{
	const char *names[32];
	const char *near;
	size_t n_names = 0;

	for (size_t i = 0; i < n; i++) {
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
		if (n_names < sizeof(names) / sizeof(names[0]))
			names[n_names++] = commands[i].name;
	}
	near = sp_suggest(sp_strz(name), names, n_names);
	fprintf(stderr, "sallyport: unknown command '%s'", name);
	if (near)
		fprintf(stderr, "; did you mean '%s'?\n", near);
	else
		fprintf(stderr, "\nTry 'sallyport --help'.\n");
	return NULL;
}
