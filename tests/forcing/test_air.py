"""Wind and air pressure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
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
from rompy_hydra.source.csv import CsvSource
from rompy_hydra.source.dataset import DatasetSource
from rompy_hydra.source.file import FileSource
from tests.conftest import SHARED

PERTH = SHARED / "data" / "perth_nearshore"
START = datetime(2023, 1, 1, tzinfo=UTC)
PERIOD = Period(start=START, duration="6h")


def domain(lon: float = 115.6, lat: float = -32.6) -> Domain:
    box = {"kind": "box", "x": (lon, lon + 0.1), "y": (lat, lat + 0.1), "resolution_m": 2000}
    return Domain(mesh=box, bathymetry={"kind": "flat", "elevation_m": -5})


def hours(*values: float) -> list[datetime]:
    return [START + timedelta(hours=h) for h in values]


def wind(**fields: Any):
    return Forcing(wind=fields).wind


@pytest.mark.parametrize(
    ("from_deg", "u", "v"), [(270, 10, 0), (0, 0, -10), (90, -10, 0), (180, 0, 10), (225, 50**0.5, 50**0.5)]
)
def test_a_wind_blows_from_its_direction(from_deg: float, u: float, v: float):
    found = wind(kind="constant", speed_m_s=10, from_deg=from_deg).at(hours(0, 1))
    assert np.array(found) == pytest.approx(np.array([[u, u], [v, v]]), abs=1e-12)


@pytest.mark.parametrize(
    "fields", [{}, {"speed_m_s": 5}, {"u_m_s": 1, "from_deg": 3}, {"speed_m_s": -1, "from_deg": 0}]
)
def test_a_wind_is_a_speed_and_direction_or_two_components(fields: dict[str, float]):
    with pytest.raises(ValidationError):
        wind(kind="constant", **fields)


def test_a_wind_that_turns_through_north_does_not_blow_from_the_south():
    turning = wind(kind="series", times=hours(0, 1), speed_m_s=[10, 10], from_deg=[350, 10])
    u, v = turning.at(hours(0.5))
    assert u == pytest.approx([0.0], abs=1e-12)
    assert v == pytest.approx([-10 * np.cos(np.radians(10))])


@pytest.mark.parametrize(
    "fields",
    [{"u_m_s": [1, 2]}, {"u_m_s": [1, 2], "from_deg": [1, 2]}, {"u": "u10", "v": "v10"}, {"speed_m_s": [1, 2]}],
)
def test_half_a_wind_is_refused(fields: dict[str, Any]):
    with pytest.raises(ValidationError, match="give a source, or times and speed_m_s and from_deg"):
        wind(kind="series", times=hours(0, 1), **fields)


@pytest.mark.parametrize(
    ("names", "message"),
    [({"u": "a"}, "v is missing"), ({"u": "a", "v": "b", "speed": "c"}, "one of u and v or speed")],
)
def test_names_of_variables_are_given_in_pairs(names: dict[str, str], message: str):
    with pytest.raises(ValidationError, match=message):
        wind(kind="series", source=CsvSource(path="a.csv"), **names)


@pytest.mark.real_data
@pytest.mark.skipif(not PERTH.exists(), reason="the acceptance data are not here")
def test_components_and_speed_with_direction_of_a_real_table_agree():
    source = CsvSource(path=PERTH / "wind.csv")
    components = wind(kind="series", source=source)  # finds u10 and v10
    polar = wind(kind="series", source=source, speed="wspd", direction="wdir")
    times = components.steps(PERIOD)
    assert len(times) == 7
    assert np.array(polar.at(times)) == pytest.approx(np.array(components.at(times)), abs=1e-4)  # 7 digits in the table


@pytest.fixture
def field(tmp_path: Path):
    """A file with fields that are linear in longitude, latitude and time."""

    def make(
        names=("u10", "v10"), flip: bool = True, units: str = "m s**-1", change=lambda x: x, scale=1.0
    ) -> FileSource:
        lon, lat = np.arange(115.0, 116.6, 0.25), np.arange(-34.0, -31.9, 0.25)[:: -1 if flip else 1]
        time = np.datetime64("2023-01-01", "ns") + np.arange(9) * np.timedelta64(1, "h")
        plane = (lon - 115)[None, None, :] + 2 * (lat + 33)[None, :, None] + 0.5 * np.arange(9)[:, None, None]
        dims = ("valid_time", "latitude", "longitude")
        data = {n: (dims, change(plane * scale * (i + 1)), {"units": units}) for i, n in enumerate(names)}
        coords = {"valid_time": time, "latitude": lat, "longitude": lon}
        xr.Dataset(data, coords=coords).to_netcdf(tmp_path / "air.nc")
        return FileSource(path=tmp_path / "air.nc")

    return make


@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize("turn", [-360.0, 0.0])
def test_fields_linear_in_space_and_time_are_exact(field, flip: bool, turn: float):
    gridded = wind(kind="grid", source=field(flip=flip))
    lon, lat = np.array([115.6, 116.13]), np.array([-32.61, -33.9])
    expected = (lon - 115)[None, :] + 2 * (lat + 33)[None, :] + 0.5 * np.array([[0.0], [2.25], [8.0]])
    u, v = gridded.at(hours(0, 2.25, 8), lon + turn, lat)
    assert u == pytest.approx(expected, abs=1e-9)
    assert v == pytest.approx(2 * expected, abs=1e-9)
    assert gridded.steps(Period(start=START, duration="150min")) == hours(0, 1, 2, 2.5)
    assert Forcing(wind=gridded).problems(PERIOD, domain()) == []


def test_units_are_read_from_the_data(field):
    knots = wind(kind="grid", source=field(units="knots"))
    assert knots.at(hours(2), np.array([116.0]), np.array([-33.0]))[0] == pytest.approx(2.0 * 1852 / 3600)
    (problem,) = Forcing(wind=wind(kind="grid", source=field(units="K"))).problems(PERIOD, domain())
    assert "units 'K' measure something else, expected m s-1" in problem.message


@pytest.mark.parametrize("units", ["hPa", "Pa", ""])
def test_pressure_is_in_pascal(field, units: str):
    scale = 1.0 if units == "hPa" else 100.0
    source = field(("msl",), units=units, change=lambda x: x * 0 + 1013 * scale)
    pressure = Forcing(pressure={"kind": "grid", "source": source}).pressure
    assert pressure.at(hours(1), np.array([115.5]), np.array([-33.0])) == pytest.approx(101300.0)
    assert Forcing(pressure=pressure).problems(PERIOD, domain()) == []


def test_pressure_in_hectopascal_without_units_is_told(field):
    source = field(("msl",), units="", change=lambda x: x * 0 + 1013)
    (problem,) = Forcing(pressure={"kind": "grid", "source": source}).problems(PERIOD, domain())
    assert "between 1013 and 1013 Pa, expected 80000 .. 110000 Pa" in problem.message
    assert "forcing.pressure.units" in problem.hint


def test_a_domain_and_a_period_beyond_the_fields_are_told_with_both_ranges(field):
    forcing = Forcing(wind=wind(kind="grid", source=field()))
    (problem,) = forcing.problems(PERIOD, domain(lon=116.45))
    covered, needed = "lon 115.000 .. 116.500, lat -34.000 .. -32.000", "lon 116.450 .. 116.550, lat -32.600 .. -32.500"
    assert problem.message == f"u10 covers {covered}, the domain needs {needed}"
    (problem,) = forcing.problems(Period(start=START, duration="8h10min"), domain())
    assert problem.key == "forcing.wind.source"
    assert (
        "00:00:00Z .. 2023-01-01T08:00:00Z, the run needs 2023-01-01T00:00:00Z .. 2023-01-01T08:10:00Z"
        in problem.message
    )


def test_missing_values_over_the_domain_are_told(field):
    def land(x):
        x[:, 3:, :] = np.nan
        return x

    found = Forcing(wind=wind(kind="grid", source=field(change=land))).problems(PERIOD, domain())
    assert "u10 is NaN at" in found[0].message


def test_fields_need_a_domain_on_earth(field):
    box = {"kind": "box", "x": (0, 9), "y": (0, 9), "resolution_m": 1}
    local = Domain(crs="local", mesh=box, bathymetry={"kind": "flat", "elevation_m": -1})
    found = Forcing(wind=wind(kind="grid", source=field())).problems(PERIOD, local)
    assert [p.message for p in found] == ["fields on a grid need a domain on Earth, this one has crs local"]


def test_a_series_kind_refuses_a_field_and_points_to_the_grid_kind(field):
    series = wind(kind="series", source=field())
    found = Forcing(wind=series).problems(PERIOD, domain())
    assert found[0].hint == "a field on a grid is kind: grid"


def test_the_same_fields_in_both_orders_of_latitude_give_identical_forcing(field):
    at = hours(0.5), np.array([115.61, 115.77]), np.array([-32.61, -33.13])
    north_first = wind(kind="grid", source=field(flip=True)).at(*at)
    south_first = wind(kind="grid", source=field(flip=False)).at(*at)
    assert np.array(north_first) == pytest.approx(np.array(south_first), abs=1e-13)  # another order of four sums


@pytest.mark.real_data
@pytest.mark.skipif(not PERTH.exists(), reason="the acceptance data are not here")
def test_a_reanalysis_at_a_point_of_its_grid():
    source = FileSource(path=PERTH / "era5-wind-20230101.nc")
    gridded = wind(kind="grid", source=source)
    assert Forcing(wind=gridded).problems(PERIOD, domain()) == []
    with xr.open_dataset(source.path) as data:
        expected = data.u10.sel(longitude=115.5, latitude=-32.5).values[:3]
    u, _ = gridded.at(hours(0, 1, 2), np.array([115.5]), np.array([-32.5]))
    assert u[:, 0] == pytest.approx(expected)


def test_a_constant_pressure_is_of_this_world():
    assert Forcing(pressure={"kind": "constant", "pressure_pa": 101325}).pressure.at(hours(0)).tolist() == [101325]
    with pytest.raises(ValidationError, match="greater than or equal to 80000"):
        Forcing(pressure={"kind": "constant", "pressure_pa": 10130})


def test_a_pressure_in_hpa_is_told_what_it_is_in_pa():
    with pytest.raises(ValidationError, match=r"in Pa; 1013\.25 hPa is 101325"):
        Forcing(pressure={"kind": "constant", "pressure_pa": 1013.25})


def test_a_direction_is_not_along_a_grid():
    with pytest.raises(ValidationError, match="along: grid is for components u and v"):
        wind(kind="grid", source=FileSource(path="wind.nc"), along="grid", speed="ws", direction="wd")


def pair(minutes_later: int, count: int) -> Forcing:
    """Speed and direction from two hours before the period on, of which the direction has times of its own."""
    times = np.datetime64("2022-12-31T22:00", "ns") + np.arange(13) * np.timedelta64(1, "h")
    later = times[:count] + np.timedelta64(minutes_later, "m")
    data = xr.Dataset(
        {
            "ws": ("time", np.full(13, 10.0), {"units": "m s-1"}),
            "wd": ("later", 30.0 * np.arange(count), {"units": "degree"}),
        },
        {"time": times, "later": ("later", later, {"standard_name": "time"})},
    )
    return Forcing(wind={"kind": "series", "source": DatasetSource(data=data), "speed": "ws", "direction": "wd"})


def test_speed_and_direction_at_different_times_are_no_pair():
    (problem,) = pair(30, 13).problems(PERIOD, None)
    assert "ws and wd are not at the same times: ws has 2023-01-01T00:00:00Z .. " in problem.message
    with pytest.raises(DataError, match="ws and wd are not at the same times"):
        pair(30, 13).wind.at(hours(1))


def test_speed_and_direction_are_a_pair_where_their_times_are_the_same_within_the_period():
    assert pair(0, 10).problems(PERIOD, None) == []
