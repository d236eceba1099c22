"""What a run looks like while it runs."""

from __future__ import annotations

import logging
import os
import pty
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from rompy_hydra.model.base import Progress
from rompy_hydra.report.terminal import Speed, display

SLOW = 'for i in 0 25 50 75 100; do echo "2024-01-01T0$((i / 25)):00:00Z done $i %"; sleep 0.4; done; echo x > out.txt'
OVERRIDES = (
    "~experiment", "model=generic", "postprocessor=noop", "run_id=r",
    r"model.progress_pattern='(?P<time>\S+) done (?P<percent>\d+) %'",
)  # fmt: skip


def test_plain_lines_tell_progress_at_every_tenth_and_not_more(capsys: pytest.CaptureFixture[str]) -> None:
    output = logging.getLogger("rompy_hydra.output")
    with display():
        for i in range(1000):
            output.info("step", extra={"progress": Progress(i / 1000, "2024-01-01T00:00:00Z")})
    lines = capsys.readouterr().err.splitlines()
    assert 9 <= len(lines) <= 11


def test_without_a_terminal_an_iteration_is_told_every_half_minute(capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 3000, 10))
    monkeypatch.setattr("rompy_hydra.report.terminal.time.monotonic", lambda: next(clock))
    with display():
        for i in range(12):
            logging.getLogger("rompy_hydra.output").info("x", extra={"progress": Progress(text=f"iteration {i}")})
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].strip().startswith("iteration ")
    assert 2 <= len(lines) <= 4


def test_the_models_own_lines_are_shown_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with display(verbose=True):
        logging.getLogger("rompy_hydra.output").info("a line of the model")
    assert capsys.readouterr().err == "  | a line of the model\n"


def test_quiet_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    with display(quiet=True):
        logging.getLogger("rompy_hydra").info("something")
    assert capsys.readouterr().err == ""


def test_control_characters_of_a_model_reach_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with display(verbose=True):
        logging.getLogger("rompy_hydra.output").info("%s", "\x1b[31mred\x1b[0m \x1b]0;title\x07 nul\x00 \x9b2J end")
    assert capsys.readouterr().err == "  | red \\x1b]0;title\\x07 nul\\x00 \\x9b2J end\n"


@pytest.mark.parametrize("stderr", ["2>&-", "2>/dev/full", "2> >(true)"])
@pytest.mark.parametrize("flag", ["", "--verbose"])
def test_a_run_whose_display_cannot_be_written_is_done_all_the_same(tmp_path: Path, stderr: str, flag: str) -> None:
    line = shlex.join([sys.executable, "-m", "rompy_hydra.cli", *OVERRIDES, f"model.argv=[bash, -c, '{SLOW}']"])
    done = subprocess.run(["bash", "-c", f"{line} {flag} {stderr}"], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    assert (done.returncode, done.stdout) == (0, "r: done, in outputs/r\n")
    assert (tmp_path / "outputs/r/model/out.txt").exists()


def test_a_terminal_that_is_lost_ends_no_run(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "rompy_hydra.cli", *OVERRIDES, f"model.argv=[bash, -c, '{SLOW}']"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=theirs, text=True)
    os.close(theirs)
    shown = ""
    while "%" not in shown:
        shown += os.read(ours, 65536).decode()
    os.close(ours)
    assert process.communicate(timeout=60)[0] == "r: done, in outputs/r\n"
    assert process.returncode == 0


def test_speed_is_told_against_real_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 0.0, 10.0])
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    speed = Speed()
    assert speed.told("2024-01-01T00:00:00Z") == ""
    assert speed.told("2024-01-01T01:00:00Z") == "360 x real time"


def test_a_terminal_shows_a_live_bar_with_simulated_time_and_speed(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "rompy_hydra.cli", *OVERRIDES, f"model.argv=[bash, -c, '{SLOW}']"]
    environment = {**os.environ, "COLUMNS": "140", "TERM": "xterm"}
    process = subprocess.Popen(command, cwd=tmp_path, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    shown = _everything_from(ours)
    assert process.wait(timeout=60) == 0, shown
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)
    assert "2024-01-01T02:00:00Z" in text
    assert " 50%" in text
    assert "x real time" in text


def _everything_from(terminal: int) -> str:
    parts = []
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        parts.append(part)
    os.close(terminal)
    return b"".join(parts).decode()
