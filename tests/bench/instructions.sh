#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# sh tests/bench/instructions.sh SALLYPORT TOOLS: user-space instructions per decided `docker run`
# question, counted by callgrind: the difference between two runs with N and 2N questions, so that
# starting and stopping do not count.  Unlike times they are the same on every machine and every day.
# Fails when sallyport needs more than LIMIT times what the constant server needs, or LIMIT_BIND times
# for a question with a bind mount, which is about the host too and so on another thread for a while.
sallyport=$1 tools=$2
here=$(dirname "$0")
N=${N:-500} LIMIT=${LIMIT:-2.5} LIMIT_BIND=${LIMIT_BIND:-3.5}
dir=$(mktemp -d) || exit 1
pid=
trap 'test -z "$pid" || kill "$pid" 2>/dev/null; rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM
command -v valgrind >/dev/null || {
	echo "bench-instructions: valgrind is not installed"
	exit 1
}
cp "$here/../../policy/default.yaml" "$dir/policy.yaml"

count() { # QUESTIONS COMMAND...: the instructions of a run, in $total
	questions=$1
	shift
	rm -f "$dir/s.sock" "$dir/out"
	valgrind --tool=callgrind --callgrind-out-file="$dir/out" "$@" >"$dir/log" 2>&1 &
	pid=$!
	tries=0
	until [ -S "$dir/s.sock" ] || [ $tries -gt 300 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	sleep 0.3
	"$tools/loadgen" -s "$dir/s.sock" -d "$here/payloads/$payload.json" -n "$questions" -x '"Allow":true' >"$dir/load" || {
		cat "$dir/log" "$dir/load"
		exit 1
	}
	kill -TERM $pid
	wait $pid
	pid=
	total=$(awk '/^(summary|totals):/ { print $2; exit }' "$dir/out")
	[ -z "${KEEP:-}" ] || cp "$dir/out" "$KEEP"
	[ -n "$total" ] || {
		cat "$dir/log"
		exit 1
	}
}

each() { # COMMAND...: instructions per question, in $per
	count "$N" "$@"
	once=$total
	count $((2 * N)) "$@"
	per=$(((total - once) / N))
}

KEEP_ALL=${KEEP:-}
compare() { # PAYLOAD LIMIT
	payload=$1 KEEP=
	each "$tools/constant" "$dir/s.sock"
	constant=$per
	KEEP=$KEEP_ALL
	each "$sallyport" serve --policy "$dir/policy.yaml" --socket "$dir/s.sock" --log "$dir/audit"
	awk -v payload="$payload" -v ours="$per" -v constant="$constant" -v limit="$2" 'BEGIN {
		printf "instructions per question (%s): constant %d, sallyport %d, ratio %.2f (limit %.2f)\n",
			payload, constant, ours, ours / constant, limit
		exit ours > limit * constant
	}'
}
if [ -n "${PAYLOAD:-}" ]; then
	compare "$PAYLOAD" "$LIMIT"
else
	compare run "$LIMIT"
	run=$?
	compare bind "$LIMIT_BIND" && [ $run -eq 0 ]
fi
