#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# bash run.sh SALLYPORT: what bash and zsh offer after sallyport, against the program's tables:
# every command, every option, the words an option takes.  zsh only where there is one.
sallyport=$(realpath "$1") || exit 1
top=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
passed=0 failed=0 skipped=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
touch policy.yaml "a file"

is() { # NAME EXPECTED GOT: words, in any order
	if [ "$(tr ' ' '\n' <<<"$2" | sort)" = "$(tr ' ' '\n' <<<"$3" | sort)" ] && [ -n "$2" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'not ok - %s: expected %s, got %s\n' "$1" "$2" "$3"
	fi
}

line() { tr -s ' \n' ' ' | sed 's/^ //; s/ $//'; }

# What the program takes, from its messages and not from the column the completions read.
commands=$(for c in $("$sallyport" --help | grep -oE '^  [a-z]+'); do
	"$sallyport" "$c" --help >/dev/null 2>&1 && echo "$c"
done | line)
options_of() { "$sallyport" "$1" --help | grep -oE '^  --[a-z-]+' | line; }

# --- bash ---

# shellcheck source=/dev/null
. "$top/contrib/completion/sallyport.bash"
compopt() { :; } # only while readline asks
bash_offers() { # WORDS...: the last is being completed
	COMP_WORDS=("$sallyport" "$@")
	COMP_CWORD=$#
	_sallyport "$sallyport" "${*: -1}" ''
	(IFS=' ' && echo "${COMPREPLY[*]}")
}
is 'bash: commands' "$commands --help --version" "$(bash_offers '')"
for c in $commands; do
	is "bash: options of $c" "$(options_of "$c")" "$(bash_offers "$c" -)"
done
is 'bash: a word begun' 'serve' "$(bash_offers se)"
is 'bash: an option begun' '--mutate' "$(bash_offers test --mu)"
is 'bash: words of an option' 'human tap junit json' "$(bash_offers test --format '')"
is 'bash: after =' 'junit json' "$(bash_offers test --format = j)"
is 'bash: right after =' 'human json sarif github' "$(bash_offers check --format =)"
is 'bash: levels' 'error warn info debug' "$(bash_offers serve --log-level '')"
is 'bash: either' 'deny allow' "$(bash_offers serve --audit-failure '')"
is 'bash: files' 'policy.yaml' "$(bash_offers serve --policy po)"
is 'bash: a file with a space' 'a file' "$(bash_offers check a)"
is 'bash: codes' 'E121' "$(bash_offers codes E121)"
is 'bash: keys' 'min_api_version' "$(bash_offers keys min_)"
_command_offset() { COMPREPLY=("from-word-$1"); }
is "bash: another's command line" 'from-word-5' "$(bash_offers explain --policy policy.yaml -- docker ru)"

# --- zsh ---

cat >"$work/ask.zsh" <<'EOF'
# What _sallyport hands to zsh's own functions, one a line.
_arguments() { shift 2; print -lr -- "$@" }
_describe() { print -lr -- ${(P)${@[-1]}} }
_normal() { print -r -- "$words[1] is word $((CURRENT - 1)) before the last" }
file=$1
shift
words=("$@")
CURRENT=$#words
source $file
EOF
zsh_offers() { zsh -f "$work/ask.zsh" "$top/contrib/completion/_sallyport" "$sallyport" "$@"; }
if command -v zsh >/dev/null; then
	is 'zsh: commands' "$commands --help --version" "$(zsh_offers '' | sed 's/:.*//' | line)"
	for c in $commands; do
		is "zsh: options of $c" "$(options_of "$c")" "$(zsh_offers "$c" '' | sed -n 's/^\(--[a-z-]*\).*/\1/p' | line)"
	done
	is 'zsh: words of an option' 'human tap junit json' "$(zsh_offers test '' | sed -n 's/^--format=.*:FORMAT:(\(.*\))$/\1/p')"
	is 'zsh: levels' 'error warn info debug' "$(zsh_offers serve '' | sed -n 's/^--log-level=.*:(\(.*\))$/\1/p')"
	is 'zsh: either' 'deny allow' "$(zsh_offers serve '' | sed -n 's/^--audit-failure=.*:(\(.*\))$/\1/p')"
	is 'zsh: files' '_files' "$(zsh_offers serve '' | sed -n 's/^--policy=.*:FILE://p')"
	is 'zsh: codes' "$("$sallyport" codes | grep -oE '^[EW][0-9]+' | line)" "$(zsh_offers codes '' | sed -n 's/^\*:code:(\(.*\))$/\1/p')"
	is "zsh: another's command line" 'docker is word 1 before the last' "$(zsh_offers explain -- docker ru)"
	# What zsh itself makes of it, typed at a prompt.
	cat >"$work/type.zsh" <<'EOF'
zmodload zsh/zpty
zpty z "zsh -f -i"
zpty -w z "fpath=($1 \$fpath); autoload -U compinit; compinit -D -u; PATH=$2:\$PATH; PS1=; setopt nobeep"
zpty -w z 'echo rea""dy'
zpty -r z line '*ready*'
zpty -w -n z $'sallyport test --mut\t'
zpty -w -n z $'--format=ju\t'
for i in {1..100}; do
	zpty -r -t z line && all+=$line || sleep 0.05
	[[ $all == *--mutate*--format=junit* ]] && print both && break
done
zpty -d z
EOF
	ln -s "$sallyport" "$work/sallyport"
	is 'zsh: at a prompt' both "$(timeout 30 zsh -f "$work/type.zsh" "$top/contrib/completion" "$work" 2>&1 | tail -n 1)"
else
	skipped=1
	echo 'skipped: there is no zsh'
fi

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
