#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A dockerd of our own that the host never notices.
#
#   bash dockerd.sh COMMAND ARGS...    runs COMMAND in mount, process and network namespaces of its
#                                      own, with $LAB (a temporary folder) and $DOCKER_HOST set
#
# Inside, /run is an empty tmpfs (so are /run/docker.sock, /run/docker/plugins and containerd's
# sockets), /etc is a copy, the network has only a loopback, and COMMAND may source this file for
#
#   lab_dockerd_start [OPTION...]      start dockerd and wait until it answers or has failed
#   lab_dockerd_stop                   stop it; containers die with it
#   lab_image                          import busybox as the image busybox:local
#
# When COMMAND ends, however it ends, the kernel ends every process of the process namespace and
# takes away every mount; what is left, a folder and empty control groups, is removed here.

lab_dockerd_start() {
	local pid i
	rm -f /run/docker.pid
	# No option may come from the host's daemon.json.  SIGHUP to the lab is none to dockerd.
	echo '{}' >"$LAB/daemon.json"
	setsid dockerd --config-file="$LAB/daemon.json" --host=unix:///run/docker.sock \
		--data-root="$LAB/data" --exec-root=/run/docker --pidfile=/run/docker.pid \
		--iptables=false --ip6tables=false --bridge=none --storage-driver="${LAB_STORAGE:-vfs}" \
		--exec-opt native.cgroupdriver=cgroupfs --cgroup-parent="/$LAB_CGROUP" \
		"$@" >>"$LAB/dockerd.log" 2>&1 </dev/null &
	pid=$!
	for i in {1..600}; do
		if ! kill -0 "$pid" 2>/dev/null; then
			lab_why
			return 1
		fi
		if [ -S /run/docker.sock ] && [ "$(docker version -f '{{.Server.Version}}' 2>&1 | wc -w)" -eq 1 ]; then
			return 0
		fi
		# A plugin that refuses `docker version` still lets the daemon answer.
		if docker version 2>&1 | grep -q 'authorization denied by plugin'; then
			return 0
		fi
		sleep 0.1
	done
	lab_why
	return 1
}

lab_why() {
	echo 'dockerd did not start; the end of its log:' >&2
	grep -vE 'level=(info|debug)' "$LAB/dockerd.log" | tail -n 20 >&2
}

lab_dockerd_stop() {
	local pid i
	pid=$(cat /run/docker.pid 2>/dev/null) || return 0
	kill "$pid" 2>/dev/null
	for i in {1..200}; do
		[ -d "/proc/$pid" ] || return 0
		[ "$(cut -d' ' -f3 "/proc/$pid/stat" 2>/dev/null)" = Z ] && return 0
		sleep 0.1
	done
	kill -9 "$pid" 2>/dev/null
	return 1
}

# A file system of one static binary, imported: no registry is asked.
lab_image() {
	local root=$LAB/root c
	mkdir -p "$root/bin" "$root/tmp" "$root/etc"
	cp "$(command -v busybox)" "$root/bin/busybox"
	for c in sh echo cat id ls sleep touch true false wc mount stat; do
		ln -sf busybox "$root/bin/$c"
	done
	printf 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n' >"$root/etc/passwd"
	tar -C "$root" -c . | docker import - busybox:local >/dev/null
}

# --- the part that runs when this file is executed ---

lab_outer() {
	local unshare status lab
	[ "$(id -u)" -eq 0 ] || {
		echo 'dockerd.sh: needs root (namespaces and a dockerd)' >&2
		exit 77
	}
	sh "${BASH_SOURCE[0]%/*}/../../contrib/install-deps.sh" e2e || exit 77
	lab=$(mktemp -d "${TMPDIR:-/tmp}/sallyport-lab.XXXXXX") || exit 1
	export LAB=$lab LAB_CGROUP="${lab##*/}"
	trap lab_cleanup EXIT
	# The command line must not depend on the caller's: fd 0 may be anything in CI.
	unshare --mount --pid --net --ipc --uts --fork --mount-proc --kill-child --propagation private \
		bash "${BASH_SOURCE[0]}" --inside "$@" &
	unshare=$!
	# unshare blocks every signal that could be blocked; its child dies with it (--kill-child).
	trap 'kill -KILL "$unshare" 2>/dev/null' INT TERM HUP
	wait "$unshare"
	status=$?
	while kill -0 "$unshare" 2>/dev/null; do # a trapped signal ends the first wait
		wait "$unshare"
		status=$?
	done
	exit "$status"
}

lab_cleanup() {
	local i
	for i in {1..50}; do # processes killed with their namespace may need a moment to be gone
		find /sys/fs/cgroup -maxdepth 6 -depth -type d -path "*/$LAB_CGROUP*" -exec rmdir {} + 2>/dev/null
		[ -n "$(find /sys/fs/cgroup -maxdepth 3 -type d -name "$LAB_CGROUP" 2>/dev/null | head -n 1)" ] || break
		sleep 0.1
	done
	case $LAB in
	*/sallyport-lab.??????) rm -rf --one-file-system "$LAB" ;;
	esac
}

lab_inside() {
	local command
	export DOCKER_HOST=unix:///run/docker.sock DOCKER_CONFIG=$LAB/docker-config HOME=$LAB/home
	unset DOCKER_CONTEXT DOCKER_TLS_VERIFY DOCKER_CERT_PATH DOCKER_API_VERSION
	mkdir -p "$LAB/etc" "$LAB/data" "$HOME" "$DOCKER_CONFIG"
	mount -t tmpfs -o mode=755 sallyport-lab /run || exit 1
	mkdir -p /run/docker/plugins /run/lock
	# dockerd writes /etc/docker/key.json; a copy of /etc takes it.
	cp -a /etc/. "$LAB/etc/" && mount --bind "$LAB/etc" /etc || exit 1
	rm -rf /etc/docker
	ip link set lo up
	# This shell is process 1: it reaps what containers leave behind until COMMAND is done.
	"$@" &
	command=$!
	trap 'kill "$command" 2>/dev/null' INT TERM HUP
	while :; do
		wait "$command"
		status=$?
		kill -0 "$command" 2>/dev/null || break
	done
	exit "$status"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
	set -u
	if [ "${1:-}" = --inside ]; then
		shift
		lab_inside "$@"
	fi
	[ "$#" -gt 0 ] || {
		sed -n '3,/^$/s/^# \{0,1\}//p' "$0" >&2
		exit 2
	}
	lab_outer "$@"
fi
