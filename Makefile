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
	for target in buildlog/FuzzRead edit/FuzzDiff manifest/FuzzRequirements manifest/FuzzConda manifest/FuzzDockerfile manifest/FuzzPyProject \
		annotate/FuzzMask annotate/FuzzPlain annotate/FuzzReplacements annotate/FuzzMarkdown; do \
		go test -run '^$$' -fuzz "^$${target#*/}\$$" -fuzztime 20s "./internal/$${target%/*}" || exit 1; done

rules: build # docs/rules.md of a release; it is not kept in the tree
	./envmedic --rules --format markdown > docs/rules.md
