#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# sh tests/run-check.sh MAKE...: every part of `make check`, one after the other, also past a
# failure; the closing line sums up what the parts counted.  A part that fails without saying how
# often counts as one failure; a part without a count (a lint) as one check.
case " ${MAKEFLAGS:-}" in
*-j*) ;;
*) set -- "$@" "-j$(nproc)" ;;
esac
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
trap 'exit 130' INT TERM
passed=0 failed=0
# Built first, quietly for those who only look at the tests.
"$@" all || exit 1
for part in layers headers source unit errors tests man completion fuzz server try replay; do
	"$@" "check-$part" >"$log" 2>&1
	status=$?
	grep -vE '^(ok |  (CC|LINK|CHECK) )' "$log"
	counts=$(sed -nE 's/^([a-z]+: )?([0-9]+) passed, ([0-9]+) failed(, [0-9]+ skipped)?$/\2 \3/p' "$log" | tail -n 1)
	p=${counts% *} f=${counts#* }
	if [ -z "$counts" ]; then
		p=1 f=0
		[ "$status" -eq 0 ] || p=0 f=1
	elif [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; then
		f=1
	fi
	passed=$((passed + p)) failed=$((failed + f))
done
echo
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
