"""Several processes and one cache: an entry is made once, and whoever dies over it disturbs nobody."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rompy_hydra.core.hashing import files_below
from rompy_hydra.core.store import Store

BUILDER = """
import sys, time
from pathlib import Path
from rompy_hydra.core.store import Store

log, steps, last = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]

def make(path):
    with log.open("a") as file:
        file.write("begun\\n")
    with path.open("w") as file:
        for step in range(steps):
            file.write("x" * 1000)
            file.flush()
            time.sleep(0.02)
    if last == "fail" and log.read_text().count("begun") == 1:
        raise SystemExit("the first one fails")

print(len(Store().get("cut", {"a": 1}, "a.nc", make).read_text()))
"""
"""Writes 1000 letters every 20 ms, as a download or a cut would."""


class Builders:
    """Processes that want the same entry."""

    def __init__(self, folder: Path):
        self.folder, self.log, self.cache = folder, folder / "log", folder / "cache"
        self.script = folder / "builder.py"
        self.script.write_text(BUILDER)
        self.running: list[subprocess.Popen[str]] = []

    def start(self, steps: int = 20, last: str = "succeed") -> subprocess.Popen[str]:
        command = [sys.executable, self.script, self.log, str(steps), last]
        environment = {**os.environ, "ROMPY_HYDRA_CACHE": str(self.cache)}
        self.running.append(subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True))
        return self.running[-1]

    def wait_until_begun(self) -> None:
        """Until the entry is half made."""
        deadline = time.monotonic() + 30
        while not (self.log.exists() and any(self.half_made())):
            assert time.monotonic() < deadline
            time.sleep(0.005)

    def half_made(self) -> list[Path]:
        return [p for p in self.cache.glob("building/*/a.nc") if p.stat().st_size]

    @property
    def begun(self) -> int:
        return self.log.read_text().count("begun")


@pytest.fixture
def builders(tmp_path: Path):
    found = Builders(tmp_path)
    yield found
    for process in found.running:
        process.kill()
        process.communicate()


def test_an_entry_that_many_processes_need_is_made_once(builders: Builders):
    processes = [builders.start() for _ in range(6)]
    assert [p.communicate(timeout=60)[0] for p in processes] == ["20000\n"] * 6
    assert builders.begun == 1
    left = [f for f in files_below(builders.cache) if not f.startswith("cut/")]
    assert left == []  # no locks, nothing half made


def test_a_process_that_is_killed_half_way_disturbs_nobody(builders: Builders):
    doomed = builders.start(steps=3000)
    builders.wait_until_begun()
    waiting = [builders.start(steps=5) for _ in range(2)]
    doomed.send_signal(signal.SIGKILL)
    doomed.wait(timeout=10)
    assert [p.communicate(timeout=60)[0] for p in waiting] == ["5000\n"] * 2
    assert builders.begun == 2
    assert builders.half_made() == []
    assert [e.size for e in Store(builders.cache).entries()] == [5000]
    assert Store(builders.cache).damaged() == []


def test_where_the_first_one_fails_one_of_those_that_wait_makes_it(builders: Builders):
    processes = [builders.start(steps=10, last="fail") for _ in range(5)]
    printed = sorted(p.communicate(timeout=60)[0] for p in processes)
    assert printed == [""] + ["10000\n"] * 4
    assert builders.begun == 2


def test_what_a_killed_process_left_goes_when_room_is_made(builders: Builders):
    doomed = builders.start(steps=3000)
    builders.wait_until_begun()
    store = Store(builders.cache)
    assert store.entries() == []
    assert store.prune(0) == []
    assert builders.half_made() != []  # it is still at work
    doomed.kill()
    doomed.wait(timeout=10)
    store.prune(0)
    assert builders.half_made() == []
    assert list((builders.cache / "building").iterdir()) == []


def test_what_was_half_removed_is_no_entry_and_goes_too(tmp_path: Path):
    store = Store(tmp_path)
    path = store.get("cut", {"a": 1}, "a.nc", lambda p: p.write_text("x") and None)
    shutil.copytree(path.parent, path.parent.with_name(f".{path.parent.name}.4711.99"))
    shutil.copytree(path.parent, tmp_path / "building" / f"{path.parent.name}.abcd")
    assert len(store.entries()) == 1
    assert len(store.prune(0)) == 1
    assert files_below(tmp_path / "cut") == files_below(tmp_path / "building") == []
