"""What SWAN sees of an experiment's forcing, in its own tables, beside the source."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from rompy_hydra import ModelRun

from .sea import (
    LOCAL,
    METRIC,
    START,
    STATIONARY,
    SWELL,
    WEST,
    bathymetry,
    computed,
    on_grid,
    sea,
    spectra_data,
    spectra_from,
    table,
    vectors,
    wind_data,
)

pytestmark = pytest.mark.swan
ROTATED = {**METRIC, "mesh": {**METRIC["mesh"], "rotation_deg": 30.0}}
DIGITS = 1e-2
"""As exact as a wind or a current has to be [m/s]; files have three digits or more, the table four in all."""


def expected(run: ModelRun, data: xr.Dataset, names: tuple[str, str], times: int) -> tuple[Any, Any]:
    """(times, stations) components along SWAN's axes at its output times: linear in time and place in the source."""
    x, y = np.array(list(run.domain.station_points().values())).T
    lon, lat = run.domain.lonlat(x, y)
    assert run.period is not None
    when = data.time.values[0] + np.arange(times) * np.timedelta64(run.period.interval)
    points = {"longitude": ("place", lon), "latitude": ("place", lat)}
    here = data.interp(**points) if times == 1 and data.sizes["time"] == 1 else data.interp(time=when, **points)
    east, north = (here[name].values for name in names)
    if run.domain.crs == "EPSG:4326":
        return east, north
    return run.domain.to_grid(east, north, x, y)


def blown(folder: Path, data: xr.Dataset, *changes: dict[str, Any]) -> ModelRun:
    """The sea under a wind, computed; the wind in its table is that of the source."""
    run = computed(sea(folder, {"forcing": {"wind": on_grid(folder, data)}}, *changes))
    found = table(run)
    for name, wanted in zip(
        ("X-Windv", "Y-Windv"), expected(run, data, ("u10", "v10"), len(found["Time"])), strict=True
    ):
        np.testing.assert_allclose(found[name], wanted, atol=DIGITS)
    return run


