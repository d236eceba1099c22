"""kill -9 at any moment loses no earlier run and leaves a directory that the next call can go on in."""

from __future__ import annotations

import json
import random
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
model = {"model_type": "generic", "files": {f"input{i}": sys.argv[2] for i in range(50)},
         "argv": ["sh", "-c", "for i in 1 2 3 4 5; do echo $i; sleep 0.05; done; echo whole > out.txt"],
         "outputs": ["out.txt"]}
run = ModelRun(run_id="cut", output_dir=sys.argv[1], model=model)
run.pipeline(processor="noop")
"""


def test_killing_at_any_moment_and_going_on(tmp_path: Path) -> None:
    earlier = ModelRun(run_id="earlier", output_dir=tmp_path)
    assert earlier.run(command=["sh", "-c", "echo kept > out.txt"])
    before = record_files(earlier.directory.path, files_below(earlier.directory.path))
    (tmp_path / "input").write_text("x" * 10_000)
    command = [sys.executable, "-c", SCRIPT, str(tmp_path), str(tmp_path / "input")]
    chance = random.Random(1)
    for _ in range(12):
        process = subprocess.Popen(command)
        time.sleep(0.25 + chance.random() * 0.6)  # from imports, through generate and run, to the end
        process.kill()
        process.wait()
        time.sleep(0.05)
    subprocess.run(command, check=True, timeout=60)
    folder = tmp_path / "cut"
    record = json.loads((folder / "run.json").read_text())
    assert {s["state"] for s in record["stages"].values()} == {State.DONE}
    assert (folder / "model/out.txt").read_text() == "whole\n"
    assert sorted(p.name for p in folder.iterdir() if p.name.startswith(".")) == []
    assert record_files(earlier.directory.path, files_below(earlier.directory.path)) == before
