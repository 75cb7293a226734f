# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Completion of sallyport for bash.  Commands and options are those the program itself explains with
# --help, so that this file is never older than the program.

# PROGRAM COMMAND: "--name<TAB>ARGUMENT<TAB>text" for each option.
_sallyport_options() {
	local tab=$'\t'
	"$1" "$2" --help 2>/dev/null | sed -n -e "s/^  \(--[a-z-]*\) \([^ ][^ ]*\)  *\(.*\)/\1$tab\2$tab\3/p" \
		-e t -e "s/^  \(--[a-z-]*\)  *\(.*\)/\1$tab$tab\2/p"
}

# ARGUMENT TEXT: the words an option takes: "deny|allow", "human, tap or json (human)".  Or nothing.
_sallyport_words() {
	case $1 in
	*'|'*) echo "${1//|/ }" ;;
	FORMAT | LEVEL)
		local text=${2%% (*}
		text=${text%%, on *}
		text=${text// or / }
		echo "${text//,/}"
		;;
	esac
}

_sallyport_files() {
	compopt -o filenames 2>/dev/null
	mapfile -t COMPREPLY < <(compgen -f -- "$1")
}

_sallyport_value() { # ARGUMENT TEXT WORD
	local words
	words=$(_sallyport_words "$1" "$2")
	case $1 in
	FILE* | PATH) _sallyport_files "$3" ;;
	*) mapfile -t COMPREPLY < <(compgen -W "$words" -- "$3") ;;
	esac
}

_sallyport() {
	local program=$1 cur=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} option='' i name arg text
	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W "--help --version $("$program" --help 2>/dev/null |
			sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p')" -- "$cur")
		return
	fi
	for ((i = 2; i < COMP_CWORD; i++)); do
		[ "${COMP_WORDS[i]}" = -- ] || continue
		# What follows is somebody else's command line.
		if declare -F _command_offset >/dev/null; then
			_command_offset $((i + 1))
		else
			_sallyport_files "$cur"
		fi
		return
	done
	# bash makes three words of --name=value.
	option=${COMP_WORDS[COMP_CWORD - 1]}
	if [ "$cur" = = ]; then
		cur=''
	elif [ "$option" = = ]; then
		option=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	case $option in
	--*)
		while IFS= read -r text; do
			name=${text%%$'\t'*} text=${text#*$'\t'}
			arg=${text%%$'\t'*} text=${text#*$'\t'}
			if [ "$name" = "$option" ] && [ -n "$arg" ]; then
				_sallyport_value "$arg" "$text" "$cur"
				return
			fi
		done < <(_sallyport_options "$program" "$command")
		;;
	esac
	case $cur,$command in
	-*) mapfile -t COMPREPLY < <(compgen -W "$(_sallyport_options "$program" "$command" | cut -f 1)" -- "$cur") ;;
	*,codes) mapfile -t COMPREPLY < <(compgen -W "$("$program" codes 2>/dev/null | sed -n 's/^\([EW][0-9]*\) .*/\1/p')" -- "$cur") ;;
	*,keys) mapfile -t COMPREPLY < <(compgen -W "$("$program" keys 2>/dev/null | sed -n 's/^  \([a-z_]*\) .*/\1/p')" -- "$cur") ;;
	*) _sallyport_files "$cur" ;;
	esac
}

complete -F _sallyport sallyport
