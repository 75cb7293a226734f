#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# sh tests/fuzz/fuzz.sh SECONDS PROGRAM...: runs each libFuzzer target that long, FUZZ_JOBS of them
# at a time, on a copy of its corpus; a crash, a leak, 512 MiB of memory or 10 s for one input is a
# finding and fails.  What was found is left in build-fuzz/findings; put the input into corpus/NAME.
seconds=$1
shift
top=$(dirname "$0")
dir=build-fuzz
jobs=${FUZZ_JOBS:-2}
[ "$#" -gt 0 ] || exit 1
mkdir -p "$dir/findings" "$dir/corpus" "$dir/log"
if [ "${1:-}" = --one ]; then
	name=$(basename "$2")
	mkdir -p "$dir/corpus/$name"
	seeds="$dir/corpus/$name"
	for s in "$top/corpus/$name" "$top/corpus/${name#fuzz_}"; do
		[ -d "$s" ] && seeds="$seeds $s"
	done
	set -- "$2"
	[ ! -f "$top/$name.dict" ] || set -- "$@" "-dict=$top/$name.dict"
	# shellcheck disable=SC2086
	if "$@" -max_total_time="$seconds" -max_len=16384 -timeout=10 -rss_limit_mb=512 -print_final_stats=1 \
		-artifact_prefix="$dir/findings/$name-" $seeds >"$dir/log/$name" 2>&1; then
		runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$dir/log/$name")
		echo "ok - $name: $runs inputs in $seconds s, nothing found"
	else
		echo "not ok - $name"
		grep -vE '^#[0-9]' "$dir/log/$name" | tail -n 40 | sed 's/^/    /'
		exit 1
	fi
	exit 0
fi
out=$(mktemp) || exit 1
trap 'rm -f "$out"' EXIT
printf '%s\n' "$@" | xargs -P "$jobs" -I '{}' sh "$0" "$seconds" --one '{}' | tee "$out"
passed=$(grep -c '^ok - ' "$out") failed=$(grep -c '^not ok - ' "$out")
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -eq "$#" ]
