# Picket's everyday commands. `make` alone lists them.

SWIFT ?= swift
PREFIX ?= /usr
DESTDIR ?=
FUZZ_MUTANTS ?= 10000

# What the build links against (V4L2, JPEG, GPIO, SQLite), and what SwiftPM uses to fetch packages and find libraries.
PACKAGES := libv4l-dev libjpeg-dev libgpiod-dev libsqlite3-dev pkg-config git ca-certificates

# Progress on a terminal, only errors in a log.
QUIET = $$(test -t 2 || echo --quiet)
SAY = @printf '\n==> %s\n'
# The binary for other machines lies in a folder of its own, so that it and the everyday build do not undo each other.
STATIC := .build-static
# Where Foundation keeps ICU, whose data are left out of it (systemd/package/icu-stub.c).
SWIFT_ICU = $(dir $(realpath $(shell command -v $(SWIFT))))../lib/swift_static/linux/lib_FoundationICU.a
# Debian packages, and the machine that scenarios run in (RIG=folder moves it; it lies outside of the repository by default).
DEB := .build-deb
ARCH ?= amd64
# A binary for ARCH; for arm64 the cross-built one.
BINARY ?= $(STATIC)/release/picket
SCENARIO ?=
SUITE ?= bookworm
INSTALL := install -D -m 0644

.PHONY: help build demo test test-arm64 lint fuzz clean static install deb rig rig-test rig-test-all packages toolchain

help:
	@echo 'make demo     install what is missing, build, and run the demo on the project'"'"'s own clip'
	@echo 'make test     install what is missing, build, and run all tests'
	@echo 'make test-arm64  build the tests for arm64 and run those of the core under qemu-user (ARM64_SDK=FOLDER, see Tests/arm64.sh)'
	@echo 'make build    build .build/release/picket'
	@echo 'make lint     check the format of all Swift code'
	@echo 'make fuzz     run the tests with damaged inputs for long (FUZZ_MUTANTS=$(FUZZ_MUTANTS))'
	@echo 'make static   build a picket that runs on machines without Swift'
	@echo 'make install  install that one, unit, rules and samples (PREFIX=$(PREFIX), DESTDIR=$(DESTDIR))'
	@echo 'make deb      a Debian package of that one (ARCH=arm64 BINARY=... for one that was built for another machine)'
	@echo 'make rig      build the virtual machine with cameras and pins that scenarios run in (as root)'
	@echo 'make rig-test run the quick scenarios in it with the package (SCENARIO=name for one); make rig-test-all runs all'
	@echo 'make clean    remove everything that was built'

build: packages toolchain
	$(SAY) 'Building picket (release; the first time takes some minutes)'
	@$(SWIFT) build -c release --product picket $(QUIET)

demo: build
	$(SAY) 'Running .build/release/picket demo'
	@.build/release/picket demo

test: packages toolchain
	$(SAY) 'Building the tests (release; the first time takes some minutes)'
	@$(SWIFT) build -c release --build-tests $(QUIET)
	$(SAY) 'Running the tests'
	@$(SWIFT) test -c release --skip-build

test-arm64:
	@Tests/arm64.sh

fuzz: packages toolchain
	$(SAY) 'Building the tests (release)'
	@$(SWIFT) build -c release --build-tests $(QUIET)
	$(SAY) 'Trying $(FUZZ_MUTANTS) damaged copies of each input'
	@PICKET_FUZZ_MUTANTS=$(FUZZ_MUTANTS) $(SWIFT) test -c release --skip-build --filter 'Mutant|Mutation|Fuzz'

lint: toolchain
	$(SAY) 'Checking the format'
	@$(SWIFT) format lint --strict --parallel --recursive Sources Tests Package.swift && echo 'clean'

static: packages toolchain
	$(SAY) 'Building picket for machines without Swift'
	@mkdir -p $(STATIC); data=$$(grep -aoE "icudt[0-9]+_dat" "$(SWIFT_ICU)" | head -n 1); \
	$(CC) -O2 -fPIC -Wall -Wextra -Werror -DICU_DATA="__wrap_$$data" -c -o $(STATIC)/icu-stub.o systemd/package/icu-stub.c && \
	$(SWIFT) build -c release --static-swift-stdlib --scratch-path $(STATIC) --product picket \
	    -Xlinker '$(CURDIR)/$(STATIC)/icu-stub.o' -Xlinker "--wrap=$$data" $(QUIET)

