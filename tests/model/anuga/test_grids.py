"""The solver on structured grids."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rompy_hydra.model.anuga import Anuga

from .conftest import experiment, solve


def on_grid(rotation_deg: float) -> dict[str, Any]:
    """A basin of 2 km by 1 km that is open at its west, and a hill in it, turned as a whole about its first point."""
    angle = np.radians(rotation_deg)
    hill_x, hill_y = 1300 * np.cos(angle) - 600 * np.sin(angle), 1300 * np.sin(angle) + 600 * np.cos(angle)
    hill = {"x_m": float(hill_x), "y_m": float(hill_y), "height_m": 6, "radius_m": 300}
    return {
        "mesh": {"kind": "regular", "x": 0, "y": 0, "size": [2000, 1000], "spacing": 200, "rotation_deg": rotation_deg},
        "boundaries": {"ocean": ["west"]},
        "bathymetry": {"kind": "flat", "elevation_m": -8, "features": {"hill": hill}},
        "stations": {},
    }


def run(workspace: Path, domain: dict[str, Any]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    workspace.mkdir()
    tides = {"phase_reference": "2023-01-01T00:00:00Z", "constituents": {"M2": {"amplitude_m": 0.8, "phase_deg": 90}}}
    asked = experiment(domain=domain, forcing={"tides": tides}, duration="30min", interval="15min")
    assert Anuga().plan(asked).problems == ()
    Anuga().generate(workspace, asked)
    done = solve(workspace)
    assert done.returncode == 0, done.stderr
    with Anuga().open(workspace) as data:
        return data["water_level"].values, data["u"].values, data["v"].values


def test_a_basin_that_is_turned_floods_alike(tmp_path: Path):
    pytest.importorskip("anuga")
    level_m, u, v = run(tmp_path / "straight", on_grid(0.0))
    turned_m, turned_u, turned_v = run(tmp_path / "turned", on_grid(30.0))
    assert level_m[-1].mean() > 0.1  # the tide has come in
    assert turned_m == pytest.approx(level_m, abs=2e-3)  # ANUGA limits slopes of x and y momentum one by one
    cos, sin = np.cos(np.radians(30)), np.sin(np.radians(30))
    assert np.hypot(u, v).max() > 0.01
    assert turned_u == pytest.approx(cos * u - sin * v, abs=2e-3)
    assert turned_v == pytest.approx(sin * u + cos * v, abs=2e-3)


def test_the_plan_knows_the_cells_and_the_closed_sides():
    plan = Anuga().plan(experiment(domain=on_grid(30.0)))
    assert plan.cells == 2 * 10 * 5
    assert any(note.startswith("closed by default: the south, east, north of the grid") for note in plan.notes)
