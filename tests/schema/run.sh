#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# sh run.sh SALLYPORT FOLDER: installs ajv into FOLDER, at the version of package-lock.json, and lets
# it judge policies by the schema.  Without npm, or without a network, the test is skipped aloud.
set -u
here=${0%/*}
sallyport=$1
mkdir -p "$2" || exit 1
command -v npm >/dev/null 2>&1 || {
	echo 'ok 1 - schema # SKIP npm is not here'
	exit 0
}
if ! cmp -s "$here/package-lock.json" "$2/installed"; then
	rm -rf "$2/node_modules" "$2/installed"
	cp "$here/package.json" "$here/package-lock.json" "$2/" || exit 1
	(cd "$2" && timeout 180 npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) >"$2/npm.log" 2>&1 || {
		echo "ok 1 - schema # SKIP npm ci failed: $(tail -n 1 "$2/npm.log")"
		exit 0
	}
	cp "$here/package-lock.json" "$2/installed"
fi
"$sallyport" schema >"$2/schema.json" || exit 1
"$sallyport" schema --test >"$2/test-schema.json" || exit 1
NODE_PATH=$2/node_modules node "$here/validate.js" "$2/schema.json" "$2/test-schema.json" "$here/../.."
