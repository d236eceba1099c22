"""Small real programs, and a way to see whether any of them is still alive."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from uuid import uuid4

import psutil
import pytest

from rompy_hydra.run_backend.job import Exit, Job
from rompy_hydra.run_backend.local import LocalRunBackend
from tests.run_backend import array_sweeps
from tests.run_backend.cluster import Cluster, missing

Script = Callable[..., Path]


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """Write an executable script into the workspace."""

    def write(text: str, name: str = "model.sh", interpreter: str = "/bin/sh") -> Path:
        path = tmp_path / name
        path.write_text(f"#!{interpreter}\n{text}\n", encoding="utf-8")
        path.chmod(0o755)
        return path

    return write


@pytest.fixture
def execute(tmp_path: Path) -> Callable[..., Exit]:
    """Run a command in the workspace; `lines` collects its output."""

    def run(
        command: object = None, *, lines: list[str] | None = None, job: Job | None = None, **fields: object
    ) -> Exit:
        backend = LocalRunBackend(command=command, **fields)
        return backend.execute(job or Job((), tmp_path), ([] if lines is None else lines).append)

    return run


class Marked:
    """Processes whose command line has a mark that nothing else has."""

    def __init__(self) -> None:
        self.mark = f"mark-{uuid4().hex}"

    def alive(self) -> list[str]:
        found = []
        for process in psutil.process_iter(["cmdline", "status"]):
            words = process.info["cmdline"] or []
            if self.mark in words and process.info["status"] != psutil.STATUS_ZOMBIE and process.pid != os.getpid():
                found.append(" ".join(words))
        return found

    def wait_for(self, count: int, limit_s: float = 10.0) -> list[str]:
        """The marked processes as soon as there are `count` of them, or those that there are when the limit is over."""
        deadline = time.monotonic() + limit_s
        while len(self.alive()) != count and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.alive()


@pytest.fixture
def marked() -> Iterator[Marked]:
    """A mark for the processes of this test; those that a failed test leaves behind are ended."""
    mark = Marked()
    yield mark
    for process in psutil.process_iter(["cmdline"]):
        if mark.mark in (process.info["cmdline"] or []):
            process.kill()


@pytest.fixture
def every_core() -> Iterator[int]:
    """How many cores there are for pinned runs; no other test, of whatever session, takes one meanwhile."""
    if sys.platform != "linux":
        pytest.skip("processes are bound to cores on Linux only")
    with socket.socket(socket.AF_UNIX) as turn:
        deadline = time.monotonic() + 120
        while True:
            try:
                turn.bind("\0rompy_hydra.tests.every_core")
                break
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        yield len(os.sched_getaffinity(0))


@pytest.fixture
def background(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a Python program in the test's folder and a session of its own; ended with the test."""
    started: list[subprocess.Popen[str]] = []

    def begin(*words: str, cwd: Path = tmp_path, stderr: int = subprocess.PIPE) -> subprocess.Popen[str]:
        argv = [sys.executable, *words]
        started.append(
            subprocess.Popen(argv, cwd=cwd, stdout=subprocess.PIPE, stderr=stderr, text=True, start_new_session=True)
        )
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def driver(background: Callable[..., subprocess.Popen[str]]) -> Callable[..., subprocess.Popen[str]]:
    """Start the command line in the background."""
    return partial(background, "-m", "rompy_hydra.cli", stderr=subprocess.STDOUT)


def _cluster(folder: Path, *, accounting: bool = False) -> Iterator[Cluster]:
    absent = missing(accounting)
    if absent and os.environ.get("CI") != "true" and os.environ.get("SETUP") != "1":
        pytest.skip(f"Slurm is not installed here ({', '.join(absent)}): make test SETUP=1")
    cluster = Cluster(folder / "slurm", accounting)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture(scope="session")
def _private_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    yield from _cluster(tmp_path_factory.mktemp("cluster"))


@pytest.fixture(scope="module")
def _accounted_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    yield from _cluster(tmp_path_factory.mktemp("accounted"), accounting=True)


@pytest.fixture
def cluster(_private_cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """A Slurm cluster without accounting; no job of the test is left in it."""
    yield from _used(_private_cluster, monkeypatch)


@pytest.fixture
def accounted(_accounted_cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """A Slurm cluster with accounting."""
    yield from _used(_accounted_cluster, monkeypatch)


def _used(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    monkeypatch.setenv("SLURM_CONF", str(cluster.conf))
    yield cluster
    for line in cluster.jobs():
        cluster.call("scancel", line.split()[0], check=False)


@pytest.fixture
def members(cluster: Cluster, tmp_path: Path) -> Callable[..., tuple[str, ...]]:
    """Make the command line of a sweep of three members as one job array."""
    return partial(array_sweeps.overrides, tmp_path)


@pytest.fixture
def instead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Put a shell script in the place of a program, which it finds as ``$REAL``; ``$HERE`` is the test's folder."""

    def put(name: str, text: str) -> None:
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        real, path = shutil.which(name), folder / name
        path.write_text(f"#!/bin/sh\nREAL={real}\nHERE={tmp_path}\n{text}\n", encoding="utf-8")
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")

    return put
