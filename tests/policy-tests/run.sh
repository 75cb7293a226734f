#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# sh tests/policy-tests/run.sh SALLYPORT: every folder beside this script holds policy tests and
# `commands`, lines of arguments; `expected` is what they print, byte by byte, with the exit status
# after each.  UPDATE=1 writes what they print now into `expected`.  Then the tests of the policies
# that are shipped: all of them have to pass, and each policy has one.  Then what
# policy/README.md shows, and what contrib/ci runs.
sallyport=$(realpath "$1") || exit 1
cd "$(dirname "$0")" || exit 1
passed=0 failed=0
got=$(mktemp) && out=$(mktemp) && tested=$(mktemp) || exit 1
trap 'rm -f "$got" "$out" "$tested"' EXIT
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
verdict() { # STATUS WHAT FILE: the file says why
	if [ "$1" -eq 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok - $2"
		grep -v '^ok ' "$3"
	fi
}
# Of a pack every rule decides and every key is a reason once.
for test in $(find ../../policy -name '*_test.yaml' | sort); do
	"$sallyport" test --coverage "$test" >"$got"
	status=$?
	case $test in
	*/packs/*) ! grep -q '^# never' "$got" || status=1 ;;
	esac
	passed=$((passed + $(grep -c '^ok ' "$got")))
	verdict "$status" "$test" "$got"
	case $test in # and no slip that opens one stays unnoticed
	*/packs/* | */cookbook/*)
		"$sallyport" test --mutate "$test" >"$got"
		verdict $? "$test --mutate" "$got"
		;;
	esac
	sed -n "s,^policy: *,${test%/*}/,p" "$test" | xargs realpath >>"$tested"
done
# No warning but W321 and W323: what the policies for everybody give, and say that they give.
for policy in $(find ../../policy -name '*.yaml' ! -name '*_test.yaml' ! -path '*/packs/*' | sort); do
	"$sallyport" check "$policy" >"$out"
	status=$?
	! grep -E '(warning|error)\[' "$out" | grep -qv 'W32[13]' || status=1
	verdict "$status" "sallyport check $policy" "$out"
	grep -qxF "$(realpath "$policy")" "$tested"
	verdict $? "$policy has a test" /dev/null
done
python3 readme.py "$sallyport" ../../policy/README.md >"$got"
verdict $? 'policy/README.md' "$got"
# What contrib/ci runs, in a folder with a policy, its pack and its tests.
ci=$(mktemp -d) || exit 1
cp -r ../../policy/packs "$ci" && cp ../../policy/strict_test.yaml "$ci" && cp ../../policy/strict.yaml "$ci" &&
	cp ../../policy/cis-docker-1.6.yaml "$ci/policy.yaml" && rm "$ci"/packs/*_test.yaml
for hook in ../../contrib/ci/*; do
	sed -nE 's/^ *(run|entry): sallyport (check|test) /\2 /p' "$hook" >"$out"
	[ "$(wc -l <"$out")" -eq 2 ]
	verdict $? "$hook runs check and test" "$out"
	while read -r line; do
		eval "(cd \"\$ci\" && \"\$sallyport\" $line)" >"$got" 2>&1
		verdict $? "$hook: sallyport $line" "$got"
	done <"$out"
done
rm -rf "$ci"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
