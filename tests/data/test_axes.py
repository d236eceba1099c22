"""Which coordinate is which: what the config says, then attributes, then names."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr

from rompy_hydra.data.axes import frame_of, need_places, with_coordinates
from rompy_hydra.errors import DataError
from tests.data.lookalike import air, domain, problems, values

LON = {"standard_name": "longitude"}
LAT = {"units": "degrees_north"}


def grid(x: str, y: str, x_attributes: Any = None, y_attributes: Any = None, **more: Any) -> xr.DataArray:
    coords = {x: (x, [1.0, 2.0], x_attributes or {}), y: (y, [3.0, 4.0], y_attributes or {}), **more}
    return xr.DataArray(np.zeros((2, 2)), dims=(y, x), coords=coords, name="u10")


def names(array: xr.DataArray, given: dict[str, str] | None = None, lonlat: bool | None = None) -> tuple[Any, ...]:
    frame = frame_of(array, "forcing.wind.source", given, lonlat)
    return tuple(f.name if f else None for f in (frame.x, frame.y, frame.time)), frame.is_lonlat, frame.grid


@pytest.mark.parametrize(
    ("array", "x", "y", "is_lonlat"),
    [
        (grid("lon", "lat"), "lon", "lat", True),
        (grid("Longitude", "LATITUDE"), "Longitude", "LATITUDE", True),
        (grid("nav_lon", "nav_lat"), "nav_lon", "nav_lat", True),
        (grid("a", "b", LON, LAT), "a", "b", True),
        (grid("x", "y"), "x", "y", False),
        (grid("x", "y", LON, LAT), "x", "y", True),
        (grid("x", "y", {"units": "degrees_east"}, {"units": "degrees_north"}), "x", "y", True),
        (grid("easting", "northing"), "easting", "northing", False),
        (grid("x", "y", {"standard_name": "projection_x_coordinate", "units": "m"}, {"axis": "Y"}), "x", "y", False),
    ],
)
def test_coordinates_are_found_by_attributes_or_names(array: xr.DataArray, x: str, y: str, is_lonlat: bool):
    assert names(array) == ((x, y, None), is_lonlat, "rectangular")


def test_attributes_count_more_than_names():
    """A model on a rotated grid has its own lon and lat beside the true ones."""
    array = grid("rlon", "rlat", {"standard_name": "grid_longitude"}, {"standard_name": "grid_latitude"})
    true = {"standard_name": "longitude", "units": "degrees_east"}
    array = array.assign_coords(
        lon=(("rlat", "rlon"), np.ones((2, 2)), true),
        lat=(("rlat", "rlon"), np.ones((2, 2)), {"standard_name": "latitude"}),
    )
    assert names(array) == (("lon", "lat", None), True, "curvilinear")


def test_the_config_counts_most():
    array = grid("lon", "lat", LON, LAT).assign_coords(e=("lon", [5.0, 6.0]), n=("lat", [7.0, 8.0]))
    assert names(array, {"lon": "e", "lat": "n"})[0] == ("e", "n", None)
    assert names(grid("x", "y"), lonlat=True)[1] is True
    assert names(grid("lon", "lat"), lonlat=False)[1] is False


def test_a_coordinate_that_the_config_names_has_to_be_there():
    with pytest.raises(DataError) as caught:
        frame_of(grid("lon", "lat"), "forcing.wind.source", {"lon": "lonn"})
    (problem,) = caught.value.problems
    assert problem.key == "forcing.wind.source.coordinates.lon"
    assert problem.message == "u10 has no coordinate lonn; it has lon, lat"
    assert problem.hint == "did you mean 'lon'?"


@pytest.mark.parametrize(
    ("coords", "time"),
    [
        ({"time": ("t", [0, 1])}, "time"),
        ({"valid_time": ("t", [0, 1]), "time": 0}, "valid_time"),
        ({"valid_time": ("t", [0, 1]), "time": ("t", [0, 1])}, "valid_time"),  # for which the values hold
        ({"Times": ("t", np.array(["2023-01-01", "2023-01-02"], "M8[ns]"))}, "Times"),
        ({"Times": ("t", np.array([b"2023-01-01_00:00:00", b"2023-01-01_01:00:00"]))}, "Times"),  # as WRF has it
        ({"a": ("t", [0, 1], {"standard_name": "time"}), "time": ("t", [0, 1])}, "a"),
        ({"a": ("t", [0, 1], {"axis": "T"})}, "a"),
        ({"time": np.datetime64("2023-01-01", "ns")}, "time"),
        ({}, None),
    ],
)
def test_the_time_is_the_one_for_which_values_hold(coords: dict[str, Any], time: str | None):
    array = xr.DataArray(np.zeros((2, 2)), dims=("t", "lon"), coords={"lon": [1.0, 2.0], **coords}, name="u10")
    assert names(array)[0][2] == time


@pytest.mark.parametrize(
    ("dims", "lon", "lat", "kind"),
    [
        (("a", "b"), ("b",), ("a",), "rectangular"),
        (("a", "b"), ("a", "b"), ("a", "b"), "curvilinear"),
        (("a",), ("a",), ("a",), "points"),
        (("a", "b"), (), ("a",), "none"),
        (("a", "b"), ("a", "b"), ("a",), "none"),
    ],
)
def test_the_kind_of_grid_follows_from_the_dimensions_of_its_coordinates(dims, lon, lat, kind: str):
    coords = {"lon": (lon, np.ones((2,) * len(lon))), "lat": (lat, np.ones((2,) * len(lat)))}
    array = xr.DataArray(np.zeros((2,) * len(dims)), dims=dims, coords=coords, name="u10")
    assert names(array)[2] == kind


def test_a_table_with_the_place_in_each_line_is_a_series():
    coords = {"time": np.array(["2023-01-01", "2023-01-02"], "M8[ns]"), "lon": ("time", [1.0, 1.0])}
    array = xr.DataArray(np.zeros(2), dims="time", coords={**coords, "lat": ("time", [2.0, 2.0])}, name="hs")
    assert names(array)[2] == "none"


def test_places_that_are_stored_as_variables_are_coordinates():
    lon, lat = np.meshgrid([1.0, 2.0, 3.0], [4.0, 5.0])
    data = xr.Dataset({"z": (("a", "b"), lon), "nav_lon": (("a", "b"), lon + 0.1 * lat), "nav_lat": (("a", "b"), lat)})
    found = with_coordinates(data)
    assert set(found.coords) == {"nav_lon", "nav_lat"}
    assert names(found.z)[2] == "curvilinear"


@pytest.mark.parametrize("hole", [False, True])
def test_places_repeated_for_each_row_or_time_are_said_once(hole: bool):
    lat, lon = np.meshgrid([4.0, 5.0], [1.0, 2.0, 3.0], indexing="ij")
    if hole:
        lon[1, 1] = lat[1, 1] = np.nan  # where the model has no cell
    places = {"nav_lon": (("y", "x"), lon), "nav_lat": (("y", "x"), lat)}
    found = with_coordinates(xr.Dataset({"z": (("y", "x"), lon)}, coords=places))
    assert (found.nav_lon.dims, found.nav_lat.dims) == (("x",), ("y",))
    assert names(found.z)[2] == "rectangular"
    buoys = {"lon": (("time", "site"), np.tile([1.0, 2.0], (3, 1))), "lat": (("time", "site"), np.ones((3, 2)))}
    found = with_coordinates(xr.Dataset({"hs": (("time", "site"), np.zeros((3, 2)))}, coords=buoys))
    assert names(found.hs)[2] == "points"


def of_wrf(moves: float = 0.0, times: int = 9, *, as_coordinates: bool = False) -> xr.Dataset:
    """A wrfout file: places for each time, times as characters, axes of which only the dimensions tell."""
    data = air().isel(time=slice(times))
    j, i = np.meshgrid(np.arange(21), np.arange(21), indexing="ij")
    shift = moves * np.arange(times)[:, None, None]
    places = {"XLONG": 113.0 + 0.25 * i + 0.02 * j + shift, "XLAT": -35.0 + 0.25 * j - 0.02 * i + 0 * shift}
    dims = ("Time", "south_north", "west_east")
    fields = {n.upper(): (dims, data[n].values, {"units": "m s-1"}) for n in ("u10", "v10")}
    said = {"XLONG": {"units": "degree_east"}, "XLAT": {"units": "degree_north"}}
    texts = np.array([str(t)[:19].replace("T", "_").encode() for t in data.time.values])
    found = xr.Dataset(fields | {n: (dims, c, said[n]) for n, c in places.items()}).assign(Times=("Time", texts))
    return found.set_coords(list(places)) if as_coordinates else found


@pytest.mark.parametrize("as_coordinates", [False, True])
@pytest.mark.parametrize("times", [1, 9])
def test_the_places_of_wrf_are_those_of_all_its_times(times: int, as_coordinates: bool):
    data = of_wrf(times=times, as_coordinates=as_coordinates)
    found = with_coordinates(data)
    assert found.XLONG.dims == found.XLAT.dims == ("south_north", "west_east")
    assert names(found.U10) == (("XLONG", "XLAT", "Times"), True, "curvilinear")
    assert np.isfinite(values(data, [115.6, 115.9], [-32.6, -32.5], at=[0])).all()


def test_a_grid_that_moves_is_refused_as_such():
    (problem,) = problems(of_wrf(moves=0.1))
    assert problem.message == "the grid of U10 moves: its XLONG changes along Time"


def test_a_rectangular_grid_that_is_repeated_for_each_time_and_row_is_one():
    data = of_wrf()
    lat, lon = np.meshgrid(np.arange(21) * 0.25 - 35.0, np.arange(21) * 0.25 + 113.0, indexing="ij")
    for name, place in (("XLONG", lon), ("XLAT", lat)):
        data[name] = (data[name].dims, np.tile(place, (9, 1, 1)))
    assert names(with_coordinates(data).U10)[2] == "rectangular"


def test_without_places_the_message_says_what_there_is_and_what_to_do():
    array = xr.DataArray(np.zeros((2, 2)), dims=("a", "b"), coords={"a": [1, 2]}, name="u10")
    with pytest.raises(DataError) as caught:
        need_places(frame_of(array, "forcing.wind.source"), array, "forcing.wind.source")
    (problem,) = caught.value.problems
    assert problem.message == "u10 has no coordinates that are its longitude and latitude; it has the coordinates a"
    assert problem.hint.startswith("name them: forcing.wind.source.coordinates: {lon: ..., lat: ...}")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.rename(lon="e", lat="n").drop_attrs(), "no coordinates that are its longitude and latitude"),
        (lambda d: d.isel(lon=0), "no coordinates that are its longitude and latitude"),
        (lambda d: d.isel(lon=0, lat=0, drop=True), "what holds at one place is kind: series"),
        (lambda d: d.stack(s=("lat", "lon")).reset_index("s"), "at separate points (time, site)"),
        (lambda d: d.rename(lon="x", lat="y").drop_attrs(), "do not say in which reference system"),
        (lambda d: d.expand_dims(number=[0, 1, 2]), "u10 has 3 fields at each time, along number: 0 .. 2"),
        (lambda d: d.expand_dims(height=[10.0, 80.0], axis=3), "2 fields at each time, along height: 10.0 .. 80.0"),
    ],
)
def test_a_wind_that_is_no_field_over_a_place_is_told_before_a_run(change, message: str):
    data = air()
    changed = change(data)
    for name in changed.data_vars:
        changed[name].attrs["units"] = "m/s"
    (problem,) = problems(changed, domain())
    assert message in str(problem)
