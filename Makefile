# Wasl. `make` prints this help.
SHELL := /bin/bash
.DEFAULT_GOAL := help
export GOFLAGS ?= -trimpath
BIN := bin
PORTAL ?= 127.0.0.1:8080
OFFICE ?= 127.0.0.1:8081
DATA ?= demo
GO_PACKAGES := ./...
# What `make test` needs beside Go; as root it installs what is missing.
DEBIAN := chromium poppler-utils qpdf postgresql strace
NPM := axe-core@4.14.1 html_codesniffer@2.5.1

.PHONY: help build demo check test tools vet lint unit sqlite both race mutate fuzz portal-proof campaign bench clean

help: ## print this help
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

build: ## build both programs into bin/
	CGO_ENABLED=0 go build -o $(BIN)/ ./cmd/wasl ./cmd/wasl-portal

demo: build ## build, then run both sides on SQLite with examples (PORTAL=, OFFICE=, DATA=)
	exec $(BIN)/wasl demo --portal $(PORTAL) --office $(OFFICE) --data $(DATA)

check: vet lint sqlite ## vet, lint, unit and SQLite tests, no browser

vet:
	go vet $(GO_PACKAGES)
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo "gofmt: the files above are not formatted"; exit 1; }

lint:
	go tool staticcheck $(GO_PACKAGES)

sqlite:
	go test -short $(GO_PACKAGES)

tools: ## install (as root) or list what the tests need
	@test/tools $(DEBIAN) -- $(NPM)

test: tools vet lint portal-proof both race mutate fuzz ## everything, on both engines, each campaign in its short form

both: build
	WASL_REQUIRE_TOOLS=1 WASL_BIN=$(CURDIR)/$(BIN) go run ./internal/base/db/dbtest/pgcluster run -- go test -count=1 -timeout 15m $(GO_PACKAGES)

# The race detector makes pure-Go SQLite 31 times slower: PostgreSQL suites and
# pure packages, and on SQLite the concurrency tests of base/db.
RACE := ./internal/base/{db,web,blob,boot,metric}/... ./internal/crypt/{ledger,unseal}/... ./internal/domain/{clock,service,identity,intake,casework}/... ./internal/role/worker
race: ## the race detector
	WASL_REQUIRE_POSTGRES=1 CGO_ENABLED=1 go run ./internal/base/db/dbtest/pgcluster run -- go test -race -short -timeout 12m $(RACE)
	WASL_RACE_SQLITE=1 CGO_ENABLED=1 go run ./internal/base/db/dbtest/pgcluster run -- go test -race -short -timeout 5m -run 'Apart|Lock|Leaves|Close|Snapshot|Commit' ./internal/base/db

mutate: ## flip each comparison and number of the legal clock: do its tests notice?
	@out=$$(mktemp) && go run ./test/mutate -sample 150 >$$out 2>&1 && grep -E "^(a sample|mutants)" $$out || { grep -v '^caught' $$out; rm -f $$out; exit 1; }; rm -f $$out

fuzz: ## every fuzz target, FUZZ seconds each
	test/fuzz $(or $(FUZZ),2)

portal-proof: ## the portal's binary holds nothing that opens filings
	@! go list -deps ./cmd/wasl-portal | grep -E '^wasl/internal/(crypt/unseal|domain/casework)$$' || { echo "wasl-portal links an opener"; exit 1; }
	@go list -deps ./cmd/wasl | grep -q '^wasl/internal/crypt/unseal$$' || { echo "the proof looks at nothing"; exit 1; }

campaign: build ## an issue's full figures: NAME=kill|canary|robot|bench|a11y|mutate (SEED=)
	test/campaign $(NAME) $(SEED)

bench: build ## filings against the built-in floor and the null handler, both engines
	go run ./internal/base/db/dbtest/pgcluster run -- go run ./bench

clean: ## remove what was built
	rm -rf $(BIN) node_modules
