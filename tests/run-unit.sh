#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# sh tests/run-unit.sh PROGRAM...: runs the unit tests (cmocka, from the top of the tree, where
# their files are), shows what failed and counts.  A program that crashes, prints no result or
# leaks is a failure even when all its tests passed; no program at all is one too.
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
trap 'exit 130' INT TERM
passed=0 failed=0 programs=0
for t in "$@"; do
	programs=$((programs + 1))
	CMOCKA_MESSAGE_OUTPUT=TAP timeout 300 "$t" >"$log" 2>&1
	status=$?
	p=$(grep -c '^ok [0-9]' "$log") f=$(grep -c '^not ok [0-9]' "$log")
	planned=$(sed -n 's/^1\.\.\([0-9][0-9]*\)$/\1/p' "$log" | awk '{ n += $1 } END { print n + 0 }')
	if [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; then
		f=1
		echo "$t: exit status $status" >>"$log"
	elif [ "$planned" -eq 0 ] || [ $((p + f)) -ne "$planned" ]; then
		f=$((f + 1))
		echo "$t: $planned tests planned, $p passed, $f failed" >>"$log"
	fi
	passed=$((passed + p)) failed=$((failed + f))
	if [ "$f" -gt 0 ]; then
		echo "not ok - $t"
		grep -v '^ok ' "$log" | sed 's/^/    /'
	fi
done
echo "# unit tests: $programs programs"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$programs" -gt 0 ]
