# sallyport - see README.md.
#
#   make                 build/sallyport (optimised, hardened)
#   make check           every test that needs no root and no daemon
#   make check-e2e       the tests on a real dockerd of their own (root)
#   make check-attacks   every known attack on every dockerd that can be had (root): none may work
#   make check-dockercli  docker still sends what the tests of its translation say (docker 28)
#   make check-schema    the JSON Schema judges every policy of the tests (npm)
#   make check-oracle    what dockerd makes of thousands of requests, and what sallyport sees in them (root)
#   make check-page      the page of replay --html in a real browser
#   make demo            a private dockerd with the built plugin: see it allow and refuse (root)
#   make bench           throughput and latency beside a constant-answer server
#   make bench-instructions   instructions per decision under callgrind, with a limit
#   make fuzz            every fuzz target for FUZZ_SECONDS=60, FUZZ_JOBS=2 at a time (clang)
#   make man             fill the generated parts of the manual pages in again
#   make tidy            clang-tidy over the source
#   make format          clang-format over the source; format-check only looks
#   make install         DESTDIR= PREFIX=/usr/local; uninstall takes it away again
#   make dist            sallyport-VERSION.tar.gz of what is committed
#   make deps            install the Debian packages that are missing (root)
#   make clean
#
# Parts of check: check-unit check-errors check-tests check-fuzz check-server check-try check-replay
# check-layers check-headers check-source check-man check-completion.  Variables: CC=clang
# SAN=address,undefined  WERROR=1  B=FOLDER  V=1
# (each compiler and each SAN has a build folder of its own).

VERSION := $(file <VERSION)
PREFIX ?= /usr/local
SBINDIR ?= $(PREFIX)/sbin
DATADIR ?= $(PREFIX)/share/sallyport
MANDIR ?= $(PREFIX)/share/man
DOCDIR ?= $(PREFIX)/share/doc/sallyport
UNITDIR ?= $(PREFIX)/lib/systemd/system
FUZZ_SECONDS ?= 60
FUZZ_JOBS ?= 2
comma := ,
B ?= build$(if $(filter clang%,$(CC)),-clang)$(if $(SAN),-$(subst $(comma),-,$(SAN)))

PKGS := libevent_core libevent_extra jansson yaml-0.1 libmd
# Everything but these needs the libraries: install what is missing before anything is compiled.
ifneq ($(filter-out deps help clean dist check-layers check-source format format-check uninstall,$(or $(MAKECMDGOALS),all)),)
DEPS := $(shell pkg-config --exists $(PKGS) cmocka 2>/dev/null || sh contrib/install-deps.sh build >&2 || echo failed)
ifneq ($(DEPS),)
$(error the packages sallyport is built with are missing: run 'make deps' as root)
endif
endif

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
	-Wwrite-strings -Wundef -Wvla -Wformat=2 -Wimplicit-fallthrough -Wswitch-enum $(if $(WERROR),-Werror)
HARD := $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fcf-protection=full) \
	-fstack-protector-strong -fstack-clash-protection -fPIE
CFLAGS ?= -O2 -g
override CFLAGS += -std=c11 -D_GNU_SOURCE $(WARN) $(HARD) -ffile-prefix-map=$(CURDIR)=. -pthread \
	-Iinclude -Iplugin -DSP_VERSION='"$(VERSION)"' $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
BANNED := -include tests/lint/banned.h
override LDFLAGS += -pie -pthread -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed $(if $(SAN),-fsanitize=$(SAN))
LIBS := $(shell pkg-config --libs $(PKGS) 2>/dev/null)
# One short line per step; V=1 shows the commands.
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-5s %s\n' $(1) $(2))

# A layer may use the ones after it in this list, never the ones before it.
LAYERS := cli server engine docker json base
layer_lib = $(B)/lib$(1).a
lower = $(if $(filter $(1),$(firstword $(2))),$(2),$(call lower,$(1),$(wordlist 2,9,$(2))))
libs_for = $(foreach l,$(call lower,$(1),$(LAYERS)),$(call layer_lib,$(l)))

