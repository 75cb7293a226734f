#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Rules about the text of the source that no compiler checks.  Run from the top of the tree.
# Every rule prints what broke it; the closing line counts them.
passed=0 failed=0
rule() { # NAME OFFENCES: a rule holds when the list of its offences is empty
	if [ -z "$2" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'not ok - %s\n%s\n' "$1" "$2"
	fi
}
files() { # the text files of the tree: tracked ones and new ones, or all when this is no clone
	if git rev-parse --git-dir >/dev/null 2>&1; then
		git ls-files -co --exclude-standard
	else
		find . -type f ! -path './build*' | sed 's,^\./,,'
	fi | grep -vE '^(LICENSE$|tests/fuzz/corpus/|tests/(requests|attacks)/)' | while read -r f; do
		[ -f "$f" ] && echo "$f"
	done
}
list=$(files)
some() { printf '%s\n' "$list" | grep -E "$1"; }
search() { # REGEX FILES-REGEX
	some "$2" | tr '\n' '\0' | xargs -0r grep -nHE "$1" --
}

rule 'every C, shell, awk and Python file says its licence' \
	"$(some '\.(c|h|sh|awk|py)$|^\.ci/run$' | tr '\n' '\0' | xargs -0r grep -L 'SPDX-License-Identifier: Apache-2.0' --)"

# One place turns a verdict into an answer, so one place is to be read when it is wrong.
n=$(some '^plugin/.*\.[ch]$' | tr '\n' '\0' | xargs -0r grep -hoE '\\"Allow\\": ?(true|%s)' -- | wc -l)
rule 'an answer that allows is written in exactly one place of plugin/' \
	"$([ "$n" -eq 1 ] || search '\\"Allow\\"' '^plugin/.*\.[ch]$'; [ "$n" -eq 1 ] || echo "found $n places")"

rule 'no switch over our own enums has a default' \
	"$(search '^[[:space:]]*default:' '^plugin/(docker|engine)/.*\.c$')"

rule 'only cli/ and base/log.c write to the terminal' \
	"$(search '(^|[^a-z_>.])(printf|puts|putchar|perror)\(|(^|[^a-z_])(stdout|stderr)([^a-z_]|$)' '^plugin/(base|json|docker|engine|server)/.*\.c$' |
		grep -vE '^plugin/base/log\.c:' | grep -vE ':[0-9]+:[[:space:]]*(/?\*|//)' | grep -vE '/\*[^*]*(stdout|stderr)[^*]*\*/')"

# Nothing that is true only of the machine it was written on.
rule 'no path of a developer machine is in the tree' \
	"$(search '/wor[k]/|/far[m]/|/hom[e]/[a-z]+/(sally|src/sally)|/tmp/helpe[r]|\.\./share[d]' '.')"
rule 'no package registry is named' \
	"$(search '(deb|registr[y]|pypi|security|index|registry-1|crates|proxy)\.[a-z-]+\.(org|com|io)' '.' | grep -v 'registr[y]\.example\.com\|index\.docker\.io')"
rule 'nothing is left to be done' \
	"$(search 'TOD[O]|FIXM[E]|XX[X]([^X]|$)' '^(plugin|include|tests|contrib|policy|Makefile|README|NEWS)' | grep -vE 'mktemp|mkstemp|mkdtemp|XXXX[X]X"|package-lock\.json:[0-9]+: *"integrity"')"
rule 'processes are ended by number, never by name' \
	"$(search '(^|[^a-z])(pkil[l]|killal[l])([^a-z]|$)' '^(contrib|tests|\.ci|Makefile)')"
rule 'no source file is longer than 500 lines, tables apart' \
	"$(some '^plugin/.*\.[ch]$' | grep -vE '/(keys|actions)\.c$' | while read -r f; do
		n=$(wc -l <"$f")
		[ "$n" -le 500 ] || echo "$f: $n lines"
	done)"
rule 'every code is in the table of codes, and every row is used' \
	"$(some '^plugin/.*\.c$' | grep -v '/codes\.c$' | tr '\n' '\0' | xargs -0r grep -hoE '"[EW][0-9]{3}"' -- | sort -u >"${TMPDIR:-/tmp}/codes.$$"
	grep -oE '\{"[EW][0-9]{3}"' plugin/engine/codes.c | tr -d '{' | diff "${TMPDIR:-/tmp}/codes.$$" -
	rm -f "${TMPDIR:-/tmp}/codes.$$")"
rule 'audit-only.yaml has the rules of default.yaml' \
	"$(sed -n '/^sallyport: 1/,$p' policy/default.yaml >"${TMPDIR:-/tmp}/rules.$$"
	sed -n '/^sallyport: 1/,$p' policy/audit-only.yaml | sed '2,4d' | diff "${TMPDIR:-/tmp}/rules.$$" -
	rm -f "${TMPDIR:-/tmp}/rules.$$")"

printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