@pytest.mark.parametrize("minutes", [10, 20, 60])
def test_a_wind_in_any_step_is_seen_as_it_is_at_each_of_its_times(tmp_path: Path, minutes: int):
    run = blown(tmp_path, wind_data(minutes, 1 + 120 // minutes), {"period": {"interval": f"{minutes}min"}})
    assert f"{minutes * 60}. SEC" in (run.workspace / "INPUT").read_text()


def test_a_wind_that_turns_keeps_its_speed_between_its_times(tmp_path: Path):
    """SWAN interpolates speed and direction; linear components would have 8.7 m/s half way."""
    node = {"kind": "series", "times": [START, "2020-01-01T02:00:00Z"], "speed_m_s": [10, 10], "from_deg": [240, 300]}
    found = table(computed(sea(tmp_path, {"forcing": {"wind": node}})))
    assert np.hypot(found["X-Windv"], found["Y-Windv"])[:, 0] == pytest.approx(10.0, abs=0.01)
    assert found["Y-Windv"][[0, 2], 0] == pytest.approx([5.0, -5.0], abs=DIGITS)


@pytest.mark.parametrize("domain", [METRIC, ROTATED], ids=["metric", "rotated"])
def test_a_wind_on_longitudes_is_turned_to_the_axes_of_a_metric_grid(tmp_path: Path, domain: dict[str, Any]):
    """Grid north is 0.8 degrees off true north there: 0.14 m/s of a wind of 10 m/s."""
    blown(tmp_path, wind_data(20, 7), {"domain": domain, "period": {"interval": "20min"}})


def test_a_wind_on_uneven_longitudes_is_taken_where_it_is(tmp_path: Path):
    data = wind_data()
    x = data.longitude.values
    blown(tmp_path, data.assign_coords(longitude=("longitude", x + 0.03 * np.sin(7 * x), data.longitude.attrs)))


def test_a_wind_over_the_dateline_reaches_both_sides(tmp_path: Path):
    data = wind_data(lon=(179.0, 182.0)) - wind_data(lon=(179.0, 182.0)).isel(latitude=0).mean("time") + 7.0
    turned = data.assign_coords(longitude=(data.longitude + 180) % 360 - 180)
    for name, of in (("u10", "eastward_wind"), ("v10", "northward_wind")):
        turned[name].attrs = {"standard_name": of, "units": "m s-1"}
    domain = {
        "mesh": {"kind": "regular", "x": 179.8, "y": 52.0, "size": [0.4, 0.2], "cells": [10, 8]},
        "stations": {"a": {"lon": 179.9, "lat": 52.1}, "b": {"lon": -179.9, "lat": 52.15}},
    }
    run = computed(sea(tmp_path, {"domain": domain, "forcing": {"wind": on_grid(tmp_path, turned)}}))
    wanted = data.interp(longitude=("place", [179.9, 180.1]), latitude=("place", [52.1, 52.15])).isel(time=slice(0, 3))
    np.testing.assert_allclose(table(run)["X-Windv"], wanted.u10, atol=DIGITS)
    np.testing.assert_allclose(table(run)["Y-Windv"], wanted.v10, atol=DIGITS)


def test_a_wind_without_time_always_blows(tmp_path: Path):
    data = wind_data().isel(time=0, drop=True)
    run = computed(sea(tmp_path, {"forcing": {"wind": on_grid(tmp_path, data)}}))
    assert "NONSTATionary 2" not in (run.workspace / "INPUT").read_text()
    wanted = data.interp(longitude=4.2, latitude=52.1)
    np.testing.assert_allclose(table(run)["X-Windv"][:, 0], float(wanted.u10), atol=DIGITS)


@pytest.mark.parametrize(("policy", "inside"), [("nearest_wet", None), (3.0, 3.0)])
def test_missing_wind_is_filled_as_is_said(tmp_path: Path, policy: Any, inside: float | None):
    data = wind_data()
    holed = data.where(~((data.longitude > 4.15) & (data.longitude < 4.25)))
    run = computed(sea(tmp_path, {"forcing": {"wind": on_grid(tmp_path, holed, nan=policy)}}))
    found = table(run)["X-Windv"][:, 0]
    source = data.u10.interp(longitude=4.2, latitude=52.1).values[:3]
    np.testing.assert_allclose(found, source if inside is None else 3 * [inside], atol=0.06)  # 0.1 degrees off


def current_data() -> xr.Dataset:
    """A few centimetres a second, with digits that count."""
    weak = wind_data()
    names = ("eastward_sea_water_velocity", "northward_sea_water_velocity")
    axes = weak.time.values, weak.latitude.values, weak.longitude.values
    return vectors(*axes, weak.u10.values * 0.0371, weak.v10.values * 0.0371, ("uo", "vo"), names)


@pytest.mark.parametrize("domain", [{}, ROTATED], ids=["degrees", "rotated"])
def test_a_current_keeps_its_digits(tmp_path: Path, domain: dict[str, Any]):
    data = current_data()
    run = computed(sea(tmp_path, {"domain": domain, "forcing": {"current": on_grid(tmp_path, data)}}))
    wanted = expected(run, data, ("uo", "vo"), 3)
    np.testing.assert_allclose(table(run)["X-Vel"], wanted[0], atol=6e-4)  # the table has three decimals
    np.testing.assert_allclose(table(run)["Y-Vel"], wanted[1], atol=6e-4)


def test_a_friction_of_0_038_is_no_0_04(tmp_path: Path):
    lat, lon = wind_data().latitude, wind_data().longitude
    values = np.full((16, 16), 0.038)
    data = xr.Dataset(
        {"cf": (("latitude", "longitude"), values, {"units": "m2 s-3"})}, {"latitude": lat, "longitude": lon}
    )
    model = {
        "fields": {"friction": on_grid(tmp_path, data)},
        "physics": {"friction": {"law": "jonswap"}},
        "output": {"tables": {"points": {"variables": ["hs", "frcoef"]}}},
    }
    assert table(computed(sea(tmp_path, {"model": model})))["FrCoef"] == pytest.approx(0.038, abs=1e-6)


def test_every_field_that_only_swan_takes_is_read(tmp_path: Path):
    lat, lon = wind_data().latitude, wind_data().longitude

    def field(name: str, value: float, units: str) -> dict[str, Any]:
        values = (("latitude", "longitude"), np.full((16, 16), value), {"units": units})
        return on_grid(tmp_path, xr.Dataset({"values": values}, {"latitude": lat, "longitude": lon}), f"{name}.nc")

    fields = {
        "turbulence": field("turbulence", 0.0123, "m2 s-1"),
        "air_sea_temperature_difference": field("difference", -3.25, "degC"),
        "vegetation": field("plants", 5.0, "m-2"),
        "mud": field("mud", 0.25, "m"),
    }
    plants = {"layers": [{"height": 1.0, "diamtr": 0.1, "nstems": 1, "drag": 1.0}]}
    physics = {"turbulence": {}, "vegetation": plants, "mud": {}}
    words = ["hs", "turb", "astd", "nplants"]
    run = computed(
        sea(
            tmp_path,
            {"model": {"fields": fields, "physics": physics, "output": {"tables": {"points": {"variables": words}}}}},
        )
    )
    found = table(run)
    assert [float(found[n].mean()) for n in ("Turb", "ASTD", "Nplant")] == pytest.approx([0.0123, -3.25, 5.0], abs=1e-4)
    assert np.allclose(np.loadtxt(run.workspace / "mud.grd"), 0.25)


@pytest.mark.parametrize(("kind", "every"), [("nonstationary", "40min"), ("stationary_series", "40min")])
def test_a_computation_that_begins_between_times_of_the_wind_has_that_of_the_moment(
    tmp_path: Path, kind: str, every: str
):
    """SWAN takes the next field for the present one where a COMPUTE begins between two."""
    mode = {"kind": kind, "step": "20min" if kind == "nonstationary" else every}
    output = {"restart": {"every": every}} if kind == "nonstationary" else {}
    change = {"model": {"mode": mode, "output": output}, "period": {"interval": every}}
    blown(tmp_path, wind_data(), change)


def test_a_stationary_sea_has_the_forcing_of_the_start(tmp_path: Path):
    data = wind_data()
    ends = [START, "2020-01-01T02:00:00Z"]
    waves = {
        "kind": "series",
        "times": ends,
        "hs_m": [2, 4],
        "tp_s": [8, 10],
        "from_deg": [270, 300],
        "spread_deg": 25.0,
    }
    level = {"kind": "series", "times": ends, "values_m": [0.5, 1.5]}
    forcing = {"wind": on_grid(tmp_path, data), "waves": {"west": waves}, "water_level": level}
    run = computed(sea(tmp_path, {"forcing": forcing, "model": {"mode": STATIONARY}}))
    found = table(run)
    assert found["Hsig"].shape == (1, 2)
    assert found["Watlev"] == pytest.approx(0.5, abs=1e-4)
    assert found["X-Windv"][0, 0] == pytest.approx(float(data.u10.interp(longitude=4.2, latitude=52.1)[0]), abs=DIGITS)
    assert "CONstant PAR HS=2. PER=8. DIR=270." in (run.workspace / "INPUT").read_text()


def test_waves_of_a_series_have_the_spread_of_the_same_constant_waves(tmp_path: Path):
    """The shape is told for both; the spread, in degrees, is no power of a cosine."""
    series = {"kind": "series", "times": [START, "2020-01-01T02:00:00Z"], "hs_m": [2, 2], "tp_s": [8, 8]}
    series |= {"from_deg": [270, 270], "spread_deg": 25.0}
    near = {"stations": {"edge": {"lon": 4.001, "lat": 52.1}, "in": {"lon": 4.1, "lat": 52.1}}}
    runs = [
        computed(sea(tmp_path, SWELL, {"domain": near, "forcing": {"waves": {"west": west}}}))
        for west in (WEST, series)
    ]
    constant, varying = (table(run) for run in runs)
    np.testing.assert_array_equal(varying["Hsig"], constant["Hsig"])
    np.testing.assert_array_equal(varying["Dspr"], constant["Dspr"])
    assert constant["Dspr"][-1, 0] == pytest.approx(25.0, abs=1.5)  # 15 degrees between directions
    assert constant["Hsig"][-1, 0] == pytest.approx(2.0, rel=0.01)


@pytest.mark.parametrize(
    "mode", [{"kind": "nonstationary", "step": "10min"}, STATIONARY], ids=["in time", "stationary"]
)
@pytest.mark.parametrize("still", [False, True], ids=["hourly", "without time"])
def test_spectra_come_in_as_they_are(tmp_path: Path, mode: dict[str, Any], still: bool):
    data = spectra_data().isel(time=0, drop=True) if still else spectra_data()
    near = {"stations": {"edge": {"lon": 4.001, "lat": 52.1}, "in": {"lon": 4.1, "lat": 52.1}}}
    forcing = {"waves": {"west": spectra_from(tmp_path, data)}}
    found = table(computed(sea(tmp_path, SWELL, {"domain": near, "forcing": forcing, "model": {"mode": mode}})))
    assert found["Hsig"][-1, 0] == pytest.approx(2.0, rel=0.01)
    assert found["Dir"][-1, 0] == pytest.approx(270.0, abs=2.0)
    assert found["Dspr"][-1, 0] == pytest.approx(25.0, abs=2.0)


def test_a_site_without_spectra_is_left_out_where_that_is_said(tmp_path: Path):
    data = spectra_data()
    holed = data.where(data.site != 1)
    runs = [
        computed(
            sea(
                tmp_path,
                SWELL,
                {"forcing": {"waves": {"west": spectra_from(tmp_path, d, f"{n}.nc", nan="nearest_wet")}}},
            )
        )
        for n, d in (("whole", data), ("holed", holed))
    ]
    np.testing.assert_allclose(table(runs[1])["Hsig"], table(runs[0])["Hsig"], atol=1e-4)


def test_land_without_a_depth_stays_dry_where_its_height_is_said(tmp_path: Path):
    """A point that is missing in depths is no deep water."""
    change = bathymetry(tmp_path, 1.0, hole=True, sign="depth", nan=5.0)
    run = computed(sea(tmp_path, change, SWELL, {"forcing": {"waves": {"west": WEST}}}))
    found = table(run)
    assert (found["Hsig"][:, 0] == -9.0).all()  # station a is on the land
    assert (found["Hsig"][:, 1] > 0.5).all()
    assert found["Depth"][0, 1] == pytest.approx(10.0 + 25.0 * (4.32 - 3.8), abs=1e-2)


@pytest.mark.parametrize(("up", "sign"), [(-1.0, "elevation"), (1.0, "depth")])
def test_elevations_and_depths_are_the_same_water(tmp_path: Path, up: float, sign: str):
    change = bathymetry(tmp_path, up, sign=sign)
    run = computed(sea(tmp_path, change))
    assert table(run)["Depth"][0] == pytest.approx([20.0, 23.0], abs=1e-2)


def test_a_step_that_swan_refuses_for_its_scheme_is_computed_by_the_one_that_it_advises(tmp_path: Path):
    """A Courant number above 10."""
    run = sea(tmp_path, {"model": {"mode": {"kind": "nonstationary", "step": "1h"}}})
    assert any("first-order scheme BSBT" in note for note in run.plan.notes)
    computed(run)


def test_one_dimension_has_its_forcing(tmp_path: Path):
    """SWAN reads one row only there, whatever INPGRID says."""
    domain = {
        **LOCAL,
        "mesh": {"kind": "regular", "x": 0.0, "y": 0.0, "size": [20e3, 100.0], "cells": [20, 1]},
        "stations": {"a": {"x_m": 5e3, "y_m": 1.0}, "b": {"x_m": 15e3, "y_m": 1.0}},
    }
    ends = [START, "2020-01-01T01:00:00Z", "2020-01-01T02:00:00Z"]
    forcing = {
        "wind": {"kind": "series", "times": ends, "u_m_s": [5, 7, 9], "v_m_s": [1, 2, 3]},
        "water_level": {"kind": "series", "times": ends, "values_m": [0.5, 0.75, 1.0]},
        "current": {"kind": "constant", "u_m_s": 0.3, "v_m_s": 0.1},
        "waves": {"west": WEST},
    }
    found = table(computed(sea(tmp_path, {"domain": domain, "forcing": forcing, "model": {"grid": {"kind": "line"}}})))
    for name, wanted in (("X-Windv", [5, 7, 9]), ("Y-Windv", [1, 2, 3]), ("Watlev", [0.5, 0.75, 1.0])):
        np.testing.assert_allclose(found[name], np.repeat([wanted], 2, axis=0).T, atol=1e-3)
    assert (found["X-Vel"] == pytest.approx(0.3), found["Y-Vel"] == pytest.approx(0.1)) == (True, True)
    assert found["Hsig"][-1, 0] == pytest.approx(2.0, rel=0.15)


def test_one_dimension_along_a_rotated_line_has_the_wind_of_its_points(tmp_path: Path):
    mesh = {**ROTATED["mesh"], "size": [20e3, 100.0], "cells": [20, 1]}
    x, y = np.cos(np.pi / 6), np.sin(np.pi / 6)
    stations = {n: {"x_m": 560e3 + x * d, "y_m": 5_760e3 + y * d + 1.0} for n, d in (("a", 5e3), ("b", 15e3))}
    blown(
        tmp_path,
        wind_data(),
        {"domain": {**METRIC, "mesh": mesh, "stations": stations}, "model": {"grid": {"kind": "line"}}},
    )


def test_one_dimension_takes_spectra(tmp_path: Path):
    line = {"model": {"grid": {"kind": "line"}}, "domain": {"stations": {"a": {"lon": 4.2, "lat": 52.001}}}}
    run = computed(sea(tmp_path, SWELL, line, {"forcing": {"waves": {"west": spectra_from(tmp_path, spectra_data())}}}))
    assert table(run)["Hsig"] == pytest.approx(2.0, rel=0.01)  # nothing is lost along the line
