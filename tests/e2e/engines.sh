#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Further versions of dockerd to test with, from the newer suites of the distribution.  Nothing is
# installed: every engine is a folder with a root of its own, and apt works on a state of its own.
#
#   bash tests/e2e/engines.sh prepare FOLDER     fetches and unpacks what is not there yet; prints one
#                                                line "VERSION FOLDER/VERSION" for each engine there is
#   PATH=FOLDER/VERSION/bin:$PATH                in tests/e2e/dockerd.sh: `dockerd` is that version
#
# The newer engines need a newer libc than this machine may have, and dockerd, containerd and runc
# start themselves and each other again by name and through /proc/self/exe.  So neither library paths
# nor an explicit loader would do: the whole engine runs in its root, with the lab's folders in it.
set -u
here=$(cd "${BASH_SOURCE[0]%/*}" && pwd)

say() { echo "engines: $*" >&2; }

# The suites after the one that is installed here.  A suite that cannot be reached is left out.
newer_suites() {
	local all='bookworm trixie forky sid' mine
	mine=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	case " $all " in
	*" $mine "*) echo "${all#*"$mine"}" ;;
	*) say "this is '$mine': only the suites $all are known" ;;
	esac
}

# The mirror is the machine's own: where its main suite comes from.
mirror() {
	local mine
	mine=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	apt-get indextargets --format '$(SITE) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
		awk -v suite="$mine" '$2 == suite && $3 == "main" { print $1; exit }'
}

prepare_suite() { # FOLDER SUITE MIRROR: the engine of this suite, when it is not there yet
	local folder=$1 suite=$2 mirror=$3 apt version keyring=/usr/share/keyrings/debian-archive-keyring.gpg
	apt=$folder/.apt-$suite # lists, cache and sources of our own: the machine's apt does not change
	rm -rf "$apt"
	mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial" && : >"$apt/state/status" || return 1
	[ -f "$keyring" ] && keyring="[signed-by=$keyring] " || keyring=
	echo "deb $keyring$mirror $suite main" >"$apt/sources.list"
	local options=(-q -o Dir::State="$apt/state" -o Dir::State::status="$apt/state/status" -o Dir::Cache="$apt/cache"
		-o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
		-o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null -o APT::Sandbox::User=root
		-o APT::Install-Recommends=false -o Acquire::Retries=2 -o Acquire::http::Timeout=20 -o Acquire::Languages=none)
	LC_ALL=C apt-get "${options[@]}" update >>"$apt/log" 2>&1 || return 1
	version=$(apt-cache "${options[@]}" show docker.io 2>/dev/null | sed -n 's/^Version: \([0-9]*:\)\{0,1\}\([0-9]*\.[0-9]*\).*/\2/p' | head -n 1)
	[ -n "$version" ] || return 1
	[ "$version" != "$(installed_version)" ] || return 0
	if [ -e "$folder/$version/complete" ]; then # two suites may have the same
		echo "$suite" >>"$folder/$version/complete"
		return 0
	fi
	# An empty status file: what an engine needs is fetched completely, down to the libc.
	LC_ALL=C apt-get "${options[@]}" --yes --download-only install docker.io >>"$apt/log" 2>&1 || return 1
	rm -rf "${folder:?}/$version"
	unpack "$folder/$version" "$apt/cache/archives" || return 1
	echo "$suite" >"$folder/$version/complete"
}

unpack() { # FOLDER ARCHIVES
	local root=$1/root deb d
	mkdir -p "$root" "$1/bin" || return 1
	for deb in "$2"/*.deb; do
		dpkg-deb -x "$deb" "$root" || return 1
	done
	for d in bin sbin lib lib64; do # what the package base-files brings
		[ -e "$root/$d" ] || [ ! -d "$root/usr/$d" ] || ln -s "usr/$d" "$root/$d"
	done
	rm -rf "${root:?}"/{etc,usr/share/doc,usr/share/man,usr/share/locale}
	mkdir -p "$root"/{proc,sys,dev,run,tmp,etc,var,root}
	ln -sfn /run "$root/var/run"
	[ -x "$root/usr/sbin/dockerd" ] && [ -x "$root/usr/bin/containerd" ] || return 1
	printf '#!/bin/sh\nexec bash "%s" enter "%s" "$@"\n' "$here/engines.sh" "$root" >"$1/bin/dockerd"
	chmod 755 "$1/bin/dockerd"
}

installed_version() { dockerd --version 2>/dev/null | sed -n 's/.*version \([0-9]*\.[0-9]*\).*/\1/p'; }

prepare() {
	local folder=$1 suite mirror found
	mkdir -p "$folder" && folder=$(cd "$folder" && pwd) || return 1
	mirror=$(mirror)
	if [ -z "$mirror" ]; then
		say 'this machine has no apt source of its suite: no further engines'
	else
		for suite in $(newer_suites); do
			grep -qsx "$suite" "$folder"/*/complete && continue
			prepare_suite "$folder" "$suite" "$mirror" || {
				say "none from $suite: $(tail -n 1 "$folder/.apt-$suite/log" 2>/dev/null | sed 's,[a-z]*://[^ ]*,...,g')"
				continue
			}
		done
		rm -rf "$folder"/.apt-*
	fi
	for found in "$folder"/*/complete; do
		[ ! -e "$found" ] || echo "$(basename "${found%/complete}") ${found%/complete}"
	done | sort -V
}

# Inside the lab: dockerd in its root, with this namespace's own folders.  runc's pivot_root wants the
# root it leaves to be a mount.
enter() {
	local root=$1 d
	shift
	if ! mountpoint -q "$root"; then
		mount --bind "$root" "$root" || exit 1
		for d in proc sys dev run tmp etc; do
			mount --rbind "/$d" "$root/$d" || exit 1
		done
		case ${LAB:?} in
		/tmp/*) ;;
		*) mkdir -p "$root$LAB" && mount --rbind "$LAB" "$root$LAB" || exit 1 ;;
		esac
	fi
	export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
	exec chroot "$root" /usr/sbin/dockerd "$@"
}

case ${1:-} in
prepare) prepare "${2:?folder}" ;;
enter)
	shift
	enter "$@"
	;;
*)
	sed -n '3,/^$/s/^# \{0,1\}//p' "$0" >&2
	exit 2
	;;
esac
