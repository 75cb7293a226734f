#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# sh tests/bench/bench.sh SALLYPORT TOOLS: sallyport beside a server that always answers the same.
# Rounds are interleaved and medians shown: absolute numbers wander by a fifth between runs, ratios
# of one run are what counts.  Targets, which are printed and not enforced (a shared machine is no
# judge): 0.75 of the constant server at 64 connections, 6 MiB of memory, 10 ms to the first answer.
# About a minute.  ROUNDS=3 SECONDS_EACH=0.4
sallyport=$1 tools=$2
here=$(dirname "$0")
rounds=${ROUNDS:-3} each=${SECONDS_EACH:-0.4}
dir=$(mktemp -d) || exit 1
pids=
trap 'for p in $pids; do kill "$p" 2>/dev/null; done; wait; rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM

# The server on one core, its clients on another, when there are two.
on_server= on_client=
if [ "$(nproc)" -ge 2 ] && command -v taskset >/dev/null; then
	on_server='taskset -c 0' on_client='taskset -c 1'
fi

# NAME COMMAND...: starts a server that listens on $dir/NAME.sock; its number is in $pid.
start() {
	name=$1
	shift
	$on_server "$@" >>"$dir/$name.log" 2>&1 &
	pid=$!
	pids="$pids $pid"
	tries=0
	until [ -S "$dir/$name.sock" ]; do
		tries=$((tries + 1))
		if [ $tries -gt 200 ] || ! kill -0 $pid 2>/dev/null; then
			cat "$dir/$name.log"
			exit 1
		fi
		sleep 0.05
	done
}
stop() {
	kill "$1"
	wait "$1" 2>/dev/null
	pids=$(printf '%s\n' $pids | grep -vx "$1")
}
serve() { # NAME POLICY
	start "$1" "$sallyport" serve --policy "$2" --socket "$dir/$1.sock" --log "$dir/$1.audit"
}

# NAME PID PAYLOAD CONNECTIONS [OPTION...]: one measurement, one line.
load() {
	name=$1 server=$2 payload=$3 conns=$4
	shift 4
	target=/AuthZPlugin.AuthZReq
	[ "$payload" != res64k ] || target=/AuthZPlugin.AuthZRes
	[ -f "$dir/$payload.json" ] || cp "$here/payloads/$payload.json" "$dir/"
	$on_client "$tools/loadgen" -s "$dir/$name.sock" -p "$server" -u $target -d "$dir/$payload.json" \
		-c "$conns" -x '"Allow":true' "$@" || exit 1
	: >"$dir/$name.audit"
}

