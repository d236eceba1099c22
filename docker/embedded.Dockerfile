# The embedded model, ANUGA, with this package. From the top of the sources:
#   docker build -f docker/embedded.Dockerfile -t rompy-hydra/anuga .
ARG BASE=python:3.11-slim-bookworm
FROM ${BASE} AS build
# Settings of pip, such as PIP_INDEX_URL; those of your own machine do not get in here.
ARG PIP_INDEX_URL PIP_FIND_LINKS PIP_CERT
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /sources
COPY pyproject.toml README.md LICENSE ./
COPY conf conf
COPY rompy_hydra rompy_hydra
RUN python3 -m venv /opt/rompy-hydra && /opt/rompy-hydra/bin/pip install '.[anuga]'

FROM ${BASE}
COPY --from=build /opt/rompy-hydra /opt/rompy-hydra
ENV PATH=/opt/rompy-hydra/bin:/usr/local/bin:/usr/bin:/bin MPLCONFIGDIR=/tmp
RUN python -m compileall -q /opt/rompy-hydra/lib || true
# Whom it runs as where nobody says; rompy-hydra runs it as you.
USER 65534:65534
WORKDIR /workspace
