# SPDX-License-Identifier: Apache-2.0
# What dockerd makes of a request against what sallyport sees in it (root).  ORACLE_SEED= repeats a
# run, ORACLE_REQUESTS= (default 2000; 20000 at night), ORACLE_ENGINES=all: on every dockerd there is.
check-oracle: $(B)/sallyport
	@sh contrib/install-deps.sh e2e && python3 -B tests/oracle/oracle.py $(B)/sallyport
.PHONY: check-oracle
