# A model that you bring along, such as SWAN or SCHISM, with the libraries that it needs to run:
#   docker build -f docker/wrapped.Dockerfile -t swan:41.45 \
#     --build-arg PROGRAM=swan.exe --build-arg PACKAGES="libgfortran5 libgomp1" folder/with/the/executable
ARG BASE=debian:bookworm-slim
FROM ${BASE} AS model
ARG PROGRAM
COPY ${PROGRAM} /model/program
RUN test -n "${PROGRAM}" && chmod 755 /model/program && mkdir /model/bin && ln -s ../program "/model/bin/$(basename "${PROGRAM}")"

FROM ${BASE}
# Debian packages of its run-time libraries, and of an MPI launcher: "openmpi-bin libnetcdff7".
ARG PACKAGES=""
RUN test -z "${PACKAGES}" || { apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ${PACKAGES} \
    && rm -rf /var/lib/apt/lists/*; }
COPY --from=model /model /opt/model
ENV PATH=/opt/model/bin:/usr/local/bin:/usr/bin:/bin
# A library that is missing ends the build here, with its name, and not a run.
RUN missing=$(ldd /opt/model/program 2>&1 | grep 'not found') || true; \
    if [ -n "$missing" ]; then echo "add to PACKAGES what has: $missing" >&2; exit 1; fi
# Whom it runs as where nobody says; rompy-hydra runs it as you.
USER 65534:65534
WORKDIR /workspace
