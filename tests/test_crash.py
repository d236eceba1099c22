"""kill -9 at any moment loses no earlier run and leaves a directory that the next call can go on in."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from rompy_hydra import ModelRun
from rompy_hydra.core.hashing import files_below, record_files
from rompy_hydra.run_dir import State

SCRIPT = """
import sys
from rompy_hydra import ModelRun
model = {"model_type": "generic", "files": {f"input{i}": sys.argv[2] for i in range(200)},
         "argv": ["sh", "-c", "for i in 1 2 3 4 5; do echo $i; sleep 0.05; done; echo whole > out.txt"],
         "outputs": ["out.txt"]}
rerun = "all" if sys.argv[3:] == ["all"] else None
run = ModelRun(run_id="cut", output_dir=sys.argv[1], model=model, rerun=rerun)
run.pipeline(processor="noop")
"""


def test_killing_in_every_stage_and_going_on(tmp_path: Path) -> None:
    earlier = ModelRun(run_id="earlier", output_dir=tmp_path)
    assert earlier.run(command=["sh", "-c", "echo kept > out.txt"])
    before = record_files(earlier.directory.path, files_below(earlier.directory.path))
    (tmp_path / "input").write_text("x" * 10_000)
    command = [sys.executable, "-c", SCRIPT, str(tmp_path), str(tmp_path / "input")]
    log = tmp_path / "cut" / "run.log"
    for moment in ("generate: begins", "generate: done", "run: begins", "model | 1", "model | 4", "run: done"):
        _kill_at(command, log, moment)
    subprocess.run(command, check=True, timeout=60)
    folder = tmp_path / "cut"
    record = json.loads((folder / "run.json").read_text())
    assert {s["state"] for s in record["stages"].values()} == {State.DONE}
    assert (folder / "model/out.txt").read_text() == "whole\n"
    assert sorted(p.name for p in folder.iterdir() if p.name.startswith(".")) == []
    assert record_files(earlier.directory.path, files_below(earlier.directory.path)) == before


def _kill_at(command: list[str], log: Path, moment: str) -> None:
    """Start the run and kill it as soon as its log tells of the moment; it must get there each time."""
    log.unlink(missing_ok=True)
    process = subprocess.Popen([*command, "all" if log.parent.exists() else "none"])
    deadline = time.monotonic() + 60
    while not (log.exists() and moment in log.read_text()):
        assert process.poll() is None, f"ended before {moment!r}"
        assert time.monotonic() < deadline
        time.sleep(0.002)
    process.kill()
    process.wait()
