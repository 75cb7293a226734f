#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# sh contrib/install-deps.sh GROUP...: installs the Debian packages of these groups that are missing.
#
#   build   compiler, make, libraries and the unit test library
#   check   what `make check` runs besides: python3, mandoc
#   test    clang with its sanitizers and fuzzer, clang-format, clang-tidy, valgrind, npm for the
#           validator of check-schema, zsh for check-completion
#   e2e     what the tests on a real dockerd and `make demo` need: a dockerd and a docker client only
#           where there is none, busybox, docker-py, docker-compose
#   page    what `make check-page` looks at the page of replay with: chromium
#
# Never starts, enables or replaces a service: a dockerd that is there stays as it is, and while
# packages are installed nothing may start a daemon.
set -u
export DEBIAN_FRONTEND=noninteractive LC_ALL=C

say() { echo "install-deps: $*" >&2; }
die() {
	say "$@"
	exit 1
}
has() { command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || [ -x "/sbin/$1" ]; }
installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
known() { apt-cache show --no-all-versions "$1" 2>/dev/null | grep -q '^Package:'; }

missing=
optional=
need() { for p in "$@"; do installed "$p" || missing="$missing $p"; done; }
want() { for p in "$@"; do installed "$p" || optional="$optional $p"; done; }

group() {
	case $1 in
	build)
		need libevent-dev libjansson-dev libyaml-dev libcmocka-dev libmd-dev
		has gcc || need gcc
		has make || need make
		has pkg-config || need pkg-config
		[ -e /usr/include/string.h ] || need libc6-dev
		;;
	check)
		has python3 || need python3
		has mandoc || need mandoc
		;;
	test)
		group check
		has clang || need clang
		has clang-format || need clang-format
		has clang-tidy || need clang-tidy
		has valgrind || need valgrind
		has npm || need npm
		has zsh || want zsh
		# libFuzzer and the sanitizers' runtime come in a package named after clang's version.
		if has clang; then
			v=$(clang -dumpversion | cut -d. -f1)
		else
			v=$(apt-cache depends clang 2>/dev/null | sed -n 's/.*Depends: clang-\([0-9][0-9]*\)$/\1/p')
		fi
		need "libclang-rt-${v:-14}-dev"
		;;
	e2e)
		has python3 || need python3
		has unshare || need util-linux
		has ip || need iproute2
		has openssl || need openssl
		has curl || need curl
		has busybox && file_is_static "$(command -v busybox)" || need busybox-static
		if ! has dockerd; then
			need docker.io containerd runc
		elif ! has docker; then # a dockerd from elsewhere, without its client
			want docker-cli
		fi
		want python3-docker docker-compose
		;;
	page)
		has python3 || need python3
		has chromium || want chromium
		;;
	*) die "unknown group '$1' (build, check, test, e2e, page)" ;;
	esac
}
# A busybox that needs libraries would not run in a container of its own.
file_is_static() { ! ldd "$1" >/dev/null 2>&1; }

[ "$#" -gt 0 ] || die "say what to install: build, check, test, e2e, page"
for g in "$@"; do group "$g"; done
[ -n "$missing$optional" ] || exit 0

has apt-get || die "not a Debian system; install what stands for:$missing$optional"
[ "$(id -u)" -eq 0 ] || die "run as root: apt-get install$missing$optional"

log=$(mktemp) || exit 1
policy=/usr/sbin/policy-rc.d
kept=
restore() {
	rm -f "$log"
	[ -z "$kept" ] && return
	if [ "$kept" = none ]; then
		rm -f "$policy"
	else
		mv -f "$kept" "$policy"
	fi
	kept=
}
trap restore EXIT
trap 'exit 130' INT TERM

# For as long as the packages are being set up, invoke-rc.d may start nothing.
if [ -e "$policy" ]; then
	kept=$policy.sallyport-$$
	cp -a "$policy" "$kept" || die "cannot keep $policy"
else
	kept=none
fi
printf '#!/bin/sh\nexit 101\n' >"$policy.new-$$" && chmod 755 "$policy.new-$$" && mv -f "$policy.new-$$" "$policy" ||
	die "cannot write $policy"

apt() { apt-get -q -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" >"$log" 2>&1; }
need_lists=
for p in $missing $optional; do known "$p" || need_lists=1; done
if [ -n "$need_lists" ]; then
	say "apt-get update"
	apt update || say "apt-get update failed: $(tail -n 1 "$log")"
fi
fresh() { # PACKAGE...: install; with new lists when the old ones name files that are gone
	apt install --no-install-recommends "$@" || { apt update && apt install --no-install-recommends "$@"; }
}
if [ -n "$missing" ]; then
	say "installing$missing"
	# shellcheck disable=SC2086
	fresh $missing || {
		tail -n 15 "$log" >&2
		die "these packages could not be installed (no network?):$missing"
	}
fi
# A test that uses one of these says so and is skipped where it is not to be had.
for p in $optional; do
	known "$p" || continue
	say "installing $p"
	fresh "$p" || say "could not be installed, its tests will be skipped: $p"
done
exit 0
