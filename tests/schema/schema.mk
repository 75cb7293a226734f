# SPDX-License-Identifier: Apache-2.0
# What an editor would say: every policy that loads is accepted, the broken ones are refused.
check-schema: $(B)/sallyport
	@sh tests/schema/run.sh $(B)/sallyport $(abspath $(B))/ajv
.PHONY: check-schema
