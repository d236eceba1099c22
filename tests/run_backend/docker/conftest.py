"""An engine for all tests of a session, and what is run in it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rompy_hydra.run_backend.docker import DockerRunBackend
from rompy_hydra.run_backend.job import Exit, Job
from tests.run_backend.docker.engines import Engine, busybox, docker_engine, links_to_usr, podman_engine

BUSYBOX, PYTHON = "busybox:test", "python:here"


@pytest.fixture(scope="session")
def _engine() -> Iterator[Engine]:
    with docker_engine() as engine:
        engine.load(BUSYBOX, busybox())
        engine.load(PYTHON, links_to_usr(), ENV=f"PATH={Path(sys.executable).parent}:/usr/bin:/bin")
        yield engine


@pytest.fixture
def engine(_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The engine that this process and those that it starts find; no test leaves a container."""
    monkeypatch.setenv("DOCKER_HOST", _engine.host)
    yield _engine
    assert _engine.wait_for(0, limit_s=5) == []


@pytest.fixture(scope="session")
def _podman() -> Iterator[Engine]:
    with podman_engine() as engine:
        engine.load("busybox", busybox())
        yield engine


@pytest.fixture
def podman(_podman: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The service of Podman, by its socket."""
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    yield _podman
    assert _podman.wait_for(0, limit_s=5) == []


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    return folder


@pytest.fixture
def execute(engine: Engine, workspace: Path) -> Callable[..., Exit]:
    """Run a command in the workspace, in busybox; `lines` collects its output."""

    def run(
        command: object = None, *, lines: list[str] | None = None, job: Job | None = None, **fields: object
    ) -> Exit:
        source = {} if "dockerfile" in fields else {"image": BUSYBOX}
        backend = DockerRunBackend(command=command, **{**source, **fields})
        return backend.execute(job or Job((), workspace), ([] if lines is None else lines).append)

    return run
