"""Nothing half fetched stays behind, whatever ends a process; and no server of the tests does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from rompy_hydra.core.store import Store
from rompy_hydra.source.file import FileSource
from tests.conftest import REPO
from tests.source.servers import Server
from tests.source.winds import downloads, left_over, means, wind

DEADLINE_S = 60


def wait_for(happened: Callable[[], object], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not happened():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)


def fetching(folder: Path, url: str) -> subprocess.Popen[str]:
    """The command line in the middle of a download."""
    command = [sys.executable, "-m", "rompy_hydra.cli", "data", url]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for(lambda: any(p.is_file() for p in (Store().root / "building").rglob("*")), process)
    return process


@pytest.mark.parametrize(
    ("ending", "code", "word"),
    [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")],
    ids=["Ctrl-C", "SIGTERM"],
)
def test_what_ends_a_download_leaves_nothing_of_it(
    troubled: Server, cache: Path, tmp_path: Path, ending: signal.Signals, code: int, word: str
) -> None:
    wind().to_netcdf(troubled.root / f"{word}.nc")
    process = fetching(tmp_path, f"{troubled.url}/slow/{word}.nc")
    process.send_signal(ending)
    out, said = process.communicate(timeout=DEADLINE_S)
    assert (process.returncode, out) == (code, "")
    assert said.splitlines()[-1] == f"rompy-hydra: {word}"
    assert (left_over(), downloads()) == ([], [])
    assert [p.name for p in tmp_path.iterdir()] == [cache.name]


def test_what_a_killed_download_has_left_is_removed_by_the_next_one(
    troubled: Server, cache: Path, tmp_path: Path
) -> None:
    wind().to_netcdf(troubled.root / "killed.nc")
    process = fetching(tmp_path, f"{troubled.url}/slow/killed.nc")
    process.kill()
    process.communicate()
    assert any(p.endswith("killed.nc") for p in left_over())
    assert means(FileSource(path=f"{troubled.url}/slow/killed.nc")) == [3, 4, 5, 6, 7]
    assert (left_over(), downloads()) == ([], ["killed.nc"])


SESSION = """
import sys, time
from pathlib import Path
from tests.source.servers import served
with served(Path(sys.argv[1]), "http.server", "--bind", "127.0.0.1", "0") as server:
    print(server.process.pid, flush=True)
    time.sleep(600)
"""


def test_a_server_ends_with_the_tests_even_when_they_are_killed(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(REPO)}
    command = [sys.executable, "-c", SESSION, str(tmp_path / "files")]
    session = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert session.stdout is not None
    server = psutil.Process(int(session.stdout.readline()))
    session.kill()
    session.communicate()
    psutil.wait_procs([server], timeout=30)
    assert not server.is_running() or server.status() == psutil.STATUS_ZOMBIE  # nobody may collect it in a container
