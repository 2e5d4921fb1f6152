# Everything here has a plain Go command behind it; .ci/run is what CI does.
# What makes the program 0.7 MB smaller: HTTP/1.1 only, and no inlining in libraries that wait for a network or read a small file. The Dockerfile and
# .ci/binaries build with the same; lean_test.go sees to it.
LEAN = -tags nethttpomithttp2 -gcflags=crypto/...=-l -gcflags=net/...=-l -gcflags=encoding/...=-l -gcflags=math/big=-l -gcflags=gopkg.in/...=-l -gcflags=mvdan.cc/...=-l -gcflags=github.com/google/...=-l
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)

.PHONY: build test bench fuzz rules vsix pack vsix-check

build: # a static program without debug information
	CGO_ENABLED=0 go build -trimpath $(LEAN) -ldflags '-s -w -X main.version=$(VERSION)' -o envmedic ./cmd/action

test:
	go test -race -shuffle=on ./...

# The whole program on a log of 1 GiB and of 1 MiB, beside ripgrep where it is installed; then its parts.
bench:
	go test -run '^$$' -bench . -benchtime 5x -timeout 30m ./bench
	go test -run '^$$' -bench . -benchmem -timeout 30m ./internal/buildlog ./internal/diagnose

fuzz:
	for target in buildlog/FuzzRead edit/FuzzDiff manifest/FuzzRequirements manifest/FuzzConda manifest/FuzzDockerfile manifest/FuzzDockerFaults manifest/FuzzPyProject \
		annotate/FuzzMask annotate/FuzzPlain annotate/FuzzReplacements annotate/FuzzMarkdown; do \
		go test -run '^$$' -fuzz "^$${target#*/}\$$" -fuzztime 20s "./internal/$${target%/*}" || exit 1; done

rules: build # docs/rules.md of a release; it is not kept in the tree
	./envmedic --rules --format markdown > docs/rules.md

# The Azure Pipelines extension, dist/envmedic.vsix. npm ci in azure-pipelines-task comes first; then packing needs no network.
vsix: pack vsix-check

pack:
	VERSION=$(VERSION) node azure-pipelines-task/pack.js

vsix-check: # what is in the archive, and its task against a service on this machine
	VERSION=$(VERSION) VSIX=$(CURDIR)/dist/envmedic.vsix go test -count=1 ./azure-pipelines-task
