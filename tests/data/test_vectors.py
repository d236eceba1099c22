"""Winds along the axes of a grid become winds towards true east and north, whatever the grid."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr
from pyproj import CRS

from rompy_hydra.core.geo import convergence_deg, project
from rompy_hydra.data.understand import Change
from rompy_hydra.data.vectors import grid_angle_deg
from rompy_hydra.errors import DataError
from tests.data.lookalike import HOURS, forcing, values

PLACE = [115.6, 115.7], [-32.5, -32.45]


def along(dims: tuple[str, str], shape: tuple[int, int], coords: Any, **attributes: Any) -> xr.Dataset:
    """10 m/s along the x axis of a grid."""
    fields = {n: (("time", *dims), np.full((9, *shape), v), attributes) for n, v in (("u10", 10.0), ("v10", 0.0))}
    return xr.Dataset(fields, coords={"time": HOURS, **coords})


def by_standard_name(data: xr.Dataset) -> xr.Dataset:
    for name, said in (("u10", "x_wind"), ("v10", "y_wind")):
        data[name].attrs["standard_name"] = said
    return data


def turned_by_30(names: tuple[str, str] = ("y", "x"), *, has_axes: bool = False) -> xr.Dataset:
    """A curvilinear grid whose x axis points 30 degrees to the left of east."""
    steps, angle = np.arange(-10, 11) * 0.1, np.radians(30.0)
    i, j = np.meshgrid(steps, steps)
    lon = 115.65 + (i * np.cos(angle) - j * np.sin(angle)) / np.cos(np.radians(-32.5))
    lat = -32.5 + i * np.sin(angle) + j * np.cos(angle)
    axes = {n: (n, steps, {"axis": a}) for n, a in zip(names, "YX", strict=True)} if has_axes else {}
    return by_standard_name(along(names, i.shape, {"lon": (names, lon), "lat": (names, lat), **axes}))


# The grid is turned in a plane that touches the globe in its middle; 0.1 degrees away that is 0.1 sin(lat) more.
LEFT_OF_EAST = pytest.approx(30.0, abs=0.1)


def towards_deg(data: xr.Dataset, **fields: Any) -> np.ndarray:
    """How far to the left of east the wind blows at the places."""
    u, v = values(data, *PLACE, **fields)
    assert np.hypot(u, v) == pytest.approx(10.0, abs=1e-3)  # a chord between directions that differ by 0.1 degrees
    return np.degrees(np.arctan2(v, u))


def transposed(data: xr.Dataset) -> xr.Dataset:
    first, second = data.lon.dims
    return data.transpose("time", second, first)


@pytest.mark.parametrize(
    "data",
    [
        turned_by_30(),
        transposed(turned_by_30()),
        transposed(turned_by_30(("south_north", "west_east"))),
        transposed(turned_by_30(("eta_rho", "xi_rho"))),
        transposed(turned_by_30(("a", "b"), has_axes=True)),
        turned_by_30(has_axes=True).isel(x=slice(None, None, -1)),
        turned_by_30(has_axes=True).isel(y=slice(None, None, -1)),
        transposed(turned_by_30(("a", "b"), has_axes=True).isel(a=slice(None, None, -1), b=slice(None, None, -1))),
        turned_by_30(("a", "b")),
    ],
)
def test_a_wind_along_a_curvilinear_grid_is_the_same_however_the_grid_is_stored(data: xr.Dataset):
    assert towards_deg(data) == LEFT_OF_EAST


@pytest.mark.parametrize("data", [turned_by_30().isel(x=slice(None, None, -1)), transposed(turned_by_30(("a", "b")))])
def test_a_grid_that_does_not_tell_its_x_axis_is_refused(data: xr.Dataset):
    with pytest.raises(DataError, match="of u10 run in ways that do not tell which of them is its x axis"):
        values(data, *PLACE)


class TestGrib:
    """HRRR, NAM and AROME keep their winds along the grid, and say so by a flag that stands beside eastward_wind."""

    def data(self, flag: int = 1, **scanned: int) -> xr.Dataset:
        data = turned_by_30()
        for name, said in (("u10", "eastward_wind"), ("v10", "northward_wind")):
            data[name].attrs = {"standard_name": said, "GRIB_uvRelativeToGrid": flag, **scanned}
        return data

    def test_a_wind_relative_to_the_grid_is_turned_and_told(self):
        assert towards_deg(self.data()) == LEFT_OF_EAST
        change = Change("eastward_wind", "along the grid", "towards true east", "uvRelativeToGrid")
        assert change in forcing(self.data()).wind.changes("forcing.wind")
        assert towards_deg(self.data(flag=0)) == pytest.approx(0.0)

    def test_rows_from_north_to_south_are_told_by_the_way_they_are_scanned(self):
        data = self.data(GRIB_iScansNegatively=0, GRIB_jScansPositively=0).isel(y=slice(None, None, -1))
        assert towards_deg(data) == LEFT_OF_EAST
        data = self.data(GRIB_iScansNegatively=1, GRIB_jScansPositively=1).isel(x=slice(None, None, -1))
        assert towards_deg(data) == LEFT_OF_EAST

    def test_what_the_config_says_against_the_data_is_done_and_told(self):
        assert towards_deg(self.data(), along="east_north") == pytest.approx(0.0)
        told = forcing(self.data(), along="east_north").wind.changes("forcing.wind")
        found = "along the grid, by its uvRelativeToGrid"
        assert Change("u10", found, "taken as towards true east", "the config") in told

    def test_along_meridians_there_is_nothing_to_turn(self):
        lon, lat = 115.0 + np.arange(11) / 10, -33.0 + np.arange(11) / 10
        data = along(("lat", "lon"), (11, 11), {"lon": lon, "lat": lat}, GRIB_uvRelativeToGrid=1)
        assert towards_deg(data) == pytest.approx(0.0)


def test_half_a_wind_along_the_grid_is_a_wind_along_the_grid():
    data = turned_by_30()
    del data.u10.attrs["standard_name"]
    assert towards_deg(data) == LEFT_OF_EAST


def on_axes(crs: CRS | str, x: np.ndarray, y: np.ndarray) -> xr.Dataset:
    data = by_standard_name(along(("y", "x"), (len(y), len(x)), {"y": y, "x": x}, grid_mapping="crs"))
    return data.assign(crs=((), 0, CRS(crs).to_cf()))


def test_a_rotated_pole_without_longitudes_is_turned_by_its_true_directions():
    """In degrees of a rotated pole angles on a map are not those on the globe: far from its equator by a lot."""
    rotated = {
        "grid_mapping_name": "rotated_latitude_longitude",
        "grid_north_pole_latitude": 39.25,
        "grid_north_pole_longitude": -162.0,
        "earth_radius": 6_371_229.0,
    }
    lon, lat = 15.0, 60.0
    rlon, rlat = (float(c) for c in project(np.array(lon), np.array(lat), "EPSG:4326", CRS.from_cf(rotated).to_wkt()))
    x, y = np.arange(rlon - 1.0, rlon + 1.1, 0.25), np.arange(rlat - 1.0, rlat + 1.1, 0.25)
    data = on_axes(CRS.from_cf(rotated), x, y)
    u, v = values(data, [lon], [lat])
    # Between the meridians of both poles, by the law of sines: sin(angle) / cos(pole) = sin(dlon) / cos(rlat).
    sine = np.cos(np.radians(39.25)) * np.sin(np.radians(18.0 - lon)) / np.cos(np.radians(rlat))
    assert np.degrees(np.arctan2(v, u)) == pytest.approx(np.full((3, 1), np.degrees(np.arcsin(sine))), abs=1e-3)


@pytest.mark.parametrize("crs", ["EPSG:32750", "EPSG:3413", "EPSG:3857"])
def test_in_a_projection_that_keeps_angles_the_wind_turns_by_the_meridian_convergence(crs: str):
    lon, lat = (115.0, -32.5) if crs != "EPSG:3413" else (-20.0, 75.0)
    x, y = (float(c) for c in project(np.array(lon), np.array(lat), "EPSG:4326", crs))
    data = on_axes(crs, x + np.arange(-3, 4) * 25_000.0, y + np.arange(-3, 4) * 25_000.0)
    array = xr.DataArray(np.zeros((7, 7)), dims=("y", "x"), coords={"x": data.x, "y": data.y})
    east, north = project(*np.meshgrid(data.x, data.y), crs, "EPSG:4326")
    # A thousandth of a cell is 25 m, of which the position is known to 1e-8 m.
    expected = -convergence_deg(east, north, crs)
    assert grid_angle_deg(array, crs, "k") == pytest.approx(expected, abs=1e-6)


def test_a_curvilinear_grid_in_metres_is_turned_too():
    x, y = (float(c) for c in project(np.array(115.65), np.array(-32.5), "EPSG:4326", "EPSG:32750"))
    steps, angle = np.arange(-10, 11) * 5_000.0, np.radians(30.0)
    i, j = np.meshgrid(steps, steps)
    coords = {
        "easting": (("m", "n"), x + i * np.cos(angle) - j * np.sin(angle)),
        "northing": (("m", "n"), y + i * np.sin(angle) + j * np.cos(angle)),
    }
    data = along(("m", "n"), i.shape, coords)
    convergence = convergence_deg(np.array(PLACE[0]), np.array(PLACE[1]), "EPSG:32750")
    assert towards_deg(data, along="grid", crs="EPSG:32750")[0] == pytest.approx(30.0 - convergence, abs=1e-3)
