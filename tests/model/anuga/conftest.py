"""A small experiment that runs in seconds."""

import subprocess
import sys
from pathlib import Path

import pytest

from rompy_hydra.core.period import Period
from rompy_hydra.domain import Domain
from rompy_hydra.forcing import Forcing
from rompy_hydra.model.anuga import Anuga
from rompy_hydra.model.base import Experiment

BAY = {
    "crs": "local",
    "vertical_datum": "MSL",
    "mesh": {
        "kind": "polygon",
        "outline": [(0, 0), (3000, 0), (3000, 2000), (0, 2000)],
        "resolution_m": 300,
        "regions": {"reef": {"outline": [(1000, 500), (2000, 500), (2000, 1500), (1000, 1500)], "resolution_m": 200}},
    },
    "boundaries": {"ocean": [0]},
    "bathymetry": {
        "kind": "profile",
        "origin": {"x_m": 0, "y_m": 0},
        "direction_deg": 0,
        "distance_m": [0, 2000],
        "elevation_m": [-8, 2.5],
    },
    "stations": {"mouth": {"x_m": 1500, "y_m": 200}, "beach": {"x_m": 1500, "y_m": 1550}},
}
TIDES = {"phase_reference": "2023-01-01T00:00:00Z", "constituents": {"M2": {"amplitude_m": 0.8, "phase_deg": 0}}}


def experiment(domain=None, forcing=None, **period) -> Experiment:
    period = {"start": "2023-01-01T00:00:00Z", "duration": "2h", "interval": "20min", **period}
    return Experiment(
        name="bay",
        period=Period(**period),
        domain=Domain.model_validate({**BAY, **(domain or {})}),
        forcing=Forcing.model_validate({"tides": TIDES, **(forcing or {})}),
    )


def solve(workspace: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "rompy_hydra.model.anuga.solve", "case.json"]
    return subprocess.run(command, cwd=workspace, capture_output=True, text=True)


@pytest.fixture(scope="session")
def finished(tmp_path_factory) -> Path:
    """The workspace of a run that succeeded; not to be changed."""
    pytest.importorskip("anuga")
    workspace = tmp_path_factory.mktemp("bay")
    Anuga().generate(workspace, experiment())
    done = solve(workspace)
    assert done.returncode == 0, done.stderr
    (workspace / "stdout.txt").write_text(done.stdout)
    return workspace
