"""Beds and boundary segments that no water reaches."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from rompy_hydra.domain import Domain
from rompy_hydra.source.file import FileSource

BEACH = {
    "kind": "profile",
    "origin": {"x_m": 0, "y_m": 0},
    "direction_deg": 0,
    "distance_m": [0, 500],
    "elevation_m": [-5, 3],
}
FLAT = {"kind": "flat", "elevation_m": 0.5}


@pytest.fixture
def surveyed(polygon, tmp_path: Path):
    """The local domain of 1000 m by 500 m over a survey with numbers from 2 (south) to 6 (north), or the negatives."""

    def make(turn: int = 1, **bed) -> Domain:
        x, y = np.linspace(-100, 1100, 13), np.linspace(-100, 600, 8)
        values = turn * (2.0 + 4.0 * np.clip(y, 0, 500) / 500)[:, None] * np.ones(13)
        path = tmp_path / "survey.nc"
        xr.Dataset({"bed": (("y", "x"), values)}, coords={"x": x, "y": y}).to_netcdf(path)
        grid = {"kind": "grid", "source": FileSource(path=path), "crs": "local", **bed}
        return polygon(bathymetry=grid, boundaries={"ocean": [0], "back": [2]})

    return make


@pytest.mark.parametrize(
    ("turn", "sign", "words"),
    [
        (-1, "depth", "is bathymetry.sign right? it says depth, and all numbers here are negative"),
        (1, "elevation", "is bathymetry.sign right? it says elevation, and all numbers here are positive"),
    ],
)
def test_a_sign_that_makes_everything_land_is_refused(surveyed, turn: int, sign: str, words: str):
    (problem,) = surveyed(turn, sign=sign).problems()
    assert (problem.key, problem.value, problem.hint, problem.data) == ("domain.bathymetry.sign", sign, words, True)
    message = "all of the domain is dry: the water reaches 0.00 m over MSL, the bed is at 2.00 m or higher"
    assert problem.message == message


@pytest.mark.parametrize(("turn", "sign"), [(1, "depth"), (-1, "elevation")])
def test_the_right_sign_passes(surveyed, turn: int, sign: str):
    assert surveyed(turn, sign=sign).problems() == []


@pytest.mark.parametrize(("level", "count"), [(1.9, 1), (2.1, 0), (math.inf, 0)])
def test_a_bed_on_a_hill_is_wet_where_the_level_of_the_run_reaches_it(surveyed, level: float, count: int):
    assert len(surveyed(1, sign="elevation").problems(level)) == count


def test_an_idealised_bed_is_compared_only_with_a_known_level(polygon):
    dam = polygon(bathymetry=FLAT)
    assert dam.problems() == []
    assert dam.problems(1.0) == []
    (problem,) = dam.problems(0.5)
    assert problem.key == "domain.bathymetry"
    assert problem.hint == "elevations are positive up: negative under water"
    hollow = {"centre": {"x_m": 500, "y_m": 250, "height_m": -2, "radius_m": 100}}
    assert polygon(bathymetry={**FLAT, "features": hollow}).problems(0.5) == []


def test_depths_of_a_mesh_file_of_the_wrong_sign_are_refused(gr3: Path, from_file):
    text = gr3.read_text()
    for depth in (2, 4, 6, 8):
        text = text.replace(f" {depth}.0\n", f" -{depth}.0\n")
    gr3.write_text(text)
    (problem,) = from_file(gr3, bathymetry={"kind": "mesh"}).problems()
    assert "all of the domain is dry" in problem.message
    assert "positive down" in problem.hint
    assert from_file(gr3, bathymetry={"kind": "mesh", "offset_m": -50}).problems() == []


def test_an_open_boundary_on_land_is_told_with_its_name(surveyed):
    low, high = surveyed(1, sign="elevation"), {"ocean": 4.0, "back": 4.0}
    (problem,) = low.dry_segments(high)
    assert problem.key == "domain.boundaries.back"
    reaches = "its water level reaches 4.00 m over MSL, its bed is at 6.00 m or higher"
    share = "48% of the domain is above that level"
    assert problem.message == f"the boundary segment 'back' is on land: {reaches}; {share}"
    assert low.dry_segments({"ocean": 4.0}) == []
    assert low.dry_segments({}) == []


@pytest.mark.parametrize(
    ("bathymetry", "level", "dry"),
    [(BEACH, 1.0, ["north"]), (BEACH, 3.5, []), (FLAT, 0.4, ["south", "north"]), (FLAT, 0.6, [])],
)
def test_a_segment_is_dry_only_where_all_of_it_is(bathymetry, level: float, dry: list[str]):
    mesh = {"kind": "box", "x": (0, 1000), "y": (0, 500), "resolution_m": 100}
    domain = Domain(crs="local", mesh=mesh, bathymetry=bathymetry)
    names = ["south", "north"] if bathymetry is FLAT else ["south", "east", "north", "west"]
    found = domain.dry_segments(dict.fromkeys(names, level))
    assert sorted(p.key.rsplit(".", 1)[1] for p in found) == sorted(dry)


def test_the_segments_of_a_mesh_file_and_the_shores_of_islands_are_looked_at(gr3: Path, from_file, polygon):
    domain = from_file(gr3, bathymetry={"kind": "mesh", "offset_m": 3.0})  # bed 1 and -1 at the open boundary
    assert domain.dry_segments({"open_1": -0.9}) == []
    assert [p.key for p in domain.dry_segments({"open_1": -1.1})] == ["domain.boundaries.open_1"]
    island = {"holes": {"rock": {"outline": [[450, 200], [550, 200], [550, 300]]}}}
    beach = polygon(mesh=island, bathymetry=BEACH)  # bed from -1.8 to -0.2 around the rock
    assert beach.dry_segments({"rock": -1.7}) == []
    assert [p.key for p in beach.dry_segments({"rock": -1.9})] == ["domain.boundaries.rock"]
