#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# sh man.sh fill|check SALLYPORT PAGE...: what stands in a page between
#
#	.\" BEGIN NAME (generated)
#	.\" END NAME
#
# is what the program says about NAME: `keys`, `actions` and `codes` are its tables, `help COMMAND`
# is the --help text of a command, `test keys` those of policy tests.  fill writes it there, check
# compares.
mode=$1 sallyport=$2
shift 2

# The --help text as mdoc: the paragraph, a list of options, the notes below.
help() {
	"$sallyport" "$1" --help | awk '
	function sentence(s) {
		gsub(/\\/, "\\e", s)
		gsub(/\.  /, ".\n", s) # each sentence on a line of its own
		return s
	}
	/^Usage:/ || /^$/ || /^  --help / { next }
	/^Options:$/ { part = 1; next }
	/^  --/ {
		if (part == 1)
			print ".Bl -tag -width Ds"
		part = 2
		split($0, word, " ")
		name = substr(word[1], 3)
		text = $0
		sub(/^  --[^ ]+/, "", text)
		gsub(/-/, "\\-", name)
		printf ".It Fl Fl %s", name
		if (substr(text, 1, 2) != "  ") {
			printf " Ar %s", word[2]
			text = substr(text, 2 + length(word[2]))
		}
		sub(/^ +/, "", text)
		print "\n" sentence(text)
		next
	}
	part == 2 { print ".El\n.Pp"; part = 3 }
	part == 1 { print ".Pp"; part = 3 }
	{ print sentence($0) }
	END { if (part == 2) print ".El" }'
}

generate() {
	case $1 in
	keys | actions | codes) "$sallyport" "$1" --man ;;
	"test keys") "$sallyport" keys --test --man ;;
	"help "*) help "${1#help }" ;;
	*)
		echo "man.sh: nothing is called '$1'" >&2
		return 1
		;;
	esac
}

filled() { # PAGE
	skip=
	while IFS= read -r line; do
		case $line in
		'.\" BEGIN '*' (generated)')
			name=${line#'.\" BEGIN '}
			name=${name%' (generated)'}
			printf '%s\n' "$line"
			generate "$name" || return 1
			skip=$name
			;;
		'.\" END '*)
			[ "$line" = ".\\\" END $skip" ] || {
				echo "man.sh: $1: '$line' ends nothing" >&2
				return 1
			}
			skip=
			printf '%s\n' "$line"
			;;
		*) [ -n "$skip" ] || printf '%s\n' "$line" ;;
		esac
	done <"$1"
	[ -z "$skip" ] || {
		echo "man.sh: $1: the end of '$skip' is missing" >&2
		return 1
	}
}

new=$(mktemp) || exit 1
trap 'rm -f "$new"' EXIT
trap 'exit 130' INT TERM
passed=0 failed=0 skipped=0
ok() { passed=$((passed + 1)); }
not_ok() {
	failed=$((failed + 1))
	echo "not ok - $*"
}
for page; do
	if ! filled "$page" >"$new"; then
		not_ok "$page cannot be filled in"
		continue
	fi
	if [ "$mode" = fill ]; then
		cmp -s "$new" "$page" || cat "$new" >"$page"
		continue
	fi
	if diff -u "$page" "$new"; then ok; else not_ok "$page is out of date: run 'make man'"; fi
	if ! command -v mandoc >/dev/null; then
		skipped=$((skipped + 1))
	elif faults=$(mandoc -Tlint -Wwarning "$page"); then
		ok
	else
		not_ok "$page: mandoc finds fault"
		printf '%s\n' "$faults"
	fi
done
[ "$mode" = check ] || exit "$failed"

# The policies the pages show are policies.
for page; do
	sed -n '/^\.Bd -literal/,/^\.Ed/p' "$page" | grep -v '^\.' >"$new"
	grep -qx 'sallyport: 1' "$new" || continue
	if faults=$("$sallyport" check --strict "$new"); then
		ok
	else
		not_ok "the example of $page"
		printf '%s\n' "$faults"
	fi
done
# Every command has its section, with its options.
for command in $("$sallyport" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
	if cat "$@" | grep -qxF ".\\\" BEGIN help $command (generated)"; then
		ok
	else
		not_ok "the command $command is in no page"
	fi
done
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
