"""What goes wrong while a model runs on this machine ends as docs/execution.md says, and touches nothing else."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import pytest

from rompy_hydra import ModelRun
from rompy_hydra.core.hashing import files_below, record_files

ROMPY_HYDRA = (sys.executable, "-m", "rompy_hydra.cli")
EXPERIMENT = ("~experiment", "model=generic", "postprocessor=noop", "run_id=r")


@dataclass
class Driver:
    """The command line at work in a folder, whose model has a mark that no other process has."""

    folder: Path
    mark: str
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, script: str, *words: str, prefix: tuple[str, ...] = ()) -> subprocess.Popen[str]:
        """Begin to run a model, which is a shell script; ``$sleeper`` there is a command that takes ten minutes."""
        model = self.folder / "model.sh"
        model.write_text(f'#!/bin/sh\nsleeper="sleep 600.{self.mark}"\n{script}\n')
        model.chmod(0o755)
        command = [*prefix, *ROMPY_HYDRA, *EXPERIMENT, f"model.argv=[{model}]", *words]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        self.started.append(subprocess.Popen(command, cwd=self.folder, **pipes, text=True))
        return self.started[-1]

    def run(self, script: str, *words: str, prefix: tuple[str, ...] = ()) -> tuple[int, str]:
        """Run a model to its end; the exit code, and what was said on standard error."""
        process = self.start(script, *words, prefix=prefix)
        said = process.communicate(timeout=60)[1]
        return process.returncode, said

    def at_work(self, count: int = 1) -> list[psutil.Process]:
        """The processes of the model that sleep, as soon as there are so many."""
        deadline = time.monotonic() + 20
        while len(found := self.sleepers()) != count:
            assert time.monotonic() < deadline, found
            time.sleep(0.02)
        return found

    def sleepers(self) -> list[psutil.Process]:
        word = f"600.{self.mark}"
        return [p for p in psutil.process_iter(["cmdline"]) if word in (p.info["cmdline"] or [])]

    @property
    def stage(self) -> dict[str, Any]:
        """The record of stage run."""
        stage = json.loads((self.folder / "outputs" / "r" / "run.json").read_text())["stages"]["run"]
        assert isinstance(stage, dict)
        return stage


@pytest.fixture
def driver(tmp_path: Path) -> Iterator[Driver]:
    """Beside it a finished run, which nothing may change; when all is over no process of the model is left."""
    other = ModelRun(run_id="other", output_dir=tmp_path / "outputs")
    assert other.run(command=["sh", "-c", "echo kept > out.txt"])
    before = record_files(other.directory.path, files_below(other.directory.path))
    driver = Driver(tmp_path, str(uuid4().int))
    yield driver
    for process in driver.started:
        process.kill()  # one of a test that failed
        process.communicate()
    driver.at_work(0)
    assert record_files(other.directory.path, files_below(other.directory.path)) == before


def test_a_time_out(driver: Driver) -> None:
    code, said = driver.run("echo computing; $sleeper", "run_backend.timeout=1")
    assert (code, driver.stage["state"]) == (5, "failed")
    assert "it ran past the time limit" in said
    assert "| computing" in said


@pytest.mark.parametrize(
    ("ending", "code", "message"), [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")]
)
def test_a_signal_to_the_driver(driver: Driver, ending: signal.Signals, code: int, message: str) -> None:
    process = driver.start("echo computing; $sleeper")
    driver.at_work()
    process.send_signal(ending)
    assert process.wait(30) == code
    assert (driver.stage["state"], driver.stage["message"]) == ("interrupted", message)
    assert message in process.communicate()[1]


def test_the_death_of_the_driver(driver: Driver, cli: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    hidden = "env -i setsid $sleeper & wait"
    process = driver.start(f"[ ! -e ../../../go ] || exec echo whole\necho computing; $sleeper & {hidden}")
    driver.at_work(2)
    process.kill()
    process.communicate()
    driver.at_work(0)
    assert driver.stage["state"] == "running"
    assert "cut off" in cli("status").stdout
    (driver.folder / "go").touch()
    done = cli("resume", "outputs/r")
    assert done.returncode == 0, done.stderr
    assert driver.stage["state"] == "done"
    assert driver.stage["reason"] == "the last attempt was cut off"
    assert (driver.folder / "outputs" / "r" / "model" / "output.log").read_text() == "whole\n"


def test_the_death_of_the_model(driver: Driver) -> None:
    process = driver.start("echo computing; exec $sleeper")
    [model] = driver.at_work()
    model.kill()
    assert process.wait(30) == 4
    assert driver.stage["state"] == "failed"
    said = process.communicate()[1]
    assert "ended by signal 9 (SIGKILL)" in said
    assert "| computing" in said
    log = (driver.folder / "outputs" / "r" / "run.log").read_text()
    assert re.search(r"model: ended by signal 9 \(SIGKILL\) after \d+\.\d s, \d+\.\d s of processor time", log)


def test_a_model_that_ignores_sigterm(driver: Driver) -> None:
    begun = time.monotonic()
    code, said = driver.run(
        "trap '' TERM INT\necho computing; $sleeper & wait", "run_backend.timeout=1", "run_backend.grace=1"
    )
    assert (code, driver.stage["state"]) == (5, "failed")
    assert "| computing" in said
    assert time.monotonic() - begun < 30


@pytest.mark.parametrize("how", ["setsid -f $sleeper", "env -i setsid $sleeper & wait", "env -i $sleeper &"])
def test_grandchildren_that_leave_their_session_or_clear_their_environment(driver: Driver, how: str) -> None:
    code, _ = driver.run(f"echo computing; {how}\n$sleeper", "run_backend.timeout=2", "run_backend.grace=1")
    assert (code, driver.stage["state"]) == (5, "failed")


def test_a_grandchild_that_outlives_a_model_which_succeeded(driver: Driver) -> None:
    code, said = driver.run("echo whole; setsid -f $sleeper >&- 2>&-; sleep 0.2", "run_backend.grace=1")
    assert (code, driver.stage["state"]) == (0, "done")
    assert "still running after the command had exited" in said
    [left] = driver.stage["exit"]["left_behind"]
    assert f"sleep 600.{driver.mark}" in left


def test_too_much_memory(driver: Driver) -> None:
    grows = (
        f"{sys.executable} -c 'print(\"computing\", flush=True); held = bytearray(500_000_000); input()' < /dev/zero"
    )
    code, said = driver.run(f"$sleeper & {grows}", "run_backend.memory=300MB")
    assert (code, driver.stage["state"]) == (4, "failed")
    assert "out of memory: " in said
    assert "MB used, 300 MB allowed" in said
    assert "| computing" in said


def test_a_full_disk(driver: Driver, small_disk: Path) -> None:
    code, said = driver.run("echo computing; cat /dev/zero > big", f"output_dir={small_disk}")
    assert code == 5
    assert "No space left on device" in said
    assert "make room on the disk, then run it again" in said
    (small_disk / "r" / "model" / "big").unlink()
    code, said = driver.run("echo whole", f"output_dir={small_disk}", "on_existing=archive")
    assert code == 0, said


def without_root(*command: str) -> tuple[str, ...]:
    """A command for whom permissions hold, also as root."""
    if os.getuid() != 0:
        return command
    if shutil.which("setpriv") is None:
        pytest.skip("as root every file can be read, and there is no setpriv (util-linux) to change that")
    return ("setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner", *command)


def test_an_output_file_that_cannot_be_read(driver: Driver) -> None:
    code, said = driver.run("echo computing; echo 1 > out.txt; chmod 000 out.txt", prefix=without_root())
    assert (code, driver.stage["state"]) == (5, "failed")
    assert "Permission denied" in said
    assert "out.txt" in said


def test_output_that_is_no_text(driver: Driver) -> None:
    code, said = driver.run("head -c 300000 /dev/urandom; echo; echo the end; exit 3")
    assert (code, driver.stage["state"]) == (4, "failed")
    assert "| the end" in said
    log = (driver.folder / "outputs" / "r" / "model" / "output.log").read_text(encoding="utf-8")
    assert log.endswith("the end\n")


def test_a_hundred_megabytes_without_a_newline(driver: Driver) -> None:
    process = driver.start("head -c 100000000 /dev/zero | tr '\\0' x; exit 3", "run_backend.output_limit=10MB")
    watched, largest = psutil.Process(process.pid), 0
    while process.poll() is None:
        with suppress(psutil.Error):
            largest = max(largest, watched.memory_info().rss)
        time.sleep(0.02)
    assert (process.returncode, driver.stage["state"]) == (4, "failed")
    assert "(100,000,000 characters)" in process.communicate()[1]
    assert (driver.folder / "outputs" / "r" / "model" / "output.log").stat().st_size <= 10_000_000
    assert 0 < largest < 300_000_000  # what it has imported; one copy of the output would be 100 MB more
