#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# sh tests/fuzz/replay.sh PROGRAM...: gives every file of corpus/NAME to BUILD/replay/NAME, a fuzz
# target linked with replay_main.c: what a fuzzer once found stays found, with any compiler.
top=$(dirname "$0")
passed=0 failed=0
for program in "$@"; do
	name=$(basename "$program")
	files=$(find "$top/corpus/$name" "$top/corpus/${name#fuzz_}" -type f 2>/dev/null | sort)
	if [ -z "$files" ]; then
		echo "not ok - $name: no corpus in $top/corpus/$name"
		failed=$((failed + 1))
		continue
	fi
	n=$(printf '%s\n' "$files" | wc -l)
	if printf '%s\n' "$files" | tr '\n' '\0' | timeout 300 xargs -0 -n 2000 "$program" >/dev/null; then
		passed=$((passed + n))
	else # which one?
		printf '%s\n' "$files" | while read -r f; do
			timeout 60 "$program" "$f" >/dev/null 2>&1 || echo "not ok - $program $f"
		done
		failed=$((failed + 1))
	fi
done
echo "# fuzz corpora: $# targets"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$#" -gt 0 ]
