"""Values of another world and numbers that stand for no value are refused wherever they are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import netCDF4
import numpy as np
import pytest
import xarray as xr

from rompy_hydra.data.plausible import Judge
from rompy_hydra.data.quantities import QUANTITIES
from rompy_hydra.domain import Domain
from rompy_hydra.errors import DataError
from rompy_hydra.forcing import Forcing
from rompy_hydra.source.base import FILLS, opened
from rompy_hydra.source.csv import CsvSource
from rompy_hydra.source.dataset import DatasetSource
from tests.data.lookalike import HOURS, LAT, LON, SIX_HOURS, air, domain, forcing, problems, source

DEFAULT_FILL = 9.969209968386869e36


def one_step(fill: float) -> xr.Dataset:
    """A record that was never written."""
    data = air()
    data.u10[2] = fill
    return data


def bed(fill: float, **attributes: str) -> xr.Dataset:
    lon, lat = np.arange(115.0, 116.1, 0.02), np.arange(-33.0, -31.9, 0.02)
    values = np.tile(-20.0 + 5.0 * (lon - 115.0), (len(lat), 1))
    values = -values if attributes.get("positive") == "down" else values
    values[22:28, 18:24] = fill
    return xr.Dataset({"bed": (("lat", "lon"), values, {"units": "m", **attributes})}, {"lon": lon, "lat": lat})


def with_bed(data: xr.Dataset, missing: Any = None, **fields: Any) -> Domain:
    box = {"kind": "box", "x": (115.3, 115.5), "y": (-32.6, -32.4), "resolution_m": 5000}
    grid = {"kind": "grid", "source": DatasetSource(data=data, missing=missing), **fields}
    return Domain(mesh=box, bathymetry=grid)


class TestBathymetry:
    @pytest.mark.parametrize("positive", ["up", "down"])
    @pytest.mark.parametrize("method", ["bilinear", "mean"])
    @pytest.mark.parametrize("fill", [-9999.0, -999.0, -99.0, -32768.0, -99999.0, 999.0, 9999.0, 1e20, DEFAULT_FILL])
    def test_a_fill_value_that_nothing_marks_is_refused(self, fill: float, method: str, positive: str):
        (problem,) = with_bed(bed(fill, positive=positive), method=method).problems()
        assert "the first is at lat -32.56, lon 115.36" in problem.message
        assert "domain.bathymetry.source.missing" in problem.hint

    def test_it_is_missing_where_the_user_says_so(self):
        where = with_bed(bed(-9999.0, positive="up"), missing=-9999, nan="nearest_wet")
        assert where.problems() == []
        assert -20 < where.bed_m(where.build_mesh()).min() < -17

    def test_a_value_like_its_neighbours_is_a_value(self):
        data = bed(-20.0, positive="up")
        data["bed"] = data.bed.copy(data=np.linspace(-999.0, -900.0, data.bed.size).reshape(data.bed.shape))
        where = with_bed(data.isel(lat=slice(20, 40)).assign_coords(lat=np.linspace(-32.7, -32.3, 20)))
        assert where.bed_m(where.build_mesh()).min() >= -999.0


class TestFields:
    @pytest.mark.parametrize("fill", [1e20, DEFAULT_FILL, -999.0, -99.9, -99.0, 99.0, 99.9])
    def test_one_step_among_many_is_found_when_it_is_read(self, tmp_path: Path, fill: float):
        path = tmp_path / "wind.nc"
        one_step(fill).to_netcdf(path)
        assert problems(path) == []  # three steps are looked at before a run
        with pytest.raises(DataError) as caught, forcing(path).wind.prepared(SIX_HOURS, domain()):
            pass
        (problem,) = caught.value.problems
        assert problem.key == "forcing.wind.u"
        assert "the first is at 2023-01-01T02:00:00Z, lat -33, lon 115.25, in wind.nc" in problem.message
        assert f"{fill:g}" in problem.message
        assert f"{fill:g}" in problem.hint
        assert "forcing.wind.source.missing" in problem.hint

    @pytest.mark.parametrize(("speed", "direction"), [(5.0, 9999.0), (5.0, -999.0), (5.0, 1e20), (-9.0, 270.0)])
    def test_speed_and_direction_are_looked_at_before_they_are_components(self, speed: float, direction: float):
        dims = ("time", "lat", "lon")
        shape = len(HOURS), len(LAT), len(LON)
        data = xr.Dataset(
            {
                "ws": (dims, np.full(shape, speed), {"units": "m s-1"}),
                "wd": (dims, np.full(shape, direction), {"units": "degree"}),
            },
            {"time": HOURS, "lat": LAT, "lon": LON},
        )
        (problem,) = problems(data, speed="ws", direction="wd")
        assert problem.key in ("forcing.wind.speed", "forcing.wind.direction")

    def test_another_number_may_be_named_for_any_grid(self):
        data = one_step(-77.0)
        with opened(source(data, missing=-77), "k") as seen:
            assert np.isnan(seen.u10.values).sum() == data.u10[2].size
        with (
            pytest.raises(DataError, match="u10 is NaN"),
            forcing(source(data, missing=[-77, -9])).wind.prepared(SIX_HOURS, domain()) as ready,
        ):
            ready.at([SIX_HOURS.start.replace(hour=2)], np.array([115.7]), np.array([-32.5]))

    def test_where_every_number_is_a_value_none_is_doubted(self):
        with forcing(source(one_step(99.0), missing=[])).wind.prepared(SIX_HOURS, domain()):
            pass


RIVER = {"location": {"lon": 115.7, "lat": -32.5}, "radius_m": 50}


def gauge(tmp_path: Path, values: list[float], where: str, missing: Any = None, **fields: Any) -> list[Any]:
    """Problems of an hourly table."""
    rows = [f"2023-01-01T{hour:02}:00,{value}" for hour, value in enumerate(values)]
    path = tmp_path / "gauge.csv"
    path.write_text("\n".join(["time,a", *rows, ""]))
    node = {"kind": "series", "source": CsvSource(path=str(path), missing=missing), "variable": "a", **fields}
    named = {"creek": {**node, **RIVER}} if where == "river" else node
    return Forcing(**{where: named}).problems(SIX_HOURS, None)


class TestSeries:
    @pytest.mark.parametrize("fill", [-999.0, -9999.0, -99.0, 9999.0, 99999.0])
    def test_a_river_that_turns_into_a_sink_is_refused(self, tmp_path: Path, fill: float):
        (problem,) = gauge(tmp_path, [5, 6, fill, 5, 5, 5, 5], "river")
        assert f"a is {fill:g}, far from all other values" in problem.message
        assert f"forcing.river.creek.source.missing: {fill:g}" in problem.hint
        assert "if it is one, set it to []" in problem.hint
        assert gauge(tmp_path, [5, 6, fill, 5, 5, 5, 5], "river", missing=[]) == []

    @pytest.mark.parametrize(
        ("values", "where", "units"),
        [
            ([850, 960, 999, 990, 940, 900, 870], "river", "m3 s-1"),
            ([999, 999, 999, 1000, 1001, 1000, 1000], "pressure", "hPa"),
            ([-98, -99, -97, -60, -20, 20, 60], "water_level", "cm"),
            ([0.1, 0.2, -9.99, 0.1, 0.1, 0.1, 0.1], "water_level", "m"),
        ],
    )
    def test_measured_values_that_happen_to_be_such_numbers_pass(self, tmp_path: Path, values, where: str, units: str):
        assert gauge(tmp_path, values, where, units=units) == []

    @pytest.mark.parametrize(("fill", "units"), [(-999, "cm"), (-9999, "mm"), (999, "cm")])
    def test_numbers_are_told_in_the_units_of_the_data(self, tmp_path: Path, fill: int, units: str):
        (problem,) = gauge(tmp_path, [10, 20, fill, 10, 10, 10, 10], "water_level", units=units)
        assert problem.message.startswith(f"a is {fill}, far from all other values")


@pytest.mark.parametrize(
    ("name", "values", "refused"),
    [
        ("eastward_wind", [99.0, 99.0], True),
        ("eastward_wind", [-99.0, np.nan], True),
        ("wind_from_direction", [99.0, 99.0], False),
        ("wind_from_direction", [98.0, 99.0], False),
        ("air_pressure_at_mean_sea_level", [99_999.0, 99_999.0], False),
        ("eastward_wind", [np.nan, np.nan], False),
        ("eastward_wind", [np.inf, 3.0], False),  # missing, as NaN is
        ("eastward_wind", [], False),
    ],
)
def test_numbers_that_are_all_there_is_are_told_by_their_limits(name: str, values: list[float], refused: bool):
    judge = Judge(QUANTITIES[name], "a", "k", "k", doubted=FILLS)
    assert bool(list(judge.problems(np.array(values)))) is refused


def stored(path: Path, values: np.ndarray, kind: str, **attributes: Any) -> xr.Dataset:
    """A variable as it is in a file, opened."""
    with netCDF4.Dataset(path, "w") as file:
        file.createDimension("x", len(values))
        variable = file.createVariable("a", kind, ("x",), fill_value=attributes.pop("_FillValue", None))
        variable.set_auto_maskandscale(False)
        variable.setncatts(attributes)
        variable[:] = values
    return xr.open_dataset(path, engine="netcdf4")


@pytest.mark.parametrize(
    ("values", "kind", "attributes", "missing"),
    [
        ([100, 9000], "i2", {"scale_factor": 0.01, "valid_range": np.array([-5000, 5000], "i2")}, [False, True]),
        ([5000, 5001], "i2", {"scale_factor": 0.01, "valid_max": np.int16(5000)}, [False, True]),
        ([5000, 6001], "i2", {"scale_factor": 0.01, "valid_max": 60.0}, [False, True]),  # unpacked, by its type
        ([40_000, 60_000], "i2", {"_Unsigned": "true", "valid_max": np.int16(-20_000)}, [False, True]),
        ([60.0, 99.99], "f8", {"valid_min": -60.0, "valid_max": 60.0}, [False, True]),
        ([0.1, 0.2], "f4", {"valid_max": 0.1}, [False, True]),
        ([1.0, -99.0], "f8", {"missing_value": "-99.0"}, [False, True]),
        ([1.0, -99.0], "f8", {"missing_value": "none"}, [False, False]),
        ([1.0, -99.0], "f8", {"fill_value": -99.0}, [False, True]),
        ([1.0, -99.9], "f8", {"missing_value": np.float32(-99.9)}, [False, True]),
        ([100, -9900], "i2", {"scale_factor": 0.01, "missing_value": -99.0}, [False, True]),
        ([0, 10_000], "i2", {"scale_factor": 0.01, "add_offset": -100.0, "_FillValue": np.int16(0)}, [True, False]),
    ],
)
def test_what_attributes_exclude_is_missing(tmp_path: Path, values, kind: str, attributes, missing: list[bool]):
    array = np.array(values).astype("u2").view("i2") if "_Unsigned" in attributes else np.array(values, kind)
    with stored(tmp_path / "a.nc", array, kind, **attributes) as data, opened(DatasetSource(data=data), "k") as seen:
        assert np.isnan(seen.a.values).tolist() == missing


@pytest.mark.parametrize(
    ("attributes", "told"),
    [
        ({"scale_factor": "0.01"}, "its attribute scale_factor is the text '0.01'"),
        ({"add_offset": "1"}, "its attribute add_offset is the text '1'"),
        ({"scale_factor": 0.0}, "its attribute scale_factor is 0.0"),
        ({"scale_factor": np.nan}, "its attribute scale_factor is nan"),
    ],
)
def test_what_cannot_be_unpacked_is_refused(tmp_path: Path, attributes: dict[str, Any], told: str):
    data = air()
    values = data.u10.values.astype("i2")
    with netCDF4.Dataset(tmp_path / "a.nc", "w") as file:
        for name in data.sizes:
            file.createDimension(name, data.sizes[name])
        variable = file.createVariable("u10", "i2", data.u10.dims)
        variable.set_auto_maskandscale(False)
        variable.setncatts(attributes)
        variable[:] = values
    with xr.open_dataset(tmp_path / "a.nc") as packed:
        (problem,) = problems(packed.assign_coords(data.coords).assign(v10=data.v10))
    assert told in problem.message


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("U5", "text"),
        (object, "text"),
        (bool, "true and false"),
        ("c16", "complex"),
        ("m8[s]", "lengths"),
        ("M8[s]", "times"),
    ],
)
@pytest.mark.filterwarnings("ignore:Converting non-nanosecond")
def test_what_is_no_number_is_refused(kind: Any, told: str):
    data = air()
    (problem,) = problems(data.assign(u10=(data.u10.dims, np.ones(data.u10.shape).astype(int).astype(kind))))
    assert f"u10 holds {told}" in problem.message


@pytest.mark.parametrize("kind", ["u4", "u2", "i2", "u1", "i1"])
def test_small_and_unsigned_integers_are_interpolated_as_numbers(kind: str):
    numbers = np.array([120, 20] if kind.endswith("1") else [20_000, 0], kind)
    data = air()
    across = np.broadcast_to(numbers[np.arange(len(LON)) % 2], data.u10.shape)
    data["u10"] = data.u10.dims, across, {"units": "m/s" if kind.endswith("1") else "mm/s"}
    u, _ = forcing(data).wind.at([SIX_HOURS.start], np.array([115.6]), np.array([-32.6]))
    expected = np.interp(115.6, LON, data.u10[0, 0].astype("f8")) / (1 if kind.endswith("1") else 1000)
    assert u.item() == pytest.approx(expected, abs=1e-5)


def test_a_small_unsigned_speed_has_components():
    data = air()
    data = data.assign(
        ws=(data.u10.dims, np.full(data.u10.shape, 7, "u1"), {"units": "m/s"}),
        wd=(data.u10.dims, np.full(data.u10.shape, 90, "u1"), {"units": "degree"}),
    )
    u, v = forcing(data, speed="ws", direction="wd").wind.at([SIX_HOURS.start], np.array([115.6]), np.array([-32.6]))
    assert u.item() == pytest.approx(-7.0, abs=1e-6)
    assert v.item() == pytest.approx(0.0, abs=1e-6)
