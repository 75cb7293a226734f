#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# sh tests/policy-tests/run.sh SALLYPORT: every folder beside this script holds policy tests and
# `commands`, lines of arguments; `expected` is what they print, byte by byte, with the exit status
# after each.  UPDATE=1 writes what they print now into `expected`.  Then the tests of the policies
# that are shipped: all of them have to pass.
sallyport=$(realpath "$1") || exit 1
cd "$(dirname "$0")" || exit 1
passed=0 failed=0
got=$(mktemp) && out=$(mktemp) || exit 1
trap 'rm -f "$got" "$out"' EXIT
for dir in */; do
	dir=${dir%/}
	(
		cd "$dir" || exit
		while read -r line; do
			echo "\$ sallyport $line"
			eval "timeout 60 \"\$sallyport\" $line" >"$out" 2>&1
			status=$?
			sed 's/"version":"[^"]*"/"version":"V"/' "$out"
			echo "exit status $status"
		done <commands
	) >"$got"
	[ -z "${UPDATE:-}" ] || cp "$got" "$dir/expected"
	if diff -u "$dir/expected" "$got"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok - $dir"
	fi
done
for policy in ../../policy/*.yaml; do
	case $policy in *_test.yaml) continue ;; esac
	test=${policy%.yaml}_test.yaml
	if [ -f "$test" ] && "$sallyport" test "$test" >"$got"; then
		passed=$((passed + $(grep -c '^ok ' "$got")))
	else
		failed=$((failed + 1))
		echo "not ok - $test"
		grep -v '^ok ' "$got"
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