# FILE COLUMN: the median of a column NAME=VALUE of the lines of a file.
median() {
	sed -nE "s/.*(^| )$2=([0-9.]+).*/\2/p" "$1" | sort -n |
		awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

cp "$here/../../policy/default.yaml" "$dir/policy.yaml"
start constant "$tools/constant" "$dir/constant.sock"
constant=$pid
serve ours "$dir/policy.yaml"
ours=$pid
fresh=$(sed -n 's/^VmRSS:[[:space:]]*\([0-9]*\) kB/\1/p' /proc/$ours/status)

echo "                        constant            sallyport"
echo "question    conns      req/s  us cpu      req/s  us cpu  ratio     p50 us     p99 us"
for payload in ping run bind compose res64k; do
	for conns in 1 16 64; do
		rm -f "$dir/c" "$dir/s"
		for _ in $(seq "$rounds"); do
			load constant $constant $payload $conns -t "$each" >>"$dir/c" || exit 1
			load ours $ours $payload $conns -t "$each" >>"$dir/s" || exit 1
		done
		printf '%-10s %6d %10.0f %7.1f %10.0f %7.1f %6.2f %10.1f %10.1f\n' $payload $conns \
			"$(median "$dir/c" rps)" "$(median "$dir/c" cpu_us)" "$(median "$dir/s" rps)" \
			"$(median "$dir/s" cpu_us)" \
			"$(awk "BEGIN { print $(median "$dir/s" rps) / $(median "$dir/c" rps) }")" \
			"$(median "$dir/s" p50)" "$(median "$dir/s" p99)"
	done
done
loaded=$(sed -n 's/^VmRSS:[[:space:]]*\([0-9]*\) kB/\1/p' /proc/$ours/status)

# Cost must not grow with the number of rules.
policy() { # N: the policy, and N patterns none of which fits before the last one
	printf 'sallyport: 1\nallow:\n  all:\n    who: [anyone]\n    do: [run, compose]\n    on: any\n'
	printf '    may: {ports: any, bind: ["/**"], volumes: any, networks: any, cap_add: any}\n    must:\n      images:\n'
	seq "$1" | sed 's|.*|        - registry.example.com/team-&/app/**|'
	echo '        - docker.io/library/busybox:local'
}
policy 10 >"$dir/few.yaml"
policy 10000 >"$dir/many.yaml"
serve few "$dir/few.yaml"
few=$pid
serve many "$dir/many.yaml"
many=$pid
rm -f "$dir/c" "$dir/s"
for _ in $(seq "$rounds"); do
	load few $few run 64 -t "$each" >>"$dir/c" || exit 1
	load many $many run 64 -t "$each" >>"$dir/s" || exit 1
done
echo
printf 'image patterns: 10: %.0f req/s, %.1f us cpu, %d KiB; 10000: %.0f req/s, %.1f us cpu, %d KiB; ratio %.2f\n' \
	"$(median "$dir/c" rps)" "$(median "$dir/c" cpu_us)" "$(median "$dir/c" rss_kib)" \
	"$(median "$dir/s" rps)" "$(median "$dir/s" cpu_us)" "$(median "$dir/s" rss_kib)" \
	"$(awk "BEGIN { print $(median "$dir/s" rps) / $(median "$dir/c" rps) }")"
stop $few
stop $many

# Do small questions wait for large ones?  1 MiB bodies, twenty a second, beside `docker run`: many
# values, and one giant string.  Target: p99 beside them at most 5 times p99 alone.
large() { # its body comes on standard input
	printf '{"RequestMethod":"POST","RequestUri":"/v1.41/containers/create","RequestHeaders":{"Content-Type":"application/json"},"RequestBody":"'
	base64 -w 0
	printf '"}\n'
}
{
	printf '{"Image":"busybox","Env":["A=1"'
	seq 80000 | sed 's/.*/,"V&=x"/' | tr -d '\n'
	printf ']}'
} | large >"$dir/values.json"
{
	printf '{"Image":"busybox","Labels":{"A":"'
	head -c 1048576 /dev/zero | tr '\0' x
	printf '"}}'
} | large >"$dir/string.json"
for kind in values string; do
	rm -f "$dir/c" "$dir/s" "$dir/l"
	for _ in $(seq "$rounds"); do
		load ours $ours run 8 -r 500 -t 1 >>"$dir/c" || exit 1
		$on_client "$tools/loadgen" -s "$dir/ours.sock" -d "$dir/$kind.json" -c 2 -r 20 -t 1.2 -w 0 -x Allow >>"$dir/l" &
		beside=$!
		load ours $ours run 8 -r 500 -t 1 >>"$dir/s" || exit 1
		wait $beside || exit 1
	done
	printf 'docker run at 500/s, p99: alone %.0f us; beside twenty 1 MiB bodies (%s) per second %.0f us (they: p50 %.0f us); ratio %.1f (target 5)\n' \
		"$(median "$dir/c" p99)" $kind "$(median "$dir/s" p99)" "$(median "$dir/l" p50)" \
		"$(awk "BEGIN { print $(median "$dir/s" p99) / $(median "$dir/c" p99) }")"
done

rm -f "$dir/f"
for _ in 1 2 3 4 5 6 7 8 9 10 11; do
	"$tools/loadgen" -s "$dir/first.sock" -d "$dir/run.json" -x '"Allow":true' -F -- "$sallyport" serve \
		--policy "$dir/policy.yaml" --socket "$dir/first.sock" --log "$dir/first.audit" >>"$dir/f" 2>/dev/null
	rm -f "$dir/first.sock"
done
printf 'start to first answer: %.1f ms (target 10)\n' "$(awk "BEGIN { print $(median "$dir/f" first_us) / 1000 }")"
printf 'resident memory: %d KiB fresh, %d KiB after all this (target 6144)\n' "$fresh" "$loaded"
