# Everything has a plain Go command behind it; see README.md and .ci/run.
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)

.PHONY: build test bench fuzz rules

build: ## a static program, without debug information
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o envmedic ./cmd/action

test:
	go test -race -shuffle=on ./...

bench: ## speed and memory: the search and the reader by themselves, then the whole program beside ripgrep
	go test -run '^$$' -bench . -benchtime 3x ./internal/buildlog
	./bench.sh

fuzz: ## all that CI does, with each fuzz target for FUZZ_SECONDS
	FUZZ_SECONDS=$${FUZZ_SECONDS:-60} .ci/run

rules: build ## docs/rules.md of a release; it is not kept in the tree
	./envmedic --rules --format markdown > docs/rules.md
