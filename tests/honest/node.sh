#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# sh node.sh FOLDER: installs the Node clients of the honest suite into FOLDER, outside the lab, which
# has no network.  Where that is not possible FOLDER/node_modules is missing and run.py says so.
set -u
here=${0%/*}
mkdir -p "$1" || exit 1
cmp -s "$here/package-lock.json" "$1/installed" && exit 0
command -v npm >/dev/null 2>&1 || {
	echo 'honest: npm is not here: dockerode and testcontainers are skipped' >&2
	exit 0
}
rm -rf "$1/node_modules" "$1/installed"
cp "$here/package.json" "$here/package-lock.json" "$1/" || exit 1
# No scripts: what native parts the packages could build, nobody needs over a unix socket.
if (cd "$1" && timeout 180 npm ci --ignore-scripts --no-audit --no-fund --omit=optional --loglevel=error) >"$1/npm.log" 2>&1; then
	cp "$here/package-lock.json" "$1/installed"
else
	rm -rf "$1/node_modules"
	echo "honest: npm ci failed ($(tail -n 1 "$1/npm.log")): dockerode and testcontainers are skipped" >&2
fi
exit 0
