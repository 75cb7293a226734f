#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# sh tests/policy-errors/run.sh SALLYPORT: every folder beside this script holds a broken (or just
# about right) policy.yaml and `expected`: what `sallyport check` says about it on
# the first of June 2026, byte by byte, and its exit status on the last line.  UPDATE=1 writes what it says now into `expected`.
sallyport=$(realpath "$1") || exit 1
cd "$(dirname "$0")" || exit 1
passed=0 failed=0
got=$(mktemp) || exit 1
trap 'rm -f "$got"' EXIT
for dir in */; do
	dir=${dir%/}
	[ -f "$dir/policy.yaml" ] || continue
	(
		cd "$dir" || exit
		timeout 60 "$sallyport" check --now 2026-06-01 policy.yaml 2>&1
		echo "exit status $?"
	) >"$got"
	[ -z "${UPDATE:-}" ] || cp "$got" "$dir/expected"
	if diff -u "$dir/expected" "$got"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok - $dir"
	fi
done
echo "# policy errors: $((passed + failed)) folders"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
