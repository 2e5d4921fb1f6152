# The image of the action. GitHub's runner builds it when a workflow names a branch of this repository; a release names the image that was built once.
# Root and no working directory: the runner mounts the workspace and says where to work. No BuildKit features, so that every builder takes it.
FROM golang:1.26-bookworm AS build
ARG VERSION=
ARG GOPROXY=
ARG GOFLAGS=
ENV CGO_ENABLED=0
WORKDIR /source
COPY . .
ARG LEAN="-tags nethttpomithttp2 -gcflags=crypto/...=-l -gcflags=net/...=-l -gcflags=encoding/...=-l -gcflags=math/big=-l -gcflags=gopkg.in/...=-l -gcflags=mvdan.cc/...=-l -gcflags=github.com/google/...=-l"
# /tmp is where a large log is spooled, and where some runners point RUNNER_TEMP.
RUN mkdir -p /image/etc/ssl/certs && mkdir -m 1777 /image/tmp && cp /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ \
 && env ${GOPROXY:+GOPROXY=$GOPROXY} go build -trimpath $LEAN -ldflags "-s -w -X main.version=$VERSION" -o /image/envmedic ./cmd/action

FROM scratch
COPY --from=build /image/ /
ENTRYPOINT ["/envmedic"]