clean:
	$(SAY) 'Removing .build, $(STATIC), $(DEB) and picket-demo'
	@rm -rf .build $(STATIC) $(DEB) picket-demo

# Copies files only: it starts nothing, makes no user and touches nothing in /etc.
install:
	@test -x $(STATIC)/release/picket || { echo 'Nothing to install yet: run "make static" first (not as root).'; exit 1; }
	$(SAY) 'Installing under $(DESTDIR)$(PREFIX)'
	@install -D -m 0755 $(STATIC)/release/picket '$(DESTDIR)$(PREFIX)/bin/picket'
	@$(INSTALL) systemd/picket.service '$(DESTDIR)$(PREFIX)/lib/systemd/system/picket.service'
	@sed -i -e 's|=/usr/bin/picket|=$(PREFIX)/bin/picket|' -e 's|file:///usr/share|file://$(PREFIX)/share|' \
	    '$(DESTDIR)$(PREFIX)/lib/systemd/system/picket.service'
	@$(INSTALL) systemd/picket.sysusers.conf '$(DESTDIR)$(PREFIX)/lib/sysusers.d/picket.conf'
	@$(INSTALL) systemd/picket.tmpfiles.conf '$(DESTDIR)$(PREFIX)/lib/tmpfiles.d/picket.conf'
	@$(INSTALL) firmware-config/udev/60-picket.rules '$(DESTDIR)$(PREFIX)/lib/udev/rules.d/60-picket.rules'
	@cd firmware-config && find boards boot workflows demo -type f ! -path 'demo/training/*' \
	    -exec $(INSTALL) '{}' '$(DESTDIR)$(PREFIX)/share/picket/{}' ';'
	@$(INSTALL) systemd/10-picket-watchdog.conf '$(DESTDIR)$(PREFIX)/share/picket/10-picket-watchdog.conf'
	@for text in README.md firmware-config/README.md; do \
	    test ! -f "$$text" || $(INSTALL) "$$text" "$(DESTDIR)$(PREFIX)/share/doc/picket/$$text"; done
	@echo 'Next, as root: systemd-sysusers && systemd-tmpfiles --create && systemctl restart systemd-udevd && udevadm trigger'
	@echo 'then your workflow to /etc/picket/picket.yaml (samples: $(PREFIX)/share/picket/workflows), and: systemctl enable --now picket'

# Makes the package; where lintian is installed, it has to be content.
deb:
	$(SAY) 'Packing for $(ARCH)'
	@systemd/package/build-deb.sh '$(BINARY)' '$(ARCH)' $(DEB)
	@if command -v lintian > /dev/null; then lintian --fail-on error,warning --allow-root $(DEB)/picket_*_$(ARCH).deb && echo 'lintian is content'; \
	else echo 'not checked: no lintian here'; fi

rig:
	$(SAY) 'Building the machine of the rig (the first time takes two to five minutes)'
	@SUITE=$(SUITE) Tests/Rig/build.sh $(ARCH)

rig-test:
	@Tests/Rig/rig.py --arch $(ARCH) --suite $(SUITE) $(or $(SCENARIO),quick)

rig-test-all:
	@Tests/Rig/rig.py --arch $(ARCH) --suite $(SUITE) all

# Installs what is missing; says what, and needs root only then.
packages:
	@command -v dpkg-query > /dev/null || { echo 'No Debian here: install the equivalents of $(PACKAGES) yourself.'; exit 0; }; \
	missing=; \
	for package in $(PACKAGES); do \
	    test "$$(dpkg-query -W -f '$${db:Status-Status}' "$$package" 2> /dev/null)" = installed || missing="$$missing $$package"; \
	done; \
	test -n "$$missing" || exit 0; \
	printf '\n==> Installing%s\n' "$$missing"; \
	if test "$$(id -u)" = 0; then root=; \
	elif command -v sudo > /dev/null; then root=sudo; \
	else echo "Not root, and no sudo here. Let an administrator run: apt-get install$$missing"; exit 1; fi; \
	$$root apt-get update -qq && \
	$$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o Dpkg::Use-Pty=0 $$missing > /dev/null

toolchain:
	@command -v '$(SWIFT)' > /dev/null || { echo 'No swift in PATH: install Swift 6.2 or newer from swift.org/install'; exit 1; }
