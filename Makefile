# Needs a Swift toolchain, 6.2 or newer; the system packages that are missing are installed by
# scripts/setup.
#
#   make run                 build, and open the viewer on the demo pair
#   make run ARGS="…"        the same with other arguments, e.g. ARGS='run "How many?"'
#   make test                lint, and all tests; TRAINING=0 leaves out those of Training/
#   make sweeps              the tests that try random things, with many more of them
#   make test-neon           the kernels of aarch64, under emulation
#   make crash-loop          kills runs, evaluations, downloads, and checks what is left; KILLS=1000
#   make fault-loop          lets one system call after the other fail, and checks what the program does
#   make soak                turns without end in one process; MINUTES=10
#   make fuzz                the readers of outside bytes, by libFuzzer; SECONDS=64 for all of them
#   make sanitize            tests under the address and the thread sanitizer; minutes to hours
#   make lint                the source format alone
#   make pictures            the pictures in docs/pictures/, from recorded runs
#   make build               the optimised program, at .build/release/specreason
#   make release             the same with the Swift runtime in it, and man pages, in .build-release
#   make install             puts that below PREFIX, /usr/local unless told otherwise
#   make uninstall           takes it away
#   make deb                 a Debian package of it

ARGS ?=
TRAINING ?= 1
KILLS ?= 1000
SECONDS ?= 64
MINUTES ?= 10
PREFIX ?= /usr/local
DESTDIR ?=

.PHONY: build release run test sweeps test-neon crash-loop fault-loop soak fuzz sanitize lint pictures install \
  uninstall deb setup setup-tests

build: setup
	swift build -c release --product specreason

release:
	@scripts/setup libcurl4-openssl-dev
	@scripts/release

install:
	@test -x .build-release/release/specreason || $(MAKE) release
	@scripts/install --destdir "$(DESTDIR)" "$(PREFIX)"

uninstall:
	@scripts/install --remove --destdir "$(DESTDIR)" "$(PREFIX)"

deb: release
	@scripts/make-deb

run: build
	@"$$(swift build -c release --show-bin-path)/specreason" $(ARGS)

test: setup-tests lint
	swift test
ifneq ($(TRAINING),0)
	python3 -m unittest discover -s Training/tests
endif

sweeps: setup-tests
	SWEEP=50 swift test \
	  --filter 'RandomFaultTests|FuzzTests|PullTests|TOMLDocumentTests|FormulaValueTests|TemplateRendererTests'

test-neon:
	@scripts/test-neon

crash-loop: build
	@scripts/crash-loop --kills $(KILLS)

fault-loop: build
	@scripts/fault-loop

soak: build
	@scripts/soak --minutes $(MINUTES)

fuzz: setup
	@scripts/fuzz --seconds $(SECONDS)

sanitize: setup-tests
	swift test --sanitize=address --scratch-path .build-address
	swift test --sanitize=thread --scratch-path .build-thread \
	  --filter 'ReasoningTests|TracesTests|BackendsTests|ViewerTests'

lint:
	swift format lint --strict --recursive Sources Tests Fuzzing Package.swift

pictures: build
	@scripts/pictures

setup:
	@scripts/setup

setup-tests:
	@scripts/setup tmux $(if $(filter-out 0,$(TRAINING)),python3)
