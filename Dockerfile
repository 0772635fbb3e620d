# MLX as a container: `docker build -t mlx .`, then `docker run --rm -v "$PWD:/project" mlx list`.
# The last stage has the program, what it links to, its catalogue, and busybox: GitLab starts jobs in a shell.
ARG DEBIAN=docker.io/library/debian:bookworm-20251229-slim

FROM ${DEBIAN} AS build
WORKDIR /source
# What is installed changes less often than the sources.
COPY .npmrc package.json package-lock.json ./
COPY tools/setup tools/
# Behind a proxy with a certificate of its own: `docker build --secret id=ca,src=FILE.pem .`
RUN --mount=type=secret,id=ca \
    if [ -s /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca; fi; tools/setup build
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends busybox-static >/dev/null
COPY . .
# What was compiled before is not compiled again. `--build-arg CCACHE_DIR=…` takes another directory than the mounted one.
ARG CCACHE_DIR=/ccache
RUN --mount=type=cache,target=/ccache \
    export CCACHE_BASEDIR=/source CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=locale CCACHE_STATSLOG=/source/compiled.log \
           CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache; \
    cmake --preset release -DBUILD_TESTING=OFF && cmake --build --preset release --target mlx && ccache --show-log-stats && \
    cmake --install build/release --prefix /root-of-image/usr/local --strip && tools/image-root /root-of-image

# For jobs with `sync: true`, the program where its tools are (uv, Python, Node.js for projen):
# `docker build --target with-tools -t mlx-with-tools .`
FROM ${DEBIAN} AS with-tools
COPY tools/image-tools.lock /tmp/
# The packages that mlx links to are those whose licences its image has.
RUN --mount=type=secret,id=ca --mount=type=bind,from=build,source=/root-of-image/usr/share/doc,target=/packages \
    if [ -s /run/secrets/ca ]; then export PIP_CERT=/run/secrets/ca; fi; \
    apt-get update -qq && \
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(ls /packages) nodejs python3-pip python3-venv >/dev/null && \
    pip install --quiet --break-system-packages --no-cache-dir --require-hashes -r /tmp/image-tools.lock && \
    rm -rf /var/lib/apt/lists/* /tmp/image-tools.lock
COPY --from=build /root-of-image/usr/local/ /usr/local/
ENV HOME=/tmp LANG=C.UTF-8
USER 1001:1001
WORKDIR /project
ENTRYPOINT ["mlx"]
CMD ["--help"]

FROM scratch
COPY --from=build /root-of-image/ /
LABEL org.opencontainers.image.title="MLX" \
      org.opencontainers.image.description="Capabilities of an ML platform, added to your repository as source that is yours" \
      org.opencontainers.image.documentation="docs/deploy/README.md" \
      org.opencontainers.image.version="0.1.0"
ENV HOME=/tmp \
    LANG=C.UTF-8 \
    MLX_DATABASE=/data/mlx.db \
    MLX_LISTEN=0.0.0.0:8080 \
    PATH=/usr/local/bin:/bin \
    SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
# The user of GitHub's runners: in an action it has to write to what is theirs.
USER 1001:1001
WORKDIR /project
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=5s --retries=3 CMD ["mlx", "serve", "--health"]
ENTRYPOINT ["mlx"]
CMD ["--help"]
