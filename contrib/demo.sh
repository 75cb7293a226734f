#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# make demo: a dockerd of its own, with the built sallyport and policy/default.yaml, and what docker
# commands do there.  Fails when one of them does something else than it says here.  Leaves nothing.
set -u
top=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)

if [ "${1:-}" != --inside ]; then
	sallyport=$(realpath "$1") || exit 1
	exec bash "$top/tests/e2e/dockerd.sh" bash "${BASH_SOURCE[0]}" --inside "$sallyport"
fi

sallyport=$2
policy=$top/policy/default.yaml
# shellcheck source=/dev/null
. "$top/tests/e2e/dockerd.sh"
bold='' red='' green='' dim='' off=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
	bold=$'\e[1m' red=$'\e[31m' green=$'\e[32m' dim=$'\e[2m' off=$'\e[0m'
fi
wrong=0 shown=0

say() { printf '\n%s%s%s\n' "$bold" "$*" "$off"; }

# A command as one would type it.
typed() {
	local word
	for word in "$@"; do
		if [[ $word == *[\ \"\;\{]* ]]; then
			printf " '%s'" "$word"
		else
			printf ' %s' "$word"
		fi
	done
}

# show allowed|refused COMMAND...: runs it as typed and compares what happened.
show() {
	local expected=$1 out status became colour
	shift
	printf '\n%s$%s%s\n' "$bold" "$(typed "$@")" "$off"
	out=$("$@" 2>&1)
	status=$?
	became=allowed colour=$green
	if [[ $out == *'authorization denied by plugin sallyport'* ]]; then
		became=refused colour=$red
	elif [ "$status" -ne 0 ]; then
		became=failed colour=$red
	fi
	printf '%s\n' "$out" | grep -vE "^(Run 'docker .* --help' for more information|)$" |
		fold -s -w 110 | sed 's/ $//'
	printf '%s[%s]%s\n' "$colour" "$became" "$off"
	shown=$((shown + 1))
	if [ "$became" != "$expected" ]; then
		wrong=$((wrong + 1))
		printf '%sthis should have been %s%s\n' "$red" "$expected" "$off"
	fi
}

"$sallyport" serve --policy "$policy" --log "$LAB/audit.jsonl" 2>"$LAB/sallyport.log" &
for _ in {1..100}; do
	[ -S /run/docker/plugins/sallyport.sock ] && break
	sleep 0.05
done
[ -S /run/docker/plugins/sallyport.sock ] || {
	cat "$LAB/sallyport.log" >&2
	exit 1
}
lab_dockerd_start --authorization-plugin=sallyport || exit 1
lab_image || exit 1

printf 'dockerd %s, started with --authorization-plugin=sallyport, and %s with policy/default.yaml\n' \
	"$(docker version -f '{{.Server.Version}}')" "$("$sallyport" --version)"

say 'Ordinary work goes on.'
show allowed docker run --rm busybox:local echo hello
show allowed docker run -d --init --name web -m 64m -v data:/data --restart unless-stopped busybox:local sleep 600
show allowed docker exec web id

say 'What takes over the host does not, and says why.'
show refused docker run --rm --privileged busybox:local sh
show refused docker run --rm -v /:/host busybox:local sh
show refused docker run --rm -v /var/run/docker.sock:/var/run/docker.sock busybox:local sh
show refused docker run --rm --pid host --cap-add sys_admin --security-opt seccomp=unconfined busybox:local sh
show refused docker exec --privileged web id
show refused docker volume create -o type=none -o o=bind -o device=/etc innocent

if command -v curl >/dev/null; then
	say 'dockerd understands other spellings too. So does sallyport.'
	show refused curl -s --unix-socket /run/docker.sock -H 'Content-Type: application/json; charset=utf-8' \
		-d '{"image":"busybox:local","hoſtconfig":{"privileged":false,"PRIVILEGED":true}}' http://docker/containers/create
fi

say 'Every decision is one line of JSON. The one about --privileged:'
printf '\n'
grep -m1 -F '"no-privileged"' "$LAB/audit.jsonl" >"$LAB/line.jsonl" || wrong=$((wrong + 1))
printf '%s%s%s\n' "$dim" "$(sed 's/\("request":{\).*/\1 ...the body as it was read, secrets replaced... }}/' "$LAB/line.jsonl" | fold -w 110)" "$off"

say 'And it can be asked about later.'
printf '\n%s$ sallyport explain --policy policy/default.yaml --record line.jsonl%s\n' "$bold" "$off"
(cd "$top" && "$sallyport" explain --policy policy/default.yaml --record "$LAB/line.jsonl") || [ $? -eq 1 ] || wrong=$((wrong + 1))

if [ "$wrong" -eq 0 ]; then
	say "$shown commands, each did what it should. Nothing is left behind: the daemon and its folders go now."
	exit 0
fi
say "$wrong of $shown commands did something else than they should."
exit 1
