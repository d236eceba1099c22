"""What data say about themselves."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from rompy_hydra.errors import DataError
from rompy_hydra.source.conventions import Like, factor, find_axis, find_variable, vertical_sign
from rompy_hydra.source.times import axis_seconds, bracket_window


@pytest.mark.parametrize(
    ("attributes", "sign"),
    [
        ({"positive": "down"}, "depth"),
        ({"positive": "Up"}, "elevation"),
        ({"standard_name": "sea_floor_depth_below_geoid"}, "depth"),
        ({"standard_name": "height_above_reference_ellipsoid"}, "elevation"),
        ({"standard_name": "depth", "positive": "up"}, "elevation"),
        ({"long_name": "depth"}, None),
        ({}, None),
    ],
)
def test_the_sign_is_read_from_cf_attributes_and_never_from_names(attributes: dict[str, str], sign: str | None):
    assert vertical_sign(attributes) == sign


@pytest.mark.parametrize(
    ("units", "si", "value"),
    [
        ("knots", "m s-1", 1852 / 3600),
        ("m s**-1", "m s-1", 1.0),
        ("hPa", "Pa", 100.0),
        ("mbar", "Pa", 100.0),
        ("kPa", "Pa", 1000.0),
        ("", "Pa", 1.0),
        ("cm", "m", 0.01),
        ("m3/s", "m3 s-1", 1.0),
    ],
)
def test_usual_units_are_understood(units: str, si: str, value: float):
    assert factor(units, si, "k") == value


@pytest.mark.parametrize(("units", "si"), [("K", "Pa"), ("furlong/day", "m s-1"), ("Pa", "m s-1")])
def test_other_units_are_refused(units: str, si: str):
    with pytest.raises(DataError, match=rf"(?s)units '{units}' are not understood, expected {si}.*set k\.units"):
        factor(units, si, "k")


def dataset() -> xr.Dataset:
    time = np.array(["2023-01-01", "2023-01-02"], dtype="datetime64[ns]")
    wind = ("time", [1.0, 2.0], {"standard_name": "eastward_wind"})
    return xr.Dataset({"a": wind, "v10": ("time", [3.0, 4.0])}, coords={"time": time})


def test_a_variable_is_found_by_standard_name_then_by_usual_name():
    assert find_variable(dataset(), None, "k", Like(("eastward_wind",), ("u10",))) == "a"
    assert find_variable(dataset(), None, "k", Like(("northward_wind",), ("v10", "v"))) == "v10"
    assert find_variable(dataset()[["a"]], None, "k") == "a"


def test_a_variable_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(DataError, match=r"(?s)no variable v11, but a, v10.*did you mean 'v10'"):
        find_variable(dataset(), "v11", "k")
    with pytest.raises(DataError, match="say which variable is meant: a, v10"):
        find_variable(dataset(), None, "k")


def test_axes_are_found_by_attributes_before_names():
    coords = {"x": ("i", [1.0, 2.0], {"units": "degrees_east"}), "lon": ("j", [5.0, 6.0], {"long_name": "line"})}
    array = xr.DataArray(np.zeros((2, 2)), dims=("j", "i"), coords=coords, name="z")
    assert find_axis(array, "lon", "k") == "x"
    with pytest.raises(DataError, match="no one-dimensional lat coordinate"):
        find_axis(array, "lat", "k")


def axis(values: object) -> xr.DataArray:
    return xr.DataArray(values, dims="time", name="time")


def test_times_become_seconds():
    times = np.array(["1970-01-01T00:00:01.5", "2023-01-01"], dtype="datetime64[ns]")
    assert axis_seconds(axis(times), "k").tolist() == [1.5, 1672531200.0]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.array(["2023-01-02", "2023-01-01"], "datetime64[ns]"), "2023-01-02T00:00:00Z is followed by 2023-01-01"),
        (np.array(["2023-01-01", "2023-01-01"], "datetime64[ns]"), r"(?s)have to increase.*position 1"),
        (np.array(["2023-01-01", "NaT"], "datetime64[ns]"), "lacks a time at position 1"),
        (np.array([1.0, 2.0]), "holds no times"),
    ],
)
def test_times_that_cannot_be_used_are_refused(values: object, message: str):
    with pytest.raises(DataError, match=message):
        axis_seconds(axis(values), "k")


def test_another_calendar_is_refused():
    raw = xr.Dataset(coords={"time": ("time", [59, 60], {"units": "days since 2023-01-01", "calendar": "360_day"})})
    with pytest.raises(DataError, match="is in the calendar 360_day"):
        axis_seconds(xr.decode_cf(raw).time, "k")


@pytest.mark.parametrize(
    ("span", "window"),
    [((0.0, 30.0), slice(0, 4)), ((5.0, 12.0), slice(0, 3)), ((10.0, 20.0), slice(1, 3)), ((10.0, 10.0), slice(1, 2))],
)
def test_only_the_times_that_interpolation_needs_are_read(span: tuple[float, float], window: slice):
    assert bracket_window(np.array([0.0, 10.0, 20.0, 30.0]), *span) == window
