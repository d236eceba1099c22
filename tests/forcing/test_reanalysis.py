"""Wind and pressure fields with the quirks of real files, and real files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from rompy_hydra.core.period import Period
from rompy_hydra.domain import Domain
from rompy_hydra.forcing import Forcing
from rompy_hydra.source.file import FileSource
from tests.conftest import SHARED

DATA = SHARED / "data"
START = datetime(2023, 1, 1, tzinfo=UTC)
DAY = Period(start=START, duration="1d")
STEP = 0.01
"""Step of the packed integers."""

real_data = [pytest.mark.real_data, pytest.mark.skipif(not DATA.exists(), reason="the acceptance data are not here")]


def domain(lon: float, lat: float) -> Domain:
    box = {"kind": "box", "x": (lon - 0.2, lon + 0.2), "y": (lat - 0.2, lat + 0.2), "resolution_m": 3000}
    return Domain(mesh=box, bathymetry={"kind": "flat", "elevation_m": -5})


def hours(*values: float) -> list[datetime]:
    return [START + timedelta(hours=h) for h in values]


def eastward(lon, lat, hour):
    """Linear in all three; longitudes in -180..180."""
    return 0.5 * lon - 2.0 * lat / 10 + 0.25 * hour


def packed(path: Path, first_lon: float, last_lon: float, masked: bool = False) -> FileSource:
    """Integers of 2 bytes, latitudes from the north, longitudes of 0..360, time as valid_time: as downloads come."""
    lon, lat = np.arange(first_lon, last_lon + 0.1, 0.25), np.arange(52.0, 49.9, -0.25)
    hour = np.arange(0, 25, 6)
    mesh = np.meshgrid(hour, lat, (lon + 180) % 360 - 180, indexing="ij")
    u = eastward(mesh[2], mesh[1], mesh[0])
    if masked:
        u[:, :, : u.shape[2] // 2] = np.nan
    dims = ("valid_time", "latitude", "longitude")
    fields = {"u10": (dims, u, {"units": "m s**-1"}), "v10": (dims, -2 * u, {"units": "m s**-1"})}
    coords = {
        "valid_time": np.datetime64("2023-01-01", "ns") + hour * np.timedelta64(1, "h"),
        "latitude": ("latitude", lat, {"units": "degrees_north", "standard_name": "latitude"}),
        "longitude": ("longitude", lon, {"units": "degrees_east", "standard_name": "longitude"}),
    }
    encoding = {"dtype": "int16", "scale_factor": STEP, "add_offset": 3.0, "_FillValue": -32767}
    xr.Dataset(fields, coords=coords).to_netcdf(path, encoding=dict.fromkeys(fields, encoding))
    return FileSource(path=path)


@pytest.mark.parametrize(
    ("first", "last", "places"),
    [
        (286.0, 294.0, [-70.13, -72.4]),  # the east coast of America, asked for in -180..180
        (0.0, 359.75, [-3.4, 3.9]),  # all the way round
        (0.0, 359.75, [-70.13, 289.0]),
    ],
)
def test_packed_fields_of_a_reanalysis_are_read_where_they_are(tmp_path: Path, first: float, last: float, places):
    wind = Forcing(wind={"kind": "grid", "source": packed(tmp_path / "air.nc", first, last)}).wind
    with xr.open_dataset(tmp_path / "air.nc", mask_and_scale=False) as raw:
        assert raw.u10.dtype == np.int16
    lon, lat = np.array(places), np.array([50.6, 51.33])
    u, v = wind.at(hours(0, 3, 24), lon, lat)
    expected = eastward((lon + 180) % 360 - 180, lat, np.array([[0.0], [3.0], [24.0]]))
    assert u == pytest.approx(expected, abs=STEP / 2)  # packing rounds to half a step
    assert v == pytest.approx(-2 * expected, abs=STEP / 2)


def test_a_domain_across_greenwich_takes_both_ends_of_a_global_grid(tmp_path: Path):
    forcing = Forcing(wind={"kind": "grid", "source": packed(tmp_path / "air.nc", 0.0, 359.75)})
    assert forcing.problems(DAY, domain(0.05, 51.0)) == []
    u, _ = forcing.wind.at(hours(6), np.array([-0.1, 0.1]), np.array([51.0, 51.0]))
    assert u[0] == pytest.approx(eastward(np.array([-0.1, 0.1]), 51.0, 6.0), abs=STEP / 2)


def test_missing_packed_values_are_not_taken_for_wind(tmp_path: Path):
    forcing = Forcing(wind={"kind": "grid", "source": packed(tmp_path / "air.nc", 286.0, 294.0, masked=True)})
    assert [p.message.split(" at ")[0] for p in forcing.problems(DAY, domain(-73.0, 51.0))] == ["u10 is NaN"]
    assert forcing.problems(DAY, domain(-67.0, 51.0)) == []


class TestReal:
    pytestmark = real_data

    def test_wind_of_perth_for_a_day(self):
        source = FileSource(path=DATA / "perth_nearshore" / "era5-wind-20230101.nc")
        forcing = Forcing(wind={"kind": "grid", "source": source})
        assert forcing.problems(DAY, domain(115.6, -32.63)) == []
        (found,) = forcing.inputs()
        times = "2023-01-01T00:00:00Z .. 2023-01-02T00:00:00Z every 1 h, 25 times"
        box = "lon 113.000 .. 116.000, lat -35.000 .. -29.000, 25 x 13 points"
        assert found.coverage == f"u10, v10: {times}; {box}"
        with xr.open_dataset(source.path) as data:
            corners = data.isel(time=12).sel(longitude=[115.5, 115.75], latitude=[-32.5, -32.75])
            expected = float(corners.u10.mean()), float(corners.v10.mean())
        u, v = forcing.wind.at(hours(12), np.array([115.625]), np.array([-32.625]))  # the middle of four points
        assert (u.item(), v.item()) == pytest.approx(expected, abs=1e-5)

    def test_wind_and_pressure_of_the_great_barrier_reef_from_one_file(self):
        source = FileSource(path=DATA / "gbr" / "era5-wind-msl-202301.nc")
        grid = {"kind": "grid", "source": source}
        forcing = Forcing(wind=grid, pressure=grid)
        assert forcing.problems(Period(start=START, duration="3d"), domain(147.5, -18.5)) == []
        assert [i.coverage.split(":")[0] for i in forcing.inputs()] == ["u10, v10", "msl"]
        at = hours(0, 36, 72), np.array([147.5, 152.25]), np.array([-18.5, -23.0])
        with xr.open_dataset(source.path) as data:
            points = {"longitude": xr.DataArray(at[1], dims="n"), "latitude": xr.DataArray(at[2], dims="n")}
            there = data.isel(time=[0, 36, 72]).sel(points)
            expected = there.u10.values, there.v10.values, there.msl.values
        u, v = forcing.wind.at(*at)
        assert u == pytest.approx(expected[0], abs=1e-5)
        assert v == pytest.approx(expected[1], abs=1e-5)
        pressure = forcing.pressure.at(*at)
        assert pressure == pytest.approx(expected[2], abs=0.01)
        assert 98_000 < pressure.min() < pressure.max() < 102_500

    def test_a_global_wind_crosses_greenwich(self):
        source = FileSource(path=DATA / "australia" / "era5-wind-5deg-20230101.nc")
        forcing = Forcing(wind={"kind": "grid", "source": source})
        assert forcing.problems(Period(start=START, duration="6h"), domain(-2.5, 50.0)) == []
        with xr.open_dataset(source.path) as data:
            (name,) = (str(n) for n in data.data_vars if str(n).startswith("u"))
            ends = data[name].isel(time=0).sel(latitude=50.0, longitude=[355.0, 0.0])
            expected = float(ends.mean())
        u, _ = forcing.wind.at(hours(0), np.array([-2.5]), np.array([50.0]))
        assert u.item() == pytest.approx(expected, abs=1e-5)
