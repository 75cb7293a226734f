# SPDX-License-Identifier: Apache-2.0
# What the docker command here sends is still what tests/dockercli/recorded.txt says, and its flags
# are those of flags.txt (docker 28, no daemon, no root).
check-dockercli:
	@rm -rf $(B)/dockercli && mkdir -p $(B)/dockercli && python3 -B tests/dockercli/record.py $(B)/dockercli
	@for f in recorded flags; do diff tests/dockercli/$$f.txt $(B)/dockercli/$$f.txt || exit 1; done
	@echo "dockercli: docker sends what is recorded"
.PHONY: check-dockercli
