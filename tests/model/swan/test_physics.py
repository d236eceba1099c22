"""What real SWAN makes of an experiment, against what is known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rompy_hydra import ModelRun
from rompy_hydra.core.waves import friction_decay
from tests.model.swan.running import real_swan

pytestmark = pytest.mark.swan

SWELL = {
    "kind": "parametric", "hs": 1.0, "tp": 10.0, "spread_power": 500,
    "shape": {"kind": "gauss", "width_hz": 0.005},
}  # fmt: skip
NARROW = {"low_hz": 0.05, "high_hz": 0.25, "frequencies": 41, "directions": 40}
QUIET = {"generation": None, "breaking": None, "friction": None}
TIGHT = {"numeric": {"criterion": {"kind": "stopc", "drel": 0.002, "curvat": 0.001,
                                   "iterations": {"kind": "stationary", "mxitst": 100}}}}  # fmt: skip
TABLE = {"fields": {}, "tables": {"stations": {"variables": ["hs", "tps", "dir", "depth"]}}}
PERIOD = {"start": "2024-01-01T00:00Z", "duration": "1h", "interval": "1h"}
Run = Callable[..., ModelRun]


@pytest.fixture
def swan_run(tmp_path: Path) -> Run:
    """Runs an experiment to its verdict, which has to be success."""
    real_swan()

    def run(name: str, domain: dict[str, Any], forcing: dict[str, Any], period: Any = None, **model: Any) -> ModelRun:
        node = {"model_type": "swan", "mode": {"kind": "stationary"}, "output": TABLE, "numerics": TIGHT, **model}
        made = ModelRun(
            name=name, run_id=name, output_dir=tmp_path, period=period or PERIOD, domain={"crs": "local", **domain},
            forcing=forcing, model=node,
        )  # fmt: skip
        assert made.run(), made.record
        return made

    return run


def heights(run: ModelRun) -> dict[str, float]:
    """hs at each station, at the last time."""
    with run.open() as data:
        return dict(zip(data["station_name"].values.tolist(), data["station_hs"].values[-1].tolist(), strict=True))


def line(length_m: float, cells: int, depth_m: float, *at_m: float) -> dict[str, Any]:
    """A flume with stations along it, called by their place."""
    return {
        "mesh": {"kind": "regular", "x": 0, "y": 0, "cells": [cells, 1], "spacing": length_m / cells},
        "bathymetry": {"kind": "flat", "elevation_m": -depth_m},
        "stations": {f"{x:g}": {"x_m": x, "y_m": 0} for x in at_m},
    }


def test_friction_takes_energy_as_the_exponential_says(swan_run):
    at = (2e3, 5e3, 10e3, 20e3)
    run = swan_run(
        "friction",
        line(21e3, 420, 10, *at),
        {"waves": {"west": {**SWELL, "from_deg": 270}}},
        grid={"kind": "line"},
        spectral={**NARROW, "sector_deg": [250, 290]},
        physics={**QUIET, "friction": {"law": "jonswap", "cfjon": 0.038}},
    )
    known = friction_decay(1.0, 10.0, 10.0, np.array(at))
    # the width of the spectrum over frequencies, and the first-order scheme
    np.testing.assert_allclose(list(heights(run).values()), known, rtol=0.005)


def test_an_obstacle_lets_half_of_the_height_pass(swan_run):
    run = swan_run(
        "obstacle",
        {
            "mesh": {"kind": "regular", "x": 0, "y": 0, "size": [200, 1000], "spacing": 20},
            "bathymetry": {"kind": "flat", "elevation_m": -15},
            "stations": {"before": {"x_m": 100, "y_m": 300}, "behind": {"x_m": 100, "y_m": 800}},
        },
        {"waves": {"south": {**SWELL, "from_deg": 180}}},
        grid={"repeating": True},
        spectral={**NARROW, "sector_deg": [160, 200]},
        physics={
            **QUIET,
            "obstacles": {
                "wall": {
                    "transmission": {"kind": "constant", "trcoef": 0.5},
                    "line": [[-50, 510], [250, 510]],
                }
            },
        },
    )
    found = heights(run)
    assert found["behind"] / found["before"] == pytest.approx(0.5, rel=0.01)


BEACH = {"kind": "profile", "origin": {"x_m": 0, "y_m": 0}, "direction_deg": 90, "distance_m": [0, 4000],
         "elevation_m": [-12, -2]}  # fmt: skip
SEA = {"kind": "parametric", "hs": 2.0, "tp": 9.0, "from_deg": 270, "spread_deg": 15}
COAST = {"directions": 60, "low_hz": 0.05, "high_hz": 0.6}


def test_a_nest_has_the_waves_of_the_run_around_it(swan_run):
    stations = {"centre": {"x_m": 2500, "y_m": 3000}}
    nest = {"inner": {"x": 2000, "y": 2500, "size": [1000, 1000], "cells": [10, 10]}}
    coarse = {"mesh": {"kind": "regular", "x": 0, "y": 0, "size": [4000, 6000], "spacing": 100}}
    fine = {"mesh": {"kind": "regular", "x": 2000, "y": 2500, "size": [1000, 1000], "spacing": 50}}
    shared = {"bathymetry": BEACH, "stations": stations}
    outer = swan_run(
        "outer", {**coarse, **shared}, {"waves": {"west": SEA}}, spectral=COAST, physics=QUIET,
        output={**TABLE, "nests": nest},
    )  # fmt: skip
    inner = swan_run("inner", {**fine, **shared}, {}, spectral=COAST, physics=QUIET, boundary={"from_run": "outer"})
    assert heights(inner)["centre"] == pytest.approx(heights(outer)["centre"], rel=0.01)


def test_triangles_have_the_waves_of_a_grid(swan_run):
    pytest.importorskip("anuga", reason="it makes the triangles")
    stations = {f"{x}": {"x_m": x, "y_m": 3000} for x in (1000, 2000, 3000, 3700)}
    shared = {"bathymetry": BEACH, "stations": stations}
    grid = {"mesh": {"kind": "regular", "x": 0, "y": 0, "size": [4000, 6000], "spacing": 100}}
    box = {"mesh": {"kind": "box", "x": [0, 4000], "y": [0, 6000], "resolution_m": 120}}
    physics = {"breaking": {"law": "constant"}}
    found = [
        heights(swan_run(name, {**mesh, **shared}, {"waves": {"west": SEA}}, spectral=COAST, physics=physics))
        for name, mesh in (("grid", grid), ("triangles", box))
    ]
    for name in stations:
        assert found[1][name] == pytest.approx(found[0][name], rel=0.02), name
