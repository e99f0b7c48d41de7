# Nhịp Cầu in a container. docs/operations.md says how to run it and when not to.
#
#   docker build --tag nhipcau .
#   docker run --network host --stop-timeout 75 … nhipcau

# The page first: the server embeds it.
FROM node:22-bookworm-slim AS page
WORKDIR /build/web-client
# Packages change seldom, sources often: two layers.
COPY web-client/package.json web-client/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY web-client ./
RUN npm run build

FROM rust:1.95-bookworm AS server
WORKDIR /build
# Cargo wants the manifest and the targets of every member of the workspace, also of those that are not built.
COPY Cargo.toml Cargo.lock build.rs ./
COPY loadtest ./loadtest
COPY tests ./tests
COPY signaling ./signaling
COPY src ./src
COPY --from=page /build/web-client/dist ./web-client/dist
RUN cargo build --locked --release --package nhipcau --bin nhipcau

FROM debian:bookworm-slim
# curl is for the health check. Not pinned: a rebuild is to bring its security updates.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends curl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --home-dir /var/lib/nhipcau --shell /usr/sbin/nologin nhipcau \
    && install --directory --owner nhipcau --group nhipcau --mode 0700 /var/lib/nhipcau
COPY --from=server /build/target/release/nhipcau /usr/local/bin/nhipcau

# By number, so that Kubernetes can tell that it is not root.
USER 10001:10001
WORKDIR /var/lib/nhipcau
VOLUME /var/lib/nhipcau
# A port that needs no right. Without a certificate the server refuses this address and says so.
ENV NHIPCAU_LISTEN=[::]:8443 \
    NHIPCAU_UDP_PORTS=20000-20015 \
    NHIPCAU_STORE=/var/lib/nhipcau/nhipcau.redb
EXPOSE 8443/tcp 20000-20015/udp

# For another NHIPCAU_LISTEN, say where to look. No prefix NHIPCAU_: the server refuses such names that are no setting.
ENV HEALTH_URL=https://127.0.0.1:8443/healthz
# The certificate is for the public name, this request goes to the machine itself: hence --insecure.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
    CMD ["/bin/sh", "-c", "curl --fail --silent --show-error --insecure --output /dev/null \"$HEALTH_URL\""]

STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/nhipcau"]
CMD ["serve"]
