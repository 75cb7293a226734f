/* SPDX-License-Identifier: Apache-2.0 */
/* codes.c: the table of codes.  E1xx: the file and its YAML; E2xx: the language; W3xx: lints. */
#include "sallyport/codes.h"

#include "engine/export.h"

static const struct sp_code codes[] = {
    {"E101", SP_ERROR, "A file cannot be read, is too large, or holds too much."},
    {"E102", SP_ERROR, "A file is not UTF-8."},
    {"E103", SP_ERROR, "A control or invisible character stands in a file."},
    {"E104", SP_ERROR, "A second document begins in the file."},
    {"E105", SP_ERROR, "A YAML directive stands in the file."},
    {"E106", SP_ERROR, "An anchor (&name) stands in the file."},
    {"E107", SP_ERROR, "An alias (*name) stands in the file."},
    {"E108", SP_ERROR, "A tag (!name) stands in the file."},
    {"E109", SP_ERROR, "An unquoted value continues on the next line."},
    {"E110", SP_ERROR, "A key is not text, or is too long."},
    {"E111", SP_ERROR, "A merge key (<<) stands in the file."},
    {"E112", SP_ERROR, "A key stands twice in a map."},
    {"E113", SP_ERROR, "A key or an item has no value."},
    {"E114", SP_ERROR, "The file is empty."},
    {"E115", SP_ERROR, "Lists and maps are nested too deeply."},
    {"E116", SP_ERROR, "A file needs more memory than is allowed."},
    {"E117", SP_ERROR, "A line begins left of the keys of the outermost map."},
    {"E118", SP_ERROR, "A line is not indented as its neighbours, or its ':' is missing."},
    {"E119", SP_ERROR, "The file is not valid YAML."},
    {"E120", SP_ERROR, "A value begins with a character that has to be quoted."},
    {"E121", SP_ERROR, "A tab stands in the indentation."},
    {"E122", SP_ERROR, "A value holds ': ' without quotes."},
    {"E123", SP_ERROR, "A quoted text is not closed."},
    {"E124", SP_ERROR, "A backslash in double quotes begins no escape."},
    {"E125", SP_ERROR, "A brace stands in an unquoted value inside brackets."},
    {"E126", SP_ERROR, "A list cannot start there."},
    {"E127", SP_ERROR, "A bracket is not closed, or a ',' is missing."},
    {"E128", SP_ERROR, "A value is missing."},
    {"E129", SP_ERROR, "Text stands behind a closing quote or bracket."},
    {"E130", SP_ERROR, "Somebody other than root and the server's user can change a file."},
    {"E200", SP_ERROR, "The file is not a map."},
    {"E201", SP_ERROR, "The first key is not 'sallyport'."},
    {"E202", SP_ERROR, "The version of the language is not known."},
    {"E203", SP_ERROR, "A key is reserved and not supported yet."},
    {"E204", SP_ERROR, "A value has the wrong kind: text, list or map."},
    {"E205", SP_ERROR, "A key is missing."},
    {"E206", SP_ERROR, "An allow rule does not say which existing objects it is about."},
    {"E207", SP_ERROR, "A name may not be spelt like this."},
    {"E208", SP_ERROR, "An allow rule does not say which images it brings in."},
    {"E209", SP_ERROR, "A rule for some objects has an action that removes all unused ones."},
    {"E210", SP_ERROR, "A key is not known."},
    {"E211", SP_ERROR, "A key stands in the wrong place."},
    {"E212", SP_ERROR, "Two rules have the same name."},
    {"E213", SP_ERROR, "No key of a guard speaks about its actions."},
    {"E214", SP_ERROR, "A deny rule does not say what it denies."},
    {"E215", SP_ERROR, "A rule about answers asks for what is not known then."},
    {"E216", SP_ERROR, "The policy has too many rules."},
    {"E217", SP_ERROR, "A group, list, variable or profile is defined twice."},
    {"E218", SP_ERROR, "Two keys of a rule contradict each other."},
    {"E219", SP_ERROR, "A built-in guard may spare named users only."},
    {"E225", SP_ERROR, "An item of a list is not text."},
    {"E226", SP_ERROR, "A text has several lines where one is allowed."},
    {"E227", SP_ERROR, "A text, list or map is empty."},
    {"E228", SP_ERROR, "A text is too long."},
    {"E229", SP_ERROR, "A group, list, variable or profile may not be named like this."},
    {"E230", SP_ERROR, "A list is not defined."},
    {"E231", SP_ERROR, "A variable is not defined."},
    {"E232", SP_ERROR, "A '$' stands where no variable can."},
    {"E233", SP_ERROR, "A group is not defined."},
    {"E234", SP_ERROR, "An action or set of actions is not known."},
    {"E235", SP_ERROR, "A group contains itself."},
    {"E236", SP_ERROR, "An exception lifts what is no guard."},
    {"E237", SP_ERROR, "An exception lifts a key its guard does not check."},
    {"E238", SP_ERROR, "An exception narrows a guard that denies actions."},
    {"E239", SP_ERROR, "A profile is not defined."},
    {"E240", SP_ERROR, "A flag is not written true."},
    {"E241", SP_ERROR, "A flag is false, which says nothing."},
    {"E242", SP_ERROR, "A value is not a range."},
    {"E243", SP_ERROR, "A value is not a number."},
    {"E244", SP_ERROR, "A range can never hold."},
    {"E245", SP_ERROR, "A value is not a duration."},
    {"E246", SP_ERROR, "A value is not a date."},
    {"E247", SP_ERROR, "A word is none of those a key takes."},
    {"E251", SP_ERROR, "A pattern may not be written like this, or can never match."},
    {"E252", SP_ERROR, "A capability is not known."},
    {"E253", SP_ERROR, "A value is not an HTTP status."},
    {"E260", SP_ERROR, "A path cannot be included."},
    {"E261", SP_ERROR, "An included file does not exist."},
    {"E262", SP_ERROR, "The policy has too many files."},
    {"E263", SP_ERROR, "A rule to adjust does not exist."},
    {"E264", SP_ERROR, "A rule to adjust is not part of a pack."},
    {"E299", SP_ERROR, "The policy needs too much memory."},
    {"W301", SP_WARNING, "A group, list, variable or profile is never used."},
    {"W302", SP_WARNING, "A rule gives every power to local callers or to everybody."},
    {"W303", SP_WARNING, "A rule may bind any host path."},
    {"W304", SP_WARNING, "Image names are trusted that the same users can forge."},
    {"W305", SP_WARNING, "A power is given and always denied."},
    {"W306", SP_WARNING, "An exception lifts a rule that refuses nothing."},
    {"W307", SP_WARNING, "An exception excuses what no allow rule gives its users."},
    {"W308", SP_WARNING, "A rule has expired, or will within 14 days."},
    {"W309", SP_WARNING, "A rule changes nothing because another one contains it."},
    {"W310", SP_WARNING, "A user is named like a group."},
    {"W311", SP_WARNING, "A rule can never match."},
    {"W312", SP_WARNING, "A text means something else to other YAML readers."},
    {"W313", SP_WARNING, "A size is below 4 KiB."},
    {"W314", SP_WARNING, "A guard is for users who may do nothing it speaks about."},
    {"W315", SP_WARNING, "Nobody may stop and remove containers."},
    {"W316", SP_WARNING, "An included pattern names no file."},
    {"W317", SP_WARNING, "A read-only item is no limit beside one that is not."},
    {"W321", SP_WARNING, "A rule allows builds that nobody can see into."},
    {"W322", SP_WARNING, "A granted host path can be changed by others than root (check --host)."},
    {"W323", SP_WARNING, "A rule for readers shows the environment variables of all containers."},
    {"W324", SP_NOTE, "An image pattern without a registry means docker.io."},
    {"W325", SP_WARNING, "A granted host path leads through a symbolic link (check --host)."},
    {"W331", SP_WARNING, "A rule about answers speaks of a stream, which has left by then."},
    {"W332", SP_WARNING, "A rule about answers speaks of a change, which has happened by then."},
    {"W333", SP_NOTE, "A rule limits builds, whose parameters a client can hide."},
};
#define N_CODES (sizeof(codes) / sizeof(codes[0]))

const struct sp_code *
sp_codes(size_t *n)
{
	*n = N_CODES;
	return codes;
}

const struct sp_code *
sp_code_find(struct sp_str name)
{
	for (size_t i = 0; i < N_CODES; i++) {
		if (sp_str_is(name, codes[i].name))
			return &codes[i];
	}
	return NULL;
}

void
sp_export_codes(struct sp_buf *out)
{
	for (size_t i = 0; i < N_CODES; i++)
		sp_buf_addf(out, "%s  %-7s  %s\n", codes[i].name,
		            sp_severity_name(codes[i].severity), codes[i].meaning);
}

void
sp_export_codes_mdoc(struct sp_buf *out)
{
	sp_buf_addz(out, ".Bl -tag -width W301x -compact\n");
	for (size_t i = 0; i < N_CODES; i++) {
		sp_buf_addf(out, ".It %s\n", codes[i].name);
		sp_export_mdoc_text(out, sp_strz(codes[i].meaning));
		sp_buf_addc(out, '\n');
	}
	sp_buf_addz(out, ".El\n");
}
