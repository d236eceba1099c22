"""What every test may use."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pyproj  # noqa: F401  before anything loads eccodes, which brings a PROJ of its own
import pytest

REPO = Path(__file__).parents[1]
SHARED = Path(os.environ.get("ROMPY_HYDRA_SHARED", REPO.parent / "shared"))


# What is started in the background of a script ignores Ctrl-C, and so would every program that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True, scope="session")
def _keep_a_cache_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test finds what an earlier session cached, or leaves something in the user's own cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ROMPY_HYDRA_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(autouse=True)
def _leave_nothing_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets of one test must not mask the texts of another."""
    from rompy_hydra.core import secrets

    monkeypatch.setattr(secrets, "_registered", {})


@pytest.fixture(autouse=True)
def _leave_no_log_handlers() -> Iterator[None]:
    """Hydra's own commands configure logging for the process that they run in."""
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


@pytest.fixture
def cli(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command line as a user would, in an empty folder."""

    def call(*words: str, cwd: Path = tmp_path, timeout: float = 120, **env: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "rompy_hydra.cli", *words]
        environment = {**os.environ, **env}
        return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=timeout)

    return call


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("a small disk needs the right to mount one")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)  # HDF5 keeps a file open that it could not write
