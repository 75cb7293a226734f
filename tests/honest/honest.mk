# SPDX-License-Identifier: Apache-2.0
# What honest clients really send passes policy/default.yaml (root).  HONEST_PARTS="cli compose
# docker-py node" picks; HONEST_VERBOSE=1 shows what this daemon could not carry out.  The Node
# clients are installed where npm is, at the versions of package-lock.json; elsewhere they are skipped.
check-honest: $(B)/sallyport
	@sh tests/honest/node.sh $(B)/node
	@bash tests/e2e/dockerd.sh python3 -B tests/honest/run.py $(B)/sallyport $(B)/node $(HONEST_PARTS)
.PHONY: check-honest
