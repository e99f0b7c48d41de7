# The two commands of Nhịp Cầu are `make run` and `make test`; `make` alone lists the others.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# The development build starts soonest and is the one that the tests use; PROFILE=release is for real load.
PROFILE ?= dev
ARGS ?=
BINARY := target/$(if $(filter dev,$(PROFILE)),debug,$(PROFILE))/nhipcau
NPM_CI := npm ci --silent --no-audit --no-fund
PAGE_SOURCES := $(shell find web-client -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)

.PHONY: help
help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

.PHONY: run
run: ## build everything and start a demonstration: a call and a clinic (ARGS="--links-json FILE" and others are passed on)
	@echo "Nhịp Cầu: making everything ready. The first time takes a few minutes, later a few seconds."
	@echo "1/3 looking for the programs that the build needs"
	@scripts/tools.sh build
	@echo "2/3 building the page"
	@$(MAKE) page
	@echo "3/3 building the server"
	@cargo build --locked --profile $(PROFILE) --package nhipcau --bin nhipcau
	@exec $(BINARY) serve --demo --demo-clinic $(ARGS)

.PHONY: release
release: page ## build the server, with its page inside, and the bots for real load, into target/release
	@cargo build --locked --release --workspace --bins

.PHONY: test
test: ## run every check and test, with set-up (about half an hour the first time)
	@scripts/test.sh

.PHONY: size
size: page ## print what the page weighs: before_voice_bytes and whole_client_bytes
	@npm --prefix web-client run --silent size

.PHONY: bench-guard
bench-guard: ## count instructions per forwarded packet and compare them with the committed figure
	@scripts/bench-guard.sh

.PHONY: screens
screens: page browser-packages ## take a picture of every page state into target/screens
	@scripts/tools.sh screens
	@cargo build --locked --quiet --workspace --all-targets
	@npm --prefix tests/browser run --silent screens

.PHONY: bindings
bindings: ## write the page's protocol types and the description of the API (signaling/openapi.json) from the Rust ones
	@cargo test --locked --quiet --package signaling --lib export_ || cargo test --locked --quiet --package signaling --lib export_

.PHONY: fmt
fmt: page-packages ## format Rust and TypeScript
	@cargo fmt --all
	@npm --prefix web-client run --silent format

.PHONY: lab
lab: release browser-packages ## measure voice over emulated weak links (PROFILES=V1,V2 SEEDS=1..5 BASELINE=1 SECONDS=90), into target/lab
	@scripts/tools.sh lab
	@PROGRAMS=$(CURDIR)/target/release PROFILES=$(PROFILES) SEEDS=$(SEEDS) BASELINE=$(BASELINE) SECONDS=$(SECONDS) node tests/lab/lab.mjs

# npm writes node_modules/.package-lock.json when an installation is complete: it is its own stamp.
.PHONY: page page-packages browser-packages api-packages
page-packages: web-client/node_modules/.package-lock.json ; @:
browser-packages: tests/browser/node_modules/.package-lock.json ; @:
api-packages: tests/api/node_modules/.package-lock.json ; @:
page: web-client/dist/index.html ; @:

%/node_modules/.package-lock.json: %/package-lock.json %/package.json
	@echo "  installing the npm packages of $*"
	@cd $* && $(NPM_CI)
	@touch $@

web-client/dist/index.html: web-client/node_modules/.package-lock.json $(PAGE_SOURCES)
	@echo "  bundling the page"
	@npm --prefix web-client run --silent build
	@touch $@
