# sallyport - see README.md.
#
#   make                 build/sallyport (optimised, hardened)
#   make check           every test that needs no root and no daemon
#   make check-e2e       the tests on a real dockerd (root)
#   make demo            a private dockerd with the built plugin: see it allow and refuse (root)
#   make bench           throughput and latency beside a constant-answer server
#   make bench-instructions   instructions per decision under callgrind, with a limit
#   make fuzz            every fuzz target for FUZZ_SECONDS=60
#   make install         DESTDIR= PREFIX=/usr/local
#   make deps            install the Debian packages that are missing (root)
#   make clean
#
# Variables: CC=clang  SAN=address,undefined  WERROR=1  (each SAN has a build folder of its own)

VERSION := $(file <VERSION)
PREFIX ?= /usr/local
SBINDIR ?= $(PREFIX)/sbin
DATADIR ?= $(PREFIX)/share/sallyport
MANDIR ?= $(PREFIX)/share/man
DOCDIR ?= $(PREFIX)/share/doc/sallyport
comma := ,
B ?= build$(if $(filter clang%,$(CC)),-clang)$(if $(SAN),-$(subst $(comma),-,$(SAN)))

PKGS := libevent_core libevent_extra jansson yaml-0.1 libmd
# Everything but these needs the libraries: install what is missing before anything is compiled.
ifneq ($(filter-out deps help clean dist,$(or $(MAKECMDGOALS),all)),)
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

# A layer may use the ones after it in this list, never the ones before it.
LAYERS := cli server engine docker json base
layer_lib = $(B)/lib$(1).a
lower = $(if $(filter $(1),$(firstword $(2))),$(2),$(call lower,$(1),$(wordlist 2,9,$(2))))
libs_for = $(foreach l,$(call lower,$(1),$(LAYERS)),$(call layer_lib,$(l)))

SRCS := $(sort $(wildcard plugin/*/*.c))
HEADERS := $(sort $(wildcard include/sallyport/*.h))
TESTS := $(patsubst tests/unit/%.c,$(B)/tests/%,$(sort $(wildcard tests/unit/*/test_*.c)))
FUZZERS := $(patsubst tests/fuzz/%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))

all: $(B)/sallyport
help:
	@sed -n '2,/^$$/s/^# \{0,1\}//p' Makefile

$(B)/sallyport: $(B)/plugin/main.o $(foreach l,$(LAYERS),$(call layer_lib,$(l)))
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

define layer_rule
$(call layer_lib,$(1)): $$(patsubst %.c,$(B)/%.o,$$(filter plugin/$(1)/%,$$(SRCS)))
	@rm -f $$@ && $$(AR) rcsD $$@ $$^
$(B)/tests/$(1)/%: $(B)/tests/unit/$(1)/%.o $(call libs_for,$(1))
	@mkdir -p $$(@D)
	$$(CC) $$(LDFLAGS) -o $$@ $$^ $$(LIBS) -lcmocka
endef
$(foreach l,$(LAYERS),$(eval $(call layer_rule,$(l))))

$(B)/plugin/%.o: plugin/%.c VERSION Makefile
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(BANNED) -MMD -MP -c -o $@ $<
$(B)/tests/%.o: tests/%.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -Itests -MMD -MP -c -o $@ $<
clean:
	rm -rf build build-*
.SECONDARY:
.DELETE_ON_ERROR:
.PHONY: all help clean
-include $(shell find $(B) -name '*.d' 2>/dev/null)
