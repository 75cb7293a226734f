# SPDX-License-Identifier: Apache-2.0
#
# make bench, make bench-instructions: sallyport beside a server that always answers the same.

BENCH_TOOLS := $(B)/tests/bench/loadgen $(B)/tests/bench/constant

$(B)/tests/bench/loadgen: $(B)/tests/bench/loadgen.o
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^
$(B)/tests/bench/constant: $(B)/tests/bench/constant.o
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

bench: $(B)/sallyport $(BENCH_TOOLS)
	@sh tests/bench/bench.sh $(B)/sallyport $(B)/tests/bench
bench-instructions: $(B)/sallyport $(BENCH_TOOLS)
	@sh tests/bench/instructions.sh $(B)/sallyport $(B)/tests/bench
.PHONY: bench bench-instructions
