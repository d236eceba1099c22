"""output.log holds what a model printed, and never much more than it may."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
import tracemalloc
from pathlib import Path

from rompy_hydra import ModelRun
from rompy_hydra.core import secrets
from rompy_hydra.output_file import OutputFile

LIMIT = 1_000_000
MANY = 50_000
"""Lines that are more than twice the limit together."""


def line(n: int) -> str:
    return f"line {n} {'=' * 40}"


def written(path: Path, lines: int) -> list[str]:
    with OutputFile(path, LIMIT) as output:
        for n in range(lines):
            output.write(line(n))
    return path.read_text().splitlines()


def test_output_below_the_limit_is_whole(tmp_path: Path) -> None:
    assert written(tmp_path / "log", 3) == [line(0), line(1), line(2)]


def test_a_line_is_on_disk_as_soon_as_it_is_written(tmp_path: Path) -> None:
    with OutputFile(tmp_path / "log", LIMIT) as output:
        output.write("水 Bucht")
        assert (tmp_path / "log").read_text(encoding="utf-8") == "水 Bucht\n"


def test_beyond_the_limit_the_beginning_and_the_latest_part_are_kept_in_whole_lines(tmp_path: Path) -> None:
    lines = written(tmp_path / "log", MANY)
    (gap,) = [n for n, text in enumerate(lines) if text.startswith("...")]
    assert lines[:gap] == [line(n) for n in range(gap)]
    latest = lines[gap + 1 :]
    assert latest == [line(n) for n in range(MANY - len(latest), MANY)]
    assert (tmp_path / "log").stat().st_size <= LIMIT
    left_out = sum(len(line(n)) + 1 for n in range(gap, MANY - len(latest)))
    assert lines[gap] == f"... {left_out:,} bytes were left out here, for run_backend.output_limit=1MB ..."


def test_at_least_a_quarter_of_the_limit_is_kept_at_either_end(tmp_path: Path) -> None:
    before, _, after = "\n".join(written(tmp_path / "log", MANY)).partition("\n... ")
    assert len(before) >= LIMIT // 4 - 1
    assert len(after) >= LIMIT // 4 - 1


def test_a_large_file_is_shortened_in_little_memory(tmp_path: Path) -> None:
    text = "x" * 9_999
    tracemalloc.start(1)
    with OutputFile(tmp_path / "log", 40_000_000) as output:
        for _ in range(5_000):
            output.write(text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000
    assert (tmp_path / "log").stat().st_size < 40_000_000
    assert [path.name for path in tmp_path.iterdir()] == ["log"]


def test_secrets_are_masked(tmp_path: Path) -> None:
    secrets.register("0123456789")
    with OutputFile(tmp_path / "log", LIMIT) as output:
        output.write("token 0123456789")
    assert "0123456789" not in (tmp_path / "log").read_text()


FLOOD = "import time\nfor n in range(3_000):\n    print('line', n, 'x' * 1_000)\n    n % 500 or time.sleep({pause_s})"


def test_a_flood_fills_neither_the_output_nor_the_log_of_a_run(tmp_path: Path) -> None:
    run = ModelRun(run_id="flood", output_dir=tmp_path)
    assert run.run(command=["python", "-c", FLOOD.format(pause_s=0)], output_limit="1MB")
    output = (run.workspace / "output.log").read_text()
    assert output.startswith("line 0 ")
    assert "\nline 2999 " in output
    assert len(output) <= LIMIT
    log = run.directory.log.read_text()
    assert "model | line 0 " in log
    assert "line 2999 " not in log
    assert "run: done" in log


def test_whoever_follows_the_log_is_told_of_a_gap_and_sees_the_end(tmp_path: Path) -> None:
    """It is shortened while it is read."""
    run = ModelRun(run_id="flood", output_dir=tmp_path)
    command = ["python", "-c", FLOOD.format(pause_s=1)]
    worker = threading.Thread(target=lambda: run.run(command=command, output_limit="1MB"))
    worker.start()
    while not (run.workspace / "output.log").exists():
        time.sleep(0.01)
    words = [sys.executable, "-m", "rompy_hydra.cli", "logs", "-f", str(run.directory.path)]
    shown = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60).stdout.splitlines()
    worker.join()
    assert shown[0].startswith("line 0 ")
    assert "... output.log was written anew; its last lines:" in shown
    assert shown[-1].startswith("line 2999 ")
