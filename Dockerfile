# syntax=docker/dockerfile:1
# The image of Nexus: one static binary with the Playground inside, and nothing
# else. It holds no PostgreSQL, so NEXUS_DATABASE_URL must be set.

ARG GO_VERSION=1.26.8
ARG NODE_VERSION=20.20.2

FROM --platform=$BUILDPLATFORM node:${NODE_VERSION}-bookworm-slim AS playground
WORKDIR /src
COPY web/playground web/playground
RUN --mount=type=cache,target=/root/.npm \
    web/playground/build.sh

FROM --platform=$BUILDPLATFORM golang:${GO_VERSION}-trixie AS binary
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod \
    go mod download
COPY . .
COPY --from=playground /src/internal/playground/dist internal/playground/dist
ARG TARGETOS
ARG TARGETARCH
RUN --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 GOOS=${TARGETOS} GOARCH=${TARGETARCH} \
    go build -trimpath -ldflags='-s -w' -tags timetzdata -o /out/nexus ./cmd/nexus
# A volume mounted over an existing folder takes its owner.
RUN install -d -o 65532 -g 65532 -m 0700 /out/data && install -d -m 1777 /out/tmp

FROM scratch
ARG VERSION=development
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Nexus" \
      org.opencontainers.image.description="The knowledge hub of a software-engineering programme, as a GraphQL API" \
      org.opencontainers.image.source="https://github.com/project-nexus/nexus" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=binary /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=binary /out/tmp /tmp
COPY --from=binary /out/nexus /nexus
COPY --from=binary --chown=65532:65532 /out/data /var/lib/nexus
ENV NEXUS_ENV=production \
    NEXUS_HTTP_ADDR=:8080 \
    NEXUS_DATA_DIR=/var/lib/nexus
WORKDIR /var/lib/nexus
USER 65532:65532
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 CMD ["/nexus", "healthz"]
ENTRYPOINT ["/nexus"]
CMD ["serve"]
