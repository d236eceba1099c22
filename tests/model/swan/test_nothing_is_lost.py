"""What a config says is written for SWAN, or refused: never ignored, overwritten or thinned out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rompy_hydra.errors import RompyHydraError
from rompy_hydra.model.swan.boundary_part import _along, _at_start
from rompy_hydra.model.swan.generating import site_of
from tests.forcing.atlases import constant, write_fes

from .sea import LOCAL, START, STATIONARY, SWELL, WEST, sea

EARLY = {"times": [START, "2020-01-01T02:00:00Z"], "values_m": [0.0, 0.0]}
SURGE = {"peak_m": 2.0, "time": "2020-01-01T01:00:00Z", "duration": "1h"}


def generated(folder: Path, *changes: dict[str, Any]) -> tuple[Path, str]:
    """The workspace of an experiment, and its command file."""
    workspace = sea(folder, *changes).generate()
    return workspace, (workspace / "INPUT").read_text()


def problems(folder: Path, *changes: dict[str, Any]) -> dict[str, str]:
    """Key and message of each problem of an experiment."""
    with pytest.raises(RompyHydraError) as caught:
        sea(folder, *changes).generate()
    return {p.key: p.message for p in caught.value.problems}


def levels_m(workspace: Path) -> np.ndarray:
    """(nt,) levels at the first point of a uniform field."""
    return np.loadtxt(workspace / "wlevel.grd")[::2, 0]


def test_a_surge_on_a_level_is_written_as_it_rises(tmp_path: Path):
    workspace, _ = generated(tmp_path, {"forcing": {"water_level": {"kind": "series", **EARLY, "surge": SURGE}}})
    found = levels_m(workspace)
    assert len(found) == 13
    assert found[6] == pytest.approx(2.0, abs=1e-3)
    assert found[0] < 0.2


def test_the_tide_of_an_atlas_is_written_every_ten_minutes(tmp_path: Path):
    axes = np.arange(3.0, 6.0, 0.25), np.arange(51.0, 54.0, 0.25)
    write_fes(tmp_path / "atlas", {"M2": constant(1.0 + 0.0j)}, *axes)
    tide = {"kind": "atlas", "path": str(tmp_path / "atlas"), "constituents": ["M2"]}
    pytest.importorskip("pyTMD")
    _, text = generated(tmp_path, {"period": {"duration": "6h"}, "forcing": {"tides": tide}})
    assert "NONSTATionary 20200101.000000 600. SEC 20200101.060000" in " ".join(text.replace("&\n", "").split())


def test_spectra_of_a_stationary_run_are_those_of_its_start():
    times = [datetime(2020, 1, 1, hour, tzinfo=UTC) for hour in (0, 1, 2)]
    blocks = iter([np.full((2, 1, 1, 1), [[[[2.0]]], [[[6.0]]]]), np.full((1, 1, 1, 1), 9.0)])
    found = _at_start(blocks, times, times[0] + timedelta(minutes=45))
    assert found.shape == (1, 1, 1, 1)
    assert found.item() == pytest.approx(5.0)


def test_distances_along_a_bend_on_the_sphere_are_metres(tmp_path: Path):
    """Half a side of 0.4 degrees of longitude, and one step around the corner, at 52 degrees north."""
    run = sea(tmp_path, {"domain": {"boundaries": {"ocean": ["west", "south"]}}})
    site = site_of(run.model, run)
    (stretch,) = site.geometry.stretches["ocean"]
    north_to_south = 0.2
    metres_down = north_to_south * 111_290.0
    metres_along = 0.2 * 111_320.0 * np.cos(np.radians(52.0))
    down, around = _along(site.geometry, stretch, [metres_down / 2, metres_down + metres_along])
    assert down == pytest.approx(0.1, rel=2e-3)
    assert around == pytest.approx(north_to_south + 0.2, rel=3e-3)


def test_a_stationary_run_leaves_a_restart_file(tmp_path: Path):
    _, text = generated(
        tmp_path, SWELL, {"forcing": {"waves": {"west": WEST}}},
        {"model": {"mode": STATIONARY, "output": {"restart": {"at_end": True}}}},
    )  # fmt: skip
    lines = text.splitlines()
    assert lines.index("COMPute") < next(i for i, line in enumerate(lines) if line.startswith("HOTFile"))


def test_a_first_guess_is_given_to_a_stationary_run_too(tmp_path: Path):
    guess = {"kind": "parametric", "hs": 1.0, "tp": 8.0, "from_deg": -90.0}
    waves = {"forcing": {"waves": {"west": WEST}}}
    _, text = generated(tmp_path, waves, {"model": {"mode": STATIONARY, "initial": guess}})
    assert "INITial PAR HSIG=1. PER=8. DIR=270." in text


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"mode": {"spin_up": "15min"}}, "model.mode.spin_up"),
        ({"output": {"tables": {"points": {"start": "2020-01-01T00:07Z"}}}}, "model.output.tables.points.start"),
        ({"mode": STATIONARY, "output": {"restart": {"every": "1h"}}}, "model.output.restart.every"),
    ],
    ids=["a spin-up between steps", "a first output between steps", "restarts of a single time"],
)
def test_times_that_swan_does_not_compute_are_refused(tmp_path: Path, change: dict[str, Any], key: str):
    found = problems(tmp_path, {"model": change})
    assert key in found


def test_a_file_of_the_user_overwrites_nothing(tmp_path: Path):
    (tmp_path / "mine").write_text("1\n")
    found = problems(tmp_path, {"model": {"files": {"bottom.grd": str(tmp_path / "mine")}}})
    assert found == {"model.files.bottom.grd": "bottom.grd is also the file of domain.bathymetry"}


@pytest.mark.parametrize("name", ["../evil", "/tmp/evil", "a b", "x" * 37])
def test_a_file_of_the_user_has_a_plain_name(tmp_path: Path, name: str):
    assert "expected a plain name" in str(problems(tmp_path, {"model": {"files": {name: "x"}}}))


def test_letters_that_swan_does_not_read_are_refused(tmp_path: Path):
    extra = {"model": {"extra_commands": {"physics": ["$ Küste"]}}}
    assert "characters of ASCII" in str(problems(tmp_path, extra))


@pytest.mark.parametrize("name", ["COMPGRID", "stations", "Grid"])
def test_a_set_of_points_has_a_name_of_its_own(tmp_path: Path, name: str):
    points = {"kind": "points", "points": [[4.1, 52.1]]}
    assert "call it otherwise" in str(problems(tmp_path, {"model": {"output": {"sets": {name: points}}}}))


def test_periods_of_every_point_and_time_are_within_the_spectrum(tmp_path: Path):
    point = {"hs": 1.0, "from_deg": 270.0, "spread_deg": 25.0}
    both = [{"distance_m": 0.0, "tp": 8.0, **point}, {"distance_m": 1000.0, "tp": 30.0, **point}]
    found = problems(tmp_path, {"domain": LOCAL, "forcing": {"waves": {"west": {"kind": "points", "points": both}}}})
    assert "a period of 30 s" in found["forcing.waves.west"]


def test_waves_on_their_way_out_are_refused(tmp_path: Path):
    found = problems(tmp_path, {"forcing": {"waves": {"west": {**WEST, "from_deg": 85.0}}}})
    assert found == {"forcing.waves.west.from_deg": "waves from 85 degrees leave the domain through west"}
    generated(tmp_path, {"forcing": {"waves": {"west": {**WEST, "from_deg": 200.0}}}})


def test_waves_over_land_are_refused_however_high_the_water_comes(tmp_path: Path):
    slope = {"kind": "profile", "origin": {"x_m": 0, "y_m": 0}, "direction_deg": 90}
    slope |= {"distance_m": [0, 20000], "elevation_m": [15, -5]}
    level = {"kind": "series", "times": EARLY["times"], "values_m": [0.0, 2.0]}
    found = problems(
        tmp_path, {"domain": {**LOCAL, "bathymetry": slope}, "forcing": {"water_level": level, "waves": {"west": WEST}}}
    )
    assert "on land" in found["forcing.waves.west"]


def test_an_obstacle_outside_of_the_grid_is_refused(tmp_path: Path):
    obstacle = {"transmission": {"kind": "constant", "trcoef": 0.5}, "line": [[25e3, 1e3], [25e3, 2e3]]}
    found = problems(tmp_path, {"domain": LOCAL, "model": {"physics": {"obstacles": {"mole": obstacle}}}})
    assert "outside of the grid" in found["model.physics.obstacles.mole.line"]


def nest(folder: Path, x: float) -> dict[str, Any]:
    """A nest file around a square of a kilometre from x and y = 2000 on."""
    side = np.linspace(0, 1000, 6)[:-1]
    ring = [(s, 0) for s in side] + [(1000, s) for s in side] + [(1000 - s, 1000) for s in side]
    ring += [(0, 1000 - s) for s in side]
    rows = [f"{x + a:.1f} {2000 + b:.1f}" for a, b in ring]
    (folder / "a.nest").write_text("\n".join(["SWAN 1", "LOCATIONS", str(len(rows)), *rows, ""]))
    return {"model": {"mode": STATIONARY, "boundary": {"file": str(folder / "a.nest")}}}


INNER: dict[str, Any] = {
    "domain": {
        "crs": "local",
        "mesh": {"kind": "regular", "x": 2000.0, "y": 2000.0, "size": [1000.0, 1000.0], "cells": [10, 10]},
        "stations": {"a": {"x_m": 2500, "y_m": 2500}, "b": {"x_m": 2600, "y_m": 2600}},
    }
}


def test_a_nest_is_on_the_boundary_of_the_grid_inside_of_it(tmp_path: Path):
    generated(tmp_path, INNER, nest(tmp_path, 2000.0))
    found = problems(tmp_path, INNER, nest(tmp_path, 1200.0))
    assert "places of the nest are not on the boundary" in found["model.boundary.file"]


def test_waves_beside_a_nest_that_is_closed_are_refused(tmp_path: Path):
    found = problems(tmp_path, INNER, nest(tmp_path, 2000.0), {"forcing": {"waves": {"west": WEST}}})
    assert "would have no effect" in found["forcing.waves"]
