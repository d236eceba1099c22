"""Whatever is wrong with data names their file, and what is assumed of them is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from pydantic import ValidationError

from rompy_hydra.core.period import Period
from rompy_hydra.domain import Domain
from rompy_hydra.errors import DataError
from rompy_hydra.forcing import Forcing

PERIOD = Period(start="2023-01-01", duration="6h")
DOMAIN = Domain(
    mesh={"kind": "box", "x": (115.4, 115.8), "y": (-32.8, -32.4), "resolution_m": 5000},
    bathymetry={"kind": "flat", "elevation_m": -5},
)


def wind(path: Path, units: str = "m s-1", hours: int = 9, east: float = 118.0) -> dict[str, Any]:
    """A node of a wind of ten units towards east, in a file."""
    coords = {
        "time": np.datetime64("2023-01-01", "ns") + np.arange(hours) * np.timedelta64(1, "h"),
        "lat": np.arange(-35.0, -29.9),
        "lon": np.arange(113.0, east),
    }
    shape = tuple(map(len, coords.values()))
    attributes = {"units": units} if units else {}
    data = xr.Dataset(
        {n: (tuple(coords), np.full(shape, v), attributes) for n, v in (("u10", 10.0), ("v10", 0.0))}, coords
    )
    data.to_netcdf(path)
    return {"kind": "grid", "source": {"source_type": "file", "path": str(path)}}


def test_data_that_are_short_of_the_period_or_the_domain_name_their_file(tmp_path: Path):
    for node in (wind(tmp_path / "short.nc", hours=5), wind(tmp_path / "narrow.nc", east=115.5)):
        (problem,) = Forcing(wind=node).problems(PERIOD, DOMAIN)
        assert problem.file == node["source"]["path"]
        assert f"    file: {problem.file}\n" in str(problem)
        assert problem.as_dict()["file"] == problem.file


def test_a_variable_that_is_not_there_is_told_with_the_file(tmp_path: Path):
    node = {**wind(tmp_path / "wind.nc"), "u": "u1O", "v": "v10"}
    (problem,) = Forcing(wind=node).problems(PERIOD, DOMAIN)
    assert (problem.key, problem.file) == ("forcing.wind.u", node["source"]["path"])


def test_the_file_of_a_table_is_told_too(tmp_path: Path):
    path = tmp_path / "levels.csv"
    path.write_text("time,ssh\n2023-01-01T00:00,0\n2023-01-01T03:00,1\n")
    level = {"kind": "series", "source": {"source_type": "csv", "path": str(path)}}
    (problem,) = Forcing(water_level=level).problems(PERIOD, None)
    assert problem.file == str(path)


def test_a_file_that_the_message_names_is_not_named_twice(tmp_path: Path):
    node = {"kind": "grid", "source": {"source_type": "file", "path": str(tmp_path / "none.nc")}}
    (problem,) = Forcing(wind=node).problems(PERIOD, DOMAIN)
    assert str(problem).count("none.nc") == 1


def test_values_that_are_read_later_name_their_file(tmp_path: Path):
    node = wind(tmp_path / "wind.nc")
    far = np.array([10.0])
    with Forcing(wind=node).wind.prepared(PERIOD, DOMAIN) as ready, pytest.raises(DataError) as caught:
        ready.at([PERIOD.start], far, far)
    assert "outside of the grid" in str(caught.value)
    with pytest.raises(DataError) as caught, Forcing(wind=node).wind.prepared(PERIOD, DOMAIN) as ready:
        ready.at([PERIOD.start], far, far)
    assert caught.value.problems[0].file == node["source"]["path"]


@pytest.mark.parametrize(
    ("said", "told", "row"),
    [
        ("", None, ("no units", "m s-1", "assumed")),
        ("knots", None, ("knots", "m s-1", "units")),
        ("knots", "m/s", ("knots", "m s-1", "the config says m/s")),
        ("", "knots", ("knots", "m s-1", "the config")),
    ],
)
def test_units_that_are_assumed_or_contradicted_are_told(
    tmp_path: Path, said: str, told: str | None, row: tuple[str, str, str]
):
    changes = Forcing(wind={**wind(tmp_path / "wind.nc", units=said), "units": told}).wind.changes("forcing.wind")
    assert row in [(c.found, c.made, c.why) for c in changes if c.what == "u10"]


def test_both_components_of_one_variable_are_refused(tmp_path: Path):
    with pytest.raises(ValidationError, match="u and v are the same variable, u10"):
        Forcing(wind={**wind(tmp_path / "wind.nc"), "u": "u10", "v": "u10"})
