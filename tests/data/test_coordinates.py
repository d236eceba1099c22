"""Places in kilometres, feet, radians or degrees to the west are the places that they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr
from pyproj import CRS

from rompy_hydra.core.geo import project
from rompy_hydra.data.understand import Change
from rompy_hydra.errors import DataError
from tests.data.lookalike import LAT, LON, air, forcing, values

PLACES = [115.6, 115.9], [-32.6, -32.5]


def in_units(factor: float, units: str | None, crs: str = "EPSG:32750") -> xr.Dataset:
    """A wind that grows with easting and northing, on coordinates in other units."""
    x, y = 330_000.0 + 5_000.0 * np.arange(30), 6_350_000.0 + 5_000.0 * np.arange(30)
    attributes: dict[str, Any] = {} if units is None else {"units": units}
    field = ("y", "x"), x[None, :] / 1e5 + y[:, None] / 1e6
    coords = {"x": ("x", x * factor, attributes), "y": ("y", y * factor, attributes)}
    data = xr.Dataset({"u10": field, "v10": field}, coords)
    for name in ("u10", "v10"):
        data[name].attrs["grid_mapping"] = "crs"
    return data.assign(crs=((), 0, CRS(crs).to_cf()))


EXPECTED = [x / 1e5 + y / 1e6 for x, y in zip(*project(*map(np.array, PLACES), "EPSG:4326", "EPSG:32750"), strict=True)]


@pytest.mark.parametrize(
    ("factor", "units"),
    [(1.0, None), (1.0, "m"), (1.0, "Meters"), (1e-3, "km"), (1e-3, "kilometers"), (1 / 0.3048, "ft"), (100.0, "cm")],
)
@pytest.mark.parametrize("crs", [None, "EPSG:32750"])
def test_coordinates_of_a_projection_may_be_in_any_unit(factor: float, units: str, crs: str | None):
    found = values(in_units(factor, units), *PLACES, at=[0], crs=crs)
    assert found[0, 0] == pytest.approx(EXPECTED, rel=1e-9)  # snapping to a millionth of a cell of 5 km


def test_what_was_converted_is_told():
    told = forcing(in_units(1e-3, "km")).wind.changes("forcing.wind")
    assert [c for c in told if c.found == "km"] == [Change("x", "km", "m", "units"), Change("y", "km", "m", "units")]


def test_the_unit_of_a_system_in_feet_is_its_own():
    """EPSG:2230 counts in US survey feet; coordinates of data in it do too."""
    x, y = 6_000_000.0 + 10_000.0 * np.arange(20), 1_800_000.0 + 10_000.0 * np.arange(20)
    coords = {"x": ("x", x, {"units": "US_survey_foot"}), "y": ("y", y, {"units": "US_survey_foot"})}
    field = ("y", "x"), np.broadcast_to(x / 1e6, (20, 20)).copy()
    data = xr.Dataset({"u10": field, "v10": field}, coords)
    lon, lat = project(np.array([6_055_000.0]), np.array([1_855_000.0]), "EPSG:2230", "EPSG:4326")
    assert values(data, lon, lat, at=[0], crs="EPSG:2230")[0, 0, 0] == pytest.approx(6.055, rel=1e-6)


def test_units_that_are_no_lengths_are_refused():
    with pytest.raises(DataError, match="units 'hours' of coordinate x do not fit its reference system"):
        values(in_units(1.0, "hours"), *PLACES, at=[0])


@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        ((np.radians(LON), "radians"), (np.radians(LAT), "radians")),
        ((-LON, "degrees_west"), (LAT, "degrees_north")),
        ((LON, "degrees_east"), (-LAT, "degrees_south")),
        ((LON, "degrees east"), (LAT, "deg N")),
    ],
)
def test_degrees_may_be_said_in_radians_or_to_the_other_side(lon: Any, lat: Any):
    data = air().assign_coords(
        {n: (n, c, {"units": units}) for n, (c, units) in {"lon": lon, "lat": lat}.items()}
    )  # fmt: skip
    assert values(data, *PLACES) == pytest.approx(values(air(), *PLACES), abs=1e-9)
