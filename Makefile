# Every task of the project. `make` alone lists them.

SHELL := bash
GO ?= go
GOLANGCI_LINT := $(GO) tool -modfile=tools/go.mod golangci-lint
# Packages of the test targets, and more flags for them: make test PKG=./internal/page/... FLAGS=-v
PKG ?= ./...
FLAGS ?=
# Where `make vulncheck` reads known vulnerabilities; file:///path works offline.
VULNDB ?= https://vuln.go.dev

SERVICES := bin/tools/services
PLAYGROUND := bin/tools/playground.stamp
PLAYGROUND_SOURCES := $(shell find web/playground -type f -not -path '*/node_modules/*' 2>/dev/null)
PLAYGROUND_MISSING := $(if $(wildcard internal/playground/dist/*),,playground-is-missing)

.DEFAULT_GOAL := help
.PHONY: help run test test/race deps build generate verify lint fmt bench chaos vulncheck tidy clean services playground-is-missing

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z\/]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## install what is missing, build, and serve the sample hub at http://127.0.0.1:8080/
	@tools/deps.sh run
	@$(MAKE) --no-print-directory build
	@exec bin/nexus serve --sample

test: ## run all tests with private services
	@tools/deps.sh test
	@$(MAKE) --no-print-directory $(PLAYGROUND) services
	$(SERVICES) -- $(GO) test -timeout 15m $(FLAGS) $(PKG)

test/race: ## the same with the race detector
	@$(MAKE) --no-print-directory test FLAGS='-race $(FLAGS)'

deps: ## install the commands that running and testing need (Debian), or say which
	@tools/deps.sh run test

build: $(PLAYGROUND) ## build bin/nexus with the Playground inside
	$(GO) build -trimpath -o bin/nexus ./cmd/nexus

generate: ## write all generated code and documentation anew
	rm -rf graph/unbound
	$(GO) tool gqlgen generate
	$(GO) generate ./...

verify: ## check that generated files are fresh and that every schema type has a home
	@tools/verify.sh

lint: ## check style and common mistakes
	$(GOLANGCI_LINT) run ./...

fmt: ## format the code
	$(GOLANGCI_LINT) fmt ./...

bench: ## measure times, memory and throughput
	@tools/deps.sh run bench
	@$(MAKE) --no-print-directory services
	$(SERVICES) -only postgres -- $(GO) test -run '^$$' -bench . -benchmem -timeout 60m $(FLAGS) ./bench/...

chaos: ## run servers under attack and with injected faults; prints figures
	@tools/deps.sh test
	@$(MAKE) --no-print-directory services
	$(SERVICES) -- $(GO) test -tags chaos -count=1 -v -timeout 60m $(FLAGS) ./test/chaos/...

vulncheck: ## look for known vulnerabilities in what the binary uses (VULNDB=file:///… offline)
	$(GO) tool -modfile=tools/go.mod govulncheck -db $(VULNDB) ./...

tidy: ## bring go.mod and tools/go.mod in order
	$(GO) mod tidy
	cd tools && $(GO) mod tidy

clean: ## remove what was built; data in .nexus stay
	rm -rf bin internal/playground/dist web/playground/node_modules

services:
	@$(GO) build -o $(SERVICES) ./test/services

$(PLAYGROUND): $(PLAYGROUND_SOURCES) $(PLAYGROUND_MISSING)
	web/playground/build.sh
	@mkdir -p $(@D) && touch $@

playground-is-missing:
