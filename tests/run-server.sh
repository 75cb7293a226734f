#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# sh tests/run-server.sh SALLYPORT: the tests on the built program, over a socket of their own.
exec python3 tests/server/test_server.py "$@"
