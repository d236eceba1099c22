"""One process at a time in a run directory."""

from __future__ import annotations

import errno
import json
import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import pytest

from rompy_hydra.core.driver import Driver
from rompy_hydra.errors import BackendError, ConfigError
from rompy_hydra.lock import STALE_S, Lock, read_holder
from rompy_hydra.report.unlock import unlock


def held_by(path: Path, host: str, pid: int, age_s: float = 0.0) -> Path:
    path.write_text(json.dumps({**asdict(Driver.here()), "host": host, "pid": pid, "started": 1.0, "token": "t"}))
    seen = time.time() - age_s
    os.utime(path, (seen, seen))
    return path


def test_a_lock_is_gone_after_its_block(tmp_path: Path) -> None:
    with Lock(tmp_path / "run.lock"):
        assert read_holder(tmp_path / "run.lock").pid == os.getpid()  # type: ignore[union-attr]
    assert list(tmp_path.iterdir()) == []


def test_a_lock_that_cannot_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, *_: object, **__: object) -> None:
        path.touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space"), Lock(tmp_path / "run.lock"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_held_lock_names_its_holder(tmp_path: Path) -> None:
    with Lock(tmp_path / "run.lock"), pytest.raises(BackendError, match=f"in use by process {os.getpid()}"):
        Lock(tmp_path / "run.lock").__enter__()


def test_the_lock_of_a_dead_process_is_taken_over(tmp_path: Path) -> None:
    held_by(tmp_path / "run.lock", socket.gethostname(), 2**22 - 1)
    with Lock(tmp_path / "run.lock"):
        assert read_holder(tmp_path / "run.lock").pid == os.getpid()  # type: ignore[union-attr]


def test_a_reused_pid_is_not_mistaken_for_the_holder(tmp_path: Path) -> None:
    held_by(tmp_path / "run.lock", socket.gethostname(), os.getpid())  # our pid, but started with the machine
    with Lock(tmp_path / "run.lock"):
        pass


def test_the_lock_of_another_host_is_never_taken_over(tmp_path: Path) -> None:
    held_by(tmp_path / "run.lock", "another-host", 1, age_s=10 * STALE_S)
    with pytest.raises(BackendError, match="rompy-hydra unlock"):
        Lock(tmp_path / "run.lock").__enter__()


def test_unlock_refuses_a_holder_that_was_seen_a_moment_ago(tmp_path: Path) -> None:
    held_by(tmp_path / "run.lock", "another-host", 1)
    with pytest.raises(BackendError, match="in use by process 1 on another-host"):
        unlock(tmp_path)


def test_unlock_breaks_a_stale_lock_and_says_whose_it_was(tmp_path: Path) -> None:
    held_by(tmp_path / "run.lock", "another-host", 1, age_s=10 * STALE_S)
    assert "held by process 1 on another-host" in unlock(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_unlock_wants_a_run_directory(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not a run directory"):
        unlock(tmp_path)


def test_of_many_that_start_together_exactly_one_gets_the_lock(tmp_path: Path) -> None:
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom rompy_hydra.lock import Lock\n"
        "from rompy_hydra.errors import BackendError\n"
        "try:\n    Lock(Path(sys.argv[1])).__enter__(); print('got it', flush=True); time.sleep(3)\n"
        "except BackendError:\n    print('refused')\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "run.lock")]
    racing = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(6)]
    said = [p.communicate(timeout=60)[0].strip() for p in racing]
    assert sorted(said) == ["got it", *["refused"] * 5]


def test_a_lock_that_is_given_free_while_it_is_looked_at_is_taken_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    stop = threading.Event()

    def take_and_give_free() -> None:
        while not stop.is_set():
            with suppress(BackendError), Lock(path):
                pass

    other = threading.Thread(target=take_and_give_free)
    other.start()
    try:
        for _ in range(1500):
            with suppress(BackendError), Lock(path):
                pass
    finally:
        stop.set()
        other.join()
