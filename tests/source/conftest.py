"""Servers for the tests of sources, each started when the first test needs it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rompy_hydra.source import remote
from tests.source.experiments import Command
from tests.source.servers import Server, served


@pytest.fixture(autouse=True)
def _look_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test is a new process as far as what servers said is concerned, and does not wait long for them."""
    monkeypatch.setattr(remote, "_known", {})
    monkeypatch.setattr(remote, "_PAUSES_S", (0.01, 0.02))


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("ROMPY_HYDRA_CACHE", str(folder))
    return folder


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """The command line, in an empty folder."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return Command(folder, capsys)


@pytest.fixture(scope="session")
def http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Python's own HTTP server."""
    with served(tmp_path_factory.mktemp("http") / "files", "http.server", "--bind", "127.0.0.1", "0") as server:
        yield server


@pytest.fixture(scope="session")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An HTTP server with troubles."""
    with served(tmp_path_factory.mktemp("troubled") / "files", "tests.source.troubled_http") as server:
        yield server


@pytest.fixture(scope="session")
def dap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An OPeNDAP server."""
    pytest.importorskip("pydap", reason="OPeNDAP servers need the extra opendap")
    with served(tmp_path_factory.mktemp("opendap") / "files", "tests.source.dap_server") as server:
        yield server