SRCS := $(sort $(wildcard plugin/*/*.c))
HEADERS := $(sort $(wildcard include/sallyport/*.h))
PRIVATE_HEADERS := $(sort $(wildcard plugin/*/*.h))
TESTS := $(patsubst tests/unit/%.c,$(B)/tests/%,$(sort $(wildcard tests/unit/*/test_*.c)))
FUZZERS := $(patsubst tests/fuzz/%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
C_FILES := $(sort $(wildcard plugin/*.c plugin/*/*.[ch] include/sallyport/*.h tests/*.[ch] tests/*/*.[ch] tests/unit/*/*.[ch]))
POLICIES := $(sort $(wildcard policy/*.yaml policy/*/*.yaml))
MANPAGES := $(sort $(wildcard contrib/man/*.[1-8]))
UNITS := contrib/systemd/sallyport.service contrib/systemd/sallyport.socket

all: $(B)/sallyport
help:
	@sed -n '2,/^$$/s/^# \{0,1\}//p' Makefile

$(B)/sallyport: $(B)/plugin/main.o $(foreach l,$(LAYERS),$(call layer_lib,$(l)))
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

define layer_rule
$(call layer_lib,$(1)): $$(patsubst %.c,$(B)/%.o,$$(filter plugin/$(1)/%,$$(SRCS)))
	@rm -f $$@ && $$(AR) rcsD $$@ $$^
$(B)/tests/$(1)/%: $(B)/tests/unit/$(1)/%.o $(call libs_for,$(1))
	@mkdir -p $$(@D)
	$$(call say,LINK,$$@)
	$$(Q)$$(CC) $$(LDFLAGS) -o $$@ $$^ $$(LIBS) -lcmocka
endef
$(foreach l,$(LAYERS),$(eval $(call layer_rule,$(l))))

$(B)/plugin/%.o: plugin/%.c VERSION Makefile
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(BANNED) -MMD -MP -c -o $@ $<
# The one file of this layer that may call malloc (tests/lint/banned.h).
$(B)/plugin/base/arena.o: override CPPFLAGS += -DSP_ALLOCATES
# The assembler reads these into it; no compiler knows of them.
$(B)/plugin/cli/html_assets.o: $(wildcard contrib/html/*)
$(B)/tests/%.o: tests/%.c Makefile
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -Itests -MMD -MP -c -o $@ $<

# --- tests that need neither root nor a daemon ---
check:
	@{ command -v python3 && command -v mandoc; } >/dev/null || sh contrib/install-deps.sh check || true
	@sh tests/run-check.sh $(MAKE) --no-print-directory
check-unit: $(TESTS)
	@sh tests/run-unit.sh $(TESTS)
check-errors: $(B)/sallyport
	@sh tests/policy-errors/run.sh $(B)/sallyport
check-tests: $(B)/sallyport
	@sh tests/policy-tests/run.sh $(B)/sallyport
check-fuzz: $(FUZZERS:%=$(B)/replay/%)
	@sh tests/fuzz/replay.sh $^
check-server: $(B)/sallyport
	@sh tests/run-server.sh $(B)/sallyport
check-try: $(B)/sallyport
	@python3 -B tests/try/test_try.py $(B)/sallyport
check-replay: $(B)/sallyport
	@python3 -B tests/replay/test_replay.py $(B)/sallyport
# In a real browser; PICTURES=FOLDER keeps what it looked like.
check-page: $(B)/sallyport
	@command -v chromium >/dev/null || sh contrib/install-deps.sh page
	@python3 -B tests/replay/test_page.py $(B)/sallyport $(PICTURES)
check-layers:
	@cd tests/lint/selftest && awk -f ../check-layers.awk ../layers.txt plugin/engine/offender.c | diff expected - || \
		{ echo 'check-layers: the checker itself is broken'; exit 1; }
	@awk -f tests/lint/check-layers.awk tests/lint/layers.txt $(wildcard plugin/main.c) $(SRCS) $(HEADERS) $(PRIVATE_HEADERS)
check-headers: $(patsubst %,$(B)/%.ok,$(HEADERS) $(PRIVATE_HEADERS))
	@echo "headers: $(words $^) compile alone"
$(B)/%.h.ok: %.h
	@mkdir -p $(@D)
	$(call say,CHECK,$<)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(BANNED) -Werror -Wno-unused-function -MMD -MP -MT $@ -MF $(@:.ok=.d) -fsyntax-only -x c $<
	@touch $@
check-source:
	@sh tests/lint/check-source.sh

# --- fuzzing: one file per target, with libFuzzer (fuzz) or replaying its corpus (check-fuzz) ---
$(B)/replay/%: $(B)/tests/fuzz/%.o $(B)/tests/fuzz/replay_main.o $(call libs_for,server)
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)
$(B)/libfuzzer/%: $(B)/tests/fuzz/%.o $(call libs_for,server)
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LIBS)
libfuzzers: $(FUZZERS:%=$(B)/libfuzzer/%)
fuzz:
	@echo 'int LLVMFuzzerTestOneInput(const char *d, unsigned long n); int LLVMFuzzerTestOneInput(const char *d, unsigned long n) { return !d && n; }' | \
		clang -fsanitize=fuzzer -x c - -o /dev/null 2>/dev/null || sh contrib/install-deps.sh test
	@$(MAKE) --no-print-directory CC=clang SAN=fuzzer-no-link,address,undefined B=build-fuzz libfuzzers
	@FUZZ_JOBS=$(FUZZ_JOBS) sh tests/fuzz/fuzz.sh $(FUZZ_SECONDS) $(FUZZERS:%=build-fuzz/libfuzzer/%)

# --- the real thing ---
check-e2e: $(B)/sallyport
	@bash tests/e2e/dockerd.sh python3 -B tests/e2e/e2e.py $(B)/sallyport $(E2E_PARTS)
check-attacks: $(B)/sallyport
	@sh contrib/install-deps.sh e2e && python3 -B tests/attacks/run.py $(B)/sallyport $(ATTACKS)
demo: $(B)/sallyport
	@bash contrib/demo.sh $(B)/sallyport
-include tests/honest/honest.mk
-include tests/oracle/oracle.mk
-include tests/dockercli/dockercli.mk
-include tests/schema/schema.mk
-include tests/bench/bench.mk
-include contrib/man/man.mk
-include contrib/completion/completion.mk

# --- housekeeping ---
tidy:
	@command -v clang-tidy >/dev/null || sh contrib/install-deps.sh test
	@printf '%s\n' $(wildcard plugin/main.c) $(SRCS) | xargs -n 4 -P "$$(nproc)" sh -c \
		'clang-tidy --quiet "$$@" -- -std=c11 -D_GNU_SOURCE -Iinclude -Iplugin $(BANNED) -DSP_ALLOCATES "-DSP_VERSION=\"$(VERSION)\"" 2>/dev/null' - && \
		echo "tidy: $(words $(SRCS)) files"
format:
	clang-format -i $(C_FILES)
format-check:
	@command -v clang-format >/dev/null || sh contrib/install-deps.sh test
	@clang-format --dry-run -Werror $(C_FILES) && echo "format: $(words $(C_FILES)) files"
dist:
	git archive --prefix=sallyport-$(VERSION)/ HEAD | gzip -9n >sallyport-$(VERSION).tar.gz
deps:
	sh contrib/install-deps.sh build test e2e
install: $(B)/sallyport
	install -d $(DESTDIR)$(SBINDIR) $(DESTDIR)$(DATADIR)/policy/packs $(DESTDIR)$(DATADIR)/policy/cookbook $(DESTDIR)$(DOCDIR) $(DESTDIR)$(UNITDIR)
	install -m 755 $(B)/sallyport $(DESTDIR)$(SBINDIR)/sallyport
	for p in $(POLICIES); do sed '1s,/usr/share/sallyport/,$(DATADIR)/,' $$p >$(DESTDIR)$(DATADIR)/$$p && chmod 644 $(DESTDIR)$(DATADIR)/$$p || exit 1; done
	install -m 644 policy/README.md $(DESTDIR)$(DATADIR)/policy/
	$(B)/sallyport schema >$(DESTDIR)$(DATADIR)/policy-1.schema.json && chmod 644 $(DESTDIR)$(DATADIR)/policy-1.schema.json
	$(B)/sallyport schema --test >$(DESTDIR)$(DATADIR)/policy-test-1.schema.json && chmod 644 $(DESTDIR)$(DATADIR)/policy-test-1.schema.json
	install -m 644 README.md NEWS.md LICENSE contrib/docker/daemon.json contrib/ci/github.yml contrib/ci/pre-commit.yaml $(DESTDIR)$(DOCDIR)/
	for u in $(UNITS); do sed 's,@SBINDIR@,$(SBINDIR),g' $$u >$(DESTDIR)$(UNITDIR)/$${u##*/} && chmod 644 $(DESTDIR)$(UNITDIR)/$${u##*/} || exit 1; done
	for m in $(MANPAGES); do install -D -m 644 $$m $(DESTDIR)$(MANDIR)/man$${m##*.}/$${m##*/} || exit 1; done
uninstall:
	rm -f $(DESTDIR)$(SBINDIR)/sallyport $(foreach u,$(UNITS),$(DESTDIR)$(UNITDIR)/$(notdir $(u)))
	for m in $(MANPAGES); do rm -f $(DESTDIR)$(MANDIR)/man$${m##*.}/$${m##*/}; done
	rm -rf $(DESTDIR)$(DATADIR) $(DESTDIR)$(DOCDIR)
clean:
	rm -rf build build-*
.SECONDARY:
.DELETE_ON_ERROR:
.PHONY: all help check check-unit check-errors check-tests check-fuzz check-server check-try check-replay check-page check-layers check-headers check-source \
	libfuzzers fuzz check-e2e check-attacks demo bench bench-instructions tidy format format-check dist deps install uninstall clean
-include $(shell find $(B) -name '*.d' 2>/dev/null)
