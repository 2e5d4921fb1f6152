# Everything here has a plain Go command behind it; .ci/run is what CI does.
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)

.PHONY: build test bench fuzz rules

build: # a static program without debug information
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o envmedic ./cmd/action

test:
	go test -race -shuffle=on ./...

# The whole program on a log of 1 GiB and of 1 MiB, beside ripgrep where it is installed; then its parts.
bench:
	go test -run '^$$' -bench . -benchtime 5x -timeout 30m ./bench
	go test -run '^$$' -bench . -benchmem -timeout 30m ./internal/buildlog ./internal/diagnose

fuzz:
	go test -run '^$$' -fuzz '^FuzzRead$$' -fuzztime 20s ./internal/buildlog
	go test -run '^$$' -fuzz '^FuzzDiff$$' -fuzztime 20s ./internal/edit
	for target in FuzzRequirements FuzzConda FuzzDockerfile; do go test -run '^$$' -fuzz "^$$target\$$" -fuzztime 20s ./internal/manifest || exit 1; done

rules: build # docs/rules.md of a release; it is not kept in the tree
	./envmedic --rules --format markdown > docs/rules.md
