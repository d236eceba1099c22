"""The order of dimensions and of what is along them; grids that are no rectangles."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from rompy_hydra.data.understand import Understood
from rompy_hydra.errors import DataError
from tests.data.lookalike import HOURS, air


def plain(data: xr.Dataset, name: str = "u10") -> xr.DataArray:
    return Understood(data, "forcing.wind.source").plain(name)


def refused(data: xr.Dataset) -> str:
    with pytest.raises(DataError) as caught:
        plain(data)
    return str(caught.value)


def test_time_comes_first_and_places_last():
    data = air().expand_dims(depth=[0.5, 10.0]).transpose("lon", "depth", "lat", "time")
    found = plain(data)
    assert found.dims == ("time", "depth", "lat", "lon")
    assert found.depth.values.tolist() == [0.5, 10.0]
    assert np.array_equal(found.values, data.u10.transpose("time", "depth", "lat", "lon").values)


def test_a_dimension_of_one_is_dropped_and_one_without_a_coordinate_kept():
    data = air().expand_dims(height=[10.0]).expand_dims(member=3)
    assert plain(data).dims == ("time", "member", "lat", "lon")


def test_projected_coordinates_are_put_in_order():
    data = air().drop_attrs().rename(lon="x", lat="y")
    data = data.assign_coords(x=350_000.0 + 1000.0 * np.arange(21)[::-1], y=6_400_000.0 - 500.0 * np.arange(21))
    found = plain(data)
    assert found.dims == ("time", "y", "x")
    assert (np.diff(found.x) > 0).all()
    assert (np.diff(found.y) > 0).all()
    assert np.array_equal(found.values, data.u10.values[:, ::-1, ::-1])


def test_metres_that_are_said_to_be_longitudes_are_refused():
    data = air().assign_coords(lon=350_000.0 + 1000.0 * np.arange(21))
    message = refused(data)
    assert "coordinate lon of u10 goes from 350000 to 370000, expected degrees" in message
    assert "if they are metres, say in which crs" in message


@pytest.mark.parametrize(
    ("dim", "values", "message"),
    [
        ("lat", [-35, -34, -36, -33, -32], "-34 is followed by -36 (position 2)"),
        ("lat", [-35, -34, -34, -33, -32], "-34 is followed by -34 (position 2)"),
        ("lon", [115, 117, 116, 119, 118], "117 is followed by 116 (position 2)"),
        ("lon", [115, 116, 116, 118, 119], "116 is followed by 116 (position 2)"),
        ("lat", [-35, np.nan, -33, -32, -31], "coordinate lat of u10 holds values that are no numbers"),
    ],
)
def test_coordinates_in_no_order_are_refused_with_the_place(dim: str, values: list[float], message: str):
    data = air().isel(lat=slice(5), lon=slice(5))
    assert message in refused(data.assign_coords({dim: np.array(values, dtype=float)}))


def test_several_forecasts_in_one_file_are_refused():
    data = air().expand_dims(start=2).rename(time="step")
    times = np.stack([HOURS, HOURS + np.timedelta64(6, "h")])
    data = data.assign_coords(valid_time=(("start", "step"), times)).drop_vars("step")
    message = refused(data)
    assert "the time valid_time of u10 depends on start, step: several forecasts in one file" in message
    assert "give a file with one time after the other" in message


@pytest.mark.parametrize("name", ["time", "Time", "time_counter"])
def test_a_dimension_of_time_whose_times_are_not_known_is_not_dropped(name: str):
    data = air().isel(time=[3]).drop_vars("time").rename(time=name)
    assert f"u10 is along {name}, of which the data have no coordinate that tells its times" in refused(data)


def test_the_times_of_wrf_are_understood():
    data = air().drop_vars("time").rename(time="Time")
    data["Times"] = ("Time", np.array([str(t)[:19].replace("T", "_").encode() for t in HOURS]))
    assert np.array_equal(plain(data).time.values, HOURS)


@pytest.mark.parametrize("lead", [3, np.timedelta64(3, "h")])
def test_a_forecast_that_says_only_when_it_begins_is_refused(lead: object):
    data = air().assign_coords(step=lead)
    assert "time of u10 is when a forecast begins: its values hold later by step" in refused(data)
    valid = data.assign_coords(valid_time=("time", HOURS + np.timedelta64(3, "h")))
    assert np.array_equal(plain(valid).time.values, HOURS + np.timedelta64(3, "h"))
    assert plain(air().assign_coords(step=lead * 0)).sizes["time"] == 9


def test_a_curvilinear_grid_keeps_its_rows_and_columns():
    j, i = np.mgrid[0:4, 0:5]
    lon, lat = 115.0 + 0.1 * i + 0.02 * j, -33.0 + 0.1 * j - 0.02 * i
    z = np.arange(20.0).reshape(4, 5)
    places = {"lon_rho": (("eta", "xi"), lon), "lat_rho": (("eta", "xi"), lat)}
    data = xr.Dataset({"z": (("eta", "xi"), z)}, coords=places)
    for said in (data, data.transpose("xi", "eta"), data.assign(z=data.z.transpose("xi", "eta"))):
        found = plain(said, "z")
        assert found.dims == found.lon.dims == found.lat.dims == ("j", "i")
        by_place = zip(found.lon.values.ravel(), found.lat.values.ravel(), found.values.ravel(), strict=True)
        assert set(by_place) == set(zip(lon.ravel(), lat.ravel(), z.ravel(), strict=True))


def test_stations_are_sites():
    data = xr.Dataset(
        {"hs": (("time", "station"), np.arange(27.0).reshape(9, 3))},
        coords={"time": HOURS, "lon": ("station", [115.0, 359.0, 181.0]), "lat": ("station", [-32.0, -33.0, -34.0])},
    )
    found = plain(data, "hs")
    assert found.dims == ("time", "site")
    assert found.lon.values.tolist() == [115.0, -1.0, -179.0]
    assert np.array_equal(found.values, data.hs.values)
