"""However data say it, a model gets the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from rompy_hydra.data.understand import Change
from rompy_hydra.forcing import Forcing
from tests.data.lookalike import HOURS, LAT, SIX_HOURS, air, cut_of, domain, forcing, hours, source, values

PLACES = {"Perth": 115.5, "Greenwich": 0.0, "dateline": 180.0}
Said = tuple[xr.Dataset, dict[str, Any]]


@pytest.fixture(params=PLACES)
def around(request: pytest.FixtureRequest) -> float:
    return PLACES[request.param]


def wrapped(data: xr.Dataset, west: float) -> xr.Dataset:
    """Longitudes in west .. west + 360."""
    lon = (data.lon - west) % 360 + west
    return data.assign_coords(lon=lon.assign_attrs(data.lon.attrs)).sortby("lon")


def globe(data: xr.Dataset, west: float) -> xr.Dataset:
    lon = xr.DataArray(np.arange(west, west + 360, 0.25), dims="lon")
    whole = wrapped(data, west).reindex(lon=lon)
    for name in whole.data_vars:
        whole[name].attrs = data[name].attrs
    return whole.fillna(7.0)


def cyclic(data: xr.Dataset) -> xr.Dataset:
    whole = globe(data, 0.0)
    return xr.concat([whole, whole.isel(lon=[0]).assign_coords(lon=[360.0])], "lon")


def no_attributes(data: xr.Dataset) -> xr.Dataset:
    fields, coords = ({n: (v.dims, v.values) for n, v in part.items()} for part in (data.data_vars, data.coords))
    return xr.Dataset(fields, coords)


def by_standard_name(data: xr.Dataset) -> xr.Dataset:
    data = data.rename(u10="band_1", v10="band_2", lon="a", lat="b", time="c")
    data.band_1.attrs["standard_name"] = "eastward_wind"
    data.band_2.attrs["standard_name"] = "northward_wind"
    return data.assign(band_3=(data.band_1.dims, data.band_1.values * 2))


def repeated(data: xr.Dataset) -> xr.Dataset:
    """Longitude and latitude at every point, as models on curvilinear grids write them, of a grid that is none."""
    lat, lon = xr.broadcast(data.lat, data.lon)
    plain = no_attributes(data).drop_vars(("lat", "lon")).rename(lat="y", lon="x")
    return plain.assign(nav_lat=(("y", "x"), lat.values), nav_lon=(("y", "x"), lon.values))


CONVENTIONS: dict[str, Callable[[xr.Dataset], Said]] = {
    "latitudes from north to south": lambda d: (d.isel(lat=slice(None, None, -1)), {}),
    "longitudes from east to west": lambda d: (d.isel(lon=slice(None, None, -1)), {}),
    "longitudes of 0 to 360": lambda d: (wrapped(d, 0.0), {}),
    "longitudes of -180 to 180": lambda d: (wrapped(d, -180.0), {}),
    "longitudes of 358 to 362": lambda d: (d.assign_coords(lon=d.lon + 360.0), {}),
    "longitudes that jump": lambda d: (d.assign_coords(lon=d.lon % 360.0), {}),
    "the globe from 0": lambda d: (globe(d, 0.0), {}),
    "the globe from -180": lambda d: (globe(d, -180.0), {}),
    "the globe from 20": lambda d: (globe(d, 20.0), {}),
    "the globe with a cyclic column": lambda d: (cyclic(d), {}),
    "longitude first": lambda d: (d.transpose("lon", "lat", "time"), {}),
    "time last": lambda d: (d.transpose("lat", "lon", "time"), {}),
    "v in another order than u": lambda d: (d.assign(v10=d.v10.transpose("lat", "time", "lon")), {}),
    "coordinates in single precision": lambda d: (
        d.assign_coords(lon=d.lon.astype("f4"), lat=d.lat.astype("f4")),
        {},
    ),
    "valid_time": lambda d: (d.rename(time="valid_time"), {}),
    "valid_time beside the time of the forecast": lambda d: (
        d.rename(time="step").assign_coords(valid_time=("step", HOURS), time=HOURS[0], step=np.arange(9)),
        {},
    ),
    "times out of order": lambda d: (d.isel(time=[3, 4, 5, 0, 1, 2, 8, 7, 6]), {}),
    "times as dates of Python": lambda d: (d.assign_coords(time=np.array(hours(*range(9)), dtype=object)), {}),
    "times with a time zone": lambda d: (
        d.assign_coords(time=d.indexes["time"].tz_localize("UTC").tz_convert("Australia/Perth")),
        {},
    ),
    "times as text": lambda d: (d.assign_coords(time=[f"{t}Z" for t in HOURS.astype("datetime64[s]")]), {}),
    "a calendar without leap days": lambda d: (d.convert_calendar("noleap", use_cftime=True), {}),
    "times of cftime": lambda d: (d.convert_calendar("standard", use_cftime=True), {}),
    "a height of 10 m": lambda d: (d.expand_dims(height=[10.0], axis=1), {}),
    "no attributes": lambda d: (no_attributes(d), {}),
    "names of others": lambda d: (d.rename(u10="UGRD10M", v10="VGRD10M", lon="Longitude", lat="Latitude"), {}),
    "standard names alone": lambda d: (by_standard_name(d), {}),
    "names that the config says": lambda d: (d.rename(u10="a", v10="b"), {"u": "a", "v": "b"}),
    "coordinates that the config says": lambda d: (
        no_attributes(d).rename(lon="e", lat="n"),
        {"coordinates": {"lon": "e", "lat": "n"}},
    ),
    "units that the config says": lambda d: (no_attributes(d), {"units": "m/s"}),
    "longitude and latitude at every point": lambda d: (repeated(d), {}),
    "dask": lambda d: (d.chunk(time=2, lat=5), {}),
}


@pytest.mark.parametrize("name", CONVENTIONS)
@pytest.mark.filterwarnings("ignore:DatetimeIndex.values returning")  # xarray's own way with time zones
def test_every_convention_gives_the_same_bytes(around: float, name: str):
    plain = air(np.arange(around - 2.5, around + 2.6, 0.25))
    said, fields = CONVENTIONS[name](plain.copy(deep=True))
    where = domain(around - 0.3)
    expected = cut_of(plain, where)
    assert len(expected["time"][2]) == 8 * 8  # the period and one step after it; there is none before
    assert expected["lon"][2] == np.arange(around - 0.75, around + 0.6, 0.25).tobytes()
    assert cut_of(said, where, **fields) == expected
    places = np.array([around - 0.3, around, around + 0.3141]), np.array([-32.6, -32.5, -31.25])
    assert values(said, *places, **fields).tobytes() == values(plain, *places).tobytes()


def test_a_domain_may_be_said_on_either_side_of_the_dateline(around: float):
    plain = air(np.arange(around - 2.5, around + 2.6, 0.25))
    places = np.array([around - 0.25, around + 0.5]), np.array([-32.5, -31.25])
    expected = values(plain, *places).tobytes()
    for turn in (-360.0, 360.0):
        assert values(plain, places[0] + turn, places[1]).tobytes() == expected
    assert values(plain, np.array([around - 0.25, around + 0.5 - 360.0]), places[1]).tobytes() == expected


FORMATS = {
    "netCDF-4": {},
    "netCDF-3": {"format": "NETCDF3_64BIT"},
    "compressed": {"encoding": {n: {"zlib": True, "chunksizes": (9, 7, 8)} for n in ("u10", "v10")}},
    "days since 1990": {"encoding": {"time": {"units": "days since 1990-01-01", "dtype": "f8"}}},
    "hours since 1900": {"encoding": {"time": {"units": "hours since 1900-01-01", "dtype": "f8"}}},
    "minutes in local time": {"encoding": {"time": {"units": "minutes since 2023-01-01 08:00:00 +08:00"}}},
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_gives_the_same_bytes_as_what_was_written(tmp_path: Path, name: str):
    """Ten minutes are no round part of a day: WW3 and others write days."""
    ten_minutes = HOURS[0] + np.arange(40) * np.timedelta64(10, "m")
    plain = air(times=ten_minutes)
    plain.to_netcdf(tmp_path / "wind.nc", **FORMATS[name])
    assert cut_of(tmp_path / "wind.nc", domain()) == cut_of(plain, domain())


def test_packed_integers_give_the_same_bytes_as_their_numbers(tmp_path: Path):
    packing = {"dtype": "int16", "scale_factor": 0.01, "add_offset": 3.0, "_FillValue": -32767}
    air().to_netcdf(tmp_path / "packed.nc", encoding=dict.fromkeys(("u10", "v10"), packing))
    with xr.open_dataset(tmp_path / "packed.nc") as data:
        decoded = data.load()
    with xr.open_dataset(tmp_path / "packed.nc", mask_and_scale=False) as raw:
        assert raw.u10.dtype == np.int16
    decoded.to_netcdf(tmp_path / "plain.nc", encoding={n: {"dtype": decoded[n].dtype} for n in ("u10", "v10")})
    assert cut_of(tmp_path / "packed.nc", domain()) == cut_of(tmp_path / "plain.nc", domain())


@pytest.mark.parametrize(
    ("units", "factor"), [("knots", 3600 / 1852), ("km/h", 3.6), ("cm/s", 100.0), ("mph", 3600 / 1609.344)]
)
def test_a_wind_is_the_same_in_any_unit(units: str, factor: float):
    said = air(scale=factor)
    for name in ("u10", "v10"):
        said[name].attrs["units"] = units
    places = [115.6, 115.9], [-32.6, -32.5]
    expected = values(air(), *places)
    assert values(said, *places) == pytest.approx(expected, rel=1e-13, abs=1e-13)  # a product and its inverse
    bare = no_attributes(said)
    assert values(bare, *places, units=units) == pytest.approx(expected, rel=1e-13, abs=1e-13)


def polar(data: xr.Dataset, turn: float, standard_name: str) -> xr.Dataset:
    u, v = data.u10, data.v10
    direction = (np.degrees(np.arctan2(-u, -v)) + turn) % 360
    return xr.Dataset(
        {
            "wspd": np.hypot(u, v).assign_attrs(units="m/s", standard_name="wind_speed"),
            "wdir": direction.assign_attrs(units="degree", standard_name=standard_name),
        }
    )


@pytest.mark.parametrize(("turn", "standard_name"), [(0, "wind_from_direction"), (180, "wind_to_direction")])
def test_a_wind_by_speed_and_direction_is_that_by_components(turn: float, standard_name: str):
    said = polar(air(), turn, standard_name)
    places = LAT[3:9] + 148.0, LAT[3:9]  # points of the grid and between
    found = values(said, *places, speed="wspd", direction="wdir")
    assert found == pytest.approx(values(air(), *places), abs=1e-12)  # sines of a direction in double precision


@pytest.mark.parametrize("dtype", ["<f4", ">f4", "<f8", ">f8"])
def test_the_order_of_bytes_makes_no_difference(dtype: str):
    plain = air(dtype=dtype[1:])
    said = air(dtype=dtype)
    assert values(said, [115.61], [-32.55]).tobytes() == values(plain, [115.61], [-32.55]).tobytes()
    assert cut_of(said, domain()) == cut_of(plain, domain())


def test_a_single_time_may_have_no_dimension():
    one = air().isel(time=[0])
    places = [115.6, 115.9], [-32.6, -32.5]
    expected = values(air(), *places, at=[0])
    assert values(one, *places, at=[0]).tobytes() == expected.tobytes()
    assert values(one.isel(time=0), *places, at=[0]).tobytes() == expected.tobytes()


def test_fields_that_do_not_change_need_no_time():
    still = air().isel(time=0, drop=True)
    places = [115.6, 115.9], [-32.6, -32.5]
    found = values(still, *places)
    assert found.tobytes() == np.repeat(values(air(), *places, at=[0]), 3, axis=1).tobytes()
    told = Change("u10", "no time", "the same at all times", "it has no coordinate of times")
    assert told in forcing(still).wind.changes("forcing.wind")


def test_a_water_level_without_time_is_refused():
    still = air().isel(time=0, drop=True)[["u10"]].rename(u10="zos").drop_attrs()
    level = Forcing(water_level={"kind": "grid", "source": source(still)})
    (problem,) = level.water_level.problems("forcing.water_level", SIX_HOURS, domain())
    assert problem.message == "zos has no time, and does not hold for a whole period"
