/* SPDX-License-Identifier: Apache-2.0 */
/* main.c: the table of commands, and the way from argv to one of them. */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

static const struct sp_command commands[] = {
    {"serve", "run the plugin: answer dockerd's questions by a policy", sp_cmd_serve},
    {"check", "read policy files and report every mistake with its place", sp_cmd_check},
    {"test", "run policy tests", sp_cmd_test},
    {"explain", "decide one request and say why, rule by rule", sp_cmd_explain},
    {"try", "run docker or compose with a fake daemon that only decides", sp_cmd_try},
    {"replay", "decide a log again by another policy: what would change", sp_cmd_replay},
    {"learn", "draft a policy from what a log shows", sp_cmd_learn},
    {"keys", "the keys of the policy language", sp_cmd_keys},
    {"who", "what a policy lets a user do", sp_cmd_who},
    {"diff", "what a new version of a policy changes", sp_cmd_diff},
    {"schema", "a JSON Schema of policies, for editors", sp_cmd_schema},
    {"codes", "what the codes of check mean", sp_cmd_codes},
    {"actions", "the actions a policy can name, and dockerd's endpoints", sp_cmd_actions},
};
#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

int
main(int argc, char **argv)
{
	const struct sp_command *command;

	if (argc < 2) {
		sp_commands_print(commands, N_COMMANDS, 2);
		return SP_EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0) {
		sp_commands_print(commands, N_COMMANDS, 1);
		return SP_EXIT_OK;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("sallyport %s\n", SP_VERSION);
		return fflush(NULL) == 0 ? SP_EXIT_OK : SP_EXIT_ENV;
	}
	command = sp_command_find(commands, N_COMMANDS, argv[1]);
	return command ? command->fn(argc - 1, argv + 1) : SP_EXIT_USAGE;
}
