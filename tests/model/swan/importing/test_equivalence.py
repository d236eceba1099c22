"""An imported set-up gives what its own command file gives, in SWAN itself."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.model.swan.running import real_swan
from tests.model.swan.setups import data

SETUPS = Path(data.__file__).parent
CARTESIAN = ("beach",)
"""Set-ups whose directions are Cartesian, which become nautical: rounding them is the only difference."""


@pytest.fixture
def program() -> str:
    return real_swan()


def heights(folder: Path, name: str) -> np.ndarray:
    """Significant wave heights of a table with a heading."""
    lines = (folder / name).read_text().splitlines()
    at = next(line for line in lines if "Hsig" in line).split()[1:].index("Hsig")
    rows = [line.split() for line in lines if line.strip() and not line.startswith("%")]
    return np.array([float(row[at]) for row in rows])


def original(folder: Path, name: str, program: str) -> Path:
    """Run the command file as it is."""
    run = folder / "original"
    shutil.copytree(folder / "setup", run)
    (run / "INPUT").write_text((SETUPS / f"{name}.swn").read_text())
    env = {**os.environ, "OMP_NUM_THREADS": "1"}
    subprocess.run([program], cwd=run, env=env, check=True, capture_output=True, timeout=300)
    return run


def imported(folder: Path, name: str, cli: Callable[..., subprocess.CompletedProcess[str]], *options: str) -> Path:
    """Import the command file, and run the experiment."""
    source = folder / "setup" / f"{name}.swn"
    done = cli("import", "swan", str(source), "-o", f"conf/experiment/{name}.yaml", *options)
    assert done.returncode == 0, done.stderr
    done = cli(f"experiment={name}", "postprocessor=[]", OMP_NUM_THREADS="1", timeout=300)
    assert done.returncode == 0, done.stderr
    [run] = (folder / "outputs").glob("*/model")
    return run


@pytest.mark.swan
@pytest.mark.parametrize(
    ("name", "table", "options", "tolerance"),
    [
        ("beach", "line.tab", (), 0.0),
        ("fetch", "axis.tab", (), 0.0),
        ("flume", "line.tab", (), 0.0),
        ("flume", "seas.tab", (), 0.0),
        ("storm", "buoys.tab", (), 0.0),
        # The wind is turned to true east and north and back: 5 digits of it stay, and of the height of waves 3.
        ("storm", "buoys.tab", ("--crs", "EPSG:32631"), 1e-3),
        ("curved", "p.tab", (), 0.0),
        ("mesh", "p.tab", (), 0.0),
        ("nested", "p.tab", (), 0.0),
        # Iteration that stops at 1 % carries the last digit of the bed on to the last printed one of the height.
        ("harbour", "gauges.tab", (), 1e-4),
    ],
)
def test_an_imported_set_up_gives_the_same_waves(tmp_path, cli, program, name, table, options, tolerance):
    (tmp_path / "setup").mkdir()
    shutil.copy(SETUPS / f"{name}.swn", tmp_path / "setup")
    data.write(name, tmp_path / "setup")
    before = heights(original(tmp_path, name, program), table)
    after = heights(imported(tmp_path, name, cli, *options), table)
    assert before.max() > 0.5
    np.testing.assert_allclose(after, before, rtol=tolerance)
